/*
 * Tracks on contacts. The tracker (track/track.h) says what a thing is thought to be; here it becomes a contact of its
 * own, or a row (track_rows.c) beside the contact that claims the same MMSI.
 */
#include <string.h>

#include "picture/inner.h"
#include "vessel/fields.h"

static uint16_t rounded(double value, double most)
{
    return (uint16_t)(value < 0 ? 0 : value > most ? most : value + 0.5);
}

/* Place, speed and course are the track's. True if it moved to another place. */
static bool take_estimate(struct vg_contact *v, const struct vg_track *t)
{
    const struct vg_pos before = v->pos;
    const struct vg_prov said = vg_prov_of(t->seen_us, t->source, 0, t->journal_offset);
    vg_contact_place(v, vg_pos_from_deg(t->lon_deg, t->lat_deg), rounded(t->speed_kn * 10, 1022),
                     rounded(t->course_deg * 10, 3599), &said);
    if (t->seen_us > v->heard_us)
        v->heard_us = t->seen_us / 1000 * 1000;
    vg_contact_update_flags(v);
    return v->pos.lon_e4min != before.lon_e4min || v->pos.lat_e4min != before.lat_e4min;
}

/* The measurement is the newest word of where the contact is. A contact of AIS says it itself as long as it speaks. */
static bool is_placed_by_track(const struct vg_contact *v, const struct vg_track *t)
{
    const int64_t said_us = (int64_t)v->prov[VG_FIELD_POS].time_ms * 1000;
    if (v->from_track || !vg_contact_said(v, VG_FIELD_POS))
        return true;
    return (t->seen_by & ~UINT64_C(1)) && t->seen_us > said_us + VG_TRACK_TAKES_OVER_US;
}

static uint32_t begin_contact(struct vg_picture *p, const struct vg_track *t)
{
    struct vg_contact begun = {0};
    struct vg_memory memory = {0};
    if ((t->existence < 0.5 || !(t->seen_by & ~UINT64_C(1))) && !t->kept)
        return VG_SLOT_NONE; /* what speaks for itself has its contact already */
    begun.id = t->id;
    begun.from_track = true;
    begun.class = VG_CLASS_UNKNOWN;
    begun.pos = begun.held_pos = VG_POS_NONE;
    uint32_t slot = vg_pic_add(p, &begun, &memory, t->source);
    if (slot == VG_SLOT_NONE)
        p->counters.no_memory++;
    return slot;
}

/* The contact that claims the track's MMSI, unless another track holds it; else the track's own, which may begin. */
static uint32_t find_contact(struct vg_picture *p, const struct vg_track *t, bool *ret_added)
{
    uint32_t slot = t->mmsi ? vg_pic_find(p, t->mmsi) : VG_SLOT_NONE;
    const struct vg_track_row *there = slot == VG_SLOT_NONE ? NULL : vg_pic_row_in(p, slot);
    *ret_added = false;
    if (slot != VG_SLOT_NONE && (!there || there->facts & VG_TRACK_OVER || there->track.id == t->id))
        return slot;
    slot = vg_pic_find_id(p, t->id);
    if (slot != VG_SLOT_NONE)
        return slot;
    slot = begin_contact(p, t);
    *ret_added = slot != VG_SLOT_NONE;
    return slot;
}

/* The track is shown on another contact from now on: what was its own goes, another's stays without it. */
static bool leave_contact(struct vg_picture *p, struct vg_track_row *row)
{
    const uint32_t slot = row->slot;
    if (vg_pic_vessel(p, slot)->from_track) {
        if (!vg_pic_drop(p, slot, false))
            return false;
        p->counters.expired++;
        return true;
    }
    if (!vg_pic_edit_moving(p, slot))
        return false;
    vg_pic_row_end(p, row);
    return true;
}

/* Which sensor held it when: a span goes on, or a new one begins and the one that ended first gives way. */
static void note_held(struct vg_track_row *row, const struct vg_track *t)
{
    const uint32_t now_s = t->seen_us > 0 ? (uint32_t)(t->seen_us / VG_SECOND_US) : 0;
    for (uint64_t bits = t->seen_by; bits; bits &= bits - 1) {
        const uint8_t sensor = (uint8_t)__builtin_ctzll(bits);
        struct vg_held_span *oldest = &row->held[0], *own = NULL;
        for (size_t i = 0; i < VG_HELD_SPANS; i++) {
            struct vg_held_span *span = &row->held[i];
            if (span->to_s && span->sensor == sensor && span->to_s + VG_HELD_GAP_S >= now_s)
                own = span;
            if (span->to_s < oldest->to_s)
                oldest = span;
        }
        if (!own)
            *oldest = (struct vg_held_span){.sensor = sensor, .from_s = now_s, .to_s = now_s};
        else if (own->to_s < now_s)
            own->to_s = now_s;
    }
}

static uint16_t facts_of(const struct vg_track *t, const struct vg_contact *v)
{
    static const struct {
        uint8_t kind;
        uint16_t fact;
    } same[] = {{VG_TRACK_EVENT_UNSEEN, VG_TRACK_UNSEEN},
                {VG_TRACK_EVENT_DARK, VG_TRACK_DARK},
                {VG_TRACK_EVENT_TWO_CLAIMS, VG_TRACK_TWO_CLAIMS},
                {VG_TRACK_EVENT_TWO_ECHOES, VG_TRACK_TWO_ECHOES}};
    unsigned facts =
        (v->from_track ? 0 : VG_TRACK_BOUND) | (t->airborne ? VG_TRACK_AIRBORNE : 0) | (t->kept ? VG_TRACK_KEPT : 0);
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        if (t->facts >> same[i].kind & 1)
            facts |= same[i].fact;
    return (uint16_t)facts;
}

bool vg_picture_track(struct vg_picture *p, const struct vg_track *t, uint8_t kind, struct vg_update *ret)
{
    struct vg_update update = {0};
    const uint32_t slot = find_contact(p, t, &update.added);
    struct vg_track_row *row = vg_pic_row_find(&p->tracks, t->id);
    if (slot == VG_SLOT_NONE)
        return false;
    if (row && row->slot != slot && !leave_contact(p, row))
        return false;
    struct vg_contact *v = vg_pic_edit(p, slot);
    if (!v)
        return false;
    if (!update.added)
        vg_pic_show(v, &update.before);
    row = vg_pic_row_in(p, slot);
    if (row && row->facts & VG_TRACK_OVER)
        vg_pic_track_leave(p, slot);
    row = vg_pic_row_in(p, slot) ? vg_pic_row_in(p, slot) : vg_pic_row_give(p, slot, t->id);
    if (!row) {
        p->counters.no_memory++;
        return false;
    }
    const bool measured = t->seen_us > row->track.seen_us;
    row->track = *t;
    row->facts = facts_of(t, v);
    note_held(row, t);
    row->kind = kind;
    row->seq = p->seq + 1;
    p->tracks.changed = true;
    update.verdict = VG_VERDICT_NO_POSITION;
    if (is_placed_by_track(v, t)) {
        update.verdict = VG_VERDICT_BELIEVED;
        update.fields = VG_FIELD_BIT(POS) | VG_FIELD_BIT(SOG) | VG_FIELD_BIT(COG);
        if (take_estimate(v, t))
            vg_pic_trail_add(p, slot, v, false);
    }
    if (v->from_track)
        v->reports += measured || !v->reports;
    struct slot_state *state = vg_pic_state(p, slot);
    if (update.added)
        state->memory.since_us = p->elapsed_us;
    if (update.added || (measured && t->seen_by & ~UINT64_C(1))) {
        state->memory.arrival_us = p->elapsed_us;
        vg_pic_arrived(p, v, t->source);
    }
    uint32_t aged;
    vg_pic_look_at_age(p, v, update.fields, &aged);
    vg_pic_show(v, &update.after);
    update.contact = v;
    update.static_changed = update.added;
    vg_pic_changed(p, v, update.added || memcmp(&update.before, &update.after, sizeof update.before) != 0,
                   update.added);
    vg_pic_cell(p, slot)->live->seq = p->seq + 1; /* its row is to be told */
    vg_pic_tell(p, &update);
    if (ret)
        *ret = update;
    return true;
}

void vg_picture_track_over(struct vg_picture *p, uint64_t track_id, bool hide)
{
    struct vg_track_row *row = track_id ? vg_pic_row_find(&p->tracks, track_id) : NULL;
    if (!row)
        return;
    const uint32_t slot = row->slot;
    const struct vg_track *t = &row->track;
    const bool worth = t->seen_us - t->began_us >= VG_TRACK_WORTH_US && !t->airborne && !hide;
    if (vg_pic_vessel(p, slot)->from_track && !worth) {
        p->counters.expired += vg_pic_drop(p, slot, false);
        return;
    }
    if (vg_pic_edit_moving(p, slot)) /* without memory it is shown until its contact goes */
        vg_pic_row_end(p, row);
}

bool vg_picture_set_name(struct vg_picture *p, uint64_t id, const char *name, const struct vg_prov *said)
{
    const uint32_t slot = vg_pic_find_id(p, id);
    struct vg_contact *v = slot == VG_SLOT_NONE ? NULL : vg_pic_edit(p, slot);
    if (!v)
        return false;
    if (vg_contact_said(v, VG_FIELD_NAME) && v->prov[VG_FIELD_NAME].message)
        return true; /* her own word */
    struct vg_update update = {.contact = v, .verdict = VG_VERDICT_NO_POSITION, .static_changed = true};
    vg_pic_show(v, &update.before);
    vg_contact_call(v, name, said);
    vg_pic_show(v, &update.after);
    vg_pic_changed(p, v, false, true);
    vg_pic_tell(p, &update);
    return true;
}
