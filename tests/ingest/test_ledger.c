/* The ledger: what is written before a commit counts only with it. */
#include "journal/room.h"

#include <fcntl.h>

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
    assert_true(vg_ledger_had(l, 10, f.sum));
    assert_false(vg_ledger_had(l, 11, f.sum));
    assert_false(vg_ledger_had(l, 10, other));
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
        "{\"file\":1,\"name\":\"a.nmea\",\"time_us\":5,\"timed\":true,\"head\":3,\"head_sha256\":"
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
    assert_true(f.timed && f.remembered);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_room(notes_hold_with_their_commit),      in_a_room(what_a_file_was_is_remembered),
        in_a_room(a_line_of_another_kind_is_refused), in_a_room(the_log_does_not_grow_for_ever),
        in_a_room(the_longest_header_fits_in_a_line), in_a_room(the_lines_of_earlier_versions_are_read_and_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
