/* The whole service as it starts: what it can't begin is told in a sentence, and the caller gets the error. */
#include "room.h"
#include "service/service.h"

static enum vg_err run(const struct vg_service_options *options)
{
    const char *why = NULL;
    enum vg_err err = vg_service_run(options, &why);
    assert_non_null(why);
    assert_true(!err || *why);
    return err;
}

static void a_start_that_fails_gives_its_error(void **state)
{
    const struct vg_feed_spec feed = {.kind = VG_FEED_UDP, .name = "Manta", .host = "127.0.0.1"};
    struct vg_service_options options = {.feeds = &feed,
                                         .feed_count = 1,
                                         .limits = {.vessels = 100, .trail_bytes = 100 * 512, .trail_points = 40},
                                         .serve = {.listen = "no address"}};
    assert_int_not_equal(run(&options), VG_OK);
    options.serve.listen = "127.0.0.1:0";
    options.limits.vessels = 0;
    assert_int_equal(run(&options), VG_ARG);
    options.limits.vessels = 100;
    options.data_dir = room_path(state, "not/there");
    assert_int_not_equal(run(&options), VG_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_start_that_fails_gives_its_error, room_make, room_clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
