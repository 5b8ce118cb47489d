/* Gaps: a table in, scores and predictions out; and what is wrong with a table, with its line. */
#include "job.h"

#include <unistd.h>
#include <zlib.h>

#define HEADER                                                                                                         \
    "reception_positions_per_day_off,positions_12h_before,positions_12h_after,positions_Xh_before,positions_Xh_after," \
    "label\n"
#define FOUR HEADER "86.6,36,31,90,936,1\n30.0,15,5,19,8,0\n150,60,55,300,280,1\n9,2,2,2,2,0\n"

static void rows_are_judged_and_scored(void **state)
{
    (void)state;
    struct came c = run_text(vg_quality_gaps, FOUR);
    assert_int_equal(c.err, VG_OK);
    assert_number(&c, "rows", 4);
    assert_number(&c, "switched_off", 2);
    assert_number(&c, "precision", 1);
    assert_number(&c, "recall", 1);
    assert_number(&c, "f05", 1);
    assert_number(&c, "auc", 1);
    assert_true(isnan(number(&c, "max_decile_error"))); /* four rows have no tenths */
    double p[4];
    assert_int_equal(
        sscanf(c.predictions, "row,confidence\r\n0,%lf\r\n1,%lf\r\n2,%lf\r\n3,%lf\r\n", &p[0], &p[1], &p[2], &p[3]), 4);
    assert_true(p[0] > 0.63 && p[1] < 0.63 && p[2] > 0.63 && p[3] < 0.63);
    forget(&c);
}

/* What decides is reception: labels, their absence, the order of columns, quotes and line ends change nothing. */
static void the_form_of_the_table_and_its_labels_change_no_prediction(void **state)
{
    (void)state;
    static const char *const same[] = {
        HEADER "86.6,36,31,90,936,0\n30.0,15,5,19,8,1\n150,60,55,300,280,0\n9,2,2,2,2,1\n",
        "\xEF\xBB\xBF\"positions_Xh_after\",\"other\",\"positions_12h_before\",\"positions_12h_after\",\"positions_Xh_"
        "before\","
        "\"reception_positions_per_day_off\"\r\n936,\"a,b\",36,31,\"90\",86.6\r\n\r\n8,,15,5,19,3.0e1\r\n280,x,60,55,"
        "300,150\r\n"
        "2,x,2,2,2,9",
    };
    struct came want = run_text(vg_quality_gaps, FOUR);
    for (size_t i = 0; i < 2; i++) {
        struct came c = run_text(vg_quality_gaps, same[i]);
        assert_int_equal(c.err, VG_OK);
        assert_string_equal(c.predictions, want.predictions);
        assert_number(&c, "rows", 4);
        if (i)
            assert_true(isnan(number(&c, "f05"))); /* nothing is scored without labels */
        else
            assert_number(&c, "auc", 0);
        forget(&c);
    }
    forget(&want);
}

static void what_is_wrong_names_file_line_and_what_was_expected(void **state)
{
    (void)state;
    assert_refused(vg_quality_gaps, "", "some.csv: it is empty: a header and rows are expected");
    assert_refused(vg_quality_gaps, "a,b\n1,2\n",
                   "some.csv: the header has no column 'reception_positions_per_day_off'");
    assert_refused(vg_quality_gaps, HEADER "1,1,1,1,1\n", "some.csv:2: 5 cells, and the header has 6");
    assert_refused(
        vg_quality_gaps, HEADER "\n1,1,1,1,1,0\n1,x\x1b[1m,1,1,1,0\n",
        "some.csv:4: column 'positions_12h_before' says 'x\xEF\xBF\xBD[1m': a number from 0 to 1e+09 is expected");
    assert_refused(vg_quality_gaps, HEADER "1,-1,1,1,1,0\n",
                   "some.csv:2: column 'positions_12h_before' says '-1': a number from 0 to 1e+09 is expected");
    assert_refused(vg_quality_gaps, HEADER "1,1,1,1,1,2\n",
                   "some.csv:2: column 'label' says '2': a number from 0 to 1 is expected");
    assert_refused(
        vg_quality_gaps, HEADER "nan,1,1,1,1,0\n",
        "some.csv:2: column 'reception_positions_per_day_off' says 'nan': a number from 0 to 1e+09 is expected");
    assert_refused(vg_quality_gaps, HEADER "1,\"1,1,1,1,1\n", "some.csv:2: a quote isn't closed where its cell ends");
    assert_refused(vg_quality_gaps, HEADER "1,0x10,1,1,1,1\n",
                   "some.csv:2: column 'positions_12h_before' says '0x10': a number from 0 to 1e+09 is expected");
}

static void write_packed(const char *path, const char *text, size_t cut)
{
    gzFile out = gzopen(path, "wb");
    assert_non_null(out);
    assert_int_equal(gzwrite(out, text, (unsigned)strlen(text)), strlen(text));
    assert_int_equal(gzclose_w(out), Z_OK);
    if (cut)
        assert_int_equal(truncate(path, (off_t)cut), 0);
}

static void files_are_plain_or_packed(void **state)
{
    (void)state;
    char path[] = "/tmp/vigia-quality-XXXXXX";
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, FOUR, strlen(FOUR)), strlen(FOUR));
    close(fd);
    struct came want = run_text(vg_quality_gaps, FOUR);
    struct came plain = run_job(vg_quality_gaps, (struct vg_quality_job){.path = path});
    assert_string_equal(plain.predictions, want.predictions);
    write_packed(path, FOUR, 0);
    struct came packed = run_job(vg_quality_gaps, (struct vg_quality_job){.path = path});
    assert_string_equal(packed.predictions, want.predictions);
    write_packed(path, FOUR, 40);
    struct came cut = run_job(vg_quality_gaps, (struct vg_quality_job){.path = path});
    assert_int_equal(cut.err, VG_IO);
    assert_true(strncmp(cut.error, path, strlen(path)) == 0);
    unlink(path);
    struct came gone = run_job(vg_quality_gaps, (struct vg_quality_job){.path = path});
    assert_int_equal(gone.err, VG_IO);
    assert_non_null(strstr(gone.error, "No such file"));
    forget(&want);
    forget(&plain);
    forget(&packed);
    forget(&cut);
    forget(&gone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_judged_and_scored),
        cmocka_unit_test(the_form_of_the_table_and_its_labels_change_no_prediction),
        cmocka_unit_test(what_is_wrong_names_file_line_and_what_was_expected),
        cmocka_unit_test(files_are_plain_or_packed),
    };
    return cmocka_run_group_tests_name("gaps", tests, NULL, NULL);
}
