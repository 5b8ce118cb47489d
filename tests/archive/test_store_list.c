/* The list of parts: what must be there and isn't, or is another file, is told, whatever became of it. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/parquet_test.h"
#include "archive/store_folder.h"
#include "archive/store_list.h"

#define HOUR0 INT64_C(1795330800000000) /* 2026-11-22T07:00Z */
#define HOURS 3
#define EACH  20 /* positions of an hour in each of two commits */

static struct vg_sources sources;

static void add_hour(struct vg_store_writer *w, int64_t hour, uint64_t place)
{
    for (uint32_t n = 0; n < EACH; n++) {
        struct vg_report r = {.time_us = HOUR0 + hour * VG_HOUR_US + n,
                              .journal_offset = place + n,
                              .mmsi = 1000 + n,
                              .fields = VG_FIELD_BIT(POS),
                              .message = 1,
                              .class = VG_CLASS_SHIP_A};
        assert_int_equal(vg_store_add(w, &r), VG_OK);
    }
}

static void make(const char *dir)
{
    struct vg_store_writer *w = open_store(dir, &sources, 1000);
    for (uint64_t commit = 0; commit < 2; commit++) {
        for (int64_t h = 0; h < HOURS; h++)
            add_hour(w, h, 1000 * commit + 100 * (uint64_t)h + 1);
        assert_int_equal(vg_store_commit(w, 1000 * (commit + 1)), VG_OK);
    }
    vg_store_close(w);
}

static struct answer_seen ask(const char *dir)
{
    const struct vg_positions_query all = VG_POSITIONS_ALL;
    struct vg_store *store;
    struct answer_seen s = {0}, looked = {0};
    struct vg_store_hour hours[8];
    assert_int_equal(vg_store_reader_open(dir, &store), VG_OK);
    assert_int_equal(vg_store_positions(store, &all, answer_row, answer_damage, &s, NULL), VG_OK);
    assert_int_equal(vg_store_check_span(store, VG_STORE_ALL, INT64_MIN, INT64_MAX, answer_damage, &looked), VG_OK);
    assert_int_equal(looked.damages, s.damages); /* known before the first row */
    vg_store_hours(store, hours, 8);
    vg_store_reader_close(store);
    return s;
}

/* What the time bar says of it. */
static uint64_t unread(const char *dir)
{
    struct vg_store *store;
    assert_int_equal(vg_store_reader_open(dir, &store), VG_OK);
    vg_store_hours(store, NULL, 0);
    uint64_t count = vg_store_unread(store);
    vg_store_reader_close(store);
    return count;
}

static void replace_by_file(const char *path)
{
    remove_all(path);
    int fd = open(path, O_WRONLY | O_CREAT, 0644);
    assert_true(fd >= 0);
    close(fd);
}

enum harm {
    MISSING,
    EMPTIED,
    SHORTER,
    LONGER,
    ZEROED,
    END_FLIPPED,
    FOLDER,
    HOUR_GONE,
    HOUR_A_FILE,
    TABLE_GONE,
    TABLE_A_FILE,
    HARMS
};

static void do_harm(const char *dir, enum harm harm)
{
    const struct vg_store_part part = {1, 1};
    char path[VG_ATOMIC_PATH], zeros[512] = "";
    struct stat st;
    assert_int_equal(vg_store_path(dir, VG_STORE_POSITIONS, HOUR0 + VG_HOUR_US, &part, path), VG_OK);
    assert_int_equal(stat(path, &st), 0);
    int fd = open(path, O_RDWR);
    assert_true(fd >= 0);
    if (harm == MISSING || harm == FOLDER)
        assert_int_equal(unlink(path), 0);
    if (harm == FOLDER)
        assert_int_equal(mkdir(path, 0755), 0);
    if (harm == EMPTIED || harm == SHORTER || harm == LONGER)
        assert_int_equal(ftruncate(fd, harm == EMPTIED ? 0 : harm == SHORTER ? st.st_size / 2 : st.st_size + 1), 0);
    for (off_t at = 0; harm == ZEROED && at < st.st_size; at += 512)
        pwrite(fd, zeros, st.st_size - at < 512 ? (size_t)(st.st_size - at) : 512, at);
    if (harm == END_FLIPPED) { /* the group's statistics: it reads on as a file */
        char bytes[8];
        off_t at = st.st_size - 8 - 1;
        assert_int_equal(pread(fd, bytes, 1, at - 400), 1);
        bytes[0] ^= 1;
        assert_int_equal(pwrite(fd, bytes, 1, at - 400), 1);
    }
    close(fd);
    for (int up = harm >= TABLE_GONE ? 3 : harm >= HOUR_GONE ? 1 : 0; up > 0; up--)
        *strrchr(path, '/') = 0;
    if (harm == HOUR_GONE || harm == TABLE_GONE)
        remove_all(path);
    if (harm == HOUR_A_FILE || harm == TABLE_A_FILE)
        replace_by_file(path);
}

static void whatever_becomes_of_a_part_is_told(void **state)
{
    const char *root = *state;
    for (int harm = 0; harm < HARMS; harm++) {
        char dir[200];
        snprintf(dir, sizeof dir, "%s/%d", root, harm);
        make(dir);
        struct answer_seen s = ask(dir);
        assert_int_equal(s.damages, 0);
        assert_int_equal(s.rows, 2 * HOURS * EACH);
        assert_int_equal(unread(dir), 0);
        do_harm(dir, (enum harm)harm);
        s = ask(dir);
        size_t parts = harm >= TABLE_GONE ? 2 * HOURS : harm >= HOUR_GONE ? 2 : 1;
        if (s.damages != parts || s.rows != (2 * HOURS - parts) * EACH)
            fail_msg("harm %d: %zu told, %zu rows", harm, s.damages, s.rows);
        if (harm != ZEROED && harm != END_FLIPPED && harm != FOLDER && unread(dir) != parts) /* their sizes are right */
            fail_msg("harm %d: the time bar says %llu", harm, (unsigned long long)unread(dir));
    }
}

/* The list has what the folders have. */
static void assert_listed(const char *dir)
{
    struct vg_store_list list = {0};
    struct vg_store_state now;
    struct vg_store_hours hours = {0};
    struct vg_store_parts parts = {0};
    size_t count = 0;
    assert_int_equal(vg_store_state_read(dir, &now), VG_OK);
    assert_int_equal(vg_store_list_read(dir, &now.list, &list), VG_OK);
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES; t++) {
        hours.count = 0;
        assert_int_equal(vg_store_list_hours(dir, t, INT64_MIN, INT64_MAX, &hours), VG_OK);
        for (size_t i = 0; i < hours.count; i++) {
            assert_int_equal(vg_store_list_parts(dir, t, hours.items[i], now.commit, false, &parts), VG_OK);
            for (size_t p = 0; p < parts.count; p++, count++) {
                char path[VG_ATOMIC_PATH];
                const struct vg_store_listed *l = vg_store_list_find(&list, t, hours.items[i], &parts.items[p]);
                assert_non_null(l);
                assert_int_equal(vg_store_path(dir, t, hours.items[i], &parts.items[p], path), VG_OK);
                assert_int_equal(vg_store_listed_check(l, path), VG_OK);
                assert_true(l->file.foot.at && l->file.rows && l->file.place_first <= l->file.place_last);
            }
        }
    }
    assert_int_equal(count, list.count);
    vg_store_list_free(&list);
    free(hours.items);
    free(parts.items);
}

static void the_list_follows_commits_compactions_and_retractions(void **state)
{
    const char *dir = *state, *why;
    const struct vg_offset_range hour1[] = {{101, 101 + EACH}, {1101, 1101 + EACH}}, some = {205, 207};
    bool more = true;
    make(dir);
    assert_listed(dir);
    struct vg_store_writer *w = open_store(dir, &sources, 1000);
    assert_int_equal(vg_store_retract(w, &some, 1, &why), VG_OK);
    add_hour(w, 7, 5000);
    assert_int_equal(vg_store_commit(w, 3000), VG_OK);
    assert_listed(dir);
    while (more)
        assert_int_equal(vg_store_compact(w, INT64_MAX, &more, &why), VG_OK);
    assert_listed(dir);
    assert_int_equal(vg_store_retract(w, hour1, 2, &why), VG_OK); /* an hour that has nothing left */
    assert_int_equal(vg_store_commit(w, 4000), VG_OK);
    assert_listed(dir);
    vg_store_close(w);
    struct answer_seen s = ask(dir);
    assert_int_equal(s.damages, 0);
    assert_int_equal(s.rows, 2 * HOURS * EACH - 2 - 2 * EACH + EACH);
}

static void a_list_that_is_lost_or_damaged_is_told_and_made_anew(void **state)
{
    for (int harm = 0; harm < 4; harm++) {
        char dir[200], path[VG_ATOMIC_PATH];
        struct vg_store_state now;
        snprintf(dir, sizeof dir, "%s/%d", (const char *)*state, harm);
        make(dir);
        assert_int_equal(vg_store_state_read(dir, &now), VG_OK);
        assert_int_equal(vg_store_list_path(dir, now.list.number, path), VG_OK);
        int fd = open(path, O_WRONLY);
        if (harm == 1)
            assert_int_equal(ftruncate(fd, (off_t)now.list.bytes - 1), 0);
        if (harm == 2)
            assert_int_equal(pwrite(fd, "\0\0\0", 3, 5), 3);
        close(fd);
        if (harm == 0)
            assert_int_equal(unlink(path), 0);
        if (harm == 3) {
            assert_int_equal(unlink(path), 0);
            assert_int_equal(mkdir(path, 0755), 0);
        }
        struct answer_seen s = ask(dir);
        assert_int_equal(s.damages, 1);
        assert_string_equal(s.path, path);
        assert_int_equal(s.rows, 2 * HOURS * EACH); /* what lies there is answered */
        assert_int_equal(unread(dir), 1);
        struct vg_store_writer *w = open_store(dir, &sources, 1000);
        add_hour(w, 5, 5000);
        assert_int_equal(vg_store_commit(w, 3000), VG_OK);
        vg_store_close(w);
        s = ask(dir);
        assert_int_equal(s.damages, 0);
        do_harm(dir, MISSING);
        assert_int_equal(ask(dir).damages, 1);
    }
}

static void a_repair_that_was_interrupted_is_told(void **state)
{
    const char *dir = *state;
    struct vg_store_state now, again;
    make(dir);
    assert_int_equal(vg_store_state_read(dir, &now), VG_OK);
    now.missing[0] = (struct vg_offset_range){5, 90};
    now.missing[1] = (struct vg_offset_range){100, INT64_MAX};
    now.missing_count = 2;
    assert_int_equal(vg_store_state_write(dir, &now), VG_OK);
    assert_int_equal(vg_store_state_read(dir, &again), VG_OK);
    assert_int_equal(again.missing_count, 2);
    assert_int_equal(again.missing[1].to, INT64_MAX);
    struct answer_seen s = ask(dir);
    assert_int_equal(s.damages, 1);
    assert_non_null(strstr(s.path, "state.json"));
    assert_int_equal(unread(dir), 1);
}

static void an_archive_that_goes_as_a_whole_is_told(void **state)
{
    const char *root = *state;
    const struct vg_positions_query all = VG_POSITIONS_ALL;
    char dir[200];
    struct vg_store *store;
    struct answer_seen s = {0};
    snprintf(dir, sizeof dir, "%s/a", root);
    make(dir);
    assert_int_equal(vg_store_reader_open(dir, &store), VG_OK);
    assert_int_equal(vg_store_positions(store, &all, answer_row, answer_damage, &s, NULL), VG_OK);
    assert_int_equal(s.damages, 0);
    replace_by_file(dir);
    assert_int_equal(vg_store_positions(store, &all, answer_row, answer_damage, &s, NULL), VG_OK);
    assert_int_equal(s.damages, 1);
    vg_store_reader_close(store);
    assert_int_equal(vg_store_reader_open(dir, &store), VG_CORRUPT);
    assert_int_equal(unlink(dir), 0);
    assert_int_equal(vg_store_reader_open(dir, &store), VG_NOT_FOUND);
}

/* Made one with others, what can't be read would be gone without a word. */
static void a_part_whose_end_is_damaged_is_not_compacted(void **state)
{
    const char *dir = *state, *why;
    bool more = true;
    make(dir);
    do_harm(dir, END_FLIPPED);
    struct vg_store_writer *w = open_store(dir, &sources, 1000);
    for (bool told = false; more; told = told || *why)
        assert_int_equal(vg_store_compact(w, INT64_MAX, &more, &why), VG_OK);
    assert_int_equal(vg_store_counters(w)->failures, 1);
    vg_store_close(w);
    struct answer_seen s = ask(dir);
    assert_int_equal(s.damages, 1);
    assert_int_equal(s.rows, (2 * HOURS - 1) * EACH);
}

int main(void)
{
    assert_int_equal(vg_sources_init(&sources), VG_OK);
    const struct CMUnitTest tests[] = {
        IN_FOLDER(whatever_becomes_of_a_part_is_told),
        IN_FOLDER(the_list_follows_commits_compactions_and_retractions),
        IN_FOLDER(a_list_that_is_lost_or_damaged_is_told_and_made_anew),
        IN_FOLDER(a_part_whose_end_is_damaged_is_not_compacted),
        IN_FOLDER(a_repair_that_was_interrupted_is_told),
        IN_FOLDER(an_archive_that_goes_as_a_whole_is_told),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    vg_sources_free(&sources);
    return failed;
}
