/*
 * Writes Parquet files of flat columns (archive/parquet.h): zstd pages with CRC, an encoding chosen for each column of
 * each row group by trying, row-group statistics, page index.
 *
 * The bytes go to a sink in one pass, so that a file, a socket or a test can take them; archive/atomic.h is the sink
 * for files. One thread for each writer. Memory: a row group (about 25 bytes a cell, and the text) and the index of
 * pages.
 *
 *     vg_parquet_writer_new(columns, n, &VG_PARQUET_OPTIONS_DEFAULT, vg_atomic_write, &file, &writer);
 *     vg_parquet_write(writer, cells, rows);                  // as often as wanted
 *     err = vg_parquet_finish(writer);                        // then commit the file if VG_OK
 *     vg_parquet_writer_free(writer);
 *
 * Errors stick: after one, every call returns it. A refused row (VG_RANGE, VG_SYNTAX, VG_ARG) is not such an error: the
 * call took nothing and the writer goes on.
 */
#ifndef VG_ARCHIVE_PARQUET_WRITE_H
#define VG_ARCHIVE_PARQUET_WRITE_H

#include "archive/parquet.h"
#include "base/out.h"

struct vg_parquet_options {
    uint32_t page_rows;     /* 1…VG_PARQUET_PAGE_ROWS: all columns have their pages' borders at the same rows */
    uint32_t group_rows;    /* page_rows…VG_PARQUET_GROUP_ROWS */
    int level;              /* of zstd, 1–22 */
    uint8_t sorted;         /* the rows come sorted by so many first columns, ascending: told to the readers */
    uint64_t rows;          /* if they are known and few, less memory is taken; 0: not known */
    const uint8_t *codings; /* enum vg_coding for each column instead of trying, lent until the end; NULL: try */
};

/* Eight thousand rows are a page of some 8 KiB for each column: what a disk reads at once. */
#define VG_PARQUET_OPTIONS_DEFAULT ((struct vg_parquet_options){.page_rows = 8192, .group_rows = 131072, .level = 6})

struct vg_parquet_writer;

/* VG_ARG, VG_NOMEM, or the sink's error. */
enum vg_err vg_parquet_writer_new(const struct vg_parquet_column *columns, size_t count,
                                  const struct vg_parquet_options *options, vg_out_sink *sink, void *arg,
                                  struct vg_parquet_writer **ret_writer);
void vg_parquet_writer_free(struct vg_parquet_writer *writer); /* NULL is fine */

/* Rows: cells[column] each with `rows` values. All or none is taken. */
enum vg_err vg_parquet_write(struct vg_parquet_writer *writer, const struct vg_parquet_cells *cells, size_t rows);

/*
 * Bytes that go into the file before its page index, where other readers don't look. The footer's key-value metadata
 * says "OFFSET LENGTH NOTE" under `key`; `note` is plain text of up to VG_PARQUET_NOTE bytes with the terminator. Once
 * for a file; the bytes are copied. VG_ARG, VG_NOMEM.
 */
enum vg_err vg_parquet_attach(struct vg_parquet_writer *writer, const char *key, const char *note, const void *bytes,
                              size_t len);

/* The last row group, the index and the footer. Nothing can be written after. */
enum vg_err vg_parquet_finish(struct vg_parquet_writer *writer);

/*
 * The end of a file, from the index of its pages on: what readers skip pages by. The format has no checksum of it; who
 * keeps one elsewhere (store_list.c) sees damage that still reads as metadata.
 */
struct vg_parquet_foot {
    uint64_t at;  /* offset in the file; 0: not known */
    uint32_t crc; /* CRC-32 of the bytes from there to the end */
};

/* After vg_parquet_finish(). */
struct vg_parquet_foot vg_parquet_written_foot(const struct vg_parquet_writer *writer);

uint64_t vg_parquet_written_rows(const struct vg_parquet_writer *writer);
uint64_t vg_parquet_written_bytes(const struct vg_parquet_writer *writer);
/* Bytes of one column's pages so far, to see what costs how much. */
uint64_t vg_parquet_written_column_bytes(const struct vg_parquet_writer *writer, size_t column);

#endif
