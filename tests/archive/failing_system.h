/*
 * An operating system that fails on command, or is dead from a certain call on.
 *
 * The archive calls the C library directly. A program that includes this has functions of the same names, which the
 * archive's calls meet first; the real ones are reached as system calls. One file of a program.
 */
#ifndef VG_TESTS_ARCHIVE_FAILING_SYSTEM_H
#define VG_TESTS_ARCHIVE_FAILING_SYSTEM_H

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "test.h"

static struct {
    bool armed;
    long calls, at; /* so far; this one fails, counted from 0 */
    int error;
    bool dead;      /* all behind it fail, too: the process has ended */
    bool changes;   /* only calls that may leave something on the disk are counted */
    bool piecemeal; /* nothing fails, but 7 bytes are moved at a time, and every third call is interrupted */
} fault;

/* `changes`: the call may leave something on the disk. */
static inline bool fails(bool changes)
{
    bool ended = fault.dead && fault.calls > fault.at;
    if (!fault.armed || (fault.changes && !changes && !ended))
        return false;
    long call = fault.calls++;
    if (fault.piecemeal || call < fault.at || (call > fault.at && !fault.dead))
        return false;
    errno = fault.error;
    return true;
}

static inline bool interrupted(size_t *len)
{
    if (!fault.armed || !fault.piecemeal)
        return false;
    *len = *len < 7 ? *len : 7;
    errno = EINTR;
    return fault.calls % 3 == 0;
}

int open(const char *path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    unsigned mode = flags & O_CREAT ? va_arg(args, unsigned) : 0;
    va_end(args);
    return fails(flags & O_CREAT) ? -1 : (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

ssize_t read(int fd, void *buf, size_t len)
{
    return fails(false) || interrupted(&len) ? -1 : syscall(SYS_read, fd, buf, len);
}

ssize_t pread(int fd, void *buf, size_t len, off_t at)
{
    return fails(false) || interrupted(&len) ? -1 : syscall(SYS_pread64, fd, buf, len, at);
}

ssize_t write(int fd, const void *buf, size_t len)
{
    if (fails(true)) {
        syscall(SYS_write, fd, buf, len / 2); /* a failing disk has taken the first half */
        errno = fault.error;
        return -1;
    }
    return interrupted(&len) ? -1 : syscall(SYS_write, fd, buf, len);
}

/* Folders that are there and may be gone after a power cut: made, and what they stand in was not synced since. */
static char unsure[8][256];

int fsync(int fd)
{
    char link[64], path[256] = "";
    if (fails(true))
        return -1;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    if (readlink(link, path, sizeof path - 1) > 0)
        for (size_t i = 0; i < 8; i++) {
            const char *name = strrchr(unsure[i], '/');
            if (name && (size_t)(name - unsure[i]) == strlen(path) && !memcmp(unsure[i], path, strlen(path)))
                unsure[i][0] = 0;
        }
    return (int)syscall(SYS_fsync, fd);
}

int rename(const char *from, const char *to)
{
    return fails(true) ? -1 : (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int mkdir(const char *path, mode_t mode)
{
    if (fails(true))
        return -1;
    int made = (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
    for (size_t i = 0; !made && i < 8; i++)
        if (!unsure[i][0]) {
            snprintf(unsure[i], sizeof unsure[i], "%s", path);
            break;
        }
    return made;
}

int unlink(const char *path)
{
    return fails(true) ? -1 : (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

int unlinkat(int folder, const char *path, int flags)
{
    return fails(true) ? -1 : (int)syscall(SYS_unlinkat, folder, path, flags);
}

int rmdir(const char *path)
{
    return fails(true) ? -1 : (int)syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR);
}

static inline void arm(long at, int error)
{
    fault.armed = true;
    fault.calls = 0;
    fault.at = at;
    fault.error = error;
}

/* True if the call that was to fail was reached. */
static inline bool disarm(void)
{
    fault.armed = fault.piecemeal = fault.dead = fault.changes = false;
    return fault.at < fault.calls;
}

#endif
