/* Bytes in any pieces → lines. */
#include <string.h>

#include "nmea/line_end.h"
#include "nmea/nmea.h"

void vg_framer_init(struct vg_framer *f)
{
    f->number = 0;
    f->offset = 0;
    f->begun = 0;
    f->len = 0;
    f->skipping = f->after_cr = false;
}

static void emit(struct vg_framer *f, const char *line, size_t len, uint64_t begin, vg_on_line *on, void *arg)
{
    if (len && line[len - 1] == '\r')
        len--;
    on(arg, line, len, f->number + 1, begin);
}

/* Keeps the piece of an unfinished line, or gives the line up. */
static void keep(struct vg_framer *f, const char *piece, size_t len, uint64_t offset, struct vg_refusals *refusals)
{
    if (f->skipping)
        return;
    if (!f->len)
        f->begun = offset;
    size_t room = VG_LINE_MAX - f->len;
    size_t taken = len < room ? len : room;
    memcpy(f->buf + f->len, piece, taken);
    f->len += taken;
    if (taken < len) {
        vg_refuse(refusals, VG_REFUSAL_TOO_LONG, f->buf, f->len, VG_TIME_NONE);
        f->skipping = true;
    }
}

static void finish_kept(struct vg_framer *f, vg_on_line *on, void *arg)
{
    if (!f->skipping)
        emit(f, f->buf, f->len, f->begun, on, arg);
    f->len = 0;
    f->skipping = false;
}

void vg_framer_push(struct vg_framer *f, const void *bytes, size_t len, struct vg_refusals *refusals, vg_on_line *on,
                    void *arg)
{
    const char *p = bytes, *end = p + len;
    uint64_t base = f->offset; /* of the first byte of this piece */
    while (p < end) {
        bool half = f->after_cr && *p == '\n'; /* its CR has ended the line */
        f->after_cr = false;
        if (half) {
            f->number++;
            p++;
            continue;
        }
        const char *stop = vg_line_end(p, end);
        bool lf = stop[-1] == '\n', cr = stop[-1] == '\r', ended = lf || cr;
        uint64_t offset = base + (uint64_t)(p - (const char *)bytes);
        size_t n = (size_t)(stop - p) - ended;
        if (ended && !f->len && !f->skipping && n <= VG_LINE_MAX) {
            emit(f, p, n, offset, on, arg); /* the common case: no copy */
        } else {
            keep(f, p, n, offset, refusals);
            if (ended)
                finish_kept(f, on, arg);
        }
        f->number += lf;
        f->after_cr = cr && stop == end;
        p = stop;
    }
    f->offset = base + len;
}

void vg_framer_end(struct vg_framer *f, struct vg_refusals *refusals, vg_on_line *on, void *arg)
{
    (void)refusals;
    if (f->len || f->skipping) {
        finish_kept(f, on, arg);
        f->number++;
    }
    f->after_cr = false;
}

#define ADDRESS_LEAST 3
#define ADDRESS_MOST  10

bool vg_nmea_has_sentence(const void *bytes, size_t len)
{
    const char *p = bytes, *end = p + len;
    while (p < end) {
        if (*p++ != '!' && p[-1] != '$')
            continue;
        const char *q = p;
        while (q < end && q - p <= ADDRESS_MOST && ((*q >= 'A' && *q <= 'Z') || (*q >= '0' && *q <= '9')))
            q++;
        if (q < end && *q == ',' && q - p >= ADDRESS_LEAST && q - p <= ADDRESS_MOST)
            return true;
        p = q;
    }
    return false;
}
