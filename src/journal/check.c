#include "journal/check.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "journal/frame.h"
#include "journal/reader.h"
#include "journal/segment.h"

#define LOST_BYTES ((size_t)VG_JOURNAL_LOST_MAX * 48)

struct lost {
    uint64_t from, to;
};

struct checking {
    const struct vg_io *io;
    const char *dir;
    vg_on_segment_damage *on_damage;
    void *arg;
    struct lost *lost;
    size_t lost_count;
};

/* ---- kept and lost ---- */

enum vg_err vg_journal_kept_load(const struct vg_io *io, const char *dir, uint64_t *ret_kept)
{
    return vg_journal_number_load(io, dir, "kept", ret_kept);
}

void vg_journal_kept_save(const struct vg_io *io, const char *dir, uint64_t kept)
{
    char path[VG_IO_PATH], line[32];
    int n = snprintf(line, sizeof line, "%" PRIu64 "\n", kept);
    if (vg_io_path(path, "%s/kept", dir) && vg_io_put(io, path, line, (size_t)n, 0644, true))
        io->unlink(io->arg, path);
}

/* A file that is none is as if there were none: what it knew is told again. */
static enum vg_err load_lost(struct checking *c)
{
    char path[VG_IO_PATH], *text, *end;
    size_t len;
    if (!vg_io_path(path, "%s/lost", c->dir))
        return VG_LIMIT;
    enum vg_err err = vg_io_load(c->io, path, LOST_BYTES, &text, &len);
    c->lost = c->io->alloc(c->io->arg, VG_JOURNAL_LOST_MAX * sizeof *c->lost);
    if (err)
        return err == VG_NOMEM || !c->lost ? VG_NOMEM : VG_OK;
    for (char *p = text; c->lost && *p && c->lost_count < VG_JOURNAL_LOST_MAX; p = end) {
        uint64_t from = strtoull(p, &end, 10), to = strtoull(end, &end, 10);
        if (end == p || *end != '\n' || to <= from)
            break;
        c->lost[c->lost_count++] = (struct lost){from, to};
        end++;
    }
    free(text);
    return c->lost ? VG_OK : VG_NOMEM;
}

int vg_journal_lost_add(const struct vg_io *io, const char *dir, uint64_t from, uint64_t to)
{
    char path[VG_IO_PATH], *text = NULL, *all;
    size_t len = 0;
    if (!vg_io_path(path, "%s/lost", dir))
        return -ENAMETOOLONG;
    enum vg_err err = vg_io_load(io, path, LOST_BYTES, &text, &len);
    if (err && err != VG_NOT_FOUND)
        return err == VG_NOMEM ? -ENOMEM : -EIO;
    all = io->alloc(io->arg, len + 64);
    if (!all) {
        free(text);
        return -ENOMEM;
    }
    if (len)
        memcpy(all, text, len);
    int n = snprintf(all + len, 64, "%" PRIu64 " %" PRIu64 "\n", from, to);
    int result = vg_io_put(io, path, all, len + (size_t)n, 0644, true);
    free(all);
    free(text);
    return result;
}

static bool is_lost(const struct checking *c, uint64_t from, uint64_t to)
{
    for (size_t i = 0; i < c->lost_count && from < to; i++)
        if (c->lost[i].from <= from && from < c->lost[i].to) {
            from = c->lost[i].to;
            i = SIZE_MAX; /* from the first one again: they are in no order */
        }
    return from >= to;
}

bool vg_journal_lost_has(const struct vg_io *io, const char *dir, uint64_t frame)
{
    struct checking c = {.io = io, .dir = dir};
    bool has = load_lost(&c) == VG_OK && (is_lost(&c, frame, frame + 1) || (frame && is_lost(&c, frame - 1, frame)));
    free(c.lost);
    return has;
}

/* ---- segments ---- */

static void tell(struct checking *c, uint64_t first, uint64_t from, uint64_t to, bool missing, const char *text)
{
    struct vg_segment_damage d = {.from = from, .to = to, .missing = missing};
    if (is_lost(c, from, to) || !c->on_damage)
        return;
    if (c->lost_count < VG_JOURNAL_LOST_MAX) /* told once */
        c->lost[c->lost_count++] = (struct lost){from, to};
    snprintf(d.name, sizeof d.name, "%016" PRIx64 ".vgj", first);
    snprintf(d.text, sizeof d.text, "%s: frames %" PRIu64 " to %" PRIu64 " can't all be read", text, from, to - 1);
    if (missing)
        snprintf(d.text, sizeof d.text, "frames %" PRIu64 " to %" PRIu64 " are missing", from, to - 1);
    c->on_damage(c->arg, &d);
}

/* What a file's two ends say: how many frames, or why it is none. */
static enum vg_err look_at(const struct checking *c, uint64_t first, uint64_t *ret_frames, const char **ret_why)
{
    char path[VG_IO_PATH];
    uint8_t head[VG_SEGMENT_HEAD], end[VG_FOOTER_END];
    uint64_t says;
    const char *why;
    *ret_why = "it can't be read";
    if (!vg_segment_path(path, c->dir, first))
        return VG_LIMIT;
    int fd = c->io->open(c->io->arg, path, O_RDONLY, 0);
    if (fd < 0)
        return fd == -ENOENT ? VG_NOT_FOUND : VG_OK;
    int64_t size = c->io->size(c->io->arg, fd);
    bool read = size >= 0 && (size < VG_SEGMENT_HEAD + VG_FOOTER_END ||
                              (vg_io_read(c->io, fd, head, sizeof head, 0) == (ssize_t)sizeof head &&
                               vg_io_read(c->io, fd, end, sizeof end, size - VG_FOOTER_END) == (ssize_t)sizeof end));
    c->io->close(c->io->arg, fd);
    if (!read)
        return VG_OK;
    size_t len = size < VG_SEGMENT_HEAD + VG_FOOTER_END ? 0 : vg_footer_length(end);
    if (!size)
        *ret_why = "it is empty";
    else if (size < VG_SEGMENT_HEAD + VG_FOOTER_END)
        *ret_why = "it is too short";
    else if (vg_segment_head_get(head, &says, &why) || says != first)
        *ret_why = "its head is damaged";
    else if (!len || (int64_t)len > size - VG_SEGMENT_HEAD)
        *ret_why = "it was cut off, or its index is damaged";
    else
        *ret_why = NULL;
    if (!*ret_why)
        *ret_frames = (len - VG_FOOTER_END) / VG_FOOTER_ROW;
    return VG_OK;
}

static enum vg_err check_segment(struct checking *c, uint64_t first, uint64_t next)
{
    uint64_t frames = 0;
    const char *why;
    enum vg_err err = look_at(c, first, &frames, &why);
    if (err == VG_NOT_FOUND) /* retired meanwhile */
        return VG_OK;
    if (err)
        return err;
    if (why)
        tell(c, first, first, next, false, why);
    else if (first + frames < next)
        tell(c, first + frames, first + frames, next, true, "");
    else if (first + frames > next)
        tell(c, first, next, first + frames, false, "its frames overlap the next segment's");
    return VG_OK;
}

/* ---- frames ---- */

struct reading {
    struct checking *checking;
    struct vg_damage damage; /* met last: which frames it cost, the next whole one tells */
    bool met;
};

static void settle(struct reading *r, uint64_t next)
{
    if (r->met && next > r->damage.frame)
        tell(r->checking, r->damage.segment, r->damage.frame, next, false, r->damage.what);
    r->met = false;
}

static void on_frame_damage(void *arg, const struct vg_damage *damage)
{
    struct reading *r = arg;
    settle(r, damage->frame);
    r->met = !damage->tail;
    r->damage = *damage;
}

static enum vg_err read_frames(struct checking *c, const atomic_bool *stop)
{
    struct reading r = {.checking = c};
    struct vg_journal_reader *reader;
    struct vg_record record;
    const char *why;
    enum vg_err err = vg_journal_reader_open(c->dir, c->io, on_frame_damage, &r, &reader, &why);
    if (err)
        return err;
    while (!(err = vg_journal_reader_next(reader, &record))) {
        if (r.met)
            settle(&r, vg_journal_offset_frame(record.journal_offset));
        if (stop && atomic_load(stop))
            break;
    }
    if (err == VG_EOF)
        settle(&r, r.damage.frame + 1);
    vg_journal_reader_close(reader);
    return err == VG_EOF ? VG_OK : err ? err : VG_EOF;
}

/* ---- the whole ---- */

static enum vg_err check(struct checking *c, bool frames, const atomic_bool *stop)
{
    uint64_t *firsts, kept;
    size_t count, strange;
    enum vg_err err = vg_segments_list(c->io, c->dir, &firsts, &count, &strange);
    if (err)
        return err;
    err = load_lost(c);
    enum vg_err known = vg_journal_kept_load(c->io, c->dir, &kept);
    if (known && known != VG_NOT_FOUND && vg_journal_number_load(c->io, c->dir, "first", &kept)) /* it is damaged: */
        kept = 0;                                                                                /* all may be kept */
    if (!err && count && known != VG_NOT_FOUND && firsts[0] > kept)
        tell(c, kept, kept, firsts[0], true, "");
    for (size_t i = 0; i + 1 < count && !err; i++)
        err = check_segment(c, firsts[i], firsts[i + 1]);
    free(firsts);
    if (!err && frames)
        err = read_frames(c, stop);
    free(c->lost);
    return err;
}

enum vg_err vg_journal_check(const char *dir, const struct vg_io *io, vg_on_segment_damage *on_damage, void *arg)
{
    struct checking c = {.io = io ? io : vg_io_posix(), .dir = dir, .on_damage = on_damage, .arg = arg};
    return check(&c, false, NULL);
}

enum vg_err vg_journal_check_frames(const char *dir, const struct vg_io *io, const atomic_bool *stop,
                                    vg_on_segment_damage *on_damage, void *arg)
{
    struct checking c = {.io = io ? io : vg_io_posix(), .dir = dir, .on_damage = on_damage, .arg = arg};
    return check(&c, true, stop);
}
