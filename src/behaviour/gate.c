/*
 * Gates: lines with two sides, a border or the mouth of a bay, and who crossed which way (place/area.h).
 *
 * Definition: the straight way between two believed fixes crosses the line, in a direction that the rule asks for. A
 * vessel that lies still beside the line and swings over it crosses nothing; one that crosses again within ten minutes
 * is told once.
 *
 * Innocent: crossing is not forbidden by itself. What makes it wrong: fixes far apart, between which she may have gone
 * round the end of the line.
 */
#include <math.h>
#include <stdio.h>

#include "behaviour/method.h"

#define SURE_US   (10 * VG_MINUTE_US)
#define BRIDGE_2H (2 * VG_HOUR_US)
#define AGAIN_US  (10 * VG_MINUTE_US)

static void tell(struct vg_behaviours *b, struct vessel *v, const struct vg_area *gate, const struct vg_crossing *c)
{
    const int64_t between_us = v->last.time_us - v->before.time_us;
    const int64_t at_us = v->before.time_us + (int64_t)(c->share * (double)between_us);
    const struct going g = {
        .begin_us = at_us, .last_us = at_us, .first_offset = v->before.offset, .last_offset = v->last.offset};
    struct vg_event e = vg_bhv_event(VG_EVENT_GATE, v, NULL, &g, vg_pos_from_deg(c->lon_deg, c->lat_deg));
    snprintf(e.text, sizeof e.text, "%s", gate->name);
    vg_event_number(&e, "to_left", c->to_left, NAN, "");
    vg_event_number(&e, "between_fixes", (double)between_us / VG_SECOND_US, NAN, "s");
    if (v->last.sog_dkn != UNKNOWN_U16)
        vg_event_number(&e, "speed", v->last.sog_dkn / 10.0, NAN, "kn");
    e.confidence = between_us <= SURE_US ? 0.97 : 0.9;
    vg_bhv_tell_once(b, &e, gate->name);
}

static void look(struct vg_behaviours *b, struct vessel *v, const struct vg_sighting *s)
{
    struct vg_crossing crossing[4];
    if (!b->options.areas || v->before.time_us < 0 || v->last.still || v->last.time_us - v->before.time_us > BRIDGE_2H)
        return;
    const size_t n = !vg_is_ship(v) ? 0
                                    : vg_areas_crossed(b->options.areas, vg_pos_lon_deg(v->before.pos),
                                                       vg_pos_lat_deg(v->before.pos), vg_pos_lon_deg(v->last.pos),
                                                       vg_pos_lat_deg(v->last.pos), crossing, 4);
    for (size_t i = 0; i < n && i < 4; i++) {
        const struct vg_crossing *c = &crossing[i];
        const struct vg_area *gate = vg_areas_get(b->options.areas, c->gate);
        const bool asked = gate->rule.way == VG_GATE_BOTH || (gate->rule.way == VG_GATE_TO_LEFT) == c->to_left;
        const bool again =
            v->gate.crossed_us && v->gate.gate == c->gate && v->last.time_us - v->gate.crossed_us < AGAIN_US;
        v->gate.gate = c->gate, v->gate.crossed_us = v->last.time_us;
        if (asked && !again && vg_area_means(&gate->rule, v->shiptype, s->contact->flag, v->last.time_us))
            tell(b, v, gate, c);
    }
}

const struct method vg_method_gate = {.kind = VG_EVENT_GATE, .fix = look};
