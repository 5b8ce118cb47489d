/* `vigia decode`: what it counts, to the letter; base stations' sentences; any number of threads; its fields' page. */
#include "command.h"

#include "nmea/line.h"

#define VSI "$ARVSI,r17MANP1,,041848.95096061,0427,-098,03*3D\n"

/* The summary's words without the seconds. Free with free(). */
static char *summed(const char *input, const char *line)
{
    struct said s = run(vg_cli_decode, input, line);
    assert_int_equal(s.status, VG_EXIT_OK);
    char *at = strstr(s.err, " in ");
    assert_non_null(at);
    char *rest = strstr(at, " s\n");
    assert_non_null(rest);
    memmove(at, rest + 2, strlen(rest + 2) + 1);
    free(s.out);
    return s.err;
}

static void the_summary_counts_each_thing_once(void **state)
{
    (void)state;
    static const struct {
        const char *input, *want;
    } cases[] = {
        {"", "standard input: 0 lines, 0 sentences, 0 messages\n"},
        {ONE, "standard input: 1 line, 1 sentence, 1 message\n"},
        {ONE TWO, "standard input: 2 lines, 2 sentences, 2 messages\n"},
        {ONE VSI, "standard input: 2 lines, 2 sentences, 1 message\n"
                  "         1  sentence of base stations, understood\n"},
        {"x\n" LOG, "standard input: 6 lines, 3 sentences, 3 messages\n"
                    "         2  no sentence in the line\n            e.g. rubbish\n"
                    "         1  checksum does not match\n"
                    "            e.g. !AIVDM,1,1,,B,15M67FC000G?ufbE`FepT@3n00Sa,0*5D,1700000061\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *got = summed(cases[i].input, "decode -");
        assert_string_equal(got, cases[i].want);
        free(got);
    }
    write_file("a.nmea", ONE);
    for (int threads = 1; threads <= 2; threads++) { /* each file anew */
        char line[60];
        snprintf(line, sizeof line, "decode --threads %d a.nmea", threads);
        char *got = summed(NULL, line);
        assert_string_equal(got, "a.nmea: 1 line, 1 sentence, 1 message\n");
        free(got);
    }
    struct said s = run(vg_cli_decode, NULL, "decode a.nmea a.nmea");
    assert_int_equal(lines_in(s.err), 2);
    assert_non_null(strstr(strchr(s.err, '\n'), "\na.nmea: 1 line, 1 sentence, 1 message in "));
    forget(&s);
}

static void base_stations_sentences_come_where_they_stand(void **state)
{
    (void)state;
    write_file("a.nmea", ONE VSI TWO);
    struct said plain = run(vg_cli_decode, NULL, "decode -q a.nmea"),
                others = run(vg_cli_decode, NULL, "decode -q --others a.nmea"),
                asked = run(vg_cli_decode, NULL, "decode -q --others --threads 4 a.nmea"),
                csv = run(vg_cli_decode, NULL, "decode -q -f csv a.nmea"),
                csv_others = run(vg_cli_decode, NULL, "decode -q -f csv --others a.nmea");
    assert_int_equal(lines_in(plain.out), 2);
    assert_int_equal(lines_in(others.out), 3);
    assert_null(strstr(plain.out, "\"sentence\""));
    assert_non_null(strstr(others.out, "{\"sentence\":\"VSI\","));
    assert_string_equal(others.out, asked.out);
    assert_int_equal(lines_in(csv.out), 3);
    assert_string_equal(csv.out, csv_others.out); /* a table has no place for them */
    forget(&plain);
    forget(&others);
    forget(&asked);
    forget(&csv);
    forget(&csv_others);
}

/* A message waits for the sentence that tells its signal. */
static void a_signal_stands_with_its_message(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 2; threads++) {
        char line[60];
        write_file("a.nmea", "\\s:APIDSSRC1,g:1-2-05649,n:08851,c:1430453928*07\\"
                             "!ARVDM,1,1,,B,15AQoR?P?wSS`@h@@bg>4?w`0HNP,0*39\n"
                             "\\s:APIDSSRC1,g:2-2-05649,n:08852,c:1430453928*07\\"
                             "$ARVSI,1234567899,,041848.95096061,0427,-098,03*62\n" ONE);
        snprintf(line, sizeof line, "decode -q --threads %d a.nmea", threads);
        struct said s = run(vg_cli_decode, NULL, line);
        const char *at = strstr(s.out, "\"signal_dbm\":-98.0,\"snr_db\":3.0,\"slot\":427");
        assert_true(at && at < strchr(s.out, '\n'));
        assert_null(strstr(at + 1, "\"signal_dbm\""));
        forget(&s);
    }
}

/* Larger than a block of the reader and than a buffer of the output. */
static void any_number_of_threads_writes_the_same(void **state)
{
    (void)state;
    FILE *f = fopen("a.nmea", "w");
    for (size_t i = 0; i < 40000; i++)
        fprintf(f, "%.47s,%zu\n%s", ONE, 1700000000 + i, i % 1000 ? "" : VSI);
    fclose(f);
    static const char *const forms[] = {"", "-f csv"};
    for (size_t i = 0; i < 2; i++) {
        char line[100];
        snprintf(line, sizeof line, "decode -q --threads 1 %s a.nmea a.nmea", forms[i]);
        struct said one = run(vg_cli_decode, NULL, line);
        assert_int_equal(lines_in(one.out), 80000 + i);
        static const int threads[] = {0, 2, 4, 16};
        for (size_t k = 0; k < sizeof threads / sizeof *threads; k++) {
            if (threads[k])
                snprintf(line, sizeof line, "decode -q --threads %d %s a.nmea a.nmea", threads[k], forms[i]);
            else
                snprintf(line, sizeof line, "decode -q %s a.nmea a.nmea", forms[i]);
            struct said many = run(vg_cli_decode, NULL, line);
            assert_int_equal(many.status, VG_EXIT_OK);
            assert_true(strcmp(many.out, one.out) == 0);
            forget(&many);
        }
        forget(&one);
    }
}

/* ---- how lines are read ---- */

/* Ends with the number of the path that decode chose. */
static int path_of_decode(int argc, char **argv)
{
    setenv("VIGIA_LINE", argv[1], 1);
    char *line[] = {"decode", "-q", "a.nmea", NULL};
    (void)argc;
    if (vg_cli_decode(3, line) != VG_EXIT_OK)
        return 90;
    for (int path = 0; path < VG_LINE_PATHS; path++)
        if (vg_line_reader_best() == vg_line_reader_of((enum vg_line_path)path))
            return path;
    return 91;
}

static void a_test_may_choose_how_lines_are_read(void **state)
{
    (void)state;
    write_file("a.nmea", ONE);
    vg_line_reader *best = vg_line_reader_best();
    for (int path = 0; path < VG_LINE_PATHS; path++) {
        char line[60];
        if (!vg_line_reader_of((enum vg_line_path)path))
            continue;
        snprintf(line, sizeof line, "decode %s", vg_line_path_key((enum vg_line_path)path));
        struct said s = run(path_of_decode, NULL, line);
        assert_int_equal(s.status, path);
        assert_int_equal(lines_in(s.out), 1);
        forget(&s);
    }
    struct said s = run(path_of_decode, NULL, "decode nonsense"); /* the best, as without */
    assert_true(s.status < VG_LINE_PATHS && vg_line_reader_of((enum vg_line_path)s.status) == best);
    forget(&s);
}

/* ---- the page ---- */

static void the_page_of_the_fields_is_up_to_date(void **state)
{
    (void)state;
    char path[1024];
    snprintf(path, sizeof path, "%s/docs/formats/ais-fields.md", getenv("VIGIA_SOURCE") ? getenv("VIGIA_SOURCE") : ".");
    char *page = read_file(path);
    assert_non_null(page);
    struct said s = run(vg_cli_decode, NULL, "decode --fields none.nmea"); /* and no file is looked at */
    assert_int_equal(s.status, VG_EXIT_OK);
    assert_string_equal(s.err, "");
    assert_string_equal(s.out, page); /* else: vigia decode --fields > docs/formats/ais-fields.md */
    free(page);
    forget(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(the_summary_counts_each_thing_once),   IN_A_FOLDER(base_stations_sentences_come_where_they_stand),
        IN_A_FOLDER(a_signal_stands_with_its_message),     IN_A_FOLDER(any_number_of_threads_writes_the_same),
        IN_A_FOLDER(a_test_may_choose_how_lines_are_read), IN_A_FOLDER(the_page_of_the_fields_is_up_to_date),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
