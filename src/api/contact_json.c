/* A contact as JSON: the hot path of /api/v1/vessels and /api/v1/contacts. Unknown values are left out. */
#include <math.h>

#include "api/inner.h"
#include "vessel/rules.h"

static void key(struct vg_out *out, const char *name) /* ,"name": */
{
    vg_out_bytes(out, ",\"", 2);
    vg_out_text(out, name);
    vg_out_bytes(out, "\":", 2);
}

static void text(struct vg_out *out, const char *name, const char *value, size_t size)
{
    size_t n = strnlen(value, size);
    if (!n)
        return;
    key(out, name);
    vg_out_json_plain(out, value, n);
}

static void word(struct vg_out *out, const char *name, const char *value)
{
    key(out, name);
    vg_json_text(out, value);
}

static void number(struct vg_out *out, const char *name, int64_t value)
{
    key(out, name);
    vg_out_int(out, value);
}

static void tenths(struct vg_out *out, const char *name, int64_t value)
{
    key(out, name);
    vg_out_scaled(out, value, 1);
}

void vg_json_pos(struct vg_out *out, struct vg_pos pos, bool coarse)
{
    vg_out_text(out, "\"lon\":");
    vg_out_e4min_said(out, pos.lon_e4min, coarse);
    vg_out_text(out, ",\"lat\":");
    vg_out_e4min_said(out, pos.lat_e4min, coarse);
}

static bool is_coarse(const struct vg_contact *v)
{
    return vg_message_is_coarse((uint8_t)v->prov[VG_FIELD_POS].message);
}

/* Degrees a minute, starboard positive; where only the side is known, its name. */
static void turn_value(struct vg_out *out, int8_t raw)
{
    double rate = raw / 4.733;
    if (raw == 127 || raw == -127)
        vg_json_text(out, raw > 0 ? "starboard" : "port");
    else
        vg_out_scaled(out, lround(copysign(rate * rate, raw) * 10), 1);
}

/* ±127 only say which way, faster than 5° in 30 s (ITU-R M.1371-5, table 48): no rate is made of them. */
void vg_json_turn(struct vg_out *out, int8_t raw)
{
    if (raw == 127 || raw == -127) {
        word(out, "turning", raw > 0 ? "starboard" : "port");
        return;
    }
    key(out, "turn");
    turn_value(out, raw);
}

static void two_digits(struct vg_out *out, unsigned value)
{
    vg_out_char(out, (char)('0' + value / 10 % 10));
    vg_out_char(out, (char)('0' + value % 10));
}

/* "11-23T10:00Z", or "11-23" without an hour. */
static void eta_value(struct vg_out *out, const struct vg_contact *v)
{
    vg_out_char(out, '"');
    two_digits(out, v->eta_month);
    vg_out_char(out, '-');
    two_digits(out, v->eta_day);
    if (v->eta_hour < 24 && v->eta_minute < 60) {
        vg_out_char(out, 'T');
        two_digits(out, v->eta_hour);
        vg_out_char(out, ':');
        two_digits(out, v->eta_minute);
        vg_out_char(out, 'Z');
    }
    vg_out_char(out, '"');
}

static void eta(struct vg_out *out, const struct vg_contact *v)
{
    if (!v->eta_month || !v->eta_day)
        return;
    key(out, "eta");
    eta_value(out, v);
}

static void movement(struct vg_out *out, const struct vg_sources *sources, const struct vg_contact *v, int64_t now_us)
{
    if (vg_pos_valid(v->pos)) {
        vg_out_char(out, ',');
        vg_json_pos(out, v->pos, is_coarse(v));
    }
    if (vg_contact_holds(v, VG_FIELD_SOG, now_us))
        tenths(out, "speed", v->sog_dkn);
    if (vg_contact_holds(v, VG_FIELD_COG, now_us))
        tenths(out, "course", v->cog_ddeg);
    if (vg_contact_holds(v, VG_FIELD_HEADING, now_us))
        number(out, "heading", v->heading_deg);
    if (vg_contact_holds(v, VG_FIELD_TURN, now_us))
        vg_json_turn(out, v->turn_raw);
    if (vg_contact_holds(v, VG_FIELD_STATUS, now_us))
        number(out, "status", v->status);
    if (vg_contact_holds(v, VG_FIELD_ALTITUDE, now_us))
        number(out, "altitude", v->altitude_m);
    if (vg_contact_said(v, VG_FIELD_POS)) {
        key(out, "time");
        vg_out_json_time(out, (int64_t)v->prov[VG_FIELD_POS].time_ms * 1000);
        word(out, "source", vg_source_get(sources, (uint16_t)v->prov[VG_FIELD_POS].source)->name);
    }
    if (v->heard_us) { /* of whom the archive only tells who she is, nothing was heard */
        key(out, "heard");
        vg_out_json_time(out, v->heard_us);
    }
}

static void dimensions(struct vg_out *out, const struct vg_contact *v, int64_t now_us)
{
    if (!vg_contact_holds(v, VG_FIELD_DIMENSIONS, now_us))
        return;
    number(out, "to_bow", v->to_bow_m);
    number(out, "to_stern", v->to_stern_m);
    number(out, "to_port", v->to_port_m);
    number(out, "to_starboard", v->to_starboard_m);
    if (v->to_bow_m + v->to_stern_m)
        number(out, "length", v->to_bow_m + v->to_stern_m);
    if (v->to_port_m + v->to_starboard_m)
        number(out, "beam", v->to_port_m + v->to_starboard_m);
}

static void particulars(struct vg_out *out, const struct vg_contact *v, int64_t now_us)
{
    text(out, "name", v->name, VG_NAME_SIZE);
    text(out, "callsign", v->callsign, VG_CALLSIGN_SIZE);
    if (v->imo)
        number(out, "imo", v->imo);
    text(out, "flag", v->flag, sizeof v->flag);
    if (v->shiptype)
        number(out, "shiptype", v->shiptype);
    if (vg_contact_holds(v, VG_FIELD_DESTINATION, now_us))
        text(out, "destination", v->destination, VG_DESTINATION_SIZE);
    if (vg_contact_holds(v, VG_FIELD_ETA, now_us))
        eta(out, v);
    if (v->draught_dm && vg_contact_holds(v, VG_FIELD_DRAUGHT, now_us))
        tenths(out, "draught", v->draught_dm);
    dimensions(out, v, now_us);
    if (v->class == VG_CLASS_ATON && vg_contact_holds(v, VG_FIELD_AID_TYPE, now_us))
        number(out, "aid_type", v->aid_type);
    if (v->parent_mmsi)
        number(out, "mothership_mmsi", v->parent_mmsi);
    if (vg_contact_holds(v, VG_FIELD_TEXT, now_us))
        text(out, "text", v->text, VG_REPORT_TEXT_SIZE);
}

static void state(struct vg_out *out, const struct vg_contact *v, int64_t now_us)
{
    uint8_t flags = vg_contact_shown_flags(v, now_us);
    if (flags & (VG_CONTACT_DISTRESS | VG_CONTACT_DISTRESS_TEST))
        word(out, "distress", flags & VG_CONTACT_DISTRESS ? "active" : "test");
    if (vg_contact_status_unconfirmed(v, now_us))
        vg_out_text(out, ",\"status_unconfirmed\":true");
    if (flags & VG_CONTACT_VIRTUAL)
        vg_out_text(out, ",\"virtual\":true");
    if (flags & VG_CONTACT_OFF_POSITION)
        vg_out_text(out, ",\"off_position\":true");
}

void vg_json_contact_id(struct vg_out *out, uint64_t id)
{
    char text_of_id[VG_CONTACT_ID_TEXT];
    vg_contact_id_text(id, text_of_id);
    vg_out_char(out, '"');
    vg_out_bytes(out, text_of_id, VG_CONTACT_ID_TEXT - 1);
    vg_out_char(out, '"');
}

/* What VESSEL and CONTACT have in common, behind their first member. */
static void members(struct vg_out *out, const struct vg_sources *sources, const struct vg_contact *v, int64_t now_us)
{
    word(out, "class", vg_class_key((enum vg_class)v->class));
    particulars(out, v, now_us);
    movement(out, sources, v, now_us);
    state(out, v, now_us);
}

/* The members of VESSEL without the braces. A vessel of the past has no contact id. */
void vg_json_vessel_members(struct vg_out *out, const struct vg_sources *sources, const struct vg_contact *v,
                            int64_t now_us)
{
    vg_out_text(out, "\"mmsi\":");
    vg_out_uint(out, v->mmsi);
    if (v->id) {
        key(out, "contact");
        vg_json_contact_id(out, v->id);
    }
    members(out, sources, v, now_us);
}

static void contact(struct vg_out *out, const struct vg_sources *sources, const struct vg_contact *v, int64_t now_us,
                    const struct vg_claimed_by *others)
{
    vg_out_text(out, "\"id\":");
    vg_json_contact_id(out, v->id);
    vg_json_claims(out, sources, v, others);
    if (v->mmsi || v->claimed.time_ms)
        number(out, "mmsi", v->mmsi);
    members(out, sources, v, now_us);
}

/* ---- the forms ---- */

void vg_json_vessel(struct vg_out *out, const struct vg_sources *sources, const struct vg_contact *v, int64_t now_us)
{
    vg_out_char(out, '{');
    vg_json_vessel_members(out, sources, v, now_us);
    vg_out_char(out, '}');
}

void vg_json_contact(struct vg_out *out, const struct vg_sources *sources, const struct vg_contact *v, int64_t now_us,
                     const struct vg_claimed_by *others)
{
    vg_out_char(out, '{');
    contact(out, sources, v, now_us, others);
    vg_out_char(out, '}');
}

static void geometry(struct vg_out *out, const struct vg_contact *v)
{
    vg_out_text(out, ",\"geometry\":{\"type\":\"Point\",\"coordinates\":[");
    vg_out_e4min_said(out, v->pos.lon_e4min, is_coarse(v));
    vg_out_char(out, ',');
    vg_out_e4min_said(out, v->pos.lat_e4min, is_coarse(v));
    vg_out_text(out, "]},\"properties\":{");
}

void vg_json_feature_begin(struct vg_out *out, const struct vg_contact *v)
{
    vg_out_text(out, "{\"type\":\"Feature\",\"id\":");
    vg_out_uint(out, v->mmsi);
    geometry(out, v);
}

void vg_json_feature(struct vg_out *out, const struct vg_sources *sources, const struct vg_contact *v, int64_t now_us)
{
    vg_json_feature_begin(out, v);
    vg_json_vessel_members(out, sources, v, now_us);
    vg_out_text(out, "}}");
}

void vg_json_contact_feature(struct vg_out *out, const struct vg_sources *sources, const struct vg_contact *v,
                             int64_t now_us, const struct vg_claimed_by *others)
{
    vg_out_text(out, "{\"type\":\"Feature\",\"id\":");
    vg_json_contact_id(out, v->id);
    geometry(out, v);
    contact(out, sources, v, now_us, others);
    vg_out_text(out, "}}");
}

/* ---- who said it ---- */

static void dimensions_value(struct vg_out *out, const struct vg_contact *v)
{
    vg_out_text(out, "{\"to_bow\":");
    vg_out_uint(out, v->to_bow_m);
    number(out, "to_stern", v->to_stern_m);
    number(out, "to_port", v->to_port_m);
    number(out, "to_starboard", v->to_starboard_m);
    vg_out_char(out, '}');
}

static void position_value(struct vg_out *out, const struct vg_contact *v)
{
    vg_out_char(out, '{');
    vg_json_pos(out, v->pos, is_coarse(v));
    vg_out_char(out, '}');
}

static void text_value(struct vg_out *out, const char *value, size_t size)
{
    vg_out_json_plain(out, value, strnlen(value, size));
}

/* The value of a field that was said, in the unit that VESSEL gives it. */
static void value(struct vg_out *out, const struct vg_contact *v, enum vg_field field)
{
    switch (field) {
    case VG_FIELD_POS:
        position_value(out, v);
        break;
    case VG_FIELD_SOG:
        vg_out_scaled(out, v->sog_dkn, 1);
        break;
    case VG_FIELD_COG:
        vg_out_scaled(out, v->cog_ddeg, 1);
        break;
    case VG_FIELD_HEADING:
        vg_out_uint(out, v->heading_deg);
        break;
    case VG_FIELD_TURN:
        turn_value(out, v->turn_raw);
        break;
    case VG_FIELD_STATUS:
        vg_out_uint(out, v->status);
        break;
    case VG_FIELD_NAME:
        text_value(out, v->name, VG_NAME_SIZE);
        break;
    case VG_FIELD_CALLSIGN:
        text_value(out, v->callsign, VG_CALLSIGN_SIZE);
        break;
    case VG_FIELD_IMO:
        vg_out_uint(out, v->imo);
        break;
    case VG_FIELD_SHIPTYPE:
        vg_out_uint(out, v->shiptype);
        break;
    case VG_FIELD_DIMENSIONS:
        dimensions_value(out, v);
        break;
    case VG_FIELD_DESTINATION:
        text_value(out, v->destination, VG_DESTINATION_SIZE);
        break;
    case VG_FIELD_ETA:
        eta_value(out, v);
        break;
    case VG_FIELD_DRAUGHT:
        vg_out_scaled(out, v->draught_dm, 1);
        break;
    case VG_FIELD_ALTITUDE:
        vg_out_int(out, v->altitude_m);
        break;
    case VG_FIELD_AID_TYPE:
        vg_out_uint(out, v->aid_type);
        break;
    case VG_FIELD_AID_FLAGS:
        vg_out_printf(out, "{\"virtual\":%s,\"off_position\":%s}", v->flags & VG_CONTACT_VIRTUAL ? "true" : "false",
                      v->flags & VG_CONTACT_OFF_POSITION ? "true" : "false");
        break;
    case VG_FIELD_TEXT:
        text_value(out, v->text, VG_REPORT_TEXT_SIZE);
        break;
    case VG_FIELD_PARENT:
        vg_out_uint(out, v->parent_mmsi);
        break;
    case VG_FIELD_COUNT:
        break;
    }
}

void vg_json_reported(struct vg_out *out, const struct vg_sources *sources, const struct vg_contact *v, int64_t now_us)
{
    bool first = true;
    key(out, "reported");
    vg_out_char(out, '{');
    for (unsigned f = 0; f < VG_FIELD_COUNT; f++) {
        const struct vg_prov *p = &v->prov[f];
        if (!p->time_ms)
            continue;
        if (!first)
            vg_out_char(out, ',');
        first = false;
        vg_json_text(out, vg_field_key((enum vg_field)f));
        vg_out_text(out, ":{\"value\":");
        value(out, v, (enum vg_field)f);
        key(out, "time");
        vg_out_json_time(out, (int64_t)p->time_ms * 1000);
        word(out, "source", vg_source_get(sources, (uint16_t)p->source)->name);
        if (p->message)
            number(out, "message", p->message);
        if (p->journal_offset)
            number(out, "place", (int64_t)p->journal_offset);
        word(out, "age", vg_age_key(vg_field_age((enum vg_field)f, p, now_us)));
        vg_out_char(out, '}');
    }
    vg_out_char(out, '}');
}

void vg_json_held(struct vg_out *out, const struct vg_contact *v)
{
    if (!(v->flags & VG_CONTACT_HELD))
        return;
    vg_out_text(out, ",\"held\":{\"count\":");
    vg_out_uint(out, v->held_count);
    vg_out_char(out, ',');
    vg_json_pos(out, v->held_pos, false);
    vg_out_text(out, ",\"time\":");
    vg_out_json_time(out, v->held_us);
    vg_out_char(out, '}');
}
