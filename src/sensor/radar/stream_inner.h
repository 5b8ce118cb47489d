/* A stream of sentences from inside: what is known of own ship (own_ship.c), and targets (nmea_radar.c). */
#ifndef VG_SENSOR_RADAR_STREAM_INNER_H
#define VG_SENSOR_RADAR_STREAM_INNER_H

#include "base/time.h"
#include "sensor/radar/nmea_radar.h"
#include "sensor/radar/sentences.h"

#define SIMULATOR  'S'
#define RANGE_MAX  1000000  /* metres: what is farther is no echo */
#define SPEED_MAX  1000000  /* 0.001 kn */
#define TRACK_MAX  99999999 /* of a sensor's own numbers */
#define CENTURY    2000     /* of a date with two digits of the year */
#define OF_A_MILLI 1000

/* Something that the stream told, and when. */
struct told {
    int64_t now_us, own_us; /* by the clock of arrivals; the sentence's own time. VG_TIME_NONE: never; none */
};

struct label {
    uint32_t track; /* 0: none */
    struct told at;
    char name[VG_NAME_SIZE];
};

struct vg_radar_stream {
    struct told at_pos, at_heading, at_motion, at_time;
    struct vg_pos pos;
    bool simulated;           /* … as it says */
    uint32_t heading_mdeg;    /* true */
    double east_kn, north_kn; /* over ground */
    int64_t utc_us;           /* the last whole date and time */
    struct label label[VG_RADAR_LABELS];
    uint32_t labels; /* given so far; the next one's place is the rest by VG_RADAR_LABELS */
    struct vg_ttd_bits bits;
    uint32_t ttd_next, ttd_total; /* the part that comes next; 0: none is awaited */
    char ttd_sequence;
    uint64_t reports;
    /* during a call */
    const struct vg_sentence *sentence;
    const struct vg_radar_fields *fields;
    int64_t now_us;
};

static inline struct vg_span field(const struct vg_radar_stream *s, unsigned i)
{
    return vg_radar_field(s->fields, i);
}

static inline char letter(const struct vg_radar_stream *s, unsigned i)
{
    return vg_radar_letter(s->fields, i);
}

/* Notes that the present sentence told something. */
static inline void vg_radar_note(const struct vg_radar_stream *s, struct told *ret)
{
    *ret = (struct told){s->now_us, s->sentence->time_us};
}

/* True if what was told then may be used now. */
bool vg_radar_is_fresh(const struct vg_radar_stream *stream, const struct told *at);

/* An angle of 0 to 360 degrees in thousandths, 360 being 0. */
bool vg_radar_angle(const struct vg_radar_stream *stream, unsigned field, uint32_t *ret_mdeg);

/* Millimetres of a kilometre, nautical or statute mile; 0: there is no such unit. None is nautical. */
int64_t vg_radar_unit_mm(char unit);

/* A time of day; VG_TIME_OF_DAY_NONE. */
uint32_t vg_radar_clock_of(const struct vg_radar_stream *stream, unsigned field);

/* Begins a report of the present sentence. */
void vg_radar_begin(const struct vg_radar_stream *stream, enum vg_radar_says says, uint32_t of_day_ms,
                    struct vg_report *ret);

/* Sentences of own ship, and OSD. OTHER_SENTENCE: it is none. */
enum vg_refusal vg_radar_take_own_ship(struct vg_radar_stream *stream, struct vg_report *ret, size_t *ret_count);

#endif
