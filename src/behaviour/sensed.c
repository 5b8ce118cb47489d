/*
 * What the tracker found of tracks and identities, as events: a track without AIS where it should carry it, AIS without
 * an echo, two identities on one echo, one identity on two echoes. It goes on until the tracker says that it ceased.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "behaviour/method.h"

#define EXISTS 0.5

static enum vg_event_kind kind_of(enum vg_sensed_fact fact)
{
    static const uint8_t kinds[] = {[VG_SENSED_DARK] = VG_EVENT_DARK,
                                    [VG_SENSED_UNSEEN] = VG_EVENT_UNSEEN,
                                    [VG_SENSED_TWO_IDENTITIES] = VG_EVENT_TWO_IDENTITIES,
                                    [VG_SENSED_TWO_ECHOES] = VG_EVENT_IDENTITY};
    return (enum vg_event_kind)kinds[fact];
}

static bool is_row(const struct sensed_row *r, const struct vg_sensed *s)
{
    return r->going.begin_us && r->fact == s->fact && r->contact == s->contact && r->other == s->other &&
           r->mmsi == s->mmsi && r->other_mmsi == s->other_mmsi;
}

/* The row of a fact; a new one takes the place that was taken longest ago. */
static struct sensed_row *row_of(struct vg_behaviours *b, const struct vg_sensed *s)
{
    for (uint32_t i = 0; i < SENSED_ROWS; i++)
        if (is_row(&b->sensed[i], s))
            return &b->sensed[i];
    if (s->ceased)
        return NULL;
    struct sensed_row *r = &b->sensed[b->sensed_hand];
    b->sensed_hand = (b->sensed_hand + 1) % SENSED_ROWS;
    if (r->going.begin_us)
        b->counters.pairs_dropped++;
    *r = (struct sensed_row){.contact = s->contact,
                             .other = s->other,
                             .mmsi = s->mmsi,
                             .other_mmsi = s->other_mmsi,
                             .fact = (uint8_t)s->fact,
                             .going = {.begin_us = s->time_us, .first_offset = s->journal_offset}};
    return r;
}

void vg_behaviours_sensed(struct vg_behaviours *b, const struct vg_sensed *s)
{
    const enum vg_event_kind kind = kind_of(s->fact);
    if (b->options.kinds_off & UINT32_C(1) << kind)
        return;
    /* A second echo that is hardly there is clutter beside a ship: nothing begins with it. */
    const bool is_thing = s->ceased || s->fact != VG_SENSED_TWO_ECHOES || s->existence >= EXISTS;
    struct sensed_row *r = is_thing ? row_of(b, s) : NULL;
    if (!r)
        return;
    r->going.last_us = s->time_us;
    r->going.last_offset = s->journal_offset;
    struct vg_event e = vg_bhv_event_of(kind, r->contact, r->mmsi, r->other, r->other_mmsi, &r->going, s->pos);
    vg_event_number(&e, "existence", s->existence, EXISTS, "");
    if (s->fact == VG_SENSED_UNSEEN) {
        vg_event_number(&e, "echoes_expected", s->expected, NAN, "");
        vg_event_number(&e, "echoes", s->had, NAN, "");
    }
    if (s->fact == VG_SENSED_TWO_IDENTITIES || s->fact == VG_SENSED_TWO_ECHOES)
        vg_event_number(&e, "log_likelihood_ratio", s->log_ratio, NAN, "");
    if (s->fact == VG_SENSED_TWO_ECHOES)
        snprintf(e.text, sizeof e.text, "one identity on two echoes");
    e.confidence = fmin(0.95, fmax(0.5, s->existence));
    vg_bhv_tell(b, &e, &r->going, s->ceased ? VG_EVENT_ENDED : VG_EVENT_ONGOING,
                s->fact == VG_SENSED_TWO_ECHOES ? "echoes" : "");
    if (s->ceased)
        memset(r, 0, sizeof *r);
}
