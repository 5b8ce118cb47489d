#include "evidence/sheet.h"

#include <string.h>

#include "base/text_plain.h"

static const char style[] =
    "body{font:11pt/1.45 Georgia,'Times New Roman',serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#111;"
    "background:#fff}h1,h2,h3{font-family:Helvetica,Arial,sans-serif;line-height:1.2}h2{margin-top:2.2rem;"
    "border-top:1px solid #999;padding-top:.8rem}h3{margin:1.2rem 0 .3rem;font-size:1rem}dl{margin:.3rem 0}"
    "dl>div{display:flex;gap:1rem}dt{flex:0 0 17rem;color:#444}dd{margin:0;overflow-wrap:anywhere}"
    "table{border-collapse:collapse;width:100%;margin:.4rem 0}th,td{text-align:left;vertical-align:top;"
    "padding:.15rem .6rem .15rem 0;border-bottom:1px solid #ccc;overflow-wrap:anywhere}"
    "pre{font-size:8.5pt;white-space:pre-wrap;overflow-wrap:anywhere;margin:.2rem 0 .6rem;padding:.3rem .5rem;"
    "background:#f3f3f3}@media print{body{max-width:none;margin:0}h2{break-after:avoid}tr,pre{break-inside:avoid}}";

/* Text that may be anybody's. */
static void put(struct vg_sheet *s, const char *text, size_t len)
{
    if (!s->html) {
        vg_out_plain(s->out, text, len);
        return;
    }
    size_t from = 0;
    for (size_t i = 0; i <= len; i++) {
        const char *entity = i == len         ? ""
                             : text[i] == '<' ? "&lt;"
                             : text[i] == '>' ? "&gt;"
                             : text[i] == '&' ? "&amp;"
                             : text[i] == '"' ? "&quot;"
                                              : NULL;
        if (!entity)
            continue;
        vg_out_plain(s->out, text + from, i - from);
        vg_out_text(s->out, entity);
        from = i + 1;
    }
}

static void put_text(struct vg_sheet *s, const char *text)
{
    put(s, text, strlen(text));
}

static void mark(struct vg_sheet *s, const char *html, const char *plain)
{
    vg_out_text(s->out, s->html ? html : plain);
}

static void close_block(struct vg_sheet *s)
{
    static const char *const ends[] = {[VG_SHEET_NOTHING] = "",
                                       [VG_SHEET_FACTS] = "</dl>\n",
                                       [VG_SHEET_LIST] = "</ul>\n",
                                       [VG_SHEET_TABLE] = "</tbody></table>\n"};
    mark(s, ends[s->open], "");
    s->open = VG_SHEET_NOTHING;
}

static void open_block(struct vg_sheet *s, enum vg_sheet_block block, const char *html)
{
    if (s->open == block)
        return;
    close_block(s);
    mark(s, html, "");
    s->open = block;
}

void vg_sheet_begin(struct vg_sheet *s, const char *title)
{
    if (!s->html)
        return;
    vg_out_text(s->out, "<!doctype html>\n<html lang=\"");
    vg_out_text(s->out, vg_language_key(s->language));
    /* Nothing runs and nothing is fetched, even if something had got through. */
    vg_out_text(s->out, "\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" "
                        "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<meta name=\"viewport\" "
                        "content=\"width=device-width\">\n<title>");
    put_text(s, title);
    vg_out_text(s->out, "</title>\n<style>");
    vg_out_text(s->out, style);
    vg_out_text(s->out, "</style>\n</head>\n<body>\n");
}

void vg_sheet_end(struct vg_sheet *s)
{
    close_block(s);
}

void vg_sheet_heading(struct vg_sheet *s, int level, const char *text)
{
    close_block(s);
    if (s->html) {
        vg_out_printf(s->out, "<h%d>", level);
        put_text(s, text);
        vg_out_printf(s->out, "</h%d>\n", level);
        return;
    }
    vg_out_text(s->out, level < 2 ? "" : "\n");
    put_text(s, text);
    vg_out_text(s->out, level < 3 ? "\n\n" : "\n");
}

/* Lines of what a person wrote stay lines. */
void vg_sheet_text(struct vg_sheet *s, const char *text)
{
    close_block(s);
    mark(s, "<p>", "");
    while (*text) {
        const size_t n = strcspn(text, "\n");
        put(s, text, n && text[n - 1] == '\r' ? n - 1 : n);
        text += n + (text[n] == '\n');
        if (*text)
            mark(s, "<br>\n", "\n");
    }
    mark(s, "</p>\n", "\n");
}

void vg_sheet_fact(struct vg_sheet *s, const char *label, const char *value)
{
    open_block(s, VG_SHEET_FACTS, "<dl>\n");
    mark(s, "<div><dt>", "  ");
    put_text(s, label);
    mark(s, "</dt><dd>", ": ");
    put_text(s, value);
    mark(s, "</dd></div>\n", "\n");
}

void vg_sheet_item(struct vg_sheet *s, const char *text)
{
    open_block(s, VG_SHEET_LIST, "<ul>\n");
    mark(s, "<li>", "  - ");
    put_text(s, text);
    mark(s, "</li>\n", "\n");
}

/* As it was received, but for what misleads; line ends stay. */
void vg_sheet_code(struct vg_sheet *s, const char *text, size_t len)
{
    close_block(s);
    mark(s, "<pre>", "    ");
    for (size_t i = 0; i < len;) {
        const char *end = memchr(text + i, '\n', len - i);
        const size_t n = end ? (size_t)(end - text) - i : len - i;
        put(s, text + i, n);
        i += n + 1;
        if (i < len)
            mark(s, "\n", "\n    ");
    }
    mark(s, "</pre>\n", "\n");
}

void vg_sheet_table(struct vg_sheet *s, const char *const *head, int columns)
{
    close_block(s);
    s->columns = columns < VG_SHEET_COLUMNS ? columns : VG_SHEET_COLUMNS;
    memcpy(s->head, head, (size_t)s->columns * sizeof *head);
    s->open = VG_SHEET_TABLE;
    mark(s, "<table><thead><tr>", "");
    for (int i = 0; s->html && i < s->columns; i++) {
        vg_out_text(s->out, "<th>");
        put_text(s, head[i]);
        vg_out_text(s->out, "</th>");
    }
    mark(s, "</tr></thead><tbody>\n", "");
}

/* In a terminal: the first cell, then the others with their heads, those alone that say something. */
void vg_sheet_row(struct vg_sheet *s, const char *const *cells)
{
    mark(s, "<tr>", "  ");
    for (int i = 0; i < s->columns; i++) {
        if (!s->html && !*cells[i])
            continue;
        mark(s, "<td>", i > 1 ? "; " : i ? ": " : "");
        if (!s->html && i > 1) {
            put_text(s, s->head[i]);
            vg_out_text(s->out, ": ");
        }
        put_text(s, cells[i]);
        mark(s, "</td>", "");
    }
    mark(s, "</tr>\n", "\n");
}
