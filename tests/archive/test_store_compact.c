/* Which parts compaction makes one where some can't be read: it goes around them, tells each once, and keeps the rest.
 */
#include "archive/parquet_test.h"
#include "archive/store_folder.h"
#include "archive/store_inner.h"

#define HOUR0 INT64_C(1795330800000000) /* 2026-11-22T07:00Z */

static struct vg_sources sources;

static struct vg_store_writer *open_writer(const char *dir)
{
    return open_store(dir, &sources, 10);
}

/* A position and a name in the first hour, a position in the second. */
static void commit_one(struct vg_store_writer *w, uint32_t mmsi)
{
    struct vg_report r = {.time_us = HOUR0,
                          .mmsi = mmsi,
                          .fields = VG_FIELD_BIT(POS) | VG_FIELD_BIT(NAME),
                          .message = 1,
                          .class = VG_CLASS_SHIP_A};
    assert_int_equal(vg_store_add(w, &r), VG_OK);
    r.time_us += VG_HOUR_US;
    r.fields = VG_FIELD_BIT(POS);
    assert_int_equal(vg_store_add(w, &r), VG_OK);
    assert_int_equal(vg_store_commit(w, mmsi), VG_OK);
}

static void damage(const char *dir, uint64_t number)
{
    char path[VG_ATOMIC_PATH];
    assert_int_equal(vg_store_path(dir, VG_STORE_POSITIONS, HOUR0, &(struct vg_store_part){number, number}, path),
                     VG_OK);
    assert_int_equal(truncate(path, 11), 0);
}

/* Compacts hours that end by `before_us`; returns how many parts were told of. */
static unsigned compact_all(struct vg_store_writer *w, int64_t before_us)
{
    bool more = true;
    const char *why;
    unsigned told = 0;
    for (int i = 0; more; i++) {
        assert_true(i < 1000);
        assert_int_equal(vg_store_compact(w, before_us, &more, &why), VG_OK);
        told += why[0] != 0;
    }
    return told;
}

static void what_stands_side_by_side_is_made_one(void **state)
{
    static const struct {
        const char *bad, *parts; /* of six in the first hour, whose positions come first */
        unsigned compactions;
    } cases[] = {
        {"", "1-7", 1},
        {"1", "1-1 2-7", 1},
        {"6", "1-5 6-6", 1},
        {"2", "1-1 2-2 3-7", 1},
        {"5", "1-4 5-5 6-8", 2},
        {"34", "1-2 3-3 4-4 5-8", 2},
        {"3", "1-2 3-3 4-8", 2},
        {"24", "1-1 2-2 3-3 4-4 5-7", 1},
        {"123456", "1-1 2-2 3-3 4-4 5-5 6-6", 0},
        {"13456", "1-1 2-2 3-3 4-4 5-5 6-6", 0},
        {"12345", "1-1 2-2 3-3 4-4 5-5 6-7", 1},
        {"1346", "1-1 2-2 3-3 4-4 5-5 6-6", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char dir[200], want[20];
        unsigned c = cases[i].compactions, bad = (unsigned)strlen(cases[i].bad);
        snprintf(dir, sizeof dir, "%s/%zu", (char *)*state, i);
        struct vg_store_writer *w = open_writer(dir);
        for (uint32_t n = 1; n <= 6; n++)
            commit_one(w, n);
        for (const char *b = cases[i].bad; *b; b++)
            damage(dir, (uint64_t)(*b - '0'));
        assert_int_equal(compact_all(w, HOUR0 + VG_HOUR_US), bad);
        if (strcmp(parts_of(dir, VG_STORE_POSITIONS, HOUR0), cases[i].parts))
            fail_msg("bad %s: %s", cases[i].bad, parts_of(dir, VG_STORE_POSITIONS, HOUR0));
        assert_string_equal(parts_of(dir, VG_STORE_POSITIONS, HOUR0 + VG_HOUR_US), "1-1 2-2 3-3 4-4 5-5 6-6");
        assert_int_equal(vg_store_counters(w)->compactions, c + 1);
        assert_int_equal(vg_store_counters(w)->failures, bad);
        /* Parts of the same numbers of another table and another hour are not taken for bad ones. */
        snprintf(want, sizeof want, "1-%u", 6 + c + 1);
        assert_string_equal(parts_of(dir, VG_STORE_STATICS, HOUR0), want);
        assert_int_equal(compact_all(w, INT64_MAX), 0);
        snprintf(want, sizeof want, "1-%u", 6 + c + 2);
        assert_string_equal(parts_of(dir, VG_STORE_POSITIONS, HOUR0 + VG_HOUR_US), want);
        assert_int_equal(vg_store_counters(w)->compactions, c + 2);
        assert_int_equal(vg_store_counters(w)->failures, bad);
        vg_store_close(w);
    }
}

/* 256 parts are remembered as bad; with one more the hour is left as it is. */
static void an_hour_of_too_many_bad_parts_is_left_alone(void **state)
{
    const char *dir = *state;
    struct vg_store_writer *w = open_writer(dir);
    for (uint32_t n = 1; n <= 260; n++)
        commit_one(w, n);
    for (uint64_t n = 1; n <= 258; n++)
        damage(dir, n);
    assert_int_equal(compact_all(w, HOUR0 + VG_HOUR_US), 257);
    assert_int_equal(vg_store_counters(w)->failures, 257);
    assert_int_equal(vg_store_counters(w)->compactions, 1); /* the names */
    assert_int_equal(compact_all(w, HOUR0 + VG_HOUR_US), 0);
    struct vg_store_parts parts = {0};
    assert_int_equal(vg_store_list_parts(dir, VG_STORE_POSITIONS, HOUR0, VG_STORE_NUMBER_MAX, false, &parts), VG_OK);
    assert_int_equal(parts.count, 260);
    free(parts.items);
    vg_store_close(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(what_stands_side_by_side_is_made_one),
        IN_FOLDER(an_hour_of_too_many_bad_parts_is_left_alone),
    };
    if (vg_sources_init(&sources))
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    vg_sources_free(&sources);
    return failed;
}
