/*
 * vg_report: what one sensor said about one thing at one time. Every sensor ends here; the picture takes nothing else.
 *
 * A plain value: a head that every sensor fills (when, where its bytes stand, who, what was measured and how well),
 * and a part in the sensor's own language. A field counts only if its bit is set in `fields`; the others hold zero.
 * "Not available" never has a bit. Values that a standard leaves undefined stay the numbers they were. Text is UTF-8
 * (AIS: ASCII), trimmed, terminated.
 */
#ifndef VG_REPORT_REPORT_H
#define VG_REPORT_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/geo.h"

/*
 * The fields, in the order of their bits: name, JSON key. A contact keeps for each who said it and when.
 */
#define VG_FIELD_LIST(X)                                                                                               \
    X(POS, "position")                                                                                                 \
    X(SOG, "speed")                                                                                                    \
    X(COG, "course")                                                                                                   \
    X(HEADING, "heading")                                                                                              \
    X(TURN, "turn")                                                                                                    \
    X(STATUS, "status")                                                                                                \
    X(NAME, "name")                                                                                                    \
    X(CALLSIGN, "callsign")                                                                                            \
    X(IMO, "imo")                                                                                                      \
    X(SHIPTYPE, "shiptype")                                                                                            \
    X(DIMENSIONS, "dimensions")                                                                                        \
    X(DESTINATION, "destination")                                                                                      \
    X(ETA, "eta")                                                                                                      \
    X(DRAUGHT, "draught")                                                                                              \
    X(ALTITUDE, "altitude")                                                                                            \
    X(AID_TYPE, "aid_type")                                                                                            \
    X(AID_FLAGS, "aid_flags")                                                                                          \
    X(TEXT, "text")                                                                                                    \
    X(PARENT, "mothership_mmsi")

enum vg_field {
#define X(name, key) VG_FIELD_##name,
    VG_FIELD_LIST(X)
#undef X
        VG_FIELD_COUNT
};

#define VG_FIELD_BIT(name) (UINT32_C(1) << VG_FIELD_##name)

/* The JSON key of a field. Any thread. */
const char *vg_field_key(enum vg_field field);

enum vg_sensor { VG_SENSOR_NONE, VG_SENSOR_AIS, VG_SENSOR_RADAR, VG_SENSOR_AIR, VG_SENSOR_TABLE };

/* What a report of a radar or another sensor that measures is. */
#define VG_RADAR_SAYS_LIST(X)                                                                                          \
    X(NOTHING, "nothing")                                                                                              \
    X(PLOT, "plot")   /* one echo of one scan; it may be false */                                                      \
    X(TRACK, "track") /* what the sensor itself made of its plots, under its own track number */                       \
    X(LOST, "lost")   /* the sensor gave up the track of that number */                                                \
    X(OWN, "own")     /* where the sensor is: `radar.from`, with speed and course */                                   \
    X(SCAN, "scan")   /* its antenna points to `polar.bearing_mdeg`: north or a sector's border */                     \
    X(ALIVE, "alive") /* it works, and says no more */

enum vg_radar_says {
#define X(name, key) VG_RADAR_##name,
    VG_RADAR_SAYS_LIST(X)
#undef X
        VG_RADAR_SAYS_COUNT
};

#define VG_TIME_OF_DAY_NONE UINT32_MAX

/* What was measured of where it is. `pos` and `polar` share their bytes: this says which of them holds. */
enum vg_measured {
    VG_MEASURED_NOTHING,
    VG_MEASURED_POSITION,      /* `pos` */
    VG_MEASURED_RANGE_BEARING, /* `polar`, from the sensor */
    VG_MEASURED_BEARING,       /* `polar` without a range */
};

/* What the thing is, as far as the report tells. Numbers are part of the stream format. */
#define VG_CLASS_LIST(X)                                                                                               \
    X(UNKNOWN, "unknown")                                                                                              \
    X(SHIP_A, "a")                                                                                                     \
    X(SHIP_B, "b")                                                                                                     \
    X(BASE, "base")                                                                                                    \
    X(ATON, "aton")                                                                                                    \
    X(SAR, "sar")                                                                                                      \
    X(SART, "sart")                                                                                                    \
    X(MOB, "mob")                                                                                                      \
    X(EPIRB, "epirb")                                                                                                  \
    X(AUX, "aux")                                                                                                      \
    X(HANDHELD, "handheld")

enum vg_class {
#define X(name, key) VG_CLASS_##name,
    VG_CLASS_LIST(X)
#undef X
        VG_CLASS_COUNT
};

const char *vg_class_key(enum vg_class class);

/* True for AIS-SART, man overboard and EPIRB devices. */
static inline bool vg_class_is_distress(enum vg_class class)
{
    return class == VG_CLASS_SART || class == VG_CLASS_MOB || class == VG_CLASS_EPIRB;
}

/* Where the receive time of a report comes from. Numbers are part of the journal and archive formats. */
#define VG_TIME_SOURCE_LIST(X)                                                                                         \
    X(UNKNOWN, "unknown")     /* of a folder from before this was kept */                                              \
    X(RECEIVED, "received")   /* the clock of this machine, when the bytes came */                                     \
    X(TAG, "tag")             /* the sentence's tag block */                                                           \
    X(LINE, "line")           /* the line, row or packet says it in another way */                                     \
    X(NEIGHBOUR, "neighbour") /* a line before or behind it */                                                         \
    X(GIVEN, "given")         /* told by whoever took the recording */                                                 \
    X(FILE, "file")           /* the file's date: the recording is undated */

enum vg_time_source {
#define X(name, key) VG_TIME_SOURCE_##name,
    VG_TIME_SOURCE_LIST(X)
#undef X
        VG_TIME_SOURCE_COUNT
};

const char *vg_time_source_key(enum vg_time_source source);

#define VG_AIS_MESSAGE_MAX 28

/* What an AIS message type says of its sender. One message is a word, not the truth: vessel/class.h weighs them. */
struct vg_message_row {
    bool speaks;   /* false: it is about somebody or something else than its sender */
    uint8_t class; /* enum vg_class; VG_CLASS_UNKNOWN: it leaves that open */
};
extern const struct vg_message_row vg_message_rows[VG_AIS_MESSAGE_MAX + 1];

static inline enum vg_class vg_message_class(uint8_t message)
{
    return (enum vg_class)vg_message_rows[message <= VG_AIS_MESSAGE_MAX ? message : 0].class;
}

static inline bool vg_message_speaks(uint8_t message)
{
    return vg_message_rows[message <= VG_AIS_MESSAGE_MAX ? message : 0].speaks;
}

/* True if the message of a ship tells positions in tenths of a minute, 185 m: they are shown so, and are never better
 * than 10 m.
 */
static inline bool vg_message_is_coarse(uint8_t message)
{
    return message == 27;
}

#define VG_SECOND_NONE 60

#define VG_NAME_SIZE        36 /* type 21: 20 + 14 characters */
#define VG_CALLSIGN_SIZE    8
#define VG_DESTINATION_SIZE 21
#define VG_REPORT_TEXT_SIZE 40 /* safety text is cut to this; the whole of it stays in the sentence */

/* What a sensor that measures says besides the head. */
struct vg_radar_part {
    struct vg_pos from; /* where the sensor stood, as it says; VG_POS_NONE: it doesn't, and its description holds */
    int16_t sac, sic;   /* ASTERIX: the sensor's area and identification codes; −1: none */
    uint8_t says;       /* enum vg_radar_says */
    bool simulated;     /* a test target or a simulation, as it says */
    bool airborne;      /* an aircraft: by its transponder or its height. Aircraft never become ships */
    bool has_altitude;
    uint16_t mode_3a;        /* octal code as a number, 0–07777; VG_MODE_3A_NONE */
    uint32_t icao;           /* address of 24 bits; 0: none */
    int32_t altitude_ft;     /* if has_altitude */
    char name[VG_NAME_SIZE]; /* the target's, as the sensor calls it; "" */
};
#define VG_MODE_3A_NONE UINT16_MAX

/*
 * When something was measured of which the sensor told the time of day alone: that time of day, on the day that makes
 * it nearest to when it was received (within 12 hours; of two that are as near, the earlier). time_us where it told
 * none, or one that is none. Pure.
 */
int64_t vg_measured_us(int64_t time_us, uint32_t time_of_day_ms);

struct vg_report {
    /* ---- the head: every sensor ---- */
    int64_t time_us;         /* when it was received */
    uint64_t journal_offset; /* where its first sentence stands in the journal or file; 0: not kept */
    uint64_t transmission;   /* AIS: a number for the message's bits, equal for equal ones; 0: the sensor gives none */
    uint32_t track;          /* the sensor's own number of the thing; 0: it gave none. Never one of ours */
    uint32_t fields;         /* which of the values were said */
    uint32_t mmsi;           /* claimed identity; 0: none (AIS: a transponder that nobody set up) */
    uint16_t source;         /* base/source.h */
    uint8_t sensor;          /* enum vg_sensor */
    uint8_t message;         /* AIS: message type 1–28 */
    uint8_t class;           /* enum vg_class */
    uint8_t measured;        /* enum vg_measured */
    bool suspect;            /* its form is more like noise than like a message (AIS: vg_ais_suspect()) */
    bool accurate;           /* AIS: better than 10 m, as it says */
    uint8_t time_source;     /* enum vg_time_source, of time_us */
    bool again;              /* a transmission that was heard before (intake/sameness.h): it says nothing new */
    uint16_t site;           /* the described sensor (site/site.h); 0: none. The naming thread's */
    uint32_t time_of_day_ms; /* … at which it was measured, UTC, as the sensor says; VG_TIME_OF_DAY_NONE: not said */
    int64_t measured_us;     /* when it was measured: that time of day, nearest to time_us; else time_us */
    union {
        struct vg_pos pos;
        struct {
            uint32_t range_m;      /* UINT32_MAX: not measured */
            uint32_t bearing_mdeg; /* 0–359 999, true, from the sensor */
        } polar;
    };
    struct {                    /* one standard deviation each way; zeros: the sensor doesn't say */
        uint16_t major_dm;      /* semi-axes in 0.1 m; 65535: that or more */
        uint16_t minor_dm;      /* */
        uint16_t direction_deg; /* of the major one, 0–179, true */
    } ellipse;
    uint16_t sog_dkn;     /* 0.1 kn, as said: 1022 from a ship is "102.2 kn or more" */
    uint16_t cog_ddeg;    /* 0–3599 */
    uint16_t heading_deg; /* 0–359, true */
    uint16_t length_m;    /* as measured, not as said; 0: not */

    union {
        struct {                /* ---- the part by language: AIS, and tables of it ---- */
            int16_t altitude_m; /* 0–4094; 4094: that or more */
            int8_t turn_raw;    /* ROT_AIS, −127…127; degrees a minute = (turn_raw / 4.733)² with the sign */
            uint8_t status;     /* navigational status 0–15 */
            uint8_t second;     /* AIS: UTC second in which the position was fixed, 0–59, or VG_SECOND_NONE */
            uint32_t imo;
            uint8_t shiptype;
            uint8_t draught_dm;
            uint8_t eta_month, eta_day, eta_hour,
                eta_minute;                /* as broadcast: 0, 0, 24, 60 are "not available" one by one */
            uint16_t to_bow_m, to_stern_m; /* from the antenna */
            uint8_t to_port_m, to_starboard_m;
            uint8_t aid_type;
            bool aid_virtual, aid_off_position;
            uint32_t parent_mmsi;
            char name[VG_NAME_SIZE];
            char callsign[VG_CALLSIGN_SIZE];
            char destination[VG_DESTINATION_SIZE];
            char text[VG_REPORT_TEXT_SIZE]; /* TEXT: safety-related message */
        };
        struct vg_radar_part radar; /* ---- RADAR, AIR ---- */
    };
};

/* True for the reports of sensors that measure: `radar` holds, and the part of AIS does not. */
static inline bool vg_report_measures(const struct vg_report *report)
{
    return report->sensor == VG_SENSOR_RADAR || report->sensor == VG_SENSOR_AIR;
}

#endif
