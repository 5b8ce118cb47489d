/* What the journal knows and the archive doesn't. */
#include <stdlib.h>
#include <string.h>

#include "ingest/inner.h"
#include "journal/reader.h"

#define STREAMS 64 /* open at once; one more closes the one that was silent longest */
#define PIECE   (64 << 10)

struct open_stream {
    struct vg_stream *stream; /* NULL: free */
    struct vg_ledger_file file;
    struct vg_anchor anchor[2];
    char name[VG_FRAME_NAME_MAX + 1];
    uint32_t number;
    uint64_t used;
};

struct catching {
    struct vg_ingest *ingest;
    struct vg_haul *haul;
    uint64_t uses;
    struct open_stream open[STREAMS];
};

static bool is_of(const struct vg_record *r, uint32_t number, const char *name)
{
    return r->kind == VG_RECORD_DATA && r->stream == number && r->name_len == strlen(name) &&
           (!r->name_len || memcmp(r->name, name, r->name_len) == 0);
}

static enum vg_err new_stream(struct vg_ingest *in, const struct vg_ledger_file *f, uint64_t offset,
                              struct vg_stream **ret)
{
    struct vg_layout layout;
    struct vg_stream *s = NULL;
    char why[256];
    bool table;
    enum vg_err err = vg_source_layout(f->layout, &layout, &table, why, sizeof why);
    if (!err)
        err = vg_stream_new(table ? &layout : NULL, vg_source_feed(&in->sources, f->name), &s);
    if (!err)
        err = vg_stream_begin_at(s, offset, f->header);
    if (err)
        vg_stream_free(s);
    else
        *ret = s;
    return err;
}

/* Decodes a record's bytes [from, len) into the haul, passing full ones on if there is somebody to take them. */
static enum vg_err feed(struct vg_stream *s, const struct vg_record *r, struct vg_haul *h, struct vg_sink *sink)
{
    enum vg_err err = VG_OK;
    const char *bytes = r->bytes;
    vg_stream_stands_at(s, vg_stream_offset(s), r->place);
    for (size_t at = 0, taken; at < r->len && !err; at += taken) {
        if (VG_HAUL_REPORTS - h->count < VG_BATCH_LINE_MAX) {
            err = sink ? vg_sink_take(sink, h) : VG_OK;
            h->count = 0;
        }
        struct vg_report *report = h->report + h->count;
        size_t give = r->len - at < PIECE ? r->len - at : PIECE;
        size_t n = vg_stream_decode(s, bytes + at, give, r->time_us, report, VG_HAUL_REPORTS - h->count, &taken);
        vg_stream_place(s, report, n);
        h->count += n;
    }
    if (!err && r->flags & VG_RECORD_DATAGRAM && r->len && bytes[r->len - 1] != '\n' &&
        VG_HAUL_REPORTS - h->count >= VG_BATCH_LINE_MAX) {
        size_t n;
        vg_stream_end_line(s, h->report + h->count, VG_HAUL_REPORTS - h->count, &n);
        vg_stream_place(s, h->report + h->count, n);
        h->count += n;
    }
    return err;
}

/* ---- a stream as it was ---- */

static enum vg_err replay(struct vg_ingest *in, const struct vg_ledger_file *f, struct vg_anchor anchor[2],
                          struct vg_stream *s, struct vg_haul *scratch, int64_t *last_us)
{
    struct vg_journal_reader *reader;
    struct vg_record r;
    const char *why;
    enum vg_err err = vg_journal_reader_open(in->journal_dir, NULL, NULL, NULL, &reader, &why);
    if (err)
        return err;
    err = vg_journal_reader_seek_frame(reader, vg_place_frame(f->from_place));
    while (!err && vg_stream_offset(s) < f->bytes && (err = vg_journal_reader_next(reader, &r)) == VG_OK) {
        uint64_t offset = vg_stream_offset(s);
        if (r.place < f->from_place || !is_of(&r, VG_INGEST_STREAM + f->id, f->name) || !r.len)
            continue;
        scratch->count = 0;
        feed(s, &r, scratch, NULL);
        vg_anchor_move(anchor, offset, offset + r.len, r.place);
        *last_us = r.time_us;
    }
    vg_journal_reader_close(reader);
    return err;
}

enum vg_err vg_ingest_rebuild(struct vg_ingest *in, const struct vg_ledger_file *f, struct vg_anchor anchor[2],
                              struct vg_stream **ret_stream, int64_t *ret_last_us)
{
    struct vg_haul *scratch = malloc(sizeof *scratch);
    struct vg_stream *s;
    enum vg_err err = scratch ? new_stream(in, f, f->from, &s) : VG_NOMEM;
    if (err) {
        free(scratch);
        return err;
    }
    memset(anchor, 0, 2 * sizeof *anchor);
    err = replay(in, f, anchor, s, scratch, ret_last_us);
    free(scratch);
    if (err == VG_EOF || err == VG_NOT_FOUND || (!err && vg_stream_offset(s) != f->bytes)) {
        vg_stream_free(s); /* retired: it goes on without what came before */
        memset(anchor, 0, 2 * sizeof *anchor);
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
    vg_stream_free(best->stream);
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
    } else if (o->file.bytes && o->file.from_place) {
        err = vg_ingest_rebuild(c->ingest, &o->file, o->anchor, &o->stream, &last_us);
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

static void end_stream(struct open_stream *o, struct vg_haul *h)
{
    size_t room = VG_HAUL_REPORTS - h->count;
    size_t n = room >= VG_BATCH_LINE_MAX ? vg_stream_end(o->stream, h->report + h->count, room) : 0;
    vg_stream_place(o->stream, h->report + h->count, n);
    h->count += n;
    vg_stream_free(o->stream);
    o->stream = NULL;
}

static enum vg_err take_record(struct catching *c, const struct vg_record *r)
{
    struct open_stream *o;
    struct vg_haul *h = c->haul;
    enum vg_err err = find_stream(c, r, &o);
    if (err)
        return err;
    uint64_t offset = vg_stream_offset(o->stream);
    h->count = 0;
    h->noted = h->final = false;
    err = feed(o->stream, r, h, &c->ingest->sink);
    vg_anchor_move(o->anchor, offset, offset + r->len, r->place);
    o->used = ++c->uses;
    o->file.bytes = vg_stream_offset(o->stream);
    struct vg_anchor a = vg_anchor_for(o->anchor, o->file.bytes);
    bool ends = o->file.id && r->flags & VG_RECORD_ENDS;
    bool cut = ends && r->len && ((const char *)r->bytes)[r->len - 1] != '\n';
    o->file.from = cut ? o->file.bytes : a.offset;
    o->file.from_place = cut ? 0 : a.place;
    if (ends)
        end_stream(o, h);
    h->noted = true;
    h->mark = r->place + r->len;
    h->file = o->file;
    c->ingest->counts.caught_up += h->count;
    return err ? err : vg_sink_take(&c->ingest->sink, h);
}

static enum vg_err catch_all(struct catching *c, struct vg_journal_reader *reader, uint64_t mark)
{
    struct vg_record r;
    enum vg_err err = mark ? vg_journal_reader_seek_frame(reader, vg_place_frame(mark)) : VG_OK;
    while (!err && (err = vg_journal_reader_next(reader, &r)) == VG_OK)
        if (r.kind == VG_RECORD_DATA && r.len && r.place >= mark)
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
        c->haul = malloc(sizeof *c->haul);
    err = VG_NOMEM;
    if (c && c->haul) {
        c->ingest = in;
        err = catch_all(c, reader, mark);
        for (int i = 0; i < STREAMS; i++)
            vg_stream_free(c->open[i].stream);
        if (!err)
            err = vg_sink_commit(&in->sink);
    }
    if (c)
        free(c->haul);
    free(c);
    vg_journal_reader_close(reader);
    return err;
}
