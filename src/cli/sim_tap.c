#include "cli/sim_tap.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SEND_BUFFER (4 * 1024 * 1024)
#define PATIENCE_MS 10000

struct vg_tap {
    int listening, port, clients;
    int fd[VG_TAP_CLIENTS];
};

/* A bound, listening socket of the first address that allows it, or −1. */
static int listen_on(const struct addrinfo *found)
{
    for (const struct addrinfo *a = found; a; a = a->ai_next) {
        int fd = socket(a->ai_family, a->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, a->ai_protocol);
        if (fd < 0)
            continue;
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
        if (bind(fd, a->ai_addr, a->ai_addrlen) == 0 && listen(fd, 8) == 0)
            return fd;
        int was = errno;
        close(fd);
        errno = was;
    }
    return -1;
}

enum vg_err vg_tap_open(const char *where, struct vg_tap **ret_tap, const char **ret_why)
{
    char address[256];
    const char *colon = strrchr(where, ':'), *port = colon ? colon + 1 : where;
    size_t n = colon ? (size_t)(colon - where) : 0;
    if (n >= 2 && where[0] == '[' && where[n - 1] == ']') { /* [::1]:10110 */
        where++;
        n -= 2;
    }
    if (n >= sizeof address) {
        *ret_why = "the address is too long";
        return VG_ARG;
    }
    memcpy(address, where, n);
    address[n] = '\0';
    struct addrinfo want = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV}, *found;
    int failed = getaddrinfo(n ? address : "127.0.0.1", port, &want, &found);
    if (failed) {
        *ret_why = gai_strerror(failed);
        return VG_ARG;
    }
    int fd = listen_on(found);
    freeaddrinfo(found);
    struct vg_tap *tap = fd < 0 ? NULL : calloc(1, sizeof *tap);
    if (!tap) {
        *ret_why = strerror(errno);
        if (fd >= 0)
            close(fd);
        return VG_IO;
    }
    struct sockaddr_storage name;
    socklen_t len = sizeof name;
    char text[16] = "";
    getsockname(fd, (struct sockaddr *)&name, &len);
    getnameinfo((struct sockaddr *)&name, len, NULL, 0, text, sizeof text, NI_NUMERICSERV);
    tap->listening = fd;
    tap->port = (int)strtol(text, NULL, 10);
    *ret_tap = tap;
    return VG_OK;
}

void vg_tap_close(struct vg_tap *tap)
{
    if (!tap)
        return;
    for (int i = 0; i < tap->clients; i++)
        close(tap->fd[i]);
    close(tap->listening);
    free(tap);
}

int vg_tap_port(const struct vg_tap *tap)
{
    return tap->port;
}

int vg_tap_clients(const struct vg_tap *tap)
{
    return tap->clients;
}

static void drop(struct vg_tap *tap, int i)
{
    close(tap->fd[i]);
    tap->fd[i] = tap->fd[--tap->clients];
}

void vg_tap_accept(struct vg_tap *tap, int wait_ms)
{
    struct pollfd p = {.fd = tap->listening, .events = POLLIN};
    if (poll(&p, 1, wait_ms) <= 0)
        return;
    int fd;
    while ((fd = accept4(tap->listening, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        if (tap->clients == VG_TAP_CLIENTS) {
            fprintf(stderr, "vigia: %d clients already, one more sent away\n", VG_TAP_CLIENTS);
            close(fd);
            continue;
        }
        setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &(int){SEND_BUFFER}, sizeof(int));
        tap->fd[tap->clients++] = fd;
    }
}

/* 1 sent, 0 too slow, −1 gone. */
static int send_all(int fd, const char *bytes, size_t len, bool patient)
{
    while (len) {
        ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);
        if (n > 0) {
            bytes += n;
            len -= (size_t)n;
        } else if (n < 0 && errno == EAGAIN) {
            struct pollfd p = {.fd = fd, .events = POLLOUT};
            if (!patient || poll(&p, 1, PATIENCE_MS) <= 0)
                return 0;
        } else if (n < 0 && errno != EINTR) {
            return -1;
        }
    }
    return 1;
}

enum vg_err vg_tap_send(struct vg_tap *tap, const void *bytes, size_t len, bool patient)
{
    for (int i = tap->clients - 1; i >= 0; i--) {
        int sent = send_all(tap->fd[i], bytes, len, patient);
        if (sent == 1)
            continue;
        fprintf(stderr, sent ? "vigia: a client left\n" : "vigia: a client was too slow and is dropped\n");
        drop(tap, i);
    }
    return VG_OK;
}
