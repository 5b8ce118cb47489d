#include "journal/frame.h"

#include <string.h>

#include <nettle/sha2.h>
#include <zstd.h>

/* The checks of heads and footers: the first 16 bytes of SHA-256. The tree does the proving, these find accidents. */
#define CHECK 16

static const uint8_t segment_magic[8] = {'V', 'G', 'J', 'S', 'E', 'G', 0, 1};
static const uint8_t frame_magic[8] = {'V', 'G', 'J', 'F', 1, 0, 0, 0};
static const uint8_t footer_magic[8] = {'V', 'G', 'J', 'E', 'N', 'D', 0, 1};

/* nettle's has the processor's own instructions where there are any, and is four times as fast as libsodium's then. */
void vg_hash(const void *bytes, size_t len, uint8_t out[static VG_HASH])
{
    struct sha256_ctx ctx;
    sha256_init(&ctx);
    sha256_update(&ctx, len, bytes);
    sha256_digest(&ctx, VG_HASH, out);
}

static void put_check(const uint8_t *bytes, size_t len, uint8_t out[static CHECK])
{
    uint8_t hash[VG_HASH];
    vg_hash(bytes, len, hash);
    memcpy(out, hash, CHECK);
}

static bool check_fits(const uint8_t *bytes, size_t len, const uint8_t *check)
{
    uint8_t want[CHECK];
    put_check(bytes, len, want);
    return memcmp(want, check, CHECK) == 0;
}

void vg_frame_head_put(const struct vg_frame_head *h, uint8_t out[static VG_FRAME_HEAD])
{
    memcpy(out, frame_magic, 8);
    vg_put_u64(out + 8, h->number);
    vg_put_u64(out + 16, (uint64_t)h->first_us);
    vg_put_u64(out + 24, (uint64_t)h->last_us);
    vg_put_u32(out + 32, h->records);
    vg_put_u32(out + 36, h->raw_len);
    vg_put_u32(out + 40, h->stored_len);
    vg_put_u32(out + 44, 0);
    memcpy(out + 48, h->payload, VG_HASH);
    put_check(out, 80, out + 80);
}

enum vg_err vg_frame_head_get(const uint8_t in[static VG_FRAME_HEAD], struct vg_frame_head *ret, const char **ret_why)
{
    *ret_why = "no frame begins here";
    if (memcmp(in, frame_magic, 8) != 0)
        return VG_CORRUPT;
    *ret_why = "the frame's head is damaged";
    if (!check_fits(in, 80, in + 80) || vg_get_u32(in + 44))
        return VG_CORRUPT;
    struct vg_frame_head h = {
        .number = vg_get_u64(in + 8),
        .first_us = (int64_t)vg_get_u64(in + 16),
        .last_us = (int64_t)vg_get_u64(in + 24),
        .records = vg_get_u32(in + 32),
        .raw_len = vg_get_u32(in + 36),
        .stored_len = vg_get_u32(in + 40),
    };
    memcpy(h.payload, in + 48, VG_HASH);
    *ret_why = "the frame's head says what can't be";
    if (h.raw_len > VG_FRAME_RAW_MAX || h.stored_len > VG_FRAME_STORED_MAX || h.number >= VG_FRAME_NUMBERS)
        return VG_CORRUPT;
    *ret = h;
    return VG_OK;
}

bool vg_frame_payload_fits(const struct vg_frame_head *head, const void *stored)
{
    uint8_t hash[VG_HASH];
    vg_hash(stored, head->stored_len, hash);
    return memcmp(hash, head->payload, VG_HASH) == 0;
}

enum vg_err vg_frame_unpack(const struct vg_frame_head *head, const void *stored, uint8_t *raw)
{
    size_t n = ZSTD_decompress(raw, VG_FRAME_RAW_MAX, stored, head->stored_len);
    return ZSTD_isError(n) || n != head->raw_len ? VG_CORRUPT : VG_OK;
}

void vg_segment_head_put(uint64_t first, uint8_t out[static VG_SEGMENT_HEAD])
{
    memcpy(out, segment_magic, 8);
    vg_put_u64(out + 8, first);
    put_check(out, 16, out + 16);
}

enum vg_err vg_segment_head_get(const uint8_t in[static VG_SEGMENT_HEAD], uint64_t *ret_first, const char **ret_why)
{
    *ret_why = "the segment's head is damaged";
    if (memcmp(in, segment_magic, 8) != 0 || !check_fits(in, 16, in + 16))
        return VG_CORRUPT;
    *ret_first = vg_get_u64(in + 8);
    return VG_OK;
}

void vg_footer_put(const struct vg_footer_row *rows, uint32_t count, uint8_t *out)
{
    uint8_t *p = out;
    for (uint32_t i = 0; i < count; i++, p += VG_FOOTER_ROW) {
        vg_put_u64(p, rows[i].at);
        vg_put_u64(p + 8, (uint64_t)rows[i].first_us);
        vg_put_u64(p + 16, (uint64_t)rows[i].last_us);
    }
    vg_put_u32(p + CHECK, count);
    vg_put_u32(p + CHECK + 4, (uint32_t)(count * VG_FOOTER_ROW + VG_FOOTER_END));
    memcpy(p + CHECK + 8, footer_magic, 8);
    put_check(out, (size_t)count * VG_FOOTER_ROW, p);
}

size_t vg_footer_length(const uint8_t end[static VG_FOOTER_END])
{
    uint32_t count = vg_get_u32(end + CHECK);
    if (memcmp(end + CHECK + 8, footer_magic, 8) != 0 || count > VG_SEGMENT_FRAMES ||
        vg_get_u32(end + CHECK + 4) != count * VG_FOOTER_ROW + VG_FOOTER_END)
        return 0;
    return (size_t)count * VG_FOOTER_ROW + VG_FOOTER_END;
}

enum vg_err vg_footer_get(const uint8_t *footer, size_t len, struct vg_footer_row *rows, uint32_t *ret_count)
{
    size_t body = len - VG_FOOTER_END;
    if (len < VG_FOOTER_END || vg_footer_length(footer + body) != len || !check_fits(footer, body, footer + body))
        return VG_CORRUPT;
    uint32_t count = (uint32_t)(body / VG_FOOTER_ROW);
    for (uint32_t i = 0; rows && i < count; i++) {
        const uint8_t *p = footer + (size_t)i * VG_FOOTER_ROW;
        rows[i] = (struct vg_footer_row){vg_get_u64(p), (int64_t)vg_get_u64(p + 8), (int64_t)vg_get_u64(p + 16)};
    }
    *ret_count = count;
    return VG_OK;
}
