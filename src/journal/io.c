#include "journal/io.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static int posix_open(void *arg, const char *path, int flags, unsigned mode)
{
    (void)arg;
    int fd = open(path, flags | O_CLOEXEC, (mode_t)mode);
    return fd < 0 ? -errno : fd;
}

static int posix_close(void *arg, int fd)
{
    (void)arg;
    return close(fd) ? -errno : 0;
}

static ssize_t posix_pread(void *arg, int fd, void *buf, size_t len, int64_t at)
{
    (void)arg;
    ssize_t n = pread(fd, buf, len, at);
    return n < 0 ? -errno : n;
}

static ssize_t posix_pwrite(void *arg, int fd, const void *buf, size_t len, int64_t at)
{
    (void)arg;
    ssize_t n = pwrite(fd, buf, len, at);
    return n < 0 ? -errno : n;
}

static int posix_sync(void *arg, int fd)
{
    (void)arg;
    return fsync(fd) ? -errno : 0;
}

static int posix_truncate(void *arg, int fd, int64_t len)
{
    (void)arg;
    return ftruncate(fd, len) ? -errno : 0;
}

static int64_t posix_size(void *arg, int fd)
{
    (void)arg;
    struct stat st;
    return fstat(fd, &st) ? -errno : st.st_size;
}

static int posix_rename(void *arg, const char *from, const char *to)
{
    (void)arg;
    return rename(from, to) ? -errno : 0;
}

static int posix_unlink(void *arg, const char *path)
{
    (void)arg;
    return remove(path) ? -errno : 0;
}

static int posix_mkdir(void *arg, const char *path, unsigned mode)
{
    (void)arg;
    if (!mkdir(path, (mode_t)mode))
        return 1;
    return errno == EEXIST ? 0 : -errno;
}

static int posix_lock(void *arg, int fd)
{
    (void)arg;
    return flock(fd, LOCK_EX | LOCK_NB) ? -errno : 0;
}

static int posix_list(void *arg, const char *path, vg_io_each *each, void *each_arg)
{
    (void)arg;
    DIR *dir = opendir(path);
    if (!dir)
        return -errno;
    for (struct dirent *entry; (entry = readdir(dir));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            each(each_arg, entry->d_name);
    closedir(dir);
    return 0;
}

static int posix_space(void *arg, const char *path, uint64_t *ret_free, uint64_t *ret_total)
{
    struct statvfs st;
    (void)arg;
    if (statvfs(path, &st))
        return -errno;
    *ret_free = (uint64_t)st.f_bavail * st.f_frsize;
    *ret_total = (uint64_t)st.f_blocks * st.f_frsize;
    return 0;
}

static void *posix_alloc(void *arg, size_t size)
{
    (void)arg;
    return calloc(1, size);
}

const struct vg_io *vg_io_posix(void)
{
    static const struct vg_io io = {
        .open = posix_open,
        .close = posix_close,
        .pread = posix_pread,
        .pwrite = posix_pwrite,
        .sync = posix_sync,
        .truncate = posix_truncate,
        .size = posix_size,
        .rename = posix_rename,
        .unlink = posix_unlink,
        .mkdir = posix_mkdir,
        .lock = posix_lock,
        .list = posix_list,
        .alloc = posix_alloc,
        .space = posix_space,
    };
    return &io;
}

bool vg_io_path(char out[static VG_IO_PATH], const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(out, VG_IO_PATH, format, args);
    va_end(args);
    return n >= 0 && n < VG_IO_PATH;
}

int vg_io_write(const struct vg_io *io, int fd, const void *bytes, size_t len, int64_t at)
{
    const char *p = bytes;
    while (len) {
        ssize_t n = io->pwrite(io->arg, fd, p, len, at);
        if (n == -EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? (int)n : -EIO;
        p += n;
        at += n;
        len -= (size_t)n;
    }
    return 0;
}

ssize_t vg_io_read(const struct vg_io *io, int fd, void *buf, size_t len, int64_t at)
{
    size_t done = 0;
    while (done < len) {
        ssize_t n = io->pread(io->arg, fd, (char *)buf + done, len - done, at + (int64_t)done);
        if (n == -EINTR)
            continue;
        if (n < 0)
            return n;
        if (n == 0)
            break;
        done += (size_t)n;
    }
    return (ssize_t)done;
}

enum vg_err vg_io_load(const struct vg_io *io, const char *path, size_t max, char **ret_bytes, size_t *ret_len)
{
    char *bytes = NULL;
    enum vg_err err = VG_IO;
    int fd = io->open(io->arg, path, O_RDONLY, 0);
    if (fd < 0)
        return fd == -ENOENT ? VG_NOT_FOUND : VG_IO;
    int64_t size = io->size(io->arg, fd);
    if (size < 0)
        goto out;
    err = VG_LIMIT;
    if ((uint64_t)size > max)
        goto out;
    err = VG_NOMEM;
    bytes = io->alloc(io->arg, (size_t)size + 1);
    if (!bytes)
        goto out;
    ssize_t n = vg_io_read(io, fd, bytes, (size_t)size, 0);
    err = n < 0 ? VG_IO : VG_OK;
    if (!err) {
        bytes[n] = '\0';
        *ret_bytes = bytes;
        *ret_len = (size_t)n;
        bytes = NULL;
    }
out:
    free(bytes);
    io->close(io->arg, fd);
    return err;
}

int vg_io_sync_parent(const struct vg_io *io, const char *path)
{
    char dir[VG_IO_PATH];
    if (!vg_io_path(dir, "%s", path))
        return -ENAMETOOLONG;
    char *slash = strrchr(dir, '/');
    if (slash)
        *slash = '\0';
    int fd = io->open(io->arg, !slash ? "." : *dir ? dir : "/", O_RDONLY | O_DIRECTORY, 0);
    if (fd < 0)
        return fd;
    int result = io->sync(io->arg, fd);
    io->close(io->arg, fd);
    return result;
}

int vg_io_put(const struct vg_io *io, const char *path, const void *bytes, size_t len, unsigned mode, bool sync_dir)
{
    char tmp[VG_IO_PATH];
    if (!vg_io_path(tmp, "%s.tmp", path))
        return -ENAMETOOLONG;
    int fd = io->open(io->arg, tmp, O_WRONLY | O_CREAT | O_TRUNC, mode);
    if (fd < 0)
        return fd;
    int result = vg_io_write(io, fd, bytes, len, 0);
    if (!result)
        result = io->sync(io->arg, fd);
    int closed = io->close(io->arg, fd);
    if (!result)
        result = closed;
    if (!result)
        result = io->rename(io->arg, tmp, path);
    if (result)
        io->unlink(io->arg, tmp);
    else if (sync_dir)
        result = vg_io_sync_parent(io, path);
    return result;
}

int vg_io_mkdirs(const struct vg_io *io, const char *root, const char *path)
{
    char part[VG_IO_PATH];
    size_t from = strlen(root), len = strlen(path);
    if (len >= sizeof part || len < from)
        return -ENAMETOOLONG;
    for (size_t i = from + 1; i <= len; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        int made = io->mkdir(io->arg, part, 0755);
        if (made > 0)
            made = vg_io_sync_parent(io, part);
        if (made < 0)
            return made;
    }
    return 0;
}
