#include "export/export.h"

#include <stdlib.h>
#include <string.h>

#include "export/inner.h"

static const struct form {
    const char *key, *type;
    bool tracks;
    void (*begin)(struct vg_export *e);
    void (*row)(struct vg_export *e, const struct vg_position *p);
    void (*part)(struct vg_export *e, const struct vg_track_part *t);
    void (*end)(struct vg_export *e);
} forms[] = {
#define X(name, key, tracks, type) [VG_EXPORT_##name] = {key, type, tracks, FORM_##name},
#define FORM_CSV                   vg_export_csv_begin, vg_export_csv_row, NULL, NULL
#define FORM_POINTS                vg_export_geojson_begin, vg_export_points_row, NULL, vg_export_geojson_end
#define FORM_PARQUET               NULL, NULL, NULL, NULL
#define FORM_GEOJSON               vg_export_geojson_begin, NULL, vg_export_geojson_part, vg_export_geojson_end
#define FORM_GPX                   vg_export_gpx_begin, NULL, vg_export_gpx_part, vg_export_gpx_end
#define FORM_KML                   vg_export_kml_begin, NULL, vg_export_kml_part, vg_export_kml_end
    VG_EXPORT_LIST(X)
#undef X
};

const char *vg_export_key(enum vg_export_form form)
{
    return forms[form].key;
}

const char *vg_export_type(enum vg_export_form form)
{
    return forms[form].type;
}

enum vg_err vg_export_new(enum vg_export_form form, const struct vg_names *names, vg_out_sink *sink, void *arg,
                          struct vg_export **ret_export)
{
    struct vg_export *e = malloc(sizeof *e);
    if (!e)
        return VG_NOMEM;
    memset(e, 0, offsetof(struct vg_export, buf));
    e->form = form;
    e->names = names;
    e->out = vg_out_stream(e->buf, sizeof e->buf, sink, arg);
    enum vg_err err = forms[form].tracks ? vg_sorter_new(0, &e->sorter) : VG_OK;
    if (!err && form == VG_EXPORT_PARQUET)
        err = vg_export_parquet_begin(e);
    if (err) {
        vg_export_free(e);
        return err;
    }
    if (forms[form].begin)
        forms[form].begin(e);
    *ret_export = e;
    return VG_OK;
}

void vg_export_free(struct vg_export *e)
{
    if (!e)
        return;
    vg_sorter_free(e->sorter);
    vg_export_parquet_free(e);
    free(e);
}

static enum vg_err add_point(struct vg_export *e, const struct vg_position *p)
{
    struct vg_point point = {.time_us = p->time_us,
                             .mmsi = p->mmsi,
                             .pos = p->pos,
                             .time_source = p->time_source,
                             .coarse = vg_message_is_coarse(p->message)};
    return vg_sorter_add(e->sorter, &point);
}

enum vg_err vg_export_row(struct vg_export *e, const struct vg_position *p)
{
    if (e->err)
        return e->err;
    e->rows++;
    if (e->sorter)
        e->err = add_point(e, p);
    else if (e->form == VG_EXPORT_PARQUET)
        e->err = vg_export_parquet_row(e, p);
    else
        forms[e->form].row(e, p);
    if (!e->err)
        e->err = e->out.err;
    return e->err;
}

enum vg_err vg_export_end(struct vg_export *e)
{
    if (!e->err && e->sorter)
        e->err = vg_export_tracks(e, forms[e->form].part);
    if (!e->err && e->form == VG_EXPORT_PARQUET)
        e->err = vg_export_parquet_end(e);
    if (!e->err && forms[e->form].end)
        forms[e->form].end(e);
    if (!e->err)
        e->err = vg_out_flush(&e->out);
    return e->err;
}

uint64_t vg_export_rows(const struct vg_export *e)
{
    return e->rows;
}
