/*
 * An operating system that fails on command: the real one, but for one call. After it either all is well again (a full
 * disk that was freed) or nothing works any more (the process was killed, the disk is gone). Or it never fails but
 * moves only a few bytes with each call, and is interrupted now and then (`piecemeal`).
 */
#ifndef VG_TESTS_JOURNAL_FAULT_H
#define VG_TESTS_JOURNAL_FAULT_H

#include <errno.h>
#include <stdbool.h>

#include "journal/io.h"

#define PIECE 37 /* no length of the format's is a multiple of it */

struct fault {
    struct vg_io io;
    long calls;        /* so far */
    long at;           /* this one fails, counted from 0; −1: none */
    bool for_good;     /* and every one after it */
    bool tear;         /* a write that fails has written its first half */
    bool spare_memory; /* allocations work */
    bool piecemeal;    /* at most PIECE bytes are read or written at a time, and every fifth call is interrupted */
    int error;
};

static inline bool fails_(struct fault *f)
{
    long n = f->calls++;
    return f->at >= 0 && (n == f->at || (f->for_good && n > f->at));
}

#define FAULT_(name, args, call)                                                                                       \
    static inline int fault_##name##_ args                                                                             \
    {                                                                                                                  \
        struct fault *f = arg;                                                                                         \
        const struct vg_io *p = vg_io_posix();                                                                         \
        return fails_(f) ? -f->error : p->call;                                                                        \
    }

FAULT_(open, (void *arg, const char *path, int flags, unsigned mode), open(NULL, path, flags, mode))
FAULT_(sync, (void *arg, int fd), sync(NULL, fd))
FAULT_(truncate, (void *arg, int fd, int64_t len), truncate(NULL, fd, len))
FAULT_(rename, (void *arg, const char *from, const char *to), rename(NULL, from, to))
FAULT_(unlink, (void *arg, const char *path), unlink(NULL, path))
FAULT_(mkdir, (void *arg, const char *path, unsigned mode), mkdir(NULL, path, mode))
FAULT_(lock, (void *arg, int fd), lock(NULL, fd))
FAULT_(list, (void *arg, const char *path, vg_io_each *each, void *each_arg), list(NULL, path, each, each_arg))

static inline int fault_close_(void *arg, int fd)
{
    (void)arg; /* a descriptor that was closed is closed, whatever close() says */
    return vg_io_posix()->close(NULL, fd);
}

/* What a piecemeal call does: 0 with a shorter length, or an interruption. */
static inline int piece_(struct fault *f, size_t *len)
{
    if (!f->piecemeal)
        return 0;
    *len = *len < PIECE ? *len : PIECE;
    return f->calls % 5 == 0 ? -EINTR : 0;
}

static inline ssize_t fault_pread_(void *arg, int fd, void *buf, size_t len, int64_t at)
{
    struct fault *f = arg;
    if (fails_(f))
        return -f->error;
    int interrupted = piece_(f, &len);
    return interrupted ? interrupted : vg_io_posix()->pread(NULL, fd, buf, len, at);
}

static inline ssize_t fault_pwrite_(void *arg, int fd, const void *buf, size_t len, int64_t at)
{
    struct fault *f = arg;
    if (!fails_(f)) {
        int interrupted = piece_(f, &len);
        return interrupted ? interrupted : vg_io_posix()->pwrite(NULL, fd, buf, len, at);
    }
    if (f->tear)
        vg_io_posix()->pwrite(NULL, fd, buf, len / 2, at);
    return -f->error;
}

static inline int64_t fault_size_(void *arg, int fd)
{
    struct fault *f = arg;
    return fails_(f) ? -f->error : vg_io_posix()->size(NULL, fd);
}

static inline void *fault_alloc_(void *arg, size_t size)
{
    struct fault *f = arg;
    return !f->spare_memory && fails_(f) ? NULL : vg_io_posix()->alloc(NULL, size);
}

static inline void fault_init(struct fault *f, long at, bool for_good, bool tear, int error)
{
    *f = (struct fault){.at = at, .for_good = for_good, .tear = tear, .error = error};
    f->io = (struct vg_io){.arg = f,
                           .open = fault_open_,
                           .close = fault_close_,
                           .pread = fault_pread_,
                           .pwrite = fault_pwrite_,
                           .sync = fault_sync_,
                           .truncate = fault_truncate_,
                           .size = fault_size_,
                           .rename = fault_rename_,
                           .unlink = fault_unlink_,
                           .mkdir = fault_mkdir_,
                           .lock = fault_lock_,
                           .list = fault_list_,
                           .alloc = fault_alloc_};
}

#endif
