/*
 * The bytes of a Parquet file below its columns: fetching them, the footer's place, a page's header, and how a page's
 * body is packed. What the reader of our own files (parquet_read.h) and that of any writer's (parquet_any.h) share.
 *
 * One thread for each file. Errors: VG_CORRUPT (not all there, or damaged), VG_IO, VG_NOMEM, and what is said below.
 */
#ifndef VG_ARCHIVE_PARQUET_BYTES_H
#define VG_ARCHIVE_PARQUET_BYTES_H

#include "archive/parquet.h"

struct vg_parquet_input {
    int fd; /* −1: in memory */
    const uint8_t *bytes;
    uint64_t size;
};

/* VG_NOT_FOUND, VG_IO: no regular file, too. */
enum vg_err vg_parquet_input_open(const char *path, struct vg_parquet_input *ret_input);
void vg_parquet_input_close(struct vg_parquet_input *input);

/* Copies a part of the file. */
enum vg_err vg_parquet_fetch(const struct vg_parquet_input *input, uint64_t offset, void *buf, size_t len);

/* The metadata between the two marks, to be freed. VG_SYNTAX: no Parquet file. VG_LIMIT: VG_PARQUET_FOOTER_MAX. */
enum vg_err vg_parquet_load_footer(const struct vg_parquet_input *input, uint8_t **ret_bytes, size_t *ret_len);

/* The format's numbers. */
enum vg_page_kind { VG_PAGE_DATA, VG_PAGE_INDEX, VG_PAGE_DICT, VG_PAGE_DATA_2 };

/* A page header as far as we need it; numbers that weren't said are −1, sizes 0. */
struct vg_page_header {
    int64_t kind, raw, packed, values, encoding;
    int64_t level_bytes, repetition_bytes; /* of DATA_2: in front of the body, never packed */
    bool plain;                            /* of DATA_2: the body isn't packed, whatever the codec */
    bool has_crc;
    uint32_t crc;
    size_t len; /* of the header itself */
};

/* False: damaged, or sizes that no page has. The body's `packed` bytes need not be in [bytes, bytes + len). */
bool vg_page_header_read(const uint8_t *bytes, size_t len, struct vg_page_header *ret);

/* True if the body has the sum that the header tells, or the header tells none. */
bool vg_page_is_whole(const struct vg_page_header *header, const uint8_t *body);

/* What unpacking needs besides; begins with zeros. */
struct vg_unpacker {
    void *zstd;
};
void vg_unpacker_free(struct vg_unpacker *unpacker);

/* Exactly `len` bytes into `to`. The codec by the format's number: 0 none, 1 snappy, 2 gzip, 6 zstd. VG_UNSUPPORTED. */
enum vg_err vg_unpack(struct vg_unpacker *unpacker, int32_t codec, const uint8_t *packed, size_t packed_len,
                      uint8_t *to, size_t len);

#endif
