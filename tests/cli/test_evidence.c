/* `vigia verify` and `vigia evidence`: the verdict to the letter, kept checkpoints, which records a bundle has. */
#include "command.h"

#include <errno.h>

#include "journal/bundle.h"

/* The name of the journal's key. Free with free(). */
static char *origin_of(const char *path)
{
    char *text = read_file(path);
    assert_non_null(text);
    *strchr(text, '+') = '\0';
    return text;
}

static void copy(const char *from, const char *to)
{
    char *text = read_file(from);
    assert_non_null(text);
    write_file(to, text);
    free(text);
}

static void the_verdict_is_told_to_the_letter(void **state)
{
    (void)state;
    char want[600];
    taken(LOG);
    says_exactly(vg_cli_evidence, "evidence -d data --from 1700000060 --to 1700000060 -o b.json", VG_EXIT_OK, "",
                 "1 record in 1 frame\n");
    char *origin = origin_of("data/journal/key.pub");
    static const struct {
        const char *line, *counts, *json;
    } cases[] = {
        {"data", "1 frame read, 1 signed, 3 records of 244 bytes, 0 gaps",
         "\"segments\":1,\"frames\":1,\"signed_frames\":1,\"kept_from\":0,\"records\":3,\"bytes\":244,"
         "\"gaps\":0,\"lost\":0"},
        {"b.json", "1 frame read, 1 signed, 1 record of 126 bytes, 0 gaps",
         "\"segments\":0,\"frames\":1,\"signed_frames\":1,\"kept_from\":0,\"records\":1,\"bytes\":126,\"gaps\":"
         "0,\"lost\":0"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int own = 0; own < 2; own++) {
            char line[200];
            const char *key = own ? "" : " --key data/journal/key.pub";
            snprintf(line, sizeof line, "verify %s%s", cases[i].line, key);
            snprintf(want, sizeof want, "good: %s\nsigned by %s%s\n", cases[i].counts, origin,
                     own ? ", by the key that lies with it: give --key to know that it is the right one" : "");
            says_exactly(vg_cli_verify, line, VG_EXIT_OK, want, "");
            snprintf(line, sizeof line, "verify --json %s%s", cases[i].line, key);
            snprintf(want, sizeof want,
                     "{\"verdict\":\"good\",\"findings\":0,\"notes\":0,\"origin\":\"%s\",\"own_key\":%s,%s}\n", origin,
                     own ? "true" : "false", cases[i].json);
            says_exactly(vg_cli_verify, line, VG_EXIT_OK, want, "");
            snprintf(line, sizeof line, "verify -q %s%s", cases[i].line, key);
            says_exactly(vg_cli_verify, line, VG_EXIT_OK, "", "");
        }
    free(origin);
}

static void what_differs_is_named_a_line_each(void **state)
{
    (void)state;
    taken(LOG);
    assert_int_equal(truncate("data/journal/segments/0000000000000000.vgj", 200), 0);
    struct said words = run(vg_cli_verify, NULL, "verify data"), json = run(vg_cli_verify, NULL, "verify --json data");
    assert_int_equal(words.status, VG_EXIT_FAILED);
    assert_int_equal(json.status, VG_EXIT_FAILED);
    assert_int_equal(lines_in(words.out), lines_in(json.out) + 1); /* and who signed */
    char *save = NULL, *at = json.out;
    for (char *line = strtok_r(words.out, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        char want[1200];
        if (strncmp(line, "BAD: ", 5) == 0)
            break;
        assert_int_equal(line[15], ' ');
        snprintf(want, sizeof want, "{\"found\":\"%.*s\",\"text\":\"%s\"}\n", (int)strcspn(line, " "), line, line + 16);
        assert_memory_equal(at, want, strlen(want));
        at += strlen(want);
    }
    assert_ptr_not_equal(at, json.out);
    assert_memory_equal(at, "{\"verdict\":\"bad\",\"findings\":", 28);
    forget(&words);
    forget(&json);
    says_exactly(vg_cli_verify, "verify -q data", VG_EXIT_FAILED, "", "");
    write_file("b.json", "{}");
    says_exactly(vg_cli_verify, "verify b.json", VG_EXIT_FAILED,
                 "bundle          this is no bundle of evidence, or one of a later version\n"
                 "BAD: 0 frames read, 0 signed, 0 records of 0 bytes, 0 gaps\n",
                 "");
    assert_int_equal(mkdir("bare", 0700) | mkdir("bare/segments", 0700), 0); /* nobody signed it */
    says_exactly(vg_cli_verify, "verify bare", VG_EXIT_FAILED,
                 "checkpoint      key.pub can't be read: nothing says whose checkpoint this is\n"
                 "checkpoint      the checkpoint is missing\n"
                 "BAD: 0 frames read, 0 signed, 0 records of 0 bytes, 0 gaps\n",
                 "");
}

static void a_kept_checkpoint_must_be_in_the_past(void **state)
{
    (void)state;
    taken(ONE);
    copy("data/journal/checkpoint", "kept");
    says(vg_cli_verify, "verify --checkpoint kept data", VG_EXIT_OK, "good", NULL);
    write_file("b.nmea", TWO);
    says(vg_cli_ingest, "ingest -d data -q b.nmea", VG_EXIT_OK, NULL, NULL);
    says(vg_cli_verify, "verify -c kept data", VG_EXIT_OK, "good", NULL);
    assert_int_equal(rename("data", "before"), 0);
    taken(ONE); /* the same words, another journal */
    says(vg_cli_verify, "verify -c kept data", VG_EXIT_FAILED, "BAD", NULL);
    says(vg_cli_verify, "verify data", VG_EXIT_OK, "good", NULL);
    write_file("bad", "nonsense");
    says(vg_cli_verify, "verify -c bad data", VG_EXIT_FAILED, "", "");
}

/* How many records a bundle gets. */
static void bundle_has(const char *options, const char *told)
{
    char line[300];
    snprintf(line, sizeof line, "evidence -d data -o b.json %s", options);
    says_exactly(vg_cli_evidence, line, VG_EXIT_OK, "", told);
    says(vg_cli_verify, "verify -q b.json", VG_EXIT_OK, NULL, NULL);
    assert_false(is_there("b.json.part"));
    assert_int_equal(unlink("b.json"), 0);
}

static void a_bundle_has_the_records_that_were_asked_for(void **state)
{
    (void)state;
    taken(LOG);
    write_file("b.nmea", ONE);
    says(vg_cli_ingest, "ingest -d data -q b.nmea", VG_EXIT_OK, NULL, NULL);
    bundle_has("--from 0", "4 records in 2 frames\n");
    bundle_has("--to 1700000000", "2 records in 2 frames\n");
    bundle_has("--from 1700003700 --to 1700003700", "1 record in 1 frame\n");
    bundle_has("--from 0 --source b.nmea", "1 record in 1 frame\n");
    bundle_has("--place 95 --place 25", "2 records in 1 frame\n");
    bundle_has("--place 95", "1 record in 1 frame\n");
    bundle_has("--from 1700003700 --to 1700003700 --place 95",
               "1 record in 1 frame\n"); /* then no range is looked at */
    struct said file = run(vg_cli_evidence, NULL, "evidence -d data/journal -p 95 -o b.json"),
                out = run(vg_cli_evidence, NULL, "evidence -d data -p 95 -o -");
    char *bundle = read_file("b.json");
    assert_string_equal(out.out, bundle);
    assert_string_equal(out.err, "1 record in 1 frame\n");
    free(bundle);
    forget(&file);
    forget(&out);
}

/* argv[1]: how many places. */
static int many_places(int argc, char **argv)
{
    static char *words[2 * (VG_BUNDLE_OFFSETS_MAX + 1) + 6] = {"evidence", "-d", "data", "-o", "b.json"};
    long count = strtol(argv[1], NULL, 10);
    (void)argc;
    errno = ERANGE; /* of something before */
    for (long i = 0; i < count; i++) {
        words[5 + 2 * i] = "--place";
        words[6 + 2 * i] = "95";
    }
    return vg_cli_evidence(5 + 2 * (int)count, words);
}

static void a_bundle_has_at_most_4096_places(void **state)
{
    (void)state;
    taken(LOG);
    says(many_places, "evidence 4096", VG_EXIT_OK, NULL, " in 1 frame\n");
    says(many_places, "evidence 4097", VG_EXIT_USAGE, NULL,
         "--place is a number, and given at most 4096 times, not '95'");
}

static void a_path_of_a_bundle_has_its_room(void **state)
{
    (void)state;
    taken(LOG);
    for (int n = 506; n <= 507; n++) { /* and .part behind it: 511 bytes, 512 */
        char line[700];
        snprintf(line, sizeof line, "evidence -d data --place 95 -o ./%0*d", n - 2, 0);
        struct said s = run(vg_cli_evidence, NULL, line);
        assert_int_equal(s.status, VG_EXIT_FAILED);
        assert_int_equal(strcmp(s.err, "vigia: the path is too long\n") == 0, n == 507);
        forget(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(the_verdict_is_told_to_the_letter),     IN_A_FOLDER(what_differs_is_named_a_line_each),
        IN_A_FOLDER(a_kept_checkpoint_must_be_in_the_past), IN_A_FOLDER(a_bundle_has_the_records_that_were_asked_for),
        IN_A_FOLDER(a_bundle_has_at_most_4096_places),      IN_A_FOLDER(a_path_of_a_bundle_has_its_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
