/* Events made by hand, and what the book says of them. */
#ifndef VG_TESTS_ALERT_EVENTS_H
#define VG_TESTS_ALERT_EVENTS_H

#include <jansson.h>

#include "../test.h"
#include "alert/book.h"
#include "base/time.h"

#define T0_US (1700000000 * VG_SECOND_US)

static inline int64_t at_minute(int64_t minute)
{
    return T0_US + minute * VG_MINUTE_US;
}

/* Begins at a minute, is told ten minutes later. */
static inline struct vg_alert_told told_at(enum vg_event_kind kind, uint32_t mmsi, int64_t minute)
{
    struct vg_alert_told t = {.subjects = 1, .host_us = at_minute(minute) + VG_DAY_US};
    struct vg_event *e = &t.event;
    *e = (struct vg_event){.kind = (uint8_t)kind,
                           .begin_us = at_minute(minute),
                           .end_us = at_minute(minute + 10),
                           .told_us = at_minute(minute + 10),
                           .pos = vg_pos_from_deg(-80.5, -2.5),
                           .contacts = 1,
                           .confidence = 0.9};
    e->contact[0].mmsi = mmsi;
    e->contact[0].id = UINT64_C(0xF000000000000000) + mmsi;
    e->id = vg_event_id_of(e, "");
    vg_event_number(e, "median_speed", 1.5, 2, "kn");
    vg_event_number(e, "reception", 0.9, 0.5, "");
    for (uint64_t i = 1; i <= 3; i++)
        vg_event_place(e, (uint64_t)minute * 100 + i);
    t.subject[0] = (struct vg_alert_subject){.mmsi = mmsi,
                                             .contact = e->contact[0].id,
                                             .class = VG_CLASS_SHIP_A,
                                             .flag = {'E', 'C'},
                                             .known = true,
                                             .name = "MANTA EXPRESS"};
    return t;
}

static inline struct vg_alert_book *book_open(const char *path, const char *yaml)
{
    static struct vg_rules rules;
    struct vg_rules_error error;
    struct vg_alert_book *book = NULL;
    char why[VG_DB_WHY];
    if (yaml && vg_rules_read(yaml, strlen(yaml), &rules, &error))
        fail_msg("line %u: %s", error.line, error.text);
    const struct vg_alert_book_options options = {.path = path, .rules = yaml ? &rules : NULL};
    if (vg_alert_book_open(&options, &book, why))
        fail_msg("%s", why);
    return book;
}

static inline void tell(struct vg_alert_book *book, struct vg_alert_told told)
{
    assert_int_equal(vg_alert_book_events(book, &told, 1), VG_OK);
}

static inline struct vg_alert_by by(const char *who, const char *why)
{
    struct vg_alert_by b = {.host_us = T0_US + 2 * VG_DAY_US};
    snprintf(b.who, sizeof b.who, "%s", who);
    snprintf(b.why, sizeof b.why, "%s", why);
    return b;
}

static inline enum vg_err act(struct vg_alert_book *book, uint64_t id, enum vg_alert_action_kind action,
                              const char *who, const char *why)
{
    struct vg_alert alert;
    const char *refused;
    const struct vg_alert_by b = by(who, why);
    return vg_alert_book_act(book, id, action, &b, &alert, &refused);
}

static inline json_t *parsed(struct vg_out *out)
{
    json_error_t error;
    assert_int_equal(out->err, VG_OK);
    json_t *json = json_loadb(out->buf, out->len, JSON_REJECT_DUPLICATES, &error);
    if (!json)
        fail_msg("%s at %d: %.*s", error.text, error.position, (int)out->len, out->buf);
    vg_out_free(out);
    return json;
}

static inline json_t *listed(struct vg_alert_book *book, struct vg_alert_filter filter)
{
    struct vg_out out = vg_out_growing((size_t)1 << 24);
    assert_int_equal(vg_alert_book_list(book, &filter, &out), VG_OK);
    return parsed(&out);
}

static inline json_t *shown(struct vg_alert_book *book, uint64_t id)
{
    struct vg_out out = vg_out_growing((size_t)1 << 20);
    assert_int_equal(vg_alert_book_show(book, id, NULL, &out), VG_OK);
    return parsed(&out);
}

static inline long long total(struct vg_alert_book *book, struct vg_alert_filter filter)
{
    json_t *list = listed(book, filter);
    long long n = json_integer_value(json_object_get(list, "total"));
    json_decref(list);
    return n;
}

static inline struct vg_alert alert_of(struct vg_alert_book *book, const struct vg_alert_told *told, const char *rule)
{
    struct vg_alert alert;
    if (vg_alert_book_get(book, vg_alert_id_of(told->event.id, rule), &alert))
        fail_msg("no alert of %s", rule);
    return alert;
}

static inline bool has_alert(struct vg_alert_book *book, const struct vg_alert_told *told, const char *rule)
{
    struct vg_alert alert;
    return vg_alert_book_get(book, vg_alert_id_of(told->event.id, rule), &alert) == VG_OK;
}

#endif
