/*
 * What was told hours ago still counts when a moment of the past is asked for: the past shows of each contact what the
 * live picture shows at that moment, though it reads only as much of the archive as it must.
 */
#include <ftw.h>
#include <stdlib.h>

#include "archive/store.h"
#include "report/mmsi.h"
#include "server.h"

#define BEGIN_US (INT64_C(1795132800) * VG_SECOND_US) /* 2026-11-20T00:00:00Z */
#define SHIP     735000001
#define OTHER    735000002
#define STATION  2735001
#define SAID_MAX 2000

/* What is said, in any order; told in the order of time. */
struct sea {
    struct vg_report said[SAID_MAX];
    size_t count;
    int64_t until_us;
};

static struct vg_report *say(struct sea *sea, int64_t s, uint32_t mmsi, uint8_t message)
{
    assert_true(sea->count < SAID_MAX);
    struct vg_report *r = &sea->said[sea->count++];
    *r = (struct vg_report){
        .time_us = BEGIN_US + s * VG_SECOND_US, .mmsi = mmsi, .message = message, .pos = VG_POS_NONE};
    r->class = (uint8_t)vg_message_class(message);
    r->sensor = VG_SENSOR_AIS;
    if (r->time_us > sea->until_us)
        sea->until_us = r->time_us;
    return r;
}

static void at(struct vg_report *r, double lon, double lat)
{
    r->fields |= VG_FIELD_BIT(POS);
    r->measured = VG_MEASURED_POSITION;
    r->pos = vg_pos_from_deg(lon, lat);
}

static void named(struct vg_report *r, const char *name)
{
    r->fields |= VG_FIELD_BIT(NAME);
    snprintf(r->name, sizeof r->name, "%s", name);
}

static int by_time(const void *a, const void *b)
{
    const struct vg_report *x = a, *y = b;
    return x->time_us < y->time_us ? -1 : x->time_us > y->time_us;
}

static int remove_entry(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
    (void)st, (void)kind, (void)ftw;
    return remove(path);
}

/* Tells all of it to a picture and to an archive, then compares who is asked for, as JSON: class, name and the other
 * words, position and its time. */
static void live_is_past(struct sea *sea, uint32_t mmsi, const char *class, const char *name)
{
    static const char *const keys[] = {"class", "name", "callsign", "lon", "lat", "time", "shiptype", "virtual"};
    char folder[] = "/tmp/vigia-past-XXXXXX", target[200], when[VG_TIME_TEXT];
    struct vg_store_rules rules = VG_STORE_RULES_DEFAULT;
    struct vg_sources sources;
    struct vg_store_writer *w;
    uint64_t mark;
    const char *why;
    assert_non_null(mkdtemp(folder));
    assert_int_equal(vg_sources_init(&sources), VG_OK);
    assert_int_equal(vg_store_open(folder, &rules, &sources, &w, &mark, &why), VG_OK);
    struct vg_api_options o = server_options();
    o.archive_dir = folder;
    struct server *server = server_open(&o);
    qsort(sea->said, sea->count, sizeof sea->said[0], by_time);
    for (size_t i = 0; i < sea->count; i++) {
        struct vg_report r = sea->said[i];
        r.journal_offset = i + 1;
        vg_picture_advance(server->picture, r.time_us);
        server_apply(server, r);
        assert_int_equal(vg_store_add(w, &r), VG_OK);
    }
    assert_int_equal(vg_store_commit(w, 1), VG_OK);
    vg_store_close(w);
    server_publish(server);
    snprintf(target, sizeof target, "/api/v1/vessels/%u", mmsi);
    json_t *live = server_json(server, target, 200);
    assert_string_equal(text_of(live, "class"), class);
    if (name)
        assert_string_equal(text_of(live, "name"), name);
    vg_time_text(sea->until_us, when);
    snprintf(target, sizeof target, "/api/v1/history/region?bbox=-180,-90,180,90&at=%s", when);
    json_t *region = server_json(server, target, 200), *past = NULL, *v;
    size_t k;
    json_array_foreach(json_object_get(region, "vessels"), k,
                       v) if (json_integer_value(json_object_get(v, "mmsi")) == mmsi) past = v;
    assert_non_null(past);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        json_t *a = json_object_get(live, keys[i]), *b = json_object_get(past, keys[i]);
        if (!json_equal(a ? a : json_null(), b ? b : json_null())) {
            json_dumpf(live, stderr, 0);
            json_dumpf(past, stderr, 0);
            fail_msg("%s", keys[i]);
        }
    }
    json_decref(live);
    json_decref(region);
    server_close(server);
    vg_sources_free(&sources);
    nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    free(sea);
}

static struct sea *new_sea(void)
{
    struct sea *sea = calloc(1, sizeof *sea);
    assert_non_null(sea);
    return sea;
}

/* The other ship's static report came with a position that nothing could have reached: it was refused whole. */
static void a_name_that_live_refused_is_not_taken_from_the_archive(void **state)
{
    (void)state;
    for (int with_name = 0; with_name < 2; with_name++) {
        struct sea *sea = new_sea();
        for (int i = 0; i < 200; i++)
            at(say(sea, 30 * i, SHIP, 18), -81, -2);
        if (with_name)
            named(say(sea, 100, SHIP, 24), "RIGHT NAME");
        struct vg_report *r = say(sea, 310, SHIP, 19);
        at(r, -81, -2.8);
        named(r, "OTHER SHIP");
        live_is_past(sea, SHIP, "b", with_name ? "RIGHT NAME" : NULL);
    }
}

static void a_station_that_was_silent_for_hours_does_not_jump(void **state)
{
    (void)state;
    for (int64_t silent = 3600; silent < 12 * 3600; silent += 5 * 3600 + 1800) {
        struct sea *sea = new_sea();
        for (int i = 0; i < 30; i++)
            at(say(sea, 60 * i, STATION, 4), -81, -2);
        at(say(sea, 1800 + silent, STATION, 4), -80.5, -2);
        at(say(sea, 1860 + silent, STATION, 4), -80.5, -2);
        at(say(sea, 1870 + silent, OTHER, 1), -81, -2);
        live_is_past(sea, STATION, "base", NULL);
    }
}

static void class_b_that_is_heard_from_afar_for_hours_stays_class_b(void **state)
{
    (void)state;
    for (int hours = 1; hours < 20; hours += 6) {
        struct sea *sea = new_sea();
        for (int i = 0; i < 20; i++)
            at(say(sea, 30 * i, SHIP, 18), -81, -2);
        for (int i = 0; i < hours * 20; i++)
            at(say(sea, 780 + 180 * i, SHIP, 27), -81, -2);
        live_is_past(sea, SHIP, "b", NULL);
    }
}

/* The window that is read begins with the false word. */
static void a_false_word_that_comes_first_in_what_is_read_changes_nothing(void **state)
{
    (void)state;
    static const uint8_t false_words[] = {21, 4, 24};
    for (size_t k = 0; k < sizeof false_words; k++) {
        struct sea *sea = new_sea();
        for (int i = 0; i < 240; i++)
            at(say(sea, 60 * i, SHIP, 1), -81 + i * 0.001, -2);
        named(say(sea, 30, SHIP, 5), "ALFA");
        struct vg_report *r = say(sea, 239 * 60 - 7199, SHIP, false_words[k]);
        if (false_words[k] != 24)
            at(r, -81 + 119 * 0.001, -2);
        if (false_words[k] == 21) {
            named(r, "FALSE BUOY");
            r->fields |= VG_FIELD_BIT(AID_FLAGS);
            r->aid_virtual = true;
        }
        live_is_past(sea, SHIP, "a", "ALFA");
    }
}

/* A name alone is not all that a ship says of herself. */
static void what_was_said_hours_before_its_name_is_known_too(void **state)
{
    (void)state;
    struct sea *sea = new_sea();
    for (int i = 0; i < 240; i++)
        at(say(sea, 60 * i, SHIP, 18), -81, -2);
    struct vg_report *r = say(sea, 10, SHIP, 24);
    r->fields = VG_FIELD_BIT(CALLSIGN);
    snprintf(r->callsign, sizeof r->callsign, "HC1234");
    r = say(sea, 3 * 3600 + 1, SHIP, 19);
    at(r, -81, -2);
    named(r, "BOAT");
    r->fields |= VG_FIELD_BIT(SHIPTYPE);
    r->shiptype = 30;
    live_is_past(sea, SHIP, "b", "BOAT");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_that_live_refused_is_not_taken_from_the_archive),
        cmocka_unit_test(a_station_that_was_silent_for_hours_does_not_jump),
        cmocka_unit_test(class_b_that_is_heard_from_afar_for_hours_stays_class_b),
        cmocka_unit_test(a_false_word_that_comes_first_in_what_is_read_changes_nothing),
        cmocka_unit_test(what_was_said_hours_before_its_name_is_known_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
