/* `vigia sim --radars`: where radars' bytes go, what the tracker is told, which calls are refused. */
#include "command.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/time.h"

#define PLAIN "sim --hours 0.01 --vessels 20 " /* 36 s */

static char *played(const char *line)
{
    struct said s = run(vg_cli_sim, NULL, line);
    if (s.status != VG_EXIT_OK || *s.err)
        fail_msg("'%s': %d %s", line, s.status, s.err);
    free(s.err);
    return s.out;
}

static size_t count(const char *text, const char *words)
{
    size_t n = 0;
    for (; (text = strstr(text, words)) != NULL; text++)
        n++;
    return n;
}

static void each_format_goes_to_its_file(void **state)
{
    (void)state;
    free(played(PLAIN "--radars ttm:Manta=a.nmea --radars ttm:salinas=b.nmea --radars asterix=c.ast --radars "
                      "asterix010:Manta=d.ast --radars csv=e.csv --truth-plots f.csv --truth-csv g.csv"));
    char *two = read_file("a.nmea"), *one = read_file("b.nmea"), *plots = read_file("e.csv");
    char *echoes = read_file("f.csv"), *truth = read_file("g.csv");
    assert_true(count(one, "$RATTM,") > 5 && count(two, "$RATTM,") > 5);
    assert_true(lines_in(plots) > 100);
    assert_int_equal(lines_in(plots), lines_in(echoes));
    assert_non_null(strstr(plots, ",Guardacostas 44,"));
    assert_non_null(strstr(echoes, ",target,"));
    assert_int_equal(count(truth, ",go-fast,"), 4); /* at 0, 10, 20, 30 s */
    struct said c = run(vg_cli_decode, NULL, "decode -q --as asterix c.ast"),
                d = run(vg_cli_decode, NULL, "decode -q --as asterix d.ast");
    assert_int_equal(count(c.out, "\"cat\":48,"), lines_in(plots) - 1);
    assert_true(count(c.out, "\"cat\":34,") > 500);
    assert_int_equal(count(d.out, "\"cat\":10,"), count(plots, ",Manta,"));
    forget(&c);
    forget(&d);
    free(two);
    free(one);
    free(plots);
    free(echoes);
    free(truth);
}

/* What the sea says is the same, but for the fishing boats that are met; sentences of radars may stand between. */
static void standard_output_has_whole_sentences(void **state)
{
    (void)state;
    char *dark = played(PLAIN "--dark"), *both = played(PLAIN "--radars ttm:Manta=-"), *plain = played(PLAIN);
    assert_true(lines_in(dark) >= lines_in(plain));
    assert_int_equal(count(both, "!AIVDM"), lines_in(dark));
    assert_int_equal(count(both, "!AIVDM") + count(both, "$RATTM") + count(both, "$GP") + count(both, "$RARSD"),
                     lines_in(both));
    assert_true(count(both, "$RATTM") > 0);
    free(dark);
    free(both);
    free(plain);
}

static void the_tracker_is_told_of_feeds_and_codes(void **state)
{
    (void)state;
    free(played(PLAIN "--radars asterix:Manta=x.ast --radars asterix:Esmeraldas=x2.ast?name=North --radars "
                      "ttm:Salinas=y.nmea --radar-bias 80,0.5,2 --sensors-out s.yaml"));
    char *yaml = read_file("s.yaml");
    assert_non_null(strstr(yaml, "- name: \"Manta\"\n    feed: \"x.ast\"\n    sac: 0\n    sic: 1\n"));
    assert_non_null(strstr(yaml, "- name: \"Esmeraldas\"\n    feed: \"North\"\n    sac: 0\n    sic: 3\n"));
    assert_non_null(strstr(yaml, "- name: \"Salinas\"\n    feed: \"y.nmea\"\n    kind: radar\n"));
    assert_int_equal(count(yaml, "clock_offset_s: 0\n"), 3); /* errors are not told, nor radars that nobody brings */
    assert_null(strstr(yaml, "Guardacostas"));
    free(yaml);
    /* … and can be read again, also as the radars that watch */
    char *a, *b;
    free(played("sim --hours 0 --sensors-out s.yaml"));
    free(played(PLAIN "--radars csv=a.csv --sensors s.yaml"));
    free(played(PLAIN "--radars csv=b.csv"));
    a = read_file("a.csv");
    b = read_file("b.csv");
    assert_true(lines_in(a) > 100);
    assert_string_equal(a, b);
    free(a);
    free(b);
}

static void biases_and_the_sea_change_the_plots(void **state)
{
    (void)state;
    static const char *const others[] = {"--radar-bias 80,0.5", "--radar-bias Salinas:0,0,1.5", "--sea-state 5",
                                         "--wind-from 20", "--seed 2"};
    free(played(PLAIN "--radars csv=a.csv"));
    char *a = read_file("a.csv");
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        char line[200];
        snprintf(line, sizeof line, PLAIN "--radars csv=b.csv %s", others[i]);
        free(played(line));
        char *b = read_file("b.csv");
        if (strcmp(a, b) == 0)
            fail_msg("%s changes nothing", others[i]);
        free(b);
    }
    free(a);
}

/* ---- sockets ---- */

static int listen_at(int type, uint16_t *ret_port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    int fd = socket(AF_INET, type, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, len), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
    if (type == SOCK_STREAM)
        assert_int_equal(listen(fd, 4), 0);
    else
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &(int){4 << 20}, sizeof(int));
    *ret_port = ntohs(at.sin_port);
    return fd;
}

static void datagrams_are_what_the_file_has(void **state)
{
    (void)state;
    uint16_t port;
    char line[300], datagram[2000], got[200000];
    int fd = listen_at(SOCK_DGRAM, &port);
    size_t n = 0;
    snprintf(line, sizeof line, PLAIN "--radars ttm:Manta=udp://127.0.0.1:%u --radars ttm:Manta=a.nmea", port);
    free(played(line));
    for (ssize_t more; (more = recv(fd, datagram, sizeof datagram, MSG_DONTWAIT)) > 0; n += (size_t)more) {
        assert_true(n + (size_t)more < sizeof got && datagram[more - 1] == '\n');
        memcpy(got + n, datagram, (size_t)more);
    }
    got[n] = '\0';
    char *file = read_file("a.nmea");
    assert_true(n > 1000);
    assert_string_equal(got, file);
    free(file);
    close(fd);
}

static void a_listening_feed_is_connected_to(void **state)
{
    (void)state;
    uint16_t port;
    char line[300], got[200000];
    int fd = listen_at(SOCK_STREAM, &port);
    size_t n = 0;
    snprintf(line, sizeof line, PLAIN "--radars ttm:Manta=tcp-listen://127.0.0.1:%u --radars ttm:Manta=a.nmea", port);
    free(played(line)); /* it fits the socket's buffers */
    int from = accept(fd, NULL, NULL);
    for (ssize_t more; (more = recv(from, got + n, sizeof got - 1 - n, 0)) > 0;)
        n += (size_t)more;
    got[n] = '\0';
    char *file = read_file("a.nmea");
    assert_string_equal(got, file);
    free(file);
    close(from);
    close(fd);
}

/* A client that connects while the sea is played gets whole sentences from then on. */
static void a_connecting_feed_is_served(void **state)
{
    (void)state;
    uint16_t port;
    int free_port = listen_at(SOCK_STREAM, &port);
    char line[300], got[100];
    close(free_port);
    snprintf(line, sizeof line, "sim --vessels 20 --forever --speed 200 --radars ttm:Manta=tcp://127.0.0.1:%u", port);
    write_file("stdin", "");
    pid_t child = command_begin(vg_cli_sim, line, "stdin", -1, "stdout", -1);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = -1, ms = 0;
    for (; ms < COMMAND_WAIT_MS; ms += 5) { /* until it listens */
        fd = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(fd, (struct sockaddr *)&at, sizeof at) == 0)
            break;
        close(fd);
        poll(NULL, 0, 5);
    }
    assert_true(ms < COMMAND_WAIT_MS);
    assert_int_equal(recv(fd, got, sizeof got, MSG_WAITALL), sizeof got);
    assert_memory_equal(got, "\\c:", 3);
    close(fd);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

/* Radars speak when time begins to run, not in the hour that is played before at once. */
static void radars_are_silent_while_the_sea_is_warmed(void **state)
{
    (void)state;
    free(played("sim --hours 0.02 --vessels 20 --start 1773568800 --warm 1 --speed 1000 --radars csv=a.csv"));
    char *text = read_file("a.csv");
    assert_null(strstr(text, "2026-03-15T10:00:"));
    assert_non_null(strstr(text, "2026-03-15T10:01:00"));
    free(text);
}

static void wrong_calls_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *options, *words;
        int status;
    } cases[] = {
        {"--radars ttm", "--radars", VG_EXIT_USAGE},
        {"--radars ttm=a.nmea", "name one radar, --radars ttm:Manta=a.nmea", VG_EXIT_USAGE},
        {"--radars tmm=a", "FORMAT[:RADAR]=URL", VG_EXIT_USAGE},
        {"--radars ttm=", "FORMAT[:RADAR]=URL", VG_EXIT_USAGE},
        {"--radars ttm:=a", "FORMAT[:RADAR]=URL", VG_EXIT_USAGE},
        {"--radars ttm=serial:/dev/ttyS0", "FORMAT[:RADAR]=URL", VG_EXIT_USAGE},
        {"--radars ttm=udp://127.0.0.1", "FORMAT[:RADAR]=URL", VG_EXIT_USAGE},
        {"--radars asterix=-", "FORMAT[:RADAR]=URL", VG_EXIT_USAGE},
        {"--radars ttm:Quito=a", "there is no radar 'Quito'; there are: Manta, Salinas, Esmeraldas", VG_EXIT_USAGE},
        {"--radars csv=a --radar-bias Quito:1,1", "there is no radar 'Quito'", VG_EXIT_USAGE},
        {"--radar-bias 80", "METRES,DEGREES", VG_EXIT_USAGE},
        {"--radar-bias 80,x", "METRES,DEGREES", VG_EXIT_USAGE},
        {"--radar-bias 80,1,2,3", "METRES,DEGREES", VG_EXIT_USAGE},
        {"--radar-bias 80,1e9", "METRES,DEGREES", VG_EXIT_USAGE},
        {"--sea-state 7", "from 0 to 6", VG_EXIT_USAGE},
        {"--scenario load --radars csv=a", "radars need the scenario ecuador", VG_EXIT_USAGE},
        {"--radars csv=gone/a.csv", "radars can't be sent to gone/a.csv", VG_EXIT_FAILED},
        {"--truth-csv gone/a.csv", "can't write gone/a.csv", VG_EXIT_FAILED},
        {"--radars csv=a --sensors gone.yaml", "gone.yaml", VG_EXIT_USAGE},
        {"--radars csv=/dev/full", "can't write /dev/full", VG_EXIT_FAILED},
        {"--truth-plots /dev/full", "can't write /dev/full", VG_EXIT_FAILED},
        {"--sensors-out /dev/full", "can't write /dev/full", VG_EXIT_FAILED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char line[300];
        snprintf(line, sizeof line, PLAIN "%s", cases[i].options);
        struct said s = run(vg_cli_sim, NULL, line);
        if (s.status != cases[i].status || !strstr(s.err, cases[i].words))
            fail_msg("'%s': %d %s", line, s.status, s.err);
        forget(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(each_format_goes_to_its_file),
        IN_A_FOLDER(standard_output_has_whole_sentences),
        IN_A_FOLDER(the_tracker_is_told_of_feeds_and_codes),
        IN_A_FOLDER(biases_and_the_sea_change_the_plots),
        IN_A_FOLDER(datagrams_are_what_the_file_has),
        IN_A_FOLDER(a_listening_feed_is_connected_to),
        IN_A_FOLDER(a_connecting_feed_is_served),
        IN_A_FOLDER(radars_are_silent_while_the_sea_is_warmed),
        IN_A_FOLDER(wrong_calls_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
