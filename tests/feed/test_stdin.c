#include "feed_test.h"

#include <sys/inotify.h>
#include <zlib.h>

#include "feed/adapter.h"

static int saved;

/* Makes a descriptor the standard input; takes it over. */
static void become_input(int fd)
{
    assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
    close(fd);
}

static int setup(void **state)
{
    saved = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 10);
    return ear_setup(state);
}

static int teardown(void **state)
{
    if (saved >= 0) {
        dup2(saved, STDIN_FILENO);
        close(saved);
    } else {
        close(STDIN_FILENO);
    }
    return ear_teardown(state);
}

/* What has ended says nothing more, and nobody waits for it. */
static void expect_the_end(struct ear *ear, size_t pieces)
{
    WAIT_FOR(ear, state_of(ear) == VG_FEED_ENDED);
    size_t states = ear->state_count;
    turn_for(ear, 20000);
    assert_int_equal(ear->state_count, states);
    assert_int_equal(ear->piece_count, pieces);
    assert_false(ear->feed->watching);
}

static void note_turning(uv_handle_t *handle, void *arg)
{
    *(bool *)arg |= handle->type == UV_IDLE && uv_is_active(handle);
}

static void a_pipe_is_live_until_its_writer_leaves(void **state)
{
    struct ear *ear = *state;
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    become_input(ends[0]);
    int64_t before_us = vg_clock_wall_us();
    listen_to(ear, "-");
    turn_for(ear, 20000);
    bool turns = false;
    uv_walk(&ear->loop, note_turning, &turns);
    assert_false(turns); /* a silent pipe costs nothing */
    assert_int_equal(state_of(ear), VG_FEED_CONNECTING);
    put(ends[1], "1430438400 !AIVDM,1");
    WAIT_FOR(ear, ear->bytes == 19);
    assert_int_equal(state_of(ear), VG_FEED_LIVE);
    assert_true(ear->pieces[0].begins);
    assert_true(ear->pieces[0].received_us >= before_us); /* live, whatever the line says */
    put(ends[1], "\r\n");
    WAIT_FOR(ear, ear->bytes == 21);
    assert_false(ear->pieces[1].begins);
    assert_int_equal(fcntl(STDIN_FILENO, F_GETFL) & O_NONBLOCK, 0); /* others share it */
    assert_true(vg_feed_status(ear->feed)->progress < 0);
    close(ends[1]);
    expect_the_end(ear, 3);
    assert_int_equal(ear->streams[0].ends, 1);
    assert_string_equal(ear->streams[0].text, "1430438400 !AIVDM,1\r\n");
    assert_null(vg_feed_status(ear->feed)->error);
}

static void a_silent_pipe_is_a_stall(void **state)
{
    struct ear *ear = *state;
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    become_input(ends[0]);
    listen_to(ear, "stdin:?stall=0.1");
    WAIT_FOR(ear, state_of(ear) == VG_FEED_STALLED);
    put(ends[1], "x");
    WAIT_FOR(ear, state_of(ear) == VG_FEED_LIVE);
    close(ends[1]);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_ENDED);
    turn_for(ear, 200000);
    assert_int_equal(state_of(ear), VG_FEED_ENDED);
}

static void a_file_is_read_from_where_it_stands(void **state)
{
    struct ear *ear = *state;
    char path[32];
    temp_text(path, "header\nrest\n");
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_int_equal(lseek(fd, 7, SEEK_SET), 7);
    become_input(fd);
    listen_to(ear, "-");
    expect_the_end(ear, 2);
    assert_string_equal(ear->streams[0].text, "rest\n");
    assert_true(vg_feed_status(ear->feed)->progress == 1);
    unlink(path);
}

static void dev_null_ends_at_once(void **state)
{
    struct ear *ear = *state;
    become_input(open("/dev/null", O_RDONLY | O_CLOEXEC));
    listen_to(ear, "-");
    expect_the_end(ear, 0);
    assert_null(vg_feed_status(ear->feed)->error);
}

static void a_socket_is_read_and_its_flags_put_back(void **state)
{
    struct ear *ear = *state;
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    become_input(ends[0]);
    listen_to(ear, "-");
    put(ends[1], "x");
    WAIT_FOR(ear, ear->bytes == 1);
    vg_feed_close(ear->feed);
    ear->closed = true;
    assert_int_equal(fcntl(STDIN_FILENO, F_GETFL) & O_NONBLOCK, 0);
    close(ends[1]);
}

/* A pipe is opened anew: the flags of whoever shares it are never touched, before, while or after it is read. */
static void a_pipe_s_flags_stay_as_they_are(void **state)
{
    struct ear *ear = *state;
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    become_input(ends[0]);
    int before = fcntl(STDIN_FILENO, F_GETFL);
    assert_int_equal(before & O_NONBLOCK, 0);
    listen_to(ear, "-");
    assert_int_equal(fcntl(STDIN_FILENO, F_GETFL), before);
    put(ends[1], "x");
    WAIT_FOR(ear, ear->bytes == 1);
    vg_feed_close(ear->feed);
    ear->closed = true;
    assert_int_equal(fcntl(STDIN_FILENO, F_GETFL), before);
    close(ends[1]);
}

static void a_terminal_is_read(void **state)
{
    struct ear *ear = *state;
    char slave[64];
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_int_equal(grantpt(master) | unlockpt(master) | ptsname_r(master, slave, sizeof slave), 0);
    become_input(open(slave, O_RDWR | O_NOCTTY | O_CLOEXEC));
    listen_to(ear, "-");
    put(master, "typed\n");
    WAIT_FOR(ear, ear->bytes == 6);
    put(master, "\x04"); /* end of file, as typed */
    WAIT_FOR(ear, state_of(ear) == VG_FEED_ENDED);
    assert_string_equal(ear->streams[0].text, "typed\n");
    close(master);
}

static void compressed_input_is_unpacked(void **state)
{
    struct ear *ear = *state;
    uint8_t packed[256];
    int ends[2];
    z_stream z = {.next_in = (Bytef *)(uintptr_t) "unpacked", .avail_in = 8, .next_out = packed, .avail_out = 256};
    deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    size_t len = 256 - z.avail_out;
    deflateEnd(&z);
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    become_input(ends[0]);
    listen_to(ear, "-");
    for (size_t i = 0; i < len - 4; i++) { /* byte by byte, and not to the end */
        assert_int_equal(write(ends[1], packed + i, 1), 1);
        uv_run(&ear->loop, UV_RUN_NOWAIT);
    }
    WAIT_FOR(ear, ear->bytes == 8);
    assert_string_equal(ear->streams[0].text, "unpacked");
    close(ends[1]);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_ENDED);
    assert_string_equal(vg_feed_status(ear->feed)->error, "the gzip data ends too early");
    assert_int_equal(ear->streams[0].ends, 1);
}

static void closed_standard_input_is_an_error(void **state)
{
    struct ear *ear = *state;
    const char *why = NULL;
    close(STDIN_FILENO);
    assert_int_equal(ear_open(ear, "-", &why), VG_IO);
    assert_string_equal(why, "standard input: bad file descriptor");
}

static void a_folder_is_no_input(void **state)
{
    struct ear *ear = *state;
    const char *why = NULL;
    become_input(open("/tmp", O_RDONLY | O_CLOEXEC));
    assert_int_equal(ear_open(ear, "-", &why), VG_IO);
    assert_string_equal(why, "standard input: a folder, where a file was expected; name the files in it");
    assert_null(ear->feed);
}

/* What can't be opened anew is shared: its flags are put back if we changed them, and left if we did not. */
static void flags_are_put_back_as_they_were(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends), 0);
    const int inputs[] = {ends[0], inotify_init1(IN_CLOEXEC)}; /* the second one's flags are all 0 */
    for (size_t i = 0; i < 2; i++) {
        void *one = NULL;
        assert_int_equal(ear_setup(&one), 0);
        become_input(inputs[i]);
        int before = fcntl(STDIN_FILENO, F_GETFL);
        assert_int_equal(before & O_NONBLOCK, i == 0 ? O_NONBLOCK : 0);
        listen_to(one, "-");
        assert_int_equal(fcntl(STDIN_FILENO, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
        assert_int_equal(ear_teardown(&one), 0);
        assert_int_equal(fcntl(STDIN_FILENO, F_GETFL), before);
    }
    close(ends[1]);
}

/* Little was written, much comes of it: the rest needs no further byte. */
static void what_was_packed_comes_whole_while_the_pipe_stays_open(void **state)
{
    struct ear *ear = *state;
    static uint8_t zeros[1000000], packed[4096];
    int ends[2];
    z_stream z = {.next_in = zeros, .avail_in = sizeof zeros, .next_out = packed, .avail_out = sizeof packed};
    deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    size_t len = sizeof packed - z.avail_out;
    deflateEnd(&z);
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    become_input(ends[0]);
    assert_int_equal(write(ends[1], packed, len), (ssize_t)len);
    listen_to(ear, "-");
    WAIT_FOR(ear, ear->bytes == sizeof zeros);
    assert_int_equal(ear->piece_count, 4); /* of 256 KiB */
    close(ends[1]);
    expect_the_end(ear, 5);
    assert_null(vg_feed_status(ear->feed)->error);
}

static void who_closes_at_the_end_hears_of_no_state(void **state)
{
    struct ear *ear = *state;
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    become_input(ends[0]);
    listen_to(ear, "-");
    put(ends[1], "x");
    close(ends[1]);
    ear->close_at_end = true;
    WAIT_FOR(ear, ear->closed);
    turn_for(ear, 20000);
    assert_int_equal(ear->piece_count, 2);
    assert_int_equal(ear->state_count, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_pipe_is_live_until_its_writer_leaves),
        TEST(a_silent_pipe_is_a_stall),
        TEST(a_file_is_read_from_where_it_stands),
        TEST(dev_null_ends_at_once),
        TEST(a_socket_is_read_and_its_flags_put_back),
        TEST(a_pipe_s_flags_stay_as_they_are),
        TEST(a_terminal_is_read),
        TEST(compressed_input_is_unpacked),
        TEST(closed_standard_input_is_an_error),
        TEST(a_folder_is_no_input),
        TEST(flags_are_put_back_as_they_were),
        TEST(what_was_packed_comes_whole_while_the_pipe_stays_open),
        TEST(who_closes_at_the_end_hears_of_no_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
