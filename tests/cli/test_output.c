/* Where output goes: a disk that is full, a reader that went away, a limit in the middle, a terminal. */
#include "command.h"

#include <pty.h>
#include <sys/resource.h>

static void a_full_disk_fails_and_is_told(void **state)
{
    (void)state;
    static const struct {
        command *run;
        const char *line, *err;
    } cases[] = {
        {vg_cli_decode, "decode -q --threads 1 a.nmea", "standard output"},
        {vg_cli_decode, "decode -q --threads 2 a.nmea", "standard output"},
        {vg_cli_decode, "decode -q -f csv", "standard output"}, /* the header alone */
        {vg_cli_decode, "decode -q --threads 2 -f csv a.nmea a.nmea", "standard output"},
        {vg_cli_history, "history -d data", "standard output"},
        {vg_cli_history, "history -d data --sentences", "standard output"},
        {vg_cli_history, "history -d data -f parquet", "standard output"},
        {vg_cli_journal, "journal cat -d data", "standard output"},
        {vg_cli_journal, "journal cat -d data --raw", "standard output"},
        {vg_cli_journal, "journal log -d data", "standard output"},
        {vg_cli_evidence, "evidence -d data --from 0 -o -", "standard output"},
        {vg_cli_history, "history -d data -o -", "standard output"},
        {vg_cli_sim, "sim --hours 0.01 --vessels 10", "writing failed"},
    };
    taken(LOG);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char err[100];
        snprintf(err, sizeof err, "vigia: %s: No space left on device\n", cases[i].err);
        says_into(true, cases[i].run, cases[i].line, VG_EXIT_FAILED, err);
    }
}

/* A file is replaced when all is well; a device or a pipe is written to, and stays what it is. */
static void a_pipe_is_written_to_and_stays(void **state)
{
    (void)state;
    static const struct {
        command *run;
        const char *line, *begins, *err;
    } cases[] = {
        {vg_cli_history, "history -d data -o pipe", "mmsi,time,", "3 positions\n"},
        {vg_cli_history, "history -d data --sentences -o pipe", "2023-11-14T22:13:20Z !AIVDM", "3 lines\n"},
        {vg_cli_evidence, "evidence -d data --from 0 -o pipe", "{", "3 records in 1 frame\n"},
        {vg_cli_evidence, "evidence -d data --place 0 -o pipe", "", "vigia: no record stands at that place\n"}};
    taken(LOG);
    assert_int_equal(mkfifo("pipe", 0600), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[65536];
        int fd = open("pipe", O_RDWR | O_NONBLOCK); /* room for 64 KiB: nobody waits */
        struct said s = run(cases[i].run, NULL, cases[i].line);
        assert_int_equal(s.status, *cases[i].begins ? VG_EXIT_OK : VG_EXIT_FAILED);
        assert_string_equal(s.err, cases[i].err);
        forget(&s);
        ssize_t n = read(fd, text, sizeof text);
        close(fd);
        assert_true(*cases[i].begins ? n > 0 : n <= 0); /* of a bundle that fails nothing is written */
        assert_memory_equal(text, cases[i].begins, strlen(cases[i].begins));
        struct stat st;
        assert_int_equal(stat("pipe", &st), 0);
        assert_true(S_ISFIFO(st.st_mode));
        assert_false(is_there("pipe.part"));
    }
}

/* The kinds of names for standard output, whatever that is; and a link, which is no file to be replaced. */
static void what_stands_for_standard_output_is_written_into(void **state)
{
    (void)state;
    static const char *const names[] = {"-", "/dev/stdout", "/proc/self/fd/1", "/dev/fd/1", "stdout"};
    static const struct {
        command *run;
        const char *line, *begins;
    } cases[] = {{vg_cli_history, "history -d data -q -o", "mmsi,time,"},
                 {vg_cli_history, "history -d data -q -f parquet -o", "PAR1"},
                 {vg_cli_history, "history -d data -q --sentences -o", "2023-11-14T22:13:20Z !AIVDM"},
                 {vg_cli_evidence, "evidence -d data --from 0 -o", "{"}};
    taken(LOG);
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            char line[100];
            snprintf(line, sizeof line, "%s %s", cases[c].line, names[i]);
            struct said s = run(cases[c].run, NULL, line);
            if (s.status || strncmp(s.out, cases[c].begins, strlen(cases[c].begins)) != 0)
                fail_msg("%s: %d %s%s", line, s.status, s.out, s.err);
            forget(&s);
            assert_false(is_there("-") || is_there("-.part") || is_there("stdout.part") ||
                         is_there("/dev/stdout.part"));
        }
}

static void a_device_and_a_link_stay_what_they_are(void **state)
{
    (void)state;
    static const struct {
        command *run;
        const char *line;
    } cases[] = {
        {vg_cli_history, "history -d data -q -o"},
        {vg_cli_evidence, "evidence -d data --from 0 -o"},
        {vg_cli_sim, "sim --hours 0.01 --vessels 10 --truth"},
        {vg_cli_sim, "sim --hours 0 --places"},
    };
    taken(LOG);
    write_file("file", "old");
    assert_int_equal(symlink("file", "link") | symlink("made", "to-none"), 0);
    static const char *const places[] = {"/dev/null", "link", "to-none"};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
        for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
            char line[100];
            struct stat before, after;
            snprintf(line, sizeof line, "%s %s", cases[c].line, places[i]);
            assert_int_equal(lstat(places[i], &before), 0);
            struct said s = run(cases[c].run, NULL, line);
            if (s.status)
                fail_msg("%s: %d %s", line, s.status, s.err);
            forget(&s);
            assert_int_equal(lstat(places[i], &after), 0);
            assert_true(before.st_ino == after.st_ino && before.st_mode == after.st_mode);
        }
    says_exactly(vg_cli_history, "history -d data -o /dev/full", VG_EXIT_FAILED, "",
                 "vigia: /dev/full: No space left on device\n");
    says_exactly(vg_cli_evidence, "evidence -d data --from 0 -o /dev/full", VG_EXIT_FAILED, "",
                 "vigia: /dev/full: No space left on device\n");
    for (int i = 0; i < 2; i++) {
        char *text = read_file(i ? "made" : "file");
        assert_true(strlen(text) > 10);
        free(text);
    }
}

/* A file for its owner alone stays so when another takes its place. */
static void a_file_that_is_replaced_keeps_who_may_read_it(void **state)
{
    (void)state;
    static const struct {
        command *run;
        const char *line;
    } cases[] = {{vg_cli_history, "history -d data -q -o mine"},
                 {vg_cli_evidence, "evidence -d data --from 0 -o mine"}};
    taken(LOG);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct stat st;
        write_file("mine", "old");
        assert_int_equal(chmod("mine", 0600), 0);
        write_file("mine.part", "of one who was killed");
        assert_int_equal(chmod("mine.part", 0666), 0);
        struct said s = run(cases[i].run, NULL, cases[i].line);
        assert_int_equal(s.status, VG_EXIT_OK);
        forget(&s);
        assert_int_equal(stat("mine", &st), 0);
        assert_int_equal(st.st_mode & 0777, 0600);
        assert_true(st.st_size > 10);
    }
}

/* `vigia … | head`: whoever read it has seen enough. */
static void a_reader_that_went_away_is_no_failure(void **state)
{
    (void)state;
    static const struct {
        command *run;
        const char *line;
    } cases[] = {
        {vg_cli_decode, "decode -q --threads 1 a.nmea"},
        {vg_cli_decode, "decode -q --threads 2 a.nmea"},
        {vg_cli_decode, "decode -q -f csv a.nmea"},
        {vg_cli_history, "history -d data"},
        {vg_cli_history, "history -d data --sentences"},
        {vg_cli_history, "history -d data -o -"},
        {vg_cli_evidence, "evidence -d data --from 0 -o -"},
        {vg_cli_journal, "journal cat -d data"},
        {vg_cli_journal, "journal log -d data"},
        {vg_cli_sim, "sim --hours 0.01 --vessels 10"},
        {vg_cli_sim, "sim --forever --vessels 10 --hours 0"},
    };
    taken(LOG);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        says_into(false, cases[i].run, cases[i].line, VG_EXIT_OK, "");
}

/* ---- a limit ---- */

#define LIMIT 100000

static int limited(command *run_command, int argc, char **argv)
{
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){LIMIT, LIMIT});
    return run_command(argc, argv);
}

static int limited_decode(int argc, char **argv)
{
    return limited(vg_cli_decode, argc, argv);
}

static int limited_history(int argc, char **argv)
{
    return limited(vg_cli_history, argc, argv);
}

static int limited_sim(int argc, char **argv)
{
    return limited(vg_cli_sim, argc, argv);
}

/* What was written before it is the beginning of all, to the byte. */
static void stops_at_the_limit(command *whole, command *cut, const char *line, const char *err)
{
    struct said all = run(whole, NULL, line), part = run(cut, NULL, line);
    assert_int_equal(all.status, VG_EXIT_OK);
    assert_true(strlen(all.out) > LIMIT);
    if (part.status != VG_EXIT_FAILED || strcmp(part.err, err) != 0)
        fail_msg("'%s': %d %s", line, part.status, part.err);
    assert_int_equal(strlen(part.out), LIMIT);
    assert_memory_equal(part.out, all.out, LIMIT);
    forget(&all);
    forget(&part);
}

static void what_fits_is_written_whole(void **state)
{
    (void)state;
    FILE *f = fopen("a.nmea", "w");
    for (size_t i = 0; i < 3000; i++)
        fprintf(f, AT_REST ",%zu\n", 1700000000 + i);
    fclose(f);
    says(vg_cli_ingest, "ingest -d data -q a.nmea", VG_EXIT_OK, NULL, NULL);
    static const char *const lines[] = {"decode -q --threads 1 a.nmea", "decode -q --threads 3 a.nmea",
                                        "decode -q --threads 1 -f csv a.nmea", "decode -q --threads 3 -f csv a.nmea"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        stops_at_the_limit(vg_cli_decode, limited_decode, lines[i], "vigia: standard output: File too large\n");
    stops_at_the_limit(vg_cli_history, limited_history, "history -q -d data",
                       "vigia: standard output: File too large\n");
    stops_at_the_limit(vg_cli_history, limited_history, "history -q -d data --sentences",
                       "vigia: standard output: File too large\n");
    stops_at_the_limit(vg_cli_sim, limited_sim, "sim --vessels 50 --hours 0.2",
                       "vigia: writing failed: File too large\n");
    says(limited_history, "history -d data -o there", VG_EXIT_FAILED, NULL, "vigia: there: File too large\n");
    assert_false(is_there("there") || is_there("there.part"));
    write_file("there", "old");
    says(limited_history, "history -d data -o there", VG_EXIT_FAILED, NULL, "vigia: there: File too large\n");
    char *text = read_file("there");
    assert_string_equal(text, "old");
    free(text);
}

/* ---- a terminal ---- */

/* What a terminal gets. Free with free(). */
static char *terminal_shows(command *run_command, const char *line)
{
    int terminal, end, status;
    size_t n = 0;
    char *text = calloc(1, 1 << 20);
    struct termios raw;
    assert_int_equal(openpty(&terminal, &end, NULL, NULL, NULL), 0);
    tcgetattr(end, &raw);
    cfmakeraw(&raw);
    tcsetattr(end, TCSANOW, &raw);
    fflush(stdout);
    fflush(stderr);
    pid_t child = fork();
    if (child == 0) {
        char words[600], *argv[20] = {NULL}, *save = NULL;
        int argc = 0;
        snprintf(words, sizeof words, "%s", line);
        for (char *word = strtok_r(words, " ", &save); word && argc < 19; word = strtok_r(NULL, " ", &save))
            argv[argc++] = word;
        command_redirect_(STDOUT_FILENO, "/dev/null", O_WRONLY);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        alarm(COMMAND_MOST_S);
        dup2(end, STDERR_FILENO);
        close(end);
        close(terminal);
        _exit(run_command(argc, argv));
    }
    close(end);
    for (ssize_t got; (got = read(terminal, text + n, (1 << 20) - 1 - n)) > 0;)
        n += (size_t)got;
    close(terminal);
    status = command_end(child, line);
    assert_int_equal(status, VG_EXIT_OK);
    return text;
}

#define FULL_40 "[########################################]"
#define FULL_30 "[##############################]"

static void decode_shows_a_terminal_how_far_it_is(void **state)
{
    (void)state;
    write_file("a.nmea", LOG);
    for (int threads = 1; threads <= 2; threads++) {
        char line[60];
        snprintf(line, sizeof line, "decode --threads %d a.nmea", threads);
        char *text = terminal_shows(vg_cli_decode, line);
        static const char want[] = "\ra.nmea " FULL_40 " 100 %\ra.nmea " FULL_40 " 100 %\r\033[Ka.nmea: 5 lines, ";
        if (strncmp(text, want, strlen(want)) != 0)
            fail_msg("%s", text);
        free(text);
    }
    char *text = terminal_shows(vg_cli_decode, "decode -q a.nmea");
    assert_string_equal(text, "");
    free(text);
}

static void ingest_shows_a_terminal_how_far_it_is(void **state)
{
    (void)state;
    write_file("a.nmea", LOG);
    write_file("b.nmea", "");
    char *text = terminal_shows(vg_cli_ingest, "ingest -d data a.nmea");
    static const char begins[] = "\r\033[K" FULL_30 " 100.0 %  0.0 MB, ";
    if (strncmp(text, begins, strlen(begins)) != 0 || !strstr(text, " MB/s  a.nmea") ||
        !strstr(text, "\r\033[K1 file (0 taken before, 0 not readable), 0.0 MB, 5 lines, 3 messages in ") ||
        strstr(text, "left") || strstr(text, "taken;"))
        fail_msg("%s", text);
    free(text);
    text = terminal_shows(vg_cli_ingest, "ingest -d data -q a.nmea");
    assert_string_equal(text, "");
    free(text);
    text = terminal_shows(vg_cli_ingest, "ingest -d data b.nmea"); /* nothing of nothing */
    if (!strstr(text, "[                              ]   0.0 %  0.0 MB, 0.0 MB/s  b.nmea"))
        fail_msg("%s", text);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(a_full_disk_fails_and_is_told),
        IN_A_FOLDER(a_pipe_is_written_to_and_stays),
        IN_A_FOLDER(what_stands_for_standard_output_is_written_into),
        IN_A_FOLDER(a_device_and_a_link_stay_what_they_are),
        IN_A_FOLDER(a_file_that_is_replaced_keeps_who_may_read_it),
        IN_A_FOLDER(a_reader_that_went_away_is_no_failure),
        IN_A_FOLDER(what_fits_is_written_whole),
        IN_A_FOLDER(decode_shows_a_terminal_how_far_it_is),
        IN_A_FOLDER(ingest_shows_a_terminal_how_far_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
