/* The frames of the live stream byte by byte: docs/formats/stream.md. */
#include <stdlib.h>

#include "api/stream_reader.h"
#include "parts.h"
#include "picture_fixture.h"
#include "vessel/rules.h"

#define SHIP UINT32_C(735059037)
#define ROOM 65536

static uint8_t frames[ROOM];

static struct vg_stream_reader *reader_of(uint32_t capacity, const struct vg_stream_view *view)
{
    struct vg_greeting greeting = {.epoch = UINT64_C(0x0123456789ABCDEF), .capacity = capacity, .tick_ms = 321};
    struct vg_stream_reader *r = NULL;
    assert_int_equal(vg_stream_reader_new(&greeting, view, &r), VG_OK);
    return r;
}

static size_t fill(struct vg_picture *p, struct vg_stream_reader *r, int64_t now_us, size_t max)
{
    const struct vg_snapshot *s = vg_snapshot_acquire(p);
    size_t n = vg_stream_reader_fill(r, s, now_us, frames, max);
    vg_snapshot_release(s);
    return n;
}

#define HAS(frame, ...)                                                                                                \
    do {                                                                                                               \
        const struct part parts_[] = {__VA_ARGS__};                                                                    \
        has_parts(frame, parts_, sizeof parts_ / sizeof *parts_);                                                      \
    } while (0)

static uint64_t newest(struct vg_picture *p)
{
    const struct vg_snapshot *s = vg_snapshot_acquire(p);
    uint64_t seq = s->seq;
    vg_snapshot_release(s);
    return seq;
}

/* The frame of a kind among those of the last call; fails if there is none. */
static const uint8_t *frame_of(size_t len, unsigned kind)
{
    for (size_t at = 0; at < len; at += 4 + number_at(frames + at, 4))
        if (frames[at + 4] == kind)
            return frames + at;
    fail_msg("no frame of kind %u", kind);
    return NULL;
}

static struct vg_report whole(int64_t time_us)
{
    struct vg_report r = at_position(SHIP, time_us, -80.5, -2.25);
    r.fields = (UINT32_C(1) << VG_FIELD_COUNT) - 1;
    r.fields &= ~(VG_FIELD_BIT(AID_TYPE) | VG_FIELD_BIT(AID_FLAGS) | VG_FIELD_BIT(ALTITUDE) | VG_FIELD_BIT(TEXT));
    r.source = 3;
    r.message = 5;
    r.sog_dkn = 123, r.cog_ddeg = 901, r.heading_deg = 259, r.turn_raw = -20, r.status = 5;
    r.shiptype = 70, r.draught_dm = 71, r.imo = 9074729;
    r.eta_month = 11, r.eta_day = 23, r.eta_hour = 10, r.eta_minute = 59;
    r.to_bow_m = 300, r.to_stern_m = 290, r.to_port_m = 33, r.to_starboard_m = 44;
    snprintf(r.name, sizeof r.name, "NAME");
    snprintf(r.callsign, sizeof r.callsign, "CALLS");
    snprintf(r.destination, sizeof r.destination, "DESTIN");
    return r;
}

static void each_value_stands_in_its_place(void **state)
{
    (void)state;
    struct vg_stream_view all = {0};
    struct vg_picture *p = picture_new(1000);
    apply(p, at_position(412345678, START_US, 3, 3)); /* slot 0 */
    apply(p, whole(START_US + 1500000));
    vg_picture_advance(p, START_US + 2 * VG_SECOND_US);
    struct vg_report r = at_position(SHIP, START_US + 3 * VG_SECOND_US, 0, 0);
    r.fields = VG_FIELD_BIT(SOG);
    r.sog_dkn = 124;
    apply(p, r); /* heard later than her position */
    vg_picture_publish(p);
    struct vg_stream_reader *reader = reader_of(777, &all);
    const struct vg_contact *c = vg_picture_find(p, SHIP);
    uint64_t seq = newest(p);
    size_t fixed = 32 + 4 + 5 + 6, len = fill(p, reader, 0, ROOM);
    assert_int_equal(len, 48 + 16 + 2 * 48 + 16 + fixed + 32);
    HAS(frames, {0, 4, 44}, {4, 1, VG_FRAME_HELLO}, {5, 1, 0}, {6, 2, 0}, {8, 8, seq}, {20, 2, 2}, {22, 2, 321},
        {24, 8, UINT64_C(0x0123456789ABCDEF)}, {32, 8, START_US + 2 * VG_SECOND_US}, {40, 4, 777}, {44, 2, 48},
        {46, 2, 0});
    assert_memory_equal(frames + 16, "VGS2", 4);
    const uint8_t *move = frames + 48, *row = move + 16 + 48;
    HAS(move, {0, 4, 12 + 2 * 48}, {4, 1, VG_FRAME_MOVE}, {5, 1, 0}, {6, 2, 2}, {8, 8, seq}, {16, 4, 0},
        {20, 4, 412345678});
    HAS(row, {0, 4, 1}, {4, 4, SHIP}, {8, 4, (uint32_t)(-805 * 60000)}, {12, 4, (uint32_t)(-225 * 6000)},
        {16, 4, START_US / VG_SECOND_US + 1}, {20, 4, START_US / VG_SECOND_US + 3}, {24, 2, 124}, {26, 2, 901},
        {28, 2, 259}, {30, 1, (uint8_t)-20}, {31, 1, 5}, {32, 1, VG_CLASS_SHIP_A}, {33, 1, c->flags}, {34, 2, 3},
        {36, 1, 70}, {37, 1, 0}, {38, 1, 'E'}, {39, 1, 'C'}, {40, 8, c->id});
    const uint8_t *stat = move + 16 + 2 * 48;
    HAS(stat, {0, 4, 12 + fixed}, {4, 1, VG_FRAME_STATIC}, {6, 2, 1}, {8, 8, seq});
    HAS(stat + 16, {0, 2, fixed}, {2, 1, 4}, {3, 1, 5}, {4, 1, 6}, {5, 1, 71}, {6, 1, 70}, {7, 1, 0}, {8, 4, 1},
        {12, 4, SHIP}, {16, 4, 9074729}, {20, 2, 300}, {22, 2, 290}, {24, 1, 33}, {25, 1, 44}, {26, 1, 11}, {27, 1, 23},
        {28, 1, 10}, {29, 1, 59}, {30, 2, 0});
    assert_memory_equal(stat + 16 + 32, "NAMECALLSDESTIN", 15);
    HAS(stat + 16 + fixed, {0, 4, 28}, {4, 1, VG_FRAME_TICK}, {6, 2, 0}, {8, 8, seq},
        {16, 8, START_US + 2 * VG_SECOND_US}, {24, 4, 2}, {28, 4, 2});
    free(reader);
    vg_picture_free(p);
}

static void what_is_not_known_or_has_expired_is_none(void **state)
{
    (void)state;
    struct vg_stream_view all = {0};
    struct vg_picture *p = picture_new(1000);
    struct vg_report r = whole(START_US);
    apply(p, r);
    r = at_position(SHIP, START_US + VG_DAY_US, 0, 0); /* a day later nothing else holds */
    r.fields = 0;
    for (int minutes = 20; minutes <= 24 * 60; minutes += 20) {
        r.time_us = START_US + minutes * VG_MINUTE_US;
        vg_picture_advance(p, r.time_us);
        apply(p, r);
    }
    apply(p, called(412345678, r.time_us, "A"));
    vg_picture_publish(p);
    struct vg_stream_reader *reader = reader_of(1000, &all);
    size_t len = fill(p, reader, 0, ROOM);
    const uint8_t *move = frame_of(len, VG_FRAME_MOVE), *stat = frame_of(len, VG_FRAME_STATIC);
    HAS(move + 16, {4, 4, SHIP}, {16, 4, START_US / VG_SECOND_US}, {24, 2, 65535}, {26, 2, 65535}, {28, 2, 65535},
        {30, 1, 0x80}, {31, 1, 255});
    HAS(move + 16 + 48, {4, 4, 412345678}, {8, 4, (uint32_t)VG_E4MIN_NONE}, {12, 4, (uint32_t)VG_E4MIN_NONE},
        {16, 4, 0}, {34, 2, 0});
    HAS(stat + 16, {0, 2, 32 + 4 + 5}, {2, 1, 4}, {3, 1, 5}, {4, 1, 0}, {5, 1, 0}, {26, 1, 0}, {27, 1, 0}, {28, 1, 24},
        {29, 1, 60});
    free(reader);
    vg_picture_free(p);
}

/* STATIC comes with who says anything of it, whatever that is, and with nobody else. */
static void one_word_makes_a_static_row(void **state)
{
    (void)state;
    static const enum vg_field fields[] = {VG_FIELD_NAME,     VG_FIELD_CALLSIGN,   VG_FIELD_DESTINATION,
                                           VG_FIELD_IMO,      VG_FIELD_DRAUGHT,    VG_FIELD_SHIPTYPE,
                                           VG_FIELD_AID_TYPE, VG_FIELD_DIMENSIONS, VG_FIELD_ETA};
    struct vg_stream_view all = {0};
    for (size_t i = 0; i <= sizeof fields / sizeof *fields + 3; i++) {
        struct vg_picture *p = picture_new(1000);
        struct vg_report r = whole(START_US);
        bool any = i < sizeof fields / sizeof *fields + 3;
        size_t side = i - sizeof fields / sizeof *fields;
        r.aid_type = 3;
        r.fields = VG_FIELD_BIT(POS) | (any ? UINT32_C(1) << fields[side < 3 ? 7 : i] : 0);
        if (i == 7 || side < 3) { /* one side at a time */
            uint16_t sides[4] = {0};
            sides[i == 7 ? 3 : side] = 9;
            r.to_bow_m = sides[0], r.to_stern_m = sides[1];
            r.to_port_m = (uint8_t)sides[2], r.to_starboard_m = (uint8_t)sides[3];
        }
        apply(p, r);
        vg_picture_publish(p);
        struct vg_stream_reader *reader = reader_of(1000, &all);
        size_t len = fill(p, reader, 0, ROOM), without = 48 + 16 + 48 + 32;
        if ((len > without) != any)
            fail_msg("case %zu: %zu bytes", i, len);
        free(reader);
        vg_picture_free(p);
    }
}

/* Four bytes hold the seconds until 2106. */
static void seconds_that_have_no_room_are_the_most_there_are(void **state)
{
    (void)state;
    static const int64_t seconds[] = {UINT32_MAX - INT64_C(1), UINT32_MAX, UINT32_MAX + INT64_C(1)};
    struct vg_stream_view all = {0};
    for (size_t i = 0; i < 3; i++) {
        struct vg_picture *p = picture_new(1000);
        vg_picture_advance(p, seconds[i] * VG_SECOND_US);
        apply(p, at_position(SHIP, seconds[i] * VG_SECOND_US, 1, 1));
        vg_picture_publish(p);
        struct vg_stream_reader *reader = reader_of(1000, &all);
        const uint8_t *row = frame_of(fill(p, reader, 0, ROOM), VG_FRAME_MOVE) + 16;
        uint32_t told = i ? UINT32_MAX : UINT32_MAX - 1;
        HAS(row, {16, 4, told}, {20, 4, told});
        free(reader);
        vg_picture_free(p);
    }
}

static void gone_rows_are_slots(void **state)
{
    (void)state;
    struct vg_stream_view box = {.boxed = true, .box = {0, 0, 10, 10}};
    struct vg_picture *p = picture_new(1000);
    for (uint32_t i = 0; i < 4; i++)
        apply(p, at_position(735000000 + i, START_US, 9.999, 5));
    vg_picture_publish(p);
    struct vg_stream_reader *reader = reader_of(1000, &box);
    fill(p, reader, 0, ROOM);
    assert_int_equal(vg_stream_reader_in_view(reader), 4);
    for (uint32_t i = 1; i < 4; i += 2)
        apply(p, at_position(735000000 + i, START_US + VG_MINUTE_US, 10.001, 5));
    vg_picture_publish(p);
    size_t len = fill(p, reader, 0, ROOM);
    assert_int_equal(len, 16 + 8 + 32);
    HAS(frames, {0, 4, 12 + 8}, {4, 1, VG_FRAME_GONE}, {6, 2, 2}, {8, 8, newest(p)}, {16, 4, 3}, {20, 4, 1});
    HAS(frames + 24, {4, 1, VG_FRAME_TICK}, {24, 4, 4}, {28, 4, 2});
    assert_int_equal(vg_stream_reader_in_view(reader), 2);
    free(reader);
    vg_picture_free(p);
}

static void a_buffer_that_is_too_small_is_left_alone(void **state)
{
    (void)state;
    struct vg_stream_view all = {0};
    struct vg_picture *p = picture_new(1000);
    struct vg_stream_reader *reader = reader_of(1000, &all);
    assert_int_equal(fill(p, reader, 0, VG_READER_ROOM - 1), 0);
    assert_int_equal(fill(p, reader, 0, VG_READER_ROOM), 48 + 32);
    free(reader);
    vg_picture_free(p);
}

static void a_tick_comes_each_second_and_with_each_word(void **state)
{
    (void)state;
    struct vg_stream_view all = {0};
    struct vg_picture *p = picture_new(1000);
    struct vg_stream_reader *reader = reader_of(1000, &all);
    int64_t now_us = 5 * VG_SECOND_US;
    assert_int_equal(fill(p, reader, now_us, ROOM), 48 + 32);
    assert_int_equal(fill(p, reader, now_us + 999999, ROOM), 0);
    assert_int_equal(fill(p, reader, now_us + 1000000, ROOM), 32);
    assert_int_equal(fill(p, reader, now_us + 1999999, ROOM), 0);
    vg_picture_publish(p); /* nothing is new, and no second has passed */
    assert_int_equal(fill(p, reader, now_us + 1999999, ROOM), 0);
    vg_picture_advance(p, START_US + 7 * VG_SECOND_US);
    vg_picture_publish(p);
    assert_int_equal(fill(p, reader, now_us + 2000000, ROOM), 32);
    HAS(frames, {8, 8, newest(p)}, {16, 8, START_US + 7 * VG_SECOND_US});
    apply(p, at_position(SHIP, START_US, 1, 1));
    vg_picture_publish(p);
    assert_int_equal(fill(p, reader, now_us + 2000001, ROOM), 16 + 48 + 32);
    assert_int_equal(fill(p, reader, now_us + 3000000, ROOM), 0); /* a second after that one */
    assert_int_equal(fill(p, reader, now_us + 3000001, ROOM), 32);
    free(reader);
    vg_picture_free(p);
}

/* The last slots of a table whose size is no multiple of the chunks it is shared by. */
static void every_slot_below_the_capacity_is_told(void **state)
{
    (void)state;
    static const uint32_t sizes[] = {1, 255, 256, 257, 300, 512};
    struct vg_stream_view all = {0};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct vg_picture *p = picture_new(sizes[i]);
        for (uint32_t k = 0; k < sizes[i]; k++)
            apply(p, at_position(735000000 + k, START_US, 1, 1));
        vg_picture_publish(p);
        struct vg_stream_reader *reader = reader_of(sizes[i], &all);
        size_t len = fill(p, reader, 0, ROOM);
        assert_int_equal(vg_stream_reader_in_view(reader), sizes[i]);
        HAS(frame_of(len, VG_FRAME_TICK), {28, 4, sizes[i]});
        vg_picture_advance(p, START_US + VG_DAY_US);
        vg_picture_publish(p);
        len = fill(p, reader, 0, ROOM);
        assert_int_equal(vg_stream_reader_in_view(reader), 0);
        HAS(frame_of(len, VG_FRAME_GONE), {6, 2, sizes[i]});
        free(reader);
        vg_picture_free(p);
    }
}

/* Frames have 32 768 bytes at most, whatever the buffer: 681 rows of MOVE, with room for the heads of the others. */
static void a_frame_has_its_limit(void **state)
{
    (void)state;
    struct vg_stream_view all = {0};
    struct vg_picture *p = picture_new(1000);
    for (uint32_t k = 0; k < 1000; k++)
        apply(p, at_position(735000000 + k, START_US, 1, 1));
    vg_picture_publish(p);
    struct vg_stream_reader *reader = reader_of(1000, &all);
    size_t len = fill(p, reader, 0, ROOM);
    assert_int_equal(len, 48 + 16 + 681 * 48 + 16 + 319 * 48 + 32);
    HAS(frames + 48, {0, 4, 12 + 681 * 48}, {6, 2, 681});
    HAS(frames + 48 + 16 + 681 * 48, {0, 4, 12 + 319 * 48}, {6, 2, 319});
    free(reader);
    vg_picture_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_value_stands_in_its_place),
        cmocka_unit_test(what_is_not_known_or_has_expired_is_none),
        cmocka_unit_test(one_word_makes_a_static_row),
        cmocka_unit_test(seconds_that_have_no_room_are_the_most_there_are),
        cmocka_unit_test(gone_rows_are_slots),
        cmocka_unit_test(a_buffer_that_is_too_small_is_left_alone),
        cmocka_unit_test(a_tick_comes_each_second_and_with_each_word),
        cmocka_unit_test(every_slot_below_the_capacity_is_told),
        cmocka_unit_test(a_frame_has_its_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
