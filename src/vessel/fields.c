/* Where each field lies in a report and in a contact: one table, and copying by it. */
#include <string.h>

#include "vessel/inner.h"

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

bool vg_field_moves(enum vg_field field)
{
    return rows[field].moves;
}

bool vg_field_is_static(enum vg_field field)
{
    return rows[field].row;
}

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

bool vg_field_copy(struct vg_contact *v, const struct vg_report *report, enum vg_field field)
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
