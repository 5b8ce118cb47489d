/*
 * A data folder that was damaged, mended: what can be made of the journal is made anew, what is lost is named, and
 * damaged files are set aside into DIR/damaged-TIME, never deleted (docs/data-folder.md).
 *
 * It may be killed at any moment and called again. One thread; nobody else may have the folder open.
 */
#ifndef VG_INGEST_REPAIR_H
#define VG_INGEST_REPAIR_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum vg_repair_kind {
    VG_REPAIR_DAMAGE, /* found: path and text */
    VG_REPAIR_LOST,   /* lost for good: what, and why */
    VG_REPAIR_DONE,   /* what was done */
    VG_REPAIR_NOTE,   /* nothing that is new: a journal that was set aside before */
};

struct vg_repair_line {
    enum vg_repair_kind kind;
    const char *what; /* "journal", "archive", "state", "key", "ledger", "clock", "contents" */
    const char *path; /* in the data folder; "": none */
    const char *text; /* a sentence */
};

struct vg_repair_options {
    bool dry_run;                 /* nothing is changed */
    int64_t now_us;               /* names the folder of what is set aside */
    void (*dice)(void *, size_t); /* for the key of a new journal */
    const atomic_bool *stop;      /* true: end soon; may be NULL */
    void (*on_line)(void *arg, const struct vg_repair_line *line);
    void (*on_progress)(void *arg, const char *step); /* what begins now; may be NULL */
    void *arg;
};

struct vg_repair_result {
    uint64_t damages, lost; /* lines of these kinds */
    uint64_t rows;          /* that came back out of the journal */
    char aside[64];         /* the folder of what was set aside; "": nothing was */
};

/*
 * VG_OK: done; result->lost says whether all is whole. VG_EXISTS: another process has the folder open. VG_NOT_FOUND: it
 * is no data folder. VG_EOF: stopped. Others: it can't be mended now, and can be tried again. *ret_why is a sentence,
 * until the next call.
 */
enum vg_err vg_repair(const char *dir, const struct vg_repair_options *options, struct vg_repair_result *ret,
                      const char **ret_why);

#endif
