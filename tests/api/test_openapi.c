/* The description of the interface: how types, parameters and answers are written. */
#include "server.h"

static struct server *server;
static json_t *whole;

static int set_up(void **state)
{
    (void)state;
    struct vg_api_options o = server_options();
    server = server_open(&o);
    whole = server_json(server, "/api/v1/openapi.json", 200);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    json_decref(whole);
    server_close(server);
    return 0;
}

/* What a path of keys leads to, as JSON; a key may be a number. */
static void says(const char *const *keys, size_t count, const char *text)
{
    const json_t *at = whole;
    for (size_t i = 0; i < count; i++)
        at = json_is_array(at) ? json_array_get(at, strtoul(keys[i], NULL, 10)) : json_object_get(at, keys[i]);
    char *dump = at ? json_dumps(at, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
    if (!dump || strcmp(dump, text) != 0)
        fail_msg("%s %s: %s, not %s", keys[0], keys[count - 1], dump ? dump : "absent", text);
    free(dump);
}

#define SAYS(text, ...)                                                                                                \
    do {                                                                                                               \
        static const char *const keys_[] = {__VA_ARGS__};                                                              \
        says(keys_, sizeof keys_ / sizeof *keys_, text);                                                               \
    } while (0)
#define PROPERTY(text, schema, name) SAYS(text, "components", "schemas", schema, "properties", name)

static void a_property_is_written_by_its_type(void **state)
{
    (void)state;
    PROPERTY("{\"type\":\"string\",\"description\":\"Of the program\"}", "Status", "version");
    PROPERTY("{\"type\":\"string\"}", "Vessel", "name"); /* nothing more is to be said of it */
    PROPERTY("{\"type\":\"string\",\"format\":\"date-time\",\"description\":\"The picture's time\"}", "Status", "time");
    PROPERTY("{\"$ref\":\"#/components/schemas/Limits\",\"description\":\"How much this server takes\"}", "Status",
             "limits");
    PROPERTY(
        "{\"anyOf\":[{\"$ref\":\"#/components/schemas/View\"},{\"type\":\"null\"}],\"description\":\"Where the page "
        "should begin\"}",
        "Status", "view");
    PROPERTY("{\"anyOf\":[{\"type\":\"string\",\"format\":\"date-time\"},{\"type\":\"null\"}],\"description\":\"Of the "
             "state\"}",
             "Feed", "since");
    PROPERTY("{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]}", "Feed", "error");
    PROPERTY("{\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/Vessel\"},\"description\":\"Those that "
             "fit\"}",
             "Vessels", "vessels");
    PROPERTY(
        "{\"type\":\"array\",\"items\":{\"type\":\"integer\"},\"description\":\"Indexes of trail points that no line "
        "leads to\"}",
        "VesselMore", "breaks");
    PROPERTY("{\"type\":\"array\",\"items\":{\"type\":\"array\"},\"description\":\"[lon, lat, unix seconds], oldest "
             "first\"}",
             "Trail", "points");
    PROPERTY("{\"type\":\"integer\",\"description\":\"Segments of the journal\"}", "Storage", "segments");
    SAYS("\"object\"", "components", "schemas", "Vessel", "type");
}

static void details_are_all_of_their_parts(void **state)
{
    (void)state;
#define REF(name) "{\"$ref\":\"#/components/schemas/" name "\"}"
    SAYS("{\"allOf\":[" REF("Vessel") "," REF("VesselMore") "]}", "components", "schemas", "VesselDetail");
    SAYS("{\"allOf\":[" REF("ContactHead") "," REF("Vessel") "]}", "components", "schemas", "Contact");
    SAYS("{\"allOf\":[" REF("Contact") "," REF("ContactMore") "," REF("VesselMore") "]}", "components", "schemas",
         "ContactDetail");
}

static void a_parameter_is_of_the_path_or_of_the_query(void **state)
{
    (void)state;
    SAYS("[{\"name\":\"mmsi\",\"in\":\"path\",\"required\":true,\"schema\":{\"type\":\"integer\"}}]", "paths",
         "/api/v1/vessels/{mmsi}", "get", "parameters");
    SAYS("[{\"name\":\"id\",\"in\":\"path\",\"required\":true,\"schema\":{\"type\":\"string\"}}]", "paths",
         "/api/v1/contacts/{id}", "get", "parameters");
    SAYS("[{\"name\":\"bbox\",\"in\":\"query\",\"schema\":{\"type\":\"string\"},\"description\":\"W,S,E,N in degrees; "
         "W > "
         "E crosses the antimeridian\"},{\"name\":\"class\",\"in\":\"query\",\"schema\":{\"type\":\"string\"},"
         "\"description\":\"classes with commas between: a, b, base, aton, sar, sart, mob, epirb, aux, …\"},"
         "{\"name\":\"minutes\",\"in\":\"query\",\"schema\":{\"type\":\"integer\"},\"description\":\"how far back, "
         "1-1440; default 60\"}]",
         "paths", "/api/v1/trails", "get", "parameters");
    SAYS("[]", "paths", "/api/v1/status", "get", "parameters");
}

#define ERROR(status, text)                                                                                            \
    "\"" status "\":{\"description\":\"" text "\",\"content\":{\"application/json\":{\"schema\":" REF("Error") "}}}"
#define BUSY      ERROR("503", "Busy: try again after Retry-After seconds")
#define BAD       ERROR("400", "A parameter or the body is not of the expected form")
#define NONE      ERROR("404", "There is none")
#define TOO_MUCH  ERROR("413", "Too much: ask for less, as the message says")
#define WELL(say) "{\"200\":{\"description\":\"" say "\",\"content\":{"
#define SCHEMA    "\":{\"schema\":"

static void an_answer_is_well_or_one_of_the_errors_that_may_be(void **state)
{
    (void)state;
    SAYS(WELL("Version, clock, limits and what the page needs to begin") "\"application/json" SCHEMA REF(
             "Status") "}}}," BUSY "}",
         "paths", "/api/v1/status", "get", "responses");
    SAYS(WELL("All vessels that fit the filters") "\"application/json" SCHEMA REF(
             "Vessels") "},\"application/geo+json" SCHEMA REF("GeoJSON") "}}}," BAD "," BUSY "}",
         "paths", "/api/v1/vessels", "get", "responses");
    SAYS(WELL("One layer as GeoJSON") "\"application/geo+json" SCHEMA REF("GeoJSON") "}}}," NONE "," BUSY "}", "paths",
         "/api/v1/layers/{id}", "get", "responses");
    SAYS(WELL("One vessel at one moment: who had said each field and when, its trail") "\"application/json" SCHEMA REF(
             "VesselDetail") "}}}," BAD "," TOO_MUCH "," BUSY "}",
         "paths", "/api/v1/history/vessel", "get", "responses");
    SAYS(WELL("Counters for Prometheus") "\"text/plain; version=0.0.4" SCHEMA "{\"type\":\"string\"}}}}," BUSY "}",
         "paths", "/metrics", "get", "responses");
}

static void it_says_what_it_is(void **state)
{
    (void)state;
    struct http *h = http_get(server->address, "/api/v1/openapi.json");
    assert_string_equal(http_header(h, "Content-Type"), "application/json");
    http_close(h);
    SAYS("\"3.1.0\"", "openapi");
    SAYS("\"Vigía\"", "info", "title");
    SAYS("\"" VG_VERSION "\"", "info", "version");
    SAYS("\"status\"", "paths", "/api/v1/status", "get", "operationId");
    SAYS("\"The page and its files\"", "paths", "/", "get", "summary");
    assert_int_equal(json_object_size(json_object_get(json_object_get(whole, "paths"), "/api/v1/status")), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_property_is_written_by_its_type),
        cmocka_unit_test(details_are_all_of_their_parts),
        cmocka_unit_test(a_parameter_is_of_the_path_or_of_the_query),
        cmocka_unit_test(an_answer_is_well_or_one_of_the_errors_that_may_be),
        cmocka_unit_test(it_says_what_it_is),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
