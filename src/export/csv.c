#include "export/csv.h"

#include <string.h>

#include "base/time.h"

/* What a row can say; empty texts and values that aren't `said` (columns.def) are empty cells. */
struct row {
    uint32_t mmsi, imo, fields; /* VG_FIELD_BITs of what moves */
    int64_t time_us, heard_us;
    uint64_t journal_offset;
    struct vg_pos pos;
    uint16_t sog_dkn, cog_ddeg, heading_deg, length_m, beam_m;
    int8_t turn_raw;
    uint8_t status, message, shiptype, draught_dm;
    bool claimed, placed, accurate; /* claimed: it has an MMSI, which may be 0 */
    const char *source;
    size_t source_len;
    const char *name, *id, *class, *flag, *callsign, *destination;
    const char *seen_by;     /* NULL: nobody follows it */
    const char *time_source; /* NULL: not known */
};

/* ---- one function a column ---- */

#define SAID(field)             (r->fields >> VG_FIELD_##field & 1)
#define NUMBER(value, decimals) vg_out_scaled(out, (int64_t)(value), decimals)
#define TIME(value)             vg_export_time(out, value)
#define DEGREES(value)          vg_out_e4min_deg(out, value)
#define TEXT(value, len)        vg_out_csv_string(out, value, len)

#define X(name, unit, said, written)                                                                                   \
    static void put_##name(struct vg_out *out, const struct row *r)                                                    \
    {                                                                                                                  \
        if (said)                                                                                                      \
            written;                                                                                                   \
    }
#include "export/columns.def"
#undef X

static const struct vg_export_column columns[] = {
#define X(name, unit, said, written) {#name, unit},
#include "export/columns.def"
#undef X
};

static void (*const put[])(struct vg_out *out, const struct row *r) = {
#define X(name, unit, said, written) put_##name,
#include "export/columns.def"
#undef X
};

enum {
#define X(name, unit, said, written) COLUMN_##name,
#include "export/columns.def"
#undef X
    COLUMNS
};

enum kind { POSITIONS, CONTACTS };

static bool is_of(size_t column, enum kind kind)
{
    return kind == CONTACTS ? column < COLUMN_time_source : column <= COLUMN_name || column >= COLUMN_time_source;
}

const struct vg_export_column *vg_export_columns(size_t *ret_count)
{
    *ret_count = COLUMNS;
    return columns;
}

bool vg_export_column_is_of_positions(size_t column)
{
    return is_of(column, POSITIONS);
}

bool vg_export_column_is_of_contacts(size_t column)
{
    return is_of(column, CONTACTS);
}

static void put_head(struct vg_out *out, enum kind kind)
{
    for (size_t i = 0; i < COLUMNS; i++) {
        if (i && is_of(i, kind))
            vg_out_char(out, ',');
        if (is_of(i, kind))
            vg_out_text(out, columns[i].name);
    }
    vg_out_text(out, VG_CSV_END);
}

static void put_row(struct vg_out *out, enum kind kind, const struct row *r)
{
    for (size_t i = 0; i < COLUMNS; i++) {
        if (i && is_of(i, kind))
            vg_out_char(out, ',');
        if (is_of(i, kind))
            put[i](out, r);
    }
    vg_out_text(out, VG_CSV_END);
}

/* ---- positions ---- */

void vg_export_csv_positions_head(struct vg_out *out)
{
    put_head(out, POSITIONS);
}

void vg_export_csv_position(struct vg_out *out, const struct vg_position *p, const char *name)
{
    const struct row row = {.mmsi = p->mmsi,
                            .fields = p->fields,
                            .time_us = p->time_us,
                            .journal_offset = p->journal_offset,
                            .pos = p->pos,
                            .sog_dkn = p->sog_dkn,
                            .cog_ddeg = p->cog_ddeg,
                            .heading_deg = p->heading_deg,
                            .turn_raw = p->turn_raw,
                            .status = p->status,
                            .message = p->message,
                            .claimed = true,
                            .placed = true,
                            .accurate = p->accurate,
                            .source = p->source_name.bytes ? p->source_name.bytes : "",
                            .source_len = p->source_name.len,
                            .name = name,
                            .time_source =
                                p->time_source ? vg_time_source_key((enum vg_time_source)p->time_source) : NULL};
    put_row(out, POSITIONS, &row);
}

/* ---- contacts ---- */

void vg_export_csv_contacts_head(struct vg_out *out)
{
    put_head(out, CONTACTS);
}

static uint32_t shown_fields(const struct vg_contact *c, int64_t now_us)
{
    uint32_t fields = 0;
    for (int f = 0; f < VG_FIELD_COUNT; f++)
        if (vg_contact_holds(c, (enum vg_field)f, now_us))
            fields |= UINT32_C(1) << f;
    return fields;
}

void vg_export_csv_contact(struct vg_out *out, const struct vg_contact *c, const struct vg_sources *sources,
                           const char *seen_by, int64_t now_us)
{
    const struct vg_prov *said = &c->prov[VG_FIELD_POS];
    bool placed = vg_contact_said(c, VG_FIELD_POS);
    const char *source = placed ? vg_source_get(sources, (uint16_t)said->source)->name : "";
    char id[VG_CONTACT_ID_TEXT] = "", flag[3] = {c->flag[0], c->flag[1], '\0'};
    if (c->id)
        vg_contact_id_text(c->id, id);
    const struct row row = {.mmsi = c->mmsi,
                            .imo = c->imo,
                            .fields = shown_fields(c, now_us),
                            .time_us = placed ? (int64_t)said->time_ms * 1000 : VG_TIME_NONE,
                            .heard_us = c->heard_us,
                            .journal_offset = placed ? said->journal_offset : 0,
                            .pos = placed ? c->pos : VG_POS_NONE,
                            .sog_dkn = c->sog_dkn,
                            .cog_ddeg = c->cog_ddeg,
                            .heading_deg = c->heading_deg,
                            .length_m = (uint16_t)(c->to_bow_m + c->to_stern_m),
                            .beam_m = (uint16_t)(c->to_port_m + c->to_starboard_m),
                            .turn_raw = c->turn_raw,
                            .status = c->status,
                            .message = placed ? (uint8_t)said->message : 0,
                            .shiptype = c->shiptype,
                            .draught_dm = vg_contact_holds(c, VG_FIELD_DRAUGHT, now_us) ? c->draught_dm : 0,
                            .claimed = c->mmsi || c->claimed.time_ms, /* some transponders send 0 */
                            .placed = placed,
                            .accurate = c->flags & VG_CONTACT_ACCURATE,
                            .source = source,
                            .source_len = strlen(source),
                            .name = c->name,
                            .id = id,
                            .class = vg_class_key((enum vg_class)c->class),
                            .flag = flag,
                            .seen_by = seen_by,
                            .callsign = c->callsign,
                            .destination = vg_contact_holds(c, VG_FIELD_DESTINATION, now_us) ? c->destination : ""};
    put_row(out, CONTACTS, &row);
}
