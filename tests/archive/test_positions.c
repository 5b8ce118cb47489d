/* The table of positions: exact, sorted, and a pruned reading finds what looking at every row finds. */
#include <sys/stat.h>
#include <unistd.h>

#include "archive/parquet_test.h"
#include "archive/positions.h"

#define ROWS 80000 /* enough for an index of vessels */

static void every_position_survives_the_decimals(void **state)
{
    (void)state;
    /* 5/3 repeats after 3 units: all residues at both ends, at zero, and a stride that meets all of them. */
    for (int32_t k = -108000000; k <= 108000000; k += 7)
        assert_int_equal(vg_e4min_from_e6deg(vg_e6deg_from_e4min(k)), k);
    for (int32_t k = -3000; k <= 3000; k++) {
        assert_int_equal(vg_e4min_from_e6deg(vg_e6deg_from_e4min(k)), k);
        assert_int_equal(vg_e4min_from_e6deg(vg_e6deg_from_e4min(108000000 - 3000 + k)), 108000000 - 3000 + k);
        assert_int_equal(vg_e4min_from_e6deg(vg_e6deg_from_e4min(-108000000 + 3000 + k)), -108000000 + 3000 + k);
    }
    assert_int_equal(vg_e6deg_from_e4min(108000000), 180000000);
    assert_int_equal(vg_e6deg_from_e4min(-1), -2);
}

static void the_path_names_day_and_hour(void **state)
{
    (void)state;
    char path[VG_POSITIONS_PATH];
    assert_int_equal(vg_positions_path(INT64_C(1795332891000000), "0001", path), VG_OK);
    assert_string_equal(path, "day=2026-11-22/hour=07/part-0001.parquet");
    assert_int_equal(vg_positions_path(-1, "a", path), VG_OK);
    assert_string_equal(path, "day=1969-12-31/hour=23/part-a.parquet");
    assert_int_equal(vg_positions_path(0, "../a", path), VG_SYNTAX);
    assert_int_equal(vg_positions_path(0, "", path), VG_SYNTAX);
    assert_int_equal(vg_positions_path(0, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", path), VG_RANGE);
    assert_int_equal(vg_positions_path(INT64_MAX, "a", path), VG_RANGE);
}

static void a_report_becomes_a_row(void **state)
{
    (void)state;
    struct vg_position p = {.mmsi = 1};
    struct vg_report r = {.time_us = 5, .mmsi = 735000001, .pos = {1, 2}, .heading_deg = 7};
    r.fields = VG_FIELD_BIT(HEADING) | VG_FIELD_BIT(NAME);
    assert_false(vg_position_from_report(&r, &p));
    assert_int_equal(p.mmsi, 1);
    r.fields |= VG_FIELD_BIT(POS);
    assert_true(vg_position_from_report(&r, &p));
    assert_int_equal(p.fields, VG_FIELD_BIT(HEADING));
    r.time_us = VG_TIME_NONE;
    assert_false(vg_position_from_report(&r, &p));
}

static struct vg_position any_position(uint64_t *seed)
{
    uint32_t vessel = (uint32_t)(dice(seed) % 300);
    struct vg_position p = {.time_us = INT64_C(1795332800000000) + (int64_t)(dice(seed) % (3600 * VG_SECOND_US)),
                            .journal_offset = dice(seed) % 10 ? dice(seed) >> 20 : 0,
                            .mmsi = 735000000 + vessel,
                            .message = (uint8_t)(1 + vessel % 3)};
    p.pos.lon_e4min = -108000000 + (int32_t)(vessel * 720000) + (int32_t)(dice(seed) % 60000);
    p.pos.lat_e4min = -54000000 + (int32_t)(vessel * 360000) + (int32_t)(dice(seed) % 60000);
    p.fields = (uint32_t)dice(seed) & (VG_FIELD_BIT(SOG) | VG_FIELD_BIT(COG) | VG_FIELD_BIT(HEADING) |
                                       VG_FIELD_BIT(TURN) | VG_FIELD_BIT(STATUS));
    p.sog_dkn = p.fields & VG_FIELD_BIT(SOG) ? (uint16_t)(dice(seed) % 10220) : 0;
    p.cog_ddeg = p.fields & VG_FIELD_BIT(COG) ? (uint16_t)(dice(seed) % 3600) : 0;
    p.heading_deg = p.fields & VG_FIELD_BIT(HEADING) ? (uint16_t)(dice(seed) % 360) : 0;
    p.turn_raw = (int8_t)(p.fields & VG_FIELD_BIT(TURN) ? (int)(dice(seed) % 255) - 127 : 0);
    p.status = p.fields & VG_FIELD_BIT(STATUS) ? dice(seed) % 16 : 0;
    p.accurate = dice(seed) % 2;
    p.source = (uint16_t)(vessel % 2 + 1);
    p.time_source = vessel % 2 ? VG_TIME_SOURCE_RECEIVED : VG_TIME_SOURCE_LINE; /* a recording is another source */
    return p;
}

struct found {
    const struct vg_positions_query *query;
    const struct vg_position *rows; /* sorted */
    const struct vg_sources *sources;
    size_t at, count;
};

static bool wanted(const struct vg_positions_query *q, const struct vg_position *p)
{
    return (!q->mmsi || q->mmsi == p->mmsi) && p->time_us >= q->from_us && p->time_us < q->to_us &&
           (!q->box || vg_box_contains(q->box, p->pos));
}

static enum vg_err compare(void *arg, const struct vg_position *p)
{
    struct found *f = arg;
    while (f->at < ROWS && !wanted(f->query, &f->rows[f->at]))
        f->at++;
    assert_true(f->at < ROWS);
    struct vg_position want = f->rows[f->at++], have = *p;
    const char *name = vg_source_get(f->sources, want.source)->name;
    assert_int_equal(have.source_name.len, strlen(name));
    assert_memory_equal(have.source_name.bytes, name, have.source_name.len);
    assert_int_equal(have.time_us, want.time_us);
    assert_int_equal(have.journal_offset, want.journal_offset);
    assert_int_equal(have.mmsi, want.mmsi);
    assert_int_equal(have.fields, want.fields);
    assert_memory_equal(&have.pos, &want.pos, sizeof have.pos);
    assert_int_equal(have.sog_dkn, want.sog_dkn);
    assert_int_equal(have.cog_ddeg, want.cog_ddeg);
    assert_int_equal(have.heading_deg, want.heading_deg);
    assert_int_equal(have.turn_raw, want.turn_raw);
    assert_int_equal(have.status, want.status);
    assert_int_equal(have.message, want.message);
    assert_int_equal(have.accurate, want.accurate);
    assert_int_equal(have.time_source, want.time_source);
    f->count++;
    return VG_OK;
}

static int in_order(const void *a, const void *b)
{
    const struct vg_position *x = a, *y = b;
    if (x->mmsi != y->mmsi)
        return x->mmsi < y->mmsi ? -1 : 1;
    if (x->time_us != y->time_us)
        return x->time_us < y->time_us ? -1 : 1;
    return x->journal_offset < y->journal_offset ? -1 : x->journal_offset > y->journal_offset;
}

static void a_pruned_reading_finds_what_a_filter_finds(void **state)
{
    (void)state;
    struct vg_positions_writer *w;
    struct vg_positions_file *f;
    struct vg_sources sources;
    struct vg_position *rows = calloc(ROWS, sizeof *rows);
    char folder[] = "/tmp/vigia-archive-XXXXXX", path[64];
    uint64_t seed = 4, bytes = 0, skipped = 0;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/part.parquet", folder);
    assert_int_equal(vg_sources_init(&sources), VG_OK);
    vg_source_feed(&sources, "Manta");
    vg_source_feed(&sources, "Galápagos");
    assert_int_equal(vg_positions_writer_new(ROWS, &sources, &w), VG_OK);
    for (size_t i = 0; i < ROWS; i++) {
        rows[i] = any_position(&seed);
        assert_int_equal(vg_positions_add(w, &rows[i]), VG_OK);
    }
    assert_int_equal(vg_positions_add(w, &rows[0]), VG_LIMIT);
    uint64_t column_bytes[VG_PARQUET_COLUMNS];
    size_t columns;
    assert_int_equal(vg_positions_commit(w, path, 3, &bytes, column_bytes), VG_OK);
    assert_string_equal(vg_positions_columns(&columns)[columns - 1].name, "time_source");
    assert_in_range(column_bytes[columns - 1], 1, bytes / 100);
    assert_int_equal(vg_positions_count(w), 0);
    vg_positions_writer_free(w);
    qsort(rows, ROWS, sizeof *rows, in_order);
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_size, bytes);
    assert_int_equal(vg_positions_open(path, &f), VG_OK);
    assert_int_equal(vg_positions_rows(f), ROWS);
    for (int round = 0; round < 60; round++) {
        struct vg_positions_query q = VG_POSITIONS_ALL;
        struct vg_positions_work work = {0};
        double west = (double)(dice(&seed) % 360) - 180, south = (double)(dice(&seed) % 180) - 90;
        struct vg_box box = {west, south, west + 20 > 180 ? west - 340 : west + 20, south + 30};
        q.mmsi = round % 3 == 1 ? 735000000 + (uint32_t)(dice(&seed) % 310) : 0;
        q.box = round % 3 == 2 ? &box : NULL;
        if (round % 2) {
            q.from_us = INT64_C(1795332800000000) + (int64_t)(dice(&seed) % 3600) * VG_SECOND_US;
            q.to_us = q.from_us + 600 * VG_SECOND_US;
        }
        struct found found = {.query = &q, .rows = rows, .sources = &sources};
        size_t want = 0;
        for (size_t i = 0; i < ROWS; i++)
            want += wanted(&q, &rows[i]);
        assert_int_equal(vg_positions_read(f, &q, compare, &found, &work), VG_OK);
        assert_int_equal(found.count, want);
        skipped += work.pages_skipped;
        if (round % 3 == 1)
            assert_true(work.rows <= 2 * 8192); /* one vessel lies in one page, or at a border in two */
    }
    assert_true(skipped > 50);
    vg_positions_close(f);
    vg_sources_free(&sources);
    unlink(path);
    rmdir(folder);
    free(rows);
}

static void a_missing_folder_keeps_the_rows(void **state)
{
    (void)state;
    struct vg_positions_writer *w;
    struct vg_positions_file *f;
    struct vg_sources sources;
    struct vg_position p = {.time_us = 1, .mmsi = 2};
    assert_int_equal(vg_sources_init(&sources), VG_OK);
    assert_int_equal(vg_positions_writer_new(10, &sources, &w), VG_OK);
    assert_int_equal(vg_positions_add(w, &p), VG_OK);
    p.pos = VG_POS_NONE;
    assert_int_equal(vg_positions_add(w, &p), VG_RANGE);
    assert_int_equal(vg_positions_commit(w, "/tmp/there-is-no-such-folder/a.parquet", 3, NULL, NULL), VG_NOT_FOUND);
    assert_int_equal(vg_positions_count(w), 1);
    assert_int_equal(vg_positions_open("/tmp/there-is-no-such-folder/a.parquet", &f), VG_NOT_FOUND);
    vg_positions_writer_free(w);
    vg_sources_free(&sources);
}

static enum vg_err take_name(void *arg, const struct vg_position *p)
{
    memcpy(arg, p->source_name.bytes, p->source_name.len);
    return VG_OK;
}

static void a_source_that_is_not_utf8_does_not_block_the_others(void **state)
{
    (void)state;
    char path[] = "/tmp/vigia-archive-XXXXXX", name[VG_SOURCE_NAME] = "";
    struct vg_positions_writer *w;
    struct vg_positions_file *f;
    struct vg_sources sources;
    struct vg_positions_query all = VG_POSITIONS_ALL;
    close(mkstemp(path));
    assert_int_equal(vg_sources_init(&sources), VG_OK);
    struct vg_position p = {.time_us = 1,
                            .mmsi = 2,
                            .source = vg_source_feed(&sources, "Pe\xf1"
                                                               "as ñ\xc3")};
    assert_int_equal(vg_positions_writer_new(10, &sources, &w), VG_OK);
    assert_int_equal(vg_positions_add(w, &p), VG_OK);
    assert_int_equal(vg_positions_commit(w, path, 3, NULL, NULL), VG_OK);
    assert_int_equal(vg_positions_open(path, &f), VG_OK);
    assert_int_equal(vg_positions_read(f, &all, take_name, name, NULL), VG_OK);
    assert_string_equal(name, "Pe?as ñ?");
    vg_positions_close(f);
    vg_positions_writer_free(w);
    vg_sources_free(&sources);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_position_survives_the_decimals),
        cmocka_unit_test(the_path_names_day_and_hour),
        cmocka_unit_test(a_report_becomes_a_row),
        cmocka_unit_test(a_pruned_reading_finds_what_a_filter_finds),
        cmocka_unit_test(a_missing_folder_keeps_the_rows),
        cmocka_unit_test(a_source_that_is_not_utf8_does_not_block_the_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
