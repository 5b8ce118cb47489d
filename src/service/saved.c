#include "service/saved.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include "picture/save.h"

#define MAGIC UINT64_C(0x3154415453474956) /* "VIGSTAT1" */
#define LEVEL 1

struct head {
    uint64_t magic;
    uint32_t size, feed_size; /* another build's may differ */
    uint32_t sources, feeds;
    uint64_t journal_offset;
    struct vg_picture_clock clock;
};

/* ---- writing ---- */

struct writing {
    int fd;
    ZSTD_CCtx *zstd;
    char *packed;
    size_t room;
};

static enum vg_err write_all(int fd, const char *bytes, size_t len)
{
    while (len) {
        ssize_t n = write(fd, bytes, len);
        if (n < 0 && errno != EINTR)
            return VG_IO;
        if (n > 0) {
            bytes += n;
            len -= (size_t)n;
        }
    }
    return VG_OK;
}

static enum vg_err pack(struct writing *w, const void *bytes, size_t len, ZSTD_EndDirective end)
{
    ZSTD_inBuffer in = {bytes, len, 0};
    for (size_t left = 1; in.pos < in.size || (end == ZSTD_e_end && left);) {
        ZSTD_outBuffer out = {w->packed, w->room, 0};
        left = ZSTD_compressStream2(w->zstd, &out, &in, end);
        if (ZSTD_isError(left))
            return VG_NOMEM;
        enum vg_err err = write_all(w->fd, w->packed, out.pos);
        if (err)
            return err;
    }
    return VG_OK;
}

static enum vg_err sink(void *arg, const void *bytes, size_t len)
{
    return pack(arg, bytes, len, ZSTD_e_continue);
}

static void put_state(struct vg_out *out, const struct vg_state *state)
{
    struct head head;
    memset(&head, 0, sizeof head);
    head.magic = MAGIC;
    head.size = sizeof head;
    head.feed_size = sizeof(struct vg_saved_feed);
    head.sources = atomic_load_explicit(&state->sources->count, memory_order_relaxed);
    head.feeds = (uint32_t)state->feeds;
    head.journal_offset = state->journal_offset;
    head.clock = state->clock;
    vg_out_bytes(out, &head, sizeof head);
    for (uint32_t i = 1; i < head.sources; i++) /* 0 is always there */
        vg_out_bytes(out, vg_source_get(state->sources, (uint16_t)i), sizeof(struct vg_source));
    vg_out_bytes(out, state->feed, state->feeds * sizeof *state->feed);
}

enum vg_err vg_saved_write(const char *path, const struct vg_state *state)
{
    enum { BUFFER = 1 << 16 };
    struct writing w = {.room = ZSTD_CStreamOutSize(), .zstd = ZSTD_createCCtx()};
    char *buffer = malloc(BUFFER);
    w.packed = malloc(w.room);
    w.fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    enum vg_err err = !buffer || !w.packed || !w.zstd ? VG_NOMEM : w.fd < 0 ? VG_IO : VG_OK;
    if (!err) {
        ZSTD_CCtx_setParameter(w.zstd, ZSTD_c_compressionLevel, LEVEL);
        ZSTD_CCtx_setParameter(w.zstd, ZSTD_c_checksumFlag, 1);
        struct vg_out out = vg_out_stream(buffer, BUFFER, sink, &w);
        put_state(&out, state);
        err = vg_picture_save(state->picture, &out);
        if (!err)
            err = vg_out_flush(&out);
    }
    if (!err)
        err = pack(&w, NULL, 0, ZSTD_e_end);
    if (!err && fsync(w.fd))
        err = VG_IO;
    if (w.fd >= 0 && close(w.fd) && !err)
        err = VG_IO;
    ZSTD_freeCCtx(w.zstd);
    free(w.packed);
    free(buffer);
    return err;
}

/* ---- reading ---- */

struct reading {
    int fd;
    ZSTD_DCtx *zstd;
    char *packed;
    size_t room;
    ZSTD_inBuffer in;
    bool ended; /* a whole zstd frame, its checksum right */
};

static enum vg_err refill(struct reading *r)
{
    ssize_t n;
    do
        n = read(r->fd, r->packed, r->room);
    while (n < 0 && errno == EINTR);
    r->in = (ZSTD_inBuffer){r->packed, n > 0 ? (size_t)n : 0, 0};
    return n < 0 ? VG_IO : n == 0 ? VG_EOF : VG_OK;
}

static enum vg_err source(void *arg, void *bytes, size_t len)
{
    struct reading *r = arg;
    ZSTD_outBuffer out = {bytes, len, 0};
    while (out.pos < out.size) {
        if (r->ended)
            return VG_EOF;
        if (r->in.pos == r->in.size) {
            enum vg_err err = refill(r);
            if (err)
                return err;
        }
        size_t left = ZSTD_decompressStream(r->zstd, &out, &r->in);
        if (ZSTD_isError(left))
            return VG_CORRUPT;
        r->ended = left == 0;
    }
    return VG_OK;
}

/* The file's end: the checksum comes last. */
static enum vg_err expect_end(struct reading *r)
{
    char byte;
    enum vg_err err = source(r, &byte, 1);
    return err == VG_EOF && r->ended ? VG_OK : err && err != VG_EOF ? err : VG_CORRUPT;
}

static enum vg_err read_sources(struct reading *r, struct vg_sources *sources, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        struct vg_source row;
        enum vg_err err = source(r, &row, sizeof row);
        if (err)
            return err;
        if (!memchr(row.name, '\0', sizeof row.name) || row.feed > i)
            return VG_CORRUPT;
        if (vg_source_restore(sources, row.name, row.feed) != i)
            return VG_CORRUPT;
    }
    return VG_OK;
}

static enum vg_err read_state(struct reading *r, struct vg_state *state)
{
    struct head head;
    enum vg_err err = source(r, &head, sizeof head);
    if (err)
        return err == VG_EOF ? VG_CORRUPT : err;
    if (head.magic != MAGIC || head.size != sizeof head || head.feed_size != sizeof(struct vg_saved_feed))
        return VG_UNSUPPORTED;
    if (!head.sources || head.sources > VG_SOURCE_MAX || head.feeds > VG_SOURCE_MAX)
        return VG_CORRUPT;
    state->journal_offset = head.journal_offset;
    state->clock = head.clock;
    err = read_sources(r, state->sources, head.sources);
    state->feed = err ? NULL : calloc(head.feeds + 1, sizeof *state->feed);
    state->feeds = head.feeds;
    if (!err && !state->feed)
        err = VG_NOMEM;
    if (!err)
        err = source(r, state->feed, head.feeds * sizeof *state->feed);
    for (size_t i = 0; !err && i < head.feeds; i++)
        state->feed[i].name[VG_FEED_NAME - 1] = '\0';
    if (!err)
        err = vg_picture_load(state->picture, source, r);
    return err ? err : expect_end(r);
}

enum vg_err vg_saved_read(const char *path, struct vg_state *state)
{
    struct reading r = {.room = ZSTD_DStreamInSize(), .zstd = ZSTD_createDCtx()};
    r.packed = malloc(r.room);
    r.fd = open(path, O_RDONLY | O_CLOEXEC);
    state->feed = NULL;
    state->feeds = 0;
    enum vg_err err = !r.packed || !r.zstd ? VG_NOMEM
                      : r.fd < 0           ? (errno == ENOENT ? VG_NOT_FOUND : VG_IO)
                                           : read_state(&r, state);
    if (err == VG_EOF)
        err = VG_CORRUPT;
    if (err) {
        free(state->feed);
        state->feed = NULL;
        state->feeds = 0;
    }
    if (r.fd >= 0)
        close(r.fd);
    ZSTD_freeDCtx(r.zstd);
    free(r.packed);
    return err;
}
