/* Reports, JSON and CSV at speed are, bit for bit, what walking the tables gives. */
#include "sensor/fast_util.h"

#include "base/digits.h"
#include "sensor/ais/layouts.h"

static bool same_report(const struct vg_report *a, const struct vg_report *b)
{
#define S(field) (memcmp(&a->field, &b->field, sizeof a->field) == 0)
    return S(time_us) && S(journal_offset) && S(mmsi) && S(fields) && S(source) && S(sensor) && S(message) &&
           S(class) && S(accurate) && S(pos) && S(sog_dkn) && S(cog_ddeg) && S(heading_deg) && S(turn_raw) &&
           S(status) && S(altitude_m) && S(imo) && S(shiptype) && S(draught_dm) && S(eta_month) && S(eta_day) &&
           S(eta_hour) && S(eta_minute) && S(to_bow_m) && S(to_stern_m) && S(to_port_m) && S(to_starboard_m) &&
           S(aid_type) && S(aid_virtual) && S(aid_off_position) && S(parent_mmsi) && S(name) && S(callsign) &&
           S(destination) && S(text);
#undef S
}

static void check(const struct vg_ais *msg, const struct vg_payload *payload)
{
    static char fast[1 << 16], plain[1 << 16];
    struct vg_report a, b;
    memset(&a, 0xAA, sizeof a);
    memset(&b, 0xBB, sizeof b);
    bool speaks = vg_ais_report(msg, &a);
    assert_int_equal(speaks, vg_ais_report_by_table(msg, &b));
    if (speaks)
        assert_true(same_report(&a, &b));
    struct vg_out f = vg_out_fixed(fast, sizeof fast), p = vg_out_fixed(plain, sizeof plain);
    vg_ais_json(msg, payload, &f);
    vg_ais_json_plain(msg, payload, &p);
    vg_ais_csv(msg, payload, &f);
    vg_ais_csv_plain(msg, payload, &p);
    assert_int_equal(f.err, VG_OK);
    assert_int_equal(p.err, VG_OK);
    if (f.len != p.len || memcmp(fast, plain, f.len) != 0)
        fail_msg("%s %u bits\nfast  %.*s\nplain %.*s", msg->layout->name, msg->bits, (int)f.len, fast, (int)p.len,
                 plain);
}

static void roll_reception(struct vg_payload *ret)
{
    static const char *const stations[] = {"", "", "", "r17", "a \"quoted\", station", "\xC3\xA9t\xC3\xA9"};
    *ret = (struct vg_payload){
        .talker = {'A', roll_below(20) ? 'I' : '"'},
        .vdo = roll_below(8) == 0,
        .channel = "AB\0\",\\"[roll_below(6)],
        .line = roll() >> roll_below(64),
        .time_us =
            roll_below(3) ? VG_TIME_NONE : (int64_t)(roll() % 2000000000) * 1000000 + (int64_t)roll_below(1000000),
    };
    snprintf(ret->station, sizeof ret->station, "%s", stations[roll_below(6)]);
}

static void decode_bits(const uint8_t *six, size_t chars, unsigned fill, bool reception)
{
    char armour[VG_PAYLOAD_CHARS];
    struct vg_ais msg;
    struct vg_payload payload;
    for (size_t i = 0; i < chars; i++)
        armour[i] = armour_of(six[i]);
    if (vg_ais_decode(armour, chars, (uint8_t)fill, &msg))
        return;
    roll_reception(&payload);
    check(&msg, reception ? &payload : NULL);
}

/* Dense, sparse, all ones: each makes other values common. */
static void roll_bits(uint8_t *six, size_t chars, unsigned type)
{
    unsigned manner = roll_below(4);
    for (size_t i = 0; i < chars; i++) {
        unsigned v = roll_below(64);
        six[i] = (uint8_t)(manner == 0 ? v & roll_below(64) : manner == 1 ? v | roll_below(64) : manner == 2 ? v : 0);
        if (manner == 3 && roll_below(6) == 0)
            six[i] = (uint8_t)(1u << roll_below(6));
    }
    six[0] = (uint8_t)type;
}

static void random_messages_of_every_type_and_length(void **state)
{
    (void)state;
    uint8_t six[VG_PAYLOAD_CHARS];
    for (unsigned type = 1; type <= VG_AIS_TYPE_MAX; type++)
        for (int round = 0; round < 1500; round++) {
            size_t chars = roll_below(3) ? 20 + roll_below(60) : 7 + roll_below(VG_PAYLOAD_CHARS - 6);
            roll_bits(six, chars, type);
            if (type == 24 || type >= 25)
                six[6] = (uint8_t)((six[6] & ~15u) | roll_below(16));
            decode_bits(six, chars, roll_below(6), round % 4);
        }
}

/* A layout with its raw fields set to what is special: "not available", the ends of the range, ±1, one bit only. */
static void every_field_of_every_layout_at_every_special_value(void **state)
{
    (void)state;
    size_t layouts;
    const struct vg_ais_layout *l = vg_ais_layouts(&layouts);
    for (size_t i = 0; i < layouts; i++, l++) {
        struct vg_ais msg;
        if (!l->type || vg_ais_blank(l->name, 123456789, &msg))
            continue;
        for (size_t k = 0; k < l->fields; k++) {
            const struct vg_ais_field *f = &l->field[k];
            if (!f->width || f->width > 32)
                continue;
            for (unsigned bit = 0; bit < f->width + 6u; bit++) {
                int64_t range = INT64_C(1) << f->width;
                const int64_t special[] = {0, -1, 1, f->none, range / 2 - 1, -range / 2};
                int64_t raw = bit < f->width ? INT64_C(1) << bit : special[bit - f->width];
                struct vg_ais changed = msg;
                if (vg_ais_set_raw(&changed, f->key, raw) && vg_ais_set_raw(&changed, f->key, raw & (range - 1)))
                    continue;
                changed.application = NULL;
                check(&changed, NULL);
                for (unsigned cut = f->start; cut < f->start + f->width + 2u && cut > 38 && cut < changed.bits;
                     cut += 3) {
                    struct vg_ais shorter = changed;
                    if (vg_ais_set_length(&shorter, cut) == VG_OK)
                        check(&shorter, NULL);
                }
            }
        }
    }
}

static void the_corpus_is_written_as_before(void **state)
{
    (void)state;
    size_t len;
    char *bytes = read_corpus(&len);
    if (!bytes)
        skip();
    size_t pos = 0, messages = 0;
    for (char *p = bytes, *lf; p < bytes + len && (lf = memchr(p, '\n', (size_t)(bytes + len - p))); p = lf + 1) {
        struct vg_sentence s;
        enum vg_refusal refusal;
        struct vg_ais msg;
        struct vg_payload payload;
        pos = 0;
        if (!vg_nmea_next(p, (size_t)(lf - p), &pos, &s, &refusal) || refusal || s.fragments != 1 ||
            !vg_nmea_single(&s, 0, 0, ++messages, &payload) ||
            vg_ais_decode(payload.chars, payload.len, payload.fill_bits, &msg))
            continue;
        check(&msg, &payload);
    }
    assert_true(messages > 80000);
    free(bytes);
}

static void digits_are_those_of_printf(void **state)
{
    (void)state;
    char got[64], expected[64];
    for (int i = 0; i < 300000; i++) {
        uint64_t v = i < 100000 ? (uint64_t)i : roll() >> roll_below(64);
        *vg_digits_uint(got, v) = '\0';
        snprintf(expected, sizeof expected, "%llu", (unsigned long long)v);
        assert_string_equal(got, expected);
        unsigned decimals = 1 + roll_below(8), unit = 1;
        for (unsigned k = 0; k < decimals; k++)
            unit *= 10;
        *vg_digits_fraction(got, (uint32_t)(v % unit), decimals) = '\0';
        size_t n = (size_t)snprintf(expected, sizeof expected, ".%0*u", (int)decimals, (unsigned)(v % unit));
        while (n > 2 && expected[n - 1] == '0')
            expected[--n] = '\0';
        assert_string_equal(got, expected);
    }
}

static void a_writer_with_little_room_is_never_overrun(void **state)
{
    (void)state;
    uint8_t six[71];
    char armour[71], buf[4000];
    struct vg_ais msg;
    roll_bits(six, sizeof six, 5);
    for (size_t i = 0; i < sizeof six; i++)
        armour[i] = armour_of(six[i]);
    assert_int_equal(vg_ais_decode(armour, sizeof armour, 2, &msg), VG_REFUSAL_NONE);
    for (size_t cap = 0; cap < 600; cap += 7) {
        memset(buf, '#', sizeof buf);
        struct vg_out out = vg_out_fixed(buf, cap);
        vg_ais_json(&msg, NULL, &out);
        assert_true(out.len <= cap);
        assert_int_equal(buf[cap], '#');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_messages_of_every_type_and_length),
        cmocka_unit_test(every_field_of_every_layout_at_every_special_value),
        cmocka_unit_test(the_corpus_is_written_as_before),
        cmocka_unit_test(digits_are_those_of_printf),
        cmocka_unit_test(a_writer_with_little_room_is_never_overrun),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
