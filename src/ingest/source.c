#include "ingest/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ingest/runs.h"
#include "journal/frame.h"
#include "sensor/table/row.h"
#include "sensor/table/table.h"

#define CANDIDATES 64
#define HEAD_LINES (64 << 10) /* looked at to find out what the file is */
_Static_assert(HEAD_LINES == VG_FILE_CHUNK_BYTES, "a chunk empties the head, and what a chunk leaves fits into it");

struct vg_ingest_source {
    struct vg_file_reader *reader;
    const atomic_bool *stop;
    struct vg_ledger *ledger;
    uint32_t job;
    struct vg_ledger_file file;
    struct sha256_ctx sum;
    uint64_t offset; /* of the content: handed on so far */
    bool begun, ended;
    const char *block; /* what is left of the reader's block */
    size_t block_len;
    bool no_more;     /* the reader is at its end … */
    bool interrupted; /* … because it is to stop, not because the file is */
    size_t head_len;  /* bytes read ahead, from head_at on */
    size_t head_at;
    char *header, *layout;
    char why[768];
    char head[HEAD_LINES];
};

/* ---- bytes ---- */

static enum vg_err next_block(struct vg_ingest_source *s, const char **ret_why)
{
    const void *bytes;
    enum vg_err err = vg_file_reader_next(s->reader, &bytes, &s->block_len, ret_why);
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

/* Up to `cap` bytes, fewer only at the end. */
static enum vg_err read_bytes(struct vg_ingest_source *s, char *to, size_t cap, size_t *ret_len, const char **ret_why)
{
    size_t n = s->head_len - s->head_at < cap ? s->head_len - s->head_at : cap;
    memcpy(to, s->head + s->head_at, n);
    s->head_at += n;
    enum vg_err err = VG_OK;
    while (n < cap && !s->no_more && !err) {
        if (!s->block_len)
            err = next_block(s, ret_why);
        size_t take = s->block_len < cap - n ? s->block_len : cap - n;
        if (take) { /* nothing after an error */
            memcpy(to + n, s->block, take);
            s->block += take;
            s->block_len -= take;
            n += take;
        }
    }
    *ret_len = n;
    return err == VG_EOF ? VG_OK : err;
}

static enum vg_err read_head(struct vg_ingest_source *s, const char **ret_why)
{
    size_t n;
    enum vg_err err = read_bytes(s, s->head, HEAD_LINES, &n, ret_why);
    s->head_len = n;
    s->head_at = 0;
    return err;
}

static enum vg_err open_reader(struct vg_ingest_source *s, const char *path, const char **ret_why)
{
    s->reader = NULL;
    enum vg_err err = vg_file_reader_open(path, &s->reader, ret_why);
    if (err)
        return err;
    vg_file_reader_stop_by(s->reader, s->stop);
    return read_head(s, ret_why);
}

/* ---- what it is ---- */

enum vg_err vg_ingest_source_layout(const char *text, struct vg_layout *ret_layout, bool *ret_table, char *why,
                                    size_t size)
{
    const struct vg_layout *known = text ? vg_layout_find(text) : NULL;
    *ret_table = text != NULL;
    if (!text)
        return VG_OK;
    if (!known)
        return vg_layout_read(text, strlen(text), ret_layout, why, size);
    *ret_layout = *known;
    return VG_OK;
}

static bool has_sentences(const char *p, size_t len)
{
    for (size_t i = 0; i + 6 < len; i++)
        if ((p[i] == '!' || p[i] == '$') && p[i + 1] >= 'A' && p[i + 1] <= 'Z' && p[i + 2] >= 'A' && p[i + 2] <= 'Z')
            return true;
    return false;
}

static bool looks_like_table(const char *p, size_t len)
{
    const char *lf = memchr(p, '\n', len);
    size_t line = lf ? (size_t)(lf - p) : len, marks = 0;
    for (size_t i = 0; i < line; i++) {
        marks += p[i] == ',' || p[i] == ';' || p[i] == '\t' || p[i] == '|';
        if ((uint8_t)p[i] < 0x20 && p[i] != '\t' && p[i] != '\r')
            return false;
    }
    return marks >= 2;
}

static enum vg_err wrong(struct vg_ingest_source *s, const char *path, const char *what, const char **ret_why)
{
    static _Thread_local char why[1024];
    snprintf(why, sizeof why, "%.200s: %.700s", path, what);
    (void)s;
    *ret_why = why;
    return VG_UNSUPPORTED;
}

static char *copy_text(const char *text, size_t len)
{
    char *copy = malloc(len + 1);
    if (copy) {
        memcpy(copy, text, len);
        copy[len] = '\0';
    }
    return copy;
}

/* The layout, and the header to go on with in the middle of the table. */
static enum vg_err learn_table(struct vg_ingest_source *s, const char *path, const char *layout, const char **ret_why)
{
    struct vg_layout l;
    struct vg_columns columns;
    bool table;
    size_t n = 0;
    enum vg_err err = vg_ingest_source_layout(layout, &l, &table, s->why, sizeof s->why);
    if (err) {
        wrong(s, path, s->why, ret_why);
        return err;
    }
    if (vg_row_end(s->head, s->head_len, l.delimiter ? l.delimiter : ',', l.quote, s->no_more, &n) != VG_ROW_WHOLE)
        n = 0;
    const char *row = s->head;
    size_t len = n;
    if (len >= 3 && memcmp(row, "\xEF\xBB\xBF", 3) == 0)
        row += 3, len -= 3;
    while (len && (row[len - 1] == '\n' || row[len - 1] == '\r'))
        len--;
    if (!vg_layout_match(&l, row, len, &columns))
        return wrong(s, path, "its first row hasn't the layout's columns", ret_why);
    s->layout = copy_text(layout, strlen(layout));
    s->header = copy_text(row, l.headless ? 0 : len);
    s->file.layout = s->layout;
    s->file.header = s->header;
    return s->layout && s->header ? VG_OK : VG_NOMEM;
}

static enum vg_err learn(struct vg_ingest_source *s, const struct vg_ingest_source_plan *plan, const char **ret_why)
{
    const struct vg_layout *known = vg_csv_known(s->head, s->head_len);
    const char *layout = plan->layout ? plan->layout : known ? known->name : NULL;
    s->file.name = plan->name;
    s->file.time_us = plan->time_us;
    if (layout)
        return learn_table(s, plan->path, layout, ret_why);
    if (!has_sentences(s->head, s->head_len) && looks_like_table(s->head, s->head_len))
        return wrong(s, plan->path, "a table of no known layout; --layout FILE tells what its columns are", ret_why);
    s->file.timed = vg_runs_are_timed(s->head, s->head_len);
    return VG_OK;
}

/* ---- whether it was here before ---- */

struct check {
    struct vg_ledger_file file[CANDIDATES];
    bool right[CANDIDATES];
    size_t count;
};

static int by_sure(const void *a, const void *b)
{
    const struct vg_ledger_file *x = a, *y = b;
    return x->sure < y->sure ? -1 : x->sure > y->sure;
}

/* Hashes up to `until` and tells the sum of what is before. False: the file ends earlier. */
static enum vg_err hash_to(struct vg_ingest_source *s, uint64_t *at, uint64_t until, uint8_t *ret_sum,
                           const char **ret_why)
{
    char bytes[1 << 14];
    while (*at < until) {
        size_t n, want = until - *at < sizeof bytes ? (size_t)(until - *at) : sizeof bytes;
        enum vg_err err = read_bytes(s, bytes, want, &n, ret_why);
        if (!err && !n)
            err = VG_EOF;
        if (err)
            return err;
        sha256_update(&s->sum, n, (const uint8_t *)bytes);
        *at += n;
    }
    struct sha256_ctx copy = s->sum;
    if (ret_sum)
        sha256_digest(&copy, VG_LEDGER_SUM, ret_sum);
    return VG_OK;
}

/* Reads through the file once and sees which candidates' bytes are its first ones. The one with most wins. */
static enum vg_err compare(struct vg_ingest_source *s, struct check *c, struct vg_ledger_file *ret,
                           const char **ret_why)
{
    uint64_t at = 0;
    uint8_t sum[VG_LEDGER_SUM];
    enum vg_err err = VG_OK;
    qsort(c->file, c->count, sizeof c->file[0], by_sure);
    for (size_t i = 0; i < c->count && !err; i++) {
        err = hash_to(s, &at, c->file[i].sure, sum, ret_why);
        c->right[i] = !err && (c->file[i].sure == 0 || memcmp(sum, c->file[i].sum, sizeof sum) == 0);
    }
    uint64_t most = 0;
    for (size_t i = 0; i < c->count; i++)
        if (c->right[i] && c->file[i].bytes >= most) {
            most = c->file[i].bytes;
            *ret = c->file[i];
        }
    if (!err && most > at)
        err = hash_to(s, &at, most, NULL, ret_why);
    if (err != VG_EOF)
        return err;
    struct sha256_ctx copy = s->sum;
    sha256_digest(&copy, VG_LEDGER_SUM, sum);
    if (vg_ledger_had(s->ledger, at, sum)) /* a copy from before it grew */
        return VG_EXISTS;
    if (most > at) /* it has fewer bytes than were taken: another file with the same begin */
        ret->id = 0;
    return VG_OK;
}

static enum vg_err reopen(struct vg_ingest_source *s, const char *path, const char **ret_why)
{
    vg_file_reader_close(s->reader);
    s->block_len = s->head_len = s->head_at = 0;
    s->no_more = false;
    sha256_init(&s->sum);
    return open_reader(s, path, ret_why);
}

/* Goes on where the one that was taken before ended. */
static enum vg_err go_on(struct vg_ingest_source *s, const struct vg_ledger_file *before, const char **ret_why)
{
    uint64_t at = 0;
    enum vg_err err = hash_to(s, &at, before->bytes, s->file.sum, ret_why);
    s->offset = at;
    s->file.id = before->id;
    s->file.name = before->name;
    s->file.time_us = before->time_us;
    s->file.timed = before->timed;
    s->file.bytes = s->file.sure = before->bytes;
    s->file.from = before->from;
    s->file.from_journal_offset = before->from_journal_offset;
    if (!err && s->head_at == s->head_len && !s->block_len && !s->no_more)
        err = next_block(s, ret_why);
    if (err == VG_EOF)
        err = VG_OK;
    if (!err && (s->head_at < s->head_len || s->block_len))
        return before->sure == before->bytes ? vg_ledger_also(s->ledger, before) : VG_OK;
    if (err)
        return err;
    vg_ledger_expect(s->ledger, &s->file); /* all of it is known for sure now */
    return VG_EXISTS;
}

static enum vg_err look_up(struct vg_ingest_source *s, const char *path, const char **ret_why)
{
    struct check check;
    struct vg_ledger_file before = {0};
    s->file.remembered = strcmp(path, "-") != 0 && !s->interrupted;
    if (!s->file.remembered)
        return VG_OK;
    s->file.head_len = (uint32_t)(s->head_len < VG_LEDGER_HEAD ? s->head_len : VG_LEDGER_HEAD);
    vg_hash(s->head, s->file.head_len, s->file.head);
    check.count = vg_ledger_find(s->ledger, s->head, s->head_len, check.file, CANDIDATES);
    if (!check.count)
        return VG_OK;
    enum vg_err err = compare(s, &check, &before, ret_why);
    if (!err)
        err = reopen(s, path, ret_why);
    if (!err && before.id && before.bytes)
        err = go_on(s, &before, ret_why);
    else if (!err && before.id)
        s->file.id = before.id; /* begun, and nothing of it arrived */
    return err;
}

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
    enum vg_err err = open_reader(s, plan->path, ret_why);
    if (!err && !s->head_len) /* an empty file is always there */
        err = s->interrupted ? VG_IO : VG_EXISTS;
    if (!err)
        err = learn(s, plan, ret_why);
    if (!err)
        err = look_up(s, plan->path, ret_why);
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
    *ret_source = s;
    return VG_OK;
}

void vg_ingest_source_close(struct vg_ingest_source *s)
{
    if (!s)
        return;
    vg_file_reader_close(s->reader);
    free(s->header);
    free(s->layout);
    free(s);
}

/* ---- chunks ---- */

/* What is behind the last line's end waits in `head` for the next chunk. */
static void keep_rest(struct vg_ingest_source *s, struct vg_file_chunk *c)
{
    const char *lf = memrchr(c->bytes, '\n', c->len);
    size_t whole = lf ? (size_t)(lf + 1 - c->bytes) : c->len;
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
    enum vg_err err = read_bytes(s, c->bytes, VG_FILE_CHUNK_BYTES, &c->len, ret_why);
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
    c->share = vg_file_reader_progress(s->reader);
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
