/* Where each field lies in a report and in a contact: one table, and copying by it. */
#include "vessel/fields.h"

#include <string.h>

#include "vessel/inner.h"

struct field_row {
    bool text;  /* up to its terminator; the rest is zeros */
    bool moves; /* part of a position's report: shares its fate */
    bool row;   /* shown by the stream's STATIC row */
    bool lasts; /* says who or what it is, or where bound: holds longer than where it is */
    uint8_t size;
    uint16_t report, contact; /* offsets of the members, which lie together */
    uint8_t flags;            /* enum vg_contact_flag: bits that belong to it, too */
};

#define AT(member, bytes)                                                                                              \
    .size = (bytes), .report = offsetof(struct vg_report, member), .contact = offsetof(struct vg_contact, member)
#define ONE(member)  AT(member, sizeof((struct vg_contact *)0)->member)
#define TEXT(member) .text = true, ONE(member)
#define KEPT         .row = true, .lasts = true

/* clang-format off */
static const struct field_row rows[VG_FIELD_COUNT] = {
    [VG_FIELD_POS]         = {.moves = true, ONE(pos), .flags = VG_CONTACT_ACCURATE},
    [VG_FIELD_SOG]         = {.moves = true, ONE(sog_dkn)},
    [VG_FIELD_COG]         = {.moves = true, ONE(cog_ddeg)},
    [VG_FIELD_HEADING]     = {.moves = true, ONE(heading_deg)},
    [VG_FIELD_TURN]        = {.moves = true, ONE(turn_raw)},
    [VG_FIELD_STATUS]      = {.moves = true, ONE(status)},
    [VG_FIELD_NAME]        = {KEPT, TEXT(name)},
    [VG_FIELD_CALLSIGN]    = {KEPT, TEXT(callsign)},
    [VG_FIELD_IMO]         = {KEPT, ONE(imo)},
    [VG_FIELD_SHIPTYPE]    = {KEPT, ONE(shiptype)},
    [VG_FIELD_DIMENSIONS]  = {KEPT, AT(to_bow_m, 6)},
    [VG_FIELD_DESTINATION] = {KEPT, TEXT(destination)},
    [VG_FIELD_ETA]         = {KEPT, AT(eta_month, 4)},
    [VG_FIELD_DRAUGHT]     = {KEPT, ONE(draught_dm)},
    [VG_FIELD_ALTITUDE]    = {.moves = true, ONE(altitude_m)},
    [VG_FIELD_AID_TYPE]    = {KEPT, ONE(aid_type)},
    [VG_FIELD_AID_FLAGS]   = {.moves = true, .flags = VG_CONTACT_VIRTUAL | VG_CONTACT_OFF_POSITION},
    [VG_FIELD_TEXT]        = {TEXT(text)},
    [VG_FIELD_PARENT]      = {.lasts = true, ONE(parent_mmsi)},
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

uint32_t vg_fields_lasting(void)
{
    uint32_t fields = 0;
    for (unsigned f = 0; f < VG_FIELD_COUNT; f++)
        fields |= (uint32_t)rows[f].lasts << f;
    return fields;
}

/* ---- copying ---- */

static inline bool copy_plain(char *to, const char *from, size_t size)
{
    if (memcmp(to, from, size) == 0)
        return false;
    memcpy(to, from, size);
    return true;
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

static void set_flags(struct vg_contact *c, uint8_t mask, uint8_t flags)
{
    c->flags = (uint8_t)((c->flags & ~mask) | (flags & mask));
}

static uint8_t flags_of(const struct vg_report *r)
{
    return (uint8_t)((r->accurate ? VG_CONTACT_ACCURATE : 0) | (r->aid_virtual ? VG_CONTACT_VIRTUAL : 0) |
                     (r->aid_off_position ? VG_CONTACT_OFF_POSITION : 0));
}

bool vg_field_copy(struct vg_contact *c, const struct vg_report *report, enum vg_field field)
{
    const struct field_row *row = &rows[field];
    char *to = (char *)c + row->contact;
    const char *from = (const char *)report + row->report;
    if (row->flags)
        set_flags(c, row->flags, flags_of(report));
    if (row->text)
        return copy_text(to, from, row->size);
    switch (row->size) { /* most are of these, and a size that is known is copied at once */
    case 1:
        return copy_plain(to, from, 1);
    case 2:
        return copy_plain(to, from, 2);
    case 4:
        return copy_plain(to, from, 4);
    case 8:
        return copy_plain(to, from, 8);
    default:
        return copy_plain(to, from, row->size);
    }
}

void vg_contact_copy_fields(struct vg_contact *to, const struct vg_contact *from, uint32_t fields)
{
    for (unsigned f = 0; f < VG_FIELD_COUNT; f++) {
        const struct field_row *row = &rows[f];
        if (!(fields >> f & 1) || !vg_contact_said(from, (enum vg_field)f))
            continue;
        memcpy((char *)to + row->contact, (const char *)from + row->contact, row->size);
        set_flags(to, row->flags, from->flags);
        to->prov[f] = from->prov[f];
    }
}

void vg_contact_place(struct vg_contact *c, struct vg_pos pos, uint16_t sog_dkn, uint16_t cog_ddeg,
                      const struct vg_prov *said)
{
    c->pos = pos;
    c->sog_dkn = sog_dkn;
    c->cog_ddeg = cog_ddeg;
    c->prov[VG_FIELD_POS] = c->prov[VG_FIELD_SOG] = c->prov[VG_FIELD_COG] = *said;
}

void vg_contact_call(struct vg_contact *c, const char *name, const struct vg_prov *said)
{
    memset(c->name, 0, sizeof c->name);
    memcpy(c->name, name, strnlen(name, sizeof c->name - 1));
    c->prov[VG_FIELD_NAME] = *name ? *said : (struct vg_prov){0};
}

void vg_contact_forget_fields(struct vg_contact *c, uint32_t fields)
{
    for (unsigned f = 0; f < VG_FIELD_COUNT; f++) {
        if (!(fields >> f & 1))
            continue;
        memset((char *)c + rows[f].contact, 0, rows[f].size);
        set_flags(c, rows[f].flags, 0);
        c->prov[f] = (struct vg_prov){0};
    }
    if (fields & VG_FIELD_BIT(POS))
        c->pos = VG_POS_NONE;
}
