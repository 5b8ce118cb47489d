#include "archive/atomic.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum vg_err vg_atomic_open(struct vg_atomic *file, const char *path)
{
    size_t len = strlen(path);
    if (!len || len >= sizeof file->path)
        return VG_RANGE;
    memcpy(file->path, path, len + 1);
    snprintf(file->temporary, sizeof file->temporary, "%s.tmp", path);
    file->fd = open(file->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file->fd < 0)
        return errno == ENOENT || errno == ENOTDIR ? VG_NOT_FOUND : VG_IO;
    return VG_OK;
}

enum vg_err vg_atomic_write(void *arg, const void *bytes, size_t len)
{
    struct vg_atomic *file = arg;
    for (const char *p = bytes; len;) {
        ssize_t n = write(file->fd, p, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return VG_IO;
        p += n;
        len -= (size_t)n;
    }
    return VG_OK;
}

/* The rename itself must survive a power cut: that is the folder's data. */
static enum vg_err sync_folder(const char *path)
{
    char folder[VG_ATOMIC_PATH];
    const char *slash = strrchr(path, '/');
    size_t len = slash ? (size_t)(slash - path) : 0;
    memcpy(folder, path, len);
    folder[len] = 0;
    int fd = open(!slash ? "." : len ? folder : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return VG_IO;
    enum vg_err err = fsync(fd) ? VG_IO : VG_OK;
    close(fd);
    return err;
}

enum vg_err vg_atomic_commit(struct vg_atomic *file)
{
    enum vg_err err = fsync(file->fd) ? VG_IO : VG_OK;
    if (close(file->fd))
        err = VG_IO;
    if (!err && rename(file->temporary, file->path))
        err = VG_IO;
    if (err) {
        unlink(file->temporary);
        return err;
    }
    return sync_folder(file->path);
}

void vg_atomic_abandon(struct vg_atomic *file)
{
    close(file->fd);
    unlink(file->temporary);
}
