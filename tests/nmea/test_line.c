/* The common line's reader in each of its paths, and the armour's table. */
#include "test.h"

#include "nmea/line_fields.h"

#define BODY   "13u?etPv2;0n:dDPwUM1U1Cb069D"
#define WHOLE  "!AIVDM,1,1,,A," BODY ",0*24\n"
#define FILLED "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069w,2*15\n" /* its fill bits are set */
#define HALF   "!AIVDM,2,1,1,A,55?MbV02;H;s<HtKR20EHE:0@T4@Dn2222222216L961O5Gf0NSQEp6ClRp8,0*1C\n"
#define AHEAD  "\r\n                                                                " /* readers may look so far */

static bool armours(const char *text, size_t len)
{
    uint8_t bits[VG_LINE_BITS_SIZE];
    return vg_unarmour(text, len, bits);
}

static void one_character_outside_the_armour_spoils_it_wherever_it_stands(void **state)
{
    (void)state;
    static const char outside[] = "XY_xz~/ ,\x7F\x80\xFF";
    for (size_t len = 1; len <= 13; len++)
        for (size_t at = 0; at < len; at++) {
            char text[16];
            memset(text, 'w', sizeof text);
            assert_true(armours(text, len));
            for (const char *c = outside; *c; c++) {
                text[at] = *c;
                if (armours(text, len))
                    fail_msg("taken: byte %02x at %zu of %zu", (uint8_t)*c, at, len);
            }
        }
}

static void only_a_whole_message_has_its_bits_counted(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        unsigned fragments, bits;
        uint8_t last; /* the byte that holds the last bits */
    } rows[] = {{WHOLE AHEAD, 1, 168, 0x54}, {FILLED AHEAD, 1, 166, 0x7C}, {HALF AHEAD, 2, 0, 0}};
    for (int path = VG_LINE_PORTABLE; path < VG_LINE_PATHS; path++) {
        vg_line_reader *read = vg_line_reader_of((enum vg_line_path)path);
        for (size_t i = 0; read && i < sizeof rows / sizeof *rows; i++) {
            struct vg_line l;
            uint8_t bits[VG_LINE_BITS_SIZE];
            memset(bits, 0xA5, sizeof bits);
            const char *line = rows[i].line;
            assert_int_equal(read(line, line + strlen(line), &l, bits), strchr(line, '\n') + 1 - line);
            assert_int_equal(l.fragments, rows[i].fragments);
            if (rows[i].fragments > 1)
                continue;
            assert_int_equal(l.bits, rows[i].bits);
            assert_int_equal(bits[20], rows[i].last);
            for (size_t k = 21; k < 29; k++)
                assert_int_equal(bits[k], 0);
        }
    }
}

static const char armour[] = "0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVW`abcdefghijklmnopqrstuvw";

/* Six bits a character, first bit highest; the last byte is filled up with zeros. */
static void every_character_is_its_six_bits(void **state)
{
    (void)state;
    for (size_t len = 0; len <= 70; len++) {
        char text[72];
        uint8_t got[72], want[72] = {0};
        for (size_t i = 0; i < len; i++) {
            size_t value = (i * 37 + len) % 64;
            text[i] = armour[value];
            for (size_t b = 0; b < 6; b++)
                if (value >> (5 - b) & 1)
                    want[(i * 6 + b) / 8] |= (uint8_t)(0x80 >> (i * 6 + b) % 8);
        }
        assert_true(vg_unarmour(text, len, got));
        assert_memory_equal(got, want, (len * 6 + 7) / 8);
    }
}

/* `!…*hh` and its end, of a body. */
static size_t sentence_of(const char *body, const char *end, char line[static 2048])
{
    uint8_t sum = 0;
    for (const char *c = body; *c; c++)
        sum ^= (uint8_t)*c;
    return (size_t)snprintf(line, 2048, "!%s*%02X%s", body, sum, end);
}

static void behind_the_bits_are_zeros_whatever_the_length(void **state)
{
    (void)state;
    for (unsigned len = 1; len <= VG_PAYLOAD_CHARS + 2; len++)
        for (unsigned fill = 0; fill < 7; fill++) {
            char body[1000], line[2048];
            uint8_t bits[VG_LINE_BITS_SIZE + 16], want[VG_LINE_BITS_SIZE + 16] = {0};
            size_t n = (size_t)snprintf(body, sizeof body, "AIVDM,1,1,,A,");
            memset(body + n, 'w', len); /* all ones */
            snprintf(body + n + len, sizeof body - n - len, ",%u", fill);
            size_t size = sentence_of(body, "\n", line);
            memset(line + size, ' ', 64); /* readers may look so far */
            memset(bits, 0xA5, sizeof bits);
            unsigned count = len * 6 > fill ? len * 6 - fill : 0;
            for (unsigned b = 0; b < count; b++)
                want[b / 8] |= (uint8_t)(0x80 >> b % 8);
            for (int path = VG_LINE_PORTABLE; path < VG_LINE_PATHS; path++) {
                struct vg_line l;
                vg_line_reader *read = vg_line_reader_of((enum vg_line_path)path);
                if (!read)
                    continue;
                bool good = len <= VG_PAYLOAD_CHARS && fill < 6;
                size_t taken = read(line, line + size + 64, &l, bits);
                if (taken != (good ? size : 0))
                    fail_msg("%s: %u characters, %u fill bits", vg_line_path_key((enum vg_line_path)path), len, fill);
                if (!good)
                    continue;
                assert_int_equal(l.bits, count);
                assert_int_equal(l.payload_len, len);
                assert_int_equal(l.fill_bits, fill);
                assert_memory_equal(bits, want, (len * 6 + 7) / 8 + 8);
            }
        }
}

/* What a reader takes the plain path reads just so; and the portable one takes all that are whole and bare. */
static void differs_in_nothing(const char *line, size_t size)
{
    char padded[2048];
    struct vg_sentence s;
    enum vg_refusal refusal;
    size_t pos = 0, lf = (size_t)((const char *)memchr(line, '\n', size) - line), len = lf;
    memcpy(padded, line, size);
    memset(padded + size, ' ', 64);
    len -= len && line[len - 1] == '\r';
    bool plain = vg_nmea_next(padded, len, &pos, &s, &refusal) && refusal == VG_REFUSAL_NONE && s.text.at == padded &&
                 s.text.len == len && lf <= VG_LINE_MAX && s.payload.len <= VG_PAYLOAD_CHARS && s.talker[0] != ',' &&
                 s.talker[1] != ',';
    uint8_t bits[VG_LINE_BITS_SIZE], own[1024];
    plain = plain && vg_unarmour(s.payload.at, s.payload.len, own);
    for (int path = VG_LINE_PORTABLE; path < VG_LINE_PATHS; path++) {
        struct vg_line l;
        vg_line_reader *read = vg_line_reader_of((enum vg_line_path)path);
        size_t taken = read ? read(padded, padded + size + 64, &l, bits) : 0;
        if (read && (taken ? !plain : plain && path == VG_LINE_PORTABLE))
            fail_msg("%s: %.*s", vg_line_path_key((enum vg_line_path)path), (int)len, padded);
        if (!taken)
            continue;
        assert_int_equal(taken, lf + 1);
        assert_ptr_equal(l.payload, s.payload.at);
        assert_int_equal(l.payload_len, s.payload.len);
        assert_int_equal(l.len, len);
        assert_int_equal(l.fill_bits, s.fill_bits);
        assert_int_equal(l.fragments, s.fragments);
        assert_int_equal(l.fragment, s.fragment);
        assert_int_equal(l.sequence, s.sequence);
        assert_int_equal(l.channel, s.channel);
        assert_int_equal(l.vdo, s.vdo);
        if (l.fragments == 1)
            assert_int_equal(l.bits, s.payload.len * 6 > s.fill_bits ? s.payload.len * 6 - s.fill_bits : 0);
    }
}

static void a_reader_takes_what_the_plain_path_reads_just_so(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "AIVDM,1,1,,A," BODY ",0",           "AIVDO,1,1,,," BODY ",0", "BSVDM,2,1,3,B,w,0",    "AIVDM,9,9,0,,0,5",
        "AIVDM,1,1,7,A,00000000000000000,4", "AIVDM,1,1,,A,,0",        "ABVDM,5,2,9,1,`abw,2",
    };
    static const char *const ends[] = {"\n", "\r\n", "\r\r\n", " \n", ",1\n"};
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        char line[2048], body[256];
        for (size_t e = 0; e < sizeof ends / sizeof *ends; e++)
            differs_in_nothing(line, sentence_of(bodies[i], ends[e], line));
        for (size_t at = 0; at < strlen(bodies[i]); at++)
            for (unsigned c = 1; c < 256; c++) { /* any byte at any place, with a right checksum */
                snprintf(body, sizeof body, "%s", bodies[i]);
                body[at] = (char)c;
                differs_in_nothing(line, sentence_of(body, "\n", line));
            }
        size_t size = sentence_of(bodies[i], "\n", line);
        for (size_t at = 0; at + 1 < size; at++) /* and with the checksum it had */
            for (unsigned bit = 0; bit < 8; bit++) {
                line[at] = (char)(line[at] ^ 1 << bit);
                differs_in_nothing(line, size);
                line[at] = (char)(line[at] ^ 1 << bit);
            }
        for (size_t at = 0; at <= strlen(bodies[i]); at++) { /* a byte more, a byte less */
            snprintf(body, sizeof body, "%.*s,%s", (int)at, bodies[i], bodies[i] + at);
            differs_in_nothing(line, sentence_of(body, "\n", line));
            if (at < strlen(bodies[i])) {
                snprintf(body, sizeof body, "%.*s%s", (int)at, bodies[i], bodies[i] + at + 1);
                differs_in_nothing(line, sentence_of(body, "\n", line));
            }
        }
    }
}

/* A line has an end, and 1024 bytes at most. */
static void a_line_has_its_end_within_its_limit(void **state)
{
    (void)state;
    static char line[2048];
    struct vg_line l;
    uint8_t bits[VG_LINE_BITS_SIZE];
    memset(line, ' ', sizeof line);
    memcpy(line, WHOLE, sizeof WHOLE - 1);
    for (int path = VG_LINE_PORTABLE; path < VG_LINE_PATHS; path++) {
        vg_line_reader *read = vg_line_reader_of((enum vg_line_path)path);
        if (!read)
            continue;
        assert_int_equal(read(line, line + sizeof WHOLE - 1, &l, bits) % (sizeof WHOLE - 1), 0);
        assert_int_equal(read(line, line + sizeof WHOLE - 2, &l, bits), 0); /* its LF is not there */
    }
    assert_int_equal(vg_line_reader_of(VG_LINE_PORTABLE)(line, line + sizeof WHOLE - 1, &l, bits), sizeof WHOLE - 1);
    assert_int_equal(vg_line_reader_of(VG_LINE_PLAIN)(line, line + sizeof line, &l, bits), 0);
}

static void the_reader_that_was_asked_for_is_used(void **state)
{
    (void)state;
    static const char *const keys[] = {"plain", "portable", "avx2", "avx512"};
    vg_line_reader *best = vg_line_reader_best();
    assert_true(best && best != vg_line_reader_of(VG_LINE_PLAIN));
    for (int path = VG_LINE_PATHS - 1; path > VG_LINE_PLAIN; path--)
        if (vg_line_reader_of((enum vg_line_path)path)) {
            assert_ptr_equal(best, vg_line_reader_of((enum vg_line_path)path));
            break;
        }
    for (int path = 0; path < VG_LINE_PATHS; path++) {
        vg_line_reader *reader = vg_line_reader_of((enum vg_line_path)path);
        assert_string_equal(vg_line_path_key((enum vg_line_path)path), keys[path]);
        assert_int_equal(vg_line_use((enum vg_line_path)path), reader != NULL);
        if (reader)
            assert_ptr_equal(vg_line_reader_best(), reader);
    }
    assert_string_equal(vg_line_path_key(VG_LINE_PATHS), "unknown");
    assert_string_equal(vg_line_path_key((enum vg_line_path) - 1), "unknown");
    assert_null(vg_line_reader_of(VG_LINE_PATHS));
    assert_false(vg_line_use(VG_LINE_PATHS));
    assert_true(vg_line_use(VG_LINE_PORTABLE));
    assert_ptr_equal(vg_line_reader_best(), vg_line_read_portable);
}

/* Whichever way: of any length, at any place of eight or thirty-two, and of more than a byte can count. */
static void line_ends_are_counted(void **state)
{
    (void)state;
    enum { SIZE = 70000 };
    char *text = malloc(SIZE);
    for (size_t len = 0; len < 200; len++)
        for (unsigned step = 1; step < 12; step += 5) {
            uint64_t n = 0;
            for (size_t i = 0; i < len; i++) {
                text[i] = (char)(i % step ? "\x0B\x8A\x09 "[i % 4] : '\n');
                n += text[i] == '\n';
            }
            text[len] = '\n'; /* behind the end */
            assert_int_equal(vg_count_lines_portable(text, text + len), n);
            assert_int_equal(vg_count_lines(text, text + len), n);
        }
    memset(text, '\n', SIZE);
    static const size_t lens[] = {254 * 8,  255 * 8,  256 * 8,  256 * 8 + 7, 2 * 255 * 8 + 8,
                                  255 * 32, 256 * 32, SIZE - 1, SIZE};
    for (size_t i = 0; i < sizeof lens / sizeof *lens; i++) {
        assert_int_equal(vg_count_lines_portable(text, text + lens[i]), lens[i]);
        assert_int_equal(vg_count_lines(text, text + lens[i]), lens[i]);
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_character_outside_the_armour_spoils_it_wherever_it_stands),
        cmocka_unit_test(only_a_whole_message_has_its_bits_counted),
        cmocka_unit_test(every_character_is_its_six_bits),
        cmocka_unit_test(behind_the_bits_are_zeros_whatever_the_length),
        cmocka_unit_test(a_reader_takes_what_the_plain_path_reads_just_so),
        cmocka_unit_test(a_line_has_its_end_within_its_limit),
        cmocka_unit_test(the_reader_that_was_asked_for_is_used),
        cmocka_unit_test(line_ends_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
