/*
 * libvigia-ais: AIS decoding for other programs. Bytes in, in any pieces; messages out, as they are complete.
 *
 * What `vigia decode` does, as a library: framing, checksums, tag blocks, fragments, every field of every message type
 * of ITU-R M.1371-5, application payloads, plausibility. It opens no file, asks no clock, writes no log and keeps its
 * memory (about 60 KiB for each decoder) whatever comes in. Bad input is counted, never an error.
 *
 * A decoder is used by one thread at a time; different decoders are independent. This interface is kept: functions are
 * added, structs grow at their end (which is why their size is passed).
 */
#ifndef VIGIA_AIS_H
#define VIGIA_AIS_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define VIGIA_API __attribute__((visibility("default")))
#else
#define VIGIA_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define VIGIA_TIME_NONE INT64_MIN

struct vigia_ais;         /* a decoder, for one stream of bytes */
struct vigia_ais_message; /* a message, valid during the callback only */

/* Called for each message, from within vigia_ais_push() and vigia_ais_end(). */
typedef void vigia_ais_on_message(void *arg, const struct vigia_ais_message *message);

/* The library's version, "major.minor.patch". */
VIGIA_API const char *vigia_ais_version(void);

/* NULL if memory is short. Free with vigia_ais_free(), which takes NULL too. */
VIGIA_API struct vigia_ais *vigia_ais_new(vigia_ais_on_message *on_message, void *arg);
VIGIA_API void vigia_ais_free(struct vigia_ais *decoder);

/* Takes bytes that came at received_us (microseconds since 1970 UTC; VIGIA_TIME_NONE: not known, as in a file). */
VIGIA_API void vigia_ais_push(struct vigia_ais *decoder, const void *bytes, size_t len, int64_t received_us);

/* The end of the input: what is unfinished is finished or given up. */
VIGIA_API void vigia_ais_end(struct vigia_ais *decoder);

struct vigia_ais_counts {
    uint64_t bytes, lines, sentences, messages;
    uint64_t others;  /* sentences of base stations that were understood (VSI, ZDA …) */
    uint64_t refused; /* what could not be used, for any reason */
};

VIGIA_API void vigia_ais_get_counts(const struct vigia_ais *decoder, struct vigia_ais_counts *ret, size_t size);

/* Why input was refused, a reason at a time. */
struct vigia_ais_refusal {
    const char *key, *text; /* "checksum", "a checksum that doesn't fit"; constant */
    const char *example;    /* the last such line, printable, cut; valid until the decoder is called again */
    uint64_t count;
};

/* The reasons by number from 0. 0, *ret untouched, behind the last. Those that did not occur have the count 0. */
VIGIA_API int vigia_ais_get_refusal(const struct vigia_ais *decoder, unsigned number, struct vigia_ais_refusal *ret,
                                    size_t size);

/* ---- a message ---- */

VIGIA_API unsigned vigia_ais_type(const struct vigia_ais_message *message); /* 1–28 */
VIGIA_API uint32_t vigia_ais_mmsi(const struct vigia_ais_message *message);

/* 1 if it is more like noise than like a message. */
VIGIA_API int vigia_ais_suspect(const struct vigia_ais_message *message);

/*
 * The message as one JSON object (keys as in gpsd's AIVDM; docs/formats/ais-fields.md), as snprintf() does it: at most
 * `size` bytes with the terminator, returns the length it has without that. VIGIA_AIS_JSON_SIZE is always enough.
 */
#define VIGIA_AIS_JSON_SIZE 8192
VIGIA_API size_t vigia_ais_json(const struct vigia_ais_message *message, char *buf, size_t size);

/* What a message says of its sender. NAN, 0 or "" where it doesn't. */
struct vigia_ais_report {
    uint32_t mmsi;
    uint32_t type;
    int64_t time_us;    /* of reception, if the stream tells (tag block, VSI, $PGHP …); else VIGIA_TIME_NONE */
    double lon, lat;    /* degrees, WGS-84 */
    double speed_kn;    /* over ground */
    double course_deg;  /* over ground, true */
    double heading_deg; /* true */
    int32_t status;     /* navigational status 0–15, −1: none */
    uint32_t imo;
    uint32_t shiptype;
    double length_m, beam_m, draught_m;
    char name[40], callsign[16], destination[32];
};

/* 1, and *ret filled as far as `size` goes; 0, *ret untouched, if the message isn't about its sender. */
VIGIA_API int vigia_ais_report(const struct vigia_ais_message *message, struct vigia_ais_report *ret, size_t size);

/* ---- fields by name ---- */

/* A field of a message, valid during the call. docs/formats/ais-fields.md lists them. */
struct vigia_ais_field {
    const char *key;  /* as in the JSON; in arrays with its place: "areas[1].lon" */
    const char *unit; /* "kn", "deg", "m", … or "" */
    const char *what; /* one line of English */
    const char
        *value;    /* text as it is, numbers in decimal, yes and no as 1 and 0, times in ISO 8601; "": not available */
    double number; /* NAN: no number, or not available */
};

typedef void vigia_ais_on_field(void *arg, const struct vigia_ais_field *field);

/* Every field that the message has, in its order, those of its application payload included. */
VIGIA_API void vigia_ais_each_field(const struct vigia_ais_message *message, vigia_ais_on_field *on_field, void *arg);

/* A number by its key. 0, *ret untouched, if the message has no such number or says "not available". */
VIGIA_API int vigia_ais_number(const struct vigia_ais_message *message, const char *key, double *ret);

/* Any field's value by its key, as snprintf() does it; 0 and "" if there is none. */
VIGIA_API size_t vigia_ais_value(const struct vigia_ais_message *message, const char *key, char *buf, size_t size);

/* ---- encoding ---- */

struct vigia_ais_draft; /* a message that is being written. One thread at a time. */

/*
 * A message of a layout of docs/formats/ais-fields.md ("1", "5", "18", "24A", "8" …) with every field "not available".
 * NULL if there is no such layout, the MMSI has more than nine digits, or memory is short. Free with
 * vigia_ais_draft_free(), which takes NULL too.
 */
VIGIA_API struct vigia_ais_draft *vigia_ais_draft_new(const char *layout, uint32_t mmsi);
VIGIA_API void vigia_ais_draft_free(struct vigia_ais_draft *draft);

/* Types 6, 8, 25 and 26: the message carries this application, with its fields "not available". */
VIGIA_API int vigia_ais_set_application(struct vigia_ais_draft *draft, unsigned dac, unsigned fid);

/*
 * A field by its key, in its unit. 1; or 0, the draft as before, if there is no such field or the value doesn't fit.
 * Characters that AIS lacks become '?', small letters capitals; text that is too long is cut.
 */
VIGIA_API int vigia_ais_set_number(struct vigia_ais_draft *draft, const char *key, double value);
VIGIA_API int vigia_ais_set_text(struct vigia_ais_draft *draft, const char *key, const char *text);

/*
 * The draft as one or more !AIVDM sentences with CR LF, as snprintf() does it; VIGIA_AIS_SENTENCES_SIZE is always
 * enough. `channel` is 'A' or 'B'; `sequence` (0–9) tells the messages of several sentences apart.
 */
#define VIGIA_AIS_SENTENCES_SIZE 1024
VIGIA_API size_t vigia_ais_sentences(const struct vigia_ais_draft *draft, char channel, unsigned sequence, char *buf,
                                     size_t size);

#ifdef __cplusplus
}
#endif

#endif
