/* What is harmful in other people's text, and what becomes of it. */
#include "base/out.h"
#include "test.h"

#define FFFD "\xEF\xBF\xBD"

static const struct {
    const char *text, *fixed, *growing; /* with '?', and with U+FFFD */
} rows[] = {
    {"", "", ""},
    {"EVER GIVEN", "EVER GIVEN", "EVER GIVEN"},
    {"Ñandú \xE6\xB5\xB7 \xF0\x9F\x9A\xA2 =＋", "Ñandú \xE6\xB5\xB7 \xF0\x9F\x9A\xA2 =＋",
     "Ñandú \xE6\xB5\xB7 \xF0\x9F\x9A\xA2 =＋"},
    {"\x1B]0;owned\x07x", "?]0;owned?x", FFFD "]0;owned" FFFD "x"},
    {"a\x1B[2Jb", "a?[2Jb", "a" FFFD "[2Jb"},
    {"a\nb\rc\td\x7F", "a?b?c?d?", "a" FFFD "b" FFFD "c" FFFD "d" FFFD},
    {"\xC2\x9B"
     "31m",
     "?31m", FFFD "31m"},                                            /* C1: CSI */
    {"x\xE2\x80\xAEy\xE2\x80\xAAz", "x?y?z", "x" FFFD "y" FFFD "z"}, /* U+202E, U+202A */
    {"\xE2\x81\xA6\xE2\x81\xA9", "??", FFFD FFFD},                   /* U+2066, U+2069 */
    {"\xD8\x9C\xE2\x80\x8E\xE2\x80\x8F", "???", FFFD FFFD FFFD},     /* U+061C, U+200E, U+200F */
    {"\xE2\x80\xA8\xE2\x80\xA9", "??", FFFD FFFD},                   /* U+2028, U+2029 */
    {"A\xE2\x80\x8B\xE2\x80\x8C\xE2\x80\x8D"
     "B",
     "A?\xE2\x80\x8C\xE2\x80\x8D"
     "B",
     "A" FFFD "\xE2\x80\x8C\xE2\x80\x8D"
     "B"},                                                                   /* no width */
    {"\xEF\xBB\xBF\xC2\xAD\xE2\x81\xA0", "???", FFFD FFFD FFFD},             /* U+FEFF, U+00AD, U+2060 */
    {"\xF3\xA0\x81\x81\xEF\xB7\x90\xF4\x8F\xBF\xBF", "???", FFFD FFFD FFFD}, /* a tag; no characters */
    {"a\xFF\xC0\xAF\xED\xA0\x80z", "a??????z", "a" FFFD FFFD FFFD FFFD FFFD FFFD "z"},
    {"cut \xE2\x80", "cut ??", "cut " FFFD FFFD},
};

static void harmful_characters_are_marked_not_removed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char fixed[200];
        size_t len = strlen(rows[i].text);
        assert_int_equal(vg_text_plain(fixed, sizeof fixed, rows[i].text, len), strlen(rows[i].fixed));
        assert_string_equal(fixed, rows[i].fixed);
        assert_true(vg_text_is_plain(fixed, strlen(fixed)));
        assert_int_equal(vg_text_is_plain(rows[i].text, len), strcmp(fixed, rows[i].text) == 0);
        char in_place[200];
        memcpy(in_place, rows[i].text, len);
        vg_text_plain(in_place, sizeof in_place, in_place, len);
        assert_string_equal(in_place, rows[i].fixed);
        struct vg_out out = vg_out_growing(1000);
        vg_out_plain(&out, rows[i].text, len);
        assert_int_equal(out.len, strlen(rows[i].growing));
        assert_memory_equal(out.buf, rows[i].growing, out.len);
        vg_out_free(&out);
    }
    struct vg_out out = vg_out_growing(1000);
    vg_out_json_plain(&out, "a\"b\\c\x1B\0\xE2\x80\xAE\"", 11);
    static const char json[] = "\"a\\\"b\\\\c" FFFD FFFD FFFD "\\\"\"";
    assert_int_equal(out.len, sizeof json - 1);
    assert_memory_equal(out.buf, json, out.len);
    vg_out_free(&out);
}

static void a_text_is_cut_between_characters(void **state)
{
    (void)state;
    static const char text[] = "ab\xE6\xB5\xB7"
                               "c";
    static const char *const cut[] = {"",
                                      "",
                                      "a",
                                      "ab",
                                      "ab",
                                      "ab",
                                      "ab\xE6\xB5\xB7",
                                      "ab\xE6\xB5\xB7"
                                      "c"};
    for (size_t size = 1; size < sizeof cut / sizeof *cut; size++) {
        char to[20];
        memset(to, 'x', sizeof to);
        size_t n = vg_text_plain(to, size, text, sizeof text - 1);
        assert_int_equal(n, strlen(cut[size]));
        assert_string_equal(to, cut[size]);
        assert_int_equal(to[size], 'x');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(harmful_characters_are_marked_not_removed),
        cmocka_unit_test(a_text_is_cut_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
