/* Forms of export, sorting on the disk, cutting at the antimeridian. */
#include "test.h"

#include "base/time.h"
#include "export/export.h"
#include "export/sorter.h"

#define T0_US INT64_C(1763788800000000)

static enum vg_err keep(void *arg, const void *bytes, size_t len)
{
    vg_out_bytes(arg, bytes, len);
    return ((struct vg_out *)arg)->err;
}

static struct vg_position row(uint32_t mmsi, int64_t s, double lon, double lat)
{
    return (struct vg_position){.mmsi = mmsi,
                                .time_us = T0_US + s * VG_SECOND_US,
                                .pos = vg_pos_from_deg(lon, lat),
                                .source_name = {"Manta", 5},
                                .message = 1};
}

static char *export_rows(enum vg_export_form form, const struct vg_names *names, const struct vg_position *rows,
                         size_t n)
{
    struct vg_out out = vg_out_growing(1 << 28);
    struct vg_export *e;
    assert_int_equal(vg_export_new(form, names, keep, &out, &e), VG_OK);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(vg_export_row(e, &rows[i]), VG_OK);
    assert_int_equal(vg_export_end(e), VG_OK);
    assert_int_equal(vg_export_rows(e), n);
    vg_export_free(e);
    vg_out_char(&out, '\0');
    return out.buf;
}

static void points_are_sorted_in_parts_on_the_disk(void **state)
{
    (void)state;
    struct vg_sorter *s;
    uint32_t seed = 3;
    assert_int_equal(vg_sorter_new(1000, &s), VG_OK);
    for (int i = 0; i < 12345; i++) {
        seed = seed * 1664525u + 1013904223u;
        struct vg_point p = {.mmsi = 1 + (seed >> 8) % 50, .time_us = (seed >> 16) % 100};
        assert_int_equal(vg_sorter_add(s, &p), VG_OK);
    }
    struct vg_point p, last = {0};
    int n = 0;
    enum vg_err err;
    for (; (err = vg_sorter_next(s, &p)) == VG_OK; n++, last = p) {
        assert_true(p.mmsi > last.mmsi || (p.mmsi == last.mmsi && p.time_us >= last.time_us));
        assert_true(!n || p.mmsi != last.mmsi || p.time_us != last.time_us || p.order > last.order);
    }
    assert_int_equal(err, VG_EOF);
    assert_int_equal(n, 12345);
    vg_sorter_free(s);
}

static void csv_says_what_was_said(void **state)
{
    (void)state;
    struct vg_names names;
    vg_names_init(&names);
    assert_int_equal(vg_names_add(&names, 735000001, 5, "NEW, \"X\""), VG_OK);
    assert_int_equal(vg_names_add(&names, 735000001, 4, "OLD"), VG_OK);
    struct vg_position p = row(735000001, 0, -80.5, -2.25);
    p.time_us += 123456;
    p.fields = VG_FIELD_BIT(SOG) | VG_FIELD_BIT(HEADING);
    p.sog_dkn = 75;
    p.heading_deg = 7;
    p.journal_offset = UINT64_C(9007199254740993);
    char *text = export_rows(VG_EXPORT_CSV, &names, &p, 1);
    const char *line = strchr(text, '\n') + 1;
    assert_string_equal(line, "735000001,2025-11-22T05:20:00.123456Z,-80.5,-2.25,7.5,,7,,,1,0,Manta,9007199254740993,"
                              "\"NEW, \"\"X\"\"\"\r\n");
    free(text);
    vg_names_free(&names);
}

static size_t count(const char *text, const char *what)
{
    size_t n = 0;
    for (; (text = strstr(text, what)); text++)
        n++;
    return n;
}

static void tracks_are_cut_at_the_antimeridian(void **state)
{
    (void)state;
    const struct vg_position rows[] = {row(2, 60, -179.5, 0), row(2, 0, 179.5, 1), row(2, 120, 179.5, 1),
                                       row(1, 0, 180, 5), row(1, 9, -180, 5)};
    char *text = export_rows(VG_EXPORT_GEOJSON, NULL, rows, 5);
    assert_non_null(strstr(text, "[[[179.5,1.0],[180.0,0.5]],[[-180.0,0.5],[-179.5,0.0],[-180.0,0.5]],"
                                 "[[180.0,0.5],[179.5,1.0]]]"));
    assert_non_null(strstr(text, "\"2025-11-22T05:20:30Z\""));
    free(text);
    text = export_rows(VG_EXPORT_GPX, NULL, rows, 5);
    assert_int_equal(count(text, "<trk>"), 2);
    assert_int_equal(count(text, "<trkseg>"), 5);
    free(text);
    text = export_rows(VG_EXPORT_KML, NULL, rows, 5);
    assert_int_equal(count(text, "<gx:Track>"), 5);
    assert_int_equal(count(text, "<when>"), count(text, "<gx:coord>"));
    free(text);
}

static void a_long_track_goes_on_in_parts(void **state)
{
    (void)state;
    size_t n = 2 * VG_EXPORT_PART + 10;
    struct vg_position *rows = calloc(n, sizeof *rows);
    for (size_t i = 0; i < n; i++)
        rows[i] = row(7, (int64_t)i, i % 2 ? 179.9 : -179.9, 0); /* and crosses all the time */
    char *text = export_rows(VG_EXPORT_GEOJSON, NULL, rows, n);
    assert_true(count(text, "\"type\":\"Feature\"") > 3);
    assert_int_equal(count(text, "\"part\":1,"), 1);
    free(text);
    free(rows);
}

static void nothing_is_a_whole_document_too(void **state)
{
    (void)state;
    for (int form = 0; form < VG_EXPORT_FORMS; form++) {
        char *text = export_rows((enum vg_export_form)form, NULL, NULL, 0);
        assert_true(strlen(text) > 3);
        free(text);
    }
}

static enum vg_err refuse(void *arg, const void *bytes, size_t len)
{
    (void)arg, (void)bytes, (void)len;
    return VG_IO;
}

static void a_full_disk_is_told(void **state)
{
    (void)state;
    struct vg_position p = row(1, 0, 1, 1);
    for (int form = 0; form < VG_EXPORT_FORMS; form++) {
        struct vg_export *e;
        assert_int_equal(vg_export_new((enum vg_export_form)form, NULL, refuse, NULL, &e), VG_OK);
        enum vg_err err = VG_OK;
        for (int i = 0; i < 200000 && !err; i++)
            err = vg_export_row(e, &p);
        assert_int_equal(err ? err : vg_export_end(e), VG_IO);
        vg_export_free(e);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_are_sorted_in_parts_on_the_disk), cmocka_unit_test(csv_says_what_was_said),
        cmocka_unit_test(tracks_are_cut_at_the_antimeridian),     cmocka_unit_test(a_long_track_goes_on_in_parts),
        cmocka_unit_test(nothing_is_a_whole_document_too),        cmocka_unit_test(a_full_disk_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
