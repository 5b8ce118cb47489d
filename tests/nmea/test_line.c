/* The common line's reader in each of its paths, and the armour's table. */
#include "test.h"

#include "nmea/line.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_character_outside_the_armour_spoils_it_wherever_it_stands),
        cmocka_unit_test(only_a_whole_message_has_its_bits_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
