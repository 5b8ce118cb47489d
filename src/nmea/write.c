#include "nmea/write.h"

#include "base/time.h"

void vg_nmea_put_checksum(struct vg_out *out, size_t from)
{
    uint8_t sum = 0;
    for (size_t i = from; i < out->len; i++)
        sum ^= (uint8_t)out->buf[i];
    static const char hex[] = "0123456789ABCDEF";
    vg_out_char(out, '*');
    vg_out_char(out, hex[sum >> 4]);
    vg_out_char(out, hex[sum & 15]);
}

void vg_nmea_put_tag_block(struct vg_out *out, const char *station, int64_t time_us)
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
    vg_nmea_put_checksum(out, from);
    vg_out_char(out, '\\');
}
