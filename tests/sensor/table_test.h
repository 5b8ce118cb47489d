/* What tests of tables have in common: texts read in pieces, reports kept. */
#ifndef VG_TESTS_SENSOR_TABLE_TEST_H
#define VG_TESTS_SENSOR_TABLE_TEST_H

#include "test.h"

#include "base/time.h"
#include "sensor/table/head.h"

#define CAP 64

struct read {
    struct vg_report *report;
    size_t count, cap;
    struct vg_csv_counters counters;
    struct vg_csv_refusals refusals;
};

static inline void take(struct read *r, const struct vg_report *report, size_t n)
{
    if (!n)
        return;
    while (r->count + n > r->cap) {
        r->cap = r->cap ? 2 * r->cap : CAP;
        r->report = realloc(r->report, r->cap * sizeof *r->report);
        assert_non_null(r->report);
    }
    memcpy(r->report + r->count, report, n * sizeof *report);
    r->count += n;
}

/* The text in pieces of `piece` bytes. */
static inline struct read read_pieces(const struct vg_layout *layout, const char *text, size_t len, size_t piece)
{
    static struct vg_report report[CAP];
    struct read r = {0};
    struct vg_csv *t;
    size_t n;
    assert_int_equal(vg_csv_new(layout, 3, &t), VG_OK);
    for (size_t at = 0; at < len; at += piece) {
        size_t taken, give = len - at < piece ? len - at : piece, done = 0;
        char *copy = malloc(give); /* so that a sanitizer sees a look behind the end */
        memcpy(copy, text + at, give);
        for (; done < give; done += taken) {
            n = vg_csv_push(t, copy + done, give - done, report, CAP, &taken);
            take(&r, report, n);
        }
        free(copy);
    }
    while ((n = vg_csv_end(t, report, CAP)) > 0)
        take(&r, report, n);
    r.counters = *vg_csv_counters(t);
    r.refusals = *vg_csv_refusals(t);
    vg_csv_free(t);
    return r;
}

static inline struct read read_text(const char *layout, const char *text)
{
    const struct vg_layout *l = layout ? vg_layout_find(layout) : vg_csv_known(text, strlen(text));
    assert_non_null(l);
    return read_pieces(l, text, strlen(text), 1 << 20);
}

static inline int64_t utc(const char *text)
{
    int64_t us;
    assert_true(vg_time_parse(text, strlen(text), &us));
    return us;
}

static inline struct vg_layout layout_of(const char *text)
{
    struct vg_layout layout;
    char why[512];
    if (vg_layout_read(text, strlen(text), &layout, why, sizeof why))
        fail_msg("%s", why);
    return layout;
}

#endif
