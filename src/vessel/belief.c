/* From a report to a contact's fields: class, then position, then the newest word field by field, then the flags. */
#include "vessel/belief.h"

#include <string.h>

#include "report/mmsi.h"
#include "vessel/inner.h"

/* ---- time ---- */

/* The time to take a report for, in whole milliseconds, 1 … 2^44 − 1. */
static int64_t time_of(const struct vg_report *report, const struct vg_moment *at, bool *ret_ahead)
{
    *ret_ahead = vg_moment_is_known(at) && report->time_us > at->clock_us + at->ahead_us;
    if (*ret_ahead || report->time_us < 1000)
        return vg_moment_is_known(at) ? vg_prov_ms(at->clock_us) : 1;
    return vg_prov_ms(report->time_us);
}

/* ---- fields ---- */

/* A device's call for help counts wherever it was sent from. */
static bool is_call_for_help(const struct vg_contact *c, enum vg_field field)
{
    return field == VG_FIELD_TEXT || (field == VG_FIELD_STATUS && vg_class_is_distress((enum vg_class)c->class));
}

/* True if the field goes the way of the report's position, which was not believed. */
static bool is_left_out(const struct vg_contact *c, enum vg_field field, enum vg_verdict verdict)
{
    switch (verdict) {
    case VG_VERDICT_BELIEVED:
    case VG_VERDICT_ADOPTED:
        return false;
    case VG_VERDICT_DUPLICATE:
    case VG_VERDICT_WORSE:
    case VG_VERDICT_BEHIND:
        return vg_field_moves(field);
    case VG_VERDICT_HELD: /* that ship's name isn't this one's either */
        return !is_call_for_help(c, field);
    case VG_VERDICT_FOREIGN:
        return true;
    case VG_VERDICT_NO_POSITION:
    case VG_VERDICT_LATE:
        return field == VG_FIELD_POS;
    }
    return true;
}

static void take_fields(struct vg_contact *c, const struct vg_report *report, const struct vg_moment *at,
                        int64_t time_ms, struct vg_change *change)
{
    struct vg_prov word = vg_prov_of(time_ms * 1000, report->source, report->message, report->journal_offset);
    word.suspect = report->suspect;
    change->late = change->verdict == VG_VERDICT_LATE || change->verdict == VG_VERDICT_BEHIND;
    for (uint32_t bits = report->fields & ((UINT32_C(1) << VG_FIELD_COUNT) - 1); bits; bits &= bits - 1) {
        enum vg_field field = (enum vg_field)__builtin_ctz(bits);
        struct vg_prov *known = &c->prov[field];
        if (is_left_out(c, field, change->verdict))
            continue;
        if (!vg_prov_gives_way(known, time_ms, at)) {
            change->late = true;
            continue;
        }
        if (field != VG_FIELD_POS && vg_word_is_worse(report, field, known, time_ms))
            continue;
        bool first = !vg_contact_said(c, field);
        bool differs = vg_field_copy(c, report, field);
        change->static_changed |= vg_field_is_static(field) && (first || differs);
        change->fields |= UINT32_C(1) << field;
        *known = word;
    }
}

/* ---- the whole ---- */

void vg_belief_begin(struct vg_contact *c, struct vg_memory *m, const struct vg_report *report, uint64_t id)
{
    const char *country = vg_mmsi_country(report->mmsi);
    memset(c, 0, sizeof *c); /* the gaps, too: contacts are compared as bytes */
    memset(m, 0, sizeof *m);
    c->id = id;
    c->mmsi = report->mmsi;
    c->pos = c->held_pos = VG_POS_NONE;
    c->class = (uint8_t)vg_mmsi_class(report->mmsi);
    memcpy(c->flag, country, country[0] ? 2 : 0);
}

/* Class and position. A held report says nothing of what this contact is. */
static enum vg_verdict judge(struct vg_contact *c, struct vg_memory *m, const struct vg_report *report,
                             const struct vg_moment *at, int64_t time_ms)
{
    const struct vg_evidence evidence = m->evidence;
    const uint8_t before = c->class;
    c->class = (uint8_t)vg_class_weigh(&m->evidence, c->mmsi, (enum vg_class)before, report);
    if (vg_class_is_foreign((enum vg_class)c->class, c->mmsi, report))
        return VG_VERDICT_FOREIGN;
    enum vg_verdict verdict = vg_position_verdict(c, m, report, at, time_ms);
    if (verdict == VG_VERDICT_HELD) {
        m->evidence = evidence;
        c->class = before;
    }
    return verdict;
}

void vg_belief_apply(struct vg_contact *c, struct vg_memory *m, const struct vg_report *report,
                     const struct vg_moment *at, struct vg_change *ret)
{
    struct vg_change change = {0};
    int64_t time_ms = time_of(report, at, &change.ahead);
    struct vg_prov heard = vg_prov_of(c->heard_us, 0, 0, 0);
    if (vg_prov_gives_way(&heard, time_ms, at)) {
        c->heard_us = time_ms * 1000;
        c->claimed = vg_prov_of(c->heard_us, report->source, report->message, report->journal_offset);
        c->claimed.suspect = report->suspect;
    }
    if (c->reports++ == 0)
        m->since_us = at->elapsed_us;
    m->arrival_us = at->elapsed_us;
    change.verdict = judge(c, m, report, at, time_ms);
    take_fields(c, report, at, time_ms, &change);
    vg_contact_update_flags(c);
    vg_call_weigh(c, m, report, at, time_ms, &change);
    *ret = change;
}

bool vg_memory_is_established(const struct vg_memory *m)
{
    return m->arrival_us - m->since_us >= VG_ESTABLISHED_US;
}

bool vg_belief_tick(struct vg_contact *c, struct vg_memory *m, int64_t elapsed_us)
{
    if (!(c->flags & VG_CONTACT_HELD) || elapsed_us - m->held_arrival_us < VG_HELD_SHOWN_US)
        return false;
    vg_belief_unhold(c, m);
    vg_contact_update_flags(c);
    return true;
}

bool vg_belief_is_gone(const struct vg_contact *c, const struct vg_memory *m, int64_t elapsed_us)
{
    return elapsed_us - m->arrival_us >= vg_silence_us(vg_contact_silence(c));
}
