/* Captures made byte by byte: files of pcap and pcapng, frames of several links, IP, UDP and TCP. */
#ifndef VG_TESTS_CAPTURE_BYTES_H
#define VG_TESTS_CAPTURE_BYTES_H

#include "test.h"

#include <pcap/dlt.h>
#include <stdbool.h>

#define CAPTURE_MOST (1 << 20)

struct made {
    uint8_t bytes[CAPTURE_MOST];
    size_t len;
    bool swapped, ng;
    uint32_t link;
};

struct frame {
    uint8_t bytes[70000];
    size_t len;
};

/* ---- the file ---- */

static inline void put_raw(struct made *m, const void *bytes, size_t len)
{
    assert_true(m->len + len < CAPTURE_MOST);
    memcpy(m->bytes + m->len, bytes, len);
    m->len += len;
}

static inline void put_number(struct made *m, uint32_t value, int bytes)
{
    for (int i = 0; i < bytes; i++) {
        int shift = 8 * (m->swapped ? bytes - 1 - i : i);
        uint8_t byte = (uint8_t)(value >> shift);
        put_raw(m, &byte, 1);
    }
}

/* LINKTYPE_… of tcpdump.org, which is not always DLT_…. */
static inline void begin_pcap(struct made *m, uint32_t magic, uint32_t link, bool swapped)
{
    *m = (struct made){.swapped = swapped, .link = link};
    put_number(m, magic, 4);
    put_number(m, 2, 2);
    put_number(m, 4, 2);
    put_number(m, 0, 4);
    put_number(m, 0, 4);
    put_number(m, 65535, 4);
    put_number(m, link, 4);
}

static inline void begin_pcapng(struct made *m, uint32_t link, bool swapped)
{
    *m = (struct made){.swapped = swapped, .link = link, .ng = true};
    put_number(m, 0x0A0D0D0A, 4);
    put_number(m, 28, 4);
    put_number(m, 0x1A2B3C4D, 4);
    put_number(m, 1, 2);
    put_number(m, 0, 2);
    put_number(m, UINT32_MAX, 4);
    put_number(m, UINT32_MAX, 4);
    put_number(m, 28, 4);
    put_number(m, 1, 4); /* an interface */
    put_number(m, 20, 4);
    put_number(m, link, 2);
    put_number(m, 0, 2);
    put_number(m, 65535, 4);
    put_number(m, 20, 4);
}

/* `part` is what the file counts in: microseconds, or nanoseconds. `full`: bytes that were sent; 0: as captured. */
static inline void put_packet(struct made *m, uint32_t seconds, uint32_t part, const struct frame *f, size_t full)
{
    if (m->ng) {
        uint64_t ticks = (uint64_t)seconds * 1000000 + part;
        uint32_t padded = (uint32_t)(f->len + 3) / 4 * 4;
        put_number(m, 6, 4);
        put_number(m, 32 + padded, 4);
        put_number(m, 0, 4);
        put_number(m, (uint32_t)(ticks >> 32), 4);
        put_number(m, (uint32_t)ticks, 4);
        put_number(m, (uint32_t)f->len, 4);
        put_number(m, (uint32_t)(full ? full : f->len), 4);
        put_raw(m, f->bytes, f->len);
        put_raw(m, "\0\0\0", padded - f->len);
        put_number(m, 32 + padded, 4);
        return;
    }
    put_number(m, seconds, 4);
    put_number(m, part, 4);
    put_number(m, (uint32_t)f->len, 4);
    put_number(m, (uint32_t)(full ? full : f->len), 4);
    put_raw(m, f->bytes, f->len);
}

/* ---- a frame, from within to without: each puts its header in front ---- */

static inline void in_front(struct frame *f, const void *header, size_t len)
{
    memmove(f->bytes + len, f->bytes, f->len);
    memcpy(f->bytes, header, len);
    f->len += len;
}

static inline struct frame *payload(struct frame *f, const char *text)
{
    f->len = strlen(text);
    memcpy(f->bytes, text, f->len);
    return f;
}

static inline struct frame *udp(struct frame *f)
{
    size_t len = f->len + 8;
    const uint8_t h[8] = {0x12, 0x34, 0x27, 0x49, (uint8_t)(len >> 8), (uint8_t)len, 0, 0};
    in_front(f, h, sizeof h);
    return f;
}

static inline struct frame *tcp(struct frame *f, uint16_t port, uint32_t number, uint8_t flags)
{
    const uint8_t h[24] = {(uint8_t)(port >> 8),
                           (uint8_t)port,
                           0x27,
                           0x49,
                           (uint8_t)(number >> 24),
                           (uint8_t)(number >> 16),
                           (uint8_t)(number >> 8),
                           (uint8_t)number,
                           0,
                           0,
                           0,
                           0,
                           6 << 4,
                           flags,
                           0xff,
                           0xff,
                           0,
                           0,
                           0,
                           0,
                           1,
                           1,
                           1,
                           1}; /* with four bytes of options */
    in_front(f, h, sizeof h);
    return f;
}

/* `offset` in bytes; `more`: further fragments follow. */
static inline struct frame *ip4_part(struct frame *f, uint8_t protocol, uint16_t id, unsigned offset, bool more)
{
    size_t len = f->len + 20;
    unsigned flags = offset / 8 | (more ? 0x2000 : 0);
    const uint8_t h[20] = {0x45,
                           0,
                           (uint8_t)(len >> 8),
                           (uint8_t)len,
                           (uint8_t)(id >> 8),
                           (uint8_t)id,
                           (uint8_t)(flags >> 8),
                           (uint8_t)flags,
                           64,
                           protocol,
                           0,
                           0,
                           192,
                           168,
                           0,
                           1,
                           192,
                           168,
                           0,
                           2};
    in_front(f, h, sizeof h);
    return f;
}

static inline struct frame *ip4(struct frame *f, uint8_t protocol)
{
    return ip4_part(f, protocol, 7, 0, false);
}

static inline struct frame *ip6(struct frame *f, uint8_t next)
{
    uint8_t h[40] = {0x60, 0, 0, 0, (uint8_t)(f->len >> 8), (uint8_t)f->len, next, 64, 0xfe, 0x80};
    h[23] = 1;
    h[24] = 0xfe;
    h[39] = 2;
    in_front(f, h, sizeof h);
    return f;
}

/* A fragment header of IPv6 (44), or options of eight bytes (0, 60). */
static inline struct frame *ip6_extension(struct frame *f, uint8_t next, unsigned offset, bool more, uint8_t id)
{
    const uint8_t h[8] = {next, 0, (uint8_t)(offset >> 8), (uint8_t)(offset | more), 0, 0, 0, id};
    in_front(f, h, sizeof h);
    return f;
}

static inline struct frame *ethernet(struct frame *f)
{
    uint8_t h[14] = {1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 7, 8, 0};
    if (f->bytes[0] >> 4 == 6) {
        h[12] = 0x86;
        h[13] = 0xdd;
    }
    in_front(f, h, sizeof h);
    return f;
}

#endif
