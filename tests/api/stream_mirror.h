/*
 * The other end of the live stream: takes bytes in any pieces, keeps what a reader would know, and fails the test on
 * anything docs/formats/stream.md forbids. Compares itself with a snapshot.
 */
#ifndef VG_TESTS_API_STREAM_MIRROR_H
#define VG_TESTS_API_STREAM_MIRROR_H

#include "api/stream_reader.h"
#include "picture/snapshot.h"
#include "test.h"
#include "vessel/rules.h"

#define MIRROR_SLOTS 4096

struct mirror {
    bool greeted;
    uint32_t capacity;
    uint64_t epoch, told_seq;
    uint64_t ticks, moves, statics, gones, tracks; /* rows */
    int64_t clock_us;
    uint32_t in_view, held;
    size_t len; /* of the unfinished frame */
    uint8_t frame[VG_FRAME_MAX];
    struct mirror_row {
        bool held, fixed, tracked;
        uint8_t track[VG_TRACK_SIZE];
        uint8_t move[VG_MOVE_SIZE];
        uint8_t stat[VG_STATIC_SIZE + 80];
    } row[MIRROR_SLOTS];
};

static inline uint16_t get_u16(const uint8_t *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}
static inline uint32_t get_u32(const uint8_t *p)
{
    return get_u16(p) | (uint32_t)get_u16(p + 2) << 16;
}
static inline uint64_t get_u64(const uint8_t *p)
{
    return get_u32(p) | (uint64_t)get_u32(p + 4) << 32;
}

static inline struct mirror_row *mirror_row(struct mirror *m, uint32_t slot)
{
    assert_true(slot < m->capacity && slot < MIRROR_SLOTS);
    return &m->row[slot];
}

static inline void mirror_move(struct mirror *m, const uint8_t *p)
{
    struct mirror_row *row = mirror_row(m, get_u32(p));
    if (!row->held)
        m->held++;
    if (row->held && get_u32(row->move + 4) != get_u32(p + 4))
        row->fixed = false; /* another vessel took the slot */
    if (row->held && get_u64(row->move + 40) != get_u64(p + 40))
        row->tracked = false; /* another contact did */
    row->held = true;
    memcpy(row->move, p, VG_MOVE_SIZE);
    m->moves++;
}

static inline size_t mirror_static(struct mirror *m, const uint8_t *p)
{
    size_t size = get_u16(p);
    struct mirror_row *row = mirror_row(m, get_u32(p + 8));
    assert_true(row->held); /* MOVE comes before STATIC */
    assert_int_equal(get_u32(row->move + 4), get_u32(p + 12));
    assert_int_equal(size, VG_STATIC_SIZE + p[2] + p[3] + p[4]);
    assert_true(size <= sizeof row->stat);
    memcpy(row->stat, p, size);
    row->fixed = true;
    m->statics++;
    return size;
}

static inline void mirror_gone(struct mirror *m, uint32_t slot)
{
    struct mirror_row *row = mirror_row(m, slot);
    assert_true(row->held); /* told exactly once */
    row->held = row->fixed = row->tracked = false;
    m->held--;
    m->gones++;
}

static inline void mirror_track(struct mirror *m, const uint8_t *p)
{
    struct mirror_row *row = mirror_row(m, get_u32(p));
    assert_true(row->held); /* MOVE comes before TRACK */
    row->tracked = !(get_u16(p + 28) & VG_TRACK_OVER);
    memcpy(row->track, p, VG_TRACK_SIZE);
    m->tracks++;
}

static inline void mirror_hello(struct mirror *m, const uint8_t *p)
{
    assert_false(m->greeted);
    assert_memory_equal(p, "VGS2", 4);
    assert_int_equal(get_u16(p + 4), 2);
    assert_int_equal(get_u16(p + 28), VG_MOVE_SIZE);
    m->epoch = get_u64(p + 8);
    m->clock_us = (int64_t)get_u64(p + 16);
    m->capacity = get_u32(p + 24);
    m->greeted = true;
}

static inline void mirror_frame(struct mirror *m)
{
    const uint8_t *p = m->frame + VG_STREAM_FRAME_HEAD, *end = m->frame + m->len;
    unsigned kind = m->frame[4], count = get_u16(m->frame + 6);
    uint64_t seq = get_u64(m->frame + 8);
    assert_int_equal(m->frame[5], 0);
    assert_true(m->greeted || kind == VG_FRAME_HELLO);
    if (kind == VG_FRAME_HELLO)
        mirror_hello(m, p);
    for (unsigned i = 0; i < count; i++) {
        if (kind == VG_FRAME_MOVE)
            mirror_move(m, p), p += VG_MOVE_SIZE;
        else if (kind == VG_FRAME_STATIC)
            p += mirror_static(m, p);
        else if (kind == VG_FRAME_GONE)
            mirror_gone(m, get_u32(p)), p += 4;
        else if (kind == VG_FRAME_TRACK)
            mirror_track(m, p), p += VG_TRACK_SIZE;
        else
            fail_msg("a kind of frame that has no rows");
        assert_true(p <= end);
    }
    if ((kind >= VG_FRAME_MOVE && kind <= VG_FRAME_GONE) || kind == VG_FRAME_TRACK)
        assert_true(count > 0 && p == end);
    if (kind == VG_FRAME_TICK) {
        assert_true(seq >= m->told_seq);
        m->told_seq = seq;
        m->clock_us = (int64_t)get_u64(p);
        m->in_view = get_u32(p + 12);
        assert_int_equal(m->in_view, m->held);
        m->ticks++;
    }
}

static inline void mirror_take(struct mirror *m, const uint8_t *bytes, size_t len)
{
    while (len) {
        size_t need = m->len < 4 ? 4 : 4 + get_u32(m->frame);
        assert_true(need <= VG_FRAME_MAX);
        size_t part = need - m->len < len ? need - m->len : len;
        memcpy(m->frame + m->len, bytes, part);
        m->len += part;
        bytes += part;
        len -= part;
        if (m->len >= 4 && m->len == 4 + get_u32(m->frame)) {
            assert_true(m->len >= VG_STREAM_FRAME_HEAD);
            mirror_frame(m);
            m->len = 0;
        }
    }
}

static inline bool mirror_wants(const struct vg_stream_view *view, const struct vg_contact *v)
{
    return (v->flags & (VG_CONTACT_DISTRESS | VG_CONTACT_DISTRESS_TEST)) ||
           ((!view->boxed || vg_box_contains(&view->box, v->pos)) && (!view->classes || view->classes >> v->class & 1));
}

static inline void mirror_compare_row(const struct mirror_row *row, const struct vg_contact *v, int64_t now_us)
{
    const uint8_t *p = row->move;
    assert_int_equal(get_u32(p + 4), v->mmsi);
    assert_int_equal((int32_t)get_u32(p + 8), v->pos.lon_e4min);
    assert_int_equal((int32_t)get_u32(p + 12), v->pos.lat_e4min);
    assert_int_equal(get_u32(p + 16), v->prov[VG_FIELD_POS].time_ms / 1000);
    assert_int_equal(get_u32(p + 20), v->heard_us / 1000000);
    assert_int_equal(get_u16(p + 24), vg_contact_holds(v, VG_FIELD_SOG, now_us) ? v->sog_dkn : 65535);
    assert_int_equal(get_u16(p + 26), vg_contact_holds(v, VG_FIELD_COG, now_us) ? v->cog_ddeg : 65535);
    assert_int_equal(p[31], vg_contact_holds(v, VG_FIELD_STATUS, now_us) ? v->status : 255);
    assert_int_equal(p[32], v->class);
    assert_int_equal(p[33], vg_contact_shown_flags(v, now_us));
    assert_true(get_u64(p + 40) == v->id);
    bool bound = vg_contact_holds(v, VG_FIELD_DESTINATION, now_us);
    size_t name = strlen(v->name), destination = bound ? strlen(v->destination) : 0;
    if (!row->fixed) {
        assert_true(name == 0 && destination == 0 && v->imo == 0);
        return;
    }
    p = row->stat;
    assert_int_equal(p[2], name);
    assert_int_equal(p[4], destination);
    assert_int_equal(get_u32(p + 16), v->imo);
    assert_memory_equal(p + VG_STATIC_SIZE, v->name, name);
    assert_memory_equal(p + VG_STATIC_SIZE + p[2] + p[3], v->destination, destination);
}

static inline void mirror_compare_track(const struct mirror_row *row, const struct vg_track_row *track)
{
    const bool there = track && !(track->facts & VG_TRACK_OVER);
    assert_int_equal(row->tracked, there);
    if (!there)
        return;
    const uint8_t *p = row->track;
    assert_true(get_u64(p + 4) == track->track.seen_by);
    assert_int_equal(get_u32(p + 12), (uint32_t)(track->track.sigma_major_m * 10 + 0.5));
    assert_int_equal(get_u16(p + 26), (uint16_t)(track->track.existence * 65535 + 0.5));
    assert_int_equal(get_u16(p + 28), track->facts);
    assert_int_equal(get_u32(p + 32), (uint32_t)(track->track.seen_us / 1000000));
}

/* Fails unless the mirror holds exactly what a reader with this view should see. */
static inline void mirror_compare(const struct mirror *m, const struct vg_snapshot *s,
                                  const struct vg_stream_view *view)
{
    uint32_t wanted = 0;
    for (uint32_t slot = 0; slot < MIRROR_SLOTS; slot++) {
        const struct vg_contact *v = vg_snapshot_vessel(s, slot);
        bool want = v && mirror_wants(view, v);
        wanted += want;
        if (want != m->row[slot].held)
            fail_msg("slot %u: %s", slot, want ? "missing" : "held, but gone");
        if (want)
            mirror_compare_row(&m->row[slot], v, s->clock_us);
        if (want)
            mirror_compare_track(&m->row[slot], vg_snapshot_track(s, slot));
    }
    assert_int_equal(m->held, wanted);
}

#endif
