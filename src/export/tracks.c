/* Sorted points become tracks, cut where they cross the antimeridian, and parted where the vessel changes her name. */
#include <stdlib.h>
#include <string.h>

#include "export/inner.h"

#define HALF 108000000 /* 180° in 1/10 000 minute */
#define ROOM (VG_EXPORT_PART + 2)

struct tracking {
    struct vg_export *export;
    void (*part)(struct vg_export *, const struct vg_track_part *);
    uint32_t mmsi;
    unsigned number;
    const char *name; /* in force at the points at hand */
    size_t count, cuts;
    struct vg_point *point;
    size_t *cut;
};

/* Where the way from a to b, the short one, crosses 180°: at the same share of its time. */
static struct vg_point crossing(const struct vg_point *a, const struct vg_point *b, bool eastward)
{
    int64_t before = eastward ? HALF - (int64_t)a->pos.lon_e4min : (int64_t)a->pos.lon_e4min + HALF;
    int64_t behind = eastward ? (int64_t)b->pos.lon_e4min + HALF : HALF - (int64_t)b->pos.lon_e4min;
    double share = before + behind > 0 ? (double)before / (double)(before + behind) : 0;
    struct vg_point p = *a;
    double lat = a->pos.lat_e4min + share * ((double)b->pos.lat_e4min - a->pos.lat_e4min);
    p.pos.lat_e4min = (int32_t)(lat < 0 ? lat - 0.5 : lat + 0.5);
    p.pos.lon_e4min = eastward ? HALF : -HALF;
    p.coarse |= b->coarse;
    p.time_us = a->time_us + (int64_t)(share * (double)(b->time_us - a->time_us));
    return p;
}

static unsigned time_sources(const struct tracking *t)
{
    unsigned bits = 0;
    for (size_t i = 0; i < t->count; i++)
        bits |= 1u << t->point[i].time_source;
    return bits & ~(1u << VG_TIME_SOURCE_UNKNOWN);
}

void vg_track_time_sources(const struct vg_track_part *t, struct vg_out *out, const char *between)
{
    bool first = true;
    for (unsigned s = 0; s < VG_TIME_SOURCE_COUNT; s++)
        if (t->time_sources >> s & 1) {
            vg_out_text(out, first ? "" : between);
            vg_out_text(out, vg_time_source_key((enum vg_time_source)s));
            first = false;
        }
}

static void hand_on(struct tracking *t)
{
    if (!t->count)
        return;
    struct vg_track_part part = {.mmsi = t->mmsi,
                                 .number = t->number++,
                                 .name = t->name,
                                 .time_sources = time_sources(t),
                                 .point = t->point,
                                 .count = t->count,
                                 .cut = t->cut,
                                 .cuts = t->cuts};
    t->part(t->export, &part);
    t->count = t->cuts = 0;
}

/* The last point is the next part's first as well. */
static void go_on_in_another_part(struct tracking *t)
{
    struct vg_point last = t->point[t->count - 1];
    hand_on(t);
    t->point[t->count++] = last;
}

static void add(struct tracking *t, const struct vg_point *p)
{
    const char *name = vg_names_at(t->export->names, p->mmsi, p->time_us);
    if (t->count && p->mmsi != t->mmsi) {
        hand_on(t);
        t->number = 0;
    }
    if (!t->count)
        t->mmsi = p->mmsi;
    if (t->count && (t->count + 3 > ROOM || strcmp(name, t->name) != 0))
        go_on_in_another_part(t);
    t->name = name;
    if (t->count) {
        const struct vg_point last = t->point[t->count - 1];
        int64_t leap = (int64_t)p->pos.lon_e4min - last.pos.lon_e4min;
        if (leap > HALF || leap < -HALF) {
            bool eastward = leap < 0;
            struct vg_point edge = crossing(&last, p, eastward);
            t->point[t->count++] = edge;
            t->cut[t->cuts++] = t->count;
            edge.pos.lon_e4min = -edge.pos.lon_e4min;
            t->point[t->count++] = edge;
        }
    }
    t->point[t->count++] = *p;
}

enum vg_err vg_export_tracks(struct vg_export *e, void (*part)(struct vg_export *, const struct vg_track_part *))
{
    struct tracking t = {.export = e, .part = part};
    struct vg_point p;
    t.point = malloc((ROOM + 1) * sizeof *t.point);
    t.cut = malloc(ROOM * sizeof *t.cut);
    enum vg_err err = t.point && t.cut ? VG_OK : VG_NOMEM;
    while (!err && (err = vg_sorter_next(e->sorter, &p)) == VG_OK) {
        add(&t, &p);
        err = e->out.err;
    }
    if (err == VG_EOF) {
        hand_on(&t);
        err = e->out.err;
    }
    free(t.point);
    free(t.cut);
    return err;
}
