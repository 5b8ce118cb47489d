/* Parquet files of any writer: types, encodings, packings and levels. */
#include "archive/any_read.h"

/* ---- values ---- */

struct value_case {
    const char *what;
    struct any_column column;
    const char *text; /* of four rows; NULL: unsupported, or damaged if `damaged` */
    bool damaged;
};

#define PAGE(e, b)                                                                                                     \
    {                                                                                                                  \
        {                                                                                                              \
            .encoding = e, .values = 4, .body = ANY_BYTES_OF(b)                                                        \
        }                                                                                                              \
    }

static void check_cases(const struct value_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        static const int codecs[] = {0, 1, 2, 6};
        for (size_t k = 0; k < 4; k++) {
            struct any_column c = cases[i].column;
            c.name = "x";
            c.codec = codecs[k];
            const struct any_file f = {.column = &c, .columns = 1, .group_rows = 4};
            enum vg_err err = cases[i].text ? VG_OK : cases[i].damaged ? VG_CORRUPT : VG_UNSUPPORTED;
            check(&f, cases[i].what, err, cases[i].text);
            if (!cases[i].text)
                continue;
            for (int p = 0; p < ANY_PAGES; p++) /* the same in pages of version 2 */
                c.page[p].kind = c.page[p].body.p && c.page[p].kind == 0 ? 3 : c.page[p].kind;
            check(&f, cases[i].what, err, cases[i].text);
        }
    }
}
#define CHECK(cases) check_cases(cases, sizeof(cases) / sizeof *(cases))

static void each_type_is_read_plain(void **state)
{
    (void)state;
    static const struct value_case cases[] = {
        {"BOOLEAN", {.type = 0, .page = PAGE(0, "\x0d")}, "1|/0|/1|/1|/", false},
        {"INT32",
         {.type = 1, .page = PAGE(0, "\1\0\0\0\xff\xff\xff\xff\0\0\0\x80\xff\xff\xff\x7f")},
         "1|/-1|/-2147483648|/2147483647|/",
         false},
        {"UINT_32",
         {.type = 1, .logical = 10, .one = 32, .page = PAGE(0, "\1\0\0\0\xff\xff\xff\xff\0\0\0\x80\0\0\0\0")},
         "1|/4294967295|/2147483648|/0|/",
         false},
        {"INT64",
         {.type = 2,
          .page = PAGE(0, "\1\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0\x80")},
         "1|/-1|/4294967296|/-9223372036854775808|/",
         false},
        {"UINT_64",
         {.type = 2,
          .converted = 15,
          .page = PAGE(0, "\1\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0\x80")},
         "1|/18446744073709551615|/4294967296|/9223372036854775808|/",
         false},
        {"INT96",
         {.type = 3,
          .page = PAGE(0, "\0\0\0\0\0\0\0\0\x8c\x3d\x25\0"
                          "\1\0\0\0\0\0\0\0\x8c\x3d\x25\0"
                          "\0\0\0\0\0\0\0\0\x8d\x3d\x25\0"
                          "\0\0\0\0\0\0\0\0\x8b\x3d\x25\0")},
         "0|/1|/86400000000000|/-86400000000000|/",
         false},
        {"FLOAT",
         {.type = 4, .page = PAGE(0, "\0\0\xc0\x3f\0\0\x20\xc0\0\0\0\0\0\0\x80\x7f")},
         "1.5|/-2.5|/0|/inf|/",
         false},
        {"DOUBLE",
         {.type = 5, .page = PAGE(0, "\0\0\0\0\0\0\xf8\x3f\0\0\0\0\0\0\x04\xc0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xf0\x7f")},
         "1.5|/-2.5|/0|/inf|/",
         false},
        {"texts",
         {.type = 6, .logical = 1, .page = PAGE(0, "\1\0\0\0a\0\0\0\0\2\0\0\0bc\1\0\0\0d")},
         "a|/|/bc|/d|/",
         false},
        {"texts of old",
         {.type = 6, .converted = 1, .page = PAGE(0, "\1\0\0\0a\0\0\0\0\2\0\0\0bc\1\0\0\0d")},
         "a|/|/bc|/d|/",
         false},
        {"bytes", {.type = 6, .page = PAGE(0, "\1\0\0\0a\0\0\0\0\2\0\0\0bc\1\0\0\0d")}, "a|/|/bc|/d|/", false},
        {"DECIMAL in bytes",
         {.type = 6,
          .logical = 5,
          .one = 2,
          .two = 9,
          .page = PAGE(0, "\1\0\0\0\x7f\0\0\0\0\2\0\0\0\xff\x01\1\0\0\0\x80")},
         "127|/0|/-255|/-128|/",
         false},
        {"DECIMAL of 16 bytes",
         {.type = 7,
          .width = 9,
          .logical = 5,
          .one = 2,
          .two = 30,
          .page = PAGE(0, "\0\0\0\0\0\0\0\0\7"
                          "\xff\xff\xff\xff\xff\xff\xff\xff\xfe"
                          "\1\0\0\0\0\0\0\0\0"
                          "\0\x80\0\0\0\0\0\0\0")},
         "7|/-2|/-|/-|/",
         false},
        {"FLOAT16",
         {.type = 7, .width = 2, .logical = 15, .page = PAGE(0, "\0\x3e\0\xc1\1\0\0\x7c")},
         "1.5|/-2.5|/5.96046e-08|/inf|/",
         false},
        {"three values", {.type = 1, .page = PAGE(0, "\1\0\0\0\1\0\0\0\1\0\0\0")}, NULL, true},
        {"three bits", {.type = 0, .page = PAGE(0, "")}, NULL, true},
        {"a text too short", {.type = 6, .page = PAGE(0, "\1\0\0\0a\0\0\0\0\2\0\0\0bc\2\0\0\0d")}, NULL, true},
        {"a text of 4 GB",
         {.type = 6,
          .page = PAGE(0, "\xff\xff\xff\xff"
                          "aaaaaaaaaaaaaaaaa")},
         NULL,
         true},
    };
    CHECK(cases);
}

static void each_encoding_is_read(void **state)
{
    (void)state;
    static const struct value_case cases[] = {
        {"RLE of truths", {.type = 0, .page = PAGE(3, "\2\0\0\0\3\x0d")}, "1|/0|/1|/1|/", false},
        {"deltas",
         {.type = 1, .page = PAGE(5, "\x80\x01\x04\x04\x0e\x03\x02\0\0\0\xc0\x3f\0\0\0\0\0\0")},
         "7|/5|/3|/1|/",
         false},
        {"deltas of 64 bits",
         {.type = 2, .page = PAGE(5, "\x80\x01\x04\x04\x0e\x03\x02\0\0\0\xc0\x3f\0\0\0\0\0\0")},
         "7|/5|/3|/1|/",
         false},
        {"deltas below zero, unsigned",
         {.type = 1, .logical = 10, .one = 32, .page = PAGE(5, "\x80\x01\x04\x04\0\x03\x02\0\0\0\xc0\x3f\0\0\0\0\0\0")},
         "0|/4294967294|/4294967292|/4294967290|/",
         false},
        {"lengths, then bytes",
         {.type = 6, .logical = 1, .page = PAGE(6, "\x80\x01\x04\x04\x02\x01\x02\0\0\0\x0c\0\0\0\0\0\0\0abcd")},
         "a|/|/bc|/d|/",
         false},
        {"beginnings of the one before",
         {.type = 6,
          .logical = 1,
          .page = PAGE(
              7,
              "\x80\x01\x04\x04\0\2\0\0\0\0" /* 0, 1, 2, 3 */ "\x80\x01\x04\x04\2\0\0\0\0\0" /* 1, 1, 1, 1 */ "abcd")},
         "a|/ab|/abc|/abcd|/",
         false},
        {"a beginning of nothing",
         {.type = 6,
          .logical = 1,
          .page = PAGE(7, "\x80\x01\x04\x04\2\2\0\0\0\0"
                          "\x80\x01\x04\x04\2\0\0\0\0\0"
                          "abcd")},
         NULL,
         true},
        {"split floats",
         {.type = 4,
          .page = PAGE(9, "\0\0\0\0"
                          "\0\0\0\0"
                          "\xc0\x20\0\x80"
                          "\x3f\xc0\0\x7f")},
         "1.5|/-2.5|/0|/inf|/",
         false},
        {"split INT32",
         {.type = 1,
          .page = PAGE(9, "\1\2\3\xff"
                          "\0\0\0\xff"
                          "\0\0\0\xff"
                          "\0\0\0\xff")},
         "1|/2|/3|/-1|/",
         false},
        {"split bytes too few",
         {.type = 1,
          .page = PAGE(9, "\1\2\3\xff"
                          "\0\0\0\xff"
                          "\0\0\0\xff")},
         NULL,
         true},
        {"bits of old", {.type = 1, .page = PAGE(4, "\1\2\3\4")}, NULL, false},
        {"deltas of floats",
         {.type = 4, .page = PAGE(5, "\x80\x01\x04\x04\x0e\x03\x02\0\0\0\xc0\x3f\0\0\0\0\0\0")},
         NULL,
         false},
        {"encoding 99", {.type = 1, .page = PAGE(99, "\1\2\3\4")}, NULL, false},
        {"a dictionary that is absent", {.type = 1, .page = PAGE(8, "\2\3\x98\0")}, NULL, true},
    };
    CHECK(cases);
}

static void dictionaries_are_read(void **state)
{
    (void)state;
    static const struct value_case cases[] = {
        {"numbers",
         {.type = 1, .page = {DICTIONARY(0, "\x0a\0\0\0\x14\0\0\0\x1e\0\0\0"), DATA(8, "\2\3\x98\0")}},
         "10|/30|/20|/30|/",
         false},
        {"as of old",
         {.type = 1, .page = {DICTIONARY(2, "\x0a\0\0\0\x14\0\0\0\x1e\0\0\0"), DATA(2, "\2\x08\1")}},
         "20|/20|/20|/20|/",
         false},
        {"doubles",
         {.type = 5,
          .page = {DICTIONARY(0, "\0\0\0\0\0\0\xf8\x3f\0\0\0\0\0\0\x04\xc0\0\0\0\0\0\0\0\0"), DATA(8, "\2\3\x18\0")}},
         "1.5|/0|/-2.5|/1.5|/",
         false},
        {"texts",
         {.type = 6, .logical = 1, .page = {DICTIONARY(0, "\2\0\0\0ab\0\0\0\0\1\0\0\0c"), DATA(8, "\2\3\x18\0")}},
         "ab|/c|/|/ab|/",
         false},
        {"INT96",
         {.type = 3,
          .page = {DICTIONARY(0, "\0\0\0\0\0\0\0\0\x8c\x3d\x25\0"
                                 "\1\0\0\0\0\0\0\0\x8c\x3d\x25\0"
                                 "\2\0\0\0\0\0\0\0\x8c\x3d\x25\0"),
                   DATA(8, "\2\3\x98\0")}},
         "0|/2|/1|/2|/",
         false},
        {"an entry too far",
         {.type = 1, .page = {DICTIONARY(0, "\x0a\0\0\0\x14\0\0\0\x1e\0\0\0"), DATA(8, "\2\x08\3")}},
         NULL,
         true},
        {"a width of 33",
         {.type = 1, .page = {DICTIONARY(0, "\x0a\0\0\0\x14\0\0\0\x1e\0\0\0"), DATA(8, "\x21\x08\0\0\0\0\0")}},
         NULL,
         true},
        {"no width", {.type = 1, .page = {DICTIONARY(0, "\x0a\0\0\0\x14\0\0\0\x1e\0\0\0"), DATA(8, "")}}, NULL, true},
        {"an entry too few",
         {.type = 1, .page = {DICTIONARY(0, "\x0a\0\0\0\x14\0\0\0"), DATA(8, "\2\x08\1")}},
         NULL,
         true},
        {"a dictionary of deltas",
         {.type = 1, .page = {DICTIONARY(5, "\x0a\0\0\0\x14\0\0\0\x1e\0\0\0"), DATA(8, "\2\x08\1")}},
         NULL,
         true},
        {"two dictionaries",
         {.type = 1,
          .page = {DICTIONARY(0, "\x0a\0\0\0\x14\0\0\0\x1e\0\0\0"), DICTIONARY(0, "\x0a\0\0\0\x14\0\0\0\x1e\0\0\0"),
                   DATA(8, "\2\x08\1")}},
         NULL,
         true},
        {"values behind it that are plain",
         {.type = 1,
          .page = {DICTIONARY(0, "\x0a\0\0\0\x14\0\0\0\x1e\0\0\0"),
                   {.encoding = 8, .values = 2, .body = ANY_BYTES_OF("\2\4\1")},
                   {.encoding = 0, .values = 2, .body = ANY_BYTES_OF("\1\0\0\0\2\0\0\0")}}},
         "20|/20|/1|/2|/",
         false},
    };
    CHECK(cases);
}

/* ---- nulls ---- */

static void levels_say_where_nulls_are(void **state)
{
    (void)state;
    /* version 1: the levels' length, then them; version 2: them alone, never packed */
    static const struct {
        const char *what;
        struct any_page one, two;
        const char *text;
    } cases[] = {
        {"all there",
         DATA(0, "\2\0\0\0\x08\1\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0"),
         {.kind = 3,
          .values = 4,
          .levels = ANY_BYTES_OF("\x08\1"),
          .body = ANY_BYTES_OF("\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0")},
         "1|/2|/3|/4|/"},
        {"two of four",
         DATA(0, "\2\0\0\0\3\x0a\5\0\0\0\6\0\0\0"),
         {.kind = 3, .values = 4, .levels = ANY_BYTES_OF("\3\x0a"), .body = ANY_BYTES_OF("\5\0\0\0\6\0\0\0")},
         "-|/5|/-|/6|/"},
        {"two, not packed",
         DATA(0, "\2\0\0\0\3\x0a\5\0\0\0\6\0\0\0"),
         {.kind = 3,
          .values = 4,
          .plain = true,
          .levels = ANY_BYTES_OF("\3\x0a"),
          .body = ANY_BYTES_OF("\5\0\0\0\6\0\0\0")},
         "-|/5|/-|/6|/"},
        {"none",
         DATA(0, "\2\0\0\0\x08\0"),
         {.kind = 3, .values = 4, .levels = ANY_BYTES_OF("\x08\0"), .body = ANY_BYTES_OF("")},
         "-|/-|/-|/-|/"},
        {"a value short",
         DATA(0, "\2\0\0\0\3\x0a\5\0\0\0\6\0\0"),
         {.kind = 3, .values = 4, .levels = ANY_BYTES_OF("\3\x0a"), .body = ANY_BYTES_OF("\5\0\0\0\6\0\0")},
         NULL},
        {"a level of 2",
         DATA(0, "\2\0\0\0\x08\2"),
         {.kind = 3, .values = 4, .levels = ANY_BYTES_OF("\x08\2"), .body = ANY_BYTES_OF("")},
         NULL},
        {"levels of three rows",
         DATA(0, "\2\0\0\0\6\0"),
         {.kind = 3, .values = 4, .levels = ANY_BYTES_OF("\6\0"), .body = ANY_BYTES_OF("")},
         NULL},
        {"no levels",
         DATA(0, "\0\0\0"),
         {.kind = 3, .values = 4, .levels = ANY_BYTES_OF(""), .body = ANY_BYTES_OF("\1\0\0\0")},
         NULL},
    };
    static const int codecs[] = {0, 1, 2, 6};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t k = 0; k < 8; k++) {
            struct any_column c = {.name = "x",
                                   .type = 1,
                                   .repetition = 1,
                                   .codec = codecs[k / 2],
                                   .page = {k % 2 ? cases[i].two : cases[i].one}};
            const struct any_file f = {.column = &c, .columns = 1, .group_rows = 4};
            check(&f, cases[i].what, cases[i].text ? VG_OK : VG_CORRUPT, cases[i].text);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_type_is_read_plain),
        cmocka_unit_test(each_encoding_is_read),
        cmocka_unit_test(dictionaries_are_read),
        cmocka_unit_test(levels_say_where_nulls_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
