/* Encoding and decoding hold each other; any payload gives valid output. */
#include "sensor/ais_util.h"

#include <math.h>

static uint64_t seed = 20251122;

static uint32_t random32(void)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 32);
}

static bool is_number(const struct vg_ais_field *f)
{
    return f->kind <= VG_AIS_LAT || f->kind == VG_AIS_TURN;
}

static int64_t random_raw(const struct vg_ais_field *f)
{
    uint32_t v = random32() & (uint32_t)((UINT64_C(1) << f->width) - 1);
    bool is_signed = f->kind == VG_AIS_INT || f->kind == VG_AIS_LON || f->kind == VG_AIS_LAT || f->kind == VG_AIS_TURN;
    return is_signed && v >> (f->width - 1) ? (int64_t)v - (INT64_C(1) << f->width) : (int64_t)v;
}

/* The bits that choose the layout must stay as the layout has them. */
static bool chooses(const char *key)
{
    static const char *const keys[] = {"partno", "addressed", "structured"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(key, keys[i]) == 0)
            return true;
    return false;
}

static void every_field_of_every_layout_comes_back_from_sentences(void **state)
{
    (void)state;
    size_t layouts;
    const struct vg_ais_layout *layout = vg_ais_layouts(&layouts);
    for (size_t i = 0; i < layouts; i++) {
        for (int round = 0; layout[i].type && round < 200; round++) {
            uint32_t mmsi =
                strcmp(layout[i].name, "24M") == 0 ? 980000000 + random32() % 10000000 : random32() % 970000000;
            struct vg_ais msg;
            int64_t raw[64];
            assert_int_equal(vg_ais_blank(layout[i].name, mmsi, &msg), VG_OK);
            for (size_t k = 0; k < layout[i].fields; k++) {
                const struct vg_ais_field *f = &layout[i].field[k];
                if (!is_number(f) || chooses(f->key))
                    continue;
                raw[k] = random_raw(f);
                assert_int_equal(vg_ais_set_raw(&msg, f->key, raw[k]), VG_OK);
            }
            char text[1024];
            struct vg_out out = vg_out_fixed(text, sizeof text - 1);
            vg_ais_sentences(&msg, "AI", round % 2 ? 'B' : 'A', (unsigned)round, "r1", 1635731909 * VG_SECOND_US, &out);
            text[out.len] = '\0';
            struct decoded d;
            decode_text(text, &d, NULL);
            assert_int_equal(d.count, 1);
            assert_int_equal(d.msg.mmsi, mmsi);
            assert_string_equal(d.msg.layout->name, layout[i].name);
            for (size_t k = 0; k < layout[i].fields; k++) {
                const struct vg_ais_field *f = &layout[i].field[k];
                if (!is_number(f) || chooses(f->key))
                    continue;
                int64_t got;
                enum vg_ais_state s = vg_ais_raw(&d.msg, f, 0, &got);
                if (f->none != VG_AIS_NO_NONE && raw[k] == f->none)
                    assert_int_equal(s, VG_AIS_NOT_AVAILABLE);
                else
                    assert_true(s == VG_AIS_PRESENT && got == raw[k]);
            }
        }
    }
}

static void text_comes_back(void **state)
{
    (void)state;
    static const struct {
        const char *layout, *key;
        size_t chars;
    } fields[] = {{"5", "shipname", 20}, {"5", "callsign", 7},    {"5", "destination", 20}, {"19", "shipname", 20},
                  {"21", "name", 34},    {"24A", "shipname", 20}, {"14", "text", 156},      {"24B", "vendorid", 3}};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        for (size_t n = 0; n <= fields[i].chars; n++) {
            struct vg_ais msg;
            char text[200], sentences[2048], got[200];
            for (size_t k = 0; k < n; k++)
                text[k] = (char)(k + 1 == n ? 'Z' : ' ' + random32() % 63); /* no @, no blank at the end */
            for (size_t k = 0; k < n; k++)
                if (text[k] == '@')
                    text[k] = '_';
            text[n] = '\0';
            assert_int_equal(vg_ais_blank(fields[i].layout, 735000001, &msg), VG_OK);
            assert_int_equal(vg_ais_set_text(&msg, fields[i].key, text), VG_OK);
            struct vg_out out = vg_out_fixed(sentences, sizeof sentences - 1);
            vg_ais_sentences(&msg, "AI", 'A', 1, NULL, VG_TIME_NONE, &out);
            assert_int_equal(out.err, VG_OK);
            sentences[out.len] = '\0';
            struct decoded d;
            decode_text(sentences, &d, NULL);
            assert_int_equal(d.count, 1);
            json_t *j = json_loads(d.json, 0, NULL);
            snprintf(got, sizeof got, "%s", n ? json_string_value(json_object_get(j, fields[i].key)) : "");
            assert_string_equal(got, text);
            json_decref(j);
        }
    }
}

static void sentences_keep_to_82_characters(void **state)
{
    (void)state;
    struct vg_ais msg;
    char sentences[2048];
    assert_int_equal(vg_ais_blank("14", 735000001, &msg), VG_OK);
    char text[157];
    memset(text, 'W', 156);
    text[156] = '\0';
    vg_ais_set_text(&msg, "text", text);
    struct vg_out out = vg_out_fixed(sentences, sizeof sentences - 1);
    vg_ais_sentences(&msg, "AI", 'A', 1, NULL, VG_TIME_NONE, &out);
    sentences[out.len] = '\0';
    int lines = 0;
    for (char *p = sentences, *end; (end = strstr(p, "\r\n")); p = end + 2, lines++)
        assert_true(end + 2 - p <= 82);
    assert_int_equal(lines, 3);
}

static void values_that_do_not_fit_are_refused_and_change_nothing(void **state)
{
    (void)state;
    struct vg_ais msg, before;
    assert_int_equal(vg_ais_blank("1", 735000001, &msg), VG_OK);
    before = msg;
    assert_int_equal(vg_ais_set_raw(&msg, "speed", 1024), VG_RANGE);
    assert_int_equal(vg_ais_set_raw(&msg, "speed", -1), VG_RANGE);
    assert_int_equal(vg_ais_set(&msg, "lon", 400), VG_RANGE);
    assert_int_equal(vg_ais_set(&msg, "lon", (double)NAN), VG_RANGE);
    assert_int_equal(vg_ais_set_raw(&msg, "nothing", 1), VG_NOT_FOUND);
    assert_int_equal(vg_ais_set_pos(&msg, VG_POS_NONE), VG_RANGE);
    assert_int_equal(vg_ais_set_text(&msg, "speed", "x"), VG_ARG);
    assert_memory_equal(&msg, &before, sizeof msg);
    assert_int_equal(vg_ais_blank("99", 1, &msg), VG_NOT_FOUND);
    assert_int_equal(vg_ais_blank("1", UINT32_MAX, &msg), VG_RANGE);
}

static size_t commas(const char *row, size_t len)
{
    size_t n = 0;
    bool quoted = false;
    for (size_t i = 0; i < len; i++) {
        quoted ^= row[i] == '"';
        n += row[i] == ',' && !quoted;
    }
    return n;
}

static void any_bits_give_valid_json_and_even_csv(void **state)
{
    (void)state;
    static char header[8192], buf[65536];
    struct vg_out h = vg_out_fixed(header, sizeof header);
    vg_ais_csv_header(&h);
    assert_int_equal(h.err, VG_OK);
    for (int round = 0; round < 30000; round++) {
        char payload[VG_PAYLOAD_CHARS];
        size_t len = 1 + random32() % (round % 10 ? 75 : VG_PAYLOAD_CHARS);
        for (size_t i = 0; i < len; i++) {
            uint32_t v = random32() % 64;
            payload[i] = (char)(v < 40 ? '0' + v : '`' + v - 40);
        }
        payload[0] = (char)('0' + 1 + round % 28);
        struct vg_ais msg;
        if (vg_ais_decode(payload, len, (uint8_t)(random32() % 6), &msg))
            continue;
        struct vg_out out = vg_out_fixed(buf, sizeof buf);
        vg_ais_json(&msg, NULL, &out);
        assert_int_equal(out.err, VG_OK);
        json_t *j = json_loadb(buf, out.len, JSON_REJECT_DUPLICATES, NULL);
        assert_non_null(j);
        json_decref(j);
        out = vg_out_fixed(buf, sizeof buf);
        vg_ais_csv(&msg, NULL, &out);
        assert_int_equal(out.err, VG_OK);
        assert_int_equal(commas(buf, out.len), commas(header, h.len));
        struct vg_report r;
        if (vg_ais_report(&msg, &r) && r.fields & VG_FIELD_BIT(POS))
            assert_true(vg_pos_valid(r.pos));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_of_every_layout_comes_back_from_sentences),
        cmocka_unit_test(text_comes_back),
        cmocka_unit_test(sentences_keep_to_82_characters),
        cmocka_unit_test(values_that_do_not_fit_are_refused_and_change_nothing),
        cmocka_unit_test(any_bits_give_valid_json_and_even_csv),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
