/*
 * The table of positions: one row is one position report, kept as plain Parquet (docs/formats/archive.md).
 *
 * Files lie in folders day=YYYY-MM-DD/hour=HH of UTC and are sorted by vessel, then time. Nothing here makes folders or
 * asks a clock. A writer or reader belongs to one thread.
 *
 * Longitudes and latitudes are DECIMAL(9, 6): millionths of a degree. The broadcast unit, 1/600 000 degree, is 5/3 of
 * that, so rounding moves it by at most 1/3 and can be undone: k = round(x · 3/5). The most digits that a DECIMAL on
 * INT32 may have is nine; seven decimals would need INT64 and cost about a byte more for each position.
 */
#ifndef VG_ARCHIVE_POSITIONS_H
#define VG_ARCHIVE_POSITIONS_H

#include "archive/parquet.h"
#include "archive/query.h"
#include "base/geo.h"
#include "base/source.h"
#include "base/time.h"
#include "report/report.h"

/* One row. `fields` has the VG_FIELD_BIT()s of what was said among SOG, COG, HEADING, TURN and STATUS; the rest is
 * zero.
 */
struct vg_position {
    int64_t time_us;
    uint64_t journal_offset; /* journal offset of the first sentence; 0: not kept (null in the file) */
    uint32_t mmsi;
    uint32_t fields;
    struct vg_pos pos;
    uint16_t sog_dkn, cog_ddeg, heading_deg;
    uint16_t source; /* written: an id of the vg_sources; read: 0, see source_name */
    int8_t turn_raw;
    uint8_t status, message;
    uint8_t class; /* enum vg_class, as the report said */
    bool accurate, suspect;
    uint8_t parts;                      /* VG_PARTS_…: where else the report has rows */
    uint8_t time_source;                /* enum vg_time_source, of time_us; not kept (null): unknown */
    struct vg_parquet_text source_name; /* read only; valid during the call */
};

#define VG_POSITION_COG_MAX 9999 /* what the column holds */

/* True if a report gives a row of positions: a vessel says where it is, and there is a time. */
static inline bool vg_position_is_given(const struct vg_report *r)
{
    return r->fields & VG_FIELD_BIT(POS) && !vg_report_measures(r) && r->time_us != VG_TIME_NONE &&
           vg_pos_valid(r->pos);
}

/*
 * `class` stands in the file only where it is not what the message type says (tables of reports tell it themselves), so
 * it costs nothing else; `suspect` likewise.
 *
 * Takes the position out of a report. False, *ret untouched, if it gives none.
 */
bool vg_position_from_report(const struct vg_report *report, struct vg_position *ret_position);

#define VG_POSITIONS_PATH 64
/* `day=2026-11-22/hour=07/part-NAME.parquet`, without a terminating slash or folder before. VG_RANGE: years beyond
 * 0–9999, or a name too long; VG_SYNTAX: other than letters, digits, '-', '_' in the name. */
enum vg_err vg_positions_path(int64_t time_us, const char *name, char ret_path[static VG_POSITIONS_PATH]);

struct vg_positions_writer;

/*
 * Collects up to `most` rows (about 64 bytes each) and writes them, sorted, when committed. VG_NOMEM, VG_ARG. `sources`
 * gives the names; it must outlive the writer.
 */
enum vg_err vg_positions_writer_new(size_t most, const struct vg_sources *sources,
                                    struct vg_positions_writer **ret_writer);
void vg_positions_writer_free(struct vg_positions_writer *writer); /* NULL is fine */

/* VG_LIMIT when full: commit and go on. VG_RANGE: a position off the globe or a value its column can't hold. */
enum vg_err vg_positions_add(struct vg_positions_writer *writer, const struct vg_position *position);
size_t vg_positions_count(const struct vg_positions_writer *writer);

/*
 * Writes what was collected to `path`, whole or not at all, and empties the writer; on failure the rows stay. No rows:
 * a file without rows. *ret_bytes (may be NULL): the file's size. `column_bytes` (may be NULL): of each column.
 */
enum vg_err vg_positions_commit(struct vg_positions_writer *writer, const char *path, int level, uint64_t *ret_bytes,
                                uint64_t column_bytes[VG_PARQUET_COLUMNS]);

const struct vg_parquet_column *vg_positions_columns(size_t *ret_count);

struct vg_positions_file;

/* vg_parquet_open()'s errors; VG_UNSUPPORTED if a column is missing or of another type. */
enum vg_err vg_positions_open(const char *path, struct vg_positions_file **ret_file);
enum vg_err vg_positions_open_bytes(const void *bytes, size_t len, struct vg_positions_file **ret_file);
void vg_positions_close(struct vg_positions_file *file); /* NULL is fine */
uint64_t vg_positions_rows(const struct vg_positions_file *file);

/* Called for each row found, in the file's order. Anything but VG_OK ends the reading and is returned. */
typedef enum vg_err vg_positions_on_row(void *arg, const struct vg_position *position);

/* Adds to *work (may be NULL). */
enum vg_err vg_positions_read(struct vg_positions_file *file, const struct vg_positions_query *query,
                              vg_positions_on_row *on_row, void *arg, struct vg_positions_work *work);

#endif
