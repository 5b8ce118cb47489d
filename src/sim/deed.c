/* Which deeds happen when and where, and what is told of them. */
#include "sim/deed.h"

#include <stdlib.h>

#include "place/coast.h"

#define LEAD_LOW_S   1800.0
#define LEAD_HIGH_S  5400.0
#define PLACE_TRIES  400
#define APART_M      5000.0  /* deeds keep so far from each other, if there is room */
#define PORT_M       12000.0 /* … and from ports, if they happen at sea: encounters count from 10 km on */
#define DAY_S        (VG_DAY_US / 1e6)
#define MAINLAND_DEG -85.0 /* the islands have no berths for cargo */
#define ANYWHERE_NM  200
#define CREW_OF_DEED 4

static vg_sim_deed_play *const plays[DEED_COUNT] = {
#define DEED(key, ...) vg_sim_play_##key,
#define LIFE(key, ...) vg_sim_play_##key,
#include "sim/deeds.def"
#undef DEED
#undef LIFE
};

/* ---- where ---- */

static bool is_near_port(const struct vg_sim_world *world, double lon_deg, double lat_deg, double m)
{
    for (size_t i = 0; !world->script->is_box && i < vg_sim_terminal_count; i++)
        if (vg_sphere_distance_m(lon_deg, lat_deg, vg_sim_terminals[i].lon_deg, vg_sim_terminals[i].lat_deg) < m)
            return true;
    for (size_t i = 0; !world->script->is_box && i < vg_sim_roads_count; i++)
        if (vg_sphere_distance_m(lon_deg, lat_deg, vg_sim_roads[i].lon_deg, vg_sim_roads[i].lat_deg) < m)
            return true;
    return false;
}

static bool is_alone(const struct vg_sim_world *world, const struct vg_sim_deed *d, double lon_deg, double lat_deg)
{
    for (const struct vg_sim_deed *o = world->deeds; o < d; o++)
        if (vg_sphere_distance_m(lon_deg, lat_deg, o->lon_deg, o->lat_deg) < APART_M)
            return false;
    return true;
}

/* What happens where ships wait, and small craft live: within some kilometres of roads. */
static bool is_of_ports(uint8_t id)
{
    return id == DEED_pilot || id == DEED_queue || id == DEED_bunkering || id == DEED_fair || id == DEED_anchorage ||
           id == DEED_dredger || id == DEED_port_call;
}

static bool off_a_port(const struct vg_sim_world *world, struct vg_sim_deed *d)
{
    if (world->script->is_box || !is_of_ports(d->id))
        return false;
    for (int i = 0; i < PLACE_TRIES; i++) {
        const struct vg_sim_roads *r = &vg_sim_roads[vg_rng_below(&d->dice, (uint32_t)vg_sim_roads_count)];
        d->lon_deg = r->lon_deg;
        d->lat_deg = r->lat_deg;
        vg_sphere_move(&d->lon_deg, &d->lat_deg, vg_deed_draw(d, 0, 360), vg_deed_draw(d, 0, 3500));
        if (r->node != NODE_PAN && (d->id != DEED_port_call || r->lon_deg > MAINLAND_DEG) &&
            !vg_sim_world_is_land(world, d->lon_deg, d->lat_deg))
            return true;
    }
    return false;
}

static void find_place(const struct vg_sim_world *world, struct vg_sim_deed *d)
{
    const struct vg_sim_deed_row *row = &vg_sim_deed_rows[d->id];
    if (off_a_port(world, d))
        return;
    if (row->far_nm >= ANYWHERE_NM) { /* the deed itself knows where: an area, a gate, a lane */
        vg_deed_somewhere(world, d, &d->lon_deg, &d->lat_deg);
        return;
    }
    double low_m = row->near_nm * VG_METRES_PER_NM, high_m = row->far_nm * VG_METRES_PER_NM;
    for (int i = 0; i < PLACE_TRIES; i++) {
        double lon, lat;
        vg_deed_somewhere(world, d, &lon, &lat);
        d->lon_deg = lon;
        d->lat_deg = lat;
        if (vg_sim_world_is_land(world, lon, lat))
            continue;
        bool strict = i < PLACE_TRIES / 2;
        if (strict && (!is_alone(world, d, lon, lat) || (row->near_nm >= 5 && is_near_port(world, lon, lat, PORT_M))))
            continue;
        double shore_m = vg_coast_distance_m(world->coast, lon, lat, high_m + 1000);
        if (shore_m >= low_m && (shore_m <= high_m || (row->far_nm >= 60 && !isfinite(shore_m))))
            return;
    }
}

/* ---- when ---- */

static double length_s(const struct vg_sim_world *world)
{
    return (world->options.hours > 0 ? world->options.hours : 24) * 3600;
}

static int64_t find_time(const struct vg_sim_world *world, struct vg_sim_deed *d)
{
    double all = length_s(world), first = fmin(LEAD_LOW_S, 0.2 * all);
    double last = all - vg_sim_deed_rows[d->id].hours * 3600;
    if (last < all * 0.45)
        last = all * 0.45;
    return world->start_us + (int64_t)vg_deed_draw(d, first, fmax(first, last)) * VG_SECOND_US;
}

static struct vg_sim_deed *add(struct vg_sim_world *world, uint8_t id)
{
    struct vg_sim_deed *d = &world->deeds[world->deed_count];
    *d = (struct vg_sim_deed){.id = id, .dice = vg_rng_split(world->options.seed ^ 0xDEED, world->deed_count)};
    d->at_us = find_time(world, d);
    return d;
}

/* Its actors, before the first second. */
static void cast(struct vg_sim_world *world, struct vg_sim_deed *d)
{
    int64_t since_us = d->at_us - world->start_us;
    d->lead_s = fmax(0, fmin(vg_deed_draw(d, LEAD_LOW_S, LEAD_HIGH_S), (double)(since_us / VG_SECOND_US)));
    world->deed_count++;
    plays[d->id](world, d);
    d->phase = 1;
    d->wake_us = d->at_us - (int64_t)d->lead_s * VG_SECOND_US;
}

/* Of so many a day, as many as fall into this world; the broken part by the dice. */
static uint32_t how_many(const struct vg_sim_world *world, uint64_t *dice, int id)
{
    double n = world->script->a_day[id] * length_s(world) / DAY_S;
    return (uint32_t)(n + vg_rng_unit(dice));
}

size_t vg_sim_deed_crew(const struct vg_sim_world *world)
{
    double crew = 0;
    for (int id = 0; id < DEED_COUNT; id++)
        crew += (world->script->a_day[id] * length_s(world) / DAY_S + 1) *
                (vg_sim_deed_is_life(id) ? VG_SIM_ACTORS_MAX : CREW_OF_DEED);
    for (size_t i = 0; i < world->script->placed_count; i++)
        crew += vg_sim_deed_is_life(world->script->placed[i].deed) ? VG_SIM_ACTORS_MAX : CREW_OF_DEED;
    return (size_t)fmin(crew, VG_SIM_CREW_MAX);
}

enum vg_err vg_sim_deeds_cast(struct vg_sim_world *world)
{
    const struct vg_sim_script *s = world->script;
    uint64_t dice = vg_rng_split(world->options.seed, UINT64_C(0xDEED0));
    world->deeds = calloc(VG_SIM_DEEDS_MAX, sizeof *world->deeds);
    if (!world->deeds)
        return VG_NOMEM;
    for (size_t i = 0; i < s->placed_count && world->deed_count < VG_SIM_DEEDS_MAX; i++) {
        struct vg_sim_deed *d = add(world, s->placed[i].deed);
        d->at_us = world->start_us + (int64_t)s->placed[i].at_s * VG_SECOND_US;
        find_place(world, d);
        if (s->placed[i].has_place) {
            d->lon_deg = s->placed[i].at.lon_deg;
            d->lat_deg = s->placed[i].at.lat_deg;
        }
        cast(world, d);
    }
    for (int id = 0; id < DEED_COUNT; id++)
        for (uint32_t n = how_many(world, &dice, id); n; n--) {
            if (world->deed_count == VG_SIM_DEEDS_MAX) {
                world->counters.deeds_left_out++;
                continue;
            }
            struct vg_sim_deed *d = add(world, (uint8_t)id);
            find_place(world, d);
            cast(world, d);
        }
    return VG_OK;
}

/* ---- the second ---- */

void vg_sim_deeds_step(struct vg_sim_world *world)
{
    for (size_t i = 0; i < world->deed_count; i++) {
        struct vg_sim_deed *d = &world->deeds[i];
        if (!d->over && d->wake_us <= world->now_us && d->actors)
            plays[d->id](world, d);
    }
}

void vg_sim_deeds_end(struct vg_sim_world *world)
{
    for (size_t i = 0; i < world->deed_count; i++)
        if (world->deeds[i].begun && !world->deeds[i].told)
            vg_deed_tell_open(world, &world->deeds[i]);
}
