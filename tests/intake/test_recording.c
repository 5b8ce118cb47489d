/* A recording's place in its file and in the journal, of sentences and of tables, and what it counts. */
#include "test.h"

#include "base/time.h"
#include "intake/recording.h"
#include "sensor/table/head.h"

#define SENTENCE "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\n"
#define DAMAGED  "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*25\n"
#define HEADER                                                                                                         \
    "MMSI,BaseDateTime,LAT,LON,SOG,COG,Heading,VesselName,IMO,CallSign,VesselType,Status,Length,Width,Draft,Cargo,"    \
    "TransceiverClass\n"
#define ROW(second) "735059001,2022-01-03T00:00:" second ",-2.2,-79.9,12.2,275.4,197,,,,,12,,,,,A\n"
#define ROW_SIZE    (sizeof ROW("00") - 1)
#define ROOM        (2 * VG_BATCH_LINE_MAX)

struct room {
    struct vg_sources sources;
    struct vg_recording *recording;
    struct vg_report report[ROOM];
};

static int open_room(void **state)
{
    *state = calloc(1, sizeof(struct room));
    return vg_sources_init(&((struct room *)*state)->sources) ? -1 : 0;
}

static int close_room(void **state)
{
    struct room *m = *state;
    vg_recording_free(m->recording);
    vg_sources_free(&m->sources);
    free(m);
    return 0;
}

static struct vg_recording *begin(struct room *m, bool table)
{
    const struct vg_layout *layout = table ? vg_csv_known(HEADER, sizeof HEADER - 1) : NULL;
    assert_true(layout || !table);
    vg_recording_free(m->recording);
    m->recording = NULL;
    assert_int_equal(vg_recording_new(layout, &m->sources, vg_source_feed(&m->sources, "log"), &m->recording), VG_OK);
    assert_int_equal(vg_recording_is_table(m->recording), table);
    return m->recording;
}

static size_t decode(struct room *m, const char *text)
{
    size_t taken, n = vg_recording_decode(m->recording, text, strlen(text), VG_SECOND_US, VG_TIME_SOURCE_UNKNOWN,
                                          m->report, ROOM, &taken);
    assert_int_equal(taken, strlen(text));
    return n;
}

static void a_recording_begins_at_any_offset(void **state)
{
    struct room *m = *state;
    static const uint64_t offsets[] = {0, 1, 5000, UINT64_C(1) << 40};
    for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++) {
        struct vg_recording *r = begin(m, false);
        assert_int_equal(vg_recording_begin_at(r, offsets[i], NULL), VG_OK);
        assert_int_equal(decode(m, SENTENCE), 1);
        assert_int_equal(vg_recording_offset(r), offsets[i] + sizeof SENTENCE - 1);
        r = begin(m, true);
        assert_int_equal(vg_recording_begin_at(r, offsets[i], HEADER), VG_OK);
        const char *text = offsets[i] ? ROW("24") : HEADER ROW("24");
        assert_int_equal(decode(m, text), 1);
        assert_int_equal(vg_recording_offset(r), offsets[i] + strlen(text));
        assert_int_equal(m->report[0].journal_offset, offsets[i] ? offsets[i] : sizeof HEADER - 1);
    }
}

static void a_table_goes_on_only_with_its_header(void **state)
{
    struct room *m = *state;
    static const char *const others[] = {NULL, "", "a,b,c\n", ROW("24")};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct vg_recording *r = begin(m, true);
        assert_int_equal(vg_recording_begin_at(r, 100, others[i]), VG_UNSUPPORTED);
        assert_int_equal(vg_recording_offset(r), 0);
    }
    assert_int_equal(vg_recording_begin_at(begin(m, true), 0, NULL), VG_OK); /* it reads the header itself */
}

static void a_tables_reports_stand_where_their_rows_are_in_the_journal(void **state)
{
    struct room *m = *state;
    struct vg_recording *r = begin(m, true);
    const uint64_t first = sizeof HEADER - 1;
    assert_int_equal(decode(m, HEADER ROW("24") ROW("25") ROW("26") ROW("27")), 4);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(m->report[i].journal_offset, first + i * ROW_SIZE);
    vg_recording_map_offset(r, first + ROW_SIZE, 90000); /* the second and third row are one entry, the fourth none */
    vg_recording_map_offset(r, first + 3 * ROW_SIZE, 0);
    vg_recording_set_journal_offsets(r, m->report, 4);
    assert_int_equal(m->report[0].journal_offset, 0); /* from before all that is known */
    assert_int_equal(m->report[1].journal_offset, 90000);
    assert_int_equal(m->report[2].journal_offset, 90000 + ROW_SIZE);
    assert_int_equal(m->report[3].journal_offset, 0);
}

/* The last 4096 places are known; of older rows it isn't known any more. */
static void so_many_rows_back_are_known_and_no_more(void **state)
{
    struct room *m = *state;
    struct vg_recording *r = begin(m, true);
    for (uint64_t mapped = 1; mapped <= 10000; mapped++) {
        vg_recording_map_offset(r, mapped * 100, 1000000 + mapped * 1000);
        if (mapped != 1 && mapped != 4095 && mapped != 4096 && mapped != 4097 && mapped != 10000)
            continue;
        uint64_t oldest = mapped > 4096 ? mapped - 4095 : 1;
        const struct vg_report want[] = {{.journal_offset = oldest * 100},
                                         {.journal_offset = oldest * 100 - 1},
                                         {.journal_offset = mapped * 100},
                                         {.journal_offset = mapped * 100 + 7},
                                         {.journal_offset = 0}};
        memcpy(m->report, want, sizeof want);
        vg_recording_set_journal_offsets(r, m->report, 5);
        assert_int_equal(m->report[0].journal_offset, 1000000 + oldest * 1000);
        assert_int_equal(m->report[1].journal_offset, 0);
        assert_int_equal(m->report[2].journal_offset, 1000000 + mapped * 1000);
        assert_int_equal(m->report[3].journal_offset, 1000000 + mapped * 1000 + 7);
        assert_int_equal(m->report[4].journal_offset, 0);
    }
}

/* What was unfinished is told at the end, with the time of the last bytes, and once. */
static void the_end_tells_what_still_waited(void **state)
{
    struct room *m = *state;
    size_t taken;
    struct vg_recording *r = begin(m, false);
    const char unfinished[] = "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24";
    assert_int_equal(vg_recording_end(r, m->report, ROOM), 0); /* nothing came yet */
    assert_int_equal(
        vg_recording_decode(r, unfinished, strlen(unfinished), 77, VG_TIME_SOURCE_UNKNOWN, m->report, ROOM, &taken), 0);
    assert_int_equal(vg_recording_end(r, m->report, ROOM), 1);
    assert_int_equal(m->report[0].time_us, 77);
    assert_string_equal(vg_source_get(&m->sources, m->report[0].source)->name, "log");
    assert_int_equal(vg_recording_end(r, m->report, ROOM), 0);
    r = begin(m, true);
    const char row[] = HEADER "735059001,2022-01-03T00:00:24,-2.2,-79.9,12.2,275.4,197,,,,,12,,,,,A";
    assert_int_equal(decode(m, row), 0);
    assert_int_equal(vg_recording_end(r, m->report, ROOM), 1);
    assert_int_equal(m->report[0].mmsi, 735059001);
    assert_int_equal(vg_recording_end(r, m->report, ROOM), 0);
}

/* The times of a recording leap: its fragments wait by lines. */
static void a_recordings_fragments_wait_however_long_it_was(void **state)
{
    struct room *m = *state;
    static const char half1[] = "!AIVDM,2,1,1,A,55?MbV02;H;s<HtKR20EHE:0@T4@Dn2222222216L961O5Gf0NSQEp6ClRp8,0*1C\n";
    static const char half2[] = "!AIVDM,2,2,1,A,88888888880,2*25\n";
    size_t taken;
    struct vg_recording *r = begin(m, false);
    assert_int_equal(
        vg_recording_decode(r, half1, sizeof half1 - 1, VG_HOUR_US, VG_TIME_SOURCE_UNKNOWN, m->report, ROOM, &taken),
        0);
    assert_int_equal(vg_recording_decode(r, half2, sizeof half2 - 1, 9 * VG_HOUR_US, VG_TIME_SOURCE_UNKNOWN, m->report,
                                         ROOM, &taken),
                     1);
}

static void sentences_keep_their_journal_offsets(void **state)
{
    struct room *m = *state;
    struct vg_recording *r = begin(m, false);
    vg_recording_map_offset(r, 0, 7000);
    assert_int_equal(decode(m, SENTENCE SENTENCE), 2);
    vg_recording_set_journal_offsets(r, m->report, 2);
    assert_int_equal(m->report[0].journal_offset, 7000);
    assert_int_equal(m->report[1].journal_offset, 7000 + sizeof SENTENCE - 1);
}

static void what_is_counted_is_counted_since_it_was_forgotten(void **state)
{
    struct room *m = *state;
    struct vg_recording *r = begin(m, false);
    struct vg_recording_counts c;
    for (int i = 0; i < 2; i++) { /* the same bytes count the same again */
        assert_int_equal(decode(m, SENTENCE DAMAGED SENTENCE), 2);
        vg_recording_counts(r, &c);
        assert_int_equal(c.bytes, 3 * (sizeof SENTENCE - 1));
        assert_int_equal(c.lines, 3);
        assert_int_equal(c.sentences, 2);
        assert_null(c.row_example);
        assert_int_equal(c.messages, 2);
        assert_int_equal(c.refused[VG_REFUSAL_CHECKSUM], 1);
        assert_memory_equal(c.example[VG_REFUSAL_CHECKSUM], DAMAGED, sizeof DAMAGED - 2);
        vg_recording_forget(r);
    }
    r = begin(m, true);
    assert_int_equal(decode(m, HEADER), 0);
    vg_recording_forget(r);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(decode(m, ROW("24") "735059001,yesterday,,,,,,,,,,,,,,,A\n" ROW("25")), 2);
        vg_recording_counts(r, &c);
        assert_int_equal(c.lines, 3);
        assert_int_equal(c.sentences, 3);
        assert_int_equal(c.bytes, 2 * ROW_SIZE + strlen("735059001,yesterday,,,,,,,,,,,,,,,A\n"));
        assert_null(c.example);
        assert_int_equal(c.messages, 2);
        assert_int_equal(c.rows_refused[VG_CSV_REFUSAL_TIME], 1);
        assert_non_null(strstr(c.row_example[VG_CSV_REFUSAL_TIME], "yesterday"));
        vg_recording_forget(r);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_room, close_room)
    const struct CMUnitTest tests[] = {
        TEST(a_recording_begins_at_any_offset),
        TEST(a_table_goes_on_only_with_its_header),
        TEST(a_tables_reports_stand_where_their_rows_are_in_the_journal),
        TEST(so_many_rows_back_are_known_and_no_more),
        TEST(the_end_tells_what_still_waited),
        TEST(a_recordings_fragments_wait_however_long_it_was),
        TEST(sentences_keep_their_journal_offsets),
        TEST(what_is_counted_is_counted_since_it_was_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
