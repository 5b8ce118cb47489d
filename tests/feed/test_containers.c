/* Archives and packed files: their members singly and one behind the other, and what can't be read in them. */
#include "feed_test.h"

#include "feed/file_reader.h"
#include "feed/packing.h"

#define ONE   "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\n"
#define TWO   "!AIVDM,1,1,,B,15M67FC000G?ufbE`FepT@3n00Sa,0*5C" /* without an end */
#define THREE "!AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0*5C\n"
#define PNG   "\x89PNG\r\n\x1a\nsomething"

static struct pack pack, inner;

static const struct {
    int format, filter;
} forms[] = {
    {ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE},
    {ARCHIVE_FORMAT_7ZIP, ARCHIVE_FILTER_NONE},
    {ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE},
    {ARCHIVE_FORMAT_TAR_GNUTAR, ARCHIVE_FILTER_GZIP},
    {ARCHIVE_FORMAT_TAR_PAX_INTERCHANGE, ARCHIVE_FILTER_ZSTD},
    {ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_BZIP2},
    {ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_XZ},
    {ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_GZIP},
};
#define FORMS (sizeof forms / sizeof *forms)

static struct vg_file_reader *open_pack(void)
{
    char path[32];
    struct vg_file_reader *reader;
    const char *why;
    close(temp_file(path));
    pack_save(&pack, path);
    assert_int_equal(vg_file_reader_open(path, &reader, &why), VG_OK);
    unlink(path);
    return reader;
}

/* All that comes until the end or an error. */
static enum vg_err read_text(struct vg_file_reader *reader, char *text, size_t size, const char **ret_why)
{
    const void *bytes;
    size_t len, total = 0;
    enum vg_err err;
    while (!(err = vg_file_reader_next(reader, &bytes, &len, ret_why))) {
        assert_true(len > 0 && total + len < size);
        memcpy(text + total, bytes, len);
        total += len;
    }
    text[total] = '\0';
    assert_int_equal(vg_file_reader_next(reader, &bytes, &len, ret_why), err); /* it stays so */
    return err;
}

static void expect_all(const char *text, enum vg_err err, const char *why)
{
    static char got[PACK_MOST];
    const char *said = NULL;
    struct vg_file_reader *reader = open_pack();
    enum vg_err is = read_text(reader, got, sizeof got, &said);
    assert_string_equal(got, text);
    if (is != err || (why && !strstr(said, why)))
        fail_msg("%s: %s", vg_err_text(is), said ? said : "");
    vg_file_reader_close(reader);
}

/* The next member's name and text, or how its reading ended. */
static void expect_member(struct vg_file_reader *reader, const char *name, int64_t changed_s, const char *text,
                          enum vg_err err, const char *why)
{
    static char got[PACK_MOST];
    struct vg_file_member member;
    const char *said = NULL;
    enum vg_err is = vg_file_reader_next_member(reader, &member, &said);
    if (is)
        fail_msg("%s: %s", name, said);
    assert_string_equal(member.name, name);
    if (changed_s)
        assert_int_equal(member.changed_us, changed_s * VG_SECOND_US);
    is = read_text(reader, got, sizeof got, &said);
    if (is != err || (why && !strstr(said, why)))
        fail_msg("%s: %s: %s", name, vg_err_text(is), said ? said : "");
    assert_string_equal(got, text);
}

static void expect_no_more(struct vg_file_reader *reader, enum vg_err err, const char *why)
{
    struct vg_file_member member;
    const char *said = NULL;
    for (int i = 0; i < 2; i++) {
        enum vg_err is = vg_file_reader_next_member(reader, &member, &said);
        if (is != err || (why && !strstr(said, why)))
            fail_msg("%s: %s", vg_err_text(is), said ? said : "");
    }
}

static const struct packed_member two[] = {{.name = "2024/a.txt", .text = TWO, .changed_s = 1700000000},
                                           {.name = "b.txt", .text = THREE, .changed_s = 1600000000}};

static void members_come_one_behind_the_other_each_with_an_end(void **state)
{
    (void)state;
    for (size_t i = 0; i < FORMS; i++) {
        pack_members(&pack, forms[i].format, forms[i].filter, NULL, two, 2);
        expect_all(TWO "\n" THREE, VG_EOF, NULL);
    }
}

static void members_come_singly_with_their_names_and_times(void **state)
{
    (void)state;
    for (size_t i = 0; i < FORMS; i++) {
        pack_members(&pack, forms[i].format, forms[i].filter, NULL, two, 2);
        struct vg_file_reader *reader = open_pack();
        expect_member(reader, "2024/a.txt", 1700000000, TWO, VG_EOF, NULL);
        expect_member(reader, "b.txt", 1600000000, THREE, VG_EOF, NULL);
        expect_no_more(reader, VG_EOF, NULL);
        assert_true(vg_file_reader_progress(reader) > 0.4 && vg_file_reader_progress(reader) <= 1);
        vg_file_reader_close(reader);
    }
}

static void a_member_need_not_be_read_to_its_end_and_is_found_again_by_its_number(void **state)
{
    (void)state;
    for (size_t i = 0; i < FORMS; i++) {
        struct vg_file_member member;
        const char *why;
        char got[200];
        pack_members(&pack, forms[i].format, forms[i].filter, NULL, two, 2);
        struct vg_file_reader *reader = open_pack();
        assert_int_equal(vg_file_reader_next_member(reader, &member, &why), VG_OK);
        expect_member(reader, "b.txt", 1600000000, THREE, VG_EOF, NULL);
        vg_file_reader_close(reader);
        reader = open_pack();
        assert_int_equal(vg_file_reader_go_to(reader, 2, &why), VG_OK);
        assert_int_equal(read_text(reader, got, sizeof got, &why), VG_EOF);
        assert_string_equal(got, THREE);
        assert_int_equal(vg_file_reader_go_to(reader, 3, &why), VG_NOT_FOUND);
        vg_file_reader_close(reader);
    }
}

static void packed_files_are_unpacked(void **state)
{
    (void)state;
    static const int filters[] = {ARCHIVE_FILTER_BZIP2, ARCHIVE_FILTER_XZ, ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_ZSTD};
    for (size_t i = 0; i < 4; i++) {
        pack_bytes(&pack, filters[i], ONE TWO, strlen(ONE TWO));
        expect_all(ONE TWO, VG_EOF, NULL);
        size_t len = pack.len;
        pack_bytes(&inner, filters[i], THREE, strlen(THREE));
        memcpy(pack.bytes + len, inner.bytes, inner.len); /* several in one file, as `cat` makes them */
        pack.len = len + inner.len;
        expect_all(ONE TWO THREE, VG_EOF, NULL);
        pack_bytes(&inner, filters[i], "", 0);
        if (inner.len) {
            memcpy(&pack, &inner, sizeof pack);
            expect_all("", VG_EOF, NULL);
        }
    }
}

static void a_member_is_unpacked_one_level_more(void **state)
{
    (void)state;
    static const int filters[] = {ARCHIVE_FILTER_BZIP2, ARCHIVE_FILTER_XZ, ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_ZSTD};
    for (size_t i = 0; i < 4; i++) {
        pack_bytes(&inner, filters[i], ONE, strlen(ONE));
        const struct packed_member members[] = {{.name = "a", .text = (const char *)inner.bytes, .len = inner.len},
                                                {.name = "b", .text = THREE}};
        pack_members(&pack, ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, NULL, members, 2);
        expect_all(ONE THREE, VG_EOF, NULL);
    }
    pack_bytes(&inner, ARCHIVE_FILTER_XZ, ONE, strlen(ONE));
    static struct pack twice;
    pack_bytes(&twice, ARCHIVE_FILTER_GZIP, inner.bytes, inner.len);
    const struct packed_member members[] = {{.name = "a", .text = (const char *)twice.bytes, .len = twice.len},
                                            {.name = "b", .text = THREE}};
    pack_members(&pack, ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, NULL, members, 2);
    expect_all(THREE, VG_UNSUPPORTED, "a: it is packed twice: unpack it first");
}

static void an_archive_in_an_archive_is_named_and_the_others_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        pack_members(&inner, forms[i].format, forms[i].filter, NULL, two, 2);
        const struct packed_member members[] = {{.name = "in", .text = (const char *)inner.bytes, .len = inner.len},
                                                {.name = "b", .text = THREE}};
        pack_members(&pack, ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_GZIP, NULL, members, 2);
        expect_all(THREE, VG_UNSUPPORTED, "in: an archive inside an archive: unpack it first");
    }
}

static void what_is_no_recording_in_an_archive_is_named(void **state)
{
    (void)state;
    const struct packed_member members[] = {
        {.name = "x.png", .text = PNG}, {.name = "a", .text = ONE}, {.name = "y.png", .text = PNG}};
    for (size_t i = 0; i < FORMS; i++) {
        pack_members(&pack, forms[i].format, forms[i].filter, NULL, members, 3);
        expect_all(ONE, VG_UNSUPPORTED, "x.png: this is a PNG picture (and 1 more member)");
        struct vg_file_reader *reader = open_pack();
        expect_member(reader, "x.png", 0, "", VG_UNSUPPORTED, "this is a PNG picture");
        expect_member(reader, "a", 0, ONE, VG_EOF, NULL);
        expect_member(reader, "y.png", 0, "", VG_UNSUPPORTED, "this is a PNG picture");
        expect_no_more(reader, VG_EOF, NULL);
        vg_file_reader_close(reader);
    }
}

static void folders_links_empty_and_hidden_members_are_passed_over(void **state)
{
    (void)state;
    const struct packed_member members[] = {
        {.name = "day/", .text = NULL},         {.name = "day/link", .text = "", .link = "a"},
        {.name = "day/empty", .text = ""},      {.name = "__MACOSX/day/._a", .text = "x"},
        {.name = "day/.DS_Store", .text = "x"}, {.name = ".git/config", .text = "x"},
        {.name = "./day/a..b", .text = ONE}};
    for (size_t i = 0; i < FORMS - 1; i++) { /* the last one is read from front to end, where links look like files */
        pack_members(&pack, forms[i].format, forms[i].filter, NULL, members, sizeof members / sizeof *members);
        struct vg_file_reader *reader = open_pack();
        expect_member(reader, "day/a..b", 0, ONE, VG_EOF, NULL);
        expect_no_more(reader, VG_EOF, NULL);
        assert_int_equal(vg_file_reader_passed_over(reader), 5);
        vg_file_reader_close(reader);
    }
    pack_members(&pack, ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, NULL, members, 4);
    expect_all("", VG_UNSUPPORTED, "the archive holds no files");
    struct vg_file_reader *reader = open_pack();
    struct vg_file_member member;
    const char *why;
    assert_int_equal(vg_file_reader_next_member(reader, &member, &why), VG_UNSUPPORTED);
    vg_file_reader_close(reader);
}

static void names_are_harmless_and_whole(void **state)
{
    (void)state;
    static char longest[700];
    memset(longest, 'n', sizeof longest - 1);
    const struct packed_member members[] = {{.name = "/etc/passwd", .text = ONE},
                                            {.name = "../up", .text = ONE},
                                            {.name = "a\x1b[31m\nb", .text = ONE},
                                            {.name = "R\xc3\xad"
                                                     "z.txt",
                                             .text = ONE},
                                            {.name = longest, .text = ONE}};
    static const char *const names[] = {"etc/passwd", "../up", "a?[31m?b"};
    struct vg_file_member member;
    const char *why;
    pack_members(&pack, ARCHIVE_FORMAT_TAR_GNUTAR, ARCHIVE_FILTER_NONE, NULL, members, 5);
    struct vg_file_reader *reader = open_pack();
    for (size_t i = 0; i < 3; i++)
        expect_member(reader, names[i], 0, ONE, VG_EOF, NULL);
    expect_member(reader,
                  "R\xc3\xad"
                  "z.txt",
                  0, ONE, VG_EOF, NULL);
    assert_int_equal(vg_file_reader_next_member(reader, &member, &why), VG_OK);
    assert_int_equal(strlen(member.name), 511);
    vg_file_reader_close(reader);
}

static void an_encrypted_member_is_named_and_the_others_are_read(void **state)
{
    (void)state;
    struct archive *a = archive_write_new();
    archive_write_set_format_zip(a);
    if (archive_write_set_options(a, "zip:encryption=zipcrypt") != ARCHIVE_OK)
        skip();
    archive_write_set_passphrase(a, "secret");
    archive_write_open_memory(a, pack.bytes, sizeof pack.bytes, &pack.len);
    pack_entry_(a, &two[0]);
    archive_write_close(a);
    archive_write_free(a);
    expect_all("", VG_UNSUPPORTED, "2024/a.txt: it is encrypted: unpack the archive first");
    struct vg_file_reader *reader = open_pack();
    expect_member(reader, "2024/a.txt", 0, "", VG_UNSUPPORTED, "encrypted");
    expect_no_more(reader, VG_EOF, NULL);
    vg_file_reader_close(reader);
}

/* Every cut gives what is good, and an error: never all, never none of both. */
static void a_cut_archive_says_so(void **state)
{
    (void)state;
    static char text[100000];
    for (size_t i = 0, len = 0; len + sizeof ONE < sizeof text; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "!AIVDM,%zu,1,,A,%zu,0*24\n", i, i * 7919);
    const struct packed_member members[] = {{.name = "a", .text = text}, {.name = "b", .text = THREE}};
    for (size_t i = 0; i < FORMS; i++) {
        pack_members(&pack, forms[i].format, forms[i].filter, NULL, members, 2);
        size_t whole = pack.len;
        for (size_t part = 1; part < 8; part++) {
            static char got[PACK_MOST];
            const char *why = "";
            pack.len = whole * part / 8;
            struct vg_file_reader *reader = open_pack();
            enum vg_err err = read_text(reader, got, sizeof got, &why);
            size_t len = strlen(got);
            if ((err != VG_CORRUPT && err != VG_UNSUPPORTED) || strlen(why) < 10)
                fail_msg("form %zu, part %zu: %s (%s)", i, part, vg_err_text(err), why);
            if (len && got[len - 1] == '\n') /* the end of a line that the cut left open */
                len--;
            assert_memory_equal(got, text, len < strlen(text) ? len : strlen(text));
            vg_file_reader_close(reader);
        }
    }
}

static void a_damaged_member_is_named_and_the_others_are_read(void **state)
{
    (void)state;
    const struct packed_member members[] = {{.name = "a", .text = ONE}, {.name = "b", .text = THREE}};
    pack_members(&pack, ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, "zip:compression=store", members, 2);
    uint8_t *at = memmem(pack.bytes, pack.len, ONE, strlen(ONE));
    assert_non_null(at);
    at[20] ^= 1;
    static char got[PACK_MOST];
    const char *why = "";
    struct vg_file_reader *reader = open_pack();
    assert_int_equal(read_text(reader, got, sizeof got, &why), VG_CORRUPT);
    assert_non_null(strstr(why, "a: the zip archive is damaged"));
    assert_non_null(strstr(got, THREE));
    vg_file_reader_close(reader);
}

static void through_a_pipe_zip_and_tar_are_read_and_7z_is_named(void **state)
{
    (void)state;
    static const struct {
        int format;
        enum vg_err err;
        const char *text, *why;
    } rows[] = {{ARCHIVE_FORMAT_ZIP, VG_EOF, TWO "\n" THREE, NULL},
                {ARCHIVE_FORMAT_TAR_USTAR, VG_EOF, TWO "\n" THREE, NULL},
                {ARCHIVE_FORMAT_7ZIP, VG_UNSUPPORTED, "", "a 7z archive is read from a file only"}};
    for (size_t i = 0; i < 3; i++) {
        struct vg_file_reader *reader;
        char path[64], got[1000];
        const char *why = NULL;
        int ends[2];
        pack_members(&pack, rows[i].format, ARCHIVE_FILTER_NONE, NULL, two, 2);
        assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
        assert_int_equal(write(ends[1], pack.bytes, pack.len), (ssize_t)pack.len);
        snprintf(path, sizeof path, "/proc/self/fd/%d", ends[0]);
        assert_int_equal(vg_file_reader_open(path, &reader, &why), VG_OK);
        close(ends[1]);
        close(ends[0]);
        assert_int_equal(read_text(reader, got, sizeof got, &why), rows[i].err);
        assert_string_equal(got, rows[i].text);
        if (rows[i].why)
            assert_non_null(strstr(why, rows[i].why));
        vg_file_reader_close(reader);
    }
}

static void a_workbook_is_named_wherever_its_table_of_contents_stands(void **state)
{
    (void)state;
    const struct packed_member first[] = {{.name = "[Content_Types].xml", .text = "<Types/>"}};
    pack_members(&pack, ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, NULL, first, 1);
    expect_all("", VG_UNSUPPORTED, "this is an Excel workbook or Office document: save it as CSV");
    const struct packed_member later[] = {{.name = "docProps/app.xml", .text = "<x/>"}, first[0]};
    pack_members(&pack, ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, NULL, later, 2);
    expect_all("", VG_UNSUPPORTED, "save it as CSV");
}

/* Opening a member costs what it is long, not how many stand before it. */
static void many_members_are_read_in_one_go(void **state)
{
    (void)state;
    enum { MANY = 500 };
    static char names[MANY][16];
    static struct packed_member members[MANY];
    for (size_t i = 0; i < MANY; i++) {
        snprintf(names[i], sizeof names[i], "%04zu.txt", i);
        members[i] = (struct packed_member){.name = names[i], .text = ONE};
    }
    for (size_t i = 0; i < FORMS; i++) {
        pack_members(&pack, forms[i].format, forms[i].filter, NULL, members, MANY);
        struct vg_file_reader *reader = open_pack();
        double progress = 0;
        for (size_t k = 0; k < MANY; k++)
            expect_member(reader, names[k], 0, ONE, VG_EOF, NULL);
        progress = vg_file_reader_progress(reader);
        assert_true(progress > 0 && progress <= 1);
        expect_no_more(reader, VG_EOF, NULL);
        vg_file_reader_close(reader);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_come_one_behind_the_other_each_with_an_end),
        cmocka_unit_test(members_come_singly_with_their_names_and_times),
        cmocka_unit_test(a_member_need_not_be_read_to_its_end_and_is_found_again_by_its_number),
        cmocka_unit_test(packed_files_are_unpacked),
        cmocka_unit_test(a_member_is_unpacked_one_level_more),
        cmocka_unit_test(an_archive_in_an_archive_is_named_and_the_others_are_read),
        cmocka_unit_test(what_is_no_recording_in_an_archive_is_named),
        cmocka_unit_test(folders_links_empty_and_hidden_members_are_passed_over),
        cmocka_unit_test(names_are_harmless_and_whole),
        cmocka_unit_test(an_encrypted_member_is_named_and_the_others_are_read),
        cmocka_unit_test(a_cut_archive_says_so),
        cmocka_unit_test(a_damaged_member_is_named_and_the_others_are_read),
        cmocka_unit_test(through_a_pipe_zip_and_tar_are_read_and_7z_is_named),
        cmocka_unit_test(a_workbook_is_named_wherever_its_table_of_contents_stands),
        cmocka_unit_test(many_members_are_read_in_one_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
