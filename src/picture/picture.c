/* The picture: one report, one tick of the clock at a time. */
#include "picture/picture.h"

#include <stdlib.h>
#include <string.h>

#include "picture/inner.h"
#include "report/mmsi.h"

#define VESSELS_MAX    (1u << 24)
#define HELD_SHOWN_US  (30 * VG_MINUTE_US) /* after so long without a held position the flag goes */
#define CLOCK_LIMIT_US (INT64_C(1) << 60)  /* differences can't overflow; the year 38 000 */

enum vg_err vg_picture_new(const struct vg_picture_limits *limits, struct vg_picture **ret_picture)
{
    struct vg_picture_limits use = limits ? *limits : VG_PICTURE_LIMITS_DEFAULT;
    if (use.ahead_us == 0)
        use.ahead_us = AHEAD_DEFAULT_US;
    if (use.vessels == 0 || use.vessels > VESSELS_MAX || use.ahead_us < 0 || use.ahead_us > CLOCK_LIMIT_US)
        return VG_ARG;
    struct vg_picture *p = vg_pic_alloc(1, sizeof *p);
    if (!p)
        return VG_NOMEM;
    p->limits = use;
    pthread_mutex_init(&p->newest_lock, NULL);
    enum vg_err err = vg_pic_table_init(p);
    if (!err)
        err = vg_pic_trails_init(&p->trails, use.trail_bytes);
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
    vg_pic_trails_free(&p->trails);
    pthread_mutex_destroy(&p->newest_lock);
    free(p);
}

void vg_picture_set_on_distress(struct vg_picture *p, vg_picture_on_distress *on, void *arg)
{
    p->on_distress = on;
    p->on_distress_arg = arg;
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

/* ---- leaving ---- */

static void tell_distress(const struct vg_picture *p, const struct vg_contact *v, uint8_t before)
{
    uint8_t mask = VG_CONTACT_DISTRESS | VG_CONTACT_DISTRESS_TEST, now = v->flags & mask;
    if (now == (before & mask) || !p->on_distress)
        return;
    p->on_distress(p->on_distress_arg, v,
                   now & VG_CONTACT_DISTRESS ? VG_DISTRESS_ACTIVE
                   : now                     ? VG_DISTRESS_TEST
                                             : VG_DISTRESS_ENDED);
}

/* False, nothing changed, if memory is out. */
static bool drop(struct vg_picture *p, uint32_t slot)
{
    struct vg_contact *v = vg_pic_edit(p, slot);
    if (!v)
        return false;
    uint8_t before = v->flags;
    v->flags &= (uint8_t) ~(VG_CONTACT_DISTRESS | VG_CONTACT_DISTRESS_TEST);
    tell_distress(p, v, before);
    vg_pic_unhold(p, slot, v);
    vg_pic_trail_clear(p, slot);
    vg_pic_list_remove(p, &p->group[vg_pic_state(p, slot)->group], LINK_GROUP, slot);
    return vg_pic_slot_give(p, slot); /* can't fail: the chunk is ours since the edit */
}

/* Who is to go when the table is full: of the lowest rank present, the one heard longest ago. */
static uint32_t eviction_choice(const struct vg_picture *p)
{
    uint32_t choice = VG_SLOT_NONE;
    int rank = 0;
    for (int g = 0; g < GROUPS; g++) {
        uint32_t head = p->group[g].head;
        if (head == VG_SLOT_NONE)
            continue;
        int head_rank = vg_pic_group_rank((enum group)g);
        bool older = choice == VG_SLOT_NONE || vg_pic_state(p, head)->arrival_no < vg_pic_state(p, choice)->arrival_no;
        if (choice == VG_SLOT_NONE || head_rank < rank || (head_rank == rank && older)) {
            choice = head;
            rank = head_rank;
        }
    }
    return choice;
}

/* ---- a report ---- */

static uint32_t add_vessel(struct vg_picture *p, uint32_t mmsi)
{
    uint32_t slot = vg_pic_slot_take(p, mmsi);
    if (slot == VG_SLOT_NONE) { /* full, or no memory for a chunk more: either way one goes for one that comes */
        uint32_t oldest = eviction_choice(p);
        if (oldest == VG_SLOT_NONE || !drop(p, oldest))
            return VG_SLOT_NONE;
        p->counters.evicted++;
        slot = vg_pic_slot_take(p, mmsi);
        if (slot == VG_SLOT_NONE)
            return VG_SLOT_NONE;
    }
    struct vg_contact *v = vg_pic_edit(p, slot);
    v->class = (uint8_t)vg_mmsi_class(mmsi);
    memcpy(v->flag, vg_mmsi_country(mmsi), vg_mmsi_country(mmsi)[0] ? 2 : 0);
    v->static_seq = p->seq + 1; /* empty as it is: it replaces what a reader knows of the slot's last vessel */
    vg_pic_state(p, slot)->group = (uint8_t)vg_pic_group_of(v);
    vg_pic_list_add(p, &p->group[vg_pic_state(p, slot)->group], LINK_GROUP, slot);
    p->counters.added++;
    return slot;
}

/* What the stream's MOVE row shows. Zeroed before it is filled: compared as bytes. */
struct shown {
    struct vg_pos pos;
    uint64_t pos_time_s, heard_s;
    uint16_t sog_dkn, cog_ddeg, heading_deg, source;
    int8_t turn_raw;
    uint8_t status, class, flags, shiptype, aid_type, said;
};

static void show(const struct vg_contact *v, struct shown *row)
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

static void note_change(struct vg_picture *p, struct vg_contact *v, bool moved, bool static_changed)
{
    uint64_t next = p->seq + 1;
    if (moved)
        v->move_seq = next;
    if (static_changed)
        v->static_seq = next;
    if (moved || static_changed)
        vg_pic_cell(p, v->slot)->live->seq = next;
}

static void note_arrival(struct vg_picture *p, const struct vg_contact *v)
{
    struct slot_state *state = vg_pic_state(p, v->slot);
    state->arrival_us = p->elapsed_us;
    state->arrival_no = ++p->arrivals;
    vg_pic_list_remove(p, &p->group[state->group], LINK_GROUP, v->slot);
    state->group = (uint8_t)vg_pic_group_of(v);
    vg_pic_list_add(p, &p->group[state->group], LINK_GROUP, v->slot);
}

void vg_picture_apply(struct vg_picture *p, const struct vg_report *report)
{
    if (report->mmsi == 0 && report->sensor != VG_SENSOR_AIS) { /* 0 from AIS is a transponder nobody set up */
        p->counters.anonymous++;
        return;
    }
    uint32_t slot = vg_pic_find(p, report->mmsi);
    bool added = slot == VG_SLOT_NONE;
    if (added)
        slot = add_vessel(p, report->mmsi);
    struct vg_contact *v = slot == VG_SLOT_NONE ? NULL : vg_pic_edit(p, slot);
    if (!v) {
        p->counters.no_memory++;
        return;
    }
    struct shown before, after;
    show(v, &before);
    int64_t time_ms = vg_pic_report_time_ms(p, report);
    if (vg_pic_newer(p, time_ms, (uint64_t)(v->heard_us / 1000)))
        v->heard_us = time_ms * 1000;
    v->reports++;
    p->counters.reports++;
    enum verdict verdict = vg_pic_gate(p, slot, v, report, time_ms);
    bool static_changed;
    vg_pic_believe(p, v, report, time_ms, verdict, &static_changed);
    vg_pic_update_state(v);
    if (verdict == VERDICT_BELIEVED || verdict == VERDICT_ADOPTED)
        vg_pic_trail_add(p, slot, v, verdict == VERDICT_ADOPTED);
    show(v, &after);
    note_change(p, v, added || memcmp(&before, &after, sizeof before) != 0, added || static_changed);
    note_arrival(p, v);
    tell_distress(p, v, before.flags);
}

/* ---- the clock ---- */

static void expire(struct vg_picture *p)
{
    for (int g = 0; g < GROUPS; g++) {
        int64_t silence_us = vg_pic_group_silence_us((enum group)g);
        for (uint32_t head; (head = p->group[g].head) != VG_SLOT_NONE; p->counters.expired++) {
            if (p->elapsed_us - vg_pic_state(p, head)->arrival_us < silence_us || !drop(p, head))
                break; /* without memory it stays until the next tick */
        }
    }
}

static void unhold_old(struct vg_picture *p)
{
    for (uint32_t head; (head = p->held.head) != VG_SLOT_NONE;) {
        if (p->elapsed_us - vg_pic_state(p, head)->held_arrival_us < HELD_SHOWN_US)
            return;
        struct vg_contact *v = vg_pic_edit(p, head);
        if (!v)
            return;
        vg_pic_unhold(p, head, v);
        uint8_t before = v->flags;
        vg_pic_update_state(v);
        tell_distress(p, v, before);
        note_change(p, v, true, false);
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
    unhold_old(p);
    expire(p);
}
