#include <stdlib.h>

#include "archive/store_inner.h"

static const void *row_of(const struct vg_stream *s)
{
    return (const char *)s->scan->rows + s->at * s->scan->file->table->row_size;
}

/* The file's number decides between equal rows: the same parts give the same sequence. */
static bool before(const struct vg_stream *a, const struct vg_stream *b)
{
    int order = vg_table_order(row_of(a), row_of(b));
    return order ? order < 0 : a->file < b->file;
}

static void sink(struct vg_stream **heap, size_t count, size_t i)
{
    for (;;) {
        size_t least = i;
        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < count; child++)
            if (before(heap[child], heap[least]))
                least = child;
        if (least == i)
            return;
        struct vg_stream *other = heap[i];
        heap[i] = heap[least];
        heap[least] = other;
        i = least;
    }
}

/* Fills a stream that ran dry; count 0: the file has no more. */
static enum vg_err fill(const struct vg_merging *m, struct vg_stream *s)
{
    s->at = s->count = 0;
    for (;;) {
        enum vg_err err = vg_scan_next(s->scan, m->work, &s->count);
        if (!err || err == VG_NOMEM || !m->on_damage)
            return err;
        m->on_damage(m->arg, s->file, err);
    }
}

enum vg_err vg_stream_start(const struct vg_merging *m, struct vg_stream *stream, struct vg_table_file *file,
                            const struct vg_positions_query *query)
{
    vg_scan_start(stream->scan, file, query);
    return fill(m, stream);
}

int64_t vg_stream_hour(const struct vg_stream *stream)
{
    return stream->count ? vg_store_hour_of(((const struct vg_table_key *)row_of(stream))->time_us) : INT64_MAX;
}

/* Whether its next row belongs to the hour that is merged. */
static bool is_in(const struct vg_stream *s, int64_t hour_us)
{
    return s->count && (!s->mixed || vg_stream_hour(s) == hour_us);
}

enum vg_err vg_merge_hour(const struct vg_merging *m, struct vg_stream **streams, size_t count, int64_t hour_us)
{
    struct vg_stream **heap = malloc((count + 1) * sizeof(struct vg_stream *));
    enum vg_err err = heap ? VG_OK : VG_NOMEM;
    size_t left = 0;
    for (size_t i = 0; i < count && !err; i++)
        if (is_in(streams[i], hour_us))
            heap[left++] = streams[i];
    for (size_t i = left / 2; i-- > 0;)
        sink(heap, left, i);
    while (left && !err) {
        struct vg_stream *s = heap[0];
        err = m->on_row(m->arg, s->scan->file->table, row_of(s));
        if (err)
            break;
        if (++s->at == s->count)
            err = fill(m, s);
        if (!err && !is_in(s, hour_us))
            heap[0] = heap[--left];
        if (!err && left > 1)
            sink(heap, left, 0);
    }
    free(heap);
    return err;
}

enum vg_err vg_merge(struct vg_table_file **files, size_t count, struct vg_scan *scans,
                     const struct vg_positions_query *query, vg_merge_on_row *on_row, vg_merge_on_damage *on_damage,
                     void *arg, struct vg_positions_work *work)
{
    const struct vg_merging m = {.on_row = on_row, .on_damage = on_damage, .arg = arg, .work = work};
    if (!count)
        return VG_OK;
    struct vg_stream *streams = malloc(count * sizeof *streams), **all = malloc(count * sizeof(struct vg_stream *));
    enum vg_err err = streams && all ? VG_OK : VG_NOMEM;
    for (size_t i = 0; i < count && !err; i++) {
        streams[i] = (struct vg_stream){.scan = &scans[i], .file = i};
        all[i] = &streams[i];
        err = vg_stream_start(&m, &streams[i], files[i], query);
    }
    if (!err)
        err = vg_merge_hour(&m, all, count, 0);
    free(streams);
    free(all);
    return err;
}
