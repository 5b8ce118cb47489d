/* The index of vessels, exactly: the unit a position lies in, which files get one, its bytes, and which rows a box
 * finds. */
#include <inttypes.h>
#include <zlib.h>
#include <zstd.h>

#include "archive/parquet_test.h"
#include "archive/vessels.h"

#define E6(degrees) ((int32_t)((degrees)*1000000))

/* ---- collecting ---- */

static void a_position_lies_in_one_unit(void **state)
{
    (void)state;
    /* 360/65536 of a degree is 5493.164… millionths: unit n begins at the first whole one that is not less. */
    static const struct {
        int32_t lon, lat;
        uint16_t x, y;
    } cases[] = {
        {E6(-180), E6(-90), 0, 0},
        {E6(-180) + 5493, E6(-90) + 5493, 0, 0},
        {E6(-180) + 5494, E6(-90) + 5494, 1, 1},
        {E6(-180) + 10986, E6(-90) + 10986, 1, 1},
        {E6(-180) + 10987, E6(-90) + 10987, 2, 2},
        {-1, -1, 32767, 16383},
        {0, 0, 32768, 16384},
        {E6(90), E6(45), 49152, 24576},
        {E6(180) - 1, E6(90) - 1, 65535, 32767},
        {E6(180), E6(90), 65535, 32768},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_vessels_out out = {0};
        vg_vessels_add(&out, 7, cases[i].lon, cases[i].lat);
        assert_int_equal(out.count, 1);
        assert_int_equal(out.boxes[0].west, cases[i].x);
        assert_int_equal(out.boxes[0].east, cases[i].x);
        assert_int_equal(out.boxes[0].south, cases[i].y);
        assert_int_equal(out.boxes[0].north, cases[i].y);
        vg_vessels_out_free(&out);
        assert_null(out.boxes);
    }
}

static void a_box_grows_to_hold_all_of_a_vessel(void **state)
{
    (void)state;
    struct vg_vessels_out out = {0};
    vg_vessels_add(&out, 7, E6(10), E6(10));
    vg_vessels_add(&out, 7, E6(20), E6(5));
    vg_vessels_add(&out, 7, E6(15), E6(30));
    vg_vessels_add(&out, 7, E6(-5), E6(8));
    vg_vessels_add(&out, 8, 0, 0);
    vg_vessels_add(&out, 7, 0, 0); /* the last is looked at alone: rows come sorted */
    assert_int_equal(out.count, 3);
    assert_int_equal(out.rows, 6);
    const struct vg_vessel_box want = {7, 4, 31857, 17294, 36408, 21845};
    assert_memory_equal(&out.boxes[0], &want, sizeof want);
    assert_int_equal(out.boxes[1].mmsi, 8);
    assert_int_equal(out.boxes[1].rows, 1);
    assert_int_equal(out.boxes[2].mmsi, 7);
    assert_int_equal(out.boxes[2].rows, 1);
    vg_vessels_out_free(&out);
}

/* Room is made in steps of 256·(2^n − 1); the step behind 4 194 048 would be more than 2^22. */
static void more_vessels_than_an_index_may_have_leave_none(void **state)
{
    (void)state;
    struct vg_vessels_out out = {0};
    for (uint32_t v = 0; v < 4194048; v++)
        vg_vessels_add(&out, v, 0, 0);
    assert_false(out.failed);
    assert_int_equal(out.count, 4194048);
    assert_int_equal(out.boxes[4194047].mmsi, 4194047);
    vg_vessels_add(&out, 4194048, 0, 0);
    assert_true(out.failed);
    assert_int_equal(out.count, 4194048);
    assert_int_equal(out.rows, 4194049);
    vg_vessels_out_free(&out);
}

/* ---- the index in a file ---- */

static const struct vg_parquet_column NUMBER[] = {{"n", VG_PARQUET_INT32, VG_PARQUET_UINT, 8, 0, 0, true}};

/* A file of so many null rows, with what is attached to it. */
static struct vg_out write_file(size_t rows, struct vg_vessels_out *index, const char *key, const char *note,
                                const void *bytes, size_t len)
{
    static uint8_t absent[1 << 17];
    static int64_t ints[1];
    struct vg_out out = vg_out_growing(1 << 24);
    struct vg_parquet_cells cells = {.ints = ints, .present = absent};
    struct vg_parquet_writer *w;
    assert_int_equal(vg_parquet_writer_new(NUMBER, 1, &VG_PARQUET_OPTIONS_DEFAULT, to_memory, &out, &w), VG_OK);
    assert_int_equal(vg_parquet_write(w, &cells, rows), VG_OK);
    if (index)
        assert_int_equal(vg_vessels_attach(index, w), VG_OK);
    if (note)
        assert_int_equal(vg_parquet_attach(w, key, note, bytes, len), VG_OK);
    assert_int_equal(vg_parquet_finish(w), VG_OK);
    vg_parquet_writer_free(w);
    return out;
}

static bool is_attached(size_t rows, size_t vessels, bool failed)
{
    struct vg_vessels_out index = {0};
    struct vg_parquet_file *file;
    for (size_t i = 0; i < rows; i++)
        vg_vessels_add(&index, (uint32_t)(i < vessels ? i : vessels - 1), 0, 0);
    index.failed = failed;
    struct vg_out out = write_file(rows, &index, NULL, NULL, NULL, 0);
    assert_int_equal(vg_parquet_open_bytes(out.buf, out.len, &file), VG_OK);
    struct vg_vessels *found = vg_vessels_read(file);
    bool there = vg_parquet_attachment(file, VG_VESSELS_KEY) != NULL;
    assert_int_equal(found != NULL, there);
    if (found)
        assert_int_equal(found->count, vessels);
    free(found);
    vg_parquet_close(file);
    vg_out_free(&out);
    vg_vessels_out_free(&index);
    return there;
}

static void only_files_where_it_pays_get_an_index(void **state)
{
    (void)state;
    assert_false(is_attached(65535, 1, false));
    assert_true(is_attached(65536, 1, false));
    assert_false(is_attached(65536, 1, true));
    assert_true(is_attached(65536, 4096, false)); /* sixteen rows a vessel */
    assert_false(is_attached(65536, 4097, false));
    assert_false(is_attached(65551, 4097, false));
    assert_true(is_attached(65552, 4097, false));
}

/* Numbers in planes: all first bytes, then all second ones, and so on. */
static size_t pack_boxes(const uint32_t (*fields)[6], size_t count, void *packed, size_t room)
{
    static const unsigned first[] = {0, 4, 8, 10, 12, 14}, width[] = {4, 4, 2, 2, 2, 2};
    uint8_t raw[16 * 8];
    assert_true(count <= 8);
    for (size_t i = 0; i < count; i++)
        for (size_t f = 0; f < 6; f++)
            for (unsigned b = 0; b < width[f]; b++)
                raw[(first[f] + b) * count + i] = (uint8_t)(fields[i][f] >> 8 * b);
    size_t len = ZSTD_compress(packed, room, raw, 16 * count, 1);
    assert_false(ZSTD_isError(len));
    return len;
}

/* What is attached is what another program would make of the boxes, and its note says so. */
static void an_index_has_the_bytes_that_are_described(void **state)
{
    (void)state;
    struct vg_vessels_out index = {0};
    struct vg_parquet_file *file;
    uint8_t raw[3 * 16];
    char note[64];
    for (size_t i = 0; i < 65536; i++)
        vg_vessels_add(&index, 0x01020304, E6(-180) + 5494 * 300 * (i % 2), E6(-90) + 5494 * 600 * (i % 3 == 0));
    vg_vessels_add(&index, 0x0102030a, E6(179), E6(89));
    vg_vessels_add(&index, 0x0a02030a, 0, 0);
    struct vg_out out = write_file(65538, &index, NULL, NULL, NULL, 0);
    assert_int_equal(vg_parquet_open_bytes(out.buf, out.len, &file), VG_OK);
    const struct vg_parquet_attachment *a = vg_parquet_attachment(file, VG_VESSELS_KEY);
    assert_non_null(a);
    assert_int_equal(ZSTD_decompress(raw, sizeof raw, out.buf + a->offset, a->bytes), sizeof raw);
    static const uint32_t want[3][6] = {
        {0x01020304, 65536, 0, 0, 300, 600}, {6, 1, 65353, 32585, 0, 0}, {0x09000000, 1, 32768, 16384, 0, 0}};
    static const unsigned first[] = {0, 4, 8, 10, 12, 14}, width[] = {4, 4, 2, 2, 2, 2};
    for (size_t i = 0; i < 3; i++)
        for (size_t f = 0; f < 6; f++)
            for (unsigned b = 0; b < width[f]; b++)
                assert_int_equal(raw[(first[f] + b) * 3 + i], (uint8_t)(want[i][f] >> 8 * b));
    snprintf(note, sizeof note, "1 3 %08lx", crc32(0, (const Bytef *)out.buf + a->offset, a->bytes));
    assert_string_equal(a->note, note);
    vg_parquet_close(file);
    vg_out_free(&out);
    vg_vessels_out_free(&index);
}

static void an_index_is_taken_only_if_all_of_it_can_be(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        uint32_t fields[2][6]; /* MMSI (the second: how much more), rows, west, south, width, height */
        size_t count;
        uint64_t rows;
        bool good;
    } cases[] = {
        {"two vessels", {{5, 10, 1, 2, 3, 4}, {6, 20, 65535, 65535, 0, 0}}, 2, 30, true},
        {"as far as it goes", {{5, 10, 1, 2, 65534, 65533}, {6, 20, 0, 0, 65535, 65535}}, 2, 30, true},
        {"beyond the east", {{5, 10, 2, 2, 65534, 4}, {6, 20, 0, 0, 0, 0}}, 2, 30, false},
        {"beyond the north", {{5, 10, 1, 2, 3, 4}, {6, 20, 0, 1, 0, 65535}}, 2, 30, false},
        {"a vessel without rows", {{5, 0, 1, 2, 3, 4}, {6, 30, 0, 0, 0, 0}}, 2, 30, false},
        {"a row less", {{5, 10, 1, 2, 3, 4}, {6, 20, 0, 0, 0, 0}}, 2, 31, false},
        {"a row more", {{5, 10, 1, 2, 3, 4}, {6, 20, 0, 0, 0, 0}}, 2, 29, false},
        {"as many vessels as rows", {{5, 1, 1, 2, 3, 4}, {6, 1, 0, 0, 0, 0}}, 2, 2, true},
        {"more vessels than rows", {{5, 1, 1, 2, 3, 4}, {6, 1, 0, 0, 0, 0}}, 2, 1, false},
        {"one of two", {{5, 10, 1, 2, 3, 4}, {6, 20, 0, 0, 0, 0}}, 1, 10, false},
        {"three of two", {{5, 10, 1, 2, 3, 4}, {6, 20, 0, 0, 0, 0}}, 3, 30, false},
    };
    uint8_t packed[512];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t len = pack_boxes(cases[i].fields, 2, packed, sizeof packed);
        struct vg_vessels *v = vg_vessels_parse(packed, len, cases[i].count, cases[i].rows);
        if ((v != NULL) != cases[i].good)
            fail_msg("%s", cases[i].what);
        if (v) {
            const uint32_t(*f)[6] = cases[i].fields;
            assert_int_equal(v->count, 2);
            for (size_t k = 0; k < 2; k++) {
                struct vg_vessel_box want = {k ? f[0][0] + f[1][0] : f[0][0],
                                             f[k][1],
                                             (uint16_t)f[k][2],
                                             (uint16_t)f[k][3],
                                             (uint16_t)(f[k][2] + f[k][4]),
                                             (uint16_t)(f[k][3] + f[k][5])};
                assert_memory_equal(&v->boxes[k], &want, sizeof want);
            }
            assert_null(vg_vessels_parse(packed, len - 1, cases[i].count, cases[i].rows));
        }
        free(v);
    }
}

static void a_note_that_does_not_fit_its_bytes_is_passed_over(void **state)
{
    (void)state;
    static const uint32_t boxes[2][6] = {{5, 10, 1, 2, 3, 4}, {6, 20, 0, 0, 0, 0}};
    uint8_t packed[512];
    char right[64], wrong[64], many[64];
    size_t len = pack_boxes(boxes, 2, packed, sizeof packed);
    uint32_t crc = (uint32_t)crc32(0, packed, (uInt)len);
    snprintf(right, sizeof right, "1 2 %08" PRIx32, crc);
    snprintf(wrong, sizeof wrong, "1 2 %08" PRIx32, crc + 1);
    snprintf(many, sizeof many, "1 %u %08" PRIx32, (1u << 22) + 1, crc);
    char newer[64], other[64];
    snprintf(newer, sizeof newer, "2 2 %08" PRIx32, crc);
    snprintf(other, sizeof other, "1 3 %08" PRIx32, crc);
    const struct {
        const char *key, *note;
        size_t rows, len;
        bool good;
    } cases[] = {
        {"vigia.vessels", right, 30, len, true},  {"vigia.vessels", right, 31, len, false},
        {"vigia.vessels", wrong, 30, len, false}, {"vigia.vessels", newer, 30, len, false},
        {"vigia.vessels", other, 30, len, false}, {"vigia.vessels", many, 30, len, false},
        {"vigia.vessels", "1 2", 30, len, false}, {"vigia.vessels", "", 30, len, false},
        {"vigia.other", right, 30, len, false},   {"vigia.vessels", right, 30, sizeof packed, false},
        {"vigia.vessels", right, 30, 0, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_parquet_file *file;
        struct vg_out out = write_file(cases[i].rows, NULL, cases[i].key, cases[i].note, packed, cases[i].len);
        assert_int_equal(vg_parquet_open_bytes(out.buf, out.len, &file), VG_OK);
        struct vg_vessels *v = vg_vessels_read(file);
        if ((v != NULL) != cases[i].good)
            fail_msg("case %zu", i);
        free(v);
        vg_parquet_close(file);
        vg_out_free(&out);
    }
}

/* ---- asking ---- */

#define UNIT (360.0 / 65536)

/* Five vessels of 10, 20, 30, 40 and 50 rows. */
static const struct vg_vessel_box BOXES[] = {
    {1, 10, 1000, 1000, 1100, 1200},   {2, 20, 1090, 1100, 1200, 1300}, {3, 30, 40000, 20000, 40010, 20010},
    {4, 40, 65000, 1000, 65535, 1200}, {5, 50, 0, 0, 65535, 32768},
};

static size_t find(struct vg_box units, struct vg_row_range *spans)
{
    struct vg_vessels *v = malloc(sizeof *v + sizeof BOXES);
    struct vg_box box = {units.west_deg * UNIT - 180, units.south_deg * UNIT - 90, units.east_deg * UNIT - 180,
                         units.north_deg * UNIT - 90};
    assert_non_null(v);
    v->count = sizeof BOXES / sizeof *BOXES;
    memcpy(v->boxes, BOXES, sizeof BOXES);
    size_t count = vg_vessels_find(v, &box, spans);
    free(v);
    return count;
}

/* A box in units; half a unit is added, so that each edge is in the middle of one. */
static void a_box_finds_the_rows_of_those_it_may_hold(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        double west, south, east, north;
        size_t count;
        struct vg_row_range spans[3];
    } cases[] = {
        {"one alone", 40000, 20000, 40010, 20010, 2, {{30, 60}, {100, 150}}},
        {"two side by side", 1095, 1150, 1096, 1151, 2, {{0, 30}, {100, 150}}},
        {"the first", 900, 1000, 1000, 1100, 2, {{0, 10}, {100, 150}}},
        {"a unit west of it", 900, 1000, 999, 1090, 2, {{0, 10}, {100, 150}}},
        {"two units west", 900, 1000, 998, 1090, 1, {{100, 150}}},
        {"a unit east of the second", 1201, 1100, 1300, 1200, 2, {{10, 30}, {100, 150}}},
        {"two units east", 1202, 1100, 1300, 1200, 1, {{100, 150}}},
        {"a unit south of the first", 1000, 900, 1001, 999, 2, {{0, 10}, {100, 150}}},
        {"two units south", 1000, 900, 1001, 998, 1, {{100, 150}}},
        {"a unit north of the second", 1150, 1301, 1160, 1400, 2, {{10, 30}, {100, 150}}},
        {"two units north", 1150, 1302, 1160, 1400, 1, {{100, 150}}},
        {"across the seam", 65100, 1000, 500, 1200, 1, {{60, 150}}},
        {"across, as far as the first", 65534, 1000, 999, 1200, 2, {{0, 10}, {60, 150}}},
        {"across, up to before it", 65533, 1000, 998, 1200, 1, {{60, 150}}},
        {"across, from the third on", 40011, 20000, 500, 20010, 2, {{30, 60}, {100, 150}}},
        {"across, from behind the third", 40012, 20000, 500, 20010, 1, {{100, 150}}},
        {"all", 0, 0, 65535, 32767, 1, {{0, 150}}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_row_range spans[5];
        size_t n =
            find((struct vg_box){cases[i].west + 0.5, cases[i].south + 0.5, cases[i].east + 0.5, cases[i].north + 0.5},
                 spans);
        if (n != cases[i].count || memcmp(spans, cases[i].spans, n * sizeof *spans))
            fail_msg("%s: %zu, %d–%d, %d–%d", cases[i].what, n, (int)spans[0].first, (int)spans[0].end,
                     (int)spans[1].first, (int)spans[1].end);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_position_lies_in_one_unit),
        cmocka_unit_test(a_box_grows_to_hold_all_of_a_vessel),
        cmocka_unit_test(more_vessels_than_an_index_may_have_leave_none),
        cmocka_unit_test(only_files_where_it_pays_get_an_index),
        cmocka_unit_test(an_index_has_the_bytes_that_are_described),
        cmocka_unit_test(an_index_is_taken_only_if_all_of_it_can_be),
        cmocka_unit_test(a_note_that_does_not_fit_its_bytes_is_passed_over),
        cmocka_unit_test(a_box_finds_the_rows_of_those_it_may_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
