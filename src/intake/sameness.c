#include "intake/sameness.h"

#include <stdlib.h>
#include <string.h>

#include "report/mmsi.h"

/*
 * Eight transmissions lie in one line of the cache, found by the low bits of their number: the tag is what tells them
 * apart. Two different ones are taken for one with a chance of 8 in 2^32, if both come within the quarter of an hour.
 */
#define WAYS        8
#define TAG_SHIFT   32
#define SOURCE_BITS 12
#define TIME_BITS   20 /* seconds: 6 days before and after the present */
#define AHEAD       8  /* reports: time enough to fetch a bucket */
#define SOURCE_MASK ((UINT32_C(1) << SOURCE_BITS) - 1)
#define TIME_MASK   ((UINT32_C(1) << TIME_BITS) - 1)

struct heard {
    uint64_t tag : 64 - TAG_SHIFT; /* 0: free */
    uint64_t source : SOURCE_BITS;
    uint64_t time_s : TIME_BITS;
};
_Static_assert(sizeof(struct heard) == 8, "eight in a line of the cache");

struct bucket {
    _Alignas(64) struct heard way[WAYS]; /* the newest first */
};

struct vg_sameness {
    size_t mask;
    uint64_t forgotten;
    struct bucket *bucket;
};

enum vg_err vg_sameness_new(size_t most, struct vg_sameness **ret)
{
    if (most < WAYS || most & (most - 1))
        return VG_ARG;
    struct vg_sameness *s = calloc(1, sizeof *s);
    if (!s)
        return VG_NOMEM;
    s->bucket = aligned_alloc(sizeof *s->bucket, most / WAYS * sizeof *s->bucket);
    if (!s->bucket) {
        free(s);
        return VG_NOMEM;
    }
    memset(s->bucket, 0, most / WAYS * sizeof *s->bucket);
    s->mask = most / WAYS - 1;
    *ret = s;
    return VG_OK;
}

void vg_sameness_free(struct vg_sameness *s)
{
    if (!s)
        return;
    free(s->bucket);
    free(s);
}

/* ---- the memory ---- */

static uint64_t tag_of(uint64_t number)
{
    uint64_t tag = number >> TAG_SHIFT;
    return tag ? tag : 1;
}

static struct bucket *bucket_of(struct vg_sameness *s, uint64_t number)
{
    return &s->bucket[number & s->mask];
}

static int find(const struct bucket *b, uint64_t number)
{
    const uint64_t tag = tag_of(number);
    for (int i = 0; i < WAYS; i++)
        if (b->way[i].tag == tag)
            return i;
    return -1;
}

/* Seconds from a time to a later one; below 0: it is earlier. */
static int seconds_apart(const struct heard *h, int64_t time_s)
{
    uint32_t apart = ((uint32_t)time_s - (uint32_t)h->time_s) & TIME_MASK;
    return apart > TIME_MASK / 2 ? (int)apart - (int)TIME_MASK - 1 : (int)apart;
}

static bool is_recent(const struct heard *h, int64_t time_s)
{
    return h->tag && abs(seconds_apart(h, time_s)) <= VG_SAMENESS_US / VG_SECOND_US;
}

/*
 * Who goes for a new one: the oldest; but if one source would then have more than half, the oldest of that one. Who
 * floods the memory makes it forget his own words before those of others.
 */
static int way_to_forget(const struct bucket *b, const struct heard *h)
{
    if (!is_recent(&b->way[WAYS - 1], h->time_s)) /* as if it were free */
        return WAYS - 1;
    for (int i = WAYS - 1; i >= WAYS / 2 - 1; i--) {
        int same = b->way[i].source == h->source;
        for (int k = 0; k <= i; k++)
            same += b->way[k].source == b->way[i].source;
        if (same > WAYS / 2)
            return i;
    }
    return WAYS - 1;
}

/* In front of the others. What stood at `from` (below 0: one that is to be forgotten) goes. */
static void put(struct vg_sameness *s, struct bucket *b, int from, struct heard h)
{
    if (from < 0) {
        from = way_to_forget(b, &h);
        s->forgotten += is_recent(&b->way[from], h.time_s);
    }
    memmove(&b->way[1], &b->way[0], (size_t)from * sizeof h);
    b->way[0] = h;
}

/* ---- the rules ---- */

#define MOVES_DKN        10 /* at 1 kn a ship makes 30 m in a minute, and positions have a grid of 0.2 m */
#define MOVES_COARSE_DKN 50 /* type 27: a grid of 185 m, and three minutes between reports */
#define MINUTE_SLACK_S   5  /* how late in its second a report comes differs by so much */

static bool is_under_way(const struct vg_report *r)
{
    const uint32_t needs = VG_FIELD_BIT(POS) | VG_FIELD_BIT(SOG);
    return (r->fields & needs) == needs && r->sog_dkn >= (r->message == 27 ? MOVES_COARSE_DKN : MOVES_DKN);
}

static bool is_whole_minutes(int apart_s)
{
    int within = abs(apart_s) % 60;
    return within <= MINUTE_SLACK_S || within >= 60 - MINUTE_SLACK_S;
}

/* Could its sender have said the same bits again so many seconds later? */
static bool may_be_said_anew(const struct vg_report *r, int apart_s)
{
    if (is_under_way(r))
        return false;
    if (r->second == VG_SECOND_NONE)
        return true;
    if (r->message == 4 || r->message == 11) /* they tell the date and time */
        return false;
    return is_whole_minutes(apart_s);
}

/* Says who or what it is, or what it does: what is said last counts, and has no time in it. */
static bool is_statement(const struct vg_report *r)
{
    return r->second == VG_SECOND_NONE && (!(r->fields & VG_FIELD_BIT(POS)) || r->message == 21);
}

/* A number for what a statement is about: its sender, its type, of type 24 the part. */
static uint64_t subject_of(const struct vg_report *r)
{
    bool names = r->message == 24 && r->fields & VG_FIELD_BIT(NAME);
    uint64_t h = ((uint64_t)r->mmsi << 8 | (uint64_t)r->message << 1 | names) * UINT64_C(0x9E3779B97F4A7C15);
    return h ^ h >> 32;
}

/* Notes that a statement is the last of its subject: the low bits of its number stand in the place of a source. */
static void note_statement(struct vg_sameness *s, const struct vg_report *r, int64_t time_s)
{
    const uint64_t subject = subject_of(r);
    struct bucket *b = bucket_of(s, subject);
    put(s, b, find(b, subject),
        (struct heard){tag_of(subject), tag_of(r->transmission) & SOURCE_MASK, (uint32_t)time_s & TIME_MASK});
}

/* True if its sender has said something else since. */
static bool is_superseded(struct vg_sameness *s, const struct vg_report *r, int64_t time_s)
{
    const uint64_t subject = subject_of(r);
    const struct bucket *b = bucket_of(s, subject);
    int last = find(b, subject);
    return last >= 0 && is_recent(&b->way[last], time_s) &&
           b->way[last].source != (tag_of(r->transmission) & SOURCE_MASK);
}

/* Heard at the same time: by another receiver, or in the same second, which sets nothing back. */
static bool is_at_once(const struct vg_report *r, const struct heard *h, int64_t time_s)
{
    const int apart_s = abs(seconds_apart(h, time_s));
    return h->source == r->source ? apart_s == 0 : apart_s <= VG_SAMENESS_RECEIVERS_US / VG_SECOND_US;
}

/* Aids speak every few minutes, in slots of their own: one whose state goes to and fro says what it said before. */
static bool is_on_schedule(const struct vg_report *r, const struct heard *h, int64_t time_s)
{
    const int apart_s = seconds_apart(h, time_s);
    return r->message == 21 && h->source == r->source && abs(apart_s) >= 60 - MINUTE_SLACK_S &&
           is_whole_minutes(apart_s);
}

static bool is_again(struct vg_sameness *s, const struct vg_report *r, const struct heard *h, int64_t time_s)
{
    if (is_at_once(r, h, time_s))
        return false;
    return !may_be_said_anew(r, seconds_apart(h, time_s)) ||
           (is_statement(r) && !is_on_schedule(r, h, time_s) && is_superseded(s, r, time_s));
}

/* ---- the way of a report ---- */

/* A device that calls for help, or a text that may say so: none of it is ever left out. */
static bool may_call_for_help(const struct vg_report *r)
{
    return r->message == 14 || (r->mmsi >= 970000000 && vg_class_is_distress(vg_mmsi_class(r->mmsi)));
}

static bool is_judged(const struct vg_report *r)
{
    return r->transmission && !may_call_for_help(r) && r->time_us != VG_TIME_NONE &&
           r->time_source != VG_TIME_SOURCE_GIVEN && r->time_source != VG_TIME_SOURCE_FILE;
}

/* True: it was heard before. Else it is remembered; of what several receivers heard at once, the first. */
static bool take(struct vg_sameness *s, const struct vg_report *r)
{
    const int64_t time_s = r->time_us / VG_SECOND_US;
    struct bucket *b = bucket_of(s, r->transmission);
    int i = find(b, r->transmission);
    bool known = i >= 0 && is_recent(&b->way[i], time_s);
    if (known && is_again(s, r, &b->way[i], time_s))
        return true;
    if (!known || !is_at_once(r, &b->way[i], time_s))
        put(s, b, i, (struct heard){tag_of(r->transmission), r->source & SOURCE_MASK, (uint32_t)time_s & TIME_MASK});
    if (is_statement(r))
        note_statement(s, r, time_s);
    return false;
}

size_t vg_sameness_mark(struct vg_sameness *s, struct vg_report *reports, size_t count)
{
    size_t again = 0;
    for (size_t i = 0; i < count; i++) {
        if (i + AHEAD < count) /* the table is larger than the near caches: a look costs as much as a decoded line */
            __builtin_prefetch(bucket_of(s, reports[i + AHEAD].transmission), 1);
        reports[i].again = is_judged(&reports[i]) && take(s, &reports[i]);
        again += reports[i].again;
    }
    return again;
}

uint64_t vg_sameness_forgotten(const struct vg_sameness *s)
{
    return s->forgotten;
}
