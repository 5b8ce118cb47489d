/*
 * UTF-16 (RFC 2781) to UTF-8, as bytes come. A mark in front (U+FEFF) is dropped; a surrogate without its twin, and an
 * odd byte at the end, become U+FFFD. Pure; one thread for each.
 */
#ifndef VG_FEED_UTF16_H
#define VG_FEED_UTF16_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vg_utf16 {
    bool big_endian;
    bool begun;    /* a first character was met */
    bool odd;      /* one byte of a unit is kept … */
    uint8_t first; /* … this one */
    uint16_t high; /* a high surrogate waits for its twin; 0: none does */
};

/* Converts `len` bytes into `out`, which has room for 3 × (len / 2 + 2) bytes. Returns how many it wrote. */
size_t vg_utf16_push(struct vg_utf16 *utf16, const void *bytes, size_t len, char *out);

/* What is left at the end: at most 6 bytes. */
size_t vg_utf16_end(struct vg_utf16 *utf16, char *out);

#endif
