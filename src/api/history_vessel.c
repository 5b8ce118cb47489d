/* Contacts as the archive tells of them: its reports, applied by the rules of the live picture. */
#include <stdlib.h>

#include "api/history.h"
#include "report/mmsi.h"
#include "vessel/fields.h"

/* ---- the table ---- */

#define FIRST_SLOTS 1024
#define NO_ID       0 /* the id comes from a contact's first report, which may lie before what is read */

enum vg_err vg_pasts_init(struct vg_pasts *p)
{
    *p = (struct vg_pasts){.slots = FIRST_SLOTS};
    p->slot = calloc(FIRST_SLOTS, sizeof *p->slot);
    if (p->slot && !vg_sources_init(&p->sources))
        return VG_OK;
    free(p->slot);
    p->slot = NULL;
    return VG_NOMEM;
}

void vg_pasts_free(struct vg_pasts *p)
{
    if (!p->slot)
        return;
    free(p->slot);
    free(p->row);
    vg_sources_free(&p->sources);
}

/* The slot where the MMSI is, or would be. */
static size_t slot_of(const struct vg_pasts *p, uint32_t mmsi)
{
    size_t at = (size_t)(mmsi * UINT64_C(0x9E3779B97F4A7C15) >> 32) & (p->slots - 1);
    while (p->slot[at] && p->row[p->slot[at] - 1].mmsi != mmsi)
        at = (at + 1) & (p->slots - 1);
    return at;
}

struct vg_past *vg_pasts_find(const struct vg_pasts *p, uint32_t mmsi)
{
    uint32_t index = p->slot[slot_of(p, mmsi)];
    return index ? &p->row[index - 1] : NULL;
}

static enum vg_err grow(struct vg_pasts *p)
{
    size_t slots = p->slots * 2, cap = slots / 2;
    uint32_t *slot = calloc(slots, sizeof *slot);
    struct vg_past *row = calloc(cap, sizeof *row);
    if (!slot || !row) {
        free(slot);
        free(row);
        return VG_NOMEM;
    }
    if (p->row)
        memcpy(row, p->row, p->count * sizeof *row);
    free(p->row);
    free(p->slot);
    p->row = row;
    p->cap = cap;
    p->slot = slot;
    p->slots = slots;
    for (size_t i = 0; i < p->count; i++)
        p->slot[slot_of(p, p->row[i].mmsi)] = (uint32_t)i + 1;
    return VG_OK;
}

void vg_past_forget(struct vg_past *past)
{
    *past = (struct vg_past){.mmsi = past->mmsi, .from_us = INT64_MAX, .clock_us = VG_TIME_NONE};
    vg_belief_begin(&past->contact, &past->memory, &(struct vg_report){.mmsi = past->mmsi}, NO_ID);
}

enum vg_err vg_pasts_take(struct vg_pasts *p, uint32_t mmsi, struct vg_past **ret)
{
    struct vg_past *found = vg_pasts_find(p, mmsi);
    if (!found) {
        if (p->count == VG_HISTORY_VESSELS)
            return VG_LIMIT;
        if ((p->count == p->cap && grow(p)) || !p->row)
            return VG_NOMEM;
        found = &p->row[p->count];
        found->mmsi = mmsi;
        vg_past_forget(found);
        p->slot[slot_of(p, mmsi)] = (uint32_t)++p->count;
    }
    *ret = found;
    return VG_OK;
}

/* ---- one contact ---- */

static void begin(struct vg_past *past, const struct vg_report *report)
{
    struct vg_contact before = past->contact;
    bool known = past->clock_us != VG_TIME_NONE;
    vg_belief_begin(&past->contact, &past->memory, report, NO_ID);
    if (known)
        vg_contact_copy_fields(&past->contact, &before, vg_fields_lasting());
}

bool vg_past_is_told(const struct vg_past *past)
{
    const uint32_t craft =
        VG_FIELD_BIT(NAME) | VG_FIELD_BIT(CALLSIGN) | VG_FIELD_BIT(SHIPTYPE) | VG_FIELD_BIT(DIMENSIONS);
    const uint32_t voyage = VG_FIELD_BIT(IMO) | VG_FIELD_BIT(DESTINATION) | VG_FIELD_BIT(ETA) | VG_FIELD_BIT(DRAUGHT);
    const uint32_t aid = VG_FIELD_BIT(NAME) | VG_FIELD_BIT(AID_TYPE) | VG_FIELD_BIT(DIMENSIONS);
    enum vg_class class = past->contact.class;
    uint32_t wanted = class == VG_CLASS_BASE     ? 0
                      : class == VG_CLASS_ATON   ? aid
                      : class == VG_CLASS_SHIP_B ? craft
                                                 : craft | voyage;
    if (wanted & past->undated)
        return false;
    for (; wanted; wanted &= wanted - 1)
        if (!vg_contact_said(&past->contact, (enum vg_field)__builtin_ctz(wanted)))
            return false;
    return true;
}

/* True if what it says it is contradicts what is believed, and that was not heard for long: more of what was before
 * would weigh. */
static bool is_doubted(const struct vg_past *past, const struct vg_report *report)
{
    enum vg_class believed = past->contact.class;
    return report->class != VG_CLASS_UNKNOWN && report->class != believed && believed <= VG_CLASS_SAR &&
           vg_mmsi_class(past->mmsi) == VG_CLASS_UNKNOWN && past->memory.evidence.weight[believed] < VG_EVIDENCE_MAX;
}

/* ---- words without a date ---- */

/*
 * Prepares a contact for a report's words: a dated word finds no undated one in its way, and of an undated report the
 * fields that a dated word has told are left out. Returns the report's fields that may count.
 */
static uint32_t give_way_to_dates(const struct vg_past *past, struct vg_contact *contact,
                                  const struct vg_report *report)
{
    uint32_t told = 0;
    if (report->time_source != VG_TIME_SOURCE_FILE) {
        if (report->fields & past->undated)
            vg_contact_forget_fields(contact, report->fields & past->undated);
        return report->fields;
    }
    for (uint32_t bits = report->fields & vg_fields_lasting() & ~past->undated; bits; bits &= bits - 1)
        if (vg_contact_said(contact, (enum vg_field)__builtin_ctz(bits)))
            told |= bits & -bits;
    return report->fields & ~told;
}

/* The report with these fields only: itself, if it has no others. */
static const struct vg_report *leave_out(const struct vg_report *report, uint32_t fields, struct vg_report *room)
{
    if (fields == report->fields)
        return report;
    *room = *report;
    room->fields = fields;
    return room;
}

static void note_dates(struct vg_past *past, const struct vg_report *report, uint32_t taken)
{
    taken &= vg_fields_lasting();
    past->undated = report->time_source == VG_TIME_SOURCE_FILE ? past->undated | taken : past->undated & ~taken;
}

bool vg_past_apply(struct vg_past *past, const struct vg_report *report, struct vg_change *ret_change)
{
    bool known = past->clock_us != VG_TIME_NONE;
    int64_t now_us = known && past->clock_us > report->time_us ? past->clock_us : report->time_us;
    bool begins = !known || vg_belief_is_gone(&past->contact, &past->memory, now_us);
    if (begins)
        begin(past, report);
    else
        vg_belief_tick(&past->contact, &past->memory, now_us);
    past->clock_us = now_us;
    past->unsure = past->unsure || (!begins && is_doubted(past, report));
    struct vg_report fewer;
    report = leave_out(report, give_way_to_dates(past, &past->contact, report), &fewer);
    vg_belief_apply(&past->contact, &past->memory, report,
                    &(struct vg_moment){.clock_us = now_us, .ahead_us = VG_AHEAD_DEFAULT_US, .elapsed_us = now_us},
                    ret_change);
    note_dates(past, report, ret_change->fields);
    if (report->time_us == now_us)
        past->time_source = report->time_source;
    if (ret_change->fields & VG_FIELD_BIT(POS))
        past->placed_from = report->time_source;
    return begins;
}

void vg_past_tick(struct vg_past *past, int64_t at_us)
{
    if (past->clock_us != VG_TIME_NONE)
        vg_belief_tick(&past->contact, &past->memory, at_us);
}

bool vg_past_is_there(const struct vg_past *past, int64_t at_us)
{
    return past->clock_us != VG_TIME_NONE && vg_pos_valid(past->contact.pos) &&
           !vg_belief_is_gone(&past->contact, &past->memory, at_us);
}

uint32_t vg_past_learn(struct vg_past *past, const struct vg_report *report)
{
    struct vg_past older = *past;
    struct vg_report fewer;
    struct vg_change change;
    struct vg_moment then = {
        .clock_us = report->time_us, .ahead_us = VG_HISTORY_SPAN_US, .elapsed_us = report->time_us};
    report = leave_out(report, give_way_to_dates(past, &older.contact, report), &fewer);
    vg_belief_apply(&older.contact, &older.memory, report, &then, &change);
    /* What a newer report told gave no way. */
    uint32_t taken = change.fields & vg_fields_lasting();
    vg_contact_copy_fields(&past->contact, &older.contact, taken);
    note_dates(past, report, taken);
    if (past->clock_us == VG_TIME_NONE) { /* nothing else tells what it is */
        past->contact.class = older.contact.class;
        past->memory.evidence = older.memory.evidence;
    }
    return taken;
}
