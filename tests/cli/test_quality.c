/* vigia quality: a labelled file in; scores, predictions and exit status out. */
#include "command.h"

#define HEADER                                                                                                         \
    "reception_positions_per_day_off,positions_12h_before,positions_12h_after,positions_Xh_before,positions_Xh_after," \
    "label\n"
#define GAPS HEADER "86.6,36,31,90,936,1\n30.0,15,5,19,8,0\n"

static void scores_are_one_object_or_a_table(void **state)
{
    (void)state;
    write_file("gaps.csv", GAPS);
    struct said s = run(vg_cli_quality, NULL, "quality gaps gaps.csv --json");
    assert_int_equal(s.status, 0);
    assert_string_equal(s.err, "");
    assert_string_equal(s.out, "{\"f05\":1.000000,\"auc\":1.000000,\"precision\":1.000000,\"recall\":1.000000,"
                               "\"max_decile_error\":null,\"threshold\":0.630000,\"switched_off\":1,\"rows\":2}\n");
    forget(&s);
    s = run(vg_cli_quality, NULL, "quality gaps gaps.csv");
    assert_int_equal(lines_in(s.out), 8);
    assert_non_null(strstr(s.out, "f05               1.000000\n"));
    assert_non_null(strstr(s.out, "rows              2\n"));
    forget(&s);
}

static void predictions_are_written_whole_or_not_at_all(void **state)
{
    (void)state;
    write_file("gaps.csv", GAPS);
    write_file("bad.csv", GAPS "1,2,3\n");
    struct said s = run(vg_cli_quality, NULL, "quality gaps --predictions out.csv --json gaps.csv");
    assert_int_equal(s.status, 0);
    assert_int_equal(lines_in(s.out), 1);
    forget(&s);
    struct said p = run(vg_cli_quality, NULL, "quality gaps gaps.csv --predictions -");
    assert_int_equal(p.status, 0);
    assert_int_equal(strncmp(p.out, "row,confidence\r\n0,0.", 20), 0);
    assert_int_equal(lines_in(p.out), 3);
    char file[256] = "";
    FILE *f = fopen("out.csv", "r");
    assert_non_null(f);
    file[fread(file, 1, sizeof file - 1, f)] = '\0';
    fclose(f);
    assert_string_equal(file, p.out);
    forget(&p);
    s = run(vg_cli_quality, NULL, "quality gaps bad.csv --predictions bad.out");
    assert_int_equal(s.status, 1);
    assert_string_equal(s.out, "");
    assert_string_equal(s.err, "vigia: bad.csv:4: 3 cells, and the header has 6\n");
    assert_int_equal(access("bad.out", F_OK), -1);
    forget(&s);
}

static void a_wrong_call_says_what_there_is(void **state)
{
    (void)state;
    struct said s = run(vg_cli_quality, NULL, "quality gap gaps.csv");
    assert_int_equal(s.status, 2);
    assert_non_null(strstr(s.err, "there is no kind 'gap'; there are gaps, fishing, anomalies"));
    forget(&s);
    s = run(vg_cli_quality, NULL, "quality gaps");
    assert_int_equal(s.status, 2);
    forget(&s);
    s = run(vg_cli_quality, NULL, "quality gaps a b");
    assert_int_equal(s.status, 2);
    forget(&s);
    s = run(vg_cli_quality, NULL, "quality gaps .");
    assert_int_equal(s.status, 1);
    forget(&s);
    s = run(vg_cli_quality, NULL, "quality fishing nowhere.csv");
    assert_int_equal(s.status, 1);
    assert_string_equal(s.err, "vigia: nowhere.csv: No such file or directory\n");
    forget(&s);
    s = run(vg_cli_quality, NULL, "quality --help");
    assert_int_equal(s.status, 0);
    assert_non_null(strstr(s.out, "anomalies   where in a track"));
    forget(&s);
}

#define WORLD                                                                                                          \
    "scenario: Small\nstart: 2026-05-11T00:00:00Z\nhours: 0.5\nseed: 4\nbox: {west: -82, south: -2, east: -81, "       \
    "north: -1}\n"                                                                                                     \
    "vessels: {general cargo: 3}\nreceivers:\n  - {name: R, position: {lat: -1.5, lon: -81.5}, height_m: 100}\n"       \
    "placed:\n  - {deed: distress, at_h: 0.1, position: {lat: -1.4, lon: -81.4}}\n"

static void worlds_are_played_scored_and_told(void **state)
{
    (void)state;
    write_file("small.yaml", WORLD);
    struct said s =
        run(vg_cli_quality, NULL,
            "quality worlds --scenario small.yaml --json --seeds 4,6-7 --threads 2 --events e.jsonl --truth t.jsonl");
    assert_string_equal(s.err, "");
    assert_int_equal(s.status, 0);
    assert_int_equal(strncmp(s.out, "{\"synthetic\":true,\"worlds\":3,", 29), 0);
    assert_non_null(strstr(s.out, "{\"kind\":\"distress\",\"observable\":3,\"found\":3,"));
    assert_int_equal(lines_in(s.out), 1);
    assert_int_equal(access("e.jsonl", R_OK), 0);
    assert_int_equal(access("t.jsonl", R_OK), 0);
    struct said one =
        run(vg_cli_quality, NULL, "quality worlds --scenario small.yaml --json --seeds 4,6-7 --kind distress");
    struct said again = run(vg_cli_quality, NULL,
                            "quality worlds --scenario small.yaml --json --seeds 4,6-7 --kind distress --threads 3");
    assert_string_equal(one.out, again.out);
    forget(&s), forget(&one), forget(&again);
    s = run(vg_cli_quality, NULL, "quality worlds --scenario small.yaml");
    assert_non_null(strstr(s.out, "1 simulated world: "));
    assert_non_null(strstr(s.out, "all of it is synthetic\n"));
    assert_non_null(strstr(s.out, "\nall rules "));
    forget(&s);
}

static char *page_of(const char *path)
{
    static char text[1 << 16];
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    fclose(f);
    return text;
}

static void everything_is_written_between_the_marks_of_a_page(void **state)
{
    (void)state;
    write_file("small.yaml", WORLD);
    write_file("gaps_labelled.csv.gz", GAPS); /* plain is taken, too */
    write_file(
        "page.md",
        "before\n<!-- quality: written by `vigia quality`; edit elsewhere -->\nold\n<!-- /quality -->\nbehind\n");
    write_file("bare.md", "no marks\n");
#define ALL "quality --labelled . --scenario small.yaml --seeds 4 --no-ordinary --out "
    struct said s = run(vg_cli_quality, NULL, ALL "page.md");
    assert_string_equal(s.err, "");
    assert_int_equal(s.status, 0);
    forget(&s);
    const char *page = page_of("page.md");
    assert_int_equal(strncmp(page, "before\n<!-- quality:", 20), 0);
    assert_non_null(strstr(page, "\n<!-- /quality -->\nbehind\n"));
    assert_null(strstr(page, "\nold\n"));
    assert_non_null(strstr(page, "| `gaps gaps_labelled.csv.gz` | fitted on this file | f05 1.000, auc 1.000, "));
    assert_non_null(strstr(page, "| `ports port_visit_cases_gfw.json` | | the file is not here |"));
    assert_non_null(strstr(page, "`small.yaml`, seeds 4. 1 world, all of it synthetic: "));
    assert_non_null(strstr(page, "| distress | 1 | 1 | 1.000 | 1 | 1 | 0 | 0 | 0 | 1.000 | 1.000 |"));
    char *once = strdup(page);
    s = run(vg_cli_quality, NULL,
            "quality all --labelled . --scenario small.yaml --seeds 4 --no-ordinary --out page.md");
    forget(&s);
    assert_string_equal(page_of("page.md"), once); /* the same again */
    free(once);
    s = run(vg_cli_quality, NULL, ALL "bare.md");
    assert_int_equal(s.status, 1);
    assert_non_null(strstr(s.err, "bare.md has no marks for the tables"));
    assert_string_equal(page_of("bare.md"), "no marks\n");
    forget(&s);
    s = run(vg_cli_quality, NULL, "quality --seeds x");
    assert_int_equal(s.status, 2);
    forget(&s);
}

static void worlds_called_wrongly_say_why(void **state)
{
    (void)state;
    write_file("small.yaml", WORLD);
    write_file("bad.yaml", WORLD "fleets: 3\n");
    static const struct {
        const char *call, *says;
        int status;
    } wrong[] = {
        {"quality worlds --seeds 9-3", "--seeds", 2},
        {"quality worlds --seeds 1,", "--seeds", 2},
        {"quality worlds --seeds 1-2-3", "--seeds", 2},
        {"quality worlds --seeds 1-1000", "--seeds", 2},
        {"quality worlds --seeds -3", "--seeds", 2},
        {"quality worlds --kind flying", "--kind", 2},
        {"quality worlds small.yaml", "'small.yaml' is one word too many", 2},
        {"quality worlds --scenario bad.yaml", "bad.yaml:11: ", 2},
        {"quality worlds --scenario nowhere.yaml", "nowhere.yaml: No such file", 1},
        {"quality worlds --scenario small.yaml --events nowhere/e", "nowhere/e", 1},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct said s = run(vg_cli_quality, NULL, wrong[i].call);
        print_message("%s", s.err);
        assert_int_equal(s.status, wrong[i].status);
        assert_string_equal(s.out, "");
        assert_non_null(strstr(s.err, wrong[i].says));
        forget(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(scores_are_one_object_or_a_table),
        IN_A_FOLDER(predictions_are_written_whole_or_not_at_all),
        IN_A_FOLDER(a_wrong_call_says_what_there_is),
        cmocka_unit_test(worlds_are_played_scored_and_told),
        cmocka_unit_test(worlds_called_wrongly_say_why),
        cmocka_unit_test(everything_is_written_between_the_marks_of_a_page),
    };
    return cmocka_run_group_tests_name("quality", tests, NULL, NULL);
}
