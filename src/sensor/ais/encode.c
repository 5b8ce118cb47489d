/* Messages from values, by the same tables that decode them; and messages as sentences. */
#include <math.h>
#include <string.h>

#include "nmea/write.h"
#include "sensor/ais/ais.h"
#include "sensor/ais/bits.h"
#include "sensor/ais/layouts.h"

/* The longest armoured payload of one sentence: 82 characters less "!AIVDM,n,n,s,C,", ",f*hh" and CR LF. */
#define SENTENCE_CHARS 60

enum vg_err vg_ais_blank(const char *layout, uint32_t mmsi, struct vg_ais *ret)
{
    const struct vg_ais_layout *l = vg_ais_layout_by_name(layout);
    if (!l || l->type == 0)
        return VG_NOT_FOUND;
    if (mmsi >= UINT32_C(1) << 30)
        return VG_RANGE;
    *ret = (struct vg_ais){.type = l->type, .mmsi = mmsi, .layout = l};
    ret->bits = (uint16_t)(vg_ais_needed_bits(l) + (l->type == 26 ? 20 : 0));
    vg_ais_put_bits(ret, 0, 6, l->type);
    vg_ais_put_bits(ret, 8, 30, mmsi);
    vg_ais_blank_fields(ret, l, 0, ret->bits);
    if (strcmp(layout, "24B") == 0 || strcmp(layout, "24M") == 0)
        vg_ais_put_bits(ret, 38, 2, 1);
    if (strcmp(layout, "24") == 0)
        vg_ais_put_bits(ret, 38, 2, 2);
    if (l->type == 25 || l->type == 26) {
        vg_ais_put_bits(ret, 38, 1, vg_ais_field(l, "dest_mmsi") != NULL);
        vg_ais_put_bits(ret, 39, 1, vg_ais_field(l, "dac") != NULL);
    }
    if (strcmp(layout, "22A") == 0)
        vg_ais_put_bits(ret, 139, 1, 1);
    return VG_OK;
}

static bool is_number(const struct vg_ais_field *f)
{
    return f->width && f->width <= 32 && f->kind != VG_AIS_TEXT && f->kind != VG_AIS_NAME_EXT &&
           f->kind != VG_AIS_DATA && f->kind != VG_AIS_ETA && f->kind != VG_AIS_TIME && f->kind != VG_AIS_REPEAT;
}

static enum vg_err put_raw(struct vg_ais *msg, const struct vg_ais_field *f, unsigned base, int64_t raw)
{
    if (!is_number(f))
        return VG_ARG;
    int64_t span = INT64_C(1) << f->width, low = is_signed(f) ? -span / 2 : 0;
    if (raw < low || raw >= low + span)
        return VG_RANGE;
    unsigned start = f->kind == VG_AIS_TAIL ? (unsigned)msg->bits - f->start : base + f->start;
    vg_ais_put_bits(msg, start, f->width, (uint32_t)raw);
    return f->kind == VG_AIS_CHOICE ? vg_ais_begin_choice(msg, f, base) : VG_OK;
}

enum vg_err vg_ais_set_raw(struct vg_ais *msg, const char *key, int64_t raw)
{
    if (strcmp(key, "repeat") == 0) {
        msg->repeat = (uint8_t)(raw & 3);
        vg_ais_put_bits(msg, 6, 2, msg->repeat);
        return raw >= 0 && raw <= 3 ? VG_OK : VG_RANGE;
    }
    const struct vg_ais_field *f;
    unsigned base;
    enum vg_err err = vg_ais_locate(msg, key, &f, &base);
    if (!err)
        err = put_raw(msg, f, base, raw);
    if (!err && base == 0 && (strcmp(key, "dac") == 0 || strcmp(key, "fid") == 0))
        vg_ais_choose_application(msg);
    return err;
}

/* The inverse of vg_ais_scale(). */
static double unscale(const struct vg_ais_field *f, double units)
{
    double raw = (units - f->offset) / (f->step ? f->step : 1);
    if (f->kind == VG_AIS_SQUARE)
        raw = raw > 0 ? sqrt(raw) : 0;
    if (f->kind == VG_AIS_SIGN)
        raw = raw < 0 ? -raw : raw + (double)(INT64_C(1) << (f->width - 1));
    return round(raw);
}

enum vg_err vg_ais_set(struct vg_ais *msg, const char *key, double value)
{
    const struct vg_ais_field *f;
    unsigned base;
    enum vg_err err = vg_ais_locate(msg, key, &f, &base);
    if (err)
        return err;
    if (!isfinite(value))
        return VG_RANGE;
    double scale = pow(10, f->decimals);
    if (f->kind == VG_AIS_LON || f->kind == VG_AIS_LAT)
        scale = VG_E4MIN_PER_DEGREE / scale;
    double raw = unscale(f, value * scale);
    return fabs(raw) < 4e9 ? put_raw(msg, f, base, (int64_t)raw) : VG_RANGE;
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
    enum vg_err err = put_raw(msg, lon, 0, round_div(pos.lon_e4min, scale));
    return err ? err : put_raw(msg, lat, 0, round_div(pos.lat_e4min, scale));
}

enum vg_err vg_ais_set_time(struct vg_ais *msg, const char *key, const struct vg_civil *t)
{
    const struct vg_ais_field *f;
    unsigned base;
    enum vg_err err = vg_ais_locate(msg, key, &f, &base);
    if (err)
        return err;
    if (f->kind != VG_AIS_TIME && f->kind != VG_AIS_ETA)
        return VG_ARG;
    bool year = f->kind == VG_AIS_TIME;
    if (t->month > 15 || t->day > 31 || t->hour > 31 || t->minute > 63 ||
        (year && (t->year < 0 || t->year > 16383 || t->second > 63)))
        return VG_RANGE;
    unsigned at = base + f->start;
    if (year)
        vg_ais_put_bits(msg, at, 14, (uint32_t)t->year);
    vg_ais_put_bits(msg, at + (year ? 14 : 0), 20,
                    (uint32_t)t->month << 16 | (uint32_t)t->day << 11 | (uint32_t)t->hour << 6 | t->minute);
    if (year)
        vg_ais_put_bits(msg, at + 34, 6, t->second);
    return VG_OK;
}

enum vg_err vg_ais_set_data(struct vg_ais *msg, const char *key, const uint8_t *bytes, unsigned bits)
{
    const struct vg_ais_field *f;
    unsigned base;
    enum vg_err err = vg_ais_locate(msg, key, &f, &base);
    if (err)
        return err;
    if (f->kind != VG_AIS_DATA)
        return VG_ARG;
    err = vg_ais_end_at(msg, base + f->start + bits);
    for (unsigned i = 0; !err && i < bits; i++)
        vg_ais_put_bits(msg, base + f->start + i, 1, bytes[i / 8] >> (7 - i % 8) & 1u);
    if (!err && base == 0)
        vg_ais_choose_application(msg);
    return err;
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
        vg_ais_put_bits(msg, start + (unsigned)i * 6, 6, i < n ? six_bits(text[i]) : 0);
    return n;
}

/* The name of an aid: what its field can't hold, 14 characters at most, goes behind the last field. */
static enum vg_err put_name_ext(struct vg_ais *msg, const struct vg_ais_field *f, const char *text)
{
    size_t n = put_text(msg, f->start, f->width / 6, text);
    if (text[n]) {
        size_t rest = put_text(msg, msg->layout->bits, strnlen(text + n, 14), text + n);
        msg->bits = (uint16_t)((msg->layout->bits + rest * 6 + 7) / 8 * 8);
    }
    return VG_OK;
}

enum vg_err vg_ais_set_text(struct vg_ais *msg, const char *key, const char *text)
{
    const struct vg_ais_field *f;
    unsigned base;
    enum vg_err err = vg_ais_locate(msg, key, &f, &base);
    if (err)
        return err;
    if (f->kind == VG_AIS_NAME_EXT)
        return put_name_ext(msg, f, text);
    if (f->kind != VG_AIS_TEXT)
        return VG_ARG;
    unsigned start = base + f->start;
    if (f->width) {
        put_text(msg, start, f->width / 6, text);
        return VG_OK;
    }
    size_t chars = strnlen(text, 156); /* five slots */
    err = vg_ais_end_at(msg, start + (unsigned)chars * 6);
    if (!err)
        put_text(msg, start, chars, text);
    return err;
}

static char armour(uint32_t six)
{
    return (char)(six < 40 ? '0' + six : '`' + six - 40);
}

void vg_ais_sentences(const struct vg_ais *msg, const char *talker, char channel, unsigned sequence,
                      const char *tag_station, int64_t tag_time_us, struct vg_out *out)
{
    unsigned chars = (msg->bits + 5u) / 6, fill = chars * 6 - msg->bits;
    unsigned parts = chars > SENTENCE_CHARS ? (chars + SENTENCE_CHARS - 1) / SENTENCE_CHARS : 1;
    char line[192]; /* composed apart: a streaming `out` may flush in between, and the checksum looks back */
    for (unsigned part = 0; part < parts; part++) {
        struct vg_out l = vg_out_fixed(line, sizeof line);
        vg_nmea_put_tag_block(&l, tag_station, tag_time_us);
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
        vg_nmea_put_checksum(&l, from);
        vg_out_text(&l, "\r\n");
        vg_out_bytes(out, line, l.len);
    }
}
