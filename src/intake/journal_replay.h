/*
 * A journal read again: its records in their order, each with the reports that it completes, as the live service had
 * them. The reports are the same on one thread or several: a feed is decoded by one thread, and what the threads found
 * is given in the order of the journal.
 *
 * Reading can begin in the middle: lines and messages that were unfinished there are found by beginning somewhat
 * before and dropping what ends before. It can follow a journal that is being written, too: at its end it says
 * VG_EOF, and goes on when asked again. One thread calls, the one that owns the table of sources.
 */
#ifndef VG_INTAKE_JOURNAL_REPLAY_H
#define VG_INTAKE_JOURNAL_REPLAY_H

#include "intake/intake.h"
#include "intake/own_times.h"

struct vg_journal_replay_options {
    const char *dir;                      /* of the journal */
    struct vg_sources *sources;           /* feeds and those behind them are added here, by the calling thread */
    enum vg_intake_clock clock;           /* of the feeds: WALL or DATA … */
    const struct vg_clock_turns *turns;   /* … or by the journal offset; NULL: always `clock`. Borrowed */
    const struct vg_own_times *own_times; /* at `from`; may be NULL. Borrowed */
    const struct vg_sites *sites;         /* sensors described: as in vg_intake_options. Borrowed; may be NULL */
    bool recordings;              /* records of recordings are given, too, without reports: others decode them */
    struct vg_sameness *sameness; /* marks what was heard before, of what comes before `from`, too. Borrowed; NULL:
                                     nothing does */
    unsigned threads;             /* that decode: 0 or 1 the calling one, else so many further ones */
    uint64_t from;                /* records before this offset are only read to find what was unfinished; 0: all */
    /* Asked while what comes before `from` is read, which may take seconds: true ends that, VG_NOT_FOUND. NULL: nobody
     */
    bool (*is_stopped)(void *arg);
    void *is_stopped_arg;
    int64_t from_us; /* if `from` is 0: records before this time likewise; VG_TIME_NONE: all */
};

struct vg_journal_replay; /* opaque */

/* VG_NOT_FOUND: no journal; VG_IO, VG_NOMEM. *ret_why is one sentence. */
enum vg_err vg_journal_replay_open(const struct vg_journal_replay_options *options,
                                   struct vg_journal_replay **ret_replay, const char **ret_why);
void vg_journal_replay_close(struct vg_journal_replay *replay); /* NULL is fine */

/* One record. Pointers are valid until the next call. */
struct vg_journal_replay_item {
    uint64_t journal_offset, end; /* of its bytes; end: behind the last */
    int64_t received_us;
    const struct vg_report *reports;
    size_t count;
    uint32_t stream;  /* of a feed's with its language (vg_feed_stream()); from VG_RECORDING_STREAM on: a record of a
                         recording, with what follows */
    uint8_t flags;    /* VG_RECORD_… */
    const char *feed; /* of a feed's record: its name, … */
    int64_t own_us;   /* … and vg_intake_own_us() behind this record */
    const char *name;
    size_t name_len;
    const char *bytes;
    size_t len;
};

/* The feeds of one replay, by name: the table of sources holds no more either. */
#define VG_REPLAY_FEEDS VG_SOURCE_MAX

/*
 * The next record. VG_EOF: nothing more now. VG_IO. VG_NOMEM: perhaps for good; another replay goes on at the last end.
 * VG_NOT_FOUND: stopped before the beginning was reached. VG_LIMIT: it comes from one feed more than VG_REPLAY_FEEDS.
 * This replay doesn't go on; another one that begins at the last end meets fewer.
 */
enum vg_err vg_journal_replay_next(struct vg_journal_replay *replay, struct vg_journal_replay_item *ret);

/* What an error of opening or reading means, in one sentence. Constant. */
const char *vg_journal_replay_text(enum vg_err err);

/* How often the journal was damaged, or frames were missing, so far. */
uint64_t vg_journal_replay_damages(const struct vg_journal_replay *replay);
/* In which segments, by the numbers of their first frames: the first VG_REPLAY_DAMAGED of them, but for what a repair
 * told (journal/check.h). How many. */
#define VG_REPLAY_DAMAGED 8
size_t vg_journal_replay_damaged(const struct vg_journal_replay *replay,
                                 uint64_t ret_segments[static VG_REPLAY_DAMAGED]);

/* What came through a feed of that name since `from`: to be carried over. False: nothing did. At the end only. */
bool vg_journal_replay_counters(const struct vg_journal_replay *replay, const char *feed,
                                struct vg_intake_counters *ret);

/* Names of the feeds that were met; NULL past the last. */
const char *vg_journal_replay_feed(const struct vg_journal_replay *replay, size_t i);

#endif
