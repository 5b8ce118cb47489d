/* An event as JSON: what is written is read again, and strange ones make no strange text. */
#include "behaviour/event_json.h"

#include <jansson.h>
#include <math.h>

#include "../test.h"
#include "base/time.h"

static struct vg_event an_event(void)
{
    struct vg_event e = {.kind = VG_EVENT_ENCOUNTER,
                         .state = VG_EVENT_ENDED,
                         .revision = 3,
                         .begin_us = 1700000000 * VG_SECOND_US,
                         .end_us = 1700007200 * VG_SECOND_US + 250000,
                         .told_us = 1700009000 * VG_SECOND_US,
                         .pos = vg_pos_from_deg(-80.123456, -2.5),
                         .contacts = 2,
                         .confidence = 0.875};
    e.contact[0].id = UINT64_C(0xFEDCBA9876543210);
    e.contact[0].mmsi = 735059037;
    e.contact[1].id = 5;
    e.contact[1].mmsi = 412345678;
    e.id = vg_event_id_of(&e, "");
    vg_event_number(&e, "median_distance", 212.5, 500, "m");
    vg_event_number(&e, "reception", 0.83, NAN, "");
    vg_event_place(&e, UINT64_C(9007199254740993)); /* more than a double holds */
    vg_event_place(&e, 17);
    snprintf(e.text, sizeof e.text, "Isla \"Plata\"");
    return e;
}

static struct vg_out written(const struct vg_event *e)
{
    struct vg_out out = vg_out_growing(VG_EVENT_JSON_MAX);
    vg_event_json(&out, e);
    assert_int_equal(out.err, VG_OK);
    return out;
}

static void what_is_written_is_read_again_to_the_last_bit(void **state)
{
    (void)state;
    struct vg_event e = an_event();
    struct vg_event_read read;
    struct vg_out out = written(&e), again;
    assert_int_equal(vg_event_read(out.buf, out.len, &read), VG_OK);
    assert_true(read.event.id == e.id && read.event.place[1] == UINT64_C(9007199254740993));
    assert_int_equal(read.event.begin_us, e.begin_us);
    assert_int_equal(read.event.end_us, e.end_us);
    assert_string_equal(read.event.text, e.text);
    again = written(&read.event);
    assert_int_equal(again.len, out.len);
    assert_memory_equal(again.buf, out.buf, out.len);
    vg_out_free(&again);
    vg_out_free(&out);
}

static void the_keys_are_those_of_the_format_and_ids_are_texts(void **state)
{
    (void)state;
    static const char *const keys[] = {"id",     "kind",    "state", "revision", "begin",   "end",
                                       "lon",    "lat",     "mmsi",  "contacts", "numbers", "confidence",
                                       "places", "reports", "text",  "innocent", "exercise"};
    struct vg_event e = an_event();
    struct vg_out out = written(&e);
    json_error_t error;
    json_t *object = json_loadb(out.buf, out.len, 0, &error);
    assert_non_null(object);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (!json_object_get(object, keys[i]))
            fail_msg("no %s", keys[i]);
    assert_int_equal(json_string_length(json_object_get(object, "id")), 16);
    assert_string_equal(json_string_value(json_array_get(json_object_get(object, "contacts"), 0)), "fedcba9876543210");
    assert_int_equal(json_integer_value(json_array_get(json_object_get(object, "mmsi"), 1)), 412345678);
    const json_t *number = json_object_get(json_object_get(object, "numbers"), "reception");
    assert_true(json_is_null(json_object_get(number, "limit")));
    assert_true(json_array_size(json_object_get(object, "innocent")) > 1);
    json_decref(object);
    vg_out_free(&out);
}

static void what_is_not_known_is_null_and_text_from_outside_is_harmless(void **state)
{
    (void)state;
    struct vg_event e = {.kind = VG_EVENT_DISTRESS,
                         .begin_us = VG_TIME_NONE,
                         .end_us = VG_TIME_NONE,
                         .told_us = VG_TIME_NONE,
                         .pos = VG_POS_NONE,
                         .confidence = NAN};
    struct vg_event_read read;
    memset(e.text, 'x', sizeof e.text); /* no terminator */
    memcpy(e.text, "\x1b[2J\xe2\x80\xae", 7);
    vg_event_number(&e, "k", INFINITY, NAN, "");
    struct vg_out out = written(&e);
    assert_null(memchr(out.buf, 0x1b, out.len));
    assert_int_equal(vg_event_read(out.buf, out.len, &read), VG_OK);
    assert_int_equal(read.event.begin_us, VG_TIME_NONE);
    assert_false(vg_pos_valid(read.event.pos));
    vg_out_free(&out);
    for (int kind = 0; kind < VG_EVENT_KINDS; kind++) { /* each has explanations, and a key that is read again */
        e.kind = (uint8_t)kind;
        out = written(&e);
        assert_int_equal(vg_event_read(out.buf, out.len, &read), VG_OK);
        assert_int_equal(read.event.kind, kind);
        vg_out_free(&out);
    }
}

static void what_is_no_event_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "{}", "[]", "{\"id\":\"00000000000000zz\"}", "{\"id\":5}", "nonsense"};
    struct vg_event_read read;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_int_equal(vg_event_read(texts[i], strlen(texts[i]), &read), VG_SYNTAX);
    struct vg_event e = an_event();
    struct vg_out out = written(&e);
    for (size_t n = 0; n < out.len; n++)
        assert_int_equal(vg_event_read(out.buf, n, &read), VG_SYNTAX);
    vg_out_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_again_to_the_last_bit),
        cmocka_unit_test(the_keys_are_those_of_the_format_and_ids_are_texts),
        cmocka_unit_test(what_is_not_known_is_null_and_text_from_outside_is_harmless),
        cmocka_unit_test(what_is_no_event_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
