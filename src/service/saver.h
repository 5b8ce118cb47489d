/*
 * When the state is saved, and by whom: a child process that has the state as it was when it was made, so that the
 * service goes on while it is written. The file takes its name only when the journal has all that is in it. Within
 * service.
 */
#ifndef VG_SERVICE_SAVER_H
#define VG_SERVICE_SAVER_H

#include <sys/types.h>

#include "service/saved.h"

struct vg_saver {
    const struct vg_io *io;
    char path[VG_IO_PATH], made[VG_IO_PATH]; /* the file, and what is not yet it */
    pid_t child;                             /* 0: none */
    bool written;                            /* `made` is whole and waits for the journal */
    bool hurried;                            /* the next save is due at once */
    uint64_t journal_offset;                 /* of what is being saved */
    int64_t began_us, tried_us;              /* monotonic */
    int64_t saved_us;                        /* wall clock, of the last one; VG_TIME_NONE */
    uint64_t saves, failures;
    const char *error;
};

enum vg_saver_event { VG_SAVER_NOTHING, VG_SAVER_SAVED, VG_SAVER_FAILED };

void vg_saver_init(struct vg_saver *saver, const struct vg_io *io, const char *path, int64_t now_us);

/* True if it is time to save: no save is under way, something is unsaved, and it is much or old, or in a hurry. */
bool vg_saver_is_due(const struct vg_saver *saver, int64_t now_us, uint64_t unsaved_bytes);

/* False: a child could not be made. */
bool vg_saver_begin(struct vg_saver *saver, int64_t now_us, const struct vg_saved *saved);

/* Once a second: looks after the child. `synced_frames`: what the journal has on the disk. */
enum vg_saver_event vg_saver_second(struct vg_saver *saver, int64_t now_us, uint64_t synced_frames);
const char *vg_saver_error(const struct vg_saver *saver); /* of the last failure */

void vg_saver_abandon(struct vg_saver *saver); /* ends a child that still writes */

/*
 * Writes it at once, in the calling thread. The journal must have all of it. `until_us` (monotonic): what is not
 * written by then is given up, and the state before stays: VG_EOF.
 */
enum vg_err vg_saver_by(struct vg_saver *saver, const struct vg_saved *saved, int64_t until_us);
static inline enum vg_err vg_saver_now(struct vg_saver *saver, const struct vg_saved *saved)
{
    return vg_saver_by(saver, saved, INT64_MAX);
}

#endif
