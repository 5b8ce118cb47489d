/* Of the watch: areas of the scenario, from entry to exit, and each crossing of a gate with its direction. */
#include <string.h>

#include "sim/watch_inner.h"

#define BEFORE_US (10 * VG_MINUTE_US)
#define SHORT_US  (2 * VG_MINUTE_US) /* who only cuts a corner need not be told */

static void enter_area(struct vg_sim_world *world, const struct vg_sim_vessel *v, struct vg_sim_watched *o, size_t area)
{
    int slot = o->area_id[0] < 0 ? 0 : o->area_id[1] < 0 ? 1 : -1;
    o->inside |= UINT32_C(1) << area;
    if (slot < 0)
        return;
    o->area_id[slot] = (int8_t)area;
    o->area_heard_us[slot] = v->heard_us;
    o->area_appeared[slot] = o->away_us != VG_TIME_NONE && world->now_us - o->away_us <= BEFORE_US;
    vg_sim_spell_open(world, v, &o->area[slot]);
}

/* Heard within ten minutes before it came in, and twice inside: then its entry shows. Who was there from the beginning,
 * or came into the world there, has not come in. */
static bool was_seen_entering(const struct vg_sim_world *world, const struct vg_sim_vessel *v,
                              const struct vg_sim_watched *o, int slot)
{
    const struct vg_sim_spell *s = &o->area[slot];
    return !v->no_ais && s->from_us != world->start_us && !o->area_appeared[slot] &&
           o->area_heard_us[slot] != VG_TIME_NONE && s->from_us - o->area_heard_us[slot] < BEFORE_US &&
           vg_sim_heard_since(v, &s->hearing) >= 2;
}

static void leave_area(struct vg_sim_world *world, const struct vg_sim_vessel *v, struct vg_sim_watched *o, size_t area,
                       bool end)
{
    o->inside &= ~(UINT32_C(1) << area);
    for (int slot = 0; slot < 2; slot++) {
        if (o->area_id[slot] != (int8_t)area)
            continue;
        char params[VG_SIM_NAME * 6 + 80];
        struct vg_out text = vg_out_fixed(params, sizeof params - 1);
        vg_out_text(&text, "\"area\":");
        vg_out_json_string(&text, world->script->areas.shape[area].name, strlen(world->script->areas.shape[area].name));
        if (o->area[slot].from_us == world->start_us)
            vg_out_text(&text, ",\"open_begin\":true");
        if (end)
            vg_out_text(&text, ",\"open_end\":true");
        params[text.len] = '\0';
        vg_sim_spell_tell(world, v, &o->area[slot], "area", world->now_us, params,
                          !was_seen_entering(world, v, o, slot)              ? VG_SIM_NEITHER
                          : world->now_us - o->area[slot].from_us < SHORT_US ? VG_SIM_MAY
                                                                             : VG_SIM_MUST);
        o->area_id[slot] = -1;
    }
}

void vg_sim_watch_areas(struct vg_sim_world *world, const struct vg_sim_vessel *v, struct vg_sim_watched *o, bool end)
{
    const struct vg_sim_shapes *areas = &world->script->areas;
    for (size_t i = 0; i < areas->count; i++) {
        bool was = o->inside & UINT32_C(1) << i;
        bool is = !end && !vg_sim_is_away(v) && vg_sim_is_inside(&areas->shape[i], v->lon_deg, v->lat_deg);
        if (is && !was)
            enter_area(world, v, o, i);
        else if (was && !is)
            leave_area(world, v, o, i, end);
    }
}

/* Twice the area of a triangle; its sign is the side on which the third point lies. */
static double side(struct vg_sim_spot_deg a, struct vg_sim_spot_deg b, struct vg_sim_spot_deg p)
{
    return (b.lon_deg - a.lon_deg) * (p.lat_deg - a.lat_deg) - (b.lat_deg - a.lat_deg) * (p.lon_deg - a.lon_deg);
}

void vg_sim_watch_gates(struct vg_sim_world *world, const struct vg_sim_vessel *v, struct vg_sim_watched *o)
{
    const struct vg_sim_shapes *gates = &world->script->gates;
    struct vg_sim_spot_deg was = {o->was_lon_deg, o->was_lat_deg}, is = {v->lon_deg, v->lat_deg};
    for (size_t i = 0; i < gates->count && o->was; i++)
        for (size_t k = 0; k + 1 < gates->shape[i].points; k++) {
            struct vg_sim_spot_deg a = gates->shape[i].point[k], b = gates->shape[i].point[k + 1];
            double before = side(a, b, was), after = side(a, b, is);
            if ((before > 0) == (after > 0) || (side(was, is, a) > 0) == (side(was, is, b) > 0))
                continue;
            char params[VG_SIM_NAME * 6 + 80];
            struct vg_sim_spell s;
            struct vg_out text = vg_out_fixed(params, sizeof params - 1);
            vg_out_text(&text, "\"gate\":");
            vg_out_json_string(&text, gates->shape[i].name, strlen(gates->shape[i].name));
            /* As one stands at the first point and looks to the second. */
            vg_out_printf(&text, ",\"to\":\"%s\"", after > 0 ? "left" : "right");
            params[text.len] = '\0';
            vg_sim_spell_open(world, v, &s);
            const struct vg_sim_event e = {.kind = "gate",
                                           .deed = vg_sim_deed_of(world, v),
                                           .begin_us = world->now_us,
                                           .end_us = world->now_us,
                                           .mmsi = {v->mmsi},
                                           .lon_deg = v->lon_deg,
                                           .lat_deg = v->lat_deg,
                                           .params = params,
                                           .observable = !v->no_ais && v->heard_us != VG_TIME_NONE &&
                                                         world->now_us - v->heard_us < BEFORE_US};
            vg_sim_tell(world, &e);
        }
    o->was = !vg_sim_is_away(v);
    o->was_lon_deg = v->lon_deg;
    o->was_lat_deg = v->lat_deg;
}
