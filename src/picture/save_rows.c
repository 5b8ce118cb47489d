#include "picture/save_rows.h"

#include <string.h>

#include "base/bytes.h"

/* A member that is added to one of these belongs into a table below, and VG_PICTURE_SAVE_VERSION takes a step. */
_Static_assert(sizeof(struct vg_contact) == 552, "a contact's row");
_Static_assert(sizeof(struct vg_memory) == 136, "a contact's memory");
_Static_assert(sizeof(struct vg_heard) == 20, "a heard position's row");
_Static_assert(sizeof(struct packed_point) == VG_SAVE_POINT_SIZE, "a point's row");

/*
 * ---- kinds of members ----
 *
 * INT: a number of 1, 2, 4 or 8 bytes; FLAG: a bool; BYTES: texts and arrays of bytes; POS; PROV, HEARD: one, or an
 * array. Each takes as many bytes in the file as in memory. put and get return where the next one stands.
 */

static inline uint8_t *put_INT(uint8_t *p, const void *member, size_t size)
{
    uint64_t v8;
    uint32_t v4;
    uint16_t v2;
    switch (size) {
    case 1:
        memcpy(p, member, 1);
        break;
    case 2:
        memcpy(&v2, member, 2);
        vg_put_u16(p, v2);
        break;
    case 4:
        memcpy(&v4, member, 4);
        vg_put_u32(p, v4);
        break;
    default:
        memcpy(&v8, member, 8);
        vg_put_u64(p, v8);
    }
    return p + size;
}

static inline const uint8_t *get_INT(const uint8_t *p, void *member, size_t size)
{
    uint64_t v8 = size == 8 ? vg_get_u64(p) : 0;
    uint32_t v4 = size == 4 ? vg_get_u32(p) : 0;
    uint16_t v2 = size == 2 ? vg_get_u16(p) : 0;
    memcpy(member,
           size == 8   ? (const void *)&v8
           : size == 4 ? (const void *)&v4
           : size == 2 ? (const void *)&v2
                       : p,
           size);
    return p + size;
}

static inline uint8_t *put_BYTES(uint8_t *p, const void *member, size_t size)
{
    memcpy(p, member, size);
    return p + size;
}

static inline const uint8_t *get_BYTES(const uint8_t *p, void *member, size_t size)
{
    memcpy(member, p, size);
    return p + size;
}

static inline uint8_t *put_POS(uint8_t *p, const struct vg_pos *pos, size_t size)
{
    vg_put_u32(p, (uint32_t)pos->lon_e4min);
    vg_put_u32(p + 4, (uint32_t)pos->lat_e4min);
    return p + size;
}

static inline const uint8_t *get_POS(const uint8_t *p, struct vg_pos *pos, size_t size)
{
    pos->lon_e4min = (int32_t)vg_get_u32(p);
    pos->lat_e4min = (int32_t)vg_get_u32(p + 4);
    return p + size;
}

/* 44 bits of time, 12 of source, 8 of message; 1 of suspicion, 63 of the place in the journal. */
static inline uint8_t *put_PROV(uint8_t *p, const struct vg_prov *prov, size_t size)
{
    for (size_t i = 0; i < size / sizeof *prov; i++, p += 16) {
        vg_put_u64(p, prov[i].time_ms | (uint64_t)prov[i].source << 44 | (uint64_t)prov[i].message << 56);
        vg_put_u64(p + 8, prov[i].suspect | (uint64_t)prov[i].journal_offset << 1);
    }
    return p;
}

static inline const uint8_t *get_PROV(const uint8_t *p, struct vg_prov *prov, size_t size)
{
    for (size_t i = 0; i < size / sizeof *prov; i++, p += 16) {
        uint64_t said = vg_get_u64(p), place = vg_get_u64(p + 8);
        prov[i] = (struct vg_prov){.time_ms = said & ((UINT64_C(1) << 44) - 1),
                                   .source = said >> 44 & 0xFFF,
                                   .message = said >> 56,
                                   .suspect = place & 1,
                                   .journal_offset = place >> 1};
    }
    return p;
}

/* Any byte may be given; a bool holds 0 or 1. */
static inline uint8_t *put_FLAG(uint8_t *p, const bool *member, size_t size)
{
    *p = *member;
    return p + size;
}

static inline const uint8_t *get_FLAG(const uint8_t *p, bool *member, size_t size)
{
    *member = *p == 1;
    return p + size;
}

#define HEARD_ROW(X) X(POS, pos) X(INT, time_ms) X(INT, source) X(INT, sog_dkn) X(INT, cog_ddeg) X(INT, present)

static inline uint8_t *put_HEARD(uint8_t *p, const struct vg_heard *heard, size_t size)
{
    for (const struct vg_heard *s = heard; s < heard + size / sizeof *heard; s++) {
#define X(kind, member) p = put_##kind(p, &s->member, sizeof s->member);
        HEARD_ROW(X)
#undef X
    }
    return p;
}

static inline const uint8_t *get_HEARD(const uint8_t *p, struct vg_heard *heard, size_t size)
{
    for (struct vg_heard *s = heard; s < heard + size / sizeof *heard; s++) {
#define X(kind, member) p = get_##kind(p, &s->member, sizeof s->member);
        HEARD_ROW(X)
#undef X
    }
    return p;
}

/* ---- head ---- */

#define COUNTER(name, text) X(INT, count.name)
#define HEAD_ROW                                                                                                       \
    X(INT, vessels)                                                                                                    \
    X(INT, held)                                                                                                       \
    X(INT, blocks)                                                                                                     \
    X(INT, counters)                                                                                                   \
    X(INT, clock_us) X(INT, elapsed_us) X(INT, arrivals) X(INT, clock_known) VG_PICTURE_COUNTER_LIST(COUNTER)

#define X(kind, member) +sizeof((struct saved_head *)0)->member
const size_t vg_save_head_size = 0 HEAD_ROW;
_Static_assert(0 HEAD_ROW <= VG_SAVE_HEAD_MOST, "a buffer for it");
#undef X

void vg_save_put_head(uint8_t *p, const struct saved_head *s)
{
#define X(kind, member) p = put_##kind(p, &s->member, sizeof s->member);
    HEAD_ROW
#undef X
}

void vg_save_get_head(const uint8_t *p, struct saved_head *s)
{
    memset(s, 0, sizeof *s);
#define X(kind, member) p = get_##kind(p, &s->member, sizeof s->member);
    HEAD_ROW
#undef X
}

/* ---- contact ---- */

#define CONTACT_ROW(X)                                                                                                 \
    X(INT, contact.id)                                                                                                 \
    X(INT, contact.mmsi)                                                                                               \
    X(INT, contact.heard_us)                                                                                           \
    X(INT, contact.reports)                                                                                            \
    X(POS, contact.pos)                                                                                                \
    X(POS, contact.held_pos)                                                                                           \
    X(INT, contact.held_us)                                                                                            \
    X(INT, contact.held_count)                                                                                         \
    X(INT, contact.class)                                                                                              \
    X(INT, contact.flags)                                                                                              \
    X(BYTES, contact.flag)                                                                                             \
    X(INT, contact.sog_dkn)                                                                                            \
    X(INT, contact.cog_ddeg)                                                                                           \
    X(INT, contact.heading_deg)                                                                                        \
    X(INT, contact.turn_raw)                                                                                           \
    X(INT, contact.status)                                                                                             \
    X(INT, contact.shiptype)                                                                                           \
    X(INT, contact.aid_type)                                                                                           \
    X(PROV, contact.claimed)                                                                                           \
    X(PROV, contact.prov)                                                                                              \
    X(INT, contact.altitude_m)                                                                                         \
    X(INT, contact.draught_dm)                                                                                         \
    X(INT, contact.eta_month)                                                                                          \
    X(INT, contact.eta_day)                                                                                            \
    X(INT, contact.eta_hour)                                                                                           \
    X(INT, contact.eta_minute)                                                                                         \
    X(INT, contact.to_bow_m)                                                                                           \
    X(INT, contact.to_stern_m)                                                                                         \
    X(INT, contact.to_port_m)                                                                                          \
    X(INT, contact.to_starboard_m)                                                                                     \
    X(INT, contact.imo)                                                                                                \
    X(INT, contact.parent_mmsi)                                                                                        \
    X(BYTES, contact.name)                                                                                             \
    X(BYTES, contact.callsign)                                                                                         \
    X(BYTES, contact.destination)                                                                                      \
    X(BYTES, contact.text)                                                                                             \
    X(INT, memory.arrival_us)                                                                                          \
    X(INT, memory.held_arrival_us)                                                                                     \
    X(INT, memory.moved_arrival_us)                                                                                    \
    X(INT, memory.held_silence)                                                                                        \
    X(INT, memory.held_run)                                                                                            \
    X(INT, memory.moves)                                                                                               \
    X(INT, memory.believed_run)                                                                                        \
    X(INT, memory.heard_next)                                                                                          \
    X(BYTES, memory.evidence.weight)                                                                                   \
    X(HEARD, memory.heard)                                                                                             \
    X(INT, arrival_no)                                                                                                 \
    X(INT, trail_dropped)                                                                                              \
    X(INT, dwelling)

/* What version 2 added: it stands behind the rest. */
#define CONTACT_ROW_2(X)                                                                                               \
    X(INT, memory.since_us)                                                                                            \
    X(INT, memory.tests_since_us)                                                                                      \
    X(INT, memory.tests)                                                                                               \
    X(INT, source)

/* … and version 3. */
#define CONTACT_ROW_3(X) X(FLAG, contact.from_track)

#define X(kind, member) +sizeof((struct saved_contact *)0)->member
const size_t vg_save_contact_size_1 = 0 CONTACT_ROW(X);
const size_t vg_save_contact_size_2 = 0 CONTACT_ROW(X) CONTACT_ROW_2(X);
const size_t vg_save_contact_size = 0 CONTACT_ROW(X) CONTACT_ROW_2(X) CONTACT_ROW_3(X);
_Static_assert(0 CONTACT_ROW(X) CONTACT_ROW_2(X) CONTACT_ROW_3(X) <= VG_SAVE_CONTACT_MOST, "a buffer for it");
#undef X

void vg_save_put_contact(uint8_t *p, const struct saved_contact *s)
{
#define X(kind, member) p = put_##kind(p, (const void *)&s->member, sizeof s->member);
    CONTACT_ROW(X)
    CONTACT_ROW_2(X)
    CONTACT_ROW_3(X)
#undef X
}

/* Who was heard by then was heard since the begin of the clock of arrivals, as far as is known. */
void vg_save_get_contact_1(const uint8_t *p, struct saved_contact *s)
{
    memset(s, 0, sizeof *s);
#define X(kind, member) p = get_##kind(p, (void *)&s->member, sizeof s->member);
    CONTACT_ROW(X)
#undef X
    s->source = (uint16_t)s->contact.claimed.source;
}

void vg_save_get_contact_2(const uint8_t *p, struct saved_contact *s)
{
    vg_save_get_contact_1(p, s);
    p += vg_save_contact_size_1;
#define X(kind, member) p = get_##kind(p, (void *)&s->member, sizeof s->member);
    CONTACT_ROW_2(X)
#undef X
}

void vg_save_get_contact(const uint8_t *p, struct saved_contact *s)
{
    vg_save_get_contact_2(p, s);
    p += vg_save_contact_size_2;
#define X(kind, member) p = get_##kind(p, (void *)&s->member, sizeof s->member);
    CONTACT_ROW_3(X)
#undef X
}

/* ---- tracks ---- */

#define TRACK_ROW(X)                                                                                                   \
    X(INT, vessel)                                                                                                     \
    X(INT, row.facts)                                                                                                  \
    X(INT, row.kind)                                                                                                   \
    X(INT, row.track.id)                                                                                               \
    X(INT, row.track.number)                                                                                           \
    X(INT, row.track.time_us)                                                                                          \
    X(INT, row.track.seen_us)                                                                                          \
    X(INT, row.track.began_us)                                                                                         \
    X(INT, row.track.journal_offset)                                                                                   \
    X(INT, row.track.began_offset)                                                                                     \
    X(INT, row.track.lat_deg)                                                                                          \
    X(INT, row.track.lon_deg)                                                                                          \
    X(INT, row.track.sigma_major_m)                                                                                    \
    X(INT, row.track.sigma_minor_m)                                                                                    \
    X(INT, row.track.orientation_deg)                                                                                  \
    X(INT, row.track.speed_kn)                                                                                         \
    X(INT, row.track.course_deg)                                                                                       \
    X(INT, row.track.sigma_speed_kn)                                                                                   \
    X(INT, row.track.sigma_course_deg)                                                                                 \
    X(INT, row.track.existence)                                                                                        \
    X(INT, row.track.length_m)                                                                                         \
    X(INT, row.track.seen_by)                                                                                          \
    X(INT, row.track.mmsi)                                                                                             \
    X(INT, row.track.log_ratio)                                                                                        \
    X(INT, row.track.sensor_track[0])                                                                                  \
    X(INT, row.track.sensor_track[1])                                                                                  \
    X(INT, row.track.sensor_track[2])                                                                                  \
    X(INT, row.track.sensor_track[3])                                                                                  \
    X(INT, row.track.sensor_site[0])                                                                                   \
    X(INT, row.track.sensor_site[1])                                                                                   \
    X(INT, row.track.sensor_site[2])                                                                                   \
    X(INT, row.track.sensor_site[3])                                                                                   \
    X(INT, row.track.sensor_us[0])                                                                                     \
    X(INT, row.track.sensor_us[1])                                                                                     \
    X(INT, row.track.sensor_us[2])                                                                                     \
    X(INT, row.track.sensor_us[3])                                                                                     \
    X(INT, row.track.source)                                                                                           \
    X(FLAG, row.track.airborne)                                                                                        \
    X(INT, row.track.icao)                                                                                             \
    X(INT, row.track.mode_3a)                                                                                          \
    X(INT, row.track.facts)                                                                                            \
    X(FLAG, row.track.kept)                                                                                            \
    X(FLAG, row.track.has_altitude)                                                                                    \
    X(INT, row.track.altitude_ft)

#define X(kind, member) +sizeof((struct saved_track *)0)->member
#define SPAN_SIZE       9
const size_t vg_save_track_size = VG_HELD_SPANS * SPAN_SIZE TRACK_ROW(X);
_Static_assert(VG_HELD_SPANS *SPAN_SIZE TRACK_ROW(X) <= VG_SAVE_TRACK_MOST, "a buffer for it");
#undef X

void vg_save_put_track(uint8_t *p, const struct saved_track *s)
{
#define X(kind, member) p = put_##kind(p, &s->member, sizeof s->member);
    TRACK_ROW(X)
#undef X
    for (size_t i = 0; i < VG_HELD_SPANS; i++, p += SPAN_SIZE) {
        vg_put_u32(p, s->row.held[i].from_s);
        vg_put_u32(p + 4, s->row.held[i].to_s);
        p[8] = s->row.held[i].sensor;
    }
}

void vg_save_get_track(const uint8_t *p, struct saved_track *s)
{
    memset(s, 0, sizeof *s);
#define X(kind, member) p = get_##kind(p, &s->member, sizeof s->member);
    TRACK_ROW(X)
#undef X
    for (size_t i = 0; i < VG_HELD_SPANS; i++, p += SPAN_SIZE)
        s->row.held[i] = (struct vg_held_span){.from_s = vg_get_u32(p), .to_s = vg_get_u32(p + 4), .sensor = p[8]};
}

/* ---- trails ---- */

#define BLOCK_ROW(X) X(INT, base_ms) X(INT, vessel) X(INT, breaks) X(INT, first) X(INT, end)
#define POINT_ROW(X) X(INT, after_ms) X(POS, pos) X(INT, sog_dkn) X(INT, cog_ddeg)

#define X(kind, member) +sizeof((struct saved_block *)0)->member
_Static_assert(0 BLOCK_ROW(X) == VG_SAVE_BLOCK_SIZE, "its row");
#undef X
#define X(kind, member) +sizeof((struct packed_point *)0)->member
_Static_assert(0 POINT_ROW(X) == VG_SAVE_POINT_SIZE, "its row");
#undef X

#define X(kind, member) p = put_##kind(p, &s->member, sizeof s->member);
void vg_save_put_block(uint8_t *p, const struct saved_block *s)
{
    BLOCK_ROW(X)
}

void vg_save_put_point(uint8_t *p, const struct packed_point *s)
{
    POINT_ROW(X)
}
#undef X

#define X(kind, member) p = get_##kind(p, &s->member, sizeof s->member);
void vg_save_get_block(const uint8_t *p, struct saved_block *s)
{
    BLOCK_ROW(X)
}

void vg_save_get_point(const uint8_t *p, struct packed_point *s)
{
    POINT_ROW(X)
}
#undef X
