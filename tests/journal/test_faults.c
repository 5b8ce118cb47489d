#include "journal/room.h"

#include <sys/mount.h>

#include "journal/fault.h"
#include "journal/verify.h"

static void on_finding(void *arg, const struct vg_finding *f)
{
    (void)arg;
    if (f->kind != VG_FOUND_NOTE)
        print_error("  found: %s: %s\n", vg_finding_key(f->kind), f->text);
}

static bool verifies(const char *dir)
{
    struct vg_verify_result v;
    struct vg_verify_options o = {.on_finding = on_finding};
    enum vg_err err = vg_verify_journal(dir, &o, &v);
    return err == VG_OK && v.findings == 0;
}

/* A life: open, three rounds of sentences, with rotation and retention. Returns sentences acknowledged. */
static unsigned live(const char *dir, struct fault *f, unsigned from, bool *ret_opened)
{
    struct vg_journal_options o = plain_options();
    struct vg_journal_report report;
    struct vg_journal *j;
    const char *why;
    o.io = &f->io;
    o.rules.segment_bytes = 700;
    o.rules.queue = 8;
    enum vg_err err = vg_journal_open(dir, &o, &j, &report, &why);
    *ret_opened = err == VG_OK;
    if (err) {
        if (err != VG_IO && err != VG_NOMEM)
            fail_msg("call %ld failing: %s: %s", f->at, vg_err_text(err), why);
        return 0;
    }
    for (unsigned i = 0; i < 24; i++) {
        append(j, from + i);
        if (i % 4 == 3)
            vg_journal_turn(j, 0, i % 8 == 7);
    }
    struct vg_journal_status s;
    vg_journal_turn(j, 0, true);
    vg_journal_turn(j, 0, true);
    vg_journal_status(j, &s);
    assert_int_equal(s.entries + s.lost_entries, 24);
    uint64_t lost;
    unsigned synced = (unsigned)s.synced_entries;
    err = vg_journal_close(j, &lost);
    assert_true(err != VG_OK || lost == 0);
    return err == VG_OK ? (unsigned)s.entries : synced;
}

static unsigned count_data(const char *dir)
{
    struct vg_journal_reader *r;
    struct vg_record record;
    const char *why;
    unsigned n = 0;
    if (vg_journal_reader_open(dir, NULL, NULL, NULL, &r, &why))
        return 0;
    while (vg_journal_reader_next(r, &record) == VG_OK)
        n += record.kind == VG_RECORD_DATA;
    vg_journal_reader_close(r);
    return n;
}

/* Every single call fails once, in a life that goes on: nothing is lost, and the books balance. */
static void one_failing_call_loses_nothing(void **state)
{
    for (int error = 0; error < 2; error++)
        for (long at = 0;; at++) {
            const char *dir = in(*state, "j");
            struct fault f;
            bool opened, again;
            fault_init(&f, at, false, true, error ? EIO : ENOSPC);
            unsigned kept = live(dir, &f, 0, &opened);
            long calls = f.calls;
            fault_init(&f, -1, false, false, EIO);
            unsigned more = live(dir, &f, 100, &again);
            if (!again || !verifies(dir) || count_data(dir) != kept + more || (opened && kept + 4 < 24))
                fail_msg("call %ld of %ld failing: opened %d, kept %u + %u, read back %u", at, calls, opened, kept,
                         more, count_data(dir));
            remove_tree(dir);
            if (at > calls)
                break;
        }
}

/* Every call is the last that works: what was acknowledged is there, and the next life verifies. */
static void a_death_at_any_call_keeps_what_was_acknowledged(void **state)
{
    for (int tear = 0; tear < 2; tear++)
        for (long at = 0;; at++) {
            const char *dir = in(*state, "j");
            struct fault f;
            bool opened, again;
            fault_init(&f, at, true, tear, EIO);
            unsigned kept = live(dir, &f, 0, &opened);
            long calls = f.calls;
            if (count_data(dir) < kept)
                fail_msg("dead at call %ld: %u acknowledged, %u there", at, kept, count_data(dir));
            fault_init(&f, -1, false, false, EIO);
            unsigned more = live(dir, &f, 100, &again);
            if (!again || more != 24 || !verifies(dir) || count_data(dir) < kept + more)
                fail_msg("dead at call %ld of %ld: opened %d/%d, acknowledged %u + %u, read back %u", at, calls, opened,
                         again, kept, more, count_data(dir));
            remove_tree(dir);
            if (at > calls)
                break;
        }
}

/* The disk fails for a while, longer than the queue is: what found no room is a gap with its count, the rest is there.
 */
static void a_long_failure_becomes_a_recorded_gap(void **state)
{
    const char *dir = in(*state, "j");
    struct vg_journal_options o = plain_options();
    struct vg_journal_status s;
    struct fault f;
    fault_init(&f, -1, false, false, ENOSPC);
    o.io = &f.io;
    o.rules.queue = 4;
    o.rules.frame_bytes = 600;
    struct vg_journal *j = open_journal(dir, &o);
    unsigned i = 0;
    for (; i < 20; i++)
        append(j, i);
    turn(j);
    f.at = f.calls;
    f.for_good = f.spare_memory = true;
    for (; i < 200; i++) {
        append(j, i);
        if (i % 10 == 0)
            assert_int_equal(vg_journal_turn(j, 0, true), VG_IO);
    }
    vg_journal_status(j, &s);
    assert_int_equal(s.error, ENOSPC);
    assert_int_equal(s.queued, s.queue);
    assert_true(s.lost_entries > 100);
    f.at = -1;
    turn(j);
    for (; i < 220; i++)
        append(j, i);
    turn(j);
    vg_journal_status(j, &s);
    assert_int_equal(s.error, 0);
    assert_int_equal(s.gaps, 1);
    assert_int_equal(s.entries, s.synced_entries);
    assert_int_equal(vg_journal_close(j, NULL), VG_OK);
    struct vg_journal_reader *r;
    struct vg_record record;
    struct vg_gap gap;
    const char *why;
    unsigned data = 0, gaps = 0, lost = 0;
    assert_int_equal(vg_journal_reader_open(dir, NULL, NULL, NULL, &r, &why), VG_OK);
    while (vg_journal_reader_next(r, &record) == VG_OK) {
        data += record.kind == VG_RECORD_DATA;
        if (vg_record_gap(&record, &gap)) {
            gaps++;
            lost += (unsigned)gap.records;
            assert_int_equal(gap.to_us, T0_US + 199 * 1000);
            assert_int_equal(gap.why, VG_GAP_QUEUE);
        }
    }
    vg_journal_reader_close(r);
    assert_int_equal(gaps, 1);
    assert_int_equal(data + lost, 220);
    assert_int_equal(lost, s.lost_entries);
    assert_true(verifies(dir));
}

/* A real disk that is really full, where the test may mount one. */
static void a_full_disk_is_a_gap_once_it_is_freed(void **state)
{
    const char *disk = in(*state, "disk"), *dir = in(disk, "j"), *ballast = in(disk, "ballast");
    mkdir(disk, 0755);
    if (mount("tmpfs", disk, "tmpfs", 0, "size=2m")) {
        print_message("skipped: no tmpfs can be mounted here (%s)\n", strerror(errno));
        skip();
    }
    struct vg_journal_options o = plain_options();
    o.rules.queue = 4;
    o.rules.frame_bytes = 8192;
    struct vg_journal *j = open_journal(dir, &o);
    for (unsigned i = 0; i < 50; i++)
        append(j, i);
    turn(j);
    FILE *f = fopen(ballast, "wb");
    setvbuf(f, NULL, _IONBF, 0);
    char block[4096] = {1};
    while (fwrite(block, 1, sizeof block, f) == sizeof block)
        ;
    fclose(f);
    struct vg_journal_status s;
    for (unsigned i = 50; i < 5000; i++) {
        append(j, i);
        if (i % 100 == 0)
            vg_journal_turn(j, 0, true);
    }
    vg_journal_status(j, &s);
    bool full = s.error == ENOSPC;
    uint64_t lost = s.lost_entries;
    unlink(ballast);
    enum vg_err err = vg_journal_turn(j, 0, true);
    for (unsigned i = 5000; i < 5100; i++)
        append(j, i);
    turn(j);
    vg_journal_status(j, &s);
    vg_journal_close(j, NULL);
    unsigned data = count_data(dir);
    bool good = verifies(dir);
    umount(disk);
    assert_true(full);
    assert_true(lost > 0);
    assert_int_equal(err, VG_OK);
    assert_int_equal(s.gaps, 1);
    assert_int_equal(data, 5100 - lost);
    assert_true(good);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_room(one_failing_call_loses_nothing),
        in_a_room(a_death_at_any_call_keeps_what_was_acknowledged),
        in_a_room(a_long_failure_becomes_a_recorded_gap),
        in_a_room(a_full_disk_is_a_gap_once_it_is_freed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
