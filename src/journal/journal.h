/*
 * The journal: every received byte with its source and receive time, before anything interprets it. Durable (synced at
 * a stated interval), ordered, tamper-evident (a Merkle tree with signed checkpoints). docs/formats/journal.md tells
 * what lies on the disk.
 *
 * One thread appends; a thread of the journal's own compresses, writes and syncs. Appending copies into memory and
 * never waits for the disk. Between the two stands a bounded queue: when it is full, because the disk is slow, full or
 * broken, what comes is counted and becomes a recorded gap once there is room again. What stands in the queue is not
 * lost by a failing disk: it is written again until that succeeds or the journal is closed.
 *
 * Times are UTC microseconds, given by the caller. The only clock is the monotonic one in the options, which paces the
 * thread and reaches no byte of the journal. Random bytes are taken once, through the options, when the key is made.
 *
 *     struct vg_journal_options options = VG_JOURNAL_OPTIONS_DEFAULT;
 *     options.monotonic_us = the monotonic clock of base/time.h;
 *     vg_journal_open("/var/lib/vigia/journal", &options, &journal, &report, &why);
 *     journal_offset = vg_journal_append(journal, &entry);     // 0: not kept, counted
 *     vg_journal_close(journal);
 */
#ifndef VG_JOURNAL_JOURNAL_H
#define VG_JOURNAL_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "journal/frame.h"
#include "journal/io.h"

#define VG_JOURNAL_ENTRY_MAX  (256 << 10) /* bytes of one entry: the feeds' buffers are 64 KiB */
#define VG_JOURNAL_QUEUE_MAX  256
#define VG_JOURNAL_FRAMES_MAX (1 << 18) /* frames in a segment: one a second for three days */

/* How it is kept. */
struct vg_journal_rules {
    int64_t sync_us;       /* at most this much is lost to a power cut; a frame is closed at this age */
    int64_t checkpoint_us; /* how often the tree is signed; also on rotation and closing */
    uint32_t frame_bytes;  /* a frame is closed at this many raw bytes; at most VG_FRAME_RAW_MAX − 2 × entry max */
    int64_t segment_bytes; /* a segment is closed at this size … */
    int64_t segment_us;    /* … or when its times span this much */
    int64_t keep_bytes;    /* the oldest segments go when all are larger than this; 0: never */
    int64_t keep_us;       /* … or older than this, by the records' times; 0: never. Two at a time, so that */
                           /* one wrong clock can't empty a journal */
    uint32_t queue;        /* frames in memory, 2 … VG_JOURNAL_QUEUE_MAX */
    int level;             /* of zstd, 1 … 19, or −50 … −1: the faster, the larger */
};

struct vg_journal_options {
    struct vg_journal_rules rules;
    const struct vg_io *io;        /* NULL: vg_io_posix() */
    int64_t (*monotonic_us)(void); /* CLOCK_MONOTONIC; NULL: no thread is made, vg_journal_turn() is the caller's */
    void (*dice)(void *, size_t);  /* for a new key; NULL: a missing key is an error */
    const char *origin;            /* name of a new key; NULL: made of the key */
    uint64_t first;                /* number of a new journal's first frame: behind those of another one */
};

#define VG_JOURNAL_OPTIONS_DEFAULT                                                                                     \
    {                                                                                                                  \
        .rules = {                                                                                                     \
            .sync_us = 1000000,                                                                                        \
            .checkpoint_us = 10000000,                                                                                 \
            .frame_bytes = 256 << 10,                                                                                  \
            .segment_bytes = 64 << 20,                                                                                 \
            .segment_us = INT64_C(3600000000),                                                                         \
            .queue = 64,                                                                                               \
            .level = 3                                                                                                 \
        }                                                                                                              \
    }

/* What opening found and did. */
struct vg_journal_report {
    bool made;               /* there was none */
    uint64_t first;          /* number of its first frame */
    uint64_t next;           /* and of the one that will be written next */
    uint64_t frames;         /* in the journal, retired ones too */
    uint64_t checkpoint;     /* frames that the last checkpoint covered */
    uint64_t dropped_bytes;  /* cut off behind the last whole frame: torn by a crash */
    uint64_t dropped_frames; /* whole frames among them */
    char dropped_from[64];   /* the segment's name */
    int64_t dropped_at;      /* and the offset */
    char why[256];           /* of a failure */
    int error;               /* of a failure: −errno; 0: it is none of the system */
};

struct vg_journal; /* opaque */

/*
 * Opens a journal in a folder, making it (not the folders above) if there is none, and begins its thread. VG_EXISTS:
 * another process writes it. VG_CORRUPT: it is not what its last checkpoint signed, *ret_why names the difference, and
 * nothing was changed. VG_NOT_FOUND: its key is gone. *ret_why lies in *ret_report or is constant.
 */
enum vg_err vg_journal_open(const char *dir, const struct vg_journal_options *options, struct vg_journal **ret_journal,
                            struct vg_journal_report *ret_report, const char **ret_why);

/*
 * Writes what is left, signs a checkpoint, ends the thread, frees. VG_IO: the disk failed to the end and entries that
 * were taken are not on it; *ret_lost (may be NULL) counts them. NULL is fine.
 */
enum vg_err vg_journal_close(struct vg_journal *journal, uint64_t *ret_lost);

struct vg_journal_entry {
    uint16_t source;  /* below VG_FRAME_SOURCES */
    const char *name; /* the source's name; the first VG_FRAME_NAME_MAX bytes are kept */
    uint32_t stream;  /* within the source, as in struct vg_feed_bytes */
    uint8_t flags;    /* VG_RECORD_BEGINS | … */
    int64_t received_us;
    const void *bytes;
    size_t len;
};

/*
 * Takes an entry. Returns the journal offset of its first byte, which byte k follows at offset + k; 0 if it could not
 * be kept, which is counted and will be recorded as a gap. The appending thread only; waits for no disk.
 */
uint64_t vg_journal_append(struct vg_journal *journal, const struct vg_journal_entry *entry);

/*
 * For callers that can wait, as live feeds can't. Waits until the queue has room for as many more entries as fill half
 * of it, so that none of them is lost. The appending thread only. VG_IO, VG_NOMEM: the disk fails; nothing is lost yet.
 */
enum vg_err vg_journal_make_room(struct vg_journal *journal);

/*
 * Waits until every byte before this offset is on the disk. Any thread; without a journal's thread, the one that calls
 * vg_journal_turn(). VG_IO, VG_NOMEM: the disk fails.
 */
enum vg_err vg_journal_sync_to(struct vg_journal *journal, uint64_t journal_offset);

/* The oldest segment, as long as there is a newer one. */
struct vg_journal_oldest {
    int64_t bytes;   /* 0: there is no newer one */
    int64_t last_us; /* the greatest time of its records; INT64_MAX: not known */
};

struct vg_journal_status {
    uint64_t entries, bytes;               /* taken */
    uint64_t synced_entries, synced_bytes; /* on the disk for sure: acknowledged */
    uint64_t synced_frames;                /* numbers below this are on the disk */
    uint64_t first;                        /* number of the journal's first frame */
    uint64_t checkpoint;                   /* frames covered by the last checkpoint, from the first on */
    uint64_t lost_entries, lost_bytes;     /* not kept: the queue was full, an entry too long, no memory */
    uint64_t gaps;                         /* recorded */
    uint64_t failures;                     /* of writing, syncing, publishing */
    uint64_t stored_bytes;                 /* segments on the disk */
    uint64_t segments, retired_segments;
    struct vg_journal_oldest oldest;
    uint32_t queued, queue; /* frames in memory, and the most there can be */
    int error;              /* errno while the disk fails, else 0 */
};

/*
 * What the host's clock did: recorded with the next frame that is written. At most VG_JOURNAL_CLOCK_NOTES wait; of more
 * the first and the last ones are kept. Any thread.
 */
#define VG_JOURNAL_CLOCK_NOTES 8
void vg_journal_note_clock(struct vg_journal *journal, const struct vg_clock_note *note);

/*
 * Asks that the oldest segment goes by size: its owner keeps other files beside the journal and counts them together.
 * Never the newest; it is recorded with the next frame that is written, and done when that is on the disk. Any thread.
 */
void vg_journal_retire_oldest(struct vg_journal *journal);

/* Any thread. */
void vg_journal_status(struct vg_journal *journal, struct vg_journal_status *ret);

/*
 * What the thread does each time it wakes; for callers without one (tests, bulk loads). now_us is monotonic. flush:
 * everything is written, synced and signed now. VG_IO, VG_NOMEM: tried again with the next call.
 */
enum vg_err vg_journal_turn(struct vg_journal *journal, int64_t now_us, bool flush);

/*
 * A new key signs from now on; the change is signed by both. For a journal opened without a thread. The old secret is
 * gone afterwards. VG_LIMIT: VG_KEYS_MAX keys were used.
 */
enum vg_err vg_journal_rotate_key(struct vg_journal *journal, const uint8_t seed[static 32]);

#endif
