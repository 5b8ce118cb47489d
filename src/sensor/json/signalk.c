/*
 * Signal K deltas: values by path, in SI units (metres a second, radians, metres). Reference: signalk.org, "Delta
 * Format" and "Vessels". A delta has a context, whose vessel it is, and updates, each with a time of its own.
 */
#include <string.h>
#include <strings.h>

#include "base/time.h"
#include "report/mmsi.h"
#include "sensor/json/record.h"
#include "sensor/table/cell.h"

#define DEPTH 4 /* of objects within a value */
#define PATH  96

#define DEG_PER_RAD (180 / 3.14159265358979323846)
#define KN_PER_MPS  (3600.0 / 1852)

/* What stands in several values. Below 0: not said. */
struct sizes {
    double length, beam, from_bow, from_centre; /* to starboard */
    bool from_centre_said;
    const json_t *lon, *lat;
    int aid_type;
    const json_t *off, *virtual_aid;
};

static const char *const classes[] = {"A", "B", "BASE", "ATON"};
static const enum vg_class class_of[] = {VG_CLASS_SHIP_A, VG_CLASS_SHIP_B, VG_CLASS_BASE, VG_CLASS_ATON};

static void put_class(struct vg_log_record *r, const json_t *value)
{
    const char *text = json_string_value(value);
    for (size_t i = 0; text && i < sizeof classes / sizeof *classes; i++)
        if (strcasecmp(text, classes[i]) == 0)
            vg_log_last(r)->class = (uint8_t)class_of[i];
}

static void put_state(struct vg_log_record *r, const json_t *value)
{
    size_t len;
    const char *text = vg_log_text(value, &len);
    if (!text) {
        vg_log_put(r, value, 1, vg_put_status);
        return;
    }
    const struct vg_row_cell cell = {.at = text, .len = (uint32_t)len};
    int status = vg_word_status(&cell);
    if (status >= 0)
        vg_put_status(vg_log_last(r), status);
    else
        vg_log_refuse(r, VG_CSV_REFUSAL_VALUE);
}

/* "IMO 9074729", "IMO9074729" or the number. */
static void put_imo(struct vg_log_record *r, const json_t *value)
{
    const char *text = json_string_value(value);
    if (!text || strncasecmp(text, "IMO", 3) != 0) {
        vg_log_put(r, value, 1, vg_put_imo);
        return;
    }
    text += 3;
    while (*text == ' ')
        text++;
    json_t *number = json_string(text);
    vg_log_put(r, number, 1, vg_put_imo);
    json_decref(number);
}

static void put_eta(struct vg_log_record *r, const json_t *value)
{
    int64_t time_us;
    if (!value || json_is_null(value))
        return;
    if (!vg_log_time(value, "", &time_us)) {
        vg_log_refuse(r, VG_CSV_REFUSAL_VALUE);
        return;
    }
    struct vg_civil c = vg_time_civil(time_us);
    vg_log_eta(r, c.month, c.day, c.hour, c.minute);
}

static void take_size(struct vg_log_record *r, const char *path, const json_t *value, struct sizes *s)
{
    if (strcmp(path, "design.length.overall") == 0)
        vg_log_number(r, value, &s->length);
    else if (strcmp(path, "design.beam") == 0)
        vg_log_number(r, value, &s->beam);
    else if (strcmp(path, "sensors.ais.fromBow") == 0)
        vg_log_number(r, value, &s->from_bow);
    else if (strcmp(path, "sensors.ais.fromCenter") == 0)
        s->from_centre_said = vg_log_number(r, value, &s->from_centre);
}

static void take_aid(const char *path, const json_t *value, struct sizes *s)
{
    if (strcmp(path, "atonType.id") == 0 && json_is_integer(value))
        s->aid_type = (int)(json_integer_value(value) & 0xFF);
    else if (strcmp(path, "offPosition") == 0)
        s->off = value;
    else if (strcmp(path, "virtual") == 0)
        s->virtual_aid = value;
}

static void take_motion(struct vg_log_record *r, const char *path, const json_t *value, struct sizes *s)
{
    if (strcmp(path, "navigation.position.longitude") == 0)
        s->lon = value;
    else if (strcmp(path, "navigation.position.latitude") == 0)
        s->lat = value;
    else if (strcmp(path, "navigation.speedOverGround") == 0)
        vg_log_put(r, value, 10 * KN_PER_MPS, vg_put_speed);
    else if (strcmp(path, "navigation.courseOverGroundTrue") == 0)
        vg_log_course(r, value, DEG_PER_RAD);
    else if (strcmp(path, "navigation.headingTrue") == 0)
        vg_log_heading(r, value, DEG_PER_RAD);
    else if (strcmp(path, "navigation.rateOfTurn") == 0)
        vg_log_put(r, value, 60 * 1000 * DEG_PER_RAD, vg_put_turn_rate);
    else if (strcmp(path, "navigation.state") == 0)
        put_state(r, value);
}

static void take_leaf(struct vg_log_record *r, const char *path, const json_t *value, struct sizes *s)
{
    take_motion(r, path, value, s);
    take_size(r, path, value, s);
    take_aid(path, value, s);
    if (strcmp(path, "sensors.ais.class") == 0)
        put_class(r, value);
    else if (strcmp(path, "name") == 0)
        vg_log_words(r, value, VG_FIELD_NAME);
    else if (strcmp(path, "communication.callsignVhf") == 0)
        vg_log_words(r, value, VG_FIELD_CALLSIGN);
    else if (strcmp(path, "navigation.destination.commonName") == 0)
        vg_log_words(r, value, VG_FIELD_DESTINATION);
    else if (strcmp(path, "navigation.destination.eta") == 0)
        put_eta(r, value);
    else if (strcmp(path, "registrations.imo") == 0)
        put_imo(r, value);
    else if (strcmp(path, "design.aisShipType.id") == 0)
        vg_log_put(r, value, 1, vg_put_shiptype);
    else if (strcmp(path, "design.draft.current") == 0 || strcmp(path, "design.draft.maximum") == 0)
        vg_log_put(r, value, 10, vg_put_draught);
}

/* A value may be an object for a whole branch of paths. */
static void take_value(struct vg_log_record *r, const char *path, const json_t *value, unsigned depth, struct sizes *s)
{
    const char *key;
    json_t *member;
    if (!json_is_object(value)) {
        take_leaf(r, path, value, s);
        return;
    }
    json_object_foreach((json_t *)(uintptr_t)value, key, member)
    {
        char longer[PATH];
        int n = snprintf(longer, sizeof longer, "%s%s%s", path, *path ? "." : "", key);
        if (depth < DEPTH && n > 0 && n < PATH)
            take_value(r, longer, member, depth + 1, s);
    }
}

static void put_sizes(struct vg_log_record *r, const struct sizes *s)
{
    double starboard = s->from_centre_said && s->beam > 0 ? s->beam / 2 - s->from_centre : -1;
    if (s->lon || s->lat)
        vg_log_position(r, s->lon, s->lat, VG_E4MIN_PER_DEGREE);
    if (s->length > 0 || s->beam > 0)
        vg_log_sizes(r, s->length > 0 ? s->length : 0, s->beam > 0 ? s->beam : 0, s->from_bow, starboard);
    if (s->aid_type >= 0 || s->off || s->virtual_aid)
        vg_log_aid(r, s->aid_type, s->off, s->virtual_aid);
}

/* The last number of "vessels.urn:mrn:imo:mmsi:224999721"; NULL: the own ship, or one without a number. */
static json_t *mmsi_of(const char *context)
{
    const char *at = context ? strstr(context, "mmsi:") : NULL;
    return at ? json_string(at + 5) : NULL;
}

static enum vg_csv_refusal read_update(struct vg_log_record *r, const json_t *mmsi, const json_t *update)
{
    const json_t *time = json_object_get(update, "timestamp"), *values = json_object_get(update, "values");
    struct sizes s = {.length = -1, .beam = -1, .from_bow = -1, .aid_type = -1};
    int64_t time_us = VG_TIME_NONE;
    if (time && !vg_log_time(time, "", &time_us))
        return VG_CSV_REFUSAL_TIME;
    enum vg_csv_refusal refusal = vg_log_begin(r, mmsi, 0);
    if (refusal)
        return refusal;
    vg_log_last(r)->time_us = time_us;
    for (size_t i = 0; i < json_array_size(values); i++) {
        const json_t *item = json_array_get(values, i);
        const char *path = json_string_value(json_object_get(item, "path"));
        if (path)
            take_value(r, path, json_object_get(item, "value"), 0, &s);
    }
    put_sizes(r, &s);
    if (!vg_log_last(r)->fields)
        r->count--; /* paths that are not for us */
    return VG_CSV_REFUSAL_NONE;
}

enum vg_csv_refusal vg_log_read_signalk(struct vg_log_record *r)
{
    const char *context = json_string_value(json_object_get(r->object, "context"));
    const json_t *updates = json_object_get(r->object, "updates");
    json_t *mmsi = mmsi_of(context);
    enum vg_csv_refusal refusal = mmsi ? VG_CSV_REFUSAL_NONE : VG_CSV_REFUSAL_JSON_OTHER;
    for (size_t i = 0; i < json_array_size(updates) && !refusal; i++)
        refusal = read_update(r, mmsi, json_array_get(updates, i));
    json_decref(mmsi);
    return refusal || r->count ? refusal : VG_CSV_REFUSAL_JSON_OTHER;
}
