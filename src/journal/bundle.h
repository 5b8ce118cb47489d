/*
 * Evidence: a JSON text that proves, with nothing but the journal's public key, that these bytes came from this source
 * at this time, as far as the journal's keeper was told. It holds the frames with the wanted records, each with its
 * inclusion proof, and the checkpoint. docs/formats/journal.md describes it; vg_verify_bundle() (verify.h) checks it.
 */
#ifndef VG_JOURNAL_BUNDLE_H
#define VG_JOURNAL_BUNDLE_H

#include "base/out.h"
#include "journal/io.h"

#define VG_BUNDLE_TEXT_MAX    (256 << 20) /* bytes of a bundle */
#define VG_BUNDLE_OFFSETS_MAX 4096
#define VG_TIME_SLACK_US                                                                                               \
    INT64_C(600000000) /* reading goes on so far behind a range's end: records are not quite in the order of their     \
                          times */

struct vg_bundle_query {
    int64_t from_us, to_us;          /* both included; INT64_MIN and INT64_MAX: all */
    const char *source;              /* name, NULL: all */
    const uint64_t *journal_offsets; /* if offset_count: the records they lead to, and no range */
    size_t offset_count;
};

struct vg_bundle_stats {
    uint64_t frames, records;
    uint64_t damages; /* places in the range that can't be read: the bundle lacks what stood there */
};

/*
 * Writes a bundle of the journal in a folder. VG_NOT_FOUND: no such record; VG_RANGE: a frame isn't signed yet (the
 * next checkpoint will); VG_CORRUPT: what the journal holds doesn't fit its checkpoint. *ret_why is constant. `out` may
 * have been written to in part.
 */
enum vg_err vg_bundle_write(const char *dir, const struct vg_io *io, const struct vg_bundle_query *query,
                            struct vg_out *out, struct vg_bundle_stats *ret_stats, const char **ret_why);

/*
 * The number behind the last frame that the journal's newest checkpoint covers: frames from it on are not signed yet.
 * VG_NOT_FOUND, VG_IO, VG_SYNTAX, VG_NOMEM.
 */
enum vg_err vg_bundle_signed_end(const char *dir, const struct vg_io *io, uint64_t *ret_end);

#endif
