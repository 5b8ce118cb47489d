/* Between the parts of the reader of captures: packet → datagram → stream → lines. Within feed/capture*.c. */
#ifndef VG_FEED_CAPTURE_INNER_H
#define VG_FEED_CAPTURE_INNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/out.h"
#include "feed/capture.h"

/* ---- packets (capture_packet.c) ---- */

#define VG_PROTOCOL_TCP 6
#define VG_PROTOCOL_UDP 17

/* What an IP header says. Pointers go into the packet. */
struct vg_ip_packet {
    uint8_t from[16], to[16]; /* IPv4 in the first four bytes */
    bool v6;
    uint8_t protocol;
    const uint8_t *payload;
    size_t len;  /* that was captured */
    size_t full; /* that was sent; at least len */
    bool fragment, more;
    uint32_t id;   /* of the datagram that it is a fragment of … */
    size_t offset; /* … from this byte on */
};

/* True if frames of this DLT_… can be read. */
bool vg_link_is_known(int link_type);

/* Finds the IP header behind the link's. False: another protocol, or cut off. */
bool vg_packet_read(int link_type, const uint8_t *frame, size_t len, struct vg_ip_packet *ret);

/* ---- fragments (capture_fragments.c) ---- */

struct vg_fragments; /* opaque */

struct vg_fragments *vg_fragments_new(void); /* NULL: no memory */
void vg_fragments_free(struct vg_fragments *fragments);

/* Adds a fragment. True: its datagram is whole, and *packet is that now, until the next call. */
bool vg_fragments_add(struct vg_fragments *fragments, struct vg_ip_packet *packet, struct vg_capture_counts *counts);

/* Counts what is left at the end. */
void vg_fragments_end(struct vg_fragments *fragments, struct vg_capture_counts *counts);

/* ---- lines (capture_lines.c) ---- */

/* A line that isn't ended. All zero: none. */
struct vg_capture_line {
    bool stream; /* of TCP, not a datagram: payloads of `number` … */
    bool fresh;  /* … of which the next doesn't follow the one before */
    uint16_t number;
    size_t len;
    bool skipping; /* up to the next end of a line: what came is no whole line */
    char bytes[VG_CAPTURE_LINE];
};

struct vg_capture_sink {
    struct vg_out *out;
    struct vg_capture_counts *counts;
    bool payloads; /* as they are: a struct vg_file_block, the length (uint32_t) and the bytes of each */
};

void vg_capture_line_push(struct vg_capture_line *line, const struct vg_capture_sink *sink, const uint8_t *bytes,
                          size_t len, int64_t time_us);

/* No more bytes: what is there is a line. */
void vg_capture_line_end(struct vg_capture_line *line, const struct vg_capture_sink *sink, int64_t time_us);

/* Bytes are missing here: the line they belong to is dropped and counted. */
void vg_capture_line_cut(struct vg_capture_line *line, const struct vg_capture_sink *sink);

/* ---- TCP (capture_streams.c) ---- */

struct vg_streams; /* opaque */

struct vg_streams *vg_streams_new(void); /* NULL: no memory */
void vg_streams_free(struct vg_streams *streams);

/* Takes a segment: packet->payload begins with the TCP header. False: that is damaged. */
bool vg_streams_take(struct vg_streams *streams, const struct vg_ip_packet *packet, int64_t time_us,
                     const struct vg_capture_sink *sink);

/* Hands on what waits. */
void vg_streams_end(struct vg_streams *streams, const struct vg_capture_sink *sink);

#endif
