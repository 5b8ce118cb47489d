/*
 * A tap for `vigia sim --listen`: the stream to a handful of TCP clients, as a receiver serves it. One thread, no
 * buffers of its own: what the socket doesn't take at once drops the client.
 */
#ifndef VG_CLI_SIM_TAP_H
#define VG_CLI_SIM_TAP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

#define VG_TAP_CLIENTS 32

struct vg_tap;

/* Listens on "ADDRESS:PORT" or "PORT"; port 0 lets the system choose. *ret_why is a constant sentence on failure. */
enum vg_err vg_tap_open(const char *where, struct vg_tap **ret_tap, const char **ret_why);
void vg_tap_close(struct vg_tap *tap); /* NULL is fine */

int vg_tap_port(const struct vg_tap *tap);
int vg_tap_clients(const struct vg_tap *tap);

/* Waits up to `wait_ms` for new clients and lets in those who are there. */
void vg_tap_accept(struct vg_tap *tap, int wait_ms);

/* To all clients. `patient`: waits up to ten seconds for a full socket before dropping its client. Always VG_OK. */
enum vg_err vg_tap_send(struct vg_tap *tap, const void *bytes, size_t len, bool patient);

#endif
