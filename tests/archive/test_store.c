/* The store: commits are whole or not there, compaction keeps exactly the rows, readers never see between. */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "archive/parquet_test.h"
#include "archive/store.h"
#include "archive/store_folder.h"
#include "archive/store_inner.h"

#define HOUR0 INT64_C(1795330800000000) /* 2026-11-22T07:00Z */

static struct vg_sources sources;

static struct vg_store_writer *open_writer(const char *dir, uint64_t *ret_mark)
{
    struct vg_store_rules rules = VG_STORE_RULES_DEFAULT;
    struct vg_store_writer *w;
    uint64_t mark;
    const char *why;
    rules.most_rows = 20000;
    enum vg_err err = vg_store_open(dir, &rules, &sources, &w, ret_mark ? ret_mark : &mark, &why);
    if (err)
        fail_msg("%s: %s", vg_err_text(err), why);
    return w;
}

/* Report number n: the same vessel every 50, its time `step_us` on. Every tenth says who it is. */
static struct vg_report report(uint64_t n, int64_t from_us, int64_t step_us)
{
    uint64_t seed = n, journal_offset = dice(&seed);
    struct vg_report r = {.time_us = from_us + (int64_t)n * step_us,
                          .journal_offset = n + 1,
                          .mmsi = 735000000 + (uint32_t)(n * 7 % 50),
                          .fields = VG_FIELD_BIT(POS) | VG_FIELD_BIT(SOG),
                          .source = (uint16_t)(n % 3),
                          .message = 1,
                          .class = VG_CLASS_SHIP_A,
                          .pos = {(int32_t)(journal_offset % 1000000), (int32_t)((journal_offset >> 32) % 500000)},
                          .sog_dkn = (uint16_t)(n % 1000)};
    if (n % 10 == 0) {
        r.fields |= VG_FIELD_BIT(NAME) | VG_FIELD_BIT(DRAUGHT);
        snprintf(r.name, sizeof r.name, "SHIP %u", (unsigned)n);
        r.draught_dm = (uint8_t)n;
    }
    return r;
}

static void add(struct vg_store_writer *w, uint64_t from, uint64_t to, int64_t from_us, int64_t step_us)
{
    for (uint64_t n = from; n < to; n++) {
        struct vg_report r = report(n, from_us, step_us);
        assert_int_equal(vg_store_add(w, &r), VG_OK);
    }
}

/* What a reading gives: how often each report was seen (place − 1 is its number), and whether the order held. */
struct seen {
    unsigned char *times;
    size_t size, rows, damages;
    struct vg_table_key last;
    int64_t hour;
    bool ordered;
    char path[VG_ATOMIC_PATH];
};

static void check_order(struct seen *s, const void *row)
{
    struct vg_table_key key = *(const struct vg_table_key *)row;
    int64_t hour = key.time_us / VG_HOUR_US;
    if (s->rows && (hour < s->hour || (hour == s->hour && vg_table_order(&s->last, &key) > 0)))
        s->ordered = false;
    s->hour = hour;
    s->last = key;
    s->rows++;
    if (key.journal_offset && key.journal_offset <= s->size)
        s->times[key.journal_offset - 1]++;
}

static enum vg_err see_position(void *arg, const struct vg_position *p)
{
    struct seen *s = arg;
    check_order(s, p);
    struct vg_report want = report(p->journal_offset - 1, 0, 0);
    if (p->mmsi != want.mmsi || p->pos.lon_e4min != want.pos.lon_e4min || p->pos.lat_e4min != want.pos.lat_e4min ||
        p->sog_dkn != want.sog_dkn)
        s->ordered = false;
    return VG_OK;
}

static enum vg_err see_static(void *arg, const struct vg_static *row)
{
    struct seen *s = arg;
    check_order(s, row);
    struct vg_report want = report(row->journal_offset - 1, 0, 0);
    if (row->mmsi != want.mmsi || strcmp(row->name, want.name) || row->draught_dm != want.draught_dm ||
        row->fields != (VG_FIELD_BIT(NAME) | VG_FIELD_BIT(DRAUGHT)) || row->class != VG_CLASS_SHIP_A)
        s->ordered = false;
    return VG_OK;
}

static void see_damage(void *arg, const char *path, enum vg_err err)
{
    struct seen *s = arg;
    assert_true(err != VG_OK);
    s->damages++;
    snprintf(s->path, sizeof s->path, "%s", path);
}

static struct seen see(struct vg_store *store, const struct vg_positions_query *query, size_t size)
{
    struct seen s = {.times = calloc(size + 1, 1), .size = size, .ordered = true};
    assert_int_equal(vg_store_positions(store, query, see_position, see_damage, &s, NULL), VG_OK);
    assert_true(s.ordered);
    return s;
}

/* Each of the reports [0, count) is there once, and no other; so often damage is told. */
static void assert_all_but(const char *dir, size_t count, size_t damages)
{
    struct vg_positions_query all = VG_POSITIONS_ALL;
    struct vg_store *store;
    assert_int_equal(vg_store_reader_open(dir, &store), VG_OK);
    struct seen s = see(store, &all, count);
    assert_int_equal(s.rows, count);
    assert_int_equal(s.damages, damages);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(s.times[i], 1);
    memset(s.times, 0, count);
    s.rows = 0;
    assert_int_equal(vg_store_statics(store, &all, see_static, see_damage, &s), VG_OK);
    assert_true(s.ordered);
    assert_int_equal(s.rows, (count + 9) / 10);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(s.times[i], i % 10 == 0);
    free(s.times);
    vg_store_reader_close(store);
}

static void assert_all(const char *dir, size_t count)
{
    assert_all_but(dir, count, 0);
}

static size_t count_parts(const char *dir, uint64_t *ret_bytes)
{
    struct vg_store *store;
    struct vg_store_hour hours[64];
    size_t parts = 0;
    assert_int_equal(vg_store_reader_open(dir, &store), VG_OK);
    size_t n = vg_store_hours(store, hours, 64);
    assert_true(n <= 64);
    *ret_bytes = 0;
    for (size_t i = 0; i < n; i++) {
        parts += hours[i].parts;
        *ret_bytes += hours[i].bytes;
    }
    vg_store_reader_close(store);
    return parts;
}

static size_t compact_all(struct vg_store_writer *w, int64_t before_us)
{
    bool more = true;
    const char *why = NULL;
    size_t told = 0;
    for (int i = 0; more; i++) {
        assert_true(i < 1000);
        assert_int_equal(vg_store_compact(w, before_us, &more, &why), VG_OK);
        told += why[0] != 0;
    }
    return told;
}

static void what_is_committed_is_there_after_reopening(void **state)
{
    uint64_t mark = 7;
    struct vg_store *store;
    int64_t from, to;
    const char *dir = *state;
    assert_int_equal(vg_store_reader_open(dir, &store), VG_NOT_FOUND);
    struct vg_store_writer *w = open_writer(dir, &mark);
    assert_int_equal(mark, 0);
    assert_int_equal(vg_store_reader_open(dir, &store), VG_OK);
    assert_int_equal(vg_store_span(store, &from, &to), VG_OK);
    assert_true(from == VG_TIME_NONE && to == VG_TIME_NONE);
    add(w, 0, 5000, HOUR0, VG_SECOND_US);
    assert_int_equal(vg_store_waiting(w), 5500);
    assert_int_equal(vg_store_commit(w, 5000), VG_OK);
    assert_int_equal(vg_store_waiting(w), 0);
    add(w, 5000, 5001, HOUR0, VG_SECOND_US);
    vg_store_close(w); /* the last was not committed */
    w = open_writer(dir, &mark);
    assert_int_equal(mark, 5000);
    assert_int_equal(vg_store_commit(w, 5000), VG_OK);
    assert_int_equal(vg_store_counters(w)->commits, 0);
    vg_store_close(w);
    assert_all(dir, 5000);
    assert_int_equal(vg_store_span(store, &from, &to), VG_OK); /* opened before the commit */
    assert_int_equal(from, HOUR0);
    assert_int_equal(to, HOUR0 + 2 * VG_HOUR_US);
    vg_store_reader_close(store);
}

static void a_full_store_takes_all_or_nothing_of_a_report(void **state)
{
    struct vg_store_rules rules = VG_STORE_RULES_DEFAULT;
    struct vg_store_writer *w;
    struct vg_report r = report(0, HOUR0, 1);
    uint64_t mark;
    const char *why;
    rules.most_rows = VG_STORE_REPORT_ROWS - 1; /* a report may give a row in each */
    assert_int_equal(vg_store_open(*state, &rules, &sources, &w, &mark, &why), VG_ARG);
    rules.most_rows = VG_STORE_REPORT_ROWS;
    assert_int_equal(vg_store_open(*state, &rules, &sources, &w, &mark, &why), VG_OK);
    assert_int_equal(vg_store_add(w, &r), VG_OK);
    assert_int_equal(vg_store_add(w, &r), VG_LIMIT);
    assert_int_equal(vg_store_waiting(w), 2);
    r.fields = 0;
    assert_int_equal(vg_store_add(w, &r), VG_OK); /* it was heard: that is a detail */
    assert_int_equal(vg_store_add(w, &r), VG_LIMIT);
    r.time_us = VG_TIME_NONE;
    assert_int_equal(vg_store_add(w, &r), VG_OK);
    r = report(1, INT64_MAX / 2, 1);
    assert_int_equal(vg_store_add(w, &r), VG_OK);
    assert_int_equal(vg_store_counters(w)->refused, 1);
    assert_int_equal(vg_store_waiting(w), 3);
    vg_store_close(w);
}

/* Its part of a report isn't AIS's: nothing of it may be taken for a ship's. */
static void what_a_radar_measured_is_no_row_of_a_ship(void **state)
{
    struct vg_store_writer *w = open_writer(*state, NULL);
    struct vg_report r = report(1, HOUR0, 0);
    add(w, 0, 1, HOUR0, 0);
    const size_t before = vg_store_waiting(w);
    memset(&r.radar, 0xEE, sizeof r.radar);
    for (r.mmsi = 0; r.mmsi < 2; r.mmsi++)
        for (r.sensor = VG_SENSOR_RADAR; r.sensor <= VG_SENSOR_AIR; r.sensor++)
            assert_int_equal(vg_store_add(w, &r), VG_OK);
    assert_int_equal(vg_store_waiting(w), before);
    vg_store_close(w);
}

static void compaction_keeps_exactly_the_rows(void **state)
{
    const char *dir = *state;
    uint64_t before, after;
    struct vg_store_writer *w = open_writer(dir, NULL);
    for (uint64_t n = 0; n < 20; n++) {
        add(w, n * 1000, n * 1000 + 1000, HOUR0, VG_SECOND_US / 2);
        assert_int_equal(vg_store_commit(w, n * 1000), VG_OK);
    }
    size_t parts = count_parts(dir, &before);
    assert_true(parts > 40);
    assert_int_equal(compact_all(w, HOUR0 + 2 * VG_HOUR_US), 0); /* the third hour stays */
    assert_int_equal(vg_store_counters(w)->compactions, 4);
    assert_all(dir, 20000);
    assert_int_equal(compact_all(w, INT64_MAX), 0);
    assert_int_equal(count_parts(dir, &after), 6);
    assert_true(after < before);
    assert_all(dir, 20000);
    /* Late rows go into hours that were compacted, and are made one with them. */
    add(w, 20000, 21000, HOUR0 - 20000 * VG_SECOND_US, VG_SECOND_US);
    assert_int_equal(vg_store_commit(w, 21000), VG_OK);
    assert_all(dir, 21000);
    assert_int_equal(compact_all(w, INT64_MIN), 0);
    assert_int_equal(count_parts(dir, &after), 8);
    assert_int_equal(compact_all(w, INT64_MAX), 0);
    assert_int_equal(count_parts(dir, &after), 6);
    vg_store_close(w);
    uint64_t mark;
    w = open_writer(dir, &mark);
    assert_int_equal(mark, 21000);
    uint64_t done = vg_store_counters(w)->compactions;
    assert_int_equal(compact_all(w, INT64_MAX), 0); /* nothing is due any more */
    assert_int_equal(vg_store_counters(w)->compactions, done);
    vg_store_close(w);
    assert_all(dir, 21000);
}

/* A crash at any moment of a commit or a compaction: the child ends without a word at its n-th sync of a file. */
static void a_crash_leaves_no_half_commit(void **state)
{
    const char *dir = *state;
    struct vg_store_writer *w = open_writer(dir, NULL);
    add(w, 0, 1000, HOUR0, VG_SECOND_US * 7);
    assert_int_equal(vg_store_commit(w, 1000), VG_OK);
    vg_store_close(w);
    for (int delay_us = 0; delay_us < 40000; delay_us += 1500) {
        pid_t child = fork();
        if (!child) {
            signal(SIGALRM, SIG_DFL);
            w = open_writer(dir, NULL);
            ualarm((useconds_t)delay_us + 100, 0);
            for (;;) {
                add(w, 1000, 2000, HOUR0, VG_SECOND_US * 7);
                if (vg_store_commit(w, 2000))
                    _exit(1);
                compact_all(w, INT64_MAX);
                _exit(0);
            }
        }
        int status;
        uint64_t mark;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_false(WIFEXITED(status) && WEXITSTATUS(status));
        struct vg_store_state now;
        assert_int_equal(vg_store_state_read(dir, &now), VG_OK);
        assert_all(dir, now.mark); /* a reader sees the whole of it or nothing, before anybody cleans up */
        w = open_writer(dir, &mark);
        assert_true(mark == 1000 || mark == 2000);
        vg_store_close(w);
        assert_all(dir, mark);
        if (mark == 2000) {
            remove_all(dir);
            w = open_writer(dir, NULL);
            add(w, 0, 1000, HOUR0, VG_SECOND_US * 7);
            assert_int_equal(vg_store_commit(w, 1000), VG_OK);
            vg_store_close(w);
        }
    }
}

static void copy_file(const char *from, const char *to)
{
    static char bytes[1 << 20];
    int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    assert_true(in >= 0 && out >= 0);
    ssize_t n = read(in, bytes, sizeof bytes);
    assert_true(n > 0 && write(out, bytes, (size_t)n) == n);
    close(in);
    close(out);
}

static void strays_do_not_count_and_are_removed(void **state)
{
    const char *dir = *state;
    char from[VG_ATOMIC_PATH], to[VG_ATOMIC_PATH + 8], covered[VG_ATOMIC_PATH];
    struct vg_store_part part = {1, 1};
    struct vg_store_writer *w = open_writer(dir, NULL);
    add(w, 0, 1000, HOUR0, VG_SECOND_US);
    assert_int_equal(vg_store_commit(w, 1000), VG_OK);
    assert_int_equal(compact_all(w, INT64_MAX), 0); /* 1-2 and 1-3 */
    vg_store_close(w);
    part.last = 2;
    vg_store_path(dir, VG_STORE_POSITIONS, HOUR0, &part, from);
    part = (struct vg_store_part){9, 9}; /* of a commit that did not come to its end */
    vg_store_path(dir, VG_STORE_POSITIONS, HOUR0, &part, to);
    copy_file(from, to);
    part = (struct vg_store_part){1, 1}; /* one that a compaction did not come to remove */
    vg_store_path(dir, VG_STORE_POSITIONS, HOUR0, &part, covered);
    copy_file(from, covered);
    assert_all(dir, 1000);
    vg_store_close(open_writer(dir, NULL));
    assert_true(access(to, F_OK) && access(covered, F_OK) && !access(from, F_OK));
    snprintf(to, sizeof to, "%s.tmp", from);
    copy_file(from, to);
    vg_store_close(open_writer(dir, NULL));
    assert_true(access(to, F_OK));
    assert_all(dir, 1000);
}

static void a_lost_or_damaged_state_is_told(void **state)
{
    const char *dir = *state;
    char path[4096];
    struct vg_store_rules rules = VG_STORE_RULES_DEFAULT;
    struct vg_store_writer *w = open_writer(dir, NULL);
    uint64_t mark;
    const char *why;
    add(w, 0, 100, HOUR0, VG_SECOND_US);
    assert_int_equal(vg_store_commit(w, 1), VG_OK);
    vg_store_close(w);
    snprintf(path, sizeof path, "%s/state.json", dir);
    assert_int_equal(truncate(path, 9), 0);
    assert_int_equal(vg_store_open(dir, &rules, &sources, &w, &mark, &why), VG_CORRUPT);
    assert_non_null(strstr(why, "state.json"));
    assert_all_but(dir, 100, 1); /* a reader does what it can, and says so */
    assert_int_equal(unlink(path), 0);
    assert_int_equal(vg_store_open(dir, &rules, &sources, &w, &mark, &why), VG_CORRUPT);
    assert_non_null(strstr(why, "state.json"));
    assert_all_but(dir, 100, 1);
}

static void damage_is_told_and_passed_over(void **state)
{
    const char *dir = *state;
    char path[VG_ATOMIC_PATH];
    struct vg_positions_query all = VG_POSITIONS_ALL;
    struct vg_positions_work work = {0};
    struct vg_store *store;
    struct vg_store_writer *w = open_writer(dir, NULL);
    for (uint64_t n = 0; n < 5; n++) {
        add(w, n * 100, n * 100 + 100, HOUR0, VG_SECOND_US);
        assert_int_equal(vg_store_commit(w, n), VG_OK);
    }
    vg_store_path(dir, VG_STORE_POSITIONS, HOUR0, &(struct vg_store_part){3, 3}, path);
    int fd = open(path, O_RDWR);
    assert_int_equal(pwrite(fd, "damage", 6, 60), 6);
    close(fd);
    assert_int_equal(vg_store_reader_open(dir, &store), VG_OK);
    struct seen s = see(store, &all, 500);
    assert_int_equal(s.rows, 400);
    assert_int_equal(s.damages, 1);
    assert_string_equal(s.path, path);
    /* Compaction goes around it: the parts before and after are made one each, the damaged one stays. */
    assert_int_equal(compact_all(w, INT64_MAX), 1);
    assert_int_equal(access(path, F_OK), 0);
    memset(s.times, 0, 500);
    s.rows = s.damages = 0;
    assert_int_equal(vg_store_positions(store, &all, see_position, see_damage, &s, &work), VG_OK);
    assert_int_equal(s.rows, 400);
    assert_int_equal(s.damages, 1);
    assert_int_equal(work.damaged, 1);
    for (size_t i = 0; i < 500; i++)
        assert_int_equal(s.times[i], i / 100 != 2);
    assert_int_equal(truncate(path, 5), 0);
    s.rows = s.damages = 0;
    assert_int_equal(vg_store_positions(store, &all, see_position, see_damage, &s, NULL), VG_OK);
    assert_int_equal(s.rows, 400);
    assert_int_equal(s.damages, 1);
    vg_store_close(w);
    w = open_writer(dir, NULL);
    assert_int_equal(compact_all(w, INT64_MAX), 1);
    assert_int_equal(access(path, F_OK), 0);
    vg_store_close(w);
    free(s.times);
    vg_store_reader_close(store);
}

static void a_full_disk_loses_nothing(void **state)
{
    const char *dir = *state;
    struct rlimit was, small = {.rlim_cur = 10000};
    bool more;
    const char *why;
    uint64_t bytes;
    struct vg_store_writer *w = open_writer(dir, NULL);
    add(w, 0, 200, HOUR0, VG_SECOND_US * 30);
    assert_int_equal(vg_store_commit(w, 200), VG_OK);
    add(w, 200, 8000, HOUR0 + 3200 * VG_SECOND_US, VG_SECOND_US); /* little in the first hour: its part fits */
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
    small.rlim_max = was.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    assert_int_equal(vg_store_commit(w, 8000), VG_IO);
    assert_int_equal(vg_store_waiting(w), 8580);
    assert_all(dir, 200);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
    assert_int_equal(vg_store_commit(w, 8000), VG_OK);
    assert_all(dir, 8000);
    small.rlim_cur = 2000;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    assert_int_equal(vg_store_compact(w, INT64_MAX, &more, &why), VG_IO);
    assert_true(why[0]);
    assert_all(dir, 8000);
    small.rlim_cur = 10; /* not even the state */
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    assert_int_equal(vg_store_commit(w, 8001), VG_IO);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
    assert_int_equal(vg_store_counters(w)->failures, 3);
    assert_int_equal(compact_all(w, INT64_MAX), 0);
    assert_all(dir, 8000);
    assert_int_equal(count_parts(dir, &bytes), 8);
    vg_store_close(w);
}

/* Each way in which writing the state can fail: to open it, to write it, to give it its name. */
static void a_state_that_cannot_be_written_is_no_commit(void **state)
{
    const char *dir = *state;
    char path[256], inner[300];
    static const char *const in_the_way[] = {"state.json.tmp", "state.json"};
    for (size_t i = 0; i < 2; i++) {
        uint64_t mark = 0;
        struct vg_store_writer *w = open_writer(dir, &mark);
        assert_int_equal(mark, i);
        add(w, 100 * i, 100 * i + 100, HOUR0, VG_SECOND_US);
        snprintf(path, sizeof path, "%s/%s", dir, in_the_way[i]);
        snprintf(inner, sizeof inner, "%s/full", path); /* a folder that a file can't replace */
        unlink(path);
        assert_int_equal(mkdir(path, 0755), 0);
        assert_int_equal(mkdir(inner, 0755), 0);
        assert_true(vg_store_commit(w, i + 1) != VG_OK);
        assert_int_equal(vg_store_counters(w)->commits, 0);
        assert_int_equal(vg_store_counters(w)->failures, 1);
        assert_int_equal(vg_store_waiting(w), 110);
        rmdir(inner);
        rmdir(path);
        assert_int_equal(vg_store_commit(w, i + 1), VG_OK);
        vg_store_close(w);
        assert_all(dir, 100 * i + 100);
    }
}

/* ---- readers beside a writer ---- */

struct beside {
    const char *dir;
    _Atomic bool done;
    _Atomic uint64_t readings, wrong;
};

static enum vg_err count_row(void *arg, const struct vg_position *p)
{
    struct seen *s = arg;
    check_order(s, p);
    return VG_OK;
}

static void *read_on(void *arg)
{
    struct beside *b = arg;
    struct vg_store *store;
    if (vg_store_reader_open(b->dir, &store))
        return NULL;
    struct seen s = {.times = calloc(20001, 1), .size = 20000};
    while (!atomic_load(&b->done)) {
        struct vg_positions_query q = {.from_us = HOUR0, .to_us = HOUR0 + VG_HOUR_US};
        s.rows = s.damages = 0;
        s.ordered = true;
        memset(s.times, 0, s.size);
        enum vg_err err = vg_store_positions(store, &q, count_row, see_damage, &s, NULL);
        size_t once = 0;
        while (once < s.size && s.times[once] == 1)
            once++;
        /* Whole commits of 100, each row once, in order. */
        if (err || s.damages || !s.ordered || s.rows % 100 || once != s.rows)
            atomic_fetch_add(&b->wrong, 1);
        atomic_fetch_add(&b->readings, 1);
    }
    free(s.times);
    vg_store_reader_close(store);
    return NULL;
}

static void readers_see_every_row_once_while_a_writer_compacts(void **state)
{
    struct beside b = {.dir = *state};
    pthread_t readers[2];
    struct vg_store_writer *w = open_writer(*state, NULL);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&readers[i], NULL, read_on, &b), 0);
    for (uint64_t n = 0; n < 100; n++) {
        add(w, n * 100, n * 100 + 100, HOUR0, VG_SECOND_US / 10);
        assert_int_equal(vg_store_commit(w, n), VG_OK);
        if (n % 3 == 2)
            assert_int_equal(compact_all(w, INT64_MAX), 0);
    }
    while (atomic_load(&b.readings) < 4)
        usleep(1000);
    atomic_store(&b.done, true);
    for (size_t i = 0; i < 2; i++)
        pthread_join(readers[i], NULL);
    assert_int_equal(atomic_load(&b.wrong), 0);
    vg_store_close(w);
    assert_all(*state, 10000);
}

/* ---- questions ---- */

static void a_question_finds_what_a_filter_finds(void **state)
{
    struct vg_store_writer *w = open_writer(*state, NULL);
    struct vg_store *store;
    uint64_t seed = 11;
    for (uint64_t n = 0; n < 8; n++) {
        add(w, n * 2000, n * 2000 + 2000, HOUR0, VG_SECOND_US);
        assert_int_equal(vg_store_commit(w, n), VG_OK);
        if (n == 4)
            compact_all(w, INT64_MAX);
    }
    vg_store_close(w);
    assert_int_equal(vg_store_reader_open(*state, &store), VG_OK);
    for (int round = 0; round < 40; round++) {
        struct vg_box box = {(double)(dice(&seed) % 100) / 100, 0, 1.2, (double)(dice(&seed) % 100) / 120};
        struct vg_positions_query q = {.mmsi = round % 2 ? 735000000 + (uint32_t)(dice(&seed) % 55) : 0,
                                       .box = round % 3 ? &box : NULL,
                                       .from_us = HOUR0 + (int64_t)(dice(&seed) % 20000) * VG_SECOND_US,
                                       .to_us = INT64_MAX};
        if (round % 5)
            q.to_us = q.from_us + 5000 * VG_SECOND_US;
        struct seen s = see(store, &q, 16000);
        for (uint64_t n = 0; n < 16000; n++) {
            struct vg_report r = report(n, HOUR0, VG_SECOND_US);
            bool wanted = (!q.mmsi || q.mmsi == r.mmsi) && r.time_us >= q.from_us && r.time_us < q.to_us &&
                          (!q.box || vg_box_contains(q.box, r.pos));
            assert_int_equal(s.times[n], wanted);
        }
        free(s.times);
    }
    vg_store_reader_close(store);
}

static enum vg_err keep_static(void *arg, const struct vg_static *row)
{
    struct vg_static *kept = arg;
    *kept = *row;
    assert_int_equal(row->source_name.len, 5);
    assert_memory_equal(row->source_name.bytes, "Manta", 5);
    kept->source_name = (struct vg_parquet_text){0};
    return VG_OK;
}

static void a_static_report_keeps_every_field(void **state)
{
    struct vg_positions_query all = VG_POSITIONS_ALL;
    struct vg_store_writer *w = open_writer(*state, NULL);
    struct vg_store *store;
    struct vg_static kept = {0}, want = {0};
    struct vg_report r = {.time_us = HOUR0 + 5,
                          .journal_offset = UINT64_C(1) << 40,
                          .mmsi = 735057548,
                          .source = 1,
                          .message = 5,
                          .class = VG_CLASS_SHIP_A,
                          .imo = 9070307,
                          .shiptype = 70,
                          .draught_dm = 255,
                          .eta_month = 5,
                          .eta_day = 15,
                          .eta_hour = 24,
                          .eta_minute = 60,
                          .to_bow_m = 511,
                          .to_stern_m = 1,
                          .to_port_m = 63,
                          .to_starboard_m = 2,
                          .name = "GALAPAGOS",
                          .callsign = "HC1234",
                          .destination = "PUERTO BAQUERIZO MOR"};
    assert_false(vg_static_from_report(&r, &want));
    r.fields = VG_FIELD_BIT(NAME) | VG_FIELD_BIT(CALLSIGN) | VG_FIELD_BIT(IMO) | VG_FIELD_BIT(SHIPTYPE) |
               VG_FIELD_BIT(DIMENSIONS) | VG_FIELD_BIT(DESTINATION) | VG_FIELD_BIT(ETA) | VG_FIELD_BIT(DRAUGHT);
    assert_true(vg_static_from_report(&r, &want));
    assert_int_equal(vg_store_add(w, &r), VG_OK);
    assert_int_equal(vg_store_waiting(w), 1);
    assert_int_equal(vg_store_commit(w, 1), VG_OK);
    compact_all(w, INT64_MAX);
    vg_store_close(w);
    assert_int_equal(vg_store_reader_open(*state, &store), VG_OK);
    assert_int_equal(vg_store_statics(store, &all, keep_static, NULL, &kept), VG_OK);
    want.source = 0;
    assert_memory_equal(&kept, &want, sizeof want);
    vg_store_reader_close(store);
}

struct heard {
    struct vg_report reports[64];
    size_t count;
};

static enum vg_err keep_report(void *arg, const struct vg_report *report)
{
    struct heard *h = arg;
    assert_true(h->count < 64);
    h->reports[h->count++] = *report;
    return VG_OK;
}

static struct heard hear(const char *dir, struct vg_positions_query query)
{
    struct vg_store *store;
    struct vg_sources named;
    struct heard h = {0};
    assert_int_equal(vg_sources_init(&named), VG_OK);
    vg_source_feed(&named, "Manta");
    vg_source_feed(&named, "Salinas");
    assert_int_equal(vg_store_reader_open(dir, &store), VG_OK);
    assert_int_equal(vg_store_reports(store, VG_STORE_ALL, &query, &named, keep_report, NULL, &h), VG_OK);
    vg_store_reader_close(store);
    vg_sources_free(&named);
    return h;
}

/* One report of each kind that used to lose something. */
static size_t every_kind(struct vg_report reports[static 8])
{
    const struct vg_report head = {.mmsi = 735000001, .source = 1, .sensor = VG_SENSOR_AIS, .pos = VG_POS_NONE};
    size_t n = 0;
    for (size_t i = 0; i < 8; i++)
        reports[i] = head;
    struct vg_report *r = &reports[n++]; /* a ship without a position */
    r->message = 1;
    r->fields =
        VG_FIELD_BIT(SOG) | VG_FIELD_BIT(COG) | VG_FIELD_BIT(HEADING) | VG_FIELD_BIT(TURN) | VG_FIELD_BIT(STATUS);
    r->sog_dkn = 123;
    r->cog_ddeg = 3599;
    r->heading_deg = 359;
    r->turn_raw = -127;
    r->status = 14;
    r = &reports[n++]; /* safety text */
    r->message = 14;
    r->fields = VG_FIELD_BIT(TEXT);
    snprintf(r->text, sizeof r->text, "SART ACTIVE");
    r = &reports[n++]; /* an aircraft */
    r->message = 9;
    r->fields = VG_FIELD_BIT(POS) | VG_FIELD_BIT(ALTITUDE) | VG_FIELD_BIT(SOG);
    r->pos = (struct vg_pos){-48000000, -1200001};
    r->altitude_m = 4094;
    r->sog_dkn = 1500;
    r->suspect = true;
    r = &reports[n++]; /* an aid: a row in every table */
    r->message = 21;
    r->fields = VG_FIELD_BIT(POS) | VG_FIELD_BIT(NAME) | VG_FIELD_BIT(AID_TYPE) | VG_FIELD_BIT(AID_FLAGS) |
                VG_FIELD_BIT(DIMENSIONS);
    r->pos = (struct vg_pos){-48000001, -1200002};
    r->aid_type = 30;
    r->aid_off_position = true;
    r->accurate = true;
    r->to_bow_m = 3;
    snprintf(r->name, sizeof r->name, "BOYA 1");
    r = &reports[n++]; /* a craft of a ship */
    r->message = 24;
    r->fields = VG_FIELD_BIT(CALLSIGN) | VG_FIELD_BIT(PARENT);
    r->parent_mmsi = 735000009;
    snprintf(r->callsign, sizeof r->callsign, "HC9");
    r = &reports[n++]; /* a base station that doesn't know where it is, in the form of noise */
    r->message = 4;
    r->suspect = true;
    r = &reports[n++]; /* a name in the form of noise */
    r->message = 24;
    r->fields = VG_FIELD_BIT(NAME);
    r->suspect = true;
    snprintf(r->name, sizeof r->name, "X");
    r = &reports[n++]; /* of a table of another program, which says the class itself */
    r->sensor = VG_SENSOR_TABLE;
    r->fields = VG_FIELD_BIT(POS);
    r->pos = (struct vg_pos){1, 1};
    for (size_t i = 0; i < n; i++) {
        reports[i].class = (uint8_t)vg_message_class(reports[i].message);
        reports[i].measured = reports[i].fields & VG_FIELD_BIT(POS) ? VG_MEASURED_POSITION : VG_MEASURED_NOTHING;
        reports[i].time_us = HOUR0 + (int64_t)i * VG_SECOND_US;
        reports[i].journal_offset = 1000 + i;
    }
    reports[n - 1].class = VG_CLASS_SHIP_B;
    return n;
}

static void assert_same_report(const struct vg_report *have, const struct vg_report *want)
{
    assert_int_equal(have->time_us, want->time_us);
    assert_int_equal(have->journal_offset, want->journal_offset);
    assert_int_equal(have->mmsi, want->mmsi);
    assert_int_equal(have->fields, want->fields);
    assert_int_equal(have->source, want->source);
    assert_int_equal(have->sensor, want->sensor);
    assert_int_equal(have->message, want->message);
    assert_int_equal(have->class, want->class);
    assert_int_equal(have->measured, want->measured);
    assert_int_equal(have->suspect, want->suspect);
    assert_int_equal(have->accurate, want->accurate);
    assert_int_equal(have->pos.lon_e4min, want->pos.lon_e4min);
    assert_int_equal(have->pos.lat_e4min, want->pos.lat_e4min);
    assert_int_equal(have->sog_dkn, want->sog_dkn);
    assert_int_equal(have->cog_ddeg, want->cog_ddeg);
    assert_int_equal(have->heading_deg, want->heading_deg);
    assert_int_equal(have->turn_raw, want->turn_raw);
    assert_int_equal(have->status, want->status);
    assert_int_equal(have->altitude_m, want->altitude_m);
    assert_int_equal(have->aid_type, want->aid_type);
    assert_int_equal(have->aid_virtual, want->aid_virtual);
    assert_int_equal(have->aid_off_position, want->aid_off_position);
    assert_int_equal(have->to_bow_m, want->to_bow_m);
    assert_int_equal(have->parent_mmsi, want->parent_mmsi);
    assert_string_equal(have->name, want->name);
    assert_string_equal(have->callsign, want->callsign);
    assert_string_equal(have->text, want->text);
}

static void every_report_comes_back_as_it_was_said(void **state)
{
    struct vg_report reports[8];
    size_t n = every_kind(reports);
    struct vg_store_writer *w = open_writer(*state, NULL);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(vg_store_add(w, &reports[i]), VG_OK);
    assert_int_equal(vg_store_commit(w, 1), VG_OK);
    for (int compacted = 0; compacted < 2; compacted++) {
        struct heard h = hear(*state, VG_POSITIONS_ALL);
        assert_int_equal(h.count, n);
        for (size_t i = 0; i < n; i++)
            assert_same_report(&h.reports[i], &reports[i]);
        compact_all(w, INT64_MAX);
    }
    vg_store_close(w);
}

static void a_note_belongs_to_its_commit(void **state)
{
    char text[VG_STORE_NOTE + 1];
    struct vg_store_writer *w = open_writer(*state, NULL);
    struct vg_report r = report(0, HOUR0, 0);
    assert_string_equal(vg_store_note(w), "");
    for (int i = 1; i <= 2; i++) {
        snprintf(text, sizeof text, "%d Manta \"x\"\n", i);
        assert_int_equal(vg_store_set_note(w, text), VG_OK);
        assert_int_equal(vg_store_add(w, &r), VG_OK);
        assert_int_equal(vg_store_commit(w, (uint64_t)i), VG_OK);
    }
    memset(text, 'x', VG_STORE_NOTE);
    text[VG_STORE_NOTE] = '\0';
    assert_int_equal(vg_store_set_note(w, text), VG_LIMIT);
    text[VG_STORE_NOTE - 1] = '\0';
    assert_int_equal(vg_store_set_note(w, text), VG_OK);
    memset(text, 1, VG_STORE_NOTE - 1); /* six bytes each in JSON */
    assert_int_equal(vg_store_set_note(w, text), VG_LIMIT);
    assert_int_equal(vg_store_set_note(w, "of a commit that never was"), VG_OK);
    compact_all(w, INT64_MAX); /* writes the state as well */
    vg_store_close(w);
    w = open_writer(*state, NULL);
    assert_string_equal(vg_store_note(w), "2 Manta \"x\"\n");
    assert_int_equal(vg_store_commit(w, 3), VG_OK); /* and the next commit keeps it */
    assert_string_equal(vg_store_note(w), "2 Manta \"x\"\n");
    vg_store_close(w);
}

/* All at one second and without a place, as a journal that is gone leaves them: aids that say all, only where they are,
 * only who they are, in commits and merged. */
static void parts_of_one_report_are_never_parts_of_another(void **state)
{
    struct vg_report reports[8], aid;
    struct vg_store_writer *w = open_writer(*state, NULL);
    every_kind(reports);
    aid = reports[3];
    static const uint32_t without[] = {0, /* all three */
                                       VG_FIELD_BIT(NAME) | VG_FIELD_BIT(DIMENSIONS) | VG_FIELD_BIT(AID_TYPE) |
                                           VG_FIELD_BIT(AID_FLAGS), /* a position */
                                       VG_FIELD_BIT(POS),           /* a name and details */
                                       0,
                                       VG_FIELD_BIT(AID_TYPE) | VG_FIELD_BIT(AID_FLAGS), /* a position and a name */
                                       VG_FIELD_BIT(NAME) | VG_FIELD_BIT(DIMENSIONS)};
    enum { KINDS = sizeof without / sizeof *without, MANY = 3 * KINDS };
    struct vg_report said[MANY];
    for (int i = 0; i < MANY; i++) {
        said[i] = aid;
        said[i].journal_offset = 0;
        said[i].fields &= ~without[i % KINDS];
        said[i].pos = said[i].fields & VG_FIELD_BIT(POS) ? (struct vg_pos){-48000000 - i, 1} : VG_POS_NONE;
        said[i].measured = said[i].fields & VG_FIELD_BIT(POS) ? VG_MEASURED_POSITION : VG_MEASURED_NOTHING;
        said[i].accurate = aid.accurate && said[i].fields & VG_FIELD_BIT(POS);
        said[i].aid_type = said[i].fields & VG_FIELD_BIT(AID_TYPE) ? (uint8_t)(1 + i) : 0;
        said[i].aid_off_position = said[i].fields & VG_FIELD_BIT(AID_FLAGS);
        said[i].to_bow_m = said[i].fields & VG_FIELD_BIT(DIMENSIONS) ? 3 : 0;
        snprintf(said[i].name, sizeof said[i].name, said[i].fields & VG_FIELD_BIT(NAME) ? "BOYA %d" : "", i);
        assert_int_equal(vg_store_add(w, &said[i]), VG_OK);
        if (i == KINDS)
            assert_int_equal(vg_store_commit(w, 1), VG_OK);
    }
    assert_int_equal(vg_store_commit(w, 2), VG_OK);
    for (int compacted = 0; compacted < 2; compacted++) {
        struct heard h = hear(*state, VG_POSITIONS_ALL);
        bool found[MANY] = {false};
        assert_int_equal(h.count, MANY);
        for (size_t n = 0; n < h.count; n++) { /* which comes first of one second nobody knows */
            const struct vg_report *r = &h.reports[n];
            int i = r->fields & VG_FIELD_BIT(POS) ? -48000000 - r->pos.lon_e4min : r->aid_type - 1;
            assert_in_range(i, 0, MANY - 1);
            assert_false(found[i]);
            found[i] = true;
            assert_same_report(r, &said[i]);
        }
        compact_all(w, INT64_MAX);
    }
    vg_store_close(w);
}

static void reports_of_one_sender_come_in_the_order_of_arrival(void **state)
{
    struct vg_store_writer *w = open_writer(*state, NULL);
    /* n: the number of the arrival; times go back and forth. The last has no place: then times decide. */
    static const int64_t seconds[] = {50, 10, 40, 40, 20};
    struct vg_report r = report(0, HOUR0, 0);
    for (uint32_t mmsi = 1; mmsi <= 2; mmsi++)
        for (size_t n = 0; n < 5; n++) {
            r.mmsi = mmsi;
            r.time_us = HOUR0 + seconds[n] * VG_SECOND_US;
            r.journal_offset = mmsi == 2 && n == 4 ? 0 : 100 + n;
            r.sog_dkn = (uint16_t)n;
            assert_int_equal(vg_store_add(w, &r), VG_OK);
        }
    assert_int_equal(vg_store_commit(w, 1), VG_OK);
    vg_store_close(w);
    struct heard h = hear(*state, VG_POSITIONS_ALL);
    static const unsigned by_place[] = {0, 1, 2, 3, 4}, by_time[] = {1, 4, 2, 3, 0};
    assert_int_equal(h.count, 10);
    for (size_t n = 0; n < 5; n++) {
        assert_int_equal(h.reports[n].sog_dkn, by_place[n]);
        assert_int_equal(h.reports[5 + n].sog_dkn, by_time[n]);
    }
}

/* Names that look alike: of one length, one within the other, none at all. */
static void each_report_has_the_source_that_said_it(void **state)
{
    static const char *const names[] = {"Manta", "Natam", "Mante", "Manta", "Manta/a", "Mant", "Salinas", "Salinax"};
    struct vg_store_writer *w = open_writer(*state, NULL);
    struct vg_sources named;
    struct vg_store *store;
    struct heard h = {0};
    for (size_t i = 0; i < 24; i++) {
        struct vg_report r = report(1, HOUR0, 0);
        r.mmsi = 5;
        r.journal_offset = 100 + i;
        r.source = i % 9 == 8 ? 0 : vg_source_feed(&sources, names[i % 9]);
        assert_int_equal(vg_store_add(w, &r), VG_OK);
    }
    assert_int_equal(vg_store_commit(w, 1), VG_OK);
    vg_store_close(w);
    assert_int_equal(vg_sources_init(&named), VG_OK);
    assert_int_equal(vg_store_reader_open(*state, &store), VG_OK);
    const struct vg_positions_query all = VG_POSITIONS_ALL;
    assert_int_equal(vg_store_reports(store, VG_STORE_ALL, &all, &named, keep_report, NULL, &h), VG_OK);
    assert_int_equal(h.count, 24);
    for (size_t i = 0; i < 24; i++)
        assert_string_equal(vg_source_get(&named, h.reports[i].source)->name, i % 9 == 8 ? "unknown" : names[i % 9]);
    vg_store_reader_close(store);
    vg_sources_free(&named);
}

static void a_question_may_name_vessels_a_range_and_message_types(void **state)
{
    struct vg_store_writer *w = open_writer(*state, NULL);
    static const uint32_t who[] = {2, 5};
    static const uint8_t types[] = {1, 4, 27};
    struct vg_report r = report(1, HOUR0, 0);
    for (uint32_t mmsi = 1; mmsi <= 6; mmsi++)
        for (size_t t = 0; t < 3; t++) {
            r.mmsi = mmsi;
            r.message = types[t];
            r.journal_offset = 10 * mmsi + t;
            assert_int_equal(vg_store_add(w, &r), VG_OK);
        }
    assert_int_equal(vg_store_commit(w, 1), VG_OK);
    vg_store_close(w);
    struct vg_positions_query q = VG_POSITIONS_ALL;
    q.mmsis = who;
    q.mmsi_count = 2;
    struct heard h = hear(*state, q);
    assert_int_equal(h.count, 6);
    assert_true(h.reports[0].mmsi == 2 && h.reports[5].mmsi == 5);
    for (uint32_t one = 1; one <= 6; one++) { /* one alone, the first and the last, too */
        q.mmsis = &one;
        q.mmsi_count = 1;
        h = hear(*state, q);
        assert_int_equal(h.count, 3);
        assert_true(h.reports[0].mmsi == one && h.reports[2].mmsi == one);
    }
    static const uint32_t nobody[] = {0, 7, 9};
    q.mmsis = nobody;
    q.mmsi_count = 3;
    assert_int_equal(hear(*state, q).count, 0);
    q.mmsis = who;
    q.mmsi_count = 2;
    q.messages = 1u << 4 | 1u << 27;
    assert_int_equal(hear(*state, q).count, 4);
    q.mmsi_first = 3;
    q.mmsi_last = 5;
    h = hear(*state, q);
    assert_int_equal(h.count, 2);
    assert_true(h.reports[0].journal_offset == 51 && h.reports[1].journal_offset == 52);
    q.mmsis = NULL;
    assert_int_equal(hear(*state, q).count, 6);
    q.mmsi_last = 2; /* an empty range */
    assert_int_equal(hear(*state, q).count, 0);
}

static void an_archive_of_the_first_version_is_read_and_written_on(void **state)
{
    const char *dir = *state;
    char path[256];
    struct vg_store_writer *w = open_writer(dir, NULL);
    add(w, 0, 100, HOUR0, VG_SECOND_US);
    assert_int_equal(vg_store_commit(w, 1), VG_OK);
    vg_store_close(w);
    snprintf(path, sizeof path, "%s/state.json", dir);
    for (int format = 1; format <= 5; format++) {
        FILE *f = fopen(path, "w");
        assert_non_null(f);
        fprintf(f, "{\"format\": %d, \"commit\": 1, \"mark\": 1}\n", format);
        fclose(f);
        uint64_t mark;
        const char *why;
        struct vg_store_rules rules = VG_STORE_RULES_DEFAULT;
        enum vg_err err = vg_store_open(dir, &rules, &sources, &w, &mark, &why);
        if (format == 5) {
            assert_int_equal(err, VG_UNSUPPORTED);
            assert_non_null(strstr(why, "newer version"));
            continue;
        }
        assert_int_equal(err, VG_OK);
        vg_store_close(w);
        assert_all(dir, 100);
    }
}

static void a_state_that_is_none_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "{",
                                      "[]",
                                      "{\"format\": 0, \"commit\": 1, \"mark\": 1}",
                                      "{\"format\": 1, \"commit\": -1, \"mark\": 1}",
                                      "{\"format\": 1, \"commit\": 1}",
                                      "{\"format\": 1, \"commit\": 10000000000, \"mark\": 1}",
                                      "{\"format\": 1, \"commit\": 1.5, \"mark\": 1}"};
    struct vg_store_state s;
    const char *good = "{\"format\": 1, \"commit\": 3, \"mark\": 4, \"more\": true}";
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(vg_store_state_parse(bad[i], strlen(bad[i]), &s), VG_CORRUPT);
    const char *newer = "{\"format\": 5, \"commit\": 1, \"mark\": 1}";
    assert_int_equal(vg_store_state_parse(newer, strlen(newer), &s), VG_UNSUPPORTED);
    assert_int_equal(vg_store_state_parse(good, strlen(good), &s), VG_OK);
    assert_true(s.commit == 3 && s.mark == 4);
    struct vg_store_part part;
    assert_true(vg_store_part_parse("part-0000000001-0000000012.parquet", &part));
    assert_true(part.first == 1 && part.last == 12);
    assert_false(vg_store_part_parse("part-0000000000-0000000012.parquet", &part));
    assert_false(vg_store_part_parse("part-0000000002-0000000001.parquet", &part));
    assert_false(vg_store_part_parse("part-1-1.parquet", &part));
    assert_false(vg_store_part_parse("part-0000000001-0000000012.parquet.tmp", &part));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(what_is_committed_is_there_after_reopening),
        IN_FOLDER(a_full_store_takes_all_or_nothing_of_a_report),
        IN_FOLDER(what_a_radar_measured_is_no_row_of_a_ship),
        IN_FOLDER(compaction_keeps_exactly_the_rows),
        IN_FOLDER(a_crash_leaves_no_half_commit),
        IN_FOLDER(strays_do_not_count_and_are_removed),
        IN_FOLDER(a_lost_or_damaged_state_is_told),
        IN_FOLDER(damage_is_told_and_passed_over),
        IN_FOLDER(a_full_disk_loses_nothing),
        IN_FOLDER(a_state_that_cannot_be_written_is_no_commit),
        IN_FOLDER(readers_see_every_row_once_while_a_writer_compacts),
        IN_FOLDER(a_question_finds_what_a_filter_finds),
        IN_FOLDER(a_static_report_keeps_every_field),
        IN_FOLDER(every_report_comes_back_as_it_was_said),
        IN_FOLDER(a_note_belongs_to_its_commit),
        IN_FOLDER(parts_of_one_report_are_never_parts_of_another),
        IN_FOLDER(reports_of_one_sender_come_in_the_order_of_arrival),
        IN_FOLDER(each_report_has_the_source_that_said_it),
        IN_FOLDER(a_question_may_name_vessels_a_range_and_message_types),
        IN_FOLDER(an_archive_of_the_first_version_is_read_and_written_on),
        cmocka_unit_test(a_state_that_is_none_is_refused),
    };
    if (vg_sources_init(&sources))
        return 1;
    vg_source_feed(&sources, "Manta");
    vg_source_feed(&sources, "Salinas");
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    vg_sources_free(&sources);
    return failed;
}
