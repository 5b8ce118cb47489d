/*
 * What a data folder had: DIR/contents, a line "NAME BYTES" for each of its files and folders that were there once with
 * something in it. So one that is gone or emptied is found at the next start. Written by whoever closes or repairs the
 * folder; one thread, under the journal's lock.
 */
#ifndef VG_INGEST_CONTENTS_H
#define VG_INGEST_CONTENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define VG_CONTENTS_LIST(X)                                                                                            \
    X(JOURNAL, "journal", "journal", true)                                                                             \
    X(ARCHIVE, "archive", "archive", true)                                                                             \
    X(LEDGER, "ingest.log", "ledger", false)                                                                           \
    X(CLOCK, "clock", "clock", false)                                                                                  \
    X(STATE, "state", "state", false)                                                                                  \
    X(SENSORS, "sensors.yaml", "sensors", false)                                                                       \
    X(TRACKS, "tracks", "tracks", false)

enum vg_content {
#define X(id, name, what, is_folder) VG_CONTENT_##id,
    VG_CONTENTS_LIST(X)
#undef X
        VG_CONTENTS
};

const char *vg_content_name(enum vg_content content); /* "ingest.log" */
const char *vg_content_what(enum vg_content content); /* "ledger": as damage is told */

struct vg_contents {
    bool had[VG_CONTENTS];
    int64_t bytes[VG_CONTENTS]; /* of the ledger, which only grows: at least */
    bool damaged;               /* something stands there that is none, or not all of one */
};

/* Nothing was written yet: nothing was had. */
void vg_contents_load(const char *dir, struct vg_contents *ret);

/* Why a thing that was had isn't what it was; NULL: it is, or it was not had. Constant. */
const char *vg_contents_lack(const char *dir, const struct vg_contents *contents, enum vg_content content);

enum vg_contents_change {
    VG_CONTENTS_MORE,    /* what was had stays so, and the ledger's size, too */
    VG_CONTENTS_OPENING, /* … but for that: the ledger may be written anew, and whoever is killed then lost nothing */
    VG_CONTENTS_ANEW,    /* had is what there is: all else was told */
};

/* What is there now is had. Damaged ones stay until they are made anew, so that this is told. VG_IO, VG_NOMEM,
 * VG_LIMIT. */
enum vg_err vg_contents_note(const char *dir, enum vg_contents_change change);

#endif
