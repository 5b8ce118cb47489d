#include "feed/capture.h"

#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/time.h"
#include "feed/capture_inner.h"

#define OUT_ENOUGH (64 << 10) /* a block is handed on from here on … */
#define OUT_MOST   (64 << 20) /* … and a packet, with all that it sets free, adds less than this */
#define UDP_HEADER 8
#define WHY        (PCAP_ERRBUF_SIZE + 64)

/* In front of datagrams with sentences, IEC 61162-450. */
static const char udpbc[] = "UdPbC";

struct vg_capture {
    struct vg_byte_stream under;
    const uint8_t *at; /* what is left of the block below */
    size_t left;
    enum vg_err under_err; /* of the bytes below: the cause, whatever libpcap says then */
    const char *under_why;
    FILE *file;
    pcap_t *pcap;
    int link_type;
    struct vg_fragments *fragments;
    struct vg_streams *streams;
    struct vg_capture_counts counts;
    struct vg_out out;
    bool payloads;
    size_t taken; /* of `out`: payloads that were handed on */
    struct vg_file_block block;
    enum vg_err err; /* sticks: told once what came before was handed on */
    char why[WHY];
};

/* ---- bytes for libpcap ---- */

static ssize_t read_under(void *arg, char *to, size_t cap)
{
    struct vg_capture *c = arg;
    const void *bytes;
    while (!c->left) {
        enum vg_err err = c->under.next(c->under.arg, &bytes, &c->left, &c->under_why);
        c->at = bytes;
        if (err)
            c->left = 0;
        if (err == VG_EOF)
            return 0;
        if (err) {
            c->under_err = err;
            return -1;
        }
    }
    size_t n = c->left < cap ? c->left : cap;
    memcpy(to, c->at, n);
    c->at += n;
    c->left -= n;
    return (ssize_t)n;
}

static enum vg_err failed(struct vg_capture *c, const char *libpcap)
{
    c->err = c->under_err ? c->under_err : VG_CORRUPT;
    if (c->under_err)
        snprintf(c->why, sizeof c->why, "%s", c->under_why ? c->under_why : vg_err_text(c->under_err));
    else
        snprintf(c->why, sizeof c->why, "the capture is damaged or cut short (%s)", libpcap);
    return c->err;
}

static enum vg_err open_pcap(struct vg_capture *c)
{
    char text[PCAP_ERRBUF_SIZE] = "";
    c->file = fopencookie(c, "rb", (cookie_io_functions_t){.read = read_under});
    if (!c->file)
        return VG_NOMEM;
    c->pcap = pcap_fopen_offline(c->file, text); /* microseconds, whatever the file counts in */
    if (!c->pcap)
        return failed(c, text);
    c->file = NULL; /* libpcap closes it */
    c->link_type = pcap_datalink(c->pcap);
    if (vg_link_is_known(c->link_type))
        return VG_OK;
    const char *name = pcap_datalink_val_to_description(c->link_type);
    snprintf(c->why, sizeof c->why, "a capture of a network that isn't read (%s)", name ? name : "of no known kind");
    return VG_UNSUPPORTED;
}

enum vg_err vg_capture_open(const struct vg_byte_stream *under, struct vg_capture **ret_capture, const char **ret_why)
{
    static _Thread_local char why[WHY];
    struct vg_capture *c = calloc(1, sizeof *c);
    enum vg_err err = VG_NOMEM;
    if (c) {
        c->under = *under;
        c->out = vg_out_growing(OUT_MOST);
        c->fragments = vg_fragments_new();
        c->streams = vg_streams_new();
        err = c->fragments && c->streams ? open_pcap(c) : VG_NOMEM;
    }
    if (err) {
        snprintf(why, sizeof why, "%s", c && c->why[0] ? c->why : vg_err_text(err));
        *ret_why = why;
        vg_capture_close(c);
        return err;
    }
    *ret_capture = c;
    return VG_OK;
}

void vg_capture_close(struct vg_capture *c)
{
    if (!c)
        return;
    if (c->pcap)
        pcap_close(c->pcap);
    if (c->file)
        fclose(c->file);
    vg_fragments_free(c->fragments);
    vg_streams_free(c->streams);
    vg_out_free(&c->out);
    free(c);
}

/* ---- packets ---- */

/* The lines of a datagram are its own: the last one ends with it. */
static bool take_udp(const struct vg_ip_packet *p, int64_t time_us, const struct vg_capture_sink *sink)
{
    struct vg_capture_line line;
    if (p->len < UDP_HEADER)
        return false;
    size_t told = (size_t)p->payload[4] << 8 | p->payload[5];
    size_t full = told > UDP_HEADER && told < p->full ? told : p->full;
    size_t len = p->len < full ? p->len : full, skip = UDP_HEADER;
    if (len >= UDP_HEADER + sizeof udpbc && memcmp(p->payload + UDP_HEADER, udpbc, sizeof udpbc) == 0)
        skip += sizeof udpbc;
    line.len = 0;
    line.skipping = line.stream = line.fresh = false;
    line.number = 0;
    vg_capture_line_push(&line, sink, p->payload + skip, len - skip, time_us);
    if (len < full)
        vg_capture_line_cut(&line, sink);
    vg_capture_line_end(&line, sink, time_us);
    return true;
}

/* A time beyond all measure is 1970, which nobody takes for one. */
static int64_t time_of(const struct pcap_pkthdr *header)
{
    int64_t s = header->ts.tv_sec, us = header->ts.tv_usec;
    bool fits = s >= 0 && s < INT64_MAX / VG_SECOND_US - VG_SECOND_US && us >= 0 && us <= UINT32_MAX;
    return fits ? s * VG_SECOND_US + us : 0;
}

static void take_packet(struct vg_capture *c, const struct pcap_pkthdr *header, const uint8_t *bytes)
{
    const struct vg_capture_sink sink = {&c->out, &c->counts, c->payloads};
    int64_t time_us = time_of(header);
    struct vg_ip_packet p;
    bool used = false;
    c->counts.packets++;
    if (vg_packet_read(c->link_type, bytes, header->caplen, &p)) {
        if (p.fragment && !vg_fragments_add(c->fragments, &p, &c->counts))
            return;
        if (p.protocol == VG_PROTOCOL_UDP)
            used = take_udp(&p, time_us, &sink);
        else if (p.protocol == VG_PROTOCOL_TCP)
            used = vg_streams_take(c->streams, &p, time_us, &sink);
    }
    c->counts.other_packets += !used;
}

/* Behind the last packet. */
static void end(struct vg_capture *c, int result)
{
    const struct vg_capture_sink sink = {&c->out, &c->counts, c->payloads};
    vg_streams_end(c->streams, &sink);
    vg_fragments_end(c->fragments, &c->counts);
    if (result != PCAP_ERROR_BREAK) {
        failed(c, pcap_geterr(c->pcap));
    } else if (c->counts.lines == 0) {
        c->err = VG_UNSUPPORTED;
        snprintf(c->why, sizeof c->why,
                 c->payloads ? "no UDP or TCP traffic with a payload in the capture"
                             : "no sentence in the UDP and TCP traffic of the capture");
    } else {
        c->err = VG_EOF;
    }
}

/* The next payload in `out`. False: all were handed on. */
static bool next_payload(struct vg_capture *c, const void **ret_bytes, size_t *ret_len)
{
    uint32_t len;
    if (c->taken >= c->out.len)
        return false;
    const char *p = c->out.buf + c->taken;
    memcpy(&c->block, p, sizeof c->block);
    memcpy(&len, p + sizeof c->block, sizeof len);
    *ret_bytes = p + sizeof c->block + sizeof len;
    *ret_len = len;
    c->taken += sizeof c->block + sizeof len + len;
    return true;
}

static enum vg_err next_lines(void *arg, const void **ret_bytes, size_t *ret_len, const char **ret_why)
{
    struct vg_capture *c = arg;
    if (c->payloads && next_payload(c, ret_bytes, ret_len))
        return VG_OK;
    c->out.len = c->taken = 0;
    while (!c->err && c->out.len < OUT_ENOUGH) {
        struct pcap_pkthdr *header;
        const uint8_t *bytes;
        int result = pcap_next_ex(c->pcap, &header, &bytes);
        if (result == 1)
            take_packet(c, header, bytes);
        else
            end(c, result);
    }
    if (c->out.err) {
        c->err = c->out.err;
        snprintf(c->why, sizeof c->why, "%s", vg_err_text(c->err));
    }
    if (c->out.len == 0) {
        *ret_why = c->why;
        return c->err;
    }
    if (c->payloads && next_payload(c, ret_bytes, ret_len))
        return VG_OK;
    *ret_bytes = c->out.buf;
    *ret_len = c->out.len;
    return VG_OK;
}

struct vg_byte_stream vg_capture_bytes(struct vg_capture *c)
{
    return (struct vg_byte_stream){.next = next_lines, .arg = c};
}

void vg_capture_as_payloads(struct vg_capture *c)
{
    c->payloads = true;
}

const struct vg_file_block *vg_capture_block(const struct vg_capture *c)
{
    return c->payloads ? &c->block : NULL;
}

const struct vg_capture_counts *vg_capture_counts(const struct vg_capture *c)
{
    return &c->counts;
}
