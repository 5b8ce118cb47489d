/* /api/v1/sensors, tracks of contacts, and what operators do. */
#include <math.h>

#include "server.h"
#include "site/site.h"

#define TRACK UINT64_C(0x1111000011110000)
#define SHIP  UINT32_C(735059037)

static struct server *server;
static struct vg_hand *hand;
static enum vg_err refuse_with;

static enum vg_err act(void *arg, struct vg_hand_action *action, const char **ret_why)
{
    (void)arg;
    *ret_why = "no";
    if (refuse_with)
        return refuse_with;
    action->number = vg_hand_next(hand);
    action->time_us = START_US;
    return vg_hand_add(hand, action);
}

static size_t list(void *arg, uint64_t contact, struct vg_hand_action *ret, size_t cap)
{
    (void)arg;
    return vg_hand_list(hand, contact, ret, cap);
}

static const struct vg_api_hand doing = {.act = act, .list = list};

static const char sites_yaml[] =
    "sensors:\n"
    "  - name: manta\n    kind: radar\n    position: {lat: -1.0, lon: -80.7}\n"
    "    range_m: 60000\n    period_s: 4\n    sigma_range_m: 25\n    sigma_bearing_deg: 0.3\n"
    "    detection_probability: 0.9\n    height_m: 90\n"
    "  - name: \"salinas\\\"\"\n    kind: radar\n    position: {lat: -2.2, lon: -81.0}\n"
    "    range_m: 40000\n    period_s: 3\n    sigma_range_m: 25\n    sigma_bearing_deg: 0.3\n"
    "    detection_probability: 0.8\n";

static void fill(void)
{
    struct vg_sites sites;
    struct vg_site_error error;
    struct vg_sensor_board board[2] = {0};
    assert_int_equal(vg_sites_read(sites_yaml, strlen(sites_yaml), &sites, &error), VG_OK);
    for (int i = 0; i < 2; i++) {
        board[i].site = sites.site[i + 1];
        board[i].state.heard_us = VG_TIME_NONE;
        board[i].state.detection_probability = NAN;
    }
    board[0].tracks = 12;
    board[0].state.heard_us = START_US - VG_SECOND_US;
    board[0].state.plots = 1234;
    board[0].state.false_plots = 40;
    board[0].state.detection_probability = 0.876;
    board[0].state.clutter_per_scan = 12.4;
    board[0].state.registered = 412;
    board[0].state.bias_range_m = 80.1;
    board[0].state.bias_bearing_deg = -0.5;
    const struct vg_tracker_counters counters = {.plots = 1234, .begun = 17};
    vg_api_sensors(server->api, board, 2, &counters);
    const struct vg_track t = {.id = TRACK,
                               .number = 17,
                               .time_us = START_US,
                               .seen_us = START_US,
                               .began_us = START_US - VG_MINUTE_US,
                               .lat_deg = -1.1,
                               .lon_deg = -80.9,
                               .sigma_major_m = 41,
                               .sigma_minor_m = 18,
                               .orientation_deg = 12,
                               .speed_kn = 24.1,
                               .course_deg = 281,
                               .existence = 0.998,
                               .seen_by = 6,
                               .sensor_track = {412, 9},
                               .sensor_site = {1, 2},
                               .sensor_us = {START_US, START_US - VG_MINUTE_US},
                               .facts = 1 << VG_TRACK_EVENT_DARK,
                               .source = 1,
                               .mode_3a = VG_MODE_3A_NONE};
    assert_true(vg_picture_track(server->picture, &t, VG_THING_SMALL_CRAFT, NULL));
    apply(server->picture, at_position(SHIP, START_US, -80.1, -2.3));
    server_publish(server);
}

static int set_up(void **state)
{
    (void)state;
    struct vg_api_options o = server_options();
    o.hand = &doing;
    refuse_with = VG_OK;
    assert_int_equal(vg_hand_new(&hand), VG_OK);
    server = server_open(&o);
    fill();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    server_close(server);
    vg_hand_free(hand);
    return 0;
}

static double number_of(const json_t *o, const char *key)
{
    return json_number_value(json_object_get(o, key));
}

static void sensors_tell_what_they_cover_and_how_they_do(void **state)
{
    (void)state;
    json_t *all = server_json(server, "/api/v1/sensors", 200), *sensors = json_object_get(all, "sensors");
    assert_int_equal(json_array_size(sensors), 2);
    const json_t *one = json_array_get(sensors, 0), *two = json_array_get(sensors, 1);
    assert_int_equal((int)number_of(one, "id"), 1);
    assert_string_equal(text_of(one, "name"), "manta");
    assert_string_equal(text_of(one, "state"), "live");
    assert_true(fabs(number_of(one, "reach_m") - 44935) < 200); /* 90 m and 2 m over 4/3 of the earth */
    assert_int_equal((int)number_of(one, "tracks"), 12);
    assert_true(fabs(number_of(json_object_get(one, "learnt"), "detection_probability") - 0.876) < 1e-9);
    assert_true(fabs(number_of(json_object_get(one, "bias"), "range_m") - 80.1) < 1e-9);
    assert_true(fabs(number_of(json_object_get(one, "bias"), "bearing_deg") + 0.5) < 1e-9);
    const json_t *ring = json_array_get(json_object_get(one, "outline"), 0);
    assert_true(json_array_size(ring) > 30);
    assert_true(json_equal(json_array_get(ring, 0), json_array_get(ring, json_array_size(ring) - 1)));
    assert_string_equal(text_of(two, "name"), "salinas\"");
    assert_string_equal(text_of(two, "state"), "never");
    assert_true(json_is_null(json_object_get(two, "heard")));
    assert_true(json_is_null(json_object_get(two, "learnt")));
    assert_true(json_is_null(json_object_get(two, "bias")));
    assert_true(json_is_null(json_object_get(two, "height_m")));
    json_decref(all);
    vg_picture_advance(server->picture, START_US + VG_MINUTE_US);
    server_publish(server);
    all = server_json(server, "/api/v1/sensors", 200);
    assert_string_equal(text_of(json_array_get(json_object_get(all, "sensors"), 0), "state"), "silent");
    json_decref(all);
}

static void metrics_tell_of_them(void **state)
{
    (void)state;
    struct http *h = http_get(server->address, "/metrics");
    assert_non_null(strstr(h->body, "\nvigia_sensor_plots_total{sensor=\"manta\"} 1234\n"));
    assert_non_null(strstr(h->body, "\nvigia_sensor_bias_bearing_degrees{sensor=\"manta\"} -0.5\n"));
    assert_non_null(strstr(h->body, "\nvigia_sensor_tracks{sensor=\"salinas\\\"\"} 0\n"));
    assert_non_null(strstr(h->body, "\nvigia_tracks_begun_total 17\n"));
    http_close(h);
}

static void a_contact_without_an_mmsi_has_its_track(void **state)
{
    (void)state;
    json_t *c = server_json(server, "/api/v1/contacts/1111000011110000", 200), *t = json_object_get(c, "track");
    assert_null(json_object_get(c, "mmsi"));
    assert_int_equal((int)number_of(t, "number"), 17);
    assert_true(fabs(number_of(t, "existence") - 0.998) < 1e-9);
    assert_true(fabs(number_of(t, "sigma_major_m") - 41) < 1e-9);
    assert_int_equal(json_array_size(json_object_get(t, "seen_by")), 2);
    assert_string_equal(json_string_value(json_array_get(json_object_get(t, "seen_by"), 1)), "salinas\"");
    assert_string_equal(json_string_value(json_array_get(json_object_get(t, "facts"), 0)), "dark");
    assert_true(json_is_null(json_object_get(t, "mmsi")));
    assert_int_equal(json_array_size(json_object_get(t, "timeline")), 2);
    const json_t *own = json_array_get(json_object_get(t, "sensor_tracks"), 0);
    assert_string_equal(text_of(own, "sensor"), "manta");
    assert_int_equal((int)number_of(own, "track"), 412);
    assert_int_equal(json_array_size(json_object_get(c, "hand")), 0);
    json_decref(c);
}

static void lists_of_vessels_leave_it_out_and_lists_of_contacts_have_it(void **state)
{
    (void)state;
    json_t *vessels = server_json(server, "/api/v1/vessels", 200),
           *contacts = server_json(server, "/api/v1/contacts", 200);
    assert_int_equal(json_array_size(json_object_get(vessels, "vessels")), 1);
    assert_int_equal(json_array_size(json_object_get(contacts, "contacts")), 2);
    size_t tracks = 0;
    for (size_t i = 0; i < 2; i++)
        tracks += json_is_object(json_object_get(json_array_get(json_object_get(contacts, "contacts"), i), "track"));
    assert_int_equal(tracks, 1);
    json_decref(vessels);
    json_decref(contacts);
    json_t *features =
        json_object_get(contacts = server_json(server, "/api/v1/contacts?format=geojson", 200), "features");
    tracks = 0;
    for (size_t i = 0; i < json_array_size(features); i++)
        tracks += json_is_object(json_object_get(json_object_get(json_array_get(features, i), "properties"), "track"));
    assert_int_equal(tracks, 1);
    json_decref(contacts);
    struct http *csv = http_get(server->address, "/api/v1/contacts?format=csv");
    assert_non_null(strstr(csv->body, ",seen_by\r\n"));
    assert_non_null(strstr(csv->body, ",\"manta, salinas\"\"\"\r\n"));
    http_close(csv);
    json_t *trails = server_json(server, "/api/v1/trails", 200);
    assert_int_equal(json_array_size(json_object_get(trails, "trails")), 2);
    json_decref(trails);
}

static json_t *post(const char *body, int status)
{
    struct http *h = http_send(server->address, "POST", "/api/v1/hand", "application/json", body);
    if (h->status != status)
        fail_msg("%s: %d: %s", body, h->status, h->body);
    json_t *json = json_loadb(h->body, h->body_len, 0, NULL);
    assert_non_null(json);
    http_close(h);
    return json;
}

static void operators_act_and_are_named(void **state)
{
    (void)state;
    json_t *done =
        post("{\"action\":\"name\",\"contact\":\"1111000011110000\",\"name\":\"Panga blanca\",\"who\":\"Alf. "
             "Mora\",\"why\":\"seen by the patrol\"}",
             200);
    assert_int_equal((int)number_of(done, "id"), 1);
    assert_string_equal(text_of(done, "who"), "Alf. Mora");
    json_decref(done);
    json_decref(post("{\"action\":\"undo\",\"undoes\":1,\"who\":\"x\",\"why\":\"y\"}", 200));
    json_t *all = server_json(server, "/api/v1/hand", 200);
    assert_int_equal(json_array_size(json_object_get(all, "hand")), 2);
    json_decref(all);
    all = server_json(server, "/api/v1/hand?contact=1111000011110000", 200);
    assert_int_equal(json_array_size(json_object_get(all, "hand")), 1);
    json_decref(all);
    all = server_json(server, "/api/v1/contacts/1111000011110000", 200);
    assert_string_equal(text_of(json_array_get(json_object_get(all, "hand"), 0), "name"), "Panga blanca");
    json_decref(all);
    json_decref(server_json(server, "/api/v1/hand?contact=zz", 400));
}

static const json_t *claim_of(const json_t *contact, const char *kind, size_t number)
{
    size_t i;
    json_t *claim;
    json_array_foreach(json_object_get(contact, "claims"), i, claim)
    {
        if (strcmp(text_of(claim, "kind"), kind) == 0 && !number--)
            return claim;
    }
    return NULL;
}

/* Each with who says it, when, and how sure that is: what radars call it, and what operators do. */
static void what_others_call_a_contact_are_claims(void **state)
{
    (void)state;
    json_decref(post("{\"action\":\"name\",\"contact\":\"1111000011110000\",\"name\":\"Panga\",\"who\":\"Alf. "
                     "Mora\",\"why\":\"seen\"}",
                     200));
    json_decref(post("{\"action\":\"classify\",\"contact\":\"1111000011110000\",\"kind\":\"fishing\",\"who\":"
                     "\"Cap. Ríos\",\"why\":\"nets\"}",
                     200));
    json_t *c = server_json(server, "/api/v1/contacts/1111000011110000", 200);
    assert_int_equal(json_array_size(json_object_get(c, "claims")), 4);
    const json_t *claim = claim_of(c, "sensor-track", 0);
    assert_int_equal((int)number_of(claim, "value"), 412);
    assert_string_equal(text_of(claim, "source"), "manta");
    assert_true(number_of(claim, "probability") > 0.9);
    claim = claim_of(c, "sensor-track", 1);
    assert_int_equal((int)number_of(claim, "value"), 9);
    assert_string_not_equal(text_of(claim, "time"), text_of(claim_of(c, "sensor-track", 0), "time"));
    claim = claim_of(c, "name", 0);
    assert_string_equal(text_of(claim, "value"), "Panga");
    assert_string_equal(text_of(claim, "source"), "operator");
    assert_string_equal(text_of(claim, "who"), "Alf. Mora");
    assert_non_null(json_object_get(claim, "time"));
    assert_true(number_of(claim, "probability") < 0.99);
    assert_string_equal(text_of(claim_of(c, "kind", 0), "value"), "fishing");
    json_decref(c);
    json_decref(post("{\"action\":\"name\",\"contact\":\"1111000011110000\",\"name\":\"\",\"who\":\"x\",\"why\":"
                     "\"y\"}",
                     200));
    vg_hand_set_undone(hand, 2);
    ;
    c = server_json(server, "/api/v1/contacts/1111000011110000", 200);
    assert_null(claim_of(c, "name", 0));
    assert_null(claim_of(c, "kind", 0));
    json_decref(c);
    json_t *all = server_json(server, "/api/v1/contacts", 200);
    size_t numbers = 0;
    for (size_t i = 0; i < 2; i++)
        numbers += claim_of(json_array_get(json_object_get(all, "contacts"), i), "sensor-track", 0) != NULL;
    assert_int_equal(numbers, 1);
    json_decref(all);
}

/* An echo was named; then she spoke, and it is hers. */
static void what_an_operator_said_of_an_echo_stays_with_the_vessel_that_it_is(void **state)
{
    (void)state;
    char id[VG_CONTACT_ID_TEXT], path[64];
    json_decref(post("{\"action\":\"name\",\"contact\":\"1111000011110000\",\"name\":\"Panga\",\"who\":\"x\",\"why\":"
                     "\"y\"}",
                     200));
    struct vg_track t = vg_picture_track_row(server->picture, TRACK)->track;
    t.mmsi = SHIP;
    t.seen_us += VG_SECOND_US;
    assert_true(vg_picture_track(server->picture, &t, 0, NULL));
    server_publish(server);
    vg_contact_id_text(vg_picture_find(server->picture, SHIP)->id, id);
    snprintf(path, sizeof path, "/api/v1/contacts/%s", id);
    json_t *c = server_json(server, path, 200);
    assert_string_equal(text_of(claim_of(c, "name", 0), "value"), "Panga");
    assert_int_equal((int)number_of(claim_of(c, "sensor-track", 0), "value"), 412);
    assert_int_equal((int)number_of(claim_of(c, "mmsi", 0), "value"), SHIP);
    assert_int_equal(json_array_size(json_object_get(c, "hand")), 1);
    json_decref(c);
}

static void what_can_t_be_done_is_refused_with_a_sentence(void **state)
{
    (void)state;
    json_t *e =
        post("{\"action\":\"classify\",\"contact\":\"1111000011110000\",\"kind\":\"hostile\",\"who\":\"x\",\"why\":"
             "\"y\"}",
             400);
    assert_non_null(strstr(text_of(json_object_get(e, "error"), "message"), "small-craft"));
    json_decref(e);
    json_decref(post("[]", 400));
    static const struct {
        enum vg_err err;
        int status;
    } rows[] = {{VG_NOT_FOUND, 404}, {VG_ARG, 409}, {VG_UNSUPPORTED, 409}, {VG_LIMIT, 503}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        refuse_with = rows[i].err;
        json_decref(
            post("{\"action\":\"keep\",\"contact\":\"1111000011110000\",\"who\":\"x\",\"why\":\"y\"}", rows[i].status));
    }
    refuse_with = VG_OK;
    assert_int_equal(vg_hand_list(hand, 0, NULL, 0), 0);
}

static void a_server_that_others_reach_takes_no_actions(void **state)
{
    (void)state;
    server_close(server);
    struct vg_api_options o = server_options();
    server = server_open(&o); /* without .hand */
    json_decref(post("{\"action\":\"keep\",\"contact\":\"1111000011110000\",\"who\":\"x\",\"why\":\"y\"}", 403));
    json_t *all = server_json(server, "/api/v1/hand", 200);
    assert_int_equal(json_array_size(json_object_get(all, "hand")), 0);
    json_decref(all);
    json_t *none = server_json(server, "/api/v1/sensors", 200);
    assert_int_equal(json_array_size(json_object_get(none, "sensors")), 0);
    json_decref(none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(sensors_tell_what_they_cover_and_how_they_do, set_up, tear_down),
        cmocka_unit_test_setup_teardown(metrics_tell_of_them, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_contact_without_an_mmsi_has_its_track, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lists_of_vessels_leave_it_out_and_lists_of_contacts_have_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(operators_act_and_are_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_others_call_a_contact_are_claims, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_an_operator_said_of_an_echo_stays_with_the_vessel_that_it_is, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_can_t_be_done_is_refused_with_a_sentence, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_server_that_others_reach_takes_no_actions, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
