/* The ledger: what is written before a commit counts only with it. */
#include "journal/room.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>

#include "base/time.h"
#include "ingest/ledger.h"

static struct vg_ledger *open_ledger(const char *path, uint64_t mark)
{
    struct vg_ledger *l = NULL;
    const char *why;
    if (vg_ledger_open(path, mark, &l, &why))
        fail_msg("%s", why);
    return l;
}

static struct vg_ledger_file file_of(const char *text)
{
    struct vg_ledger_file f = {.name = "log \"x\"\n", .time_us = 7, .remembered = true};
    f.head_len = (uint32_t)strlen(text);
    vg_hash(text, strlen(text), f.head);
    return f;
}

static void append_text(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_APPEND);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

/* A ledger with notes at the marks 1000 and 2000, and a third that a crash cut. */
static struct vg_ledger_file make_notes(const char *path)
{
    struct vg_ledger *l = open_ledger(path, 0);
    struct vg_ledger_file f = file_of("abc");
    f.layout = "noaa";
    f.header = "a,\"b\"";
    assert_int_equal(vg_ledger_begin(l, &f, &f.id), VG_OK);
    assert_int_equal(f.id, 1);
    f.bytes = f.sure = 100;
    f.from_journal_offset = 11;
    assert_int_equal(vg_ledger_note(l, &f, 1000), VG_OK);
    f.bytes = f.sure = 200;
    assert_int_equal(vg_ledger_note(l, &f, 2000), VG_OK);
    vg_ledger_close(l);
    append_text(path, "{\"took\":1,\"at\":9");
    return f;
}

static void notes_hold_with_their_commit(void **state)
{
    static const struct {
        const char *name;
        uint64_t mark, bytes;
    } cases[] = {{"none", 500, 0}, {"first", 1500, 100}, {"both", 2500, 200}};
    for (int i = 0; i < 3; i++) {
        const char *path = in(*state, cases[i].name);
        struct vg_ledger_file f = make_notes(path), got[4];
        for (int again = 0; again < 2; again++) { /* the second time from what the first one wrote anew */
            struct vg_ledger *l = open_ledger(path, cases[i].mark);
            assert_int_equal(vg_ledger_find(l, "abcdef", 6, got, 4), 1);
            assert_int_equal(got[0].bytes, cases[i].bytes);
            assert_string_equal(got[0].name, f.name);
            assert_string_equal(got[0].layout, "noaa");
            assert_string_equal(got[0].header, f.header);
            assert_int_equal(vg_ledger_find(l, "abd", 3, got, 4), 0);
            assert_int_equal(vg_ledger_find(l, "ab", 2, got, 4), 0);
            vg_ledger_close(l);
        }
    }
}

static void what_a_file_was_is_remembered(void **state)
{
    const char *path = in(*state, "ingest.log");
    struct vg_ledger *l = open_ledger(path, 0);
    struct vg_ledger_file f = file_of("abc");
    uint8_t other[VG_LEDGER_SUM] = {1};
    assert_int_equal(vg_ledger_begin(l, &f, &f.id), VG_OK);
    f.bytes = 10;
    f.sum[0] = 9;
    assert_int_equal(vg_ledger_also(l, &f), VG_OK);
    vg_ledger_close(l);
    l = open_ledger(path, 0);
    assert_true(vg_ledger_had(l, &f, 10, f.sum));
    assert_false(vg_ledger_had(l, &f, 11, f.sum));
    assert_false(vg_ledger_had(l, &f, 10, other));
    vg_ledger_close(l);
}

static void a_line_of_another_kind_is_refused(void **state)
{
    const char *path = in(*state, "ingest.log"), *why;
    struct vg_ledger *l = open_ledger(path, 0);
    vg_ledger_close(l);
    append_text(path, "{\"else\":1}\n{\"else\":2}\n");
    assert_int_equal(vg_ledger_open(path, 0, &l, &why), VG_CORRUPT);
    assert_non_null(strstr(why, "none of its own"));
}

/* Thousands of files and notes: the log is written anew when most of it says nothing any more. */
static void the_log_does_not_grow_for_ever(void **state)
{
    const char *path = in(*state, "ingest.log");
    struct stat before, behind;
    struct vg_ledger *l = open_ledger(path, 0);
    struct vg_ledger_file f = file_of("abc");
    assert_int_equal(vg_ledger_begin(l, &f, &f.id), VG_OK);
    for (f.bytes = 1; f.bytes <= 1000; f.bytes++)
        assert_int_equal(vg_ledger_note(l, &f, f.bytes), VG_OK);
    vg_ledger_close(l);
    assert_int_equal(stat(path, &before), 0);
    vg_ledger_close(l = open_ledger(path, 5000));
    assert_int_equal(stat(path, &behind), 0);
    assert_true(behind.st_size * 100 < before.st_size);
    l = open_ledger(path, 5000);
    assert_true(vg_ledger_get(l, 1, &f));
    assert_int_equal(f.bytes, 1000);
    vg_ledger_close(l);
}

/* The longest header and layout that there are, every byte of them one that JSON writes in six. */
static void the_longest_header_fits_in_a_line(void **state)
{
    const char *path = in(*state, "ingest.log");
    static char header[(16 << 10) + 1], layout[(64 << 10) + 1];
    memset(header, 1, sizeof header - 1);
    memset(layout, 2, sizeof layout - 1);
    struct vg_ledger_file f = file_of("abc"), got;
    f.header = header;
    f.layout = layout;
    struct vg_ledger *l = open_ledger(path, 0);
    assert_int_equal(vg_ledger_begin(l, &f, &f.id), VG_OK);
    vg_ledger_close(l);
    l = open_ledger(path, 0);
    assert_true(vg_ledger_get(l, 1, &got));
    assert_string_equal(got.header, header);
    assert_string_equal(got.layout, layout);
    vg_ledger_close(l);
}

/* The words of docs/formats/ingest.md, as earlier versions wrote them. */
static void the_lines_of_earlier_versions_are_read_and_written(void **state)
{
    const char *path = in(*state, "ingest.log");
    static const char lines[] =
        "{\"file\":1,\"name\":\"a.nmea\",\"time_us\":5,\"head\":3,\"head_sha256\":"
        "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"}\n"
        "{\"took\":1,\"at\":90,\"bytes\":80,\"sure\":70,\"from\":60,\"from_place\":50,\"sha256\":"
        "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"}\n";
    struct vg_ledger_file f;
    size_t len;
    spill(path, lines, sizeof lines - 1);
    struct vg_ledger *l = open_ledger(path, 90);
    assert_int_equal(vg_ledger_find(l, "abc", 3, &f, 1), 1);
    assert_string_equal(f.name, "a.nmea");
    assert_int_equal(f.time_us, 5);
    assert_true(f.remembered);
    assert_int_equal(f.bytes, 80);
    assert_int_equal(f.sure, 70);
    assert_int_equal(f.from, 60);
    assert_int_equal(f.from_journal_offset, 50);
    assert_int_equal(vg_ledger_note(l, &f, 91), VG_OK);
    vg_ledger_close(l);
    uint8_t *text = slurp(path, &len);
    assert_non_null(
        strstr((char *)text, "{\"took\":1,\"at\":91,\"bytes\":80,\"sure\":70,\"from\":60,\"from_place\":50,"));
    free(text);
}

#define SUM   "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define BEGUN "{\"file\":1,\"name\":\"a\",\"time_us\":5,\"head\":3,\"head_sha256\":\"" SUM "\"}\n"

/* Each line that is damaged in one place makes the ledger one that can't be read; as the last one it is what a crash
 * left. */
static void a_damaged_line_is_refused(void **state)
{
    const char *path = in(*state, "ingest.log"), *why;
    static const char *const bad[] = {
        "{\"file\":3,\"name\":\"b\",\"time_us\":5}",
        "{\"file\":1,\"name\":\"b\",\"time_us\":5}",
        "{\"file\":0,\"name\":\"b\",\"time_us\":5}",
        "{\"file\":2,\"time_us\":5}",
        "{\"file\":2,\"name\":\"b\",\"head\":4097,\"head_sha256\":\"" SUM "\"}",
        "{\"file\":2,\"name\":\"b\",\"head\":4}",
        "{\"file\":2,\"name\":\"b\",\"head\":4,\"head_sha256\":\"00\"}",
        "{\"file\":-2,\"name\":\"b\"}",
        "{\"took\":0,\"at\":1,\"bytes\":1,\"sure\":1,\"from\":1,\"from_place\":1,\"sha256\":\"" SUM "\"}",
        "{\"took\":2,\"at\":1,\"bytes\":1,\"sure\":1,\"from\":1,\"from_place\":1,\"sha256\":\"" SUM "\"}",
        "{\"took\":1,\"bytes\":1,\"sure\":1,\"from\":1,\"from_place\":1,\"sha256\":\"" SUM "\"}",
        "{\"took\":1,\"at\":1,\"sure\":1,\"from\":1,\"from_place\":1,\"sha256\":\"" SUM "\"}",
        "{\"took\":1,\"at\":1,\"bytes\":-1,\"sure\":1,\"from\":1,\"from_place\":1,\"sha256\":\"" SUM "\"}",
        "{\"took\":1,\"at\":1,\"bytes\":1,\"from\":1,\"from_place\":1,\"sha256\":\"" SUM "\"}",
        "{\"took\":1,\"at\":1,\"bytes\":1,\"sure\":1,\"from_place\":1,\"sha256\":\"" SUM "\"}",
        "{\"took\":1,\"at\":1,\"bytes\":1,\"sure\":1,\"from\":1,\"sha256\":\"" SUM "\"}",
        "{\"took\":1,\"at\":1,\"bytes\":1,\"sure\":1,\"from\":1,\"from_place\":1}",
        "{\"took\":1,\"at\":\"1\",\"bytes\":1,\"sure\":1,\"from\":1,\"from_place\":1,\"sha256\":\"" SUM "\"}",
        "{\"also\":0,\"bytes\":1,\"sha256\":\"" SUM "\"}",
        "{\"also\":2,\"bytes\":1,\"sha256\":\"" SUM "\"}",
        "{\"also\":1,\"sha256\":\"" SUM "\"}",
        "{\"also\":1,\"bytes\":1}",
        "{\"also\":1,\"bytes\":1,\"bytes\":1,\"sha256\":\"" SUM "\"}",
        "no JSON",
        "",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        for (int last = 0; last < 2; last++) {
            char text[2048];
            struct vg_ledger *l = NULL;
            int n = snprintf(text, sizeof text, BEGUN "%s\n%s", bad[i],
                             last ? "" : "{\"also\":1,\"bytes\":1,\"sha256\":\"" SUM "\"}\n");
            spill(path, text, (size_t)n);
            if (vg_ledger_open(path, 0, &l, &why) != (last ? VG_OK : VG_CORRUPT))
                fail_msg("%s", bad[i]);
            if (!last) {
                assert_null(l);
                continue;
            }
            struct vg_ledger_file f;
            assert_true(vg_ledger_get(l, 1, &f) && !vg_ledger_get(l, 2, &f) && !vg_ledger_get(l, 0, &f));
            assert_int_equal(f.bytes, 0);
            vg_ledger_close(l);
            size_t len;
            uint8_t *anew = slurp(path, &len); /* without it */
            assert_int_equal(len, strlen(BEGUN));
            assert_memory_equal(anew, BEGUN, len);
            free(anew);
        }
}

/* Two hexadecimal digits a byte, in small letters as we write them, and 64 of them. */
static void a_sum_is_64_digits(void **state)
{
    const char *path = in(*state, "ingest.log"), *why;
    static const char digits[] = "0123456789abcdef", others[] = "/:`gAFG \xC3";
    for (size_t at = 0; at < 64; at += 21)
        for (size_t i = 0; i < sizeof digits + sizeof others - 2; i++) {
            bool good = i < sizeof digits - 1;
            char text[2048], sum[65];
            struct vg_ledger *l = NULL;
            uint8_t want[VG_LEDGER_SUM] = {0};
            memset(sum, '0', 64);
            sum[64] = '\0';
            sum[at] = good ? digits[i] : others[i - (sizeof digits - 1)];
            want[at / 2] = (uint8_t)(good ? at % 2 ? i : i << 4 : 0);
            int n = snprintf(text, sizeof text, BEGUN "{\"also\":1,\"bytes\":9,\"sha256\":\"%s\"}\n" BEGUN, sum);
            n -= (int)strlen(BEGUN); /* the last line is a good one, too */
            n += snprintf(text + n, sizeof text - (size_t)n, "{\"also\":1,\"bytes\":1,\"sha256\":\"" SUM "\"}\n");
            spill(path, text, (size_t)n);
            if (vg_ledger_open(path, 0, &l, &why) != (good ? VG_OK : VG_CORRUPT))
                fail_msg("%s", sum);
            if (good)
                assert_true(vg_ledger_had(l, &(struct vg_ledger_file){0}, 9, want));
            vg_ledger_close(l);
        }
}

/* Many at once, and all again after opening: files, their notes and what they were. */
static void thousands_of_files_are_remembered(void **state)
{
    const char *path = in(*state, "ingest.log");
    enum { FILES = 300 };
    struct vg_ledger *l = open_ledger(path, 0);
    for (uint32_t i = 1; i <= FILES; i++) {
        char text[16];
        snprintf(text, sizeof text, "file %05u", i);
        struct vg_ledger_file f = file_of(text);
        f.told.day_us = i % 2 ? VG_DAY_US * i : 0;
        f.told.form = i % 5 ? NULL : "hh:mm:ss";
        f.told.zone_minutes = -(int)(i % 7);
        f.told.undated = i % 4 == 0;
        f.begun_us = i % 2 ? i : 0;
        f.remembered = i % 3;
        assert_int_equal(vg_ledger_begin(l, &f, &f.id), VG_OK);
        assert_int_equal(f.id, i);
        f.bytes = f.sure = 1000 + i;
        f.sum[3] = (uint8_t)i;
        assert_int_equal(vg_ledger_also(l, &f), VG_OK);
        assert_int_equal(vg_ledger_note(l, &f, 5), VG_OK);
        f.bytes--; /* who reads ahead knew more already */
        assert_int_equal(vg_ledger_note(l, &f, 6), VG_OK);
        assert_true(vg_ledger_get(l, i, &f));
        assert_int_equal(f.bytes, 1000 + i);
    }
    for (int again = 0; again < 3; again++) {
        for (uint32_t i = 1; i <= FILES; i++) {
            char text[16];
            struct vg_ledger_file f, got[2];
            snprintf(text, sizeof text, "file %05u", i);
            assert_true(vg_ledger_get(l, i, &f));
            assert_int_equal(f.id, i);
            assert_int_equal(f.bytes, 1000 + i - (again > 0));
            assert_int_equal(f.told.day_us, i % 2 ? VG_DAY_US * i : 0);
            assert_int_equal(f.told.form != NULL, i % 5 == 0);
            assert_int_equal(f.told.zone_minutes, -(int)(i % 7));
            assert_int_equal(f.told.undated, i % 4 == 0);
            assert_int_equal(f.begun_us, i % 2 ? i : 0);
            assert_int_equal(f.remembered, i % 3 != 0);
            assert_int_equal(vg_ledger_find(l, text, strlen(text), got, 2), i % 3 != 0);
            assert_true(vg_ledger_had(l, &f, 1000 + i, f.sum));
        }
        vg_ledger_close(l);
        l = open_ledger(path, 6);
    }
    vg_ledger_close(l);
}

/* A head is of so many bytes as the file had, up to 4096; no more are given than there is room for. */
static void a_file_is_found_by_its_head(void **state)
{
    const char *path = in(*state, "ingest.log");
    static const uint32_t lens[] = {1, 2, 100, 4095, 4096};
    char text[VG_LEDGER_HEAD + 100];
    struct vg_ledger_file got[8];
    memset(text, 'h', sizeof text);
    struct vg_ledger *l = open_ledger(path, 0);
    for (size_t i = 0; i < 5; i++) {
        struct vg_ledger_file f = {.name = "n", .remembered = true, .head_len = lens[i]};
        vg_hash(text, lens[i], f.head);
        assert_int_equal(vg_ledger_begin(l, &f, &f.id), VG_OK);
    }
    for (int again = 0; again < 2; again++) {
        for (size_t i = 0; i < 5; i++) {
            assert_int_equal(vg_ledger_find(l, text, lens[i], got, 8), i + 1);
            assert_int_equal(vg_ledger_find(l, text, lens[i] - 1, got, 8), i);
            if (i)
                assert_int_equal(got[i - 1].id, i);
        }
        assert_int_equal(vg_ledger_find(l, text, sizeof text, got, 8), 5);
        assert_int_equal(vg_ledger_find(l, text, sizeof text, got, 3), 3);
        assert_int_equal(vg_ledger_find(l, "x", 1, got, 8), 0);
        vg_ledger_close(l);
        l = open_ledger(path, 0);
    }
    vg_ledger_close(l);
}

/* A program may run with its standard input closed. */
static void a_ledger_may_be_file_number_0(void **state)
{
    const char *path = in(*state, "ingest.log"), *why = "";
    struct vg_ledger *l = NULL;
    struct vg_ledger_file f = file_of("abc");
    int kept = dup(0);
    close(0);
    enum vg_err err = vg_ledger_open(path, 0, &l, &why), begun = err ? err : vg_ledger_begin(l, &f, &f.id);
    vg_ledger_close(l);
    int zero = open("/dev/null", O_RDONLY);
    if (kept >= 0) {
        dup2(kept, 0);
        close(kept);
    }
    assert_int_equal(err, VG_OK);
    assert_int_equal(begun, VG_OK);
    assert_int_equal(zero, 0); /* it was closed */
}

/* The disk is full: it is told, and nothing is remembered that isn't written. */
static void what_can_not_be_written_is_told(void **state)
{
    const char *path = in(*state, "ingest.log"), *why;
    struct vg_ledger *l = open_ledger(path, 0), *none = NULL;
    struct vg_ledger_file f = file_of("abc"), got;
    struct rlimit usual, full;
    assert_int_equal(vg_ledger_begin(l, &f, &f.id), VG_OK);
    f.bytes = 10;
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &usual), 0);
    full = usual;
    full.rlim_cur = (rlim_t)st.st_size;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &full), 0);
    uint32_t id = 77;
    enum vg_err begun = vg_ledger_begin(l, &f, &id), noted = vg_ledger_note(l, &f, 5), also = vg_ledger_also(l, &f);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &usual), 0);
    assert_int_equal(begun, VG_IO);
    assert_int_equal(noted, VG_IO);
    assert_int_equal(also, VG_IO);
    assert_int_equal(id, 77);
    assert_false(vg_ledger_get(l, 2, &got));
    assert_true(vg_ledger_get(l, 1, &got));
    assert_int_equal(got.bytes, 0);
    assert_false(vg_ledger_had(l, &f, 10, f.sum));
    vg_ledger_expect(l, &f); /* but what is only expected needs no disk */
    assert_true(vg_ledger_get(l, 1, &got));
    assert_int_equal(got.bytes, 10);
    vg_ledger_close(l);
    vg_ledger_close(NULL);
    assert_int_equal(vg_ledger_open(in(*state, "nowhere/ingest.log"), 0, &none, &why), VG_IO);
    assert_non_null(strstr(why, "can't be written"));
    assert_int_equal(mkdir(in(*state, "folder"), 0700), 0);
    assert_int_not_equal(vg_ledger_open(in(*state, "folder"), 0, &none, &why), VG_OK);
    assert_non_null(strstr(why, "can't be read"));
    assert_null(none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_room(notes_hold_with_their_commit),      in_a_room(what_a_file_was_is_remembered),
        in_a_room(a_line_of_another_kind_is_refused), in_a_room(the_log_does_not_grow_for_ever),
        in_a_room(the_longest_header_fits_in_a_line), in_a_room(the_lines_of_earlier_versions_are_read_and_written),
        in_a_room(a_damaged_line_is_refused),         in_a_room(a_sum_is_64_digits),
        in_a_room(thousands_of_files_are_remembered), in_a_room(a_ledger_may_be_file_number_0),
        in_a_room(a_file_is_found_by_its_head),       in_a_room(what_can_not_be_written_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
