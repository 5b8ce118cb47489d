/* From a report to a vessel's fields: newest word wins, field by field; then class, state bits, group. */
#include <string.h>

#include "picture/inner.h"
#include "report/mmsi.h"

#define TIME_MS_MAX ((INT64_C(1) << 44) - 1) /* what struct vg_prov can say: the year 2527 */

/* The slowest speeds that a ship at rest shows: GPS noise, and swinging at resume. */
#define STILL_SOG_DKN        5
#define STATUS_BELIED_BY_DKN 20 /* says "anchored" or "moored" and makes 2 kn: forgot to change the status */

#define STATUS_ANCHORED 1
#define STATUS_MOORED   5
#define STATUS_AGROUND  6

/* Where a field lies in a report and in a vessel. */
enum field_kind { PLAIN, TEXT, SPECIAL };

struct field_row {
    uint8_t kind;
    bool moves; /* part of a position's report: shares its fate */
    bool row;   /* shown by the stream's STATIC row */
    uint8_t size;
    uint16_t report, vessel; /* offsets */
};

#define AT(member, bytes)                                                                                              \
    .size = (bytes), .report = offsetof(struct vg_report, member), .vessel = offsetof(struct vg_contact, member)
#define SIZE(member) sizeof((struct vg_contact *)0)->member

/* clang-format off */
static const struct field_row rows[VG_FIELD_COUNT] = {
    [VG_FIELD_POS]         = {SPECIAL, .moves = true},
    [VG_FIELD_SOG]         = {PLAIN, .moves = true, AT(sog_dkn, SIZE(sog_dkn))},
    [VG_FIELD_COG]         = {PLAIN, .moves = true, AT(cog_ddeg, SIZE(cog_ddeg))},
    [VG_FIELD_HEADING]     = {PLAIN, .moves = true, AT(heading_deg, SIZE(heading_deg))},
    [VG_FIELD_TURN]        = {PLAIN, .moves = true, AT(turn_raw, SIZE(turn_raw))},
    [VG_FIELD_STATUS]      = {PLAIN, .moves = true, AT(status, SIZE(status))},
    [VG_FIELD_NAME]        = {TEXT, .row = true, AT(name, VG_NAME_SIZE)},
    [VG_FIELD_CALLSIGN]    = {TEXT, .row = true, AT(callsign, VG_CALLSIGN_SIZE)},
    [VG_FIELD_IMO]         = {PLAIN, .row = true, AT(imo, SIZE(imo))},
    [VG_FIELD_SHIPTYPE]    = {PLAIN, .row = true, AT(shiptype, SIZE(shiptype))},
    [VG_FIELD_DIMENSIONS]  = {PLAIN, .row = true, AT(to_bow_m, 6)},
    [VG_FIELD_DESTINATION] = {TEXT, .row = true, AT(destination, VG_DESTINATION_SIZE)},
    [VG_FIELD_ETA]         = {PLAIN, .row = true, AT(eta_month, 4)},
    [VG_FIELD_DRAUGHT]     = {PLAIN, .row = true, AT(draught_dm, SIZE(draught_dm))},
    [VG_FIELD_ALTITUDE]    = {PLAIN, .moves = true, AT(altitude_m, SIZE(altitude_m))},
    [VG_FIELD_AID_TYPE]    = {PLAIN, .row = true, AT(aid_type, SIZE(aid_type))},
    [VG_FIELD_AID_FLAGS]   = {SPECIAL, .moves = true},
    [VG_FIELD_TEXT]        = {TEXT, AT(text, VG_REPORT_TEXT_SIZE)},
    [VG_FIELD_PARENT]      = {PLAIN, AT(parent_mmsi, SIZE(parent_mmsi))},
};
/* clang-format on */

#define SAME_RUN(last, size, bytes, first)                                                                             \
    _Static_assert(offsetof(struct vg_report, last) + (size) == offsetof(struct vg_report, first) + (bytes) &&         \
                       offsetof(struct vg_contact, last) + (size) == offsetof(struct vg_contact, first) + (bytes),     \
                   "copied as one run of bytes")
SAME_RUN(to_starboard_m, 1, 6, to_bow_m);
SAME_RUN(eta_minute, 1, 4, eta_month);

/* ---- time ---- */

static int64_t clamp_ms(int64_t time_us)
{
    int64_t ms = time_us / 1000;
    return ms < 1 ? 1 : ms > TIME_MS_MAX ? TIME_MS_MAX : ms;
}

int64_t vg_pic_report_time_ms(struct vg_picture *p, const struct vg_report *report)
{
    if (p->clock_known && report->time_us > p->clock_us + p->limits.ahead_us) {
        p->counters.ahead++;
        return clamp_ms(p->clock_us);
    }
    return report->time_us < 1000 ? clamp_ms(p->clock_us) : clamp_ms(report->time_us);
}

bool vg_pic_newer(const struct vg_picture *p, int64_t time_ms, uint64_t known_ms)
{
    if (known_ms == 0 || time_ms >= (int64_t)known_ms)
        return true;
    return p->clock_known && (int64_t)known_ms > clamp_ms(p->clock_us + p->limits.ahead_us);
}

/* ---- fields ---- */

static bool copy_text(char *to, const char *from, size_t size)
{
    size_t len = strnlen(from, size - 1);
    if (memcmp(to, from, len) == 0 && to[len] == '\0')
        return false;
    memcpy(to, from, len);
    memset(to + len, 0, size - len); /* a shorter name leaves nothing of the longer one: the state is comparable */
    return true;
}

static void set_flag(struct vg_contact *v, enum vg_contact_flag flag, bool on)
{
    v->flags = (uint8_t)(on ? v->flags | flag : v->flags & ~flag);
}

static bool copy_special(struct vg_contact *v, const struct vg_report *report, enum vg_field field)
{
    if (field == VG_FIELD_POS) {
        v->pos = report->pos;
        set_flag(v, VG_CONTACT_ACCURATE, report->accurate);
    } else {
        set_flag(v, VG_CONTACT_VIRTUAL, report->aid_virtual);
        set_flag(v, VG_CONTACT_OFF_POSITION, report->aid_off_position);
    }
    return true;
}

/* True if the value changed. */
static bool copy_field(struct vg_contact *v, const struct vg_report *report, enum vg_field field)
{
    const struct field_row *row = &rows[field];
    if (row->kind == SPECIAL)
        return copy_special(v, report, field);
    char *to = (char *)v + row->vessel;
    const char *from = (const char *)report + row->report;
    if (row->kind == TEXT)
        return copy_text(to, from, row->size);
    if (memcmp(to, from, row->size) == 0)
        return false;
    memcpy(to, from, row->size);
    return true;
}

/* A call for help counts wherever it was sent from. */
static bool is_distress_word(const struct vg_contact *v, const struct vg_report *report, enum vg_field field)
{
    return field == VG_FIELD_STATUS && (report->status == 14 || vg_class_is_distress(v->class));
}

static bool field_shares_fate(const struct vg_contact *v, const struct vg_report *report, enum vg_field field,
                              enum verdict verdict)
{
    if (field == VG_FIELD_POS && verdict != VERDICT_BELIEVED && verdict != VERDICT_ADOPTED)
        return true;
    if (verdict == VERDICT_DUPLICATE)
        return rows[field].moves;
    /* Held: that ship's name isn't ours either; only who calls for help is heard. */
    return verdict == VERDICT_HELD && field != VG_FIELD_TEXT && !is_distress_word(v, report, field);
}

static uint8_t class_of(const struct vg_contact *v, const struct vg_report *report)
{
    uint8_t form = (uint8_t)vg_mmsi_class(v->mmsi), said = report->class < VG_CLASS_COUNT ? report->class : 0;
    if (form != VG_CLASS_UNKNOWN)
        return form; /* a craft of a parent ship talks like class B; a SART like a ship */
    bool was_special = v->class > VG_CLASS_SHIP_B, is_special = said > VG_CLASS_SHIP_B;
    if (said == VG_CLASS_UNKNOWN || (was_special && !is_special))
        return v->class;
    return said;
}

void vg_pic_believe(struct vg_picture *p, struct vg_contact *v, const struct vg_report *report, int64_t time_ms,
                    enum verdict verdict, bool *ret_static_changed)
{
    struct vg_prov word = {.time_ms = (uint64_t)time_ms,
                           .source = report->source & 0xFFF,
                           .message = report->message,
                           .suspect = report->suspect,
                           .journal_offset = report->journal_offset & (UINT64_MAX >> 1)};
    bool late = verdict == VERDICT_LATE, changed = false;
    if (verdict != VERDICT_HELD)
        v->class = class_of(v, report);
    for (uint32_t bits = report->fields & ((UINT32_C(1) << VG_FIELD_COUNT) - 1); bits; bits &= bits - 1) {
        enum vg_field field = (enum vg_field)__builtin_ctz(bits);
        if (field_shares_fate(v, report, field, verdict))
            continue;
        if (!vg_pic_newer(p, time_ms, v->prov[field].time_ms)) {
            late = true;
            continue;
        }
        bool first = !vg_contact_said(v, field);
        bool differs = copy_field(v, report, field);
        changed |= rows[field].row && (first || differs);
        v->prov[field] = word;
    }
    p->counters.late += late;
    *ret_static_changed = changed;
}

/* ---- state ---- */

static bool is_fixed(uint8_t class)
{
    return class == VG_CLASS_BASE || class == VG_CLASS_ATON;
}

bool vg_pic_is_still(const struct vg_contact *v)
{
    if (is_fixed(v->class))
        return true;
    bool sog = vg_contact_said(v, VG_FIELD_SOG);
    if (sog && v->sog_dkn < STILL_SOG_DKN)
        return true;
    bool at_rest = vg_contact_said(v, VG_FIELD_STATUS) &&
                   (v->status == STATUS_ANCHORED || v->status == STATUS_MOORED || v->status == STATUS_AGROUND);
    return at_rest && !(sog && v->sog_dkn >= STATUS_BELIED_BY_DKN);
}

void vg_pic_update_state(struct vg_contact *v)
{
    set_flag(v, VG_CONTACT_STILL, vg_pic_is_still(v));
    uint8_t distress = vg_pic_distress_of(v);
    set_flag(v, VG_CONTACT_DISTRESS, distress == VG_CONTACT_DISTRESS);
    set_flag(v, VG_CONTACT_DISTRESS_TEST, distress == VG_CONTACT_DISTRESS_TEST);
}

/* ---- distress ---- */

#define STATUS_SART_ACTIVE 14
#define STATUS_SART_TEST   15
#define ACTIVE_OUTLASTS_MS (60 * 1000) /* an ACTIVE in the same minute as a TEST: believe the call */

uint8_t vg_pic_distress_of(const struct vg_contact *v)
{
    uint64_t active = 0, test = 0;
    if (!vg_class_is_distress(v->class)) /* ships broadcast 14 by mistake, or from the years when it was free */
        return 0;
    if (vg_contact_said(v, VG_FIELD_STATUS)) {
        if (v->status == STATUS_SART_ACTIVE)
            active = v->prov[VG_FIELD_STATUS].time_ms;
        else if (v->status == STATUS_SART_TEST)
            test = v->prov[VG_FIELD_STATUS].time_ms;
    }
    uint64_t text_ms = v->prov[VG_FIELD_TEXT].time_ms;
    if (strstr(v->text, "ACTIVE"))
        active = text_ms > active ? text_ms : active;
    else if (strstr(v->text, "TEST"))
        test = text_ms > test ? text_ms : test;
    if (test && test > active + (active ? ACTIVE_OUTLASTS_MS : 0))
        return VG_CONTACT_DISTRESS_TEST;
    bool placed = vg_pos_valid(v->pos) || vg_pos_valid(v->held_pos);
    return active || placed ? VG_CONTACT_DISTRESS : 0; /* said nothing but where it is: err on the side of life */
}

/* ---- groups of equal patience ---- */

struct group_row {
    int64_t silence_us;
    int rank;
};

static const struct group_row groups[GROUPS] = {
#define X(name, minutes, rank) [GROUP_##name] = {(minutes)*VG_MINUTE_US, rank},
    GROUP_LIST(X)
#undef X
};

int64_t vg_pic_group_silence_us(enum group group)
{
    return groups[group].silence_us;
}

int vg_pic_group_rank(enum group group)
{
    return groups[group].rank;
}

#define TYPE_LONG_RANGE 27

enum group vg_pic_group_of(const struct vg_contact *v)
{
    bool still = v->flags & VG_CONTACT_STILL;
    if (v->flags & VG_CONTACT_DISTRESS)
        return GROUP_DISTRESS;
    if (v->flags & VG_CONTACT_DISTRESS_TEST || vg_class_is_distress(v->class))
        return GROUP_DISTRESS_TEST;
    if (is_fixed(v->class))
        return GROUP_FIXED;
    if (v->class == VG_CLASS_SAR)
        return GROUP_AIRCRAFT;
    if (vg_contact_said(v, VG_FIELD_POS) && v->prov[VG_FIELD_POS].message == TYPE_LONG_RANGE)
        return GROUP_FAR;
    switch (v->class) {
    case VG_CLASS_SHIP_A:
        return still ? GROUP_A_STILL : GROUP_A_MOVING;
    case VG_CLASS_SHIP_B:
    case VG_CLASS_AUX:
    case VG_CLASS_HANDHELD:
        return still ? GROUP_B_STILL : GROUP_B_MOVING;
    default:
        return GROUP_UNKNOWN;
    }
}
