/* Silence, pace and what is asked once a second, by a clock that stands still until the test moves it. */
#include "feed_test.h"

#include <linux/sock_diag.h>

#include "feed/adapter.h"

#define T0      1430438400 /* 2015-05-01T00:00:00Z */
#define FAR_MS  86400000   /* no timer fires by itself */
#define LINES   8
#define AIS     "!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23\r\n"
#define NO_TIME "!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23,xxxxxxxx\r\n"

/* ---- the clock: the linker puts these in the place of libuv's and the system's (tests/CMakeLists.txt) ---- */

static uint64_t loop_ms, outside_ms; /* what the loop takes for now, and what it would find if it looked */
static uint64_t precise_us;
static struct {
    uv_timer_t *timer;
    uv_timer_cb call;
    uint64_t ms;
    unsigned count;
} started; /* the last timer */

uint64_t __wrap_uv_now(const uv_loop_t *loop);
uint64_t __wrap_uv_now(const uv_loop_t *loop)
{
    (void)loop;
    return loop_ms;
}

void __wrap_uv_update_time(uv_loop_t *loop);
void __wrap_uv_update_time(uv_loop_t *loop)
{
    (void)loop;
    loop_ms = outside_ms;
}

uint64_t __wrap_uv_hrtime(void);
uint64_t __wrap_uv_hrtime(void)
{
    return precise_us * 1000;
}

int __real_uv_timer_start(uv_timer_t *timer, uv_timer_cb call, uint64_t ms, uint64_t repeat_ms);
int __wrap_uv_timer_start(uv_timer_t *timer, uv_timer_cb call, uint64_t ms, uint64_t repeat_ms);
int __wrap_uv_timer_start(uv_timer_t *timer, uv_timer_cb call, uint64_t ms, uint64_t repeat_ms)
{
    if (call == on_tick)
        return __real_uv_timer_start(timer, call, ms, repeat_ms);
    started.timer = timer;
    started.call = call;
    started.ms = ms;
    started.count++;
    return __real_uv_timer_start(timer, call, FAR_MS, 0);
}

static void fire(void)
{
    uv_timer_stop(started.timer);
    started.call(started.timer);
}

static struct {
    uint32_t drops;
    unsigned asked;
    bool fails;
} meminfo; /* what the system says about a socket */

int __real_getsockopt(int fd, int level, int name, void *ret, socklen_t *ret_len);
int __wrap_getsockopt(int fd, int level, int name, void *ret, socklen_t *ret_len);
int __wrap_getsockopt(int fd, int level, int name, void *ret, socklen_t *ret_len)
{
    if (level != SOL_SOCKET || name != SO_MEMINFO)
        return __real_getsockopt(fd, level, name, ret, ret_len);
    meminfo.asked++;
    if (meminfo.fails)
        return -1;
    assert_int_equal(*ret_len, SK_MEMINFO_VARS * sizeof(uint32_t));
    ((uint32_t *)ret)[SK_MEMINFO_DROPS] = meminfo.drops;
    return 0;
}

static int setup(void **state)
{
    loop_ms = outside_ms = 1000000;
    precise_us = 5000000000;
    memset(&started, 0, sizeof started);
    memset(&meminfo, 0, sizeof meminfo);
    return ear_setup(state);
}

/* ---- silence ---- */

static void a_silence_is_measured_in_milliseconds_rounded_up(void **state)
{
    (void)state;
    static const struct {
        const char *stall;
        uint64_t ms;
    } rows[] = {{"0.000001", 1}, {"0.000999", 1}, {"0.001", 1},           {"0.001001", 2},
                {"1", 1000},     {"60", 60000},   {"1000000", 1000000000}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        void *ear = NULL;
        assert_int_equal(setup(&ear), 0);
        listen_to(ear, "udp://127.0.0.1:0?stall=%s", rows[i].stall);
        assert_int_equal(started.ms, rows[i].ms);
        assert_int_equal(started.count, 1);
        assert_int_equal(ear_teardown(&ear), 0);
    }
}

static void a_stall_comes_when_the_silence_is_as_long_as_allowed(void **state)
{
    struct ear *ear = *state;
    outside_ms = 1007000; /* seven seconds were spent outside the loop: no silence */
    listen_to(ear, "udp://127.0.0.1:0?stall=2");
    assert_int_equal(ear->feed->heard_ms, 1007000);
    assert_int_equal(started.ms, 2000);
    loop_ms = 1008500;
    fire();
    assert_int_equal(started.ms, 500);
    loop_ms = 1008999;
    fire();
    assert_int_equal(started.ms, 1);
    assert_int_equal(ear->state_count, 0);
    loop_ms = 1009000;
    fire();
    assert_int_equal(started.count, 3);
    assert_int_equal(state_of(ear), VG_FEED_STALLED);
    assert_int_equal(ear->state_count, 1);
}

static void bytes_put_the_stall_off_without_moving_the_timer(void **state)
{
    struct ear *ear = *state;
    const struct vg_feed_bytes bytes = {.at = "x", .len = 1, .received_us = VG_TIME_NONE};
    listen_to(ear, "udp://127.0.0.1:0?stall=2");
    loop_ms += 1500;
    assert_true(vg_feed_hand(ear->feed, bytes));
    assert_int_equal(started.count, 1);
    loop_ms += 500;
    fire();
    assert_int_equal(started.ms, 1500);
    loop_ms += 1500;
    fire();
    assert_int_equal(state_of(ear), VG_FEED_STALLED);
    assert_int_equal(started.count, 2);
    assert_true(vg_feed_hand(ear->feed, bytes)); /* alive again, and watched again */
    assert_int_equal(started.count, 3);
    assert_int_equal(started.ms, 2000);
    vg_feed_unwatch(ear->feed);
    assert_false(uv_is_active((uv_handle_t *)&ear->feed->stall));
    assert_true(vg_feed_hand(ear->feed, bytes));
    assert_int_equal(started.count, 3);
    loop_ms += 100;
    vg_feed_watch(ear->feed);
    assert_int_equal(started.count, 4);
    assert_int_equal(ear->feed->heard_ms, loop_ms);
}

static void who_may_be_silent_is_not_watched(void **state)
{
    struct ear *ear = *state;
    listen_to(ear, "udp://127.0.0.1:0?stall=0");
    assert_true(vg_feed_hand(ear->feed, (struct vg_feed_bytes){.at = "x", .len = 1, .received_us = VG_TIME_NONE}));
    assert_int_equal(started.count, 0);
}

/* ---- datagrams that the system dropped ---- */

static void the_system_is_asked_once_a_second_what_it_dropped(void **state)
{
    struct ear *ear = *state;
    static const struct {
        uint64_t ms;
        uint32_t drops;
        bool fails;
        unsigned asked;
        uint64_t dropped;
    } rows[] = {
        {0, 5, false, 1, 5},
        {999, 9, false, 1, 5},
        {1000, 9, false, 2, 9},
        {1999, 12, false, 2, 9},
        {2000, 9, false, 3, 9},
        {3000, 12, true, 4, 9},
        {3001, 4294967295, false, 5, 4294967295}, /* a failure is asked about again */
        {4000, 4294967295, false, 5, 4294967295},
        {4001, 3, false, 6, 4294967299}, /* the system's counter has 32 bits */
    };
    listen_to(ear, "udp://127.0.0.1:0?stall=0");
    int fd = connect_to(SOCK_DGRAM, vg_feed_port(ear->feed));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        loop_ms = 1000000 + rows[i].ms;
        meminfo.drops = rows[i].drops;
        meminfo.fails = rows[i].fails;
        put(fd, "x");
        WAIT_FOR(ear, ear->piece_count == i + 1);
        assert_int_equal(meminfo.asked, rows[i].asked);
        assert_int_equal(vg_feed_status(ear->feed)->dropped, rows[i].dropped);
    }
    close(fd);
}

/* ---- the pace of a recording ---- */

static void line_at(FILE *file, int64_t ms)
{
    int64_t all_ms = (int64_t)T0 * 1000 + ms;
    fprintf(file, "%lld.%03d " AIS, (long long)(all_ms / 1000), (int)(all_ms % 1000));
}

static FILE *open_recording(char path[static 32])
{
    return fdopen(temp_file(path), "w");
}

/* Replays lines of these times and tells how long each was slept for. */
static void play(struct ear *ear, const char *options, const int64_t *ms, size_t count, uint64_t ret_slept_ms[LINES])
{
    char path[32];
    FILE *file = open_recording(path);
    for (size_t i = 0; i < count; i++)
        line_at(file, ms[i]);
    fclose(file);
    memset(ret_slept_ms, 0, LINES * sizeof *ret_slept_ms);
    listen_to(ear, "%s%s", path, options);
    unsigned slept = 0;
    for (size_t i = 0; i < count; i++) {
        WAIT_FOR(ear, ear->piece_count > i || started.count > slept);
        while (started.count > slept && ear->piece_count == i) {
            slept = started.count;
            ret_slept_ms[i] += started.ms;
            precise_us += started.ms * 1000;
            if (started.ms == 3600000) /* the longest sleep is told, not slept through */
                goto enough;
            fire();
        }
        assert_int_equal(ear->pieces[i].received_us, ((int64_t)T0 * 1000 + ms[i]) * 1000);
        assert_true(ear->progress[i] > (double)(i + 1) / (double)count - 1e-9);
        assert_true(ear->progress[i] < (double)(i + 1) / (double)count + 1e-9);
    }
enough:
    unlink(path);
}

static void a_gap_is_waited_for_at_the_pace_asked_for(void **state)
{
    (void)state;
    static const struct {
        const char *options;
        int64_t gap_ms;
        uint64_t slept_ms;
    } rows[] = {
        {"", 10000, 10000}, /* a timed file keeps its own pace */
        {"?speed=1", 10000, 10000},
        {"?speed=2", 10000, 5000},
        {"?speed=0.5", 10, 20},
        {"?speed=1", 60000, 60000},
        {"?speed=1", 60001, 0}, /* over a minute: a jump */
        {"?speed=1000", 1000, 1},
        {"?speed=1000", 1001, 2}, /* never early */
        {"?speed=1000000", 1000, 1},
        {"?speed=1000000", 1, 0},
        {"?speed=0.001", 3599, 3599000},
        {"?speed=0.001", 3600, 3600000},
        {"?speed=0.001", 60000, 3600000}, /* an hour at a time */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        void *ear = NULL;
        uint64_t slept_ms[LINES];
        assert_int_equal(setup(&ear), 0);
        play(ear, rows[i].options, (const int64_t[]){0, rows[i].gap_ms}, 2, slept_ms);
        assert_int_equal(slept_ms[0], 0);
        assert_int_equal(slept_ms[1], rows[i].slept_ms);
        assert_int_equal(ear_teardown(&ear), 0);
    }
}

static void jumps_begin_the_pace_anew_and_lines_out_of_order_do_not(void **state)
{
    (void)state;
    static const struct {
        size_t count;
        int64_t ms[LINES];
        uint64_t slept_ms[LINES];
    } rows[] = {
        {5, {0, 10000, 70000, 130001, 130501}, {0, 10000, 60000, 0, 500}},
        {4, {0, -60000, -59000, 1000}, {0, 0, 0, 1000}},
        {3, {0, -60001, -59001}, {0, 0, 1000}},
        {4, {0, 1000, 500, 2000}, {0, 1000, 0, 1000}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        void *ear = NULL;
        uint64_t slept_ms[LINES];
        assert_int_equal(setup(&ear), 0);
        play(ear, "?speed=1", rows[i].ms, rows[i].count, slept_ms);
        for (size_t j = 0; j < LINES; j++)
            assert_int_equal(slept_ms[j], rows[i].slept_ms[j]);
        assert_int_equal(ear_teardown(&ear), 0);
    }
}

static void who_wakes_too_early_sleeps_on(void **state)
{
    struct ear *ear = *state;
    char path[32];
    FILE *file = open_recording(path);
    line_at(file, 0);
    line_at(file, 10000);
    fclose(file);
    listen_to(ear, "%s?speed=1", path);
    outside_ms += 777;
    WAIT_FOR(ear, started.count == 1);
    assert_int_equal(loop_ms, outside_ms); /* the timer counts from now, not from when the turn began */
    turn_for(ear, 20000);
    assert_int_equal(started.count, 1); /* it sleeps */
    precise_us += 9999999;
    fire();
    assert_int_equal(started.count, 2);
    assert_int_equal(started.ms, 1);
    assert_int_equal(ear->piece_count, 1);
    precise_us += 1;
    fire();
    assert_int_equal(started.count, 2);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_ENDED);
    assert_int_equal(ear->piece_count, 3);
    assert_int_equal(ear->pieces[2].received_us, (T0 + 10) * VG_SECOND_US); /* the end is as old as the last line */
    unlink(path);
}

static void a_long_rest_behind_a_sleep_comes_in_turns(void **state)
{
    struct ear *ear = *state;
    char path[32];
    FILE *file = open_recording(path);
    line_at(file, 0);
    while (ftell(file) < 600000)
        line_at(file, 10000);
    long len = ftell(file);
    fclose(file);
    listen_to(ear, "%s?speed=1", path);
    WAIT_FOR(ear, started.count == 1);
    precise_us += 10000000;
    fire();
    assert_true(ear->bytes > 200000 && ear->bytes < 600000);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_ENDED);
    assert_int_equal(ear->bytes, len);
    unlink(path);
}

/* ---- which files have a pace ---- */

static bool is_timed(const char *options, const char *path)
{
    void *state = NULL;
    assert_int_equal(setup(&state), 0);
    struct ear *ear = state;
    listen_to(ear, "%s%s", path, options);
    WAIT_FOR(ear, ear->piece_count > 0);
    bool timed = ear->pieces[0].received_us == T0 * VG_SECOND_US;
    assert_int_equal(ear_teardown(&state), 0);
    return timed;
}

static void nine_timed_lines_in_ten_make_a_timed_file_and_asking_needs_one(void **state)
{
    (void)state;
    static const struct {
        const char *options;
        int timed, of;
        bool is_timed;
    } rows[] = {
        {"", 9, 10, true},          {"", 8, 10, false},           {"", 0, 1, false},
        {"?speed=1", 1, 10, true},  {"?speed=0.5", 1, 10, true},  {"?speed=1", 0, 10, false},
        {"?speed=0", 8, 10, false}, {"?speed=max", 8, 10, false}, {"?speed=max", 9, 10, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char path[32];
        FILE *file = open_recording(path);
        for (int j = 0; j < rows[i].of; j++)
            if (j < rows[i].timed)
                line_at(file, 0);
            else
                fputs(NO_TIME, file);
        fclose(file);
        if (is_timed(rows[i].options, path) != rows[i].is_timed)
            fail_msg("%s, %d of %d", rows[i].options, rows[i].timed, rows[i].of);
        unlink(path);
    }
}

/* Writes a line again and again, up to this length of the file. */
static void fill(FILE *file, long until, bool timed)
{
    while (ftell(file) < until)
        if (timed)
            line_at(file, 0);
        else
            fputs(NO_TIME, file);
}

static void the_first_65536_bytes_tell_if_a_file_is_timed(void **state)
{
    (void)state;
    char path[32];
    FILE *file = open_recording(path);
    fill(file, 65536, true);
    fill(file, 200000, false);
    fclose(file);
    assert_true(is_timed("", path));
    unlink(path);
    file = open_recording(path);
    fill(file, 32768, true);
    fill(file, 65536, false);
    fill(file, 200000, true);
    fclose(file);
    assert_false(is_timed("", path));
    unlink(path);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, ear_teardown)

/* ---- senders that say nothing ---- */

static uint32_t connections(const struct ear *ear)
{
    return vg_feed_status(ear->feed)->connections;
}

static bool is_closed(int fd)
{
    char c;
    return recv(fd, &c, 1, MSG_DONTWAIT) == 0;
}

/* All places are taken by those who are silent: the one that was so for longest goes, but not too soon. */
static void the_most_silent_sender_gives_way_to_a_newcomer(void **state)
{
    struct ear *ear = *state;
    const struct vg_feed_status *status;
    int fds[VG_FEED_CONNECTIONS], late[4];
    loop_ms = outside_ms = 1000000;
    listen_to(ear, "tcp-listen://127.0.0.1:0?stall=0");
    status = vg_feed_status(ear->feed);
    for (unsigned i = 0; i < VG_FEED_CONNECTIONS; i++) {
        fds[i] = connect_from(2 + i / VG_FEED_PER_ADDRESS, vg_feed_port(ear->feed));
        WAIT_FOR(ear, connections(ear) == i + 1);
    }
    put(fds[0], "a"); /* it has spoken: its patience is longer */
    WAIT_FOR(ear, ear->bytes == 1);
    loop_ms = outside_ms += VG_FEED_MUTE_MS - 1;
    put(fds[1], "b");
    WAIT_FOR(ear, ear->bytes == 2);
    late[0] = connect_from(100, vg_feed_port(ear->feed));
    WAIT_FOR(ear, status->rejected == 1);
    loop_ms = outside_ms += 1;
    late[1] = connect_from(100, vg_feed_port(ear->feed));
    WAIT_FOR(ear, status->given_way == 1 && connections(ear) == VG_FEED_CONNECTIONS);
    assert_true(is_closed(fds[2]));
    put(late[1], "c");
    WAIT_FOR(ear, ear->bytes == 3);
    assert_int_equal(ear->pieces[ear->piece_count - 1].stream, 2);
    for (unsigned i = 3; i < VG_FEED_CONNECTIONS; i++)
        put(fds[i], "d"); /* nobody is mute any more */
    WAIT_FOR(ear, ear->bytes == VG_FEED_CONNECTIONS);
    loop_ms = outside_ms = 1000000 + VG_FEED_SILENT_MS - 1;
    late[2] = connect_from(100, vg_feed_port(ear->feed));
    WAIT_FOR(ear, status->rejected == 2);
    loop_ms = outside_ms += 1;
    unsigned ends = ear->streams[0].ends;
    late[3] = connect_from(100, vg_feed_port(ear->feed));
    WAIT_FOR(ear, status->given_way == 2 && connections(ear) == VG_FEED_CONNECTIONS);
    assert_true(is_closed(fds[0]));
    assert_int_equal(ear->streams[0].ends, ends + 1); /* half a line of it is finished */
    assert_int_equal(status->rejected, 2);
    assert_false(is_closed(fds[1]));
    for (unsigned i = 0; i < VG_FEED_CONNECTIONS; i++)
        close(fds[i]);
    for (unsigned i = 0; i < 4; i++)
        close(late[i]);
}

/* All places are taken, and others are silent: who is over its own limit, and makes no room of its own, takes none. */
static void an_address_over_its_limit_takes_nobodys_place(void **state)
{
    struct ear *ear = *state;
    int fds[VG_FEED_CONNECTIONS];
    loop_ms = outside_ms = 1000000;
    listen_to(ear, "tcp-listen://127.0.0.1:0?stall=0");
    const struct vg_feed_status *status = vg_feed_status(ear->feed);
    for (unsigned i = 0; i < VG_FEED_CONNECTIONS; i++) {
        fds[i] = connect_from(2 + i / VG_FEED_PER_ADDRESS, vg_feed_port(ear->feed));
        WAIT_FOR(ear, connections(ear) == i + 1);
    }
    loop_ms = outside_ms += VG_FEED_MUTE_MS;
    for (unsigned i = 0; i < VG_FEED_PER_ADDRESS; i++)
        put(fds[i], "a");
    WAIT_FOR(ear, ear->bytes == VG_FEED_PER_ADDRESS);
    for (unsigned i = 1; i <= 20; i++) {
        int late = connect_from(2, vg_feed_port(ear->feed));
        WAIT_FOR(ear, status->rejected == i);
        close(late);
    }
    assert_int_equal(status->given_way, 0);
    assert_int_equal(connections(ear), VG_FEED_CONNECTIONS);
    for (unsigned i = 0; i < VG_FEED_CONNECTIONS; i++)
        close(fds[i]);
}

/* An address at its own limit makes room out of its own. */
static void an_address_gives_way_to_its_own_newcomer(void **state)
{
    struct ear *ear = *state;
    const struct vg_feed_status *status;
    int fds[VG_FEED_PER_ADDRESS + 2], other;
    loop_ms = outside_ms = 1000000;
    listen_to(ear, "tcp-listen://127.0.0.1:0?stall=0");
    status = vg_feed_status(ear->feed);
    other = connect_from(3, vg_feed_port(ear->feed)); /* silent for longer, but another's */
    WAIT_FOR(ear, connections(ear) == 1);
    for (unsigned i = 0; i < VG_FEED_PER_ADDRESS; i++) {
        loop_ms = outside_ms += 1;
        fds[i] = connect_from(2, vg_feed_port(ear->feed));
        WAIT_FOR(ear, connections(ear) == i + 2);
    }
    fds[VG_FEED_PER_ADDRESS] = connect_from(2, vg_feed_port(ear->feed));
    WAIT_FOR(ear, status->rejected == 1);
    loop_ms = outside_ms += VG_FEED_MUTE_MS;
    fds[VG_FEED_PER_ADDRESS + 1] = connect_from(2, vg_feed_port(ear->feed));
    WAIT_FOR(ear, status->given_way == 1);
    assert_int_equal(connections(ear), VG_FEED_PER_ADDRESS + 1);
    turn_for(ear, 20000);
    assert_true(is_closed(fds[0]));
    assert_false(is_closed(other));
    for (unsigned i = 0; i < VG_FEED_PER_ADDRESS + 2; i++)
        close(fds[i]);
    close(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_silence_is_measured_in_milliseconds_rounded_up),
        TEST(a_stall_comes_when_the_silence_is_as_long_as_allowed),
        TEST(bytes_put_the_stall_off_without_moving_the_timer),
        TEST(who_may_be_silent_is_not_watched),
        TEST(the_system_is_asked_once_a_second_what_it_dropped),
        cmocka_unit_test(a_gap_is_waited_for_at_the_pace_asked_for),
        cmocka_unit_test(jumps_begin_the_pace_anew_and_lines_out_of_order_do_not),
        TEST(who_wakes_too_early_sleeps_on),
        TEST(a_long_rest_behind_a_sleep_comes_in_turns),
        cmocka_unit_test(nine_timed_lines_in_ten_make_a_timed_file_and_asking_needs_one),
        cmocka_unit_test(the_first_65536_bytes_tell_if_a_file_is_timed),
        TEST(the_most_silent_sender_gives_way_to_a_newcomer),
        TEST(an_address_over_its_limit_takes_nobodys_place),
        TEST(an_address_gives_way_to_its_own_newcomer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
