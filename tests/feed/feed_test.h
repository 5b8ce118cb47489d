/* What the tests of feeds share: a loop with a recorder of everything that a feed says, and waiting for conditions. */
#ifndef VG_TESTS_FEED_TEST_H
#define VG_TESTS_FEED_TEST_H

#include "test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "feed/feed.h"

#define DEADLINE_US  (30 * VG_SECOND_US) /* a loaded machine is slow, not wrong */
#define STREAM_BYTES 65536
#define PIECES_MAX   4096
#define STATES_MAX   256

struct piece {
    const void *at; /* where it was: no longer to be read */
    int64_t received_us;
    uint64_t at_us; /* monotonic */
    size_t len;
    uint32_t stream;
    bool begins, ends, datagram;
    enum vg_feed_language language;
};

struct ear {
    uv_loop_t loop;
    uv_timer_t tick;
    unsigned ticks;
    struct vg_feed *feed, *close_at_bytes, *close_at_state;
    bool close_at_end; /* of a stream */
    uint64_t bytes;
    struct {
        char text[STREAM_BYTES]; /* terminated; what doesn't fit is only counted */
        size_t len;
        unsigned begins, ends;
    } streams[VG_FEED_CONNECTIONS];
    struct piece pieces[PIECES_MAX];
    double progress[PIECES_MAX]; /* at each piece */
    size_t piece_count;
    enum vg_feed_state states[STATES_MAX];
    size_t state_count;
    bool closed;
};

/* Turns the loop until a condition holds; the tick wakes it. */
#define WAIT_FOR(ear, condition)                                                                                       \
    do {                                                                                                               \
        int64_t wait_until_us = vg_clock_monotonic_us() + DEADLINE_US;                                                 \
        while (!(condition)) {                                                                                         \
            if (vg_clock_monotonic_us() > wait_until_us)                                                               \
                fail_msg("waited too long for: %s", #condition);                                                       \
            uv_run(&(ear)->loop, UV_RUN_ONCE);                                                                         \
        }                                                                                                              \
    } while (0)

/* Turns the loop for a while: to see that something does not happen. */
static inline void turn_for(struct ear *ear, int64_t us)
{
    int64_t until_us = vg_clock_monotonic_us() + us;
    while (vg_clock_monotonic_us() < until_us)
        uv_run(&ear->loop, UV_RUN_ONCE);
}

static inline void on_bytes(void *arg, struct vg_feed *feed, const struct vg_feed_bytes *bytes)
{
    struct ear *ear = arg;
    assert_false(ear->closed);
    assert_true(bytes->stream < VG_FEED_CONNECTIONS);
    assert_true(bytes->len > 0 || bytes->ends);
    if (ear->piece_count < PIECES_MAX) {
        ear->progress[ear->piece_count] = vg_feed_status(feed)->progress;
        ear->pieces[ear->piece_count++] = (struct piece){.at = bytes->at,
                                                         .received_us = bytes->received_us,
                                                         .at_us = (uint64_t)vg_clock_monotonic_us(),
                                                         .len = bytes->len,
                                                         .stream = bytes->stream,
                                                         .begins = bytes->begins,
                                                         .ends = bytes->ends,
                                                         .datagram = bytes->datagram,
                                                         .language = bytes->language};
    }
    size_t used = ear->streams[bytes->stream].len, room = STREAM_BYTES - 1 - used;
    if (bytes->len > 0 && bytes->len <= room) {
        memcpy(ear->streams[bytes->stream].text + used, bytes->at, bytes->len);
        ear->streams[bytes->stream].len += bytes->len;
    }
    ear->streams[bytes->stream].begins += bytes->begins;
    ear->streams[bytes->stream].ends += bytes->ends;
    ear->bytes += bytes->len;
    if (ear->close_at_bytes || (ear->close_at_end && bytes->ends)) {
        vg_feed_close(feed);
        ear->closed = true;
    }
}

static inline void on_state(void *arg, struct vg_feed *feed, const struct vg_feed_status *status)
{
    struct ear *ear = arg;
    assert_false(ear->closed);
    assert_ptr_equal(status, vg_feed_status(feed));
    if (ear->state_count < STATES_MAX)
        ear->states[ear->state_count++] = status->state;
    if (ear->close_at_state) {
        vg_feed_close(feed);
        ear->closed = true;
    }
}

static inline void on_tick(uv_timer_t *timer)
{
    ((struct ear *)timer->data)->ticks++;
}

static inline int ear_setup(void **state)
{
    struct ear *ear = calloc(1, sizeof *ear);
    if (!ear)
        return -1;
    uv_loop_init(&ear->loop);
    uv_timer_init(&ear->loop, &ear->tick);
    ear->tick.data = ear;
    uv_timer_start(&ear->tick, on_tick, 5, 5);
    *state = ear;
    return 0;
}

static inline int ear_teardown(void **state)
{
    struct ear *ear = *state;
    if (!ear->closed)
        vg_feed_close(ear->feed);
    ear->closed = true;
    uv_close((uv_handle_t *)&ear->tick, NULL);
    uv_run(&ear->loop, UV_RUN_DEFAULT);
    int left = uv_loop_close(&ear->loop);
    free(ear);
    return left; /* a handle that was not closed */
}

static inline enum vg_err ear_open(struct ear *ear, const char *url, const char **ret_why)
{
    struct vg_feed_spec spec;
    enum vg_err err = vg_feed_parse(url, &spec, ret_why);
    if (err)
        return err;
    struct vg_feed_events events = {on_bytes, on_state, ear};
    return vg_feed_open(&ear->loop, &spec, &events, &ear->feed, ret_why);
}

/* Opens, or fails the test. */
static inline void listen_to(struct ear *ear, const char *format, ...) __attribute__((format(printf, 2, 3)));
static inline void listen_to(struct ear *ear, const char *format, ...)
{
    char url[512];
    const char *why = NULL;
    va_list args;
    va_start(args, format);
    vsnprintf(url, sizeof url, format, args);
    va_end(args);
    if (ear_open(ear, url, &why))
        fail_msg("%s: %s", url, why);
}

static inline enum vg_feed_state state_of(const struct ear *ear)
{
    return vg_feed_status(ear->feed)->state;
}

static inline struct sockaddr_in loopback(uint16_t port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

/* A connected blocking socket of TCP or UDP. */
static inline int connect_to(int type, uint16_t port)
{
    struct sockaddr_in to = loopback(port);
    int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

/* A sender from 127.0.0.LAST. */
static inline int connect_from(unsigned last, uint16_t port)
{
    struct sockaddr_in to = loopback(port), from = loopback(0);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    from.sin_addr.s_addr = htonl(0x7F000000u + last);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&from, sizeof from), 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static inline void put(int fd, const char *text)
{
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
}

/* A file under /tmp that is open for writing; the caller unlinks it. */
static inline int temp_file(char path[static 32])
{
    snprintf(path, 32, "/tmp/vigia_test_XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    return fd;
}

static inline void temp_text(char path[static 32], const char *text)
{
    int fd = temp_file(path);
    put(fd, text);
    close(fd);
}

#endif
