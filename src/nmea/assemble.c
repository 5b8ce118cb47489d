/*
 * Fragments → messages.
 *
 * A bounded table of messages in the making. A finished message keeps its entry until that is needed or too old, so
 * that a second receiver's copy of a fragment is known as a repetition and doesn't begin a message that never ends.
 */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "nmea/nmea.h"

struct part {
    uint16_t at, len; /* in `chars` */
    bool came;
};

struct entry {
    bool used, complete, tagged; /* tagged: own_us is of a tag block */
    char talker[3];
    bool vdo;
    char channel;
    int8_t sequence;
    uint8_t fragments, missing;
    uint8_t fill_bits; /* of the last fragment */
    uint32_t group_id; /* 0: none */
    uint64_t journal_offset, line, order;
    int64_t received_us, own_us;
    uint16_t len;
    char station[sizeof((struct vg_payload){0}).station];
    struct part part[VG_FRAGMENTS_MAX];
    char chars[VG_PAYLOAD_CHARS];
};

struct vg_assembler {
    uint64_t order;                       /* counts fragments: the smallest is the oldest */
    int64_t oldest_us;                    /* no used entry was received before; INT64_MAX: none is used */
    uint64_t numbers[VG_ASSEMBLER_SLOTS]; /* numbers_of() each used entry, else 0: a search touches only these */
    char joined[VG_PAYLOAD_CHARS];
    struct entry entry[VG_ASSEMBLER_SLOTS];
};

enum vg_err vg_assembler_new(struct vg_assembler **ret_assembler)
{
    struct vg_assembler *a = calloc(1, sizeof *a);
    if (!a)
        return VG_NOMEM;
    a->oldest_us = INT64_MAX;
    *ret_assembler = a;
    return VG_OK;
}

void vg_assembler_free(struct vg_assembler *a)
{
    free(a);
}

/* What fragments of one message have in common, in one word; never 0, for there is more than one fragment. */
static uint64_t numbers_of(const struct vg_sentence *s)
{
    return (uint64_t)s->fragments << 48 | (uint64_t)(uint8_t)s->sequence << 40 | (uint64_t)(uint8_t)s->channel << 32 |
           (uint64_t)s->vdo << 24 | (uint64_t)(uint8_t)s->talker[0] << 8 | (uint8_t)s->talker[1];
}

static void release(struct vg_assembler *a, struct entry *e)
{
    e->used = false;
    a->numbers[e - a->entry] = 0;
}

static void drop(struct vg_assembler *a, struct entry *e, enum vg_refusal why, struct vg_refusals *refusals)
{
    if (!e->complete)
        vg_refuse(refusals, why, e->chars, e->len, e->received_us);
    release(a, e);
}

void vg_assembler_expire(struct vg_assembler *a, int64_t now_us, struct vg_refusals *refusals)
{
    if (now_us != INT64_MAX && (a->oldest_us == INT64_MAX || now_us - a->oldest_us <= VG_ASSEMBLER_WAIT_US))
        return;
    a->oldest_us = INT64_MAX;
    for (int i = 0; i < VG_ASSEMBLER_SLOTS; i++) {
        struct entry *e = &a->entry[i];
        if (e->used && (now_us == INT64_MAX || now_us - e->received_us > VG_ASSEMBLER_WAIT_US))
            drop(a, e, VG_REFUSAL_FRAGMENT_LOST, refusals);
        else if (e->used && e->received_us < a->oldest_us)
            a->oldest_us = e->received_us;
    }
}

static bool same_station(const struct entry *e, const struct vg_sentence *s)
{
    size_t n = s->station.len < sizeof e->station - 1 ? s->station.len : sizeof e->station - 1;
    return !n || !e->station[0] || (strlen(e->station) == n && memcmp(e->station, s->station.at, n) == 0);
}

/* The numbers are the same already. */
static bool matches(const struct entry *e, const struct vg_sentence *s)
{
    bool near = e->own_us == VG_TIME_NONE || s->time_us == VG_TIME_NONE ||
                llabs(e->own_us - s->time_us) <= VG_ASSEMBLER_WAIT_US;
    bool group = !e->group_id || !s->group_id || e->group_id == s->group_id;
    return near && group && same_station(e, s);
}

static bool of_one_station(const struct entry *a, const struct entry *b)
{
    return strcmp(a->station, b->station) == 0;
}

/* One of the station that has more than half of the entries, or NULL (Boyer and Moore's vote, then a count). */
static const struct entry *of_the_most(const struct vg_assembler *a)
{
    const struct entry *candidate = NULL;
    int votes = 0, count = 0;
    for (int i = 0; i < VG_ASSEMBLER_SLOTS; i++) {
        if (votes == 0)
            candidate = &a->entry[i];
        votes += of_one_station(candidate, &a->entry[i]) ? 1 : -1;
    }
    for (int i = 0; i < VG_ASSEMBLER_SLOTS; i++)
        count += of_one_station(candidate, &a->entry[i]);
    return count > VG_ASSEMBLER_SLOTS / 2 ? candidate : NULL;
}

/* All entries being of messages in the making: the oldest of the station that has most of them, else of all. */
static struct entry *waiting_to_lose(struct vg_assembler *a)
{
    const struct entry *most = of_the_most(a);
    struct entry *oldest = NULL;
    for (int i = 0; i < VG_ASSEMBLER_SLOTS; i++) {
        struct entry *e = &a->entry[i];
        if ((!most || of_one_station(most, e)) && (!oldest || e->order < oldest->order))
            oldest = e;
    }
    return oldest;
}

/*
 * A free entry; if there is none, the oldest finished one is freed, or one in the making. A station that begins
 * messages and ends none loses its own: behind one feed there may be others.
 */
static struct entry *take_entry(struct vg_assembler *a, struct vg_refusals *refusals)
{
    struct entry *best = NULL;
    for (int i = 0; i < VG_ASSEMBLER_SLOTS; i++)
        if (!a->numbers[i])
            return &a->entry[i];
    for (int i = 0; i < VG_ASSEMBLER_SLOTS; i++) {
        struct entry *e = &a->entry[i];
        if (e->complete && (!best || e->order < best->order))
            best = e;
    }
    if (!best)
        best = waiting_to_lose(a);
    drop(a, best, VG_REFUSAL_FRAGMENT_TABLE, refusals);
    return best;
}

static void begin(struct vg_assembler *a, struct entry *e, const struct vg_sentence *s, int64_t received_us,
                  uint64_t journal_offset, uint64_t line)
{
    a->numbers[e - a->entry] = numbers_of(s);
    if (received_us < a->oldest_us)
        a->oldest_us = received_us;
    e->used = true;
    e->complete = false;
    memcpy(e->talker, s->talker, sizeof e->talker);
    e->vdo = s->vdo;
    e->channel = s->channel;
    e->sequence = s->sequence;
    e->fragments = e->missing = s->fragments;
    e->group_id = 0;
    e->journal_offset = journal_offset;
    e->line = line;
    e->received_us = received_us;
    e->own_us = VG_TIME_NONE;
    e->tagged = false;
    e->len = 0;
    e->station[0] = '\0';
    memset(e->part, 0, sizeof e->part);
}

/* What any fragment may know: group, time, station. */
static void learn(struct entry *e, const struct vg_sentence *s)
{
    if (s->group_id)
        e->group_id = s->group_id;
    if (e->own_us == VG_TIME_NONE) {
        e->own_us = s->time_us;
        e->tagged = s->tagged;
    }
    if (!e->station[0] && s->station.len) {
        size_t n = s->station.len < sizeof e->station - 1 ? s->station.len : sizeof e->station - 1;
        memcpy(e->station, s->station.at, n);
        e->station[n] = '\0';
    }
}

static void deliver(struct vg_assembler *a, const struct entry *e, struct vg_payload *ret)
{
    size_t len = 0;
    for (int i = 0; i < e->fragments; i++) {
        memcpy(a->joined + len, e->chars + e->part[i].at, e->part[i].len);
        len += e->part[i].len;
    }
    *ret = (struct vg_payload){
        .chars = a->joined,
        .len = len,
        .fill_bits = e->fill_bits,
        .vdo = e->vdo,
        .channel = e->channel,
        .fragments = e->fragments,
        .journal_offset = e->journal_offset,
        .line = e->line,
        .time_us = e->own_us,
        .tagged = e->tagged,
        .received_us = e->received_us,
    };
    memcpy(ret->talker, e->talker, sizeof ret->talker);
    memcpy(ret->station, e->station, sizeof ret->station);
}

/* Fragments behind this one have come, and too long ago: their own first fragment was lost. */
static bool overtaken(const struct entry *e, const struct vg_sentence *s, int64_t received_us)
{
    bool behind = false;
    for (int i = s->fragment; i < e->fragments; i++)
        behind |= e->part[i].came;
    return behind && received_us - e->received_us > VG_ASSEMBLER_REORDER_US;
}

/*
 * The newest message that still waits for this fragment; NULL: none does. Often only the first fragment of a message
 * has a time or a station: what comes behind it fits older messages of the same numbers, too.
 */
static struct entry *find_waiting(struct vg_assembler *a, const struct vg_sentence *s, uint64_t numbers)
{
    struct entry *newest = NULL;
    for (int i = 0; i < VG_ASSEMBLER_SLOTS; i++) {
        struct entry *e = &a->entry[i];
        if (a->numbers[i] == numbers && !e->part[s->fragment - 1].came && matches(e, s) &&
            (!newest || e->order > newest->order))
            newest = e;
    }
    return newest;
}

/* The message this fragment belongs to; NULL if it is a repetition. */
static struct entry *find_entry(struct vg_assembler *a, const struct vg_sentence *s, int64_t received_us,
                                struct vg_refusals *refusals)
{
    const uint64_t numbers = numbers_of(s);
    struct entry *waiting = find_waiting(a, s, numbers);
    if (waiting && overtaken(waiting, s, received_us))
        drop(a, waiting, VG_REFUSAL_FRAGMENT_LOST, refusals);
    if (waiting)
        return waiting;
    for (int i = 0; i < VG_ASSEMBLER_SLOTS; i++) {
        struct entry *e = &a->entry[i];
        if (a->numbers[i] != numbers || !matches(e, s))
            continue;
        const struct part *p = &e->part[s->fragment - 1];
        bool again = p->len == s->payload.len && memcmp(e->chars + p->at, s->payload.at, p->len) == 0;
        if (again && e->complete && s->fragment == 1) { /* ships repeat themselves: a new message */
            release(a, e);
            return e;
        }
        if (again) {
            vg_refuse(refusals, VG_REFUSAL_FRAGMENT_REPEATED, s->text.at, s->text.len, e->received_us);
            return NULL;
        }
        drop(a, e, VG_REFUSAL_FRAGMENT_LOST,
             refusals); /* the sender went on to another message with the same numbers */
        return e;
    }
    return take_entry(a, refusals);
}

bool vg_nmea_single(const struct vg_sentence *s, int64_t received_us, uint64_t journal_offset, uint64_t line,
                    struct vg_payload *ret)
{
    if (s->payload.len > VG_PAYLOAD_CHARS)
        return false;
    *ret = (struct vg_payload){
        .chars = s->payload.at,
        .len = s->payload.len,
        .fill_bits = s->fill_bits,
        .vdo = s->vdo,
        .channel = s->channel,
        .fragments = 1,
        .journal_offset = journal_offset,
        .line = line,
        .time_us = s->time_us,
        .tagged = s->tagged,
        .received_us = received_us,
    };
    memcpy(ret->talker, s->talker, sizeof ret->talker);
    size_t n = s->station.len < sizeof ret->station - 1 ? s->station.len : sizeof ret->station - 1;
    if (n)
        memcpy(ret->station, s->station.at, n);
    return true;
}

bool vg_assembler_push(struct vg_assembler *a, const struct vg_sentence *s, int64_t received_us,
                       uint64_t journal_offset, uint64_t line, struct vg_refusals *refusals, struct vg_payload *ret)
{
    if (s->fragments == 1) {
        bool fits = vg_nmea_single(s, received_us, journal_offset, line, ret);
        if (!fits)
            vg_refuse(refusals, VG_REFUSAL_PAYLOAD_LENGTH, s->text.at, s->text.len, received_us);
        return fits;
    }
    vg_assembler_expire(a, received_us, refusals);
    struct entry *e = find_entry(a, s, received_us, refusals);
    if (!e)
        return false;
    if (!e->used)
        begin(a, e, s, received_us, journal_offset, line);
    e->order = ++a->order;
    if (s->payload.len > (size_t)(VG_PAYLOAD_CHARS - e->len)) {
        drop(a, e, VG_REFUSAL_PAYLOAD_LENGTH, refusals);
        return false;
    }
    learn(e, s);
    struct part *p = &e->part[s->fragment - 1];
    *p = (struct part){.at = e->len, .len = (uint16_t)s->payload.len, .came = true};
    memcpy(e->chars + e->len, s->payload.at, s->payload.len);
    e->len = (uint16_t)(e->len + s->payload.len);
    if (s->fragment == 1)
        e->line = line;
    if (s->fragment == s->fragments)
        e->fill_bits = s->fill_bits;
    if (--e->missing)
        return false;
    e->complete = true;
    deliver(a, e, ret);
    return true;
}
