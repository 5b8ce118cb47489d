/*
 * What the journal asks of the operating system, as a table: the one way to files and memory, so that a test can make
 * any single call fail, tear or stop dead (tests/journal/fault.h).
 *
 * Calls return 0, a descriptor or a count, or −errno. Paths end with NUL. vg_io_posix() is the real thing; its
 * functions may be called from any thread. What the journal reads or writes never passes by any other way.
 */
#ifndef VG_JOURNAL_IO_H
#define VG_JOURNAL_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

#define VG_IO_PATH 512 /* bytes of a path with its terminator; longer ones are refused */

typedef void vg_io_each(void *arg, const char *name);

struct vg_io {
    void *arg;
    int (*open)(void *arg, const char *path, int flags, unsigned mode);
    int (*close)(void *arg, int fd);
    ssize_t (*pread)(void *arg, int fd, void *buf, size_t len, int64_t at);
    ssize_t (*pwrite)(void *arg, int fd, const void *buf, size_t len, int64_t at);
    int (*sync)(void *arg, int fd); /* files and folders */
    int (*truncate)(void *arg, int fd, int64_t len);
    int64_t (*size)(void *arg, int fd);
    int (*rename)(void *arg, const char *from, const char *to);
    int (*unlink)(void *arg, const char *path);               /* a file, or an empty folder */
    int (*mkdir)(void *arg, const char *path, unsigned mode); /* 1: made, 0: was there */
    int (*lock)(void *arg, int fd);                           /* exclusive, without waiting: −EWOULDBLOCK */
    int (*list)(void *arg, const char *path, vg_io_each *each, void *each_arg); /* names, in no order, no . and .. */
    void *(*alloc)(void *arg, size_t size);                                     /* zeroed; free() frees; or NULL */
    /* Room of the disk that a path lies on, for who writes here. The function may be NULL: not known. */
    int (*space)(void *arg, const char *path, uint64_t *ret_free, uint64_t *ret_total);
};

const struct vg_io *vg_io_posix(void);

/* printf into a path. False if it doesn't fit. */
bool vg_io_path(char out[static VG_IO_PATH], const char *format, ...) __attribute__((format(printf, 2, 3)));

/* All of them, or −errno. */
int vg_io_write(const struct vg_io *io, int fd, const void *bytes, size_t len, int64_t at);

/* Up to len bytes; fewer only at the end of the file. −errno. */
ssize_t vg_io_read(const struct vg_io *io, int fd, void *buf, size_t len, int64_t at);

/* The whole file in memory that free() frees, with a NUL behind it. VG_NOT_FOUND, VG_IO, VG_NOMEM, VG_LIMIT (> max). */
enum vg_err vg_io_load(const struct vg_io *io, const char *path, size_t max, char **ret_bytes, size_t *ret_len);

/*
 * Puts a whole file there, or leaves what was there: written to path.tmp, synced, renamed. The folder is synced too if
 * sync_dir. 0 or −errno.
 */
int vg_io_put(const struct vg_io *io, const char *path, const void *bytes, size_t len, unsigned mode, bool sync_dir);

/* Makes a folder and those above it as far down as `root`, which exists; what was made is synced. 0 or −errno. */
int vg_io_mkdirs(const struct vg_io *io, const char *root, const char *path);

/* Syncs the folder that holds path. 0 or −errno. */
int vg_io_sync_parent(const struct vg_io *io, const char *path);

#endif
