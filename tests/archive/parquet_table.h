/* A table with a column of every type, filled from a seed, and written. */
#ifndef VG_TESTS_ARCHIVE_PARQUET_TABLE_H
#define VG_TESTS_ARCHIVE_PARQUET_TABLE_H

#include "archive/parquet_test.h"

#define ROWS_MOST 3000

static const struct vg_parquet_column COLUMNS[] = {
    {"u8", VG_PARQUET_INT32, VG_PARQUET_UINT, 8, 0, 0, true},
    {"i16", VG_PARQUET_INT32, VG_PARQUET_SIGNED, 16, 0, 0, false},
    {"u32", VG_PARQUET_INT32, VG_PARQUET_UINT, 32, 0, 0, true},
    {"i32", VG_PARQUET_INT32, VG_PARQUET_SIGNED, 32, 0, 0, true},
    {"i64", VG_PARQUET_INT64, VG_PARQUET_SIGNED, 64, 0, 0, true},
    {"u64", VG_PARQUET_INT64, VG_PARQUET_UINT, 64, 0, 0, false},
    {"time", VG_PARQUET_INT64, VG_PARQUET_TIME_US, 0, 0, 0, true},
    {"d9", VG_PARQUET_INT32, VG_PARQUET_DECIMAL, 0, 9, 6, true},
    {"d18", VG_PARQUET_INT64, VG_PARQUET_DECIMAL, 0, 18, 3, false},
    {"text", VG_PARQUET_BYTES, VG_PARQUET_STRING, 0, 0, 0, true},
};
#define COUNT (sizeof COLUMNS / sizeof *COLUMNS)

struct table {
    size_t rows;
    int64_t ints[COUNT][ROWS_MOST];
    uint8_t present[COUNT][ROWS_MOST];
    struct vg_parquet_text texts[ROWS_MOST];
    char heap[ROWS_MOST][24];
};

/* Any value of the column; the extremes often. */
static inline int64_t any_value(const struct vg_parquet_column *c, uint64_t *seed)
{
    unsigned bits = c->bits ? c->bits : c->logical == VG_PARQUET_DECIMAL ? (c->precision == 9 ? 29 : 59) : 64;
    uint64_t v = dice(seed) >> (64 - bits), how = dice(seed) % 8;
    if (c->logical == VG_PARQUET_UINT)
        return (int64_t)(how == 0 ? UINT64_MAX >> (64 - bits) : how == 1 ? 0 : v);
    if (c->logical == VG_PARQUET_DECIMAL) {
        int64_t most = c->precision == 9 ? 999999999 : INT64_C(999999999999999999);
        return how == 0 ? most : how == 1 ? -most : how < 5 ? (int64_t)v : -(int64_t)v;
    }
    int64_t most = (int64_t)(UINT64_MAX >> (65 - bits));
    return how == 0 ? most : how == 1 ? -most - 1 : (int64_t)(v << (64 - bits)) >> (64 - bits);
}

/* style 0: noise; 1: few values; 2: steps; 3: all the same, or all null. */
static inline void fill(struct table *t, size_t rows, unsigned style, uint64_t seed)
{
    t->rows = rows;
    for (size_t c = 0; c < COUNT; c++) {
        int64_t few[3] = {any_value(&COLUMNS[c], &seed), any_value(&COLUMNS[c], &seed), any_value(&COLUMNS[c], &seed)};
        int64_t start = (int64_t)(dice(&seed) % 50);
        for (size_t i = 0; i < rows; i++) {
            bool null = style == 3 ? c % 2 : dice(&seed) % 4 == 0;
            t->present[c][i] = !(COLUMNS[c].optional && null);
            t->ints[c][i] = style == 0   ? any_value(&COLUMNS[c], &seed)
                            : style == 2 ? start + (int64_t)(i / 16)
                                         : few[style == 3 ? 0 : dice(&seed) % 3];
            if (COLUMNS[c].type == VG_PARQUET_BYTES) {
                snprintf(t->heap[i], sizeof t->heap[i], "ñ%llx", (unsigned long long)t->ints[c][i]);
                size_t len = style == 0 ? dice(&seed) % 2 * strlen(t->heap[i]) : strlen(t->heap[i]);
                t->texts[i] = (struct vg_parquet_text){t->heap[i], (uint32_t)len};
            }
        }
    }
}

static inline struct vg_out write_table(const struct table *t, const struct vg_parquet_options *options, size_t step)
{
    struct vg_out out = vg_out_growing(64 << 20);
    struct vg_parquet_writer *w;
    assert_int_equal(vg_parquet_writer_new(COLUMNS, COUNT, options, to_memory, &out, &w), VG_OK);
    for (size_t first = 0; first < t->rows; first += step) {
        struct vg_parquet_cells cells[COUNT];
        for (size_t c = 0; c < COUNT; c++)
            cells[c] = (struct vg_parquet_cells){t->ints[c] + first, t->texts + first, t->present[c] + first};
        assert_int_equal(vg_parquet_write(w, cells, t->rows - first < step ? t->rows - first : step), VG_OK);
    }
    assert_int_equal(vg_parquet_finish(w), VG_OK);
    assert_int_equal(vg_parquet_written_rows(w), t->rows);
    assert_int_equal(vg_parquet_written_bytes(w), out.len);
    vg_parquet_writer_free(w);
    return out;
}

#endif
