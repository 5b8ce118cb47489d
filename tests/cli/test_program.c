/* The program itself: which command runs, what help there is, what a wrong first word says. */
#include "command.h"

#include "base/version.h"

/* `line` begins with the program's name; it lies beside this test. */
static int vigia(int argc, char **argv)
{
    char path[4096], test[4096];
    ssize_t n = readlink("/proc/self/exe", test, sizeof test - 1);
    (void)argc;
    if (n <= 0)
        return 98;
    test[n] = '\0';
    snprintf(path, sizeof path, "%.*s/vigia", (int)(strrchr(test, '/') - test), test);
    execv(path, argv);
    return 97;
}

static const char *const names[] = {"decode",  "watch",  "ingest", "history", "sim",
                                    "journal", "config", "verify", "evidence"};
#define NAMES (sizeof names / sizeof *names)

static void help_lists_every_command(void **state)
{
    (void)state;
    static const char *const calls[] = {"vigia --help", "vigia -h", "vigia help"};
    struct said none = run(vigia, NULL, "vigia");
    assert_int_equal(none.status, VG_EXIT_USAGE);
    assert_string_equal(none.out, "");
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        says_exactly(vigia, calls[i], VG_EXIT_OK, none.err, "");
    const char *at = strstr(none.err, "\ncommands:\n");
    assert_non_null(at);
    for (size_t i = 0; i < NAMES; i++) {
        char row[40];
        snprintf(row, sizeof row, "\n  %-10s ", names[i]);
        at = strstr(at, row);
        assert_non_null(at);
    }
    assert_non_null(strstr(at, "\n  2  called wrongly"));
    forget(&none);
}

static void each_command_has_its_help_under_two_spellings(void **state)
{
    (void)state;
    for (size_t i = 0; i < NAMES; i++) {
        char line[40], usage[40];
        snprintf(line, sizeof line, "vigia %s --help", names[i]);
        snprintf(usage, sizeof usage, "usage: vigia %s ", names[i]);
        struct said s = run(vigia, NULL, line);
        assert_int_equal(s.status, VG_EXIT_OK);
        assert_memory_equal(s.out, usage, strlen(usage));
        assert_string_equal(s.err, "");
        snprintf(line, sizeof line, "vigia help %s", names[i]);
        says_exactly(vigia, line, VG_EXIT_OK, s.out, "");
        forget(&s);
    }
}

static void a_command_gets_its_own_words(void **state)
{
    (void)state;
    write_file("a.nmea", LOG);
    says(vigia, "vigia decode -q a.nmea", VG_EXIT_OK, "\"mmsi\":477553000", NULL);
    says(vigia, "vigia decode none.nmea", VG_EXIT_FAILED, NULL, "none.nmea: ");
    says(vigia, "vigia verify", VG_EXIT_USAGE, NULL, "vigia verify: give one folder, one bundle or one case\n");
}

static void the_version_is_told(void **state)
{
    (void)state;
    char want[200];
    snprintf(want, sizeof want, "vigia %s\n", vg_version());
    says_exactly(vigia, "vigia --version", VG_EXIT_OK, want, "");
    says_exactly(vigia, "vigia -V", VG_EXIT_OK, want, "");
}

static void a_first_word_that_is_no_command_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *line, *err;
    } cases[] = {
        {"vigia --hepl", "there is no option '--hepl' before a command; 'vigia --help' lists what there is"},
        {"vigia --decode", "there is no option '--decode' before a command; 'vigia --help' lists what there is"},
        {"vigia decdoe", "there is no command 'decdoe'; did you mean 'decode'? 'vigia --help' lists them"},
        {"vigia help evidnce", "there is no command 'evidnce'; did you mean 'evidence'? 'vigia --help' lists them"},
        {"vigia xyzzy", "there is no command 'xyzzy'; 'vigia --help' lists them"},
        {"vigia help help", "there is no command 'help'; 'vigia --help' lists them"},
        /* of two that are near, the nearer one, in either order of the table */
        {"vigia simgest", "there is no command 'simgest'; did you mean 'ingest'? 'vigia --help' lists them"},
        {"vigia simconfig", "there is no command 'simconfig'; did you mean 'config'? 'vigia --help' lists them"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char err[200];
        snprintf(err, sizeof err, "vigia: %s\n", cases[i].err);
        says_exactly(vigia, cases[i].line, VG_EXIT_USAGE, "", err);
    }
}

/* The same with a standard output that takes nothing. */
static int vigia_full(int argc, char **argv)
{
    int fd = open("/dev/full", O_WRONLY);
    return fd < 0 || dup2(fd, STDOUT_FILENO) < 0 ? 96 : vigia(argc, argv);
}

/* The same with one whose reader has gone. */
static int vigia_left(int argc, char **argv)
{
    int end[2];
    if (pipe(end) || close(end[0]) || dup2(end[1], STDOUT_FILENO) < 0)
        return 96;
    signal(SIGPIPE, SIG_IGN);
    return vigia(argc, argv);
}

static const char *const speaking[] = {"vigia --version",
                                       "vigia --help",
                                       "vigia sim --help",
                                       "vigia decode --fields",
                                       "vigia decode -q a.nmea",
                                       "vigia ingest -q --json --data d a.nmea",
                                       "vigia history -q --data d",
                                       "vigia verify d/journal",
                                       "vigia journal cat --data d",
                                       "vigia journal log --data d",
                                       "vigia journal replay --data d",
                                       "vigia config docs",
                                       "vigia config show",
                                       "vigia sim --hours 0.01"};

static void what_could_not_be_written_is_a_failure_of_every_command(void **state)
{
    (void)state;
    write_file("a.nmea", LOG);
    for (size_t i = 0; i < sizeof speaking / sizeof *speaking; i++) {
        struct said s = run(vigia_full, NULL, speaking[i]);
        if (s.status != VG_EXIT_FAILED || !strstr(s.err, "No space left on device"))
            fail_msg("%s: %d, %s", speaking[i], s.status, s.err);
        forget(&s);
    }
}

static void a_reader_that_has_gone_is_no_failure_of_any(void **state)
{
    (void)state;
    write_file("a.nmea", LOG);
    for (size_t i = 0; i < sizeof speaking / sizeof *speaking; i++) {
        struct said s = run(vigia_left, NULL, speaking[i]);
        if (s.status != VG_EXIT_OK || strstr(s.err, "standard output"))
            fail_msg("%s: %d, %s", speaking[i], s.status, s.err);
        forget(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(help_lists_every_command),
        IN_A_FOLDER(each_command_has_its_help_under_two_spellings),
        IN_A_FOLDER(a_command_gets_its_own_words),
        IN_A_FOLDER(the_version_is_told),
        IN_A_FOLDER(a_first_word_that_is_no_command_is_told),
        IN_A_FOLDER(what_could_not_be_written_is_a_failure_of_every_command),
        IN_A_FOLDER(a_reader_that_has_gone_is_no_failure_of_any),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
