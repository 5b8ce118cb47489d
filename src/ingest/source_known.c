/* Whether a recording was here before: it goes on, is known, or takes the place of what it was. */
#include <stdlib.h>
#include <string.h>

#include "ingest/source_inner.h"
#include "journal/frame.h"
#include "nmea/line_end.h"

#define CANDIDATES 64

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
        enum vg_err err = source_read_bytes(s, bytes, want, &n, ret_why);
        if (!err && !n)
            err = VG_EOF;
        if (err)
            return err;
        sha256_update(&s->sum, n, (const uint8_t *)bytes);
        s->hashed += n;
        s->last_hashed = bytes[n - 1];
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

/* Back to the beginning, if more than `most` bytes were read: seldom, for what was compared mostly just goes on. */
static enum vg_err go_back(struct vg_ingest_source *s, const char *path, uint64_t most, const char **ret_why)
{
    if (s->hashed <= most)
        return VG_OK;
    enum vg_err err = source_open_reader(s, path, ret_why);
    return err ? err : source_read_head(s, ret_why);
}

/* Nothing more has come, or no more than the unfinished line that it had before. */
static bool is_as_before(struct vg_ingest_source *s, const char **ret_why)
{
    size_t left = s->head_len - s->head_at;
    memmove(s->head, s->head + s->head_at, left);
    s->head_at = 0;
    enum vg_err err = source_take_blocks(s, s->head, HEAD_LINES, &left, ret_why);
    s->head_len = left;
    return !err && s->no_more && !s->block_len && source_unfinished(s, s->head, left) == left;
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

/*
 * What was taken before ended in a line without its end (vg_resume_points_note()), and that line goes on now. How it
 * was read was a guess: all is taken anew.
 */
static enum vg_err look_at_seam(struct vg_ingest_source *s, const struct vg_ledger_file *before, bool *ret_torn,
                                const char **ret_why)
{
    *ret_torn = false;
    if (before->from != before->bytes || before->from_journal_offset)
        return VG_OK;
    enum vg_err err = hash_to(s, before->bytes, NULL, ret_why);
    if (!err && !vg_line_ends_with(s->last_hashed))
        *ret_torn = !is_as_before(s, ret_why) && s->head_len && !vg_line_ends_with(*s->head);
    return err;
}

/* It takes the place of what was torn. With the same head in the ledger, a copy from before it grew is found. */
static enum vg_err begin_anew(struct vg_ingest_source *s, const struct vg_ingest_source_plan *plan,
                              struct vg_ledger_file *torn, const char **ret_why)
{
    s->file.replaces[s->file.replaced++] = torn->id;
    s->file.head_len = torn->head_len;
    memcpy(s->file.head, torn->head, sizeof s->file.head);
    enum vg_err err = go_back(s, plan->path, 0, ret_why);
    if (!err)
        err = vg_ledger_begin(s->ledger, &s->file, &s->file.id);
    torn->id = s->file.id;
    return err || torn->sure != torn->bytes ? err : vg_ledger_also(s->ledger, torn);
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

enum vg_err source_look_up(struct vg_ingest_source *s, const struct vg_ingest_source_plan *plan, const char **ret_why)
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
    bool torn = false;
    if (!err && before.id && before.bytes)
        err = look_at_seam(s, &before, &torn, ret_why);
    if (!err && torn)
        return begin_anew(s, plan, &before, ret_why);
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
