/*
 * When was it received? The one home of that rule, for bytes that come now and for those of a journal or a recording.
 *
 * Each piece of bytes has a receive time: of a feed the wall clock's (of a paced file the line's own); of a recording
 * the line's own, its neighbour's or the one that was given for all, as ingest cuts and journals it. A sentence may
 * have a time of its own (nmea/line_time.h). The clock says which of them a report gets. Pure but for save and load; a
 * vg_receive_time belongs to one thread.
 */
#ifndef VG_INTAKE_CLOCK_H
#define VG_INTAKE_CLOCK_H

#include <stddef.h>

#include "base/err.h"
#include "report/report.h"

enum vg_intake_clock {
    VG_INTAKE_WALL,      /* own times are believed up to VG_INTAKE_FUTURE_US ahead of the receive time */
    VG_INTAKE_DATA,      /* own times are believed up to VG_INTAKE_DATA_FUTURE_US ahead of the receive time or of the
                            source's last own time; else that last one holds */
    VG_INTAKE_RECORDING, /* own times are believed; without one the receive time holds. Fragments wait by lines */
};

/* The clocks of stations drift; one that is further ahead is wrong, and would hold back what comes later. */
#define VG_INTAKE_FUTURE_US VG_MINUTE_US

#define VG_INTAKE_DATA_FUTURE_US VG_DAY_US

struct vg_receive_time {
    enum vg_intake_clock clock;
    int64_t own_us;           /* DATA: the last time that the source gave itself; VG_TIME_NONE at first */
    enum vg_time_source from; /* RECORDING: of the receive time; UNKNOWN: own times are believed */
};

/* Replaces each report's own time, or VG_TIME_NONE, by when it was received. In the order of their coming. */
void vg_receive_time_set(struct vg_receive_time *time, struct vg_report *reports, size_t count, int64_t received_us);

/*
 * Which clock the feeds of a data folder went by, in DIR/clock, so that whoever archives their bytes later (ingest
 * after a crash, the service under another clock) gives them the times that the service gave. The first turn is from 0
 * on.
 */
#define VG_CLOCK_TURNS 64 /* remembered: the last ones */
struct vg_clock_turns {
    size_t count; /* 0: the wall clock */
    struct {
        uint64_t from; /* the first journal offset under it */
        enum vg_intake_clock clock;
    } turn[VG_CLOCK_TURNS];
};

/*
 * Nothing was saved: the wall clock. VG_IO, VG_NOMEM, VG_LIMIT (the path is too long), VG_CORRUPT: which clock it was
 * can't be known.
 */
enum vg_err vg_clock_turns_load(const char *dir, struct vg_clock_turns *ret_turns);

/*
 * From this journal offset on, behind all that the journal has, they go by this clock: saved before anything is
 * journaled under it. Turns at `from` or behind are of another journal, or nothing came under them. Errors as above.
 */
enum vg_err vg_clock_turns_save(const char *dir, enum vg_intake_clock clock, uint64_t from,
                                struct vg_clock_turns *ret_turns);

enum vg_intake_clock vg_clock_turns_at(const struct vg_clock_turns *turns, uint64_t journal_offset);

#endif
