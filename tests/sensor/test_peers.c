/*
 * What other decoders are known to get wrong, and what their users ask for, as claims about the whole way from bytes to
 * JSON. The rest of the list: positions of type 17, ship types, names and their extension, flags, characters, short
 * reports, positions in float and illegal armour are claims of test_ais.c; lost fragments of
 * tests/nmea/test_assemble.c.
 */
#include "sensor/ais_util.h"

#define TYPE5_A "!AIVDM,2,1,3,B,55P5TL01VIaAL@7WKO@mBplU@<PDhh000000001S;AJ::4A80?4i@E53,0*3E\n"
#define TYPE5_B "!AIVDM,2,2,3,B,1@0000000000000,2*55\n"

/* Right digits behind every *, for sentences and tag blocks. */
static void put_checksums(char *text)
{
    for (char *star = strchr(text, '*'); star; star = strchr(star + 1, '*')) {
        char *begin = star;
        while (begin > text && !strchr("!$\\", begin[-1]))
            begin--;
        uint8_t sum = 0;
        for (char *c = begin; c < star; c++)
            sum ^= (uint8_t)*c;
        char digits[3];
        snprintf(digits, sizeof digits, "%02X", sum);
        memcpy(star + 1, digits, 2);
    }
}

/* gpsd joins by channel. */
static void fragments_of_other_sequence_ids_are_not_joined(void **state)
{
    (void)state;
    char text[] = TYPE5_A "!AIVDM,2,2,4,B,1@0000000000000,2*52\n";
    static struct decoded d;
    struct vg_refusals r;
    put_checksums(text);
    decode_text(text, &d, &r);
    assert_int_equal(d.count, 0);
    assert_int_equal(r.count[VG_REFUSAL_FRAGMENT_LOST], 2);
    char both[] = TYPE5_A "!AIVDM,2,2,4,B,1@0000000000000,2*52\n" TYPE5_B;
    put_checksums(both);
    decode_text(both, &d, &r);
    assert_int_equal(d.count, 1);
}

/* AIS-catcher takes sentences whose checksum is wrong. */
static void no_wrong_checksum_is_accepted(void **state)
{
    (void)state;
    static struct decoded d;
    char line[] = "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\n";
    char *sum = strchr(line, '*') + 1;
    for (int value = 0; value < 256; value++) {
        char digits[3];
        snprintf(digits, sizeof digits, "%02X", (unsigned)value);
        memcpy(sum, digits, 2);
        decode_text(line, &d, NULL);
        assert_int_equal(d.count, value == 0x24);
    }
}

/* ais-decoder reads out of bounds. */
static void sequence_ids_from_10_on_are_refused(void **state)
{
    (void)state;
    static const char *const ids[] = {"10", "99", "255", "-1", "x", "4294967296"};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        char text[512];
        static struct decoded d;
        struct vg_refusals r;
        snprintf(text, sizeof text, "!AIVDM,2,1,%s,B,55P5TL01VIaAL@7WKO@mBplU@<PDhh000000001S;AJ::4A80?4i@E53,0*00\n",
                 ids[i]);
        put_checksums(text);
        decode_text(text, &d, &r);
        assert_int_equal(d.count, 0);
        assert_int_equal(r.count[VG_REFUSAL_FRAGMENT_NUMBERS], 1);
    }
}

/* pyais#150, AisLib#103, OpenCPN#4692. */
static void groups_of_tag_blocks_keep_fragments_together(void **state)
{
    (void)state;
    char text[] = "\\g:1-2-77,s:r1,c:1635731909*00\\" TYPE5_A "\\g:1-2-78*00\\" TYPE5_A "\\g:2-2-78*00\\" TYPE5_B
                  "\\g:2-2-77*00\\" TYPE5_B;
    put_checksums(text);
    static struct decoded d;
    decode_text(text, &d, NULL);
    assert_int_equal(d.count, 2);
    json_t *j = json_loads(d.json, 0, NULL); /* the second to be finished is the first that was begun */
    assert_int_equal(json_integer_value(json_object_get(j, "line")), 1);
    assert_string_equal(json_string_value(json_object_get(j, "station")), "r1");
    assert_string_equal(json_string_value(json_object_get(j, "rxtime")), "2021-11-01T01:58:29Z");
    json_decref(j);
}

/* pyais#17, #139; AIS-catcher#511. */
static void the_receive_time_is_kept_whoever_tells_it(void **state)
{
    (void)state;
    static const char *const ways[] = {
        "\\c:1635731909*56\\!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\n",
        "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24,r003669945,1635731909\n",
        "2021-11-01T01:58:29Z !AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\n",
        "$PGHP,1,2021,11,1,1,58,29,0,231,45,992190934,1,24*2D\n!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\n",
        "$INZDA,015829,01,11,2021,,*79\n!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\n",
    };
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        char text[512];
        snprintf(text, sizeof text, "%s", ways[i]);
        put_checksums(text);
        json_t *j = decode_json(text);
        assert_string_equal(json_string_value(json_object_get(j, "rxtime")), "2021-11-01T01:58:29Z");
        json_decref(j);
    }
}

/* libais#23, #75, #141; pyais#120. */
static void messages_of_any_length_are_read_and_marked(void **state)
{
    (void)state;
    size_t count;
    const struct vg_ais_layout *layout = vg_ais_layouts(&count);
    static struct decoded d;
    for (size_t i = 0; i < count && layout[i].type; i++) {
        for (unsigned bits = 38; bits < 700; bits += 7) {
            struct vg_ais msg;
            char text[1024];
            assert_int_equal(vg_ais_blank(layout[i].name, 987350001, &msg), VG_OK);
            assert_int_equal(vg_ais_set_length(&msg, bits), VG_OK);
            struct vg_out out = vg_out_fixed(text, sizeof text - 1);
            vg_ais_sentences(&msg, "AI", 'A', 1, NULL, VG_TIME_NONE, &out);
            text[out.len] = '\0';
            decode_text(text, &d, NULL);
            assert_int_equal(d.count, 1);
            json_t *j = json_loads(d.json, JSON_REJECT_DUPLICATES, NULL);
            assert_non_null(j);
            bool longer = layout[i].bits && msg.type != 21 && bits >= layout[i].bits + 16u;
            assert_true(!longer || json_object_get(j, "extra_bits"));
            json_decref(j);
        }
    }
}

/* AIS-catcher#512: damage whose XOR happens to match. */
static void damage_that_the_checksum_misses_is_suspect(void **state)
{
    (void)state;
    unsigned suspect = 0, all = 0, random = 7;
    for (unsigned round = 0; round < 1000; round++) {
        char line[] = "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\n";
        static struct decoded d;
        for (unsigned i = 27; i > 1; i--) { /* the payload in another order has the same XOR */
            random = random * 1664525 + 1013904223;
            unsigned k = 1 + (random >> 8) % i;
            char c = line[14 + i];
            line[14 + i] = line[14 + k];
            line[14 + k] = c;
        }
        decode_text(line, &d, NULL);
        all += (unsigned)d.count;
        suspect += d.count && strstr(d.json, "\"suspect\"");
    }
    print_message("%u of %u shuffled payloads that the checksum lets pass are suspected\n", suspect, all);
    assert_int_equal(all, 1000);
    assert_true(suspect > 800);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fragments_of_other_sequence_ids_are_not_joined),
        cmocka_unit_test(no_wrong_checksum_is_accepted),
        cmocka_unit_test(sequence_ids_from_10_on_are_refused),
        cmocka_unit_test(groups_of_tag_blocks_keep_fragments_together),
        cmocka_unit_test(the_receive_time_is_kept_whoever_tells_it),
        cmocka_unit_test(messages_of_any_length_are_read_and_marked),
        cmocka_unit_test(damage_that_the_checksum_misses_is_suspect),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
