/* How far two words are from each other, against the rule as it is written down; what is near, and nearest. */
#include "test.h"

#include "cli/options.h"

/* ---- distance ---- */

static unsigned least_of(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Of the first n and m letters: the definition, without a table. */
static unsigned defined(const char *a, size_t n, const char *b, size_t m)
{
    if (!n || !m)
        return (unsigned)(n + m);
    unsigned d = least_of(defined(a, n - 1, b, m), defined(a, n, b, m - 1)) + 1;
    d = least_of(d, defined(a, n - 1, b, m - 1) + (a[n - 1] != b[m - 1]));
    if (n > 1 && m > 1 && a[n - 1] == b[m - 2] && a[n - 2] == b[m - 1])
        d = least_of(d, defined(a, n - 2, b, m - 2) + 1);
    return d;
}

/* Word number i of those of the letters a, b, c with at most four of them. */
static void make_word(unsigned i, char word[8])
{
    size_t n = 0;
    for (; i; i = (i - 1) / 3)
        word[n++] = (char)('a' + (i - 1) % 3);
    word[n] = '\0';
}

#define SHORT_WORDS (1 + 3 + 9 + 27 + 81)

static void the_distance_is_the_defined_one(void **state)
{
    (void)state;
    char a[8], b[8];
    for (unsigned i = 0; i < SHORT_WORDS; i++)
        for (unsigned k = 0; k < SHORT_WORDS; k++) {
            make_word(i, a);
            make_word(k, b);
            if (vg_word_distance(a, b) != defined(a, strlen(a), b, strlen(b)))
                fail_msg("%s and %s: %u", a, b, vg_word_distance(a, b));
        }
}

static void letters_behind_the_sixty_fourth_do_not_count(void **state)
{
    (void)state;
    char a[80], b[80];
    for (size_t differs = 60; differs < 70; differs++) {
        memset(a, 'a', sizeof a);
        memset(b, 'a', sizeof b);
        a[79] = b[79] = '\0';
        b[differs] = 'b';
        assert_int_equal(vg_word_distance(a, b), differs < 64);
        b[differs] = '\0'; /* shorter by the rest */
        assert_int_equal(vg_word_distance(a, b), differs < 64 ? 64 - differs : 0);
        assert_int_equal(vg_word_distance(b, a), differs < 64 ? 64 - differs : 0);
    }
}

/* ---- near ---- */

static void a_third_of_the_letters_may_be_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        bool near;
    } cases[] = {
        {"abc", "abx", true},
        {"abc", "axx", false},
        {"ab", "ax", false},
        {"a", "b", false},
        {"abcde", "xbcde", true},
        {"abcde", "xxcde", false},
        {"abcdef", "xxcdef", true},
        {"abcdef", "xxxdef", false},
        {"xbcd", "abcdef", false},
        {"bcdef", "abcdef", true},
        {"cdef", "abcdef", true},
        {"def", "abcdef", false},
        {"abcxxx", "abcdef", false},
        {"", "a", false},
        {"", "", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (vg_word_is_near(cases[i].a, cases[i].b) != cases[i].near ||
            vg_word_is_near(cases[i].b, cases[i].a) != cases[i].near)
            fail_msg("'%s' and '%s'", cases[i].a, cases[i].b);
}

static void three_letters_of_a_beginning_are_near(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        bool near;
    } cases[] = {
        {"tru", "trust-network", true},     {"tr", "trust-network", false},       {"trx", "trust-network", false},
        {"trustx", "trust-network", false}, {"trust-net", "trust-network", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (vg_word_is_near(cases[i].a, cases[i].b) != cases[i].near ||
            vg_word_is_near(cases[i].b, cases[i].a) != cases[i].near)
            fail_msg("'%s' and '%s'", cases[i].a, cases[i].b);
}

static void the_nearest_row_is_offered_and_of_two_the_first(void **state)
{
    (void)state;
    static const struct vg_option rows[] = {
        {.name = "abcdeX"}, {.name = "abcdef"}, {.name = "abcdeY"}, {.name = "zbcdef"}, {.name = "qqqqqq"}};
    const size_t count = sizeof rows / sizeof *rows;
    static const struct {
        const char *word;
        int row; /* -1: none */
    } cases[] = {{"abcdef", 1}, {"abcdeY", 2}, {"abcdeZ", 0}, {"zbcdeX", 0}, {"zbcdeY", 2},
                 {"ybcdef", 1}, {"zbcdfe", 3}, {"qqqq", 4},   {"mmmmmm", -1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct vg_option *got = vg_option_nearest(rows, count, cases[i].word);
        if (got != (cases[i].row < 0 ? NULL : &rows[cases[i].row]))
            fail_msg("'%s': %s", cases[i].word, got ? got->name : "none");
    }
    assert_null(vg_option_nearest(rows, 1, "zbcdfe")); /* no further than the count */
    assert_null(vg_option_nearest(rows, 0, "abcdef"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_distance_is_the_defined_one),
        cmocka_unit_test(letters_behind_the_sixty_fourth_do_not_count),
        cmocka_unit_test(a_third_of_the_letters_may_be_wrong),
        cmocka_unit_test(three_letters_of_a_beginning_are_near),
        cmocka_unit_test(the_nearest_row_is_offered_and_of_two_the_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
