/* What is said is true, well formed, and said when M.1371 says it should be. */
#include "sensor/ais/receiver.h"
#include "sim/sim_util.h"
#include "sim/world.h"

#define MINUTES 35
#define HEARD   4096

struct listener {
    struct vg_sim *sim;
    uint64_t positions, statics, types[VG_AIS_TYPE_MAX + 1];
    double worst_m;
    /* the last message of a thing: to see gaps */
    struct {
        int64_t last_us, shortest_us;
        bool always_moored;
    } gap[HEARD];
};

static bool find(const struct vg_sim *sim, uint32_t mmsi, size_t *ret_i, struct vg_sim_truth *ret)
{
    for (size_t i = 0; i < vg_sim_count(sim); i++) {
        vg_sim_truth(sim, i, ret);
        *ret_i = i;
        if (ret->mmsi == mmsi)
            return true;
    }
    return false;
}

static void check_position(struct listener *l, const struct vg_ais *msg, const struct vg_report *r,
                           const struct vg_sim_truth *t)
{
    double lon = vg_pos_lon_deg(r->pos), lat = vg_pos_lat_deg(r->pos);
    double m = hypot((lon - t->lon_deg) * cos(lat * M_PI / 180), lat - t->lat_deg) * 111195;
    double most_m = msg->type == 27 ? 160 : 16; /* a tenth of a minute, halved, both ways; the receiver's noise */
    if (m > most_m)
        fail_msg("type %u of %u is %.0f m off the truth", msg->type, msg->mmsi, m);
    l->worst_m = fmax(l->worst_m, msg->type == 27 ? 0 : m);
    l->positions++;
    if (r->fields & VG_FIELD_BIT(SOG)) {
        double most_kn = msg->type == 27 || msg->type == 9 ? 0.51 : 0.18;
        double kn = msg->type == 9 ? r->sog_dkn / 10.0 : r->sog_dkn / 10.0;
        if (fabs(kn - t->sog_kn) > most_kn)
            fail_msg("type %u of %u says %.1f kn, truth %.2f", msg->type, msg->mmsi, kn, t->sog_kn);
    }
    if (r->fields & VG_FIELD_BIT(HEADING))
        assert_true(fabs(remainder(r->heading_deg - t->heading_deg, 360)) < 0.51);
    if (r->fields & VG_FIELD_BIT(COG))
        assert_true(fabs(remainder(r->cog_ddeg / 10.0 - t->cog_deg, 360)) < 0.51);
}

static void check_static(struct listener *l, const struct vg_report *r, const struct vg_sim_truth *t)
{
    if (r->fields & VG_FIELD_BIT(NAME))
        assert_string_equal(r->name, t->name);
    if (r->fields & VG_FIELD_BIT(IMO)) {
        uint32_t sum = 0, rest = r->imo / 10;
        for (uint32_t weight = 2; rest; rest /= 10, weight++)
            sum += rest % 10 * weight;
        assert_int_equal(r->imo % 10, sum % 10);
        assert_int_equal(r->imo / 1000000, 4);
    }
    l->statics++;
}

static void on_message(void *arg, const struct vg_ais *msg, const struct vg_payload *payload)
{
    struct listener *l = arg;
    struct vg_sim_truth t;
    struct vg_report r;
    size_t i;
    l->types[msg->type]++;
    assert_true(payload->station[0] != '\0');
    assert_true(payload->time_us >= vg_sim_now_us(l->sim) - VG_SECOND_US && payload->time_us < vg_sim_now_us(l->sim));
    if (!find(l->sim, msg->mmsi, &i, &t))
        fail_msg("nobody has the number %u", msg->mmsi);
    if (!t.true_mmsi || !vg_ais_report(msg, &r))
        return;
    assert_true(t.on_air);
    if (r.fields & VG_FIELD_BIT(POS))
        check_position(l, msg, &r, &t);
    if (msg->type == 5 || msg->type == 24)
        check_static(l, &r, &t);
    if (msg->type == 1 && i < HEARD && strcmp(t.activity, "moored") == 0) {
        int64_t gap_us = payload->time_us - l->gap[i].last_us;
        if (l->gap[i].last_us && gap_us > VG_SECOND_US && gap_us < l->gap[i].shortest_us)
            l->gap[i].shortest_us = gap_us;
        l->gap[i].last_us = payload->time_us;
    }
}

static void every_sentence_decodes_to_the_truth(void **state)
{
    (void)state;
    static struct listener l;
    l.sim = new_sim(VG_SIM_ECUADOR, 0, 2);
    struct vg_receiver *receiver;
    assert_int_equal(vg_receiver_new(on_message, &l, &receiver), VG_OK);
    size_t n = vg_sim_count(l.sim);
    assert_true(n < HEARD);
    for (size_t i = 0; i < n; i++) {
        l.gap[i].always_moored = true;
        l.gap[i].shortest_us = INT64_MAX;
    }
    struct vg_out out = vg_out_growing(1u << 20);
    for (int s = 0; s < MINUTES * 60; s++) {
        out.len = 0;
        vg_sim_step(l.sim, &out);
        assert_int_equal(out.err, VG_OK);
        vg_receiver_push(receiver, out.buf, out.len, vg_sim_now_us(l.sim));
        for (size_t i = 0; i < n; i++) {
            struct vg_sim_truth t;
            vg_sim_truth(l.sim, i, &t);
            l.gap[i].always_moored &= strcmp(t.activity, "moored") == 0;
        }
    }
    const struct vg_refusals *refusals = vg_receiver_refusals(receiver);
    for (int i = 1; i < VG_REFUSAL_COUNT; i++)
        if (refusals->count[i])
            fail_msg("%s: %s", vg_refusal_key((enum vg_refusal)i), refusals->example[i]);
    assert_int_equal(vg_receiver_counters(receiver)->sentences, vg_sim_counters(l.sim)->sentences);
    assert_true(l.positions > 10000);
    assert_true(l.statics > 500);
    static const uint8_t expected[] = {1, 4, 5, 14, 18, 21, 24, 27};
    for (size_t i = 0; i < sizeof expected; i++)
        assert_true(l.types[expected[i]] > 0);
    for (size_t i = 0; i < n; i++) /* tags have whole seconds */
        if (l.gap[i].always_moored && l.gap[i].shortest_us < 179 * VG_SECOND_US)
            fail_msg("a moored ship spoke after %lld s", (long long)(l.gap[i].shortest_us / VG_SECOND_US));
    vg_receiver_free(receiver);
    vg_out_free(&out);
    vg_sim_free(l.sim);
}

/* M.1371-5, Annex 1, tables 1 and 2. */
static void intervals_are_those_of_the_recommendation(void **state)
{
    (void)state;
    static const struct {
        enum vg_class class;
        uint8_t status;
        double kn, turn_dps, expected_s;
    } cases[] = {
        {VG_CLASS_SHIP_A, 1, 0.5, 0, 180}, {VG_CLASS_SHIP_A, 5, 3.0, 0, 180}, {VG_CLASS_SHIP_A, 1, 3.5, 0, 10},
        {VG_CLASS_SHIP_A, 0, 0.5, 0, 10},  {VG_CLASS_SHIP_A, 0, 12, 0, 10},   {VG_CLASS_SHIP_A, 0, 12, 0.5, 10 / 3.0},
        {VG_CLASS_SHIP_A, 0, 18, 0, 6},    {VG_CLASS_SHIP_A, 0, 18, -0.5, 2}, {VG_CLASS_SHIP_A, 0, 24, 0, 2},
        {VG_CLASS_SHIP_B, 0, 1.9, 0, 180}, {VG_CLASS_SHIP_B, 0, 2.1, 0, 30},  {VG_CLASS_SHIP_B, 0, 22, 0, 30},
        {VG_CLASS_ATON, 0, 0, 0, 180},     {VG_CLASS_BASE, 0, 0, 0, 10},      {VG_CLASS_SAR, 0, 90, 0, 10},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_sim_vessel v = {.class = (uint8_t)cases[i].class,
                                  .status = cases[i].status,
                                  .sog_kn = cases[i].kn,
                                  .turn_dps = cases[i].turn_dps};
        assert_true(fabs((double)vg_sim_interval_us(&v) / 1e6 - cases[i].expected_s) < 0.001);
    }
}

static void count_only(void *arg, const struct vg_ais *msg, const struct vg_payload *payload)
{
    (void)msg, (void)payload;
    ++*(uint64_t *)arg;
}

static void damage_spoils_about_the_share_asked_for(void **state)
{
    (void)state;
    struct vg_sim_options options = {.vessels = 400, .seed = 4, .start_us = START_US, .damage = 0.05};
    struct vg_sim *sim;
    struct vg_receiver *receiver;
    uint64_t messages = 0;
    assert_int_equal(vg_sim_new(&options, &sim), VG_OK);
    assert_int_equal(vg_receiver_new(count_only, &messages, &receiver), VG_OK);
    struct vg_out out = vg_out_growing(1u << 20);
    for (int s = 0; s < 900; s++) {
        out.len = 0;
        vg_sim_step(sim, &out);
        vg_receiver_push(receiver, out.buf, out.len, vg_sim_now_us(sim));
    }
    const struct vg_sim_counters *c = vg_sim_counters(sim);
    double share = (double)c->damaged / (double)c->sentences;
    assert_true(share > 0.035 && share < 0.065);
    assert_true(messages > 0 && messages < c->sentences);
    assert_true(vg_receiver_refusals(receiver)->count[VG_REFUSAL_CHECKSUM] > 0);
    vg_receiver_free(receiver);
    vg_out_free(&out);
    vg_sim_free(sim);
}

/* The test transmission begins twelve minutes in and is status 15; the alarm comes three hours in and is status 14. */
static void distress_devices_test_early_and_call_later(void **state)
{
    (void)state;
    struct vg_sim *sim = new_sim(VG_SIM_ECUADOR, 10, 1);
    struct vg_out out = vg_out_growing(1u << 20);
    bool test = false, alarm = false;
    for (int s = 0; s < 4 * 3600; s++) {
        out.len = 0;
        vg_sim_step(sim, &out);
        for (size_t i = 0; i < vg_sim_count(sim); i++) {
            struct vg_sim_truth t;
            vg_sim_truth(sim, i, &t);
            if (!vg_class_is_distress(t.class) || !t.on_air)
                continue;
            test |= t.class == VG_CLASS_SART && s >= 12 * 60 && s < 17 * 60;
            alarm |= t.class == VG_CLASS_MOB;
            assert_true(t.class == VG_CLASS_SART ? s < 17 * 60 + 1 : s >= 185 * 60);
        }
    }
    assert_true(test && alarm);
    vg_out_free(&out);
    vg_sim_free(sim);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sentence_decodes_to_the_truth),
        cmocka_unit_test(intervals_are_those_of_the_recommendation),
        cmocka_unit_test(damage_spoils_about_the_share_asked_for),
        cmocka_unit_test(distress_devices_test_early_and_call_later),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
