#include "cli/events_past.h"

#include <stdlib.h>

#include "base/time.h"

#define PIECE_BYTES ((uint64_t)6 << 20) /* of parts: about a million reports */
#define PIECES_MOST 240
#define HOURS_MORE  256

struct hour_reports {
    struct vg_report *report;
    size_t count, room;
};

static enum vg_err on_report(void *arg, const struct vg_report *report)
{
    struct hour_reports *h = arg;
    if (h->count == h->room) {
        const size_t room = h->room ? 2 * h->room : 4096;
        struct vg_report *more = realloc(h->report, room * sizeof *more);
        if (!more)
            return VG_NOMEM;
        h->report = more;
        h->room = room;
    }
    h->report[h->count++] = *report;
    return VG_OK;
}

/* Equal times in the order of the journal. */
static int by_time(const void *x, const void *y)
{
    const struct vg_report *a = x, *b = y;
    if (a->time_us != b->time_us)
        return a->time_us < b->time_us ? -1 : 1;
    return (a->journal_offset > b->journal_offset) - (a->journal_offset < b->journal_offset);
}

static enum vg_err run_piece(struct vg_events_past *p, struct vg_situation *s, struct hour_reports *h, int64_t from_us,
                             int64_t to_us)
{
    struct vg_positions_query query = VG_POSITIONS_ALL;
    query.from_us = from_us;
    query.to_us = to_us;
    h->count = 0;
    enum vg_err err =
        vg_store_reports(p->store, VG_STORE_REPORTS, &query, vg_situation_sources(s), on_report, p->on_damage, h);
    if (err)
        return err;
    qsort(h->report, h->count, sizeof *h->report, by_time);
    for (size_t i = 0; i < h->count; i++)
        vg_situation_take(s, h->report[i].time_us, &h->report[i], 1);
    p->reports += h->count;
    return VG_OK;
}

static enum vg_err run_hour(struct vg_events_past *p, struct vg_situation *s, struct hour_reports *h,
                            const struct vg_store_hour *hour)
{
    uint64_t pieces = hour->bytes / PIECE_BYTES + 1;
    if (pieces > PIECES_MOST)
        pieces = PIECES_MOST;
    enum vg_err err = VG_OK;
    for (uint64_t i = 0; i < pieces && !err; i++) {
        int64_t from_us = hour->from_us + (int64_t)((uint64_t)VG_HOUR_US * i / pieces);
        int64_t to_us = hour->from_us + (int64_t)((uint64_t)VG_HOUR_US * (i + 1) / pieces);
        if (to_us > p->to_us)
            to_us = p->to_us;
        if (from_us < to_us)
            err = run_piece(p, s, h, from_us, to_us);
    }
    return err;
}

static enum vg_err run_hours(struct vg_events_past *p, struct vg_situation *s)
{
    struct hour_reports reports = {0};
    const size_t count = vg_store_hours(p->store, NULL, 0);
    struct vg_store_hour *hours = calloc(count + HOURS_MORE, sizeof *hours);
    enum vg_err err = hours ? VG_OK : VG_NOMEM;
    const size_t found = hours ? vg_store_hours(p->store, hours, count + HOURS_MORE) : 0;
    for (size_t i = 0; i < found && i < count + HOURS_MORE && !err && hours[i].from_us < p->to_us; i++) {
        if (p->on_hour && !p->on_hour(p->arg, (double)i / (double)found))
            break;
        err = run_hour(p, s, &reports, &hours[i]);
    }
    free(hours);
    free(reports.report);
    return err;
}

enum vg_err vg_events_past_run(struct vg_events_past *p, vg_event_sink *on, void *on_arg)
{
    struct vg_situation *s;
    enum vg_err err = vg_situation_new(NULL, true, &s);
    if (err)
        return err;
    err = vg_situation_set_behaviours(s, p->options, on, on_arg);
    if (!err)
        err = run_hours(p, s);
    if (!err)
        vg_situation_finish(s);
    vg_situation_free(s);
    return err;
}
