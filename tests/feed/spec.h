/* A feed's URL, taken or refused. */
#ifndef VG_TESTS_FEED_SPEC_H
#define VG_TESTS_FEED_SPEC_H

#include "feed/feed.h"
#include "test.h"

static inline struct vg_feed_spec good(const char *url)
{
    struct vg_feed_spec spec;
    const char *why = NULL;
    if (vg_feed_parse(url, &spec, &why))
        fail_msg("%s: %s", url, why);
    assert_string_equal(spec.url, url);
    return spec;
}

/* expected_why NULL: any sentence. */
static inline void bad(const char *url, enum vg_err expected, const char *expected_why)
{
    struct vg_feed_spec spec;
    const char *why = NULL;
    memset(&spec, 0x5a, sizeof spec);
    enum vg_err err = vg_feed_parse(url, &spec, &why);
    if (err != expected)
        fail_msg("%s: %s, not %s", url, vg_err_text(err), vg_err_text(expected));
    if (!why || (expected_why && strcmp(why, expected_why) != 0))
        fail_msg("%s: %s, not %s", url, why ? why : "no sentence", expected_why ? expected_why : "any");
    assert_int_equal(spec.url[0], 0x5a); /* untouched */
}

#endif
