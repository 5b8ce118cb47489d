/* What schema (parquet_any.c) and pages (parquet_any_page.c) of any writer's file share. */
#ifndef VG_ARCHIVE_PARQUET_ANY_INNER_H
#define VG_ARCHIVE_PARQUET_ANY_INNER_H

#include "archive/parquet_any.h"
#include "archive/parquet_bytes.h"

/* Physical types, by the format's numbers. */
enum vg_any_type { ANY_BOOL, ANY_INT32, ANY_INT64, ANY_INT96, ANY_FLOAT, ANY_DOUBLE, ANY_BYTES, ANY_FIXED };

/* Bytes of a buffer count against the file's limit. */
struct vg_any_room {
    void *p;
    size_t bytes;
};

/* Values close together, without the nulls: numbers as their bits, or texts. */
struct vg_any_values {
    struct vg_any_room numbers, texts; /* int64_t, struct vg_parquet_text */
    size_t count;
};

struct vg_any_column {
    struct vg_parquet_any_column told;
    uint8_t type;   /* enum vg_any_type */
    uint32_t width; /* of FIXED */
    bool optional;
    /* of the row group */
    int32_t codec;
    uint64_t at, end; /* its pages that were not read yet */
    uint64_t rows;    /* that are still to come behind this page */
    bool has_dict;
    /* the page */
    uint32_t page_rows, row; /* the next one */
    size_t value;            /* likewise */
    bool by_dict;            /* `words` name entries of the dictionary */
    struct vg_any_values values, dict;
    struct vg_any_room present, words, packed, raw, dict_raw, joined;
};

struct vg_parquet_any {
    struct vg_parquet_input input;
    uint8_t *footer;
    size_t footer_len;
    size_t count;
    struct vg_any_column column[VG_PARQUET_ANY_COLUMNS];
    uint64_t rows;
    uint64_t group_rows; /* of the open row group, still to come */
    uint32_t groups;     /* still to come, at `group` in the footer */
    const uint8_t *group;
    uint64_t memory; /* of all rooms */
    struct vg_unpacker unpacker;
    const char *why;
};

/* Sets the sentence; returns err. */
static inline enum vg_err vg_any_fail(struct vg_parquet_any *file, enum vg_err err, const char *why)
{
    file->why = why;
    return err;
}

/* Begins a column chunk of the row group that was opened. */
void vg_any_begin(struct vg_any_column *column, uint64_t at, uint64_t end, uint64_t rows, int32_t codec);

/* The cell of the next row; loads its page if need be. */
enum vg_err vg_any_cell(struct vg_parquet_any *file, struct vg_any_column *column, struct vg_parquet_cell *ret);

void vg_any_free(struct vg_any_column *column);

#endif
