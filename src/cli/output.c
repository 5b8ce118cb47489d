#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"

static bool is_standard_output(const char *path)
{
    struct stat st, out;
    return !path || strcmp(path, "-") == 0 ||
           (stat(path, &st) == 0 && fstat(STDOUT_FILENO, &out) == 0 && st.st_dev == out.st_dev &&
            st.st_ino == out.st_ino);
}

/* A link stays, too: /dev/stdout is one, and what it leads to may be a plain file. */
static bool is_to_stay(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

/* What a file that is replaced could be read by, its successor can be, and nobody else. */
static mode_t mode_of(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 ? st.st_mode & 0777 : 0644;
}

static bool is_folder(const char *path)
{
    struct stat st;
    const size_t len = strlen(path);
    return (len && path[len - 1] == '/') || (stat(path, &st) == 0 && S_ISDIR(st.st_mode));
}

bool vg_cli_output_open(struct vg_cli_output *o, const char *path)
{
    *o = (struct vg_cli_output){.path = path, .fd = STDOUT_FILENO, .stays = true};
    if (is_standard_output(path)) {
        o->path = "standard output";
        return true;
    }
    o->stays = is_to_stay(path);
    if (!vg_io_path(o->partial, o->stays ? "%s" : "%s.part", path)) {
        vg_cli_error("the path is too long");
        return false;
    }
    if (is_folder(path)) {
        vg_cli_error("%s: %s", path, strerror(EISDIR)); /* before the work, not behind it */
        return false;
    }
    if (!o->stays) /* left by one who was killed: it may have been for everybody to read */
        unlink(o->partial);
    o->fd = open(o->partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode_of(path));
    if (o->fd < 0)
        vg_cli_error("%s: %s", path, strerror(errno));
    return o->fd >= 0;
}

enum vg_err vg_cli_output_write(void *arg, const void *bytes, size_t len)
{
    struct vg_cli_output *o = arg;
    for (const char *p = bytes; len;) {
        ssize_t n = write(o->fd, p, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            o->error = errno;
            return VG_IO;
        }
        p += n;
        len -= (size_t)n;
    }
    return VG_OK;
}

bool vg_cli_output_close(struct vg_cli_output *o, bool good)
{
    good = good && !o->error;
    if (!o->stays && good && fsync(o->fd))
        o->error = errno;
    if (o->fd != STDOUT_FILENO && close(o->fd) && !o->error)
        o->error = errno;
    if (!o->stays && good && !o->error && rename(o->partial, o->path))
        o->error = errno;
    if (!o->stays && (!good || o->error))
        unlink(o->partial);
    if (o->error && o->error != EPIPE)
        vg_cli_error("%s: %s", o->path, strerror(o->error));
    return good && !o->error;
}
