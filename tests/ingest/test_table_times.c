/* Tables whose rows say a time of day: the told day holds over midnight, over a stop, and out of the journal. */
#include "journal/room.h"

#include "archive/store.h"
#include "base/time.h"
#include "ingest/ingest.h"
#include "ingest/ledger.h"

#define DAY_US INT64_C(1732233600000000) /* 2024-11-22 */
#define ROWS   8

struct times {
    size_t count;
    int64_t us[ROWS];
};

static enum vg_err note_time(void *arg, const struct vg_position *row)
{
    struct times *t = arg;
    assert_true(t->count < ROWS);
    t->us[t->count++] = row->time_us;
    return VG_OK;
}

static struct vg_ingest *open_ingest(const char *dir)
{
    const struct vg_ingest_options o = {.threads = 1,
                                        .journal_level = 1,
                                        .archive_level = 1,
                                        .fresh_level = 1,
                                        .most_rows = 1 << 16,
                                        .monotonic_us = vg_clock_monotonic_us,
                                        .dice = fixed_dice,
                                        .begun_us = DAY_US + 3 * VG_DAY_US};
    struct vg_ingest *in = NULL;
    const char *why;
    if (vg_ingest_open(dir, &o, &in, &why))
        fail_msg("%s", why);
    return in;
}

static void take(const char *data, const struct vg_ingest_job *job, const char *text, uint64_t rows)
{
    spill(job->path, text, strlen(text));
    struct vg_ingest *in = open_ingest(data);
    assert_int_equal(vg_ingest_run(in, job, 1), VG_OK);
    if (vg_ingest_counts(in)->positions != rows)
        fail_msg("%llu rows of %llu", (unsigned long long)vg_ingest_counts(in)->positions, (unsigned long long)rows);
    assert_int_equal(vg_ingest_close(in), VG_OK);
}

static void has_times(const char *archive, const int64_t *us, size_t count)
{
    struct vg_store *store;
    struct vg_positions_query all = VG_POSITIONS_ALL;
    struct times t = {0};
    assert_int_equal(vg_store_reader_open(archive, &store), VG_OK);
    assert_int_equal(vg_store_positions(store, &all, note_time, NULL, &t, NULL), VG_OK);
    vg_store_reader_close(store);
    assert_int_equal(t.count, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(t.us[i], us[i]);
}

#define ROW(time) time ",224999701,42,-8\n"
#define EVENING   "time,mmsi,lat,lon\n" ROW("22:10:00") ROW("23:59:00")
#define MORNING   ROW("00:01:00") ROW("03:00:00")

static const int64_t night_us[] = {DAY_US + 22 * VG_HOUR_US + 10 * VG_MINUTE_US, DAY_US + VG_DAY_US - VG_MINUTE_US,
                                   DAY_US + VG_DAY_US + VG_MINUTE_US, DAY_US + VG_DAY_US + 3 * VG_HOUR_US,
                                   DAY_US + VG_DAY_US + 14 * VG_HOUR_US};

static void times_of_day_go_on_behind_a_stop(void **state)
{
    const char *dir = *state, *data = in(dir, "data");
    const struct vg_ingest_job job = {
        .path = in(dir, "log.csv"), .name = "log", .time_us = 1, .told = {.day_us = DAY_US}};
    take(data, &job, EVENING, 2);
    take(data, &job, EVENING MORNING, 2);
    take(data, &job, EVENING MORNING ROW("14:00:00"), 1);
    has_times(in(dir, "data/archive"), night_us, 5);
}

static void times_of_day_come_back_out_of_the_journal(void **state)
{
    const char *dir = *state, *data = in(dir, "data"), *archive = in(dir, "data/archive");
    const struct vg_ingest_job job = {
        .path = in(dir, "log.csv"), .name = "log", .time_us = 1, .told = {.day_us = DAY_US}};
    take(data, &job, EVENING MORNING ROW("14:00:00"), 5);
    remove_tree(archive);
    struct vg_ingest *in = open_ingest(data);
    assert_int_equal(vg_ingest_counts(in)->caught_up, 5);
    assert_int_equal(vg_ingest_close(in), VG_OK);
    has_times(archive, night_us, 5);
}

static void without_a_day_nothing_is_taken_and_it_can_be_told_later(void **state)
{
    const char *dir = *state, *data = in(dir, "data");
    struct vg_ingest_job job = {.path = in(dir, "log.csv"), .name = "log", .time_us = 1};
    take(data, &job, EVENING, 0);
    job.told.day_us = DAY_US;
    take(data, &job, EVENING, 2);
}

/* A row that says next week was not received today. */
static void rows_of_the_future_are_refused(void **state)
{
    const char *dir = *state, *data = in(dir, "data");
    static const int64_t us[] = {DAY_US, DAY_US + 4 * VG_DAY_US};
    const struct vg_ingest_job job = {.path = in(dir, "log.csv"), .name = "log", .time_us = 1};
    take(data, &job,
         "time,mmsi,lat,lon\n" ROW("2024-11-22T00:00:00Z") ROW("2024-11-26T00:00:00Z") ROW("2024-11-26T00:00:01Z")
             ROW("2611-11-22T00:00:00Z"),
         2);
    has_times(in(dir, "data/archive"), us, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_room(times_of_day_go_on_behind_a_stop),
        in_a_room(times_of_day_come_back_out_of_the_journal),
        in_a_room(without_a_day_nothing_is_taken_and_it_can_be_told_later),
        in_a_room(rows_of_the_future_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
