/*
 * The threads that serve connections: each runs one libmicrohttpd of its own on the same listening socket.
 *
 * Why not libmicrohttpd's own threads: when a multiple of 128 sockets have news at once (512 clients that went away
 * together, which is all that a thread could have), they ask epoll for more before they look at what they got, and
 * sleep there until some connection's time is over: two minutes in which nobody of that thread was served or closed.
 * Here the waiting is ours, and libmicrohttpd is never asked to wait. What is resumed wakes us by a descriptor of our
 * own: libmicrohttpd clears its own one when it has looked for what was resumed, and would forget what came in between.
 * It also gives each thread the time to look after
 * its connections (connection.c).
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/thread.h"
#include "serve/inner.h"

/* Milliseconds until there is something to do without news; −1: nothing is. */
static int patience_ms(struct vg_worker *w, int64_t now_us)
{
    MHD_UNSIGNED_LONG_LONG ms;
    int64_t sweep_ms = (w->sweep_us - now_us) / 1000 + 1;
    if (!w->connections)
        sweep_ms = INT_MAX;
    else if (sweep_ms < 0)
        sweep_ms = 0;
    if (MHD_get_timeout(w->daemon, &ms) != MHD_YES || ms > (uint64_t)sweep_ms)
        return sweep_ms == INT_MAX ? -1 : (int)sweep_ms;
    return (int)ms;
}

static void hush(struct vg_worker *w)
{
    uint64_t count;
    while (read(w->wake_fd, &count, sizeof count) < 0 && errno == EINTR)
        ;
}

static void *serve_connections(void *arg)
{
    struct vg_worker *w = arg;
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(w->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    struct pollfd polled[2] = {{.fd = info->epoll_fd, .events = POLLIN}, {.fd = w->wake_fd, .events = POLLIN}};
    while (!atomic_load_explicit(&w->ends, memory_order_acquire)) {
        int64_t now_us = vg_clock_monotonic_us();
        if (now_us >= w->sweep_us) {
            vg_connections_sweep(w, now_us);
            w->sweep_us = now_us + VG_SWEEP_US;
        }
        if (poll(polled, 2, patience_ms(w, now_us)) > 0 && polled[1].revents)
            hush(w); /* before libmicrohttpd looks for what was resumed: who comes after that wakes again */
        unsigned before;
        do { /* when some have gone it may accept again, which it sees to when it begins to run */
            before = w->count;
            MHD_run(w->daemon);
        } while (w->count < before);
    }
    return NULL;
}

static enum MHD_Result accept_one(void *worker, const struct sockaddr *address, socklen_t len)
{
    (void)len;
    struct vg_worker *w = worker;
    return vg_peer_may_connect(w->serve, address) ? MHD_YES : MHD_NO;
}

static bool start(struct vg_worker *w, unsigned number, const struct vg_callbacks *call)
{
    struct vg_serve *s = w->serve;
    unsigned most = s->max_connections / VG_POOL_THREADS + (number < s->max_connections % VG_POOL_THREADS);
    int fd = fcntl(s->fd, F_DUPFD_CLOEXEC, 0);
    w->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd < 0 || w->wake_fd < 0)
        goto failed;
    w->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, accept_one, w, call->handle, s, MHD_OPTION_LISTEN_SOCKET, fd,
        MHD_OPTION_CONNECTION_LIMIT, most ? most : 1u, MHD_OPTION_CONNECTION_TIMEOUT, s->stuck_s,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, VG_CONNECTION_POOL, MHD_OPTION_URI_LOG_CALLBACK, call->begin, s,
        MHD_OPTION_UNESCAPE_CALLBACK, call->leave_escaped, NULL, MHD_OPTION_NOTIFY_COMPLETED, call->end, s,
        MHD_OPTION_NOTIFY_CONNECTION, vg_connection_notify, w, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
    if (!w->daemon)
        goto failed;
    if (vg_thread_start(&w->thread, serve_connections, w))
        return false; /* the daemon, which has the socket now, is stopped with the server */
    w->running = true;
    return true;
failed:
    if (fd >= 0)
        close(fd);
    return false;
}

bool vg_workers_start(struct vg_serve *s, const struct vg_callbacks *callbacks)
{
    for (unsigned i = 0; i < VG_POOL_THREADS; i++)
        if (!start(&s->worker[i], i, callbacks))
            return false;
    return true;
}

void vg_workers_stop(struct vg_serve *s)
{
    for (unsigned i = 0; i < VG_POOL_THREADS; i++) {
        struct vg_worker *w = &s->worker[i];
        atomic_store_explicit(&w->ends, true, memory_order_release);
        if (w->running)
            vg_worker_wake(w);
    }
    for (unsigned i = 0; i < VG_POOL_THREADS; i++) {
        struct vg_worker *w = &s->worker[i];
        if (w->running)
            pthread_join(w->thread, NULL);
        if (w->daemon)
            MHD_stop_daemon(w->daemon);
        if (w->wake_fd >= 0)
            close(w->wake_fd);
    }
}
