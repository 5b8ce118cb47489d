/* The address that the server listens on. */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/address.h"
#include "serve/inner.h"

static bool resolve(const char *text, int flags, char host[static VG_ADDRESS_HOST], struct addrinfo **ret,
                    const char **ret_why)
{
    struct vg_address address;
    char port[8];
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV | flags};
    *ret_why = "the address to listen on is not " VG_ADDRESS_EXPECTED;
    if (!vg_address_parse(text, &address))
        return false;
    memcpy(host, address.host, sizeof address.host);
    snprintf(port, sizeof port, "%u", (unsigned)address.port);
    *ret_why = "the address to listen on is not known";
    return getaddrinfo(host, port, &hints, ret) == 0;
}

bool vg_serve_is_reached(const char *listen)
{
    char host[VG_ADDRESS_HOST];
    const char *why;
    struct addrinfo *found;
    if (!resolve(listen, AI_NUMERICHOST, host, &found, &why))
        return false;
    bool reached = !vg_sockaddr_is_loopback(found->ai_addr);
    freeaddrinfo(found);
    return reached;
}

/* "port 80 of 127.0.0.1 …": this thread's until the next. */
static const char *sentence(const struct addrinfo *at, const char *what)
{
    static _Thread_local char why[256];
    char host[64] = "", port[8] = "";
    getnameinfo(at->ai_addr, at->ai_addrlen, host, sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV);
    snprintf(why, sizeof why, "port %s of %s %s", port, host, what);
    return why;
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
    *ret_why = errno == EADDRINUSE      ? sentence(at, "is in use: give another with --listen ADDRESS:PORT")
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
    s->loopback = vg_sockaddr_is_loopback((struct sockaddr *)&at);
}

enum vg_err vg_listen(struct vg_serve *s, const char *text, bool trust_network, const char **ret_why)
{
    char host[VG_ADDRESS_HOST];
    struct addrinfo *found;
    if (!resolve(text, 0, host, &found, ret_why))
        return VG_ARG;
    bool allowed = trust_network || vg_sockaddr_is_loopback(found->ai_addr);
    int fd = -1;
    if (allowed)
        fd = open_socket(found, ret_why);
    else /* before a socket is opened: nobody reaches it even for a moment */
        *ret_why = sentence(found, VG_SERVE_REACHED);
    freeaddrinfo(found);
    if (fd < 0)
        return allowed ? VG_IO : VG_ARG;
    s->fd = fd;
    s->listen_host = strdup(host);
    write_address(s, fd);
    return s->listen_host ? VG_OK : VG_NOMEM;
}
