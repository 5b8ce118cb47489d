/* vigia track: files in, rows out. */
#include "command.h"

#define SENSORS                                                                                                        \
    "sensors:\n  - name: north\n    kind: radar\n    position: {lat: -1.0, lon: -81.2}\n    range_m: 60000\n"          \
    "    period_s: 3\n    sigma_range_m: 25\n    sigma_bearing_deg: 0.3\n    detection_probability: 0.9\n"
#define HEADER                                                                                                         \
    "time,contact,lat,lon,speed_kn,course_deg,sigma_major_m,sigma_minor_m,orientation_deg,existence,mmsi,sensors\r\n"

/* A thing 10 km north that goes north by 10 m/s, and nothing else. */
static void write_plots(const char *path, const char *more)
{
    static char text[8192];
    size_t n = (size_t)snprintf(text, sizeof text, "time,sensor,range_m,bearing_deg\n");
    for (int i = 0; i < 10; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "2026-03-01T12:00:%02d.000Z,north,%d.0,0.0\n", 3 * i,
                              10000 + 30 * i);
    snprintf(text + n, sizeof text - n, "%s", more);
    write_file(path, text);
}

static void a_contact_has_a_row_at_each_step(void **state)
{
    (void)state;
    write_file("sensors.yaml", SENSORS);
    write_plots("plots.csv", "");
    write_file("ais.nmea", "");
    struct said s = run(vg_cli_track, NULL, "track -q --sensors sensors.yaml plots.csv ais.nmea");
    assert_int_equal(s.status, 0);
    assert_string_equal(s.err, "");
    assert_int_equal(strncmp(s.out, HEADER, strlen(HEADER)), 0);
    assert_in_range(lines_in(s.out), 10, 11);
    const char *last = strstr(s.out, "2026-03-01T12:00:27Z,");
    assert_non_null(last);
    char contact[17], sensors[16];
    double lat, lon, speed, course, major, minor, orientation, existence;
    assert_int_equal(sscanf(last, "2026-03-01T12:00:27Z,%16[^,],%lf,%lf,%lf,%lf,%lf,%lf,%lf,%lf,,%15s", contact, &lat,
                            &lon, &speed, &course, &major, &minor, &orientation, &existence, sensors),
                     10);
    assert_true(lat > -0.9080 && lat < -0.9070); /* 10 270 m north of 1° south */
    assert_true(lon > -81.2002 && lon < -81.1998);
    assert_true(speed > 15 && speed < 22);
    assert_true(course < 25 || course > 335);
    assert_true(major > minor && minor > 3 && major < 52);
    assert_true(orientation > 80 && orientation < 100); /* bearings are measured worse than ranges */
    assert_true(existence > 0.99);
    assert_string_equal(sensors, "north");
    forget(&s);
    s = run(vg_cli_track, NULL, "track -q --step 9s --format jsonl --sensors sensors.yaml plots.csv");
    assert_int_equal(lines_in(s.out), 4); /* 12:00:00, 09, 18, 27 */
    assert_non_null(strstr(s.out, "\"time\":\"2026-03-01T12:00:18Z\""));
    assert_non_null(strstr(s.out, "\"mmsi\":null,\"sensors\":[\"north\"]}\n"));
    forget(&s);
}

/* A row uses what is stamped up to its time and nothing later. */
static void what_comes_later_changes_no_row_before_it(void **state)
{
    (void)state;
    write_file("sensors.yaml", SENSORS);
    write_plots("plots.csv", "");
    write_plots("more.csv", "2026-03-01T12:00:27.001Z,north,10500.0,0.5\n2026-03-01T12:00:30.000Z,north,10300.0,0.0\n");
    struct said a = run(vg_cli_track, NULL, "track -q --sensors sensors.yaml plots.csv");
    struct said b = run(vg_cli_track, NULL, "track -q --sensors sensors.yaml more.csv");
    assert_int_equal(strncmp(a.out, b.out, strlen(a.out)), 0);
    assert_true(strlen(b.out) > strlen(a.out));
    forget(&a);
    forget(&b);
}

static void rubbish_rows_are_told_and_counted(void **state)
{
    (void)state;
    write_file("sensors.yaml", SENSORS);
    write_plots("plots.csv", "noon,north,1,1\n2026-03-01T12:00:27Z,south,1,1\n2026-03-01T12:00:27Z,north,far,1\n,,,\n");
    struct said s = run(vg_cli_track, NULL, "track --sensors sensors.yaml plots.csv");
    assert_int_equal(s.status, 0);
    assert_non_null(strstr(s.err, "plots.csv:12: time: "));
    assert_non_null(strstr(s.err, "plots.csv:13: sensor: "));
    assert_non_null(strstr(s.err, "plots.csv:14: range_m: "));
    assert_null(strstr(s.err, "plots.csv:15"));
    assert_non_null(strstr(s.err, "plots.csv: 14 rows, 4 refused\n"));
    forget(&s);
}

static void wrong_calls_and_files_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *line, *words;
        int status;
    } cases[] = {
        {"track plots.csv", "--sensors is missing", 2},
        {"track --sensors sensors.yaml", "no file was given", 2},
        {"track --sensors wrong.yaml plots.csv", "wrong.yaml:", 2},
        {"track --sensors sensors.yaml --step never plots.csv", "a time from 10ms to 24h", 2},
        {"track --sensors sensors.yaml sensors.yaml", "sensors.yaml: neither plots", 1},
        {"track --sensors sensors.yaml nowhere.csv", "nowhere.csv", 1},
        {"track --sensors nowhere.yaml plots.csv", "nowhere.yaml", 2},
    };
    write_file("sensors.yaml", SENSORS);
    write_file("wrong.yaml", "sensors:\n  - name: north\n    kind: lighthouse\n");
    write_plots("plots.csv", "");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct said s = run(vg_cli_track, NULL, cases[i].line);
        assert_int_equal(s.status, cases[i].status);
        assert_non_null(strstr(s.err, cases[i].words));
        assert_string_equal(s.out, "");
        forget(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(a_contact_has_a_row_at_each_step),
        IN_A_FOLDER(what_comes_later_changes_no_row_before_it),
        IN_A_FOLDER(rubbish_rows_are_told_and_counted),
        IN_A_FOLDER(wrong_calls_and_files_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
