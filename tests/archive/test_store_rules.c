/* The store's writer and reader at their bounds: what is refused and how it is said, which parts are made one, what is
 * counted, and how many files stay open. */
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "archive/parquet_test.h"
#include "archive/store_folder.h"
#include "archive/store_inner.h"

#define HOUR0 INT64_C(1795330800000000) /* 2026-11-22T07:00Z */

static struct vg_sources sources;

static struct vg_report report(uint32_t mmsi, int64_t time_us, uint32_t fields)
{
    return (struct vg_report){.time_us = time_us,
                              .journal_offset = mmsi,
                              .mmsi = mmsi,
                              .fields = fields,
                              .source = 1,
                              .message = 1,
                              .class = VG_CLASS_SHIP_A,
                              .pos = {600000, 1200000}};
}

static struct vg_store_writer *open_rules(const char *dir, struct vg_store_rules rules)
{
    struct vg_store_writer *w = NULL;
    uint64_t mark;
    const char *why;
    enum vg_err err = vg_store_open(dir, &rules, &sources, &w, &mark, &why);
    if (err)
        fail_msg("%s: %s", vg_err_text(err), why);
    assert_string_equal(why, "");
    return w;
}

static struct vg_store_writer *open_writer(const char *dir)
{
    return open_rules(dir, VG_STORE_RULES_DEFAULT);
}

/* One position at a time; commits it. */
static void commit_one(struct vg_store_writer *w, uint32_t mmsi, int64_t time_us)
{
    struct vg_report r = report(mmsi, time_us, VG_FIELD_BIT(POS));
    assert_int_equal(vg_store_add(w, &r), VG_OK);
    assert_int_equal(vg_store_commit(w, mmsi), VG_OK);
}

static bool compact(struct vg_store_writer *w, int64_t before_us)
{
    bool more = false;
    const char *why;
    assert_int_equal(vg_store_compact(w, before_us, &more, &why), VG_OK);
    assert_string_equal(why, "");
    return more;
}

/* ---- opening ---- */

static void rules_are_taken_within_their_bounds(void **state)
{
    static const struct {
        struct vg_store_rules rules;
        enum vg_err err;
    } cases[] = {
        {{3, 1, 1, false}, VG_OK},   {{3, 22, 22, false}, VG_OK}, {{2, 1, 1, false}, VG_ARG},
        {{3, 0, 1, false}, VG_ARG},  {{3, 23, 1, false}, VG_ARG}, {{3, 1, 0, false}, VG_ARG},
        {{3, 1, 23, false}, VG_ARG},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_store_writer *w = NULL;
        uint64_t mark;
        const char *why;
        assert_int_equal(vg_store_open(*state, &cases[i].rules, &sources, &w, &mark, &why), cases[i].err);
        assert_string_equal(why, cases[i].err ? "bad rules" : "");
        assert_int_equal(w != NULL, !cases[i].err);
        vg_store_close(w);
    }
}

static void check_refusal(const char *dir, enum vg_err want, const char *name, const char *format)
{
    struct vg_store_rules rules = VG_STORE_RULES_DEFAULT;
    struct vg_store_writer *w = NULL;
    uint64_t mark = 77;
    const char *why;
    char text[600];
    snprintf(text, sizeof text, "%s%s", name, format);
    assert_int_equal(vg_store_open(dir, &rules, &sources, &w, &mark, &why), want);
    assert_string_equal(why, text);
    assert_null(w);
    assert_int_equal(mark, 77);
}

static void put_state(const char *dir, const char *text)
{
    char path[300];
    snprintf(path, sizeof path, "%s/state.json", dir);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void what_cannot_be_opened_is_said(void **state)
{
    const char *dir = *state;
    char inner[200], path[300];
    snprintf(inner, sizeof inner, "%s/a/b", dir);
    check_refusal(inner, VG_IO, inner, ": No such file or directory");
    put_state(dir, "{}");
    check_refusal(dir, VG_CORRUPT, dir, "/state.json: data is damaged");
    put_state(dir, "{\"format\": 5}");
    check_refusal(dir, VG_UNSUPPORTED, dir, " was written by a newer version of vigia");
    snprintf(path, sizeof path, "%s/state.json", dir);
    assert_int_equal(unlink(path), 0);
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES; t++) {
        assert_int_equal(vg_store_make_folder(dir, t, HOUR0), VG_OK);
        check_refusal(dir, VG_CORRUPT, dir, " has hours but no state.json");
        snprintf(path, sizeof path, "%s/%s", dir, vg_store_table(t)->folder);
        remove_all(path);
    }
    vg_store_close(open_writer(dir)); /* made now */
    vg_store_close(open_writer(dir));
    struct vg_store *store;
    snprintf(inner, sizeof inner, "%s/none", dir);
    assert_int_equal(vg_store_reader_open(inner, &store), VG_NOT_FOUND);
    assert_int_equal(vg_store_reader_open(dir, &store), VG_OK);
    vg_store_reader_close(store);
    vg_store_reader_close(NULL);
    vg_store_close(NULL);
}

/* ---- taking ---- */

static void rows_that_no_folder_or_column_can_hold_are_counted(void **state)
{
    const uint32_t pos = VG_FIELD_BIT(POS), name = VG_FIELD_BIT(NAME), cog = VG_FIELD_BIT(COG);
    const int64_t first = INT64_C(-62167219200000000), end = INT64_C(253402300800000000);
    const struct {
        int64_t time_us;
        uint32_t fields;
        uint16_t cog;
        unsigned taken, refused;
    } cases[] = {
        {first, pos, 0, 1, 0},      {first - 1, pos, 0, 0, 1},        {end - 1, pos | name, 0, 2, 0},
        {end, pos | name, 0, 0, 2}, {HOUR0, pos | cog, 9999, 1, 0},   {HOUR0, pos | cog, 10000, 0, 1},
        {HOUR0, pos, 10000, 1, 0},  {HOUR0, name | cog, 10000, 0, 2}, {VG_TIME_NONE, pos, 0, 0, 0},
    };
    struct vg_store_writer *w = open_writer(*state);
    uint64_t refused = 0, waiting = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_report r = report(7, cases[i].time_us, cases[i].fields);
        r.cog_ddeg = cases[i].cog;
        assert_int_equal(vg_store_add(w, &r), VG_OK);
        refused += cases[i].refused;
        waiting += cases[i].taken;
        assert_int_equal(vg_store_counters(w)->refused, refused);
        assert_int_equal(vg_store_waiting(w), waiting);
    }
    assert_int_equal(vg_store_commit(w, 1), VG_OK);
    const struct vg_store_counters *c = vg_store_counters(w);
    assert_int_equal(c->rows[VG_STORE_POSITIONS], 4);
    assert_int_equal(c->rows[VG_STORE_STATICS], 1);
    assert_int_equal(c->rows[VG_STORE_DETAILS], 0);
    assert_int_equal(c->commits, 1);
    assert_int_equal(c->failures, 0);
    assert_int_equal(vg_store_waiting(w), 0);
    assert_int_equal(vg_store_commit(w, 1), VG_OK); /* nothing new: no commit */
    assert_int_equal(vg_store_counters(w)->commits, 1);
    assert_int_equal(vg_store_commit(w, 2), VG_OK); /* the mark alone */
    assert_int_equal(vg_store_counters(w)->commits, 2);
    assert_int_equal(vg_store_counters(w)->rows[VG_STORE_POSITIONS], 4);
    vg_store_close(w);
}

static void the_last_number_is_given_and_none_behind_it(void **state)
{
    const char *dir = *state, *why;
    bool more = false;
    struct vg_store_writer *w = open_writer(dir);
    commit_one(w, 1, HOUR0);
    vg_store_close(w);
    put_state(dir, "{\"format\": 2, \"commit\": 9999999998, \"mark\": 5}");
    w = open_writer(dir);
    commit_one(w, 2, HOUR0 + VG_HOUR_US);
    struct vg_report r = report(3, HOUR0, VG_FIELD_BIT(POS));
    assert_int_equal(vg_store_add(w, &r), VG_OK);
    assert_int_equal(vg_store_commit(w, 7), VG_LIMIT);
    assert_int_equal(vg_store_compact(w, INT64_MAX, &more, &why), VG_LIMIT);
    assert_int_equal(vg_store_waiting(w), 1);
    assert_int_equal(vg_store_counters(w)->failures, 2);
    char want[300];
    snprintf(want, sizeof want, "%s: a limit was reached", dir);
    assert_string_equal(why, want);
    vg_store_close(w);
}

/* ---- compaction ---- */

static void parts_are_made_one_in_the_order_of_hours(void **state)
{
    const char *dir = *state;
    struct vg_store_writer *w = open_writer(dir);
    const int64_t hour1 = HOUR0 + VG_HOUR_US;
    commit_one(w, 1, hour1);
    commit_one(w, 2, HOUR0);
    commit_one(w, 3, hour1);
    struct vg_report r = report(4, HOUR0, VG_FIELD_BIT(NAME));
    assert_int_equal(vg_store_add(w, &r), VG_OK);
    assert_int_equal(vg_store_commit(w, 4), VG_OK);
    assert_false(compact(w, INT64_MIN));
    assert_false(compact(w, hour1 - 1)); /* the first hour has not ended */
    assert_int_equal(vg_store_counters(w)->compactions, 0);
    assert_true(compact(w, hour1)); /* of equal hours, positions come first */
    assert_string_equal(parts_of(dir, VG_STORE_POSITIONS, HOUR0), "2-5");
    assert_string_equal(parts_of(dir, VG_STORE_STATICS, HOUR0), "4-4");
    assert_true(compact(w, hour1)); /* the hour is looked at once more when it is due again */
    assert_string_equal(parts_of(dir, VG_STORE_STATICS, HOUR0), "4-6");
    assert_string_equal(parts_of(dir, VG_STORE_POSITIONS, hour1), "1-1 3-3");
    while (compact(w, hour1))
        ;
    assert_int_equal(vg_store_counters(w)->compactions, 2);
    compact(w, INT64_MAX);
    assert_string_equal(parts_of(dir, VG_STORE_POSITIONS, hour1), "1-7");
    while (compact(w, INT64_MAX))
        ;
    assert_int_equal(vg_store_counters(w)->compactions, 3);
    assert_int_equal(vg_store_counters(w)->commits, 4);
    assert_int_equal(vg_store_counters(w)->failures, 0);
    commit_one(w, 8, hour1); /* the number behind three compactions */
    assert_string_equal(parts_of(dir, VG_STORE_POSITIONS, hour1), "1-7 8-8");
    vg_store_close(w);
}

static void a_part_alone_is_written_again_only_for_another_level(void **state)
{
    char dir[200];
    for (int same = 0; same < 2; same++) {
        struct vg_store_rules rules = {.most_rows = 10, .level = same ? 2 : 6, .fresh_level = 2};
        snprintf(dir, sizeof dir, "%s/%d", (char *)*state, same);
        struct vg_store_writer *w = open_rules(dir, rules);
        commit_one(w, 1, HOUR0);
        compact(w, INT64_MAX);
        assert_int_equal(vg_store_counters(w)->compactions, !same);
        assert_string_equal(parts_of(dir, VG_STORE_POSITIONS, HOUR0), same ? "1-1" : "1-2");
        vg_store_close(w);
        w = open_rules(dir, rules); /* nothing is due for the new writer, either */
        compact(w, INT64_MAX);
        assert_int_equal(vg_store_counters(w)->compactions, 0);
        vg_store_close(w);
    }
}

static enum vg_err count_row(void *arg, const struct vg_position *p)
{
    (void)p;
    ++*(size_t *)arg;
    return VG_OK;
}

static enum vg_err count_rows(struct vg_store *store, int64_t from_us, int64_t to_us, size_t *ret_count)
{
    struct vg_positions_query q = {.from_us = from_us, .to_us = to_us};
    *ret_count = 0;
    return vg_store_positions(store, &q, count_row, NULL, ret_count, NULL);
}

/* 512 parts of an hour are read and made one together. */
static void parts_are_read_and_made_one_512_at_a_time(void **state)
{
    const char *dir = *state;
    struct vg_store_writer *w = open_writer(dir);
    struct vg_store *store;
    size_t rows;
    assert_int_equal(vg_store_reader_open(dir, &store), VG_OK);
    for (uint32_t n = 1; n <= 514; n++) {
        commit_one(w, n, HOUR0);
        if (n < 512)
            continue;
        assert_int_equal(count_rows(store, HOUR0, HOUR0 + 1, &rows), n == 512 ? VG_OK : VG_LIMIT);
        assert_int_equal(rows, n == 512 ? 512 : 0);
    }
    assert_true(compact(w, INT64_MAX));
    assert_string_equal(parts_of(dir, VG_STORE_POSITIONS, HOUR0), "1-512 513-513 514-514");
    assert_int_equal(count_rows(store, HOUR0, HOUR0 + 1, &rows), VG_OK);
    assert_int_equal(rows, 514);
    assert_true(compact(w, INT64_MAX));
    assert_string_equal(parts_of(dir, VG_STORE_POSITIONS, HOUR0), "1-516");
    vg_store_reader_close(store);
    vg_store_close(w);
}

/* ---- asking ---- */

static size_t open_files(const char *dir)
{
    DIR *folder = opendir("/proc/self/fd");
    struct dirent *entry;
    size_t count = 0;
    assert_non_null(folder);
    while ((entry = readdir(folder))) {
        char target[4096] = "";
        if (readlinkat(dirfd(folder), entry->d_name, target, sizeof target - 1) > 0)
            count += strncmp(target, dir, strlen(dir)) == 0;
    }
    closedir(folder);
    return count;
}

static void at_most_128_files_stay_open_for_the_next_question(void **state)
{
    const char *dir = *state;
    struct vg_store_writer *w = open_rules(dir, (struct vg_store_rules){1000, 2, 2, false});
    struct vg_store *store;
    size_t rows;
    for (uint32_t n = 0; n < 130; n++) {
        struct vg_report r = report(n + 1, HOUR0 + n * VG_HOUR_US, VG_FIELD_BIT(POS));
        for (int i = 0; i < VG_STORE_HOUR_ROWS; i++, r.mmsi += 1000) /* enough for a part of the hour's own */
            assert_int_equal(vg_store_add(w, &r), VG_OK);
        assert_int_equal(vg_store_commit(w, n + 1), VG_OK);
    }
    assert_int_equal(vg_store_reader_open(dir, &store), VG_OK);
    assert_int_equal(open_files(dir), 0);
    for (int64_t n = 1; n <= 130; n++) {
        assert_int_equal(count_rows(store, HOUR0, HOUR0 + n * VG_HOUR_US, &rows), VG_OK);
        assert_int_equal(rows, n * VG_STORE_HOUR_ROWS);
        assert_int_equal(open_files(dir), n < 128 ? n : 128);
    }
    /* The oldest went: the first hour's file may be replaced on the disk without being seen as open. */
    for (uint32_t n = 0; n < 3; n++)
        commit_one(w, 200 + n, HOUR0 + 129 * VG_HOUR_US);
    assert_int_equal(count_rows(store, HOUR0 + 129 * VG_HOUR_US, INT64_MAX, &rows), VG_OK);
    assert_int_equal(rows, VG_STORE_HOUR_ROWS + 3);
    assert_int_equal(open_files(dir), 128);
    while (compact(w, INT64_MAX))
        ;
    assert_int_equal(count_rows(store, HOUR0 + 129 * VG_HOUR_US, INT64_MAX, &rows), VG_OK);
    assert_int_equal(rows, VG_STORE_HOUR_ROWS + 3);
    assert_int_equal(open_files(dir), 125); /* four parts became one */
    vg_store_reader_close(store);
    assert_int_equal(open_files(dir), 0);
    vg_store_close(w);
}

static void an_archive_made_anew_under_the_same_names_is_seen(void **state)
{
    char dir[200];
    struct vg_store *store = NULL;
    size_t rows;
    snprintf(dir, sizeof dir, "%s/a", (char *)*state);
    for (uint32_t n = 1; n <= 3; n++) {
        struct vg_store_writer *w = open_writer(dir);
        for (uint32_t i = 0; i < n; i++) {
            struct vg_report r = report(i + 1, HOUR0, VG_FIELD_BIT(POS));
            assert_int_equal(vg_store_add(w, &r), VG_OK);
        }
        assert_int_equal(vg_store_commit(w, 1), VG_OK);
        vg_store_close(w);
        if (!store)
            assert_int_equal(vg_store_reader_open(dir, &store), VG_OK);
        assert_int_equal(count_rows(store, INT64_MIN, INT64_MAX, &rows), VG_OK);
        assert_int_equal(rows, n);
        assert_int_equal(open_files(dir), 1);
        remove_all(dir);
    }
    assert_int_equal(count_rows(store, INT64_MIN, INT64_MAX, &rows), VG_OK);
    assert_int_equal(rows, 0);
    vg_store_reader_close(store);
}

static enum vg_err no_static(void *arg, const struct vg_static *row)
{
    (void)arg, (void)row;
    return VG_LIMIT;
}

static enum vg_err no_report(void *arg, const struct vg_report *row)
{
    (void)arg, (void)row;
    return VG_LIMIT;
}

static void spans_and_hours_are_those_that_have_parts(void **state)
{
    const char *dir = *state;
    struct vg_store_writer *w = open_writer(dir);
    struct vg_store *store;
    struct vg_store_hour hours[3] = {{.from_us = 77}, {.from_us = 78}, {.from_us = 79}};
    struct vg_positions_query q = VG_POSITIONS_ALL;
    const struct vg_box box = {0, 0, 1, 1};
    int64_t from = 77, to = 78;
    char path[VG_ATOMIC_PATH];
    struct stat st;
    assert_int_equal(vg_store_reader_open(dir, &store), VG_OK);
    assert_int_equal(vg_store_hours(store, hours, 3), 0);
    commit_one(w, 1, HOUR0);
    struct vg_report r = report(2, HOUR0 + 2 * VG_HOUR_US, VG_FIELD_BIT(NAME));
    assert_int_equal(vg_store_add(w, &r), VG_OK);
    assert_int_equal(vg_store_commit(w, 2), VG_OK);
    assert_int_equal(vg_store_make_folder(dir, VG_STORE_DETAILS, HOUR0 - VG_HOUR_US), VG_OK); /* empty ones */
    assert_int_equal(vg_store_make_folder(dir, VG_STORE_DETAILS, HOUR0 + VG_HOUR_US), VG_OK);
    assert_int_equal(vg_store_make_folder(dir, VG_STORE_DETAILS, HOUR0 + 3 * VG_HOUR_US), VG_OK);
    assert_int_equal(vg_store_span(store, &from, &to), VG_OK);
    assert_true(from == HOUR0 && to == HOUR0 + 3 * VG_HOUR_US);
    assert_int_equal(vg_store_hours(store, hours, 1), 2);
    assert_int_equal(hours[1].from_us, 78);
    assert_int_equal(vg_store_hours(store, hours, 3), 2);
    assert_true(hours[0].from_us == HOUR0 && hours[1].from_us == HOUR0 + 2 * VG_HOUR_US && hours[2].from_us == 79);
    assert_int_equal(hours[0].parts, 1);
    assert_int_equal(vg_store_path(dir, VG_STORE_POSITIONS, HOUR0, &(struct vg_store_part){1, 1}, path), VG_OK);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(hours[0].bytes, st.st_size);
    /* What can't be asked. */
    assert_int_equal(vg_store_statics(store, &q, no_static, NULL, NULL), VG_LIMIT);
    assert_int_equal(vg_store_reports(store, VG_STORE_ALL, &q, &sources, no_report, NULL, NULL), VG_LIMIT);
    q.senders_only = true;
    assert_int_equal(vg_store_reports(store, VG_STORE_ALL, &q, &sources, no_report, NULL, NULL), VG_ARG);
    q.senders_only = false;
    q.box = &box;
    assert_int_equal(vg_store_statics(store, &q, no_static, NULL, NULL), VG_ARG);
    assert_int_equal(vg_store_reports(store, VG_STORE_ALL, &q, &sources, no_report, NULL, NULL), VG_ARG);
    vg_store_reader_close(store);
    vg_store_close(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(rules_are_taken_within_their_bounds),
        IN_FOLDER(what_cannot_be_opened_is_said),
        IN_FOLDER(rows_that_no_folder_or_column_can_hold_are_counted),
        IN_FOLDER(the_last_number_is_given_and_none_behind_it),
        IN_FOLDER(parts_are_made_one_in_the_order_of_hours),
        IN_FOLDER(a_part_alone_is_written_again_only_for_another_level),
        IN_FOLDER(parts_are_read_and_made_one_512_at_a_time),
        IN_FOLDER(at_most_128_files_stay_open_for_the_next_question),
        IN_FOLDER(an_archive_made_anew_under_the_same_names_is_seen),
        IN_FOLDER(spans_and_hours_are_those_that_have_parts),
    };
    if (vg_sources_init(&sources))
        return 1;
    vg_source_feed(&sources, "Manta");
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    vg_sources_free(&sources);
    return failed;
}
