/* A folder of its own for each test, in memory where there is such a disk. */
#ifndef VG_TESTS_ARCHIVE_STORE_FOLDER_H
#define VG_TESTS_ARCHIVE_STORE_FOLDER_H

#include <ftw.h>
#include <unistd.h>

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

#endif
