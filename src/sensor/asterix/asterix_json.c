/* A record as JSON. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/digits.h"
#include "sensor/asterix/asterix_inner.h"

#define CHUNK_ROOM   2048 /* is taken of the output at once */
#define PATH_ROOM    32   /* a path up to this long is copied as so many bytes, which is quicker */
#define VALUE_ROOM   128  /* for a value and what stands around it, but for the path, text and octets */
#define FINE         1e12 /* at most twelve decimals: scales are powers of two and ten, so nearly all are exact */
#define FINE_MOST    9e6  /* × FINE fits 63 bits */
#define COARSE_WHOLE UINT64_C(1000000000000)

struct json {
    struct vg_out *out;
    char *p, *end; /* room in `out` that is not counted there yet */
    bool more;     /* a comma is due */
};

/* A number without trailing zeros; whole ones have no point. */
static char *number(char *p, double value)
{
    if (!(value > -FINE_MOST && value < FINE_MOST))
        return p + snprintf(p, VALUE_ROOM / 2, "%.15g", value);
    if (value < 0)
        *p++ = '-';
    uint64_t fine = (uint64_t)(fabs(value) * FINE + 0.5), whole = fine / COARSE_WHOLE, part = fine % COARSE_WHOLE;
    p = vg_digits_uint(p, whole);
    if (part == 0)
        return p;
    uint32_t first = (uint32_t)(part / 10000), rest = (uint32_t)(part % 10000);
    if (rest == 0)
        return vg_digits_fraction(p, first, 8);
    *p++ = '.';
    vg_digits_store(p, vg_digits_eight(first));
    p += 8;
    char four[VG_DIGITS_ROOM];
    vg_digits_fraction(four, rest, 4); /* with its point */
    size_t n = 4;
    while (rest % 10 == 0) {
        rest /= 10;
        n--;
    }
    memcpy(p, four + 1, n);
    return p + n;
}

/* ICAO Annex 10: A–Z from 1, blank 32, digits from 48. The others have no character: a blank. */
char vg_asterix_icao_char(unsigned code)
{
    return code >= 1 && code <= 26 ? (char)('A' + code - 1) : code >= 48 && code <= 57 ? (char)code : ' ';
}

/* Characters of three or six bits, none of which JSON has to escape. */
static char *plain_text(char *p, const struct vg_asterix_value *v, unsigned each)
{
    *p++ = '"';
    for (size_t bit = 0; bit + each <= v->bits; bit += each) {
        unsigned code = (unsigned)vg_asterix_bits(v->at, v->bit + bit, each);
        *p++ = each == 3 ? (char)('0' + code) : vg_asterix_icao_char(code);
    }
    *p++ = '"';
    return p;
}

static char *bits_value(char *p, const struct vg_asterix_value *v)
{
    const struct vg_asterix_node *n = v->node;
    unsigned bits = (unsigned)v->bits;
    uint64_t raw = vg_asterix_bits(v->at, v->bit, bits);
    int64_t whole = vg_asterix_signed(raw, bits);
    switch ((enum vg_asterix_kind)n->kind) {
    case VG_ASTERIX_UNSIGNED:
        return number(p, n->lsb * (double)raw);
    case VG_ASTERIX_SIGNED:
        return number(p, n->lsb * (double)whole);
    case VG_ASTERIX_OCTAL:
        return plain_text(p, v, 3);
    case VG_ASTERIX_ICAO:
        return plain_text(p, v, 6);
    case VG_ASTERIX_SIGNED_WHOLE:
        if (whole < 0)
            *p++ = '-';
        return vg_digits_uint(p, whole < 0 ? 0 - (uint64_t)whole : (uint64_t)whole);
    case VG_ASTERIX_ASCII:
    case VG_ASTERIX_RAW:
    case VG_ASTERIX_TABLE:
    case VG_ASTERIX_UNSIGNED_WHOLE:
        break;
    }
    return vg_digits_uint(p, raw);
}

/* ASCII from outside, and octets that nobody defined. */
static void long_value(struct vg_out *out, const struct vg_asterix_value *v)
{
    if (v->node->shape == VG_ASTERIX_FIXED && v->node->kind == VG_ASTERIX_ASCII) {
        vg_out_json_plain(out, (const char *)v->at + v->bit / 8, v->bits / 8);
        return;
    }
    vg_out_char(out, '"');
    vg_out_hex(out, v->at, v->bits / 8);
    vg_out_char(out, '"');
}

/* Counts in `out` what was written. */
static void settle(struct json *j)
{
    if (j->p)
        j->out->len = (size_t)(j->p - j->out->buf);
    j->p = j->end = NULL;
}

/* Where `room` bytes can be written; NULL, with the error in `out`, if they can't. */
static char *make_room(struct json *j, size_t room)
{
    if (j->p && (size_t)(j->end - j->p) >= room)
        return j->p;
    settle(j);
    size_t n = room > CHUNK_ROOM ? room : CHUNK_ROOM;
    j->p = vg_out_try(j->out, n);
    if (!j->p && n > room)
        j->p = vg_out_try(j->out, n = room);
    if (j->p)
        j->end = j->p + n;
    else
        vg_out_room(j->out, room); /* the error stays */
    return j->p;
}

static void on_value(void *arg, const struct vg_asterix_value *v)
{
    struct json *j = arg;
    char *p = make_room(j, v->path_len + PATH_ROOM + VALUE_ROOM);
    if (!p)
        return;
    if (j->more)
        *p++ = ',';
    j->more = true;
    *p++ = '"';
    if (v->path_len <= PATH_ROOM)
        memcpy(p, v->path, PATH_ROOM);
    else
        memcpy(p, v->path, v->path_len);
    p += v->path_len;
    *p++ = '"';
    *p++ = ':';
    bool is_short = v->node->shape == VG_ASTERIX_FIXED && v->node->kind != VG_ASTERIX_ASCII && v->bits <= 64;
    j->p = is_short ? bits_value(p, v) : p;
    if (is_short)
        return;
    settle(j);
    long_value(j->out, v);
}

void vg_asterix_json_values(const struct vg_asterix_record *record, struct vg_out *out)
{
    struct json j = {.out = out};
    vg_out_char(out, '{');
    vg_asterix_values(record, on_value, &j);
    settle(&j);
    vg_out_char(out, '}');
}

void vg_asterix_json(const struct vg_asterix_record *r, struct vg_out *out)
{
    vg_out_text(out, "{\"off\":");
    vg_out_uint(out, r->offset);
    vg_out_text(out, ",\"len\":");
    vg_out_uint(out, r->len);
    vg_out_text(out, ",\"cat\":");
    vg_out_uint(out, r->edition->category);
    vg_out_text(out, ",\"ed\":\"");
    vg_out_text(out, r->edition->name);
    vg_out_text(out, "\",\"v\":");
    vg_asterix_json_values(r, out);
    vg_out_char(out, '}');
}
