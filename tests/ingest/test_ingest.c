/* The engine without a command line: interleaved strangers in the journal, retired segments, fragments across a stop.
 */
#include "journal/room.h"

#include "archive/store.h"
#include "base/time.h"
#include "ingest/ingest.h"

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
    assert_true(record.time_us == row->time_us);
    if (*text >= '0' && *text <= '9')
        assert_true(strtoll(text, &end, 10) * VG_SECOND_US == row->time_us);
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
    static const char a[] = "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\r\n";
    static const char b[] = "!AIVDM,1,1,,B,15M67FC000G?ufbE`FepT@3n00Sa,0*5C\r\n";
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
        vg_out_printf(&out, "%d !AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\n", 1700000000 + i);
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
    *(volatile sig_atomic_t *)arg = 1;
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
        vg_out_printf(&out, "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\n%s", half[i % 2]);
    vg_out_char(&out, '\0');
    write_file(log, out.buf);
    vg_out_free(&out);
    volatile sig_atomic_t stop = 0;
    struct vg_ingest_options o = options_of(1);
    o.stop = &stop;
    o.on_progress = stop_now;
    o.arg = (void *)(uintptr_t)&stop;
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
    write_file(log, "1700000000 !AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\n"
                    "1700000001 !AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*25\n"
                    "1700000002 !AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*26\n");
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
        vg_out_printf(&out, "%d !AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\n", 1700000000);
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
                        "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24,rSTATION1,rSTATION2,rSTATION3,rSTATION4\n");
    }
    vg_out_char(&out, '\0');
    write_file(log, out.buf);
    vg_out_free(&out);
    volatile sig_atomic_t stop = 0;
    struct vg_ingest_options o = options_of(1);
    o.stop = &stop;
    o.on_progress = stop_now;
    o.arg = (void *)(uintptr_t)&stop;
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
