/*
 * Lines of a recording cut into runs: neighbouring lines of one time, each of which becomes one entry of the journal.
 * Pure; one thread for each struct.
 */
#ifndef VG_INGEST_RUNS_H
#define VG_INGEST_RUNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vg_runs {
    bool timed;         /* a line without a time has that of the line before */
    int64_t last_us;    /* of the line before; at first, of lines that have none */
    int64_t default_us; /* of lines that have none, where most haven't */
};

/* True if most sentences among the first lines of a recording say when they were received. */
bool vg_runs_are_timed(const char *head, size_t len);

/* The length of the run that begins at p < end; *ret_us: its time. Bytes end where a line does, or the recording. */
size_t vg_runs_next(struct vg_runs *runs, const char *p, const char *end, int64_t *ret_us);

/* True if every line in [p, end) is `!….*hh`, with CR or without: nothing in it can be a time. */
bool vg_runs_plain(const char *p, const char *end);

#endif
