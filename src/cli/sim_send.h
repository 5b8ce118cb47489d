/*
 * Where a simulated sensor's bytes go: the other end of a feed's URL (feed/feed.h). What the service binds is sent to,
 * what it connects to is served, what it reads as a file is written.
 *
 *     udp://ADDRESS:PORT           datagrams to it (multicast: one hop)
 *     tcp://ADDRESS:PORT           serves it to TCP clients; who can't keep up is dropped
 *     tcp-listen://ADDRESS:PORT    connects to it
 *     PATH, file:PATH              written anew
 *     stdin:, -                    standard output, in turn with what else goes there
 *
 * One thread. Bytes that can't be sent are lost and counted, as on the air; a file that can't be written is an error
 * at the end.
 */
#ifndef VG_CLI_SIM_SEND_H
#define VG_CLI_SIM_SEND_H

#include "base/out.h"
#include "feed/feed.h"

struct vg_sender;

/*
 * `standard_out` takes what goes to standard output, and is borrowed. VG_ARG: there is no such end (a serial line);
 * VG_IO. *ret_why: one sentence, valid until the next call.
 */
enum vg_err vg_sender_open(const struct vg_feed_spec *spec, struct vg_out *standard_out, struct vg_sender **ret_sender,
                           const char **ret_why);

void vg_sender_send(struct vg_sender *sender, const void *bytes, size_t len);

/* Lets in new TCP clients; call it now and then. Does not wait. */
void vg_sender_accept(struct vg_sender *sender);

uint64_t vg_sender_lost(const struct vg_sender *sender); /* datagrams or pieces */

/* Writes what is buffered and frees. VG_IO: the file is not whole. NULL is fine. */
enum vg_err vg_sender_close(struct vg_sender *sender);

#endif
