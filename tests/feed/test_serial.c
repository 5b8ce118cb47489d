#include "feed_test.h"

#include <sys/ioctl.h>
#include <termios.h>

#include "feed/adapter.h"

static char device[64]; /* a link to the slave of the present pair, so that a "device" can come back by its name */

/* A pseudo-terminal; its slave gets the name. Returns the master. */
static int plug_in(void)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    char slave[64];
    assert_true(master >= 0);
    assert_int_equal(grantpt(master), 0);
    assert_int_equal(unlockpt(master), 0);
    assert_int_equal(ptsname_r(master, slave, sizeof slave), 0);
    assert_int_equal(symlink(slave, device), 0);
    return master;
}

static void unplug(int master)
{
    unlink(device);
    close(master);
}

static int name_device(void **state)
{
    (void)state;
    snprintf(device, sizeof device, "/tmp/vigia_tty_%ld", (long)getpid());
    return 0;
}

/* Two readers would share out the bytes between them: only root gets past the lock, and sees it. */
static bool is_locked(void)
{
    int locked = 0, fd = open(device, O_RDONLY | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return errno == EBUSY;
    assert_int_equal(ioctl(fd, TIOCGEXCL, &locked), 0);
    close(fd);
    return locked;
}

static void a_line_is_read_raw(void **state)
{
    struct ear *ear = *state;
    struct termios line;
    int master = plug_in();
    listen_to(ear, "serial:%s?baud=4800", device);
    assert_int_equal(state_of(ear), VG_FEED_CONNECTING);
    int slave = open(device, O_RDONLY | O_NOCTTY);
    if (slave >= 0) { /* only root gets past the lock */
        assert_int_equal(tcgetattr(slave, &line), 0);
        assert_int_equal(cfgetispeed(&line), B4800);
        assert_int_equal(line.c_lflag & (ICANON | ECHO), 0);
        assert_int_equal(line.c_iflag & (ICRNL | IXON), 0);
        assert_int_equal(line.c_cflag & (CSIZE | PARENB | CSTOPB), CS8);
        close(slave);
    }
    assert_true(is_locked());
    put(master, "!AIVDM\r\n\x03\x11\r");
    WAIT_FOR(ear, ear->bytes == 11);
    assert_string_equal(ear->streams[0].text, "!AIVDM\r\n\x03\x11\r"); /* no translation, no signals */
    assert_int_equal(state_of(ear), VG_FEED_LIVE);
    assert_true(ear->pieces[0].begins);
    vg_feed_close(ear->feed);
    ear->closed = true;
    assert_false(is_locked());
    unplug(master);
}

static void an_unplugged_line_is_found_again(void **state)
{
    struct ear *ear = *state;
    int master = plug_in();
    listen_to(ear, "serial:%s", device);
    put(master, "unfini");
    WAIT_FOR(ear, ear->bytes == 6);
    int64_t lost_us = vg_clock_monotonic_us();
    unplug(master);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_DOWN);
    assert_int_equal(ear->streams[0].ends, 1);
    assert_non_null(vg_feed_status(ear->feed)->error);
    assert_false(ear->feed->watching);
    WAIT_FOR(ear, strstr(vg_feed_status(ear->feed)->error, "no such file")); /* an attempt that finds nothing */
    assert_int_equal(state_of(ear), VG_FEED_DOWN);
    master = plug_in();
    WAIT_FOR(ear, state_of(ear) == VG_FEED_CONNECTING);
    assert_true(vg_clock_monotonic_us() - lost_us >= 1490000); /* 0.5 s, then 1 s */
    assert_int_equal(vg_feed_status(ear->feed)->reconnects, 1);
    assert_true(ear->feed->watching);
    assert_null(vg_feed_status(ear->feed)->error);
    put(master, "whole");
    WAIT_FOR(ear, ear->bytes == 11);
    assert_int_equal(state_of(ear), VG_FEED_LIVE);
    assert_int_equal(ear->streams[0].begins, 2);
    unplug(master);
}

static void a_silent_line_is_a_stall(void **state)
{
    struct ear *ear = *state;
    int master = plug_in();
    listen_to(ear, "serial:%s?stall=0.1", device);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_STALLED);
    put(master, "x");
    WAIT_FOR(ear, state_of(ear) == VG_FEED_LIVE);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_STALLED);
    unplug(master);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_DOWN);
}

static void what_is_no_line_is_refused_at_once(void **state)
{
    struct ear *ear = *state;
    const char *why = NULL;
    assert_int_equal(ear_open(ear, "serial:/dev/nothing", &why), VG_NOT_FOUND);
    assert_string_equal(why, "/dev/nothing: no such file or directory");
    assert_int_equal(ear_open(ear, "serial:/dev/null", &why), VG_IO);
    assert_string_equal(why, "/dev/null: inappropriate ioctl for device");
    assert_null(ear->feed);
}

static void closing_in_a_callback_is_clean(void **state)
{
    struct ear *ear = *state;
    int master = plug_in();
    listen_to(ear, "serial:%s", device);
    ear->close_at_bytes = ear->feed;
    put(master, "x");
    WAIT_FOR(ear, ear->closed);
    turn_for(ear, 20000);
    assert_int_equal(ear->piece_count, 1);
    unplug(master);
}

/* A program that was started without standard input gives its place to the first that it opens. */
static void a_device_may_get_the_first_descriptor(void **state)
{
    struct ear *ear = *state;
    int master = plug_in(), saved = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 10);
    close(STDIN_FILENO);
    listen_to(ear, "serial:%s", device);
    assert_true(isatty(STDIN_FILENO));
    put(master, "x");
    WAIT_FOR(ear, ear->bytes == 1);
    vg_feed_close(ear->feed);
    ear->closed = true;
    if (saved >= 0) {
        dup2(saved, STDIN_FILENO);
        close(saved);
    }
    unplug(master);
}

static void who_closes_when_a_line_is_lost_hears_of_no_state(void **state)
{
    struct ear *ear = *state;
    int master = plug_in();
    listen_to(ear, "serial:%s", device);
    put(master, "x");
    WAIT_FOR(ear, ear->bytes == 1);
    ear->close_at_end = true;
    unplug(master);
    WAIT_FOR(ear, ear->closed);
    turn_for(ear, 20000);
    assert_int_equal(ear->piece_count, 2);
    assert_int_equal(ear->state_count, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, ear_setup, ear_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_line_is_read_raw),
        TEST(an_unplugged_line_is_found_again),
        TEST(a_silent_line_is_a_stall),
        TEST(what_is_no_line_is_refused_at_once),
        TEST(closing_in_a_callback_is_clean),
        TEST(a_device_may_get_the_first_descriptor),
        TEST(who_closes_when_a_line_is_lost_hears_of_no_state),
    };
    return cmocka_run_group_tests(tests, name_device, NULL);
}
