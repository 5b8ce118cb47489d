/* `vigia sim`: what each option changes, its files, its pace, its clients. */
#include "command.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/time.h"

#define START INT64_C(1773568800)

static char *played(const char *options)
{
    char line[300];
    snprintf(line, sizeof line, "sim %s", options);
    struct said s = run(vg_cli_sim, NULL, line);
    if (s.status != VG_EXIT_OK || *s.err)
        fail_msg("'%s': %d %s", line, s.status, s.err);
    free(s.err);
    return s.out;
}

/* The least and the greatest second that tag blocks tell. */
static void seconds_of(const char *text, int64_t *ret_first, int64_t *ret_last)
{
    *ret_first = INT64_MAX;
    *ret_last = INT64_MIN;
    for (const char *at = text; (at = strstr(at, ",c:")); at++) {
        int64_t second = strtoll(at + 3, NULL, 10);
        *ret_first = second < *ret_first ? second : *ret_first;
        *ret_last = second > *ret_last ? second : *ret_last;
    }
}

static void what_is_not_said_has_its_default(void **state)
{
    (void)state;
#define PLAIN "--hours 0.02 --vessels 30"
    static const struct {
        const char *a, *b;
        bool same;
    } cases[] = {
        {PLAIN, PLAIN " --scenario ecuador --seed 1 --start 1773568800 --speed max --warm 0 --damage 0", true},
        {PLAIN, PLAIN " --start 2026-03-15T10:00", true},
        {PLAIN, PLAIN " --warm 7", true}, /* at full speed there is nothing to warm */
        {PLAIN, PLAIN " --seed 0", false},
        {PLAIN, PLAIN " --seed 9000000000000000", false},
        {PLAIN, PLAIN " --start 1773568801", false},
        {PLAIN, PLAIN " --damage 100", false},
        {PLAIN " --damage 1", PLAIN " --damage 100", false},
        {PLAIN, PLAIN " --statics-first", true}, /* of the other scenario */
        {PLAIN, PLAIN " --scenario load", false},
        {"--hours 0.0005 --scenario load", "--hours 0.0005 --scenario load --vessels 50000", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *a = played(cases[i].a), *b = played(cases[i].b);
        assert_true(*a != '\0');
        if ((strcmp(a, b) == 0) != cases[i].same)
            fail_msg("%s and %s", cases[i].a, cases[i].b);
        free(a);
        free(b);
    }
}

static void hours_are_as_many_seconds(void **state)
{
    (void)state;
    static const struct {
        const char *options;
        int64_t first, last;
    } cases[] = {{"--hours 0.01 --scenario load --vessels 300", START, START + 35},
                 {"--hours 0.0101 --scenario load --vessels 300", START, START + 36}, /* 36.36 s */
                 {"--hours 0.01 --scenario load --vessels 300 --start 1700000000", 1700000000, 1700000035}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t first, last;
        char *text = played(cases[i].options);
        seconds_of(text, &first, &last);
        assert_int_equal(first, cases[i].first);
        assert_int_equal(last, cases[i].last);
        free(text);
    }
    char *none = played("--hours 0");
    assert_string_equal(none, "");
    free(none);
}

/* How many messages of a type there are. */
static size_t count_type(const char *text, int type)
{
    char key[20];
    size_t n = 0;
    write_file("a.nmea", text);
    struct said s = run(vg_cli_decode, NULL, "decode -q --threads 1 a.nmea");
    snprintf(key, sizeof key, "{\"type\":%d,", type);
    for (const char *at = s.out; (at = strstr(at, key)); at++)
        n++;
    forget(&s);
    return n;
}

static void names_may_come_first(void **state)
{
    (void)state;
    char *early = played("--scenario load --vessels 720 --hours 0.0166 --statics-first"),
         *late = played("--scenario load --vessels 720 --hours 0.0166");
    size_t first = count_type(early, 5) + count_type(early, 24), spread = count_type(late, 5) + count_type(late, 24);
    assert_true(first >= 720 && spread < 720);
    free(early);
    free(late);
}

/* ---- files ---- */

static void the_truth_is_told_once_a_minute(void **state)
{
    (void)state;
    static const struct {
        const char *hours;
        size_t times;
    } cases[] = {{"0.001", 1}, {"0.0166", 1}, {"0.017", 2}, {"0.05", 3}, {"0.0503", 4}};
    size_t things = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char options[100];
        snprintf(options, sizeof options, "--vessels 20 --hours %s --truth truth", cases[i].hours);
        free(played(options));
        char *truth = read_file("truth");
        things = things ? things : lines_in(truth);
        assert_true(things >= 20);
        assert_int_equal(lines_in(truth), things * cases[i].times);
        free(truth);
    }
}

static void places_are_one_file_or_a_file_a_layer(void **state)
{
    (void)state;
    static const char *const files[] = {"d/zones.geojson",          "d/grounds.off.geojson", "d/ports.off.geojson",
                                        "d/anchorages.off.geojson", "d/lanes.off.geojson",   "d/signals.off.geojson"};
    assert_int_equal(mkdir("d", 0700), 0);
    free(played("--hours 0 --places all.json"));
    free(played("--hours 0 --places d"));
    char *all = read_file("all.json");
    size_t features = 0, whole = 0;
    for (const char *at = all; (at = strstr(at, "\"type\":\"Feature\"")); at++)
        whole++;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *text = read_file(files[i]);
        assert_non_null(text);
        assert_non_null(strstr(text, "\"FeatureCollection\""));
        size_t before = features;
        for (const char *at = text; (at = strstr(at, "\"type\":\"Feature\"")); at++)
            features++;
        assert_true(features > before);
        free(text);
        assert_int_equal(unlink(files[i]), 0);
    }
    assert_int_equal(features, whole);
    assert_int_equal(rmdir("d"), 0); /* and nothing else was in it */
    free(all);
    write_file("all.json", "longer than what comes");
    char *played_too = played("--hours 0.002 --vessels 50 --places all.json");
    assert_true(*played_too != '\0');
    all = read_file("all.json");
    assert_int_equal(all[0], '{');
    free(all);
    free(played_too);
}

static void a_layer_that_can_t_be_written_is_told(void **state)
{
    (void)state;
    assert_int_equal(mkdir("d", 0700) | mkdir("d/zones.geojson", 0700), 0);
    says_exactly(vg_cli_sim, "sim --hours 0 --places d", VG_EXIT_FAILED, "",
                 "vigia: can't write d/zones.geojson: Is a directory\n");
}

/* ---- pace ---- */

/* A second is never played before it is due: a bound that no load of the machine can break. */
static void a_paced_sea_is_the_same_and_never_early(void **state)
{
    (void)state;
    static const struct {
        const char *hours, *options;
        int64_t least_us;
    } cases[] = {{"0.0005", "--speed 1", 1000000},          /* the second of two seconds */
                 {"0.01", "--speed 35", 1000000},           /* the last of 36 */
                 {"0.01", "--speed 5 --warm 0.5", 1000000}, /* of them 30 at once; then 5 */
                 {"0.01", "--speed 1000000 --warm 0", 0},
                 {"0.01", "--speed 0.001 --warm 1", 0}}; /* all of it is warming */
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char plain[200], paced[300];
        snprintf(plain, sizeof plain, "--scenario load --vessels 60 --start 1773568800 --hours %s", cases[i].hours);
        snprintf(paced, sizeof paced, "%s %s", plain, cases[i].options);
        char *want = played(plain);
        int64_t begun_us = vg_clock_monotonic_us();
        char *got = played(paced);
        assert_true(vg_clock_monotonic_us() - begun_us >= cases[i].least_us);
        assert_string_equal(got, want);
        free(got);
        free(want);
    }
}

static void a_paced_sea_is_of_now_less_its_warming(void **state)
{
    (void)state;
    static const struct {
        const char *options;
        int64_t warm_s;
    } cases[] = {{"--speed 1000000", 0}, {"--speed 1000000 --warm 100", 6000}, {"--speed 1 --warm 0.6", 36}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char options[200];
        int64_t first, last, before_s = vg_clock_wall_us() / VG_SECOND_US;
        snprintf(options, sizeof options, "--scenario load --vessels 300 --hours 0.01 %s", cases[i].options);
        char *text = played(options);
        int64_t after_s = vg_clock_wall_us() / VG_SECOND_US;
        seconds_of(text, &first, &last);
        assert_in_range(first + cases[i].warm_s, before_s, after_s);
        assert_int_equal(last - first, 35);
        free(text);
    }
}

/* ---- clients ---- */

static int connect_to(long port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
    return fd;
}

static void a_client_gets_what_standard_output_would(void **state)
{
    (void)state;
    static const char *const speeds[] = {"", "--speed 1000"};
    char *want = played("--hours 0.05 --vessels 40 --start 1773568800");
    size_t len = strlen(want);
    for (size_t i = 0; i < 2; i++) {
        char line[200], *text, *got = calloc(1, len + 2);
        snprintf(line, sizeof line, "sim --listen 127.0.0.1:0 --hours 0.05 --vessels 40 --start 1773568800 %s",
                 speeds[i]);
        write_file("stdin", "");
        pid_t child = command_begin(vg_cli_sim, line, "stdin", -1, "stdout", -1);
        const char *port = command_wait(child, "vigia: serving on TCP port ", &text);
        assert_non_null(strstr(port, ", waiting for a client\n"));
        int fd = connect_to(strtol(port, NULL, 10));
        free(text);
        size_t n = 0;
        for (ssize_t more; n <= len && (more = recv(fd, got + n, len + 1 - n, 0)) > 0;)
            n += (size_t)more;
        close(fd);
        assert_int_equal(command_end(child, line), VG_EXIT_OK);
        assert_int_equal(n, len);
        assert_memory_equal(got, want, len);
        free(got);
        text = read_file("stdout");
        assert_string_equal(text, "");
        free(text);
        text = read_file("stderr");
        assert_int_equal(lines_in(text), 1);
        free(text);
    }
    free(want);
}

#define SCENARIO                                                                                                       \
    "scenario: small\nregion: ecuador\nstart: 2026-03-15T22:00:00Z\nhours: 0.02\nseed: 4\nvessels: {trawler: 8}\n"     \
    "placed:\n  - {deed: distress, at_h: 0.001, position: {lat: -0.80, lon: -80.80}}\n"

static void a_scenario_file_is_played_and_options_count_more(void **state)
{
    (void)state;
    write_file("small.yaml", SCENARIO);
    static const struct {
        const char *options;
        bool same;
    } cases[] = {{"--hours 0.02 --seed 4 --start 2026-03-15T22:00 --damage 0", true},
                 {"--seed 1", false},
                 {"--hours 0.01", false},
                 {"--start 2026-03-15T23:00", false},
                 {"--damage 50", false},
                 {"--truth-events small.jsonl", true}};
    char *plain = played("--scenario small.yaml");
    assert_true(*plain != '\0');
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char line[200];
        snprintf(line, sizeof line, "--scenario small.yaml %s", cases[i].options);
        char *text = played(line);
        if ((strcmp(plain, text) == 0) != cases[i].same)
            fail_msg("%s", cases[i].options);
        free(text);
    }
    char *events = read_file("small.jsonl");
    assert_non_null(strstr(events, "\"deed\":\"distress\""));
    free(events);
    free(plain);
}

static void a_scenario_file_that_is_wrong_is_told_with_its_line(void **state)
{
    (void)state;
    write_file("wrong.yaml", SCENARIO "hour: 3\n");
    says(vg_cli_sim, "sim --scenario wrong.yaml", VG_EXIT_USAGE, NULL, "wrong.yaml:9: expected a scenario");
    says(vg_cli_sim, "sim --scenario ./none.yaml", VG_EXIT_FAILED, NULL, "./none.yaml: No such file");
    says(vg_cli_sim, "sim --scenario .", VG_EXIT_USAGE, NULL, "a file: NAME.yaml");
    says(vg_cli_sim, "sim --scenario small.yaml --vessels 3", VG_EXIT_USAGE, NULL, "--vessels is not for it");
    says(vg_cli_sim, "sim --truth-events a.jsonl", VG_EXIT_USAGE, NULL, "--scenario FILE.yaml");
}

/* What ships can be read: a world of none of its hours is planned, not played. */
static void the_scenarios_that_ship_are_read(void **state)
{
    (void)state;
    static const char *const names[] = {"ecuador-deeds", "ordinary-day", "quality"};
    const char *source = getenv("VIGIA_SOURCE") ? getenv("VIGIA_SOURCE") : ".";
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char line[4200];
        snprintf(line, sizeof line, "sim --hours 0 --scenario %s/share/scenarios/%s.yaml", source, names[i]);
        struct said s = run(vg_cli_sim, NULL, line);
        if (s.status != VG_EXIT_OK)
            fail_msg("%s", s.err);
        forget(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(what_is_not_said_has_its_default),
        IN_A_FOLDER(hours_are_as_many_seconds),
        IN_A_FOLDER(names_may_come_first),
        IN_A_FOLDER(the_truth_is_told_once_a_minute),
        IN_A_FOLDER(places_are_one_file_or_a_file_a_layer),
        IN_A_FOLDER(a_layer_that_can_t_be_written_is_told),
        IN_A_FOLDER(a_paced_sea_is_the_same_and_never_early),
        IN_A_FOLDER(a_paced_sea_is_of_now_less_its_warming),
        IN_A_FOLDER(a_client_gets_what_standard_output_would),
        IN_A_FOLDER(a_scenario_file_is_played_and_options_count_more),
        IN_A_FOLDER(a_scenario_file_that_is_wrong_is_told_with_its_line),
        IN_A_FOLDER(the_scenarios_that_ship_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
