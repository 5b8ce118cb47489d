/*
 * Where a recording can be gone on with: its decoder as it was when so much of its file was taken. Within ingest; used
 * while files are taken (worker.c) and when the archive is brought up to the journal (catchup.c).
 *
 * A decoder's memory goes back a bounded way: fragments wait for 1000 lines, a table repeats what ships say in each
 * segment. So two points are kept, each the begin of a chunk that ends a segment; whoever goes on reads the journal
 * from the one that lies far enough back. One thread.
 */
#ifndef VG_INGEST_RESUME_H
#define VG_INGEST_RESUME_H

#include "ingest/ledger.h"
#include "intake/recording.h"

struct vg_resume_point {
    uint64_t offset, journal_offset; /* the file's byte `offset` stands there; 0: there is no point */
};

struct vg_resume_points {
    struct vg_resume_point point[2]; /* the older one first */
};

/* A chunk [offset, end) of the file begins at journal_offset. */
void vg_resume_points_move(struct vg_resume_points *points, uint64_t offset, uint64_t end, uint64_t journal_offset);

/*
 * Notes in `file`, of which `bytes` are taken, from where to go on. `cut`: the file ends within a line, which was read
 * as it is, so that nothing from before it is needed.
 */
void vg_resume_points_note(const struct vg_resume_points *points, bool cut, struct vg_ledger_file *file);

/* A decoder that begins at an offset of the file. VG_UNSUPPORTED: its layout is none or isn't in its header. VG_NOMEM.
 */
enum vg_err vg_resume_begin(const struct vg_ledger_file *file, uint64_t offset, struct vg_sources *sources,
                            struct vg_recording **ret_recording);

/*
 * The decoder behind file->bytes, made by reading the journal from its resume point on. *points are set; *last_us, the
 * time of its last record, is untouched if there was none. If the journal doesn't have those bytes any more it begins
 * there, without what came before. VG_IO, VG_NOMEM, VG_UNSUPPORTED.
 */
enum vg_err vg_resume_go_on(const char *journal_dir, const struct vg_ledger_file *file, struct vg_sources *sources,
                            struct vg_resume_points *points, struct vg_recording **ret_recording, int64_t *last_us);

#endif
