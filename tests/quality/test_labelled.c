/* The labelled data at hand through the models that ship. They were fitted on it, so the bars are above what rows kept
 * back give (docs/QUALITY.md): a model or a reader that breaks falls below. */
#include "job.h"

#define PATH_MOST 512

static struct came run_shared(kind_run *run, const char *name)
{
    char path[PATH_MOST];
    if (!shared_dir()) {
        print_message("skipped: there is no ../shared\n");
        skip();
    }
    snprintf(path, sizeof path, "%s/data/behaviour/%s", shared_dir(), name);
    FILE *f = fopen(path, "rb");
    if (!f) {
        print_message("skipped: %s is not there\n", name);
        skip();
    }
    fclose(f);
    struct came c = run_job(run, (struct vg_quality_job){.path = path});
    assert_int_equal(c.err, VG_OK);
    for (size_t i = 0; i < c.result.count; i++)
        print_message("%s %g\n", c.result.number[i].key, c.result.number[i].value);
    return c;
}

static void gaps_score_as_they_did_when_they_were_fitted(void **state)
{
    (void)state;
    struct came c = run_shared(vg_quality_gaps, "gaps_labelled.csv.gz");
    assert_number(&c, "rows", 47411);
    assert_true(number(&c, "f05") >= 0.80 && number(&c, "auc") >= 0.823 && number(&c, "max_decile_error") <= 0.02);
    forget(&c);
}

static void fishing_by_speed_alone_is_what_it_is_on_creels(void **state)
{
    (void)state;
    struct came c = run_shared(vg_quality_fishing, "creel_fishing.csv.gz");
    assert_number(&c, "rows", 2226);
    assert_number(&c, "vessels", 5);
    assert_true(number(&c, "f1") >= 0.86 && number(&c, "travel_rejected") >= 0.69);
    forget(&c);
}

static void anomalies_score_as_they_did_when_they_were_fitted(void **state)
{
    (void)state;
    struct came c = run_shared(vg_quality_anomalies, "injected_anomalies_gulf.csv.gz");
    assert_number(&c, "rows", 23275);
    assert_number(&c, "tracks", 384);
    assert_number(&c, "events", 190);
    assert_true(number(&c, "f1") >= 0.93 && number(&c, "false_per_100h") <= 0.35);
    forget(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gaps_score_as_they_did_when_they_were_fitted),
        cmocka_unit_test(fishing_by_speed_alone_is_what_it_is_on_creels),
        cmocka_unit_test(anomalies_score_as_they_did_when_they_were_fitted),
    };
    return cmocka_run_group_tests_name("labelled", tests, NULL, NULL);
}
