#include "base/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>

bool vg_host_is_name(const char *host)
{
    return *host && strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_") == strlen(host);
}

static bool read_ipv6(const char *host, struct in6_addr *ret)
{
    char address[INET6_ADDRSTRLEN];
    size_t n = strcspn(host, "%");
    if (n >= sizeof address || (host[n] == '%' && !vg_host_is_name(host + n + 1)))
        return false;
    memcpy(address, host, n);
    address[n] = '\0';
    return inet_pton(AF_INET6, address, ret) == 1;
}

bool vg_host_is_ipv6(const char *host)
{
    struct in6_addr address;
    return read_ipv6(host, &address);
}

/* As the system reads it: 127.1 is 127.0.0.1. A name of digits and dots is no name. */
static bool is_ipv4_or_name(const char *host)
{
    struct in_addr address;
    return vg_host_is_name(host) && (strspn(host, "0123456789.") < strlen(host) || inet_aton(host, &address));
}

static bool read_port(const char *text, uint16_t *ret)
{
    uint32_t port = 0;
    if (!*text)
        return false;
    for (; *text; text++) {
        if (*text < '0' || *text > '9')
            return false;
        port = port * 10 + (uint32_t)(*text - '0');
        if (port > UINT16_MAX)
            return false;
    }
    *ret = (uint16_t)port;
    return true;
}

bool vg_address_parse(const char *text, struct vg_address *ret)
{
    struct vg_address a = {0};
    const char *colon = strrchr(text, ':');
    size_t n = colon ? (size_t)(colon - text) : 0;
    if (!n || n >= sizeof a.host || !read_port(colon + 1, &a.port))
        return false;
    bool bracketed = text[0] == '[' && text[n - 1] == ']';
    memcpy(a.host, text + bracketed, n - 2 * bracketed);
    if (!(bracketed ? vg_host_is_ipv6(a.host) : is_ipv4_or_name(a.host)))
        return false;
    *ret = a;
    return true;
}

/* ---- addresses as bytes ---- */

#define V4_MAPPED_BYTES 12 /* ::ffff: in front of an IPv4 address */
#define V6_NET_BYTES    8  /* a /64 */

static void put_ipv4(uint8_t bytes[static 16], const void *address)
{
    memset(bytes, 0, V4_MAPPED_BYTES - 2);
    bytes[V4_MAPPED_BYTES - 2] = bytes[V4_MAPPED_BYTES - 1] = 0xFF;
    memcpy(bytes + V4_MAPPED_BYTES, address, 4);
}

bool vg_sockaddr_bytes(const struct sockaddr *address, uint8_t ret[static 16])
{
    if (address->sa_family == AF_INET)
        put_ipv4(ret, &((const struct sockaddr_in *)address)->sin_addr);
    else if (address->sa_family == AF_INET6)
        memcpy(ret, &((const struct sockaddr_in6 *)address)->sin6_addr, 16);
    else
        return false;
    return true;
}

/* ---- what a Host header says ---- */

/* The host in text[0..len), without brackets; IPv6 only if `v6`. */
static bool read_host(const char *text, size_t len, bool v6, struct vg_authority *a)
{
    struct in6_addr six;
    struct in_addr four;
    size_t n = v6 && memchr(text, '%', len) ? (size_t)((const char *)memchr(text, '%', len) - text) : len;
    if (!v6 && n && text[n - 1] == '.')
        n--; /* the root's dot: the same name */
    if (!n || n >= sizeof a->host || memchr(text, '\0', n))
        return false;
    for (size_t i = 0; i < n; i++)
        a->host[i] = (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] | 0x20 : text[i]);
    a->host[n] = '\0';
    a->literal = v6 || inet_pton(AF_INET, a->host, &four) == 1;
    if (!v6) {
        if (a->literal)
            put_ipv4(a->address, &four);
        return vg_host_is_name(a->host);
    }
    if (inet_pton(AF_INET6, a->host, &six) != 1)
        return false;
    memcpy(a->address, &six, sizeof six);
    return true;
}

bool vg_authority_parse(const char *text, size_t len, struct vg_authority *ret)
{
    struct vg_authority a = {.literal = false};
    bool bracketed = len && text[0] == '[';
    const char *end = bracketed ? memchr(text, ']', len) : memchr(text, ':', len);
    size_t n = end ? (size_t)(end - text) : len;
    if (bracketed && !end)
        return false;
    if (!read_host(text + bracketed, n - bracketed, bracketed, &a))
        return false;
    n += bracketed;
    if (n < len) {
        char port[8] = "";
        if (text[n] != ':' || len - n - 1 >= sizeof port)
            return false;
        memcpy(port, text + n + 1, len - n - 1);
        a.port_given = *port;
        if (a.port_given && !read_port(port, &a.port))
            return false;
    }
    *ret = a;
    return true;
}

/* ---- whom a limit counts ---- */

struct vg_net vg_net_of(const struct sockaddr *address)
{
    struct vg_net net = {{0}};
    struct in6_addr v6;
    if (!vg_sockaddr_bytes(address, v6.s6_addr))
        return net;
    bool whole = IN6_IS_ADDR_V4MAPPED(&v6) || IN6_IS_ADDR_LOOPBACK(&v6); /* ::1 is no /64 of anybody */
    memcpy(net.bytes, v6.s6_addr, whole ? sizeof net.bytes : V6_NET_BYTES);
    return net;
}

bool vg_net_is_same(const struct vg_net *a, const struct vg_net *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

bool vg_net_is_loopback(const struct vg_net *net)
{
    static const uint8_t mapped[V4_MAPPED_BYTES + 1] = {[10] = 0xFF, [11] = 0xFF, [12] = 127};
    static const uint8_t v6[16] = {[15] = 1};
    return memcmp(net->bytes, mapped, sizeof mapped) == 0 || memcmp(net->bytes, v6, sizeof v6) == 0;
}

bool vg_sockaddr_is_loopback(const struct sockaddr *address)
{
    struct vg_net net = vg_net_of(address);
    return (address->sa_family == AF_INET || address->sa_family == AF_INET6) && vg_net_is_loopback(&net);
}
