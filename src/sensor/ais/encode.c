/* Messages from values, by the same tables that decode them; and messages as sentences. */
#include <math.h>
#include <string.h>

#include "sensor/ais/ais.h"
#include "sensor/ais/layouts.h"

/* The longest armoured payload of one sentence: 82 characters less "!AIVDM,n,n,s,C,", ",f*hh" and CR LF. */
#define SENTENCE_CHARS 60

static void put_bits(struct vg_ais *msg, unsigned start, unsigned width, uint32_t value)
{
    for (unsigned i = 0; i < width; i++) {
        unsigned at = start + i;
        uint8_t bit = (uint8_t)(0x80 >> at % 8);
        if (value >> (width - 1 - i) & 1)
            msg->payload[at / 8] |= bit;
        else
            msg->payload[at / 8] &= (uint8_t)~bit;
    }
}

static bool is_signed(const struct vg_ais_field *f)
{
    return f->kind == VG_AIS_INT || f->kind == VG_AIS_LON || f->kind == VG_AIS_LAT || f->kind == VG_AIS_TURN;
}

enum vg_err vg_ais_blank(const char *layout, uint32_t mmsi, struct vg_ais *ret)
{
    const struct vg_ais_layout *l = vg_ais_layout_by_name(layout);
    if (!l || l->type == 0)
        return VG_NOT_FOUND;
    if (mmsi >= UINT32_C(1) << 30)
        return VG_RANGE;
    *ret = (struct vg_ais){.type = l->type, .mmsi = mmsi, .layout = l, .bits = l->bits};
    put_bits(ret, 0, 6, l->type);
    put_bits(ret, 8, 30, mmsi);
    for (size_t i = 0; i < l->fields; i++) {
        const struct vg_ais_field *f = &l->field[i];
        unsigned end = (unsigned)f->start + f->width;
        if (l->bits == 0 && f->kind != VG_AIS_TAIL && end > ret->bits)
            ret->bits = (uint16_t)end;
        if (f->kind == VG_AIS_ETA) /* hour 24, minute 60 */
            put_bits(ret, f->start, f->width, 24u << 6 | 60u);
        else if (f->kind == VG_AIS_TIME) /* hour 24, minute 60, second 60 */
            put_bits(ret, f->start + 23u, 17, 24u << 12 | 60u << 6 | 60u);
        else if (f->none != VG_AIS_NO_NONE && f->width)
            put_bits(ret, f->start, f->width, (uint32_t)f->none);
    }
    if (strcmp(layout, "24B") == 0 || strcmp(layout, "24M") == 0)
        put_bits(ret, 38, 2, 1);
    if (strcmp(layout, "24") == 0)
        put_bits(ret, 38, 2, 2);
    if (l->type == 25 || l->type == 26) {
        put_bits(ret, 38, 1, vg_ais_field(l, "dest_mmsi") != NULL);
        put_bits(ret, 39, 1, vg_ais_field(l, "dac") != NULL);
    }
    if (strcmp(layout, "22A") == 0)
        put_bits(ret, 139, 1, 1);
    return VG_OK;
}

static enum vg_err put_raw(struct vg_ais *msg, const struct vg_ais_field *f, int64_t raw)
{
    if (f->width == 0 || f->width > 32 || f->kind == VG_AIS_TEXT || f->kind == VG_AIS_NAME_EXT ||
        f->kind == VG_AIS_DATA)
        return VG_ARG;
    int64_t span = INT64_C(1) << f->width, low = is_signed(f) ? -span / 2 : 0;
    if (raw < low || raw >= low + span)
        return VG_RANGE;
    unsigned start = f->kind == VG_AIS_TAIL ? (unsigned)msg->bits - f->start : f->start;
    put_bits(msg, start, f->width, (uint32_t)raw);
    return VG_OK;
}

enum vg_err vg_ais_set_raw(struct vg_ais *msg, const char *key, int64_t raw)
{
    if (strcmp(key, "repeat") == 0) {
        msg->repeat = (uint8_t)(raw & 3);
        put_bits(msg, 6, 2, msg->repeat);
        return raw >= 0 && raw <= 3 ? VG_OK : VG_RANGE;
    }
    const struct vg_ais_field *f = vg_ais_field(msg->layout, key);
    return f ? put_raw(msg, f, raw) : VG_NOT_FOUND;
}

enum vg_err vg_ais_set(struct vg_ais *msg, const char *key, double value)
{
    const struct vg_ais_field *f = vg_ais_field(msg->layout, key);
    if (!f)
        return VG_NOT_FOUND;
    if (!isfinite(value))
        return VG_RANGE;
    double scale = pow(10, f->decimals);
    if (f->kind == VG_AIS_LON || f->kind == VG_AIS_LAT)
        scale = VG_E4MIN_PER_DEGREE / scale;
    double raw = round(value * scale);
    return fabs(raw) < 4e9 ? put_raw(msg, f, (int64_t)raw) : VG_RANGE;
}

static int64_t round_div(int64_t a, int64_t b)
{
    return (a >= 0 ? a + b / 2 : a - b / 2) / b;
}

enum vg_err vg_ais_set_pos(struct vg_ais *msg, struct vg_pos pos)
{
    const struct vg_ais_field *lon = vg_ais_field(msg->layout, "lon"), *lat = vg_ais_field(msg->layout, "lat");
    if (!lon || !lat)
        return VG_NOT_FOUND;
    if (!vg_pos_valid(pos))
        return VG_RANGE;
    int64_t scale = 1;
    for (unsigned i = 0; i < lon->decimals; i++)
        scale *= 10;
    enum vg_err err = put_raw(msg, lon, round_div(pos.lon_e4min, scale));
    return err ? err : put_raw(msg, lat, round_div(pos.lat_e4min, scale));
}

/* M.1371-5 table 47. */
static uint32_t six_bits(char c)
{
    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    if (c >= '@' && c <= '_')
        return (uint32_t)(c - '@');
    return c >= ' ' && c < '@' ? (uint32_t)c : (uint32_t)'?';
}

/* Characters from `start` on, @ behind the end of the text. Returns the characters used. */
static size_t put_text(struct vg_ais *msg, unsigned start, size_t chars, const char *text)
{
    size_t n = strnlen(text, chars);
    for (size_t i = 0; i < chars; i++)
        put_bits(msg, start + (unsigned)i * 6, 6, i < n ? six_bits(text[i]) : 0);
    return n;
}

enum vg_err vg_ais_set_text(struct vg_ais *msg, const char *key, const char *text)
{
    const struct vg_ais_field *f = vg_ais_field(msg->layout, key);
    if (!f)
        return VG_NOT_FOUND;
    if (f->kind != VG_AIS_TEXT && f->kind != VG_AIS_NAME_EXT)
        return VG_ARG;
    if (f->width) {
        size_t chars = f->width / 6, n = put_text(msg, f->start, chars, text);
        if (f->kind == VG_AIS_NAME_EXT && text[n]) { /* the rest, 14 characters at most, behind the last field */
            size_t rest = put_text(msg, msg->layout->bits, strnlen(text + n, 14), text + n);
            msg->bits = (uint16_t)((msg->layout->bits + rest * 6 + 7) / 8 * 8);
        }
        return VG_OK;
    }
    size_t most = 156; /* five slots */
    size_t chars = strnlen(text, most);
    put_text(msg, f->start, chars, text);
    msg->bits = (uint16_t)(f->start + chars * 6);
    return VG_OK;
}

static char armour(uint32_t six)
{
    return (char)(six < 40 ? '0' + six : '`' + six - 40);
}

static void put_checksum(struct vg_out *out, size_t from)
{
    uint8_t sum = 0;
    for (size_t i = from; i < out->len; i++)
        sum ^= (uint8_t)out->buf[i];
    static const char hex[] = "0123456789ABCDEF";
    vg_out_char(out, '*');
    vg_out_char(out, hex[sum >> 4]);
    vg_out_char(out, hex[sum & 15]);
}

static void put_tag_block(struct vg_out *out, const char *station, int64_t time_us)
{
    if (!station && time_us == VG_TIME_NONE)
        return;
    vg_out_char(out, '\\');
    size_t from = out->len;
    if (station) {
        vg_out_text(out, "s:");
        vg_out_text(out, station);
    }
    if (time_us != VG_TIME_NONE) {
        vg_out_text(out, station ? ",c:" : "c:");
        vg_out_int(out, time_us / VG_SECOND_US);
    }
    put_checksum(out, from);
    vg_out_char(out, '\\');
}

void vg_ais_sentences(const struct vg_ais *msg, const char *talker, char channel, unsigned sequence,
                      const char *tag_station, int64_t tag_time_us, struct vg_out *out)
{
    unsigned chars = (msg->bits + 5u) / 6, fill = chars * 6 - msg->bits;
    unsigned parts = chars > SENTENCE_CHARS ? (chars + SENTENCE_CHARS - 1) / SENTENCE_CHARS : 1;
    char line[192]; /* composed apart: a streaming `out` may flush in between, and the checksum looks back */
    for (unsigned part = 0; part < parts; part++) {
        struct vg_out l = vg_out_fixed(line, sizeof line);
        put_tag_block(&l, tag_station, tag_time_us);
        vg_out_char(&l, '!');
        size_t from = l.len;
        vg_out_text(&l, talker);
        vg_out_text(&l, "VDM,");
        vg_out_uint(&l, parts);
        vg_out_char(&l, ',');
        vg_out_uint(&l, part + 1);
        vg_out_char(&l, ',');
        if (parts > 1)
            vg_out_uint(&l, sequence % 10);
        vg_out_char(&l, ',');
        vg_out_char(&l, channel);
        vg_out_char(&l, ',');
        unsigned end = (part + 1) * SENTENCE_CHARS < chars ? (part + 1) * SENTENCE_CHARS : chars;
        for (unsigned i = part * SENTENCE_CHARS; i < end; i++)
            vg_out_char(&l, armour(vg_ais_uint(msg, i * 6, 6)));
        vg_out_char(&l, ',');
        vg_out_uint(&l, part + 1 == parts ? fill : 0);
        put_checksum(&l, from);
        vg_out_text(&l, "\r\n");
        vg_out_bytes(out, line, l.len);
    }
}
