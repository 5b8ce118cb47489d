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
    VG_INTAKE_DATA,      /* own times are believed; without one the source's last own time holds */
    VG_INTAKE_RECORDING, /* own times are believed; without one the receive time holds. Fragments wait by lines */
};

/* The clocks of stations drift; one that is further ahead is wrong, and would hold back what comes later. */
#define VG_INTAKE_FUTURE_US VG_MINUTE_US

struct vg_receive_time {
    enum vg_intake_clock clock;
    int64_t own_us; /* DATA: the last time that the source gave itself; VG_TIME_NONE at first */
};

/* Replaces each report's own time, or VG_TIME_NONE, by when it was received. In the order of their coming. */
void vg_receive_time_set(struct vg_receive_time *time, struct vg_report *reports, size_t count, int64_t received_us);

/*
 * Which clock the feeds of a data folder go by, in DIR/clock, so that ingest, which may archive their bytes after a
 * crash, gives them the times that the service gave. Saved before anything is journaled under it. VG_IO, VG_LIMIT (the
 * path is too long).
 */
enum vg_err vg_intake_clock_save(const char *dir, enum vg_intake_clock clock);

/* VG_INTAKE_WALL if nothing, or nothing that can be read, was saved. */
enum vg_intake_clock vg_intake_clock_load(const char *dir);

#endif
