/* Blocks of a datagram, the edition that reads each, and what is remembered of their sources. */
#include "sensor/asterix/asterix.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "sensor/asterix/asterix_inner.h"

#define SETTLED_BLOCKS 16 /* from so many on a source's edition is not compared with the others any more */

struct vg_asterix {
    vg_asterix_on_record *on;
    void *arg;
    struct vg_asterix_counters counters;
    struct vg_refusals refusals;
    const struct vg_asterix_edition *given[256]; /* by category: what was asked for; NULL: what fits */
    const struct vg_asterix_edition *first[256]; /* … the first one of the table */
    struct vg_asterix_source source[VG_ASTERIX_SOURCES];
    unsigned next_source; /* whose place is taken when there is none */
};

enum vg_err vg_asterix_new(vg_asterix_on_record *on, void *arg, struct vg_asterix **ret_asterix)
{
    struct vg_asterix *a = calloc(1, sizeof *a);
    if (!a)
        return VG_NOMEM;
    a->on = on;
    a->arg = arg;
    for (unsigned c = 0; c < 256; c++)
        a->first[c] = vg_asterix_edition_first((uint8_t)c);
    *ret_asterix = a;
    return VG_OK;
}

void vg_asterix_free(struct vg_asterix *a)
{
    free(a);
}

const struct vg_asterix_counters *vg_asterix_counters(const struct vg_asterix *a)
{
    return &a->counters;
}

const struct vg_refusals *vg_asterix_refusals(const struct vg_asterix *a)
{
    return &a->refusals;
}

void vg_asterix_count_report(struct vg_asterix *a)
{
    a->counters.reports++;
}

/* ---- editions ---- */

static const struct vg_asterix_edition *edition_named(uint8_t category, const char *name, size_t len)
{
    for (size_t i = 0; i < vg_asterix_edition_count; i++) {
        const struct vg_asterix_edition *e = &vg_asterix_editions[i];
        if (e->category == category && strlen(e->name) == len && memcmp(e->name, name, len) == 0)
            return e;
    }
    return NULL;
}

enum vg_err vg_asterix_use_editions(struct vg_asterix *a, const char *list)
{
    const struct vg_asterix_edition *given[256];
    memcpy(given, a->given, sizeof given);
    for (const char *p = list;; p++) {
        size_t digits = strspn(p, "0123456789");
        if (digits == 0 || digits > 3 || p[digits] != '=')
            return VG_SYNTAX;
        unsigned category = 0;
        for (size_t i = 0; i < digits; i++)
            category = category * 10 + (unsigned)(p[i] - '0');
        p += digits + 1;
        size_t len = strspn(p, "0123456789.");
        if (len == 0 || (p[len] && p[len] != ','))
            return VG_SYNTAX;
        const struct vg_asterix_edition *e = category < 256 ? edition_named((uint8_t)category, p, len) : NULL;
        if (!e)
            return VG_NOT_FOUND;
        given[category] = e;
        p += len;
        if (!*p)
            break;
    }
    memcpy(a->given, given, sizeof given);
    return VG_OK;
}

/* ---- sources ---- */

/* NULL: nothing is remembered of it, and *ret_free is where it could be, or NULL if there is no place. */
static struct vg_asterix_source *find_source(struct vg_asterix *a, uint8_t sac, uint8_t sic,
                                             struct vg_asterix_source **ret_free)
{
    unsigned begin = (sac * 31u + sic) % VG_ASTERIX_SOURCES;
    *ret_free = NULL;
    for (unsigned i = 0; i < VG_ASTERIX_SOURCES && !*ret_free; i++) {
        struct vg_asterix_source *s = &a->source[(begin + i) % VG_ASTERIX_SOURCES];
        if (s->used && s->sac == sac && s->sic == sic)
            return s;
        if (!s->used)
            *ret_free = s;
    }
    return NULL;
}

struct vg_asterix_source *vg_asterix_source_of(struct vg_asterix *a, uint8_t sac, uint8_t sic)
{
    struct vg_asterix_source *free_one, *s = find_source(a, sac, sic, &free_one);
    if (s)
        return s;
    if (free_one) {
        a->counters.sources++;
    } else {
        free_one = &a->source[a->next_source++ % VG_ASTERIX_SOURCES];
        a->counters.replaced++;
    }
    *free_one = (struct vg_asterix_source){.used = true, .sac = sac, .sic = sic, .time_of_day_ms = VG_TIME_OF_DAY_NONE};
    return free_one;
}

/* A source: used, SAC, SIC, blocks, three scores, a spare octet, time of day; in front of all: whose place is taken
 * next. */
#define SAVED_SOURCE 12

void vg_asterix_save(const struct vg_asterix *a, uint8_t ret_saved[static VG_ASTERIX_SAVED])
{
    vg_put_u32(ret_saved, a->next_source);
    for (unsigned i = 0; i < VG_ASTERIX_SOURCES; i++) {
        const struct vg_asterix_source *s = &a->source[i];
        uint8_t *p = ret_saved + 4 + (size_t)SAVED_SOURCE * i;
        p[0] = s->used;
        p[1] = s->sac;
        p[2] = s->sic;
        p[3] = s->blocks;
        memcpy(p + 4, s->score, VG_ASTERIX_EDITIONS_MAX);
        p[7] = 0;
        vg_put_u32(p + 8, s->time_of_day_ms);
    }
}

enum vg_err vg_asterix_load(struct vg_asterix *a, const uint8_t saved[static VG_ASTERIX_SAVED])
{
    struct vg_asterix_source source[VG_ASTERIX_SOURCES];
    for (unsigned i = 0; i < VG_ASTERIX_SOURCES; i++) {
        const uint8_t *p = saved + 4 + (size_t)SAVED_SOURCE * i;
        uint32_t ms = vg_get_u32(p + 8);
        if (p[0] > 1 || p[3] > SETTLED_BLOCKS || p[7] || (ms >= VG_DAY_US / 1000 && ms != VG_TIME_OF_DAY_NONE && p[0]))
            return VG_CORRUPT;
        source[i] =
            (struct vg_asterix_source){.used = p[0], .sac = p[1], .sic = p[2], .blocks = p[3], .time_of_day_ms = ms};
        memcpy(source[i].score, p + 4, VG_ASTERIX_EDITIONS_MAX);
    }
    a->next_source = vg_get_u32(saved);
    memcpy(a->source, source, sizeof source);
    return VG_OK;
}

/* ---- a block ---- */

/* 0: not all of it can be read by this edition; 1: it can; 3, 4: and what it says makes sense. */
static unsigned how_well(const struct vg_asterix_edition *edition, const struct vg_asterix_block *b, unsigned most)
{
    struct vg_asterix_record r;
    enum vg_refusal why;
    unsigned sense = 3;
    size_t at = VG_ASTERIX_HEADER;
    for (; at < b->len && most--; at += r.len) {
        if (!vg_asterix_read_record(edition, b->at + at, b->len - at, &r, &why))
            return 0;
        unsigned of_record = sense ? vg_asterix_plausible(&r) : 0;
        sense = of_record < sense ? of_record : sense;
    }
    return 1 + sense;
}

/* Which edition reads a block, and what is to be remembered of that if the block is taken. */
struct choice {
    const struct vg_asterix_edition *edition; /* NULL: the category is not read */
    bool scored;
    uint8_t sac, sic;
    uint8_t fits[VG_ASTERIX_EDITIONS_MAX];
};

/* Of a category in several editions. Each block of a new source is read by all, and the scores add up. */
static void choose(struct vg_asterix *a, const struct vg_asterix_edition *first, const struct vg_asterix_block *b,
                   struct choice *ret)
{
    static const struct vg_asterix_source nobody;
    struct vg_asterix_source *free_one;
    struct vg_asterix_record r;
    enum vg_refusal why;
    unsigned best = 0;
    /* SAC and SIC come first in every edition */
    vg_asterix_read_record(first, b->at + VG_ASTERIX_HEADER, b->len - VG_ASTERIX_HEADER, &r, &why);
    const struct vg_asterix_source *s = find_source(a, r.sac, r.sic, &free_one);
    s = s ? s : &nobody;
    *ret = (struct choice){.scored = s->blocks < SETTLED_BLOCKS, .sac = r.sac, .sic = r.sic};
    for (unsigned i = 1; i < VG_ASTERIX_EDITIONS_MAX; i++)
        if (s->score[i] > s->score[best])
            best = i;
    ret->edition = &first[best];
    if (!ret->scored && how_well(&first[best], b, 1))
        return;
    for (unsigned i = 0; i < VG_ASTERIX_EDITIONS_MAX && first[i].category == b->category; i++)
        ret->fits[i] = (uint8_t)how_well(&first[i], b, UINT_MAX);
    const uint8_t *fits = ret->fits;
    best = 0;
    for (unsigned i = 1; i < VG_ASTERIX_EDITIONS_MAX; i++)
        if (!!fits[i] > !!fits[best] ||
            (!!fits[i] == !!fits[best] && s->score[i] + fits[i] > s->score[best] + fits[best]))
            best = i;
    ret->edition = &first[best];
}

static struct choice edition_of(struct vg_asterix *a, const struct vg_asterix_block *b)
{
    const struct vg_asterix_edition *given = a->given[b->category], *first = a->first[b->category];
    struct choice choice = {.edition = given ? given : first};
    if (given || !first)
        return choice;
    bool alone = first + 1 == vg_asterix_editions + vg_asterix_edition_count || first[1].category != b->category;
    if (!alone)
        choose(a, first, b, &choice);
    return choice;
}

/* The block was taken. */
static void remember(struct vg_asterix *a, const struct choice *choice)
{
    if (!choice->scored)
        return;
    struct vg_asterix_source *s = vg_asterix_source_of(a, choice->sac, choice->sic);
    s->blocks++;
    for (unsigned i = 0; i < VG_ASTERIX_EDITIONS_MAX; i++)
        s->score[i] = (uint8_t)(s->score[i] + choice->fits[i]);
}

void vg_asterix_refuse(struct vg_asterix *a, enum vg_refusal why, const uint8_t *p, size_t len, int64_t time_us)
{
    vg_refuse(&a->refusals, why, (const char *)p, len < VG_EXAMPLE_SIZE ? len : VG_EXAMPLE_SIZE, time_us);
}

bool vg_asterix_take_block(struct vg_asterix *a, const struct vg_asterix_block *b, bool sure)
{
    const struct choice choice = edition_of(a, b);
    const struct vg_asterix_edition *edition = choice.edition;
    struct vg_asterix_record r;
    enum vg_refusal why = VG_REFUSAL_ASTERIX_CATEGORY;
    size_t at = VG_ASTERIX_HEADER;
    bool reads = edition && at < b->len && vg_asterix_read_record(edition, b->at + at, b->len - at, &r, &why);
    if (!reads && !sure)
        return false;
    remember(a, &choice);
    a->counters.blocks++;
    a->counters.octets += b->len;
    for (r.block_offset = b->offset; reads;) {
        if (r.reserved)
            vg_asterix_refuse(a, VG_REFUSAL_ASTERIX_RESERVED, r.at, r.len, b->time_us);
        r.offset = b->offset + at;
        a->counters.records++;
        a->on(a->arg, &r);
        at += r.len;
        if (at == b->len)
            return true;
        reads = vg_asterix_read_record(edition, b->at + at, b->len - at, &r, &why);
    }
    if (at < b->len || !edition) /* where the next record begins is not known */
        vg_asterix_refuse(a, why, b->at + (edition ? at : 0), b->len - (edition ? at : 0), b->time_us);
    return true;
}

bool vg_asterix_knows(const struct vg_asterix *a, uint8_t category)
{
    return a->first[category];
}

bool vg_asterix_reads(const struct vg_asterix *a, const struct vg_asterix_block *b)
{
    const struct vg_asterix_edition *end = vg_asterix_editions + vg_asterix_edition_count;
    for (const struct vg_asterix_edition *e = a->first[b->category]; e && e < end && e->category == b->category; e++)
        if (how_well(e, b, VG_ASTERIX_TRIED))
            return true;
    return false;
}

size_t vg_asterix_datagram(struct vg_asterix *a, const void *bytes, size_t len, uint64_t offset, int64_t time_us)
{
    const uint8_t *p = bytes;
    size_t at = 0;
    while (len - at >= VG_ASTERIX_HEADER) {
        const struct vg_asterix_block b = vg_asterix_header(p + at, offset + at, time_us);
        if (b.len < VG_ASTERIX_HEADER || b.len > len - at)
            break;
        vg_asterix_take_block(a, &b, true);
        at += b.len;
    }
    if (at < len)
        vg_asterix_refuse(a, VG_REFUSAL_ASTERIX_STRAY, p + at, len - at, time_us);
    return at;
}
