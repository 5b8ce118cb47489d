/* What the writers write, letter by letter, and what the boards become in JSON and metrics. */
#include <math.h>

#include "api/history.h"
#include "server.h"
#include "two_sources.h"

/* Each field said, by a source, message and place of its own, so many seconds before START_US. */
static struct vg_contact full(void)
{
    struct vg_contact c = {.id = 0xAB, .mmsi = 735057548, .heard_us = START_US, .reports = 7};
    c.pos = vg_pos_from_deg(-80.5, -2.25);
    c.held_pos = vg_pos_from_deg(10, 20);
    c.held_us = START_US - 3 * VG_SECOND_US;
    c.held_count = 5;
    c.class = VG_CLASS_ATON;
    c.flags = VG_CONTACT_HELD | VG_CONTACT_VIRTUAL | VG_CONTACT_OFF_POSITION;
    memcpy(c.flag, "EC", 2);
    c.sog_dkn = 123, c.cog_ddeg = 901, c.heading_deg = 89, c.turn_raw = -20, c.status = 5;
    c.shiptype = 70, c.aid_type = 30, c.altitude_m = -4, c.draught_dm = 71;
    c.eta_month = 1, c.eta_day = 2, c.eta_hour = 23, c.eta_minute = 59;
    c.to_bow_m = 150, c.to_stern_m = 30, c.to_port_m = 10, c.to_starboard_m = 12;
    c.imo = 9074729, c.parent_mmsi = 735000001;
    snprintf(c.name, sizeof c.name, "NAME");
    snprintf(c.callsign, sizeof c.callsign, "CALL");
    snprintf(c.destination, sizeof c.destination, "DEST");
    snprintf(c.text, sizeof c.text, "TEXT");
    c.claimed = vg_prov_of(START_US - VG_SECOND_US, 2, 1, 5);
    for (int f = 0; f < VG_FIELD_COUNT; f++)
        c.prov[f] = vg_prov_of(START_US - f * VG_MINUTE_US, (uint16_t)(1 + f % 2), (uint8_t)(f % 3), (uint64_t)f % 4);
    return c;
}

#define WRITES(expected, call)                                                                                         \
    do {                                                                                                               \
        struct vg_out out = vg_out_growing(1 << 16);                                                                   \
        call;                                                                                                          \
        vg_out_char(&out, '\0');                                                                                       \
        assert_int_equal(out.err, VG_OK);                                                                              \
        assert_string_equal(out.buf, expected);                                                                        \
        vg_out_free(&out);                                                                                             \
    } while (0)

#define MEMBERS                                                                                                        \
    "\"class\":\"aton\",\"name\":\"NAME\",\"callsign\":\"CALL\",\"imo\":9074729,\"flag\":\"EC\",\"shiptype\":70,"      \
    "\"destination\":\"DEST\",\"eta\":\"01-02T23:59Z\",\"draught\":7.1,\"to_bow\":150,\"to_stern\":30,\"to_port\":10," \
    "\"to_starboard\":12,\"length\":180,\"beam\":22,\"aid_type\":30,\"mothership_mmsi\":735000001,\"text\":\"TEXT\","  \
    "\"lon\":-80.5,\"lat\":-2.25,\"speed\":12.3,\"course\":90.1,\"heading\":89,\"turn\":-17.9,\"status\":5,"           \
    "\"altitude\":-4,\"time\":\"2023-11-14T22:13:20Z\",\"source\":\"Manta\",\"heard\":\"2023-11-14T22:13:20Z\","       \
    "\"virtual\":true,\"off_position\":true"
#define VESSEL "\"mmsi\":735057548,\"contact\":\"00000000000000ab\"," MEMBERS
#define CONTACT                                                                                                        \
    "\"id\":\"00000000000000ab\",\"claims\":[{\"kind\":\"mmsi\",\"value\":735057548,\"source\":\"Salinas\","           \
    "\"time\":\"2023-11-14T22:13:19Z\",\"probability\":0.5},{\"kind\":\"imo\",\"value\":9074729,"                      \
    "\"source\":\"Manta\",\"time\":\"2023-11-14T22:05:20Z\",\"probability\":0.95}],\"mmsi\":735057548," MEMBERS
#define GEOMETRY "\"geometry\":{\"type\":\"Point\",\"coordinates\":[-80.5,-2.25]},\"properties\":{"

static void a_contact_is_written_in_four_forms(void **state)
{
    (void)state;
    const struct vg_contact c = full();
    WRITES("{" VESSEL "}", vg_json_vessel(&out, &sources, &c, START_US));
    WRITES("{" CONTACT "}", vg_json_contact(&out, &sources, &c, START_US, NULL));
    WRITES("{\"type\":\"Feature\",\"id\":735057548," GEOMETRY VESSEL "}}",
           vg_json_feature(&out, &sources, &c, START_US));
    WRITES("{\"type\":\"Feature\",\"id\":\"00000000000000ab\"," GEOMETRY CONTACT "}}",
           vg_json_contact_feature(&out, &sources, &c, START_US, NULL));
    WRITES(",\"held\":{\"count\":5,\"lon\":10.0,\"lat\":20.0,\"time\":\"2023-11-14T22:13:17Z\"}",
           vg_json_held(&out, &c));
}

static bool vessel_has(const struct vg_contact *c, const char *member, int64_t now_us)
{
    struct vg_out out = vg_out_growing(1 << 16);
    vg_json_vessel(&out, &sources, c, now_us);
    vg_out_char(&out, '\0');
    bool has = strstr(out.buf, member) != NULL;
    vg_out_free(&out);
    return has;
}

static void what_has_expired_is_only_in_reported(void **state)
{
    (void)state;
    static const struct {
        enum vg_field field;
        const char *member;
        int minutes;
    } cases[] = {
        {VG_FIELD_SOG, "\"speed\"", 30},
        {VG_FIELD_COG, "\"course\"", 30},
        {VG_FIELD_HEADING, "\"heading\"", 30},
        {VG_FIELD_TURN, "\"turn\"", 30},
        {VG_FIELD_ALTITUDE, "\"altitude\"", 30},
        {VG_FIELD_STATUS, "\"status\"", 60},
        {VG_FIELD_TEXT, "\"text\"", 60},
        {VG_FIELD_AID_FLAGS, "\"off_position\"", 60},
        {VG_FIELD_DESTINATION, "\"destination\"", 24 * 60},
        {VG_FIELD_ETA, "\"eta\"", 24 * 60},
        {VG_FIELD_DRAUGHT, "\"draught\"", 24 * 60},
    };
    static const char *const for_ever[] = {"\"lon\"", "\"time\"", "\"name\"", "\"imo\"", "\"aid_type\"", "\"virtual\""};
    struct vg_contact c = full();
    for (int f = 0; f < VG_FIELD_COUNT; f++)
        c.prov[f] = vg_prov_of(START_US, 1, 3, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t until_us = START_US + cases[i].minutes * VG_MINUTE_US;
        assert_true(vessel_has(&c, cases[i].member, until_us - 1));
        assert_false(vessel_has(&c, cases[i].member, until_us));
    }
    for (size_t i = 0; i < sizeof for_ever / sizeof *for_ever; i++)
        assert_true(vessel_has(&c, for_ever[i], START_US + 30 * VG_DAY_US));
    struct vg_out out = vg_out_growing(1 << 16);
    vg_json_reported(&out, &sources, &c, START_US + 30 * VG_DAY_US);
    vg_out_char(&out, '\0');
    assert_non_null(strstr(out.buf, "\"heading\":{\"value\":89,"));
    assert_non_null(strstr(out.buf, "\"age\":\"expired\""));
    vg_out_free(&out);
}

static void status_14_of_a_ship_is_unconfirmed_for_an_hour(void **state)
{
    (void)state;
    struct vg_contact c = full();
    c.class = VG_CLASS_SHIP_B;
    c.status = 14;
    c.prov[VG_FIELD_STATUS] = vg_prov_of(START_US, 1, 3, 0);
    assert_true(vessel_has(&c, "\"status_unconfirmed\":true", START_US + VG_HOUR_US - 1));
    assert_false(vessel_has(&c, "status_unconfirmed", START_US + VG_HOUR_US));
}

static void a_ship_is_never_virtual_nor_off_position(void **state)
{
    (void)state;
    struct vg_contact c = full();
    assert_true(vessel_has(&c, "\"virtual\":true,\"off_position\":true", START_US));
    c.class = VG_CLASS_SHIP_A; /* a stray message 21 was the first that was heard */
    assert_false(vessel_has(&c, "virtual", START_US));
    assert_false(vessel_has(&c, "off_position", START_US));
    assert_false(vessel_has(&c, "aid_type", START_US));
}

static void what_was_not_said_is_left_out(void **state)
{
    (void)state;
    struct vg_contact c = {.mmsi = 5, .pos = VG_POS_NONE, .held_pos = VG_POS_NONE, .heard_us = START_US};
    WRITES("{\"mmsi\":5,\"class\":\"unknown\",\"heard\":\"2023-11-14T22:13:20Z\"}",
           vg_json_vessel(&out, &sources, &c, START_US));
    WRITES("{\"id\":\"0000000000000000\",\"claims\":[],\"mmsi\":5,\"class\":\"unknown\","
           "\"heard\":\"2023-11-14T22:13:20Z\"}",
           vg_json_contact(&out, &sources, &c, START_US, NULL));
    c.mmsi = 0; /* nobody claimed it */
    WRITES("{\"id\":\"0000000000000000\",\"claims\":[],\"class\":\"unknown\",\"heard\":\"2023-11-14T22:13:20Z\"}",
           vg_json_contact(&out, &sources, &c, START_US, NULL));
    c.claimed = vg_prov_of(START_US, 1, 1, 0); /* 0 is an MMSI that transponders send */
    WRITES("{\"id\":\"0000000000000000\",\"claims\":[{\"kind\":\"mmsi\",\"value\":0,\"source\":\"Manta\","
           "\"time\":\"2023-11-14T22:13:20Z\",\"probability\":0.05}],\"mmsi\":0,\"class\":\"unknown\","
           "\"heard\":\"2023-11-14T22:13:20Z\"}",
           vg_json_contact(&out, &sources, &c, START_US, NULL));
    WRITES("", vg_json_held(&out, &c));
    WRITES(",\"reported\":{}", vg_json_reported(&out, &sources, &c, START_US));
}

static void some_members_need_another_one(void **state)
{
    (void)state;
    static const struct {
        uint16_t bow, stern;
        uint8_t port, starboard, month, day, hour, minute;
        const char *text;
    } cases[] = {
        {0, 0, 0, 0, 0, 0, 24, 60, "\"to_bow\":0,\"to_stern\":0,\"to_port\":0,\"to_starboard\":0,\"heard\""},
        {0, 9, 0, 0, 0, 5, 1, 1, "\"to_bow\":0,\"to_stern\":9,\"to_port\":0,\"to_starboard\":0,\"length\":9,\"heard\""},
        {0, 0, 3, 0, 5, 0, 1, 1, "\"to_bow\":0,\"to_stern\":0,\"to_port\":3,\"to_starboard\":0,\"beam\":3,\"heard\""},
        {1, 0, 0, 1, 12, 31, 24, 0, "\"eta\":\"12-31\",\"to_bow\":1"},
        {1, 0, 0, 1, 12, 31, 23, 60, "\"eta\":\"12-31\",\"to_bow\":1"},
        {1, 0, 0, 1, 12, 31, 0, 0, "\"eta\":\"12-31T00:00Z\",\"to_bow\":1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_contact c = {.mmsi = 5, .pos = VG_POS_NONE, .heard_us = START_US, .aid_type = 3};
        c.prov[VG_FIELD_DIMENSIONS] = c.prov[VG_FIELD_ETA] = c.prov[VG_FIELD_AID_TYPE] = vg_prov_of(START_US, 1, 5, 0);
        c.to_bow_m = cases[i].bow, c.to_stern_m = cases[i].stern;
        c.to_port_m = cases[i].port, c.to_starboard_m = cases[i].starboard;
        c.eta_month = cases[i].month, c.eta_day = cases[i].day;
        c.eta_hour = cases[i].hour, c.eta_minute = cases[i].minute;
        struct vg_out out = vg_out_growing(4096);
        vg_json_vessel(&out, &sources, &c, START_US);
        vg_out_char(&out, '\0');
        assert_non_null(strstr(out.buf, cases[i].text));
        assert_null(strstr(out.buf, "aid_type")); /* it is no aid */
        vg_out_free(&out);
    }
}

static void a_turn_is_a_rate_or_only_a_side(void **state)
{
    (void)state;
    static const struct {
        int8_t raw;
        const char *text;
    } cases[] = {{0, ",\"turn\":0.0"},
                 {1, ",\"turn\":0.0"},
                 {-5, ",\"turn\":-1.1"},
                 {5, ",\"turn\":1.1"},
                 {126, ",\"turn\":708.7"},
                 {-126, ",\"turn\":-708.7"},
                 {127, ",\"turning\":\"starboard\""},
                 {-127, ",\"turning\":\"port\""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        WRITES(cases[i].text, vg_json_turn(&out, cases[i].raw));
}

static void distress_and_unconfirmed_status_are_said(void **state)
{
    (void)state;
    struct vg_contact c = {.mmsi = 970000001, .pos = VG_POS_NONE, .heard_us = START_US, .class = VG_CLASS_SART};
#define HEARD "\"heard\":\"2023-11-14T22:13:20Z\""
    c.flags = VG_CONTACT_DISTRESS | VG_CONTACT_DISTRESS_TEST;
    WRITES("{\"mmsi\":970000001,\"class\":\"sart\"," HEARD ",\"distress\":\"active\"}",
           vg_json_vessel(&out, &sources, &c, START_US));
    c.flags = VG_CONTACT_DISTRESS_TEST;
    WRITES("{\"mmsi\":970000001,\"class\":\"sart\"," HEARD ",\"distress\":\"test\"}",
           vg_json_vessel(&out, &sources, &c, START_US));
    c = (struct vg_contact){.mmsi = 5, .pos = VG_POS_NONE, .heard_us = START_US, .class = VG_CLASS_SHIP_A};
    c.status = 14;
    c.prov[VG_FIELD_STATUS] = vg_prov_of(START_US, 1, 1, 0);
    WRITES("{\"mmsi\":5,\"class\":\"a\",\"status\":14," HEARD ",\"status_unconfirmed\":true}",
           vg_json_vessel(&out, &sources, &c, START_US));
}

/* One line a field, in the order of enum vg_field. */
static void each_field_names_the_report_that_said_it(void **state)
{
    (void)state;
    const struct vg_contact c = full();
    WRITES(
        ",\"reported\":{\"position\":{\"value\":{\"lon\":-80.5,\"lat\":-2.25},\"time\":\"2023-11-14T22:13:20Z\","
        "\"source\":\"Manta\",\"age\":\"fresh\"},"
        "\"speed\":{\"value\":12.3,\"time\":\"2023-11-14T22:12:20Z\",\"source\":\"Salinas\",\"message\":1,\"place\":1,"
        "\"age\":\"fresh\"},"
        "\"course\":{\"value\":90.1,\"time\":\"2023-11-14T22:11:20Z\",\"source\":\"Manta\",\"message\":2,\"place\":2,"
        "\"age\":\"fresh\"},"
        "\"heading\":{\"value\":89,\"time\":\"2023-11-14T22:10:20Z\",\"source\":\"Salinas\",\"place\":3,\"age\":"
        "\"stale\"},"
        "\"turn\":{\"value\":-17.9,\"time\":\"2023-11-14T22:09:20Z\",\"source\":\"Manta\",\"message\":1,\"age\":"
        "\"stale\"},"
        "\"status\":{\"value\":5,\"time\":\"2023-11-14T22:08:20Z\",\"source\":\"Salinas\",\"message\":2,\"place\":1,"
        "\"age\":\"stale\"},"
        "\"name\":{\"value\":\"NAME\",\"time\":\"2023-11-14T22:07:20Z\",\"source\":\"Manta\",\"place\":2,\"age\":"
        "\"fresh\"},"
        "\"callsign\":{\"value\":\"CALL\",\"time\":\"2023-11-14T22:06:20Z\",\"source\":\"Salinas\",\"message\":1,"
        "\"place\":3,\"age\":\"fresh\"},"
        "\"imo\":{\"value\":9074729,\"time\":\"2023-11-14T22:05:20Z\",\"source\":\"Manta\",\"message\":2,\"age\":"
        "\"fresh\"},"
        "\"shiptype\":{\"value\":70,\"time\":\"2023-11-14T22:04:20Z\",\"source\":\"Salinas\",\"place\":1,\"age\":"
        "\"fresh\"},"
        "\"dimensions\":{\"value\":{\"to_bow\":150,\"to_stern\":30,\"to_port\":10,\"to_starboard\":12},\"time\":\"2023-"
        "11-14T22:03:20Z\",\"source\":\"Manta\",\"message\":1,\"place\":2,\"age\":\"fresh\"},"
        "\"destination\":{\"value\":\"DEST\",\"time\":\"2023-11-14T22:02:20Z\",\"source\":\"Salinas\",\"message\":2,"
        "\"place\":3,\"age\":\"fresh\"},"
        "\"eta\":{\"value\":\"01-02T23:59Z\",\"time\":\"2023-11-14T22:01:20Z\",\"source\":\"Manta\",\"age\":\"stale\"},"
        "\"draught\":{\"value\":7.1,\"time\":\"2023-11-14T22:00:20Z\",\"source\":\"Salinas\",\"message\":1,\"place\":1,"
        "\"age\":\"stale\"},"
        "\"altitude\":{\"value\":-4,\"time\":\"2023-11-14T21:59:20Z\",\"source\":\"Manta\",\"message\":2,\"place\":2,"
        "\"age\":\"stale\"},"
        "\"aid_type\":{\"value\":30,\"time\":\"2023-11-14T21:58:20Z\",\"source\":\"Salinas\",\"place\":3,\"age\":"
        "\"stale\"},"
        "\"aid_flags\":{\"value\":{\"virtual\":true,\"off_position\":true},\"time\":\"2023-11-14T21:57:20Z\","
        "\"source\":\"Manta\",\"message\":1,\"age\":\"stale\"},"
        "\"text\":{\"value\":\"TEXT\",\"time\":\"2023-11-14T21:56:20Z\",\"source\":\"Salinas\",\"message\":2,\"place\":"
        "1,\"age\":\"stale\"},"
        "\"mothership_mmsi\":{\"value\":735000001,\"time\":\"2023-11-14T21:55:20Z\",\"source\":\"Manta\",\"place\":2,"
        "\"age\":\"stale\"}}",
        vg_json_reported(&out, &sources, &c, START_US + VG_SECOND_US));
}

/* ---- events ---- */

static void each_event_is_written_with_its_keys(void **state)
{
    (void)state;
    struct vg_notice e = {
        .kind = VG_NOTICE_FEED, .time_us = START_US, .feed = {.name = "Manta", .state = VG_FEED_LIVE}};
    WRITES("{\"feed\":\"Manta\",\"state\":\"live\",\"time\":\"2023-11-14T22:13:20Z\",\"error\":null}",
           vg_json_notice(&out, &e));
    snprintf(e.feed.error, sizeof e.feed.error, "no \"route\"");
    e.feed.state = VG_FEED_STALLED;
    e.time_us = VG_TIME_NONE;
    WRITES("{\"feed\":\"Manta\",\"state\":\"stalled\",\"error\":\"no \\\"route\\\"\"}", vg_json_notice(&out, &e));
    e = (struct vg_notice){.kind = VG_NOTICE_DISTRESS,
                           .time_us = START_US,
                           .distress = {.contact = 1,
                                        .mmsi = 970000001,
                                        .class = VG_CLASS_MOB,
                                        .change = VG_DISTRESS_TEST,
                                        .pos = VG_POS_NONE,
                                        .source = "Manta"}};
    WRITES("{\"mmsi\":970000001,\"contact\":\"0000000000000001\",\"class\":\"mob\",\"state\":\"test\","
           "\"time\":\"2023-11-14T22:13:20Z\",\"source\":\"Manta\",\"text\":null}",
           vg_json_notice(&out, &e));
    e.distress.pos = vg_pos_from_deg(1, 2);
    e.distress.change = VG_DISTRESS_ENDED;
    snprintf(e.distress.text, sizeof e.distress.text, "MOB ACTIVE");
    snprintf(e.distress.name, sizeof e.distress.name, "ANA");
    WRITES("{\"mmsi\":970000001,\"contact\":\"0000000000000001\",\"class\":\"mob\",\"state\":\"ended\","
           "\"lon\":1.0,\"lat\":2.0,\"time\":\"2023-11-14T22:13:20Z\",\"source\":\"Manta\",\"text\":\"MOB ACTIVE\","
           "\"name\":\"ANA\"}",
           vg_json_notice(&out, &e));
    e = (struct vg_notice){.kind = VG_NOTICE_STORAGE, .time_us = START_US, .storage = {.since_us = VG_TIME_NONE}};
    WRITES("{\"state\":\"ok\",\"error\":null,\"archive_error\":null,\"since\":null,\"lost_entries\":0,"
           "\"lost_bytes\":0,\"damages\":0,\"space\":null,\"free_bytes\":null,\"total_bytes\":null,\"full_in_s\":null}",
           vg_json_notice(&out, &e));
    e.storage = (struct vg_notice_storage){true, "disk full", "no folder", START_US, 3, 44, 2, {0}};
    WRITES("{\"state\":\"failing\",\"error\":\"disk full\",\"archive_error\":\"no folder\","
           "\"since\":\"2023-11-14T22:13:20Z\",\"lost_entries\":3,\"lost_bytes\":44,\"damages\":2,\"space\":null,"
           "\"free_bytes\":null,\"total_bytes\":null,\"full_in_s\":null}",
           vg_json_notice(&out, &e));
    e = (struct vg_notice){.kind = VG_NOTICE_FEED, .time_us = START_US, .feed = {"Manta", VG_FEED_LIVE, "", 12}};
    WRITES("{\"feed\":\"Manta\",\"state\":\"live\",\"time\":\"2023-11-14T22:13:20Z\",\"error\":null,\"changes\":12}",
           vg_json_notice(&out, &e));
}

static void a_group_of_distress_is_written_with_as_many_sources_as_fit(void **state)
{
    (void)state;
    struct vg_notice e = {.kind = VG_NOTICE_DISTRESS_GROUP, .time_us = START_US + 10 * VG_SECOND_US};
    e.group = (struct vg_notice_distress_group){.since_us = START_US,
                                                .active = 300,
                                                .test = 2,
                                                .calling = 310,
                                                .sources = 2,
                                                .source = {{"Manta/x", 290}, {"Manta", 12}}};
    WRITES("{\"time\":\"2023-11-14T22:13:30Z\",\"since\":\"2023-11-14T22:13:20Z\",\"active\":300,\"test\":2,"
           "\"ended\":0,\"calling\":310,\"sources\":[{\"source\":\"Manta/x\",\"count\":290},"
           "{\"source\":\"Manta\",\"count\":12}]}",
           vg_json_notice(&out, &e));
    e.group.sources = VG_GROUP_SOURCES;
    for (int i = 0; i < VG_GROUP_SOURCES; i++)
        memset(e.group.source[i].source, '\"', VG_SOURCE_NAME - 1); /* each takes two bytes */
    char buf[4096];
    struct vg_out out = vg_out_fixed(buf, sizeof buf);
    vg_json_notice(&out, &e);
    assert_in_range(out.len, VG_NOTICE_SIZE - 200, VG_NOTICE_SIZE);
    json_t *json = json_loadb(out.buf, out.len, 0, NULL);
    assert_non_null(json);
    assert_in_range(json_array_size(json_object_get(json, "sources")), 4, VG_GROUP_SOURCES - 1);
    json_decref(json);
}

/* ---- boxes ---- */

static void a_box_is_cut_outward_to_few_cells_and_stays(void **state)
{
    (void)state;
    uint64_t seed = 1;
    for (int i = 0; i < 20000; i++) {
        double size = pow(0.5, random_below(&seed, 16)) * 180;
        double west = random_below(&seed, 360000) / 1000.0 - 180, south = random_below(&seed, 179000) / 1000.0 - 90;
        double east = west + size * random_below(&seed, 1000) / 1000.0;
        double north = fmin(90, south + size * random_below(&seed, 1000) / 1000.0);
        struct vg_box asked = {west, south, east > 180 ? east - 360 : east, north}, b = vg_history_snap(&asked);
        struct vg_box again = vg_history_snap(&b);
        assert_memory_equal(&again, &b, sizeof b);
        assert_true(b.west_deg >= -180 && b.west_deg <= 180 && b.east_deg >= -180 && b.east_deg <= 180);
        assert_true(b.south_deg >= -90 && b.south_deg <= south && b.north_deg >= north && b.north_deg <= 90);
        assert_true(b.north_deg > b.south_deg && b.west_deg != b.east_deg);
        double width = b.east_deg - b.west_deg + (b.west_deg > b.east_deg ? 360 : 0), asked_width = east - west;
        double from_west = west - b.west_deg + (west < b.west_deg ? 360 : 0);
        assert_true(width == 360 || (from_west >= 0 && from_west + asked_width <= width + 1e-9));
        double step = 180;
        while (step / 2 >= 180.0 / (1 << 14) && width <= 4 * step / 2 && b.north_deg - b.south_deg <= 4 * step / 2)
            step /= 2; /* the finest grid on which it has four cells to a side */
        assert_true(width == 360 || fmod(b.west_deg + 180, step) == 0);
        assert_true(width == 360 || width <= asked_width + 2 * step);
        assert_true(b.north_deg - b.south_deg <= north - south + 2 * step);
    }
}

static void small_large_and_round_boxes_have_their_cells(void **state)
{
    (void)state;
    const double fine = 180.0 / (1 << 14);
    static const struct vg_box world = {-180, -90, 180, 90};
    static const struct {
        struct vg_box asked, cut;
    } cases[] = {
        {{-180, -90, 180, 90}, {-180, -90, 180, 90}},
        {{-180, -10, 180, 10}, {-180, -90, 180, 90}},
        {{-89.5, -1, -90.5, 1}, {-180, -90, 180, 90}}, /* all around but for a degree */
        {{0, 0, 45, 45}, {0, 0, 45, 45}},
        {{0, 0, 45.1, 45}, {0, 0, 67.5, 45}}, /* three cells of 22.5° */
        {{-180, 0, -135, 45}, {-180, 0, -135, 45}},
        {{135, 0, 180, 45}, {135, 0, 180, 45}},
        {{170, 0, -170, 1}, {168.75, 0, -168.75, 5.625}},
        {{0, 85, 10, 90}, {0, 84.375, 11.25, 90}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_box b = vg_history_snap(&cases[i].asked);
        if (memcmp(&b, &cases[i].cut, sizeof b) != 0)
            fail_msg("%zu: %f %f %f %f", i, b.west_deg, b.south_deg, b.east_deg, b.north_deg);
    }
    struct vg_box b = vg_history_snap(&(struct vg_box){0, 0, 0, 0}); /* a point has a cell */
    assert_memory_equal(&b, (&(struct vg_box){0, 0, fine, fine}), sizeof b);
    b = vg_history_snap(&(struct vg_box){0, 0, 4 * fine, 4 * fine});
    assert_memory_equal(&b, (&(struct vg_box){0, 0, 4 * fine, 4 * fine}), sizeof b);
    b = vg_history_snap(&(struct vg_box){0, 0, 4.1 * fine, fine});
    assert_memory_equal(&b, (&(struct vg_box){0, 0, 6 * fine, 2 * fine}), sizeof b);
    b = vg_history_snap(&(struct vg_box){-100, -80, 99, 80});
    assert_memory_equal(&b, &world, sizeof b);
}

/* ---- boards ---- */

/* Value of a line of /metrics; −1: there is none. */
static double metric(const struct http *h, const char *name)
{
    char line[160];
    snprintf(line, sizeof line, "\nvigia_%s ", name);
    const char *at = strstr(h->body, line);
    return at ? strtod(at + strlen(line), NULL) : -1;
}

static void each_number_of_a_feed_is_shown_under_its_name(void **state)
{
    (void)state;
    struct vg_api_options o = server_options();
    struct server *server = server_open(&o);
    struct vg_feed_board feeds[2] = {
        {.lines = 11, .sentences = 12, .messages = 13, .lost = 19, .duplicates = 20, .rate = 1.255, .vessels = 14},
        {.rate = 1e9}};
    feeds[0].status = (struct vg_feed_status){.state = VG_FEED_LIVE,
                                              .since_us = START_US,
                                              .last_us = START_US + VG_SECOND_US,
                                              .bytes = 15,
                                              .reconnects = 16,
                                              .rejected = 17,
                                              .given_way = 21,
                                              .dropped = 22,
                                              .connections = 18,
                                              .progress = 0.25};
    feeds[1].status = (struct vg_feed_status){.state = VG_FEED_ENDED, .last_us = VG_TIME_NONE, .progress = 0.25};
    snprintf(feeds[0].spec.name, sizeof feeds[0].spec.name, "one");
    snprintf(feeds[0].spec.url, sizeof feeds[0].spec.url, "udp://x");
    snprintf(feeds[1].spec.name, sizeof feeds[1].spec.name, "two");
    feeds[0].spec.language = VG_FEED_LANGUAGE_ASTERIX;
    feeds[0].spec.stall_us = 60 * VG_SECOND_US;
    feeds[1].spec.kind = VG_FEED_STDIN;
    for (int r = 0; r < VG_REFUSAL_COUNT; r++)
        feeds[1].refusals.count[r] = 100 + (uint64_t)r;
    vg_api_feeds(server->api, feeds, 2);
    struct http *h = http_get(server->address, "/api/v1/feeds");
    assert_non_null(strstr(
        h->body,
        "{\"name\":\"one\",\"url\":\"udp://"
        "x\",\"language\":\"asterix\",\"state\":\"live\",\"since\":\"2023-11-14T22:13:20Z\","
        "\"last\":\"2023-11-14T22:13:21Z\",\"stall_s\":60,\"bytes\":15,\"lines\":11,\"sentences\":12,"
        "\"messages\":13,\"lost\":19,\"duplicates\":20,\"rate\":1.25,\"vessels\":14,\"reconnects\":16,\"rejected\":17,"
        "\"connections\":18,\"refused_connections\":17,\"given_way\":21,\"dropped\":22,\"error\":null,\"refused\":[],"
        "\"progress\":"
        "null}"));
    assert_non_null(strstr(h->body, "\"rate\":0.00"));
    assert_non_null(strstr(h->body, "\"progress\":0.2500}],\"sources\":[{\"id\":1,")); /* two feeds, no more */
    assert_non_null(strstr(h->body, "\"count\":101,"));
    assert_null(strstr(h->body, "\"count\":100,")); /* no reason is none */
    http_close(h);
    h = http_get(server->address, "/metrics");
    static const struct {
        const char *name;
        double value;
    } rows[] = {{"feed_up{feed=\"one\"}", 1},
                {"feed_up{feed=\"two\"}", 0},
                {"feed_bytes_total{feed=\"one\"}", 15},
                {"feed_lines_total{feed=\"one\"}", 11},
                {"feed_sentences_total{feed=\"one\"}", 12},
                {"feed_messages_total{feed=\"one\"}", 13},
                {"feed_duplicates_total{feed=\"one\"}", 20},
                {"feed_reconnects_total{feed=\"one\"}", 16},
                {"feed_rejected_total{feed=\"one\"}", 17},
                {"feed_given_way_total{feed=\"one\"}", 21},
                {"feed_dropped_total{feed=\"one\"}", 22},
                {"feed_connections{feed=\"one\"}", 18},
                {"feed_vessels{feed=\"one\"}", 14},
                {"feed_state{feed=\"one\",state=\"live\"}", 1},
                {"feed_state{feed=\"two\",state=\"ended\"}", 1},
                {"storage_failing", -1}, /* nothing is kept */
                {"history_rows_total", -1}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_true(metric(h, rows[i].name) == rows[i].value);
    for (unsigned r = VG_REFUSAL_NONE + 1; r < VG_REFUSAL_COUNT; r++) {
        char name[120];
        snprintf(name, sizeof name, "feed_refused_total{feed=\"two\",reason=\"%s\"}",
                 vg_refusal_key((enum vg_refusal)r));
        assert_true(metric(h, name) == 100 + r);
    }
    assert_null(strstr(h->body, "feed_refused_total{feed=\"one\""));
    http_close(h);
    server_close(server);
}

static void each_number_of_the_data_folder_is_shown_under_its_name(void **state)
{
    (void)state;
    struct vg_api_options o = server_options();
    struct server *server = server_open(&o);
    struct vg_storage_status s = {.kept = true,
                                  .failing_us = START_US,
                                  .saved_us = START_US + VG_SECOND_US,
                                  .archived_us = VG_TIME_NONE,
                                  .error = "disk full",
                                  .archive_failing = true,
                                  .archive_error = "no folder"};
    uint64_t n = 100;
#define X(name, kind, suffix, text) s.name = n++;
    VG_STORAGE_LIST(X)
#undef X
    vg_api_storage(server->api, &s);
    json_t *json = server_json(server, "/api/v1/storage", 200);
    struct http *h = http_get(server->address, "/metrics");
    assert_string_equal(text_of(json, "state"), "failing");
    assert_string_equal(text_of(json, "error"), "disk full");
    assert_string_equal(text_of(json, "failing_since"), "2023-11-14T22:13:20Z");
    assert_string_equal(text_of(json, "archive_error"), "no folder");
    assert_string_equal(text_of(json, "saved"), "2023-11-14T22:13:21Z");
    assert_true(json_is_null(json_object_get(json, "archived_until")));
    assert_true(metric(h, "storage_failing") == 1);
    assert_true(metric(h, "storage_archive_failing") == 1);
    n = 100;
#define X(name, kind, suffix, text)                                                                                    \
    assert_int_equal(json_integer_value(json_object_get(json, #name)), n);                                             \
    assert_true(metric(h, "storage_" #name suffix) == (double)n++);
    VG_STORAGE_LIST(X)
#undef X
    http_close(h);
    json_decref(json);
    s.archive_failing = false; /* well again: old reasons are not told */
    s.error[0] = '\0';
    vg_api_storage(server->api, &s);
    json = server_json(server, "/api/v1/storage", 200);
    assert_string_equal(text_of(json, "state"), "ok");
    assert_true(json_is_null(json_object_get(json, "error")));
    assert_true(json_is_null(json_object_get(json, "failing_since")));
    assert_true(json_is_null(json_object_get(json, "archive_error")));
    json_decref(json);
    h = http_get(server->address, "/metrics");
    assert_true(metric(h, "storage_failing") == 0);
    assert_true(metric(h, "storage_archive_failing") == 0);
    http_close(h);
    server_close(server);
}

/* ---- trails ---- */

static void sail(struct server *server, uint32_t mmsi, int minutes)
{
    for (int i = 0; i <= minutes; i++) { /* a kilometre and more each minute */
        struct vg_report r = at_position(mmsi, START_US + i * VG_MINUTE_US, -80 + i * 0.01, -2);
        r.sog_dkn = 200;
        server_apply(server, r);
        vg_picture_advance(server->picture, r.time_us);
    }
}

static void trails_go_back_as_far_as_was_asked(void **state)
{
    (void)state;
    struct vg_api_options o = server_options();
    struct server *server = server_open(&o);
    sail(server, 735057548, 100);
    server_apply(server, at_position(412345678, START_US, 100, 0)); /* elsewhere */
    server_publish(server);
    static const struct {
        const char *question;
        size_t points;
    } cases[] = {{"&minutes=1", 2}, {"&minutes=10", 11}, {"", 61}, {"&minutes=1440", 101}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char target[100];
        snprintf(target, sizeof target, "/api/v1/trails?bbox=-81,-3,-78,-1%s", cases[i].question);
        json_t *json = server_json(server, target, 200), *trails = json_object_get(json, "trails");
        assert_int_equal(json_array_size(trails), 1);
        json_t *points = json_object_get(json_array_get(trails, 0), "points");
        assert_int_equal(json_integer_value(json_object_get(json_array_get(trails, 0), "mmsi")), 735057548);
        assert_int_equal(json_array_size(points), cases[i].points);
        assert_int_equal(json_array_size(json_array_get(points, 0)), 3); /* no speed, no course */
        assert_true(json_is_false(json_object_get(json, "truncated")));
        json_decref(json);
    }
    server_close(server);
}

static void beyond_2000_vessels_trails_are_truncated(void **state)
{
    (void)state;
    struct vg_api_options o = server_options();
    struct server *server = server_open(&o);
    for (uint32_t i = 0; i < 2001; i++) {
        if (i >= 1999)
            server_publish(server);
        if (i >= 2000) {
            json_t *json = server_json(server, "/api/v1/trails", 200);
            assert_int_equal(json_array_size(json_object_get(json, "trails")), 2000);
            assert_true(json_is_false(json_object_get(json, "truncated")));
            json_decref(json);
        }
        server_apply(server, at_position(735000000 + i, START_US, -80, -2));
    }
    server_publish(server);
    json_t *json = server_json(server, "/api/v1/trails", 200);
    assert_int_equal(json_array_size(json_object_get(json, "trails")), 2000);
    assert_true(json_is_true(json_object_get(json, "truncated")));
    json_decref(json);
    server_close(server);
}

static void a_trail_tells_where_no_line_leads(void **state)
{
    (void)state;
    struct vg_api_options o = server_options();
    struct server *server = server_open(&o);
    server_apply(server, at_position(735057548, START_US, -80, -2));
    for (int i = 0; i < 3; i++) /* the third is believed */
        server_apply(server, at_position(735057548, START_US + (100 + 10 * i) * VG_SECOND_US, -85, -2));
    struct vg_report r = at_position(735057548, START_US + 220 * VG_SECOND_US, -85.02, -2);
    r.fields = VG_FIELD_BIT(POS);
    server_apply(server, r);
    server_publish(server);
    struct http *h = http_get(server->address, "/api/v1/vessels/735057548");
    assert_non_null(strstr(h->body,
                           ",\"trail\":[[-80.0,-2.0,1700000000.0,12.3,90.1],[-85.0,-2.0,1700000120.0,12.3,90.1],"
                           "[-85.02,-2.0,1700000220.0,12.3,90.1]],\"breaks\":[1],\"trail_dropped\":0,"
                           "\"reports\":5}\n"));
    http_close(h);
    server_close(server);
}

/* ---- the description of the interface ---- */

static size_t bits_of(uint64_t bits)
{
    return (size_t)__builtin_popcountll(bits);
}

/* Each operation is what its row in the table of routes says. */
static void openapi_says_of_each_route_what_its_row_says(void **state)
{
    (void)state;
    struct vg_api_options o = server_options();
    struct server *server = server_open(&o);
    json_t *json = server_json(server, "/api/v1/openapi.json", 200), *paths = json_object_get(json, "paths");
    for (const struct vg_route *route = vg_routes; route->path; route++) {
        const char *path = strcmp(route->path, VG_PATH_REST) == 0 ? "/" : route->path;
        const bool posts = route->method == VG_METHOD_POST || route->method == VG_METHOD_PUT;
        const char *method = route->method == VG_METHOD_PUT ? "put" : posts ? "post" : "get";
        json_t *get = json_object_get(json_object_get(paths, path), method);
        json_t *responses = json_object_get(get, "responses"), *parameters = json_object_get(get, "parameters");
        bool named = strchr(path, '{') != NULL, history = strncmp(route->id, "history", 7) == 0;
        assert_string_equal(text_of(get, "operationId"), route->id);
        assert_string_equal(text_of(get, "summary"), route->summary);
        assert_int_equal(json_array_size(parameters), named + bits_of(route->params));
        assert_int_equal(json_object_get(responses, "400") != NULL, route->params != 0 || posts);
        assert_int_equal(json_object_get(responses, "404") != NULL, named);
        assert_int_equal(json_object_get(responses, "413") != NULL, history || posts);
        assert_int_equal(json_object_get(responses, "415") != NULL, posts); /* what takes a body */
        assert_int_equal(json_object_get(get, "requestBody") != NULL, posts);
        assert_non_null(json_object_get(responses, "503"));
        json_t *content = json_object_get(json_object_get(responses, "200"), "content");
        json_t *schema = json_object_get(json_object_get(content, route->type), "schema");
        assert_non_null(schema);
        assert_int_equal(json_object_get(schema, "$ref") != NULL, route->schema != NULL);
        assert_int_equal(json_object_get(content, "application/geo+json") != NULL,
                         route->params >> VG_PARAM_FORMAT & 1 || strcmp(route->type, "application/geo+json") == 0);
        for (size_t i = 0; i < json_array_size(parameters); i++) {
            json_t *one = json_array_get(parameters, i);
            assert_string_equal(text_of(one, "in"), named && i == 0 ? "path" : "query");
            assert_non_null(text_of(json_object_get(one, "schema"), "type"));
        }
    }
    json_decref(json);
    server_close(server);
}

/* Wherever something refers to a schema, there is one. */
static void openapi_refers_to_nothing_that_is_missing(void **state)
{
    (void)state;
    struct vg_api_options o = server_options();
    struct server *server = server_open(&o);
    struct http *h = http_get(server->address, "/api/v1/openapi.json");
    size_t found = 0;
    for (const char *at = h->body; (at = strstr(at, "\"$ref\":\"#/components/schemas/")); found++) {
        char name[80];
        at += 29;
        snprintf(name, sizeof name, "\"%.*s\":{", (int)strcspn(at, "\""), at);
        if (!strstr(strstr(h->body, "\"schemas\":{"), name))
            fail_msg("%s is missing", name);
    }
    assert_true(found > 30);
    http_close(h);
    server_close(server);
}

static void metrics_tell_of_the_process(void **state)
{
    (void)state;
    struct vg_api_options o = server_options();
    struct server *server = server_open(&o);
    struct http *h = http_get(server->address, "/metrics");
    assert_true(metric(h, "resident_memory_bytes") > 1e6);
    assert_true(metric(h, "resident_memory_bytes") < 1e13);
    assert_true(metric(h, "uptime_seconds") >= 0 && metric(h, "uptime_seconds") < 3600);
    assert_true(metric(h, "publication_age_seconds") >= 0 && metric(h, "publication_age_seconds") < 3600);
    assert_true(metric(h, "sources_overflowed_total") == 0);
    assert_non_null(strstr(h->body, "\nvigia_build_info{version=\""));
    http_close(h);
    server_close(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_contact_is_written_in_four_forms),
        cmocka_unit_test(what_has_expired_is_only_in_reported),
        cmocka_unit_test(status_14_of_a_ship_is_unconfirmed_for_an_hour),
        cmocka_unit_test(a_ship_is_never_virtual_nor_off_position),
        cmocka_unit_test(what_was_not_said_is_left_out),
        cmocka_unit_test(some_members_need_another_one),
        cmocka_unit_test(a_turn_is_a_rate_or_only_a_side),
        cmocka_unit_test(distress_and_unconfirmed_status_are_said),
        cmocka_unit_test(each_field_names_the_report_that_said_it),
        cmocka_unit_test(each_event_is_written_with_its_keys),
        cmocka_unit_test(a_group_of_distress_is_written_with_as_many_sources_as_fit),
        cmocka_unit_test(a_box_is_cut_outward_to_few_cells_and_stays),
        cmocka_unit_test(small_large_and_round_boxes_have_their_cells),
        cmocka_unit_test(each_number_of_a_feed_is_shown_under_its_name),
        cmocka_unit_test(each_number_of_the_data_folder_is_shown_under_its_name),
        cmocka_unit_test(trails_go_back_as_far_as_was_asked),
        cmocka_unit_test(beyond_2000_vessels_trails_are_truncated),
        cmocka_unit_test(a_trail_tells_where_no_line_leads),
        cmocka_unit_test(openapi_says_of_each_route_what_its_row_says),
        cmocka_unit_test(openapi_refers_to_nothing_that_is_missing),
        cmocka_unit_test(metrics_tell_of_the_process),
    };
    return cmocka_run_group_tests(tests, make_two_sources, drop_two_sources);
}
