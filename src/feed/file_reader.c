/* Plain, gzip and zstd bytes from a descriptor. */
#include "feed/file_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "feed/adapter.h"

#define BLOCK           (256 * 1024)
#define MAGIC_BYTES     4
#define STOP_MS         100 /* so often is looked whether to stop waiting */
#define ZSTD_WINDOW_LOG 27  /* 128 MiB: what `zstd --long` makes; more must be asked for by name there, too */

enum packing { UNKNOWN, PLAIN, GZIP, ZSTD };

struct vg_file_reader {
    int fd;
    enum packing packing;
    bool at_end;             /* read() gave nothing more */
    bool between;            /* gzip: no member is open */
    bool repeats;            /* gzip: a member was finished */
    bool padded;             /* gzip: zeros follow the last member, and nothing else may */
    bool open;               /* zstd: a frame is unfinished */
    bool full;               /* the last output filled its buffer: there may be more without more input */
    enum vg_err err;         /* sticks: told once the good bytes before it were handed out */
    const char *what;        /* its constant sentence; NULL: `err` is VG_IO and `error` says more */
    int error;               /* errno */
    int64_t size;            /* on disk; −1: not known */
    int64_t taken;           /* bytes read from it */
    const atomic_bool *stop; /* may be NULL */
    size_t pos, len;         /* what is unread in `in` */
    z_stream gzip;
    bool gzip_begun;
    ZSTD_DStream *zstd;
    uint8_t in[BLOCK];
    uint8_t out[BLOCK];
};

/* ---- opening ---- */

enum vg_err vg_file_reader_adopt(int fd, struct vg_file_reader **ret_reader, const char **ret_why)
{
    struct stat st;
    struct vg_file_reader *reader = NULL;
    enum vg_err err = VG_OK;
    if (fstat(fd, &st)) {
        *ret_why = vg_feed_errno_text(errno);
        err = VG_IO;
    } else if (S_ISDIR(st.st_mode)) {
        *ret_why = "a folder, where a file was expected; name the files in it";
        err = VG_IO;
    } else if (!(reader = malloc(sizeof *reader))) {
        *ret_why = vg_err_text(VG_NOMEM);
        err = VG_NOMEM;
    }
    if (err) {
        close(fd);
        return err;
    }
    memset(reader, 0, offsetof(struct vg_file_reader, in));
    reader->fd = fd;
    reader->size = S_ISREG(st.st_mode) ? (int64_t)st.st_size : -1;
    if (reader->size >= 0) { /* standard input may have been read from before */
        off_t offset = lseek(fd, 0, SEEK_CUR);
        reader->taken = offset > 0 ? (int64_t)offset : 0;
    }
    *ret_reader = reader;
    return VG_OK;
}

enum vg_err vg_file_reader_open(const char *path, struct vg_file_reader **ret_reader, const char **ret_why)
{
    bool input = strcmp(path, "-") == 0;
    int fd = input ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0) {
        int error = errno;
        *ret_why = vg_feed_why("%s: %s", input ? "standard input" : path, vg_feed_errno_text(error));
        return error == ENOENT ? VG_NOT_FOUND : VG_IO;
    }
    const char *why;
    enum vg_err err = vg_file_reader_adopt(fd, ret_reader, &why);
    if (err)
        *ret_why = vg_feed_why("%s: %s", input ? "standard input" : path, why);
    return err;
}

void vg_file_reader_close(struct vg_file_reader *reader)
{
    if (!reader)
        return;
    if (reader->gzip_begun)
        inflateEnd(&reader->gzip);
    ZSTD_freeDStream(reader->zstd);
    close(reader->fd);
    free(reader);
}

double vg_file_reader_progress(const struct vg_file_reader *reader)
{
    if (reader->size < 0)
        return -1;
    if (reader->size == 0)
        return 1;
    double share = (double)(reader->taken - (int64_t)(reader->len - reader->pos)) / (double)reader->size;
    return share > 1 ? 1 : share; /* a file that grew since it was opened */
}

/* ---- input ---- */

static void fail(struct vg_file_reader *reader, enum vg_err err, const char *what)
{
    reader->err = err;
    reader->what = what;
}

/* Reads once behind what is unread. False: nothing came (at the end, on error, or the descriptor would block). */
static bool fill(struct vg_file_reader *reader, bool *ret_wait)
{
    if (reader->pos == reader->len)
        reader->pos = reader->len = 0;
    ssize_t n;
    do
        n = read(reader->fd, reader->in + reader->len, sizeof reader->in - reader->len);
    while (n < 0 && errno == EINTR);
    if (n > 0) {
        reader->len += (size_t)n;
        reader->taken += n;
        return true;
    }
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
        *ret_wait = true;
    } else if (n < 0) {
        reader->error = errno;
        fail(reader, VG_IO, NULL);
    } else {
        reader->at_end = true;
    }
    return false;
}

/* RFC 1952: 1f 8b; RFC 8878: 28 b5 2f fd, or a skippable frame, 5x 2a 4d 18. A first byte that fits neither settles it,
 * so that a live line is not held back for want of a fourth byte. */
static enum packing packing_of(const uint8_t *p, size_t len, bool at_end)
{
    static const uint8_t gzip[] = {0x1f, 0x8b}, zstd[] = {0x28, 0xb5, 0x2f, 0xfd}, skip[] = {0x50, 0x2a, 0x4d, 0x18};
    size_t n = len < MAGIC_BYTES ? len : MAGIC_BYTES;
    if (memcmp(p, gzip, n < sizeof gzip ? n : sizeof gzip) == 0)
        return n >= sizeof gzip ? GZIP : at_end ? PLAIN : UNKNOWN;
    bool skippable = (p[0] & 0xf0) == skip[0] && memcmp(p + 1, skip + 1, n - 1) == 0;
    if (memcmp(p, zstd, n) == 0 || skippable)
        return n == MAGIC_BYTES ? ZSTD : at_end ? PLAIN : UNKNOWN;
    return PLAIN;
}

static void begin(struct vg_file_reader *reader, enum packing packing)
{
    bool ok = true;
    if (packing == GZIP) {
        reader->gzip_begun = inflateInit2(&reader->gzip, 15 + 16) == Z_OK; /* 16: a gzip header, no other */
        reader->between = true;
        ok = reader->gzip_begun;
    } else if (packing == ZSTD) {
        reader->zstd = ZSTD_createDStream();
        ok = reader->zstd && !ZSTD_isError(ZSTD_DCtx_setParameter(reader->zstd, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG));
    }
    reader->packing = packing;
    if (!ok)
        fail(reader, VG_NOMEM, vg_err_text(VG_NOMEM));
}

/* ---- unpacking: from `in` into `out`, as far as one of them lets us ---- */

/* Between two gzip members: another one may follow, or zeros to the end of a tape block. True: a member begins. */
static bool next_member(struct vg_file_reader *reader)
{
    while (reader->pos < reader->len && reader->in[reader->pos] == 0) {
        reader->padded = true;
        reader->pos++;
    }
    if (reader->pos == reader->len)
        return false;
    if (reader->padded || reader->in[reader->pos] != 0x1f) {
        fail(reader, VG_CORRUPT, "other bytes follow the gzip data");
        return false;
    }
    if (reader->repeats)
        inflateReset(&reader->gzip);
    reader->between = false;
    return true;
}

static size_t unpack_gzip(struct vg_file_reader *reader)
{
    z_stream *z = &reader->gzip;
    z->next_out = reader->out;
    z->avail_out = sizeof reader->out;
    for (;;) {
        if (reader->between && !next_member(reader))
            break;
        z->next_in = reader->in + reader->pos;
        z->avail_in = (uInt)(reader->len - reader->pos);
        int result = inflate(z, Z_NO_FLUSH);
        reader->pos = reader->len - z->avail_in;
        if (result == Z_STREAM_END) {
            reader->between = reader->repeats = true;
        } else if (result == Z_MEM_ERROR) {
            fail(reader, VG_NOMEM, vg_err_text(VG_NOMEM));
        } else if (result != Z_OK && result != Z_BUF_ERROR) {
            fail(reader, VG_CORRUPT, "the gzip data is damaged");
        }
        if (reader->err || z->avail_out == 0 || (result != Z_STREAM_END && reader->pos == reader->len))
            break;
    }
    return sizeof reader->out - z->avail_out;
}

static size_t unpack_zstd(struct vg_file_reader *reader)
{
    ZSTD_inBuffer in = {reader->in, reader->len, reader->pos};
    ZSTD_outBuffer out = {reader->out, sizeof reader->out, 0};
    do {
        size_t before = in.pos;
        size_t result = ZSTD_decompressStream(reader->zstd, &out, &in);
        if (!ZSTD_isError(result)) {
            if (in.pos > before || result == 0)
                reader->open = result != 0;
            continue;
        }
        switch (ZSTD_getErrorCode(result)) {
        case ZSTD_error_memory_allocation:
            fail(reader, VG_NOMEM, vg_err_text(VG_NOMEM));
            break;
        case ZSTD_error_frameParameter_windowTooLarge:
            fail(reader, VG_LIMIT, "the zstd data needs a window of more than 128 MiB");
            break;
        case ZSTD_error_prefix_unknown:
            fail(reader, VG_CORRUPT, "other bytes follow the zstd data");
            break;
        default:
            fail(reader, VG_CORRUPT, "the zstd data is damaged");
        }
    } while (!reader->err && in.pos < in.size && out.pos < out.size);
    reader->pos = in.pos;
    return out.pos;
}

static size_t unpack(struct vg_file_reader *reader, const void **ret_bytes)
{
    size_t n;
    if (reader->packing == PLAIN) {
        *ret_bytes = reader->in + reader->pos;
        n = reader->len - reader->pos;
        reader->pos = reader->len;
        return n;
    }
    n = reader->packing == GZIP ? unpack_gzip(reader) : unpack_zstd(reader);
    reader->full = n == sizeof reader->out;
    *ret_bytes = reader->out;
    return n;
}

/* ---- taking blocks ---- */

static enum vg_err tell(struct vg_file_reader *reader, const char **ret_why)
{
    if (reader->err != VG_EOF)
        *ret_why = reader->what ? reader->what : vg_feed_errno_text(reader->error);
    return reader->err;
}

static void finish(struct vg_file_reader *reader)
{
    if (reader->packing == GZIP && !reader->between)
        fail(reader, VG_CORRUPT, "the gzip data ends too early");
    else if (reader->packing == ZSTD && reader->open)
        fail(reader, VG_CORRUPT, "the zstd data ends too early");
    else
        fail(reader, VG_EOF, NULL);
}

static bool needs_input(const struct vg_file_reader *reader)
{
    bool more = reader->packing != UNKNOWN && (reader->pos < reader->len || reader->full);
    return !reader->err && !reader->at_end && !more;
}

enum vg_err vg_file_reader_step(struct vg_file_reader *reader, const void **ret_bytes, size_t *ret_len, bool *ret_wait,
                                const char **ret_why)
{
    bool wait = false;
    size_t n = 0;
    const void *bytes = reader->out;
    if (reader->err)
        return tell(reader, ret_why);
    if (needs_input(reader))
        fill(reader, &wait);
    if (!reader->err && reader->packing == UNKNOWN) {
        enum packing packing = packing_of(reader->in, reader->len, reader->at_end);
        if (packing != UNKNOWN)
            begin(reader, packing);
    }
    if (!reader->err && reader->packing != UNKNOWN && (reader->pos < reader->len || reader->full))
        n = unpack(reader, &bytes);
    if (!reader->err && n == 0 && reader->at_end && reader->pos == reader->len)
        finish(reader);
    if (reader->err && n == 0)
        return tell(reader, ret_why);
    *ret_bytes = bytes;
    *ret_len = n;
    *ret_wait = wait;
    return VG_OK;
}

void vg_file_reader_stop_by(struct vg_file_reader *reader, const atomic_bool *stop)
{
    reader->stop = stop;
}

/* Until a pipe or a device has something to give, or its end. False: it is to stop. */
static bool wait_for_input(const struct vg_file_reader *reader)
{
    struct pollfd input = {.fd = reader->fd, .events = POLLIN};
    while (!reader->stop || !*reader->stop)
        if (poll(&input, 1, reader->stop ? STOP_MS : -1) > 0)
            return true;
    return false;
}

enum vg_err vg_file_reader_next(struct vg_file_reader *reader, const void **ret_bytes, size_t *ret_len,
                                const char **ret_why)
{
    for (;;) {
        bool wait;
        size_t len;
        const void *bytes;
        if (reader->size < 0 && needs_input(reader) && !wait_for_input(reader)) {
            *ret_why = "interrupted";
            return VG_IO;
        }
        enum vg_err err = vg_file_reader_step(reader, &bytes, &len, &wait, ret_why);
        if (err)
            return err;
        if (len > 0) {
            *ret_bytes = bytes;
            *ret_len = len;
            return VG_OK;
        }
    }
}
