/*
 * The begin of a table: where its header is, whose it is, and whether what follows can be read. Asked before a file is
 * taken. Pure but for the memory of a reader; any thread. Heads may end anywhere; 64 KiB are enough.
 */
#ifndef VG_SENSOR_TABLE_HEAD_H
#define VG_SENSOR_TABLE_HEAD_H

#include "sensor/table/table.h"

/* Which known layout the header has; NULL: none, or it isn't whole yet. */
const struct vg_layout *vg_csv_known(const char *head, size_t len);

/*
 * The header row, without a byte-order mark and the line's end. Empty lines, remarks (#) and Excel's `sep=;` in front
 * of it are passed over. `last`: the head is all there is. False, outputs untouched: it hasn't the layout's columns.
 */
bool vg_csv_header(const struct vg_layout *layout, const char *head, size_t len, bool last, const char **ret_row,
                   size_t *ret_len);

/*
 * Reads the head's rows for a try. VG_UNSUPPORTED: there are some, and none gives a report, or none a position though
 * they have some; why[size] says the commonest reason in a sentence, with a row. VG_NOMEM.
 */
enum vg_err vg_csv_check(const struct vg_layout *layout, const char *head, size_t len, bool last, int64_t latest_us,
                         char *why, size_t size);

/* Of a table of no known layout: what its header lacks and which columns are not understood, in a sentence. */
void vg_csv_explain(const char *head, size_t len, char *why, size_t size);

/*
 * How many of the last bytes of a table are a row that is cut: it has no line end, and fewer cells than the header has,
 * a quote that isn't closed, or a last cell that is shorter than that of the row before (a number that is cut is still
 * a number). 0: none. `header` as vg_csv_header() gives it. `goes_on`: rows that aren't here stand in front, so that a
 * row alone, which can't be compared, counts as cut.
 */
size_t vg_csv_unfinished(const struct vg_layout *layout, const char *header, bool goes_on, const char *rows,
                         size_t len);

#endif
