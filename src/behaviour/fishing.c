/*
 * Fishing: a fishing vessel at sea goes as those do that fish.
 *
 * Definition: by her speed over ten minutes (fishing_model.h: slow is fishing, fast is travel, what is between is what
 * the time around it is) for an hour or more (MonitorFish), not in a harbour, not at anchor, a kilometre or more from
 * the shore. It ends with an hour of travel, or where she lies. Each ten minutes are judged two hours later, by those
 * on both sides.
 *
 * It is her trade, and allowed nearly everywhere: an area's rule says where it is not. What makes it wrong: the
 * vessel's type is what she says of herself; gear that is set at speed; slow travel in weather or tow; waiting.
 */
#include <math.h>

#include "behaviour/fishing_model.h"
#include "behaviour/method.h"

#define LASTS_POINTS  6  /* an hour */
#define TRAVEL_POINTS 6  /* of travel end it */
#define JUDGED        12 /* points back */
#define REVISE_POINTS 18

static void tell(struct vg_behaviours *b, struct vessel *v, enum vg_event_state state)
{
    struct going *g = &v->fishing.going;
    struct vg_event e = vg_bhv_event(VG_EVENT_FISHING, v, NULL, g, v->fishing.pos);
    vg_event_number(&e, "duration", (double)(g->last_us - g->begin_us) / VG_HOUR_US, LASTS_POINTS / 6.0, "h");
    vg_event_number(&e, "mean_speed", v->fishing.sum_kn / fmax(v->fishing.points, 1), VG_FISHING_SPEED_KN, "kn");
    vg_event_number(&e, "mean_probability", v->fishing.sum_p / fmax(v->fishing.points, 1), 0.5, "");
    e.reports += v->fishing.points;
    e.confidence = fmin(0.95, v->fishing.sum_p / fmax(v->fishing.points, 1));
    vg_bhv_tell(b, &e, g, state, "");
}

static void over(struct vg_behaviours *b, struct vessel *v)
{
    if (v->fishing.going.told)
        tell(b, v, VG_EVENT_ENDED);
    v->fishing.going = (struct going){0};
    v->fishing.points = v->fishing.travel = 0;
    v->fishing.sum_kn = v->fishing.sum_p = 0;
}

static void judge(struct vg_behaviours *b, struct vessel *v, const struct point *p, const struct vg_fishing_word *word)
{
    struct going *g = &v->fishing.going;
    if (p->harbour || p->still || p->shore_km < 1) {
        over(b, v);
        return;
    }
    if (!word->fishing) {
        v->fishing.travel++;
        if (v->fishing.travel >= TRAVEL_POINTS || !g->told)
            over(b, v);
        return;
    }
    v->fishing.travel = 0;
    if (!v->fishing.points++) {
        *g = (struct going){.begin_us = ((int64_t)p->step - 1) * STEP_US, .first_offset = p->offset};
        v->fishing.pos = p->pos;
    }
    g->last_us = (int64_t)p->step * STEP_US, g->last_offset = p->offset;
    v->fishing.sum_kn += p->kn100 == UNKNOWN_U16 ? 0 : p->kn100 / 100.0;
    v->fishing.sum_p += word->probability;
    if (v->fishing.points == LASTS_POINTS || (g->told && v->fishing.points % REVISE_POINTS == 0))
        tell(b, v, VG_EVENT_ONGOING);
}

/* The word for the n-th newest point, by all that is held of her past. */
static struct vg_fishing_word word_of(const struct vessel *v, unsigned n)
{
    struct vg_fishing f;
    struct vg_fishing_word word = {0};
    unsigned told = v->point_count; /* words come for the oldest first */
    vg_fishing_begin(&f);
    for (unsigned i = v->point_count; i-- > 0 && told > n;) {
        const struct point *p = vg_past_point(v, i);
        told -=
            vg_fishing_take(&f, (int64_t)p->step * STEP_US, p->kn100 == UNKNOWN_U16 ? NAN : p->kn100 / 100.0, &word);
    }
    while (told > n && vg_fishing_finish(&f, &word))
        told--;
    return word;
}

static void look(struct vg_behaviours *b, struct vessel *v, const struct point *newest)
{
    (void)newest;
    if (!vg_is_fishing_type(v) || v->point_count <= JUDGED)
        return;
    const struct vg_fishing_word word = word_of(v, JUDGED);
    judge(b, v, vg_past_point(v, JUDGED), &word);
}

static void finish(struct vg_behaviours *b, struct vessel *v)
{
    for (unsigned n = v->point_count < JUDGED ? v->point_count : JUDGED; vg_is_fishing_type(v) && n-- > 0;) {
        const struct vg_fishing_word word = word_of(v, n);
        judge(b, v, vg_past_point(v, n), &word);
    }
    over(b, v);
}

const struct method vg_method_fishing = {.kind = VG_EVENT_FISHING, .point = look, .finish = finish};
