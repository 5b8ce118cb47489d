/* `vigia history`: the rows that were asked for, their forms, and the received lines behind them. */
#include "command.h"

#include "cli/cli.h"

#define CSV_HEAD "mmsi,time,lon,lat,sog,cog,heading,turn,status,type,accurate,source,place,name,time_source\r\n"
#define CSV_ONE  "265547250,2023-11-14T22:13:20Z,11.832977,57.660353,13.9,40.4,41,-8,0,1,0,a.nmea,25,,line\r\n"
#define CSV_TWO  "366053209,2023-11-14T22:14:20Z,-122.341618,37.802118,0.0,219.3,1,0,3,1,0,a.nmea,95,,line\r\n"
#define CSV_LAST "477553000,2023-11-14T23:15:00Z,-122.345833,47.582833,0.0,51.0,181,0,5,1,0,a.nmea,233,,line\r\n"

static void history_writes_the_rows_that_were_asked_for(void **state)
{
    (void)state;
    static const struct {
        const char *line, *out;
    } cases[] = {
        {"history -d data -q", CSV_HEAD CSV_ONE CSV_TWO CSV_LAST},
        {"history -d data/archive -q", CSV_HEAD CSV_ONE CSV_TWO CSV_LAST}, /* the archive's own folder */
        {"history -d data -q --vessel 366053209", CSV_HEAD CSV_TWO},
        {"history -d data -q --vessel 1", CSV_HEAD},
        {"history -d data -q --from 2023-11-14T22:14:20Z", CSV_HEAD CSV_TWO CSV_LAST},
        {"history -d data -q --from 1700000061", CSV_HEAD CSV_LAST},
        {"history -d data -q --to 2023-11-14T22:14:20Z", CSV_HEAD CSV_ONE},
        {"history -d data -q --from 1700000060 --to 1700000061", CSV_HEAD CSV_TWO},
        {"history -d data -q --from -7d", CSV_HEAD},
        {"history -d data -q --to -30m", CSV_HEAD CSV_ONE CSV_TWO CSV_LAST},
        {"history -d data -q --box 11,57,12,58", CSV_HEAD CSV_ONE},
        {"history -d data -q --box 170,30,-120,50", CSV_HEAD CSV_TWO CSV_LAST}, /* across the antimeridian */
        {"history -d data -q --sentences",
         "2023-11-14T22:13:20Z " ONE "2023-11-14T22:14:20Z " TWO "2023-11-14T23:15:00Z " THREE},
        {"history -d data -q --sentences --vessel 366053209", "2023-11-14T22:14:20Z " TWO},
    };
    taken(LOG);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct said s = run(vg_cli_history, NULL, cases[i].line);
        if (s.status || strcmp(s.out, cases[i].out) != 0 || *s.err)
            fail_msg("%s: %d\n%s%s", cases[i].line, s.status, s.out, s.err);
        forget(&s);
    }
    says(vg_cli_history, "history -d data --vessel 366053209", VG_EXIT_OK, CSV_TWO, "1 position\n");
    says(vg_cli_history, "history -d data --sentences", VG_EXIT_OK, TWO, "3 lines\n");
}

static void history_has_five_forms_and_writes_a_file_only_if_all_goes_well(void **state)
{
    (void)state;
    static const struct {
        const char *form, *begins, *has;
    } cases[] = {{"csv", CSV_HEAD CSV_ONE, CSV_LAST},
                 {"geojson", "{\"type\":\"FeatureCollection\",\"features\":[\n{\"type\":\"Feature\",", "\"times\":["},
                 {"geojson --points", "{\"type\":\"FeatureCollection\",\"features\":[\n", "\"Point\""},
                 {"gpx", "<?xml", "<trk><name>366053209</name>"},
                 {"kml", "<?xml", "<gx:coord>11.832977 57.660353 0</gx:coord>"},
                 {"parquet", "PAR1", "PAR1"}};
    taken(LOG);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char line[100], words[20];
        snprintf(line, sizeof line, "history -d data -o there -f %s", cases[i].form);
        says(vg_cli_history, line, VG_EXIT_OK, NULL, "3 positions\n");
        char *text = read_file("there");
        assert_non_null(text);
        assert_memory_equal(text, cases[i].begins, strlen(cases[i].begins));
        assert_non_null(strstr(text, cases[i].has));
        free(text);
        snprintf(words, sizeof words, "%s", cases[i].form);
        assert_int_equal(unlink("there"), 0);
    }
    says(vg_cli_history, "history -d data -o none/there", VG_EXIT_FAILED, NULL, "none/there");
    says(vg_cli_history, "history -d none -o there", VG_EXIT_FAILED, NULL, "none");
    assert_int_equal(access("there", F_OK), -1);
}

static void history_says_what_it_can_t_do(void **state)
{
    (void)state;
    taken(LOG);
    says(vg_cli_history, "history", VG_EXIT_USAGE, NULL, "--data DIR is missing");
    says(vg_cli_history, "history -d data --points", VG_EXIT_USAGE, NULL, "--points is for --format geojson");
    says(vg_cli_history, "history -d data --vessel -1", VG_EXIT_USAGE, NULL, "--vessel");
    says(vg_cli_history, "history -d data --vessel x", VG_EXIT_USAGE, NULL, "--vessel");
    says(vg_cli_history, "history -d data --vessel 1073741824", VG_EXIT_USAGE, NULL, "from 1 to 1073741823");
    says(vg_cli_history, "history -d data --from 2026-02-30T00:00:00Z", VG_EXIT_USAGE, NULL, "--from");
    says(vg_cli_history, "history -d data --box 1,2,3", VG_EXIT_USAGE, NULL, "--box");
    says(vg_cli_history, "history -d data --box 1,5,3,2", VG_EXIT_USAGE, NULL, "--box");
    says(vg_cli_history, "history -d data --from tomorrow", VG_EXIT_USAGE, NULL, "--from");
    says(vg_cli_history, "history -d data --from -5x", VG_EXIT_USAGE, NULL, "--from");
    says(vg_cli_history, "history -d data --format png", VG_EXIT_USAGE, NULL, "csv");
    says(vg_cli_history, "history -d data more", VG_EXIT_USAGE, NULL, "more");
    says(vg_cli_history, "history -d data/archive --sentences", VG_EXIT_FAILED, NULL, "journal");
    assert_int_equal(rename("data/journal/segments", "segments"), 0); /* told once, of the folder that can't be read */
    write_file("data/journal/segments", "");
    says_exactly(vg_cli_history, "history -d data --sentences", VG_EXIT_FAILED, "",
                 "vigia: data/journal: input or output failed\n");
    FILE *f = fopen("data/archive/positions/day=2023-11-14/hour=22/part-0000000001-0000000001.parquet", "r+");
    assert_non_null(f); /* a damaged part is told, and the rest is given */
    fputs("xxxx", f);
    fseek(f, -20, SEEK_END);
    fputs("xxxxxxxxxxxxxxxxxxxx", f);
    fclose(f);
    says(vg_cli_history, "history -d data", VG_EXIT_FAILED, CSV_LAST, "part-0000000001-0000000001.parquet");
}

/* More lines than are looked up together. */
static void history_finds_the_sentences_of_many_rows(void **state)
{
    (void)state;
    const size_t count = 16384 * 2 + 100;
    FILE *f = fopen("a.nmea", "w");
    for (size_t i = 0; i < count; i++)
        fprintf(f, AT_REST ",%zu\n", 1700000000 + i);
    fclose(f);
    says(vg_cli_ingest, "ingest -d data -q a.nmea", VG_EXIT_OK, NULL, NULL);
    struct said s = run(vg_cli_history, NULL, "history -d data --sentences");
    assert_int_equal(s.status, VG_EXIT_OK);
    assert_non_null(strstr(s.err, "32868 lines\n"));
    const char *at = s.out;
    for (size_t i = 0; i < count; i++) {
        char end[40];
        int n = snprintf(end, sizeof end, "*3F,%zu\n", 1700000000 + i);
        const char *line_end = strchr(at, '\n');
        assert_non_null(line_end);
        assert_memory_equal(line_end + 1 - n, end, (size_t)n);
        at = line_end + 1;
    }
    assert_int_equal(*at, '\0');
    forget(&s);
}

/* Lines that were received together stand in one record: each row leads to its own. */
static void history_finds_each_line_of_a_record(void **state)
{
    (void)state;
#define BARE_ONE   "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\n"
#define BARE_TWO   "!AIVDM,1,1,,B,15M67FC000G?ufbE`FepT@3n00Sa,0*5C\n"
#define BARE_THREE "!AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0*5C\n"
    write_file("a.nmea", BARE_THREE "rubbish\r\n" BARE_ONE BARE_TWO);
    says(vg_cli_ingest, "ingest -d data -q --time 2023-11-14T22:13:20Z a.nmea", VG_EXIT_OK, NULL, NULL);
    struct said s = run(vg_cli_history, NULL, "history -d data -q --sentences");
    assert_string_equal(s.out, "2023-11-14T22:13:20Z " BARE_ONE "2023-11-14T22:13:20Z " BARE_TWO
                               "2023-11-14T22:13:20Z " BARE_THREE);
    forget(&s);
    s = run(vg_cli_history, NULL, "history -d data -q");
    const char *at = strstr(s.out, ",a.nmea,"); /* the first row's place leads to its record in a bundle, too */
    char line[100];
    snprintf(line, sizeof line, "evidence -d data --place %.*s -o -", (int)strspn(at + 8, "0123456789"), at + 8);
    says(vg_cli_evidence, line, VG_EXIT_OK, "13u?etPv2;0n:dDPwUM1U1Cb069D", "");
    forget(&s);
}

/* A journal was taken away: the next one's offsets begin behind all that its rows may lead to. */
static void an_old_row_never_leads_to_another_journal_s_sentence(void **state)
{
    (void)state;
    taken(LOG);
    assert_int_equal(rename("data/journal", "data/journal.aside-2023"), 0);
    write_file("b.nmea", THREE TWO);
    says(vg_cli_ingest, "ingest -d data -q b.nmea", VG_EXIT_OK, NULL, NULL);
    says(vg_cli_history, "history -d data -q", VG_EXIT_OK, ",a.nmea,25,", NULL);
    says(vg_cli_history, "history -d data -q", VG_EXIT_OK, ",b.nmea,1048576000025,", NULL);
    says(vg_cli_history, "history -d data --sentences", VG_EXIT_OK, THREE,
         "2 lines\nvigia: 3 positions whose sentence is not in the journal any more\n");
    says(vg_cli_evidence, "evidence -d data --place 25 -o b.json", VG_EXIT_FAILED, NULL, "");
    assert_int_equal(access("b.json", F_OK), -1);
    says(vg_cli_evidence, "evidence -d data --place 1048576000025 -o b.json", VG_EXIT_OK, NULL, "");
    says(vg_cli_verify, "verify b.json", VG_EXIT_OK, "good", NULL);
    says(vg_cli_verify, "verify data", VG_EXIT_OK, "good", NULL);
    assert_int_equal(rename("data/journal", "data/taken"), 0); /* the archive's mark alone says how far they led */
    write_file("c.nmea", ONE);
    says(vg_cli_ingest, "ingest -d data -q c.nmea", VG_EXIT_OK, NULL, NULL);
    says(vg_cli_history, "history -d data -q", VG_EXIT_OK, ",c.nmea,2097152000025,", NULL);
}

/* So it is where an older version set a journal aside: another ship's sentence stands at a row's place. */
static void a_sentence_of_another_vessel_is_not_given_for_a_row(void **state)
{
    (void)state;
    taken(LOG);
    write_file("b.nmea", "!AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0*5C,1700000000\n" TWO);
    says(vg_cli_ingest, "ingest -d other -q b.nmea", VG_EXIT_OK, NULL, NULL);
    assert_int_equal(rename("data/journal", "data/journal.aside-2023") | rename("other/journal", "data/journal"), 0);
    struct said s = run(vg_cli_history, NULL, "history -d data --sentences");
    assert_int_equal(s.status, VG_EXIT_OK);
    assert_string_equal(s.out, "2023-11-14T22:14:20Z " TWO); /* TWO stands where it stood, and is hers */
    assert_non_null(strstr(s.err, "1 position whose sentence is not in the journal any more\n"));
    assert_non_null(strstr(s.err, "1 position whose sentence is in a journal that was set aside: in this one another "
                                  "vessel's stands at its place\n"));
    forget(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(history_writes_the_rows_that_were_asked_for),
        IN_A_FOLDER(history_has_five_forms_and_writes_a_file_only_if_all_goes_well),
        IN_A_FOLDER(history_says_what_it_can_t_do),
        IN_A_FOLDER(history_finds_the_sentences_of_many_rows),
        IN_A_FOLDER(history_finds_each_line_of_a_record),
        IN_A_FOLDER(an_old_row_never_leads_to_another_journal_s_sentence),
        IN_A_FOLDER(a_sentence_of_another_vessel_is_not_given_for_a_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
