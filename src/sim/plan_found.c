/* How the world is found: each vessel somewhere in the middle of its day. */
#include "sim/plan_inner.h"

static void put(struct vg_sim_vessel *v, double lon_deg, double lat_deg)
{
    v->lon_deg = lon_deg;
    v->lat_deg = lat_deg;
}

/* In the middle of a stay at a node. */
static void found_lying(struct vg_sim_world *world, struct vg_sim_vessel *v, uint8_t node)
{
    struct vg_sim_point p = {vg_sim_nodes[node].lon_deg, vg_sim_nodes[node].lat_deg, false};
    if (!vg_sim_find_berth(world, v, node, &p))
        vg_sim_spot(&v->dice, p.lon_deg, p.lat_deg, 0.2, &p);
    put(v, p.lon_deg, p.lat_deg);
    v->here = node;
    v->heading_deg = v->terminal >= 0 ? vg_sim_terminals[v->terminal].bearing_deg : vg_rng_range(&v->dice, 0, 360);
    vg_sim_plan_lie(world, v, 0.05, 20);
    vg_sim_write(v->destination, v->class == VG_CLASS_SHIP_A ? vg_sim_plan_code(v, node) : "");
}

/* At a node, then on the way to wherever the program sends it, a random share of the way done. */
static void found_sailing(struct vg_sim_world *world, struct vg_sim_vessel *v, uint8_t from)
{
    put(v, vg_sim_nodes[from].lon_deg, vg_sim_nodes[from].lat_deg);
    v->here = from;
    v->activity = ACTIVITY_MOORED;
    vg_sim_decide(world, v);
    if (v->motion == MOTION_ROUTE)
        vg_sim_along(v, vg_rng_range(&v->dice, 0.02, 0.97));
}

static void found_at(struct vg_sim_world *world, struct vg_sim_vessel *v, bool lies)
{
    if (lies)
        found_lying(world, v, v->home);
    else
        found_sailing(world, v, v->home);
}

static void found_fishing(struct vg_sim_world *world, struct vg_sim_vessel *v)
{
    const double *trip = vg_sim_trips[v->kind->ground].trip;
    v->ground = vg_sim_plan_ground(v);
    const struct vg_sim_ground *g = &vg_sim_grounds[v->ground];
    struct vg_sim_point p;
    vg_sim_spot(&v->dice, g->lon_deg, g->lat_deg, g->radius_nm, &p);
    put(v, p.lon_deg, p.lat_deg);
    v->here = NODE_NONE;
    v->heading_deg = vg_rng_range(&v->dice, 0, 360);
    v->trip_end_us = world->now_us + vg_sim_hours(vg_rng_range(&v->dice, 0, trip[1]));
    v->phase = (uint8_t)vg_rng_below(&v->dice, 12);
    vg_sim_fish(world, v);
    if (v->motion == MOTION_DRIFT) /* not everybody began at the same moment */
        v->until_us = world->now_us + (int64_t)((double)(v->until_us - world->now_us) * vg_rng_unit(&v->dice));
    vg_sim_write(v->destination, v->class == VG_CLASS_SHIP_A ? "FISHING GROUNDS" : "");
}

void vg_sim_begin(struct vg_sim_world *world, struct vg_sim_vessel *v)
{
    double fate = vg_rng_unit(&v->dice);
    uint8_t port = vg_sim_plan_port(v, NODE_NONE);
    v->home = port;
    switch ((enum vg_sim_program)v->program) {
    case PROGRAM_LINER:
    case PROGRAM_COASTER:
        if (fate < 0.7 || v->program == PROGRAM_COASTER)
            found_at(world, v, fate < 0.45);
        else
            found_sailing(world, v, vg_sim_plan_edge(&v->dice));
        break;
    case PROGRAM_THROUGH:
        found_sailing(world, v, PICK(&v->dice, vg_sim_through_ways)[fate < 0.5]);
        break;
    case PROGRAM_SQUID:
    case PROGRAM_CARRIER:
        found_fishing(world, v);
        if (v->program == PROGRAM_CARRIER)
            vg_sim_plan_drift(v, world->now_us + vg_sim_hours(vg_rng_unit(&v->dice)));
        break;
    case PROGRAM_FISHER:
        if (fate < 0.55)
            found_fishing(world, v);
        else
            found_at(world, v, fate >= 0.72);
        break;
    case PROGRAM_SUPPLY:
        v->phase = (uint8_t)vg_rng_below(&v->dice, sizeof vg_sim_supply_round);
        found_sailing(world, v, vg_sim_supply_round[v->phase]);
        break;
    case PROGRAM_FERRY:
        found_lying(world, v, fate < 0.6 ? NODE_AYO : port);
        v->until_us = vg_sim_plan_departure_us(&v->dice, world->now_us - 40 * VG_MINUTE_US);
        break;
    case PROGRAM_PASSAGE:
        if (fate < 0.3)
            found_lying(world, v, port);
        else
            found_sailing(world, v, PICK(&v->dice, vg_sim_passage_stops));
        break;
    case PROGRAM_TOUR:
    case PROGRAM_PATROL:
    case PROGRAM_HARBOUR:
    case PROGRAM_IDLE:
        if (v->program == PROGRAM_PATROL && v->kind->shiptype == 99)
            v->home = fate < 0.5 ? NODE_AYO : NODE_BMO;
        found_at(world, v, fate < 0.5 || v->program == PROGRAM_IDLE || v->program == PROGRAM_HARBOUR);
        break;
    case PROGRAM_FLIGHT:
        put(v, -80.679, -0.946);
        vg_sim_plan_away(v, world->now_us + vg_sim_hours(0.4));
        break;
    case PROGRAM_PANGA: /* of a scenario: near a ground of small boats */
        v->ground = GROUND_ART_M;
        v->anchor_lon_deg = vg_sim_grounds[v->ground].lon_deg;
        v->anchor_lat_deg = vg_sim_grounds[v->ground].lat_deg;
        v->scope_m = vg_sim_grounds[v->ground].radius_nm * VG_METRES_PER_NM;
        struct vg_sim_point p;
        vg_sim_spot(&v->dice, v->anchor_lon_deg, v->anchor_lat_deg, vg_sim_grounds[v->ground].radius_nm, &p);
        put(v, p.lon_deg, p.lat_deg);
        vg_sim_fish_near(world, v);
        break;
    case PROGRAM_ROAM:
    case PROGRAM_DEED:
    case PROGRAM_STORY:
    case PROGRAM_FIXED:
        break;
    }
    if (v->program == PROGRAM_IDLE)
        v->until_us = INT64_MAX;
}
