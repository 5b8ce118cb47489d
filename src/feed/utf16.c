#include "feed/utf16.h"

#define REPLACEMENT 0xFFFD
#define MARK        0xFEFF

static size_t put(char *out, uint32_t c)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

static size_t take_unit(struct vg_utf16 *u, uint16_t unit, char *out)
{
    size_t n = 0;
    bool is_low = unit >= 0xDC00 && unit < 0xE000, is_high = unit >= 0xD800 && unit < 0xDC00;
    bool begun = u->begun;
    u->begun = true;
    if (!begun && unit == MARK)
        return 0;
    if (u->high && is_low) {
        n = put(out, 0x10000 + ((uint32_t)(u->high - 0xD800) << 10) + (unit - 0xDC00u));
        u->high = 0;
        return n;
    }
    if (u->high)
        n = put(out, REPLACEMENT);
    u->high = is_high ? unit : 0;
    if (!is_high)
        n += put(out + n, is_low ? REPLACEMENT : unit);
    return n;
}

size_t vg_utf16_push(struct vg_utf16 *u, const void *bytes, size_t len, char *out)
{
    const uint8_t *p = bytes, *end = p + len;
    size_t n = 0;
    for (; p < end; p++) {
        if (u->odd) {
            unsigned unit = u->big_endian ? u->first << 8 | *p : *p << 8 | u->first;
            n += take_unit(u, (uint16_t)unit, out + n);
        }
        u->first = *p;
        u->odd = !u->odd;
    }
    return n;
}

size_t vg_utf16_end(struct vg_utf16 *u, char *out)
{
    size_t n = u->high ? put(out, REPLACEMENT) : 0;
    n += u->odd ? put(out + n, REPLACEMENT) : 0;
    u->high = 0;
    u->odd = false;
    return n;
}
