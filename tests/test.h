/* What every test file includes: cmocka with the headers it wants first. */
#ifndef VG_TESTS_TEST_H
#define VG_TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The folder of recordings, or NULL where it is absent: then say so and skip. */
static inline const char *shared_dir(void)
{
    const char *dir = getenv("VIGIA_SHARED");
    return dir && *dir ? dir : NULL;
}

#endif
