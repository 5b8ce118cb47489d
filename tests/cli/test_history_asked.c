/* `vigia history`: each option at its bounds, names, and where its lines lead. */
#include "command.h"

#include <errno.h>

#include "base/time.h"

#define PAYLOAD "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24"

static size_t rows_of(const char *options)
{
    char line[300];
    snprintf(line, sizeof line, "history -d data -q %s", options);
    struct said s = run(vg_cli_history, NULL, line);
    if (s.status != VG_EXIT_OK || *s.err)
        fail_msg("'%s': %d %s", line, s.status, s.err);
    size_t n = lines_in(s.out) - 1; /* without the head */
    forget(&s);
    return n;
}

static void a_time_may_be_before_now(void **state)
{
    (void)state;
    static const int64_t ages_s[] = {30 * 86400, 30 * 3600, 30 * 60, 30};
    int64_t now_s = vg_clock_wall_us() / VG_SECOND_US;
    FILE *f = fopen("a.nmea", "w");
    for (int i = 0; i < 4; i++)
        fprintf(f, PAYLOAD ",%lld\n", (long long)(now_s - ages_s[i]));
    fclose(f);
    says(vg_cli_ingest, "ingest -d data -q a.nmea", VG_EXIT_OK, NULL, NULL);
    static const struct {
        const char *options;
        size_t rows;
    } cases[] = {{"--from -1000s", 1}, {"--from -17m", 1},      {"--from -100000s", 2},  {"--from -20h", 2},
                 {"--from -1d", 2},    {"--from -40h", 3},      {"--from -2d", 3},       {"--from -29d", 3},
                 {"--from -31d", 4},   {"--from -1000000s", 3}, {"--from -1000000d", 4}, {"--from -1000000m", 4},
                 {"--to -0s", 4},      {"--to -17m", 3},        {"--to -31d", 0},        {"--from -2d --to -20h", 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (rows_of(cases[i].options) != cases[i].rows)
            fail_msg("%s: %zu", cases[i].options, rows_of(cases[i].options));
}

static int after_an_error(int argc, char **argv)
{
    errno = ERANGE;
    return vg_cli_history(argc, argv);
}

static void an_error_before_is_not_the_time_s(void **state)
{
    (void)state;
    taken(ONE);
    says(after_an_error, "history -d data -q --to -1h", VG_EXIT_OK, "265547250,", NULL);
}

static void each_option_has_its_bounds(void **state)
{
    (void)state;
    static const struct {
        const char *options;
        size_t rows;
    } cases[] = {
        {"--box -180,-90,180,90", 3},     {"--box 180,0,-180,1", 0}, {"--box 10,57,12,58", 1},
        {"--box 10,50,12,50", 0},         {"--box 12,57,10,58", 0},  {"--box 170,30,-120,50", 2},
        {"--box -130,40,0,90", 1},        {"--box 0,0,20,57.6", 0},  {"--vessel 1", 0},
        {"--vessel 1073741823", 0},       {"-v 265547250", 1},       {"--from 1700000000", 3},
        {"--from 1700000001", 2},         {"--to 1700000000", 0},    {"--to 1700000001", 1},
        {"-b 0,0,20,90 -v 366053209", 0},
    };
    taken(LOG);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (rows_of(cases[i].options) != cases[i].rows)
            fail_msg("%s: %zu", cases[i].options, rows_of(cases[i].options));
}

static void what_was_done_is_told_in_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *options, *err;
    } cases[] = {{"-v 1", "0 positions\n"},
                 {"-v 265547250", "1 position\n"},
                 {"", "3 positions\n"},
                 {"-o there", "3 positions\n"},
                 {"-f gpx -v 265547250", "1 position\n"},
                 {"--sentences -v 1", "0 lines\n"},
                 {"--sentences -v 265547250", "1 line\n"},
                 {"--sentences", "3 lines\n"},
                 {"--sentences -q", ""}};
    taken(LOG);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char line[100];
        snprintf(line, sizeof line, "history -d data %s", cases[i].options);
        says(vg_cli_history, line, VG_EXIT_OK, "", *cases[i].err ? cases[i].err : NULL);
        struct said s = run(vg_cli_history, NULL, line);
        assert_string_equal(s.err, cases[i].err);
        forget(&s);
    }
    char *file = read_file("there");
    struct said s = run(vg_cli_history, NULL, "history -d data -q");
    assert_string_equal(s.out, file);
    forget(&s);
    free(file);
    assert_false(is_there("there.part"));
    struct stat st;
    assert_int_equal(stat("there", &st), 0);
    assert_int_equal(st.st_mode & 0777 & ~0022u, 0644 & ~0022u);
}

/* True if a row of CSV has a name: the last cell but one. */
static bool is_named(const char *row)
{
    return strrchr(row, ',')[-1] != ',';
}

/* The name is the vessel's own, whether she is asked for alone or not, and may have been told at another time. */
static void rows_have_names(void **state)
{
    (void)state;
    struct said sea = run(vg_cli_sim, NULL, "sim --scenario load --vessels 5 --statics-first --hours 0.02");
    write_file("a.nmea", sea.out);
    forget(&sea);
    says(vg_cli_ingest, "ingest -d data -q a.nmea", VG_EXIT_OK, NULL, NULL);
    struct said all = run(vg_cli_history, NULL, "history -d data -q");
    assert_true(lines_in(all.out) > 5);
    char *save = NULL, seen[1000] = "", *copy = strdup(all.out);
    strtok_r(copy, "\n", &save); /* the head */
    for (char *line = strtok_r(NULL, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        char mmsi[20], asked[100], word[24];
        snprintf(mmsi, sizeof mmsi, "%.*s", (int)strcspn(line, ","), line);
        snprintf(word, sizeof word, " %s", mmsi);
        assert_true(is_named(line));
        if (strstr(seen, word))
            continue;
        snprintf(seen + strlen(seen), sizeof seen - strlen(seen), "%s", word);
        snprintf(asked, sizeof asked, "history -d data -q -v %s", mmsi);
        struct said one = run(vg_cli_history, NULL, asked);
        for (char *own_save = NULL, *own = strtok_r(one.out, "\n", &own_save); own;
             own = strtok_r(NULL, "\n", &own_save))
            assert_non_null(strstr(all.out, own));
        forget(&one);
        snprintf(asked, sizeof asked, "history -d data -q -v %s --from 1773568850", mmsi);
        one = run(vg_cli_history, NULL, asked); /* when she no longer says her name */
        assert_true(lines_in(one.out) > 1 && is_named(one.out));
        forget(&one);
    }
    free(copy);
    forget(&all);
}

/* A row without a name has the one before it, across hours and whatever part is asked for; before the first, that. */
static void a_rename_stays_visible(void **state)
{
    (void)state;
    static const char *const times[] = {"21:59:00", "22:00:00", "22:30:00", "23:10:00", "23:20:00", "23:59:00"};
    static const char *const told[] = {"", "OLD", "", "NEW", "", "OLD"};
    static const char *const in_force[] = {"OLD", "OLD", "OLD", "NEW", "NEW", "OLD"};
    FILE *f = fopen("t.csv", "w");
    fputs("MMSI,BaseDateTime,LAT,LON,SOG,COG,Heading,VesselName\n", f);
    for (int i = 0; i < 6; i++)
        fprintf(f, "366053209,2023-11-14T%s,37.%d,-122.3,1,2,3,%s\n", times[i], i, told[i]);
    fclose(f);
    says(vg_cli_ingest, "ingest -d data -q t.csv", VG_EXIT_OK, NULL, NULL);
    for (int from = 0; from < 6; from++) {
        char line[100], name[20];
        snprintf(line, sizeof line, "history -d data -q --from 2023-11-14T%s", times[from]);
        struct said s = run(vg_cli_history, NULL, line);
        const char *row = s.out;
        for (int i = from; i < 6; i++) {
            row = strchr(row, '\n') + 1;
            snprintf(name, sizeof name, ",%s,", in_force[i]);
            assert_non_null(strstr(row, name));
            assert_true(strstr(row, name) < strchr(row, '\n'));
        }
        assert_string_equal(strchr(row, '\n') + 1, "");
        forget(&s);
    }
    static const char *const names[] = {"<name>OLD 366053209", "<name>NEW 366053209", "<name>OLD 366053209"};
    struct said s = run(vg_cli_history, NULL, "history -d data -q -f gpx"); /* a track for each name in turn */
    const char *at = s.out;
    for (int i = 0; i < 3; i++) {
        at = strstr(at, names[i]);
        assert_non_null(at);
        at++;
    }
    assert_null(strstr(at, "<name>"));
    forget(&s);
}

/* ---- the lines behind rows ---- */

/* A table's row, a line with CR LF, one without an end, and one that is longer than is given back. */
static void lines_are_given_as_they_stand(void **state)
{
    (void)state;
    write_file("t.csv", "MMSI,BaseDateTime,LAT,LON,SOG,COG,Heading\n"
                        "366053209,2023-11-14T22:13:21,37.8,-122.3,1,2,3\r\n"
                        "366053210,2023-11-14T22:13:22,37.8,-122.3,1,2,3");
    says(vg_cli_ingest, "ingest -d data -q t.csv", VG_EXIT_OK, NULL, NULL);
    says_exactly(vg_cli_history, "history -d data --sentences", VG_EXIT_OK,
                 "2023-11-14T22:13:21Z 366053209,2023-11-14T22:13:21,37.8,-122.3,1,2,3\n"
                 "2023-11-14T22:13:22Z 366053210,2023-11-14T22:13:22,37.8,-122.3,1,2,3\n",
                 "2 lines\n");
}

static void rows_of_an_hour_come_by_vessel_with_their_own_lines(void **state)
{
    (void)state;
    taken(TWO AT_REST ",1700000120\n" ONE THREE);
    says_exactly(vg_cli_history, "history -d data --sentences", VG_EXIT_OK,
                 "2023-11-14T22:13:20Z " ONE "2023-11-14T22:15:20Z " AT_REST ",1700000120\n"
                 "2023-11-14T22:14:20Z " TWO "2023-11-14T23:15:00Z " THREE,
                 "4 lines\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(a_time_may_be_before_now),
        IN_A_FOLDER(an_error_before_is_not_the_time_s),
        IN_A_FOLDER(each_option_has_its_bounds),
        IN_A_FOLDER(what_was_done_is_told_in_numbers),
        IN_A_FOLDER(rows_have_names),
        IN_A_FOLDER(a_rename_stays_visible),
        IN_A_FOLDER(lines_are_given_as_they_stand),
        IN_A_FOLDER(rows_of_an_hour_come_by_vessel_with_their_own_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
