/*
 * What is told of a file is part of what "taken" means: told otherwise, or asked for again, it takes the place of its
 * rows of then. A file of which nothing fits is none; an unfinished last line waits; no time is believed that can't be.
 */
#include "journal/room.h"

#include "archive/store.h"
#include "base/time.h"
#include "ingest/inner.h"
#include "intake/intake.h"

#define S(s)     (INT64_C(s) * VG_SECOND_US)
#define NOW      S(1764460800)                                     /* 2025-11-30 */
#define SENTENCE "!AIVDM,1,1,,A,13u?etPv000n:dDPwUM1U1Cp069D,0*3F" /* a ship at rest: she may say it again */
#define OTHER    "!AIVDM,1,1,,B,15M67FC000G?ufbE`FepT@3n00Sa,0*5C"

struct answer {
    size_t job;
    enum vg_err err;
    char why[256];
    uint64_t waiting;
};

static void on_progress(void *arg, const struct vg_ingest_progress *p)
{
    struct answer *a = arg;
    if (!p->ended)
        return;
    a->err = p->err;
    a->waiting = p->waiting;
    snprintf(a->why, sizeof a->why, "%s", p->why ? p->why : "");
}

/* Takes a file of this text; how it ended. */
static struct answer take(const char *data, const char *text, struct vg_ledger_told told, bool again, unsigned threads)
{
    struct answer a = {.err = VG_OK};
    const struct vg_ingest_options o = {.threads = threads,
                                        .journal_level = 1,
                                        .archive_level = 1,
                                        .fresh_level = 1,
                                        .most_rows = 1 << 16,
                                        .begun_us = NOW,
                                        .monotonic_us = vg_clock_monotonic_us,
                                        .dice = fixed_dice,
                                        .on_progress = on_progress,
                                        .arg = &a};
    char path[VG_IO_PATH];
    snprintf(path, sizeof path, "%s.log", data);
    spill(path, text, strlen(text));
    const struct vg_ingest_job job = {.path = path, .name = "log", .time_us = NOW - S(7), .told = told, .again = again};
    struct vg_ingest *in;
    const char *why;
    if (vg_ingest_open(data, &o, &in, &why))
        fail_msg("%s", why);
    if (vg_ingest_run(in, &job, 1))
        fail_msg("%s", vg_ingest_why(in));
    assert_int_equal(vg_ingest_close(in), VG_OK);
    return a;
}

static enum vg_err put_row(void *arg, const struct vg_position *row)
{
    struct vg_out *out = arg;
    vg_out_printf(out, "%lld ", (long long)(row->time_us / VG_SECOND_US));
    return VG_OK;
}

/* The times of all rows, in seconds since 1970, with a blank behind each. */
static const char *rows_of(const char *data)
{
    static char text[4096];
    struct vg_out out = vg_out_fixed(text, sizeof text - 1);
    struct vg_store *store;
    struct vg_positions_query all = VG_POSITIONS_ALL;
    char archive[VG_IO_PATH];
    snprintf(archive, sizeof archive, "%s/archive", data);
    assert_int_equal(vg_store_reader_open(archive, &store), VG_OK);
    assert_int_equal(vg_store_positions(store, &all, put_row, NULL, &out, NULL), VG_OK);
    vg_store_reader_close(store);
    text[out.len] = '\0';
    return text;
}

static void rebuild(const char *data)
{
    char archive[VG_IO_PATH];
    snprintf(archive, sizeof archive, "%s/archive", data);
    remove_tree(archive);
    take(data, "1700000000 " OTHER "\n", (struct vg_ledger_told){0}, false, 1);
}

static void a_file_told_otherwise_takes_its_own_place(void **state)
{
    static const char text[] = "05/06/2024 07:08:09 " SENTENCE "\n05/06/2024 07:08:10 " OTHER "\n";
    for (unsigned threads = 1; threads <= 4; threads += 3) {
        const char *data = in(*state, threads == 1 ? "one" : "four");
        const struct vg_ledger_told day = {.form = "DD/MM/YYYY hh:mm:ss"}, month = {.form = "MM/DD/YYYY hh:mm:ss"},
                                    west = {.form = "DD/MM/YYYY hh:mm:ss", .zone_minutes = -300},
                                    given = {.given_us = S(1600000000)}, file = {.undated = true};
        struct answer a = take(data, text, (struct vg_ledger_told){0}, false, threads);
        assert_int_equal(a.err, VG_UNSUPPORTED); /* it is not known which is the day */
        assert_non_null(strstr(a.why, "--time 'DD/MM/YYYY hh:mm:ss'"));
        assert_string_equal(rows_of(data), "");
        assert_int_equal(take(data, text, day, false, threads).err, VG_OK);
        assert_string_equal(rows_of(data), "1717571289 1717571290 ");
        assert_int_equal(take(data, text, day, false, threads).err, VG_EXISTS);
        assert_int_equal(take(data, text, month, false, threads).err, VG_OK);
        assert_string_equal(rows_of(data), "1714979289 1714979290 ");
        assert_int_equal(take(data, text, west, false, threads).err, VG_OK);
        assert_string_equal(rows_of(data), "1717589289 1717589290 ");
        assert_int_equal(take(data, text, given, false, threads).err, VG_OK);
        assert_string_equal(rows_of(data), "1600000000 1600000000 ");
        assert_int_equal(take(data, text, file, false, threads).err, VG_OK);
        assert_string_equal(rows_of(data), "1764460793 1764460793 ");
        assert_int_equal(take(data, text, day, false, threads).err, VG_OK); /* what was replaced is not there */
        assert_string_equal(rows_of(data), "1717571289 1717571290 ");
        assert_int_equal(take(data, text, day, true, threads).err, VG_OK);
        assert_string_equal(rows_of(data), "1717571289 1717571290 ");
        rebuild(data); /* out of the journal, which has all seven */
        assert_string_equal(rows_of(data), "1700000000 1717571289 1717571290 ");
    }
}

/* A file that grew since it was taken, again: all of it once. */
static void a_grown_file_takes_the_place_of_what_it_was(void **state)
{
    const char *data = in(*state, "data");
    const struct vg_ledger_told told = {0};
    static const char one[] = "1700000000 " SENTENCE "\n", two[] = "1700000000 " SENTENCE "\n1700000001 " OTHER "\n";
    assert_int_equal(take(data, one, told, false, 1).err, VG_OK);
    assert_int_equal(take(data, two, told, true, 1).err, VG_OK);
    assert_string_equal(rows_of(data), "1700000000 1700000001 ");
    assert_int_equal(take(data, one, told, false, 1).err, VG_OK); /* a file of its own again: the other has its bytes */
    assert_string_equal(rows_of(data), "1700000000 1700000000 1700000001 ");
}

static void a_file_of_which_nothing_fits_is_none(void **state)
{
    const char *data = in(*state, "data");
    const struct vg_ledger_told told = {0};
    static const char *const texts[] = {"hello\n", "!AIVDM,1,1,,A,0000,0*00\n", "\x89PNG\r\n\x1A\n", "GARBAGE !AIVDM\n",
                                        "$GPGGA,000001,,,,,0,,,,M,,M,,*44\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        for (int again = 0; again < 2; again++) { /* it is not "taken before" */
            struct answer a = take(data, texts[i], told, false, 1);
            if (a.err != VG_UNSUPPORTED || !*a.why)
                fail_msg("%s: %s %s", texts[i], vg_err_text(a.err), a.why);
        }
    assert_string_equal(rows_of(data), "");
}

/* A log longer than what is looked at first, in which nothing is of use: known only when it was read. */
static void a_long_file_of_which_nothing_fits_can_be_given_again(void **state)
{
    const char *data = in(*state, "data");
    struct vg_out text = vg_out_growing(1 << 20);
    for (int i = 0; i < 4000; i++)
        vg_out_printf(&text, "!AIVDM,1,1,,A,%05d,0*00\n", i);
    vg_out_char(&text, '\0');
    for (int again = 0; again < 2; again++) {
        struct answer a = take(data, text.buf, (struct vg_ledger_told){0}, false, 1);
        assert_int_equal(a.err, VG_UNSUPPORTED);
        assert_non_null(strstr(a.why, "nothing in it"));
    }
    vg_out_free(&text);
}

static void an_unfinished_line_waits_for_its_rest(void **state)
{
    static const char whole[] = "1700000000 " SENTENCE "\n1700000001 " SENTENCE "\n1700000002 " SENTENCE "\n";
    const struct vg_ledger_told told = {0};
    const size_t line = strlen("1700000000 " SENTENCE "\n");
    for (size_t cut = line; cut < sizeof whole - 1; cut += 7) {
        char name[32], text[sizeof whole];
        snprintf(name, sizeof name, "cut%zu", cut);
        const char *data = in(*state, name);
        snprintf(text, sizeof text, "%.*s", (int)cut, whole);
        struct answer a = take(data, text, told, false, 1);
        assert_int_equal(a.err, VG_OK);
        bool within = cut % line && cut % line != line - 1;
        assert_int_equal(a.waiting, within ? cut % line : 0);
        assert_int_equal(take(data, text, told, false, 1).err, VG_EXISTS); /* nothing more has come */
        assert_int_equal(take(data, whole, told, false, 1).err, VG_OK);
        assert_string_equal(rows_of(data), "1700000000 1700000001 1700000002 ");
        assert_int_equal(take(data, whole, told, false, 1).err, VG_EXISTS);
        remove_tree(data);
    }
}

/* A table that is cut anywhere and grows: each row once, and as it is whole. */
static void a_row_waits_for_its_rest(void **state)
{
    static const char whole[] =
        "time,mmsi,lat,lon\n2024-11-22T05:20:00Z,735059000,-2.1,-80.25\n"
        "2024-11-22T05:20:01Z,735059000,-2.1,-80.26\n2024-11-22T05:20:02Z,735059000,-2.1,-80.27\n";
    const size_t least = strlen("time,mmsi,lat,lon\n2024-11-22T05:20:00Z,735059000,-2.1,-80.25\n");
    for (size_t cut = least; cut < sizeof whole - 1; cut += 5) { /* 5: each place of a row in turn */
        char name[32], text[sizeof whole];
        snprintf(name, sizeof name, "cut%zu", cut);
        const char *data = in(*state, name);
        snprintf(text, sizeof text, "%.*s", (int)cut, whole);
        assert_int_equal(take(data, text, (struct vg_ledger_told){0}, false, 1).err, VG_OK);
        assert_int_equal(take(data, text, (struct vg_ledger_told){0}, false, 1).err, VG_EXISTS);
        assert_int_equal(take(data, whole, (struct vg_ledger_told){0}, false, 1).err, VG_OK);
        if (strcmp(rows_of(data), "1732252800 1732252801 1732252802 ") != 0)
            fail_msg("cut at %zu: %s", cut, rows_of(data));
        remove_tree(data);
    }
}

/* A table of an old spreadsheet: CR alone ends its lines, also behind the first chunk. */
static void a_table_may_end_its_lines_with_cr(void **state)
{
    const char *data = in(*state, "data");
    struct vg_out text = vg_out_growing(1 << 20);
    vg_out_text(&text, "mmsi,time,lat,lon\r");
    for (int i = 0; i < 3000; i++)
        vg_out_printf(&text, "%d,2024-11-22T05:20:00Z,%d,-80.1\r", 735059000 + i / 1000,
                      i % 1000 < 998 ? 91 : 1 + i % 1000 - 998);
    vg_out_char(&text, '\0');
    assert_int_equal(take(data, text.buf, (struct vg_ledger_told){0}, false, 1).err, VG_OK);
    assert_string_equal(rows_of(data), "1732252800 1732252800 1732252800 1732252800 1732252800 1732252800 ");
    assert_int_equal(take(data, text.buf, (struct vg_ledger_told){0}, false, 1).err, VG_EXISTS);
    vg_out_free(&text);
}

/* Cut anywhere, and whole later: what was a guess at the cut line is not kept beside what the line really says. */
static void what_was_torn_is_taken_anew(void **state)
{
    static const char *const wholes[] = {SENTENCE ",r1,1732252800\n" OTHER ",r1,1732252801\n",
                                         SENTENCE " 2024-11-22T05:20:00Z\n" OTHER " 2024-11-22T05:20:01Z\n",
                                         "mmsi,lat,lon,time\r\n735059000,-2.1,-80.1,2024-11-22T05:20:00Z\r\n735059000,-"
                                         "2.1,-80.2,2024-11-22T05:20:01Z\r\n"};
    const struct vg_ledger_told told = {0};
    for (size_t i = 0; i < sizeof wholes / sizeof *wholes; i++)
        for (size_t cut = strlen(SENTENCE); cut < strlen(wholes[i]); cut += 9) {
            char text[256];
            const char *data = in(*state, "torn");
            snprintf(text, sizeof text, "%.*s", (int)cut, wholes[i]);
            struct answer a = take(data, text, told, false, 1);
            assert_int_equal(take(data, wholes[i], told, false, 1).err, VG_OK);
            if (strcmp(rows_of(data), "1732252800 1732252801 ") != 0)
                fail_msg("cut at %zu of %s: %s", cut, wholes[i], rows_of(data));
            assert_int_equal(take(data, wholes[i], told, false, 1).err, VG_EXISTS);
            if (!a.waiting)
                take(data, text, told, false, 1); /* a copy from before it grew */
            assert_string_equal(rows_of(data), "1732252800 1732252801 ");
            remove_tree(data);
        }
}

/* A table that grew over several runs comes out of the journal whole, though only its begin has a header. */
static void a_table_that_grew_is_rebuilt_whole(void **state)
{
    const char *data = in(*state, "data");
    char text[1024] = "time,mmsi,lat,lon\n";
    for (int i = 0; i < 5; i++) {
        snprintf(text + strlen(text), sizeof text - strlen(text), "2024-11-22T05:20:%02dZ,735059000,-2.1,-80.%d\n", i,
                 i);
        assert_int_equal(take(data, text, (struct vg_ledger_told){0}, false, 1).err, VG_OK);
    }
    assert_string_equal(rows_of(data), "1732252800 1732252801 1732252802 1732252803 1732252804 ");
    rebuild(data);
    assert_string_equal(rows_of(data), "1700000000 1732252800 1732252801 1732252802 1732252803 1732252804 ");
}

/* A day ahead of now is believed, for clocks and zones differ; more is not, nor a time before 1990. */
static void no_time_is_filed_that_can_not_be(void **state)
{
    const char *data = in(*state, "data");
    char text[1024];
    snprintf(text, sizeof text,
             "1700000000 " SENTENCE "\n%lld " SENTENCE "\n%lld " SENTENCE "\n600000000 " SENTENCE
             "\n1700000001 " SENTENCE "\n20991231235959 " SENTENCE "\n",
             (long long)((NOW + VG_DAY_US) / VG_SECOND_US), (long long)((NOW + VG_DAY_US) / VG_SECOND_US + 1));
    assert_int_equal(take(data, text, (struct vg_ledger_told){0}, false, 1).err, VG_OK);
    assert_string_equal(rows_of(data), "1700000000 1700000001 1700000001 1764547200 1764547200 1764547200 ");
    rebuild(data);
    assert_string_equal(rows_of(data), "1700000000 1700000001 1700000001 1700000000 1764547200 1764547200 1764547200 ");
}

/* Where each row's time comes from stands in the journal, so that it comes out of it again. */
static void where_times_come_from_is_journaled(void **state)
{
    const char *data = in(*state, "data");
    struct vg_journal_reader *reader;
    struct vg_record r;
    const char *why;
    char from[64] = "", journal[VG_IO_PATH];
    take(data, SENTENCE "\n1700000000 " SENTENCE "\n" SENTENCE "\n\\c:1700000001*5E\\" SENTENCE "\n",
         (struct vg_ledger_told){0}, false, 1);
    snprintf(journal, sizeof journal, "%.400s/journal", data);
    assert_int_equal(vg_journal_reader_open(journal, NULL, NULL, NULL, &reader, &why), VG_OK);
    while (vg_journal_reader_next(reader, &r) == VG_OK)
        if (r.kind == VG_RECORD_DATA)
            snprintf(from + strlen(from), sizeof from - strlen(from), "%s ",
                     vg_time_source_key(vg_recording_stream_time(r.stream)));
    vg_journal_reader_close(reader);
    assert_string_equal(from, "neighbour line neighbour tag ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_room(a_file_told_otherwise_takes_its_own_place),
        in_a_room(a_grown_file_takes_the_place_of_what_it_was),
        in_a_room(a_file_of_which_nothing_fits_is_none),
        in_a_room(a_long_file_of_which_nothing_fits_can_be_given_again),
        in_a_room(an_unfinished_line_waits_for_its_rest),
        in_a_room(a_row_waits_for_its_rest),
        in_a_room(a_table_may_end_its_lines_with_cr),
        in_a_room(what_was_torn_is_taken_anew),
        in_a_room(a_table_that_grew_is_rebuilt_whole),
        in_a_room(no_time_is_filed_that_can_not_be),
        in_a_room(where_times_come_from_is_journaled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
