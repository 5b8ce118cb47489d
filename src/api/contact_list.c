/* /api/v1/vessels and /api/v1/contacts: everything that fits, from one snapshot, as JSON, GeoJSON or CSV. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/inner.h"
#include "export/csv.h"

/* Estimates for the memory budget; 300–450 are usual for a vessel, its claims take 200 more. */
#define VESSEL_BYTES  512
#define CONTACT_BYTES 768

/* The names of all sensors and AIS fit. */
#define SEEN_BY_SIZE ((VG_SITES_MAX + 1) * (VG_SITE_NAME + 1))

typedef void writer(struct vg_out *out, const struct vg_sources *sources, const struct vg_contact *v, int64_t now_us,
                    const struct vg_claimed_by *others);

enum form { FORM_JSON, FORM_GEOJSON, FORM_CSV, FORMS };

static const struct {
    const char *name, *type;
} forms[FORMS] = {[FORM_JSON] = {"json", "application/json"},
                  [FORM_GEOJSON] = {"geojson", "application/geo+json"},
                  [FORM_CSV] = {"csv", "text/csv; charset=utf-8"}};

struct list {
    const struct vg_snapshot *snapshot;
    struct vg_filter filter;
    enum form form;
    const char *name; /* of the array */
    writer *write;
    bool unclaimed; /* contacts that claim no MMSI, too */
    bool tracks;    /* with their tracks, CSV with who sees them */
    uint64_t hash;  /* of the question */
};

static void free_list(void *arg)
{
    struct list *list = arg;
    vg_snapshot_release(list->snapshot);
    free(list);
}

static void write_vessel(struct vg_out *out, const struct vg_sources *sources, const struct vg_contact *v,
                         int64_t now_us, const struct vg_claimed_by *others)
{
    (void)others;
    vg_json_vessel(out, sources, v, now_us);
}

static void write_feature(struct vg_out *out, const struct vg_sources *sources, const struct vg_contact *v,
                          int64_t now_us, const struct vg_claimed_by *others)
{
    (void)others;
    vg_json_feature(out, sources, v, now_us);
}

static void write_head(struct vg_out *out, const struct list *l)
{
    if (l->form == FORM_CSV)
        vg_export_csv_contacts_head(out);
    else
        vg_out_printf(out, l->form == FORM_GEOJSON ? "{\"type\":\"FeatureCollection\",\"%s\":[" : "{\"%s\":[", l->name);
}

/* An object or a row of CSV; `row`: its track, or NULL. */
static void write_one(const struct list *l, struct vg_out *out, const struct vg_sources *sources,
                      const struct vg_sensor_boards *sensors, const struct vg_contact *v,
                      const struct vg_track_row *row)
{
    if (l->form == FORM_CSV) {
        char seen_by[SEEN_BY_SIZE];
        vg_export_csv_contact(out, v, sources, vg_seen_by_text(sensors, row, seen_by, sizeof seen_by),
                              l->snapshot->clock_us);
        return;
    }
    const size_t closing = l->form == FORM_GEOJSON ? 2 : 1; /* braces: the object goes on */
    const struct vg_claimed_by others = {.sensors = sensors, .row = row};
    l->write(out, sources, v, l->snapshot->clock_us, &others);
    if (!row || out->len < closing)
        return;
    out->len -= closing;
    vg_json_track(out, sensors, row);
    vg_out_text(out, l->form == FORM_GEOJSON ? "}}" : "}");
}

static void write_list(struct vg_api *api, void *arg, struct vg_out *out)
{
    const struct list *l = arg;
    const struct vg_snapshot *snapshot = l->snapshot;
    const struct vg_sensor_boards *sensors = vg_sensors_acquire(api);
    uint64_t total = 0, count = 0;
    write_head(out, l);
    for (uint32_t slot = 0; slot < snapshot->chunks * VG_CHUNK_VESSELS && !out->err; slot++) {
        const struct vg_contact *v = vg_snapshot_vessel(snapshot, slot);
        if (!v || (!l->unclaimed && v->from_track) || !vg_filter_match(&l->filter, v, snapshot->clock_us) ||
            (l->form == FORM_GEOJSON && !vg_pos_valid(v->pos)))
            continue;
        total++;
        if (count == l->filter.limit)
            continue;
        if (count++ && l->form != FORM_CSV)
            vg_out_bytes(out, ",\n", 2);
        write_one(l, out, api->sources, sensors, v, l->tracks ? vg_snapshot_track(snapshot, slot) : NULL);
    }
    vg_sensors_release(sensors);
    if (l->form == FORM_CSV)
        return;
    vg_out_text(out, "],\"time\":");
    vg_out_json_time(out, snapshot->clock_us);
    vg_out_text(out, ",\"seq\":");
    vg_out_uint(out, snapshot->seq);
    vg_out_text(out, ",\"total\":");
    vg_out_uint(out, total);
    vg_out_text(out, ",\"count\":");
    vg_out_uint(out, count);
    vg_out_text(out, "}\n");
}

static struct list *new_list(struct vg_api *api, const struct vg_filter *filter, enum form form, bool contacts)
{
    static writer *const writers[2][FORMS] = {{write_vessel, write_feature, NULL},
                                              {vg_json_contact, vg_json_contact_feature, NULL}};
    struct list *list = calloc(1, sizeof *list);
    if (!list)
        return NULL;
    *list = (struct list){.snapshot = vg_snapshot_acquire(api->picture),
                          .filter = *filter,
                          .form = form,
                          .name = form == FORM_GEOJSON ? "features"
                                  : contacts           ? "contacts"
                                                       : "vessels",
                          .write = writers[contacts][form],
                          .unclaimed = contacts,
                          .tracks = contacts};
    return list;
}

/* The tag is that of the picture and the question: to say "unchanged" nothing is written. */
static void tag(const struct vg_api *api, const struct list *list, char *etag, size_t size)
{
    snprintf(etag, size, "W/\"%016llx-%llx-%llx\"", (unsigned long long)api->options.epoch,
             (unsigned long long)list->snapshot->seq, (unsigned long long)list->hash);
}

static uint64_t renew(struct vg_api *api, void *arg, char *etag, size_t size)
{
    struct list *list = arg;
    vg_snapshot_release(list->snapshot);
    list->snapshot = vg_snapshot_acquire(api->picture);
    tag(api, list, etag, size);
    return list->snapshot->seq;
}

/* FORMS: there is no such format. */
static enum form form_of(const char *name)
{
    enum form form = FORM_JSON;
    while (name && form < FORMS && strcmp(name, forms[form].name) != 0)
        form++;
    return form;
}

static bool handle_list(struct vg_request *rq, bool contacts)
{
    struct vg_api *api = vg_api_of(rq);
    struct vg_filter filter;
    char why[256];
    if (vg_request_job(rq))
        return vg_answer_reply(rq);
    if (vg_filter_parse(vg_request_target(rq), &filter, why, sizeof why))
        return vg_reply_error(rq, 400, "bad_parameter", why);
    enum form form = form_of(vg_request_param(rq, "format"));
    if (form == FORMS)
        return vg_reply_error(rq, 400, "bad_parameter", "format must be json, geojson or csv");
    struct list *list = new_list(api, &filter, form, contacts);
    if (!list)
        return vg_reply_no_memory(rq);
    list->hash = vg_target_hash(vg_request_target(rq), NULL);
    struct vg_answer answer = {.write = write_list, .arg = list, .free_arg = free_list, .renew = renew};
    answer.version = list->snapshot->seq;
    answer.type = forms[form].type;
    answer.estimate = ((size_t)list->snapshot->vessels + 8) * (contacts ? CONTACT_BYTES : VESSEL_BYTES);
    tag(api, list, answer.etag, sizeof answer.etag);
    if (vg_request_has(rq, answer.etag)) {
        free_list(list);
        return vg_reply_unchanged(rq, answer.etag, NULL);
    }
    return vg_answer_make(rq, &answer);
}

bool vg_handle_vessels(struct vg_request *rq)
{
    return handle_list(rq, false);
}

bool vg_handle_contacts(struct vg_request *rq)
{
    return handle_list(rq, true);
}
