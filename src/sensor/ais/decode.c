/* Armour → bits → message; bits → raw values. */
#include <string.h>

#include "nmea/line.h"
#include "sensor/ais/ais.h"
#include "sensor/ais/bits.h"
#include "sensor/ais/layouts.h"

static void clear_behind(struct vg_ais *msg)
{
    size_t whole = msg->bits / 8;
    if (msg->bits % 8) {
        msg->payload[whole] &= (uint8_t)(0xFF00 >> msg->bits % 8);
        whole++;
    }
    size_t end = whole + 8 < sizeof msg->payload ? whole + 8 : sizeof msg->payload;
    memset(msg->payload + whole, 0, end - whole);
}

void vg_ais_choose_application(struct vg_ais *msg)
{
    msg->application = NULL;
    msg->application_start = 0;
    const struct vg_ais_field *dac = NULL, *fid = NULL, *data = NULL;
    if (msg->type == 6 || msg->type == 8 || msg->type == 25 || msg->type == 26) {
        dac = vg_ais_field(msg->layout, "dac");
        fid = vg_ais_field(msg->layout, "fid");
        data = vg_ais_field(msg->layout, "data");
    }
    if (!dac || !fid || !data || msg->bits <= data->start)
        return;
    msg->application_start = data->start;
    msg->application = vg_ais_application_layout(vg_ais_uint(msg, dac->start, dac->width),
                                                 vg_ais_uint(msg, fid->start, fid->width), msg->bits - data->start);
}

enum vg_refusal vg_ais_decode(const char *armour, size_t len, uint8_t fill_bits, struct vg_ais *msg)
{
    if (fill_bits > 5)
        return VG_REFUSAL_FILL_BITS;
    if (len > VG_PAYLOAD_CHARS)
        return VG_REFUSAL_PAYLOAD_LENGTH;
    if (!vg_unarmour(armour, len, msg->payload))
        return VG_REFUSAL_ARMOUR;
    msg->bits = (uint16_t)(len * 6 > fill_bits ? len * 6 - fill_bits : 0);
    clear_behind(msg);
    return vg_ais_interpret(msg);
}

enum vg_refusal vg_ais_interpret(struct vg_ais *msg)
{
    if (msg->bits < 38)
        return VG_REFUSAL_MESSAGE_SHORT;
    msg->type = (uint8_t)bits_uint(msg, 0, 6);
    msg->repeat = (uint8_t)bits_uint(msg, 6, 2);
    msg->mmsi = bits_uint(msg, 8, 30);
    msg->layout = vg_ais_choose_layout(msg);
    if (!msg->layout)
        return VG_REFUSAL_MESSAGE_TYPE;
    vg_ais_choose_application(msg);
    return VG_REFUSAL_NONE;
}

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

static bool is_signed(const struct vg_ais_field *f)
{
    return f->kind == VG_AIS_INT || f->kind == VG_AIS_LON || f->kind == VG_AIS_LAT || f->kind == VG_AIS_TURN;
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
