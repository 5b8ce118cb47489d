/* Events as CSV and GeoJSON. */
#include "export/events.h"

#include <jansson.h>
#include <math.h>

#include "../test.h"
#include "base/time.h"

static struct vg_event an_event(void)
{
    struct vg_event e = {.id = 0xABC,
                         .kind = VG_EVENT_AREA,
                         .begin_us = 1700000000 * VG_SECOND_US,
                         .end_us = 1700000060 * VG_SECOND_US,
                         .told_us = 1700000060 * VG_SECOND_US,
                         .pos = vg_pos_from_deg(-80.5, -2.25),
                         .contacts = 1,
                         .confidence = 0.5};
    e.contact[0].id = 0x12;
    e.contact[0].mmsi = 735059037;
    vg_event_number(&e, "speed", 7.5, 5, "kn");
    vg_event_place(&e, 40);
    vg_event_place(&e, 7);
    snprintf(e.text, sizeof e.text, "=HYPERLINK(1,2)");
    return e;
}

static size_t cells(const char *row, size_t len)
{
    size_t n = 1;
    bool quoted = false;
    for (size_t i = 0; i < len; i++) {
        quoted ^= row[i] == '"';
        n += !quoted && row[i] == ',';
    }
    return n;
}

static void every_row_has_the_cells_of_the_head_whatever_is_not_known(void **state)
{
    (void)state;
    struct vg_event bare = {.id = 1, .begin_us = VG_TIME_NONE, .end_us = VG_TIME_NONE, .pos = VG_POS_NONE};
    struct vg_event full = an_event(), nameless = an_event();
    bare.confidence = NAN;
    nameless.contact[0].mmsi = 0;
    const struct vg_event *const events[] = {&bare, &full, &nameless};
    struct vg_out head = vg_out_growing(4096);
    vg_export_csv_events_head(&head);
    for (int i = 0; i < 3; i++) {
        struct vg_out out = vg_out_growing(4096);
        vg_export_csv_event(&out, events[i]);
        assert_int_equal(cells(out.buf, out.len), cells(head.buf, head.len));
        assert_memory_equal(out.buf + out.len - 2, "\r\n", 2);
        vg_out_free(&out);
    }
    struct vg_out out = vg_out_growing(4096);
    vg_export_csv_event(&out, &full);
    vg_out_char(&out, '\0');
    assert_string_equal(out.buf, "0000000000000abc,area,ongoing,0,2023-11-14T22:13:20Z,2023-11-14T22:14:20Z,-80.5,"
                                 "-2.25,735059037,0000000000000012,0.5,speed=7.5 kn (5),7 40,2,"
                                 "\"'=HYPERLINK(1,2)\",innocent_passage permit shelter position_error,false\r\n");
    vg_out_free(&out);
    vg_out_free(&head);
}

static void geojson_is_a_collection_of_points_with_the_event_as_properties(void **state)
{
    (void)state;
    struct vg_event e = an_event(), bare = {.pos = VG_POS_NONE};
    struct vg_out out = vg_out_growing(65536);
    json_error_t error;
    vg_export_geojson_events_begin(&out);
    vg_export_geojson_event(&out, &e, true);
    vg_export_geojson_event(&out, &bare, false);
    vg_export_geojson_events_end(&out);
    json_t *all = json_loadb(out.buf, out.len, 0, &error);
    assert_non_null(all);
    const json_t *features = json_object_get(all, "features"), *first = json_array_get(features, 0);
    assert_int_equal(json_array_size(features), 2);
    const json_t *at = json_object_get(json_object_get(first, "geometry"), "coordinates");
    assert_true(json_real_value(json_array_get(at, 0)) == -80.5);
    assert_string_equal(json_string_value(json_object_get(json_object_get(first, "properties"), "kind")), "area");
    assert_true(json_is_null(json_object_get(json_array_get(features, 1), "geometry")));
    json_decref(all);
    vg_out_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_has_the_cells_of_the_head_whatever_is_not_known),
        cmocka_unit_test(geojson_is_a_collection_of_points_with_the_event_as_properties),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
