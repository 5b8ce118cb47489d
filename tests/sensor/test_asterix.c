/* ASTERIX: every shape of an item, blocks and streams that are damaged, and the choice of an edition. */
#include "asterix_bytes.h"

#include "sensor/asterix/asterix_inner.h"

static struct said said;
static struct bytes bytes;

static int begin(void **state)
{
    (void)state;
    bytes.len = 0;
    listen(&said);
    return 0;
}

static int end(void **state)
{
    (void)state;
    vg_asterix_free(said.asterix);
    return 0;
}

static void take(void)
{
    vg_asterix_datagram(said.asterix, bytes.at, bytes.len, 0, VG_TIME_NONE);
}

/* The values of the only record. */
static void expect_values(uint8_t category, const struct given *item, const char *values)
{
    char want[2048];
    bytes.len = 0;
    vg_asterix_free(said.asterix);
    listen(&said);
    add_block(&bytes, category, item);
    take();
    assert_int_equal(said.records, 1);
    snprintf(want, sizeof want, "\"v\":%s}\n", values);
    const char *got = strstr(text_of(&said), "\"v\":");
    assert_string_equal(got, want);
}

static void a_record_tells_where_it_stands_and_what_read_it(void **state)
{
    (void)state;
    add_block(&bytes, 34, RECORD({VG_ASTERIX_034_010, "1908"}, {VG_ASTERIX_034_000, "02"}));
    size_t at = begin_block(&bytes, 34);
    add_record(&bytes, RECORD({VG_ASTERIX_034_000, "01"}));
    add_record(&bytes, RECORD({VG_ASTERIX_034_020, "40"}));
    end_block(&bytes, at);
    assert_int_equal(vg_asterix_datagram(said.asterix, bytes.at, bytes.len, 1000, VG_TIME_NONE), bytes.len);
    assert_string_equal(
        text_of(&said),
        "{\"off\":1003,\"len\":4,\"cat\":34,\"ed\":\"1.29\",\"v\":{\"010/SAC\":25,\"010/SIC\":8,\"000\":2}}\n"
        "{\"off\":1010,\"len\":2,\"cat\":34,\"ed\":\"1.29\",\"v\":{\"000\":1}}\n"
        "{\"off\":1012,\"len\":2,\"cat\":34,\"ed\":\"1.29\",\"v\":{\"020\":90}}\n");
    assert_int_equal(vg_asterix_counters(said.asterix)->blocks, 2);
    assert_int_equal(vg_asterix_counters(said.asterix)->octets, bytes.len);
}

static void numbers_have_the_scale_and_the_sign_of_their_definition(void **state)
{
    (void)state;
    expect_values(48, RECORD({VG_ASTERIX_048_140, "2A3001"}, {VG_ASTERIX_048_040, "01804000"}),
                  "{\"140\":21600.0078125,\"040/RHO\":1.5,\"040/THETA\":90}");
    expect_values(48, RECORD({VG_ASTERIX_048_090, "3FFC"}), "{\"090/V\":0,\"090/G\":0,\"090/FL\":-1}");
    expect_values(34, RECORD({VG_ASTERIX_034_120, "FFFF C00000 800000"}),
                  "{\"120/HGT\":-1,\"120/LAT\":-90,\"120/LON\":-180}");
    expect_values(63, RECORD({VG_ASTERIX_063_080, "FFFD 7FFF"}), "{\"080/SRG\":-0.00003,\"080/SRB\":255.9921875}");
    expect_values(62, RECORD({VG_ASTERIX_062_185, "8000 0001"}), "{\"185/VX\":-8192,\"185/VY\":0.25}");
}

static void text_is_octal_icao_or_ascii(void **state)
{
    (void)state;
    expect_values(48, RECORD({VG_ASTERIX_048_070, "A9C5"}),
                  "{\"070/V\":1,\"070/G\":0,\"070/L\":1,\"070/MODE3A\":\"4705\"}");
    /* RYR5XW: 18 25 18 53 24 23, two blanks */
    expect_values(48, RECORD({VG_ASTERIX_048_240, "4994B5 617820"}), "{\"240\":\"RYR5XW  \"}");
    expect_values(205, RECORD({VG_ASTERIX_205_090, "3135362E383030"}), "{\"090\":\"156.800\"}");
    expect_values(205, RECORD({VG_ASTERIX_205_090, "3122362E380A00"}),
                  "{\"090\":\"1\\\"6.8\xef\xbf\xbd\xef\xbf\xbd\"}");
}

static void an_extended_item_ends_where_its_bits_say(void **state)
{
    (void)state;
    expect_values(48, RECORD({VG_ASTERIX_048_020, "32"}),
                  "{\"020/TYP\":1,\"020/SIM\":1,\"020/RDP\":0,\"020/SPI\":0,\"020/RAB\":1}");
    expect_values(48, RECORD({VG_ASTERIX_048_020, "21 86"}, {VG_ASTERIX_048_161, "0123"}),
                  "{\"020/TYP\":1,\"020/SIM\":0,\"020/RDP\":0,\"020/SPI\":0,\"020/RAB\":0,\"020/TST\":1,\"020/ERR\":0,"
                  "\"020/XPP\":0,\"020/ME\":0,\"020/MI\":0,\"020/FOEFRI\":3,\"161/TRN\":291}");
}

static void octets_of_an_extension_that_nobody_defined_are_stepped_over_and_counted(void **state)
{
    (void)state;
    expect_values(34, RECORD({VG_ASTERIX_034_000, "01"}), "{\"000\":1}");
    assert_int_equal(refused(&said, VG_REFUSAL_ASTERIX_RESERVED), 0);
    expect_values(10, RECORD({VG_ASTERIX_010_270, "0D 11 15 FF FE"}, {VG_ASTERIX_010_131, "09"}),
                  "{\"270/LENGTH\":6,\"270/ORIENTATION\":22.5,\"270/WIDTH\":10,\"131\":9}");
    assert_int_equal(refused(&said, VG_REFUSAL_ASTERIX_RESERVED), 1);
}

static void items_repeat_by_count_or_by_bit(void **state)
{
    (void)state;
    expect_values(34, RECORD({VG_ASTERIX_034_070, "02 0805 1001"}),
                  "{\"070[0]/TYP\":1,\"070[0]/COUNT\":5,\"070[1]/TYP\":2,\"070[1]/COUNT\":1}");
    expect_values(34, RECORD({VG_ASTERIX_034_070, "00"}, {VG_ASTERIX_034_110, "03"}), "{\"110\":3}");
    expect_values(48, RECORD({VG_ASTERIX_048_030, "03 24"}), "{\"030[0]\":1,\"030[1]\":18}");
    expect_values(48, RECORD({VG_ASTERIX_048_250, "01 20041010F50C31 20"}),
                  "{\"250[0]/MBDATA\":9011666305223729,\"250[0]/BDS1\":2,\"250[0]/BDS2\":0}");
    expect_values(62, RECORD({VG_ASTERIX_062_510, "030403 040100"}),
                  "{\"510[0]/IDENT\":3,\"510[0]/TRACK\":513,\"510[1]/IDENT\":4,\"510[1]/TRACK\":128}");
}

static void a_compound_item_has_the_parts_of_its_bits(void **state)
{
    (void)state;
    expect_values(48, RECORD({VG_ASTERIX_048_130, "60 07 C4"}), "{\"130/SRR\":7,\"130/SAM\":-60}");
    expect_values(62, RECORD({VG_ASTERIX_062_380, "8101 010C 4840D6 05DC 7FFF"}),
                  "{\"380/ADR\":4735190,\"380/IAR\":1500,\"380/MAC\":262.136}");
    expect_values(62, RECORD({VG_ASTERIX_062_290, "01 20 0C"}), "{\"290/MLT\":3}");
}

static void a_value_decides_how_the_next_one_is_read(void **state)
{
    (void)state;
    expect_values(21, RECORD({VG_ASTERIX_021_150, "0400"}), "{\"150/IM\":0,\"150/AS\":0.0625}");
    expect_values(21, RECORD({VG_ASTERIX_021_150, "8310"}), "{\"150/IM\":1,\"150/AS\":0.784}");
    expect_values(4, RECORD({VG_ASTERIX_004_000, "07"}, {VG_ASTERIX_004_120, "40 1A"}),
                  "{\"000\":7,\"120/CC/TID\":1,\"120/CC/CPC/LPF\":1,\"120/CC/CPC/CPF\":0,\"120/CC/CPC/MHF\":1,"
                  "\"120/CC/CS\":0}");
    expect_values(4, RECORD({VG_ASTERIX_004_000, "07"}, {VG_ASTERIX_004_120, "40 08"}),
                  "{\"000\":7,\"120/CC/TID\":0,\"120/CC/CPC\":4,\"120/CC/CS\":0}");
    expect_values(4, RECORD({VG_ASTERIX_004_000, "F0"}, {VG_ASTERIX_004_120, "40 1A"}),
                  "{\"000\":240,\"120/CC/TID\":1,\"120/CC/CPC\":5,\"120/CC/CS\":0}");
}

static void an_explicit_item_is_read_if_its_content_is_known(void **state)
{
    (void)state;
    expect_values(34, RECORD({VG_ASTERIX_034_SP, "04 01FFA0"}), "{\"SP\":\"01ffa0\"}");
    expect_values(34, RECORD({VG_ASTERIX_034_000, "01"}, {VG_ASTERIX_034_SP, "01"}), "{\"000\":1}");
}

static void the_expansion_fields_of_048_062_and_021_are_read(void **state)
{
    (void)state;
    expect_values(48, RECORD({VG_ASTERIX_048_RE, "05 80 08 0FFF"}),
                  "{\"RE/MD5/EM1/V\":0,\"RE/MD5/EM1/G\":0,\"RE/MD5/EM1/L\":0,\"RE/MD5/EM1/EM1\":\"7777\"}");
    /* what does not fit its definition stays octets */
    expect_values(48, RECORD({VG_ASTERIX_048_RE, "03 80 80"}), "{\"RE\":\"8080\"}");
}

static void a_plot_and_a_track_of_001_have_items_of_their_own(void **state)
{
    (void)state;
    expect_values(1, RECORD({VG_ASTERIX_001_PLOT_020, "00"}, {VG_ASTERIX_001_PLOT_040, "0080 8000"}),
                  "{\"020/TYP\":0,\"020/SIM\":0,\"020/SSRPSR\":0,\"020/ANT\":0,\"020/SPI\":0,\"020/RAB\":0,"
                  "\"040/RHO\":1,\"040/THETA\":180}");
    expect_values(1, RECORD({VG_ASTERIX_001_TRACK_020, "80"}, {VG_ASTERIX_001_TRACK_161, "0007"}),
                  "{\"020/TYP\":1,\"020/SIM\":0,\"020/SSRPSR\":0,\"020/ANT\":0,\"020/SPI\":0,\"020/RAB\":0,\"161\":7}");
}

static void items_may_come_in_any_order_behind_their_numbers(void **state)
{
    (void)state;
    expect_values(2, RECORD({VG_ASTERIX_002_RFS, "02 04 2A3000 02 01"}), "{\"000\":1,\"030\":21600}");
}

static void cells_of_radar_video_are_no_values(void **state)
{
    (void)state;
    expect_values(240,
                  RECORD({VG_ASTERIX_240_000, "02"}, {VG_ASTERIX_240_020, "00000102"},
                         {VG_ASTERIX_240_040, "4000 4010 00000000 000003E8"}, {VG_ASTERIX_240_050, "01 01020304"}),
                  "{\"000\":2,\"020\":258,\"040/STARTAZ\":90,\"040/ENDAZ\":90.087890625,\"040/STARTRG\":0,"
                  "\"040/CELLDUR\":1000}");
    expect_values(240, RECORD({VG_ASTERIX_240_030, "02 4F 4B"}), "{\"030[0]\":\"O\",\"030[1]\":\"K\"}");
}

/* ---- damage ---- */

static void an_unknown_category_is_stepped_over_and_counted(void **state)
{
    (void)state;
    add_hex(&bytes, "FE 0007 80 19080000");
    bytes.len = 7;
    add_block(&bytes, 34, RECORD({VG_ASTERIX_034_000, "01"}));
    take();
    assert_int_equal(said.records, 1);
    assert_int_equal(refused(&said, VG_REFUSAL_ASTERIX_CATEGORY), 1);
    assert_int_equal(refused(&said, VG_REFUSAL_ASTERIX_STRAY), 0);
}

static void stray_octets_behind_the_last_block_are_counted_and_no_offset_counts_them(void **state)
{
    (void)state;
    static const char *const stray[] = {"40", "4002", "40022BAFE528B7", "000000", "3000", "300002"};
    for (size_t i = 0; i < sizeof stray / sizeof *stray; i++) {
        bytes.len = 0;
        add_block(&bytes, 34, RECORD({VG_ASTERIX_034_000, "01"}));
        size_t good = bytes.len;
        add_hex(&bytes, stray[i]);
        assert_int_equal(vg_asterix_datagram(said.asterix, bytes.at, bytes.len, 0, VG_TIME_NONE), good);
        assert_int_equal(refused(&said, VG_REFUSAL_ASTERIX_STRAY), i + 1);
        assert_int_equal(said.records, i + 1);
    }
}

static void a_reserved_item_ends_the_reading_of_its_block_alone(void **state)
{
    (void)state;
    size_t at = begin_block(&bytes, 62);
    add_record(&bytes, RECORD({VG_ASTERIX_062_010, "1908"}));
    add_hex(&bytes, "C0 1908 0102"); /* the second item of 062 is spare */
    end_block(&bytes, at);
    add_block(&bytes, 62, RECORD({VG_ASTERIX_062_010, "1909"}));
    take();
    assert_int_equal(said.records, 2);
    assert_int_equal(refused(&said, VG_REFUSAL_ASTERIX_RESERVED), 1);
}

static void a_record_that_runs_over_its_block_is_counted(void **state)
{
    (void)state;
    add_hex(&bytes, "22 0006 F0 1908"); /* four items, octets of one */
    add_hex(&bytes, "22 0005 00 00");   /* no item at all */
    add_block(&bytes, 34, RECORD({VG_ASTERIX_034_000, "01"}));
    take();
    assert_int_equal(said.records, 1);
    assert_int_equal(refused(&said, VG_REFUSAL_ASTERIX_RECORD), 2);
}

/* A block of many shapes, cut after each octet: as a datagram it is stray, and its copy behind a right header fails
 * alone. */
static void no_cut_of_a_block_is_read_beyond_its_end(void **state)
{
    (void)state;
    add_block(&bytes, 62,
              RECORD({VG_ASTERIX_062_010, "1908"}, {VG_ASTERIX_062_380, "8101 0140 4840D6 05DC 7FFF"},
                     {VG_ASTERIX_062_080, "0102"}, {VG_ASTERIX_062_290, "01 80 0C"},
                     {VG_ASTERIX_062_510, "030403 040100"}));
    for (size_t len = VG_ASTERIX_HEADER + 1; len < bytes.len; len++) {
        uint8_t *exact = malloc(len);
        assert_non_null(exact);
        memcpy(exact, bytes.at, len);
        assert_int_equal(vg_asterix_datagram(said.asterix, exact, len, 0, VG_TIME_NONE), 0);
        exact[1] = 0;
        exact[2] = (uint8_t)len;
        assert_int_equal(vg_asterix_datagram(said.asterix, exact, len, 0, VG_TIME_NONE), len);
        free(exact);
    }
    assert_int_equal(said.records, 0);
    assert_int_equal(refused(&said, VG_REFUSAL_ASTERIX_RECORD), bytes.len - VG_ASTERIX_HEADER - 1);
}

/* ---- streams ---- */

static void add_many(struct bytes *b)
{
    for (int i = 0; i < 3; i++) {
        add_block(b, 34, RECORD({VG_ASTERIX_034_010, "1908"}, {VG_ASTERIX_034_000, "02"}, {VG_ASTERIX_034_020, "40"}));
        add_block(b, 48, RECORD({VG_ASTERIX_048_010, "1908"}, {VG_ASTERIX_048_040, "01804000"}));
        add_hex(b, "1E 0005 AA BB");         /* category 030 */
        add_hex(b, "15 0008 80 0102 E0 03"); /* 021 whose second record can't be read by any edition */
        add_hex(b, "15 0005 FF 02");         /* … nor its first one */
        add_hex(b, "FF 000A 0102030405 0607");
        add_block(b, 34, RECORD({VG_ASTERIX_034_000, "01"}));
        if (i == 0)
            add_hex(b, "47455420 2F 30 0A00");
        if (i == 1)
            add_hex(b, "30 0000 00 22 FFFF 22 0004 00 30");
    }
}

static uint8_t remembered[VG_ASTERIX_SAVED];

static void push_in_pieces(size_t piece, struct vg_refusals *ret)
{
    struct vg_asterix_framer *framer;
    vg_asterix_free(said.asterix);
    listen(&said);
    assert_int_equal(vg_asterix_framer_new(said.asterix, false, &framer), VG_OK);
    for (size_t at = 0; at < bytes.len; at += piece)
        vg_asterix_framer_push(framer, bytes.at + at, bytes.len - at < piece ? bytes.len - at : piece, VG_TIME_NONE);
    vg_asterix_framer_end(framer, VG_TIME_NONE);
    vg_asterix_framer_free(framer);
    *ret = *vg_asterix_refusals(said.asterix);
    vg_asterix_save(said.asterix, remembered);
}

static void a_stream_in_any_pieces_is_the_same_and_goes_on_after_rubbish(void **state)
{
    (void)state;
    static char whole[sizeof said.text];
    static struct vg_refusals all, some;
    static uint8_t after[VG_ASTERIX_SAVED];
    add_many(&bytes);
    push_in_pieces(bytes.len, &all);
    memcpy(after, remembered, sizeof after);
    assert_int_equal(said.records, 12);
    assert_int_equal(all.count[VG_REFUSAL_ASTERIX_RECORD], 6);
    assert_int_equal(all.count[VG_REFUSAL_ASTERIX_RUBBISH], 2);
    assert_int_equal(all.count[VG_REFUSAL_ASTERIX_CATEGORY], 6);
    snprintf(whole, sizeof whole, "%s", text_of(&said));
    for (size_t piece = 1; piece < bytes.len; piece++) {
        push_in_pieces(piece, &some);
        assert_string_equal(text_of(&said), whole);
        assert_memory_equal(some.count, all.count, sizeof all.count);
        assert_memory_equal(remembered, after, sizeof after);
    }
}

static void blocks_of_other_categories_may_be_many(void **state)
{
    (void)state;
    static struct vg_refusals some;
    for (int i = 0; i < 60; i++)
        add_hex(&bytes, i & 1 ? "08 000A 0102030405 0607" : "19 0005 AA BB");
    add_block(&bytes, 34, RECORD({VG_ASTERIX_034_000, "01"}));
    push_in_pieces(7, &some);
    assert_int_equal(said.records, 1);
    assert_int_equal(some.count[VG_REFUSAL_ASTERIX_CATEGORY], 60);
    assert_int_equal(some.count[VG_REFUSAL_ASTERIX_RUBBISH], 0);
}

static void a_stream_that_ends_within_a_block_is_counted(void **state)
{
    (void)state;
    static struct vg_refusals some;
    add_block(&bytes, 34, RECORD({VG_ASTERIX_034_000, "01"}));
    add_block(&bytes, 34, RECORD({VG_ASTERIX_034_010, "1908"}));
    bytes.len--;
    push_in_pieces(4, &some);
    assert_int_equal(said.records, 1);
    assert_int_equal(some.count[VG_REFUSAL_ASTERIX_RUBBISH], 1);
}

/* A length that promises 64 KiB of a category that nobody knows: what follows is read all the same. */
static void rubbish_that_promises_a_long_block_does_not_swallow_the_stream(void **state)
{
    (void)state;
    static uint8_t zeros[4096];
    struct vg_asterix_framer *framer;
    static struct bytes good;
    good.len = 0;
    add_block(&good, 34, RECORD({VG_ASTERIX_034_000, "01"}));
    assert_int_equal(vg_asterix_framer_new(said.asterix, true, &framer), VG_OK);
    vg_asterix_framer_push(framer, "\xFE\xFF\xFF", 3, VG_TIME_NONE);
    for (int i = 0; i < 20; i++) {
        vg_asterix_framer_push(framer, good.at, good.len, VG_TIME_NONE);
        vg_asterix_framer_push(framer, good.at, good.len, VG_TIME_NONE);
        vg_asterix_framer_push(framer, zeros, sizeof zeros, VG_TIME_NONE);
    }
    vg_asterix_framer_end(framer, VG_TIME_NONE);
    vg_asterix_framer_free(framer);
    assert_int_equal(said.records, 40);
    assert_true(refused(&said, VG_REFUSAL_ASTERIX_RUBBISH) >= 20);
}

/* A long block of a known category that is promised in the middle of a slow stream: three scans later it goes on. */
static void nobody_waits_for_what_a_false_header_promises(void **state)
{
    (void)state;
    static const char *const false_heads[] = {"30 FFFF", "15 8000 FF", "3E 1000", "30 FFFF 15 F000 02 0900"};
    for (size_t k = 0; k < sizeof false_heads / sizeof *false_heads; k++)
        for (int lost = 0; lost < 2; lost++) {
            struct vg_asterix_framer *framer;
            static struct bytes good, head;
            good.len = head.len = 0;
            add_block(&good, 34, RECORD({VG_ASTERIX_034_010, "1908"}, {VG_ASTERIX_034_000, "01"}));
            add_hex(&head, lost ? "00" : "");
            add_hex(&head, false_heads[k]);
            vg_asterix_free(said.asterix);
            listen(&said);
            assert_int_equal(vg_asterix_framer_new(said.asterix, false, &framer), VG_OK);
            vg_asterix_framer_push(framer, good.at, good.len, VG_TIME_NONE);
            vg_asterix_framer_push(framer, head.at, head.len, VG_TIME_NONE);
            for (int i = 0; i < 8; i++)
                for (size_t at = 0; at < good.len; at++)
                    vg_asterix_framer_push(framer, good.at + at, 1, VG_TIME_NONE);
            assert_in_range(said.records, 8, 9); /* the last one waits for what follows it */
            vg_asterix_framer_end(framer, VG_TIME_NONE);
            assert_int_equal(said.records, 9);
            assert_int_equal(refused(&said, VG_REFUSAL_ASTERIX_RUBBISH), 1);
            vg_asterix_framer_free(framer);
        }
}

/* ---- editions ---- */

static void add_021(bool old, const char *source)
{
    if (old)
        add_block(&bytes, 21,
                  RECORD({VG_ASTERIX_021_OLD_010, source}, {VG_ASTERIX_021_OLD_040, "0000"},
                         {VG_ASTERIX_021_OLD_030, "2A3000"}, {VG_ASTERIX_021_OLD_130, "00400000 FFC00000"},
                         {VG_ASTERIX_021_OLD_080, "4840D6"}));
    else
        add_block(&bytes, 21,
                  RECORD({VG_ASTERIX_021_010, source}, {VG_ASTERIX_021_040, "00"}, {VG_ASTERIX_021_071, "2A3000"},
                         {VG_ASTERIX_021_130, "100000 F00000"}, {VG_ASTERIX_021_080, "4840D6"}));
}

static void the_edition_of_021_is_that_which_a_source_fits(void **state)
{
    (void)state;
    add_021(true, "1901");
    add_021(false, "1902");
    add_021(true, "1901");
    take();
    assert_int_equal(said.reports, 3);
    for (size_t i = 0; i < 3; i++) {
        const struct vg_report *r = &said.report[i];
        assert_int_equal(r->time_of_day_ms, 21600000);
        assert_int_equal(r->pos.lat_e4min, 13500000); /* 22.5° */
        assert_int_equal(r->pos.lon_e4min, -13500000);
        assert_int_equal(r->radar.icao, 0x4840D6);
    }
    assert_non_null(strstr(text_of(&said), "\"ed\":\"0.26\""));
    assert_non_null(strstr(text_of(&said), "\"ed\":\"2.7\""));
}

static void an_edition_can_be_given(void **state)
{
    (void)state;
    assert_int_equal(vg_asterix_use_editions(said.asterix, "21=2.1,048=1.32"), VG_OK);
    assert_int_equal(vg_asterix_use_editions(said.asterix, "21=9.9"), VG_NOT_FOUND);
    assert_int_equal(vg_asterix_use_editions(said.asterix, "300=1.0"), VG_NOT_FOUND);
    static const char *const wrong[] = {"", "21", "21=", "=2.1", "21=2.1,", "21=2.1;48=1.32", "a=1"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(vg_asterix_use_editions(said.asterix, wrong[i]), VG_SYNTAX);
    add_021(false, "1902");
    take();
    assert_non_null(strstr(text_of(&said), "\"ed\":\"2.1\""));
}

static void more_sources_than_are_remembered_are_counted(void **state)
{
    (void)state;
    for (unsigned i = 0; i < VG_ASTERIX_SOURCES + 5; i++) {
        bytes.len = 0;
        char source[5];
        snprintf(source, sizeof source, "%04X", i);
        add_021(i & 1, source);
        take();
    }
    assert_int_equal(vg_asterix_counters(said.asterix)->sources, VG_ASTERIX_SOURCES);
    assert_int_equal(vg_asterix_counters(said.asterix)->replaced, 5);
    assert_int_equal(said.records, VG_ASTERIX_SOURCES + 5);
}

static void what_is_remembered_can_be_saved(void **state)
{
    (void)state;
    uint8_t saved[VG_ASTERIX_SAVED], again[VG_ASTERIX_SAVED];
    for (int i = 0; i < 3; i++)
        add_021(true, "1901");
    take();
    vg_asterix_save(said.asterix, saved);
    vg_asterix_free(said.asterix);
    listen(&said);
    assert_int_equal(vg_asterix_load(said.asterix, saved), VG_OK);
    vg_asterix_save(said.asterix, again);
    assert_memory_equal(again, saved, sizeof saved);
    for (size_t i = 0; i < VG_ASTERIX_SOURCES; i++)
        if (saved[4 + 12 * i])
            saved[4 + 12 * i + 3] = 200; /* more blocks than are looked at */
    assert_int_equal(vg_asterix_load(said.asterix, saved), VG_CORRUPT);
    vg_asterix_save(said.asterix, saved);
    assert_memory_equal(again, saved, sizeof saved);
}

/* ---- the tables ---- */

static void check_node(const struct vg_asterix_node *node, size_t depth)
{
    const struct vg_asterix_node *below = node + 1;
    unsigned size = 1, bits = 0;
    assert_true(depth < 8);
    assert_true(strlen(node->name) < VG_ASTERIX_NAME);
    for (unsigned i = 0; i < node->count; i++, below += below->size) {
        check_node(below, depth + 1);
        size += below->size;
        bits += below->bits;
        if (below->shape == VG_ASTERIX_CASE)
            assert_true((below->key & VG_ASTERIX_CASE_BACK) <= i && node->shape == VG_ASTERIX_GROUP);
    }
    assert_int_equal(node->size, size);
    if (node->shape == VG_ASTERIX_GROUP) {
        assert_int_equal(node->bits, bits);
        assert_true(node->count <= 48); /* GROUP_MAX of asterix_values.c */
    }
    if (node->shape == VG_ASTERIX_CHAIN)
        assert_int_equal((node[1].bits + 1) % 8, 0);
    if (node->shape == VG_ASTERIX_REPETITIVE &&
        (node[1].shape == VG_ASTERIX_FIXED || node[1].shape == VG_ASTERIX_GROUP))
        assert_int_equal(node[1].bits % 8, 0);
    if (node->shape == VG_ASTERIX_FIXED)
        assert_true(node->bits > 0 && node->lsb > 0);
}

static void the_tables_hold_what_their_readers_rely_on(void **state)
{
    (void)state;
    for (size_t i = 0; i < vg_asterix_edition_count; i++) {
        const struct vg_asterix_edition *e = &vg_asterix_editions[i];
        for (int variant = 0; variant < 2; variant++)
            for (unsigned slot = 0; slot < e->slots[variant]; slot++) {
                const struct vg_asterix_node *node = vg_asterix_slot_node(e, variant, slot);
                if (!node)
                    continue;
                check_node(node, 0);
                assert_true(node->name[0]);
                if (node->shape == VG_ASTERIX_FIXED || node->shape == VG_ASTERIX_GROUP)
                    assert_int_equal(node->bits % 8, 0);
                assert_true(slot < VG_ASTERIX_SLOTS);
            }
        assert_string_equal(vg_asterix_slot_node(e, 0, 0)->name, "010"); /* SAC and SIC come first in all */
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_record_tells_where_it_stands_and_what_read_it),
        TEST(numbers_have_the_scale_and_the_sign_of_their_definition),
        TEST(text_is_octal_icao_or_ascii),
        TEST(an_extended_item_ends_where_its_bits_say),
        TEST(octets_of_an_extension_that_nobody_defined_are_stepped_over_and_counted),
        TEST(items_repeat_by_count_or_by_bit),
        TEST(a_compound_item_has_the_parts_of_its_bits),
        TEST(a_value_decides_how_the_next_one_is_read),
        TEST(an_explicit_item_is_read_if_its_content_is_known),
        TEST(the_expansion_fields_of_048_062_and_021_are_read),
        TEST(a_plot_and_a_track_of_001_have_items_of_their_own),
        TEST(items_may_come_in_any_order_behind_their_numbers),
        TEST(cells_of_radar_video_are_no_values),
        TEST(an_unknown_category_is_stepped_over_and_counted),
        TEST(stray_octets_behind_the_last_block_are_counted_and_no_offset_counts_them),
        TEST(a_reserved_item_ends_the_reading_of_its_block_alone),
        TEST(a_record_that_runs_over_its_block_is_counted),
        TEST(no_cut_of_a_block_is_read_beyond_its_end),
        TEST(a_stream_in_any_pieces_is_the_same_and_goes_on_after_rubbish),
        TEST(blocks_of_other_categories_may_be_many),
        TEST(a_stream_that_ends_within_a_block_is_counted),
        TEST(nobody_waits_for_what_a_false_header_promises),
        TEST(rubbish_that_promises_a_long_block_does_not_swallow_the_stream),
        TEST(the_edition_of_021_is_that_which_a_source_fits),
        TEST(an_edition_can_be_given),
        TEST(more_sources_than_are_remembered_are_counted),
        TEST(what_is_remembered_can_be_saved),
        TEST(the_tables_hold_what_their_readers_rely_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
