/* When a report was received: the rules, and how a data folder remembers which of them its feeds go by. */
#include "journal/room.h"

#include "base/time.h"
#include "intake/clock.h"
#include "intake/own_times.h"
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

/* A lie has no neighbours, and a simulation may run ahead. */
static void the_datas_clock_believes_a_time_up_to_a_day_ahead(void **state)
{
    (void)state;
    struct vg_receive_time t = {.clock = VG_INTAKE_DATA, .own_us = VG_TIME_NONE};
    assert_true(times(&t, T0_US + VG_DAY_US + 1, T0_US) == T0_US);
    assert_true(times(&t, T0_US - 400 * VG_DAY_US, T0_US) == T0_US - 400 * VG_DAY_US);
    assert_true(times(&t, T0_US + VG_DAY_US + 1, T0_US) == T0_US - 400 * VG_DAY_US);
    assert_true(times(&t, VG_TIME_NONE, T0_US) == T0_US - 400 * VG_DAY_US);
    assert_true(times(&t, INT64_MAX, T0_US) == T0_US - 400 * VG_DAY_US);
    for (int day = -399; day < 400; day += day == -398 ? 390 : 1) /* a pause of 390 days, too */
        assert_true(times(&t, T0_US + day * VG_DAY_US, T0_US) == T0_US + day * VG_DAY_US);
    assert_true(times(&t, T0_US + 401 * VG_DAY_US, T0_US) == T0_US + 399 * VG_DAY_US);
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
    struct vg_clock_turns turns;
    assert_int_equal(vg_clock_turns_save(path, VG_INTAKE_DATA, 0, &turns), VG_LIMIT);
    assert_int_equal(vg_clock_turns_load(path, &turns), VG_LIMIT);
    free(path);
}

static void a_data_folder_remembers_its_clock(void **state)
{
    const char *dir = *state;
    struct vg_clock_turns t, again;
    assert_int_equal(vg_clock_turns_load(dir, &t), VG_OK);
    assert_int_equal(vg_clock_turns_at(&t, 5), VG_INTAKE_WALL);
    assert_int_equal(vg_clock_turns_save(dir, VG_INTAKE_WALL, 0, &t), VG_OK);
    assert_int_equal(access(in(dir, "clock"), F_OK), -1); /* nothing to remember */
    assert_int_equal(vg_clock_turns_save(dir, VG_INTAKE_DATA, 1000, &t), VG_OK);
    assert_int_equal(vg_clock_turns_save(dir, VG_INTAKE_DATA, 1500, &t), VG_OK);
    assert_int_equal(vg_clock_turns_save(dir, VG_INTAKE_WALL, 2000, &t), VG_OK);
    assert_int_equal(vg_clock_turns_load(dir, &again), VG_OK);
    assert_memory_equal(&t, &again, sizeof t);
    assert_int_equal(t.count, 3);
    assert_int_equal(vg_clock_turns_at(&t, 999), VG_INTAKE_WALL);
    assert_int_equal(vg_clock_turns_at(&t, 1000), VG_INTAKE_DATA);
    assert_int_equal(vg_clock_turns_at(&t, 1999), VG_INTAKE_DATA);
    assert_int_equal(vg_clock_turns_at(&t, UINT64_MAX), VG_INTAKE_WALL);
    assert_int_equal(vg_clock_turns_save(dir, VG_INTAKE_DATA, 0, &t), VG_OK); /* another journal */
    assert_int_equal(vg_clock_turns_load(dir, &t), VG_OK);
    assert_int_equal(t.count, 1);
    assert_int_equal(vg_clock_turns_at(&t, 0), VG_INTAKE_DATA);
}

static void the_last_turns_are_remembered(void **state)
{
    struct vg_clock_turns t;
    for (unsigned i = 0; i < 3 * VG_CLOCK_TURNS; i++)
        assert_int_equal(
            vg_clock_turns_save(*state, i % 2 ? VG_INTAKE_WALL : VG_INTAKE_DATA, UINT64_MAX / 2 + 10 * (uint64_t)i, &t),
            VG_OK);
    assert_int_equal(vg_clock_turns_load(*state, &t), VG_OK);
    assert_int_equal(t.count, VG_CLOCK_TURNS);
    for (unsigned i = 2 * VG_CLOCK_TURNS + 1; i < 3 * VG_CLOCK_TURNS; i++)
        assert_int_equal(vg_clock_turns_at(&t, UINT64_MAX / 2 + 10 * (uint64_t)i + 9),
                         i % 2 ? VG_INTAKE_WALL : VG_INTAKE_DATA);
}

static void a_clock_that_can_not_be_read_is_told(void **state)
{
    static const char *const bad[] = {"",
                                      "data",
                                      "data?\n",
                                      "data 5\n",
                                      "wall\ndata\n",
                                      "wall\ndata 5",
                                      "wall\ndata x\n",
                                      "wall\ndata 5\nwall 5\n",
                                      "wall\ndata 0\n",
                                      "wall\ndata 5 \n"};
    const char *dir = *state;
    struct vg_clock_turns t;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        spill(in(dir, "clock"), bad[i], strlen(bad[i]));
        assert_int_equal(vg_clock_turns_load(dir, &t), VG_CORRUPT);
        assert_int_equal(vg_clock_turns_save(dir, VG_INTAKE_DATA, 9, &t), VG_CORRUPT);
    }
    spill(in(dir, "clock"), "data\n", 5); /* as earlier releases wrote it */
    assert_int_equal(vg_clock_turns_load(dir, &t), VG_OK);
    assert_int_equal(vg_clock_turns_at(&t, 5), VG_INTAKE_DATA);
    assert_int_equal(unlink(in(dir, "clock")), 0);
    assert_int_equal(mkdir(in(dir, "clock"), 0700), 0); /* a read that fails */
    assert_int_equal(vg_clock_turns_load(dir, &t), VG_IO);
    assert_int_equal(vg_clock_turns_save(in(dir, "nowhere"), VG_INTAKE_DATA, 0, &t), VG_IO);
}

static void own_times_come_back_from_their_text_newest_first(void **state)
{
    (void)state;
    struct vg_own_times t = {0}, again = {0};
    char text[200];
    assert_true(vg_own_times_get(NULL, "Manta") == VG_TIME_NONE);
    assert_int_equal(vg_own_times_set(&t, "Manta", 5), VG_OK);
    assert_int_equal(vg_own_times_set(&t, "a name with blanks", -7), VG_OK);
    assert_int_equal(vg_own_times_set(&t, "Salinas", 6), VG_OK);
    assert_int_equal(vg_own_times_set(&t, "Manta", 8), VG_OK);
    assert_int_equal(vg_own_times_set(&t, "Baltra", VG_TIME_NONE), VG_OK);
    vg_own_times_put(&t, text, sizeof text);
    assert_string_equal(text, "8 Manta\n6 Salinas\n-7 a name with blanks\n");
    assert_int_equal(vg_own_times_parse(&again, text), VG_OK);
    assert_int_equal(again.count, 3);
    assert_memory_equal(again.item, t.item, 3 * sizeof *t.item);
    vg_own_times_put(&t, text, sizeof "8 Manta\n6 Salinas\n");
    assert_string_equal(text, "8 Manta\n6 Salinas\n"); /* those that told theirs last */
    assert_int_equal(vg_own_times_parse(&again, "x\n\n9\n 9\n9 \n10 Baltra"), VG_OK);
    assert_int_equal(again.count, 4);
    assert_true(vg_own_times_get(&again, "Baltra") == 10);
    for (unsigned i = 0; i < VG_SOURCE_MAX; i++) {
        snprintf(text, sizeof text, "feed %u", i);
        assert_int_equal(vg_own_times_set(&again, text, i), i < VG_SOURCE_MAX - 4 ? VG_OK : VG_LIMIT);
    }
    vg_own_times_free(&t);
    vg_own_times_free(&again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_wall_clock_believes_a_time_up_to_a_minute_ahead),
        cmocka_unit_test(the_datas_clock_goes_on_with_the_last_time_told),
        cmocka_unit_test(the_datas_clock_believes_a_time_up_to_a_day_ahead),
        cmocka_unit_test(a_recording_has_its_own_times_or_the_ones_it_was_journaled_with),
        cmocka_unit_test(every_report_gets_its_time),
        cmocka_unit_test(a_path_that_is_too_long_is_told),
        in_a_room(a_data_folder_remembers_its_clock),
        in_a_room(the_last_turns_are_remembered),
        in_a_room(a_clock_that_can_not_be_read_is_told),
        cmocka_unit_test(own_times_come_back_from_their_text_newest_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
