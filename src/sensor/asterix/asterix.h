/*
 * ASTERIX (EUROCONTROL): the language of radars and trackers. Bytes → blocks → records → values, JSON and reports.
 *
 * A decoder (struct vg_asterix) belongs to one source of bytes: a socket, a file, a capture. Datagrams are given whole;
 * a stream (TCP, a file) in any pieces, each by a framer of its own. Categories 001, 002, 004, 010, 015, 016, 019, 020,
 * 021, 034, 048, 062, 063, 065, 205, 240 and 247 are read by tables made of the published definitions
 * (tools/asterix_tables.py); a category that a source may speak in several editions (021) is read by the one that its
 * blocks fit, remembered for each SAC and SIC.
 *
 * What can't be read is stepped over and counted by reason (enum vg_refusal, ASTERIX_…); nothing is fatal. No clock is
 * asked; nothing is allocated but the decoder and a framer's carried bytes. One thread for each decoder. Records are
 * views: valid until the callback returns.
 */
#ifndef VG_SENSOR_ASTERIX_ASTERIX_H
#define VG_SENSOR_ASTERIX_ASTERIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/out.h"
#include "nmea/nmea.h"
#include "report/report.h"

#define VG_ASTERIX_HEADER   3     /* octets of a block before its first record: category, length */
#define VG_ASTERIX_BLOCK    65535 /* octets of the longest one */
#define VG_ASTERIX_SLOTS    63    /* items of a record at most: nine octets of presence bits */
#define VG_ASTERIX_SOURCES  64    /* SAC and SIC whose edition and time are remembered; more take the place of others */
#define VG_ASTERIX_NO_TRACK 65536 /* what a report calls the track of number 0, which is one */

struct vg_asterix_edition; /* opaque: a category's table */

/* The edition's name ("1.32") and category. */
const char *vg_asterix_edition_name(const struct vg_asterix_edition *edition);
uint8_t vg_asterix_edition_category(const struct vg_asterix_edition *edition);

/* A record: which items it has, and where they stand in it. */
struct vg_asterix_record {
    const struct vg_asterix_edition *edition;
    const uint8_t *at;
    uint64_t offset;       /* of its first octet in what was taken */
    uint64_t block_offset; /* … of its block */
    uint64_t present;      /* bit n: item n has begin[n] and octets[n] */
    uint16_t len;          /* octets, with the presence bits */
    uint8_t variant;       /* of the category's two lists of items (001: plot 0, track 1) */
    uint8_t sac, sic;      /* 0, 0: it has no item 010 */
    bool reserved;         /* it has octets that the definition leaves open; they were stepped over */
    uint16_t begin[VG_ASTERIX_SLOTS], octets[VG_ASTERIX_SLOTS];
};

typedef void vg_asterix_on_record(void *arg, const struct vg_asterix_record *record);

struct vg_asterix_counters {
    uint64_t blocks;   /* whole ones, of known categories and others */
    uint64_t records;  /* handed on */
    uint64_t octets;   /* of those blocks: what offsets count */
    uint64_t reports;  /* made by vg_asterix_report() */
    uint64_t sources;  /* of the table of VG_ASTERIX_SOURCES */
    uint64_t replaced; /* … that lost their place to another one */
};

struct vg_asterix; /* opaque; 4 KiB */

enum vg_err vg_asterix_new(vg_asterix_on_record *on, void *arg, struct vg_asterix **ret_asterix);
void vg_asterix_free(struct vg_asterix *asterix); /* NULL is fine */

/*
 * Reads categories by given editions: "21=0.26,48=1.32". VG_SYNTAX, nothing changed: it is no such list; VG_NOT_FOUND:
 * there is no table for one of them.
 */
enum vg_err vg_asterix_use_editions(struct vg_asterix *asterix, const char *list);

/*
 * The blocks of a datagram, received at time_us (of examples of refusals; VG_TIME_NONE: not known). Its first octet
 * stands at `offset`. Octets behind the last whole block are refused as ASTERIX_STRAY. Returns the octets of its whole
 * blocks.
 */
size_t vg_asterix_datagram(struct vg_asterix *asterix, const void *bytes, size_t len, uint64_t offset, int64_t time_us);

const struct vg_asterix_counters *vg_asterix_counters(const struct vg_asterix *asterix);
const struct vg_refusals *vg_asterix_refusals(const struct vg_asterix *asterix);

/*
 * What a decoder remembers of its sources (editions, time of 002), for whoever must go on after a restart as if nothing
 * had been: the same bytes then give the same. Counters are not among it. Load: VG_CORRUPT, nothing changed, if it
 * can't be so.
 */
#define VG_ASTERIX_SAVED (4 + 12 * VG_ASTERIX_SOURCES) /* octets */

void vg_asterix_save(const struct vg_asterix *asterix, uint8_t ret_saved[static VG_ASTERIX_SAVED]);
enum vg_err vg_asterix_load(struct vg_asterix *asterix, const uint8_t saved[static VG_ASTERIX_SAVED]);

/* ---- streams ---- */

/*
 * Cuts a stream into blocks. After rubbish it goes on where a block that can be read is followed by another one; octets
 * between are refused as ASTERIX_RUBBISH, once for each gap.
 */
struct vg_asterix_framer; /* opaque; grows to VG_ASTERIX_CARRY and no further */

#define VG_ASTERIX_CARRY 65536 /* octets of a stream that wait for those behind them */

/* Offsets of records: in the stream; `by_blocks`: in what the decoder took, whichever streams blocks came by. */
enum vg_err vg_asterix_framer_new(struct vg_asterix *asterix, bool by_blocks, struct vg_asterix_framer **ret_framer);
void vg_asterix_framer_free(struct vg_asterix_framer *framer); /* NULL is fine */

/* The next bytes. The blocks that they complete are handed on. VG_NOMEM: what should have been carried is lost. */
enum vg_err vg_asterix_framer_push(struct vg_asterix_framer *framer, const void *bytes, size_t len, int64_t time_us);

/* The stream has ended, or octets of it are missing here: what was carried is no whole block. */
void vg_asterix_framer_end(struct vg_asterix_framer *framer, int64_t time_us);

/* ---- values ---- */

/* Writes `"v": {…}` of a record as the members of an object: {"010/SAC":25,"040/RHO":12.5,"070/MODE3A":"2341"}. */
void vg_asterix_json_values(const struct vg_asterix_record *record, struct vg_out *out);

/* The whole record: {"off":…,"len":…,"cat":…,"ed":"…","v":{…}}, without a line end. */
void vg_asterix_json(const struct vg_asterix_record *record, struct vg_out *out);

/* ---- reports ---- */

/*
 * What a record says of one thing, or of its sensor. time_us is VG_TIME_NONE and measured_us too: whoever received it
 * knows the date (report/report.h: time_of_day_ms). False, *ret untouched: it says nothing that a report can hold.
 */
bool vg_asterix_report(struct vg_asterix *asterix, const struct vg_asterix_record *record, struct vg_report *ret);

#endif
