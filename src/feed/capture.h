/*
 * Network captures (pcap and pcapng, by libpcap) as lines of text: each line of a UDP or TCP payload that has a
 * sentence, with the time of the packet in which it ended in front, as SECONDS.MICROSECONDS since 1970. So the rest
 * sees a log.
 *
 * Read are Ethernet (with VLAN tags), Linux cooked v1 and v2, raw IP and loopback; IPv4 and IPv6, fragments put
 * together. TCP's segments are put in order for each direction by itself; a line across a gap is dropped. Within feed;
 * one thread for each.
 *
 * Memory: at most some 16 MiB: VG_CAPTURE_STREAMS streams with a line each, VG_CAPTURE_HELD bytes of segments that came
 * early, VG_CAPTURE_DATAGRAMS unfinished datagrams of 64 KiB.
 */
#ifndef VG_FEED_CAPTURE_H
#define VG_FEED_CAPTURE_H

#include <stdint.h>

#include "feed/byte_stream.h"

#define VG_CAPTURE_STREAMS   VG_FILE_STREAMS
#define VG_CAPTURE_DATAGRAMS 64
#define VG_CAPTURE_HELD      (4 << 20)
#define VG_CAPTURE_LINE      4096 /* bytes of a line; a longer one is dropped */

struct vg_capture_counts {
    uint64_t packets;
    uint64_t other_packets;  /* neither UDP nor TCP, or damaged */
    uint64_t lost_fragments; /* of datagrams that never became whole */
    uint64_t gaps;           /* bytes of a TCP stream that are not in the capture */
    uint64_t lines;          /* handed on; or payloads */
    uint64_t other_lines;    /* without a sentence */
    uint64_t cut_lines;      /* dropped: at a gap, in a packet that was not captured whole, or too long */
};

struct vg_capture; /* opaque */

/* `under` gives the capture's bytes, from its first one on; it is used until the capture is closed. VG_UNSUPPORTED: a
 * kind of network that isn't read. *ret_why is one sentence, until the next call. */
enum vg_err vg_capture_open(const struct vg_byte_stream *under, struct vg_capture **ret_capture, const char **ret_why);
void vg_capture_close(struct vg_capture *capture); /* NULL is fine */

/* From now on payloads as they were sent, not lines: a block is a datagram of UDP, or the next bytes of a stream of
 * TCP. Before the first block only. */
void vg_capture_as_payloads(struct vg_capture *capture);

/* Of the block that came last: what it is. NULL unless payloads were asked for. */
const struct vg_file_block *vg_capture_block(const struct vg_capture *capture);

/* The lines. VG_UNSUPPORTED at the end: there was no sentence in the capture. */
struct vg_byte_stream vg_capture_bytes(struct vg_capture *capture);

const struct vg_capture_counts *vg_capture_counts(const struct vg_capture *capture);

#endif
