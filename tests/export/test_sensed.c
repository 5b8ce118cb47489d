/* Rows of detections and tracks as CSV: what was said is there, what wasn't is empty, and each line has all cells. */
#include "base/time.h"
#include "export/sensed.h"
#include "test.h"

#define TIME_US INT64_C(1795330800250000) /* 2026-11-22T07:00:00.250Z */

static struct vg_parquet_text text(const char *of)
{
    return (struct vg_parquet_text){of, (uint32_t)strlen(of)};
}

static size_t commas(const char *line)
{
    size_t n = 0;
    bool quoted = false;
    for (; *line && *line != '\n'; line++) {
        quoted = quoted != (*line == '"');
        n += *line == ',' && !quoted;
    }
    return n;
}

/* The text of two lines, the head and a row. The caller frees. */
static char *lines_of(const struct vg_detection *d, const struct vg_track_point *p)
{
    struct vg_out out = vg_out_growing(1 << 16);
    if (d) {
        vg_export_detections_head(&out);
        vg_export_detection(&out, d);
    } else {
        vg_export_tracks_head(&out);
        vg_export_track_point(&out, p);
    }
    assert_int_equal(out.err, VG_OK);
    char *lines = strndup(out.buf, out.len);
    vg_out_free(&out);
    const char *row = strchr(lines, '\n') + 1;
    assert_int_equal(commas(lines), commas(row));
    assert_int_equal(row[strlen(row) - 1], '\n');
    return lines;
}

static struct vg_detection nothing(void)
{
    struct vg_detection d = {.time_us = TIME_US,
                             .measured_us = VG_TIME_NONE,
                             .range_m = UINT32_MAX,
                             .bearing_mdeg = UINT32_MAX,
                             .sac = -1,
                             .sic = -1,
                             .mode_3a = VG_MODE_3A_NONE,
                             .says = VG_RADAR_LOST};
    d.pos = d.from = VG_POS_NONE;
    return d;
}

static void what_was_not_said_is_an_empty_cell(void **state)
{
    (void)state;
    const struct vg_detection d = nothing();
    char *lines = lines_of(&d, NULL);
    assert_non_null(strstr(lines, "\n2026-11-22T07:00:00.250Z,,,lost,,,,,,,,,,,,,,,,,,,,,,,,\n"));
    free(lines);
}

static void what_was_said_is_there(void **state)
{
    (void)state;
    struct vg_detection d = nothing();
    d.says = VG_RADAR_TRACK;
    d.measured_us = TIME_US - 250000;
    d.sensor_track = 4000000000u;
    d.range_m = 12345;
    d.bearing_mdeg = 7;
    d.sac = d.sic = 0;
    d.mode_3a = 0;
    d.icao = 0xabc;
    d.has_altitude = d.simulated = true;
    d.altitude_ft = -25;
    d.fields = VG_FIELD_BIT(SOG) | VG_FIELD_BIT(COG);
    d.journal_offset = 99;
    snprintf(d.name, sizeof d.name, "A,B");
    d.sensor_name = text("Manta");
    d.source_name = text("radar");
    char *lines = lines_of(&d, NULL);
    const char *want = "\n2026-11-22T07:00:00.250Z,2026-11-22T07:00:00Z,Manta,track,4000000000,12345,0.007,,,,,,,,0.0,"
                       "0.0,,,-25,000abc,0000,\"A,B\",0,0,1,,radar,99\n";
    if (!strstr(lines, want))
        fail_msg("%s", lines);
    free(lines);
}

static void a_track_has_its_words_in_one_cell(void **state)
{
    (void)state;
    const struct vg_track_point p = {.time_us = TIME_US,
                                     .pos = {.lon_e4min = -6000000, .lat_e4min = 600000},
                                     .contact = 0xab,
                                     .track = UINT64_MAX,
                                     .major_dm = 123,
                                     .existence_permille = 987,
                                     .sensors = text("ais, Manta"),
                                     .facts = text("dark kept")};
    struct vg_out out = vg_out_growing(1 << 12);
    vg_export_track_point(&out, &p);
    char *line = strndup(out.buf, out.len);
    vg_out_free(&out);
    if (!strstr(line, ",00000000000000ab,ffffffffffffffff,,-10.0,1.0,0.0,0.0,12.3,0.0,0,0.987,"
                      "\"ais, Manta\",dark kept,,,\n"))
        fail_msg("%s", line);
    free(line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_not_said_is_an_empty_cell),
        cmocka_unit_test(what_was_said_is_there),
        cmocka_unit_test(a_track_has_its_words_in_one_cell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
