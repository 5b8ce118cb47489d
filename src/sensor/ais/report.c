/* What a message says about its sender, as a report. The field tables name the target of each field. */
#include <string.h>

#include "sensor/ais/ais.h"
#include "sensor/ais/layouts.h"

/* Types that speak of their sender, and what they show it to be. The others are about somebody or something else. */
static const struct {
    bool speaks;
    uint8_t class;
} senders[VG_AIS_TYPE_MAX + 1] = {
    [1] = {true, VG_CLASS_SHIP_A},   [2] = {true, VG_CLASS_SHIP_A},   [3] = {true, VG_CLASS_SHIP_A},
    [4] = {true, VG_CLASS_BASE},     [5] = {true, VG_CLASS_SHIP_A},   [9] = {true, VG_CLASS_SAR},
    [11] = {true, VG_CLASS_UNKNOWN}, [14] = {true, VG_CLASS_UNKNOWN}, [17] = {true, VG_CLASS_BASE},
    [18] = {true, VG_CLASS_SHIP_B},  [19] = {true, VG_CLASS_SHIP_B},  [21] = {true, VG_CLASS_ATON},
    [24] = {true, VG_CLASS_SHIP_B},  [27] = {true, VG_CLASS_SHIP_A},  [28] = {true, VG_CLASS_UNKNOWN},
};

static void set_text(struct vg_report *r, uint32_t bit, char *to, size_t size, const char *text)
{
    if (!text[0])
        return;
    size_t n = strnlen(text, size - 1);
    memcpy(to, text, n);
    to[n] = '\0';
    r->fields |= bit;
}

/* Knots and degrees with `decimals` decimals in tenths. */
static int64_t tenths(const struct vg_ais_field *f, int64_t raw)
{
    return f->decimals ? raw : raw * 10;
}

static int32_t e4min(const struct vg_ais_field *f, int64_t raw)
{
    for (unsigned i = 0; i < f->decimals; i++)
        raw *= 10;
    return (int32_t)raw;
}

static void set_number(struct vg_report *r, const struct vg_ais_field *f, int64_t raw)
{
    switch ((enum vg_ais_target)f->target) {
    case VG_AIS_TO_STATUS:
        r->status = (uint8_t)raw;
        r->fields |= VG_FIELD_BIT(STATUS);
        break;
    case VG_AIS_TO_TURN:
        r->turn_raw = (int8_t)raw;
        r->fields |= VG_FIELD_BIT(TURN);
        break;
    case VG_AIS_TO_SOG:
        r->sog_dkn = (uint16_t)tenths(f, raw);
        r->fields |= VG_FIELD_BIT(SOG);
        break;
    case VG_AIS_TO_COG:
        if (tenths(f, raw) < 3600) {
            r->cog_ddeg = (uint16_t)tenths(f, raw);
            r->fields |= VG_FIELD_BIT(COG);
        }
        break;
    case VG_AIS_TO_HEADING:
        if (raw < 360) {
            r->heading_deg = (uint16_t)raw;
            r->fields |= VG_FIELD_BIT(HEADING);
        }
        break;
    case VG_AIS_TO_ACCURACY:
        r->accurate = raw;
        break;
    case VG_AIS_TO_LON:
        r->pos.lon_e4min = e4min(f, raw);
        break;
    case VG_AIS_TO_LAT:
        r->pos.lat_e4min = e4min(f, raw);
        break;
    case VG_AIS_TO_IMO:
        r->imo = (uint32_t)raw;
        r->fields |= VG_FIELD_BIT(IMO);
        break;
    case VG_AIS_TO_SHIPTYPE:
        r->shiptype = (uint8_t)raw;
        r->fields |= VG_FIELD_BIT(SHIPTYPE);
        break;
    case VG_AIS_TO_TO_BOW:
        r->to_bow_m = (uint16_t)raw;
        break;
    case VG_AIS_TO_TO_STERN:
        r->to_stern_m = (uint16_t)raw;
        break;
    case VG_AIS_TO_TO_PORT:
        r->to_port_m = (uint8_t)raw;
        break;
    case VG_AIS_TO_TO_STARBOARD:
        r->to_starboard_m = (uint8_t)raw;
        break;
    case VG_AIS_TO_DRAUGHT:
        r->draught_dm = (uint8_t)raw;
        r->fields |= VG_FIELD_BIT(DRAUGHT);
        break;
    case VG_AIS_TO_ALTITUDE:
        r->altitude_m = (int16_t)raw;
        r->fields |= VG_FIELD_BIT(ALTITUDE);
        break;
    case VG_AIS_TO_AID_TYPE:
        r->aid_type = (uint8_t)raw;
        r->fields |= VG_FIELD_BIT(AID_TYPE);
        break;
    case VG_AIS_TO_OFF_POSITION:
        r->aid_off_position = raw;
        r->fields |= VG_FIELD_BIT(AID_FLAGS);
        break;
    case VG_AIS_TO_VIRTUAL_AID:
        r->aid_virtual = raw;
        r->fields |= VG_FIELD_BIT(AID_FLAGS);
        break;
    case VG_AIS_TO_PARENT:
        r->parent_mmsi = (uint32_t)raw;
        r->fields |= VG_FIELD_BIT(PARENT);
        break;
    default:
        break;
    }
}

static void set_words(struct vg_report *r, const struct vg_ais *msg, const struct vg_ais_field *f)
{
    char text[VG_PAYLOAD_CHARS + 1];
    if (f->kind == VG_AIS_NAME_EXT)
        vg_ais_name_ext(msg, f->start, f->width, text, sizeof text);
    else
        vg_ais_text(msg, f->start, f->width, text, sizeof text);
    switch ((enum vg_ais_target)f->target) {
    case VG_AIS_TO_NAME:
        set_text(r, VG_FIELD_BIT(NAME), r->name, sizeof r->name, text);
        break;
    case VG_AIS_TO_CALLSIGN:
        set_text(r, VG_FIELD_BIT(CALLSIGN), r->callsign, sizeof r->callsign, text);
        break;
    case VG_AIS_TO_DESTINATION:
        set_text(r, VG_FIELD_BIT(DESTINATION), r->destination, sizeof r->destination, text);
        break;
    case VG_AIS_TO_MESSAGE_TEXT:
        set_text(r, VG_FIELD_BIT(TEXT), r->text, sizeof r->text, text);
        break;
    default:
        break;
    }
}

static void set_eta(struct vg_report *r, const struct vg_ais *msg, const struct vg_ais_field *f)
{
    if (f->start + f->width > msg->bits)
        return;
    r->eta_month = (uint8_t)vg_ais_uint(msg, f->start, 4);
    r->eta_day = (uint8_t)vg_ais_uint(msg, f->start + 4u, 5);
    r->eta_hour = (uint8_t)vg_ais_uint(msg, f->start + 9u, 5);
    r->eta_minute = (uint8_t)vg_ais_uint(msg, f->start + 14u, 6);
    if (r->eta_month || r->eta_day)
        r->fields |= VG_FIELD_BIT(ETA);
}

bool vg_ais_report(const struct vg_ais *msg, struct vg_report *ret)
{
    if (!senders[msg->type].speaks)
        return false;
    struct vg_report r = {
        .mmsi = msg->mmsi,
        .sensor = VG_SENSOR_AIS,
        .message = msg->type,
        .class = senders[msg->type].class,
        .pos = VG_POS_NONE,
        .time_us = VG_TIME_NONE,
    };
    for (size_t i = 0; i < msg->layout->fields; i++) {
        const struct vg_ais_field *f = &msg->layout->field[i];
        int64_t raw;
        if (f->target == VG_AIS_TO_NOTHING)
            continue;
        if (f->kind == VG_AIS_TEXT || f->kind == VG_AIS_NAME_EXT)
            set_words(&r, msg, f);
        else if (f->kind == VG_AIS_ETA)
            set_eta(&r, msg, f);
        else if (vg_ais_raw(msg, f, 0, &raw) == VG_AIS_PRESENT)
            set_number(&r, f, raw);
    }
    if (vg_pos_valid(r.pos))
        r.fields |= VG_FIELD_BIT(POS);
    else
        r.pos = VG_POS_NONE;
    if (r.to_bow_m || r.to_stern_m || r.to_port_m || r.to_starboard_m)
        r.fields |= VG_FIELD_BIT(DIMENSIONS);
    *ret = r;
    return true;
}
