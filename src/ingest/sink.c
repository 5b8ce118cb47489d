#include "ingest/inner.h"

/* Rows that one chunk can give at most, with room to spare: commits come between chunks only. */
#define CHUNK_ROWS 32768

static enum vg_err failed(struct vg_sink *s, enum vg_err err, const char *why)
{
    if (err && err != VG_EOF && !s->why) /* VG_EOF: stopped */
        s->why = why;
    return err;
}

/* What is written down of a file belongs to the commit that comes next. */
static enum vg_err write_note(struct vg_sink *s)
{
    enum vg_err err = VG_OK;
    if (s->file.id)
        err = failed(s,
                     s->file.bytes ? vg_ledger_note(s->ledger, &s->file, s->mark)
                                   : vg_ledger_forget(s->ledger, s->file.id, s->mark),
                     "the ledger can't be written");
    s->file.id = 0;
    return err;
}

enum vg_err vg_sink_commit(struct vg_sink *s)
{
    if (s->mark == s->committed && !vg_store_waiting(s->store))
        return VG_OK;
    enum vg_err err = write_note(s);
    if (!err)
        err = failed(s, vg_ledger_sync(s->ledger), "the ledger can't be written");
    if (!err)
        err = failed(s, vg_journal_sync_to(s->journal, s->mark), "the journal can't be written");
    if (!err)
        err = failed(s, vg_store_commit(s->store, s->mark), "the archive can't be written");
    if (!err)
        s->committed = s->mark;
    return err;
}

/* What was taken of the others may still be on its way to the disk. */
static enum vg_err replace(struct vg_sink *s, uint32_t id)
{
    struct vg_ledger_file file;
    const char *why = NULL;
    if (!vg_ledger_get(s->ledger, id, &file))
        return VG_OK;
    if (vg_journal_sync_to(s->journal, s->mark))
        return failed(s, VG_IO, "the journal can't be written");
    enum vg_err err = vg_ingest_replace(s->ingest, &file, &why);
    return failed(s, err, why && *why ? why : "the rows that a file replaces can't be taken back");
}

enum vg_err vg_sink_take(struct vg_sink *s, const struct vg_report_batch *h)
{
    enum vg_err err = VG_OK;
    if (!s->inside && vg_store_waiting(s->store) + CHUNK_ROWS > s->most_rows)
        err = vg_sink_commit(s);
    if (!err && h->replacing)
        err = replace(s, h->replacing);
    for (size_t i = 0; i < h->count && !err; i++)
        err = failed(s, vg_store_add(s->store, &h->report[i]), "the archive has no room for the rows of one chunk");
    s->inside = !h->noted;
    if (err || !h->noted)
        return err;
    if (s->file.id && s->file.id != h->file.id)
        err = write_note(s);
    s->mark = h->mark;
    s->file = h->file;
    return !err && h->final ? write_note(s) : err;
}
