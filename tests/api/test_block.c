/* The rows of a block and of a region's state, byte by byte: docs/formats/history.md. */
#include <stdlib.h>

#include "api/history.h"
#include "two_sources.h"

#define BASE_US (INT64_C(1700000000) * VG_SECOND_US)
#define HEAD    64
#define VESSEL  16

/* A ship whose every value differs, said at BASE_US. */
static struct vg_contact ship(uint32_t mmsi)
{
    struct vg_contact c = {.mmsi = mmsi,
                           .class = VG_CLASS_SHIP_B,
                           .flags = VG_CONTACT_STILL | VG_CONTACT_ACCURATE,
                           .pos = vg_pos_from_deg(-80.5, -2.25),
                           .sog_dkn = 123,
                           .cog_ddeg = 901,
                           .heading_deg = 89,
                           .turn_raw = -20,
                           .status = 5};
    for (int f = 0; f < VG_FIELD_COUNT; f++)
        c.prov[f] = vg_prov_of(BASE_US, 2, 19, 7);
    return c;
}

static void a_row_has_each_value_in_its_place(void **state)
{
    (void)state;
    struct vg_block b = {.base_us = BASE_US, .sources = &sources};
    struct vg_contact c = ship(735000001);
    assert_int_equal(vg_block_add(&b, &c, BASE_US + 1500 * 1000, BASE_US, VG_BLOCK_STATE, BASE_US + VG_HOUR_US), VG_OK);
    const struct vg_block_row *row = &b.row[0];
    assert_int_equal(b.rows, 1);
    assert_int_equal(b.vessels, 1);
    assert_int_equal(b.vessel[0].mmsi, 735000001);
    assert_int_equal(b.vessel[0].rows, 1);
    assert_int_equal(b.vessel[0].class, VG_CLASS_SHIP_B);
    assert_int_equal(row->time_ms, 1500);
    assert_int_equal(row->lon_e4min, c.pos.lon_e4min);
    assert_int_equal(row->lat_e4min, c.pos.lat_e4min);
    assert_int_equal(row->sog_dkn, 123);
    assert_int_equal(row->cog_ddeg, 901);
    assert_int_equal(row->heading_deg, 89);
    assert_int_equal(row->source, 2);
    assert_int_equal(row->silence_min, 60); /* of 59 min 58.5 s */
    assert_int_equal(row->turn_raw, -20);
    assert_int_equal(row->status, 5);
    assert_int_equal(row->message, 19);
    assert_int_equal(row->flags, VG_CONTACT_STILL | VG_CONTACT_ACCURATE);
    assert_int_equal(row->class, VG_CLASS_SHIP_B);
    assert_int_equal(row->kind, VG_BLOCK_STATE);
    vg_block_free(&b);
}

static void what_was_not_said_or_has_expired_is_none(void **state)
{
    (void)state;
    static const struct {
        enum vg_field unsaid; /* VG_FIELD_COUNT: none is */
        int64_t seen_us;
        uint16_t sog, cog, heading;
        int8_t turn;
        uint8_t status;
    } cases[] = {
        {VG_FIELD_COUNT, 30 * VG_MINUTE_US - 1000, 123, 901, 89, -20, 5},
        {VG_FIELD_COUNT, 30 * VG_MINUTE_US, UINT16_MAX, UINT16_MAX, UINT16_MAX, INT8_MIN, 5},
        {VG_FIELD_COUNT, 60 * VG_MINUTE_US - 1000, UINT16_MAX, UINT16_MAX, UINT16_MAX, INT8_MIN, 5},
        {VG_FIELD_COUNT, 60 * VG_MINUTE_US, UINT16_MAX, UINT16_MAX, UINT16_MAX, INT8_MIN, UINT8_MAX},
        {VG_FIELD_SOG, 0, UINT16_MAX, 901, 89, -20, 5},
        {VG_FIELD_COG, 0, 123, UINT16_MAX, 89, -20, 5},
        {VG_FIELD_HEADING, 0, 123, 901, UINT16_MAX, -20, 5},
        {VG_FIELD_TURN, 0, 123, 901, 89, INT8_MIN, 5},
        {VG_FIELD_STATUS, 0, 123, 901, 89, -20, UINT8_MAX},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_block b = {.base_us = BASE_US, .sources = &sources};
        struct vg_contact c = ship(1);
        if (cases[i].unsaid < VG_FIELD_COUNT)
            c.prov[cases[i].unsaid] = (struct vg_prov){0};
        assert_int_equal(vg_block_add(&b, &c, BASE_US, BASE_US + cases[i].seen_us, VG_BLOCK_POSITION, BASE_US), VG_OK);
        assert_int_equal(b.row[0].sog_dkn, cases[i].sog);
        assert_int_equal(b.row[0].cog_ddeg, cases[i].cog);
        assert_int_equal(b.row[0].heading_deg, cases[i].heading);
        assert_int_equal(b.row[0].turn_raw, cases[i].turn);
        assert_int_equal(b.row[0].status, cases[i].status);
        assert_int_equal(b.row[0].kind, VG_BLOCK_POSITION);
        vg_block_free(&b);
    }
}

/* In whole minutes from the row on, upwards; no less than none, no more than two bytes hold. */
static void silence_is_told_in_whole_minutes(void **state)
{
    (void)state;
    static const struct {
        int64_t row_us, until_us; /* after the base; after the row */
        uint16_t minutes;
    } cases[] = {
        {0, -VG_HOUR_US, 0},
        {0, -1000, 0},
        {0, 0, 0},
        {0, 999, 0},
        {0, 1000, 1},
        {0, VG_MINUTE_US, 1},
        {0, VG_MINUTE_US + 1000, 2},
        {90 * VG_SECOND_US, VG_MINUTE_US, 1},
        {90 * VG_SECOND_US, VG_MINUTE_US + 1000, 2},
        {-VG_HOUR_US, 2 * VG_MINUTE_US, 2}, /* before the base */
        {-VG_HOUR_US, VG_HOUR_US + 1000, 61},
        {0, 65534 * VG_MINUTE_US, 65534},
        {0, 65535 * VG_MINUTE_US, 65535},
        {0, 65536 * VG_MINUTE_US, 65535},
        {0, 70000 * VG_MINUTE_US, 65535},
    };
    struct vg_contact c = ship(1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vg_block b = {.base_us = BASE_US, .sources = &sources};
        int64_t time_us = BASE_US + cases[i].row_us;
        assert_int_equal(vg_block_add(&b, &c, time_us, time_us, VG_BLOCK_POSITION, time_us + cases[i].until_us), VG_OK);
        if (b.row[0].silence_min != cases[i].minutes)
            fail_msg("case %zu: %u", i, b.row[0].silence_min);
        vg_block_free(&b);
    }
}

static void rows_of_one_ship_are_one_vessel_with_the_last_class(void **state)
{
    (void)state;
    struct vg_block b = {.base_us = BASE_US, .sources = &sources};
    static const struct {
        uint32_t mmsi;
        uint8_t class;
    } rows[] = {{0, VG_CLASS_UNKNOWN}, {5, VG_CLASS_SHIP_A}, {5, VG_CLASS_SHIP_B}, {6, VG_CLASS_SAR}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct vg_contact c = ship(rows[i].mmsi);
        c.class = rows[i].class;
        assert_int_equal(vg_block_add(&b, &c, BASE_US, BASE_US, VG_BLOCK_POSITION, BASE_US), VG_OK);
        assert_int_equal(b.row[i].class, rows[i].class);
    }
    static const struct vg_block_vessel vessels[] = {
        {0, 1, VG_CLASS_UNKNOWN}, {5, 2, VG_CLASS_SHIP_B}, {6, 1, VG_CLASS_SAR}};
    assert_int_equal(b.vessels, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(b.vessel[i].mmsi, vessels[i].mmsi);
        assert_int_equal(b.vessel[i].rows, vessels[i].rows);
        assert_int_equal(b.vessel[i].class, vessels[i].class);
    }
    vg_block_free(&b);
}

static void a_block_takes_1500000_rows(void **state)
{
    (void)state;
    struct vg_block b = {.base_us = BASE_US, .sources = &sources};
    struct vg_contact c = ship(1);
    for (size_t i = 0; i < 1500000; i++)
        if (vg_block_add(&b, &c, BASE_US, BASE_US, VG_BLOCK_POSITION, BASE_US))
            fail_msg("row %zu", i);
    assert_int_equal(vg_block_add(&b, &c, BASE_US, BASE_US, VG_BLOCK_POSITION, BASE_US), VG_LIMIT);
    assert_int_equal(b.rows, 1500000);
    assert_int_equal(b.vessel[0].rows, 1500000);
    vg_block_free(&b);
}

/* ---- written ---- */

struct bytes {
    uint8_t *at;
    size_t len;
};

static void put(struct bytes *to, uint64_t value, size_t width)
{
    for (size_t i = 0; i < width; i++)
        to->at[to->len++] = (uint8_t)(value >> 8 * i);
}

static void put_head(struct bytes *to, const struct vg_block *b, bool final)
{
    memcpy(to->at, "VGH2", 4);
    to->len = 4;
    put(to, 2, 2);
    put(to, HEAD, 2);
    put(to, (uint64_t)BASE_US, 8);
    put(to, 600000, 4); /* its length in ms */
    put(to, 45, 4);     /* the step */
    put(to, (uint64_t)(-81 * 600000), 4);
    put(to, (uint64_t)(-3 * 600000), 4);
    put(to, (uint64_t)(-79 * 600000), 4);
    put(to, (uint64_t)(-1 * 600000), 4);
    put(to, b->vessels, 4);
    put(to, b->rows, 4);
    put(to, 3, 4);
    put(to, 8 + 6 + 8, 4); /* the names, each with its length */
    put(to, final, 4);
    put(to, 0, 4);
    for (size_t i = 0; i < b->vessels; i++) {
        put(to, b->vessel[i].mmsi, 4);
        put(to, b->vessel[i].rows, 4);
        put(to, b->vessel[i].class, 8);
    }
}

/* The differences begin anew with each vessel. */
static void put_differences(struct bytes *to, const struct vg_block *b, int column)
{
    size_t row = 0;
    for (size_t v = 0; v < b->vessels; v++) {
        uint32_t before = 0;
        for (uint32_t i = 0; i < b->vessel[v].rows; i++, row++) {
            const struct vg_block_row *r = &b->row[row];
            uint32_t value = column == 0 ? r->time_ms : (uint32_t)(column == 1 ? r->lon_e4min : r->lat_e4min);
            put(to, value - before, 4);
            before = value;
        }
    }
}

#define COLUMN(member, width)                                                                                          \
    for (size_t i = 0; i < b->rows; i++)                                                                               \
    put(to, (uint64_t)b->row[i].member, width)

static void put_rows(struct bytes *to, const struct vg_block *b)
{
    for (int column = 0; column < 3; column++)
        put_differences(to, b, column);
    COLUMN(sog_dkn, 2);
    COLUMN(cog_ddeg, 2);
    COLUMN(heading_deg, 2);
    COLUMN(source, 2);
    COLUMN(silence_min, 2);
    COLUMN(turn_raw, 1);
    COLUMN(status, 1);
    COLUMN(message, 1);
    COLUMN(flags, 1);
    COLUMN(class, 1);
    COLUMN(kind, 1);
    memcpy(to->at + to->len, "\7unknown\5Manta\7Salinas", 22);
    to->len += 22;
}

static void is_written_as_the_format_says(const struct vg_block *b, bool final)
{
    struct vg_history_job job = {.final = final};
    struct vg_out out = vg_out_growing(16 << 20);
    struct bytes expected = {malloc(HEAD + VESSEL * b->vessels + 28 * b->rows + 100), 0};
    job.ask =
        (struct vg_history_ask){.to_us = BASE_US + 600 * VG_SECOND_US, .step_s = 45, .filter.box = {-81, -3, -79, -1}};
    put_head(&expected, b, final);
    put_rows(&expected, b);
    vg_block_write(b, &job, &out);
    assert_int_equal(out.err, VG_OK);
    assert_int_equal(out.len, expected.len);
    assert_memory_equal(out.buf, expected.at, expected.len);
    vg_out_free(&out);
    free(expected.at);
}

/* A row whose every value follows from its number. */
static void add_row(struct vg_block *b, uint32_t mmsi, uint32_t i)
{
    struct vg_contact c = ship(mmsi);
    int64_t time_us = BASE_US + (int64_t)i * 7 * 1000;
    c.pos = (struct vg_pos){.lon_e4min = (int32_t)i * 3 - 40000, .lat_e4min = 50000 - (int32_t)i * 5};
    c.sog_dkn = (uint16_t)(i % 1000);
    c.cog_ddeg = (uint16_t)(i % 3600);
    c.heading_deg = (uint16_t)(i % 359);
    c.turn_raw = (int8_t)(i % 127);
    c.status = (uint8_t)(i % 15);
    c.flags = (uint8_t)(i % 16);
    c.class = (uint8_t)(i % 2 ? VG_CLASS_SHIP_A : VG_CLASS_SHIP_B);
    c.prov[VG_FIELD_POS].source = i % 3;
    c.prov[VG_FIELD_POS].message = i % 27;
    assert_int_equal(vg_block_add(b, &c, time_us, BASE_US, (enum vg_block_kind)(i / 2 % 2), time_us + i * VG_SECOND_US),
                     VG_OK);
}

/* Short ones, and such as are longer than the buffer that a column is written by, of each width. */
static void blocks_are_written_as_the_format_says(void **state)
{
    (void)state;
    static const uint32_t sizes[] = {0, 1, 3, 4096, 4097, 8192, 8193, 16384, 20000};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        struct vg_block b = {.base_us = BASE_US, .sources = &sources};
        for (uint32_t i = 0; i < sizes[k]; i++)
            add_row(&b, 735000000 + i * 3 / sizes[k], i);
        is_written_as_the_format_says(&b, k % 2);
        vg_block_free(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_has_each_value_in_its_place),
        cmocka_unit_test(what_was_not_said_or_has_expired_is_none),
        cmocka_unit_test(silence_is_told_in_whole_minutes),
        cmocka_unit_test(rows_of_one_ship_are_one_vessel_with_the_last_class),
        cmocka_unit_test(a_block_takes_1500000_rows),
        cmocka_unit_test(blocks_are_written_as_the_format_says),
    };
    return cmocka_run_group_tests(tests, make_two_sources, drop_two_sources);
}
