#include "behaviour/event_json.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>

#include "base/time.h"
#include "behaviour/innocent.h"
#include "vessel/contact.h"

/* ---- writing ---- */

/* As few digits as give the same again; six decimals of a coordinate are a decimetre. */
static void put_real(struct vg_out *out, double value)
{
    if (isfinite(value))
        vg_out_printf(out, "%.10g", value);
    else
        vg_out_text(out, "null");
}

static void put_id(struct vg_out *out, uint64_t id)
{
    char text[VG_CONTACT_ID_TEXT];
    vg_contact_id_text(id, text);
    vg_out_printf(out, "\"%s\"", text);
}

static void put_key(struct vg_out *out, const char *key)
{
    vg_out_printf(out, ",\"%s\":", key);
}

static void put_time(struct vg_out *out, const char *key, int64_t time_us)
{
    put_key(out, key);
    if (time_us == VG_TIME_NONE)
        vg_out_text(out, "null");
    else
        vg_out_json_time(out, time_us);
}

static void put_contacts(struct vg_out *out, const struct vg_event *e)
{
    const char *comma = "";
    vg_out_text(out, ",\"mmsi\":[");
    for (int i = 0; i < e->contacts; i++)
        if (e->contact[i].mmsi) {
            vg_out_printf(out, "%s%" PRIu32, comma, e->contact[i].mmsi);
            comma = ",";
        }
    vg_out_text(out, "],\"contacts\":[");
    comma = "";
    for (int i = 0; i < e->contacts; i++)
        if (e->contact[i].id) {
            vg_out_text(out, comma);
            put_id(out, e->contact[i].id);
            comma = ",";
        }
    vg_out_char(out, ']');
}

void vg_event_numbers_json(struct vg_out *out, const struct vg_event *e)
{
    vg_out_char(out, '{');
    for (int i = 0; i < e->numbers; i++) {
        const struct vg_event_number *n = &e->number[i];
        if (i)
            vg_out_char(out, ',');
        vg_out_json_plain(out, n->key, strlen(n->key));
        vg_out_text(out, ":{\"value\":");
        put_real(out, n->value);
        put_key(out, "limit");
        put_real(out, n->limit);
        put_key(out, "unit");
        vg_out_json_plain(out, n->unit, strlen(n->unit));
        vg_out_char(out, '}');
    }
    vg_out_char(out, '}');
}

static void put_innocent(struct vg_out *out, const struct vg_event *e)
{
    vg_out_text(out, ",\"innocent\":[");
    for (const char *const *key = vg_event_innocent((enum vg_event_kind)e->kind); *key; key++)
        vg_out_printf(out, "%s\"%s\"", key == vg_event_innocent((enum vg_event_kind)e->kind) ? "" : ",", *key);
    vg_out_char(out, ']');
}

void vg_event_json(struct vg_out *out, const struct vg_event *e)
{
    vg_out_text(out, "{\"id\":");
    put_id(out, e->id);
    vg_out_printf(out, ",\"kind\":\"%s\",\"state\":\"%s\",\"revision\":%u",
                  vg_event_kind_key((enum vg_event_kind)e->kind), vg_event_state_key((enum vg_event_state)e->state),
                  e->revision);
    put_time(out, "begin", e->begin_us);
    put_time(out, "end", e->end_us);
    put_time(out, "told", e->told_us);
    put_key(out, "lon");
    put_real(out, vg_pos_valid(e->pos) ? round(vg_pos_lon_deg(e->pos) * 1e6) / 1e6 : NAN);
    put_key(out, "lat");
    put_real(out, vg_pos_valid(e->pos) ? round(vg_pos_lat_deg(e->pos) * 1e6) / 1e6 : NAN);
    put_contacts(out, e);
    put_key(out, "confidence");
    put_real(out, e->confidence);
    vg_out_text(out, ",\"numbers\":");
    vg_event_numbers_json(out, e);
    vg_out_text(out, ",\"places\":[");
    for (int i = 0; i < e->places; i++)
        vg_out_printf(out, "%s%" PRIu64, i ? "," : "", e->place[i]);
    vg_out_printf(out, "],\"reports\":%" PRIu32, e->reports);
    put_key(out, "text");
    vg_out_json_plain(out, e->text, strnlen(e->text, sizeof e->text));
    put_innocent(out, e);
    vg_out_text(out, e->exercise ? ",\"exercise\":true}" : ",\"exercise\":false}");
}

/* ---- reading ---- */

static bool read_time(const json_t *object, const char *key, int64_t *ret)
{
    const json_t *value = json_object_get(object, key);
    *ret = VG_TIME_NONE;
    return json_is_null(value) ||
           (json_is_string(value) && vg_time_parse(json_string_value(value), json_string_length(value), ret));
}

static bool read_word(const json_t *object, const char *key, const char *const *words, unsigned count, uint8_t *ret)
{
    const char *text = json_string_value(json_object_get(object, key));
    for (unsigned i = 0; text && i < count; i++)
        if (strcmp(words[i], text) == 0) {
            *ret = (uint8_t)i;
            return true;
        }
    return false;
}

static void copy_text(char *to, size_t size, const char *from)
{
    vg_text_plain(to, size, from ? from : "", from ? strlen(from) : 0);
}

static double real_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

/* Who has an id and who an MMSI is told apart in two lists: pairs are made in their order. */
static bool read_contacts(const json_t *object, struct vg_event *e)
{
    const json_t *ids = json_object_get(object, "contacts"), *numbers = json_object_get(object, "mmsi");
    size_t n = json_array_size(ids), m = json_array_size(numbers);
    if (n > VG_EVENT_CONTACTS || m > VG_EVENT_CONTACTS)
        return false;
    for (size_t i = 0; i < n; i++) {
        const char *text = json_string_value(json_array_get(ids, i));
        if (!text || !vg_contact_id_parse(text, &e->contact[i].id))
            return false;
    }
    for (size_t i = 0; i < m; i++)
        e->contact[i].mmsi = (uint32_t)json_integer_value(json_array_get(numbers, i));
    e->contacts = (uint8_t)(n > m ? n : m);
    return true;
}

static bool read_numbers(json_t *object, struct vg_event_read *ret)
{
    const char *key;
    json_t *number;
    json_object_foreach(json_object_get(object, "numbers"), key, number)
    {
        int i = ret->event.numbers;
        if (i == VG_EVENT_NUMBERS)
            return false;
        copy_text(ret->key[i], VG_EVENT_WORD, key);
        copy_text(ret->unit[i], VG_EVENT_WORD, json_string_value(json_object_get(number, "unit")));
        vg_event_number(&ret->event, ret->key[i], real_of(number, "value"), real_of(number, "limit"), ret->unit[i]);
    }
    return true;
}

static bool read_object(json_t *o, struct vg_event_read *ret)
{
    struct vg_event *e = &ret->event;
    const char *kinds[VG_EVENT_KINDS], *states[VG_EVENT_WITHDRAWN + 1];
    const char *id = json_string_value(json_object_get(o, "id"));
    for (int i = 0; i < VG_EVENT_KINDS; i++)
        kinds[i] = vg_event_kind_key((enum vg_event_kind)i);
    for (int i = 0; i <= VG_EVENT_WITHDRAWN; i++)
        states[i] = vg_event_state_key((enum vg_event_state)i);
    if (!id || !vg_contact_id_parse(id, &e->id) || !read_word(o, "kind", kinds, VG_EVENT_KINDS, &e->kind) ||
        !read_word(o, "state", states, VG_EVENT_WITHDRAWN + 1, &e->state) || !read_time(o, "begin", &e->begin_us) ||
        !read_time(o, "end", &e->end_us) || !read_time(o, "told", &e->told_us) || !read_contacts(o, e) ||
        !read_numbers(o, ret))
        return false;
    e->revision = (uint16_t)json_integer_value(json_object_get(o, "revision"));
    e->pos = vg_pos_from_deg(real_of(o, "lon"), real_of(o, "lat"));
    e->confidence = real_of(o, "confidence");
    const json_t *places = json_object_get(o, "places");
    for (size_t i = 0; i < json_array_size(places); i++)
        vg_event_place(e, (uint64_t)json_integer_value(json_array_get(places, i)));
    e->reports = (uint32_t)json_integer_value(json_object_get(o, "reports"));
    copy_text(e->text, sizeof e->text, json_string_value(json_object_get(o, "text")));
    e->exercise = json_is_true(json_object_get(o, "exercise"));
    return true;
}

enum vg_err vg_event_read(const char *json, size_t len, struct vg_event_read *ret)
{
    json_error_t error;
    json_t *object = json_loadb(json, len, JSON_REJECT_DUPLICATES, &error);
    memset(ret, 0, sizeof *ret);
    ret->event.pos = VG_POS_NONE;
    if (!object)
        return json_error_code(&error) == json_error_out_of_memory ? VG_NOMEM : VG_SYNTAX;
    bool good = read_object(object, ret);
    json_decref(object);
    return good ? VG_OK : VG_SYNTAX;
}
