/* What the two halves of the Parquet reader share: parquet_read.c (metadata) and parquet_page.c (values). */
#ifndef VG_ARCHIVE_PARQUET_INNER_H
#define VG_ARCHIVE_PARQUET_INNER_H

#include "archive/parquet_bytes.h"
#include "archive/parquet_read.h"

struct vg_page_location {
    uint64_t offset, first; /* first row in the group */
    uint32_t bytes;         /* with the header */
    struct vg_parquet_bounds bounds;
};

struct vg_column_chunk {
    uint64_t data_offset, dict_offset; /* dict_offset 0: none */
    int32_t codec;
    struct vg_parquet_bounds bounds;
    uint64_t offset_index, column_index; /* 0: none */
    uint32_t offset_index_bytes, column_index_bytes;
    bool loaded;
    struct vg_page_location *pages;
    uint32_t page_count;
};

struct vg_row_group {
    uint64_t rows;
    struct vg_column_chunk *chunks;
};

struct vg_parquet_file {
    struct vg_parquet_input input;
    uint64_t id; /* never the same for two files of a process */
    uint64_t rows;
    size_t count;
    struct vg_parquet_column columns[VG_PARQUET_COLUMNS];
    uint32_t group_count;
    struct vg_row_group *groups;
    struct vg_parquet_attachment attachment; /* key "": none */
};

/* A PLAIN integer of the column's width. */
int64_t vg_parquet_int(const struct vg_parquet_column *column, const uint8_t *bytes);

#endif
