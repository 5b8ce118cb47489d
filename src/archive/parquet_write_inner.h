/*
 * A Parquet writer from inside: pages and groups (parquet_write.c), above what is told of them at the end
 * (parquet_footer.c), above what both need (here).
 */
#ifndef VG_ARCHIVE_PARQUET_WRITE_INNER_H
#define VG_ARCHIVE_PARQUET_WRITE_INNER_H

#include <zlib.h>

#include "archive/parquet_encode.h"
#include "archive/parquet_write.h"

/* The format's numbers. */
#define CODEC_NONE 0
#define CODEC_ZSTD 6

struct vg_pw_page {
    int64_t offset;
    uint32_t bytes; /* with its header */
    uint32_t rows;
    struct vg_parquet_bounds bounds; /* texts: cells in `texts` below */
};

/* What the footer says of one column of one row group. */
struct vg_pw_column {
    enum vg_coding coding;
    bool stored;                      /* not compressed */
    int64_t dict_offset, data_offset; /* dict_offset 0: none */
    uint64_t bytes, raw_bytes;
    size_t first_page; /* in writer->pages */
    struct vg_parquet_bounds bounds;
    bool indexed; /* it has a column index */
    int64_t column_index, offset_index;
    uint32_t column_index_bytes, offset_index_bytes;
};

struct vg_pw_group {
    uint32_t rows, pages;
    struct vg_pw_column *columns; /* as many as the file has */
};

struct vg_parquet_writer {
    size_t count;
    struct vg_column_encoder chunks[VG_PARQUET_COLUMNS];
    uint64_t column_bytes[VG_PARQUET_COLUMNS];
    struct vg_parquet_options options;
    struct vg_encoder encoder;
    vg_out_sink *sink;
    void *arg;
    struct vg_out meta;  /* scratch for headers, indexes and the footer */
    struct vg_out texts; /* the texts that bounds point at */
    struct vg_pw_page *pages;
    size_t page_count, page_room;
    struct vg_pw_group *groups;
    size_t group_count, group_room;
    uint64_t offset, rows;
    struct vg_out attached; /* its key is "" if there is none */
    char key[VG_PARQUET_KEY], note[VG_PARQUET_NOTE];
    uint64_t attached_at;
    struct vg_parquet_foot foot; /* foot.at 0: not begun */
    enum vg_err err;
    bool finished;
};

/* Hands what was written to the sink. */
static inline void vg_pw_emit(struct vg_parquet_writer *w, const struct vg_out *out)
{
    if (!w->err)
        w->err = out->err;
    if (!w->err && out->len)
        w->err = w->sink(w->arg, out->buf, out->len);
    if (w->foot.at && out->len)
        w->foot.crc = (uint32_t)crc32(w->foot.crc, (const Bytef *)out->buf, (uInt)out->len);
    w->offset += out->len;
}

/* The format's number of an encoding. */
static inline int vg_pw_encoding(const struct vg_parquet_column *column, enum vg_coding coding)
{
    if (coding == VG_CODE_DICT || coding == VG_CODE_DICT_BYTES)
        return VG_ENCODING_DICT;
    if (coding == VG_CODE_PLAIN)
        return VG_ENCODING_PLAIN;
    return column->type == VG_PARQUET_BYTES ? VG_ENCODING_DELTA_LENGTH : VG_ENCODING_DELTA;
}

/* ---- parquet_footer.c ---- */

void vg_pw_put_indexes(struct vg_parquet_writer *writer); /* of pages, behind all row groups */
void vg_pw_put_footer(struct vg_parquet_writer *writer);

#endif
