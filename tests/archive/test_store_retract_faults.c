/*
 * A retraction that is interrupted: killed at any call to the operating system, or refused by it once. The archive is
 * the one before or the one after, question by question, and goes on.
 */
#include "archive/failing_system.h"
#include "archive/store_answers.h"
#include "archive/store_folder.h"

#define HOUR0 INT64_C(1795330800000000) /* 2026-11-22T07:00Z */

static struct vg_sources sources;

static struct vg_store_writer *open_writer(const char *dir)
{
    struct vg_store_rules rules = {.most_rows = 1000, .level = 2, .fresh_level = 1}; /* less to pack: many openings */
    struct vg_store_writer *w;
    uint64_t mark;
    const char *why;
    assert_int_equal(vg_store_open(dir, &rules, &sources, &w, &mark, &why), VG_OK);
    return w;
}

static void add(struct vg_store_writer *w, int hour, uint64_t from, uint64_t to)
{
    for (uint64_t offset = from; offset < to; offset++) {
        struct vg_report r = {.time_us = HOUR0 + hour * VG_HOUR_US + (int64_t)offset * VG_SECOND_US,
                              .journal_offset = offset,
                              .mmsi = 100 + (uint32_t)(offset % 3),
                              .fields = VG_FIELD_BIT(POS) | (offset == 103 ? VG_FIELD_BIT(NAME) : 0),
                              .message = 1,
                              .class = VG_CLASS_SHIP_A,
                              .name = "A NAME"};
        assert_int_equal(vg_store_add(w, &r), VG_OK);
    }
}

/* An hour of one compacted part and a fresh one, which keeps some rows; one that keeps none; one that isn't meant. */
static void prepare(const char *dir)
{
    bool more = true;
    const char *why;
    struct vg_store_writer *w = open_writer(dir);
    add(w, 0, 1, 11);
    add(w, 2, 200, 210);
    assert_int_equal(vg_store_commit(w, 11), VG_OK);
    while (more)
        assert_int_equal(vg_store_compact(w, INT64_MAX, &more, &why), VG_OK);
    add(w, 0, 11, 21);
    add(w, 1, 100, 110);
    assert_int_equal(vg_store_commit(w, 21), VG_OK);
    vg_store_close(w);
}

/* A copy of what prepare() made in the folder that `dir` stands in. */
static struct vg_store_writer *begin(const char *dir)
{
    char copy[1000];
    assert_int_equal(mkdir(dir, 0700), 0); /* the path leads through it */
    int n = snprintf(copy, sizeof copy, "cp -a '%s/../prepared/.' '%s'", dir, dir);
    assert_true(n > 0 && (size_t)n < sizeof copy);
    assert_int_equal(system(copy), 0);
    return open_writer(dir);
}

static enum vg_err replace(struct vg_store_writer *w)
{
    static const struct vg_offset_range ranges[] = {{6, 16}, {100, 110}};
    const char *why;
    enum vg_err err = vg_store_retract(w, ranges, 2, &why);
    if (!err) {
        add(w, 0, 300, 305);
        add(w, 3, 305, 310);
        err = vg_store_commit(w, 400);
    }
    return err;
}

static char *answer(const char *dir)
{
    return reports_of(dir);
}

/* What the archive answers before and after. */
static void learn(const char *dir, char **ret_before, char **ret_after)
{
    char path[300];
    snprintf(path, sizeof path, "%s/prepared", dir);
    prepare(path);
    snprintf(path, sizeof path, "%s/whole", dir);
    struct vg_store_writer *w = begin(path);
    *ret_before = answer(path);
    assert_int_equal(replace(w), VG_OK);
    *ret_after = answer(path);
    vg_store_close(w);
    assert_string_not_equal(*ret_before, *ret_after);
}

static bool same(const char *dir, const char *as)
{
    char *have = answer(dir);
    bool equal = !strcmp(have, as);
    free(have);
    return equal;
}

static bool holds_empty_parts(const char *dir)
{
    struct vg_store_state now;
    assert_int_equal(vg_store_state_read(dir, &now), VG_OK);
    return now.emptied;
}

static void killed_anywhere_it_is_the_one_before_or_the_one_after(void **state)
{
    char *before, *after;
    long at, kept = 0, empties = 0;
    bool reached = true;
    learn(*state, &before, &after);
    for (at = 0; reached; at++) {
        char dir[300];
        uint64_t mark;
        snprintf(dir, sizeof dir, "%s/%ld", (char *)*state, at);
        struct vg_store_writer *w = begin(dir);
        fault.dead = fault.changes = true;
        arm(at, EIO);
        enum vg_err err = replace(w);
        vg_store_close(w);
        reached = disarm();
        empties += holds_empty_parts(dir);
        assert_int_equal(vg_store_mark(dir, &mark), VG_OK);
        for (int opened = 0; opened < 2; opened++) { /* as it was left, and when it was tidied */
            if (!same(dir, mark == 400 ? after : before))
                fail_msg("killed at call %ld: neither before nor after", at);
            if (!opened)
                w = open_writer(dir);
        }
        assert_true(err || mark == 400);
        assert_false(holds_empty_parts(dir));
        if (mark != 400 && at % 8 == 0) /* and it goes on */
            assert_true(!replace(w) && same(dir, after));
        vg_store_close(w);
        kept += mark != 400;
        remove_all(dir);
    }
    assert_true(kept > 30 && at > kept + 5); /* the moment lies somewhere in the middle, … */
    assert_true(empties > 5);                /* … and behind it there is something to remove */
    free(before);
    free(after);
}

/* True if there was such a call. */
static bool fail_once(const char *dir, long at, bool changes, const char *before, const char *after, long *failed)
{
    struct vg_store_writer *w = begin(dir);
    fault.changes = changes;
    arm(at, ENOSPC);
    enum vg_err err = replace(w);
    bool reached = disarm();
    if (!same(dir, err ? before : after))
        fail_msg("call %ld failing: %s, and the archive is not as it says", at, vg_err_text(err));
    assert_int_equal(vg_store_counters(w)->failures, err != VG_OK);
    assert_int_equal(*vg_store_why(w) != 0, err != VG_OK);
    *failed += err != VG_OK;
    if (err && vg_store_waiting(w)) /* the commit failed: what it waits with is there still */
        assert_int_equal(vg_store_commit(w, 400), VG_OK);
    else if (err)
        assert_int_equal(replace(w), VG_OK);
    assert_true(same(dir, after));
    vg_store_close(w);
    vg_store_close(open_writer(dir));
    assert_true(same(dir, after));
    assert_false(holds_empty_parts(dir));
    remove_all(dir);
    return reached;
}

static void a_retraction_that_fails_can_be_tried_again(void **state)
{
    char *before, *after, dir[300];
    long failed[2] = {0};
    learn(*state, &before, &after);
    for (int changes = 0; changes < 2; changes++) { /* some of all calls, and more of those that change something */
        bool reached = true;
        for (long at = 0; reached; at += changes ? 3 : 61) {
            snprintf(dir, sizeof dir, "%s/%d-%ld", (char *)*state, changes, at);
            reached = fail_once(dir, at, changes, before, after, &failed[changes]);
        }
    }
    assert_true(failed[0] > 3 && failed[1] > 10);
    free(before);
    free(after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(killed_anywhere_it_is_the_one_before_or_the_one_after),
        IN_FOLDER(a_retraction_that_fails_can_be_tried_again),
    };
    if (vg_sources_init(&sources))
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    vg_sources_free(&sources);
    return failed;
}
