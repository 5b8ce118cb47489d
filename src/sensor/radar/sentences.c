#include "sensor/radar/sentences.h"

#include <string.h>

#include "base/decimal.h"
#include "base/time.h"

static const struct {
    char type[4];
    uint8_t needed;
} table[VG_RADAR_KINDS] = {
#define SENTENCE(type, named, needed) {#type, needed},
#define FIELD(type, name)
#define END(type)
#include "sensor/radar/sentences.def"
#undef SENTENCE
#undef FIELD
#undef END
};

/* $ or !, two letters of a talker, three of a type, a comma. */
static bool find_kind(const char *at, size_t len, enum vg_radar_kind *ret)
{
    if (len < 7 || at[6] != ',')
        return false;
    for (int k = 0; k < VG_RADAR_KINDS; k++)
        if (memcmp(at + 3, table[k].type, 3) == 0) {
            *ret = (enum vg_radar_kind)k;
            return true;
        }
    return false;
}

enum vg_refusal vg_radar_split(const char *at, size_t len, struct vg_radar_fields *ret)
{
    const char *p = at + 7, *end = at + len;
    if (!find_kind(at, len, &ret->kind))
        return VG_REFUSAL_OTHER_SENTENCE;
    ret->count = 0;
    for (;;) {
        const char *comma = memchr(p, ',', (size_t)(end - p)), *stop = comma ? comma : end;
        if (ret->count == VG_RADAR_FIELDS)
            return VG_REFUSAL_FIELDS;
        ret->field[ret->count++] = (struct vg_span){p, (uint32_t)(stop - p)};
        if (!comma)
            break;
        p = comma + 1;
    }
    return ret->count < table[ret->kind].needed ? VG_REFUSAL_FIELDS : VG_REFUSAL_NONE;
}

bool vg_radar_number(struct vg_span s, int64_t num, int64_t den, int64_t *ret)
{
    struct vg_decimal d;
    if (!vg_decimal_read(s.at, s.len, '.', &d))
        return false;
    *ret = vg_decimal_times(d, num, den);
    return true;
}

bool vg_radar_clock(struct vg_span s, uint32_t *ret_ms)
{
    int64_t v;
    if (s.len < 6 || memchr(s.at, 'e', s.len) || memchr(s.at, 'E', s.len) || !vg_radar_number(s, 1000, 1, &v) || v < 0)
        return false;
    const int64_t hour = v / 10000000, minute = v / 100000 % 100, ms = v % 100000;
    if (hour > 23 || minute > 59 || ms >= 61000)
        return false;
    *ret_ms = (uint32_t)(((hour * 60 + minute) * 60000 + ms) % (VG_DAY_US / 1000));
    return true;
}

/* Degrees and minutes, in 1/10 000 minute. */
static bool read_angle(struct vg_span s, size_t least, int64_t most_deg, int32_t *ret)
{
    int64_t v;
    if (s.len < least || memchr(s.at, 'e', s.len) || memchr(s.at, 'E', s.len) || *s.at == '-' || *s.at == '+' ||
        !vg_radar_number(s, 10000, 1, &v))
        return false;
    const int64_t deg = v / 1000000, minute = v % 1000000, angle = deg * VG_E4MIN_PER_DEGREE + minute;
    if (minute > VG_E4MIN_PER_DEGREE || angle > most_deg * VG_E4MIN_PER_DEGREE) /* 59.99999 may be 60 by rounding */
        return false;
    *ret = (int32_t)angle;
    return true;
}

bool vg_radar_place(const struct vg_radar_fields *f, unsigned lat, struct vg_pos *ret)
{
    const char ns = vg_radar_letter(f, lat + 1), ew = vg_radar_letter(f, lat + 3);
    struct vg_pos p;
    if ((ns != 'N' && ns != 'S') || (ew != 'E' && ew != 'W') ||
        !read_angle(vg_radar_field(f, lat), 4, 90, &p.lat_e4min) ||
        !read_angle(vg_radar_field(f, lat + 2), 5, 180, &p.lon_e4min))
        return false;
    p.lat_e4min *= ns == 'S' ? -1 : 1;
    p.lon_e4min *= ew == 'W' ? -1 : 1;
    *ret = p;
    return true;
}

/* ---- TTD ---- */

static uint16_t take_bits(const struct vg_ttd_bits *bits, unsigned *at, unsigned width)
{
    uint16_t v = 0;
    for (unsigned i = 0; i < width; i++)
        v = (uint16_t)(v << 1 | bits->bit[(*at)++]);
    return v;
}

static uint16_t unless(uint16_t value, uint16_t most)
{
    return value > most ? UINT16_MAX : value;
}

/* IEC 61162-1, tracked target data: 2 version, 10 number, 12 bearing, 12 speed, 12 course, 12 heading, 3 status, 1
 * test, 14 distance, 1 relative, 1 through water, 2 reserved, 8 association. */
static bool read_target(const struct vg_ttd_bits *b, struct vg_ttd_target *ret)
{
    unsigned at = 0;
    if (take_bits(b, &at, 2) != 0)
        return false;
    ret->number = take_bits(b, &at, 10);
    ret->bearing_ddeg = unless(take_bits(b, &at, 12), 3599);
    ret->speed_dkn = unless(take_bits(b, &at, 12), 4094);
    ret->course_ddeg = unless(take_bits(b, &at, 12), 3599);
    ret->heading_ddeg = unless(take_bits(b, &at, 12), 3599);
    ret->tracking = (uint8_t)take_bits(b, &at, 3);
    ret->test = take_bits(b, &at, 1);
    ret->distance_cnm = unless(take_bits(b, &at, 14), 16382);
    ret->relative = take_bits(b, &at, 1);
    ret->through_water = take_bits(b, &at, 1);
    const uint16_t reserved = take_bits(b, &at, 2);
    ret->association = (uint8_t)take_bits(b, &at, 8);
    return !reserved && ret->tracking != 3 && ret->tracking != 5; /* a later edition's */
}

int vg_ttd_take(struct vg_ttd_bits *b, char c, struct vg_ttd_target *ret)
{
    const bool low = c >= '0' && c <= 'W', high = c >= '`' && c <= 'w';
    if (!low && !high)
        return -1;
    const int v = c - (low ? '0' : '8');
    for (int i = 5; i >= 0; i--)
        b->bit[b->count++] = v >> i & 1; /* 90 is a multiple of 6 */
    if (b->count < VG_TTD_BITS)
        return 0;
    b->count = 0;
    return read_target(b, ret) ? 1 : -1;
}
