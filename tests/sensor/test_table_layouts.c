/* Tables that people publish are known by their header, and each says what it says. */
#include "sensor/table_test.h"

#include "base/out.h"

/* One row of a known table. */
struct known_case {
    const char *layout, *text, *utc;
    uint32_t mmsi;
    int32_t lon_e4min, lat_e4min;
    uint16_t sog_dkn, cog_ddeg;
    uint32_t fields; /* besides the position */
};

#define MOTION (VG_FIELD_BIT(SOG) | VG_FIELD_BIT(COG))
#define LON    (-5232000) /* 8.72 W */
#define LAT    25338000   /* 42.23 N */

static const struct known_case known[] = {
    {"aishub",
     "\"MMSI\",\"TSTAMP\",\"LATITUDE\",\"LONGITUDE\",\"COG\",\"SOG\",\"HEADING\",\"NAVSTAT\",\"IMO\",\"NAME\","
     "\"CALLSIGN\",\"TYPE\",\"A\",\"B\",\"C\",\"D\",\"DRAUGHT\",\"DEST\",\"ETA\"\n\"224000711\","
     "\"2024-11-22 05:20:00 GMT\",\"42.23\",\"-8.72\",\"90.1\",\"6.5\",\"91\",\"0\",\"0\",\"PRUEBA\",\"EA1\",\"70\","
     "\"80\",\"20\",\"8\",\"8\",\"5.5\",\"VIGO\",\"12-01 06:00\"\n",
     "2024-11-22T05:20:00Z", 224000711, LON, LAT, 65, 901,
     MOTION | VG_FIELD_BIT(HEADING) | VG_FIELD_BIT(STATUS) | VG_FIELD_BIT(NAME) | VG_FIELD_BIT(CALLSIGN) |
         VG_FIELD_BIT(SHIPTYPE) | VG_FIELD_BIT(DIMENSIONS) | VG_FIELD_BIT(DRAUGHT) | VG_FIELD_BIT(DESTINATION) |
         VG_FIELD_BIT(ETA)},
    {"aishub",
     "MMSI,TIME,LONGITUDE,LATITUDE,COG,SOG,HEADING,ROT,NAVSTAT,PAC,ETA\n"
     "224000711,2024-11-22 05:20:00 GMT,-8.72,42.23,360,102.3,511,-128,15,1,00-00 24:60\n",
     "2024-11-22T05:20:00Z", 224000711, LON, LAT, 0, 0, VG_FIELD_BIT(STATUS)},
    {"amsa",
     "CRAFT_ID,LON,LAT,COURSE,SPEED,TYPE,SUBTYPE,LENGTH,BEAM,DRAUGHT,TIMESTAMP\n"
     "503000709,-8.72,42.23,90.0,6.5,Cargo ship - All,,180,30,10.1,22/11/2024 05:20:10 PM\n",
     "2024-11-22T17:20:10Z", 503000709, LON, LAT, 65, 900,
     MOTION | VG_FIELD_BIT(SHIPTYPE) | VG_FIELD_BIT(DIMENSIONS) | VG_FIELD_BIT(DRAUGHT)},
    {"kystverket",
     "mmsi;imo_nr;length;date_time_utc;lon;lat;sog;cog;true_heading;nav_status;message_nr\n"
     "257000710;9074729;90;2024-11-22 05:20:00;-8.72;42.23;6.5;90.0;91;0;1\n",
     "2024-11-22T05:20:00Z", 257000710, LON, LAT, 65, 900,
     MOTION | VG_FIELD_BIT(HEADING) | VG_FIELD_BIT(STATUS) | VG_FIELD_BIT(IMO) | VG_FIELD_BIT(DIMENSIONS)},
    {"brest",
     "sourcemmsi,navigationalstatus,rateofturn,speedoverground,courseoverground,trueheading,lon,lat,t\n"
     "227000999,15,-127,0,262.7,511,-8.72,42.23,1443650403\n",
     "2015-09-30T22:00:03Z", 227000999, LON, LAT, 0, 2627, MOTION | VG_FIELD_BIT(TURN) | VG_FIELD_BIT(STATUS)},
    {"piraeus", "t,vessel_id,lon,lat,heading,speed,course\n1546300800123,227000999,-8.72,42.23,511,0.1,12.0\n",
     "2019-01-01T00:00:00.123Z", 227000999, LON, LAT, 1, 120, MOTION},
    {"gfw-track",
     "seg_id,lat,lon,course,timestamp,speed\n224000708-2024-01-01T00:00:00.000000Z,42.23,-8.72,90.1,1732252800000,6."
     "5\n",
     "2024-11-22T05:20:00Z", 224000708, LON, LAT, 65, 901, MOTION},
    {"suez", "\xEF\xBB\xBFID,ais_pos_timestamp,longitude,latitude\n7,20/03/2021 00:22,-8.72,42.23\n",
     "2021-03-20T00:22:00Z", 7, LON, LAT, 0, 0, 0},
    {"solent",
     "Time,MMSI,Latitude_degrees,Longitude_degrees,COG_degrees,SOG_knots\n"
     "2016-01-12 13:02:11.218,235000762,42.23,-8.72,157.8,5.9\n",
     "2016-01-12T13:02:11.218Z", 235000762, LON, LAT, 59, 1578, MOTION},
    {"baltic",
     "\"timestamp_pretty\";\"timestamp\";\"msgid\";\"targetType\";\"mmsi\";\"lat\";\"long\";\"posacc\";\"sog\";\"cog\";"
     "\"shipType\";\"dimBow\"\n\"01/04/2018 05:19:48\";1522559988000;1;\"A\";205000000;42.23;-8.72;1;4;159.9;"
     "\"TANKER\";108\n",
     "2018-04-01T05:19:48Z", 205000000, LON, LAT, 40, 1599, MOTION | VG_FIELD_BIT(SHIPTYPE) | VG_FIELD_BIT(DIMENSIONS)},
    {"baltic", /* the milliseconds are lost: the readable time counts */
     "timestamp_pretty;timestamp;mmsi;lat;long\n01/04/2018 05:19:48;0;205000000;42.23;-8.72\n", "2018-04-01T05:19:48Z",
     205000000, LON, LAT, 0, 0, 0},
    {"plain", /* Global Fishing Watch's training set */
     "mmsi,timestamp,distance_from_shore,distance_from_port,speed,course,lat,lon,is_fishing,source\n"
     "224000707.0,1327882842.0,232994.28,311748.65,8.2,230.5,42.23,-8.72,-1.0,dalhousie_longliner\n",
     "2012-01-30T00:20:42Z", 224000707, LON, LAT, 82, 2305, MOTION},
    {"plain", /* what the Danish authority's header looks like is not enough */
     "timestamp,mmsi,latitude,longitude\n2024-11-22T05:20:00Z,224000707,42.23,-8.72\n", "2024-11-22T05:20:00Z",
     224000707, LON, LAT, 0, 0, 0},
    {"plain", "mmsi,date,time,lat,lon,sog\n224000706,2024-11-22,05:20:00,42.23,-8.72,6.5\n", "2024-11-22T05:20:00Z",
     224000706, LON, LAT, 65, 0, VG_FIELD_BIT(SOG)},
    {"plain", /* Excel in a country of decimal commas */
     "sep=;\r\ntime;mmsi;lat;lon;sog\r\n2024-11-22 05:20:00;224000706;42,23;-8,72;6,5\r\n", "2024-11-22T05:20:00Z",
     224000706, LON, LAT, 65, 0, VG_FIELD_BIT(SOG)},
    {"plain", "# made by hand\n#\ntime,mmsi,geometry\n2024-11-22T05:20:00Z,224000706,POINT (-8.72 42.23)\n",
     "2024-11-22T05:20:00Z", 224000706, LON, LAT, 0, 0, 0},
    {"noaa",
     "mmsi,base_date_time,sog,cog,heading,vessel_name,geometry\n"
     "366000701,2025-03-01 00:00:01,0.0,360.0,511,,POINT (-8.72 42.23)\n",
     "2025-03-01T00:00:01Z", 366000701, LON, LAT, 0, 0, VG_FIELD_BIT(SOG)},
};

static void published_tables_are_known(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const struct known_case *c = &known[i];
        const struct vg_layout *l = vg_csv_known(c->text, strlen(c->text));
        char why[256];
        if (!l || strcmp(l->name, c->layout) != 0)
            fail_msg("case %zu (%s): taken for %s", i, c->layout, l ? l->name : "none");
        assert_int_equal(vg_csv_check(l, c->text, strlen(c->text), true, VG_CSV_LATEST_US, why, sizeof why), VG_OK);
        struct read r = read_text(NULL, c->text);
        if (r.count != 1)
            fail_msg("case %zu (%s): %zu reports", i, c->layout, r.count);
        for (int k = 0; k < VG_CSV_REFUSAL_COUNT; k++)
            if (r.refusals.count[k])
                fail_msg("case %zu (%s): %s", i, c->layout, vg_csv_refusal_text((enum vg_csv_refusal)k));
        assert_int_equal(r.report->time_us, utc(c->utc));
        assert_int_equal(r.report->mmsi, c->mmsi);
        assert_int_equal(r.report->pos.lon_e4min, c->lon_e4min);
        assert_int_equal(r.report->pos.lat_e4min, c->lat_e4min);
        assert_int_equal(r.report->sog_dkn, c->sog_dkn);
        assert_int_equal(r.report->cog_ddeg, c->cog_ddeg);
        assert_int_equal(r.report->fields, c->fields | VG_FIELD_BIT(POS));
        free(r.report);
    }
}

/* Every known layout but the plain one is told by a column of its own, so that no other header is taken for it. */
static void known_layouts_do_not_take_each_other_s_tables(void **state)
{
    (void)state;
    size_t count;
    const struct vg_layout *all = vg_layouts(&count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(*all[i].told_by == '\0', strcmp(all[i].name, "plain") == 0);
        assert_true(all[i].day_us == VG_TIME_NONE);
        assert_true(vg_layout_find(all[i].name) == &all[i]);
        for (size_t k = 0; *all[i].told_by && k < count; k++)
            assert_true(k == i || strcmp(all[i].told_by, all[k].told_by) != 0);
    }
    assert_string_equal(all[count - 1].name, "plain"); /* tried last */
}

static void a_ship_s_number_may_be_written_as_a_float(void **state)
{
    (void)state;
    static const struct {
        const char *cell;
        uint32_t mmsi;
        enum vg_csv_refusal refusal;
    } cases[] = {{"224000707", 224000707, 0},
                 {"224000707.0", 224000707, 0},
                 {"\"224000707.0\"", 224000707, 0},
                 {" 224000707.000 ", 224000707, 0},
                 {"\" 224000707 \"", 224000707, 0},
                 {"2.24000707E8", 224000707, 0},
                 {"2.24000707e+08", 224000707, 0},
                 {"2.24E8", 224000000, 0},
                 {"\"224000707,0\"", 224000707, 0},
                 {"999999999.0", 999999999, 0},
                 {"002190064", 2190064, 0},
                 {"224000707.5", 0, VG_CSV_REFUSAL_ANONYMOUS},
                 {"224000707.000001", 0, VG_CSV_REFUSAL_ANONYMOUS},
                 {"1.2639560807e+14", 0, VG_CSV_REFUSAL_ANONYMOUS},
                 {"1000000000.0", 0, VG_CSV_REFUSAL_ANONYMOUS},
                 {"126395608070000", 0, VG_CSV_REFUSAL_ANONYMOUS},
                 {"1e300", 0, VG_CSV_REFUSAL_ANONYMOUS},
                 {"0.0", 0, VG_CSV_REFUSAL_MMSI},
                 {"0", 0, VG_CSV_REFUSAL_MMSI},
                 {"-224000707.0", 0, VG_CSV_REFUSAL_MMSI},
                 {"8a4f0e", 0, VG_CSV_REFUSAL_MMSI},
                 {"nan", 0, VG_CSV_REFUSAL_MMSI},
                 {"", 0, VG_CSV_REFUSAL_MMSI}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[256];
        snprintf(text, sizeof text, "time,mmsi,lat,lon\n2024-11-22T05:20:00Z,%s,42,-8\n", cases[i].cell);
        struct read r = read_text("plain", text);
        if (r.count != (cases[i].mmsi != 0) || (r.count && r.report->mmsi != cases[i].mmsi) ||
            (cases[i].refusal && r.refusals.count[cases[i].refusal] != 1))
            fail_msg("%s", cases[i].cell);
        free(r.report);
    }
}

/* Nobody's number is marked, and a table's own numbers are no claims. */
static void short_and_long_numbers_are_suspect(void **state)
{
    (void)state;
    struct read r = read_text("plain", "time,mmsi,lat,lon\n2024-11-22T05:20:00Z,99999,42,-8\n"
                                       "2024-11-22T05:20:00Z,1073741823,42,-8\n2024-11-22T05:20:00Z,224000707,42,-8\n"
                                       "2024-11-22T05:20:00Z,2190064,42,-8\n");
    static const bool suspect[] = {true, true, false, false};
    assert_int_equal(r.count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(r.report[i].suspect, suspect[i]);
    free(r.report);
}

static void a_table_s_own_numbers_keep_its_ships_apart(void **state)
{
    (void)state;
    struct read r = read_text(NULL, "ID,ais_pos_timestamp,longitude,latitude\n1,20/03/2021 00:22,32.3,31.4\n"
                                    "256,20/03/2021 00:22,32.3,31.4\n999999,20/03/2021 00:22,32.3,31.4\n"
                                    "1000000,20/03/2021 00:22,32.3,31.4\n1.5,20/03/2021 00:22,32.3,31.4\n"
                                    "0,20/03/2021 00:22,32.3,31.4\nx,20/03/2021 00:22,32.3,31.4\n");
    static const uint32_t numbers[] = {1, 256, 999999};
    assert_int_equal(r.count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(r.report[i].mmsi, numbers[i]);
        assert_int_equal(r.report[i].track, numbers[i]);
        assert_int_equal(r.report[i].class, VG_CLASS_UNKNOWN);
        assert_false(r.report[i].suspect);
    }
    assert_int_equal(r.refusals.count[VG_CSV_REFUSAL_MMSI], 4);
    free(r.report);
}

static void segments_begin_with_the_number(void **state)
{
    (void)state;
    struct read r =
        read_text(NULL, "seg_id,lat,lon,timestamp\n224000708-2024-01-01T00:00:00.000000Z,1,2,1732252800000\n"
                        "ab12-2024-01-01T00:00:00.000000Z,1,2,1732252800000\n224000708,1,2,1732252800000\n"
                        "-1,1,2,1732252800000\n0-1,1,2,1732252800000\n");
    assert_int_equal(r.count, 1);
    assert_int_equal(r.report->mmsi, 224000708);
    assert_int_equal(r.refusals.count[VG_CSV_REFUSAL_MMSI], 4);
    free(r.report);
}

static void marine_cadastre_s_own_types_are_of_a_kind(void **state)
{
    (void)state;
    static const struct {
        const char *cell;
        int shiptype; /* 0: none; −1: refused */
    } cases[] = {{"1001", 30},
                 {"1002", 30},
                 {"1003", 70},
                 {"1004", 70},
                 {"1005", 90},
                 {"1009", 90},
                 {"1010", 90},
                 {"1012", 60},
                 {"1015", 60},
                 {"1016", 70},
                 {"1017", 80},
                 {"1018", 90},
                 {"1019", 37},
                 {"1021", 35},
                 {"1023", 31},
                 {"1024", 80},
                 {"1025", 31},
                 {"1000", -1},
                 {"1026", -1},
                 {"256", -1},
                 {"255", 255},
                 {"70", 70},
                 {"70.0", 70},
                 {"0", 0},
                 {"", 0},
                 {"Cargo", 70},
                 {"Cargo ship - All", 70},
                 {"Passenger ship - All", 60},
                 {"Sartorius", -1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[512];
        snprintf(text, sizeof text,
                 "MMSI,BaseDateTime,LAT,LON,VesselType\n366000735,2015-06-01T00:00:01,29.1,-90.2,%s\n", cases[i].cell);
        struct read r = read_text(NULL, text);
        assert_int_equal(r.count, 1);
        if (r.report->shiptype != (cases[i].shiptype > 0 ? cases[i].shiptype : 0) ||
            r.refusals.count[VG_CSV_REFUSAL_VALUE] != (cases[i].shiptype < 0))
            fail_msg("%s: %u", cases[i].cell, r.report->shiptype);
        free(r.report);
    }
}

static void values_in_the_units_that_a_layout_says(void **state)
{
    (void)state;
    struct vg_layout l = layout_of("name: x\ncolumns:\n  - {column: t, field: time}\n  - {column: m, field: mmsi}\n"
                                   "  - {column: y, field: latitude}\n  - {column: x, field: longitude}\n"
                                   "  - {column: sog, field: speed, unit: dkn}\n  - {column: r, field: turn_ais}\n");
    static const char text[] = "t,m,y,x,sog,r\n2024-11-22T05:20:00Z,224000715,42.23,-8.72,65,-9\n"
                               "2024-11-22T05:20:00Z,224000715,42.23,-8.72,1023,-128\n"
                               "2024-11-22T05:20:00Z,224000715,42.23,-8.72,,128\n";
    struct read r = read_pieces(&l, text, strlen(text), 13);
    assert_int_equal(r.count, 3);
    assert_int_equal(r.report[0].sog_dkn, 65);
    assert_int_equal(r.report[0].turn_raw, -9);
    assert_int_equal(r.report[1].fields, VG_FIELD_BIT(POS));
    assert_int_equal(r.report[2].fields, VG_FIELD_BIT(POS));
    assert_int_equal(r.refusals.count[VG_CSV_REFUSAL_VALUE], 1);
    free(r.report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_tables_are_known),
        cmocka_unit_test(known_layouts_do_not_take_each_other_s_tables),
        cmocka_unit_test(a_ship_s_number_may_be_written_as_a_float),
        cmocka_unit_test(short_and_long_numbers_are_suspect),
        cmocka_unit_test(a_table_s_own_numbers_keep_its_ships_apart),
        cmocka_unit_test(segments_begin_with_the_number),
        cmocka_unit_test(marine_cadastre_s_own_types_are_of_a_kind),
        cmocka_unit_test(values_in_the_units_that_a_layout_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
