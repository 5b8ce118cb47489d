/*
 * The common line with AVX2 and AVX-512 (VBMI), for x86-64.
 *
 * Both look at the line in one or two blocks of 64 bytes and turn questions about its characters into 64-bit masks, a
 * bit for each byte: where is LF, where are commas, where is anything that would make it another kind of line. Lines
 * over 128 bytes, and the last ones of a buffer where a block would reach behind its end, go to the portable reader.
 */
#if defined(__x86_64__)

#include <immintrin.h>

#include "nmea/line_fields.h"

/* Two blocks, or the payload's two blocks, which begin at most 15 bytes later. */
#define AHEAD 144

/* What the masks of a line say; those of the second block are 0 if the line ends in the first. */
struct marks {
    uint64_t comma, comma_more;
    uint64_t odd, odd_more; /* ! $ \ * and bytes outside printable ASCII */
    size_t lf, len;
};

/* The lowest n bits; all if n ≥ 64. */
LINE_INLINE uint64_t below(size_t n)
{
    return n >= 64 ? UINT64_MAX : (UINT64_C(1) << n) - 1;
}

/* The same of the second block. */
LINE_INLINE uint64_t below_more(size_t n)
{
    return n <= 64 ? 0 : below(n - 64);
}

LINE_INLINE unsigned take_lowest(uint64_t *mask)
{
    unsigned at = (unsigned)__builtin_ctzll(*mask);
    *mask &= *mask - 1;
    return at;
}

/* Where the ! is not the only odd character but for the * three before the end. `blocks` is a constant. */
LINE_INLINE bool is_odd(const char *p, const struct marks *m, int blocks)
{
    size_t star = m->len - 3;
    if (p[star] != '*')
        return true;
    if (blocks == 1)
        return (m->odd & below(m->len)) != (1 | UINT64_C(1) << star);
    uint64_t odd = m->odd & below(m->len), odd_more = m->odd_more & below_more(m->len);
    return odd != (1 | (star < 64 ? UINT64_C(1) << star : 0)) ||
           odd_more != (star >= 64 ? UINT64_C(1) << (star - 64) : 0);
}

/* Reads the fields if the line's odd characters and commas are where they must be. */
LINE_INLINE bool read_marks(const char *p, const struct marks *m, struct vg_line *ret, int blocks)
{
    if (m->len < 18 || is_odd(p, m, blocks) || !line_head(p, ret))
        return false;
    uint64_t comma = m->comma & below(m->len), more = blocks == 1 ? 0 : m->comma_more & below_more(m->len);
    /*
     * No sequence, one letter of channel: nearly always. Where the payload begins is a constant then, which the
     * processor need not wait for: it guesses that this branch is taken and unpacks while the commas are still being
     * counted.
     */
    if (blocks == 1 && __builtin_expect(comma == (UINT64_C(0x2D40) | UINT64_C(1) << (m->len - 5)), 1)) {
        if (m->len < 19)
            return false;
        return line_fields(p, m->len, 11, 13, (unsigned)m->len - 5, ret);
    }
    if ((comma & 0x7FF) != 0x540) /* 6, 8 and 10 */
        return false;
    comma &= ~UINT64_C(0x7FF);
    if (__builtin_popcountll(comma) + (blocks == 1 ? 0 : __builtin_popcountll(more)) != 3)
        return false;
    if (blocks == 2 && more & (more - 1)) /* channel and payload begin in the first block */
        return false;
    unsigned comma4 = take_lowest(&comma), comma5 = take_lowest(&comma);
    unsigned comma6 = blocks == 1 || comma ? take_lowest(&comma) : 64 + take_lowest(&more);
    return line_fields(p, m->len, comma4, comma5, comma6, ret);
}

LINE_INLINE uint8_t fold(uint64_t sum)
{
    sum ^= sum >> 32;
    sum ^= sum >> 16;
    return (uint8_t)(sum ^ sum >> 8);
}

/* ---- AVX-512 ---- */

#define T512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi,bmi,bmi2,popcnt")))

/* What a character below 0x80 is: its six bits if it is armour, else NO; with ODD if it must not stand in a common
 * line. One table for both questions: one instruction looks 64 characters up. */
#define ODD 0x80
#define NO  0x40
static const uint8_t kind_of[128] __attribute__((aligned(64))) = {
#define R4(v) (v), (v) + 1, (v) + 2, (v) + 3
#define R8(v) R4(v), R4((v) + 4)
#define N8    NO, NO, NO, NO, NO, NO, NO, NO
#define O     ODD | NO
    O,      O,      O,      O,  O,  O,  O,  O,  O,  O,  O, O,  O,  O,  O,  O, /* control */
    O,      O,      O,      O,  O,  O,  O,  O,  O,  O,  O, O,  O,  O,  O,  O,
    NO,     O,      NO,     NO, O,  NO, NO, NO, NO, NO, O, NO, NO, NO, NO, NO, /* ! $ * */
    R8(0),  R8(8),                                                             /* 0 to ? */
    R8(16), R8(24), R8(32),                                                    /* @ to W */
    NO,     NO,     NO,     NO, O,  NO, NO, NO,                                /* backslash */
    R8(40), R8(48), R8(56),                                                    /* ` to w */
    NO,     NO,     NO,     NO, NO, NO, NO, O,                                 /* DEL */
#undef R4
#undef R8
#undef N8
#undef O
};

LINE_INLINE T512 __m512i look_up(__m512i v)
{
    return _mm512_permutex2var_epi8(_mm512_load_si512(kind_of), v, _mm512_load_si512(kind_of + 64));
}

LINE_INLINE T512 uint64_t odd_512(__m512i v)
{
    return _mm512_movepi8_mask(_mm512_or_si512(look_up(v), v)); /* from 0x80 on: odd, whatever was found */
}

/*
 * 64 characters, of which `count` count, → 48 bytes and 16 zeros. `last`: what of the last character's six bits counts.
 * False if one is outside the armour.
 */
LINE_INLINE T512 bool unarmour_512(const char *chars, unsigned count, uint8_t last, uint8_t *bits)
{
    static const uint8_t order[64] = {2,  1,  0,  6,  5,  4,  10, 9,  8,  14, 13, 12, 18, 17, 16, 22,
                                      21, 20, 26, 25, 24, 30, 29, 28, 34, 33, 32, 38, 37, 36, 42, 41,
                                      40, 46, 45, 44, 50, 49, 48, 54, 53, 52, 58, 57, 56, 62, 61, 60,
                                      3,  3,  3,  3,  3,  3,  3,  3,  3,  3,  3,  3,  3,  3,  3,  3};
    __mmask64 taken = below(count), at_last = count ? UINT64_C(1) << (count - 1) : 0;
    __m512i c = _mm512_maskz_loadu_epi8(taken, chars);
    __m512i v = look_up(c);
    __mmask64 bad =
        _mm512_mask_test_epi8_mask(taken, _mm512_or_si512(v, _mm512_and_si512(c, _mm512_set1_epi8((char)ODD))),
                                   _mm512_set1_epi8((char)(ODD | NO)));
    v = _mm512_maskz_mov_epi8(taken, v);
    if (last != 63)
        v = _mm512_and_si512(v, _mm512_mask_mov_epi8(_mm512_set1_epi8(63), at_last, _mm512_set1_epi8((char)last)));
    __m512i twelve = _mm512_maddubs_epi16(v, _mm512_set1_epi16(0x0140));     /* first × 64 + second */
    __m512i word = _mm512_madd_epi16(twelve, _mm512_set1_epi32(0x00011000)); /* first × 4096 + second */
    _mm512_storeu_si512(bits, _mm512_permutexvar_epi8(_mm512_loadu_si512(order), word));
    return !bad;
}

LINE_INLINE T512 uint8_t sum_512(__m512i v)
{
    __m256i half = _mm256_xor_si256(_mm512_castsi512_si256(v), _mm512_extracti64x4_epi64(v, 1));
    __m128i quarter = _mm_xor_si128(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
    return fold((uint64_t)_mm_cvtsi128_si64(quarter) ^ (uint64_t)_mm_extract_epi64(quarter, 1));
}

/* Sum and armour, where the fields are right. */
LINE_INLINE T512 size_t finish_512(const char *p, const struct marks *m, __m512i summed, struct vg_line *ret,
                                   uint8_t *bits)
{
    if (!line_checksum_is(p + m->len - 2, sum_512(summed)))
        return 0;
    if (ret->fragments != 1)
        return m->lf + 1;
    uint8_t last = (uint8_t)(63u << ret->fill_bits & 63);
    unsigned n = ret->payload_len;
    if (n > 64 ? !unarmour_512(ret->payload, 64, 63, bits) || !unarmour_512(ret->payload + 64, n - 64, last, bits + 48)
               : !unarmour_512(ret->payload, n, last, bits))
        return 0;
    ret->bits = line_bit_count(ret);
    return m->lf + 1;
}

T512 static __attribute__((noinline)) size_t read_long_512(const char *p, const char *end, struct vg_line *ret,
                                                           uint8_t *bits)
{
    __m512i v = _mm512_loadu_si512(p), w = _mm512_loadu_si512(p + 64);
    uint64_t lf = _mm512_cmpeq_epi8_mask(w, _mm512_set1_epi8('\n'));
    if (!lf)
        return vg_line_read_portable(p, end, ret, bits);
    struct marks m = {.lf = 64 + (size_t)__builtin_ctzll(lf)};
    m.comma = _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8(','));
    m.comma_more = _mm512_cmpeq_epi8_mask(w, _mm512_set1_epi8(','));
    m.odd = odd_512(v);
    m.odd_more = odd_512(w);
    m.len = m.lf - (p[m.lf - 1] == '\r');
    if (!read_marks(p, &m, ret, 2))
        return 0;
    __m512i summed = _mm512_maskz_mov_epi8(below(m.len - 3) & ~UINT64_C(1), v);
    summed = _mm512_xor_si512(summed, _mm512_maskz_mov_epi8(below_more(m.len - 3), w));
    return finish_512(p, &m, summed, ret, bits);
}

T512 size_t vg_line_read_avx512(const char *p, const char *end, struct vg_line *ret, uint8_t *bits)
{
    if (end - p < AHEAD)
        return vg_line_read_portable(p, end, ret, bits);
    __builtin_prefetch(p + 1024);
    __m512i v = _mm512_loadu_si512(p);
    uint64_t lf = _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('\n'));
    if (!lf)
        return read_long_512(p, end, ret, bits);
    struct marks m = {.lf = (size_t)__builtin_ctzll(lf)};
    m.comma = _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8(','));
    m.odd = odd_512(v);
    m.len = m.lf - (m.lf && p[m.lf - 1] == '\r');
    if (!read_marks(p, &m, ret, 1))
        return 0;
    __m512i summed = _mm512_maskz_mov_epi8(below(m.len - 3) & ~UINT64_C(1), v);
    return finish_512(p, &m, summed, ret, bits);
}

/* ---- AVX2 ---- */

#define T256 __attribute__((target("avx2,bmi,bmi2,popcnt")))

struct block {
    __m256i low, high;
};

LINE_INLINE T256 struct block load_block(const char *p)
{
    return (struct block){_mm256_loadu_si256((const __m256i *)p), _mm256_loadu_si256((const __m256i *)(p + 32))};
}

LINE_INLINE T256 uint64_t mask_of(__m256i low, __m256i high)
{
    return (uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
}

LINE_INLINE T256 uint64_t equal_256(struct block b, char c)
{
    __m256i all = _mm256_set1_epi8(c);
    return mask_of(_mm256_cmpeq_epi8(b.low, all), _mm256_cmpeq_epi8(b.high, all));
}

LINE_INLINE T256 __m256i odd_256(__m256i v)
{
    /* Signed: bytes from 0x80 on are below 0x20 as well. */
    __m256i control = _mm256_cmpgt_epi8(_mm256_set1_epi8(0x20), v);
    __m256i del = _mm256_cmpeq_epi8(v, _mm256_set1_epi8(0x7F));
    __m256i ends =
        _mm256_or_si256(_mm256_cmpeq_epi8(v, _mm256_set1_epi8('*')), _mm256_cmpeq_epi8(v, _mm256_set1_epi8('\\')));
    __m256i begins =
        _mm256_or_si256(_mm256_cmpeq_epi8(v, _mm256_set1_epi8('!')), _mm256_cmpeq_epi8(v, _mm256_set1_epi8('$')));
    return _mm256_or_si256(_mm256_or_si256(control, del), _mm256_or_si256(ends, begins));
}

/* 64 − n bytes in, n bytes of 0xFF begin, and zeros behind them. */
static const uint8_t ramp[128] __attribute__((aligned(64))) = {
#define R8 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF
    R8, R8, R8, R8, R8, R8, R8, R8,
#undef R8
};

LINE_INLINE T256 __m256i first_bytes(size_t n, size_t from)
{
    size_t count = n < from ? 0 : n - from > 32 ? 32 : n - from;
    return _mm256_loadu_si256((const __m256i *)(ramp + 64 - count));
}

/* 32 characters, of which `count` count, → 24 bytes and 8 zeros. */
LINE_INLINE T256 bool unarmour_256(const char *chars, size_t count, uint8_t last, uint8_t *bits)
{
    const __m256i order = _mm256_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1, 2, 1, 0, 6, 5, 4, 10,
                                           9, 8, 14, 13, 12, -1, -1, -1, -1);
    __m256i taken = first_bytes(count, 0);
    __m256i c = _mm256_loadu_si256((const __m256i *)chars);
    /* Signed comparisons: '0' … 'W' and '`' … 'w' are positive, and bytes from 0x80 on are in neither. */
    __m256i low = _mm256_and_si256(_mm256_cmpgt_epi8(c, _mm256_set1_epi8('0' - 1)),
                                   _mm256_cmpgt_epi8(_mm256_set1_epi8('W' + 1), c));
    __m256i high = _mm256_and_si256(_mm256_cmpgt_epi8(c, _mm256_set1_epi8('`' - 1)),
                                    _mm256_cmpgt_epi8(_mm256_set1_epi8('w' + 1), c));
    __m256i v = _mm256_sub_epi8(_mm256_sub_epi8(c, _mm256_set1_epi8('0')), _mm256_and_si256(high, _mm256_set1_epi8(8)));
    v = _mm256_and_si256(v, taken);
    if (count && count <= 32) {
        __m256i before = first_bytes(count - 1, 0);
        v = _mm256_and_si256(v, _mm256_or_si256(before, _mm256_set1_epi8((char)last)));
    }
    __m256i twelve = _mm256_maddubs_epi16(v, _mm256_set1_epi16(0x0140));
    __m256i word = _mm256_madd_epi16(twelve, _mm256_set1_epi32(0x00011000));
    word = _mm256_shuffle_epi8(word, order);
    word = _mm256_permutevar8x32_epi32(word, _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 3, 7)); /* 12 + 12 bytes */
    _mm256_storeu_si256((__m256i *)bits, word);
    return _mm256_testc_si256(_mm256_or_si256(low, high), taken);
}

LINE_INLINE T256 __m256i summed_256(struct block b, size_t count)
{
    return _mm256_xor_si256(_mm256_and_si256(b.low, first_bytes(count, 0)),
                            _mm256_and_si256(b.high, first_bytes(count, 32)));
}

LINE_INLINE T256 uint8_t sum_256(__m256i sum)
{
    __m128i half = _mm_xor_si128(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
    return fold((uint64_t)_mm_cvtsi128_si64(half) ^ (uint64_t)_mm_extract_epi64(half, 1)) ^ '!'; /* not summed */
}

LINE_INLINE T256 size_t finish_256(const char *p, const struct marks *m, __m256i summed, struct vg_line *ret,
                                   uint8_t *bits)
{
    if (!line_checksum_is(p + m->len - 2, sum_256(summed)))
        return 0;
    if (ret->fragments != 1)
        return m->lf + 1;
    uint8_t last = (uint8_t)(63u << ret->fill_bits & 63);
    unsigned n = ret->payload_len, at = 0;
    memset(bits, 0, 112);
    do {
        unsigned count = n - at < 32 ? n - at : 32;
        if (!unarmour_256(ret->payload + at, count, n - at <= 32 ? last : 63, bits + at / 4 * 3))
            return 0;
        at += count;
    } while (at < n);
    ret->bits = line_bit_count(ret);
    return m->lf + 1;
}

T256 static __attribute__((noinline)) size_t read_long_256(const char *p, const char *end, struct vg_line *ret,
                                                           uint8_t *bits)
{
    struct block v = load_block(p), w = load_block(p + 64);
    uint64_t lf = equal_256(w, '\n');
    if (!lf)
        return vg_line_read_portable(p, end, ret, bits);
    struct marks m = {.lf = 64 + (size_t)__builtin_ctzll(lf)};
    m.comma = equal_256(v, ',');
    m.comma_more = equal_256(w, ',');
    m.odd = mask_of(odd_256(v.low), odd_256(v.high));
    m.odd_more = mask_of(odd_256(w.low), odd_256(w.high));
    m.len = m.lf - (p[m.lf - 1] == '\r');
    if (!read_marks(p, &m, ret, 2))
        return 0;
    size_t star = m.len - 3;
    __m256i summed = summed_256(v, star < 64 ? star : 64);
    return finish_256(p, &m, _mm256_xor_si256(summed, summed_256(w, star < 64 ? 0 : star - 64)), ret, bits);
}

T256 size_t vg_line_read_avx2(const char *p, const char *end, struct vg_line *ret, uint8_t *bits)
{
    if (end - p < AHEAD)
        return vg_line_read_portable(p, end, ret, bits);
    __builtin_prefetch(p + 1024);
    struct block v = load_block(p);
    uint64_t lf = equal_256(v, '\n');
    if (!lf)
        return read_long_256(p, end, ret, bits);
    struct marks m = {.lf = (size_t)__builtin_ctzll(lf)};
    m.comma = equal_256(v, ',');
    m.odd = mask_of(odd_256(v.low), odd_256(v.high));
    m.len = m.lf - (m.lf && p[m.lf - 1] == '\r');
    if (!read_marks(p, &m, ret, 1))
        return 0;
    return finish_256(p, &m, summed_256(v, m.len - 3), ret, bits);
}

/* A byte of `found` counts up to 255 blocks before its eight neighbours are added up. */
T256 uint64_t vg_count_lines_avx2(const char *p, const char *end)
{
    const __m256i lf = _mm256_set1_epi8('\n'), zero = _mm256_setzero_si256();
    __m256i sums = zero;
    uint64_t n = 0, four[4];
    while (end - p >= 32) {
        __m256i found = zero;
        for (int i = 0; i < 255 && end - p >= 32; i++, p += 32)
            found = _mm256_sub_epi8(found, _mm256_cmpeq_epi8(_mm256_loadu_si256((const __m256i *)p), lf));
        sums = _mm256_add_epi64(sums, _mm256_sad_epu8(found, zero));
    }
    _mm256_storeu_si256((__m256i *)four, sums);
    for (; p < end; p++)
        n += *p == '\n';
    return n + four[0] + four[1] + four[2] + four[3];
}

#endif
