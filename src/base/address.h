/*
 * Where to listen, as text: "127.0.0.1:8080", "[::1]:8080", "localhost:8080"; what may stand for a host, and
 * whom a limit for each address counts.
 *
 * Pure functions, any thread, nothing is allocated. No name is looked up: whether a machine has the address or knows
 * the name, only listening tells.
 */
#ifndef VG_BASE_ADDRESS_H
#define VG_BASE_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#define VG_ADDRESS_HOST 128 /* bytes with the terminator */

/* What ADDRESS:PORT must be, for sentences that refuse another. */
#define VG_ADDRESS_EXPECTED "ADDRESS:PORT (IPv6 in [ ], port 0 to 65535)"

struct vg_address {
    char host[VG_ADDRESS_HOST]; /* without the [ ] */
    uint16_t port;              /* 0: any */
};

/* Reads ADDRESS:PORT. False, *ret untouched, if it is not of that form. */
bool vg_address_parse(const char *text, struct vg_address *ret);

#define VG_AUTHORITY_HOST 256 /* the longest name has 253 bytes */

/* What a Host header or the end of an Origin says: "name", "name:80", "192.0.2.1", "[2001:db8::1]:80". */
struct vg_authority {
    char host[VG_AUTHORITY_HOST]; /* in small letters, without [ ], %zone and the dot at its end */
    bool literal;                 /* an address in numbers: `address` has its bytes, IPv4 as ::ffff:a.b.c.d */
    uint8_t address[16];
    bool port_given;
    uint16_t port;
};

/* Reads all of text[0..len). An IPv6 address needs its [ ]. False, *ret untouched, if it is not of that form. */
bool vg_authority_parse(const char *text, size_t len, struct vg_authority *ret);

/* The bytes of a socket's address, IPv4 as ::ffff:a.b.c.d; false: it is of another kind. */
bool vg_sockaddr_bytes(const struct sockaddr *address, uint8_t ret[static 16]);

/* An IPv6 address, with or without a %zone, of which only the system knows if it is there. */
bool vg_host_is_ipv6(const char *host);

/* Letters, digits, dots, hyphens and low lines, one at least: a name or an IPv4 address. */
bool vg_host_is_name(const char *host);

/*
 * Whom a limit for each address counts: an IPv4 address, also when it is written as IPv6 (::ffff:192.0.2.1), or the /64
 * of an IPv6 address, for who has one of these has all. Others (a Unix socket) are one.
 */
struct vg_net {
    uint8_t bytes[16];
};

struct vg_net vg_net_of(const struct sockaddr *address);
bool vg_net_is_same(const struct vg_net *a, const struct vg_net *b);
bool vg_net_is_loopback(const struct vg_net *net);

bool vg_sockaddr_is_loopback(const struct sockaddr *address);

#endif
