/* What a file is by its first bytes: each kind, and each beginning of a kind, of a live line, of what is no text. */
#include "test.h"

#include "feed/file_kind.h"

#define S(text) text, sizeof(text) - 1

static const struct {
    const char *head;
    size_t len;
    enum vg_file_form form;
    const char *name; /* part of it */
} rows[] = {
    {S("\x1f\x8b\x08"), VG_FORM_GZIP, "gzip"},
    {S("\x28\xb5\x2f\xfd"), VG_FORM_ZSTD, "zstd"},
    {S("\x5e\x2a\x4d\x18"), VG_FORM_ZSTD, "zstd"},
    {S("BZh91AY&SY"), VG_FORM_BZIP2, "bzip2"},
    {S("BZh1\x17\x72\x45\x38\x50\x90"), VG_FORM_BZIP2, "bzip2"},
    {S("BZhello, world"), VG_FORM_TEXT, NULL},
    {S("\xfd"
       "7zXZ\0"),
     VG_FORM_XZ, "xz"},
    {S("7z\xbc\xaf\x27\x1c"), VG_FORM_7Z, "7z"},
    {S("PK\x03\x04"), VG_FORM_ZIP, "zip"},
    {S("PK\x03\x04..........................[Content_Types].xml"), VG_FORM_REFUSED, "Excel workbook"},
    {S("PK\x03\x04..........................xl/workbook.xml"), VG_FORM_REFUSED, "Excel workbook"},
    {S("PK\x03\x04..........................mimetypeapplication/vnd.oasis.opendocument"), VG_FORM_REFUSED,
     "OpenDocument"},
    {S("PK\x03\x04..........................ais.csv"), VG_FORM_ZIP, "zip"},
    {S("PK\x05\x06"), VG_FORM_REFUSED, "empty zip"},
    {S("\xd4\xc3\xb2\xa1"), VG_FORM_CAPTURE, "pcap"},
    {S("\xa1\xb2\xc3\xd4"), VG_FORM_CAPTURE, "pcap"},
    {S("\x4d\x3c\xb2\xa1"), VG_FORM_CAPTURE, "pcap"},
    {S("\xa1\xb2\x3c\x4d"), VG_FORM_CAPTURE, "pcap"},
    {S("\n\r\r\n\0\0\0\x1c\x1a\x2b\x3c\x4d"), VG_FORM_CAPTURE, "pcapng"},
    {S("\n\r\r\n\x1c\0\0\0\x4d\x3c\x2b\x1a"), VG_FORM_CAPTURE, "pcapng"},
    {S("\n\r\r\n!AIVDM,1,1,,A,x,0*00"), VG_FORM_TEXT, NULL},
    {S("\xff\xd8\xff\xe0"), VG_FORM_REFUSED, "JPEG"},
    {S("\x89PNG\r\n"), VG_FORM_REFUSED, "PNG"},
    {S("GIF89a"), VG_FORM_REFUSED, "GIF"},
    {S("%PDF-1.7"), VG_FORM_REFUSED, "PDF"},
    {S("\x7f"
       "ELF"),
     VG_FORM_REFUSED, "program"},
    {S("MZ\x90\0"), VG_FORM_REFUSED, "Windows program"},
    {S("SQLite format 3\0"), VG_FORM_REFUSED, "SQLite"},
    {S("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), VG_FORM_REFUSED, "old Excel"},
    {S("Rar!\x1a\x07\x01\0"), VG_FORM_REFUSED, "RAR"},
    {S("\x04\x22\x4d\x18"), VG_FORM_REFUSED, "lz4"},
    {S("PAR1"), VG_FORM_REFUSED, "Parquet"},
    {S("\x89HDF\r\n\x1a\n"), VG_FORM_REFUSED, "HDF5"},
    {S("CDF\x01"), VG_FORM_REFUSED, "NetCDF"},
    {S("GRIB"), VG_FORM_REFUSED, "GRIB"},
    {S("RIFF....WAVEfmt "), VG_FORM_REFUSED, "WAV"},
    {S("RIFF....AVI LIST"), VG_FORM_REFUSED, "AVI"},
    {S("\0\0\0\x20"
       "ftypisom"),
     VG_FORM_REFUSED, "MP4"},
    {S("OggS"), VG_FORM_REFUSED, "Ogg"},
    {S("\xff\xfe!\0"), VG_FORM_UTF16_LE, "UTF-16"},
    {S("\xfe\xff\0!"), VG_FORM_UTF16_BE, "UTF-16"},
    {S("\xff\xfe\0\0"), VG_FORM_REFUSED, "UTF-32"},
    {S("!\0A\0I\0V\0D\0M\0,\0001\0"), VG_FORM_UTF16_LE, "UTF-16"},
    {S("\0!\0A\0I\0V\0D\0M\0,\0001"), VG_FORM_UTF16_BE, "UTF-16"},
    {S("!\0A\0I\0V\0"), VG_FORM_TEXT, NULL}, /* too little to tell */
    {S("\xEF\xBB\xBF!AIVDM"), VG_FORM_UTF8_MARKED, NULL},
    {S("\xEF\xBB\xBFMMSI"), VG_FORM_TEXT, NULL},
    {S("!AIVDM,1,1,,A,x,0*00\n"), VG_FORM_TEXT, NULL},
    {S("MMSI,BaseDateTime"), VG_FORM_TEXT, NULL},
    {S("PARIS,LYON"), VG_FORM_TEXT, NULL},
    {S("GRID,A,B"), VG_FORM_TEXT, NULL},
    {S("RIFF....ANY"), VG_FORM_TEXT, NULL},
    {S("7 o'clock"), VG_FORM_TEXT, NULL},
    {S(""), VG_FORM_TEXT, NULL},
};

static void each_kind_is_told_and_text_is_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct vg_file_kind kind = vg_file_kind_of(rows[i].head, rows[i].len, true);
        if (kind.form != rows[i].form || (rows[i].name ? !strstr(kind.name, rows[i].name) : kind.name != NULL))
            fail_msg("row %zu: %d %s", i, (int)kind.form, kind.name ? kind.name : "");
    }
}

/* More bytes never change an answer that was given, unless to what a tar header or a member's name says. */
static void the_answer_waits_until_it_is_sure(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t len = 1; len < rows[i].len; len++) {
            struct vg_file_kind kind = vg_file_kind_of(rows[i].head, len, false);
            if (kind.form == VG_FORM_GZIP || kind.form == VG_FORM_ZIP || kind.form == VG_FORM_TEXT)
                continue;
            if (kind.form != VG_FORM_UNSETTLED && kind.form != rows[i].form)
                fail_msg("row %zu, %zu bytes: %d", i, len, (int)kind.form);
        }
    assert_int_equal(vg_file_kind_of("!", 1, false).form, VG_FORM_TEXT); /* a live line is not held back */
    assert_int_equal(vg_file_kind_of("2024-11-22 05", 13, false).form, VG_FORM_TEXT);
    assert_int_equal(vg_file_kind_of("P", 1, false).form, VG_FORM_UNSETTLED);
    assert_int_equal(vg_file_kind_of("PA", 2, false).form, VG_FORM_UNSETTLED);
    assert_int_equal(vg_file_kind_of("Pa", 2, false).form, VG_FORM_TEXT);
    assert_int_equal(vg_file_kind_of("\xEF\xBB", 2, false).form, VG_FORM_UNSETTLED);
}

static void a_tar_header_is_known_by_its_sum(void **state)
{
    (void)state;
    uint8_t head[512] = "ais.txt";
    unsigned sum = 8 * ' ';
    for (int i = 0; i < 7; i++)
        sum += head[i];
    snprintf((char *)head + 148, 8, "%06o", sum); /* as in 1979: no "ustar" */
    assert_int_equal(vg_file_kind_of(head, 512, true).form, VG_FORM_TAR);
    assert_int_equal(vg_file_kind_of(head, 511, true).form, VG_FORM_TEXT);
    head[3]++;
    assert_int_equal(vg_file_kind_of(head, 512, true).form, VG_FORM_TEXT);
    memset(head, 0, sizeof head); /* a sum of nothing is no sum */
    assert_int_equal(vg_file_kind_of(head, 512, true).form, VG_FORM_TEXT);
}

static void what_is_mostly_no_text_is_binary_unless_it_has_a_sentence(void **state)
{
    (void)state;
    uint8_t noise[4096];
    uint32_t random = 1;
    for (size_t i = 0; i < sizeof noise; i++) {
        random = random * 1664525 + 1013904223;
        noise[i] = (uint8_t)(random >> 24);
    }
    assert_true(vg_file_is_binary(noise, sizeof noise));
    memcpy(noise + 2000, "!AIVDM,", 7);
    assert_false(vg_file_is_binary(noise, sizeof noise));
    assert_false(vg_file_is_binary("plain text\r\n\tand tabs", 21));
    assert_false(vg_file_is_binary("R\xc3\xad"
                                   "a de Vigo \xe2\x82\xac",
                                   16));
    assert_false(vg_file_is_binary("R\xed"
                                   "a de Vigo", /* Latin-1 */
                                   11));
    assert_true(vg_file_is_binary("\0\0\0\0abc", 7));
    assert_false(vg_file_is_binary("", 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_is_told_and_text_is_text),
        cmocka_unit_test(the_answer_waits_until_it_is_sure),
        cmocka_unit_test(a_tar_header_is_known_by_its_sum),
        cmocka_unit_test(what_is_mostly_no_text_is_binary_unless_it_has_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
