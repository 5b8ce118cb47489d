/* What the journal knows and the archive doesn't. */
#include <stdlib.h>
#include <string.h>

#include "ingest/inner.h"
#include "journal/reader.h"

#define STREAMS 64 /* open at once; one more closes the one that was silent longest */
#define PIECE   (64 << 10)

struct open_stream {
    struct vg_recording *stream; /* NULL: free */
    struct vg_ledger_file file;
    struct vg_resume_point resume[2];
    char name[VG_FRAME_NAME_MAX + 1];
    uint32_t number;
    uint64_t used;
};

struct catching {
    struct vg_ingest *ingest;
    struct vg_report_batch *batch;
    uint64_t uses;
    struct open_stream open[STREAMS];
};

static bool is_of(const struct vg_record *r, uint32_t number, const char *name)
{
    return r->kind == VG_RECORD_DATA && r->stream == number && r->name_len == strlen(name) &&
           (!r->name_len || memcmp(r->name, name, r->name_len) == 0);
}

static enum vg_err new_stream(struct vg_ingest *in, const struct vg_ledger_file *f, uint64_t offset,
                              struct vg_recording **ret)
{
    struct vg_layout layout;
    struct vg_recording *s = NULL;
    char why[256];
    bool table;
    enum vg_err err = vg_source_layout(f->layout, &layout, &table, why, sizeof why);
    if (!err)
        err = vg_recording_new(table ? &layout : NULL, vg_source_feed(&in->sources, f->name), &s);
    if (!err)
        err = vg_recording_begin_at(s, offset, f->header);
    if (err)
        vg_recording_free(s);
    else
        *ret = s;
    return err;
}

/* Decodes a record's bytes [from, len) into the batch, passing full ones on if there is somebody to take them. */
static enum vg_err feed(struct vg_recording *s, const struct vg_record *r, struct vg_report_batch *h,
                        struct vg_sink *sink)
{
    enum vg_err err = VG_OK;
    const char *bytes = r->bytes;
    vg_recording_map_offset(s, vg_recording_offset(s), r->journal_offset);
    for (size_t at = 0, taken; at < r->len && !err; at += taken) {
        if (VG_REPORT_BATCH - h->count < VG_BATCH_LINE_MAX) {
            err = sink ? vg_sink_take(sink, h) : VG_OK;
            h->count = 0;
        }
        struct vg_report *report = h->report + h->count;
        size_t give = r->len - at < PIECE ? r->len - at : PIECE;
        size_t n = vg_recording_decode(s, bytes + at, give, r->time_us, report, VG_REPORT_BATCH - h->count, &taken);
        vg_recording_set_journal_offsets(s, report, n);
        h->count += n;
    }
    if (!err && r->flags & VG_RECORD_DATAGRAM && r->len && bytes[r->len - 1] != '\n' &&
        VG_REPORT_BATCH - h->count >= VG_BATCH_LINE_MAX) {
        size_t n;
        vg_recording_end_line(s, h->report + h->count, VG_REPORT_BATCH - h->count, &n);
        vg_recording_set_journal_offsets(s, h->report + h->count, n);
        h->count += n;
    }
    return err;
}

/* ---- a stream as it was ---- */

static enum vg_err replay(struct vg_ingest *in, const struct vg_ledger_file *f, struct vg_resume_point resume[2],
                          struct vg_recording *s, struct vg_report_batch *scratch, int64_t *last_us)
{
    struct vg_journal_reader *reader;
    struct vg_record r;
    const char *why;
    enum vg_err err = vg_journal_reader_open(in->journal_dir, NULL, NULL, NULL, &reader, &why);
    if (err)
        return err;
    err = vg_journal_reader_seek_frame(reader, vg_journal_offset_frame(f->from_journal_offset));
    while (!err && vg_recording_offset(s) < f->bytes && (err = vg_journal_reader_next(reader, &r)) == VG_OK) {
        uint64_t offset = vg_recording_offset(s);
        if (r.journal_offset < f->from_journal_offset || !is_of(&r, VG_INGEST_STREAM + f->id, f->name) || !r.len)
            continue;
        scratch->count = 0;
        feed(s, &r, scratch, NULL);
        vg_resume_point_move(resume, offset, offset + r.len, r.journal_offset);
        *last_us = r.time_us;
    }
    vg_journal_reader_close(reader);
    return err;
}

enum vg_err vg_ingest_rebuild(struct vg_ingest *in, const struct vg_ledger_file *f, struct vg_resume_point resume[2],
                              struct vg_recording **ret_stream, int64_t *ret_last_us)
{
    struct vg_report_batch *scratch = malloc(sizeof *scratch);
    struct vg_recording *s;
    enum vg_err err = scratch ? new_stream(in, f, f->from, &s) : VG_NOMEM;
    if (err) {
        free(scratch);
        return err;
    }
    memset(resume, 0, 2 * sizeof *resume);
    err = replay(in, f, resume, s, scratch, ret_last_us);
    free(scratch);
    if (err == VG_EOF || err == VG_NOT_FOUND || (!err && vg_recording_offset(s) != f->bytes)) {
        vg_recording_free(s); /* retired: it goes on without what came before */
        memset(resume, 0, 2 * sizeof *resume);
        err = new_stream(in, f, f->bytes, &s);
    }
    if (err)
        return err;
    *ret_stream = s;
    return VG_OK;
}

/* ---- catching up ---- */

static struct open_stream *place_for(struct catching *c)
{
    struct open_stream *best = &c->open[0];
    for (int i = 0; i < STREAMS; i++) {
        struct open_stream *o = &c->open[i];
        if (!o->stream)
            return o;
        if (o->used < best->used)
            best = o;
    }
    vg_recording_free(best->stream);
    return best;
}

/* A file's stream goes on where the archive left it; a feed's begins. */
static enum vg_err open_stream(struct catching *c, const struct vg_record *r, struct open_stream **ret)
{
    struct open_stream *o = place_for(c);
    int64_t last_us;
    memset(o, 0, sizeof *o);
    if (r->name_len)
        memcpy(o->name, r->name, r->name_len);
    o->number = r->stream;
    enum vg_err err;
    if (r->stream < VG_INGEST_STREAM || !vg_ledger_get(c->ingest->ledger, r->stream - VG_INGEST_STREAM, &o->file) ||
        !is_of(r, VG_INGEST_STREAM + o->file.id, o->file.name)) {
        o->file = (struct vg_ledger_file){.name = o->name};
        err = new_stream(c->ingest, &o->file, 0, &o->stream);
    } else if (o->file.bytes && o->file.from_journal_offset) {
        err = vg_ingest_rebuild(c->ingest, &o->file, o->resume, &o->stream, &last_us);
    } else {
        err = new_stream(c->ingest, &o->file, o->file.bytes, &o->stream);
    }
    *ret = o;
    return err;
}

static enum vg_err find_stream(struct catching *c, const struct vg_record *r, struct open_stream **ret)
{
    for (int i = 0; i < STREAMS; i++)
        if (c->open[i].stream && is_of(r, c->open[i].number, c->open[i].name)) {
            *ret = &c->open[i];
            return VG_OK;
        }
    return open_stream(c, r, ret);
}

static void end_stream(struct open_stream *o, struct vg_report_batch *h)
{
    size_t room = VG_REPORT_BATCH - h->count;
    size_t n = room >= VG_BATCH_LINE_MAX ? vg_recording_end(o->stream, h->report + h->count, room) : 0;
    vg_recording_set_journal_offsets(o->stream, h->report + h->count, n);
    h->count += n;
    vg_recording_free(o->stream);
    o->stream = NULL;
}

static enum vg_err take_record(struct catching *c, const struct vg_record *r)
{
    struct open_stream *o;
    struct vg_report_batch *h = c->batch;
    enum vg_err err = find_stream(c, r, &o);
    if (err)
        return err;
    uint64_t offset = vg_recording_offset(o->stream);
    h->count = 0;
    h->noted = h->final = false;
    err = feed(o->stream, r, h, &c->ingest->sink);
    vg_resume_point_move(o->resume, offset, offset + r->len, r->journal_offset);
    o->used = ++c->uses;
    o->file.bytes = vg_recording_offset(o->stream);
    struct vg_resume_point a = vg_resume_point_for(o->resume, o->file.bytes);
    bool ends = o->file.id && r->flags & VG_RECORD_ENDS;
    bool cut = ends && r->len && ((const char *)r->bytes)[r->len - 1] != '\n';
    o->file.from = cut ? o->file.bytes : a.offset;
    o->file.from_journal_offset = cut ? 0 : a.journal_offset;
    if (ends)
        end_stream(o, h);
    h->noted = true;
    h->mark = r->journal_offset + r->len;
    h->file = o->file;
    c->ingest->counts.caught_up += h->count;
    return err ? err : vg_sink_take(&c->ingest->sink, h);
}

static enum vg_err catch_all(struct catching *c, struct vg_journal_reader *reader, uint64_t mark)
{
    struct vg_record r;
    enum vg_err err = mark ? vg_journal_reader_seek_frame(reader, vg_journal_offset_frame(mark)) : VG_OK;
    while (!err && (err = vg_journal_reader_next(reader, &r)) == VG_OK)
        if (r.kind == VG_RECORD_DATA && r.len && r.journal_offset >= mark)
            err = take_record(c, &r);
    return err == VG_EOF || err == VG_NOT_FOUND ? VG_OK : err;
}

enum vg_err vg_ingest_catch_up(struct vg_ingest *in, uint64_t mark)
{
    struct vg_journal_reader *reader;
    const char *why;
    enum vg_err err = vg_journal_reader_open(in->journal_dir, NULL, NULL, NULL, &reader, &why);
    if (err == VG_NOT_FOUND)
        return VG_OK;
    if (err)
        return err;
    struct catching *c = calloc(1, sizeof *c);
    if (c)
        c->batch = malloc(sizeof *c->batch);
    err = VG_NOMEM;
    if (c && c->batch) {
        c->ingest = in;
        err = catch_all(c, reader, mark);
        for (int i = 0; i < STREAMS; i++)
            vg_recording_free(c->open[i].stream);
        if (!err)
            err = vg_sink_commit(&in->sink);
    }
    if (c)
        free(c->batch);
    free(c);
    vg_journal_reader_close(reader);
    return err;
}
