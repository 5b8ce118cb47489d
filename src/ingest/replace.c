#include "ingest/replace.h"

#include "ingest/inner.h"
#include "intake/intake.h"
#include "journal/reader.h"

static bool is_one_of(const struct vg_record *r, const uint32_t *files, size_t count)
{
    if (r->stream < VG_RECORDING_STREAM)
        return false;
    for (size_t i = 0; i < count; i++)
        if (vg_recording_stream_file(r->stream) == files[i])
            return true;
    return false;
}

/* Entries with nothing of others between them are one piece. */
static enum vg_err take_record(const struct vg_record *r, const uint32_t *files, size_t count,
                               struct vg_offset_range *piece, struct vg_offset_ranges *ret)
{
    if (r->kind != VG_RECORD_DATA || !r->len)
        return VG_OK;
    if (is_one_of(r, files, count)) {
        piece->from = piece->to ? piece->from : r->journal_offset;
        piece->to = r->journal_offset + r->len;
        return VG_OK;
    }
    enum vg_err err = vg_offset_ranges_add(ret, *piece);
    *piece = (struct vg_offset_range){0, 0};
    return err;
}

/* VG_EOF: `stop` (may be NULL) became true. */
static enum vg_err offsets_of(const char *journal_dir, const uint32_t *files, size_t count, const atomic_bool *stop,
                              struct vg_offset_ranges *ret)
{
    struct vg_journal_reader *reader;
    struct vg_record r;
    struct vg_offset_range piece = {0, 0};
    const char *why;
    enum vg_err err = vg_journal_reader_open(journal_dir, NULL, NULL, NULL, &reader, &why);
    if (err)
        return err;
    while (!err && !(err = vg_journal_reader_next(reader, &r)))
        if (stop && *stop)
            err = VG_EOF;
        else
            err = take_record(&r, files, count, &piece, ret);
    vg_journal_reader_close(reader);
    if (stop && *stop)
        return VG_EOF;
    return err == VG_EOF ? vg_offset_ranges_add(ret, piece) : err;
}

enum vg_err vg_ingest_offsets_of(const char *journal_dir, const uint32_t *files, size_t count,
                                 struct vg_offset_ranges *ret)
{
    return offsets_of(journal_dir, files, count, NULL, ret);
}

enum vg_err vg_ingest_replace(struct vg_ingest *in, const struct vg_ledger_file *file, const char **ret_why)
{
    struct vg_offset_ranges ranges = {0};
    *ret_why = NULL;
    if (!file->replaced)
        return VG_OK;
    enum vg_err err = offsets_of(in->journal_dir, file->replaces, file->replaced, in->options.stop, &ranges);
    if (err && err != VG_EOF)
        *ret_why = "which rows it replaces can't be read in the journal";
    if (!err)
        err = vg_store_retract(in->store, ranges.items, ranges.count, ret_why);
    vg_offset_ranges_free(&ranges);
    return err;
}
