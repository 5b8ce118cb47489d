/* GeoJSON to areas and gates: each member of a rule is a row of a table; what is wrong is told with its line. */
#include <jansson.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fnv.h"
#include "base/text_plain.h"
#include "base/time.h"
#include "place/area_inner.h"

struct reader {
    struct vg_areas *areas;
    const char *text, *name;
    size_t len, feature; /* the feature that is read, from 0 */
    enum vg_err err;
    char *error;
};

/* ---- errors ---- */

/* The line in which feature n begins: the n-th object within the "features" array of the text, which is right JSON. */
static unsigned line_of_feature(const struct reader *r)
{
    unsigned line = 1, depth = 0;
    size_t seen = 0;
    bool features = false;
    for (size_t i = 0; i < r->len; i++) {
        const char c = r->text[i];
        if (c == '"') {
            const size_t from = ++i;
            while (i < r->len && r->text[i] != '"')
                i += r->text[i] == '\\' ? 2 : 1;
            features |= depth == 1 && i - from == 8 && memcmp(r->text + from, "features", 8) == 0;
        } else if (c == '\n') {
            line++;
        } else if (c == '{' || c == '[') {
            if (features && depth == 2 && c == '{' && seen++ == r->feature)
                return line;
            depth++;
        } else if (c == '}' || c == ']') {
            depth--;
        }
    }
    return 1;
}

static void tell(struct reader *r, enum vg_err err, unsigned line, const char *what)
{
    if (r->err)
        return;
    r->err = err;
    struct vg_out out = vg_out_growing(2000);
    vg_out_plain(&out, r->name, strlen(r->name));
    vg_out_printf(&out, ": line %u: ", line);
    vg_out_plain(&out, what, strlen(what));
    vg_out_char(&out, '\0');
    if (out.err)
        vg_out_free(&out);
    else
        r->error = (char *)out.buf;
}

static bool wrong(struct reader *r, enum vg_err err, const char *format, ...) __attribute__((format(printf, 3, 4)));
static bool wrong(struct reader *r, enum vg_err err, const char *format, ...)
{
    char what[400];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    tell(r, err, line_of_feature(r), what);
    return false;
}

static bool expected(struct reader *r, const char *key, const char *what)
{
    return wrong(r, VG_SYNTAX, "feature %zu: \"%s\": expected %s", r->feature + 1, key, what);
}

/* ---- members of a rule ---- */

static bool read_on(struct reader *r, const json_t *v, struct vg_area *a)
{
    static const char what[] = "a list of enter, leave, inside, speed (areas) or cross (gates)";
    size_t i;
    json_t *word;
    json_array_foreach(v, i, word)
    {
        unsigned bit = 0;
        while (bit < VG_AREA_ON_COUNT &&
               (!json_is_string(word) || strcmp(json_string_value(word), vg_area_on_key(bit))))
            bit++;
        if (bit == VG_AREA_ON_COUNT || a->gate != (bit == VG_AREA_ON_BIT_CROSS))
            return expected(r, "on", what);
        a->rule.on |= 1u << bit;
    }
    return json_array_size(v) ? true : expected(r, "on", what);
}

static bool read_types(struct reader *r, const json_t *v, struct vg_area *a)
{
    static const char what[] =
        "a list of words (fishing, tanker, cargo, passenger, tug, …) or numbers of AIS ship types (\"70-79\")";
    size_t i;
    json_t *word;
    json_array_foreach(v, i, word)
    {
        char number[24];
        snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT, json_integer_value(word));
        const char *text = json_is_integer(word) ? number : json_string_value(word);
        if (!text || !vg_area_types_add(text, a->rule.types))
            return expected(r, "types", what);
    }
    return json_array_size(v) ? true : expected(r, "types", what);
}

static bool read_flags_as(struct reader *r, const char *key, const json_t *v, struct vg_area *a)
{
    static const char what[] =
        "a list of at most 16 countries of two letters (\"EC\"), in one of flags and flags_except";
    size_t i;
    json_t *word;
    if (a->rule.flag_count || json_array_size(v) == 0 || json_array_size(v) > VG_AREA_FLAGS)
        return expected(r, key, what);
    json_array_foreach(v, i, word)
    {
        const char *text = json_string_value(word);
        if (!text || strlen(text) != 2 || text[0] < 'A' || text[0] > 'Z' || text[1] < 'A' || text[1] > 'Z')
            return expected(r, key, what);
        memcpy(a->rule.flags[a->rule.flag_count++], text, 2);
    }
    return true;
}

static bool read_flags(struct reader *r, const json_t *v, struct vg_area *a)
{
    return read_flags_as(r, "flags", v, a);
}

static bool read_flags_except(struct reader *r, const json_t *v, struct vg_area *a)
{
    a->rule.flags_except = true;
    return read_flags_as(r, "flags_except", v, a);
}

static bool read_time(struct reader *r, const char *key, const json_t *v, int64_t *ret)
{
    const char *text = json_string_value(v);
    if (!text || !vg_time_parse(text, strlen(text), ret))
        return expected(r, key, "a time as 2026-03-01T00:00:00Z");
    return true;
}

static bool read_from(struct reader *r, const json_t *v, struct vg_area *a)
{
    return read_time(r, "from", v, &a->rule.from_us);
}

static bool read_to(struct reader *r, const json_t *v, struct vg_area *a)
{
    return read_time(r, "to", v, &a->rule.to_us);
}

static bool read_hours(struct reader *r, const json_t *v, struct vg_area *a)
{
    unsigned h1, m1, h2, m2;
    char behind;
    const char *text = json_string_value(v);
    if (!text || strlen(text) != 11 || sscanf(text, "%2u:%2u-%2u:%2u%c", &h1, &m1, &h2, &m2, &behind) != 4 || h1 > 24 ||
        h2 > 24 || m1 > 59 || m2 > 59 || h1 * 60 + m1 > 1440 || h2 * 60 + m2 > 1440 || (h1 == h2 && m1 == m2))
        return expected(r, "hours_utc", "hours of the day in UTC as \"22:00-05:30\"");
    a->rule.day_from_min = (int16_t)(h1 * 60 + m1);
    a->rule.day_to_min = (int16_t)(h2 * 60 + m2);
    return true;
}

static bool read_number(struct reader *r, const char *key, const json_t *v, double high, double *ret)
{
    if (!json_is_number(v) || json_number_value(v) < 0 || json_number_value(v) > high)
        return wrong(r, VG_RANGE, "feature %zu: \"%s\": expected a number from 0 to %g", r->feature + 1, key, high);
    *ret = json_number_value(v);
    return true;
}

static bool read_over(struct reader *r, const json_t *v, struct vg_area *a)
{
    return read_number(r, "over_kn", v, 200, &a->rule.over_kn);
}

static bool read_under(struct reader *r, const json_t *v, struct vg_area *a)
{
    return read_number(r, "under_kn", v, 200, &a->rule.under_kn);
}

static bool read_minutes(struct reader *r, const json_t *v, struct vg_area *a)
{
    return read_number(r, "minutes", v, 100000, &a->rule.minutes);
}

static const char *const ways[] = {"both", "left", "right"};

static bool read_way(struct reader *r, const json_t *v, struct vg_area *a)
{
    for (unsigned i = 0; i < 3; i++)
        if (json_is_string(v) && strcmp(json_string_value(v), ways[i]) == 0) {
            a->rule.way = (uint8_t)i;
            return true;
        }
    return expected(r, "way", "both, left or right, as seen along the line's points");
}

static const struct {
    const char *key;
    bool (*read)(struct reader *r, const json_t *v, struct vg_area *a);
} members[] = {
    {"on", read_on},          {"types", read_types},     {"flags", read_flags},     {"flags_except", read_flags_except},
    {"from", read_from},      {"to", read_to},           {"hours_utc", read_hours}, {"over_kn", read_over},
    {"under_kn", read_under}, {"minutes", read_minutes}, {"way", read_way},
};
#define MEMBERS (sizeof members / sizeof members[0])

static bool read_rule(struct reader *r, json_t *rule, struct vg_area *a)
{
    const char *key;
    json_t *v;
    if (!json_is_object(rule))
        return expected(r, "rule", "an object");
    json_object_foreach(rule, key, v)
    {
        size_t i = 0;
        while (i < MEMBERS && strcmp(members[i].key, key) != 0)
            i++;
        if (i == MEMBERS)
            return wrong(
                r, VG_SYNTAX,
                "feature %zu: a rule has no \"%.40s\": expected on, types, flags, flags_except, from, to, hours_utc, "
                "over_kn, under_kn, minutes, way",
                r->feature + 1, key);
        if (!members[i].read(r, v, a))
            return false;
    }
    const bool speeds = !isnan(a->rule.over_kn) || !isnan(a->rule.under_kn);
    if (a->rule.on & VG_AREA_ON(SPEED) && !speeds)
        return expected(r, "rule", "over_kn or under_kn beside \"speed\"");
    if (a->rule.from_us != VG_TIME_NONE && a->rule.to_us != VG_TIME_NONE && a->rule.from_us >= a->rule.to_us)
        return expected(r, "to", "a time after \"from\"");
    return true;
}

static bool read_text(struct reader *r, const json_t *properties, const char *key, bool must, char *ret, size_t size)
{
    const json_t *v = json_object_get(properties, key);
    if (!v && !must)
        return true;
    const char *text = json_string_value(v);
    if (!text || !*text || strlen(text) >= size)
        return wrong(r, VG_SYNTAX, "feature %zu: \"%s\": expected a text of 1 to %zu bytes", r->feature + 1, key,
                     size - 1);
    struct vg_out out = vg_out_fixed(ret, size - 1);
    vg_out_plain(&out, text, strlen(text));
    ret[out.err ? 0 : out.len] = '\0';
    return true;
}

/* ---- shapes ---- */

static bool read_point(struct reader *r, const json_t *v, double ret[2])
{
    const json_t *lon = json_array_get(v, 0), *lat = json_array_get(v, 1);
    if (!json_is_number(lon) || !json_is_number(lat) || fabs(json_number_value(lon)) > 540 ||
        fabs(json_number_value(lat)) > 90)
        return expected(r, "coordinates", "[longitude, latitude] in degrees, latitudes within ±90");
    if (++r->areas->points > VG_AREA_POINTS_MAX)
        return wrong(r, VG_LIMIT, "more than %d points", VG_AREA_POINTS_MAX);
    ret[0] = json_number_value(lon);
    ret[1] = json_number_value(lat);
    return true;
}

/* Points that jump over the antimeridian go on beyond 180° instead. */
static void follow(double point[2], const double before[2])
{
    point[0] -= 360 * round((point[0] - before[0]) / 360);
}

static void frame(struct vg_area *a, const double p[2])
{
    a->west_deg = fmin(a->west_deg, p[0]);
    a->east_deg = fmax(a->east_deg, p[0]);
    a->south_deg = fmin(a->south_deg, p[1]);
    a->north_deg = fmax(a->north_deg, p[1]);
}

static GEOSGeometry *read_ring(struct reader *r, const json_t *ring, struct vg_area *a, const double near[2])
{
    const size_t n = json_array_size(ring);
    GEOSContextHandle_t g = r->areas->geos;
    double p[2], before[2] = {near[0], near[1]}, first[2] = {0, 0};
    if (n < 4) {
        expected(r, "coordinates", "rings of four points or more, the last one the first again");
        return NULL;
    }
    GEOSCoordSequence *points = GEOSCoordSeq_create_r(g, (unsigned)n, 2);
    for (size_t i = 0; points && i < n; i++) {
        bool right = read_point(r, json_array_get(ring, i), p);
        if (right && (i || !isnan(near[0])))
            follow(p, before);
        if (right && i == 0)
            memcpy(first, p, sizeof first);
        if (right && i == n - 1 && (fabs(p[0] - first[0]) > 1e-9 || fabs(p[1] - first[1]) > 1e-9))
            right = expected(r, "coordinates", "rings whose last point is their first again");
        if (!right || !GEOSCoordSeq_setXY_r(g, points, (unsigned)i, p[0], p[1])) {
            GEOSCoordSeq_destroy_r(g, points);
            return NULL;
        }
        memcpy(before, p, sizeof before);
        frame(a, p);
    }
    return points ? GEOSGeom_createLinearRing_r(g, points) : NULL;
}

static GEOSGeometry *read_polygon(struct reader *r, const json_t *rings, struct vg_area *a)
{
    GEOSContextHandle_t g = r->areas->geos;
    const size_t n = json_array_size(rings);
    double near[2] = {NAN, NAN};
    if (!n) {
        expected(r, "coordinates", "a list of rings");
        return NULL;
    }
    GEOSGeometry **ring = calloc(n, sizeof *ring);
    size_t made = 0;
    while (ring && made < n && (ring[made] = read_ring(r, json_array_get(rings, made), a, near))) {
        if (!made)
            read_point(r, json_array_get(json_array_get(rings, 0), 0), near);
        made++;
    }
    GEOSGeometry *polygon = NULL;
    if (ring && made == n)
        polygon = GEOSGeom_createPolygon_r(g, ring[0], ring + 1, (unsigned)(n - 1)); /* it owns the rings now */
    else
        for (size_t i = 0; i < made; i++)
            GEOSGeom_destroy_r(g, ring[i]);
    free(ring);
    return polygon;
}

static GEOSGeometry *read_polygons(struct reader *r, const json_t *coordinates, struct vg_area *a)
{
    GEOSContextHandle_t g = r->areas->geos;
    const size_t n = json_array_size(coordinates);
    if (!n) {
        expected(r, "coordinates", "a list of polygons");
        return NULL;
    }
    GEOSGeometry **polygon = calloc(n, sizeof *polygon), *all = NULL;
    size_t made = 0;
    while (polygon && made < n && (polygon[made] = read_polygon(r, json_array_get(coordinates, made), a)))
        made++;
    if (polygon && made == n)
        all = GEOSGeom_createCollection_r(g, GEOS_MULTIPOLYGON, polygon, (unsigned)n);
    else
        for (size_t i = 0; i < made; i++)
            GEOSGeom_destroy_r(g, polygon[i]);
    free(polygon);
    return all;
}

static bool read_area(struct reader *r, const json_t *geometry, const char *type, struct shape *s)
{
    GEOSContextHandle_t g = r->areas->geos;
    const json_t *coordinates = json_object_get(geometry, "coordinates");
    s->polygon =
        strcmp(type, "Polygon") == 0 ? read_polygon(r, coordinates, &s->area) : read_polygons(r, coordinates, &s->area);
    if (!s->polygon)
        return wrong(r, VG_NOMEM, "out of memory"); /* unless more is told already */
    if (GEOSisValid_r(g, s->polygon) != 1) {
        char *why = GEOSisValidReason_r(g, s->polygon);
        wrong(r, VG_SYNTAX, "feature %zu: expected a simple polygon, found: %s", r->feature + 1, why ? why : "none");
        GEOSFree_r(g, why);
        return false;
    }
    s->prepared = GEOSPrepare_r(g, s->polygon);
    return s->prepared ? true : wrong(r, VG_NOMEM, "out of memory");
}

static bool read_gate(struct reader *r, const json_t *coordinates, struct shape *s)
{
    const size_t n = json_array_size(coordinates);
    if (n < 2)
        return expected(r, "coordinates", "two points or more");
    s->point = calloc(n, sizeof *s->point);
    if (!s->point)
        return wrong(r, VG_NOMEM, "out of memory");
    for (size_t i = 0; i < n; i++) {
        if (!read_point(r, json_array_get(coordinates, i), s->point[i]))
            return false;
        if (i)
            follow(s->point[i], s->point[i - 1]);
        frame(&s->area, s->point[i]);
    }
    s->points = n;
    return true;
}

static bool read_feature(struct reader *r, const json_t *feature, struct shape *s)
{
    const json_t *properties = json_object_get(feature, "properties"), *geometry = json_object_get(feature, "geometry");
    const char *type = json_string_value(json_object_get(geometry, "type"));
    struct vg_area *a = &s->area;
    a->rule = (struct vg_area_rule){
        .from_us = VG_TIME_NONE, .to_us = VG_TIME_NONE, .day_from_min = -1, .over_kn = NAN, .under_kn = NAN};
    a->west_deg = a->south_deg = INFINITY;
    a->east_deg = a->north_deg = -INFINITY;
    if (!type || (strcmp(type, "Polygon") && strcmp(type, "MultiPolygon") && strcmp(type, "LineString")))
        return wrong(r, VG_SYNTAX,
                     "feature %zu: expected a geometry of type Polygon, MultiPolygon (areas) or LineString (gates)",
                     r->feature + 1);
    a->gate = strcmp(type, "LineString") == 0;
    if (!read_text(r, properties, "name", true, a->name, sizeof a->name) ||
        !read_text(r, properties, "basis", false, a->basis, sizeof a->basis))
        return false;
    json_t *rule = json_object_get(properties, "rule");
    if (rule && !read_rule(r, rule, a))
        return false;
    if (!a->rule.on) /* nothing is said: entering, or crossing */
        a->rule.on = a->gate ? VG_AREA_ON(CROSS) : VG_AREA_ON(ENTER);
    if (!(a->gate ? read_gate(r, json_object_get(geometry, "coordinates"), s) : read_area(r, geometry, type, s)))
        return false;
    vg_areas_touch(r->areas, a);
    return true;
}

static void read_all(struct reader *r, const json_t *top)
{
    const json_t *features = json_object_get(top, "features");
    const size_t n = json_array_size(features);
    if (!json_is_array(features)) {
        wrong(r, VG_SYNTAX, "expected a GeoJSON FeatureCollection with a list of features");
        return;
    }
    if (n > VG_AREAS_MAX) {
        wrong(r, VG_LIMIT, "expected at most %d features, found %zu", VG_AREAS_MAX, n);
        return;
    }
    r->areas->shape = calloc(n ? n : 1, sizeof *r->areas->shape);
    if (!r->areas->shape) {
        r->err = VG_NOMEM;
        return;
    }
    for (r->feature = 0; r->feature < n && !r->err; r->feature++) {
        r->areas->count = r->feature + 1;
        read_feature(r, json_array_get(features, r->feature), &r->areas->shape[r->feature]);
    }
}

enum vg_err vg_areas_read(const char *text, size_t len, const char *name, struct vg_areas **ret_areas, char **ret_error)
{
    struct reader r = {.text = text, .len = len, .name = name};
    json_error_t at;
    json_t *top = json_loadb(text, len, JSON_REJECT_DUPLICATES, &at);
    if (!top) {
        char what[400];
        snprintf(what, sizeof what, "expected GeoJSON: %s", at.text);
        tell(&r, VG_SYNTAX, at.line > 0 ? (unsigned)at.line : 1, what);
        *ret_error = r.error;
        return VG_SYNTAX;
    }
    r.areas = calloc(1, sizeof *r.areas);
    if (r.areas)
        r.areas->geos = GEOS_init_r();
    if (!r.areas || !r.areas->geos)
        r.err = VG_NOMEM;
    else
        read_all(&r, top);
    json_decref(top);
    if (r.err) {
        vg_areas_free(r.areas);
        *ret_error = r.error;
        return r.err;
    }
    r.areas->hash = vg_fnv(VG_FNV_BEGIN, text, len);
    *ret_areas = r.areas;
    return VG_OK;
}
