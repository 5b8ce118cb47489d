/* Who is in the world of "ecuador". */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/names.h"
#include "sim/world.h"

#define KIND(key, class, type, share, program, uses, flags, names, loa0, loa1, beam, dr0, dr1, kn0, kn1, turn, accel,  \
             g)                                                                                                        \
    {key,                                                                                                              \
     VG_CLASS_##class,                                                                                                 \
     type,                                                                                                             \
     share,                                                                                                            \
     PROGRAM_##program,                                                                                                \
     uses,                                                                                                             \
     flags,                                                                                                            \
     NAMES_##names,                                                                                                    \
     loa0,                                                                                                             \
     loa1,                                                                                                             \
     beam,                                                                                                             \
     dr0,                                                                                                              \
     dr1,                                                                                                              \
     kn0,                                                                                                              \
     kn1,                                                                                                              \
     turn,                                                                                                             \
     accel,                                                                                                            \
     GROUND_##g},
const struct vg_sim_kind vg_sim_kinds[] = {
#include "sim/kinds.def"
};
#undef KIND
const size_t vg_sim_kind_count = sizeof vg_sim_kinds / sizeof *vg_sim_kinds;

const struct vg_sim_kind *vg_sim_kind(const char *key)
{
    for (size_t i = 0; i < vg_sim_kind_count; i++)
        if (strcmp(vg_sim_kinds[i].key, key) == 0)
            return &vg_sim_kinds[i];
    assert(!"no such kind of vessel");
    return vg_sim_kinds;
}

bool vg_sim_kind_is_free(const struct vg_sim_kind *kind)
{
    return kind->program != PROGRAM_FIXED && kind->program != PROGRAM_STORY && kind->program != PROGRAM_FLIGHT;
}

struct vg_sim_vessel *vg_sim_add(struct vg_sim_world *world, const struct vg_sim_kind *kind)
{
    if (world->count == world->cap)
        return NULL;
    struct vg_sim_vessel *v = &world->vessels[world->count];
    *v = (struct vg_sim_vessel){
        .kind = kind,
        .dice = vg_rng_split(world->options.seed, world->count + 1),
        .program = kind->program,
        .home = NODE_NONE,
        .here = NODE_NONE,
        .goal = NODE_NONE,
        .terminal = -1,
        .beside = -1,
        .story = -1,
        .deed = -1,
        .heard_us = VG_TIME_NONE,
        .quiet_from_us = VG_TIME_NONE,
        .quiet_to_us = VG_TIME_NONE,
        .until_us = INT64_MAX,
    };
    vg_sim_give_names(world, v);
    v->cruise_kn = vg_rng_range(&v->dice, kind->cruise_min_kn, kind->cruise_max_kn);
    /* Transmitters were not switched on together. */
    v->next_position_us = world->now_us + (int64_t)(vg_rng_unit(&v->dice) * 30e6);
    v->next_static_us = world->now_us + (int64_t)(vg_rng_unit(&v->dice) * 180e6);
    v->next_long_us = world->now_us + (int64_t)(vg_rng_unit(&v->dice) * 180e6);
    world->count++;
    return v;
}

void vg_sim_add_fixed(struct vg_sim_world *world)
{
    for (size_t i = 0; i < vg_sim_station_count; i++) {
        const struct vg_sim_station *s = &vg_sim_stations[i];
        struct vg_sim_vessel *v = vg_sim_add(world, vg_sim_kind("base station"));
        if (!v)
            return;
        v->mmsi = s->mmsi;
        v->altitude_m = (int16_t)s->antenna_m;
        v->lon_deg = s->lon_deg;
        v->lat_deg = s->lat_deg;
        v->activity = ACTIVITY_FIXED;
        vg_sim_write(v->name, s->name);
        v->berth = (uint16_t)i;
    }
    for (size_t i = 0; i < vg_sim_aid_count; i++) {
        const struct vg_sim_aid *a = &vg_sim_aids[i];
        struct vg_sim_vessel *v = vg_sim_add(world, vg_sim_kind("aid"));
        if (!v)
            return;
        v->mmsi = a->mmsi;
        v->lon_deg = a->lon_deg;
        v->lat_deg = a->lat_deg;
        vg_sphere_move(&v->lon_deg, &v->lat_deg, 220, a->off_m);
        v->activity = ACTIVITY_FIXED;
        vg_sim_write(v->name, a->name);
        v->berth = (uint16_t)i;
    }
}

/* One that moves, found in the middle of its day; NULL: no room. */
static struct vg_sim_vessel *add_one(struct vg_sim_world *world, const struct vg_sim_kind *kind)
{
    struct vg_sim_vessel *v = vg_sim_add(world, kind);
    if (v && world->script && world->script->is_box)
        vg_sim_roam_begin(world, v);
    else if (v)
        vg_sim_begin(world, v);
    return v;
}

enum vg_err vg_sim_add_shares(struct vg_sim_world *world, uint32_t want)
{
    uint32_t sum = 0, done = 0, all = 0;
    for (size_t k = 0; k < vg_sim_kind_count; k++)
        all += vg_sim_kinds[k].share;
    for (size_t k = 0; k < vg_sim_kind_count; k++) {
        sum += vg_sim_kinds[k].share; /* rounded on the running sum, so that the total comes out right */
        uint32_t until = (uint32_t)((uint64_t)want * sum / all);
        for (; done < until; done++) {
            if (!add_one(world, &vg_sim_kinds[k]))
                return VG_NOMEM;
        }
    }
    return VG_OK;
}

enum vg_err vg_sim_add_kind(struct vg_sim_world *world, size_t kind, uint32_t want)
{
    for (; want; want--) {
        struct vg_sim_vessel *v = add_one(world, &vg_sim_kinds[kind]);
        if (!v)
            return VG_NOMEM;
        if (v->kind->program == PROGRAM_PANGA) { /* one without AIS */
            v->no_ais = true;
            v->mmsi = 0;
        }
    }
    return VG_OK;
}

enum vg_err vg_sim_fleet(struct vg_sim_world *world)
{
    uint32_t want = world->options.vessels;
    world->cap = want + VG_SIM_EXTRAS;
    world->vessels = calloc(world->cap, sizeof *world->vessels);
    if (!world->vessels)
        return VG_NOMEM;
    vg_sim_add_fixed(world);
    for (int i = 0; i < 2; i++) {
        struct vg_sim_vessel *v = vg_sim_add(world, vg_sim_kind("helicopter"));
        if (!v)
            break;
        vg_sim_begin(world, v);
        v->until_us += i * 3 * VG_HOUR_US;
    }
    if (vg_sim_add_shares(world, want))
        return VG_NOMEM;
    vg_sim_stories(world);
    world->heard = world->count;
    if (world->options.dark)
        vg_sim_dark(world);
    return VG_OK;
}
