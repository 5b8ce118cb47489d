/*
 * What the archive's tables have in common: rows sorted by vessel, time and journal offset, written to a Parquet file
 * and found in one again. Inner part of the room. Each kind of row is a table; vg_store_tables lists them all, and what
 * writes, reads, compacts and sorts them goes through that list (docs/formats/archive.md).
 *
 * A table's first columns are `mmsi` and `time`; a located one has `lon` and `lat` next. A row is a struct that begins
 * with struct vg_table_key. Everything here belongs to one thread.
 */
#ifndef VG_ARCHIVE_TABLE_H
#define VG_ARCHIVE_TABLE_H

#include "archive/atomic.h"
#include "archive/parquet_read.h"
#include "archive/parquet_write.h"
#include "archive/query.h"
#include "archive/vessels.h"
#include "base/offset_ranges.h"
#include "base/source.h"
#include "report/report.h"

#define VG_TABLE_COLUMNS 32

struct vg_table_key {
    int64_t time_us;
    uint64_t journal_offset;
    uint32_t mmsi;
};

/*
 * A report can have rows in several tables. Those rows say so: bit 1 << enum vg_store_table for each of the tables. Of
 * all rows with one key, source, message type and the same bits, the first of each table are one report, the second of
 * each table another one, and so on: commits, sorting, merging and compaction keep the order of what came.
 */
#define VG_PARTS_ALONE   0   /* this row is the whole report; null in the file */
#define VG_PARTS_UNKNOWN 128 /* it comes from a file without the column */

struct vg_scan;
struct vg_table;

#define VG_TABLE_BATCH  4096 /* rows turned into columns at a time */
#define VG_TABLE_STRIDE 4288 /* cells between columns: 4096 would put a row's cells in one set of the cache */
#define VG_TABLE_NAMES  256  /* a power of two */

/* What a file that was written has: for the list of parts. */
struct vg_table_written {
    uint64_t bytes, rows;
    uint64_t place_first, place_last; /* the least and the greatest journal offset of its rows; 0, 0: none has one */
    struct vg_parquet_foot foot;
};

/* Rows on their way into a file. The cells of column c begin at c × VG_TABLE_STRIDE. */
struct vg_table_out {
    const struct vg_table *table;
    struct vg_atomic file;
    struct vg_parquet_writer *parquet;
    enum vg_err err;
    size_t count, text_len;
    uint64_t place_first, place_last; /* as in struct vg_table_written */
    int64_t *ints;
    uint8_t *present;
    struct vg_parquet_text *texts;
    char *text;                                   /* what `texts` point at */
    struct vg_vessels_out vessels;                /* of a located table, unless it is written for a short time */
    struct vg_parquet_text names[VG_TABLE_NAMES]; /* texts of the batch that may come again, by a hash */
};

/*
 * Columns that allow null may be missing in a file (it was written before there was such a column): what they hold was
 * not said.
 */
struct vg_table {
    const char *name;   /* in messages */
    const char *folder; /* of the archive */
    const struct vg_parquet_column *columns;
    size_t count;               /* of columns, VG_TABLE_COLUMNS at most */
    size_t row_size;            /* bytes */
    size_t source, source_name; /* where in a row they stand: a uint16_t and a struct vg_parquet_text */
    size_t message;             /* the column of the message type; VG_TABLE_MISSING: it has none, and all rows pass */
    size_t row_message;         /* and where in a row it stands: a uint8_t */
    size_t place;               /* the column of the journal offset */
    size_t parts;               /* where in a row it stands: a uint8_t */
    size_t sensor_name;         /* likewise, a struct vg_parquet_text: of the report's site; 0: the row has none */
    bool located;
    const uint8_t *codings; /* of each column, enum vg_coding: what is good enough without trying */
    /* The row that a report gives; false: none. NULL: reports give none at all. */
    bool (*from_report)(const struct vg_report *report, void *ret_row);
    /* Adds what the row says to a report whose head (time, journal offset, MMSI, source) is set. NULL: a row is none of
     * what vg_store_reports() gives. */
    void (*to_report)(const void *row, struct vg_report *report);
    /* Gives the cells of a row to `out`; its source_name is set. */
    void (*put)(struct vg_table_out *out, const void *row);
    /* Makes rows of the rows scan->hits[0…count) of the range at hand. */
    enum vg_err (*take)(struct vg_scan *scan, size_t count, void *rows);
};

extern const struct vg_table vg_table_positions, vg_table_statics, vg_table_details, vg_table_detections,
    vg_table_tracks;

/* The name of a source, as a view into the table of sources. */
struct vg_parquet_text vg_table_source(const struct vg_sources *sources, uint16_t source);

/* < 0, 0, > 0: the order of rows, which begin with their key. */
int vg_table_order(const void *a, const void *b);

/* ---- writing ---- */

/*
 * Writes rows that come sorted. options->page_rows 0: what suits options->rows of them. VG_NOMEM, vg_atomic_open()'s
 * errors. Ends with one of commit and abandon.
 */
enum vg_err vg_table_out_open(const struct vg_table *table, const char *path, const struct vg_parquet_options *options,
                              struct vg_table_out **ret_out);
enum vg_err vg_table_out_row(struct vg_table_out *out, const void *row);
/* Frees in any case. *ret_bytes and column_bytes may be NULL. */
enum vg_err vg_table_out_commit(struct vg_table_out *out, uint64_t *ret_bytes,
                                uint64_t column_bytes[VG_PARQUET_COLUMNS]);
/* The same, and tells what was written. */
enum vg_err vg_table_out_finish(struct vg_table_out *out, struct vg_table_written *ret_written);
void vg_table_out_abandon(struct vg_table_out *out); /* NULL is fine */

/* For vg_table.put: the cells of the row at hand. Text that isn't UTF-8 gets '?' for what isn't. */
static inline void vg_table_put_int(struct vg_table_out *out, size_t column, bool present, int64_t value)
{
    out->present[column * VG_TABLE_STRIDE + out->count] = present;
    if (present) /* what stands in the others is not looked at */
        out->ints[column * VG_TABLE_STRIDE + out->count] = value;
}
void vg_table_put_text(struct vg_table_out *out, size_t column, bool present, const char *text, size_t len);
void vg_table_put_class_key(struct vg_table_out *out, size_t column, uint8_t class);
static inline void vg_table_put_class(struct vg_table_out *out, size_t column, bool present, uint8_t class)
{
    out->present[column * VG_TABLE_STRIDE + out->count] = 0; /* most cells of most tables: nothing else is touched */
    if (present)
        vg_table_put_class_key(out, column, class);
}
/* Unknown is null. */
void vg_table_put_time_source(struct vg_table_out *out, size_t column, uint8_t time_source);

/* ---- reading ---- */

/* A file whose columns were found to be those of a table. */
struct vg_table_file {
    struct vg_parquet_file *parquet;
    const struct vg_table *table;
    size_t columns[VG_TABLE_COLUMNS]; /* where each stands in the file; VG_TABLE_MISSING */
    struct vg_vessels *vessels;       /* NULL: none, or not looked for yet */
    bool looked;
};

#define VG_TABLE_MISSING SIZE_MAX

/* VG_UNSUPPORTED if a column that allows no null is missing, or one is of another type. Takes `parquet`, and closes it
 * on failure. */
enum vg_err vg_table_file_init(struct vg_table_file *file, const struct vg_table *table,
                               struct vg_parquet_file *parquet);
void vg_table_file_close(struct vg_table_file *file);

/*
 * How many rows of the file have a journal offset in `ranges`. Of the file only pages of that column are read whose
 * bounds don't rule it out; `page` is lent. Errors are vg_parquet_read_page()'s.
 */
enum vg_err vg_table_count_offsets(struct vg_table_file *file, const struct vg_offset_ranges *ranges,
                                   struct vg_parquet_page *page, uint64_t *ret_rows);

/* A walk over the rows of one file that a query finds. Start with zeros; memory is kept from one walk to the next. */
struct vg_scan {
    struct vg_table_file *file;
    const struct vg_positions_query *query;
    size_t group, page, page_count; /* where the next range is looked for */
    size_t mmsi_at;                 /* in query->mmsis: the first that isn't behind us */
    bool in_group;
    bool started, spanned; /* spanned: the index of vessels said where to look */
    struct vg_row_range *spans;
    size_t span_count, span_at, spans_room;
    uint64_t group_first;           /* rows of the file before the group */
    size_t range_group, range_page; /* the range at hand: rows [from, to) of a page of range_rows */
    uint32_t range_rows, from, to;
    bool in_time, in_box; /* the page index says so of every row of the range */
    struct vg_parquet_page pages[VG_TABLE_COLUMNS];
    bool loaded[VG_TABLE_COLUMNS];
    uint32_t *hits; /* rows of the range that are wanted */
    size_t hits_room;
    void *rows; /* the rows found in the range at hand: table->row_size bytes each */
    size_t rows_room;
};

void vg_scan_start(struct vg_scan *scan, struct vg_table_file *file, const struct vg_positions_query *query);
/*
 * The next range of rows with something found: *ret_count rows at scan->rows, in the file's order, valid until the next
 * call; 0 at the end. After an error that range (or row group) is passed over by the next call. Adds to *work.
 */
enum vg_err vg_scan_next(struct vg_scan *scan, struct vg_positions_work *work, size_t *ret_count);
void vg_scan_free(struct vg_scan *scan);

/* For vg_table.take: the column's values for the range at hand. Of a missing column: nothing said. */
enum vg_err vg_scan_load(struct vg_scan *scan, size_t column);
enum vg_err vg_scan_load_all(struct vg_scan *scan); /* of every column */
/* For vg_table.take: copies a text, cut at the end of a character if it is longer; false: not said. `to` was zero. */
bool vg_table_text(const struct vg_scan *scan, size_t column, size_t row, char *to, size_t size);
/* VG_PARTS_… of a row. */
uint8_t vg_table_parts(const struct vg_scan *scan, size_t column, size_t row);

/* The class whose key the column has; `unsaid` if it has none. */
enum vg_class vg_table_class(const struct vg_scan *scan, size_t column, size_t row, enum vg_class unsaid);
/* The source of time whose key the column has; unknown if it has none, or a word of a later version. */
enum vg_time_source vg_table_time_source(const struct vg_scan *scan, size_t column, size_t row);

#endif
