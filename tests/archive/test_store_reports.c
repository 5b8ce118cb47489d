/* Reports put together again from the tables: many of one vessel, parts at the border of what is ordered together, rows
 * that tell no parts, and sources by their names. */
#include "archive/details.h"
#include "archive/parquet_test.h"
#include "archive/store_folder.h"
#include "archive/store_inner.h"

#define HOUR0    INT64_C(1795330800000000) /* 2026-11-22T07:00Z */
#define TOGETHER 65536                     /* reports that are put in order together */

static struct vg_sources sources;

static struct vg_store_writer *open_writer(const char *dir)
{
    struct vg_store_writer *w;
    uint64_t mark;
    const char *why;
    struct vg_store_rules rules = VG_STORE_RULES_DEFAULT;
    assert_int_equal(vg_store_open(dir, &rules, &sources, &w, &mark, &why), VG_OK);
    return w;
}

static struct vg_report report(int64_t time_us, uint64_t journal_offset)
{
    return (struct vg_report){.time_us = time_us,
                              .journal_offset = journal_offset,
                              .mmsi = 7,
                              .fields = VG_FIELD_BIT(POS),
                              .message = 1,
                              .class = VG_CLASS_SHIP_A};
}

/* Two of its tables have a row of it as well. */
static void name_it(struct vg_report *r)
{
    r->fields |= VG_FIELD_BIT(NAME) | VG_FIELD_BIT(TEXT);
    memcpy(r->name, "NAME", 5);
    memcpy(r->text, "TEXT", 5);
}

struct heard {
    struct vg_report *reports;
    size_t count, room;
    struct vg_sources named;
};

static enum vg_err keep(void *arg, const struct vg_report *r)
{
    struct heard *h = arg;
    assert_true(h->count < h->room);
    h->reports[h->count++] = *r;
    return VG_OK;
}

/* The caller frees the reports and the sources. */
static struct heard hear(const char *dir, unsigned tables, size_t room)
{
    struct vg_store *store;
    struct heard h = {.reports = calloc(room, sizeof *h.reports), .room = room};
    const struct vg_positions_query all = VG_POSITIONS_ALL;
    assert_int_equal(vg_sources_init(&h.named), VG_OK);
    assert_int_equal(vg_store_reader_open(dir, &store), VG_OK);
    assert_int_equal(vg_store_reports(store, tables, &all, &h.named, keep, NULL, &h), VG_OK);
    vg_store_reader_close(store);
    return h;
}

static void forget(struct heard *h)
{
    free(h->reports);
    vg_sources_free(&h->named);
}

/* Times ascend and places in the journal descend: what is ordered together comes backwards. The report before the
 * border says two things; its second row comes when the memory is full. */
static void many_of_one_vessel_are_put_in_order_in_turns(void **state)
{
    enum { COUNT = TOGETHER + 100, LAST = TOGETHER - 1 };
    struct vg_store_writer *w = open_writer(*state);
    for (size_t i = 0; i < COUNT; i++) {
        struct vg_report r = report(HOUR0 + (int64_t)i, COUNT - i);
        if (i == LAST || i == 1000)
            name_it(&r);
        assert_int_equal(vg_store_add(w, &r), VG_OK);
    }
    assert_int_equal(vg_store_commit(w, 1), VG_OK);
    vg_store_close(w);
    struct heard h = hear(*state, VG_STORE_ALL, COUNT + 10);
    assert_int_equal(h.count, COUNT);
    for (size_t n = 0; n < COUNT; n++) {
        /* The newest of the first turn stays for the next: rows might still come for it. */
        size_t i = n < LAST ? LAST - 1 - n : COUNT - 1 - (n - LAST);
        const struct vg_report *r = &h.reports[n];
        bool named = i == LAST || i == 1000;
        assert_int_equal(r->time_us, HOUR0 + (int64_t)i);
        assert_int_equal(r->journal_offset, COUNT - i);
        assert_int_equal(r->fields, VG_FIELD_BIT(POS) | (named ? VG_FIELD_BIT(NAME) | VG_FIELD_BIT(TEXT) : 0));
        assert_string_equal(r->name, named ? "NAME" : "");
    }
    forget(&h);
}

/* So many that they are in one run: none may be waited for, and all are given. */
static void many_of_one_moment_are_all_given(void **state)
{
    enum { COUNT = TOGETHER + 3 };
    struct vg_store_writer *w = open_writer(*state);
    for (size_t i = 0; i < COUNT; i++) {
        struct vg_report r = report(HOUR0, 0);
        r.pos.lon_e4min = (int32_t)i;
        assert_int_equal(vg_store_add(w, &r), VG_OK);
    }
    assert_int_equal(vg_store_commit(w, 1), VG_OK);
    vg_store_close(w);
    struct heard h = hear(*state, VG_STORE_ALL, COUNT);
    assert_int_equal(h.count, COUNT);
    for (size_t i = 0; i < COUNT; i++)
        assert_int_equal(h.reports[i].pos.lon_e4min, i);
    forget(&h);
}

static void each_hour_and_vessel_is_in_order_for_itself(void **state)
{
    struct vg_store_writer *w = open_writer(*state);
    static const struct {
        uint32_t mmsi;
        int hour;
        int64_t time_us;
        uint64_t offset;
    } said[] = {{8, 0, 5, 3}, {7, 0, 9, 1}, {7, 1, 1, 6}, {7, 0, 1, 5}, {8, 0, 1, 9}, {7, 1, 2, 2}},
      want[] = {{7, 0, 9, 1}, {7, 0, 1, 5}, {8, 0, 5, 3}, {8, 0, 1, 9}, {7, 1, 2, 2}, {7, 1, 1, 6}};
    for (size_t i = 0; i < 6; i++) {
        struct vg_report r = report(HOUR0 + said[i].hour * VG_HOUR_US + said[i].time_us, said[i].offset);
        r.mmsi = said[i].mmsi;
        assert_int_equal(vg_store_add(w, &r), VG_OK);
    }
    assert_int_equal(vg_store_commit(w, 1), VG_OK);
    vg_store_close(w);
    struct heard h = hear(*state, VG_STORE_ALL, 6);
    assert_int_equal(h.count, 6);
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(h.reports[i].mmsi, want[i].mmsi);
        assert_int_equal(h.reports[i].time_us, HOUR0 + want[i].hour * VG_HOUR_US + want[i].time_us);
        assert_int_equal(h.reports[i].journal_offset, want[i].offset);
        assert_int_equal(h.reports[i].sensor, VG_SENSOR_AIS);
    }
    forget(&h);
}

/* ---- rows that tell no parts ---- */

/* A part of a table whose file has no such column, as the first version wrote it. */
static void write_old(const char *dir, enum vg_store_table t, const char *const *names, const int64_t (*ints)[8],
                      size_t columns, size_t rows)
{
    const struct vg_table *table = vg_store_table(t);
    struct vg_parquet_column of_file[8];
    struct vg_parquet_cells cells[8];
    static int64_t values[8][8];
    static struct vg_parquet_text texts[8];
    char path[VG_ATOMIC_PATH];
    struct vg_atomic file;
    struct vg_parquet_writer *w;
    for (size_t i = 0; i < 8; i++)
        texts[i] = (struct vg_parquet_text){"a", 1};
    for (size_t c = 0; c < columns; c++) {
        size_t k = 0;
        while (strcmp(table->columns[k].name, names[c]))
            k++;
        of_file[c] = table->columns[k];
        for (size_t r = 0; r < rows; r++)
            values[c][r] = ints[r][c];
        cells[c] = (struct vg_parquet_cells){.ints = values[c], .texts = texts};
    }
    assert_int_equal(vg_store_make_folder(dir, t, HOUR0), VG_OK);
    assert_int_equal(vg_store_path(dir, t, HOUR0, &(struct vg_store_part){1, 1}, path), VG_OK);
    assert_int_equal(vg_atomic_open(&file, path), VG_OK);
    assert_int_equal(vg_parquet_writer_new(of_file, columns, &VG_PARQUET_OPTIONS_DEFAULT, vg_atomic_write, &file, &w),
                     VG_OK);
    assert_int_equal(vg_parquet_write(w, cells, rows), VG_OK);
    assert_int_equal(vg_parquet_finish(w), VG_OK);
    vg_parquet_writer_free(w);
    assert_int_equal(vg_atomic_commit(&file), VG_OK);
}

/* A name joins the first position of its key and type that has none; others begin a report of their own. */
static void rows_without_parts_are_joined_where_nothing_speaks_against_it(void **state)
{
    static const char *const of_position[] = {"mmsi", "time", "lon", "lat", "type", "accurate", "source"};
    static const char *const of_static[] = {"mmsi", "time", "imo", "class", "type", "source"};
    static const int64_t positions[][8] = {
        {7, HOUR0, 0, 0, 5, 0}, {7, HOUR0, 60, 0, 5, 0}, {7, HOUR0, 120, 0, 1, 0}, {7, HOUR0 + 1, 180, 0, 5, 0}};
    static const int64_t statics[][8] = {
        {7, HOUR0, 11, 0, 5}, {7, HOUR0, 12, 0, 1}, {7, HOUR0, 13, 0, 24}, {7, HOUR0 + 1, 14, 0, 5}};
    const struct vg_store_state s = {.commit = 1, .mark = 1};
    write_old(*state, VG_STORE_POSITIONS, of_position, positions, 7, 4);
    write_old(*state, VG_STORE_STATICS, of_static, statics, 6, 4);
    assert_int_equal(vg_store_state_write(*state, &s), VG_OK);
    struct heard h = hear(*state, VG_STORE_ALL, 8);
    static const struct {
        int32_t lon;
        uint32_t imo;
        uint8_t message;
    } want[] = {{0, 11, 5}, {36, 0, 5}, {72, 12, 1}, {VG_E4MIN_NONE, 13, 24}, {108, 14, 5}};
    assert_int_equal(h.count, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(h.reports[i].pos.lon_e4min, want[i].lon);
        assert_int_equal(h.reports[i].imo, want[i].imo);
        assert_int_equal(h.reports[i].message, want[i].message);
        assert_int_equal(h.reports[i].fields, (want[i].lon != VG_E4MIN_NONE ? VG_FIELD_BIT(POS) : 0u) |
                                                  (want[i].imo ? VG_FIELD_BIT(IMO) : 0u));
    }
    forget(&h);
}

static void a_table_alone_gives_what_it_has(void **state)
{
    struct vg_store_writer *w = open_writer(*state);
    struct vg_report r = report(HOUR0, 5);
    name_it(&r);
    assert_int_equal(vg_store_add(w, &r), VG_OK);
    assert_int_equal(vg_store_commit(w, 1), VG_OK);
    vg_store_close(w);
    static const uint32_t fields[] = {VG_FIELD_BIT(POS), VG_FIELD_BIT(NAME), VG_FIELD_BIT(TEXT)};
    for (unsigned tables = 0; tables <= VG_STORE_REPORTS; tables++) {
        struct heard h = hear(*state, tables, 2);
        uint32_t want = 0;
        for (unsigned t = 0; t < 3; t++)
            want |= tables >> t & 1 ? fields[t] : 0;
        assert_int_equal(h.count, tables != 0);
        if (tables)
            assert_int_equal(h.reports[0].fields, want);
        forget(&h);
    }
}

/* ---- sources ---- */

/* Hundreds of names of which many meet in one place of the table of known ones; the longest, and none. */
static void sources_are_numbered_as_their_names_are_met(void **state)
{
    enum { NAMES = 300 };
    struct vg_store_writer *w = open_writer(*state);
    char name[2 * VG_SOURCE_NAME];
    uint16_t ids[NAMES];
    for (int i = 0; i < NAMES; i++) {
        snprintf(name, sizeof name, "%0*d", i % 3 == 0 ? VG_SOURCE_NAME + 10 : i % 20 + 3, i % 3 ? i : -i);
        if (i % 3 == 0)
            memcpy(name + VG_SOURCE_NAME - 5, &name[VG_SOURCE_NAME + 6], 4); /* tell the long ones apart */
        ids[i] = vg_source_feed(&sources, name);
    }
    for (size_t i = 0; i < 3 * NAMES; i++) {
        struct vg_report r = report(HOUR0 + (int64_t)i, i + 1);
        r.source = ids[i * 7 % NAMES];
        assert_int_equal(vg_store_add(w, &r), VG_OK);
    }
    assert_int_equal(vg_store_commit(w, 1), VG_OK);
    vg_store_close(w);
    struct heard h = hear(*state, VG_STORE_ALL, 3 * NAMES);
    assert_int_equal(h.count, 3 * NAMES);
    for (size_t i = 0; i < 3 * NAMES; i++) {
        assert_string_equal(vg_source_get(&h.named, h.reports[i].source)->name,
                            vg_source_get(&sources, ids[i * 7 % NAMES])->name);
        assert_int_equal(h.reports[i].source, h.reports[i % NAMES].source);
    }
    forget(&h);
}

/* Commits, and the merge of their parts into one, keep where each time comes from, in all tables of a report. */
static void where_times_come_from_is_kept_through_compaction(void **state)
{
    struct vg_store_writer *w = open_writer(*state);
    for (uint8_t s = 0; s < VG_TIME_SOURCE_COUNT; s++) {
        struct vg_report r = report(HOUR0 + s, 100u + s);
        name_it(&r);
        r.time_source = s;
        assert_int_equal(vg_store_add(w, &r), VG_OK);
        if (s % 3 == 0)
            assert_int_equal(vg_store_commit(w, s + 1u), VG_OK);
    }
    assert_int_equal(vg_store_commit(w, 100), VG_OK);
    for (int compacted = 0; compacted < 2; compacted++) {
        struct heard h = hear(*state, VG_STORE_ALL, VG_TIME_SOURCE_COUNT);
        assert_int_equal(h.count, VG_TIME_SOURCE_COUNT);
        for (uint8_t s = 0; s < VG_TIME_SOURCE_COUNT; s++)
            assert_int_equal(h.reports[s].time_source, s);
        forget(&h);
        const char *why;
        for (bool more = true; more && !compacted;)
            assert_int_equal(vg_store_compact(w, HOUR0 + VG_HOUR_US, &more, &why), VG_OK);
    }
    assert_int_equal(vg_store_counters(w)->compactions, VG_STORE_REPORT_ROWS);
    vg_store_close(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(many_of_one_vessel_are_put_in_order_in_turns),
        IN_FOLDER(many_of_one_moment_are_all_given),
        IN_FOLDER(each_hour_and_vessel_is_in_order_for_itself),
        IN_FOLDER(rows_without_parts_are_joined_where_nothing_speaks_against_it),
        IN_FOLDER(a_table_alone_gives_what_it_has),
        IN_FOLDER(where_times_come_from_is_kept_through_compaction),
        IN_FOLDER(sources_are_numbered_as_their_names_are_met),
    };
    if (vg_sources_init(&sources))
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    vg_sources_free(&sources);
    return failed;
}
