#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ingest/source_inner.h"
#include "nmea/line_end.h"

enum vg_err vg_ingest_source_open(const struct vg_ingest_source_plan *plan, uint32_t job, struct vg_ledger *ledger,
                                  struct vg_ingest_source **ret_source, const char **ret_why)
{
    struct vg_ingest_source *s = malloc(sizeof *s);
    *ret_why = "out of memory";
    if (!s)
        return VG_NOMEM;
    memset(s, 0, offsetof(struct vg_ingest_source, why));
    s->job = job;
    s->ledger = ledger;
    s->stop = plan->stop;
    sha256_init(&s->sum);
    s->reader = plan->reader ? plan->reader : &s->own;
    s->member = plan->member;
    s->parquet = !plan->reader && strcmp(plan->path, "-") != 0 && vg_parquet_rows_fits(plan->path);
    enum vg_err err = plan->reader ? VG_OK : source_open_reader(s, plan->path, ret_why);
    if (!err)
        err = source_read_head(s, ret_why);
    if (!err && !s->head_len) /* an empty file is always there */
        err = s->interrupted ? VG_IO : VG_EXISTS;
    const char *head_why = *ret_why;
    if (!err && (err = source_learn(s, plan, ret_why)) && s->head_err) { /* no wonder that nothing is learnt */
        err = s->head_err;
        *ret_why = head_why;
    }
    if (!err)
        err = source_look_up(s, plan, ret_why);
    if (!err && !s->file.id)
        err = vg_ledger_begin(ledger, &s->file, &s->file.id);
    if (err) {
        vg_ingest_source_close(s);
        return err;
    }
    struct vg_ledger_file kept; /* its texts stay as long as the ledger does */
    vg_ledger_get(ledger, s->file.id, &kept);
    s->file.name = kept.name;
    s->file.layout = kept.layout;
    s->file.header = kept.header;
    s->file.told.form = kept.told.form;
    *ret_source = s;
    return VG_OK;
}

void vg_ingest_source_close(struct vg_ingest_source *s)
{
    if (!s)
        return;
    vg_file_reader_close(s->own);
    vg_parquet_rows_close(s->rows);
    free(s->header);
    free(s->layout);
    free(s);
}

/* ---- chunks ---- */

static size_t whole_lines(const struct vg_file_chunk *c)
{
    size_t whole = c->len;
    while (whole && !vg_line_ends_with(c->bytes[whole - 1]))
        whole--;
    return whole;
}

/* What is behind the last line's end waits in `head` for the next chunk. */
static void keep_rest(struct vg_ingest_source *s, struct vg_file_chunk *c)
{
    size_t whole = whole_lines(c);
    whole = whole ? whole : c->len;
    size_t rest = c->len - whole;
    if (!rest)
        return;
    memcpy(s->head, c->bytes + whole, rest); /* a full chunk has emptied it */
    s->head_at = 0;
    s->head_len = rest;
    c->len = whole;
}

enum vg_err vg_ingest_source_next(struct vg_ingest_source *s, struct vg_file_chunk *c, const char **ret_why)
{
    if (s->ended)
        return VG_EOF;
    enum vg_err err = source_read_bytes(s, c->bytes, VG_FILE_CHUNK_BYTES, &c->len, ret_why);
    if (!err && c->len == VG_FILE_CHUNK_BYTES)
        keep_rest(s, c);
    if (err || s->interrupted) /* the line in which it breaks off comes again, with the rest of the file */
        c->len = whole_lines(c);
    if (!err && !s->no_more && !s->block_len && s->head_at == s->head_len) {
        err = source_next_block(s, ret_why); /* is there more? */
        err = err == VG_EOF ? VG_OK : err;
    }
    if ((err || s->interrupted) && !c->len)
        return err ? err : VG_EOF;
    c->job = s->job;
    c->failed = VG_OK;
    c->offset = s->offset;
    c->first = !s->begun;
    c->last = !err && s->no_more && !s->interrupted && !s->block_len && s->head_at == s->head_len;
    c->share = s->rows ? vg_parquet_rows_progress(s->rows) : vg_file_reader_progress(*s->reader);
    c->waiting = 0;
    if (c->last)
        c->waiting = source_unfinished(s, c->bytes, c->len);
    c->len -= c->waiting;
    if (c->first)
        c->clock = s->clock;
    c->passed_over = 0;
    const char *note = !c->last ? NULL : s->rows ? vg_parquet_rows_note(s->rows) : vg_file_reader_note(*s->reader);
    snprintf(c->why, sizeof c->why, "%s", note ? note : "");
    s->begun = true;
    s->ended = c->last;
    s->offset += c->len;
    sha256_update(&s->sum, c->len, (const uint8_t *)c->bytes);
    struct sha256_ctx copy = s->sum;
    s->file.bytes = s->file.sure = s->offset;
    sha256_digest(&copy, VG_LEDGER_SUM, s->file.sum);
    c->file = s->file;
    if (c->last)
        vg_ledger_expect(s->ledger, &s->file);
    return VG_OK; /* an error comes again with the next call */
}
