/* Starting, stopping, and the two callbacks through which libmicrohttpd brings requests. */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "api/history.h"

/* ---- the address ---- */

/* "127.0.0.1:80", "[::1]:80", "localhost:80" → host and port. */
static bool split_listen(const char *text, char host[static 128], char port[static 8])
{
    const char *colon = strrchr(text, ':');
    size_t n = colon ? (size_t)(colon - text) : 0;
    uint64_t number;
    if (!n || n >= 128 || vg_uint_parse(colon + 1, 65535, &number))
        return false;
    if (text[0] == '[') {
        if (text[n - 1] != ']' || n < 4)
            return false;
        text++;
        n -= 2;
    } else if (memchr(text, ':', n)) {
        return false;
    }
    memcpy(host, text, n);
    host[n] = '\0';
    snprintf(port, 8, "%u", (unsigned)number);
    return true;
}

static bool is_loopback(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET)
        return ntohl(((const struct sockaddr_in *)address)->sin_addr.s_addr) >> 24 == 127;
    return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)address)->sin6_addr);
}

static int open_socket(const struct addrinfo *at, const char **ret_why)
{
    int fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1;
    if (fd < 0) {
        *ret_why = "no socket can be had for this address";
        return -1;
    }
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (at->ai_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    if (bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, 256) == 0)
        return fd;
    *ret_why = errno == EADDRINUSE      ? "the port is in use"
               : errno == EACCES        ? "this port needs more rights (ports below 1024 do)"
               : errno == EADDRNOTAVAIL ? "this machine does not have that address"
                                        : "the address can not be listened on";
    close(fd);
    return -1;
}

static void write_address(struct vg_serve *s, int fd)
{
    struct sockaddr_storage at = {0};
    socklen_t len = sizeof at;
    char host[64] = "", port[8] = "";
    getsockname(fd, (struct sockaddr *)&at, &len);
    getnameinfo((struct sockaddr *)&at, len, host, sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV);
    snprintf(s->address, sizeof s->address, at.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
    s->loopback = is_loopback((struct sockaddr *)&at);
}

static enum vg_err listen_on(struct vg_serve *s, const char *text, int *ret_fd, const char **ret_why)
{
    char host[128], port[8];
    if (!split_listen(text, host, port)) {
        *ret_why = "the address to listen on is not ADDRESS:PORT (IPv6 in [ ])";
        return VG_ARG;
    }
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV}, *found;
    if (getaddrinfo(host, port, &hints, &found)) {
        *ret_why = "the address to listen on is not known";
        return VG_ARG;
    }
    int fd = open_socket(found, ret_why);
    freeaddrinfo(found);
    if (fd < 0)
        return VG_IO;
    s->listen_host = strdup(host);
    write_address(s, fd);
    *ret_fd = fd;
    return VG_OK;
}

/* ---- requests ---- */

/* Called with the raw target before anything is decoded. NULL: no memory; the handler answers for it. */
static void *begin_request(void *arg, const char *uri, struct MHD_Connection *connection)
{
    struct vg_request *rq = malloc(sizeof *rq);
    if (!rq)
        return NULL;
    memset(rq, 0, offsetof(struct vg_request, target)); /* the target's 4 KiB are written where they are used */
    rq->serve = arg;
    rq->connection = connection;
    rq->target_why = "";
    rq->target_err = vg_target_parse(uri, &rq->target, &rq->target_why);
    return rq;
}

/* libmicrohttpd must not decode: target.c does, and sees NULs. */
static size_t leave_escaped(void *arg, struct MHD_Connection *connection, char *text)
{
    (void)arg, (void)connection;
    return strlen(text);
}

static enum MHD_Result handle(void *arg, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *upload, size_t *upload_size, void **state)
{
    (void)connection, (void)url, (void)version, (void)upload;
    struct vg_serve *serve = arg;
    struct vg_request *rq = *state;
    if (!rq) {
        vg_count(&serve->no_memory);
        return MHD_NO;
    }
    if (!rq->begun) { /* answering already now would close the connection */
        rq->begun = true;
        return MHD_YES;
    }
    if (*upload_size) { /* nobody wants a body */
        *upload_size = 0;
        return MHD_YES;
    }
    return vg_dispatch(rq, method);
}

static void end_request(void *arg, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode toe)
{
    (void)arg, (void)connection;
    struct vg_request *rq = *state;
    if (!rq)
        return;
    vg_stream_done(rq, toe);
    vg_events_done(rq);
    vg_history_done(rq);
    vg_request_done(rq, toe);
    free(rq);
    *state = NULL;
}

void vg_request_done(struct vg_request *rq, enum MHD_RequestTerminationCode toe)
{
    (void)toe;
    if (rq->question) { /* answered, but the client went before it was used */
        struct vg_question *q = vg_question_take(rq);
        if (q)
            vg_question_free(q);
    }
}

/* ---- life ---- */

static enum vg_err init_lock(struct vg_serve *s)
{
    pthread_condattr_t attr;
    if (pthread_mutex_init(&s->lock, NULL))
        return VG_NOMEM;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    int failed = pthread_cond_init(&s->watch, &attr);
    pthread_condattr_destroy(&attr);
    if (failed) {
        pthread_mutex_destroy(&s->lock);
        return VG_NOMEM;
    }
    s->lock_ready = true;
    return VG_OK;
}

static bool copy_text(char **to, const char *from)
{
    *to = from ? strdup(from) : NULL;
    return !from || *to;
}

static enum vg_err copy_options(struct vg_serve *s, const struct vg_serve_options *options)
{
    struct vg_serve_options *o = &s->options;
    *o = *options;
    if (!o->max_streams)
        o->max_streams = 256;
    if (!o->max_connections)
        o->max_connections = 1024;
    if (!o->max_vessels)
        o->max_vessels = VG_PICTURE_LIMITS_DEFAULT.vessels;
    if (!o->tick_ms)
        o->tick_ms = 250;
    if (!o->stuck_s)
        o->stuck_s = VG_STUCK_S;
    if (!copy_text(&s->web_dir, o->web_dir) || !copy_text(&s->layers_dir, o->layers_dir) ||
        !copy_text(&s->title, o->title ? o->title : "Vigía"))
        return VG_NOMEM;
    o->listen = o->web_dir = o->layers_dir = o->archive_dir = o->title = NULL; /* theirs, may go */
    return VG_OK;
}

static void free_serve(struct vg_serve *s)
{
    if (s->lock_ready) {
        pthread_mutex_destroy(&s->lock);
        pthread_cond_destroy(&s->watch);
    }
    if (s->board)
        vg_board_release(s->board);
    free(s->web_dir);
    free(s->layers_dir);
    free(s->title);
    free(s->listen_host);
    vg_history_free(s->history);
    free(s->openapi);
    free(s->ring);
    free(s);
}

static bool start_daemon(struct vg_serve *s, int fd)
{
    s->daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, handle, s,
                                 MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_THREAD_POOL_SIZE, (unsigned)VG_POOL_THREADS,
                                 MHD_OPTION_CONNECTION_LIMIT, s->options.max_connections, MHD_OPTION_CONNECTION_TIMEOUT,
                                 s->options.stuck_s, MHD_OPTION_CONNECTION_MEMORY_LIMIT, VG_CONNECTION_POOL,
                                 MHD_OPTION_URI_LOG_CALLBACK, begin_request, s, MHD_OPTION_UNESCAPE_CALLBACK,
                                 leave_escaped, NULL, MHD_OPTION_NOTIFY_COMPLETED, end_request, s,
                                 MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
    return s->daemon;
}

enum vg_err vg_serve_start(const struct vg_serve_options *options, struct vg_picture *picture,
                           const struct vg_sources *sources, vg_serve_wake *wake, void *wake_arg,
                           struct vg_serve **ret_serve, const char **ret_why)
{
    int fd = -1;
    enum vg_err err = VG_NOMEM;
    *ret_why = "out of memory";
    struct vg_serve *s = calloc(1, sizeof *s);
    if (!s)
        return VG_NOMEM;
    s->picture = picture;
    s->sources = sources;
    s->routes = vg_routes;
    s->wake = wake;
    s->wake_arg = wake_arg;
    s->waiting_end = &s->waiting;
    s->begun_us = vg_clock_monotonic_us();
    atomic_store(&s->published_us, s->begun_us);
    s->notice_id = s->notice_base = options->started_us > 0 ? (uint64_t)options->started_us / 1000 : 0;
    s->ring = calloc(VG_NOTICES, sizeof *s->ring);
    s->board = calloc(1, sizeof *s->board);
    s->openapi = vg_openapi_text(&s->openapi_len);
    if (!s->ring || !s->board || !s->openapi || copy_options(s, options) || init_lock(s))
        goto fail;
    atomic_store(&s->board->refs, 1);
    err = listen_on(s, options->listen, &fd, ret_why);
    if (err)
        goto fail;
    err = VG_IO;
    *ret_why = "the threads of the server can not be started";
    if (pthread_create(&s->deadline_thread, NULL, vg_deadline_thread, s))
        goto fail;
    s->watching = true;
    if (options->archive_dir && vg_history_start(s, options->archive_dir))
        goto fail;
    if (!start_daemon(s, fd))
        goto fail;
    *ret_serve = s;
    return VG_OK;
fail:
    if (s->watching) {
        pthread_mutex_lock(&s->lock);
        s->stopping = true;
        pthread_cond_signal(&s->watch);
        pthread_mutex_unlock(&s->lock);
        pthread_join(s->deadline_thread, NULL);
        vg_history_stop(s);
    }
    if (fd >= 0)
        close(fd);
    free_serve(s);
    return err;
}

const char *vg_serve_address(const struct vg_serve *serve)
{
    return serve->address;
}

void vg_serve_published(struct vg_serve *s)
{
    int64_t now_us = vg_clock_monotonic_us();
    atomic_store_explicit(&s->published_us, now_us, memory_order_relaxed);
    pthread_mutex_lock(&s->lock);
    s->generation++;
    for (struct vg_suspended *p = s->streams; p; p = p->next)
        vg_suspended_resume(p);
    vg_events_wake(s, now_us);
    pthread_mutex_unlock(&s->lock);
}

void vg_serve_stop(struct vg_serve *s)
{
    if (!s)
        return;
    pthread_mutex_lock(&s->lock);
    s->stopping = true; /* from now on nobody suspends: libmicrohttpd can't stop with suspended connections */
    for (struct vg_suspended *p = s->streams; p; p = p->next)
        vg_suspended_resume(p);
    for (struct vg_suspended *p = s->event_readers; p; p = p->next)
        vg_suspended_resume(p);
    pthread_cond_signal(&s->watch);
    pthread_mutex_unlock(&s->lock);
    pthread_join(s->deadline_thread, NULL); /* it gives up all questions */
    vg_history_stop(s);
    MHD_stop_daemon(s->daemon);
    free_serve(s);
}
