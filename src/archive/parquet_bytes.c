#include "archive/parquet_bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <snappy-c.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "archive/thrift.h"

/* ---- the file ---- */

enum vg_err vg_parquet_input_open(const char *path, struct vg_parquet_input *ret)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* what is no file doesn't hold us up */
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR ? VG_NOT_FOUND : VG_IO;
    if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
        close(fd);
        return VG_IO;
    }
    *ret = (struct vg_parquet_input){.fd = fd, .size = (uint64_t)st.st_size};
    return VG_OK;
}

void vg_parquet_input_close(struct vg_parquet_input *input)
{
    if (input->fd >= 0)
        close(input->fd);
    input->fd = -1;
}

enum vg_err vg_parquet_fetch(const struct vg_parquet_input *input, uint64_t offset, void *buf, size_t len)
{
    if (offset > input->size || len > input->size - offset)
        return VG_CORRUPT;
    if (input->fd < 0) {
        memcpy(buf, input->bytes + offset, len);
        return VG_OK;
    }
    for (size_t done = 0; done < len;) {
        ssize_t n = pread(input->fd, (char *)buf + done, len - done, (off_t)(offset + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n ? VG_IO : VG_CORRUPT;
        done += (size_t)n;
    }
    return VG_OK;
}

enum vg_err vg_parquet_load_footer(const struct vg_parquet_input *input, uint8_t **ret_bytes, size_t *ret_len)
{
    uint8_t tail[8], head[4];
    enum vg_err err;
    if (input->size < 12)
        return VG_SYNTAX;
    if ((err = vg_parquet_fetch(input, 0, head, 4)) || (err = vg_parquet_fetch(input, input->size - 8, tail, 8)))
        return err;
    if (memcmp(head, "PAR1", 4) || memcmp(tail + 4, "PAR1", 4))
        return VG_SYNTAX;
    uint32_t len = tail[0] | (uint32_t)tail[1] << 8 | (uint32_t)tail[2] << 16 | (uint32_t)tail[3] << 24;
    if (len > input->size - 12)
        return VG_CORRUPT;
    if (len > VG_PARQUET_FOOTER_MAX)
        return VG_LIMIT;
    uint8_t *footer = malloc(len ? len : 1);
    if (!footer)
        return VG_NOMEM;
    err = vg_parquet_fetch(input, input->size - 8 - len, footer, len);
    if (err) {
        free(footer);
        return err;
    }
    *ret_bytes = footer;
    *ret_len = len;
    return VG_OK;
}

/* ---- pages ---- */

/* Of a page of data or of a dictionary: the first two fields are the same. */
static void get_page(struct vg_thrift_in *in, struct vg_page_header *h)
{
    struct vg_thrift_field f = {0};
    while (vg_thrift_field(in, &f))
        if (f.id == 1)
            h->values = vg_thrift_get_int(in, f.type);
        else if (f.id == 2)
            h->encoding = vg_thrift_get_int(in, f.type);
        else
            vg_thrift_skip(in, f.type);
}

static void get_page_2(struct vg_thrift_in *in, struct vg_page_header *h)
{
    struct vg_thrift_field f = {0};
    while (vg_thrift_field(in, &f))
        if (f.id == 1)
            h->values = vg_thrift_get_int(in, f.type);
        else if (f.id == 4)
            h->encoding = vg_thrift_get_int(in, f.type);
        else if (f.id == 5)
            h->level_bytes = vg_thrift_get_int(in, f.type);
        else if (f.id == 6)
            h->repetition_bytes = vg_thrift_get_int(in, f.type);
        else if (f.id == 7)
            h->plain = !vg_thrift_get_bool(in, f.type);
        else
            vg_thrift_skip(in, f.type);
}

bool vg_page_header_read(const uint8_t *bytes, size_t len, struct vg_page_header *h)
{
    struct vg_thrift_in in = {.p = bytes, .end = bytes + len};
    struct vg_thrift_field f = {0};
    *h = (struct vg_page_header){.kind = -1, .values = -1, .encoding = -1};
    while (vg_thrift_field(&in, &f))
        if (f.id == 1) {
            h->kind = vg_thrift_get_int(&in, f.type);
        } else if (f.id == 2) {
            h->raw = vg_thrift_get_int(&in, f.type);
        } else if (f.id == 3) {
            h->packed = vg_thrift_get_int(&in, f.type);
        } else if (f.id == 4) {
            h->crc = (uint32_t)vg_thrift_get_int(&in, f.type);
            h->has_crc = true;
        } else if ((f.id == 5 || f.id == 7) && f.type == VG_THRIFT_STRUCT) {
            get_page(&in, h);
        } else if (f.id == 8 && f.type == VG_THRIFT_STRUCT) {
            get_page_2(&in, h);
        } else {
            vg_thrift_skip(&in, f.type);
        }
    h->len = (size_t)(in.p - bytes);
    return !in.bad && h->raw >= 0 && h->packed >= 0 && h->raw <= VG_PARQUET_PAGE_BYTES;
}

bool vg_page_is_whole(const struct vg_page_header *h, const uint8_t *body)
{
    return !h->has_crc || (uint32_t)crc32(0, body, (uInt)h->packed) == h->crc;
}

/* ---- packing ---- */

static enum vg_err unpack_gzip(const uint8_t *packed, size_t packed_len, uint8_t *to, size_t len)
{
    z_stream z = {
        .next_in = (uint8_t *)(uintptr_t)packed, .avail_in = (uInt)packed_len, .next_out = to, .avail_out = (uInt)len};
    if (inflateInit2(&z, 15 + 32) != Z_OK) /* 32: a header of gzip or of zlib */
        return VG_NOMEM;
    int result = inflate(&z, Z_FINISH);
    inflateEnd(&z);
    return result == Z_STREAM_END && !z.avail_out ? VG_OK : VG_CORRUPT;
}

static enum vg_err unpack_snappy(const uint8_t *packed, size_t packed_len, uint8_t *to, size_t len)
{
    size_t n = 0;
    if (snappy_uncompressed_length((const char *)packed, packed_len, &n) != SNAPPY_OK || n != len)
        return VG_CORRUPT;
    return snappy_uncompress((const char *)packed, packed_len, (char *)to, &n) == SNAPPY_OK && n == len ? VG_OK
                                                                                                        : VG_CORRUPT;
}

static enum vg_err unpack_zstd(struct vg_unpacker *u, const uint8_t *packed, size_t packed_len, uint8_t *to, size_t len)
{
    if (!u->zstd && !(u->zstd = ZSTD_createDCtx()))
        return VG_NOMEM;
    size_t n = ZSTD_decompressDCtx(u->zstd, to, len, packed, packed_len);
    return n == len ? VG_OK : VG_CORRUPT; /* zstd's errors are sizes no page has */
}

enum vg_err vg_unpack(struct vg_unpacker *u, int32_t codec, const uint8_t *packed, size_t packed_len, uint8_t *to,
                      size_t len)
{
    switch (codec) {
    case 0:
        if (packed_len != len)
            return VG_CORRUPT;
        memcpy(to, packed, len);
        return VG_OK;
    case 1:
        return unpack_snappy(packed, packed_len, to, len);
    case 2:
        return unpack_gzip(packed, packed_len, to, len);
    case 6:
        return unpack_zstd(u, packed, packed_len, to, len);
    default:
        return VG_UNSUPPORTED;
    }
}

void vg_unpacker_free(struct vg_unpacker *u)
{
    ZSTD_freeDCtx(u->zstd);
    u->zstd = NULL;
}
