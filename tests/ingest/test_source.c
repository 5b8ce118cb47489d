/* Recordings on their way in: what they are, how they are cut, and whether they were here before. */
#include "journal/room.h"

#include "base/out.h"
#include "base/time.h"
#include "ingest/source.h"

#define SENTENCE "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\n"
#define HEADER                                                                                                         \
    "MMSI,BaseDateTime,LAT,LON,SOG,COG,Heading,VesselName,IMO,CallSign,VesselType,Status,Length,Width,Draft,Cargo,"    \
    "TransceiverClass\n"
#define ROW "735059001,2022-01-03T00:00:24,-2.2,-79.9,12.2,275.4,197,,,,,12,,,,,A\n"
#define LAYOUT                                                                                                         \
    "name: short\ncolumns:\n  - {column: t, field: time}\n  - {column: m, field: mmsi}\n"                              \
    "  - {column: y, field: latitude}\n  - {column: x, field: longitude}\n"

#define TABLE "t,m,y,x\n1000000000,1,1,1\n" /* a table is taken if a row of its begin is one */

static struct vg_ledger *open_ledger(const char *dir)
{
    struct vg_ledger *l = NULL;
    const char *why;
    if (vg_ledger_open(in(dir, "ingest.log"), UINT64_MAX / 2, &l, &why))
        fail_msg("%s", why);
    return l;
}

static enum vg_err open_text(const char *dir, struct vg_ledger *l, const char *text, size_t len, const char *layout,
                             struct vg_ingest_source **ret, const char **ret_why)
{
    spill(in(dir, "file"), text, len);
    const struct vg_ingest_source_plan plan = {.path = in(dir, "file"), .name = "name", .layout = layout, .time_us = 7};
    *ret = NULL;
    return vg_ingest_source_open(&plan, 3, l, ret, ret_why);
}

/* Takes a whole text; how many chunks it was. */
static unsigned take_all(struct vg_ingest_source *s, const char *text, size_t len, size_t from)
{
    static struct vg_file_chunk c;
    const char *why;
    unsigned chunks = 0;
    uint64_t at = from;
    enum vg_err err;
    for (bool last = false; (err = vg_ingest_source_next(s, &c, &why)) == VG_OK; chunks++) {
        assert_false(last);
        assert_int_equal(c.job, 3);
        assert_int_equal(c.failed, VG_OK);
        assert_true(c.offset == at);
        assert_int_equal(c.first, chunks == 0);
        assert_true(c.len <= VG_FILE_CHUNK_BYTES && at + c.len <= len);
        assert_memory_equal(c.bytes, text + at, c.len);
        at += c.len;
        last = c.last;
        assert_int_equal(last, at + c.waiting == len);
        if (!last && memchr(c.bytes, '\n', c.len))
            assert_int_equal(c.bytes[c.len - 1], '\n'); /* whole lines */
        assert_true(c.file.bytes == at && c.file.sure == at);
        uint8_t sum[VG_LEDGER_SUM];
        vg_hash(text, at, sum);
        assert_memory_equal(c.file.sum, sum, sizeof sum);
        assert_true(c.share >= 0 && c.share <= 1);
    }
    assert_int_equal(err, VG_EOF);
    assert_true(at + c.waiting == len); /* a row without its end and with too few cells may grow */
    return chunks;
}

static void a_file_is_what_its_begin_says(void **state)
{
    const char *dir = *state;
    static const struct {
        const char *text, *layout;
        enum vg_err err;
        const char *part; /* of the reason, or the layout found; NULL: sentences */
    } rows[] = {
        {SENTENCE, NULL, VG_OK, NULL},
        {"# a remark\n" SENTENCE, NULL, VG_OK, NULL},
        {"a;b;c\n" SENTENCE, NULL, VG_OK, NULL},
        {"$GPZDA,160012.71,11,03,2004,-1,00*7D\n", NULL, VG_OK, NULL},
        {HEADER ROW, NULL, VG_OK, "noaa"},
        {"\xEF\xBB\xBF" HEADER ROW, NULL, VG_OK, "noaa"},
        {"t,m,y,x\n1000000000,1,1,1\n", LAYOUT, VG_OK, "short"},
        {"\xEF\xBB\xBFt,m,y,x\r\n1000000000,1,1,1\n", LAYOUT, VG_OK, "short"},
        {"# a remark\nt,m,y,x\n1000000000,1,1,1\n", LAYOUT, VG_OK, "short"},
        {"sep=;\r\ntime;mmsi;lat;lon\r\n2024-11-22 05:20:00;224000706;42,23;-8,72\r\n", NULL, VG_OK, "plain"},
        {"time,mmsi,lat,lon\n05:20:00,224000706,42,-8\n", NULL, VG_UNSUPPORTED, "--date"},
        {"time,mmsi,lat,lon\n22/11/2024 05:20,224000706,42,-8\n", NULL, VG_UNSUPPORTED, "--time"},
        {"t,m,y,x\n1,1,1,1\n", LAYOUT, VG_UNSUPPORTED, "out of bounds"},
        {"when,ship,lat,lon\n1,1,1,1\n", NULL, VG_UNSUPPORTED, "'when', 'ship'"},
        {"a,b,c\n1,2,3\n", NULL, VG_UNSUPPORTED, "a table of no known layout"},
        {"a;b;c\n", NULL, VG_UNSUPPORTED, "a table of no known layout"},
        {"a\tb\tc\r\n", NULL, VG_UNSUPPORTED, "a table of no known layout"},
        {"a|b|c", NULL, VG_UNSUPPORTED, "a table of no known layout"},
        {"a,b\n1,2,3\n", NULL, VG_UNSUPPORTED, "no line of it"}, /* one mark makes no table */
        {"a,b,c\x01\n", NULL, VG_UNSUPPORTED, "no line of it"},  /* nor has one controls in its head */
        {"a,b,!A1,c,d,e\n", NULL, VG_UNSUPPORTED, "a table of no known layout"},
        {"a,b,c !ABC,d,e\n", NULL, VG_UNSUPPORTED, "no line of it"},
        {"a,b,c !@BC,d,e\n", NULL, VG_UNSUPPORTED, "a table"},
        {"a,b,c !AB[,d,e\n", NULL, VG_UNSUPPORTED, "a table"},
        {"a,b,c $ZDA,d,e\n", NULL, VG_UNSUPPORTED, "no line of it"},
        {"t,m,y\n1,1,1\n", LAYOUT, VG_UNSUPPORTED, "its first row hasn't the layout's columns"},
        {"t,m,y,x", LAYOUT, VG_OK, "short"}, /* a header and no more */
        {"t,m,y,x\n1,1,1,1\n", "no layout", VG_SYNTAX, "file: "},
        {"", NULL, VG_EXISTS, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct vg_ledger *l = open_ledger(dir);
        struct vg_ledger_file f;
        struct vg_ingest_source *s;
        const char *why = "";
        enum vg_err err = open_text(dir, l, rows[i].text, strlen(rows[i].text), rows[i].layout, &s, &why);
        if (err != rows[i].err)
            fail_msg("row %zu: %s %s", i, vg_err_text(err), why);
        if (err) {
            if (!strstr(why, rows[i].part))
                fail_msg("row %zu: %s", i, why);
            assert_false(vg_ledger_get(l, 1, &f)); /* nothing was begun */
        } else {
            assert_true(vg_ledger_get(l, 1, &f));
            assert_int_equal(!f.layout, !rows[i].part);
            assert_int_equal(!f.header, !rows[i].part);
            if (f.layout && !strstr(f.layout, rows[i].part))
                fail_msg("row %zu: %s", i, f.layout);
            if (f.header)
                assert_int_equal(strcspn(f.header, "\r\n\xEF"), strlen(f.header));
            assert_string_equal(f.name, "name");
            assert_int_equal(f.time_us, 7);
            assert_true(f.remembered);
        }
        vg_ingest_source_close(s);
        vg_ledger_close(l);
        unlink(in(dir, "ingest.log"));
    }
}

static void a_file_is_cut_into_whole_lines(void **state)
{
    const char *dir = *state;
    static const size_t sizes[] = {8,     100,    4095,   4096,   4097,   65535,  65536,
                                   65537, 131071, 131072, 131073, 300000, 1000000};
    static const size_t lines[] = {50, 777, 65535, 65536, 65537, 200000};
    char *text = malloc(1000001);
    for (size_t k = 0; k < sizeof lines / sizeof *lines; k++) {
        memset(text, '!', 1000000);
        memcpy(text, TABLE, strlen(TABLE));
        for (size_t i = lines[k] - 1; i < 1000000; i += lines[k])
            text[i] = '\n';
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            struct vg_ledger *l = open_ledger(dir);
            struct vg_ingest_source *s;
            const char *why;
            assert_int_equal(open_text(dir, l, text, sizes[i], LAYOUT, &s, &why), VG_OK);
            unsigned chunks = take_all(s, text, sizes[i], 0);
            assert_true(chunks >= sizes[i] / VG_FILE_CHUNK_BYTES && chunks <= 2 * (sizes[i] / VG_FILE_CHUNK_BYTES) + 2);
            vg_ingest_source_close(s);
            if (open_text(dir, l, text, sizes[i], LAYOUT, &s, &why) != VG_EXISTS) /* it was taken */
                fail_msg("%zu bytes in lines of %zu", sizes[i], lines[k]);
            vg_ledger_close(l);
            unlink(in(dir, "ingest.log"));
        }
    }
    free(text);
}

/* What was added to a file is taken; a copy from before, and one of the whole, were here. */
static void a_file_that_grew_goes_on(void **state)
{
    const char *dir = *state;
    enum { T = sizeof TABLE - 1 };
    static const size_t grown[] = {T + 1000, T + 4000, T + 5000, T + 70000, T + 140000, T + 400000};
    struct vg_ledger *l = open_ledger(dir);
    struct vg_out text = vg_out_growing(1 << 20);
    vg_out_text(&text, TABLE);
    for (int i = 0; i < 40000; i++)
        vg_out_printf(&text, "!%08d\n", i);
    size_t before = 0;
    struct vg_ingest_source *s;
    const char *why;
    for (size_t i = 0; i < sizeof grown / sizeof *grown; i++) {
        assert_int_equal(open_text(dir, l, text.buf, grown[i], LAYOUT, &s, &why), VG_OK);
        take_all(s, text.buf, grown[i], before);
        vg_ingest_source_close(s);
        before = grown[i];
    }
    struct vg_ledger_file f;
    assert_true(vg_ledger_get(l, 1, &f));
    assert_false(vg_ledger_get(l, 2, &f)); /* it was one file all the time */
    for (size_t i = 0; i < sizeof grown / sizeof *grown; i++)
        assert_int_equal(open_text(dir, l, text.buf, grown[i], LAYOUT, &s, &why), VG_EXISTS);
    assert_int_equal(open_text(dir, l, text.buf, T + 6000, LAYOUT, &s, &why), VG_OK); /* another with the same begin */
    take_all(s, text.buf, T + 6000, 0);
    vg_ingest_source_close(s);
    text.buf[200000] = 'x'; /* one byte, far behind the begin */
    assert_int_equal(open_text(dir, l, text.buf, T + 400000, LAYOUT, &s, &why), VG_OK);
    take_all(s, text.buf, T + 400000, T + 6000); /* the one of 6000 bytes goes on */
    vg_ingest_source_close(s);
    text.buf[100] = 'x'; /* a byte of the begin */
    assert_int_equal(open_text(dir, l, text.buf, T + 400000, LAYOUT, &s, &why), VG_OK);
    take_all(s, text.buf, T + 400000, 0);
    vg_ingest_source_close(s);
    vg_ledger_close(l);
    vg_out_free(&text);
}

/* Loggers begin their files alike: sixty-four of one begin are told apart. */
static void files_of_one_begin_are_told_apart(void **state)
{
    enum { FILES = 64, SIZE = 5000 };
    const char *dir = *state;
    struct vg_ledger *l = open_ledger(dir);
    struct vg_ingest_source *s;
    const char *why;
    char text[SIZE];
    memset(text, '!', SIZE);
    memcpy(text, TABLE, strlen(TABLE));
    text[SIZE - 1] = '\n';
    for (int again = 0; again < 2; again++)
        for (int i = 0; i < FILES; i++) {
            text[SIZE - 2] = (char)('A' + i % 8);
            text[SIZE - 3] = (char)('A' + i / 8);
            enum vg_err err = open_text(dir, l, text, SIZE, LAYOUT, &s, &why);
            if (err != (again ? VG_EXISTS : VG_OK))
                fail_msg("file %d: %s", i, vg_err_text(err));
            if (!err)
                take_all(s, text, SIZE, 0);
            vg_ingest_source_close(s);
        }
    vg_ledger_close(l);
}

static void what_can_not_be_read_is_told(void **state)
{
    const char *dir = *state;
    struct vg_ledger *l = open_ledger(dir);
    struct vg_ingest_source *s = NULL;
    const char *why = "";
    struct vg_ingest_source_plan plan = {.path = in(dir, "nowhere"), .name = "name", .time_us = 7};
    assert_int_not_equal(vg_ingest_source_open(&plan, 0, l, &s, &why), VG_OK);
    assert_non_null(strstr(why, "nowhere"));
    assert_null(s);
    /* gzip, cut: what is there comes, then the reason, each time it is asked */
    static const uint8_t cut[] = {0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 'S', 'T', 0x84};
    spill(in(dir, "cut.gz"), cut, sizeof cut);
    plan.path = in(dir, "cut.gz");
    enum vg_err err = vg_ingest_source_open(&plan, 0, l, &s, &why);
    assert_true(err == VG_CORRUPT || err == VG_IO);
    assert_null(s);
    vg_ingest_source_close(NULL);
    vg_ledger_close(l);
}

/* What is told of a table's times, and the day that its name tells, hold when it goes on as well. */
static void what_is_told_of_times_is_told_to_the_layout(void **state)
{
    (void)state;
    struct vg_ledger_file f = {.name = "log-2024-11-22.csv", .layout = "plain"};
    struct vg_layout l;
    char why[256];
    bool table;
    assert_int_equal(vg_ingest_source_layout(&f, &l, &table, why, sizeof why), VG_OK);
    assert_true(table && l.day_us == INT64_C(1732233600000000) && !*l.time && !l.zone_minutes);
    f.told = (struct vg_ledger_told){.form = "DD/MM/YYYY hh:mm", .day_us = INT64_C(86400000000), .zone_minutes = -300};
    f.layout = LAYOUT;
    assert_int_equal(vg_ingest_source_layout(&f, &l, &table, why, sizeof why), VG_OK);
    assert_string_equal(l.time, "DD/MM/YYYY hh:mm");
    assert_true(l.day_us == INT64_C(86400000000) && l.zone_minutes == -300);
    f.name = "log.csv";
    f.told = (struct vg_ledger_told){0};
    assert_int_equal(vg_ingest_source_layout(&f, &l, &table, why, sizeof why), VG_OK);
    assert_true(l.day_us == VG_TIME_NONE);
    f.layout = NULL;
    assert_int_equal(vg_ingest_source_layout(&f, &l, &table, why, sizeof why), VG_OK);
    assert_false(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_room(a_file_is_what_its_begin_says), in_a_room(a_file_is_cut_into_whole_lines),
        in_a_room(a_file_that_grew_goes_on),      in_a_room(files_of_one_begin_are_told_apart),
        in_a_room(what_can_not_be_read_is_told),  cmocka_unit_test(what_is_told_of_times_is_told_to_the_layout),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
