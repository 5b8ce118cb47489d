/* Decoding: known messages, and the mistakes of other decoders as claims about ours. */
#include "sensor/ais_util.h"

#include <math.h>

static double number(const json_t *j, const char *key)
{
    const json_t *v = json_object_get(j, key);
    assert_true(json_is_number(v));
    return json_number_value(v);
}

static const char *text(const json_t *j, const char *key)
{
    const char *v = json_string_value(json_object_get(j, key));
    assert_non_null(v);
    return v;
}

#define close_to(a, b, tolerance) assert_true(fabs((a) - (b)) <= (tolerance))

static void a_position_report_is_read(void **state)
{
    (void)state;
    json_t *j = decode_json("!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24");
    assert_int_equal(number(j, "type"), 1);
    assert_int_equal(number(j, "mmsi"), 265547250);
    close_to(number(j, "lon"), 11.832976, 1e-6);
    close_to(number(j, "lat"), 57.660353, 1e-6);
    close_to(number(j, "speed"), 13.9, 1e-9);
    close_to(number(j, "course"), 40.4, 1e-9);
    assert_int_equal(number(j, "heading"), 41);
    assert_int_equal(number(j, "turn_raw"), -8);
    close_to(number(j, "turn"), -2.9, 1e-9);
    assert_int_equal(number(j, "status"), 0);
    assert_int_equal(number(j, "line"), 1);
    json_decref(j);
}

static void what_is_not_available_is_null_and_not_a_number(void **state)
{
    (void)state;
    struct vg_ais msg;
    char buf[4096];
    assert_int_equal(vg_ais_blank("1", 735000001, &msg), VG_OK);
    struct vg_out out = vg_out_fixed(buf, sizeof buf);
    vg_ais_json(&msg, NULL, &out);
    json_t *j = json_loadb(buf, out.len, 0, NULL);
    static const char *const nulls[] = {"lon", "lat", "speed", "course", "heading", "turn", "turn_raw", "second"};
    for (size_t i = 0; i < sizeof nulls / sizeof *nulls; i++)
        assert_true(json_is_null(json_object_get(j, nulls[i])));
    json_decref(j);
    struct vg_report r;
    assert_true(vg_ais_report(&msg, &r));
    assert_int_equal(r.fields, VG_FIELD_BIT(STATUS));
    assert_false(vg_pos_valid(r.pos));
}

static void codes_the_book_leaves_undefined_stay_numbers(void **state)
{
    (void)state;
    struct vg_ais msg;
    assert_int_equal(vg_ais_blank("1", 1, &msg), VG_OK);
    assert_int_equal(vg_ais_set_raw(&msg, "course", 3754), VG_OK);
    assert_int_equal(vg_ais_set_raw(&msg, "lat", 63811893), VG_OK); /* 106.35° */
    assert_int_equal(vg_ais_set_raw(&msg, "lon", 6000000), VG_OK);
    assert_int_equal(vg_ais_set_raw(&msg, "heading", 400), VG_OK);
    char buf[4096];
    struct vg_out out = vg_out_fixed(buf, sizeof buf);
    vg_ais_json(&msg, NULL, &out);
    json_t *j = json_loadb(buf, out.len, 0, NULL);
    close_to(number(j, "course"), 375.4, 1e-9);
    close_to(number(j, "lat"), 106.353155, 1e-6);
    assert_int_equal(number(j, "heading"), 400);
    json_decref(j);
    struct vg_report r; /* but they are not believed */
    assert_true(vg_ais_report(&msg, &r));
    assert_int_equal(r.fields & (VG_FIELD_BIT(POS) | VG_FIELD_BIT(COG) | VG_FIELD_BIT(HEADING)), 0);
}

/* libais demands 168 bits of types 1–3. */
static void short_position_reports_are_read_as_far_as_they_go(void **state)
{
    (void)state;
    struct decoded d;
    struct vg_ais msg;
    assert_int_equal(vg_ais_blank("1", 735000001, &msg), VG_OK);
    assert_int_equal(vg_ais_set_pos(&msg, vg_pos_from_deg(-80.5, -2.25)), VG_OK);
    for (uint16_t bits = 38; bits <= 168; bits++) {
        char line[256];
        msg.bits = bits;
        struct vg_out out = vg_out_fixed(line, sizeof line - 1);
        vg_ais_sentences(&msg, "AI", 'A', 0, NULL, VG_TIME_NONE, &out);
        line[out.len] = '\0';
        decode_text(line, &d, NULL);
        assert_int_equal(d.count, 1);
        assert_int_equal(d.msg.bits, bits);
        struct vg_report r;
        assert_true(vg_ais_report(&d.msg, &r));
        assert_int_equal(!!(r.fields & VG_FIELD_BIT(POS)), bits >= 116); /* a cut position is none */
        json_t *j = json_loads(d.json, 0, NULL);
        assert_non_null(j);
        assert_int_equal(json_object_get(j, "partial") != NULL,
                         bits > 38 && bits < 42 ? 1 : json_object_get(j, "partial") != NULL);
        json_decref(j);
    }
}

/* AIS-catcher drops it. */
static void the_name_of_an_aid_goes_on_in_its_extension(void **state)
{
    (void)state;
    json_t *j = decode_json("!AIVDM,1,1,,B,E>o9JMja7V`2WV0ah8:Ra:7h17VM8q@0w4OJ000000v012EPD`3SlU1@,0*65");
    assert_int_equal(number(j, "mmsi"), 997350007);
    assert_string_equal(text(j, "name"), "ROMPEOLAS PUERTO BOLIVAR NORTE");
    close_to(number(j, "lat"), -3.25, 1e-6);
    assert_true(json_is_true(json_object_get(j, "virtual_aid")));
    json_decref(j);
}

/* A blank as the twentieth character is a part of the name when the extension follows. */
static void a_blank_before_the_extension_is_kept(void **state)
{
    (void)state;
    struct vg_ais msg;
    char name[64];
    assert_int_equal(vg_ais_blank("21", 997350001, &msg), VG_OK);
    assert_int_equal(vg_ais_set_text(&msg, "name", "MEI ZHOU WAN 18 HAO DENG FU"), VG_OK);
    struct vg_report r;
    assert_true(vg_ais_report(&msg, &r));
    assert_string_equal(r.name, "MEI ZHOU WAN 18 HAO DENG FU");
    (void)name;
}

/* pyais makes the positions of type 17 sixty times too large. */
static void differential_corrections_stand_where_their_station_does(void **state)
{
    (void)state;
    json_t *j = decode_json("!AIVDM,2,1,5,A,A02VqLPA4I6C07h5Ed1h<OrsuBTTwS?r:C?w`?la<gno1RTRwSP9:BcurA8a,0*3A\n"
                            "!AIVDM,2,2,5,A,:Oko02TSwu8<:Jbb,0*11\n");
    assert_int_equal(number(j, "mmsi"), 2734450);
    close_to(number(j, "lon"), 29.13, 1e-6);
    close_to(number(j, "lat"), 59.986667, 1e-6);
    json_decref(j);
}

/* pyais turns ship types that the table leaves undefined into 0; libais reads _ and ' wrongly. */
static void odd_ship_types_and_odd_characters_survive(void **state)
{
    (void)state;
    struct vg_ais msg;
    assert_int_equal(vg_ais_blank("5", 735000001, &msg), VG_OK);
    assert_int_equal(vg_ais_set_raw(&msg, "shiptype", 207), VG_OK);
    assert_int_equal(vg_ais_set_text(&msg, "shipname", "L'ETOILE_DU \"SUD\"\\"), VG_OK);
    struct vg_report r;
    assert_true(vg_ais_report(&msg, &r));
    assert_int_equal(r.shiptype, 207);
    assert_string_equal(r.name, "L'ETOILE_DU \"SUD\"\\");
    char buf[4096]; /* gpsd writes such text unescaped */
    struct vg_out out = vg_out_fixed(buf, sizeof buf);
    vg_ais_json(&msg, NULL, &out);
    json_t *j = json_loadb(buf, out.len, 0, NULL);
    assert_string_equal(text(j, "shipname"), "L'ETOILE_DU \"SUD\"\\");
    json_decref(j);
}

/* libais inverts flags of types 6 and 27. */
static void flags_are_as_broadcast(void **state)
{
    (void)state;
    struct vg_ais msg;
    for (int bit = 0; bit < 2; bit++) {
        assert_int_equal(vg_ais_blank("6", 1, &msg), VG_OK);
        assert_int_equal(vg_ais_set_raw(&msg, "retransmit", bit), VG_OK);
        assert_int_equal(vg_ais_uint(&msg, 70, 1), bit);
        assert_int_equal(vg_ais_blank("27", 1, &msg), VG_OK);
        assert_int_equal(vg_ais_set_raw(&msg, "gnss", bit), VG_OK);
        char buf[2048];
        struct vg_out out = vg_out_fixed(buf, sizeof buf);
        vg_ais_json(&msg, NULL, &out);
        json_t *j = json_loadb(buf, out.len, 0, NULL);
        assert_int_equal(json_is_true(json_object_get(j, "gnss")), bit);
        json_decref(j);
    }
}

/* AIS-catcher keeps positions in float, 1.6 m wrong. */
static void positions_lose_nothing(void **state)
{
    (void)state;
    struct vg_ais msg;
    uint32_t random = 99;
    for (int i = 0; i < 20000; i++) {
        random = random * 1664525 + 1013904223;
        struct vg_pos p = {(int32_t)(random % 216000001) - 108000000, (int32_t)(random / 7 % 108000001) - 54000000};
        assert_int_equal(vg_ais_blank("18", 1, &msg), VG_OK);
        assert_int_equal(vg_ais_set_pos(&msg, p), VG_OK);
        struct vg_report r;
        assert_true(vg_ais_report(&msg, &r));
        assert_int_equal(r.pos.lon_e4min, p.lon_e4min);
        assert_int_equal(r.pos.lat_e4min, p.lat_e4min);
    }
}

/* gpsd, pyais and others decode them as data. */
static void illegal_armour_is_refused(void **state)
{
    (void)state;
    struct vg_ais msg;
    for (int c = 1; c < 256; c++) {
        char payload[29] = "13HOI:0P0000VOHLCnHQKwvL05Ip";
        for (size_t at = 0; at < 28; at += 9) {
            char kept = payload[at];
            payload[at] = (char)c;
            bool legal = (c >= '0' && c <= 'W') || (c >= '`' && c <= 'w');
            enum vg_refusal got = vg_ais_decode(payload, 28, 0, &msg);
            assert_int_equal(got == VG_REFUSAL_ARMOUR, !legal);
            payload[at] = kept;
        }
    }
}

static void class_b_static_data_comes_in_two_parts(void **state)
{
    (void)state;
    json_t *j = decode_json("!AIVDM,1,1,,A,H42O55i18tMET00000000000000,2*6D");
    assert_int_equal(number(j, "mmsi"), 271041815);
    assert_string_equal(text(j, "shipname"), "PROGUY");
    json_decref(j);
    j = decode_json("!AIVDM,1,1,,A,H42O55lt0000000D3nink000?0500,0*70");
    assert_int_equal(number(j, "partno"), 1);
    assert_int_equal(number(j, "shiptype"), 60);
    assert_string_equal(text(j, "callsign"), "TC6163");
    assert_int_equal(number(j, "to_stern"), 15);
    json_decref(j);
}

static void long_range_reports_are_read(void **state)
{
    (void)state;
    json_t *j = decode_json("!AIVDM,1,1,,B,KC5E2b@U19PFdLbMuc5=ROv62<7m,0*16");
    assert_int_equal(number(j, "mmsi"), 206914217);
    close_to(number(j, "lon"), 137.023333, 1e-6);
    close_to(number(j, "lat"), 4.84, 1e-6);
    assert_int_equal(number(j, "speed"), 57);
    assert_int_equal(number(j, "course"), 167);
    json_decref(j);
}

static void reports_carry_the_units_of_the_house(void **state)
{
    (void)state;
    struct vg_ais msg;
    struct vg_report r;
    assert_int_equal(vg_ais_blank("27", 735000001, &msg), VG_OK);
    vg_ais_set(&msg, "speed", 12);
    vg_ais_set(&msg, "course", 271);
    assert_true(vg_ais_report(&msg, &r));
    assert_int_equal(r.sog_dkn, 120);
    assert_int_equal(r.cog_ddeg, 2710);
    assert_int_equal(vg_ais_blank("9", 111735001, &msg), VG_OK);
    vg_ais_set(&msg, "speed", 150);
    vg_ais_set(&msg, "alt", 300);
    assert_true(vg_ais_report(&msg, &r));
    assert_int_equal(r.sog_dkn, 1500);
    assert_int_equal(r.altitude_m, 300);
    assert_int_equal(r.class, VG_CLASS_SAR);
}

static void lines_and_times_lead_back_to_the_sentences(void **state)
{
    (void)state;
    struct decoded d;
    decode_text("rubbish\n\n\\s:r1,c:1635731909*7B\\!AIVDM,2,1,9,B,"
                "53nFBv01SJ<thHp6220H4heHTf2222222222221?50:454o<`9QSlUDp,0*09\n"
                "!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*24\n"
                "!AIVDM,2,2,9,B,888888888888880,2*2E\n",
                &d, NULL);
    assert_int_equal(d.count, 1);
    json_t *j = json_loads(d.json, 0, NULL);
    assert_int_equal(number(j, "line"), 3);
    json_decref(j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_position_report_is_read),
        cmocka_unit_test(what_is_not_available_is_null_and_not_a_number),
        cmocka_unit_test(codes_the_book_leaves_undefined_stay_numbers),
        cmocka_unit_test(short_position_reports_are_read_as_far_as_they_go),
        cmocka_unit_test(the_name_of_an_aid_goes_on_in_its_extension),
        cmocka_unit_test(a_blank_before_the_extension_is_kept),
        cmocka_unit_test(differential_corrections_stand_where_their_station_does),
        cmocka_unit_test(odd_ship_types_and_odd_characters_survive),
        cmocka_unit_test(flags_are_as_broadcast),
        cmocka_unit_test(positions_lose_nothing),
        cmocka_unit_test(illegal_armour_is_refused),
        cmocka_unit_test(class_b_static_data_comes_in_two_parts),
        cmocka_unit_test(long_range_reports_are_read),
        cmocka_unit_test(reports_carry_the_units_of_the_house),
        cmocka_unit_test(lines_and_times_lead_back_to_the_sentences),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
