/* When the state is saved and by whom: a child that ends, fails or hangs, a journal that isn't ready, a disk that
 * fails. */
#include <sys/wait.h>

#include "../journal/fault.h"
#include "base/thread.h"
#include "room.h"
#include "service/saver.h"

#define START_US INT64_C(5000000000) /* monotonic */
#define MIB      (UINT64_C(1) << 20)

static struct vg_saver begin(void **state, const struct vg_io *io)
{
    struct vg_saver s;
    vg_saver_init(&s, io ? io : vg_io_posix(), room_path(state, "state"), START_US);
    return s;
}

static struct vg_saved something(uint64_t journal_offset)
{
    struct vg_saved saved = {.journal_offset = journal_offset, .situation = room_situation(true)};
    room_hear(saved.situation, SHIP, NOON_US);
    return saved;
}

/* Until it has ended; it is still to be waited for. */
static void wait_for(const struct vg_saver *s)
{
    siginfo_t info;
    assert_true(s->child > 0);
    assert_int_equal(waitid(P_PID, (id_t)s->child, &info, WEXITED | WNOWAIT), 0);
}

/* Whether the file there is what was saved. */
static bool is_back(void **state, const struct vg_saved *saved)
{
    char why[VG_STATE_WHY];
    struct vg_saved again;
    if (vg_saved_read(vg_io_posix(), room_path(state, "state"), NULL, true, NULL, &again, why))
        return false;
    bool same = vg_situation_hash(again.situation) == vg_situation_hash(saved->situation) &&
                again.journal_offset == saved->journal_offset;
    vg_situation_free(again.situation);
    free(again.feed);
    return same;
}

static void it_is_due_when_much_or_something_old_is_unsaved(void **state)
{
    struct vg_saver s = begin(state, NULL);
    assert_false(vg_saver_is_due(&s, START_US + VG_HOUR_US, 0)); /* nothing */
    assert_false(vg_saver_is_due(&s, START_US + VG_MINUTE_US - 1, 1));
    assert_true(vg_saver_is_due(&s, START_US + VG_MINUTE_US, 1)); /* the first one comes soon */
    assert_false(vg_saver_is_due(&s, START_US, 64 * MIB - 1));
    assert_true(vg_saver_is_due(&s, START_US, 64 * MIB));
    s.tried_us = START_US;
    assert_false(vg_saver_is_due(&s, START_US + 15 * VG_SECOND_US - 1, 999 * MIB)); /* not all the time */
    assert_true(vg_saver_is_due(&s, START_US + 15 * VG_SECOND_US, 999 * MIB));
    assert_false(vg_saver_is_due(&s, START_US + 10 * VG_MINUTE_US - 1, 1));
    assert_true(vg_saver_is_due(&s, START_US + 10 * VG_MINUTE_US, 1));
    s.hurried = true; /* at once, as somebody asks */
    assert_true(vg_saver_is_due(&s, START_US + 1, 1));
    assert_false(vg_saver_is_due(&s, START_US + 1, 0));
    s.hurried = false;
    s.written = true; /* one waits for the journal */
    assert_false(vg_saver_is_due(&s, START_US + VG_HOUR_US, 999 * MIB));
}

static void the_file_takes_its_name_when_the_journal_has_all_that_is_in_it(void **state)
{
    struct vg_saver s = begin(state, NULL);
    struct vg_saved saved = something((UINT64_C(4) << 20) + 1); /* its last byte stands in frame 4 */
    assert_true(vg_saver_begin(&s, START_US, &saved));
    assert_false(vg_saver_is_due(&s, START_US + VG_HOUR_US, 999 * MIB)); /* one is under way */
    assert_int_equal(s.tried_us, START_US);
    wait_for(&s);
    assert_int_equal(vg_saver_second(&s, START_US, 4), VG_SAVER_NOTHING);
    assert_int_equal(s.child, 0);
    assert_true(room_has(state, "state.tmp"));
    assert_false(room_has(state, "state"));
    assert_int_equal(s.saved_us, VG_TIME_NONE);
    assert_int_equal(vg_saver_second(&s, START_US, 4), VG_SAVER_NOTHING);
    assert_int_equal(vg_saver_second(&s, START_US, 5), VG_SAVER_SAVED);
    assert_true(is_back(state, &saved));
    assert_false(room_has(state, "state.tmp"));
    assert_int_equal(s.saves, 1);
    assert_int_equal(s.failures, 0);
    assert_true(s.saved_us > NOON_US);
    assert_int_equal(vg_saver_second(&s, START_US, 5), VG_SAVER_NOTHING);
    vg_situation_free(saved.situation);
}

static void a_frame_s_last_byte_does_not_ask_for_the_next_frame(void **state)
{
    struct vg_saver s = begin(state, NULL);
    struct vg_saved saved = something(UINT64_C(4) << 20);
    assert_true(vg_saver_begin(&s, START_US, &saved));
    wait_for(&s);
    assert_int_equal(vg_saver_second(&s, START_US, 3), VG_SAVER_NOTHING);
    assert_int_equal(vg_saver_second(&s, START_US, 4), VG_SAVER_SAVED);
    saved.journal_offset = 0; /* nothing was ever received */
    assert_true(vg_saver_begin(&s, START_US, &saved));
    wait_for(&s);
    assert_int_equal(vg_saver_second(&s, START_US, 0), VG_SAVER_SAVED);
    vg_situation_free(saved.situation);
}

static void a_child_that_fails_is_told_and_leaves_nothing(void **state)
{
    struct fault fault;
    fault_init(&fault, 1, true, false, ENOSPC); /* the child opens the file, and no more */
    struct vg_saver s = begin(state, &fault.io);
    struct vg_saved saved = something(0);
    assert_true(vg_saver_begin(&s, START_US, &saved));
    wait_for(&s);
    assert_int_equal(vg_saver_second(&s, START_US, 99), VG_SAVER_FAILED);
    assert_string_equal(vg_saver_error(&s), "the disk is full or fails, or memory ran out");
    assert_int_equal(s.failures, 1);
    assert_int_equal(s.saves, 0);
    assert_false(room_has(state, "state"));
    assert_false(room_has(state, "state.tmp"));
    assert_int_equal(vg_saver_second(&s, START_US, 99), VG_SAVER_NOTHING);
    vg_situation_free(saved.situation);
}

/* The service holds its signals back; what stops all processes of the service must stop this one, too. */
static void a_child_takes_signals_though_its_parent_holds_them(void **state)
{
    struct vg_saver s = begin(state, NULL);
    struct vg_saved saved = something(0);
    siginfo_t info = {0};
    sigset_t before;
    assert_int_equal(mkfifo(s.made, 0600), 0); /* nobody reads: opening it to write waits */
    vg_thread_hold_signals(&before);
    assert_true(vg_saver_begin(&s, START_US, &saved));
    vg_thread_release_signals(&before);
    assert_int_equal(kill(s.child, SIGINT), 0); /* the parent decides */
    assert_int_equal(kill(s.child, SIGTERM), 0);
    for (int i = 0; i < 500 && !info.si_pid; i++) {
        usleep(20000);
        assert_int_equal(waitid(P_PID, (id_t)s.child, &info, WEXITED | WNOWAIT | WNOHANG), 0);
    }
    assert_int_equal(info.si_pid, s.child);
    assert_int_equal(info.si_code, CLD_KILLED);
    assert_int_equal(info.si_status, SIGTERM);
    assert_int_equal(vg_saver_second(&s, START_US, 99), VG_SAVER_FAILED);
    vg_situation_free(saved.situation);
}

static void a_child_that_hangs_is_ended_after_five_minutes(void **state)
{
    struct vg_saver s = begin(state, NULL);
    struct vg_saved saved = something(0);
    assert_int_equal(mkfifo(s.made, 0600), 0); /* nobody reads: opening it to write waits */
    assert_true(vg_saver_begin(&s, START_US, &saved));
    assert_int_equal(vg_saver_second(&s, START_US + 5 * VG_MINUTE_US, 99), VG_SAVER_NOTHING);
    assert_int_equal(kill(s.child, 0), 0);
    siginfo_t info = {0};
    assert_int_equal(waitid(P_PID, (id_t)s.child, &info, WEXITED | WNOWAIT | WNOHANG), 0);
    assert_int_equal(info.si_pid, 0); /* it lives */
    assert_int_equal(vg_saver_second(&s, START_US + 5 * VG_MINUTE_US + 1, 99), VG_SAVER_NOTHING);
    wait_for(&s);
    assert_int_equal(vg_saver_second(&s, START_US + 6 * VG_MINUTE_US, 99), VG_SAVER_FAILED);
    assert_false(room_has(state, "state.tmp"));
    vg_situation_free(saved.situation);
}

static void what_is_abandoned_leaves_nothing_but_the_state_before(void **state)
{
    struct vg_saver s = begin(state, NULL);
    struct vg_saved saved = something(UINT64_C(4) << 20);
    assert_int_equal(vg_saver_now(&s, &saved), VG_OK);
    assert_int_equal(mkfifo(s.made, 0600), 0);
    assert_true(vg_saver_begin(&s, START_US, &saved)); /* it hangs */
    pid_t child = s.child;
    vg_saver_abandon(&s);
    assert_int_equal(kill(child, 0), -1);
    assert_int_equal(s.child, 0);
    assert_false(room_has(state, "state.tmp"));
    assert_true(vg_saver_begin(&s, START_US, &saved));
    wait_for(&s);
    assert_int_equal(vg_saver_second(&s, START_US, 0), VG_SAVER_NOTHING); /* it waits for the journal */
    assert_true(room_has(state, "state.tmp"));
    vg_saver_abandon(&s);
    assert_false(room_has(state, "state.tmp"));
    assert_int_equal(vg_saver_second(&s, START_US, 99), VG_SAVER_NOTHING);
    assert_int_equal(vg_saver_now(&s, &saved), VG_OK);
    vg_saver_abandon(&s);
    assert_true(is_back(state, &saved));
    vg_situation_free(saved.situation);
}

static void a_name_that_can_t_be_given_is_a_failure(void **state)
{
    for (long at = 0; at < 3; at++) { /* rename, and syncing the folder: open, sync */
        struct fault fault;
        fault_init(&fault, -1, false, false, EIO);
        struct vg_saver s = begin(state, &fault.io);
        struct vg_saved saved = something(0);
        assert_true(vg_saver_begin(&s, START_US, &saved));
        wait_for(&s);
        fault.at = fault.calls + at;
        assert_int_equal(vg_saver_second(&s, START_US, 0), VG_SAVER_FAILED);
        assert_string_equal(vg_saver_error(&s), "it can't be renamed");
        assert_int_equal(s.failures, 1);
        assert_false(room_has(state, "state.tmp"));
        assert_int_equal(room_has(state, "state"), at > 0);
        vg_situation_free(saved.situation);
    }
}

static void saving_at_once_is_whole_or_an_error(void **state)
{
    struct vg_saved saved = something(7);
    struct fault fault;
    fault_init(&fault, -1, false, false, EIO);
    struct vg_saver s = begin(state, &fault.io);
    assert_int_equal(vg_saver_now(&s, &saved), VG_OK);
    assert_true(is_back(state, &saved));
    assert_int_equal(s.saves, 1);
    long calls = fault.calls;
    for (long at = 0; at < calls; at++) {
        unlink(s.path);
        fault_init(&fault, at, false, true, ENOSPC);
        s = begin(state, &fault.io);
        assert_int_equal(vg_saver_now(&s, &saved), VG_IO);
        assert_false(room_has(state, "state.tmp"));
        assert_true(!room_has(state, "state") || is_back(state, &saved));
    }
    vg_situation_free(saved.situation);
}

/* Who has to end doesn't wait: the state before stays. */
static void saving_in_a_hurry_is_whole_or_leaves_the_state_before(void **state)
{
    struct vg_saved before = something(7), after = something(8);
    struct vg_saver s = begin(state, NULL);
    assert_int_equal(vg_saver_by(&s, &before, INT64_MAX), VG_OK);
    assert_int_equal(vg_saver_by(&s, &after, 0), VG_EOF);
    assert_false(room_has(state, "state.tmp"));
    assert_true(is_back(state, &before));
    assert_int_equal(vg_saver_by(&s, &after, INT64_MAX), VG_OK);
    assert_true(is_back(state, &after));
    vg_situation_free(before.situation);
    vg_situation_free(after.situation);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_is_due_when_much_or_something_old_is_unsaved, room_make, room_clear),
        cmocka_unit_test_setup_teardown(the_file_takes_its_name_when_the_journal_has_all_that_is_in_it, room_make,
                                        room_clear),
        cmocka_unit_test_setup_teardown(a_frame_s_last_byte_does_not_ask_for_the_next_frame, room_make, room_clear),
        cmocka_unit_test_setup_teardown(a_child_that_fails_is_told_and_leaves_nothing, room_make, room_clear),
        cmocka_unit_test_setup_teardown(a_child_takes_signals_though_its_parent_holds_them, room_make, room_clear),
        cmocka_unit_test_setup_teardown(a_child_that_hangs_is_ended_after_five_minutes, room_make, room_clear),
        cmocka_unit_test_setup_teardown(what_is_abandoned_leaves_nothing_but_the_state_before, room_make, room_clear),
        cmocka_unit_test_setup_teardown(a_name_that_can_t_be_given_is_a_failure, room_make, room_clear),
        cmocka_unit_test_setup_teardown(saving_at_once_is_whole_or_an_error, room_make, room_clear),
        cmocka_unit_test_setup_teardown(saving_in_a_hurry_is_whole_or_leaves_the_state_before, room_make, room_clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
