/* A chunk of a file into the journal, and what it says on to the archive. */
#include "ingest/inner.h"

#include <string.h>

#define STRETCH VG_CSV_STRETCH
#define BACK    (UINT64_C(1) << 23) /* fragments wait for 1000 lines of at most 1 KiB; eight times that */

/* ---- where to begin again ---- */

void vg_anchor_move(struct vg_anchor a[2], uint64_t offset, uint64_t end, uint64_t place)
{
    if (!a[0].place && !a[1].place) {
        a[0] = a[1] = (struct vg_anchor){offset, place};
    } else if (end / STRETCH > offset / STRETCH) { /* the last chunk that begins in its stretch */
        a[0] = a[1];
        a[1] = (struct vg_anchor){offset, place};
    }
}

struct vg_anchor vg_anchor_for(const struct vg_anchor a[2], uint64_t offset)
{
    bool far = offset >= BACK && (offset - BACK) / STRETCH > a[1].offset / STRETCH;
    return far ? a[1] : a[0];
}

/* ---- a file begins and ends ---- */

static enum vg_err begin_file(struct vg_worker *w, const struct vg_chunk *c)
{
    struct vg_ingest *in = w->ingest;
    struct vg_layout layout;
    char why[512];
    bool table;
    enum vg_err err;
    w->file = c->file;
    memset(w->anchor, 0, sizeof w->anchor);
    w->runs = (struct vg_runs){c->file.timed, c->file.time_us, c->file.time_us};
    if (c->offset && c->file.from_place) { /* it may have been taken a moment ago */
        if (vg_journal_sync_to(in->journal, w->mark))
            return vg_ingest_failed(in, VG_IO, "the journal can't be written");
        struct vg_ledger_file before = c->file;
        before.bytes = c->offset;
        err = vg_ingest_rebuild(in, &before, w->anchor, &w->stream, &w->runs.last_us);
    } else {
        err = vg_source_layout(c->file.layout, &layout, &table, why, sizeof why);
        if (!err)
            err = vg_stream_new(table ? &layout : NULL, vg_source_feed(&in->sources, c->file.name), &w->stream);
        if (!err)
            err = vg_stream_begin_at(w->stream, c->offset, c->file.header);
    }
    if (err)
        return vg_ingest_failed(in, err, "%s: %s", c->file.name, vg_err_text(err));
    vg_stream_forget(w->stream);
    return VG_OK;
}

static void add_counts(struct vg_worker *w)
{
    struct vg_ingest_counts *to = &w->ingest->counts;
    struct vg_stream_counts c;
    vg_stream_counts(w->stream, &c);
    to->bytes += c.bytes;
    to->lines += c.lines;
    to->sentences += c.sentences;
    to->messages += c.messages;
    for (int i = 0; i < VG_REFUSAL_COUNT; i++) {
        to->refused[i] += c.refused[i];
        if (c.refused[i])
            memcpy(to->example[i], vg_stream_refusals(w->stream)->example[i], VG_EXAMPLE_SIZE);
    }
    for (int i = 0; i < VG_CSV_REFUSAL_COUNT; i++) {
        to->rows_refused[i] += c.rows_refused[i];
        if (c.rows_refused[i])
            memcpy(to->row_example[i], vg_stream_table_refusals(w->stream)->example[i], VG_ROW_EXAMPLE);
    }
    vg_stream_forget(w->stream);
}

/* ---- bytes ---- */

static enum vg_err pass_on(struct vg_worker *w)
{
    w->haul = w->pass(w->arg, w->haul);
    if (!w->haul)
        return VG_IO; /* whoever failed has told why */
    w->haul->count = 0;
    w->haul->noted = w->haul->final = false;
    return VG_OK;
}

static enum vg_err journal_entry(struct vg_worker *w, uint64_t offset, const char *bytes, size_t len, int64_t time_us,
                                 bool ends)
{
    struct vg_journal_entry e = {.source = (uint16_t)(1 + w->file.id % (VG_FRAME_SOURCES - 1)),
                                 .name = w->file.name,
                                 .stream = VG_INGEST_STREAM + w->file.id,
                                 .flags = (uint8_t)((offset ? 0 : VG_RECORD_BEGINS) | (ends ? VG_RECORD_ENDS : 0)),
                                 .received_us = time_us,
                                 .bytes = bytes,
                                 .len = len};
    uint64_t place = vg_journal_append(w->ingest->journal, &e);
    if (!place)
        return vg_ingest_failed(w->ingest, VG_IO, "the journal lost an entry");
    vg_stream_stands_at(w->stream, offset, place);
    w->mark = place + len;
    return VG_OK;
}

/* Room for what a line can say. */
static enum vg_err make_room(struct vg_worker *w)
{
    return VG_HAUL_REPORTS - w->haul->count < VG_BATCH_LINE_MAX ? pass_on(w) : VG_OK;
}

static enum vg_err take_sentences(struct vg_worker *w, const struct vg_chunk *c)
{
    enum vg_err err = VG_OK;
    for (const char *p = c->bytes, *end = p + c->len; p < end && !err;) {
        int64_t time_us;
        size_t n = vg_runs_next(&w->runs, p, end, &time_us), taken;
        err = journal_entry(w, c->offset + (uint64_t)(p - c->bytes), p, n, time_us, c->last && p + n == end);
        for (const char *stop = p + n; p < stop && !err; p += taken) {
            err = make_room(w);
            if (err)
                break;
            struct vg_report *r = w->haul->report + w->haul->count;
            size_t count = vg_stream_decode(w->stream, p, (size_t)(stop - p), time_us, r,
                                            VG_HAUL_REPORTS - w->haul->count, &taken);
            vg_stream_place(w->stream, r, count);
            w->haul->count += count;
        }
    }
    return err;
}

/* Rows of one second are one entry. The reports' places are still offsets in the file. */
static enum vg_err journal_rows(struct vg_worker *w, uint64_t offset, const char *bytes, size_t len, bool ends,
                                const struct vg_report *r, size_t count)
{
    uint64_t begin = offset;
    enum vg_err err = VG_OK;
    for (size_t i = 0; i < count && !err; i++) {
        if (r[i].place > begin && r[i].time_us / VG_SECOND_US != w->runs.last_us / VG_SECOND_US) {
            err =
                journal_entry(w, begin, bytes + (begin - offset), (size_t)(r[i].place - begin), w->runs.last_us, false);
            begin = r[i].place;
        }
        w->runs.last_us = r[i].time_us;
    }
    return err ? err
               : journal_entry(w, begin, bytes + (begin - offset), (size_t)(offset + len - begin), w->runs.last_us,
                               ends);
}

static enum vg_err take_rows(struct vg_worker *w, const struct vg_chunk *c)
{
    enum vg_err err = VG_OK;
    for (size_t at = 0, taken; at < c->len && !err; at += taken) {
        err = w->haul->count ? pass_on(w) : VG_OK;
        if (err)
            break;
        w->haul->count = vg_stream_decode(w->stream, c->bytes + at, c->len - at, w->runs.last_us, w->haul->report,
                                          VG_HAUL_REPORTS, &taken);
        err = journal_rows(w, c->offset + at, c->bytes + at, taken, c->last && at + taken == c->len, w->haul->report,
                           w->haul->count);
        vg_stream_place(w->stream, w->haul->report, w->haul->count);
    }
    return err;
}

static enum vg_err end_file(struct vg_worker *w, bool failed)
{
    enum vg_err err = VG_OK;
    for (size_t n = 1; n && !err;) {
        err = make_room(w);
        if (err)
            break;
        struct vg_report *r = w->haul->report + w->haul->count;
        n = vg_stream_end(w->stream, r, VG_HAUL_REPORTS - w->haul->count);
        vg_stream_place(w->stream, r, n);
        w->haul->count += n;
        if (!vg_stream_is_table(w->stream))
            break;
    }
    add_counts(w);
    w->haul->final = !failed;
    return err;
}

/* A file that ends within a line is not gone on with from before it: the line was read as it is. */
static void set_anchor(struct vg_worker *w, const struct vg_chunk *c)
{
    struct vg_anchor a = vg_anchor_for(w->anchor, w->file.bytes);
    bool cut = c->last && c->len && c->bytes[c->len - 1] != '\n';
    w->file.from = cut ? w->file.bytes : a.offset;
    w->file.from_place = cut ? 0 : a.place;
}

enum vg_err vg_worker_chunk(struct vg_worker *w, const struct vg_chunk *c)
{
    enum vg_err err = c->first ? begin_file(w, c) : VG_OK;
    if (!err && vg_journal_make_room(w->ingest->journal))
        err = vg_ingest_failed(w->ingest, VG_IO, "the journal can't be written");
    uint64_t before = w->mark;
    if (!err && c->len && vg_stream_is_table(w->stream))
        err = take_rows(w, c);
    else if (!err)
        err = take_sentences(w, c);
    if (!err && w->mark != before)
        vg_anchor_move(w->anchor, c->offset, c->offset + c->len, vg_stream_where(w->stream, c->offset));
    if (!c->failed) {
        w->file.bytes = c->file.bytes;
        w->file.sure = c->file.sure;
        memcpy(w->file.sum, c->file.sum, sizeof w->file.sum);
    }
    if (!err && (c->last || c->failed))
        err = end_file(w, c->failed != VG_OK);
    if (!err && c->len)
        set_anchor(w, c);
    if (!err) {
        w->haul->noted = true;
        w->haul->mark = w->mark;
        w->haul->file = w->file;
        if (!w->mark) /* nothing of this run is in the journal yet */
            w->haul->noted = w->haul->final = false;
        err = pass_on(w);
    }
    if (c->last || c->failed || err) {
        vg_stream_free(w->stream);
        w->stream = NULL;
    } else {
        add_counts(w);
    }
    return err;
}
