#include <string.h>

#include "journal/frame.h"

#define KIND_MASK  0x0F
#define HAS_STREAM 0x80

const char *vg_record_key(enum vg_record_kind kind)
{
    static const char *const keys[] = {
#define X(name, key) [VG_RECORD_##name] = key,
        VG_RECORD_LIST(X)
#undef X
    };
    return (unsigned)kind < VG_RECORD_KINDS ? keys[kind] : "unknown";
}

/* ---- writing ---- */

static void put_varint(struct vg_out *out, uint64_t v)
{
    for (; v >= 0x80; v >>= 7)
        vg_out_char(out, (char)(v | 0x80));
    vg_out_char(out, (char)v);
}

/* Differences of times wrap: any two int64 have one. */
static uint64_t zigzag(int64_t from, int64_t to)
{
    uint64_t d = (uint64_t)to - (uint64_t)from;
    return d << 1 ^ (0 - (d >> 63));
}

static int64_t unzigzag(int64_t from, uint64_t z)
{
    return (int64_t)((uint64_t)from + (z >> 1 ^ (0 - (z & 1))));
}

void vg_record_put(struct vg_out *out, int64_t *time_us, const struct vg_record *r)
{
    uint8_t first = (uint8_t)r->kind;
    if (r->kind == VG_RECORD_DATA)
        first |= r->flags & (VG_RECORD_BEGINS | VG_RECORD_ENDS | VG_RECORD_DATAGRAM);
    if (r->kind == VG_RECORD_DATA && r->stream)
        first |= HAS_STREAM;
    vg_out_char(out, (char)first);
    put_varint(out, zigzag(*time_us, r->time_us));
    *time_us = r->time_us;
    if (r->kind == VG_RECORD_DATA || r->kind == VG_RECORD_SOURCE)
        put_varint(out, r->source);
    if (first & HAS_STREAM)
        put_varint(out, r->stream);
    put_varint(out, r->len);
    vg_out_bytes(out, r->bytes, r->len);
}

static void put_numbers(struct vg_out *out, int64_t *time_us, int64_t now_us, enum vg_record_kind kind,
                        const uint64_t *numbers, size_t count)
{
    char body[64];
    struct vg_out b = vg_out_fixed(body, sizeof body);
    for (size_t i = 0; i < count; i++)
        put_varint(&b, numbers[i]);
    struct vg_record r = {.kind = kind, .time_us = now_us, .bytes = body, .len = b.len};
    vg_record_put(out, time_us, &r);
}

void vg_record_put_gap(struct vg_out *out, int64_t *time_us, int64_t now_us, const struct vg_gap *g)
{
    const uint64_t n[] = {g->why, zigzag(now_us, g->from_us), zigzag(now_us, g->to_us), g->records, g->bytes};
    put_numbers(out, time_us, now_us, VG_RECORD_GAP, n, 5);
}

void vg_record_put_retired(struct vg_out *out, int64_t *time_us, int64_t now_us, const struct vg_retired *r)
{
    const uint64_t n[] = {r->why, r->kept, r->segments, r->bytes};
    put_numbers(out, time_us, now_us, VG_RECORD_RETIRED, n, 4);
}

void vg_record_put_opened(struct vg_out *out, int64_t *time_us, int64_t now_us, const struct vg_opened *o)
{
    const uint64_t n[] = {o->dropped_bytes, o->dropped_frames};
    put_numbers(out, time_us, now_us, VG_RECORD_OPENED, n, 2);
}

void vg_record_put_clock(struct vg_out *out, int64_t *time_us, int64_t now_us, const struct vg_clock_note *c)
{
    const uint64_t n[] = {c->state, zigzag(now_us, c->time_us), zigzag(0, c->jump_us),
                          c->error_us < 0 ? 0 : (uint64_t)c->error_us + 1};
    put_numbers(out, time_us, now_us, VG_RECORD_CLOCK, n, 4);
}

/* ---- reading ---- */

static bool get_varint(const uint8_t *bytes, size_t len, size_t *at, uint64_t *ret)
{
    uint64_t v = 0;
    for (unsigned shift = 0; shift < 64 && *at < len; shift += 7) {
        uint8_t b = bytes[(*at)++];
        if (shift == 63 && b > 1)
            return false;
        v |= (uint64_t)(b & 0x7F) << shift;
        if (!(b & 0x80)) {
            *ret = v;
            return true;
        }
    }
    return false;
}

/* Later versions may append numbers to a body: what follows is not looked at. */
static bool get_numbers(const struct vg_record *r, enum vg_record_kind kind, uint64_t *ret, size_t count)
{
    size_t at = 0;
    if (r->kind != kind)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!get_varint(r->bytes, r->len, &at, &ret[i]))
            return false;
    return true;
}

bool vg_record_gap(const struct vg_record *r, struct vg_gap *ret)
{
    uint64_t n[5];
    if (!get_numbers(r, VG_RECORD_GAP, n, 5))
        return false;
    *ret = (struct vg_gap){.why = (enum vg_gap_why)(n[0] & 0xFF),
                           .from_us = unzigzag(r->time_us, n[1]),
                           .to_us = unzigzag(r->time_us, n[2]),
                           .records = n[3],
                           .bytes = n[4]};
    return true;
}

bool vg_record_retired(const struct vg_record *r, struct vg_retired *ret)
{
    uint64_t n[4];
    if (!get_numbers(r, VG_RECORD_RETIRED, n, 4))
        return false;
    *ret =
        (struct vg_retired){.why = (enum vg_retired_why)(n[0] & 0xFF), .kept = n[1], .segments = n[2], .bytes = n[3]};
    return true;
}

bool vg_record_opened(const struct vg_record *r, struct vg_opened *ret)
{
    uint64_t n[2];
    if (!get_numbers(r, VG_RECORD_OPENED, n, 2))
        return false;
    *ret = (struct vg_opened){.dropped_bytes = n[0], .dropped_frames = n[1]};
    return true;
}

bool vg_record_clock(const struct vg_record *r, struct vg_clock_note *ret)
{
    uint64_t n[4];
    if (!get_numbers(r, VG_RECORD_CLOCK, n, 4))
        return false;
    *ret = (struct vg_clock_note){.state = (enum vg_clock_state)(n[0] & 0xFF),
                                  .time_us = unzigzag(r->time_us, n[1]),
                                  .jump_us = unzigzag(0, n[2]),
                                  .error_us = n[3] ? (int64_t)(n[3] - 1) : -1};
    return true;
}

void vg_records_begin(struct vg_records *s, uint64_t frame, const void *raw, size_t len)
{
    memset(s->name, 0, sizeof s->name);
    s->raw = raw;
    s->len = len;
    s->at = 0;
    s->frame = frame;
    s->time_us = 0;
}

/* Reads what stands between a record's kind and its bytes. */
static bool get_envelope(struct vg_records *s, size_t *at, struct vg_record *r)
{
    uint64_t time, source = 0, stream = 0, len;
    uint8_t first = s->raw[(*at)++];
    r->kind = (enum vg_record_kind)(first & KIND_MASK);
    bool data = r->kind == VG_RECORD_DATA;
    if (!data && (first & ~KIND_MASK))
        return false;
    r->flags = first & (VG_RECORD_BEGINS | VG_RECORD_ENDS | VG_RECORD_DATAGRAM);
    if (!get_varint(s->raw, s->len, at, &time))
        return false;
    if ((data || r->kind == VG_RECORD_SOURCE) &&
        (!get_varint(s->raw, s->len, at, &source) || source >= VG_FRAME_SOURCES))
        return false;
    if (first & HAS_STREAM && (!get_varint(s->raw, s->len, at, &stream) || stream > UINT32_MAX))
        return false;
    if (!get_varint(s->raw, s->len, at, &len) || len > s->len - *at)
        return false;
    r->time_us = unzigzag(s->time_us, time);
    r->source = (uint16_t)source;
    r->stream = (uint32_t)stream;
    r->len = len;
    return true;
}

enum vg_err vg_records_next(struct vg_records *s, struct vg_record *ret)
{
    struct vg_record r = {0};
    size_t at = s->at;
    if (at == s->len)
        return VG_EOF;
    if (!get_envelope(s, &at, &r) || (r.kind == VG_RECORD_SOURCE && r.len > VG_FRAME_NAME_MAX))
        return VG_CORRUPT;
    r.bytes = s->raw + at;
    r.journal_offset = vg_journal_offset(s->frame, at);
    if (r.kind == VG_RECORD_SOURCE) {
        s->name[r.source].at = (uint32_t)at;
        s->name[r.source].len = (uint8_t)r.len;
        s->name[r.source].known = true;
    }
    if (r.kind == VG_RECORD_DATA && s->name[r.source].known) {
        r.name = (const char *)s->raw + s->name[r.source].at;
        r.name_len = s->name[r.source].len;
    }
    s->time_us = r.time_us;
    s->at = at + r.len;
    *ret = r;
    return VG_OK;
}
