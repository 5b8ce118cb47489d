#include "service/saved.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- journal ---- */

#define JOURNAL_SIZE (8 + VG_KEY_NAME)

static uint64_t journal_size(const void *of)
{
    (void)of;
    return JOURNAL_SIZE;
}

static enum vg_err write_journal(const void *of, struct vg_out *out)
{
    const struct vg_saved *s = of;
    uint8_t row[JOURNAL_SIZE] = {0};
    vg_put_u64(row, s->journal_offset);
    snprintf((char *)row + 8, VG_KEY_NAME, "%s", s->journal);
    vg_out_bytes(out, row, sizeof row);
    return out->err;
}

static enum vg_err read_journal(void *of, struct vg_state_input *in)
{
    struct vg_saved *s = of;
    uint8_t row[JOURNAL_SIZE];
    enum vg_err err = vg_state_take(in, row, sizeof row);
    if (err || !memchr(row + 8, '\0', VG_KEY_NAME))
        return err ? err : VG_CORRUPT;
    s->journal_offset = vg_get_u64(row);
    memcpy(s->journal, row + 8, VG_KEY_NAME);
    return VG_OK;
}

/* ---- feeds ---- */

#define FEEDS_HEAD    8
#define FEEDS_VERSION 3 /* 1: the first 7 numbers only, and no own time; 2: the first 8 */
#define NUMBERS       9
#define REFUSAL_SIZE  (16 + VG_EXAMPLE_SIZE)
#define REFUSALS_SIZE (VG_REFUSAL_COUNT * REFUSAL_SIZE)
#define NUMBERS_SIZE  (8 * (NUMBERS + 1)) /* and the own time */
#define FEED_SIZE     (VG_FEED_NAME + NUMBERS_SIZE + REFUSALS_SIZE)
#define FEEDS_MOST    VG_SOURCE_MAX

/* The plain counters, in the order of the file. */
static void numbers_of(struct vg_station_counters *c, uint64_t *ret_number[static NUMBERS])
{
    uint64_t *const numbers[NUMBERS] = {&c->bytes,     &c->reconnects, &c->rejected, &c->dropped,   &c->lines,
                                        &c->sentences, &c->messages,   &c->lost,     &c->duplicates};
    memcpy(ret_number, numbers, sizeof numbers);
}

static uint64_t feeds_size(const void *of)
{
    return FEEDS_HEAD + (uint64_t)((const struct vg_saved *)of)->feeds * FEED_SIZE;
}

static void put_feed(const struct vg_saved_feed *feed, uint8_t row[static FEED_SIZE])
{
    struct vg_station_counters c = feed->counters;
    uint64_t *number[NUMBERS];
    numbers_of(&c, number);
    memset(row, 0, FEED_SIZE);
    snprintf((char *)row, VG_FEED_NAME, "%s", feed->name);
    uint8_t *at = row + VG_FEED_NAME;
    for (int i = 0; i < NUMBERS; i++, at += 8)
        vg_put_u64(at, *number[i]);
    vg_put_u64(at, (uint64_t)feed->own_us);
    at += 8;
    for (int i = 0; i < VG_REFUSAL_COUNT; i++, at += REFUSAL_SIZE) {
        vg_put_u64(at, c.refusals.count[i]);
        vg_put_u64(at + 8, (uint64_t)c.refusals.time_us[i]);
        memcpy(at + 16, c.refusals.example[i], VG_EXAMPLE_SIZE);
    }
}

static enum vg_err write_feeds(const void *of, struct vg_out *out)
{
    const struct vg_saved *s = of;
    uint8_t head[FEEDS_HEAD], row[FEED_SIZE];
    vg_put_u32(head, (uint32_t)s->feeds);
    vg_put_u32(head + 4, VG_REFUSAL_COUNT);
    vg_out_bytes(out, head, sizeof head);
    for (size_t i = 0; i < s->feeds; i++) {
        put_feed(&s->feed[i], row);
        vg_out_bytes(out, row, sizeof row);
    }
    return out->err;
}

/* How many numbers a row has. */
static int numbers_in(uint32_t version)
{
    return version == 1 ? 7 : version == 2 ? 8 : NUMBERS;
}

/* The begin of a row in the file. */
static size_t begin_size(uint32_t version)
{
    return VG_FEED_NAME + 8 * ((size_t)numbers_in(version) + (version > 1));
}

/* `row`: its begin, then its refusals. */
static enum vg_err get_feed(const uint8_t *row, uint32_t version, uint32_t refusals_in, struct vg_saved_feed *ret)
{
    uint64_t *number[NUMBERS];
    numbers_of(&ret->counters, number);
    memcpy(ret->name, row, VG_FEED_NAME);
    if (!memchr(ret->name, '\0', VG_FEED_NAME))
        return VG_CORRUPT;
    const uint8_t *at = row + VG_FEED_NAME;
    for (int i = 0; i < numbers_in(version); i++, at += 8)
        *number[i] = vg_get_u64(at);
    ret->own_us = version == 1 ? VG_TIME_NONE : (int64_t)vg_get_u64(at);
    at = row + begin_size(version);
    struct vg_refusals *refusals = &ret->counters.refusals;
    for (uint32_t i = 0; i < refusals_in; i++, at += REFUSAL_SIZE) {
        refusals->count[i] = vg_get_u64(at);
        refusals->time_us[i] = (int64_t)vg_get_u64(at + 8);
        memcpy(refusals->example[i], at + 16, VG_EXAMPLE_SIZE);
        if (!memchr(refusals->example[i], '\0', VG_EXAMPLE_SIZE))
            return VG_CORRUPT;
    }
    return VG_OK;
}

static enum vg_err read_feeds(void *of, struct vg_state_input *in)
{
    struct vg_saved *s = of;
    uint8_t head[FEEDS_HEAD], row[FEED_SIZE];
    const uint32_t version = vg_state_version(in);
    enum vg_err err = vg_state_take(in, head, sizeof head);
    if (err)
        return err;
    uint32_t count = vg_get_u32(head);
    const uint32_t refusals = vg_get_u32(head + 4); /* later versions add reasons at the end */
    if (refusals > VG_REFUSAL_COUNT)
        return vg_state_refuse(in, "counts other refusals than this version of the program");
    if (count > FEEDS_MOST)
        return VG_CORRUPT;
    s->feed = calloc(count + 1, sizeof *s->feed);
    if (!s->feed)
        return VG_NOMEM;
    for (; s->feeds < count && !err; s->feeds++) {
        err = vg_state_take(in, row, begin_size(version) + (size_t)refusals * REFUSAL_SIZE);
        if (!err)
            err = get_feed(row, version, refusals, &s->feed[s->feeds]);
    }
    return err;
}

/* ---- all of it ---- */

void vg_saved_sections(struct vg_saved *saved, struct vg_state_section *ret)
{
    const struct vg_state_section own[] = {
        {"journal", VG_STATE_TAG('J', 'O', 'U', 'R'), 1, saved, journal_size, write_journal, read_journal, false},
        {"feeds", VG_STATE_TAG('F', 'E', 'E', 'D'), FEEDS_VERSION, saved, feeds_size, write_feeds, read_feeds, false},
    };
    memcpy(ret, own, sizeof own);
    vg_situation_sections(saved->situation, ret + 2);
}

enum vg_err vg_saved_write(const struct vg_io *io, const char *path, const struct vg_saved *saved)
{
    struct vg_state_section sections[VG_SAVED_SECTIONS];
    struct vg_saved only_read = *saved;
    vg_saved_sections(&only_read, sections);
    return vg_state_file_write(io, path, sections, VG_SAVED_SECTIONS);
}

enum vg_err vg_saved_new_situation(const struct vg_picture_limits *limits, bool data_clock,
                                   const struct vg_sites *sites, const struct vg_looking *looking,
                                   struct vg_situation **ret)
{
    struct vg_situation *s = NULL;
    enum vg_err err = vg_situation_new(limits, data_clock, &s);
    if (!err)
        err = vg_situation_set_sites(s, sites);
    if (!err && looking)
        err = vg_situation_set_behaviours(s, looking->options, looking->on, looking->arg);
    if (err)
        vg_situation_free(s);
    else
        *ret = s;
    return err;
}

enum vg_err vg_saved_read(const struct vg_io *io, const char *path, const struct vg_picture_limits *limits,
                          bool data_clock, const struct vg_sites *sites, struct vg_saved *ret,
                          char why[static VG_STATE_WHY])
{
    return vg_saved_read_looking(io, path, limits, data_clock, sites, NULL, ret, why);
}

enum vg_err vg_saved_read_looking(const struct vg_io *io, const char *path, const struct vg_picture_limits *limits,
                                  bool data_clock, const struct vg_sites *sites, const struct vg_looking *looking,
                                  struct vg_saved *ret, char why[static VG_STATE_WHY])
{
    struct vg_state_section sections[VG_SAVED_SECTIONS];
    struct vg_saved s = {0};
    enum vg_err err = vg_saved_new_situation(limits, data_clock, sites, looking, &s.situation);
    if (err) {
        snprintf(why, VG_STATE_WHY, "%s", vg_err_text(err));
        return err;
    }
    vg_saved_sections(&s, sections);
    err = vg_state_file_read(io, path, sections, VG_SAVED_SECTIONS, why);
    if (err) {
        vg_situation_free(s.situation);
        free(s.feed);
        return err;
    }
    *ret = s;
    return VG_OK;
}

struct vg_saved_feed *vg_saved_feed(struct vg_saved *s, const char *name)
{
    for (size_t i = 0; i < s->feeds; i++)
        if (strcmp(s->feed[i].name, name) == 0)
            return &s->feed[i];
    struct vg_saved_feed *more = realloc(s->feed, (s->feeds + 1) * sizeof *more);
    if (!more)
        return NULL;
    s->feed = more;
    memset(&more[s->feeds], 0, sizeof *more);
    snprintf(more[s->feeds].name, VG_FEED_NAME, "%s", name);
    more[s->feeds].own_us = VG_TIME_NONE;
    return &more[s->feeds++];
}
