/*
 * A sheet for people: headings, facts, lists and tables, as HTML that runs nothing or as text for a terminal. One
 * content, two forms. All text that is given is escaped here, and nowhere else; what misleads in it is U+FFFD. Errors
 * are in out->err. One thread.
 */
#ifndef VG_EVIDENCE_SHEET_H
#define VG_EVIDENCE_SHEET_H

#include "base/out.h"
#include "evidence/words.h"

#define VG_SHEET_COLUMNS 6

enum vg_sheet_block { VG_SHEET_NOTHING, VG_SHEET_FACTS, VG_SHEET_LIST, VG_SHEET_TABLE };

struct vg_sheet {
    struct vg_out *out;
    bool html;
    enum vg_language language;
    enum vg_sheet_block open; /* what the next call goes on with, or closes */
    int columns;
    const char *head[VG_SHEET_COLUMNS]; /* of the open table; constant */
};

void vg_sheet_begin(struct vg_sheet *sheet, const char *title); /* HTML: the head of the document */
void vg_sheet_end(struct vg_sheet *sheet);                      /* closes what is open; HTML: not the document */

void vg_sheet_heading(struct vg_sheet *sheet, int level, const char *text);
void vg_sheet_text(struct vg_sheet *sheet, const char *text);
void vg_sheet_fact(struct vg_sheet *sheet, const char *label, const char *value);
void vg_sheet_item(struct vg_sheet *sheet, const char *text);
void vg_sheet_code(struct vg_sheet *sheet, const char *text, size_t len);

/* head: constant texts. Then rows of as many. */
void vg_sheet_table(struct vg_sheet *sheet, const char *const *head, int columns);
void vg_sheet_row(struct vg_sheet *sheet, const char *const *cells);

#endif
