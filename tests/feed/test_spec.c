#include "spec.h"

#include <stdio.h>

#include "feed/adapter.h"

static void network_feeds_have_host_and_port(void **state)
{
    (void)state;
    struct vg_feed_spec s = good("tcp://ais.example.org:5631");
    assert_int_equal(s.kind, VG_FEED_TCP);
    assert_string_equal(s.host, "ais.example.org");
    assert_int_equal(s.port, 5631);
    assert_string_equal(s.name, "ais.example.org:5631");
    assert_int_equal(s.stall_us, 60 * VG_SECOND_US);
    s = good("udp://0.0.0.0:10110/");
    assert_int_equal(s.kind, VG_FEED_UDP);
    assert_string_equal(s.host, "0.0.0.0");
    assert_string_equal(s.name, "udp 0.0.0.0:10110");
    s = good("udp://:10110");
    assert_string_equal(s.host, "0.0.0.0");
    s = good("tcp-listen://127.0.0.1:0");
    assert_int_equal(s.kind, VG_FEED_TCP_LISTEN);
    assert_int_equal(s.port, 0);
}

static void ipv6_addresses_stand_in_brackets(void **state)
{
    (void)state;
    struct vg_feed_spec s = good("tcp://[2001:db8::1]:5631");
    assert_string_equal(s.host, "2001:db8::1");
    assert_string_equal(s.name, "[2001:db8::1]:5631");
    assert_string_equal(good("udp://[ff02::1%eth0]:1").host, "ff02::1%eth0");
    assert_string_equal(good("udp://[ff02::1%25eth0]:1").host, "ff02::1%eth0");
    assert_int_equal(good("tcp-listen://[::]:4001?stall=5").stall_us, 5 * VG_SECOND_US);
    bad("tcp://::1:5631", VG_SYNTAX, NULL);
    bad("tcp://[::1:5631", VG_SYNTAX, NULL);
    bad("tcp://[::1]", VG_SYNTAX, NULL);
    bad("tcp://[::1]5631", VG_SYNTAX, NULL);
    bad("tcp://[host]:1", VG_SYNTAX, NULL);
    bad("udp://[ff02::1%]:1", VG_SYNTAX, NULL);
    bad("udp://[ff02::1%25]:1", VG_SYNTAX, NULL);
}

static void files_and_devices_have_paths(void **state)
{
    (void)state;
    struct vg_feed_spec s = good("file:/var/log/corpus.nmea?speed=10&name=Old%20days");
    assert_int_equal(s.kind, VG_FEED_FILE);
    assert_string_equal(s.path, "/var/log/corpus.nmea");
    assert_string_equal(s.name, "Old days");
    assert_true(s.speed == 10 && s.speed_given);
    s = good("file:///var/a%20b.gz");
    assert_string_equal(s.path, "/var/a b.gz");
    assert_string_equal(s.name, "a b.gz");
    assert_false(s.speed_given);
    s = good("corpus.nmea?speed=max");
    assert_string_equal(s.path, "corpus.nmea");
    assert_true(s.speed == 0 && s.speed_given);
    s = good("what?.nmea"); /* a ? that begins no option is a letter */
    assert_string_equal(s.path, "what?.nmea");
    s = good("100%.nmea");
    assert_string_equal(s.path, "100%.nmea");
    s = good("serial:/dev/ttyUSB0?baud=115200&stall=0");
    assert_int_equal(s.kind, VG_FEED_SERIAL);
    assert_int_equal(s.baud, 115200);
    assert_int_equal(s.stall_us, 0);
    assert_string_equal(s.name, "serial ttyUSB0");
    assert_int_equal(good("serial:/dev/ttyS0").baud, 38400);
}

static void standard_input_has_two_spellings(void **state)
{
    (void)state;
    assert_int_equal(good("-").kind, VG_FEED_STDIN);
    assert_int_equal(good("stdin:").kind, VG_FEED_STDIN);
    assert_string_equal(good("-").name, "stdin");
    assert_string_equal(good("-?name=Radio").name, "Radio");
    assert_int_equal(good("stdin:?speed=1").kind, VG_FEED_STDIN);
    assert_int_equal(good("-odd.nmea").kind, VG_FEED_FILE);
    bad("stdin:x", VG_SYNTAX, NULL);
}

static void names_may_be_percent_encoded(void **state)
{
    (void)state;
    assert_string_equal(good("tcp://h:1?name=Bah%c3%ada%20%26%20Manta").name, "Bahía & Manta");
    assert_string_equal(good("udp://:1?name=100%25").name, "100%");
    bad("udp://:1?name=Manta/stA", VG_SYNTAX, NULL); /* the station stA of the feed Manta */
    bad("udp://:1?name=Manta%2FstA", VG_SYNTAX, NULL);
    assert_string_equal(good("file:/var/logs/").name, "_var_logs_");
    bad("udp://:1?name=", VG_SYNTAX, NULL);
    bad("udp://:1?name=%4", VG_SYNTAX, NULL);
    bad("udp://:1?name=%zz", VG_SYNTAX, NULL);
    bad("udp://:1?name=a%00b", VG_SYNTAX, NULL);
    bad("udp://:1?name=a%0ab", VG_SYNTAX, NULL);
    bad("udp://:1?name=0123456789012345678901234567890123456789012345678", VG_RANGE, NULL);
}

/* Every digit in both cases, and the neighbours that are none. */
static void hexadecimal_digits_are_sixteen(void **state)
{
    (void)state;
    static const char digits[] = "0123456789abcdefABCDEF", others[] = "/:@G`g.";
    char url[40], name[2] = "";
    for (const char *d = digits; *d; d++) {
        snprintf(url, sizeof url, "udp://:1?name=%%4%c", *d);
        name[0] = (char)(0x40 + (*d <= '9' ? *d - '0' : (*d & 0x0F) + 9));
        assert_string_equal(good(url).name, name);
        if (*d < '2' || *d == '7' || *d == '8')
            continue; /* a control character, DEL, or no character of ASCII */
        snprintf(url, sizeof url, "udp://:1?name=%%%c1", *d);
        assert_int_equal((uint8_t)good(url).name[0], 16 * (*d <= '9' ? *d - '0' : (*d & 0x0F) + 9) + 1);
    }
    for (const char *o = others; *o; o++) {
        snprintf(url, sizeof url, "udp://:1?name=%%4%c", *o);
        bad(url, VG_SYNTAX, NULL);
        snprintf(url, sizeof url, "udp://:1?name=%%%c4", *o);
        bad(url, VG_SYNTAX, NULL);
    }
}

static void baud_rates_are_the_usual_ones(void **state)
{
    (void)state;
    static const struct {
        uint32_t baud;
        speed_t speed;
    } rows[] = {{1200, B1200},     {2400, B2400},     {4800, B4800},    {9600, B9600},
                {19200, B19200},   {38400, B38400},   {57600, B57600},  {115200, B115200},
                {230400, B230400}, {460800, B460800}, {921600, B921600}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char url[60];
        speed_t speed = 0;
        snprintf(url, sizeof url, "serial:/dev/x?baud=%u", rows[i].baud);
        assert_int_equal(good(url).baud, rows[i].baud);
        assert_true(vg_serial_speed(rows[i].baud, &speed));
        assert_int_equal(speed, rows[i].speed);
        assert_false(vg_serial_speed(rows[i].baud + 1, &speed));
        assert_false(vg_serial_speed(rows[i].baud - 1, &speed));
    }
    assert_int_equal(good("serial:/dev/x").baud, 38400);
}

static void a_made_name_is_cut_between_characters(void **state)
{
    (void)state;
    struct vg_feed_spec s = good("file:012345678901234567890123456789012345678901234íí.nmea");
    assert_string_equal(s.name, "012345678901234567890123456789012345678901234í");
    char bytes[61]; /* a path need not be UTF-8: all of these go on with a character that never began */
    memset(bytes, 0xb3, 60);
    bytes[60] = '\0';
    assert_int_equal(strlen(good(bytes).name), VG_FEED_NAME - 1);
}

static void numbers_are_checked(void **state)
{
    (void)state;
    assert_int_equal(good("udp://:65535?stall=0.25").stall_us, 250000);
    assert_int_equal(good("udp://:1?stall=0.000001").stall_us, 1);
    assert_int_equal(good("udp://:1?stall=12.").stall_us, 12000000);
    assert_int_equal(good("udp://:1?stall=.5").stall_us, 500000);
    assert_true(good("file:x?speed=0.001").speed == 0.001);
    assert_true(good("file:x?speed=1000000").speed == 1e6);
    assert_true(good("file:x?speed=0").speed == 0);
    assert_true(good("file:x?speed=max").speed == 0);
    assert_true(good("file:x?speed=2").speed_given);
    assert_false(good("file:x").speed_given);
    bad("udp://:1?stall=.", VG_SYNTAX, NULL);
    bad("udp://:1?stall=1.2.3", VG_SYNTAX, NULL);
    bad("udp://:1?stall=", VG_SYNTAX, NULL);
    bad("file:x?speed=0.0009", VG_RANGE, NULL);
    bad("file:x?speed=1000001", VG_RANGE, NULL);
    bad("file:x?speed=maximum", VG_SYNTAX, NULL);
    bad("tcp://h:0", VG_RANGE, NULL);
    bad("tcp://h:65536", VG_RANGE, NULL);
    bad("tcp://h:99999999999999999999999999", VG_RANGE, NULL);
    bad("tcp://h:1.0", VG_SYNTAX, NULL);
    bad("tcp://h:", VG_SYNTAX, NULL);
    bad("tcp://h:-1", VG_SYNTAX, NULL);
    assert_int_equal(good("udp://:1").language, VG_FEED_LANGUAGE_NMEA);
    assert_int_equal(good("udp://:1?as=nmea").language, VG_FEED_LANGUAGE_NMEA);
    assert_int_equal(good("udp://:1?name=x&as=asterix&stall=1").language, VG_FEED_LANGUAGE_ASTERIX);
    assert_int_equal(good("x.ast?as=asterix").language, VG_FEED_LANGUAGE_ASTERIX);
    bad("udp://:1?as=", VG_SYNTAX, NULL);
    bad("udp://:1?as=asteri", VG_SYNTAX, NULL);
    bad("udp://:1?as=asterixx", VG_SYNTAX, NULL);
    bad("udp://:1?stall=soon", VG_SYNTAX, NULL);
    bad("udp://:1?stall=-1", VG_SYNTAX, NULL);
    bad("udp://:1?stall=1e3", VG_SYNTAX, NULL);
    bad("udp://:1?stall=99999999999", VG_RANGE, NULL);
    bad("file:x?speed=fast", VG_SYNTAX, NULL);
    bad("file:x?speed=9999999", VG_RANGE, NULL);
    bad("file:x?speed=0.0000001", VG_RANGE, NULL);
    bad("serial:/dev/x?baud=12345", VG_RANGE, NULL);
    bad("serial:/dev/x?baud=9600.5", VG_SYNTAX, NULL);
}

static void what_makes_no_sense_is_refused_with_a_reason(void **state)
{
    (void)state;
    char longest[400];
    memset(longest, 'a', sizeof longest);
    longest[sizeof longest - 1] = '\0';
    bad("", VG_SYNTAX, NULL);
    bad("http://h:1", VG_SYNTAX, NULL);
    bad("udp:10110", VG_SYNTAX, NULL);
    bad("tcp://h", VG_SYNTAX, NULL);
    bad("tcp://:5631", VG_SYNTAX, NULL);
    bad("tcp://user@h:1", VG_SYNTAX, NULL);
    bad("tcp://h:1/path", VG_SYNTAX, NULL);
    bad("udp://name:1", VG_SYNTAX, NULL);
    bad("file:", VG_SYNTAX, NULL);
    bad("file://host/x", VG_SYNTAX, NULL);
    bad("serial:?baud=4800", VG_SYNTAX, NULL);
    bad("tcp://h:1?colour=red", VG_SYNTAX, NULL);
    bad("tcp://h:1?baud=4800", VG_SYNTAX, NULL);
    bad("udp://:1?speed=1", VG_SYNTAX, NULL);
    bad("a\nb", VG_SYNTAX, NULL);
    bad(longest, VG_RANGE, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(network_feeds_have_host_and_port),
        cmocka_unit_test(ipv6_addresses_stand_in_brackets),
        cmocka_unit_test(files_and_devices_have_paths),
        cmocka_unit_test(standard_input_has_two_spellings),
        cmocka_unit_test(names_may_be_percent_encoded),
        cmocka_unit_test(hexadecimal_digits_are_sixteen),
        cmocka_unit_test(baud_rates_are_the_usual_ones),
        cmocka_unit_test(a_made_name_is_cut_between_characters),
        cmocka_unit_test(numbers_are_checked),
        cmocka_unit_test(what_makes_no_sense_is_refused_with_a_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
