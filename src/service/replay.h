/*
 * A journal read again: its records in their order, each with the reports that it completes, as the live service had
 * them. The reports are the same on one thread or several: a feed is decoded by one thread, and what the threads found
 * is told in the order of the journal.
 *
 * Reading can begin in the middle: lines and messages that were unfinished there are found by beginning somewhat
 * before and dropping what ends before. It can follow a journal that is being written, too: at its end it says
 * VG_EOF, and goes on when asked again. One thread calls.
 */
#ifndef VG_SERVICE_REPLAY_H
#define VG_SERVICE_REPLAY_H

#include "base/source.h"
#include "report/report.h"
#include "service/station.h"

#define VG_REPLAY_THREADS_MAX 16

struct vg_replay_options {
    const char *dir;            /* of the journal */
    struct vg_sources *sources; /* feeds and those behind them are added here, by the calling thread */
    bool data_clock;
    unsigned threads;                 /* that decode: 0 or 1 the calling one, else so many further ones */
    uint64_t from;                    /* place: records before it are only read to find what was unfinished; 0: all */
    int64_t from_us;                  /* if `from` is 0: records before this time likewise; VG_TIME_NONE: all */
    const struct vg_feed_spec *feeds; /* what is known of the feeds by their names; others are taken for files */
    size_t feed_count;
};

struct vg_replay; /* opaque */

enum vg_err vg_replay_open(const struct vg_replay_options *options, struct vg_replay **ret_replay,
                           const char **ret_why);
void vg_replay_close(struct vg_replay *replay); /* NULL is fine */

struct vg_replay_item {
    uint64_t journal_offset, end; /* of its bytes; end: behind the last */
    int64_t received_us;
    const struct vg_report *reports; /* valid until the next call */
    size_t count;
};

/* The next record. VG_EOF: nothing more now. VG_IO, VG_NOMEM. */
enum vg_err vg_replay_next(struct vg_replay *replay, struct vg_replay_item *ret);

/* Places where the journal was damaged, or frames missing, so far. */
uint64_t vg_replay_damages(const struct vg_replay *replay);

/* What came through a feed of that name since `from`: to be carried over. False: nothing did. At the end only. */
bool vg_replay_counters(const struct vg_replay *replay, const char *feed, struct vg_station_counters *ret);

/* Names of the feeds that were met; NULL past the last. */
const char *vg_replay_feed(const struct vg_replay *replay, size_t i);

#endif
