/*
 * Identity: one number on two ships, or another number on one ship.
 *
 * Shared number: belief holds positions apart that the vessel can't have reached. If reports come from here and from
 * there in turns (6 changes within an hour, 3 fixes there that go on from each other at a ship's speed), two
 * transmitters use the number. A jump away and back is two changes: see spoofing.c; when the turns show later that it
 * was two ships, the jump is withdrawn. If the reports from there say the speed and course that she has here (four of
 * five do, 2 kn or more), or if each place is silent while the other one speaks and they take over from each other
 * within a minute, it is one transmitter whose place is wrong now and then: spoofing.c, too. Another number: an
 * IMO number, said twice, that a vessel of another MMSI said within the last day; or another valid IMO number, said
 * twice, under her own MMSI. What else she says of herself: static_data.c; another MMSI without an IMO number:
 * renumbered.c.
 *
 * Innocent: a transponder set up wrongly or with its maker's number; a ship sold or reflagged that got another MMSI;
 * two transponders on one ship. What makes it wrong: receivers whose clocks differ by minutes; an IMO number typed
 * wrong.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/imo.h"
#include "behaviour/identity.h"
#include "behaviour/segment.h"

#define SWITCHES      6
#define COUNT         3
#define ELSEWHERE_US  (6 * VG_HOUR_US)
#define WINDOW_US     VG_HOUR_US
#define REVISE        64 /* changes */
#define ALIKE_WAY_DKN 20
#define AWAY_COUNT    5 /* fixes in a row there … */
#define AWAY_US       VG_MINUTE_US
#define HANDOVER_US   VG_MINUTE_US
#define ALIKE_DKN     15
#define ALIKE_DEG     20.0
#define QUIET_US      (2 * VG_HOUR_US)
#define OTHER_US      VG_DAY_US

static double hours_between(int64_t a_us, int64_t b_us)
{
    return fabs((double)(b_us - a_us)) / VG_HOUR_US;
}

static void tell_shared(struct vg_behaviours *b, struct vessel *v, enum vg_event_state state)
{
    struct elsewhere *e = &v->identity.there;
    struct going *g = &v->identity.shared;
    struct vg_event event = vg_bhv_event(VG_EVENT_IDENTITY, v, NULL, g, v->last.pos);
    vg_event_place(&event, e->offset);
    vg_event_number(&event, "apart", vg_geo_distance_m(v->last.pos, e->pos) / VG_METRES_PER_NM, NAN, "nm");
    vg_event_number(&event, "changes", e->switches, SWITCHES, "");
    vg_event_number(&event, "fixes_there", e->count, COUNT, "");
    event.confidence = fmin(0.95, 0.7 + 0.02 * e->switches);
    snprintf(event.text, sizeof event.text, "one number on two ships");
    vg_bhv_tell(b, &event, g, state, "shared");
}

/* She is heard here again, at once after there, and not while she was heard there, which was at once after here: one
 * transmitter whose place was wrong for a while. Two ships would be heard in turns. */
static bool was_away(const struct vessel *v)
{
    const struct elsewhere *e = &v->identity.there;
    return e->run >= AWAY_COUNT && e->last_us - e->run_us >= AWAY_US && e->run_us - v->before.time_us <= HANDOVER_US &&
           v->last.time_us - e->last_us <= HANDOVER_US;
}

static void change(struct vg_behaviours *b, struct vessel *v, int64_t time_us, uint64_t offset)
{
    struct elsewhere *e = &v->identity.there;
    struct going *g = &v->identity.shared;
    if (!g->told && !e->newest_there && was_away(v)) {
        vg_spoofing_flickers(b, v, e->run_us, time_us, offset);
        e->switches = 0;
        return;
    }
    if (!g->told && time_us - e->window_us > WINDOW_US) {
        e->window_us = time_us;
        e->switches = 0;
    }
    if (e->switches < UINT16_MAX)
        e->switches++;
    if (!g->told && e->switches >= SWITCHES && e->count >= COUNT && e->alike * 5 >= e->count * 4) {
        vg_spoofing_flickers(b, v, e->window_us, time_us, offset);
    } else if (!g->told && e->switches >= SWITCHES && e->count >= COUNT) {
        *g = (struct going){.begin_us = e->window_us, .first_offset = e->offset};
        g->last_us = time_us, g->last_offset = offset;
        vg_spoofing_withdraw(b, v);
        tell_shared(b, v, VG_EVENT_ONGOING);
    } else if (g->told) {
        g->last_us = time_us, g->last_offset = offset;
        if (e->switches % REVISE == 0)
            tell_shared(b, v, VG_EVENT_ONGOING);
    }
}

/* It says the motion that she has where she is believed to be: her own transmitter with a wrong place. */
static bool goes_alike(const struct fix *f, const struct vg_report *r)
{
    if (!(r->fields & VG_FIELD_BIT(SOG)) || !(r->fields & VG_FIELD_BIT(COG)) || f->sog_dkn == UNKNOWN_U16 ||
        f->cog_ddeg == UNKNOWN_U16 || r->time_us - f->time_us > 10 * VG_MINUTE_US || r->sog_dkn < ALIKE_WAY_DKN)
        return false;
    return abs((int)r->sog_dkn - f->sog_dkn) <= ALIKE_DKN &&
           fabs(remainder((r->cog_ddeg - f->cog_ddeg) / 10.0, 360)) <= ALIKE_DEG;
}

static void held(struct vg_behaviours *b, struct vessel *v, const struct vg_report *r)
{
    struct elsewhere *e = &v->identity.there;
    const double hours = hours_between(e->last_us, r->time_us);
    const uint16_t sog = r->fields & VG_FIELD_BIT(SOG) ? r->sog_dkn : 0;
    const double nm = e->count ? vg_geo_distance_m(e->pos, r->pos) / VG_METRES_PER_NM : INFINITY;
    const bool same_second = e->last_us == r->time_us && nm < 0.5;
    if (e->count && (same_second || vg_segment_joins(nm, hours, fmax(sog, e->sog_dkn) / 10.0)) && hours <= 24 &&
        nm < 60) {
        e->count += e->count < UINT16_MAX;
    } else { /* the first, or another wrong place */
        const struct elsewhere fresh = {
            .first_us = r->time_us, .window_us = r->time_us, .offset = r->journal_offset, .count = 1};
        *e = fresh;
    }
    if (!e->newest_there)
        e->run = 0, e->run_us = r->time_us;
    e->run += e->run < UINT16_MAX;
    e->pos = r->pos, e->last_us = r->time_us, e->sog_dkn = sog;
    e->alike += e->alike < UINT16_MAX && goes_alike(&v->last, r);
    if (!e->newest_there) {
        e->newest_there = true;
        change(b, v, r->time_us, r->journal_offset);
    }
}

/* The held place is believed now: what was believed is elsewhere. */
static void adopted(struct vg_behaviours *b, struct vessel *v)
{
    struct elsewhere *e = &v->identity.there;
    const struct elsewhere was = *e;
    vg_spoofing_jumped(b, v, &was);
    if (!vg_pos_valid(v->before.pos))
        return;
    e->pos = v->before.pos, e->last_us = v->before.time_us, e->offset = v->before.offset;
    e->sog_dkn = v->before.sog_dkn == UNKNOWN_U16 ? 0 : v->before.sog_dkn;
    e->count = COUNT; /* it was believed */
    e->newest_there = false;
}

bool vg_identity_is_shared(const struct vessel *v, int64_t now_us)
{
    const struct elsewhere *e = &v->identity.there;
    return v->identity.shared.told || (e->count >= COUNT && now_us - e->last_us < ELSEWHERE_US);
}

/* A hull keeps its IMO number for life. */
static void tell_another_imo(struct vg_behaviours *b, struct vessel *v, const struct vg_report *r, uint32_t was)
{
    const struct going g = {.begin_us = r->time_us,
                            .last_us = r->time_us,
                            .first_offset = v->last.offset,
                            .last_offset = r->journal_offset};
    struct vg_event e = vg_bhv_event(VG_EVENT_IDENTITY, v, NULL, &g, v->last.pos);
    vg_event_number(&e, "imo", r->imo, NAN, "");
    vg_event_number(&e, "imo_before", was, NAN, "");
    e.confidence = 0.9;
    snprintf(e.text, sizeof e.text, "another IMO number under one MMSI");
    vg_bhv_tell_once(b, &e, "another imo");
}

static void look_at_imo(struct vg_behaviours *b, struct vessel *v, const struct vg_sighting *s)
{
    const struct vg_report *r = s->report;
    uint32_t slot;
    if (!(r->fields & VG_FIELD_BIT(IMO)) || !vg_imo_valid(r->imo) || !vg_is_ship(v) || r->imo == v->imo)
        return;
    if (v->identity.other_imo != r->imo) { /* one word is nothing */
        v->identity.other_imo = r->imo;
        return;
    }
    v->identity.other_imo = 0;
    const uint32_t was = v->imo;
    struct vessel *other = vg_map_get(&b->by_imo, r->imo, &slot) ? &b->vessel[slot] : NULL;
    if (v->imo && vg_map_get(&b->by_imo, v->imo, &slot) && &b->vessel[slot] == v)
        vg_map_remove(&b->by_imo, v->imo);
    v->imo = r->imo;
    vg_map_set(&b->by_imo, r->imo, (uint32_t)(v - b->vessel));
    if (was && !vg_identity_is_shared(v, r->time_us))
        tell_another_imo(b, v, r, was);
    if (!other || other == v || other->mmsi == v->mmsi || other->imo != r->imo ||
        r->time_us - other->heard_us > OTHER_US)
        return;
    const struct going g = {.begin_us = r->time_us,
                            .last_us = r->time_us,
                            .first_offset = other->last.offset,
                            .last_offset = r->journal_offset};
    struct vg_event e = vg_bhv_event(VG_EVENT_IDENTITY, v, other, &g, v->last.pos);
    vg_event_number(&e, "imo", r->imo, NAN, "");
    vg_event_number(&e, "other_silent", (double)(r->time_us - other->heard_us) / VG_HOUR_US, 24, "h");
    if (vg_pos_valid(v->last.pos) && vg_pos_valid(other->last.pos))
        vg_event_number(&e, "apart", vg_geo_distance_m(v->last.pos, other->last.pos) / VG_METRES_PER_NM, NAN, "nm");
    e.confidence = 0.9;
    snprintf(e.text, sizeof e.text, "one IMO number under two MMSIs");
    vg_bhv_tell_once(b, &e, "imo");
}

static void told(struct vg_behaviours *b, struct vessel *v, const struct vg_sighting *s)
{
    const struct vg_report *r = s->report;
    struct elsewhere *e = &v->identity.there;
    look_at_imo(b, v, s);
    if (!(r->fields & VG_FIELD_BIT(POS)) || !vg_pos_valid(r->pos) || !vg_is_ship(v) || r->suspect)
        return;
    if (s->verdict == VG_VERDICT_HELD) {
        held(b, v, r);
    } else if (s->verdict == VG_VERDICT_ADOPTED) {
        adopted(b, v);
        change(b, v, r->time_us, r->journal_offset);
    } else if (s->verdict == VG_VERDICT_BELIEVED && e->count && e->newest_there) {
        e->newest_there = false;
        change(b, v, r->time_us, r->journal_offset);
    }
}

static void end(struct vg_behaviours *b, struct vessel *v)
{
    if (v->identity.shared.told)
        tell_shared(b, v, VG_EVENT_ENDED);
    v->identity.shared = (struct going){0};
    v->identity.there.switches = 0;
}

static void quiet(struct vg_behaviours *b, struct vessel *v, int64_t now_us)
{
    if (v->identity.shared.told && now_us - v->identity.shared.last_us > QUIET_US)
        end(b, v);
}

const struct method vg_method_identity = {.kind = VG_EVENT_IDENTITY, .told = told, .quiet = quiet, .finish = end};
