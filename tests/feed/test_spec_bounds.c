/* What a feed's URL may say, up to the last that is taken and the first that is refused, each refusal by its sentence.
 */
#include "spec.h"

#define TOO_LONG   "a name, path or address is too long"
#define CONTROL    "control characters are not allowed"
#define PORT_RANGE "the port must be from 1 to 65535"
#define PORT_FORM  "the port must be a number"
#define NO_PORT    "a :PORT is missing"
#define NO_OPTION  "unknown option: name, stall, as, exercise, speed, baud and interface are known"
#define NOT_HERE   "this kind of feed does not have that option"
#define STALL_FORM "stall must be a number of seconds"
#define HEX_FORM   "a % must be followed by two hexadecimal digits"
#define KIND       "unknown kind of feed: udp, tcp, tcp-listen, serial, file and stdin are known"
#define D10        "0123456789"
#define D40        D10 D10 D10 D10

static void each_refusal_has_its_sentence(void **state)
{
    (void)state;
    static const struct {
        const char *url, *why;
    } rows[] = {
        {"", "the URL is empty"},
        {"?name=x", "the URL is empty"},
        {"udp:1", "// is missing: write udp://ADDRESS:PORT, tcp://HOST:PORT"},
        {"tcp:h:1", "// is missing: write udp://ADDRESS:PORT, tcp://HOST:PORT"},
        {"tcp-listen:1", "// is missing: write udp://ADDRESS:PORT, tcp://HOST:PORT"},
        {"http://h:1", KIND},
        {"://h:1", KIND},
        {"\x01path", CONTROL},
        {"a\x1f", CONTROL},
        {"a\x7f", CONTROL},
        {"file:a\x1f", CONTROL},
        {"udp://:1?name=a%1f", CONTROL},
        {"udp://:1?name=a%7f", CONTROL},
        {"udp://:1?name=%4", HEX_FORM},
        {"udp://:1?name=%4&stall=5", HEX_FORM},
        {"udp://:1?name=%", HEX_FORM},
        {"tcp://h%4:1", HEX_FORM},
        {"udp://:1?name=", "the name is empty"},
        {"udp://:1?name=a/b", "a feed's name has no /: Manta/stA is the station stA of the feed Manta"},
        {"udp://:1?stall=", STALL_FORM},
        {"udp://:1?stall=1/", STALL_FORM},
        {"udp://:1?stall=1:", STALL_FORM},
        {"udp://:1?stall=/1", STALL_FORM},
        {"udp://:1?stall=000000000000000000000000000000005", STALL_FORM}, /* 33 characters */
        {"file:x?speed=ma", "speed must be a number or max"},
        {"file:x?speed=maxi", "speed must be a number or max"},
        {"file:x?speed=", "speed must be a number or max"},
        {"serial:x?baud=fast", "baud must be a whole number"},
        {"serial:x?baud=9600.5", "baud must be a whole number"},
        {"udp://:1?x", NO_OPTION},
        {"udp://:1?stall=5&x", NO_OPTION},
        {"udp://:1?&stall=5", NO_OPTION},
        {"udp://:1?stall", NO_OPTION},
        {"udp://:1?speed=1", NOT_HERE},
        {"tcp://h:1?speed=1", NOT_HERE},
        {"tcp-listen://:1?speed=1", NOT_HERE},
        {"serial:x?speed=1", NOT_HERE},
        {"udp://:1?baud=4800", NOT_HERE},
        {"tcp://h:1?baud=4800", NOT_HERE},
        {"tcp-listen://:1?baud=4800", NOT_HERE},
        {"file:x?baud=4800", NOT_HERE},
        {"-?baud=4800", NOT_HERE},
        {"udp://", NO_PORT},
        {"udp:///", NO_PORT},
        {"udp://h", NO_PORT},
        {"tcp://[::1]", NO_PORT},
        {"tcp://[::1]/", NO_PORT},
        {"tcp://[::1]1", NO_PORT},
        {"tcp://[::1]?stall=5", NO_PORT},
        {"tcp://[::1]:", PORT_FORM},
        {"tcp://h:", PORT_FORM},
        {"tcp://h:1.0", PORT_FORM},
        {"tcp://h:1/x", PORT_FORM},
        {"tcp://[::1", "a ] is missing"},
        {"tcp://[h]:1", "not an IPv6 address in [ ]"},
        {"tcp://[]:1", "not an IPv6 address in [ ]"},
        {"udp://[ff02::1%]:1", "not an IPv6 address in [ ]"},
        {"tcp://::1:1", "an IPv6 address must stand in [ ]"},
        {"tcp://:1", "not a host name or address"},
        {"tcp://a@h:1", "not a host name or address"},
        {"udp://name:1", "listening needs a numeric address, 0.0.0.0 or [::] for all"},
        {"tcp-listen://name:1", "listening needs a numeric address, 0.0.0.0 or [::] for all"},
        {"udp://127.0.0.256:1", "listening needs a numeric address, 0.0.0.0 or [::] for all"},
        {"file:", "the path is empty"},
        {"serial:?baud=4800", "the path is empty"},
        {"file://", "a path takes no host: write file:/PATH"},
        {"file://h/x", "a path takes no host: write file:/PATH"},
        {"file:x%0", HEX_FORM},
        {"stdin:x", "nothing may follow stdin:"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        bad(rows[i].url, VG_SYNTAX, rows[i].why);
}

static void each_limit_has_a_last_that_is_taken(void **state)
{
    (void)state;
    static const struct {
        const char *url, *why;
    } rows[] = {
        {"udp://:1?stall=10000000.1", "stall is too long"},
        {"file:x?speed=1000000.1", "speed must be from 0.001 to a million, or max"},
        {"file:x?speed=0.00099", "speed must be from 0.001 to a million, or max"},
        {"serial:x?baud=12345", "not a standard baud rate"},
        {"serial:x?baud=4294976896", "not a standard baud rate"}, /* 9600 in 32 bits */
        {"tcp://h:0", PORT_RANGE},
        {"tcp://h:65536", PORT_RANGE},
        {"udp://:65536", PORT_RANGE},
        {"udp://:1?name=" D40 "01234567", TOO_LONG},
        {"tcp://" D40 D40 D40 "01234567:1", TOO_LONG},
        {"tcp://[::1%" D40 D40 D40 "0123]:1", TOO_LONG},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        bad(rows[i].url, VG_RANGE, rows[i].why);
    assert_int_equal(good("udp://:1?stall=10000000").stall_us, 10000000000000);
    assert_int_equal(good("udp://:1?stall=00000000000000000000000000000005").stall_us, 5000000);
    assert_int_equal(good("udp://:1?stall=90").stall_us, 90000000);
    assert_int_equal(good("udp://:1?stall=0.0000005").stall_us, 1); /* rounded */
    assert_int_equal(good("udp://:1?stall=0.0000004").stall_us, 0);
    assert_true(good("file:x?speed=1000000").speed == 1e6);
    assert_true(good("file:x?speed=0.001").speed == 0.001);
    assert_int_equal(good("tcp://h:1").port, 1);
    assert_int_equal(good("tcp://h:65535").port, 65535);
    assert_int_equal(good("udp://:0").port, 0);
    assert_string_equal(good("udp://:1?name=a").name, "a");
    assert_string_equal(good("udp://:1?name=a%20%7e").name, "a ~");
    assert_string_equal(good("udp://:1?name=%41").name, "A");
    assert_string_equal(good("udp://:1?name=" D40 "0123456").name, D40 "0123456");
    assert_string_equal(good("tcp://" D40 D40 D40 "0123456:1").host, D40 D40 D40 "0123456");
    assert_string_equal(good("tcp://[::1%" D40 D40 D40 "012]:1").host, "::1%" D40 D40 D40 "012");
}

static void a_url_has_255_bytes_at_most(void **state)
{
    (void)state;
    char url[300];
    memset(url, 'a', sizeof url);
    url[255] = '\0';
    assert_string_equal(good(url).path, url);
    url[255] = 'a';
    url[256] = '\0';
    bad(url, VG_RANGE, "the URL is longer than 255 bytes");
}

static void what_is_not_said_has_a_value(void **state)
{
    (void)state;
    struct vg_feed_spec s = good("x");
    assert_true(s.speed == 1);
    assert_false(s.speed_given);
    assert_int_equal(s.stall_us, 60 * VG_SECOND_US);
    assert_int_equal(s.baud, 38400);
    assert_int_equal(s.port, 0);
    assert_string_equal(s.host, "");
    s = good("udp://:1?");
    assert_int_equal(s.stall_us, 60 * VG_SECOND_US);
    s = good("serial:x?stall=5&");
    assert_int_equal(s.stall_us, 5 * VG_SECOND_US);
    s = good("serial:x?name=a&baud=4800&stall=5");
    assert_string_equal(s.name, "a");
    assert_int_equal(s.baud, 4800);
    assert_int_equal(s.stall_us, 5 * VG_SECOND_US);
}

static void what_stands_before_the_options_is_read_by_kind(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        enum vg_feed_kind kind;
        const char *host, *path, *name;
    } rows[] = {
        {"udp://127.0.0.1:7", VG_FEED_UDP, "127.0.0.1", "", "udp 127.0.0.1:7"},
        {"udp://:7/", VG_FEED_UDP, "0.0.0.0", "", "udp 0.0.0.0:7"},
        {"udp://[ff02::1%25eth0]:7", VG_FEED_UDP, "ff02::1%eth0", "", "udp [ff02::1%eth0]:7"},
        {"udp://[ff02::1%eth0]:7/", VG_FEED_UDP, "ff02::1%eth0", "", "udp [ff02::1%eth0]:7"},
        {"tcp://h%2e:7", VG_FEED_TCP, "h.", "", "h.:7"},
        {"tcp://[::1]:7", VG_FEED_TCP, "::1", "", "[::1]:7"},
        {"tcp-listen://[::]:7", VG_FEED_TCP_LISTEN, "::", "", "listen [::]:7"},
        {"tcp-listen://:7", VG_FEED_TCP_LISTEN, "0.0.0.0", "", "listen 0.0.0.0:7"},
        {"serial:/dev/ttyS0", VG_FEED_SERIAL, "", "/dev/ttyS0", "serial ttyS0"},
        {"file:x", VG_FEED_FILE, "", "x", "x"},
        {"file:///", VG_FEED_FILE, "", "/", "_"},
        {"file:///x", VG_FEED_FILE, "", "/x", "x"},
        {"file:/a/b%3fspeed=7", VG_FEED_FILE, "", "/a/b?speed=7", "b?speed=7"},
        {"file:a/b/", VG_FEED_FILE, "", "a/b/", "a_b_"},
        {"a b", VG_FEED_FILE, "", "a b", "a b"},
        {"x", VG_FEED_FILE, "", "x", "x"},
        {"a?b?speed=7", VG_FEED_FILE, "", "a?b", "a?b"},
        {"a%20b?speed=7", VG_FEED_FILE, "", "a%20b", "a%20b"},
        {"a:b", VG_FEED_FILE, "", "a:b", "a:b"},
        {"-", VG_FEED_STDIN, "", "-", "stdin"},
        {"-?stall=7", VG_FEED_STDIN, "", "-", "stdin"},
        {"stdin:", VG_FEED_STDIN, "", "-", "stdin"},
        {"-x", VG_FEED_FILE, "", "-x", "-x"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct vg_feed_spec s = good(rows[i].url);
        assert_int_equal(s.kind, rows[i].kind);
        assert_string_equal(s.host, rows[i].host);
        assert_string_equal(s.path, rows[i].path);
        assert_string_equal(s.name, rows[i].name);
    }
}

/* Forty-seven bytes; a character that begins before and ends behind is left out, what is none is cut. */
static void a_made_name_has_47_bytes_at_most(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        size_t len;
    } rows[] = {
        {D40 "012345", 46},
        {D40 "0123456", 47},
        {D40 "01234567", 47},
        {D40 "012345€", 46},
        {D40 "01234€x", 45},
        {D40 "0123€x", 47},
        {D40 "0123😀x", 44},
        {D40 "01234😀x", 45},
        {D40 "012345😀x", 46},
        {D40 "012😀x", 47},
        {D40 "0123\xb3\xb3\xb3\xb3\xb3", 47}, /* no lead within three bytes */
        {D40 "012345\xb3\xb3\xb3", 45},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char name[VG_FEED_NAME] = "";
        memcpy(name, rows[i].url, rows[i].len);
        assert_string_equal(good(rows[i].url).name, name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_refusal_has_its_sentence),
        cmocka_unit_test(each_limit_has_a_last_that_is_taken),
        cmocka_unit_test(a_url_has_255_bytes_at_most),
        cmocka_unit_test(what_is_not_said_has_a_value),
        cmocka_unit_test(what_stands_before_the_options_is_read_by_kind),
        cmocka_unit_test(a_made_name_has_47_bytes_at_most),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
