/* The picture: one report, one tick of the clock at a time. */
#include "picture/picture.h"

#include <stdlib.h>
#include <string.h>

#include "picture/inner.h"

#define VESSELS_MAX    (1u << 24)
#define CLOCK_LIMIT_US (INT64_C(1) << 60) /* differences can't overflow; the year 38 000 */

enum vg_err vg_picture_new(const struct vg_picture_limits *limits, struct vg_picture **ret_picture)
{
    struct vg_picture_limits use = limits ? *limits : VG_PICTURE_LIMITS_DEFAULT;
    if (use.ahead_us == 0)
        use.ahead_us = VG_AHEAD_DEFAULT_US;
    if (use.vessels == 0 || use.vessels > VESSELS_MAX || use.ahead_us < 0 || use.ahead_us > CLOCK_LIMIT_US)
        return VG_ARG;
    struct vg_picture *p = vg_pic_alloc(1, sizeof *p);
    if (!p)
        return VG_NOMEM;
    p->limits = use;
    p->age_next_us = INT64_MAX;
    pthread_mutex_init(&p->newest_lock, NULL);
    enum vg_err err = vg_pic_table_init(p);
    if (!err)
        err = vg_pic_shares_init(p);
    if (!err)
        err = vg_pic_trails_init(&p->trails, use.trail_bytes);
    if (!err)
        err = vg_pic_tracks_init(&p->tracks);
    if (err) {
        vg_picture_free(p);
        return err;
    }
    *ret_picture = p;
    return VG_OK;
}

void vg_picture_free(struct vg_picture *p)
{
    if (!p)
        return;
    vg_snapshot_release(p->newest);
    vg_pic_table_free(p);
    vg_pic_shares_free(p);
    vg_pic_trails_free(&p->trails);
    vg_pic_tracks_free(&p->tracks);
    pthread_mutex_destroy(&p->newest_lock);
    free(p);
}

void vg_picture_set_on_update(struct vg_picture *p, vg_picture_on_update *on, void *arg)
{
    p->on_update = on;
    p->on_update_arg = arg;
}

void vg_picture_set_origin(struct vg_picture *p, const struct vg_contact_origin *origin)
{
    p->origin = *origin;
}

void vg_picture_set_sources(struct vg_picture *p, const struct vg_sources *sources)
{
    p->shares.sources = sources;
}

int64_t vg_picture_elapsed_us(const struct vg_picture *p)
{
    return p->elapsed_us;
}

uint32_t vg_picture_calling(const struct vg_picture *p)
{
    return p->shares.count[VG_SHARE_DISTRESS];
}

void vg_picture_turned_away(const struct vg_picture *p, struct vg_turned_away_sums *ret)
{
    vg_pic_turned_away_sums(p->turned_away, ret);
}

uint32_t vg_picture_count(const struct vg_picture *p)
{
    return p->count;
}

const struct vg_picture_counters *vg_picture_counters(const struct vg_picture *p)
{
    return &p->counters;
}

const struct vg_contact *vg_picture_find(const struct vg_picture *p, uint32_t mmsi)
{
    uint32_t slot = vg_pic_find(p, mmsi);
    return slot == VG_SLOT_NONE ? NULL : vg_pic_vessel(p, slot);
}

const struct vg_contact *vg_picture_find_id(const struct vg_picture *p, uint64_t id)
{
    uint32_t slot = vg_pic_find_id(p, id);
    return slot == VG_SLOT_NONE ? NULL : vg_pic_vessel(p, slot);
}

/* ---- updates ---- */

void vg_pic_show(const struct vg_contact *v, struct vg_shown *row)
{
    memset(row, 0, sizeof *row);
    row->pos = v->pos;
    row->pos_time_s = v->prov[VG_FIELD_POS].time_ms / 1000;
    row->heard_s = (uint64_t)v->heard_us / VG_SECOND_US;
    row->sog_dkn = v->sog_dkn;
    row->cog_ddeg = v->cog_ddeg;
    row->heading_deg = v->heading_deg;
    row->source = v->prov[VG_FIELD_POS].source;
    row->turn_raw = v->turn_raw;
    row->status = v->status;
    row->class = v->class;
    row->flags = v->flags;
    row->shiptype = v->shiptype;
    row->aid_type = v->aid_type;
    row->said = (uint8_t)(vg_contact_said(v, VG_FIELD_SOG) | vg_contact_said(v, VG_FIELD_COG) << 1 |
                          vg_contact_said(v, VG_FIELD_HEADING) << 2 | vg_contact_said(v, VG_FIELD_TURN) << 3 |
                          vg_contact_said(v, VG_FIELD_STATUS) << 4);
}

enum vg_distress_change vg_update_distress(const struct vg_update *u)
{
    const uint8_t mask = VG_CONTACT_DISTRESS | VG_CONTACT_DISTRESS_TEST;
    uint8_t before = u->before.flags & mask, now = u->after.flags & mask;
    if (before == now || u->turned_away) /* who found no room didn't cease to call */
        return VG_DISTRESS_NONE;
    return now & VG_CONTACT_DISTRESS ? VG_DISTRESS_ACTIVE : now ? VG_DISTRESS_TEST : VG_DISTRESS_ENDED;
}

void vg_pic_tell(const struct vg_picture *p, const struct vg_update *update)
{
    if (p->on_update)
        p->on_update(p->on_update_arg, update);
}

/* The list of held places follows the flag; `again`: a further one, so that this is the newest. */
static void follow_held(struct vg_picture *p, const struct vg_contact *v, bool again)
{
    struct slot_state *state = vg_pic_state(p, v->slot);
    bool held = v->flags & VG_CONTACT_HELD;
    if (held == state->held && !again)
        return;
    if (state->held)
        vg_pic_list_remove(p, &p->held, LINK_HELD, v->slot);
    if (held)
        vg_pic_list_add(p, &p->held, LINK_HELD, v->slot);
    state->held = held;
}

/* ---- leaving ---- */

/* False, nothing changed, if memory is out. */
bool vg_pic_drop(struct vg_picture *p, uint32_t slot, bool turned_away)
{
    struct vg_contact *v = vg_pic_edit(p, slot);
    if (!v)
        return false;
    struct vg_contact left;
    struct vg_update update = {
        .contact = &left, .verdict = VG_VERDICT_NO_POSITION, .gone = true, .turned_away = turned_away};
    vg_pic_show(v, &update.before);
    vg_belief_unhold(v, &vg_pic_state(p, slot)->memory);
    follow_held(p, v, false);
    memcpy(&left, v, sizeof left);
    left.flags &= (uint8_t) ~(VG_CONTACT_DISTRESS | VG_CONTACT_DISTRESS_TEST); /* who has gone calls no more */
    vg_pic_trail_clear(p, slot);
    vg_pic_track_leave(p, slot);
    vg_pic_list_remove(p, &p->group[vg_pic_state(p, slot)->group], LINK_GROUP, slot);
    vg_pic_share_leave(p, slot);
    vg_pic_slot_give(p, slot);
    vg_pic_tell(p, &update);
    return true;
}

/* One goes, by the shares of the table. */
static bool make_room(struct vg_picture *p)
{
    uint32_t slot = vg_pic_share_choice(p);
    if (slot == VG_SLOT_NONE)
        return false;
    const struct slot_state *state = vg_pic_state(p, slot);
    const enum vg_share share = vg_silence_share((enum vg_silence)state->group);
    const bool established = state->tier == TIER_ESTABLISHED;
    if (!vg_pic_drop(p, slot, true))
        return false;
    p->counters.evicted++;
    p->turned_away[share][established ? VG_TURNED_AWAY_ESTABLISHED : VG_TURNED_AWAY_NEWCOMER]++;
    return true;
}

/* ---- a report ---- */

uint32_t vg_pic_add(struct vg_picture *p, const struct vg_contact *begun, const struct vg_memory *memory,
                    uint16_t source)
{
    uint32_t slot = vg_pic_slot_take(p, begun);
    if (slot == VG_SLOT_NONE) { /* full, or no memory for a chunk more: either way one goes for one that comes */
        if (!make_room(p))
            return VG_SLOT_NONE;
        slot = vg_pic_slot_take(p, begun);
        if (slot == VG_SLOT_NONE)
            return VG_SLOT_NONE;
    }
    struct vg_contact *v = vg_pic_edit(p, slot);
    struct slot_state *state = vg_pic_state(p, slot);
    v->static_seq = p->seq + 1; /* empty as it is: it replaces what a reader knows of the slot's last contact */
    memcpy(&state->memory, memory, sizeof *memory);
    state->group = (uint8_t)vg_contact_silence(v);
    vg_pic_share_belongs(p, slot, source);
    vg_pic_list_add(p, &p->group[state->group], LINK_GROUP, slot);
    vg_pic_share_join(p, slot);
    p->counters.added++;
    return slot;
}

static uint32_t add_contact(struct vg_picture *p, const struct vg_report *report)
{
    struct vg_contact begun;
    struct vg_memory memory;
    uint64_t id;
    unsigned attempt = 0;
    do
        id = vg_contact_id_of(report, &p->origin, p->arrivals + 1, attempt++);
    while (vg_pic_find_id(p, id) != VG_SLOT_NONE);
    vg_belief_begin(&begun, &memory, report, id);
    return vg_pic_add(p, &begun, &memory, report->source);
}

void vg_pic_arrived(struct vg_picture *p, const struct vg_contact *v, uint16_t source)
{
    struct slot_state *state = vg_pic_state(p, v->slot);
    vg_pic_share_leave(p, v->slot);
    vg_pic_list_remove(p, &p->group[state->group], LINK_GROUP, v->slot);
    state->arrival_no = ++p->arrivals;
    state->group = (uint8_t)vg_contact_silence(v);
    vg_pic_share_heard(p, v->slot, source);
    vg_pic_list_add(p, &p->group[state->group], LINK_GROUP, v->slot);
    vg_pic_share_join(p, v->slot);
}

static void count(struct vg_picture_counters *c, const struct vg_change *change)
{
    c->reports++;
    c->ahead += change->ahead;
    c->late += change->late;
    c->positions += change->verdict == VG_VERDICT_BELIEVED || change->verdict == VG_VERDICT_ADOPTED;
    c->held += change->verdict == VG_VERDICT_HELD || change->verdict == VG_VERDICT_ADOPTED;
    c->moved += change->verdict == VG_VERDICT_ADOPTED;
    c->duplicate += change->verdict == VG_VERDICT_DUPLICATE;
    c->worse += change->verdict == VG_VERDICT_WORSE;
    c->foreign += change->verdict == VG_VERDICT_FOREIGN;
}

struct vg_moment vg_pic_moment(const struct vg_picture *p)
{
    return (struct vg_moment){.clock_us = p->clock_known ? p->clock_us : VG_TIME_NONE,
                              .ahead_us = p->limits.ahead_us,
                              .elapsed_us = p->elapsed_us};
}

bool vg_picture_apply(struct vg_picture *p, const struct vg_report *report, struct vg_update *ret)
{
    if (report->mmsi == 0 && report->sensor != VG_SENSOR_AIS) { /* 0 from AIS is a transponder nobody set up */
        p->counters.anonymous++;
        return false;
    }
    if (report->again) {
        p->counters.duplicate++;
        return false;
    }
    uint32_t slot = vg_pic_find(p, report->mmsi);
    struct vg_update update = {.added = slot == VG_SLOT_NONE};
    if (update.added)
        slot = add_contact(p, report);
    struct vg_contact *v = slot == VG_SLOT_NONE ? NULL : vg_pic_edit_moving(p, slot);
    if (!v) {
        p->counters.no_memory++;
        return false;
    }
    const struct vg_moment at = vg_pic_moment(p);
    struct vg_change change;
    if (!update.added)
        vg_pic_show(v, &update.before);
    vg_belief_apply(v, &vg_pic_state(p, slot)->memory, report, &at, &change);
    if (change.fields & ~VG_CONTACT_MOVING_FIELDS)
        vg_pic_edit(p, slot); /* can't fail: the chunk is ours */
    count(&p->counters, &change);
    follow_held(p, v, change.verdict == VG_VERDICT_HELD);
    if (change.verdict == VG_VERDICT_BELIEVED || change.verdict == VG_VERDICT_ADOPTED)
        vg_pic_trail_add(p, slot, v, change.verdict == VG_VERDICT_ADOPTED);
    vg_pic_show(v, &update.after);
    update.contact = v;
    update.verdict = change.verdict;
    update.fields = change.fields;
    uint32_t aged;
    bool again = vg_pic_look_at_age(p, v, change.fields, &aged);
    update.static_changed = update.added || change.static_changed || vg_pic_age_is_static(aged);
    vg_pic_changed(p, v, update.added || again || memcmp(&update.before, &update.after, sizeof update.before) != 0,
                   update.static_changed);
    vg_pic_arrived(p, v, report->source);
    vg_pic_tell(p, &update);
    if (ret)
        *ret = update;
    return true;
}

/* ---- the clock ---- */

static void expire(struct vg_picture *p)
{
    for (int g = 0; g < GROUPS; g++) {
        int64_t silence_us = vg_silence_us((enum vg_silence)g);
        for (uint32_t head; (head = p->group[g].head) != VG_SLOT_NONE; p->counters.expired++) {
            if (p->elapsed_us - vg_pic_state(p, head)->memory.arrival_us < silence_us || !vg_pic_drop(p, head, false))
                break; /* without memory it stays until the next tick */
        }
    }
}

static void forget_held(struct vg_picture *p)
{
    for (uint32_t head; (head = p->held.head) != VG_SLOT_NONE;) {
        struct vg_memory *memory = &vg_pic_state(p, head)->memory;
        if (p->elapsed_us - memory->held_arrival_us < VG_HELD_SHOWN_US)
            return;
        struct vg_contact *v = vg_pic_edit(p, head);
        if (!v)
            return;
        struct vg_update update = {.contact = v, .verdict = VG_VERDICT_NO_POSITION};
        vg_pic_show(v, &update.before);
        vg_belief_tick(v, memory, p->elapsed_us);
        follow_held(p, v, false);
        vg_pic_show(v, &update.after);
        vg_pic_changed(p, v, true, false);
        vg_pic_tell(p, &update);
    }
}

void vg_picture_advance(struct vg_picture *p, int64_t now_us)
{
    int64_t now = now_us < -CLOCK_LIMIT_US ? -CLOCK_LIMIT_US : now_us > CLOCK_LIMIT_US ? CLOCK_LIMIT_US : now_us;
    /* Only what the clock goes forward counts, up to a limit that the sum can't pass in a run's lifetime. */
    if (p->clock_known && now > p->clock_us && p->elapsed_us < CLOCK_LIMIT_US)
        p->elapsed_us += now - p->clock_us;
    p->clock_us = now;
    p->clock_known = true;
    forget_held(p);
    expire(p);
}
