/* Whom a question about the past is to read, since when, and who they said to be. */
#include <stdlib.h>

#include "api/history.h"
#include "report/mmsi.h"

/* ---- who is to be read ---- */

struct reading {
    struct vg_history_job *job;
    struct vg_pasts *pasts;
    struct vg_past *past; /* of the row before: they come by vessel */
    int64_t from_us;      /* reports of those who are found are to be read since then */
    bool counts;          /* what is found is near, or far, before what is asked for */
    bool lowers;          /* those who were found before are read since then, too */
    bool fixed;           /* only those that are base stations or aids by the form of their MMSI */
    size_t told;          /* of how many all is known that they say of who they are */
};

void vg_pasts_damage(void *arg, const char *path, enum vg_err err)
{
    vg_history_damage(*(struct vg_history_job **)arg, path, err);
}

#define QUARREL_HELD 3 /* positions held apart: a mistake comes alone */
#define MESSAGE_FAR  27
#define DEVICE_FIRST UINT32_C(970000000) /* distress devices */
#define DEVICE_LAST  UINT32_C(979999999)
/* So many positions from near tell as much as they would with the long-range ones of hours before: if the first of them
 * was a mistake, the others are held apart, and she is read again (QUARREL_HELD). */
#define PAST_NEAR 10

static enum vg_err on_sender(void *arg, const struct vg_position *row)
{
    struct reading *r = arg;
    size_t count = r->pasts->count;
    if (r->fixed && !vg_class_is_fixed(vg_mmsi_class(row->mmsi)))
        return vg_history_row(r->job);
    if (!r->past || r->past->mmsi != row->mmsi) {
        enum vg_err err = vg_pasts_take(r->pasts, row->mmsi, &r->past);
        if (err == VG_LIMIT)
            r->job->why = "more than 200000 vessels: ask for a smaller area";
        if (err)
            return err;
    }
    struct vg_past *past = r->past;
    if (r->pasts->count > count || (r->lowers && r->from_us < past->from_us))
        past->from_us = r->from_us;
    past->far |= row->message == MESSAGE_FAR;
    past->fixed |= vg_class_is_fixed(vg_mmsi_class(row->mmsi)) || vg_class_is_fixed(vg_message_class(row->message));
    past->near += r->counts && row->message != MESSAGE_FAR && past->near < PAST_NEAR;
    return vg_history_row(r->job);
}

/* Adds whom the query finds in the box; reading.from_us is the query's. */
static enum vg_err find(struct reading reading, struct vg_store *store, struct vg_positions_query query)
{
    query.box = &reading.job->ask.filter.box;
    query.senders_only = true;
    return vg_store_positions(store, &query, on_sender, vg_pasts_damage, &reading, NULL);
}

/* Everybody with a position in [since_us, to_us); what is heard before until_us counts as near. */
static enum vg_err find_near(struct vg_pasts *pasts, struct vg_history_job *job, struct vg_store *store,
                             int64_t since_us, int64_t until_us, int64_t to_us)
{
    struct reading r = {.job = job, .pasts = pasts, .from_us = since_us, .counts = true};
    enum vg_err err = find(r, store, (struct vg_positions_query){.from_us = since_us, .to_us = until_us});
    r.counts = false;
    return err || until_us >= to_us ? err
                                    : find(r, store, (struct vg_positions_query){.from_us = until_us, .to_us = to_us});
}

/* Who was found, but with too few positions to judge others by, is read as far back as what it was told lasts. */
static void reach_back(struct vg_pasts *pasts, int64_t from_us)
{
    for (size_t i = 0; i < pasts->count; i++) {
        struct vg_past *past = &pasts->row[i];
        int64_t back_us = past->fixed ? VG_HISTORY_MOST_US : past->far ? VG_HISTORY_FAR_US : 0;
        if (past->near < PAST_NEAR && back_us && from_us - back_us < past->from_us)
            past->from_us = from_us - back_us;
    }
}

/* Those that may be silent for longer than others, but for what stays where it is. */
static enum vg_err find_silent(struct vg_pasts *pasts, struct vg_history_job *job, struct vg_store *store,
                               int64_t since_us, int64_t from_us, int64_t to_us)
{
    struct vg_positions_query far = {
        .from_us = from_us - VG_HISTORY_FAR_US, .to_us = since_us, .messages = 1u << MESSAGE_FAR};
    struct vg_positions_query devices = {
        .from_us = from_us - VG_HISTORY_MOST_US, .to_us = to_us, .mmsi_first = DEVICE_FIRST, .mmsi_last = DEVICE_LAST};
    struct reading r = {.job = job, .pasts = pasts, .from_us = far.from_us};
    enum vg_err err = find(r, store, far);
    reach_back(pasts, from_us);
    r.from_us = devices.from_us;
    r.lowers = true;
    return err ? err : find(r, store, devices);
}

/* The messages that only base stations and aids send. */
static uint32_t messages_of_fixed(void)
{
    uint32_t messages = 0;
    for (uint8_t m = 1; m <= VG_AIS_MESSAGE_MAX; m++)
        messages |= (uint32_t)vg_class_is_fixed(vg_message_class(m)) << m;
    return messages;
}

/* Base stations and aids that were silent for hours, by what they send or by the form of their MMSI. */
static enum vg_err find_fixed(struct vg_pasts *pasts, struct vg_history_job *job, struct vg_store *store,
                              int64_t from_us)
{
    static const struct {
        uint32_t first, last;
    } forms[] = {{1, 9999999}, {990000000, 999999999}}; /* those of 00MIDxxxx and 99MIDaxxx lie in these */
    struct vg_positions_query fixed = {.from_us = from_us - VG_HISTORY_MOST_US,
                                       .to_us = from_us - VG_HISTORY_BACK_US,
                                       .messages = messages_of_fixed()};
    struct reading r = {.job = job, .pasts = pasts, .from_us = fixed.from_us};
    enum vg_err err = find(r, store, fixed);
    fixed.messages = 0;
    r.fixed = true;
    for (size_t i = 0; i < sizeof forms / sizeof *forms && !err; i++) {
        fixed.mmsi_first = forms[i].first;
        fixed.mmsi_last = forms[i].last;
        err = find(r, store, fixed);
    }
    return err;
}

/* ---- reading them ---- */

static enum vg_err on_report(void *arg, const struct vg_report *report)
{
    struct reading *r = arg;
    struct vg_change change;
    if (!r->past || r->past->mmsi != report->mmsi)
        r->past = vg_pasts_find(r->pasts, report->mmsi);
    if (r->past)
        vg_past_apply(r->past, report, &change);
    return vg_history_row(r->job);
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

/* The MMSIs of those that `wanted` (NULL: all) finds, ascending; the caller frees. NULL: no memory. */
static uint32_t *choose(const struct vg_pasts *pasts, bool (*wanted)(const struct vg_past *, int64_t), int64_t arg,
                        size_t *ret_count)
{
    uint32_t *mmsis = malloc((pasts->count + 1) * sizeof *mmsis);
    size_t count = 0;
    for (size_t i = 0; i < pasts->count && mmsis; i++)
        if (!wanted || wanted(&pasts->row[i], arg))
            mmsis[count++] = pasts->row[i].mmsi;
    if (count)
        qsort(mmsis, count, sizeof *mmsis, by_number);
    *ret_count = count;
    return mmsis;
}

uint32_t *vg_pasts_numbers(const struct vg_pasts *pasts, size_t *ret_count)
{
    return choose(pasts, NULL, 0, ret_count);
}

static bool is_read_since(const struct vg_past *past, int64_t from_us)
{
    return past->from_us == from_us;
}

static bool is_read_before(const struct vg_past *past, int64_t hour_us)
{
    return past->from_us < hour_us;
}

static bool is_read_again(const struct vg_past *past, int64_t unused)
{
    (void)unused;
    return past->again;
}

/* Applies the reports in [from_us, to_us) of those that `wanted` finds. */
static enum vg_err read_some(struct vg_pasts *pasts, struct vg_history_job *job, struct vg_store *store,
                             bool (*wanted)(const struct vg_past *, int64_t), int64_t arg, int64_t from_us,
                             int64_t to_us)
{
    struct reading r = {.job = job, .pasts = pasts};
    struct vg_positions_query q = {.from_us = from_us, .to_us = to_us};
    uint32_t *mmsis = choose(pasts, wanted, arg, &q.mmsi_count);
    enum vg_err err = mmsis ? VG_OK : VG_NOMEM;
    q.mmsis = mmsis;
    if (!err && q.mmsi_count)
        err = vg_store_reports(store, VG_STORE_ALL, &q, &pasts->sources, on_report, vg_pasts_damage, &r);
    free(mmsis);
    return err;
}

/* The earliest moment in [from_us, to_us) since when somebody is read; to_us: nobody. */
static int64_t next_since(const struct vg_pasts *pasts, int64_t from_us, int64_t to_us)
{
    for (size_t i = 0; i < pasts->count; i++)
        if (pasts->row[i].from_us >= from_us && pasts->row[i].from_us < to_us)
            to_us = pasts->row[i].from_us;
    return to_us;
}

/*
 * What was read leaves open what is to be believed: two share a number, and whom to believe was decided long ago, by
 * who spoke first; or what it is was contradicted before it was sure, or told by messages only that ships of all
 * classes send.
 */
static bool is_open(const struct vg_past *past)
{
    enum vg_class class = past->contact.class;
    bool ship = class == VG_CLASS_SHIP_A || class == VG_CLASS_SHIP_B;
    return past->contact.held_count >= QUARREL_HELD || past->unsure ||
           (ship && past->memory.evidence.weight[class] <= VG_EVIDENCE_SHARED);
}

/* Those are read again from `since_us` on. */
static enum vg_err read_open(struct vg_pasts *pasts, struct vg_history_job *job, struct vg_store *store,
                             int64_t since_us, int64_t to_us)
{
    for (size_t i = 0; i < pasts->count; i++) {
        struct vg_past *past = &pasts->row[i];
        if (past->clock_us == VG_TIME_NONE || !is_open(past) || past->from_us <= since_us)
            continue;
        vg_past_forget(past);
        past->from_us = since_us;
        past->again = true;
    }
    return read_some(pasts, job, store, is_read_again, 0, since_us, to_us);
}

/* Reads everybody since their from_us: hour by hour, so that those who are read since long ago and the others are read
 * in one pass. */
static enum vg_err read_all(struct vg_pasts *pasts, struct vg_history_job *job, struct vg_store *store, int64_t from_us,
                            int64_t to_us)
{
    int64_t first_us = next_since(pasts, from_us - VG_HISTORY_MOST_US, to_us);
    enum vg_err err = VG_OK;
    for (int64_t at_us = first_us - first_us % VG_HOUR_US; at_us < to_us && !err; at_us += VG_HOUR_US) {
        int64_t end_us = at_us + VG_HOUR_US < to_us ? at_us + VG_HOUR_US : to_us;
        err = read_some(pasts, job, store, is_read_before, at_us, at_us, end_us);
        for (int64_t since_us = at_us; !err && (since_us = next_since(pasts, since_us, end_us)) < end_us; since_us++)
            err = read_some(pasts, job, store, is_read_since, since_us, since_us, end_us);
    }
    return err ? err : read_open(pasts, job, store, from_us - VG_HISTORY_MOST_US, to_us);
}

enum vg_err vg_pasts_between(struct vg_pasts *pasts, struct vg_history_job *job, struct vg_store *store,
                             int64_t from_us, int64_t to_us)
{
    int64_t since_us = from_us - VG_HISTORY_BACK_US;
    enum vg_err err = find_near(pasts, job, store, since_us, to_us, to_us);
    if (!err)
        err = find_fixed(pasts, job, store, from_us);
    if (!err)
        err = find_silent(pasts, job, store, since_us, from_us, to_us);
    return err ? err : read_all(pasts, job, store, from_us, to_us);
}

enum vg_err vg_pasts_before(struct vg_pasts *pasts, struct vg_history_job *job, struct vg_store *store, int64_t from_us,
                            int64_t to_us)
{
    int64_t since_us = from_us - VG_HISTORY_BLOCK_US;
    enum vg_err err = find_near(pasts, job, store, since_us, from_us, to_us);
    if (!err)
        err = find_silent(pasts, job, store, since_us, from_us, to_us);
    return err ? err : read_all(pasts, job, store, from_us, from_us);
}

enum vg_err vg_pasts_at(struct vg_pasts *pasts, struct vg_history_job *job, struct vg_store *store, int64_t at_us)
{
    enum vg_err err = vg_pasts_between(pasts, job, store, at_us, at_us + 1);
    for (size_t i = 0; i < pasts->count && !err; i++) {
        struct vg_past *past = &pasts->row[i];
        vg_past_tick(past, at_us);
        past->placed = vg_past_is_there(past, at_us) && vg_box_contains(&job->ask.filter.box, past->contact.pos);
    }
    return err;
}

/* ---- who they said to be ---- */

/* Of the time that was read the rules know already what they say: what was refused then is not taken now. */
static enum vg_err on_word(void *arg, const struct vg_report *report)
{
    struct reading *r = arg;
    struct vg_past *past = vg_pasts_find(r->pasts, report->mmsi);
    if (past && report->time_us < past->from_us) {
        bool told = vg_past_is_told(past);
        vg_past_learn(past, report);
        r->told += !told && vg_past_is_told(past);
    }
    return vg_history_row(r->job);
}

static bool is_untold(const struct vg_past *past, int64_t to_us)
{
    return past->from_us > to_us - VG_HISTORY_NAMES_HOURS * VG_HOUR_US && !vg_past_is_told(past);
}

static enum vg_err name_hour(struct reading *r, struct vg_store *store, unsigned tables, int64_t from_us, int64_t to_us)
{
    struct vg_positions_query q = {.from_us = from_us, .to_us = to_us};
    uint32_t *mmsis = choose(r->pasts, is_untold, to_us, &q.mmsi_count);
    enum vg_err err = mmsis ? VG_OK : VG_NOMEM;
    q.mmsis = mmsis;
    if (!err && q.mmsi_count)
        err = vg_store_reports(store, tables, &q, &r->pasts->sources, on_word, vg_pasts_damage, r);
    free(mmsis);
    return err ? err : vg_history_check(r->job);
}

enum vg_err vg_pasts_name(struct vg_pasts *pasts, struct vg_history_job *job, struct vg_store *store, unsigned tables,
                          int64_t to_us)
{
    struct reading r = {.job = job, .pasts = pasts};
    int64_t hour_us = (to_us - 1) / VG_HOUR_US * VG_HOUR_US;
    for (size_t i = 0; i < pasts->count; i++)
        r.told += vg_past_is_told(&pasts->row[i]);
    for (int i = 0; i < VG_HISTORY_NAMES_HOURS && r.told < pasts->count; i++, hour_us -= VG_HOUR_US) {
        int64_t end_us = hour_us + VG_HOUR_US < to_us ? hour_us + VG_HOUR_US : to_us;
        enum vg_err err = name_hour(&r, store, tables, hour_us, end_us);
        if (err)
            return err;
    }
    return VG_OK;
}
