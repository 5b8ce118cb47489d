#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ingest/source_inner.h"
#include "nmea/line_end.h"
#include "sensor/json/log.h"

/* ---- bytes ---- */

static enum vg_err next_block(struct vg_ingest_source *s, const char **ret_why)
{
    const void *bytes;
    enum vg_err err = s->rows ? vg_parquet_rows_next(s->rows, &bytes, &s->block_len, ret_why)
                              : vg_file_reader_next(*s->reader, &bytes, &s->block_len, ret_why);
    s->block = bytes;
    if (err)
        s->block_len = 0;
    if (err == VG_IO && s->stop && *s->stop) {
        s->interrupted = true; /* what came is taken */
        err = VG_EOF;
    }
    s->no_more = err == VG_EOF;
    return err;
}

/* Behind the *len bytes that are there, up to `cap`; fewer only at the end. */
enum vg_err source_take_blocks(struct vg_ingest_source *s, char *to, size_t cap, size_t *len, const char **ret_why)
{
    enum vg_err err = VG_OK;
    while (*len < cap && !s->no_more && !err) {
        if (!s->block_len)
            err = next_block(s, ret_why);
        size_t take = s->block_len < cap - *len ? s->block_len : cap - *len;
        if (take) { /* nothing after an error */
            memcpy(to + *len, s->block, take);
            s->block += take;
            s->block_len -= take;
            *len += take;
        }
    }
    return err == VG_EOF ? VG_OK : err;
}

enum vg_err source_read_bytes(struct vg_ingest_source *s, char *to, size_t cap, size_t *ret_len, const char **ret_why)
{
    size_t n = s->head_len - s->head_at < cap ? s->head_len - s->head_at : cap;
    memcpy(to, s->head + s->head_at, n);
    s->head_at += n;
    *ret_len = n;
    return source_take_blocks(s, to, cap, ret_len, ret_why);
}

enum vg_err source_read_head(struct vg_ingest_source *s, const char **ret_why)
{
    size_t n;
    enum vg_err err = source_read_bytes(s, s->head, HEAD_LINES, &n, ret_why);
    s->head_len = n;
    s->head_at = 0;
    return err;
}

/* The file, or its member, from its beginning. */
enum vg_err source_open_reader(struct vg_ingest_source *s, const char *path, const char **ret_why)
{
    vg_file_reader_close(*s->reader);
    *s->reader = NULL;
    vg_parquet_rows_close(s->rows);
    s->rows = NULL;
    s->block_len = s->head_len = s->head_at = 0;
    s->no_more = false;
    s->hashed = 0;
    sha256_init(&s->sum);
    if (s->parquet)
        return vg_parquet_rows_open(path, &s->rows, ret_why);
    enum vg_err err = vg_file_reader_open(path, s->reader, ret_why);
    if (err)
        return err;
    vg_file_reader_stop_by(*s->reader, s->stop);
    return vg_file_reader_go_to(*s->reader, s->member, ret_why);
}

/* ---- open and close ---- */

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
    if (!err)
        err = source_learn(s, plan, ret_why);
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

/* What is behind the last line's end waits in `head` for the next chunk. */
static void keep_rest(struct vg_ingest_source *s, struct vg_file_chunk *c)
{
    size_t whole = c->len;
    while (whole && c->bytes[whole - 1] != '\n' && c->bytes[whole - 1] != '\r')
        whole--;
    whole = whole ? whole : c->len;
    size_t rest = c->len - whole;
    if (!rest)
        return;
    memcpy(s->head, c->bytes + whole, rest); /* a full chunk has emptied it */
    s->head_at = 0;
    s->head_len = rest;
    c->len = whole;
}

static bool is_log(const struct vg_ingest_source *s)
{
    const struct vg_layout *known = s->file.layout ? vg_layout_find(s->file.layout) : NULL;
    return known && known->json;
}

enum vg_err vg_ingest_source_next(struct vg_ingest_source *s, struct vg_file_chunk *c, const char **ret_why)
{
    if (s->ended)
        return VG_EOF;
    enum vg_err err = source_read_bytes(s, c->bytes, VG_FILE_CHUNK_BYTES, &c->len, ret_why);
    if (!err && c->len == VG_FILE_CHUNK_BYTES)
        keep_rest(s, c);
    if (!err && !s->no_more && !s->block_len && s->head_at == s->head_len) {
        err = next_block(s, ret_why); /* is there more? */
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
    if (c->last && s->file.remembered && !s->member &&
        !s->file.layout) { /* what grows may be in the middle of a line */
        c->waiting = c->len - vg_lines_whole(c->bytes, c->len);
        c->len -= c->waiting;
    } else if (c->last && s->file.remembered && !s->member && is_log(s)) {
        c->waiting = vg_json_log_unfinished(c->bytes, c->len);
        c->len -= c->waiting;
    }
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
