/* Sorted points become tracks, cut where they cross the antimeridian. */
#include <stdlib.h>

#include "export/inner.h"

#define HALF 108000000 /* 180° in 1/10 000 minute */
#define ROOM (VG_EXPORT_PART + 2)

struct tracking {
    struct vg_export *export;
    void (*part)(struct vg_export *, const struct vg_track_part *);
    uint32_t mmsi;
    unsigned number;
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
    p.time_us = a->time_us + (int64_t)(share * (double)(b->time_us - a->time_us));
    return p;
}

static void hand_on(struct tracking *t)
{
    if (!t->count)
        return;
    struct vg_track_part part = {.mmsi = t->mmsi,
                                 .number = t->number++,
                                 .name = vg_names_of(t->export->names, t->mmsi),
                                 .point = t->point,
                                 .count = t->count,
                                 .cut = t->cut,
                                 .cuts = t->cuts};
    t->part(t->export, &part);
    t->count = t->cuts = 0;
}

static void add(struct tracking *t, const struct vg_point *p)
{
    if (t->count && p->mmsi != t->mmsi) {
        hand_on(t);
        t->number = 0;
    }
    if (!t->count)
        t->mmsi = p->mmsi;
    if (t->count + 3 > ROOM) { /* the last point is the next part's first as well */
        struct vg_point last = t->point[t->count - 1];
        hand_on(t);
        t->point[t->count++] = last;
    }
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
