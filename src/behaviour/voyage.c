/*
 * Voyage: destination or draught changed while under way.
 *
 * Definition: another destination, or 0.5 m or more of draught, said twice, half a minute apart or more, by a ship that
 * makes 5 kn or more (or did so within half an hour), 9 km or more from the shore, and was in no harbour for half an
 * hour; not of fishing vessels, tugs, pilots and rescue, nor while two ships use the number, nor of a destination not
 * heard for two hours before. Said once is nothing: names of places arrive damaged. In port everybody changes both.
 *
 * Innocent: new orders, an entry made late, ballast pumped. A draught that changed at sea after an encounter is worth a
 * look.
 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fnv.h"
#include "behaviour/method.h"

#define WAY_DKN    50
#define OUT_POINTS 3
#define SHORE_KM   9
#define DRAUGHT_DM 5
#define UNHEARD_US (2 * VG_HOUR_US) /* longer: she may have been in a port */
#define APART_US   (VG_MINUTE_US / 2)

/* Letters and digits alone: "SG SIN", "SGSIN" and "sg-sin" are one port. */
static uint64_t hash_of(const char *text)
{
    uint64_t h = VG_FNV_BEGIN;
    for (const char *c = text; *c; c++)
        if (isalnum((unsigned char)*c))
            h = vg_fnv_number(h, (uint64_t)toupper((unsigned char)*c));
    return h ? h : 1;
}

/* She makes way now, or did within the last half hour: who gets new orders may slow down to turn. */
static bool makes_way(const struct vessel *v)
{
    bool fast = v->last.sog_dkn != UNKNOWN_U16 && v->last.sog_dkn >= WAY_DKN;
    for (unsigned n = 0; n < OUT_POINTS; n++) {
        const struct point *p = vg_past_point(v, n);
        fast |= p && p->kn100 != UNKNOWN_U16 && p->kn100 >= WAY_DKN * 10;
    }
    return fast;
}

static bool is_under_way(struct vg_behaviours *b, struct vessel *v)
{
    for (unsigned n = 0; n < OUT_POINTS; n++) {
        const struct point *p = vg_past_point(v, n);
        if (!p || p->harbour)
            return false;
    }
    return vg_is_ship(v) && !vg_is_fishing_type(v) && !vg_is_service_type(v) && !v->last.still && makes_way(v) &&
           !v->identity.shared.told && !v->identity.there.count && !v->port.inside &&
           vg_past_shore_km(b, v, v->last.pos) >= SHORE_KM;
}

static struct vg_event event_of(const struct vessel *v, const struct vg_report *r, int64_t first_us)
{
    const struct going g = {
        .begin_us = first_us, .last_us = r->time_us, .first_offset = v->last.offset, .last_offset = r->journal_offset};
    struct vg_event e = vg_bhv_event(VG_EVENT_VOYAGE, v, NULL, &g, v->last.pos);
    e.confidence = 0.9;
    return e;
}

/* Another report, not the same one that a second station heard. */
static bool is_another_time(const struct vg_report *r, int64_t first_us)
{
    return r->time_us - first_us >= APART_US;
}

static void look_at_destination(struct vg_behaviours *b, struct vessel *v, const struct vg_report *r)
{
    const uint64_t said = hash_of(r->destination);
    if (said == v->voyage.destination) {
        v->voyage.new_destination = 0;
        v->voyage.said_us = r->time_us;
    } else if (said != v->voyage.new_destination) {
        v->voyage.new_destination = said;
        v->voyage.destination_us = r->time_us;
    } else if (is_another_time(r, v->voyage.destination_us)) {
        const bool known = v->voyage.destination && v->voyage.destination_us - v->voyage.said_us <= UNHEARD_US;
        v->voyage.destination = said;
        v->voyage.new_destination = 0;
        v->voyage.said_us = r->time_us;
        if (known && is_under_way(b, v)) {
            struct vg_event e = event_of(v, r, v->voyage.destination_us);
            snprintf(e.text, sizeof e.text, "destination: %s", r->destination);
            vg_bhv_tell_once(b, &e, "destination");
        }
    }
}

static void look_at_draught(struct vg_behaviours *b, struct vessel *v, const struct vg_report *r)
{
    const uint16_t was = v->voyage.draught_dm, said = r->draught_dm;
    if (said == was) {
        v->voyage.new_draught_dm = 0;
    } else if (said != v->voyage.new_draught_dm) {
        v->voyage.new_draught_dm = said;
        v->voyage.draught_us = r->time_us;
    } else if (is_another_time(r, v->voyage.draught_us)) {
        v->voyage.draught_dm = said;
        v->voyage.new_draught_dm = 0;
        if (was && abs((int)said - was) >= DRAUGHT_DM && is_under_way(b, v)) {
            struct vg_event e = event_of(v, r, v->voyage.draught_us);
            vg_event_number(&e, "draught_before", was / 10.0, NAN, "m");
            vg_event_number(&e, "draught", said / 10.0, NAN, "m");
            vg_event_number(&e, "change", fabs((said - was) / 10.0), DRAUGHT_DM / 10.0, "m");
            snprintf(e.text, sizeof e.text, "draught");
            vg_bhv_tell_once(b, &e, "draught");
        }
    }
}

static void told(struct vg_behaviours *b, struct vessel *v, const struct vg_sighting *s)
{
    const struct vg_report *r = s->report;
    if (!(r->fields & (VG_FIELD_BIT(DESTINATION) | VG_FIELD_BIT(DRAUGHT))) || r->suspect || r->again)
        return;
    if (r->fields & VG_FIELD_BIT(DESTINATION) && r->destination[0])
        look_at_destination(b, v, r);
    if (r->fields & VG_FIELD_BIT(DRAUGHT) && r->draught_dm)
        look_at_draught(b, v, r);
}

const struct method vg_method_voyage = {.kind = VG_EVENT_VOYAGE, .told = told};
