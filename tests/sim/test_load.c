/* The load generator: right sentences, each ship once in ten seconds, all names in six minutes. */
#include "sensor/ais/receiver.h"
#include "sim/coast.h"
#include "sim/sim_util.h"

#define SHIPS 3000

struct tally {
    uint32_t reports, statics;
    uint8_t said[SHIPS]; /* bit 0: position, bit 1: name */
};

static uint32_t index_of(uint32_t mmsi)
{
    return mmsi / 1000000 - 201 + (mmsi % 1000000 - 800000) * 570;
}

static void on_message(void *arg, const struct vg_ais *msg, const struct vg_payload *payload)
{
    (void)payload;
    struct tally *t = arg;
    struct vg_report r;
    assert_true(vg_ais_report(msg, &r));
    uint32_t i = index_of(msg->mmsi);
    assert_true(i < SHIPS);
    if (r.fields & VG_FIELD_BIT(POS)) {
        assert_true(vg_sim_open_sea(vg_pos_lon_deg(r.pos), vg_pos_lat_deg(r.pos)));
        t->reports++;
        t->said[i] |= 1;
    }
    if (r.fields & VG_FIELD_BIT(NAME)) {
        char name[32];
        snprintf(name, sizeof name, "LOAD %06u", i);
        assert_string_equal(r.name, name);
        t->statics++;
        t->said[i] |= 2;
    }
}

static void play(bool statics_first, int seconds, struct tally *t)
{
    struct vg_sim_options options = {
        .scenario = VG_SIM_LOAD, .vessels = SHIPS, .seed = 1, .start_us = START_US, .statics_first = statics_first};
    struct vg_sim *sim;
    struct vg_receiver *receiver;
    assert_int_equal(vg_sim_new(&options, &sim), VG_OK);
    assert_int_equal(vg_receiver_new(on_message, t, &receiver), VG_OK);
    struct vg_out out = vg_out_growing(4u << 20);
    for (int s = 0; s < seconds; s++) {
        out.len = 0;
        vg_sim_step(sim, &out);
        vg_receiver_push(receiver, out.buf, out.len, vg_sim_now_us(sim));
    }
    for (int i = 1; i < VG_REFUSAL_COUNT; i++)
        assert_int_equal(vg_receiver_refusals(receiver)->count[i], 0);
    vg_receiver_free(receiver);
    vg_out_free(&out);
    vg_sim_free(sim);
}

static void each_ship_reports_every_ten_seconds_and_stays_at_sea(void **state)
{
    (void)state;
    static struct tally t;
    play(false, 360, &t);
    assert_int_equal(t.reports, SHIPS * 36);
    assert_int_equal(t.statics, SHIPS);
    for (int i = 0; i < SHIPS; i++)
        assert_int_equal(t.said[i], 3);
}

static void all_names_can_come_in_the_first_minute(void **state)
{
    (void)state;
    static struct tally t;
    play(true, 60, &t);
    assert_int_equal(t.statics, SHIPS);
}

static void same_seed_gives_the_same_bytes(void **state)
{
    (void)state;
    struct vg_sim_options options = {.scenario = VG_SIM_LOAD, .vessels = 2000, .seed = 5, .start_us = START_US};
    struct digest a = digest_of(&options, 60), b = digest_of(&options, 60);
    assert_true(a.hash == b.hash && a.bytes == b.bytes);
    options.seed = 6;
    assert_true(digest_of(&options, 60).hash != a.hash);
}

/* The fast writer says what the encoder would. */
static void a_report_is_what_the_encoder_would_write(void **state)
{
    (void)state;
    struct vg_sim *sim = new_sim(VG_SIM_LOAD, 200, 1);
    struct vg_out out = vg_out_growing(1u << 20);
    vg_sim_step(sim, &out);
    size_t compared = 0;
    for (char *line = out.buf, *end; line < out.buf + out.len; line = end + 1) {
        end = memchr(line, '\n', (size_t)(out.buf + out.len - line));
        assert_non_null(end);
        struct vg_sentence s;
        enum vg_refusal refusal;
        size_t pos = 0;
        struct vg_ais msg;
        assert_true(vg_nmea_next(line, (size_t)(end - line), &pos, &s, &refusal));
        assert_int_equal(refusal, VG_REFUSAL_NONE);
        if (s.fragments > 1)
            continue;
        assert_int_equal(vg_ais_decode(s.payload.at, s.payload.len, s.fill_bits, &msg), VG_REFUSAL_NONE);
        char again[256], station[8] = "";
        struct vg_out copy = vg_out_fixed(again, sizeof again);
        memcpy(station, s.station.at, s.station.len < 7 ? s.station.len : 7);
        vg_ais_sentences(&msg, "AI", s.channel, 0, station, s.time_us, &copy);
        assert_int_equal(copy.len, end + 1 - line);
        assert_memory_equal(again, line, copy.len);
        compared++;
    }
    assert_in_range(compared, 20, 30);
    vg_out_free(&out);
    vg_sim_free(sim);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_ship_reports_every_ten_seconds_and_stays_at_sea),
        cmocka_unit_test(all_names_can_come_in_the_first_minute),
        cmocka_unit_test(same_seed_gives_the_same_bytes),
        cmocka_unit_test(a_report_is_what_the_encoder_would_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
