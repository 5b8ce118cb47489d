/* Areas, gates, shores and ways: vessels that are sailed by hand. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "behaviour/behaviour.h"
#include "test.h"

#define START_US (INT64_C(1773532800) * VG_SECOND_US) /* 2026-03-15T00:00:00Z: 18:40 by the sun off Ecuador */
#define HEARD    64

struct sea {
    struct vg_behaviours *behaviours;
    struct vg_areas *areas;
    struct vg_event event[HEARD]; /* the newest revision of each */
    size_t count;
    uint64_t offset;
};

struct boat {
    struct vg_contact contact;
    double lon, lat;
    int64_t time_us;
};

static void hear(void *arg, const struct vg_event *e)
{
    struct sea *s = arg;
    for (size_t i = 0; i < s->count; i++)
        if (s->event[i].id == e->id) {
            s->event[i] = *e;
            return;
        }
    assert_true(s->count < HEARD);
    s->event[s->count++] = *e;
}

static const struct vg_event *heard(const struct sea *s, enum vg_event_kind kind, const char *text)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->event[i].kind == kind && strcmp(s->event[i].text, text) == 0)
            return &s->event[i];
    return NULL;
}

static size_t count_of(const struct sea *s, enum vg_event_kind kind)
{
    size_t n = 0;
    for (size_t i = 0; i < s->count; i++)
        n += s->event[i].kind == kind && s->event[i].state != VG_EVENT_WITHDRAWN;
    return n;
}

static struct sea *sea_new(const char *areas)
{
    struct sea *s = calloc(1, sizeof *s);
    char *error = NULL;
    assert_non_null(s);
    if (areas && vg_areas_read(areas, strlen(areas), "areas", &s->areas, &error))
        fail_msg("%s", error);
    const struct vg_behaviours_options options = {.vessels = 1000, .areas = s->areas};
    assert_int_equal(vg_behaviours_new(&options, &s->behaviours), VG_OK);
    vg_behaviours_set_on_event(s->behaviours, hear, s);
    return s;
}

static void sea_free(struct sea *s)
{
    vg_behaviours_free(s->behaviours);
    vg_areas_free(s->areas);
    free(s);
}

static struct boat boat_of(uint32_t mmsi, uint8_t shiptype, const char *flag, double lon, double lat, int64_t time_us)
{
    struct boat b = {.lon = lon, .lat = lat, .time_us = time_us};
    b.contact = (struct vg_contact){.id = mmsi, .mmsi = mmsi, .class = VG_CLASS_SHIP_A, .shiptype = shiptype};
    memcpy(b.contact.flag, flag, 2);
    b.contact.prov[VG_FIELD_SHIPTYPE] = vg_prov_of(time_us, 1, 5, 1);
    return b;
}

static void report(struct sea *s, struct boat *b, double kn, double course_deg)
{
    const struct vg_report r = {.time_us = b->time_us,
                                .measured_us = b->time_us,
                                .journal_offset = ++s->offset,
                                .mmsi = b->contact.mmsi,
                                .sensor = VG_SENSOR_AIS,
                                .message = 1,
                                .class = VG_CLASS_SHIP_A,
                                .measured = VG_MEASURED_POSITION,
                                .fields = VG_FIELD_BIT(POS) | VG_FIELD_BIT(SOG) | VG_FIELD_BIT(COG),
                                .pos = vg_pos_from_deg(b->lon, b->lat),
                                .sog_dkn = (uint16_t)lround(kn * 10),
                                .cog_ddeg = (uint16_t)lround(course_deg * 10)};
    b->contact.pos = r.pos;
    b->contact.sog_dkn = r.sog_dkn;
    b->contact.prov[VG_FIELD_POS] = b->contact.prov[VG_FIELD_SOG] = vg_prov_of(r.time_us, 1, 1, r.journal_offset);
    const struct vg_sighting seen = {.report = &r, .contact = &b->contact, .verdict = VG_VERDICT_BELIEVED};
    vg_behaviours_advance(s->behaviours, r.time_us / VG_SECOND_US * VG_SECOND_US);
    vg_behaviours_take(s->behaviours, &seen);
}

/* Sails for some minutes, a report each two. */
static void sail(struct sea *s, struct boat *b, double kn, double course_deg, int minutes)
{
    for (int i = 0; i < minutes; i += 2) {
        const struct vg_pos to =
            vg_geo_destination(vg_pos_from_deg(b->lon, b->lat), course_deg, kn * VG_MPS_PER_KNOT * 120);
        b->lon = vg_pos_lon_deg(to), b->lat = vg_pos_lat_deg(to);
        b->time_us += 2 * VG_MINUTE_US;
        report(s, b, kn, course_deg);
    }
}

#define AREA(rule)                                                                                                     \
    "{\"features\":[{\"properties\":{\"name\":\"A\",\"rule\":" rule                                                    \
    "},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"                                                            \
    "[[[-86,-1],[-85.8,-1],[-85.8,-0.8],[-86,-0.8],[-86,-1]]]}}]}"

static void an_area_tells_what_its_rule_asks(void **state)
{
    (void)state;
    struct sea *s =
        sea_new(AREA("{\"on\":[\"enter\",\"leave\",\"inside\",\"speed\"],\"flags_except\":[\"EC\"],\"minutes\":60,"
                     "\"over_kn\":12}"));
    struct boat stranger = boat_of(636000001, 70, "LR", -86.1, -0.9, START_US);
    struct boat at_home = boat_of(735000001, 70, "EC", -86.1, -0.9, START_US);
    sail(s, &stranger, 10, 90, 60);
    sail(s, &at_home, 10, 90, 300);
    const struct vg_event *enter = heard(s, VG_EVENT_AREA, "A: enter");
    assert_non_null(enter);
    assert_int_equal(enter->state, VG_EVENT_ONGOING);
    assert_int_equal(enter->contact[0].mmsi, 636000001);
    assert_true(fabs(vg_pos_lon_deg(enter->pos) + 86) < 0.02 && enter->places > 0);
    assert_null(heard(s, VG_EVENT_AREA, "A: inside"));
    assert_null(heard(s, VG_EVENT_AREA, "A: speed"));
    sail(s, &stranger, 14, 270, 4);
    assert_non_null(heard(s, VG_EVENT_AREA, "A: speed"));
    sail(s, &stranger, 2, 90, 60);
    assert_int_equal(heard(s, VG_EVENT_AREA, "A: speed")->state, VG_EVENT_ENDED);
    assert_non_null(heard(s, VG_EVENT_AREA, "A: inside"));
    sail(s, &stranger, 20, 90, 40);
    assert_int_equal(heard(s, VG_EVENT_AREA, "A: enter")->state, VG_EVENT_ENDED);
    assert_int_equal(heard(s, VG_EVENT_AREA, "A: inside")->state, VG_EVENT_ENDED);
    assert_non_null(heard(s, VG_EVENT_AREA, "A: leave"));
    assert_int_equal(count_of(s, VG_EVENT_AREA), 5); /* a second time too fast */
    sea_free(s);
}

/* One fix over the border is no visit, nor is the same one twice; who is heard first inside has not entered; who is
 * inside after a silence has, unseen: less surely. */
static void one_fix_inside_is_nothing(void **state)
{
    (void)state;
    struct sea *s = sea_new(AREA("{\"on\":[\"enter\",\"leave\"]}"));
    struct boat b = boat_of(636000001, 70, "LR", -86.02, -0.9, START_US);
    report(s, &b, 5, 90);
    b.lon = -85.99, b.time_us += 2 * VG_MINUTE_US;
    report(s, &b, 5, 90);
    b.lon = -86.02, b.time_us += 2 * VG_MINUTE_US;
    sail(s, &b, 5, 270, 20);
    b.lon = -85.99, b.time_us += 2 * VG_MINUTE_US;
    report(s, &b, 5, 90);
    report(s, &b, 5, 90); /* another station heard it, too */
    b.lon = -86.02, b.time_us += 2 * VG_MINUTE_US;
    sail(s, &b, 5, 270, 20);
    struct boat inside = boat_of(636000002, 70, "LR", -85.9, -0.9, START_US);
    sail(s, &inside, 1, 90, 60);
    assert_int_equal(count_of(s, VG_EVENT_AREA), 0);
    struct boat unseen = boat_of(636000003, 70, "LR", -86.3, -0.9, START_US);
    sail(s, &unseen, 5, 90, 10);
    unseen.lon = -85.9, unseen.time_us += 4 * VG_HOUR_US;
    sail(s, &unseen, 1, 90, 60);
    assert_int_equal(count_of(s, VG_EVENT_AREA), 1);
    assert_true(heard(s, VG_EVENT_AREA, "A: enter")->confidence < 0.9);
    sea_free(s);
}

/* At anchor on the border: the ship swings over it, and neither comes nor goes. Nor does a buoy. */
static void who_swings_at_anchor_stays_and_a_buoy_is_no_vessel(void **state)
{
    (void)state;
    struct sea *s = sea_new(AREA("{\"on\":[\"enter\",\"leave\"]}"));
    struct boat b = boat_of(636000001, 70, "LR", -86.001, -0.9, START_US), buoy = b;
    b.contact.status = 1, b.contact.flags |= VG_CONTACT_STILL;
    b.contact.prov[VG_FIELD_STATUS] = vg_prov_of(START_US, 1, 1, 1);
    buoy.contact.id = buoy.contact.mmsi = 997350001, buoy.contact.class = VG_CLASS_ATON;
    for (int i = 0; i < 40; i++) {
        b.lon = buoy.lon = i / 4 % 2 ? -85.999 : -86.001;
        b.time_us += VG_MINUTE_US, buoy.time_us = b.time_us;
        b.contact.prov[VG_FIELD_STATUS] = vg_prov_of(b.time_us, 1, 1, 1);
        report(s, &b, 0, 0);
        report(s, &buoy, 0, 0);
    }
    assert_int_equal(count_of(s, VG_EVENT_AREA), 0);
    sea_free(s);
}

static void a_gate_is_crossed_in_its_direction(void **state)
{
    (void)state;
    struct sea *s =
        sea_new("{\"features\":[{\"properties\":{\"name\":\"G\",\"rule\":{\"way\":\"left\"}},\"geometry\":{\"type\":"
                "\"LineString\",\"coordinates\":[[-86,-1],[-86,0]]}}]}");
    struct boat b = boat_of(636000001, 70, "LR", -86.05, -0.5, START_US);
    sail(s, &b, 12, 90, 60); /* to the right of a line that goes north */
    assert_int_equal(count_of(s, VG_EVENT_GATE), 0);
    sail(s, &b, 12, 270, 60);
    assert_int_equal(count_of(s, VG_EVENT_GATE), 1);
    const struct vg_event *e = heard(s, VG_EVENT_GATE, "G");
    assert_true(fabs(vg_pos_lon_deg(e->pos) + 86) < 1e-5 && e->places == 2);
    sea_free(s);
}

/* The shore at 80.9° W, 1.5° S: from the sea by night, slowly. Not by day; a tug may. */
static void a_shore_is_approached(void **state)
{
    (void)state;
    struct sea *s = sea_new(NULL);
    for (int i = 0; i < 3; i++) {
        struct boat b = boat_of(735000010 + (uint32_t)i, i == 2 ? 52 : 37, "EC", -80.99, -1.5,
                                START_US + (i == 1 ? 12 : 2) * VG_HOUR_US);
        sail(s, &b, 7, 90, 100);
        sail(s, &b, 7, 270, 100);
    }
    assert_int_equal(count_of(s, VG_EVENT_SHORE), 1);
    for (size_t i = 0; i < s->count; i++)
        if (s->event[i].kind == VG_EVENT_SHORE) {
            assert_int_equal(s->event[i].contact[0].mmsi, 735000010);
            assert_int_equal(s->event[i].state, VG_EVENT_ENDED);
        }
    sea_free(s);
}

/* Thirty ships go east along 2° S; one leaves their way to the south, and one goes it to the west. */
static void a_way_is_left_and_gone_against(void **state)
{
    (void)state;
    struct sea *s = sea_new(NULL);
    for (uint32_t i = 0; i < 30; i++) {
        struct boat b = boat_of(636000100 + i, 70, "LR", -90, -2.5, START_US + i * VG_HOUR_US);
        sail(s, &b, 15, 90, 600);
    }
    assert_int_equal(count_of(s, VG_EVENT_DEVIATION), 0);
    struct boat off = boat_of(636000200, 70, "LR", -90, -2.5, START_US + 40 * VG_HOUR_US);
    sail(s, &off, 15, 90, 240);
    sail(s, &off, 15, 180, 240);
    assert_int_equal(count_of(s, VG_EVENT_DEVIATION), 1);
    assert_non_null(heard(s, VG_EVENT_DEVIATION, "off"));
    struct boat against = boat_of(636000201, 70, "LR", -90, -2.5, START_US + 60 * VG_HOUR_US);
    sail(s, &against, 15, 90, 240);
    sail(s, &against, 15, 270, 120);
    const struct vg_event *e = heard(s, VG_EVENT_DEVIATION, "against");
    assert_non_null(e);
    assert_int_equal(e->contact[0].mmsi, 636000201);
    sea_free(s);
}

static void areas_that_are_replaced_end_what_goes_on_in_them(void **state)
{
    (void)state;
    static const char others[] = AREA("{\"on\":[\"enter\"]}");
    char *error = NULL;
    struct vg_areas *other = NULL;
    struct sea *s = sea_new(AREA("{\"on\":[\"enter\",\"leave\"]}"));
    struct boat b = boat_of(636000001, 70, "LR", -86.1, -0.9, START_US);
    sail(s, &b, 10, 90, 60);
    assert_int_equal(heard(s, VG_EVENT_AREA, "A: enter")->state, VG_EVENT_ONGOING);
    const uint64_t id = heard(s, VG_EVENT_AREA, "A: enter")->id;
    assert_int_equal(vg_areas_read(others, strlen(others), "areas", &other, &error), VG_OK);
    vg_behaviours_set_areas(s->behaviours, other);
    assert_int_equal(heard(s, VG_EVENT_AREA, "A: enter")->state, VG_EVENT_ENDED);
    assert_true(heard(s, VG_EVENT_AREA, "A: enter")->id == id);
    assert_null(heard(s, VG_EVENT_AREA, "A: leave")); /* nobody saw her leave */
    const unsigned told = count_of(s, VG_EVENT_AREA);
    sail(s, &b, 1, 90, 20); /* she was there when it was drawn */
    assert_int_equal(count_of(s, VG_EVENT_AREA), told);
    vg_behaviours_set_areas(s->behaviours, NULL);
    vg_areas_free(other);
    sea_free(s);
}

/* Saved in the middle of a stay and read: what comes then is the same, bit for bit; other areas forget stays alone. */
static void a_stay_is_saved(void **state)
{
    (void)state;
    static const char rule[] = AREA("{\"on\":[\"enter\",\"leave\"]}");
    struct sea *s = sea_new(rule), *again = sea_new(rule), *other = sea_new(AREA("{\"on\":[\"leave\"]}"));
    struct boat b = boat_of(636000001, 70, "LR", -86.1, -0.9, START_US);
    sail(s, &b, 10, 90, 60);
    struct vg_out out = vg_out_growing(64 << 20);
    vg_behaviours_save(s->behaviours, &out);
    assert_int_equal(out.err, VG_OK);
    assert_int_equal(vg_behaviours_load(again->behaviours, out.buf, out.len), VG_OK);
    assert_int_equal(vg_behaviours_load(other->behaviours, out.buf, out.len), VG_OK);
    assert_true(vg_behaviours_hash(s->behaviours) == vg_behaviours_hash(again->behaviours));
    again->offset = s->offset;
    struct boat c = b, d = b;
    sail(s, &b, 15, 90, 60);
    sail(again, &c, 15, 90, 60);
    sail(other, &d, 15, 90, 60);
    assert_true(vg_behaviours_hash(s->behaviours) == vg_behaviours_hash(again->behaviours));
    assert_true(heard(s, VG_EVENT_AREA, "A: enter")->id == heard(again, VG_EVENT_AREA, "A: enter")->id);
    assert_int_equal(heard(again, VG_EVENT_AREA, "A: enter")->state, VG_EVENT_ENDED);
    for (size_t cut = 0; cut < out.len; cut += out.len / 20 + 1)
        assert_int_not_equal(vg_behaviours_load(again->behaviours, out.buf, cut), VG_OK);
    vg_out_free(&out);
    sea_free(s);
    sea_free(again);
    sea_free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_area_tells_what_its_rule_asks),
        cmocka_unit_test(one_fix_inside_is_nothing),
        cmocka_unit_test(who_swings_at_anchor_stays_and_a_buoy_is_no_vessel),
        cmocka_unit_test(a_gate_is_crossed_in_its_direction),
        cmocka_unit_test(a_shore_is_approached),
        cmocka_unit_test(a_way_is_left_and_gone_against),
        cmocka_unit_test(a_stay_is_saved),
        cmocka_unit_test(areas_that_are_replaced_end_what_goes_on_in_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
