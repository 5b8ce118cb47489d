/*
 * The commands themselves, each in a child process of its own: what they write, what they say when something is wrong,
 * and with which exit status they end.
 */
#include "command.h"

/* ---- decode ---- */

#define JSON_ONE                                                                                                       \
    "{\"type\":1,\"repeat\":0,\"mmsi\":265547250,\"status\":0,\"turn\":-2.9,\"turn_raw\":-8,\"speed\":13.9,"           \
    "\"accuracy\":false,\"lon\":11.832977,\"lat\":57.660353,\"course\":40.4,\"heading\":41,\"second\":53,"             \
    "\"maneuver\":0,\"raim\":false,\"radio\":25172,\"line\":1,\"rxtime\":\"2023-11-14T22:13:20Z\",\"channel\":\"A\","  \
    "\"talker\":\"AI\"}\n"

static void decode_writes_a_line_a_message_and_counts_what_it_refused(void **state)
{
    (void)state;
    write_file("a.nmea", LOG);
    struct said s = run(vg_cli_decode, NULL, "decode a.nmea");
    assert_int_equal(s.status, VG_EXIT_OK);
    assert_int_equal(lines_in(s.out), 3);
    assert_memory_equal(s.out, JSON_ONE, strlen(JSON_ONE));
    assert_non_null(strstr(s.err, "a.nmea: 5 lines, 3 sentences, 3 messages in "));
    assert_non_null(strstr(s.err, "         1  no sentence in the line\n            e.g. rubbish\n"));
    assert_non_null(strstr(s.err, "         1  checksum does not match\n            e.g. !AIVDM"));
    for (int threads = 1; threads <= 4; threads++) {
        char line[60];
        snprintf(line, sizeof line, "decode --threads %d -q a.nmea", threads);
        struct said again = run(vg_cli_decode, NULL, line);
        assert_string_equal(again.out, s.out);
        assert_string_equal(again.err, "");
        forget(&again);
    }
    struct said piped = run(vg_cli_decode, LOG, "decode");
    assert_string_equal(piped.out, s.out);
    assert_non_null(strstr(piped.err, "standard input: 5 lines"));
    forget(&piped);
    piped = run(vg_cli_decode, LOG, "decode -q -");
    assert_string_equal(piped.out, s.out);
    forget(&piped);
    forget(&s);
    s = run(vg_cli_decode, NULL, "decode -q a.nmea a.nmea");
    assert_int_equal(lines_in(s.out), 6);
    forget(&s);
}

static void decode_writes_csv_with_one_header(void **state)
{
    (void)state;
    write_file("a.nmea", LOG);
    struct said s = run(vg_cli_decode, NULL, "decode -q -f csv a.nmea a.nmea");
    assert_int_equal(s.status, VG_EXIT_OK);
    assert_int_equal(lines_in(s.out), 1 + 6);
    assert_memory_equal(s.out, "line,rxtime,station,channel,talker,type,repeat,mmsi,", 52);
    assert_non_null(strstr(s.out, "\n5,2023-11-14T23:15:00Z,,B,AI,1,0,477553000,5,"));
    assert_null(strstr(strstr(s.out, "line,") + 1, "\nline,"));
    forget(&s);
}

static void decode_says_what_it_can_t_do(void **state)
{
    (void)state;
    says(vg_cli_decode, "decode none.nmea", VG_EXIT_FAILED, NULL, "none.nmea: ");
    says(vg_cli_decode, "decode -q none.nmea", VG_EXIT_FAILED, NULL, "none.nmea: ");
    says(vg_cli_decode, "decode .", VG_EXIT_FAILED, NULL, ".: a folder, where a file was expected; name the files");
    says(vg_cli_decode, "decode --format xml", VG_EXIT_USAGE, NULL, "json or csv");
    says(vg_cli_decode, "decode --threads 0", VG_EXIT_USAGE, NULL, "a whole number from 1 ");
    says(vg_cli_decode, "decode --help", VG_EXIT_OK, "usage: vigia decode", NULL);
    write_file("a.nmea", ONE); /* the files behind a bad one are read all the same */
    struct said s = run(vg_cli_decode, NULL, "decode -q none.nmea a.nmea");
    assert_int_equal(s.status, VG_EXIT_FAILED);
    assert_string_equal(s.out, JSON_ONE);
    forget(&s);
    s = run(vg_cli_decode, NULL, "decode --fields");
    assert_int_equal(s.status, VG_EXIT_OK);
    assert_true(lines_in(s.out) > 200);
    assert_non_null(strstr(s.out, "mmsi"));
    forget(&s);
}

static void decode_gives_other_sentences_if_asked(void **state)
{
    (void)state;
    const char *vsi = "$AIVSI,r003669930,1,0,-105,25*0C\n";
    write_file("a.nmea", vsi);
    struct said s = run(vg_cli_decode, NULL, "decode -q a.nmea");
    assert_string_equal(s.out, "");
    forget(&s);
    s = run(vg_cli_decode, NULL, "decode -q --others a.nmea");
    bool whole = strstr(s.out, "\"sentence\":\"VSI\"") != NULL;
    struct said other = run(vg_cli_decode, NULL, "decode a.nmea");
    if (!whole && !strstr(other.err, "checksum")) /* its sum may be mine to mend, but it is no message */
        fail_msg("%s%s", s.out, other.err);
    forget(&other);
    forget(&s);
}

/* ---- ingest ---- */

static void ingest_takes_each_file_once(void **state)
{
    (void)state;
    write_file("a.nmea", LOG);
    struct said s = run(vg_cli_ingest, NULL, "ingest --data data --json a.nmea");
    assert_int_equal(s.status, VG_EXIT_OK);
    assert_non_null(
        strstr(s.out, "{\"files\":1,\"known\":0,\"failed\":0,\"bytes\":244,\"lines\":5,\"sentences\":3,"
                      "\"messages\":3,\"positions\":3,\"statics\":0,\"passed_over\":0,\"duplicates\":0,\"caught_up\":0,"
                      "\"time_source\":{\"tag\":0,\"line\":3,\"neighbour\":0,\"given\":0,\"file\":0},"
                      "\"times_out_of_bounds\":0,\"times_unread\":0,\"unfinished\":0,\"seconds\":"));
    assert_non_null(strstr(s.out, "\"refused\":{\"no_sentence\":{\"count\":1,\"example\":\"rubbish\"},"
                                  "\"checksum\":{\"count\":1,"));
    assert_non_null(strstr(s.err, "a.nmea: taken; 5 lines so far\n"));
    forget(&s);
    s = run(vg_cli_ingest, NULL, "ingest -d data a.nmea");
    assert_int_equal(s.status, VG_EXIT_OK);
    assert_non_null(strstr(s.err, "a.nmea: taken before; 0 lines so far\n"));
    assert_non_null(strstr(s.err, "1 file (1 taken before, 0 not readable), 0.0 MB, 0 lines, 0 messages in "));
    assert_string_equal(s.out, "");
    forget(&s);
    says(vg_cli_ingest, "ingest -d data -q a.nmea", VG_EXIT_OK, NULL, NULL);
    says(vg_cli_history, "history -d data -q", VG_EXIT_OK, "477553000,2023-11-14T23:15:00Z", NULL);
}

static void ingest_walks_through_folders_but_not_into_hidden_ones(void **state)
{
    (void)state;
    assert_int_equal(mkdir("logs", 0700) | mkdir("logs/sub", 0700) | mkdir("logs/.hidden", 0700), 0);
    write_file("logs/one", ONE);
    write_file("logs/sub/two", TWO);
    write_file("logs/.three", THREE);
    write_file("logs/.hidden/three", THREE);
    says(vg_cli_ingest, "ingest -d data --json -q logs", VG_EXIT_OK, "{\"files\":2,", NULL);
    says(vg_cli_history, "history -d data", VG_EXIT_OK, ",sub/two,",
         "2 positions\n"); /* the source is the name in it */
    says(vg_cli_history, "history -d data", VG_EXIT_OK, ",one,", "");
    says(vg_cli_ingest, "ingest -d other --json -q --source Manta logs/", VG_EXIT_OK, "{\"files\":2,", NULL);
    says(vg_cli_history, "history -d other -q", VG_EXIT_OK, ",Manta,", NULL);
    struct said s = run(vg_cli_ingest, THREE, "ingest -d data -q --json -");
    assert_int_equal(s.status, VG_EXIT_OK);
    assert_non_null(strstr(s.out, "\"positions\":1"));
    forget(&s);
    says(vg_cli_history, "history -d data -q", VG_EXIT_OK, ",stdin,", NULL);
}

static void ingest_says_what_it_can_t_do(void **state)
{
    (void)state;
    write_file("a.nmea", LOG);
    says(vg_cli_ingest, "ingest a.nmea", VG_EXIT_USAGE, NULL, "--data");
    says(vg_cli_ingest, "ingest -d data", VG_EXIT_USAGE, NULL, "say what to take");
    says(vg_cli_ingest, "ingest -d data --level 20 a.nmea", VG_EXIT_USAGE, NULL, "from -50 to 19");
    says(vg_cli_ingest, "ingest -d data --archive-level 23 a.nmea", VG_EXIT_USAGE, NULL, "from 1 to 22");
    says(vg_cli_ingest, "ingest -d data --layout . a.nmea", VG_EXIT_FAILED, NULL,
         ".: a folder, where a file was expected");
    says(vg_cli_ingest, "ingest -d data --layout nobody a.nmea", VG_EXIT_FAILED, NULL,
         "nobody is neither a known layout");
    says(vg_cli_ingest, "ingest -d none/data a.nmea", VG_EXIT_FAILED, NULL, "none/data");
    assert_int_equal(access("data/journal", F_OK), -1);
    says(vg_cli_ingest, "ingest -d data --json none.nmea a.nmea", VG_EXIT_FAILED, "\"failed\":1,", "none.nmea");
    says(vg_cli_history, "history -d data", VG_EXIT_OK, "265547250", "3 positions\n"); /* the others were taken */
}

static void ingest_joins_the_parts_of_hours_if_asked(void **state)
{
    (void)state;
    write_file("a", ONE);
    write_file("b", TWO);
    says(vg_cli_ingest, "ingest -d data -q a", VG_EXIT_OK, NULL, NULL);
    says(vg_cli_ingest, "ingest -d data -q b", VG_EXIT_OK, NULL, NULL);
#define HOUR "data/archive/positions/day=2023-11-14/hour=22/"
    assert_int_equal(access(HOUR "part-0000000001-0000000001.parquet", F_OK), 0);
    says(vg_cli_ingest, "ingest -d data -q --compact", VG_EXIT_OK, NULL, NULL);
    assert_int_equal(access(HOUR "part-0000000001-0000000001.parquet", F_OK), -1);
    says(vg_cli_history, "history -d data", VG_EXIT_OK, "265547250", "2 positions\n");
}

/* ---- journal, verify, evidence ---- */

static void journal_gives_back_what_was_taken(void **state)
{
    (void)state;
    taken(LOG);
    struct said s = run(vg_cli_journal, NULL, "journal cat -d data");
    assert_int_equal(s.status, VG_EXIT_OK);
    assert_string_equal(s.out, LOG);
    forget(&s);
    s = run(vg_cli_journal, NULL, "journal cat -d data/journal --raw");
    assert_string_equal(s.out, LOG);
    forget(&s);
    says(vg_cli_journal, "journal cat -d data --times", VG_EXIT_OK, "2023-11-14T22:14:20Z " TWO, NULL);
    s = run(vg_cli_journal, NULL, "journal cat -d data --to 2023-11-14T22:13:20Z");
    assert_string_equal(s.out, ONE);
    forget(&s);
    says(vg_cli_journal, "journal cat -d data --source a.nmea", VG_EXIT_OK, THREE, NULL);
    says(vg_cli_journal, "journal cat -d data --source b", VG_EXIT_OK, NULL, NULL);
    says(vg_cli_journal, "journal log -d data", VG_EXIT_OK, "{\"frame\":0,\"kind\":\"opened\",", NULL);
    says(vg_cli_journal, "journal log -d data", VG_EXIT_OK, "\"kind\":\"checkpoint\"", NULL);
    s = run(vg_cli_journal, NULL, "journal replay -d data");
    assert_int_equal(s.status, VG_EXIT_OK);
    const char *reports = strstr(s.out, "\"reports\":");
    assert_non_null(reports);
    assert_null(strstr(reports + 1, "\"reports\":")); /* a key stands once in an object */
    assert_non_null(
        strstr(s.out, "{\"records\":0,\"vessels\":0,\"tracks\":0,\"hash\":\"")); /* recordings are no feeds */
    assert_non_null(strstr(s.err, " left out, for recordings make no live picture: 'vigia history' has what they say"));
    forget(&s);
    says(vg_cli_journal, "journal cat -d none", VG_EXIT_FAILED, NULL, "there is no journal in none");
    says(vg_cli_journal, "journal cat", VG_EXIT_USAGE, NULL, "--data");
    says(vg_cli_journal, "journal", VG_EXIT_USAGE, NULL, "cat");
    says(vg_cli_journal, "journal", VG_EXIT_USAGE, NULL, "say what to do");
    says(vg_cli_journal, "journal sing -d data", VG_EXIT_USAGE, NULL, "there is no 'sing': say cat, log, ");
}

static void a_new_key_signs_and_the_old_one_is_kept_beside(void **state)
{
    (void)state;
    taken(LOG);
    char *before = read_file("data/journal/key.pub");
    says(vg_cli_journal, "journal rotate-key -d data", VG_EXIT_OK, "", "");
    char *after = read_file("data/journal/key.pub");
    assert_int_equal(lines_in(before), 1);
    assert_int_equal(lines_in(after), 2);
    assert_memory_equal(before, after, strlen(before));
    says(vg_cli_verify, "verify -q data", VG_EXIT_OK, NULL, NULL);
    struct said s = run(vg_cli_ingest, NULL, "ingest -d other -q a.nmea");
    forget(&s);
    says(vg_cli_journal, "journal rotate-key -d other", VG_EXIT_OK, "", "");
    char *other = read_file("other/journal/key.pub"), *lines[4] = {NULL}, *save = NULL;
    lines[0] = strtok_r(after, "\n", &save);
    lines[1] = strtok_r(NULL, "\n", &save);
    lines[2] = strtok_r(other, "\n", &save);
    lines[3] = strtok_r(NULL, "\n", &save);
    for (int i = 0; i < 4; i++) /* behind the names: no key is made twice */
        for (int k = 0; k < i; k++)
            assert_string_not_equal(strchr(strchr(lines[i], '+') + 1, '+'), strchr(strchr(lines[k], '+') + 1, '+'));
    free(before);
    free(after);
    free(other);
}

static void verify_tells_good_from_changed(void **state)
{
    (void)state;
    taken(LOG);
    says(vg_cli_verify, "verify data", VG_EXIT_OK, "good: 1 frame read, 1 signed, 3 records of 244 bytes, 0 gaps\n",
         NULL);
    says(vg_cli_verify, "verify data", VG_EXIT_OK, "give --key to know that it is the right one", NULL);
    says(vg_cli_verify, "verify data/journal --key data/journal/key.pub", VG_EXIT_OK, "good: ", NULL);
    says(vg_cli_verify, "verify --json data", VG_EXIT_OK, "{\"verdict\":\"good\",\"findings\":0,\"notes\":0,", NULL);
    says(vg_cli_verify, "verify -q data", VG_EXIT_OK, NULL, NULL);
    says(vg_cli_verify, "verify", VG_EXIT_USAGE, NULL, "give one folder, one bundle or one case");
    says(vg_cli_verify, "verify none", VG_EXIT_FAILED, NULL, "none");
    says(vg_cli_verify, "verify --key . data", VG_EXIT_USAGE, NULL, ".: a folder, where a file was expected");
    says(vg_cli_verify, "verify --checkpoint . data", VG_EXIT_FAILED, NULL, ".: a folder, where a file was expected");
    says(vg_cli_verify, "verify --key rubbish data", VG_EXIT_USAGE, NULL,
         "rubbish is neither a public key nor a file of such");
    write_file("list", "");
    struct said s = run(vg_cli_ingest, NULL, "ingest -d other -q a.nmea"); /* another journal's key */
    forget(&s);
    says(vg_cli_verify, "verify data --key other/journal/key.pub", VG_EXIT_FAILED, "checkpoint", "");
    char path[] = "data/journal/segments/0000000000000000.vgj";
    FILE *f = fopen(path, "r+");
    if (f) { /* one bit */
        fseek(f, 100, SEEK_SET);
        int c = fgetc(f);
        fseek(f, 100, SEEK_SET);
        fputc(c ^ 1, f);
        fclose(f);
        says(vg_cli_verify, "verify data", VG_EXIT_FAILED, "damaged", "");
        says(vg_cli_verify, "verify -q data", VG_EXIT_FAILED, NULL, NULL);
        says(vg_cli_verify, "verify --json data", VG_EXIT_FAILED, "\"verdict\":\"", "");
    }
}

static void evidence_is_a_bundle_that_verifies(void **state)
{
    (void)state;
    taken(LOG);
    says(vg_cli_evidence, "evidence -d data -o b.json", VG_EXIT_USAGE, NULL, "say what: --from, --to or --place");
    says(vg_cli_evidence, "evidence -d data --from 0", VG_EXIT_USAGE, NULL, "-o BUNDLE is missing");
    says(vg_cli_evidence, "evidence --from 0 -o b.json", VG_EXIT_USAGE, NULL, "--data");
    says(vg_cli_evidence, "evidence -d none --from 0 -o b.json", VG_EXIT_FAILED, NULL, "there is no journal in none");
    says(vg_cli_evidence, "evidence -d data --from 2020-01-01T00:00Z --to 2020-01-02T00:00Z -o b.json", VG_EXIT_FAILED,
         NULL, "");
    assert_int_equal(access("b.json", F_OK), -1);
    says(vg_cli_evidence, "evidence -d data --from 2023-11-14T22:14:00Z --to 2023-11-14T22:15:00Z -o b.json",
         VG_EXIT_OK, NULL, "");
    char *bundle = read_file("b.json");
    assert_non_null(strstr(bundle, "15M67FC000G?ufbE`FepT@3n00Sa"));
    says(vg_cli_verify, "verify b.json", VG_EXIT_OK, "good", NULL);
    says(vg_cli_verify, "verify b.json --key data/journal/key.pub", VG_EXIT_OK, "good", NULL);
    char *at = strstr(bundle, "15M67FC000G");
    *at = '2';
    write_file("c.json", bundle);
    says(vg_cli_verify, "verify c.json", VG_EXIT_FAILED, "bundle", "");
    free(bundle);
    says(vg_cli_evidence, "evidence -d data --place 95 -o -", VG_EXIT_OK, "15M67FC000G?ufbE`FepT@3n00Sa", "");
    says(vg_cli_evidence, "evidence -d data --place 0 -o d.json", VG_EXIT_FAILED, NULL, "");
    says(vg_cli_evidence, "evidence -d data --place 9x -o d.json", VG_EXIT_USAGE, NULL, "--place");
    says(vg_cli_evidence, "evidence -d data --place -9 -o d.json", VG_EXIT_USAGE, NULL, "--place");
    says(vg_cli_evidence, "evidence -d data --place 99999999 -o d.json", VG_EXIT_FAILED, NULL, "");
    assert_int_equal(access("d.json", F_OK), -1);
}

/* ---- sim ---- */

static void the_same_options_give_the_same_sea(void **state)
{
    (void)state;
    struct said a = run(vg_cli_sim, NULL, "sim --hours 0.05 --vessels 40 --truth truth --places places.json");
    struct said b = run(vg_cli_sim, NULL, "sim --hours 0.05 --vessels 40");
    struct said c = run(vg_cli_sim, NULL, "sim --hours 0.05 --vessels 40 --seed 2");
    struct said d = run(vg_cli_sim, NULL, "sim --hours 0.05 --vessels 40 --damage 20");
    assert_int_equal(a.status | b.status | c.status | d.status, VG_EXIT_OK);
    assert_true(lines_in(a.out) > 50);
    assert_string_equal(a.out, b.out);
    assert_string_not_equal(a.out, c.out);
    assert_string_not_equal(a.out, d.out);
    assert_non_null(strstr(a.out, ",c:17735688")); /* 2026-03-15T10:00 */
    assert_non_null(strstr(a.out, "!AIVDM,"));
    write_file("a.nmea", a.out);
    write_file("d.nmea", d.out);
    says(vg_cli_decode, "decode -f csv a.nmea", VG_EXIT_OK, "\n", "");
    struct said refused = run(vg_cli_decode, NULL, "decode a.nmea"),
                damaged = run(vg_cli_decode, NULL, "decode d.nmea");
    assert_null(strstr(refused.err, "checksum"));
    assert_non_null(strstr(damaged.err, "checksum"));
    char *truth = read_file("truth"), *places = read_file("places.json");
    assert_true(lines_in(truth) >= 40);
    assert_int_equal(truth[0], '{');
    assert_non_null(strstr(places, "FeatureCollection"));
    free(truth);
    free(places);
    forget(&refused);
    forget(&damaged);
    forget(&a);
    forget(&b);
    forget(&c);
    forget(&d);
    a = run(vg_cli_sim, NULL, "sim --hours 0 --places p.json");
    assert_int_equal(a.status, VG_EXIT_OK);
    assert_string_equal(a.out, "");
    forget(&a);
    a = run(vg_cli_sim, NULL, "sim --scenario load --vessels 100 --hours 0.01 --start 1700000000");
    assert_int_equal(a.status, VG_EXIT_OK);
    assert_non_null(strstr(a.out, "c:17000000"));
    assert_true(lines_in(a.out) >= 300);
    forget(&a);
}

static void sim_says_what_it_can_t_do(void **state)
{
    (void)state;
    says(vg_cli_sim, "sim --scenario moon", VG_EXIT_USAGE, NULL, "ecuador or load");
    says(vg_cli_sim, "sim --vessels 20001", VG_EXIT_USAGE, NULL, "--vessels, --damage or --start is out of range");
    says(vg_cli_sim, "sim --scenario load --vessels 1000001", VG_EXIT_USAGE, NULL, "--vessels");
    says(vg_cli_sim, "sim --hours -1", VG_EXIT_USAGE, NULL, "--hours");
    says(vg_cli_sim, "sim --damage 101", VG_EXIT_USAGE, NULL, "--damage");
    says(vg_cli_sim, "sim --speed 0", VG_EXIT_USAGE, NULL, "--speed");
    says(vg_cli_sim, "sim --hours 0.01 --vessels 10 --truth none/truth", VG_EXIT_FAILED, NULL, "none/truth");
    says(vg_cli_sim, "sim more", VG_EXIT_USAGE, NULL, "more");
}

/* ---- watch and config ---- */

static void watch_refuses_what_would_not_do(void **state)
{
    (void)state;
    says(vg_cli_watch, "watch --no-config", VG_EXIT_USAGE, NULL, "which feed?");
    says(vg_cli_watch, "watch --no-config ftp://x", VG_EXIT_USAGE, NULL, "unknown kind of feed");
    says(vg_cli_watch, "watch --no-config --listen nonsense stdin:", VG_EXIT_USAGE, NULL, "--listen is ADDRESS:PORT");
    says(vg_cli_watch, "watch --no-config --listen 0.0.0.0:0 stdin:", VG_EXIT_USAGE, NULL, "--trust-network");
    says(vg_cli_watch, "watch --no-config -q --listen 127.0.0.1:0 none.nmea", VG_EXIT_FAILED, NULL, "none.nmea");
    says(vg_cli_watch, "watch --no-config --tick 0 stdin:", VG_EXIT_USAGE, NULL, "--tick");
    says(vg_cli_config, "config", VG_EXIT_USAGE, NULL, "check");
    says(vg_cli_config, "config sing", VG_EXIT_USAGE, NULL, "there is no 'sing': say check, show or docs");
    says(vg_cli_config, "config show --no-config --tick 500 udp://:1", VG_EXIT_OK, "tick: 500", NULL);
    write_file("v.yaml", "title: X\nnobody: 1\n");
    says(vg_cli_config, "config check v.yaml", VG_EXIT_FAILED, "", "v.yaml");
}

/* ---- words about errors ---- */

static int error_itself(int argc, char **argv)
{
    vg_cli_error("%d words, first %s", argc, argv[0]);
    return vg_cli_usage("try", "%s is %d", argv[1], argc);
}

static void an_error_is_one_sentence_and_the_way_to_help(void **state)
{
    (void)state;
    struct said s = run(error_itself, NULL, "a b");
    assert_int_equal(s.status, VG_EXIT_USAGE);
    assert_string_equal(s.out, "");
    assert_string_equal(s.err, "vigia: 2 words, first a\nvigia try: b is 2\nTry 'vigia try --help'.\n");
    forget(&s);
    assert_string_equal(vg_cli_plural(1), "");
    assert_string_equal(vg_cli_plural(0), "s");
    assert_string_equal(vg_cli_plural(2), "s");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(decode_writes_a_line_a_message_and_counts_what_it_refused),
        IN_A_FOLDER(decode_writes_csv_with_one_header),
        IN_A_FOLDER(decode_says_what_it_can_t_do),
        IN_A_FOLDER(decode_gives_other_sentences_if_asked),
        IN_A_FOLDER(ingest_takes_each_file_once),
        IN_A_FOLDER(ingest_walks_through_folders_but_not_into_hidden_ones),
        IN_A_FOLDER(ingest_says_what_it_can_t_do),
        IN_A_FOLDER(ingest_joins_the_parts_of_hours_if_asked),
        IN_A_FOLDER(journal_gives_back_what_was_taken),
        IN_A_FOLDER(a_new_key_signs_and_the_old_one_is_kept_beside),
        IN_A_FOLDER(verify_tells_good_from_changed),
        IN_A_FOLDER(evidence_is_a_bundle_that_verifies),
        IN_A_FOLDER(the_same_options_give_the_same_sea),
        IN_A_FOLDER(sim_says_what_it_can_t_do),
        IN_A_FOLDER(watch_refuses_what_would_not_do),
        IN_A_FOLDER(an_error_is_one_sentence_and_the_way_to_help),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
