/* What the store is made of: names and listings, the state's text, the order of rows, files merged. */
#include <sys/stat.h>

#include "archive/parquet_test.h"
#include "archive/store_folder.h"
#include "archive/store_inner.h"

#define HOUR0 INT64_C(1795330800000000) /* 2026-11-22T07:00Z */
#define DAY0  (HOUR0 - 7 * VG_HOUR_US)

/* ---- names ---- */

static void a_path_names_table_day_hour_and_part(void **state)
{
    (void)state;
    static const char *const folders[] = {"positions", "static", "details", "detections", "tracks"};
    static char dir[4200];
    char path[VG_ATOMIC_PATH], want[200];
    const struct vg_store_part part = {3, VG_STORE_NUMBER_MAX};
    for (unsigned t = 0; t < VG_STORE_TABLES; t++) {
        assert_int_equal(vg_store_path("a", t, HOUR0, NULL, path), VG_OK);
        snprintf(want, sizeof want, "a/%s/day=2026-11-22/hour=07", folders[t]);
        assert_string_equal(path, want);
        assert_int_equal(vg_store_path("a", t, HOUR0, &part, path), VG_OK);
        snprintf(want, sizeof want, "a/%s/day=2026-11-22/hour=07/part-0000000003-9999999999.parquet", folders[t]);
        assert_string_equal(path, want);
    }
    memset(dir, 'd', 4000);
    assert_int_equal(vg_store_path(dir, VG_STORE_POSITIONS, HOUR0, &part, path), VG_OK);
    assert_int_equal(strlen(path), 4000 + strlen("/positions/day=2026-11-22/hour=07") + 35);
    dir[4000] = 'd';
    assert_int_equal(vg_store_path(dir, VG_STORE_POSITIONS, HOUR0, &part, path), VG_RANGE);
    struct vg_store_hours hours = {0};
    assert_int_equal(vg_store_list_hours(dir, VG_STORE_POSITIONS, 0, 1, &hours), VG_RANGE);
    assert_int_equal(vg_store_make_folder(dir, VG_STORE_POSITIONS, HOUR0), VG_RANGE);
    struct vg_store_parts parts = {0};
    assert_int_equal(vg_store_list_parts(dir, VG_STORE_POSITIONS, HOUR0, 1, false, &parts), VG_RANGE);
    assert_true(vg_store_remove_part(dir, VG_STORE_POSITIONS, HOUR0, &part)); /* what can't be is not there */
    dir[4000] = 0;
    assert_int_equal(vg_store_list_hours(dir, VG_STORE_POSITIONS, 0, 1, &hours), VG_IO); /* the system's limit */
    const int64_t first = INT64_C(-62167219200000000), last = INT64_C(253402300799999999);
    assert_int_equal(vg_store_path("a", VG_STORE_STATICS, first, NULL, path), VG_OK);
    assert_string_equal(path, "a/static/day=0000-01-01/hour=00");
    assert_int_equal(vg_store_path("a", VG_STORE_STATICS, first - 1, NULL, path), VG_RANGE);
    assert_int_equal(vg_store_path("a", VG_STORE_STATICS, last, NULL, path), VG_OK);
    assert_string_equal(path, "a/static/day=9999-12-31/hour=23");
    assert_int_equal(vg_store_path("a", VG_STORE_STATICS, last + 1, NULL, path), VG_RANGE);
}

static void a_parts_name_is_two_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        uint64_t first, last; /* 0: none */
    } cases[] = {
        {"part-0000000001-0000000001.parquet", 1, 1},
        {"part-0123456789-9876543210.parquet", 123456789, 9876543210},
        {"part-9999999999-9999999999.parquet", 9999999999, 9999999999},
        {"part-0000000000-0000000001.parquet", 0, 0},
        {"part-0000000002-0000000001.parquet", 0, 0},
        {"part-000000001-0000000001.parquet", 0, 0},
        {"part-00000000001-0000000001.parquet", 0, 0},
        {"part-0000000001-000000001.parquet", 0, 0},
        {"part-0000000001_0000000001.parquet", 0, 0},
        {"part-000000000/-0000000001.parquet", 0, 0},
        {"part-000000000:-0000000001.parquet", 0, 0},
        {"part-0000000001-0000000001.parquets", 0, 0},
        {"part-0000000001-0000000001.parque", 0, 0},
        {"part-0000000001-0000000001", 0, 0},
        {"port-0000000001-0000000001.parquet", 0, 0},
        {"part_0000000001-0000000001.parquet", 0, 0},
        {"", 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_store_part part = {77, 78};
        bool good = cases[i].first;
        if (vg_store_part_parse(cases[i].name, &part) != good || part.first != (good ? cases[i].first : 77) ||
            part.last != (good ? cases[i].last : 78))
            fail_msg("%s", cases[i].name);
    }
}

/* ---- listings ---- */

static void make(const char *dir, const char *name)
{
    char path[400];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    assert_int_equal(mkdir(path, 0700), 0);
}

static void check_hours(const char *dir, int64_t from, int64_t to, const int64_t *want, size_t count)
{
    struct vg_store_hours hours = {0};
    assert_int_equal(vg_store_list_hours(dir, VG_STORE_STATICS, from, to, &hours), VG_OK);
    assert_int_equal(hours.count, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(hours.items[i], want[i]);
    free(hours.items);
}

static void hours_are_those_whose_folders_have_names_of_hours(void **state)
{
    const char *dir = *state;
    static const char *const days[] = {"day=2026-11-22", "day=2024-02-29",  "day=2026-02-29", "day=2026-11-31",
                                       "day=2026-11-2",  "day=2026-11-222", "day=2026-13-01", "xday=2026-11-22",
                                       "day=2026_11-22", "day=2026-11_22",  "day=26-11-22",   "dag=2026-11-22",
                                       "day=0000-01-01", "day=9999-12-31",  "day=2026-00-01", "day=2026-11-00"};
    static const char *const hours[] = {"hour=00",  "hour=23", "hour=09", "hour=24", "hour=7",
                                        "hour=007", "hour=-1", "huor=08", "hour=0a"};
    char inner[64];
    check_hours(dir, INT64_MIN, INT64_MAX, NULL, 0);
    make(dir, "static");
    check_hours(dir, INT64_MIN, INT64_MAX, NULL, 0);
    for (size_t d = 0; d < sizeof days / sizeof *days; d++) {
        snprintf(inner, sizeof inner, "static/%s", days[d]);
        make(dir, inner);
        for (size_t h = 0; h < sizeof hours / sizeof *hours; h++) {
            snprintf(inner, sizeof inner, "static/%s/%s", days[d], hours[h]);
            make(dir, inner);
        }
    }
    const int64_t leap = INT64_C(1709164800000000), first = INT64_C(-62167219200000000),
                  last = INT64_C(253402214400000000);
    int64_t want[12];
    const int64_t begins[] = {first, leap, DAY0, last};
    for (size_t i = 0; i < 12; i++)
        want[i] = begins[i / 3] + (i % 3 == 0 ? 0 : i % 3 == 1 ? 9 : 23) * VG_HOUR_US;
    check_hours(dir, INT64_MIN, INT64_MAX, want, 12);
    /* An hour is [begin, begin + 1 h), and so is what is asked for. */
    check_hours(dir, want[7], want[7] + 1, want + 7, 1);
    check_hours(dir, want[7] + VG_HOUR_US - 1, want[7] + VG_HOUR_US, want + 7, 1);
    check_hours(dir, want[7] + VG_HOUR_US, want[8], NULL, 0);
    check_hours(dir, want[7] + VG_HOUR_US, want[8] + 1, want + 8, 1);
    check_hours(dir, want[6] + VG_HOUR_US - 1, want[7], want + 6, 1);
    check_hours(dir, want[6] + VG_HOUR_US - 1, want[7] + 1, want + 6, 2);
    check_hours(dir, want[8] + VG_HOUR_US - 1, want[9] + 1, want + 8, 2);
}

static void lists_of_hours_are_sorted_and_have_each_once(void **state)
{
    (void)state;
    struct vg_store_hours hours = {0};
    assert_false(vg_store_hours_have(&hours, 0));
    for (int64_t i = 0; i < 300; i++)
        assert_int_equal(vg_store_hours_add(&hours, (i * 7 % 100 - 50) * VG_HOUR_US), VG_OK);
    assert_int_equal(hours.count, 100);
    for (int64_t i = 0; i < 100; i++) {
        assert_int_equal(hours.items[i], (i - 50) * VG_HOUR_US);
        assert_true(vg_store_hours_have(&hours, (i - 50) * VG_HOUR_US));
        assert_false(vg_store_hours_have(&hours, (i - 50) * VG_HOUR_US + 1));
    }
    free(hours.items);
}

/* ---- parts ---- */

static void touch(const char *dir, const char *name)
{
    char path[400];
    snprintf(path, sizeof path, "%s/positions/day=2026-11-22/hour=07/%s", dir, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fclose(f);
}

static bool there(const char *dir, const char *name)
{
    char path[400];
    snprintf(path, sizeof path, "%s/positions/day=2026-11-22/hour=07/%s", dir, name);
    return access(path, F_OK) == 0;
}

static void parts_that_count_are_listed_and_the_others_removed(void **state)
{
    static const struct {
        const char *name;
        bool counts, stays; /* up to commit 9; after cleaning */
    } files[] = {
        {"part-0000000001-0000000003.parquet", true, true},
        {"part-0000000001-0000000002.parquet", false, false},
        {"part-0000000002-0000000003.parquet", false, false},
        {"part-0000000003-0000000003.parquet", false, false},
        {"part-0000000004-0000000004.parquet", true, true},
        {"part-0000000006-0000000009.parquet", true, true},
        {"part-0000000006-0000000010.parquet", false, false},
        {"part-0000000010-0000000010.parquet", false, false},
        {"part-0000000004-0000000004.parquet.tmp", false, false},
        {"part-.tmp", false, false},
        {"part-0000000004.parquet", false, true},
        {"other.tmp", false, true},
        {"part-0000000000-0000000001.parquet", false, true},
        {"part-tmp", false, true},
    };
    const char *dir = *state;
    struct vg_store_parts parts = {0};
    assert_int_equal(vg_store_list_parts(dir, VG_STORE_POSITIONS, HOUR0, 9, true, &parts), VG_OK);
    assert_int_equal(parts.count, 0);
    assert_int_equal(vg_store_make_folder(dir, VG_STORE_POSITIONS, HOUR0), VG_OK);
    assert_int_equal(vg_store_make_folder(dir, VG_STORE_POSITIONS, HOUR0), VG_OK); /* there already */
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        touch(dir, files[i].name);
    for (int clean = 0; clean < 2; clean++) {
        assert_int_equal(vg_store_list_parts(dir, VG_STORE_POSITIONS, HOUR0, 9, clean, &parts), VG_OK);
        assert_int_equal(parts.count, 3);
        assert_true(parts.items[0].first == 1 && parts.items[0].last == 3);
        assert_true(parts.items[1].first == 4 && parts.items[1].last == 4);
        assert_true(parts.items[2].first == 6 && parts.items[2].last == 9);
        for (size_t i = 0; i < sizeof files / sizeof *files; i++)
            if (there(dir, files[i].name) != (!clean || files[i].stays))
                fail_msg("%s", files[i].name);
    }
    assert_int_equal(vg_store_list_parts(dir, VG_STORE_POSITIONS, HOUR0, 8, false, &parts), VG_OK);
    assert_int_equal(parts.count, 2);
    assert_true(vg_store_remove_part(dir, VG_STORE_POSITIONS, HOUR0, &(struct vg_store_part){4, 4}));
    assert_false(there(dir, files[4].name));
    assert_true(vg_store_remove_part(dir, VG_STORE_POSITIONS, HOUR0, &(struct vg_store_part){4, 4}));
    free(parts.items);
}

/* ---- the state ---- */

static void a_state_is_one_line_of_json(void **state)
{
    (void)state;
    char text[VG_STORE_STATE_MAX];
    struct vg_store_state s = {.commit = 3, .mark = 400}, back;
    size_t len = vg_store_state_text(&s, text);
    assert_int_equal(len, strlen("{\"format\": 2, \"commit\": 3, \"mark\": 400}\n"));
    assert_memory_equal(text, "{\"format\": 2, \"commit\": 3, \"mark\": 400}\n", len);
    memcpy(s.note, "a \"b\"\n", 7);
    s.emptied = true;
    s.commit = VG_STORE_NUMBER_MAX;
    s.mark = INT64_MAX;
    static const char want[] = "{\"format\": 2, \"commit\": 9999999999, \"mark\": 9223372036854775807, "
                               "\"emptied\": true, \"note\": \"a \\\"b\\\"\\u000a\"}\n";
    len = vg_store_state_text(&s, text);
    assert_int_equal(len, sizeof want - 1);
    assert_memory_equal(text, want, len);
    assert_int_equal(vg_store_state_parse(text, len, &back), VG_OK);
    assert_memory_equal(&back, &s, sizeof s);
}

static void each_value_of_a_state_is_looked_at(void **state)
{
    (void)state;
    static char long_note[VG_STORE_NOTE + 100];
    static const struct {
        const char *text;
        enum vg_err err;
    } cases[] = {
        {"{\"format\": 1, \"commit\": 3, \"mark\": 4}", VG_OK},
        {"{\"format\": 2, \"commit\": 0, \"mark\": 0, \"note\": \"\"}", VG_OK},
        {"{\"format\": 2, \"commit\": 9999999999, \"mark\": 9223372036854775807}", VG_OK},
        {"{\"format\": 2, \"commit\": 10000000000, \"mark\": 4}", VG_CORRUPT},
        {"{\"format\": 2, \"commit\": 3, \"mark\": 9223372036854775808}", VG_CORRUPT},
        {"{\"format\": 2, \"commit\": 3, \"mark\": -1}", VG_CORRUPT},
        {"{\"format\": 2, \"commit\": -1, \"mark\": 4}", VG_CORRUPT},
        {"{\"format\": 2, \"mark\": 4}", VG_CORRUPT},
        {"{\"format\": 2, \"commit\": \"3\", \"mark\": 4}", VG_CORRUPT},
        {"{\"format\": 2, \"commit\": 3, \"mark\": 4, \"mark\": 5}", VG_CORRUPT},
        {"{\"format\": 2, \"commit\": 3, \"mark\": 4, \"note\": 5}", VG_CORRUPT},
        {"{\"format\": 2, \"commit\": 3, \"mark\": 4, \"emptied\": true}", VG_OK},
        {"{\"format\": 2, \"commit\": 3, \"mark\": 4, \"emptied\": 1}", VG_CORRUPT},
        {"{\"format\": 0, \"commit\": 3, \"mark\": 4}", VG_CORRUPT},
        {"{\"format\": -1, \"commit\": 3, \"mark\": 4}", VG_CORRUPT},
        {"{\"format\": 4, \"commit\": 3, \"mark\": 4}", VG_OK},
        {"{\"format\": 5}", VG_UNSUPPORTED},
        {"{\"commit\": 3, \"mark\": 4}", VG_CORRUPT},
        {"[2, 3, 4]", VG_CORRUPT},
        {"{\"format\": 2, \"commit\": 3, \"mark\": 4} x", VG_CORRUPT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_store_state s = {.commit = 77, .mark = 78};
        if (vg_store_state_parse(cases[i].text, strlen(cases[i].text), &s) != cases[i].err)
            fail_msg("%s", cases[i].text);
        if (cases[i].err)
            assert_true(s.commit == 77 && s.mark == 78);
    }
    for (size_t note = VG_STORE_NOTE - 2; note <= VG_STORE_NOTE; note++) {
        struct vg_store_state s;
        int n = snprintf(long_note, sizeof long_note, "{\"format\": 2, \"commit\": 3, \"mark\": 4, \"note\": \"%0*d\"}",
                         (int)note, 0);
        assert_int_equal(vg_store_state_parse(long_note, (size_t)n, &s), note < VG_STORE_NOTE ? VG_OK : VG_CORRUPT);
        if (note < VG_STORE_NOTE)
            assert_int_equal(strlen(s.note), note);
    }
}

static void a_state_that_its_file_cannot_hold_is_refused(void **state)
{
    static char dir[4200];
    struct vg_store_state s = {.commit = 1, .mark = INT64_MAX}, now;
    uint64_t mark = 77;
    assert_int_equal(vg_store_mark(*state, &mark), VG_OK); /* none yet */
    assert_int_equal(mark, 0);
    assert_int_equal(vg_store_state_read(*state, &now), VG_NOT_FOUND);
    assert_int_equal(vg_store_state_write(*state, &s), VG_OK);
    assert_int_equal(vg_store_mark(*state, &mark), VG_OK);
    assert_int_equal(mark, INT64_MAX);
    s.mark++;
    assert_int_equal(vg_store_state_write(*state, &s), VG_RANGE);
    s.mark = 5;
    memset(s.note, 1, sizeof s.note - 1); /* six bytes each in JSON */
    assert_int_equal(vg_store_state_text(&s, dir), 0);
    assert_int_equal(vg_store_state_write(*state, &s), VG_LIMIT);
    assert_int_equal(vg_store_state_read(*state, &now), VG_OK);
    assert_int_equal(now.mark, INT64_MAX);
    s.note[0] = 0;
    memset(dir, 'x', sizeof dir);
    dir[4084] = 0; /* and "/state.json" are 4095 bytes */
    assert_int_equal(vg_store_state_read(dir, &now), VG_IO);
    assert_int_equal(vg_store_state_write(dir, &s), VG_IO);
    assert_int_equal(vg_store_mark(dir, &mark), VG_IO);
    assert_int_equal(mark, INT64_MAX);
    dir[4084] = 'x';
    dir[4085] = 0;
    assert_int_equal(vg_store_state_read(dir, &now), VG_RANGE);
    assert_int_equal(vg_store_state_write(dir, &s), VG_RANGE);
}

/* ---- the order of rows ---- */

static const struct vg_table_key *by_index; /* the rows as they came */

static int64_t hour_below(int64_t t)
{
    int64_t h = t / VG_HOUR_US;
    return h * VG_HOUR_US > t ? h - 1 : h;
}

static int reference(const void *a, const void *b)
{
    const size_t i = *(const size_t *)a, k = *(const size_t *)b;
    const struct vg_table_key *x = &by_index[i], *y = &by_index[k];
    int64_t p = hour_below(x->time_us), q = hour_below(y->time_us);
    if (p != q)
        return p < q ? -1 : 1;
    if (x->mmsi != y->mmsi)
        return x->mmsi < y->mmsi ? -1 : 1;
    if (x->time_us != y->time_us)
        return x->time_us < y->time_us ? -1 : 1;
    if (x->journal_offset != y->journal_offset)
        return x->journal_offset < y->journal_offset ? -1 : 1;
    return i < k ? -1 : 1;
}

static void check_sorted(const struct vg_table_key *rows, size_t count, struct vg_store_sorted *sorted)
{
    size_t *order = calloc(count + 1, sizeof *order), hours = 0;
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    by_index = rows;
    qsort(order, count, sizeof *order, reference);
    assert_int_equal(vg_store_sort(rows, sizeof *rows, count, sorted), VG_OK);
    for (size_t i = 0; i < count; i++) {
        assert_ptr_equal(sorted->rows[i], &rows[order[i]]);
        if (i == 0 || hour_below(rows[order[i]].time_us) != hour_below(rows[order[i - 1]].time_us))
            assert_int_equal(sorted->starts[hours++], i);
    }
    assert_int_equal(sorted->hours, hours);
    if (count)
        assert_int_equal(sorted->starts[hours], count);
    free(order);
}

static void rows_are_sorted_by_hour_vessel_time_place_and_coming(void **state)
{
    (void)state;
    static struct vg_table_key rows[3000];
    struct vg_store_sorted sorted = {0};
    uint64_t seed = 6;
    static const int64_t spans[] = {1, VG_HOUR_US, 3 * VG_HOUR_US, 900 * VG_DAY_US, INT64_C(315000000000000000)};
    static const int64_t starts[] = {HOUR0, HOUR0 - 1, -5 * VG_HOUR_US / 2, INT64_C(-62167219200000000)};
    static const uint32_t vessels[] = {1, 7, 5000, UINT32_MAX};
    for (unsigned round = 0; round < 80; round++) {
        size_t count = round % 3 == 0 ? 3000 : dice(&seed) % 50;
        bool placed = dice(&seed) % 2;
        for (size_t i = 0; i < count; i++)
            rows[i] = (struct vg_table_key){starts[round % 4] + (int64_t)(dice(&seed) % (uint64_t)spans[round % 5]),
                                            placed ? i / 3 : dice(&seed) % 4,
                                            (uint32_t)(dice(&seed) % vessels[round / 4 % 4])};
        check_sorted(rows, count, &sorted);
    }
    vg_store_sorted_free(&sorted);
    assert_null(sorted.rows);
    assert_int_equal(vg_store_hour_of(0), 0);
    assert_int_equal(vg_store_hour_of(-1), -VG_HOUR_US);
    assert_int_equal(vg_store_hour_of(-VG_HOUR_US), -VG_HOUR_US);
    assert_int_equal(vg_store_hour_of(VG_HOUR_US - 1), 0);
    assert_int_equal(vg_store_hour_of(VG_HOUR_US), VG_HOUR_US);
}

static void keys_are_compared_by_vessel_time_and_place(void **state)
{
    (void)state;
    static const struct vg_table_key keys[] = {
        {-5, 9, 1}, {-5, 10, 1},        {3, 0, 1},         {INT64_MIN, UINT64_MAX, 2},
        {7, 0, 2},  {7, UINT64_MAX, 2}, {0, 0, UINT32_MAX}};
    for (int i = 0; i < 7; i++)
        for (int k = 0; k < 7; k++) {
            int order = vg_table_order(&keys[i], &keys[k]);
            assert_int_equal((order > 0) - (order < 0), (i > k) - (i < k));
        }
}

/* ---- merging ---- */

struct merged {
    struct {
        struct vg_table_key key;
        char source;
    } rows[600];
    size_t count, most;
};

static enum vg_err take(void *arg, const struct vg_table *table, const void *row)
{
    struct merged *m = arg;
    const struct vg_position *p = row;
    assert_ptr_equal(table, &vg_table_positions);
    memcpy(&m->rows[m->count].key, row, sizeof m->rows[0].key);
    m->rows[m->count++].source = p->source_name.bytes[0];
    return m->count == m->most ? VG_LIMIT : VG_OK;
}

/* File number f has 60 to 100 rows of few keys, so that many stand in several files. */
static void write_file(const char *path, size_t f)
{
    static const char names[] = "abcdef";
    struct vg_parquet_options options = VG_PARQUET_OPTIONS_DEFAULT;
    struct vg_table_out *out;
    assert_int_equal(vg_table_out_open(&vg_table_positions, path, &options, &out), VG_OK);
    for (uint32_t i = 0; i < 60 + 8 * f; i++) {
        struct vg_position p = {.time_us = i % 10 / 3, .mmsi = i / 10 + (f % 3), .source_name = {names + f, 1}};
        assert_int_equal(vg_table_out_row(out, &p), VG_OK);
    }
    assert_int_equal(vg_table_out_commit(out, NULL, NULL), VG_OK);
}

static void merged_rows_come_by_key_and_equal_ones_by_file(void **state)
{
    enum { FILES = 6, ALL = 6 * 60 + 8 * 15 };
    struct vg_table_file files[FILES], *given[FILES];
    struct vg_scan scans[FILES] = {0};
    struct vg_positions_work work = {0};
    static struct merged m;
    const struct vg_positions_query all = VG_POSITIONS_ALL;
    char path[200];
    for (size_t f = 0; f < FILES; f++) {
        struct vg_parquet_file *parquet;
        snprintf(path, sizeof path, "%s/%zu", (char *)*state, f);
        write_file(path, f);
        assert_int_equal(vg_parquet_open(path, &parquet), VG_OK);
        assert_int_equal(vg_table_file_init(&files[f], &vg_table_positions, parquet), VG_OK);
        given[f] = &files[f];
    }
    for (size_t most = 0; most <= ALL; most += ALL / 2) {
        m = (struct merged){.most = most};
        assert_int_equal(vg_merge(given, FILES, scans, &all, take, NULL, &m, &work), most ? VG_LIMIT : VG_OK);
        assert_int_equal(m.count, most ? most : ALL);
        for (size_t i = 1; i < m.count; i++) {
            int order = vg_table_order(&m.rows[i - 1].key, &m.rows[i].key);
            assert_true(order < 0 || (order == 0 && m.rows[i - 1].source <= m.rows[i].source));
        }
    }
    assert_int_equal(vg_merge(given, 0, scans, &all, take, NULL, &m, &work), VG_OK);
    assert_int_equal(m.count, ALL);
    for (size_t f = 0; f < FILES; f++) {
        vg_scan_free(&scans[f]);
        vg_table_file_close(&files[f]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_names_table_day_hour_and_part),
        cmocka_unit_test(a_parts_name_is_two_numbers),
        IN_FOLDER(hours_are_those_whose_folders_have_names_of_hours),
        cmocka_unit_test(lists_of_hours_are_sorted_and_have_each_once),
        IN_FOLDER(parts_that_count_are_listed_and_the_others_removed),
        cmocka_unit_test(a_state_is_one_line_of_json),
        cmocka_unit_test(each_value_of_a_state_is_looked_at),
        IN_FOLDER(a_state_that_its_file_cannot_hold_is_refused),
        cmocka_unit_test(rows_are_sorted_by_hour_vessel_time_place_and_coming),
        cmocka_unit_test(keys_are_compared_by_vessel_time_and_place),
        IN_FOLDER(merged_rows_come_by_key_and_equal_ones_by_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
