/*
 * Fishing: a fishing vessel goes as those do that fish, by the model of fishing_model.h: slow, or between slow words.
 *
 * Definition: 60 min or more of it at sea (MonitorFish; the model stands in place of its band of speeds), 1 km or more
 * from the shore and not where vessels lie, nor at anchor. Asked at each ten minutes with the speed that was made good;
 * the model's word comes two to three hours later, so an event is told late, with its right times.
 *
 * It is what such vessels are for: told for areas, seasons and statistics. What makes it wrong: she waits, drifts or
 * steams slowly; a vessel that says she fishes for a living and carries anglers; gear that is set at speed.
 */
#include <math.h>

#include "behaviour/fishing_model.h"
#include "behaviour/method.h"
#include "vessel/rules.h"

#define LASTS_US  VG_HOUR_US
#define SHORE_KM  1
#define BREAKS_US VG_HOUR_US /* words farther apart don't belong together */
#define REVISE_US (6 * VG_HOUR_US)

static void tell(struct vg_behaviours *b, struct vessel *v, enum vg_event_state state)
{
    struct going *g = &v->fishing.going;
    struct vg_event e = vg_bhv_event(VG_EVENT_FISHING, v, NULL, g, v->last.pos);
    vg_event_number(&e, "duration", (double)(g->last_us - g->begin_us) / VG_HOUR_US, 1, "h");
    vg_event_number(&e, "speed_parting", VG_FISHING_SPEED_KN, NAN, "kn");
    vg_bhv_prove(&e, v);
    e.confidence = 0.95;
    vg_bhv_tell(b, &e, g, state, "");
}

static void end(struct vg_behaviours *b, struct vessel *v)
{
    if (v->fishing.going.told)
        tell(b, v, VG_EVENT_ENDED);
    v->fishing.going = (struct going){0};
}

static void take_word(struct vg_behaviours *b, struct vessel *v, const struct vg_fishing_word *word)
{
    struct going *g = &v->fishing.going;
    if (g->begin_us && (!word->fishing || word->time_us - g->last_us > BREAKS_US))
        end(b, v);
    if (!word->fishing)
        return;
    const struct point *p = vg_past_at(v, (uint32_t)(word->time_us / STEP_US));
    const uint64_t offset = p ? p->offset : v->last.offset;
    if (!g->begin_us)
        *g = (struct going){.begin_us = word->time_us, .first_offset = offset};
    const int64_t was_us = g->last_us;
    g->last_us = word->time_us, g->last_offset = offset;
    const int64_t lasts_us = g->last_us - g->begin_us;
    if (vg_is_fishing_type(v) && lasts_us >= LASTS_US &&
        (!g->told || lasts_us / REVISE_US != (was_us - g->begin_us) / REVISE_US))
        tell(b, v, VG_EVENT_ONGOING);
}

/* Words of fixes that wait for more are had. */
static void drain(struct vg_behaviours *b, struct vessel *v)
{
    struct vg_fishing_word word;
    while (vg_fishing_finish(&v->fishing.model, &word))
        take_word(b, v, &word);
    end(b, v);
    vg_fishing_begin(&v->fishing.model);
}

static void look(struct vg_behaviours *b, struct vessel *v, const struct point *p)
{
    struct vg_fishing_word word;
    if (!vg_is_ship(v) || (v->shiptype && !vg_is_fishing_type(v)))
        return; /* who has not said what she is may say so later */
    if (p->harbour || p->shore_km < SHORE_KM || vg_status_is_anchored(v->last.status)) {
        if (v->fishing.model.count || v->fishing.going.begin_us)
            drain(b, v);
        return;
    }
    if (vg_fishing_take(&v->fishing.model, (int64_t)p->step * STEP_US, p->kn100 == UNKNOWN_U16 ? NAN : p->kn100 / 100.0,
                        &word))
        take_word(b, v, &word);
}

const struct method vg_method_fishing = {.kind = VG_EVENT_FISHING, .point = look, .finish = drain};
