/* A serial line: raw, 8 data bits, no parity, one stop bit, no flow control. Unplugged, it is looked for again. */
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "feed/adapter.h"

#define READ_BYTES 4096

struct serial_feed {
    struct vg_feed feed;
    uv_poll_t poll;
    uv_timer_t retry;
    int fd;
    bool open;
    bool begun;
    char buf[READ_BYTES];
};

bool vg_serial_speed(uint32_t baud, speed_t *ret_speed)
{
    static const struct {
        uint32_t baud;
        speed_t speed;
    } rows[] = {
        {1200, B1200},   {2400, B2400},     {4800, B4800},     {9600, B9600},     {19200, B19200},   {38400, B38400},
        {57600, B57600}, {115200, B115200}, {230400, B230400}, {460800, B460800}, {921600, B921600},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].baud == baud) {
            *ret_speed = rows[i].speed;
            return true;
        }
    return false;
}

/* Opens and sets up the device. −1: errno says why not. */
static int open_line(const struct vg_feed_spec *spec)
{
    struct termios line;
    speed_t speed;
    if (!vg_serial_speed(spec->baud, &speed)) {
        errno = EINVAL;
        return -1;
    }
    /* O_NONBLOCK also keeps open() from waiting for a carrier. */
    int fd = open(spec->path, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return -1;
    if (tcgetattr(fd, &line) == 0) {
        cfmakeraw(&line); /* 8 bits, no parity, no echo, no translation, IXON off */
        line.c_cflag &= ~(tcflag_t)(CSTOPB | CRTSCTS);
        line.c_cflag |= CLOCAL | CREAD;
        cfsetispeed(&line, speed);
        cfsetospeed(&line, speed);
        if (tcsetattr(fd, TCSANOW, &line) == 0) {
            ioctl(fd, TIOCEXCL); /* two readers would share out the bytes between them */
            return fd;
        }
    }
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

static void close_line(struct serial_feed *f)
{
    vg_feed_drop(&f->feed, (uv_handle_t *)&f->poll);
    ioctl(f->fd, TIOCNXCL);
    close(f->fd);
    f->open = false;
}

static void on_retry(uv_timer_t *timer);

static void wait_and_retry(struct serial_feed *f, const char *why)
{
    uv_timer_start(&f->retry, on_retry, vg_feed_backoff_ms(&f->feed), 0);
    vg_feed_become(&f->feed, VG_FEED_DOWN, why);
}

static void lose(struct serial_feed *f, const char *why)
{
    close_line(f);
    vg_feed_unwatch(&f->feed);
    if (f->begun && !vg_feed_hand(&f->feed, (struct vg_feed_bytes){.received_us = VG_TIME_NONE, .ends = true}))
        return;
    wait_and_retry(f, why);
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
    struct serial_feed *f = poll->data;
    (void)status; /* libuv stops polling on an error; read() tells which */
    (void)events;
    if (f->feed.closing)
        return;
    ssize_t n;
    do
        n = read(f->fd, f->buf, sizeof f->buf);
    while (n < 0 && errno == EINTR);
    if (n > 0) {
        bool begins = !f->begun;
        f->begun = true;
        struct vg_feed_bytes bytes = {.at = f->buf, .len = (size_t)n, .received_us = VG_TIME_NONE, .begins = begins};
        if (!vg_feed_hand(&f->feed, bytes) || status == 0)
            return;
    } else if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) && status == 0) {
        return;
    }
    lose(f, n < 0 && errno != EAGAIN ? vg_feed_errno_text(errno) : "the device is gone");
}

/* errno value, or 0 */
static int begin(struct serial_feed *f)
{
    f->fd = open_line(&f->feed.spec);
    if (f->fd < 0)
        return errno;
    int failed = uv_poll_init(f->feed.loop, &f->poll, f->fd);
    if (failed) {
        close(f->fd);
        return -failed; /* on Unix libuv's errors are errno values, negated */
    }
    vg_feed_own(&f->feed, (uv_handle_t *)&f->poll);
    f->open = true;
    f->begun = false;
    uv_poll_start(&f->poll, UV_READABLE | UV_DISCONNECT, on_readable);
    return 0;
}

static void on_retry(uv_timer_t *timer)
{
    struct serial_feed *f = timer->data;
    int error = begin(f);
    if (error) {
        wait_and_retry(f, vg_feed_errno_text(error));
        return;
    }
    f->feed.status.reconnects++;
    vg_feed_watch(&f->feed);
    vg_feed_become(&f->feed, VG_FEED_CONNECTING, NULL);
}

static enum vg_err open_serial(struct vg_feed *feed, const char **ret_why)
{
    struct serial_feed *f = (struct serial_feed *)feed;
    int error = begin(f);
    if (error) {
        *ret_why = vg_feed_why("%s: %s", feed->spec.path, vg_feed_errno_text(error));
        return error == ENOENT ? VG_NOT_FOUND : VG_IO;
    }
    uv_timer_init(feed->loop, &f->retry);
    vg_feed_own(feed, (uv_handle_t *)&f->retry);
    return VG_OK;
}

static void close_serial(struct vg_feed *feed)
{
    struct serial_feed *f = (struct serial_feed *)feed;
    if (f->open)
        close_line(f);
    if (f->retry.data)
        vg_feed_drop(feed, (uv_handle_t *)&f->retry);
}

const struct vg_feed_adapter vg_feed_serial = {
    .size = sizeof(struct serial_feed), .awaits = true, .open = open_serial, .close = close_serial};
