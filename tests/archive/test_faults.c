/*
 * Every single call to the operating system fails once, under files that are replaced, the state, commits, compactions
 * and questions: what is there is the old or the new, and an error is told.
 */
#include <dirent.h>

#include "archive/atomic.h"
#include "archive/failing_system.h"
#include "archive/store.h"
#include "archive/store_inner.h"
#include "test.h"

/* ---- a folder for each test ---- */

static void remove_all(const char *path)
{
    DIR *folder = opendir(path);
    struct dirent *entry;
    char inner[4096];
    while (folder && (entry = readdir(folder))) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
            continue;
        snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        if (unlink(inner))
            remove_all(inner);
    }
    if (folder)
        closedir(folder);
    rmdir(path);
}

static int make_folder(void **state)
{
    char *dir = strdup(access("/dev/shm", W_OK) == 0 ? "/dev/shm/vigia-faults-XXXXXX" : "/tmp/vigia-faults-XXXXXX");
    assert_non_null(mkdtemp(dir));
    *state = dir;
    return 0;
}

static int drop_folder(void **state)
{
    remove_all(*state);
    free(*state);
    return 0;
}

static void put(const char *path, const char *text)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
    assert_int_equal(fclose(f), 0);
}

static void assert_content(const char *path, const char *want)
{
    char text[4096] = "";
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    text[fread(text, 1, sizeof text - 1, f)] = 0;
    fclose(f);
    assert_string_equal(text, want);
}

/* ---- files and the state ---- */

static enum vg_err replace(const char *path, const char *text)
{
    struct vg_atomic file;
    enum vg_err err = vg_atomic_open(&file, path);
    if (err)
        return err;
    err = vg_atomic_write(&file, text, strlen(text));
    if (err) {
        vg_atomic_abandon(&file);
        return err;
    }
    return vg_atomic_commit(&file);
}

static void a_file_is_replaced_whole_or_stays(void **state)
{
    char path[4096], beside[4096 + 8];
    snprintf(path, sizeof path, "%s/file", (char *)*state);
    snprintf(beside, sizeof beside, "%s.tmp", path);
    unsigned failed = 0;
    for (long at = 0;; at++) {
        put(path, "old");
        arm(at, ENOSPC);
        enum vg_err err = replace(path, "the new text");
        bool reached = disarm();
        assert_int_equal(err, reached ? VG_IO : VG_OK);
        assert_int_not_equal(access(beside, F_OK), 0);
        bool renamed = at >= 4; /* behind open, write, sync and rename only the folder is opened and synced */
        assert_content(path, err && !renamed ? "old" : "the new text");
        failed += reached;
        if (!reached)
            break;
    }
    assert_int_equal(failed, 6); /* open, write, sync, rename; the folder's open and sync */
    fault.piecemeal = true;
    arm(-1, 0);
    assert_int_equal(replace(path, "in pieces, with interruptions between them"), VG_OK);
    disarm();
    assert_content(path, "in pieces, with interruptions between them");
}

static void a_path_that_can_not_be_is_told(void **state)
{
    struct vg_atomic file;
    char path[VG_ATOMIC_PATH + 1], wd[4096];
    memset(path, 'x', sizeof path);
    assert_int_equal(vg_atomic_open(&file, ""), VG_RANGE);
    path[VG_ATOMIC_PATH] = 0;
    assert_int_equal(vg_atomic_open(&file, path), VG_RANGE);
    path[VG_ATOMIC_PATH - 1] = 0;
    assert_int_equal(vg_atomic_open(&file, path), VG_IO); /* the system refuses so long a name */
    snprintf(path, sizeof path, "%s/none/file", (char *)*state);
    assert_int_equal(vg_atomic_open(&file, path), VG_NOT_FOUND);
    snprintf(path, sizeof path, "%s/file", (char *)*state);
    put(path, "x");
    snprintf(path, sizeof path, "%s/file/file", (char *)*state);
    assert_int_equal(vg_atomic_open(&file, path), VG_NOT_FOUND);
    /* A path without a folder is in the current one. */
    assert_non_null(getcwd(wd, sizeof wd));
    assert_int_equal(chdir(*state), 0);
    assert_int_equal(replace("here", "text"), VG_OK);
    assert_content("here", "text");
    assert_int_equal(chdir(wd), 0);
    assert_int_equal(vg_atomic_open(&file, "/proc/none"), VG_NOT_FOUND);
}

static void the_state_is_the_old_or_the_new(void **state)
{
    const struct vg_store_state old = {.commit = 3, .mark = 100}, new = {.commit = 4, .mark = 200};
    struct vg_store_state now;
    unsigned errors = 0;
    for (long at = 0;; at++) {
        assert_int_equal(vg_store_state_write(*state, &old), VG_OK);
        arm(at, EIO);
        enum vg_err err = vg_store_state_write(*state, &new);
        bool reached = disarm();
        assert_int_equal(vg_store_state_read(*state, &now), VG_OK);
        assert_int_equal(now.commit, err ? 3 : 4); /* an error is told exactly when the old one stays */
        assert_int_equal(now.mark, err ? 100 : 200);
        errors += err != VG_OK;
        if (!reached)
            break;
    }
    assert_int_equal(errors, 4);
    for (long at = 0; at < 3; at++) {
        arm(at, EIO);
        enum vg_err err = vg_store_state_read(*state, &now);
        assert_int_equal(err, disarm() ? VG_IO : VG_OK);
    }
    fault.piecemeal = true;
    arm(-1, 0);
    assert_int_equal(vg_store_state_read(*state, &now), VG_OK);
    disarm();
    assert_int_equal(now.mark, 200);
}

/* ---- commits, compactions, questions ---- */

#define HOUR0 INT64_C(1795330800000000) /* 2026-11-22T07:00Z */
#define ROWS  400

static struct vg_sources sources;

static struct vg_store_writer *open_writer(const char *dir, uint64_t *ret_mark)
{
    struct vg_store_rules rules = VG_STORE_RULES_DEFAULT;
    struct vg_store_writer *w;
    const char *why;
    rules.most_rows = 2000;
    enum vg_err err = vg_store_open(dir, &rules, &sources, &w, ret_mark, &why);
    if (err)
        fail_msg("%s: %s", vg_err_text(err), why);
    return w;
}

/* Reports [from, to) over two hours; each stands at journal offset n + 1. */
static void add(struct vg_store_writer *w, uint64_t from, uint64_t to)
{
    for (uint64_t n = from; n < to; n++) {
        struct vg_report r = {.time_us = HOUR0 + (int64_t)(n % 2) * VG_HOUR_US + (int64_t)n * VG_SECOND_US,
                              .journal_offset = n + 1,
                              .mmsi = 735000000 + (uint32_t)(n % 7),
                              .fields = VG_FIELD_BIT(POS),
                              .message = 1,
                              .class = VG_CLASS_SHIP_A,
                              .pos = {(int32_t)n, (int32_t)n}};
        assert_int_equal(vg_store_add(w, &r), VG_OK);
    }
}

struct seen {
    unsigned rows, damages;
    unsigned char times[ROWS];
};

static enum vg_err see(void *arg, const struct vg_position *p)
{
    struct seen *s = arg;
    s->rows++;
    assert_true(p->journal_offset > 0 && p->journal_offset <= ROWS);
    s->times[p->journal_offset - 1]++;
    return VG_OK;
}

static void see_damage(void *arg, const char *path, enum vg_err err)
{
    assert_non_null(path);
    assert_int_not_equal(err, VG_OK);
    ((struct seen *)arg)->damages++;
}

static enum vg_err ask(const char *dir, struct seen *ret)
{
    struct vg_positions_query all = VG_POSITIONS_ALL;
    struct vg_store *store;
    memset(ret, 0, sizeof *ret);
    enum vg_err err = vg_store_reader_open(dir, &store);
    if (err)
        return err;
    err = vg_store_positions(store, &all, see, see_damage, ret, NULL);
    vg_store_reader_close(store);
    return err;
}

/* Rows [0, count) once each, and no other. */
static void assert_rows(const char *dir, unsigned count)
{
    struct seen s;
    assert_int_equal(ask(dir, &s), VG_OK);
    assert_int_equal(s.damages, 0);
    assert_int_equal(s.rows, count);
    for (unsigned i = 0; i < count; i++)
        assert_int_equal(s.times[i], 1);
}

static void a_commit_that_fails_can_be_tried_again(void **state)
{
    long failed = 0;
    for (long at = 0;; at++) {
        char dir[4096];
        uint64_t mark;
        snprintf(dir, sizeof dir, "%s/a", (char *)*state);
        struct vg_store_writer *w = open_writer(dir, &mark);
        add(w, 0, 100);
        assert_int_equal(vg_store_commit(w, 100), VG_OK);
        add(w, 100, ROWS);
        arm(at, ENOSPC);
        enum vg_err err = vg_store_commit(w, ROWS);
        bool reached = disarm();
        assert_true(err == VG_OK || err == VG_IO);
        assert_int_equal(vg_store_counters(w)->failures, err != VG_OK);
        assert_int_equal(vg_store_counters(w)->commits, err ? 1 : 2);
        assert_int_equal(vg_store_waiting(w), err ? ROWS - 100 : 0);
        assert_rows(dir, err ? 100 : ROWS);
        failed += err != VG_OK;
        if (at % 2) { /* another life instead of another try */
            vg_store_close(w);
            w = open_writer(dir, &mark);
            assert_int_equal(mark, err ? 100 : ROWS);
            assert_rows(dir, err ? 100 : ROWS);
            if (err)
                add(w, 100, ROWS);
        }
        assert_int_equal(vg_store_commit(w, ROWS), VG_OK);
        assert_rows(dir, ROWS);
        vg_store_close(w);
        remove_all(dir);
        if (!reached)
            break;
    }
    assert_true(failed >= 8); /* two parts and the state, four steps each, one of which may be none */
}

static void a_compaction_that_fails_changes_no_row(void **state)
{
    long failed = 0;
    for (long at = 0;; at++) {
        char dir[4096];
        uint64_t mark;
        bool more;
        const char *why;
        snprintf(dir, sizeof dir, "%s/a", (char *)*state);
        struct vg_store_writer *w = open_writer(dir, &mark);
        for (uint64_t n = 0; n < ROWS; n += 100) {
            add(w, n, n + 100);
            assert_int_equal(vg_store_commit(w, n + 100), VG_OK);
        }
        arm(at, EIO);
        enum vg_err err = vg_store_compact(w, INT64_MAX, &more, &why);
        bool reached = disarm();
        assert_true(err == VG_OK || err == VG_IO);
        const struct vg_store_counters *done = vg_store_counters(w);
        assert_int_equal(done->compactions + done->failures, 1); /* done, or told: as an error, or as damage */
        assert_true(!err || done->failures);
        failed += err != VG_OK;
        assert_rows(dir, ROWS);
        more = true;
        for (int i = 0; more; i++) {
            assert_true(i < 20);
            assert_int_equal(vg_store_compact(w, INT64_MAX, &more, &why), VG_OK);
        }
        assert_rows(dir, ROWS);
        vg_store_close(w);
        w = open_writer(dir, &mark);
        assert_int_equal(mark, ROWS);
        vg_store_close(w);
        assert_rows(dir, ROWS);
        remove_all(dir);
        if (!reached)
            break;
    }
    assert_true(failed >= 4);
}

static void an_answer_is_whole_or_says_what_is_missing(void **state)
{
    uint64_t mark;
    struct seen s;
    long told = 0;
    struct vg_store_writer *w = open_writer(*state, &mark);
    for (uint64_t n = 0; n < ROWS; n += 100) {
        add(w, n, n + 100);
        assert_int_equal(vg_store_commit(w, n + 100), VG_OK);
    }
    vg_store_close(w);
    for (long at = 0;; at++) {
        arm(at, EIO);
        enum vg_err err = ask(*state, &s);
        bool reached = disarm();
        if (!err && !s.damages && s.rows != ROWS)
            fail_msg("call %ld failing: %u rows, and nothing is told", at, s.rows);
        for (unsigned i = 0; i < ROWS; i++)
            assert_true(s.times[i] <= 1);
        told += err || s.damages;
        if (!reached)
            break;
    }
    assert_int_equal(s.rows, ROWS);
    assert_true(told > 10);
    fault.piecemeal = true;
    arm(-1, 0);
    assert_int_equal(ask(*state, &s), VG_OK);
    disarm();
    assert_int_equal(s.rows, ROWS);
    assert_int_equal(s.damages, 0);
}

#define in_a_folder(test) cmocka_unit_test_setup_teardown(test, make_folder, drop_folder)

/* The folder that it made stays after a sync that failed, also for the writer of another life. */
static void a_folder_is_synced_by_the_commit_that_uses_it(void **state)
{
    unsigned failed = 0;
    for (int anew = 0; anew < 2; anew++)
        for (long at = 0;; at++) {
            char dir[200];
            uint64_t mark;
            snprintf(dir, sizeof dir, "%s/%d-%ld", (char *)*state, anew, at);
            struct vg_store_writer *w = open_writer(dir, &mark);
            memset(unsure, 0, sizeof unsure);
            add(w, 0, 1);
            arm(at, EIO);
            enum vg_err err = vg_store_commit(w, 1);
            bool reached = disarm();
            failed += err != VG_OK;
            if (err && anew) {
                vg_store_close(w);
                w = open_writer(dir, &mark);
                add(w, 0, 1);
            }
            if (err)
                assert_int_equal(vg_store_commit(w, 1), VG_OK);
            for (size_t i = 0; i < 8; i++)
                assert_string_equal(unsure[i], "");
            assert_rows(dir, 1);
            vg_store_close(w);
            if (!reached)
                break;
        }
    assert_in_range(failed, 10, 1000);
}

/* Where the hour should be is a file, or a folder has the part's name: what can't be there need not be removed. */
static void a_writer_goes_on_when_what_stood_in_its_way_has_gone(void **state)
{
    static const char *const way[] = {"positions/day=2026-11-22",
                                      "positions/day=2026-11-22/hour=07/part-0000000001-0000000001.parquet"};
    for (int folder = 0; folder < 2; folder++) {
        char dir[200], path[400], inner[500];
        uint64_t mark;
        snprintf(dir, sizeof dir, "%s/%d", (char *)*state, folder);
        struct vg_store_writer *w = open_writer(dir, &mark);
        if (folder)
            assert_int_equal(vg_store_make_folder(dir, VG_STORE_POSITIONS, HOUR0), VG_OK);
        else
            snprintf(path, sizeof path, "%s/positions", dir), mkdir(path, 0700);
        snprintf(path, sizeof path, "%s/%s", dir, way[folder]);
        snprintf(inner, sizeof inner, "%s/full", path);
        if (folder) {
            assert_int_equal(mkdir(path, 0700), 0);
            put(inner, "x");
        } else {
            put(path, "x");
        }
        add(w, 0, 1);
        for (int again = 0; again < 2; again++)
            assert_int_equal(vg_store_commit(w, 1), VG_IO);
        if (folder)
            assert_int_equal(unlink(inner), 0);
        assert_int_equal(folder ? rmdir(path) : unlink(path), 0);
        assert_int_equal(vg_store_commit(w, 1), VG_OK);
        vg_store_close(w);
        assert_rows(dir, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_folder(a_file_is_replaced_whole_or_stays),
        in_a_folder(a_path_that_can_not_be_is_told),
        in_a_folder(a_folder_is_synced_by_the_commit_that_uses_it),
        in_a_folder(a_writer_goes_on_when_what_stood_in_its_way_has_gone),
        in_a_folder(the_state_is_the_old_or_the_new),
        in_a_folder(a_commit_that_fails_can_be_tried_again),
        in_a_folder(a_compaction_that_fails_changes_no_row),
        in_a_folder(an_answer_is_whole_or_says_what_is_missing),
    };
    vg_sources_init(&sources);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    vg_sources_free(&sources);
    return failed;
}
