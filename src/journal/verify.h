/*
 * Checking a journal, or a bundle of evidence from one: every byte against its checks, every frame against the tree,
 * the tree against its signed checkpoint; and naming what differs. Reads only. One thread for each call.
 *
 * What this proves: the frames are those over which the checkpoint was signed with this key. With the journal's own
 * key.pub it proves consistency only: an intruder who can rewrite the journal can replace that file too. So keep the
 * key, and now and then a checkpoint, elsewhere.
 */
#ifndef VG_JOURNAL_VERIFY_H
#define VG_JOURNAL_VERIFY_H

#include "journal/io.h"
#include "journal/note.h"

#define VG_FOUND_LIST(X)                                                                                               \
    X(NOTE, "note")                     /* nothing wrong: a recorded gap, a tail that a crash tore */                  \
    X(DAMAGED, "damaged")               /* bytes that do not fit their own check: a flipped bit */                     \
    X(REPLACED, "replaced")             /* a frame that is whole but is not the one that was signed */                 \
    X(REMOVED, "removed")               /* frames that were signed, or must have been there, and are not */            \
    X(INSERTED, "inserted")             /* a frame that was never signed, or stands there twice */                     \
    X(REORDERED, "reordered")           /* a frame at another place than it was signed at */                           \
    X(TRUNCATED, "truncated")           /* the checkpoint covers more frames than there are */                         \
    X(OLD_CHECKPOINT, "old-checkpoint") /* a newer one was published */                                                \
    X(CHECKPOINT, "checkpoint")         /* missing, not signed by the key, or not of this tree */                      \
    X(TREE, "tree")                     /* a tile or entry that is missing or is not that of the checkpoint */         \
    X(INDEX, "index")                   /* a segment's index differs from its frames; no record is harmed */           \
    X(BUNDLE, "bundle")                 /* a bundle's text differs from its frames, or is malformed */                 \
    X(EXHIBIT, "exhibit")               /* the document around a bundle is not what was signed */

enum vg_found {
#define X(name, key) VG_FOUND_##name,
    VG_FOUND_LIST(X)
#undef X
};

const char *vg_finding_key(enum vg_found kind);

struct vg_finding {
    enum vg_found kind;
    char text[320]; /* a sentence with the frame, the segment and the offset */
};

typedef void vg_on_finding(void *arg, const struct vg_finding *finding);

struct vg_verify_options {
    const struct vg_io *io;    /* NULL: vg_io_posix() */
    const struct vg_key *keys; /* NULL: the journal's own */
    size_t key_count;
    const char *kept; /* a checkpoint that was kept elsewhere, or NULL */
    size_t kept_len;
    vg_on_finding *on_finding;
    void *arg;
};

struct vg_verify_result {
    uint64_t findings; /* but for notes: 0 is good */
    uint64_t notes;
    uint64_t segments, frames, covered, records, bytes; /* read; covered by the checkpoint; data records, their bytes */
    uint64_t gaps, lost;                                /* recorded gaps, entries lost in them */
    uint64_t kept_from;                                 /* frames below this were retired, as recorded */
    bool own_key;
    char origin[VG_KEY_NAME];
};

/*
 * VG_OK: it was checked, ret->findings says with what result. Else it could not be checked, whatever was found before:
 * VG_NOT_FOUND, VG_IO, VG_NOMEM, VG_LIMIT (path, keys).
 */
enum vg_err vg_verify_journal(const char *dir, const struct vg_verify_options *options, struct vg_verify_result *ret);

/* The same for the text of a bundle; without keys, its own key is used. (verify_bundle.c) */
enum vg_err vg_verify_bundle(const char *text, size_t len, const struct vg_verify_options *options,
                             struct vg_verify_result *ret);

/* The keys that a bundle names as its own. False, outputs untouched: they are malformed, or it is no bundle. */
bool vg_bundle_keys(const char *text, size_t len, struct vg_key ret_keys[static VG_KEYS_MAX], size_t *ret_count);

#endif
