/* CSV rows to reports. */
#include "sensor/table_test.h"

#include "base/decimal.h"
#include "base/out.h"

#define NOAA                                                                                                           \
    "MMSI,BaseDateTime,LAT,LON,SOG,COG,Heading,VesselName,IMO,CallSign,VesselType,Status,Length,Width,Draft,Cargo,"    \
    "TransceiverClass\n"
#define DMA                                                                                                            \
    "# Timestamp,Type of mobile,MMSI,Latitude,Longitude,Navigational status,ROT,SOG,COG,Heading,IMO,Callsign,Name,"    \
    "Ship type,Cargo type,Width,Length,Type of position fixing device,Draught,Destination,ETA,Data source type,A,B,"   \
    "C,D\r\n"

static void marine_cadastre_in_its_first_form(void **state)
{
    (void)state;
    struct read r =
        read_text(NULL, NOAA "735059001,2022-01-03T00:00:24,-2.22025,-79.93268,12.25,275.4,197,\"A \"\"B\"\" C\","
                             "IMO9074729,HC4321,31,12,25,8,3.3,57,A\r\n");
    assert_int_equal(r.count, 1);
    const struct vg_report *p = r.report;
    assert_int_equal(p->mmsi, 735059001);
    assert_int_equal(p->time_us, utc("2022-01-03T00:00:24Z"));
    assert_int_equal(p->pos.lat_e4min, -1332150);
    assert_int_equal(p->pos.lon_e4min, -47959608);
    assert_int_equal(p->sog_dkn, 123);
    assert_int_equal(p->cog_ddeg, 2754);
    assert_int_equal(p->heading_deg, 197);
    assert_string_equal(p->name, "A \"B\" C");
    assert_string_equal(p->callsign, "HC4321");
    assert_int_equal(p->imo, 9074729);
    assert_int_equal(p->shiptype, 31);
    assert_int_equal(p->status, 12);
    assert_int_equal(p->to_bow_m, 0);
    assert_int_equal(p->to_stern_m, 25);
    assert_int_equal(p->to_starboard_m, 8);
    assert_int_equal(p->draught_dm, 33);
    assert_int_equal(p->class, VG_CLASS_SHIP_A);
    assert_int_equal(p->sensor, VG_SENSOR_TABLE);
    assert_int_equal(p->source, 3);
    assert_int_equal(p->journal_offset, strlen(NOAA));
    free(r.report);
}

static void marine_cadastre_in_lower_case(void **state)
{
    (void)state;
    struct read r = read_text(
        NULL, "mmsi,base_date_time,longitude,latitude,sog,cog,heading,vessel_name,imo,call_sign,vessel_type,status,"
              "length,width,draft,cargo,transceiver\n"
              "338999001,2025-06-01 12:00:01,-118.25,33.75,0.0,360.0,511.0,,,,,,,,,,B\n");
    assert_int_equal(r.count, 1);
    assert_int_equal(r.report->fields, VG_FIELD_BIT(POS) | VG_FIELD_BIT(SOG));
    assert_int_equal(r.report->pos.lon_e4min, -70950000);
    assert_int_equal(r.report->class, VG_CLASS_SHIP_B);
    free(r.report);
}

static void the_danish_authority_s_daily_file(void **state)
{
    (void)state;
    struct read r = read_text(
        NULL, DMA "31/12/2015 23:59:59,Class A,219000431,55.560735,9.752975,Under way using engine,-10.0,7.5,359.96,0,"
                  "Unknown,XPA2,TEST,Passenger,,20,100,GPS,4.2,ODDEN,01/02/2016 18:30:00,AIS,30,70,11,9\r\n"
                  "31/12/2015 23:59:59,Base Station,2190064,91.0,181.0,Unknown value,,,,,Unknown,,,Undefined,,,,"
                  "Undefined,,,,AIS,,,,\r\n");
    assert_int_equal(r.count, 2);
    const struct vg_report *p = r.report;
    assert_int_equal(p->time_us, utc("2015-12-31T23:59:59Z"));
    assert_int_equal(p->turn_raw, -15);
    assert_int_equal(p->cog_ddeg, 0);
    assert_int_equal(p->shiptype, 60);
    assert_int_equal(p->to_bow_m, 30);
    assert_int_equal(p->to_stern_m, 70);
    assert_int_equal(p->to_port_m, 11);
    assert_false(p->fields & VG_FIELD_BIT(IMO));
    assert_string_equal(p->destination, "ODDEN");
    assert_int_equal(p->eta_month, 2);
    assert_int_equal(p->eta_day, 1);
    assert_int_equal(p->eta_hour, 18);
    assert_int_equal(p->eta_minute, 30);
    assert_int_equal(p[1].class, VG_CLASS_BASE);
    assert_int_equal(p[1].fields, VG_FIELD_BIT(STATUS));
    free(r.report);
}

static void what_is_not_available_never_becomes_a_value(void **state)
{
    (void)state;
    struct read r = read_text(NULL, NOAA "1,2022-01-03T00:00:00,91,181,102.3,360.0,511,,IMO0000000,,0,,0,0,0,,\n"
                                         "2,2022-01-03T00:00:00,,,,,,,,,,,,,,,\n"
                                         "3,2022-01-03T00:00:00,1,2,102.2,359.9,359,,,,,,,,25.5,,\n");
    assert_int_equal(r.count, 1);
    assert_int_equal(r.report->mmsi, 3);
    assert_int_equal(r.report->sog_dkn, 1022);
    assert_int_equal(r.report->draught_dm, 255);
    assert_int_equal(r.refusals.count[VG_CSV_REFUSAL_EMPTY], 2);
    free(r.report);
}

static void speeds_and_courses_that_wrapped_are_unwrapped(void **state)
{
    (void)state;
    struct read r = read_text(NULL, NOAA "1,2017-01-03T00:00:00,1,2,-102.0,-159.6,511,,,,,,,,,,\n"
                                         "1,2017-01-03T00:00:01,1,2,-0.1,-49.6,511,,,,,,,,,,\n");
    assert_int_equal(r.report[0].sog_dkn, 4);
    assert_int_equal(r.report[0].cog_ddeg, 2500);
    assert_int_equal(r.report[1].fields, VG_FIELD_BIT(POS)); /* 102.3 and 360.0 */
    free(r.report);
}

static void refusals_are_counted_with_an_example(void **state)
{
    (void)state;
    struct read r = read_text("plain", "mmsi,time,lon,lat,sog\n"
                                       "1,yesterday,2,3,4\n"
                                       "12345678901,2022-01-03T00:00:00Z,2,3,4\n"
                                       "abc,2022-01-03T00:00:00Z,2,3,4\n"
                                       "5,2022-01-03T00:00:00Z,400,3,4\n"
                                       "6,2022-01-03T00:00:00Z,2,3,fast\n"
                                       "7,2022-01-03T00:00:00Z,2\n"
                                       "8,\"2022-01-03T00:00:00Z\"x,2,3,4\n"
                                       "9,2022-02-28T00:00:00Z,1e0,-.5,4\n"
                                       "9,2022-02-31T00:00:00Z,1e0,-.5,4\n" /* no day of the calendar */
                                       "0,2022-02-28T00:00:00Z,1e0,-.5,4\n");
    assert_int_equal(r.refusals.count[VG_CSV_REFUSAL_TIME], 2);
    assert_int_equal(r.refusals.count[VG_CSV_REFUSAL_MMSI], 2);
    assert_int_equal(r.refusals.count[VG_CSV_REFUSAL_ANONYMOUS], 1);
    assert_int_equal(r.refusals.count[VG_CSV_REFUSAL_POSITION], 1);
    assert_int_equal(r.refusals.count[VG_CSV_REFUSAL_VALUE], 1);
    assert_int_equal(r.refusals.count[VG_CSV_REFUSAL_CELLS], 1);
    assert_int_equal(r.refusals.count[VG_CSV_REFUSAL_QUOTES], 1);
    assert_string_equal(r.refusals.example[VG_CSV_REFUSAL_TIME], "9,2022-02-31T00:00:00Z,1e0,-.5,4");
    assert_int_equal(r.counters.rows, 10);
    assert_int_equal(r.count, 3);
    free(r.report);
}

static void quotes_breaks_marks_and_line_ends(void **state)
{
    (void)state;
    const char text[] = "\xEF\xBB\xBF\"time\";\"mmsi\";\"lat\";\"lon\";\"name\"\r\n"
                        "2022-01-03 00:00:00.5;7;1,5;2;x\r\n" /* a comma that parts no cells is a number's mark */
                        "\"2022-01-03 00:00:00\";\"8\";\"1.5\";\"2\";\"two\nlines; one\"\r\n"
                        "\r\n"
                        "\"time\";\"mmsi\";\"lat\";\"lon\";\"name\"\r\n" /* of the next file */
                        "2022-01-03 00:00:01;9;1.5;2;ni\xC3\xB1o\xFF";
    struct read r = read_text(NULL, text);
    assert_int_equal(r.counters.rows, 3);
    assert_int_equal(r.count, 3);
    assert_int_equal(r.report[0].time_us, utc("2022-01-03T00:00:00.5Z"));
    assert_int_equal(r.report[0].pos.lat_e4min, 900000);
    assert_string_equal(r.report[1].name, "two?lines; one");
    assert_string_equal(r.report[2].name, "ni\xC3\xB1o?");
    for (size_t piece = 1; piece < 60; piece++) {
        struct read again = read_pieces(vg_layout_find("plain"), text, sizeof text - 1, piece);
        assert_int_equal(again.count, r.count);
        assert_memory_equal(again.report, r.report, r.count * sizeof *r.report);
        assert_memory_equal(&again.refusals, &r.refusals, sizeof r.refusals);
        free(again.report);
    }
    free(r.report);
}

static void a_quote_that_nobody_closes_costs_one_line(void **state)
{
    (void)state;
    struct vg_out out = vg_out_growing(1 << 22);
    vg_out_text(&out, "time,mmsi,lat,lon,name\n2022-01-03T00:00:00Z,7,1,2,\"open\n");
    for (int i = 0; i < 1000; i++)
        vg_out_text(&out, "2022-01-03T00:00:00Z,7,1,2,good\n");
    for (int i = 0; i < 40000; i++)
        vg_out_char(&out, 'x');
    vg_out_text(&out, "\n2022-01-03T00:00:00Z,7,1,2,good\n");
    struct read r = read_pieces(vg_layout_find("plain"), out.buf, out.len, 4096);
    assert_int_equal(r.count, 1001);
    assert_int_equal(r.refusals.count[VG_CSV_REFUSAL_TOO_LONG], 2);
    free(r.report);
    vg_out_free(&out);
}

static void particulars_are_told_when_they_change(void **state)
{
    (void)state;
    struct read r = read_text("plain", "time,mmsi,lat,lon,name\n"
                                       "2022-01-03T00:00:00Z,7,1,2,ONE\n2022-01-03T00:00:01Z,7,1,2,ONE\n"
                                       "2022-01-03T00:00:02Z,8,1,2,ONE\n2022-01-03T00:00:03Z,7,1,2,TWO\n");
    static const bool told[] = {true, false, true, true};
    for (int i = 0; i < 4; i++)
        assert_int_equal((r.report[i].fields & VG_FIELD_BIT(NAME)) != 0, told[i]);
    free(r.report);
}

/* Reading may begin where a stretch does. */
static void reading_begins_in_the_middle(void **state)
{
    (void)state;
    static struct vg_report report[1 << 10];
    static const char header[] = "time,mmsi,lat,lon,name\n";
    struct vg_out out = vg_out_growing(1 << 26);
    vg_out_text(&out, header);
    while (out.len < VG_CSV_SEGMENT + 20000)
        vg_out_printf(&out, "2022-01-03T00:00:00Z,%u,1,2,SHIP %u\n", (unsigned)(out.len % 97 + 1),
                      (unsigned)(out.len % 3));
    struct read whole = read_pieces(vg_layout_find("plain"), out.buf, out.len, 1 << 20);
    size_t from = VG_CSV_SEGMENT - 1000, taken, n, skipped = 0;
    while (out.buf[from - 1] != '\n')
        from++;
    struct vg_csv *t;
    assert_int_equal(vg_csv_new(vg_layout_find("plain"), 3, &t), VG_OK);
    assert_true(vg_csv_resume(t, header, strlen(header), from));
    n = vg_csv_push(t, out.buf + from, out.len - from, report, 1 << 10, &taken);
    while (report[skipped].journal_offset < VG_CSV_SEGMENT)
        skipped++;
    assert_true(n > skipped + 100);
    n -= skipped;
    assert_memory_equal(report + skipped, whole.report + whole.count - n, n * sizeof *report);
    vg_csv_free(t);
    free(whole.report);
    vg_out_free(&out);
}

static void decimals_are_exact(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t e4min;
    } cases[] = {{"0.0000008333333333333333333", 0}, /* below half a unit, whatever a double makes of it */
                 {"0.00000083333333333333334", 1},
                 {"-0.00000083333333333333334", -1},
                 {"50.7730133333333", 30463808},
                 {"1e2", 60000000},
                 {"1.5E-1", 90000},
                 {"-179.99999999999999999999", -108000000},
                 {"+00012.500", 7500000}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_decimal d;
        assert_true(vg_decimal_read(cases[i].text, strlen(cases[i].text), '.', &d));
        assert_int_equal(vg_decimal_times(d, 600000, 1), cases[i].e4min);
    }
    static const char *const bad[] = {"", "-", ".", "1.2.3", "0x10", "1e", "nan", "1 2", "1e9999", "--1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct vg_decimal d;
        assert_false(vg_decimal_read(bad[i], strlen(bad[i]), '.', &d));
    }
    struct vg_decimal big = {999999999999999999, 300};
    assert_true(vg_decimal_times(big, 600000, 1) == INT64_MAX);
    big.exponent = -300;
    assert_true(vg_decimal_times(big, 600000, 1) == 0);
}

static void patterns_of_time(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *text, *utc; /* NULL: refused */
    } cases[] = {{"DD/MM/YYYY hh:mm", "20/03/2021 00:22", "2021-03-20T00:22:00Z"},
                 {"DD/MM/YYYY hh:mm:ss", "1/4/2018 5:19:48.25", "2018-04-01T05:19:48.25Z"},
                 {"YYYYMMDDThhmmss", "20180401T051948Z", "2018-04-01T05:19:48Z"},
                 {"epoch_ms", "1522559988123", "2018-04-01T05:19:48.123Z"},
                 {"epoch_us", "1522559988123456", "2018-04-01T05:19:48.123456Z"},
                 {"DD/MM/YYYY hh:mm", "20/13/2021 00:22", NULL},
                 {"DD/MM/YYYY hh:mm", "31/02/2021 00:22", NULL},
                 {"DD/MM/YYYY hh:mm", "20/03/2021 00:22 ", NULL},
                 {"DD/MM/YYYY hh:mm", "20/03/21 00:22", NULL},
                 {"epoch_ms", "", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t us = 0;
        bool ok = vg_time_by_pattern(cases[i].pattern, cases[i].text, strlen(cases[i].text), &us);
        assert_int_equal(ok, cases[i].utc != NULL);
        if (ok)
            assert_int_equal(us, utc(cases[i].utc));
    }
}

static void layout_files_are_held_to_their_schema(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } bad[] = {{"", "empty"},
               {"name: x\n", "columns"},
               {"name: x\ncolumns:\n  - {column: a, field: tim}\n", "line: 3"},
               {"name: x\nshape: round\n", "shape"},
               {"name: x\ncolumns:\n  - {column: a, field: time, unit: kn}\n", "unit"},
               {"name: x\ncolumns:\n  - {column: a, field: time}\n", "mmsi"},
               {"name: x\ndelimiter: a\ncolumns:\n  - {column: a, field: time}\n", "delimiter"},
               {"name: x\nheader: no\ncolumns:\n  - {column: a, field: time}\n", "numbers"},
               {"name: [", "line"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct vg_layout layout;
        char why[512];
        assert_int_equal(vg_layout_read(bad[i].text, strlen(bad[i].text), &layout, why, sizeof why), VG_SYNTAX);
        if (!strstr(why, bad[i].says))
            fail_msg("case %zu: %s", i, why);
    }
    struct vg_layout l = layout_of("name: x\nheader: false\ndecimal: \",\"\ndelimiter: ;\ncolumns:\n"
                                   "  - {column: 2, field: time}\n  - {column: 1, field: mmsi}\n"
                                   "  - {column: 4, field: longitude, unit: min/10000}\n"
                                   "  - {column: 3, field: latitude}\n  - {column: 5, field: speed, unit: m/s}\n");
    static const char row[] = "7;2022-01-03T00:00:00Z;-1,25;600000;10\n";
    struct read r = read_pieces(&l, row, strlen(row), 5);
    assert_int_equal(r.count, 1);
    assert_int_equal(r.report->pos.lat_e4min, -750000);
    assert_int_equal(r.report->pos.lon_e4min, 600000);
    assert_int_equal(r.report->sog_dkn, 194);
    free(r.report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marine_cadastre_in_its_first_form),
        cmocka_unit_test(marine_cadastre_in_lower_case),
        cmocka_unit_test(the_danish_authority_s_daily_file),
        cmocka_unit_test(what_is_not_available_never_becomes_a_value),
        cmocka_unit_test(speeds_and_courses_that_wrapped_are_unwrapped),
        cmocka_unit_test(refusals_are_counted_with_an_example),
        cmocka_unit_test(quotes_breaks_marks_and_line_ends),
        cmocka_unit_test(a_quote_that_nobody_closes_costs_one_line),
        cmocka_unit_test(particulars_are_told_when_they_change),
        cmocka_unit_test(reading_begins_in_the_middle),
        cmocka_unit_test(decimals_are_exact),
        cmocka_unit_test(patterns_of_time),
        cmocka_unit_test(layout_files_are_held_to_their_schema),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
