/* Records of JSON logs to reports: gpsd, AIS-catcher, aisstream.io, Signal K, canboat. */
#include "sensor/json_read.h"

/* ---- gpsd and AIS-catcher ---- */

static void gpsd_objects_are_read_scaled_and_not(void **state)
{
    (void)state;
    static const char *const same[] = {
        "{\"class\":\"AIS\",\"type\":1,\"mmsi\":224999719,\"scaled\":true,\"status\":5,\"turn\":-10,\"speed\":6.5,"
        "\"accuracy\":true,\"lon\":-8.72,\"lat\":42.23,\"course\":90.1,\"heading\":91}",
        "{\"class\":\"AIS\",\"type\":1,\"mmsi\":224999719,\"scaled\":false,\"status\":5,\"turn\":-15,\"speed\":65,"
        "\"accuracy\":true,\"lon\":-5232000,\"lat\":25338000,\"course\":901,\"heading\":91}"};
    for (int i = 0; i < 2; i++) {
        struct vg_report r = only(same[i]);
        check_place(&r, -8.72, 42.23);
        assert_true(r.accurate);
        assert_int_equal(r.mmsi, 224999719);
        assert_int_equal(r.message, 1);
        assert_int_equal(r.class, VG_CLASS_SHIP_A);
        assert_int_equal(r.sensor, VG_SENSOR_AIS);
        assert_int_equal(r.source, 3);
        assert_int_equal(r.sog_dkn, 65);
        assert_int_equal(r.cog_ddeg, 901);
        assert_int_equal(r.heading_deg, 91);
        assert_int_equal(r.turn_raw, -15);
        assert_int_equal(r.status, 5);
        assert_true(r.time_us == VG_TIME_NONE);
    }
}

static void gpsds_not_available_says_nothing(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{\"class\":\"AIS\",\"type\":3,\"mmsi\":1,\"scaled\":true,\"status\":15,\"turn\":\"nan\",\"speed\":\"nan\","
        "\"lon\":181.0,\"lat\":91.0,\"course\":360.0,\"heading\":511}",
        "{\"class\":\"AIS\",\"type\":3,\"mmsi\":1,\"scaled\":true,\"status\":15,\"turn\":-128,\"speed\":102.3,"
        "\"lon\":181,\"lat\":91,\"course\":360,\"heading\":511}",
        "{\"class\":\"AIS\",\"type\":3,\"mmsi\":1,\"scaled\":false,\"status\":15,\"turn\":-128,\"speed\":1023,"
        "\"lon\":108600000,\"lat\":54600000,\"course\":3600,\"heading\":511}",
        "{\"class\":\"AIS\",\"type\":3,\"mmsi\":1,\"status\":15,\"lon\":null}",
        "{\"class\":\"AIS\",\"type\":27,\"mmsi\":1,\"scaled\":true,\"status\":15,\"speed\":63,\"course\":511,"
        "\"lon\":181,\"lat\":91}",
        "{\"class\":\"AIS\",\"type\":27,\"mmsi\":1,\"scaled\":false,\"status\":15,\"speed\":63,\"course\":511,"
        "\"lon\":108600,\"lat\":54600}"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct vg_report r = only(texts[i]);
        assert_int_equal(r.fields, VG_FIELD_BIT(STATUS));
        assert_false(r.accurate);
        assert_false(vg_pos_valid(r.pos));
    }
}

static void gpsds_fast_ones_are_as_they_are_sent(void **state)
{
    (void)state;
    struct vg_report r = only("{\"class\":\"AIS\",\"type\":2,\"mmsi\":1,\"turn\":\"fastleft\",\"speed\":\"fast\"}");
    assert_int_equal(r.turn_raw, -127);
    assert_int_equal(r.sog_dkn, 1022);
    r = only("{\"class\":\"AIS\",\"type\":2,\"mmsi\":1,\"turn\":\"fastright\"}");
    assert_int_equal(r.turn_raw, 127);
}

static void long_range_positions_are_coarse(void **state)
{
    (void)state;
    struct vg_report r = only("{\"class\":\"AIS\",\"type\":27,\"mmsi\":1,\"scaled\":false,\"speed\":9,\"course\":90,"
                              "\"lon\":-5232,\"lat\":25338}");
    check_place(&r, -8.72, 42.23);
    assert_int_equal(r.sog_dkn, 90);
    assert_int_equal(r.cog_ddeg, 900);
}

static void gpsds_aircraft_have_whole_knots_and_a_height(void **state)
{
    (void)state;
    struct vg_report r = only("{\"class\":\"AIS\",\"type\":9,\"mmsi\":111224001,\"scaled\":false,\"alt\":300,"
                              "\"speed\":130,\"lon\":-5232000,\"lat\":25338000}");
    assert_int_equal(r.class, VG_CLASS_SAR);
    assert_int_equal(r.sog_dkn, 1300);
    assert_int_equal(r.altitude_m, 300);
    r = only("{\"class\":\"AIS\",\"type\":9,\"mmsi\":111224001,\"alt\":4095,\"speed\":1023,\"course\":10}");
    assert_int_equal(r.fields, VG_FIELD_BIT(COG));
}

static void gpsds_voyage_is_read(void **state)
{
    (void)state;
    static const char *const same[] = {
        "{\"class\":\"AIS\",\"type\":5,\"mmsi\":224999719,\"imo\":9074729,\"callsign\":\"EA1234@\",\"shipname\":"
        "\"PRUEBA  \","
        "\"shiptype\":70,\"to_bow\":100,\"to_stern\":80,\"to_port\":10,\"to_starboard\":22,\"eta\":\"05-14T20:10Z\","
        "\"draught\":10.1,\"destination\":\"VIGO\"}",
        "{\"class\":\"AIS\",\"type\":5,\"mmsi\":224999719,\"scaled\":false,\"imo\":9074729,\"callsign\":\"EA1234\","
        "\"shipname\":"
        "\"PRUEBA\",\"shiptype\":70,\"to_bow\":100,\"to_stern\":80,\"to_port\":10,\"to_starboard\":22,\"month\":5,"
        "\"day\":14,"
        "\"hour\":20,\"minute\":10,\"draught\":101,\"destination\":\"VIGO@@@\"}"};
    for (int i = 0; i < 2; i++) {
        struct vg_report r = only(same[i]);
        assert_int_equal(r.fields, VG_FIELD_BIT(IMO) | VG_FIELD_BIT(CALLSIGN) | VG_FIELD_BIT(NAME) |
                                       VG_FIELD_BIT(SHIPTYPE) | VG_FIELD_BIT(DIMENSIONS) | VG_FIELD_BIT(ETA) |
                                       VG_FIELD_BIT(DRAUGHT) | VG_FIELD_BIT(DESTINATION));
        assert_string_equal(r.name, "PRUEBA");
        assert_string_equal(r.callsign, "EA1234");
        assert_string_equal(r.destination, "VIGO");
        assert_int_equal(r.imo, 9074729);
        assert_int_equal(r.draught_dm, 101);
        assert_int_equal(r.to_bow_m, 100);
        assert_int_equal(r.to_starboard_m, 22);
        assert_true(r.eta_month == 5 && r.eta_day == 14 && r.eta_hour == 20 && r.eta_minute == 10);
    }
    struct vg_report none =
        only("{\"class\":\"AIS\",\"type\":5,\"mmsi\":1,\"imo\":0,\"eta\":\"00-00T24:60Z\",\"draught\":0,"
             "\"shiptype\":0,\"shipname\":\"@@@@\",\"callsign\":\"\",\"destination\":\"X\",\"to_bow\":0}");
    assert_int_equal(none.fields, VG_FIELD_BIT(DESTINATION));
}

static void gpsds_other_messages_are_read(void **state)
{
    (void)state;
    struct vg_report r =
        only("{\"class\":\"AIS\",\"type\":21,\"mmsi\":992241001,\"aid_type\":14,\"name\":\"BOYA 1\",\"lon\":-8.72,"
             "\"lat\":42.23,\"off_position\":true,\"virtual_aid\":false}");
    assert_int_equal(r.class, VG_CLASS_ATON);
    assert_int_equal(r.aid_type, 14);
    assert_true(r.aid_off_position && !r.aid_virtual);
    assert_string_equal(r.name, "BOYA 1");
    r = only("{\"class\":\"AIS\",\"type\":24,\"mmsi\":982241234,\"callsign\":\"AB\",\"mothership_mmsi\":224123456}");
    assert_int_equal(r.parent_mmsi, 224123456);
    r = only("{\"class\":\"AIS\",\"type\":14,\"mmsi\":970224001,\"text\":\"SART TEST\"}");
    assert_string_equal(r.text, "SART TEST");
    r = only("{\"class\":\"AIS\",\"type\":4,\"mmsi\":2241076,\"timestamp\":\"4161-15-31T00:00:01Z\",\"lon\":-8.72,"
             "\"lat\":42.23}");
    assert_int_equal(r.class, VG_CLASS_BASE);
    struct read *other =
        read_text("{\"class\":\"AIS\",\"type\":10,\"mmsi\":1}\n{\"class\":\"AIS\",\"type\":20,\"mmsi\":1}\n");
    assert_int_equal(other->count, 0);
    assert_int_equal(other->refusals.count[VG_CSV_REFUSAL_JSON_OTHER], 2);
    free(other);
}

static void ais_catcher_tells_when_it_heard(void **state)
{
    (void)state;
    static const char *const texts[] = {"{\"class\":\"AIS\",\"device\":\"AIS-catcher\",\"rxtime\":\"20241122052000\","
                                        "\"rxuxtime\":1732252800,\"scaled\":true,"
                                        "\"type\":1,\"mmsi\":224999723,\"turn_unscaled\":-3,\"turn\":0,\"speed\":6.5}",
                                        "{\"class\":\"AIS\",\"rxuxtime\":1732252800.0,\"type\":1,\"mmsi\":224999723,"
                                        "\"turn_unscaled\":-3,\"speed\":6.5}",
                                        "{\"class\":\"AIS\",\"rxtime\":\"20241122052000\",\"type\":1,\"mmsi\":"
                                        "224999723,\"turn_unscaled\":-3,\"speed\":6.5}"};
    for (int i = 0; i < 3; i++) {
        struct vg_report r = only(texts[i]);
        assert_true(r.time_us == at("2024-11-22T05:20:00Z"));
        assert_int_equal(r.time_source, VG_TIME_SOURCE_LINE);
        assert_int_equal(r.turn_raw, -3);
    }
}

/* ---- aisstream.io ---- */

static void aisstream_positions_are_read(void **state)
{
    (void)state;
    struct vg_report r =
        only(STREAM("PositionReport",
                    "\"MessageID\":1,\"Latitude\":42.23,\"Longitude\":-8.72,\"Sog\":6.5,\"Cog\":90,\"TrueHeading\":"
                    "91,\"RateOfTurn\":-128,\"NavigationalStatus\":5,\"PositionAccuracy\":true"));
    check_place(&r, -8.72, 42.23);
    assert_true(r.time_us == at("2024-11-22T05:20:00.1Z") && r.accurate);
    assert_int_equal(r.time_source, VG_TIME_SOURCE_LINE);
    assert_int_equal(r.message, 1);
    assert_int_equal(r.sog_dkn, 65);
    assert_int_equal(r.status, 5);
    assert_false(r.fields & VG_FIELD_BIT(TURN));
    r = only(STREAM("StandardClassBPositionReport",
                    "\"MessageID\":18,\"Latitude\":91,\"Longitude\":181,\"Sog\":102.3,\"Cog\":360,"
                    "\"TrueHeading\":12"));
    assert_int_equal(r.fields, VG_FIELD_BIT(HEADING));
    assert_int_equal(r.class, VG_CLASS_SHIP_B);
    r = only(STREAM("LongRangeAisBroadcastMessage",
                    "\"MessageID\":27,\"Latitude\":42.23,\"Longitude\":-8.72,\"Sog\":63,\"Cog\":511"));
    assert_int_equal(r.fields, VG_FIELD_BIT(POS));
    r = only(
        STREAM("StandardSearchAndRescueAircraftReport", "\"MessageID\":9,\"Altitude\":300,\"Sog\":130,\"Cog\":12.5"));
    assert_int_equal(r.altitude_m, 300);
    assert_int_equal(r.sog_dkn, 1300);
    r = only(STREAM("BaseStationReport", "\"MessageID\":4,\"UtcMonth\":15,\"Latitude\":42.23,\"Longitude\":-8.72"));
    assert_int_equal(r.class, VG_CLASS_BASE);
}

static void aisstreams_time_is_gos(void **state)
{
    (void)state;
    struct vg_report r = only(
        "{\"MessageType\":\"PositionReport\",\"MetaData\":{\"time_utc\":\"2024-11-22 05:20:00.123456789 +0000 UTC\"},"
        "\"Message\":{\"PositionReport\":{\"MessageID\":1,\"UserID\":224999720,\"Sog\":6.5}}}");
    assert_true(r.time_us == at("2024-11-22T05:20:00.123456Z"));
}

static void aisstream_particulars_are_read(void **state)
{
    (void)state;
    struct vg_report r =
        only(STREAM("ShipStaticData",
                    "\"MessageID\":5,\"ImoNumber\":9074729,\"CallSign\":\"EA1 \",\"Name\":\"PRUEBA     \",\"Type\":70,"
                    "\"Dimension\":{\"A\":100,\"B\":80,\"C\":10,\"D\":22},\"Eta\":{\"Month\":5,\"Day\":14,\"Hour\":20,"
                    "\"Minute\":10},"
                    "\"MaximumStaticDraught\":10.1,\"Destination\":\"VIGO\""));
    assert_string_equal(r.name, "PRUEBA");
    assert_int_equal(r.shiptype, 70);
    assert_int_equal(r.draught_dm, 101);
    assert_int_equal(r.to_stern_m, 80);
    assert_int_equal(r.eta_day, 14);
    r = only(STREAM("StaticDataReport",
                    "\"MessageID\":24,\"ReportA\":{\"Valid\":false,\"Name\":\"\"},\"ReportB\":{\"Valid\":true,"
                    "\"ShipType\":37,\"CallSign\":\"AB12\",\"Dimension\":{\"A\":5,\"B\":6,\"C\":1,\"D\":2}}"));
    assert_int_equal(r.fields, VG_FIELD_BIT(SHIPTYPE) | VG_FIELD_BIT(CALLSIGN) | VG_FIELD_BIT(DIMENSIONS));
    r = only(STREAM("StaticDataReport",
                    "\"MessageID\":24,\"ReportA\":{\"Valid\":true,\"Name\":\"LA B\"},\"ReportB\":{\"Valid\":"
                    "false,\"ShipType\":37}"));
    assert_int_equal(r.fields, VG_FIELD_BIT(NAME));
    r = only(STREAM("ExtendedClassBPositionReport",
                    "\"MessageID\":19,\"Latitude\":42.23,\"Longitude\":-8.72,\"Name\":\"B\",\"Type\":36"));
    assert_int_equal(r.fields, VG_FIELD_BIT(POS) | VG_FIELD_BIT(NAME) | VG_FIELD_BIT(SHIPTYPE));
    r = only(STREAM("AidsToNavigationReport",
                    "\"MessageID\":21,\"Type\":14,\"Name\":\"ABCDEFGHIJKLMNOPQRST\",\"NameExtension\":\"UVW\","
                    "\"OffPosition\":false,\"VirtualAtoN\":true"));
    assert_string_equal(r.name, "ABCDEFGHIJKLMNOPQRSTUVW");
    assert_true(r.aid_virtual && !r.aid_off_position && r.aid_type == 14);
    assert_false(r.fields & VG_FIELD_BIT(SHIPTYPE));
    r = only(STREAM("SafetyBroadcastMessage", "\"MessageID\":14,\"Text\":\"SART ACTIVE\""));
    assert_string_equal(r.text, "SART ACTIVE");
}

/* ---- Signal K ---- */

static void signalk_values_come_in_si_units(void **state)
{
    (void)state;
    struct vg_report r = only(DELTA(
        VESSEL,
        "{\"path\":\"navigation.position\",\"value\":{\"longitude\":-8.72,\"latitude\":42.23}},"
        "{\"path\":\"navigation.speedOverGround\",\"value\":3.3438889},{\"path\":\"navigation.courseOverGroundTrue\","
        "\"value\":1.5707963},"
        "{\"path\":\"navigation.headingTrue\",\"value\":1.58825},{\"path\":\"navigation.rateOfTurn\",\"value\":0.0029},"
        "{\"path\":\"navigation.state\",\"value\":\"moored\"},{\"path\":\"sensors.ais.class\",\"value\":\"A\"}"));
    check_place(&r, -8.72, 42.23);
    assert_int_equal(r.sog_dkn, 65);
    assert_int_equal(r.cog_ddeg, 900);
    assert_int_equal(r.heading_deg, 91);
    assert_int_equal(r.turn_raw, 15); /* 10° a minute */
    assert_int_equal(r.status, 5);
    assert_int_equal(r.class, VG_CLASS_SHIP_A);
    assert_int_equal(r.mmsi, 224999721);
    assert_true(r.time_us == at("2024-11-22T05:20:00Z"));
}

static void signalk_particulars_are_read_by_path_and_in_branches(void **state)
{
    (void)state;
    static const char *const same[] = {
        DELTA(VESSEL,
              "{\"path\":\"\",\"value\":{\"name\":\"PRUEBA\",\"communication\":{\"callsignVhf\":\"EA1\"},"
              "\"registrations\":{\"imo\":\"IMO 9074729\"}}},"
              "{\"path\":\"design.length\",\"value\":{\"overall\":180}},{\"path\":\"design.beam\",\"value\":32},"
              "{\"path\":\"design.draft\",\"value\":{\"current\":10.1}},{\"path\":\"design.aisShipType\",\"value\":{"
              "\"id\":70,\"name\":\"Cargo\"}},"
              "{\"path\":\"sensors.ais.fromBow\",\"value\":100},{\"path\":\"sensors.ais.fromCenter\",\"value\":-6},"
              "{\"path\":\"navigation.destination.commonName\",\"value\":\"VIGO\"},"
              "{\"path\":\"navigation.destination.eta\",\"value\":\"2024-05-14T20:10:00Z\"}"),
        DELTA(VESSEL,
              "{\"path\":\"name\",\"value\":\"PRUEBA\"},{\"path\":\"communication.callsignVhf\",\"value\":\"EA1\"},"
              "{\"path\":\"registrations.imo\",\"value\":\"9074729\"},{\"path\":\"design\",\"value\":{\"length\":{"
              "\"overall\":180},\"beam\":32,"
              "\"draft\":{\"maximum\":10.1},\"aisShipType\":{\"id\":70}}},{\"path\":\"sensors.ais\",\"value\":{"
              "\"fromBow\":100,\"fromCenter\":-6}},"
              "{\"path\":\"navigation.destination\",\"value\":{\"commonName\":\"VIGO\",\"eta\":\"2024-05-14T20:10:"
              "00Z\"}}")};
    for (int i = 0; i < 2; i++) {
        struct vg_report r = only(same[i]);
        assert_string_equal(r.name, "PRUEBA");
        assert_string_equal(r.callsign, "EA1");
        assert_string_equal(r.destination, "VIGO");
        assert_int_equal(r.imo, 9074729);
        assert_int_equal(r.shiptype, 70);
        assert_int_equal(r.draught_dm, 101);
        assert_true(r.to_bow_m == 100 && r.to_stern_m == 80 && r.to_port_m == 10 && r.to_starboard_m == 22);
        assert_true(r.eta_month == 5 && r.eta_day == 14 && r.eta_hour == 20 && r.eta_minute == 10);
    }
    struct vg_report r = only(DELTA(VESSEL, "{\"path\":\"design.length\",\"value\":{\"overall\":180}}"));
    assert_true(r.to_bow_m == 0 && r.to_stern_m == 180);
    r = only(DELTA(
        "atons.urn:mrn:imo:mmsi:992241001",
        "{\"path\":\"atonType\",\"value\":{\"id\":14,\"name\":\"x\"}},{\"path\":\"offPosition\",\"value\":true}"));
    assert_true(r.class == VG_CLASS_ATON && r.aid_type == 14 && r.aid_off_position);
}

static void signalk_own_and_unnumbered_vessels_are_passed_over(void **state)
{
    (void)state;
    struct read *r =
        read_text(DELTA("vessels.self", "{\"path\":\"navigation.speedOverGround\",\"value\":3}") "\n" DELTA(
            "vessels.urn:mrn:signalk:uuid:c0d79334-4e25-4245-8892-54e8ccc8021d",
            "{\"path\":\"name\",\"value\":\"X\"}") "\n" DELTA(VESSEL, "{\"path\":\"environment.depth\",\"value\":"
                                                                      "3}") "\n"
                                                                            "{\"updates\":[{\"values\":[{\"path\":"
                                                                            "\"name\",\"value\":\"X\"}]}]}\n"
                                                                            "{\"name\":\"signalk-server\","
                                                                            "\"version\":\"2.0.0\",\"self\":"
                                                                            "\"vessels.urn:x\"}\n");
    assert_int_equal(r->count, 0);
    assert_int_equal(r->refusals.count[VG_CSV_REFUSAL_JSON_OTHER], 5);
    free(r);
}

static void each_update_has_its_own_time(void **state)
{
    (void)state;
    struct read *r =
        read_text("{\"context\":\"" VESSEL "\",\"updates\":["
                  "{\"timestamp\":\"2024-11-22T05:20:00Z\",\"values\":[{\"path\":\"name\",\"value\":\"A\"}]},"
                  "{\"timestamp\":\"2024-11-22T05:20:07Z\",\"values\":[{\"path\":\"name\",\"value\":\"B\"}]}]}");
    assert_int_equal(r->count, 2);
    assert_true(r->report[1].time_us - r->report[0].time_us == 7 * VG_SECOND_US);
    free(r);
}

/* ---- canboat ---- */

static void canboat_positions_are_read_plain_and_by_value(void **state)
{
    (void)state;
    static const char *const same[] = {
        PGN("129038", "\"Message ID\":\"Scheduled Class A position report\",\"User "
                      "ID\":224999722,\"Longitude\":-8.72,\"Latitude\":42.23,"
                      "\"Position Accuracy\":\"High\",\"COG\":90.0,\"SOG\":3.34,\"Heading\":91.0,\"Rate of "
                      "Turn\":0.1667,\"Nav Status\":\"Moored\""),
        PGN("129038", "\"Message ID\":{\"value\":1,\"name\":\"Scheduled Class A position report\"},\"User "
                      "ID\":{\"value\":\"224999722\"},"
                      "\"Longitude\":{\"value\":-8.72},\"Latitude\":{\"value\":42.23},\"Position "
                      "Accuracy\":{\"value\":1,\"name\":\"High\"},"
                      "\"COG\":{\"value\":90.0},\"SOG\":{\"value\":3.34},\"Heading\":{\"value\":91.0},\"Rate of "
                      "Turn\":{\"value\":0.1667},"
                      "\"Nav Status\":{\"value\":5,\"name\":\"Moored\"}"),
        "{\"timestamp\":\"2024-11-22-05:20:00.120\",\"pgn\":129038,\"fields\":{\"User "
        "ID\":224999722,\"Longitude\":-8.72,\"Latitude\":42.23,"
        "\"Position Accuracy\":\"High\",\"COG\":90.0,\"SOG\":3.34,\"Heading\":91.0,\"Rate of Turn\":0.1667,\"Nav "
        "Status\":\"Moored\"}}"};
    for (int i = 0; i < 3; i++) {
        struct vg_report r = only(same[i]);
        check_place(&r, -8.72, 42.23);
        assert_true(r.time_us == at("2024-11-22T05:20:00.12Z") && r.accurate);
        assert_int_equal(r.mmsi, 224999722);
        assert_int_equal(r.message, 1);
        assert_int_equal(r.sog_dkn, 65);
        assert_int_equal(r.cog_ddeg, 900);
        assert_int_equal(r.heading_deg, 91);
        assert_int_equal(r.turn_raw, 15);
        assert_int_equal(r.status, 5);
    }
}

static void canboats_angles_may_be_radians(void **state)
{
    (void)state;
    static const char text[] = "{\"version\":\"6.0.1\",\"units\":\"si\",\"showLookupValues\":false}\n" PGN(
        "129039",
        "\"User ID\":224999722,\"COG\":1.5708,\"Heading\":6.2832,\"Longitude\":-8.72,\"Latitude\":42.23") "\n";
    assert_int_equal(vg_json_log_head(text, sizeof text - 1, true), VG_JSON_LOG_SI);
    struct read *r = read_pieces(text, sizeof text - 1, SIZE_MAX / 2, true);
    assert_int_equal(r->count, 1);
    assert_int_equal(r->report[0].cog_ddeg, 900);
    assert_int_equal(r->report[0].heading_deg, 0);
    assert_int_equal(r->report[0].class, VG_CLASS_SHIP_B);
    free(r);
}

static void canboats_particulars_are_read(void **state)
{
    (void)state;
    struct vg_report r = only(PGN(
        "129794", "\"User ID\":\"224999722\",\"IMO number\":9074729,\"Callsign\":\"EA1\",\"Name\":\"PRUEBA\",\"Type of "
                  "ship\":\"Tanker (hazard cat X)\","
                  "\"Length\":180.0,\"Beam\":32.0,\"Position reference from Starboard\":22.0,\"Position reference from "
                  "Bow\":100.0,"
                  "\"ETA Date\":\"2024.05.14\",\"ETA Time\":\"20:10:00\",\"Draft\":10.10,\"Destination\":\"VIGO\""));
    assert_int_equal(r.message, 5);
    assert_int_equal(r.shiptype, 81);
    assert_true(r.to_bow_m == 100 && r.to_stern_m == 80 && r.to_port_m == 10 && r.to_starboard_m == 22);
    assert_true(r.eta_month == 5 && r.eta_day == 14 && r.eta_hour == 20 && r.eta_minute == 10);
    assert_int_equal(r.draught_dm, 101);
    static const struct {
        const char *words;
        int type;
    } types[] = {{"Fishing", 30},
                 {"Passenger ship", 60},
                 {"Cargo ship (no additional information)", 79},
                 {"Towing exceeds 200m or wider than 25m", 32},
                 {"High speed craft (hazard cat OS)", 44},
                 {"Wing In Ground", 20},
                 {"Other", 90},
                 {"Pleasure", 37},
                 {"SAR", 51}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        char text[400];
        snprintf(text, sizeof text, PGN("129810", "\"User ID\":1,\"Type of ship\":\"%s\""), types[i].words);
        assert_int_equal(only(text).shiptype, types[i].type);
    }
    r = only(PGN("129809", "\"User ID\":1,\"Name\":\"LA B\""));
    assert_int_equal(r.message, 24);
    r = only(
        PGN("129040", "\"User ID\":1,\"Name\":\"LA B\",\"True Heading\":12.0,\"Longitude\":-8.72,\"Latitude\":42.23"));
    assert_int_equal(r.heading_deg, 12);
    r = only(
        PGN("129793", "\"User ID\":2241076,\"Longitude\":-8.72,\"Latitude\":42.23,\"Position Date\":\"2161.01.01\""));
    assert_int_equal(r.class, VG_CLASS_BASE);
    r = only(PGN("129798", "\"User ID\":111224001,\"SOG\":66.9,\"Altitude\":300.00"));
    assert_true(r.altitude_m == 300 && r.sog_dkn == 1300);
    r = only(PGN("129802", "\"Source ID\":970224001,\"Safety Related Text\":\"SART TEST\""));
    assert_string_equal(r.text, "SART TEST");
    r = only(PGN("129041", "\"User ID\":992241001,\"AtoN Name\":\"BOYA\",\"AtoN Type\":\"Fixed beacon: starboard "
                           "hand\",\"Off Position Indicator\":\"Yes\","
                           "\"Virtual AtoN Flag\":\"No\",\"Length/Diameter\":4.0,\"Beam/Diameter\":4.0"));
    assert_true(r.aid_type == 14 && r.aid_off_position && !r.aid_virtual);
    struct read *other = read_text(PGN("127250", "\"Heading\":12.0") "\n" PGN("129025", "\"Latitude\":1"));
    assert_int_equal(other->count, 0);
    assert_int_equal(other->refusals.count[VG_CSV_REFUSAL_JSON_OTHER], 2);
    free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gpsd_objects_are_read_scaled_and_not),
        cmocka_unit_test(gpsds_not_available_says_nothing),
        cmocka_unit_test(gpsds_fast_ones_are_as_they_are_sent),
        cmocka_unit_test(long_range_positions_are_coarse),
        cmocka_unit_test(gpsds_aircraft_have_whole_knots_and_a_height),
        cmocka_unit_test(gpsds_voyage_is_read),
        cmocka_unit_test(gpsds_other_messages_are_read),
        cmocka_unit_test(ais_catcher_tells_when_it_heard),
        cmocka_unit_test(aisstream_positions_are_read),
        cmocka_unit_test(aisstreams_time_is_gos),
        cmocka_unit_test(aisstream_particulars_are_read),
        cmocka_unit_test(signalk_values_come_in_si_units),
        cmocka_unit_test(signalk_particulars_are_read_by_path_and_in_branches),
        cmocka_unit_test(signalk_own_and_unnumbered_vessels_are_passed_over),
        cmocka_unit_test(each_update_has_its_own_time),
        cmocka_unit_test(canboat_positions_are_read_plain_and_by_value),
        cmocka_unit_test(canboats_angles_may_be_radians),
        cmocka_unit_test(canboats_particulars_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
