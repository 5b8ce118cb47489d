/* Armour → bits → message. */
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
