/* ADDRESS:PORT, read for whoever listens. */
#include "base/address.h"
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_has_a_host_and_a_port),
        cmocka_unit_test(what_is_no_address_is_refused_and_leaves_the_output),
        cmocka_unit_test(a_host_fits_with_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
