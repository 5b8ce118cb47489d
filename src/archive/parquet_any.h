/*
 * Reads flat tables of any writer's Parquet files, row by row: what others publish, where parquet_read.h reads what we
 * write.
 *
 * Read are columns of every type that is one value a row, required or optional, in pages of version 1 and 2, packed by
 * snappy, gzip, zstd or not at all, in the encodings PLAIN, RLE, dictionary, DELTA_BINARY_PACKED,
 * DELTA_LENGTH_BYTE_ARRAY, DELTA_BYTE_ARRAY and BYTE_STREAM_SPLIT. Columns that are nested or repeated, or of no type
 * that can be told as one value, are passed over and counted.
 *
 * Any bytes may be given: what is wrong is an error with a sentence, never a crash. Memory: the metadata and a page of
 * each column that is read, VG_PARQUET_ANY_MEMORY at most. One thread for each file.
 */
#ifndef VG_ARCHIVE_PARQUET_ANY_H
#define VG_ARCHIVE_PARQUET_ANY_H

#include "archive/parquet.h"

#define VG_PARQUET_ANY_COLUMNS 256                   /* most leaves of the schema */
#define VG_PARQUET_ANY_ROWS    (1 << 22)             /* most rows of a page */
#define VG_PARQUET_ANY_MEMORY  (UINT64_C(512) << 20) /* most bytes of all pages */

enum vg_parquet_kind {
    VG_PARQUET_ANY_NOTHING, /* passed over */
    VG_PARQUET_ANY_INT,     /* a signed number */
    VG_PARQUET_ANY_UINT,    /* the same bits, unsigned */
    VG_PARQUET_ANY_BOOL,    /* 0 or 1 */
    VG_PARQUET_ANY_DECIMAL, /* × 10^-scale */
    VG_PARQUET_ANY_FLOAT,   /* `real`, of 32 bits or fewer */
    VG_PARQUET_ANY_DOUBLE,  /* `real` */
    VG_PARQUET_ANY_DATE,    /* days since 1970 */
    VG_PARQUET_ANY_CLOCK,   /* time of day, in 10^-scale seconds */
    VG_PARQUET_ANY_TIME,    /* since 1970, in 10^-scale seconds */
    VG_PARQUET_ANY_TEXT,    /* `text`, UTF-8 as it says */
    VG_PARQUET_ANY_BYTES,   /* `text`, of no told meaning */
};

struct vg_parquet_any_column {
    const char *name; /* of any length */
    uint8_t kind;     /* enum vg_parquet_kind */
    uint8_t scale;    /* decimals */
    bool wanted;      /* by vg_parquet_any_want() */
};

/* A value. Text is lent until the next row. */
struct vg_parquet_cell {
    bool present;
    int64_t number;
    double real;
    struct vg_parquet_text text;
};

struct vg_parquet_any; /* opaque */

/*
 * VG_NOT_FOUND, VG_IO, VG_NOMEM, VG_SYNTAX (no Parquet file), VG_CORRUPT, VG_UNSUPPORTED, VG_LIMIT; *ret_why: one
 * constant sentence.
 */
enum vg_err vg_parquet_any_open(const char *path, struct vg_parquet_any **ret_file, const char **ret_why);
/* The bytes stay the caller's and must outlive the file. */
enum vg_err vg_parquet_any_open_bytes(const void *bytes, size_t len, struct vg_parquet_any **ret_file,
                                      const char **ret_why);
void vg_parquet_any_close(struct vg_parquet_any *file); /* NULL is fine */

/* The leaves of the schema, in their order; NULL behind the last one. */
const struct vg_parquet_any_column *vg_parquet_any_column(const struct vg_parquet_any *file, size_t column);
uint64_t vg_parquet_any_rows(const struct vg_parquet_any *file); /* as the footer says */

/* Before the first row: this column is to be read. Others cost nothing. */
void vg_parquet_any_want(struct vg_parquet_any *file, size_t column);

/* The next row: cell[i] of each wanted column i is set. VG_EOF behind the last one; else as opening, and nothing can
 * be read any more. */
enum vg_err vg_parquet_any_next(struct vg_parquet_any *file, struct vg_parquet_cell *cell, const char **ret_why);

#endif
