/*
 * What the writer and the reader of Parquet files share: columns, values and limits.
 *
 * Our subset of the format (github.com/apache/parquet-format): flat schemas of required or optional INT32, INT64 and
 * UTF-8 columns. Integers of every width travel as int64_t: signed ones and DECIMALs by value, UINT of up to 32 bits by
 * value, UINT of 64 bits by its bits.
 */
#ifndef VG_ARCHIVE_PARQUET_H
#define VG_ARCHIVE_PARQUET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define VG_PARQUET_COLUMNS     64        /* most columns of a file */
#define VG_PARQUET_NAME        32        /* bytes of a column's name with the terminator */
#define VG_PARQUET_TEXT_MAX    65535     /* bytes of one text */
#define VG_PARQUET_PAGE_ROWS   (1 << 16) /* most rows of a page */
#define VG_PARQUET_PAGE_BYTES  (1 << 26) /* most bytes of a page, packed or not */
#define VG_PARQUET_DICT_MAX    (1 << 16) /* most entries of a dictionary */
#define VG_PARQUET_GROUP_ROWS  (1 << 22) /* most rows of a row group */
#define VG_PARQUET_FOOTER_MAX  (1 << 26) /* most bytes of the metadata, and of one column's page index */
#define VG_PARQUET_KEY         32        /* bytes of an attachment's key with the terminator */
#define VG_PARQUET_NOTE        64        /* bytes of what is said of it, with the terminator */
#define VG_PARQUET_BOUND_BYTES 64        /* texts longer than this get no minimum and maximum */

/* Physical types, by the format's numbers. */
enum vg_parquet_type { VG_PARQUET_INT32 = 1, VG_PARQUET_INT64 = 2, VG_PARQUET_BYTES = 6 };

enum vg_parquet_logical {
    VG_PARQUET_SIGNED,  /* of `bits` */
    VG_PARQUET_UINT,    /* of `bits` */
    VG_PARQUET_DECIMAL, /* value × 10^-scale; precision ≤ 9 on INT32, ≤ 18 on INT64 */
    VG_PARQUET_TIME_US, /* UTC microseconds since 1970, on INT64 */
    VG_PARQUET_STRING,  /* UTF-8, on BYTES */
};

struct vg_parquet_column {
    char name[VG_PARQUET_NAME];
    uint8_t type;    /* enum vg_parquet_type */
    uint8_t logical; /* enum vg_parquet_logical */
    uint8_t bits;    /* 8, 16, 32 or 64; for SIGNED and UINT */
    uint8_t precision, scale;
    bool optional;
};

/* A view; not terminated. */
struct vg_parquet_text {
    const char *bytes;
    uint32_t len;
};

/* Values of one column, one for each row: `ints`, or `texts` for BYTES. Where present[i] is 0 the value is null. */
struct vg_parquet_cells {
    const int64_t *ints;
    const struct vg_parquet_text *texts;
    const uint8_t *present; /* NULL: all are */
};

/* The least and the greatest value of some rows, nulls aside. */
struct vg_parquet_bounds {
    bool known; /* false: anything may be inside, or nothing but nulls */
    int64_t min, max;
    uint64_t nulls;
};

/* a < b in the order of the column: UINT of 64 bits compares unsigned. */
static inline bool vg_parquet_less(const struct vg_parquet_column *column, int64_t a, int64_t b)
{
    return column->logical == VG_PARQUET_UINT ? (uint64_t)a < (uint64_t)b : a < b;
}

/* True if the description is one we can write and read. */
bool vg_parquet_column_valid(const struct vg_parquet_column *column);

#endif
