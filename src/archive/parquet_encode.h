/*
 * Inner part of the Parquet writer: the rows of one column of one row group, and their pages.
 *
 * A chunk has fixed room for `capacity` rows; text goes to a heap with a limit. Used by parquet_write.c alone.
 */
#ifndef VG_ARCHIVE_PARQUET_ENCODE_H
#define VG_ARCHIVE_PARQUET_ENCODE_H

#include <zstd.h>

#include "archive/parquet.h"
#include "base/out.h"

#define VG_CODE_RAW 0x80 /* with a coding: the column isn't compressed. For noise, where speed counts */

/* The encodings we try, and the format's numbers for what they write. */
enum vg_coding {
    VG_CODE_DELTA,
    VG_CODE_DELTA_BYTES, /* all of a page's differences from one frame, in whole bytes */
    VG_CODE_DICT,
    VG_CODE_DICT_BYTES,
    VG_CODE_PLAIN,
    VG_CODE_COUNT,
};
enum {
    VG_ENCODING_PLAIN = 0,
    VG_ENCODING_RLE = 3,
    VG_ENCODING_DELTA = 5,
    VG_ENCODING_DELTA_LENGTH = 6,
    VG_ENCODING_DICT = 8,
};

struct vg_column_encoder {
    struct vg_parquet_column column;
    size_t rows, capacity;
    bool any;      /* a row has a value; many columns of many files have none */
    int64_t *ints; /* BYTES: offset in the heap × 2^16 + length; where no value is present, anything */
    uint8_t *present;
    struct vg_out heap;
    uint32_t *index;                /* number in the dictionary, for each row */
    uint32_t *slots;                /* hash table: dictionary number + 1 */
    int64_t *entries;               /* the dictionary, as `ints` */
    size_t entry_count, entry_most; /* entry_count > entry_most: too many, there is no dictionary */
};

/* What encoding needs for a while, one for the whole writer. */
struct vg_encoder {
    ZSTD_CCtx *zstd;
    int level;
    size_t page_rows;
    int64_t *ints;   /* page_rows of them: the values that are present */
    uint32_t *words; /* page_rows of them */
    bool store;      /* pages aren't compressed */
    struct vg_out raw, packed;
};

enum vg_err vg_column_encoder_init(struct vg_column_encoder *chunk, const struct vg_parquet_column *column,
                                   size_t capacity);
void vg_column_encoder_free(struct vg_column_encoder *chunk);
void vg_column_encoder_clear(struct vg_column_encoder *chunk);

/* Checks cells[first…first+count) without taking them: VG_RANGE, VG_SYNTAX (not UTF-8), VG_ARG (null where none may
 * be). */
enum vg_err vg_column_encoder_check(const struct vg_column_encoder *chunk, const struct vg_parquet_cells *cells,
                                    size_t first, size_t count);
/* Takes checked cells; there must be room. VG_NOMEM, VG_LIMIT (text of more than 1 GiB in a row group). */
enum vg_err vg_column_encoder_append(struct vg_column_encoder *chunk, const struct vg_parquet_cells *cells,
                                     size_t first, size_t count);

/* Numbers the distinct values, or gives up having a dictionary. VG_NOMEM. */
enum vg_err vg_column_encoder_make_dictionary(struct vg_column_encoder *chunk);
void vg_column_encoder_no_dictionary(struct vg_column_encoder *chunk);
static inline bool vg_column_encoder_has_dictionary(const struct vg_column_encoder *chunk)
{
    return chunk->entry_count <= chunk->entry_most;
}

/* The bounds of rows [first, first + count). */
struct vg_parquet_bounds vg_column_encoder_bounds(const struct vg_column_encoder *chunk, size_t first, size_t count);

/* The text of a BYTES cell of `ints` or `entries`. */
struct vg_parquet_text vg_column_encoder_text(const struct vg_column_encoder *chunk, int64_t cell);

/* Whether a coding is one for the column's type and its values. */
bool vg_column_encoder_usable(const struct vg_column_encoder *chunk, enum vg_coding coding);

/* The coding that packs a sample of the pages smallest. */
enum vg_err vg_column_encoder_choose(const struct vg_column_encoder *chunk, struct vg_encoder *encoder,
                                     enum vg_coding *ret_coding);

/* Fills encoder->raw and ->packed with a page, or with the dictionary page. VG_NOMEM, VG_LIMIT. */
enum vg_err vg_column_encoder_page(const struct vg_column_encoder *chunk, struct vg_encoder *encoder,
                                   enum vg_coding coding, size_t first, size_t count);
enum vg_err vg_column_encoder_dictionary_page(const struct vg_column_encoder *chunk, struct vg_encoder *encoder);

#endif
