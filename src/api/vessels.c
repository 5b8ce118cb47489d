/* /api/v1/vessels: every vessel that fits, from one snapshot, as JSON or GeoJSON. */
#include <stdio.h>
#include <stdlib.h>

#include "serve/inner.h"

#define BYTES_PER_VESSEL 512 /* an estimate for the memory budget; 300–450 are usual */

static void write_vessels(struct vg_out *out, struct vg_request *rq, const struct vg_snapshot *snapshot,
                          const struct vg_filter *filter, bool geojson)
{
    const struct vg_sources *sources = rq->serve->sources;
    uint64_t total = 0, count = 0;
    vg_out_text(out, geojson ? "{\"type\":\"FeatureCollection\",\"features\":[" : "{\"vessels\":[");
    for (uint32_t slot = 0; slot < snapshot->chunks * VG_CHUNK_VESSELS && !out->err; slot++) {
        const struct vg_contact *v = vg_snapshot_vessel(snapshot, slot);
        if (!v || !vg_filter_match(filter, v) || (geojson && !vg_pos_valid(v->pos)))
            continue;
        total++;
        if (count == filter->limit)
            continue;
        if (count++)
            vg_out_bytes(out, ",\n", 2);
        if (geojson)
            vg_json_feature(out, sources, v);
        else
            vg_json_vessel(out, sources, v);
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

enum MHD_Result vg_handle_vessels(struct vg_request *rq)
{
    struct vg_serve *s = rq->serve;
    struct vg_filter filter;
    char why[256], etag[96];
    if (vg_filter_parse(&rq->target, &filter, why, sizeof why))
        return vg_reply_error(rq, 400, "bad_parameter", why);
    const char *format = vg_target_get(&rq->target, "format");
    bool geojson = format && strcmp(format, "geojson") == 0;
    if (format && !geojson && strcmp(format, "json") != 0)
        return vg_reply_error(rq, 400, "bad_parameter", "format must be json or geojson");
    const struct vg_snapshot *snapshot = vg_snapshot_acquire(s->picture);
    snprintf(etag, sizeof etag, "W/\"%016llx-%llx-%llx\"", (unsigned long long)s->options.epoch,
             (unsigned long long)snapshot->seq, (unsigned long long)vg_target_hash(&rq->target, NULL));
    if (vg_request_has(rq, etag)) {
        vg_snapshot_release(snapshot);
        return vg_reply_not_modified(rq, etag);
    }
    size_t estimate = ((size_t)snapshot->vessels + 8) * BYTES_PER_VESSEL;
    if (!vg_bodies_reserve(s, estimate)) {
        vg_snapshot_release(snapshot);
        return vg_reply_error(rq, 503, "busy", "too many large answers are on their way: try again soon");
    }
    struct vg_out out = vg_out_growing(VG_BODY_MAX);
    write_vessels(&out, rq, snapshot, &filter, geojson);
    vg_snapshot_release(snapshot);
    enum MHD_Result result = vg_reply_text(rq, 200, geojson ? "application/geo+json" : "application/json", &out, etag);
    vg_bodies_return(s, estimate); /* the body itself is counted by now */
    return result;
}
