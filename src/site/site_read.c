/*
 * `sensors:` of a YAML text: a list of mappings, by libyaml's events. One table of keys reads every value, with its
 * bounds; the first thing that is wrong ends the reading and is told with its line.
 */
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text_plain.h"
#include "site/site.h"
#include "site/yaml_events.h"

/* What isn't told. Spreads are what the standards for ships' radars demand at least (IEC 62388: 1 % of the range scale
 * or 30 m, 1°). */
#define DEFAULT_TARGET_HEIGHT_M       2
#define DEFAULT_PERIOD_S              3
#define DEFAULT_SIGMA_RANGE_M         50
#define DEFAULT_SIGMA_BEARING_DEG     1
#define DEFAULT_DETECTION_PROBABILITY 0.9

enum value { TEXT, KIND, FLAG, NUMBER, CODE, PLACE, ARCS };

/* A key of a sensor. `at`: of struct vg_site. */
struct key {
    const char *name;
    enum value value;
    size_t at;
    double low, high;
};

#define AT(member) offsetof(struct vg_site, member)

static const struct key keys[] = {
    {"name", TEXT, AT(name), 0, 0},
    {"feed", TEXT, AT(feed), 0, 0},
    {"kind", KIND, AT(kind), 0, 0},
    {"position", PLACE, 0, 0, 0},
    {"moving", FLAG, AT(moving), 0, 0},
    {"sac", CODE, AT(sac), 0, 255},
    {"sic", CODE, AT(sic), 0, 255},
    {"height_m", NUMBER, AT(height_m), 0, 20000},
    {"target_height_m", NUMBER, AT(target_height_m), 0, 20000},
    {"range_m", NUMBER, AT(range_m), 1, 1e6},
    {"min_range_m", NUMBER, AT(min_range_m), 0, 1e6},
    {"period_s", NUMBER, AT(period_s), 0.05, 3600},
    {"sigma_range_m", NUMBER, AT(sigma_range_m), 0.01, 1e5},
    {"sigma_bearing_deg", NUMBER, AT(sigma_bearing_deg), 0.0001, 90},
    {"detection_probability", NUMBER, AT(detection_probability), 0.01, 1},
    {"clock_offset_s", NUMBER, AT(clock_offset_s), -3600, 3600},
    {"sectors", ARCS, AT(sector), 0, 0},
    {"blind", ARCS, AT(blind), 0, 0},
};
#define KEYS (sizeof keys / sizeof *keys)

/* Keys of the mappings inside a sensor: two numbers, both demanded. */
struct pair {
    const char *what;
    struct {
        const char *name;
        double low, high;
    } key[2];
};
static const struct pair place = {"{lat: DEGREES, lon: DEGREES}", {{"lat", -90, 90}, {"lon", -180, 180}}};
static const struct pair arc = {"{from: DEGREES, to: DEGREES}", {{"from", -360, 360}, {"to", -360, 360}}};

struct reading {
    struct vg_yaml yaml;
    struct vg_sites *sites;
    struct vg_site_error error;
    enum vg_err err; /* the first; nothing is read after it */
};

/* ---- telling ---- */

static void on_wrong(void *arg, unsigned line, const char *key, const char *what)
{
    struct reading *r = arg;
    char text[640];
    r->yaml.stopped = true;
    if (r->err)
        return;
    r->err = VG_SYNTAX;
    r->error.line = line;
    int n = snprintf(text, sizeof text, "%s%s%s", key ? key : "", key ? ": " : "", what);
    vg_text_plain(r->error.text, sizeof r->error.text, text, (size_t)n < sizeof text ? (size_t)n : sizeof text - 1);
}

/* The first thing that is wrong is of another kind than VG_SYNTAX. Returns false. */
static bool of_kind(struct reading *r, enum vg_err err)
{
    r->err = err;
    return false;
}

static bool number(struct reading *r, const char *key, double low, double high, double *ret)
{
    enum vg_err err = vg_yaml_number(&r->yaml, key, low, high, ret);
    return !err || of_kind(r, err);
}

/* ---- values ---- */

static bool read_text(struct reading *r, const char *key, char ret[static VG_SITE_NAME])
{
    const char *text = vg_yaml_scalar(&r->yaml, key, "a name");
    size_t len = text ? strlen(text) : 0;
    if (!text)
        return false;
    if (!len || !vg_text_is_plain(text, len))
        return vg_yaml_unexpected(&r->yaml, key, "a name of printable characters");
    if (len >= VG_SITE_NAME)
        return vg_yaml_wrong(&r->yaml, vg_yaml_line(&r->yaml), key,
                             "expected a name of at most %d bytes, found one of %zu", VG_SITE_NAME - 1, len) ||
               of_kind(r, VG_RANGE);
    memcpy(ret, text, len + 1);
    return true;
}

static bool read_kind(struct reading *r, const char *key, uint8_t *ret)
{
    char expected[80] = "";
    size_t n = 0;
    for (int k = 0; k < VG_SITE_KIND_COUNT; k++)
        n += (size_t)snprintf(expected + n, sizeof expected - n, "%s%s", k ? " or " : "", vg_site_kind_key(k));
    const char *text = vg_yaml_scalar(&r->yaml, key, expected);
    for (int k = 0; text && k < VG_SITE_KIND_COUNT; k++)
        if (strcmp(text, vg_site_kind_key(k)) == 0) {
            *ret = (uint8_t)k;
            return true;
        }
    return text ? vg_yaml_unexpected(&r->yaml, key, expected) : false;
}

static bool read_code(struct reading *r, const struct key *k, int16_t *ret)
{
    double value;
    if (!number(r, k->name, k->low, k->high, &value))
        return false;
    if (value != floor(value))
        return vg_yaml_unexpected(&r->yaml, k->name, "a whole number");
    *ret = (int16_t)value;
    return true;
}

/* {A: number, B: number} */
static bool read_pair(struct reading *r, const char *key, const struct pair *pair, double ret[static 2])
{
    bool had[2] = {false, false};
    unsigned line = vg_yaml_line(&r->yaml);
    if (!vg_yaml_is(&r->yaml, YAML_MAPPING_START_EVENT))
        return vg_yaml_unexpected(&r->yaml, key, pair->what);
    while (vg_yaml_next(&r->yaml) && !vg_yaml_is(&r->yaml, YAML_MAPPING_END_EVENT)) {
        const char *text = vg_yaml_scalar(&r->yaml, key, pair->what);
        if (!text)
            return false;
        int i = strcmp(text, pair->key[0].name) == 0 ? 0 : strcmp(text, pair->key[1].name) == 0 ? 1 : -1;
        if (i < 0)
            return vg_yaml_unexpected(&r->yaml, key, pair->what);
        if (had[i])
            return vg_yaml_wrong(&r->yaml, vg_yaml_line(&r->yaml), key, "%s stands there twice", text);
        had[i] = true;
        if (!vg_yaml_next(&r->yaml) || !number(r, pair->key[i].name, pair->key[i].low, pair->key[i].high, &ret[i]))
            return false;
    }
    if (r->err)
        return false;
    if (!had[0] || !had[1])
        return vg_yaml_wrong(&r->yaml, line, key, "expected %s, found no %s", pair->what,
                             pair->key[had[0] ? 1 : 0].name);
    return true;
}

static bool read_arcs(struct reading *r, const char *key, struct vg_site_arc *ret, uint8_t *ret_count)
{
    uint8_t count = 0;
    if (!vg_yaml_is(&r->yaml, YAML_SEQUENCE_START_EVENT))
        return vg_yaml_unexpected(&r->yaml, key, "a list of {from: DEGREES, to: DEGREES}");
    while (vg_yaml_next(&r->yaml) && !vg_yaml_is(&r->yaml, YAML_SEQUENCE_END_EVENT)) {
        double side[2];
        unsigned line = vg_yaml_line(&r->yaml);
        if (count == VG_SITE_ARCS)
            return vg_yaml_wrong(&r->yaml, line, key, "expected at most %d arcs, found more", VG_SITE_ARCS) ||
                   of_kind(r, VG_RANGE);
        if (!read_pair(r, key, &arc, side))
            return false;
        if (side[0] == side[1])
            return vg_yaml_wrong(&r->yaml, line, key,
                                 "expected an arc clockwise from one bearing to another, found one of 0°") ||
                   of_kind(r, VG_RANGE);
        ret[count++] = (struct vg_site_arc){side[0], side[1]};
    }
    *ret_count = count;
    return !r->err;
}

static bool read_value(struct reading *r, const struct key *k, struct vg_site *s)
{
    void *at = (char *)s + k->at;
    double side[2];
    switch (k->value) {
    case TEXT:
        return read_text(r, k->name, at);
    case KIND:
        return read_kind(r, k->name, at);
    case FLAG:
        return vg_yaml_flag(&r->yaml, k->name, at);
    case NUMBER:
        return number(r, k->name, k->low, k->high, at);
    case CODE:
        return read_code(r, k, at);
    case PLACE:
        if (!read_pair(r, k->name, &place, side))
            return false;
        s->lat_deg = side[0];
        s->lon_deg = side[1];
        return true;
    case ARCS:
        return read_arcs(r, k->name, at, k->at == AT(sector) ? &s->sector_count : &s->blind_count);
    }
    return false;
}

/* ---- a sensor ---- */

/* The key that a word was meant to be: one that begins like it. */
static const struct key *nearest(const char *text)
{
    for (size_t i = 0; i < KEYS; i++)
        if (strncmp(keys[i].name, text, 3) == 0)
            return &keys[i];
    return NULL;
}

static bool unknown(struct reading *r, const char *text)
{
    const struct key *near = nearest(text);
    if (near)
        return vg_yaml_wrong(&r->yaml, vg_yaml_line(&r->yaml), text,
                             "there is no such key of a sensor; did you mean '%s'?", near->name);
    return vg_yaml_wrong(&r->yaml, vg_yaml_line(&r->yaml), text, "there is no such key of a sensor");
}

static bool had(uint32_t mask, const char *name)
{
    for (size_t i = 0; i < KEYS; i++)
        if (strcmp(keys[i].name, name) == 0)
            return mask & UINT32_C(1) << i;
    return false;
}

/* Whether two sensors would both be meant by a feed's reports. */
static bool is_same_voice(const struct vg_site *a, const struct vg_site *b)
{
    return strcmp(a->feed, b->feed) == 0 && a->sac == b->sac && a->sic == b->sic;
}

static bool is_whole(struct reading *r, unsigned line, uint32_t mask, struct vg_site *s)
{
    static const char *const demanded[] = {"name", "range_m"};
    for (size_t i = 0; i < sizeof demanded / sizeof *demanded; i++)
        if (!had(mask, demanded[i]))
            return vg_yaml_wrong(&r->yaml, line, "sensors", "expected a sensor with %s, found none", demanded[i]);
    if (!had(mask, "position") && !s->moving)
        return vg_yaml_wrong(&r->yaml, line, "position", "expected %s of '%s', which isn't moving, found none",
                             place.what, s->name);
    if (had(mask, "sac") != had(mask, "sic"))
        return vg_yaml_wrong(&r->yaml, line, "sensors", "expected both sac and sic of '%s', or none", s->name);
    if (s->min_range_m >= s->range_m)
        return vg_yaml_wrong(&r->yaml, line, "min_range_m", "expected less than range_m of '%s', found %g", s->name,
                             s->min_range_m) ||
               of_kind(r, VG_RANGE);
    if (strcmp(s->name, "ais") == 0)
        return vg_yaml_wrong(&r->yaml, line, "name", "expected another than 'ais', which AIS itself has");
    if (!had(mask, "feed"))
        memcpy(s->feed, s->name, sizeof s->feed);
    for (size_t i = 1; i <= r->sites->count; i++) {
        const struct vg_site *other = &r->sites->site[i];
        if (strcmp(other->name, s->name) == 0)
            return vg_yaml_wrong(&r->yaml, line, "name", "expected another than '%s', which stands there before",
                                 s->name);
        if (is_same_voice(other, s))
            return vg_yaml_wrong(&r->yaml, line, "feed", "expected sac and sic that tell '%s' from '%s' in '%s'",
                                 s->name, other->name, s->feed);
    }
    return true;
}

static bool read_site(struct reading *r)
{
    struct vg_site s = {
        .sac = VG_SITE_SAC_NONE,
        .sic = VG_SITE_SAC_NONE,
        .lat_deg = NAN,
        .lon_deg = NAN,
        .height_m = NAN,
        .target_height_m = DEFAULT_TARGET_HEIGHT_M,
        .period_s = DEFAULT_PERIOD_S,
        .sigma_range_m = DEFAULT_SIGMA_RANGE_M,
        .sigma_bearing_deg = DEFAULT_SIGMA_BEARING_DEG,
        .detection_probability = DEFAULT_DETECTION_PROBABILITY,
    };
    unsigned line = vg_yaml_line(&r->yaml);
    uint32_t mask = 0;
    if (!vg_yaml_is(&r->yaml, YAML_MAPPING_START_EVENT))
        return vg_yaml_unexpected(&r->yaml, "sensors", "a sensor (name: …, position: …)");
    if (r->sites->count == VG_SITES_MAX)
        return vg_yaml_wrong(&r->yaml, line, "sensors", "expected at most %d, found more", VG_SITES_MAX) ||
               of_kind(r, VG_LIMIT);
    while (vg_yaml_next(&r->yaml) && !vg_yaml_is(&r->yaml, YAML_MAPPING_END_EVENT)) {
        size_t k = 0;
        const char *text = vg_yaml_scalar(&r->yaml, "sensors", "a key of a sensor");
        if (!text)
            return false;
        while (k < KEYS && strcmp(keys[k].name, text) != 0)
            k++;
        if (k == KEYS)
            return unknown(r, text);
        if (mask & UINT32_C(1) << k)
            return vg_yaml_wrong(&r->yaml, vg_yaml_line(&r->yaml), keys[k].name, "it stands there twice");
        mask |= UINT32_C(1) << k;
        if (!vg_yaml_next(&r->yaml) || !read_value(r, &keys[k], &s))
            return false;
    }
    if (r->err || !is_whole(r, line, mask, &s))
        return false;
    r->sites->site[++r->sites->count] = s;
    return true;
}

/* ---- the text ---- */

static void read_sensors(struct reading *r)
{
    if (vg_yaml_is(&r->yaml, YAML_SCALAR_EVENT) && !r->yaml.event.data.scalar.length)
        return; /* sensors: and nothing */
    if (!vg_yaml_is(&r->yaml, YAML_SEQUENCE_START_EVENT)) {
        vg_yaml_unexpected(&r->yaml, "sensors", "a list of sensors");
        return;
    }
    while (vg_yaml_next(&r->yaml) && !vg_yaml_is(&r->yaml, YAML_SEQUENCE_END_EVENT))
        if (!read_site(r))
            return;
}

static void read_top(void *arg, struct vg_yaml *y)
{
    struct reading *r = arg;
    bool again = false;
    while (vg_yaml_next(y) && !vg_yaml_is(y, YAML_MAPPING_END_EVENT)) {
        const bool sensors =
            vg_yaml_is(y, YAML_SCALAR_EVENT) && strcmp((const char *)y->event.data.scalar.value, "sensors") == 0;
        if (sensors && again)
            vg_yaml_wrong(y, vg_yaml_line(y), "sensors", "it stands there twice");
        again |= sensors;
        if (!sensors)
            vg_yaml_skip(y); /* a key may be a mapping, too */
        if (!vg_yaml_next(y))
            return;
        if (sensors)
            read_sensors(r);
        else
            vg_yaml_skip(y);
    }
}

enum vg_err vg_sites_read(const char *yaml, size_t len, struct vg_sites *ret, struct vg_site_error *ret_error)
{
    struct reading r = {.sites = calloc(1, sizeof *r.sites)};
    if (vg_yaml_begin(&r.yaml, yaml, len, on_wrong, &r) && r.sites)
        vg_yaml_top(&r.yaml, "'sensors:' with a list below it", read_top, &r);
    if (!r.sites || r.yaml.no_memory) {
        r.err = VG_NOMEM;
        r.error = (struct vg_site_error){.text = "out of memory"};
    }
    vg_yaml_end(&r.yaml);
    if (r.err)
        *ret_error = r.error;
    else
        *ret = *r.sites;
    free(r.sites);
    return r.err;
}
