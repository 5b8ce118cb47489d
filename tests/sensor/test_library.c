/* The C interface for other programs, as its header says. */
#include "test.h"

#include <math.h>

#include <vigia/ais.h>

struct heard {
    int count;
    unsigned type;
    struct vigia_ais_report report;
    int reported;
    char json[VIGIA_AIS_JSON_SIZE];
};

static void hear(void *arg, const struct vigia_ais_message *m)
{
    struct heard *h = arg;
    char small[10];
    h->count++;
    h->type = vigia_ais_type(m);
    h->reported = vigia_ais_report(m, &h->report, sizeof h->report);
    size_t n = vigia_ais_json(m, h->json, sizeof h->json);
    assert_int_equal(n, strlen(h->json));
    assert_int_equal(vigia_ais_json(m, small, sizeof small), n);
    assert_int_equal(strlen(small), sizeof small - 1);
    assert_int_equal(vigia_ais_json(m, NULL, 0), n);
}

static void bytes_become_messages_and_reports(void **state)
{
    (void)state;
    static const char text[] = "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\nrubbish\n";
    static struct heard h;
    struct vigia_ais *d = vigia_ais_new(hear, &h);
    assert_non_null(d);
    for (size_t i = 0; i + 1 < sizeof text; i++)
        vigia_ais_push(d, text + i, 1, VIGIA_TIME_NONE);
    vigia_ais_end(d);
    assert_int_equal(h.count, 1);
    assert_int_equal(h.type, 1);
    assert_true(h.reported);
    assert_int_equal(h.report.mmsi, 265547250);
    assert_true(fabs(h.report.lat - 57.660353) < 1e-6);
    assert_true(fabs(h.report.speed_kn - 13.9) < 1e-9);
    assert_true(isnan(h.report.draught_m));
    assert_true(h.report.time_us == VIGIA_TIME_NONE);
    struct vigia_ais_counts c;
    vigia_ais_get_counts(d, &c, sizeof c);
    assert_int_equal(c.messages, 1);
    assert_int_equal(c.lines, 2);
    assert_int_equal(c.refused, 1);
    vigia_ais_free(d);
    vigia_ais_free(NULL);
}

/* A program that was built with a shorter struct gets what it knows, and nothing beyond. */
static void older_callers_get_what_they_know(void **state)
{
    (void)state;
    static struct heard h;
    uint64_t counts[3] = {7, 7, 7};
    struct vigia_ais *d = vigia_ais_new(hear, &h);
    vigia_ais_push(d, "x\n", 2, 0);
    vigia_ais_get_counts(d, (struct vigia_ais_counts *)counts, 2 * sizeof *counts);
    assert_int_equal(counts[0], 2);
    assert_int_equal(counts[1], 1);
    assert_int_equal(counts[2], 7);
    vigia_ais_free(d);
    assert_non_null(vigia_ais_version());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_become_messages_and_reports),
        cmocka_unit_test(older_callers_get_what_they_know),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
