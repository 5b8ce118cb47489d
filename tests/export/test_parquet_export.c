/* Parquet of an export: what is read back from it is what was said, with the vessel's name. */
#include "test.h"

#include "archive/parquet_read.h"
#include "export/export.h"

#define T0_US  INT64_C(1763788800000000)
#define ROWS   2500 /* more than two batches */
#define SOURCE "a source with the longest name that there is, 63 bytes: 0123456"

static enum vg_err keep(void *arg, const void *bytes, size_t len)
{
    vg_out_bytes(arg, bytes, len);
    return ((struct vg_out *)arg)->err;
}

static struct vg_position row(int i)
{
    struct vg_position p = {.mmsi = 735000000u + (uint32_t)(i % 2),
                            .time_us = T0_US + i,
                            .pos = vg_pos_from_deg(-80.5, 2.25),
                            .source_name = {SOURCE, sizeof SOURCE - 1},
                            .message = 3,
                            .sog_dkn = 75,
                            .cog_ddeg = 1234,
                            .heading_deg = 7,
                            .turn_raw = -5,
                            .status = 8,
                            .accurate = true,
                            .time_source = i % 2 ? VG_TIME_SOURCE_UNKNOWN : VG_TIME_SOURCE_FILE};
    if (i % 2)
        return p;
    p.fields =
        VG_FIELD_BIT(SOG) | VG_FIELD_BIT(COG) | VG_FIELD_BIT(HEADING) | VG_FIELD_BIT(TURN) | VG_FIELD_BIT(STATUS);
    p.journal_offset = UINT64_C(9007199254740993) + (uint64_t)i;
    return p;
}

static struct vg_parquet_file *export_all(struct vg_out *out)
{
    struct vg_names names;
    struct vg_export *e;
    struct vg_parquet_file *file;
    vg_names_init(&names);
    assert_int_equal(vg_names_add(&names, 735000000, 1, true, "MARIA"), VG_OK);
    assert_int_equal(vg_export_new(VG_EXPORT_PARQUET, &names, keep, out, &e), VG_OK);
    for (int i = 0; i < ROWS; i++) {
        struct vg_position p = row(i);
        assert_int_equal(vg_export_row(e, &p), VG_OK);
    }
    assert_int_equal(vg_export_end(e), VG_OK);
    vg_export_free(e);
    vg_names_free(&names);
    assert_int_equal(vg_parquet_open_bytes(out->buf, out->len, &file), VG_OK);
    assert_int_equal(vg_parquet_rows(file), ROWS);
    return file;
}

/* Each row's value of a column; `odd` rows have none if it is NULL. */
static void check_numbers(struct vg_parquet_file *file, const char *name, int64_t even, const int64_t *odd)
{
    struct vg_parquet_page page = {0};
    size_t column = vg_parquet_find(file, name), pages, at = 0;
    assert_true(column < vg_parquet_columns(file));
    assert_int_equal(vg_parquet_pages(file, 0, column, &pages), VG_OK);
    for (size_t n = 0; n < pages; n++) {
        assert_int_equal(vg_parquet_read_page(file, 0, column, n, &page), VG_OK);
        for (uint32_t i = 0; i < page.rows; i++, at++) {
            assert_int_equal(page.present[i], at % 2 == 0 || odd);
            if (page.present[i])
                assert_int_equal(page.ints[i], at % 2 ? *odd : even);
        }
    }
    assert_int_equal(at, ROWS);
    vg_parquet_page_free(&page);
}

static void check_texts(struct vg_parquet_file *file, const char *name, const char *even, const char *odd)
{
    struct vg_parquet_page page = {.with_texts = true};
    size_t column = vg_parquet_find(file, name), pages, at = 0;
    assert_true(column < vg_parquet_columns(file));
    assert_int_equal(vg_parquet_pages(file, 0, column, &pages), VG_OK);
    for (size_t n = 0; n < pages; n++) {
        assert_int_equal(vg_parquet_read_page(file, 0, column, n, &page), VG_OK);
        for (uint32_t i = 0; i < page.rows; i++, at++) {
            const char *want = at % 2 ? odd : even;
            assert_int_equal(page.present[i], want != NULL);
            if (!want)
                continue;
            assert_int_equal(page.texts[i].len, strlen(want));
            assert_memory_equal(page.texts[i].bytes, want, strlen(want));
        }
    }
    assert_int_equal(at, ROWS);
    vg_parquet_page_free(&page);
}

static void what_was_said_is_read_back(void **state)
{
    (void)state;
    static const int64_t one = 1, three = 3, lon = -80500000, lat = 2250000, mmsi = 735000001;
    struct vg_out out = vg_out_growing(1 << 24);
    struct vg_parquet_file *file = export_all(&out);
    check_numbers(file, "mmsi", 735000000, &mmsi);
    check_numbers(file, "lon", lon, &lon);
    check_numbers(file, "lat", lat, &lat);
    check_numbers(file, "sog", 75, NULL);
    check_numbers(file, "cog", 1234, NULL);
    check_numbers(file, "heading", 7, NULL);
    check_numbers(file, "turn", -5, NULL);
    check_numbers(file, "status", 8, NULL);
    check_numbers(file, "type", 3, &three);
    check_numbers(file, "accurate", 1, &one);
    check_texts(file, "source", SOURCE, SOURCE);
    check_texts(file, "name", "MARIA", NULL);
    check_texts(file, "time_source", "file", NULL);
    vg_parquet_close(file);
    vg_out_free(&out);
}

static void times_and_places_are_whole(void **state)
{
    (void)state;
    struct vg_out out = vg_out_growing(1 << 24);
    struct vg_parquet_file *file = export_all(&out);
    struct vg_parquet_page page = {0};
    static const char *const names[] = {"time", "place"};
    for (int k = 0; k < 2; k++) {
        size_t column = vg_parquet_find(file, names[k]), pages;
        int at = 0;
        assert_int_equal(vg_parquet_pages(file, 0, column, &pages), VG_OK);
        for (size_t n = 0; n < pages; n++) {
            assert_int_equal(vg_parquet_read_page(file, 0, column, n, &page), VG_OK);
            for (uint32_t i = 0; i < page.rows; i++, at++) {
                struct vg_position p = row(at);
                assert_int_equal(page.ints[i], k ? (int64_t)p.journal_offset : p.time_us);
                assert_int_equal(page.present[i], !k || p.journal_offset != 0);
            }
        }
        assert_int_equal(at, ROWS);
    }
    vg_parquet_page_free(&page);
    vg_parquet_close(file);
    vg_out_free(&out);
}

/* The columns' types: what other programs make of the numbers. */
static void columns_have_the_archives_types(void **state)
{
    (void)state;
    struct vg_out out = vg_out_growing(1 << 24);
    struct vg_parquet_file *file = export_all(&out);
    size_t count;
    const struct vg_parquet_column *want = vg_positions_columns(&count);
    for (size_t i = 0; i < count; i++) {
        size_t column = vg_parquet_find(file, want[i].name);
        if (column >= vg_parquet_columns(file)) { /* for who applies the rules to rows: no export has them */
            assert_true(strcmp(want[i].name, "suspect") == 0 || strcmp(want[i].name, "class") == 0 ||
                        strcmp(want[i].name, "parts") == 0);
            continue;
        }
        const struct vg_parquet_column *have = vg_parquet_column(file, column);
        assert_int_equal(have->type, want[i].type);
        assert_int_equal(have->logical, want[i].logical);
        assert_int_equal(have->precision, want[i].precision);
        assert_int_equal(have->scale, want[i].scale);
    }
    vg_parquet_close(file);
    vg_out_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_said_is_read_back),
        cmocka_unit_test(times_and_places_are_whole),
        cmocka_unit_test(columns_have_the_archives_types),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
