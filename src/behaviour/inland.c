/*
 * Places on land: a vessel says that she sails where the chart of coasts has land.
 *
 * Definition: at 9 kn or more, which is over the limit of ship canals, 1 km and more behind the line of the coast,
 * looked at once a minute; told after three such looks of which one is 2 km or more behind it. She was at sea before, 1
 * km or more off, within the last 4 h. Not where three other vessels sailed: the coast lacks rivers, canals, lakes and
 * small bays, and traffic teaches them (cells of about 1 km, also of the vessels that are told of). Nor where vessels
 * lie, nor of tugs, pilots and others who work in harbours. It ends when she is off the land again, or not heard for 2
 * h.
 *
 * Innocent: a river that nobody sailed yet, a GPS at fault. What makes it wrong: a coast that is coarse.
 */
#include <math.h>
#include <stdio.h>

#include "behaviour/method.h"

#define SLOW_DKN   90 /* canals: Kiel 15 km/h (8.1 kn), Suez 13 to 16 km/h (8.6 kn) */
#define LOOK_US    VG_MINUTE_US
#define INSIDE_M   1000.0
#define DEEP_M     2000.0
#define LOOKED_M   20000.0
#define LOOKS      3
#define AT_SEA_KM  1
#define SILENT_US  (2 * VG_HOUR_US)
#define CELL_E4MIN 6000 /* 0.01° */
#define WIDE       36000
#define FULL_AT    (WATER_CELLS / 4 * 3)
#define SPEED_MOST 600 /* more is a wrong speed */

/* ---- waters that the coast lacks ---- */

static struct water_cell *cell_at(struct vg_behaviours *b, struct vg_pos pos)
{
    const int64_t lon = (pos.lon_e4min + 180 * (int64_t)VG_E4MIN_PER_DEGREE) / CELL_E4MIN;
    const int64_t lat = (pos.lat_e4min + 90 * (int64_t)VG_E4MIN_PER_DEGREE) / CELL_E4MIN;
    const uint64_t key = (uint64_t)(lat * WIDE + lon) + 1;
    uint32_t i = (uint32_t)(key * UINT64_C(0x9E3779B97F4A7C15) >> 40) % WATER_CELLS;
    while (b->water_cell[i].key && b->water_cell[i].key != key)
        i = (i + 1) % WATER_CELLS;
    if (!b->water_cell[i].key) {
        if (b->water_cells >= FULL_AT) {
            b->counters.cells_dropped++;
            return NULL;
        }
        b->water_cells++;
        b->water_cell[i].key = key;
    }
    return &b->water_cell[i];
}

/* True if others taught that this is water; she teaches it, too. A full table knows nothing new: all is water. */
static bool is_sailed(struct vg_behaviours *b, const struct vessel *v)
{
    struct water_cell *c = cell_at(b, v->last.pos);
    if (!c)
        return true;
    unsigned others = 0;
    bool known = false;
    for (int i = 0; i < WATER_VESSELS && c->vessel[i]; i++)
        others += c->vessel[i] != v->mmsi, known |= c->vessel[i] == v->mmsi;
    for (int i = 0; i < WATER_VESSELS && !known; i++)
        if (!c->vessel[i])
            c->vessel[i] = v->mmsi, known = true;
    return others >= WATER_OTHERS;
}

/* ---- who is on land ---- */

static void tell(struct vg_behaviours *b, const struct vessel *v, struct odd *o, enum vg_event_state state)
{
    struct vg_event e = vg_bhv_event(VG_EVENT_SPOOFING, v, NULL, &o->going, o->pos);
    vg_event_number(&e, "inland", o->value[0] / 1000, INSIDE_M / 1000, "km");
    vg_event_number(&e, "speed", o->value[1], SLOW_DKN / 10.0, "kn");
    vg_event_number(&e, "looks", o->count, LOOKS, "");
    vg_event_number(&e, "duration", (double)(o->going.last_us - o->going.begin_us) / VG_MINUTE_US, NAN, "min");
    e.confidence = fmin(0.95, 0.75 + 0.02 * o->count + 0.05 * (o->value[0] >= 2 * DEEP_M));
    snprintf(e.text, sizeof e.text, "positions on land");
    vg_bhv_tell(b, &e, &o->going, state, "land");
}

static void over(struct vg_behaviours *b, struct vessel *v, struct odd *o)
{
    v->inland = false;
    if (o->going.told)
        tell(b, v, o, VG_EVENT_ENDED);
    vg_odd_drop(b, o);
}

static bool was_at_sea(const struct vessel *v)
{
    for (unsigned n = 0; n < v->point_count; n++)
        if (vg_past_point(v, n)->shore_km >= AT_SEA_KM)
            return true;
    return false;
}

static void is_inland(struct vg_behaviours *b, struct vessel *v, double m)
{
    struct odd *o = v->inland ? vg_odd_of(b, v, ODD_INLAND) : NULL;
    if (!o) {
        if (!was_at_sea(v) || !(o = vg_odd_add(b, v, ODD_INLAND)))
            return;
        vg_going_begin(&o->going, &v->last);
        v->inland = true;
    }
    vg_going_on(&o->going, &v->last);
    o->pos = v->last.pos;
    o->count += o->count < UINT16_MAX;
    o->value[0] = fmax(o->value[0], m), o->value[1] = fmax(o->value[1], v->last.sog_dkn / 10.0);
    if (o->count >= LOOKS && o->value[0] >= DEEP_M && !o->going.told)
        tell(b, v, o, VG_EVENT_ONGOING);
}

/* Metres behind the line of the coast; below 0: not on land. */
static double behind_m(struct vg_behaviours *b, const struct vessel *v)
{
    const double lon = vg_pos_lon_deg(v->last.pos), lat = vg_pos_lat_deg(v->last.pos);
    return vg_coast_is_land(b->coast, lon, lat) ? vg_coast_distance_m(b->coast, lon, lat, LOOKED_M) : -1;
}

static void look(struct vg_behaviours *b, struct vessel *v, const struct vg_sighting *s)
{
    (void)s;
    const struct fix *f = &v->last;
    if (f->time_us / LOOK_US == v->before.time_us / LOOK_US || !vg_is_ship(v) || vg_is_service_type(v) ||
        f->sog_dkn == UNKNOWN_U16 || f->sog_dkn < SLOW_DKN || f->sog_dkn > SPEED_MOST ||
        (vg_past_shore_km(b, v, f->pos) && !v->inland))
        return;
    const double m = behind_m(b, v);
    struct odd *o;
    if (m < INSIDE_M || vg_anchorage_at(b, f->pos) || is_sailed(b, v)) {
        if (v->inland && m < 0 && (o = vg_odd_of(b, v, ODD_INLAND)))
            over(b, v, o);
        return;
    }
    is_inland(b, v, m);
}

static void review(struct vg_behaviours *b, bool all)
{
    for (uint32_t i = 0; i < b->odds; i++) {
        struct odd *o = &b->odd[i];
        if (o->what != ODD_INLAND || (!all && b->clock_us - o->going.last_us <= SILENT_US))
            continue;
        struct vessel *v = vg_vessel_find(b, o->vessel);
        if (v)
            over(b, v, o);
        else
            vg_odd_drop(b, o);
        i--;
    }
}

const struct method vg_method_inland = {.kind = VG_EVENT_SPOOFING, .fix = look, .review = review};
