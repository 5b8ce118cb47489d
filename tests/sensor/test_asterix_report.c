/* What reports say of records of each category, and that what is written is read as it was meant. */
#include "asterix_bytes.h"

#include <math.h>

#include "sensor/asterix/asterix_write.h"

static struct said said;
static struct bytes bytes;

static int begin(void **state)
{
    (void)state;
    bytes.len = 0;
    listen(&said);
    return 0;
}

static int end(void **state)
{
    (void)state;
    vg_asterix_free(said.asterix);
    return 0;
}

/* The report of a record, or NULL. */
static const struct vg_report *report_of(uint8_t category, const struct given *item)
{
    bytes.len = 0;
    said.records = said.reports = 0;
    add_block(&bytes, category, item);
    vg_asterix_datagram(said.asterix, bytes.at, bytes.len, 7000, VG_TIME_NONE);
    assert_int_equal(said.records, 1);
    return said.reports ? &said.report[0] : NULL;
}

#define SOURCE_048                                                                                                     \
    {                                                                                                                  \
        VG_ASTERIX_048_010, "1908"                                                                                     \
    }

static void a_plot_is_measured_by_range_and_bearing_from_its_radar(void **state)
{
    (void)state;
    const struct vg_report *r = report_of(48, RECORD(SOURCE_048, {VG_ASTERIX_048_140, "2A3000"},
                                                     {VG_ASTERIX_048_020, "20"}, {VG_ASTERIX_048_040, "01804000"}));
    assert_non_null(r);
    assert_int_equal(r->sensor, VG_SENSOR_RADAR);
    assert_int_equal(r->radar.says, VG_RADAR_PLOT);
    assert_int_equal(r->measured, VG_MEASURED_RANGE_BEARING);
    assert_int_equal(r->polar.range_m, 2778);
    assert_int_equal(r->polar.bearing_mdeg, 90000);
    assert_int_equal(r->radar.sac, 25);
    assert_int_equal(r->radar.sic, 8);
    assert_int_equal(r->time_of_day_ms, 21600000);
    assert_true(r->time_us == VG_TIME_NONE && r->measured_us == VG_TIME_NONE);
    assert_int_equal(r->journal_offset, 7000);
    assert_int_equal(r->track, 0);
    assert_int_equal(r->fields, 0);
    assert_int_equal(r->mmsi, 0);
    assert_false(r->radar.airborne || r->radar.simulated || r->radar.has_altitude);
    assert_int_equal(r->radar.mode_3a, VG_MODE_3A_NONE);
    assert_false(vg_pos_valid(r->radar.from));
}

static void a_track_of_048_has_velocity_identity_and_an_end(void **state)
{
    (void)state;
    const struct given item[] = {SOURCE_048,
                                 {VG_ASTERIX_048_020, "A0"},
                                 {VG_ASTERIX_048_040, "01804000"},
                                 {VG_ASTERIX_048_070, "01FF"},
                                 {VG_ASTERIX_048_090, "0028"},
                                 {VG_ASTERIX_048_220, "4840D6"},
                                 {VG_ASTERIX_048_240, "4994B5617820"},
                                 {VG_ASTERIX_048_161, "0123"},
                                 {VG_ASTERIX_048_200, "0800 2000"},
                                 {VG_ASTERIX_048_170, "01 80"},
                                 {-1, NULL}};
    const struct vg_report *r = report_of(48, item);
    assert_non_null(r);
    assert_int_equal(r->radar.says, VG_RADAR_LOST);
    assert_int_equal(r->track, 0x123);
    assert_int_equal(r->sog_dkn, 4500); /* 1/8 NM/s */
    assert_int_equal(r->cog_ddeg, 450);
    assert_int_equal(r->fields, VG_FIELD_BIT(SOG) | VG_FIELD_BIT(COG));
    assert_int_equal(r->radar.mode_3a, 0777);
    assert_int_equal(r->radar.icao, 0x4840D6);
    assert_int_equal(r->radar.altitude_ft, 1000);
    assert_string_equal(r->radar.name, "RYR5XW");
    assert_true(r->radar.airborne);
    assert_int_equal(r->time_of_day_ms, VG_TIME_OF_DAY_NONE);
}

static void a_garbled_code_is_none_and_track_0_is_one(void **state)
{
    (void)state;
    const struct vg_report *r = report_of(
        48, RECORD({VG_ASTERIX_048_040, "01804000"}, {VG_ASTERIX_048_070, "41FF"}, {VG_ASTERIX_048_161, "0000"}));
    assert_int_equal(r->radar.mode_3a, VG_MODE_3A_NONE);
    assert_int_equal(r->track, VG_ASTERIX_NO_TRACK);
    assert_int_equal(r->radar.says, VG_RADAR_TRACK);
    assert_int_equal(r->radar.sac, -1);
}

static void what_is_cartesian_from_the_radar_becomes_polar(void **state)
{
    (void)state;
    /* x −1 NM, y 1 NM of 1/128 */
    const struct vg_report *r = report_of(48, RECORD(SOURCE_048, {VG_ASTERIX_048_042, "FF80 0080"}));
    assert_int_equal(r->measured, VG_MEASURED_RANGE_BEARING);
    assert_int_equal(r->polar.range_m, 2619);
    assert_int_equal(r->polar.bearing_mdeg, 315000);
    assert_null(report_of(48, RECORD(SOURCE_048, {VG_ASTERIX_048_161, "0001"}))); /* it measured nothing */
}

static void test_targets_are_simulated(void **state)
{
    (void)state;
    static const char *const given[] = {"30", "22", "21 80"};
    for (size_t i = 0; i < 3; i++)
        assert_true(
            report_of(48, RECORD({VG_ASTERIX_048_020, given[i]}, {VG_ASTERIX_048_040, "01804000"}))->radar.simulated);
    assert_false(
        report_of(48, RECORD({VG_ASTERIX_048_020, "CD 7E"}, {VG_ASTERIX_048_040, "01804000"}))->radar.simulated);
    assert_true(
        report_of(10, RECORD({VG_ASTERIX_010_020, "61 40"}, {VG_ASTERIX_010_040, "01004000"}))->radar.simulated);
    assert_true(report_of(62, RECORD({VG_ASTERIX_062_105, "00400000 FFC00000"}, {VG_ASTERIX_062_080, "01 80"}))
                    ->radar.simulated);
}

static void an_antenna_tells_where_it_points(void **state)
{
    (void)state;
    const struct vg_report *r = report_of(
        34, RECORD({VG_ASTERIX_034_000, "02"}, {VG_ASTERIX_034_020, "40"}, {VG_ASTERIX_034_120, "0064 200000 E00000"}));
    assert_int_equal(r->radar.says, VG_RADAR_SCAN);
    assert_int_equal(r->polar.bearing_mdeg, 90000);
    assert_int_equal(r->polar.range_m, UINT32_MAX);
    assert_int_equal(r->radar.from.lat_e4min, 27000000);
    assert_int_equal(r->radar.from.lon_e4min, -27000000);
    r = report_of(34, RECORD({VG_ASTERIX_034_000, "01"}, {VG_ASTERIX_034_030, "000080"}));
    assert_int_equal(r->radar.says, VG_RADAR_SCAN);
    assert_int_equal(r->polar.bearing_mdeg, 0);
    assert_int_equal(r->time_of_day_ms, 1000);
    assert_int_equal(report_of(34, RECORD({VG_ASTERIX_034_000, "03"}))->radar.says, VG_RADAR_ALIVE);
    assert_int_equal(report_of(34, RECORD({VG_ASTERIX_034_000, "02"}))->radar.says,
                     VG_RADAR_ALIVE); /* a border of none */
    r = report_of(240, RECORD({VG_ASTERIX_240_000, "02"}, {VG_ASTERIX_240_041, "4000 4010 00000000 000003E8"}));
    assert_int_equal(r->radar.says, VG_RADAR_SCAN);
    assert_int_equal(r->polar.bearing_mdeg, 90000);
    assert_int_equal(report_of(240, RECORD({VG_ASTERIX_240_000, "01"}))->radar.says, VG_RADAR_ALIVE);
    assert_int_equal(report_of(2, RECORD({VG_ASTERIX_002_000, "03"}))->polar.bearing_mdeg, 180000);
}

static void a_plot_of_001_gets_the_rest_of_its_time_from_002_of_the_same_radar(void **state)
{
    (void)state;
    const struct given plot[] = {{VG_ASTERIX_001_PLOT_010, "1908"},
                                 {VG_ASTERIX_001_PLOT_020, "00"},
                                 {VG_ASTERIX_001_PLOT_040, "0080 8000"},
                                 {VG_ASTERIX_001_PLOT_141, "2F80"},
                                 {-1, NULL}};
    assert_int_equal(report_of(1, plot)->time_of_day_ms, VG_TIME_OF_DAY_NONE);
    report_of(2, RECORD({VG_ASTERIX_002_010, "1909"}, {VG_ASTERIX_002_000, "01"}, {VG_ASTERIX_002_030, "2A3000"}));
    assert_int_equal(report_of(1, plot)->time_of_day_ms, VG_TIME_OF_DAY_NONE); /* another radar's */
    report_of(2, RECORD({VG_ASTERIX_002_010, "1908"}, {VG_ASTERIX_002_000, "01"}, {VG_ASTERIX_002_030, "2A3000"}));
    const struct vg_report *r = report_of(1, plot);
    assert_int_equal(r->time_of_day_ms, 21599000); /* 0x2F80 is one second before 0x3000 */
    assert_int_equal(r->polar.range_m, 1852);
    assert_int_equal(r->polar.bearing_mdeg, 180000);
    /* around midnight */
    report_of(2, RECORD({VG_ASTERIX_002_010, "1908"}, {VG_ASTERIX_002_000, "01"}, {VG_ASTERIX_002_030, "000000"}));
    const struct given before[] = {{VG_ASTERIX_001_PLOT_010, "1908"},
                                   {VG_ASTERIX_001_PLOT_020, "00"},
                                   {VG_ASTERIX_001_PLOT_040, "0080 8000"},
                                   {VG_ASTERIX_001_PLOT_141, "BF80"}, /* 86 399 s */
                                   {-1, NULL}};
    assert_int_equal(report_of(1, before)->time_of_day_ms, 86399000);
}

static void a_track_of_001_ends(void **state)
{
    (void)state;
    const struct vg_report *r =
        report_of(1, RECORD({VG_ASTERIX_001_TRACK_020, "80"}, {VG_ASTERIX_001_TRACK_161, "0007"},
                            {VG_ASTERIX_001_TRACK_042, "0040 0000"}, {VG_ASTERIX_001_TRACK_170, "01 80"}));
    assert_int_equal(r->track, 7);
    assert_int_equal(r->radar.says, VG_RADAR_LOST);
    assert_int_equal(r->polar.range_m, 1852);
    assert_int_equal(r->polar.bearing_mdeg, 90000);
}

static void surface_movement_radar_tells_length_and_spread(void **state)
{
    (void)state;
    const struct vg_report *r =
        report_of(10, RECORD({VG_ASTERIX_010_000, "01"}, {VG_ASTERIX_010_041, "20000000 C0000000"},
                             {VG_ASTERIX_010_202, "0010 FFF0"}, {VG_ASTERIX_010_161, "0001"},
                             {VG_ASTERIX_010_270, "0C"}, {VG_ASTERIX_010_500, "08 10 0000"}));
    assert_int_equal(r->measured, VG_MEASURED_POSITION);
    assert_int_equal(r->pos.lat_e4min, 27000000); /* 45° */
    assert_int_equal(r->pos.lon_e4min, -54000000);
    assert_true(r->fields & VG_FIELD_BIT(POS));
    assert_int_equal(r->sog_dkn, 27); /* 1 m/s each way */
    assert_int_equal(r->cog_ddeg, 1350);
    assert_int_equal(r->length_m, 6);
    assert_int_equal(r->ellipse.major_dm, 40);
    assert_int_equal(r->ellipse.minor_dm, 20);
    assert_int_equal(r->ellipse.direction_deg, 0);
    assert_int_equal(report_of(10, RECORD({VG_ASTERIX_010_000, "03"}))->radar.says, VG_RADAR_ALIVE);
}

static void a_system_track_is_a_position_with_its_spread(void **state)
{
    (void)state;
    const struct given item[] = {{VG_ASTERIX_062_010, "E202"},
                                 {VG_ASTERIX_062_070, "2A3000"},
                                 {VG_ASTERIX_062_105, "00400000 FFC00000"},
                                 {VG_ASTERIX_062_185, "0028 0000"},
                                 {VG_ASTERIX_062_380, "C0 4840D6 4994B5617820"},
                                 {VG_ASTERIX_062_040, "0269"},
                                 {VG_ASTERIX_062_080, "0140"},
                                 {VG_ASTERIX_062_136, "0578"},
                                 {VG_ASTERIX_062_500, "80 0050 0028"},
                                 {-1, NULL}};
    const struct vg_report *r = report_of(62, item);
    assert_int_equal(r->sensor, VG_SENSOR_RADAR);
    assert_int_equal(r->radar.says, VG_RADAR_LOST);
    assert_int_equal(r->track, 617);
    assert_int_equal(r->pos.lat_e4min, 13500000);
    assert_int_equal(r->sog_dkn, 194); /* 10 m/s */
    assert_int_equal(r->cog_ddeg, 900);
    assert_int_equal(r->ellipse.major_dm, 400);
    assert_int_equal(r->ellipse.minor_dm, 200);
    assert_int_equal(r->ellipse.direction_deg, 90);
    assert_int_equal(r->radar.altitude_ft, 35000);
    assert_string_equal(r->radar.name, "RYR5XW");
    assert_true(r->radar.airborne);
}

static void an_aircraft_of_021_is_one_even_on_the_ground(void **state)
{
    (void)state;
    const struct vg_report *r = report_of(
        21, RECORD({VG_ASTERIX_021_010, "1908"}, {VG_ASTERIX_021_040, "01 40"}, {VG_ASTERIX_021_161, "0005"},
                   {VG_ASTERIX_021_130, "200000 E00000"}, {VG_ASTERIX_021_131, "10000000 F0000000"},
                   {VG_ASTERIX_021_080, "4840D6"}, {VG_ASTERIX_021_073, "2A3000"}, {VG_ASTERIX_021_160, "0010 4000"}));
    assert_int_equal(r->sensor, VG_SENSOR_AIR);
    assert_true(r->radar.airborne);
    assert_int_equal(r->radar.says, VG_RADAR_TRACK);
    assert_int_equal(r->pos.lat_e4min, 27000000); /* the finer one: 45° */
    assert_int_equal(r->time_of_day_ms, 21600000);
    assert_int_equal(r->sog_dkn, 35);
}

static void a_direction_finder_tells_a_bearing_from_where_it_stands(void **state)
{
    (void)state;
    const struct vg_report *r =
        report_of(205, RECORD({VG_ASTERIX_205_000, "02"}, {VG_ASTERIX_205_050, "00400000 FFC00000"},
                              {VG_ASTERIX_205_070, "3039"}, {VG_ASTERIX_205_160, "0009"}));
    assert_int_equal(r->measured, VG_MEASURED_BEARING);
    assert_int_equal(r->polar.bearing_mdeg, 123450);
    assert_int_equal(r->polar.range_m, UINT32_MAX);
    assert_int_equal(r->radar.from.lat_e4min, 13500000);
    assert_false(r->fields & VG_FIELD_BIT(POS));
    assert_int_equal(report_of(205, RECORD({VG_ASTERIX_205_000, "04"}, {VG_ASTERIX_205_160, "0009"}))->radar.says,
                     VG_RADAR_LOST);
}

static void the_light_categories_say_what_they_can(void **state)
{
    (void)state;
    const struct vg_report *r =
        report_of(20, RECORD({VG_ASTERIX_020_041, "00400000 FFC00000"}, {VG_ASTERIX_020_161, "0003"}));
    assert_int_equal(r->measured, VG_MEASURED_POSITION);
    r = report_of(19, RECORD({VG_ASTERIX_019_600, "10000000 F0000000"}));
    assert_int_equal(r->radar.says, VG_RADAR_ALIVE);
    assert_int_equal(r->radar.from.lat_e4min, 27000000);
    r = report_of(15, RECORD({VG_ASTERIX_015_000, "08"}, {VG_ASTERIX_015_161, "0003"},
                             {VG_ASTERIX_015_625, "80 0003E8"}, {VG_ASTERIX_015_627, "80 4000"}));
    assert_int_equal(r->measured, VG_MEASURED_RANGE_BEARING);
    assert_int_equal(r->polar.range_m, 100);
    assert_int_equal(r->polar.bearing_mdeg, 90000);
    assert_int_equal(report_of(65, RECORD({VG_ASTERIX_065_000, "01"}))->radar.says, VG_RADAR_ALIVE);
    assert_null(report_of(247, RECORD({VG_ASTERIX_247_015, "01"})));
    assert_null(report_of(4, RECORD({VG_ASTERIX_004_000, "07"})));
    assert_null(report_of(63, RECORD({VG_ASTERIX_063_015, "07"})));
}

/* ---- written and read ---- */

static uint32_t dice;

static uint32_t roll(uint32_t below)
{
    dice = dice * 1664525u + 1013904223u;
    return (uint32_t)((uint64_t)dice * below >> 32);
}

static struct vg_asterix_target any_target(bool surface)
{
    struct vg_asterix_target t = VG_ASTERIX_TARGET_NONE;
    t.sac = (uint8_t)roll(256);
    t.sic = (uint8_t)roll(256);
    t.time_of_day_ms = roll(86400000);
    t.range_m = roll(surface ? 65000 : 470000) + 0.3;
    t.bearing_deg = roll(360000) / 1000.0;
    t.track = roll(2) ? roll(VG_ASTERIX_TRACK_MAX) + 1 : 0;
    t.lost = t.track && roll(2);
    t.tentative = roll(2);
    t.simulated = roll(2);
    if (roll(2)) {
        t.speed_mps = roll(400) / 10.0;
        t.course_deg = roll(3600) / 10.0;
    }
    t.mode_3a = roll(2) ? VG_MODE_3A_NONE : (uint16_t)roll(010000);
    t.icao = roll(2) ? 0 : roll(0x1000000);
    t.has_altitude = roll(2);
    t.altitude_ft = t.has_altitude ? (int32_t)roll(4000) * 25 - 1000 : 0;
    t.length_m = surface ? (uint16_t)roll(128) : 0;
    snprintf(t.name, sizeof t.name, "%s", roll(2) ? "" : "BUQUE 7");
    return t;
}

static double apart(double a_deg, double b_deg)
{
    double d = fmod(fabs(a_deg - b_deg), 360);
    return d > 180 ? 360 - d : d;
}

static void expect_same(const struct vg_asterix_target *t, const struct vg_report *r, bool surface)
{
    assert_int_equal(r->radar.sac, t->sac);
    assert_int_equal(r->radar.sic, t->sic);
    uint32_t off_ms = r->time_of_day_ms > t->time_of_day_ms ? r->time_of_day_ms - t->time_of_day_ms
                                                            : t->time_of_day_ms - r->time_of_day_ms;
    assert_true(off_ms <= 4 || off_ms >= 86400000 - 4);
    assert_true(fabs(r->polar.range_m - t->range_m) <= (surface ? 1.01 : 4.2));
    assert_true(apart(r->polar.bearing_mdeg / 1000.0, t->bearing_deg) <= 0.0035);
    assert_int_equal(r->track, t->track);
    assert_int_equal(r->radar.says, t->lost ? VG_RADAR_LOST : t->track ? VG_RADAR_TRACK : VG_RADAR_PLOT);
    assert_int_equal(r->radar.simulated, t->simulated);
    assert_int_equal(!!(r->fields & VG_FIELD_BIT(SOG)), !isnan(t->speed_mps));
    if (!isnan(t->speed_mps)) {
        assert_true(fabs(r->sog_dkn / 10.0 * VG_MPS_PER_KNOT - t->speed_mps) <= 0.09);
        assert_true(apart(r->cog_ddeg / 10.0, t->course_deg) <= 0.06);
    }
    assert_int_equal(r->radar.mode_3a, t->mode_3a);
    assert_int_equal(r->radar.icao, t->icao);
    assert_int_equal(r->radar.has_altitude, t->has_altitude);
    assert_int_equal(r->radar.altitude_ft, t->altitude_ft);
    assert_int_equal(r->length_m, t->length_m);
    assert_string_equal(r->radar.name, t->name);
}

static void targets_are_read_as_they_were_written(void **state)
{
    (void)state;
    static uint8_t buf[60];
    for (int i = 0; i < 4000; i++) {
        bool surface = i & 1;
        struct vg_asterix_writer w;
        struct vg_asterix_target t = any_target(surface);
        vg_asterix_write_begin(&w, buf, sizeof buf);
        assert_int_equal(surface ? vg_asterix_write_010(&w, &t) : vg_asterix_write_048(&w, &t), VG_OK);
        said.records = said.reports = said.out.len = 0;
        assert_int_equal(vg_asterix_datagram(said.asterix, buf, w.len, 0, VG_TIME_NONE), w.len);
        assert_int_equal(said.reports, 1);
        expect_same(&t, &said.report[0], surface);
    }
}

static void service_messages_are_read_as_they_were_written(void **state)
{
    (void)state;
    uint8_t buf[64];
    struct vg_asterix_writer w;
    struct vg_asterix_service s = {.sac = 1,
                                   .sic = 2,
                                   .time_of_day_ms = 43200500,
                                   .azimuth_deg = 359.6,
                                   .period_s = 2.5,
                                   .from = vg_pos_from_deg(-80.7, -0.95),
                                   .height_m = 60};
    vg_asterix_write_begin(&w, buf, sizeof buf);
    assert_int_equal(vg_asterix_write_034(&w, &s), VG_OK);
    s.north = true;
    s.from = VG_POS_NONE;
    assert_int_equal(vg_asterix_write_034(&w, &s), VG_OK);
    assert_int_equal(vg_asterix_datagram(said.asterix, buf, w.len, 0, VG_TIME_NONE), w.len);
    assert_int_equal(vg_asterix_counters(said.asterix)->blocks, 1); /* both in one */
    assert_int_equal(said.reports, 2);
    const struct vg_report *r = said.report;
    assert_int_equal(r[0].radar.says, VG_RADAR_SCAN);
    assert_int_equal(r[0].polar.bearing_mdeg, 0); /* the nearest of 256 */
    assert_int_equal(r[0].time_of_day_ms, 43200500);
    assert_true(vg_geo_distance_m(r[0].radar.from, vg_pos_from_deg(-80.7, -0.95)) < 3);
    assert_int_equal(r[1].radar.says, VG_RADAR_SCAN);
    assert_false(vg_pos_valid(r[1].radar.from));
    assert_non_null(strstr(text_of(&said), "\"041\":2.5"));
    assert_non_null(strstr(text_of(&said), "\"120/HGT\":60"));
}

static void a_full_buffer_and_values_out_of_range_write_nothing(void **state)
{
    (void)state;
    uint8_t buf[40];
    struct vg_asterix_writer w;
    struct vg_asterix_target t = VG_ASTERIX_TARGET_NONE, bad;
    t.range_m = 1000;
    t.bearing_deg = 10;
    vg_asterix_write_begin(&w, buf, sizeof buf);
    size_t before = 0;
    while (vg_asterix_write_048(&w, &t) == VG_OK)
        before = w.len;
    assert_int_equal(w.len, before);
    assert_true(before > 20);
    assert_int_equal(vg_asterix_write_048(&w, &t), VG_LIMIT);
    vg_asterix_write_begin(&w, buf, sizeof buf);
#define BAD(member, value) (bad = t, bad.member = (value), vg_asterix_write_048(&w, &bad))
    assert_int_equal(BAD(range_m, 480000), VG_RANGE);
    assert_int_equal(BAD(range_m, -1), VG_RANGE);
    assert_int_equal(BAD(range_m, NAN), VG_RANGE);
    assert_int_equal(BAD(bearing_deg, NAN), VG_RANGE);
    assert_int_equal(BAD(track, 4096), VG_RANGE);
    assert_int_equal(BAD(icao, 0x1000000), VG_RANGE);
    assert_int_equal(BAD(mode_3a, 010000), VG_RANGE);
    assert_int_equal(BAD(time_of_day_ms, 86400000), VG_RANGE);
    assert_int_equal(BAD(speed_mps, 10), VG_RANGE); /* without a course */
    assert_int_equal(BAD(bearing_deg, -10), VG_OK);
    assert_true(w.len > 0);
}

static void blocks_fit_a_datagram(void **state)
{
    (void)state;
    static uint8_t buf[8000];
    struct vg_asterix_writer w;
    struct vg_asterix_target t = VG_ASTERIX_TARGET_NONE;
    t.range_m = 1000;
    t.bearing_deg = 10;
    vg_asterix_write_begin(&w, buf, sizeof buf);
    for (int i = 0; i < 400; i++)
        assert_int_equal(vg_asterix_write_048(&w, &t), VG_OK);
    assert_int_equal(vg_asterix_datagram(said.asterix, buf, w.len, 0, VG_TIME_NONE), w.len);
    assert_int_equal(said.records, 400);
    for (size_t at = 0; at < w.len;) {
        size_t len = (size_t)buf[at + 1] << 8 | buf[at + 2];
        assert_true(len <= VG_ASTERIX_WRITE_BLOCK);
        at += len;
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_plot_is_measured_by_range_and_bearing_from_its_radar),
        TEST(a_track_of_048_has_velocity_identity_and_an_end),
        TEST(a_garbled_code_is_none_and_track_0_is_one),
        TEST(what_is_cartesian_from_the_radar_becomes_polar),
        TEST(test_targets_are_simulated),
        TEST(an_antenna_tells_where_it_points),
        TEST(a_plot_of_001_gets_the_rest_of_its_time_from_002_of_the_same_radar),
        TEST(a_track_of_001_ends),
        TEST(surface_movement_radar_tells_length_and_spread),
        TEST(a_system_track_is_a_position_with_its_spread),
        TEST(an_aircraft_of_021_is_one_even_on_the_ground),
        TEST(a_direction_finder_tells_a_bearing_from_where_it_stands),
        TEST(the_light_categories_say_what_they_can),
        TEST(targets_are_read_as_they_were_written),
        TEST(service_messages_are_read_as_they_were_written),
        TEST(a_full_buffer_and_values_out_of_range_write_nothing),
        TEST(blocks_fit_a_datagram),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
