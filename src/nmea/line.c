/* The common line in portable C, and the choice of a reader. */
#include "nmea/line.h"

#include <stdatomic.h>

#include "nmea/line_fields.h"

#define HEX(c, v) [c] = 16 | (v)
const uint8_t vg_line_hex[256] = {
    HEX('0', 0),  HEX('1', 1),  HEX('2', 2),  HEX('3', 3),  HEX('4', 4),  HEX('5', 5),  HEX('6', 6),  HEX('7', 7),
    HEX('8', 8),  HEX('9', 9),  HEX('A', 10), HEX('B', 11), HEX('C', 12), HEX('D', 13), HEX('E', 14), HEX('F', 15),
    HEX('a', 10), HEX('b', 11), HEX('c', 12), HEX('d', 13), HEX('e', 14), HEX('f', 15),
};
#undef HEX

/* IEC 61162-1, table of the 6-bit field: 0–W are 0–39, ` to w are 40–63. 64 is added so that 0 says "not armour". */
#define A(c)  [c] = 64 + (c) - '0'
#define B(c)  [c] = 64 + (c) - '`' + 40
#define A8(c) A(c), A((c) + 1), A((c) + 2), A((c) + 3), A((c) + 4), A((c) + 5), A((c) + 6), A((c) + 7)
#define B8(c) B(c), B((c) + 1), B((c) + 2), B((c) + 3), B((c) + 4), B((c) + 5), B((c) + 6), B((c) + 7)
static const uint8_t armour_value[256] = {A8('0'), A8('8'), A8('@'), A8('H'), A8('P'), B8('`'), B8('h'), B8('p')};
#undef A
#undef B
#undef A8
#undef B8

bool vg_unarmour(const char *armour, size_t len, uint8_t *bits)
{
    const uint8_t *a = (const uint8_t *)armour;
    uint32_t good = 64, word;
    size_t i = 0;
    for (; i + 4 <= len; i += 4) {
        uint32_t v0 = armour_value[a[i]], v1 = armour_value[a[i + 1]];
        uint32_t v2 = armour_value[a[i + 2]], v3 = armour_value[a[i + 3]];
        good &= v0 & v1 & v2 & v3;
        word = (v0 & 63) << 18 | (v1 & 63) << 12 | (v2 & 63) << 6 | (v3 & 63);
        *bits++ = (uint8_t)(word >> 16);
        *bits++ = (uint8_t)(word >> 8);
        *bits++ = (uint8_t)word;
    }
    if (i == len)
        return good;
    word = 0;
    for (unsigned k = 0; k < 4; k++) { /* the last group, not full */
        uint32_t v = i + k < len ? armour_value[a[i + k]] : 64;
        good &= v;
        word = word << 6 | (v & 63);
    }
    *bits++ = (uint8_t)(word >> 16);
    *bits++ = (uint8_t)(word >> 8);
    *bits++ = (uint8_t)word;
    return good;
}

/* Printable, and none of those that begin or end something: ! $ \ * and the comma. */
static bool is_plain(char c)
{
    return (uint8_t)c >= 0x20 && (uint8_t)c <= 0x7E && c != '!' && c != '$' && c != '\\' && c != '*' && c != ',';
}

static uint8_t xor_of(const char *p, const char *end)
{
    uint64_t sum = 0, word;
    for (; end - p >= 8; p += 8) {
        memcpy(&word, p, 8);
        sum ^= word;
    }
    for (; p < end; p++)
        sum ^= (uint8_t)*p;
    sum ^= sum >> 32;
    sum ^= sum >> 16;
    return (uint8_t)(sum ^ sum >> 8);
}

/* Fill bits and what lies behind them are zero. */
static void clear_behind(uint8_t *bits, unsigned count, unsigned payload_len)
{
    unsigned whole = count / 8, end = (payload_len * 6 + 7) / 8;
    if (count % 8)
        bits[whole++] &= (uint8_t)(0xFF00 >> count % 8);
    memset(bits + whole, 0, end + 8 - whole < 16 ? end + 8 - whole : 16);
}

size_t vg_line_read_portable(const char *p, const char *end, struct vg_line *ret, uint8_t *bits)
{
    const char *lf = end - p > 20 ? memchr(p, '\n', (size_t)(end - p)) : NULL;
    if (!lf || lf - p > VG_LINE_MAX || lf - p < 18)
        return 0;
    size_t len = (size_t)(lf - p) - (lf[-1] == '\r');
    if (p[len - 3] != '*' || !line_head(p, ret) || !is_plain(p[1]) || !is_plain(p[2]))
        return 0;
    unsigned comma4 = p[11] == ',' ? 11 : 12, comma5 = p[comma4 + 1] == ',' ? comma4 + 1 : comma4 + 2;
    unsigned comma6 = (unsigned)len - 5;
    if (p[comma4] != ',' || p[comma5] != ',' || comma6 <= comma5 || p[comma6] != ',' ||
        !line_fields(p, len, comma4, comma5, comma6, ret))
        return 0;
    /* Any byte may be the channel, 0 too. */
    if ((comma5 == comma4 + 2 && !is_plain(p[comma4 + 1])) || ret->payload_len > VG_PAYLOAD_CHARS ||
        !line_checksum_is(p + len - 2, xor_of(p + 1, p + len - 3)))
        return 0;
    /* Armour characters are all plain; what isn't armour is left to the plain path, whichever fragment it is in. */
    if (!vg_unarmour(ret->payload, ret->payload_len, bits))
        return 0;
    if (ret->fragments == 1) {
        ret->bits = line_bit_count(ret);
        clear_behind(bits, ret->bits, ret->payload_len);
    }
    return (size_t)(lf - p) + 1;
}

/* Eight bytes at a time: every byte of `word` that is zero leaves a one in `found`; 255 of them fit into a byte. */
uint64_t vg_count_lines_portable(const char *p, const char *end)
{
    const uint64_t low = UINT64_C(0x7F7F7F7F7F7F7F7F), ones = UINT64_C(0x0101010101010101);
    uint64_t n = 0;
    while (end - p >= 8) {
        uint64_t found = 0;
        for (int i = 0; i < 255 && end - p >= 8; i++, p += 8) {
            uint64_t word;
            memcpy(&word, p, sizeof word);
            word ^= ones * '\n';
            found += ~(((word & low) + low) | word | low) >> 7;
        }
        found = (found & UINT64_C(0x00FF00FF00FF00FF)) + (found >> 8 & UINT64_C(0x00FF00FF00FF00FF));
        n += found * UINT64_C(0x0001000100010001) >> 48;
    }
    for (; p < end; p++)
        n += *p == '\n';
    return n;
}

uint64_t vg_count_lines(const char *begin, const char *end)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2"))
        return vg_count_lines_avx2(begin, end);
#endif
    return vg_count_lines_portable(begin, end);
}

static size_t read_none(const char *p, const char *end, struct vg_line *ret, uint8_t *bits)
{
    (void)p, (void)end, (void)ret, (void)bits;
    return 0;
}

const char *vg_line_path_key(enum vg_line_path path)
{
    static const char *const keys[] = {
#define X(name, key) key,
        VG_LINE_PATH_LIST(X)
#undef X
    };
    return (unsigned)path < VG_LINE_PATHS ? keys[path] : "unknown";
}

vg_line_reader *vg_line_reader_of(enum vg_line_path path)
{
    switch (path) {
    case VG_LINE_PLAIN:
        return read_none;
    case VG_LINE_PORTABLE:
        return vg_line_read_portable;
#if defined(__x86_64__)
    case VG_LINE_AVX2:
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2") ? vg_line_read_avx2 : NULL;
    case VG_LINE_AVX512:
        return __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512bw") &&
                       __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("bmi2")
                   ? vg_line_read_avx512
                   : NULL;
#endif
    default:
        return NULL;
    }
}

static _Atomic int asked_for = -1; /* enum vg_line_path */

bool vg_line_use(enum vg_line_path path)
{
    if (!vg_line_reader_of(path))
        return false;
    atomic_store(&asked_for, (int)path);
    return true;
}

vg_line_reader *vg_line_reader_best(void)
{
    int asked = atomic_load(&asked_for);
    if (asked >= 0)
        return vg_line_reader_of((enum vg_line_path)asked);
    for (int path = VG_LINE_PATHS - 1; path > VG_LINE_PORTABLE; path--) {
        vg_line_reader *reader = vg_line_reader_of((enum vg_line_path)path);
        if (reader)
            return reader;
    }
    return vg_line_read_portable;
}
