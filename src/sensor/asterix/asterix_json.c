/* A record as JSON. */
#include <math.h>

#include "sensor/asterix/asterix_inner.h"

#define FINE_DECIMALS 12
#define FINE          1e12 /* 10^FINE_DECIMALS */
#define FINE_MOST     9e6  /* × FINE fits 63 bits */

struct json {
    struct vg_out *out;
    bool more; /* a comma is due */
};

/* A number with at most twelve decimals, none if it is whole: scales are powers of two and ten, so nearly all are
 * exact. */
static void number(struct vg_out *out, double value)
{
    char digits[40];
    if (!(value > -FINE_MOST && value < FINE_MOST)) {
        vg_out_printf(out, "%.15g", value);
        return;
    }
    int64_t fine = (int64_t)llround(value * FINE);
    if (fine < 0)
        vg_out_char(out, '-');
    uint64_t u = fine < 0 ? (uint64_t)-fine : (uint64_t)fine, whole = u / (uint64_t)FINE, part = u % (uint64_t)FINE;
    vg_out_uint(out, whole);
    if (part == 0)
        return;
    size_t n = FINE_DECIMALS;
    for (size_t i = n; i > 0; i--, part /= 10)
        digits[i - 1] = (char)('0' + part % 10);
    while (digits[n - 1] == '0')
        n--;
    vg_out_char(out, '.');
    vg_out_bytes(out, digits, n);
}

/* ICAO Annex 10: A–Z from 1, blank 32, digits from 48. The others have no character: a blank. */
char vg_asterix_icao_char(unsigned code)
{
    return code >= 1 && code <= 26 ? (char)('A' + code - 1) : code >= 48 && code <= 57 ? (char)code : ' ';
}

static void text(struct vg_out *out, const struct vg_asterix_value *v, unsigned each)
{
    char chars[64];
    size_t n = 0;
    for (; (n + 1) * each <= v->bits && n < sizeof chars; n++) {
        unsigned code = (unsigned)vg_asterix_bits(v->at, v->bit + n * each, each);
        chars[n] = each == 3 ? (char)('0' + code) : each == 6 ? vg_asterix_icao_char(code) : (char)code;
    }
    vg_out_json_plain(out, chars, n);
}

static void octets(struct vg_out *out, const uint8_t *p, size_t len)
{
    vg_out_char(out, '"');
    vg_out_hex(out, p, len);
    vg_out_char(out, '"');
}

static void bits_value(struct vg_out *out, const struct vg_asterix_value *v)
{
    const struct vg_asterix_node *n = v->node;
    unsigned bits = (unsigned)v->bits;
    uint64_t raw = vg_asterix_bits(v->at, v->bit, bits);
    switch ((enum vg_asterix_kind)n->kind) {
    case VG_ASTERIX_UNSIGNED:
        number(out, n->lsb * (double)raw);
        break;
    case VG_ASTERIX_SIGNED:
        number(out, n->lsb * (double)vg_asterix_signed(raw, bits));
        break;
    case VG_ASTERIX_SIGNED_WHOLE:
        vg_out_int(out, vg_asterix_signed(raw, bits));
        break;
    case VG_ASTERIX_OCTAL:
        text(out, v, 3);
        break;
    case VG_ASTERIX_ICAO:
        text(out, v, 6);
        break;
    case VG_ASTERIX_ASCII:
        text(out, v, 8);
        break;
    case VG_ASTERIX_RAW:
    case VG_ASTERIX_TABLE:
    case VG_ASTERIX_UNSIGNED_WHOLE:
        vg_out_uint(out, raw);
        break;
    }
}

static void on_value(void *arg, const struct vg_asterix_value *v)
{
    struct json *j = arg;
    vg_out_bytes(j->out, ",\"", j->more ? 2 : 0);
    if (!j->more)
        vg_out_char(j->out, '"');
    j->more = true;
    vg_out_bytes(j->out, v->path, v->path_len);
    vg_out_bytes(j->out, "\":", 2);
    if (v->node->shape == VG_ASTERIX_FIXED && v->bits <= 64)
        bits_value(j->out, v);
    else
        octets(j->out, v->at, v->bits / 8);
}

void vg_asterix_json_values(const struct vg_asterix_record *record, struct vg_out *out)
{
    struct json j = {out, false};
    vg_out_char(out, '{');
    vg_asterix_values(record, on_value, &j);
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
