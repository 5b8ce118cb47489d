/*
 * vg_report: what one sensor said about one thing at one time. Every sensor ends here; the picture takes nothing else.
 *
 * A plain value of about 200 bytes. A field counts only if its bit is set in `fields`; the others hold zero. "Not
 * available" never has a bit. Values that a standard leaves undefined stay the numbers they were. Text is UTF-8 (AIS:
 * ASCII), trimmed, terminated.
 */
#ifndef VG_SENSOR_REPORT_H
#define VG_SENSOR_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/geo.h"

/*
 * The fields, in the order of their bits: name, JSON key. A vessel keeps for each who said it and when.
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

#define VG_NAME_SIZE        36 /* type 21: 20 + 14 characters */
#define VG_CALLSIGN_SIZE    8
#define VG_DESTINATION_SIZE 21
#define VG_REPORT_TEXT_SIZE 40 /* safety text is cut to this; the whole of it stays in the sentence */

struct vg_report {
    int64_t time_us;         /* when it was received */
    uint64_t journal_offset; /* where its first sentence stands in the journal or file; 0: not kept */
    uint32_t mmsi;           /* claimed identity */
    uint32_t fields;         /* which of the following were said */
    uint16_t source;         /* base/source.h */
    uint8_t sensor;          /* enum vg_sensor */
    uint8_t message;         /* AIS: message type 1–27 */
    uint8_t class;           /* enum vg_class */
    bool suspect; /* its form is more like noise than like a message (AIS: vg_ais_suspect(); the caller's to set) */

    bool accurate; /* POS: better than 10 m */
    struct vg_pos pos;
    uint16_t sog_dkn;     /* 0.1 kn, as said: 1022 from a ship is "102.2 kn or more" */
    uint16_t cog_ddeg;    /* 0–3599 */
    uint16_t heading_deg; /* 0–359, true */
    int8_t turn_raw;      /* ROT_AIS, −127…127; degrees a minute = (turn_raw / 4.733)² with the sign */
    uint8_t status;       /* navigational status 0–15 */
    int16_t altitude_m;   /* 0–4094; 4094: that or more */
    uint32_t imo;
    uint8_t shiptype;
    uint8_t draught_dm;
    uint8_t eta_month, eta_day, eta_hour, eta_minute; /* as broadcast: 0, 0, 24, 60 are "not available" one by one */
    uint16_t to_bow_m, to_stern_m;                    /* from the antenna */
    uint8_t to_port_m, to_starboard_m;
    uint8_t aid_type;
    bool aid_virtual, aid_off_position;
    uint32_t parent_mmsi;
    char name[VG_NAME_SIZE];
    char callsign[VG_CALLSIGN_SIZE];
    char destination[VG_DESTINATION_SIZE];
    char text[VG_REPORT_TEXT_SIZE]; /* TEXT: safety-related message */
};

#endif
