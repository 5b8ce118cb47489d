/* Retention in the archive: the oldest hours go whole, whatever interrupts it, and nothing calls them missing. */
#include "archive/failing_system.h"
#include "archive/retire.h"
#include "archive/store_answers.h"
#include "archive/store_folder.h"

#define HOUR0 INT64_C(1795330800000000) /* 2026-11-22T07:00Z */
#define HOURS 10

static struct vg_sources sources;

static struct vg_store_writer *open_writer(const char *dir)
{
    struct vg_store_rules rules = {.most_rows = 100000, .level = 2, .fresh_level = 1};
    struct vg_store_writer *w;
    uint64_t mark;
    const char *why;
    assert_int_equal(vg_store_open(dir, &rules, &sources, &w, &mark, &why), VG_OK);
    return w;
}

static void add(struct vg_store_writer *w, int64_t hour, uint32_t mmsi)
{
    struct vg_report r = {.time_us = HOUR0 + hour * VG_HOUR_US + (int64_t)mmsi * VG_SECOND_US,
                          .journal_offset = (uint64_t)(hour * 100 + mmsi + 100000),
                          .mmsi = mmsi,
                          .fields = VG_FIELD_BIT(POS) | VG_FIELD_BIT(NAME),
                          .message = 5,
                          .class = VG_CLASS_SHIP_A,
                          .name = "A NAME"};
    assert_int_equal(vg_store_add(w, &r), VG_OK);
}

/* An hour a commit, and one of mixed rows from long ago. */
static struct vg_store_writer *prepare(const char *dir)
{
    struct vg_store_writer *w = open_writer(dir);
    for (int hour = 0; hour < HOURS; hour++) {
        for (uint32_t i = 1; i < 5; i++)
            add(w, hour, i);
        assert_int_equal(vg_store_commit(w, (uint64_t)hour + 1), VG_OK);
    }
    for (int hour = 0; hour < 20; hour++)
        add(w, -1000 - hour, 7);
    assert_int_equal(vg_store_commit(w, 100), VG_OK);
    return w;
}

static const struct vg_store_retirement three_hours = {.before_us = HOUR0 + 3 * VG_HOUR_US + 5,
                                                       .excess_before_us = VG_TIME_NONE};

static void check_span(const char *dir, int64_t from_us, size_t hours)
{
    struct vg_store *store;
    int64_t from, to;
    assert_int_equal(vg_store_reader_open(dir, &store), VG_OK);
    assert_int_equal(vg_store_span(store, &from, &to), VG_OK);
    assert_true(from == from_us);
    assert_int_equal(vg_store_hours(store, NULL, 0), hours);
    vg_store_reader_close(store);
}

static void what_is_too_old_goes_and_the_span_moves(void **state)
{
    struct vg_store_writer *w = prepare(*state);
    struct vg_store_retired gone;
    struct vg_store_extent before, after;
    const int64_t now_us = HOUR0 + HOURS * VG_HOUR_US;
    check_span(*state, HOUR0 - 1019 * VG_HOUR_US, HOURS + 20);
    assert_int_equal(vg_store_extent(w, now_us, &before), VG_OK);
    assert_int_equal(before.oldest_us, HOUR0 - 1019 * VG_HOUR_US); /* hours of mixed rows are hours */
    assert_int_equal(before.newest_us, HOUR0 + (HOURS - 1) * VG_HOUR_US);
    assert_int_equal(before.reference_us, HOUR0 + (HOURS - 3) * VG_HOUR_US);
    assert_int_equal(before.hours, HOURS + 20);
    assert_int_equal(vg_store_retire(w, &three_hours, &gone), VG_OK);
    assert_int_equal(gone.hours, 3);
    assert_int_equal(gone.parts, 2 * 3 + 2); /* two tables, and the mixed part of each */
    assert_int_equal(gone.until_us, HOUR0 + 3 * VG_HOUR_US);
    check_span(*state, HOUR0 + 3 * VG_HOUR_US, HOURS - 3);
    assert_int_equal(vg_store_extent(w, now_us, &after), VG_OK);
    assert_int_equal(after.bytes, before.bytes - gone.bytes);
    assert_int_equal(after.oldest_us, HOUR0 + 3 * VG_HOUR_US);
    assert_int_equal(vg_store_retire(w, &three_hours, &gone), VG_OK); /* no more to do */
    assert_int_equal(gone.parts, 0);
    char path[VG_ATOMIC_PATH];
    assert_int_equal(vg_store_path(*state, VG_STORE_POSITIONS, HOUR0, NULL, path), VG_OK);
    assert_int_equal(access(path, F_OK), -1); /* no empty folder stays */
    vg_store_close(w);
}

static void times_to_come_are_no_witnesses(void **state)
{
    struct vg_store_writer *w = prepare(*state);
    struct vg_store_extent e;
    for (int hour = 0; hour < 3; hour++)
        add(w, 80000 + hour, 1); /* nine years ahead */
    assert_int_equal(vg_store_commit(w, 200), VG_OK);
    assert_int_equal(vg_store_extent(w, HOUR0 + HOURS * VG_HOUR_US, &e), VG_OK);
    assert_int_equal(e.newest_us, HOUR0 + (HOURS - 1) * VG_HOUR_US);
    assert_int_equal(e.reference_us, HOUR0 + (HOURS - 3) * VG_HOUR_US);
    assert_int_equal(vg_store_extent(w, HOUR0 + VG_HOUR_US, &e),
                     VG_OK); /* two hours have been, and then those of old */
    assert_int_equal(e.reference_us, HOUR0 - 1000 * VG_HOUR_US);
    assert_int_equal(vg_store_extent(w, HOUR0 - 1018 * VG_HOUR_US, &e), VG_OK);
    assert_int_equal(e.reference_us, VG_TIME_NONE);
    vg_store_close(w);
}

/* Thirty hours share a part, ten of them are too old: their rows go, the others stay. */
static void rows_of_mixed_parts_go_when_they_are_many(void **state)
{
    struct vg_store_writer *w = open_writer(*state);
    struct vg_store_retired gone;
    for (int hour = 0; hour < 30; hour++)
        add(w, hour, 1);
    assert_int_equal(vg_store_commit(w, 1), VG_OK);
    struct vg_store_retirement plan = {.before_us = HOUR0 + 2 * VG_HOUR_US, .excess_before_us = VG_TIME_NONE};
    assert_int_equal(vg_store_retire(w, &plan, &gone), VG_OK);
    assert_int_equal(gone.parts, 0); /* two of thirty: not worth it */
    check_span(*state, HOUR0, 30);
    plan.before_us = HOUR0 + 10 * VG_HOUR_US + 5;
    assert_int_equal(vg_store_retire(w, &plan, &gone), VG_OK);
    assert_int_equal(gone.parts, 2);
    assert_int_equal(gone.until_us, HOUR0 + 10 * VG_HOUR_US);
    check_span(*state, HOUR0 + 10 * VG_HOUR_US, 20);
    plan.before_us = HOUR0 + 30 * VG_HOUR_US;
    assert_int_equal(vg_store_retire(w, &plan, &gone), VG_OK);
    check_span(*state, VG_TIME_NONE, 0);
    struct vg_store_extent e;
    assert_int_equal(vg_store_extent(w, HOUR0 + 40 * VG_HOUR_US, &e), VG_OK);
    assert_int_equal(e.hours, 0);
    assert_int_equal(e.bytes, 0);
    vg_store_close(w);
    vg_store_close(open_writer(*state));
}

static void as_much_goes_as_room_is_needed(void **state)
{
    struct vg_store_writer *w = prepare(*state);
    struct vg_store_retired gone;
    struct vg_store_extent e;
    struct vg_store_retirement plan = {
        .before_us = VG_TIME_NONE, .excess_bytes = 1, .excess_before_us = HOUR0 + 5 * VG_HOUR_US};
    assert_int_equal(vg_store_retire(w, &plan, &gone), VG_OK);
    assert_int_equal(gone.parts, 0); /* nobody has looked at how much there is */
    assert_int_equal(vg_store_extent(w, INT64_MAX, &e), VG_OK);
    assert_int_equal(vg_store_retire(w, &plan, &gone), VG_OK);
    assert_int_equal(gone.hours, 0); /* one of the mixed hours is the oldest, and not worth it */
    plan.excess_bytes = e.bytes / 3;
    assert_int_equal(vg_store_retire(w, &plan, &gone), VG_OK);
    assert_in_range(gone.hours, 1, 4);
    assert_true(gone.bytes >= e.bytes / 3);
    size_t before = gone.hours;
    plan.excess_bytes = 1 << 30;
    assert_int_equal(vg_store_extent(w, INT64_MAX, &e), VG_OK);
    assert_int_equal(vg_store_retire(w, &plan, &gone), VG_OK);
    assert_int_equal(before + gone.hours, 5); /* none that ends later */
    vg_store_close(w);
}

/* Hours that share parts: as many of the oldest as make the room that is needed, about. */
static void as_many_mixed_rows_go_as_room_is_needed(void **state)
{
    struct vg_store_writer *w = open_writer(*state);
    struct vg_store_extent e;
    struct vg_store_retired gone;
    for (int hour = 0; hour < 100; hour++)
        add(w, hour, 1);
    assert_int_equal(vg_store_commit(w, 1), VG_OK);
    assert_int_equal(vg_store_extent(w, HOUR0 + 200 * VG_HOUR_US, &e), VG_OK);
    struct vg_store_retirement plan = {
        .before_us = VG_TIME_NONE, .excess_bytes = e.bytes / 4, .excess_before_us = HOUR0 + 99 * VG_HOUR_US};
    assert_int_equal(vg_store_retire(w, &plan, &gone), VG_OK);
    assert_int_equal(vg_store_extent(w, HOUR0 + 200 * VG_HOUR_US, &e), VG_OK);
    assert_in_range(e.hours, 70, 80);
    assert_true(e.oldest_us > HOUR0 + 20 * VG_HOUR_US && e.newest_us == HOUR0 + 99 * VG_HOUR_US);
    vg_store_close(w);
}

/* Killed at any call: all of it is there, or none, and what is left goes with the next step. */
static void killed_anywhere_nothing_is_missing_that_must_be_there(void **state)
{
    char dir[300];
    bool reached = true;
    long at;
    for (at = 0; reached; at += 3) {
        struct vg_store_retired gone;
        struct vg_store_extent e;
        snprintf(dir, sizeof dir, "%s/%ld", (char *)*state, at);
        struct vg_store_writer *w = prepare(dir);
        char *before = reports_of(dir);
        fault.dead = fault.changes = true;
        arm(at, EIO);
        vg_store_retire(w, &three_hours, &gone);
        vg_store_close(w);
        reached = disarm();
        w = open_writer(dir);
        if (at == 0) {
            char *after = reports_of(dir);
            assert_string_equal(before, after);
            free(after);
        }
        free(before);
        assert_int_equal(vg_store_retire(w, &three_hours, &gone), VG_OK);
        assert_int_equal(vg_store_extent(w, INT64_MAX, &e), VG_OK);
        assert_int_equal(e.hours, HOURS - 3);
        check_span(dir, HOUR0 + 3 * VG_HOUR_US, HOURS - 3);
        vg_store_close(w);
        remove_all(dir);
    }
    assert_true(at > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(what_is_too_old_goes_and_the_span_moves),
        IN_FOLDER(times_to_come_are_no_witnesses),
        IN_FOLDER(rows_of_mixed_parts_go_when_they_are_many),
        IN_FOLDER(as_much_goes_as_room_is_needed),
        IN_FOLDER(as_many_mixed_rows_go_as_room_is_needed),
        IN_FOLDER(killed_anywhere_nothing_is_missing_that_must_be_there),
    };
    if (vg_sources_init(&sources))
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    vg_sources_free(&sources);
    return failed;
}
