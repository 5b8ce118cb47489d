/* What serial lines and files ask of the system, and what they do when it refuses or fails. */
#include "feed_test.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>

#include "feed/adapter.h"

#define WRAPPED(type, name, ...)                                                                                       \
    type __real_##name(__VA_ARGS__);                                                                                   \
    type __wrap_##name(__VA_ARGS__);                                                                                   \
    type __wrap_##name(__VA_ARGS__)

/* ---- the system: the linker puts these in the place of libuv's and the C library's (tests/CMakeLists.txt) ---- */

static struct {
    int poll_init; /* fails with that */
    uv_poll_cb on_poll;
} uv;

WRAPPED(int, uv_poll_init, uv_loop_t *loop, uv_poll_t *handle, int fd)
{
    return uv.poll_init ? uv.poll_init : __real_uv_poll_init(loop, handle, fd);
}

WRAPPED(int, uv_poll_start, uv_poll_t *handle, int events, uv_poll_cb call)
{
    uv.on_poll = call;
    return __real_uv_poll_start(handle, events, call);
}

#define READS 8

static struct {
    bool on;
    struct {
        ssize_t n;
        int error;
    } reads[READS]; /* what read() gives, one after the other */
    unsigned taken, closed, polled;
    unsigned stop_after; /* so many looks at a device that has nothing: then it is to stop. 0: it has something */
    atomic_bool stop;
    size_t asked;
    int line_get, line_set; /* errno */
    struct termios line;    /* what the device is set to */
    int lock;               /* the last request */
} sys;

WRAPPED(ssize_t, read, int fd, void *ret, size_t size)
{
    if (!sys.on)
        return __real_read(fd, ret, size);
    sys.asked = size;
    assert_true(sys.taken < READS);
    ssize_t n = sys.reads[sys.taken].n;
    errno = sys.reads[sys.taken++].error;
    if (n > 0)
        memset(ret, 'x', (size_t)n);
    return n;
}

WRAPPED(int, close, int fd)
{
    int done = __real_close(fd);
    sys.closed++;
    errno = EBADF; /* whoever wants to tell an earlier error must have kept it */
    return done;
}

WRAPPED(int, poll, struct pollfd *fds, nfds_t count, int ms)
{
    if (!sys.on)
        return __real_poll(fds, count, ms);
    assert_int_equal(count, 1);
    assert_int_equal(fds[0].events, POLLIN);
    assert_int_equal(ms, sys.stop_after ? 100 : -1);
    if (++sys.polled == sys.stop_after)
        sys.stop = true;
    return sys.stop_after ? 0 : 1;
}

WRAPPED(int, tcgetattr, int fd, struct termios *ret)
{
    (void)fd;
    errno = sys.line_get;
    memset(ret, 0xff, sizeof *ret);
    ret->c_cflag &= ~(tcflag_t)(CLOCAL | CREAD);
    cfsetspeed(ret, B9600);
    return sys.line_get ? -1 : 0;
}

WRAPPED(int, tcsetattr, int fd, int when, const struct termios *line)
{
    (void)fd;
    assert_int_equal(when, TCSANOW);
    sys.line = *line;
    errno = sys.line_set;
    return sys.line_set ? -1 : 0;
}

int __wrap_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...)
{
    (void)fd;
    sys.lock = (int)request;
    return 0;
}

static int setup(void **state)
{
    memset(&uv, 0, sizeof uv);
    memset(&sys, 0, sizeof sys);
    return ear_setup(state);
}

/* ---- serial lines ---- */

static char device[64]; /* a named pipe: what a line says of itself is the system's part, above */

static int name_device(void **state)
{
    (void)state;
    snprintf(device, sizeof device, "/tmp/vigia_line_%ld", (long)getpid());
    return mkfifo(device, 0600);
}

static int remove_device(void **state)
{
    (void)state;
    return unlink(device);
}

static void a_line_is_set_to_eight_bits_without_parity_or_flow_control(void **state)
{
    struct ear *ear = *state;
    listen_to(ear, "serial:%s?baud=4800", device);
    const struct termios *line = &sys.line;
    assert_int_equal(line->c_cflag & (CSIZE | PARENB | CSTOPB | CRTSCTS), CS8);
    assert_int_equal(line->c_cflag & (CLOCAL | CREAD), CLOCAL | CREAD);
    assert_int_equal(line->c_iflag & (IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON), 0);
    assert_int_equal(line->c_oflag & OPOST, 0);
    assert_int_equal(line->c_lflag & (ECHO | ECHONL | ICANON | ISIG | IEXTEN), 0);
    assert_int_equal(cfgetispeed(line), B4800);
    assert_int_equal(cfgetospeed(line), B4800);
    assert_int_equal(sys.lock, TIOCEXCL);
    vg_feed_close(ear->feed);
    ear->closed = true;
    assert_int_equal(sys.lock, TIOCNXCL);
}

static void a_line_that_cannot_be_set_up_is_told_and_closed(void **state)
{
    struct ear *ear = *state;
    static const struct {
        int *fails;
        int with;
        const char *why;
    } rows[] = {
        {&sys.line_get, ENOTTY, "inappropriate ioctl for device"},
        {&sys.line_set, EIO, "i/o error"},
        {&uv.poll_init, UV_EPERM, "operation not permitted"},
    };
    char url[96], expected[160];
    const char *why = NULL;
    snprintf(url, sizeof url, "serial:%s", device);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        *rows[i].fails = rows[i].with;
        assert_int_equal(ear_open(ear, url, &why), VG_IO);
        snprintf(expected, sizeof expected, "%s: %s", device, rows[i].why);
        assert_string_equal(why, expected);
        assert_int_equal(sys.closed, i + 1);
        assert_null(ear->feed);
        *rows[i].fails = 0;
    }
}

static void a_speed_that_no_line_has_is_an_invalid_argument(void **state)
{
    struct ear *ear = *state;
    struct vg_feed_spec spec = {.kind = VG_FEED_SERIAL, .baud = 12345, .path = "/dev/null"};
    const struct vg_feed_events events = {.arg = ear};
    struct vg_feed *feed = NULL;
    const char *why = NULL;
    assert_int_equal(vg_feed_open(&ear->loop, &spec, &events, &feed, &why), VG_IO);
    assert_string_equal(why, "/dev/null: invalid argument");
    assert_null(feed);
}

static void what_a_line_gives_is_read_and_what_ends_it_is_told(void **state)
{
    (void)state;
    static const struct {
        int status; /* of the polling */
        struct {
            ssize_t n;
            int error;
        } reads[2];
        unsigned taken, bytes, ends;
        enum vg_feed_state state;
        const char *error;
    } rows[] = {
        {0, {{-1, EINTR}, {3, 0}}, 2, 3, 0, VG_FEED_LIVE, NULL},
        {0, {{4096, EINTR}}, 1, 4096, 0, VG_FEED_LIVE, NULL},
        {0, {{-1, EAGAIN}}, 1, 0, 0, VG_FEED_CONNECTING, NULL},
        {0, {{0, 0}}, 1, 0, 0, VG_FEED_DOWN, "the device is gone"},
        {0, {{-1, EINTR}, {0, EINTR}}, 2, 0, 0, VG_FEED_DOWN, "the device is gone"},
        {0, {{0, EAGAIN}}, 1, 0, 0, VG_FEED_DOWN, "the device is gone"},
        {0, {{0, EIO}}, 1, 0, 0, VG_FEED_DOWN, "the device is gone"},
        {0, {{-1, EIO}}, 1, 0, 0, VG_FEED_DOWN, "i/o error"},
        {UV_EBADF, {{-1, EAGAIN}}, 1, 0, 0, VG_FEED_DOWN, "the device is gone"},
        {UV_EBADF, {{2, 0}}, 1, 2, 1, VG_FEED_DOWN, "the device is gone"}, /* its last bytes */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        void *one = NULL;
        assert_int_equal(setup(&one), 0);
        struct ear *ear = one;
        listen_to(ear, "serial:%s", device);
        assert_true(ear->feed->watching);
        memcpy(sys.reads, rows[i].reads, sizeof rows[i].reads);
        sys.on = true;
        uv_poll_t line = {.data = ear->feed};
        uv.on_poll(&line, rows[i].status, UV_READABLE);
        sys.on = false;
        assert_int_equal(sys.taken, rows[i].taken);
        assert_int_equal(sys.asked, 4096);
        assert_int_equal(ear->bytes, rows[i].bytes);
        assert_int_equal(ear->streams[0].ends, rows[i].ends);
        assert_int_equal(ear->piece_count, (rows[i].bytes > 0) + rows[i].ends);
        assert_int_equal(state_of(ear), rows[i].state);
        bool down = rows[i].state == VG_FEED_DOWN;
        assert_int_equal(ear->feed->watching, !down);
        assert_int_equal(sys.closed, down);
        if (rows[i].error)
            assert_string_equal(vg_feed_status(ear->feed)->error, rows[i].error);
        else
            assert_null(vg_feed_status(ear->feed)->error);
        assert_int_equal(ear_teardown(&one), 0);
    }
}

/* ---- the reader of files ---- */

static void a_reader_waits_for_bytes_and_keeps_an_error_for_after_them(void **state)
{
    (void)state;
    static const struct {
        struct {
            ssize_t n;
            int error;
        } reads[3];
        unsigned taken, polled, blocks;
        enum vg_err err;
    } rows[] = {
        {{{-1, EINTR}, {3, 0}, {0, EINTR}}, 3, 2, 1, VG_EOF}, /* read again at once */
        {{{-1, EAGAIN}, {3, 0}, {0, EAGAIN}}, 3, 3, 1, VG_EOF},
        {{{3, 0}, {5, 0}, {0, 0}}, 3, 3, 2, VG_EOF},
        {{{3, EAGAIN}, {-1, EIO}}, 2, 2, 1, VG_IO},
        {{{-1, EIO}}, 1, 1, 0, VG_IO},
        {{{0, EIO}}, 1, 1, 0, VG_EOF},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct vg_file_reader *reader;
        const void *bytes;
        size_t len;
        unsigned blocks = 0;
        const char *why = NULL;
        enum vg_err err;
        memset(&sys, 0, sizeof sys);
        assert_int_equal(vg_file_reader_open("/dev/null", &reader, &why), VG_OK);
        memcpy(sys.reads, rows[i].reads, sizeof rows[i].reads);
        sys.on = true;
        while (!(err = vg_file_reader_next(reader, &bytes, &len, &why))) {
            assert_true(len == 3 || len == 5);
            assert_int_equal(sys.asked, 256 * 1024);
            blocks++;
        }
        assert_int_equal(err, rows[i].err);
        assert_int_equal(vg_file_reader_next(reader, &bytes, &len, &why), rows[i].err); /* it stays so, unasked */
        assert_int_equal(blocks, rows[i].blocks);
        assert_int_equal(sys.taken, rows[i].taken);
        assert_int_equal(sys.polled, rows[i].polled);
        if (err == VG_IO)
            assert_string_equal(why, "i/o error");
        else
            assert_null(why);
        sys.on = false;
        vg_file_reader_close(reader);
        assert_int_equal(sys.closed, 1);
    }
}

/* A look each tenth of a second; nothing is read, and it goes on if it is to go on. */
static void a_reader_that_is_to_stop_waits_no_longer(void **state)
{
    (void)state;
    struct vg_file_reader *reader;
    const void *bytes;
    size_t len;
    const char *why = NULL;
    memset(&sys, 0, sizeof sys);
    assert_int_equal(vg_file_reader_open("/dev/null", &reader, &why), VG_OK);
    vg_file_reader_stop_by(reader, &sys.stop);
    sys.reads[0].n = 3;
    sys.stop_after = 4;
    sys.on = true;
    assert_int_equal(vg_file_reader_next(reader, &bytes, &len, &why), VG_IO);
    assert_string_equal(why, "interrupted");
    assert_int_equal(sys.polled, 4);
    assert_int_equal(vg_file_reader_next(reader, &bytes, &len, &why), VG_IO);
    assert_int_equal(sys.polled, 4);
    assert_int_equal(sys.taken, 0);
    vg_file_reader_stop_by(reader, NULL);
    sys.stop_after = 0;
    assert_int_equal(vg_file_reader_next(reader, &bytes, &len, &why), VG_OK);
    assert_int_equal(len, 3);
    sys.on = false;
    vg_file_reader_close(reader);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, ear_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_line_is_set_to_eight_bits_without_parity_or_flow_control),
        TEST(a_line_that_cannot_be_set_up_is_told_and_closed),
        TEST(a_speed_that_no_line_has_is_an_invalid_argument),
        cmocka_unit_test(what_a_line_gives_is_read_and_what_ends_it_is_told),
        cmocka_unit_test(a_reader_waits_for_bytes_and_keeps_an_error_for_after_them),
        cmocka_unit_test(a_reader_that_is_to_stop_waits_no_longer),
    };
    return cmocka_run_group_tests(tests, name_device, remove_device);
}
