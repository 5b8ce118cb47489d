/* Events and alerts as Parquet: what is read back is what was said, and what is not known is null. */
#include <math.h>

#include "../test.h"
#include "archive/parquet_read.h"
#include "base/time.h"
#include "export/events_parquet.h"

static enum vg_err keep(void *arg, const void *bytes, size_t len)
{
    vg_out_bytes(arg, bytes, len);
    return ((struct vg_out *)arg)->err;
}

static struct vg_event an_event(void)
{
    struct vg_event e = {.id = 0xABC,
                         .kind = VG_EVENT_GAP,
                         .state = VG_EVENT_ENDED,
                         .revision = 3,
                         .begin_us = 1700000000 * VG_SECOND_US,
                         .end_us = 1700000060 * VG_SECOND_US,
                         .told_us = 1700000061 * VG_SECOND_US,
                         .pos = vg_pos_from_deg(-80.5, -2.25),
                         .contacts = 2,
                         .confidence = 0.8125};
    e.contact[0].id = 0x12, e.contact[0].mmsi = 735059037;
    e.contact[1].id = 0x13;
    vg_event_number(&e, "silence", 7.5, 2, "h");
    vg_event_place(&e, 40);
    vg_event_place(&e, 7);
    snprintf(e.text, sizeof e.text, "Golfo");
    return e;
}

/* Value of a row's column as text; "-": null. */
static const char *cell(struct vg_parquet_file *file, const char *name, size_t row)
{
    static char text[400];
    struct vg_parquet_page page = {.with_texts = true};
    const size_t column = vg_parquet_find(file, name);
    assert_true(column < vg_parquet_columns(file));
    assert_int_equal(vg_parquet_read_page(file, 0, column, 0, &page), VG_OK);
    assert_true(row < page.rows);
    if (!page.present[row])
        snprintf(text, sizeof text, "-");
    else if (vg_parquet_column(file, column)->type == VG_PARQUET_BYTES)
        snprintf(text, sizeof text, "%.*s", (int)page.texts[row].len, page.texts[row].bytes);
    else
        snprintf(text, sizeof text, "%lld", (long long)page.ints[row]);
    vg_parquet_page_free(&page);
    return text;
}

static void what_is_read_back_is_what_was_said(void **state)
{
    (void)state;
    struct vg_out out = vg_out_growing(1 << 20);
    struct vg_events_parquet *events;
    struct vg_parquet_file *file;
    const struct vg_event full = an_event(), bare = {.id = 1,
                                                     .begin_us = VG_TIME_NONE,
                                                     .end_us = VG_TIME_NONE,
                                                     .pos = VG_POS_NONE,
                                                     .told_us = VG_TIME_NONE,
                                                     .confidence = NAN};
    assert_int_equal(vg_events_parquet_new(false, keep, &out, &events), VG_OK);
    assert_int_equal(vg_events_parquet_row(events, &full, NULL), VG_OK);
    assert_int_equal(vg_events_parquet_row(events, &bare, NULL), VG_OK);
    assert_int_equal(vg_events_parquet_end(events), VG_OK);
    vg_events_parquet_free(events);
    assert_int_equal(vg_parquet_open_bytes(out.buf, out.len, &file), VG_OK);
    assert_int_equal(vg_parquet_rows(file), 2);
    static const char *const rows[][3] = {
        {"id", "0000000000000abc", "0000000000000001"},
        {"kind", "gap", "gap"},
        {"state", "ended", "ongoing"},
        {"revision", "3", "0"},
        {"begin", "1700000000000000", "-"},
        {"told", "1700000061000000", "-"},
        {"lon", "-80500000", "-"},
        {"lat", "-2250000", "-"},
        {"mmsi", "735059037", "-"},
        {"other_mmsi", "-", "-"},
        {"contacts", "0000000000000012 0000000000000013", "-"},
        {"confidence", "8125", "-"},
        {"numbers", "{\"silence\":{\"value\":7.5,\"limit\":2,\"unit\":\"h\"}}", "{}"},
        {"places", "7 40", "-"},
        {"reports", "2", "0"},
        {"text", "Golfo", "-"},
        {"exercise", "0", "0"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t row = 0; row < 2; row++)
            if (strcmp(cell(file, rows[i][0], row), rows[i][1 + row]) != 0)
                fail_msg("%s of row %zu: %s", rows[i][0], row, cell(file, rows[i][0], row));
    assert_true(vg_parquet_find(file, "alert") >= vg_parquet_columns(file));
    vg_parquet_close(file);
    vg_out_free(&out);
}

static void an_alert_stands_in_front_of_its_event(void **state)
{
    (void)state;
    struct vg_out out = vg_out_growing(1 << 20);
    struct vg_events_parquet *alerts;
    struct vg_parquet_file *file;
    const struct vg_event event = an_event();
    const struct vg_alert_row row = {.id = "00000000000000aa",
                                     .rule = "gap",
                                     .severity = "caution",
                                     .state = "dismissed",
                                     .role = "",
                                     .owner = "Ana",
                                     .reason = "known",
                                     .opened_us = 5,
                                     .changed_us = VG_TIME_NONE};
    assert_int_equal(vg_events_parquet_new(true, keep, &out, &alerts), VG_OK);
    assert_int_equal(vg_events_parquet_row(alerts, &event, &row), VG_OK);
    assert_int_equal(vg_events_parquet_end(alerts), VG_OK);
    vg_events_parquet_free(alerts);
    assert_int_equal(vg_parquet_open_bytes(out.buf, out.len, &file), VG_OK);
    assert_string_equal(cell(file, "alert", 0), "00000000000000aa");
    assert_string_equal(cell(file, "alert_state", 0), "dismissed");
    assert_string_equal(cell(file, "state", 0), "ended");
    assert_string_equal(cell(file, "for", 0), "-");
    assert_string_equal(cell(file, "owner", 0), "Ana");
    assert_string_equal(cell(file, "opened", 0), "5");
    assert_string_equal(cell(file, "changed", 0), "-");
    assert_string_equal(cell(file, "id", 0), "0000000000000abc");
    vg_parquet_close(file);
    vg_out_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_read_back_is_what_was_said),
                                       cmocka_unit_test(an_alert_stands_in_front_of_its_event)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
