/* vigia explain and vigia case: an alert for people, and a file that verifies. */
#include "../alert/events.h"
#undef T0_US
#include "../journal/room.h"
#include "command.h"

static char alert[17], event[17];

/* data/: a journal, and a book with an alert that it proves. */
static void make_data(void)
{
    assert_int_equal(mkdir("data", 0700), 0);
    struct vg_journal *j = open_journal("data/journal", NULL);
    const uint64_t place[2] = {append(j, 1), append(j, 2)};
    assert_int_equal(vg_journal_close(j, NULL), VG_OK);
    struct vg_alert_book *book =
        book_open("data/alerts.sqlite", "rules:\n  - {name: all, kinds: drift, severity: caution}\n");
    struct vg_alert_told told = told_at(VG_EVENT_DRIFT, 11, 0);
    told.event.places = 0;
    for (int i = 0; i < 2; i++)
        vg_event_place(&told.event, place[i]);
    snprintf(told.subject[0].name, sizeof told.subject[0].name, "EVIL \x1b[31m");
    tell(book, told);
    snprintf(alert, sizeof alert, "%016llx", (unsigned long long)vg_alert_id_of(told.event.id, "all"));
    snprintf(event, sizeof event, "%016llx", (unsigned long long)told.event.id);
    vg_alert_book_close(book);
}

static void explain(const char *words, int status, const char *out, const char *err)
{
    char line[300];
    snprintf(line, sizeof line, "explain %s", words);
    says(vg_cli_explain, line, status, out, err);
}

static void an_alert_is_explained_in_the_terminal(void **state)
{
    (void)state;
    char line[200];
    make_data();
    static const char *const has[] = {"Drifting",
                                      "seems to move with wind and current only",
                                      "Numbers against their limits\n  median speed: 1.5 kn; Limit: 2 kn\n",
                                      "What speaks against it",
                                      "  - Waiting for orders\n",
                                      "  received by: Guayaquil, Bahía/r003669945\n",
                                      "Opened; Who: the data",
                                      "    !AIVDM,1,1,,A,0000000115MwkRUOidG?GElEa<iQk1JV06Jd,0*6D\n",
                                      "MMSI 000000011: 0.09 = Drifting 0.09"};
    for (size_t i = 0; i < sizeof has / sizeof *has; i++) {
        snprintf(line, sizeof line, "%s --data data", alert);
        explain(line, VG_EXIT_OK, has[i], NULL);
    }
    snprintf(line, sizeof line, "explain %s -d data", alert);
    struct said s = run(vg_cli_explain, NULL, line); /* a name that would colour the terminal */
    assert_null(strchr(s.out, '\x1b'));
    forget(&s);
    snprintf(line, sizeof line, "%s --data data --language es", alert);
    explain(line, VG_EXIT_OK, "Lo que habla en contra", NULL);
    snprintf(line, sizeof line, "%s --data data", event);
    explain(line, VG_EXIT_OK, "received by: Guayaquil", NULL);
    snprintf(line, sizeof line, "explain %s --data data --json", alert);
    s = run(vg_cli_explain, NULL, line);
    json_t *json = json_loads(s.out, 0, NULL);
    assert_true(json_is_true(json_object_get(json_object_get(json, "evidence"), "bundle")));
    json_decref(json);
    forget(&s);
    assert_int_equal(chdir("data"), 0);
    explain(alert, VG_EXIT_OK, "Drifting", NULL);
    assert_int_equal(chdir(".."), 0);
}

static void what_cannot_be_explained_is_told(void **state)
{
    (void)state;
    make_data();
    explain("", VG_EXIT_USAGE, NULL, "give the id of one alert or event");
    explain("xyz", VG_EXIT_USAGE, NULL, "'xyz' is no id of an alert or event: expected 16 hexadecimal digits");
    explain("00000000000000aa", VG_EXIT_FAILED, NULL, "--data DIR is missing, and there are no alerts here");
    explain("00000000000000aa --data none", VG_EXIT_FAILED, NULL, "none: there are no alerts in it");
    explain("00000000000000aa --data data", VG_EXIT_FAILED, NULL, "no alert and no event with the id 00000000000000aa");
    assert_false(is_there("alerts.sqlite"));
    assert_false(is_there("none"));
    write_file("data/alerts.sqlite", "this is no file of SQLite, and long enough to be looked at as one ........");
    explain("00000000000000aa --data data", VG_EXIT_FAILED, NULL, "not a database");
}

static void a_case_verifies_and_one_changed_letter_is_found(void **state)
{
    (void)state;
    char line[300];
    make_data();
    snprintf(line, sizeof line, "case --data data --name Night --who Ana %s -o case.html", alert);
    says(vg_cli_case, line, VG_EXIT_OK, NULL, NULL);
    says(vg_cli_verify, "verify case.html --key data/journal/key.pub", VG_EXIT_OK, "good: ", NULL);
    char *text = read_file("case.html"), *at = strstr(text, "Night");
    assert_non_null(at);
    *at = 'S';
    write_file("case.html", text);
    free(text);
    says(vg_cli_verify, "verify case.html --key data/journal/key.pub", VG_EXIT_FAILED,
         "exhibit         the document is not the one that was signed", NULL);
    snprintf(line, sizeof line, "%s --data data", alert);
    explain(line, VG_EXIT_OK, "Exported in a case; Who: Ana; Why: Case: Night", NULL);
    says(vg_cli_case, "case --data data --name Night --who Ana 00000000000000aa -o none.html", VG_EXIT_FAILED, NULL,
         "there is no such alert");
    assert_false(is_there("none.html"));
    says(vg_cli_case, "case --data data --who Ana 00000000000000aa -o x", VG_EXIT_USAGE, NULL,
         "--name NAME is missing");
    says(vg_cli_case, "case --data data --name N --who Ana -o x", VG_EXIT_USAGE, NULL, "1 to 200 alerts");
    says(vg_cli_case, "case --data data --name N --who Ana zz -o x", VG_EXIT_USAGE, NULL, "'zz' is no id of an alert");
}

int main(void)
{
    const struct CMUnitTest tests[] = {IN_A_FOLDER(an_alert_is_explained_in_the_terminal),
                                       IN_A_FOLDER(what_cannot_be_explained_is_told),
                                       IN_A_FOLDER(a_case_verifies_and_one_changed_letter_is_found)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
