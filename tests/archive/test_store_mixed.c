/*
 * Rows of hours that have few rows: they share parts, whatever their times, and every question is answered as if each
 * hour had parts of its own. What is told to give up leaves nothing that counts.
 */
#include <dirent.h>

#include "archive/failing_system.h"
#include "archive/store_answers.h"
#include "archive/store_folder.h"

#define HOUR0 INT64_C(1795330800000000) /* 2026-11-22T07:00Z */
#define HOURS 40

static struct vg_sources sources;

static struct vg_store_writer *open_writer(const char *dir)
{
    struct vg_store_rules rules = {.most_rows = 200000, .level = 2, .fresh_level = 1};
    struct vg_store_writer *w;
    uint64_t mark;
    const char *why;
    assert_int_equal(vg_store_open(dir, &rules, &sources, &w, &mark, &why), VG_OK);
    return w;
}

static void compact_all(struct vg_store_writer *w)
{
    bool more = true;
    const char *why;
    for (int steps = 0; more; steps++) {
        assert_int_equal(vg_store_compact(w, INT64_MAX, &more, &why), VG_OK);
        assert_string_equal(why, "");
        assert_true(steps < 1000);
    }
}

/* A row in an hour; every third says a name, too, every fifth a text, so that it has rows in several tables. */
static void add(struct vg_store_writer *w, int hour, uint64_t offset)
{
    struct vg_report r = {.time_us = HOUR0 + hour * VG_HOUR_US + (int64_t)(offset * 7 % 3600) * VG_SECOND_US,
                          .journal_offset = offset,
                          .mmsi = 100 + (uint32_t)(offset % 4),
                          .fields = VG_FIELD_BIT(POS) | (offset % 3 == 0 ? VG_FIELD_BIT(NAME) : 0) |
                                    (offset % 5 == 0 ? VG_FIELD_BIT(TEXT) : 0),
                          .message = offset % 3 ? 1 : 5,
                          .class = VG_CLASS_SHIP_A,
                          .pos = {(int32_t)(offset % 90) * 10000, 1000},
                          .name = "A NAME",
                          .text = "SAFE"};
    assert_int_equal(vg_store_add(w, &r), VG_OK);
}

/* Five rows in each hour, added hour by hour or in turns. */
static void add_hours(struct vg_store_writer *w, int from, int to)
{
    for (int round = 0; round < 5; round++)
        for (int hour = from; hour < to; hour++)
            add(w, hour * 7 % HOURS, (uint64_t)(1 + hour * 7 % HOURS * 5 + round));
}

static int count_in(const char *path, const char *prefix)
{
    DIR *folder = opendir(path);
    struct dirent *entry;
    int count = 0;
    while (folder && (entry = readdir(folder))) {
        char inner[1000];
        if (entry->d_name[0] == '.')
            continue;
        snprintf(inner, sizeof inner, "%s/%.200s", path, entry->d_name);
        int within = count_in(inner, prefix);
        count += within + !strncmp(entry->d_name, prefix, strlen(prefix));
    }
    if (folder)
        closedir(folder);
    return count;
}

/* ---- the same answers ---- */

/* An archive of the same rows whose hours all have parts of their own. */
static char *answers_without(const char *dir)
{
    char path[300];
    snprintf(path, sizeof path, "%s/hours", dir);
    for (int hour = 0; hour < HOURS; hour++) {
        struct vg_store_writer *w = open_writer(path);
        add_hours(w, hour, hour + 1);
        assert_int_equal(vg_store_commit(w, (uint64_t)hour + 1), VG_OK);
        vg_store_close(w);
    }
    assert_int_equal(count_in(path, "mixed-"), 0);
    return answers_of(path, 101, HOUR0 + 3 * VG_HOUR_US);
}

static void check(const char *dir, const char *want, const char *when)
{
    char *have = answers_of(dir, 101, HOUR0 + 3 * VG_HOUR_US);
    if (strcmp(have, want) != 0)
        fail_msg("%s: other answers", when);
    free(have);
}

static void every_question_is_answered_as_if_each_hour_had_its_own_parts(void **state)
{
    char path[300], *want = answers_without(*state);
    snprintf(path, sizeof path, "%s/mixed", (char *)*state);
    struct vg_store_writer *w = open_writer(path);
    for (int from = 0; from < HOURS; from += 10) {
        add_hours(w, from, from + 10);
        assert_int_equal(vg_store_commit(w, (uint64_t)from + 1), VG_OK);
    }
    assert_int_equal(count_in(path, "part-"), 0);
    assert_int_equal(count_in(path, "mixed-"), 12);
    check(path, want, "four commits");
    compact_all(w);
    assert_int_equal(count_in(path, "mixed-"), 3);
    check(path, want, "compacted");
    vg_store_close(w);
    vg_store_close(open_writer(path));
    check(path, want, "opened again");
    free(want);
}

/* ---- how many parts ---- */

static uint64_t next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

struct order {
    int64_t hour_us, time_us;
    uint32_t mmsi;
    size_t rows;
};

static enum vg_err in_order(void *arg, const struct vg_position *p)
{
    struct order *o = arg;
    int64_t hour_us = vg_store_hour_of(p->time_us);
    bool later = hour_us > o->hour_us || p->mmsi > o->mmsi || (p->mmsi == o->mmsi && p->time_us >= o->time_us);
    assert_true(!o->rows || (hour_us >= o->hour_us && later));
    *o = (struct order){hour_us, p->time_us, p->mmsi, o->rows + 1};
    return VG_OK;
}

static size_t rows_in(struct vg_store *store, int64_t from_us, int64_t to_us, struct vg_positions_work *work)
{
    struct vg_positions_query q = {.from_us = from_us, .to_us = to_us};
    struct order o = {0};
    assert_int_equal(vg_store_positions(store, &q, in_order, NULL, &o, work), VG_OK);
    return o.rows;
}

static void random_times_of_thirty_years_make_few_files(void **state)
{
    enum { ROWS = 20000, COMMITS = 8 };
    const char *dir = *state;
    struct vg_store_writer *w = open_writer(dir);
    uint64_t seed = 1;
    for (uint64_t i = 0; i < ROWS; i++) {
        add(w, -(int)(next_random(&seed) % (30 * 365 * 24)), i + 1);
        if (i % (ROWS / COMMITS) == ROWS / COMMITS - 1)
            assert_int_equal(vg_store_commit(w, i + 1), VG_OK);
    }
    assert_true(count_in(dir, "") <= 3 * (3 + COMMITS) + 3); /* folders, state and list, too */
    struct vg_store *store;
    assert_int_equal(vg_store_reader_open(dir, &store), VG_OK);
    struct vg_positions_work work = {0};
    assert_int_equal(rows_in(store, INT64_MIN, INT64_MAX, &work), ROWS);
    compact_all(w);
    assert_int_equal(count_in(dir, "mixed-"), 3);
    assert_int_equal(rows_in(store, INT64_MIN, INT64_MAX, &work), ROWS);
    size_t hours = vg_store_hours(store, NULL, 0);
    assert_in_range(hours, 15000, ROWS);
    vg_store_reader_close(store);
    vg_store_close(w);
}

/* An hour of ten years is found by the bounds of pages: all rows are in order of their hours. */
static void ten_years_of_an_hourly_row_are_one_part_and_an_hour_is_found_by_few_pages(void **state)
{
    enum { ROWS = 87600 };
    struct vg_store_writer *w = open_writer(*state);
    for (int i = 0; i < ROWS; i++)
        add(w, i, (uint64_t)i + 1);
    assert_int_equal(vg_store_commit(w, 1), VG_OK);
    assert_int_equal(count_in(*state, "mixed-"), 3);
    assert_int_equal(count_in(*state, "part-"), 0);
    struct vg_store *store;
    struct vg_positions_work work = {0};
    assert_int_equal(vg_store_reader_open(*state, &store), VG_OK);
    assert_int_equal(rows_in(store, HOUR0 + 40000 * VG_HOUR_US, HOUR0 + 40002 * VG_HOUR_US, &work), 2);
    assert_in_range(work.pages - work.pages_skipped, 1, 2);
    assert_int_equal(vg_store_hours(store, NULL, 0), ROWS);
    vg_store_reader_close(store);
    vg_store_close(w);
}

static void a_commit_gives_parts_to_at_most_64_hours(void **state)
{
    struct vg_store_writer *w = open_writer(*state);
    for (int hour = 0; hour < VG_STORE_COMMIT_HOURS + 6; hour++)
        for (int i = 0; i < VG_STORE_HOUR_ROWS + (hour >= 3); i++) /* those with the least rows, and the last, share */
            add(w, hour, (uint64_t)(hour * 1000 + i + 1));
    assert_int_equal(vg_store_commit(w, 1), VG_OK);
    char path[300];
    snprintf(path, sizeof path, "%s/positions", (char *)*state);
    assert_int_equal(count_in(path, "part-"), VG_STORE_COMMIT_HOURS);
    assert_int_equal(count_in(path, "mixed-"), 1);
    assert_string_equal(parts_of(*state, VG_STORE_POSITIONS, HOUR0), "");
    assert_string_equal(parts_of(*state, VG_STORE_POSITIONS, HOUR0 + 3 * VG_HOUR_US), "1-1");
    vg_store_close(w);
}

static void rows_that_drip_in_from_any_time_make_few_files(void **state)
{
    struct vg_store_writer *w = open_writer(*state);
    bool more;
    const char *why;
    for (uint64_t i = 0; i < 60; i++) {
        add(w, -(int)i * 13, 3 * i + 1);
        assert_int_equal(vg_store_commit(w, i + 1), VG_OK);
        for (more = true; more;)
            assert_int_equal(vg_store_compact(w, INT64_MAX, &more, &why), VG_OK);
    }
    assert_in_range(count_in(*state, "mixed-") + count_in(*state, "part-"), 1, 3 * (VG_STORE_FEW_FOLDERS + 2));
    vg_store_close(w);
}

/* ---- hours that move ---- */

/* Ten hours in each of two commits: the first has many rows in both together. */
static void add_growing(struct vg_store_writer *w, int commit)
{
    for (int i = 0; i < 300; i++)
        add(w, 0, (uint64_t)(commit * 1000 + i + 1));
    for (int hour = 1; hour < 10; hour++)
        add(w, hour, (uint64_t)(commit * 1000 + 900 + hour));
}

static void an_hour_with_enough_rows_gets_a_part_of_its_own(void **state)
{
    const char *dir = *state;
    struct vg_store_writer *w = open_writer(dir);
    for (int commit = 0; commit < 2; commit++) {
        add_growing(w, commit);
        assert_int_equal(vg_store_commit(w, (uint64_t)commit + 1), VG_OK);
    }
    assert_string_equal(parts_of(dir, VG_STORE_POSITIONS, VG_STORE_MIXED), "1-1 2-2");
    char *before = answers_of(dir, 101, HOUR0);
    compact_all(w);
    char *after = answers_of(dir, 101, HOUR0);
    assert_string_equal(before, after);
    assert_int_equal(vg_store_counters(w)->moved, 600);
    char path[300];
    snprintf(path, sizeof path, "%s/positions", dir);
    assert_int_equal(count_in(path, "part-"), 1);
    assert_int_equal(count_in(path, "mixed-"), 1);
    free(before);
    free(after);
    vg_store_close(w);
}

/* Nothing is left in the mixed part: it goes, and nothing says that there is an empty one. */
static void a_mixed_part_that_gave_all_its_rows_is_gone(void **state)
{
    const char *dir = *state;
    struct vg_store_writer *w = open_writer(dir);
    for (int commit = 0; commit < 2; commit++) {
        for (int hour = 0; hour < 10; hour++)
            for (int i = 0; i < 300; i++)
                add(w, hour, (uint64_t)(30000 * commit + hour * 1000 + i * 3 + 1));
        assert_int_equal(vg_store_commit(w, (uint64_t)commit + 1), VG_OK);
    }
    compact_all(w);
    struct vg_store_state now;
    assert_int_equal(vg_store_state_read(dir, &now), VG_OK);
    assert_false(now.emptied);
    char path[300];
    snprintf(path, sizeof path, "%s/positions", dir);
    assert_int_equal(count_in(path, "mixed-"), 0);
    assert_int_equal(count_in(path, "part-"), 10);
    vg_store_close(w);
}

/* A question that is under way while rows move to their hour. */
struct mover {
    struct vg_store_writer *writer;
    size_t rows, at;
    uint64_t sum;
};

static enum vg_err move_meanwhile(void *arg, const struct vg_position *p)
{
    struct mover *m = arg;
    m->sum += p->journal_offset;
    if (m->rows++ == m->at)
        compact_all(m->writer);
    return VG_OK;
}

static void a_question_finds_each_row_once_while_rows_move(void **state)
{
    uint64_t want = 0;
    for (size_t at = 0; at < 700; at += 233) {
        char dir[300];
        snprintf(dir, sizeof dir, "%s/%zu", (char *)*state, at);
        struct mover m = {.writer = open_writer(dir), .at = at};
        struct vg_store *store;
        for (int commit = 0; commit < 2; commit++) {
            add(m.writer, -3, (uint64_t)(50000 + commit)); /* an hour of its own comes before, and one behind */
            add(m.writer, 12, (uint64_t)(60000 + commit));
            assert_int_equal(vg_store_commit(m.writer, 1 + (uint64_t)commit), VG_OK);
            add_growing(m.writer, commit);
            for (int i = 0; i < 40; i++)
                add(m.writer, 12, (uint64_t)(70000 + commit * 100 + i)); /* what moves behind the hour at hand */
            assert_int_equal(vg_store_commit(m.writer, 10 + (uint64_t)commit), VG_OK);
        }
        assert_int_equal(vg_store_reader_open(dir, &store), VG_OK);
        const struct vg_positions_query all = VG_POSITIONS_ALL;
        assert_int_equal(vg_store_positions(store, &all, move_meanwhile, NULL, &m, NULL), VG_OK);
        assert_int_equal(m.rows, 2 * (2 + 309 + 40));
        want = want ? want : m.sum;
        assert_int_equal(m.sum, want);
        assert_true(vg_store_counters(m.writer)->moved >= 600);
        vg_store_reader_close(store);
        vg_store_close(m.writer);
    }
}

/* ---- given up, killed ---- */

struct patience {
    int left;
};

static bool is_over(void *arg)
{
    struct patience *p = arg;
    return p->left-- <= 0;
}

static const struct vg_offset_range taken_back[] = {{5, 50}};

/* Commits, takes rows back and compacts, up to the first error. */
static enum vg_err work(struct vg_store_writer *w)
{
    const char *why;
    bool more = true;
    add_growing(w, 1);
    enum vg_err err = vg_store_retract(w, taken_back, 1, &why);
    if (!err)
        err = vg_store_commit(w, 2);
    while (more && !err)
        err = vg_store_compact(w, INT64_MAX, &more, &why);
    return err;
}

static void prepare(const char *dir)
{
    struct vg_store_writer *w = open_writer(dir);
    add_growing(w, 0);
    assert_int_equal(vg_store_commit(w, 1), VG_OK);
    vg_store_close(w);
}

static void learn(const char *dir, char **ret_before, char **ret_after)
{
    char path[300];
    snprintf(path, sizeof path, "%s/whole", dir);
    prepare(path);
    *ret_before = reports_of(path);
    struct vg_store_writer *w = open_writer(path);
    assert_int_equal(work(w), VG_OK);
    vg_store_close(w);
    *ret_after = reports_of(path);
    assert_string_not_equal(*ret_before, *ret_after);
}

static void check_one_of(const char *dir, const char *before, const char *after, const char *how, long at)
{
    uint64_t mark;
    char *have = reports_of(dir);
    assert_int_equal(vg_store_mark(dir, &mark), VG_OK);
    if (strcmp(have, mark == 2 ? after : before) != 0)
        fail_msg("%s at %ld: neither before nor after", how, at);
    free(have);
}

static void what_is_given_up_leaves_nothing_that_counts(void **state)
{
    char *before, *after, dir[300];
    learn(*state, &before, &after);
    bool reached = true;
    int given_up = 0;
    for (int at = 0; reached; at += at < 2 ? 1 : 5) {
        struct patience p = {at};
        const char *why;
        snprintf(dir, sizeof dir, "%s/%d", (char *)*state, at);
        prepare(dir);
        struct vg_store_writer *w = open_writer(dir);
        vg_store_stop_by(w, is_over, &p);
        enum vg_err err = work(w);
        reached = p.left < 0;
        assert_int_equal(err, reached ? VG_EOF : VG_OK);
        given_up += reached;
        assert_int_equal(vg_store_counters(w)->failures, 0);
        check_one_of(dir, before, after, "given up", at);
        vg_store_stop_by(w, NULL, NULL); /* and it goes on */
        if (vg_store_waiting(w)) {
            assert_int_equal(vg_store_retract(w, taken_back, 1, &why), VG_OK);
            assert_int_equal(vg_store_commit(w, 2), VG_OK);
        }
        compact_all(w);
        vg_store_close(w);
        vg_store_close(open_writer(dir));
        char *have = reports_of(dir);
        assert_string_equal(have, after);
        free(have);
        remove_all(dir);
    }
    assert_true(given_up > 3);
    free(before);
    free(after);
}

static void killed_anywhere_it_is_the_one_before_or_the_one_after(void **state)
{
    char *before, *after, dir[300];
    learn(*state, &before, &after);
    bool reached = true;
    long at;
    for (at = 0; reached; at += 61) { /* some of the calls that change something */
        snprintf(dir, sizeof dir, "%s/%ld", (char *)*state, at);
        prepare(dir);
        struct vg_store_writer *w = open_writer(dir);
        fault.dead = fault.changes = true;
        arm(at, EIO);
        work(w);
        vg_store_close(w);
        reached = disarm();
        check_one_of(dir, before, after, "killed", at);
        vg_store_close(open_writer(dir));
        check_one_of(dir, before, after, "tidied", at);
        remove_all(dir);
    }
    assert_true(at > 60);
    free(before);
    free(after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(every_question_is_answered_as_if_each_hour_had_its_own_parts),
        IN_FOLDER(random_times_of_thirty_years_make_few_files),
        IN_FOLDER(ten_years_of_an_hourly_row_are_one_part_and_an_hour_is_found_by_few_pages),
        IN_FOLDER(a_commit_gives_parts_to_at_most_64_hours),
        IN_FOLDER(rows_that_drip_in_from_any_time_make_few_files),
        IN_FOLDER(an_hour_with_enough_rows_gets_a_part_of_its_own),
        IN_FOLDER(a_mixed_part_that_gave_all_its_rows_is_gone),
        IN_FOLDER(a_question_finds_each_row_once_while_rows_move),
        IN_FOLDER(what_is_given_up_leaves_nothing_that_counts),
        IN_FOLDER(killed_anywhere_it_is_the_one_before_or_the_one_after),
    };
    if (vg_sources_init(&sources))
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    vg_sources_free(&sources);
    return failed;
}
