/* What a vessel does next, by its program. */
#include <stdio.h>
#include <string.h>

#include "sim/coast.h"
#include "sim/plan_inner.h"

/* Where the world ends for shipping, what they write when bound there, and how many go. */
static const struct edge_port {
    uint8_t node, weight;
    const char *code;
} edge_ports[] = {
    {NODE_PAN, 8, "PA BLB"},   {NODE_FARN, 2, "MX ZLO"}, {NODE_FARNW, 2, "CN SHA"}, {NODE_FARW, 2, "KR PUS"},
    {NODE_FARSW, 1, "NZ AKL"}, {NODE_FARS, 3, "CL SAI"}, {NODE_CLL, 4, "PE CLL"},   {NODE_BUN, 2, "CO BUN"},
};

const uint8_t vg_sim_through_ways[VG_SIM_THROUGH_WAYS][2] = {
    {NODE_PAN, NODE_FARS}, {NODE_PAN, NODE_CLL},   {NODE_PAN, NODE_FARS}, {NODE_PAN, NODE_FARNW},
    {NODE_PAN, NODE_FARW}, {NODE_PAN, NODE_PAI},   {NODE_FARN, NODE_CLL}, {NODE_FARN, NODE_FARS},
    {NODE_BUN, NODE_CLL},  {NODE_PAN, NODE_FARSW},
};
static const uint8_t mainland_beats[] = {NODE_SALW, NODE_LOPW, NODE_MANN, NODE_GALE, NODE_ESMN, NODE_JAMB, NODE_GULF,
                                         NODE_L4,   NODE_L5,   NODE_CARN, NODE_COJN, NODE_SALS, NODE_SLW};
static const uint8_t island_beats[] = {NODE_AYOS, NODE_SCW,  NODE_SCN, NODE_ISE, NODE_FLON,
                                       NODE_STNE, NODE_SANN, NODE_ISS, NODE_GE,  NODE_ESPN};
static const uint8_t tour_sites[] = {NODE_AYO, NODE_BMO, NODE_BAL, NODE_BART, NODE_RAB, NODE_EGAS,
                                     NODE_GEN, NODE_TAG, NODE_FLO, NODE_ESP,  NODE_VIL, NODE_MARS};
static const uint8_t dive_sites[] = {NODE_BAL, NODE_WOLF, NODE_DARW, NODE_VICR, NODE_BART, NODE_BMO};
const uint8_t vg_sim_supply_round[VG_SIM_SUPPLY_STOPS] = {NODE_GYE, NODE_AYO, NODE_BMO, NODE_VIL};
const uint8_t vg_sim_passage_stops[VG_SIM_PASSAGE_STOPS] = {NODE_PAN, NODE_BMO, NODE_AYO, NODE_FARW,
                                                            NODE_SAL, NODE_CAR, NODE_VIL};
static const struct {
    uint8_t home, out;
} harbour_runs[] = {
    {NODE_GYE, NODE_EST2}, {NODE_POS, NODE_PILOT}, {NODE_PBO, NODE_PB2},
    {NODE_SAL, NODE_SALN}, {NODE_MAN, NODE_MANN},  {NODE_ESM, NODE_ESMN},
};
/* Hours on the ground and at home, low and high, by ground kind. */
const struct vg_sim_trip vg_sim_trips[] = {
    [GROUND_NO] = {{4, 8}, {6, 12}},           [GROUND_SQUID] = {{900, 999}, {1, 2}},
    [GROUND_TUNA] = {{200, 500}, {48, 120}},   [GROUND_TRAWL] = {{24, 60}, {10, 24}},
    [GROUND_SEINE] = {{9, 14}, {9, 14}},       [GROUND_ARTISANAL] = {{7, 15}, {7, 14}},
    [GROUND_OFFSHORE] = {{70, 150}, {24, 60}}, [GROUND_ISLAND] = {{7, 12}, {8, 14}},
};

static bool is_edge(uint8_t node)
{
    for (size_t i = 0; i < sizeof edge_ports / sizeof *edge_ports; i++)
        if (edge_ports[i].node == node)
            return true;
    return node == NODE_PAI || node == NODE_TUM;
}

uint8_t vg_sim_plan_edge(uint64_t *dice)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < sizeof edge_ports / sizeof *edge_ports; i++)
        sum += edge_ports[i].weight;
    uint32_t at = vg_rng_below(dice, sum);
    for (size_t i = 0;; i++) {
        if (at < edge_ports[i].weight)
            return edge_ports[i].node;
        at -= edge_ports[i].weight;
    }
}

/* A port of Ecuador where the kind may lie, large ones more often; NODE_NONE if there is no other than `but`. */
uint8_t vg_sim_plan_port(struct vg_sim_vessel *v, uint8_t but)
{
    uint32_t sum = 0;
    for (int take = 0; take < 2; take++) {
        uint32_t at = take && sum ? vg_rng_below(&v->dice, sum) : 0, seen = 0;
        for (size_t t = 0; t < vg_sim_terminal_count; t++) {
            const struct vg_sim_terminal *term = &vg_sim_terminals[t];
            if (!(term->uses & v->kind->uses) || is_edge(term->node) || term->node == but)
                continue;
            seen += term->berths;
            if (take && at < seen)
                return term->node;
        }
        sum = seen;
    }
    return NODE_NONE;
}

const char *vg_sim_plan_code(const struct vg_sim_vessel *v, uint8_t node)
{
    for (size_t i = 0; i < sizeof edge_ports / sizeof *edge_ports; i++)
        if (edge_ports[i].node == node)
            return edge_ports[i].code;
    for (size_t t = 0; t < vg_sim_terminal_count; t++)
        if (vg_sim_terminals[t].node == node && (vg_sim_terminals[t].uses & v->kind->uses || v->kind->uses == 0))
            return vg_sim_terminals[t].code;
    for (size_t t = 0; t < vg_sim_terminal_count; t++)
        if (vg_sim_terminals[t].node == node)
            return vg_sim_terminals[t].code;
    return "";
}

/* What the bridge types: the port, sometimes from-to; and when they think to be there. */
static void write_destination(struct vg_sim_vessel *v, uint8_t from, uint8_t to, int64_t now_us)
{
    const char *end = vg_sim_plan_code(v, to), *begin = from == NODE_NONE ? "" : vg_sim_plan_code(v, from);
    char text[64];
    if (*begin && strlen(begin) <= 6 && vg_rng_chance(&v->dice, 0.35))
        snprintf(text, sizeof text, "%s>%s", begin, end);
    else
        snprintf(text, sizeof text, "%s", end);
    vg_sim_write(v->destination, text);
    double left_m = 0, lon = v->lon_deg, lat = v->lat_deg;
    for (int i = v->route_at; i < v->route_n; i++) {
        left_m += vg_sphere_distance_m(lon, lat, v->route[i].lon_deg, v->route[i].lat_deg);
        lon = v->route[i].lon_deg;
        lat = v->route[i].lat_deg;
    }
    double hours = left_m / VG_METRES_PER_NM / v->cruise_kn + (is_edge(to) ? vg_rng_range(&v->dice, 2, 60) : 0.5);
    v->eta_us = now_us + vg_sim_hours(round(hours * 2) / 2);
}

void vg_sim_plan_away(struct vg_sim_vessel *v, int64_t until_us)
{
    v->activity = ACTIVITY_AWAY;
    v->motion = MOTION_NONE;
    v->sog_kn = v->water_kn = 0;
    v->until_us = until_us;
}

void vg_sim_plan_drift(struct vg_sim_vessel *v, int64_t until_us)
{
    v->activity = ACTIVITY_DRIFTING;
    v->motion = MOTION_DRIFT;
    v->drift_kn = vg_rng_range(&v->dice, 0.2, 0.6);
    v->drift_deg = vg_rng_range(&v->dice, 250, 340);
    v->until_us = until_us;
}

/* Under way with a destination; if there is no way, an hour's wait. */
static void sail(struct vg_sim_world *world, struct vg_sim_vessel *v, uint8_t goal, bool berth)
{
    uint8_t from = v->here;
    if (goal == NODE_NONE || !vg_sim_voyage(world, v, goal, berth)) {
        v->until_us = world->now_us + VG_HOUR_US;
        return;
    }
    write_destination(v, from, goal, world->now_us);
}

void vg_sim_plan_lie(struct vg_sim_world *world, struct vg_sim_vessel *v, double low_hours, double high_hours)
{
    int64_t until_us = world->now_us + vg_sim_hours(vg_rng_range(&v->dice, low_hours, high_hours));
    if (v->terminal >= 0)
        vg_sim_moor(world, v, until_us);
    else
        vg_sim_anchor(v, world->now_us, until_us);
    /* Small craft switch off at home, some of them. */
    v->silent = v->class == VG_CLASS_SHIP_B && v->program == PROGRAM_FISHER && vg_rng_chance(&v->dice, 0.65);
}

static bool arrives(struct vg_sim_vessel *v)
{
    if (v->activity != ACTIVITY_SAILING)
        return false;
    v->here = v->goal;
    return true;
}

static void decide_liner(struct vg_sim_world *world, struct vg_sim_vessel *v)
{
    if (arrives(v)) {
        if (is_edge(v->here))
            vg_sim_plan_away(v, world->now_us + vg_sim_hours(vg_rng_range(&v->dice, 4, 16)));
        else
            vg_sim_plan_lie(world, v, 10, 34);
        return;
    }
    bool coaster = v->program == PROGRAM_COASTER;
    if (v->activity == ACTIVITY_ANCHORED && vg_rng_chance(&v->dice, 0.7)) { /* the berth it waited for */
        sail(world, v, v->here, true);
        return;
    }
    uint8_t port = vg_sim_plan_port(v, v->here);
    bool out = !coaster && !is_edge(v->here) && (port == NODE_NONE || vg_rng_chance(&v->dice, 0.7));
    sail(world, v, out ? vg_sim_plan_edge(&v->dice) : port, !out);
}

static void decide_through(struct vg_sim_world *world, struct vg_sim_vessel *v)
{
    if (arrives(v)) {
        vg_sim_plan_away(v, world->now_us + vg_sim_hours(vg_rng_range(&v->dice, 1, 9)));
        return;
    }
    for (int tries = 0; tries < 40; tries++) {
        const uint8_t *way = PICK(&v->dice, vg_sim_through_ways);
        if (way[0] != v->here && way[1] != v->here)
            continue;
        sail(world, v, way[0] == v->here ? way[1] : way[0], false);
        return;
    }
    sail(world, v, NODE_PAN, false);
}

/* One of its grounds; small boats keep to those near home. */
uint8_t vg_sim_plan_ground(struct vg_sim_vessel *v)
{
    const struct vg_sim_node *home = v->home == NODE_NONE ? NULL : &vg_sim_nodes[v->home];
    uint8_t best = 0;
    double best_score = HUGE_VAL;
    bool small = v->kind->ground != GROUND_TUNA && v->kind->ground != GROUND_SQUID;
    for (uint8_t i = 0; i < GROUND_COUNT; i++) {
        const struct vg_sim_ground *g = &vg_sim_grounds[i];
        if (g->kind != v->kind->ground)
            continue;
        double far = home && small ? vg_sphere_distance_m(home->lon_deg, home->lat_deg, g->lon_deg, g->lat_deg) : 1;
        double score = far * vg_rng_range(&v->dice, 0.6, 1.4);
        if (score < best_score) {
            best_score = score;
            best = i;
        }
    }
    return best;
}

static bool to_ground(struct vg_sim_world *world, struct vg_sim_vessel *v)
{
    v->ground = vg_sim_plan_ground(v);
    const struct vg_sim_ground *g = &vg_sim_grounds[v->ground];
    struct vg_sim_point p;
    vg_sim_spot(&v->dice, g->lon_deg, g->lat_deg, g->radius_nm * 0.9, &p);
    vg_sim_leave_berth(world, v);
    if (!vg_sim_voyage_to_point(v, p))
        return false;
    v->silent = false;
    vg_sim_write(v->destination, v->class == VG_CLASS_SHIP_A ? "FISHING GROUNDS" : "");
    v->eta_us = VG_TIME_NONE;
    return true;
}

static void decide_fisher(struct vg_sim_world *world, struct vg_sim_vessel *v)
{
    const double *trip = vg_sim_trips[v->kind->ground].trip, *home = vg_sim_trips[v->kind->ground].home;
    if (v->fishing) {
        if (world->now_us < v->trip_end_us || v->program == PROGRAM_SQUID) {
            vg_sim_fish(world, v);
            return;
        }
        v->fishing = false;
        v->here = NODE_NONE;
        sail(world, v, v->home, true);
    } else if (v->activity == ACTIVITY_SAILING && v->goal == NODE_NONE) {
        v->trip_end_us = world->now_us + vg_sim_hours(vg_rng_range(&v->dice, trip[0], trip[1]));
        vg_sim_fish(world, v);
    } else if (arrives(v)) {
        vg_sim_plan_lie(world, v, home[0], home[1]);
    } else if (!to_ground(world, v)) {
        v->until_us = world->now_us + VG_HOUR_US;
    }
}

/* To a jigger of the fleet, alongside for hours, to the next. */
static void decide_carrier(struct vg_sim_world *world, struct vg_sim_vessel *v)
{
    if (v->activity == ACTIVITY_SAILING && v->beside >= 0) {
        struct vg_sim_vessel *o = &world->vessels[v->beside];
        double gap_m = vg_sphere_distance_m(v->lon_deg, v->lat_deg, o->lon_deg, o->lat_deg);
        if (gap_m > 3000) { /* it has moved on */
            vg_sim_voyage_to_point(v, (struct vg_sim_point){o->lon_deg, o->lat_deg - 0.004, false});
            return;
        }
        int64_t until_us = world->now_us + vg_sim_hours(vg_rng_range(&v->dice, 5, 12));
        vg_sim_plan_drift(o, until_us);
        v->activity = ACTIVITY_ALONGSIDE;
        v->motion = MOTION_BESIDE;
        v->status = 0;
        v->until_us = until_us;
        return;
    }
    for (int tries = 0; tries < 200; tries++) {
        uint32_t i = vg_rng_below(&v->dice, (uint32_t)world->heard);
        struct vg_sim_vessel *o = &world->vessels[i];
        if (o->program != PROGRAM_SQUID || o->ground != v->ground || o->motion != MOTION_DRIFT)
            continue;
        v->beside = (int32_t)i;
        o->until_us = world->now_us + vg_sim_hours(8);
        if (vg_sim_voyage_to_point(v, (struct vg_sim_point){o->lon_deg, o->lat_deg - 0.004, false}))
            return;
    }
    vg_sim_plan_drift(v, world->now_us + VG_HOUR_US);
}

/* Boats leave Puerto Ayora and the other islands at seven and at three, local time (UTC − 6). */
int64_t vg_sim_plan_departure_us(uint64_t *dice, int64_t now_us)
{
    int64_t local_us = now_us - 6 * VG_HOUR_US, day_us = local_us / VG_DAY_US * VG_DAY_US;
    static const int hours[] = {7, 15, 31};
    for (size_t i = 0; i < sizeof hours / sizeof *hours; i++)
        if (day_us + hours[i] * VG_HOUR_US > local_us)
            return day_us + (hours[i] + 6) * VG_HOUR_US + (int64_t)vg_rng_below(dice, 25) * VG_MINUTE_US;
    return now_us + VG_HOUR_US;
}

static void decide_ferry(struct vg_sim_world *world, struct vg_sim_vessel *v)
{
    static const uint8_t ends[] = {NODE_BMO, NODE_VIL, NODE_BMO, NODE_BAL};
    if (arrives(v)) {
        vg_sim_plan_lie(world, v, 1, 2);
        v->until_us = vg_sim_plan_departure_us(&v->dice, world->now_us);
    } else {
        sail(world, v, v->here == NODE_AYO ? PICK(&v->dice, ends) : NODE_AYO, true);
    }
}

static void decide_tour(struct vg_sim_world *world, struct vg_sim_vessel *v)
{
    bool dives = strcmp(v->kind->key, "dive boat") == 0;
    if (arrives(v)) {
        vg_sim_plan_lie(world, v, dives ? 6 : 3.5, dives ? 20 : 9);
        return;
    }
    uint8_t site = v->here;
    for (int tries = 0; tries < 8 && site == v->here; tries++)
        site = dives ? PICK(&v->dice, dive_sites) : PICK(&v->dice, tour_sites);
    sail(world, v, site, true);
    vg_sim_write(v->destination, "CRUCERO GALAPAGOS");
}

static void decide_round(struct vg_sim_world *world, struct vg_sim_vessel *v)
{
    if (arrives(v)) {
        vg_sim_plan_lie(world, v, v->here == NODE_GYE ? 30 : 12, v->here == NODE_GYE ? 60 : 26);
        return;
    }
    sail(world, v, vg_sim_supply_round[++v->phase % sizeof vg_sim_supply_round], true);
}

static void decide_patrol(struct vg_sim_world *world, struct vg_sim_vessel *v)
{
    bool at_sea = v->phase > 0;
    if (arrives(v)) {
        if (v->wants_berth)
            vg_sim_plan_lie(world, v, 3, 9);
        else
            vg_sim_plan_drift(v, world->now_us + vg_sim_hours(vg_rng_range(&v->dice, 0.1, 0.6)));
        return;
    }
    if (at_sea && --v->phase == 0) {
        sail(world, v, v->home, true);
        return;
    }
    if (!at_sea)
        v->phase = (uint8_t)(3 + vg_rng_below(&v->dice, 5));
    bool islands = vg_sim_nodes[v->home].lon_deg < -85;
    sail(world, v, islands ? PICK(&v->dice, island_beats) : PICK(&v->dice, mainland_beats), false);
    v->status = 0;
    vg_sim_write(v->destination, v->kind->shiptype == 99 ? "SURVEY" : "PATRULLAJE");
    v->eta_us = VG_TIME_NONE;
}

static void decide_harbour(struct vg_sim_world *world, struct vg_sim_vessel *v)
{
    if (arrives(v)) {
        if (v->wants_berth)
            vg_sim_plan_lie(world, v, 0.5, 4);
        else
            vg_sim_plan_drift(v, world->now_us + vg_sim_hours(vg_rng_range(&v->dice, 0.2, 0.7)));
        return;
    }
    if (v->activity == ACTIVITY_DRIFTING) {
        sail(world, v, v->home, true);
        return;
    }
    uint8_t out = NODE_NONE;
    for (size_t i = 0; i < sizeof harbour_runs / sizeof *harbour_runs; i++)
        if (harbour_runs[i].home == v->home)
            out = harbour_runs[i].out;
    sail(world, v, out, false);
    v->eta_us = VG_TIME_NONE;
}

static void decide_passage(struct vg_sim_world *world, struct vg_sim_vessel *v)
{
    if (arrives(v)) {
        if (is_edge(v->here))
            vg_sim_plan_away(v, world->now_us + vg_sim_hours(vg_rng_range(&v->dice, 6, 20)));
        else
            vg_sim_plan_lie(world, v, 20, 70);
        return;
    }
    uint8_t stop = v->here;
    for (int tries = 0; tries < 8 && stop == v->here; tries++)
        stop = PICK(&v->dice, vg_sim_passage_stops);
    sail(world, v, stop, !is_edge(stop));
    v->status = 8;
}

/* Out to sea, a ladder search, and back: the shape of a flight that looks for someone. */
static void decide_flight(struct vg_sim_world *world, struct vg_sim_vessel *v)
{
    if (v->activity == ACTIVITY_FLYING) {
        vg_sim_plan_away(v, world->now_us + vg_sim_hours(vg_rng_range(&v->dice, 3, 6)));
        v->altitude_m = 0;
        return;
    }
    double lon0 = v->lon_deg, lat0 = v->lat_deg, lon = lon0, lat = lat0;
    v->route_n = v->route_at = 0;
    vg_sphere_move(&lon, &lat, vg_rng_range(&v->dice, 255, 300), vg_rng_range(&v->dice, 20, 40) * VG_METRES_PER_NM);
    for (int i = 0; i < 10; i++) {
        v->route[v->route_n++] = (struct vg_sim_point){lon, lat, false};
        vg_sphere_move(&lon, &lat, i % 2 ? 180 : i % 4 ? 270 : 90, (i % 2 ? 2.5 : 12) * VG_METRES_PER_NM);
    }
    v->route[v->route_n++] = (struct vg_sim_point){lon0, lat0, false};
    v->activity = ACTIVITY_FLYING;
    v->motion = MOTION_ROUTE;
    v->want_kn = v->cruise_kn;
    v->altitude_m = (int16_t)(150 + 30 * vg_rng_below(&v->dice, 9));
    vg_sim_face_route(v);
}

/* Of a deed's actor: its deed says what comes next, if it hasn't sent it away. */
static void end_of_way(struct vg_sim_vessel *v)
{
    if (v->leaves) {
        vg_sim_plan_away(v, INT64_MAX);
        v->leaves = false;
        return;
    }
    v->activity = ACTIVITY_DRIFTING;
    v->motion = MOTION_DRIFT;
    v->drift_kn = 0.2;
    v->drift_deg = v->heading_deg;
    v->arrived = true;
}

void vg_sim_decide(struct vg_sim_world *world, struct vg_sim_vessel *v)
{
    v->until_us = INT64_MAX;
    switch ((enum vg_sim_program)v->program) {
    case PROGRAM_LINER:
    case PROGRAM_COASTER:
        decide_liner(world, v);
        break;
    case PROGRAM_THROUGH:
        decide_through(world, v);
        break;
    case PROGRAM_FISHER:
    case PROGRAM_SQUID:
        decide_fisher(world, v);
        break;
    case PROGRAM_CARRIER:
        decide_carrier(world, v);
        break;
    case PROGRAM_SUPPLY:
        decide_round(world, v);
        break;
    case PROGRAM_FERRY:
        decide_ferry(world, v);
        break;
    case PROGRAM_TOUR:
        decide_tour(world, v);
        break;
    case PROGRAM_PATROL:
        decide_patrol(world, v);
        break;
    case PROGRAM_HARBOUR:
        decide_harbour(world, v);
        break;
    case PROGRAM_PASSAGE:
        decide_passage(world, v);
        break;
    case PROGRAM_FLIGHT:
        decide_flight(world, v);
        break;
    case PROGRAM_PANGA:
        vg_sim_fish_near(world, v);
        break;
    case PROGRAM_ROAM:
        vg_sim_roam(world, v);
        break;
    case PROGRAM_DEED:
        end_of_way(v);
        break;
    case PROGRAM_STORY:
    case PROGRAM_IDLE:
    case PROGRAM_FIXED:
        break;
    }
}
