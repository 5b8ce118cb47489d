/*
 * One MMSI, several ships: fixes of one number to segments that one vessel could have sailed (the idea of Global
 * Fishing Watch's gpsdio-segment).
 *
 * A fix joins an open segment if the speed from its last place to the fix is possible: at most 25 kn, or 1.1 × the
 * higher of both reported speeds, × (1 + 1600 / d²) with d in nautical miles. So near places always join (clocks and
 * receivers are some minutes wrong), far ones only at a ship's speed. Of several segments the one wins whose age since
 * the last fix is smallest beside how long it lasts. What fits nowhere within 100 nm of an open segment is noise:
 * alone, and no segment goes on from it. Farther away a new segment begins: another ship. A segment that was silent
 * for 24 hours is over. Fixes at the same second within 0.42 nm (25 kn for a minute) are the same; farther ones are
 * noise. A fix without a place belongs to the segment that was heard last.
 *
 * What makes it wrong: two ships of one number that are near each other; a receiver whose clock is hours wrong; a ship
 * that is carried. Pure; any thread.
 */
#ifndef VG_BEHAVIOUR_SEGMENT_H
#define VG_BEHAVIOUR_SEGMENT_H

#include <stdbool.h>
#include <stdint.h>

#define VG_SEGMENT_MAX_KN          25.0
#define VG_SEGMENT_REPORTED        1.1    /* times the reported speed is possible, too */
#define VG_SEGMENT_NEAR_NM2        1600.0 /* 40 nm: there the possible speed is doubled */
#define VG_SEGMENT_NOISE_NM        100.0
#define VG_SEGMENT_SAME_SECOND_MIN 1.0    /* minutes at 25 kn that fixes of one second may lie apart */
#define VG_SEGMENT_NM_M            1850.0 /* as the method was published */

struct vg_segment {
    int64_t id_us;             /* time of its first fix; a millisecond later while another open one has that */
    int64_t first_us, last_us; /* last: of a fix with a place, if `placed` */
    double lon_deg, lat_deg, speed_kn;
    bool placed;
};

struct vg_segments {
    struct vg_segment *open; /* the caller's, in the order in which they began */
    uint16_t count, room;    /* room ≥ 1; the one silent for longest makes room */
};

struct vg_segment_fix {
    int64_t time_us;
    double lon_deg, lat_deg; /* NAN: without a place */
    double speed_kn;         /* NAN: not said */
};

struct vg_segment_found {
    int64_t id_us;
    bool noise; /* alone; or a place that is none */
    bool begun; /* the segment begins here */
};

/* Fixes come in the order of their times. */
struct vg_segment_found vg_segments_take(struct vg_segments *segments, const struct vg_segment_fix *fix);

/* True if a vessel may get from the one place to the other in that time. */
bool vg_segment_joins(double distance_nm, double hours, double reported_kn);

#endif
