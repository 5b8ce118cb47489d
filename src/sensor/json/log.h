/*
 * Logs of decoded AIS as JSON in, arrays of reports out; used as a vg_csv is (sensor/table/table.h).
 *
 * One record a line; several in a line and an array whose objects stand on lines are read, too; an object over several
 * lines is not. Each line tells by its members whose it is: gpsd, AIS-catcher (without `nmea`: with it, the sentences
 * in the line are what counts), aisstream.io, Signal K deltas, canboat's analyzer. See docs/formats/json-logs.md.
 *
 * A report has the time that stands in its record (VG_TIME_SOURCE_LINE), or in front of it on the line, else the last
 * one of a record before it (NEIGHBOUR). As long as none is known, up to VG_JSON_WAITING reports wait for the first;
 * then, and at the end, they come with VG_TIME_NONE. What comes out depends on nothing but the bytes from the begin of
 * the stretch of VG_CSV_SEGMENT bytes, so reading may begin there.
 *
 * What is not used is counted as rows are: enum vg_csv_refusal. Memory: 150 KiB, and what a line of 64 KiB takes as
 * JSON. One thread for each log.
 */
#ifndef VG_SENSOR_JSON_LOG_H
#define VG_SENSOR_JSON_LOG_H

#include "sensor/table/table.h"

#define VG_JSON_LINE    65536 /* most bytes of a line, with its end */
#define VG_JSON_RECORDS 16    /* most reports of a line */
#define VG_JSON_WAITING 24    /* with those of a line fewer than VG_BATCH_LINE_MAX (sensor/ais/batch.h) */

/* What the first lines of a file are. */
enum vg_json_head {
    VG_JSON_NONE,    /* no JSON, or JSON with sentences in it */
    VG_JSON_LOG,     /* a log */
    VG_JSON_LOG_SI,  /* one of canboat with angles in radians, as its first line says */
    VG_JSON_STRANGE, /* objects of no known kind */
    VG_JSON_SPREAD,  /* JSON whose objects are not on lines */
};

/* Looks at the first bytes of a file; `last`: these are all. Any thread. */
enum vg_json_head vg_json_log_head(const char *head, size_t len, bool last);

/* How many bytes at the end are a line that was cut within its object: its rest may come. Any thread. */
size_t vg_json_log_unfinished(const char *bytes, size_t len);

struct vg_json_log; /* opaque */

/* `source` is written into each report; `si`: canboat's angles are radians. VG_NOMEM. */
enum vg_err vg_json_log_new(bool si, uint16_t source, struct vg_json_log **ret_log);
void vg_json_log_free(struct vg_json_log *log); /* NULL is fine */

/* A time later than this is out of bounds, as those before 1990 are: what tells it is refused. */
void vg_json_log_bound(struct vg_json_log *log, int64_t latest_us);

/* Reading begins in the middle, at a line that begins at this offset. */
void vg_json_log_resume(struct vg_json_log *log, uint64_t offset);

/*
 * Takes lines until the bytes end or fewer than VG_BATCH_LINE_MAX places of `ret` are free; `cap` is at least that.
 * Returns the number of reports; *ret_taken bytes were used, the rest must be given again. A report's journal offset is
 * the offset of its line.
 */
size_t vg_json_log_push(struct vg_json_log *log, const void *bytes, size_t len, struct vg_report *ret, size_t cap,
                        size_t *ret_taken);

/* The end of the input: an unfinished line is a line, and nobody waits any more. To be called until it returns 0. */
size_t vg_json_log_end(struct vg_json_log *log, struct vg_report *ret, size_t cap);

/* `rows` are lines. */
const struct vg_csv_counters *vg_json_log_counters(const struct vg_json_log *log);
const struct vg_csv_refusals *vg_json_log_refusals(const struct vg_json_log *log);

#endif
