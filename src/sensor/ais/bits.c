/* Bits of a message as numbers and text, and numbers as bits. bits.h has the same inline for the hot paths. */
#include <string.h>

#include "sensor/ais/ais.h"
#include "sensor/ais/bits.h"
#include "sensor/ais/layouts.h"

uint32_t vg_ais_uint(const struct vg_ais *msg, unsigned start, unsigned width)
{
    if (start >= msg->bits || width == 0 || width > 32)
        return 0;
    return bits_uint(msg, start, width);
}

int32_t vg_ais_int(const struct vg_ais *msg, unsigned start, unsigned width)
{
    if (start >= msg->bits || width == 0 || width > 32)
        return 0;
    return bits_int(msg, start, width);
}

enum vg_ais_state vg_ais_raw(const struct vg_ais *msg, const struct vg_ais_field *f, unsigned base, int64_t *ret_raw)
{
    unsigned start = base + f->start;
    if (f->kind == VG_AIS_TAIL) {
        if (msg->bits < 40u + f->start)
            return VG_AIS_ABSENT;
        start = msg->bits - f->start;
    }
    bool whole = start + f->width <= msg->bits;
    if (f->width == 0 || f->width > 32 || start >= msg->bits)
        return VG_AIS_ABSENT;
    if (!whole && (f->kind == VG_AIS_LON || f->kind == VG_AIS_LAT))
        return VG_AIS_ABSENT;
    int64_t raw = is_signed(f) ? vg_ais_int(msg, start, f->width) : (int64_t)vg_ais_uint(msg, start, f->width);
    if (f->none != VG_AIS_NO_NONE && (raw == f->none || (f->upwards && raw > f->none)))
        return VG_AIS_NOT_AVAILABLE;
    *ret_raw = raw;
    return whole ? VG_AIS_PRESENT : VG_AIS_PARTIAL;
}

int64_t vg_ais_scale(const struct vg_ais_field *f, int64_t raw)
{
    if (f->kind == VG_AIS_SQUARE)
        raw *= raw;
    if (f->kind == VG_AIS_SIGN) {
        int64_t sign = INT64_C(1) << (f->width - 1);
        raw = raw & sign ? raw - sign : -raw;
    }
    return (f->step ? raw * f->step : raw) + f->offset;
}

size_t vg_ais_text(const struct vg_ais *msg, unsigned start, unsigned width, char *out, size_t size)
{
    unsigned end = width && start + width < msg->bits ? start + width : msg->bits;
    unsigned count = end > start ? (end - start) / 6 : 0;
    char text[VG_PAYLOAD_CHARS + 8];
    if (size <= count)
        count = (unsigned)size - 1;
    if (size >= count + 8)
        return bits_text(msg, start, count, out);
    size_t n = bits_text(msg, start, count, text);
    memcpy(out, text, n + 1);
    return n;
}

void vg_ais_put_bits(struct vg_ais *msg, unsigned start, unsigned width, uint32_t value)
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
