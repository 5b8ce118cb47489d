/* The engine without a command line: interleaved strangers in the journal, retired segments, fragments across a stop.
 */
#include "journal/room.h"

#include <signal.h>
#include <sys/resource.h>
#include <zlib.h>

#include "archive/store.h"
#include "base/time.h"
#include "ingest/inner.h"
#include "intake/intake.h"

static struct vg_ingest_options options_of(unsigned threads)
{
    return (struct vg_ingest_options){.threads = threads,
                                      .journal_level = 1,
                                      .archive_level = 1,
                                      .fresh_level = 1,
                                      .most_rows = 1 << 16,
                                      .monotonic_us = vg_clock_monotonic_us,
                                      .dice = fixed_dice};
}

static struct vg_ingest *open_ingest(const char *dir, const struct vg_ingest_options *o)
{
    struct vg_ingest *in = NULL;
    const char *why;
    if (vg_ingest_open(dir, o, &in, &why))
        fail_msg("%s", why);
    return in;
}

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

static enum vg_err count_row(void *arg, const struct vg_position *row)
{
    uint64_t *n = arg;
    n[0]++;
    n[1] += row->mmsi;
    return VG_OK;
}

static bool times_of_records = true; /* are those of the rows */

/* Each row's journal offset leads to the begin of a sentence that says its MMSI. */
static enum vg_err check_offset(void *arg, const struct vg_position *row)
{
    struct vg_record record;
    size_t at;
    char *end;
    assert_int_equal(vg_journal_reader_at(arg, row->journal_offset, &record, &at), VG_OK);
    const char *text = (const char *)record.bytes + at;
    if (at && text[-1] != '\n')
        fail_msg("a row points into a line: %.20s", text);
    if (times_of_records)
        assert_true(record.time_us == row->time_us);
    if (*text >= '0' && *text <= '9')
        assert_true(strtoll(text, &end, 10) * VG_SECOND_US == row->time_us);
    return VG_OK;
}

/* Of a message in two parts: to its first. */
static enum vg_err check_static(void *arg, const struct vg_static *row)
{
    struct vg_record record;
    size_t at;
    assert_int_equal(vg_journal_reader_at(arg, row->journal_offset, &record, &at), VG_OK);
    if (record.len - at < 10 || memcmp((const char *)record.bytes + at, "!AIVDM,2,1", 10) != 0)
        fail_msg("a static row points to %.20s", (const char *)record.bytes + at);
    return VG_OK;
}

static void check_offsets(const char *data)
{
    struct vg_store *store;
    struct vg_journal_reader *reader;
    struct vg_positions_query all = VG_POSITIONS_ALL;
    const char *why;
    assert_int_equal(vg_journal_reader_open(in(data, "journal"), NULL, NULL, NULL, &reader, &why), VG_OK);
    assert_int_equal(vg_store_reader_open(in(data, "archive"), &store), VG_OK);
    assert_int_equal(vg_store_positions(store, &all, check_offset, NULL, reader, NULL), VG_OK);
    assert_int_equal(vg_store_statics(store, &all, check_static, NULL, reader), VG_OK);
    vg_store_reader_close(store);
    vg_journal_reader_close(reader);
}

static uint64_t rows_of(const char *archive)
{
    struct vg_store *store;
    struct vg_positions_query all = VG_POSITIONS_ALL;
    uint64_t n[2] = {0, 0};
    assert_int_equal(vg_store_reader_open(archive, &store), VG_OK);
    assert_int_equal(vg_store_positions(store, &all, count_row, NULL, n, NULL), VG_OK);
    vg_store_reader_close(store);
    return n[0];
}

/* What a live feed journaled, two senders interleaved and cut anywhere, is archived when the folder is opened. */
static void a_journal_without_an_archive_gets_one(void **state)
{
    static const char a[] = "!AIVDM,1,1,,A,13u?etPv000n:dDPwUM1U1Cp069D,0*3F\r\n";
    static const char b[] = "!AIVDM,1,1,,B,15M67FC000G?ufbE`FepT@3p00Sa,0*42\r\n";
    const char *dir = *state;
    struct vg_journal *j = open_journal(in(dir, "journal"), NULL);
    for (size_t i = 0; i < sizeof a - 1; i++) {
        struct vg_journal_entry e = {
            .source = 1, .name = "Manta", .stream = 1, .received_us = T0_US, .bytes = a + i, .len = 1};
        assert_int_not_equal(vg_journal_append(j, &e), 0);
        e.stream = 2;
        e.bytes = b + i;
        if (i < sizeof b - 1)
            assert_int_not_equal(vg_journal_append(j, &e), 0);
    }
    struct vg_journal_entry datagram = {.source = 1,
                                        .name = "Manta",
                                        .stream = 3,
                                        .flags = VG_RECORD_DATAGRAM,
                                        .received_us = T0_US,
                                        .bytes = a,
                                        .len = sizeof a - 3};
    assert_int_not_equal(vg_journal_append(j, &datagram), 0);
    assert_int_not_equal(vg_journal_append(j, &datagram), 0);
    assert_int_equal(vg_journal_close(j, NULL), VG_OK);
    struct vg_ingest_options o = options_of(1);
    struct vg_ingest *in_ = open_ingest(dir, &o);
    assert_int_equal(vg_ingest_counts(in_)->caught_up, 4);
    assert_int_equal(vg_ingest_close(in_), VG_OK);
    assert_int_equal(rows_of(in(dir, "archive")), 4);
    in_ = open_ingest(dir, &o); /* and once only */
    assert_int_equal(vg_ingest_counts(in_)->caught_up, 0);
    assert_int_equal(vg_ingest_close(in_), VG_OK);
    assert_int_equal(rows_of(in(dir, "archive")), 4);
}

static void an_archive_that_was_thrown_away_comes_back(void **state)
{
    const char *dir = *state, *log = in(dir, "log.nmea");
    struct vg_out out = vg_out_growing(1 << 22);
    for (int i = 0; i < 3000; i++)
        vg_out_printf(&out, "%d !AIVDM,1,1,,A,13u?etPv000n:dDPwUM1U1Cp069D,0*3F\n", 1700000000 + i);
    vg_out_char(&out, '\0');
    write_file(log, out.buf);
    vg_out_free(&out);
    for (unsigned threads = 1; threads <= 4; threads += 3) {
        struct vg_ingest_options o = options_of(threads);
        struct vg_ingest_job job = {.path = log, .name = "log", .time_us = 1};
        const char *data = in(dir, threads == 1 ? "one" : "four"),
                   *archive = in(dir, threads == 1 ? "one/archive" : "four/archive");
        struct vg_ingest *ingest = open_ingest(data, &o);
        assert_int_equal(vg_ingest_run(ingest, &job, 1), VG_OK);
        assert_int_equal(vg_ingest_counts(ingest)->positions, 3000);
        assert_int_equal(vg_ingest_close(ingest), VG_OK);
        check_offsets(data);
        remove_tree(archive);
        ingest = open_ingest(data, &o);
        assert_int_equal(vg_ingest_counts(ingest)->caught_up, 3000);
        assert_int_equal(vg_ingest_run(ingest, &job, 1), VG_OK);
        assert_int_equal(vg_ingest_counts(ingest)->known, 1);
        assert_int_equal(vg_ingest_close(ingest), VG_OK);
        assert_int_equal(rows_of(archive), 3000);
        check_offsets(data);
    }
}

static void stop_now(void *arg, const struct vg_ingest_progress *p)
{
    (void)p;
    atomic_store((atomic_bool *)arg, true);
}

/* Stops at the first progress. */
static struct vg_ingest_options options_that_stop(atomic_bool *stop)
{
    struct vg_ingest_options o = options_of(1);
    o.stop = stop;
    o.on_progress = stop_now;
    o.arg = (void *)(uintptr_t)stop;
    return o;
}

/* Stopped after each chunk, again and again, with a message in two parts in every line's way. */
static void whoever_stops_at_every_chunk_loses_nothing(void **state)
{
    const char *dir = *state, *log = in(dir, "log.nmea");
    static const char *const half[] = {
        "!AIVDM,2,1,1,A,55?MbV02;H;s<HtKR20EHE:0@T4@Dn2222222216L961O5Gf0NSQEp6ClRp8,0*1C\n",
        "!AIVDM,2,2,1,A,88888888880,2*25\n"};
    struct vg_out out = vg_out_growing(1 << 24);
    for (int i = 0; i < 20000; i++)
        vg_out_printf(&out, "!AIVDM,1,1,,A,13u?etPv000n:dDPwUM1U1Cp069D,0*3F\n%s", half[i % 2]);
    vg_out_char(&out, '\0');
    write_file(log, out.buf);
    vg_out_free(&out);
    atomic_bool stop = false;
    struct vg_ingest_options o = options_that_stop(&stop);
    struct vg_ingest_job job = {.path = log, .name = "log", .time_us = T0_US};
    uint64_t positions = 0, statics = 0;
    enum vg_err err = VG_EOF;
    unsigned runs = 0;
    for (uint64_t known = 0; !known; runs++) {
        stop = 0;
        struct vg_ingest *ingest = open_ingest(in(dir, "data"), &o);
        err = vg_ingest_run(ingest, &job, 1);
        assert_true(err == VG_EOF || err == VG_OK);
        positions += vg_ingest_counts(ingest)->positions;
        statics += vg_ingest_counts(ingest)->statics;
        known = vg_ingest_counts(ingest)->known;
        assert_int_equal(vg_ingest_close(ingest), VG_OK);
    }
    assert_true(runs > 20);
    assert_int_equal(positions, 20000);
    assert_int_equal(statics, 10000);
}

static int64_t clock_that_leaps(void)
{
    static int64_t now_us;
    return now_us += VG_MINUTE_US;
}

/* A commit that takes too long when it is stopped is given up: nothing is lost, and nothing is there twice. */
static void a_stop_gives_a_long_commit_up_and_the_next_opening_catches_up(void **state)
{
    const char *dir = *state, *log = in(dir, "log.csv"), *data = in(dir, "data"), *archive = in(dir, "data/archive");
    struct vg_out out = vg_out_growing(1 << 20);
    vg_out_text(&out, "t,m,y,x\n");
    for (int i = 0; i < 9000; i++) /* more than a commit writes before it asks */
        vg_out_printf(&out, "%lld,%d,1,1\n", (long long)(T0_US / VG_SECOND_US + i), 300000000 + i);
    vg_out_char(&out, '\0');
    write_file(log, out.buf);
    vg_out_free(&out);
    atomic_bool stop = false;
    struct vg_ingest_options o = options_that_stop(&stop);
    o.monotonic_us = clock_that_leaps;
    const struct vg_ingest_job job = {.path = log,
                                      .name = "log",
                                      .time_us = T0_US,
                                      .layout = "name: short\ncolumns:\n  - {column: t, field: time}\n"
                                                "  - {column: m, field: mmsi}\n  - {column: y, field: latitude}\n"
                                                "  - {column: x, field: longitude}\n"};
    struct vg_ingest *ingest = open_ingest(data, &o);
    assert_int_equal(vg_ingest_run(ingest, &job, 1), VG_EOF);
    assert_string_equal(vg_ingest_why(ingest), "");
    assert_int_equal(vg_ingest_counts(ingest)->positions, 0);
    assert_int_equal(vg_ingest_close(ingest), VG_OK);
    assert_int_equal(rows_of(archive), 0);
    const char *why;
    assert_int_equal(vg_ingest_open(data, &o, &ingest, &why), VG_EOF); /* while it catches up */
    assert_non_null(strstr(why, "call it again to go on"));
    o = options_of(1);
    ingest = open_ingest(data, &o);
    uint64_t caught_up = vg_ingest_counts(ingest)->caught_up;
    assert_true(caught_up > 0);
    assert_int_equal(vg_ingest_run(ingest, &job, 1), VG_OK);
    assert_int_equal(vg_ingest_close(ingest), VG_OK);
    assert_int_equal(rows_of(archive), 9000);
}

/* What the service passes: levels that it leaves to the archive. */
static void levels_that_are_left_out_are_the_archives(void **state)
{
    const char *dir = *state;
    struct vg_journal *j = open_journal(in(dir, "journal"), NULL);
    append(j, 0);
    assert_int_equal(vg_journal_close(j, NULL), VG_OK);
    const struct vg_ingest_options o = {.threads = 1, .journal_level = 3, .dice = fixed_dice};
    assert_int_equal(vg_ingest_close(open_ingest(dir, &o)), VG_OK);
}

static const char short_rows[] = "name: short\ncolumns:\n  - {column: t, field: time}\n"
                                 "  - {column: m, field: mmsi}\n  - {column: y, field: latitude}\n"
                                 "  - {column: x, field: longitude}\n";

/* Short rows, a second apart: as many entries in a chunk as a table can well have. */
static void a_tables_rows_lead_to_the_journal_also_out_of_it(void **state)
{
    const char *dir = *state, *log = in(dir, "log.csv"), *data = in(dir, "data"), *archive = in(dir, "data/archive");
    struct vg_out out = vg_out_growing(1 << 20);
    vg_out_text(&out, "t,m,y,x\n");
    for (int i = 0; i < 9000; i++)
        vg_out_printf(&out, "%d,735059001,1,1\n", 1700000000 + i);
    vg_out_char(&out, '\0');
    write_file(log, out.buf);
    vg_out_free(&out);
    struct vg_ingest_options o = options_of(1);
    struct vg_ingest_job job = {.path = log, .name = "log", .layout = short_rows, .time_us = 1};
    struct vg_ingest *ingest = open_ingest(data, &o);
    assert_int_equal(vg_ingest_run(ingest, &job, 1), VG_OK);
    assert_int_equal(vg_ingest_counts(ingest)->positions, 9000);
    assert_int_equal(vg_ingest_close(ingest), VG_OK);
    check_offsets(data);
    remove_tree(archive);
    ingest = open_ingest(data, &o);
    assert_int_equal(vg_ingest_counts(ingest)->caught_up, 9000);
    assert_int_equal(vg_ingest_close(ingest), VG_OK);
    assert_int_equal(rows_of(archive), 9000);
    check_offsets(data);
}

static void what_is_refused_is_counted_with_an_example(void **state)
{
    const char *dir = *state, *log = in(dir, "log.nmea"), *table = in(dir, "log.csv");
    write_file(log, "1700000000 !AIVDM,1,1,,A,13u?etPv000n:dDPwUM1U1Cp069D,0*3F\n"
                    "1700000001 !AIVDM,1,1,,A,13u?etPv000n:dDPwUM1U1Cp069D,0*25\n"
                    "1700000002 !AIVDM,1,1,,A,13u?etPv000n:dDPwUM1U1Cp069D,0*26\n");
    write_file(table, "t,m,y,x\n1700000000,735059001,1,1\nyesterday,735059001,1,1\n1700000001,735059001,1,1\n");
    struct vg_ingest_options o = options_of(1);
    const struct vg_ingest_job jobs[] = {{.path = log, .name = "log", .time_us = 1},
                                         {.path = table, .name = "table", .layout = short_rows, .time_us = 1}};
    struct vg_ingest *ingest = open_ingest(in(dir, "data"), &o);
    assert_int_equal(vg_ingest_run(ingest, jobs, 2), VG_OK);
    const struct vg_ingest_counts *c = vg_ingest_counts(ingest);
    assert_int_equal(c->positions, 3);
    for (int i = 0; i < VG_REFUSAL_COUNT; i++)
        assert_int_equal(c->refused[i], i == VG_REFUSAL_CHECKSUM ? 2 : 0);
    for (int i = 0; i < VG_CSV_REFUSAL_COUNT; i++)
        assert_int_equal(c->rows_refused[i], i == VG_CSV_REFUSAL_TIME ? 1 : 0);
    assert_non_null(strstr(c->example[VG_REFUSAL_CHECKSUM], "0*26"));
    assert_non_null(strstr(c->row_example[VG_CSV_REFUSAL_TIME], "yesterday"));
    assert_int_equal(vg_ingest_close(ingest), VG_OK);
}

/* Rows that the archive has no room for stop the run, and what catches up later as well; both say why. */
static void what_the_archive_can_not_take_is_told(void **state)
{
    const char *dir = *state, *log = in(dir, "log.nmea");
    struct vg_out out = vg_out_growing(1 << 20);
    for (int i = 0; i < 1000; i++)
        vg_out_printf(&out, "%d !AIVDM,1,1,,A,13u?etPv000n:dDPwUM1U1Cp069D,0*3F\n", 1700000000);
    vg_out_char(&out, '\0');
    write_file(log, out.buf);
    vg_out_free(&out);
    struct vg_ingest_job job = {.path = log, .name = "log", .time_us = 1};
    for (unsigned threads = 1; threads <= 4; threads += 3) {
        struct vg_ingest_options o = options_of(threads);
        o.most_rows = 100;
        const char *folder = in(dir, threads == 1 ? "one" : "four"), *why = "";
        struct vg_ingest *ingest = open_ingest(folder, &o);
        assert_int_not_equal(vg_ingest_run(ingest, &job, 1), VG_OK);
        assert_non_null(strstr(vg_ingest_why(ingest), "no room"));
        assert_int_equal(vg_ingest_close(ingest), VG_OK);
        assert_int_not_equal(vg_ingest_open(folder, &o, &ingest, &why), VG_OK);
        assert_non_null(strstr(why, "no room"));
        o.most_rows = 1 << 16;
        ingest = open_ingest(folder, &o); /* nothing was lost by it */
        assert_int_equal(vg_ingest_counts(ingest)->caught_up, 1000);
        assert_int_equal(vg_ingest_close(ingest), VG_OK);
    }
}

/* A message's second part comes more than a chunk behind its first: who goes on twice needs what was before both. */
static void a_part_waits_over_two_stops(void **state)
{
    const char *dir = *state, *log = in(dir, "log.nmea");
    struct vg_out out = vg_out_growing(1 << 24);
    for (int i = 0; i < 12 * 1900; i++) {
        if (i % 1900 == 0)
            vg_out_text(&out, "!AIVDM,2,1,1,A,55?MbV02;H;s<HtKR20EHE:0@T4@Dn2222222216L961O5Gf0NSQEp6ClRp8,0*1C\n");
        else if (i % 1900 == 900)
            vg_out_text(&out, "!AIVDM,2,2,1,A,88888888880,2*25\n");
        else
            vg_out_text(&out,
                        "!AIVDM,1,1,,A,13u?etPv000n:dDPwUM1U1Cp069D,0*3F,rSTATION1,rSTATION2,rSTATION3,rSTATION4\n");
    }
    vg_out_char(&out, '\0');
    write_file(log, out.buf);
    vg_out_free(&out);
    atomic_bool stop = false;
    struct vg_ingest_options o = options_that_stop(&stop);
    struct vg_ingest_job job = {.path = log, .name = "log", .time_us = T0_US};
    uint64_t statics = 0;
    unsigned runs = 0;
    for (uint64_t known = 0; !known; runs++) {
        stop = 0;
        struct vg_ingest *ingest = open_ingest(in(dir, "data"), &o);
        enum vg_err err = vg_ingest_run(ingest, &job, 1);
        assert_true(err == VG_EOF || err == VG_OK);
        statics += vg_ingest_counts(ingest)->statics;
        known = vg_ingest_counts(ingest)->known;
        assert_int_equal(vg_ingest_close(ingest), VG_OK);
    }
    assert_true(runs > 20);
    assert_int_equal(statics, 12);
    struct vg_store *store;
    struct vg_journal_reader *reader;
    struct vg_positions_query all = VG_POSITIONS_ALL;
    const char *why;
    assert_int_equal(vg_journal_reader_open(in(dir, "data/journal"), NULL, NULL, NULL, &reader, &why), VG_OK);
    assert_int_equal(vg_store_reader_open(in(dir, "data/archive"), &store), VG_OK);
    assert_int_equal(vg_store_statics(store, &all, check_static, NULL, reader), VG_OK);
    vg_store_reader_close(store);
    vg_journal_reader_close(reader);
}

#define LINE "!AIVDM,1,1,,A,13u?etPv000n:dDPwUM1U1Cp069D,0*3F\n"
#define BAD  "!AIVDM,1,1,,A,13u?etPv000n:dDPwUM1U1Cp069D,0*25\n"

struct told {
    unsigned calls, ended[4];
    enum vg_err err[4];
    char why[4][200];
    double share[4];
    uint64_t messages; /* when the last was told */
};

static void note(void *arg, const struct vg_ingest_progress *p)
{
    struct told *t = arg;
    t->calls++;
    assert_true(p->job < 4);
    assert_int_equal(!p->why, !p->err);
    t->ended[p->job] += p->ended;
    t->err[p->job] = p->err;
    t->share[p->job] = p->share;
    snprintf(t->why[p->job], sizeof t->why[0], "%s", p->why ? p->why : "");
    t->messages = p->counts->messages;
}

/* What was taken, what was there before, what can't be read: by file as it goes, and in all. */
static void whoever_runs_it_is_told_how_it_goes(void **state)
{
    const char *dir = *state;
    for (unsigned threads = 1; threads <= 4; threads += 3) {
        struct told told = {0};
        struct vg_ingest_options o = options_of(threads);
        o.on_progress = note;
        o.arg = &told;
        write_file(in(dir, "a"), LINE LINE BAD "# remark\n");
        write_file(in(dir, "b"), "# b\n" LINE LINE LINE);
        write_file(in(dir, "table"), "a,b,c\n1,2,3\n");
        const struct vg_ingest_job jobs[] = {{.path = in(dir, "a"), .name = "a", .time_us = T0_US},
                                             {.path = in(dir, "none"), .name = "none", .time_us = 1},
                                             {.path = in(dir, "table"), .name = "table", .time_us = 1},
                                             {.path = in(dir, "b"), .name = "b", .time_us = T0_US}};
        struct vg_ingest *ingest = open_ingest(in(dir, threads == 1 ? "one" : "four"), &o);
        for (int again = 0; again < 2; again++) {
            memset(&told, 0, sizeof told);
            assert_int_equal(vg_ingest_run(ingest, jobs, 4), VG_OK);
            const struct vg_ingest_counts *c = vg_ingest_counts(ingest);
            assert_int_equal(c->files, 2);
            assert_int_equal(c->known, again ? 2 : 0);
            assert_int_equal(c->failed, again ? 4 : 2);
            assert_int_equal(c->bytes, 3 * strlen(LINE) + strlen("# remark\n") + strlen("# b\n") + 3 * strlen(LINE));
            assert_int_equal(c->lines, 8);
            assert_int_equal(c->sentences, 5);
            assert_int_equal(c->messages, 5);
            assert_int_equal(c->positions, 5);
            assert_int_equal(c->statics, 0);
            assert_int_equal(c->caught_up, 0);
            assert_int_equal(told.calls, 4);
            assert_int_equal(told.messages, 5);
            for (int i = 0; i < 4; i++) {
                assert_int_equal(told.ended[i], 1);
                assert_true(told.share[i] == 1);
            }
            assert_int_equal(told.err[0], again ? VG_EXISTS : VG_OK);
            assert_non_null(strstr(told.why[1], "none"));
            assert_int_equal(told.err[2], VG_UNSUPPORTED);
            assert_non_null(strstr(told.why[2], "no known layout"));
            assert_int_equal(told.err[3], again ? VG_EXISTS : VG_OK);
        }
        assert_string_equal(vg_ingest_why(ingest), "");
        assert_int_equal(vg_ingest_close(ingest), VG_OK);
    }
    assert_int_equal(vg_ingest_close(NULL), VG_OK);
}

/* The journal's sources are numbers below 4096: files of any number have one. */
static void the_numbers_of_files_may_be_any(void **state)
{
    const char *dir = *state, *data = in(dir, "data");
    struct vg_out log = vg_out_growing(1 << 20);
    struct vg_ingest_options o = options_of(1);
    assert_int_equal(mkdir(data, 0700), 0);
    for (int i = 1; i <= 4090; i++)
        vg_out_printf(&log, "{\"file\":%d,\"name\":\"before\",\"time_us\":5,\"timed\":false}\n", i);
    spill(in(data, "ingest.log"), log.buf, log.len);
    vg_out_free(&log);
    struct vg_ingest *ingest = open_ingest(data, &o);
    for (int i = 0; i < 10; i++) {
        char name[32], text[200];
        snprintf(name, sizeof name, "log%d", i);
        snprintf(text, sizeof text, "# %d\n" LINE, i);
        write_file(in(dir, name), text);
        const struct vg_ingest_job job = {.path = in(dir, name), .name = name, .time_us = T0_US};
        if (vg_ingest_run(ingest, &job, 1))
            fail_msg("%s", vg_ingest_why(ingest));
    }
    assert_int_equal(vg_ingest_counts(ingest)->positions, 10);
    assert_int_equal(vg_ingest_close(ingest), VG_OK);
    check_offsets(data);
    struct vg_journal_reader *reader;
    struct vg_record record;
    const char *why;
    unsigned n = 0;
    assert_int_equal(vg_journal_reader_open(in(data, "journal"), NULL, NULL, NULL, &reader, &why), VG_OK);
    while (vg_journal_reader_next(reader, &record) == VG_OK)
        if (record.kind == VG_RECORD_DATA) {
            char name[32];
            snprintf(name, sizeof name, "log%u", n);
            assert_int_equal(record.name_len, strlen(name));
            assert_memory_equal(record.name, name, record.name_len);
            assert_int_equal(vg_recording_stream_file(record.stream), 4091 + n);
            n++;
        }
    assert_int_equal(n, 10);
    vg_journal_reader_close(reader);
}

/* Recordings one behind the other, and more at a time than are kept open, each cut within its lines. */
static void recordings_are_caught_up_side_by_side_and_in_turn(void **state)
{
    const char *dir = *state;
    struct vg_journal *j = open_journal(in(dir, "journal"), NULL);
    static const char *const names[] = {"a_long_name.nmea", "short", "a_long_name.nmea2"};
    for (unsigned k = 0; k < 3; k++) /* each ends before the next begins */
        for (unsigned part = 0; part < 2; part++) {
            struct vg_journal_entry e = {
                .source = (uint16_t)(1 + k), .name = names[k], .stream = VG_RECORDING_STREAM + 1 + k};
            e.flags = part ? VG_RECORD_ENDS : VG_RECORD_BEGINS;
            e.received_us = T0_US;
            e.bytes = LINE + (part ? 20 : 0);
            e.len = part ? strlen(LINE) - 20 - (k == 1) : 20; /* the second one's last line has no end */
            assert_int_not_equal(vg_journal_append(j, &e), 0);
        }
    for (unsigned part = 0; part < 2; part++)
        for (unsigned k = 0; k < 64; k++) { /* all at a time */
            char name[32];
            snprintf(name, sizeof name, "side%u", k);
            struct vg_journal_entry e = {
                .source = (uint16_t)(10 + k), .name = name, .stream = VG_RECORDING_STREAM + 10 + k};
            e.flags = part ? VG_RECORD_ENDS : VG_RECORD_BEGINS;
            e.received_us = T0_US;
            e.bytes = LINE + (part ? 20 : 0);
            e.len = part ? strlen(LINE) - 20 : 20;
            assert_int_not_equal(vg_journal_append(j, &e), 0);
        }
    assert_int_equal(vg_journal_close(j, NULL), VG_OK);
    struct vg_ingest_options o = options_of(1);
    struct vg_ingest *ingest = open_ingest(dir, &o);
    assert_int_equal(vg_ingest_counts(ingest)->caught_up, 3 + 64);
    assert_int_equal(vg_ingest_counts(ingest)->positions, 3 + 64);
    assert_int_equal(vg_ingest_close(ingest), VG_OK);
}

/* A table's last row without its end, which is known only at the end of the file. */
static void a_last_row_without_its_end_is_a_row_also_out_of_the_journal(void **state)
{
    const char *dir = *state, *data = in(dir, "data");
    struct vg_ingest_options o = options_of(1);
    write_file(in(dir, "log"), "t,m,y,x\n1700000000,735059001,1,1\n1700000001,735059001,1,1");
    const struct vg_ingest_job job = {.path = in(dir, "log"), .name = "log", .layout = short_rows, .time_us = 1};
    struct vg_ingest *ingest = open_ingest(data, &o);
    assert_int_equal(vg_ingest_run(ingest, &job, 1), VG_OK);
    assert_int_equal(vg_ingest_counts(ingest)->positions, 2);
    assert_int_equal(vg_ingest_close(ingest), VG_OK);
    times_of_records = false; /* the row's time was not known when its bytes were journaled */
    check_offsets(data);
    remove_tree(in(data, "archive"));
    ingest = open_ingest(data, &o);
    assert_int_equal(vg_ingest_counts(ingest)->caught_up, 2);
    assert_int_equal(vg_ingest_close(ingest), VG_OK);
    assert_int_equal(rows_of(in(data, "archive")), 2);
    check_offsets(data);
    times_of_records = true;
}

/* Who goes on with a file needs what came before its last line's end, and nothing if there was none. */
static void a_file_without_a_last_line_end_is_gone_on_without(void **state)
{
    const char *dir = *state, *data = in(dir, "data"), *why;
    struct vg_ingest_options o = options_of(1);
    for (int cut = 0; cut < 2; cut++) {
        char text[sizeof LINE LINE];
        snprintf(text, sizeof text, "%s%.*s", LINE, (int)(sizeof LINE - 1 - cut), LINE);
        struct vg_ledger_file f;
        struct vg_ledger *l;
        write_file(in(dir, "log"), text);
        const struct vg_ingest_job job = {.path = in(dir, "log"), .name = "log", .time_us = T0_US};
        struct vg_ingest *ingest = open_ingest(data, &o);
        assert_int_equal(vg_ingest_run(ingest, &job, 1), VG_OK);
        assert_int_equal(vg_ingest_close(ingest), VG_OK);
        assert_int_equal(vg_ledger_open(in(dir, "data/ingest.log"), UINT64_MAX / 2, &l, &why), VG_OK);
        assert_true(vg_ledger_get(l, 1, &f));
        assert_int_equal(f.bytes, strlen(text));
        assert_int_equal(f.sure, strlen(text));
        assert_int_equal(f.from, cut ? strlen(text) : 0);
        assert_int_equal(!f.from_journal_offset, cut);
        vg_ledger_close(l);
        remove_tree(data);
    }
}

static unsigned lines_with(const char *path, const char *what)
{
    size_t len;
    unsigned n = 0;
    char *text = (char *)slurp(path, &len);
    text = realloc(text, len + 1);
    text[len] = '\0';
    for (char *p = text; (p = strstr(p, what)); p++)
        n++;
    free(text);
    return n;
}

/* One note a file is written down for each commit that has something of it, and no other. */
static void a_file_is_noted_once_a_commit(void **state)
{
    const char *dir = *state, *data = in(dir, "data"), *log = in(dir, "data/ingest.log");
    struct vg_ingest_options o = options_of(1);
    struct vg_ingest *ingest = open_ingest(data, &o);
    for (unsigned i = 0; i < 4; i++) {
        char name[16], text[200];
        snprintf(name, sizeof name, "f%u", i);
        snprintf(text, sizeof text, "# %u\n" LINE, i);
        write_file(in(dir, name), text);
        const struct vg_ingest_job job = {.path = in(dir, name), .name = name, .time_us = T0_US};
        assert_int_equal(vg_ingest_run(ingest, &job, 1), VG_OK);
        assert_int_equal(lines_with(log, "{\"file\":"), i + 1);
        assert_int_equal(lines_with(log, "{\"took\":"), i + 1);
        assert_int_equal(vg_ingest_run(ingest, &job, 1), VG_OK); /* it is known: nothing is written */
        assert_int_equal(lines_with(log, "\n"), 2 * i + 2);
    }
    assert_int_equal(vg_ingest_close(ingest), VG_OK);
}

/* A short one, cut at each byte: no line of it is lost, halved or there twice, and each has its own time. */
static void a_short_file_may_break_off_anywhere(void **state)
{
    const char *dir = *state, *path = in(dir, "short.gz");
    gzFile gz = gzopen(path, "wb1");
    assert_non_null(gz);
    for (int i = 0; i < 5; i++)
        gzprintf(gz, "%d " LINE "\n", 1700000000 + 1000 * i);
    assert_int_equal(gzclose(gz), Z_OK);
    size_t len;
    uint8_t *bytes = slurp(path, &len);
    for (size_t cut = 20; cut < len; cut += 5) {
        const char *data = in(dir, "data");
        struct vg_ingest_options o = options_of(cut % 2 ? 1 : 4);
        const struct vg_ingest_job job = {.path = path, .name = "log", .time_us = 1};
        spill(path, bytes, cut);
        struct vg_ingest *ingest = open_ingest(data, &o);
        assert_int_equal(vg_ingest_run(ingest, &job, 1), VG_OK);
        assert_int_equal(vg_ingest_counts(ingest)->failed, 1);
        spill(path, bytes, len);
        assert_int_equal(vg_ingest_run(ingest, &job, 1), VG_OK);
        const struct vg_ingest_counts *c = vg_ingest_counts(ingest);
        if (c->positions != 5 || c->dated.lines[VG_LINE_FROM_LINE] != 5)
            fail_msg("cut at %zu of %zu: %llu positions", cut, len, (unsigned long long)c->positions);
        assert_int_equal(vg_ingest_close(ingest), VG_OK);
        remove_tree(data);
    }
    free(bytes);
}

/* Some of a packed file, cut: what can be read is taken, the reason is told, and the rest comes when it is whole. */
static void a_file_that_breaks_off_is_taken_so_far(void **state)
{
    enum { LINES = 40000 };
    const char *dir = *state, *path = in(dir, "log.gz");
    uint32_t seed = 9;
    gzFile gz = gzopen(path, "wb1");
    assert_non_null(gz);
    for (int i = 0; i < LINES; i++) {
        seed = seed * 1664525u + 1013904223u;
        gzprintf(gz, "%d " LINE "# %u\n", 1700000000 + i, seed);
    }
    assert_int_equal(gzclose(gz), Z_OK);
    size_t len;
    uint8_t *bytes = slurp(path, &len);
    for (unsigned threads = 1; threads <= 4; threads += 3) {
        const char *data = in(dir, threads == 1 ? "one" : "four");
        struct told told = {0};
        struct vg_ingest_options o = options_of(threads);
        o.on_progress = note;
        o.arg = &told;
        write_file(in(dir, "next"), LINE);
        const struct vg_ingest_job jobs[] = {{.path = path, .name = "log", .time_us = 1},
                                             {.path = in(dir, "next"), .name = "next", .time_us = 1}};
        spill(path, bytes, len - len / 3);
        struct vg_ingest *ingest = open_ingest(data, &o);
        assert_int_equal(vg_ingest_run(ingest, jobs, 2), VG_OK);
        const struct vg_ingest_counts *c = vg_ingest_counts(ingest);
        uint64_t some = c->positions;
        assert_true(some > LINES / 3 && some < LINES);
        assert_int_equal(c->failed, 1);
        assert_int_equal(c->files, 1); /* the next one */
        assert_true(told.err[0] != VG_OK && told.err[0] != VG_EXISTS);
        assert_true(strlen(told.why[0]) > 5);
        assert_int_equal(told.ended[0], 1);
        assert_int_equal(told.ended[1], 1);
        spill(path, bytes, len);
        assert_int_equal(vg_ingest_run(ingest, jobs, 2), VG_OK);
        assert_int_equal(vg_ingest_counts(ingest)->positions, LINES + 1);
        assert_int_equal(vg_ingest_counts(ingest)->failed, 1);
        assert_int_equal(vg_ingest_close(ingest), VG_OK);
        remove_tree(in(dir, threads == 1 ? "one/archive" : "four/archive"));
        ingest = open_ingest(data, &o); /* the journal has all bytes of it, and no other */
        assert_int_equal(vg_ingest_counts(ingest)->caught_up, LINES + 1);
        assert_int_equal(vg_ingest_counts(ingest)->positions, LINES + 1);
        assert_int_equal(vg_ingest_close(ingest), VG_OK);
    }
    free(bytes);
}

/* A feed's record with more reports than go to the archive at once. */
static void a_record_may_hold_thousands_of_reports(void **state)
{
    enum { REPORTS = 9500 }; /* an entry of the journal has 256 KiB at most */
    const char *dir = *state;
    static const char line[] = "!AIVDM,1,1,,,K5DfMB9,0*0D\n"; /* its ship, and no more */
    struct vg_out out = vg_out_growing(1 << 22);
    for (int i = 0; i < REPORTS; i++)
        vg_out_text(&out, line);
    struct vg_journal *j = open_journal(in(dir, "journal"), NULL);
    const struct vg_journal_entry e = {
        .source = 1, .name = "Manta", .received_us = T0_US, .bytes = out.buf, .len = out.len};
    assert_int_not_equal(vg_journal_append(j, &e), 0);
    assert_int_equal(vg_journal_close(j, NULL), VG_OK);
    struct vg_ingest_options o = options_of(1);
    struct vg_ingest *ingest = open_ingest(dir, &o);
    assert_int_equal(vg_ingest_counts(ingest)->caught_up, REPORTS);
    assert_int_equal(vg_ingest_close(ingest), VG_OK);
    vg_out_free(&out);
}

static void limit_files(rlim_t bytes)
{
    static struct rlimit usual;
    struct rlimit now;
    if (!usual.rlim_max)
        assert_int_equal(getrlimit(RLIMIT_FSIZE, &usual), 0);
    now = usual;
    if (bytes)
        now.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &now), 0);
}

/* No file may grow beyond a limit, whichever of them it meets: the run fails and says why, and with room again all
 * rows are there, once. */
static void whatever_can_not_be_written_is_told_and_lost_nothing(void **state)
{
    const char *dir = *state;
    static const unsigned lines[] = {300, 1, 200};
    uint32_t seed = 5;
    struct vg_ingest_job jobs[4];
    signal(SIGXFSZ, SIG_IGN);
    for (int k = 0; k < 3; k++) {
        char name[32];
        struct vg_out out = vg_out_growing(1 << 22);
        for (unsigned i = 0; i < lines[k]; i++) {
            vg_out_printf(&out, "%d " LINE "#", 1700000000 + (int)i);
            for (int n = 0; n < 20; n++) { /* a remark that can't be packed */
                seed = seed * 1664525u + 1013904223u;
                vg_out_printf(&out, " %u", seed);
            }
            vg_out_char(&out, '\n');
        }
        snprintf(name, sizeof name, "file%d", k);
        spill(in(dir, name), out.buf, out.len);
        vg_out_free(&out);
        jobs[k] = (struct vg_ingest_job){.path = in(dir, name), .name = "log", .time_us = 1};
    }
    struct vg_out table = vg_out_growing(1 << 20);
    vg_out_text(&table, "t,m,y,x,remark\n");
    for (unsigned i = 0; i < 400; i++) {
        seed = seed * 1664525u + 1013904223u;
        vg_out_printf(&table, "%u,735059001,1,1,%u%u%u\n", 1700000000 + i, seed, seed ^ 0x5A5A5A5A, seed * 2654435761u);
    }
    spill(in(dir, "table"), table.buf, table.len);
    vg_out_free(&table);
    jobs[3] = (struct vg_ingest_job){.path = in(dir, "table"), .name = "table", .layout = short_rows, .time_us = 1};
    unsigned failed = 0, whole = 0;
    for (rlim_t limit = 300; limit < 200000; limit *= 2)
        for (unsigned threads = 1; threads <= 4; threads += 3) {
            struct vg_ingest_options o = options_of(threads);
            const char *data = in(dir, "data");
            o.most_rows = 33000;                  /* a commit at nearly every chunk */
            struct vg_ingest_job first = jobs[0]; /* sentences first, or the table */
            jobs[0] = jobs[3];
            jobs[3] = first;
            struct vg_ingest *ingest = open_ingest(data, &o);
            limit_files(limit);
            enum vg_err err = vg_ingest_run(ingest, jobs, 4);
            uint64_t not_taken = vg_ingest_counts(ingest)->failed;
            assert_int_equal(!*vg_ingest_why(ingest), !err);
            enum vg_err closed = vg_ingest_close(ingest);
            limit_files(0);
            failed += err != VG_OK;
            whole += !err && !closed && !not_taken;
            if (!err && !not_taken) { /* what is said to be there is */
                assert_int_equal(rows_of(in(data, "archive")), 901);
            }
            ingest = open_ingest(data, &o);
            assert_int_equal(vg_ingest_run(ingest, jobs, 4), VG_OK);
            assert_int_equal(vg_ingest_counts(ingest)->failed, 0);
            assert_int_equal(vg_ingest_close(ingest), VG_OK);
            assert_int_equal(rows_of(in(data, "archive")), 901);
            check_offsets(data);
            remove_tree(data);
        }
    assert_true(failed > 4 && whole > 1);
}

/* The first failure is the cause; those that follow from it are failures all the same. */
static void the_first_reason_is_told(void **state)
{
    (void)state;
    static struct vg_ingest broken;
    assert_int_equal(vg_ingest_failed(&broken, VG_IO, "%s is %s", "the disk", "full"), VG_IO);
    assert_int_equal(vg_ingest_failed(&broken, VG_LIMIT, "it goes on"), VG_LIMIT);
    assert_string_equal(vg_ingest_why(&broken), "the disk is full");
}

static void a_folder_that_can_not_be_opened_is_told(void **state)
{
    const char *dir = *state, *why = "";
    struct vg_ingest_options o = options_of(1);
    struct vg_ingest *ingest = NULL, *busy = open_ingest(in(dir, "busy"), &o);
    assert_int_equal(vg_ingest_open(in(dir, "busy"), &o, &ingest, &why), VG_EXISTS);
    assert_non_null(strstr(why, "busy is in use: "));
    assert_int_equal(vg_ingest_close(busy), VG_OK);
    write_file(in(dir, "file"), "no folder");
    assert_int_not_equal(vg_ingest_open(in(dir, "file"), &o, &ingest, &why), VG_OK);
    assert_non_null(strstr(why, "file"));
    assert_int_equal(vg_ingest_open(in(dir, "no/where"), &o, &ingest, &why), VG_IO);
    assert_non_null(strstr(why, "no/where: "));
    static char path[2 * VG_IO_PATH];
    for (size_t len = VG_IO_PATH - 20; len < VG_IO_PATH + 10; len++) {
        memset(path, 'p', len);
        path[0] = '/';
        path[len] = '\0';
        assert_int_not_equal(vg_ingest_open(path, &o, &ingest, &why), VG_OK);
        assert_true(strlen(why) > 10);
        if (len >= VG_IO_PATH)
            assert_string_equal(why, "the path is too long");
    }
    vg_ingest_close(open_ingest(in(dir, "log"), &o));
    write_file(in(dir, "log/ingest.log"), "{\"else\":1}\n{\"else\":2}\n");
    assert_int_equal(vg_ingest_open(in(dir, "log"), &o, &ingest, &why), VG_CORRUPT);
    assert_non_null(strstr(why, "ingest.log: the ledger (ingest.log) has a line"));
    assert_null(ingest);
}

/* Many commits make many parts of an hour; joined, they are one with the same rows. */
static void parts_are_joined_until_it_is_stopped(void **state)
{
    const char *dir = *state, *data = in(dir, "data");
    atomic_bool stop = false;
    struct vg_ingest_options o = options_of(1);
    o.stop = &stop;
    struct vg_ingest *ingest = open_ingest(data, &o);
    for (int i = 0; i < 6; i++) {
        char text[200], name[16];
        snprintf(name, sizeof name, "f%d", i);
        snprintf(text, sizeof text, "# %d\n" LINE, i);
        write_file(in(dir, name), text);
        const struct vg_ingest_job job = {.path = in(dir, name), .name = name, .time_us = T0_US + i};
        assert_int_equal(vg_ingest_run(ingest, &job, 1), VG_OK);
    }
    stop = 1;
    assert_int_equal(vg_ingest_compact(ingest), VG_EOF);
    const struct vg_ingest_job job = {.path = in(dir, "f0"), .name = "f0", .time_us = T0_US};
    assert_int_equal(vg_ingest_run(ingest, &job, 1), VG_EOF);
    stop = 0;
    assert_int_equal(vg_ingest_compact(ingest), VG_OK);
    assert_int_equal(vg_ingest_compact(ingest), VG_OK);
    assert_string_equal(vg_ingest_why(ingest), "");
    assert_int_equal(vg_ingest_close(ingest), VG_OK);
    assert_int_equal(rows_of(in(data, "archive")), 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_room(a_journal_without_an_archive_gets_one),
        in_a_room(an_archive_that_was_thrown_away_comes_back),
        in_a_room(whoever_stops_at_every_chunk_loses_nothing),
        in_a_room(a_tables_rows_lead_to_the_journal_also_out_of_it),
        in_a_room(what_is_refused_is_counted_with_an_example),
        in_a_room(what_the_archive_can_not_take_is_told),
        in_a_room(a_part_waits_over_two_stops),
        in_a_room(levels_that_are_left_out_are_the_archives),
        in_a_room(whoever_runs_it_is_told_how_it_goes),
        in_a_room(the_numbers_of_files_may_be_any),
        in_a_room(recordings_are_caught_up_side_by_side_and_in_turn),
        in_a_room(a_last_row_without_its_end_is_a_row_also_out_of_the_journal),
        in_a_room(a_file_without_a_last_line_end_is_gone_on_without),
        in_a_room(a_file_is_noted_once_a_commit),
        in_a_room(a_short_file_may_break_off_anywhere),
        in_a_room(a_file_that_breaks_off_is_taken_so_far),
        in_a_room(a_record_may_hold_thousands_of_reports),
        in_a_room(whatever_can_not_be_written_is_told_and_lost_nothing),
        cmocka_unit_test(the_first_reason_is_told),
        in_a_room(a_folder_that_can_not_be_opened_is_told),
        in_a_room(parts_are_joined_until_it_is_stopped),
        in_a_room(a_stop_gives_a_long_commit_up_and_the_next_opening_catches_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
