/* Deeds are in the sentences as their truth says. One world is played and decoded; each test looks at it. */
#include <jansson.h>

#include "sensor/ais/receiver.h"
#include "sim/coast.h"
#include "sim/script.h"
#include "sim/sim_util.h"

#define HOURS      6
#define FIXES_BACK 4000 /* more than are heard in some seconds */

static const char deeds_yaml[] =
    "scenario: deeds\n"
    "region: ecuador\n"
    "start: 2026-03-15T22:00:00Z\n"
    "seed: 11\n"
    "areas:\n"
    "  - {name: off Manta, points: [[-81.15, -0.55], [-80.80, -0.55], [-80.80, -0.75], [-81.15, -0.75]]}\n"
    "gates:\n"
    "  - {name: Gulf, points: [[-80.95, -2.55], [-80.95, -3.30]]}\n"
    "lanes:\n"
    "  - {name: southbound, points: [[-80.95, 0.10], [-81.20, -0.60], [-81.35, -1.40]]}\n"
    "deeds: {switch_off: 18, transfer: 20, loiter: 12, port_call: 6, fishing: 8, drift: 10, sudden_stop: 14,\n"
    "  area_entry: 24, gate_crossing: 10, shared_identity: 10, identity_change: 10, spoof_jump: 8, spoof_circle: 8,\n"
    "  spoof_land: 8, impossible_static: 24, shore_approach: 10, against_lane: 8, course_speed_anomaly: 10,\n"
    "  close_quarters: 12, destination_change: 24, go_fast: 6, distress: 14}\n"
    "life: {pilot: 6, tow: 4, bunkering: 4, dredger: 4, ferry: 4, pair_trawl: 3, fragments: 3, regatta: 2,\n"
    "  lane_traffic: 140}\n";

struct fix {
    uint32_t mmsi;
    int64_t time_us;
    double lon, lat, kn, course, heading; /* heading NAN: not said */
};
struct card { /* what somebody said of himself */
    uint32_t mmsi, imo;
    int64_t time_us;
    uint16_t length_m;
    uint8_t shiptype;
    char name[24], destination[40];
};

static struct {
    struct fix *fix;
    struct card *card;
    size_t fixes, cards, room, card_room;
    json_t *events;
} world;

static struct vg_sim_script *script_of(const char *yaml)
{
    struct vg_sim_script *s = calloc(1, sizeof *s);
    struct vg_sim_script_error error = {0};
    if (vg_sim_script_read(yaml, strlen(yaml), s, &error))
        fail_msg("line %u: %s", error.line, error.text);
    return s;
}

static void on_message(void *arg, const struct vg_ais *msg, const struct vg_payload *payload)
{
    struct vg_report r;
    (void)arg;
    if (!vg_ais_report(msg, &r))
        return;
    if (msg->type == 5 || msg->type == 24) {
        if (world.cards == world.card_room)
            world.card = realloc(world.card, (world.card_room = world.card_room * 2 + 1024) * sizeof *world.card);
        struct card *c = &world.card[world.cards++];
        *c = (struct card){.mmsi = msg->mmsi, .time_us = payload->time_us};
        c->imo = r.fields & VG_FIELD_BIT(IMO) ? r.imo : 0;
        c->shiptype = r.shiptype;
        c->length_m = (uint16_t)(r.to_bow_m + r.to_stern_m);
        if (r.fields & VG_FIELD_BIT(NAME))
            snprintf(c->name, sizeof c->name, "%.20s", r.name);
        if (r.fields & VG_FIELD_BIT(DESTINATION))
            snprintf(c->destination, sizeof c->destination, "%.36s", r.destination);
        return;
    }
    if (!(r.fields & VG_FIELD_BIT(POS)) || msg->type == 4 || msg->type == 21)
        return;
    if (world.fixes == world.room)
        world.fix = realloc(world.fix, (world.room = world.room * 2 + 65536) * sizeof *world.fix);
    world.fix[world.fixes++] = (struct fix){msg->mmsi,
                                            payload->time_us,
                                            vg_pos_lon_deg(r.pos),
                                            vg_pos_lat_deg(r.pos),
                                            r.fields & VG_FIELD_BIT(SOG) ? r.sog_dkn / 10.0 : NAN,
                                            r.fields & VG_FIELD_BIT(COG) ? r.cog_ddeg / 10.0 : NAN,
                                            r.fields & VG_FIELD_BIT(HEADING) ? r.heading_deg : NAN};
}

static int play_the_world(void **state)
{
    (void)state;
    struct vg_sim_script *script = script_of(deeds_yaml);
    struct vg_sim_options options = {
        .script = script, .seed = script->seed, .start_us = script->start_us, .hours = HOURS, .dark = true};
    struct vg_sim *sim = NULL;
    struct vg_receiver *receiver;
    struct vg_out out = vg_out_growing(4u << 20), events = vg_out_growing(16u << 20);
    assert_int_equal(vg_sim_new(&options, &sim), VG_OK);
    assert_int_equal(vg_receiver_new(on_message, NULL, &receiver), VG_OK);
    vg_sim_tell_events(sim, &events);
    for (int s = 0; s < HOURS * 3600; s++) {
        vg_sim_step(sim, &out);
        if (out.len > (1u << 20) || s + 1 == HOURS * 3600) {
            vg_receiver_push(receiver, out.buf, out.len, vg_sim_now_us(sim));
            out.len = 0;
        }
    }
    vg_sim_end(sim);
    assert_int_equal(out.err, VG_OK);
    assert_int_equal(events.err, VG_OK);
    world.events = json_array();
    for (size_t at = 0; at < events.len;) {
        json_error_t why;
        json_t *one = json_loadb(events.buf + at, events.len - at, JSON_DISABLE_EOF_CHECK, &why);
        if (!one)
            fail_msg("%s: %.200s", why.text, events.buf + at);
        json_array_append_new(world.events, one);
        at += (size_t)((const char *)memchr(events.buf + at, '\n', events.len - at) - (events.buf + at)) + 1;
    }
    vg_receiver_free(receiver);
    vg_out_free(&out);
    vg_out_free(&events);
    vg_sim_free(sim);
    free(script);
    return 0;
}

static int forget_the_world(void **state)
{
    (void)state;
    json_decref(world.events);
    free(world.fix);
    free(world.card);
    return 0;
}

/* ---- looking ---- */

static int64_t time_of(const json_t *event, const char *key)
{
    const char *text = json_string_value(json_object_get(event, key));
    int64_t us = 0;
    assert_non_null(text);
    assert_true(vg_time_parse(text, strlen(text), &us));
    return us;
}

static uint32_t ship(const json_t *event, size_t i)
{
    return (uint32_t)json_integer_value(json_array_get(json_object_get(event, "mmsi"), i));
}

static double number(const json_t *event, const char *key)
{
    json_t *value = json_object_get(json_object_get(event, "params"), key);
    assert_true(json_is_number(value));
    return json_number_value(value);
}

static const char *word(const json_t *event, const char *key)
{
    return json_string_value(json_object_get(json_object_get(event, "params"), key));
}

static double between_m(const struct fix *a, const struct fix *b)
{
    return hypot((a->lon - b->lon) * cos(a->lat * M_PI / 180), a->lat - b->lat) * 111195;
}

/* The next fix of a ship in [from, to), from index *at on; NULL: no more. */
static const struct fix *next_fix(uint32_t mmsi, int64_t from_us, int64_t to_us, size_t *at)
{
    for (; *at < world.fixes; ++*at) {
        const struct fix *f = &world.fix[*at];
        if (f->time_us > to_us && f->time_us - to_us > VG_MINUTE_US) /* they are in the order of time */
            break;
        if (f->mmsi == mmsi && f->time_us >= from_us && f->time_us < to_us)
            return &world.fix[(*at)++];
    }
    return NULL;
}

static size_t count_fixes(uint32_t mmsi, int64_t from_us, int64_t to_us)
{
    size_t n = 0, at = 0;
    while (next_fix(mmsi, from_us, to_us, &at))
        n++;
    return n;
}

/* Each event of a kind that a deed told, and that somebody could hear: at least `least` of them. */
typedef void check_event(const json_t *event, int64_t begin_us, int64_t end_us);
static void each(const char *kind, const char *deed, size_t least, check_event *check)
{
    size_t i, n = 0;
    json_t *e;
    json_array_foreach(world.events, i, e)
    {
        if (strcmp(json_string_value(json_object_get(e, "kind")), kind) != 0 ||
            (deed && strcmp(json_string_value(json_object_get(e, "deed")), deed) != 0) ||
            !json_is_true(json_object_get(e, "observable")))
            continue;
        int64_t begin_us = time_of(e, "begin"), end_us = time_of(e, "end");
        assert_true(begin_us <= end_us);
        check(e, begin_us, end_us);
        n++;
    }
    if (n < least)
        fail_msg("%s of %s: only %zu are told and heard", kind, deed ? deed : "all", n);
}

/* ---- silence and numbers ---- */

static void is_silent(const json_t *e, int64_t begin_us, int64_t end_us)
{
    assert_int_equal(count_fixes(ship(e, 0), begin_us + VG_SECOND_US, end_us), 0);
    assert_true(count_fixes(ship(e, 0), begin_us - VG_HOUR_US, begin_us + VG_SECOND_US) > 0);
    assert_true(count_fixes(ship(e, 0), end_us, end_us + VG_HOUR_US) > 0);
    assert_true(fabs(number(e, "hours") - (double)(end_us - begin_us) / 3.6e9) < 0.02 ||
                json_is_true(json_object_get(json_object_get(e, "params"), "open_end")));
}

static void one_that_switched_off_says_nothing_and_comes_back(void **state)
{
    (void)state;
    each("disabling", "switch_off", 2, is_silent);
}

static void is_at_two_places(const json_t *e, int64_t begin_us, int64_t end_us)
{
    size_t at = 0, leaps = 0;
    const struct fix *f, *was = NULL;
    while ((f = next_fix(ship(e, 0), begin_us, end_us, &at))) {
        leaps += was && between_m(f, was) > number(e, "km") * 500;
        was = f;
    }
    assert_true(leaps >= 4);
}

static void a_shared_number_is_at_two_places_at_once(void **state)
{
    (void)state;
    each("identity", "shared_identity", 2, is_at_two_places);
}

static void changes_its_number(const json_t *e, int64_t begin_us, int64_t end_us)
{
    (void)end_us;
    uint32_t now = ship(e, 0), was = ship(e, 1);
    assert_int_not_equal(now, was);
    assert_true(was != 0);
    assert_int_equal(count_fixes(was, begin_us + VG_SECOND_US, INT64_MAX), 0);
    assert_int_equal(count_fixes(now, 0, begin_us), 0);
    assert_true(count_fixes(was, 0, begin_us + VG_SECOND_US) > 0 && count_fixes(now, begin_us, INT64_MAX) > 0);
}

static void a_changed_number_is_another_one_from_then_on(void **state)
{
    (void)state;
    each("identity", "identity_change", 2, changes_its_number);
}

static void cannot_be(const json_t *e, int64_t begin_us, int64_t end_us)
{
    const char *variant = word(e, "variant");
    size_t seen = 0;
    for (size_t i = 0; i < world.cards; i++) {
        const struct card *c = &world.card[i];
        if (c->mmsi != ship(e, 0) || c->time_us < begin_us || c->time_us >= end_us)
            continue;
        uint32_t sum = 0, rest = c->imo / 10;
        for (uint32_t weight = 2; rest; rest /= 10, weight++)
            sum += rest % 10 * weight;
        bool so = strcmp(variant, "length_0") == 0          ? c->length_m == 0
                  : strcmp(variant, "length_1000") == 0     ? c->length_m == 1000
                  : strcmp(variant, "imo_check_digit") == 0 ? c->imo == 0 || sum % 10 != c->imo % 10
                                                            : c->shiptype == 30 && c->length_m > 300;
        if (!so)
            fail_msg("%s: length %u, IMO %u, type %u", variant, c->length_m, c->imo, c->shiptype);
        seen++;
    }
    assert_true(seen > 0);
}

static void impossible_words_are_said(void **state)
{
    (void)state;
    each("identity", "impossible_static", 3, cannot_be);
}

static void types_another_port(const json_t *e, int64_t begin_us, int64_t end_us)
{
    size_t before = 0, after = 0;
    (void)end_us;
    for (size_t i = 0; i < world.cards; i++) {
        const struct card *c = &world.card[i];
        if (c->mmsi != ship(e, 0))
            continue;
        assert_string_equal(c->destination, word(e, c->time_us < begin_us ? "from" : "to"));
        before += c->time_us < begin_us;
        after += c->time_us >= begin_us;
    }
    assert_true(after > 0);
}

static void a_destination_changes_when_it_is_told(void **state)
{
    (void)state;
    each("voyage", "destination_change", 2, types_another_port);
}

/* ---- places that are not so ---- */

static void jumps(const json_t *e, int64_t begin_us, int64_t end_us)
{
    size_t at = 0, leaps = 0;
    const struct fix *f, *was = NULL;
    while ((f = next_fix(ship(e, 0), begin_us - 5 * VG_MINUTE_US, end_us + 5 * VG_MINUTE_US, &at))) {
        leaps += was && between_m(f, was) > number(e, "km") * 900;
        was = f;
    }
    assert_true(leaps >= 2);
}

static void circles(const json_t *e, int64_t begin_us, int64_t end_us)
{
    size_t at = 0, n = 0;
    double west = 180, east = -180, south = 90, north = -90, radius_m = number(e, "radius_m");
    const struct fix *f;
    while ((f = next_fix(ship(e, 0), begin_us + 2 * VG_SECOND_US, end_us, &at))) {
        west = fmin(west, f->lon);
        east = fmax(east, f->lon);
        south = fmin(south, f->lat);
        north = fmax(north, f->lat);
        n++;
    }
    assert_true(n > 10);
    assert_true((east - west) * 111195 <= 2 * radius_m + 350 && (north - south) * 111195 <= 2 * radius_m + 350);
    assert_true((east - west) * 111195 >= 1.2 * radius_m || (north - south) * 111195 >= 1.2 * radius_m);
}

static void is_on_land(const json_t *e, int64_t begin_us, int64_t end_us)
{
    size_t at = 0, land = 0, n = 0;
    const struct fix *f;
    while ((f = next_fix(ship(e, 0), begin_us, end_us, &at))) {
        land += vg_sim_is_land(f->lon, f->lat);
        n++;
    }
    assert_true(land * 3 >= n);
}

static void spoofed_places_are_said_as_told(void **state)
{
    (void)state;
    each("spoofing", "spoof_jump", 2, jumps);
    each("spoofing", "spoof_circle", 2, circles);
    each("spoofing", "spoof_land", 1, is_on_land);
}

/* ---- how they move ---- */

static void is_slow(const json_t *e, int64_t begin_us, int64_t end_us)
{
    size_t at = 0;
    const struct fix *f;
    (void)e;
    while ((f = next_fix(ship(e, 0), begin_us, end_us, &at)))
        assert_true(f->kn < 2.05);
}

static void lies_across(const json_t *e, int64_t begin_us, int64_t end_us)
{
    size_t at = 0, n = 0;
    const struct fix *f;
    while ((f = next_fix(ship(e, 0), begin_us, end_us, &at))) {
        assert_true(f->kn > 0.8 && f->kn < 5);
        if (isnan(f->heading))
            continue;
        assert_true(fabs(remainder(f->heading - f->course, 360)) > 42);
        n++;
    }
    assert_true(n > 10);
}

static void stops(const json_t *e, int64_t begin_us, int64_t end_us)
{
    size_t at = 0, still = 0;
    const struct fix *f;
    double before = 0;
    while ((f = next_fix(ship(e, 0), begin_us - 2 * VG_MINUTE_US, begin_us, &at)))
        before = f->kn;
    at = 0;
    while ((f = next_fix(ship(e, 0), begin_us + 40 * VG_SECOND_US, end_us, &at))) {
        assert_true(f->kn < 1.2);
        still++;
    }
    assert_true(before == 0 || before > 7); /* not heard just then, or fast */
    assert_true(number(e, "from_kn") > 7);
}

static void goes_against_it(const json_t *e, int64_t begin_us, int64_t end_us)
{
    size_t at = 0;
    const struct fix *f, *first = NULL, *last = NULL;
    while ((f = next_fix(ship(e, 0), begin_us, end_us, &at))) {
        first = first ? first : f;
        last = f;
    }
    assert_non_null(first);
    assert_true(last->lat > first->lat); /* the lane goes south */
}

static void ways_are_as_told(void **state)
{
    (void)state;
    each("loitering", "loiter", 1, is_slow);
    each("drift", "drift", 2, lies_across);
    each("stop", "sudden_stop", 2, stops);
    each("deviation", "against_lane", 1, goes_against_it);
}

static void comes_to_the_beach_by_night(const json_t *e, int64_t begin_us, int64_t end_us)
{
    double sun = number(e, "sun_hour"), least = 1e9;
    size_t at = 0;
    const struct fix *f;
    const struct fix beach = {.lon = json_number_value(json_object_get(e, "lon")),
                              .lat = json_number_value(json_object_get(e, "lat"))};
    assert_true(sun > 19 || sun < 8);
    while ((f = next_fix(ship(e, 0), begin_us, end_us, &at)))
        least = fmin(least, between_m(f, &beach));
    assert_true(least < 1500);
}

static void a_small_boat_comes_to_the_beach_by_night(void **state)
{
    (void)state;
    each("shore", "shore_approach", 1, comes_to_the_beach_by_night);
}

static bool is_inside(const struct fix *f)
{
    return f->lon > -81.15 && f->lon < -80.80 && f->lat > -0.75 && f->lat < -0.55;
}

static void was_inside(const json_t *e, int64_t begin_us, int64_t end_us)
{
    size_t at = 0;
    const struct fix *f;
    assert_string_equal(word(e, "area"), "off Manta");
    while ((f = next_fix(ship(e, 0), begin_us + 15 * VG_SECOND_US, end_us - 15 * VG_SECOND_US, &at)))
        assert_true(is_inside(f));
}

static void who_enters_an_area_is_in_it_from_entry_to_exit(void **state)
{
    (void)state;
    each("area", "area_entry", 1, was_inside);
}

static void crosses(const json_t *e, int64_t begin_us, int64_t end_us)
{
    size_t at = 0;
    const struct fix *f, *before = NULL, *after = NULL;
    (void)end_us;
    while ((f = next_fix(ship(e, 0), begin_us - 20 * VG_MINUTE_US, begin_us, &at)))
        before = f;
    at = 0;
    after = next_fix(ship(e, 0), begin_us + 10 * VG_SECOND_US, begin_us + 20 * VG_MINUTE_US, &at);
    if (!before || !after)
        return;
    bool to_east = after->lon > before->lon; /* the gate goes south: east is on its left hand */
    assert_string_equal(word(e, "to"), to_east ? "left" : "right");
}

static void a_gate_is_crossed_in_the_direction_told(void **state)
{
    (void)state;
    each("gate", "gate_crossing", 1, crosses);
}

/* ---- two ---- */

static void lie_together(const json_t *e, int64_t begin_us, int64_t end_us)
{
    size_t at = 0, n = 0;
    double most_m = number(e, "metres") * 1.35 + 40;
    const struct fix *f;
    while ((f = next_fix(ship(e, 0), begin_us + VG_MINUTE_US, end_us, &at))) {
        size_t k = at > FIXES_BACK ? at - FIXES_BACK : 0;
        const struct fix *o = next_fix(ship(e, 1), f->time_us - 12 * VG_SECOND_US, f->time_us + 12 * VG_SECOND_US, &k);
        if (!o)
            continue;
        if (between_m(f, o) > most_m)
            fail_msg("%.0f m apart, told %.0f", between_m(f, o), number(e, "metres"));
        assert_true(f->kn < 2.3);
        n++;
    }
    assert_true(n > 0);
}

static void a_transfer_stays_within_its_metres(void **state)
{
    (void)state;
    each("encounter", "transfer", 1, lie_together);
}

static size_t compared; /* near misses of which both were heard at once */

static void pass_each_other(const json_t *e, int64_t begin_us, int64_t end_us)
{
    size_t at = 0;
    double least = 1e9;
    const struct fix *f;
    while ((f = next_fix(ship(e, 0), begin_us - VG_MINUTE_US, end_us + VG_MINUTE_US, &at))) {
        size_t k = at > FIXES_BACK ? at - FIXES_BACK : 0;
        const struct fix *o;
        while ((o = next_fix(ship(e, 1), f->time_us - 6 * VG_SECOND_US, f->time_us + 6 * VG_SECOND_US, &k)))
            least = fmin(least, between_m(f, o));
    }
    if (least > 1e8) /* both were heard, but not in the same seconds */
        return;
    compared++;
    if (least > number(e, "cpa_m") + 150)
        fail_msg("said %.0f m at the nearest, told %.0f", least, number(e, "cpa_m"));
}

static void a_near_miss_is_as_near_as_told(void **state)
{
    (void)state;
    compared = 0;
    each("close_quarters", "close_quarters", 2, pass_each_other);
    assert_true(compared >= 2);
}

static void has_no_number(const json_t *e, int64_t begin_us, int64_t end_us)
{
    (void)begin_us, (void)end_us;
    assert_int_equal(json_array_size(json_object_get(e, "mmsi")), 0);
}

static void names_the_other_alone(const json_t *e, int64_t begin_us, int64_t end_us)
{
    (void)begin_us, (void)end_us;
    assert_int_equal(json_array_size(json_object_get(e, "mmsi")), 1);
}

static void a_boat_without_ais_meets_one_that_has_it(void **state)
{
    (void)state;
    each("dark", "go_fast", 1, has_no_number);
    each("meeting", "go_fast", 1, names_the_other_alone);
}

static void is_a_beacon(const json_t *e, int64_t begin_us, int64_t end_us)
{
    uint32_t prefix = ship(e, 0) / 1000000;
    assert_true(prefix == 970 || prefix == 972 || prefix == 974);
    assert_true(count_fixes(ship(e, 0), begin_us, end_us) > 10);
}

static void works_its_gear(const json_t *e, int64_t begin_us, int64_t end_us)
{
    size_t at = 0, slow = 0, n = 0;
    const struct fix *f;
    while ((f = next_fix(ship(e, 0), begin_us, end_us, &at))) {
        slow += f->kn <= 6.6;
        n++;
    }
    assert_true(n > 10 && slow * 2 > n);
}

static void beacons_and_gear_are_heard(void **state)
{
    (void)state;
    each("distress", "distress", 1, is_a_beacon);
    each("fishing", "fishing", 2, works_its_gear);
}

/* What life does may be a port call, a spell of fishing, a silence: never what a deed alone is, and must be found. */
static void life_does_nothing_of_that_kind(void **state)
{
    (void)state;
    static const char *const never[] = {"disabling", "identity", "spoofing", "stop",    "shore",   "deviation",
                                        "anomaly",   "voyage",   "dark",     "meeting", "distress"};
    size_t i;
    json_t *e;
    json_array_foreach(world.events, i, e)
    {
        const char *deed = json_string_value(json_object_get(e, "deed")),
                   *kind = json_string_value(json_object_get(e, "kind"));
        bool life = strcmp(deed, "life") == 0;
        for (int d = 0; d < DEED_COUNT; d++)
            life |= vg_sim_deed_is_life(d) && strcmp(vg_sim_deed_key(d), deed) == 0;
        life &= json_is_true(json_object_get(e, "observable"));
        for (size_t n = 0; life && n < sizeof never / sizeof *never; n++)
            assert_string_not_equal(kind, never[n]);
    }
}

static const char *counts_of(const json_t *event)
{
    return json_string_value(json_object_get(event, "counts"));
}

/* A hole in the reception is no gap, a berth is neither; one that must be found was off for an hour, and would have
 * been heard. */
static void a_silence_counts_by_its_cause(void **state)
{
    (void)state;
    size_t i, no = 0, must = 0;
    json_t *e;
    json_array_foreach(world.events, i, e)
    {
        if (strcmp(json_string_value(json_object_get(e, "kind")), "gap") != 0)
            continue;
        const char *cause = word(e, "cause"), *counts = counts_of(e);
        if (strcmp(cause, "reception") == 0 || strcmp(cause, "outside") == 0)
            assert_string_equal(counts, "no");
        if (strcmp(cause, "berth") == 0)
            assert_string_equal(counts, "neither");
        no += strcmp(counts, "no") == 0;
        must += strcmp(counts, "must") == 0;
        if (strcmp(counts, "must") != 0)
            continue;
        assert_string_equal(cause, "switched_off");
        assert_true(number(e, "off_minutes") >= 60 && number(e, "well") >= 0.9);
        assert_int_equal(count_fixes(ship(e, 0), time_of(e, "begin") + VG_MINUTE_US, time_of(e, "end") - VG_MINUTE_US),
                         0);
    }
    print_message("%zu holes, %zu that must be found\n", no, must);
    assert_true(no >= 3 && must >= 1);
}

static void is_known_for_hours(const json_t *e, int64_t begin_us, int64_t end_us)
{
    size_t at = 0;
    const struct fix *first = next_fix(ship(e, 0), 0, begin_us, &at);
    (void)end_us;
    assert_non_null(first);
    assert_true(begin_us - first->time_us >= 3 * VG_HOUR_US);
}

static void a_voyage_is_known_for_hours_before_it_changes(void **state)
{
    (void)state;
    each("voyage", "destination_change", 2, is_known_for_hours);
}

/* What is observable must be found, and nothing else; other kinds that are right or spared are kinds. */
static void what_counts_is_one_of_four(void **state)
{
    (void)state;
    static const char *const all[] = {"must", "may", "neither", "no"};
    size_t i, of[4] = {0};
    json_t *e;
    json_array_foreach(world.events, i, e)
    {
        int k = 0;
        while (k < 4 && strcmp(all[k], counts_of(e)) != 0)
            k++;
        assert_in_range(k, 0, 3);
        of[k]++;
        assert_int_equal(json_is_true(json_object_get(e, "observable")), k == 0);
        if (strcmp(json_string_value(json_object_get(e, "deed")), "shared_identity") == 0 &&
            strcmp(json_string_value(json_object_get(e, "kind")), "identity") == 0)
            assert_string_equal(json_string_value(json_array_get(json_object_get(e, "also"), 0)), "spoofing");
    }
    for (int k = 0; k < 4; k++)
        assert_true(of[k] > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_switched_off_says_nothing_and_comes_back),
        cmocka_unit_test(a_shared_number_is_at_two_places_at_once),
        cmocka_unit_test(a_changed_number_is_another_one_from_then_on),
        cmocka_unit_test(impossible_words_are_said),
        cmocka_unit_test(a_destination_changes_when_it_is_told),
        cmocka_unit_test(spoofed_places_are_said_as_told),
        cmocka_unit_test(ways_are_as_told),
        cmocka_unit_test(a_small_boat_comes_to_the_beach_by_night),
        cmocka_unit_test(who_enters_an_area_is_in_it_from_entry_to_exit),
        cmocka_unit_test(a_gate_is_crossed_in_the_direction_told),
        cmocka_unit_test(a_transfer_stays_within_its_metres),
        cmocka_unit_test(a_near_miss_is_as_near_as_told),
        cmocka_unit_test(a_boat_without_ais_meets_one_that_has_it),
        cmocka_unit_test(beacons_and_gear_are_heard),
        cmocka_unit_test(life_does_nothing_of_that_kind),
        cmocka_unit_test(a_silence_counts_by_its_cause),
        cmocka_unit_test(a_voyage_is_known_for_hours_before_it_changes),
        cmocka_unit_test(what_counts_is_one_of_four),
    };
    return cmocka_run_group_tests(tests, play_the_world, forget_the_world);
}
