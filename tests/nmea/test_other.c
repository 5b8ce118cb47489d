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

static void frame_summaries_and_acknowledgements_are_read(void **state)
{
    (void)state;
    json_t *j = as_json("$SAFSR,D09MN-SM-GULBS1,000000,B,115,3,5,86,3,-121,124*1F");
    assert_string_equal(text(j, "sentence"), "FSR");
    assert_string_equal(text(j, "station"), "D09MN-SM-GULBS1");
    assert_int_equal(integer(j, "noise_dbm"), -121);
    assert_int_equal(integer(j, "slots_above_noise"), 124);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_vsi_tells_signal_slot_and_time),
        cmocka_unit_test(frame_summaries_and_acknowledgements_are_read),
        cmocka_unit_test(alarms_and_texts_keep_their_words),
        cmocka_unit_test(times_are_read_and_nonsense_is_none),
        cmocka_unit_test(what_is_not_of_the_form_is_refused_and_what_is_unknown_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
