#include "base/out.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/digits.h"
#include "base/time.h"

struct vg_out vg_out_fixed(void *buf, size_t cap)
{
    return (struct vg_out){.buf = buf, .cap = cap};
}

struct vg_out vg_out_growing(size_t max)
{
    return (struct vg_out){.max = max, .owned = true};
}

struct vg_out vg_out_stream(void *buf, size_t cap, vg_out_sink *sink, void *arg)
{
    return (struct vg_out){.buf = buf, .cap = cap, .sink = sink, .arg = arg};
}

void vg_out_free(struct vg_out *out)
{
    if (out->owned)
        free(out->buf);
    *out = (struct vg_out){0};
}

enum vg_err vg_out_flush(struct vg_out *out)
{
    if (out->sink && out->len && !out->err)
        out->err = out->sink(out->arg, out->buf, out->len);
    if (out->sink)
        out->len = 0;
    return out->err;
}

static bool grow(struct vg_out *out, size_t need)
{
    size_t cap = out->cap ? out->cap : 1024;
    while (cap < need && cap < out->max)
        cap *= 2;
    if (cap > out->max)
        cap = out->max;
    if (cap < need) {
        out->err = VG_LIMIT;
        return false;
    }
    char *buf = realloc(out->buf, cap);
    if (!buf) {
        out->err = VG_NOMEM;
        return false;
    }
    out->buf = buf;
    out->cap = cap;
    return true;
}

/* Ensures n free bytes; false with `err` set if that can't be. */
static inline bool ensure(struct vg_out *out, size_t n)
{
    if (out->err)
        return false;
    if (n <= out->cap - out->len)
        return true;
    if (out->sink && vg_out_flush(out) == VG_OK && n <= out->cap)
        return true;
    if (out->owned)
        return grow(out, out->len + n);
    if (!out->err)
        out->err = VG_LIMIT;
    return false;
}

char *vg_out_try(struct vg_out *out, size_t n)
{
    if (out->err)
        return NULL;
    bool fits = n <= out->cap - out->len || (out->sink && n <= out->cap) || (out->owned && n <= out->max - out->len);
    return fits && ensure(out, n) ? out->buf + out->len : NULL;
}

char *vg_out_room(struct vg_out *out, size_t n)
{
    if (!ensure(out, n))
        return NULL;
    out->len += n;
    return out->buf + out->len - n;
}

void vg_out_bytes(struct vg_out *out, const void *bytes, size_t len)
{
    const char *p = bytes;
    while (out->sink && len > out->cap - out->len && !out->err) { /* larger than the buffer: in pieces */
        size_t part = out->cap - out->len;
        memcpy(out->buf + out->len, p, part);
        out->len += part;
        p += part;
        len -= part;
        vg_out_flush(out);
    }
    if (!len || !ensure(out, len))
        return;
    memcpy(out->buf + out->len, p, len);
    out->len += len;
}

void vg_out_char(struct vg_out *out, char c)
{
    if (ensure(out, 1))
        out->buf[out->len++] = c;
}

void vg_out_uint(struct vg_out *out, uint64_t value)
{
    char buf[VG_DIGITS_ROOM];
    vg_out_bytes(out, buf, (size_t)(vg_digits_uint(buf, value) - buf));
}

static uint64_t magnitude(int64_t v)
{
    return v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
}

void vg_out_int(struct vg_out *out, int64_t value)
{
    if (value < 0)
        vg_out_char(out, '-');
    vg_out_uint(out, magnitude(value));
}

void vg_out_scaled(struct vg_out *out, int64_t value, unsigned decimals)
{
    static const uint32_t power[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000};
    if (decimals > 9)
        decimals = 9;
    uint64_t v = magnitude(value), unit = power[decimals], part = v % unit;
    if (value < 0)
        vg_out_char(out, '-');
    vg_out_uint(out, v / unit);
    if (!decimals)
        return;
    char text[10] = ".";
    unsigned used = 1; /* trailing zeros go, the first decimal stays */
    for (unsigned i = 1; i <= decimals; i++) {
        unit /= 10;
        text[i] = (char)('0' + part / unit);
        part %= unit;
        if (text[i] != '0')
            used = i;
    }
    vg_out_bytes(out, text, used + 1);
}

void vg_out_e4min_deg(struct vg_out *out, int64_t e4min)
{
    uint64_t micro = (magnitude(e4min) * 10 + 3) / 6; /* 10^6 / 600 000 = 10 / 6 */
    vg_out_scaled(out, e4min < 0 ? -(int64_t)micro : (int64_t)micro, 6);
}

void vg_out_e4min_said(struct vg_out *out, int64_t e4min, bool coarse)
{
    if (!coarse) {
        vg_out_e4min_deg(out, e4min);
        return;
    }
    uint64_t milli = (magnitude(e4min) + 300) / 600;
    vg_out_scaled(out, e4min < 0 ? -(int64_t)milli : (int64_t)milli, 3);
}

void vg_out_hex(struct vg_out *out, const uint8_t *bytes, size_t len)
{
    static const char hex[] = "0123456789abcdef";
    for (size_t i = 0; i < len; i++) {
        vg_out_char(out, hex[bytes[i] >> 4]);
        vg_out_char(out, hex[bytes[i] & 15]);
    }
}

size_t vg_utf8_length(const uint8_t *p, size_t len)
{
    static const struct {
        uint8_t first, last, low, high, size; /* of the second byte: low … high */
    } forms[] = {
        {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3}, {0xE1, 0xEC, 0x80, 0xBF, 3},
        {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3}, {0xF0, 0xF0, 0x90, 0xBF, 4},
        {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
    };
    if (p[0] < 0x80)
        return 1;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (p[0] < forms[i].first || p[0] > forms[i].last)
            continue;
        if (len < forms[i].size || p[1] < forms[i].low || p[1] > forms[i].high)
            return 0;
        for (size_t k = 2; k < forms[i].size; k++)
            if ((p[k] & 0xC0) != 0x80)
                return 0;
        return forms[i].size;
    }
    return 0;
}

void vg_out_json_string(struct vg_out *out, const char *text, size_t len)
{
    const uint8_t *p = (const uint8_t *)text;
    vg_out_char(out, '"');
    for (size_t i = 0; i < len;) {
        if (p[i] == '"' || p[i] == '\\') {
            vg_out_char(out, '\\');
            vg_out_char(out, (char)p[i++]);
        } else if (p[i] < 0x20 || p[i] == 0x7F) {
            vg_out_text(out, "\\u00");
            vg_out_hex(out, p + i++, 1);
        } else {
            size_t n = vg_utf8_length(p + i, len - i);
            if (n)
                vg_out_bytes(out, p + i, n);
            else
                vg_out_text(out, "\xEF\xBF\xBD");
            i += n ? n : 1;
        }
    }
    vg_out_char(out, '"');
}

void vg_out_json_time(struct vg_out *out, int64_t time_us)
{
    char text[VG_TIME_TEXT];
    size_t n = vg_time_text(time_us, text);
    vg_out_char(out, '"');
    vg_out_bytes(out, text, n);
    vg_out_char(out, '"');
}

void vg_out_printf(struct vg_out *out, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (n < 0 || (size_t)n >= sizeof text) {
        if (!out->err)
            out->err = VG_LIMIT;
        return;
    }
    vg_out_bytes(out, text, (size_t)n);
}
