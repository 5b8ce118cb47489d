/*
 * Plausibility. The last two tests measure: how much noise with a right checksum passes as a message, and how many real
 * messages are suspected. `ctest -R sensor/test_suspicion -V` prints the figures.
 */
#include "report/mmsi.h"
#include "sensor/ais_util.h"

#include <stdio.h>
#include <stdlib.h>

static uint64_t seed = 20251124;

static uint32_t random32(void)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 32);
}

static bool has(const struct vg_ais *msg, enum vg_suspect reason)
{
    return vg_ais_suspicion(msg).reasons >> reason & 1;
}

static void a_message_by_the_book_raises_no_doubt(void **state)
{
    (void)state;
    static const struct {
        const char *layout;
        uint32_t mmsi;
    } senders[] = {{"1", 735000001},  {"4", 7350001},     {"5", 735000001},   {"9", 111735001},   {"18", 735000002},
                   {"19", 735000002}, {"21", 997350001},  {"24A", 735000002}, {"24B", 735000002}, {"27", 735000001},
                   {"1", 970735001},  {"24M", 987350001}, {"23", 7350001},    {"22", 7350001},    {"11", 735000001}};
    for (size_t i = 0; i < sizeof senders / sizeof *senders; i++) {
        struct vg_ais msg;
        assert_int_equal(vg_ais_blank(senders[i].layout, senders[i].mmsi, &msg), VG_OK);
        struct vg_suspicion s = vg_ais_suspicion(&msg);
        if (s.score)
            print_message("%s: %x\n", senders[i].layout, s.reasons);
        assert_int_equal(s.score, 0);
    }
}

static void each_reason_is_found(void **state)
{
    (void)state;
    struct vg_ais msg, m;
    assert_int_equal(vg_ais_blank("1", 735000001, &msg), VG_OK);
    m = msg;
    assert_int_equal(vg_ais_set_length(&m, 204), VG_OK);
    assert_true(has(&m, VG_SUSPECT_LENGTH) && !vg_ais_suspect(&m)); /* a doubt alone is no suspicion */
    assert_int_equal(vg_ais_set_raw(&m, "heading", 400), VG_OK);
    assert_true(vg_ais_suspect(&m));
    m = msg;
    vg_ais_set_raw(&m, "lat", 60000000);
    assert_true(has(&m, VG_SUSPECT_POSITION) && vg_ais_suspect(&m));
    m = msg;
    vg_ais_set_raw(&m, "speed", 900);
    vg_ais_set_raw(&m, "course", 3700);
    assert_true(has(&m, VG_SUSPECT_MOTION) && vg_ais_suspect(&m));
    m = msg;
    m.payload[18] |= 0x40; /* bit 145 */
    assert_true(has(&m, VG_SUSPECT_SPARE) && !vg_ais_suspect(&m));
    assert_int_equal(vg_ais_blank("1", 999999999, &m), VG_OK);
    assert_true(has(&m, VG_SUSPECT_MMSI));
    assert_int_equal(vg_ais_blank("28", 735000001, &m), VG_OK);
    assert_true(has(&m, VG_SUSPECT_TYPE) && vg_ais_suspect(&m));
    assert_int_equal(vg_ais_blank("4", 7350001, &m), VG_OK);
    vg_ais_set_time(&m, "timestamp", &(struct vg_civil){.year = 2026, .month = 13});
    assert_true(has(&m, VG_SUSPECT_TIME));
    assert_int_equal(vg_ais_blank("5", 735000001, &m), VG_OK);
    vg_ais_set_text(&m, "shipname", "<=>?[\\]^#$%");
    vg_ais_set_raw(&m, "epfd", 12);
    assert_true(has(&m, VG_SUSPECT_TEXT) && has(&m, VG_SUSPECT_VALUE) && vg_ais_suspect(&m));
}

static void a_suspect_message_says_so_in_its_json_and_is_still_there(void **state)
{
    (void)state;
    struct vg_ais msg;
    char buf[VG_AIS_JSON_MAX];
    assert_int_equal(vg_ais_blank("1", 735000001, &msg), VG_OK);
    vg_ais_set_raw(&msg, "lon", 120000000);
    struct vg_out out = vg_out_fixed(buf, sizeof buf);
    vg_ais_json(&msg, NULL, &out);
    json_t *j = json_loadb(buf, out.len, JSON_REJECT_DUPLICATES, NULL);
    assert_int_equal(json_array_size(json_object_get(j, "suspect")), 1);
    assert_string_equal(json_string_value(json_array_get(json_object_get(j, "suspect"), 0)), "position");
    json_decref(j);
    vg_ais_set_raw(&msg, "lon", 1200000);
    out = vg_out_fixed(buf, sizeof buf);
    vg_ais_json(&msg, NULL, &out);
    j = json_loadb(buf, out.len, JSON_REJECT_DUPLICATES, NULL);
    assert_null(json_object_get(j, "suspect"));
    json_decref(j);
}

static void bits_behind_the_book_are_counted(void **state)
{
    (void)state;
    struct vg_ais msg;
    assert_int_equal(vg_ais_blank("1", 735000001, &msg), VG_OK);
    assert_int_equal(vg_ais_extra_bits(&msg), 0);
    vg_ais_set_length(&msg, 204);
    assert_int_equal(vg_ais_extra_bits(&msg), 36);
    char buf[VG_AIS_JSON_MAX];
    struct vg_out out = vg_out_fixed(buf, sizeof buf - 1);
    vg_ais_json(&msg, NULL, &out);
    buf[out.len] = '\0';
    assert_non_null(strstr(buf, "\"extra_bits\":36"));
    assert_int_equal(vg_ais_blank("21", 997350001, &msg), VG_OK);
    vg_ais_set_text(&msg, "name", "THE NAME OF AN AID WITH AN EXTENSION");
    assert_int_equal(vg_ais_extra_bits(&msg), 0);
    assert_int_equal(vg_ais_blank("14", 735000001, &msg), VG_OK);
    vg_ais_set_length(&msg, 500);
    assert_int_equal(vg_ais_extra_bits(&msg), 0); /* as long as its text */
}

struct measure {
    unsigned messages, suspect, of_type[VG_AIS_TYPE_MAX + 1], suspect_of_type[VG_AIS_TYPE_MAX + 1];
    unsigned reason[VG_SUSPECT_COUNT];
};

static void count(struct measure *m, const struct vg_ais *msg)
{
    struct vg_suspicion s = vg_ais_suspicion(msg);
    bool suspect = s.score >= VG_SUSPECT_SCORE;
    m->messages++;
    m->suspect += suspect;
    m->of_type[msg->type]++;
    m->suspect_of_type[msg->type] += suspect;
    for (int i = 0; i < VG_SUSPECT_COUNT; i++)
        m->reason[i] += suspect && s.reasons >> i & 1;
}

static void print_measure(const struct measure *m)
{
    for (int t = 1; t <= VG_AIS_TYPE_MAX; t++)
        if (m->of_type[t])
            print_message("  type %2d: %7u, suspect %7u (%.2f %%)\n", t, m->of_type[t], m->suspect_of_type[t],
                          100.0 * m->suspect_of_type[t] / m->of_type[t]);
    for (int i = 0; i < VG_SUSPECT_COUNT; i++)
        print_message("  %-8s in %u\n", vg_suspect_key((enum vg_suspect)i), m->reason[i]);
}

/* Sentences with a right checksum and legal armour, everything else by chance; half as long as a position report. */
static void most_noise_is_suspected(void **state)
{
    (void)state;
    static struct measure m;
    unsigned sentences = 2000000, one_slot = 0, one_slot_passed = 0;
    for (unsigned i = 0; i < sentences; i++) {
        char payload[64];
        size_t len = i & 1 ? 28 : 7 + random32() % 50;
        uint8_t fill = (uint8_t)(random32() % 6);
        for (size_t k = 0; k < len; k++) {
            uint32_t v = random32() >> 26;
            payload[k] = (char)(v < 40 ? '0' + v : '`' + v - 40);
        }
        struct vg_ais msg;
        if (vg_ais_decode(payload, len, fill, &msg))
            continue;
        count(&m, &msg);
        if (len == 28 && fill == 0) {
            one_slot++;
            one_slot_passed += !vg_ais_suspect(&msg);
        }
    }
    print_measure(&m);
    print_message("noise: %u sentences with a right checksum, %u decoded, %u not suspected: false accept %.3f %% of "
                  "sentences, %.3f %% of decoded; of 168-bit noise %.3f %%\n",
                  sentences, m.messages, m.messages - m.suspect, 100.0 * (m.messages - m.suspect) / sentences,
                  100.0 * (m.messages - m.suspect) / m.messages, 100.0 * one_slot_passed / one_slot);
    assert_true((m.messages - m.suspect) * 100.0 / sentences < 1.3);
}

static void count_message(void *arg, const struct vg_ais *msg, const struct vg_payload *payload)
{
    (void)payload;
    count(arg, msg);
}

/* Whose number is no identity is suspected for that alone, and rightly so. */
static void count_known(void *arg, const struct vg_ais *msg, const struct vg_payload *payload)
{
    if (vg_mmsi_has_digits(msg->mmsi))
        count_message(arg, msg, payload);
}

static void few_real_messages_are_suspected(void **state)
{
    (void)state;
    static struct measure m;
    char path[1024], line[2048];
    const char *shared = getenv("VIGIA_SHARED");
    snprintf(path, sizeof path, "%s/data/ais/corpus.nmea", shared ? shared : "");
    FILE *file = fopen(path, "r");
    if (!file) {
        print_message("SKIPPED: no recordings at '%s' (VIGIA_SHARED)\n", path);
        skip();
    }
    struct vg_receiver *r;
    assert_int_equal(vg_receiver_new(count_known, &m, &r), VG_OK);
    while (fgets(line, sizeof line, file))
        vg_receiver_push(r, line, strlen(line), VG_TIME_NONE);
    fclose(file);
    vg_receiver_end(r);
    vg_receiver_free(r);
    print_measure(&m);
    print_message("recordings: %u messages, %u suspected: false alarm %.3f %% at most (damaged and test messages are "
                  "among them)\n",
                  m.messages, m.suspect, 100.0 * m.suspect / m.messages);
    assert_true(m.suspect * 100.0 / m.messages < 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_by_the_book_raises_no_doubt),
        cmocka_unit_test(each_reason_is_found),
        cmocka_unit_test(a_suspect_message_says_so_in_its_json_and_is_still_there),
        cmocka_unit_test(bits_behind_the_book_are_counted),
        cmocka_unit_test(most_noise_is_suspected),
        cmocka_unit_test(few_real_messages_are_suspected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
