/* A chunk of a file into the journal, and what it says on to the archive. */
#include "ingest/inner.h"

#include <string.h>

#define SEGMENT VG_CSV_SEGMENT
#define BACK    (UINT64_C(1) << 23) /* fragments wait for 1000 lines of at most 1 KiB; eight times that */

/* ---- where to begin again ---- */

void vg_resume_point_move(struct vg_resume_point a[2], uint64_t offset, uint64_t end, uint64_t journal_offset)
{
    if (!a[0].journal_offset && !a[1].journal_offset) {
        a[0] = a[1] = (struct vg_resume_point){offset, journal_offset};
    } else if (end / SEGMENT > offset / SEGMENT) { /* the last chunk that begins in its stretch */
        a[0] = a[1];
        a[1] = (struct vg_resume_point){offset, journal_offset};
    }
}

struct vg_resume_point vg_resume_point_for(const struct vg_resume_point a[2], uint64_t offset)
{
    bool far = offset >= BACK && (offset - BACK) / SEGMENT > a[1].offset / SEGMENT;
    return far ? a[1] : a[0];
}

/* ---- a file begins and ends ---- */

static enum vg_err begin_file(struct vg_worker *w, const struct vg_file_chunk *c)
{
    struct vg_ingest *in = w->ingest;
    struct vg_layout layout;
    char why[512];
    bool table;
    enum vg_err err;
    w->file = c->file;
    memset(w->resume, 0, sizeof w->resume);
    w->runs = (struct vg_runs){c->file.timed, c->file.time_us, c->file.time_us};
    if (c->offset && c->file.from_journal_offset) { /* it may have been taken a moment ago */
        if (vg_journal_sync_to(in->journal, w->mark))
            return vg_ingest_failed(in, VG_IO, "the journal can't be written");
        struct vg_ledger_file before = c->file;
        before.bytes = c->offset;
        err = vg_ingest_rebuild(in, &before, w->resume, &w->stream, &w->runs.last_us);
    } else {
        err = vg_source_layout(c->file.layout, &layout, &table, why, sizeof why);
        if (!err)
            err = vg_recording_new(table ? &layout : NULL, vg_source_feed(&in->sources, c->file.name), &w->stream);
        if (!err)
            err = vg_recording_begin_at(w->stream, c->offset, c->file.header);
    }
    if (err)
        return vg_ingest_failed(in, err, "%s: %s", c->file.name, vg_err_text(err));
    vg_recording_forget(w->stream);
    return VG_OK;
}

static void add_counts(struct vg_worker *w)
{
    struct vg_ingest_counts *to = &w->ingest->counts;
    struct vg_recording_counts c;
    vg_recording_counts(w->stream, &c);
    to->bytes += c.bytes;
    to->lines += c.lines;
    to->sentences += c.sentences;
    to->messages += c.messages;
    for (int i = 0; i < VG_REFUSAL_COUNT; i++) {
        to->refused[i] += c.refused[i];
        if (c.refused[i])
            memcpy(to->example[i], vg_recording_refusals(w->stream)->example[i], VG_EXAMPLE_SIZE);
    }
    for (int i = 0; i < VG_CSV_REFUSAL_COUNT; i++) {
        to->rows_refused[i] += c.rows_refused[i];
        if (c.rows_refused[i])
            memcpy(to->row_example[i], vg_recording_table_refusals(w->stream)->example[i], VG_ROW_EXAMPLE);
    }
    vg_recording_forget(w->stream);
}

/* ---- bytes ---- */

static enum vg_err pass_on(struct vg_worker *w)
{
    w->batch = w->pass(w->arg, w->batch);
    if (!w->batch)
        return VG_IO; /* whoever failed has told why */
    w->batch->count = 0;
    w->batch->noted = w->batch->final = false;
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
    uint64_t journal_offset = vg_journal_append(w->ingest->journal, &e);
    if (!journal_offset)
        return vg_ingest_failed(w->ingest, VG_IO, "the journal lost an entry");
    vg_recording_map_offset(w->stream, offset, journal_offset);
    w->mark = journal_offset + len;
    return VG_OK;
}

/* Room for what a line can say. */
static enum vg_err make_room(struct vg_worker *w)
{
    return VG_REPORT_BATCH - w->batch->count < VG_BATCH_LINE_MAX ? pass_on(w) : VG_OK;
}

static enum vg_err take_sentences(struct vg_worker *w, const struct vg_file_chunk *c)
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
            struct vg_report *r = w->batch->report + w->batch->count;
            size_t count = vg_recording_decode(w->stream, p, (size_t)(stop - p), time_us, r,
                                               VG_REPORT_BATCH - w->batch->count, &taken);
            vg_recording_set_journal_offsets(w->stream, r, count);
            w->batch->count += count;
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
        if (r[i].journal_offset > begin && r[i].time_us / VG_SECOND_US != w->runs.last_us / VG_SECOND_US) {
            err = journal_entry(w, begin, bytes + (begin - offset), (size_t)(r[i].journal_offset - begin),
                                w->runs.last_us, false);
            begin = r[i].journal_offset;
        }
        w->runs.last_us = r[i].time_us;
    }
    return err ? err
               : journal_entry(w, begin, bytes + (begin - offset), (size_t)(offset + len - begin), w->runs.last_us,
                               ends);
}

static enum vg_err take_rows(struct vg_worker *w, const struct vg_file_chunk *c)
{
    enum vg_err err = VG_OK;
    for (size_t at = 0, taken; at < c->len && !err; at += taken) {
        err = w->batch->count ? pass_on(w) : VG_OK;
        if (err)
            break;
        w->batch->count = vg_recording_decode(w->stream, c->bytes + at, c->len - at, w->runs.last_us, w->batch->report,
                                              VG_REPORT_BATCH, &taken);
        err = journal_rows(w, c->offset + at, c->bytes + at, taken, c->last && at + taken == c->len, w->batch->report,
                           w->batch->count);
        vg_recording_set_journal_offsets(w->stream, w->batch->report, w->batch->count);
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
        struct vg_report *r = w->batch->report + w->batch->count;
        n = vg_recording_end(w->stream, r, VG_REPORT_BATCH - w->batch->count);
        vg_recording_set_journal_offsets(w->stream, r, n);
        w->batch->count += n;
        if (!vg_recording_is_table(w->stream))
            break;
    }
    add_counts(w);
    w->batch->final = !failed;
    return err;
}

/* A file that ends within a line is not gone on with from before it: the line was read as it is. */
static void set_resume_point(struct vg_worker *w, const struct vg_file_chunk *c)
{
    struct vg_resume_point a = vg_resume_point_for(w->resume, w->file.bytes);
    bool cut = c->last && c->len && c->bytes[c->len - 1] != '\n';
    w->file.from = cut ? w->file.bytes : a.offset;
    w->file.from_journal_offset = cut ? 0 : a.journal_offset;
}

enum vg_err vg_worker_chunk(struct vg_worker *w, const struct vg_file_chunk *c)
{
    enum vg_err err = c->first ? begin_file(w, c) : VG_OK;
    if (!err && vg_journal_make_room(w->ingest->journal))
        err = vg_ingest_failed(w->ingest, VG_IO, "the journal can't be written");
    uint64_t before = w->mark;
    if (!err && c->len && vg_recording_is_table(w->stream))
        err = take_rows(w, c);
    else if (!err)
        err = take_sentences(w, c);
    if (!err && w->mark != before)
        vg_resume_point_move(w->resume, c->offset, c->offset + c->len,
                             vg_recording_journal_offset(w->stream, c->offset));
    if (!c->failed) {
        w->file.bytes = c->file.bytes;
        w->file.sure = c->file.sure;
        memcpy(w->file.sum, c->file.sum, sizeof w->file.sum);
    }
    if (!err && (c->last || c->failed))
        err = end_file(w, c->failed != VG_OK);
    if (!err && c->len)
        set_resume_point(w, c);
    if (!err) {
        w->batch->noted = true;
        w->batch->mark = w->mark;
        w->batch->file = w->file;
        if (!w->mark) /* nothing of this run is in the journal yet */
            w->batch->noted = w->batch->final = false;
        err = pass_on(w);
    }
    if (c->last || c->failed || err) {
        vg_recording_free(w->stream);
        w->stream = NULL;
    } else {
        add_counts(w);
    }
    return err;
}
