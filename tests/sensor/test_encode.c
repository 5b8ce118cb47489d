/* What is set is what is sent: limits of every setter, sentences letter by letter, and values as JSON and CSV show
 * them. */
#include "sensor/ais/layouts.h"
#include "sensor/ais_util.h"

#include <math.h>

static struct vg_ais blank(const char *layout, uint32_t mmsi)
{
    struct vg_ais msg;
    assert_int_equal(vg_ais_blank(layout, mmsi, &msg), VG_OK);
    return msg;
}

/* ---- setters ---- */

static void parts_of_a_time_have_their_limits(void **state)
{
    (void)state;
    static const struct {
        struct vg_civil t;
        bool time, eta; /* whether it fits */
    } cases[] = {
        {{0, 0, 0, 0, 0, 0, 0}, true, true},      {{16383, 15, 31, 31, 63, 63, 0}, true, true},
        {{16384, 1, 1, 1, 1, 1, 0}, false, true}, {{-1, 1, 1, 1, 1, 1, 0}, false, true},
        {{1, 16, 1, 1, 1, 1, 0}, false, false},   {{1, 1, 32, 1, 1, 1, 0}, false, false},
        {{1, 1, 1, 32, 1, 1, 0}, false, false},   {{1, 1, 1, 1, 64, 1, 0}, false, false},
        {{1, 1, 1, 1, 1, 64, 0}, false, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_ais base = blank("4", 7350001), ship = blank("5", 735000001), b = base, s = ship;
        const struct vg_civil *t = &cases[i].t;
        assert_int_equal(vg_ais_set_time(&base, "timestamp", t), cases[i].time ? VG_OK : VG_RANGE);
        assert_int_equal(vg_ais_set_time(&ship, "eta", t), cases[i].eta ? VG_OK : VG_RANGE);
        if (cases[i].time) {
            assert_int_equal(vg_ais_uint(&base, 38, 14), t->year);
            assert_int_equal(vg_ais_uint(&base, 52, 4), t->month);
            assert_int_equal(vg_ais_uint(&base, 56, 5), t->day);
            assert_int_equal(vg_ais_uint(&base, 61, 5), t->hour);
            assert_int_equal(vg_ais_uint(&base, 66, 6), t->minute);
            assert_int_equal(vg_ais_uint(&base, 72, 6), t->second);
        } else {
            assert_memory_equal(&base, &b, sizeof b);
        }
        if (cases[i].eta) {
            assert_int_equal(vg_ais_uint(&ship, 274, 4), t->month);
            assert_int_equal(vg_ais_uint(&ship, 278, 5), t->day);
            assert_int_equal(vg_ais_uint(&ship, 283, 5), t->hour);
            assert_int_equal(vg_ais_uint(&ship, 288, 6), t->minute);
        } else {
            assert_memory_equal(&ship, &s, sizeof s);
        }
    }
    struct vg_ais ship = blank("5", 735000001);
    const struct vg_civil t = {.year = 2026, .month = 1, .day = 1};
    assert_int_equal(vg_ais_set_time(&ship, "shipname", &t), VG_ARG);
    assert_int_equal(vg_ais_set_time(&ship, "timestamp", &t), VG_NOT_FOUND);
}

static void numbers_have_the_limits_of_their_bits(void **state)
{
    (void)state;
    size_t layouts;
    const struct vg_ais_layout *l = vg_ais_layouts(&layouts);
    for (size_t i = 0; i < layouts && l[i].type; i++)
        for (size_t k = 0; k < l[i].fields; k++) {
            const struct vg_ais_field *f = &l[i].field[k];
            bool is_signed =
                f->kind == VG_AIS_INT || f->kind == VG_AIS_LON || f->kind == VG_AIS_LAT || f->kind == VG_AIS_TURN;
            if (!is_signed && f->kind != VG_AIS_UINT && f->kind != VG_AIS_BOOL)
                continue;
            int64_t span = INT64_C(1) << f->width, low = is_signed ? -span / 2 : 0, raw;
            struct vg_ais msg = blank(l[i].name, 735000001), before = msg;
            if (msg.bits < f->start + f->width)
                continue;
            assert_int_equal(vg_ais_set_raw(&msg, f->key, low - 1), VG_RANGE);
            assert_int_equal(vg_ais_set_raw(&msg, f->key, low + span), VG_RANGE);
            assert_memory_equal(&msg, &before, sizeof msg);
            for (int end = 0; end < 2; end++) {
                int64_t value = end ? low + span - 1 : low;
                assert_int_equal(vg_ais_set_raw(&msg, f->key, value), VG_OK);
                enum vg_ais_state there = vg_ais_raw(&msg, f, 0, &raw);
                assert_int_equal(there, value == f->none ? VG_AIS_NOT_AVAILABLE : VG_AIS_PRESENT);
                if (value != f->none)
                    assert_int_equal(raw, value);
            }
        }
    struct vg_ais msg = blank("1", 735000001);
    assert_int_equal(vg_ais_set_raw(&msg, "repeat", 3), VG_OK);
    assert_int_equal(vg_ais_uint(&msg, 6, 2), 3);
    assert_int_equal(msg.repeat, 3);
    assert_int_equal(vg_ais_set_raw(&msg, "repeat", 4), VG_RANGE);
    assert_int_equal(vg_ais_set_raw(&msg, "repeat", -1), VG_RANGE);
    assert_int_equal(vg_ais_set_raw(&msg, "lon", 0), VG_OK);
    assert_int_equal(vg_ais_set(&msg, "lon", (double)INFINITY), VG_RANGE);
    assert_int_equal(vg_ais_set(&msg, "speed", 12.34), VG_OK);
    assert_int_equal(vg_ais_uint(&msg, 50, 10), 123);
    assert_int_equal(vg_ais_set(&msg, "lat", -2.5), VG_OK);
    assert_int_equal(vg_ais_int(&msg, 89, 27), -1500000);
    assert_int_equal(vg_ais_set_raw(&msg, "nothing", 0), VG_NOT_FOUND);
    msg = blank("5", 735000001);
    assert_int_equal(vg_ais_set_raw(&msg, "shipname", 0), VG_ARG);
    assert_int_equal(vg_ais_set_raw(&msg, "eta", 0), VG_ARG);
    assert_int_equal(vg_ais_set(&msg, "eta", 1), VG_ARG);
    assert_int_equal(vg_ais_set_pos(&msg, (struct vg_pos){0, 0}), VG_NOT_FOUND);
}

/* A position of type 27 has tenths of minutes: half away from zero. */
static void positions_are_rounded_to_the_message_s_unit(void **state)
{
    (void)state;
    struct vg_ais msg = blank("27", 735000001);
    const struct vg_ais_field *lon = vg_ais_field(msg.layout, "lon"), *lat = vg_ais_field(msg.layout, "lat");
    static const int32_t values[][2] = {
        {0, 0}, {499, 0}, {500, 1}, {1499, 1}, {1500, 2}, {-499, 0}, {-500, -1}, {-1500, -2}, {108000000 - 1, 108000}};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        int64_t raw;
        assert_int_equal(vg_ais_set_pos(&msg, (struct vg_pos){values[i][0], values[i][0] / 2}), VG_OK);
        assert_int_equal(vg_ais_raw(&msg, lon, 0, &raw), VG_AIS_PRESENT);
        assert_int_equal(raw, values[i][1]);
        assert_int_equal(vg_ais_raw(&msg, lat, 0, &raw), VG_AIS_PRESENT);
    }
}

static void lengths_have_limits_and_leave_no_bits_behind(void **state)
{
    (void)state;
    struct vg_ais msg = blank("1", 1073741823);
    assert_int_equal(vg_ais_set_length(&msg, 37), VG_RANGE);
    assert_int_equal(vg_ais_set_length(&msg, VG_AIS_BITS_MAX + 1), VG_RANGE);
    assert_int_equal(msg.bits, 168);
    assert_int_equal(vg_ais_set_length(&msg, VG_AIS_BITS_MAX), VG_OK);
    assert_int_equal(msg.bits, VG_AIS_BITS_MAX);
    for (unsigned bits = 60; bits >= 38; bits--) { /* all of what was cut off is zero when it comes back */
        memset(msg.payload + 5, 0xFF, 20);
        msg.bits = 168;
        assert_int_equal(vg_ais_set_length(&msg, bits), VG_OK);
        assert_int_equal(vg_ais_set_length(&msg, 168), VG_OK);
        for (unsigned at = bits; at < 168; at++)
            assert_int_equal(vg_ais_uint(&msg, at, 1), 0);
        if (bits > 40)
            assert_int_equal(vg_ais_uint(&msg, bits - 1, 1), 1);
    }
    assert_int_equal(vg_ais_uint(&msg, 8, 30), 1073741823);
}

static void text_is_made_of_what_six_bits_hold(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {{"abz", "ABZ"}, {"A@B", "A"},         {"a{|}~b", "A????B"},
                                           {" !?", " !?"}, {"[\\]^_", "[\\]^_"}, {"ni\xC3\xB1o", "NI??O"},
                                           {"`", "?"}};
    char text[64];
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct vg_ais msg = blank("5", 735000001);
        assert_int_equal(vg_ais_set_text(&msg, "shipname", "WAS LONGER BEFORE"), VG_OK);
        assert_int_equal(vg_ais_set_text(&msg, "shipname", pairs[i][0]), VG_OK);
        size_t n = vg_ais_text(&msg, 112, 120, text, sizeof text);
        assert_string_equal(text, pairs[i][1]);
        assert_int_equal(n, strlen(text));
        if (!strchr(pairs[i][0], '@'))
            assert_int_equal(vg_ais_uint(&msg, 112 + 6 * (unsigned)strlen(pairs[i][0]), 6), 0);
    }
    /* Cut to the field, to the caller's room, and to five slots where the text is free. */
    struct vg_ais msg = blank("5", 735000001);
    assert_int_equal(vg_ais_set_text(&msg, "callsign", "ABCDEFGHIJ"), VG_OK);
    assert_int_equal(vg_ais_text(&msg, 70, 42, text, sizeof text), 7);
    assert_string_equal(text, "ABCDEFG");
    assert_int_equal(vg_ais_text(&msg, 70, 42, text, 7), 6);
    assert_int_equal(vg_ais_text(&msg, 70, 42, text, 8), 7);
    assert_int_equal(vg_ais_text(&msg, 70, 42, text, 1), 0);
    assert_string_equal(text, "");
    assert_int_equal(vg_ais_uint(&msg, 112, 6), 0); /* the next field */
    char long_text[200];
    memset(long_text, 'X', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = 0;
    msg = blank("14", 735000001);
    assert_int_equal(vg_ais_set_text(&msg, "text", long_text), VG_OK);
    assert_int_equal(msg.bits, 40 + 156 * 6);
    assert_int_equal(vg_ais_set_text(&msg, "text", "SHORT"), VG_OK);
    assert_int_equal(msg.bits, 40 + 5 * 6);
}

static void the_name_of_an_aid_takes_the_extension_it_needs(void **state)
{
    (void)state;
    const char name[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    for (size_t n = 18; n <= 36; n++) {
        char text[40], back[64];
        struct vg_ais msg = blank("21", 997350001);
        snprintf(text, sizeof text, "%.*s", (int)n, name);
        assert_int_equal(vg_ais_set_text(&msg, "name", text), VG_OK);
        size_t extra = n <= 20 ? 0 : n <= 34 ? n - 20 : 14;
        assert_int_equal(msg.bits, extra ? (272 + extra * 6 + 7) / 8 * 8 : 272);
        size_t len = vg_ais_name_ext(&msg, 43, 120, back, sizeof back);
        assert_int_equal(len, n <= 34 ? n : 34);
        assert_memory_equal(back, name, len);
    }
}

static void data_ends_the_message(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {0xA5, 0xFF, 0x80};
    struct vg_ais msg = blank("8", 735000001);
    assert_int_equal(vg_ais_set_data(&msg, "data", bytes, 17), VG_OK);
    assert_int_equal(msg.bits, 56 + 17);
    assert_int_equal(vg_ais_uint(&msg, 56, 17), 0xA5FF80 >> 7);
    assert_int_equal(vg_ais_set_data(&msg, "data", bytes, 3), VG_OK);
    assert_int_equal(msg.bits, 59);
    assert_int_equal(vg_ais_set_data(&msg, "dac", bytes, 3), VG_ARG);
    assert_int_equal(vg_ais_set_data(&msg, "none", bytes, 3), VG_NOT_FOUND);
    struct vg_ais before = msg;
    assert_int_equal(vg_ais_set_data(&msg, "data", bytes, VG_AIS_BITS_MAX), VG_RANGE);
    assert_memory_equal(&msg, &before, sizeof msg);
}

/* ---- sentences ---- */

static void sentences_are_as_the_standards_say(void **state)
{
    (void)state;
    char text[1024];
    struct vg_ais msg = blank("10", 735000001);
    struct vg_out out = vg_out_fixed(text, sizeof text - 1);
    vg_ais_sentences(&msg, "AI", 'A', 7, NULL, VG_TIME_NONE, &out);
    text[out.len] = 0;
    assert_int_equal(strncmp(text, "!AIVDM,1,1,,A,:", 15), 0); /* type 10 is ':' */
    unsigned sum = 0, said;
    for (const char *p = text + 1; *p != '*'; p++)
        sum ^= (unsigned char)*p;
    assert_int_equal(sscanf(strchr(text, '*'), "*%2X\r\n", &said), 1);
    assert_int_equal(sum, said);
    assert_string_equal(text + out.len - 2, "\r\n");
    assert_int_equal(out.len, 15 + 11 + 7); /* 72 bits are twelve characters */
    /* With a tag block; its own checksum. The number of a message of two sentences wraps at ten. */
    msg = blank("5", 735000001);
    out = vg_out_fixed(text, sizeof text - 1);
    vg_ais_sentences(&msg, "BS", 'B', 23, "Manta", INT64_C(1700000000000000), &out);
    text[out.len] = 0;
    assert_int_equal(strncmp(text, "\\s:Manta,c:1700000000*", 22), 0);
    assert_non_null(strstr(text, "\\!BSVDM,2,1,3,B,5"));
    char *second = strstr(text, "\r\n") + 2;
    assert_int_equal(strncmp(second, "\\s:Manta,c:1700000000*", 22), 0);
    assert_non_null(strstr(second, "!BSVDM,2,2,3,B,"));
    assert_non_null(strstr(second, ",2*")); /* 424 bits: 71 characters, two bits filled up */
    sum = 0;
    for (const char *p = text + 1; *p != '*'; p++)
        sum ^= (unsigned char)*p;
    assert_int_equal(sscanf(strchr(text, '*'), "*%2X\\", &said), 1);
    assert_int_equal(sum, said);
    out = vg_out_fixed(text, sizeof text - 1);
    vg_ais_sentences(&msg, "AI", 'B', 0, NULL, INT64_C(5000000), &out);
    assert_int_equal(strncmp(text, "\\c:5*", 5), 0);
    out = vg_out_fixed(text, sizeof text - 1);
    vg_ais_sentences(&msg, "AI", 'B', 0, "x", VG_TIME_NONE, &out);
    assert_int_equal(strncmp(text, "\\s:x*", 5), 0);
}

/* Sixty characters are the most of one sentence. */
static void long_messages_are_cut_where_a_sentence_is_full(void **state)
{
    (void)state;
    for (unsigned bits = 38; bits <= 1008; bits++) {
        char text[4096];
        struct vg_ais msg = blank("8", 735000001);
        assert_int_equal(vg_ais_set_length(&msg, bits), VG_OK);
        struct vg_out out = vg_out_fixed(text, sizeof text - 1);
        vg_ais_sentences(&msg, "AI", 'A', 1, NULL, VG_TIME_NONE, &out);
        text[out.len] = 0;
        unsigned chars = (bits + 5) / 6, parts = chars <= 60 ? 1 : (chars + 59) / 60, lines = 0;
        for (const char *p = text; (p = strstr(p, "\r\n")); p += 2)
            lines++;
        assert_int_equal(lines, parts);
        struct decoded d;
        decode_text(text, &d, NULL);
        assert_int_equal(d.count, 1);
        assert_int_equal(d.msg.bits, bits);
        assert_memory_equal(d.msg.payload, msg.payload, (bits + 7) / 8);
    }
}

/* ---- values as they are shown ---- */

/* The message's JSON has this text in it; without it, it has not. */
static void assert_shows(const struct vg_ais *msg, const char *want)
{
    char json[2][VG_AIS_JSON_MAX + 1];
    for (int plain = 0; plain < 2; plain++) {
        struct vg_out out = vg_out_fixed(json[plain], VG_AIS_JSON_MAX);
        if (plain)
            vg_ais_json_plain(msg, NULL, &out);
        else
            vg_ais_json(msg, NULL, &out);
        json[plain][out.len] = 0;
        if (!strstr(json[plain], want))
            fail_msg("%s is not in %s", want, json[plain]);
    }
}

static void values_are_shown_as_they_are_meant(void **state)
{
    (void)state;
    static const struct {
        const char *layout, *key;
        int64_t raw;
        const char *shows;
    } cases[] = {
        {"1", "lon", -47999999, ",\"lon\":-79.999998,"},
        {"1", "lon", 108600000, ",\"lon\":null,"},
        {"1", "lat", 1, ",\"lat\":0.000002,"},
        {"27", "lon", -1, ",\"lon\":-0.001667,"},
        {"27", "lat", 54600, ",\"lat\":null,"},
        {"17", "lon", 600, ",\"lon\":1.0,"},
        {"1", "speed", 123, ",\"speed\":12.3,"},
        {"1", "speed", 1022, ",\"speed\":102.2,"},
        {"1", "speed", 1023, ",\"speed\":null,"},
        {"9", "speed", 123, ",\"speed\":123,"},
        {"1", "course", 5, ",\"course\":0.5,"},
        {"1", "course", 3600, ",\"course\":null,"},
        {"1", "heading", 359, ",\"heading\":359,"},
        {"1", "turn", 20, ",\"turn\":17.9,\"turn_raw\":20,"},
        {"1", "turn", -20, ",\"turn\":-17.9,\"turn_raw\":-20,"},
        {"1", "turn", -126, ",\"turn\":-708.7,\"turn_raw\":-126,"},
        {"1", "turn", 127, ",\"turn\":null,\"turn_raw\":127,"},
        {"1", "turn", -127, ",\"turn\":null,\"turn_raw\":-127,"},
        {"1", "turn", -128, ",\"turn\":null,\"turn_raw\":null,"},
        {"1", "turn", 0, ",\"turn\":0.0,\"turn_raw\":0,"},
        {"1", "raim", 1, ",\"raim\":true,"},
        {"1", "accuracy", 0, ",\"accuracy\":false,"},
        {"5", "draught", 123, ",\"draught\":12.3,"},
        {"5", "draught", 0, ",\"draught\":null,"},
        {"5", "imo", 8207721, ",\"imo\":8207721,"},
        {"9", "alt", 4094, ",\"alt\":4094,"},
        {"9", "alt", 4095, ",\"alt\":null,"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_ais msg = blank(cases[i].layout, 735000001);
        assert_int_equal(vg_ais_set_raw(&msg, cases[i].key, cases[i].raw), VG_OK);
        assert_shows(&msg, cases[i].shows);
    }
}

static void times_and_data_are_shown_as_broadcast(void **state)
{
    (void)state;
    struct vg_ais msg = blank("4", 7350001);
    static const struct {
        struct vg_civil t;
        const char *shows;
    } times[] = {{{2026, 1, 2, 3, 4, 5, 0}, "\"timestamp\":\"2026-01-02T03:04:05Z\""},
                 {{5, 12, 31, 23, 59, 58, 0}, "\"timestamp\":\"0005-12-31T23:59:58Z\""},
                 {{950, 0, 0, 24, 60, 60, 0}, "\"timestamp\":\"0950-00-00T24:60:60Z\""},
                 {{16383, 15, 31, 31, 63, 63, 0}, "\"timestamp\":\"16383-15-31T31:63:63Z\""}};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(vg_ais_set_time(&msg, "timestamp", &times[i].t), VG_OK);
        assert_shows(&msg, times[i].shows);
    }
    msg = blank("5", 735000001);
    assert_int_equal(vg_ais_set_time(&msg, "eta", &(struct vg_civil){.month = 9, .day = 14, .hour = 5, .minute = 36}),
                     VG_OK);
    assert_shows(&msg, "\"eta\":\"09-14T05:36Z\"");
    static const uint8_t bytes[] = {0xA5, 0xF0, 0x12, 0x34, 0x5F};
    static const struct {
        unsigned bits;
        const char *shows;
    } data[] = {{1, "\"data\":\"1:8\""},           {4, "\"data\":\"4:a\""},
                {5, "\"data\":\"5:a0\""},          {32, "\"data\":\"32:a5f01234\""},
                {33, "\"data\":\"33:a5f012340\""}, {40, "\"data\":\"40:a5f012345f\""}};
    for (size_t i = 0; i < sizeof data / sizeof *data; i++) {
        msg = blank("8", 735000001);
        assert_int_equal(vg_ais_set_raw(&msg, "dac", 1023), VG_OK);
        assert_int_equal(vg_ais_set_data(&msg, "data", bytes, data[i].bits), VG_OK);
        assert_shows(&msg, data[i].shows);
    }
    msg = blank("26", 735000001); /* the communication state behind is no data */
    assert_int_equal(vg_ais_set_data(&msg, "data", bytes, 8), VG_OK);
    assert_shows(&msg, "\"data\":\"8:a5\"");
}

static void a_cut_number_is_shown_and_marked(void **state)
{
    (void)state;
    struct vg_ais msg = blank("1", 735000001);
    assert_int_equal(vg_ais_set_raw(&msg, "heading", 258), VG_OK);
    assert_int_equal(vg_ais_set_length(&msg, 136), VG_OK); /* the last bit of nine is missing */
    assert_shows(&msg, "\"heading\":258");
    assert_shows(&msg, ",\"partial\":\"heading\"");
    assert_int_equal(vg_ais_set_length(&msg, 137), VG_OK);
    char json[VG_AIS_JSON_MAX + 1];
    struct vg_out out = vg_out_fixed(json, VG_AIS_JSON_MAX);
    vg_ais_json(&msg, NULL, &out);
    json[out.len] = 0;
    assert_null(strstr(json, "partial"));
    assert_null(strstr(json, "second"));
}

/* Every key of every layout has a column, once; every message has as many cells as there are columns. */
static void csv_has_a_column_for_every_key(void **state)
{
    (void)state;
    static char header[16384];
    struct vg_out out = vg_out_fixed(header, sizeof header - 1);
    vg_ais_csv_header(&out);
    header[out.len] = 0;
    static const char first[] = "line,rxtime,station,channel,talker,type,repeat,mmsi,";
    assert_int_equal(strncmp(header, first, sizeof first - 1), 0);
    assert_string_equal(header + out.len - 2, "\r\n");
    header[out.len - 2] = ',';
    header[out.len - 1] = 0;
    size_t layouts, keys = 0;
    const struct vg_ais_layout *l = vg_ais_layouts(&layouts);
    for (size_t i = 0; i < layouts && l[i].type; i++)
        for (size_t k = 0; k < l[i].fields; k++, keys++) {
            char want[64];
            snprintf(want, sizeof want, ",%s,", l[i].field[k].key);
            char *at = strstr(header, want);
            if (!at)
                fail_msg("%s has no column", l[i].field[k].key);
            assert_null(strstr(at + 1, want));
        }
    assert_true(keys > 200);
    assert_non_null(strstr(header, ",turn,turn_raw,"));
    assert_non_null(strstr(header, ",suspect,application,"));
}

/* The cell of a row at an index, as it stands there, quotes too. */
static void cell_of(const char *row, size_t index, char *ret, size_t size)
{
    bool quoted = false;
    size_t n = 0;
    for (; *row && *row != '\r' && (index || quoted || *row != ','); row++) {
        quoted ^= *row == '"';
        if (*row == ',' && !quoted)
            index--;
        else if (!index && n + 1 < size)
            ret[n++] = *row;
    }
    ret[n] = '\0';
}

/* The cell of a key in a message's row, by the fast writer and by the plain one. */
static void assert_cell(const struct vg_ais *msg, const char *key, const char *want)
{
    static char row[4 * VG_AIS_JSON_MAX], cell[VG_AIS_JSON_MAX + 1];
    size_t columns, k = 0;
    const char *const *keys = vg_ais_csv_columns(&columns);
    while (k < columns && strcmp(keys[k], key) != 0)
        k++;
    assert_true(k < columns);
    for (int plain = 0; plain < 2; plain++) {
        struct vg_out out = vg_out_fixed(row, sizeof row - 1);
        (plain ? vg_ais_csv_plain : vg_ais_csv)(msg, NULL, &out);
        row[out.len] = '\0';
        cell_of(row, 8 + k, cell, sizeof cell); /* behind line … mmsi, whose first five are empty */
        assert_string_equal(cell, want);
    }
}

static void cells_are_empty_where_nothing_was_said(void **state)
{
    (void)state;
    struct vg_ais msg = blank("1", 735000001);
    assert_cell(&msg, "speed", "");
    assert_cell(&msg, "turn", "");
    assert_cell(&msg, "turn_raw", "");
    assert_cell(&msg, "raim", "0");
    assert_cell(&msg, "shipname", "");
    assert_cell(&msg, "suspect", "");
    vg_ais_set_raw(&msg, "turn", -127);
    assert_cell(&msg, "turn", "");
    assert_cell(&msg, "turn_raw", "-127");
    vg_ais_set_raw(&msg, "speed", 700);
    vg_ais_set_raw(&msg, "heading", 400);
    assert_cell(&msg, "speed", "70.0");
    assert_cell(&msg, "suspect", "motion");
    vg_ais_set_raw(&msg, "lat", 60000000);
    assert_cell(&msg, "suspect", "position motion");
    msg = blank("5", 735000001);
    vg_ais_set_text(&msg, "shipname", "A,\"B\"");
    assert_cell(&msg, "shipname", "\"A,\"\"B\"\"\"");
    assert_cell(&msg, "eta", "00-00T24:60Z");
    assert_cell(&msg, "application", "");
}

/* Rows of one identifier are tried in their order; each is taken from its least length on. */
static void an_application_is_taken_from_its_least_length_on(void **state)
{
    (void)state;
    size_t count, layouts;
    const struct vg_ais_application *row = vg_ais_applications(&count);
    const struct vg_ais_layout *l = vg_ais_layouts(&layouts);
    for (size_t i = 0; i < count; i++)
        for (int less = 0; less < 2; less++) {
            unsigned bits = row[i].min_bits - (unsigned)less;
            const struct vg_ais_layout *want = NULL;
            for (size_t k = 0; k < count && !want; k++)
                if (row[k].dac == row[i].dac && row[k].fid == row[i].fid && bits >= row[k].min_bits)
                    want = &l[row[k].layout];
            struct vg_ais msg = blank("8", 735000001);
            if (!bits || row[i].min_bits == 0)
                continue;
            vg_ais_put_bits(&msg, 40, 16, (uint32_t)row[i].dac << 6 | row[i].fid);
            assert_int_equal(vg_ais_set_length(&msg, 56 + bits), VG_OK);
            vg_ais_choose_application(&msg);
            if (msg.application != want)
                fail_msg("DAC %u, FI %u with %u bits", row[i].dac, row[i].fid, bits);
            assert_int_equal(msg.application_start, 56);
        }
    assert_true(count > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_of_a_time_have_their_limits),
        cmocka_unit_test(numbers_have_the_limits_of_their_bits),
        cmocka_unit_test(positions_are_rounded_to_the_message_s_unit),
        cmocka_unit_test(lengths_have_limits_and_leave_no_bits_behind),
        cmocka_unit_test(text_is_made_of_what_six_bits_hold),
        cmocka_unit_test(the_name_of_an_aid_takes_the_extension_it_needs),
        cmocka_unit_test(data_ends_the_message),
        cmocka_unit_test(sentences_are_as_the_standards_say),
        cmocka_unit_test(long_messages_are_cut_where_a_sentence_is_full),
        cmocka_unit_test(values_are_shown_as_they_are_meant),
        cmocka_unit_test(times_and_data_are_shown_as_broadcast),
        cmocka_unit_test(a_cut_number_is_shown_and_marked),
        cmocka_unit_test(csv_has_a_column_for_every_key),
        cmocka_unit_test(cells_are_empty_where_nothing_was_said),
        cmocka_unit_test(an_application_is_taken_from_its_least_length_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
