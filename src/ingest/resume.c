#include "ingest/resume.h"

#include <stdlib.h>
#include <string.h>

#include "ingest/source.h"
#include "journal/reader.h"

#define SEGMENT VG_CSV_SEGMENT
#define BACK    (UINT64_C(1) << 23) /* fragments wait for 1000 lines of at most 1 KiB; eight times that */
#define ROOM    1024                /* reports: they are dropped, the archive has them */

/* ---- points ---- */

void vg_resume_points_move(struct vg_resume_points *a, uint64_t offset, uint64_t end, uint64_t journal_offset)
{
    const struct vg_resume_point here = {offset, journal_offset};
    if (!a->point[1].journal_offset) {
        a->point[0] = a->point[1] = here;
    } else if (end / SEGMENT > offset / SEGMENT) { /* the last chunk that begins in its segment */
        a->point[0] = a->point[1];
        a->point[1] = here;
    }
}

void vg_resume_points_note(const struct vg_resume_points *a, bool cut, struct vg_ledger_file *file)
{
    bool far = file->bytes >= BACK && (file->bytes - BACK) / SEGMENT > a->point[1].offset / SEGMENT;
    const struct vg_resume_point *p = &a->point[far];
    file->from = cut ? file->bytes : p->offset;
    file->from_journal_offset = cut ? 0 : p->journal_offset;
}

/* ---- decoders ---- */

enum vg_err vg_resume_begin(const struct vg_ledger_file *f, uint64_t offset, struct vg_sources *sources,
                            struct vg_recording **ret)
{
    struct vg_layout layout;
    struct vg_recording *r = NULL;
    char why[512];
    bool table;
    enum vg_err err = vg_ingest_source_layout(f, &layout, &table, why, sizeof why);
    if (!err)
        err = vg_recording_new(table ? &layout : NULL, sources, vg_source_feed(sources, f->name), &r);
    if (!err)
        vg_recording_bound(r, vg_ingest_source_latest(f->begun_us),
                           f->told.given_us ? VG_TIME_SOURCE_GIVEN : VG_TIME_SOURCE_FILE);
    if (!err)
        err = vg_recording_begin_at(r, offset, f->header);
    if (err)
        vg_recording_free(r);
    else
        *ret = r;
    return err;
}

static bool is_of(const struct vg_record *r, const struct vg_ledger_file *f)
{
    return r->kind == VG_RECORD_DATA && r->len && r->stream >= VG_RECORDING_STREAM &&
           vg_recording_stream_file(r->stream) == f->id && r->name_len == strlen(f->name) &&
           memcmp(r->name, f->name, r->name_len) == 0;
}

static void read_again(struct vg_recording *recording, const struct vg_record *r, struct vg_report *scratch)
{
    const char *bytes = r->bytes;
    vg_recording_map_offset(recording, vg_recording_offset(recording), r->journal_offset);
    for (size_t at = 0, taken; at < r->len; at += taken)
        vg_recording_decode(recording, bytes + at, r->len - at, r->time_us, vg_recording_stream_time(r->stream),
                            scratch, ROOM, &taken);
}

/* VG_EOF, VG_NOT_FOUND: the journal doesn't have all of the bytes. */
static enum vg_err read_to(const char *journal_dir, const struct vg_ledger_file *f, struct vg_resume_points *points,
                           struct vg_recording *recording, struct vg_report *scratch, int64_t *last_us)
{
    struct vg_journal_reader *reader;
    struct vg_record r;
    const char *why;
    enum vg_err err = vg_journal_reader_open(journal_dir, NULL, NULL, NULL, &reader, &why);
    if (err)
        return err;
    err = vg_journal_reader_seek_frame(reader, vg_journal_offset_frame(f->from_journal_offset));
    while (!err && vg_recording_offset(recording) < f->bytes) {
        err = vg_journal_reader_next(reader, &r);
        if (err || r.journal_offset < f->from_journal_offset || !is_of(&r, f))
            continue;
        uint64_t offset = vg_recording_offset(recording);
        if (offset && offset == f->from) /* its rows' times of day are of this one's day */
            vg_recording_set_clock(recording, r.time_us);
        read_again(recording, &r, scratch);
        vg_resume_points_move(points, offset, offset + r.len, r.journal_offset);
        *last_us = r.time_us;
    }
    vg_journal_reader_close(reader);
    return err;
}

enum vg_err vg_resume_go_on(const char *journal_dir, const struct vg_ledger_file *f, struct vg_sources *sources,
                            struct vg_resume_points *points, struct vg_recording **ret, int64_t *last_us)
{
    struct vg_report *scratch = malloc(ROOM * sizeof *scratch);
    struct vg_recording *r;
    enum vg_err err = scratch ? vg_resume_begin(f, f->from, sources, &r) : VG_NOMEM;
    if (err) {
        free(scratch);
        return err;
    }
    memset(points, 0, sizeof *points);
    err = read_to(journal_dir, f, points, r, scratch, last_us);
    free(scratch);
    if (!err && vg_recording_offset(r) == f->bytes) {
        *ret = r;
        return VG_OK;
    }
    vg_recording_free(r);
    if (err && err != VG_EOF && err != VG_NOT_FOUND)
        return err;
    memset(points, 0, sizeof *points); /* the journal retired them: begin here, without what came before */
    return vg_resume_begin(f, f->bytes, sources, ret);
}
