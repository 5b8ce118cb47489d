/*
 * The archive's part of `vigia repair`: damaged parts are set aside, and the state says which journal offsets are
 * missing until their rows have come again out of the journal (ingest/repair.h). One thread, under the journal's lock.
 *
 * Killed at any moment, the archive is one whose answers say that they are not whole, or a whole one; the next repair
 * goes on.
 */
#ifndef VG_ARCHIVE_STORE_REPAIR_H
#define VG_ARCHIVE_STORE_REPAIR_H

#include "archive/store.h"

/* A part that is damaged or missing. */
struct vg_store_loss {
    const char *path;  /* below the archive's folder; valid during the call */
    enum vg_err err;   /* VG_NOT_FOUND: it is missing */
    const char *table; /* "positions"; NULL: it is no part but the state or the list */
    int64_t hour_us;   /* VG_TIME_NONE: it covers many hours */
    uint64_t rows;     /* UINT64_MAX: not known */
    bool lost;         /* the journal doesn't reach back to all of its rows */
};
typedef void vg_store_on_loss(void *arg, const struct vg_store_loss *loss);

struct vg_store_plan {
    bool state_lost;                 /* everything that the journal has is taken anew */
    bool list_lost;                  /* nothing says what else is missing: likewise */
    uint64_t commit;                 /* the greatest number of a part */
    struct vg_offset_ranges missing; /* what is to be taken out of the journal again; before the mark */
    char (*damaged)[128];            /* files to set aside, below the archive's folder */
    size_t damaged_count, room;
    uint64_t losses; /* that were told */
};

/*
 * Reads the whole archive, every page, and finds what must be taken anew. The journal has all from `from` on. Changes
 * nothing. VG_OK also if there is no archive. VG_IO, VG_NOMEM.
 */
enum vg_err vg_store_plan_make(const char *dir, uint64_t from, vg_store_on_loss *on_loss, void *arg,
                               struct vg_store_plan *ret_plan);
void vg_store_plan_free(struct vg_store_plan *plan);

/*
 * Sets the damaged files aside, into `aside` (made, with folders as in the archive), and writes the state that says
 * what is missing. VG_IO, VG_NOMEM, VG_RANGE.
 */
enum vg_err vg_store_plan_begin(const char *dir, const char *aside, const struct vg_store_plan *plan);

/* The next commit says that nothing is missing any more. Of a writer that was opened with rules.repairs. */
void vg_store_repaired(struct vg_store_writer *writer);

#endif
