/*
 * The journal's files as its one writer sees them: opening with repair, appending, syncing, rotation, retention, and
 * the tree that follows. No thread, no clock, no queue: journal.c has those. Within journal.
 *
 * After any failure the store is at its last synced frame again: store->next says which number it wants next,
 * and everything from there on is to be appended again. That is also the answer to an fsync that failed: what the
 * system then still holds of the file is not trusted (a second fsync may say all is well and have lost the pages).
 */
#ifndef VG_JOURNAL_STORE_H
#define VG_JOURNAL_STORE_H

#include "journal/journal.h"
#include "journal/segment.h"
#include "journal/tree.h"

struct vg_journal_store_segment {
    uint64_t first;
    int64_t bytes;
};

struct vg_journal_store {
    const struct vg_io *io;
    const struct vg_journal_rules *rules;
    char dir[VG_IO_PATH];
    int lock_fd, fd; /* −1: none open */
    int error;       /* −errno of the last failure */
    bool dirty;      /* the file may be longer than synced_end */
    int64_t end, synced_end;
    uint64_t first; /* number of the journal's first frame, which is leaf 0 of the tree */
    uint64_t next, synced_next;
    int64_t begun_us; /* first time in the current segment */
    struct vg_footer_row *row;
    uint32_t rows, synced_rows, row_cap;
    struct vg_journal_store_segment *segment; /* the oldest first; the last is the current one, if fd is open */
    size_t segments, segment_cap;
    int64_t closed_bytes; /* of all but the current one */
    struct vg_tree tree;
    struct vg_key keys[VG_KEYS_MAX]; /* public ones of the past, the signing one last */
    size_t key_count;
    char note[VG_NOTE_MAX]; /* the published checkpoint */
    size_t note_len;
    struct vg_retired retire; /* .segments > 0: to be recorded, then done */
    uint64_t retired_segments;
    struct vg_journal_oldest oldest; /* what was found of the segment oldest_first; bytes 0: nothing yet */
    uint64_t oldest_first;
};

/*
 * Opens or makes the journal; options (with its io) must live as long. *ret_report tells what was repaired. On failure
 * *ret_why is a sentence, constant or in the report's buffer. VG_EXISTS: another process writes it. VG_CORRUPT: it
 * isn't what its checkpoint signed.
 */
enum vg_err vg_journal_store_open(struct vg_journal_store *store, const char *dir,
                                  const struct vg_journal_options *options, struct vg_journal_report *ret_report,
                                  const char **ret_why);
void vg_journal_store_close(struct vg_journal_store *store);

/* Appends the frame whose number is store->next: its head and payload in one piece. VG_IO, VG_NOMEM: see above. */
enum vg_err vg_journal_store_append(struct vg_journal_store *store, const struct vg_frame_head *head,
                                    const uint8_t *frame);

/* Everything appended is on the disk when this returns VG_OK; store->synced_next says up to where. */
enum vg_err vg_journal_store_sync(struct vg_journal_store *store);

/* Publishes a checkpoint of what was added to store->tree. */
enum vg_err vg_journal_store_publish(struct vg_journal_store *store);

/* See vg_journal_rotate_key(). */
enum vg_err vg_journal_store_rotate_key(struct vg_journal_store *store, const uint8_t seed[static 32]);

/* The oldest segment, if there is a newer one. What was found of it is kept. */
struct vg_journal_oldest vg_journal_store_oldest(struct vg_journal_store *store);

/* Plans that the oldest segment goes, if there is a newer one and nothing is planned. */
void vg_journal_store_plan_oldest(struct vg_journal_store *store);

/* Removes the segments below store->retire.kept, once the record of it is synced. What can't be removed stays. */
void vg_journal_store_retire(struct vg_journal_store *store);

/* Bytes of all segments. */
static inline int64_t vg_journal_store_bytes(const struct vg_journal_store *store)
{
    return store->closed_bytes + store->end;
}

/* store_open.c ↔ store.c */
enum vg_err vg_journal_store_fail(struct vg_journal_store *store, int error);
bool vg_journal_store_add_segment(struct vg_journal_store *store, uint64_t first, int64_t bytes);
bool vg_journal_store_add_row(struct vg_journal_store *store, int64_t at, const struct vg_frame_head *head);

#endif
