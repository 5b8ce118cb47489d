#include "journal/lines.h"

#include <stdlib.h>
#include <string.h>

struct stream {
    char name[VG_FRAME_NAME_MAX];
    uint8_t name_len;
    uint32_t number;
    size_t len; /* 0: free */
    int64_t time_us;
    uint64_t journal_offset;
    uint64_t used;
    char bytes[VG_JOURNAL_LINE_MAX];
};

struct vg_lines {
    vg_on_line *on_line;
    void *arg;
    uint64_t uses;
    struct stream stream[VG_LINES_STREAMS];
};

enum vg_err vg_lines_new(vg_on_line *on_line, void *arg, struct vg_lines **ret_lines)
{
    struct vg_lines *l = calloc(1, sizeof *l);
    if (!l)
        return VG_NOMEM;
    l->on_line = on_line;
    l->arg = arg;
    *ret_lines = l;
    return VG_OK;
}

static void hand_on(struct vg_lines *l, const char *bytes, size_t len, int64_t time_us, uint64_t journal_offset)
{
    if (len && bytes[len - 1] == '\r')
        len--;
    const struct vg_journal_line line = {bytes, len, time_us, journal_offset};
    l->on_line(l->arg, &line);
}

static void finish(struct vg_lines *l, struct stream *s)
{
    if (s->len)
        hand_on(l, s->bytes, s->len, s->time_us, s->journal_offset);
    s->len = 0;
}

void vg_lines_free(struct vg_lines *l)
{
    for (int i = 0; l && i < VG_LINES_STREAMS; i++)
        finish(l, &l->stream[i]);
    free(l);
}

/* The stream's unfinished line; if it has none and make is set, a free place for one. */
static struct stream *find(struct vg_lines *l, const struct vg_record *r, bool make)
{
    struct stream *best = &l->stream[0];
    for (int i = 0; i < VG_LINES_STREAMS; i++) {
        struct stream *s = &l->stream[i];
        if (s->len && s->number == r->stream && s->name_len == r->name_len &&
            (!r->name_len || memcmp(s->name, r->name, r->name_len) == 0))
            return s;
        if (best->len && (!s->len || s->used < best->used))
            best = s;
    }
    if (!make)
        return NULL;
    finish(l, best);
    if (r->name_len)
        memcpy(best->name, r->name, r->name_len);
    best->name_len = (uint8_t)r->name_len;
    best->number = r->stream;
    return best;
}

static void keep(struct vg_lines *l, struct stream *s, const struct vg_record *r, const char *bytes, size_t len)
{
    if (len > VG_JOURNAL_LINE_MAX - s->len)
        len = VG_JOURNAL_LINE_MAX - s->len;
    memcpy(s->bytes + s->len, bytes, len);
    s->len += len;
    s->time_us = r->time_us;
    s->journal_offset = r->journal_offset;
    s->used = ++l->uses;
}

void vg_lines_take(struct vg_lines *l, const struct vg_record *r)
{
    const char *p = r->bytes, *end = p + r->len;
    struct stream *s = find(l, r, false);
    if (s && r->flags & VG_RECORD_BEGINS) { /* what a broken connection left */
        finish(l, s);
        s = NULL;
    }
    for (const char *newline; p < end && (newline = memchr(p, '\n', (size_t)(end - p))); p = newline + 1) {
        if (s) {
            keep(l, s, r, p, (size_t)(newline - p));
            finish(l, s);
            s = NULL;
        } else {
            hand_on(l, p, (size_t)(newline - p), r->time_us, r->journal_offset);
        }
    }
    if (p < end) {
        s = s ? s : find(l, r, true);
        keep(l, s, r, p, (size_t)(end - p));
    }
    if (s && r->flags & (VG_RECORD_DATAGRAM | VG_RECORD_ENDS))
        finish(l, s);
}
