#include "evidence/clocks.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "journal/reader.h"

bool vg_clock_before(const char *journal_dir, uint64_t place, struct vg_clock_note *ret)
{
    struct vg_journal_reader *reader;
    struct vg_record r;
    const char *why;
    bool found = false;
    const uint64_t frame = vg_journal_offset_frame(place);
    uint64_t back = frame < VG_CLOCK_FRAMES ? frame : VG_CLOCK_FRAMES;
    if (!journal_dir || vg_journal_reader_open(journal_dir, NULL, NULL, NULL, &reader, &why))
        return false;
    while (vg_journal_reader_seek_frame(reader, frame - back) && back) /* retired, or before the journal's first */
        back /= 2;
    while (vg_journal_reader_next(reader, &r) == VG_OK && vg_journal_offset_frame(r.journal_offset) <= frame) {
        struct vg_clock_note note;
        if (r.kind == VG_RECORD_DATA && r.journal_offset >= place)
            break;
        if (r.kind == VG_RECORD_CLOCK && vg_record_clock(&r, &note)) {
            *ret = note;
            found = true;
        }
    }
    vg_journal_reader_close(reader);
    return found;
}

void vg_clock_fact(struct vg_sheet *s, const char *label, const struct vg_clock_note *note)
{
    char text[320], time[VG_TIME_TEXT];
    struct vg_out out = vg_out_fixed(text, sizeof text - 1);
    if (!note || note->state == VG_CLOCK_STATE_UNKNOWN) {
        vg_sheet_fact(s, label, vg_word(s->language, "case", "not_known"));
        return;
    }
    vg_out_text(&out, vg_word(s->language, "case",
                              note->state == VG_CLOCK_STATE_SYNCHRONISED ? "synchronised" : "not_synchronised"));
    vg_out_printf(&out, "; %s ", vg_word(s->language, "case", "error_most"));
    if (note->error_us >= 0)
        vg_out_printf(&out, "%.3f s", (double)note->error_us / 1e6);
    else
        vg_out_text(&out, vg_word(s->language, "case", "not_known"));
    if (note->jump_us)
        vg_out_printf(&out, "; %s %.3f s", vg_word(s->language, "case", "jumped"), (double)note->jump_us / 1e6);
    vg_time_text(note->time_us, time);
    vg_out_printf(&out, "; %s %s", vg_word(s->language, "case", "as_of"), time);
    text[out.len] = '\0';
    vg_sheet_fact(s, label, text);
}

void vg_source_clock_take(struct vg_source_clocks *c, const char *source, int64_t own_us, int64_t received_us)
{
    const double differs_s = ((double)own_us - (double)received_us) / 1e6;
    size_t i = 0;
    while (i < c->count && strcmp(c->of[i].source, source) != 0)
        i++;
    if (i == VG_CLOCK_SOURCES) {
        c->more = true;
        return;
    }
    if (i == c->count) {
        c->count++;
        snprintf(c->of[i].source, sizeof c->of[i].source, "%s", source);
        c->of[i].least_s = INFINITY, c->of[i].most_s = -INFINITY;
    }
    c->of[i].sentences++;
    c->of[i].least_s = fmin(c->of[i].least_s, differs_s);
    c->of[i].most_s = fmax(c->of[i].most_s, differs_s);
}

void vg_source_clocks_sheet(struct vg_sheet *s, const struct vg_source_clocks *c)
{
    char label[400], text[200];
    for (size_t i = 0; i < c->count; i++) {
        snprintf(label, sizeof label, "%s %s", vg_word(s->language, "case", "source_clock"), c->of[i].source);
        snprintf(text, sizeof text, "%s: %.3f … %.3f (%u %s)", vg_word(s->language, "case", "source_differs"),
                 c->of[i].least_s, c->of[i].most_s, c->of[i].sentences, vg_word(s->language, "case", "sentences_n"));
        vg_sheet_fact(s, label, text);
    }
    if (c->more)
        vg_sheet_fact(s, vg_word(s->language, "case", "source_clock"), "…");
    if (!c->count)
        vg_sheet_fact(s, vg_word(s->language, "case", "source_clock"), vg_word(s->language, "case", "not_known"));
}
