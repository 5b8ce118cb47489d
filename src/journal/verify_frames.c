/* Verifying the frames: each against its own checks, and against the tree that was signed. */
#include <stdlib.h>
#include <string.h>

#include "base/plural.h"
#include "journal/verify_inner.h"

typedef unsigned long long ull; /* for %llu */

/* Where we are. */
struct spot {
    struct vg_segment *segment;
    int64_t at;
    bool last; /* segment */
};

static void miss(struct vg_verifier *v, uint64_t from, uint64_t to)
{
    if (from >= to)
        return;
    if (v->missing_count < VG_MISSING_MAX)
        v->missing[v->missing_count++] = (struct vg_missing){from, to};
    else
        v->missing_more += to - from;
}

/* Takes a frame out of what is missing; false if it wasn't. */
static bool turned_up(struct vg_verifier *v, uint64_t frame)
{
    for (size_t i = 0; i < v->missing_count; i++) {
        struct vg_missing *m = &v->missing[i], rest = {frame + 1, m->to};
        if (frame < m->from || frame >= m->to)
            continue;
        m->to = frame;
        miss(v, rest.from, rest.to);
        return true;
    }
    return false;
}

enum identity { EXACT, RENUMBERED, UNKNOWN };

/* Which of the signed frames this one is: the very same, or one with the same payload nearby. */
static enum identity identify(struct vg_verifier *v, const struct vg_frame_head *head, const uint8_t *raw_head,
                              uint64_t *ret_id)
{
    uint8_t leaf[VG_HASH], want[VG_HASH], entry[VG_FRAME_HEAD];
    vg_merkle_leaf(raw_head, VG_FRAME_HEAD, leaf);
    *ret_id = head->number;
    if (vg_signed_leaf(v, head->number, want) && memcmp(leaf, want, VG_HASH) == 0)
        return EXACT;
    for (uint64_t d = 0; d < 2 * VG_RENUMBERED_MAX; d++) { /* next, next + 1, next - 1, … */
        uint64_t id = d % 2 ? v->next + (d + 1) / 2 : v->next - d / 2;
        if (vg_signed_entry(v, id, entry) && memcmp(entry + 48, head->payload, VG_HASH) == 0) {
            *ret_id = id;
            return RENUMBERED;
        }
    }
    return UNKNOWN;
}

/* True if the frame behind this one is the signed one that is expected here. */
static bool belongs_behind(struct vg_verifier *v, const struct spot *s, int64_t behind)
{
    struct vg_frame_head head;
    uint8_t raw_head[VG_FRAME_HEAD];
    const char *why;
    uint64_t id;
    return vg_segment_frame(s->segment, behind, &head, raw_head, v->ahead, &why) == VG_OK &&
           identify(v, &head, raw_head, &id) != UNKNOWN && id == v->next;
}

/* A frame in its order, where the tree says what must stand. */
static void place_signed(struct vg_verifier *v, const struct spot *s, const struct vg_frame_head *head,
                         const uint8_t *raw_head)
{
    ull segment = s->segment->first, at = (ull)s->at;
    uint64_t id;
    enum identity identity = identify(v, head, raw_head, &id);
    if (identity == UNKNOWN) {
        if (v->next >= v->signed_end || belongs_behind(v, s, s->at + vg_frame_size(head)))
            vg_found(v, VG_FOUND_INSERTED,
                     "a frame that was never signed (%llu by its number) was inserted: segment %016llx at %llu",
                     (ull)head->number, segment, at);
        else
            vg_found(v, VG_FOUND_REPLACED,
                     "frame %llu is whole but not the one that was signed: segment %016llx at %llu", (ull)v->next++,
                     segment, at);
        return;
    }
    if (identity == RENUMBERED && head->number == id)
        vg_found(v, VG_FOUND_REPLACED, "the head of frame %llu was rewritten: segment %016llx at %llu", (ull)id,
                 segment, at);
    if (identity == RENUMBERED && head->number != id && !v->renumbered) {
        v->renumbered = true;
        vg_found(v, VG_FOUND_NOTE, "from frame %llu on, frames were given other numbers: segment %016llx at %llu",
                 (ull)id, segment, at);
    }
    if (id >= v->next) {
        miss(v, v->next, id);
        v->next = id + 1;
    } else if (turned_up(v, id)) {
        vg_found(v, VG_FOUND_REORDERED, "frame %llu stands behind frame %llu: segment %016llx at %llu", (ull)id,
                 (ull)v->next - 1, segment, at);
    } else {
        vg_found(v, VG_FOUND_INSERTED, "frame %llu stands there a second time: segment %016llx at %llu", (ull)id,
                 segment, at);
    }
}

/* Behind the checkpoint, or without one, only the numbers tell. */
static void place_unsigned(struct vg_verifier *v, const struct spot *s, const struct vg_frame_head *head)
{
    if (head->number >= v->next) {
        miss(v, v->next, head->number);
        v->next = head->number + 1;
    } else if (turned_up(v, head->number)) {
        vg_found(v, VG_FOUND_REORDERED, "frame %llu stands behind frame %llu: segment %016llx at %llu",
                 (ull)head->number, (ull)v->next - 1, (ull)s->segment->first, (ull)s->at);
    } else {
        vg_found(v, VG_FOUND_INSERTED, "a second frame %llu: segment %016llx at %llu", (ull)head->number,
                 (ull)s->segment->first, (ull)s->at);
    }
}

static void take_record(struct vg_verifier *v, const struct vg_record *r)
{
    struct vg_gap gap;
    struct vg_retired retired;
    struct vg_checkpoint cp;
    const char *why;
    if (r->kind == VG_RECORD_DATA) {
        v->verdict->records++;
        v->verdict->bytes += r->len;
    } else if (vg_record_gap(r, &gap)) {
        v->verdict->gaps++;
        v->verdict->lost += gap.records;
        vg_found(v, VG_FOUND_NOTE, "a recorded gap in frame %llu: %llu %s of %llu byte%s %s not kept",
                 (ull)vg_journal_offset_frame(r->journal_offset), (ull)gap.records,
                 vg_plural(gap.records, "entry", "entries"), (ull)gap.bytes, vg_plural(gap.bytes, "", "s"),
                 vg_plural(gap.records, "was", "were"));
    } else if (vg_record_retired(r, &retired)) {
        if (retired.kept > v->verdict->kept_from)
            v->verdict->kept_from = retired.kept;
    } else if (r->kind == VG_RECORD_CHECKPOINT &&
               vg_checkpoint_read(r->bytes, r->len, v->keys, v->key_count, &cp, &why) == VG_OK) {
        if (cp.size > v->newest_recorded)
            v->newest_recorded = cp.size;
    }
}

static bool take_records(struct vg_verifier *v, const struct vg_frame_head *head)
{
    struct vg_record r;
    enum vg_err err;
    uint32_t count = 0;
    int64_t first_us = 0, last_us = 0;
    if (vg_frame_unpack(head, v->stored, v->raw))
        return false;
    vg_records_begin(&v->records, head->number, v->raw, head->raw_len);
    for (; (err = vg_records_next(&v->records, &r)) == VG_OK; count++) {
        first_us = !count || r.time_us < first_us ? r.time_us : first_us;
        last_us = !count || r.time_us > last_us ? r.time_us : last_us;
        take_record(v, &r);
    }
    return err == VG_EOF && count == head->records && first_us == head->first_us && last_us == head->last_us;
}

/* Goes on behind bytes that are no frame. */
static enum vg_err skip_damage(struct vg_verifier *v, struct spot *s, const char *why)
{
    int64_t until, at = s->at;
    enum vg_err err = vg_segment_resync(s->segment, at + 1, &until);
    if (err)
        return err;
    s->at = until;
    bool covered = v->next < v->signed_end;
    if (until == s->segment->end && s->last && !s->segment->closed && !covered) {
        vg_found(v, VG_FOUND_NOTE,
                 "%lld bytes behind the last whole frame: a writer is at work or was killed: segment %016llx at %lld",
                 (long long)(until - at), (ull)s->segment->first, (long long)at);
        return VG_OK;
    }
    vg_found(v, VG_FOUND_DAMAGED, "%s: frame %llu, segment %016llx at %lld, %lld bytes", why, (ull)v->next,
             (ull)s->segment->first, (long long)at, (long long)(until - at));
    v->next++;
    return VG_OK;
}

static void check_index(struct vg_verifier *v, const struct spot *s, uint32_t frame, const struct vg_frame_head *head)
{
    const struct vg_segment *seg = s->segment;
    if (!seg->closed)
        return;
    if (frame >= seg->rows || seg->row[frame].at != (uint64_t)s->at || seg->row[frame].first_us != head->first_us ||
        seg->row[frame].last_us != head->last_us)
        vg_found(v, VG_FOUND_INDEX, "the index of segment %016llx has another frame %u", (ull)seg->first, frame);
}

static enum vg_err verify_segment(struct vg_verifier *v, struct vg_segment *segment, bool last)
{
    struct spot s = {.segment = segment, .at = VG_SEGMENT_HEAD, .last = last};
    struct vg_frame_head head;
    uint8_t raw_head[VG_FRAME_HEAD];
    const char *why;
    uint32_t frames = 0;
    bool whole = true;
    if (!segment->head_good && !(last && segment->size < VG_SEGMENT_HEAD))
        vg_found(v, VG_FOUND_DAMAGED, "the head of segment %016llx is damaged, or it is another segment's",
                 (ull)segment->first);
    for (enum vg_err err; (err = vg_segment_frame(segment, s.at, &head, raw_head, v->stored, &why)) != VG_EOF;) {
        if (err == VG_CORRUPT) {
            whole = false;
            err = skip_damage(v, &s, why);
            if (!err)
                continue;
        }
        if (err)
            return err;
        if (v->signed_ && (head.number < v->signed_end || v->next < v->signed_end))
            place_signed(v, &s, &head, raw_head);
        else
            place_unsigned(v, &s, &head);
        if (!take_records(v, &head))
            vg_found(v, VG_FOUND_DAMAGED,
                     "the records of frame %llu are not what its head says: segment %016llx at %lld", (ull)head.number,
                     (ull)segment->first, (long long)s.at);
        if (whole)
            check_index(v, &s, frames++, &head);
        if (v->failed)
            return v->failed;
        v->verdict->frames++;
        s.at += vg_frame_size(&head);
    }
    if (segment->foot_bad || (!segment->closed && !last) || (whole && segment->closed && frames != segment->rows))
        vg_found(v, VG_FOUND_INDEX, "the index of segment %016llx is %s", (ull)segment->first,
                 segment->closed     ? "of another length"
                 : segment->foot_bad ? "damaged"
                                     : "missing");
    return VG_OK;
}

/* What is missing and was not retired. At the end of the signed frames it was cut off, else taken out. */
static void report_missing(struct vg_verifier *v)
{
    uint64_t kept = v->verdict->kept_from > v->first ? v->verdict->kept_from : v->first;
    for (size_t i = 0; i < v->missing_count; i++) {
        struct vg_missing m = v->missing[i];
        if (m.from < kept)
            m.from = kept;
        if (m.from < m.to)
            vg_found(v, VG_FOUND_REMOVED,
                     m.to - m.from == 1 ? "frame %llu was removed" : "frames %llu to %llu were removed", (ull)m.from,
                     (ull)m.to - 1);
    }
    if (v->missing_more)
        vg_found(v, VG_FOUND_REMOVED, "%llu more frame%s removed, in other places", (ull)v->missing_more,
                 vg_plural(v->missing_more, " was", "s were"));
    if (v->next < v->signed_end)
        vg_found(v, VG_FOUND_TRUNCATED, "the journal was cut off before frame %llu: its checkpoint covers %llu frame%s",
                 (ull)v->next, (ull)v->checkpoint.size, vg_plural(v->checkpoint.size, "", "s"));
}

enum vg_err vg_verify_frames(struct vg_verifier *v)
{
    uint64_t *firsts;
    size_t count, strange;
    enum vg_err err = vg_segments_list(v->io, v->dir, &firsts, &count, &strange);
    if (err)
        return err;
    if (strange)
        vg_found(v, VG_FOUND_NOTE, "%zu file%s none", strange,
                 vg_plural(strange, " among the segments is", "s among the segments are"));
    for (size_t i = 0; i < count && !err; i++) {
        struct vg_segment segment;
        err = vg_segment_open(v->io, v->dir, firsts[i], &segment);
        if (err == VG_NOT_FOUND) { /* retired while we read */
            err = VG_OK;
            continue;
        }
        if (err)
            break;
        err = verify_segment(v, &segment, i + 1 == count);
        v->verdict->segments++;
        vg_segment_close(&segment);
    }
    free(firsts);
    if (!err)
        report_missing(v);
    return err;
}
