/* Every single call to the operating system fails once, under those who read a journal and under those who change its
 * key: the answer is the right one or an error, never another one. */
#include "journal/room.h"

#include "journal/bundle.h"
#include "journal/fault.h"
#include "journal/segment.h"
#include "journal/verify.h"

#define FRAMES_SIGNED 30

/* Closed segments, an open one, and frames behind the checkpoint, the last of them torn. */
static const char *make_journal(const char *room)
{
    const char *dir = in(room, "j");
    struct vg_journal_options o = plain_options();
    o.rules.segment_bytes = 3000;
    fill(dir, &o, 0, FRAMES_SIGNED, 3);
    o.rules.checkpoint_us = INT64_MAX / 2;
    struct vg_journal *j = open_journal(dir, &o);
    for (unsigned f = 0; f < 3; f++) {
        for (unsigned i = 0; i < 3; i++)
            append(j, 3 * FRAMES_SIGNED + 3 * f + i);
        assert_int_equal(vg_journal_turn(j, (int64_t)(f + 1) * 1000000, false), VG_OK);
    }
    static char copy[1024];
    int n = snprintf(copy, sizeof copy, "rm -rf '%s.kept' && cp -a '%s' '%s.kept'", dir, dir, dir);
    assert_true(n > 0 && (size_t)n < sizeof copy);
    assert_int_equal(system(copy), 0);
    vg_journal_close(j, NULL);
    n = snprintf(copy, sizeof copy, "rm -rf '%s' && mv '%s.kept' '%s'", dir, dir, dir);
    assert_true(n > 0 && (size_t)n < sizeof copy);
    assert_int_equal(system(copy), 0);
    return dir;
}

static char *last_segment(const char *dir)
{
    static char path[VG_IO_PATH];
    uint64_t *firsts;
    size_t count, strange;
    assert_int_equal(vg_segments_list(vg_io_posix(), dir, &firsts, &count, &strange), VG_OK);
    assert_true(count > 2);
    vg_segment_path(path, dir, firsts[count - 1]);
    free(firsts);
    return path;
}

static void cut_tail(const char *dir, size_t bytes)
{
    size_t len;
    uint8_t *all = slurp(last_segment(dir), &len);
    spill(last_segment(dir), all, len - bytes);
    free(all);
}

/* ---- verifying ---- */

static enum vg_err verify(const char *dir, const struct fault *f, struct vg_verify_result *v)
{
    struct vg_verify_options o = {.io = f ? &f->io : NULL};
    return vg_verify_journal(dir, &o, v);
}

/* Whatever fails: an error, or the verdict that a working disk gives. A good journal is not accused, a bad one not
 * acquitted. */
static void verify_with_each_call_failing(const char *dir, bool good)
{
    struct vg_verify_result real, v;
    struct fault f;
    assert_int_equal(verify(dir, NULL, &real), VG_OK);
    assert_int_equal(real.findings == 0, good);
    long errors = 0;
    for (long at = 0;; at++) {
        fault_init(&f, at, false, false, EIO);
        enum vg_err err = verify(dir, &f, &v);
        if (at >= f.calls) {
            assert_int_equal(err, VG_OK);
            break;
        }
        errors += err != VG_OK;
        if (err ? err != VG_IO && err != VG_NOMEM : memcmp(&v, &real, sizeof v) != 0)
            fail_msg("call %ld failing: %s, %llu findings instead of %llu", at, vg_err_text(err),
                     (unsigned long long)v.findings, (unsigned long long)real.findings);
    }
    assert_true(errors > 20);
}

static void a_read_error_is_no_verdict(void **state)
{
    const char *dir = make_journal(*state);
    verify_with_each_call_failing(dir, true);
    cut_tail(dir, 5);
    verify_with_each_call_failing(dir, true); /* a torn tail behind the checkpoint is a note */
    size_t len;
    const char *first = in(dir, "segments/0000000000000000.vgj");
    uint8_t *bytes = slurp(first, &len);
    bytes[VG_SEGMENT_HEAD + VG_FRAME_HEAD + 3] ^= 1;
    spill(first, bytes, len);
    verify_with_each_call_failing(dir, false);
    bytes[VG_SEGMENT_HEAD + VG_FRAME_HEAD + 3] ^= 1;
    spill(first, bytes, len);
    free(bytes);
    unlink(in(dir, "tile/entries/000.p/30"));
    verify_with_each_call_failing(dir, false);
}

static void an_old_checkpoint_is_found_or_reading_failed(void **state)
{
    const char *dir = in(*state, "j");
    fill(dir, NULL, 0, 2, 3);
    size_t len;
    uint8_t *old = slurp(in(dir, "checkpoint"), &len);
    fill(dir, NULL, 6, 2, 3);
    spill(in(dir, "checkpoint"), old, len);
    free(old);
    verify_with_each_call_failing(dir, false);
}

/* ---- reading ---- */

static unsigned damages;

static void on_damage(void *arg, const struct vg_damage *d)
{
    (void)arg;
    damages += !d->tail;
}

/* Data records from `first` on, in order, as often as next() has to be called. Returns how many; *errors counts. */
static unsigned read_on(struct vg_journal_reader *r, unsigned first, long *errors)
{
    unsigned n = first;
    for (;;) {
        struct vg_record record;
        char text[96];
        enum vg_err err = vg_journal_reader_next(r, &record);
        if (err == VG_EOF)
            return n - first;
        if (err) {
            assert_true(err == VG_IO || err == VG_NOMEM);
            assert_true(++*errors < 3);
            continue;
        }
        if (record.kind != VG_RECORD_DATA)
            continue;
        assert_int_equal(record.len, sentence(n, text));
        assert_memory_equal(record.bytes, text, record.len);
        n++;
    }
}

static void a_reader_goes_on_where_a_read_failed(void **state)
{
    const char *dir = make_journal(*state), *why;
    long all_errors = 0;
    for (long at = 0;; at++) {
        struct fault f;
        struct vg_journal_reader *r = NULL;
        long errors = 0;
        fault_init(&f, at, false, false, EIO);
        damages = 0;
        enum vg_err err = vg_journal_reader_open(dir, &f.io, on_damage, NULL, &r, &why);
        if (err) {
            assert_true(err == VG_IO || err == VG_NOMEM);
            continue;
        }
        unsigned n = read_on(r, 0, &errors);
        vg_journal_reader_close(r);
        if (n != 3 * (FRAMES_SIGNED + 3) || damages)
            fail_msg("call %ld failing: %u records read, %u damages told", at, n, damages);
        all_errors += errors;
        if (at >= f.calls)
            break;
    }
    assert_true(all_errors > 50);
}

/* A reader that follows: the segment that it holds grows and others begin, while one call fails. */
static void a_following_reader_misses_nothing(void **state)
{
    const char *why;
    for (long at = 0;; at++) {
        const char *dir = in(*state, "f");
        struct vg_journal_options o = plain_options();
        struct vg_journal_reader *r = NULL;
        struct fault f;
        long errors = 0;
        unsigned n;
        o.rules.segment_bytes = 900;
        fill(dir, &o, 0, 2, 3);
        fault_init(&f, -1, false, false, EIO);
        assert_int_equal(vg_journal_reader_open(dir, &f.io, on_damage, NULL, &r, &why), VG_OK);
        damages = 0;
        n = read_on(r, 0, &errors);
        fill(dir, &o, 6, 8, 3);
        f.calls = 0;
        f.at = at;
        n += read_on(r, n, &errors);
        f.at = -1;
        n += read_on(r, n, &errors);
        vg_journal_reader_close(r);
        remove_tree(dir);
        if (n != 30 || damages)
            fail_msg("call %ld failing: %u records read, %u damages told", at, n, damages);
        if (at >= f.calls)
            break;
    }
}

static void seeking_finds_the_record_or_fails(void **state)
{
    const char *dir = make_journal(*state), *why;
    for (int by_time = 0; by_time < 2; by_time++)
        for (unsigned wanted = 40; wanted < 3 * (FRAMES_SIGNED + 3); wanted += 55)
            for (long at = 0;; at++) {
                struct fault f;
                struct vg_journal_reader *r;
                struct vg_record record;
                size_t offset = 0;
                char text[96];
                fault_init(&f, -1, false, false, EIO);
                assert_int_equal(vg_journal_reader_open(dir, &f.io, on_damage, NULL, &r, &why), VG_OK);
                f.calls = 0;
                f.at = at;
                int64_t from_us = T0_US + (int64_t)wanted * 1000;
                enum vg_err err = by_time
                                      ? vg_journal_reader_seek_time(r, from_us)
                                      : vg_journal_reader_at(r, vg_journal_offset(wanted / 3, 400), &record, &offset);
                for (unsigned n = 0; by_time && !err && n < 200; n++) {
                    err = vg_journal_reader_next(r, &record);
                    if (!err && record.kind == VG_RECORD_DATA && record.time_us >= from_us)
                        break;
                }
                if (!err && by_time) {
                    assert_int_equal(record.len, sentence(wanted, text));
                    assert_memory_equal(record.bytes, text, record.len);
                } else if (err != VG_IO && err != VG_NOMEM && !(err == VG_RANGE && !by_time)) {
                    assert_int_equal(err, VG_OK);
                }
                vg_journal_reader_close(r);
                if (at >= f.calls) {
                    assert_true(by_time ? err == VG_OK : err == VG_RANGE || err == VG_OK);
                    break;
                }
            }
}

/* The first frame of any segment is damaged: seeking still comes before what is asked for. */
static void damage_hides_no_earlier_record_from_seeking(void **state)
{
    const char *dir = in(*state, "j"), *why;
    struct vg_journal_options o = plain_options();
    uint64_t *firsts;
    size_t count, strange;
    o.rules.segment_bytes = 1500;
    fill(dir, &o, 0, 40, 10);
    assert_int_equal(vg_segments_list(vg_io_posix(), dir, &firsts, &count, &strange), VG_OK);
    assert_true(count > 6);
    for (size_t i = 0; i < count; i++) {
        char path[VG_IO_PATH];
        size_t len;
        vg_segment_path(path, dir, firsts[i]);
        uint8_t *bytes = slurp(path, &len);
        bytes[VG_SEGMENT_HEAD + 20] ^= 1;
        spill(path, bytes, len);
        for (unsigned frame = 0; frame < 40; frame++) {
            struct vg_journal_reader *r;
            struct vg_record record;
            int64_t from_us = T0_US + (int64_t)frame * 10000;
            if (frame == firsts[i])
                continue;
            assert_int_equal(vg_journal_reader_open(dir, NULL, NULL, NULL, &r, &why), VG_OK);
            assert_int_equal(vg_journal_reader_seek_time(r, from_us), VG_OK);
            do
                assert_int_equal(vg_journal_reader_next(r, &record), VG_OK);
            while (record.kind != VG_RECORD_DATA || record.time_us < from_us);
            assert_int_equal(record.time_us, from_us);
            vg_journal_reader_close(r);
        }
        bytes[VG_SEGMENT_HEAD + 20] ^= 1;
        spill(path, bytes, len);
        free(bytes);
    }
    free(firsts);
}

/* ---- bundles ---- */

static enum vg_err bundle(const char *dir, const struct vg_io *io, bool by_offset, struct vg_out *out)
{
    uint64_t offsets[] = {vg_journal_offset(3, 60), vg_journal_offset(20, 60)};
    struct vg_bundle_query q = {.from_us = T0_US + 10000, .to_us = T0_US + 60000};
    struct vg_bundle_stats stats;
    const char *why;
    if (by_offset) {
        q.journal_offsets = offsets;
        q.offset_count = 2;
    }
    return vg_bundle_write(dir, io, &q, out, &stats, &why);
}

static void a_bundle_is_whole_or_an_error(void **state)
{
    const char *dir = make_journal(*state);
    for (int by_offset = 0; by_offset < 2; by_offset++) {
        struct vg_out whole = vg_out_growing(1 << 24);
        assert_int_equal(bundle(dir, NULL, by_offset, &whole), VG_OK);
        for (long at = 0;; at++) {
            struct fault f;
            struct vg_out out = vg_out_growing(1 << 24);
            fault_init(&f, at, false, false, EIO);
            enum vg_err err = bundle(dir, &f.io, by_offset, &out);
            if (err) {
                assert_true(err == VG_IO || err == VG_NOMEM);
            } else {
                assert_int_equal(out.len, whole.len);
                assert_memory_equal(out.buf, whole.buf, whole.len);
            }
            vg_out_free(&out);
            if (at >= f.calls) {
                assert_int_equal(err, VG_OK);
                break;
            }
        }
        vg_out_free(&whole);
    }
}

/* ---- keys ---- */

static uint64_t findings(const char *dir)
{
    struct vg_verify_result v;
    assert_int_equal(verify(dir, NULL, &v), VG_OK);
    return v.findings;
}

/* Any call of a rotation fails, or is the last that works: the journal goes on, with the old key or the new one, and
 * verifies. */
static void a_rotation_that_fails_leaves_a_journal_that_goes_on(void **state)
{
    uint8_t seed[32] = {5};
    for (int for_good = 0; for_good < 2; for_good++)
        for (long at = 0;; at++) {
            const char *dir = in(*state, "r");
            struct vg_journal_options o = plain_options();
            struct fault f;
            fault_init(&f, -1, false, true, EIO);
            o.io = &f.io;
            struct vg_journal *j = open_journal(dir, &o);
            append(j, 0);
            turn(j);
            f.calls = 0;
            f.at = at;
            f.for_good = for_good;
            enum vg_err err = vg_journal_rotate_key(j, seed);
            bool reached = at < f.calls;
            if (err) {
                assert_true(err == VG_IO || err == VG_NOMEM);
            } else if (!reached) {
                f.at = -1;
            }
            if (!for_good) {
                assert_int_not_equal(append(j, 1), 0);
                turn(j);
                assert_int_equal(findings(dir), 0);
            }
            vg_journal_close(j, NULL);
            unsigned begun = for_good ? 1 : 2;
            fill(dir, NULL, begun, 2, 3);
            assert_int_equal(findings(dir), 0);
            assert_int_equal(count_in_order(dir, 0, NULL, NULL), begun + 6);
            size_t len, count;
            struct vg_key key[VG_KEYS_MAX];
            char *text = (char *)slurp(in(dir, "key.pub"), &len);
            assert_int_equal(vg_keys_parse(text, len, key, &count), VG_OK);
            assert_true(count == 1 || count == 2);
            if (!reached)
                assert_int_equal(count, 2);
            free(text);
            remove_tree(dir);
            if (!reached) {
                assert_int_equal(err, VG_OK);
                break;
            }
        }
}

/* ---- pieces ---- */

/* read() and write() may move less than was asked for, and may be interrupted: nobody notices. */
static void small_pieces_make_the_same_journal(void **state)
{
    const char *dir = in(*state, "p"), *why;
    struct vg_journal_options o = plain_options();
    struct vg_journal_reader *r;
    struct vg_verify_result v;
    struct fault f;
    long errors = 0;
    fault_init(&f, -1, false, false, EIO);
    f.piecemeal = true;
    o.io = &f.io;
    o.rules.segment_bytes = 1500;
    fill(dir, &o, 0, 20, 5);
    fill(dir, &o, 100, 20, 5);
    assert_int_equal(verify(dir, &f, &v), VG_OK);
    assert_int_equal(v.findings, 0);
    assert_int_equal(v.frames, 40);
    assert_int_equal(vg_journal_reader_open(dir, &f.io, on_damage, NULL, &r, &why), VG_OK);
    assert_int_equal(read_on(r, 0, &errors), 200);
    vg_journal_reader_close(r);
    assert_int_equal(count_in_order(dir, 0, NULL, NULL), 200);
}

static ssize_t nothing(void *arg, int fd, const void *buf, size_t len, int64_t at)
{
    (void)arg, (void)fd, (void)buf, (void)len, (void)at;
    return 0;
}

static void a_write_that_takes_nothing_is_an_error(void **state)
{
    (void)state;
    struct vg_io io = *vg_io_posix();
    io.pwrite = nothing;
    assert_int_equal(vg_io_write(&io, 1, "x", 1, 0), -EIO);
    assert_int_equal(vg_io_write(&io, 1, "x", 0, 0), 0);
}

/* A file that is put there is whole, or the old one stays and no other is left beside it. */
static void a_file_is_replaced_or_stays(void **state)
{
    const char *path = in(*state, "file"), *beside = in(*state, "file.tmp");
    for (long at = 0;; at++) {
        struct fault f;
        char *bytes;
        size_t len;
        spill(path, "old", 3);
        fault_init(&f, at, false, true, ENOSPC);
        int result = vg_io_put(&f.io, path, "new text", 8, 0600, true);
        assert_true(result == 0 || result == -ENOSPC);
        assert_int_equal(vg_io_load(vg_io_posix(), path, 100, &bytes, &len), VG_OK);
        if (result == 0 || len == 8)
            assert_string_equal(bytes, "new text");
        else
            assert_string_equal(bytes, "old");
        free(bytes);
        assert_int_not_equal(access(beside, F_OK), 0);
        if (at >= f.calls) {
            assert_int_equal(result, 0);
            break;
        }
    }
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    char *bytes;
    size_t len;
    assert_int_equal(vg_io_load(vg_io_posix(), path, 8, &bytes, &len), VG_OK);
    assert_int_equal(len, 8);
    free(bytes);
    assert_int_equal(vg_io_load(vg_io_posix(), path, 7, &bytes, &len), VG_LIMIT);
    assert_int_equal(vg_io_load(vg_io_posix(), beside, 7, &bytes, &len), VG_NOT_FOUND);
    assert_int_equal(vg_io_load(vg_io_posix(), *state, 1 << 20, &bytes, &len), VG_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_room(a_read_error_is_no_verdict),           in_a_room(an_old_checkpoint_is_found_or_reading_failed),
        in_a_room(a_reader_goes_on_where_a_read_failed), in_a_room(a_following_reader_misses_nothing),
        in_a_room(seeking_finds_the_record_or_fails),    in_a_room(damage_hides_no_earlier_record_from_seeking),
        in_a_room(a_bundle_is_whole_or_an_error),        in_a_room(a_rotation_that_fails_leaves_a_journal_that_goes_on),
        in_a_room(small_pieces_make_the_same_journal),   in_a_room(a_write_that_takes_nothing_is_an_error),
        in_a_room(a_file_is_replaced_or_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
