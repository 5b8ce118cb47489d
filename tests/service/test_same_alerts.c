/*
 * The same journal gives the same events and alerts: after kill -9 midway and a restart (none lost, none twice, what
 * people decided kept), and read again into an empty book, on one thread and on four.
 */
#include <jansson.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

#include "http_client.h"
#include "room.h"
#include "service/service.h"
#include "sim/sim.h"

#define VESSELS 120
#define HOURS   2
#define WAIT_MS 60000

struct service {
    pid_t child;
    char address[64];
};

static void nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
}

/* ---- a service in a process of its own, which may be killed ---- */

static void tell_address(void *arg, const char *line)
{
    const int *fd = arg;
    const char *address = strstr(line, "listening on http://");
    if (address) {
        char text[64] = "";
        snprintf(text, sizeof text, "%.*s", (int)strcspn(address + 20, "/"), address + 20);
        assert_int_equal(write(*fd, text, sizeof text), sizeof text);
    }
}

static void serve(void **state, const char *file, unsigned threads, int fd)
{
    char url[400];
    const char *why = "";
    struct vg_feed_spec feed;
    snprintf(url, sizeof url, "file:%s?name=sea&speed=max", room_path(state, file));
    if (vg_feed_parse(url, &feed, &why))
        _exit(90);
    const struct vg_service_options options = {.feeds = &feed,
                                               .feed_count = 1,
                                               .clock = VG_CLOCK_DATA,
                                               .allow_actions = true,
                                               .limits = {.vessels = 2000},
                                               .serve = {.listen = "127.0.0.1:0", .tick_ms = 20},
                                               .data_dir = room_path(state, "data"),
                                               .restore_threads = threads,
                                               .log = tell_address,
                                               .log_arg = &fd};
    _exit(vg_service_run(&options, &why) ? 91 : 0);
}

static struct service start(void **state, const char *file, unsigned threads)
{
    struct service s;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    s.child = fork();
    if (!s.child) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(ends[0]);
        serve(state, file, threads, ends[1]);
    }
    close(ends[1]);
    assert_int_equal(read(ends[0], s.address, sizeof s.address), sizeof s.address);
    close(ends[0]);
    return s;
}

static void end(struct service *s, int signal)
{
    int status;
    assert_int_equal(kill(s->child, signal), 0);
    assert_int_equal(waitpid(s->child, &status, 0), s->child);
    if (signal == SIGTERM && (!WIFEXITED(status) || WEXITSTATUS(status)))
        fail_msg("it ended with %x", (unsigned)status);
}

static json_t *ask(const struct service *s, const char *target)
{
    struct http *h = http_get(s->address, target);
    json_t *json = h->status == 200 ? json_loadb(h->body, h->body_len, 0, NULL) : NULL;
    if (!json)
        fail_msg("%s: %d: %.200s", target, h->status, h->body);
    http_close(h);
    return json;
}

static double metric(const struct service *s, const char *name)
{
    char key[80];
    struct http *h = http_get(s->address, "/metrics");
    snprintf(key, sizeof key, "\nvigia_%s ", name);
    const char *at = strstr(h->body, key);
    const double value = at ? strtod(at + strlen(key), NULL) : -1;
    http_close(h);
    return value;
}

static void wait_for(const struct service *s, const char *name, double least, double most)
{
    for (int i = 0; i < WAIT_MS / 20; i++) {
        const double value = metric(s, name);
        if (value >= least && value <= most)
            return;
        nap();
    }
    fail_msg("%s is %g, not %g to %g", name, metric(s, name), least, most);
}

/* ---- the sea, in two halves ---- */

static size_t half_bytes[2];

static void write_sea(void **state)
{
    struct vg_sim *sim;
    struct vg_out out = vg_out_growing((size_t)1 << 28);
    const struct vg_sim_options options = {.vessels = VESSELS, .seed = 1, .start_us = NOON_US - 2 * 3600000000LL};
    assert_int_equal(vg_sim_new(&options, &sim), VG_OK);
    for (int half = 0; half < 2; half++) {
        FILE *f = fopen(room_path(state, half ? "second" : "first"), "w");
        out.len = 0;
        for (int i = 0; i < HOURS * 3600 / 2; i++)
            vg_sim_step(sim, &out);
        assert_int_equal(fwrite(out.buf, 1, out.len, f), out.len);
        assert_int_equal(fclose(f), 0);
        half_bytes[half] = out.len;
    }
    assert_int_equal(fclose(fopen(room_path(state, "nothing"), "w")), 0);
    vg_out_free(&out);
    vg_sim_free(sim);
}

/* ---- what is in the book ---- */

#define EVERY "state=open,acknowledged,confirmed,dismissed,withdrawn,silenced,held&limit=10000"

/* Of an alert what no person decides. */
static json_t *bare(const json_t *alert)
{
    static const char *const keys[] = {"id", "rule", "kind", "severity", "opened", "vessels", "event"};
    json_t *ret = json_object();
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        json_object_set(ret, keys[i], json_object_get(alert, keys[i]));
    return ret;
}

/* Alerts by id, and all events, each with every number and word. */
static json_t *book_of(const struct service *s)
{
    size_t i;
    json_t *alert, *all = ask(s, "/api/v1/alerts?" EVERY), *events = ask(s, "/api/v1/events?limit=10000");
    json_t *by_id = json_object();
    json_array_foreach(json_object_get(all, "alerts"), i, alert)
    {
        const char *id = json_string_value(json_object_get(alert, "id"));
        assert_null(json_object_get(by_id, id)); /* none twice */
        json_object_set_new(by_id, id, bare(alert));
    }
    json_t *book = json_pack("{s:o, s:O}", "alerts", by_id, "events", json_object_get(events, "events"));
    json_decref(all);
    json_decref(events);
    return book;
}

static const json_t *event_of(const json_t *book, const char *id)
{
    size_t i;
    json_t *event;
    json_array_foreach(json_object_get(book, "events"), i, event)
    {
        if (strcmp(json_string_value(json_object_get(event, "id")), id) == 0)
            return event;
    }
    return NULL;
}

/* What one book has and the other lacks, or says otherwise. */
static unsigned differences(const json_t *a, const json_t *b, const char *what)
{
    size_t i;
    unsigned count = 0;
    json_t *event;
    json_array_foreach(json_object_get(a, "events"), i, event)
    {
        const json_t *other = event_of(b, json_string_value(json_object_get(event, "id")));
        if (other && json_equal(event, other))
            continue;
        char *x = json_dumps(event, 0), *y = other ? json_dumps(other, 0) : NULL;
        if (count++ < 5)
            print_error("%s: %s\n  for %s\n", what, x, y ? y : "none");
        free(x);
        free(y);
    }
    return count;
}

static void same(const json_t *a, const json_t *b, const char *what)
{
    if (json_equal(a, b))
        return;
    unsigned left = differences(a, b, what), right = differences(b, a, "the other way round");
    fail_msg("%s: %u and %u events differ; %zu events for %zu, %zu alerts for %zu", what, left, right,
             json_array_size(json_object_get(a, "events")), json_array_size(json_object_get(b, "events")),
             json_object_size(json_object_get(a, "alerts")), json_object_size(json_object_get(b, "alerts")));
}

static size_t kinds_of(const json_t *book)
{
    size_t i;
    json_t *event, *kinds = json_object();
    json_array_foreach(json_object_get(book, "events"), i, event)
    {
        json_object_set_new(kinds, json_string_value(json_object_get(event, "kind")), json_true());
    }
    const size_t count = json_object_size(kinds);
    json_decref(kinds);
    return count;
}

/* Somebody confirms an alert that is open; its id. Later data may withdraw one in between: then another. */
static void confirm_one(const struct service *s, char id[static 20])
{
    for (int i = 0; i < WAIT_MS / 20; i++) {
        char target[64];
        json_t *alerts = ask(s, "/api/v1/alerts?state=open");
        const json_t *first = json_array_get(json_object_get(alerts, "alerts"), 0);
        snprintf(id, 20, "%s", first ? json_string_value(json_object_get(first, "id")) : "");
        json_decref(alerts);
        snprintf(target, sizeof target, "/api/v1/alerts/%s", id);
        struct http *h = *id ? http_send(s->address, "POST", target, "application/json",
                                         "{\"action\":\"confirm\",\"who\":\"Ana\",\"reason\":\"seen\"}")
                             : NULL;
        const bool done = h && h->status == 200;
        if (h)
            http_close(h);
        if (done)
            return;
        nap();
    }
    fail_msg("there is no open alert");
}

static void forget_book(void **state, bool state_file)
{
    static const char *const names[] = {"data/alerts.sqlite", "data/alerts.sqlite-wal", "data/alerts.sqlite-shm"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unlink(room_path(state, names[i]));
    if (state_file)
        assert_int_equal(unlink(room_path(state, "data/state")), 0);
    assert_false(room_has(state, names[0]));
}

static void the_same_journal_gives_the_same_events_and_alerts(void **state)
{
    write_sea(state);
    struct service s = start(state, "first", 1);
    char id[20];
    confirm_one(&s, id);
    end(&s, SIGKILL); /* midway: some of what was received is on no disk yet */

    s = start(state, "second", 1);
    wait_for(&s, "storage_synced_bytes_total", (double)half_bytes[1], 1e12);
    wait_for(&s, "alerts_queue", 0, 0);
    json_t *book = book_of(&s);
    json_t *alerts = ask(&s, "/api/v1/alerts?state=confirmed"); /* what people decided is kept */
    assert_string_equal(json_string_value(json_object_get(json_array_get(json_object_get(alerts, "alerts"), 0), "id")),
                        id);
    json_decref(alerts);
    end(&s, SIGTERM);
    assert_true(kinds_of(book) >= 3);
    assert_true(json_object_size(json_object_get(book, "alerts")) >= 3);

    for (unsigned threads = 1; threads <= 4; threads += 3) {
        forget_book(state, threads == 1);
        s = start(state, "nothing", threads);
        wait_for(&s, "alerts_queue", 0, 0);
        json_t *again = book_of(&s);
        same(book, again, threads == 1 ? "an empty book, one thread" : "four threads");
        json_decref(again);
        end(&s, SIGKILL); /* it has nothing to save */
    }
    json_decref(book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_same_journal_gives_the_same_events_and_alerts, room_make, room_clear)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
