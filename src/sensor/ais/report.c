/*
 * What a message says about its sender, as a report. The field tables name the target of each field.
 *
 * Each layout becomes a function of its own, made from fields.def: with the row's numbers known to the compiler, a
 * field is a load, two shifts and a comparison. vg_ais_report_by_table() walks the rows instead; a test compares the
 * two.
 */
#include <string.h>

#include "sensor/ais/ais.h"
#include "sensor/ais/bits.h"
#include "sensor/ais/layouts.h"

static void set_text(struct vg_report *r, uint32_t bit, char *to, size_t size, const char *text, size_t len)
{
    if (!len)
        return;
    size_t n = len < size - 1 ? len : size - 1;
    memcpy(to, text, n);
    to[n] = '\0';
    r->fields |= bit;
}

/* Knots and degrees with `decimals` decimals in tenths. */
VG_INLINE int64_t tenths(const struct vg_ais_field *f, int64_t raw)
{
    return f->decimals ? raw : raw * 10;
}

VG_INLINE int32_t e4min(const struct vg_ais_field *f, int64_t raw)
{
    for (unsigned i = 0; i < f->decimals; i++)
        raw *= 10;
    return (int32_t)raw;
}

/* Numbers of a report: target of the row, member, value, whether the value means something, bits in `fields`. */
#define NUMBERS(X)                                                                                                     \
    X(STATUS, status, raw, true, VG_FIELD_BIT(STATUS))                                                                 \
    X(TURN, turn_raw, raw, true, VG_FIELD_BIT(TURN))                                                                   \
    X(SOG, sog_dkn, tenths(f, raw), true, VG_FIELD_BIT(SOG))                                                           \
    X(COG, cog_ddeg, tenths(f, raw), tenths(f, raw) < 3600, VG_FIELD_BIT(COG))                                         \
    X(HEADING, heading_deg, raw, raw < 360, VG_FIELD_BIT(HEADING))                                                     \
    X(ACCURACY, accurate, raw, true, 0)                                                                                \
    X(IMO, imo, raw, true, VG_FIELD_BIT(IMO))                                                                          \
    X(SHIPTYPE, shiptype, raw, true, VG_FIELD_BIT(SHIPTYPE))                                                           \
    X(TO_BOW, to_bow_m, raw, true, 0)                                                                                  \
    X(TO_STERN, to_stern_m, raw, true, 0)                                                                              \
    X(TO_PORT, to_port_m, raw, true, 0)                                                                                \
    X(TO_STARBOARD, to_starboard_m, raw, true, 0)                                                                      \
    X(DRAUGHT, draught_dm, raw, true, VG_FIELD_BIT(DRAUGHT))                                                           \
    X(ALTITUDE, altitude_m, raw, true, VG_FIELD_BIT(ALTITUDE))                                                         \
    X(AID_TYPE, aid_type, raw, true, VG_FIELD_BIT(AID_TYPE))                                                           \
    X(OFF_POSITION, aid_off_position, raw, true, VG_FIELD_BIT(AID_FLAGS))                                              \
    X(VIRTUAL_AID, aid_virtual, raw, true, VG_FIELD_BIT(AID_FLAGS))                                                    \
    X(PARENT, parent_mmsi, raw, true, VG_FIELD_BIT(PARENT))

/*
 * `there` false: the field stays as it is, zero or "none". Without branches: which fields a ship leaves out can't be
 * predicted, and a wrong guess of the processor costs as much as three fields.
 */
VG_INLINE void set_number(struct vg_report *r, const struct vg_ais_field *f, int64_t raw, bool there)
{
    switch ((enum vg_ais_target)f->target) {
#define X(target, member, value, valid, bits)                                                                          \
    case VG_AIS_TO_##target:                                                                                           \
        there &= (valid);                                                                                              \
        r->member = (__typeof__(r->member))(there ? (value) : 0);                                                      \
        r->fields |= (uint32_t)there * (bits);                                                                         \
        break;
        NUMBERS(X)
#undef X
    case VG_AIS_TO_SECOND:
        r->second = there && raw < VG_SECOND_NONE ? (uint8_t)raw : VG_SECOND_NONE;
        break;
    case VG_AIS_TO_LON:
        r->pos.lon_e4min = there ? e4min(f, raw) : r->pos.lon_e4min;
        break;
    case VG_AIS_TO_LAT:
        r->pos.lat_e4min = there ? e4min(f, raw) : r->pos.lat_e4min;
        break;
    default:
        break;
    }
}

static void set_words(struct vg_report *r, const struct vg_ais *msg, const struct vg_ais_field *f)
{
    char text[VG_PAYLOAD_CHARS + 8];
    size_t n = f->kind == VG_AIS_NAME_EXT ? vg_ais_name_ext(msg, f->start, f->width, text, sizeof text)
                                          : vg_ais_text(msg, f->start, f->width, text, sizeof text);
    switch ((enum vg_ais_target)f->target) {
    case VG_AIS_TO_NAME:
        set_text(r, VG_FIELD_BIT(NAME), r->name, sizeof r->name, text, n);
        break;
    case VG_AIS_TO_CALLSIGN:
        set_text(r, VG_FIELD_BIT(CALLSIGN), r->callsign, sizeof r->callsign, text, n);
        break;
    case VG_AIS_TO_DESTINATION:
        set_text(r, VG_FIELD_BIT(DESTINATION), r->destination, sizeof r->destination, text, n);
        break;
    case VG_AIS_TO_MESSAGE_TEXT:
        set_text(r, VG_FIELD_BIT(TEXT), r->text, sizeof r->text, text, n);
        break;
    default:
        break;
    }
}

VG_INLINE void set_eta(struct vg_report *r, const struct vg_ais *msg, const struct vg_ais_field *f)
{
    if (f->start + f->width > msg->bits)
        return;
    r->eta_month = (uint8_t)vg_ais_uint(msg, f->start, 4);
    r->eta_day = (uint8_t)vg_ais_uint(msg, f->start + 4u, 5);
    r->eta_hour = (uint8_t)vg_ais_uint(msg, f->start + 9u, 5);
    r->eta_minute = (uint8_t)vg_ais_uint(msg, f->start + 14u, 6);
    bool is_day = !r->eta_month || !r->eta_day || vg_time_has_day(2000, r->eta_month, r->eta_day); /* without a year */
    if (is_day && r->eta_month <= 12 && r->eta_hour <= 24 && r->eta_minute <= 60 && (r->eta_month || r->eta_day))
        r->fields |= VG_FIELD_BIT(ETA);
}

/* Of a date and time that says all but the second, nothing. */
static void set_time_second(struct vg_report *r, const struct vg_ais *msg, const struct vg_ais_field *f)
{
    if (f->start + f->width <= msg->bits && vg_ais_uint(msg, f->start, 14))
        set_number(r, f, vg_ais_uint(msg, f->start + 34u, 6), true);
}

static void put_field(struct vg_report *r, const struct vg_ais *msg, const struct vg_ais_field *f)
{
    int64_t raw;
    if (f->target == VG_AIS_TO_NOTHING)
        return;
    if (f->kind == VG_AIS_TEXT || f->kind == VG_AIS_NAME_EXT)
        set_words(r, msg, f);
    else if (f->kind == VG_AIS_ETA)
        set_eta(r, msg, f);
    else if (f->kind == VG_AIS_TIME)
        set_time_second(r, msg, f);
    else if (vg_ais_raw(msg, f, 0, &raw) == VG_AIS_PRESENT)
        set_number(r, f, raw, true);
}

/* Row by row: for messages of unusual length, and what the generated functions are tested against. */
static void put_by_table(struct vg_report *r, const struct vg_ais *msg)
{
    for (size_t i = 0; i < msg->layout->fields; i++)
        put_field(r, msg, &msg->layout->field[i]);
}

/* The same with `f` known to the compiler, and `sure` bits that the message has at least. */
VG_INLINE void put_known_field(struct vg_report *r, const struct vg_ais *msg, struct vg_ais_field row, unsigned sure)
{
    const struct vg_ais_field *f = &row;
    bool plain = f->kind == VG_AIS_UINT || f->kind == VG_AIS_BOOL || is_signed(f);
    if (f->target == VG_AIS_TO_NOTHING)
        return;
    if (!plain || f->width == 0 || f->width > 32 || f->start + f->width > sure) {
        put_field(r, msg, f);
        return;
    }
    int64_t raw = is_signed(f) ? bits_int(msg, f->start, f->width) : (int64_t)bits_uint(msg, f->start, f->width);
    set_number(r, f, raw, f->none == VG_AIS_NO_NONE || raw != f->none);
}

VG_INLINE struct vg_ais_field field_of(unsigned start, unsigned width, enum vg_ais_kind kind, unsigned decimals,
                                       enum vg_ais_target target, int32_t none)
{
    return (struct vg_ais_field){.start = (uint16_t)start,
                                 .width = (uint16_t)width,
                                 .kind = (uint8_t)kind,
                                 .decimals = (uint8_t)decimals,
                                 .target = (uint8_t)target,
                                 .none = none};
}

typedef void put_fields(struct vg_report *r, const struct vg_ais *msg);

#define LAYOUT(id, name, type, length, title)                                                                          \
    VG_INLINE void fields_##id(struct vg_report *r, const struct vg_ais *msg, unsigned sure)                           \
    {                                                                                                                  \
        (void)r, (void)msg, (void)sure;
#define FIELD(key, start, width, kind, decimals, none, unit, target, what)                                             \
    put_known_field(r, msg, field_of(start, width, VG_AIS_##kind, decimals, VG_AIS_TO_##target, none), sure);
#define END() }
#include "sensor/ais/fields.def"
#undef LAYOUT
#undef FIELD
#undef END

#define FIELD(key, start, width, kind, decimals, none, unit, target, what)
#define END()
#define LAYOUT(id, name, type, length, title)                                                                          \
    static void put_##id(struct vg_report *r, const struct vg_ais *msg)                                                \
    {                                                                                                                  \
        if (length && msg->bits >= length)                                                                             \
            fields_##id(r, msg, length);                                                                               \
        else                                                                                                           \
            put_by_table(r, msg);                                                                                      \
    }
#include "sensor/ais/fields.def"
#undef LAYOUT

/* In the order of vg_ais_layouts(). */
static put_fields *const put_layout[] = {
#define LAYOUT(id, name, type, length, title) put_##id,
#include "sensor/ais/fields.def"
#undef LAYOUT
#undef FIELD
#undef END
};

VG_INLINE void begin_report(struct vg_report *r, const struct vg_ais *msg)
{
    clear_words(r, sizeof *r);
    r->mmsi = msg->mmsi;
    r->sensor = VG_SENSOR_AIS;
    r->message = msg->type;
    r->class = (uint8_t)vg_message_class(msg->type);
    r->pos = VG_POS_NONE;
    r->time_us = VG_TIME_NONE;
    r->second = VG_SECOND_NONE;
    r->time_of_day_ms = VG_TIME_OF_DAY_NONE;
}

/* A repeater counts itself in bits 6 and 7: what it sends is what it heard. */
#define REPEAT_BITS (UINT64_C(3) << 56)

/* A number for the bits of a message: for comparing, not against an adversary. */
VG_INLINE uint64_t mix(uint64_t h, uint64_t word)
{
    h = (h ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    return h ^ h >> 32;
}

VG_INLINE uint64_t transmission_of(const struct vg_ais *msg)
{
    const uint8_t *p = msg->payload, *whole = p + msg->bits / 64 * 8;
    unsigned left = msg->bits % 64;
    uint64_t h = msg->bits, left_out = REPEAT_BITS;
    for (; p < whole; p += 8, left_out = 0)
        h = mix(h, bits_word(p) & ~left_out);
    if (left)
        h = mix(h, (bits_word(p) & ~left_out) >> (64 - left));
    return h ? h : 1;
}

/*
 * 511 and 63 mean "that or more". Nothing afloat has 511 m before or behind its antenna, or 126 m of beam: nobody set
 * them. An aid may mark an area so large.
 */
VG_INLINE void end_dimensions(struct vg_report *r)
{
    const bool bow = r->to_bow_m == 511, stern = r->to_stern_m == 511, aid = r->message == 21;
    if ((bow && stern) || (!aid && (bow || stern)))
        r->to_bow_m = r->to_stern_m = 0;
    if (r->to_port_m == 63 && r->to_starboard_m == 63)
        r->to_port_m = r->to_starboard_m = 0;
    if (r->to_bow_m || r->to_stern_m || r->to_port_m || r->to_starboard_m)
        r->fields |= VG_FIELD_BIT(DIMENSIONS);
}

VG_INLINE void end_report(struct vg_report *r, const struct vg_ais *msg)
{
    r->transmission = transmission_of(msg);
    if (vg_pos_valid(r->pos)) {
        r->fields |= VG_FIELD_BIT(POS);
        r->measured = VG_MEASURED_POSITION;
    } else {
        r->pos = VG_POS_NONE;
    }
    end_dimensions(r);
}

bool vg_ais_report(const struct vg_ais *msg, struct vg_report *ret)
{
    if (!vg_message_speaks(msg->type))
        return false;
    begin_report(ret, msg);
    put_layout[msg->layout - vg_ais_layout_table](ret, msg);
    end_report(ret, msg);
    return true;
}

bool vg_ais_report_by_table(const struct vg_ais *msg, struct vg_report *ret)
{
    if (!vg_message_speaks(msg->type))
        return false;
    begin_report(ret, msg);
    put_by_table(ret, msg);
    end_report(ret, msg);
    return true;
}
