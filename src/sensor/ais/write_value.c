/*
 * One field as JSON or as a cell of CSV, driven by its row: every kind of value. write.c makes whole messages of it,
 * and application.c the content of application payloads.
 */
#include <math.h>
#include <string.h>

#include "sensor/ais/ais.h"
#include "sensor/ais/layouts.h"

#define TEXT_MAX (VG_PAYLOAD_CHARS + 1)

/* How a value is written down: JSON knows null and quotes, CSV has empty cells. */
struct style {
    bool json;
};

static void put_none(struct vg_out *out, struct style style)
{
    if (style.json)
        vg_out_text(out, "null");
}

static void put_string(struct vg_out *out, struct style style, const char *text, size_t len)
{
    if (style.json)
        vg_out_json_plain(out, text, len);
    else
        vg_out_csv_string(out, text, len);
}

static int64_t power_of_ten(unsigned n)
{
    int64_t p = 1;
    while (n--)
        p *= 10;
    return p;
}

static void put_number(struct vg_out *out, const struct vg_ais_field *f, int64_t raw)
{
    switch (f->kind) {
    case VG_AIS_LON:
    case VG_AIS_LAT:
        vg_out_e4min_deg(out, raw * power_of_ten(f->decimals));
        break;
    case VG_AIS_INT:
    case VG_AIS_UINT:
    case VG_AIS_SQUARE:
    case VG_AIS_SIGN:
        vg_out_scaled(out, vg_ais_scale(f, raw), f->decimals);
        break;
    default:
        vg_out_int(out, raw);
    }
}

/* ROT_AIS = 4.733 √(degrees a minute), M.1371-5 table 45; ±127 only says "faster than 5° in 30 s". */
static void put_turn(struct vg_out *out, struct style style, int64_t raw)
{
    if (raw == 127 || raw == -127) {
        put_none(out, style);
        return;
    }
    double root = (double)raw / 4.733;
    int64_t tenths = (int64_t)lround(root * root * 10);
    vg_out_scaled(out, raw < 0 ? -tenths : tenths, 1);
}

static void two(char *to, uint32_t v)
{
    to[0] = (char)('0' + v / 10 % 10);
    to[1] = (char)('0' + v % 10);
}

/* MM-DDTHH:MMZ, numbers as broadcast. */
static void put_eta(struct vg_out *out, const struct vg_ais *msg, unsigned start)
{
    char text[] = "00-00T00:00Z";
    two(text, vg_ais_uint(msg, start, 4));
    two(text + 3, vg_ais_uint(msg, start + 4, 5));
    two(text + 6, vg_ais_uint(msg, start + 9, 5));
    two(text + 9, vg_ais_uint(msg, start + 14, 6));
    vg_out_bytes(out, text, sizeof text - 1);
}

/* YYYY-MM-DDTHH:MM:SSZ, numbers as broadcast. */
static void put_time(struct vg_out *out, const struct vg_ais *msg, unsigned start)
{
    char text[] = "00-00-00T00:00:00Z";
    uint32_t year = vg_ais_uint(msg, start, 14), century = year / 100;
    two(text, year % 100);
    two(text + 3, vg_ais_uint(msg, start + 14, 4));
    two(text + 6, vg_ais_uint(msg, start + 18, 5));
    two(text + 9, vg_ais_uint(msg, start + 23, 5));
    two(text + 12, vg_ais_uint(msg, start + 28, 6));
    two(text + 15, vg_ais_uint(msg, start + 34, 6));
    if (century < 10) /* 14 bits reach 16383 */
        vg_out_char(out, '0');
    vg_out_uint(out, century);
    vg_out_bytes(out, text, sizeof text - 1);
}

/* "bits:hex", the last digit filled up with zeros. */
static void put_data(struct vg_out *out, const struct vg_ais *msg, unsigned start)
{
    char hex[VG_AIS_BITS_MAX / 4 + 8];
    size_t n = 0;
    unsigned end = msg->type == 26 && msg->bits >= start + 20 ? msg->bits - 20u : msg->bits;
    vg_out_uint(out, end - start);
    vg_out_char(out, ':');
    for (unsigned at = start; at < end; at += 32) {
        unsigned width = end - at < 32 ? end - at : 32;
        uint32_t bits = vg_ais_uint(msg, at, width) << (32 - width);
        for (unsigned done = 0; done < width; done += 4, bits <<= 4)
            hex[n++] = "0123456789abcdef"[bits >> 28];
    }
    vg_out_bytes(out, hex, n);
}

size_t vg_ais_name_ext(const struct vg_ais *msg, unsigned start, unsigned width, char *out, size_t size)
{
    size_t n = vg_ais_text(msg, start, width, out, size), full = width / 6;
    unsigned ext = vg_ais_field(msg->layout, "assigned")->start + 2u; /* a spare bit follows, then the extension */
    bool ended = false;                                               /* by @, not only by blanks */
    for (unsigned i = 0; i < full && !ended; i++)
        ended = vg_ais_uint(msg, start + 6 * i, 6) == 0;
    if (ended || msg->bits < ext + 6 || full + 1 >= size)
        return n;
    memset(out + n, ' ', full - n);
    size_t more = vg_ais_text(msg, ext, 0, out + full, size - full);
    if (!more)
        out[n] = '\0';
    return more ? full + more : n;
}

/* One value that has a cell of its own. Nothing is written for a field that the message lacks; false then. */
static bool put_value(const struct vg_ais *msg, const struct vg_ais_field *f, unsigned base, struct vg_out *out,
                      struct style style)
{
    unsigned start = base + f->start;
    char text[TEXT_MAX];
    int64_t raw;
    switch (f->kind) {
    case VG_AIS_TEXT:
    case VG_AIS_NAME_EXT:
        if (start + 6 > msg->bits)
            return false;
        put_string(out, style, text,
                   f->kind == VG_AIS_TEXT ? vg_ais_text(msg, start, f->width, text, sizeof text)
                                          : vg_ais_name_ext(msg, start, f->width, text, sizeof text));
        return true;
    case VG_AIS_DATA:
    case VG_AIS_ETA:
    case VG_AIS_TIME:
        if (f->kind == VG_AIS_DATA ? start >= msg->bits : start + f->width > msg->bits)
            return false;
        if (style.json)
            vg_out_char(out, '"');
        if (f->kind == VG_AIS_DATA)
            put_data(out, msg, start);
        else if (f->kind == VG_AIS_ETA)
            put_eta(out, msg, start);
        else
            put_time(out, msg, start);
        if (style.json)
            vg_out_char(out, '"');
        return true;
    default:
        switch (vg_ais_raw(msg, f, base, &raw)) {
        case VG_AIS_ABSENT:
            return false;
        case VG_AIS_NOT_AVAILABLE:
            put_none(out, style);
            return true;
        case VG_AIS_PARTIAL:
        case VG_AIS_PRESENT:
            break;
        }
        if (f->kind == VG_AIS_BOOL && style.json)
            vg_out_text(out, raw ? "true" : "false");
        else if (f->kind == VG_AIS_TURN)
            put_turn(out, style, raw);
        else
            put_number(out, f, raw);
        return true;
    }
}

bool vg_ais_put_value(const struct vg_ais *msg, const struct vg_ais_field *f, unsigned base, struct vg_out *out,
                      bool json)
{
    return put_value(msg, f, base, out, (struct style){.json = json});
}

/* `,"key":value`, taken back if there is no value. */
void vg_ais_put_member(const struct vg_ais *msg, const struct vg_ais_field *f, unsigned base, struct vg_out *out)
{
    char value[8 * TEXT_MAX];
    struct vg_out v = vg_out_fixed(value, sizeof value);
    if (!put_value(msg, f, base, &v, (struct style){.json = true}))
        return;
    vg_out_text(out, ",\"");
    vg_out_text(out, f->key);
    vg_out_text(out, "\":");
    vg_out_bytes(out, value, v.len);
    if (f->kind == VG_AIS_TURN) {
        int64_t raw;
        vg_out_text(out, ",\"turn_raw\":");
        if (vg_ais_raw(msg, f, base, &raw) == VG_AIS_PRESENT)
            vg_out_int(out, raw);
        else
            vg_out_text(out, "null");
    }
}

/* The field that the end of the message cuts. */
void vg_ais_put_partial(const struct vg_ais *msg, const struct vg_ais_layout *layout, unsigned base, struct vg_out *out)
{
    int64_t raw;
    for (size_t i = 0; i < layout->fields; i++)
        if (vg_ais_raw(msg, &layout->field[i], base, &raw) == VG_AIS_PARTIAL) {
            vg_out_text(out, ",\"partial\":\"");
            vg_out_text(out, layout->field[i].key);
            vg_out_char(out, '"');
        }
}
