/* Text as a cell of CSV: quoted, harmless, on one line. */
#include "test.h"

#include "base/out.h"

static const char *cell_of(const char *text, size_t len)
{
    static char buf[512];
    struct vg_out out = vg_out_fixed(buf, sizeof buf - 1);
    vg_out_csv_string(&out, text, len);
    assert_int_equal(out.err, VG_OK);
    buf[out.len] = '\0';
    return buf;
}

static const char *cell(const char *text)
{
    return cell_of(text, strlen(text));
}

static void plain_text_stays_as_it_is(void **state)
{
    (void)state;
    assert_string_equal(cell(""), "");
    assert_string_equal(cell("EVER GIVEN"), "EVER GIVEN");
    assert_string_equal(cell("A-B=C+D@E~"), "A-B=C+D@E~");
    assert_string_equal(cell("Mar\xC3\xAD"
                             "a \xE6\xB5\xB7"),
                        "Mar\xC3\xAD"
                        "a \xE6\xB5\xB7");
}

static void commas_quotes_and_outer_spaces_are_quoted(void **state)
{
    (void)state;
    assert_string_equal(cell("a,b"), "\"a,b\"");
    assert_string_equal(cell("say \"x\""), "\"say \"\"x\"\"\"");
    assert_string_equal(cell(" a"), "\" a\"");
    assert_string_equal(cell("a "), "\"a \"");
    assert_string_equal(cell("\xC3\xAD,"), "\"\xC3\xAD,\"");
}

static void a_formula_gets_an_apostrophe(void **state)
{
    (void)state;
    assert_string_equal(cell("=cmd()"), "'=cmd()");
    assert_string_equal(cell("+1"), "'+1");
    assert_string_equal(cell("-x"), "'-x");
    assert_string_equal(cell("@x"), "'@x");
    assert_string_equal(cell("=a,\"b\""), "\"'=a,\"\"b\"\"\"");
    assert_string_equal(cell("  =x"), "\"'  =x\"");
    assert_string_equal(cell("\t=x"), "'\xEF\xBF\xBD=x");
    assert_string_equal(cell("\rx"), "'\xEF\xBF\xBDx");
    assert_string_equal(cell("\nx"), "'\xEF\xBF\xBDx");
    assert_string_equal(cell("\xEF\xBC\x9Dx"), "'\xEF\xBC\x9Dx"); /* fullwidth = + - @ */
    assert_string_equal(cell("\xEF\xBC\x8Bx"), "'\xEF\xBC\x8Bx");
    assert_string_equal(cell("\xEF\xBC\x8Dx"), "'\xEF\xBC\x8Dx");
    assert_string_equal(cell("\xEF\xBC\xA0x"), "'\xEF\xBC\xA0x");
    assert_string_equal(cell(" \xEF\xBC\x9Dx"), "\"' \xEF\xBC\x9Dx\""); /* behind a space, too */
    assert_string_equal(cell("\xEF\xBC\x9Cx"), "\xEF\xBC\x9Cx");        /* fullwidth < is none */
    assert_string_equal(cell(" "), "\" \"");
    assert_string_equal(cell("   "), "\"   \"");
}

static void controls_and_turned_text_become_a_replacement(void **state)
{
    (void)state;
    static const char *const harmful[] = {
        "\x01",         "\t",           "\n",           "\r",           "\x1B",         "\x1F",         "\x7F",
        "\xC2\x80",     "\xC2\x9F",     "\xD8\x9C",     "\xE2\x80\x8E", "\xE2\x80\x8F", "\xE2\x80\xA8", "\xE2\x80\xAE",
        "\xE2\x81\xA6", "\xE2\x81\xA9", "\xEF\xBB\xBF", "\xEF\xBF\xBE", "\xEF\xBF\xBF", "\xFF",         "\xC0"};
    static const char *const harmless[] = {" ",
                                           "~",
                                           "\xC2\xA0",
                                           "\xE2\x80\x8D",
                                           "\xE2\x80\x90",
                                           "\xE2\x80\xA7",
                                           "\xE2\x80\xAF",
                                           "\xE2\x81\xA5",
                                           "\xE2\x81\xAA",
                                           "\xEF\xBF\xBC",
                                           "\xF0\x9F\x9A\xA2"};
    char text[16], want[16];
    for (size_t i = 0; i < sizeof harmful / sizeof *harmful; i++) {
        snprintf(text, sizeof text, "a%sb", harmful[i]);
        assert_string_equal(cell(text), "a\xEF\xBF\xBD"
                                        "b");
    }
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++) {
        snprintf(want, sizeof want, "a%sb", harmless[i]);
        assert_string_equal(cell(want), want);
    }
    assert_string_equal(cell_of("a\0b", 3), "a\xEF\xBF\xBD"
                                            "b");
}

/* Whatever comes: one line, and read back by the rules of RFC 4180 it has as many quotes as it should. */
static void any_bytes_are_one_cell_on_one_line(void **state)
{
    (void)state;
    uint32_t random = 7;
    for (int round = 0; round < 20000; round++) {
        char text[24];
        size_t len = (size_t)(round % 24);
        for (size_t i = 0; i < len; i++) {
            random = random * 1664525 + 1013904223;
            text[i] = round % 2 ? (char)(random >> 24) : "=,\" \nx"[(random >> 16) % 6];
        }
        const char *c = cell_of(text, len);
        size_t n = strlen(c), inside = 0;
        assert_null(strpbrk(c, "\r\n\t\x1B"));
        bool quoted = n > 1 && c[0] == '"';
        for (size_t i = quoted; i < n - quoted; i++) {
            inside += c[i] == '"';
            assert_true(quoted || (c[i] != ',' && c[i] != '"'));
        }
        assert_int_equal(inside % 2, 0);
        assert_null(n > quoted && strchr("=+-@", c[quoted]) ? c : NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_text_stays_as_it_is),
        cmocka_unit_test(commas_quotes_and_outer_spaces_are_quoted),
        cmocka_unit_test(a_formula_gets_an_apostrophe),
        cmocka_unit_test(controls_and_turned_text_become_a_replacement),
        cmocka_unit_test(any_bytes_are_one_cell_on_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
