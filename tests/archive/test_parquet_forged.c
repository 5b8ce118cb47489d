/* Files of other writers, and files that lie: each number that a reader takes from a file, right, at its bounds, wrong.
 */
#include "archive/parquet_forge.h"

#define SETS 4

/* ---- schema ---- */

struct schema_case {
    const char *what;
    int64_t type, repetition, logical, one, two;
    enum vg_err err;
    struct vg_parquet_column column;
};

static void check_column(const struct schema_case *c)
{
    struct vg_parquet_file *file;
    const struct set sets[] = {{TYPE, c->type}, {REPETITION, c->repetition}, {LOGICAL, c->logical}};
    struct forged f = forge_with(forge_plain(), sets, 3);
    f.number[ONE] = c->one;
    f.number[TWO] = c->two;
    struct vg_out out = forge(&f);
    enum vg_err err = vg_parquet_open_bytes(out.buf, out.len, &file);
    if (err != c->err)
        fail_msg("%s: %s", c->what, vg_err_text(err));
    if (!err) {
        const struct vg_parquet_column *have = vg_parquet_column(file, 0);
        struct vg_parquet_column want = c->column;
        want.name[0] = 'n';
        if (memcmp(have, &want, sizeof want))
            fail_msg("%s: another column", c->what);
        vg_parquet_close(file);
    }
    vg_out_free(&out);
}

static void columns_of_every_kind_are_known_or_refused(void **state)
{
    (void)state;
    enum { I32 = VG_PARQUET_INT32, I64 = VG_PARQUET_INT64, TEXT = VG_PARQUET_BYTES };
    enum { SIGNED = VG_PARQUET_SIGNED, UINT = VG_PARQUET_UINT, DEC = VG_PARQUET_DECIMAL, TIME = VG_PARQUET_TIME_US };
#define GOOD(...)                                                                                                      \
    VG_OK,                                                                                                             \
    {                                                                                                                  \
        "", __VA_ARGS__                                                                                                \
    }
#define BAD                                                                                                            \
    VG_UNSUPPORTED,                                                                                                    \
    {                                                                                                                  \
        "", 0, 0, 0, 0, 0, false                                                                                       \
    }
    static const struct schema_case cases[] = {
        {"INT32 alone", 1, 0, 0, 0, 0, GOOD(I32, SIGNED, 32, 0, 0, false)},
        {"INT64 alone", 2, 1, 0, 0, 0, GOOD(I64, SIGNED, 64, 0, 0, true)},
        {"bytes alone", 6, 1, 0, 0, 0, GOOD(TEXT, VG_PARQUET_STRING, 64, 0, 0, true)},
        {"no repetition", 1, ABSENT, 0, 0, 0, GOOD(I32, SIGNED, 32, 0, 0, false)},
        {"repeated", 1, 2, 0, 0, 0, BAD},
        {"a repetition below", 1, -1, 0, 0, 0, BAD},
        {"a boolean", 0, 0, 0, 0, 0, BAD},
        {"INT96", 3, 0, 0, 0, 0, BAD},
        {"a float", 4, 0, 0, 0, 0, BAD},
        {"a double", 5, 0, 0, 0, 0, BAD},
        {"bytes of one length", 7, 0, 0, 0, 0, BAD},
        {"type 8", 8, 0, 0, 0, 0, BAD},
        {"type 257", 257, 0, 0, 0, 0, BAD},
        {"type −255", -255, 0, 0, 0, 0, BAD},
        {"no type", ABSENT, 0, 0, 0, 0, BAD},
        {"int8", 1, 0, 10, 8, 1, GOOD(I32, SIGNED, 8, 0, 0, false)},
        {"int16", 1, 0, 10, 16, 1, GOOD(I32, SIGNED, 16, 0, 0, false)},
        {"uint8", 1, 0, 10, 8, 0, GOOD(I32, UINT, 8, 0, 0, false)},
        {"uint32", 1, 1, 10, 32, 0, GOOD(I32, UINT, 32, 0, 0, true)},
        {"uint64", 2, 0, 10, 64, 0, GOOD(I64, UINT, 64, 0, 0, false)},
        {"64 bits in 32", 1, 0, 10, 64, 0, BAD},
        {"32 bits in 64", 2, 0, 10, 32, 1, BAD},
        {"7 bits", 1, 0, 10, 7, 0, BAD},
        {"an integer of bytes", 6, 0, 10, 8, 0, BAD},
        {"decimal(9, 0)", 1, 0, 5, 0, 9, GOOD(I32, DEC, 0, 9, 0, false)},
        {"decimal(9, 9)", 1, 0, 5, 9, 9, GOOD(I32, DEC, 0, 9, 9, false)},
        {"decimal(1, 0)", 1, 0, 5, 0, 1, GOOD(I32, DEC, 0, 1, 0, false)},
        {"decimal(0, 0)", 1, 0, 5, 0, 0, BAD},
        {"decimal(2, 3)", 1, 0, 5, 3, 2, BAD},
        {"decimal(10, 0) in 32 bits", 1, 0, 5, 0, 10, BAD},
        {"decimal(9, −1)", 1, 0, 5, -1, 9, BAD},
        {"decimal(9, 256)", 1, 0, 5, 256, 9, BAD},
        {"decimal(257, 0)", 1, 0, 5, 0, 257, BAD},
        {"decimal(18, 18)", 2, 0, 5, 18, 18, GOOD(I64, DEC, 0, 18, 18, false)},
        {"decimal(19, 0)", 2, 0, 5, 0, 19, BAD},
        {"microseconds of UTC", 2, 0, 8, 1, 2, GOOD(I64, TIME, 0, 0, 0, false)},
        {"microseconds of somewhere", 2, 0, 8, 0, 2, BAD},
        {"milliseconds", 2, 0, 8, 1, 1, BAD},
        {"nanoseconds", 2, 0, 8, 1, 3, BAD},
        {"a time in 32 bits", 1, 0, 8, 1, 2, BAD},
        {"a text", 6, 0, 1, 0, 0, GOOD(TEXT, VG_PARQUET_STRING, 0, 0, 0, false)},
        {"a text of integers", 1, 0, 1, 0, 0, BAD},
        {"a date", 1, 0, 6, 0, 0, BAD},
        {"JSON", 6, 0, 12, 0, 0, BAD},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_column(&cases[i]);
}

static enum vg_err read_of(struct forged f, char *ret_stage)
{
    struct vg_parquet_page page = {0};
    enum vg_err err = forge_read(&f, ret_stage, &page);
    if (err)
        assert_int_equal(page.rows, 0);
    vg_parquet_page_free(&page);
    return err;
}

static void a_name_has_one_to_31_characters(void **state)
{
    (void)state;
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    char stage;
    for (size_t len = 0; len <= 40; len++) {
        struct forged f = forge_plain();
        f.name = (struct bytes){letters, len};
        assert_int_equal(read_of(f, &stage), len && len < 32 ? VG_OK : VG_UNSUPPORTED);
    }
    struct forged f = forge_plain();
    f.name = AS_BYTES("a\0b");
    assert_int_equal(read_of(f, &stage), VG_UNSUPPORTED);
}

/* ---- numbers ---- */

struct number_case {
    const char *what;
    struct set sets[SETS];
    char stage;
    enum vg_err err;
};

static void check_numbers(struct forged good, const struct number_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char stage;
        size_t sets = 0;
        while (sets < SETS && (sets == 0 || cases[i].sets[sets].n))
            sets++;
        enum vg_err err = read_of(forge_with(good, cases[i].sets, sets), &stage);
        if (err != cases[i].err || stage != cases[i].stage)
            fail_msg("%s: %s at '%c'", cases[i].what, vg_err_text(err), stage);
    }
}
#define CHECK(good, cases) check_numbers(good, cases, sizeof(cases) / sizeof *(cases))

static void the_footers_numbers_are_looked_at(void **state)
{
    (void)state;
    static const struct number_case cases[] = {
        {"as it is", {{KIND, 0}}, ' ', VG_OK},
        {"no columns", {{COLUMNS_SAID, 0}}, 'o', VG_CORRUPT},
        {"64 columns", {{COLUMNS_SAID, 64}}, ' ', VG_OK},
        {"65 columns", {{COLUMNS_SAID, 65}}, 'o', VG_UNSUPPORTED},
        {"a chunk too few", {{COLUMNS_SAID, 3}, {CHUNKS_SAID, 2}}, 'o', VG_CORRUPT},
        {"a chunk too many", {{COLUMNS_SAID, 3}, {CHUNKS_SAID, 4}}, 'o', VG_CORRUPT},
        {"a column of columns", {{CHILDREN, 1}}, 'o', VG_UNSUPPORTED},
        {"no children", {{CHILDREN, 0}}, ' ', VG_OK},
        {"rows that no group has", {{FILE_ROWS, 5}}, 'o', VG_CORRUPT},
        {"a group of more rows", {{GROUP_ROWS, 5}}, 'o', VG_CORRUPT},
        {"rows of nothing", {{FILE_ROWS, ABSENT}}, 'o', VG_CORRUPT},
        {"2^22 rows", {{FILE_ROWS, 1 << 22}, {GROUP_ROWS, 1 << 22}}, 'i', VG_UNSUPPORTED},
        {"2^22 + 1 rows", {{FILE_ROWS, (1 << 22) + 1}, {GROUP_ROWS, (1 << 22) + 1}}, 'o', VG_UNSUPPORTED},
        {"less than none", {{FILE_ROWS, -1}, {GROUP_ROWS, -1}}, 'o', VG_UNSUPPORTED},
        {"another compression", {{CODEC, 1}}, 'p', VG_UNSUPPORTED},
        {"zstd that is none", {{CODEC, 6}}, 'p', VG_CORRUPT},
        {"no index of pages", {{OFFSETS_AT, ABSENT}}, 'i', VG_UNSUPPORTED},
        {"an index of 2^26 bytes", {{OFFSETS_LEN, 1 << 26}}, 'i', VG_CORRUPT},
        {"an index of 2^26 + 1 bytes", {{OFFSETS_LEN, (1 << 26) + 1}}, 'i', VG_LIMIT},
        {"bounds nowhere", {{BOUNDS_AT, 1 << 20}, {BOUNDS_LEN, 5}}, 'i', VG_CORRUPT},
        {"bounds of 2^26 + 1 bytes", {{BOUNDS_AT, 4}, {BOUNDS_LEN, (1 << 26) + 1}}, 'i', VG_LIMIT},
        {"a page of 2^16 rows", {{FILE_ROWS, 1 << 16}, {GROUP_ROWS, 1 << 16}}, 'p', VG_CORRUPT},
        {"a page of 2^16 + 1 rows", {{FILE_ROWS, (1 << 16) + 1}, {GROUP_ROWS, (1 << 16) + 1}}, 'i', VG_UNSUPPORTED},
        {"a first page that is none", {{PAGE_FIRST, 1}}, 'i', VG_CORRUPT},
        {"a page of no bytes", {{PAGE_LEN, 0}}, 'i', VG_CORRUPT},
        {"a page of 2^26 bytes", {{PAGE_LEN, 1 << 26}}, 'p', VG_CORRUPT},
        {"a page of 2^26 + 1 bytes", {{PAGE_LEN, (1 << 26) + 1}}, 'i', VG_CORRUPT},
        {"a page before the file", {{PAGE_AT, -1}}, 'p', VG_CORRUPT},
        {"a page elsewhere", {{PAGE_AT, 5}}, 'p', VG_CORRUPT},
        {"no rows", {{FILE_ROWS, 0}, {GROUP_ROWS, 0}}, 'i', VG_CORRUPT},
    };
    CHECK(forge_plain(), cases);
}

static void the_pages_numbers_are_looked_at(void **state)
{
    (void)state;
    static const struct number_case cases[] = {
        {"an index page", {{KIND, 1}}, 'p', VG_CORRUPT},
        {"a dictionary", {{KIND, 2}}, 'p', VG_CORRUPT},
        {"version 2", {{KIND, 3}}, 'p', VG_UNSUPPORTED},
        {"no kind", {{KIND, ABSENT}}, 'p', VG_CORRUPT},
        {"a byte less", {{RAW, 15}}, 'p', VG_CORRUPT},
        {"a byte more", {{RAW, 17}}, 'p', VG_CORRUPT},
        {"less than nothing", {{RAW, -1}}, 'p', VG_CORRUPT},
        {"packed to less", {{PACKED, 15}}, 'p', VG_CORRUPT},
        {"packed to more", {{PACKED, 17}}, 'p', VG_CORRUPT},
        {"packed to less than nothing", {{PACKED, -1}}, 'p', VG_CORRUPT},
        {"no checksum", {{CRC, ABSENT}}, ' ', VG_OK},
        {"another checksum", {{CRC, 1}}, 'p', VG_CORRUPT},
        {"a row less", {{VALUES, 3}}, 'p', VG_CORRUPT},
        {"a row more", {{VALUES, 5}}, 'p', VG_CORRUPT},
        {"no rows", {{VALUES, ABSENT}}, 'p', VG_CORRUPT},
        {"rows below none", {{VALUES, -1}}, 'p', VG_CORRUPT},
        {"encoding 1", {{ENCODING, 1}}, 'p', VG_UNSUPPORTED},
        {"a dictionary of old, absent", {{ENCODING, 2}}, 'p', VG_CORRUPT},
        {"RLE", {{ENCODING, 3}}, 'p', VG_UNSUPPORTED},
        {"bits", {{ENCODING, 4}}, 'p', VG_UNSUPPORTED},
        {"deltas that are none", {{ENCODING, 5}}, 'p', VG_CORRUPT},
        {"lengths of integers", {{ENCODING, 6}}, 'p', VG_UNSUPPORTED},
        {"delta strings", {{ENCODING, 7}}, 'p', VG_UNSUPPORTED},
        {"a dictionary, absent", {{ENCODING, 8}}, 'p', VG_CORRUPT},
        {"split bytes", {{ENCODING, 9}}, 'p', VG_UNSUPPORTED},
        {"no encoding", {{ENCODING, ABSENT}}, 'p', VG_UNSUPPORTED},
        {"three values of INT64", {{TYPE, 2}}, 'p', VG_CORRUPT},
        {"deltas of texts", {{TYPE, 6}, {ENCODING, 5}}, 'p', VG_UNSUPPORTED},
        {"an optional column without levels", {{REPETITION, 1}}, 'p', VG_CORRUPT},
    };
    static const struct number_case packed[] = {
        {"as it is", {{KIND, 0}}, ' ', VG_OK},
        {"a byte less", {{RAW, 15}}, 'p', VG_CORRUPT},
        {"a byte more", {{RAW, 17}}, 'p', VG_CORRUPT},
        {"2^26 bytes", {{RAW, 1 << 26}}, 'p', VG_CORRUPT},
        {"another checksum", {{CRC, 1}}, 'p', VG_CORRUPT},
        {"not packed", {{CODEC, 0}}, 'p', VG_CORRUPT},
        {"snappy", {{CODEC, 1}}, 'p', VG_UNSUPPORTED},
    };
    CHECK(forge_plain(), cases);
    struct forged f = forge_plain();
    f.zstd = true;
    CHECK(f, packed);
}

/* Three entries; the page names 0, 2, 1, 2 at a width of two bits. */
static struct forged forge_dictionary(void)
{
    struct forged f = forge_plain();
    f.dict = AS_BYTES("\x0a\0\0\0\x14\0\0\0\x1e\0\0\0");
    f.page = AS_BYTES("\x02\x03\x98\0");
    f.number[ENCODING] = 8;
    return f;
}

static void a_dictionarys_numbers_are_looked_at(void **state)
{
    (void)state;
    static const struct number_case cases[] = {
        {"as it is", {{DICT_ENCODING, 0}}, ' ', VG_OK},
        {"as of old", {{DICT_ENCODING, 2}, {ENCODING, 2}}, ' ', VG_OK},
        {"the old name of values", {{ENCODING, 2}}, ' ', VG_OK},
        {"a dictionary by a dictionary", {{DICT_ENCODING, 8}}, 'p', VG_CORRUPT},
        {"deltas", {{DICT_ENCODING, 5}}, 'p', VG_CORRUPT},
        {"a page of data", {{DICT_KIND, 0}}, 'p', VG_CORRUPT},
        {"an entry less", {{DICT_VALUES, 2}}, 'p', VG_CORRUPT},
        {"an entry more", {{DICT_VALUES, 4}}, 'p', VG_CORRUPT},
        {"2^16 entries", {{DICT_VALUES, 1 << 16}}, 'p', VG_CORRUPT},
        {"2^16 + 1 entries", {{DICT_VALUES, (1 << 16) + 1}}, 'p', VG_LIMIT},
        {"entries below none", {{DICT_VALUES, -1}}, 'p', VG_CORRUPT},
        {"another checksum", {{DICT_CRC, 1}}, 'p', VG_CORRUPT},
        {"no checksum", {{DICT_CRC, ABSENT}}, ' ', VG_OK},
        {"another size", {{DICT_RAW, 11}}, 'p', VG_CORRUPT},
        {"another packed size", {{DICT_PACKED, 11}}, 'p', VG_CORRUPT},
        {"nowhere", {{DICT_AT, ABSENT}}, 'p', VG_CORRUPT},
        {"where the data is", {{DICT_AT, 4}, {DATA_AT, 4}}, 'p', VG_CORRUPT},
        {"behind the data", {{DICT_AT, 5}, {DATA_AT, 4}}, 'p', VG_CORRUPT},
        {"of 2^26 bytes", {{DATA_AT, (1 << 26) + 4}}, 'p', VG_CORRUPT},
        {"of 2^26 + 1 bytes", {{DATA_AT, (1 << 26) + 5}}, 'p', VG_LIMIT},
        {"a byte longer", {{DATA_AT, 60}}, 'p', VG_CORRUPT},
    };
    struct forged f = forge_dictionary();
    CHECK(f, cases);
    f.page = AS_BYTES("\x02\x03\xd8\0"); /* the third is number 1, the last number 3 */
    const struct number_case beyond[] = {{"a number beyond", {{ENCODING, 8}}, 'p', VG_CORRUPT}};
    CHECK(f, beyond);
    f.page = AS_BYTES("");
    CHECK(f, beyond);
    f.page = AS_BYTES("\x21\x03\x98\0\0\0\0\0\0\0\0\0\0\0"); /* 33 bits */
    CHECK(f, beyond);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_of_every_kind_are_known_or_refused), cmocka_unit_test(a_name_has_one_to_31_characters),
        cmocka_unit_test(the_footers_numbers_are_looked_at),          cmocka_unit_test(the_pages_numbers_are_looked_at),
        cmocka_unit_test(a_dictionarys_numbers_are_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
