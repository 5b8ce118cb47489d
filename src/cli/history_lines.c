#include "cli/history_lines.h"

#include <stdlib.h>
#include <string.h>

#include "base/time.h"

#define ROWS      16384
#define LINE_MOST 4096 /* bytes; longer ones are cut, as vigia journal does */

struct wanted {
    uint64_t journal_offset;
    int64_t time_us;
    uint32_t row, at, len; /* its number among these; where its line stands in the text; 0: none */
};

struct vg_cli_lines {
    struct vg_journal_reader *journal;
    struct vg_out *out;
    struct vg_out text;
    uint64_t lines, missing;
    size_t count;
    struct wanted wanted[ROWS];
};

enum vg_err vg_cli_lines_new(struct vg_journal_reader *journal, struct vg_out *out, struct vg_cli_lines **ret_lines)
{
    struct vg_cli_lines *l = calloc(1, sizeof *l);
    if (!l)
        return VG_NOMEM;
    l->journal = journal;
    l->out = out;
    l->text = vg_out_growing((size_t)ROWS * LINE_MOST);
    *ret_lines = l;
    return VG_OK;
}

void vg_cli_lines_free(struct vg_cli_lines *l)
{
    if (l)
        vg_out_free(&l->text);
    free(l);
}

static int by_journal_offset(const void *a, const void *b)
{
    const struct wanted *x = a, *y = b;
    return x->journal_offset < y->journal_offset ? -1 : x->journal_offset > y->journal_offset;
}

static int by_row(const void *a, const void *b)
{
    const struct wanted *x = a, *y = b;
    return x->row < y->row ? -1 : x->row > y->row;
}

/* The line that a place leads to: from there to its end, or to that of its entry. */
static enum vg_err look_up(struct vg_cli_lines *l, struct wanted *w)
{
    struct vg_record r;
    size_t offset;
    enum vg_err err =
        w->journal_offset ? vg_journal_reader_at(l->journal, w->journal_offset, &r, &offset) : VG_NOT_FOUND;
    w->len = 0;
    if (err)
        return err == VG_NOMEM ? err : VG_OK;
    const char *p = (const char *)r.bytes + offset, *end = (const char *)r.bytes + r.len;
    const char *lf = memchr(p, '\n', (size_t)(end - p));
    end = lf ? lf : end;
    if (end > p && end[-1] == '\r')
        end--;
    if (end - p > LINE_MOST)
        end = p + LINE_MOST;
    w->at = (uint32_t)l->text.len;
    w->len = (uint32_t)(end - p);
    vg_out_bytes(&l->text, p, w->len);
    return l->text.err;
}

static void write_line(struct vg_cli_lines *l, const struct wanted *w)
{
    char time[VG_TIME_TEXT];
    if (!w->len) {
        l->missing++;
        return;
    }
    vg_out_bytes(l->out, time, vg_time_text(w->time_us, time));
    vg_out_char(l->out, ' ');
    vg_out_bytes(l->out, l->text.buf + w->at, w->len);
    vg_out_char(l->out, '\n');
    l->lines++;
}

static enum vg_err write_all(struct vg_cli_lines *l)
{
    enum vg_err err = VG_OK;
    qsort(l->wanted, l->count, sizeof *l->wanted, by_journal_offset);
    for (size_t i = 0; i < l->count && !err; i++)
        err = look_up(l, &l->wanted[i]);
    qsort(l->wanted, l->count, sizeof *l->wanted, by_row);
    for (size_t i = 0; i < l->count && !err; i++)
        write_line(l, &l->wanted[i]);
    l->count = 0;
    l->text.len = 0;
    return err ? err : l->out->err;
}

enum vg_err vg_cli_lines_add(struct vg_cli_lines *l, const struct vg_position *row)
{
    l->wanted[l->count] =
        (struct wanted){.journal_offset = row->journal_offset, .time_us = row->time_us, .row = (uint32_t)l->count};
    return ++l->count == ROWS ? write_all(l) : VG_OK;
}

enum vg_err vg_cli_lines_end(struct vg_cli_lines *l)
{
    return write_all(l);
}

uint64_t vg_cli_lines_count(const struct vg_cli_lines *l, uint64_t *ret_missing)
{
    *ret_missing = l->missing;
    return l->lines;
}
