#include "situation/state_file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <zstd.h>

#define LEVEL       1 /* of zstd: a start waits for it, and the disk is fast */
#define MAGIC_SIZE  8
#define HEAD_SIZE   16
#define BUFFER_SIZE ((size_t)1 << 16)
#define END_TAG     VG_STATE_TAG('E', 'N', 'D', '.')
static const char MAGIC[] = "VIGSTAT2";
static const char MAGIC_BEFORE[] = "VIGSTAT1"; /* raw structs of one build, until November 2026 */

/* ---- writing ---- */

struct writing {
    const struct vg_io *io;
    int fd;
    int64_t at; /* bytes in the file */
    ZSTD_CCtx *zstd;
    char *packed;
    size_t room;
    uint64_t taken; /* bytes handed to the compressor */
};

static enum vg_err pack(struct writing *w, const void *bytes, size_t len, ZSTD_EndDirective end)
{
    ZSTD_inBuffer in = {bytes, len, 0};
    for (size_t left = 1; in.pos < in.size || (end == ZSTD_e_end && left);) {
        ZSTD_outBuffer out = {w->packed, w->room, 0};
        left = ZSTD_compressStream2(w->zstd, &out, &in, end);
        if (ZSTD_isError(left))
            return VG_NOMEM;
        if (vg_io_write(w->io, w->fd, w->packed, out.pos, w->at) < 0)
            return VG_IO;
        w->at += (int64_t)out.pos;
    }
    w->taken += len;
    return VG_OK;
}

static enum vg_err sink(void *arg, const void *bytes, size_t len)
{
    return pack(arg, bytes, len, ZSTD_e_continue);
}

static void put_head(struct vg_out *out, uint32_t tag, uint32_t version, uint64_t length)
{
    uint8_t head[HEAD_SIZE];
    vg_put_u32(head, tag);
    vg_put_u32(head + 4, version);
    vg_put_u64(head + 8, length);
    vg_out_bytes(out, head, sizeof head);
}

static enum vg_err put_sections(struct writing *w, struct vg_out *out, const struct vg_state_section *sections,
                                size_t count)
{
    vg_out_bytes(out, MAGIC, MAGIC_SIZE);
    for (size_t i = 0; i < count; i++) {
        const struct vg_state_section *s = &sections[i];
        uint64_t size = s->size(s->of);
        put_head(out, s->tag, s->version, size);
        uint64_t begin = w->taken + out->len;
        enum vg_err err = s->write(s->of, out);
        if (err || out->err)
            return err ? err : out->err;
        if (w->taken + out->len - begin != size)
            return VG_CORRUPT;
    }
    put_head(out, END_TAG, 0, 0);
    return vg_out_flush(out);
}

static enum vg_err write_file(struct writing *w, const struct vg_state_section *sections, size_t count)
{
    char *buffer = malloc(BUFFER_SIZE);
    w->packed = malloc(w->room);
    w->zstd = ZSTD_createCCtx();
    enum vg_err err = !buffer || !w->packed || !w->zstd ? VG_NOMEM : VG_OK;
    if (!err) {
        ZSTD_CCtx_setParameter(w->zstd, ZSTD_c_compressionLevel, LEVEL);
        ZSTD_CCtx_setParameter(w->zstd, ZSTD_c_checksumFlag, 1);
        struct vg_out out = vg_out_stream(buffer, BUFFER_SIZE, sink, w);
        err = put_sections(w, &out, sections, count);
    }
    if (!err)
        err = pack(w, NULL, 0, ZSTD_e_end);
    if (!err && w->io->sync(w->io->arg, w->fd) < 0)
        err = VG_IO;
    ZSTD_freeCCtx(w->zstd);
    free(w->packed);
    free(buffer);
    return err;
}

enum vg_err vg_state_file_write(const struct vg_io *io, const char *path, const struct vg_state_section *sections,
                                size_t count)
{
    assert(count <= VG_STATE_SECTIONS_MAX);
    struct writing w = {.io = io, .room = ZSTD_CStreamOutSize()};
    w.fd = io->open(io->arg, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (w.fd < 0)
        return VG_IO;
    enum vg_err err = write_file(&w, sections, count);
    if (io->close(io->arg, w.fd) < 0 && !err)
        err = VG_IO;
    return err;
}

/* ---- reading sections ---- */

struct vg_state_input {
    vg_picture_source *source;
    void *arg;
    uint64_t left;
    uint32_t version;
    const char *detail; /* why it was refused; NULL: it is damaged */
};

static enum vg_err count_bytes(void *arg, const void *bytes, size_t len)
{
    (void)bytes;
    *(uint64_t *)arg += len;
    return VG_OK;
}

uint64_t vg_state_size_of(enum vg_err (*write)(const void *of, struct vg_out *out), const void *of)
{
    char buf[16384];
    uint64_t size = 0;
    struct vg_out out = vg_out_stream(buf, sizeof buf, count_bytes, &size);
    write(of, &out);
    vg_out_flush(&out);
    return size;
}

enum vg_err vg_state_take(struct vg_state_input *in, void *bytes, size_t len)
{
    if (len > in->left)
        return VG_CORRUPT;
    in->left -= len;
    enum vg_err err = in->source(in->arg, bytes, len);
    return err == VG_EOF ? VG_CORRUPT : err;
}

uint64_t vg_state_left(const struct vg_state_input *in)
{
    return in->left;
}

uint32_t vg_state_version(const struct vg_state_input *in)
{
    return in->version;
}

enum vg_err vg_state_refuse(struct vg_state_input *in, const char *detail)
{
    in->detail = detail;
    return VG_UNSUPPORTED;
}

static enum vg_err say(char *why, enum vg_err err, const char *name, const char *what)
{
    if (name)
        snprintf(why, VG_STATE_WHY, "section '%s' %s", name, what);
    else
        snprintf(why, VG_STATE_WHY, "%s", what);
    return err;
}

static enum vg_err skip(struct vg_state_input *in)
{
    char bytes[4096];
    enum vg_err err = VG_OK;
    while (in->left && !err)
        err = vg_state_take(in, bytes, in->left < sizeof bytes ? in->left : sizeof bytes);
    return err;
}

static enum vg_err read_magic(vg_picture_source *source, void *arg, char *why)
{
    char magic[MAGIC_SIZE];
    enum vg_err err = source(arg, magic, sizeof magic);
    if (err)
        return say(why, err == VG_EOF ? VG_CORRUPT : err, NULL, "it is damaged");
    if (memcmp(magic, MAGIC_BEFORE, MAGIC_SIZE) == 0)
        return say(why, VG_UNSUPPORTED, NULL, "an earlier version of this program wrote it");
    if (memcmp(magic, MAGIC, MAGIC_SIZE) != 0)
        return say(why, VG_UNSUPPORTED, NULL, "it is no state of this program");
    return VG_OK;
}

static enum vg_err read_section(const struct vg_state_section *s, struct vg_state_input *in, char *why)
{
    if (in->version == 0 || in->version > s->version)
        return say(why, VG_UNSUPPORTED, s->name, "is of another version of this program");
    enum vg_err err = s->read(s->of, in);
    if (!err && in->left)
        err = VG_CORRUPT;
    if (err == VG_NOMEM || err == VG_IO)
        return say(why, err, s->name, vg_err_text(err));
    return err ? say(why, err, s->name, in->detail ? in->detail : "is damaged") : VG_OK;
}

static size_t find(const struct vg_state_section *sections, size_t count, uint32_t tag)
{
    size_t i = 0;
    while (i < count && sections[i].tag != tag)
        i++;
    return i;
}

enum vg_err vg_state_read(vg_picture_source *source, void *arg, const struct vg_state_section *sections, size_t count,
                          char why[static VG_STATE_WHY])
{
    assert(count <= VG_STATE_SECTIONS_MAX);
    bool seen[VG_STATE_SECTIONS_MAX] = {false};
    enum vg_err err = read_magic(source, arg, why);
    while (!err) {
        uint8_t head[HEAD_SIZE];
        err = source(arg, head, sizeof head);
        if (err)
            return say(why, err == VG_EOF ? VG_CORRUPT : err, NULL, "it ends too early");
        struct vg_state_input in = {
            .source = source, .arg = arg, .version = vg_get_u32(head + 4), .left = vg_get_u64(head + 8)};
        uint32_t tag = vg_get_u32(head);
        if (tag == END_TAG)
            break;
        size_t i = find(sections, count, tag);
        if (i == count)
            err = skip(&in) ? say(why, VG_CORRUPT, NULL, "it ends too early") : VG_OK;
        else if (seen[i])
            err = say(why, VG_CORRUPT, sections[i].name, "is there twice");
        else
            err = read_section(&sections[i], &in, why);
        if (i < count)
            seen[i] = true;
    }
    for (size_t i = 0; i < count && !err; i++)
        if (!seen[i] && !sections[i].may_lack)
            err = say(why, VG_CORRUPT, sections[i].name, "is missing");
    return err;
}

/* ---- reading the file ---- */

struct reading {
    const struct vg_io *io;
    int fd;
    int64_t at;
    ZSTD_DCtx *zstd;
    char *packed;
    size_t room;
    ZSTD_inBuffer in;
    bool ended; /* a whole zstd frame, its checksum right */
};

static enum vg_err refill(struct reading *r)
{
    ssize_t n = vg_io_read(r->io, r->fd, r->packed, r->room, r->at);
    r->in = (ZSTD_inBuffer){r->packed, n > 0 ? (size_t)n : 0, 0};
    r->at += n > 0 ? n : 0;
    return n < 0 ? VG_IO : n == 0 ? VG_EOF : VG_OK;
}

static enum vg_err unpack(void *arg, void *bytes, size_t len)
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

/* The checksum comes last, and nothing behind it. */
static enum vg_err expect_end(struct reading *r, char *why)
{
    char byte;
    enum vg_err err = unpack(r, &byte, 1);
    if (err == VG_EOF && r->ended)
        err = r->in.pos < r->in.size ? VG_OK : refill(r);
    if (err == VG_EOF && r->ended)
        return VG_OK;
    return say(why, err && err != VG_EOF ? err : VG_CORRUPT, NULL, "its end is damaged");
}

enum vg_err vg_state_file_read(const struct vg_io *io, const char *path, const struct vg_state_section *sections,
                               size_t count, char why[static VG_STATE_WHY])
{
    struct reading r = {.io = io, .room = ZSTD_DStreamInSize()};
    r.fd = io->open(io->arg, path, O_RDONLY | O_CLOEXEC, 0);
    if (r.fd < 0)
        return r.fd == -ENOENT ? say(why, VG_NOT_FOUND, NULL, "there is none")
                               : say(why, VG_IO, NULL, "it can't be opened");
    r.zstd = ZSTD_createDCtx();
    r.packed = malloc(r.room);
    enum vg_err err = r.zstd && r.packed ? VG_OK : say(why, VG_NOMEM, NULL, vg_err_text(VG_NOMEM));
    if (!err)
        err = vg_state_read(unpack, &r, sections, count, why);
    if (!err)
        err = expect_end(&r, why);
    ZSTD_freeDCtx(r.zstd);
    free(r.packed);
    io->close(io->arg, r.fd);
    return err;
}
