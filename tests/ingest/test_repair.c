/*
 * A repair: whatever of the archive is damaged, its rows are afterwards those that they were, out of the journal; what
 * the journal lost is named; whatever interrupts it, it goes on.
 */
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sodium.h>

#include "archive/store.h"
#include "base/time.h"
#include "ingest/ingest.h"
#include "ingest/repair.h"
#include "journal/journal.h"
#include "test.h"

#define NOON_US INT64_C(1773568800000000)
#define HOURS   4

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st, (void)flag, (void)ftw;
    return remove(path);
}

static int make(void **state)
{
    char *dir = strdup(access("/dev/shm", W_OK) == 0 ? "/dev/shm/vigia-repair-XXXXXX" : "/tmp/vigia-repair-XXXXXX");
    *state = dir;
    return dir && mkdtemp(dir) ? 0 : -1;
}

static int clear(void **state)
{
    nftw(*state, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(*state);
    return 0;
}

static void run(const char *words, const char *a, const char *b)
{
    char text[900];
    snprintf(text, sizeof text, "%s %s %s", words, a, b);
    assert_int_equal(system(text), 0); /* NOLINT: paths of our own */
}

/* A ship's report: another place for each number, so that none is the same transmission heard again. */
static const char *sentence(int n)
{
    static char text[80];
    char body[] = "AIVDM,1,1,,B,15M67FC000G?ufbE`FepT@3n00Sa,0";
    uint8_t sum = 0;
    body[26] = (char)('0' + n % 32);      /* low bits of the longitude */
    body[31] = (char)('0' + n / 32 % 32); /* and of the latitude */
    for (const char *p = body; *p; p++)
        sum ^= (uint8_t)*p;
    snprintf(text, sizeof text, "!%s*%02X\r\n", body, sum);
    return text;
}

/* What a service received in some hours: a segment each. */
static void receive(const char *dir)
{
    struct vg_journal_options o = VG_JOURNAL_OPTIONS_DEFAULT;
    struct vg_journal_report report;
    struct vg_journal *journal;
    char path[300];
    const char *why;
    o.dice = randombytes_buf;
    snprintf(path, sizeof path, "%s/journal", dir);
    assert_int_equal(vg_journal_open(path, &o, &journal, &report, &why), VG_OK);
    for (int i = 0; i < HOURS * 60; i++) {
        const char *text = sentence(i);
        const struct vg_journal_entry e = {
            .name = "Manta", .received_us = NOON_US + i * VG_MINUTE_US, .bytes = text, .len = strlen(text)};
        assert_true(vg_journal_append(journal, &e));
        assert_int_equal(vg_journal_turn(journal, i * VG_SECOND_US, true), VG_OK);
    }
    assert_int_equal(vg_journal_close(journal, NULL), VG_OK);
}

static void take_recording(const char *dir, const char *name, bool again)
{
    const struct vg_ingest_options options = {.threads = 1, .journal_level = 3, .dice = randombytes_buf};
    char path[300];
    const struct vg_ingest_job job = {.path = path, .name = name, .time_us = NOON_US, .again = again};
    struct vg_ingest *ingest;
    const char *why;
    snprintf(path, sizeof path, "%s/../%s", dir, name);
    FILE *f = fopen(path, "w");
    for (int i = 0; i < 50; i++) {
        char tag[40];
        uint8_t sum = 0;
        snprintf(tag, sizeof tag, "c:%lld", (long long)(NOON_US / VG_SECOND_US) + 7 + i * 13 + (*name == 't'));
        for (const char *p = tag; *p; p++)
            sum ^= (uint8_t)*p;
        fprintf(f, "\\%s*%02X\\%s", tag, sum, sentence(400 + i + 100 * (*name == 't')));
    }
    fclose(f);
    if (vg_ingest_open(dir, &options, &ingest, &why))
        fail_msg("%s", why);
    assert_int_equal(vg_ingest_run(ingest, &job, 1), VG_OK);
    assert_int_equal(vg_ingest_close(ingest), VG_OK);
}

struct rows {
    uint64_t count, sum;
    bool damaged;
};

static enum vg_err see(void *arg, const struct vg_position *p)
{
    struct rows *r = arg;
    uint64_t h = (uint64_t)p->time_us * 31 + p->mmsi;
    h = h * 1099511628211u + p->journal_offset;
    h = h * 1099511628211u + (uint32_t)p->pos.lon_e4min;
    r->count++;
    r->sum = r->sum * 1099511628211u + h; /* their order, too */
    return VG_OK;
}

static void see_damage(void *arg, const char *path, enum vg_err err)
{
    (void)path, (void)err;
    ((struct rows *)arg)->damaged = true;
}

static struct rows rows_of(const char *dir)
{
    const struct vg_positions_query all = VG_POSITIONS_ALL;
    struct vg_store *store;
    struct rows r = {0};
    char path[300];
    snprintf(path, sizeof path, "%s/archive", dir);
    assert_int_equal(vg_store_reader_open(path, &store), VG_OK);
    assert_int_equal(vg_store_positions(store, &all, see, see_damage, &r, NULL), VG_OK);
    vg_store_reader_close(store);
    return r;
}

struct told {
    int calls, die_at; /* at this call the process ends; 0: never */
    char text[8192];
};

static void count_call(struct told *t)
{
    if (++t->calls == t->die_at)
        raise(SIGKILL);
}

static void on_line(void *arg, const struct vg_repair_line *l)
{
    struct told *t = arg;
    size_t len = strlen(t->text);
    snprintf(t->text + len, sizeof t->text - len, "%d %s %s: %s\n", (int)l->kind, l->what, l->path, l->text);
    count_call(t);
}

static void on_progress(void *arg, const char *step)
{
    (void)step;
    count_call(arg);
}

static struct vg_repair_result repair(const char *dir, bool dry, struct told *t)
{
    const struct vg_repair_options options = {.dry_run = dry,
                                              .now_us = NOON_US + t->die_at * VG_SECOND_US,
                                              .dice = randombytes_buf,
                                              .on_line = on_line,
                                              .on_progress = on_progress,
                                              .arg = t};
    struct vg_repair_result result;
    const char *why;
    enum vg_err err = vg_repair(dir, &options, &result, &why);
    if (err)
        fail_msg("%s: %s", vg_err_text(err), why);
    return result;
}

static void paths(void **state, char whole[static 200], char dir[static 200])
{
    snprintf(whole, 200, "%s/whole", (char *)*state);
    snprintf(dir, 200, "%s/data", (char *)*state);
    assert_int_equal(mkdir(whole, 0755), 0);
    receive(whole);
    take_recording(whole, "one.nmea", false);
    take_recording(whole, "two.nmea", false);
    take_recording(whole, "one.nmea", true); /* takes the place of the first one */
}

static const char *const harms[] = {
    "rm $(ls DIR/archive/positions/*/*/part-* | head -1)",
    ": > $(ls DIR/archive/positions/*/*/part-* | tail -1)",
    "for f in DIR/archive/*/*/*/part-*; do head -c $(stat -c %s $f) /dev/zero > $f; done",
    "rm DIR/archive/state.json",
    "echo noise > DIR/archive/state.json",
    "rm DIR/archive/parts-*.list",
    "rm -r DIR/archive",
    "rm -r DIR/archive/positions; touch DIR/archive/positions",
    "rm -r DIR/archive/*",
    "rm -r DIR/archive/positions DIR/archive/state.json; mkdir -p DIR/archive/static/day=2026-03-15/hour=10",
    "rm -r DIR/archive DIR/contents",
};

static void harm(const char *dir, size_t which)
{
    char script[1000];
    snprintf(script, sizeof script, "D=%s; %s", dir, harms[which]);
    for (char *p; (p = strstr(script, "DIR"));)
        memcpy(p, "$D/", 3);
    run(script, "", "");
}

static void whatever_of_the_archive_is_damaged_its_rows_come_back(void **state)
{
    char whole[200], dir[200];
    paths(state, whole, dir);
    const struct rows before = rows_of(whole);
    assert_true(before.count > HOURS * 60 + 80 && !before.damaged);
    for (size_t i = 0; i < sizeof harms / sizeof *harms; i++) {
        static struct told dry, told, again;
        dry = told = again = (struct told){0};
        run("rm -rf", dir, "");
        run("cp -a", whole, dir);
        harm(dir, i);
        struct vg_repair_result r = repair(dir, true, &dry);
        if (!r.damages || r.lost)
            fail_msg("harm %zu, only looked: %s", i, dry.text);
        r = repair(dir, false, &told);
        struct rows after = rows_of(dir);
        if (!r.damages || r.lost || after.count != before.count || after.sum != before.sum || after.damaged)
            fail_msg("harm %zu: %d rows of %d: %s", i, (int)after.count, (int)before.count, told.text);
        r = repair(dir, false, &again);
        if (r.damages)
            fail_msg("harm %zu, again: %s", i, again.text);
    }
}

/* A segment of the journal and the archive of its hour: what both had is lost, and named with its rows. */
static void what_the_journal_lost_as_well_is_named(void **state)
{
    static struct told told, again;
    char whole[200], dir[200];
    told = again = (struct told){0};
    paths(state, whole, dir);
    const struct rows before = rows_of(whole);
    run("cp -a", whole, dir);
    run("cd", dir, "; : > $(ls journal/segments/* | sed -n 2p); rm -r archive/positions");
    struct vg_repair_result r = repair(dir, false, &told);
    struct rows after = rows_of(dir);
    assert_true(r.lost >= 2 && after.count < before.count && !after.damaged);
    char words[80];
    snprintf(words, sizeof words, "%d rows of ", (int)(before.count - after.count));
    assert_non_null(strstr(told.text, words));
    assert_non_null(strstr(told.text, "it is empty"));
    assert_non_null(strstr(told.text, "received between 2026-03-15T"));
    r = repair(dir, false, &again); /* it is told once */
    assert_int_equal(r.damages, 0);
    char aside[300];
    snprintf(aside, sizeof aside, "%s/damaged-2026-03-15T10-00-00Z/journal/segments", dir);
    assert_int_equal(access(aside, F_OK), 0);
}

/* One frame in the midst of a segment whose two ends are right: only reading finds it. */
static void a_frame_that_can_t_be_read_is_named(void **state)
{
    static struct told dry, told, again;
    char whole[200], dir[200];
    dry = told = again = (struct told){0};
    paths(state, whole, dir);
    const struct rows before = rows_of(whole);
    run("cp -a", whole, dir);
    run("cd", dir,
        "; printf noise | dd of=$(ls journal/segments/* | sed -n 2p) bs=1 seek=200 conv=notrunc status=none");
    struct vg_repair_result r = repair(dir, true, &dry);
    assert_true(r.damages == 1 && r.lost == 1);
    r = repair(dir, false, &told);
    assert_true(r.damages == 1 && r.lost == 1);
    assert_non_null(strstr(told.text, "can't all be read"));
    struct rows after = rows_of(dir);
    assert_true(after.count == before.count && after.sum == before.sum); /* the archive has its rows */
    r = repair(dir, false, &again);                                      /* it is told once */
    assert_int_equal(r.damages, 0);
}

static void open_and_close(const char *dir)
{
    const struct vg_ingest_options options = {.threads = 1, .journal_level = 3, .dice = randombytes_buf};
    struct vg_ingest *ingest;
    const char *why;
    assert_int_equal(vg_ingest_open(dir, &options, &ingest, &why), VG_OK);
    assert_int_equal(vg_ingest_close(ingest), VG_OK);
}

/* Starts in between don't make it forgotten; what is left of it stays in use. */
static void a_ledger_that_lost_lines_is_told_until_it_is_repaired(void **state)
{
    static struct told told, again;
    char whole[200], dir[200], path[300];
    struct stat st;
    told = again = (struct told){0};
    paths(state, whole, dir);
    run("cp -a", whole, dir);
    snprintf(path, sizeof path, "%s/ingest.log", dir);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(truncate(path, st.st_size / 2), 0);
    open_and_close(dir);
    open_and_close(dir);
    struct vg_repair_result r = repair(dir, false, &told);
    assert_true(r.damages == 1 && r.lost == 1 && strstr(told.text, "shorter than it was"));
    assert_int_equal(access(path, F_OK), 0);
    r = repair(dir, false, &again);
    assert_int_equal(r.damages, 0);
}

/* What radars need: the sensors' description can't be made anew, the tracks' state can. */
static void lost_sensors_and_tracks_are_told(void **state)
{
    static const struct {
        const char *harm, *words;
        unsigned lost;
    } rows[] = {{"; rm sensors.yaml", "sensors sensors.yaml", 1},
                {"; echo noise > sensors.yaml", "sensors sensors.yaml", 1},
                {"; : > tracks", "tracks tracks", 0},
                {"; rm tracks; mkdir tracks", "tracks tracks", 0}};
    char whole[200], dir[200];
    paths(state, whole, dir);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        static struct told told, again;
        told = again = (struct told){0};
        run("rm -rf", dir, "");
        run("cp -a", whole, dir);
        run("cd", dir,
            "; printf 'sensors:\n  - {name: n, position: {lat: 1, lon: 2}, range_m: 9}\n' > sensors.yaml; echo x > "
            "tracks");
        open_and_close(dir);
        run("cd", dir, rows[i].harm);
        struct vg_repair_result r = repair(dir, false, &told);
        if (r.damages != 1 || r.lost != rows[i].lost || !strstr(told.text, rows[i].words))
            fail_msg("harm %zu: %s", i, told.text);
        r = repair(dir, false, &again);
        assert_int_equal(r.damages, 0);
    }
}

static void damaged_contents_are_told_and_made_anew(void **state)
{
    static const char *const bad[] = {"; : > contents", "; echo noise > contents", "; rm contents; mkdir contents",
                                      "; head -c 20 /dev/zero > contents"};
    char whole[200], dir[200];
    paths(state, whole, dir);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        static struct told told, again;
        told = again = (struct told){0};
        run("rm -rf", dir, "");
        run("cp -a", whole, dir);
        run("cd", dir, bad[i]);
        open_and_close(dir); /* which doesn't hide it */
        struct vg_repair_result r = repair(dir, false, &told);
        assert_true(r.damages == 1 && !r.lost && strstr(told.text, "contents contents"));
        r = repair(dir, false, &again);
        assert_int_equal(r.damages, 0);
        run("cd", dir, "; grep -q ingest.log contents");
    }
}

/* What would be set aside is known before, and nothing is touched. */
static void a_journal_that_can_t_be_gone_on_with_is_set_aside(void **state)
{
    static const char *const bad[] = {"rm journal/checkpoint", "rm journal/key",
                                      "head -c 100000 /dev/zero > journal/key", "rm journal/key; mkdir journal/key",
                                      ": > $(ls journal/segments/* | tail -1)"};
    char whole[200], dir[200];
    paths(state, whole, dir);
    const struct rows before = rows_of(whole);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        static struct told dry, told, again;
        char script[300];
        dry = told = again = (struct told){0};
        run("rm -rf", dir, "");
        run("cp -a", whole, dir);
        snprintf(script, sizeof script, "; %s; ls -lR --full-time . | grep -v contents > ../before", bad[i]);
        run("cd", dir, script);
        struct vg_repair_result r = repair(dir, true, &dry);
        assert_true(r.damages && r.lost);
        run("cd", dir, "; ls -lR --full-time . | grep -v contents | cmp - ../before");
        r = repair(dir, false, &told);
        assert_true(r.damages && r.lost && strstr(told.text, "journal.aside-"));
        struct rows after = rows_of(dir);
        assert_true(after.count == before.count && after.sum == before.sum); /* its rows need no journal */
        r = repair(dir, false, &again);
        assert_int_equal(r.damages, 0);
    }
}

/* Hours whose part of the journal was retired stay as they are, as far as their parts are sound. */
static void what_the_journal_let_go_stays_in_the_archive(void **state)
{
    static struct told told, lossy;
    char whole[200], dir[200];
    told = lossy = (struct told){0};
    paths(state, whole, dir);
    const struct rows before = rows_of(whole);
    run("cd", whole,
        "; rm $(ls journal/segments/* | head -2); ls journal/segments | head -1 | "
        "{ read f; echo $((0x${f%.vgj})) > journal/kept; }"); /* as retention does */
    run("cp -a", whole, dir);
    run("cd", dir, "; rm archive/state.json");
    struct vg_repair_result r = repair(dir, false, &told);
    struct rows after = rows_of(dir);
    if (r.lost || after.count != before.count || after.sum != before.sum || after.damaged)
        fail_msg("%d rows of %d: %s", (int)after.count, (int)before.count, told.text);
    run("cd", dir, "; rm archive/positions/*/*/*");
    r = repair(dir, false, &lossy);
    after = rows_of(dir);
    assert_true(r.lost > 0 && after.count < before.count && !after.damaged);
    assert_non_null(strstr(lossy.text, "as far as the journal does not reach back to them"));
}

static void whenever_it_is_killed_it_goes_on(void **state)
{
    char whole[200], dir[200];
    paths(state, whole, dir);
    const struct rows before = rows_of(whole);
    for (int at = 1;; at++) {
        static struct told told;
        run("rm -rf", dir, "");
        run("cp -a", whole, dir);
        harm(dir, at % 2 ? 2 : 3);
        pid_t child = fork();
        if (!child) {
            told = (struct told){.die_at = at};
            repair(dir, false, &told);
            _exit(0);
        }
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        told = (struct told){0};
        struct vg_repair_result r = repair(dir, false, &told);
        struct rows after = rows_of(dir);
        if (r.lost || after.count != before.count || after.sum != before.sum || after.damaged)
            fail_msg("killed at %d: %d rows of %d: %s", at, (int)after.count, (int)before.count, told.text);
        if (WIFEXITED(status))
            break;
    }
}

static void a_folder_in_use_is_left_alone(void **state)
{
    const struct vg_ingest_options options = {.threads = 1, .journal_level = 3, .dice = randombytes_buf};
    static struct told told;
    const struct vg_repair_options how = {.dice = randombytes_buf, .on_line = on_line, .arg = &told};
    struct vg_repair_result result;
    struct vg_ingest *ingest;
    const char *why;
    char dir[200];
    snprintf(dir, sizeof dir, "%s/data", (char *)*state);
    assert_int_equal(vg_repair(dir, &how, &result, &why), VG_NOT_FOUND);
    assert_int_equal(vg_ingest_open(dir, &options, &ingest, &why), VG_OK);
    pid_t child = fork(); /* locks are a process's own here: another one asks */
    if (!child)
        _exit(vg_repair(dir, &how, &result, &why) == VG_EXISTS ? 0 : 1);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    vg_ingest_close(ingest);
}

int main(void)
{
    assert_true(sodium_init() >= 0);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(whatever_of_the_archive_is_damaged_its_rows_come_back, make, clear),
        cmocka_unit_test_setup_teardown(what_the_journal_lost_as_well_is_named, make, clear),
        cmocka_unit_test_setup_teardown(a_frame_that_can_t_be_read_is_named, make, clear),
        cmocka_unit_test_setup_teardown(a_ledger_that_lost_lines_is_told_until_it_is_repaired, make, clear),
        cmocka_unit_test_setup_teardown(lost_sensors_and_tracks_are_told, make, clear),
        cmocka_unit_test_setup_teardown(damaged_contents_are_told_and_made_anew, make, clear),
        cmocka_unit_test_setup_teardown(a_journal_that_can_t_be_gone_on_with_is_set_aside, make, clear),
        cmocka_unit_test_setup_teardown(what_the_journal_let_go_stays_in_the_archive, make, clear),
        cmocka_unit_test_setup_teardown(whenever_it_is_killed_it_goes_on, make, clear),
        cmocka_unit_test_setup_teardown(a_folder_in_use_is_left_alone, make, clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
