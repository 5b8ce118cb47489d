/*
 * Reads the Parquet files that parquet_write.h writes, page by page, and as much of other writers' as shares the subset
 * (flat; zstd or unpacked data pages of version 1; with an offset index). Others are VG_UNSUPPORTED.
 *
 * Any bytes may be given: what is wrong is an error, never a crash, and memory stays below a small multiple of the
 * metadata's size and VG_PARQUET_PAGE_BYTES. Pages carry CRCs, which are checked. The metadata has none in the format:
 * damage there that still reads as metadata can't be seen here; the list of parts has its checksum (store_list.h).
 *
 * One thread for each open file. Any number may have the same file open.
 */
#ifndef VG_ARCHIVE_PARQUET_READ_H
#define VG_ARCHIVE_PARQUET_READ_H

#include "archive/parquet_bytes.h"

struct vg_parquet_file;

/* One page of one column, decoded. Reused by the next read; start with zeros, free with vg_parquet_page_free(). */
struct vg_parquet_page {
    uint32_t rows;
    int64_t *ints;                 /* one for each row, 0 where null; BYTES: not set */
    struct vg_parquet_text *texts; /* BYTES: views into the page, valid until its next use */
    uint8_t *present;              /* one for each row */
    uint32_t room;                 /* inner */
    bool with_texts;
    uint8_t *raw, *packed;
    size_t raw_room, packed_room;
    uint32_t *words;
    struct vg_unpacker unpacker;
    /* inner: the dictionary that is in memory, and whose it is */
    const void *dict_chunk;
    uint64_t dict_file;
    uint32_t dict_count, dict_room;
    int64_t *dict_ints;
    struct vg_parquet_text *dict_texts;
    uint8_t *dict_raw;
    size_t dict_raw_room;
};

/* VG_NOT_FOUND, VG_IO, VG_NOMEM, VG_SYNTAX (no Parquet file), VG_CORRUPT, VG_UNSUPPORTED, VG_LIMIT. */
enum vg_err vg_parquet_open(const char *path, struct vg_parquet_file **ret_file);
/* The bytes stay the caller's and must outlive the file. */
enum vg_err vg_parquet_open_bytes(const void *bytes, size_t len, struct vg_parquet_file **ret_file);
void vg_parquet_close(struct vg_parquet_file *file); /* NULL is fine */

uint64_t vg_parquet_rows(const struct vg_parquet_file *file);
size_t vg_parquet_columns(const struct vg_parquet_file *file);
const struct vg_parquet_column *vg_parquet_column(const struct vg_parquet_file *file, size_t column);
/* The number of the column of that name, or VG_PARQUET_COLUMNS. */
size_t vg_parquet_find(const struct vg_parquet_file *file, const char *name);

/* Bytes that an open file takes: its metadata and what was loaded of its page index. */
size_t vg_parquet_memory(const struct vg_parquet_file *file);

/* What vg_parquet_attach() put there: where it stands, unchecked. NULL if there is none under that key. */
struct vg_parquet_attachment {
    char key[VG_PARQUET_KEY], note[VG_PARQUET_NOTE];
    uint64_t offset;
    uint32_t bytes;
};
const struct vg_parquet_attachment *vg_parquet_attachment(const struct vg_parquet_file *file, const char *key);

size_t vg_parquet_groups(const struct vg_parquet_file *file);
uint64_t vg_parquet_group_rows(const struct vg_parquet_file *file, size_t group);
/* Texts have no bounds here. */
struct vg_parquet_bounds vg_parquet_group_bounds(const struct vg_parquet_file *file, size_t group, size_t column);

/* The pages of a column of a group; loads its page index on the first call. */
enum vg_err vg_parquet_pages(struct vg_parquet_file *file, size_t group, size_t column, size_t *ret_count);
/* After vg_parquet_pages(); the first row of a page within its group, and one past the last. */
void vg_parquet_page_rows(const struct vg_parquet_file *file, size_t group, size_t column, size_t page,
                          uint64_t *ret_first, uint64_t *ret_end);
struct vg_parquet_bounds vg_parquet_page_bounds(const struct vg_parquet_file *file, size_t group, size_t column,
                                                size_t page);

/* Decodes a page. On failure `page` holds no rows and may be used again. */
enum vg_err vg_parquet_read_page(struct vg_parquet_file *file, size_t group, size_t column, size_t number,
                                 struct vg_parquet_page *page);
/* As above, but only rows [from, to) of the page are wanted: ints, texts and present of others have any value. */
enum vg_err vg_parquet_read_rows(struct vg_parquet_file *file, size_t group, size_t column, size_t number,
                                 uint32_t from, uint32_t to, struct vg_parquet_page *page);
/* A page of nothing but nulls, for a column that a file doesn't have. VG_NOMEM. */
enum vg_err vg_parquet_page_of_nulls(struct vg_parquet_page *page, uint32_t rows);
void vg_parquet_page_free(struct vg_parquet_page *page);

#endif
