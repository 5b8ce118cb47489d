/* The tap of `vigia sim --listen`: where it listens, who is let in, who is dropped. */
#include "test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/sim_tap.h"

#define WAIT_MS 20000

static struct vg_tap *tap_on(const char *where)
{
    struct vg_tap *tap = NULL;
    const char *why = NULL;
    if (vg_tap_open(where, &tap, &why))
        fail_msg("%s: %s", where, why);
    assert_int_equal(vg_tap_clients(tap), 0);
    assert_true(vg_tap_port(tap) > 0);
    return tap;
}

static int connect_to(int family, int port)
{
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct sockaddr_in6 six = {
        .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port), .sin6_addr = in6addr_loopback};
    four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &(int){4096}, sizeof(int));
    int bad = family == AF_INET ? connect(fd, (struct sockaddr *)&four, sizeof four)
                                : connect(fd, (struct sockaddr *)&six, sizeof six);
    if (!bad)
        return fd;
    close(fd);
    return -1;
}

/* A client that the tap has let in. */
static int client_of(struct vg_tap *tap)
{
    int before = vg_tap_clients(tap), fd = connect_to(AF_INET, vg_tap_port(tap));
    assert_true(fd >= 0);
    vg_tap_accept(tap, WAIT_MS);
    assert_int_equal(vg_tap_clients(tap), before + 1);
    return fd;
}

/* What comes within the limit is exactly this text. */
static void hears(int fd, const char *text)
{
    char got[200];
    size_t len = strlen(text), n = 0;
    while (n < len) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        assert_int_equal(poll(&p, 1, WAIT_MS), 1);
        ssize_t more = recv(fd, got + n, len - n, 0);
        assert_true(more > 0);
        n += (size_t)more;
    }
    assert_memory_equal(got, text, len);
}

static bool is_closed(int fd)
{
    char byte;
    struct pollfd p = {.fd = fd, .events = POLLIN};
    return poll(&p, 1, WAIT_MS) == 1 && recv(fd, &byte, 1, 0) <= 0;
}

/* ---- standard error ---- */

static FILE *told_file;
static int stderr_was;

static void listen_to_stderr(void)
{
    told_file = tmpfile();
    fflush(stderr);
    stderr_was = dup(STDERR_FILENO);
    dup2(fileno(told_file), STDERR_FILENO);
}

static void was_told(const char *want)
{
    char text[512];
    fflush(stderr);
    dup2(stderr_was, STDERR_FILENO);
    close(stderr_was);
    rewind(told_file);
    text[fread(text, 1, sizeof text - 1, told_file)] = '\0';
    fclose(told_file);
    assert_string_equal(text, want);
}

/* ---- where ---- */

static void a_tap_listens_where_it_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *where;
        int family;
    } cases[] = {{"127.0.0.1:0", AF_INET}, {"0", AF_INET},        {":0", AF_INET},
                 {"[]:0", AF_INET},        {"[::1]:0", AF_INET6}, {"[127.0.0.1]:0", AF_INET}};
    int probe = socket(AF_INET6, SOCK_STREAM, 0);
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback};
    bool has_six = probe >= 0 && bind(probe, (struct sockaddr *)&six, sizeof six) == 0;
    close(probe);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (cases[i].family == AF_INET6 && !has_six)
            continue;
        struct vg_tap *tap = tap_on(cases[i].where);
        int fd = connect_to(cases[i].family, vg_tap_port(tap));
        assert_true(fd >= 0);
        int other = connect_to(cases[i].family == AF_INET ? AF_INET6 : AF_INET, vg_tap_port(tap));
        assert_int_equal(other, -1); /* there, and nowhere else */
        vg_tap_accept(tap, WAIT_MS);
        assert_int_equal(vg_tap_clients(tap), 1);
        close(fd);
        vg_tap_close(tap);
    }
    vg_tap_close(NULL);
}

static void a_port_that_is_given_is_taken_and_can_be_taken_again(void **state)
{
    (void)state;
    char where[40];
    const char *why = NULL;
    struct vg_tap *tap = tap_on("127.0.0.1:0"), *second = NULL;
    int port = vg_tap_port(tap);
    snprintf(where, sizeof where, "127.0.0.1:%d", port);
    assert_int_equal(vg_tap_open(where, &second, &why), VG_IO);
    assert_string_equal(why, strerror(EADDRINUSE));
    assert_null(second);
    int fd = client_of(tap);
    vg_tap_close(tap); /* ours is closed first, and its port rests a while */
    assert_true(is_closed(fd));
    close(fd);
    tap = tap_on(where);
    assert_int_equal(vg_tap_port(tap), port);
    vg_tap_close(tap);
}

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000000000"

static void what_is_no_address_is_refused(void **state)
{
    (void)state;
    char where[300];
    struct vg_tap *tap = NULL;
    const char *why;
    /* 127.0.0.1 with so many zeros that no name server is asked; without both brackets nothing is taken off */
    static const char *const wrong[] = {"127.0.0.1:http", "[0x" ZEROS "7f.11:0", "90x" ZEROS "7f.1]:0"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        why = NULL;
        assert_int_equal(vg_tap_open(wrong[i], &tap, &why), VG_ARG);
        assert_true(why && *why);
    }
    vg_tap_close(tap_on("[0x" ZEROS "7f.1]:0"));
    for (int n = 255; n <= 256; n++) { /* bytes of the address */
        memset(where, 'x', (size_t)n);
        snprintf(where + n, sizeof where - (size_t)n, ":0");
        why = NULL;
        assert_int_equal(vg_tap_open(where, &tap, &why), VG_ARG);
        assert_int_equal(strcmp(why, "the address is too long") == 0, n == 256);
    }
    assert_null(tap);
}

/* ---- who ---- */

static void every_client_hears_all_from_when_it_came(void **state)
{
    (void)state;
    struct vg_tap *tap = tap_on("127.0.0.1:0");
    assert_int_equal(vg_tap_send(tap, "nobody", 6, false), VG_OK);
    int first = client_of(tap);
    assert_int_equal(vg_tap_send(tap, "one,", 4, false), VG_OK);
    int second = client_of(tap);
    assert_int_equal(vg_tap_send(tap, "two.", 4, true), VG_OK);
    hears(first, "one,two.");
    hears(second, "two.");
    vg_tap_accept(tap, 0); /* nobody waits */
    assert_int_equal(vg_tap_clients(tap), 2);
    vg_tap_close(tap);
    assert_true(is_closed(first) && is_closed(second));
    close(first);
    close(second);
}

static void all_who_wait_are_let_in(void **state)
{
    (void)state;
    struct vg_tap *tap = tap_on("127.0.0.1:0");
    int fd[3];
    for (int i = 0; i < 3; i++)
        fd[i] = connect_to(AF_INET, vg_tap_port(tap));
    for (int tries = 0; tries < 3 && vg_tap_clients(tap) < 3; tries++)
        vg_tap_accept(tap, WAIT_MS);
    assert_int_equal(vg_tap_clients(tap), 3);
    for (int i = 0; i < 3; i++)
        close(fd[i]);
    vg_tap_close(tap);
}

static void one_client_too_many_is_sent_away(void **state)
{
    (void)state;
    struct vg_tap *tap = tap_on("127.0.0.1:0");
    int fd[VG_TAP_CLIENTS];
    for (int i = 0; i < VG_TAP_CLIENTS; i++)
        fd[i] = client_of(tap);
    assert_int_equal(vg_tap_clients(tap), 32);
    listen_to_stderr();
    int more = connect_to(AF_INET, vg_tap_port(tap));
    vg_tap_accept(tap, WAIT_MS);
    was_told("vigia: 32 clients already, one more sent away\n");
    assert_true(is_closed(more));
    assert_int_equal(vg_tap_clients(tap), 32);
    assert_int_equal(vg_tap_send(tap, "all", 3, false), VG_OK);
    for (int i = 0; i < VG_TAP_CLIENTS; i++) {
        hears(fd[i], "all");
        close(fd[i]);
    }
    close(more);
    vg_tap_close(tap);
}

/* Ends the connection at once, so that the next byte to it fails. */
static void leave(int fd)
{
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){1, 0}, sizeof(struct linger));
    close(fd);
}

static void who_leaves_is_dropped_and_the_others_hear_on(void **state)
{
    (void)state;
    for (int gone = 0; gone < 3; gone++) {
        struct vg_tap *tap = tap_on("127.0.0.1:0");
        int fd[3];
        for (int i = 0; i < 3; i++)
            fd[i] = client_of(tap);
        leave(fd[gone]);
        listen_to_stderr();
        vg_tap_send(tap, "one,", 4, gone == 1);
        vg_tap_send(tap, "two.", 4, false);
        was_told("vigia: a client left\n");
        assert_int_equal(vg_tap_clients(tap), 2);
        for (int i = 0; i < 3; i++)
            if (i != gone) {
                hears(fd[i], "one,two.");
                close(fd[i]);
            }
        vg_tap_close(tap);
    }
}

/* ---- who can't keep up ---- */

#define MUCH (24u << 20) /* more than the socket's buffers take */

static void who_is_too_slow_is_dropped_at_once(void **state)
{
    (void)state;
    struct vg_tap *tap = tap_on("127.0.0.1:0");
    char *much = calloc(1, MUCH);
    int slow = client_of(tap);
    listen_to_stderr();
    assert_int_equal(vg_tap_send(tap, much, MUCH, false), VG_OK);
    was_told("vigia: a client was too slow and is dropped\n");
    assert_int_equal(vg_tap_clients(tap), 0);
    close(slow);
    vg_tap_close(tap);
    free(much);
}

struct reader {
    int fd;
    size_t len;
    unsigned sum;
};

static void *read_all(void *arg)
{
    struct reader *r = arg;
    static uint8_t buf[65536];
    for (ssize_t n; (n = recv(r->fd, buf, sizeof buf, 0)) > 0; r->len += (size_t)n)
        for (ssize_t i = 0; i < n; i++)
            r->sum = r->sum * 31 + buf[i];
    return NULL;
}

static void who_reads_is_waited_for_and_gets_every_byte(void **state)
{
    (void)state;
    struct vg_tap *tap = tap_on("127.0.0.1:0");
    uint8_t *much = malloc(MUCH);
    struct reader reader = {.fd = client_of(tap)};
    pthread_t thread;
    unsigned sum = 0;
    for (size_t i = 0; i < MUCH; i++) {
        much[i] = (uint8_t)(i * 2654435761u >> 24);
        sum = sum * 31 + much[i];
    }
    assert_int_equal(pthread_create(&thread, NULL, read_all, &reader), 0);
    assert_int_equal(vg_tap_send(tap, much, MUCH, true), VG_OK);
    assert_int_equal(vg_tap_clients(tap), 1);
    vg_tap_close(tap);
    pthread_join(thread, NULL);
    assert_int_equal(reader.len, MUCH);
    assert_int_equal(reader.sum, sum);
    close(reader.fd);
    free(much);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tap_listens_where_it_is_told),
        cmocka_unit_test(a_port_that_is_given_is_taken_and_can_be_taken_again),
        cmocka_unit_test(what_is_no_address_is_refused),
        cmocka_unit_test(every_client_hears_all_from_when_it_came),
        cmocka_unit_test(all_who_wait_are_let_in),
        cmocka_unit_test(one_client_too_many_is_sent_away),
        cmocka_unit_test(who_leaves_is_dropped_and_the_others_hear_on),
        cmocka_unit_test(who_is_too_slow_is_dropped_at_once),
        cmocka_unit_test(who_reads_is_waited_for_and_gets_every_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
