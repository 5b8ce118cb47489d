/* Segments that are lost or damaged: found without reading a frame, by the verifier as well, and looked into once. */
#include <fcntl.h>
#include <inttypes.h>

#include "journal/check.h"
#include "journal/findings.h"
#include "journal/segment.h"

static unsigned damages;
static struct vg_segment_damage last;

static void on_damage(void *arg, const struct vg_segment_damage *d)
{
    (void)arg;
    damages++;
    last = *d;
}

static unsigned check(const char *dir)
{
    damages = 0;
    last = (struct vg_segment_damage){0};
    assert_int_equal(vg_journal_check(dir, NULL, on_damage, NULL), VG_OK);
    return damages;
}

/* Five segments or so. */
static size_t make(const char *dir, uint64_t firsts[static 16])
{
    struct vg_journal_options o = plain_options();
    uint64_t *list;
    size_t count, strange;
    o.rules.segment_bytes = 1500;
    fill(dir, &o, 0, 30, 10);
    assert_int_equal(vg_segments_list(vg_io_posix(), dir, &list, &count, &strange), VG_OK);
    assert_in_range(count, 4, 16);
    memcpy(firsts, list, count * sizeof *firsts);
    free(list);
    return count;
}

enum harm { MISSING, EMPTIED, HEAD_ONLY, SHORTER, HEAD_ZEROED, END_ZEROED, ZEROED, A_FOLDER, HARMS };

static void do_harm(const char *path, enum harm harm)
{
    static const char zeros[4096];
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    int fd = open(path, O_RDWR);
    if (harm == EMPTIED || harm == HEAD_ONLY || harm == SHORTER)
        assert_int_equal(ftruncate(fd, harm == EMPTIED ? 0 : harm == HEAD_ONLY ? 32 : st.st_size - 40), 0);
    if (harm == HEAD_ZEROED || harm == ZEROED)
        assert_true(pwrite(fd, zeros, harm == ZEROED ? (size_t)st.st_size : 32, 0) > 0);
    if (harm == END_ZEROED)
        assert_int_equal(pwrite(fd, zeros, 64, st.st_size - 64), 64);
    close(fd);
    if (harm == MISSING || harm == A_FOLDER)
        assert_int_equal(unlink(path), 0);
    if (harm == A_FOLDER)
        assert_int_equal(mkdir(path, 0755), 0);
}

static void whatever_becomes_of_a_segment_is_told_and_verified(void **state)
{
    for (int harm = 0; harm < HARMS; harm++)
        for (int at = 0; at < 2; at++) { /* the first one, and one between */
            char path[VG_IO_PATH], name[40];
            uint64_t firsts[16];
            snprintf(name, sizeof name, "%d-%d", harm, at);
            const char *dir = in(*state, name);
            make(dir, firsts);
            assert_int_equal(check(dir), 0);
            assert_true(vg_segment_path(path, dir, firsts[2 * at]));
            do_harm(path, (enum harm)harm);
            assert_int_equal(check(dir), 1);
            char file[24];
            snprintf(file, sizeof file, "%016" PRIx64 ".vgj", firsts[2 * at]);
            assert_string_equal(last.name, file);
            assert_true(last.from == firsts[2 * at] && last.to == firsts[2 * at + 1]);
            assert_int_equal(last.missing, harm == MISSING);
            struct vg_verify_options how = {.on_finding = on_finding};
            struct vg_verify_result result;
            memset(found, 0, sizeof found);
            enum vg_err err = vg_verify_journal(dir, &how, &result);
            assert_true(err == VG_IO || (!err && result.findings > 0));
            if (harm == MISSING || harm == EMPTIED)
                assert_true(!err && found[VG_FOUND_REMOVED]);
            assert_int_equal(vg_journal_lost_add(vg_io_posix(), dir, last.from, last.to), 0);
            assert_int_equal(check(dir), 0);                /* it was told */
            struct vg_journal *j = open_journal(dir, NULL); /* what is lost costs nothing that comes */
            assert_true(append(j, 1000));
            assert_int_equal(vg_journal_close(j, NULL), VG_OK);
        }
}

static unsigned check_frames(const char *dir)
{
    damages = 0;
    assert_int_equal(vg_journal_check_frames(dir, NULL, NULL, on_damage, NULL), VG_OK);
    return damages;
}

/* Both ends of the segment are right: who reads all frames finds it, and knows it when it was told. */
static void a_frame_that_can_t_be_read_is_told_once(void **state)
{
    char path[VG_IO_PATH];
    uint64_t firsts[16];
    make(*state, firsts);
    assert_int_equal(check_frames(*state), 0);
    assert_true(vg_segment_path(path, *state, firsts[1]));
    int fd = open(path, O_RDWR);
    assert_int_equal(pwrite(fd, "noise", 5, 150), 5);
    close(fd);
    assert_int_equal(check(*state), 0);
    assert_int_equal(check_frames(*state), 1);
    assert_true(last.from == firsts[1] && last.to == firsts[1] + 1 && !last.missing);
    assert_int_equal(vg_journal_lost_add(vg_io_posix(), *state, last.from, last.to), 0);
    assert_int_equal(check_frames(*state), 0);
    assert_true(vg_segment_path(path, *state, firsts[2])); /* what its ends tell isn't told again by its frames */
    do_harm(path, ZEROED);
    assert_int_equal(check_frames(*state), 1);
}

static void count_damage(void *arg, const struct vg_damage *damage)
{
    (void)damage;
    ++*(unsigned *)arg;
}

static void what_was_retired_is_not_missed(void **state)
{
    struct vg_journal_options o = plain_options();
    uint64_t kept = 0;
    o.rules.segment_bytes = 1500;
    o.rules.keep_bytes = 3000;
    fill(*state, &o, 0, 30, 10);
    assert_int_equal(vg_journal_kept_load(vg_io_posix(), *state, &kept), VG_OK);
    assert_true(kept > 0);
    assert_int_equal(check(*state), 0);
    char path[VG_IO_PATH];
    assert_true(vg_segment_path(path, *state, kept));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(check(*state), 1);
    assert_true(last.missing && last.from == kept);
    struct vg_journal_reader *reader; /* who reads is told, too */
    struct vg_record record;
    const char *why;
    unsigned told = 0;
    assert_int_equal(vg_journal_reader_open(*state, NULL, count_damage, &told, &reader, &why), VG_OK);
    assert_int_equal(vg_journal_reader_next(reader, &record), VG_OK);
    assert_int_equal(told, 1);
    vg_journal_reader_close(reader);
    snprintf(path, sizeof path, "%s/kept", (char *)*state); /* who can't read it takes all for kept */
    do_harm(path, ZEROED);
    assert_int_equal(check(*state), 1);
    assert_true(last.missing && last.from == 0);
}

/* ---- bounded work ---- */

static struct vg_io counting;
static uint64_t bytes_read;

static ssize_t count_read(void *arg, int fd, void *buf, size_t len, int64_t at)
{
    (void)arg;
    bytes_read += len;
    return vg_io_posix()->pread(vg_io_posix()->arg, fd, buf, len, at);
}

/* Many rows of the archive lead into one segment: it is walked once, not for each. */
static void a_zeroed_segment_is_read_once_for_all_offsets(void **state)
{
    char path[VG_IO_PATH];
    uint64_t firsts[16];
    struct stat st;
    struct vg_journal_reader *reader;
    struct vg_record record;
    size_t offset;
    const char *why;
    make(*state, firsts);
    assert_true(vg_segment_path(path, *state, firsts[1]));
    do_harm(path, ZEROED);
    assert_int_equal(truncate(path, 1 << 20), 0);
    assert_int_equal(stat(path, &st), 0);
    counting = *vg_io_posix();
    counting.pread = count_read;
    assert_int_equal(vg_journal_reader_open(*state, &counting, NULL, NULL, &reader, &why), VG_OK);
    bytes_read = 0;
    for (int i = 0; i < 1000; i++) {
        enum vg_err err = vg_journal_reader_at(reader, vg_journal_offset(firsts[1], 40 + (size_t)i), &record, &offset);
        assert_true(err == VG_NOT_FOUND || err == VG_CORRUPT);
    }
    assert_true(bytes_read < 2 * (uint64_t)st.st_size);
    assert_int_equal(vg_journal_reader_at(reader, vg_journal_offset(firsts[0], 60), &record, &offset), VG_OK);
    vg_journal_reader_close(reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_room(whatever_becomes_of_a_segment_is_told_and_verified),
        in_a_room(a_frame_that_can_t_be_read_is_told_once),
        in_a_room(what_was_retired_is_not_missed),
        in_a_room(a_zeroed_segment_is_read_once_for_all_offsets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
