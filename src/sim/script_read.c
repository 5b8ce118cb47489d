/* A scenario by its forms (script_inner.h): which keys it has, and what one key alone can't say. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "sim/script_inner.h"

#define DAY_S (VG_DAY_US / 1e6)

#define IN(type, member) offsetof(struct vg_sim_##type, member)

static bool span_is_whole(struct vg_yaml *y, unsigned line, const void *one)
{
    const struct vg_sim_span *s = one;
    if (s->from_s >= s->to_s)
        return vg_yaml_wrong(y, line, "from_h", "expected less than to_h");
    return true;
}

static const struct vg_sim_key span_keys[] = {
    {"from_h", NUMBER, true, IN(span, from_s), 0, 10000, 3600, NULL},
    {"to_h", NUMBER, true, IN(span, to_s), 0, 10000, 3600, NULL},
};
static const struct vg_sim_form outage_form = {
    "{from_h: HOURS, to_h: HOURS}", span_keys,     COUNT(span_keys), sizeof(struct vg_sim_span), VG_SIM_OUTAGES_MAX,
    IN(receiver, outages),          span_is_whole,
};

static const struct vg_sim_key receiver_keys[] = {
    {"name", STATION, true, IN(receiver, name), 0, 0, 0, NULL},
    {"position", PLACE, true, IN(receiver, at), 0, 0, 0, NULL},
    {"height_m", NUMBER, true, IN(receiver, height_m), 1, 5000, 0, NULL},
    {"range_nm", NUMBER, false, IN(receiver, range_nm), 1, 500, 0, NULL},
    {"lost", NUMBER, false, IN(receiver, lost), 0, 1, 0, NULL},
    {"collisions", NUMBER, false, IN(receiver, collisions), 0, 1, 0, NULL},
    {"clock_s", NUMBER, false, IN(receiver, clock_s), -DAY_S, DAY_S, 0, NULL},
    {"outages", LIST, false, IN(receiver, outage), 0, 0, 0, &outage_form},
};
static const struct vg_sim_form receiver_form = {
    "a receiver (name, position, height_m, range_nm, lost, collisions, clock_s, outages)",
    receiver_keys,
    COUNT(receiver_keys),
    sizeof(struct vg_sim_receiver),
    VG_SIM_RECEIVERS_MAX,
    IN(script, receivers),
    NULL,
};

static bool pass_is_whole(struct vg_yaml *y, unsigned line, const void *one)
{
    const struct vg_sim_pass *p = one;
    if (p->swath_s > p->period_s)
        return vg_yaml_wrong(y, line, "swath_s", "expected at most the period");
    return true;
}

static const struct vg_sim_key pass_keys[] = {
    {"name", STATION, true, IN(pass, name), 0, 0, 0, NULL},
    {"period_min", NUMBER, true, IN(pass, period_s), 1, 1440, 60, NULL},
    {"first_min", NUMBER, false, IN(pass, first_s), 0, 1440, 60, NULL},
    {"swath_s", NUMBER, true, IN(pass, swath_s), 1, DAY_S, 0, NULL},
    {"probability", NUMBER, true, IN(pass, probability), 0, 1, 0, NULL},
};
static const struct vg_sim_form pass_form = {
    "a satellite (name, period_min, first_min, swath_s, probability)",
    pass_keys,
    COUNT(pass_keys),
    sizeof(struct vg_sim_pass),
    VG_SIM_PASSES_MAX,
    IN(script, passes),
    pass_is_whole,
};

static const struct vg_sim_key hole_keys[] = {
    {"position", PLACE, true, IN(hole, at), 0, 0, 0, NULL},
    {"radius_nm", NUMBER, true, IN(hole, radius_nm), 0.1, 1000, 0, NULL},
    {"from_h", NUMBER, false, IN(hole, when.from_s), 0, 10000, 3600, NULL},
    {"to_h", NUMBER, false, IN(hole, when.to_s), 0, 10000, 3600, NULL},
};
static const struct vg_sim_form hole_form = {
    "a hole (position, radius_nm, from_h, to_h)",
    hole_keys,
    COUNT(hole_keys),
    sizeof(struct vg_sim_hole),
    VG_SIM_AREAS_MAX,
    IN(script, holes),
    NULL,
};

static const struct vg_sim_key area_keys[] = {{"name", NAME, true, IN(shape, name), 0, 0, 0, NULL},
                                              {"points", POINTS, true, 0, 3, 0, 0, NULL}};
static const struct vg_sim_key line_keys[] = {{"name", NAME, true, IN(shape, name), 0, 0, 0, NULL},
                                              {"points", POINTS, true, 0, 2, 0, 0, NULL}};

/* clang-format off */
#define SHAPES(member, keys)                                                                                           \
    {"a mapping {name: , points: [[LON, LAT], …]}", keys, COUNT(keys), sizeof(struct vg_sim_shape), VG_SIM_AREAS_MAX,  \
     offsetof(struct vg_sim_script, member.count), NULL}
/* clang-format on */
static const struct vg_sim_form area_form = SHAPES(areas, area_keys), gate_form = SHAPES(gates, line_keys),
                                lane_form = SHAPES(lanes, line_keys);

static const struct vg_sim_key placed_keys[] = {
    {"deed", DEED_KEY, true, IN(placed, deed), 0, 0, 0, NULL},
    {"at_h", NUMBER, true, IN(placed, at_s), 0, 10000, 3600, NULL},
    {"position", PLACE, false, IN(placed, at), 0, (double)IN(placed, has_place), 0, NULL},
};
static const struct vg_sim_form placed_form = {
    "a deed {deed: , at_h: , position: }",
    placed_keys,
    COUNT(placed_keys),
    sizeof(struct vg_sim_placed),
    VG_SIM_PLACED_MAX,
    IN(script, placed_count),
    NULL,
};

static const struct vg_sim_key top_keys[] = {
    {"scenario", NAME, true, IN(script, name), 0, 0, 0, NULL},
    {"region", REGION, false, 0, 0, 0, 0, NULL},
    {"box", BOX, false, IN(script, box), 0, 0, 0, NULL},
    {"start", TIME, false, IN(script, start_us), 0, 0, 0, NULL},
    {"hours", NUMBER, false, IN(script, hours), 0.01, 10000, 0, NULL},
    {"seed", SEED, false, IN(script, seed), 0, 9e15, 0, NULL},
    {"damage", NUMBER, false, IN(script, damage), 0, 1, 0, NULL},
    {"fleet", WHOLE, false, IN(script, fleet), 0, VG_SIM_SCRIPT_SHIPS, 0, NULL},
    {"vessels", KINDS, false, 0, 0, VG_SIM_SCRIPT_SHIPS, 0, NULL},
    {"receivers", LIST, false, IN(script, receiver), 0, 0, 0, &receiver_form},
    {"satellites", LIST, false, IN(script, pass), 0, 0, 0, &pass_form},
    {"holes", LIST, false, IN(script, hole), 0, 0, 0, &hole_form},
    {"areas", LIST, false, IN(script, areas.shape), 0, 0, 0, &area_form},
    {"gates", LIST, false, IN(script, gates.shape), 0, 0, 0, &gate_form},
    {"lanes", LIST, false, IN(script, lanes.shape), 0, 0, 0, &lane_form},
    {"deeds", TIMES, false, 0, 0, VG_SIM_TIMES_A_DAY, 0, NULL},
    {"life", TIMES, false, 0, 0, VG_SIM_TIMES_A_DAY, 0, &placed_form},
    {"placed", LIST, false, IN(script, placed), 0, 0, 0, &placed_form},
    {"sensors", SOURCE, false, IN(script, sensors), 0, 0, 0, NULL},
};

static uint64_t ships(const struct vg_sim_script *s)
{
    uint64_t sum = s->fleet;
    for (size_t i = 0; i < VG_SIM_KINDS_MAX; i++)
        sum += s->vessels[i];
    return sum;
}

static bool asks_for(const struct vg_sim_script *s, int deed)
{
    bool asks = s->a_day[deed] > 0;
    for (size_t i = 0; i < s->placed_count; i++)
        asks |= s->placed[i].deed == deed;
    return asks;
}

/* What one key alone can't say. */
static bool script_is_whole(struct vg_yaml *y, unsigned line, const void *one)
{
    const struct vg_sim_script *s = one;
    static const struct {
        int deed;
        const char *needs;
        size_t count_at;
    } needs[] = {{DEED_area_entry, "areas", IN(script, areas.count)},
                 {DEED_gate_crossing, "gates", IN(script, gates.count)},
                 {DEED_against_lane, "lanes", IN(script, lanes.count)},
                 {DEED_lane_traffic, "lanes", IN(script, lanes.count)}};
    if (ships(s) > VG_SIM_SCRIPT_SHIPS)
        return vg_yaml_wrong(y, line, "vessels", "expected at most %d in all, found %llu", VG_SIM_SCRIPT_SHIPS,
                             (unsigned long long)ships(s));
    if (s->is_box && !s->receivers && !s->passes)
        return vg_yaml_wrong(y, line, "receivers", "expected receivers or satellites in a box, found none");
    for (size_t i = 0; i < COUNT(needs); i++)
        if (asks_for(s, needs[i].deed) && *(const size_t *)(const void *)((const char *)s + needs[i].count_at) == 0)
            return vg_yaml_wrong(y, line, needs[i].needs, "expected one for the deed %s, found none",
                                 vg_sim_deed_key(needs[i].deed));
    for (size_t i = 0; i < s->receivers; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(s->receiver[i].name, s->receiver[k].name) == 0)
                return vg_yaml_wrong(y, line, "receivers", "expected other names than '%s' twice", s->receiver[i].name);
    return true;
}

static const struct vg_sim_form top_form = {
    "a scenario (scenario, region or box, start, hours, seed, damage, fleet, vessels, receivers, satellites, holes, "
    "areas, gates, lanes, deeds, life, placed, sensors)",
    top_keys,
    COUNT(top_keys),
    0,
    0,
    0,
    script_is_whole,
};

static void read_top(void *arg, struct vg_yaml *y)
{
    (void)y;
    struct vg_sim_reading *r = arg;
    vg_sim_form_read(r, NULL, &top_form, r->script);
}

/* A list's defaults: what zero doesn't mean. */
static void fill(struct vg_sim_script *s)
{
    s->start_us = VG_TIME_NONE;
    for (size_t i = 0; i < VG_SIM_RECEIVERS_MAX; i++)
        s->receiver[i].range_nm = 500;
    for (size_t i = 0; i < VG_SIM_AREAS_MAX; i++)
        s->hole[i].when = (struct vg_sim_span){0, 1e12};
}

enum vg_err vg_sim_script_read(const char *yaml, size_t len, struct vg_sim_script *ret_script,
                               struct vg_sim_script_error *ret_error)
{
    struct vg_sim_reading r = {.script = calloc(1, sizeof *r.script)};
    if (!r.script)
        return VG_NOMEM;
    fill(r.script);
    if (vg_yaml_begin(&r.yaml, yaml, len, vg_sim_script_tell, &r))
        vg_yaml_top(&r.yaml, top_form.what, read_top, &r);
    bool memory = !r.yaml.no_memory;
    vg_yaml_end(&r.yaml);
    if (memory && !r.wrong && !*r.script->name) {
        r.wrong = true;
        snprintf(r.error.text, sizeof r.error.text, "expected a scenario, found nothing");
    }
    if (memory && r.wrong)
        *ret_error = r.error;
    else if (memory)
        *ret_script = *r.script;
    free(r.script);
    return !memory ? VG_NOMEM : r.wrong ? VG_SYNTAX : VG_OK;
}
