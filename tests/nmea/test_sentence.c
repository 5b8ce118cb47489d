#include "test.h"

#include "nmea/nmea.h"

/* The sentences of a line; each line of `want` is "refusal" or "refusal:payload". */
static void expect(const char *line, const char *want)
{
    char got[1024] = "";
    size_t pos = 0, n = 0;
    struct vg_sentence s;
    enum vg_refusal refusal;
    while (vg_nmea_next(line, strlen(line), &pos, &s, &refusal)) {
        bool usable = refusal == VG_REFUSAL_NONE || (refusal == VG_REFUSAL_TAG_BLOCK && s.text.len);
        n += (size_t)snprintf(got + n, sizeof got - n, "%s%s%s%.*s", n ? " " : "", vg_refusal_key(refusal),
                              usable ? ":" : "", usable ? (int)s.payload.len : 0, usable ? s.payload.at : "");
        assert_true(n < sizeof got);
    }
    assert_string_equal(got, want);
}

static struct vg_sentence only(const char *line)
{
    size_t pos = 0;
    struct vg_sentence s;
    enum vg_refusal refusal;
    assert_true(vg_nmea_next(line, strlen(line), &pos, &s, &refusal));
    assert_int_equal(refusal, VG_REFUSAL_NONE);
    return s;
}

#define GOOD    "!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23"
#define PAYLOAD "13HOI:0P0000VOHLCnHQKwvL05Ip"

static void a_good_sentence_is_read(void **state)
{
    (void)state;
    struct vg_sentence s = only(GOOD);
    assert_string_equal(s.talker, "AI");
    assert_string_equal(s.formatter, "VDM");
    assert_int_equal(s.fragments, 1);
    assert_int_equal(s.fragment, 1);
    assert_int_equal(s.sequence, -1);
    assert_int_equal(s.channel, 'A');
    assert_int_equal(s.fill_bits, 0);
    assert_int_equal(s.time_us, VG_TIME_NONE);
}

static void every_kind_of_damage_has_its_reason(void **state)
{
    (void)state;
    expect("", "");
    expect("  \r", "");
    expect("hello", "no_sentence");
    expect("\x01\x02\xff", "binary");
    expect("!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*24", "checksum");
    expect("!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0", "no_checksum");
    expect("!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*2", "truncated");
    expect("!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*2x", "no_checksum");
    expect("!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*x3", "no_checksum");
    expect("!AIVDM,1,1", "truncated");
    expect("!", "truncated");
    expect("!*21", "checksum");
    expect("!AIVDM,1,1,,A,13HOI:0P0000V\x80HLCnHQKwvL05Ip,0*23", "binary");
    expect("!AIVDM,1,2,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*20", "fragment_numbers");
    expect("!AIVDM,0,0,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23", "fragment_numbers");
    expect("!AIVDM,1,1,10,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*22", "fragment_numbers");
    expect("!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,7*24", "fill_bits");
    expect("!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip*3F", "fields");
    expect("$GPZDA,160012.71,11,03,2004,-1,00*7D", "other_sentence");
    expect("$PGHP,1,2008,5,9,0,0,0,10,338,2,,1,09*17", "other_sentence");
}

static void the_checksum_may_be_in_small_letters(void **state)
{
    (void)state;
    expect("!AIVDM,1,1,,A,133sVfPP00PD>hRMDH@jNOvN20S8,0*7f", "none:133sVfPP00PD>hRMDH@jNOvN20S8");
}

static void two_sentences_on_a_line_are_two(void **state)
{
    (void)state;
    expect(GOOD GOOD, "none:" PAYLOAD " none:" PAYLOAD);
    expect("noise " GOOD " more noise " GOOD " noise", "none:" PAYLOAD " none:" PAYLOAD);
    expect("!AIVDM,1,1,,A,13HOI" GOOD, "no_checksum none:" PAYLOAD);
}

static void tag_blocks_are_read(void **state)
{
    (void)state;
    struct vg_sentence s = only("\\s:42809,c:1635731909,t:1635731965*63\\" GOOD);
    assert_int_equal(s.time_us, INT64_C(1635731909000000));
    assert_int_equal(s.station.len, 5);
    assert_memory_equal(s.station.at, "42809", 5);
    assert_int_equal(s.note.len, 10);
    s = only("\\c:1635731909123*6D\\" GOOD);
    assert_int_equal(s.time_us, INT64_C(1635731909123000));
    s = only("\\g:1-2-1234,s:r003669945,n:77,d:ctl*0E\\" GOOD);
    assert_int_equal(s.group_part, 1);
    assert_int_equal(s.group_count, 2);
    assert_int_equal(s.group_id, 1234);
    assert_int_equal(s.line_count, 77);
    assert_memory_equal(s.destination.at, "ctl", 3);
}

static void a_lying_tag_block_is_counted_and_not_believed(void **state)
{
    (void)state;
    size_t pos = 0;
    struct vg_sentence s;
    enum vg_refusal refusal;
    static const char *const lies[] = {
        "\\s:42809,c:1635731909,t:1635731965*64\\" GOOD, /* checksum */
        "\\c:16357319x9*15\\" GOOD,                      /* not a number */
        "\\g:3-2-1234*58\\" GOOD,                        /* third of two */
        "\\nothing\\" GOOD,
        "\\s:42809" GOOD, /* never closed */
    };
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        pos = 0;
        assert_true(vg_nmea_next(lies[i], strlen(lies[i]), &pos, &s, &refusal));
        assert_int_equal(refusal, VG_REFUSAL_TAG_BLOCK);
        assert_int_equal(s.text.len, strlen(GOOD));
        assert_int_equal(s.time_us, VG_TIME_NONE);
        assert_int_equal(s.station.len, 0);
        assert_int_equal(s.group_id, 0);
    }
    expect("\\s:x*00\\", "tag_block");
}

/* A tag block of a text, in front of a good sentence. */
static const char *tagged(const char *text)
{
    static char line[256];
    uint8_t sum = 0;
    for (const char *c = text; *c; c++)
        sum ^= (uint8_t)*c;
    snprintf(line, sizeof line, "\\%s*%02X\\" GOOD, text, sum);
    return line;
}

static void numbers_in_a_tag_block_are_digits_and_not_too_many(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "n:",
        "n:x",
        "n:-1",
        "n:1 ",
        "n:1234567890123456",
        "c:",
        "c:12e4",
        "c:14304384.5",
        "g:1-2",
        "g:1-2-",
        "g:-2-3",
        "g:1--3",
        "g:0-2-3",
        "g:3-2-1",
        "g:1-256-1",
        "g:1-2-4294967296",
        "g:1-2-3-4",
        "s:",

        "n:1,,s:x",
        "x",
        "sx:1",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char text[64];
        snprintf(text, sizeof text, "d:ctl,%s", wrong[i]);
        expect(tagged(wrong[i]), "tag_block:" PAYLOAD);
        expect(tagged(text), "tag_block:" PAYLOAD);
    }
    assert_int_equal(only(tagged("n:123456789012345")).line_count, 123456789012345);
    assert_int_equal(only(tagged("n:0")).line_count, 0);
    assert_true(only(tagged("s:x")).line_count == UINT64_MAX);
    struct vg_sentence s = only(tagged("g:1-1-0"));
    assert_int_equal(s.group_count, 1);
    s = only(tagged("g:255-255-4294967295"));
    assert_int_equal(s.group_part, 255);
    assert_int_equal(s.group_count, 255);
    assert_int_equal(s.group_id, 4294967295);
    s = only(tagged("d:,x:,i:free text,q:later editions"));
    assert_int_equal(s.destination.len, 0);
    assert_memory_equal(s.note.at, "free text", 9);
}

static void a_short_tag_block_is_none(void **state)
{
    (void)state;
    expect("\\*00\\" GOOD, "tag_block:" PAYLOAD);
    expect("\\s:x*0\\" GOOD, "tag_block:" PAYLOAD);
    expect("\\s:x31\\" GOOD, "tag_block:" PAYLOAD);
    expect("\\s:x*31\\" GOOD, "none:" PAYLOAD); /* hex digits of either kind, in *hh too */
    expect("\\s:x*4G\\" GOOD, "tag_block:" PAYLOAD);
}

static void a_sentences_fields_have_their_form(void **state)
{
    (void)state;
    static const struct {
        const char *body, *want;
    } rows_[] = {
        {"AIVDM,9,9,9,,0,5", "none:0"},
        {"AIVDM,9,10,9,,0,5", "fragment_numbers"},
        {"AIVDM,1,1,x,A,0,0", "fragment_numbers"},
        {"AIVDM,2,0,1,A,0,0", "fragment_numbers"},
        {"AIVDM,2,3,1,A,0,0", "fragment_numbers"},
        {"AIVDM,1,1,,AB,0,0", "fields"},
        {"AIVDM,1,1,,A,0,6", "fill_bits"},
        {"AIVDM,1,1,,A,0,", "fields"},
        {"AIVDM,1,1,,A,0,00", "fields"},
        {"AIVDM,1,1,,A,0,x", "fields"},
        {"AIVDM,1,1,,A,0,0,", "fields"},
        {"AIVDM,1,1,,A,,0", "none:"},
        {"AIVDM", "truncated"},
        {"AIVDMX,1", "other_sentence"},
        {"A,1", "fields"},
        {"AI,1", "other_sentence"},
        {"AIVDO,1,1,,,0,0", "none:0"},
    };
    for (size_t i = 0; i < sizeof rows_ / sizeof *rows_; i++) {
        char line[128];
        uint8_t sum = 0;
        for (const char *c = rows_[i].body; *c; c++)
            sum ^= (uint8_t)*c;
        snprintf(line, sizeof line, "!%s*%02X", rows_[i].body, sum);
        expect(line, rows_[i].want);
    }
    assert_int_equal(only("!AIVDO,1,1,,,0,0*55").channel, 0);
    assert_true(only("!AIVDO,1,1,,,0,0*55").vdo);
    assert_false(only(GOOD).vdo);
    assert_int_equal(only("!AIVDM,9,9,9,,0,5*6B").sequence, 9);
}

static void what_loggers_and_receivers_add_is_read(void **state)
{
    (void)state;
    assert_int_equal(only("1635731909 " GOOD).time_us, INT64_C(1635731909000000));
    assert_int_equal(only("2021-11-01T01:58:29Z," GOOD).time_us, INT64_C(1635731909000000));
    assert_int_equal(only("COM4: " GOOD).time_us, VG_TIME_NONE);
    struct vg_sentence s = only(GOOD ",rORBC00A,1239754220");
    assert_int_equal(s.time_us, INT64_C(1239754220000000));
    assert_int_equal(s.station.len, 8);
    assert_memory_equal(s.station.at, "rORBC00A", 8);
    s = only(GOOD ",s30258,d-076,T42.63464675,x1,rnhjel,1136074502");
    assert_int_equal(s.time_us, INT64_C(1136074502000000));
    assert_memory_equal(s.station.at, "rnhjel", 6);
}

/* Nothing behind the line is looked at, wherever it ends. */
static void a_line_ends_where_it_ends(void **state)
{
    (void)state;
    static const char *const lines[] = {"\\s:x*31\\" GOOD, "noise " GOOD ",rX,1239754220", GOOD "\\s:x*31\\" GOOD};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        for (size_t len = 0; len <= strlen(lines[i]); len++) {
            char *cut = malloc(len + 1), got[2][400] = {"", ""};
            memcpy(cut, lines[i], len);
            for (int whole = 0; whole < 2; whole++) { /* the rest behind it, or none */
                const char *line = whole ? lines[i] : cut;
                struct vg_sentence s;
                enum vg_refusal refusal;
                size_t pos = 0, n = 0;
                cut[len] = '\0';
                while (vg_nmea_next(line, len, &pos, &s, &refusal)) {
                    assert_true(pos <= len);
                    n +=
                        (size_t)snprintf(got[whole] + n, sizeof got[0] - n, "%s %zu %u %lld %u;",
                                         vg_refusal_key(refusal), pos, s.text.len, (long long)s.time_us, s.station.len);
                }
                assert_int_equal(pos, len);
            }
            assert_string_equal(got[0], got[1]);
            free(cut);
        }
}

static void any_byte_may_stand_in_front(void **state)
{
    (void)state;
    for (unsigned c = 0; c < 256; c++) {
        char line[128];
        size_t pos = 0;
        struct vg_sentence s;
        enum vg_refusal refusal;
        if (c == '!' || c == '$' || c == '\\')
            continue;
        line[0] = line[1] = (char)c;
        memcpy(line + 2, GOOD, sizeof GOOD);
        assert_true(vg_nmea_next(line, sizeof GOOD + 1, &pos, &s, &refusal));
        if (refusal != VG_REFUSAL_NONE)
            fail_msg("byte %02x: %s", c, vg_refusal_key(refusal));
        assert_ptr_equal(s.text.at, line + 2);
    }
}

/* Every byte in a sentence and in front of it is printable ASCII, or it is told. */
static void bytes_that_are_not_text_are_told(void **state)
{
    (void)state;
    for (unsigned c = 1; c < 256; c++) {
        char line[64];
        bool text = c >= 0x20 && c <= 0x7E, blank = c == '\t' || c == '\r' || c == ' ', mark = strchr("!$\\*,", (int)c);
        if (mark)
            continue;
        snprintf(line, sizeof line, "%c", (int)c);
        expect(line, blank ? "" : text ? "no_sentence" : "binary");
        uint8_t sum = 0;
        char body[32];
        snprintf(body, sizeof body, "AIVDM,1,1,,A,%c,0", (int)c);
        for (const char *p = body; *p; p++)
            sum ^= (uint8_t)*p;
        snprintf(line, sizeof line, "!%s*%02X", body, sum);
        size_t pos = 0;
        struct vg_sentence s;
        enum vg_refusal refusal;
        assert_true(vg_nmea_next(line, strlen(line), &pos, &s, &refusal));
        assert_int_equal(refusal, text ? VG_REFUSAL_NONE : VG_REFUSAL_BINARY);
    }
}

static void what_is_too_short_is_truncated(void **state)
{
    (void)state;
    expect("!AIVDM,1,1,,A", "truncated");    /* 13 */
    expect("!AIVDM,1,1,,A,", "no_checksum"); /* 14 */
    expect("!AIVDM,1,1,,A,0,0*", "truncated");
    expect("!AIVDM,1,1,,A,0,0*2", "truncated");
    expect("!AIVDM,1,1,,A,0,0*16", "none:0");
    expect("!AIVDM,1,1,,A,0,0*16\\", "none:0 tag_block"); /* a tag block is begun behind it */
    expect("!AIVDM,1,1,,A,0,0!AIVDM,1,1,,A,0,0*16", "no_checksum none:0");
    expect("$A", "truncated");
    expect("$AIXXX*50", "other_sentence");
}

/* Trailing fields: the first station, the last time, in any order; tag blocks overrule both. */
static void what_stands_behind_is_read_in_any_order(void **state)
{
    (void)state;
    static const struct {
        const char *line, *station;
        int64_t time_s; /* 0: none */
    } rows[] = {
        {GOOD ",rA,1239754220", "rA", 1239754220},
        {GOOD ",1239754220,rA", "rA", 1239754220},
        {GOOD ",bA,1239754220", "bA", 1239754220},
        {GOOD ",BA", "BA", 0},
        {GOOD ",RA", "", 0},
        {GOOD ",r", "", 0},
        {GOOD ",r1,r2", "r1", 0},
        {GOOD ",1239754220,1239754221", "", 1239754221},
        {GOOD ",1239754220,12", "", 1239754220},
        {GOOD ",,,1239754220", "", 1239754220},
        {GOOD ",1239754220 \t\r", "", 1239754220},
        {GOOD " 1239754220", "", 1239754220}, /* as a logger writes it */
        {GOOD "x,1239754220", "", 1239754220},
        {GOOD " x1239754220", "", 0},
        {"1239754219 " GOOD ",1239754220", "", 1239754220},
        {"1239754219 " GOOD ",r5", "r5", 1239754219},
        {"\\s:x*31\\" GOOD ",rA,1239754220", "x", 1239754220},
        {"\\c:1635731909*5D\\" GOOD ",rA,1239754220", "rA", 1635731909},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct vg_sentence s = only(rows[i].line);
        if (s.station.len != strlen(rows[i].station) ||
            (s.station.len && memcmp(s.station.at, rows[i].station, s.station.len) != 0))
            fail_msg("%s: %.*s", rows[i].line, (int)s.station.len, s.station.at);
        if (s.time_us != (rows[i].time_s ? rows[i].time_s * VG_SECOND_US : VG_TIME_NONE))
            fail_msg("%s: %lld", rows[i].line, (long long)s.time_us);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_sentence_is_read),
        cmocka_unit_test(every_kind_of_damage_has_its_reason),
        cmocka_unit_test(the_checksum_may_be_in_small_letters),
        cmocka_unit_test(two_sentences_on_a_line_are_two),
        cmocka_unit_test(tag_blocks_are_read),
        cmocka_unit_test(a_lying_tag_block_is_counted_and_not_believed),
        cmocka_unit_test(what_loggers_and_receivers_add_is_read),
        cmocka_unit_test(numbers_in_a_tag_block_are_digits_and_not_too_many),
        cmocka_unit_test(a_short_tag_block_is_none),
        cmocka_unit_test(a_line_ends_where_it_ends),
        cmocka_unit_test(any_byte_may_stand_in_front),
        cmocka_unit_test(bytes_that_are_not_text_are_told),
        cmocka_unit_test(what_is_too_short_is_truncated),
        cmocka_unit_test(what_stands_behind_is_read_in_any_order),
        cmocka_unit_test(a_sentences_fields_have_their_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
