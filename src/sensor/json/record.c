#include "sensor/json/record.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/decimal.h"
#include "base/time_pattern.h"
#include "base/time_text.h"
#include "report/mmsi.h"
#include "sensor/table/cell.h"

#define FAR 1e15 /* beyond all values; what is larger stays out of range */

/* ---- values ---- */

static bool is_absent(const char *text)
{
    static const char *const words[] = {"", "nan", "n/a", "null", "unknown", "not available", "undefined"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasecmp(text, words[i]) == 0)
            return true;
    return false;
}

bool vg_log_number(struct vg_log_record *r, const json_t *value, double *ret)
{
    struct vg_decimal d;
    if (!value || json_is_null(value))
        return false;
    if (json_is_number(value)) {
        *ret = json_number_value(value);
        return true;
    }
    if (!json_is_string(value)) {
        vg_log_refuse(r, VG_CSV_REFUSAL_VALUE);
        return false;
    }
    const char *text = json_string_value(value);
    if (is_absent(text))
        return false;
    if (!vg_decimal_read(text, strlen(text), '.', &d)) {
        vg_log_refuse(r, VG_CSV_REFUSAL_VALUE);
        return false;
    }
    *ret = (double)d.digits * pow(10, d.exponent);
    return true;
}

const char *vg_log_text(const json_t *value, size_t *ret_len)
{
    const char *text = json_string_value(value);
    size_t len = text ? strcspn(text, "@") : 0;
    while (len && (text[len - 1] == ' ' || text[len - 1] == '\t'))
        len--;
    *ret_len = len;
    return len ? text : NULL;
}

bool vg_log_time(const json_t *value, const char *pattern, int64_t *ret_us)
{
    char digits[64];
    const char *text = json_string_value(value);
    if (json_is_number(value)) {
        double v = json_number_value(value);
        if (!(fabs(v) < 1e20))
            return false;
        snprintf(digits, sizeof digits, json_is_integer(value) ? "%.0f" : "%.6f", v);
        text = digits;
    }
    if (!text)
        return false;
    int64_t time_us;
    if (*pattern && vg_time_by_pattern(pattern, text, strlen(text), &time_us) && vg_time_text_is_within(time_us)) {
        *ret_us = time_us;
        return true;
    }
    return vg_time_text_read(text, text + strlen(text), ret_us);
}

/* The nearest whole number; far away for what is no number of ours. */
static int64_t whole(double v)
{
    return v >= -FAR && v <= FAR ? llround(v) : (int64_t)FAR;
}

static void note(struct vg_log_record *r, enum vg_put put, enum vg_csv_refusal refusal)
{
    if (put == VG_PUT_REFUSED)
        vg_log_refuse(r, refusal);
}

/* ---- reports ---- */

static bool read_mmsi(const json_t *value, uint32_t *ret)
{
    char digits[24];
    const char *text = json_string_value(value);
    if (json_is_integer(value)) {
        snprintf(digits, sizeof digits, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        text = digits;
    }
    return text && vg_mmsi_parse(text, strlen(text), ret) && *ret;
}

enum vg_csv_refusal vg_log_begin(struct vg_log_record *r, const json_t *mmsi, uint8_t message)
{
    uint32_t number;
    if (message && !vg_message_speaks(message))
        return VG_CSV_REFUSAL_JSON_OTHER;
    if (!read_mmsi(mmsi, &number))
        return VG_CSV_REFUSAL_MMSI;
    if (r->count == VG_JSON_RECORDS)
        return VG_CSV_REFUSAL_JSON_MANY;
    r->report[r->count++] = (struct vg_report){
        .time_us = VG_TIME_NONE,
        .mmsi = number,
        .sensor = VG_SENSOR_AIS,
        .message = message,
        .class = (uint8_t)(message ? vg_message_class(message) : vg_mmsi_class(number)),
        .pos = VG_POS_NONE,
        .time_of_day_ms = VG_TIME_OF_DAY_NONE,
    };
    return VG_CSV_REFUSAL_NONE;
}

void vg_log_position(struct vg_log_record *r, const json_t *lon, const json_t *lat, double e4min_per_unit)
{
    double x, y;
    enum vg_csv_refusal before = r->refusal;
    bool two = vg_log_number(r, lon, &x) & vg_log_number(r, lat, &y);
    if (!two && r->refusal != before)
        r->refusal = VG_CSV_REFUSAL_POSITION;
    if (!two)
        return;
    struct vg_report *report = vg_log_last(r);
    enum vg_put put = vg_put_position(report, whole(x * e4min_per_unit), whole(y * e4min_per_unit));
    note(r, put, VG_CSV_REFUSAL_POSITION);
    if (put == VG_PUT_DONE)
        report->measured = VG_MEASURED_POSITION;
}

void vg_log_put(struct vg_log_record *r, const json_t *value, double scale, vg_log_putter *put)
{
    double v;
    if (vg_log_number(r, value, &v))
        note(r, put(vg_log_last(r), whole(v * scale)), VG_CSV_REFUSAL_VALUE);
}

/* Radians of 360° are a little more or less than that once they were rounded. */
static bool angle(struct vg_log_record *r, const json_t *value, double degrees_per_unit, double *ret)
{
    if (!vg_log_number(r, value, ret))
        return false;
    *ret *= degrees_per_unit;
    if (degrees_per_unit > 1 && *ret > 359.99 && *ret < 360.01)
        *ret = 0;
    return true;
}

void vg_log_course(struct vg_log_record *r, const json_t *value, double degrees_per_unit)
{
    double v;
    if (angle(r, value, degrees_per_unit, &v))
        note(r, vg_put_course(vg_log_last(r), whole(v * 10), whole(v * 100000)), VG_CSV_REFUSAL_VALUE);
}

void vg_log_heading(struct vg_log_record *r, const json_t *value, double degrees_per_unit)
{
    double v;
    if (!angle(r, value, degrees_per_unit, &v))
        return;
    int64_t deg = whole(v);
    note(r, vg_put_heading(vg_log_last(r), deg == 360 ? 0 : deg), VG_CSV_REFUSAL_VALUE);
}

void vg_log_accuracy(struct vg_log_record *r, const json_t *value)
{
    struct vg_report *report = vg_log_last(r);
    report->accurate = (report->fields & VG_FIELD_BIT(POS)) &&
                       (json_is_true(value) || (json_is_integer(value) && json_integer_value(value) == 1));
}

void vg_log_words(struct vg_log_record *r, const json_t *value, enum vg_field field)
{
    struct vg_report *report = vg_log_last(r);
    size_t len, size;
    char *to;
    const char *text = vg_log_text(value, &len);
    if (!text && value && !json_is_string(value) && !json_is_null(value))
        vg_log_refuse(r, VG_CSV_REFUSAL_VALUE);
    if (!text)
        return;
    switch (field) {
    case VG_FIELD_NAME:
        to = report->name, size = sizeof report->name;
        break;
    case VG_FIELD_CALLSIGN:
        to = report->callsign, size = sizeof report->callsign;
        break;
    case VG_FIELD_DESTINATION:
        to = report->destination, size = sizeof report->destination;
        break;
    default:
        to = report->text, size = sizeof report->text;
        field = VG_FIELD_TEXT;
    }
    const struct vg_row_cell cell = {.at = text, .len = (uint32_t)len};
    if (vg_cell_words(&cell, '"', to, size))
        report->fields |= UINT32_C(1) << field;
}

void vg_log_altitude(struct vg_log_record *r, const json_t *value)
{
    double v;
    if (!vg_log_number(r, value, &v) || v == 4095)
        return;
    if (v < 0 || v > 4094) {
        vg_log_refuse(r, VG_CSV_REFUSAL_VALUE);
        return;
    }
    vg_log_last(r)->altitude_m = (int16_t)whole(v);
    vg_log_last(r)->fields |= VG_FIELD_BIT(ALTITUDE);
}

static bool is_yes(const json_t *value)
{
    const char *text = json_string_value(value);
    return json_is_true(value) || (json_is_integer(value) && json_integer_value(value) == 1) ||
           (text && strcasecmp(text, "yes") == 0);
}

void vg_log_aid(struct vg_log_record *r, int type, const json_t *off, const json_t *virtual_aid)
{
    struct vg_report *report = vg_log_last(r);
    if (type > 31)
        vg_log_refuse(r, VG_CSV_REFUSAL_VALUE);
    if (type >= 0 && type <= 31) {
        report->aid_type = (uint8_t)type;
        report->fields |= VG_FIELD_BIT(AID_TYPE);
    }
    if (off || virtual_aid) {
        report->aid_off_position = is_yes(off);
        report->aid_virtual = is_yes(virtual_aid);
        report->fields |= VG_FIELD_BIT(AID_FLAGS);
    }
}

void vg_log_parent(struct vg_log_record *r, const json_t *value)
{
    uint32_t mmsi;
    if (!read_mmsi(value, &mmsi))
        return;
    vg_log_last(r)->parent_mmsi = mmsi;
    vg_log_last(r)->fields |= VG_FIELD_BIT(PARENT);
}

/* What was not said is 0, as it is sent. */
static int64_t metres(struct vg_log_record *r, double v, int64_t most)
{
    int64_t m = v < 0 ? 0 : whole(v);
    if (m > most)
        vg_log_refuse(r, VG_CSV_REFUSAL_VALUE);
    return m > most ? 0 : m;
}

void vg_log_dimensions(struct vg_log_record *r, double bow, double stern, double port, double starboard)
{
    struct vg_report *report = vg_log_last(r);
    report->to_bow_m = (uint16_t)metres(r, bow, 511);
    report->to_stern_m = (uint16_t)metres(r, stern, bow > 0 ? 511 : 1022);
    report->to_port_m = (uint8_t)metres(r, port, 63);
    report->to_starboard_m = (uint8_t)metres(r, starboard, port > 0 ? 63 : 126);
    if (report->to_bow_m || report->to_stern_m || report->to_port_m || report->to_starboard_m)
        report->fields |= VG_FIELD_BIT(DIMENSIONS);
}

/* Where the antenna's place isn't said, all of it stands behind and to the right, as M.1371 has it. */
void vg_log_sizes(struct vg_log_record *r, double length, double beam, double from_bow, double from_starboard)
{
    double bow = from_bow > 0 && from_bow <= length ? from_bow : 0;
    double starboard = from_starboard >= 0 && from_starboard <= beam ? from_starboard : beam;
    vg_log_dimensions(r, bow, length - bow, beam - starboard, starboard);
}

void vg_log_eta(struct vg_log_record *r, long month, long day, long hour, long minute)
{
    struct vg_report *report = vg_log_last(r);
    if (month < 0 || month > 12 || day < 0 || day > 31 || hour < 0 || hour > 24 || minute < 0 || minute > 60) {
        vg_log_refuse(r, VG_CSV_REFUSAL_VALUE);
        return;
    }
    if (!month && !day)
        return;
    report->eta_month = (uint8_t)month;
    report->eta_day = (uint8_t)day;
    report->eta_hour = (uint8_t)hour;
    report->eta_minute = (uint8_t)minute;
    report->fields |= VG_FIELD_BIT(ETA);
}
