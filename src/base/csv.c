/* A cell of CSV: the one place where text becomes one. */
#include "base/out.h"

static bool is_sign(char c)
{
    return c == '=' || c == '+' || c == '-' || c == '@';
}

/* What most cells are: printable ASCII that means nothing to a spreadsheet. */
static bool is_plain(const char *text, size_t len)
{
    if (len && (is_sign(text[0]) || text[0] == ' ' || text[len - 1] == ' '))
        return false;
    for (size_t i = 0; i < len; i++)
        if (text[i] < 0x20 || text[i] > 0x7E || text[i] == '"' || text[i] == ',') /* `char` may be signed: UTF-8, too */
            return false;
    return true;
}

/* Fullwidth = + - @: some spreadsheets take them for the narrow ones. */
static bool is_wide_sign(uint32_t c)
{
    return c == 0xFF1D || c == 0xFF0B || c == 0xFF0D || c == 0xFF20;
}

/* A spreadsheet would run it: a sign in front, or behind spaces, tabs and line ends, which some programs drop. */
static bool is_formula(const uint8_t *p, size_t len)
{
    size_t i = 0, n;
    while (i < len && (p[i] == ' ' || p[i] == '\t' || p[i] == '\r' || p[i] == '\n'))
        i++;
    if (len && (p[0] == '\t' || p[0] == '\r' || p[0] == '\n'))
        return true;
    if (i == len)
        return false;
    n = vg_utf8_length(p + i, len - i);
    return is_sign((char)p[i]) || (n && is_wide_sign(vg_utf8_code_point(p + i, n)));
}

static void put_character(struct vg_out *out, const uint8_t *p, size_t n)
{
    if (!n || vg_utf8_is_harmful(vg_utf8_code_point(p, n)))
        vg_out_text(out, VG_TEXT_REPLACEMENT);
    else
        vg_out_bytes(out, p, n);
}

void vg_out_csv_string(struct vg_out *out, const char *text, size_t len)
{
    const uint8_t *p = (const uint8_t *)text;
    if (is_plain(text, len)) {
        vg_out_bytes(out, text, len);
        return;
    }
    bool quoted = p[0] == ' ' || p[len - 1] == ' ' || memchr(p, '"', len) || memchr(p, ',', len);
    if (quoted)
        vg_out_char(out, '"');
    if (is_formula(p, len))
        vg_out_char(out, '\''); /* what spreadsheets themselves use to say "this is text" */
    for (size_t i = 0, n; i < len; i += n ? n : 1) {
        n = vg_utf8_length(p + i, len - i);
        if (p[i] == '"')
            vg_out_char(out, '"');
        put_character(out, p + i, n);
    }
    if (quoted)
        vg_out_char(out, '"');
}
