/*
 * Many readers of the live stream at once: how old is what they are told, and how much is it?
 *
 *     cmake --preset release -DVIGIA_BENCH=ON && cmake --build --preset release --target bench_stream_load
 *     build/release/bench_stream_load 127.0.0.1:8080 --readers 100 --stuck 1 --seconds 60 [--query
 * 'bbox=-90,-10,-70,10']
 *
 * One thread, epoll. The age of a pass is the wall clock when its TICK arrives minus the picture's time in it, so the
 * server must run on the wall clock, on this machine. Stuck readers connect, ask and never read. The first two seconds
 * are the readers' first pass and are told apart.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/time.h"

#define READERS_MAX 4096
#define AGES_MAX    4096 /* TICKs kept for each reader */

enum state { HEAD, SIZE, DATA, DATA_END, OVER };

struct reader {
    int fd;
    bool stuck;
    enum state state;
    char line[32];
    size_t line_len, chunk_left;
    unsigned newlines; /* in a row, to find the end of the head */
    int status;
    size_t status_at;
    uint8_t frame[32]; /* the beginning of a frame: a TICK is no longer */
    size_t frame_len, frame_left;
    uint64_t bytes, frames, ticks;
    int64_t first_us, last_us; /* of TICKs */
    size_t ages;
    int32_t age_ms[AGES_MAX];
};

struct options {
    const char *address, *query;
    unsigned readers, stuck;
    double seconds;
};

static int64_t begun_us;

static uint32_t get_u32(const uint8_t *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static void take_tick(struct reader *r)
{
    int64_t clock_us = (int64_t)(get_u32(r->frame + 16) | (uint64_t)get_u32(r->frame + 20) << 32);
    int64_t now_us = vg_clock_wall_us();
    r->ticks++;
    r->last_us = now_us;
    if (!r->first_us)
        r->first_us = now_us;
    if (now_us - begun_us > 2 * VG_SECOND_US && r->ages < AGES_MAX)
        r->age_ms[r->ages++] = (int32_t)((now_us - clock_us) / 1000);
}

static void take_frames(struct reader *r, const uint8_t *p, size_t len)
{
    r->bytes += len;
    while (len) {
        size_t n;
        if (r->frame_len < 4 || (r->frame_left && r->frame_len < sizeof r->frame)) {
            r->frame[r->frame_len++] = *p;
            n = 1;
            if (r->frame_len == 4)
                r->frame_left = get_u32(r->frame);
            else if (r->frame_len > 4)
                r->frame_left--;
        } else {
            n = len < r->frame_left ? len : r->frame_left;
            r->frame_left -= n;
        }
        p += n;
        len -= n;
        if (r->frame_len >= 4 && !r->frame_left) {
            r->frames++;
            if (r->frame[4] == 5)
                take_tick(r);
            r->frame_len = 0;
        }
    }
}

static void take_head(struct reader *r, uint8_t c)
{
    static const char prefix[] = "HTTP/1.1 ";
    if (r->status_at < sizeof prefix - 1)
        r->status_at++;
    else if (r->status_at < sizeof prefix + 2) {
        r->status = r->status * 10 + (c - '0');
        r->status_at++;
    }
    r->newlines = c == '\n' ? r->newlines + 1 : c == '\r' ? r->newlines : 0;
    if (r->newlines == 2)
        r->state = r->status == 200 ? SIZE : OVER;
}

/* Takes bytes of the connection: the head, then chunks. */
static void take(struct reader *r, const uint8_t *p, size_t len)
{
    while (len && r->state != OVER) {
        size_t n = 1;
        if (r->state == HEAD) {
            take_head(r, *p);
        } else if (r->state == SIZE && *p == '\n') {
            r->line[r->line_len] = '\0';
            r->chunk_left = strtoul(r->line, NULL, 16);
            r->line_len = 0;
            r->state = r->chunk_left ? DATA : OVER;
        } else if (r->state == SIZE) {
            if (r->line_len + 1 < sizeof r->line)
                r->line[r->line_len++] = (char)*p;
        } else if (r->state == DATA) {
            n = len < r->chunk_left ? len : r->chunk_left;
            take_frames(r, p, n);
            r->chunk_left -= n;
            if (!r->chunk_left)
                r->state = DATA_END;
        } else if (*p == '\n') {
            r->state = SIZE;
        }
        p += n;
        len -= n;
    }
}

static int open_reader(const struct options *o, const struct sockaddr_in *at, bool stuck)
{
    char request[1024];
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (const struct sockaddr *)at, sizeof *at)) {
        perror("connect");
        exit(1);
    }
    int n = snprintf(request, sizeof request, "GET /api/v1/stream%s%s HTTP/1.1\r\nHost: localhost\r\n\r\n",
                     *o->query ? "?" : "", o->query);
    if (n < 0 || (size_t)n >= sizeof request || send(fd, request, (size_t)n, MSG_NOSIGNAL) != n) {
        perror("send");
        exit(1);
    }
    if (!stuck)
        fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

static void run(struct reader *readers, const struct options *o, int64_t until_us)
{
    static uint8_t buf[256 << 10];
    int poll = epoll_create1(EPOLL_CLOEXEC);
    for (unsigned i = 0; i < o->readers; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &readers[i]};
        if (!readers[i].stuck)
            epoll_ctl(poll, EPOLL_CTL_ADD, readers[i].fd, &event);
    }
    while (vg_clock_wall_us() < until_us) {
        struct epoll_event events[256];
        int count = epoll_wait(poll, events, 256, 100);
        for (int i = 0; i < count; i++) {
            struct reader *r = events[i].data.ptr;
            ssize_t n = recv(r->fd, buf, sizeof buf, 0);
            if (n > 0)
                take(r, buf, (size_t)n);
            if (n == 0 || (n < 0 && errno != EAGAIN) || r->state == OVER) {
                epoll_ctl(poll, EPOLL_CTL_DEL, r->fd, NULL);
                r->state = OVER;
            }
        }
    }
    close(poll);
}

static int compare(const void *a, const void *b)
{
    return (*(const int32_t *)a > *(const int32_t *)b) - (*(const int32_t *)a < *(const int32_t *)b);
}

static int32_t percentile(const int32_t *sorted, size_t n, double p)
{
    return n ? sorted[(size_t)(p * (double)(n - 1))] : -1;
}

static void print_row(const char *name, struct reader *r, double seconds)
{
    qsort(r->age_ms, r->ages, sizeof *r->age_ms, compare);
    printf("%6s %6d %9" PRIu64 " %9" PRIu64 " %12.0f %8d %8d %8d%s\n", name, r->status, r->ticks, r->frames,
           (double)r->bytes / seconds, percentile(r->age_ms, r->ages, 0.5), percentile(r->age_ms, r->ages, 0.99),
           percentile(r->age_ms, r->ages, 1),
           r->stuck           ? "  stuck"
           : r->state == OVER ? "  ended"
                              : "");
}

static void print(struct reader *readers, const struct options *o)
{
    size_t total = 0, ended = 0, used = 0;
    uint64_t bytes = 0;
    for (unsigned i = 0; i < o->readers; i++)
        total += readers[i].ages;
    int32_t *all = malloc((total + 1) * sizeof *all);
    if (!all)
        exit(1);
    printf("%6s %6s %9s %9s %12s %8s %8s %8s\n", "reader", "status", "ticks", "frames", "bytes/s", "p50 ms", "p99 ms",
           "max ms");
    for (unsigned i = 0; i < o->readers; i++) {
        char name[16];
        snprintf(name, sizeof name, "%u", i);
        memcpy(all + used, readers[i].age_ms, readers[i].ages * sizeof *all);
        used += readers[i].ages;
        bytes += readers[i].bytes;
        ended += !readers[i].stuck && readers[i].state == OVER;
        if (i < 10 || readers[i].stuck || readers[i].state == OVER)
            print_row(name, &readers[i], o->seconds);
    }
    qsort(all, used, sizeof *all, compare);
    printf("%6s %6s %9zu %9s %12.0f %8d %8d %8d  %u readers, %u stuck, %zu ended\n", "all", "", used, "",
           (double)bytes / o->seconds, percentile(all, used, 0.5), percentile(all, used, 0.99),
           percentile(all, used, 1), o->readers, o->stuck, ended);
    free(all);
}

static bool read_options(int argc, char **argv, struct options *o)
{
    *o = (struct options){.query = "", .readers = 100, .seconds = 30};
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        if (argv[i][0] != '-') {
            o->address = argv[i];
            continue;
        }
        if (strcmp(argv[i], "--readers") == 0)
            o->readers = (unsigned)strtol(value, NULL, 10);
        else if (strcmp(argv[i], "--stuck") == 0)
            o->stuck = (unsigned)strtol(value, NULL, 10);
        else if (strcmp(argv[i], "--seconds") == 0)
            o->seconds = strtod(value, NULL);
        else if (strcmp(argv[i], "--query") == 0)
            o->query = value;
        else
            return false;
        i++;
    }
    return o->address && o->readers && o->readers <= READERS_MAX && o->stuck <= o->readers && o->seconds > 0;
}

int main(int argc, char **argv)
{
    struct options o;
    struct sockaddr_in at = {.sin_family = AF_INET};
    char host[64] = "";
    const char *colon;
    if (!read_options(argc, argv, &o) || !(colon = strrchr(o.address, ':')) || colon - o.address >= 64) {
        fprintf(stderr, "usage: %s ADDRESS:PORT [--readers N] [--stuck K] [--seconds S] [--query TEXT]\n", argv[0]);
        return 2;
    }
    memcpy(host, o.address, (size_t)(colon - o.address));
    at.sin_port = htons((uint16_t)(int)strtol(colon + 1, NULL, 10));
    if (inet_pton(AF_INET, host, &at.sin_addr) != 1) {
        fprintf(stderr, "%s: not an IPv4 address\n", host);
        return 2;
    }
    struct reader *readers = calloc(o.readers, sizeof *readers);
    if (!readers)
        return 1;
    for (unsigned i = 0; i < o.readers; i++) {
        readers[i].stuck = i < o.stuck;
        readers[i].fd = open_reader(&o, &at, readers[i].stuck);
    }
    begun_us = vg_clock_wall_us();
    run(readers, &o, begun_us + (int64_t)(o.seconds * 1e6));
    print(readers, &o);
    free(readers);
    return 0;
}
