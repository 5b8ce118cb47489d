/*
 * Sudden stop: a ship under way stops within half a minute.
 *
 * Definition (Danish Maritime Authority, AisAbnormal): from over 7 kn to under 1 kn within 30 s, and slow for 60 s.
 * Besides: two readings before and two behind agree, and she hardly moves meanwhile (200 m); one wrong speed while she
 * lies is nothing, and then up to 1.5 kn are slow; and she does not say that she is at anchor or moored now. Not within
 * 1 km of the shore, nor where vessels lie. Small boats, tugs and pilots stop so every day: rules leave them out.
 *
 * Innocent: a crash stop to avoid somebody, a man overboard, engine failure. What makes it wrong: a transponder whose
 * speed fails for a minute while positions stay the same.
 */
#include <math.h>

#include "behaviour/method.h"
#include "vessel/rules.h"

#define FAST_DKN       70
#define SLOW_DKN       10
#define STILL_SLOW_DKN 15
#define WITHIN_US      (30 * VG_SECOND_US)
#define HELD_US        (60 * VG_SECOND_US)
#define BEFORE_US      (3 * VG_MINUTE_US)
#define MOVES_M        200.0

static bool may_stop(const struct vessel *v)
{
    return vg_is_ship(v);
}

static void tell(struct vg_behaviours *b, struct vessel *v)
{
    const struct going g = {.begin_us = v->stop.fast_us,
                            .last_us = v->last.time_us,
                            .first_offset = v->stop.fast_offset,
                            .last_offset = v->last.offset};
    struct vg_event e = vg_bhv_event(VG_EVENT_STOP, v, NULL, &g, v->stop.slow_pos);
    vg_event_place(&e, v->stop.slow_offset);
    vg_event_number(&e, "speed_before", v->stop.fast_dkn / 10.0, FAST_DKN / 10.0, "kn");
    vg_event_number(&e, "speed_after", v->stop.slow_dkn / 10.0, SLOW_DKN / 10.0, "kn");
    vg_event_number(&e, "within", (double)(v->stop.slow_us - v->stop.fast_us) / VG_SECOND_US, 30, "s");
    vg_event_number(&e, "held", (double)(v->last.time_us - v->stop.slow_us) / VG_SECOND_US, 60, "s");
    e.confidence = 0.95;
    vg_bhv_tell_once(b, &e, "");
}

static void note_fast(struct vessel *v)
{
    const struct fix *f = &v->last;
    const bool goes_on = v->stop.fast_count && !v->stop.slow_count && f->time_us - v->stop.fast_us <= BEFORE_US;
    v->stop.fast_count = goes_on ? (uint16_t)(v->stop.fast_count + (v->stop.fast_count < 100)) : 1;
    v->stop.fast_us = f->time_us, v->stop.fast_offset = f->offset, v->stop.fast_dkn = f->sog_dkn;
    v->stop.slow_count = 0;
}

static void look(struct vg_behaviours *b, struct vessel *v, const struct vg_sighting *s)
{
    (void)s;
    const struct fix *f = &v->last;
    if (f->sog_dkn == UNKNOWN_U16 || !may_stop(v))
        return;
    const bool slow = f->sog_dkn < (v->stop.slow_count ? STILL_SLOW_DKN : SLOW_DKN);
    if (v->stop.slow_count && !slow && !v->stop.odd) {
        v->stop.odd = true;
        return;
    }
    v->stop.odd = false;
    if (f->sog_dkn > FAST_DKN) {
        note_fast(v);
        return;
    }
    if (!slow || v->stop.fast_count < 2) {
        if (v->stop.slow_count || f->time_us - v->stop.fast_us > WITHIN_US)
            v->stop.fast_count = v->stop.slow_count = 0;
        return;
    }
    if (!v->stop.slow_count) {
        if (f->time_us - v->stop.fast_us > WITHIN_US) {
            v->stop.fast_count = 0;
            return;
        }
        v->stop.slow_us = f->time_us, v->stop.slow_offset = f->offset;
        v->stop.slow_pos = f->pos, v->stop.slow_dkn = f->sog_dkn;
    }
    v->stop.slow_count++;
    if (f->time_us - v->stop.slow_us < HELD_US)
        return;
    if (v->stop.slow_count >= 2 && !vg_status_is_at_rest(f->status) && f->time_us - v->stop.slow_us <= 5 * HELD_US &&
        vg_geo_distance_m(f->pos, v->stop.slow_pos) <= MOVES_M && vg_past_shore_km(b, v, f->pos) >= 1 &&
        !vg_anchorage_at(b, f->pos))
        tell(b, v);
    v->stop.fast_count = v->stop.slow_count = 0;
}

const struct method vg_method_stop = {.kind = VG_EVENT_STOP, .fix = look};
