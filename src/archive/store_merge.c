#include <stdlib.h>

#include "archive/store_inner.h"

/* One file's rows, of which row `at` of `count` in memory comes next. */
struct stream {
    struct vg_scan *scan;
    size_t file, at, count;
};

struct merge {
    struct stream *streams; /* those that have a row, as a heap by that row */
    size_t count;
    vg_merge_on_damage *on_damage;
    void *arg;
    struct vg_positions_work *work;
};

static const void *row_of(const struct stream *s)
{
    return (const char *)s->scan->rows + s->at * s->scan->file->table->row_size;
}

/* The file's number decides between equal rows: the same parts give the same sequence. */
static bool before(const struct stream *a, const struct stream *b)
{
    int order = vg_table_order(row_of(a), row_of(b));
    return order ? order < 0 : a->file < b->file;
}

static void sink(struct merge *m, size_t i)
{
    for (;;) {
        size_t least = i;
        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < m->count; child++)
            if (before(&m->streams[child], &m->streams[least]))
                least = child;
        if (least == i)
            return;
        struct stream other = m->streams[i];
        m->streams[i] = m->streams[least];
        m->streams[least] = other;
        i = least;
    }
}

/* Fills a stream that ran dry; count 0: the file has no more. */
static enum vg_err fill(struct merge *m, struct stream *s)
{
    s->at = s->count = 0;
    for (;;) {
        enum vg_err err = vg_scan_next(s->scan, m->work, &s->count);
        if (!err || err == VG_NOMEM || !m->on_damage)
            return err;
        m->on_damage(m->arg, s->file, err);
    }
}

static enum vg_err start(struct merge *m, struct vg_table_file **files, size_t count, struct vg_scan *scans,
                         const struct vg_positions_query *query)
{
    for (size_t i = 0; i < count; i++) {
        struct stream s = {.scan = &scans[i], .file = i};
        vg_scan_start(s.scan, files[i], query);
        enum vg_err err = fill(m, &s);
        if (err)
            return err;
        if (s.count)
            m->streams[m->count++] = s;
    }
    for (size_t i = m->count / 2; i-- > 0;)
        sink(m, i);
    return VG_OK;
}

enum vg_err vg_merge(struct vg_table_file **files, size_t count, struct vg_scan *scans,
                     const struct vg_positions_query *query, vg_merge_on_row *on_row, vg_merge_on_damage *on_damage,
                     void *arg, struct vg_positions_work *work)
{
    struct merge m = {.on_damage = on_damage, .arg = arg, .work = work};
    if (!count)
        return VG_OK;
    m.streams = malloc(count * sizeof *m.streams);
    enum vg_err err = m.streams ? start(&m, files, count, scans, query) : VG_NOMEM;
    while (m.count && !err) {
        struct stream *s = &m.streams[0];
        err = on_row(arg, s->scan->file->table, row_of(s));
        if (err)
            break;
        if (++s->at == s->count)
            err = fill(&m, s);
        if (!err && !s->count)
            *s = m.streams[--m.count];
        if (!err && m.count > 1)
            sink(&m, 0);
    }
    free(m.streams);
    return err;
}
