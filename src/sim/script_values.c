/* The values of a scenario: one by one, in lists and in mappings. The first thing that is wrong ends the reading and is
 * told with its line. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/text_plain.h"
#include "base/time.h"
#include "sim/script_inner.h"

void vg_sim_script_tell(void *arg, unsigned line, const char *key, const char *what)
{
    struct vg_sim_reading *r = arg;
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

static bool take_number(struct vg_yaml *y, const struct vg_sim_key *k, double *ret)
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

static bool take_name(struct vg_yaml *y, const struct vg_sim_key *k, size_t room, char *ret)
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
static bool take_station(struct vg_yaml *y, const struct vg_sim_key *k, char *ret)
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

static bool take_region(struct vg_yaml *y, const struct vg_sim_key *k)
{
    const char *text = vg_yaml_scalar(y, k->name, "ecuador");
    if (text && strcmp(text, "ecuador") != 0)
        return vg_yaml_unexpected(y, k->name, "ecuador, the one region that has lanes and ports (or box: …)");
    return text;
}

static bool take_time(struct vg_yaml *y, const struct vg_sim_key *k, int64_t *ret)
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
        if (strcmp(vg_sim_deed_key(i), text) == 0)
            return i;
    return -1;
}

static bool unknown_deed(struct vg_yaml *y, const char *key, bool life)
{
    char known[420] = "";
    size_t n = 0;
    for (int i = 0; i < DEED_COUNT; i++)
        if (vg_sim_deed_is_life(i) == life && n < sizeof known)
            n += (size_t)snprintf(known + n, sizeof known - n, "%s%s", n ? ", " : "", vg_sim_deed_key(i));
    char found[VG_YAML_FOUND];
    return vg_yaml_wrong(y, vg_yaml_line(y), key, "expected one of %s; found %s", known, vg_yaml_found(y, found));
}

static bool take_deed(struct vg_yaml *y, const struct vg_sim_key *k, uint8_t *ret)
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

static const struct vg_sim_key place_keys[] = {
    {"lat", NUMBER, true, offsetof(struct vg_sim_spot_deg, lat_deg), -85, 85, 0, NULL},
    {"lon", NUMBER, true, offsetof(struct vg_sim_spot_deg, lon_deg), -180, 180, 0, NULL},
};
static const struct vg_sim_form place_form = {
    "{lat: DEGREES, lon: DEGREES}", place_keys, COUNT(place_keys), 0, 0, 0, NULL};

static const struct vg_sim_key box_keys[] = {
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
static const struct vg_sim_form box_form = {
    "{west: , south: , east: , north: } in degrees", box_keys, COUNT(box_keys), 0, 0, 0, box_is_whole};

/* [[lon, lat], …] */
static bool take_points(struct vg_yaml *y, const struct vg_sim_key *k, struct vg_sim_shape *ret)
{
    static const struct vg_sim_key side[] = {{"lon", NUMBER, true, 0, -180, 180, 0, NULL},
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
static bool take_numbers(struct vg_sim_reading *r, const struct vg_sim_key *k)
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
        if (i < 0 || (!kinds && vg_sim_deed_is_life(i) != life))
            return unknown_deed(y, k->name, life);
        if (had[i])
            return twice(y, text);
        had[i] = true;
        snprintf(name, sizeof name, "%s", text);
        const struct vg_sim_key value = {name, kinds ? WHOLE : NUMBER, false, 0, k->low, k->high, 0, NULL};
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

static bool take_list(struct vg_sim_reading *r, const struct vg_sim_key *k, char *base)
{
    struct vg_yaml *y = &r->yaml;
    const struct vg_sim_form *f = k->form;
    size_t *count = (size_t *)(void *)(base + f->count_at);
    if (!vg_yaml_is(y, YAML_SEQUENCE_START_EVENT)) {
        char expected[160];
        snprintf(expected, sizeof expected, "a list of %s", f->what);
        return vg_yaml_unexpected(y, k->name, expected);
    }
    while (vg_yaml_next(y) && !vg_yaml_is(y, YAML_SEQUENCE_END_EVENT)) {
        if (*count == f->max)
            return vg_yaml_wrong(y, vg_yaml_line(y), k->name, "expected at most %zu, found more", f->max);
        if (!vg_sim_form_read(r, k->name, f, base + k->at + *count * f->size))
            return false;
        ++*count;
    }
    return !y->stopped;
}

static bool take_value(struct vg_sim_reading *r, const struct vg_sim_key *k, char *base)
{
    struct vg_yaml *y = &r->yaml;
    void *at = base + k->at;
    double number;
    switch ((enum vg_sim_take)k->take) {
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
        return vg_sim_form_read(r, k->name, &box_form, at);
    case PLACE:
        if (k->high > 0) /* a flag behind it says that it was there */
            *(bool *)(base + (size_t)k->high) = true;
        return vg_sim_form_read(r, k->name, &place_form, at);
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

bool vg_sim_form_read(struct vg_sim_reading *r, const char *key, const struct vg_sim_form *f, void *ret)
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
