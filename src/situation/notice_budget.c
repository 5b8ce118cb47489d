#include "situation/notice_budget.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rate_window.h"
#include "situation/source_tally.h"

#define TALKERS 256 /* sources of distress that are remembered; the longest unheard gives its row */

struct talker {
    char name[VG_SOURCE_NAME];    /* "": free */
    struct vg_rate_window window; /* of all that it said */
};

/* A feed, or the data folder. */
struct state_row {
    char name[VG_FEED_NAME]; /* "": the data folder */
    bool known;
    struct vg_rate_window window;
    uint32_t held; /* changes that were not told */
    int64_t told_us;
    struct vg_notice newest; /* of them */
};

struct vg_notice_budget {
    uint64_t grouped;
    struct vg_rate_window singles, tests, strangers;
    struct talker station[TALKERS], feed[VG_FEED_MAX];
    struct state_row state[VG_FEED_MAX + 1];
    bool open; /* a group of distress is being told */
    bool news; /* since it was told last */
    int64_t group_told_us, group_newest_us;
    struct vg_notice_distress_group group;
    struct vg_source_tally tally;
};

enum vg_err vg_notice_budget_new(struct vg_notice_budget **ret)
{
    *ret = calloc(1, sizeof **ret);
    return *ret ? VG_OK : VG_NOMEM;
}

void vg_notice_budget_free(struct vg_notice_budget *b)
{
    free(b);
}

uint64_t vg_notice_budget_grouped(const struct vg_notice_budget *b)
{
    return b->grouped;
}

/* ---- distress ---- */

/* The row of a name; of a new one, that of who was unheard for longest. */
static struct talker *talker_of(struct talker *rows, size_t count, const char *name, size_t len)
{
    struct talker *oldest = &rows[0];
    for (size_t i = 0; i < count; i++) {
        if (strncmp(rows[i].name, name, len) == 0 && rows[i].name[len] == '\0')
            return &rows[i];
        if (vg_rate_newest_us(&rows[i].window) < vg_rate_newest_us(&oldest->window))
            oldest = &rows[i];
    }
    *oldest = (struct talker){0};
    snprintf(oldest->name, sizeof oldest->name, "%.*s", (int)len, name);
    return oldest;
}

/* True if so few came from it within the minute, this one included. */
static bool is_quiet(struct talker *t, int64_t now_us)
{
    bool quiet = vg_rate_has_room(&t->window, VG_DISTRESS_QUIET_SINGLES, now_us);
    vg_rate_note(&t->window, now_us);
    return quiet;
}

static bool takes_single(struct vg_notice_budget *b, bool call, int64_t now_us)
{
    if (!vg_rate_has_room(&b->singles, VG_DISTRESS_SINGLES, now_us) ||
        (!call && !vg_rate_has_room(&b->tests, VG_DISTRESS_TEST_SINGLES, now_us)))
        return false;
    vg_rate_note(&b->singles, now_us);
    if (!call)
        vg_rate_note(&b->tests, now_us);
    return true;
}

static void group(struct vg_notice_budget *b, const struct vg_notice_distress *d, int64_t now_us, int64_t time_us)
{
    if (!b->open) {
        b->open = true;
        b->group = (struct vg_notice_distress_group){.since_us = time_us};
        b->tally = (struct vg_source_tally){0};
        b->group_told_us = INT64_MIN;
    }
    b->group.active += d->change == VG_DISTRESS_ACTIVE;
    b->group.test += d->change == VG_DISTRESS_TEST;
    b->group.ended += d->change == VG_DISTRESS_ENDED;
    vg_source_tally_add(&b->tally, d->source, 1);
    b->group_newest_us = now_us;
    b->news = true;
    b->grouped++;
}

static bool take_distress(struct vg_notice_budget *b, const struct vg_notice_distress *d, int64_t now_us,
                          int64_t time_us)
{
    size_t len = strlen(d->source), feed = strcspn(d->source, "/");
    bool quiet_feed = is_quiet(talker_of(b->feed, VG_FEED_MAX, d->source, feed), now_us);
    bool quiet_station = is_quiet(talker_of(b->station, TALKERS, d->source, len), now_us);
    if (takes_single(b, d->change == VG_DISTRESS_ACTIVE, now_us) || quiet_feed ||
        (quiet_station && vg_rate_take(&b->strangers, VG_DISTRESS_NEW_SINGLES, now_us)))
        return true;
    group(b, d, now_us, time_us);
    return false;
}

static bool due_group(struct vg_notice_budget *b, int64_t now_us, int64_t time_us, uint32_t calling,
                      struct vg_notice *ret)
{
    bool is_due = b->group_told_us == INT64_MIN || now_us - b->group_told_us >= VG_NOTICE_GROUP_US;
    if (b->open && b->news && is_due) {
        *ret = (struct vg_notice){.kind = VG_NOTICE_DISTRESS_GROUP, .time_us = time_us, .group = b->group};
        ret->group.calling = calling;
        vg_source_tally_top(&b->tally, &ret->group);
        b->news = false;
        b->group_told_us = now_us;
        return true;
    }
    b->open = b->open && (b->news || now_us - b->group_newest_us < VG_MINUTE_US);
    return false;
}

/* ---- states that go to and fro ---- */

/* NULL: there are more names than feeds can have. */
static struct state_row *state_of(struct vg_notice_budget *b, const char *name)
{
    for (size_t i = 0; i <= VG_FEED_MAX; i++) {
        struct state_row *row = &b->state[i];
        if (!row->known) {
            row->known = true;
            snprintf(row->name, sizeof row->name, "%s", name);
        }
        if (strcmp(row->name, name) == 0)
            return row;
    }
    return NULL;
}

static void tell_state(struct state_row *row, struct vg_notice *event, int64_t now_us)
{
    if (event->kind == VG_NOTICE_FEED && row->held)
        event->feed.changes = row->held + 1;
    row->held = 0;
    row->told_us = now_us;
    vg_rate_note(&row->window, now_us);
}

static bool take_state(struct vg_notice_budget *b, struct vg_notice *event, int64_t now_us)
{
    struct state_row *row = state_of(b, event->kind == VG_NOTICE_FEED ? event->feed.name : "");
    if (!row)
        return true;
    if (vg_rate_has_room(&row->window, VG_STATE_SINGLES, now_us)) {
        tell_state(row, event, now_us);
        return true;
    }
    row->held++;
    row->newest = *event;
    b->grouped++;
    return false;
}

static bool due_state(struct state_row *row, int64_t now_us, struct vg_notice *ret)
{
    if (!row->held || now_us - row->told_us < VG_NOTICE_GROUP_US)
        return false;
    *ret = row->newest;
    row->held--; /* itself */
    tell_state(row, ret, now_us);
    return true;
}

/* ---- the whole ---- */

bool vg_notice_budget_take(struct vg_notice_budget *b, struct vg_notice *event, int64_t now_us, int64_t time_us)
{
    switch (event->kind) {
    case VG_NOTICE_DISTRESS:
        return take_distress(b, &event->distress, now_us, time_us);
    case VG_NOTICE_FEED:
    case VG_NOTICE_STORAGE:
        return take_state(b, event, now_us);
    default:
        return true;
    }
}

bool vg_notice_budget_due(struct vg_notice_budget *b, int64_t now_us, int64_t time_us, uint32_t calling,
                          struct vg_notice *ret)
{
    if (due_group(b, now_us, time_us, calling, ret))
        return true;
    for (size_t i = 0; i <= VG_FEED_MAX; i++)
        if (due_state(&b->state[i], now_us, ret))
            return true;
    return false;
}
