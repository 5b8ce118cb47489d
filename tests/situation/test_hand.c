/* What operators do: read, written, remembered, marked, undone, saved. */
#include <math.h>
#include <stdio.h>

#include "base/time.h"
#include "situation/hand.h"
#include "test.h"

static enum vg_err parse(const char *json, struct vg_hand_action *ret)
{
    const char *why = NULL;
    enum vg_err err = vg_hand_parse(json, strlen(json), ret, &why);
    assert_true(!err == !why);
    return err;
}

#define WHO ",\"who\":\"Alf. Mora\",\"why\":\"seen by the patrol\"}"

static void an_action_is_written_as_it_was_read(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "{\"action\":\"start\",\"lat\":-1.2000000,\"lon\":-81.5000000,\"speed_kn\":25.00,\"course_deg\":270.0" WHO,
        "{\"action\":\"start\",\"lat\":-1.2000000,\"lon\":-81.5000000" WHO,
        "{\"action\":\"start\",\"lat\":-1.2000000,\"lon\":-81.5000000,\"name\":\"Balsa\",\"kind\":\"small-craft\"" WHO,
        "{\"action\":\"name\",\"contact\":\"00000000000000ab\",\"name\":\"Panga \\\"blanca\\\"\"" WHO,
        "{\"action\":\"name\",\"contact\":\"00000000000000ab\",\"name\":\"\"" WHO,
        "{\"action\":\"classify\",\"contact\":\"00000000000000ab\",\"kind\":\"fishing\"" WHO,
        "{\"action\":\"merge\",\"contact\":\"00000000000000ab\",\"other\":\"00000000000000cd\"" WHO,
        "{\"action\":\"split\",\"contact\":\"00000000000000ab\"" WHO,
        "{\"action\":\"drop\",\"contact\":\"00000000000000ab\"" WHO,
        "{\"action\":\"correct\",\"contact\":\"00000000000000ab\",\"lat\":0.5000000,\"lon\":-79.2500000" WHO,
        "{\"action\":\"keep\",\"contact\":\"00000000000000ab\"" WHO,
        "{\"action\":\"release\",\"contact\":\"00000000000000ab\"" WHO,
        "{\"action\":\"undo\",\"undoes\":77" WHO,
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct vg_hand_action a;
        char buf[VG_HAND_LINE];
        struct vg_out out = vg_out_fixed(buf, sizeof buf);
        if (parse(lines[i], &a))
            fail_msg("%s", lines[i]);
        vg_hand_write(&out, &a);
        vg_out_char(&out, '\0');
        assert_int_equal(out.err, VG_OK);
        assert_string_equal(buf, lines[i]);
    }
}

static void what_is_no_action_is_refused_with_a_reason(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "",
        "[]",
        "{}",
        "{\"action\":\"name\"",
        "{\"action\":\"shoot\",\"contact\":\"00000000000000ab\"" WHO,
        "{\"action\":\"name\",\"contact\":\"ab\",\"name\":\"x\"" WHO,
        "{\"action\":\"name\",\"contact\":\"0000000000000000\",\"name\":\"x\"" WHO,
        "{\"action\":\"name\",\"contact\":171,\"name\":\"x\"" WHO,
        "{\"action\":\"name\",\"name\":\"x\"" WHO,
        "{\"action\":\"name\",\"contact\":\"00000000000000ab\",\"name\":\"a name of thirty-six bytes is too long\"" WHO,
        "{\"action\":\"name\",\"contact\":\"00000000000000ab\",\"name\":\"a\\u0000b\"" WHO,
        "{\"action\":\"classify\",\"contact\":\"00000000000000ab\"" WHO,
        "{\"action\":\"classify\",\"contact\":\"00000000000000ab\",\"kind\":\"hostile\"" WHO,
        "{\"action\":\"merge\",\"contact\":\"00000000000000ab\"" WHO,
        "{\"action\":\"merge\",\"contact\":\"00000000000000ab\",\"other\":\"00000000000000ab\"" WHO,
        "{\"action\":\"start\",\"lat\":-1.2" WHO,
        "{\"action\":\"start\",\"lat\":-91,\"lon\":0" WHO,
        "{\"action\":\"start\",\"lat\":\"1\",\"lon\":0" WHO,
        "{\"action\":\"start\",\"lat\":1,\"lon\":0,\"speed_kn\":-1" WHO,
        "{\"action\":\"correct\",\"contact\":\"00000000000000ab\"" WHO,
        "{\"action\":\"undo\"" WHO,
        "{\"action\":\"undo\",\"undoes\":0" WHO,
        "{\"action\":\"undo\",\"undoes\":\"1\"" WHO,
        "{\"action\":\"drop\",\"contact\":\"00000000000000ab\",\"who\":\"x\"}",
        "{\"action\":\"drop\",\"contact\":\"00000000000000ab\",\"why\":\"x\"}",
        "{\"action\":\"drop\",\"contact\":\"00000000000000ab\",\"who\":\"\",\"why\":\"x\"}",
        "{\"action\":\"drop\",\"contact\":\"00000000000000ab\",\"who\":\"  \",\"why\":\"x\"}",
        "{\"action\":\"drop\",\"contact\":\"00000000000000ab\",\"who\":\"x\",\"why\":\" \"}",
        "{\"action\":\"name\",\"contact\":\"00000000000000ab\"" WHO,
        "{\"action\":\"name\",\"contact\":\"00000000000000ab\",\"name\":null" WHO,
        "{\"action\":\"name\",\"contact\":\"00000000000000ab\",\"name\":\"  \"" WHO,
        "{\"action\":\"classify\",\"contact\":\"00000000000000ab\",\"kind\":\"\"" WHO,
        "{\"action\":\"classify\",\"contact\":\"00000000000000ab\",\"kind\":null" WHO,
        "{\"action\":\"start\",\"lat\":1,\"lon\":0,\"speed\":7" WHO,
        "{\"action\":\"drop\",\"action\":\"keep\",\"contact\":\"00000000000000ab\"" WHO,
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct vg_hand_action a = {.number = 5}, before = a;
        if (!parse(lines[i], &a))
            fail_msg("%s", lines[i]);
        assert_memory_equal(&a, &before, sizeof a);
    }
}

/* All texts as long as they may be, of characters that become longest when they are written. */
static void the_longest_action_is_read_again_as_it_was(void **state)
{
    (void)state;
    static const char *const letters[] = {"\\\"", "\\\\", "\\u0001", "\\u007f"};
    for (size_t k = 0; k < sizeof letters / sizeof *letters; k++) {
        char json[4096], line[VG_HAND_LINE];
        struct vg_out out = vg_out_fixed(json, sizeof json), written = vg_out_fixed(line, sizeof line);
        vg_out_text(&out, "{\"action\":\"start\",\"lat\":-89.5,\"lon\":-179.5,\"speed_kn\":999,\"course_deg\":359,"
                          "\"kind\":\"aid-to-navigation\"");
        static const struct {
            const char *key;
            int len;
        } texts[] = {{"name", VG_NAME_SIZE - 1}, {"who", VG_HAND_WHO_SIZE - 1}, {"why", VG_HAND_WHY_SIZE - 1}};
        for (size_t t = 0; t < 3; t++) {
            vg_out_printf(&out, ",\"%s\":\"", texts[t].key);
            for (int i = 0; i < texts[t].len; i++)
                vg_out_text(&out, letters[k]);
            vg_out_char(&out, '"');
        }
        vg_out_text(&out, "}");
        vg_out_char(&out, '\0');
        struct vg_hand_action a, again;
        assert_int_equal(parse(json, &a), VG_OK);
        vg_hand_write(&written, &a);
        vg_out_char(&written, '\0');
        assert_int_equal(written.err, VG_OK);
        assert_int_equal(parse(line, &again), VG_OK);
        assert_string_equal(again.why, a.why);
        assert_string_equal(again.name, a.name);
        assert_int_equal(strlen(again.who), VG_HAND_WHO_SIZE - 1);
    }
}

static struct vg_hand_action action(enum vg_hand_kind kind, uint64_t number, uint64_t contact)
{
    struct vg_hand_action a = {
        .kind = (uint8_t)kind, .number = number, .contact = contact, .time_us = INT64_C(1700000000000000)};
    snprintf(a.who, sizeof a.who, "x");
    snprintf(a.why, sizeof a.why, "y");
    return a;
}

static void marks_are_what_was_not_undone(void **state)
{
    (void)state;
    struct vg_hand *h;
    assert_int_equal(vg_hand_new(&h), VG_OK);
    struct vg_hand_action name = action(VG_HAND_NAME, 1, 0xAB), again = action(VG_HAND_NAME, 2, 0xAB),
                          merge = action(VG_HAND_MERGE, 3, 0xAB), class = action(VG_HAND_CLASSIFY, 4, 0x12);
    snprintf(name.name, sizeof name.name, "first");
    snprintf(again.name, sizeof again.name, "second");
    merge.other = 0xCD;
    class.thing = VG_THING_FISHING;
    vg_hand_add(h, &name);
    vg_hand_add(h, &again);
    vg_hand_add(h, &merge);
    vg_hand_add(h, &class);
    assert_string_equal(vg_hand_mark(h, 0xAB)->name, "second");
    assert_false(vg_hand_mark(h, 0xAB)->hidden);
    assert_true(vg_hand_mark(h, 0xCD)->hidden);
    assert_int_equal(vg_hand_mark(h, 0x12)->thing, VG_THING_FISHING);
    assert_null(vg_hand_mark(h, 0x13));
    vg_hand_set_undone(h, 2);
    assert_string_equal(vg_hand_mark(h, 0xAB)->name, "first");
    vg_hand_set_undone(h, 1);
    assert_null(vg_hand_mark(h, 0xAB));
    vg_hand_set_undone(h, 3);
    assert_null(vg_hand_mark(h, 0xCD));
    struct vg_hand_action list[3];
    assert_int_equal(vg_hand_list(h, 0, list, 3), 4);
    assert_int_equal(list[0].number, 4);
    assert_int_equal(vg_hand_list(h, 0xCD, list, 3), 1); /* the other one of a merge, too */
    assert_int_equal(vg_hand_list(h, 0xAB, list, 3), 3);
    assert_true(list[2].undone);
    vg_hand_free(h);
}

static void actions_are_saved_and_of_too_many_the_oldest_go(void **state)
{
    (void)state;
    struct vg_hand *h, *again;
    assert_int_equal(vg_hand_new(&h), VG_OK);
    assert_int_equal(vg_hand_new(&again), VG_OK);
    for (uint64_t i = 1; i <= VG_HAND_MAX + 10; i++) {
        struct vg_hand_action a = action(VG_HAND_KEEP, i, i);
        vg_hand_add(h, &a);
    }
    vg_hand_set_undone(h, 20);
    struct vg_hand_action correct = action(VG_HAND_CORRECT, 9000, 0x5);
    correct.lat_before_deg = -1.5;
    correct.lat_deg = 1;
    correct.speed_kn = correct.course_deg = NAN;
    vg_hand_add(h, &correct);
    assert_int_equal(vg_hand_forgotten(h), 11);
    assert_null(vg_hand_mark(h, 11));
    assert_non_null(vg_hand_mark(h, 12));
    struct vg_out out = vg_out_growing(4 << 20);
    vg_hand_save(h, &out);
    assert_int_equal(vg_hand_load(again, out.buf, out.len), VG_OK);
    assert_int_equal(vg_hand_forgotten(again), 11);
    assert_int_equal(vg_hand_next(again), 9001);
    assert_true(vg_hand_find(again, 9000)->lat_before_deg == -1.5);
    assert_true(vg_hand_find(again, 20)->undone);
    assert_null(vg_hand_mark(again, 20));
    struct vg_out twice = vg_out_growing(4 << 20);
    vg_hand_save(again, &twice);
    assert_int_equal(twice.len, out.len);
    assert_memory_equal(twice.buf, out.buf, out.len);
    for (size_t len = 0; len < out.len; len += 1 + len / 7)
        assert_int_equal(vg_hand_load(again, out.buf, len), VG_CORRUPT);
    vg_out_free(&out);
    vg_out_free(&twice);
    vg_hand_free(h);
    vg_hand_free(again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_action_is_written_as_it_was_read),
        cmocka_unit_test(the_longest_action_is_read_again_as_it_was),
        cmocka_unit_test(what_is_no_action_is_refused_with_a_reason),
        cmocka_unit_test(marks_are_what_was_not_undone),
        cmocka_unit_test(actions_are_saved_and_of_too_many_the_oldest_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
