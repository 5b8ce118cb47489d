/* `vigia decode --as KIND`: where the bytes may come from, offsets, summary, and wrong calls. */
#include "command.h"

#include <zstd.h>

#include "cli/decode_kinds.h"
#include "feed/capture_bytes.h"

/* Two blocks of 034: a north marker, and the border of a sector. */
#define NORTH            "\x22\x00\x05\x40\x01"
#define SECTOR           "\x22\x00\x06\x50\x02\x40"
#define NORTH_LEN        5
#define SECTOR_LEN       6
#define JSON_NORTH(off)  "{\"off\":" off ",\"len\":2,\"cat\":34,\"ed\":\"1.29\",\"v\":{\"000\":1}}\n"
#define JSON_SECTOR(off) "{\"off\":" off ",\"len\":3,\"cat\":34,\"ed\":\"1.29\",\"v\":{\"000\":2,\"020\":90}}\n"

static struct made made;
static struct frame frame;

static void write_bytes(const char *path, const void *bytes, size_t len)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, len, f), len);
    assert_int_equal(fclose(f), 0);
}

static struct frame *octets(const void *bytes, size_t len)
{
    memcpy(frame.bytes, bytes, len);
    frame.len = len;
    return &frame;
}

/* What a file gives, and a part of the summary. */
static void expect_said(const char *line, const char *out, const char *part)
{
    struct said s = run(vg_cli_decode, NULL, line);
    assert_int_equal(s.status, VG_EXIT_OK);
    assert_string_equal(s.out, out);
    if (!strstr(s.err, part))
        fail_msg("%s", s.err);
    forget(&s);
}

static void blocks_lie_end_to_end_in_a_raw_file(void **state)
{
    (void)state;
    write_bytes("a.ast", NORTH SECTOR, NORTH_LEN + SECTOR_LEN);
    expect_said("decode --as asterix a.ast", JSON_NORTH("3") JSON_SECTOR("8"), "a.ast: 2 blocks, 2 records in ");
    write_bytes("b.ast", NORTH "\0\0\0\0" SECTOR, NORTH_LEN + 4 + SECTOR_LEN);
    expect_said("decode --as asterix b.ast", JSON_NORTH("3") JSON_SECTOR("12"),
                "       1  octets between ASTERIX blocks of a stream");
    struct said s = run(vg_cli_decode, NULL, "decode --as asterix -q a.ast b.ast"); /* each file anew */
    assert_int_equal(lines_in(s.out), 4);
    assert_string_equal(s.err, "");
    forget(&s);
}

static void a_packed_file_is_unpacked(void **state)
{
    (void)state;
    char packed[256];
    size_t n = ZSTD_compress(packed, sizeof packed, NORTH SECTOR, NORTH_LEN + SECTOR_LEN, 1);
    write_bytes("a.ast.zst", packed, n);
    expect_said("decode --as asterix a.ast.zst", JSON_NORTH("3") JSON_SECTOR("8"), "2 records");
}

static void offsets_of_a_capture_count_blocks_and_not_what_follows_them(void **state)
{
    (void)state;
    for (int ng = 0; ng < 2; ng++) {
        if (ng)
            begin_pcapng(&made, 1, false);
        else
            begin_pcap(&made, 0xA1B2C3D4, 1, false);
        put_packet(&made, 1700000000, 0, ethernet(ip4(udp(octets(NORTH "\x40\x02\x2B", NORTH_LEN + 3)), 17)), 0);
        put_packet(&made, 1700000001, 0, ethernet(ip4(udp(octets(SECTOR NORTH, SECTOR_LEN + NORTH_LEN)), 17)), 0);
        write_bytes("a.pcap", made.bytes, made.len);
        expect_said("decode --as asterix a.pcap", JSON_NORTH("3") JSON_SECTOR("8") JSON_NORTH("14"),
                    "       1  octets behind the last ASTERIX block of a datagram\n            e.g. @\\x02+");
    }
}

static void a_block_may_be_cut_by_segments_of_tcp(void **state)
{
    (void)state;
    begin_pcap(&made, 0xA1B2C3D4, 1, false);
    const char *bytes = NORTH SECTOR NORTH;
    static const size_t cut[] = {0, 1, 4, 9, 16};
    for (size_t i = 0; i < 4; i++)
        put_packet(&made, 1700000000, 0,
                   ethernet(ip4(tcp(octets(bytes + cut[i], cut[i + 1] - cut[i]), 1000, 10 + (uint32_t)cut[i], 0), 6)),
                   0);
    write_bytes("a.pcap", made.bytes, made.len);
    expect_said("decode --as asterix a.pcap", JSON_NORTH("3") JSON_SECTOR("8") JSON_NORTH("14"), "3 blocks, 3 records");
}

static void standard_input_and_an_empty_file_are_fine(void **state)
{
    (void)state;
    struct said s = run(vg_cli_decode, "0\x01", "decode --as asterix");
    assert_int_equal(s.status, VG_EXIT_OK);
    assert_string_equal(s.out, "");
    assert_non_null(strstr(s.err, "standard input: 0 blocks, 0 records"));
    assert_non_null(strstr(s.err, "octets between ASTERIX blocks"));
    forget(&s);
    write_bytes("empty", "", 0);
    expect_said("decode --as asterix empty", "", "0 records");
}

static void an_edition_can_be_asked_for(void **state)
{
    (void)state;
    write_bytes("a.ast", "\x15\x00\x06\x80\x19\x08", 6);
    struct said s = run(vg_cli_decode, NULL, "decode -q --as asterix --editions 21=0.26 a.ast");
    assert_non_null(strstr(s.out, "\"ed\":\"0.26\""));
    forget(&s);
    s = run(vg_cli_decode, NULL, "decode --as asterix --editions 21=7 a.ast");
    assert_int_equal(s.status, VG_EXIT_USAGE);
    assert_non_null(strstr(s.err, "--editions"));
    forget(&s);
}

static void wrong_calls_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *line, *part;
    } cases[] = {
        {"decode --as radar a", "--as"},
        {"decode --as asterix --format csv a", "--format csv"},
        {"decode --as asterix --others a", "--others"},
        {"decode --as asterix --threads 2 a", "--threads"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct said s = run(vg_cli_decode, NULL, cases[i].line);
        assert_int_equal(s.status, VG_EXIT_USAGE);
        if (!strstr(s.err, cases[i].part))
            fail_msg("%s", s.err);
        forget(&s);
    }
    struct said s = run(vg_cli_decode, NULL, "decode --as asterix absent");
    assert_int_equal(s.status, VG_EXIT_FAILED);
    assert_non_null(strstr(s.err, "absent"));
    forget(&s);
    s = run(vg_cli_decode, ONE, "decode -q --as ais -");
    assert_int_equal(s.status, VG_EXIT_OK);
    assert_int_equal(lines_in(s.out), 1);
    forget(&s);
}

static void every_kind_is_named_in_the_help(void **state)
{
    (void)state;
    struct said s = run(vg_cli_decode, NULL, "decode --help");
    assert_non_null(strstr(s.out, VG_DECODE_KIND_NAMES));
    assert_non_null(vg_decode_kind_find("asterix"));
    assert_null(vg_decode_kind_find("ais")); /* it has its own way */
    forget(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(blocks_lie_end_to_end_in_a_raw_file),
        IN_A_FOLDER(a_packed_file_is_unpacked),
        IN_A_FOLDER(offsets_of_a_capture_count_blocks_and_not_what_follows_them),
        IN_A_FOLDER(a_block_may_be_cut_by_segments_of_tcp),
        IN_A_FOLDER(standard_input_and_an_empty_file_are_fine),
        IN_A_FOLDER(an_edition_can_be_asked_for),
        IN_A_FOLDER(wrong_calls_are_told),
        IN_A_FOLDER(every_kind_is_named_in_the_help),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
