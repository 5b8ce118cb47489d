/*
 * A file that is there whole or not at all: written under a temporary name in the same folder, synced, renamed.
 *
 * One thread. The name is `path` with ".tmp" after it: a crash leaves that, and no reader opens it.
 */
#ifndef VG_ARCHIVE_ATOMIC_H
#define VG_ARCHIVE_ATOMIC_H

#include <stddef.h>

#include "base/err.h"

#define VG_ATOMIC_PATH 4096

struct vg_atomic {
    int fd;
    char path[VG_ATOMIC_PATH], temporary[VG_ATOMIC_PATH + 8];
};

/* Opens the temporary file, replacing one a crash left. VG_RANGE (path too long), VG_NOT_FOUND (no such folder), VG_IO.
 */
enum vg_err vg_atomic_open(struct vg_atomic *file, const char *path);

/* A vg_out_sink: `arg` is the struct vg_atomic. */
enum vg_err vg_atomic_write(void *arg, const void *bytes, size_t len);

/*
 * Syncs, renames, syncs the folder. Closes in any case. VG_IO: the old file stays; or, if only the folder could not be
 * synced, the new one is there, and a power cut may bring the old one back.
 */
enum vg_err vg_atomic_commit(struct vg_atomic *file);

/* Closes and removes the temporary file. */
void vg_atomic_abandon(struct vg_atomic *file);

#endif
