#include "serve/files.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static bool segment_ok(const char *segment, size_t len)
{
    if (!len || len > 255 || segment[0] == '.')
        return false;
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)segment[i] < 0x20 || segment[i] == 0x7F || segment[i] == '\\')
            return false;
    return true;
}

/* Opens one more segment, closes the folder. O_NONBLOCK: a pipe among the files must not stop the thread. */
static int step(int dir, const char *segment, size_t len, bool last)
{
    char name[256];
    if (!segment_ok(segment, len)) {
        close(dir);
        return -1;
    }
    memcpy(name, segment, len);
    name[len] = '\0';
    int flags = last ? O_RDONLY | O_NONBLOCK : O_PATH | O_DIRECTORY;
    int fd = openat(dir, name, flags | O_NOFOLLOW | O_CLOEXEC);
    close(dir);
    return fd;
}

enum vg_err vg_file_open(const char *dir, const char *path, int *ret_fd, struct stat *ret_stat)
{
    int fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (*path++ != '/') {
        if (fd >= 0)
            close(fd);
        return VG_NOT_FOUND;
    }
    for (bool last = false; fd >= 0 && !last;) {
        size_t n = strcspn(path, "/");
        last = !path[n];
        fd = last && !n ? step(fd, "index.html", 10, true) : step(fd, path, n, last);
        path += n + !last;
    }
    if (fd < 0)
        return VG_NOT_FOUND;
    if (fstat(fd, ret_stat) || !S_ISREG(ret_stat->st_mode)) {
        close(fd);
        return VG_NOT_FOUND;
    }
    *ret_fd = fd;
    return VG_OK;
}

const char *vg_file_type(const char *path)
{
    static const char *const types[][2] = {
        {"html", "text/html; charset=utf-8"},
        {"js", "text/javascript; charset=utf-8"},
        {"mjs", "text/javascript; charset=utf-8"},
        {"css", "text/css; charset=utf-8"},
        {"json", "application/json"},
        {"map", "application/json"},
        {"geojson", "application/geo+json"},
        {"webmanifest", "application/manifest+json"},
        {"svg", "image/svg+xml"},
        {"png", "image/png"},
        {"jpg", "image/jpeg"},
        {"jpeg", "image/jpeg"},
        {"webp", "image/webp"},
        {"ico", "image/x-icon"},
        {"woff2", "font/woff2"},
        {"woff", "font/woff"},
        {"ttf", "font/ttf"},
        {"wasm", "application/wasm"},
        {"txt", "text/plain; charset=utf-8"},
        {"pbf", "application/x-protobuf"},
    };
    const char *slash = strrchr(path, '/'), *dot = strrchr(slash ? slash : path, '.');
    for (size_t i = 0; dot && i < sizeof types / sizeof *types; i++)
        if (strcasecmp(dot + 1, types[i][0]) == 0)
            return types[i][1];
    if (slash && !slash[1])
        return types[0][1];
    return "application/octet-stream";
}

/* esbuild's hash is 8 characters of base 32 in upper case, others write 8 or more hexadecimal digits. */
static bool is_hash(const char *text, size_t len)
{
    static const char base32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", hex[] = "0123456789abcdef";
    if (len == 8 && strspn(text, base32) >= 8)
        return true;
    return len >= 8 && strspn(text, hex) >= len && strcspn(text, "0123456789") < len;
}

bool vg_file_is_hashed(const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *dot = strrchr(name, '.');
    if (!dot)
        return false;
    const char *from = dot;
    while (from > name && from[-1] != '-' && from[-1] != '.')
        from--;
    return from > name && is_hash(from, (size_t)(dot - from));
}
