#include "sensor/asterix/asterix_write.h"

#include <string.h>

#include "sensor/asterix/asterix.h"
#include "sensor/asterix/asterix_slots.h"

#define RECORD_MAX  96 /* octets of the items of one record */
#define DAY_MS      (VG_DAY_US / 1000)
#define TURN        65536.0            /* of an angle of 16 bits */
#define NM_S        (1852.0 / 16384.0) /* m/s: the step of a ground speed */
#define ALTITUDE_FT 25
#define LENGTH_MOST 127

/* A record as it grows: presence bits, then items. */
struct record {
    uint8_t presence[(VG_ASTERIX_SLOTS + 6) / 7];
    uint8_t item[RECORD_MAX];
    size_t len;
};

static void has(struct record *r, unsigned slot)
{
    r->presence[slot / 7] |= (uint8_t)(0x80 >> slot % 7);
}

static void put(struct record *r, uint32_t value, unsigned octets)
{
    while (octets--)
        r->item[r->len++] = (uint8_t)(value >> 8 * octets);
}

static void put_item(struct record *r, unsigned slot, uint32_t value, unsigned octets)
{
    has(r, slot);
    put(r, value, octets);
}

void vg_asterix_write_begin(struct vg_asterix_writer *w, void *bytes, size_t cap)
{
    *w = (struct vg_asterix_writer){.bytes = bytes, .cap = cap};
}

static void put_length(struct vg_asterix_writer *w)
{
    size_t len = w->len - w->block;
    w->bytes[w->block + 1] = (uint8_t)(len >> 8);
    w->bytes[w->block + 2] = (uint8_t)len;
}

static enum vg_err finish(struct vg_asterix_writer *w, uint8_t category, struct record *r)
{
    size_t head = sizeof r->presence;
    while (head > 1 && r->presence[head - 1] == 0)
        head--;
    for (size_t i = 0; i + 1 < head; i++)
        r->presence[i] |= 1;
    size_t need = head + r->len;
    bool anew = w->category != category || w->len - w->block + need > VG_ASTERIX_WRITE_BLOCK;
    if (w->len + (anew ? VG_ASTERIX_HEADER : 0) + need > w->cap)
        return VG_LIMIT;
    if (anew) {
        w->block = w->len;
        w->category = category;
        w->bytes[w->len] = category;
        w->len += VG_ASTERIX_HEADER;
    }
    memcpy(w->bytes + w->len, r->presence, head);
    memcpy(w->bytes + w->len + head, r->item, r->len);
    w->len += need;
    put_length(w);
    return VG_OK;
}

/* ---- values ---- */

static uint32_t angle(double deg)
{
    double turns = deg / 360;
    return (uint32_t)llround((turns - floor(turns)) * TURN) & 0xFFFF;
}

static uint32_t time_of_day(uint32_t ms)
{
    return (uint32_t)(((uint64_t)ms * 128 + 500) / 1000) % (uint32_t)(DAY_MS * 128 / 1000);
}

static void put_name(struct record *r, const char *name)
{
    uint64_t bits = 0;
    for (unsigned i = 0, ended = 0; i < VG_ASTERIX_NAME_CHARS; i++) {
        char c = ended || !name[i] ? ' ' : name[i];
        ended |= !name[i];
        unsigned code = c >= 'A' && c <= 'Z'   ? (unsigned)(c - 'A' + 1)
                        : c >= 'a' && c <= 'z' ? (unsigned)(c - 'a' + 1)
                        : c >= '0' && c <= '9' ? (unsigned)c
                                               : ' ';
        bits = bits << 6 | code;
    }
    put(r, (uint32_t)(bits >> 32), 2);
    put(r, (uint32_t)bits, 4);
}

static uint32_t flight_level(int32_t ft)
{
    return (uint32_t)lround((double)ft / ALTITUDE_FT) & 0x3FFF;
}

/* What both categories can't say. */
static bool is_out_of_range(const struct vg_asterix_target *t)
{
    bool has_time = t->time_of_day_ms != VG_TIME_OF_DAY_NONE, has_speed = !isnan(t->speed_mps);
    return !isfinite(t->bearing_deg) || !(t->range_m >= 0) || t->track > VG_ASTERIX_TRACK_MAX || t->icao > 0xFFFFFF ||
           (has_time && (int64_t)t->time_of_day_ms >= DAY_MS) ||
           (t->mode_3a != VG_MODE_3A_NONE && t->mode_3a > 07777) ||
           (has_speed && !(t->speed_mps >= 0 && t->speed_mps < NM_S * 65535 && isfinite(t->course_deg))) ||
           (t->has_altitude && (t->altitude_ft < -1500 || t->altitude_ft > 150000)) || t->length_m > LENGTH_MOST;
}

static void put_velocity(struct record *r, unsigned slot, const struct vg_asterix_target *t)
{
    put_item(r, slot, (uint32_t)llround(t->speed_mps / NM_S), 2);
    put(r, angle(t->course_deg), 2);
}

/* ---- categories ---- */

/* How it was found: by primary radar, with a transponder's answer or not. */
static unsigned found_by(const struct vg_asterix_target *t)
{
    return t->coasted ? 0 : t->icao ? 7 : t->mode_3a != VG_MODE_3A_NONE ? 3 : 1;
}

enum vg_err vg_asterix_write_048(struct vg_asterix_writer *w, const struct vg_asterix_target *t)
{
    struct record r = {.len = 0};
    double range = round(t->range_m / VG_METRES_PER_NM * 256);
    if (is_out_of_range(t) || range > 65535)
        return VG_RANGE;
    put_item(&r, VG_ASTERIX_048_010, (uint32_t)t->sac << 8 | t->sic, 2);
    if (t->time_of_day_ms != VG_TIME_OF_DAY_NONE)
        put_item(&r, VG_ASTERIX_048_140, time_of_day(t->time_of_day_ms), 3);
    put_item(&r, VG_ASTERIX_048_020, found_by(t) << 5 | (uint32_t)t->simulated << 4, 1);
    put_item(&r, VG_ASTERIX_048_040, (uint32_t)range, 2);
    put(&r, angle(t->bearing_deg), 2);
    if (t->mode_3a != VG_MODE_3A_NONE)
        put_item(&r, VG_ASTERIX_048_070, t->mode_3a, 2);
    if (t->has_altitude)
        put_item(&r, VG_ASTERIX_048_090, flight_level(t->altitude_ft), 2);
    if (t->icao)
        put_item(&r, VG_ASTERIX_048_220, t->icao, 3);
    if (t->name[0]) {
        has(&r, VG_ASTERIX_048_240);
        put_name(&r, t->name);
    }
    if (t->track)
        put_item(&r, VG_ASTERIX_048_161, t->track, 2);
    if (!isnan(t->speed_mps))
        put_velocity(&r, VG_ASTERIX_048_200, t);
    if (t->track && t->lost)
        put_item(&r, VG_ASTERIX_048_170, ((uint32_t)t->tentative << 7 | 1) << 8 | 0x80, 2);
    else if (t->track)
        put_item(&r, VG_ASTERIX_048_170, (uint32_t)t->tentative << 7, 1);
    return finish(w, 48, &r);
}

static void put_020_of_010(struct record *r, bool simulated)
{
    unsigned primary = 3u << 5;
    if (simulated)
        put_item(r, VG_ASTERIX_010_020, (primary | 1) << 8 | 0x80, 2);
    else
        put_item(r, VG_ASTERIX_010_020, primary, 1);
}

enum vg_err vg_asterix_write_010(struct vg_asterix_writer *w, const struct vg_asterix_target *t)
{
    struct record r = {.len = 0};
    if (is_out_of_range(t) || round(t->range_m) > 65535)
        return VG_RANGE;
    put_item(&r, VG_ASTERIX_010_010, (uint32_t)t->sac << 8 | t->sic, 2);
    put_item(&r, VG_ASTERIX_010_000, 1, 1); /* a target report */
    put_020_of_010(&r, t->simulated);
    if (t->time_of_day_ms != VG_TIME_OF_DAY_NONE)
        put_item(&r, VG_ASTERIX_010_140, time_of_day(t->time_of_day_ms), 3);
    put_item(&r, VG_ASTERIX_010_040, (uint32_t)round(t->range_m), 2);
    put(&r, angle(t->bearing_deg), 2);
    if (!isnan(t->speed_mps))
        put_velocity(&r, VG_ASTERIX_010_200, t);
    if (t->track) {
        put_item(&r, VG_ASTERIX_010_161, t->track, 2);
        put_item(&r, VG_ASTERIX_010_170,
                 (uint32_t)t->tentative << 7 | (uint32_t)t->lost << 6 | (t->coasted ? 1u << 4 : 0), 1);
    }
    if (t->mode_3a != VG_MODE_3A_NONE)
        put_item(&r, VG_ASTERIX_010_060, t->mode_3a, 2);
    if (t->icao)
        put_item(&r, VG_ASTERIX_010_220, t->icao, 3);
    if (t->name[0]) {
        put_item(&r, VG_ASTERIX_010_245, 0, 1);
        put_name(&r, t->name);
    }
    if (t->has_altitude)
        put_item(&r, VG_ASTERIX_010_090, flight_level(t->altitude_ft), 2);
    if (t->length_m)
        put_item(&r, VG_ASTERIX_010_270, (uint32_t)t->length_m << 1, 1);
    return finish(w, 10, &r);
}

enum vg_err vg_asterix_write_034(struct vg_asterix_writer *w, const struct vg_asterix_service *s)
{
    struct record r = {.len = 0};
    bool has_time = s->time_of_day_ms != VG_TIME_OF_DAY_NONE, has_period = !isnan(s->period_s);
    if ((has_time && (int64_t)s->time_of_day_ms >= DAY_MS) || (!s->north && !isfinite(s->azimuth_deg)) ||
        (has_period && !(s->period_s >= 0 && s->period_s < 511)))
        return VG_RANGE;
    put_item(&r, VG_ASTERIX_034_010, (uint32_t)s->sac << 8 | s->sic, 2);
    put_item(&r, VG_ASTERIX_034_000, s->north ? 1 : 2, 1);
    if (has_time)
        put_item(&r, VG_ASTERIX_034_030, time_of_day(s->time_of_day_ms), 3);
    if (!s->north)
        put_item(&r, VG_ASTERIX_034_020, (angle(s->azimuth_deg) + 128) >> 8 & 0xFF, 1);
    if (has_period)
        put_item(&r, VG_ASTERIX_034_041, (uint32_t)llround(s->period_s * 128), 2);
    if (vg_pos_valid(s->from)) {
        double step = 180.0 / (1 << 23);
        put_item(&r, VG_ASTERIX_034_120, (uint16_t)s->height_m, 2);
        put(&r, (uint32_t)(int32_t)lround(vg_pos_lat_deg(s->from) / step), 3);
        put(&r, (uint32_t)(int32_t)lround(vg_pos_lon_deg(s->from) / step), 3);
    }
    return finish(w, 34, &r);
}
