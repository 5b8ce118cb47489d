#include "cli/sim_send.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/sim_tap.h"

#define FILE_BUFFER 65536

struct vg_sender {
    enum vg_feed_kind kind;
    int fd;             /* −1: none */
    struct vg_tap *tap; /* TCP that is served */
    struct vg_out *standard_out;
    struct vg_out file;
    uint64_t lost;
    char buf[FILE_BUFFER];
};

static enum vg_err to_fd(void *arg, const void *bytes, size_t len)
{
    const char *p = bytes;
    while (len) {
        ssize_t n = write(*(const int *)arg, p, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return VG_IO;
        p += n;
        len -= (size_t)n;
    }
    return VG_OK;
}

/* A socket connected to the first address that takes it, or −1 with *ret_why. */
static int connect_to(const struct vg_feed_spec *spec, int type, const char **ret_why)
{
    char port[8];
    int fd = -1;
    snprintf(port, sizeof port, "%u", spec->port);
    struct addrinfo want = {.ai_socktype = type, .ai_flags = AI_NUMERICSERV}, *found;
    int failed = getaddrinfo(spec->host, port, &want, &found);
    if (failed) {
        *ret_why = gai_strerror(failed);
        return -1;
    }
    for (const struct addrinfo *a = found; a && fd < 0; a = a->ai_next) {
        fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, a->ai_protocol);
        if (fd >= 0 && connect(fd, a->ai_addr, a->ai_addrlen) != 0) {
            *ret_why = strerror(errno);
            close(fd);
            fd = -1;
        }
    }
    freeaddrinfo(found);
    return fd;
}

static bool open_end(struct vg_sender *s, const struct vg_feed_spec *spec, const char **ret_why)
{
    char where[sizeof spec->host + 16];
    switch (spec->kind) {
    case VG_FEED_UDP:
    case VG_FEED_TCP_LISTEN:
        s->fd = connect_to(spec, spec->kind == VG_FEED_UDP ? SOCK_DGRAM : SOCK_STREAM, ret_why);
        return s->fd >= 0;
    case VG_FEED_TCP:
        snprintf(where, sizeof where, strchr(spec->host, ':') ? "[%s]:%u" : "%s:%u", spec->host, spec->port);
        return vg_tap_open(where, &s->tap, ret_why) == VG_OK;
    case VG_FEED_FILE:
        s->fd = open(spec->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        s->file = vg_out_stream(s->buf, sizeof s->buf, to_fd, &s->fd);
        *ret_why = strerror(errno);
        return s->fd >= 0;
    case VG_FEED_STDIN:
        return true;
    case VG_FEED_SERIAL:
        break;
    }
    *ret_why = "nothing can be sent to a serial line: name a network address or a file";
    return false;
}

enum vg_err vg_sender_open(const struct vg_feed_spec *spec, struct vg_out *standard_out, struct vg_sender **ret_sender,
                           const char **ret_why)
{
    struct vg_sender *s = calloc(1, sizeof *s);
    if (!s) {
        *ret_why = vg_err_text(VG_NOMEM);
        return VG_NOMEM;
    }
    s->kind = spec->kind;
    s->fd = -1;
    s->standard_out = standard_out;
    if (!open_end(s, spec, ret_why)) {
        free(s);
        return spec->kind == VG_FEED_SERIAL ? VG_ARG : VG_IO;
    }
    *ret_sender = s;
    return VG_OK;
}

/* A datagram that nobody waits for is refused by this machine; the next one is tried all the same. */
static void send_socket(struct vg_sender *s, const char *bytes, size_t len)
{
    while (len) {
        ssize_t n = send(s->fd, bytes, len, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            s->lost++;
            return;
        }
        bytes += n;
        len -= (size_t)n;
    }
}

void vg_sender_send(struct vg_sender *sender, const void *bytes, size_t len)
{
    switch (sender->kind) {
    case VG_FEED_UDP:
    case VG_FEED_TCP_LISTEN:
        send_socket(sender, bytes, len);
        break;
    case VG_FEED_TCP:
        vg_tap_send(sender->tap, bytes, len, false);
        break;
    case VG_FEED_FILE:
        vg_out_bytes(&sender->file, bytes, len);
        break;
    case VG_FEED_STDIN:
        vg_out_bytes(sender->standard_out, bytes, len);
        break;
    case VG_FEED_SERIAL:
        break;
    }
}

void vg_sender_accept(struct vg_sender *sender)
{
    if (sender->tap)
        vg_tap_accept(sender->tap, 0);
}

uint64_t vg_sender_lost(const struct vg_sender *sender)
{
    return sender->lost;
}

enum vg_err vg_sender_close(struct vg_sender *sender)
{
    if (!sender)
        return VG_OK;
    enum vg_err err = sender->kind == VG_FEED_FILE ? vg_out_flush(&sender->file) : VG_OK;
    vg_tap_close(sender->tap);
    if (sender->fd >= 0 && close(sender->fd) != 0)
        err = VG_IO;
    free(sender);
    return err;
}
