/* The received lines behind rows: which line a row's place leads to, whose it is, and the order they come in. */
#include "command.h"

#include "cli/history_lines.h"
#include "intake/recording.h"
#include "journal/journal.h"

#define T0_US INT64_C(1700000000000000)
#define SHIP  265547250u /* of A */
#define OTHER 366053209u /* of B */
#define A     "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24"
#define B     "!AIVDM,1,1,,B,15M67FC000G?ufbE`FepT@3n00Sa,0*5C"
#define LIVE  0
#define TABLE VG_RECORDING_STREAM
#define WHOLE VG_RECORD_DATAGRAM
#define TIME  "2023-11-14T22:13:20Z "

static void dice(void *buf, size_t len)
{
    memset(buf, 7, len);
}

static struct vg_journal *open_it(void)
{
    struct vg_journal_options o = VG_JOURNAL_OPTIONS_DEFAULT;
    struct vg_journal_report report;
    struct vg_journal *j = NULL;
    const char *why;
    o.dice = dice;
    assert_int_equal(vg_journal_open("journal", &o, &j, &report, &why), VG_OK);
    return j;
}

static uint64_t append(struct vg_journal *j, const char *text, uint32_t stream, uint8_t flags)
{
    const struct vg_journal_entry e = {.source = 1,
                                       .name = "Manta",
                                       .stream = stream,
                                       .flags = flags,
                                       .received_us = T0_US,
                                       .bytes = text,
                                       .len = strlen(text)};
    uint64_t offset = vg_journal_append(j, &e);
    assert_true(offset != 0);
    return offset;
}

/* ---- rows asked for ---- */

static struct vg_journal_reader *reader;
static struct vg_cli_lines *lines;
static struct vg_out out;

static void begin(struct vg_journal *j)
{
    const char *why;
    assert_int_equal(vg_journal_close(j, NULL), VG_OK);
    assert_int_equal(vg_journal_reader_open("journal", NULL, NULL, NULL, &reader, &why), VG_OK);
    out = vg_out_growing(1 << 24);
    assert_int_equal(vg_cli_lines_new(reader, &out, false, &lines), VG_OK);
}

static enum vg_err ask(uint64_t offset, uint32_t mmsi, int64_t second)
{
    const struct vg_position row = {.journal_offset = offset, .mmsi = mmsi, .time_us = T0_US + second * 1000000};
    return vg_cli_lines_add(lines, &row);
}

static void end(void)
{
    vg_cli_lines_free(lines);
    vg_journal_reader_close(reader);
    vg_out_free(&out);
}

static void a_row_leads_to_its_line_or_to_another_s_or_to_none(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint32_t stream;
        uint8_t flags;
        size_t at; /* of the place in the text */
        uint32_t mmsi;
        const char *line; /* NULL: foreign */
    } cases[] = {
        {A "\r\n", LIVE, WHOLE, 0, SHIP, A},
        {A "\n", LIVE, 0, 0, SHIP, A},
        {A, LIVE, WHOLE, 0, SHIP, A},
        {A "\n", LIVE, WHOLE, 0, OTHER, NULL},
        {A "\n", TABLE, 0, 0, OTHER, NULL}, /* a recording's sentence tells its sender, too */
        {A "\n" B "\n", LIVE, WHOLE, sizeof A, OTHER, B},
        {A "\n" B "\n", LIVE, WHOLE, sizeof A, SHIP, NULL},
        {A "\n" B "\n", LIVE, WHOLE, 0, SHIP, A},
        {A "\n" B "\n", LIVE, WHOLE, 0, OTHER, NULL},  /* the line alone, not what comes behind it */
        {A " " B "\n", LIVE, WHOLE, 0, SHIP, A " " B}, /* two in a line */
        {A " " B "\n", LIVE, WHOLE, 0, OTHER, A " " B},
        {A " " B "\n", LIVE, WHOLE, 0, 1, NULL},
        {"366053209,1,2,3\r\n", TABLE, 0, 0, OTHER, "366053209,1,2,3"},
        {"366053209,1,2,3\r\n", LIVE, WHOLE, 0, OTHER, NULL}, /* live there are no tables */
        {"hello\n", LIVE, 0, 0, SHIP, NULL},
        {"hello", LIVE, WHOLE, 0, SHIP, NULL},
        {"hello", LIVE, VG_RECORD_ENDS, 0, SHIP, NULL},
        {"hello", LIVE, 0, 0, SHIP, "hello"}, /* goes on in the next entry, which may tell it */
        {"hello", LIVE, VG_RECORD_BEGINS, 0, SHIP, "hello"},
        {"!AIVDM,2,2,1,A,88888888880,2*25\n", LIVE, WHOLE, 0, SHIP, "!AIVDM,2,2,1,A,88888888880,2*25"},
        {"!AIVDM,1,1,,A,13u?etP,2*2D\n", LIVE, WHOLE, 0, SHIP,
         "!AIVDM,1,1,,A,13u?etP,2*2D"}, /* seven letters tell it */
        {"!AIVDM,1,1,,A,13u?et,0*7F\n", LIVE, WHOLE, 0, SHIP, NULL},
        {"!AIVDM,2,1,1,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*16\n", LIVE, WHOLE, 0, SHIP,
         "!AIVDM,2,1,1,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*16"},
        {"!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*25\n", LIVE, WHOLE, 0, SHIP, NULL}, /* damaged */
        {"\\s:x*00\\" A "\n", LIVE, WHOLE, 0, SHIP, "\\s:x*00\\" A},                       /* only the tag block is */
    };
    const size_t count = sizeof cases / sizeof *cases;
    struct vg_journal *j = open_it();
    uint64_t offset[sizeof cases / sizeof *cases];
    for (size_t i = 0; i < count; i++)
        offset[i] = append(j, cases[i].text, cases[i].stream, cases[i].flags) + cases[i].at;
    begin(j);
    uint64_t good = 0, foreign = 0;
    for (size_t i = 0; i < count; i++) {
        char want[200] = "";
        size_t before = out.len;
        assert_int_equal(ask(offset[i], cases[i].mmsi, 0), VG_OK);
        assert_int_equal(vg_cli_lines_end(lines), VG_OK);
        if (cases[i].line)
            snprintf(want, sizeof want, TIME "%s\n", cases[i].line);
        if (out.len - before != strlen(want) || memcmp(out.buf + before, want, strlen(want)) != 0)
            fail_msg("%zu: '%.*s'", i, (int)(out.len - before), out.buf + before);
        good += cases[i].line != NULL;
        foreign += cases[i].line == NULL;
        const struct vg_cli_lines_count told = vg_cli_lines_count(lines);
        assert_int_equal(told.lines, good);
        assert_int_equal(told.foreign, foreign);
        assert_int_equal(told.missing, 0);
    }
    end();
}

static void every_bit_of_the_sender_counts(void **state)
{
    (void)state;
    struct vg_journal *j = open_it();
    uint64_t a = append(j, A "\n", LIVE, WHOLE), b = append(j, B "\n", LIVE, WHOLE);
    begin(j);
    for (unsigned bit = 0; bit < 30; bit++) {
        assert_int_equal(ask(a, SHIP ^ 1u << bit, 0), VG_OK);
        assert_int_equal(ask(b, OTHER ^ 1u << bit, 0), VG_OK);
    }
    assert_int_equal(vg_cli_lines_end(lines), VG_OK);
    assert_int_equal(vg_cli_lines_count(lines).foreign, 60);
    assert_int_equal(vg_cli_lines_count(lines).lines, 0);
    end();
}

static void a_place_where_nothing_stands_is_missing(void **state)
{
    (void)state;
    struct vg_journal *j = open_it();
    uint64_t a = append(j, A "\n", LIVE, WHOLE);
    begin(j);
    static const uint64_t places[] = {0, 1, UINT64_C(7) << 20 | 24, UINT64_MAX};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        assert_int_equal(ask(places[i], SHIP, 0), VG_OK);
    assert_int_equal(ask(a, SHIP, 0), VG_OK);
    assert_int_equal(vg_cli_lines_end(lines), VG_OK);
    assert_int_equal(vg_cli_lines_count(lines).missing, 4);
    assert_int_equal(vg_cli_lines_count(lines).foreign, 0);
    assert_int_equal(vg_cli_lines_count(lines).lines, 1);
    end();
    vg_cli_lines_free(NULL);
}

static void lines_come_in_the_rows_order_with_the_rows_times(void **state)
{
    (void)state;
    struct vg_journal *j = open_it();
    uint64_t a = append(j, A "\n", LIVE, WHOLE), b = append(j, B "\n", LIVE, WHOLE);
    begin(j);
    assert_int_equal(ask(b, OTHER, 2), VG_OK);
    assert_int_equal(ask(a, SHIP, 1), VG_OK);
    assert_int_equal(ask(a, OTHER, 9), VG_OK);
    assert_int_equal(ask(b, OTHER, 0), VG_OK);
    assert_int_equal(ask(a, SHIP, 3), VG_OK);
    assert_int_equal(out.len, 0); /* many are looked up together */
    assert_int_equal(vg_cli_lines_end(lines), VG_OK);
    static const char want[] = "2023-11-14T22:13:22Z " B "\n2023-11-14T22:13:21Z " A "\n2023-11-14T22:13:20Z " B
                               "\n2023-11-14T22:13:23Z " A "\n";
    assert_int_equal(out.len, strlen(want));
    assert_memory_equal(out.buf, want, strlen(want));
    assert_int_equal(vg_cli_lines_end(lines), VG_OK); /* nothing is told twice */
    assert_int_equal(vg_cli_lines_count(lines).lines, 4);
    end();
}

static void a_long_line_is_cut(void **state)
{
    (void)state;
    char text[5001];
    uint64_t at[3];
    struct vg_journal *j = open_it();
    for (size_t i = 0; i < 3; i++) {
        memset(text, 'x', sizeof text);
        text[4095 + i] = '\n';
        text[4096 + i] = '\0';
        at[i] = append(j, text, TABLE, 0);
    }
    begin(j);
    for (size_t i = 0; i < 3; i++) {
        size_t before = out.len;
        assert_int_equal(ask(at[i], SHIP, 0), VG_OK);
        assert_int_equal(vg_cli_lines_end(lines), VG_OK);
        assert_int_equal(out.len - before, strlen(TIME) + (i == 0 ? 4095 : 4096) + 1);
    }
    end();
}

static void rows_are_looked_up_16384_at_a_time(void **state)
{
    (void)state;
    struct vg_journal *j = open_it();
    uint64_t a = append(j, A "\n", LIVE, WHOLE);
    begin(j);
    for (unsigned i = 0; i < 2 * 16384 + 1; i++) {
        assert_int_equal(vg_cli_lines_count(lines).lines, i / 16384 * 16384);
        assert_int_equal(ask(a, SHIP, 0), VG_OK);
    }
    assert_int_equal(vg_cli_lines_end(lines), VG_OK);
    assert_int_equal(vg_cli_lines_count(lines).lines, 2 * 16384 + 1);
    assert_int_equal(out.len, (2 * 16384 + 1) * strlen(TIME A "\n"));
    end();
}

static void an_output_that_is_full_is_told(void **state)
{
    (void)state;
    char room[10];
    struct vg_journal *j = open_it();
    uint64_t a = append(j, A "\n", LIVE, WHOLE);
    begin(j);
    struct vg_out growing = out;
    out = vg_out_fixed(room, sizeof room);
    assert_int_equal(ask(a, SHIP, 0), VG_OK);
    enum vg_err err = vg_cli_lines_end(lines);
    assert_int_not_equal(err, VG_OK);
    assert_int_equal(err, out.err);
    out = growing;
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(a_row_leads_to_its_line_or_to_another_s_or_to_none),
        IN_A_FOLDER(every_bit_of_the_sender_counts),
        IN_A_FOLDER(a_place_where_nothing_stands_is_missing),
        IN_A_FOLDER(lines_come_in_the_rows_order_with_the_rows_times),
        IN_A_FOLDER(a_long_line_is_cut),
        IN_A_FOLDER(rows_are_looked_up_16384_at_a_time),
        IN_A_FOLDER(an_output_that_is_full_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
