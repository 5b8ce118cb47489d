/* A folder of its own for each test, in memory where there is such a disk; and what lies in it. */
#ifndef VG_TESTS_ARCHIVE_STORE_FOLDER_H
#define VG_TESTS_ARCHIVE_STORE_FOLDER_H

#include <ftw.h>
#include <unistd.h>

#include "archive/store_inner.h"
#include "test.h"

static inline int remove_one(const char *path, const struct stat *st, int type, struct FTW *walk)
{
    (void)st, (void)type, (void)walk;
    remove(path);
    return 0;
}

static inline void remove_all(const char *path)
{
    nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static inline int make_folder(void **state)
{
    char *dir = strdup(access("/dev/shm", W_OK) == 0 ? "/dev/shm/vigia-store-XXXXXX" : "/tmp/vigia-store-XXXXXX");
    assert_non_null(mkdtemp(dir));
    *state = dir;
    return 0;
}

static inline int drop_folder(void **state)
{
    remove_all(*state);
    free(*state);
    return 0;
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, drop_folder)

static inline struct vg_store_writer *open_store(const char *dir, const struct vg_sources *sources, size_t most_rows)
{
    struct vg_store_rules rules = VG_STORE_RULES_DEFAULT;
    struct vg_store_writer *w;
    uint64_t mark;
    const char *why;
    rules.most_rows = most_rows;
    assert_int_equal(vg_store_open(dir, &rules, sources, &w, &mark, &why), VG_OK);
    return w;
}

/* The numbers of the parts that an hour has, as text. */
static inline const char *parts_of(const char *dir, enum vg_store_table table, int64_t hour_us)
{
    static char text[400];
    struct vg_store_parts parts = {0};
    int len = 0;
    text[0] = 0;
    assert_int_equal(vg_store_list_parts(dir, table, hour_us, VG_STORE_NUMBER_MAX, false, &parts), VG_OK);
    for (size_t i = 0; i < parts.count && len < 300; i++)
        len += snprintf(text + len, sizeof text - (size_t)len, "%s%d-%d", i ? " " : "", (int)parts.items[i].first,
                        (int)parts.items[i].last);
    free(parts.items);
    return text;
}

/* What a question found, and what it was told of damage. */
struct answer_seen {
    size_t rows, damages;
    enum vg_err damage;
    char path[VG_ATOMIC_PATH];
};

static inline enum vg_err answer_row(void *arg, const struct vg_position *p)
{
    (void)p;
    ((struct answer_seen *)arg)->rows++;
    return VG_OK;
}

static inline void answer_damage(void *arg, const char *path, enum vg_err err)
{
    struct answer_seen *s = arg;
    assert_int_not_equal(err, VG_OK);
    s->damages++;
    s->damage = err;
    snprintf(s->path, sizeof s->path, "%s", path);
}

#endif
