/*
 * The situation is one replayable object: the same input brings it to the same state, whether it is given in one piece
 * or several, with ticks or without, or taken up again from what was saved in the middle.
 */
#include "raw.h"
#include "situation/inner.h"

#define NOON_US INT64_C(1773568800000000)
#define SHIPS   50

static uint32_t next(uint64_t *dice)
{
    *dice = *dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*dice >> 33);
}

static struct vg_situation *make(bool data_clock)
{
    struct vg_situation *s;
    const struct vg_picture_limits small = {.vessels = 100, .trail_bytes = 100 * 512, .trail_points = 40};
    assert_int_equal(vg_situation_new(&small, data_clock, &s), VG_OK);
    return s;
}

static struct vg_report report(uint64_t *dice, struct vg_situation *s, int64_t now_us)
{
    uint32_t who = next(dice) % SHIPS;
    struct vg_report r = {.time_us = now_us - next(dice) % 3000000,
                          .journal_offset = (uint64_t)now_us - NOON_US + 1,
                          .fields = VG_FIELD_BIT(POS) | VG_FIELD_BIT(SOG) | VG_FIELD_BIT(COG),
                          .mmsi = 735057500 + who,
                          .sensor = VG_SENSOR_AIS,
                          .message = 1,
                          .class = VG_CLASS_SHIP_A,
                          .measured = VG_MEASURED_POSITION,
                          .sog_dkn = (uint16_t)(who * 7),
                          .cog_ddeg = (uint16_t)(who * 70)};
    r.source = vg_source_feed(vg_situation_sources(s), who % 2 ? "Manta" : "Salinas");
    if (who % 3 == 0)
        r.source = vg_source_station(vg_situation_sources(s), r.source, "sta", 3);
    r.pos = vg_pos_from_deg(-81 + who * 0.1 + next(dice) % 50 * 1e-4, -1);
    if (next(dice) % 5 == 0) {
        r.fields = VG_FIELD_BIT(NAME);
        r.message = 5;
        snprintf(r.name, sizeof r.name, "SHIP %u", who);
    }
    return r;
}

enum how { WHOLE, IN_PIECES, WITH_TICKS };

/* So many pieces of bytes, each with some reports; hours go by now and then. */
static void run(struct vg_situation *s, uint64_t *dice, int64_t *now_us, int pieces, enum how how)
{
    for (int i = 0; i < pieces; i++) {
        struct vg_report reports[8];
        size_t count = next(dice) % 9, first = 0;
        *now_us += next(dice) % 2000000 + (next(dice) % 100 == 0) * VG_HOUR_US;
        for (size_t k = 0; k < count; k++)
            reports[k] = report(dice, s, *now_us);
        for (; how == IN_PIECES && first < count; first++)
            vg_situation_take(s, *now_us, &reports[first], 1);
        vg_situation_take(s, *now_us, reports + first, count - first);
        if (how == WITH_TICKS)
            vg_situation_tick(s, *now_us + 999);
        assert_true(vg_picture_check(vg_situation_picture(s)));
    }
}

static uint64_t hash_of_run(bool data_clock, enum how how)
{
    struct vg_situation *s = make(data_clock);
    uint64_t dice = 3;
    int64_t now_us = NOON_US;
    run(s, &dice, &now_us, 600, how);
    uint64_t hash = vg_situation_hash(s);
    vg_situation_free(s);
    return hash;
}

static void pieces_and_ticks_leave_no_trace(void **state)
{
    (void)state;
    for (int data = 0; data < 2; data++) {
        uint64_t hash = hash_of_run(data, WHOLE);
        assert_true(hash_of_run(data, WHOLE) == hash);
        assert_true(hash_of_run(data, IN_PIECES) == hash);
        assert_true(hash_of_run(data, WITH_TICKS) == hash);
    }
    assert_true(hash_of_run(true, WHOLE) != hash_of_run(false, WHOLE));
}

static void a_piece_tells_the_clock_before_its_reports(void **state)
{
    (void)state;
    struct vg_situation *s = make(false);
    assert_int_equal(vg_situation_time_us(s), VG_TIME_NONE);
    assert_false(vg_situation_lives_by_data(s));
    vg_situation_take(s, NOON_US + 1, NULL, 0); /* a piece without reports */
    assert_int_equal(vg_situation_time_us(s), NOON_US);
    struct vg_report r = {.mmsi = 735057548, .sensor = VG_SENSOR_AIS, .message = 1, .class = VG_CLASS_SHIP_A};
    r.time_us = NOON_US + VG_HOUR_US + 2 * VG_MINUTE_US;
    vg_situation_take(s, NOON_US + VG_HOUR_US, &r, 1); /* two minutes ahead of these bytes: may be */
    assert_int_equal(vg_picture_counters(vg_situation_picture(s))->ahead, 0);
    r.time_us += 1000;
    vg_situation_take(s, NOON_US + VG_HOUR_US, &r, 1);
    assert_int_equal(vg_picture_counters(vg_situation_picture(s))->ahead, 1);
    vg_situation_tick(s, NOON_US + 2 * VG_HOUR_US);
    assert_int_equal(vg_situation_time_us(s), NOON_US + 2 * VG_HOUR_US);
    vg_situation_free(s);
}

static void by_the_data_s_clock_a_report_is_told_before_it_is_applied(void **state)
{
    (void)state;
    struct vg_situation *s = make(true);
    struct vg_report r[2] = {{.mmsi = 735057548, .sensor = VG_SENSOR_AIS, .message = 1, .class = VG_CLASS_SHIP_A}};
    r[0].time_us = NOON_US;
    r[1] = r[0];
    r[1].time_us = NOON_US + VG_DAY_US; /* a day ahead of the one before, but not of the clock that it moved */
    vg_situation_take(s, 5, r, 2);
    assert_true(vg_situation_lives_by_data(s));
    assert_int_equal(vg_situation_time_us(s), NOON_US + VG_DAY_US);
    assert_int_equal(vg_picture_counters(vg_situation_picture(s))->ahead, 0);
    assert_int_equal(vg_picture_counters(vg_situation_picture(s))->expired, 1);
    assert_int_equal(vg_picture_count(vg_situation_picture(s)), 1);
    vg_situation_free(s);
}

/* Lines without a time take that of the line before: they say nothing for it. */
static void neighbours_of_a_lie_prove_no_leap(void **state)
{
    (void)state;
    struct vg_situation *s = make(true);
    struct vg_report r = {.mmsi = 735057548, .sensor = VG_SENSOR_AIS, .message = 1, .class = VG_CLASS_SHIP_A};
    r.time_us = NOON_US;
    r.time_source = VG_TIME_SOURCE_TAG;
    vg_situation_take(s, NOON_US, &r, 1);
    r.time_us = NOON_US + 200 * VG_DAY_US;
    for (int i = 0; i < 10; i++) {
        vg_situation_take(s, NOON_US, &r, 1);
        r.time_source = VG_TIME_SOURCE_NEIGHBOUR;
    }
    assert_int_equal(vg_situation_time_us(s), NOON_US);
    r.time_source = VG_TIME_SOURCE_TAG;
    vg_situation_take(s, NOON_US, &r, 1);
    vg_situation_take(s, NOON_US, &r, 1);
    assert_int_equal(vg_situation_time_us(s), NOON_US + 200 * VG_DAY_US);
    vg_situation_free(s);
}

static void limits_that_can_t_be_are_refused(void **state)
{
    (void)state;
    struct vg_situation *s = NULL;
    assert_int_equal(vg_situation_new(&(struct vg_picture_limits){.vessels = 0}, true, &s), VG_ARG);
    assert_null(s);
    vg_situation_free(NULL);
}

/* ---- saved ---- */

static struct vg_out saved(struct vg_situation *s)
{
    struct vg_out out = vg_out_growing((size_t)64 << 20);
    struct vg_state_section sections[VG_SITUATION_SECTIONS];
    vg_situation_sections(s, sections);
    vg_out_bytes(&out, "VIGSTAT2", 8);
    for (size_t i = 0; i < VG_SITUATION_SECTIONS; i++)
        raw_section(&out, &sections[i]);
    raw_head(&out, "END.", 0, 0);
    return out;
}

static enum vg_err load(const struct vg_out *out, struct vg_situation *s, char *why)
{
    struct vg_state_section sections[VG_SITUATION_SECTIONS];
    vg_situation_sections(s, sections);
    return raw_read(out, sections, VG_SITUATION_SECTIONS, why);
}

static void what_was_saved_in_the_middle_goes_on_as_the_whole_run(void **state)
{
    (void)state;
    for (int i = 0; i < 8; i++) {
        bool data = i % 2;
        char why[VG_STATE_WHY];
        struct vg_situation *whole = make(data), *again = make(data);
        uint64_t dice = (uint64_t)i + 1;
        int64_t now_us = NOON_US;
        run(whole, &dice, &now_us, i * 60, WHOLE); /* the first: nothing yet */
        if (i == 3)
            atomic_store(&vg_situation_sources(whole)->overflowed, 12);
        struct vg_out out = saved(whole);
        assert_int_equal(load(&out, again, why), VG_OK);
        assert_int_equal(again->clock.clock_us, whole->clock.clock_us);
        assert_int_equal(vg_situation_time_us(again), vg_situation_time_us(whole));
        assert_int_equal(atomic_load(&again->sources.overflowed), i == 3 ? 12 : 0);
        assert_int_equal(atomic_load(&again->sources.count), atomic_load(&whole->sources.count));
        for (uint16_t id = 0; id < atomic_load(&whole->sources.count); id++) {
            assert_string_equal(vg_source_get(&again->sources, id)->name, vg_source_get(&whole->sources, id)->name);
            assert_int_equal(vg_source_get(&again->sources, id)->feed, vg_source_get(&whole->sources, id)->feed);
        }
        assert_true(vg_situation_hash(again) == vg_situation_hash(whole));
        uint64_t same_dice = dice;
        int64_t same_us = now_us;
        run(whole, &dice, &now_us, 200, WHOLE);
        run(again, &same_dice, &same_us, 200, WITH_TICKS);
        assert_true(vg_situation_hash(again) == vg_situation_hash(whole));
        vg_out_free(&out);
        vg_situation_free(whole);
        vg_situation_free(again);
    }
}

static void a_leap_of_the_data_s_clock_is_believed_across_a_save(void **state)
{
    (void)state;
    char why[VG_STATE_WHY];
    struct vg_situation *s = make(true), *again = make(true);
    struct vg_report r = {.mmsi = 735057548, .sensor = VG_SENSOR_AIS, .message = 1, .class = VG_CLASS_SHIP_A};
    r.time_us = NOON_US;
    vg_situation_take(s, 0, &r, 1);
    r.time_us = NOON_US + 9 * VG_DAY_US;
    for (int i = 0; i < 2; i++)
        vg_situation_take(s, 0, &r, 1);
    struct vg_out out = saved(s);
    assert_int_equal(load(&out, again, why), VG_OK);
    assert_int_equal(vg_situation_time_us(again), NOON_US);
    vg_situation_take(again, 0, &r, 1); /* the third */
    assert_int_equal(vg_situation_time_us(again), NOON_US + 9 * VG_DAY_US);
    vg_out_free(&out);
    vg_situation_free(s);
    vg_situation_free(again);
}

static void what_lived_by_another_clock_is_refused_with_a_reason(void **state)
{
    (void)state;
    for (int data = 0; data < 2; data++) {
        char why[VG_STATE_WHY];
        struct vg_situation *s = make(data), *other = make(!data);
        struct vg_out out = saved(s);
        assert_int_equal(load(&out, other, why), VG_UNSUPPORTED);
        assert_string_equal(why, "section 'clock' belongs to a picture that lived by another clock");
        vg_out_free(&out);
        vg_situation_free(s);
        vg_situation_free(other);
    }
}

/* Where a section's payload begins. */
static size_t payload_of(const struct vg_out *out, const char *tag)
{
    for (size_t at = 8; at + 16 <= out->len; at += 16 + vg_get_u64((const uint8_t *)out->buf + at + 8))
        if (memcmp(out->buf + at, tag, 4) == 0)
            return at + 16;
    fail();
    return 0;
}

static void refused(struct vg_out *out, size_t at, uint8_t byte, const char *expected)
{
    char why[VG_STATE_WHY], was = out->buf[at];
    struct vg_situation *s = make(true);
    out->buf[at] = (char)byte;
    assert_int_equal(load(out, s, why), VG_CORRUPT);
    assert_string_equal(why, expected);
    out->buf[at] = was;
    vg_situation_free(s);
}

static void a_damaged_clock_or_source_is_refused(void **state)
{
    (void)state;
    struct vg_situation *s = make(true);
    uint64_t dice = 5;
    int64_t now_us = NOON_US;
    run(s, &dice, &now_us, 30, WHOLE);
    assert_true(atomic_load(&s->sources.count) > 3);
    struct vg_out out = saved(s);
    size_t clock = payload_of(&out, "CLOC"), sources = payload_of(&out, "SOUR");
    size_t first = sources + 12, second = first + 2 + VG_SOURCE_NAME;
    refused(&out, clock, 2, "section 'clock' is damaged");
    refused(&out, clock + 9, 7, "section 'clock' is damaged");  /* no whole second */
    refused(&out, clock + 25, 3, "section 'clock' is damaged"); /* proofs of a leap */
    refused(&out, sources + 8, 0, "section 'sources' is damaged");
    refused(&out, sources + 8, 255, "section 'sources' is damaged");
    refused(&out, sources + 11, 1, "section 'sources' is damaged"); /* more than there can be */
    refused(&out, first, 0, "section 'sources' is damaged");        /* a source without a feed */
    refused(&out, first, 2, "section 'sources' is damaged");        /* … or of one that comes later */
    memcpy(out.buf + second + 2, out.buf + first + 2, VG_SOURCE_NAME);
    refused(&out, second, 1, "section 'sources' is damaged"); /* a name twice */
    memset(out.buf + second + 2, 'x', VG_SOURCE_NAME);
    refused(&out, second, 2, "section 'sources' is damaged"); /* no end */
    vg_out_free(&out);
    vg_situation_free(s);
}

static void any_changed_or_cut_bytes_are_refused_or_sound(void **state)
{
    (void)state;
    struct vg_situation *s = make(true);
    uint64_t dice = 9;
    int64_t now_us = NOON_US;
    int bad = 0;
    run(s, &dice, &now_us, 300, WHOLE);
    struct vg_out out = saved(s);
    for (int i = 0; i < 2000; i++) {
        char why[VG_STATE_WHY];
        struct vg_situation *again = make(true);
        size_t at = next(&dice) % out.len, len = out.len;
        char was = out.buf[at];
        if (i % 3 == 0)
            out.len = at;
        else
            out.buf[at] ^= (char)(1 << next(&dice) % 8);
        enum vg_err err = load(&out, again, why);
        assert_true(err || i % 3);
        bad += err != VG_OK;
        if (!err) {
            assert_true(vg_picture_check(vg_situation_picture(again)));
            run(again, &(uint64_t){3}, &(int64_t){now_us}, 5, WHOLE);
        }
        out.len = len;
        out.buf[at] = was;
        vg_situation_free(again);
    }
    assert_true(bad > 700);
    vg_out_free(&out);
    vg_situation_free(s);
}

/* ---- names of stations ---- */

/* A position told by a station behind Manta, as intake gives it. Returns the name that its contact's position has. */
static const char *told_by(struct vg_situation *s, int64_t now_us, uint32_t mmsi, const char *station)
{
    struct vg_sources *sources = vg_situation_sources(s);
    const struct vg_report r = {
        .time_us = now_us,
        .journal_offset = (uint64_t)now_us + mmsi, /* each in a place of its own */
        .fields = VG_FIELD_BIT(POS),
        .mmsi = mmsi,
        .sensor = VG_SENSOR_AIS,
        .message = 1,
        .class = VG_CLASS_SHIP_A,
        .measured = VG_MEASURED_POSITION,
        .pos = vg_pos_from_deg(-81, -1),
        .source = vg_source_station(sources, vg_source_feed(sources, "Manta"), station, strlen(station))};
    vg_situation_take(s, now_us, &r, 1);
    const struct vg_contact *c = vg_picture_find(vg_situation_picture(s), mmsi);
    return vg_source_get(sources, (uint16_t)c->prov[VG_FIELD_POS].source)->name;
}

static void invent_stations(struct vg_situation *s, int64_t now_us)
{
    char name[20];
    for (uint32_t i = 0; i < VG_SOURCE_MAX + 500; i++) {
        snprintf(name, sizeof name, "x%u", i);
        told_by(s, now_us, 412000000 + i % 50, name);
    }
}

static void a_flood_of_names_does_not_keep_the_table_for_ever(void **state)
{
    (void)state;
    for (int data_clock = 0; data_clock < 2; data_clock++) {
        struct vg_situation *s = make(data_clock);
        int64_t now_us = NOON_US;
        assert_string_equal(told_by(s, now_us, 735057500, "roof"), "Manta/roof");
        invent_stations(s, now_us);
        assert_string_equal(told_by(s, now_us, 735057501, "new"), "Manta"); /* there is no room, and that is counted */
        assert_true(vg_situation_sources(s)->overflowed > 0);
        for (int minute = 0; minute < 100; minute++) {
            now_us += VG_MINUTE_US;
            assert_string_equal(told_by(s, now_us, 735057500, "roof"), "Manta/roof"); /* heard all the time */
        }
        assert_string_equal(told_by(s, now_us, 735057501, "new"), "Manta/new");
        assert_string_equal(told_by(s, now_us, 735057502, "another"), "Manta/another");
        vg_situation_free(s);
    }
}

/* A log with a gap: no minute comes in which a row could take a step. */
static void after_a_gap_of_a_log_new_stations_find_rows(void **state)
{
    (void)state;
    struct vg_situation *s = make(true);
    invent_stations(s, NOON_US);
    int64_t now_us = NOON_US + 2 * VG_HOUR_US;
    told_by(s, now_us, 735057500, "roof"); /* the first word moves the clock */
    assert_string_equal(told_by(s, now_us, 735057501, "new"), "Manta/new");
    assert_string_equal(told_by(s, now_us + VG_MINUTE_US, 735057500, "roof"), "Manta/roof");
    vg_situation_free(s);
}

/* An answer about a ship must name the station that told of her, as long as she is there. */
static void no_row_is_given_away_that_a_contact_speaks_of(void **state)
{
    (void)state;
    char name[20], expected[VG_SOURCE_NAME];
    struct vg_situation *s = make(false);
    struct vg_sources *sources = vg_situation_sources(s);
    int64_t now_us = NOON_US;
    for (int minute = 0; minute <= 10; minute += 10, now_us += 10 * VG_MINUTE_US)
        for (uint32_t i = 0; i < 40; i++) { /* base stations, heard for ten minutes: each is there for a day */
            snprintf(name, sizeof name, "old%u", i);
            told_by(s, now_us, 7350100 + i, name);
        }
    invent_stations(s, now_us);
    for (int hour = 0; hour < 22; hour++) {
        now_us += VG_HOUR_US;
        for (int k = 0; k < 60; k++) {
            snprintf(name, sizeof name, "new%d", hour * 60 + k);
            told_by(s, now_us + k * VG_MINUTE_US, 412000000 + (uint32_t)k % 5, name);
        }
        for (uint32_t i = 0; i < 40; i++) {
            const struct vg_contact *c = vg_picture_find(vg_situation_picture(s), 7350100 + i);
            snprintf(expected, sizeof expected, "Manta/old%u", i);
            assert_non_null(c);
            assert_string_equal(vg_source_get(sources, (uint16_t)c->prov[VG_FIELD_POS].source)->name, expected);
        }
    }
    assert_true(vg_sources_renamed(sources) > 0);
    vg_situation_free(s);
}

/* Each invented name with a base station of its own, which is there for a day. */
static void invented_base_stations_keep_no_names_for_a_day(void **state)
{
    (void)state;
    char name[20];
    const struct vg_picture_limits many = {.vessels = 5000, .trail_bytes = 100 * 512, .trail_points = 40};
    struct vg_situation *s;
    assert_int_equal(vg_situation_new(&many, false, &s), VG_OK);
    int64_t now_us = NOON_US;
    for (uint32_t i = 0; i < VG_SOURCE_MAX; i++) {
        snprintf(name, sizeof name, "x%u", i);
        told_by(s, now_us, 2240000 + i, name);
    }
    const struct vg_contact *base = vg_picture_find(vg_situation_picture(s), 2240007);
    assert_string_equal(vg_source_get(&s->sources, (uint16_t)base->prov[VG_FIELD_POS].source)->name, "Manta/x7");
    for (int minute = 0; minute < 100; minute++)
        told_by(s, now_us += VG_MINUTE_US, 735057500, "roof");
    assert_string_equal(told_by(s, now_us += VG_MINUTE_US, 735057501, "new"), "Manta/new");
    base = vg_picture_find(vg_situation_picture(s), 2240007);
    assert_string_equal(vg_source_get(&s->sources, (uint16_t)base->prov[VG_FIELD_POS].source)->name, "Manta");
    assert_true(vg_picture_check(vg_situation_picture(s)));
    vg_situation_free(s);
}

static void a_table_of_names_that_ages_goes_on_where_it_was_saved(void **state)
{
    (void)state;
    for (int stop = 0; stop < 150; stop += 37) {
        struct vg_situation *s = make(false), *again = make(false);
        int64_t now_us = NOON_US;
        char name[20];
        invent_stations(s, now_us);
        for (int minute = 0; minute < 150; minute++, now_us += VG_MINUTE_US) {
            if (minute == stop) {
                vg_situation_free(again);
                again = make(false);
                struct vg_out out = saved(s);
                char why[VG_STATE_WHY];
                assert_int_equal(load(&out, again, why), VG_OK);
                vg_out_free(&out);
            }
            snprintf(name, sizeof name, "y%d", minute);
            told_by(s, now_us, 735057500, name);
            if (minute >= stop)
                told_by(again, now_us, 735057500, name);
        }
        assert_true(vg_sources_renamed(vg_situation_sources(s)) > 0);
        assert_true(vg_situation_hash(again) == vg_situation_hash(s));
        vg_situation_free(s);
        vg_situation_free(again);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_and_ticks_leave_no_trace),
        cmocka_unit_test(a_piece_tells_the_clock_before_its_reports),
        cmocka_unit_test(by_the_data_s_clock_a_report_is_told_before_it_is_applied),
        cmocka_unit_test(neighbours_of_a_lie_prove_no_leap),
        cmocka_unit_test(limits_that_can_t_be_are_refused),
        cmocka_unit_test(what_was_saved_in_the_middle_goes_on_as_the_whole_run),
        cmocka_unit_test(a_leap_of_the_data_s_clock_is_believed_across_a_save),
        cmocka_unit_test(what_lived_by_another_clock_is_refused_with_a_reason),
        cmocka_unit_test(a_damaged_clock_or_source_is_refused),
        cmocka_unit_test(any_changed_or_cut_bytes_are_refused_or_sound),
        cmocka_unit_test(a_flood_of_names_does_not_keep_the_table_for_ever),
        cmocka_unit_test(after_a_gap_of_a_log_new_stations_find_rows),
        cmocka_unit_test(no_row_is_given_away_that_a_contact_speaks_of),
        cmocka_unit_test(invented_base_stations_keep_no_names_for_a_day),
        cmocka_unit_test(a_table_of_names_that_ages_goes_on_where_it_was_saved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
