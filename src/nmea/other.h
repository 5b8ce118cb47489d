/*
 * Sentences other than VDM and VDO that AIS base stations send: read by a table of their fields (other.c).
 *
 * Views into the caller's line, no state, any thread. IEC 61162-1, IEC 62320-1 (VSI, FSR, ADS), GateHouse ($PGHP).
 */
#ifndef VG_NMEA_OTHER_H
#define VG_NMEA_OTHER_H

#include "base/out.h"
#include "nmea/nmea.h"

enum vg_other_kind {
    VG_OTHER_UNKNOWN,
    VG_OTHER_VSI,  /* how a VDM was received: station, time, slot, signal strength, signal to noise */
    VG_OTHER_FSR,  /* what a channel was like in the last frame */
    VG_OTHER_ABK,  /* acknowledgement of a binary message */
    VG_OTHER_ALR,  /* alarm */
    VG_OTHER_TXT,  /* status text */
    VG_OTHER_ADS,  /* state of the base station */
    VG_OTHER_ZDA,  /* UTC date and time */
    VG_OTHER_PGHP, /* receive time and source of the sentence that follows */
    VG_OTHER_KINDS,
};

#define VG_OTHER_FIELDS 13

struct vg_other {
    enum vg_other_kind kind;
    uint8_t count; /* fields that the sentence has, at most VG_OTHER_FIELDS */
    struct vg_span field[VG_OTHER_FIELDS];
};

/*
 * Reads a sentence that vg_nmea_next() gave with OTHER_SENTENCE. NONE: *ret is filled. OTHER_SENTENCE: not in the
 * table. FIELDS: in the table, but not of its form.
 */
enum vg_refusal vg_other_read(const struct vg_sentence *sentence, struct vg_other *ret);

/* A number by key, × 10^decimals, the rest cut off. False if it is empty or there is none. */
bool vg_other_number(const struct vg_other *other, const char *key, unsigned decimals, int64_t *ret);

/* Text by key; len 0 if it is empty or there is none. */
struct vg_span vg_other_text(const struct vg_other *other, const char *key);

/* Time of day (hhmmss.ss) in microseconds; false if there is none. */
bool vg_other_clock(const struct vg_other *other, int64_t *ret_us);

/* Date and time of ZDA and PGHP; VG_TIME_NONE if it is incomplete, makes no sense or lies outside the bounds
 * of nmea/line_time.h. */
int64_t vg_other_time(const struct vg_other *other);

/* One JSON object: {"sentence":"ALR","talker":"AI", fields by key, "line":…}. */
void vg_other_json(const struct vg_other *other, const struct vg_sentence *sentence, uint64_t line, struct vg_out *out);

#endif
