/*
 * The bytes of a recording, sentences, table or JSON log, becoming reports with their final time, source and journal
 * offset.
 *
 *     vg_recording_map_offset(recording, offset, journal_offset);      // the next byte stands there in the journal
 *     n = vg_recording_decode(recording, bytes, len, time_us, from, report, cap, &taken);
 *
 * A table's rows tell the time that the journal wants first, so for tables the order is another one:
 *
 *     n = vg_recording_decode(…); vg_recording_map_offset(…); vg_recording_set_journal_offsets(recording, report, n);
 *
 * A JSON log counts as a table: its records are rows, of which those without any time have the file's.
 *
 * What comes out depends on the bytes alone, not on how they are cut. One thread for each, the one that owns the table
 * of sources.
 */
#ifndef VG_INTAKE_RECORDING_H
#define VG_INTAKE_RECORDING_H

#include "intake/intake.h"
#include "sensor/json/log.h"
#include "sensor/table/table.h"

struct vg_recording; /* opaque; 2 MiB, of a table 1.2 MiB */

/* layout NULL: sentences. `source` in `sources` is the recording's own. VG_NOMEM. */
enum vg_err vg_recording_new(const struct vg_layout *layout, struct vg_sources *sources, uint16_t source,
                             struct vg_recording **ret_recording);
void vg_recording_free(struct vg_recording *recording); /* NULL is fine */

/* Of a table or a JSON log: no time in it that is later is believed, and the time of records that have none comes from
 * there (GIVEN, FILE). Before the first byte. */
void vg_recording_bound(struct vg_recording *recording, int64_t latest_us, enum vg_time_source undated);

/* The first byte to be decoded is at this offset of its file; for a table with its header. VG_UNSUPPORTED: the table's
 * layout isn't in the header. */
enum vg_err vg_recording_begin_at(struct vg_recording *recording, uint64_t offset, const char *header);

/* Of a table that is read on in the middle: the rows there are of about this time (vg_csv_set_clock()). */
void vg_recording_set_clock(struct vg_recording *recording, int64_t time_us);

bool vg_recording_is_table(const struct vg_recording *recording);
uint64_t vg_recording_offset(const struct vg_recording *recording); /* of the next byte, in the file */

/* The last byte that was decoded is not the end of a line: at the end of the file it is read as one. */
bool vg_recording_is_within_line(const struct vg_recording *recording);

/* The file's byte at `offset` stands at `journal_offset`, and those behind it follow. Sentences: the next byte only. */
void vg_recording_map_offset(struct vg_recording *recording, uint64_t offset, uint64_t journal_offset);

/*
 * Decodes until the bytes end or fewer than VG_BATCH_LINE_MAX places are free. time_us is the time of these sentences
 * and `from` where it comes from; UNKNOWN: of those that have none of their own. The journal offset of a table's report
 * is an offset in the file until vg_recording_set_journal_offsets().
 */
size_t vg_recording_decode(struct vg_recording *recording, const void *bytes, size_t len, int64_t time_us,
                           enum vg_time_source from, struct vg_report *ret, size_t cap, size_t *ret_taken);

/* What still waited at the end of the file. To be called until it returns 0. */
size_t vg_recording_end(struct vg_recording *recording, struct vg_report *ret, size_t cap);

/* A table's offsets in the file become journal offsets, 0 where that isn't known any more. Sentences: nothing to do. */
void vg_recording_set_journal_offsets(const struct vg_recording *recording, struct vg_report *report, size_t count);

/* What was counted since the begin, or since vg_recording_forget(). */
struct vg_recording_counts {
    uint64_t bytes, lines, sentences, messages; /* of a table: rows, rows, reports */
    uint64_t duplicates;                        /* messages that were heard before */
    uint64_t refused[VG_REFUSAL_COUNT], rows_refused[VG_CSV_REFUSAL_COUNT];
    char (*example)[VG_EXAMPLE_SIZE];          /* of what was refused; NULL: a table */
    const char (*row_example)[VG_ROW_EXAMPLE]; /* NULL: sentences. Both hold until the next call for this recording */
};
void vg_recording_counts(struct vg_recording *recording, struct vg_recording_counts *ret);
void vg_recording_forget(struct vg_recording *recording);

#endif
