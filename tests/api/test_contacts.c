/* /api/v1/contacts: ids, claims, and for each field the very report that said it. */
#include "export/csv.h"
#include "server.h"

#define SHIP UINT32_C(735059037)

static struct server *server;

/* A ship whose fields come from different reports: a position at 100, a name at 200 by part A, a call sign by part B.
 */
static void fill(void)
{
    struct vg_picture *p = server->picture;
    struct vg_report r = at_position(SHIP, START_US, -80.1, -2.3);
    r.status = 14;
    r.journal_offset = 100;
    r.fields |= VG_FIELD_BIT(TURN);
    r.turn_raw = 127;
    apply(p, r);
    r = called(SHIP, START_US + VG_SECOND_US, "MANTA");
    r.fields = VG_FIELD_BIT(NAME);
    r.message = 24;
    r.journal_offset = 200;
    apply(p, r);
    r.fields = VG_FIELD_BIT(CALLSIGN) | VG_FIELD_BIT(IMO) | VG_FIELD_BIT(DIMENSIONS) | VG_FIELD_BIT(ETA) |
               VG_FIELD_BIT(DRAUGHT) | VG_FIELD_BIT(SHIPTYPE) | VG_FIELD_BIT(DESTINATION);
    r.time_us = START_US + 2 * VG_SECOND_US;
    r.message = 5;
    r.journal_offset = 300;
    snprintf(r.callsign, sizeof r.callsign, "HC1234");
    r.imo = 9074729;
    r.to_bow_m = 150, r.to_stern_m = 30, r.to_port_m = 10, r.to_starboard_m = 12;
    r.eta_month = 11, r.eta_day = 23, r.eta_hour = 24, r.eta_minute = 60;
    r.draught_dm = 71;
    r.shiptype = 70;
    apply(p, r);
    apply(p, at_position(412345678, START_US, 179.95, -17));
    apply(p, called(366000001, START_US, "NO POSITION"));
    server_publish(server);
}

static int set_up(void **state)
{
    (void)state;
    struct vg_api_options o = server_options();
    server = server_open(&o);
    fill();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    server_close(server);
    return 0;
}

static void id_of(uint32_t mmsi, char ret[static 17])
{
    vg_contact_id_text(vg_picture_find(server->picture, mmsi)->id, ret);
}

static json_t *contact(uint32_t mmsi)
{
    char target[64] = "/api/v1/contacts/";
    id_of(mmsi, target + strlen(target));
    return server_json(server, target, 200);
}

static void says(json_t *json, const char *name, const char *text)
{
    char *dump = json_dumps(json_object_get(json, name), JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(9));
    if (!dump || strcmp(dump, text) != 0)
        fail_msg("%s: %s, expected %s", name, dump ? dump : "absent", text);
    free(dump);
}

static void a_contact_has_its_id_and_its_claims(void **state)
{
    (void)state;
    char id[17];
    id_of(SHIP, id);
    json_t *c = contact(SHIP);
    assert_string_equal(text_of(c, "id"), id);
    says(c, "mmsi", "735059037");
    json_t *claims = json_object_get(c, "claims");
    assert_int_equal(json_array_size(claims), 2);
    json_t *claim = json_array_get(claims, 0);
    says(claim, "kind", "\"mmsi\"");
    says(claim, "value", "735059037");
    says(claim, "source", "\"Manta\"");
    says(claim, "time", "\"2023-11-14T22:13:22Z\""); /* the newest report that claimed it */
    double probability = json_number_value(json_object_get(claim, "probability"));
    assert_true(probability > 0 && probability <= 1);
    claim = json_array_get(claims, 1);
    says(claim, "kind", "\"imo\"");
    says(claim, "value", "9074729");
    json_decref(c);
}

/* Each field's value, time, message and place are those of one report; the name's is not the call sign's. */
static void each_field_names_the_report_that_said_it(void **state)
{
    (void)state;
    json_t *c = contact(SHIP), *reported = json_object_get(c, "reported");
    says(reported, "name",
         "{\"value\":\"MANTA\",\"time\":\"2023-11-14T22:13:21Z\",\"source\":\"Manta\",\"message\":24,\"place\":200,"
         "\"age\":\"fresh\"}");
    says(reported, "callsign",
         "{\"value\":\"HC1234\",\"time\":\"2023-11-14T22:13:22Z\",\"source\":\"Manta\",\"message\":5,\"place\":300,"
         "\"age\":\"fresh\"}");
    says(reported, "position",
         "{\"value\":{\"lon\":-80.1,\"lat\":-2.3},\"time\":\"2023-11-14T22:13:20Z\",\"source\":\"Manta\",\"message\":1,"
         "\"place\":100,\"age\":\"fresh\"}");
    static const char *const values[][2] = {
        {"speed", "12.3"},
        {"course", "90.1"},
        {"turn", "\"starboard\""},
        {"status", "14"},
        {"imo", "9074729"},
        {"shiptype", "70"},
        {"dimensions", "{\"to_bow\":150,\"to_stern\":30,\"to_port\":10,\"to_starboard\":12}"},
        {"destination", "\"GUAYAQUIL\""},
        {"eta", "\"11-23\""},
        {"draught", "7.1"},
    };
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        says(json_object_get(reported, values[i][0]), "value", values[i][1]);
    assert_int_equal(json_array_size(json_object_get(c, "trail")), 1);
    json_decref(c);
    c = server_json(server, "/api/v1/vessels/735059037", 200);
    json_t *name = json_object_get(json_object_get(c, "reported"), "name");
    says(name, "value", "\"MANTA\"");
    assert_non_null(json_object_get(name, "age"));
    json_decref(c);
}

static void a_field_grows_old(void **state)
{
    (void)state;
    struct vg_api_options o = server_options();
    struct server *other = server_open(&o);
    apply(other->picture, at_position(SHIP, START_US, -80.1, -2.3));
    vg_picture_advance(other->picture, START_US + 29 * VG_MINUTE_US);
    server_publish(other);
    char target[64] = "/api/v1/contacts/";
    vg_contact_id_text(vg_picture_find(other->picture, SHIP)->id, target + strlen(target));
    json_t *c = server_json(other, target, 200);
    enum vg_age age = vg_field_age(VG_FIELD_POS, &vg_picture_find(other->picture, SHIP)->prov[VG_FIELD_POS],
                                   START_US + 29 * VG_MINUTE_US);
    assert_true(age != VG_AGE_FRESH);
    assert_string_equal(text_of(json_object_get(json_object_get(c, "reported"), "position"), "age"), vg_age_key(age));
    json_decref(c);
    server_close(other);
}

/* Old logs are full of it: it is shown, and is no alarm. */
static void status_14_of_a_ship_is_unconfirmed(void **state)
{
    (void)state;
    json_t *c = contact(SHIP);
    says(c, "status", "14");
    says(c, "status_unconfirmed", "true");
    assert_null(json_object_get(c, "distress"));
    json_decref(c);
    c = server_json(server, "/api/v1/vessels/735059037", 200);
    says(c, "status_unconfirmed", "true");
    json_decref(c);
    c = contact(412345678);
    assert_null(json_object_get(c, "status_unconfirmed"));
    json_decref(c);
}

static size_t count_of(const char *target, const char *array)
{
    json_t *json = server_json(server, target, 200);
    size_t n = json_array_size(json_object_get(json, array));
    assert_int_equal(json_integer_value(json_object_get(json, "count")), n);
    json_decref(json);
    return n;
}

static void the_list_takes_the_filters_of_vessels(void **state)
{
    (void)state;
    assert_int_equal(count_of("/api/v1/contacts", "contacts"), 3);
    assert_int_equal(count_of("/api/v1/contacts?flag=EC", "contacts"), 1);
    assert_int_equal(count_of("/api/v1/contacts?bbox=179,-18,-179,-16", "contacts"), 1);
    assert_int_equal(count_of("/api/v1/contacts?limit=2", "contacts"), 2);
    assert_int_equal(count_of("/api/v1/contacts?format=geojson", "features"), 2); /* with a position */
    json_t *json = server_json(server, "/api/v1/contacts?q=manta&format=geojson", 200);
    json_t *feature = json_array_get(json_object_get(json, "features"), 0);
    char id[17];
    id_of(SHIP, id);
    assert_string_equal(text_of(feature, "id"), id);
    assert_string_equal(text_of(json_object_get(feature, "properties"), "id"), id);
    assert_string_equal(text_of(json_object_get(feature, "geometry"), "type"), "Point");
    json_decref(json);
    json = server_json(server, "/api/v1/contacts?q=735059037", 200);
    json_t *c = json_array_get(json_object_get(json, "contacts"), 0);
    assert_int_equal(json_array_size(json_object_get(c, "claims")), 2);
    assert_null(json_object_get(c, "contact"));
    json_decref(json);
}

static void an_unchanged_list_is_not_sent_again(void **state)
{
    (void)state;
    char line[1200];
    struct http *h = http_get(server->address, "/api/v1/contacts");
    snprintf(line, sizeof line, "If-None-Match: %s\r\n", http_header(h, "ETag"));
    http_close(h);
    h = http_ask(server->address, "GET", "/api/v1/contacts", line);
    assert_int_equal(h->status, 304);
    http_close(h);
    h = http_ask(server->address, "GET", "/api/v1/vessels", line); /* another list, another tag */
    assert_int_equal(h->status, 200);
    http_close(h);
    server_publish(server);
    h = http_ask(server->address, "GET", "/api/v1/contacts", line);
    assert_int_equal(h->status, 200);
    http_close(h);
}

static void refused(const char *target, int status, const char *code, const char *part)
{
    json_t *json = server_json(server, target, status), *error = json_object_get(json, "error");
    assert_string_equal(text_of(error, "code"), code);
    if (!strstr(text_of(error, "message"), part))
        fail_msg("%s: \"%s\" does not say \"%s\"", target, text_of(error, "message"), part);
    json_decref(json);
}

/* The columns are those of every export; vessels and contacts are the same rows, and the filters hold. */
static void vessels_and_contacts_come_as_csv(void **state)
{
    (void)state;
    char head[512];
    struct vg_out out = vg_out_fixed(head, sizeof head);
    vg_export_csv_contacts_head(&out);
    struct http *h = http_get(server->address, "/api/v1/vessels?format=csv"),
                *same = http_get(server->address, "/api/v1/contacts?format=csv"),
                *none = http_get(server->address, "/api/v1/vessels?format=csv&q=NOBODY");
    assert_int_equal(h->status, 200);
    assert_string_equal(http_header(h, "Content-Type"), "text/csv; charset=utf-8");
    assert_true(h->body_len > out.len);
    assert_memory_equal(h->body, head, out.len);
    assert_non_null(strstr(h->body, ",100,MANTA,"));
    assert_string_equal(h->body, same->body);
    assert_int_equal(none->body_len, out.len);
    http_close(h);
    http_close(same);
    http_close(none);
}

static void unknown_and_malformed_ids_are_told_apart(void **state)
{
    (void)state;
    refused("/api/v1/contacts/0000000000000001", 404, "not_found", "no contact with this id");
    refused("/api/v1/contacts/0000000000000000", 404, "not_found", "no contact with this id");
    refused("/api/v1/contacts/735059037", 400, "bad_id", "16 hexadecimal digits");
    refused("/api/v1/contacts/00000000000000001", 400, "bad_id", "16 hexadecimal digits");
    refused("/api/v1/contacts/000000000000000g", 400, "bad_id", "16 hexadecimal digits");
    refused("/api/v1/contacts/0x00000000000001", 400, "bad_id", "16 hexadecimal digits");
    refused("/api/v1/contacts/", 404, "not_found", "openapi");
    refused("/api/v1/contacts?format=xml", 400, "bad_parameter", "json, geojson or csv");
    refused("/api/v1/contacts?mmsi=1", 400, "bad_parameter", "unknown parameter");
}

/* What is answered is described, in whatever part of the schema. */
static void openapi_describes_a_contact(void **state)
{
    (void)state;
    json_t *json = server_json(server, "/api/v1/openapi.json", 200), *c = contact(SHIP), *value;
    json_t *schemas = json_object_get(json_object_get(json, "components"), "schemas");
    static const char *const parts[] = {"ContactHead", "Vessel", "VesselMore", "ContactMore"};
    const char *key;
    json_object_foreach(c, key, value)
    {
        bool described = false;
        for (size_t i = 0; i < 4; i++)
            described |=
                json_object_get(json_object_get(json_object_get(schemas, parts[i]), "properties"), key) != NULL;
        if (!described)
            fail_msg("%s is not described", key);
    }
    json_object_foreach(json_array_get(json_object_get(c, "claims"), 0), key, value)
        assert_non_null(json_object_get(json_object_get(json_object_get(schemas, "Claim"), "properties"), key));
    json_decref(c);
    json_decref(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_contact_has_its_id_and_its_claims),
        cmocka_unit_test(each_field_names_the_report_that_said_it),
        cmocka_unit_test(a_field_grows_old),
        cmocka_unit_test(status_14_of_a_ship_is_unconfirmed),
        cmocka_unit_test(the_list_takes_the_filters_of_vessels),
        cmocka_unit_test(an_unchanged_list_is_not_sent_again),
        cmocka_unit_test(vessels_and_contacts_come_as_csv),
        cmocka_unit_test(unknown_and_malformed_ids_are_told_apart),
        cmocka_unit_test(openapi_describes_a_contact),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
