/* A vessel as JSON: the hot path of /api/v1/vessels. Unknown values are left out. */
#include <math.h>

#include "serve/inner.h"

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
    vg_out_json_string(out, value, n);
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

void vg_json_pos(struct vg_out *out, struct vg_pos pos)
{
    vg_out_text(out, "\"lon\":");
    vg_out_e4min_deg(out, pos.lon_e4min);
    vg_out_text(out, ",\"lat\":");
    vg_out_e4min_deg(out, pos.lat_e4min);
}

/* ±127 only say which way, faster than 5° in 30 s (ITU-R M.1371-5, table 48): no rate is made of them. */
void vg_json_turn(struct vg_out *out, int8_t raw)
{
    if (raw == 127 || raw == -127) {
        word(out, "turning", raw > 0 ? "starboard" : "port");
        return;
    }
    double rate = raw / 4.733;
    tenths(out, "turn", lround(copysign(rate * rate, raw) * 10));
}

static void two_digits(struct vg_out *out, unsigned value)
{
    vg_out_char(out, (char)('0' + value / 10 % 10));
    vg_out_char(out, (char)('0' + value % 10));
}

/* "11-23T10:00Z", or "11-23" without an hour; nothing without a day. */
static void eta(struct vg_out *out, const struct vg_contact *v)
{
    if (!v->eta_month || !v->eta_day)
        return;
    key(out, "eta");
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

static void movement(struct vg_out *out, const struct vg_sources *sources, const struct vg_contact *v)
{
    if (vg_pos_valid(v->pos)) {
        vg_out_char(out, ',');
        vg_json_pos(out, v->pos);
    }
    if (vg_contact_said(v, VG_FIELD_SOG))
        tenths(out, "speed", v->sog_dkn);
    if (vg_contact_said(v, VG_FIELD_COG))
        tenths(out, "course", v->cog_ddeg);
    if (vg_contact_said(v, VG_FIELD_HEADING))
        number(out, "heading", v->heading_deg);
    if (vg_contact_said(v, VG_FIELD_TURN))
        vg_json_turn(out, v->turn_raw);
    if (vg_contact_said(v, VG_FIELD_STATUS))
        number(out, "status", v->status);
    if (vg_contact_said(v, VG_FIELD_ALTITUDE))
        number(out, "altitude", v->altitude_m);
    if (vg_contact_said(v, VG_FIELD_POS)) {
        key(out, "time");
        vg_out_json_time(out, (int64_t)v->prov[VG_FIELD_POS].time_ms * 1000);
        word(out, "source", vg_source_get(sources, (uint16_t)v->prov[VG_FIELD_POS].source)->name);
    }
    key(out, "heard");
    vg_out_json_time(out, v->heard_us);
}

static void dimensions(struct vg_out *out, const struct vg_contact *v)
{
    if (!vg_contact_said(v, VG_FIELD_DIMENSIONS))
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

static void particulars(struct vg_out *out, const struct vg_contact *v)
{
    text(out, "name", v->name, VG_NAME_SIZE);
    text(out, "callsign", v->callsign, VG_CALLSIGN_SIZE);
    if (v->imo)
        number(out, "imo", v->imo);
    text(out, "flag", v->flag, sizeof v->flag);
    if (v->shiptype)
        number(out, "shiptype", v->shiptype);
    text(out, "destination", v->destination, VG_DESTINATION_SIZE);
    eta(out, v);
    if (v->draught_dm)
        tenths(out, "draught", v->draught_dm);
    dimensions(out, v);
    if (v->class == VG_CLASS_ATON && vg_contact_said(v, VG_FIELD_AID_TYPE))
        number(out, "aid_type", v->aid_type);
    if (v->parent_mmsi)
        number(out, "mothership_mmsi", v->parent_mmsi);
    text(out, "text", v->text, VG_REPORT_TEXT_SIZE);
}

/* The object's members without the braces. */
static void members(struct vg_out *out, const struct vg_sources *sources, const struct vg_contact *v)
{
    vg_out_text(out, "\"mmsi\":");
    vg_out_uint(out, v->mmsi);
    word(out, "class", vg_class_key((enum vg_class)v->class));
    particulars(out, v);
    movement(out, sources, v);
    if (v->flags & (VG_CONTACT_DISTRESS | VG_CONTACT_DISTRESS_TEST))
        word(out, "distress", v->flags & VG_CONTACT_DISTRESS ? "active" : "test");
    if (v->flags & VG_CONTACT_VIRTUAL)
        vg_out_text(out, ",\"virtual\":true");
    if (v->flags & VG_CONTACT_OFF_POSITION)
        vg_out_text(out, ",\"off_position\":true");
}

void vg_json_vessel(struct vg_out *out, const struct vg_sources *sources, const struct vg_contact *v)
{
    vg_out_char(out, '{');
    members(out, sources, v);
    vg_out_char(out, '}');
}

void vg_json_feature(struct vg_out *out, const struct vg_sources *sources, const struct vg_contact *v)
{
    vg_out_text(out, "{\"type\":\"Feature\",\"id\":");
    vg_out_uint(out, v->mmsi);
    vg_out_text(out, ",\"geometry\":{\"type\":\"Point\",\"coordinates\":[");
    vg_out_e4min_deg(out, v->pos.lon_e4min);
    vg_out_char(out, ',');
    vg_out_e4min_deg(out, v->pos.lat_e4min);
    vg_out_text(out, "]},\"properties\":{");
    members(out, sources, v);
    vg_out_text(out, "}}");
}
