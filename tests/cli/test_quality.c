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
    struct said s = run(vg_cli_quality, NULL, "quality");
    assert_int_equal(s.status, 2);
    forget(&s);
    s = run(vg_cli_quality, NULL, "quality gap gaps.csv");
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(scores_are_one_object_or_a_table),
        IN_A_FOLDER(predictions_are_written_whole_or_not_at_all),
        IN_A_FOLDER(a_wrong_call_says_what_there_is),
    };
    return cmocka_run_group_tests_name("quality", tests, NULL, NULL);
}
