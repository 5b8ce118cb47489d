/* The watch over the disk: when it looks, what it says ahead, and that by size the journal's oldest goes. */
#include "base/time.h"
#include "room.h"
#include "service/disk_watch.h"

#define GIB (UINT64_C(1) << 30)

static uint64_t free_bytes;
static unsigned looks;
static char said[4000];

static int space(void *arg, const char *path, uint64_t *ret_free, uint64_t *ret_total)
{
    (void)arg, (void)path;
    looks++;
    *ret_free = free_bytes;
    *ret_total = 1000 * GIB;
    return 0;
}

static void hear(void *arg, const char *line)
{
    (void)arg;
    size_t len = strlen(said);
    snprintf(said + len, sizeof said - len, "%s\n", line);
}

static void dice(void *bytes, size_t len)
{
    memset(bytes, 7, len);
}

static struct vg_journal *open_journal(void **state)
{
    struct vg_journal_options o = VG_JOURNAL_OPTIONS_DEFAULT;
    struct vg_journal_report report;
    struct vg_journal *j;
    const char *why;
    o.dice = dice;
    o.rules.segment_bytes = 1500;
    assert_int_equal(vg_journal_open(room_path(state, "journal"), &o, &j, &report, &why), VG_OK);
    return j;
}

static void keep(struct vg_journal *j, int i)
{
    char text[200];
    for (size_t k = 0; k < sizeof text; k++)
        text[k] = (char)('a' + (i * 7919 + (int)(k * k)) % 26);
    const struct vg_journal_entry entry = {
        .source = 1, .name = "Manta", .received_us = NOON_US + i * VG_SECOND_US, .bytes = text, .len = sizeof text};
    assert_true(vg_journal_append(j, &entry));
    assert_int_equal(vg_journal_turn(j, i, true), VG_OK);
}

static struct vg_disk_watch watch_of(const struct vg_io *io, int64_t keep_bytes)
{
    struct vg_disk_watch w;
    vg_disk_watch_init(&w, ".", io, (struct vg_retention_rules){.keep_bytes = keep_bytes});
    w.log = hear;
    said[0] = 0;
    return w;
}

static void room_is_looked_at_each_minute_and_told_when_it_turns(void **state)
{
    struct vg_io io = *vg_io_posix();
    struct vg_journal *j = open_journal(state);
    io.space = space;
    struct vg_disk_watch w = watch_of(&io, 0);
    looks = 0;
    free_bytes = 500 * GIB;
    for (int64_t second = 0; second < 120; second++)
        vg_disk_watch_second(&w, second * VG_SECOND_US, NOON_US, j, NULL);
    assert_int_equal(looks, 2);
    assert_string_equal(said, ""); /* that there is room is no news */
    free_bytes = 50 * GIB;
    vg_disk_watch_second(&w, 120 * VG_SECOND_US, NOON_US, j, NULL);
    assert_non_null(strstr(said, "disk: its room is low: 50.0 of 1000.0 GiB are free"));
    free_bytes = GIB / 2;
    vg_disk_watch_second(&w, 180 * VG_SECOND_US, NOON_US, j, NULL);
    assert_non_null(strstr(said, "disk: its room is critical: 0.5 of 1000.0 GiB are free"));
    assert_true(vg_space_is_reserved(&w.space.status)); /* the journal's */
    free_bytes = 500 * GIB;
    vg_disk_watch_second(&w, 240 * VG_SECOND_US, NOON_US, j, NULL);
    assert_non_null(strstr(said, "disk: its room is ok: 500.0"));
    vg_journal_close(j, NULL);
}

static void a_system_that_tells_no_room_is_none_of_its_business(void **state)
{
    struct vg_io io = *vg_io_posix();
    struct vg_journal *j = open_journal(state);
    io.space = NULL;
    struct vg_disk_watch w = watch_of(&io, 0);
    for (int64_t second = 0; second < 120; second++)
        vg_disk_watch_second(&w, second * VG_SECOND_US, NOON_US, j, NULL);
    assert_int_equal(w.space.status.space, VG_SPACE_UNKNOWN);
    assert_string_equal(said, "");
    vg_journal_close(j, NULL);
}

/* Without an archive the size is the journal's; the newest segment stays, whatever the limit. */
static void by_size_the_journal_s_oldest_go_one_after_another(void **state)
{
    struct vg_journal *j = open_journal(state);
    struct vg_journal_status s;
    for (int i = 0; i < 60; i++)
        keep(j, i);
    vg_journal_status(j, &s);
    assert_true(s.stored_bytes > 6000 && s.segments > 4);
    struct vg_disk_watch w = watch_of(NULL, 4000);
    for (int i = 0; i < 30; i++) {
        vg_disk_watch_second(&w, i * VG_SECOND_US, NOON_US, j, NULL);
        keep(j, 60); /* what goes is recorded with what comes */
    }
    for (int i = 0; i < 3; i++)
        keep(j, 61);
    vg_journal_status(j, &s);
    assert_true(s.retired_segments > 2);
    assert_true(s.segments >= 1);
    vg_journal_close(j, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(room_is_looked_at_each_minute_and_told_when_it_turns, room_make, room_clear),
        cmocka_unit_test_setup_teardown(a_system_that_tells_no_room_is_none_of_its_business, room_make, room_clear),
        cmocka_unit_test_setup_teardown(by_size_the_journal_s_oldest_go_one_after_another, room_make, room_clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
