/* The C interface for other programs, as its header says. */
#include "test.h"

#include <math.h>

#include <vigia/ais.h>

#include "sensor/ais/ais.h"

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
    /* … and one with a longer struct finds zeros where this library has nothing. */
    uint64_t longer[32];
    memset(longer, 0x55, sizeof longer);
    vigia_ais_get_counts(d, (struct vigia_ais_counts *)longer, sizeof longer);
    assert_int_equal(longer[0], 2);
    for (size_t i = sizeof(struct vigia_ais_counts) / sizeof *longer; i < 32; i++)
        assert_int_equal(longer[i], 0);
    vigia_ais_free(d);
    assert_non_null(vigia_ais_version());
}

/* ---- fields by name ---- */

struct seen {
    int fields, numbers;
    char keys[2048];
};

static void see(void *arg, const struct vigia_ais_field *f)
{
    struct seen *s = arg;
    s->fields++;
    s->numbers += !isnan(f->number);
    size_t n = strlen(s->keys);
    snprintf(s->keys + n, sizeof s->keys - n, "%s=%s;", f->key, f->value);
}

static void push(vigia_ais_on_message *on, void *arg, const char *text)
{
    struct vigia_ais *d = vigia_ais_new(on, arg);
    vigia_ais_push(d, text, strlen(text), VIGIA_TIME_NONE);
    vigia_ais_end(d);
    vigia_ais_free(d);
}

static void look_at_fields(void *arg, const struct vigia_ais_message *m)
{
    int *calls = arg;
    double number = 5;
    char text[8];
    struct seen s = {0};
    (*calls)++;
    vigia_ais_each_field(m, see, &s);
    assert_int_equal(s.fields, 12);
    assert_non_null(strstr(s.keys, "speed=13.9;accuracy=0;lon=11.832977;lat=57.660353;"));
    assert_int_equal(vigia_ais_number(m, "speed", &number), 1);
    assert_true(fabs(number - 13.9) < 1e-12);
    assert_int_equal(vigia_ais_number(m, "turn", &number), 1);
    assert_true(fabs(number + 2.9) < 1e-12);
    assert_int_equal(vigia_ais_number(m, "shipname", &number), 0);
    assert_true(fabs(number + 2.9) < 1e-12);
    assert_int_equal(vigia_ais_value(m, "lon", text, sizeof text), 9);
    assert_string_equal(text, "11.8329");
    assert_int_equal(vigia_ais_value(m, "lon", NULL, 0), 9);
    assert_int_equal(vigia_ais_value(m, "shipname", text, sizeof text), 0);
    assert_string_equal(text, "");
}

static void fields_are_found_by_their_keys(void **state)
{
    (void)state;
    int calls = 0;
    push(look_at_fields, &calls, "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\n");
    assert_int_equal(calls, 1);
}

static void look_at_silence(void *arg, const struct vigia_ais_message *m)
{
    int *calls = arg;
    double number = 5;
    struct seen s = {0};
    (*calls)++;
    for (const char *const *key = (const char *const[]){"speed", "lon", "lat", "course", "heading", NULL}; *key; key++)
        assert_int_equal(vigia_ais_number(m, *key, &number), 0);
    assert_true(fabs(number - 5) < 1e-12);
    vigia_ais_each_field(m, see, &s);
    assert_non_null(strstr(s.keys, "speed=;"));
    assert_non_null(strstr(s.keys, "lon=;lat=;"));
}

/* 102.3 knots, 181 and 91 degrees are words for "not available" and never numbers. */
static void what_is_not_available_is_no_number(void **state)
{
    (void)state;
    int calls = 0;
    char sentences[VIGIA_AIS_SENTENCES_SIZE];
    struct vigia_ais_draft *draft = vigia_ais_draft_new("1", 265547250);
    vigia_ais_sentences(draft, 'A', 0, sentences, sizeof sentences);
    vigia_ais_draft_free(draft);
    push(look_at_silence, &calls, sentences);
    assert_int_equal(calls, 1);
}

/* ---- damage ---- */

static void a_refusal_has_its_reason_and_an_example(void **state)
{
    (void)state;
    static struct heard h;
    struct vigia_ais_refusal r = {.count = 77};
    uint64_t found = 0;
    struct vigia_ais *d = vigia_ais_new(hear, &h);
    static const char text[] = "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*25\nrubbish\n";
    vigia_ais_push(d, text, strlen(text), VIGIA_TIME_NONE);
    unsigned i = 0;
    for (; vigia_ais_get_refusal(d, i, &r, sizeof r); i++) {
        found += r.count;
        assert_true(*r.text);
        assert_string_not_equal(r.key, "unknown");
        if (strcmp(r.key, "checksum") == 0) {
            assert_int_equal(r.count, 1);
            assert_int_equal(strncmp(r.example, "!AIVDM,1,1,,A,13u?e", 19), 0);
        }
    }
    assert_int_equal(found, 2);
    assert_true(i > 5);
    r.count = 77;
    assert_int_equal(vigia_ais_get_refusal(d, i, &r, sizeof r), 0);
    assert_int_equal(vigia_ais_get_refusal(d, UINT32_MAX, &r, sizeof r), 0);
    assert_int_equal(r.count, 77);
    vigia_ais_free(d);
}

/* ---- encoding ---- */

static void a_draft_comes_back_as_it_was_written(void **state)
{
    (void)state;
    static struct heard h;
    char sentences[VIGIA_AIS_SENTENCES_SIZE], small[20];
    struct vigia_ais_draft *draft = vigia_ais_draft_new("5", 735057548);
    assert_non_null(draft);
    assert_int_equal(vigia_ais_set_text(draft, "shipname", "Isla Isabela"), 1);
    assert_int_equal(vigia_ais_set_number(draft, "draught", 4.5), 1);
    size_t len = vigia_ais_sentences(draft, 'B', 13, sentences, sizeof sentences);
    assert_int_equal(len, strlen(sentences));
    assert_int_equal(strncmp(sentences, "!AIVDM,2,1,3,B,", 15), 0); /* a sequence has one digit */
    assert_int_equal(vigia_ais_sentences(draft, 'B', 3, small, sizeof small), len);
    assert_int_equal(strlen(small), sizeof small - 1);
    vigia_ais_draft_free(draft);
    push(hear, &h, sentences);
    assert_int_equal(h.count, 1);
    assert_string_equal(h.report.name, "ISLA ISABELA");
    assert_true(fabs(h.report.draught_m - 4.5) < 1e-9);
}

static void what_does_not_fit_leaves_the_draft_as_it_was(void **state)
{
    (void)state;
    char before[VIGIA_AIS_SENTENCES_SIZE], after[VIGIA_AIS_SENTENCES_SIZE];
    assert_null(vigia_ais_draft_new("99", 735057548));
    assert_null(vigia_ais_draft_new("1", 1000000000));
    struct vigia_ais_draft *draft = vigia_ais_draft_new("1", 999999999);
    vigia_ais_sentences(draft, 'A', 0, before, sizeof before);
    assert_int_equal(vigia_ais_set_number(draft, "speed", 103), 0);
    assert_int_equal(vigia_ais_set_number(draft, "depth", 3), 0);
    assert_int_equal(vigia_ais_set_text(draft, "speed", "fast"), 0);
    assert_int_equal(vigia_ais_set_application(draft, 1, 31), 0);
    vigia_ais_sentences(draft, 'A', 0, after, sizeof after);
    assert_string_equal(before, after);
    vigia_ais_draft_free(draft);
    vigia_ais_draft_free(NULL);
}

/* What a message sounds like to a program that uses the library. */
static struct heard hear_message(const struct vg_ais *msg)
{
    static struct heard h;
    char text[512];
    struct vg_out out = vg_out_fixed(text, sizeof text);
    h = (struct heard){0};
    vg_ais_sentences(msg, "AI", 'A', 1, NULL, INT64_C(1700000000000000), &out);
    struct vigia_ais *d = vigia_ais_new(hear, &h);
    vigia_ais_push(d, text, out.len, INT64_C(1600000000000000));
    vigia_ais_end(d);
    vigia_ais_free(d);
    assert_int_equal(h.count, 1);
    return h;
}

/* Each value when it was said, and not a number when it was not. */
static void every_value_is_what_was_said_or_none(void **state)
{
    (void)state;
    struct vg_ais msg;
    assert_int_equal(vg_ais_blank("1", 735000001, &msg), VG_OK);
    struct vigia_ais_report r = hear_message(&msg).report;
    assert_true(isnan(r.lon) && isnan(r.lat) && isnan(r.speed_kn) && isnan(r.course_deg) && isnan(r.heading_deg));
    assert_true(isnan(r.length_m) && isnan(r.beam_m) && isnan(r.draught_m));
    assert_int_equal(r.status, 0);
    assert_int_equal(r.time_us, INT64_C(1700000000000000)); /* what the tag block says */
    assert_int_equal(r.type, 1);
    vg_ais_set_pos(&msg, (struct vg_pos){-48000000, 600000});
    vg_ais_set_raw(&msg, "course", 123);
    r = hear_message(&msg).report;
    assert_true(r.lon == -80 && r.lat == 1);
    assert_true(fabs(r.course_deg - 12.3) < 1e-9);
    assert_true(isnan(r.speed_kn) && isnan(r.heading_deg));
    vg_ais_set_raw(&msg, "heading", 359);
    vg_ais_set_raw(&msg, "speed", 5);
    vg_ais_set_raw(&msg, "course", 3600);
    vg_ais_set_raw(&msg, "status", 5);
    r = hear_message(&msg).report;
    assert_true(r.heading_deg == 359 && fabs(r.speed_kn - 0.5) < 1e-9);
    assert_true(isnan(r.course_deg));
    assert_int_equal(r.status, 5);
    assert_int_equal(vg_ais_blank("5", 735000001, &msg), VG_OK);
    r = hear_message(&msg).report;
    assert_int_equal(r.status, -1);
    assert_true(isnan(r.length_m) && isnan(r.beam_m) && isnan(r.draught_m) && isnan(r.lon));
    assert_int_equal(r.imo + r.shiptype, 0);
    static const char *const keys[] = {"imo", "shiptype", "to_bow", "to_stern", "to_port", "to_starboard", "draught"};
    for (int i = 0; i < 7; i++)
        vg_ais_set_raw(&msg, keys[i], 10 + i);
    vg_ais_set_text(&msg, "shipname", "ABCDEFGHIJKLMNOPQRST");
    vg_ais_set_text(&msg, "callsign", "HC12345");
    vg_ais_set_text(&msg, "destination", "GUAYAQUIL VIA MANTA!");
    r = hear_message(&msg).report;
    assert_int_equal(r.imo, 10);
    assert_int_equal(r.shiptype, 11);
    assert_true(r.length_m == 25 && r.beam_m == 29 && fabs(r.draught_m - 1.6) < 1e-9);
    assert_string_equal(r.name, "ABCDEFGHIJKLMNOPQRST");
    assert_string_equal(r.callsign, "HC12345");
    assert_string_equal(r.destination, "GUAYAQUIL VIA MANTA!");
    assert_int_equal(vg_ais_blank("10", 735000001, &msg), VG_OK);
    assert_false(hear_message(&msg).reported);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_become_messages_and_reports),
        cmocka_unit_test(older_callers_get_what_they_know),
        cmocka_unit_test(fields_are_found_by_their_keys),
        cmocka_unit_test(what_is_not_available_is_no_number),
        cmocka_unit_test(a_refusal_has_its_reason_and_an_example),
        cmocka_unit_test(a_draft_comes_back_as_it_was_written),
        cmocka_unit_test(what_does_not_fit_leaves_the_draft_as_it_was),
        cmocka_unit_test(every_value_is_what_was_said_or_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
