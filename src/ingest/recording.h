/*
 * A stream of received bytes, sentences or table, becoming reports that know where in the journal they stand.
 *
 *     vg_recording_stands(stream, place);                    // what is decoded next begins at this place
 *     n = vg_recording_decode(stream, bytes, len, time_us, report, cap, &taken);
 *
 * or, where the place is known only afterwards (a table's rows tell the time that the journal wants first):
 *
 *     n = vg_recording_decode(…); vg_recording_map_offset(stream, offset, place);
 * vg_recording_set_journal_offsets(stream, report, n);
 *
 * What comes out depends on the bytes alone, not on how they are cut. One thread for each.
 */
#ifndef VG_INGEST_RECORDING_H
#define VG_INGEST_RECORDING_H

#include "nmea/nmea.h"
#include "sensor/ais/batch.h"
#include "sensor/table/table.h"

struct vg_recording; /* opaque; 130 KiB, of a table 1.2 MiB */

/* layout NULL: sentences. `source` goes into each report. */
enum vg_err vg_recording_new(const struct vg_layout *layout, uint16_t source, struct vg_recording **ret_stream);
void vg_recording_free(struct vg_recording *stream); /* NULL is fine */

/* The first byte to be decoded is at this offset of its file; for a table with its header. VG_UNSUPPORTED: the table's
 * layout isn't in the header. */
enum vg_err vg_recording_begin_at(struct vg_recording *stream, uint64_t offset, const char *header);

bool vg_recording_is_table(const struct vg_recording *stream);
uint64_t vg_recording_offset(const struct vg_recording *stream); /* of the next byte */

void vg_recording_map_offset(struct vg_recording *stream, uint64_t offset, uint64_t journal_offset);

/*
 * Decodes until the bytes end or fewer than VG_BATCH_LINE_MAX places are free. time_us is for sentences without a time
 * of their own. The reports' `place` is an offset in the file until vg_recording_set_journal_offsets().
 */
size_t vg_recording_decode(struct vg_recording *stream, const void *bytes, size_t len, int64_t time_us,
                           struct vg_report *ret, size_t cap, size_t *ret_taken);
void vg_recording_end_line(struct vg_recording *stream, struct vg_report *ret, size_t cap, size_t *ret_count);
size_t vg_recording_end(struct vg_recording *stream, struct vg_report *ret, size_t cap);

/* The place of the byte at an offset; 0 if it isn't known any more. */
uint64_t vg_recording_journal_offset(const struct vg_recording *stream, uint64_t offset);

/* Offsets become places. 0 where that isn't known any more: a fragment some thousand lines back. */
void vg_recording_set_journal_offsets(const struct vg_recording *stream, struct vg_report *report, size_t count);

/* What was counted since the begin, or since vg_recording_forget(). */
struct vg_recording_counts {
    uint64_t bytes, lines, sentences, messages; /* of a table: rows, rows, reports */
    uint64_t refused[VG_REFUSAL_COUNT], rows_refused[VG_CSV_REFUSAL_COUNT];
};
void vg_recording_counts(const struct vg_recording *stream, struct vg_recording_counts *ret);
void vg_recording_forget(struct vg_recording *stream);

/* Examples of what was refused; one of them NULL. */
const struct vg_refusals *vg_recording_refusals(const struct vg_recording *stream);
const struct vg_csv_refusals *vg_recording_table_refusals(const struct vg_recording *stream);

/* False once it is clear that this is no table of its layout. */
bool vg_recording_fits(const struct vg_recording *stream);

#endif
