/* An operator's action as JSON, in and out. */
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "base/text_plain.h"
#include "base/time.h"
#include "base/time_text.h"
#include "situation/hand.h"
#include "vessel/contact.h"

const char *vg_hand_kind_key(enum vg_hand_kind kind)
{
    static const char *const keys[] = {
#define X(name, key) key,
        VG_HAND_LIST(X)
#undef X
    };
    return kind < VG_HAND_KINDS ? keys[kind] : "unknown";
}

const char *vg_thing_key(enum vg_thing thing)
{
    static const char *const keys[] = {
#define X(name, key) key,
        VG_THING_LIST(X)
#undef X
    };
    return thing < VG_THINGS ? keys[thing] : "unknown";
}

/* ---- reading ---- */

/*
 * Text of at most size − 1 bytes. Absent: "". Characters that mislead become '?' here, and not where it is written:
 * there they would grow, and what was taken in could be too long for whoever reads the journal.
 */
static bool get_text(const json_t *o, const char *key, char *ret, size_t size)
{
    const json_t *v = json_object_get(o, key);
    *ret = '\0';
    if (!v || json_is_null(v))
        return true;
    if (!json_is_string(v) || json_string_length(v) >= size || strlen(json_string_value(v)) != json_string_length(v))
        return false;
    vg_text_plain(ret, size, json_string_value(v), json_string_length(v));
    return true;
}

static bool is_blank(const char *text)
{
    return text[strspn(text, " ")] == '\0';
}

/* A key that nobody reads is a slip: `speed` for `speed_kn` would be lost without a word. */
static bool only_known_keys(json_t *o)
{
    static const char *const known[] = {"action",     "contact", "other", "lat",    "lon", "speed_kn",
                                        "course_deg", "name",    "kind",  "undoes", "who", "why"};
    const char *key;
    json_t *value;
    json_object_foreach(o, key, value)
    {
        size_t i = 0;
        while (i < sizeof known / sizeof *known && strcmp(key, known[i]) != 0)
            i++;
        if (i == sizeof known / sizeof *known)
            return false;
    }
    return true;
}

static bool get_id(const json_t *o, const char *key, uint64_t *ret)
{
    const json_t *v = json_object_get(o, key);
    *ret = 0;
    if (!v || json_is_null(v))
        return true;
    return json_is_string(v) && vg_contact_id_parse(json_string_value(v), ret) && *ret;
}

static bool get_number(const json_t *o, const char *key, double low, double high, double *ret)
{
    const json_t *v = json_object_get(o, key);
    *ret = NAN;
    if (!v || json_is_null(v))
        return true;
    *ret = json_number_value(v);
    return json_is_number(v) && *ret >= low && *ret <= high;
}

static enum vg_err bad(const char **ret_why, enum vg_err err, const char *why)
{
    *ret_why = why;
    return err;
}

static bool kind_of(const char *key, uint8_t *ret)
{
    for (uint8_t k = 0; k < VG_HAND_KINDS; k++)
        if (strcmp(key, vg_hand_kind_key((enum vg_hand_kind)k)) == 0) {
            *ret = k;
            return true;
        }
    return false;
}

static bool thing_of(const char *key, uint8_t *ret)
{
    for (uint8_t t = 0; t < VG_THINGS; t++)
        if (strcmp(key, vg_thing_key((enum vg_thing)t)) == 0) {
            *ret = t;
            return true;
        }
    return false;
}

static enum vg_err get_members(const json_t *o, struct vg_hand_action *a, const char **ret_why)
{
    char key[32];
    if (!get_text(o, "action", key, sizeof key) || !kind_of(key, &a->kind))
        return bad(ret_why, VG_SYNTAX,
                   "action must be start, name, classify, merge, split, drop, correct, keep, release or undo");
    if (!get_id(o, "contact", &a->contact) || !get_id(o, "other", &a->other))
        return bad(ret_why, VG_SYNTAX, "contact and other are ids of contacts: 16 hexadecimal digits");
    if (!get_number(o, "lat", -90, 90, &a->lat_deg) || !get_number(o, "lon", -180, 180, &a->lon_deg))
        return bad(ret_why, VG_RANGE, "lat must be -90 to 90 and lon -180 to 180, degrees");
    if (!get_number(o, "speed_kn", 0, 1000, &a->speed_kn) || !get_number(o, "course_deg", 0, 360, &a->course_deg))
        return bad(ret_why, VG_RANGE, "speed_kn must be 0 to 1000 and course_deg 0 to 360");
    if (!get_text(o, "name", a->name, sizeof a->name) || (*a->name && is_blank(a->name)))
        return bad(ret_why, VG_RANGE, "name must be a text of at most 35 bytes, and not of blanks alone");
    if (!get_text(o, "kind", key, sizeof key) || (*key && !thing_of(key, &a->thing)))
        return bad(ret_why, VG_SYNTAX,
                   "kind must be small-craft, fishing, cargo, tanker, passenger, tug, sailing, patrol, rescue, "
                   "aid-to-navigation, debris, fixed-structure, aircraft, other or none");
    if (!get_text(o, "who", a->who, sizeof a->who) || is_blank(a->who))
        return bad(ret_why, VG_RANGE, "who must be the name of whoever does it, at most 63 bytes");
    if (!get_text(o, "why", a->why, sizeof a->why) || is_blank(a->why))
        return bad(ret_why, VG_RANGE, "why must be the reason, at most 199 bytes");
    const json_t *undoes = json_object_get(o, "undoes");
    if (undoes && (!json_is_integer(undoes) || json_integer_value(undoes) < 1))
        return bad(ret_why, VG_SYNTAX, "undoes must be the number of an action");
    a->undoes = undoes ? (uint64_t)json_integer_value(undoes) : 0;
    return VG_OK;
}

/* What each kind of action needs. */
static enum vg_err check_members(const struct vg_hand_action *a, const json_t *o, const char **ret_why)
{
    const bool placed = !isnan(a->lat_deg) && !isnan(a->lon_deg);
    switch ((enum vg_hand_kind)a->kind) {
    case VG_HAND_START:
        return placed ? VG_OK : bad(ret_why, VG_SYNTAX, "start needs lat and lon");
    case VG_HAND_UNDO:
        return a->undoes ? VG_OK : bad(ret_why, VG_SYNTAX, "undo needs undoes, the number of an action");
    case VG_HAND_CORRECT:
        if (!placed)
            return bad(ret_why, VG_SYNTAX, "correct needs lat and lon");
        break;
    case VG_HAND_MERGE:
        if (!a->other || a->other == a->contact)
            return bad(ret_why, VG_SYNTAX, "merge needs other, another contact");
        break;
    case VG_HAND_NAME:
        if (!json_is_string(json_object_get(o, "name")))
            return bad(ret_why, VG_SYNTAX, "name needs name; an empty one takes it away");
        break;
    case VG_HAND_CLASSIFY:
        if (!json_is_string(json_object_get(o, "kind")) || !*json_string_value(json_object_get(o, "kind")))
            return bad(ret_why, VG_SYNTAX, "classify needs kind; none takes it away");
        break;
    default:
        break;
    }
    return a->contact ? VG_OK : bad(ret_why, VG_SYNTAX, "this action needs contact");
}

enum vg_err vg_hand_parse(const char *json, size_t len, struct vg_hand_action *ret, const char **ret_why)
{
    json_error_t error;
    struct vg_hand_action a = {0};
    json_t *o = json_loadb(json, len, JSON_REJECT_DUPLICATES, &error);
    if (!json_is_object(o)) {
        json_decref(o);
        return bad(ret_why, VG_SYNTAX, "an action is one JSON object");
    }
    enum vg_err err = only_known_keys(o) ? get_members(o, &a, ret_why)
                                         : bad(ret_why, VG_SYNTAX,
                                               "an action has the keys action, contact, other, lat, lon, speed_kn, "
                                               "course_deg, name, kind, undoes, who and why, and no others");
    if (!err)
        err = check_members(&a, o, ret_why);
    json_decref(o);
    if (!err)
        *ret = a;
    return err;
}

/* ---- writing ---- */

static void put_text(struct vg_out *out, const char *key, const char *text)
{
    vg_out_printf(out, ",\"%s\":", key);
    vg_out_json_plain(out, text, strlen(text));
}

static void put_id(struct vg_out *out, const char *key, uint64_t id)
{
    char text[VG_CONTACT_ID_TEXT];
    vg_contact_id_text(id, text);
    vg_out_printf(out, ",\"%s\":\"%s\"", key, text);
}

static void put_members(struct vg_out *out, const struct vg_hand_action *a)
{
    vg_out_printf(out, "\"action\":\"%s\"", vg_hand_kind_key((enum vg_hand_kind)a->kind));
    if (a->contact)
        put_id(out, "contact", a->contact);
    if (a->other)
        put_id(out, "other", a->other);
    if (a->undoes)
        vg_out_printf(out, ",\"undoes\":%llu", (unsigned long long)a->undoes);
    if (a->kind == VG_HAND_START || a->kind == VG_HAND_CORRECT)
        vg_out_printf(out, ",\"lat\":%.7f,\"lon\":%.7f", a->lat_deg, a->lon_deg);
    if (a->kind == VG_HAND_START && !isnan(a->speed_kn))
        vg_out_printf(out, ",\"speed_kn\":%.2f", a->speed_kn);
    if (a->kind == VG_HAND_START && !isnan(a->course_deg))
        vg_out_printf(out, ",\"course_deg\":%.1f", a->course_deg);
    if (a->kind == VG_HAND_NAME || (a->kind == VG_HAND_START && *a->name))
        put_text(out, "name", a->name);
    if (a->kind == VG_HAND_CLASSIFY || (a->kind == VG_HAND_START && a->thing))
        put_text(out, "kind", vg_thing_key((enum vg_thing)a->thing));
    put_text(out, "who", a->who);
    put_text(out, "why", a->why);
}

void vg_hand_write(struct vg_out *out, const struct vg_hand_action *a)
{
    vg_out_char(out, '{');
    put_members(out, a);
    vg_out_char(out, '}');
}

void vg_hand_show(struct vg_out *out, const struct vg_hand_action *a)
{
    vg_out_printf(out, "{\"id\":%llu,\"time\":", (unsigned long long)a->number);
    vg_out_json_time(out, a->time_us);
    vg_out_char(out, ',');
    put_members(out, a);
    vg_out_printf(out, ",\"undone\":%s,\"journal_offset\":", a->undone ? "true" : "false");
    if (a->journal_offset)
        vg_out_uint(out, a->journal_offset);
    else
        vg_out_text(out, "null");
    vg_out_char(out, '}');
}
