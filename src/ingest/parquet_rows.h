/*
 * A Parquet table as the text of a CSV table: a header of its columns' names, and a row a row. Read like a file
 * (feed/file_reader.h); the same file always gives the same text, so that it is known again by it.
 *
 * Times are ISO 8601 in UTC (a time without a zone is taken for UTC), numbers decimal, truths 1 or 0; nulls,
 * not-a-numbers and texts of more than VG_PARQUET_ROWS_TEXT bytes are empty cells. Columns of bytes are left out; but
 * where no column is a longitude and a latitude, the first one of WKB points (GeoParquet's `geometry`) gives both. See
 * docs/formats/parquet-in.md. One thread for each.
 */
#ifndef VG_INGEST_PARQUET_ROWS_H
#define VG_INGEST_PARQUET_ROWS_H

#include "archive/parquet_any.h"

#define VG_PARQUET_ROWS_TEXT 1024
#define VG_PARQUET_MAGIC     "PAR1" /* the first bytes of such a file */

struct vg_parquet_rows; /* opaque; as vg_parquet_any, and 256 KiB */

/* The file at this path begins as a Parquet file does. */
bool vg_parquet_rows_fits(const char *path);

/* As vg_parquet_any_open(). VG_UNSUPPORTED, too: no column that can be read. */
enum vg_err vg_parquet_rows_open(const char *path, struct vg_parquet_rows **ret_rows, const char **ret_why);
enum vg_err vg_parquet_rows_open_bytes(const void *bytes, size_t len, struct vg_parquet_rows **ret_rows,
                                       const char **ret_why);
void vg_parquet_rows_close(struct vg_parquet_rows *rows); /* NULL is fine */

/* The next block of text, valid until the next call: VG_OK with *ret_len > 0, VG_EOF; else as vg_parquet_any_next(). */
enum vg_err vg_parquet_rows_next(struct vg_parquet_rows *rows, const void **ret_bytes, size_t *ret_len,
                                 const char **ret_why);

/* Share of the rows that was read, 0–1. */
double vg_parquet_rows_progress(const struct vg_parquet_rows *rows);

/* One sentence on what isn't in the text so far: columns, and cells for their length or form. NULL: nothing. Valid
 * until the next call. */
const char *vg_parquet_rows_note(struct vg_parquet_rows *rows);

#endif
