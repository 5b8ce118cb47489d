/* Two feeds for all tests of a file: 1 is Manta, 2 is Salinas. */
#ifndef VG_TESTS_API_TWO_SOURCES_H
#define VG_TESTS_API_TWO_SOURCES_H

#include "base/source.h"
#include "test.h"

static struct vg_sources sources;

static inline int make_two_sources(void **state)
{
    (void)state;
    assert_int_equal(vg_sources_init(&sources), VG_OK);
    assert_int_equal(vg_source_feed(&sources, "Manta"), 1);
    assert_int_equal(vg_source_feed(&sources, "Salinas"), 2);
    return 0;
}

static inline int drop_two_sources(void **state)
{
    (void)state;
    vg_sources_free(&sources);
    return 0;
}

#endif
