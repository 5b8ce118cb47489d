/* An archive's members as the ingest takes them: each with its own place in the ledger, in one go through the archive.
 */
#include "journal/room.h"

#include "base/time.h"
#include "feed/packing.h"
#include "ingest/ingest.h"
#include "ingest/source.h"

#define SENTENCE "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\n"
#define MEMBERS  40

static struct pack pack;
static char names[MEMBERS][16], texts[MEMBERS][9000];

/* `same`: all members begin with the same 8,000 bytes, so that the ledger must be asked for more. */
static void make(const char *path, int format, int filter, bool same)
{
    struct packed_member members[MEMBERS];
    for (int i = 0; i < MEMBERS; i++) {
        size_t n = 0;
        while (n < (same ? 8000 : 100))
            n += (size_t)snprintf(texts[i] + n, sizeof texts[i] - n, "%u " SENTENCE,
                                  same ? 1700000000u : 1700000000u + (unsigned)i);
        snprintf(texts[i] + n, sizeof texts[i] - n, "%d " SENTENCE, 1700001000 + i);
        snprintf(names[i], sizeof names[i], "%02d.txt", i);
        members[i] = (struct packed_member){.name = names[i], .text = texts[i]};
    }
    pack_members(&pack, format, filter, NULL, members, MEMBERS);
    pack_save(&pack, path);
}

struct taken {
    unsigned files, known;
};

/* `gone`: once it is open its file is removed, so that whoever opens it anew fails. */
static struct taken take_all(const char *path, bool gone, struct vg_ledger *ledger)
{
    static struct vg_file_chunk c;
    struct taken t = {0};
    struct vg_file_reader *reader;
    struct vg_file_member member;
    const char *why = "";
    assert_int_equal(vg_file_reader_open(path, &reader, &why), VG_OK);
    if (gone)
        unlink(path);
    enum vg_err err;
    while (!(err = vg_file_reader_next_member(reader, &member, &why))) {
        char name[64];
        size_t i = (size_t)(member.name[0] - '0') * 10 + (size_t)(member.name[1] - '0');
        struct vg_ingest_source *s;
        snprintf(name, sizeof name, "a/%s", member.name);
        const struct vg_ingest_source_plan plan = {
            .path = path, .name = name, .time_us = 7, .reader = &reader, .member = member.number};
        enum vg_err opened = vg_ingest_source_open(&plan, 0, ledger, &s, &why);
        t.known += opened == VG_EXISTS;
        t.files += opened == VG_OK;
        if (opened == VG_EXISTS)
            continue;
        if (opened)
            fail_msg("%s", why);
        size_t at = 0;
        while (vg_ingest_source_next(s, &c, &why) == VG_OK) {
            assert_memory_equal(c.bytes, texts[i] + at, c.len);
            at += c.len;
        }
        assert_int_equal(at, strlen(texts[i]));
        assert_string_equal(c.file.name, plan.name);
        vg_ledger_note(ledger, &c.file, 1);
        vg_ingest_source_close(s);
    }
    assert_int_equal(err, VG_EOF);
    vg_file_reader_close(reader);
    return t;
}

static void taking_an_archive_again_opens_it_once(void **state)
{
    const char *dir = *state, *why;
    static const struct {
        int format, filter;
    } forms[] = {{ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE}, {ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_GZIP}};
    for (size_t i = 0; i < 2; i++) {
        struct vg_ledger *ledger = NULL;
        assert_int_equal(vg_ledger_open(in(dir, "ingest.log"), UINT64_MAX / 2, &ledger, &why), VG_OK);
        for (int again = 0; again < 2; again++) {
            make(in(dir, "archive"), forms[i].format, forms[i].filter, false);
            struct taken t = take_all(in(dir, "archive"), true, ledger);
            assert_int_equal(t.files, again ? 0 : MEMBERS);
            assert_int_equal(t.known, again ? MEMBERS : 0);
        }
        vg_ledger_close(ledger);
        unlink(in(dir, "ingest.log"));
    }
}

/* What begins alike is told apart, though the archive must be opened anew for it. */
static void members_that_begin_alike_are_told_apart(void **state)
{
    const char *dir = *state, *why;
    struct vg_ledger *ledger = NULL;
    assert_int_equal(vg_ledger_open(in(dir, "ingest.log"), UINT64_MAX / 2, &ledger, &why), VG_OK);
    make(in(dir, "archive"), ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_XZ, true);
    struct taken t = take_all(in(dir, "archive"), false, ledger);
    assert_int_equal(t.files, MEMBERS);
    t = take_all(in(dir, "archive"), false, ledger);
    assert_int_equal(t.known, MEMBERS);
    vg_ledger_close(ledger);
}

/* What ends an archive in the middle of a member is told once. */
static void an_archive_that_breaks_off_fails_once(void **state)
{
    const char *dir = *state, *why;
    const struct vg_ingest_options o = {.threads = 1,
                                        .journal_level = 1,
                                        .archive_level = 1,
                                        .fresh_level = 1,
                                        .most_rows = 1 << 16,
                                        .monotonic_us = vg_clock_monotonic_us,
                                        .dice = fixed_dice};
    char path[VG_IO_PATH];
    size_t len;
    snprintf(path, sizeof path, "%.500s", in(dir, "cut.tar"));
    make(path, ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, false);
    uint8_t *bytes = slurp(path, &len);
    spill(path, bytes, 512 + 40); /* in the first member */
    free(bytes);
    const struct vg_ingest_job jobs[] = {{.path = path, .name = "cut.tar", .time_us = VG_SECOND_US}};
    struct vg_ingest *in_folder;
    assert_int_equal(vg_ingest_open(in(dir, "data"), &o, &in_folder, &why), VG_OK);
    assert_int_equal(vg_ingest_run(in_folder, jobs, 1), VG_OK);
    assert_int_equal(vg_ingest_counts(in_folder)->failed, 1);
    assert_int_equal(vg_ingest_close(in_folder), VG_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_room(taking_an_archive_again_opens_it_once),
        in_a_room(members_that_begin_alike_are_told_apart),
        in_a_room(an_archive_that_breaks_off_fails_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
