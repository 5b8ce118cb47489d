#include "journal/reader.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "journal/segment.h"

struct walked_frame {
    uint64_t number;
    int64_t at;
};

struct vg_journal_reader {
    const struct vg_io *io;
    char dir[VG_IO_PATH];
    vg_on_damage *on_damage;
    void *arg;
    uint64_t *firsts;
    size_t count;
    size_t current; /* the open segment; == count: none */
    bool open;
    bool any; /* a frame was read: `frame` + 1 is expected next */
    struct vg_segment segment;
    int64_t at;        /* of the next frame in it */
    uint64_t expected; /* its number */
    struct vg_frame_head head;
    uint8_t raw_head[VG_FRAME_HEAD];
    struct vg_records records;
    /* Of the segment that has no index, or a damaged one: where its frames are, found in one walk, ascending by number.
     */
    uint64_t walked; /* its first frame + 1; 0: none was walked */
    int64_t walked_size;
    struct walked_frame *frames;
    size_t frame_count, frame_room;
    uint64_t bad; /* the frame that vg_journal_reader_at() could not read last, + 1: it is not read for each offset */
    uint8_t stored[VG_FRAME_STORED_MAX];
    uint8_t raw[VG_FRAME_RAW_MAX];
};

enum vg_err vg_journal_reader_open(const char *dir, const struct vg_io *io, vg_on_damage *on_damage, void *arg,
                                   struct vg_journal_reader **ret_reader, const char **ret_why)
{
    size_t strange;
    io = io ? io : vg_io_posix();
    *ret_why = "out of memory";
    struct vg_journal_reader *r = io->alloc(io->arg, sizeof *r);
    if (!r)
        return VG_NOMEM;
    r->io = io;
    r->on_damage = on_damage;
    r->arg = arg;
    *ret_why = "there is no journal";
    enum vg_err err = sodium_init() < 0 ? VG_UNSUPPORTED : vg_io_path(r->dir, "%s", dir) ? VG_OK : VG_LIMIT;
    if (!err)
        err = vg_segments_list(io, r->dir, &r->firsts, &r->count, &strange);
    if (err) {
        if (err != VG_NOT_FOUND)
            *ret_why = vg_err_text(err);
        free(r);
        return err;
    }
    *ret_reader = r;
    return VG_OK;
}

static void leave_segment(struct vg_journal_reader *r)
{
    if (r->open)
        vg_segment_close(&r->segment);
    r->open = false;
    r->records.at = r->records.len = 0;
}

void vg_journal_reader_close(struct vg_journal_reader *r)
{
    if (!r)
        return;
    leave_segment(r);
    free(r->firsts);
    free(r->frames);
    free(r);
}

static void tell(struct vg_journal_reader *r, const char *what, int64_t at, int64_t until, bool tail)
{
    const struct vg_damage d = {
        .what = what, .segment = r->firsts[r->current], .at = at, .until = until, .frame = r->expected, .tail = tail};
    if (r->on_damage)
        r->on_damage(r->arg, &d);
}

static enum vg_err enter_segment(struct vg_journal_reader *r, size_t i)
{
    leave_segment(r);
    enum vg_err err = vg_segment_open(r->io, r->dir, r->firsts[i], &r->segment);
    r->current = i;
    if (err)
        return err;
    r->open = true;
    r->at = VG_SEGMENT_HEAD;
    uint64_t kept;
    if (!r->any && !i && !vg_journal_number_load(r->io, r->dir, "kept", &kept) && kept < r->firsts[0]) {
        r->expected = kept; /* the first that must be there */
        tell(r, "frames are missing before this segment", 0, VG_SEGMENT_HEAD, false);
    }
    if (r->any && r->firsts[i] != r->expected)
        tell(r, "frames are missing before this segment", 0, VG_SEGMENT_HEAD, false);
    r->expected = r->firsts[i];
    if (!r->segment.head_good && r->segment.size >= VG_SEGMENT_HEAD)
        tell(r, "the segment's head is damaged", 0, VG_SEGMENT_HEAD, false);
    if (r->segment.foot_bad)
        tell(r, "the segment's index is damaged", r->segment.end, r->segment.size, false);
    else if (!r->segment.closed && i + 1 < r->count)
        tell(r, "the segment has no index", r->segment.end, r->segment.size, false);
    return VG_OK;
}

/* New segments since the last look; and what the open one has grown by. */
static enum vg_err look_again(struct vg_journal_reader *r, bool *ret_more)
{
    uint64_t *firsts;
    size_t count, strange;
    enum vg_err err = vg_segments_list(r->io, r->dir, &firsts, &count, &strange);
    *ret_more = false;
    if (err)
        return err;
    bool more = count && (!r->count || firsts[count - 1] > r->firsts[r->count - 1]);
    if (!more) {
        free(firsts);
        return VG_OK;
    }
    uint64_t wanted = r->open ? r->segment.first : r->expected;
    size_t i = 0;
    while (i < count && firsts[i] < wanted)
        i++;
    free(r->firsts);
    r->firsts = firsts;
    r->count = count;
    r->current = i;
    *ret_more = true;
    return VG_OK;
}

/* *ret_grown: the open segment is longer than it was when it was opened; it is open anew then. */
static enum vg_err look_for_growth(struct vg_journal_reader *r, bool *ret_grown)
{
    struct vg_segment again;
    int64_t size = r->segment.closed ? r->segment.size : r->io->size(r->io->arg, r->segment.fd);
    *ret_grown = false;
    if (size < 0)
        return VG_IO;
    if (size == r->segment.size)
        return VG_OK;
    enum vg_err err = vg_segment_open(r->io, r->dir, r->segment.first, &again);
    if (err)
        return err == VG_NOT_FOUND ? VG_OK : err; /* retired meanwhile: what we hold open is all there will be */
    vg_segment_close(&r->segment);
    r->segment = again;
    *ret_grown = true;
    return VG_OK;
}

/* Opens the next segment that is still there. VG_EOF: there is none yet. */
static enum vg_err enter_next(struct vg_journal_reader *r)
{
    for (;;) {
        bool more;
        enum vg_err err = r->current < r->count ? VG_OK : look_again(r, &more);
        if (!err && r->current >= r->count)
            err = VG_EOF;
        if (!err)
            err = enter_segment(r, r->current);
        if (err != VG_NOT_FOUND)
            return err;
        r->current++; /* retired meanwhile */
    }
}

static enum vg_err read_frame(struct vg_journal_reader *r, const char **ret_why)
{
    enum vg_err err = vg_segment_frame(&r->segment, r->at, &r->head, r->raw_head, r->stored, ret_why);
    if (err || !vg_frame_unpack(&r->head, r->stored, r->raw))
        return err;
    *ret_why = "a frame doesn't unpack";
    return VG_CORRUPT;
}

static void take_frame(struct vg_journal_reader *r)
{
    if (r->head.number != r->expected)
        tell(r, r->head.number > r->expected ? "frames are missing" : "a frame stands out of order", r->at, r->at,
             false);
    r->at += vg_frame_size(&r->head);
    r->expected = r->head.number + 1;
    r->any = true;
    vg_records_begin(&r->records, r->head.number, r->raw, r->head.raw_len);
}

static bool is_being_written(const struct vg_journal_reader *r)
{
    return r->current + 1 == r->count && !r->segment.closed;
}

/* Goes on behind bytes that are no frame. VG_EOF: nothing whole follows, and the writer may be at work on it. */
static enum vg_err skip_damage(struct vg_journal_reader *r, const char *why)
{
    int64_t until;
    enum vg_err err = vg_segment_resync(&r->segment, r->at + 1, &until);
    if (err)
        return err;
    bool tail = until == r->segment.end && is_being_written(r);
    tell(r, why, r->at, until, tail);
    if (tail)
        return VG_EOF;
    r->at = until;
    if (until < r->segment.end)
        r->expected++; /* one frame, as far as we know; the next one's number tells */
    return VG_OK;
}

/* Behind the last frame of the open segment. VG_EOF: no frame follows yet. */
static enum vg_err end_segment(struct vg_journal_reader *r)
{
    bool more = true;
    if (is_being_written(r)) {
        enum vg_err err = look_again(r, &more);
        /* If there are newer segments, this one may have grown since our last look: it is read to its end first. */
        return err ? err : more ? VG_OK : VG_EOF;
    }
    leave_segment(r);
    r->current++;
    return VG_OK;
}

/* The next whole frame, unpacked. */
static enum vg_err next_frame(struct vg_journal_reader *r)
{
    for (;;) {
        const char *why;
        bool grown;
        enum vg_err err = r->open ? VG_OK : enter_next(r);
        if (err)
            return err;
        err = read_frame(r, &why);
        if (!err) {
            take_frame(r);
            return VG_OK;
        }
        if (err != VG_CORRUPT && err != VG_EOF)
            return err;
        enum vg_err looked = look_for_growth(r, &grown);
        if (!looked && !grown)
            looked = err == VG_CORRUPT ? skip_damage(r, why) : end_segment(r);
        if (looked)
            return looked;
    }
}

enum vg_err vg_journal_reader_next(struct vg_journal_reader *r, struct vg_record *ret)
{
    for (;;) {
        enum vg_err err = vg_records_next(&r->records, ret);
        if (err == VG_OK)
            return VG_OK;
        if (err == VG_CORRUPT) {
            tell(r, "the records of a frame are malformed", r->at - vg_frame_size(&r->head), r->at, false);
            r->records.at = r->records.len;
        }
        err = next_frame(r);
        if (err)
            return err;
    }
}

/* ---- seeking ---- */

/* The greatest time in the open segment, of its index; false if it has none. */
static bool ends_before(const struct vg_segment *s, int64_t from_us)
{
    for (uint32_t i = 0; i < s->rows; i++)
        if (s->row[i].last_us >= from_us)
            return false;
    return s->closed && s->rows > 0;
}

/* Without an index: the heads one after another. */
static void skip_frames(struct vg_journal_reader *r, int64_t from_us)
{
    struct vg_frame_head head;
    uint8_t raw[VG_FRAME_HEAD];
    const char *why;
    while (vg_segment_frame(&r->segment, r->at, &head, raw, NULL, &why) == VG_OK && head.number == r->expected &&
           head.last_us < from_us) {
        r->at += vg_frame_size(&head);
        r->expected++;
    }
}

/*
 * Whether a segment begins before this time. One that was retired does, as all before it; one whose first frame is
 * damaged counts as later, so that reading begins before it.
 */
static enum vg_err begins_before(struct vg_journal_reader *r, size_t i, int64_t from_us, bool *ret_before)
{
    struct vg_segment s;
    struct vg_frame_head head;
    uint8_t raw[VG_FRAME_HEAD];
    const char *why;
    enum vg_err err = vg_segment_open(r->io, r->dir, r->firsts[i], &s);
    *ret_before = err == VG_NOT_FOUND;
    if (err)
        return err == VG_NOT_FOUND ? VG_OK : err;
    err = vg_segment_frame(&s, VG_SEGMENT_HEAD, &head, raw, NULL, &why);
    vg_segment_close(&s);
    *ret_before = !err && head.first_us < from_us;
    return err == VG_CORRUPT || err == VG_EOF ? VG_OK : err;
}

/* Where to begin: halves the segments by the time of their first frame. */
static enum vg_err guess_segment(struct vg_journal_reader *r, int64_t from_us, size_t *ret_segment)
{
    size_t low = 0, high = r->count;
    while (low + 1 < high) {
        size_t mid = low + (high - low) / 2;
        bool before;
        enum vg_err err = begins_before(r, mid, from_us, &before);
        if (err)
            return err;
        if (before)
            low = mid;
        else
            high = mid;
    }
    *ret_segment = low ? low - 1 : 0; /* one earlier: times at a border may be a little out of order */
    return VG_OK;
}

enum vg_err vg_journal_reader_seek_time(struct vg_journal_reader *r, int64_t from_us)
{
    size_t from;
    enum vg_err err = guess_segment(r, from_us, &from);
    if (err)
        return err;
    r->any = false;
    leave_segment(r);
    for (r->current = from; r->current < r->count; r->current++) {
        err = enter_segment(r, r->current);
        if (err == VG_NOT_FOUND)
            continue;
        if (err)
            return err;
        if (ends_before(&r->segment, from_us)) {
            leave_segment(r);
            continue;
        }
        for (uint32_t i = 0; i < r->segment.rows && r->segment.row[i].last_us < from_us; i++) {
            bool next = i + 1 < r->segment.rows;
            r->at = next ? (int64_t)r->segment.row[i + 1].at : r->segment.end;
            r->expected++;
        }
        if (!r->segment.closed)
            skip_frames(r, from_us);
        return VG_OK;
    }
    return VG_OK;
}

static enum vg_err note_frame(struct vg_journal_reader *r, uint64_t number, int64_t at)
{
    if (r->frame_count == r->frame_room) {
        size_t room = r->frame_room ? 2 * r->frame_room : 1024;
        struct walked_frame *more = r->io->alloc(r->io->arg, room * sizeof *more);
        if (!more)
            return VG_NOMEM;
        if (r->frame_count)
            memcpy(more, r->frames, r->frame_count * sizeof *more);
        free(r->frames);
        r->frames = more;
        r->frame_room = room;
    }
    r->frames[r->frame_count++] = (struct walked_frame){number, at};
    return VG_OK;
}

static int by_number(const void *a, const void *b)
{
    const struct walked_frame *x = a, *y = b;
    return x->number < y->number ? -1 : x->number > y->number;
}

/*
 * The frames of a segment without an index, once: whoever asks for many offsets in a segment that is zeroed, or in one
 * that goes on growing, would read it again for each. VG_IO, VG_NOMEM.
 */
static enum vg_err walk_segment(struct vg_journal_reader *r)
{
    struct vg_frame_head head;
    uint8_t raw[VG_FRAME_HEAD];
    const char *why;
    int64_t at = VG_SEGMENT_HEAD;
    enum vg_err err = VG_OK;
    if (r->walked == r->segment.first + 1 && r->walked_size == r->segment.size)
        return VG_OK;
    r->frame_count = 0;
    r->walked = 0;
    while (!err && at < r->segment.end) {
        err = vg_segment_frame(&r->segment, at, &head, raw, NULL, &why);
        if (err == VG_CORRUPT) {
            err = vg_segment_resync(&r->segment, at + 1, &at);
        } else if (!err) {
            err = note_frame(r, head.number, at);
            at += vg_frame_size(&head);
        }
    }
    if (err && err != VG_EOF)
        return err;
    if (r->frame_count)
        qsort(r->frames, r->frame_count, sizeof *r->frames, by_number);
    r->walked = r->segment.first + 1;
    r->walked_size = r->segment.size;
    return VG_OK;
}

/* Where a frame begins in the open segment. VG_NOT_FOUND: it is not there, or damaged; VG_IO. */
static enum vg_err find_frame(struct vg_journal_reader *r, uint64_t frame, int64_t *ret_at)
{
    uint64_t n = frame - r->segment.first;
    if (r->segment.closed && n < r->segment.rows)
        *ret_at = (int64_t)r->segment.row[n].at;
    if (r->segment.closed)
        return n < r->segment.rows ? VG_OK : VG_NOT_FOUND;
    enum vg_err err = walk_segment(r);
    if (err)
        return err;
    const struct walked_frame key = {.number = frame},
                              *found = r->frame_count
                                           ? bsearch(&key, r->frames, r->frame_count, sizeof *r->frames, by_number)
                                           : NULL;
    if (found)
        *ret_at = found->at;
    return found ? VG_OK : VG_NOT_FOUND;
}

/* The segment is open, and as it is on the disk. */
static bool is_open(struct vg_journal_reader *r, size_t i)
{
    if (!r->open || r->segment.first != r->firsts[i])
        return false;
    r->current = i;
    r->records.at = r->records.len = 0;
    return r->segment.closed || r->io->size(r->io->arg, r->segment.fd) == r->segment.size;
}

enum vg_err vg_journal_reader_seek_frame(struct vg_journal_reader *r, uint64_t frame)
{
    bool more;
    size_t i = 0;
    int64_t at;
    enum vg_err err = VG_OK;
    if (r->count && frame >= r->firsts[r->count - 1])
        err = look_again(r, &more); /* it may be newer than our list */
    if (err)
        return err;
    if (!r->count || frame < r->firsts[0])
        return VG_NOT_FOUND;
    while (i + 1 < r->count && r->firsts[i + 1] <= frame)
        i++;
    r->any = false;
    err = is_open(r, i) ? VG_OK : enter_segment(r, i);
    if (!err)
        err = find_frame(r, frame, &at);
    if (err)
        return err;
    r->at = at;
    r->expected = frame;
    return VG_OK;
}

enum vg_err vg_journal_reader_at(struct vg_journal_reader *r, uint64_t journal_offset, struct vg_record *ret,
                                 size_t *ret_offset)
{
    struct vg_record record;
    uint64_t frame = vg_journal_offset_frame(journal_offset);
    size_t offset = vg_journal_offset_byte(journal_offset);
    bool held = r->open && r->any && r->head.number == frame && r->records.len;
    if (r->bad == frame + 1)
        return VG_CORRUPT;
    enum vg_err err = held ? VG_OK : vg_journal_reader_seek_frame(r, frame);
    if (!err && !held)
        err = next_frame(r);
    if (err)
        return err == VG_EOF ? VG_NOT_FOUND : err;
    if (r->head.number != frame) {
        r->bad = frame + 1;
        return VG_CORRUPT;
    }
    if (!held || offset < r->records.at) /* offsets that come in order are found in one walk */
        vg_records_begin(&r->records, frame, r->raw, r->head.raw_len);
    while ((err = vg_records_next(&r->records, &record)) == VG_OK) {
        size_t begin = vg_journal_offset_byte(record.journal_offset);
        if (record.kind == VG_RECORD_DATA && offset >= begin && offset - begin < record.len) {
            *ret = record;
            *ret_offset = offset - begin;
            return VG_OK;
        }
    }
    return err == VG_EOF ? VG_RANGE : err;
}

const struct vg_frame_head *vg_journal_reader_frame(const struct vg_journal_reader *r, const uint8_t **ret_raw_head,
                                                    const uint8_t **ret_stored)
{
    if (ret_raw_head)
        *ret_raw_head = r->raw_head;
    if (ret_stored)
        *ret_stored = r->stored;
    return &r->head;
}
