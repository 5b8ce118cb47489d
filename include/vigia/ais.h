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

#ifdef __cplusplus
}
#endif

#endif
