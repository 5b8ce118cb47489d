/* Forms of export, sorting on the disk, cutting at the antimeridian. */
#include <signal.h>
#include <sys/resource.h>

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
    assert_int_equal(vg_names_add(&names, 735000001, 5, true, "NEW, \"X\""), VG_OK);
    assert_int_equal(vg_names_add(&names, 735000001, 4, true, "OLD"), VG_OK);
    struct vg_position p = row(735000001, 0, -80.5, -2.25);
    p.time_us += 123456;
    p.fields = VG_FIELD_BIT(SOG) | VG_FIELD_BIT(HEADING);
    p.sog_dkn = 75;
    p.heading_deg = 7;
    p.journal_offset = UINT64_C(9007199254740993);
    p.time_source = VG_TIME_SOURCE_LINE;
    char *text = export_rows(VG_EXPORT_CSV, &names, &p, 1);
    const char *line = strchr(text, '\n') + 1;
    assert_string_equal(line, "735000001,2025-11-22T05:20:00.123456Z,-80.5,-2.25,7.5,,7,,,1,0,Manta,9007199254740993,"
                              "\"NEW, \"\"X\"\"\",line\r\n");
    free(text);
    vg_names_free(&names);
}

static size_t count(const char *text, const char *what)
{
    size_t n = 0;
    const char *end = text + strlen(text); /* a sanitizer's strstr() measures all of the rest at each call */
    for (; (text = memmem(text, (size_t)(end - text), what, strlen(what))); text++)
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

/* Two vessels: one crosses the antimeridian with a quarter of her way done, the other was seen once and has a name. */
static char *export_two(enum vg_export_form form)
{
    struct vg_names names;
    struct vg_position rows[] = {row(2, 0, 179.9, 1), row(2, 40, -179.7, 3), row(9, 5, -80.5, -2.25)};
    rows[0].fields =
        VG_FIELD_BIT(SOG) | VG_FIELD_BIT(COG) | VG_FIELD_BIT(HEADING) | VG_FIELD_BIT(TURN) | VG_FIELD_BIT(STATUS);
    rows[0].sog_dkn = 105;
    rows[0].cog_ddeg = 900;
    rows[0].heading_deg = 89;
    rows[0].turn_raw = -3;
    rows[0].accurate = true;
    rows[2].journal_offset = UINT64_C(9007199254740993);
    vg_names_init(&names);
    assert_int_equal(vg_names_add(&names, 9, 1, true, "A<B>&\"C\""), VG_OK);
    char *text = export_rows(form, &names, rows, 3);
    vg_names_free(&names);
    return text;
}

static void points_are_written_like_this(void **state)
{
    (void)state;
    static const char want[] =
        "{\"type\":\"FeatureCollection\",\"features\":[\n"
        "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[179.9,1.0]},\"proper"
        "ties\":{\"mmsi\":2,\"time\":\"2025-11-22T05:20:00Z\",\"sog\":10.5,\"cog\":90.0,\"heading\":8"
        "9,\"turn\":-3,\"status\":0,\"type\":1,\"accurate\":1,\"source\":\"Manta\"}},\n"
        "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[-179.7,3.0]},\"prope"
        "rties\":{\"mmsi\":2,\"time\":\"2025-11-22T05:20:40Z\",\"sog\":null,\"cog\":null,\"heading\":"
        "null,\"turn\":null,\"status\":null,\"type\":1,\"accurate\":0,\"source\":\"Manta\"}},\n"
        "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[-80.5,-2.25]},\"prop"
        "erties\":{\"mmsi\":9,\"time\":\"2025-11-22T05:20:05Z\",\"name\":\"A<B>&\\\"C\\\"\",\"sog\":n"
        "ull,\"cog\":null,\"heading\":null,\"turn\":null,\"status\":null,\"type\":1,\"accurate\":0,\""
        "source\":\"Manta\",\"place\":\"9007199254740993\"}}\n"
        "]}\n";
    char *text = export_two(VG_EXPORT_POINTS);
    assert_string_equal(text, want);
    free(text);
}

static void lines_are_written_like_this(void **state)
{
    (void)state;
    static const char want[] =
        "{\"type\":\"FeatureCollection\",\"features\":[\n"
        "{\"type\":\"Feature\",\"geometry\":{\"type\":\"MultiLineString\",\"coordinates\":[[[179.9,1."
        "0],[180.0,1.5]],[[-180.0,1.5],[-179.7,3.0]]]},\"properties\":{\"mmsi\":2,\"begin\":\"2025-11"
        "-22T05:20:00Z\",\"end\":\"2025-11-22T05:20:40Z\",\"times\":[[\"2025-11-22T05:20:00Z\",\"2025"
        "-11-22T05:20:10Z\"],[\"2025-11-22T05:20:10Z\",\"2025-11-22T05:20:40Z\"]]}},\n"
        "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[-80.5,-2.25]},\"prop"
        "erties\":{\"mmsi\":9,\"name\":\"A<B>&\\\"C\\\"\",\"begin\":\"2025-11-22T05:20:05Z\",\"end\":"
        "\"2025-11-22T05:20:05Z\",\"times\":[\"2025-11-22T05:20:05Z\"]}}\n"
        "]}\n";
    char *text = export_two(VG_EXPORT_GEOJSON);
    assert_string_equal(text, want);
    free(text);
}

static void gpx_is_written_like_this(void **state)
{
    (void)state;
    static const char want[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                               "<gpx version=\"1.1\" creator=\"vigia\" xmlns=\"http://www.topografix.com/GPX/1/1\">\n"
                               "<trk><name>2</name><number>2</number>\n"
                               "<trkseg>\n"
                               "<trkpt lat=\"1.0\" lon=\"179.9\"><time>2025-11-22T05:20:00Z</time></trkpt>\n"
                               "<trkpt lat=\"1.5\" lon=\"180.0\"><time>2025-11-22T05:20:10Z</time></trkpt>\n"
                               "</trkseg>\n"
                               "<trkseg>\n"
                               "<trkpt lat=\"1.5\" lon=\"-180.0\"><time>2025-11-22T05:20:10Z</time></trkpt>\n"
                               "<trkpt lat=\"3.0\" lon=\"-179.7\"><time>2025-11-22T05:20:40Z</time></trkpt>\n"
                               "</trkseg>\n"
                               "</trk>\n"
                               "<trk><name>A&lt;B&gt;&amp;&quot;C&quot; 9</name><number>9</number>\n"
                               "<trkseg>\n"
                               "<trkpt lat=\"-2.25\" lon=\"-80.5\"><time>2025-11-22T05:20:05Z</time></trkpt>\n"
                               "</trkseg>\n"
                               "</trk>\n"
                               "</gpx>\n";
    char *text = export_two(VG_EXPORT_GPX);
    assert_string_equal(text, want);
    free(text);
}

static void kml_is_written_like_this(void **state)
{
    (void)state;
    static const char want[] =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<kml xmlns=\"http://www.opengis.net/kml/2.2\" xmlns:gx=\"http://www.google.com/kml/ext/2.2\""
        ">\n"
        "<Document>\n"
        "<Placemark><name>2</name><ExtendedData><Data name=\"mmsi\"><value>2</value></Data></Extended"
        "Data>\n"
        "<gx:MultiTrack><gx:interpolate>0</gx:interpolate>\n"
        "<gx:Track>\n"
        "<when>2025-11-22T05:20:00Z</when>\n"
        "<when>2025-11-22T05:20:10Z</when>\n"
        "<gx:coord>179.9 1.0 0</gx:coord>\n"
        "<gx:coord>180.0 1.5 0</gx:coord>\n"
        "</gx:Track>\n"
        "<gx:Track>\n"
        "<when>2025-11-22T05:20:10Z</when>\n"
        "<when>2025-11-22T05:20:40Z</when>\n"
        "<gx:coord>-180.0 1.5 0</gx:coord>\n"
        "<gx:coord>-179.7 3.0 0</gx:coord>\n"
        "</gx:Track>\n"
        "</gx:MultiTrack></Placemark>\n"
        "<Placemark><name>A&lt;B&gt;&amp;&quot;C&quot;</name><ExtendedData><Data name=\"mmsi\"><value"
        ">9</value></Data></ExtendedData>\n"
        "<gx:MultiTrack><gx:interpolate>0</gx:interpolate>\n"
        "<gx:Track>\n"
        "<when>2025-11-22T05:20:05Z</when>\n"
        "<gx:coord>-80.5 -2.25 0</gx:coord>\n"
        "</gx:Track>\n"
        "</gx:MultiTrack></Placemark>\n"
        "</Document>\n"
        "</kml>\n";
    char *text = export_two(VG_EXPORT_KML);
    assert_string_equal(text, want);
    free(text);
}

/* XML allows no controls at all and only UTF-8; a name may hold anything. */
static void half_the_globe_is_no_crossing(void **state)
{
    (void)state;
    const struct vg_position rows[] = {row(1, 0, -90, 0), row(1, 9, 90, 0), row(1, 18, -90, 0)};
    const struct vg_position more[] = {row(1, 0, -90.1, 0), row(1, 9, 90, 0), row(1, 18, -90.1, 0)};
    char *text = export_rows(VG_EXPORT_GPX, NULL, rows, 3);
    assert_int_equal(count(text, "<trkseg>"), 1);
    free(text);
    text = export_rows(VG_EXPORT_GPX, NULL, more, 3);
    assert_int_equal(count(text, "<trkseg>"), 3);
    free(text);
}

static void any_name_is_good_xml(void **state)
{
    (void)state;
    struct vg_names names;
    const struct vg_position p = row(9, 0, 1, 1);
    vg_names_init(&names);
    assert_int_equal(vg_names_add(&names, 9, 1, true, "a\x1B\xFF\xC2\x80\n\xE2\x80\xAE\xC3\xAD"), VG_OK);
    char *text = export_rows(VG_EXPORT_GPX, &names, &p, 1);
    assert_non_null(strstr(text, "<name>a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xC3\xAD 9<"));
    free(text);
    vg_names_free(&names);
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

/* No part has more points than it may: the next one begins with its last. */
static void a_part_is_full_at_its_last_point(void **state)
{
    (void)state;
    size_t n = VG_EXPORT_PART + 1;
    struct vg_position *rows = calloc(n, sizeof *rows);
    assert_non_null(rows);
    for (size_t i = 0; i < n; i++)
        rows[i] = row(7, (int64_t)i, 1, 2);
    char *text = export_rows(VG_EXPORT_GEOJSON, NULL, rows, VG_EXPORT_PART);
    assert_int_equal(count(text, "\"type\":\"Feature\""), 1);
    assert_int_equal(count(text, "[1.0,2.0]"), VG_EXPORT_PART);
    free(text);
    text = export_rows(VG_EXPORT_GEOJSON, NULL, rows, n);
    assert_int_equal(count(text, "\"type\":\"Feature\""), 2);
    assert_int_equal(count(text, "[1.0,2.0]"), VG_EXPORT_PART + 2);
    free(text);
    free(rows);
}

static void names_are_found_again_however_many_there_are(void **state)
{
    (void)state;
    char text[VG_NAME_SIZE];
    struct vg_names names;
    vg_names_init(&names);
    assert_string_equal(vg_names_at(&names, 1, INT64_MAX), "");
    for (uint32_t mmsi = 1; mmsi <= VG_NAMES_MAX; mmsi++) {
        snprintf(text, sizeof text, "SHIP %u", mmsi);
        assert_int_equal(vg_names_add(&names, mmsi, 5, true, text), VG_OK);
        assert_int_equal(names.count, mmsi);
        assert_true(2 * names.count <= names.cap); /* a free slot is always near */
    }
    assert_int_equal(vg_names_add(&names, VG_NAMES_MAX + 1, 5, true, "TOO MANY"), VG_OK);
    assert_int_equal(vg_names_add(&names, VG_NAMES_MAX, 5, true, "RENAMED"), VG_OK);
    assert_int_equal(names.count, VG_NAMES_MAX);
    assert_string_equal(vg_names_at(&names, VG_NAMES_MAX + 1, INT64_MAX), "");
    assert_string_equal(vg_names_at(&names, VG_NAMES_MAX, INT64_MAX), "RENAMED");
    for (uint32_t mmsi = 1; mmsi < VG_NAMES_MAX; mmsi++) {
        snprintf(text, sizeof text, "SHIP %u", mmsi);
        assert_string_equal(vg_names_at(&names, mmsi, INT64_MAX), text);
    }
    vg_names_free(&names);
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

/* Parquet's course has four digits. What can't be written is told, with the batch or at the end, and sticks. */
static void a_value_that_a_column_can_t_hold_is_told(void **state)
{
    (void)state;
    for (int few = 0; few < 2; few++) {
        struct vg_out out = vg_out_growing(1 << 24);
        struct vg_position p = row(1, 0, 1, 1);
        struct vg_export *e;
        enum vg_err err = VG_OK;
        p.fields = VG_FIELD_BIT(COG);
        p.cog_ddeg = 10000;
        assert_int_equal(vg_export_new(VG_EXPORT_PARQUET, NULL, keep, &out, &e), VG_OK);
        for (int i = 0; i < (few ? 3 : 5000) && !err; i++)
            err = vg_export_row(e, &p);
        assert_int_equal(err, few ? VG_OK : VG_RANGE);
        p.cog_ddeg = 9999;
        assert_int_equal(vg_export_row(e, &p), err);
        assert_int_equal(vg_export_end(e), VG_RANGE);
        vg_export_free(e);
        vg_out_free(&out);
    }
}

/* The newest name, at one time the later one; a ship without a number or a name has none. */
static void the_newest_name_counts(void **state)
{
    (void)state;
    struct vg_names names;
    vg_names_init(&names);
    assert_string_equal(vg_names_at(NULL, 1, INT64_MAX), "");
    assert_int_equal(vg_names_add(&names, 0, 5, true, "NOBODY"), VG_OK);
    assert_int_equal(vg_names_add(&names, 7, 5, true, ""), VG_OK);
    assert_int_equal(names.count, 0);
    assert_int_equal(vg_names_add(&names, 7, 5, true, "FIRST"), VG_OK);
    assert_int_equal(vg_names_add(&names, 7, 4, true, "OLDER"), VG_OK);
    assert_string_equal(vg_names_at(&names, 7, INT64_MAX), "FIRST");
    assert_int_equal(vg_names_add(&names, 7, 5, true, "AS NEW"), VG_OK);
    assert_string_equal(vg_names_at(&names, 7, INT64_MAX), "AS NEW");
    assert_int_equal(vg_names_add(&names, 7, 6, true, "NEWER"), VG_OK);
    assert_string_equal(vg_names_at(&names, 7, INT64_MAX), "NEWER");
    assert_int_equal(vg_names_add(&names, 7, 5, true, "OLDER"), VG_OK);
    assert_string_equal(vg_names_at(&names, 7, INT64_MAX), "NEWER"); /* its time was kept */
    assert_int_equal(names.count, 1);
    static const char longer[] = "0123456789012345678901234567890123456789012345";
    assert_int_equal(vg_names_add(&names, 8, 1, true, longer), VG_OK);
    assert_int_equal(strlen(vg_names_at(&names, 8, INT64_MAX)), VG_NAME_SIZE - 1);
    assert_memory_equal(vg_names_at(&names, 8, INT64_MAX), longer, VG_NAME_SIZE - 1);
    vg_names_free(&names);
    assert_string_equal(vg_names_at(&names, 7, INT64_MAX), "");
}

static size_t count_points(struct vg_sorter *s, enum vg_err *ret_err)
{
    struct vg_point p;
    size_t n = 0;
    while ((*ret_err = vg_sorter_next(s, &p)) == VG_OK)
        n++;
    return n;
}

/* Of every number of points around those that fit, and around what is read at once: all, in order, as they came. */
static void any_number_of_points_is_sorted(void **state)
{
    (void)state;
    static const struct {
        size_t most, points;
    } rows[] = {{10, 0},     {10, 1},     {10, 9},    {10, 10},   {10, 11},    {10, 20},
                {10, 21},    {255, 600},  {256, 512}, {256, 513}, {257, 600},  {511, 511},
                {512, 1536}, {513, 2000}, {1, 1023},  {0, 3000},  {700, 70000}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct vg_sorter *s;
        struct vg_point p, last = {0};
        enum vg_err err;
        size_t n = 0;
        uint64_t sum = 0, want = 0;
        assert_int_equal(vg_sorter_new(rows[i].most, &s), VG_OK);
        for (size_t k = 0; k < rows[i].points; k++) {
            p = (struct vg_point){.mmsi = 1 + (uint32_t)(k * 7 % 5),
                                  .time_us = (int64_t)(k * 31 % 17) - 8,
                                  .pos = {(int32_t)k, (int32_t)(k + 1)}};
            want += k;
            assert_int_equal(vg_sorter_add(s, &p), VG_OK);
        }
        for (; (err = vg_sorter_next(s, &p)) == VG_OK; n++, last = p) {
            bool later = p.mmsi > last.mmsi ||
                         (p.mmsi == last.mmsi &&
                          (p.time_us > last.time_us || (p.time_us == last.time_us && p.order > last.order)));
            assert_true(!n || later);
            assert_int_equal(p.pos.lat_e4min - p.pos.lon_e4min, p.pos.lat_e4min < p.pos.lon_e4min ? -1 : 1);
            sum += (uint64_t)(p.pos.lat_e4min < p.pos.lon_e4min ? p.pos.lat_e4min : p.pos.lon_e4min);
        }
        assert_int_equal(err, VG_EOF);
        assert_int_equal(n, rows[i].points);
        assert_true(sum == want);
        assert_int_equal(vg_sorter_next(s, &p), VG_EOF);
        vg_sorter_free(s);
    }
    vg_sorter_free(NULL);
}

static void a_thousand_parts_are_sorted_and_no_more(void **state)
{
    (void)state;
    struct vg_sorter *s;
    struct vg_point p = {.mmsi = 1};
    size_t n = 0;
    enum vg_err err = VG_OK;
    assert_int_equal(vg_sorter_new(1, &s), VG_OK);
    for (; n < 5000 && !err; n++)
        err = vg_sorter_add(s, &p);
    assert_int_equal(err, VG_LIMIT);
    assert_int_equal(n - 1, 1025); /* 1024 parts, and one point in memory */
    assert_int_equal(count_points(s, &err), 0);
    assert_int_equal(err, VG_LIMIT);
    vg_sorter_free(s);
}

/* No file can be had, or it can't grow: it is told by who adds, or by who reads. */
static void a_disk_without_room_is_told_by_the_sorter(void **state)
{
    (void)state;
    struct rlimit usual, none;
    signal(SIGXFSZ, SIG_IGN);
    for (int what = 0; what < 3; what++) {
        int resource = what ? RLIMIT_FSIZE : RLIMIT_NOFILE;
        struct vg_sorter *s;
        struct vg_point p = {.mmsi = 1};
        enum vg_err added = VG_OK, read;
        assert_int_equal(vg_sorter_new(what == 2 ? 10 : 1000, &s), VG_OK);
        assert_int_equal(getrlimit(resource, &usual), 0);
        none = usual;
        none.rlim_cur = what == 2 ? 3000 : what ? 5000 : 0;
        assert_int_equal(setrlimit(resource, &none), 0);
        for (int i = 0; i < (what == 2 ? 115 : 3000) && !added; i++) /* few: they wait in the file's own buffer */
            added = vg_sorter_add(s, &p);
        size_t n = count_points(s, &read);
        assert_int_equal(setrlimit(resource, &usual), 0);
        assert_int_equal(added ? added : read, VG_IO);
        if (what < 2)
            assert_int_equal(added, VG_IO);
        assert_true(what < 2 || n < 115);
        vg_sorter_free(s);
    }
}

/* At the moment of crossing: halfway, at an end, and at any share of the way, by either side. */
static void the_antimeridian_is_crossed_at_the_share_of_the_way(void **state)
{
    (void)state;
    static const struct {
        double lon0, lat0, lon1, lat1;
        const char *at; /* <trkpt …> of the edge at the first side */
    } rows[] = {
        {179, 0, -179, 2, "lat=\"1.0\" lon=\"180.0\"><time>2025-11-22T05:20:50Z"},
        {-179, 0, 179, 2, "lat=\"1.0\" lon=\"-180.0\"><time>2025-11-22T05:20:50Z"},
        {179, -2, -177, -6, "lat=\"-3.0\" lon=\"180.0\"><time>2025-11-22T05:20:25Z"},
        {-177, -2, 179, -6, "lat=\"-5.0\" lon=\"-180.0\"><time>2025-11-22T05:21:15Z"},
        {180, 4, -179, 5, "lat=\"4.0\" lon=\"180.0\"><time>2025-11-22T05:20:00Z"},
        {180, 4, -180, 5, "lat=\"4.0\" lon=\"180.0\"><time>2025-11-22T05:20:00Z"},
        {-180, 4, 180, 5, "lat=\"4.0\" lon=\"-180.0\"><time>2025-11-22T05:20:00Z"},
        {179, 4, -180, 5, "lat=\"5.0\" lon=\"180.0\"><time>2025-11-22T05:21:40Z"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct vg_position way[] = {row(5, 0, rows[i].lon0, rows[i].lat0),
                                          row(5, 100, rows[i].lon1, rows[i].lat1)};
        char *text = export_rows(VG_EXPORT_GPX, NULL, way, 2);
        if (!strstr(text, rows[i].at) || count(text, "<trkpt") != 4 || count(text, "<trkseg>") != 2)
            fail_msg("row %zu: %s", i, text);
        free(text);
    }
}

/* Three parts of one ship, and the next ship begins with its own first. */
static void parts_are_counted_for_each_ship(void **state)
{
    (void)state;
    size_t n = 2 * VG_EXPORT_PART;
    struct vg_position *rows = calloc(n + 2, sizeof *rows);
    for (size_t i = 0; i < n; i++)
        rows[i] = row(7, (int64_t)i, 1, 1);
    rows[n] = row(8, 0, 1, 1);
    rows[n + 1] = row(8, 1, 1, 1);
    char *text = export_rows(VG_EXPORT_GEOJSON, NULL, rows, n + 2);
    assert_int_equal(count(text, "\"type\":\"Feature\""), 4);
    assert_int_equal(count(text, "\"mmsi\":7"), 3);
    assert_int_equal(count(text, "\"part\":1,"), 1);
    assert_int_equal(count(text, "\"part\":2,"), 1);
    assert_int_equal(count(text, "\"part\":"), 2);
    free(text);
    free(rows);
}

static void forms_have_their_names_and_types(void **state)
{
    (void)state;
    static const struct {
        enum vg_export_form form;
        const char *key, *type, *empty;
    } rows[] = {
        {VG_EXPORT_CSV, "csv", "text/csv",
         "mmsi,time,lon,lat,sog,cog,heading,turn,status,type,accurate,source,place,name,time_source\r\n"},
        {VG_EXPORT_POINTS, "points", "application/geo+json", "{\"type\":\"FeatureCollection\",\"features\":[\n]}\n"},
        {VG_EXPORT_GEOJSON, "geojson", "application/geo+json", "{\"type\":\"FeatureCollection\",\"features\":[\n]}\n"},
        {VG_EXPORT_GPX, "gpx", "application/gpx+xml", NULL},
        {VG_EXPORT_KML, "kml", "application/vnd.google-earth.kml+xml", NULL},
        {VG_EXPORT_PARQUET, "parquet", "application/vnd.apache.parquet", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_string_equal(vg_export_key(rows[i].form), rows[i].key);
        assert_string_equal(vg_export_type(rows[i].form), rows[i].type);
        char *text = export_rows(rows[i].form, NULL, NULL, 0);
        if (rows[i].empty)
            assert_string_equal(text, rows[i].empty);
        free(text);
    }
    vg_export_free(NULL);
}

/* Type 27 tells tenths of a minute, 0.0017°: 36° 40.1' and 5° 20.3'. */
static void no_track_is_finer_than_what_was_said(void **state)
{
    (void)state;
    static const struct {
        enum vg_export_form form;
        const char *fine, *coarse;
    } forms[] = {
        {VG_EXPORT_GEOJSON, "[-5.338333,36.668333]", "[-5.338,36.668]"},
        {VG_EXPORT_GPX, "lat=\"36.668333\" lon=\"-5.338333\"", "lat=\"36.668\" lon=\"-5.338\""},
        {VG_EXPORT_KML, ">-5.338333 36.668333 0<", ">-5.338 36.668 0<"},
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        for (int coarse = 0; coarse < 2; coarse++) {
            struct vg_position rows[2] = {row(1, 0, 0, 0), row(1, 1, 0, 0)};
            for (int k = 0; k < 2; k++) {
                rows[k].pos = (struct vg_pos){-3203000, 22001000};
                rows[k].message = coarse ? 27 : 1;
            }
            char *text = export_rows(forms[i].form, NULL, rows, 2);
            if (!strstr(text, coarse ? forms[i].coarse : forms[i].fine))
                fail_msg("%s", text);
            free(text);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_track_is_finer_than_what_was_said),
        cmocka_unit_test(points_are_sorted_in_parts_on_the_disk),
        cmocka_unit_test(csv_says_what_was_said),
        cmocka_unit_test(points_are_written_like_this),
        cmocka_unit_test(lines_are_written_like_this),
        cmocka_unit_test(gpx_is_written_like_this),
        cmocka_unit_test(kml_is_written_like_this),
        cmocka_unit_test(any_name_is_good_xml),
        cmocka_unit_test(half_the_globe_is_no_crossing),
        cmocka_unit_test(tracks_are_cut_at_the_antimeridian),
        cmocka_unit_test(a_long_track_goes_on_in_parts),
        cmocka_unit_test(a_part_is_full_at_its_last_point),
        cmocka_unit_test(names_are_found_again_however_many_there_are),
        cmocka_unit_test(the_newest_name_counts),
        cmocka_unit_test(any_number_of_points_is_sorted),
        cmocka_unit_test(a_thousand_parts_are_sorted_and_no_more),
        cmocka_unit_test(a_disk_without_room_is_told_by_the_sorter),
        cmocka_unit_test(the_antimeridian_is_crossed_at_the_share_of_the_way),
        cmocka_unit_test(parts_are_counted_for_each_ship),
        cmocka_unit_test(forms_have_their_names_and_types),
        cmocka_unit_test(nothing_is_a_whole_document_too),
        cmocka_unit_test(a_full_disk_is_told),
        cmocka_unit_test(a_value_that_a_column_can_t_hold_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
