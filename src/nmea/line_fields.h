/* What the line readers share: everything but the search for LF and commas, the sum and the armour. Within nmea. */
#ifndef VG_NMEA_LINE_FIELDS_H
#define VG_NMEA_LINE_FIELDS_H

#include <string.h>

#include "nmea/line.h"

/* Inlined whatever the caller's target: a call would cost as much as the work. */
#define LINE_INLINE static inline __attribute__((always_inline))

/* Value | 16 of a hexadecimal digit; 0: none. */
extern const uint8_t vg_line_hex[256];

LINE_INLINE bool line_checksum_is(const char *hex, uint8_t sum)
{
    uint8_t high = vg_line_hex[(uint8_t)hex[0]], low = vg_line_hex[(uint8_t)hex[1]];
    return (high & low & 16) && sum == (uint8_t)(high << 4 | (low & 15));
}

LINE_INLINE bool line_is_digit(char c)
{
    return (uint8_t)(c - '0') <= 9;
}

/* `!ttVDM,n,n,` and VDO: 11 characters, as two words. M and O differ in one bit. */
LINE_INLINE bool line_head(const char *p, struct vg_line *ret)
{
    static const char form[8] = "!\0\0VDM,", care[8] = "\xFF\0\0\xFF\xFF\xFD\xFF";
    uint64_t head, must, mask;
    memcpy(&head, p, sizeof head);
    memcpy(&must, form, sizeof must);
    memcpy(&mask, care, sizeof mask);
    ret->vdo = p[5] == 'O';
    ret->fragments = (uint8_t)(p[7] - '0');
    ret->fragment = (uint8_t)(p[9] - '0');
    return (head & mask) == must && p[8] == ',' && p[10] == ',' && ret->fragments <= 9 &&
           (uint8_t)(ret->fragment - 1) < ret->fragments;
}

/* The rest, with the places of the last three commas: sequence, channel, payload, fill bits. The caller has counted the
 * commas: there are six. */
LINE_INLINE bool line_fields(const char *p, size_t len, unsigned comma4, unsigned comma5, unsigned comma6,
                             struct vg_line *ret)
{
    if (comma4 > 12 || comma5 > comma4 + 2 || comma6 + 5 != len || (uint8_t)(p[comma6 + 1] - '0') > 5)
        return false;
    if (comma4 == 12 && !line_is_digit(p[11]))
        return false;
    ret->sequence = comma4 == 12 ? (int8_t)(p[11] - '0') : -1;
    ret->channel = comma5 == comma4 + 2 ? p[comma4 + 1] : '\0';
    ret->payload = p + comma5 + 1;
    ret->payload_len = comma6 - comma5 - 1;
    ret->len = (uint32_t)len;
    ret->fill_bits = (uint8_t)(p[comma6 + 1] - '0');
    ret->bits = 0;
    return true;
}

LINE_INLINE uint16_t line_bit_count(const struct vg_line *line)
{
    unsigned bits = line->payload_len * 6;
    return (uint16_t)(bits > line->fill_bits ? bits - line->fill_bits : 0);
}

vg_line_reader vg_line_read_portable;
uint64_t vg_count_lines_portable(const char *p, const char *end);
#if defined(__x86_64__)
vg_line_reader vg_line_read_avx2;
vg_line_reader vg_line_read_avx512;
uint64_t vg_count_lines_avx2(const char *p, const char *end);
#endif

#endif
