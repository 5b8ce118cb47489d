#include "test.h"

#include "nmea/nmea.h"

static char got[1 << 16];
static size_t got_len;
static uint64_t last_number;

static void collect(void *arg, const char *line, size_t len, uint64_t number, uint64_t offset)
{
    const char *all = arg; /* the whole input, to hold the offset against; may be NULL */
    if (all)
        assert_memory_equal(all + offset, line, len);
    memcpy(got + got_len, line, len);
    got_len += len;
    got[got_len++] = '|';
    assert_true(number > last_number);
    last_number = number;
}

static void restart(void)
{
    got_len = 0;
    last_number = 0;
}

static void lines_are_the_same_in_whatever_pieces_they_come(void **state)
{
    (void)state;
    static const char input[] = "one\r\ntwo\n\nfour is longer\r\nlast without an end";
    static const char want[] = "one|two||four is longer|last without an end|";
    for (size_t piece = 1; piece < sizeof input; piece++) {
        struct vg_framer f;
        struct vg_refusals refusals = {0};
        restart();
        vg_framer_init(&f);
        for (size_t at = 0; at < sizeof input - 1; at += piece)
            vg_framer_push(&f, input + at, at + piece < sizeof input - 1 ? piece : sizeof input - 1 - at, &refusals,
                           collect, (void *)input);
        vg_framer_end(&f, &refusals, collect, (void *)input);
        assert_int_equal(got_len, sizeof want - 1);
        assert_memory_equal(got, want, got_len);
        assert_int_equal(last_number, 5);
    }
}

static void a_line_of_a_megabyte_is_refused_once_and_the_next_is_read(void **state)
{
    (void)state;
    struct vg_framer f;
    struct vg_refusals refusals = {0};
    restart();
    vg_framer_init(&f);
    char block[1000];
    memset(block, 'x', sizeof block);
    for (int i = 0; i < 1000; i++)
        vg_framer_push(&f, block, sizeof block, &refusals, collect, NULL);
    vg_framer_push(&f, "\nnext\n", 6, &refusals, collect, NULL);
    assert_int_equal(refusals.count[VG_REFUSAL_TOO_LONG], 1);
    assert_int_equal(got_len, 5);
    assert_memory_equal(got, "next|", 5);
    assert_int_equal(last_number, 2);
}

static void a_line_of_exactly_the_limit_is_read(void **state)
{
    (void)state;
    struct vg_framer f;
    struct vg_refusals refusals = {0};
    char line[VG_LINE_MAX + 2];
    memset(line, 'y', sizeof line);
    for (size_t over = 0; over < 2; over++) {
        for (size_t piece = 1; piece <= VG_LINE_MAX; piece += 1022) {
            restart();
            refusals = (struct vg_refusals){0};
            vg_framer_init(&f);
            for (size_t at = 0; at < VG_LINE_MAX + over; at += piece)
                vg_framer_push(&f, line, at + piece < VG_LINE_MAX + over ? piece : VG_LINE_MAX + over - at, &refusals,
                               collect, NULL);
            vg_framer_push(&f, "\n", 1, &refusals, collect, NULL);
            assert_int_equal(refusals.count[VG_REFUSAL_TOO_LONG], over);
            assert_int_equal(got_len, over ? 0 : VG_LINE_MAX + 1);
        }
    }
}

static void examples_are_printable_and_cut(void **state)
{
    (void)state;
    struct vg_refusals refusals = {0};
    char noise[300];
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (char)i;
    vg_refuse(&refusals, VG_REFUSAL_BINARY, noise, sizeof noise, 5);
    const char *example = refusals.example[VG_REFUSAL_BINARY];
    assert_true(strlen(example) < VG_EXAMPLE_SIZE);
    for (const char *p = example; *p; p++)
        assert_true(*p >= ' ' && *p < 0x7F);
    assert_memory_equal(example, "\\x00\\x01", 8);
    assert_int_equal(refusals.time_us[VG_REFUSAL_BINARY], 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_the_same_in_whatever_pieces_they_come),
        cmocka_unit_test(a_line_of_a_megabyte_is_refused_once_and_the_next_is_read),
        cmocka_unit_test(a_line_of_exactly_the_limit_is_read),
        cmocka_unit_test(examples_are_printable_and_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
