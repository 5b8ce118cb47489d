#include "ingest/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time_text.h"
#include "ingest/parquet_rows.h"
#include "journal/frame.h"
#include "nmea/line_end.h"
#include "nmea/line_time.h"
#include "nmea/nmea.h"
#include "sensor/json/log.h"
#include "sensor/table/head.h"

#define CANDIDATES 64
#define HEAD_LINES (64 << 10) /* looked at to find out what the file is */
_Static_assert(HEAD_LINES == VG_FILE_CHUNK_BYTES, "a chunk empties the head, and what a chunk leaves fits into it");

struct vg_ingest_source {
    struct vg_file_reader **reader; /* the plan's, or … */
    struct vg_file_reader *own;     /* … this one */
    bool parquet;
    struct vg_parquet_rows *rows; /* instead, of a Parquet file */
    uint64_t member;
    const atomic_bool *stop;
    struct vg_ledger *ledger;
    uint32_t job;
    struct vg_ledger_file file;
    struct sha256_ctx sum;
    uint64_t hashed; /* bytes that it is of, while the file is looked up */
    uint64_t offset; /* of the content: handed on so far */
    bool begun, ended;
    const char *block; /* what is left of the reader's block */
    size_t block_len;
    bool no_more;     /* the reader is at its end … */
    bool interrupted; /* … because it is to stop, not because the file is */
    size_t head_len;  /* bytes read ahead, from head_at on */
    size_t head_at;
    char *header, *layout;
    struct vg_line_clock clock;
    char why[768];
    char head[HEAD_LINES];
};

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
static enum vg_err take_blocks(struct vg_ingest_source *s, char *to, size_t cap, size_t *len, const char **ret_why)
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

static enum vg_err read_bytes(struct vg_ingest_source *s, char *to, size_t cap, size_t *ret_len, const char **ret_why)
{
    size_t n = s->head_len - s->head_at < cap ? s->head_len - s->head_at : cap;
    memcpy(to, s->head + s->head_at, n);
    s->head_at += n;
    *ret_len = n;
    return take_blocks(s, to, cap, ret_len, ret_why);
}

static enum vg_err read_head(struct vg_ingest_source *s, const char **ret_why)
{
    size_t n;
    enum vg_err err = read_bytes(s, s->head, HEAD_LINES, &n, ret_why);
    s->head_len = n;
    s->head_at = 0;
    return err;
}

/* ---- what it is ---- */

int64_t vg_ingest_source_latest(int64_t begun_us)
{
    return begun_us ? begun_us + VG_TIME_AHEAD_US : VG_TIME_TEXT_LATEST_US - 1;
}

static void tell_layout(const struct vg_ledger_file *f, struct vg_layout *l)
{
    int64_t day_us = f->told.day_us;
    if (day_us || vg_time_text_day_of_name(f->name, &day_us))
        l->day_us = day_us;
    if (f->told.form)
        snprintf(l->time, sizeof l->time, "%s", f->told.form);
    if (f->told.zone_minutes)
        l->zone_minutes = f->told.zone_minutes;
}

enum vg_err vg_ingest_source_layout(const struct vg_ledger_file *f, struct vg_layout *ret_layout, bool *ret_table,
                                    char *why, size_t size)
{
    const struct vg_layout *known = f->layout ? vg_layout_find(f->layout) : NULL;
    enum vg_err err = VG_OK;
    *ret_table = f->layout != NULL;
    if (known)
        *ret_layout = *known;
    else if (f->layout)
        err = vg_layout_read(f->layout, strlen(f->layout), ret_layout, why, size);
    if (!err && f->layout)
        tell_layout(f, ret_layout);
    return err;
}

bool vg_ingest_looks_like_table(const char *p, size_t len)
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
    const char *row;
    bool table;
    size_t len;
    struct vg_ledger_file named = s->file;
    named.layout = layout;
    enum vg_err err = vg_ingest_source_layout(&named, &l, &table, s->why, sizeof s->why);
    if (err) {
        wrong(s, path, s->why, ret_why);
        return err;
    }
    if (!vg_csv_header(&l, s->head, s->head_len, s->no_more, &row, &len))
        return wrong(s, path, "its first row hasn't the layout's columns", ret_why);
    err = vg_csv_check(&l, s->head, s->head_len, s->no_more, vg_ingest_source_latest(s->file.begun_us), s->why,
                       sizeof s->why);
    if (err)
        return err == VG_NOMEM ? err : wrong(s, path, s->why, ret_why);
    s->layout = copy_text(layout, strlen(layout));
    s->header = copy_text(row, l.headless ? 0 : len);
    s->file.layout = s->layout;
    s->file.header = s->header;
    return s->layout && s->header ? VG_OK : VG_NOMEM;
}

static bool is_sentence_whole(const char *p, const char *end)
{
    struct vg_line_look look;
    vg_line_look(p, (size_t)(end - p), NULL, &look);
    return look.what != VG_LINE_OTHER && !look.damaged;
}

/* A file that is in its head to the end must have one. */
static bool has_whole_sentence(const struct vg_ingest_source *s)
{
    const char *p = s->head, *end = s->head + s->head_len, *stop;
    for (; p < end; p = stop) {
        stop = vg_line_end(p, end);
        if (is_sentence_whole(p, stop))
            return true;
    }
    return !s->no_more;
}

/* A file's own date may be as wrong as any. */
static int64_t date_of(const struct vg_ingest_source_plan *plan)
{
    bool possible = vg_time_text_is_within(plan->time_us) && plan->time_us <= plan->begun_us + VG_TIME_AHEAD_US;
    return possible || !plan->begun_us ? plan->time_us : plan->begun_us;
}

static void clock_rules(const struct vg_ingest_source_plan *plan, struct vg_line_clock_rules *r)
{
    const struct vg_ledger_told *t = &plan->told;
    *r = (struct vg_line_clock_rules){.day_us = t->day_us,
                                      .zone_minutes = t->zone_minutes,
                                      .given_us = t->given_us,
                                      .undated = t->undated,
                                      .file_us = date_of(plan),
                                      .latest_us = vg_ingest_source_latest(plan->begun_us)};
    if (t->form)
        snprintf(r->pattern, sizeof r->pattern, "%s", t->form);
    if (!r->day_us)
        vg_time_text_day_of_name(plan->name, &r->day_us);
}

/* How its lines are dated. */
static enum vg_err learn_sentences(struct vg_ingest_source *s, const struct vg_ingest_source_plan *plan,
                                   const char **ret_why)
{
    struct vg_line_clock_rules rules;
    const char *path = plan->shown ? plan->shown : plan->path;
    if (!has_whole_sentence(s))
        return wrong(s, path, "no line of it is a whole sentence or a row of a known table", ret_why);
    clock_rules(plan, &rules);
    vg_line_clock_init(&s->clock, &rules);
    if (!vg_line_clock_learn(&s->clock, s->head, s->head_len, s->why, sizeof s->why))
        return wrong(s, path, s->why, ret_why);
    return VG_OK;
}

static enum vg_err learn_log(struct vg_ingest_source *s, const struct vg_ingest_source_plan *plan, bool si)
{
    const char *name = si ? "json-si" : "json";
    s->layout = copy_text(name, strlen(name));
    s->file.layout = s->layout;
    s->file.time_us = plan->told.given_us ? plan->told.given_us : date_of(plan);
    return s->layout ? VG_OK : VG_NOMEM;
}

static enum vg_err learn(struct vg_ingest_source *s, const struct vg_ingest_source_plan *plan, const char **ret_why)
{
    const struct vg_layout *known = vg_csv_known(s->head, s->head_len);
    const char *path = plan->shown ? plan->shown : plan->path;
    const char *layout = plan->layout ? plan->layout : known ? known->name : NULL;
    s->file.name = plan->name;
    s->file.time_us = plan->time_us;
    s->file.begun_us = plan->begun_us;
    s->file.told = plan->told;
    enum vg_json_head json = vg_json_log_head(s->head, s->head_len, s->no_more);
    if (json == VG_JSON_LOG || json == VG_JSON_LOG_SI)
        return learn_log(s, plan, json == VG_JSON_LOG_SI);
    if (layout)
        return learn_table(s, path, layout, ret_why);
    bool sentences = vg_nmea_has_sentence(s->head, s->head_len);
    if (json != VG_JSON_NONE && !sentences)
        return wrong(s, path,
                     json == VG_JSON_SPREAD ? "JSON whose objects are not on lines of their own; `jq -c .` writes it so"
                                            : "JSON of no known form; read are logs of gpsd, AIS-catcher, "
                                              "aisstream.io, Signal K and canboat",
                     ret_why);
    if (!sentences && vg_ingest_looks_like_table(s->head, s->head_len)) {
        vg_csv_explain(s->head, s->head_len, s->why, sizeof s->why);
        return wrong(s, path, s->why, ret_why);
    }
    return learn_sentences(s, plan, ret_why);
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
static enum vg_err hash_to(struct vg_ingest_source *s, uint64_t until, uint8_t *ret_sum, const char **ret_why)
{
    char bytes[1 << 14];
    while (s->hashed < until) {
        size_t n, want = until - s->hashed < sizeof bytes ? (size_t)(until - s->hashed) : sizeof bytes;
        enum vg_err err = read_bytes(s, bytes, want, &n, ret_why);
        if (!err && !n)
            err = VG_EOF;
        if (err)
            return err;
        sha256_update(&s->sum, n, (const uint8_t *)bytes);
        s->hashed += n;
    }
    struct sha256_ctx copy = s->sum;
    if (ret_sum)
        sha256_digest(&copy, VG_LEDGER_SUM, ret_sum);
    return VG_OK;
}

/* Reads through the file once and sees which candidates' bytes are its first ones. */
static enum vg_err match(struct vg_ingest_source *s, struct check *c, const char **ret_why)
{
    uint8_t sum[VG_LEDGER_SUM];
    enum vg_err err = VG_OK;
    qsort(c->file, c->count, sizeof c->file[0], by_sure);
    for (size_t i = 0; i < c->count && !err; i++) {
        err = hash_to(s, c->file[i].sure, sum, ret_why);
        c->right[i] = !err && (c->file[i].sure == 0 || memcmp(sum, c->file[i].sum, sizeof sum) == 0);
    }
    return err;
}

/* The one with most bytes wins. */
static enum vg_err compare(struct vg_ingest_source *s, struct check *c, struct vg_ledger_file *ret,
                           const char **ret_why)
{
    uint8_t sum[VG_LEDGER_SUM];
    enum vg_err err = match(s, c, ret_why);
    uint64_t most = 0;
    for (size_t i = 0; i < c->count; i++)
        if (c->right[i] && c->file[i].bytes >= most) {
            most = c->file[i].bytes;
            *ret = c->file[i];
        }
    if (!err && most > s->hashed)
        err = hash_to(s, most, NULL, ret_why);
    if (err != VG_EOF)
        return err;
    struct sha256_ctx copy = s->sum;
    sha256_digest(&copy, VG_LEDGER_SUM, sum);
    if (vg_ledger_had(s->ledger, &s->file, s->hashed, sum)) /* a copy from before it grew */
        return VG_EXISTS;
    if (most > s->hashed) /* it has fewer bytes than were taken: another file with the same begin */
        ret->id = 0;
    return VG_OK;
}

/* The file, or its member, from its beginning. */
static enum vg_err open_reader(struct vg_ingest_source *s, const char *path, const char **ret_why)
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

/* Back to the beginning, if more than `most` bytes were read: seldom, for what was compared mostly just goes on. */
static enum vg_err go_back(struct vg_ingest_source *s, const char *path, uint64_t most, const char **ret_why)
{
    if (s->hashed <= most)
        return VG_OK;
    enum vg_err err = open_reader(s, path, ret_why);
    return err ? err : read_head(s, ret_why);
}

/* Nothing more has come, or no more than the unfinished line that it had before. */
static bool is_as_before(struct vg_ingest_source *s, const char **ret_why)
{
    size_t left = s->head_len - s->head_at;
    memmove(s->head, s->head + s->head_at, left);
    s->head_at = 0;
    enum vg_err err = take_blocks(s, s->head, HEAD_LINES, &left, ret_why);
    s->head_len = left;
    return !err && s->no_more && !s->block_len && (!left || (!s->file.layout && !vg_lines_whole(s->head, left)));
}

/* Goes on where the one that was taken before ended. */
static enum vg_err go_on(struct vg_ingest_source *s, const struct vg_ledger_file *before, const char **ret_why)
{
    enum vg_err err = hash_to(s, before->bytes, s->file.sum, ret_why);
    s->offset = s->hashed;
    s->file.id = before->id;
    s->file.name = before->name;
    s->file.time_us = before->time_us;
    s->file.bytes = s->file.sure = before->bytes;
    s->file.from = before->from;
    s->file.from_journal_offset = before->from_journal_offset;
    if (!err && !is_as_before(s, ret_why))
        return before->sure == before->bytes ? vg_ledger_also(s->ledger, before) : VG_OK;
    if (err)
        return err;
    vg_ledger_expect(s->ledger, &s->file); /* all of it is known for sure now */
    return VG_EXISTS;
}

/* Which of them this file goes on from, and which it takes the place of: those that were told otherwise. */
static void part(const struct vg_ingest_source *s, bool again, struct check *all, struct check *alike)
{
    size_t others = 0;
    alike->count = 0;
    for (size_t i = 0; i < all->count; i++) {
        const struct vg_ledger_file *f = &all->file[i];
        if (f->is_replaced)
            continue;
        if (!again && vg_ledger_told_alike(f, &s->file))
            alike->file[alike->count++] = *f;
        else
            all->file[others++] = *f;
    }
    all->count = others;
}

/* Those whose bytes are the first ones of this file. */
static enum vg_err find_replaced(struct vg_ingest_source *s, struct check *others, const char **ret_why)
{
    enum vg_err err = match(s, others, ret_why);
    for (size_t i = 0; i < others->count && s->file.replaced < VG_LEDGER_REPLACES; i++)
        if (others->right[i] && others->file[i].bytes)
            s->file.replaces[s->file.replaced++] = others->file[i].id;
    return err == VG_EOF ? VG_OK : err;
}

static enum vg_err look_up(struct vg_ingest_source *s, const struct vg_ingest_source_plan *plan, const char **ret_why)
{
    struct check others, alike;
    struct vg_ledger_file before = {0};
    s->file.remembered = strcmp(plan->path, "-") != 0 && !s->interrupted;
    if (!s->file.remembered)
        return VG_OK;
    s->file.head_len = (uint32_t)(s->head_len < VG_LEDGER_HEAD ? s->head_len : VG_LEDGER_HEAD);
    vg_hash(s->head, s->file.head_len, s->file.head);
    others.count = vg_ledger_find(s->ledger, s->head, s->head_len, others.file, CANDIDATES);
    part(s, plan->again, &others, &alike);
    enum vg_err err = VG_OK;
    if (alike.count) {
        err = compare(s, &alike, &before, ret_why);
        if (!err)
            err = go_back(s, plan->path, before.id ? before.bytes : 0, ret_why);
    }
    if (!err && before.id && before.bytes)
        return go_on(s, &before, ret_why);
    if (!err && before.id) /* begun, and nothing of it arrived */
        s->file.id = before.id;
    if (!err && !before.id && others.count) {
        err = find_replaced(s, &others, ret_why);
        if (!err)
            err = go_back(s, plan->path, 0, ret_why);
    }
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
    s->reader = plan->reader ? plan->reader : &s->own;
    s->member = plan->member;
    s->parquet = !plan->reader && strcmp(plan->path, "-") != 0 && vg_parquet_rows_fits(plan->path);
    enum vg_err err = plan->reader ? VG_OK : open_reader(s, plan->path, ret_why);
    if (!err)
        err = read_head(s, ret_why);
    if (!err && !s->head_len) /* an empty file is always there */
        err = s->interrupted ? VG_IO : VG_EXISTS;
    if (!err)
        err = learn(s, plan, ret_why);
    if (!err)
        err = look_up(s, plan, ret_why);
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
