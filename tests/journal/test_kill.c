/* The thread, the queue, and death under load. VIGIA_KILLS: how often (40; the full test is 200). */
#include "journal/room.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "base/time.h"
#include "journal/verify.h"

#define ROUND_US INT64_C(1000000000)

static void on_finding(void *arg, const struct vg_finding *f)
{
    (void)arg;
    if (f->kind != VG_FOUND_NOTE)
        print_error("  found: %s: %s\n", vg_finding_key(f->kind), f->text);
}

static void assert_verifies(const char *dir)
{
    struct vg_verify_result v;
    struct vg_verify_options o = {.on_finding = on_finding};
    assert_int_equal(vg_verify_journal(dir, &o, &v), VG_OK);
    assert_int_equal(v.findings, 0);
}

static struct vg_journal_options busy_options(void)
{
    struct vg_journal_options o = plain_options();
    o.monotonic_us = vg_clock_monotonic_us;
    o.rules.sync_us = 3000;
    o.rules.checkpoint_us = 9000;
    o.rules.frame_bytes = 4096;
    o.rules.segment_bytes = 40000;
    return o;
}

static uint64_t append_round(struct vg_journal *j, unsigned round, unsigned i)
{
    char text[96];
    struct vg_journal_entry e = {.source = 1,
                                 .name = "load",
                                 .received_us = T0_US + round * ROUND_US + i,
                                 .bytes = text,
                                 .len = sentence(i, text)};
    return vg_journal_append(j, &e);
}

/* Appends for as long as it lives, telling how many are acknowledged. */
static void live_under_load(const char *dir, unsigned round, _Atomic uint64_t *acknowledged)
{
    struct vg_journal_options o = busy_options();
    struct vg_journal_report report;
    struct vg_journal_status s;
    struct vg_journal *j;
    const char *why;
    if (vg_journal_open(dir, &o, &j, &report, &why)) {
        fprintf(stderr, "child: %s\n", why);
        _exit(3);
    }
    for (unsigned i = 0;; i++) {
        while (!append_round(j, round, i)) /* the queue is full: this load has no pace of its own */
            usleep(500);
        if (i % 8)
            continue;
        vg_journal_status(j, &s);
        atomic_store(acknowledged, s.synced_entries);
        if (i % 512 == 0)
            usleep(1000);
    }
}

static unsigned count_round(const char *dir, unsigned round)
{
    struct vg_journal_reader *r;
    struct vg_record record;
    const char *why;
    unsigned n = 0;
    assert_int_equal(vg_journal_reader_open(dir, NULL, NULL, NULL, &r, &why), VG_OK);
    assert_int_equal(vg_journal_reader_seek_time(r, T0_US + round * ROUND_US), VG_OK);
    while (vg_journal_reader_next(r, &record) == VG_OK) {
        char text[96];
        if (record.kind != VG_RECORD_DATA || record.time_us < T0_US + round * ROUND_US)
            continue;
        assert_int_equal(record.len, sentence(n, text));
        assert_memory_equal(record.bytes, text, record.len);
        n++;
    }
    vg_journal_reader_close(r);
    return n;
}

static void killed_at_any_moment_nothing_acknowledged_is_missing(void **state)
{
    const char *kills = getenv("VIGIA_KILLS"), *dir = NULL;
    unsigned rounds = kills ? (unsigned)strtoul(kills, NULL, 10) : 40, torn = 0;
    uint64_t dropped = 0, all = 0;
    uint32_t dice = 12345;
    _Atomic uint64_t *acknowledged = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(acknowledged != MAP_FAILED);
    for (unsigned round = 0; round < rounds; round++) {
        int status;
        if (round % 20 == 0) { /* a new journal: each is verified as a whole after each kill */
            char name[16];
            snprintf(name, sizeof name, "j%u", round / 20 % 100);
            dir = in(*state, name);
        }
        atomic_store(acknowledged, 0);
        pid_t child = fork();
        if (!child)
            live_under_load(dir, round, acknowledged);
        assert_true(child > 0);
        dice = dice * 1664525 + 1013904223;
        if (round % 8) /* else at once: in the middle of opening */
            for (int ms = 0; !atomic_load(acknowledged) && ms < 5000; ms++)
                usleep(1000);
        usleep(dice >> 17); /* up to 33 ms */
        kill(child, SIGKILL);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        uint64_t promised = atomic_load(acknowledged);
        if (access(in(dir, "segments"), F_OK) == 0 && access(in(dir, "checkpoint"), F_OK) == 0)
            assert_verifies(dir);
        struct vg_journal_options o = plain_options();
        struct vg_journal_report report;
        struct vg_journal *j;
        const char *why;
        if (vg_journal_open(dir, &o, &j, &report, &why))
            fail_msg("round %u: %s", round, why);
        assert_int_equal(vg_journal_close(j, NULL), VG_OK);
        dropped += report.dropped_bytes;
        torn += report.dropped_bytes > 0;
        unsigned there = count_round(dir, round);
        if (there < promised)
            fail_msg("round %u: %llu acknowledged, %u there", round, (unsigned long long)promised, there);
        all += there;
        assert_verifies(dir);
    }
    munmap((void *)acknowledged, 4096);
    print_message("%u kills, %llu records read back, %u torn tails of %llu bytes together\n", rounds,
                  (unsigned long long)all, torn, (unsigned long long)dropped);
}

static void the_thread_writes_syncs_and_signs_by_itself(void **state)
{
    const char *dir = in(*state, "j");
    struct vg_journal_options o = busy_options();
    struct vg_journal_status s;
    struct vg_journal *j = open_journal(dir, &o);
    for (unsigned i = 0; i < 2000; i++)
        assert_int_not_equal(append(j, i), 0);
    for (int ms = 0; ms < 5000; ms++) {
        vg_journal_status(j, &s);
        if (s.synced_entries == 2000 && s.checkpoint == s.synced_frames)
            break;
        usleep(1000);
    }
    assert_int_equal(s.synced_entries, 2000);
    assert_int_equal(s.checkpoint, s.synced_frames);
    assert_int_equal(s.queued, 0);
    assert_int_equal(vg_journal_close(j, NULL), VG_OK);
    assert_int_equal(count_in_order(dir, 0, NULL, NULL), 2000);
    assert_verifies(dir);
}

static void a_full_queue_is_a_gap_and_no_wait(void **state)
{
    const char *dir = in(*state, "j");
    struct vg_journal_options o = plain_options(); /* no thread: nobody empties it */
    struct vg_journal_status s;
    o.rules.queue = 3;
    o.rules.frame_bytes = 1000;
    struct vg_journal *j = open_journal(dir, &o);
    unsigned kept = 0;
    for (unsigned i = 0; i < 500; i++)
        kept += append(j, i) != 0;
    vg_journal_status(j, &s);
    assert_int_equal(s.entries, kept);
    assert_int_equal(s.lost_entries, 500 - kept);
    assert_int_equal(s.queued, 3);
    turn(j);
    append(j, 500);
    turn(j);
    vg_journal_status(j, &s);
    assert_int_equal(s.gaps, 1);
    vg_journal_close(j, NULL);
    struct vg_verify_result v;
    struct vg_verify_options vo = {0};
    assert_int_equal(vg_verify_journal(dir, &vo, &v), VG_OK);
    assert_int_equal(v.findings, 0);
    assert_int_equal(v.gaps, 1);
    assert_int_equal(v.lost, 500 - kept);
    assert_int_equal(v.records, kept + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_room(the_thread_writes_syncs_and_signs_by_itself),
        in_a_room(a_full_queue_is_a_gap_and_no_wait),
        in_a_room(killed_at_any_moment_nothing_acknowledged_is_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
