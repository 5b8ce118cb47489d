/* A chunk of a recording into the journal, and what it says on to the archive. */
#include "ingest/inner.h"

#include <string.h>

#include "nmea/line_end.h"

/* ---- a file begins ---- */

/* It goes on behind what was journaled, perhaps a moment ago. */
static enum vg_err go_on(struct vg_worker *w, const struct vg_file_chunk *c)
{
    struct vg_ingest *in = w->ingest;
    struct vg_ledger_file before = c->file;
    before.bytes = c->offset;
    if (vg_journal_sync_to(in->journal, w->mark))
        return vg_ingest_failed(in, VG_IO, "the journal can't be written");
    return vg_resume_go_on(in->journal_dir, &before, &in->sources, &w->points, &w->recording, &w->last_us);
}

static enum vg_err begin_file(struct vg_worker *w, const struct vg_file_chunk *c)
{
    w->file = c->file;
    w->last_us = c->file.time_us;
    w->clock = c->clock;
    memset(&w->points, 0, sizeof w->points);
    enum vg_err err = c->offset && c->file.from_journal_offset
                          ? go_on(w, c)
                          : vg_resume_begin(&c->file, c->offset, &w->ingest->sources, &w->recording);
    if (err)
        return vg_ingest_failed(w->ingest, err, "%s: %s", c->file.name, vg_err_text(err));
    if (!c->offset && c->file.replaced)
        w->batch->replacing = c->file.id;
    if (c->offset)
        vg_line_clock_go_on(&w->clock, w->last_us);
    w->messages = 0;
    w->went_on = c->offset > 0;
    vg_recording_forget(w->recording);
    return VG_OK;
}

/* ---- batches ---- */

static enum vg_err pass_on(struct vg_worker *w)
{
    w->batch = w->pass(w->arg, w->batch);
    if (!w->batch)
        return VG_IO; /* the archive's thread has told why */
    w->batch->count = 0;
    w->batch->replacing = 0;
    w->batch->noted = w->batch->final = false;
    return VG_OK;
}

/* Room for what a line can say. */
static enum vg_err make_room(struct vg_worker *w)
{
    return VG_REPORT_BATCH - w->batch->count < VG_BATCH_LINE_MAX ? pass_on(w) : VG_OK;
}

/* ---- bytes ---- */

static enum vg_err journal_entry(struct vg_worker *w, uint64_t offset, const char *bytes, size_t len, int64_t time_us,
                                 enum vg_time_source from, bool ends)
{
    struct vg_journal_entry e = {.source = (uint16_t)(1 + w->file.id % (VG_FRAME_SOURCES - 1)),
                                 .name = w->file.name,
                                 .stream = vg_recording_stream(w->file.id, from),
                                 .flags = (uint8_t)((offset ? 0 : VG_RECORD_BEGINS) | (ends ? VG_RECORD_ENDS : 0)),
                                 .received_us = time_us,
                                 .bytes = bytes,
                                 .len = len};
    uint64_t journal_offset = vg_journal_append(w->ingest->journal, &e);
    if (!journal_offset)
        return vg_ingest_failed(w->ingest, VG_IO, "the journal lost an entry");
    vg_recording_map_offset(w->recording, offset, journal_offset);
    if (!w->chunk_journal_offset)
        w->chunk_journal_offset = journal_offset;
    w->mark = journal_offset + len;
    return VG_OK;
}

static enum vg_err decode_sentences(struct vg_worker *w, const char *p, const char *end, int64_t time_us,
                                    enum vg_time_source from)
{
    for (size_t taken; p < end; p += taken) {
        enum vg_err err = make_room(w);
        if (err)
            return err;
        w->batch->count +=
            vg_recording_decode(w->recording, p, (size_t)(end - p), time_us, from, w->batch->report + w->batch->count,
                                VG_REPORT_BATCH - w->batch->count, &taken);
    }
    return VG_OK;
}

/* The same five, in the same order. */
_Static_assert((int)VG_TIME_SOURCE_FILE - (int)VG_TIME_SOURCE_TAG == (int)VG_LINE_FROM_FILE - (int)VG_LINE_FROM_TAG &&
                   (int)VG_LINE_FROM_TAG == 0,
               "a line's time comes from where its reports' does");

static enum vg_time_source source_of(enum vg_line_from from)
{
    return (enum vg_time_source)(VG_TIME_SOURCE_TAG + (int)from);
}

/* Neighbouring lines of one time from one place are one entry. */
static enum vg_err take_sentences(struct vg_worker *w, const struct vg_file_chunk *c)
{
    enum vg_err err = VG_OK;
    const char *p = c->bytes, *end = p + c->len;
    for (size_t n; p < end && !err; p += n) {
        int64_t time_us;
        enum vg_line_from from;
        n = vg_line_clock_next(&w->clock, p, end, &time_us, &from);
        err = journal_entry(w, c->offset + (uint64_t)(p - c->bytes), p, n, time_us, source_of(from),
                            c->last && p + n == end);
        if (!err)
            err = decode_sentences(w, p, p + n, time_us, source_of(from));
    }
    return err;
}

/* Of a table or a log of JSON: by what came out of its rows. */
static void count_dated(struct vg_worker *w, const struct vg_report *r, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (r[i].time_source >= VG_TIME_SOURCE_TAG && r[i].time_source <= VG_TIME_SOURCE_FILE)
            w->clock.counts.lines[r[i].time_source - VG_TIME_SOURCE_TAG]++;
}

/* Rows of one second are one entry. The reports' journal offsets are still offsets in the file. */
static enum vg_err journal_rows(struct vg_worker *w, uint64_t offset, const char *bytes, size_t len, bool ends)
{
    const struct vg_report *r = w->batch->report;
    uint64_t begin = offset;
    for (size_t i = 0; i < w->batch->count; i++) {
        if (r[i].journal_offset > begin && r[i].time_us / VG_SECOND_US != w->last_us / VG_SECOND_US) {
            size_t n = (size_t)(r[i].journal_offset - begin);
            enum vg_err err =
                journal_entry(w, begin, bytes + (begin - offset), n, w->last_us, VG_TIME_SOURCE_LINE, false);
            if (err)
                return err;
            begin = r[i].journal_offset;
        }
        w->last_us = r[i].time_us;
    }
    return journal_entry(w, begin, bytes + (begin - offset), (size_t)(offset + len - begin), w->last_us,
                         VG_TIME_SOURCE_LINE, ends);
}

static enum vg_err take_rows(struct vg_worker *w, const struct vg_file_chunk *c)
{
    for (size_t at = 0, taken; at < c->len; at += taken) {
        enum vg_err err = w->batch->count ? pass_on(w) : VG_OK;
        if (err)
            return err;
        w->batch->count = vg_recording_decode(w->recording, c->bytes + at, c->len - at, w->last_us, VG_TIME_SOURCE_LINE,
                                              w->batch->report, VG_REPORT_BATCH, &taken);
        err = journal_rows(w, c->offset + at, c->bytes + at, taken, c->last && at + taken == c->len);
        if (err)
            return err;
        vg_recording_set_journal_offsets(w->recording, w->batch->report, w->batch->count);
        count_dated(w, w->batch->report, w->batch->count);
    }
    return VG_OK;
}

static enum vg_err take_bytes(struct vg_worker *w, const struct vg_file_chunk *c)
{
    if (vg_journal_make_room(w->ingest->journal))
        return vg_ingest_failed(w->ingest, VG_IO, "the journal can't be written");
    if (!c->len)
        return VG_OK;
    w->chunk_journal_offset = 0;
    enum vg_err err = vg_recording_is_table(w->recording) ? take_rows(w, c) : take_sentences(w, c);
    if (!err)
        vg_resume_points_move(&w->points, c->offset, c->offset + c->len, w->chunk_journal_offset);
    return err;
}

/* ---- a file ends ---- */

/* What the decoder still holds. */
static enum vg_err end_file(struct vg_worker *w)
{
    enum vg_err err = VG_OK;
    for (size_t n = 1; n && !err;) {
        err = make_room(w);
        if (err)
            break;
        struct vg_report *r = w->batch->report + w->batch->count;
        n = vg_recording_end(w->recording, r, VG_REPORT_BATCH - w->batch->count);
        vg_recording_set_journal_offsets(w->recording, r, n);
        if (vg_recording_is_table(w->recording))
            count_dated(w, r, n);
        w->batch->count += n;
    }
    return err;
}

/* How far the file is taken goes with the chunk's reports. Nothing does as long as this run has journaled nothing. */
static enum vg_err note(struct vg_worker *w, const struct vg_file_chunk *c)
{
    if (!c->failed) {
        w->file.bytes = c->file.bytes;
        w->file.sure = c->file.sure;
        memcpy(w->file.sum, c->file.sum, sizeof w->file.sum);
    }
    if (c->len)
        vg_resume_points_note(&w->points, c->last && !vg_line_ends_with(c->bytes[c->len - 1]), &w->file);
    w->is_useless = c->last && !w->messages && !w->went_on && !c->failed && c->offset + c->len > 0;
    if (w->is_useless) /* it can be given again, told otherwise */
        w->file.bytes = w->file.sure = 0;
    w->batch->noted = w->mark != 0;
    w->batch->final = w->mark != 0 && c->last && !c->failed;
    w->batch->mark = w->mark;
    w->batch->file = w->file;
    return pass_on(w);
}

static void add_dated(struct vg_line_clock_counts *to, struct vg_line_clock_counts *n)
{
    for (int i = 0; i < VG_LINE_FROM_COUNT; i++)
        to->lines[i] += n->lines[i];
    to->out_of_bounds += n->out_of_bounds;
    to->unread += n->unread;
    if (n->out_of_bounds)
        memcpy(to->bounds_example, n->bounds_example, sizeof to->bounds_example);
    if (n->unread)
        memcpy(to->unread_example, n->unread_example, sizeof to->unread_example);
    *n = (struct vg_line_clock_counts){0};
}

static void add_counts(struct vg_worker *w)
{
    struct vg_ingest_counts *to = &w->ingest->counts;
    struct vg_recording_counts c;
    vg_recording_counts(w->recording, &c);
    to->bytes += c.bytes;
    to->lines += c.lines;
    to->sentences += c.sentences;
    to->messages += c.messages;
    w->messages += c.messages;
    add_dated(&to->dated, &w->clock.counts);
    to->duplicates += c.duplicates;
    for (int i = 0; i < VG_REFUSAL_COUNT; i++) {
        to->refused[i] += c.refused[i];
        if (c.refused[i] && c.example)
            memcpy(to->example[i], c.example[i], VG_EXAMPLE_SIZE);
    }
    for (int i = 0; i < VG_CSV_REFUSAL_COUNT; i++) {
        to->rows_refused[i] += c.rows_refused[i];
        if (c.rows_refused[i] && c.row_example)
            memcpy(to->row_example[i], c.row_example[i], VG_ROW_EXAMPLE);
    }
    vg_recording_forget(w->recording);
}

enum vg_err vg_worker_chunk(struct vg_worker *w, const struct vg_file_chunk *c)
{
    bool ends = c->last || c->failed;
    enum vg_err err = c->first ? begin_file(w, c) : VG_OK;
    if (!err)
        err = take_bytes(w, c);
    if (!err && ends)
        err = end_file(w);
    if (!err)
        add_counts(w);
    if (!err)
        err = note(w, c);
    if (err || ends) {
        vg_recording_free(w->recording);
        w->recording = NULL;
    }
    return err;
}
