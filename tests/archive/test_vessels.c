/* The index of vessels: it rules out no row that a box holds, and one that is damaged is as good as none. */
#include <fcntl.h>
#include <unistd.h>

#include "archive/parquet_test.h"
#include "archive/positions.h"
#include "archive/table.h"

#define VESSELS 400
#define EACH    250

static struct vg_position position(uint32_t vessel, uint32_t n)
{
    uint64_t seed = vessel * UINT64_C(1000) + n;
    struct vg_position p = {
        .time_us = (int64_t)n * VG_SECOND_US, .mmsi = 700000000 + vessel * 3, .source_name = {"Manta", 5}};
    /* A few at the ends of the world and across its seam. */
    int32_t lon = vessel % 50 == 0 ? (n % 2 ? 107999999 : -108000000) : (int32_t)(vessel * 500000) - 100000000;
    int32_t lat = vessel % 49 == 0 ? (n % 2 ? 54000000 : -54000000) : (int32_t)(vessel * 200000) - 40000000;
    p.pos.lon_e4min = lon + (vessel % 50 ? (int32_t)(dice(&seed) % 300000) : 0);
    p.pos.lat_e4min = lat + (vessel % 49 ? (int32_t)(dice(&seed) % 300000) : 0);
    return p;
}

static void write_file(const char *path)
{
    struct vg_parquet_options options = VG_PARQUET_OPTIONS_DEFAULT;
    struct vg_table_out *out;
    options.page_rows = 512;
    options.group_rows = 20000;
    assert_int_equal(vg_table_out_open(&vg_table_positions, path, &options, &out), VG_OK);
    for (uint32_t v = 0; v < VESSELS; v++)
        for (uint32_t n = 0; n < EACH; n++) {
            struct vg_position p = position(v, n);
            assert_int_equal(vg_table_out_row(out, &p), VG_OK);
        }
    assert_int_equal(vg_table_out_commit(out, NULL, NULL), VG_OK);
}

static enum vg_err count_row(void *arg, const struct vg_position *p)
{
    size_t *found = arg;
    assert_int_equal(p->source_name.len, 5);
    ++*found;
    return VG_OK;
}

/* Asks for many boxes; returns how many pages were looked at. */
static uint64_t ask(const char *path)
{
    struct vg_positions_file *f;
    struct vg_positions_work work = {0};
    uint64_t seed = 3;
    assert_int_equal(vg_positions_open(path, &f), VG_OK);
    for (int round = 0; round < 60; round++) {
        struct vg_box box = {(double)(dice(&seed) % 3600) / 10 - 180, (double)(dice(&seed) % 1800) / 10 - 90, 0, 0};
        box.east_deg = box.west_deg + (round % 4 ? 2 : 40);
        box.east_deg -= box.east_deg > 180 ? 360 : 0;
        box.north_deg = box.south_deg + (round % 4 ? 2 : 60);
        if (round == 0)
            box = (struct vg_box){-180, -90, -180, 90};
        if (round == 1)
            box = (struct vg_box){180, 90, 180, 90};
        struct vg_positions_query q = {.box = &box, .from_us = INT64_MIN, .to_us = INT64_MAX};
        size_t found = 0, want = 0;
        for (uint32_t v = 0; v < VESSELS; v++)
            for (uint32_t n = 0; n < EACH; n++)
                want += vg_box_contains(&box, position(v, n).pos);
        assert_int_equal(vg_positions_read(f, &q, count_row, &found, &work), VG_OK);
        assert_int_equal(found, want);
    }
    vg_positions_close(f);
    return work.pages - work.pages_skipped;
}

static void a_damaged_index_is_as_good_as_none(void **state)
{
    (void)state;
    char path[] = "/tmp/vigia-vessels-XXXXXX";
    struct vg_parquet_file *f;
    close(mkstemp(path));
    write_file(path);
    uint64_t with = ask(path);
    assert_int_equal(vg_parquet_open(path, &f), VG_OK);
    const struct vg_parquet_attachment *at = vg_parquet_attachment(f, VG_VESSELS_KEY);
    assert_non_null(at);
    struct vg_vessels *vessels = vg_vessels_read(f);
    assert_non_null(vessels);
    assert_int_equal(vessels->count, VESSELS);
    assert_int_equal(vessels->boxes[7].mmsi, 700000021);
    assert_int_equal(vessels->boxes[7].rows, EACH);
    free(vessels);
    int fd = open(path, O_RDWR);
    assert_int_equal(pwrite(fd, "damage", 6, (off_t)at->offset + 20), 6);
    close(fd);
    assert_null(vg_vessels_read(f));
    vg_parquet_close(f);
    uint64_t without = ask(path);
    assert_true(with < without);
    unlink(path);
}

static void what_is_no_index_is_refused(void **state)
{
    (void)state;
    assert_null(vg_vessels_parse("", 0, 0, 0));
    assert_null(vg_vessels_parse("", 0, 1, 1));
    assert_null(vg_vessels_parse("rubbish", 7, 3, 3));
    assert_null(vg_vessels_parse("rubbish", 7, SIZE_MAX, UINT64_MAX));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_damaged_index_is_as_good_as_none),
        cmocka_unit_test(what_is_no_index_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
