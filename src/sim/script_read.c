/*
 * A scenario's text, by libyaml's events. A mapping is a form: a table of keys with what they take, their bounds, and
 * where the value goes. The first thing that is wrong ends the reading and is told with its line.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/text_plain.h"
#include "base/time.h"
#include "sim/script.h"
#include "sim/world.h"
#include "site/yaml_events.h"

enum take {
    NAME,
    STATION,
    SOURCE,
    REGION,
    NUMBER,
    WHOLE,
    SEED,
    TIME,
    DEED_KEY,
    BOX,
    PLACE,
    POINTS,
    LIST,
    KINDS,
    TIMES
};

struct form;

struct key {
    const char *name;
    uint8_t take; /* enum take */
    bool demanded;
    size_t at;
    double low, high;
    double times;            /* a value is stored so many times larger; 0: as it is */
    const struct form *form; /* LIST: what its mappings are; TIMES: NULL deeds, else life */
};

struct form {
    const char *what; /* for "expected …" */
    const struct key *keys;
    size_t count;
    size_t size, max, count_at; /* of a list: bytes of one, how many at most, where their number stands */
    bool (*whole)(struct vg_yaml *y, unsigned line, const void *one); /* NULL: nothing more is asked */
};

struct reading {
    struct vg_yaml yaml;
    struct vg_sim_script *script;
    struct vg_sim_script_error error;
    bool wrong;
};

#define DAY_S        (VG_DAY_US / 1e6)
#define COUNT(table) (sizeof(table) / sizeof *(table))

static const char *const deed_keys[DEED_COUNT] = {
#define DEED(key, ...) #key,
#define LIFE(key, ...) #key,
#include "sim/deeds.def"
#undef DEED
#undef LIFE
};

static const bool is_life[DEED_COUNT] = {
#define LIFE(key, ...) [DEED_##key] = true,
#include "sim/deeds.def"
#undef LIFE
};

const char *vg_sim_deed_key(int deed)
{
    return deed_keys[deed];
}

bool vg_sim_deed_is_life(int deed)
{
    return is_life[deed];
}

/* ---- telling ---- */

static void tell(void *arg, unsigned line, const char *key, const char *what)
{
    struct reading *r = arg;
    char text[640];
    r->yaml.stopped = true;
    if (r->wrong)
        return;
    r->wrong = true;
    r->error.line = line;
    snprintf(text, sizeof text, "%s%s%s", key ? key : "", key ? ": " : "", what);
    vg_text_plain(r->error.text, sizeof r->error.text, text, strlen(text));
}

static bool twice(struct vg_yaml *y, const char *key)
{
    return vg_yaml_wrong(y, vg_yaml_line(y), key, "it stands there twice");
}

/* ---- one value ---- */

static bool take_number(struct vg_yaml *y, const struct key *k, double *ret)
{
    char expected[96];
    struct vg_decimal d;
    bool whole = k->take == WHOLE || k->take == SEED;
    snprintf(expected, sizeof expected, "a %snumber from %.10g to %.10g", whole ? "whole " : "", k->low, k->high);
    const char *text = vg_yaml_scalar(y, k->name, expected);
    if (!text)
        return false;
    double value = vg_decimal_read(text, strlen(text), '.', &d) ? strtod(text, NULL) : NAN;
    if (!(value >= k->low && value <= k->high) || (whole && value != floor(value)))
        return vg_yaml_unexpected(y, k->name, expected);
    *ret = k->times > 0 ? value * k->times : value;
    return true;
}

static bool take_name(struct vg_yaml *y, const struct key *k, size_t room, char *ret)
{
    const char *text = vg_yaml_scalar(y, k->name, "a name");
    size_t len = text ? strlen(text) : 0;
    if (!text)
        return false;
    if (len == 0 || !vg_text_is_plain(text, len))
        return vg_yaml_unexpected(y, k->name, "a name of printable characters");
    if (len >= room)
        return vg_yaml_wrong(y, vg_yaml_line(y), k->name, "expected at most %zu bytes, found %zu", room - 1, len);
    memcpy(ret, text, len + 1);
    return true;
}

/* What a tag block can carry: letters, digits, '-' and '_'. */
static bool take_station(struct vg_yaml *y, const struct key *k, char *ret)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const char *expected = "a name of 1 to 15 letters, digits, - and _";
    const char *text = vg_yaml_scalar(y, k->name, expected);
    size_t len = text ? strlen(text) : 0;
    if (!text)
        return false;
    if (len == 0 || len >= VG_SIM_STATION || strspn(text, allowed) != len)
        return vg_yaml_unexpected(y, k->name, expected);
    memcpy(ret, text, len + 1);
    return true;
}

static bool take_region(struct vg_yaml *y, const struct key *k)
{
    const char *text = vg_yaml_scalar(y, k->name, "ecuador");
    if (text && strcmp(text, "ecuador") != 0)
        return vg_yaml_unexpected(y, k->name, "ecuador, the one region that has lanes and ports (or box: …)");
    return text;
}

static bool take_time(struct vg_yaml *y, const struct key *k, int64_t *ret)
{
    const char *text = vg_yaml_scalar(y, k->name, "a time (2026-03-15T10:00:00Z)");
    if (!text)
        return false;
    if (!vg_time_parse(text, strlen(text), ret) || *ret < 0)
        return vg_yaml_unexpected(y, k->name, "a time since 1970 (2026-03-15T10:00:00Z)");
    return true;
}

static int deed_of(const char *text)
{
    for (int i = 0; i < DEED_COUNT; i++)
        if (strcmp(deed_keys[i], text) == 0)
            return i;
    return -1;
}

static bool unknown_deed(struct vg_yaml *y, const char *key, bool life)
{
    char known[420] = "";
    size_t n = 0;
    for (int i = 0; i < DEED_COUNT; i++)
        if (is_life[i] == life && n < sizeof known)
            n += (size_t)snprintf(known + n, sizeof known - n, "%s%s", n ? ", " : "", deed_keys[i]);
    char found[VG_YAML_FOUND];
    return vg_yaml_wrong(y, vg_yaml_line(y), key, "expected one of %s; found %s", known, vg_yaml_found(y, found));
}

static bool take_deed(struct vg_yaml *y, const struct key *k, uint8_t *ret)
{
    const char *text = vg_yaml_scalar(y, k->name, "a deed");
    int deed = text ? deed_of(text) : -1;
    if (!text)
        return false;
    if (deed < 0)
        return unknown_deed(y, k->name, false);
    *ret = (uint8_t)deed;
    return true;
}

/* ---- mappings and lists ---- */

static bool read_form(struct reading *r, const char *key, const struct form *f, void *ret);

static const struct key place_keys[] = {
    {"lat", NUMBER, true, offsetof(struct vg_sim_spot_deg, lat_deg), -85, 85, 0, NULL},
    {"lon", NUMBER, true, offsetof(struct vg_sim_spot_deg, lon_deg), -180, 180, 0, NULL},
};
static const struct form place_form = {"{lat: DEGREES, lon: DEGREES}", place_keys, COUNT(place_keys), 0, 0, 0, NULL};

static const struct key box_keys[] = {
    {"west", NUMBER, true, offsetof(struct vg_box, west_deg), -180, 180, 0, NULL},
    {"east", NUMBER, true, offsetof(struct vg_box, east_deg), -180, 180, 0, NULL},
    {"south", NUMBER, true, offsetof(struct vg_box, south_deg), -80, 80, 0, NULL},
    {"north", NUMBER, true, offsetof(struct vg_box, north_deg), -80, 80, 0, NULL},
};

static bool box_is_whole(struct vg_yaml *y, unsigned line, const void *one)
{
    const struct vg_box *b = one;
    if (b->west_deg + 0.1 > b->east_deg || b->south_deg + 0.1 > b->north_deg)
        return vg_yaml_wrong(y, line, "box", "expected west and south at least 0.1° below east and north");
    return true;
}
static const struct form box_form = {
    "{west: , south: , east: , north: } in degrees", box_keys, COUNT(box_keys), 0, 0, 0, box_is_whole};

/* [[lon, lat], …] */
static bool take_points(struct vg_yaml *y, const struct key *k, struct vg_sim_shape *ret)
{
    static const struct key side[] = {{"lon", NUMBER, true, 0, -180, 180, 0, NULL},
                                      {"lat", NUMBER, true, 0, -85, 85, 0, NULL}};
    const char *expected = "a list of points [[LON, LAT], …]";
    unsigned line = vg_yaml_line(y);
    if (!vg_yaml_is(y, YAML_SEQUENCE_START_EVENT))
        return vg_yaml_unexpected(y, k->name, expected);
    while (vg_yaml_next(y) && !vg_yaml_is(y, YAML_SEQUENCE_END_EVENT)) {
        double value[2];
        if (!vg_yaml_is(y, YAML_SEQUENCE_START_EVENT))
            return vg_yaml_unexpected(y, k->name, expected);
        if (ret->points == VG_SIM_POINTS_MAX)
            return vg_yaml_wrong(y, line, k->name, "expected at most %d points, found more", VG_SIM_POINTS_MAX);
        for (int i = 0; i < 2; i++)
            if (!vg_yaml_next(y) || !take_number(y, &side[i], &value[i]))
                return false;
        if (!vg_yaml_next(y) || !vg_yaml_is(y, YAML_SEQUENCE_END_EVENT))
            return vg_yaml_unexpected(y, k->name, "the end of a point of two numbers");
        ret->point[ret->points++] = (struct vg_sim_spot_deg){value[0], value[1]};
    }
    if (y->stopped)
        return false;
    if (ret->points < (size_t)k->low)
        return vg_yaml_wrong(y, line, k->name, "expected at least %.0f points, found %zu", k->low, ret->points);
    return true;
}

/* {NAME: NUMBER, …}: deeds and life by how often a day, kinds by how many vessels. */
static bool take_numbers(struct reading *r, const struct key *k)
{
    struct vg_yaml *y = &r->yaml;
    bool kinds = k->take == KINDS, life = k->form != NULL,
         had[DEED_COUNT > VG_SIM_KINDS_MAX ? DEED_COUNT : VG_SIM_KINDS_MAX] = {0};
    if (!vg_yaml_is(y, YAML_MAPPING_START_EVENT))
        return vg_yaml_unexpected(y, k->name, kinds ? "a mapping {KIND: HOW MANY}" : "a mapping {DEED: TIMES A DAY}");
    while (vg_yaml_next(y) && !vg_yaml_is(y, YAML_MAPPING_END_EVENT)) {
        char name[VG_SIM_NAME];
        int i = -1;
        const char *text = vg_yaml_scalar(y, k->name, "a name");
        if (!text)
            return false;
        for (size_t n = 0; kinds && n < vg_sim_kind_count; n++)
            if (strcmp(vg_sim_kinds[n].key, text) == 0 && vg_sim_kind_is_free(&vg_sim_kinds[n]))
                i = (int)n;
        if (kinds && i < 0)
            return vg_yaml_unexpected(y, k->name, "a kind of vessel that moves (docs/simulation.md)");
        if (!kinds)
            i = deed_of(text);
        if (i < 0 || (!kinds && is_life[i] != life))
            return unknown_deed(y, k->name, life);
        if (had[i])
            return twice(y, text);
        had[i] = true;
        snprintf(name, sizeof name, "%s", text);
        const struct key value = {name, kinds ? WHOLE : NUMBER, false, 0, k->low, k->high, 0, NULL};
        double number;
        if (!vg_yaml_next(y) || !take_number(y, &value, &number))
            return false;
        if (kinds)
            r->script->vessels[i] = (uint32_t)number;
        else
            r->script->a_day[i] = number;
    }
    return !y->stopped;
}

static bool take_list(struct reading *r, const struct key *k, char *base)
{
    struct vg_yaml *y = &r->yaml;
    const struct form *f = k->form;
    size_t *count = (size_t *)(void *)(base + f->count_at);
    if (!vg_yaml_is(y, YAML_SEQUENCE_START_EVENT)) {
        char expected[160];
        snprintf(expected, sizeof expected, "a list of %s", f->what);
        return vg_yaml_unexpected(y, k->name, expected);
    }
    while (vg_yaml_next(y) && !vg_yaml_is(y, YAML_SEQUENCE_END_EVENT)) {
        if (*count == f->max)
            return vg_yaml_wrong(y, vg_yaml_line(y), k->name, "expected at most %zu, found more", f->max);
        if (!read_form(r, k->name, f, base + k->at + *count * f->size))
            return false;
        ++*count;
    }
    return !y->stopped;
}

static bool take_value(struct reading *r, const struct key *k, char *base)
{
    struct vg_yaml *y = &r->yaml;
    void *at = base + k->at;
    double number;
    switch ((enum take)k->take) {
    case NAME:
        return take_name(y, k, VG_SIM_NAME, at);
    case STATION:
        return take_station(y, k, at);
    case SOURCE:
        return take_name(y, k, sizeof r->script->sensors, at);
    case REGION:
        return take_region(y, k);
    case NUMBER:
        return take_number(y, k, at);
    case WHOLE:
        if (!take_number(y, k, &number))
            return false;
        *(uint32_t *)at = (uint32_t)number;
        return true;
    case SEED:
        if (!take_number(y, k, &number))
            return false;
        *(uint64_t *)at = (uint64_t)number;
        r->script->has_seed = true;
        return true;
    case TIME:
        return take_time(y, k, at);
    case DEED_KEY:
        return take_deed(y, k, at);
    case BOX:
        r->script->is_box = true;
        return read_form(r, k->name, &box_form, at);
    case PLACE:
        if (k->high > 0) /* a flag behind it says that it was there */
            *(bool *)(base + (size_t)k->high) = true;
        return read_form(r, k->name, &place_form, at);
    case POINTS:
        return take_points(y, k, (struct vg_sim_shape *)(void *)base);
    case LIST:
        return take_list(r, k, base);
    case KINDS:
    case TIMES:
        return take_numbers(r, k);
    }
    return false;
}

static bool read_form(struct reading *r, const char *key, const struct form *f, void *ret)
{
    struct vg_yaml *y = &r->yaml;
    unsigned line = vg_yaml_line(y);
    uint32_t had = 0;
    if (!vg_yaml_is(y, YAML_MAPPING_START_EVENT))
        return vg_yaml_unexpected(y, key, f->what);
    while (vg_yaml_next(y) && !vg_yaml_is(y, YAML_MAPPING_END_EVENT)) {
        size_t k = 0;
        const char *text = vg_yaml_scalar(y, key, "a key");
        if (!text)
            return false;
        while (k < f->count && strcmp(f->keys[k].name, text) != 0)
            k++;
        if (k == f->count) {
            char found[VG_YAML_FOUND];
            return vg_yaml_wrong(y, vg_yaml_line(y), key, "expected %s; there is no key %s", f->what,
                                 vg_yaml_found(y, found));
        }
        if (had & UINT32_C(1) << k)
            return twice(y, f->keys[k].name);
        had |= UINT32_C(1) << k;
        if (!vg_yaml_next(y) || !take_value(r, &f->keys[k], ret))
            return false;
    }
    if (r->wrong)
        return false;
    for (size_t k = 0; k < f->count; k++)
        if (f->keys[k].demanded && !(had & UINT32_C(1) << k))
            return vg_yaml_wrong(y, line, key, "expected %s, found none", f->keys[k].name);
    return !f->whole || f->whole(y, line, ret);
}

/* ---- the forms ---- */

#define IN(type, member) offsetof(struct vg_sim_##type, member)

static bool span_is_whole(struct vg_yaml *y, unsigned line, const void *one)
{
    const struct vg_sim_span *s = one;
    if (s->from_s >= s->to_s)
        return vg_yaml_wrong(y, line, "from_h", "expected less than to_h");
    return true;
}

static const struct key span_keys[] = {
    {"from_h", NUMBER, true, IN(span, from_s), 0, 10000, 3600, NULL},
    {"to_h", NUMBER, true, IN(span, to_s), 0, 10000, 3600, NULL},
};
static const struct form outage_form = {
    "{from_h: HOURS, to_h: HOURS}", span_keys,     COUNT(span_keys), sizeof(struct vg_sim_span), VG_SIM_OUTAGES_MAX,
    IN(receiver, outages),          span_is_whole,
};

static const struct key receiver_keys[] = {
    {"name", STATION, true, IN(receiver, name), 0, 0, 0, NULL},
    {"position", PLACE, true, IN(receiver, at), 0, 0, 0, NULL},
    {"height_m", NUMBER, true, IN(receiver, height_m), 1, 5000, 0, NULL},
    {"range_nm", NUMBER, false, IN(receiver, range_nm), 1, 500, 0, NULL},
    {"lost", NUMBER, false, IN(receiver, lost), 0, 1, 0, NULL},
    {"collisions", NUMBER, false, IN(receiver, collisions), 0, 1, 0, NULL},
    {"clock_s", NUMBER, false, IN(receiver, clock_s), -DAY_S, DAY_S, 0, NULL},
    {"outages", LIST, false, IN(receiver, outage), 0, 0, 0, &outage_form},
};
static const struct form receiver_form = {
    "a receiver (name, position, height_m, range_nm, lost, collisions, clock_s, outages)",
    receiver_keys,
    COUNT(receiver_keys),
    sizeof(struct vg_sim_receiver),
    VG_SIM_RECEIVERS_MAX,
    IN(script, receivers),
    NULL,
};

static bool pass_is_whole(struct vg_yaml *y, unsigned line, const void *one)
{
    const struct vg_sim_pass *p = one;
    if (p->swath_s > p->period_s)
        return vg_yaml_wrong(y, line, "swath_s", "expected at most the period");
    return true;
}

static const struct key pass_keys[] = {
    {"name", STATION, true, IN(pass, name), 0, 0, 0, NULL},
    {"period_min", NUMBER, true, IN(pass, period_s), 1, 1440, 60, NULL},
    {"first_min", NUMBER, false, IN(pass, first_s), 0, 1440, 60, NULL},
    {"swath_s", NUMBER, true, IN(pass, swath_s), 1, DAY_S, 0, NULL},
    {"probability", NUMBER, true, IN(pass, probability), 0, 1, 0, NULL},
};
static const struct form pass_form = {
    "a satellite (name, period_min, first_min, swath_s, probability)",
    pass_keys,
    COUNT(pass_keys),
    sizeof(struct vg_sim_pass),
    VG_SIM_PASSES_MAX,
    IN(script, passes),
    pass_is_whole,
};

static const struct key hole_keys[] = {
    {"position", PLACE, true, IN(hole, at), 0, 0, 0, NULL},
    {"radius_nm", NUMBER, true, IN(hole, radius_nm), 0.1, 1000, 0, NULL},
    {"from_h", NUMBER, false, IN(hole, when.from_s), 0, 10000, 3600, NULL},
    {"to_h", NUMBER, false, IN(hole, when.to_s), 0, 10000, 3600, NULL},
};
static const struct form hole_form = {
    "a hole (position, radius_nm, from_h, to_h)",
    hole_keys,
    COUNT(hole_keys),
    sizeof(struct vg_sim_hole),
    VG_SIM_AREAS_MAX,
    IN(script, holes),
    NULL,
};

static const struct key area_keys[] = {{"name", NAME, true, IN(shape, name), 0, 0, 0, NULL},
                                       {"points", POINTS, true, 0, 3, 0, 0, NULL}};
static const struct key line_keys[] = {{"name", NAME, true, IN(shape, name), 0, 0, 0, NULL},
                                       {"points", POINTS, true, 0, 2, 0, 0, NULL}};

/* clang-format off */
#define SHAPES(member, keys)                                                                                           \
    {"a mapping {name: , points: [[LON, LAT], …]}", keys, COUNT(keys), sizeof(struct vg_sim_shape), VG_SIM_AREAS_MAX,  \
     offsetof(struct vg_sim_script, member.count), NULL}
/* clang-format on */
static const struct form area_form = SHAPES(areas, area_keys), gate_form = SHAPES(gates, line_keys),
                         lane_form = SHAPES(lanes, line_keys);

static const struct key placed_keys[] = {
    {"deed", DEED_KEY, true, IN(placed, deed), 0, 0, 0, NULL},
    {"at_h", NUMBER, true, IN(placed, at_s), 0, 10000, 3600, NULL},
    {"position", PLACE, false, IN(placed, at), 0, (double)IN(placed, has_place), 0, NULL},
};
static const struct form placed_form = {
    "a deed {deed: , at_h: , position: }",
    placed_keys,
    COUNT(placed_keys),
    sizeof(struct vg_sim_placed),
    VG_SIM_PLACED_MAX,
    IN(script, placed_count),
    NULL,
};

static const struct key top_keys[] = {
    {"scenario", NAME, true, IN(script, name), 0, 0, 0, NULL},
    {"region", REGION, false, 0, 0, 0, 0, NULL},
    {"box", BOX, false, IN(script, box), 0, 0, 0, NULL},
    {"start", TIME, false, IN(script, start_us), 0, 0, 0, NULL},
    {"hours", NUMBER, false, IN(script, hours), 0.01, 10000, 0, NULL},
    {"seed", SEED, false, IN(script, seed), 0, 9e15, 0, NULL},
    {"damage", NUMBER, false, IN(script, damage), 0, 1, 0, NULL},
    {"fleet", WHOLE, false, IN(script, fleet), 0, VG_SIM_SCRIPT_SHIPS, 0, NULL},
    {"vessels", KINDS, false, 0, 0, VG_SIM_SCRIPT_SHIPS, 0, NULL},
    {"receivers", LIST, false, IN(script, receiver), 0, 0, 0, &receiver_form},
    {"satellites", LIST, false, IN(script, pass), 0, 0, 0, &pass_form},
    {"holes", LIST, false, IN(script, hole), 0, 0, 0, &hole_form},
    {"areas", LIST, false, IN(script, areas.shape), 0, 0, 0, &area_form},
    {"gates", LIST, false, IN(script, gates.shape), 0, 0, 0, &gate_form},
    {"lanes", LIST, false, IN(script, lanes.shape), 0, 0, 0, &lane_form},
    {"deeds", TIMES, false, 0, 0, VG_SIM_TIMES_A_DAY, 0, NULL},
    {"life", TIMES, false, 0, 0, VG_SIM_TIMES_A_DAY, 0, &placed_form},
    {"placed", LIST, false, IN(script, placed), 0, 0, 0, &placed_form},
    {"sensors", SOURCE, false, IN(script, sensors), 0, 0, 0, NULL},
};

static uint64_t ships(const struct vg_sim_script *s)
{
    uint64_t sum = s->fleet;
    for (size_t i = 0; i < VG_SIM_KINDS_MAX; i++)
        sum += s->vessels[i];
    return sum;
}

static bool asks_for(const struct vg_sim_script *s, int deed)
{
    bool asks = s->a_day[deed] > 0;
    for (size_t i = 0; i < s->placed_count; i++)
        asks |= s->placed[i].deed == deed;
    return asks;
}

/* What one key alone can't say. */
static bool script_is_whole(struct vg_yaml *y, unsigned line, const void *one)
{
    const struct vg_sim_script *s = one;
    static const struct {
        int deed;
        const char *needs;
        size_t count_at;
    } needs[] = {{DEED_area_entry, "areas", IN(script, areas.count)},
                 {DEED_gate_crossing, "gates", IN(script, gates.count)},
                 {DEED_against_lane, "lanes", IN(script, lanes.count)},
                 {DEED_lane_traffic, "lanes", IN(script, lanes.count)}};
    if (ships(s) > VG_SIM_SCRIPT_SHIPS)
        return vg_yaml_wrong(y, line, "vessels", "expected at most %d in all, found %llu", VG_SIM_SCRIPT_SHIPS,
                             (unsigned long long)ships(s));
    if (s->is_box && !s->receivers && !s->passes)
        return vg_yaml_wrong(y, line, "receivers", "expected receivers or satellites in a box, found none");
    for (size_t i = 0; i < COUNT(needs); i++)
        if (asks_for(s, needs[i].deed) && *(const size_t *)(const void *)((const char *)s + needs[i].count_at) == 0)
            return vg_yaml_wrong(y, line, needs[i].needs, "expected one for the deed %s, found none",
                                 deed_keys[needs[i].deed]);
    for (size_t i = 0; i < s->receivers; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(s->receiver[i].name, s->receiver[k].name) == 0)
                return vg_yaml_wrong(y, line, "receivers", "expected other names than '%s' twice", s->receiver[i].name);
    return true;
}

static const struct form top_form = {
    "a scenario (scenario, region or box, start, hours, seed, damage, fleet, vessels, receivers, satellites, holes, "
    "areas, gates, lanes, deeds, life, placed, sensors)",
    top_keys,
    COUNT(top_keys),
    0,
    0,
    0,
    script_is_whole,
};

static void read_top(void *arg, struct vg_yaml *y)
{
    (void)y;
    struct reading *r = arg;
    read_form(r, NULL, &top_form, r->script);
}

/* A list's defaults: what zero doesn't mean. */
static void fill(struct vg_sim_script *s)
{
    s->start_us = VG_TIME_NONE;
    for (size_t i = 0; i < VG_SIM_RECEIVERS_MAX; i++)
        s->receiver[i].range_nm = 500;
    for (size_t i = 0; i < VG_SIM_AREAS_MAX; i++)
        s->hole[i].when = (struct vg_sim_span){0, 1e12};
}

enum vg_err vg_sim_script_read(const char *yaml, size_t len, struct vg_sim_script *ret_script,
                               struct vg_sim_script_error *ret_error)
{
    struct reading r = {.script = calloc(1, sizeof *r.script)};
    if (!r.script)
        return VG_NOMEM;
    fill(r.script);
    if (vg_yaml_begin(&r.yaml, yaml, len, tell, &r))
        vg_yaml_top(&r.yaml, top_form.what, read_top, &r);
    bool memory = !r.yaml.no_memory;
    vg_yaml_end(&r.yaml);
    if (memory && !r.wrong && !*r.script->name) {
        r.wrong = true;
        snprintf(r.error.text, sizeof r.error.text, "expected a scenario, found nothing");
    }
    if (memory && r.wrong)
        *ret_error = r.error;
    else if (memory)
        *ret_script = *r.script;
    free(r.script);
    return !memory ? VG_NOMEM : r.wrong ? VG_SYNTAX : VG_OK;
}
