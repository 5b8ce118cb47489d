/* Names of feeds and stations: found again, cut, counted when there is no room; and names of errors. */
#include <stdio.h>

#include "base/err.h"
#include "base/source.h"
#include "test.h"

static void a_name_has_one_id_for_ever(void **state)
{
    (void)state;
    struct vg_sources s;
    assert_int_equal(vg_sources_init(&s), VG_OK);
    assert_int_equal(s.count, 1);
    assert_string_equal(vg_source_get(&s, 0)->name, "unknown");
    uint16_t manta = vg_source_feed(&s, "Manta"), salinas = vg_source_feed(&s, "Salinas");
    assert_int_equal(manta, 1);
    assert_int_equal(salinas, 2);
    assert_int_equal(vg_source_feed(&s, "Manta"), manta);
    uint16_t a = vg_source_station(&s, manta, "a", 1), other = vg_source_station(&s, salinas, "a", 1);
    assert_int_equal(a, 3);
    assert_int_equal(other, 4); /* another feed's station of that name */
    assert_int_equal(vg_source_station(&s, manta, "a-and-more", 1), a);
    assert_string_equal(vg_source_get(&s, a)->name, "Manta/a");
    assert_string_equal(vg_source_get(&s, other)->name, "Salinas/a");
    assert_int_equal(vg_source_get(&s, a)->feed, manta);
    assert_int_equal(vg_source_get(&s, other)->feed, salinas);
    assert_int_equal(vg_source_get(&s, manta)->feed, manta);
    assert_int_equal(s.count, 5);
    assert_string_equal(vg_source_get(&s, 5)->name, "unknown"); /* never given out */
    assert_string_equal(vg_source_get(&s, UINT16_MAX)->name, "unknown");
    vg_sources_free(&s);
    assert_null(s.rows);
    assert_null(s.slots);
    vg_sources_free(&s); /* twice is fine */
}

static void a_long_name_is_cut(void **state)
{
    (void)state;
    char name[200], cut[VG_SOURCE_NAME];
    struct vg_sources s;
    assert_int_equal(vg_sources_init(&s), VG_OK);
    memset(name, 'n', sizeof name);
    name[sizeof name - 1] = '\0';
    memcpy(cut, name + sizeof name - sizeof cut, sizeof cut);
    uint16_t feed = vg_source_feed(&s, name);
    assert_string_equal(vg_source_get(&s, feed)->name, cut);
    assert_int_equal(vg_source_feed(&s, cut), feed);
    uint16_t manta = vg_source_feed(&s, "Manta"), station = vg_source_station(&s, manta, name, sizeof name - 1);
    memcpy(cut, "Manta/", 6);
    assert_string_equal(vg_source_get(&s, station)->name, cut);
    assert_int_equal(vg_source_station(&s, manta, name, VG_SOURCE_NAME), station);
    assert_int_equal(vg_source_station(&s, manta, name, VG_SOURCE_NAME - 1 - 6), station);
    assert_int_not_equal(vg_source_station(&s, manta, name, VG_SOURCE_NAME - 2 - 6), station);
    vg_sources_free(&s);
}

static void a_full_table_gives_the_feed_s_id_and_counts(void **state)
{
    (void)state;
    char name[20];
    struct vg_sources s;
    assert_int_equal(vg_sources_init(&s), VG_OK);
    uint16_t manta = vg_source_feed(&s, "Manta");
    for (unsigned i = 2; i < VG_SOURCE_MAX; i++) {
        snprintf(name, sizeof name, "r%u", i);
        assert_int_equal(vg_source_station(&s, manta, name, strlen(name)), i);
    }
    assert_int_equal(s.overflowed, 0);
    assert_int_equal(vg_source_station(&s, manta, "one more", 8), manta);
    assert_int_equal(s.overflowed, 1);
    assert_int_equal(vg_source_feed(&s, "another feed"), 0);
    assert_int_equal(s.overflowed, 2);
    for (unsigned i = 2; i < VG_SOURCE_MAX; i++) { /* all are found yet, wherever they collided */
        snprintf(name, sizeof name, "r%u", i);
        assert_int_equal(vg_source_station(&s, manta, name, strlen(name)), i);
    }
    assert_int_equal(s.overflowed, 2);
    assert_int_equal(s.count, VG_SOURCE_MAX);
    vg_sources_free(&s);
}

static void rows_of_an_earlier_run_come_back_in_their_order(void **state)
{
    (void)state;
    struct vg_sources s;
    assert_int_equal(vg_sources_init(&s), VG_OK);
    assert_int_equal(vg_source_restore(&s, "Manta", 1), 1); /* its own feed */
    assert_int_equal(vg_source_restore(&s, "Manta/a", 1), 2);
    assert_int_equal(vg_source_get(&s, 1)->feed, 1);
    assert_int_equal(vg_source_get(&s, 2)->feed, 1);
    assert_int_equal(vg_source_restore(&s, "Salinas", 3), 3);
    assert_int_equal(vg_source_get(&s, 3)->feed, 3);
    assert_int_equal(vg_source_restore(&s, "strange", 4000), 4); /* a feed that was not given: its own */
    assert_int_equal(vg_source_get(&s, 4)->feed, 4);
    vg_sources_free(&s);
}

/* ---- age ---- */

#define MINUTE (60 * INT64_C(1000000))

static uint16_t station(struct vg_sources *s, uint16_t feed, unsigned i)
{
    char name[20];
    snprintf(name, sizeof name, "r%u", i);
    return vg_source_station(s, feed, name, strlen(name));
}

/* A table that is full: Manta is 1, its stations r2 … have the ids that they say. */
static void fill(struct vg_sources *s)
{
    assert_int_equal(vg_sources_init(s), VG_OK);
    assert_int_equal(vg_source_feed(s, "Manta"), 1);
    for (unsigned i = 2; i < VG_SOURCE_MAX; i++)
        assert_int_equal(station(s, 1, i), i);
    assert_int_equal(vg_sources_used(s), VG_SOURCE_MAX);
}

static bool look(struct vg_sources *s, int64_t at_us, const bool used[static VG_SOURCE_MAX])
{
    vg_sources_set_time(s, at_us);
    if (!vg_sources_are_aging(s))
        return false;
    vg_sources_age(s, used, VG_SOURCE_LONG_US);
    return true;
}

static void a_station_unheard_gives_its_row_by_steps(void **state)
{
    (void)state;
    static bool used[VG_SOURCE_MAX];
    struct vg_sources s;
    fill(&s);
    used[7] = true; /* a contact speaks of it */
    assert_true(look(&s, 59 * MINUTE, used));
    assert_false(look(&s, 60 * MINUTE, used)); /* so soon again */
    vg_sources_set_time(&s, 65 * MINUTE);
    vg_source_heard(&s, 8);
    uint32_t renamed = vg_sources_renamed(&s);
    assert_true(look(&s, 70 * MINUTE, used)); /* retired: as before */
    assert_string_equal(vg_source_get(&s, 9)->name, "Manta/r9");
    assert_int_equal(station(&s, 1, 9), 9); /* heard again: it stays */
    vg_source_heard(&s, 9);
    assert_int_equal(vg_sources_renamed(&s), renamed);
    assert_true(look(&s, 80 * MINUTE, used)); /* blank */
    assert_int_not_equal(vg_sources_renamed(&s), renamed);
    assert_string_equal(vg_source_get(&s, 10)->name, "Manta");
    assert_int_equal(vg_source_get(&s, 10)->feed, 1);
    assert_int_equal(station(&s, 1, 5000), 1); /* no row yet */
    assert_int_equal(vg_sources_used(&s), 5);  /* unknown, Manta, 7, 8, 9 */
    for (unsigned i = 7; i <= 9; i++)
        assert_int_equal(station(&s, 1, i), i);
    vg_sources_free(&s);
}

static void a_free_row_has_another_name(void **state)
{
    (void)state;
    static bool used[VG_SOURCE_MAX];
    char expected[VG_SOURCE_NAME];
    struct vg_sources s;
    fill(&s);
    for (unsigned i = 2; i < 1000; i++) /* more than three quarters are needed all the time */
        used[i] = false;
    for (unsigned i = 1000 - 60; i < VG_SOURCE_MAX; i++)
        used[i] = true;
    for (int k = 0; k < 4; k++)
        look(&s, (60 + 10 * k) * MINUTE, used);
    assert_int_equal(vg_sources_used(&s), VG_SOURCE_MAX - (940 - 2));
    const struct vg_source *kept = vg_source_get(&s, 2000);
    for (unsigned i = 5000; i < 5938; i++) {
        uint16_t id = station(&s, 1, i);
        assert_in_range(id, 2, 939);
        snprintf(expected, sizeof expected, "Manta/r%u", i);
        assert_string_equal(vg_source_get(&s, id)->name, expected);
        assert_int_equal(station(&s, 1, i), id);
    }
    assert_int_equal(station(&s, 1, 6000), 1);
    assert_int_equal(station(&s, 1, 3), 1); /* its row is another's */
    assert_ptr_equal(vg_source_get(&s, 2000), kept);
    assert_int_equal(station(&s, 1, 2000), 2000);
    vg_sources_free(&s);
}

static void after_a_day_a_row_is_free_at_once(void **state)
{
    (void)state;
    static const bool used[VG_SOURCE_MAX] = {[5] = true};
    struct vg_sources s;
    fill(&s);
    assert_true(look(&s, 25 * 60 * MINUTE, used));
    assert_int_equal(station(&s, 1, 9999), 2);
    assert_int_equal(station(&s, 1, 5), 5);
    assert_int_equal(vg_source_feed(&s, "Salinas"), 3); /* a feed, too, finds a row */
    assert_int_equal(vg_source_get(&s, 3)->feed, 3);
    vg_sources_free(&s);
}

static void a_table_with_room_does_not_age(void **state)
{
    (void)state;
    struct vg_sources s;
    assert_int_equal(vg_sources_init(&s), VG_OK);
    uint16_t manta = vg_source_feed(&s, "Manta");
    for (unsigned i = 0; i < 3000; i++)
        station(&s, manta, i);
    vg_sources_set_time(&s, 1000 * 60 * MINUTE);
    assert_false(vg_sources_are_aging(&s));
    vg_sources_free(&s);
}

static void stations_that_nobody_keeps_are_forgotten(void **state)
{
    (void)state;
    struct vg_sources s;
    fill(&s);
    assert_true(vg_sources_fill_up(&s));
    vg_sources_forget_stations(&s);
    assert_false(vg_sources_fill_up(&s));
    for (unsigned i = 9000; i < 9000 + VG_SOURCE_MAX - 2; i++)
        assert_int_not_equal(station(&s, 1, i), 1);
    assert_int_equal(station(&s, 1, 20000), 1);
    vg_sources_free(&s);
}

static void each_error_has_a_sentence_of_its_own(void **state)
{
    (void)state;
    static const char *const texts[] = {
#define X(name, text) text,
        VG_ERR_LIST(X)
#undef X
    };
    const int count = (int)(sizeof texts / sizeof *texts);
    for (int i = 0; i < count; i++) {
        assert_string_equal(vg_err_text((enum vg_err)i), texts[i]);
        for (int k = 0; k < i; k++)
            assert_string_not_equal(texts[i], texts[k]);
    }
    assert_string_equal(vg_err_text((enum vg_err)count), "unknown error");
    assert_string_equal(vg_err_text((enum vg_err) - 1), "unknown error");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_has_one_id_for_ever),
        cmocka_unit_test(a_long_name_is_cut),
        cmocka_unit_test(a_full_table_gives_the_feed_s_id_and_counts),
        cmocka_unit_test(rows_of_an_earlier_run_come_back_in_their_order),
        cmocka_unit_test(a_station_unheard_gives_its_row_by_steps),
        cmocka_unit_test(a_free_row_has_another_name),
        cmocka_unit_test(after_a_day_a_row_is_free_at_once),
        cmocka_unit_test(a_table_with_room_does_not_age),
        cmocka_unit_test(stations_that_nobody_keeps_are_forgotten),
        cmocka_unit_test(each_error_has_a_sentence_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
