#include "base/address.h"

#include <arpa/inet.h>
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
