/* What boats do on their grounds: the motion by which a track tells the gear. */
#include "sim/world.h"

/* To a point by the shortest clear way, as part of the work. */
static bool run_to(struct vg_sim_vessel *v, struct vg_sim_point to, double kn, enum vg_sim_activity activity)
{
    if (!vg_sim_voyage_to_point(v, to))
        return false;
    v->want_kn = kn;
    v->activity = (uint8_t)activity;
    v->status = v->class == VG_CLASS_SHIP_A ? (activity == ACTIVITY_SEARCHING ? 0 : 7) : 0;
    vg_sim_face_route(v);
    return true;
}

static void lie(struct vg_sim_vessel *v, int64_t now_us, double hours, double kn, enum vg_sim_activity activity)
{
    v->motion = MOTION_DRIFT;
    v->activity = (uint8_t)activity;
    v->status = v->class == VG_CLASS_SHIP_A ? 7 : 0;
    v->drift_kn = kn;
    v->drift_deg = vg_angle_360((v->lon_deg < -84 ? 278 : 325) + 18 * vg_rng_bell(&v->dice));
    v->until_us = now_us + vg_sim_hours(hours);
}

/* Around a school: the net's length is the circle. */
static void encircle(struct vg_sim_vessel *v, double radius_m, double kn)
{
    v->motion = MOTION_CIRCLE;
    v->activity = ACTIVITY_SETTING;
    v->status = v->class == VG_CLASS_SHIP_A ? 7 : 0;
    v->want_kn = kn;
    v->turned_deg = 0;
    double rate = kn * VG_MPS_PER_KNOT / radius_m / VG_RAD;
    v->drift_kn = vg_rng_chance(&v->dice, 0.8) ? rate : -rate; /* the net goes over the starboard side */
    v->until_us = INT64_MAX;
}

static struct vg_sim_point near_by(struct vg_sim_vessel *v, double low_nm, double high_nm)
{
    const struct vg_sim_ground *g = &vg_sim_grounds[v->ground];
    struct vg_sim_point p = {v->lon_deg, v->lat_deg, false};
    for (int tries = 0; tries < 24; tries++) {
        vg_sim_spot(&v->dice, g->lon_deg, g->lat_deg, g->radius_nm, &p);
        double nm = vg_sphere_distance_m(v->lon_deg, v->lat_deg, p.lon_deg, p.lat_deg) / VG_METRES_PER_NM;
        if (nm >= low_nm && nm <= high_nm)
            break;
    }
    return p;
}

static void trawl(struct vg_sim_vessel *v, int64_t now_us)
{
    if (v->phase++ % 2 == 0 && run_to(v, near_by(v, 4, 9), vg_rng_range(&v->dice, 2.8, 3.9), ACTIVITY_TOWING))
        return;
    lie(v, now_us, vg_rng_range(&v->dice, 0.3, 0.6), 0.9, ACTIVITY_HAULING);
}

static void seine(struct vg_sim_vessel *v, int64_t now_us)
{
    bool tuna = v->kind->ground == GROUND_TUNA;
    double sun = vg_sun_hour(now_us, v->lon_deg);
    bool works = tuna ? sun > 5.5 && sun < 18 : sun > 18 || sun < 6; /* tuna by day, sardine by night */
    if (!works) {
        lie(v, now_us, vg_rng_range(&v->dice, 0.7, 1.5), 0.5, ACTIVITY_DRIFTING);
        v->status = 0;
        v->phase = 0;
        return;
    }
    uint8_t phase = v->phase++ % 4;
    if (phase == 2)
        encircle(v, tuna ? vg_rng_range(&v->dice, 260, 420) : vg_rng_range(&v->dice, 110, 180), tuna ? 9.0 : 6.0);
    else if (phase == 3)
        lie(v, now_us, tuna ? vg_rng_range(&v->dice, 1.6, 2.8) : vg_rng_range(&v->dice, 0.8, 1.5), 0.7,
            ACTIVITY_HAULING);
    else if (!run_to(v, near_by(v, tuna ? 5 : 1.5, tuna ? 22 : 6), v->cruise_kn * 0.85, ACTIVITY_SEARCHING))
        lie(v, now_us, 0.5, 0.5, ACTIVITY_DRIFTING);
}

static void set_and_soak(struct vg_sim_vessel *v, int64_t now_us)
{
    bool mother = v->kind->ground == GROUND_OFFSHORE;
    uint8_t phase = v->phase++ % 4;
    bool under_way = false;
    if (phase == 0)
        under_way = run_to(v, near_by(v, 1, mother ? 14 : 6), v->cruise_kn * 0.8, ACTIVITY_SEARCHING);
    else if (phase == 1)
        under_way = run_to(v, near_by(v, 1.5, 5), vg_rng_range(&v->dice, 3.5, 5), ACTIVITY_SETTING);
    else if (phase == 3)
        under_way = run_to(v, near_by(v, 1, 3.5), vg_rng_range(&v->dice, 1.6, 2.4), ACTIVITY_HAULING);
    if (!under_way)
        lie(v, now_us, vg_rng_range(&v->dice, 2.5, mother ? 6 : 4.5), vg_rng_range(&v->dice, 0.4, 0.9),
            ACTIVITY_SOAKING);
}

static void jig(struct vg_sim_vessel *v, int64_t now_us)
{
    double sun = vg_sun_hour(now_us, v->lon_deg);
    if (sun >= 18 || sun < 5.5) { /* lamps on, sea anchor out */
        double left = sun >= 18 ? 29.5 - sun : 5.5 - sun;
        lie(v, now_us, left + vg_rng_range(&v->dice, 0, 0.7), vg_rng_range(&v->dice, 0.3, 1.1), ACTIVITY_JIGGING);
        return;
    }
    double dusk = 18 - sun;
    if (v->phase++ % 3 == 0 && dusk > 3 && run_to(v, near_by(v, 3, 16), v->cruise_kn * 0.8, ACTIVITY_SEARCHING))
        return;
    lie(v, now_us, fmin(dusk, vg_rng_range(&v->dice, 2, 7)) + 0.1, vg_rng_range(&v->dice, 0.3, 0.9), ACTIVITY_DRIFTING);
}

void vg_sim_fish_near(struct vg_sim_world *world, struct vg_sim_vessel *v)
{
    struct vg_sim_point p;
    vg_sim_spot(&v->dice, v->anchor_lon_deg, v->anchor_lat_deg, v->scope_m / VG_METRES_PER_NM, &p);
    v->until_us = INT64_MAX;
    if (v->phase++ % 2 == 0 && run_to(v, p, v->cruise_kn * vg_rng_range(&v->dice, 0.3, 0.8), ACTIVITY_SEARCHING))
        return;
    lie(v, world->now_us, vg_rng_range(&v->dice, 0.2, 1.2), vg_rng_range(&v->dice, 0.3, 0.8), ACTIVITY_SOAKING);
}

void vg_sim_fish(struct vg_sim_world *world, struct vg_sim_vessel *v)
{
    v->fishing = true;
    switch ((enum vg_sim_ground_kind)v->kind->ground) {
    case GROUND_TRAWL:
        trawl(v, world->now_us);
        break;
    case GROUND_TUNA:
    case GROUND_SEINE:
        seine(v, world->now_us);
        break;
    case GROUND_SQUID:
        jig(v, world->now_us);
        break;
    case GROUND_NO:
    case GROUND_ARTISANAL:
    case GROUND_OFFSHORE:
    case GROUND_ISLAND:
        set_and_soak(v, world->now_us);
        break;
    }
}
