/* Files of labelled cases: the published ones, and small ones of our own with what they leave out. */
#include <unistd.h>

#include "quality/quality.h"
#include "test.h"

static char *file_of(const char *text)
{
    static char path[64];
    snprintf(path, sizeof path, "/tmp/vigia-cases-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    return path;
}

static double number_of(const struct vg_quality_result *r, const char *key)
{
    for (size_t i = 0; i < r->count; i++)
        if (strcmp(r->number[i].key, key) == 0)
            return r->number[i].value;
    fail_msg("no number %s", key);
    return 0;
}

typedef enum vg_err scorer(const struct vg_quality_job *, struct vg_quality_result *, char **);

static struct vg_quality_result score_file(scorer *run, const char *path)
{
    struct vg_quality_result r = {0};
    char *error = NULL;
    const struct vg_quality_job job = {.path = path};
    const enum vg_err err = run(&job, &r, &error);
    if (err)
        fail_msg("%s", error ? error : vg_err_text(err));
    return r;
}

static struct vg_quality_result score(scorer *run, const char *text)
{
    const char *path = file_of(text);
    struct vg_quality_result r = score_file(run, path);
    unlink(path);
    return r;
}

static void assert_refused(scorer *run, const char *text, const char *says)
{
    const char *path = file_of(text);
    struct vg_quality_result r = {0};
    char *error = NULL;
    assert_int_equal(run(&(struct vg_quality_job){.path = path}, &r, &error), VG_SYNTAX);
    assert_non_null(error);
    assert_non_null(strstr(error, path));
    if (!strstr(error, says))
        fail_msg("'%s' does not say '%s'", error, says);
    assert_int_equal(r.count, 0);
    free(error);
    unlink(path);
}

static void shared(scorer *run, const char *name)
{
    char path[512];
    const char *dir = shared_dir();
    if (!dir) {
        print_message("VIGIA_SHARED is absent: skipped\n");
        skip();
    }
    snprintf(path, sizeof path, "%s/data/behaviour/%s", dir, name);
    if (access(path, R_OK)) {
        print_message("%s is absent: skipped\n", path);
        skip();
    }
    const struct vg_quality_result r = score_file(run, path);
    for (size_t i = 0; i < r.count; i++)
        print_message("%s %g\n", r.number[i].key, r.number[i].value);
    if (run == vg_quality_identity) {
        assert_true(number_of(&r, "right") > 1000);
        assert_int_equal(number_of(&r, "wrong"), 0);
    } else {
        assert_true(number_of(&r, "found") > 0);
        assert_int_equal(number_of(&r, "missing"), 0);
        assert_int_equal(number_of(&r, "extra"), 0);
    }
}

static void published_encounters_are_found_and_no_other(void **state)
{
    (void)state;
    shared(vg_quality_encounters, "encounter_cases_gfw.json");
}

static void published_port_visits_are_found_and_no_other(void **state)
{
    (void)state;
    shared(vg_quality_ports, "port_visit_cases_gfw.json");
}

static void each_fix_of_a_shared_number_comes_into_its_segment(void **state)
{
    (void)state;
    shared(vg_quality_identity, "shared_mmsi_338013000.json.gz");
}

#define RULE "\"parameters\":{\"resample_s\":600,\"max_gap_s\":4200,\"encounter_km\":0.5,\"min_minutes\":30}"

static void a_case_that_misses_and_has_one_too_many_is_counted(void **state)
{
    (void)state;
    const struct vg_quality_result r = score(
        vg_quality_encounters,
        "[{" RULE ",\"positions\":["
        "{\"t\":\"2020-01-01T00:00:00Z\",\"id\":7,\"lat\":89.9999,\"lon\":0},"
        "{\"t\":\"2020-01-01T00:40:00Z\",\"id\":7,\"lat\":89.9999,\"lon\":0},"
        "{\"t\":\"2020-01-01T00:40:00Z\",\"id\":\"other\",\"lat\":89.9999,\"lon\":180},"
        "{\"t\":\"2020-01-01T00:00:00Z\",\"id\":\"other\",\"lat\":89.9999,\"lon\":180},"
        "{\"t\":\"2020-01-01T00:00:00Z\",\"id\":\"nowhere\",\"lat\":null,\"lon\":null}],\"expected\":["
        "{\"vessel_1_seg_id\":\"7\",\"vessel_2_seg_id\":\"other\",\"start_time\":\"2020-01-01T00:00:00Z\",\"end_time\":"
        "\"2020-01-01T00:40:00Z\"},"
        "{\"vessel_1_seg_id\":\"7\",\"vessel_2_seg_id\":\"x\",\"start_time\":\"2020-01-01T00:00:00Z\",\"end_time\":"
        "\"2020-01-01T00:40:00Z\"}]},"
        "{\"positions\":[],\"expected\":[]}]");
    assert_int_equal(number_of(&r, "cases"), 2);
    assert_int_equal(number_of(&r, "expected"), 2);
    assert_int_equal(number_of(&r, "found"), 1);
    assert_int_equal(number_of(&r, "missing"), 1);
    assert_int_equal(number_of(&r, "extra"), 1);
}

static void port_cases_may_be_empty_have_many_vessels_and_unknown_events(void **state)
{
    (void)state;
    const struct vg_quality_result r = score(
        vg_quality_ports,
        "[{\"events\":[],\"expected\":[]},{\"events\":["
        "{\"vessel_id\":\"b\",\"seg_id\":1,\"lat\":0,\"lon\":179.9,\"timestamp\":3600,\"event_type\":\"PORT_EXIT\"},"
        "{\"vessel_id\":\"a\",\"seg_id\":1,\"lat\":0,\"lon\":0,\"timestamp\":7200.5,\"event_type\":\"PORT_STOP_END\"},"
        "{\"vessel_id\":\"a\",\"seg_id\":1,\"lat\":0,\"lon\":0,\"timestamp\":9000,\"event_type\":\"PORT_DANCE\"},"
        "{\"vessel_id\":\"b\",\"seg_id\":2,\"lat\":0,\"lon\":-179.9,\"timestamp\":0,\"event_type\":\"PORT_GAP_BEGIN\"}"
        "],\"expected\":["
        "{\"vessel_id\":\"b\",\"start_timestamp\":0,\"end_timestamp\":3600,\"confidence\":3,\"duration_hrs\":1},"
        "{\"vessel_id\":\"a\",\"start_timestamp\":7200.5,\"end_timestamp\":7200.5,\"confidence\":2,\"duration_hrs\":"
        "0}]}]");
    assert_int_equal(number_of(&r, "found"), 2);
    assert_int_equal(number_of(&r, "missing"), 0);
    assert_int_equal(number_of(&r, "extra"), 0);
    assert_int_equal(number_of(&r, "unknown_events"), 1);
}

static void several_numbers_in_one_file_have_segments_of_their_own(void **state)
{
    (void)state;
    const struct vg_quality_result r = score(
        vg_quality_identity,
        "{\"timestamp\":\"2020-01-01T00:10:00Z\",\"ssvid\":1,\"lon\":180,\"lat\":0,\"speed\":10,\"expected\":"
        "\"1-2020-01-01T00:00:00.000000Z\"}\n"
        "\n{\"timestamp\":\"2020-01-01T00:00:00Z\",\"ssvid\":2,\"lon\":0,\"lat\":0,\"speed\":null,\"expected\":"
        "\"2-2020-01-01T00:00:00.000000Z-1\"}\n"
        "{\"timestamp\":\"2020-01-01T00:00:00Z\",\"ssvid\":1,\"lon\":-179.99,\"lat\":0,\"speed\":10,\"expected\":"
        "\"1-2020-01-01T00:00:00.000000Z\"}\n"
        "{\"timestamp\":\"2020-01-01T00:11:00Z\",\"ssvid\":2,\"lon\":40,\"lat\":0,\"speed\":1,\"expected\":\"2-x\"}");
    assert_int_equal(number_of(&r, "fixes"), 4);
    assert_int_equal(number_of(&r, "right"), 3);
    assert_int_equal(number_of(&r, "wrong"), 1);
    assert_int_equal(number_of(&r, "segments"), 3);
}

static void what_is_wrong_with_a_file_is_named(void **state)
{
    (void)state;
    assert_refused(vg_quality_identity, "{\"ssvid\":1,\"timestamp\":5}\n{\"timestamp\":1}\n", "line 2");
    assert_refused(vg_quality_identity, "{\"ssvid\":1,\"timestamp\":5}\n[1]\n", "line 2");
    assert_refused(vg_quality_encounters, "[{\"positions\":[\n{]}]", "line 2");
    assert_refused(vg_quality_encounters, "[3]", "element 1");
    assert_refused(vg_quality_encounters, "[{\"positions\":[{\"t\":1}]}]", "positions: 1: expected a name");
    assert_refused(vg_quality_encounters, "[{\"positions\":[],\"parameters\":{\"resample_s\":0}}]", "resample_s");
    assert_refused(vg_quality_ports, "[{}]", "expected an array \"events\"");
    assert_refused(vg_quality_ports, "[{\"events\":[{\"timestamp\":1}]}]", "event_type");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_encounters_are_found_and_no_other),
        cmocka_unit_test(published_port_visits_are_found_and_no_other),
        cmocka_unit_test(each_fix_of_a_shared_number_comes_into_its_segment),
        cmocka_unit_test(a_case_that_misses_and_has_one_too_many_is_counted),
        cmocka_unit_test(port_cases_may_be_empty_have_many_vessels_and_unknown_events),
        cmocka_unit_test(several_numbers_in_one_file_have_segments_of_their_own),
        cmocka_unit_test(what_is_wrong_with_a_file_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
