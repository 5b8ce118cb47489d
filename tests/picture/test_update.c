/* What apply and advance tell of what happened, and contacts found by their ids. */
#include "say.h"

static const struct vg_contact_origin NO_JOURNAL = {0};

struct told {
    struct vg_update last;
    struct vg_contact contact;
    int count, gone;
};

static void on_update(void *arg, const struct vg_update *update)
{
    struct told *t = arg;
    t->last = *update;
    t->contact = *update->contact;
    t->count++;
    t->gone += update->gone;
}

static void apply_says_what_a_report_changed(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    struct vg_update u;
    struct vg_report r = position(SHIP, 0, 0, 0);
    assert_true(vg_picture_apply(p, &r, &u));
    assert_true(u.added && !u.gone && u.static_changed);
    assert_int_equal(u.verdict, VG_VERDICT_BELIEVED);
    assert_int_equal(u.fields, r.fields);
    assert_ptr_equal(u.contact, vg_picture_find(p, SHIP));
    static const struct vg_shown nothing;
    assert_memory_equal(&u.before, &nothing, sizeof nothing);
    struct vg_shown first = u.after;
    assert_int_equal(first.sog_dkn, 100);
    assert_int_equal(first.class, VG_CLASS_SHIP_A);
    r = position(SHIP, 10, 50, 0);
    r.sog_dkn = 3;
    assert_true(vg_picture_apply(p, &r, &u));
    assert_false(u.added || u.static_changed);
    assert_memory_equal(&u.before, &first, sizeof first);
    assert_int_equal(u.after.sog_dkn, 3);
    assert_true(u.after.flags & VG_CONTACT_STILL);
    r = named(SHIP, 11, "MARIA");
    assert_true(vg_picture_apply(p, &r, &u));
    assert_true(u.static_changed);
    assert_int_equal(u.fields, VG_FIELD_BIT(NAME));
    assert_int_equal(u.verdict, VG_VERDICT_NO_POSITION);
    assert_true(vg_picture_apply(p, &r, &u));
    assert_false(u.static_changed); /* the same name again */
    r = position(SHIP, 20, 900000, 0);
    assert_true(vg_picture_apply(p, &r, &u));
    assert_int_equal(u.verdict, VG_VERDICT_HELD);
    assert_int_equal(u.fields, 0);
    assert_true(u.after.flags & VG_CONTACT_HELD);
    vg_picture_free(p);
}

static void what_belongs_to_no_contact_changes_nothing(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    struct vg_update u = {.fields = 5};
    struct vg_report r = position(0, 0, 0, 0);
    r.sensor = VG_SENSOR_RADAR;
    assert_false(vg_picture_apply(p, &r, &u));
    assert_int_equal(u.fields, 5);
    assert_int_equal(vg_picture_counters(p)->anonymous, 1);
    vg_picture_free(p);
}

static void the_observer_hears_of_reports_of_silence_and_of_held_places(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    struct told told = {0};
    vg_picture_set_on_update(p, on_update, &told);
    say_at(p, SHIP, 0, 0, 0);
    say_at(p, SHIP, 10, 900000, 0);
    assert_int_equal(told.count, 2);
    tick(p, 1000);
    say_at(p, SHIP, 1000, 5000, 0);
    uint64_t id = told.contact.id;
    tick(p, 1811);
    assert_int_equal(told.count, 4); /* the held place was forgotten */
    assert_true(told.last.before.flags & VG_CONTACT_HELD);
    assert_false(told.last.after.flags & VG_CONTACT_HELD);
    assert_false(told.last.gone);
    tick(p, 1000 + 1800 + 1);
    assert_int_equal(told.count, 5);
    assert_int_equal(told.gone, 1);
    assert_true(told.contact.id == id);
    assert_int_equal(told.contact.mmsi, SHIP);
    static const struct vg_shown nothing;
    assert_memory_equal(&told.last.after, &nothing, sizeof nothing);
    assert_null(vg_picture_find(p, SHIP));
    assert_null(vg_picture_find_id(p, id));
    vg_picture_free(p);
}

static void who_goes_for_another_is_told(void **state)
{
    (void)state;
    struct vg_picture *p = picture_of(2, 1 << 20, 100);
    struct told told = {0};
    say_at(p, SHIP, 0, 0, 0);
    say_at(p, OTHER, 1, 0, 0);
    vg_picture_set_on_update(p, on_update, &told);
    say_at(p, SHIP + 1, 2, 0, 0);
    assert_int_equal(told.gone, 1);
    assert_int_equal(told.count, 2);
    assert_true(told.last.added);
    vg_picture_free(p);
}

static void a_contact_is_found_by_its_id_and_keeps_it_for_life(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    uint64_t ids[500];
    for (uint32_t i = 0; i < 500; i++) {
        struct vg_report r = position(200000000 + i * 7919, i, 0, 0);
        r.journal_offset = 1000 + 48 * i;
        say(p, r);
        ids[i] = vg_picture_find(p, r.mmsi)->id;
        assert_true(ids[i] == vg_contact_id_of(&r, &NO_JOURNAL, 1, 0));
    }
    for (uint32_t i = 0; i < 500; i++) {
        struct vg_report r = position(200000000 + i * 7919, 500 + i, 0, 0);
        r.journal_offset = 900000 + 48 * i;
        say(p, r);
        assert_true(vg_picture_find(p, r.mmsi)->id == ids[i]);
        assert_ptr_equal(vg_picture_find_id(p, ids[i]), vg_picture_find(p, r.mmsi));
    }
    assert_int_equal(vg_picture_publish(p), VG_OK);
    const struct vg_snapshot *s = vg_snapshot_acquire(p);
    for (uint32_t i = 0; i < 500; i++)
        assert_int_equal(vg_snapshot_find_id(s, ids[i]), vg_snapshot_find(s, 200000000 + i * 7919));
    assert_int_equal(vg_snapshot_find_id(s, ids[0] ^ 1), VG_SLOT_NONE);
    assert_int_equal(vg_snapshot_find_id(s, 0), VG_SLOT_NONE);
    vg_snapshot_release(s);
    assert_null(vg_picture_find_id(p, ids[0] ^ 1));
    vg_picture_free(p);
}

static void two_contacts_of_one_line_get_two_ids(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    struct vg_report a = position(SHIP, 0, 0, 0), b = position(OTHER, 0, 0, 0);
    a.journal_offset = b.journal_offset = 77;
    say(p, a);
    say(p, b);
    assert_int_not_equal(vg_picture_find(p, SHIP)->id, vg_picture_find(p, OTHER)->id);
    vg_picture_free(p);
}

static void who_comes_back_is_a_new_contact(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    say_at(p, SHIP, 0, 0, 0);
    uint64_t id = vg_picture_find(p, SHIP)->id;
    tick(p, 3600);
    assert_null(vg_picture_find(p, SHIP));
    say_at(p, SHIP, 3600, 0, 0);
    assert_int_not_equal(vg_picture_find(p, SHIP)->id, id);
    vg_picture_free(p);
}

static void only_what_changed_of_a_contact_is_copied_and_nothing_is_missed(void **state)
{
    (void)state;
    struct vg_picture *p = picture();
    say_at(p, SHIP, 0, 0, 0);
    for (int i = 1; i < 40; i++) { /* positions, names and details in turns, each published */
        assert_int_equal(vg_picture_publish(p), VG_OK);
        char name[16];
        snprintf(name, sizeof name, "N%d", i / 3);
        struct vg_report r = i % 3 ? position(SHIP, i, 2 * i, 0) : named(SHIP, i, name);
        if (i % 3 == 2) {
            r.fields |= VG_FIELD_BIT(ALTITUDE);
            r.altitude_m = (int16_t)i;
        }
        say(p, r); /* compares both versions of the chunk */
        if (i >= 3) {
            snprintf(name, sizeof name, "N%d", i / 3);
            assert_string_equal(vg_picture_find(p, SHIP)->name, name);
        }
    }
    assert_int_equal(vg_picture_find(p, SHIP)->altitude_m, 38);
    vg_picture_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(apply_says_what_a_report_changed),
        cmocka_unit_test(what_belongs_to_no_contact_changes_nothing),
        cmocka_unit_test(the_observer_hears_of_reports_of_silence_and_of_held_places),
        cmocka_unit_test(who_goes_for_another_is_told),
        cmocka_unit_test(a_contact_is_found_by_its_id_and_keeps_it_for_life),
        cmocka_unit_test(two_contacts_of_one_line_get_two_ids),
        cmocka_unit_test(who_comes_back_is_a_new_contact),
        cmocka_unit_test(only_what_changed_of_a_contact_is_copied_and_nothing_is_missed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
