/*
 * Every reading of the archive and every look at the time that a question makes may fail: the answer says so, whichever
 * it is. The archive's functions are wrapped (tests/CMakeLists.txt) and fail when the test says so.
 */
#include "api/history.h"
#include "served_archive.h"

#define END     "2023-11-15T00:00:00Z"
#define SHIP    UINT32_C(735059037)
#define STATION UINT32_C(2735001)
#define DISTANT UINT32_C(735000002)

/* ---- what fails ---- */

static struct failing {
    atomic_int calls; /* so far */
    int at;           /* this one fails, counted from 0; −1: none does */
    enum vg_err err;
} readings = {.at = -1}, looks = {.at = -1}, takings = {.at = -1};

static atomic_bool gated; /* readings wait */
static atomic_int waiting;

static bool fails(struct failing *f)
{
    if (gated)
        waiting++;
    while (gated)
        usleep(1000);
    return atomic_fetch_add(&f->calls, 1) == f->at;
}

static void let_fail(struct failing *f, int at, enum vg_err err)
{
    f->calls = 0;
    f->at = at;
    f->err = err;
}

enum vg_err __real_vg_store_positions(struct vg_store *store, const struct vg_positions_query *query,
                                      vg_positions_on_row *on_row, vg_store_on_damage *on_damage, void *arg,
                                      struct vg_positions_work *work);
enum vg_err __wrap_vg_store_positions(struct vg_store *store, const struct vg_positions_query *query,
                                      vg_positions_on_row *on_row, vg_store_on_damage *on_damage, void *arg,
                                      struct vg_positions_work *work);
enum vg_err __wrap_vg_store_positions(struct vg_store *store, const struct vg_positions_query *query,
                                      vg_positions_on_row *on_row, vg_store_on_damage *on_damage, void *arg,
                                      struct vg_positions_work *work)
{
    return fails(&readings) ? readings.err : __real_vg_store_positions(store, query, on_row, on_damage, arg, work);
}

enum vg_err __real_vg_store_reports(struct vg_store *store, unsigned tables, const struct vg_positions_query *query,
                                    struct vg_sources *sources, vg_store_on_report *on_report,
                                    vg_store_on_damage *on_damage, void *arg);
enum vg_err __wrap_vg_store_reports(struct vg_store *store, unsigned tables, const struct vg_positions_query *query,
                                    struct vg_sources *sources, vg_store_on_report *on_report,
                                    vg_store_on_damage *on_damage, void *arg);
enum vg_err __wrap_vg_store_reports(struct vg_store *store, unsigned tables, const struct vg_positions_query *query,
                                    struct vg_sources *sources, vg_store_on_report *on_report,
                                    vg_store_on_damage *on_damage, void *arg)
{
    return fails(&readings) ? readings.err
                            : __real_vg_store_reports(store, tables, query, sources, on_report, on_damage, arg);
}

enum vg_err __real_vg_job_check(struct vg_job *job);
enum vg_err __wrap_vg_job_check(struct vg_job *job);
enum vg_err __wrap_vg_job_check(struct vg_job *job)
{
    return fails(&looks) ? looks.err : __real_vg_job_check(job);
}

enum vg_err __real_vg_pasts_take(struct vg_pasts *pasts, uint32_t mmsi, struct vg_past **ret_past);
enum vg_err __wrap_vg_pasts_take(struct vg_pasts *pasts, uint32_t mmsi, struct vg_past **ret_past);
enum vg_err __wrap_vg_pasts_take(struct vg_pasts *pasts, uint32_t mmsi, struct vg_past **ret_past)
{
    return fails(&takings) ? takings.err : __real_vg_pasts_take(pasts, mmsi, ret_past);
}

/* Who waits is told so after a moment, not after a minute. */
static bool impatient;

enum vg_err __real_vg_job_queue_new(struct vg_serve *serve, const struct vg_job_rules *rules,
                                    struct vg_job_queue **ret);
enum vg_err __wrap_vg_job_queue_new(struct vg_serve *serve, const struct vg_job_rules *rules,
                                    struct vg_job_queue **ret);
enum vg_err __wrap_vg_job_queue_new(struct vg_serve *serve, const struct vg_job_rules *rules, struct vg_job_queue **ret)
{
    struct vg_job_rules r = *rules;
    if (impatient)
        r.wait_us = 100000;
    return __real_vg_job_queue_new(serve, &r, ret);
}

/* ---- the archive ---- */

/* A ship that says where she is each second, for two hours: more rows than are read without a look at the time. Beside
 * her a base station, and a ship that is heard from afar. */
static int set_up(void **state)
{
    (void)state;
    archive_begin(&archive, "Manta");
    for (int64_t s = 0; s < 7200; s++) {
        struct vg_report r = seen_at(SHIP, s, 1, -80, -2);
        r.journal_offset = (uint64_t)s * 4 + 1;
        archive_add(&archive, r);
        if (s % 1800)
            continue;
        archive_add(&archive, named_as(SHIP, s, 5, "MANTA"));
        archive_add(&archive, seen_at(STATION, s, 4, -80, -2));
        archive_add(&archive, seen_at(DISTANT, s, 27, -80, -2));
    }
    return serve_archive();
}

/* ---- questions ---- */

#define BOX "bbox=-81,-3,-79,-1"
static const char *const questions[] = {
    "block?" BOX "&from=2023-11-14T23:00:00Z&seconds=3600",
    "region?" BOX "&at=2023-11-14T23:30:00Z",
    "region?" BOX "&at=2023-11-14T23:30:00Z&format=binary",
    "vessels?" BOX "&from=2023-11-14T23:00:00Z",
    "vessel?mmsi=735059037&at=2023-11-14T23:59:00Z",
    "track?mmsi=735059037&from=" BEGIN "&to=" END,
    "density?" BOX "&from=" BEGIN "&to=" END "&cell=0.1",
    "export?" BOX "&from=" BEGIN "&to=" END "&step=3600&format=geojson",
};

static void says(const char *question, int at, int status, const char *code, const char *message)
{
    char target[200];
    snprintf(target, sizeof target, "/api/v1/history/%s", question);
    json_t *json = server_json(server, target, status), *error = json_object_get(json, "error");
    if (strcmp(text_of(error, "code"), code) != 0 || strcmp(text_of(error, "message"), message) != 0)
        fail_msg("%s, %d: %s: %s", target, at, text_of(error, "code"), text_of(error, "message"));
    json_decref(json);
}

/* How many calls the question makes. */
static int calls_of(struct failing *f, const char *question)
{
    char path[200];
    let_fail(f, -1, VG_OK);
    snprintf(path, sizeof path, "/%s", question);
    struct http *h = history_ask(server, path, "");
    assert_int_equal(h->status, 200);
    http_close(h);
    return f->calls;
}

static void whichever_reading_fails_the_answer_says_so(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
        int calls = calls_of(&readings, questions[i]);
        assert_true(calls > 0);
        for (int at = 0; at < calls; at++) {
            let_fail(&readings, at, VG_IO);
            says(questions[i], at, 500, "unreadable", "the archive can't be read");
            let_fail(&readings, at, VG_LIMIT);
            says(questions[i], at, 413, "too_much",
                 "the answer is too large: ask for a smaller area, a shorter time or a larger step");
        }
    }
    let_fail(&readings, -1, VG_OK);
}

static void whenever_the_time_is_over_the_answer_says_so(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
        int calls = calls_of(&looks, questions[i]);
        assert_true(calls > 0);
        for (int at = 0; at < calls; at++) {
            let_fail(&looks, at, VG_LIMIT);
            says(questions[i], at, 413, "too_much", "this takes too long: ask for a smaller area or a shorter time");
        }
    }
    let_fail(&looks, -1, VG_OK);
}

/* Who shows contacts says that there are too many; of the names of rows those are kept that there is room for. */
static void whichever_vessel_is_one_too_many_the_answer_says_so(void **state)
{
    (void)state;
    static const char many[] = "more than 200000 vessels: ask for a smaller area",
                      large[] = "the answer is too large: ask for a smaller area, a shorter time or a larger step";
    static const struct {
        const char *message; /* NULL: it is answered */
        int least;           /* how many it takes, at least */
        int names;           /* the takings from this one on are for names */
    } expected[] = {{many, 2, 10},  {many, 3, 10}, {many, 3, 10}, {many, 3, 10},
                    {large, 1, 10}, {large, 2, 1}, {NULL, 0, 0},  {NULL, 3, 0}};
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
        int calls = calls_of(&takings, questions[i]);
        assert_true(calls >= expected[i].least);
        for (int at = 0; at < calls && at < 10; at++) {
            let_fail(&takings, at, VG_LIMIT);
            if (at < expected[i].names)
                says(questions[i], at, 413, "too_much", expected[i].message);
            else
                calls_of(&readings, questions[i]);
            let_fail(&takings, at, VG_NOMEM);
            says(questions[i], at, 503, "no_memory", "out of memory");
        }
    }
    let_fail(&takings, -1, VG_OK);
}

/* Which hour the newest position is in is found by reading that hour; what failed is sought again. */
static void the_newest_position_is_sought_until_it_is_found(void **state)
{
    (void)state;
    let_fail(&readings, 0, VG_IO);
    for (int i = 0; i < 2; i++) {
        json_t *json = server_json(server, "/api/v1/history", 500);
        assert_string_equal(text_of(json_object_get(json, "error"), "code"), "unreadable");
        json_decref(json);
        let_fail(&readings, 0, VG_IO);
    }
    let_fail(&readings, -1, VG_OK);
    for (int i = 0; i < 3; i++) {
        json_t *json = server_json(server, "/api/v1/history", 200);
        assert_string_equal(text_of(json, "last"), "2023-11-14T23:59:59Z");
        json_decref(json);
    }
    assert_int_equal(readings.calls, 1); /* and then known */
}

/* One whose question is being read, as the so many-th; it asks until it is. */
static struct http *asker_at_work(const struct server *other, int number)
{
    for (;;) {
        struct http *h = calloc(1, sizeof *h);
        h->fd = http_connect(other->address, 0);
        http_write(h->fd, "GET /api/v1/history/track?mmsi=735059037&from=0&to=1 HTTP/1.1\r\n"
                          "Host: localhost\r\n\r\n");
        struct pollfd p = {.fd = h->fd, .events = POLLIN};
        while (waiting < number && poll(&p, 1, 1) == 0)
            ;
        if (waiting == number)
            return h;
        http_close(h); /* it was told to come later */
    }
}

/* Two are read at once; a third is told that the archive is busy, and the two are answered. */
static void who_waits_for_too_long_is_told_so(void **state)
{
    (void)state;
    impatient = true;
    struct server *other = archive_server(&archive);
    impatient = false;
    gated = true;
    struct http *asker[2] = {asker_at_work(other, 1), asker_at_work(other, 2)};
    json_t *json = server_json(other, "/api/v1/history/track?mmsi=735059037&from=0&to=1", 503);
    assert_string_equal(text_of(json_object_get(json, "error"), "code"), "busy");
    assert_string_equal(text_of(json_object_get(json, "error"), "message"),
                        "too many questions to the archive at once: try again soon");
    json_decref(json);
    gated = false;
    for (int i = 0; i < 2; i++) {
        http_read_head(asker[i]);
        assert_int_equal(asker[i]->status, 200);
        http_close(asker[i]);
    }
    server_close(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newest_position_is_sought_until_it_is_found),
        cmocka_unit_test(whichever_reading_fails_the_answer_says_so),
        cmocka_unit_test(whichever_vessel_is_one_too_many_the_answer_says_so),
        cmocka_unit_test(who_waits_for_too_long_is_told_so),
        cmocka_unit_test(whenever_the_time_is_over_the_answer_says_so),
    };
    return cmocka_run_group_tests(tests, set_up, drop_served_archive);
}
