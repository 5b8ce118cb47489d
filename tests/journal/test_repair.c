#include "journal/room.h"

#include "journal/segment.h"
#include "journal/verify.h"

static bool verifies(const char *dir)
{
    struct vg_verify_result v;
    struct vg_verify_options o = {0};
    return vg_verify_journal(dir, &o, &v) == VG_OK && v.findings == 0;
}

/* Two signed frames of three sentences, then three frames whose checkpoint was taken away: the tail a crash leaves. */
static const char *make_tail(const char *room, uint8_t **ret_bytes, size_t *ret_len, int64_t end[6])
{
    const char *dir = in(room, "j");
    size_t len;
    fill(dir, NULL, 0, 2, 3);
    uint8_t *saved = slurp(in(dir, "checkpoint"), &len);
    struct vg_journal_options o = plain_options();
    o.rules.checkpoint_us = INT64_MAX / 2;
    struct vg_journal *j = open_journal(dir, &o);
    for (unsigned f = 0; f < 3; f++) {
        for (unsigned i = 0; i < 3; i++)
            append(j, 6 + 3 * f + i);
        assert_int_equal(vg_journal_turn(j, (int64_t)(f + 1) * 1000000, false), VG_OK);
    }
    *ret_bytes = slurp(in(dir, "segments/0000000000000000.vgj"), ret_len);
    vg_journal_close(j, NULL);
    spill(in(dir, "checkpoint"), saved, len);
    free(saved);
    struct vg_segment s;
    struct vg_frame_head head;
    uint8_t raw[VG_FRAME_HEAD];
    const char *why;
    spill(in(dir, "segments/0000000000000000.vgj"), *ret_bytes, *ret_len);
    assert_int_equal(vg_segment_open(vg_io_posix(), dir, 0, &s), VG_OK);
    int64_t at = VG_SEGMENT_HEAD;
    for (int f = 0; f < 5; f++) {
        assert_int_equal(vg_segment_frame(&s, at, &head, raw, NULL, &why), VG_OK);
        at += vg_frame_size(&head);
        end[f] = at;
    }
    assert_int_equal(at, *ret_len);
    vg_segment_close(&s);
    return dir;
}

static void shell(const char *script, const char *a, const char *b)
{
    char command[2048];
    int n = snprintf(command, sizeof command, "a='%s' b='%s'; %s", a, b, script);
    assert_true(n > 0 && (size_t)n < sizeof command);
    assert_int_equal(system(command), 0);
}

/* Puts the folder back to how it was after the crash: no tiles of the later, longer tree. */
static void restore(const char *room, const char *dir)
{
    shell("rm -rf \"$a\" && cp -a \"$b\" \"$a\"", dir, in(room, "pristine"));
}

static void keep_pristine(const char *room, const char *dir)
{
    shell("cd \"$a\" && rm -f tile/0/000.p/[3-9] tile/entries/000.p/[3-9] checkpoint.next && cp -a \"$a\" \"$b\"", dir,
          in(room, "pristine"));
}

static void one_frame_and_two_are_told_apart(void **state)
{
    static const char *const says[] = {"the checkpoint covers 1 frame, and the journal ends before frame 0",
                                       "the checkpoint covers 2 frames, and the journal ends before frame 0"};
    for (unsigned frames = 1; frames <= 2; frames++) {
        char name[20];
        snprintf(name, sizeof name, "told-%u", frames);
        const char *dir = in(*state, name), *why;
        struct vg_journal_options o = plain_options();
        struct vg_journal_report report;
        struct vg_journal *j;
        fill(dir, NULL, 0, frames, 3);
        assert_int_equal(truncate(in(dir, "segments/0000000000000000.vgj"), VG_SEGMENT_HEAD), 0);
        assert_int_equal(vg_journal_open(dir, &o, &j, &report, &why), VG_CORRUPT);
        if (!strstr(why, says[frames - 1]))
            fail_msg("%s", why);
    }
}

static void a_tail_torn_at_any_byte_is_repaired(void **state)
{
    uint8_t *bytes;
    size_t len;
    int64_t end[6];
    const char *dir = make_tail(*state, &bytes, &len, end);
    keep_pristine(*state, dir);
    for (size_t cut = 0; cut <= len; cut += EACH_BYTE) {
        restore(*state, dir);
        spill(in(dir, "segments/0000000000000000.vgj"), bytes, cut);
        struct vg_journal_options o = plain_options();
        struct vg_journal_report report;
        struct vg_journal *j;
        const char *why;
        unsigned whole = 0;
        while (whole < 5 && end[whole] <= (int64_t)cut)
            whole++;
        enum vg_err err = vg_journal_open(dir, &o, &j, &report, &why);
        if (whole < 2) { /* the checkpoint covers two: that was no crash */
            assert_int_equal(err, VG_CORRUPT);
            assert_non_null(strstr(why, "covers 2 frames"));
            continue;
        }
        assert_int_equal(err, VG_OK);
        assert_int_equal(report.frames, whole);
        assert_int_equal(report.dropped_bytes, (int64_t)cut - end[whole - 1]);
        append(j, whole * 3);
        assert_int_equal(vg_journal_close(j, NULL), VG_OK);
        assert_int_equal(count_in_order(dir, 0, NULL, NULL), whole * 3 + 1);
        assert_true(verifies(dir));
    }
    free(bytes);
}

static void a_flipped_byte_in_the_tail_costs_what_stands_behind_it(void **state)
{
    uint8_t *bytes;
    size_t len;
    int64_t end[6];
    const char *dir = make_tail(*state, &bytes, &len, end);
    keep_pristine(*state, dir);
    for (size_t at = (size_t)end[1]; at < len; at += 7 * EACH_BYTE) {
        restore(*state, dir);
        bytes[at] ^= 0x10;
        spill(in(dir, "segments/0000000000000000.vgj"), bytes, len);
        bytes[at] ^= 0x10;
        struct vg_journal_options o = plain_options();
        struct vg_journal_report report;
        struct vg_journal *j;
        const char *why;
        unsigned whole = at < (size_t)end[2] ? 2 : at < (size_t)end[3] ? 3 : 4;
        assert_int_equal(vg_journal_open(dir, &o, &j, &report, &why), VG_OK);
        assert_int_equal(report.frames, whole);
        assert_int_equal(report.dropped_frames, 4 - whole);
        assert_int_equal(vg_journal_close(j, NULL), VG_OK);
        assert_true(verifies(dir));
    }
    free(bytes);
}

static void an_unborn_segment_is_removed(void **state)
{
    const char *dir = in(*state, "j");
    struct vg_journal_options o = plain_options();
    struct vg_journal_report report;
    struct vg_journal *j;
    const char *why;
    fill(dir, NULL, 0, 3, 3);
    spill(in(dir, "segments/0000000000000003.vgj"), "VGJSEG", 6);
    assert_int_equal(vg_journal_open(dir, &o, &j, &report, &why), VG_OK);
    assert_int_equal(report.frames, 3);
    assert_int_equal(report.dropped_bytes, 6);
    vg_journal_close(j, NULL);
    fill(dir, NULL, 9, 1, 3);
    assert_int_equal(count_in_order(dir, 0, NULL, NULL), 12);
    assert_true(verifies(dir));
}

/* More frames than a tile has: full tiles, bundles, a second level; over several lives. */
static void a_long_journal_goes_on_over_restarts(void **state)
{
    const char *dir = in(*state, "j");
    struct vg_journal_options o = plain_options();
    o.rules.segment_bytes = 20000;
    for (unsigned life = 0; life < 4; life++) {
        fill(dir, &o, life * 150, 150, 1);
        if (life % 2)
            assert_true(verifies(dir));
    }
    assert_int_equal(count_in_order(dir, 0, NULL, NULL), 600);
    assert_int_equal(access(in(dir, "tile/0/001"), F_OK), 0);
    assert_int_equal(access(in(dir, "tile/1/000.p/2"), F_OK), 0);
    assert_int_equal(access(in(dir, "tile/entries/001"), F_OK), 0);
    assert_int_not_equal(access(in(dir, "tile/0/001.p"), F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_room(one_frame_and_two_are_told_apart),
        in_a_room(a_tail_torn_at_any_byte_is_repaired),
        in_a_room(a_flipped_byte_in_the_tail_costs_what_stands_behind_it),
        in_a_room(an_unborn_segment_is_removed),
        in_a_room(a_long_journal_goes_on_over_restarts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
