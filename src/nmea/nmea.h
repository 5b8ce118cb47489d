/*
 * NMEA 0183 / IEC 61162-1 sentences with NMEA 4.10 (IEC 61162-450) tag blocks: bytes → lines → sentences → messages.
 *
 * Three small machines, each usable alone:
 *   vg_framer     cuts a byte stream that arrives in any pieces into lines;
 *   vg_nmea_next  reads the sentences of one line, with their tag block and what receivers append;
 *   vg_assembler  puts the fragments of AIS messages together.
 * None of them keeps pointers into the caller's bytes beyond the call, allocates per sentence, or fails: what can't be
 * used is reported by reason (enum vg_refusal) to be counted. One thread per instance; nothing is shared.
 */
#ifndef VG_NMEA_NMEA_H
#define VG_NMEA_NMEA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/time.h"

/* Why something was not used. Counted per source; shown by `vigia decode`, /api/v1/feeds and /metrics. New reasons
 * stand at the end: saved states know them by their numbers. */
#define VG_REFUSAL_LIST(X)                                                                                             \
    X(NONE, "none", "not refused")                                                                                     \
    X(TOO_LONG, "too_long", "line longer than 1024 bytes")                                                             \
    X(NO_SENTENCE, "no_sentence", "no sentence in the line")                                                           \
    X(BINARY, "binary", "bytes outside printable ASCII")                                                               \
    X(TRUNCATED, "truncated", "sentence ends too early")                                                               \
    X(NO_CHECKSUM, "no_checksum", "no checksum")                                                                       \
    X(CHECKSUM, "checksum", "checksum does not match")                                                                 \
    X(TAG_BLOCK, "tag_block", "tag block damaged: sentence used, block ignored")                                       \
    X(FIELDS, "fields", "fields missing or not of the expected form")                                                  \
    X(FRAGMENT_NUMBERS, "fragment_numbers", "fragment numbers make no sense")                                          \
    X(ARMOUR, "armour", "payload has characters outside the 6-bit armour")                                             \
    X(FILL_BITS, "fill_bits", "fill bits outside 0-5")                                                                 \
    X(FRAGMENT_REPEATED, "fragment_repeated", "fragment came twice")                                                   \
    X(FRAGMENT_LOST, "fragment_lost", "message incomplete: a fragment never came")                                     \
    X(FRAGMENT_TABLE, "fragment_table", "message given up: too many were incomplete")                                  \
    X(PAYLOAD_LENGTH, "payload_length", "payload longer than an AIS message can be")                                   \
    X(MESSAGE_TYPE, "message_type", "unknown AIS message type")                                                        \
    X(MESSAGE_SHORT, "message_short", "AIS message shorter than its identity")                                         \
    X(OTHER_SENTENCE, "other_sentence", "a sentence of another kind (not an error)")                                   \
    X(ASTERIX_CATEGORY, "asterix_category", "ASTERIX block of a category that is not read")                            \
    X(ASTERIX_RECORD, "asterix_record", "ASTERIX record that does not end where its block does")                       \
    X(ASTERIX_RESERVED, "asterix_reserved", "ASTERIX record with a field that its definition leaves open")             \
    X(ASTERIX_STRAY, "asterix_stray", "octets behind the last ASTERIX block of a datagram")                            \
    X(ASTERIX_RUBBISH, "asterix_rubbish", "octets between ASTERIX blocks of a stream")                                 \
    X(NO_HEADING, "no_heading", "bearing relative to a heading that is not known")                                     \
    X(OWN_POSITION, "own_position", "radar's own position is silent: report used without it")

enum vg_refusal {
#define X(name, key, text) VG_REFUSAL_##name,
    VG_REFUSAL_LIST(X)
#undef X
        VG_REFUSAL_COUNT
};

const char *vg_refusal_key(enum vg_refusal refusal);
const char *vg_refusal_text(enum vg_refusal refusal);

#define VG_LINE_MAX      1024 /* bytes; an IEC sentence has 82, a tag block 80; receivers exceed both */
#define VG_EXAMPLE_SIZE  96   /* of a refused line, kept to show */
#define VG_PAYLOAD_CHARS 448  /* five slots are 1 064 bits = 178 characters; nine full fragments stay below */
#define VG_FRAGMENTS_MAX 9

/* Counts of what was refused, with the newest example of each. A plain value: 2 KiB. */
struct vg_refusals {
    uint64_t count[VG_REFUSAL_COUNT];
    int64_t time_us[VG_REFUSAL_COUNT];
    char example[VG_REFUSAL_COUNT][VG_EXAMPLE_SIZE]; /* printable ASCII: other bytes are shown as \xhh */
};

void vg_refuse(struct vg_refusals *refusals, enum vg_refusal reason, const char *line, size_t len, int64_t time_us);

/* Counts of several streams together; of each reason the newer example stays. */
void vg_refusals_add(struct vg_refusals *to, const struct vg_refusals *more);

/* ---- framing ---- */

/* A line without its end. `number` counts from 1 by LF; lines that a CR alone ends share it. */
typedef void vg_on_line(void *arg, const char *line, size_t len, uint64_t number, uint64_t offset);

struct vg_framer {
    uint64_t number; /* lines begun so far */
    uint64_t offset; /* where the next byte stands: bytes taken so far, or what was set */
    uint64_t begun;  /* where the unfinished line began */
    size_t len;      /* bytes of the unfinished line */
    bool skipping;   /* the line is too long: waiting for its end */
    bool after_cr;   /* a CR came last: a LF that comes first belongs to it */
    char buf[VG_LINE_MAX];
};

void vg_framer_init(struct vg_framer *framer);

/*
 * Takes bytes, calls `on` for each finished line (LF, CR LF or CR; empty lines too, so that numbers stay true). A line
 * over VG_LINE_MAX is refused as TOO_LONG, once, and skipped.
 */
void vg_framer_push(struct vg_framer *framer, const void *bytes, size_t len, struct vg_refusals *refusals,
                    vg_on_line *on, void *arg);

/* The end of the input: an unfinished line is a line. */
void vg_framer_end(struct vg_framer *framer, struct vg_refusals *refusals, vg_on_line *on, void *arg);

/* ---- sentences ---- */

struct vg_span {
    const char *at;
    uint32_t len;
};

/* One sentence: views into the caller's line. */
struct vg_sentence {
    struct vg_span text; /* from ! or $ to the checksum */
    char talker[3];      /* "AI", "BS", … terminated */
    char formatter[4];   /* "VDM", "VDO", … terminated */
    bool vdo;            /* VDO: own vessel */
    /* tag block */
    struct vg_span station; /* s: or the trailing station of the USCG form; len 0: none */
    int64_t time_us;        /* its own time (nmea/line_time.h tells the forms); VG_TIME_NONE: none */
    bool tagged;            /* … from its tag block */
    bool time_refused;      /* its tag block had a number that can't be a time */
    uint32_t group_id;      /* g: fragment-count-id, or 0 0 0 */
    uint8_t group_part, group_count;
    uint64_t line_count;        /* n: UINT64_MAX: none */
    struct vg_span destination; /* d: */
    struct vg_span note;        /* t: or i: free text */
    /* VDM, VDO only */
    uint8_t fragments, fragment; /* of how many, which: 1-based */
    int8_t sequence;             /* 0–9, −1: none */
    char channel;                /* 'A', 'B', '1', '2', … or 0 */
    struct vg_span payload;      /* armoured */
    uint8_t fill_bits;           /* 0–5 */
};

/*
 * Reads the next sentence in a line, from *pos on (start with 0), and moves *pos behind it. False when the line holds
 * no more. True with *ret_refusal NONE: *ret is a sentence (VDM/VDO fully read; others have `text`, talker and
 * formatter, and the refusal OTHER_SENTENCE). True with any other refusal: something was there that can't be used.
 * TAG_BLOCK comes with a usable sentence, unless its
 * `text` is empty: then only the block was there.
 */
bool vg_nmea_next(const char *line, size_t len, size_t *pos, struct vg_sentence *ret, enum vg_refusal *ret_refusal);

/* True if the bytes, of one line or many, have what a sentence begins with: ! or $, 3 to 10 capitals and digits, a
 * comma. */
bool vg_nmea_has_sentence(const void *bytes, size_t len);

/* ---- fragments ---- */

/* A whole AIS payload, still armoured, and what is known of its reception. */
struct vg_payload {
    const char *chars; /* `len` armour characters, valid until the next call */
    size_t len;
    uint8_t fill_bits;
    char talker[3];
    bool vdo;
    char channel;
    uint8_t fragments;
    uint64_t journal_offset; /* of the first fragment that came */
    uint64_t line;           /* line of fragment 1 */
    int64_t time_us;         /* own time (tag block …) of any fragment, or VG_TIME_NONE */
    bool tagged;             /* … from a tag block */
    int64_t received_us;     /* of the first fragment that came */
    char station[32];        /* from any fragment; "" if none */
    /* What a base station's VSI says of the reception. */
    uint8_t known;       /* enum vg_reception_known, or-ed */
    int16_t signal_ddbm; /* 0.1 dBm */
    int16_t snr_ddb;     /* 0.1 dB */
    int16_t slot;        /* 0–2249 */
};

enum vg_reception_known { VG_KNOWN_SIGNAL = 1, VG_KNOWN_SNR = 2, VG_KNOWN_SLOT = 4 };

struct vg_assembler; /* opaque; about 64 × 600 bytes */

#define VG_ASSEMBLER_SLOTS      64
#define VG_ASSEMBLER_WAIT_US    (10 * VG_SECOND_US)
#define VG_ASSEMBLER_REORDER_US (2 * VG_SECOND_US) /* a later fragment waits no longer than this for an earlier one */

enum vg_err vg_assembler_new(struct vg_assembler **ret_assembler);
void vg_assembler_free(struct vg_assembler *assembler);

/* The payload of a sentence of one fragment, which needs no assembler. False: it is longer than VG_PAYLOAD_CHARS. */
bool vg_nmea_single(const struct vg_sentence *sentence, int64_t received_us, uint64_t journal_offset, uint64_t line,
                    struct vg_payload *ret_payload);

/*
 * Takes one VDM or VDO sentence of one source, received at received_us; it stands at `journal_offset`, in `line`. True
 * if it completes a message: *ret_payload. Lost, repeated, overtaken and timed-out fragments are counted in `refusals`.
 * Fragments belong together if talker, channel, sequence id, count and (where present) tag-block group agree; any order
 * is fine.
 */
bool vg_assembler_push(struct vg_assembler *assembler, const struct vg_sentence *sentence, int64_t received_us,
                       uint64_t journal_offset, uint64_t line, struct vg_refusals *refusals,
                       struct vg_payload *ret_payload);

/* Drops messages that have waited too long at now_us (INT64_MAX: all) and counts them as FRAGMENT_LOST. */
void vg_assembler_expire(struct vg_assembler *assembler, int64_t now_us, struct vg_refusals *refusals);

#endif
