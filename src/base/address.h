/*
 * Where to listen, as text: "127.0.0.1:8080", "[::1]:8080", "localhost:8080"; and what may stand for a host.
 *
 * Pure functions, any thread, nothing is allocated. No name is looked up: whether a machine has the address or knows
 * the name, only listening tells.
 */
#ifndef VG_BASE_ADDRESS_H
#define VG_BASE_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

#define VG_ADDRESS_HOST 128 /* bytes with the terminator */

/* What ADDRESS:PORT must be, for sentences that refuse another. */
#define VG_ADDRESS_EXPECTED "ADDRESS:PORT (IPv6 in [ ], port 0 to 65535)"

struct vg_address {
    char host[VG_ADDRESS_HOST]; /* without the [ ] */
    uint16_t port;              /* 0: any */
};

/* Reads ADDRESS:PORT. False, *ret untouched, if it is not of that form. */
bool vg_address_parse(const char *text, struct vg_address *ret);

/* An IPv6 address, with or without a %zone, of which only the system knows if it is there. */
bool vg_host_is_ipv6(const char *host);

/* Letters, digits, dots, hyphens and low lines, one at least: a name or an IPv4 address. */
bool vg_host_is_name(const char *host);

#endif
