/* Every rule of plausibility at its edges: the rows of suspicion.def, the forms of MMSI, dates, text and lengths. */
#include "sensor/ais/layouts.h"
#include "sensor/ais_util.h"

static bool has(const struct vg_ais *msg, enum vg_suspect reason)
{
    return vg_ais_suspicion(msg).reasons >> reason & 1;
}

/* A sender that may send this type. */
static uint32_t sender_of(unsigned type)
{
    switch (type) {
    case 4:
    case 16:
    case 17:
    case 20:
    case 22:
    case 23:
        return 7350001;
    case 9:
        return 111735001;
    case 21:
        return 997350001;
    default:
        return 735000001;
    }
}

/* A message of a layout that raises no doubt. */
static void good(const struct vg_ais_layout *l, struct vg_ais *ret)
{
    assert_int_equal(vg_ais_blank(l->name, strcmp(l->name, "24M") == 0 ? 987350001 : sender_of(l->type), ret), VG_OK);
}

struct row {
    unsigned type;
    const char *key;
    int64_t low, high;
    unsigned weight;
    enum vg_suspect reason;
};

static const struct row rows[] = {
#define LENGTH(layout, low, high, step, weight)
#define MMSI_FIELD(key)
#define FORBIDDEN(type, key, low, high, weight, reason) {type, #key, low, high, weight, VG_SUSPECT_##reason},
#include "sensor/ais/suspicion.def"
#undef FORBIDDEN
#undef MMSI_FIELD
#undef LENGTH
};

/* The rows' doubt about a value of a field. */
static unsigned weight_of(unsigned type, const char *key, int64_t value)
{
    unsigned weight = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if ((!rows[i].type || rows[i].type == type) && strcmp(rows[i].key, key) == 0 && value >= rows[i].low &&
            value <= rows[i].high)
            weight += rows[i].weight;
    return weight;
}

static void every_forbidden_value_is_doubted_and_its_neighbours_are_not(void **state)
{
    (void)state;
    size_t layouts;
    const struct vg_ais_layout *l = vg_ais_layouts(&layouts);
    unsigned tried[sizeof rows / sizeof *rows] = {0};
    for (size_t k = 0; k < layouts && l[k].type; k++)
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            const struct vg_ais_field *f = vg_ais_field(&l[k], rows[i].key);
            const int64_t values[] = {rows[i].low - 1, rows[i].low, rows[i].high, rows[i].high + 1};
            if (!f || (rows[i].type && rows[i].type != l[k].type))
                continue;
            for (int v = 0; v < 4; v++) {
                struct vg_ais msg;
                good(&l[k], &msg);
                unsigned before = vg_ais_suspicion(&msg).score;
                if (msg.bits < f->start + f->width || values[v] < 0 || values[v] == f->none ||
                    vg_ais_set_raw(&msg, f->key, values[v]))
                    continue;
                unsigned after = vg_ais_suspicion(&msg).score, want = weight_of(l[k].type, f->key, values[v]);
                if (after != before + want || (v % 3 && !has(&msg, rows[i].reason)))
                    fail_msg("%s of layout %s, %lld: score %u, not %u", f->key, l[k].name, (long long)values[v], after,
                             before + want);
                tried[i]++;
            }
        }
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (tried[i] < 2)
            fail_msg("the row of %s was not tried", rows[i].key);
}

static unsigned length_weight(const struct vg_ais_layout *l, unsigned bits)
{
    static const struct {
        const char *layout;
        unsigned low, high, step, weight;
    } lengths[] = {
#define LENGTH(layout, low, high, step, weight) {layout, low, high, step, weight},
#define MMSI_FIELD(key)
#define FORBIDDEN(type, key, low, high, weight, reason)
#include "sensor/ais/suspicion.def"
#undef FORBIDDEN
#undef MMSI_FIELD
#undef LENGTH
    };
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
        for (unsigned n = lengths[i].low; strcmp(lengths[i].layout, l->name) == 0 && n <= lengths[i].high;
             n += lengths[i].step)
            if (n == bits)
                return lengths[i].weight;
    return l->bits ? 3 : 2;
}

static void every_length_is_weighed_by_the_first_row_that_has_it(void **state)
{
    (void)state;
    size_t layouts, i = 0;
    const struct vg_ais_layout *l = vg_ais_layouts(&layouts);
    for (; i < layouts && l[i].type; i++)
        for (unsigned bits = 40; bits <= VG_AIS_BITS_MAX; bits++) {
            struct vg_ais msg;
            good(&l[i], &msg);
            msg.bits = (uint16_t)bits; /* the bits behind are zero: only the length is in doubt */
            struct vg_suspicion s = vg_ais_suspicion(&msg);
            bool no_type = l[i].type == 28 || strcmp(l[i].name, "24") == 0; /* type 28; parts 2 and 3 of type 24 */
            unsigned want = no_type ? 0 : length_weight(&l[i], bits);
            if ((s.reasons >> VG_SUSPECT_LENGTH & 1) != (want > 0) || s.score < want)
                fail_msg("layout %s with %u bits: reasons %x, score %u, not %u", l[i].name, bits, s.reasons, s.score,
                         want);
            assert_int_equal(s.reasons >> VG_SUSPECT_TYPE & 1, no_type);
            assert_true(!no_type || s.score >= 3);
        }
    assert_true(i > 30);
}

static void bits_behind_the_book_are_whole_bytes(void **state)
{
    (void)state;
    size_t layouts;
    const struct vg_ais_layout *l = vg_ais_layouts(&layouts);
    for (size_t i = 0; i < layouts && l[i].type; i++)
        for (unsigned bits = 40; bits < 600; bits++) {
            struct vg_ais msg;
            good(&l[i], &msg);
            msg.bits = (uint16_t)bits;
            /* The name of an aid may go on for 88 bits, and part A is sent as long as part B, 8 bits more. */
            unsigned book = l[i].bits, may = l[i].type == 21                 ? book + 88
                                             : strcmp(l[i].name, "24A") == 0 ? book + 8
                                                                             : book;
            unsigned want = book && bits >= may + 8 ? bits - may : 0;
            if (vg_ais_extra_bits(&msg) != want)
                fail_msg("layout %s with %u bits: %u, not %u", l[i].name, bits, vg_ais_extra_bits(&msg), want);
        }
}

static void senders_must_be_able_to_send_the_type(void **state)
{
    (void)state;
    static const struct {
        const char *layout;
        uint32_t mmsi;
        unsigned score;
    } cases[] = {
        {"1", 735000001, 0},  {"1", 7350001, 1},    {"1", 997350001, 1},  {"1", 111735001, 0},  {"2", 7350001, 1},
        {"3", 7350001, 1},    {"5", 997350001, 1},  {"18", 7350001, 1},   {"19", 7350001, 1},   {"24A", 7350001, 1},
        {"27", 7350001, 1},   {"4", 735000001, 1},  {"4", 7350001, 0},    {"16", 735000001, 1}, {"17", 735000001, 1},
        {"20", 735000001, 1}, {"22", 735000001, 1}, {"23", 735000001, 1}, {"9", 735000001, 1},  {"9", 111735001, 0},
        {"21", 735000001, 1}, {"21", 7350001, 1},   {"21", 997350001, 0}, {"11", 735000001, 0}, {"11", 7350001, 0},
        {"1", 970735001, 0},  {"1", 972735001, 0},  {"1", 974735001, 0},  {"1", 200000000, 2},  {"1", 201000000, 0},
        {"1", 199999999, 2},  {"1", 799999999, 2},  {"1", 800000000, 2},  {"1", 0, 3},          {"1", 999999999, 2},
        {"1", 1073741823, 3}, {"12", 999999999, 3}, {"14", 999999999, 3}, {"8", 999999999, 3},  {"6", 999999999, 3},
        {"25", 999999999, 3}, {"26", 999999999, 3}, {"27", 999999999, 2}, {"10", 999999999, 2}, {"5", 999999999, 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_ais msg;
        assert_int_equal(vg_ais_blank(cases[i].layout, cases[i].mmsi, &msg), VG_OK);
        unsigned length = length_weight(msg.layout, msg.bits);
        struct vg_suspicion s = vg_ais_suspicion(&msg);
        if (s.score != cases[i].score + length || (s.reasons >> VG_SUSPECT_MMSI & 1) != (cases[i].score > 0))
            fail_msg("type %s of %u: score %u, reasons %x", cases[i].layout, cases[i].mmsi, s.score, s.reasons);
    }
}

static void other_stations_must_be_possible_too(void **state)
{
    (void)state;
    static const char *const keys[][2] = {
        {"10", "dest_mmsi"},        {"12", "dest_mmsi"}, {"15", "mmsi1"},  {"15", "mmsi2"},
        {"24M", "mothership_mmsi"}, {"22A", "dest1"},    {"22A", "dest2"}, {"16", "mmsi1"}};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        struct vg_ais msg;
        good(vg_ais_layout_by_name(keys[i][0]), &msg);
        const struct vg_ais_field *f = vg_ais_field(msg.layout, keys[i][1]);
        if (!f || f->start + f->width > msg.bits)
            continue;
        unsigned before = vg_ais_suspicion(&msg).score;
        static const struct {
            int64_t mmsi;
            unsigned weight;
        } values[] = {{0, 0}, {735000002, 0}, {7350001, 0}, {970735001, 0}, {999999998, 2}, {123, 2}};
        for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
            assert_int_equal(vg_ais_set_raw(&msg, keys[i][1], values[v].mmsi), VG_OK);
            if (vg_ais_suspicion(&msg).score != before + values[v].weight)
                fail_msg("%s of type %s: %lld", keys[i][1], keys[i][0], (long long)values[v].mmsi);
        }
    }
}

/* The area of an application is a country's, or one of the international and test numbers. */
static void application_areas_are_those_of_countries(void **state)
{
    (void)state;
    static const struct {
        int64_t dac;
        unsigned weight;
    } values[] = {{0, 0},   {1, 0},   {9, 0},   {10, 2},  {199, 2}, {200, 2},
                  {201, 0}, {735, 0}, {799, 2}, {989, 2}, {990, 0}, {999, 0}};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct vg_ais msg;
        good(vg_ais_layout_by_name("8"), &msg);
        unsigned before = vg_ais_suspicion(&msg).score;
        assert_int_equal(vg_ais_set_raw(&msg, "dac", values[i].dac), VG_OK);
        if (vg_ais_suspicion(&msg).score != before + values[i].weight)
            fail_msg("DAC %lld: %u", (long long)values[i].dac, vg_ais_suspicion(&msg).score - before);
    }
}

static void dates_and_times_must_exist(void **state)
{
    (void)state;
    static const struct {
        struct vg_civil t;
        bool odd;
    } cases[] = {
        {{2026, 12, 31, 23, 59, 59, 0}, false}, {{2026, 13, 1, 0, 0, 0, 0}, true}, {{2026, 0, 0, 24, 60, 60, 0}, false},
        {{2026, 1, 1, 25, 0, 0, 0}, true},      {{2026, 1, 1, 0, 61, 0, 0}, true}, {{2026, 1, 1, 0, 0, 61, 0}, true},
        {{0, 1, 1, 0, 0, 0, 0}, false},         {{1979, 1, 1, 0, 0, 0, 0}, true},  {{1980, 1, 1, 0, 0, 0, 0}, false},
        {{2100, 1, 1, 0, 0, 0, 0}, false},      {{2101, 1, 1, 0, 0, 0, 0}, true},
    };
    struct vg_ais base, ship;
    good(vg_ais_layout_by_name("4"), &base);
    good(vg_ais_layout_by_name("5"), &ship);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(vg_ais_set_time(&base, "timestamp", &cases[i].t), VG_OK);
        assert_int_equal(vg_ais_suspicion(&base).score, cases[i].odd ? 3 : 0);
        assert_int_equal(has(&base, VG_SUSPECT_TIME), cases[i].odd);
        assert_int_equal(vg_ais_set_time(&ship, "eta", &cases[i].t), VG_OK);
        bool odd = cases[i].t.month > 12 || cases[i].t.hour > 24 || cases[i].t.minute > 60;
        assert_int_equal(vg_ais_suspicion(&ship).score, odd);
    }
}

static void positions_are_on_the_globe(void **state)
{
    (void)state;
    static const struct {
        const char *layout, *key;
        int64_t most;
    } cases[] = {{"1", "lon", 108000000},
                 {"1", "lat", 54000000},
                 {"27", "lon", 108000},
                 {"27", "lat", 54000},
                 {"17", "lon", 108000}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int sign = -1; sign <= 1; sign += 2)
            for (int over = 0; over < 2; over++) {
                struct vg_ais msg;
                good(vg_ais_layout_by_name(cases[i].layout), &msg);
                unsigned before = vg_ais_suspicion(&msg).score;
                assert_int_equal(vg_ais_set_raw(&msg, cases[i].key, sign * (cases[i].most + over)), VG_OK);
                assert_int_equal(vg_ais_suspicion(&msg).score, before + (over ? 3 : 0));
                assert_int_equal(has(&msg, VG_SUSPECT_POSITION), over);
                assert_int_equal(vg_ais_suspect(&msg), before + (over ? 3 : 0) >= VG_SUSPECT_SCORE);
            }
}

static void text_is_what_people_write(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        unsigned weight;
    } names[] = {
        {"", 0},    {"ANNA-MARIA 3", 0}, {"#", 0},        {"##", 0},      {"###", 2},
        {"A##", 2}, {"AAAA#AAA", 0},     {"AAA#AAA#", 0}, {"AA#AAA#", 2}, {"A.B,C-D&E'F/(G)+_", 0},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct vg_ais msg;
        good(vg_ais_layout_by_name("5"), &msg);
        assert_int_equal(vg_ais_set_text(&msg, "shipname", names[i].name), VG_OK);
        if (vg_ais_suspicion(&msg).score != names[i].weight)
            fail_msg("%s: %u", names[i].name, vg_ais_suspicion(&msg).score);
    }
    /* Characters behind the end: one may be, blanks may be. */
    struct vg_ais msg;
    good(vg_ais_layout_by_name("5"), &msg);
    vg_ais_set_text(&msg, "shipname", "AB");
    unsigned start = vg_ais_field(msg.layout, "shipname")->start;
    vg_ais_put_bits(&msg, start + 6 * 10, 6, 32);
    vg_ais_put_bits(&msg, start + 6 * 11, 6, 32);
    vg_ais_put_bits(&msg, start + 6 * 12, 6, 1);
    assert_int_equal(vg_ais_suspicion(&msg).score, 0);
    vg_ais_put_bits(&msg, start + 6 * 19, 6, 1);
    assert_int_equal(vg_ais_suspicion(&msg).score, 1);
    assert_true(has(&msg, VG_SUSPECT_TEXT));
    /* Free text may have other signs, and fewer strange ones: an eighth. */
    good(vg_ais_layout_by_name("14"), &msg);
    assert_int_equal(vg_ais_set_text(&msg, "text", "WHERE? HERE! 100%; A=B:"), VG_OK);
    assert_false(has(&msg, VG_SUSPECT_TEXT));
    assert_int_equal(vg_ais_set_text(&msg, "text", "AAAAAAA#"), VG_OK);
    assert_false(has(&msg, VG_SUSPECT_TEXT));
    assert_int_equal(vg_ais_set_text(&msg, "text", "AAAAAA#"), VG_OK);
    assert_true(has(&msg, VG_SUSPECT_TEXT));
}

/* Every bit of every layout that is no field's is spare: it is doubted alone, and no other bit is. */
static void every_spare_bit_is_watched(void **state)
{
    (void)state;
    size_t layouts;
    unsigned spare = 0;
    const struct vg_ais_layout *l = vg_ais_layouts(&layouts);
    for (size_t i = 0; i < layouts && l[i].type; i++)
        for (unsigned bit = 38; bit < vg_ais_needed_bits(&l[i]); bit++) {
            struct vg_ais msg;
            bool covered = false;
            for (size_t k = 0; k < l[i].fields; k++) {
                const struct vg_ais_field *f = &l[i].field[k];
                covered |=
                    f->kind != VG_AIS_TAIL && bit >= f->start && (!f->width || bit < (unsigned)f->start + f->width);
            }
            good(&l[i], &msg);
            if (msg.bits <= bit || (strcmp(l[i].name, "18") == 0 && bit < 46)) /* `reserved` has a row of its own */
                continue;
            bool before = has(&msg, VG_SUSPECT_SPARE);
            vg_ais_put_bits(&msg, bit, 1, !vg_ais_uint(&msg, bit, 1));
            if (!before && has(&msg, VG_SUSPECT_SPARE) != !covered)
                fail_msg("layout %s, bit %u: spare %d", l[i].name, bit, !covered);
            spare += !covered;
        }
    assert_true(spare > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_forbidden_value_is_doubted_and_its_neighbours_are_not),
        cmocka_unit_test(every_length_is_weighed_by_the_first_row_that_has_it),
        cmocka_unit_test(bits_behind_the_book_are_whole_bytes),
        cmocka_unit_test(senders_must_be_able_to_send_the_type),
        cmocka_unit_test(other_stations_must_be_possible_too),
        cmocka_unit_test(application_areas_are_those_of_countries),
        cmocka_unit_test(dates_and_times_must_exist),
        cmocka_unit_test(positions_are_on_the_globe),
        cmocka_unit_test(text_is_what_people_write),
        cmocka_unit_test(every_spare_bit_is_watched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
