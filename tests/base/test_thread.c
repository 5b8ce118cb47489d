/* Threads take no signals that stop the program; their maker does, as before. */
#include "test.h"

#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

#include "base/thread.h"

static bool blocked(int number)
{
    sigset_t now;
    assert_int_equal(pthread_sigmask(SIG_SETMASK, NULL, &now), 0);
    return sigismember(&now, number);
}

static void *look(void *arg)
{
    bool *held = arg;
    held[0] = blocked(SIGINT);
    held[1] = blocked(SIGTERM);
    held[2] = blocked(SIGCHLD);
    return arg;
}

static void a_thread_holds_what_stops_the_program(void **state)
{
    (void)state;
    pthread_t thread;
    bool held[3] = {false, false, true};
    void *end;
    assert_int_equal(vg_thread_start(&thread, look, held), 0);
    assert_int_equal(pthread_join(thread, &end), 0);
    assert_ptr_equal(end, held);
    assert_true(held[0] && held[1] && !held[2]);
    assert_false(blocked(SIGINT) || blocked(SIGTERM) || blocked(SIGCHLD)); /* its maker */
}

static void its_maker_keeps_what_it_held(void **state)
{
    (void)state;
    sigset_t own, before;
    sigemptyset(&own);
    sigaddset(&own, SIGTERM);
    sigaddset(&own, SIGUSR1);
    assert_int_equal(pthread_sigmask(SIG_SETMASK, &own, NULL), 0);
    vg_thread_hold_signals(&before);
    assert_true(blocked(SIGINT) && blocked(SIGTERM) && blocked(SIGUSR1));
    vg_thread_release_signals(&before);
    assert_true(!blocked(SIGINT) && blocked(SIGTERM) && blocked(SIGUSR1));
    sigemptyset(&own);
    assert_int_equal(pthread_sigmask(SIG_SETMASK, &own, NULL), 0);
}

static void held_signals_are_read_one_by_one(void **state)
{
    (void)state;
    sigset_t before;
    int fd = vg_thread_signals();
    assert_true(fd >= 0);
    assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    vg_thread_hold_signals(&before);
    assert_int_equal(vg_thread_next_signal(fd), 0);
    assert_int_equal(kill(getpid(), SIGTERM), 0);
    assert_int_equal(vg_thread_next_signal(fd), SIGTERM);
    assert_int_equal(kill(getpid(), SIGINT), 0);
    assert_int_equal(vg_thread_next_signal(fd), SIGINT);
    assert_int_equal(vg_thread_next_signal(fd), 0);
    vg_thread_release_signals(&before);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thread_holds_what_stops_the_program),
        cmocka_unit_test(its_maker_keeps_what_it_held),
        cmocka_unit_test(held_signals_are_read_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
