/* /api/v1/vessels and /api/v1/contacts: everything that fits, from one snapshot, as JSON or GeoJSON. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/inner.h"

/* Estimates for the memory budget; 300–450 are usual for a vessel, its claims take 200 more. */
#define VESSEL_BYTES  512
#define CONTACT_BYTES 768

typedef void writer(struct vg_out *out, const struct vg_sources *sources, const struct vg_contact *v);

struct list {
    const struct vg_snapshot *snapshot;
    struct vg_filter filter;
    bool geojson;
    const char *name; /* of the array */
    writer *write;
};

static void free_list(void *arg)
{
    struct list *list = arg;
    vg_snapshot_release(list->snapshot);
    free(list);
}

static void write_list(struct vg_api *api, void *arg, struct vg_out *out)
{
    const struct list *l = arg;
    const struct vg_snapshot *snapshot = l->snapshot;
    uint64_t total = 0, count = 0;
    vg_out_printf(out, l->geojson ? "{\"type\":\"FeatureCollection\",\"%s\":[" : "{\"%s\":[", l->name);
    for (uint32_t slot = 0; slot < snapshot->chunks * VG_CHUNK_VESSELS && !out->err; slot++) {
        const struct vg_contact *v = vg_snapshot_vessel(snapshot, slot);
        if (!v || !vg_filter_match(&l->filter, v) || (l->geojson && !vg_pos_valid(v->pos)))
            continue;
        total++;
        if (count == l->filter.limit)
            continue;
        if (count++)
            vg_out_bytes(out, ",\n", 2);
        l->write(out, api->sources, v);
    }
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

static struct list *new_list(struct vg_api *api, const struct vg_filter *filter, bool geojson, bool contacts)
{
    static writer *const writers[2][2] = {{vg_json_vessel, vg_json_feature},
                                          {vg_json_contact, vg_json_contact_feature}};
    struct list *list = calloc(1, sizeof *list);
    if (!list)
        return NULL;
    *list = (struct list){.snapshot = vg_snapshot_acquire(api->picture),
                          .filter = *filter,
                          .geojson = geojson,
                          .name = geojson    ? "features"
                                  : contacts ? "contacts"
                                             : "vessels",
                          .write = writers[contacts][geojson]};
    return list;
}

/* The tag is that of the picture and the question: to say "unchanged" nothing is written. */
static void tag(struct vg_request *rq, const struct list *list, char *etag, size_t size)
{
    snprintf(etag, size, "W/\"%016llx-%llx-%llx\"", (unsigned long long)vg_api_of(rq)->options.epoch,
             (unsigned long long)list->snapshot->seq, (unsigned long long)vg_target_hash(vg_request_target(rq), NULL));
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
    const char *format = vg_request_param(rq, "format");
    bool geojson = format && strcmp(format, "geojson") == 0;
    if (format && !geojson && strcmp(format, "json") != 0)
        return vg_reply_error(rq, 400, "bad_parameter", "format must be json or geojson");
    struct list *list = new_list(api, &filter, geojson, contacts);
    if (!list)
        return vg_reply_no_memory(rq);
    struct vg_answer answer = {.write = write_list, .arg = list, .free_arg = free_list};
    answer.type = geojson ? "application/geo+json" : "application/json";
    answer.estimate = ((size_t)list->snapshot->vessels + 8) * (contacts ? CONTACT_BYTES : VESSEL_BYTES);
    tag(rq, list, answer.etag, sizeof answer.etag);
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
