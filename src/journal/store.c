#include "journal/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "journal/check.h"

/* Back to the last synced frame. */
enum vg_err vg_journal_store_fail(struct vg_journal_store *s, int error)
{
    s->error = error;
    s->dirty = s->fd >= 0;
    s->next = s->synced_next;
    s->end = s->synced_end;
    s->rows = s->synced_rows;
    return error == -ENOMEM ? VG_NOMEM : VG_IO;
}

static enum vg_err recover(struct vg_journal_store *s)
{
    if (!s->dirty)
        return VG_OK;
    int result = s->io->truncate(s->io->arg, s->fd, s->synced_end);
    if (result)
        return vg_journal_store_fail(s, result);
    s->dirty = false;
    return VG_OK;
}

/* A larger array with the old one's content, or NULL; the old one is freed then only if there is a new one. */
static void *grown(const struct vg_io *io, void *old, size_t used, size_t size)
{
    void *bytes = io->alloc(io->arg, size);
    if (bytes && used)
        memcpy(bytes, old, used);
    if (bytes)
        free(old);
    return bytes;
}

bool vg_journal_store_add_segment(struct vg_journal_store *s, uint64_t first, int64_t bytes)
{
    if (s->segments == s->segment_cap) {
        size_t cap = s->segment_cap ? 2 * s->segment_cap : 64;
        void *more = grown(s->io, s->segment, s->segments * sizeof *s->segment, cap * sizeof *s->segment);
        if (!more)
            return false;
        s->segment = more;
        s->segment_cap = cap;
    }
    s->segment[s->segments++] = (struct vg_journal_store_segment){first, bytes};
    return true;
}

bool vg_journal_store_add_row(struct vg_journal_store *s, int64_t at, const struct vg_frame_head *head)
{
    if (s->rows == s->row_cap) {
        uint32_t cap = s->row_cap ? 2 * s->row_cap : 1024;
        void *more = grown(s->io, s->row, s->rows * sizeof *s->row, cap * sizeof *s->row);
        if (!more)
            return false;
        s->row = more;
        s->row_cap = cap;
    }
    s->row[s->rows++] = (struct vg_footer_row){(uint64_t)at, head->first_us, head->last_us};
    return true;
}

/* ---- rotation and retention ---- */

static enum vg_err begin_segment(struct vg_journal_store *s)
{
    char path[VG_IO_PATH];
    uint8_t head[VG_SEGMENT_HEAD];
    if (s->segments == VG_SEGMENTS_MAX || !vg_segment_path(path, s->dir, s->next))
        return vg_journal_store_fail(s, -ENOSPC);
    int fd = s->io->open(s->io->arg, path, O_RDWR | O_CREAT | O_TRUNC, 0644);
    if (fd < 0)
        return vg_journal_store_fail(s, fd);
    vg_segment_head_put(s->next, head);
    int result = vg_io_write(s->io, fd, head, sizeof head, 0);
    if (!result)
        result = s->io->sync(s->io->arg, fd);
    if (!result)
        result = vg_io_sync_parent(s->io, path);
    if (!result && !vg_journal_store_add_segment(s, s->next, 0))
        result = -ENOMEM;
    if (result) {
        s->io->close(s->io->arg, fd);
        s->io->unlink(s->io->arg, path);
        return vg_journal_store_fail(s, result);
    }
    s->fd = fd;
    s->dirty = false;
    s->end = s->synced_end = VG_SEGMENT_HEAD;
    s->rows = s->synced_rows = 0;
    return VG_OK;
}

static enum vg_err end_segment(struct vg_journal_store *s)
{
    size_t len = (size_t)s->rows * VG_FOOTER_ROW + VG_FOOTER_END;
    uint8_t *footer = s->io->alloc(s->io->arg, len);
    if (!footer)
        return vg_journal_store_fail(s, -ENOMEM);
    vg_footer_put(s->row, s->rows, footer);
    int result = vg_io_write(s->io, s->fd, footer, len, s->end);
    if (!result)
        result = s->io->sync(s->io->arg, s->fd);
    free(footer);
    if (result)
        return vg_journal_store_fail(s, result);
    s->io->close(s->io->arg, s->fd);
    s->fd = -1;
    s->segment[s->segments - 1].bytes = s->end + (int64_t)len;
    s->closed_bytes += s->end + (int64_t)len;
    s->end = s->synced_end = 0;
    return VG_OK;
}

/* The greatest time in a closed segment; INT64_MAX if its index can't be read, so that it is never too old. */
static int64_t last_time(struct vg_journal_store *s, uint64_t first)
{
    struct vg_segment seg;
    int64_t last_us = INT64_MAX;
    if (vg_segment_open(s->io, s->dir, first, &seg))
        return last_us;
    for (uint32_t i = 0; seg.closed && i < seg.rows; i++)
        if (i == 0 || seg.row[i].last_us > last_us)
            last_us = seg.row[i].last_us;
    vg_segment_close(&seg);
    return last_us;
}

/* What may go, now that all segments are closed and a frame of this time is to come. At least the newest one stays. */
static void plan_retirement(struct vg_journal_store *s, int64_t now_us)
{
    const struct vg_journal_rules *r = s->rules;
    struct vg_retired plan = {0};
    int64_t left = s->closed_bytes;
    size_t n = 0;
    for (; r->keep_bytes > 0 && n + 1 < s->segments && left > r->keep_bytes; n++) {
        left -= s->segment[n].bytes;
        plan.why = VG_RETIRED_SIZE;
    }
    for (int aged = 0; r->keep_us > 0 && aged < 2 && n + 1 < s->segments; aged++, n++) {
        int64_t last_us = last_time(s, s->segment[n].first);
        if (last_us >= now_us || now_us - last_us <= r->keep_us)
            break;
        left -= s->segment[n].bytes;
        plan.why = VG_RETIRED_AGE;
    }
    if (!n)
        return;
    plan.kept = s->segment[n].first;
    plan.segments = n;
    plan.bytes = (uint64_t)(s->closed_bytes - left);
    s->retire = plan;
}

struct vg_journal_oldest vg_journal_store_oldest(struct vg_journal_store *s)
{
    if (s->segments < 2)
        return (struct vg_journal_oldest){0, INT64_MAX};
    if (!s->oldest.bytes || s->oldest.last_us == INT64_MAX || s->oldest_first != s->segment[0].first) {
        s->oldest_first = s->segment[0].first;
        s->oldest = (struct vg_journal_oldest){s->segment[0].bytes, last_time(s, s->segment[0].first)};
    }
    return s->oldest;
}

void vg_journal_store_plan_oldest(struct vg_journal_store *s)
{
    if (s->segments < 2 || s->retire.segments)
        return;
    s->retire = (struct vg_retired){
        .kept = s->segment[1].first, .segments = 1, .bytes = (uint64_t)s->segment[0].bytes, .why = VG_RETIRED_SIZE};
}

void vg_journal_store_retire(struct vg_journal_store *s)
{
    char path[VG_IO_PATH];
    size_t gone = 0;
    if (s->retire.kept)
        vg_journal_kept_save(s->io, s->dir, s->retire.kept);
    while (gone + 1 < s->segments && s->segment[gone].first < s->retire.kept) {
        if (!vg_segment_path(path, s->dir, s->segment[gone].first))
            break;
        int result = s->io->unlink(s->io->arg, path);
        if (result && result != -ENOENT)
            break; /* stays in the list: the next rotation plans it again */
        s->closed_bytes -= s->segment[gone++].bytes;
    }
    s->segments -= gone;
    s->retired_segments += gone;
    memmove(s->segment, s->segment + gone, s->segments * sizeof *s->segment);
    s->retire = (struct vg_retired){0};
}

static bool is_full(const struct vg_journal_store *s, const struct vg_frame_head *head)
{
    if (!s->rows)
        return false;
    return s->end + vg_frame_size(head) > s->rules->segment_bytes || s->rows >= VG_JOURNAL_FRAMES_MAX ||
           (head->last_us > s->begun_us &&
            (uint64_t)head->last_us - (uint64_t)s->begun_us > (uint64_t)s->rules->segment_us);
}

/* ---- appending ---- */

static enum vg_err make_room(struct vg_journal_store *s, const struct vg_frame_head *head)
{
    enum vg_err err = recover(s);
    if (!err && s->fd >= 0 && is_full(s, head)) {
        err = vg_journal_store_sync(s);
        if (!err)
            err = end_segment(s);
        if (!err && !s->retire.segments)
            plan_retirement(s, head->first_us);
    }
    if (!err && s->fd < 0)
        err = begin_segment(s);
    return err;
}

enum vg_err vg_journal_store_append(struct vg_journal_store *s, const struct vg_frame_head *head, const uint8_t *frame)
{
    enum vg_err err = make_room(s, head);
    if (err)
        return err;
    if (!s->rows)
        s->begun_us = head->first_us;
    if (!vg_journal_store_add_row(s, s->end, head))
        return vg_journal_store_fail(s, -ENOMEM);
    int result = vg_io_write(s->io, s->fd, frame, (size_t)vg_frame_size(head), s->end);
    if (result)
        return vg_journal_store_fail(s, result);
    s->end += vg_frame_size(head);
    s->next++;
    return VG_OK;
}

enum vg_err vg_journal_store_sync(struct vg_journal_store *s)
{
    enum vg_err err = recover(s);
    if (err || s->next == s->synced_next)
        return err;
    int result = s->io->sync(s->io->arg, s->fd);
    if (result)
        return vg_journal_store_fail(s, result);
    s->synced_next = s->next;
    s->synced_end = s->end;
    s->synced_rows = s->rows;
    return VG_OK;
}

enum vg_err vg_journal_store_publish(struct vg_journal_store *s)
{
    int result = vg_tree_publish(&s->tree, &s->keys[s->key_count - 1], 1, s->note, &s->note_len);
    if (!result)
        return VG_OK;
    s->error = result;
    return result == -ENOMEM ? VG_NOMEM : VG_IO;
}
