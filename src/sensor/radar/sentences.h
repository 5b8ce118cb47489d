/*
 * Sentences of radars and of the ship they stand on, cut into fields by one table (sentences.def), and what stands in
 * those fields. Views into the caller's line, no state, any thread. IEC 61162-1, -450.
 */
#ifndef VG_SENSOR_RADAR_SENTENCES_H
#define VG_SENSOR_RADAR_SENTENCES_H

#include "base/geo.h"
#include "base/out.h"
#include "nmea/nmea.h"

enum vg_radar_kind {
#define SENTENCE(type, named, needed) VG_RADAR_##type##_SENTENCE,
#define FIELD(type, name)
#define END(type)
#include "sensor/radar/sentences.def"
#undef SENTENCE
#undef FIELD
#undef END
    VG_RADAR_KINDS
};

/* The numbers of the fields: VG_TTM_distance is 1. */
#define SENTENCE(type, named, needed) enum {
#define FIELD(type, name)             VG_##type##_##name,
#define END(type)                                                                                                      \
    VG_##type##_FIELDS                                                                                                 \
    }                                                                                                                  \
    ;
#include "sensor/radar/sentences.def"
#undef SENTENCE
#undef FIELD
#undef END

#define VG_RADAR_FIELDS 512 /* of one sentence; one with more is refused */

struct vg_radar_fields {
    enum vg_radar_kind kind;
    uint16_t count; /* that the sentence has, more than the table has among them */
    struct vg_span field[VG_RADAR_FIELDS];
};

/*
 * Cuts [at, at + len), which begins with ! or $ and ends before its checksum's *. OTHER_SENTENCE: no row has its type;
 * FIELDS: it has too few fields. *ret is written for NONE, and its `kind` and fields for FIELDS, too.
 */
enum vg_refusal vg_radar_split(const char *at, size_t len, struct vg_radar_fields *ret);

/* Field number i; len 0 if it is empty or there is none. */
static inline struct vg_span vg_radar_field(const struct vg_radar_fields *f, unsigned i)
{
    return i < f->count ? f->field[i] : (struct vg_span){"", 0};
}

/* Its first letter; 0: it is empty. */
static inline char vg_radar_letter(const struct vg_radar_fields *f, unsigned i)
{
    return vg_radar_field(f, i).len ? *f->field[i].at : '\0';
}

/* A decimal number × num / den, rounded. False: it is empty, or none of at most 18 digits. */
bool vg_radar_number(struct vg_span field, int64_t num, int64_t den, int64_t *ret);

/* hhmmss with any fraction, in milliseconds of the day. False: empty, or no time; second 60 is the next day's first. */
bool vg_radar_clock(struct vg_span field, uint32_t *ret_ms);

/* Four fields: ddmm.mmm, N or S, dddmm.mmm, E or W. */
bool vg_radar_place(const struct vg_radar_fields *fields, unsigned lat, struct vg_pos *ret);

/*
 * One JSON object of the sentence that stands in a line, without the line's end; checksums are told, not asked for.
 * False, nothing written: no sentence of the table stands there.
 * {"line":3,"checksum_ok":true,"talker":"RA","type":"TTM","fields":[…],"named":{…}|null, "values", "labels", "targets"}
 */
bool vg_radar_json(const char *line, size_t len, uint64_t number, struct vg_out *out);

/* ---- TTD: six-bit armour, 90 bits a target ---- */

#define VG_TTD_BITS 90

/* Values as they were sent; UINT16_MAX where the standard's "not available" stands. */
struct vg_ttd_target {
    uint16_t number;                     /* 0–1023 */
    uint16_t bearing_ddeg, distance_cnm; /* true; 0.01 nmi */
    uint16_t speed_dkn, course_ddeg, heading_ddeg;
    uint8_t tracking;    /* 0 not tracked, 1 being acquired, 2 lost, 4, 6, 7 tracked: no alarm, alarm, acknowledged */
    bool test;           /* a test target */
    bool relative;       /* speed and course are of the relative motion */
    bool through_water;  /* … else over ground */
    uint8_t association; /* 0: none; 255: not known */
};

/* Bits that wait for more. Begins with zeros. */
struct vg_ttd_bits {
    uint8_t bit[VG_TTD_BITS];
    uint8_t count;
};

/* The next character: 1 with *ret once it completes a target, 0 if it doesn't, −1: it is none, or no target of this
 * version of the protocol. */
int vg_ttd_take(struct vg_ttd_bits *bits, char c, struct vg_ttd_target *ret);

#endif
