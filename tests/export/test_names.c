/* Names and since when: each row has the one of its time, whatever the order of vessels, renames and undated words. */
#include "export/export.h"
#include "test.h"

#define T0_US    INT64_C(1795330800000000) /* 2026-11-22T07:00Z */
#define ALFA     UINT32_C(735000001)
#define BRAVO    UINT32_C(735000002)
#define DATED    true
#define UNDATED  false
#define AT(s)    (T0_US + (s)*VG_SECOND_US)
#define TEXT_MAX 65536

static void say(struct vg_names *n, uint32_t mmsi, int64_t s, bool dated, const char *name)
{
    assert_int_equal(vg_names_add(n, mmsi, AT(s), dated, name), VG_OK);
}

static void a_name_holds_from_its_first_word_to_the_next_ones(void **state)
{
    (void)state;
    struct vg_names n;
    vg_names_init(&n);
    say(&n, ALFA, 10, DATED, "FIRST");
    say(&n, ALFA, 15, DATED, "FIRST");
    say(&n, ALFA, 20, DATED, "SECOND");
    say(&n, ALFA, 30, DATED, "FIRST");
    say(&n, BRAVO, 5, DATED, "OTHER");
    static const struct {
        int64_t s;
        const char *name;
    } cases[] = {{-100, "FIRST"}, {9, "FIRST"},   {10, "FIRST"}, {19, "FIRST"},  {20, "SECOND"},
                 {21, "SECOND"},  {29, "SECOND"}, {30, "FIRST"}, {1000, "FIRST"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_string_equal(vg_names_at(&n, ALFA, AT(cases[i].s)), cases[i].name);
        assert_string_equal(vg_names_at(&n, BRAVO, AT(cases[i].s)), "OTHER");
    }
    assert_int_equal(n.changes, 4);
    vg_names_free(&n);
}

/* A word that comes late does not undo a rename. */
static void an_earlier_word_than_the_last_is_not_taken(void **state)
{
    (void)state;
    struct vg_names n;
    vg_names_init(&n);
    say(&n, ALFA, 10, DATED, "A");
    say(&n, ALFA, 20, DATED, "A");
    say(&n, ALFA, 15, DATED, "B");
    assert_string_equal(vg_names_at(&n, ALFA, AT(16)), "A");
    say(&n, ALFA, 20, DATED, "C");
    assert_string_equal(vg_names_at(&n, ALFA, AT(20)), "C");
    assert_string_equal(vg_names_at(&n, ALFA, AT(19)), "A");
    vg_names_free(&n);
}

static void a_name_without_a_date_gives_way_to_any_with_one(void **state)
{
    (void)state;
    for (int dated_first = 0; dated_first < 2; dated_first++) {
        struct vg_names n;
        vg_names_init(&n);
        if (dated_first)
            say(&n, ALFA, 10, DATED, "DATED");
        say(&n, ALFA, 500, UNDATED, "OF A FILE");
        say(&n, ALFA, 600, UNDATED, "OF ANOTHER");
        say(&n, BRAVO, 500, UNDATED, "OF A FILE");
        say(&n, BRAVO, 600, UNDATED, "OF ANOTHER");
        if (!dated_first) {
            assert_string_equal(vg_names_at(&n, ALFA, AT(500)), "OF A FILE");
            say(&n, ALFA, 10, DATED, "DATED");
        }
        for (int64_t s = 0; s <= 1000; s += 100)
            assert_string_equal(vg_names_at(&n, ALFA, AT(s)), "DATED");
        assert_string_equal(vg_names_at(&n, BRAVO, AT(599)), "OF A FILE");
        assert_string_equal(vg_names_at(&n, BRAVO, AT(600)), "OF ANOTHER");
        assert_int_equal(n.changes, 3);
        vg_names_free(&n);
    }
}

static void what_has_no_room_is_counted(void **state)
{
    (void)state;
    struct vg_names n;
    vg_names_init(&n);
    for (int64_t s = 0; s < VG_NAMES_CHANGES_MAX; s++)
        say(&n, ALFA, s, DATED, s % 2 ? "ONE" : "OTHER");
    assert_int_equal(n.left_out, 0);
    say(&n, ALFA, VG_NAMES_CHANGES_MAX, DATED, "OTHER");
    say(&n, BRAVO, VG_NAMES_CHANGES_MAX, DATED, "BRAVO");
    say(&n, ALFA, VG_NAMES_CHANGES_MAX, DATED, "ONE"); /* as before: needs no room */
    assert_int_equal(n.left_out, 2);
    assert_string_equal(vg_names_at(&n, ALFA, INT64_MAX), "ONE");
    assert_string_equal(vg_names_at(&n, ALFA, AT(1000)), "OTHER");
    assert_string_equal(vg_names_at(&n, BRAVO, INT64_MAX), "");
    vg_names_free(&n);
}

/* ---- in each form ---- */

static enum vg_err keep(void *arg, const void *bytes, size_t len)
{
    struct vg_out *out = arg;
    vg_out_bytes(out, bytes, len);
    return out->err;
}

/* A position every ten seconds, in the time of two names; the last one is of an undated recording. */
static void export_renamed(enum vg_export_form form, char text[static TEXT_MAX])
{
    struct vg_out out = vg_out_fixed(text, TEXT_MAX - 1);
    struct vg_export *e;
    struct vg_names n;
    vg_names_init(&n);
    say(&n, ALFA, 10, DATED, "OLD");
    say(&n, ALFA, 25, DATED, "NEW");
    assert_int_equal(vg_export_new(form, &n, keep, &out, &e), VG_OK);
    for (int i = 0; i < 5; i++) {
        struct vg_position p = {.mmsi = ALFA,
                                .time_us = AT(10 * i),
                                .pos = vg_pos_from_deg(-80, i),
                                .message = 1,
                                .source_name = {"Manta", 5},
                                .time_source = i < 4 ? VG_TIME_SOURCE_TAG : VG_TIME_SOURCE_FILE};
        assert_int_equal(vg_export_row(e, &p), VG_OK);
    }
    assert_int_equal(vg_export_end(e), VG_OK);
    vg_export_free(e);
    vg_names_free(&n);
    text[out.len] = '\0';
}

static size_t count(const char *text, const char *what)
{
    size_t n = 0;
    for (; (text = strstr(text, what)); text++)
        n++;
    return n;
}

static void each_row_and_each_part_of_a_track_has_the_name_of_its_time(void **state)
{
    (void)state;
    static const struct {
        enum vg_export_form form;
        const char *old, *new, *tagged, *undated;
        size_t old_count, new_count;
    } cases[] = {
        {VG_EXPORT_CSV, ",OLD,", ",NEW,", ",tag\r\n", ",file\r\n", 3, 2},
        {VG_EXPORT_POINTS, "\"name\":\"OLD\"", "\"name\":\"NEW\"", "\"time_source\":\"tag\"",
         "\"time_source\":\"file\"", 3, 2},
        {VG_EXPORT_GEOJSON, "\"name\":\"OLD\",\"time_sources\":[\"tag\"]",
         "\"name\":\"NEW\",\"part\":1,\"time_sources\":[\"tag\",\"file\"]", "\"begin\":\"2026-11-22T07:00:00Z\"",
         "\"begin\":\"2026-11-22T07:00:20Z\"", 1, 1},
        {VG_EXPORT_GPX, "<name>OLD 735000001</name><desc>time_source: tag</desc><number>",
         "<name>NEW 735000001</name><desc>time_source: tag file</desc><number>", "07:00:00Z", "07:00:40Z", 1, 1},
        {VG_EXPORT_KML, "<name>OLD</name>", "<name>NEW</name>", "<value>tag</value>", "<value>tag file</value>", 1, 1},
    };
    static char text[TEXT_MAX];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        export_renamed(cases[i].form, text);
        if (count(text, cases[i].old) != cases[i].old_count || count(text, cases[i].new) != cases[i].new_count ||
            !strstr(text, cases[i].tagged) || !strstr(text, cases[i].undated))
            fail_msg("%s: %s", vg_export_key(cases[i].form), text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_holds_from_its_first_word_to_the_next_ones),
        cmocka_unit_test(an_earlier_word_than_the_last_is_not_taken),
        cmocka_unit_test(a_name_without_a_date_gives_way_to_any_with_one),
        cmocka_unit_test(what_has_no_room_is_counted),
        cmocka_unit_test(each_row_and_each_part_of_a_track_has_the_name_of_its_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
