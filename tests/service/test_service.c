/*
 * The whole service in this process, asked over HTTP: what its feeds say is the picture, each feed is counted, what it
 * kept is there at the next start. What it can't begin is told in a sentence, and the caller gets the error.
 */
#include <jansson.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>

#include "base/thread.h"
#include "http_client.h"
#include "room.h"
#include "service/service.h"

#define SHIP_1  "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\r\n"
#define SHIP_2  "!AIVDM,1,1,,B,15M67FC000G?ufbE`FepT@3n00Sa,0*5C\r\n"
#define SHIP_3  "!AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0*5C\r\n"
#define DAMAGED "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*25\r\n"
#define SART    "!AIVDM,1,1,,A,1>M4nfNP00r==R1wKH@00?vt0000,0*5E\r\n" /* type 1, status 14 */
#define MMSI_1  "265547250"

/* ---- a service in a thread of its own ---- */

struct run {
    struct vg_service_options options;
    struct vg_feed_spec feed[4];
    pthread_t thread;
    pthread_mutex_t lock;
    char log[16000], address[64]; /* under lock */
    enum vg_err err;
    char why[300];
};

static void hear_line(void *arg, const char *line)
{
    struct run *r = arg;
    const char *address = strstr(line, "listening on http://");
    pthread_mutex_lock(&r->lock);
    size_t len = strlen(r->log);
    assert_true(len + strlen(line) + 2 < sizeof r->log);
    snprintf(r->log + len, sizeof r->log - len, "%s\n", line);
    if (strstr(line, ": stopping")) /* an impatient hand asks again */
        assert_int_equal(kill(getpid(), SIGTERM), 0);
    if (address)
        snprintf(r->address, sizeof r->address, "%.*s", (int)strcspn(address + 20, "/"), address + 20);
    pthread_mutex_unlock(&r->lock);
}

static bool logged(struct run *r, const char *words)
{
    pthread_mutex_lock(&r->lock);
    bool found = strstr(r->log, words) != NULL;
    pthread_mutex_unlock(&r->lock);
    return found;
}

static struct run *plan(void **state, bool keep)
{
    struct run *r = calloc(1, sizeof *r);
    pthread_mutex_init(&r->lock, NULL);
    r->options = (struct vg_service_options){.feeds = r->feed,
                                             .limits = {.vessels = 100, .trail_bytes = 100 * 512, .trail_points = 40},
                                             .serve = {.listen = "127.0.0.1:0", .tick_ms = 20},
                                             .data_dir = keep ? strdup(room_path(state, "data")) : NULL,
                                             .log = hear_line,
                                             .log_arg = r};
    return r;
}

static void add_feed(struct run *r, const char *url)
{
    const char *why;
    assert_true(r->options.feed_count < sizeof r->feed / sizeof *r->feed);
    assert_int_equal(vg_feed_parse(url, &r->feed[r->options.feed_count++], &why), VG_OK);
}

/* A file feed that is read at once. */
static void add_file(void **state, struct run *r, const char *name, const char *text)
{
    char url[400];
    FILE *f = fopen(room_path(state, name), "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    snprintf(url, sizeof url, "file:%s?name=%s&speed=max", room_path(state, name), name);
    add_feed(r, url);
}

static void *run_it(void *arg)
{
    struct run *r = arg;
    const char *why = NULL;
    r->err = vg_service_run(&r->options, &why);
    snprintf(r->why, sizeof r->why, "%s", why ? why : "(no sentence)");
    return NULL;
}

static void nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
}

static void begin(struct run *r)
{
    assert_int_equal(pthread_create(&r->thread, NULL, run_it, r), 0);
    for (int i = 0; i < 1500 && !logged(r, "listening on http://"); i++)
        nap();
    assert_true(logged(r, "listening on http://"));
}

static void release(struct run *r)
{
    pthread_mutex_destroy(&r->lock);
    free((char *)r->options.data_dir);
    free(r);
}

/* It ends in order; what it logged is still in `r`. */
static void stop(struct run *r, int signal)
{
    char line[40];
    sigset_t waiting;
    assert_int_equal(kill(getpid(), signal), 0);
    pthread_join(r->thread, NULL);
    assert_int_equal(sigpending(&waiting), 0);
    assert_false(sigismember(&waiting, SIGTERM)); /* it would end the program when its signals are released */
    assert_int_equal(r->err, VG_OK);
    assert_string_equal(r->why, "");
    snprintf(line, sizeof line, "signal %d: stopping\n", signal);
    assert_true(logged(r, line));
}

static json_t *ask(struct run *r, const char *target)
{
    struct http *h = http_get(r->address, target);
    json_t *json = h->status == 200 ? json_loadb(h->body, h->body_len, 0, NULL) : NULL;
    if (!json)
        fail_msg("%s: %d: %s", target, h->status, h->body);
    http_close(h);
    return json;
}

static json_int_t number(const json_t *of, const char *key)
{
    const json_t *value = json_object_get(of, key);
    if (!json_is_integer(value))
        fail_msg("no number: %s", key);
    return json_integer_value(value);
}

static const char *text(const json_t *of, const char *key)
{
    return json_string_value(json_object_get(of, key));
}

/* Feed `i`, when it has counted so many messages and vessels. Free with json_decref(*ret_all). */
static json_t *feed_with(struct run *r, size_t i, json_int_t messages, json_int_t vessels, json_t **ret_all)
{
    for (int k = 0; k < 1500; k++, nap()) {
        json_t *all = ask(r, "/api/v1/feeds"), *f = json_array_get(json_object_get(all, "feeds"), i);
        if (number(f, "messages") == messages && number(f, "vessels") == vessels) {
            *ret_all = all;
            return f;
        }
        json_decref(all);
    }
    fail_msg("feed %zu never had %d messages", i, (int)messages);
    return NULL;
}

/* ---- claims ---- */

static void what_each_feed_says_is_counted_and_is_the_picture(void **state)
{
    json_t *all;
    struct run *r = plan(state, false);
    add_file(state, r, "one", SHIP_1 SHIP_2 DAMAGED);
    add_file(state, r, "two", SHIP_3);
    begin(r);
    json_t *f = feed_with(r, 0, 2, 2, &all);
    assert_string_equal(text(f, "name"), "one");
    assert_string_equal(text(f, "state"), "ended");
    assert_int_equal(number(f, "lines"), 3);
    assert_int_equal(number(f, "sentences"), 2);
    assert_int_equal(number(f, "bytes"), strlen(SHIP_1 SHIP_2 DAMAGED));
    assert_int_equal(json_array_size(json_object_get(f, "refused")), 1);
    json_decref(all);
    f = feed_with(r, 1, 1, 1, &all);
    assert_int_equal(json_array_size(json_object_get(all, "feeds")), 2);
    assert_string_equal(text(f, "name"), "two");
    assert_int_equal(number(f, "bytes"), strlen(SHIP_3));
    assert_int_equal(json_array_size(json_object_get(f, "refused")), 0);
    json_decref(all);
    json_t *status = ask(r, "/api/v1/status");
    assert_int_equal(number(status, "vessels"), 3);
    assert_int_equal(number(json_object_get(status, "limits"), "vessels"), 100);
    assert_string_equal(text(status, "clock"), "data"); /* all feeds are files */
    assert_int_equal(strlen(text(status, "epoch")), 16);
    assert_string_not_equal(text(status, "epoch"), "0000000000000000");
    json_decref(status);
    json_t *vessel = ask(r, "/api/v1/vessels/" MMSI_1); /* its trail is the loop's thread to read */
    assert_int_equal(number(vessel, "mmsi"), strtol(MMSI_1, NULL, 10));
    json_decref(vessel);
    json_t *storage = ask(r, "/api/v1/storage");
    assert_false(json_is_true(json_object_get(storage, "kept")));
    json_decref(storage);
    assert_true(logged(r, "feed one: ended\n"));
    assert_true(logged(r, "feed two: ended\n"));
    stop(r, SIGTERM);
    assert_false(logged(r, "state:"));
    release(r);
}

static void what_was_kept_is_there_at_the_next_start(void **state)
{
    json_t *all;
    for (int life = 1; life <= 3; life++) { /* the file is read anew each time, and counts go on */
        struct run *r = plan(state, true);
        add_file(state, r, "one", SHIP_1 DAMAGED SHIP_2);
        begin(r);
        assert_true(logged(r, "journal: new, in") == (life == 1));
        assert_true(logged(r, "state: 2 vessels back in") == (life > 1));
        json_t *f = feed_with(r, 0, 2 * life, 2, &all);
        assert_int_equal(number(f, "lines"), 3 * life);
        assert_int_equal(number(f, "bytes"), (json_int_t)strlen(SHIP_1 DAMAGED SHIP_2) * life);
        json_decref(all);
        json_t *storage = ask(r, "/api/v1/storage");
        assert_true(json_is_true(json_object_get(storage, "kept")));
        json_decref(storage);
        json_t *history = ask(r, "/api/v1/history");
        assert_true(json_is_true(json_object_get(history, "archive")));
        json_decref(history);
        stop(r, life % 2 ? SIGINT : SIGTERM);
        assert_true(logged(r, "state: 2 vessels saved, picture "));
        assert_true(room_has(state, "data/state"));
        release(r);
    }
}

static void history_is_asked_of_the_folder_s_own_archive_unless_another_is_named(void **state)
{
    for (int elsewhere = 0; elsewhere < 2; elsewhere++) {
        struct run *r = plan(state, elsewhere);
        add_file(state, r, "one", SHIP_1);
        r->options.serve.archive_dir = elsewhere ? "/nowhere/archive" : NULL;
        begin(r);
        json_t *history = ask(r, "/api/v1/history");
        assert_true(json_is_false(json_object_get(history, "archive")));
        json_decref(history);
        stop(r, SIGTERM);
        release(r);
    }
}

static void the_clock_is_that_of_the_data_if_all_feeds_are_files_or_it_was_asked_for(void **state)
{
    static const struct {
        enum vg_service_clock clock;
        bool live;
        const char *key;
    } cases[] = {{VG_CLOCK_AUTO, false, "data"}, {VG_CLOCK_AUTO, true, "wall"}, {VG_CLOCK_WALL, false, "wall"},
                 {VG_CLOCK_WALL, true, "wall"},  {VG_CLOCK_DATA, true, "data"}, {VG_CLOCK_DATA, false, "data"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct run *r = plan(state, false);
        add_file(state, r, "one", SHIP_1);
        if (cases[i].live)
            add_feed(r, "udp://127.0.0.1:0?name=two");
        r->options.clock = cases[i].clock;
        begin(r);
        json_t *status = ask(r, "/api/v1/status");
        assert_string_equal(text(status, "clock"), cases[i].key);
        json_decref(status);
        stop(r, SIGTERM);
        release(r);
    }
}

/* A call for help goes to the log and to whoever listens. */
static void a_distress_device_is_logged_and_told(void **state)
{
    struct run *r = plan(state, false);
    add_file(state, r, "one", SHIP_1 SART);
    begin(r);
    for (int i = 0; i < 1500 && !logged(r, "distress device"); i++)
        nap();
    assert_true(logged(r, "distress device 970012345 (sart): active\n"));
    struct http *h = malloc(sizeof *h);
    char told[4096] = "";
    size_t len = 0;
    http_open(h, r->address, "GET", "/api/v1/notices", "", 0);
    assert_int_equal(h->status, 200);
    h->body = NULL;
    for (int i = 0; !strstr(told, "970012345") || !strstr(told, "event: distress"); i++) {
        assert_true(i < 8); /* beats come after 15 s of silence */
        size_t n = http_read(h, told + len, sizeof told - 1 - len);
        assert_true(n > 0);
        told[len += n] = '\0';
    }
    http_close(h);
    stop(r, SIGTERM);
    release(r);
}

static enum vg_err run_briefly(struct run *r)
{
    run_it(r);
    assert_true(!r->err || *r->why);
    return r->err;
}

static void a_start_that_fails_gives_its_error(void **state)
{
    struct run *r = plan(state, false);
    add_feed(r, "udp://127.0.0.1:0?name=Manta");
    r->options.serve.listen = "no address";
    assert_int_not_equal(run_briefly(r), VG_OK);
    r->options.serve.listen = "127.0.0.1:0";
    r->options.limits.vessels = 0;
    assert_int_equal(run_briefly(r), VG_ARG);
    assert_string_equal(r->why, vg_err_text(VG_ARG));
    r->options.limits.vessels = 100;
    r->options.data_dir = strdup(room_path(state, "not/there"));
    assert_int_equal(run_briefly(r), VG_IO);
    assert_non_null(strstr(r->why, "not/there: No such file or directory"));
    assert_false(logged(r, "listening"));
    release(r);
}

/* What was read so far is in the journal; a state of half a start would hide it. */
/* What came through standard input wasn't looked at before. */
static void a_feed_that_ends_without_a_sentence_is_told(void **state)
{
    struct run *r = plan(state, false);
    add_file(state, r, "table", "MMSI,LAT,LON\n366053209,37.8,-122.3\n");
    add_file(state, r, "word", "hello");
    add_file(state, r, "ship", "hello\n" SHIP_1);
    add_file(state, r, "empty", "");
    begin(r);
    for (int i = 0; i < 500 && !(logged(r, "feed table: no sentence in its 2 lines;") &&
                                 logged(r, "feed word: no sentence in its 1 line;") && logged(r, "feed ship: ended") &&
                                 logged(r, "feed empty: ended"));
         i++)
        nap();
    assert_true(logged(r, "feed table: no sentence in its 2 lines; tables and JSON logs go in with 'vigia ingest"));
    assert_true(logged(r, "feed word: no sentence in its 1 line;"));
    stop(r, SIGTERM);
    assert_true(logged(r, "feed ship: ended\n"));
    assert_false(logged(r, "feed ship: no sentence") || logged(r, "feed empty: no sentence"));
    release(r);
}

static void a_feed_that_can_t_be_opened_ends_the_start_and_nothing_is_saved(void **state)
{
    char words[60];
    struct run *r = plan(state, true);
    add_file(state, r, "one", SHIP_1);
    snprintf(words, sizeof words, "file:%.40s/absent", "/nowhere");
    add_feed(r, words);
    add_file(state, r, "three", SHIP_2);
    assert_int_not_equal(run_briefly(r), VG_OK);
    assert_non_null(strstr(r->why, "/nowhere/absent"));
    assert_false(logged(r, "listening"));
    assert_false(logged(r, "state:"));
    assert_true(room_has(state, "data/journal"));
    assert_false(room_has(state, "data/state"));
    release(r);
}

static void without_a_log_it_runs_as_well(void **state)
{
    struct run *r = plan(state, true);
    add_file(state, r, "one", SHIP_1);
    r->options.limits.vessels = 0;
    r->options.log = NULL;
    assert_int_equal(run_briefly(r), VG_ARG);
    release(r);
}

#define IN_A_ROOM(test) cmocka_unit_test_setup_teardown(test, room_make, room_clear)

int main(void)
{
    sigset_t before;
    vg_thread_hold_signals(&before); /* a thread that doesn't would take the service's */
    const struct CMUnitTest tests[] = {
        IN_A_ROOM(what_each_feed_says_is_counted_and_is_the_picture),
        IN_A_ROOM(what_was_kept_is_there_at_the_next_start),
        IN_A_ROOM(history_is_asked_of_the_folder_s_own_archive_unless_another_is_named),
        IN_A_ROOM(the_clock_is_that_of_the_data_if_all_feeds_are_files_or_it_was_asked_for),
        IN_A_ROOM(a_distress_device_is_logged_and_told),
        IN_A_ROOM(a_start_that_fails_gives_its_error),
        IN_A_ROOM(a_feed_that_ends_without_a_sentence_is_told),
        IN_A_ROOM(a_feed_that_can_t_be_opened_ends_the_start_and_nothing_is_saved),
        IN_A_ROOM(without_a_log_it_runs_as_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
