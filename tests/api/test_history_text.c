/* What the archive answers, letter by letter: an archive of a few rows, each with other fields. */
#include "parts.h"
#include "served_archive.h"

#define ALFA  UINT32_C(735059037)
#define BRAVO UINT32_C(412345678) /* class B */
#define CARLA UINT32_C(503000001) /* across the antimeridian */

static void add_alfa(void)
{
    struct vg_report r = seen_at(ALFA, 0, 1, -80.1, -2.3);
    r.fields |=
        VG_FIELD_BIT(SOG) | VG_FIELD_BIT(COG) | VG_FIELD_BIT(HEADING) | VG_FIELD_BIT(TURN) | VG_FIELD_BIT(STATUS);
    r.sog_dkn = 12, r.cog_ddeg = 901, r.heading_deg = 91, r.turn_raw = -10, r.status = 7;
    r.accurate = true;
    r.journal_offset = 11;
    archive_add(&archive, r);
    archive_add(&archive, seen_at(ALFA, 10, 3, -80.1001, -2.3));
    r = seen_at(ALFA, 60, 2, -80.1002, -2.3);
    r.fields |= VG_FIELD_BIT(COG) | VG_FIELD_BIT(TURN);
    r.cog_ddeg = 5, r.turn_raw = 127;
    archive_add(&archive, r);
    r = seen_at(ALFA, 3600, 1, -80.1003, -2.3);
    r.fields |= VG_FIELD_BIT(SOG);
    r.sog_dkn = 13;
    archive_add(&archive, r);
    r = named_as(ALFA, 20, 5, "ALFA");
    r.journal_offset = 70;
    archive_add(&archive, r);
}

static int set_up(void **state)
{
    (void)state;
    archive_begin(&archive, "Man\"ta");
    add_alfa();
    archive_add(&archive, seen_at(BRAVO, 30, 18, -80.2, -2.4));
    archive_add(&archive, seen_at(CARLA, 45, 1, 179.95, -17));
    archive_add(&archive, seen_at(CARLA, 105, 1, -179.95, -17));
    archive_add(&archive, named_as(BRAVO, -6 * 3600, 24, "BRA\"VO"));
    archive_add(&archive, named_as(CARLA, -6 * 3600 - 1, 24, "CARLA"));
    return serve_archive();
}

struct answer {
    const char *question, *type, *body;
};

static void are_answered(const struct answer *answers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct http *h = history_ask(server, answers[i].question, "");
        if (h->status != 200 || strcmp(h->body, answers[i].body) != 0)
            fail_msg("%s: %d\n%s\nnot\n%s", answers[i].question, h->status, h->body, answers[i].body);
        assert_string_equal(http_header(h, "Content-Type"), answers[i].type);
        http_close(h);
    }
}

#define ARE_ANSWERED(answers) are_answered(answers, sizeof answers / sizeof *answers)

static void a_track_is_written_with_what_each_position_said(void **state)
{
    (void)state;
    static const struct answer answers[] = {
        {"/track?mmsi=735059037&from=2023-11-14T22:00:00Z&to=2023-11-14T23:00:01Z", "application/json",
         "{\"vessel\":{\"mmsi\":735059037,\"class\":\"a\",\"name\":\"ALFA\",\"flag\":\"EC\"},\"from\":"
         "\"2023-11-14T22:00:00Z\",\"to\":\"2023-11-14T23:00:01Z\",\"points\":[{\"lon\":-80.1,\"lat\":-"
         "2.3,\"name\":\"ALFA\",\"time\":\"2023-11-14T22:00:00Z\",\"speed\":1.2,\"course\":90.1,\"headi"
         "ng\":91,\"turn\":-4.5,\"status\":7,\"message\":1,\"accurate\":true,\"source\":\"Man\\\"ta\","
         "\"place\":11},\n{\"lon\":-80.1001,\"lat\":-2.3,\"name\":\"ALFA\",\"time\":\"2023-11-14T22:00:"
         "10Z\",\"message\":3,\"accurate\":false,\"source\":\"Man\\\"ta\"},\n{\"lon\":-80.1002,\"lat\":"
         "-2.3,\"name\":\"ALFA\",\"time\":\"2023-11-14T22:01:00Z\",\"course\":0.5,\"turning\":\"starboa"
         "rd\",\"message\":2,\"accurate\":false,\"source\":\"Man\\\"ta\"},\n{\"lon\":-80.1003,\"lat\":-"
         "2.3,\"name\":\"ALFA\",\"time\":\"2023-11-14T23:00:00Z\",\"speed\":1.3,\"message\":1,\"accurat"
         "e\":false,\"source\":\"Man\\\"ta\"}],\"count\":4}\n"},
        {"/track?mmsi=735059037&from=2023-11-14T22:00:00Z&to=2023-11-14T23:00:00Z&step=10", "application/json",
         "{\"vessel\":{\"mmsi\":735059037,\"class\":\"a\",\"name\":\"ALFA\",\"flag\":\"EC\"},\"from\":"
         "\"2023-11-14T22:00:00Z\",\"to\":\"2023-11-14T23:00:00Z\",\"points\":[{\"lon\":-80.1,\"lat\":-"
         "2.3,\"name\":\"ALFA\",\"time\":\"2023-11-14T22:00:00Z\",\"speed\":1.2,\"course\":90.1,\"headi"
         "ng\":91,\"turn\":-4.5,\"status\":7,\"message\":1,\"accurate\":true,\"source\":\"Man\\\"ta\","
         "\"place\":11},\n{\"lon\":-80.1001,\"lat\":-2.3,\"name\":\"ALFA\",\"time\":\"2023-11-14T22:00:"
         "10Z\",\"message\":3,\"accurate\":false,\"source\":\"Man\\\"ta\"},\n{\"lon\":-80.1002,\"lat\":"
         "-2.3,\"name\":\"ALFA\",\"time\":\"2023-11-14T22:01:00Z\",\"course\":0.5,\"turning\":\"starboa"
         "rd\",\"message\":2,\"accurate\":false,\"source\":\"Man\\\"ta\"}],\"count\":3}\n"},
        {"/track?mmsi=735059037&from=2023-11-14T22:00:00Z&to=2023-11-14T23:00:00Z&step=11", "application/json",
         "{\"vessel\":{\"mmsi\":735059037,\"class\":\"a\",\"name\":\"ALFA\",\"flag\":\"EC\"},\"from\":"
         "\"2023-11-14T22:00:00Z\",\"to\":\"2023-11-14T23:00:00Z\",\"points\":[{\"lon\":-80.1,\"lat\":-"
         "2.3,\"name\":\"ALFA\",\"time\":\"2023-11-14T22:00:00Z\",\"speed\":1.2,\"course\":90.1,\"headi"
         "ng\":91,\"turn\":-4.5,\"status\":7,\"message\":1,\"accurate\":true,\"source\":\"Man\\\"ta\","
         "\"place\":11},\n{\"lon\":-80.1002,\"lat\":-2.3,\"name\":\"ALFA\",\"time\":\"2023-11-14T22:01:"
         "00Z\",\"course\":0.5,\"turning\":\"starboard\",\"message\":2,\"accurate\":false,\"source\":\""
         "Man\\\"ta\"}],\"count\":2}\n"},
        {"/track?mmsi=735059037&from=2023-11-14T22:00:00Z&to=2023-11-14T22:01:00Z&format=geojson",
         "application/geo+json",
         "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"geometry\":{\"type\":"
         "\"Point\",\"coordinates\":[-80.1,-2.3]},\"properties\":{\"mmsi\":735059037,\"name\":\"ALFA\""
         ",\"time\":\"2023-11-14T22:00:00Z\",\"speed\":1.2,\"course\":90.1,\"heading\":91,\"turn\":-4."
         "5,\"status\":7,\"message\":1,\"accurate\":true,\"source\":\"Man\\\"ta\",\"place\":11}},\n{\""
         "type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[-80.1001,-2.3]},\"prope"
         "rties\":{\"mmsi\":735059037,\"name\":\"ALFA\",\"time\":\"2023-11-14T22:00:10Z\",\"message\":"
         "3,\"accurate\":false,\"source\":\"Man\\\"ta\"}}]}\n"},
        {"/track?mmsi=735059037&from=2023-11-14T22:00:00Z&to=2023-11-14T22:01:00Z&format=csv",
         "text/csv; charset=utf-8",
         "mmsi,time,lon,lat,sog,cog,heading,turn,status,type,accurate,source,place,name,time_source\r\n"
         "735059037,2023-11-14T22:00:00Z,-80.1,-2.3,1.2,90.1,91,-10,7,1,1,\"Man\"\"ta\",11,ALFA,\r\n735"
         "059037,2023-11-14T22:00:10Z,-80.1001,-2.3,,,,,,3,0,\"Man\"\"ta\",,ALFA,\r\n"},
        {"/track?mmsi=1&from=2023-11-14T22:00:00Z&to=2023-11-14T22:01:00Z", "application/json",
         "{\"vessel\":{\"mmsi\":1,\"class\":\"unknown\"},\"from\":\"2023-11-14T22:00:00Z\",\"to\":\"20"
         "23-11-14T22:01:00Z\",\"points\":[],\"count\":0}\n"},
        {"/track?mmsi=1&from=2023-11-14T22:00:00Z&to=2023-11-14T22:01:00Z&format=geojson", "application/geo+json",
         "{\"type\":\"FeatureCollection\",\"features\":[]}\n"},
    };
    ARE_ANSWERED(answers);
}

static void an_export_is_written_hour_by_hour_with_the_names_of_a_day_before(void **state)
{
    (void)state;
    static const struct answer answers[] = {
        {"/export?from=2023-11-14T22:00:00Z&to=2023-11-14T23:00:01Z", "text/csv; charset=utf-8",
         "mmsi,time,lon,lat,sog,cog,heading,turn,status,type,accurate,source,place,name,time_source\r\n"
         "412345678,2023-11-14T22:00:30Z,-80.2,-2.4,,,,,,18,0,\"Man\"\"ta\",,\"BRA\"\"VO\",\r\n50300000"
         "1,2023-11-14T22:00:45Z,179.95,-17.0,,,,,,1,0,\"Man\"\"ta\",,CARLA,\r\n503000001,2023-11-14T22"
         ":01:45Z,-179.95,-17.0,,,,,,1,0,\"Man\"\"ta\",,CARLA,\r\n735059037,2023-11-14T22:00:00Z,-80.1,"
         "-2.3,1.2,90.1,91,-10,7,1,1,\"Man\"\"ta\",11,ALFA,\r\n735059037,2023-11-14T22:00:10Z,-80.1001,"
         "-2.3,,,,,,3,0,\"Man\"\"ta\",,ALFA,\r\n735059037,2023-11-14T22:01:00Z,-80.1002,-2.3,,0.5,,127,"
         ",2,0,\"Man\"\"ta\",,ALFA,\r\n735059037,2023-11-14T23:00:00Z,-80.1003,-2.3,1.3,,,,,1,0,\"Man\""
         "\"ta\",,ALFA,\r\n"},
        {"/export?from=2023-11-14T22:00:00Z&to=2023-11-14T23:00:00Z&format=geojson&mmsi=412345678",
         "application/geo+json",
         "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"geometry\":{\"type\":"
         "\"Point\",\"coordinates\":[-80.2,-2.4]},\"properties\":{\"mmsi\":412345678,\"name\":\"BRA\\"
         "\"VO\",\"time\":\"2023-11-14T22:00:30Z\",\"message\":18,\"accurate\":false,\"source\":\"Man"
         "\\\"ta\"}}]}\n"},
        {"/export?from=2023-11-14T22:00:00Z&to=2023-11-14T23:00:00Z&bbox=179,-18,-179,-16&format=geojson",
         "application/geo+json",
         "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"geometry\":{\"type\":\""
         "Point\",\"coordinates\":[179.95,-17.0]},\"properties\":{\"mmsi\":503000001,\"name\":\"CARLA\""
         ",\"time\":\"2023-11-14T22:00:45Z\",\"message\":1,\"accurate\":false,\"source\":\"Man\\\"ta\"}"
         "},\n{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[-179.95,-17.0]},"
         "\"properties\":{\"mmsi\":503000001,\"name\":\"CARLA\",\"time\":\"2023-11-14T22:01:45Z\",\"mes"
         "sage\":1,\"accurate\":false,\"source\":\"Man\\\"ta\"}}]}\n"},
        {"/export?from=2023-11-14T22:00:00Z&to=2023-11-14T23:00:00Z&bbox=0,0,1,1&format=geojson",
         "application/geo+json", "{\"type\":\"FeatureCollection\",\"features\":[]}\n"},
        /* Steps begin anew with each hour of the clock. */
        {"/export?from=2023-11-14T22:00:10Z&to=2023-11-14T23:00:01Z&mmsi=735059037&step=3600",
         "text/csv; charset=utf-8",
         "mmsi,time,lon,lat,sog,cog,heading,turn,status,type,accurate,source,place,name,time_source\r\n"
         "735059037,2023-11-14T22:00:10Z,-80.1001,-2.3,,,,,,3,0,\"Man\"\"ta\",,ALFA,\r\n735059037,2023-"
         "11-14T23:00:00Z,-80.1003,-2.3,1.3,,,,,1,0,\"Man\"\"ta\",,ALFA,\r\n"},
        {"/export?from=2023-11-14T22:00:10Z&to=2023-11-14T22:00:45Z", "text/csv; charset=utf-8",
         "mmsi,time,lon,lat,sog,cog,heading,turn,status,type,accurate,source,place,name,time_source\r\n"
         "412345678,2023-11-14T22:00:30Z,-80.2,-2.4,,,,,,18,0,\"Man\"\"ta\",,\"BRA\"\"VO\",\r\n73505903"
         "7,2023-11-14T22:00:10Z,-80.1001,-2.3,,,,,,3,0,\"Man\"\"ta\",,ALFA,\r\n"},
    };
    ARE_ANSWERED(answers);
}

static void a_region_is_written_by_number_and_as_far_as_its_limit(void **state)
{
    (void)state;
    static const struct answer answers[] = {
        {"/region?bbox=-81,-3,-80,-2&at=2023-11-14T22:01:00Z", "application/json",
         "{\"vessels\":[{\"mmsi\":412345678,\"class\":\"b\",\"name\":\"BRA\\\"VO\",\"flag\":\"CN\",\"l"
         "on\":-80.2,\"lat\":-2.4,\"time\":\"2023-11-14T22:00:30Z\",\"source\":\"Man\\\"ta\",\"heard\""
         ":\"2023-11-14T22:00:30Z\"},\n{\"mmsi\":735059037,\"class\":\"a\",\"name\":\"ALFA\",\"flag\":"
         "\"EC\",\"lon\":-80.1002,\"lat\":-2.3,\"speed\":1.2,\"course\":0.5,\"heading\":91,\"turning\""
         ":\"starboard\",\"status\":7,\"time\":\"2023-11-14T22:01:00Z\",\"source\":\"Man\\\"ta\",\"hea"
         "rd\":\"2023-11-14T22:01:00Z\"}],\"time\":\"2023-11-14T22:01:00Z\",\"total\":2,\"count\":2}\n"},
        {"/region?bbox=-81,-3,-80,-2&at=2023-11-14T22:01:00Z&limit=1", "application/json",
         "{\"vessels\":[{\"mmsi\":412345678,\"class\":\"b\",\"name\":\"BRA\\\"VO\",\"flag\":\"CN\",\"l"
         "on\":-80.2,\"lat\":-2.4,\"time\":\"2023-11-14T22:00:30Z\",\"source\":\"Man\\\"ta\",\"heard\""
         ":\"2023-11-14T22:00:30Z\"}],\"time\":\"2023-11-14T22:01:00Z\",\"total\":2,\"count\":1}\n"},
        {"/region?bbox=-81,-3,-80,-2&at=2023-11-14T22:01:00Z&limit=0", "application/json",
         "{\"vessels\":[],\"time\":\"2023-11-14T22:01:00Z\",\"total\":2,\"count\":0}\n"},
        {"/region?bbox=-81,-3,-80,-2&at=2023-11-14T22:01:00Z&limit=2&format=geojson", "application/geo+json",
         "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"id\":412345678,\"geome"
         "try\":{\"type\":\"Point\",\"coordinates\":[-80.2,-2.4]},\"properties\":{\"mmsi\":412345678,"
         "\"class\":\"b\",\"name\":\"BRA\\\"VO\",\"flag\":\"CN\",\"lon\":-80.2,\"lat\":-2.4,\"time\":"
         "\"2023-11-14T22:00:30Z\",\"source\":\"Man\\\"ta\",\"heard\":\"2023-11-14T22:00:30Z\"}},\n{\""
         "type\":\"Feature\",\"id\":735059037,\"geometry\":{\"type\":\"Point\",\"coordinates\":[-80.10"
         "02,-2.3]},\"properties\":{\"mmsi\":735059037,\"class\":\"a\",\"name\":\"ALFA\",\"flag\":\"EC"
         "\",\"lon\":-80.1002,\"lat\":-2.3,\"speed\":1.2,\"course\":0.5,\"heading\":91,\"turning\":\"s"
         "tarboard\",\"status\":7,\"time\":\"2023-11-14T22:01:00Z\",\"source\":\"Man\\\"ta\",\"heard\""
         ":\"2023-11-14T22:01:00Z\"}}],\"time\":\"2023-11-14T22:01:00Z\",\"total\":2,\"count\":2}\n"},
        {"/region?bbox=-81,-3,-80,-2&at=2023-11-14T22:01:00Z&format=csv", "text/csv; charset=utf-8",
         "mmsi,time,lon,lat,sog,cog,heading,turn,status,type,accurate,source,place,name,id,class,flag,"
         "imo,callsign,shiptype,destination,draught,length,beam,heard,seen_by\r\n412345678,2023-11-14T22:00:30"
         "Z,-80.2,-2.4,,,,,,18,0,\"Man\"\"ta\",,\"BRA\"\"VO\",,b,CN,,,,,,,,2023-11-14T22:00:30Z,\r\n735"
         "059037,2023-11-14T22:01:00Z,-80.1002,-2.3,1.2,0.5,91,127,7,2,0,\"Man\"\"ta\",,ALFA,,a,EC,,,,"
         ",,,,2023-11-14T22:01:00Z,\r\n"},
        {"/region?bbox=-81,-3,-80,-2&at=2023-11-14T22:01:00Z&format=csv&limit=1", "text/csv; charset=utf-8",
         "mmsi,time,lon,lat,sog,cog,heading,turn,status,type,accurate,source,place,name,id,class,flag,"
         "imo,callsign,shiptype,destination,draught,length,beam,heard,seen_by\r\n412345678,2023-11-14T22:00:30"
         "Z,-80.2,-2.4,,,,,,18,0,\"Man\"\"ta\",,\"BRA\"\"VO\",,b,CN,,,,,,,,2023-11-14T22:00:30Z,\r\n"},
    };
    ARE_ANSWERED(answers);
}

static void the_vessels_of_an_hour_are_written_without_their_places(void **state)
{
    (void)state;
    static const struct answer answers[] = {
        {"/vessels?bbox=-81,-3,-80,-2&from=2023-11-14T22:00:00Z", "application/json",
         "{\"vessels\":[{\"mmsi\":412345678,\"class\":\"b\",\"name\":\"BRA\\\"VO\",\"flag\":\"CN\",\"h"
         "eard\":\"2023-11-14T22:00:30Z\"},\n{\"mmsi\":735059037,\"class\":\"a\",\"name\":\"ALFA\",\"f"
         "lag\":\"EC\",\"heard\":\"2023-11-14T22:01:00Z\"}],\"from\":\"2023-11-14T22:00:00Z\",\"count"
         "\":2}\n"},
        {"/vessels?bbox=0,0,1,1&from=2023-11-14T22:00:00Z", "application/json",
         "{\"vessels\":[],\"from\":\"2023-11-14T22:00:00Z\",\"count\":0}\n"},
    };
    ARE_ANSWERED(answers);
}

static void one_vessel_is_written_with_her_trail_and_who_said_it(void **state)
{
    (void)state;
    static const struct answer answers[] = {
        {"/vessel?mmsi=735059037&at=2023-11-14T22:01:00Z&minutes=1", "application/json",
         "{\"trail\":[[-80.1,-2.3,1699999200.0,1.2,90.1],[-80.1001,-2.3,1699999210.0,null,null],[-80.1"
         "002,-2.3,1699999260.0,null,0.5]],\"trail_dropped\":0,\"reports\":4,\"reported\":{\"position"
         "\":{\"value\":{\"lon\":-80.1002,\"lat\":-2.3},\"time\":\"2023-11-14T22:01:00Z\",\"source\":"
         "\"Man\\\"ta\",\"message\":2,\"age\":\"fresh\"},\"speed\":{\"value\":1.2,\"time\":\"2023-11-1"
         "4T22:00:00Z\",\"source\":\"Man\\\"ta\",\"message\":1,\"place\":11,\"age\":\"fresh\"},\"cours"
         "e\":{\"value\":0.5,\"time\":\"2023-11-14T22:01:00Z\",\"source\":\"Man\\\"ta\",\"message\":2,"
         "\"age\":\"fresh\"},\"heading\":{\"value\":91,\"time\":\"2023-11-14T22:00:00Z\",\"source\":\""
         "Man\\\"ta\",\"message\":1,\"place\":11,\"age\":\"fresh\"},\"turn\":{\"value\":\"starboard\","
         "\"time\":\"2023-11-14T22:01:00Z\",\"source\":\"Man\\\"ta\",\"message\":2,\"age\":\"fresh\"},"
         "\"status\":{\"value\":7,\"time\":\"2023-11-14T22:00:00Z\",\"source\":\"Man\\\"ta\",\"message"
         "\":1,\"place\":11,\"age\":\"fresh\"},\"name\":{\"value\":\"ALFA\",\"time\":\"2023-11-14T22:0"
         "0:20Z\",\"source\":\"Man\\\"ta\",\"message\":5,\"place\":70,\"age\":\"fresh\"}},\"mmsi\":735"
         "059037,\"class\":\"a\",\"name\":\"ALFA\",\"flag\":\"EC\",\"lon\":-80.1002,\"lat\":-2.3,\"spe"
         "ed\":1.2,\"course\":0.5,\"heading\":91,\"turning\":\"starboard\",\"status\":7,\"time\":\"202"
         "3-11-14T22:01:00Z\",\"source\":\"Man\\\"ta\",\"heard\":\"2023-11-14T22:01:00Z\"}\n"},
    };
    static const struct {
        const char *question, *trail;
    } trails[] = {
        {"&minutes=1", "{\"trail\":[[-80.1001,-2.3,1699999210.0,null,null],[-80.1002,-2.3,1699999260.0,null,0.5]],"},
        {"", "{\"trail\":[[-80.1,-2.3,1699999200.0,1.2,90.1],"}, /* an hour */
    };
    ARE_ANSWERED(answers);
    for (size_t i = 0; i < sizeof trails / sizeof *trails; i++) {
        char question[100];
        snprintf(question, sizeof question, "/vessel?mmsi=735059037&at=2023-11-14T22:01:10Z%s", trails[i].question);
        struct http *h = history_ask(server, question, "");
        assert_memory_equal(h->body, trails[i].trail, strlen(trails[i].trail));
        http_close(h);
    }
    struct http *h = history_ask(server, "/vessel?mmsi=735059037&at=2023-11-14T23:00:00Z", "");
    assert_non_null(strstr(h->body, "[[-80.1,-2.3,1699999200.0,")); /* the hour before, its beginning too */
    http_close(h);
    h = history_ask(server, "/vessel?mmsi=735059037&at=2023-11-14T23:00:01Z", "");
    assert_null(strstr(h->body, "[-80.1,-2.3,1699999200.0,"));
    http_close(h);
    h = history_ask(server, "/vessel?mmsi=735059037&at=2023-11-14T21:59:59Z", "");
    assert_int_equal(h->status, 404);
    assert_non_null(strstr(h->body, "nothing was heard of this vessel in the 24 hours before"));
    http_close(h);
}

/* Who was heard last exactly 24 hours ago is the last that is found. */
static void one_vessel_is_sought_24_hours_back(void **state)
{
    (void)state;
    static const struct {
        const char *at;
        int status;
    } cases[] = {{"2023-11-15T22:01:45Z", 200}, {"2023-11-15T22:01:46Z", 404}};
    for (size_t i = 0; i < 2; i++) {
        char question[100];
        snprintf(question, sizeof question, "/vessel?mmsi=503000001&at=%s", cases[i].at);
        struct http *h = history_ask(server, question, "");
        assert_int_equal(h->status, cases[i].status);
        http_close(h);
    }
}

/* The hours with their size, which depends on how they are packed, and what tells one version of them from another. */
static void the_summary_lists_the_hours(void **state)
{
    (void)state;
    static const int64_t hours[] = {15, 16, 22, 23};
    static const unsigned parts[] = {1, 1, 2, 1}; /* of the tables */
    json_t *json = server_json(server, "/api/v1/history", 200), *all = json_object_get(json, "hours");
    assert_true(json_is_true(json_object_get(json, "archive")));
    assert_string_equal(text_of(json, "from"), "2023-11-14T15:00:00Z");
    assert_string_equal(text_of(json, "to"), "2023-11-15T00:00:00Z");
    assert_string_equal(text_of(json, "last"), "2023-11-14T23:00:00Z");
    assert_string_equal(text_of(json, "final"), "2023-11-14T22:50:00Z");
    assert_int_equal(json_array_size(all), 4);
    for (size_t i = 0; i < 4; i++) {
        char rev[40];
        json_t *hour = json_array_get(all, i);
        json_int_t bytes = json_integer_value(json_array_get(hour, 1));
        assert_int_equal(json_integer_value(json_array_get(hour, 0)), BEGIN_US / VG_SECOND_US + (hours[i] - 22) * 3600);
        assert_true(bytes > 500);
        snprintf(rev, sizeof rev, "%llx.%x", (unsigned long long)bytes, parts[i]);
        assert_string_equal(json_string_value(json_array_get(hour, 2)), rev);
    }
    json_decref(json);
    struct http *h = history_ask(server, "", "");
    assert_string_equal(http_header(h, "Cache-Control"), "no-cache");
    http_close(h);
}

/* As a block that begins 24 hours before: who is shown has a row, the one of her position. */
static void a_region_comes_as_a_block(void **state)
{
    (void)state;
    static const struct part parts[] = {
        {8, 8, (uint64_t)(BEGIN_US + VG_MINUTE_US - VG_DAY_US)},
        {16, 4, 86400000}, /* until the moment */
        {20, 4, 3600},
        {24, 4, (uint32_t)(-81 * 600000)}, /* not widened */
        {28, 4, (uint32_t)(-3 * 600000)},
        {32, 4, (uint32_t)(-80 * 600000)},
        {36, 4, (uint32_t)(-2 * 600000)},
        {40, 4, 2},
        {44, 4, 2},
        {64, 4, BRAVO},
        {64 + 16, 4, ALFA},
        {96, 4, 86400000 - 30000}, /* times */
        {100, 4, 86400000},
        {96 + 24, 2, 65535}, /* speeds */
        {96 + 26, 2, 12},
        {96 + 40, 2, 30}, /* minutes of silence */
        {96 + 42, 2, 30},
        {96 + 54, 1, 0}, /* positions both */
        {96 + 55, 1, 0},
    };
    struct http *h = history_ask(server, "/region?bbox=-81,-3,-80,-2&at=2023-11-14T22:01:00Z&format=binary", "");
    assert_string_equal(http_header(h, "Content-Type"), "application/octet-stream");
    has_parts(h->body, parts, sizeof parts / sizeof *parts);
    http_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_track_is_written_with_what_each_position_said),
        cmocka_unit_test(an_export_is_written_hour_by_hour_with_the_names_of_a_day_before),
        cmocka_unit_test(a_region_is_written_by_number_and_as_far_as_its_limit),
        cmocka_unit_test(the_vessels_of_an_hour_are_written_without_their_places),
        cmocka_unit_test(one_vessel_is_written_with_her_trail_and_who_said_it),
        cmocka_unit_test(one_vessel_is_sought_24_hours_back),
        cmocka_unit_test(a_region_comes_as_a_block),
        cmocka_unit_test(the_summary_lists_the_hours),
    };
    return cmocka_run_group_tests(tests, set_up, drop_served_archive);
}
