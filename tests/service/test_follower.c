/*
 * The follower: what is safely in the journal is in the archive, once, record by record; where it goes on after an end,
 * what it does with a small memory, and what it tells.
 */
#include <time.h>

#include "base/time.h"
#include "intake/clock.h"
#include "room.h"
#include "service/follower.h"

#define SHIP_1 "!AIVDM,1,1,,A,13u?etPv000n:dDPwUM1U1Cp069D,0*3F\r\n"
#define SHIP_2 "!AIVDM,1,1,,B,15M67FC000G?ufbE`FepT@3p00Sa,0*42\r\n"
#define BUOY   "!AIVDM,1,1,,A,E>o9NF@Q7dPh:W7P00000000000M8q@0wKH@000000v000,4*41\r\n" /* a row in each table */

struct life {
    struct vg_journal *journal;
    struct vg_journal_report opened;
    struct vg_follower *follower;
    struct vg_follower_options options;
    char dir[300], journal_dir[300], archive_dir[300];
    uint64_t end;
};

static void dice(void *bytes, size_t len)
{
    memset(bytes, 7, len);
}

/* The journal has no thread: what is not flushed is not on the disk. */
static struct life *begin(void **state)
{
    const char *why;
    struct life *l = calloc(1, sizeof *l);
    struct vg_journal_options o = VG_JOURNAL_OPTIONS_DEFAULT;
    o.dice = dice;
    snprintf(l->dir, sizeof l->dir, "%s", (char *)*state);
    snprintf(l->journal_dir, sizeof l->journal_dir, "%s", room_path(state, "journal"));
    snprintf(l->archive_dir, sizeof l->archive_dir, "%s", room_path(state, "archive"));
    assert_int_equal(vg_journal_open(l->journal_dir, &o, &l->journal, &l->opened, &why), VG_OK);
    l->options = (struct vg_follower_options){.dir = l->dir,
                                              .journal_dir = l->journal_dir,
                                              .archive_dir = l->archive_dir,
                                              .journal = l->journal,
                                              .next = l->opened.next,
                                              .rules = VG_STORE_RULES_DEFAULT,
                                              .commit_us = 1};
    return l;
}

static void follow(struct life *l)
{
    const char *why;
    assert_int_equal(vg_follower_start(&l->options, &l->follower, &why), VG_OK);
}

static void keep(struct life *l, const char *text, int64_t now_us)
{
    const struct vg_journal_entry entry = {
        .source = 1, .name = "Manta", .received_us = now_us, .bytes = text, .len = strlen(text)};
    uint64_t offset = vg_journal_append(l->journal, &entry);
    assert_true(offset);
    l->end = offset + entry.len;
}

static void flush(struct life *l)
{
    assert_int_equal(vg_journal_turn(l->journal, vg_clock_monotonic_us(), true), VG_OK);
}

static void nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
}

static struct vg_follower_status status_of(struct life *l)
{
    struct vg_follower_status s;
    vg_follower_status(l->follower, &s);
    return s;
}

/* Until all that was kept is archived. */
static struct vg_follower_status wait_for_mark(struct life *l, uint64_t mark)
{
    for (int i = 0; i < 3000 && status_of(l).mark != mark; i++)
        nap();
    struct vg_follower_status s = status_of(l);
    if (s.mark != mark)
        fail_msg("archived up to %llu, not %llu: %s", (unsigned long long)s.mark, (unsigned long long)mark, s.error);
    return s;
}

/* In the order of a data folder: the journal is closed between the two. */
static void end(struct life *l)
{
    vg_follower_journal_closes(l->follower);
    assert_int_equal(vg_journal_close(l->journal, NULL), VG_OK);
    vg_follower_stop(l->follower);
    free(l);
}

static enum vg_err note_row(void *arg, const struct vg_report *report)
{
    uint64_t *n = arg;
    n[0]++;
    n[1] += report->journal_offset; /* a row that came twice would count twice */
    return VG_OK;
}

/* Reports in the archive. */
static uint64_t archived(void **state)
{
    struct vg_store *store;
    struct vg_sources sources;
    uint64_t n[2] = {0};
    const struct vg_positions_query all = {.from_us = NOON_US - VG_DAY_US, .to_us = NOON_US + VG_DAY_US};
    assert_int_equal(vg_sources_init(&sources), VG_OK);
    assert_int_equal(vg_store_reader_open(room_path(state, "archive"), &store), VG_OK);
    assert_int_equal(vg_store_reports(store, VG_STORE_ALL, &all, &sources, note_row, NULL, n), VG_OK);
    vg_store_reader_close(store);
    vg_sources_free(&sources);
    return n[0];
}

static void only_what_is_on_the_disk_is_archived(void **state)
{
    struct life *l = begin(state);
    follow(l);
    struct vg_follower_status s = status_of(l);
    assert_int_equal(s.mark, 0);
    assert_int_equal(s.archived_us, VG_TIME_NONE);
    assert_false(s.failing);
    assert_string_equal(s.error, "");
    keep(l, SHIP_1, NOON_US);
    keep(l, SHIP_2, NOON_US + 1);
    for (int i = 0; i < 10; i++)
        nap();
    assert_int_equal(status_of(l).mark, 0); /* in memory only */
    flush(l);
    s = wait_for_mark(l, l->end);
    assert_int_equal(s.archived_us, NOON_US + 1);
    assert_int_equal(s.store.rows[VG_STORE_POSITIONS], 2);
    assert_in_range(s.store.commits, 1, 2);
    assert_int_equal(s.store.refused, 0);
    assert_int_equal(s.damages, 0);
    assert_false(s.failing);
    end(l);
    assert_int_equal(archived(state), 2);
}

static void what_is_left_at_the_end_is_archived_too(void **state)
{
    struct life *l = begin(state);
    l->options.commit_us = VG_HOUR_US;
    follow(l);
    keep(l, SHIP_1, NOON_US);
    keep(l, SHIP_2, NOON_US); /* never flushed before the journal is closed */
    end(l);
    assert_int_equal(archived(state), 2);
    vg_follower_journal_closes(NULL);
    vg_follower_stop(NULL);
}

/* A stop may not wait for the archive: the journal has it all, and nothing is there twice. */
static void an_end_without_time_leaves_the_rest_to_the_next_start(void **state)
{
    enum { RECORDS = 50 };
    struct life *l = begin(state);
    l->options.commit_us = VG_HOUR_US;
    l->options.stop_us = 1;
    follow(l);
    for (int i = 0; i < RECORDS; i++)
        keep(l, SHIP_1, NOON_US + i * VG_MINUTE_US);
    vg_follower_journal_closes(l->follower);
    assert_int_equal(vg_journal_close(l->journal, NULL), VG_OK);
    assert_false(vg_follower_stop(l->follower));
    free(l);
    assert_int_equal(archived(state), 0);
    l = begin(state);
    follow(l);
    vg_follower_journal_closes(l->follower);
    assert_int_equal(vg_journal_close(l->journal, NULL), VG_OK);
    assert_true(vg_follower_stop(l->follower));
    free(l);
    assert_int_equal(archived(state), RECORDS);
}

static void each_start_goes_on_where_the_last_one_ended(void **state)
{
    uint64_t before = 0;
    for (uint64_t life = 1; life <= 4; life++) {
        struct life *l = begin(state);
        follow(l);
        assert_int_equal(status_of(l).mark, before);
        keep(l, life % 2 ? SHIP_1 : SHIP_2, NOON_US + (int64_t)life * VG_SECOND_US);
        flush(l);
        wait_for_mark(l, l->end);
        assert_int_equal(status_of(l).store.rows[VG_STORE_POSITIONS], 1);
        before = l->end;
        end(l);
        assert_int_equal(archived(state), life);
    }
}

/* The journal was set aside: the mark of the archive is of another one. */
static void a_mark_beyond_the_journal_s_end_belongs_to_another_one(void **state)
{
    for (int i = 0; i < 3; i++) {
        struct life *l = begin(state);
        follow(l);
        keep(l, SHIP_1, NOON_US + i);
        flush(l);
        wait_for_mark(l, l->end);
        end(l);
    }
    struct life *l = begin(state);
    uint64_t next = l->options.next;
    assert_int_equal(next, 3);
    l->options.commit_us = VG_HOUR_US; /* or it would soon have caught up again */
    for (int less = 0; less <= 1; less++) {
        l->options.next = 2 - (uint64_t)less; /* the mark stands in frame 2 */
        follow(l);
        assert_true((status_of(l).mark == 0) == less);
        vg_follower_journal_closes(l->follower);
        vg_follower_stop(l->follower);
    }
    l->options.next = next;
    follow(l);
    end(l);
}

/* Records of several reports, each with a row in every table, in a memory for ten rows. */
static void a_small_memory_holds_whole_records_whatever_rows_they_give(void **state)
{
    struct life *l = begin(state);
    l->options.rules.most_rows = 10;
    l->options.commit_us = VG_HOUR_US; /* by the memory alone */
    keep(l, SHIP_1 SHIP_1, NOON_US);
    keep(l, SHIP_2 SHIP_2, NOON_US + 1);
    keep(l, BUOY BUOY BUOY, NOON_US + 2); /* these nine rows don't fit behind the four */
    keep(l, BUOY SHIP_1, NOON_US + 3);
    uint64_t fourth = l->end;
    keep(l, SHIP_1 SHIP_1 SHIP_1, NOON_US + 4); /* as many could come behind the four */
    flush(l);
    follow(l);
    struct vg_follower_status s = wait_for_mark(l, fourth);
    assert_int_equal(s.archived_us, NOON_US + 3);
    assert_int_equal(s.store.commits, 3); /* before the third, after it, before the fifth */
    assert_int_equal(s.store.rows[VG_STORE_POSITIONS], 4 + 3 + 2);
    assert_int_equal(s.store.rows[VG_STORE_STATICS], 4);
    assert_int_equal(s.store.rows[VG_STORE_DETAILS], 4);
    assert_int_equal(s.store.refused, 0);
    assert_false(s.failing);
    assert_string_equal(s.error, "");
    end(l);
    assert_int_equal(archived(state), 12);
}

static void half_a_memory_is_enough_for_a_commit(void **state)
{
    struct life *l = begin(state);
    l->options.rules.most_rows = 20;
    l->options.commit_us = VG_HOUR_US;
    follow(l);
    for (int i = 0; i < 9; i++)
        keep(l, SHIP_1, NOON_US + i);
    flush(l);
    for (int i = 0; i < 80; i++)
        nap();
    assert_int_equal(status_of(l).store.commits, 0); /* nine rows, and the hour isn't over */
    keep(l, SHIP_1, NOON_US + 9);
    flush(l);
    assert_int_equal(wait_for_mark(l, l->end).store.commits, 1);
    end(l);
}

/* A folder where the archive's part should be: nothing can be written until it goes. */
static void an_archive_that_can_t_be_written_is_told_and_loses_nothing(void **state)
{
    struct life *l = begin(state);
    follow(l);
    assert_int_equal(symlink("nowhere", room_path(state, "archive/positions")), 0);
    keep(l, SHIP_1, NOON_US);
    flush(l);
    for (int i = 0; i < 3000 && !status_of(l).failing; i++)
        nap();
    struct vg_follower_status s = status_of(l);
    assert_true(s.failing);
    assert_non_null(strstr(s.error, "the archive can't be written: "));
    assert_non_null(strstr(s.error, vg_err_text(VG_IO)));
    assert_int_equal(s.mark, 0);
    assert_int_equal(s.archived_us, VG_TIME_NONE);
    assert_true(s.store.failures > 0);
    unlink(room_path(state, "archive/positions"));
    end(l); /* what was left is tried once more */
    assert_int_equal(archived(state), 1);
}

/* More than the memory holds: what doesn't fit waits in the journal, and comes when the disk takes it again. */
static void a_full_memory_waits_until_the_archive_can_be_written(void **state)
{
    struct life *l = begin(state);
    l->options.rules.most_rows = 10;
    follow(l);
    assert_int_equal(symlink("nowhere", room_path(state, "archive/positions")), 0);
    for (int i = 0; i < 8; i++)
        keep(l, SHIP_1 SHIP_2, NOON_US + i);
    flush(l);
    for (int i = 0; i < 3000 && !status_of(l).failing; i++)
        nap();
    assert_non_null(strstr(status_of(l).error, "the archive can't be written: "));
    assert_int_equal(status_of(l).mark, 0);
    unlink(room_path(state, "archive/positions"));
    struct vg_follower_status s = wait_for_mark(l, l->end); /* it tries again after five seconds */
    assert_false(s.failing);
    assert_int_equal(s.store.rows[VG_STORE_POSITIONS], 16);
    assert_int_equal(s.archived_us, NOON_US + 7);
    end(l);
    assert_int_equal(archived(state), 16);
}

/* Late words come for ten minutes: until then an hour's parts stay as they are. */
static void an_hour_is_made_one_part_ten_minutes_after_its_end(void **state)
{
    const int64_t hour_us = NOON_US - NOON_US % VG_HOUR_US, ready_us = hour_us + VG_HOUR_US + 10 * VG_MINUTE_US;
    const int64_t times_us[] = {hour_us, hour_us + 1, ready_us - 1, ready_us};
    for (size_t i = 0; i < 4; i++) { /* each life looks for such an hour as soon as it has nothing else to do */
        struct life *l = begin(state);
        follow(l);
        keep(l, SHIP_1, times_us[i]);
        flush(l);
        wait_for_mark(l, l->end);
        for (int k = 0; k < (i < 3 ? 130 : 3000) && !status_of(l).store.compactions; k++)
            nap();
        assert_int_equal(status_of(l).store.compactions, i == 3);
        assert_false(status_of(l).failing);
        end(l);
    }
    assert_int_equal(archived(state), 4);
}

static void the_clock_is_kept_for_who_archives_after_a_crash(void **state)
{
    for (int data = 0; data < 2; data++) {
        struct life *l = begin(state);
        l->options.data_clock = data;
        follow(l);
        struct vg_clock_turns turns;
        assert_int_equal(vg_clock_turns_load(l->dir, &turns), VG_OK);
        assert_int_equal(vg_clock_turns_at(&turns, UINT64_MAX), data ? VG_INTAKE_DATA : VG_INTAKE_WALL);
        end(l);
    }
}

static void what_can_t_be_begun_is_an_error_with_a_sentence(void **state)
{
    const char *why = NULL;
    struct life *l = begin(state);
    l->options.archive_dir = "/nowhere/archive";
    assert_int_equal(vg_follower_start(&l->options, &l->follower, &why), VG_IO);
    assert_non_null(strstr(why, "/nowhere/archive"));
    l->options.archive_dir = l->archive_dir;
    l->options.dir = "/nowhere";
    l->options.data_clock = true; /* which is to be saved; a wall clock's is what is taken without */
    assert_int_equal(vg_follower_start(&l->options, &l->follower, &why), VG_IO);
    assert_string_equal(why, "by which clock its bytes came can't be read or written in the file 'clock'");
    l->options.dir = l->dir;
    l->options.journal_dir = "/nowhere/journal";
    assert_int_not_equal(vg_follower_start(&l->options, &l->follower, &why), VG_OK);
    assert_true(*why);
    l->options.journal_dir = l->journal_dir;
    l->options.rules.most_rows = 0;
    assert_int_equal(vg_follower_start(&l->options, &l->follower, &why), VG_ARG);
    assert_null(l->follower);
    assert_int_equal(vg_journal_close(l->journal, NULL), VG_OK);
    free(l);
}

#define IN_A_ROOM(test) cmocka_unit_test_setup_teardown(test, room_make, room_clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_ROOM(only_what_is_on_the_disk_is_archived),
        IN_A_ROOM(what_is_left_at_the_end_is_archived_too),
        IN_A_ROOM(an_end_without_time_leaves_the_rest_to_the_next_start),
        IN_A_ROOM(each_start_goes_on_where_the_last_one_ended),
        IN_A_ROOM(a_mark_beyond_the_journal_s_end_belongs_to_another_one),
        IN_A_ROOM(a_small_memory_holds_whole_records_whatever_rows_they_give),
        IN_A_ROOM(half_a_memory_is_enough_for_a_commit),
        IN_A_ROOM(an_archive_that_can_t_be_written_is_told_and_loses_nothing),
        IN_A_ROOM(a_full_memory_waits_until_the_archive_can_be_written),
        IN_A_ROOM(an_hour_is_made_one_part_ten_minutes_after_its_end),
        IN_A_ROOM(the_clock_is_kept_for_who_archives_after_a_crash),
        IN_A_ROOM(what_can_t_be_begun_is_an_error_with_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
