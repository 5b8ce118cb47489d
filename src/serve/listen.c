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

enum vg_err vg_listen(struct vg_serve *s, const char *text, const char **ret_why)
{
    struct vg_address address;
    char port[8];
    if (!vg_address_parse(text, &address)) {
        *ret_why = "the address to listen on is not " VG_ADDRESS_EXPECTED;
        return VG_ARG;
    }
    snprintf(port, sizeof port, "%u", (unsigned)address.port);
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV}, *found;
    if (getaddrinfo(address.host, port, &hints, &found)) {
        *ret_why = "the address to listen on is not known";
        return VG_ARG;
    }
    int fd = open_socket(found, ret_why);
    freeaddrinfo(found);
    if (fd < 0)
        return VG_IO;
    s->fd = fd;
    s->listen_host = strdup(address.host);
    write_address(s, fd);
    return s->listen_host ? VG_OK : VG_NOMEM;
}
