#include "journal/bundle.h"

#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "journal/note.h"
#include "journal/reader.h"
#include "journal/segment.h"
#include "journal/tree.h"

struct writer {
    const struct vg_bundle_query *query;
    struct vg_out *out;
    struct vg_bundle_stats *stats;
    struct vg_journal_reader *reader;
    struct vg_checkpoint checkpoint;
    uint64_t first; /* number of the journal's first frame, which is leaf 0 of the tree */
    struct vg_tiles tiles;
    bool in_frame;
    uint64_t frame;
    uint64_t records; /* of this frame, so far */
    const char *why;
};

/* Text stays readable; anything else is base 64. */
static bool is_plain(const uint8_t *p, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (p[i] >= 0x7F || (p[i] < 0x20 && p[i] != '\r' && p[i] != '\n' && p[i] != '\t'))
            return false;
    return true;
}

static void put_base64(struct vg_out *out, const char *key, const void *bytes, size_t len)
{
    vg_out_printf(out, "\"%s\":\"", key);
    vg_out_base64(out, bytes, len);
    vg_out_char(out, '"');
}

static enum vg_err begin_frame(struct writer *w)
{
    const uint8_t *raw_head, *stored;
    const struct vg_frame_head *head = vg_journal_reader_frame(w->reader, &raw_head, &stored);
    uint8_t proof[VG_PROOF_MAX][VG_HASH], leaf[VG_HASH];
    size_t count;
    w->why = "a frame lies before the journal's first one; 'vigia verify' says more";
    if (head->number < w->first)
        return VG_CORRUPT;
    const uint64_t index = head->number - w->first;
    w->why = "a frame isn't signed yet: the next checkpoint will cover it";
    if (index >= w->checkpoint.size)
        return VG_RANGE;
    w->why = "the journal's tiles can't be read";
    enum vg_err err = vg_merkle_prove(vg_tiles_read, &w->tiles, index, w->checkpoint.size, proof, &count);
    if (err)
        return err;
    w->why = "a frame or a tile is not what the checkpoint signed; 'vigia verify' says more";
    vg_merkle_leaf(raw_head, VG_FRAME_HEAD, leaf);
    if (!vg_merkle_proven(leaf, index, w->checkpoint.size, (const uint8_t(*)[VG_HASH])proof, count, w->checkpoint.root))
        return VG_CORRUPT;
    vg_out_printf(w->out, "%s\n{\"number\":%llu,", w->stats->frames ? "," : "", (unsigned long long)head->number);
    put_base64(w->out, "entry", raw_head, VG_FRAME_HEAD);
    vg_out_text(w->out, ",\n \"proof\":[");
    for (size_t i = 0; i < count; i++) {
        vg_out_text(w->out, i ? ",\"" : "\"");
        vg_out_base64(w->out, proof[i], VG_HASH);
        vg_out_char(w->out, '"');
    }
    vg_out_text(w->out, "],\n ");
    put_base64(w->out, "payload", stored, head->stored_len);
    vg_out_text(w->out, ",\n \"records\":[");
    w->stats->frames++;
    w->in_frame = true;
    w->frame = head->number;
    w->records = 0;
    return VG_OK;
}

static void end_frame(struct writer *w)
{
    if (w->in_frame)
        vg_out_text(w->out, "]}");
    w->in_frame = false;
}

static enum vg_err put_record(struct writer *w, const struct vg_record *r)
{
    if (w->in_frame && w->frame != vg_journal_offset_frame(r->journal_offset))
        end_frame(w);
    if (!w->in_frame) {
        enum vg_err err = begin_frame(w);
        if (err)
            return err;
    }
    vg_out_printf(w->out, "%s\n  {\"place\":\"%llu\",\"time_us\":%lld,\"time\":", w->records++ ? "," : "",
                  (unsigned long long)r->journal_offset, (long long)r->time_us);
    vg_out_json_time(w->out, r->time_us);
    vg_out_text(w->out, ",\"source\":");
    vg_out_json_string(w->out, r->name ? r->name : "", r->name_len);
    vg_out_printf(w->out, ",\"stream\":%u,", r->stream);
    if (is_plain(r->bytes, r->len)) {
        vg_out_text(w->out, "\"text\":");
        vg_out_json_string(w->out, r->bytes, r->len);
    } else {
        put_base64(w->out, "base64", r->bytes, r->len);
    }
    vg_out_char(w->out, '}');
    w->stats->records++;
    w->why = "the bundle can't be written, or is too large";
    return w->out->err;
}

static bool is_wanted(const struct writer *w, const struct vg_record *r)
{
    const char *source = w->query->source;
    return r->kind == VG_RECORD_DATA && r->time_us >= w->query->from_us && r->time_us <= w->query->to_us &&
           (!source || (r->name && strlen(source) == r->name_len && memcmp(source, r->name, r->name_len) == 0));
}

static void on_damage(void *arg, const struct vg_damage *d)
{
    struct writer *w = arg;
    w->stats->damages += !d->tail;
}

static enum vg_err put_range(struct writer *w)
{
    struct vg_record r;
    int64_t to_us = w->query->to_us, end_us = to_us < INT64_MAX - VG_TIME_SLACK_US ? to_us + VG_TIME_SLACK_US : to_us;
    w->why = "the journal can't be read";
    enum vg_err err = vg_journal_reader_seek_time(w->reader, w->query->from_us);
    while (!err && (err = vg_journal_reader_next(w->reader, &r)) == VG_OK) {
        if (vg_journal_reader_frame(w->reader, NULL, NULL)->first_us > end_us)
            break;
        if (is_wanted(w, &r))
            err = put_record(w, &r);
    }
    return err == VG_EOF ? VG_OK : err;
}

static int by_journal_offset(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static enum vg_err put_offsets(struct writer *w)
{
    uint64_t journal_offset[VG_BUNDLE_OFFSETS_MAX], last = 0;
    size_t n = w->query->offset_count, offset;
    if (n > VG_BUNDLE_OFFSETS_MAX)
        return VG_LIMIT;
    memcpy(journal_offset, w->query->journal_offsets, n * sizeof *journal_offset);
    qsort(journal_offset, n, sizeof *journal_offset, by_journal_offset);
    for (size_t i = 0; i < n; i++) {
        struct vg_record r;
        w->why = "no record stands at that place";
        enum vg_err err = vg_journal_reader_at(w->reader, journal_offset[i], &r, &offset);
        if (err)
            return err == VG_RANGE ? VG_NOT_FOUND : err;
        if (r.journal_offset != last) /* several offsets may lead to one record */
            err = put_record(w, &r);
        if (err)
            return err;
        last = r.journal_offset;
    }
    return VG_OK;
}

/* The journal's own keys, and the checkpoint they signed. */
static enum vg_err put_front(struct writer *w, const struct vg_io *io, const char *dir)
{
    char path[VG_IO_PATH], *keys = NULL, *note = NULL, line[VG_KEY_TEXT];
    size_t keys_len, note_len, count;
    struct vg_key key[VG_KEYS_MAX];
    w->why = "the journal's key or checkpoint is missing";
    enum vg_err err = vg_io_path(path, "%s/key.pub", dir)
                          ? vg_io_load(io, path, VG_KEYS_MAX * VG_KEY_TEXT, &keys, &keys_len)
                          : VG_LIMIT;
    if (!err && vg_io_path(path, "%s/checkpoint", dir))
        err = vg_io_load(io, path, VG_NOTE_MAX, &note, &note_len);
    if (!err)
        err = vg_keys_parse(keys, keys_len, key, &count);
    if (!err)
        err = vg_checkpoint_read(note, note_len, key, count, &w->checkpoint, &w->why);
    if (!err) {
        w->why = "the number of the journal's first frame can't be read";
        err = vg_journal_first_load(io, dir, &w->first);
    }
    if (!err) {
        vg_out_text(w->out, "{\"vigia_evidence\":1,\n\"origin\":");
        vg_out_json_string(w->out, w->checkpoint.origin, strlen(w->checkpoint.origin));
        vg_out_text(w->out, ",\n\"keys\":[");
        for (size_t i = 0; i < count; i++) {
            vg_key_public_text(&key[i], line);
            vg_out_text(w->out, i ? "," : "");
            vg_out_json_string(w->out, line, strlen(line));
        }
        vg_out_text(w->out, "],\n\"checkpoint\":");
        vg_out_json_string(w->out, note, note_len);
        if (w->first)
            vg_out_printf(w->out, ",\n\"first\":%llu", (unsigned long long)w->first);
        vg_out_text(w->out, ",\n\"frames\":[");
    }
    free(keys);
    free(note);
    return err;
}

enum vg_err vg_bundle_signed_end(const char *dir, const struct vg_io *io, uint64_t *ret_end)
{
    char path[VG_IO_PATH], *note = NULL;
    size_t len;
    uint64_t first = 0;
    const char *why;
    struct vg_checkpoint checkpoint;
    io = io ? io : vg_io_posix();
    enum vg_err err =
        vg_io_path(path, "%s/checkpoint", dir) ? vg_io_load(io, path, VG_NOTE_MAX, &note, &len) : VG_LIMIT;
    if (!err)
        err = vg_checkpoint_read(note, len, NULL, 0, &checkpoint, &why); /* whoever makes a bundle looks at the keys */
    if (!err)
        err = vg_journal_first_load(io, dir, &first);
    if (!err)
        *ret_end = first + checkpoint.size;
    free(note);
    return err;
}

enum vg_err vg_bundle_write(const char *dir, const struct vg_io *io, const struct vg_bundle_query *query,
                            struct vg_out *out, struct vg_bundle_stats *ret_stats, const char **ret_why)
{
    io = io ? io : vg_io_posix();
    *ret_why = "out of memory";
    *ret_stats = (struct vg_bundle_stats){0};
    struct writer *w = io->alloc(io->arg, sizeof *w);
    if (!w)
        return VG_NOMEM;
    w->query = query;
    w->out = out;
    w->stats = ret_stats;
    enum vg_err err = vg_journal_reader_open(dir, io, on_damage, w, &w->reader, &w->why);
    if (!err)
        err = put_front(w, io, dir);
    if (!err) {
        w->tiles = (struct vg_tiles){.io = io, .dir = dir, .size = w->checkpoint.size};
        err = query->offset_count ? put_offsets(w) : put_range(w);
    }
    end_frame(w);
    vg_out_text(out, "\n]}\n");
    if (!err && !ret_stats->records) {
        w->why = "the journal has no such record";
        err = VG_NOT_FOUND;
    }
    if (!err && out->err) {
        w->why = "the bundle can't be written, or is too large";
        err = out->err;
    }
    *ret_why = w->why;
    vg_journal_reader_close(w->reader);
    free(w);
    return err;
}
