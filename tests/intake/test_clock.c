/* When a report was received: the rules, and how a data folder remembers which of them its feeds go by. */
#include "journal/room.h"

#include "base/time.h"
#include "intake/clock.h"
#include "journal/io.h"

static int64_t times(struct vg_receive_time *t, int64_t own_us, int64_t received_us)
{
    struct vg_report r = {.time_us = own_us};
    vg_receive_time_set(t, &r, 1, received_us);
    return r.time_us;
}

static void the_wall_clock_believes_a_time_up_to_a_minute_ahead(void **state)
{
    (void)state;
    struct vg_receive_time t = {.clock = VG_INTAKE_WALL, .own_us = VG_TIME_NONE};
    assert_true(times(&t, VG_TIME_NONE, T0_US) == T0_US);
    assert_true(times(&t, T0_US - VG_DAY_US, T0_US) == T0_US - VG_DAY_US); /* a station that sends late */
    assert_true(times(&t, T0_US + VG_MINUTE_US, T0_US) == T0_US + VG_MINUTE_US);
    assert_true(times(&t, T0_US + VG_MINUTE_US + 1, T0_US) == T0_US);
    assert_true(times(&t, VG_TIME_NONE, T0_US + 1) == T0_US + 1);
}

static void the_datas_clock_goes_on_with_the_last_time_told(void **state)
{
    (void)state;
    struct vg_receive_time t = {.clock = VG_INTAKE_DATA, .own_us = VG_TIME_NONE};
    assert_true(times(&t, VG_TIME_NONE, T0_US) == T0_US); /* nothing was told yet */
    assert_true(times(&t, T0_US + VG_DAY_US, T0_US) == T0_US + VG_DAY_US);
    assert_true(times(&t, VG_TIME_NONE, T0_US) == T0_US + VG_DAY_US);
    assert_true(times(&t, T0_US - VG_DAY_US, T0_US) == T0_US - VG_DAY_US); /* the last, not the newest */
    assert_true(times(&t, VG_TIME_NONE, T0_US) == T0_US - VG_DAY_US);
}

static void a_recording_has_its_own_times_or_the_ones_it_was_journaled_with(void **state)
{
    (void)state;
    struct vg_receive_time t = {.clock = VG_INTAKE_RECORDING, .own_us = VG_TIME_NONE};
    assert_true(times(&t, T0_US + VG_DAY_US, T0_US) == T0_US + VG_DAY_US);
    assert_true(times(&t, VG_TIME_NONE, T0_US) == T0_US);
}

/* Of several reports each has its own, in the order of their coming. */
static void every_report_gets_its_time(void **state)
{
    (void)state;
    static const enum vg_intake_clock clocks[] = {VG_INTAKE_WALL, VG_INTAKE_DATA, VG_INTAKE_RECORDING};
    for (size_t i = 0; i < 3; i++) {
        struct vg_receive_time t = {.clock = clocks[i], .own_us = VG_TIME_NONE};
        struct vg_report r[4] = {
            {.time_us = VG_TIME_NONE}, {.time_us = T0_US - 9}, {.time_us = VG_TIME_NONE}, {.time_us = VG_TIME_NONE}};
        vg_receive_time_set(&t, r, 3, T0_US);
        assert_true(r[0].time_us == T0_US && r[1].time_us == T0_US - 9);
        assert_true(r[2].time_us == (clocks[i] == VG_INTAKE_DATA ? T0_US - 9 : T0_US));
        assert_true(r[3].time_us == VG_TIME_NONE); /* not one of them */
    }
}

/* A folder whose name leaves no room for its file's. */
static void a_path_that_is_too_long_is_told(void **state)
{
    (void)state;
    char *path = malloc(2 * VG_IO_PATH);
    memset(path, 'x', 2 * VG_IO_PATH);
    path[2 * VG_IO_PATH - 1] = '\0';
    assert_int_equal(vg_intake_clock_save(path, VG_INTAKE_DATA), VG_LIMIT);
    assert_int_equal(vg_intake_clock_load(path), VG_INTAKE_WALL);
    free(path);
}

static void a_data_folder_remembers_its_clock(void **state)
{
    const char *dir = *state;
    assert_int_equal(vg_intake_clock_load(dir), VG_INTAKE_WALL);
    assert_int_equal(vg_intake_clock_save(dir, VG_INTAKE_WALL), VG_OK);
    assert_int_equal(access(in(dir, "clock"), F_OK), -1); /* nothing to remember */
    assert_int_equal(vg_intake_clock_save(dir, VG_INTAKE_DATA), VG_OK);
    assert_int_equal(vg_intake_clock_load(dir), VG_INTAKE_DATA);
    assert_int_equal(vg_intake_clock_save(dir, VG_INTAKE_WALL), VG_OK);
    assert_int_equal(vg_intake_clock_load(dir), VG_INTAKE_WALL);
    spill(in(dir, "clock"), "data?", 5);
    assert_int_equal(vg_intake_clock_load(dir), VG_INTAKE_WALL);
    assert_int_equal(vg_intake_clock_save(in(dir, "nowhere"), VG_INTAKE_DATA), VG_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_wall_clock_believes_a_time_up_to_a_minute_ahead),
        cmocka_unit_test(the_datas_clock_goes_on_with_the_last_time_told),
        cmocka_unit_test(a_recording_has_its_own_times_or_the_ones_it_was_journaled_with),
        cmocka_unit_test(every_report_gets_its_time),
        cmocka_unit_test(a_path_that_is_too_long_is_told),
        in_a_room(a_data_folder_remembers_its_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
