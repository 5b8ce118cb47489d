#include "cli/history_lines.h"

#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "intake/recording.h"
#include "nmea/line.h"
#include "nmea/nmea.h"

#define ROWS      16384
#define LINE_MOST 4096 /* bytes; longer ones are cut, as vigia journal does */

struct wanted {
    uint64_t journal_offset;
    int64_t time_us;
    uint32_t mmsi;
    uint32_t row, at, len; /* its number among these; where its line stands in the text; 0: none */
    bool foreign;          /* the line is another vessel's */
};

struct vg_cli_lines {
    struct vg_journal_reader *journal;
    struct vg_out *out;
    struct vg_out text;
    bool plain;
    struct vg_cli_lines_count told;
    size_t count;
    struct wanted wanted[ROWS];
};

enum vg_err vg_cli_lines_new(struct vg_journal_reader *journal, struct vg_out *out, bool plain,
                             struct vg_cli_lines **ret_lines)
{
    struct vg_cli_lines *l = calloc(1, sizeof *l);
    if (!l)
        return VG_NOMEM;
    l->journal = journal;
    l->out = out;
    l->plain = plain;
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

/* The sender that a first or only sentence of an AIS message tells. False: it doesn't. */
static bool sender_of(const struct vg_sentence *s, uint32_t *ret_mmsi)
{
    uint8_t bits[6]; /* the type's 6, the repeat indicator's 2, then 30 */
    if (s->payload.len < 7 || s->fragment > 1 || !vg_unarmour(s->payload.at, 7, bits))
        return false;
    *ret_mmsi = (uint32_t)bits[1] << 22 | (uint32_t)bits[2] << 14 | (uint32_t)bits[3] << 6 | bits[4] >> 2;
    return true;
}

/*
 * True if a line is none of this sender's: it tells others, or none where it must tell one. A table's row, a line that
 * goes on in the next entry and one that begins with a later fragment need not.
 */
static bool is_foreign(uint32_t mmsi, const char *line, size_t len, bool must_tell)
{
    struct vg_sentence s;
    enum vg_refusal refusal;
    size_t at = 0;
    bool others = false, later = false;
    while (vg_nmea_next(line, len, &at, &s, &refusal)) {
        uint32_t sender;
        if ((refusal != VG_REFUSAL_NONE && refusal != VG_REFUSAL_TAG_BLOCK) || !s.text.len)
            continue;
        bool told = sender_of(&s, &sender);
        if (told && sender == mmsi)
            return false;
        others = others || told;
        later = later || s.fragment > 1;
    }
    return others || (must_tell && !later);
}

/* The line that a place leads to: from there to its end, or to that of its entry. */
static enum vg_err look_up(struct vg_cli_lines *l, struct wanted *w)
{
    struct vg_record r;
    size_t offset;
    enum vg_err err =
        w->journal_offset ? vg_journal_reader_at(l->journal, w->journal_offset, &r, &offset) : VG_NOT_FOUND;
    w->len = 0;
    w->foreign = false;
    if (err)
        return err == VG_NOMEM ? err : VG_OK;
    const char *p = (const char *)r.bytes + offset, *end = (const char *)r.bytes + r.len;
    const char *lf = memchr(p, '\n', (size_t)(end - p));
    bool whole = lf || r.flags & (VG_RECORD_DATAGRAM | VG_RECORD_ENDS);
    end = lf ? lf : end;
    if (end > p && end[-1] == '\r')
        end--;
    if (end - p > LINE_MOST)
        end = p + LINE_MOST;
    w->foreign = is_foreign(w->mmsi, p, (size_t)(end - p), whole && r.stream < VG_RECORDING_STREAM);
    if (w->foreign)
        return VG_OK;
    w->at = (uint32_t)l->text.len;
    w->len = (uint32_t)(end - p);
    vg_out_bytes(&l->text, p, w->len);
    return l->text.err;
}

static void write_line(struct vg_cli_lines *l, const struct wanted *w)
{
    char time[VG_TIME_TEXT];
    if (!w->len) {
        l->told.foreign += w->foreign;
        l->told.missing += !w->foreign;
        return;
    }
    vg_out_bytes(l->out, time, vg_time_text(w->time_us, time));
    vg_out_char(l->out, ' ');
    if (l->plain)
        vg_out_plain(l->out, l->text.buf + w->at, w->len);
    else
        vg_out_bytes(l->out, l->text.buf + w->at, w->len);
    vg_out_char(l->out, '\n');
    l->told.lines++;
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
    l->wanted[l->count] = (struct wanted){
        .journal_offset = row->journal_offset, .time_us = row->time_us, .mmsi = row->mmsi, .row = (uint32_t)l->count};
    return ++l->count == ROWS ? write_all(l) : VG_OK;
}

enum vg_err vg_cli_lines_end(struct vg_cli_lines *l)
{
    return write_all(l);
}

struct vg_cli_lines_count vg_cli_lines_count(const struct vg_cli_lines *l)
{
    return l->told;
}
