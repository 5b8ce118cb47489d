/* All that an archive answers, as one text: two archives that say the same have the same text. */
#ifndef VG_TESTS_ARCHIVE_STORE_ANSWERS_H
#define VG_TESTS_ARCHIVE_STORE_ANSWERS_H

#include <inttypes.h>

#include "archive/store.h"
#include "base/out.h"
#include "test.h"

struct answers {
    struct vg_out out;
    struct vg_sources named;
};

static inline enum vg_err answer_position(void *arg, const struct vg_position *p)
{
    struct answers *a = arg;
    vg_out_printf(&a->out, "%u %" PRId64 " %d %d %u at %" PRIu64 " %.*s\n", p->mmsi, p->time_us, p->pos.lon_e4min,
                  p->pos.lat_e4min, p->message, p->journal_offset, (int)p->source_name.len, p->source_name.bytes);
    return VG_OK;
}

static inline enum vg_err answer_static(void *arg, const struct vg_static *s)
{
    struct answers *a = arg;
    vg_out_printf(&a->out, "%u %" PRId64 " name %s at %" PRIu64 "\n", s->mmsi, s->time_us, s->name, s->journal_offset);
    return VG_OK;
}

static inline enum vg_err answer_report(void *arg, const struct vg_report *r)
{
    struct answers *a = arg;
    vg_out_printf(&a->out, "%u %" PRId64 " %x %d %d %u %u [%s] [%s] %s at %" PRIu64 "\n", r->mmsi, r->time_us,
                  r->fields, r->pos.lon_e4min, r->pos.lat_e4min, r->message, r->class, r->name, r->text,
                  vg_source_get(&a->named, r->source)->name, r->journal_offset);
    return VG_OK;
}

static inline void answer_hours(struct answers *a, struct vg_store *store)
{
    static struct vg_store_hour hours[1000];
    int64_t from_us, to_us;
    size_t count = vg_store_hours(store, hours, 1000);
    assert_true(count <= 1000);
    assert_int_equal(vg_store_span(store, &from_us, &to_us), VG_OK);
    vg_out_printf(&a->out, "span %" PRId64 " %" PRId64 "\n", from_us, to_us);
    for (size_t i = 0; i < count; i++)
        vg_out_printf(&a->out, "hour %" PRId64 "\n", hours[i].from_us);
}

static inline struct vg_store *answers_begin(struct answers *a, const char *dir)
{
    struct vg_store *store;
    *a = (struct answers){.out = vg_out_growing(1 << 26)};
    assert_int_equal(vg_sources_init(&a->named), VG_OK);
    assert_int_equal(vg_store_reader_open(dir, &store), VG_OK);
    answer_hours(a, store);
    return store;
}

static inline char *answers_end(struct answers *a, struct vg_store *store)
{
    vg_store_reader_close(store);
    vg_sources_free(&a->named);
    vg_out_text(&a->out, "end\n");
    assert_int_equal(a->out.err, VG_OK);
    char *text = strndup(a->out.buf, a->out.len);
    vg_out_free(&a->out);
    assert_non_null(text);
    return text;
}

/* The hours, and all reports. The caller frees. */
static inline char *reports_of(const char *dir)
{
    const struct vg_positions_query all = VG_POSITIONS_ALL;
    struct answers a;
    struct vg_store *store = answers_begin(&a, dir);
    assert_int_equal(vg_store_reports(store, VG_STORE_ALL, &all, &a.named, answer_report, NULL, &a), VG_OK);
    return answers_end(&a, store);
}

/* Asks for all, one vessel, a box, one hour, and a type. The caller frees. */
static inline char *answers_of(const char *dir, uint32_t mmsi, int64_t hour_us)
{
    static const struct vg_box box = {-1, -1, 0.5, 0.5};
    struct answers a;
    struct vg_positions_query q[] = {VG_POSITIONS_ALL, VG_POSITIONS_ALL, VG_POSITIONS_ALL, VG_POSITIONS_ALL,
                                     VG_POSITIONS_ALL};
    struct vg_store *store = answers_begin(&a, dir);
    q[1].mmsi = mmsi;
    q[2].box = &box;
    q[3].from_us = hour_us;
    q[3].to_us = hour_us + 3600 * INT64_C(1000000);
    q[4].messages = 1u << 5;
    for (size_t i = 0; i < sizeof q / sizeof *q; i++) {
        struct vg_positions_work work = {0};
        vg_out_printf(&a.out, "question %zu\n", i);
        assert_int_equal(vg_store_positions(store, &q[i], answer_position, NULL, &a, &work), VG_OK);
        assert_int_equal(work.damaged, 0);
        if (!q[i].box)
            assert_int_equal(vg_store_statics(store, &q[i], answer_static, NULL, &a), VG_OK);
        for (unsigned tables = 1; tables <= VG_STORE_REPORTS && !q[i].box; tables++)
            assert_int_equal(vg_store_reports(store, tables, &q[i], &a.named, answer_report, NULL, &a), VG_OK);
    }
    return answers_end(&a, store);
}

#endif
