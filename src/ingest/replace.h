/*
 * A file that takes the place of others: their rows leave the archive, with the commit that brings its first ones.
 * Which rows those are, the journal says: it has each file's entries under the number of its stream.
 */
#ifndef VG_INGEST_REPLACE_H
#define VG_INGEST_REPLACE_H

#include "base/offset_ranges.h"
#include "ingest/ledger.h"

struct vg_ingest;

/* The journal offsets of all entries of these files. VG_IO, VG_NOMEM, VG_LIMIT (too many pieces). */
enum vg_err vg_ingest_offsets_of(const char *journal_dir, const uint32_t *files, size_t count,
                                 struct vg_offset_ranges *ret);

/*
 * Before the first row of `file` comes: what it replaces is taken back at the next commit. The journal has on the disk
 * what the replaced files said. *ret_why (NULL: nothing) is constant or the archive's. VG_EOF: stopped meanwhile.
 */
enum vg_err vg_ingest_replace(struct vg_ingest *ingest, const struct vg_ledger_file *file, const char **ret_why);

#endif
