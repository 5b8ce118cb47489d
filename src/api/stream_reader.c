#include "api/stream_reader.h"

#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "vessel/rules.h"

#define NONE_U16 UINT16_MAX
#define TEXT_MAX (VG_NAME_SIZE + VG_CALLSIGN_SIZE + VG_DESTINATION_SIZE)
_Static_assert(4 * VG_STREAM_FRAME_HEAD + VG_MOVE_SIZE + VG_STATIC_SIZE + TEXT_MAX + VG_TRACK_SIZE <=
                   VG_READER_ROOM / 2,
               "one contact always fits: else a pass would never go on");

enum stage { GREET, REST, PASS, CLOSE }; /* CLOSE: the pass is over, its TICK not yet written */

struct vg_stream_reader {
    struct vg_greeting greeting;
    struct vg_stream_view view;
    enum stage stage;
    uint64_t told_seq; /* everything up to here was told */
    uint64_t pass_seq; /* of the snapshot the running pass began with */
    int64_t pass_clock_us;
    int64_t ticked_us; /* when the last TICK was written, monotonic */
    uint32_t cursor;   /* next slot of the running pass */
    uint32_t used;     /* slots below this may be held */
    uint32_t in_view;
    bool said; /* the running pass told something */
    uint64_t held[];
};

enum vg_err vg_stream_reader_new(const struct vg_greeting *greeting, const struct vg_stream_view *view,
                                 struct vg_stream_reader **ret)
{
    size_t chunks = ((size_t)greeting->capacity + VG_CHUNK_VESSELS - 1) / VG_CHUNK_VESSELS;
    struct vg_stream_reader *r = calloc(1, sizeof *r + chunks * VG_CHUNK_VESSELS / 8);
    if (!r)
        return VG_NOMEM;
    r->greeting = *greeting;
    r->view = *view;
    *ret = r;
    return VG_OK;
}

uint32_t vg_stream_reader_in_view(const struct vg_stream_reader *r)
{
    return r->in_view;
}

static bool holds(const struct vg_stream_reader *r, uint32_t slot)
{
    return r->held[slot / 64] >> slot % 64 & 1;
}

static void hold(struct vg_stream_reader *r, uint32_t slot, bool yes)
{
    r->held[slot / 64] ^= UINT64_C(1) << slot % 64;
    r->in_view += yes ? 1 : UINT32_MAX;
}

/* A call for help is told whatever the reader looks at, and so is the test of a device that may become one. */
static bool in_view(const struct vg_stream_view *view, const struct vg_contact *v)
{
    if (v->flags & (VG_CONTACT_DISTRESS | VG_CONTACT_DISTRESS_TEST))
        return true;
    if (view->classes && !(view->classes >> (v->class & 31) & 1))
        return false;
    return !view->boxed || vg_box_contains(&view->box, v->pos);
}

static uint8_t *put_head(uint8_t *p, enum vg_frame kind, size_t body, size_t count, uint64_t seq)
{
    vg_put_u32(p, (uint32_t)(VG_STREAM_FRAME_HEAD - 4 + body));
    p[4] = (uint8_t)kind;
    p[5] = 0;
    vg_put_u16(p + 6, (uint16_t)count);
    vg_put_u64(p + 8, seq);
    return p + VG_STREAM_FRAME_HEAD;
}

static uint32_t seconds(uint64_t ms)
{
    return ms / 1000 > UINT32_MAX ? UINT32_MAX : (uint32_t)(ms / 1000);
}

static uint16_t held_u16(const struct vg_contact *v, enum vg_field field, int64_t now_us, uint16_t value)
{
    return vg_contact_holds(v, field, now_us) ? value : NONE_U16;
}

static void put_move(uint8_t *p, uint32_t slot, const struct vg_contact *v, int64_t now_us)
{
    bool placed = vg_pos_valid(v->pos);
    vg_put_u32(p, slot);
    vg_put_u32(p + 4, v->mmsi);
    vg_put_u32(p + 8, (uint32_t)(placed ? v->pos.lon_e4min : VG_E4MIN_NONE));
    vg_put_u32(p + 12, (uint32_t)(placed ? v->pos.lat_e4min : VG_E4MIN_NONE));
    vg_put_u32(p + 16, placed ? seconds(v->prov[VG_FIELD_POS].time_ms) : 0);
    vg_put_u32(p + 20, v->heard_us > 0 ? seconds((uint64_t)v->heard_us / 1000) : 0);
    vg_put_u16(p + 24, held_u16(v, VG_FIELD_SOG, now_us, v->sog_dkn));
    vg_put_u16(p + 26, held_u16(v, VG_FIELD_COG, now_us, v->cog_ddeg));
    vg_put_u16(p + 28, held_u16(v, VG_FIELD_HEADING, now_us, v->heading_deg));
    p[30] = vg_contact_holds(v, VG_FIELD_TURN, now_us) ? (uint8_t)v->turn_raw : 0x80;
    p[31] = vg_contact_holds(v, VG_FIELD_STATUS, now_us) ? v->status : 255;
    p[32] = v->class;
    p[33] = vg_contact_shown_flags(v, now_us);
    vg_put_u16(p + 34, (uint16_t)v->prov[VG_FIELD_POS].source);
    p[36] = v->shiptype;
    p[37] = v->aid_type;
    memcpy(p + 38, v->flag, 2);
    vg_put_u64(p + 40, v->id);
}

/* Its texts one after another, without what is harmful, and their lengths. */
struct texts {
    size_t name, callsign, destination;
    char bytes[VG_NAME_SIZE + VG_CALLSIGN_SIZE + VG_DESTINATION_SIZE];
};

static struct texts texts_of(const struct vg_contact *v, int64_t now_us)
{
    struct texts t;
    bool bound = vg_contact_holds(v, VG_FIELD_DESTINATION, now_us);
    t.name = vg_text_plain(t.bytes, VG_NAME_SIZE, v->name, strnlen(v->name, VG_NAME_SIZE));
    t.callsign = vg_text_plain(t.bytes + t.name, VG_CALLSIGN_SIZE, v->callsign, strnlen(v->callsign, VG_CALLSIGN_SIZE));
    t.destination = vg_text_plain(t.bytes + t.name + t.callsign, VG_DESTINATION_SIZE, v->destination,
                                  bound ? strnlen(v->destination, VG_DESTINATION_SIZE) : 0);
    return t;
}

static size_t static_size(const struct vg_contact *v, int64_t now_us)
{
    struct texts t = texts_of(v, now_us);
    return VG_STATIC_SIZE + t.name + t.callsign + t.destination;
}

static void put_static(uint8_t *p, uint32_t slot, const struct vg_contact *v, int64_t now_us)
{
    struct texts t = texts_of(v, now_us);
    bool eta = vg_contact_holds(v, VG_FIELD_ETA, now_us);
    vg_put_u16(p, (uint16_t)(VG_STATIC_SIZE + t.name + t.callsign + t.destination));
    p[2] = (uint8_t)t.name;
    p[3] = (uint8_t)t.callsign;
    p[4] = (uint8_t)t.destination;
    p[5] = vg_contact_holds(v, VG_FIELD_DRAUGHT, now_us) ? v->draught_dm : 0;
    p[6] = v->shiptype;
    p[7] = v->aid_type;
    vg_put_u32(p + 8, slot);
    vg_put_u32(p + 12, v->mmsi);
    vg_put_u32(p + 16, v->imo);
    vg_put_u16(p + 20, v->to_bow_m);
    vg_put_u16(p + 22, v->to_stern_m);
    p[24] = v->to_port_m;
    p[25] = v->to_starboard_m;
    p[26] = eta ? v->eta_month : 0;
    p[27] = eta ? v->eta_day : 0;
    p[28] = eta ? v->eta_hour : 24;
    p[29] = eta ? v->eta_minute : 60;
    vg_put_u16(p + 30, 0);
    memcpy(p + VG_STATIC_SIZE, t.bytes, t.name + t.callsign + t.destination);
}

/* True if STATIC says anything about this vessel. */
static bool has_static(const struct vg_contact *v)
{
    return *v->name || *v->callsign || *v->destination || v->imo || v->draught_dm || v->shiptype || v->aid_type ||
           v->to_bow_m || v->to_stern_m || v->to_port_m || v->to_starboard_m || vg_contact_said(v, VG_FIELD_ETA);
}

static uint32_t scaled_u32(double value, double scale)
{
    value = value * scale + 0.5;
    return value >= UINT32_MAX ? UINT32_MAX : value > 0 ? (uint32_t)value : 0;
}

static uint16_t scaled_u16(double value, double scale)
{
    value = value * scale + 0.5;
    return value >= UINT16_MAX ? UINT16_MAX : value > 0 ? (uint16_t)value : 0;
}

static void put_track(uint8_t *p, uint32_t slot, const struct vg_track_row *row)
{
    const struct vg_track *t = &row->track;
    const bool over = row->facts & VG_TRACK_OVER;
    memset(p, 0, VG_TRACK_SIZE);
    vg_put_u32(p, slot);
    vg_put_u16(p + 28, over ? VG_TRACK_OVER : row->facts);
    if (over)
        return;
    vg_put_u64(p + 4, t->seen_by);
    vg_put_u32(p + 12, scaled_u32(t->sigma_major_m, 10));
    vg_put_u32(p + 16, scaled_u32(t->sigma_minor_m, 10));
    vg_put_u16(p + 20, scaled_u16(t->orientation_deg, 10) % 1800);
    vg_put_u16(p + 22, scaled_u16(t->sigma_speed_kn, 10));
    vg_put_u16(p + 24, scaled_u16(t->sigma_course_deg, 10));
    vg_put_u16(p + 26, scaled_u16(t->existence, UINT16_MAX));
    p[30] = row->kind;
    vg_put_u32(p + 32, t->seen_us > 0 ? seconds((uint64_t)t->seen_us / 1000) : 0);
    vg_put_u16(p + 36, scaled_u16(t->length_m, 10));
}

/*
 * Rows collected for one frame each of MOVE, STATIC, TRACK and GONE: MOVE rows stand where they will be sent, STATIC
 * rows grow from the front of `side`, GONE rows from its end, TRACK rows have a place of their own.
 */
struct batch {
    uint8_t *moves;
    size_t moved, fixed, gone, tracked; /* bytes */
    size_t fixed_rows;
    size_t left; /* bytes that may still be taken */
    uint8_t side[VG_FRAME_MAX];
    uint8_t tracks[VG_FRAME_MAX];
};

/* Tells what changed in a slot since `told_seq`. False: it does not fit, the slot is still to be told. */
static bool tell(struct vg_stream_reader *r, struct batch *b, uint32_t slot, const struct vg_contact *v,
                 const struct vg_track_row *row, int64_t now_us)
{
    bool held = holds(r, slot), wanted = v && in_view(&r->view, v);
    if (!wanted) {
        if (!held)
            return true;
        if (b->left < 4)
            return false;
        b->gone += 4;
        b->left -= 4;
        vg_put_u32(b->side + sizeof b->side - b->gone, slot);
        hold(r, slot, false);
        return true;
    }
    bool move = !held || v->move_seq > r->told_seq;
    bool fixed = held ? v->static_seq > r->told_seq : has_static(v);
    bool track = row && (held ? row->seq > r->told_seq : !(row->facts & VG_TRACK_OVER));
    size_t fixed_size = fixed ? static_size(v, now_us) : 0;
    size_t need = fixed_size + (move ? VG_MOVE_SIZE : 0) + (track ? VG_TRACK_SIZE : 0);
    if (need > b->left)
        return false;
    if (move) {
        put_move(b->moves + b->moved, slot, v, now_us);
        b->moved += VG_MOVE_SIZE;
    }
    if (fixed) {
        put_static(b->side + b->fixed, slot, v, now_us);
        b->fixed += fixed_size;
        b->fixed_rows++;
    }
    if (track) {
        put_track(b->tracks + b->tracked, slot, row);
        b->tracked += VG_TRACK_SIZE;
    }
    b->left -= need;
    if (!held)
        hold(r, slot, true);
    return true;
}

/* True if nothing in the chunk that begins at `slot` needs a look. */
static bool chunk_is_told(const struct vg_stream_reader *r, const struct vg_snapshot *s, uint32_t slot)
{
    uint32_t chunk = slot / VG_CHUNK_VESSELS;
    if (chunk < s->chunks)
        return vg_snapshot_chunk_seq(s, chunk) <= r->told_seq;
    for (uint32_t i = 0; i < VG_CHUNK_VESSELS / 64; i++)
        if (r->held[slot / 64 + i])
            return false;
    return true;
}

/* Goes on with the pass until its end or until `max` bytes (≥ VG_READER_ROOM) are used. Returns the bytes written. */
static size_t fill_pass(struct vg_stream_reader *r, const struct vg_snapshot *s, uint8_t *buf, size_t max)
{
    struct batch b;
    b.moves = buf + VG_STREAM_FRAME_HEAD;
    b.moved = b.fixed = b.gone = b.tracked = b.fixed_rows = 0;
    b.left = (max < VG_FRAME_MAX ? max : VG_FRAME_MAX) - 4 * VG_STREAM_FRAME_HEAD;
    uint32_t limit = r->greeting.capacity;
    uint32_t end = s->chunks > limit / VG_CHUNK_VESSELS ? limit : s->chunks * VG_CHUNK_VESSELS;
    if (r->used < end)
        r->used = end;
    while (r->cursor < r->used) {
        if (r->cursor % VG_CHUNK_VESSELS == 0 && chunk_is_told(r, s, r->cursor)) {
            r->cursor += VG_CHUNK_VESSELS;
            continue;
        }
        bool known = r->cursor / VG_CHUNK_VESSELS < s->chunks;
        if (!tell(r, &b, r->cursor, known ? vg_snapshot_vessel(s, r->cursor) : NULL, vg_snapshot_track(s, r->cursor),
                  s->clock_us))
            break;
        r->cursor++;
    }
    if (r->cursor >= r->used)
        r->stage = CLOSE;
    uint8_t *p = buf;
    if (b.moved) {
        put_head(p, VG_FRAME_MOVE, b.moved, b.moved / VG_MOVE_SIZE, s->seq);
        p += VG_STREAM_FRAME_HEAD + b.moved;
    }
    if (b.fixed) {
        memcpy(put_head(p, VG_FRAME_STATIC, b.fixed, b.fixed_rows, s->seq), b.side, b.fixed);
        p += VG_STREAM_FRAME_HEAD + b.fixed;
    }
    if (b.tracked) {
        memcpy(put_head(p, VG_FRAME_TRACK, b.tracked, b.tracked / VG_TRACK_SIZE, s->seq), b.tracks, b.tracked);
        p += VG_STREAM_FRAME_HEAD + b.tracked;
    }
    if (b.gone) {
        memcpy(put_head(p, VG_FRAME_GONE, b.gone, b.gone / 4, s->seq), b.side + sizeof b.side - b.gone, b.gone);
        p += VG_STREAM_FRAME_HEAD + b.gone;
    }
    r->said |= p > buf;
    return (size_t)(p - buf);
}

static size_t put_hello(struct vg_stream_reader *r, const struct vg_snapshot *s, uint8_t *p)
{
    uint8_t *body = put_head(p, VG_FRAME_HELLO, 32, 0, s->seq);
    memcpy(body, "VGS2", 4);
    vg_put_u16(body + 4, VG_STREAM_VERSION);
    vg_put_u16(body + 6, r->greeting.tick_ms);
    vg_put_u64(body + 8, r->greeting.epoch);
    vg_put_u64(body + 16, (uint64_t)s->clock_us);
    vg_put_u32(body + 24, r->greeting.capacity);
    vg_put_u16(body + 28, VG_MOVE_SIZE);
    vg_put_u16(body + 30, 0);
    r->stage = PASS;
    r->pass_seq = s->seq;
    r->pass_clock_us = s->clock_us;
    r->said = true;
    return VG_STREAM_FRAME_HEAD + 32;
}

static size_t put_tick(struct vg_stream_reader *r, const struct vg_snapshot *s, int64_t clock_us, int64_t now_us,
                       uint8_t *p)
{
    uint8_t *body = put_head(p, VG_FRAME_TICK, 16, 0, r->told_seq);
    vg_put_u64(body, (uint64_t)clock_us);
    vg_put_u32(body + 8, s->vessels);
    vg_put_u32(body + 12, r->in_view);
    r->ticked_us = now_us;
    return VG_STREAM_FRAME_HEAD + 16;
}

/* One pass at most: the snapshot does not change under a call. */
size_t vg_stream_reader_fill(struct vg_stream_reader *r, const struct vg_snapshot *s, int64_t now_us, uint8_t *buf,
                             size_t max)
{
    uint8_t *p = buf, *end = buf + max;
    bool due = now_us - r->ticked_us >= VG_READER_TICK_US;
    if (max < VG_READER_ROOM)
        return 0;
    if (r->stage == GREET)
        p += put_hello(r, s, p);
    if (r->stage == REST && s->seq > r->told_seq) {
        r->stage = PASS;
        r->pass_seq = s->seq;
        r->pass_clock_us = s->clock_us;
        r->cursor = 0;
        r->said = false;
    }
    while (r->stage == PASS) {
        if ((size_t)(end - p) < VG_READER_ROOM / 2)
            return (size_t)(p - buf);
        p += fill_pass(r, s, p, (size_t)(end - p));
    }
    if (r->stage == CLOSE) {
        if (end - p < 32)
            return (size_t)(p - buf);
        r->stage = REST;
        r->told_seq = r->pass_seq;
        if (r->said || due)
            p += put_tick(r, s, r->pass_clock_us, now_us, p);
    } else if (due) {
        p += put_tick(r, s, s->clock_us, now_us, p);
    }
    return (size_t)(p - buf);
}
