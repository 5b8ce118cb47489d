/*
 * Tables of positions (CSV) in, arrays of reports out; used as a vg_batch is (sensor/ais/batch.h).
 *
 *     while (len) {
 *         size_t taken, n = vg_csv_push(table, bytes, len, report, CAP, &taken);
 *         … report[0] to report[n − 1] …
 *         bytes += taken, len -= taken;
 *     }
 *     while ((n = vg_csv_end(table, report, CAP)) > 0) …
 *
 * A row becomes one report with its time, its identity and all it says; an empty cell and a "not available" value say
 * nothing. Who the ship says she is (name, dimensions …) is told when it differs from what her row before said, and
 * again in each stretch of VG_CSV_SEGMENT bytes: tables repeat it in every row. What comes out depends on nothing but
 * the bytes from the stretch's begin, so reading may begin there.
 *
 * One pass, no allocation after vg_csv_new() (1 MiB), no call back. One thread for each table.
 */
#ifndef VG_SENSOR_TABLE_TABLE_H
#define VG_SENSOR_TABLE_TABLE_H

#include "base/row.h"
#include "base/time_text.h"
#include "report/report.h"
#include "sensor/table/layout.h"

#define VG_CSV_SEGMENT (UINT64_C(1) << 24)

/* Why a row of a table or a record of a JSON log (sensor/json/log.h), or something in it, was not used. */
#define VG_CSV_REFUSAL_LIST(X)                                                                                         \
    X(NONE, "none", "not refused")                                                                                     \
    X(TOO_LONG, "row_too_long", "row longer than 16 KiB, or a quote that is never closed")                             \
    X(QUOTES, "row_quotes", "quotes that are not those of CSV")                                                        \
    X(HEADER, "row_header", "no header of a known layout")                                                             \
    X(CELLS, "row_cells", "another number of cells than the header has")                                               \
    X(TIME, "row_time", "time missing or not of the expected form")                                                    \
    X(NO_DATE, "row_no_date", "time of day without a date: --date tells the first row's day")                          \
    X(BOUNDS, "row_bounds", "time out of bounds: before 1990, or more than a day after it was received")               \
    X(MMSI, "row_mmsi", "identity missing or not of the expected form")                                                \
    X(ANONYMOUS, "row_anonymous", "identity with more than nine digits or a fraction: anonymised or damaged, no MMSI") \
    X(POSITION, "row_position", "position off the globe or no number: row used without it")                            \
    X(VALUE, "row_value", "value not of the expected form or out of range: row used without it")                       \
    X(EMPTY, "row_empty", "nothing but a time and an identity")                                                        \
    X(JSON_LONG, "json_too_long", "JSON line longer than 64 KiB")                                                      \
    X(JSON_SYNTAX, "json_syntax", "line that is no JSON object, or a damaged one")                                     \
    X(JSON_KIND, "json_kind", "JSON of no known form")                                                                 \
    X(JSON_OTHER, "json_other", "JSON record about no ship, or about the own one: passed over")                        \
    X(JSON_MANY, "json_many", "JSON line with more than 16 records: the rest of it was not used")

enum vg_csv_refusal {
#define X(name, key, text) VG_CSV_REFUSAL_##name,
    VG_CSV_REFUSAL_LIST(X)
#undef X
        VG_CSV_REFUSAL_COUNT
};

const char *vg_csv_refusal_key(enum vg_csv_refusal refusal);
const char *vg_csv_refusal_text(enum vg_csv_refusal refusal);

/* Counts, with the newest example of each. */
struct vg_csv_refusals {
    uint64_t count[VG_CSV_REFUSAL_COUNT];
    char example[VG_CSV_REFUSAL_COUNT][VG_ROW_EXAMPLE]; /* printable ASCII: other bytes are shown as \xhh */
};

/* Counts one, and keeps an example now and then. */
void vg_csv_refuse(struct vg_csv_refusals *refusals, enum vg_csv_refusal reason, const char *row, size_t len);

struct vg_csv_counters {
    uint64_t bytes, rows; /* rows without the header */
    uint64_t reports;
};

struct vg_csv; /* opaque */

/* `source` is written into each report; the layout is copied. VG_NOMEM. */
enum vg_err vg_csv_new(const struct vg_layout *layout, uint16_t source, struct vg_csv **ret_table);
void vg_csv_free(struct vg_csv *table);

/* No row is later than this; one that says so is refused (BOUNDS). At first VG_CSV_LATEST_US. */
void vg_csv_bound(struct vg_csv *table, int64_t latest_us);
#define VG_CSV_LATEST_US (VG_TIME_TEXT_LATEST_US - 1)

/*
 * Tables whose times are times of day (layout->day_us): the time of the last row that was read; VG_TIME_NONE: none was.
 * Who reads on in the middle sets what it was there, or the time of any row within twelve hours.
 */
int64_t vg_csv_clock(const struct vg_csv *table);
void vg_csv_set_clock(struct vg_csv *table, int64_t time_us);

/* Reading begins in the middle: at this offset of a table with this header row. False: the layout isn't in it. */
bool vg_csv_resume(struct vg_csv *table, const char *header, size_t len, uint64_t offset);

/*
 * Takes bytes until they end or `ret` is full. Returns the number of reports; *ret_taken bytes were used, the rest must
 * be given again. A report's journal offset is the offset of its row in the table.
 */
size_t vg_csv_push(struct vg_csv *table, const void *bytes, size_t len, struct vg_report *ret, size_t cap,
                   size_t *ret_taken);

/* The end of the input: an unfinished row is a row. To be called until it returns 0. */
size_t vg_csv_end(struct vg_csv *table, struct vg_report *ret, size_t cap);

/* False once it is clear that the header hasn't the layout's columns: all rows are refused. */
bool vg_csv_fits(const struct vg_csv *table);

const struct vg_csv_counters *vg_csv_counters(const struct vg_csv *table);
const struct vg_csv_refusals *vg_csv_refusals(const struct vg_csv *table);

#endif
