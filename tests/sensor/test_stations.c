/* Names of stations as numbers: a ring that no flood of names fills for ever. */
#include "sensor/ais/stations.h"

#include <stdio.h>
#include <string.h>

#include "test.h"

static uint16_t number(struct vg_stations *s, unsigned i)
{
    char name[20];
    snprintf(name, sizeof name, "r%u", i);
    uint16_t n = vg_stations_number(s, name);
    assert_string_equal(vg_stations_name(s, n), name);
    return n;
}

static void a_name_has_one_number_while_there_is_room(void **state)
{
    (void)state;
    struct vg_stations s;
    assert_int_equal(vg_stations_init(&s), VG_OK);
    assert_int_equal(vg_stations_number(&s, ""), 0);
    assert_string_equal(vg_stations_name(&s, 0), "");
    for (unsigned k = 0; k < 2; k++)
        for (unsigned i = 0; i < VG_STATIONS_MAX; i++)
            if (k == 0 || i >= VG_STATIONS_MAX / 2) /* full: the older half moves on if it is heard */
                assert_int_equal(number(&s, i), i + 1);
    vg_stations_free(&s);
}

/* What a reader of numbers relies on: a number keeps its name while half of the table is given anew. */
static void a_number_keeps_its_name_for_half_a_ring(void **state)
{
    (void)state;
    struct vg_stations s;
    uint64_t dice = 1;
    static uint16_t kept[VG_STATIONS_MAX / 2];
    static unsigned name_of[VG_STATIONS_MAX / 2];
    static uint32_t turn[VG_STATIONS_MAX / 2];
    assert_int_equal(vg_stations_init(&s), VG_OK);
    for (unsigned i = 0; i < 6 * VG_STATIONS_MAX; i++) {
        dice = dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        unsigned name = dice >> 60 ? i : (unsigned)(dice >> 40) % 500, at = i % (VG_STATIONS_MAX / 2);
        if (i >= VG_STATIONS_MAX / 2) { /* as it was handed out half a ring of looks ago */
            char before[20];
            snprintf(before, sizeof before, "r%u", name_of[at]);
            assert_string_equal(vg_stations_name(&s, kept[at]), before);
            assert_int_equal(vg_stations_turn(&s, kept[at]), turn[at]);
        }
        name_of[at] = name;
        kept[at] = number(&s, name);
        turn[at] = vg_stations_turn(&s, kept[at]);
    }
    vg_stations_free(&s);
}

static void a_new_name_finds_room_after_any_flood(void **state)
{
    (void)state;
    struct vg_stations s;
    assert_int_equal(vg_stations_init(&s), VG_OK);
    for (unsigned i = 0; i < 3 * VG_STATIONS_MAX; i++)
        assert_int_not_equal(number(&s, i), 0);
    uint16_t n = vg_stations_number(&s, "real");
    assert_string_equal(vg_stations_name(&s, n), "real");
    assert_int_equal(vg_stations_number(&s, "real"), n);
    assert_true(vg_stations_turn(&s, n) > 0);
    vg_stations_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_has_one_number_while_there_is_room),
        cmocka_unit_test(a_number_keeps_its_name_for_half_a_ring),
        cmocka_unit_test(a_new_name_finds_room_after_any_flood),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
