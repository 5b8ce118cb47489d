/*
 * gpsd's AIS objects, scaled or not, and those of AIS-catcher, which have the same members and a time. Reference:
 * gpsd_json(5), "AIS DUMP FORMATS"; AIS-catcher's JSON_FULL.
 */
#include <stdio.h>
#include <string.h>

#include "sensor/json/record.h"

static const json_t *at(const struct vg_log_record *r, const char *key)
{
    return json_object_get(r->object, key);
}

/* "fast" is 102.2 kn or more. */
static void put_speed(struct vg_log_record *r, bool scaled)
{
    const json_t *speed = at(r, "speed");
    const char *text = json_string_value(speed);
    uint8_t message = vg_log_last(r)->message;
    double knots;
    if (text && strcmp(text, "fast") == 0)
        vg_put_speed(vg_log_last(r), 1022);
    else if (message != 27)
        vg_log_put(r, speed, scaled || message == 9 ? 10 : 1, vg_put_speed);
    else if (vg_log_number(r, speed, &knots) && knots != 63) /* whole knots, 63: none */
        vg_log_put(r, speed, 10, vg_put_speed);
}

static void put_turn(struct vg_log_record *r, bool scaled)
{
    const json_t *turn = at(r, "turn"), *raw = at(r, "turn_unscaled");
    const char *text = json_string_value(turn);
    double v;
    if (raw)
        vg_log_put(r, raw, 1, vg_put_turn_raw);
    else if (text && strcmp(text, "fastright") == 0)
        vg_put_turn_raw(vg_log_last(r), 127);
    else if (text && strcmp(text, "fastleft") == 0)
        vg_put_turn_raw(vg_log_last(r), -127);
    else if (!scaled)
        vg_log_put(r, turn, 1, vg_put_turn_raw);
    else if (vg_log_number(r, turn, &v) && v != -128) /* no rate of whole degrees is that of a ROT_AIS */
        vg_log_put(r, turn, 1000, vg_put_turn_rate);
}

static void put_course(struct vg_log_record *r, bool scaled)
{
    double v;
    bool long_range = vg_log_last(r)->message == 27; /* whole degrees, 511: none */
    if (long_range && vg_log_number(r, at(r, "course"), &v) && v == 511)
        return;
    vg_log_course(r, at(r, "course"), scaled || long_range ? 1 : 0.1);
}

static void put_motion(struct vg_log_record *r, bool scaled)
{
    double coarse = vg_log_last(r)->message == 27 || vg_log_last(r)->message == 17 ? 1000 : 1;
    vg_log_position(r, at(r, "lon"), at(r, "lat"), scaled ? VG_E4MIN_PER_DEGREE : coarse);
    vg_log_accuracy(r, at(r, "accuracy"));
    put_speed(r, scaled);
    put_course(r, scaled);
    put_turn(r, scaled);
    vg_log_heading(r, at(r, "heading"), 1);
    vg_log_put(r, at(r, "status"), 1, vg_put_status);
    vg_log_altitude(r, at(r, "alt"));
}

/* "05-14T20:10Z", or the four numbers. */
static void put_eta(struct vg_log_record *r)
{
    static const char *const keys[] = {"month", "day", "hour", "minute"};
    const char *eta = json_string_value(at(r, "eta"));
    unsigned part[4];
    int end = 0;
    if (eta) {
        bool read = sscanf(eta, "%2u-%2uT%2u:%2uZ%n", &part[0], &part[1], &part[2], &part[3], &end) == 4;
        if (read && end && !eta[end])
            vg_log_eta(r, part[0], part[1], part[2], part[3]);
        else
            vg_log_refuse(r, VG_CSV_REFUSAL_VALUE);
        return;
    }
    for (int i = 0; i < 4; i++) {
        const json_t *v = at(r, keys[i]);
        if (!json_is_integer(v) || json_integer_value(v) < 0 || json_integer_value(v) > 60)
            return;
        part[i] = (unsigned)json_integer_value(v);
    }
    vg_log_eta(r, part[0], part[1], part[2], part[3]);
}

static double metres(struct vg_log_record *r, const char *key)
{
    double v;
    return vg_log_number(r, at(r, key), &v) ? v : -1;
}

static void put_particulars(struct vg_log_record *r, bool scaled)
{
    uint8_t message = vg_log_last(r)->message;
    vg_log_words(r, at(r, message == 21 ? "name" : "shipname"), VG_FIELD_NAME);
    if (message == 21 && !at(r, "name"))
        vg_log_words(r, at(r, "shipname"), VG_FIELD_NAME);
    vg_log_words(r, at(r, "callsign"), VG_FIELD_CALLSIGN);
    vg_log_put(r, at(r, "imo"), 1, vg_put_imo);
    vg_log_put(r, at(r, "shiptype"), 1, vg_put_shiptype);
    vg_log_dimensions(r, metres(r, "to_bow"), metres(r, "to_stern"), metres(r, "to_port"), metres(r, "to_starboard"));
    vg_log_parent(r, at(r, "mothership_mmsi"));
    if (message == 5) {
        vg_log_words(r, at(r, "destination"), VG_FIELD_DESTINATION);
        vg_log_put(r, at(r, "draught"), scaled ? 10 : 1, vg_put_draught);
        put_eta(r);
    }
    if (message == 14)
        vg_log_words(r, at(r, "text"), VG_FIELD_TEXT);
    if (message == 21) {
        const json_t *type = at(r, "aid_type");
        vg_log_aid(r, json_is_integer(type) ? (int)(json_integer_value(type) & 0xFF) : -1, at(r, "off_position"),
                   at(r, "virtual_aid"));
    }
}

/* A receiver's own objects: the time of some dates what stands around them. */
static enum vg_csv_refusal read_own(struct vg_log_record *r)
{
    vg_log_time(at(r, "time"), "", &r->time_us);
    return VG_CSV_REFUSAL_JSON_OTHER;
}

/* The receiver's clock: AIS-catcher's two forms. False: a time that isn't understood. */
static bool read_time(struct vg_log_record *r, int64_t *ret_us)
{
    const json_t *unix_time = at(r, "rxuxtime"), *text = at(r, "rxtime");
    if (unix_time && vg_log_time(unix_time, "", ret_us))
        return true;
    return text ? vg_log_time(text, "YYYYMMDDhhmmss", ret_us) : !unix_time;
}

enum vg_csv_refusal vg_log_read_gpsd(struct vg_log_record *r)
{
    const char *class = json_string_value(at(r, "class"));
    const json_t *type = at(r, "type"), *scaled_said = at(r, "scaled");
    if (!class || strcmp(class, "AIS") != 0)
        return read_own(r);
    if (!read_time(r, &r->time_us))
        return VG_CSV_REFUSAL_TIME;
    if (!json_is_integer(type) || json_integer_value(type) < 1 || json_integer_value(type) > 27)
        return VG_CSV_REFUSAL_JSON_OTHER;
    enum vg_csv_refusal refusal = vg_log_begin(r, at(r, "mmsi"), (uint8_t)json_integer_value(type));
    if (refusal)
        return refusal;
    bool scaled = !scaled_said || json_is_true(scaled_said);
    vg_log_last(r)->time_us = r->time_us;
    put_motion(r, scaled);
    put_particulars(r, scaled);
    return VG_CSV_REFUSAL_NONE;
}
