/* Questions for the rows of one table, given with their type. */
#include "archive/store_inner.h"

/* Who is called: the one that the table's rows are for. */
struct call {
    vg_positions_on_row *on_position;
    vg_statics_on_row *on_static;
    vg_detections_on_row *on_detection;
    vg_tracks_on_row *on_track;
    vg_store_on_damage *on_damage;
    void *arg;
};

static enum vg_err call_row(void *arg, const struct vg_table *table, const void *row)
{
    struct call *c = arg;
    (void)table;
    return c->on_position    ? c->on_position(c->arg, row)
           : c->on_static    ? c->on_static(c->arg, row)
           : c->on_detection ? c->on_detection(c->arg, row)
                             : c->on_track(c->arg, row);
}

static void call_damage(void *arg, const char *path, enum vg_err err)
{
    struct call *c = arg;
    if (c->on_damage)
        c->on_damage(c->arg, path, err);
}

static enum vg_err ask(struct vg_store *store, enum vg_store_table table, const struct vg_positions_query *query,
                       struct call *call, struct vg_positions_work *work)
{
    if (query->box && !vg_store_table(table)->located)
        return VG_ARG;
    return vg_store_ask(store, 1u << table, query, call_row, call_damage, call, work);
}

enum vg_err vg_store_positions(struct vg_store *store, const struct vg_positions_query *query,
                               vg_positions_on_row *on_row, vg_store_on_damage *on_damage, void *arg,
                               struct vg_positions_work *work)
{
    struct call c = {.on_position = on_row, .on_damage = on_damage, .arg = arg};
    return ask(store, VG_STORE_POSITIONS, query, &c, work);
}

enum vg_err vg_store_statics(struct vg_store *store, const struct vg_positions_query *query, vg_statics_on_row *on_row,
                             vg_store_on_damage *on_damage, void *arg)
{
    struct call c = {.on_static = on_row, .on_damage = on_damage, .arg = arg};
    return ask(store, VG_STORE_STATICS, query, &c, NULL);
}

enum vg_err vg_store_detections(struct vg_store *store, const struct vg_positions_query *query,
                                vg_detections_on_row *on_row, vg_store_on_damage *on_damage, void *arg)
{
    struct call c = {.on_detection = on_row, .on_damage = on_damage, .arg = arg};
    return ask(store, VG_STORE_DETECTIONS, query, &c, NULL);
}

enum vg_err vg_store_tracks(struct vg_store *store, const struct vg_positions_query *query, vg_tracks_on_row *on_row,
                            vg_store_on_damage *on_damage, void *arg)
{
    struct call c = {.on_track = on_row, .on_damage = on_damage, .arg = arg};
    return ask(store, VG_STORE_TRACKS, query, &c, NULL);
}
