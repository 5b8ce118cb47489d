#include "behaviour/encounter_find.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/geo.h"
#include "base/time.h"

/* A vessel at a grid time. */
struct spot {
    int64_t time_us;
    double lon_deg, lat_deg;
    uint32_t vessel, number; /* `number` counts a vessel's own grid times */
};

/* A vessel beside another at a grid time. */
struct pair {
    uint32_t spot, other; /* indices of spots */
    double distance_m;
};

struct search {
    const struct vg_encounter_rule *rule;
    struct spot *spots;
    struct pair *pairs;
    size_t spot_count, spot_room, pair_count, pair_room;
    enum vg_err err;
};

static int by_number(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int by_vessel_and_time(const void *a, const void *b)
{
    const struct vg_encounter_fix *x = a, *y = b;
    return x->vessel != y->vessel ? by_number(x->vessel, y->vessel) : by_number(x->time_us, y->time_us);
}

/* Times are integers, so a merge keeps the order in which fixes of one time were given (qsort does not). */
static void sort_fixes(struct vg_encounter_fix *fixes, struct vg_encounter_fix *room, size_t n)
{
    if (n < 2)
        return;
    const size_t half = n / 2;
    sort_fixes(fixes, room, half);
    sort_fixes(fixes + half, room, n - half);
    memcpy(room, fixes, half * sizeof *fixes);
    for (size_t i = 0, j = half, k = 0; i < half; k++)
        fixes[k] = j < n && by_vessel_and_time(&fixes[j], &room[i]) < 0 ? fixes[j++] : room[i++];
}

static int by_time_and_latitude(const void *a, const void *b)
{
    const struct spot *x = a, *y = b;
    if (x->time_us != y->time_us)
        return by_number(x->time_us, y->time_us);
    if (x->lat_deg != y->lat_deg)
        return x->lat_deg < y->lat_deg ? -1 : 1;
    return by_number(x->vessel, y->vessel);
}

static void *grown(struct search *s, void *table, size_t *room, size_t count, size_t size, size_t max)
{
    if (count < *room)
        return table;
    const size_t more = *room ? *room * 2 : 1024;
    void *bigger = count < max ? realloc(table, more * size) : NULL;
    if (bigger)
        *room = more;
    else
        s->err = count < max ? VG_NOMEM : VG_LIMIT;
    return bigger ? bigger : table;
}

static void add_spot(struct search *s, const struct vg_encounter_fix *a, const struct vg_encounter_fix *b,
                     int64_t time_us, uint32_t number)
{
    s->spots = grown(s, s->spots, &s->spot_room, s->spot_count, sizeof *s->spots, VG_ENCOUNTER_GRID_MAX);
    if (s->err)
        return;
    const double share = (double)(time_us - a->time_us) / (double)(b->time_us - a->time_us);
    const double d_lon = remainder(b->lon_deg - a->lon_deg, 360); /* the short way, over the 180th meridian, too */
    s->spots[s->spot_count++] = (struct spot){
        .time_us = time_us,
        .lon_deg = share >= 1 ? b->lon_deg : a->lon_deg + share * d_lon,
        .lat_deg = b->lat_deg * share + a->lat_deg * (1 - share),
        .vessel = a->vessel,
        .number = number,
    };
}

static int64_t grid_from(int64_t time_us, int64_t step_us)
{
    const int64_t over = (time_us % step_us + step_us) % step_us;
    return over ? time_us + step_us - over : time_us;
}

/* Puts each vessel on the grid. A stretch between two fixes has its end but not its begin: that is of the one before.
 */
static void lay_grid(struct search *s, const struct vg_encounter_fix *fixes, size_t count)
{
    uint32_t number = 0;
    bool first = true;
    for (size_t i = 0, last = 0; i < count && !s->err; i++) {
        if (i == 0 || fixes[i].vessel != fixes[last].vessel) {
            last = i, first = true, number = 0;
            continue;
        }
        if (fixes[i].time_us == fixes[last].time_us)
            continue;
        const struct vg_encounter_fix *a = &fixes[last], *b = &fixes[i];
        if (b->time_us - a->time_us < s->rule->max_gap_us)
            for (int64_t t = grid_from(a->time_us + (first ? 0 : 1), s->rule->step_us); t <= b->time_us && !s->err;
                 t += s->rule->step_us)
                add_spot(s, a, b, t, number++);
        last = i, first = false;
    }
}

static void add_pair(struct search *s, size_t spot, size_t other, double distance_m)
{
    s->pairs = grown(s, s->pairs, &s->pair_room, s->pair_count, sizeof *s->pairs, VG_ENCOUNTER_GRID_MAX);
    if (!s->err)
        s->pairs[s->pair_count++] = (struct pair){(uint32_t)spot, (uint32_t)other, distance_m};
}

/* Of one time, from south to north: whoever is near is near in latitude, at poles and on the 180th meridian, too. */
static void find_pairs(struct search *s)
{
    const double reach_deg = s->rule->near_m / 111000 + 1e-9; /* a degree of latitude has 110.6 km or more */
    for (size_t i = 0; i < s->spot_count; i++)
        for (size_t j = i + 1; j < s->spot_count && !s->err; j++) {
            const struct spot *a = &s->spots[i], *b = &s->spots[j];
            if (b->time_us != a->time_us || b->lat_deg - a->lat_deg > reach_deg)
                break;
            const double m = vg_geo_distance_deg_m(a->lon_deg, a->lat_deg, b->lon_deg, b->lat_deg);
            if (m <= s->rule->near_m && a->vessel != b->vessel) {
                add_pair(s, i, j, m);
                add_pair(s, j, i, m);
            }
        }
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double vg_median(double *values, size_t count)
{
    if (!count)
        return NAN;
    qsort(values, count, sizeof *values, by_value);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

static int by_vessels_and_time(const void *a, const void *b, void *arg)
{
    const struct spot *spots = arg;
    const struct pair *x = a, *y = b;
    if (spots[x->spot].vessel != spots[y->spot].vessel)
        return by_number(spots[x->spot].vessel, spots[y->spot].vessel);
    if (spots[x->other].vessel != spots[y->other].vessel)
        return by_number(spots[x->other].vessel, spots[y->other].vessel);
    return by_number(spots[x->spot].number, spots[y->spot].number);
}

static void tell_run(struct search *s, const struct pair *run, size_t count, double *room, vg_encounter_sink *on,
                     void *arg)
{
    const struct spot *first = &s->spots[run[0].spot], *last = &s->spots[run[count - 1].spot];
    if (count < 2 || last->time_us - first->time_us < s->rule->min_us)
        return;
    struct vg_encounter e = {.vessel = first->vessel,
                             .other = s->spots[run[0].other].vessel,
                             .begin_us = first->time_us,
                             .end_us = last->time_us,
                             .points = (uint32_t)count};
    for (size_t i = 0; i < count; i++)
        room[i] = run[i].distance_m;
    e.median_distance_m = vg_median(room, count);
    for (size_t i = 1; i < count; i++) {
        const struct spot *a = &s->spots[run[i - 1].spot], *b = &s->spots[run[i].spot];
        const double m = vg_geo_distance_deg_m(a->lon_deg, a->lat_deg, b->lon_deg, b->lat_deg);
        room[i - 1] = m / ((double)(b->time_us - a->time_us) / VG_SECOND_US) / VG_MPS_PER_KNOT;
    }
    e.median_speed_kn = vg_median(room, count - 1);
    on(arg, &e);
}

static void tell_runs(struct search *s, double *room, vg_encounter_sink *on, void *arg)
{
    for (size_t begin = 0, i = 1; i <= s->pair_count; i++) {
        const struct pair *a = &s->pairs[i - 1], *b = i < s->pair_count ? &s->pairs[i] : NULL;
        if (b && s->spots[a->spot].vessel == s->spots[b->spot].vessel &&
            s->spots[a->other].vessel == s->spots[b->other].vessel &&
            s->spots[a->spot].number + 1 == s->spots[b->spot].number)
            continue;
        tell_run(s, &s->pairs[begin], i - begin, room, on, arg);
        begin = i;
    }
}

enum vg_err vg_encounter_find(const struct vg_encounter_rule *rule, struct vg_encounter_fix *fixes, size_t count,
                              vg_encounter_sink *on, void *arg)
{
    if (rule->step_us <= 0 || rule->max_gap_us <= 0 || !(rule->near_m >= 0))
        return VG_ARG;
    if (!count)
        return VG_OK;
    struct search s = {.rule = rule};
    struct vg_encounter_fix *order = malloc((count / 2 + 1) * sizeof *order);
    double *room = NULL;
    if (!order)
        return VG_NOMEM;
    sort_fixes(fixes, order, count);
    lay_grid(&s, fixes, count);
    if (s.spot_count)
        qsort(s.spots, s.spot_count, sizeof *s.spots, by_time_and_latitude);
    if (!s.err)
        find_pairs(&s);
    if (!s.err && s.pair_count) {
        qsort_r(s.pairs, s.pair_count, sizeof *s.pairs, by_vessels_and_time, s.spots);
        room = malloc(s.pair_count * sizeof *room);
        s.err = room ? VG_OK : VG_NOMEM;
    }
    if (!s.err && room)
        tell_runs(&s, room, on, arg);
    free(room);
    free(order);
    free(s.spots);
    free(s.pairs);
    return s.err;
}
