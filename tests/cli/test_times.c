/* Times as options: every command takes the same forms, and a day alone begins or ends as its option says. */
#include "base/time_asked.h"
#include "command.h"

/* Of three positions: two at 22:13:20 and 22:14:20, one at 23:15:00 of 2023-11-14, UTC. */
static const struct {
    const char *span;
    int positions;
} SPANS[] = {
    {"--from 2023-11-14", 3},
    {"--from 2023-11-15", 0},
    {"--to 2023-11-14", 3},
    {"--to 2023-11-13", 0},
    {"--from 2023-11-14 --to 2023-11-14", 3},
    {"--from 2023-11-14T22:14:20Z", 2},
    {"--from 2023-11-14T22:14:20", 2},
    {"--from 2023-11-14T22:14", 2},
    {"--from 2023-11-15T00:14:20+02:00", 2},
    {"--from 2023-11-14T17:14:20-0500", 2},
    {"--from 2023-11-14T17:14:20-05", 2},
    {"--from 1700000060", 2},
    {"--from 1700000060.0", 2},
    {"--from 1700000060000", 2},
    {"--from 1700000060001", 1},
    {"--from -100000w --to now", 3},
    {"--from -36500d1h --to -1m", 3},
    {"--from -7d", 0},
    {"--from -2h30m", 0},
    {"--from now", 0},
    {"--to -90s", 3},
};

static size_t positions_in(const char *text)
{
    return lines_in(text) - (strncmp(text, "mmsi,", 5) == 0);
}

static void all_commands_take_the_same_times(void **state)
{
    (void)state;
    static const struct {
        command *run;
        const char *line;
    } cases[] = {{vg_cli_history, "history -d data -q"}, {vg_cli_history, "history -d data -q --sentences"}};
    taken(ONE TWO THREE);
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
        for (size_t i = 0; i < sizeof SPANS / sizeof *SPANS; i++) {
            char line[200];
            snprintf(line, sizeof line, "%s %s", cases[c].line, SPANS[i].span);
            struct said s = run(cases[c].run, NULL, line);
            if (s.status || positions_in(s.out) != (size_t)SPANS[i].positions)
                fail_msg("%s: %d\n%s%s", line, s.status, s.out, s.err);
            forget(&s);
        }
}

/* How many of the three good sentences are in a text. */
static int sentences_in(const char *text)
{
    return (strstr(text, "9D,0*24,") != NULL) + (strstr(text, "Sa,0*5C,") != NULL) + (strstr(text, "KH,0*5C,") != NULL);
}

static void the_journal_takes_them_too_and_its_last_moment_belongs_to_it(void **state)
{
    (void)state;
    taken(ONE TWO THREE);
    for (size_t i = 0; i < sizeof SPANS / sizeof *SPANS; i++) {
        char line[200];
        snprintf(line, sizeof line, "journal cat -d data %s", SPANS[i].span);
        struct said s = run(vg_cli_journal, NULL, line);
        if (s.status || sentences_in(s.out) != SPANS[i].positions)
            fail_msg("%s: %d\n%s%s", line, s.status, s.out, s.err);
        forget(&s);
        snprintf(line, sizeof line, "evidence -d data %s -o -", SPANS[i].span);
        s = run(vg_cli_evidence, NULL, line);
        if (s.status != (SPANS[i].positions ? VG_EXIT_OK : VG_EXIT_FAILED))
            fail_msg("%s: %d\n%s%s", line, s.status, s.out, s.err);
        forget(&s);
    }
}

static void a_simulation_begins_when_it_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *start, *tag;
    } cases[] = {{"2023-11-14", "c:1699920"},
                 {"2023-11-14T02:00+02:00", "c:1699920"},
                 {"1699920000", "c:1699920"},
                 {"1699920000000", "c:1699920"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char line[100];
        snprintf(line, sizeof line, "sim --hours 0.01 --vessels 20 --start %s", cases[i].start);
        says(vg_cli_sim, line, VG_EXIT_OK, cases[i].tag, NULL);
    }
    says(vg_cli_sim, "sim --hours 0.01 --vessels 20 --start -2h30m", VG_EXIT_OK, "c:", NULL);
    says(vg_cli_sim, "sim --hours 0.01 --vessels 20 --start now", VG_EXIT_OK, "c:", NULL);
}

static void what_is_no_time_is_told_alike(void **state)
{
    (void)state;
    static const struct {
        command *run;
        const char *line, *option;
    } cases[] = {{vg_cli_history, "history -d data --from", "--from"},
                 {vg_cli_history, "history -d data --to", "--to"},
                 {vg_cli_journal, "journal cat -d data --to", "--to"},
                 {vg_cli_journal, "journal replay -d data --from", "--from"},
                 {vg_cli_evidence, "evidence -d data -o - --to", "--to"},
                 {vg_cli_sim, "sim --start", "--start"}};
    static const char *const wrong[] = {"soon", "2023-02-30", "-7y", "7d", "14/11/2023"};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
        for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
            char line[200], told[300];
            snprintf(line, sizeof line, "%s %s", cases[c].line, wrong[i]);
            snprintf(told, sizeof told, "%s is a time as " VG_TIME_ASKED_FORMS ", not '%s'", cases[c].option, wrong[i]);
            says(cases[c].run, line, VG_EXIT_USAGE, NULL, told);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(all_commands_take_the_same_times),
        IN_A_FOLDER(the_journal_takes_them_too_and_its_last_moment_belongs_to_it),
        IN_A_FOLDER(a_simulation_begins_when_it_is_told),
        IN_A_FOLDER(what_is_no_time_is_told_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
