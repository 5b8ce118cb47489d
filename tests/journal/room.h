/* A folder of its own for each test, and a journal to fill in it, without a thread. */
#ifndef VG_TESTS_JOURNAL_ROOM_H
#define VG_TESTS_JOURNAL_ROOM_H

#include "test.h"

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "journal/journal.h"
#include "journal/reader.h"

/* Tests that try every byte try every seventh under the thread sanitizer: there is one thread, and it is slow there. */
#ifdef __SANITIZE_THREAD__
#define EACH_BYTE 7
#else
#define EACH_BYTE 1
#endif

#define T0_US INT64_C(1700000000000000)

static inline void fixed_dice(void *buf, size_t len)
{
    memset(buf, 7, len);
}

static inline struct vg_journal_options plain_options(void)
{
    struct vg_journal_options o = VG_JOURNAL_OPTIONS_DEFAULT;
    o.dice = fixed_dice;
    return o;
}

static inline int remove_one_(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st, (void)flag, (void)ftw;
    return remove(path);
}

static inline void remove_tree(const char *dir)
{
    nftw(dir, remove_one_, 16, FTW_DEPTH | FTW_PHYS);
}

static inline int make_room_(void **state)
{
    /* in memory where that is possible: thousands of fsyncs */
    char *dir = strdup(access("/dev/shm", W_OK) == 0 ? "/dev/shm/vigia-journal-XXXXXX" : "/tmp/vigia-journal-XXXXXX");
    if (!dir || !mkdtemp(dir))
        return -1;
    *state = dir;
    return 0;
}

static inline int clear_room_(void **state)
{
    remove_tree(*state);
    free(*state);
    return 0;
}

#define in_a_room(test) cmocka_unit_test_setup_teardown(test, make_room_, clear_room_)

/* DIR/NAME; the same text stands at the same address for as long as the program runs. */
static inline const char *in(const char *dir, const char *name)
{
    static char paths[512][512];
    static unsigned count;
    char path[512];
    int n = snprintf(path, sizeof path, "%s/%s", dir, name);
    assert_true(n > 0 && (size_t)n < sizeof path);
    for (unsigned i = 0; i < count; i++)
        if (strcmp(paths[i], path) == 0)
            return paths[i];
    assert_true(count < 512);
    return memcpy(paths[count++], path, sizeof path);
}

static inline struct vg_journal *open_journal(const char *dir, const struct vg_journal_options *options)
{
    struct vg_journal_options plain = plain_options();
    struct vg_journal *j = NULL;
    struct vg_journal_report report;
    const char *why;
    enum vg_err err = vg_journal_open(dir, options ? options : &plain, &j, &report, &why);
    if (err)
        fail_msg("%s: %s", vg_err_text(err), why);
    return j;
}

/* Sentence i, which says its number. */
static inline size_t sentence(unsigned i, char out[static 96])
{
    return (size_t)snprintf(out, 96, "!AIVDM,1,1,,A,%08u15MwkRUOidG?GElEa<iQk1JV06Jd,0*6D\r\n", i);
}

static inline uint64_t append(struct vg_journal *j, unsigned i)
{
    char text[96];
    struct vg_journal_entry e = {.source = (uint16_t)(1 + i % 3),
                                 .name = i % 3 == 0   ? "Manta"
                                         : i % 3 == 1 ? "Guayaquil"
                                                      : "Bahía/r003669945",
                                 .stream = i % 3 == 2 ? i % 5 : 0,
                                 .flags = i % 3 == 1 ? VG_RECORD_DATAGRAM : 0,
                                 .received_us = T0_US + (int64_t)i * 1000,
                                 .bytes = text};
    e.len = sentence(i, text);
    return vg_journal_append(j, &e);
}

static inline void turn(struct vg_journal *j)
{
    assert_int_equal(vg_journal_turn(j, 0, true), VG_OK);
}

/* `frames` frames of `each` sentences, a checkpoint after every `sign` of them (0: only at the end). */
static inline void fill(const char *dir, const struct vg_journal_options *options, unsigned from, unsigned frames,
                        unsigned each)
{
    struct vg_journal *j = open_journal(dir, options);
    for (unsigned f = 0; f < frames; f++) {
        for (unsigned i = 0; i < each; i++)
            assert_int_not_equal(append(j, from + f * each + i), 0);
        turn(j);
    }
    assert_int_equal(vg_journal_close(j, NULL), VG_OK);
}

/* Counts data records and checks that they are sentences from, from + 1, … */
static inline unsigned count_in_order(const char *dir, unsigned from, vg_on_damage *on_damage, void *arg)
{
    struct vg_journal_reader *r;
    struct vg_record record;
    const char *why;
    unsigned n = 0;
    assert_int_equal(vg_journal_reader_open(dir, NULL, on_damage, arg, &r, &why), VG_OK);
    enum vg_err err;
    while ((err = vg_journal_reader_next(r, &record)) == VG_OK) {
        char text[96];
        if (record.kind != VG_RECORD_DATA)
            continue;
        size_t len = sentence(from + n, text);
        assert_int_equal(record.len, len);
        assert_memory_equal(record.bytes, text, len);
        assert_int_equal(record.time_us, T0_US + (int64_t)(from + n) * 1000);
        n++;
    }
    assert_int_equal(err, VG_EOF);
    vg_journal_reader_close(r);
    return n;
}

static inline void on_any_damage(void *arg, const struct vg_damage *d)
{
    (void)d;
    if (arg)
        ++*(unsigned *)arg;
}

/* A whole file. */
static inline uint8_t *slurp(const char *path, size_t *ret_len)
{
    char *bytes;
    if (vg_io_load(vg_io_posix(), path, 1 << 28, &bytes, ret_len))
        fail_msg("%s can't be read", path);
    return (uint8_t *)bytes;
}

static inline void spill(const char *path, const void *bytes, size_t len)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, len, f), len);
    assert_int_equal(fclose(f), 0);
}

#endif
