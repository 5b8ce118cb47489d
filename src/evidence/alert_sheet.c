#include "evidence/alert_sheet.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"

#define TEXT       1024
#define ITEM       512
#define WHO_SHOWN  4
#define RISK_SHOWN 20

/* ---- what the detail says ---- */

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

/* The event of an alert; an event's own detail is one itself. */
static const json_t *event_of(const json_t *detail)
{
    const json_t *event = json_object_get(detail, "event");
    return json_is_object(event) ? event : detail;
}

static bool is_alert(const json_t *detail)
{
    return json_is_object(json_object_get(detail, "event"));
}

static void put_number(struct vg_out *out, double value)
{
    vg_out_printf(out, fabs(value) >= 1e6 || value == floor(value) ? "%.0f" : "%.3g", value);
}

static char *begin(char *buf, size_t size, struct vg_out *ret)
{
    *ret = vg_out_fixed(buf, size - 1);
    return buf;
}

/* What did not fit is left out. */
static const char *end(char *buf, const struct vg_out *out)
{
    buf[out->len] = '\0';
    return buf;
}

static void put_json(struct vg_out *out, const json_t *value)
{
    if (json_is_string(value))
        vg_out_text(out, json_string_value(value));
    else if (json_is_number(value))
        put_number(out, json_number_value(value));
    else if (json_is_boolean(value))
        vg_out_text(out, json_is_true(value) ? "true" : "false");
}

/* ---- the sentence of why ---- */

static void put_vessel(struct vg_out *out, enum vg_language language, const json_t *vessel, bool whole)
{
    const char *name = text_of(vessel, "name"), *contact = text_of(vessel, "contact");
    const json_int_t mmsi = json_integer_value(json_object_get(vessel, "mmsi"));
    if (*name)
        vg_out_text(out, name);
    else if (mmsi)
        vg_out_printf(out, "MMSI %09lld", (long long)mmsi);
    else if (*contact)
        vg_out_printf(out, "%s %s", vg_word(language, "sheet", "contact"), contact);
    else
        vg_out_text(out, vg_word(language, "why", "somebody"));
    if (!whole)
        return;
    if (*name && mmsi)
        vg_out_printf(out, ", MMSI %09lld", (long long)mmsi);
    if (*text_of(vessel, "flag"))
        vg_out_printf(out, ", %s", text_of(vessel, "flag"));
    vg_out_printf(out, ", %s", text_of(vessel, "class"));
    if (json_integer_value(json_object_get(vessel, "length")))
        vg_out_printf(out, ", %lld m", (long long)json_integer_value(json_object_get(vessel, "length")));
    if (*contact && (*name || mmsi))
        vg_out_printf(out, " (%s %s)", vg_word(language, "sheet", "contact"), contact);
}

static void put_who(struct vg_out *out, enum vg_language language, const json_t *detail)
{
    const json_t *vessels = json_object_get(detail, "vessels");
    const size_t count = json_array_size(vessels) < WHO_SHOWN ? json_array_size(vessels) : WHO_SHOWN;
    if (!count)
        vg_out_text(out, vg_word(language, "why", "somebody"));
    for (size_t i = 0; i < count; i++) {
        if (i)
            vg_out_text(out, i + 1 < count ? ", " : language == VG_LANGUAGE_ES ? " y " : " and ");
        put_vessel(out, language, json_array_get(vessels, i), false);
    }
}

static void put_span(struct vg_out *out, const json_t *event)
{
    int64_t from_us, to_us;
    const char *from = text_of(event, "begin"), *to = text_of(event, "end");
    if (!vg_time_parse(from, strlen(from), &from_us) || !vg_time_parse(to, strlen(to), &to_us) || to_us < from_us)
        return;
    const int64_t minutes = (to_us - from_us) / VG_MINUTE_US;
    if (minutes >= 60)
        vg_out_printf(out, "%lld h %02lld min", (long long)(minutes / 60), (long long)(minutes % 60));
    else if (minutes)
        vg_out_printf(out, "%lld min", (long long)minutes);
    else
        vg_out_printf(out, "%lld s", (long long)((to_us - from_us) / VG_SECOND_US));
}

static bool goes_on(const json_t *event)
{
    return strcmp(text_of(event, "state"), "ongoing") == 0;
}

static void put_words(struct vg_out *out, enum vg_language language, const json_t *detail, const char *words);

/* From when to when: since when, where it goes on. */
static void put_when(struct vg_out *out, enum vg_language language, const json_t *detail)
{
    const json_t *event = event_of(detail);
    const bool moment = strcmp(text_of(event, "begin"), text_of(event, "end")) == 0;
    const char *key = moment ? goes_on(event) ? "sinceMoment" : "moment" : goes_on(event) ? "since" : "when";
    put_words(out, language, detail, vg_word(language, "why", key));
}

/* What stands in the place of {key} of a sentence. */
static void put_slot(struct vg_out *out, enum vg_language language, const json_t *detail, const char *key)
{
    const json_t *event = event_of(detail);
    if (strcmp(key, "who") == 0) {
        put_who(out, language, detail);
    } else if (strcmp(key, "when") == 0) {
        put_when(out, language, detail);
    } else if (strcmp(key, "from") == 0 || strcmp(key, "at") == 0) {
        vg_out_text(out, text_of(event, "begin"));
    } else if (strcmp(key, "to") == 0) {
        vg_out_text(out, text_of(event, "end"));
    } else if (strcmp(key, "span") == 0) {
        put_span(out, event);
    } else if (strcmp(key, "place") == 0) {
        const char *text = text_of(event, "text"), *kind = text_of(event, "kind");
        /* "NAME: enter" and "LIST: what fits; …": the name alone. */
        const char *rest = strcmp(kind, "area") == 0        ? strrchr(text, ':')
                           : strcmp(kind, "watchlist") == 0 ? strstr(text, ": ")
                                                            : NULL;
        if (*text)
            vg_out_bytes(out, text, rest ? (size_t)(rest - text) : strlen(text));
        else
            vg_out_text(out, vg_word(language, "why", "noPlace"));
    }
}

static void put_words(struct vg_out *out, enum vg_language language, const json_t *detail, const char *words)
{
    for (const char *p = words; *p;) {
        const char *brace = *p == '{' ? strchr(p, '}') : NULL;
        char key[16];
        if (!brace || (size_t)(brace - p) > sizeof key) {
            vg_out_char(out, *p++);
            continue;
        }
        snprintf(key, sizeof key, "%.*s", (int)(brace - p - 1), p + 1);
        put_slot(out, language, detail, key);
        p = brace + 1;
    }
}

/* What is over has a sentence of its own for some kinds. */
static void put_why(struct vg_out *out, enum vg_language language, const json_t *detail)
{
    const json_t *event = event_of(detail);
    char over[48];
    snprintf(over, sizeof over, "%.32s.ended", text_of(event, "kind"));
    const char *words = goes_on(event) ? NULL : vg_word_find(language, "why", over);
    if (!words)
        words = vg_word_find(language, "why", text_of(event, "kind"));
    put_words(out, language, detail, words ? words : vg_word(language, "why", "other"));
}

void vg_alert_sheet_title(enum vg_language language, const json_t *detail, char *to, size_t size)
{
    struct vg_out out;
    begin(to, size, &out);
    vg_word_put(&out, language, "event", text_of(event_of(detail), "kind"));
    vg_out_text(&out, " · ");
    put_who(&out, language, detail);
    vg_out_printf(&out, " · %s", text_of(event_of(detail), "begin"));
    end(to, &out);
}

/* ---- the parts ---- */

static void fact(struct vg_sheet *s, const char *key, const char *value)
{
    if (*value)
        vg_sheet_fact(s, vg_word(s->language, "sheet", key), value);
}

static void word_fact(struct vg_sheet *s, const char *key, const char *group, const char *value)
{
    char buf[ITEM];
    struct vg_out out;
    begin(buf, sizeof buf, &out);
    vg_word_put(&out, s->language, group, value);
    fact(s, key, end(buf, &out));
}

/* What behaviours say in an event's text besides names, in the reader's language; an area's is "NAME: enter". */
static void put_about(struct vg_out *out, enum vg_language language, const json_t *event)
{
    static const struct {
        const char *text, *key;
    } said[] = {{"one number on two ships", "twoShips"},
                {"one IMO number under two MMSIs", "twoNumbers"},
                {"one identity on two echoes", "twoEchoes"},
                {"positions jumped", "jumped"},
                {"positions go in circles", "circles"},
                {"draught", "draught"},
                {"against", "against"},
                {"off", "off"},
                {"speed", "speed"},
                {"course", "course"},
                {"deviation", "deviation"},
                {"zigzag", "zigzag"},
                {"back", "back"},
                {"slow", "slow"},
                {"dash", "dash"},
                {"positions on land", "onLand"},
                {"another IMO number under one MMSI", "otherImo"},
                {"one ship, another MMSI", "otherMmsi"},
                {"a breadth without a length", "noLength"},
                {"longer than any ship", "tooLong"},
                {"broader than long", "tooBroad"},
                {"a draught over half the length", "tooDeep"},
                {"an IMO number whose last digit does not fit", "imoDigit"},
                {"longer than a ship of this type can be", "longForType"},
                {"a contact without AIS beside a ship: it may be a rescue", "rescue"}};
    const char *text = text_of(event, "text"), *colon = strrchr(text, ':');
    /* What people gave a name to keeps it, whatever word that is. */
    const bool named = strcmp(text_of(event, "kind"), "gate") == 0 || strcmp(text_of(event, "kind"), "port_visit") == 0;
    for (size_t i = 0; i < sizeof said / sizeof *said && !named; i++)
        if (strcmp(said[i].text, text) == 0)
            text = vg_word(language, "said", said[i].key);
    if (strcmp(text_of(event, "kind"), "area") != 0 || !colon || colon[1] != ' ' ||
        !vg_word_find(language, "areas.on", colon + 2)) {
        vg_out_text(out, text);
        return;
    }
    vg_out_bytes(out, text, (size_t)(colon - text));
    vg_out_printf(out, ": %s", vg_word(language, "areas.on", colon + 2));
}

static void put_head(struct vg_sheet *s, const json_t *detail)
{
    const json_t *event = event_of(detail), *lon = json_object_get(event, "lon"), *lat = json_object_get(event, "lat");
    char buf[ITEM];
    if (json_is_true(json_object_get(event, "exercise")))
        vg_sheet_text(s, vg_word(s->language, "case", "exercise"));
    if (is_alert(detail)) {
        fact(s, "alert", text_of(detail, "id"));
        fact(s, "rule", text_of(detail, "rule"));
        word_fact(s, "severity", "severity", text_of(detail, "severity"));
        word_fact(s, "state", "alertstate", text_of(detail, "state"));
    }
    fact(s, "event", text_of(event, "id"));
    fact(s, "begin", text_of(event, "begin"));
    fact(s, "end", goes_on(event) ? vg_word(s->language, "sheet", "goes_on") : text_of(event, "end"));
    fact(s, "told", text_of(event, "told"));
    if (json_is_number(lon) && json_is_number(lat)) {
        snprintf(buf, sizeof buf, "%.5f, %.5f", json_number_value(lat), json_number_value(lon));
        fact(s, "place", buf);
    }
    struct vg_out out;
    begin(buf, sizeof buf, &out);
    put_about(&out, s->language, event);
    fact(s, "text", end(buf, &out));
}

static void put_vessels(struct vg_sheet *s, const json_t *detail)
{
    size_t i;
    const json_t *vessel, *vessels = json_object_get(detail, "vessels");
    vg_sheet_heading(s, 3, vg_word(s->language, "sheet", "vessels"));
    json_array_foreach((json_t *)vessels, i, vessel)
    {
        char buf[ITEM];
        struct vg_out out;
        begin(buf, sizeof buf, &out);
        put_vessel(&out, s->language, vessel, true);
        vg_sheet_item(s, end(buf, &out));
    }
}

static void put_value(struct vg_out *out, const json_t *number, const char *key)
{
    const json_t *value = json_object_get(number, key);
    if (!json_is_number(value))
        return;
    put_number(out, json_number_value(value));
    if (*text_of(number, "unit"))
        vg_out_printf(out, " %s", text_of(number, "unit"));
}

static void put_numbers(struct vg_sheet *s, const json_t *event)
{
    const char *key;
    json_t *number, *numbers = json_object_get(event, "numbers");
    const char *head[] = {vg_word(s->language, "sheet", "number"), vg_word(s->language, "sheet", "value"),
                          vg_word(s->language, "sheet", "limit")};
    if (!json_object_size(numbers))
        return;
    vg_sheet_heading(s, 3, vg_word(s->language, "sheet", "numbers"));
    vg_sheet_table(s, head, 3);
    json_object_foreach(numbers, key, number)
    {
        char label[ITEM], value[64], limit[64];
        struct vg_out l, v, m;
        begin(label, sizeof label, &l), begin(value, sizeof value, &v), begin(limit, sizeof limit, &m);
        vg_word_put(&l, s->language, "num", key);
        put_value(&v, number, "value");
        put_value(&m, number, "limit");
        if (!m.len)
            vg_out_text(&m, vg_word(s->language, "sheet", "no_limit"));
        const char *const cells[] = {end(label, &l), end(value, &v), end(limit, &m)};
        vg_sheet_row(s, cells);
    }
}

/* ---- for and against ---- */

static void put_for(struct vg_sheet *s, const json_t *detail)
{
    const json_t *event = event_of(detail);
    char buf[ITEM];
    vg_sheet_heading(s, 3, vg_word(s->language, "sheet", "for"));
    if (json_is_number(json_object_get(event, "confidence"))) {
        snprintf(buf, sizeof buf, "%s: %.2f", vg_word(s->language, "sheet", "confidence"),
                 json_number_value(json_object_get(event, "confidence")));
        vg_sheet_item(s, buf);
    }
    snprintf(buf, sizeof buf, "%s: %lld; %zu %s", vg_word(s->language, "sheet", "reports"),
             (long long)json_integer_value(json_object_get(event, "reports")),
             json_array_size(json_object_get(event, "places")), vg_word(s->language, "sheet", "named"));
    vg_sheet_item(s, buf);
    const char *key;
    json_t *number;
    json_object_foreach(json_object_get(event, "numbers"), key, number)
    {
        struct vg_out out;
        if (!json_is_number(json_object_get(number, "limit")))
            continue;
        begin(buf, sizeof buf, &out);
        vg_word_put(&out, s->language, "num", key);
        vg_out_char(&out, ' ');
        put_value(&out, number, "value");
        vg_out_printf(&out, " (%s ", vg_word(s->language, "sheet", "limit"));
        put_value(&out, number, "limit");
        vg_out_char(&out, ')');
        vg_sheet_item(s, end(buf, &out));
    }
}

static bool has_reception(const json_t *detail)
{
    const char *key;
    json_t *value;
    json_object_foreach(json_object_get(detail, "reception"), key, value)
    {
        if (json_is_number(value) && !strstr(key, "_lon") && !strstr(key, "_lat"))
            return true;
    }
    return false;
}

static void put_against(struct vg_sheet *s, const json_t *detail)
{
    const json_t *event = event_of(detail), *evidence = json_object_get(detail, "evidence"), *key;
    char buf[ITEM];
    size_t i;
    vg_sheet_heading(s, 3, vg_word(s->language, "sheet", "against"));
    if (strcmp(text_of(event, "state"), "withdrawn") == 0)
        vg_sheet_item(s, vg_word(s->language, "sheet", "taken_back"));
    if (strcmp(text_of(detail, "state"), "dismissed") == 0) {
        snprintf(buf, sizeof buf, "%s: %.400s", vg_word(s->language, "sheet", "dismissed_as"),
                 text_of(detail, "reason"));
        vg_sheet_item(s, buf);
    }
    if (json_is_false(json_object_get(evidence, "bundle")))
        vg_sheet_item(s, vg_word(s->language, "proof", text_of(evidence, "why")));
    if (json_is_false(json_object_get(evidence, "all_named")))
        vg_sheet_item(s, vg_word(s->language, "sheet", "not_all"));
    if (!has_reception(detail))
        vg_sheet_item(s, vg_word(s->language, "sheet", "not_calibrated"));
    vg_sheet_text(s, vg_word(s->language, "sheet", "innocent"));
    json_array_foreach(json_object_get(event, "innocent"), i, key)
    {
        struct vg_out out;
        begin(buf, sizeof buf, &out);
        vg_word_put(&out, s->language, "innocent", json_string_value(key) ? json_string_value(key) : "");
        vg_sheet_item(s, end(buf, &out));
    }
}

/* A number's words are those of the reception, or, where it has none, of numbers. */
static void put_reception(struct vg_sheet *s, const json_t *detail)
{
    const char *key;
    json_t *value, *reception = json_object_get(detail, "reception");
    vg_sheet_heading(s, 3, vg_word(s->language, "sheet", "reception"));
    if (!json_object_size(reception))
        vg_sheet_text(s, vg_word(s->language, "sheet", "no_reception"));
    json_object_foreach(reception, key, value)
    {
        char label[ITEM], text[ITEM];
        struct vg_out l, v;
        begin(label, sizeof label, &l), begin(text, sizeof text, &v);
        vg_word_put(&l, s->language, vg_word_find(s->language, "reception", key) ? "reception" : "num", key);
        if (strstr(key, "_lon") || strstr(key, "_lat"))
            vg_out_printf(&v, "%.5f", json_number_value(value));
        else
            put_json(&v, value);
        vg_sheet_fact(s, end(label, &l), end(text, &v));
    }
}

static void put_risk(struct vg_sheet *s, const json_t *detail)
{
    size_t i, k;
    const json_t *risk, *part, *risks = json_object_get(detail, "risk");
    if (!json_array_size(risks))
        return;
    vg_sheet_heading(s, 3, vg_word(s->language, "sheet", "risk"));
    json_array_foreach((json_t *)risks, i, risk)
    {
        char buf[TEXT];
        struct vg_out out;
        begin(buf, sizeof buf, &out);
        const json_int_t mmsi = json_integer_value(json_object_get(risk, "mmsi"));
        if (mmsi)
            vg_out_printf(&out, "MMSI %09lld: ", (long long)mmsi);
        else
            vg_out_printf(&out, "%s %s: ", vg_word(s->language, "sheet", "contact"), text_of(risk, "contact"));
        put_number(&out, json_number_value(json_object_get(risk, "value")));
        json_array_foreach(json_object_get(risk, "parts"), k, part)
        {
            if (k == RISK_SHOWN)
                break;
            vg_out_text(&out, k ? " + " : " = ");
            vg_word_put(&out, s->language, "event", text_of(part, "kind"));
            vg_out_char(&out, ' ');
            put_number(&out, json_number_value(json_object_get(part, "part")));
        }
        vg_sheet_item(s, end(buf, &out));
    }
}

static void put_history(struct vg_sheet *s, const json_t *detail)
{
    size_t i;
    const json_t *step, *history = json_object_get(detail, "history");
    const char *head[] = {vg_word(s->language, "sheet", "host_time"), vg_word(s->language, "sheet", "what"),
                          vg_word(s->language, "sheet", "who"), vg_word(s->language, "sheet", "why"),
                          vg_word(s->language, "sheet", "data_time")};
    if (!json_array_size(history))
        return;
    vg_sheet_heading(s, 3, vg_word(s->language, "sheet", "history"));
    vg_sheet_table(s, head, 5);
    json_array_foreach((json_t *)history, i, step)
    {
        char what[ITEM];
        struct vg_out out;
        begin(what, sizeof what, &out);
        vg_word_put(&out, s->language, "act.did", text_of(step, "what"));
        const char *who = text_of(step, "who");
        const char *const cells[] = {text_of(step, "host_time"), end(what, &out),
                                     *who ? who : vg_word(s->language, "sheet", "the_data"), text_of(step, "why"),
                                     text_of(step, "time")};
        vg_sheet_row(s, cells);
    }
}

static void put_sentences(struct vg_sheet *s, const json_t *detail)
{
    size_t i;
    const json_t *line, *lines = json_object_get(json_object_get(detail, "evidence"), "sentences");
    if (!json_array_size(lines))
        return;
    vg_sheet_heading(s, 3, vg_word(s->language, "sheet", "sentences"));
    json_array_foreach((json_t *)lines, i, line)
    {
        char buf[ITEM];
        struct vg_out out;
        const char *time = text_of(line, "time"), *own = text_of(line, "own_time");
        const json_t *sentence = json_object_get(line, "sentence");
        begin(buf, sizeof buf, &out);
        vg_out_printf(&out, "%s · %s · %s %lld", *time ? time : vg_word(s->language, "sheet", "unread"),
                      text_of(line, "source"), vg_word(s->language, "sheet", "journal_place"),
                      (long long)json_integer_value(json_object_get(line, "place")));
        if (*own)
            vg_out_printf(&out, " · %s %s", vg_word(s->language, "sheet", "own_time"), own);
        vg_sheet_text(s, end(buf, &out));
        if (json_is_string(sentence))
            vg_sheet_code(s, json_string_value(sentence), json_string_length(sentence));
        else if (*text_of(line, "bytes"))
            vg_sheet_code(s, text_of(line, "bytes"), strlen(text_of(line, "bytes")));
    }
}

void vg_alert_sheet(struct vg_sheet *s, const json_t *detail)
{
    char buf[TEXT];
    struct vg_out out;
    vg_alert_sheet_title(s->language, detail, buf, sizeof buf);
    vg_sheet_heading(s, 2, buf);
    begin(buf, sizeof buf, &out);
    put_why(&out, s->language, detail);
    vg_sheet_text(s, end(buf, &out));
    vg_sheet_text(s, vg_word(s->language, "why", "question"));
    put_head(s, detail);
    put_vessels(s, detail);
    put_numbers(s, event_of(detail));
    put_for(s, detail);
    put_against(s, detail);
    put_reception(s, detail);
    put_risk(s, detail);
    put_history(s, detail);
    put_sentences(s, detail);
    vg_sheet_end(s);
}
