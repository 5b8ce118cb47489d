/*
 * Rows that leave: what an archive answers then is what it would answer had they never come, whatever was committed,
 * compacted or waiting; and no other hour is touched.
 */
#include <sys/stat.h>
#include <time.h>

#include "archive/parquet_test.h"
#include "archive/store_answers.h"
#include "archive/store_folder.h"
#include "archive/store_inner.h"

#define HOUR0 INT64_C(1795330800000000) /* 2026-11-22T07:00Z */
#define ALL   UINT64_MAX

static struct vg_sources sources;

static struct vg_store_writer *open_writer(const char *dir)
{
    return open_store(dir, &sources, 100000);
}

/* A report of all three tables. */
static struct vg_report report(int hour, uint32_t mmsi, uint64_t offset)
{
    return (struct vg_report){.time_us = HOUR0 + hour * VG_HOUR_US + (int64_t)(offset % 3000) * VG_SECOND_US,
                              .journal_offset = offset,
                              .mmsi = mmsi,
                              .fields = VG_FIELD_BIT(POS) | VG_FIELD_BIT(NAME) | VG_FIELD_BIT(TEXT),
                              .message = 1,
                              .class = VG_CLASS_SHIP_A,
                              .name = "A NAME",
                              .text = "A TEXT"};
}

/* Reports of the offsets [from, to), all of one hour. */
static void add(struct vg_store_writer *w, int hour, uint64_t from, uint64_t to)
{
    for (uint64_t offset = from; offset < to; offset++) {
        struct vg_report r = report(hour, 100 + (uint32_t)(offset % 7), offset);
        assert_int_equal(vg_store_add(w, &r), VG_OK);
    }
}

static void commit(struct vg_store_writer *w, uint64_t mark)
{
    enum vg_err err = vg_store_commit(w, mark);
    if (err)
        fail_msg("%s", vg_store_why(w));
    assert_string_equal(vg_store_why(w), "");
}

/* Nothing is told. */
static void retract(struct vg_store_writer *w, uint64_t from, uint64_t to)
{
    const char *why;
    assert_int_equal(vg_store_retract(w, &(struct vg_offset_range){from, to}, 1, &why), VG_OK);
    assert_string_equal(why, "");
}

static void compact_all(struct vg_store_writer *w)
{
    bool more = true;
    const char *why;
    for (int i = 0; more; i++) {
        assert_true(i < 1000);
        assert_int_equal(vg_store_compact(w, INT64_MAX, &more, &why), VG_OK);
        assert_string_equal(why, "");
    }
}

static void assert_same(const char *dir, const char *as)
{
    char *have = answers_of(dir, 103, HOUR0 + VG_HOUR_US), *want = answers_of(as, 103, HOUR0 + VG_HOUR_US);
    size_t at = 0;
    while (have[at] && have[at] == want[at])
        at++;
    if (have[at] || want[at])
        fail_msg("from %zu on: have %.200s\nwant %.200s", at, have + at, want + at);
    free(have);
    free(want);
}

/* How many rows of positions have an offset in [from, to); ALL: of any. */
struct counting {
    uint64_t from, to;
    unsigned rows;
};

static enum vg_err count_row(void *arg, const struct vg_position *p)
{
    struct counting *c = arg;
    c->rows += p->journal_offset >= c->from && p->journal_offset < c->to;
    return VG_OK;
}

static unsigned rows_of(const char *dir, uint64_t from, uint64_t to)
{
    struct counting c = {from, to, 0};
    const struct vg_positions_query all = VG_POSITIONS_ALL;
    struct vg_store *store;
    assert_int_equal(vg_store_reader_open(dir, &store), VG_OK);
    assert_int_equal(vg_store_positions(store, &all, count_row, NULL, &c, NULL), VG_OK);
    vg_store_reader_close(store);
    return c.rows;
}

/* ---- as if they had never been there ---- */

struct world {
    struct vg_store_writer *with, *without; /* both recordings; the second alone */
    uint64_t seed, offset;
    struct vg_offset_ranges first; /* the first recording's */
};

static struct vg_report any_report(struct world *d, bool first)
{
    uint64_t n = dice(&d->seed);
    struct vg_report r = report((int)(n % 30) / 6, 100 + (uint32_t)(n >> 8) % 8, d->offset);
    r.time_us = vg_store_hour_of(r.time_us) + (int64_t)(n >> 16 & 15) * VG_SECOND_US; /* many have the same */
    r.message = n >> 24 & 3 ? 1 : 5;
    r.source = (uint16_t)(1 + (n >> 28) % 3);
    r.pos = (struct vg_pos){(int32_t)(n >> 32) % 1000000, (int32_t)(n >> 20) % 1000000};
    r.fields = (n >> 40 & 7 ? VG_FIELD_BIT(POS) : 0) | (n >> 44 & 3 ? 0 : VG_FIELD_BIT(NAME)) |
               (n >> 48 & 7 ? 0 : VG_FIELD_BIT(TEXT));
    if (!first && !(n >> 52 & 15))
        r.journal_offset = 0; /* of no journal */
    return r;
}

/* Some reports of one of the recordings. */
static void take(struct world *d, bool first, size_t count)
{
    uint64_t from = d->offset;
    for (size_t i = 0; i < count; i++) {
        struct vg_report r = any_report(d, first);
        assert_int_equal(vg_store_add(d->with, &r), VG_OK);
        if (!first)
            assert_int_equal(vg_store_add(d->without, &r), VG_OK);
        d->offset += dice(&d->seed) % 3; /* rows of a table's line, or of neighbours */
    }
    d->offset++;
    if (first)
        assert_int_equal(vg_offset_ranges_add(&d->first, (struct vg_offset_range){from, d->offset}), VG_OK);
}

static void take_both(struct world *d, bool waiting)
{
    for (int steps = (int)(dice(&d->seed) % 12); steps >= 0; steps--) {
        uint64_t n = dice(&d->seed);
        if (n % 8 < 5) {
            take(d, n >> 8 & 1, (n >> 16) % 60);
        } else if (!waiting && n % 8 < 7) {
            commit(d->with, d->offset);
            commit(d->without, d->offset);
        } else if (!waiting) {
            compact_all(n >> 8 & 1 ? d->with : d->without);
        }
    }
}

/* All at once, or one after the other. */
static void retract_first(struct world *d)
{
    const char *why;
    if (dice(&d->seed) & 1) {
        assert_int_equal(vg_store_retract(d->with, d->first.items, d->first.count, &why), VG_OK);
        return;
    }
    for (size_t i = d->first.count; i-- > 0;)
        assert_int_equal(vg_store_retract(d->with, &d->first.items[i], 1, &why), VG_OK);
}

static void check_world(const char *dir, uint64_t seed)
{
    char with[300], without[300];
    snprintf(with, sizeof with, "%s/%d-with", dir, (int)seed);
    snprintf(without, sizeof without, "%s/%d-without", dir, (int)seed);
    struct world d = {open_writer(with), open_writer(without), seed, 1, {0}};
    take(&d, true, 5);
    take_both(&d, false);
    take_both(&d, true);
    retract_first(&d);
    if (seed % 2)
        take(&d, false, 20); /* what it comes with */
    if (seed % 5 == 0)
        compact_all(d.with); /* between */
    commit(d.with, d.offset);
    commit(d.without, d.offset);
    assert_same(with, without);
    compact_all(d.with);
    assert_same(with, without);
    vg_store_close(d.with);
    d.with = open_writer(with);
    take(&d, false, 20);
    commit(d.with, d.offset);
    commit(d.without, d.offset);
    assert_same(with, without);
    vg_store_close(d.with);
    vg_store_close(d.without);
    vg_offset_ranges_free(&d.first);
    remove_all(with);
    remove_all(without);
}

static void what_was_taken_back_was_never_there(void **state)
{
    for (uint64_t seed = 1; seed <= 10; seed++)
        check_world(*state, seed);
}

/* ---- all, some, none ---- */

static void rows_of_all_tables_leave_with_the_commit(void **state)
{
    const char *dir = *state;
    struct vg_store_writer *w = open_writer(dir);
    add(w, 0, 1, 101);
    commit(w, 101);
    add(w, 0, 101, 201);
    commit(w, 201);
    retract(w, 51, 61);
    retract(w, 131, 141);
    assert_int_equal(rows_of(dir, 0, ALL), 200); /* not yet */
    add(w, 0, 201, 221);
    commit(w, 221);
    assert_int_equal(rows_of(dir, 0, ALL), 200);
    assert_int_equal(rows_of(dir, 51, 61) + rows_of(dir, 131, 141), 0);
    for (enum vg_store_table t = 0; t <= VG_STORE_DETAILS; t++) {
        assert_int_equal(vg_store_counters(w)->retracted[t], 20);
        assert_int_equal(vg_store_counters(w)->rows[t], 220);
        assert_string_equal(parts_of(dir, t, HOUR0), "1-3 4-4");
    }
    uint64_t mark;
    assert_int_equal(vg_store_mark(dir, &mark), VG_OK);
    assert_int_equal(mark, 221);
    vg_store_close(w);
}

static void the_ends_of_ranges_are_exact(void **state)
{
    const char *dir = *state;
    struct vg_store_writer *w = open_writer(dir);
    add(w, 0, 10, 30);
    commit(w, 30);
    retract(w, 12, 13);
    retract(w, 20, 22);
    retract(w, 29, ALL);
    retract(w, 0, 10);
    commit(w, 30); /* the mark is the same, and yet there is something to do */
    for (uint64_t offset = 10; offset < 30; offset++)
        assert_int_equal(rows_of(dir, offset, offset + 1),
                         offset != 12 && offset != 20 && offset != 21 && offset != 29);
    vg_store_close(w);
}

static void what_has_no_such_rows_is_not_touched(void **state)
{
    const char *dir = *state;
    struct vg_store_writer *w = open_writer(dir);
    add(w, 0, 100, 110); /* offsets on both sides: the bounds don't tell */
    add(w, 0, 120, 130);
    commit(w, 130);
    retract(w, 110, 120);
    retract(w, 0, 100);
    retract(w, 130, ALL);
    retract(w, 105, 105);
    uint64_t commits = vg_store_counters(w)->commits;
    commit(w, 130);
    assert_int_equal(vg_store_counters(w)->commits, commits);
    commit(w, 131);
    assert_string_equal(parts_of(dir, VG_STORE_POSITIONS, HOUR0), "1-1");
    assert_int_equal(rows_of(dir, 0, ALL), 20);
    const char *why;
    assert_int_equal(vg_store_retract(w, &(struct vg_offset_range){9, 8}, 1, &why), VG_ARG);
    assert_true(*why);
    commit(w, 132);
    assert_int_equal(rows_of(dir, 0, ALL), 20);
    vg_store_close(w);
}

/* The first of three parts stays as it is, and so does the other hour. */
static void only_parts_from_the_first_with_such_rows_on_are_written(void **state)
{
    const char *dir = *state;
    char path[2][VG_ATOMIC_PATH];
    struct stat before[2], after[2];
    struct vg_store_writer *w = open_writer(dir);
    for (uint64_t n = 0; n < 3; n++) {
        add(w, 0, 1 + 100 * n, 11 + 100 * n);
        if (!n)
            add(w, 1, 1000, 1010);
        commit(w, n + 1);
    }
    for (int i = 0; i < 2; i++) {
        assert_int_equal(
            vg_store_path(dir, VG_STORE_POSITIONS, HOUR0 + i * VG_HOUR_US, &(struct vg_store_part){1, 1}, path[i]),
            VG_OK);
        assert_int_equal(stat(path[i], &before[i]), 0);
    }
    retract(w, 101, 105);
    commit(w, 3);
    assert_string_equal(parts_of(dir, VG_STORE_POSITIONS, HOUR0), "1-1 2-4");
    assert_string_equal(parts_of(dir, VG_STORE_POSITIONS, HOUR0 + VG_HOUR_US), "1-1");
    for (int i = 0; i < 2; i++) {
        assert_int_equal(stat(path[i], &after[i]), 0);
        assert_true(before[i].st_ino == after[i].st_ino && before[i].st_mtim.tv_nsec == after[i].st_mtim.tv_nsec);
    }
    assert_int_equal(rows_of(dir, 0, ALL), 36);
    vg_store_close(w);
}

static void rows_of_no_journal_offset_never_leave(void **state)
{
    const char *dir = *state;
    struct vg_store_writer *w = open_writer(dir);
    struct vg_report r = report(0, 100, 0);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(vg_store_add(w, &r), VG_OK);
        if (!i)
            commit(w, 1);
    }
    retract(w, 0, ALL); /* one in the archive, one waiting */
    commit(w, 2);
    assert_int_equal(rows_of(dir, 0, 1), 2);
    add(w, 0, 1, 11);
    commit(w, 3);
    retract(w, 0, ALL);
    commit(w, 4);
    assert_int_equal(rows_of(dir, 0, ALL), 2);
    vg_store_close(w);
}

static void rows_that_wait_leave_at_once_and_later_ones_come(void **state)
{
    const char *dir = *state;
    struct vg_store_writer *w = open_writer(dir);
    add(w, 0, 1, 11);
    commit(w, 11);
    add(w, 0, 11, 31);
    retract(w, 6, 21);
    assert_int_equal(vg_store_waiting(w), 3 * 10);
    add(w, 0, 6, 8); /* taken anew */
    commit(w, 31);
    assert_int_equal(rows_of(dir, 0, ALL), 5 + 10 + 2);
    assert_int_equal(rows_of(dir, 6, 21), 2);
    vg_store_close(w);
}

static void what_is_not_committed_is_not_taken_back(void **state)
{
    const char *dir = *state;
    struct vg_store_writer *w = open_writer(dir);
    add(w, 0, 1, 11);
    commit(w, 11);
    retract(w, 1, 6);
    vg_store_retract_none(w);
    commit(w, 12);
    assert_int_equal(rows_of(dir, 0, ALL), 10);
    retract(w, 1, 6);
    vg_store_close(w);
    w = open_writer(dir);
    commit(w, 13);
    assert_int_equal(rows_of(dir, 0, ALL), 10);
    vg_store_close(w);
}

/* ---- nothing left ---- */

static bool is_there(const char *dir, const char *name)
{
    char path[300];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    return access(path, F_OK) == 0;
}

static void an_hour_without_rows_is_gone(void **state)
{
    const char *dir = *state;
    struct vg_store_writer *w = open_writer(dir);
    struct vg_store *store;
    int64_t from_us, to_us;
    add(w, 0, 1, 11);
    add(w, 1, 11, 21);
    add(w, 24, 21, 31);
    commit(w, 31);
    retract(w, 11, 31);
    commit(w, 31);
    assert_true(is_there(dir, "positions/day=2026-11-22/hour=07"));
    assert_false(is_there(dir, "positions/day=2026-11-22/hour=08"));
    assert_false(is_there(dir, "details/day=2026-11-23"));
    assert_int_equal(vg_store_reader_open(dir, &store), VG_OK);
    assert_int_equal(vg_store_span(store, &from_us, &to_us), VG_OK);
    assert_true(from_us == HOUR0 && to_us == HOUR0 + VG_HOUR_US);
    retract(w, 0, ALL);
    commit(w, 31);
    assert_int_equal(vg_store_hours(store, NULL, 0), 0);
    assert_int_equal(vg_store_span(store, &from_us, &to_us), VG_OK);
    assert_true(from_us == VG_TIME_NONE && to_us == VG_TIME_NONE);
    add(w, 1, 31, 41); /* and it comes back */
    commit(w, 41);
    assert_int_equal(rows_of(dir, 0, ALL), 10);
    vg_store_reader_close(store);
    vg_store_close(w);
}

/* Rows that come with the same commit are in the hour that the old ones left. */
static void an_hour_is_replaced_in_one_commit(void **state)
{
    const char *dir = *state;
    for (int compacted = 0; compacted < 2; compacted++) {
        struct vg_store_writer *w = open_writer(dir);
        uint64_t base = 1000 * (uint64_t)compacted;
        add(w, compacted, base + 1, base + 11);
        commit(w, base + 11);
        if (compacted)
            compact_all(w);
        retract(w, base + 1, base + 11);
        add(w, compacted, base + 100, base + 107);
        commit(w, base + 107);
        assert_int_equal(rows_of(dir, base, base + 1000), 7);
        assert_int_equal(rows_of(dir, base + 100, base + 107), 7);
        assert_null(strchr(parts_of(dir, VG_STORE_POSITIONS, HOUR0 + compacted * VG_HOUR_US), ' '));
        vg_store_close(w);
    }
}

/* The state tells an opening to look for parts without rows, and is told when there are none. */
static void what_a_crash_left_empty_is_removed_at_opening(void **state)
{
    const char *dir = *state;
    char path[VG_ATOMIC_PATH], empty[VG_ATOMIC_PATH];
    struct vg_store_state now;
    struct vg_table_out *out;
    const struct vg_parquet_options options = VG_PARQUET_OPTIONS_DEFAULT;
    struct vg_store_writer *w = open_writer(dir);
    add(w, 0, 1, 11);
    add(w, 1, 11, 21);
    commit(w, 21);
    vg_store_close(w);
    assert_int_equal(vg_store_path(dir, VG_STORE_POSITIONS, HOUR0, &(struct vg_store_part){1, 1}, path), VG_OK);
    assert_int_equal(vg_store_path(dir, VG_STORE_POSITIONS, HOUR0, &(struct vg_store_part){1, 2}, empty), VG_OK);
    assert_int_equal(vg_table_out_open(&vg_table_positions, empty, &options, &out), VG_OK);
    assert_int_equal(vg_table_out_commit(out, NULL, NULL), VG_OK);
    assert_int_equal(vg_store_state_read(dir, &now), VG_OK);
    now.commit = 3;
    now.emptied = true;
    assert_int_equal(vg_store_state_write(dir, &now), VG_OK);
    assert_int_equal(rows_of(dir, 0, ALL), 10); /* readers pass the old part over */
    w = open_writer(dir);
    assert_false(is_there(dir, "positions/day=2026-11-22/hour=07"));
    assert_int_equal(rows_of(dir, 0, ALL), 10);
    assert_int_equal(vg_store_state_read(dir, &now), VG_OK);
    assert_false(now.emptied);
    assert_int_equal(now.commit, 3);
    vg_store_close(w);
}

/* ---- readers, and parts that can't be read ---- */

struct meanwhile {
    struct vg_store_writer *w;
    unsigned rows;
};

static enum vg_err retract_meanwhile(void *arg, const struct vg_position *p)
{
    struct meanwhile *m = arg;
    (void)p;
    if (m->rows++ == 5) {
        retract(m->w, 0, ALL);
        commit(m->w, 100);
    }
    return VG_OK;
}

static void a_reader_goes_on_with_the_parts_that_it_holds(void **state)
{
    const char *dir = *state;
    struct vg_store_writer *w = open_writer(dir);
    struct meanwhile m = {w, 0};
    const struct vg_positions_query all = VG_POSITIONS_ALL;
    struct vg_store *store;
    add(w, 0, 1, 51);
    commit(w, 51);
    assert_int_equal(vg_store_reader_open(dir, &store), VG_OK);
    assert_int_equal(vg_store_positions(store, &all, retract_meanwhile, NULL, &m, NULL), VG_OK);
    assert_int_equal(m.rows, 50);
    m.rows = 100;
    assert_int_equal(vg_store_positions(store, &all, retract_meanwhile, NULL, &m, NULL), VG_OK);
    assert_int_equal(m.rows, 100);
    vg_store_reader_close(store);
    vg_store_close(w);
}

static void damage(const char *dir, uint64_t number, off_t len)
{
    char path[VG_ATOMIC_PATH];
    assert_int_equal(vg_store_path(dir, VG_STORE_POSITIONS, HOUR0, &(struct vg_store_part){number, number}, path),
                     VG_OK);
    assert_int_equal(truncate(path, len), 0);
}

/* One that stands before the rows that leave is told and kept; one behind would be covered: nothing is done. */
static void a_part_that_can_not_be_read_is_not_lost(void **state)
{
    const char *why;
    for (uint64_t bad = 1; bad <= 3; bad++) {
        char dir[300];
        snprintf(dir, sizeof dir, "%s/%d", (char *)*state, (int)bad);
        struct vg_store_writer *w = open_writer(dir);
        for (uint64_t n = 1; n <= 3; n++) {
            add(w, 0, 100 * n, 100 * n + 10);
            commit(w, n);
        }
        damage(dir, bad, 11);
        enum vg_err err = vg_store_retract(w, &(struct vg_offset_range){200, 205}, 1, &why);
        assert_int_equal(err, bad == 3 ? VG_SYNTAX : VG_OK);
        assert_non_null(strstr(why, "hour=07/part-000000000"));
        commit(w, 4);
        static const char *const parts[] = {"1-1 2-4", "1-1 2-2 3-3", "1-1 2-2 3-3"};
        assert_string_equal(parts_of(dir, VG_STORE_POSITIONS, HOUR0), parts[bad - 1]);
        assert_int_equal(rows_of(dir, 200, 205), bad == 3 ? 5 : 0);
        vg_store_close(w);
    }
}

/* The footer is whole, a page is not: found when it is written anew, and nothing has changed. */
static void a_page_that_can_not_be_read_refuses_the_commit(void **state)
{
    const char *dir = *state;
    char path[VG_ATOMIC_PATH];
    struct vg_store_writer *w = open_writer(dir);
    add(w, 0, 1, 51);
    add(w, 1, 51, 61);
    commit(w, 61);
    assert_int_equal(vg_store_path(dir, VG_STORE_POSITIONS, HOUR0, &(struct vg_store_part){1, 1}, path), VG_OK);
    FILE *f = fopen(path, "r+b");
    assert_non_null(f);
    assert_int_equal(fseek(f, 40, SEEK_SET), 0); /* of the first column */
    assert_int_equal(fwrite("damage", 1, 6, f), 6);
    assert_int_equal(fclose(f), 0);
    retract(w, 41, 61);
    add(w, 2, 100, 110);
    assert_int_not_equal(vg_store_commit(w, 110), VG_OK);
    assert_non_null(strstr(vg_store_why(w), path));
    assert_int_equal(vg_store_counters(w)->failures, 1);
    assert_int_equal(rows_of(dir, 51, ALL), 10);
    assert_string_equal(parts_of(dir, VG_STORE_POSITIONS, HOUR0 + VG_HOUR_US), "1-1");
    assert_int_equal(vg_store_waiting(w), 30);
    assert_int_equal(remove(path), 0); /* the way out that the message shows */
    commit(w, 110);
    assert_int_equal(rows_of(dir, 0, ALL), 10);
    vg_store_close(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(what_was_taken_back_was_never_there),
        IN_FOLDER(rows_of_all_tables_leave_with_the_commit),
        IN_FOLDER(the_ends_of_ranges_are_exact),
        IN_FOLDER(what_has_no_such_rows_is_not_touched),
        IN_FOLDER(only_parts_from_the_first_with_such_rows_on_are_written),
        IN_FOLDER(rows_of_no_journal_offset_never_leave),
        IN_FOLDER(rows_that_wait_leave_at_once_and_later_ones_come),
        IN_FOLDER(what_is_not_committed_is_not_taken_back),
        IN_FOLDER(an_hour_without_rows_is_gone),
        IN_FOLDER(an_hour_is_replaced_in_one_commit),
        IN_FOLDER(what_a_crash_left_empty_is_removed_at_opening),
        IN_FOLDER(a_reader_goes_on_with_the_parts_that_it_holds),
        IN_FOLDER(a_part_that_can_not_be_read_is_not_lost),
        IN_FOLDER(a_page_that_can_not_be_read_refuses_the_commit),
    };
    if (vg_sources_init(&sources))
        return 1;
    for (int i = 0; i < 3; i++) {
        char name[20];
        snprintf(name, sizeof name, "feed %d", i);
        vg_source_feed(&sources, name);
    }
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    vg_sources_free(&sources);
    return failed;
}
