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

static char *rows_of(const char *line)
{
    struct said s = run(vg_cli_track, NULL, line);
    assert_int_equal(s.status, 0);
    assert_string_equal(s.err, "");
    char *rows = strdup(s.out);
    forget(&s);
    return rows;
}

/* The same plots as people and spreadsheets write them give the same rows. */
static void plots_may_be_written_in_other_ways(void **state)
{
    (void)state;
    static const struct {
        const char *begin, *header, *row; /* printed with second, metres */
    } forms[] = {
        {"\xEF\xBB\xBF", "time,sensor,range_m,bearing_deg\r\n", "2026-03-01T12:00:%02dZ,north,%d,0\r\n"},
        {"# plots\n\n", "Time, Sensor, Range_m, Bearing_deg\n", "2026-03-01T12:00:%02dZ, north, %d, 360\n"},
        {"", "\"time\",\"sensor\",\"range_m\",\"bearing_deg\"\n",
         "\"2026-03-01T12:00:%02dZ\",\"north\",\"%d\",\"0.0\"\n"},
        {"", "time;note;sensor;range_m;bearing_deg\n", "2026-03-01 12:00:%02dZ;;north;%d.0;0\n"},
    };
    write_file("sensors.yaml", SENSORS);
    write_plots("plots.csv", "");
    char *want = rows_of("track -q --sensors sensors.yaml plots.csv");
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        char text[4096];
        size_t n = (size_t)snprintf(text, sizeof text, "%s%s", forms[i].begin, forms[i].header);
        for (int k = 9; k >= 0; k--) { /* the newest first */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
            n += (size_t)snprintf(text + n, sizeof text - n, forms[i].row, 3 * k, 10000 + 30 * k);
#pragma GCC diagnostic pop
        }
        write_file("form.csv", text);
        char *had = rows_of("track -q --sensors sensors.yaml form.csv");
        char *want_behind = strstr(want, "\n") + 1, *had_behind = strstr(had, "\n") + 1;
        assert_int_equal(strlen(want_behind), strlen(had_behind));
        assert_string_equal(want_behind + 40, had_behind + 40); /* behind the first id */
        free(had);
    }
    free(want);
}

/* A text that is no table of plots isn't taken for ASTERIX. */
static void a_table_of_something_else_is_refused(void **state)
{
    (void)state;
    write_file("sensors.yaml", SENSORS);
    write_file("other.csv", "when,who,range,bearing\n2026-03-01T12:00:00Z,north,1000,10\n");
    struct said s = run(vg_cli_track, NULL, "track --sensors sensors.yaml other.csv");
    assert_int_equal(s.status, 1);
    assert_non_null(strstr(s.err, "other.csv: neither plots"));
    forget(&s);
}

/* The sentences of the thing of write_plots(), a second before midnight on. */
static void write_ttm(const char *path, const char *tag)
{
    static char text[8192];
    size_t n = 0;
    for (int i = 0; i < 10; i++) {
        char line[128];
        unsigned sum = 0;
        const int at_s = 86399 + 3 * i;
        snprintf(line, sizeof line, "RATTM,07,%.3f,0.0,T,19.4,0.0,T,,,N,,T,,%02d%02d%02d.00,A",
                 (10000 + 30 * i) / 1852.0, at_s / 3600 % 24, at_s / 60 % 60, at_s % 60);
        for (const char *p = line; *p; p++)
            sum ^= (unsigned char)*p;
        n += (size_t)snprintf(text + n, sizeof text - n, "%s$%s*%02X\r\n", tag, line, sum);
    }
    write_file(path, text);
}

/* The only sensor; that of the file's name; that of the tag block's station. */
static void a_radars_sentences_are_tracked(void **state)
{
    (void)state;
    static const char *const lines[] = {"track -q --sensors one.yaml day-2026-03-01.nmea",
                                        "track -q --sensors two.yaml day-2026-03-01.nmea",
                                        "track -q --sensors three.yaml station-2026-03-01.nmea"};
    write_file("one.yaml", SENSORS);
    write_file("two.yaml", SENSORS "    feed: day-2026-03-01\n"
                                   "  - {name: south, position: {lat: 5, lon: 5}, range_m: 9000}\n");
    write_file("three.yaml", SENSORS "  - {name: south, position: {lat: 5, lon: 5}, range_m: 9000}\n");
    write_ttm("day-2026-03-01.nmea", "");
    write_ttm("station-2026-03-01.nmea", "\\s:north*26\\");
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        char *rows = rows_of(lines[i]);
        assert_non_null(strstr(rows, "\n2026-03-02T00:00:24Z,"));
        assert_non_null(strstr(rows, ",,north\r\n"));
        assert_null(strstr(rows, "\n2026-03-01T23:59:57Z,"));
        free(rows);
    }
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
        IN_A_FOLDER(a_contact_has_a_row_at_each_step),     IN_A_FOLDER(what_comes_later_changes_no_row_before_it),
        IN_A_FOLDER(rubbish_rows_are_told_and_counted),    IN_A_FOLDER(plots_may_be_written_in_other_ways),
        IN_A_FOLDER(a_table_of_something_else_is_refused), IN_A_FOLDER(a_radars_sentences_are_tracked),
        IN_A_FOLDER(wrong_calls_and_files_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
