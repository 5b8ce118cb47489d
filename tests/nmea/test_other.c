/* Sentences of base stations other than VDM and VDO. */
#include "test.h"

#include <jansson.h>

#include "nmea/other.h"

static enum vg_refusal read_one(const char *line, struct vg_sentence *s, struct vg_other *o)
{
    size_t pos = 0;
    enum vg_refusal refusal;
    assert_true(vg_nmea_next(line, strlen(line), &pos, s, &refusal));
    assert_int_equal(refusal, VG_REFUSAL_OTHER_SENTENCE);
    return vg_other_read(s, o);
}

static json_t *as_json(const char *line)
{
    static char buf[4096];
    struct vg_sentence s;
    struct vg_other o;
    assert_int_equal(read_one(line, &s, &o), VG_REFUSAL_NONE);
    struct vg_out out = vg_out_fixed(buf, sizeof buf);
    vg_other_json(&o, &s, 7, &out);
    json_t *j = json_loadb(buf, out.len, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(j);
    assert_int_equal(json_integer_value(json_object_get(j, "line")), 7);
    return j;
}

static int64_t integer(const json_t *j, const char *key)
{
    assert_true(json_is_integer(json_object_get(j, key)));
    return json_integer_value(json_object_get(j, key));
}

static const char *text(const json_t *j, const char *key)
{
    assert_true(json_is_string(json_object_get(j, key)));
    return json_string_value(json_object_get(j, key));
}

static void a_vsi_tells_signal_slot_and_time(void **state)
{
    (void)state;
    struct vg_sentence s;
    struct vg_other o;
    int64_t v;
    assert_int_equal(read_one("$ARVSI,r003669945,5,201704.05687473,0152,-085,0*2E", &s, &o), VG_REFUSAL_NONE);
    assert_int_equal(o.kind, VG_OTHER_VSI);
    assert_true(vg_other_number(&o, "signal_dbm", 1, &v) && v == -850);
    assert_true(vg_other_number(&o, "slot", 0, &v) && v == 152);
    assert_true(vg_other_number(&o, "link", 0, &v) && v == 5);
    assert_true(vg_other_clock(&o, &v) && v == 20 * VG_HOUR_US + 17 * VG_MINUTE_US + 4056874);
    assert_false(vg_other_number(&o, "mmsi", 0, &v));
}

/* A sentence of a text, with its checksum. */
static const char *summed(const char *body)
{
    static char line[256];
    uint8_t sum = 0;
    for (const char *c = body; *c; c++)
        sum ^= (uint8_t)*c;
    snprintf(line, sizeof line, "$%s*%02X", body, sum);
    return line;
}

static void frame_summaries_and_acknowledgements_are_read(void **state)
{
    (void)state;
    json_t *j = as_json("$SAFSR,D09MN-SM-GULBS1,000000,B,115,3,5,86,3,-121,124*1F");
    assert_string_equal(text(j, "sentence"), "FSR");
    assert_string_equal(text(j, "station"), "D09MN-SM-GULBS1");
    assert_int_equal(integer(j, "noise_dbm"), -121);
    assert_int_equal(integer(j, "slots_above_noise"), 124);
    json_decref(j);
    j = as_json(summed("SAFSR,x,000000,B,115,3,5,86,3,-121.25,124"));
    assert_true(json_real_value(json_object_get(j, "noise_dbm")) == -121.25);
    json_decref(j);
    j = as_json("$ARFSR,b003669708,000004,X,488,0,,,,,*5B");
    assert_true(json_is_null(json_object_get(j, "noise_dbm")));
    json_decref(j);
    j = as_json("$AIABK,219012679,B,12,1,0*1D");
    assert_int_equal(integer(j, "mmsi"), 219012679);
    assert_int_equal(integer(j, "message"), 12);
    json_decref(j);
}

static void alarms_and_texts_keep_their_words(void **state)
{
    (void)state;
    json_t *j = as_json("$BSALR,134239.00,002,A,V,AIS: Antenna VSWR exceeds limit*45");
    assert_string_equal(text(j, "text"), "AIS: Antenna VSWR exceeds limit");
    assert_int_equal(integer(j, "id"), 2);
    json_decref(j);
    j = as_json("$AITXT,01,01,70,Leaving a DSC Receivable Window^2C Chan A*7E");
    assert_string_equal(text(j, "text"), "Leaving a DSC Receivable Window, Chan A");
    json_decref(j);
    j = as_json("$AITXT,01,01,70,Leaving^002C*26"); /* no text holds a NUL, and many a program can't read one */
    assert_string_equal(text(j, "text"), "Leaving^002C");
    json_decref(j);
    j = as_json("$AITXT,01,01,91,FREQ,2087,2088*57"); /* a comma where ^2C belongs */
    assert_string_equal(text(j, "text"), "FREQ,2087,2088");
    json_decref(j);
}

static void times_are_read_and_nonsense_is_none(void **state)
{
    (void)state;
    struct vg_sentence s;
    struct vg_other o;
    char iso[VG_TIME_TEXT];
    assert_int_equal(read_one("$INZDA,082015.0007,30,04,2009,,*73", &s, &o), VG_REFUSAL_NONE);
    vg_time_text(vg_other_time(&o), iso);
    assert_string_equal(iso, "2009-04-30T08:20:15Z");
    assert_int_equal(read_one("$PGHP,1,2010,6,11,11,46,11,390,231,45,992190934,1,2B*5B", &s, &o), VG_REFUSAL_NONE);
    vg_time_text(vg_other_time(&o), iso);
    assert_string_equal(iso, "2010-06-11T11:46:11.390Z");
    assert_int_equal(read_one("$INZDA,082015.0007,31,13,2009,,*74", &s, &o), VG_REFUSAL_NONE);
    assert_true(vg_other_time(&o) == VG_TIME_NONE);
}

static void what_is_not_of_the_form_is_refused_and_what_is_unknown_left(void **state)
{
    (void)state;
    struct vg_sentence s;
    struct vg_other o;
    assert_int_equal(read_one("$ARVSI,x,,,slot,-57,0*3C", &s, &o), VG_REFUSAL_FIELDS);
    assert_int_equal(read_one("$ARVSI,x*0B", &s, &o), VG_REFUSAL_FIELDS);
    assert_int_equal(read_one("$GPGLL,,,,,,V,N*64", &s, &o), VG_REFUSAL_OTHER_SENTENCE);
    assert_int_equal(read_one("$ARVSI,x,,256060,1,-57,0*0E", &s, &o), VG_REFUSAL_FIELDS);
}

static void a_time_of_day_has_its_limits(void **state)
{
    (void)state;
    static const struct {
        const char *clock;
        int64_t us; /* −1: none */
    } rows[] = {
        {"000000", 0},         {"235959", VG_DAY_US - VG_SECOND_US},
        {"235960", VG_DAY_US}, /* a leap second */
        {"235961", -1},        {"236000", -1},
        {"240000", -1},        {"120000.000001", 12 * VG_HOUR_US + 1},
        {"12000", -1},         {"12000.0", -1},
        {"-10000", -1},        {"12000x", -1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char body[64];
        struct vg_sentence s;
        struct vg_other o;
        int64_t us;
        snprintf(body, sizeof body, "ARVSI,x,5,%s,0152,-085", rows[i].clock);
        enum vg_refusal refusal = read_one(summed(body), &s, &o);
        assert_int_equal(refusal, rows[i].us < 0 ? VG_REFUSAL_FIELDS : VG_REFUSAL_NONE);
        if (rows[i].us >= 0)
            assert_true(vg_other_clock(&o, &us) && us == rows[i].us);
    }
}

static void a_date_has_its_limits(void **state)
{
    (void)state;
    static const struct {
        const char *body, *iso; /* NULL: none */
    } rows[] = {
        {"INZDA,000000,01,01,1990,,", "1990-01-01T00:00:00Z"}, /* the bounds of every time that a line tells */
        {"INZDA,235959,31,12,1989,,", NULL},
        {"INZDA,235959,31,12,2099,,", "2099-12-31T23:59:59Z"},
        {"INZDA,000000,01,01,2100,,", NULL},
        {"INZDA,000000,00,01,2009,,", NULL},
        {"INZDA,000000,32,01,2009,,", NULL},
        {"INZDA,000000,31,01,2009,,", "2009-01-31T00:00:00Z"},
        {"INZDA,000000,29,02,2009,,", NULL},
        {"INZDA,000000,29,02,2008,,", "2008-02-29T00:00:00Z"},
        {"INZDA,000000,01,00,2009,,", NULL},
        {"INZDA,000000,01,12,2009,,", "2009-12-01T00:00:00Z"},
        {"INZDA,,01,12,2009,,", NULL},
        {"INZDA,000000,01,12,,,", NULL},
        {"PGHP,1,2010,6,11,23,59,60,999,,,,,2B", "2010-06-12T00:00:00.999Z"},
        {"PGHP,1,2010,6,11,24,0,0,0,,,,,2B", NULL},
        {"PGHP,1,2010,6,11,0,60,0,0,,,,,2B", NULL},
        {"PGHP,1,2010,6,11,0,0,61,0,,,,,2B", NULL},
        {"PGHP,1,2010,6,11,0,0,0,1000,,,,,2B", NULL},
        {"PGHP,1,2010,6,11,-1,0,0,0,,,,,2B", NULL},
        {"PGHP,1,2010,6,11,0,0,0,,,,,,2B", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct vg_sentence s;
        struct vg_other o;
        char iso[VG_TIME_TEXT] = "";
        assert_int_equal(read_one(summed(rows[i].body), &s, &o), VG_REFUSAL_NONE);
        if (vg_other_time(&o) != VG_TIME_NONE) {
            vg_time_text(vg_other_time(&o), iso);
            assert_int_equal(vg_other_time(&o) % 1000, 0); /* no more digits than it says */
        }
        if (strcmp(iso, rows[i].iso ? rows[i].iso : "") != 0)
            fail_msg("%s: %s", rows[i].body, iso);
    }
}

static void a_number_is_digits_with_a_sign_and_a_point(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        unsigned decimals;
        int64_t value;
        bool good;
    } rows[] = {
        {"-98.75", 1, -987, true},
        {"+3", 2, 300, true},
        {"3.", 1, 30, true},
        {".5", 1, 5, true},
        {"1000000000000", 0, 1000000000000, true},
        {"10000000000010", 0, 0, false},
        {"-", 0, 0, false},
        {".", 0, 0, false},
        {"1.2.3", 1, 0, false},
        {"--1", 0, 0, false},
        {"1-", 0, 0, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char body[64];
        struct vg_sentence s;
        struct vg_other o;
        int64_t value;
        snprintf(body, sizeof body, "ARVSI,x,5,000000,0152,%s", rows[i].text);
        enum vg_refusal refusal = read_one(summed(body), &s, &o);
        if ((refusal == VG_REFUSAL_NONE) != rows[i].good)
            fail_msg("%s", rows[i].text);
        if (rows[i].good) {
            assert_true(vg_other_number(&o, "signal_dbm", rows[i].decimals, &value));
            assert_int_equal(value, rows[i].value);
        }
    }
}

static void an_escape_is_read_wherever_it_stands(void **state)
{
    (void)state;
    static const struct {
        const char *written, *meant;
    } rows[] = {
        {"^2C", ","},   {"^2Cx", ",x"}, {"x^2C", "x,"}, {"^2C^2A", ",*"}, {"x^2", "x^2"}, {"x^", "x^"},
        {"^2G", "^2G"}, {"^G2", "^G2"}, {"^00", "^00"}, {"^5E2C", "^2C"}, {"^^2C", "^,"}, {"^2c", "^2c"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char body[64];
        snprintf(body, sizeof body, "AITXT,01,01,70,%s", rows[i].written);
        json_t *j = as_json(summed(body));
        assert_string_equal(text(j, "text"), rows[i].meant);
        json_decref(j);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_vsi_tells_signal_slot_and_time),
        cmocka_unit_test(frame_summaries_and_acknowledgements_are_read),
        cmocka_unit_test(alarms_and_texts_keep_their_words),
        cmocka_unit_test(times_are_read_and_nonsense_is_none),
        cmocka_unit_test(what_is_not_of_the_form_is_refused_and_what_is_unknown_left),
        cmocka_unit_test(a_time_of_day_has_its_limits),
        cmocka_unit_test(a_date_has_its_limits),
        cmocka_unit_test(an_escape_is_read_wherever_it_stands),
        cmocka_unit_test(a_number_is_digits_with_a_sign_and_a_point),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
