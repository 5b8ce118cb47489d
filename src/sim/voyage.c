/* Ways over the lanes, berths and anchorages. */
#include "sim/coast.h"
#include "sim/world.h"

void vg_sim_spot(uint64_t *dice, double lon_deg, double lat_deg, double radius_nm, struct vg_sim_point *ret)
{
    *ret = (struct vg_sim_point){lon_deg, lat_deg, false};
    for (int tries = 0; tries < 20; tries++) {
        double lon = lon_deg, lat = lat_deg;
        /* Dense inside, thin at the edge (a Gaussian cut at its 95 %), as fleets and anchorages are. */
        double far_m = radius_nm * VG_METRES_PER_NM * sqrt(-log(1 - 0.95 * vg_rng_unit(dice)) / 2.996);
        vg_sphere_move(&lon, &lat, vg_rng_range(dice, 0, 360), far_m);
        if (vg_sim_is_land(lon, lat))
            continue;
        ret->lon_deg = lon;
        ret->lat_deg = lat;
        return;
    }
}

/* Clear water between two points with 350 m to spare on both sides: ships don't steer to the metre. */
static bool clear_way(double lon_a, double lat_a, double lon_b, double lat_b)
{
    if (!vg_sim_sea_between(lon_a, lat_a, lon_b, lat_b))
        return false;
    double east, north;
    vg_sphere_offset_m(lon_a, lat_a, lon_b, lat_b, &east, &north);
    double bearing = atan2(east, north) / VG_RAD;
    for (int side = -90; side <= 90; side += 180) {
        double a_lon = lon_a, a_lat = lat_a, b_lon = lon_b, b_lat = lat_b;
        vg_sphere_move(&a_lon, &a_lat, bearing + side, 350);
        vg_sphere_move(&b_lon, &b_lat, bearing + side, 350);
        if (!vg_sim_sea_between(a_lon, a_lat, b_lon, b_lat))
            return false;
    }
    return true;
}

/* A node as this vessel passes it: somewhere in its spread, if land allows. */
static struct vg_sim_point pass(struct vg_sim_vessel *v, uint8_t node, struct vg_sim_point before)
{
    const struct vg_sim_node *n = &vg_sim_nodes[node];
    struct vg_sim_point p = {n->lon_deg, n->lat_deg, n->spread_nm <= 0.1};
    struct vg_sim_point wide;
    vg_sim_spot(&v->dice, n->lon_deg, n->lat_deg, n->spread_nm, &wide);
    bool clear = n->spread_nm > 0 && clear_way(before.lon_deg, before.lat_deg, wide.lon_deg, wide.lat_deg) &&
                 clear_way(wide.lon_deg, wide.lat_deg, n->lon_deg, n->lat_deg);
    if (clear) {
        p.lon_deg = wide.lon_deg;
        p.lat_deg = wide.lat_deg;
    }
    return p;
}

static bool add_point(struct vg_sim_vessel *v, struct vg_sim_point p)
{
    if (v->route_n == ROUTE_MAX)
        return false;
    v->route[v->route_n++] = p;
    return true;
}

/* Over the lanes from where it is to node `to`, then to `end`. The route is complete or empty. */
static bool plan_route(struct vg_sim_vessel *v, uint8_t to, struct vg_sim_point end)
{
    uint8_t path[NODE_COUNT];
    struct vg_sim_point at = {v->lon_deg, v->lat_deg, false};
    v->route_n = v->route_at = 0;
    if (clear_way(at.lon_deg, at.lat_deg, end.lon_deg, end.lat_deg))
        return add_point(v, end);
    if (!vg_sim_sea_between(vg_sim_nodes[to].lon_deg, vg_sim_nodes[to].lat_deg, end.lon_deg, end.lat_deg))
        to = vg_sim_nearest_node(end.lon_deg, end.lat_deg);
    uint8_t from = v->here; /* a port's node; its roads may lie far off */
    if (from == NODE_NONE ||
        !vg_sim_sea_between(at.lon_deg, at.lat_deg, vg_sim_nodes[from].lon_deg, vg_sim_nodes[from].lat_deg))
        from = vg_sim_nearest_node(at.lon_deg, at.lat_deg);
    size_t n = vg_sim_path(from, to, path, NODE_COUNT);
    /* Don't turn back to a node when the next one is in sight. */
    size_t first = 0;
    while (
        first + 1 < n && vg_sim_nodes[path[first]].spread_nm > 0 &&
        clear_way(at.lon_deg, at.lat_deg, vg_sim_nodes[path[first + 1]].lon_deg, vg_sim_nodes[path[first + 1]].lat_deg))
        first++;
    for (size_t i = first; i < n; i++) {
        struct vg_sim_point p = pass(v, path[i], at);
        if (i + 1 < n) { /* the next leg must be clear from the shifted point too */
            const struct vg_sim_node *next = &vg_sim_nodes[path[i + 1]];
            if (!clear_way(p.lon_deg, p.lat_deg, next->lon_deg, next->lat_deg))
                p = (struct vg_sim_point){vg_sim_nodes[path[i]].lon_deg, vg_sim_nodes[path[i]].lat_deg, p.narrow};
        }
        if (!add_point(v, p)) {
            v->route_n = 0;
            return false;
        }
        at = p;
    }
    if (n == 0 || !add_point(v, end)) {
        v->route_n = 0;
        return false;
    }
    return true;
}

static void set_off(struct vg_sim_vessel *v)
{
    v->activity = ACTIVITY_SAILING;
    v->motion = MOTION_ROUTE;
    v->status = v->class == VG_CLASS_SHIP_A && v->kind->shiptype == 36 ? 8 : 0;
    v->want_kn = v->cruise_kn;
    vg_sim_face_route(v);
}

void vg_sim_leave_berth(struct vg_sim_world *world, struct vg_sim_vessel *v)
{
    if (v->terminal >= 0 && v->berth < VG_SIM_BERTHS_MAX)
        world->taken[v->terminal][v->berth] = 0;
    v->terminal = -1;
}

bool vg_sim_find_berth(struct vg_sim_world *world, struct vg_sim_vessel *v, uint8_t node, struct vg_sim_point *ret)
{
    vg_sim_leave_berth(world, v);
    for (size_t t = 0; t < vg_sim_terminal_count; t++) {
        const struct vg_sim_terminal *term = &vg_sim_terminals[t];
        if (term->node != node || !(term->uses & v->kind->uses))
            continue;
        unsigned from = vg_rng_below(&v->dice, term->berths);
        for (unsigned i = 0; i < term->berths; i++) {
            unsigned b = (from + i) % term->berths;
            if (world->taken[t][b])
                continue;
            world->taken[t][b] = 1;
            v->terminal = (int16_t)t;
            v->berth = (uint16_t)b;
            vg_sim_berth(term, b, &ret->lon_deg, &ret->lat_deg);
            ret->narrow = true;
            return true;
        }
    }
    for (size_t r = 0; r < vg_sim_roads_count; r++) {
        const struct vg_sim_roads *roads = &vg_sim_roads[r];
        if (roads->node != node || !(roads->uses & v->kind->uses))
            continue;
        vg_sim_spot(&v->dice, roads->lon_deg, roads->lat_deg, roads->radius_nm, ret);
        return true;
    }
    return false;
}

bool vg_sim_voyage(struct vg_sim_world *world, struct vg_sim_vessel *v, uint8_t goal, bool wants_berth)
{
    struct vg_sim_point end = {vg_sim_nodes[goal].lon_deg, vg_sim_nodes[goal].lat_deg, false};
    if (!wants_berth || !vg_sim_find_berth(world, v, goal, &end)) {
        vg_sim_leave_berth(world, v);
        vg_sim_spot(&v->dice, end.lon_deg, end.lat_deg, fmax(0.15, vg_sim_nodes[goal].spread_nm), &end);
    }
    if (!plan_route(v, goal, end)) {
        vg_sim_leave_berth(world, v);
        return false;
    }
    v->goal = goal;
    v->wants_berth = wants_berth;
    v->here = NODE_NONE;
    set_off(v);
    return true;
}

bool vg_sim_voyage_to_point(struct vg_sim_vessel *v, struct vg_sim_point to)
{
    uint8_t node = vg_sim_nearest_node(to.lon_deg, to.lat_deg);
    if (node == NODE_NONE || !plan_route(v, node, to))
        return false;
    v->goal = NODE_NONE;
    v->wants_berth = false;
    v->here = NODE_NONE;
    set_off(v);
    return true;
}

void vg_sim_moor(struct vg_sim_world *world, struct vg_sim_vessel *v, int64_t until_us)
{
    (void)world;
    v->activity = ACTIVITY_MOORED;
    v->motion = MOTION_NONE;
    v->status = 5;
    v->water_kn = v->sog_kn = v->turn_dps = 0;
    v->until_us = until_us;
    if (v->terminal >= 0)
        v->drift_deg = vg_sim_terminals[v->terminal].bearing_deg;
}

/* The way a ship swings: with the tide (M2, 12.42 h) and, faster, with the wind. */
double vg_sim_swing_deg(int64_t now_us, double phase_deg)
{
    double s = (double)(now_us / VG_SECOND_US);
    return 60 * sin(2 * M_PI * s / 44712.0 + phase_deg * VG_RAD) +
           25 * sin(2 * M_PI * s / 1140.0 + 2 * phase_deg * VG_RAD);
}

void vg_sim_anchor(struct vg_sim_vessel *v, int64_t now_us, int64_t until_us)
{
    v->activity = ACTIVITY_ANCHORED;
    v->motion = MOTION_ANCHOR;
    v->status = 1;
    v->water_kn = v->turn_dps = 0;
    v->until_us = until_us;
    v->scope_m = fmin(180.0, 15.0 + 0.6 * (v->to_bow_m + v->to_stern_m));
    v->drift_deg = vg_rng_range(&v->dice, 0, 360); /* phase of the swing */
    v->swing_deg = vg_angle_360(v->heading_deg + 180 - vg_sim_swing_deg(now_us, v->drift_deg));
    v->anchor_lon_deg = v->lon_deg;
    v->anchor_lat_deg = v->lat_deg;
    vg_sphere_move(&v->anchor_lon_deg, &v->anchor_lat_deg, v->heading_deg, v->scope_m);
}

void vg_sim_along(struct vg_sim_vessel *v, double share)
{
    double total_m = 0, lon = v->lon_deg, lat = v->lat_deg;
    for (int i = 0; i < v->route_n; i++) {
        total_m += vg_sphere_distance_m(lon, lat, v->route[i].lon_deg, v->route[i].lat_deg);
        lon = v->route[i].lon_deg;
        lat = v->route[i].lat_deg;
    }
    double left_m = total_m * share;
    while (v->route_at < v->route_n) {
        struct vg_sim_point p = v->route[v->route_at];
        double leg_m = vg_sphere_distance_m(v->lon_deg, v->lat_deg, p.lon_deg, p.lat_deg);
        if (left_m < leg_m) {
            v->lon_deg += (p.lon_deg - v->lon_deg) * left_m / leg_m;
            v->lat_deg += (p.lat_deg - v->lat_deg) * left_m / leg_m;
            break;
        }
        left_m -= leg_m;
        v->lon_deg = p.lon_deg;
        v->lat_deg = p.lat_deg;
        v->route_at++;
    }
    if (v->route_at == v->route_n && v->route_at > 0)
        v->route_at--;
    struct vg_sim_point p = v->route[v->route_at];
    double east_m, north_m;
    vg_sphere_offset_m(v->lon_deg, v->lat_deg, p.lon_deg, p.lat_deg, &east_m, &north_m);
    v->heading_deg = v->cog_deg = vg_angle_360(atan2(east_m, north_m) / VG_RAD);
    v->water_kn = v->sog_kn = v->want_kn * (p.narrow ? 0.5 : 1);
    vg_sim_face_route(v);
}
