/*
 * Distress: a device that calls for help (AIS-SART, man overboard, EPIRB), as belief has it (vessel/rules.h): a test is
 * none, nor is status 14 of an ordinary ship. It goes on until belief says it is over, or nothing was heard for 12 h; a
 * new burst after that is another event. It outranks every other.
 */
#include "behaviour/method.h"
#include "vessel/rules.h"

#define SILENT_US (12 * VG_HOUR_US)
#define REVISE_US (10 * VG_MINUTE_US)

static void tell(struct vg_behaviours *b, struct vessel *v, enum vg_event_state state)
{
    struct going *g = &v->distress;
    struct vg_event e = vg_bhv_event(VG_EVENT_DISTRESS, v, NULL, g, v->last.pos);
    vg_event_number(&e, "duration", (double)(g->last_us - g->begin_us) / VG_MINUTE_US, 0, "min");
    e.confidence = 1;
    vg_bhv_tell(b, &e, g, state, "");
}

static void told(struct vg_behaviours *b, struct vessel *v, const struct vg_sighting *s)
{
    struct going *g = &v->distress;
    if (!vg_class_is_distress((enum vg_class)v->class))
        return;
    const bool calls = s->contact->flags & VG_CONTACT_DISTRESS;
    if (!calls) {
        if (g->told)
            tell(b, v, VG_EVENT_ENDED);
        *g = (struct going){0};
        return;
    }
    const int64_t was_us = g->last_us;
    if (!g->told)
        *g = (struct going){.begin_us = s->report->time_us, .first_offset = s->report->journal_offset};
    g->last_us = s->report->time_us, g->last_offset = s->report->journal_offset;
    if (!g->told || (g->last_us - g->begin_us) / REVISE_US != (was_us - g->begin_us) / REVISE_US)
        tell(b, v, VG_EVENT_ONGOING);
}

static void quiet(struct vg_behaviours *b, struct vessel *v, int64_t now_us)
{
    if (v->distress.told && now_us - v->distress.last_us > SILENT_US) {
        tell(b, v, VG_EVENT_ENDED);
        v->distress = (struct going){0};
    }
}

const struct method vg_method_distress = {.kind = VG_EVENT_DISTRESS, .told = told, .quiet = quiet};
