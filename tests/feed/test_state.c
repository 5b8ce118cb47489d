/* What all feeds share: states, counters, sentences, addresses, descriptors given back. */
#include "feed_test.h"

#include <dirent.h>
#include <netinet/tcp.h>

#include "feed/adapter.h"

/* ---- memory that is watched: the linker puts these in the place of calloc() and free() (tests/CMakeLists.txt) ---- */

#define WATCHED 4

static struct {
    bool on;
    void *made[WATCHED];
    unsigned count, freed[WATCHED];
} memory;

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size)
{
    void *made = __real_calloc(count, size);
    if (memory.on && memory.count < WATCHED)
        memory.made[memory.count++] = made;
    return made;
}

void __real_free(void *made);
void __wrap_free(void *made);
void __wrap_free(void *made)
{
    for (unsigned i = 0; i < memory.count; i++)
        memory.freed[i] += memory.made[i] == made;
    __real_free(made);
}

/* Opens a feed whose memory is watched. */
static enum vg_err open_watched(struct ear *ear, const char *url)
{
    const char *why = NULL;
    memory.on = true;
    enum vg_err err = ear_open(ear, url, &why);
    memory.on = false;
    return err;
}

static void expect_freed_once(unsigned feeds)
{
    assert_int_equal(memory.count, feeds);
    for (unsigned i = 0; i < feeds; i++)
        assert_int_equal(memory.freed[i], 1);
    memset(&memory, 0, sizeof memory);
}

/* ---- states ---- */

struct told {
    unsigned count, pieces;
    struct vg_feed_status status;
    bool closes;
};

static void on_told(void *arg, struct vg_feed *feed, const struct vg_feed_status *status)
{
    struct told *told = arg;
    told->count++;
    told->status = *status;
    feed->closing = told->closes;
}

static void on_piece(void *arg, struct vg_feed *feed, const struct vg_feed_bytes *bytes)
{
    struct told *told = arg;
    told->pieces++;
    assert_ptr_equal(told, feed->events.arg);
    assert_int_not_equal(bytes->received_us, VG_TIME_NONE);
}

static void states_have_keys(void **state)
{
    (void)state;
    static const char *const keys[] = {"connecting", "live", "stalled", "down", "ended", "unknown"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        assert_string_equal(vg_feed_state_key((enum vg_feed_state)i), keys[i]);
}

static void a_change_is_told_once_and_only_a_change_of_state_has_a_time(void **state)
{
    (void)state;
    struct told told = {0};
    struct vg_feed feed = {.opened = true, .events = {on_piece, on_told, &told}, .status.since_us = 1};
    assert_true(vg_feed_become(&feed, VG_FEED_CONNECTING, NULL)); /* as it is */
    assert_int_equal(told.count, 0);
    assert_true(vg_feed_become(&feed, VG_FEED_CONNECTING, "refused")); /* another reason */
    assert_int_equal(told.count, 1);
    assert_string_equal(told.status.error, "refused");
    assert_int_equal(feed.status.since_us, 1);
    int64_t before_us = vg_clock_wall_us();
    assert_true(vg_feed_become(&feed, VG_FEED_DOWN, feed.status.error)); /* another state */
    assert_int_equal(told.count, 2);
    assert_int_equal(told.status.state, VG_FEED_DOWN);
    assert_true(told.status.since_us >= before_us);
    feed.opened = false; /* vg_feed_open() has not returned */
    assert_true(vg_feed_become(&feed, VG_FEED_LIVE, NULL));
    assert_int_equal(told.count, 2);
    feed.opened = true;
    feed.events.state = NULL; /* nobody wants to know */
    assert_true(vg_feed_become(&feed, VG_FEED_ENDED, NULL));
    assert_int_equal(feed.status.state, VG_FEED_ENDED);
}

static void a_feed_that_closes_says_so_and_changes_no_more(void **state)
{
    (void)state;
    struct told told = {.closes = true};
    const struct vg_feed_bytes bytes = {.at = "x", .len = 1, .received_us = 7};
    struct vg_feed feed = {.closing = true, .opened = true, .events = {on_piece, on_told, &told}};
    assert_false(vg_feed_become(&feed, VG_FEED_LIVE, NULL));
    assert_false(vg_feed_hand(&feed, bytes));
    assert_int_equal(feed.status.state, VG_FEED_CONNECTING);
    assert_int_equal(feed.status.bytes + told.count + told.pieces, 0);
    feed.closing = false;
    assert_false(vg_feed_become(&feed, VG_FEED_DOWN, NULL)); /* closed by the one it told */
    assert_int_equal(told.count, 1);
    vg_feed_close(NULL);
}

static void who_closes_a_feed_that_becomes_live_hears_no_bytes(void **state)
{
    struct ear *ear = *state;
    struct told told = {.closes = true};
    struct vg_feed feed = {.loop = &ear->loop, .opened = true, .events = {on_piece, on_told, &told}};
    assert_false(vg_feed_hand(&feed, (struct vg_feed_bytes){.at = "x", .len = 1, .received_us = 7}));
    assert_int_equal(told.count, 1);
    assert_int_equal(told.pieces, 0);
}

static void bytes_are_counted_and_an_end_without_bytes_is_not(void **state)
{
    struct ear *ear = *state;
    struct told told = {0};
    struct vg_feed feed = {.loop = &ear->loop, .opened = true, .events = {on_piece, on_told, &told}};
    int64_t before_us = vg_clock_wall_us();
    feed.backoff_ms = 4000;
    feed.status.last_us = 1;
    assert_true(vg_feed_hand(&feed, (struct vg_feed_bytes){.ends = true, .received_us = VG_TIME_NONE}));
    assert_int_equal(told.pieces, 1);
    assert_int_equal(told.count + feed.status.bytes, 0);
    assert_int_equal(feed.status.last_us, 1);
    assert_int_equal(feed.backoff_ms, 4000);
    assert_true(vg_feed_hand(&feed, (struct vg_feed_bytes){.at = "x", .len = 1, .received_us = 7}));
    assert_true(vg_feed_hand(&feed, (struct vg_feed_bytes){.at = "four", .len = 4, .received_us = 7}));
    assert_int_equal(feed.status.bytes, 5);
    assert_true(feed.status.last_us >= before_us); /* the clock's, whatever the line's own time is */
    assert_int_equal(feed.backoff_ms, VG_FEED_BACKOFF_MIN_MS);
    assert_int_equal(told.count, 1);
    assert_int_equal(told.pieces, 3);
    feed.events.bytes = NULL;
    assert_true(vg_feed_hand(&feed, (struct vg_feed_bytes){.at = "x", .len = 1, .received_us = 7}));
    assert_int_equal(feed.status.bytes, 6);
}

static void the_back_off_doubles_up_to_half_its_limit(void **state)
{
    (void)state;
    static const uint32_t rows[][2] = {{500, 1000}, {12000, 24000}, {14999, 29998}, {15000, 30000}, {15001, 30000}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct vg_feed feed = {.backoff_ms = rows[i][0]};
        assert_int_equal(vg_feed_backoff_ms(&feed), rows[i][0]);
        assert_int_equal(feed.backoff_ms, rows[i][1]);
    }
}

static void a_new_feed_has_heard_nothing(void **state)
{
    struct ear *ear = *state;
    int64_t before_us = vg_clock_wall_us();
    listen_to(ear, "udp://127.0.0.1:0?name=Manta&stall=7");
    const struct vg_feed_status *status = vg_feed_status(ear->feed);
    assert_int_equal(status->state, VG_FEED_CONNECTING);
    assert_true(status->since_us >= before_us);
    assert_int_equal(status->last_us, VG_TIME_NONE);
    assert_int_equal(status->bytes + status->reconnects + status->rejected + status->dropped + status->connections, 0);
    assert_true(status->progress == -1);
    assert_null(status->error);
    assert_string_equal(vg_feed_spec(ear->feed)->name, "Manta");
    assert_int_equal(vg_feed_spec(ear->feed)->stall_us, 7 * VG_SECOND_US);
}

/* ---- sentences ---- */

static void an_error_of_libuv_has_its_kind_and_its_sentence(void **state)
{
    (void)state;
    static const struct {
        int error;
        enum vg_err err;
        const char *why;
    } rows[] = {
        {UV_ENOENT, VG_NOT_FOUND, "Manta: no such file or directory"},
        {UV_ENOMEM, VG_NOMEM, "Manta: not enough memory"},
        {UV_EADDRINUSE, VG_EXISTS, "Manta: address already in use"},
        {UV_EACCES, VG_IO, "Manta: permission denied"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *why = NULL;
        assert_int_equal(vg_feed_uv_failed(rows[i].error, "Manta", &why), rows[i].err);
        assert_string_equal(why, rows[i].why);
    }
    assert_string_equal(vg_feed_errno_text(EACCES), "permission denied");
    assert_int_equal(strlen(vg_feed_why("%0600d", 7)), 511); /* cut, and terminated */
}

/* ---- addresses ---- */

static void an_address_is_read_in_both_families(void **state)
{
    (void)state;
    static const struct {
        const char *host;
        int family;
        const char *why; /* NULL: it is one */
    } rows[] = {
        {"127.0.0.1", AF_INET, NULL},
        {"::1", AF_INET6, NULL},
        {"256.1.1.1", 0, "256.1.1.1: invalid argument"},
        {"::g", 0, "::g: invalid argument"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct vg_feed_spec spec = {.port = 5631};
        struct sockaddr_storage address;
        const char *why = NULL;
        snprintf(spec.host, sizeof spec.host, "%s", rows[i].host);
        enum vg_err err = vg_feed_address(&spec, &address, &why);
        assert_int_equal(err, rows[i].why ? VG_IO : VG_OK);
        if (err) {
            assert_string_equal(why, rows[i].why);
            continue;
        }
        assert_int_equal(address.ss_family, rows[i].family);
        assert_int_equal(vg_feed_address_port(&address), 5631);
    }
}

static int option_of(int fd, int level, int name)
{
    int value = -1;
    socklen_t len = sizeof value;
    assert_int_equal(getsockopt(fd, level, name, &value, &len), 0);
    return value;
}

static void look_at_connection(uv_handle_t *handle, void *arg)
{
    int fd;
    if (handle->type != UV_TCP || uv_fileno(handle, &fd) || option_of(fd, SOL_SOCKET, SO_ACCEPTCONN))
        return;
    ++*(unsigned *)arg;
    assert_int_equal(option_of(fd, SOL_SOCKET, SO_KEEPALIVE), 1);
    assert_int_equal(option_of(fd, IPPROTO_TCP, TCP_KEEPIDLE), 30);
    assert_int_equal(option_of(fd, IPPROTO_TCP, TCP_KEEPINTVL), 10);
    assert_int_equal(option_of(fd, IPPROTO_TCP, TCP_KEEPCNT), 3);
}

/* Both ends of one connection are ours: the client's feed, and the server's. */
static void connections_are_kept_alive_at_both_ends(void **state)
{
    struct ear *ear = *state;
    unsigned seen = 0;
    listen_to(ear, "tcp-listen://127.0.0.1:0");
    struct vg_feed *server = ear->feed;
    listen_to(ear, "tcp://127.0.0.1:%u", vg_feed_port(server));
    WAIT_FOR(ear, vg_feed_status(server)->connections == 1 && state_of(ear) == VG_FEED_LIVE);
    uv_walk(&ear->loop, look_at_connection, &seen);
    assert_int_equal(seen, 2);
    vg_feed_close(server);
}

/* ---- descriptors ---- */

static unsigned count_descriptors(void)
{
    unsigned count = 0;
    DIR *dir = opendir("/proc/self/fd");
    if (!dir)
        skip(); /* no /proc here */
    while (readdir(dir))
        count++;
    closedir(dir);
    return count;
}

static void a_feed_gives_back_what_it_took(void **state)
{
    (void)state;
    char path[32], file[48], ended[48];
    temp_text(path, "x\n");
    snprintf(file, sizeof file, "file:%s?speed=1", path);
    snprintf(ended, sizeof ended, "file:%s", path);
    const struct {
        const char *url;
        enum vg_err err;
    } rows[] = {
        {"udp://127.0.0.1:0", VG_OK},
        {"tcp://127.0.0.1:1", VG_OK},
        {"tcp-listen://127.0.0.1:0", VG_OK},
        {file, VG_OK},
        {ended, VG_OK},
        {"-", VG_OK},
        {"file:/nowhere", VG_NOT_FOUND},
        {"serial:/nowhere", VG_NOT_FOUND},
        {"serial:/dev/null", VG_IO},
    };
    void *first = NULL;
    assert_int_equal(ear_setup(&first), 0);
    assert_int_equal(ear_teardown(&first), 0); /* libuv keeps some descriptors from the first loop on */
    unsigned before = count_descriptors();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        void *one = NULL;
        assert_int_equal(ear_setup(&one), 0);
        struct ear *ear = one;
        assert_int_equal(open_watched(ear, rows[i].url), rows[i].err);
        if (rows[i].url == ended)
            WAIT_FOR(ear, state_of(ear) == VG_FEED_ENDED);
        assert_int_equal(ear_teardown(&one), 0);
        assert_int_equal(count_descriptors(), before);
        expect_freed_once(1);
    }
    unlink(path);
}

static void a_port_that_was_in_use_costs_nothing(void **state)
{
    struct ear *ear = *state;
    static const char *const kinds[] = {"udp", "tcp-listen"};
    for (size_t i = 0; i < 2; i++) {
        char url[64];
        listen_to(ear, "%s://127.0.0.1:0", kinds[i]);
        snprintf(url, sizeof url, "%s://127.0.0.1:%u", kinds[i], vg_feed_port(ear->feed));
        unsigned before = count_descriptors();
        assert_int_equal(open_watched(ear, url), VG_EXISTS);
        turn_for(ear, 10000);
        expect_freed_once(1);
        assert_int_equal(count_descriptors(), before);
        if (i == 0)
            vg_feed_close(ear->feed);
    }
}

/* A sender that left, one that is there, and a client that lost its server. */
static void connections_are_given_back_with_their_feeds(void **state)
{
    struct ear *ear = *state;
    char url[64];
    assert_int_equal(open_watched(ear, "tcp-listen://127.0.0.1:0"), VG_OK);
    struct vg_feed *server = ear->feed;
    int left = connect_to(SOCK_STREAM, vg_feed_port(server)), stays = connect_to(SOCK_STREAM, vg_feed_port(server));
    WAIT_FOR(ear, vg_feed_status(server)->connections == 2);
    close(left);
    WAIT_FOR(ear, vg_feed_status(server)->connections == 1);
    snprintf(url, sizeof url, "tcp://127.0.0.1:%u", vg_feed_port(server));
    assert_int_equal(open_watched(ear, url), VG_OK);
    WAIT_FOR(ear, vg_feed_status(server)->connections == 2 && state_of(ear) == VG_FEED_LIVE);
    vg_feed_close(server);
    WAIT_FOR(ear, state_of(ear) == VG_FEED_DOWN);
    vg_feed_close(ear->feed);
    ear->closed = true;
    turn_for(ear, 10000);
    expect_freed_once(2);
    close(stays);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, ear_setup, ear_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states_have_keys),
        cmocka_unit_test(a_change_is_told_once_and_only_a_change_of_state_has_a_time),
        cmocka_unit_test(a_feed_that_closes_says_so_and_changes_no_more),
        TEST(who_closes_a_feed_that_becomes_live_hears_no_bytes),
        TEST(bytes_are_counted_and_an_end_without_bytes_is_not),
        cmocka_unit_test(the_back_off_doubles_up_to_half_its_limit),
        TEST(a_new_feed_has_heard_nothing),
        cmocka_unit_test(an_error_of_libuv_has_its_kind_and_its_sentence),
        cmocka_unit_test(an_address_is_read_in_both_families),
        TEST(connections_are_kept_alive_at_both_ends),
        cmocka_unit_test(a_feed_gives_back_what_it_took),
        TEST(a_port_that_was_in_use_costs_nothing),
        TEST(connections_are_given_back_with_their_feeds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
