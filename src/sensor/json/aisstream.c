/* aisstream.io: an envelope around one message, whose members are named as in github.com/BertoldVdb/go-ais. */
#include <string.h>

#include "sensor/json/record.h"

static const json_t *message_of(const json_t *object)
{
    const char *type = json_string_value(json_object_get(object, "MessageType"));
    return type ? json_object_get(json_object_get(object, "Message"), type) : NULL;
}

static double metres(struct vg_log_record *r, const json_t *dimension, const char *key)
{
    double v;
    return vg_log_number(r, json_object_get(dimension, key), &v) ? v : -1;
}

static void put_dimensions(struct vg_log_record *r, const json_t *d)
{
    if (d)
        vg_log_dimensions(r, metres(r, d, "A"), metres(r, d, "B"), metres(r, d, "C"), metres(r, d, "D"));
}

static long part(const json_t *eta, const char *key)
{
    const json_t *v = json_object_get(eta, key);
    return json_is_integer(v) && json_integer_value(v) >= 0 && json_integer_value(v) <= 99 ? (long)json_integer_value(v)
                                                                                           : -1;
}

static void put_motion(struct vg_log_record *r, const json_t *m)
{
    const json_t *sog = json_object_get(m, "Sog"), *cog = json_object_get(m, "Cog");
    bool long_range = vg_log_last(r)->message == 27;
    double v;
    vg_log_position(r, json_object_get(m, "Longitude"), json_object_get(m, "Latitude"), VG_E4MIN_PER_DEGREE);
    vg_log_accuracy(r, json_object_get(m, "PositionAccuracy"));
    if (!long_range || (vg_log_number(r, sog, &v) && v != 63))
        vg_log_put(r, sog, 10, vg_put_speed);
    if (!long_range || (vg_log_number(r, cog, &v) && v != 511))
        vg_log_course(r, cog, 1);
    vg_log_heading(r, json_object_get(m, "TrueHeading"), 1);
    vg_log_put(r, json_object_get(m, "RateOfTurn"), 1, vg_put_turn_raw);
    vg_log_put(r, json_object_get(m, "NavigationalStatus"), 1, vg_put_status);
    vg_log_altitude(r, json_object_get(m, "Altitude"));
}

/* A name of up to 20 characters, and the rest of it in another member. */
static void put_aid(struct vg_log_record *r, const json_t *m)
{
    const json_t *type = json_object_get(m, "Type");
    size_t len, more;
    const char *name = vg_log_text(json_object_get(m, "Name"), &len);
    const char *rest = vg_log_text(json_object_get(m, "NameExtension"), &more);
    vg_log_aid(r, json_is_integer(type) ? (int)(json_integer_value(type) & 0xFF) : -1,
               json_object_get(m, "OffPosition"), json_object_get(m, "VirtualAtoN"));
    if (name && rest) {
        json_t *whole = json_sprintf("%.*s%.*s", (int)len, name, (int)more, rest);
        vg_log_words(r, whole, VG_FIELD_NAME);
        json_decref(whole);
    }
}

static void put_voyage(struct vg_log_record *r, const json_t *m)
{
    const json_t *eta = json_object_get(m, "Eta");
    vg_log_put(r, json_object_get(m, "ImoNumber"), 1, vg_put_imo);
    vg_log_put(r, json_object_get(m, "MaximumStaticDraught"), 10, vg_put_draught);
    vg_log_words(r, json_object_get(m, "Destination"), VG_FIELD_DESTINATION);
    if (eta)
        vg_log_eta(r, part(eta, "Month"), part(eta, "Day"), part(eta, "Hour"), part(eta, "Minute"));
}

static bool is_valid(const json_t *part_of_message)
{
    return part_of_message && !json_is_false(json_object_get(part_of_message, "Valid"));
}

static void put_particulars(struct vg_log_record *r, const json_t *m)
{
    uint8_t message = vg_log_last(r)->message;
    vg_log_words(r, json_object_get(m, "Name"), VG_FIELD_NAME);
    vg_log_words(r, json_object_get(m, "CallSign"), VG_FIELD_CALLSIGN);
    put_dimensions(r, json_object_get(m, "Dimension"));
    if (message == 21)
        put_aid(r, m);
    else
        vg_log_put(r, json_object_get(m, message == 24 ? "ShipType" : "Type"), 1, vg_put_shiptype);
    if (message == 5)
        put_voyage(r, m);
    if (message == 14)
        vg_log_words(r, json_object_get(m, "Text"), VG_FIELD_TEXT);
}

enum vg_csv_refusal vg_log_read_aisstream(struct vg_log_record *r)
{
    const json_t *meta = json_object_get(r->object, "MetaData"), *m = message_of(r->object);
    const json_t *time = json_object_get(meta, "time_utc"), *id = json_object_get(m, "MessageID");
    if (time && !vg_log_time(time, "", &r->time_us))
        return VG_CSV_REFUSAL_TIME;
    if (!is_valid(m) || !json_is_integer(id) || json_integer_value(id) < 1 || json_integer_value(id) > 27)
        return VG_CSV_REFUSAL_JSON_OTHER;
    enum vg_csv_refusal refusal = vg_log_begin(r, json_object_get(m, "UserID"), (uint8_t)json_integer_value(id));
    if (refusal)
        return refusal;
    vg_log_last(r)->time_us = r->time_us;
    if (json_integer_value(id) != 24) {
        put_motion(r, m);
        put_particulars(r, m);
        return VG_CSV_REFUSAL_NONE;
    }
    if (is_valid(json_object_get(m, "ReportA")))
        put_particulars(r, json_object_get(m, "ReportA"));
    if (is_valid(json_object_get(m, "ReportB")))
        put_particulars(r, json_object_get(m, "ReportB"));
    return VG_CSV_REFUSAL_NONE;
}
