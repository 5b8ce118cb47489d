/*
 * Readers beside what changes under them: a state that goes on changing, parts that go away, files that are damaged.
 * And nothing is left behind: no memory, no open file.
 *
 * This program has an open() and a stat() of its own, which the archive's calls meet first; the real ones are reached
 * as system calls.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "archive/parquet_test.h"
#include "archive/store_folder.h"
#include "archive/store_inner.h"

#define HOUR0 INT64_C(1795330800000000) /* 2026-11-22T07:00Z */

/* ---- what changes ---- */

static struct {
    bool armed;
    unsigned changes; /* of the state: so many readings find another one */
    unsigned gone;    /* so many looks at a part find none */
    unsigned readings, looks;
} race;

static void change_state(const char *path)
{
    char text[100];
    int len = snprintf(text, sizeof text, "{\"format\": 2, \"commit\": %u, \"mark\": 1}", 10 + race.readings);
    int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_TRUNC);
    assert_true(fd >= 0 && write(fd, text, (size_t)len) == len);
    close(fd);
}

static bool ends(const char *text, const char *end)
{
    size_t len = strlen(text), n = strlen(end);
    return len >= n && !strcmp(text + len - n, end);
}

int open(const char *path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    unsigned mode = flags & O_CREAT ? va_arg(args, unsigned) : 0;
    va_end(args);
    if (race.armed && ends(path, "/state.json")) {
        race.readings++;
        if (race.changes && race.changes--)
            change_state(path);
    }
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int stat(const char *restrict path, struct stat *restrict st)
{
    if (race.armed && ends(path, ".parquet")) {
        race.looks++;
        if (race.gone && race.gone--) {
            errno = ENOENT;
            return -1;
        }
    }
    return (int)syscall(SYS_newfstatat, AT_FDCWD, path, st, 0);
}

/* ---- an archive ---- */

static struct vg_sources sources;

static struct vg_store_writer *open_writer(const char *dir)
{
    return open_store(dir, &sources, 1000);
}

static void add(struct vg_store_writer *w, uint32_t from, uint32_t to)
{
    for (uint32_t n = from; n < to; n++) {
        struct vg_report r = {.time_us = HOUR0 + n,
                              .journal_offset = n + 1,
                              .mmsi = n,
                              .fields = VG_FIELD_BIT(POS) | VG_FIELD_BIT(NAME) | VG_FIELD_BIT(TEXT),
                              .message = 1,
                              .class = VG_CLASS_SHIP_A,
                              .name = "A NAME",
                              .text = "A TEXT"};
        assert_int_equal(vg_store_add(w, &r), VG_OK);
    }
}

static enum vg_err ask(struct vg_store *store, struct answer_seen *ret)
{
    const struct vg_positions_query all = VG_POSITIONS_ALL;
    *ret = (struct answer_seen){0};
    return vg_store_positions(store, &all, answer_row, answer_damage, ret, NULL);
}

static void a_state_that_goes_on_changing_is_read_64_times(void **state)
{
    struct vg_store_writer *w = open_writer(*state);
    struct vg_store *store;
    struct answer_seen s;
    add(w, 0, 9);
    assert_int_equal(vg_store_commit(w, 1), VG_OK);
    vg_store_close(w);
    assert_int_equal(vg_store_reader_open(*state, &store), VG_OK);
    static const unsigned changes[] = {0, 1, 2, 63, 64, 65, 66};
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        race.armed = true;
        race.readings = 0;
        race.changes = changes[i];
        enum vg_err err = ask(store, &s);
        race.armed = false;
        assert_int_equal(err, changes[i] <= 64 ? VG_OK : VG_IO);
        assert_int_equal(s.rows, err ? 0 : 9);
        assert_int_equal(race.readings, err ? 65 : changes[i] ? changes[i] + 1 : 2);
    }
    vg_store_reader_close(store);
}

static void parts_that_go_away_are_looked_for_64_times(void **state)
{
    struct vg_store_writer *w = open_writer(*state);
    struct vg_store *store;
    struct answer_seen s;
    for (uint32_t n = 0; n < 3; n++) {
        add(w, n, n + 1);
        assert_int_equal(vg_store_commit(w, n), VG_OK);
    }
    vg_store_close(w);
    assert_int_equal(vg_store_reader_open(*state, &store), VG_OK);
    static const unsigned gone[] = {0, 1, 2, 63, 64, 70};
    for (size_t i = 0; i < sizeof gone / sizeof *gone; i++) {
        race.armed = true;
        race.readings = race.looks = 0;
        race.gone = gone[i];
        enum vg_err err = ask(store, &s);
        race.armed = false;
        assert_int_equal(err, gone[i] < 64 ? VG_OK : VG_IO);
        assert_int_equal(s.rows, err ? 0 : 3);
        assert_int_equal(s.damages, 0); /* what was made one with others is not damaged */
        assert_int_equal(race.looks, err ? 64 : gone[i] + 3);
        assert_int_equal(race.readings, err ? 128 : 2 * (gone[i] + 1));
    }
    vg_store_reader_close(store);
}

/* ---- files replaced ---- */

struct bytes {
    char p[20000];
    size_t len;
};

static void take_bytes(const char *path, struct bytes *ret)
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    ret->len = fread(ret->p, 1, sizeof ret->p, f);
    assert_in_range(ret->len, 100, sizeof ret->p - 1);
    fclose(f);
}

static void put_bytes(const char *path, const struct bytes *b, bool anew, struct timespec changed)
{
    const struct timespec times[2] = {changed, changed};
    char other[VG_ATOMIC_PATH + 4];
    snprintf(other, sizeof other, "%s.new", path);
    int fd = open(anew ? other : path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    assert_true(fd >= 0 && write(fd, b->p, b->len) == (ssize_t)b->len);
    close(fd);
    if (anew)
        assert_int_equal(rename(other, path), 0);
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

/* A part of `rows` rows of a vessel, as a file of its bytes. */
static void part_of(const char *dir, const char *name, uint32_t mmsi, uint32_t rows, char path[VG_ATOMIC_PATH],
                    struct bytes *ret)
{
    char folder[200];
    snprintf(folder, sizeof folder, "%s/%s", dir, name);
    struct vg_store_writer *w = open_writer(folder);
    for (uint32_t i = 0; i < rows; i++)
        add(w, mmsi, mmsi + 1);
    assert_int_equal(vg_store_commit(w, 1), VG_OK);
    struct vg_store_state s = w->state;
    vg_store_close(w);
    s.list.number = 0; /* what is no list's may be another file */
    assert_int_equal(vg_store_state_write(folder, &s), VG_OK);
    assert_int_equal(vg_store_path(folder, VG_STORE_POSITIONS, HOUR0, &(struct vg_store_part){1, 1}, path), VG_OK);
    take_bytes(path, ret);
}

/* By its number on the disk, its size, the second and the nanosecond of its change; all as before: it is the one that
 * is open. */
static void a_file_that_was_replaced_is_opened_again(void **state)
{
    static struct bytes one, other, more;
    char path[VG_ATOMIC_PATH], unused[VG_ATOMIC_PATH], folder[200];
    const struct timespec was = {1000000, 500};
    const struct {
        const struct bytes *bytes;
        bool anew;
        struct timespec changed;
        size_t rows;
    } cases[] = {{&other, false, was, 0},
                 {&other, true, was, 1},
                 {&more, false, was, 3},
                 {&other, false, {1000001, 500}, 1},
                 {&other, false, {1000000, 501}, 1}};
    part_of(*state, "more", 6, 3, unused, &more);
    part_of(*state, "other", 6, 1, unused, &other);
    part_of(*state, "one", 5, 1, path, &one);
    snprintf(folder, sizeof folder, "%s/one", (char *)*state);
    assert_int_equal(one.len, other.len);
    assert_int_not_equal(one.len, more.len);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_store *store;
        struct answer_seen s = {0};
        struct vg_positions_query q = VG_POSITIONS_ALL;
        put_bytes(path, &one, false, was);
        assert_int_equal(vg_store_reader_open(folder, &store), VG_OK);
        assert_int_equal(ask(store, &s), VG_OK);
        assert_int_equal(s.rows, 1);
        put_bytes(path, cases[i].bytes, cases[i].anew, cases[i].changed);
        q.mmsi = 6; /* by the bounds of the first file there is none */
        s.rows = 0;
        assert_int_equal(vg_store_positions(store, &q, answer_row, NULL, &s, NULL), VG_OK);
        if (s.rows != cases[i].rows)
            fail_msg("case %zu: %zu rows", i, s.rows);
        vg_store_reader_close(store);
    }
}

/* ---- damage ---- */

static void damage_file(const char *path, off_t at, const char *bytes)
{
    int fd = open(path, O_WRONLY);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, bytes, strlen(bytes), at), strlen(bytes));
    close(fd);
}

static enum vg_err count_row(void *arg, const struct vg_table *table, const void *row)
{
    (void)table, (void)row;
    ++*(size_t *)arg;
    return VG_OK;
}

/* Two pages a file: the first or the second can't be read. */
static void a_merge_that_is_told_of_no_damage_ends_with_it(void **state)
{
    static const off_t place[] = {10, 0};
    for (int second = 0; second < 2; second++) {
        struct vg_table_file files[2], *given[2] = {&files[0], &files[1]};
        struct vg_scan scans[2] = {0};
        struct vg_positions_work work = {0};
        const struct vg_positions_query all = VG_POSITIONS_ALL;
        size_t rows = 0;
        for (int f = 0; f < 2; f++) {
            char path[200];
            struct vg_parquet_options options = VG_PARQUET_OPTIONS_DEFAULT;
            struct vg_table_out *out;
            struct vg_parquet_file *parquet;
            struct vg_parquet_page page = {0};
            options.page_rows = 4;
            options.group_rows = 4;
            snprintf(path, sizeof path, "%s/%d-%d", (char *)*state, second, f);
            assert_int_equal(vg_table_out_open(&vg_table_positions, path, &options, &out), VG_OK);
            for (uint32_t i = 0; i < 8; i++) {
                struct vg_position p = {.mmsi = 2 * i + (uint32_t)f, .time_us = 1, .source_name = {"", 0}};
                assert_int_equal(vg_table_out_row(out, &p), VG_OK);
            }
            uint64_t columns[VG_PARQUET_COLUMNS], group = 0;
            assert_int_equal(vg_table_out_commit(out, NULL, columns), VG_OK);
            for (size_t c = 0; c < vg_table_positions.count; c++)
                group += columns[c] / 2;
            if (f == 1)
                damage_file(path, second ? 4 + (off_t)group + 10 : place[0], "damage");
            assert_int_equal(vg_parquet_open(path, &parquet), VG_OK);
            if (f == 1)
                assert_int_equal(vg_parquet_read_page(parquet, (size_t)second, 0, 0, &page), VG_CORRUPT);
            vg_parquet_page_free(&page);
            assert_int_equal(vg_table_file_init(&files[f], &vg_table_positions, parquet), VG_OK);
        }
        assert_int_equal(vg_merge(given, 2, scans, &all, count_row, NULL, &rows, &work), VG_CORRUPT);
        assert_int_equal(rows, second ? 8 : 0);
        for (int f = 0; f < 2; f++) {
            vg_scan_free(&scans[f]);
            vg_table_file_close(&files[f]);
        }
    }
}

/* A part that is no file of the table, or none of Parquet, is told each time with its reason; compaction tells it, too.
 */
static void a_part_that_is_another_file_is_told_with_the_reason(void **state)
{
    const char *dir = *state, *why;
    char good[VG_ATOMIC_PATH], bad[VG_ATOMIC_PATH], want[VG_ATOMIC_PATH + 100];
    struct vg_store_writer *w = open_writer(dir);
    struct vg_store *store;
    struct answer_seen s;
    bool more = true;
    for (uint32_t n = 0; n < 2; n++) {
        add(w, n, n + 1);
        assert_int_equal(vg_store_commit(w, n), VG_OK);
    }
    assert_int_equal(vg_store_path(dir, VG_STORE_STATICS, HOUR0, &(struct vg_store_part){1, 1}, good), VG_OK);
    assert_int_equal(vg_store_path(dir, VG_STORE_POSITIONS, HOUR0, &(struct vg_store_part){2, 2}, bad), VG_OK);
    assert_int_equal(unlink(bad), 0);
    assert_int_equal(link(good, bad), 0);
    assert_int_equal(vg_store_reader_open(dir, &store), VG_OK);
    for (int again = 0; again < 2; again++) {
        assert_int_equal(ask(store, &s), VG_OK);
        assert_true(s.rows == 1 && s.damages == 1 && s.damage == VG_UNSUPPORTED);
    }
    assert_int_equal(vg_store_compact(w, INT64_MAX, &more, &why), VG_OK);
    snprintf(want, sizeof want, "%s: not supported", bad);
    assert_string_equal(why, want);
    assert_int_equal(vg_store_counters(w)->failures, 1);
    assert_int_equal(vg_store_counters(w)->compactions, 0);
    for (int i = 0; more; i++) {
        assert_true(i < 10);
        assert_int_equal(vg_store_compact(w, INT64_MAX, &more, &why), VG_OK);
        assert_string_equal(why, ""); /* it is told once */
    }
    assert_int_equal(vg_store_counters(w)->failures, 1);
    assert_int_equal(vg_store_counters(w)->compactions, 2); /* of the two other tables */
    vg_store_reader_close(store);
    vg_store_close(w);
}

/* ---- what is left behind ---- */

static size_t memory(void)
{
    struct mallinfo2 m = mallinfo2();
    return m.uordblks + m.hblkhd;
}

static size_t descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    size_t count = 0;
    assert_non_null(folder);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

static enum vg_err count_text(void *arg, const struct vg_report *r)
{
    ++*(size_t *)arg;
    assert_string_equal(r->text, "A TEXT");
    return VG_OK;
}

/* A life with successes and failures of every kind. */
static void live(const char *dir)
{
    const struct vg_positions_query all = VG_POSITIONS_ALL;
    const char *const states[] = {"", "[]", "{\"format\": 3}", "{\"format\": 2}"}, *why;
    char path[VG_ATOMIC_PATH];
    struct vg_store_state s;
    struct vg_store *store;
    struct vg_sources named;
    struct vg_positions_file *file;
    struct answer_seen seen;
    int64_t from, to;
    bool more = true;
    size_t reports = 0;
    for (size_t i = 0; i < 4; i++)
        assert_int_not_equal(vg_store_state_parse(states[i], strlen(states[i]), &s), VG_OK);
    struct vg_store_writer *w = open_writer(dir);
    for (uint32_t n = 0; n < 3; n++) {
        add(w, 3 * n, 3 * n + 3);
        assert_int_equal(vg_store_commit(w, n), VG_OK);
    }
    assert_int_equal(vg_store_path(dir, VG_STORE_POSITIONS, HOUR0, &(struct vg_store_part){3, 3}, path), VG_OK);
    damage_file(path, 10, "damage");
    assert_int_equal(vg_positions_open(path, &file), VG_OK);
    assert_int_equal(vg_positions_read(file, &all, answer_row, &seen, NULL), VG_CORRUPT);
    vg_positions_close(file);
    assert_int_equal(vg_store_reader_open(dir, &store), VG_OK);
    assert_int_equal(ask(store, &seen), VG_OK);
    assert_int_equal(seen.rows, 6);
    for (int i = 0; more; i++) {
        assert_true(i < 10);
        assert_int_equal(vg_store_compact(w, INT64_MAX, &more, &why), VG_OK);
    }
    assert_int_equal(vg_sources_init(&named), VG_OK);
    assert_int_equal(vg_store_reports(store, 1u << VG_STORE_DETAILS, &all, &named, count_text, NULL, &reports), VG_OK);
    assert_int_equal(reports, 9);
    vg_sources_free(&named);
    assert_int_equal(vg_store_span(store, &from, &to), VG_OK);
    assert_int_equal(truncate(path, 20), 0);
    assert_int_equal(vg_positions_open(path, &file), VG_SYNTAX);
    assert_int_equal(ask(store, &seen), VG_OK);
    assert_int_equal(seen.damage, VG_SYNTAX);
    vg_store_reader_close(store);
    vg_store_close(w);
    remove_all(dir);
}

static void a_life_leaves_nothing_behind(void **state)
{
    char dir[200];
    size_t before = 0, files = 0;
    snprintf(dir, sizeof dir, "%s/a", (char *)*state);
    for (int i = 0; i < 120; i++) {
        if (i == 20) { /* what stays for the program's life is there */
            before = memory();
            files = descriptors();
        }
        live(dir);
    }
    assert_int_equal(descriptors(), files);
    assert_true(memory() < before + 100 * 600); /* a little lies in the allocator's own lists */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(a_state_that_goes_on_changing_is_read_64_times),
        IN_FOLDER(parts_that_go_away_are_looked_for_64_times),
        IN_FOLDER(a_file_that_was_replaced_is_opened_again),
        IN_FOLDER(a_merge_that_is_told_of_no_damage_ends_with_it),
        IN_FOLDER(a_part_that_is_another_file_is_told_with_the_reason),
        IN_FOLDER(a_life_leaves_nothing_behind),
    };
    if (vg_sources_init(&sources))
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    vg_sources_free(&sources);
    return failed;
}
