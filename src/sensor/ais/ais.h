/*
 * AIS messages, ITU-R M.1371-5, from field tables: payload bits ↔ fields, JSON, CSV, report.
 *
 * A message is its bits and the layout that reads them. The layouts (sensor/ais/fields.def) hold a row for each field:
 * key, first bit, width, kind, scale, "not available", reference; the row drives decoding, encoding, JSON, CSV and the
 * report. Everything is pure, takes no lock and allocates nothing. Any thread.
 *
 * A message shorter or longer than the book says is read as far as its bits go: a field whose first bit is missing is
 * absent, text may be cut short, and a number that the end cuts is shown with zeros for the lost bits and named in the
 * key `partial` (a coordinate is absent then).
 */
#ifndef VG_SENSOR_AIS_AIS_H
#define VG_SENSOR_AIS_AIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/out.h"
#include "base/time.h"
#include "nmea/nmea.h"
#include "report/report.h"

#define VG_AIS_BITS_MAX (VG_PAYLOAD_CHARS * 6)
#define VG_AIS_TYPE_MAX 28
#define VG_AIS_JSON_MAX 8192 /* bytes: no message needs more (tests hold it) */

/* What a field's bits mean. */
enum vg_ais_kind {
    VG_AIS_UINT, /* raw × 10^−decimals */
    VG_AIS_INT,  /* the same, two's complement */
    VG_AIS_BOOL,
    VG_AIS_LON, /* two's complement, raw × 10^decimals = 1/10 000 minute */
    VG_AIS_LAT,
    VG_AIS_TEXT,     /* 6-bit characters */
    VG_AIS_NAME_EXT, /* the same, going on at the end of the message if it is full (type 21) */
    VG_AIS_DATA,     /* bits as "count:hex" */
    VG_AIS_TURN,     /* ROT_AIS: gives the keys turn and turn_raw */
    VG_AIS_ETA,      /* month, day, hour, minute */
    VG_AIS_TIME,     /* year … second */
    VG_AIS_TAIL,     /* unsigned, `start` bits before the end of the message */
    VG_AIS_SQUARE,   /* unsigned, the raw value squared (BUFR's way with visibility) */
    VG_AIS_SIGN,     /* a sign bit, 1 for positive, and a magnitude (inland gauges) */
    VG_AIS_CHOICE,   /* unsigned; chooses the layout that reads the rest */
    VG_AIS_REPEAT,   /* no value: an array of elements */
};

/* Where a field goes in a vg_report. */
enum vg_ais_target {
    VG_AIS_TO_NOTHING,
    VG_AIS_TO_STATUS,
    VG_AIS_TO_TURN,
    VG_AIS_TO_SOG,
    VG_AIS_TO_COG,
    VG_AIS_TO_HEADING,
    VG_AIS_TO_ACCURACY,
    VG_AIS_TO_LON,
    VG_AIS_TO_LAT,
    VG_AIS_TO_IMO,
    VG_AIS_TO_CALLSIGN,
    VG_AIS_TO_NAME,
    VG_AIS_TO_SHIPTYPE,
    VG_AIS_TO_TO_BOW,
    VG_AIS_TO_TO_STERN,
    VG_AIS_TO_TO_PORT,
    VG_AIS_TO_TO_STARBOARD,
    VG_AIS_TO_ETA,
    VG_AIS_TO_DRAUGHT,
    VG_AIS_TO_DESTINATION,
    VG_AIS_TO_ALTITUDE,
    VG_AIS_TO_AID_TYPE,
    VG_AIS_TO_OFF_POSITION,
    VG_AIS_TO_VIRTUAL_AID,
    VG_AIS_TO_MESSAGE_TEXT,
    VG_AIS_TO_PARENT,
    VG_AIS_TO_SECOND,
};

#define VG_AIS_LABEL_SIZE 32

struct vg_ais_field {
    const char *key;
    uint16_t start, width; /* width 0: to the end */
    uint8_t kind;          /* enum vg_ais_kind */
    uint8_t decimals;
    uint8_t target;   /* enum vg_ais_target */
    int32_t none;     /* raw value that means "not available"; VG_AIS_NO_NONE if there is none */
    const char *unit; /* "kn", "deg", "m", "" … */
    const char *what; /* one line for documents */
    /* Rows of application payloads; zero elsewhere. */
    uint16_t step;       /* value = (raw × step + offset) × 10^−decimals; 0 counts as 1 */
    int16_t offset;      /* in units of the last decimal */
    bool upwards;        /* every raw value from `none` on is "not available" */
    uint8_t max;         /* REPEAT: elements at most; CHOICE: number of layouts */
    uint8_t first;       /* CHOICE: the value of the first; REPEAT: bits of the count in front, 0: to the end */
    uint16_t sub_layout; /* REPEAT: of an element, CHOICE: of the first value: index in vg_ais_layouts() */
    /* Rows of messages; zero elsewhere. */
    uint8_t label_len;
    char label[VG_AIS_LABEL_SIZE]; /* `,"key":`, made by the compiler. Copied whole, however much of it counts */
};

#define VG_AIS_NO_NONE INT32_MIN

struct vg_ais_layout {
    const char *name;  /* "5", "24A", "8-200-10" … */
    const char *title; /* "Static and voyage related data" */
    uint8_t type;
    uint8_t fields;
    uint16_t bits; /* of a full message; 0: no fixed length */
    const struct vg_ais_field *field;
};

struct vg_ais {
    uint8_t type; /* 1–28 */
    uint8_t repeat;
    uint32_t mmsi;
    uint16_t bits;                            /* in the payload, fill bits taken off */
    uint16_t application_start;               /* first bit of the application data */
    const struct vg_ais_layout *layout;       /* never NULL */
    const struct vg_ais_layout *application;  /* of the data of types 6, 8, 25, 26, NULL if not known */
    uint8_t payload[VG_AIS_BITS_MAX / 8 + 8]; /* most significant bit first; zero behind the end */
};

/* All layouts, for documents and tests: messages first, then applications (type 0) and the parts of arrays. */
const struct vg_ais_layout *vg_ais_layouts(size_t *ret_count);

/* Which application identifiers are read, and by which layout. */
struct vg_ais_application {
    uint16_t dac;
    uint8_t fid;
    uint8_t min_bits; /* of application data, for this layout to be taken */
    uint16_t layout;  /* index in vg_ais_layouts() */
};
const struct vg_ais_application *vg_ais_applications(size_t *ret_count);

/* Armour → bits → message. NONE, or why not (ARMOUR, FILL_BITS, PAYLOAD_LENGTH, MESSAGE_TYPE, MESSAGE_SHORT); *ret then
 * undefined. */
enum vg_refusal vg_ais_decode(const char *armour, size_t len, uint8_t fill_bits, struct vg_ais *ret);

/* Raw bits: unsigned and signed, most significant first, up to 32. Bits behind the end read as zero. */
uint32_t vg_ais_uint(const struct vg_ais *msg, unsigned start, unsigned width);
int32_t vg_ais_int(const struct vg_ais *msg, unsigned start, unsigned width);

enum vg_ais_state {
    VG_AIS_ABSENT,
    VG_AIS_NOT_AVAILABLE,
    VG_AIS_PARTIAL, /* the message ends inside: the missing low bits read as zero. Shown and marked, never believed */
    VG_AIS_PRESENT,
};

/* A number field's raw value; `base` is 0, or application_start for fields of the application. */
enum vg_ais_state vg_ais_raw(const struct vg_ais *msg, const struct vg_ais_field *field, unsigned base,
                             int64_t *ret_raw);

/* A number as it is meant, in units of the last decimal: vg_out_scaled(out, vg_ais_scale(f, raw), f->decimals). */
int64_t vg_ais_scale(const struct vg_ais_field *field, int64_t raw);

/* 6-bit text as ASCII, ended by @, trailing blanks dropped; at most `size` − 1 characters and a terminator. Returns the
 * length. */
size_t vg_ais_text(const struct vg_ais *msg, unsigned start, unsigned width, char *out, size_t size);

/* The field of a layout by key, or NULL. Linear; for tests, encoders and set-up. */
const struct vg_ais_field *vg_ais_field(const struct vg_ais_layout *layout, const char *key);

/* One JSON object without a line end. Keys as in gpsd's AIVDM. `payload` may be NULL: then no reception keys. */
void vg_ais_json(const struct vg_ais *msg, const struct vg_payload *payload, struct vg_out *out);

/* The same as CSV: one header for all types, then a row for each message. */
void vg_ais_csv_header(struct vg_out *out);
void vg_ais_csv(const struct vg_ais *msg, const struct vg_payload *payload, struct vg_out *out);

/*
 * What the message says about its sender, as a report. False if it says nothing about who is where or what (types 6, 7,
 * 10 …). time, journal offset and source are the caller's to set.
 */
bool vg_ais_report(const struct vg_ais *msg, struct vg_report *ret);

/* ---- plausibility (sensor/ais/suspicion.c) ---- */

/*
 * A checksum is 8 bits: of 256 damaged sentences one passes, and it may say anything. A message is held against what
 * senders of its type can say; every doubt has a weight, and from VG_SUSPECT_SCORE on it is more likely noise, or the
 * work of somebody playing, than a message. docs/formats/ais-suspicion.md has the rules and how well they tell.
 */
#define VG_SUSPECT_LIST(X)                                                                                             \
    X(TYPE, "type", "a type that no edition of M.1371 has")                                                            \
    X(LENGTH, "length", "a length that this type doesn't have")                                                        \
    X(MMSI, "mmsi", "an MMSI that nobody can have, or not with this type")                                             \
    X(POSITION, "position", "a position off the globe")                                                                \
    X(MOTION, "motion", "a speed, course or heading that can't be")                                                    \
    X(TIME, "time", "a date or time that doesn't exist")                                                               \
    X(TEXT, "text", "text that nobody writes")                                                                         \
    X(VALUE, "value", "values that the book reserves")                                                                 \
    X(SPARE, "spare", "spare bits in use")

enum vg_suspect {
#define X(name, key, text) VG_SUSPECT_##name,
    VG_SUSPECT_LIST(X)
#undef X
        VG_SUSPECT_COUNT
};

const char *vg_suspect_key(enum vg_suspect reason);
const char *vg_suspect_text(enum vg_suspect reason);

#define VG_SUSPECT_SCORE 3

struct vg_suspicion {
    uint16_t reasons; /* bits 1 << enum vg_suspect: every doubt, however small */
    uint8_t score;
};

struct vg_suspicion vg_ais_suspicion(const struct vg_ais *msg);

/* True from VG_SUSPECT_SCORE on: for the field of that name in a vg_report. */
bool vg_ais_suspect(const struct vg_ais *msg);

/* Whole bytes of a message behind what its type has by the book; 0 for types without a fixed length. */
unsigned vg_ais_extra_bits(const struct vg_ais *msg);

/* ---- encoding (sensor/ais/encode.c) ---- */

/* An empty message of a layout ("1", "5", "18", "21", "24A", …): every field "not available" where it can be, else 0.
 */
enum vg_err vg_ais_blank(const char *layout, uint32_t mmsi, struct vg_ais *ret);

/*
 * Makes a message of type 6, 8, 25 or 26 ("6", "8", "25I", "25AI", "26I", "26AI") carry an application: sets dac and
 * fid, and every field of its layout "not available". VG_NOT_FOUND if the identifier isn't known.
 */
enum vg_err vg_ais_set_application(struct vg_ais *msg, unsigned dac, unsigned fid);

/*
 * A field's `key` is its key in the JSON; in arrays, with its index: "areas[1].lon", "reports[0].wspeed". An array
 * grows to hold what is set; a number that chooses what follows (`shape`, `sensor`, `msgid` …) is set before what
 * follows it. All return VG_NOT_FOUND if there is no such field, VG_ARG if it is of another kind, VG_RANGE if the value
 * doesn't fit; the message is as before then, but for elements that an array grew by.
 */

/* A number, raw or scaled (knots, degrees, metres …). */
enum vg_err vg_ais_set_raw(struct vg_ais *msg, const char *key, int64_t raw);
enum vg_err vg_ais_set(struct vg_ais *msg, const char *key, double value);
enum vg_err vg_ais_set_pos(struct vg_ais *msg, struct vg_pos pos);
/* Characters that 6-bit ASCII lacks become '?' (small letters become capitals); too long is cut. */
enum vg_err vg_ais_set_text(struct vg_ais *msg, const char *key, const char *text);
/* A date and time, or an ETA (year and second are ignored). Parts are written as they are: 24 h and 60 min are "not
 * available". */
enum vg_err vg_ais_set_time(struct vg_ais *msg, const char *key, const struct vg_civil *time);
/* Bits, most significant first. The message ends behind them. */
enum vg_err vg_ais_set_data(struct vg_ais *msg, const char *key, const uint8_t *bytes, unsigned bits);
/* Cuts the message, or adds zero bits. VG_RANGE below 38 (its identity) and above VG_AIS_BITS_MAX. */
enum vg_err vg_ais_set_length(struct vg_ais *msg, unsigned bits);

/*
 * Writes the message as one or more !AIVDM lines with CR LF into `out`; `sequence` 0–9 is used if more than one is
 * needed. tag_station (may be NULL) and tag_time_us (VG_TIME_NONE: none) go into a tag block \s:…,c:…*hh\ in front of
 * each.
 */
void vg_ais_sentences(const struct vg_ais *msg, const char *talker, char channel, unsigned sequence,
                      const char *tag_station, int64_t tag_time_us, struct vg_out *out);

#endif
