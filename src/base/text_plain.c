#include "base/text_plain.h"

#include <string.h>

#include "base/out.h"

uint32_t vg_utf8_code_point(const uint8_t *p, size_t n)
{
    uint32_t c = n == 1 ? p[0] : p[0] & (0xFFu >> (n + 1));
    for (size_t i = 1; i < n; i++)
        c = c << 6 | (p[i] & 0x3F);
    return c;
}

bool vg_utf8_is_harmful(uint32_t c)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        {0, 0x1F},          {0x7F, 0x9F},       {0xAD, 0xAD},     {0x34F, 0x34F},   {0x61C, 0x61C},
        {0x115F, 0x1160},   {0x17B4, 0x17B5},   {0x180B, 0x180F}, {0x200B, 0x200B}, {0x200E, 0x200F},
        {0x2028, 0x202E},   {0x2060, 0x2064},   {0x2066, 0x2069}, {0x3164, 0x3164}, {0xFDD0, 0xFDEF},
        {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFB}, {0x1BCA0, 0x1BCA3},
        {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
    };
    if ((c & 0xFFFE) == 0xFFFE) /* the last two of each plane are no characters */
        return true;
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges && ranges[i].first <= c; i++)
        if (c <= ranges[i].last)
            return true;
    return false;
}

/* The length of a harmless character at p, or 0: that of a harmful one, or of a byte that is none, goes to *ret_bad. */
static size_t plain_length(const uint8_t *p, size_t len, size_t *ret_bad)
{
    if (*p >= 0x20 && *p < 0x7F)
        return 1;
    size_t n = vg_utf8_length(p, len);
    if (n && !vg_utf8_is_harmful(vg_utf8_code_point(p, n)))
        return n;
    *ret_bad = n ? n : 1;
    return 0;
}

bool vg_text_is_plain(const char *text, size_t len)
{
    for (size_t i = 0, n, bad; i < len; i += n) {
        n = plain_length((const uint8_t *)text + i, len - i, &bad);
        if (!n)
            return false;
    }
    return true;
}

size_t vg_text_plain(char *to, size_t size, const char *text, size_t len)
{
    size_t used = 0;
    for (size_t i = 0, n, bad = 0; i < len; i += n ? n : bad) {
        n = plain_length((const uint8_t *)text + i, len - i, &bad);
        if (used + (n ? n : 1) >= size)
            break;
        if (n)
            memmove(to + used, text + i, n);
        else
            to[used] = '?';
        used += n ? n : 1;
    }
    to[used] = '\0';
    return used;
}

void vg_out_plain(struct vg_out *out, const char *text, size_t len)
{
    size_t from = 0; /* of what is harmless and not yet written */
    for (size_t i = 0, n, bad = 0; i < len; i += n ? n : bad) {
        n = plain_length((const uint8_t *)text + i, len - i, &bad);
        if (n)
            continue;
        vg_out_bytes(out, text + from, i - from);
        vg_out_text(out, VG_TEXT_REPLACEMENT);
        from = i + bad;
    }
    vg_out_bytes(out, text + from, len - from);
}

void vg_out_json_plain(struct vg_out *out, const char *text, size_t len)
{
    vg_out_char(out, '"');
    for (size_t i = 0; i < len;) {
        size_t n = 0;
        while (i + n < len && text[i + n] != '"' && text[i + n] != '\\')
            n++;
        vg_out_plain(out, text + i, n);
        i += n;
        if (i < len) {
            vg_out_char(out, '\\');
            vg_out_char(out, text[i++]);
        }
    }
    vg_out_char(out, '"');
}
