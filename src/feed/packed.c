/* Plain, gzip and zstd bytes from a descriptor. */
#include "feed/packed.h"

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

struct vg_packed {
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
    int64_t start;           /* offset of the first byte: standard input may have been read from before */
    int64_t taken;           /* offset behind what was read */
    const atomic_bool *stop; /* may be NULL */
    size_t pos, len;         /* what is unread in `in` */
    z_stream gzip;
    bool gzip_begun;
    ZSTD_DStream *zstd;
    uint8_t in[BLOCK];
    uint8_t out[BLOCK];
};

/* ---- opening ---- */

enum vg_err vg_packed_adopt(int fd, struct vg_packed **ret_packed, const char **ret_why)
{
    struct stat st;
    struct vg_packed *packed = NULL;
    enum vg_err err = VG_OK;
    if (fstat(fd, &st)) {
        *ret_why = vg_feed_errno_text(errno);
        err = VG_IO;
    } else if (S_ISDIR(st.st_mode)) {
        *ret_why = "a folder, where a file was expected; name the files in it";
        err = VG_IO;
    } else if (!(packed = malloc(sizeof *packed))) {
        *ret_why = vg_err_text(VG_NOMEM);
        err = VG_NOMEM;
    }
    if (err) {
        close(fd);
        return err;
    }
    memset(packed, 0, offsetof(struct vg_packed, in));
    packed->fd = fd;
    packed->size = S_ISREG(st.st_mode) ? (int64_t)st.st_size : -1;
    if (packed->size >= 0) { /* standard input may have been read from before */
        off_t offset = lseek(fd, 0, SEEK_CUR);
        packed->taken = offset > 0 ? (int64_t)offset : 0;
    }
    *ret_packed = packed;
    return VG_OK;
}

void vg_packed_close(struct vg_packed *packed)
{
    if (!packed)
        return;
    if (packed->gzip_begun)
        inflateEnd(&packed->gzip);
    ZSTD_freeDStream(packed->zstd);
    close(packed->fd);
    free(packed);
}

bool vg_packed_is_live(const struct vg_packed *packed)
{
    return packed->size < 0;
}

bool vg_packed_has_failed(const struct vg_packed *packed)
{
    return packed->err && packed->err != VG_EOF;
}

double vg_packed_progress(const struct vg_packed *packed)
{
    if (packed->size < 0)
        return -1;
    if (packed->size == 0)
        return 1;
    double share = (double)(packed->taken - (int64_t)(packed->len - packed->pos)) / (double)packed->size;
    return share > 1 ? 1 : share; /* a file that grew since it was opened */
}

/* ---- input ---- */

static void fail(struct vg_packed *packed, enum vg_err err, const char *what)
{
    packed->err = err;
    packed->what = what;
}

/* Reads once behind what is unread. False: nothing came (at the end, on error, or the descriptor would block). */
static bool fill(struct vg_packed *packed, bool *ret_wait)
{
    if (packed->pos == packed->len)
        packed->pos = packed->len = 0;
    ssize_t n;
    do
        n = read(packed->fd, packed->in + packed->len, sizeof packed->in - packed->len);
    while (n < 0 && errno == EINTR);
    if (n > 0) {
        packed->len += (size_t)n;
        packed->taken += n;
        return true;
    }
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
        *ret_wait = true;
    } else if (n < 0) {
        packed->error = errno;
        fail(packed, VG_IO, NULL);
    } else {
        packed->at_end = true;
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

static void begin(struct vg_packed *packed, enum packing packing)
{
    bool ok = true;
    if (packing == GZIP) {
        packed->gzip_begun = inflateInit2(&packed->gzip, 15 + 16) == Z_OK; /* 16: a gzip header, no other */
        packed->between = true;
        ok = packed->gzip_begun;
    } else if (packing == ZSTD) {
        packed->zstd = ZSTD_createDStream();
        ok = packed->zstd && !ZSTD_isError(ZSTD_DCtx_setParameter(packed->zstd, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG));
    }
    packed->packing = packing;
    if (!ok)
        fail(packed, VG_NOMEM, vg_err_text(VG_NOMEM));
}

/* ---- unpacking: from `in` into `out`, as far as one of them lets us ---- */

/* Between two gzip members: another one may follow, or zeros to the end of a tape block. True: a member begins. */
static bool next_member(struct vg_packed *packed)
{
    while (packed->pos < packed->len && packed->in[packed->pos] == 0) {
        packed->padded = true;
        packed->pos++;
    }
    if (packed->pos == packed->len)
        return false;
    if (packed->padded || packed->in[packed->pos] != 0x1f) {
        fail(packed, VG_CORRUPT, "other bytes follow the gzip data");
        return false;
    }
    if (packed->repeats)
        inflateReset(&packed->gzip);
    packed->between = false;
    return true;
}

static size_t unpack_gzip(struct vg_packed *packed)
{
    z_stream *z = &packed->gzip;
    z->next_out = packed->out;
    z->avail_out = sizeof packed->out;
    for (;;) {
        if (packed->between && !next_member(packed))
            break;
        z->next_in = packed->in + packed->pos;
        z->avail_in = (uInt)(packed->len - packed->pos);
        int result = inflate(z, Z_NO_FLUSH);
        packed->pos = packed->len - z->avail_in;
        if (result == Z_STREAM_END) {
            packed->between = packed->repeats = true;
        } else if (result == Z_MEM_ERROR) {
            fail(packed, VG_NOMEM, vg_err_text(VG_NOMEM));
        } else if (result != Z_OK && result != Z_BUF_ERROR) {
            fail(packed, VG_CORRUPT, "the gzip data is damaged");
        }
        if (packed->err || z->avail_out == 0 || (result != Z_STREAM_END && packed->pos == packed->len))
            break;
    }
    return sizeof packed->out - z->avail_out;
}

static size_t unpack_zstd(struct vg_packed *packed)
{
    ZSTD_inBuffer in = {packed->in, packed->len, packed->pos};
    ZSTD_outBuffer out = {packed->out, sizeof packed->out, 0};
    do {
        size_t before = in.pos;
        size_t result = ZSTD_decompressStream(packed->zstd, &out, &in);
        if (!ZSTD_isError(result)) {
            if (in.pos > before || result == 0)
                packed->open = result != 0;
            continue;
        }
        switch (ZSTD_getErrorCode(result)) {
        case ZSTD_error_memory_allocation:
            fail(packed, VG_NOMEM, vg_err_text(VG_NOMEM));
            break;
        case ZSTD_error_frameParameter_windowTooLarge:
            fail(packed, VG_LIMIT, "the zstd data needs a window of more than 128 MiB");
            break;
        case ZSTD_error_prefix_unknown:
            fail(packed, VG_CORRUPT, "other bytes follow the zstd data");
            break;
        default:
            fail(packed, VG_CORRUPT, "the zstd data is damaged");
        }
    } while (!packed->err && in.pos < in.size && out.pos < out.size);
    packed->pos = in.pos;
    return out.pos;
}

static size_t unpack(struct vg_packed *packed, const void **ret_bytes)
{
    size_t n;
    if (packed->packing == PLAIN) {
        *ret_bytes = packed->in + packed->pos;
        n = packed->len - packed->pos;
        packed->pos = packed->len;
        return n;
    }
    n = packed->packing == GZIP ? unpack_gzip(packed) : unpack_zstd(packed);
    packed->full = n == sizeof packed->out;
    *ret_bytes = packed->out;
    return n;
}

/* ---- taking blocks ---- */

static enum vg_err tell(struct vg_packed *packed, const char **ret_why)
{
    if (packed->err != VG_EOF)
        *ret_why = packed->what ? packed->what : vg_feed_errno_text(packed->error);
    return packed->err;
}

static void finish(struct vg_packed *packed)
{
    if (packed->packing == GZIP && !packed->between)
        fail(packed, VG_CORRUPT, "the gzip data ends too early");
    else if (packed->packing == ZSTD && packed->open)
        fail(packed, VG_CORRUPT, "the zstd data ends too early");
    else
        fail(packed, VG_EOF, NULL);
}

static bool needs_input(const struct vg_packed *packed)
{
    bool more = packed->packing != UNKNOWN && (packed->pos < packed->len || packed->full);
    return !packed->err && !packed->at_end && !more;
}

enum vg_err vg_packed_step(struct vg_packed *packed, const void **ret_bytes, size_t *ret_len, bool *ret_wait,
                           const char **ret_why)
{
    bool wait = false;
    size_t n = 0;
    const void *bytes = packed->out;
    if (packed->err)
        return tell(packed, ret_why);
    if (needs_input(packed))
        fill(packed, &wait);
    if (!packed->err && packed->packing == UNKNOWN) {
        enum packing packing = packing_of(packed->in, packed->len, packed->at_end);
        if (packing != UNKNOWN)
            begin(packed, packing);
    }
    if (!packed->err && packed->packing != UNKNOWN && (packed->pos < packed->len || packed->full))
        n = unpack(packed, &bytes);
    if (!packed->err && n == 0 && packed->at_end && packed->pos == packed->len)
        finish(packed);
    if (packed->err && n == 0)
        return tell(packed, ret_why);
    *ret_bytes = bytes;
    *ret_len = n;
    *ret_wait = wait;
    return VG_OK;
}

int64_t vg_packed_seek(struct vg_packed *packed, int64_t offset, int whence)
{
    if (packed->packing != PLAIN || packed->size < 0 || (packed->err && packed->err != VG_EOF))
        return -1;
    off_t at = lseek(packed->fd, whence == SEEK_SET ? packed->start + offset : offset, whence);
    if (at < packed->start)
        return -1;
    packed->taken = at;
    packed->pos = packed->len = 0;
    packed->at_end = false;
    packed->err = VG_OK;
    return at - packed->start;
}

void vg_packed_stop_by(struct vg_packed *packed, const atomic_bool *stop)
{
    packed->stop = stop;
}

/* Until a pipe or a device has something to give, or its end. False: it is to stop. */
static bool wait_for_input(const struct vg_packed *packed)
{
    struct pollfd input = {.fd = packed->fd, .events = POLLIN};
    while (!packed->stop || !*packed->stop)
        if (poll(&input, 1, packed->stop ? STOP_MS : -1) > 0)
            return true;
    return false;
}

enum vg_err vg_packed_next(struct vg_packed *packed, const void **ret_bytes, size_t *ret_len, const char **ret_why)
{
    for (;;) {
        bool wait;
        size_t len;
        const void *bytes;
        if (packed->size < 0 && needs_input(packed) && !wait_for_input(packed)) {
            *ret_why = "interrupted";
            return VG_IO;
        }
        enum vg_err err = vg_packed_step(packed, &bytes, &len, &wait, ret_why);
        if (err)
            return err;
        if (len > 0) {
            *ret_bytes = bytes;
            *ret_len = len;
            return VG_OK;
        }
    }
}
