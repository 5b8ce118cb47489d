/* Questions to a file of positions: what they find, and exactly how little they look at for it. */
#include <unistd.h>

#include "archive/parquet_test.h"
#include "archive/positions.h"
#include "archive/table.h"

#define PAGES 8
#define EACH  4 /* rows of a page */

static char path[64];

static int make_path(void **state)
{
    (void)state;
    snprintf(path, sizeof path, "/tmp/vigia-query-XXXXXX");
    int fd = mkstemp(path);
    return fd < 0 || close(fd);
}

static int drop_path(void **state)
{
    (void)state;
    return unlink(path);
}

static void write_positions(const struct vg_position *rows, size_t count, uint32_t page_rows, uint32_t group_rows)
{
    struct vg_parquet_options options = VG_PARQUET_OPTIONS_DEFAULT;
    struct vg_table_out *out;
    options.page_rows = page_rows;
    options.group_rows = group_rows;
    options.level = 1;
    assert_int_equal(vg_table_out_open(&vg_table_positions, path, &options, &out), VG_OK);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(vg_table_out_row(out, &rows[i]), VG_OK);
    assert_int_equal(vg_table_out_commit(out, NULL, NULL), VG_OK);
}

/* Page p, two to a group, has vessel 10·(p + 1): four rows from 1000·p µs on, 10 µs, one degree east and one north
 * apart, from 10·p degrees east and 5·p north on, of types 1 to 4. */
static struct vg_position position(uint32_t p, uint32_t n)
{
    return (struct vg_position){
        .time_us = 1000 * p + 10 * n,
        .journal_offset = 10 * p + n + 1,
        .mmsi = 10 * (p + 1),
        .pos = {(int32_t)(10 * p + n) * VG_E4MIN_PER_DEGREE, (int32_t)(5 * p + n) * VG_E4MIN_PER_DEGREE},
        .message = (uint8_t)(n + 1),
        .source_name = {"Manta", 5}};
}

static void write_pages(void)
{
    struct vg_position rows[PAGES * EACH];
    for (uint32_t i = 0; i < PAGES * EACH; i++)
        rows[i] = position(i / EACH, i % EACH);
    rows[PAGES * EACH - 1].message = 32; /* more than a question can name */
    rows[PAGES * EACH - 2].message = 0;
    write_positions(rows, PAGES * EACH, EACH, 2 * EACH);
}

struct found {
    uint64_t offsets[PAGES * EACH];
    size_t count, most; /* most: the row that ends the reading */
};

static enum vg_err keep(void *arg, const struct vg_position *p)
{
    struct found *f = arg;
    f->offsets[f->count++] = p->journal_offset;
    return f->count == f->most ? VG_LIMIT : VG_OK;
}

struct question {
    const char *what;
    struct vg_positions_query q;
    uint64_t groups_skipped, pages, pages_skipped, rows; /* of four groups */
    size_t count;
    uint64_t first, last; /* journal offsets */
};

static void check(const struct question *cases, size_t count)
{
    struct vg_positions_file *file;
    assert_int_equal(vg_positions_open(path, &file), VG_OK);
    assert_int_equal(vg_positions_rows(file), PAGES * EACH);
    for (size_t i = 0; i < count; i++) {
        const struct question *c = &cases[i];
        struct found f = {.count = 0};
        struct vg_positions_work w = {0};
        assert_int_equal(vg_positions_read(file, &c->q, keep, &f, &w), VG_OK);
        if (w.groups != 4 || w.groups_skipped != c->groups_skipped || w.pages != c->pages ||
            w.pages_skipped != c->pages_skipped || w.rows != c->rows || w.damaged)
            fail_msg("%s: %d groups, %d skipped; %d pages, %d skipped; %d rows", c->what, (int)w.groups,
                     (int)w.groups_skipped, (int)w.pages, (int)w.pages_skipped, (int)w.rows);
        if (f.count != c->count || (f.count && (f.offsets[0] != c->first || f.offsets[f.count - 1] != c->last)))
            fail_msg("%s: %zu found, %d to %d", c->what, f.count, (int)f.offsets[0],
                     (int)f.offsets[f.count ? f.count - 1 : 0]);
    }
    vg_positions_close(file);
}
#define CHECK(cases) check(cases, sizeof(cases) / sizeof *(cases))

#define ALWAYS .from_us = INT64_MIN, .to_us = INT64_MAX

static void vessels_are_looked_for_where_they_may_be(void **state)
{
    (void)state;
    static const uint32_t second[] = {20}, between[] = {15, 25, 35}, some[] = {1, 20, 30, 80, 90}, ends[] = {10, 80};
#define LIST(list) .mmsis = list, .mmsi_count = sizeof(list) / sizeof *(list), ALWAYS
    static const struct question cases[] = {
        {"all", {ALWAYS}, 0, 8, 0, 32, 32, 1, 74},
        {"vessel 30", {.mmsi = 30, ALWAYS}, 3, 2, 1, 4, 4, 21, 24},
        {"the first", {.mmsi = 10, ALWAYS}, 3, 2, 1, 4, 4, 1, 4},
        {"the last", {.mmsi = 80, ALWAYS}, 3, 2, 1, 4, 4, 71, 74},
        {"before the first", {.mmsi = 9, ALWAYS}, 4, 0, 0, 0, 0, 0, 0},
        {"behind the last", {.mmsi = 81, ALWAYS}, 4, 0, 0, 0, 0, 0, 0},
        {"between two of a group", {.mmsi = 35, ALWAYS}, 3, 2, 2, 0, 0, 0, 0},
        {"a range", {.mmsi_first = 20, .mmsi_last = 30, ALWAYS}, 2, 4, 2, 8, 8, 11, 24},
        {"a range of one", {.mmsi_first = 20, .mmsi_last = 20, ALWAYS}, 3, 2, 1, 4, 4, 11, 14},
        {"a range between groups", {.mmsi_first = 21, .mmsi_last = 29, ALWAYS}, 4, 0, 0, 0, 0, 0, 0},
        {"a range between pages", {.mmsi_first = 11, .mmsi_last = 19, ALWAYS}, 3, 2, 2, 0, 0, 0, 0},
        {"a range from the start", {.mmsi_last = 10, ALWAYS}, 3, 2, 1, 4, 4, 1, 4},
        {"a list of one", {LIST(second)}, 3, 2, 1, 4, 4, 11, 14},
        {"a list of others", {LIST(between)}, 2, 4, 4, 0, 0, 0, 0},
        {"a list", {LIST(some)}, 1, 6, 3, 12, 12, 11, 74},
        {"the two ends", {LIST(ends)}, 2, 4, 2, 8, 8, 1, 74},
        {"an empty list", {.mmsis = second, .mmsi_count = 0, ALWAYS}, 4, 0, 0, 0, 0, 0, 0},
        {"in list and range", {LIST(some), .mmsi_first = 21, .mmsi_last = 79}, 2, 4, 3, 4, 4, 21, 24},
    };
    write_pages();
    CHECK(cases);
}

static void times_are_looked_for_where_they_may_be(void **state)
{
    (void)state;
    static const struct question cases[] = {
        {"one moment", {.from_us = 2000, .to_us = 2001}, 3, 2, 1, 4, 1, 21, 21},
        {"all but the last of a page", {.from_us = 2000, .to_us = 2030}, 3, 2, 1, 4, 3, 21, 23},
        {"all but the first of a page", {.from_us = 2001, .to_us = 2031}, 3, 2, 1, 4, 3, 22, 24},
        {"all of a page", {.from_us = 2000, .to_us = 2031}, 3, 2, 1, 4, 4, 21, 24},
        {"no time", {.from_us = 2000, .to_us = 2000}, 4, 0, 0, 0, 0, 0, 0},
        {"between two pages", {.from_us = 2031, .to_us = 3000}, 3, 2, 2, 0, 0, 0, 0},
        {"from the last of one, to the first of the next", {.from_us = 2030, .to_us = 3001}, 3, 2, 0, 8, 2, 24, 31},
        {"between two groups", {.from_us = 3031, .to_us = 4000}, 4, 0, 0, 0, 0, 0, 0},
        {"from the last of one group", {.from_us = 3030, .to_us = 4000}, 3, 2, 1, 4, 1, 34, 34},
        {"to the first of the next group", {.from_us = 3031, .to_us = 4001}, 3, 2, 1, 4, 1, 41, 41},
        {"a whole page and some", {.from_us = 1000, .to_us = 2020}, 2, 4, 2, 8, 6, 11, 22},
        {"before all", {.from_us = INT64_MIN, .to_us = 0}, 4, 0, 0, 0, 0, 0, 0},
        {"the first", {.from_us = INT64_MIN, .to_us = 1}, 3, 2, 1, 4, 1, 1, 1},
        {"behind all", {.from_us = 7031, .to_us = INT64_MAX}, 4, 0, 0, 0, 0, 0, 0},
        {"the last", {.from_us = 7030, .to_us = INT64_MAX}, 3, 2, 1, 4, 1, 74, 74},
        {"of a vessel", {.mmsi = 40, .from_us = 3010, .to_us = 3030}, 3, 2, 1, 4, 2, 32, 33},
        {"of another", {.mmsi = 50, .from_us = 3010, .to_us = 3030}, 4, 0, 0, 0, 0, 0, 0},
    };
    write_pages();
    CHECK(cases);
}

static void message_types_are_sieved_before_the_rest(void **state)
{
    (void)state;
    static const struct question cases[] = {
        {"type 2", {.messages = 1u << 2, ALWAYS}, 0, 8, 0, 32, 8, 2, 72},
        {"types 1 and 4", {.messages = 1u << 1 | 1u << 4, ALWAYS}, 0, 8, 0, 32, 15, 1, 71},
        {"type 0, which is not 32", {.messages = 1, ALWAYS}, 0, 8, 0, 32, 1, 73, 73},
        {"type 31", {.messages = 1u << 31, ALWAYS}, 0, 8, 0, 32, 0, 0, 0},
        {"of a time", {.messages = 1u << 2, .from_us = 1010, .to_us = 2011}, 2, 4, 2, 8, 2, 12, 22},
        {"of a vessel", {.messages = 1u << 3, .mmsi = 20, ALWAYS}, 3, 2, 1, 4, 1, 13, 13},
    };
    write_pages();
    CHECK(cases);
}

/* A stored position may be a third of a millionth of a degree off: bounds are believed to a millionth. */
static void boxes_are_looked_for_where_they_may_be(void **state)
{
    (void)state;
    static const struct vg_box page2 = {20, 10, 23, 13}, part = {20.5, 10, 22.5, 13}, gap = {24, -90, 29, 90},
                               both = {23, 10, 30, 15}, west = {23.000001, -90, 29, 90},
                               west2 = {23.0000012, -90, 29, 90}, east = {24, -90, 29.999999, 90},
                               east2 = {24, -90, 29.9999988, 90}, south = {-180, 38.000001, 180, 90},
                               south2 = {-180, 38.0000012, 180, 90}, north = {-180, -90, 180, -0.000001},
                               north2 = {-180, -90, 180, -0.0000012}, sky = {-180, 13.5, 180, 14.5},
                               across = {70.5, -90, -170, 90}, seam = {170, -90, 5, 90}, round = {33.5, -90, 29.5, 90},
                               inner = {0, 0, 3, 3}, not_west = {20.000001, 10, 23, 13},
                               not_east = {20, 10, 22.999999, 13}, not_south = {20, 10.000001, 23, 13},
                               not_north = {20, 10, 23, 12.999999};
#define IN(box_) .box = &box_, ALWAYS
    static const struct question cases[] = {
        {"a page", {IN(page2)}, 3, 2, 1, 4, 4, 21, 24},
        {"but its western edge", {IN(not_west)}, 3, 2, 1, 4, 3, 22, 24},
        {"but its eastern edge", {IN(not_east)}, 3, 2, 1, 4, 3, 21, 23},
        {"but its southern edge", {IN(not_south)}, 3, 2, 1, 4, 3, 22, 24},
        {"but its northern edge", {IN(not_north)}, 3, 2, 1, 4, 3, 21, 23},
        {"a part of it", {IN(part)}, 3, 2, 1, 4, 2, 22, 23},
        {"between two pages", {IN(gap)}, 3, 2, 2, 0, 0, 0, 0},
        {"an edge of each", {IN(both)}, 3, 2, 0, 8, 2, 24, 31},
        {"a millionth east", {IN(west)}, 3, 2, 1, 4, 0, 0, 0},
        {"more than that", {IN(west2)}, 3, 2, 2, 0, 0, 0, 0},
        {"a millionth west", {IN(east)}, 3, 2, 1, 4, 0, 0, 0},
        {"more than that", {IN(east2)}, 3, 2, 2, 0, 0, 0, 0},
        {"a millionth north", {IN(south)}, 3, 2, 1, 4, 0, 0, 0},
        {"more than that", {IN(south2)}, 4, 0, 0, 0, 0, 0, 0},
        {"a millionth south", {IN(north)}, 3, 2, 1, 4, 0, 0, 0},
        {"more than that", {IN(north2)}, 4, 0, 0, 0, 0, 0, 0},
        {"between two pages' latitudes", {IN(sky)}, 3, 2, 2, 0, 0, 0, 0},
        {"across the seam", {IN(across)}, 3, 2, 1, 4, 3, 72, 74},
        {"across, from the other side", {IN(seam)}, 3, 2, 1, 4, 4, 1, 4},
        {"all but a stripe", {IN(round)}, 0, 8, 1, 28, 28, 1, 74},
        {"the corner at 0, 0", {IN(inner)}, 3, 2, 1, 4, 4, 1, 4},
        {"of a vessel elsewhere", {IN(page2), .mmsi = 20}, 4, 0, 0, 0, 0, 0, 0},
        {"of a vessel there", {.box = &part, .mmsi = 30, .from_us = 2011, .to_us = 9000}, 3, 2, 1, 4, 1, 23, 23},
    };
    write_pages();
    CHECK(cases);
}

static void who_asks_may_end_it(void **state)
{
    (void)state;
    struct vg_positions_file *file;
    const struct vg_positions_query all = VG_POSITIONS_ALL;
    write_pages();
    assert_int_equal(vg_positions_open(path, &file), VG_OK);
    for (size_t most = 1; most <= PAGES * EACH; most++) {
        struct found f = {.most = most};
        assert_int_equal(vg_positions_read(file, &all, keep, &f, NULL), VG_LIMIT);
        assert_int_equal(f.count, most);
    }
    vg_positions_close(file);
    vg_positions_close(NULL);
}

/* Files of others may have their vessels in any order, and vessels that come again. */
static void a_file_that_is_not_sorted_is_searched_all_the_same(void **state)
{
    (void)state;
    static const uint32_t order[] = {7, 2, 9, 2, 4, 4, 1, 9, 3, 7};
    static const uint32_t lists[][3] = {{2, 4, 9}, {1, 3, 7}, {2, 3, 8}, {5, 6, 8}};
    struct vg_position rows[10];
    struct vg_positions_file *file;
    for (uint32_t i = 0; i < 10; i++) {
        rows[i] = position(0, i % 4);
        rows[i].mmsi = order[i];
        rows[i].journal_offset = i + 1;
    }
    write_positions(rows, 10, 10, 10);
    assert_int_equal(vg_positions_open(path, &file), VG_OK);
    for (size_t l = 0; l < 8; l++) {
        struct vg_positions_query q = VG_POSITIONS_ALL;
        struct found f = {.count = 0};
        q.mmsis = l < 4 ? lists[l] : NULL;
        q.mmsi_count = 3;
        q.mmsi = l < 4 ? 0 : lists[0][l % 3];
        assert_int_equal(vg_positions_read(file, &q, keep, &f, NULL), VG_OK);
        size_t n = 0;
        for (uint32_t i = 0; i < 10; i++) {
            bool wanted = l < 4 ? order[i] == lists[l][0] || order[i] == lists[l][1] || order[i] == lists[l][2]
                                : order[i] == q.mmsi;
            if (wanted) {
                assert_true(n < f.count);
                assert_int_equal(f.offsets[n++], i + 1);
            }
        }
        assert_int_equal(f.count, n);
    }
    vg_positions_close(file);
}

/* ---- with an index of vessels ---- */

static enum vg_err count_row(void *arg, const struct vg_position *p)
{
    (void)p;
    ++*(size_t *)arg;
    return VG_OK;
}

/* `vessels` of a thousand rows, each at a place of its own, two degrees apart. */
static void write_vessels(uint32_t vessels)
{
    struct vg_position *rows = calloc(vessels * 1000u, sizeof *rows);
    for (uint32_t i = 0; i < vessels * 1000; i++)
        rows[i] = (struct vg_position){.time_us = i % 1000,
                                       .mmsi = i / 1000 + 1,
                                       .pos = {(int32_t)(i / 1000) * 2 * VG_E4MIN_PER_DEGREE, 0},
                                       .source_name = {"", 0}};
    write_positions(rows, vessels * 1000u, 512, 20480);
    free(rows);
}

static void ask_for(double west, double east, uint64_t pages, uint64_t rows, size_t count)
{
    struct vg_positions_file *file;
    struct vg_box box = {west, -1, east, 1};
    struct vg_positions_query q = {.box = &box, ALWAYS};
    assert_int_equal(vg_positions_open(path, &file), VG_OK);
    for (int again = 0; again < 2; again++) {
        struct vg_positions_work w = {0};
        size_t found = 0;
        assert_int_equal(vg_positions_read(file, &q, count_row, &found, &w), VG_OK);
        assert_int_equal(found, count);
        assert_int_equal(w.pages - w.pages_skipped, pages);
        assert_int_equal(w.rows, rows);
    }
    vg_positions_close(file);
}

static void the_index_of_vessels_says_which_rows_to_look_at(void **state)
{
    (void)state;
    write_vessels(66);
    ask_for(9.9, 10.1, 3, 1000, 1000);  /* rows 5000 to 5999: pages 9, 10 and 11 */
    ask_for(39.9, 42.1, 4, 2000, 2000); /* rows 20 000 to 21 999, on both sides of a group's border */
    ask_for(-0.1, 0.1, 2, 1000, 1000);
    ask_for(129.9, 131, 3, 1000, 1000); /* the last: rows 65 000 to 65 999, pages 126 to 128 */
    ask_for(131, 179, 0, 0, 0);
    ask_for(129.9, 0.1, 5, 2000, 2000); /* across the seam: the last and the first */
    write_vessels(65);                  /* no index: whole pages */
    ask_for(9.9, 10.1, 3, 3 * 512, 1000);
}

/* ---- the writer of positions ---- */

static void a_position_that_its_columns_cannot_hold_is_refused(void **state)
{
    (void)state;
    static const struct {
        int32_t lon, lat;
        int64_t time_us;
        uint16_t cog;
        uint32_t fields;
        enum vg_err err;
    } cases[] = {
        {108000000, 54000000, 1, 0, 0, VG_OK},      {-108000000, -54000000, 1, 0, 0, VG_OK},
        {108000001, 0, 1, 0, 0, VG_RANGE},          {-108000001, 0, 1, 0, 0, VG_RANGE},
        {0, 54000001, 1, 0, 0, VG_RANGE},           {0, -54000001, 1, 0, 0, VG_RANGE},
        {0, 0, VG_TIME_NONE, 0, 0, VG_RANGE},       {0, 0, VG_TIME_NONE + 1, 0, 0, VG_OK},
        {0, 0, 1, 9999, VG_FIELD_BIT(COG), VG_OK},  {0, 0, 1, 10000, VG_FIELD_BIT(COG), VG_RANGE},
        {0, 0, 1, 10000, VG_FIELD_BIT(SOG), VG_OK},
    };
    struct vg_positions_writer *w;
    size_t taken = 0;
    assert_int_equal(vg_positions_writer_new(0, NULL, &w), VG_ARG);
    assert_int_equal(vg_positions_writer_new(((size_t)1 << 28) + 1, NULL, &w), VG_ARG);
    assert_int_equal(vg_positions_writer_new(5, NULL, &w), VG_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_position p = {.time_us = cases[i].time_us,
                                .pos = {cases[i].lon, cases[i].lat},
                                .cog_ddeg = cases[i].cog,
                                .fields = cases[i].fields};
        assert_int_equal(vg_positions_add(w, &p), cases[i].err);
        taken += !cases[i].err;
        assert_int_equal(vg_positions_count(w), taken);
    }
    struct vg_position p = {.time_us = 1};
    assert_int_equal(taken, 5);
    assert_int_equal(vg_positions_add(w, &p), VG_LIMIT);
    p.time_us = VG_TIME_NONE;
    assert_int_equal(vg_positions_add(w, &p), VG_RANGE); /* told first */
    vg_positions_writer_free(w);
    vg_positions_writer_free(NULL);
}

static void a_files_bytes_are_told_column_by_column(void **state)
{
    (void)state;
    struct vg_positions_writer *w;
    struct vg_sources sources;
    uint64_t bytes = 7, columns[VG_PARQUET_COLUMNS], sum = 0;
    size_t count;
    struct vg_position p = {.time_us = 1, .mmsi = 2};
    assert_int_equal(vg_sources_init(&sources), VG_OK);
    assert_int_equal(vg_positions_writer_new(3, &sources, &w), VG_OK);
    memset(columns, 0xff, sizeof columns);
    assert_int_equal(vg_positions_add(w, &p), VG_OK);
    assert_int_equal(vg_positions_commit(w, path, 23, &bytes, columns), VG_ARG);
    assert_int_equal(bytes, 7);
    assert_int_equal(vg_positions_count(w), 1); /* the rows stay */
    assert_int_equal(vg_positions_commit(w, path, 22, &bytes, columns), VG_OK);
    assert_int_equal(vg_positions_count(w), 0);
    assert_ptr_equal(vg_positions_columns(&count), vg_table_positions.columns);
    assert_int_equal(count, 17);
    struct vg_parquet_file *file;
    assert_int_equal(vg_parquet_open(path, &file), VG_OK);
    for (size_t c = 0; c < VG_PARQUET_COLUMNS; c++) {
        assert_true(c < count ? columns[c] > 20 && columns[c] < 100 : columns[c] == UINT64_MAX);
        sum += c < count ? columns[c] : 0;
    }
    assert_true(sum < bytes && bytes - sum < 4000);
    vg_parquet_close(file);
    vg_positions_writer_free(w);
    vg_sources_free(&sources);
}

static void a_paths_name_is_of_letters_and_not_too_long(void **state)
{
    (void)state;
    static const char name[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDE";
    char ret[VG_POSITIONS_PATH] = "as it was", cut[64];
    for (size_t len = 1; len < sizeof name; len++) { /* 64 bytes less 37 of the rest leave 27 */
        snprintf(cut, sizeof cut, "%.*s", (int)len, name);
        assert_int_equal(vg_positions_path(0, cut, ret), len <= 27 ? VG_OK : VG_RANGE);
    }
    assert_string_equal(ret, "day=1970-01-01/hour=00/part-0123456789abcdefghijklmnopq.parquet");
    for (int c = 1; c < 256; c++) {
        const char one[] = {'a', (char)c, 0};
        bool good = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
        assert_int_equal(vg_positions_path(0, one, ret), good ? VG_OK : VG_SYNTAX);
    }
    assert_int_equal(vg_positions_path(INT64_C(-62167219200000000), "a", ret), VG_OK);
    assert_string_equal(ret, "day=0000-01-01/hour=00/part-a.parquet");
    assert_int_equal(vg_positions_path(INT64_C(-62167219200000001), "a", ret), VG_RANGE);
    assert_int_equal(vg_positions_path(INT64_C(253402300799999999), "a", ret), VG_OK);
    assert_string_equal(ret, "day=9999-12-31/hour=23/part-a.parquet");
    assert_int_equal(vg_positions_path(INT64_C(253402300800000000), "a", ret), VG_RANGE);
}

static void what_is_no_file_of_positions_is_told(void **state)
{
    (void)state;
    struct vg_positions_file *file;
    struct vg_parquet_options options = VG_PARQUET_OPTIONS_DEFAULT;
    struct vg_table_out *out;
    assert_int_equal(vg_positions_open(path, &file), VG_SYNTAX); /* empty */
    assert_int_equal(vg_positions_open("/tmp", &file), VG_IO);
    assert_int_equal(vg_positions_open_bytes("PAR1", 4, &file), VG_SYNTAX);
    assert_int_equal(vg_table_out_open(&vg_table_statics, path, &options, &out), VG_OK);
    assert_int_equal(vg_table_out_commit(out, NULL, NULL), VG_OK);
    assert_int_equal(vg_positions_open(path, &file), VG_UNSUPPORTED);
}

#define IN_FILE(test) cmocka_unit_test_setup_teardown(test, make_path, drop_path)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FILE(vessels_are_looked_for_where_they_may_be),
        IN_FILE(times_are_looked_for_where_they_may_be),
        IN_FILE(message_types_are_sieved_before_the_rest),
        IN_FILE(boxes_are_looked_for_where_they_may_be),
        IN_FILE(who_asks_may_end_it),
        IN_FILE(a_file_that_is_not_sorted_is_searched_all_the_same),
        IN_FILE(the_index_of_vessels_says_which_rows_to_look_at),
        IN_FILE(a_position_that_its_columns_cannot_hold_is_refused),
        IN_FILE(a_files_bytes_are_told_column_by_column),
        IN_FILE(a_paths_name_is_of_letters_and_not_too_long),
        IN_FILE(what_is_no_file_of_positions_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
