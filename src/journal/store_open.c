/* Opening: lock, key, checkpoint, tree, and the repair of what a crash left behind the last whole frame. */
#include "journal/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/plural.h"
#include "journal/check.h"

#define KEYS_BYTES_MAX (VG_KEYS_MAX * VG_KEY_TEXT)

struct opening {
    struct vg_journal_store *store;
    const struct vg_journal_options *options;
    struct vg_journal_report *report;
    struct vg_checkpoint checkpoint;
    uint64_t signed_end; /* numbers below this are covered by the checkpoint */
    uint64_t *firsts;
    size_t count, strange;
    uint8_t *stored;        /* a frame's payload */
    struct vg_tiles *tiles; /* of the checkpoint, to compare with */
};

static enum vg_err say(struct opening *o, enum vg_err err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static enum vg_err say(struct opening *o, enum vg_err err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(o->report->why, sizeof o->report->why, format, args);
    va_end(args);
    return err;
}

static enum vg_err say_io(struct opening *o, int error, const char *what)
{
    o->store->error = error;
    return say(o, VG_IO, "%s: %s", what, strerror(-error));
}

/* ---- folders, lock, keys ---- */

static enum vg_err make_folders(struct opening *o)
{
    static const char *const names[] = {"", "/segments", "/tile"};
    struct vg_journal_store *s = o->store;
    char path[VG_IO_PATH];
    for (int i = 0; i < 3; i++) {
        if (!vg_io_path(path, "%s%s", s->dir, names[i]))
            return say(o, VG_LIMIT, "the journal's path is too long");
        int made = s->io->mkdir(s->io->arg, path, i ? 0755 : 0750);
        if (made > 0)
            made = vg_io_sync_parent(s->io, path);
        if (made < 0)
            return say_io(o, made, path);
    }
    if (!vg_io_path(path, "%s/lock", s->dir))
        return say(o, VG_LIMIT, "the journal's path is too long");
    s->lock_fd = s->io->open(s->io->arg, path, O_RDWR | O_CREAT, 0644);
    if (s->lock_fd < 0)
        return say_io(o, s->lock_fd, path);
    int locked = s->io->lock(s->io->arg, s->lock_fd);
    if (locked == -EWOULDBLOCK)
        return say(o, VG_EXISTS, "another process writes the journal in %.180s", s->dir);
    return locked ? say_io(o, locked, path) : VG_OK;
}

static enum vg_err put_line(struct opening *o, const char *name, const char *text, unsigned mode)
{
    struct vg_journal_store *s = o->store;
    char path[VG_IO_PATH], line[VG_KEY_TEXT + 1];
    int n = snprintf(line, sizeof line, "%s\n", text);
    if (!vg_io_path(path, "%s/%s", s->dir, name))
        return say(o, VG_LIMIT, "the journal's path is too long");
    int result = vg_io_put(s->io, path, line, (size_t)n, mode, true);
    sodium_memzero(line, sizeof line);
    return result ? say_io(o, result, path) : VG_OK;
}

static enum vg_err make_key(struct opening *o, struct vg_key *ret)
{
    char text[VG_KEY_TEXT];
    uint8_t seed[32];
    if (!o->options->dice)
        return say(o, VG_NOT_FOUND, "there is no journal in %.180s", o->store->dir);
    o->options->dice(seed, sizeof seed);
    enum vg_err err = vg_key_from_seed(seed, o->options->origin, ret);
    sodium_memzero(seed, sizeof seed);
    if (err)
        return say(o, err, "the origin '%.100s' is no good name", o->options->origin ? o->options->origin : "");
    vg_key_secret_text(ret, text);
    err = put_line(o, "key", text, 0600);
    sodium_memzero(text, sizeof text);
    return err;
}

static enum vg_err load(struct opening *o, const char *name, size_t max, char **ret_bytes, size_t *ret_len)
{
    char path[VG_IO_PATH];
    if (!vg_io_path(path, "%s/%s", o->store->dir, name))
        return say(o, VG_LIMIT, "the journal's path is too long");
    enum vg_err err = vg_io_load(o->store->io, path, max, ret_bytes, ret_len);
    if (err == VG_LIMIT) /* longer than any of ours, or a folder */
        err = VG_CORRUPT;
    return err ? say(o, err, "%.200s: %s", path, vg_err_text(err)) : VG_OK;
}

static enum vg_err load_secret(struct opening *o, bool used, struct vg_key *ret)
{
    char *text;
    size_t len;
    enum vg_err err = load(o, "key", VG_KEY_TEXT, &text, &len);
    if (err == VG_NOT_FOUND)
        return used ? say(o, err, "the journal's key is gone: nothing more can be signed in its name")
                    : make_key(o, ret);
    if (err)
        return err;
    err = vg_key_parse(text, len, ret);
    sodium_memzero(text, len);
    free(text);
    if (!err && !ret->can_sign)
        err = VG_SYNTAX;
    return err ? say(o, err, "the journal's key can't be read") : VG_OK;
}

/* key.pub lists all keys there were. The signing one goes last, where a rotation that was cut short left another. */
static enum vg_err load_keys(struct opening *o, bool used)
{
    struct vg_journal_store *s = o->store;
    struct vg_key secret;
    char *text = NULL, line[VG_KEY_TEXT];
    size_t len = 0;
    enum vg_err listed = load(o, "key.pub", KEYS_BYTES_MAX, &text, &len);
    if (listed && listed != VG_NOT_FOUND)
        return listed;
    enum vg_err err = load_secret(o, used || listed != VG_NOT_FOUND, &secret);
    if (err) {
        free(text);
        return err;
    }
    if (listed == VG_NOT_FOUND) {
        vg_key_public_text(&secret, line);
        s->keys[0] = secret;
        s->key_count = 1;
        return put_line(o, "key.pub", line, 0644);
    }
    err = vg_keys_parse(text, len, s->keys, &s->key_count);
    free(text);
    if (err)
        return say(o, err, "the journal's public keys can't be read");
    for (size_t i = 0; i < s->key_count; i++)
        if (s->keys[i].id == secret.id && memcmp(s->keys[i].public_key, secret.public_key, 32) == 0) {
            s->keys[i] = s->keys[s->key_count - 1];
            s->keys[s->key_count - 1] = secret;
            return VG_OK;
        }
    return say(o, VG_CORRUPT, "key.pub doesn't have the journal's key");
}

/* ---- where its numbers begin ---- */

/* A new journal's is written before anything else that has a number. */
static enum vg_err load_first(struct opening *o)
{
    struct vg_journal_store *s = o->store;
    char path[VG_IO_PATH], line[32];
    enum vg_err err = vg_journal_first_load(s->io, s->dir, &s->first);
    if (err)
        return say(o, err, "the number of the journal's first frame can't be read: the file 'first'");
    if (o->count || o->options->first <= s->first)
        return VG_OK;
    if (!vg_io_path(path, "%s/checkpoint", s->dir))
        return say(o, VG_LIMIT, "the journal's path is too long");
    int fd = s->io->open(s->io->arg, path, O_RDONLY, 0);
    if (fd >= 0) { /* it has begun */
        s->io->close(s->io->arg, fd);
        return VG_OK;
    }
    if (fd != -ENOENT)
        return say_io(o, fd, path);
    if (o->options->first >= VG_FRAME_NUMBER_END)
        return say(o, VG_RANGE, "a journal can't begin with frame %llu", (unsigned long long)o->options->first);
    s->first = o->options->first;
    snprintf(line, sizeof line, "%llu", (unsigned long long)s->first);
    return put_line(o, "first", line, 0644);
}

/* ---- checkpoint and tree ---- */

static enum vg_err load_checkpoint(struct opening *o, bool *ret_fresh)
{
    struct vg_journal_store *s = o->store;
    char *note;
    size_t len;
    const char *why;
    enum vg_err err = load(o, "checkpoint", VG_NOTE_MAX, &note, &len);
    if (err == VG_NOT_FOUND && !o->count) {
        *ret_fresh = true;
        return VG_OK;
    }
    if (err == VG_NOT_FOUND)
        return say(o, VG_CORRUPT, "the checkpoint was removed: there are frames and no signature over them");
    if (err)
        return err;
    err = vg_checkpoint_read(note, len, s->keys, s->key_count, &o->checkpoint, &why);
    if (!err) {
        memcpy(s->note, note, len);
        s->note_len = len;
    }
    free(note);
    if (err)
        return say(o, VG_CORRUPT, "%s", why);
    err = vg_tree_load(&s->tree, &o->checkpoint, &why);
    return err ? say(o, err, "%s", why) : VG_OK;
}

/* ---- segments ---- */

/* Frames behind the damage that are whole but can't be reached in order. It is only told: what can't be read, either.
 */
static uint64_t count_behind(struct opening *o, const struct vg_segment *seg, int64_t at)
{
    struct vg_frame_head head;
    uint8_t raw[VG_FRAME_HEAD];
    const char *why;
    uint64_t n = 0;
    while (vg_segment_resync(seg, at, &at) == VG_OK && at < seg->end)
        if (vg_segment_frame(seg, at, &head, raw, o->stored, &why) == VG_OK) {
            n++;
            at += vg_frame_size(&head);
        } else {
            at++;
        }
    return n;
}

static enum vg_err take_frame(struct opening *o, const struct vg_frame_head *head, const uint8_t raw[VG_FRAME_HEAD])
{
    struct vg_journal_store *s = o->store;
    uint8_t leaf[VG_HASH], want[VG_HASH];
    if (head->number >= o->signed_end) {
        if (!vg_tree_add(&s->tree, raw) && (vg_journal_store_publish(s) || !vg_tree_add(&s->tree, raw)))
            return say_io(o, s->error, "the checkpoint can't be written");
        return VG_OK;
    }
    enum vg_err err = vg_tiles_read(o->tiles, 0, head->number - s->first, want);
    if (err)
        return say(o, err == VG_NOT_FOUND ? VG_CORRUPT : err, "the tile of frame %llu: %s",
                   (unsigned long long)head->number, vg_err_text(err));
    vg_merkle_leaf(raw, VG_FRAME_HEAD, leaf);
    if (memcmp(leaf, want, VG_HASH) != 0)
        return say(o, VG_CORRUPT, "frame %llu is not the one that was signed", (unsigned long long)head->number);
    return VG_OK;
}

/* Cuts the last segment behind its last whole frame. */
static enum vg_err repair(struct opening *o, const struct vg_segment *seg, int64_t end)
{
    struct vg_journal_store *s = o->store;
    char path[VG_IO_PATH];
    uint8_t head[VG_SEGMENT_HEAD];
    vg_segment_path(path, s->dir, seg->first);
    int fd = s->io->open(s->io->arg, path, O_RDWR, 0);
    if (fd < 0)
        return say_io(o, fd, path);
    int result = 0;
    if (seg->size > end) {
        o->report->dropped_bytes += (uint64_t)(seg->size - end);
        o->report->dropped_frames += count_behind(o, seg, end);
        snprintf(o->report->dropped_from, sizeof o->report->dropped_from, "%016llx.vgj",
                 (unsigned long long)seg->first);
        o->report->dropped_at = end;
        result = s->io->truncate(s->io->arg, fd, end);
    }
    if (!result && !seg->head_good) {
        vg_segment_head_put(seg->first, head);
        result = vg_io_write(s->io, fd, head, sizeof head, 0);
    }
    if (!result)
        result = s->io->sync(s->io->arg, fd);
    if (result) {
        s->io->close(s->io->arg, fd);
        return say_io(o, result, path);
    }
    s->fd = fd;
    s->end = s->synced_end = end;
    s->synced_rows = s->rows;
    return VG_OK;
}

/* Goes through one segment's frames. The last segment is repaired where it needs it, and appended to if it isn't
 * closed. */
static enum vg_err walk(struct opening *o, uint64_t first, bool last)
{
    struct vg_journal_store *s = o->store;
    struct vg_segment seg;
    struct vg_frame_head head;
    uint8_t raw[VG_FRAME_HEAD];
    const char *why = "a frame has the wrong number";
    int64_t at = VG_SEGMENT_HEAD;
    enum vg_err err = vg_segment_open(s->io, s->dir, first, &seg);
    if (err)
        return say(o, err, "segment %016llx can't be opened", (unsigned long long)first);
    s->next = first;
    s->rows = 0;
    while (!err) {
        bool covered = s->next < o->signed_end;
        err = vg_segment_frame(&seg, at, &head, raw, covered ? NULL : o->stored, &why);
        if (!err && head.number != s->next)
            err = VG_CORRUPT;
        if (err)
            break;
        if (!s->rows)
            s->begun_us = head.first_us;
        if (!covered || last)
            err = take_frame(o, &head, raw);
        if (!err && last && !vg_journal_store_add_row(s, at, &head))
            err = say(o, VG_NOMEM, "out of memory");
        if (!err) {
            at += vg_frame_size(&head);
            s->next++;
        }
        if (err)
            goto out;
    }
    if (err == VG_IO) {
        say(o, err, "segment %016llx can't be read", (unsigned long long)first);
        goto out;
    }
    bool torn = err == VG_CORRUPT || !seg.closed || !seg.head_good;
    err = VG_OK;
    if (s->next < o->signed_end && last)
        err = say(o, VG_CORRUPT, "the checkpoint covers %llu frame%s, and the journal ends before frame %llu%s%s",
                  (unsigned long long)o->checkpoint.size, vg_plural(o->checkpoint.size, "", "s"),
                  (unsigned long long)s->next, at < seg.end ? ": " : "", at < seg.end ? why : "");
    else if (last && torn)
        err = repair(o, &seg, at);
    else if (!last && at < seg.end)
        err = say(o, VG_CORRUPT, "segment %016llx at %lld: %s", (unsigned long long)first, (long long)at, why);
out:
    vg_segment_close(&seg);
    return err;
}

static enum vg_err size_of(struct opening *o, uint64_t first, int64_t *ret_bytes)
{
    char path[VG_IO_PATH];
    vg_segment_path(path, o->store->dir, first);
    int fd = o->store->io->open(o->store->io->arg, path, O_RDONLY, 0);
    int64_t bytes = fd < 0 ? fd : o->store->io->size(o->store->io->arg, fd);
    if (fd >= 0)
        o->store->io->close(o->store->io->arg, fd);
    if (bytes < 0)
        return say_io(o, (int)bytes, path);
    *ret_bytes = bytes;
    return VG_OK;
}

/* A crash in the making of a segment leaves one that is shorter than its head. */
static enum vg_err drop_unborn(struct opening *o)
{
    struct vg_journal_store *s = o->store;
    char path[VG_IO_PATH];
    int64_t bytes;
    if (!o->count || o->firsts[o->count - 1] < o->signed_end)
        return VG_OK;
    enum vg_err err = size_of(o, o->firsts[o->count - 1], &bytes);
    if (err || bytes >= VG_SEGMENT_HEAD)
        return err;
    vg_segment_path(path, s->dir, o->firsts[--o->count]);
    int result = s->io->unlink(s->io->arg, path);
    if (!result)
        result = vg_io_sync_parent(s->io, path);
    o->report->dropped_bytes += (uint64_t)bytes;
    return result ? say_io(o, result, path) : VG_OK;
}

static enum vg_err scan(struct opening *o)
{
    struct vg_journal_store *s = o->store;
    enum vg_err err = drop_unborn(o);
    if (!err && !o->count && o->checkpoint.size)
        return say(o, VG_CORRUPT, "the checkpoint covers %llu frame%s, and there are no segments",
                   (unsigned long long)o->checkpoint.size, vg_plural(o->checkpoint.size, "", "s"));
    if (!err && o->count && o->firsts[0] < s->first)
        err = say(o, VG_CORRUPT, "segment %016llx lies before the journal's first frame, %llu",
                  (unsigned long long)o->firsts[0], (unsigned long long)s->first);
    if (!err && o->count && o->firsts[0] > o->signed_end)
        err = say(o, VG_CORRUPT, "frames %llu to %llu are missing", (unsigned long long)o->signed_end,
                  (unsigned long long)o->firsts[0] - 1);
    s->next = s->first;
    size_t from = o->count; /* the first segment with frames that no checkpoint covers, or the last one */
    while (from && (from == o->count || o->firsts[from] > o->signed_end))
        from--;
    for (size_t i = 0; i < o->count && !err; i++) {
        int64_t bytes;
        err = size_of(o, o->firsts[i], &bytes);
        if (!err && !vg_journal_store_add_segment(s, o->firsts[i], bytes))
            err = say(o, VG_NOMEM, "out of memory");
        if (!err && i >= from && i > 0 && i > from && o->firsts[i] != s->next)
            err = say(o, VG_CORRUPT, "frames %llu to %llu are missing", (unsigned long long)s->next,
                      (unsigned long long)o->firsts[i] - 1);
        if (!err && i >= from)
            err = walk(o, o->firsts[i], i + 1 == o->count);
        if (!err && (i + 1 < o->count || s->fd < 0))
            s->closed_bytes += bytes;
    }
    s->synced_next = s->next;
    return err;
}

enum vg_err vg_journal_store_open(struct vg_journal_store *s, const char *dir, const struct vg_journal_options *options,
                                  struct vg_journal_report *report, const char **ret_why)
{
    struct opening o = {.store = s, .options = options, .report = report};
    uint64_t kept;
    memset(s, 0, sizeof *s);
    memset(report, 0, sizeof *report);
    s->io = options->io;
    s->rules = &options->rules;
    s->lock_fd = s->fd = -1;
    *ret_why = report->why;
    enum vg_err err = sodium_init() < 0 ? say(&o, VG_UNSUPPORTED, "libsodium doesn't start") : VG_OK;
    if (!err && !vg_io_path(s->dir, "%s", dir))
        err = say(&o, VG_LIMIT, "the journal's path is too long");
    if (!err)
        err = make_folders(&o);
    if (!err && vg_segments_list(s->io, s->dir, &o.firsts, &o.count, &o.strange))
        err = say(&o, VG_IO, "the folder of segments can't be read");
    if (!err)
        err = load_keys(&o, o.count > 0);
    if (!err)
        err = load_first(&o);
    if (!err && vg_tree_init(&s->tree, s->io, s->dir))
        err = say(&o, VG_NOMEM, "out of memory");
    o.stored = s->io->alloc(s->io->arg, VG_FRAME_STORED_MAX);
    o.tiles = s->io->alloc(s->io->arg, sizeof *o.tiles);
    if (!err && (!o.stored || !o.tiles))
        err = say(&o, VG_NOMEM, "out of memory");
    if (!err)
        err = load_checkpoint(&o, &report->made);
    o.signed_end = s->first + o.checkpoint.size;
    if (!err) {
        *o.tiles = (struct vg_tiles){.io = s->io, .dir = s->dir, .size = o.checkpoint.size};
        err = scan(&o);
    }
    if (!err && vg_journal_kept_load(s->io, s->dir, &kept) == VG_NOT_FOUND)
        vg_journal_kept_save(s->io, s->dir, o.count ? o.firsts[0] : s->first); /* from now on a lost one is told */
    report->error = s->error;
    report->first = s->first;
    report->next = s->next;
    report->frames = s->next - s->first;
    report->checkpoint = o.checkpoint.size;
    if (!err && (report->made || s->tree.pending_count) && vg_journal_store_publish(s) && report->made)
        err = say_io(&o, s->error, "the first checkpoint can't be written");
    free(o.firsts);
    free(o.stored);
    free(o.tiles);
    if (err)
        vg_journal_store_close(s);
    return err;
}

void vg_journal_store_close(struct vg_journal_store *s)
{
    if (s->fd >= 0)
        s->io->close(s->io->arg, s->fd);
    if (s->lock_fd >= 0)
        s->io->close(s->io->arg, s->lock_fd);
    s->fd = s->lock_fd = -1;
    free(s->segment);
    free(s->row);
    s->segment = NULL;
    s->row = NULL;
    vg_tree_free(&s->tree);
    sodium_memzero(s->keys, sizeof s->keys);
}
