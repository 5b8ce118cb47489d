/* Where a dictionary is made, and which encoding of a column is found the smallest. */
#include "archive/parquet_encode.h"
#include "archive/parquet_test.h"

static const struct vg_parquet_column NUMBER = {"n", VG_PARQUET_INT32, VG_PARQUET_SIGNED, 32, 0, 0, false};

/* ---- dictionaries ---- */

/* A chunk of values i % distinct, each `again` times in a row, every null_each-th of them null. */
static void fill(struct vg_column_encoder *chunk, size_t rows, size_t distinct, size_t again, size_t null_each)
{
    struct vg_parquet_column column = NUMBER;
    int64_t *ints = malloc(rows * sizeof *ints);
    uint8_t *present = malloc(rows);
    column.optional = true;
    assert_int_equal(vg_column_encoder_init(chunk, &column, rows), VG_OK);
    for (size_t i = 0; i < rows; i++) {
        ints[i] = (int64_t)(i / again % distinct * 7919 % 1000003);
        present[i] = !null_each || i % null_each;
    }
    const struct vg_parquet_cells cells = {.ints = ints, .present = present};
    assert_int_equal(vg_column_encoder_append(chunk, &cells, 0, rows), VG_OK);
    free(ints);
    free(present);
}

static void a_dictionary_is_made_where_it_can_pay(void **state)
{
    (void)state;
    static const struct {
        size_t rows, distinct, again, null_each;
        bool made;
    } cases[] = {
        {10, 6, 1, 0, true},         {10, 7, 1, 0, false},         {1, 1, 1, 0, true},
        {2, 2, 1, 0, true},          {3, 3, 1, 0, false},          {11, 6, 1, 0, true},
        {100, 51, 1, 0, true},       {100, 52, 1, 0, false},       {100, 52, 1, 2, true},
        {140000, 65536, 1, 0, true}, {140000, 65537, 1, 0, false}, {140000, 65537, 2, 0, false},
        {140000, 32000, 3, 5, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_column_encoder chunk;
        fill(&chunk, cases[i].rows, cases[i].distinct, cases[i].again, cases[i].null_each);
        assert_int_equal(vg_column_encoder_make_dictionary(&chunk), VG_OK);
        if (vg_column_encoder_has_dictionary(&chunk) != cases[i].made)
            fail_msg("case %zu", i);
        assert_int_equal(vg_column_encoder_usable(&chunk, VG_CODE_DICT), cases[i].made);
        assert_int_equal(vg_column_encoder_usable(&chunk, VG_CODE_DICT_BYTES), cases[i].made);
        for (size_t r = 0; r < cases[i].rows && cases[i].made; r++) {
            assert_true(!chunk.present[r] || chunk.index[r] < chunk.entry_count);
            if (chunk.present[r])
                assert_int_equal(chunk.entries[chunk.index[r]], chunk.ints[r]);
            else
                assert_int_equal(chunk.index[r], 0);
        }
        vg_column_encoder_no_dictionary(&chunk);
        assert_false(vg_column_encoder_has_dictionary(&chunk));
        assert_true(vg_column_encoder_usable(&chunk, VG_CODE_PLAIN));
        vg_column_encoder_clear(&chunk);
        assert_int_equal(vg_column_encoder_make_dictionary(&chunk), VG_OK); /* of nothing */
        assert_false(vg_column_encoder_usable(&chunk, VG_CODE_DICT));
        vg_column_encoder_free(&chunk);
    }
}

static struct vg_encoder new_encoder(size_t page_rows)
{
    return (struct vg_encoder){.zstd = ZSTD_createCCtx(),
                               .level = 3,
                               .page_rows = page_rows,
                               .ints = calloc(page_rows, 8),
                               .words = calloc(page_rows, 4),
                               .raw = vg_out_growing(1 << 20),
                               .packed = vg_out_growing(1 << 20)};
}

static void free_encoder(struct vg_encoder *e)
{
    ZSTD_freeCCtx(e->zstd);
    free(e->ints);
    free(e->words);
    vg_out_free(&e->raw);
    vg_out_free(&e->packed);
}

static void the_encoding_that_is_found_is_the_smallest(void **state)
{
    (void)state;
    static const struct {
        size_t rows, distinct, again, null_each;
    } cases[] = {{1000, 1000, 1, 0}, {1000, 3, 1, 0},  {1000, 3, 1, 3},
                 {1000, 400, 1, 0},  {1000, 7, 90, 0}, {3, 2, 1, 2}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_column_encoder chunk;
        struct vg_encoder e = new_encoder(1000);
        enum vg_coding found = VG_CODE_COUNT, best = VG_CODE_COUNT;
        size_t least = SIZE_MAX;
        fill(&chunk, cases[i].rows, cases[i].distinct, cases[i].again, cases[i].null_each);
        assert_int_equal(vg_column_encoder_make_dictionary(&chunk), VG_OK);
        assert_int_equal(vg_column_encoder_choose(&chunk, &e, &found), VG_OK);
        for (enum vg_coding c = 0; c < VG_CODE_COUNT; c++) {
            if (!vg_column_encoder_usable(&chunk, c))
                continue;
            assert_int_equal(vg_column_encoder_page(&chunk, &e, c, 0, cases[i].rows), VG_OK);
            size_t size = e.packed.len;
            if (c == VG_CODE_DICT || c == VG_CODE_DICT_BYTES) {
                assert_int_equal(vg_column_encoder_dictionary_page(&chunk, &e), VG_OK);
                size += e.packed.len;
            }
            best = size < least ? c : best;
            least = size < least ? size : least;
        }
        assert_int_equal(found, best);
        vg_column_encoder_free(&chunk);
        free_encoder(&e);
    }
}

/* What a coding takes by the pages that are looked at: the first, and one from the middle where there are three. */
static size_t sampled_size(const struct vg_column_encoder *chunk, struct vg_encoder *e, enum vg_coding coding,
                           size_t pages)
{
    static const size_t second[] = {0, 0, 0, 2, 3, 3, 4};
    size_t size = 0, tried = 0;
    for (size_t page = 0; page < pages; page = page || !second[pages] ? pages : second[pages], tried++) {
        size_t first = page * e->page_rows, left = chunk->rows - first;
        assert_int_equal(vg_column_encoder_page(chunk, e, coding, first, left < e->page_rows ? left : e->page_rows),
                         VG_OK);
        size += e->packed.len;
    }
    if (coding == VG_CODE_DICT || coding == VG_CODE_DICT_BYTES) {
        assert_int_equal(vg_column_encoder_dictionary_page(chunk, e), VG_OK);
        size += e->packed.len * tried / pages;
    }
    return size;
}

static void encodings_are_tried_on_a_page_or_two(void **state)
{
    (void)state;
    unsigned chosen[VG_CODE_COUNT] = {0};
    uint64_t seed = 12;
    for (int round = 0; round < 400; round++) {
        size_t pages = 1 + (size_t)round % 6, rows = 60 * (pages - 1) + 1 + dice(&seed) % 60;
        struct vg_encoder e = new_encoder(60);
        struct vg_column_encoder chunk;
        int64_t ints[360];
        const struct vg_parquet_cells cells = {.ints = ints};
        enum vg_coding found = VG_CODE_COUNT, best = VG_CODE_COUNT;
        size_t least = SIZE_MAX;
        assert_int_equal(vg_column_encoder_init(&chunk, &NUMBER, rows), VG_OK);
        for (size_t i = 0, kind = 0; i < rows; i++) { /* each page is of another kind */
            kind = i % 60 ? kind : dice(&seed) % 4;
            ints[i] = kind == 0 ? (int32_t)dice(&seed) : kind == 1 ? (int64_t)i : (int64_t)(dice(&seed) % 3) << 20;
        }
        assert_int_equal(vg_column_encoder_append(&chunk, &cells, 0, rows), VG_OK);
        assert_int_equal(vg_column_encoder_make_dictionary(&chunk), VG_OK);
        for (enum vg_coding c = 0; c < VG_CODE_COUNT; c++) {
            size_t size = vg_column_encoder_usable(&chunk, c) ? sampled_size(&chunk, &e, c, pages) : SIZE_MAX;
            best = size < least ? c : best;
            least = size < least ? size : least;
        }
        assert_int_equal(vg_column_encoder_choose(&chunk, &e, &found), VG_OK);
        assert_int_equal(found, best);
        chosen[found]++;
        vg_column_encoder_free(&chunk);
        free_encoder(&e);
    }
    assert_true(chosen[VG_CODE_DELTA] > 20 && chosen[VG_CODE_DICT] > 20 && chosen[VG_CODE_PLAIN] > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dictionary_is_made_where_it_can_pay),
        cmocka_unit_test(the_encoding_that_is_found_is_the_smallest),
        cmocka_unit_test(encodings_are_tried_on_a_page_or_two),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
