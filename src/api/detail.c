/* /api/v1/vessels/{mmsi} and /api/v1/trails: what needs the picture's owner (question.c). */
#include <stdlib.h>

#include "serve/inner.h"

#define DETAIL_POINTS  20000  /* more than vg_picture_limits allows a vessel by default */
#define TRAILS_VESSELS 2000   /* beyond that a map shows a tangle */
#define TRAILS_POINTS  100000 /* 3 MB asked, some 3 MB of JSON */

static enum MHD_Result no_answer(struct vg_request *rq)
{
    return vg_reply_error(rq, 503, "busy", "the picture did not answer in time: try again soon");
}

/* Suspends until the answer is there, or refuses. */
static enum MHD_Result ask(struct vg_request *rq, struct vg_question *q)
{
    if (!q) {
        vg_count(&rq->serve->no_memory);
        return vg_reply_error(rq, 503, "no_memory", "out of memory");
    }
    return vg_question_ask(rq, q) ? MHD_YES
                                  : vg_reply_error(rq, 503, "busy", "too many questions wait: try again soon");
}

/* ---- one vessel ---- */

void vg_json_reported(struct vg_out *out, const struct vg_sources *sources, const struct vg_contact *v)
{
    vg_out_text(out, ",\"reported\":{");
    bool first = true;
    for (unsigned f = 0; f < VG_FIELD_COUNT; f++) {
        const struct vg_prov *p = &v->prov[f];
        if (!p->time_ms)
            continue;
        if (!first)
            vg_out_char(out, ',');
        first = false;
        vg_json_text(out, vg_field_key((enum vg_field)f));
        vg_out_text(out, ":{\"time\":");
        vg_out_json_time(out, (int64_t)p->time_ms * 1000);
        vg_out_text(out, ",\"source\":");
        vg_json_text(out, vg_source_get(sources, (uint16_t)p->source)->name);
        if (p->message) {
            vg_out_text(out, ",\"message\":");
            vg_out_uint(out, p->message);
        }
        if (p->journal_offset) {
            vg_out_text(out, ",\"place\":");
            vg_out_uint(out, p->journal_offset);
        }
        vg_out_char(out, '}');
    }
    vg_out_char(out, '}');
}

/* [lon,lat,unix_s] or with speed and course. */
static void write_point(struct vg_out *out, const struct vg_trail_point *p, bool whole)
{
    vg_out_char(out, '[');
    vg_out_e4min_deg(out, p->pos.lon_e4min);
    vg_out_char(out, ',');
    vg_out_e4min_deg(out, p->pos.lat_e4min);
    vg_out_char(out, ',');
    vg_out_scaled(out, p->time_us / 1000, 3);
    for (int i = 0; whole && i < 2; i++) {
        uint16_t value = i ? p->cog_ddeg : p->sog_dkn;
        vg_out_char(out, ',');
        if (value == UINT16_MAX)
            vg_out_text(out, "null");
        else
            vg_out_scaled(out, value, 1);
    }
    vg_out_char(out, ']');
}

/* The points, and behind them the indexes of those no line leads to. */
static void write_points(struct vg_out *out, const char *name, const struct vg_trail_point *points, size_t count,
                         bool whole)
{
    vg_out_printf(out, ",\"%s\":[", name);
    for (size_t i = 0; i < count; i++) {
        if (i)
            vg_out_char(out, ',');
        write_point(out, &points[i], whole);
    }
    vg_out_char(out, ']');
    bool any = false;
    for (size_t i = 1; i < count; i++) {
        if (!(points[i].flags & VG_TRAIL_BREAK))
            continue;
        vg_out_text(out, any ? "," : ",\"breaks\":[");
        vg_out_uint(out, i);
        any = true;
    }
    if (any)
        vg_out_char(out, ']');
}

static void write_held(struct vg_out *out, const struct vg_contact *v)
{
    if (!(v->flags & VG_CONTACT_HELD))
        return;
    vg_out_text(out, ",\"held\":{\"count\":");
    vg_out_uint(out, v->held_count);
    vg_out_char(out, ',');
    vg_json_pos(out, v->held_pos);
    vg_out_text(out, ",\"time\":");
    vg_out_json_time(out, v->held_us);
    vg_out_char(out, '}');
}

static enum MHD_Result answer_vessel(struct vg_request *rq, struct vg_question *q)
{
    const struct vg_question_item *a = &q->asked[0];
    if (!a->found) {
        vg_question_free(q);
        return vg_reply_error(rq, 404, "not_found", "no vessel with this MMSI is in the picture");
    }
    struct vg_out out = vg_out_growing(VG_BODY_MAX);
    vg_json_vessel(&out, rq->serve->sources, &a->vessel);
    out.len -= out.len > 0; /* the brace: the object goes on */
    vg_json_reported(&out, rq->serve->sources, &a->vessel);
    write_points(&out, "trail", q->points, a->points, true);
    vg_out_text(&out, ",\"trail_dropped\":");
    vg_out_uint(&out, a->dropped);
    write_held(&out, &a->vessel);
    vg_out_text(&out, ",\"reports\":");
    vg_out_uint(&out, a->vessel.reports);
    vg_out_text(&out, "}\n");
    vg_question_free(q);
    return vg_reply_text(rq, 200, "application/json", &out, NULL);
}

enum MHD_Result vg_handle_vessel(struct vg_request *rq)
{
    if (rq->question) {
        struct vg_question *q = vg_question_take(rq);
        return q ? answer_vessel(rq, q) : no_answer(rq);
    }
    uint64_t mmsi;
    if (vg_uint_parse(rq->argument, 999999999, &mmsi))
        return vg_reply_error(rq, 400, "bad_mmsi", "an MMSI is a number of at most nine digits");
    struct vg_question *q = vg_question_new(1, DETAIL_POINTS);
    if (q)
        q->asked[0].mmsi = (uint32_t)mmsi;
    return ask(rq, q);
}

/* ---- many trails ---- */

static enum MHD_Result answer_trails(struct vg_request *rq, struct vg_question *q)
{
    struct vg_out out = vg_out_growing(VG_BODY_MAX);
    const struct vg_trail_point *points = q->points;
    bool first = true;
    vg_out_text(&out, "{\"trails\":[");
    for (size_t i = 0; i < q->trails; i++) {
        const struct vg_question_item *a = &q->asked[i];
        if (!a->points)
            continue;
        vg_out_text(&out, first ? "{\"mmsi\":" : ",\n{\"mmsi\":");
        first = false;
        vg_out_uint(&out, a->mmsi);
        write_points(&out, "points", points, a->points, false);
        vg_out_char(&out, '}');
        points += a->points;
    }
    vg_out_text(&out, q->truncated ? "],\"truncated\":true}\n" : "],\"truncated\":false}\n");
    vg_question_free(q);
    return vg_reply_text(rq, 200, "application/json", &out, NULL);
}

/* The question for all vessels that fit, as far as the limit allows. NULL: no memory. */
static struct vg_question *trails_question(struct vg_serve *s, const struct vg_filter *filter, uint64_t minutes)
{
    const struct vg_snapshot *snapshot = vg_snapshot_acquire(s->picture);
    uint32_t *mmsi = malloc(TRAILS_VESSELS * sizeof *mmsi), count = 0;
    bool truncated = false;
    for (uint32_t slot = 0; mmsi && slot < snapshot->chunks * VG_CHUNK_VESSELS && !truncated; slot++) {
        const struct vg_contact *v = vg_snapshot_vessel(snapshot, slot);
        if (!v || !vg_pos_valid(v->pos) || !vg_filter_match(filter, v))
            continue;
        truncated = count == TRAILS_VESSELS;
        if (!truncated)
            mmsi[count++] = v->mmsi;
    }
    vg_snapshot_release(snapshot);
    struct vg_question *q = mmsi ? vg_question_new(count, TRAILS_POINTS) : NULL;
    for (uint32_t i = 0; q && i < count; i++)
        q->asked[i].mmsi = mmsi[i];
    free(mmsi);
    if (!q)
        return NULL;
    q->truncated = truncated;
    q->back = true;
    q->since_us = (int64_t)minutes * VG_MINUTE_US;
    return q;
}

enum MHD_Result vg_handle_trails(struct vg_request *rq)
{
    if (rq->question) {
        struct vg_question *q = vg_question_take(rq);
        return q ? answer_trails(rq, q) : no_answer(rq);
    }
    char why[256];
    uint64_t minutes = 60;
    struct vg_filter filter;
    const char *text = vg_target_get(&rq->target, "minutes");
    if (text && (vg_uint_parse(text, 1440, &minutes) || !minutes))
        return vg_reply_error(rq, 400, "bad_parameter", "minutes must be 1 to 1440");
    if (vg_filter_parse(&rq->target, &filter, why, sizeof why))
        return vg_reply_error(rq, 400, "bad_parameter", why);
    return ask(rq, trails_question(rq->serve, &filter, minutes));
}
