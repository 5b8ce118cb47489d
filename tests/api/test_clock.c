/* What depends on the clock, told exactly: it is wrapped (tests/CMakeLists.txt) and stands still when the test says so.
 */
#include "api/history.h"
#include "small_archive.h"

static _Atomic int64_t now_us; /* 0: as it is */

int64_t __real_vg_clock_monotonic_us(void);
int64_t __wrap_vg_clock_monotonic_us(void);
int64_t __wrap_vg_clock_monotonic_us(void)
{
    int64_t set_us = now_us;
    return set_us ? set_us : __real_vg_clock_monotonic_us();
}

/* One hour more than before. */
static void add_hour(struct small_archive *archive, int64_t hour)
{
    archive_begin(archive, "Manta");
    archive_add(archive, seen_at(735000001, hour * 3600, 1, -80, -2));
    archive_end(archive);
}

static void health_is_a_picture_published_within_ten_seconds(void **state)
{
    (void)state;
    static const struct {
        int64_t age_us;
        int status;
    } cases[] = {{0, 200}, {9 * VG_SECOND_US, 200}, {10 * VG_SECOND_US, 200}, {10 * VG_SECOND_US + 1, 503}};
    struct vg_api_options o = server_options();
    const int64_t begun_us = __real_vg_clock_monotonic_us();
    now_us = begun_us;
    struct server *server = server_open(&o);
    for (int published = 0; published < 2; published++) { /* the start counts as a publication */
        int64_t from_us = begun_us + published * 7 * VG_SECOND_US;
        now_us = from_us;
        if (published)
            server_publish(server);
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            now_us = from_us + cases[i].age_us;
            struct http *h = http_get(server->address, "/healthz");
            assert_int_equal(h->status, cases[i].status);
            assert_int_equal(strcmp(h->body, "ok\n") == 0, cases[i].status == 200);
            if (cases[i].status == 503) {
                assert_non_null(strstr(h->body, "\"code\":\"stale\""));
                assert_non_null(strstr(h->body, "no picture was published for more than 10 seconds"));
            }
            http_close(h);
        }
    }
    now_us = 0;
    server_close(server);
}

static void metrics_tell_how_long_the_server_runs(void **state)
{
    (void)state;
    struct vg_api_options o = server_options();
    const int64_t begun_us = __real_vg_clock_monotonic_us();
    now_us = begun_us;
    struct server *server = server_open(&o);
    now_us = begun_us + 2 * VG_SECOND_US;
    server_publish(server);
    now_us = begun_us + 3500000;
    server->sources.overflowed = 77;
    struct http *h = http_get(server->address, "/metrics");
    metrics_show(h, "uptime_seconds", 3);
    metrics_show(h, "publication_age_seconds", 1.5);
    metrics_show(h, "sources_overflowed_total", 77);
    metrics_show(h, "snapshot_sequence", 2);
    http_close(h);
    now_us = 0;
    server_close(server);
}

static size_t hours_of(struct server *server)
{
    json_t *json = server_json(server, "/api/v1/history", 200);
    size_t n = json_array_size(json_object_get(json, "hours"));
    json_decref(json);
    return n;
}

static void the_folder_is_looked_through_every_two_seconds(void **state)
{
    (void)state;
    const int64_t begun_us = __real_vg_clock_monotonic_us();
    struct small_archive archive = {0};
    add_hour(&archive, 0);
    struct server *server = archive_server(&archive);
    now_us = begun_us;
    size_t hours = hours_of(server);
    for (int round = 1; round <= 2; round++) {
        add_hour(&archive, round);
        now_us = begun_us + round * 2 * VG_SECOND_US - 1;
        assert_int_equal(hours_of(server), hours);
        now_us = begun_us + round * 2 * VG_SECOND_US;
        assert_int_equal(hours_of(server), ++hours);
    }
    now_us = 0;
    server_close(server);
    archive_drop(&archive);
}

/* What was found in an hour holds as long as the hour is as it was then. */
static void the_newest_time_is_that_of_an_hour_as_it_was(void **state)
{
    (void)state;
    struct vg_history history = {0};
    struct vg_api api = {.history = &history};
    static const struct vg_store_hour hour = {.from_us = VG_HOUR_US, .bytes = 10, .parts = 3},
                                      others[] = {{.from_us = VG_HOUR_US, .bytes = 10, .parts = 4},
                                                  {.from_us = VG_HOUR_US, .bytes = 11, .parts = 3},
                                                  {.bytes = 10, .parts = 3}};
    int64_t time_us = 5;
    pthread_mutex_init(&history.lock, NULL);
    assert_false(vg_history_newest(&api, &hour, &time_us));
    assert_int_equal(time_us, 5);
    vg_history_set_newest(&api, &hour, 99);
    assert_true(vg_history_newest(&api, &hour, &time_us));
    assert_int_equal(time_us, 99);
    for (size_t i = 0; i < 3; i++) {
        assert_false(vg_history_newest(&api, &others[i], &time_us));
        assert_int_equal(time_us, 99);
    }
    pthread_mutex_destroy(&history.lock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(health_is_a_picture_published_within_ten_seconds),
        cmocka_unit_test(metrics_tell_how_long_the_server_runs),
        cmocka_unit_test(the_folder_is_looked_through_every_two_seconds),
        cmocka_unit_test(the_newest_time_is_that_of_an_hour_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
