/*
 * The journal's bytes: segments, frames, records, as docs/formats/journal.md describes them. Pure; any thread.
 *
 * A segment is a file: its head, whole frames one after another, and once it is closed a footer. A frame is a head of
 * VG_FRAME_HEAD bytes and a payload: records, compressed with zstd. The head holds the payload's SHA-256 and is itself
 * the entry of the Merkle tree, so that the tree binds every byte of the frame. Everything is little-endian.
 */
#ifndef VG_JOURNAL_FRAME_H
#define VG_JOURNAL_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"
#include "base/out.h"

#define VG_SEGMENT_HEAD     32
#define VG_FRAME_HEAD       96
#define VG_FOOTER_ROW       24
#define VG_FOOTER_END       32 /* check, rows, length, magic */
#define VG_HASH             32
#define VG_FRAME_RAW_MAX    (1 << 20)                       /* a journal offset has 20 bits for it */
#define VG_FRAME_STORED_MAX (VG_FRAME_RAW_MAX + (16 << 10)) /* zstd's worst case is 4 KiB more than that */
#define VG_FRAME_NUMBERS    (UINT64_C(1) << 43) /* journal offsets stay positive as signed integers: Parquet, SQLite */
#define VG_FRAME_SOURCES    4096                /* source ids within a frame are below this */
#define VG_FRAME_NAME_MAX   255
#define VG_SEGMENT_FRAMES   (1 << 18) /* most frames in a segment */

/*
 * A journal offset: the frame's number, and the offset of a byte in its uncompressed payload. 0 is none: no received
 * byte stands there. JSON, Parquet and `vigia evidence` call it `place`.
 */
static inline uint64_t vg_journal_offset(uint64_t frame, size_t offset)
{
    return frame << 20 | offset;
}
static inline uint64_t vg_journal_offset_frame(uint64_t journal_offset)
{
    return journal_offset >> 20;
}
static inline size_t vg_journal_offset_byte(uint64_t journal_offset)
{
    return journal_offset & (VG_FRAME_RAW_MAX - 1);
}

struct vg_frame_head {
    uint64_t number;           /* from 0, without a hole */
    int64_t first_us, last_us; /* the least and the greatest time of its records */
    uint32_t records, raw_len, stored_len;
    uint8_t payload[VG_HASH]; /* SHA-256 of the stored (compressed) payload */
};

/* SHA-256. */
void vg_hash(const void *bytes, size_t len, uint8_t out[static VG_HASH]);

void vg_frame_head_put(const struct vg_frame_head *head, uint8_t out[static VG_FRAME_HEAD]);

/* VG_CORRUPT, with a constant *ret_why, if it is no head or its check fails. */
enum vg_err vg_frame_head_get(const uint8_t in[static VG_FRAME_HEAD], struct vg_frame_head *ret, const char **ret_why);

/* True if the stored payload is the one that the head tells of. */
bool vg_frame_payload_fits(const struct vg_frame_head *head, const void *stored);

/* Decompresses into raw[VG_FRAME_RAW_MAX]. VG_CORRUPT if it doesn't give exactly head->raw_len bytes. */
enum vg_err vg_frame_unpack(const struct vg_frame_head *head, const void *stored, uint8_t *raw);

void vg_segment_head_put(uint64_t first, uint8_t out[static VG_SEGMENT_HEAD]);
enum vg_err vg_segment_head_get(const uint8_t in[static VG_SEGMENT_HEAD], uint64_t *ret_first, const char **ret_why);

/* A closed segment's index: one row a frame. */
struct vg_footer_row {
    uint64_t at; /* of the frame's head in the file */
    int64_t first_us, last_us;
};

/* rows × VG_FOOTER_ROW + VG_FOOTER_END bytes. */
void vg_footer_put(const struct vg_footer_row *rows, uint32_t count, uint8_t *out);

/* Looks at a file's last VG_FOOTER_END bytes: the footer's whole length, or 0 if that is none. */
size_t vg_footer_length(const uint8_t end[static VG_FOOTER_END]);

/* Reads a whole footer of vg_footer_length() bytes. rows may be NULL: only checked. VG_CORRUPT. */
enum vg_err vg_footer_get(const uint8_t *footer, size_t len, struct vg_footer_row *rows, uint32_t *ret_count);

/* ---- records ---- */

#define VG_RECORD_LIST(X)                                                                                              \
    X(DATA, "data")             /* bytes as they came */                                                               \
    X(SOURCE, "source")         /* a source's name, before its first data in each frame */                             \
    X(GAP, "gap")               /* records that could not be kept */                                                   \
    X(RETIRED, "retired")       /* the oldest segments go, by the rules of retention */                                \
    X(OPENED, "opened")         /* a writer began, and what it had to cut off */                                       \
    X(CHECKPOINT, "checkpoint") /* the signed checkpoint that was published before */                                  \
    X(CLOCK, "clock")           /* the host's clock jumped, or is synchronised, or no more */

enum vg_record_kind {
#define X(name, key) VG_RECORD_##name,
    VG_RECORD_LIST(X)
#undef X
        VG_RECORD_KINDS
};

const char *vg_record_key(enum vg_record_kind kind);

/* How the bytes stood in their stream: as struct vg_feed_bytes tells it. */
enum { VG_RECORD_BEGINS = 0x10, VG_RECORD_ENDS = 0x20, VG_RECORD_DATAGRAM = 0x40 };

struct vg_record {
    enum vg_record_kind kind;
    uint8_t flags;           /* data: VG_RECORD_… */
    uint16_t source;         /* data, source: meaningful in this frame only */
    uint32_t stream;         /* data */
    int64_t time_us;         /* received */
    const char *name;        /* data: the source's name, not terminated; NULL: none was given */
    size_t name_len;         /* */
    const void *bytes;       /* data: as received; the others: their body. In the caller's raw payload */
    size_t len;              /* */
    uint64_t journal_offset; /* of bytes[0]; bytes[k] stands at journal_offset + k */
};

/* What a gap says. */
enum vg_gap_why { VG_GAP_QUEUE = 1, VG_GAP_LIMIT = 2, VG_GAP_MEMORY = 3 };
struct vg_gap {
    int64_t from_us, to_us;
    uint64_t records, bytes;
    enum vg_gap_why why;
};

/* What a retirement says: frames below `kept` may be gone. */
enum vg_retired_why { VG_RETIRED_SIZE = 1, VG_RETIRED_AGE = 2 };
struct vg_retired {
    uint64_t kept, segments, bytes;
    enum vg_retired_why why;
};

/* What a writer found when it opened the journal. */
struct vg_opened {
    uint64_t dropped_bytes;  /* behind the last whole frame */
    uint64_t dropped_frames; /* whole frames among them, unreachable behind a damaged one */
};

/* What the host's clock did, or is: from then on times are to be read so. */
enum vg_clock_state { VG_CLOCK_STATE_UNKNOWN = 0, VG_CLOCK_STATE_FREE = 1, VG_CLOCK_STATE_SYNCHRONISED = 2 };
struct vg_clock_note {
    int64_t time_us; /* by the clock, after it */
    int64_t jump_us; /* 0: it did not jump */
    enum vg_clock_state state;
    int64_t error_us; /* at most, as the host says; negative: not known */
};

/* Writes records, one behind the other, into out; *time_us carries the last record's time, 0 at a frame's beginning. */
void vg_record_put(struct vg_out *out, int64_t *time_us, const struct vg_record *record);
void vg_record_put_gap(struct vg_out *out, int64_t *time_us, int64_t now_us, const struct vg_gap *gap);
void vg_record_put_retired(struct vg_out *out, int64_t *time_us, int64_t now_us, const struct vg_retired *retired);
void vg_record_put_opened(struct vg_out *out, int64_t *time_us, int64_t now_us, const struct vg_opened *opened);
void vg_record_put_clock(struct vg_out *out, int64_t *time_us, int64_t now_us, const struct vg_clock_note *note);

/* Most bytes that vg_record_put() adds to the record's own. */
#define VG_RECORD_OVERHEAD 40

/* False if the record's body isn't of this form. */
bool vg_record_gap(const struct vg_record *record, struct vg_gap *ret);
bool vg_record_retired(const struct vg_record *record, struct vg_retired *ret);
bool vg_record_opened(const struct vg_record *record, struct vg_opened *ret);
bool vg_record_clock(const struct vg_record *record, struct vg_clock_note *ret);

/* Goes through the records of one uncompressed payload. Some 50 KiB: keep it off the stack. */
struct vg_records {
    const uint8_t *raw;
    size_t len, at;
    uint64_t frame;
    int64_t time_us;
    struct {
        uint32_t at;
        uint8_t len;
        bool known;
    } name[VG_FRAME_SOURCES];
};

void vg_records_begin(struct vg_records *records, uint64_t frame, const void *raw, size_t len);

/* The next record, VG_EOF after the last, VG_CORRUPT where the bytes are none (records->at says where). */
enum vg_err vg_records_next(struct vg_records *records, struct vg_record *ret);

#endif
