/* `vigia journal` over a journal of feeds: which records, what it says of itself, damage, the picture it gives. */
#include "command.h"

#include "cli/journal_dir.h"
#include "journal/journal.h"

#define T0_US INT64_C(1700000000000000)
#define A     "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24"
#define B     "!AIVDM,1,1,,B,15M67FC000G?ufbE`FepT@3n00Sa,0*5C"
#define C     "!AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0*5C"
#define AT(s) "2023-11-14T22:13:" s "Z "

static int side = 7; /* of the dice: another one makes another key */

static void dice(void *buf, size_t len)
{
    memset(buf, side, len);
}

static struct vg_journal *open_it(const struct vg_journal_rules *rules)
{
    struct vg_journal_options o = VG_JOURNAL_OPTIONS_DEFAULT;
    struct vg_journal_report report;
    struct vg_journal *j = NULL;
    const char *why;
    o.dice = dice;
    if (rules)
        o.rules = *rules;
    mkdir("data", 0700);
    if (vg_journal_open("data/journal", &o, &j, &report, &why))
        fail_msg("%s", why);
    return j;
}

static bool append(struct vg_journal *j, const char *name, int64_t second, const char *text, size_t len)
{
    const struct vg_journal_entry e = {.source = *name == 'M' ? 1 : 2,
                                       .name = name,
                                       .flags = VG_RECORD_DATAGRAM,
                                       .received_us = T0_US + second * 1000000,
                                       .bytes = text,
                                       .len = len};
    return vg_journal_append(j, &e) != 0;
}

/* Four records of two sources, each in a frame of its own. */
static void four_records(void)
{
    static const struct {
        const char *name, *text;
    } rows[] = {{"Manta", A "\r\n"}, {"Baltra", B "\n"}, {"Manta", C "\r\n"}, {"Manta", "rubbish"}};
    struct vg_journal *j = open_it(NULL);
    for (int i = 0; i < 4; i++) {
        assert_true(append(j, rows[i].name, i * 10, rows[i].text, strlen(rows[i].text)));
        assert_int_equal(vg_journal_turn(j, 0, true), VG_OK);
    }
    assert_int_equal(vg_journal_close(j, NULL), VG_OK);
}

static void cat_gives_the_records_that_were_asked_for(void **state)
{
    (void)state;
    static const struct {
        const char *options, *out;
    } cases[] = {
        {"", A "\n" B "\n" C "\nrubbish\n"},
        {"--raw", A "\r\n" B "\n" C "\r\nrubbish"},
        {"--times", AT("20") A "\n" AT("30") B "\n" AT("40") C "\n" AT("50") "rubbish\n"},
        {"-s Manta", A "\n" C "\nrubbish\n"},
        {"-s Baltra", B "\n"},
        {"-s Balt", ""},
        {"-s Baltras", ""},
        {"-s Manta --raw", A "\r\n" C "\r\nrubbish"},
        {"--from 1700000010", B "\n" C "\nrubbish\n"}, /* both ends are within */
        {"--from 2023-11-14T22:13:30.000001Z", C "\nrubbish\n"},
        {"--to 1700000010", A "\n" B "\n"},
        {"--to 2023-11-14T22:13:29.999999Z", A "\n"},
        {"--from 1700000010 --to 1700000020", B "\n" C "\n"},
        {"--from 1700000010 --to 1700000010 --raw", B "\n"},
        {"--from 1700000031", ""},
        {"--to 1699999999", ""},
    };
    four_records();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char line[200];
        snprintf(line, sizeof line, "journal cat -d data %s", cases[i].options);
        says_exactly(vg_cli_journal, line, VG_EXIT_OK, cases[i].out, "");
        snprintf(line, sizeof line, "journal cat -d data/journal %s", cases[i].options);
        says_exactly(vg_cli_journal, line, VG_EXIT_OK, cases[i].out, "");
    }
}

/* A clock that goes back within the slack hides nothing: a record is found by its own time. */
static void records_out_of_order_are_found(void **state)
{
    (void)state;
    static const int seconds[] = {0, 50, 5, 60, 10};
    struct vg_journal *j = open_it(NULL);
    for (size_t i = 0; i < sizeof seconds / sizeof *seconds; i++) {
        char text[20];
        assert_true(append(j, "Manta", seconds[i], text, (size_t)snprintf(text, sizeof text, "%d\n", seconds[i])));
        assert_int_equal(vg_journal_turn(j, 0, true), VG_OK);
    }
    assert_int_equal(vg_journal_close(j, NULL), VG_OK);
    says_exactly(vg_cli_journal, "journal cat -d data --to 1700000010", VG_EXIT_OK, "0\n5\n10\n", "");
    says_exactly(vg_cli_journal, "journal cat -d data --from 1700000005 --to 1700000050", VG_EXIT_OK, "50\n5\n10\n",
                 "");
    says_exactly(vg_cli_journal, "journal cat -d data --from 1700000010", VG_EXIT_OK, "50\n60\n10\n", "");
}

/* ---- what it says of itself ---- */

/* The log's lines without notes and checkpoints. */
static void log_says(const char *want)
{
    struct said s = run(vg_cli_journal, NULL, "journal log -d data");
    char got[4096] = "", *save = NULL;
    assert_int_equal(s.status, VG_EXIT_OK);
    assert_string_equal(s.err, "");
    for (char *line = strtok_r(s.out, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
        if (!strstr(line, "\"kind\":\"checkpoint\""))
            snprintf(got + strlen(got), sizeof got - strlen(got), "%s\n", line);
        else
            assert_non_null(strstr(line, "\",\"time\":\"") ? strstr(line, "\"note\":\"vigia-journal/") : line);
    assert_string_equal(got, want);
    forget(&s);
}

static void the_log_tells_what_a_crash_had_torn(void **state)
{
    (void)state;
    four_records();
    FILE *f = fopen("data/journal/segments/0000000000000000.vgj", "a");
    assert_non_null(f);
    fputs("seven b", f);
    fclose(f);
    struct vg_journal *j = open_it(NULL);
    assert_true(append(j, "Manta", 70, A "\n", strlen(A) + 1));
    assert_int_equal(vg_journal_close(j, NULL), VG_OK);
    log_says(
        "{\"frame\":0,\"kind\":\"opened\",\"time\":\"2023-11-14T22:13:20Z\",\"dropped_bytes\":0,\"dropped_frames\":0}\n"
        "{\"frame\":4,\"kind\":\"opened\",\"time\":\"2023-11-14T22:14:30Z\",\"dropped_bytes\":7,\"dropped_frames\":0}"
        "\n");
}

static void the_log_tells_gaps_with_their_counts(void **state)
{
    (void)state;
    static char long_text[VG_JOURNAL_ENTRY_MAX + 1];
    memset(long_text, 'x', sizeof long_text);
    struct vg_journal *j = open_it(NULL);
    assert_true(append(j, "Manta", 0, A "\n", strlen(A) + 1));
    assert_false(append(j, "Manta", 1, long_text, sizeof long_text));
    assert_false(append(j, "Manta", 3, long_text, sizeof long_text));
    assert_true(append(j, "Manta", 4, B "\n", strlen(B) + 1));
    assert_int_equal(vg_journal_close(j, NULL), VG_OK);
    log_says("{\"frame\":0,\"kind\":\"gap\",\"time\":\"2023-11-14T22:13:23Z\",\"why\":\"entry too long\",\"entries\":2,"
             "\"bytes\":524290,\"from\":\"2023-11-14T22:13:21Z\",\"to\":\"2023-11-14T22:13:23Z\"}\n"
             "{\"frame\":0,\"kind\":\"opened\",\"time\":\"2023-11-14T22:13:24Z\",\"dropped_bytes\":0,\"dropped_"
             "frames\":0}\n");
}

static void the_log_tells_what_was_lost_to_a_slow_disk(void **state)
{
    (void)state;
    static char text[60000];
    struct vg_journal_rules rules = ((struct vg_journal_options)VG_JOURNAL_OPTIONS_DEFAULT).rules;
    rules.queue = 2, rules.frame_bytes = 65536;
    memset(text, 'y', sizeof text);
    struct vg_journal *j = open_it(&rules);
    unsigned kept = 0;
    for (int i = 0; i < 20; i++) /* nobody writes */
        kept += append(j, "Manta", i, text, sizeof text);
    assert_int_equal(kept, 4); /* two in each of two frames */
    assert_int_equal(vg_journal_turn(j, 0, true), VG_OK);
    assert_true(append(j, "Manta", 30, B "\n", strlen(B) + 1));
    assert_int_equal(vg_journal_close(j, NULL), VG_OK);
    log_says(
        "{\"frame\":0,\"kind\":\"opened\",\"time\":\"2023-11-14T22:13:21Z\",\"dropped_bytes\":0,\"dropped_frames\":0}\n"
        "{\"frame\":2,\"kind\":\"gap\",\"time\":\"2023-11-14T22:13:39Z\",\"why\":\"disk too slow, full or failing\","
        "\"entries\":16,\"bytes\":960000,\"from\":\"2023-11-14T22:13:24Z\",\"to\":\"2023-11-14T22:13:39Z\"}\n");
}

static void the_log_tells_what_was_retired(void **state)
{
    (void)state;
    struct vg_journal_rules rules = ((struct vg_journal_options)VG_JOURNAL_OPTIONS_DEFAULT).rules;
    rules.segment_bytes = 1, rules.keep_bytes = 1; /* a segment a frame */
    for (int by_age = 0; by_age < 2; by_age++) {
        struct vg_journal *j = open_it(&rules);
        for (int i = 0; i < 4; i++) {
            assert_true(append(j, "Manta", i * 100, A "\n", strlen(A) + 1));
            assert_int_equal(vg_journal_turn(j, 0, true), VG_OK);
        }
        assert_int_equal(vg_journal_close(j, NULL), VG_OK);
        struct said s = run(vg_cli_journal, NULL, "journal log -d data");
        char want[200];
        snprintf(want, sizeof want,
                 "\n{\"frame\":3,\"kind\":\"retired\",\"time\":\"2023-11-14T22:18:20Z\",\"why\":\"%s\",\"kept_from\":1,"
                 "\"segments\":1,\"bytes\":",
                 by_age ? "age" : "size");
        const char *at = strstr(s.out, want + (strncmp(s.out, want + 1, strlen(want) - 1) == 0));
        if (!at)
            fail_msg("%s", s.out);
        assert_in_range(strtol(at + strlen(want) - (*at != '\n'), NULL, 10), 200,
                        2000); /* of a frame, its head and its index */
        forget(&s);
        rules.keep_bytes = 0, rules.keep_us = 1;
        assert_int_equal(rename("data", by_age ? "second" : "first"), 0);
    }
}

/* The answer without its seconds and its hash, which goes to `hash`. Free with free(). */
static char *replayed(const char *options, char hash[static 20])
{
    char line[200];
    snprintf(line, sizeof line, "journal replay -d data %s", options);
    struct said s = run(vg_cli_journal, NULL, line);
    assert_int_equal(s.status, VG_EXIT_OK);
    assert_string_equal(s.err, "");
    static const char *const keys[] = {",\"seconds\":", ",\"hash\":"};
    for (int i = 0; i < 2; i++) {
        char *at = strstr(s.out, keys[i]);
        assert_non_null(at);
        size_t n = 1 + strcspn(at + 1, ",");
        snprintf(hash, 20, "%.*s", (int)(n - strlen(keys[i])), at + strlen(keys[i]));
        memmove(at, at + n, strlen(at + n) + 1);
    }
    free(s.err);
    return s.out;
}

/* ---- damage ---- */

static void damage_is_told_and_the_rest_is_given(void **state)
{
    (void)state;
    four_records();
    FILE *f = fopen("data/journal/segments/0000000000000000.vgj", "r+");
    assert_non_null(f);
    fseek(f, 150, SEEK_SET);
    int c = fgetc(f);
    fseek(f, 150, SEEK_SET);
    fputc(c ^ 1, f);
    fclose(f);
    struct said s = run(vg_cli_journal, NULL, "journal cat -d data");
    static const char told[] =
        "vigia: segment 0000000000000000 at 32: a frame's payload is damaged; reading goes on at ";
    assert_int_equal(s.status, VG_EXIT_FAILED);
    assert_string_equal(s.out, B "\n" C "\nrubbish\n");
    assert_int_equal(lines_in(s.err), 1);
    assert_memory_equal(s.err, told, strlen(told));
    assert_in_range(strtol(s.err + strlen(told), NULL, 10), 151, 1000); /* behind the damage */
    forget(&s);
    char hash[20], *picture = replayed("", hash);
    assert_ptr_equal(strstr(picture, "{\"records\":3,\"vessels\":2,\"tracks\":0,\"damages\":1,\"reports\":2,"),
                     picture);
    free(picture);
}

static void a_journal_that_is_written_keeps_its_key(void **state)
{
    (void)state;
    four_records();
    struct vg_journal *j = open_it(NULL);
    char *before = read_file("data/journal/key.pub");
    says_exactly(vg_cli_journal, "journal rotate-key -d data", VG_EXIT_FAILED, "",
                 "vigia: another process writes the journal in data/journal\n");
    says_exactly(vg_cli_journal, "journal cat -d data -s Baltra", VG_EXIT_OK, B "\n", ""); /* reading goes on */
    assert_int_equal(vg_journal_close(j, NULL), VG_OK);
    char *after = read_file("data/journal/key.pub");
    assert_string_equal(before, after);
    free(before);
    free(after);
    says_exactly(vg_cli_journal, "journal rotate-key -d data", VG_EXIT_OK, "",
                 "A new key signs from now on; it is the last line of data/journal/key.pub\n");
}

static void a_bad_journal_keeps_its_key(void **state)
{
    (void)state;
    four_records();
    char *key = read_file("data/journal/key.pub");
    char *checkpoint = read_file("data/journal/checkpoint");
    FILE *f = fopen("data/journal/segments/0000000000000000.vgj", "r+");
    assert_non_null(f);
    fseek(f, 150, SEEK_SET);
    int c = fgetc(f);
    fseek(f, 150, SEEK_SET);
    fputc(c ^ 1, f);
    fclose(f);
    struct said s = run(vg_cli_verify, NULL, "verify data");
    assert_int_equal(s.status, VG_EXIT_FAILED);
    forget(&s);
    s = run(vg_cli_journal, NULL, "journal rotate-key -d data");
    assert_int_equal(s.status, VG_EXIT_FAILED);
    assert_ptr_equal(strstr(s.err, "vigia: the key stays, for the journal is bad: "), s.err);
    assert_non_null(strstr(s.err, "'vigia verify data/journal' tells all\n"));
    assert_int_equal(lines_in(s.err), 1);
    forget(&s);
    char *key_after = read_file("data/journal/key.pub"), *checkpoint_after = read_file("data/journal/checkpoint");
    assert_string_equal(key, key_after);
    assert_string_equal(checkpoint, checkpoint_after);
    free(key), free(checkpoint), free(key_after), free(checkpoint_after);
}

/* ---- the picture ---- */

static void replay_tells_the_picture(void **state)
{
    (void)state;
#define PICTURE(records, vessels)                                                                                      \
    "{\"records\":" records ",\"vessels\":" vessels ",\"tracks\":0,\"damages\":0,\"reports\":" vessels                 \
    ",\"positions\":" vessels                                                                                          \
    ",\"late\":0,\"ahead\":0,\"anonymous\":0,\"duplicate\":0,\"worse\":0,\"foreign\":0,\"held\":0,\"moved\":0,"        \
    "\"added\":" vessels                                                                                               \
    ",\"expired\":0,\"evicted\":0,\"trail_dropped\":0,\"no_memory\":0,\"recordings\":0,\"left_out\":0}\n"
    static const struct {
        const char *options, *out;
        int same; /* the hash is that of this case */
    } cases[] = {
        {"", PICTURE("4", "3"), 0},
        {"--clock wall", PICTURE("4", "3"), 0},
        {"--threads 16", PICTURE("4", "3"), 0},
        {"--clock data", PICTURE("4", "3"), 3},
        {"--from 1700000010", PICTURE("3", "2"), 4},
    };
    char hash[sizeof cases / sizeof *cases][20];
    four_records();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *got = replayed(cases[i].options, hash[i]);
        assert_string_equal(got, cases[i].out);
        free(got);
        assert_int_equal(strlen(hash[i]), 18); /* 16 digits in quotes */
        for (size_t k = 0; k < i; k++)
            assert_int_equal(strcmp(hash[k], hash[i]) == 0, cases[k].same == cases[i].same);
    }
}

/* A contact's id is made of the journal it was first heard in. */
static void the_picture_belongs_to_its_journal(void **state)
{
    (void)state;
    char first[20], second[20];
    four_records();
    free(replayed("", first));
    assert_int_equal(rename("data", "before"), 0);
    side = 8;
    four_records();
    side = 7;
    free(replayed("", second));
    assert_string_not_equal(first, second);
}

static void recordings_are_counted_and_make_no_picture(void **state)
{
    (void)state;
    static const struct {
        const char *text, *err;
    } cases[] = {{ONE, "1 recording (1 entry)"}, {LOG, "1 recording (3 entries)"}};
    for (size_t i = 0; i < 2; i++) {
        char err[300];
        taken(cases[i].text);
        snprintf(err, sizeof err,
                 "vigia: data/journal: %s left out, for recordings make no live picture: 'vigia history' has what they "
                 "say, 'vigia journal cat' their lines\n",
                 cases[i].err);
        struct said s = run(vg_cli_journal, NULL, "journal replay -d data");
        assert_int_equal(s.status, VG_EXIT_OK);
        assert_memory_equal(s.out, "{\"records\":0,\"vessels\":0,", 25);
        assert_string_equal(s.err, err);
        assert_non_null(strstr(s.out, i ? ",\"recordings\":1,\"left_out\":3}" : ",\"recordings\":1,\"left_out\":1}"));
        forget(&s);
        assert_int_equal(rename("data", i ? "second" : "first"), 0);
    }
}

static void a_journal_that_can_t_be_read_is_told(void **state)
{
    (void)state;
    static const char *const lines[] = {"journal cat -d d", "journal log -d d", "journal replay -d d"};
    assert_int_equal(mkdir("d", 0700), 0);
    write_file("d/segments", ""); /* no folder */
    for (size_t i = 0; i < 3; i++)
        says_exactly(vg_cli_journal, lines[i], VG_EXIT_FAILED, "", "vigia: d: input or output failed\n");
    says_exactly(vg_cli_verify, "verify d", VG_EXIT_FAILED, "", "vigia: d: input or output failed\n");
    says_exactly(vg_cli_journal, "journal rotate-key -d d", VG_EXIT_FAILED, "",
                 "vigia: the folder of segments can't be read\n");
}

/* ---- folders and keys ---- */

static void a_journal_s_folder_is_found_in_a_data_folder_or_is_one(void **state)
{
    (void)state;
    char dir[VG_IO_PATH], far[VG_IO_PATH + 10];
    memset(far, 'x', sizeof far);
    far[sizeof far - 1] = '\0';
    assert_int_equal(mkdir("d", 0700) | mkdir("d/journal", 0700) | mkdir("empty", 0700), 0);
    assert_false(vg_cli_journal_dir("d", dir)); /* no segments, no journal */
    assert_int_equal(mkdir("d/journal/segments", 0700) | mkdir("d/segments", 0700), 0);
    assert_true(vg_cli_journal_dir("d", dir));
    assert_string_equal(dir, "d/journal"); /* before d itself */
    assert_true(vg_cli_journal_dir("d/journal", dir));
    assert_string_equal(dir, "d/journal");
    assert_false(vg_cli_journal_dir("empty", dir));
    assert_false(vg_cli_journal_dir(far, dir));
}

static void an_archive_s_folder_is_that_of_a_data_folder_or_is_one(void **state)
{
    (void)state;
    char dir[VG_IO_PATH], far[VG_IO_PATH + 10];
    memset(far, 'x', sizeof far);
    far[sizeof far - 1] = '\0';
    assert_int_equal(mkdir("both", 0700) | mkdir("both/journal", 0700) | mkdir("both/archive", 0700), 0);
    assert_int_equal(mkdir("new", 0700) | mkdir("new/journal", 0700), 0);
    assert_int_equal(mkdir("old", 0700) | mkdir("old/archive", 0700) | mkdir("plain", 0700), 0);
    static const char *const cases[][2] = {
        {"both", "both/archive"}, {"new", "new/archive"}, {"old", "old/archive"}, {"plain", "plain"}, {"none", "none"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(vg_cli_archive_dir(cases[i][0], dir));
        assert_string_equal(dir, cases[i][1]);
    }
    assert_false(vg_cli_archive_dir(far, dir));
}

static void keys_are_a_text_or_a_file_of_such(void **state)
{
    (void)state;
    struct vg_key keys[VG_KEYS_MAX];
    size_t count = 77;
    four_records();
    says(vg_cli_journal, "journal rotate-key -d data", VG_EXIT_OK, "", "");
    char *text = read_file("data/journal/key.pub");
    assert_true(vg_cli_keys("data/journal/key.pub", keys, &count));
    assert_int_equal(count, 2);
    *strchr(text, '\n') = '\0';
    assert_true(vg_cli_keys(text, keys, &count)); /* one line of it */
    assert_int_equal(count, 1);
    free(text);
    write_file("bad", "nonsense\n");
    assert_false(vg_cli_keys("bad", keys, &count));
    assert_false(vg_cli_keys("none", keys, &count));
    assert_false(vg_cli_keys(".", keys, &count));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(cat_gives_the_records_that_were_asked_for),
        IN_A_FOLDER(records_out_of_order_are_found),
        IN_A_FOLDER(the_log_tells_what_a_crash_had_torn),
        IN_A_FOLDER(the_log_tells_gaps_with_their_counts),
        IN_A_FOLDER(the_log_tells_what_was_lost_to_a_slow_disk),
        IN_A_FOLDER(the_log_tells_what_was_retired),
        IN_A_FOLDER(damage_is_told_and_the_rest_is_given),
        IN_A_FOLDER(a_journal_that_is_written_keeps_its_key),
        IN_A_FOLDER(a_bad_journal_keeps_its_key),
        IN_A_FOLDER(replay_tells_the_picture),
        IN_A_FOLDER(the_picture_belongs_to_its_journal),
        IN_A_FOLDER(recordings_are_counted_and_make_no_picture),
        IN_A_FOLDER(a_journal_that_can_t_be_read_is_told),
        IN_A_FOLDER(a_journal_s_folder_is_found_in_a_data_folder_or_is_one),
        IN_A_FOLDER(an_archive_s_folder_is_that_of_a_data_folder_or_is_one),
        IN_A_FOLDER(keys_are_a_text_or_a_file_of_such),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
