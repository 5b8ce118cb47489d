/* The table of tracks: slots, and who is found by which number. */
#include <stdlib.h>

#include "track/inner.h"

#define GONE 1e-4 /* who is less likely to be there than this is forgotten */

enum vg_err vg_trk_table_new(struct vg_tracker *tr)
{
    tr->track = calloc(tr->cap, sizeof *tr->track);
    tr->live = calloc(tr->cap, sizeof *tr->live);
    tr->spare = calloc(tr->cap, sizeof *tr->spare);
    if (!tr->track || !tr->live || !tr->spare || !vg_map_new(&tr->by_mmsi, tr->cap) || !vg_map_new(&tr->by_id, tr->cap))
        return VG_NOMEM;
    vg_trk_table_clear(tr);
    return VG_OK;
}

void vg_trk_table_clear(struct vg_tracker *tr)
{
    tr->count = 0;
    for (uint32_t i = 0; i < tr->cap; i++)
        tr->spare[i] = tr->cap - 1 - i;
    vg_map_clear(&tr->by_mmsi);
    vg_map_clear(&tr->by_id);
}

struct track *vg_trk_add(struct vg_tracker *tr, const struct meas *m)
{
    if (tr->count == tr->cap) {
        tr->counters.turned_away++;
        return NULL;
    }
    const uint32_t slot = tr->spare[tr->cap - tr->count - 1];
    struct track *t = &tr->track[slot];
    tr->live[tr->count++] = slot;
    *t = (struct track){.number = ++tr->numbers,
                        .time_us = m->time_us,
                        .existence_us = m->time_us,
                        .began_us = m->time_us,
                        .said_us = VG_TIME_NONE,
                        .mode_3a = VG_MODE_3A_NONE,
                        .first = {m->journal_offset, m->journal, m->arrival, m->received_us, m->source}};
    return t;
}

static void forget(struct vg_tracker *tr, struct track *t)
{
    if (t->mmsi)
        vg_map_remove(&tr->by_mmsi, t->mmsi);
    if (t->id) {
        tr->counters.ended++;
        vg_trk_event(tr, VG_TRACK_EVENT_ENDED, t, t->existence_us, NULL);
        vg_map_remove(&tr->by_id, t->id);
    }
}

void vg_trk_sweep(struct vg_tracker *tr)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < tr->count; i++) {
        const uint32_t slot = tr->live[i];
        struct track *t = &tr->track[slot];
        if (t->kept || existence(t) >= (t->id ? 100 * GONE : GONE)) {
            tr->live[kept++] = slot;
            continue;
        }
        forget(tr, t);
        tr->spare[tr->cap - tr->count + (i - kept)] = slot;
    }
    tr->count = kept;
}

void vg_trk_set_mmsi(struct vg_tracker *tr, struct track *t, uint32_t mmsi)
{
    if (t->mmsi)
        vg_map_remove(&tr->by_mmsi, t->mmsi);
    t->mmsi = mmsi;
    if (mmsi)
        vg_map_set(&tr->by_mmsi, mmsi, (uint32_t)(t - tr->track));
}

struct track *vg_trk_of_mmsi(struct vg_tracker *tr, uint32_t mmsi)
{
    uint32_t slot;
    return vg_map_get(&tr->by_mmsi, mmsi, &slot) ? &tr->track[slot] : NULL;
}

void vg_trk_begin(struct vg_tracker *tr, struct track *t, int64_t time_us)
{
    if (t->id || existence(t) < 0.5)
        return;
    const struct vg_report report = {.journal_offset = t->first.journal_offset, .source = t->first.source};
    const struct vg_contact_origin origin = {t->first.journal, t->first.received_us};
    uint32_t other;
    for (unsigned attempt = 0; !t->id || vg_map_get(&tr->by_id, t->id, &other); attempt++)
        t->id = vg_contact_id_of(&report, &origin, t->first.arrival, attempt);
    vg_map_set(&tr->by_id, t->id, (uint32_t)(t - tr->track));
    tr->counters.begun++;
    vg_trk_event(tr, VG_TRACK_EVENT_BEGUN, t, time_us, NULL);
}
