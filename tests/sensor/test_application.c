/* Application payloads: what is set is read, through sentences, for every layout; nothing collides in the JSON. */
#include "sensor/ais_util.h"

#include "sensor/ais/layouts.h"

static uint64_t seed = 20251123;

static uint32_t random32(void)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 32);
}

/* What was set, by path. */
struct said {
    size_t count;
    struct {
        char path[VG_AIS_PATH_SIZE];
        int64_t raw;
        char text[160];
    } row[600];
};

static void fill(struct vg_ais *msg, const struct vg_ais_layout *layout, const char *prefix, struct said *said);

static void fill_number(struct vg_ais *msg, const struct vg_ais_field *f, const char *path, struct said *said)
{
    bool is_signed = f->kind == VG_AIS_INT || f->kind == VG_AIS_LON || f->kind == VG_AIS_LAT;
    int64_t raw = random32() & (uint32_t)((UINT64_C(1) << f->width) - 1);
    if (f->kind == VG_AIS_CHOICE)
        raw = f->first + random32() % f->max;
    if (is_signed && raw >> (f->width - 1))
        raw -= INT64_C(1) << f->width;
    if (strcmp(f->key, "waycount") == 0)
        raw = 0; /* the array counts itself */
    assert_int_equal(vg_ais_set_raw(msg, path, raw), VG_OK);
    if (strcmp(f->key, "waycount") != 0) {
        snprintf(said->row[said->count].path, VG_AIS_PATH_SIZE, "%s", path);
        said->row[said->count++].raw = raw;
    }
}

static void fill_text(struct vg_ais *msg, const struct vg_ais_field *f, const char *path, struct said *said)
{
    size_t most = f->width ? f->width / 6 : 40, n = random32() % (most + 1);
    char *text = said->row[said->count].text;
    for (size_t i = 0; i < n; i++)
        text[i] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 _\"\\'&,"[random32() % (i + 1 < n ? 43 : 36)];
    text[n] = '\0';
    assert_int_equal(vg_ais_set_text(msg, path, text), VG_OK);
    snprintf(said->row[said->count++].path, VG_AIS_PATH_SIZE, "%s", path);
}

static void fill_array(struct vg_ais *msg, const struct vg_ais_field *f, const char *path, struct said *said)
{
    const struct vg_ais_layout *element = vg_ais_element(f);
    unsigned n = 1 + random32() % f->max;
    while (n > 1 && n * element->bits > 900)
        n--;
    for (unsigned k = 0; k < n; k++) {
        char prefix[VG_AIS_PATH_SIZE];
        assert_true(snprintf(prefix, sizeof prefix, "%s[%u].", path, k) < (int)sizeof prefix);
        fill(msg, element, prefix, said);
    }
}

static void fill(struct vg_ais *msg, const struct vg_ais_layout *layout, const char *prefix, struct said *said)
{
    for (size_t i = 0; i < layout->fields; i++) {
        const struct vg_ais_field *f = &layout->field[i];
        char path[VG_AIS_PATH_SIZE];
        assert_true(snprintf(path, sizeof path, "%s%s", prefix, f->key) < (int)sizeof path);
        if (f->kind == VG_AIS_REPEAT)
            fill_array(msg, f, path, said);
        else if (f->kind == VG_AIS_TEXT)
            fill_text(msg, f, path, said);
        else if (f->kind == VG_AIS_DATA)
            assert_int_equal(vg_ais_set_data(msg, path, (const uint8_t *)"\x12\x34\x56", 24), VG_OK);
        else if (f->kind == VG_AIS_ETA)
            assert_int_equal(
                vg_ais_set_time(msg, path, &(struct vg_civil){.month = 12, .day = 31, .hour = 23, .minute = 59}),
                VG_OK);
        else
            fill_number(msg, f, path, said);
        if (f->kind == VG_AIS_CHOICE) {
            size_t count;
            int64_t raw = said->row[said->count - 1].raw;
            fill(msg, &vg_ais_layouts(&count)[f->sub_layout + (unsigned)(raw - f->first)], prefix, said);
        }
    }
}

struct reading {
    const struct vg_ais *msg;
    const struct said *said;
    size_t found;
};

static void compare(void *arg, const struct vg_ais_field *f, unsigned base, const char *path, bool application)
{
    struct reading *r = arg;
    for (size_t i = 0; application && i < r->said->count; i++) {
        if (strcmp(r->said->row[i].path, path) != 0)
            continue;
        r->found++;
        int64_t raw;
        char text[200];
        if (f->kind == VG_AIS_TEXT) {
            unsigned left = vg_ais_application_end(r->msg) - base - f->start;
            text[0] = '\0';
            if (left)
                vg_ais_text(r->msg, base + f->start, left, text, f->width ? f->width / 6 + 1u : sizeof text);
            assert_string_equal(text, r->said->row[i].text);
        } else if (vg_ais_raw(r->msg, f, base, &raw) == VG_AIS_PRESENT) {
            assert_int_equal(raw, r->said->row[i].raw);
        } else {
            assert_int_equal(vg_ais_raw(r->msg, f, base, &raw), VG_AIS_NOT_AVAILABLE);
            assert_true(r->said->row[i].raw == f->none || (f->upwards && r->said->row[i].raw > f->none));
        }
    }
}

static void there_and_back(const struct vg_ais *msg, const struct said *said)
{
    static char text[8192];
    static struct decoded d;
    struct vg_out out = vg_out_fixed(text, sizeof text - 1);
    vg_ais_sentences(msg, "AI", 'A', 3, NULL, VG_TIME_NONE, &out);
    assert_int_equal(out.err, VG_OK);
    text[out.len] = '\0';
    decode_text(text, &d, NULL);
    assert_int_equal(d.count, 1);
    assert_int_equal(d.msg.bits, msg->bits);
    assert_memory_equal(d.msg.payload, msg->payload, (msg->bits + 7u) / 8);
    assert_ptr_equal(d.msg.application, msg->application);
    struct reading r = {&d.msg, said, 0};
    vg_ais_each_field(&d.msg, compare, &r);
    assert_int_equal(r.found, said->count);
    json_t *j = json_loads(d.json, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(j);
    json_decref(j);
}

static void every_field_of_every_application_comes_back_from_sentences(void **state)
{
    (void)state;
    static const char *const carriers[] = {"6", "8", "25I", "25AI", "26I", "26AI"};
    static struct said said;
    size_t rows, fields = 0;
    const struct vg_ais_application *row = vg_ais_applications(&rows);
    for (size_t i = 0; i < rows; i++) {
        for (int round = 0; round < 60; round++) {
            struct vg_ais msg;
            assert_int_equal(vg_ais_blank(carriers[round % 6], 2573000, &msg), VG_OK);
            if (row[i].min_bits > 100) /* an older use of an identifier: read, not written */
                continue;
            assert_int_equal(vg_ais_set_application(&msg, row[i].dac, row[i].fid), VG_OK);
            if (msg.type == 26)
                assert_int_equal(vg_ais_set_raw(&msg, "radio", 0xABCDE), VG_OK);
            memset(&said, 0, sizeof said);
            fill(&msg, msg.application, "", &said);
            fields += said.count;
            int64_t radio = 0xABCDE;
            if (msg.type == 26)
                assert_int_equal(vg_ais_raw(&msg, vg_ais_field(msg.layout, "radio"), 0, &radio), VG_AIS_PRESENT);
            assert_int_equal(radio, 0xABCDE);
            there_and_back(&msg, &said);
        }
    }
    print_message("%zu applications, %zu values set and read again\n", rows, fields);
}

static void a_blank_application_says_nothing(void **state)
{
    (void)state;
    struct vg_ais msg;
    char buf[VG_AIS_JSON_MAX];
    assert_int_equal(vg_ais_blank("8", 2573000, &msg), VG_OK);
    assert_int_equal(vg_ais_set_application(&msg, 1, 31), VG_OK);
    struct vg_out out = vg_out_fixed(buf, sizeof buf);
    vg_ais_json(&msg, NULL, &out);
    json_t *j = json_loadb(buf, out.len, JSON_REJECT_DUPLICATES, NULL);
    static const char *const nulls[] = {"met_lon", "met_lat", "wspeed", "airtemp", "pressure", "salinity", "ice"};
    for (size_t i = 0; i < sizeof nulls / sizeof *nulls; i++)
        assert_true(json_is_null(json_object_get(j, nulls[i])));
    json_decref(j);
    assert_int_equal(vg_ais_set_application(&msg, 1, 63), VG_NOT_FOUND);
    assert_int_equal(vg_ais_blank("1", 735000001, &msg), VG_OK);
    assert_int_equal(vg_ais_set_application(&msg, 1, 31), VG_NOT_FOUND);
}

/* Consumers take `lon` and `lat` of the object as the sender's; reception keys and the message's own are taken. */
static void no_application_says_the_senders_position_or_takes_a_key(void **state)
{
    (void)state;
    static const char *const taken[] = {"lon",     "lat",        "type",       "repeat", "mmsi", "line",
                                        "rxtime",  "station",    "channel",    "talker", "own",  "partial",
                                        "suspect", "extra_bits", "signal_dbm", "snr_db", "slot", "application"};
    static const char *const carriers[] = {"6", "8", "25I", "25AI", "26I", "26AI"};
    size_t rows, layouts;
    const struct vg_ais_application *row = vg_ais_applications(&rows);
    const struct vg_ais_layout *layout = vg_ais_layouts(&layouts);
    for (size_t i = 0; i < rows; i++) {
        const struct vg_ais_layout *l = &layout[row[i].layout];
        for (size_t k = 0; k < l->fields; k++) {
            for (size_t t = 0; t < sizeof taken / sizeof *taken; t++)
                assert_string_not_equal(l->field[k].key, taken[t]);
            for (size_t t = 0; t < sizeof carriers / sizeof *carriers; t++)
                assert_null(vg_ais_field(vg_ais_layout_by_name(carriers[t]), l->field[k].key));
            for (unsigned c = 0; l->field[k].kind == VG_AIS_CHOICE && c < l->field[k].max; c++)
                for (size_t t = 0; t < sizeof taken / sizeof *taken; t++)
                    assert_null(vg_ais_field(&layout[l->field[k].sub_layout + c], taken[t]));
        }
    }
}

/* Payloads that were received; the values are plain from the place. */
static void real_payloads_make_sense(void **state)
{
    (void)state;
    /* Water levels of four Croatian gauges (DAC 200, FI 24). */
    struct vg_ais msg;
    static const uint8_t gauges[] = {0x21, 0x20, 0x09, 0x05, 0xc8, 0x03, 0x85,
                                     0x6c, 0x01, 0x41, 0x56, 0x00, 0x60, 0xc4};
    assert_int_equal(vg_ais_blank("8", 2385140, &msg), VG_OK);
    assert_int_equal(vg_ais_set_raw(&msg, "dac", 200), VG_OK);
    assert_int_equal(vg_ais_set_raw(&msg, "fid", 24), VG_OK);
    assert_int_equal(vg_ais_set_data(&msg, "data", gauges, 112), VG_OK);
    char buf[VG_AIS_JSON_MAX];
    struct vg_out out = vg_out_fixed(buf, sizeof buf);
    vg_ais_json(&msg, NULL, &out);
    buf[out.len] = '\0';
    assert_non_null(strstr(buf, "\"country\":\"HR\",\"gauges\":[{\"id\":4,\"level\":1.85},{\"id\":3,\"level\":3.47},"
                                "{\"id\":2,\"level\":1.71},{\"id\":1,\"level\":1.96}]"));
    /* An area notice with a circle, a polygon and a text (DAC 1, FI 22). */
    static const uint8_t area[] = {0x06, 0x80, 0x9b, 0xea, 0xf0, 0x00, 0x04, 0x0d, 0xfc, 0x50, 0x99, 0x25, 0x26, 0xcc,
                                   0x00, 0x00, 0x00, 0x02, 0x65, 0x98, 0xce, 0x00, 0x0e, 0x50, 0xe0, 0xcb, 0x68, 0x00,
                                   0x05, 0x38, 0xf0, 0x41, 0x81, 0x25, 0xe0, 0x10, 0xd0, 0x60, 0x82, 0x00};
    assert_int_equal(vg_ais_blank("8", 3669739, &msg), VG_OK);
    assert_int_equal(vg_ais_set_raw(&msg, "dac", 1), VG_OK);
    assert_int_equal(vg_ais_set_raw(&msg, "fid", 22), VG_OK);
    assert_int_equal(vg_ais_set_data(&msg, "data", area, 316), VG_OK);
    out = vg_out_fixed(buf, sizeof buf);
    vg_ais_json(&msg, NULL, &out);
    buf[out.len] = '\0';
    assert_non_null(strstr(buf, "\"linkage\":26,\"notice\":1,\"month\":3,\"day\":15,\"hour\":21,\"minute\":30,"));
    assert_non_null(strstr(buf, "\"areas\":[{\"shape\":0,\"scale\":0,\"lon\":-70.408217,\"lat\":40.02495"));
    assert_non_null(strstr(buf, "{\"shape\":4,\"scale\":3,\"vertices\":[{\"bearing\":89.5,\"distance\":103},"));
    assert_non_null(strstr(buf, "{\"shape\":5,\"text\":\"NOAA RW DMA\"}]"));
}

static void scaled_values_come_back_as_they_were_meant(void **state)
{
    (void)state;
    struct vg_ais msg;
    static const struct {
        unsigned dac, fid;
        const char *key;
        double value, read;
    } values[] = {
        {1, 31, "pressure", 1013, 1013},       {1, 31, "waterlevel", -0.35, -0.35},
        {1, 11, "temperature", -12.5, -12.5},  {235, 10, "ana_int", 12.35, 12.35},
        {200, 23, "start_year", 2026, 2026},   {200, 24, "gauges[0].level", -1.5, -1.5},
        {1, 22, "areas[0].lon", -80.5, -80.5}, {366, 32, "major", 4, 4},
    };
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        assert_int_equal(vg_ais_blank("8", 2573000, &msg), VG_OK);
        assert_int_equal(vg_ais_set_application(&msg, values[i].dac, values[i].fid), VG_OK);
        assert_int_equal(vg_ais_set(&msg, values[i].key, values[i].value), VG_OK);
        char buf[VG_AIS_JSON_MAX], want[64];
        struct vg_out out = vg_out_fixed(buf, sizeof buf - 1);
        vg_ais_json(&msg, NULL, &out);
        buf[out.len] = '\0';
        const char *dot = strrchr(values[i].key, '.');
        snprintf(want, sizeof want, "\"%s\":%g", dot ? dot + 1 : values[i].key, values[i].read);
        assert_non_null(strstr(buf, want));
    }
    assert_int_equal(vg_ais_set(&msg, "major", 300), VG_RANGE);
    assert_int_equal(vg_ais_set(&msg, "areas[0].lon", 0), VG_NOT_FOUND);
}

static void arrays_have_their_limits(void **state)
{
    (void)state;
    struct vg_ais msg;
    assert_int_equal(vg_ais_blank("8", 2573000, &msg), VG_OK);
    assert_int_equal(vg_ais_set_application(&msg, 1, 27), VG_OK);
    assert_int_equal(vg_ais_set(&msg, "waypoints[15].lat", 10), VG_OK);
    int64_t count;
    assert_int_equal(vg_ais_raw(&msg, vg_ais_field(msg.application, "waycount"), msg.application_start, &count),
                     VG_AIS_PRESENT);
    assert_int_equal(count, 16);
    assert_int_equal(vg_ais_set(&msg, "waypoints[16].lat", 10), VG_NOT_FOUND);
    assert_int_equal(vg_ais_set(&msg, "waypoints[x].lat", 10), VG_NOT_FOUND);
    assert_int_equal(vg_ais_set(&msg, "waypoints[1]lat", 10), VG_NOT_FOUND);
    assert_int_equal(vg_ais_set(&msg, "waypoints", 10), VG_NOT_FOUND);
}

/* An element that the end of the message cuts is read as far as it goes, and the array is marked. */
static void a_cut_array_is_marked(void **state)
{
    (void)state;
    struct vg_ais msg;
    assert_int_equal(vg_ais_blank("8", 2573000, &msg), VG_OK);
    assert_int_equal(vg_ais_set_application(&msg, 1, 17), VG_OK);
    assert_int_equal(vg_ais_set(&msg, "targets[1].speed", 7), VG_OK);
    assert_int_equal(vg_ais_set_length(&msg, msg.bits - 10u), VG_OK);
    char buf[VG_AIS_JSON_MAX];
    struct vg_out out = vg_out_fixed(buf, sizeof buf);
    vg_ais_json(&msg, NULL, &out);
    json_t *j = json_loadb(buf, out.len, JSON_REJECT_DUPLICATES, NULL);
    assert_int_equal(json_array_size(json_object_get(j, "targets")), 2);
    assert_string_equal(json_string_value(json_object_get(j, "partial")), "targets");
    assert_null(json_object_get(json_array_get(json_object_get(j, "targets"), 1), "speed"));
    json_decref(j);
}

static void times_etas_and_data_are_set_and_read(void **state)
{
    (void)state;
    struct vg_ais msg;
    char buf[VG_AIS_JSON_MAX];
    struct vg_civil t = {.year = 2026, .month = 11, .day = 22, .hour = 6, .minute = 35, .second = 4};
    assert_int_equal(vg_ais_blank("4", 7350001, &msg), VG_OK);
    assert_int_equal(vg_ais_set_time(&msg, "timestamp", &t), VG_OK);
    struct vg_out out = vg_out_fixed(buf, sizeof buf - 1);
    vg_ais_json(&msg, NULL, &out);
    buf[out.len] = '\0';
    assert_non_null(strstr(buf, "\"timestamp\":\"2026-11-22T06:35:04Z\""));
    assert_int_equal(vg_ais_set_time(&msg, "lon", &t), VG_ARG);
    t.month = 16;
    assert_int_equal(vg_ais_set_time(&msg, "timestamp", &t), VG_RANGE);
    t.month = 11;
    assert_int_equal(vg_ais_blank("5", 735000001, &msg), VG_OK);
    assert_int_equal(vg_ais_set_time(&msg, "eta", &t), VG_OK);
    struct vg_report r;
    assert_true(vg_ais_report(&msg, &r));
    assert_int_equal(r.eta_month * 1000000 + r.eta_day * 10000 + r.eta_hour * 100 + r.eta_minute, 11220635);
    assert_int_equal(vg_ais_blank("17", 7350001, &msg), VG_OK);
    assert_int_equal(vg_ais_set_data(&msg, "data", (const uint8_t *)"\x12\x34\x5f", 20), VG_OK);
    assert_int_equal(msg.bits, 100);
    out = vg_out_fixed(buf, sizeof buf - 1);
    vg_ais_json(&msg, NULL, &out);
    buf[out.len] = '\0';
    assert_non_null(strstr(buf, "\"data\":\"20:12345\""));
    assert_int_equal(vg_ais_set_data(&msg, "lon", (const uint8_t *)"", 0), VG_ARG);
    assert_int_equal(vg_ais_set_data(&msg, "data", (const uint8_t *)"", VG_AIS_BITS_MAX), VG_RANGE);
    assert_int_equal(vg_ais_set_length(&msg, 37), VG_RANGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_of_every_application_comes_back_from_sentences),
        cmocka_unit_test(a_blank_application_says_nothing),
        cmocka_unit_test(no_application_says_the_senders_position_or_takes_a_key),
        cmocka_unit_test(real_payloads_make_sense),
        cmocka_unit_test(scaled_values_come_back_as_they_were_meant),
        cmocka_unit_test(arrays_have_their_limits),
        cmocka_unit_test(a_cut_array_is_marked),
        cmocka_unit_test(times_etas_and_data_are_set_and_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
