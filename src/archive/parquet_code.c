#include "archive/parquet_code.h"

#include "archive/thrift.h"

#define BLOCK 128 /* the least that DELTA_BINARY_PACKED allows: widths follow the data closely */
#define MINI  32
#define MINIS (BLOCK / MINI)
__extension__ typedef unsigned __int128 u128; /* GCC and clang, every 64-bit target */

#define FLAGS 8192 /* that are encoded at a time */

#define RUN_LEAST 16 /* a shorter run costs more as a run than inside bit-packed values */

unsigned vg_bit_width(uint64_t max, unsigned align)
{
    unsigned width = max ? 64 - (unsigned)__builtin_clzll(max) : 1;
    return (width + align - 1) / align * align;
}

/* Appends values[0…count) of `width` bits, least significant bit first; count × width is a multiple of 8. */
static void pack(struct vg_out *out, const uint64_t *values, size_t count, unsigned width)
{
    size_t bytes = count * width / 8;
    uint8_t *p = width ? (uint8_t *)vg_out_room(out, bytes) : NULL;
    if (!p)
        return;
    uint64_t bits = 0;
    unsigned have = 0; /* below 64 */
    uint8_t *const end = p + bytes;
    for (size_t i = 0; i < count; i++) {
        bits |= values[i] << have;
        have += width;
        if (have >= 64) {
            vg_put_u64(p, bits);
            p += 8;
            have -= 64;
            bits = have ? values[i] >> (width - have) : 0;
        }
    }
    for (; p < end; bits >>= 8)
        *p++ = (uint8_t)bits;
}

/* The i-th value of `width` ≤ 64 bits of a packed sequence that lies within len bytes. */
static uint64_t unpack(const uint8_t *bytes, size_t len, size_t i, unsigned width)
{
    size_t bit = i * width, from = bit / 8;
    unsigned shift = bit % 8, need = (shift + width + 7) / 8;
    u128 word = 0;
    if (from + 16 <= len)
        memcpy(&word, bytes + from, 16);
    else
        memcpy(&word, bytes + from, need);
    word >>= shift;
    return width == 64 ? (uint64_t)word : (uint64_t)word & ((UINT64_C(1) << width) - 1);
}

/* As pack(), for narrow values of any number: the last byte is filled up with zeros. */
static void pack_words(struct vg_out *out, const uint32_t *values, size_t count, unsigned width)
{
    size_t bytes = (count + 7) / 8 * width;
    uint8_t *p = (uint8_t *)vg_out_room(out, bytes), *const end = p ? p + bytes : NULL;
    uint64_t bits = 0;
    unsigned have = 0;
    for (size_t i = 0; i < count && p; i++) {
        bits |= (uint64_t)values[i] << have;
        have += width;
        if (have >= 32) {
            vg_put_u32(p, (uint32_t)bits);
            p += 4;
            bits >>= 32;
            have -= 32;
        }
    }
    for (; p && p < end; bits >>= 8)
        *p++ = (uint8_t)bits;
}

static void literals(struct vg_out *out, const uint32_t *values, size_t count, unsigned width)
{
    if (!count)
        return;
    vg_varint_put(out, (count + 7) / 8 << 1 | 1);
    pack_words(out, values, count, width);
}

static void repeat(struct vg_out *out, uint32_t value, size_t count, unsigned width)
{
    uint8_t bytes[4];
    vg_put_u32(bytes, value);
    vg_varint_put(out, (uint64_t)count << 1);
    vg_out_bytes(out, bytes, (width + 7) / 8);
}

/*
 * Encodes values and returns how many. All of them if they are the `last`; else up to seven at the end wait for those
 * that follow, for bit-packed values come in eights, and only the last ones may be filled up.
 */
static size_t encode_part(struct vg_out *out, const uint32_t *values, size_t count, unsigned width, bool last)
{
    size_t open = 0, i = 0; /* values[open…i) wait to be bit-packed */
    while (i < count) {
        size_t run = 1;
        while (i + run < count && values[i + run] == values[i])
            run++;
        size_t fill = (8 - (i - open) % 8) % 8; /* bit-packed values come in eights: the run lends what is missing */
        if (run >= RUN_LEAST + fill) {
            literals(out, values + open, i + fill - open, width);
            repeat(out, values[i], run - fill, width);
            open = i + run;
        }
        i += run;
    }
    size_t rest = count - open;
    if (!last)
        rest -= rest % 8;
    literals(out, values + open, rest, width);
    return open + rest;
}

void vg_hybrid_encode(struct vg_out *out, const uint32_t *values, size_t count, unsigned width)
{
    encode_part(out, values, count, width, true);
}

void vg_flags_encode(struct vg_out *out, const uint8_t *flags, size_t count)
{
    uint32_t words[FLAGS];
    if (count && !memchr(flags, !flags[0], count)) {
        repeat(out, flags[0], count, 1);
        return;
    }
    for (size_t i = 0; i < count;) {
        size_t n = count - i < FLAGS ? count - i : FLAGS;
        for (size_t k = 0; k < n; k++)
            words[k] = flags[i + k];
        i += encode_part(out, words, n, 1, i + n == count);
    }
}

/* The head of a run: how many values, and whether they are bit-packed. False if damaged or more than there is. */
static bool run_head(struct vg_thrift_in *in, unsigned width, uint64_t *ret_count, bool *ret_packed)
{
    uint64_t head = vg_varint_get(in), left = (uint64_t)(in->end - in->p);
    *ret_packed = head & 1;
    *ret_count = head & 1 ? (head >> 1) * 8 : head >> 1;
    return !in->bad && *ret_count && head >> 1 <= UINT32_MAX &&
           (head & 1 ? (head >> 1) * width : (width + 7) / 8) <= left;
}

/* values[0…count) of `width` ≤ 32 bits; len: the bytes that may be read. */
static void unpack_words(const uint8_t *p, size_t len, unsigned width, uint32_t *values, size_t count)
{
    uint64_t mask = (UINT64_C(1) << width) - 1;
    size_t fast = len >= 8 && width ? ((len - 8) * 8) / width : 0, i = 0; /* whose eight bytes are all there */
    for (size_t bit = 0; i < count && i < fast; i++, bit += width) {
        uint64_t word;
        memcpy(&word, p + bit / 8, 8);
        values[i] = (uint32_t)(word >> bit % 8 & mask);
    }
    for (; i < count; i++)
        values[i] = (uint32_t)unpack(p, len, i, width);
}

size_t vg_hybrid_decode(const uint8_t *bytes, size_t len, unsigned width, uint32_t *values, size_t count)
{
    struct vg_thrift_in in = {.p = bytes, .end = bytes + len};
    size_t done = 0, wide = (width + 7) / 8;
    if (width > 32)
        return 0;
    while (done < count) {
        uint64_t n;
        bool packed;
        if (!run_head(&in, width, &n, &packed))
            return 0;
        size_t take = n < count - done ? (size_t)n : count - done;
        if (packed) {
            unpack_words(in.p, (size_t)(in.end - in.p), width, values + done, take);
            in.p += n / 8 * width;
        } else {
            uint32_t value = 0;
            for (size_t b = 0; b < wide; b++)
                value |= (uint32_t)*in.p++ << (8 * b);
            for (size_t i = 0; i < take; i++)
                values[done + i] = value;
        }
        done += take;
    }
    return count ? (size_t)(in.p - bytes) : len;
}

/* Bits to bytes of 0 and 1, eight at a time: bit i is left in byte i alone, and lifted to its highest bit. */
static void unpack_flags(const uint8_t *bits, uint8_t *flags, size_t count)
{
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        uint64_t apart = bits[i / 8] * UINT64_C(0x0101010101010101) & UINT64_C(0x8040201008040201);
        vg_put_u64(flags + i, (apart + UINT64_C(0x7f7f7f7f7f7f7f7f)) >> 7 & UINT64_C(0x0101010101010101));
    }
    for (; i < count; i++)
        flags[i] = bits[i / 8] >> i % 8 & 1;
}

size_t vg_flags_decode(const uint8_t *bytes, size_t len, uint8_t *flags, size_t count)
{
    struct vg_thrift_in in = {.p = bytes, .end = bytes + len};
    for (size_t done = 0; done < count;) {
        uint64_t n;
        bool packed;
        if (!run_head(&in, 1, &n, &packed) || (!packed && *in.p > 1))
            return 0;
        size_t take = n < count - done ? (size_t)n : count - done;
        if (packed)
            unpack_flags(in.p, flags + done, take);
        else
            memset(flags + done, *in.p, take);
        in.p += packed ? n / 8 : 1;
        done += take;
    }
    return count ? (size_t)(in.p - bytes) : len;
}

static int64_t wrap(uint64_t v, unsigned bits)
{
    return bits == 32 ? (int32_t)(uint32_t)v : (int64_t)v;
}

/* The whole bytes that hold every difference with its sign. */
static unsigned frame_bytes(const int64_t *values, size_t count, unsigned bits)
{
    uint64_t any = 0;
    for (size_t i = 0; i + 1 < count; i++) {
        int64_t delta = wrap((uint64_t)values[i + 1] - (uint64_t)values[i], bits);
        any |= (uint64_t)(delta ^ delta >> 63); /* the bits that differ from the sign */
    }
    return any ? (64 - (unsigned)__builtin_clzll(any) + 1 + 7) / 8 : 1;
}

/* One block: the differences of values[1…n] to those before them. `frame`: bytes, or 0 for the block's own. */
static void delta_block(struct vg_out *out, const int64_t *values, size_t n, unsigned bits, unsigned frame)
{
    uint64_t mask = bits == 32 ? UINT32_MAX : UINT64_MAX, deltas[BLOCK] = {0};
    uint8_t widths[MINIS] = {0};
    int64_t min = INT64_MAX;
    for (size_t i = 0; i < n; i++) {
        int64_t delta = wrap((uint64_t)values[i + 1] - (uint64_t)values[i], bits);
        deltas[i] = (uint64_t)delta;
        min = delta < min ? delta : min;
    }
    if (frame)
        min = (int64_t)(UINT64_MAX << (8 * frame - 1));
    for (size_t i = 0; i < n; i++)
        deltas[i] = (deltas[i] - (uint64_t)min) & mask;
    for (size_t m = 0; m < MINIS; m++) {
        uint64_t any = 0;
        for (size_t i = 0; i < MINI; i++)
            any |= deltas[m * MINI + i];
        widths[m] = frame ? (uint8_t)(8 * frame) : any ? (uint8_t)vg_bit_width(any, 1) : 0;
    }
    vg_varint_put(out, vg_zigzag(min));
    vg_out_bytes(out, widths, MINIS);
    for (size_t m = 0; m * MINI < n; m++)
        pack(out, deltas + m * MINI, MINI, widths[m]);
}

void vg_delta_encode(struct vg_out *out, const int64_t *values, size_t count, unsigned bits, bool framed)
{
    unsigned frame = framed ? frame_bytes(values, count, bits) : 0;
    vg_varint_put(out, BLOCK);
    vg_varint_put(out, MINIS);
    vg_varint_put(out, count);
    vg_varint_put(out, vg_zigzag(count ? wrap((uint64_t)values[0], bits) : 0));
    for (size_t i = 0; i + 1 < count; i += BLOCK)
        delta_block(out, values + i, count - 1 - i < BLOCK ? count - 1 - i : BLOCK, bits, frame);
}

/* One miniblock: `n` values from differences of `width` bits less `min`. Returns the last value. */
static uint64_t delta_values(const uint8_t *p, size_t left, unsigned width, uint64_t min, uint64_t last, unsigned bits,
                             int64_t *values, size_t n)
{
    size_t i = 0;
    if (!width) {
        for (; i < n; i++)
            values[i] = wrap(last += min, bits);
    } else if (width <= 56 && left >= n * width / 8 + 9) { /* eight bytes can be read at the last value, too */
        uint64_t mask = (UINT64_C(1) << width) - 1;
        for (size_t bit = 0; i < n; i++, bit += width) {
            uint64_t word;
            memcpy(&word, p + bit / 8, 8);
            values[i] = wrap(last += min + (word >> bit % 8 & mask), bits);
        }
    }
    for (; i < n; i++)
        values[i] = wrap(last += min + unpack(p, left, i, width), bits);
    return last;
}

size_t vg_delta_decode(const uint8_t *bytes, size_t len, unsigned bits, int64_t *values, size_t count, size_t need)
{
    struct vg_thrift_in in = {.p = bytes, .end = bytes + len};
    uint64_t block = vg_varint_get(&in), minis = vg_varint_get(&in), total = vg_varint_get(&in);
    uint64_t last = (uint64_t)vg_unzigzag(vg_varint_get(&in));
    if (in.bad || !block || block % 128 || block > 1 << 20 || !minis || block % minis || block / minis % 32 ||
        total != count || need > count)
        return 0;
    if (need)
        values[0] = wrap(last, bits);
    for (size_t done = 1, mini = block / minis; done < need;) {
        uint64_t min = (uint64_t)vg_unzigzag(vg_varint_get(&in));
        const uint8_t *widths = in.p;
        if (in.bad || (uint64_t)(in.end - in.p) < minis)
            return 0;
        in.p += minis;
        for (size_t m = 0; m < minis && done < need; m++) {
            size_t left = (size_t)(in.end - in.p), size = mini / 8 * widths[m];
            size_t n = mini < need - done ? mini : need - done;
            if (widths[m] > bits || size > left)
                return 0;
            last = delta_values(in.p, left, widths[m], min, last, bits, values + done, n);
            done += n;
            in.p += size;
        }
    }
    return (size_t)(in.p - bytes);
}
