#include "sensor/ais/alone.h"

/* The plain path: with a tag block, a time in front, a station behind. */
static bool read_plain(const char *line, size_t len, const struct vg_line_place *at, struct vg_ais *msg,
                       struct vg_payload *payload)
{
    struct vg_sentence s, more;
    enum vg_refusal refusal;
    size_t pos = 0;
    if (len > VG_LINE_MAX || !vg_nmea_next(line, len, &pos, &s, &refusal) || refusal || s.fragments != 1 ||
        s.group_part < s.group_count || /* what follows may tell more of it */
        vg_nmea_next(line, len, &pos, &more, &refusal))
        return false;
    return vg_nmea_single(&s, vg_line_place_time(at), at->offset, at->number, payload) &&
           vg_ais_decode(payload->chars, payload->len, payload->fill_bits, msg) == VG_REFUSAL_NONE;
}

size_t vg_ais_alone(vg_line_reader *read, const char *p, const char *end, const struct vg_line_place *at,
                    struct vg_ais *msg, struct vg_payload *payload)
{
    struct vg_line line;
    size_t n = read(p, end, &line, msg->payload);
    if (n) {
        msg->bits = line.bits;
        if (line.fragments != 1 || vg_ais_interpret_common(msg))
            return 0;
        vg_line_payload(&line, p, at, payload);
        return n;
    }
    const char *lf = memchr(p, '\n', (size_t)(end - p));
    if (!lf || lf - p > VG_LINE_MAX)
        return 0;
    size_t len = (size_t)(lf - p);
    if (len && p[len - 1] == '\r')
        len--;
    if (memchr(p, '\r', len)) /* several lines */
        return 0;
    return read_plain(p, len, at, msg, payload) ? (size_t)(lf - p) + 1 : 0;
}
