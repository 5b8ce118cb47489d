/* Positions in tables: decimal marks, hemispheres, degrees and minutes, points, longitudes beyond 180. */
#include "sensor/table_test.h"

#include "base/out.h"
#include "sensor/table/angle.h"

#define DEGREE  INT64_C(600000)
#define NOTHING INT64_MIN /* no position, and no complaint */
#define REFUSED INT64_MAX

/* The latitude that a row with these cells says. */
static int64_t latitude_of(const struct vg_layout *l, const char *header, const char *cells, int64_t *ret_lon)
{
    char text[512];
    snprintf(text, sizeof text, "%s\n%s\n", header, cells);
    struct read r = read_pieces(l, text, strlen(text), 7);
    bool placed = r.count && (r.report->fields & VG_FIELD_BIT(POS));
    int64_t lat = placed ? r.report->pos.lat_e4min : r.refusals.count[VG_CSV_REFUSAL_POSITION] ? REFUSED : NOTHING;
    *ret_lon = placed ? r.report->pos.lon_e4min : lat;
    free(r.report);
    return lat;
}

static void a_decimal_comma_is_found(void **state)
{
    (void)state;
    static const struct {
        const char *header, *row;
        int64_t lat, lon;
    } cases[] = {
        {"time,mmsi,lat,lon", "2024-11-22T05:20:00Z,224999718,\"42,25\",\"-8,5\"", 25350000, -5100000},
        {"time;mmsi;lat;lon", "2024-11-22T05:20:00Z;224999718;42,25;-8,5", 25350000, -5100000},
        {"time;mmsi;lat;lon", "2024-11-22T05:20:00Z;224999718;42.25;-8,5", 25350000, -5100000},
        {"time\tmmsi\tlat\tlon", "2024-11-22T05:20:00Z\t224999718\t42,25\t-8.5", 25350000, -5100000},
        {"time|mmsi|lat|lon", "2024-11-22T05:20:00Z|224999718|42,25|-8", 25350000, -4800000},
        {"time;mmsi;lat;lon", "2024-11-22T05:20:00Z;224999718;1.042,25;-8,5", REFUSED, REFUSED},
        {"time;mmsi;lat;lon", "2024-11-22T05:20:00Z;224999718;42,2,5;-8,5", REFUSED, REFUSED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t lon, lat = latitude_of(vg_layout_find("plain"), cases[i].header, cases[i].row, &lon);
        if (lat != cases[i].lat || lon != cases[i].lon)
            fail_msg("case %zu: %lld %lld", i, (long long)lat, (long long)lon);
    }
}

/* A Danish day that went through a spreadsheet: quoted decimal commas in a table of commas. */
static void the_danish_table_with_decimal_commas(void **state)
{
    (void)state;
    struct read r =
        read_text(NULL, "# Timestamp,Type of mobile,MMSI,Latitude,Longitude,Navigational status,ROT,SOG,COG,"
                        "Heading\n01/01/2016 00:00:00,Class A,219000736,\"57,5\",\"17,25\",Moored,,\"3,2\","
                        "\"359,96\",90\n");
    assert_int_equal(r.count, 1);
    assert_int_equal(r.report->pos.lat_e4min, 34500000);
    assert_int_equal(r.report->pos.lon_e4min, 10350000);
    assert_int_equal(r.report->sog_dkn, 32);
    assert_int_equal(r.report->cog_ddeg, 0);
    free(r.report);
}

static void longitudes_go_round(void **state)
{
    (void)state;
    static const char header[] = "time,mmsi,lat,lon";
    static const struct {
        const char *lon;
        int64_t whole, within_180;
    } cases[] = {{"179.99", 107994000, 107994000},
                 {"180", 108000000, 108000000},
                 {"180.01", -107994000, REFUSED},
                 {"359.99", -6000, REFUSED},
                 {"360", 0, REFUSED},
                 {"181", NOTHING, NOTHING},
                 {"181.0", NOTHING, NOTHING},
                 {"360.01", REFUSED, REFUSED},
                 {"-180", -108000000, -108000000},
                 {"-180.01", REFUSED, REFUSED},
                 {"180.01E", -107994000, REFUSED}};
    struct vg_layout strict = *vg_layout_find("plain");
    strict.within_180 = true;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char row[128];
        int64_t whole, within;
        snprintf(row, sizeof row, "2024-11-22T05:20:00Z,520000717,-17.5,%s", cases[i].lon);
        latitude_of(vg_layout_find("plain"), header, row, &whole);
        latitude_of(&strict, header, row, &within);
        if (whole != cases[i].whole || within != cases[i].within_180)
            fail_msg("%s: %lld %lld", cases[i].lon, (long long)whole, (long long)within);
    }
    struct vg_layout l = layout_of("name: x\nlongitudes: 180\ncolumns:\n  - {column: t, field: time}\n"
                                   "  - {column: m, field: mmsi}\n  - {column: p, field: position}\n");
    assert_true(l.within_180);
}

static void angles_as_people_write_them(void **state)
{
    (void)state;
    static const struct {
        const char *lat;
        int64_t e4min;
    } cases[] = {
        {"42.23N", 25338000},
        {"42.23 n", 25338000},
        {"N42.23", 25338000},
        {"s 42,23", -25338000},
        {"42.23 South", -25338000},
        {"42.23 norte", 25338000},
        {"42°13.8'N", 25338000},
        {"42º 13,8' S", -25338000},
        {"42\xB0"
         "13.8'N",
         25338000}, /* Latin-1 */
        {"42 13.8 N", 25338000},
        {"42-13.8N", 25338000},
        {"42°13'48\"N", 25338000},
        {"42°13′48″N", 25338000},
        {"42°13’48.0”N", 25338000},
        {"42:13:48 N", 25338000},
        {"42d13m48\"N", 25338000},
        {"42 deg 13 min 48 N", 25338000},
        {"-42°13.8'", -25338000},
        {"42°", 25200000},
        {"0°0'0.1\"S", -17},
        {"89°59'59.9999\"N", 54000000},
        {"-42.23N", REFUSED}, /* north or south? */
        {"+42.23S", REFUSED},
        {"42.23E", REFUSED},
        {"N42.23S", REFUSED},
        {"42.5 13.8 N", REFUSED},
        {"42 60 N", REFUSED},
        {"42°13'60\"N", REFUSED},
        {"42-13.8", REFUSED},
        {"42 13 48 9N", REFUSED},
        {"42 xN", REFUSED},
        {"N", REFUSED},
        {"90°0.1'N", REFUSED},
        {"1e400N", REFUSED},
        {"42°13'48''N", 25338000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char row[160];
        int64_t lon;
        snprintf(row, sizeof row, "2024-11-22T05:20:00Z;224999718;%s;8.72W", cases[i].lat);
        int64_t lat = latitude_of(vg_layout_find("plain"), "time;mmsi;lat;lon", row, &lon);
        if (lat != cases[i].e4min)
            fail_msg("%s: %lld", cases[i].lat, (long long)lat);
        if (lat != REFUSED)
            assert_int_equal(lon, -5232000);
    }
}

/* Oeste, or Ost: only who knows the table knows. */
static void the_letter_o_is_read_when_a_layout_says_what_it_is(void **state)
{
    (void)state;
    static const char header[] = "t,m,lat,lon", row[] = "2024-11-22T05:20:00Z,224999718,42N,8.5 O";
    static const char columns[] = "columns:\n  - {column: t, field: time}\n  - {column: m, field: mmsi}\n"
                                  "  - {column: lat, field: latitude}\n  - {column: lon, field: longitude}\n";
    static const struct {
        const char *line;
        int64_t lon;
    } cases[] = {{"", REFUSED}, {"letter_o: west\n", -5100000}, {"letter_o: east\n", 5100000}};
    for (size_t i = 0; i < 3; i++) {
        char text[512];
        int64_t lon;
        snprintf(text, sizeof text, "name: x\n%s%s", cases[i].line, columns);
        struct vg_layout l = layout_of(text);
        latitude_of(&l, header, row, &lon);
        assert_int_equal(lon, cases[i].lon);
        latitude_of(&l, header, "2024-11-22T05:20:00Z,224999718,42N,8.5 Oeste", &lon);
        assert_int_equal(lon, -5100000);
    }
    struct vg_layout l;
    char why[256];
    assert_int_equal(vg_layout_read("name: x\nletter_o: no\n", 21, &l, why, sizeof why), VG_SYNTAX);
}

static void hemispheres_in_columns_of_their_own(void **state)
{
    (void)state;
    struct vg_layout l =
        layout_of("name: x\ncolumns:\n  - {column: t, field: time}\n  - {column: m, field: mmsi}\n"
                  "  - {column: lat, field: latitude, unit: ddmm}\n  - {column: ns, field: north_south}\n"
                  "  - {column: lon, field: longitude, unit: ddmm}\n  - {column: ew, field: east_west}\n");
    static const struct {
        const char *cells;
        int64_t lat, lon;
    } cases[] = {{"4213.8,N,00843.2,W", 25338000, -5232000},  {"4213.8,s,00843.2,e", -25338000, 5232000},
                 {"4213.8,,00843.2,", 25338000, 5232000},     {"4260.0,N,00843.2,W", REFUSED, REFUSED},
                 {"-4213.8,N,00843.2,W", REFUSED, REFUSED},   {"4213.8,E,00843.2,W", REFUSED, REFUSED},
                 {"-4213.8,,-00843.2,", -25338000, -5232000}, {",N,00843.2,W", NOTHING, NOTHING}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char row[128];
        int64_t lon;
        snprintf(row, sizeof row, "2024-11-22T05:20:00Z,224999718,%s", cases[i].cells);
        int64_t lat = latitude_of(&l, "t,m,lat,ns,lon,ew", row, &lon);
        if (lat != cases[i].lat || lon != cases[i].lon)
            fail_msg("%s: %lld %lld", cases[i].cells, (long long)lat, (long long)lon);
    }
}

static void points_as_well_known_text(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t lat, lon;
    } cases[] = {{"POINT (-80.1 25.76)", 15456000, -48060000},
                 {"POINT(-80.1 25.76)", 15456000, -48060000},
                 {"point z (-80.1 25.76 0)", 15456000, -48060000},
                 {"SRID=4326;POINT(-80.1 25.76)", 15456000, -48060000},
                 {"POINT ( -80.1  25.76 )", 15456000, -48060000},
                 {"POINT EMPTY", NOTHING, NOTHING},
                 {"", NOTHING, NOTHING},
                 {"POINT (181 91)", NOTHING, NOTHING},
                 {"POINT (-80.1)", REFUSED, REFUSED},
                 {"POINT (-80.1 95)", REFUSED, REFUSED},
                 {"POINT (-80.1 25.76", REFUSED, REFUSED},
                 {"LINESTRING (-80.1 25.76, 1 2)", REFUSED, REFUSED},
                 {"SRID=4326", REFUSED, REFUSED},
                 {"0101000020E6100000", REFUSED, REFUSED}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char row[128];
        int64_t lon;
        snprintf(row, sizeof row, "366999701,2025-03-01 00:00:01,0.0,\"%s\"", cases[i].text);
        int64_t lat = latitude_of(vg_layout_find("noaa"), "mmsi,base_date_time,sog,geometry", row, &lon);
        if (lat != cases[i].lat || lon != cases[i].lon)
            fail_msg("%s: %lld %lld", cases[i].text, (long long)lat, (long long)lon);
    }
}

static uint64_t dice(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 33;
}

/* Whatever way an angle is written, it is read as the same angle. */
static void every_way_to_write_an_angle_says_the_same(void **state)
{
    (void)state;
    uint64_t seed = 7;
    for (int n = 0; n < 20000; n++) {
        bool longitude = dice(&seed) & 1, minus = dice(&seed) & 1;
        int64_t v = (int64_t)(dice(&seed) % (uint64_t)((longitude ? 180 : 90) * DEGREE + 1));
        char letter = longitude ? (minus ? 'W' : 'E') : (minus ? 'S' : 'N'), mark = dice(&seed) & 1 ? '.' : ',';
        long long deg = v / DEGREE, e4 = v % DEGREE, whole = e4 / 10000, part = e4 % 10000;
        char text[4][64];
        snprintf(text[0], 64, "%lld°%lld%c%04lld'%c", deg, whole, mark, part, letter);
        snprintf(text[1], 64, "%c %lld %lld%c%04lld", letter | 0x20, deg, whole, mark, part);
        snprintf(text[2], 64, "%s%lld %lld %lld%c%03lld", minus ? "-" : "", deg, whole, part * 60 / 10000, mark,
                 part * 60 % 10000 / 10);
        snprintf(text[3], 64, "%lld%02lld%c%04lld%c", deg, whole, mark, part, letter);
        for (int i = 0; i < 4; i++) {
            struct vg_row_cell cell = {.at = text[i], .len = (uint32_t)strlen(text[i])};
            const struct vg_angle_form form = {.longitude = longitude, .ddmm = i == 3};
            int64_t read;
            if (!vg_angle_read(&cell, &form, &read) || read != (minus ? -v : v))
                fail_msg("%s", text[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_decimal_comma_is_found),
        cmocka_unit_test(the_danish_table_with_decimal_commas),
        cmocka_unit_test(longitudes_go_round),
        cmocka_unit_test(angles_as_people_write_them),
        cmocka_unit_test(the_letter_o_is_read_when_a_layout_says_what_it_is),
        cmocka_unit_test(hemispheres_in_columns_of_their_own),
        cmocka_unit_test(points_as_well_known_text),
        cmocka_unit_test(every_way_to_write_an_angle_says_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
