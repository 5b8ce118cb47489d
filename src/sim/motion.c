/* How things move in one second: helm, engine, current, anchor chain. */
#include "sim/coast.h"
#include "sim/world.h"

#define NARROW_KN 9.0

/*
 * The surface current, knots east and north: the Peru current along the mainland, the South Equatorial current by the
 * islands, the Panama current's edge in the north. Rough means, enough to set heading and course apart.
 */
static void current_at(double lon_deg, double lat_deg, double *ret_east_kn, double *ret_north_kn)
{
    if (lon_deg < -84) {
        *ret_east_kn = lat_deg > 2.5 ? 0.2 : -0.6;
        *ret_north_kn = 0.08;
    } else if (lat_deg < -0.5) {
        *ret_east_kn = -0.25;
        *ret_north_kn = 0.4;
    } else {
        *ret_east_kn = -0.15;
        *ret_north_kn = 0.2;
    }
}

/* Turns towards a heading: the rate builds up over seconds and eases off before the new heading. */
static void steer(struct vg_sim_vessel *v, double want_deg)
{
    double most = v->kind->turn_dps, left = vg_angle_180(want_deg - v->heading_deg);
    double rate = fmax(-most, fmin(most, left * 0.12));
    double step = most * 0.15;
    v->turn_dps += fmax(-step, fmin(step, rate - v->turn_dps));
    v->heading_deg = vg_angle_360(v->heading_deg + v->turn_dps);
}

static void throttle(struct vg_sim_vessel *v, double want_kn)
{
    double step = v->kind->accel_kns;
    v->water_kn += fmax(-2 * step, fmin(step, want_kn - v->water_kn));
    if (v->water_kn < 0)
        v->water_kn = 0;
}

/* Moves over ground by heading, speed through water and current. */
static void make_way(struct vg_sim_vessel *v, double current_share)
{
    double east, north;
    current_at(v->lon_deg, v->lat_deg, &east, &north);
    east = east * current_share + v->water_kn * sin(v->heading_deg * VG_RAD);
    north = north * current_share + v->water_kn * cos(v->heading_deg * VG_RAD);
    v->sog_kn = hypot(east, north);
    if (v->sog_kn > 0.05)
        v->cog_deg = vg_angle_360(atan2(east, north) / VG_RAD);
    vg_sphere_shift(&v->lon_deg, &v->lat_deg, east * VG_MPS_PER_KNOT, north * VG_MPS_PER_KNOT);
}

void vg_sim_face_route(struct vg_sim_vessel *v)
{
    /* Where to put the helm over: the turn's tangent, R · tan(Δ/2), before the corner. */
    v->reach_m = 30;
    if (v->route_at + 1 >= v->route_n)
        return;
    struct vg_sim_point a = v->route[v->route_at], b = v->route[v->route_at + 1];
    double east, north;
    vg_sphere_offset_m(v->lon_deg, v->lat_deg, a.lon_deg, a.lat_deg, &east, &north);
    double in = atan2(east, north);
    vg_sphere_offset_m(a.lon_deg, a.lat_deg, b.lon_deg, b.lat_deg, &east, &north);
    double turn = fabs(vg_angle_180((atan2(east, north) - in) / VG_RAD)) * VG_RAD;
    double kn = a.narrow ? fmin(v->want_kn, NARROW_KN) : v->want_kn;
    double radius_m = kn * VG_MPS_PER_KNOT / (v->kind->turn_dps * VG_RAD);
    v->reach_m = fmin(2500, 30 + kn * VG_MPS_PER_KNOT * 6 + radius_m * tan(fmin(turn, 2.2) / 2));
    v->reach_m = fmin(v->reach_m, hypot(east, north) * 0.45 + 30);
    if (a.narrow)
        v->reach_m = fmin(v->reach_m, 350);
}

/* The speed that still lets it stop, or slow down for a channel, in `left_m`. */
static double speed_for(const struct vg_sim_vessel *v, double left_m, bool last, bool narrow)
{
    double kn = v->want_kn * (1 + v->speed_noise);
    if (last) {
        double brake = v->kind->accel_kns * VG_MPS_PER_KNOT;
        kn = fmin(kn, sqrt(2 * brake * fmax(left_m - 10, 0)) / VG_MPS_PER_KNOT + 1.0);
        if (left_m < 1500)
            kn = fmin(kn, NARROW_KN);
        if (left_m < 250)
            kn = fmin(kn, 3.5);
    }
    return narrow ? fmin(kn, NARROW_KN) : kn;
}

static bool follow_route(struct vg_sim_vessel *v)
{
    struct vg_sim_point to = v->route[v->route_at];
    bool last = v->route_at + 1 == v->route_n;
    double east, north;
    vg_sphere_offset_m(v->lon_deg, v->lat_deg, to.lon_deg, to.lat_deg, &east, &north);
    double left_m = hypot(east, north), bearing = vg_angle_360(atan2(east, north) / VG_RAD);
    bool stops = last && v->activity != ACTIVITY_FLYING;
    double arrive_m = stops && v->wants_berth ? 12 : last ? 40 : v->reach_m;
    bool behind = fabs(vg_angle_180(bearing - v->cog_deg)) > 100 && left_m < v->reach_m + 60;
    if (left_m <= arrive_m || (behind && !last)) {
        v->route_at++;
        vg_sim_face_route(v);
        return last;
    }
    bool narrow = to.narrow || (v->route_at > 0 && v->route[v->route_at - 1].narrow);
    double set_e, set_n;
    current_at(v->lon_deg, v->lat_deg, &set_e, &set_n);
    double share = narrow || left_m < 3000 ? 0 : v->activity == ACTIVITY_FLYING ? 0 : 1;
    double cross = (set_e * cos(bearing * VG_RAD) - set_n * sin(bearing * VG_RAD)) * share;
    double crab = asin(fmax(-0.4, fmin(0.4, cross / fmax(v->water_kn, 2)))) / VG_RAD;
    double want = speed_for(v, left_m, stops, narrow);
    double steered = bearing - crab + v->dodge_deg;
    double off = fabs(vg_angle_180(steered - v->heading_deg));
    /* Off the course in a channel, or with the berth behind the beam: turn nearly on the spot, as tugs do it. */
    if (narrow && off > 12)
        want = fmin(want, off > 40 ? 1.5 : 5.0);
    else if (off > 60)
        want = fmin(want, fmax(left_m < 600 ? 1.2 : 2.5, left_m * v->kind->turn_dps * VG_RAD / VG_MPS_PER_KNOT * 0.7));
    throttle(v, want);
    steer(v, steered);
    make_way(v, share);
    return false;
}

static bool circle(struct vg_sim_vessel *v)
{
    throttle(v, v->want_kn);
    double rate = v->drift_kn; /* degrees a second, signed */
    v->turn_dps += fmax(-0.2, fmin(0.2, rate - v->turn_dps));
    v->heading_deg = vg_angle_360(v->heading_deg + v->turn_dps);
    v->turned_deg += fabs(v->turn_dps);
    make_way(v, 1);
    return v->turned_deg >= 370;
}

static void drift(struct vg_sim_vessel *v, int64_t now_us)
{
    throttle(v, 0);
    v->drift_deg = vg_angle_360(v->drift_deg + 0.02 * vg_rng_bell(&v->dice));
    double lon = v->lon_deg, lat = v->lat_deg;
    if (now_us / VG_SECOND_US % 60 == 0) { /* aground is not in the script: an eddy takes it out again */
        vg_sphere_move(&lon, &lat, v->drift_deg, 900);
        if (vg_sim_is_land(lon, lat))
            v->drift_deg = vg_angle_360(v->drift_deg + 150);
    }
    double rate = 0.15 * sin((double)(now_us / VG_SECOND_US) / 210.0 + v->mmsi % 97) * fmin(1, v->kind->turn_dps);
    if (v->across_deg != 0) /* the wind holds her so */
        rate = fmax(-0.3, fmin(0.3, 0.02 * vg_angle_180(v->drift_deg + v->across_deg - v->heading_deg)));
    v->turn_dps += (rate - v->turn_dps) * 0.1;
    v->heading_deg = vg_angle_360(v->heading_deg + v->turn_dps);
    double east = v->drift_kn * sin(v->drift_deg * VG_RAD) + v->water_kn * sin(v->heading_deg * VG_RAD);
    double north = v->drift_kn * cos(v->drift_deg * VG_RAD) + v->water_kn * cos(v->heading_deg * VG_RAD);
    v->sog_kn = hypot(east, north);
    v->cog_deg = vg_angle_360(atan2(east, north) / VG_RAD);
    vg_sphere_shift(&v->lon_deg, &v->lat_deg, east * VG_MPS_PER_KNOT, north * VG_MPS_PER_KNOT);
}

static void swing(struct vg_sim_vessel *v, int64_t now_us)
{
    double was_lon = v->lon_deg, was_lat = v->lat_deg, was = v->heading_deg;
    double side = vg_angle_360(v->swing_deg + vg_sim_swing_deg(now_us, v->drift_deg));
    v->lon_deg = v->anchor_lon_deg;
    v->lat_deg = v->anchor_lat_deg;
    vg_sphere_move(&v->lon_deg, &v->lat_deg, side, v->scope_m);
    v->heading_deg = vg_angle_360(side + 180);
    v->turn_dps = vg_angle_180(v->heading_deg - was);
    double east, north;
    vg_sphere_offset_m(was_lon, was_lat, v->lon_deg, v->lat_deg, &east, &north);
    v->sog_kn = hypot(east, north) / VG_MPS_PER_KNOT;
    if (v->sog_kn > 0.02)
        v->cog_deg = vg_angle_360(atan2(east, north) / VG_RAD);
}

/* Beside another: what that one does, a ship's breadth away. */
static void lie_beside(const struct vg_sim_world *world, struct vg_sim_vessel *v)
{
    const struct vg_sim_vessel *o = &world->vessels[v->beside];
    double lon = o->lon_deg, lat = o->lat_deg, gap_m = o->to_starboard_m + v->to_port_m + 5;
    if (v->beside_m > 0)
        vg_sphere_move(&lon, &lat, o->heading_deg + v->beside_deg, v->beside_m);
    else
        vg_sphere_move(&lon, &lat, o->heading_deg + 90, gap_m);
    double east, north;
    vg_sphere_offset_m(v->lon_deg, v->lat_deg, lon, lat, &east, &north);
    double gap = hypot(east, north), most = 1.2; /* metres a second: warped in gently */
    if (v->deed >= 0)                            /* the other may be under way */
        most += o->sog_kn * VG_MPS_PER_KNOT;
    double share = gap > most ? most / gap : 1;
    vg_sphere_shift(&v->lon_deg, &v->lat_deg, east * share, north * share);
    v->sog_kn = o->sog_kn;
    v->cog_deg = o->cog_deg;
    double turn = vg_angle_180(o->heading_deg - v->heading_deg);
    v->turn_dps = fmax(-1, fmin(1, turn));
    v->heading_deg = vg_angle_360(v->heading_deg + v->turn_dps);
    v->water_kn = 0;
}

bool vg_sim_move(struct vg_sim_world *world, struct vg_sim_vessel *v)
{
    if (world->now_us / VG_SECOND_US % 30 == 0)
        v->speed_noise = fmax(-0.06, fmin(0.06, v->speed_noise * 0.9 + 0.01 * vg_rng_bell(&v->dice)));
    switch ((enum vg_sim_motion)v->motion) {
    case MOTION_ROUTE:
        return follow_route(v);
    case MOTION_CIRCLE:
        return circle(v);
    case MOTION_DRIFT:
        drift(v, world->now_us);
        return false;
    case MOTION_ANCHOR:
        swing(v, world->now_us);
        return false;
    case MOTION_BESIDE:
        lie_beside(world, v);
        return false;
    case MOTION_NONE:
        break;
    }
    if (v->activity == ACTIVITY_MOORED && v->terminal >= 0) { /* lines are hauled tight along the quay */
        double turn = vg_angle_180(v->drift_deg - v->heading_deg);
        v->heading_deg = vg_angle_360(v->heading_deg + fmax(-0.5, fmin(0.5, turn)));
    }
    return false;
}
