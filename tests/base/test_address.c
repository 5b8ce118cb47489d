/* ADDRESS:PORT, read for whoever listens. */
#include "base/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "test.h"

static void an_address_has_a_host_and_a_port(void **state)
{
    (void)state;
    static const struct {
        const char *text, *host;
        uint16_t port;
    } good[] = {
        {"127.0.0.1:8080", "127.0.0.1", 8080},
        {"127.1:0", "127.1", 0}, /* as the system reads it */
        {"127.9.9.9:65535", "127.9.9.9", 65535},
        {"0.0.0.0:80", "0.0.0.0", 80},
        {"128.0.0.1:80", "128.0.0.1", 80},
        {"[::1]:80", "::1", 80},
        {"[0:0:0:0:0:0:0:1]:80", "0:0:0:0:0:0:0:1", 80},
        {"[::]:80", "::", 80},
        {"[fe80::1%eth0]:80", "fe80::1%eth0", 80},
        {"localhost:080", "localhost", 80},
        {"localhost.example.org:80", "localhost.example.org", 80},
        {"127.example.org:80", "127.example.org", 80},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct vg_address a;
        if (!vg_address_parse(good[i].text, &a))
            fail_msg("%s is refused", good[i].text);
        assert_string_equal(a.host, good[i].host);
        assert_int_equal(a.port, good[i].port);
    }
}

static void what_is_no_address_is_refused_and_leaves_the_output(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "nonsense",
                                      "8080",
                                      ":80",
                                      "127.0.0.1",
                                      "127.0.0.1:",
                                      "127.0.0.1:65536",
                                      "[::1",
                                      "[::1]",
                                      "[::1:80",
                                      "[::1]80",
                                      "::1:80",
                                      "127.0.0.1:99999",
                                      "127.0.0.1:4294967376",
                                      "[]:80",
                                      "[:]:80",
                                      "[a]:80",
                                      "[1.2.3.4]:80",
                                      "1.2.3.4.5:80",
                                      "256.0.0.1:80",
                                      "a b:80",
                                      "a/b:80",
                                      "a:b:80",
                                      "a:-1",
                                      "a: 80",
                                      "127.0.0.1 x:80",
                                      "http://localhost:80",
                                      "a:http",
                                      "[::1%]:80"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct vg_address a = {.host = "kept", .port = 7};
        if (vg_address_parse(bad[i], &a))
            fail_msg("'%s' is taken", bad[i]);
        assert_string_equal(a.host, "kept");
        assert_int_equal(a.port, 7);
    }
}

static void a_host_fits_with_its_end(void **state)
{
    (void)state;
    for (size_t len = VG_ADDRESS_HOST - 2; len <= VG_ADDRESS_HOST + 1; len++) {
        char text[VG_ADDRESS_HOST + 8];
        struct vg_address a;
        memset(text, 'a', sizeof text);
        memcpy(text + len, ":80", 4);
        assert_int_equal(vg_address_parse(text, &a), len < VG_ADDRESS_HOST);
    }
}

static struct vg_net net_of(const char *text)
{
    struct sockaddr_in four = {.sin_family = AF_INET};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};
    if (inet_pton(AF_INET, text, &four.sin_addr) == 1)
        return vg_net_of((struct sockaddr *)&four);
    assert_int_equal(inet_pton(AF_INET6, text, &six.sin6_addr), 1);
    return vg_net_of((struct sockaddr *)&six);
}

static void a_limit_counts_an_address_or_a_64(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        bool same;
    } rows[] = {{"192.0.2.1", "192.0.2.1", true},
                {"192.0.2.1", "192.0.2.2", false},
                {"192.0.2.1", "::ffff:192.0.2.1", true},
                {"::ffff:192.0.2.1", "::ffff:192.0.2.2", false},
                {"2001:db8:1:2::1", "2001:db8:1:2:ffff:1:2:3", true},
                {"2001:db8:1:2::1", "2001:db8:1:3::1", false},
                {"::1", "::2", false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct vg_net a = net_of(rows[i].a), b = net_of(rows[i].b);
        if (vg_net_is_same(&a, &b) != rows[i].same)
            fail_msg("%s, %s", rows[i].a, rows[i].b);
    }
    static const struct {
        const char *text;
        bool loopback;
    } here[] = {{"127.0.0.1", true},  {"127.9.9.9", true},  {"::1", true}, {"::ffff:127.0.0.1", true},
                {"128.0.0.1", false}, {"126.0.0.1", false}, {"::", false}, {"7f00:1::", false}};
    for (size_t i = 0; i < sizeof here / sizeof *here; i++) {
        struct vg_net net = net_of(here[i].text);
        if (vg_net_is_loopback(&net) != here[i].loopback)
            fail_msg("%s", here[i].text);
    }
    struct sockaddr unix_socket = {.sa_family = AF_UNIX};
    struct vg_net net = vg_net_of(&unix_socket);
    assert_false(vg_net_is_loopback(&net));
    assert_false(vg_sockaddr_is_loopback(&unix_socket));
}

static void a_host_header_is_a_name_or_an_address_with_or_without_a_port(void **state)
{
    (void)state;
    static const struct {
        const char *text, *host; /* NULL: none */
        int port;                /* −1: not given */
        bool literal;
    } rows[] = {{"localhost", "localhost", -1, false},
                {"LocalHost.:8080", "localhost", 8080, false},
                {"a-b_c.example:", "a-b_c.example", -1, false},
                {"192.0.2.1:80", "192.0.2.1", 80, true},
                {"192.0.2.1.", "192.0.2.1", -1, true},
                {"192.0.2", "192.0.2", -1, false},
                {"[2001:DB8::1]", "2001:db8::1", -1, true},
                {"[fe80::1%25eth0]:8080", "fe80::1", 8080, true},
                {"[::ffff:192.0.2.1]:1", "::ffff:192.0.2.1", 1, true},
                {"", NULL, 0, false},
                {".", NULL, 0, false},
                {":80", NULL, 0, false},
                {"::1", NULL, 0, false},
                {"[::1", NULL, 0, false},
                {"[::1]80", NULL, 0, false},
                {"[a.example]", NULL, 0, false},
                {"a.example:80:80", NULL, 0, false},
                {"a.example:65536", NULL, 0, false},
                {"a.example:+1", NULL, 0, false},
                {"user@a.example", NULL, 0, false},
                {"a b", NULL, 0, false},
                {"a/b", NULL, 0, false},
                {"\xC3\xA4.example", NULL, 0, false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct vg_authority a = {.host = "kept"};
        bool taken = vg_authority_parse(rows[i].text, strlen(rows[i].text), &a);
        if (taken != (rows[i].host != NULL))
            fail_msg("'%s' is %s", rows[i].text, taken ? "taken" : "refused");
        assert_string_equal(a.host, taken ? rows[i].host : "kept");
        if (!taken)
            continue;
        assert_int_equal(a.port_given ? a.port : -1, rows[i].port);
        assert_int_equal(a.literal, rows[i].literal);
    }
    struct vg_authority four, six;
    assert_true(vg_authority_parse("192.0.2.1", 9, &four));
    assert_true(vg_authority_parse("[::ffff:192.0.2.1]", 18, &six));
    assert_memory_equal(four.address, six.address, 16);
    assert_false(vg_authority_parse("a\0b", 3, &four));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_has_a_host_and_a_port),
        cmocka_unit_test(what_is_no_address_is_refused_and_leaves_the_output),
        cmocka_unit_test(a_host_fits_with_its_end),
        cmocka_unit_test(a_limit_counts_an_address_or_a_64),
        cmocka_unit_test(a_host_header_is_a_name_or_an_address_with_or_without_a_port),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
