/* Deeds of one, by how it moves. Where no source is named the numbers are assumed, and stated here. */
#include <stdio.h>

#include "sim/deed.h"

#define ACTOR(i) vg_deed_actor(world, d, i)

/* Drifts offshore under 2 knots for 4.2 to 11 hours (loitering as Global Fishing Watch defines it begins at 4). */
void vg_sim_play_loiter(struct vg_sim_world *world, struct vg_sim_deed *d)
{
    static const char *const kinds[] = {"fish carrier", "banana reefer", "general cargo"};
    switch (d->phase) {
    case 0:
        vg_deed_cast(world, d, VG_DEED_PICK(d, kinds));
        break;
    case 1:
        vg_deed_approach(world, d, ACTOR(0), d->lon_deg, d->lat_deg, vg_deed_draw(d, 9, 12));
        vg_deed_next(world, d, 0);
        break;
    case 2:
        if (!vg_deed_is_there(world, d, ACTOR(0)))
            break;
        d->number[0] = vg_deed_draw(d, 0.2, 0.9);
        vg_deed_drift(ACTOR(0), d->number[0], vg_deed_draw(d, 0, 360));
        vg_deed_next(world, d, 0);
        break;
    case 3:
        if (ACTOR(0)->sog_kn > 1.8)
            break;
        vg_deed_begin(world, d);
        vg_deed_say(d, "\"kn\":%.2f", d->number[0]);
        vg_deed_next(world, d, vg_deed_draw(d, 4.2, 11) * 3600);
        break;
    default:
        vg_deed_tell(world, d, true);
        vg_deed_over(world, d);
    }
}

/* A port in reach of the place where the kind may lie. */
static uint8_t pick_port(struct vg_sim_deed *d, const struct vg_sim_vessel *v)
{
    uint8_t best = NODE_NONE;
    double least = HUGE_VAL;
    for (size_t t = 0; t < vg_sim_terminal_count; t++) {
        const struct vg_sim_terminal *term = &vg_sim_terminals[t];
        double score =
            vg_sphere_distance_m(d->lon_deg, d->lat_deg, term->lon_deg, term->lat_deg) * vg_deed_draw(d, 0.4, 1.6);
        if (!(term->uses & v->kind->uses) || score > least)
            continue;
        least = score;
        best = term->node;
    }
    return best;
}

/* Comes from sea, lies 2 to 10 hours at a berth or in the roads, and goes. The watch tells of it. */
void vg_sim_play_port_call(struct vg_sim_world *world, struct vg_sim_deed *d)
{
    static const char *const kinds[] = {"coastal tanker", "general cargo", "tuna seiner", "banana reefer"};
    uint8_t port;
    switch (d->phase) {
    case 0:
        vg_deed_cast(world, d, VG_DEED_PICK(d, kinds));
        break;
    case 1:
        vg_deed_approach(world, d, ACTOR(0), d->lon_deg, d->lat_deg, vg_deed_draw(d, 9, 12));
        vg_deed_next(world, d, 0);
        break;
    case 2:
        if (!vg_deed_is_there(world, d, ACTOR(0)))
            break;
        port = world->script->is_box ? NODE_NONE : pick_port(d, ACTOR(0));
        if (port != NODE_NONE && vg_sim_voyage(world, ACTOR(0), port, true))
            ACTOR(0)->arrived = false;
        vg_deed_next(world, d, 0);
        break;
    case 3:
        if (!ACTOR(0)->arrived)
            break;
        if (ACTOR(0)->terminal >= 0)
            vg_sim_moor(world, ACTOR(0), INT64_MAX);
        else
            vg_deed_anchor(world, ACTOR(0));
        ACTOR(0)->arrived = false;
        vg_deed_next(world, d, vg_deed_draw(d, 2, 10) * 3600);
        break;
    default:
        vg_sim_leave_berth(world, ACTOR(0));
        vg_deed_over(world, d);
    }
}

/*
 * By gear: legs of an activity, again and again. Speeds are those by which published models tell gears apart (setting a
 * longline fast, hauling it slowly; a trawl at 2.5–4; a seine's circle; pots from string to string).
 */
struct leg {
    enum vg_sim_activity activity;
    double kn_low, kn_high, minutes_low, minutes_high, turn_deg; /* kn 0: lies with its gear */
};
static const struct gear {
    const char *key, *kind;
    struct leg leg[4];
    int legs;
} gears[] = {
    {"longline",
     "mother ship",
     {{ACTIVITY_SETTING, 4, 6.5, 60, 150, 25},
      {ACTIVITY_SOAKING, 0, 0, 40, 120, 0},
      {ACTIVITY_HAULING, 1.5, 3.8, 90, 240, 170}},
     3},
    {"trawl",
     "trawler",
     {{ACTIVITY_TOWING, 2.5, 4, 60, 200, 30},
      {ACTIVITY_HAULING, 0, 0, 15, 35, 0},
      {ACTIVITY_TOWING, 2.5, 4, 60, 200, 175}},
     3},
    {"seine",
     "sardine seiner",
     {{ACTIVITY_SEARCHING, 6, 9, 15, 50, 90}, {ACTIVITY_SETTING, 5, 8, 6, 12, 0}, {ACTIVITY_HAULING, 0, 0, 50, 110, 0}},
     3},
    {"creel",
     "island fisher",
     {{ACTIVITY_HAULING, 0.8, 2.5, 12, 30, 40},
      {ACTIVITY_SETTING, 2.5, 5, 5, 12, 170},
      {ACTIVITY_SEARCHING, 5, 8, 4, 12, 60}},
     3},
};

static void play_leg(struct vg_sim_world *world, struct vg_sim_deed *d, const struct gear *g)
{
    const struct leg *l = &g->leg[d->count++ % g->legs];
    struct vg_sim_vessel *v = ACTOR(0);
    double minutes = vg_deed_draw(d, l->minutes_low, l->minutes_high), kn = vg_deed_draw(d, l->kn_low, l->kn_high);
    bool circle = d->variant == 2 && l->activity == ACTIVITY_SETTING;
    if (l->kn_high <= 0) {
        vg_deed_drift(v, vg_deed_draw(d, 0.3, 0.9), vg_deed_draw(d, 0, 360));
        v->until_us = world->now_us + (int64_t)(minutes * 60) * VG_SECOND_US;
    } else if (circle) { /* around a school */
        v->motion = MOTION_CIRCLE;
        v->want_kn = kn;
        v->turned_deg = 0;
        v->drift_kn = kn * VG_MPS_PER_KNOT / vg_deed_draw(d, 110, 220) / VG_RAD;
    } else {
        vg_deed_leg(world, v, v->heading_deg + vg_deed_draw(d, -l->turn_deg, l->turn_deg),
                    kn * VG_MPS_PER_KNOT * minutes * 60, kn);
    }
    v->activity = (uint8_t)l->activity;
    v->status = v->class == VG_CLASS_SHIP_A && l->activity != ACTIVITY_SEARCHING ? 7 : 0;
    v->arrived = false;
}

void vg_sim_play_fishing(struct vg_sim_world *world, struct vg_sim_deed *d)
{
    const struct gear *g = &gears[d->variant];
    switch (d->phase) {
    case 0:
        d->variant = (uint8_t)vg_rng_below(&d->dice, sizeof gears / sizeof *gears);
        vg_deed_cast(world, d, gears[d->variant].kind);
        break;
    case 1:
        vg_deed_approach(world, d, ACTOR(0), d->lon_deg, d->lat_deg, vg_deed_draw(d, 7, 9));
        vg_deed_next(world, d, 0);
        break;
    case 2:
        if (!vg_deed_is_there(world, d, ACTOR(0)))
            break;
        vg_deed_begin(world, d);
        vg_deed_last(world, d, vg_deed_draw(d, 2.5, 9.5));
        vg_deed_say(d, "\"gear\":\"%s\"", g->key);
        play_leg(world, d, g);
        vg_deed_next(world, d, 0);
        break;
    default:
        if (vg_deed_is_due(world, d)) {
            vg_deed_tell(world, d, true);
            vg_deed_over(world, d);
        } else if (ACTOR(0)->arrived) {
            play_leg(world, d, g);
        }
    }
}

/* Engine dead: wind and current take it, 1.2 to 2.8 kn, the ship lying across its course (65° to 115°; PEERS: more than
 * 45°), for 0.7 to 6 hours; three of ten say that they are not under command. */
void vg_sim_play_drift(struct vg_sim_world *world, struct vg_sim_deed *d)
{
    static const char *const kinds[] = {"general cargo", "bulk carrier", "product tanker", "tuna seiner"};
    struct vg_sim_vessel *v;
    switch (d->phase) {
    case 0:
        vg_deed_cast(world, d, VG_DEED_PICK(d, kinds));
        d->number[0] = vg_deed_draw(d, 1.2, 2.8);
        d->number[1] = vg_deed_draw(d, 65, 115) * (vg_rng_chance(&d->dice, 0.5) ? 1 : -1);
        break;
    case 1:
        vg_deed_approach(world, d, ACTOR(0), d->lon_deg, d->lat_deg, vg_deed_draw(d, 10, 12));
        vg_deed_next(world, d, 0);
        break;
    case 2:
        v = ACTOR(0);
        if (!vg_deed_is_there(world, d, v))
            break;
        vg_deed_drift(v, d->number[0], vg_deed_draw(d, 0, 360));
        v->across_deg = d->number[1];
        v->status = vg_rng_chance(&d->dice, 0.3) ? 2 : 0;
        vg_deed_next(world, d, 0);
        break;
    case 3:
        v = ACTOR(0);
        if (v->water_kn > 0.2 || fabs(vg_angle_180(v->heading_deg - v->cog_deg)) < 50)
            break;
        vg_deed_begin(world, d);
        vg_deed_say(d, "\"kn\":%.2f,\"across_deg\":%.0f", d->number[0], fabs(d->number[1]));
        vg_deed_next(world, d, vg_deed_draw(d, 0.7, 6) * 3600);
        break;
    default:
        vg_deed_tell(world, d, true);
        vg_deed_over(world, d);
    }
}

/* A ship that steams at 9 to 15 kn comes to nothing in a quarter of a minute (she grounds, hits something, or the
 * machine is put full astern), and lies 2 to 20 minutes. */
void vg_sim_play_sudden_stop(struct vg_sim_world *world, struct vg_sim_deed *d)
{
    static const char *const kinds[] = {"general cargo", "product tanker", "banana reefer", "tour boat", "tuna seiner"};
    struct vg_sim_vessel *v;
    switch (d->phase) {
    case 0:
        vg_deed_cast(world, d, VG_DEED_PICK(d, kinds));
        d->number[0] = vg_deed_draw(d, 9, 15);
        break;
    case 1: /* through the place, at speed */
        v = ACTOR(0);
        vg_deed_approach(world, d, v, d->lon_deg, d->lat_deg, d->number[0]);
        d->until_us = world->now_us + (int64_t)(d->lead_s * 0.8) * VG_SECOND_US;
        vg_deed_next(world, d, 0);
        break;
    case 2:
        v = ACTOR(0);
        if (!vg_deed_is_due(world, d) || (v->sog_kn < 8.5 && world->now_us < d->until_us + VG_HOUR_US)) {
            vg_deed_sail_on(world, d, v, d->number[0]);
            break;
        }
        vg_deed_begin(world, d);
        vg_deed_say(d, "\"from_kn\":%.1f", v->sog_kn);
        vg_deed_drift(v, 0.2, 310);
        d->until_us = world->now_us + (int64_t)vg_deed_draw(d, 120, 1200) * VG_SECOND_US;
        vg_deed_next(world, d, 0);
        break;
    case 3:
        ACTOR(0)->water_kn *= 0.82; /* 15 kn are 0.8 after a quarter of a minute */
        if (vg_deed_is_due(world, d))
            vg_deed_next(world, d, 0);
        break;
    default:
        vg_deed_tell(world, d, true);
        vg_deed_over(world, d);
    }
}

/* zigzag: legs of 6 to 12 minutes, 40° to 80° to either side; back: turns about and about again; slow: 2 to 4 kn for 20
 * to 50 minutes; dash: half as fast again. */
void vg_sim_play_course_speed_anomaly(struct vg_sim_world *world, struct vg_sim_deed *d)
{
    static const char *const variants[] = {"zigzag", "back", "slow", "dash"};
    double *kn = &d->number[0], *course = &d->number[1];
    struct vg_sim_vessel *v;
    double minutes = 0;
    switch (d->phase) {
    case 0:
        d->variant = (uint8_t)vg_rng_below(&d->dice, 4);
        vg_deed_cast(world, d, "general cargo");
        *kn = vg_deed_draw(d, 10, 12);
        break;
    case 1:
        vg_deed_approach(world, d, ACTOR(0), d->lon_deg, d->lat_deg, *kn);
        vg_deed_next(world, d, 0);
        break;
    case 2:
        v = ACTOR(0);
        if (!vg_deed_is_there(world, d, v))
            break;
        *course = v->heading_deg;
        vg_deed_begin(world, d);
        vg_deed_say(d, "\"variant\":\"%s\"", variants[d->variant]);
        d->count = (uint8_t)(d->variant == 0 ? 5 + vg_rng_below(&d->dice, 5) : d->variant == 1 ? 2 : 1);
        v->arrived = true;
        vg_deed_next(world, d, 0);
        break;
    default:
        v = ACTOR(0);
        if (!v->arrived)
            break;
        if (d->count-- == 0) {
            vg_deed_tell(world, d, true);
            vg_deed_over(world, d);
            break;
        }
        minutes = d->variant == 0 ? vg_deed_draw(d, 6, 12) : vg_deed_draw(d, 20, 50);
        double turn = d->variant == 0   ? vg_deed_draw(d, 40, 80) * (d->count % 2 ? 1 : -1)
                      : d->variant == 1 ? d->count * 180
                                        : 0;
        double speed = d->variant == 2 ? vg_deed_draw(d, 2, 4) : d->variant == 3 ? *kn * 1.5 : *kn;
        vg_deed_leg(world, v, *course + turn, speed * VG_MPS_PER_KNOT * minutes * 60, speed);
    }
}
