/* Questions to the picture's owner: whom they find, and how many points of trails they bring. */
#include <semaphore.h>

#include "api/inner.h"
#include "http_client.h"
#include "picture_fixture.h"
#include "serve/serve.h"

#define ASKED 3

static struct vg_api api;
static sem_t woken;

/* What the next request asks, and what came of it. */
static struct asking {
    size_t trails, points;
    bool back;
    int64_t since_us;
    uint64_t id[ASKED];
    uint32_t mmsi[ASKED];
} asking;
static struct vg_question answer;
static struct vg_question_item found[ASKED];
static struct vg_trail_point points[100];

static void keep(const struct vg_question *q)
{
    size_t used = 0;
    answer = *q;
    for (size_t i = 0; i < q->trails; i++) {
        found[i] = q->asked[i];
        used += found[i].points;
    }
    memcpy(points, q->points, used * sizeof *points);
}

static bool handle(struct vg_request *rq)
{
    if (vg_request_job(rq)) {
        bool replied = false;
        struct vg_question *q = vg_question_take(rq, &replied);
        if (!q)
            return replied;
        keep(q);
        vg_question_free(q);
        struct vg_out out = vg_out_growing(64);
        vg_out_text(&out, "answered");
        return vg_reply_text(rq, 200, "text/plain", &out, NULL);
    }
    struct vg_question *q = vg_question_new(&api, asking.trails, asking.points);
    assert_non_null(q);
    assert_int_equal(q->trails, asking.trails);
    assert_int_equal(q->points_max, asking.points);
    q->back = asking.back;
    q->since_us = asking.since_us;
    for (size_t i = 0; i < asking.trails; i++) {
        q->asked[i].id = asking.id[i];
        q->asked[i].mmsi = asking.mmsi[i];
    }
    return vg_question_ask(rq, q);
}

static void wake(void *arg)
{
    assert_ptr_equal(arg, &woken);
    sem_post(&woken);
}

static const struct vg_route routes[] = {
    {VG_METHOD_GET, "/api/ask", VG_PERMISSION_ANYONE, 0, {NULL, 0}, handle, "ask", "", "text/plain", NULL}, {0}};

#define FIRST  UINT32_C(735000001) /* five points */
#define SECOND UINT32_C(735000002) /* three */
#define THIRD  UINT32_C(735000003) /* one */
#define NOBODY UINT32_C(735000009)

/* A kilometre and more each minute. */
static void sail(uint32_t mmsi, int count)
{
    for (int i = 0; i < count; i++)
        apply(api.picture, at_position(mmsi, START_US + i * VG_MINUTE_US, -80 + i * 0.01, -2));
}

static int set_up(void **state)
{
    (void)state;
    struct vg_app app = {.routes = routes, .context = &api};
    struct vg_serve_options options = {.listen = "127.0.0.1:0"};
    const char *why = NULL;
    sem_init(&woken, 0, 0);
    api.picture = picture_new(100);
    sail(FIRST, 5);
    sail(SECOND, 3);
    sail(THIRD, 1);
    vg_picture_advance(api.picture, START_US + 4 * VG_MINUTE_US);
    assert_int_equal(vg_picture_publish(api.picture), VG_OK);
    vg_picture_advance(api.picture, START_US + 5 * VG_MINUTE_US); /* not published */
    assert_int_equal(vg_serve_new(&options, &app, &api.serve, &why), VG_OK);
    assert_int_equal(vg_questions_start(&api, wake, &woken), VG_OK);
    assert_int_equal(vg_serve_begin(api.serve, &why), VG_OK);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    vg_serve_stop(api.serve);
    vg_picture_free(api.picture);
    sem_destroy(&woken);
    return 0;
}

/* The test is the owner. */
static void ask(struct asking a)
{
    asking = a;
    struct http *h = calloc(1, sizeof *h);
    h->fd = http_connect(vg_serve_address(api.serve), 0);
    http_write(h->fd, "GET /api/ask HTTP/1.1\r\nHost: localhost\r\n\r\n");
    sem_wait(&woken);
    vg_api_answer(&api);
    http_read_head(h);
    assert_int_equal(h->status, 200);
    assert_ptr_equal(answer.api, &api);
    http_close(h);
}

static void points_are_given_until_there_is_no_more_room(void **state)
{
    (void)state;
    static const struct {
        size_t room;
        uint32_t last; /* who is asked for behind the first two */
        size_t points[ASKED];
        bool truncated;
    } cases[] = {
        {9, THIRD, {5, 3, 1}, false},  {10, THIRD, {5, 3, 1}, false}, {8, THIRD, {5, 3, 0}, true},
        {8, NOBODY, {5, 3, 0}, false}, {7, NOBODY, {5, 2, 0}, false}, {7, THIRD, {5, 2, 0}, true},
        {5, NOBODY, {5, 0, 0}, true},  {6, NOBODY, {5, 1, 0}, false}, {0, NOBODY, {0, 0, 0}, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ask((struct asking){.trails = 3, .points = cases[i].room, .mmsi = {FIRST, SECOND, cases[i].last}});
        for (size_t k = 0; k < ASKED; k++)
            if (found[k].points != cases[i].points[k])
                fail_msg("case %zu: %zu points", i, found[k].points);
        assert_int_equal(answer.truncated, cases[i].truncated);
        if (cases[i].room < 6)
            continue;
        assert_true(points[0].time_us == START_US && points[4].time_us == START_US + 4 * VG_MINUTE_US);
        assert_true(points[5].time_us ==
                    START_US + (cases[i].room < 8 ? 9 - (int64_t)cases[i].room - 1 : 0) * VG_MINUTE_US);
    }
}

static void a_contact_is_found_by_its_id_or_else_by_its_number(void **state)
{
    (void)state;
    uint64_t first = vg_picture_find(api.picture, FIRST)->id, second = vg_picture_find(api.picture, SECOND)->id;
    ask((struct asking){.trails = 3, .points = 100, .id = {first, second, 12345}, .mmsi = {0, FIRST, THIRD}});
    assert_true(found[0].found && found[0].vessel.mmsi == FIRST && found[0].points == 5);
    assert_true(found[1].found && found[1].vessel.mmsi == SECOND && found[1].points == 3);
    assert_false(found[2].found); /* the id counts */
    assert_int_equal(found[2].points, 0);
    ask((struct asking){.trails = 2, .points = 100, .mmsi = {NOBODY, THIRD}});
    assert_false(found[0].found);
    assert_true(found[1].found && found[1].vessel.id == vg_picture_find(api.picture, THIRD)->id);
    assert_int_equal(found[1].points, 1);
    assert_false(answer.truncated);
    ask((struct asking){.trails = 0, .points = 0});
    assert_false(answer.truncated);
}

/* Before the clock of the newest picture that was published, which stands at four minutes. */
static void trails_go_back_from_the_published_clock(void **state)
{
    (void)state;
    static const struct {
        int64_t back_us;
        size_t points;
    } cases[] = {{0, 1}, {VG_MINUTE_US - 1, 1}, {VG_MINUTE_US, 2}, {4 * VG_MINUTE_US - 1, 4}, {4 * VG_MINUTE_US, 5}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ask((struct asking){.trails = 1, .points = 100, .back = true, .since_us = cases[i].back_us, .mmsi = {FIRST}});
        assert_int_equal(found[0].points, cases[i].points);
        assert_true(answer.clock_us == START_US + 4 * VG_MINUTE_US);
    }
    ask((struct asking){.trails = 1, .points = 100, .since_us = 0, .mmsi = {FIRST}}); /* the whole */
    assert_int_equal(found[0].points, 5);
    assert_int_equal(found[0].dropped, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_are_given_until_there_is_no_more_room),
        cmocka_unit_test(a_contact_is_found_by_its_id_or_else_by_its_number),
        cmocka_unit_test(trails_go_back_from_the_published_clock),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
