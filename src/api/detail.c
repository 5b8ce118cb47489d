/* /api/v1/vessels/{mmsi}, /api/v1/contacts/{id} and /api/v1/trails: what needs the picture's owner (question.c). */
#include <stdlib.h>
#include <string.h>

#include "api/inner.h"
#include "report/mmsi.h"

#define DETAIL_POINTS  20000  /* more than vg_picture_limits allows a vessel by default */
#define TRAILS_VESSELS 2000   /* beyond that a map shows a tangle */
#define TRAILS_POINTS  100000 /* 3 MB asked, some 3 MB of JSON */
#define NO_CONTACT     "no contact with this id is in the picture"
#define POINT_BYTES    48 /* of JSON, at most */

/* ---- parts ---- */

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

/* ---- one contact ---- */

/* The rest of the object that `out` ends with. */
static void write_detail(struct vg_out *out, const struct vg_question *q, bool contact)
{
    const struct vg_question_item *a = &q->asked[0];
    if (contact) {
        const struct vg_sensor_boards *sensors = vg_sensors_acquire(q->api);
        vg_json_track(out, sensors, &a->track);
        vg_sensors_release(sensors);
        vg_json_hand(out, q->hand, q->hand_count);
    }
    write_points(out, "trail", q->points, a->points, true);
    vg_out_text(out, ",\"trail_dropped\":");
    vg_out_uint(out, a->dropped);
    vg_json_held(out, &a->vessel);
    vg_out_text(out, ",\"reports\":");
    vg_out_uint(out, a->vessel.reports);
    vg_out_text(out, "}\n");
}

static bool answer_one(struct vg_request *rq, struct vg_question *q, bool contact)
{
    const struct vg_question_item *a = &q->asked[0];
    const struct vg_sources *sources = q->api->sources;
    if (!a->found) {
        vg_question_free(q);
        return vg_reply_error(rq, 404, "not_found",
                              contact ? NO_CONTACT : "no vessel with this MMSI is in the picture");
    }
    struct vg_out out = vg_out_growing(VG_BODY_MAX);
    if (contact) {
        const struct vg_claimed_by others = {
            .sensors = vg_sensors_acquire(q->api), .row = &a->track, .hand = q->hand, .hand_count = q->hand_count};
        vg_json_contact(&out, sources, &a->vessel, q->clock_us, &others);
        vg_sensors_release(others.sensors);
    } else
        vg_json_vessel(&out, sources, &a->vessel, q->clock_us);
    out.len -= out.len > 0; /* the brace: the object goes on */
    vg_json_reported(&out, sources, &a->vessel, q->clock_us);
    write_detail(&out, q, contact);
    vg_question_free(q);
    return vg_reply_text(rq, 200, "application/json", &out, NULL);
}

static bool handle_answer(struct vg_request *rq, bool contact)
{
    bool replied = false;
    struct vg_question *q = vg_question_take(rq, &replied);
    return q ? answer_one(rq, q, contact) : replied;
}

bool vg_handle_vessel(struct vg_request *rq)
{
    uint32_t mmsi;
    const char *text = vg_request_argument(rq);
    if (vg_request_job(rq))
        return handle_answer(rq, false);
    if (!vg_mmsi_parse(text, strlen(text), &mmsi))
        return vg_reply_error(rq, 400, "bad_mmsi", "an MMSI is a number from 0 to 1073741823");
    struct vg_question *q = vg_question_new(vg_api_of(rq), 1, DETAIL_POINTS);
    if (q)
        q->asked[0].mmsi = mmsi;
    return vg_question_ask(rq, q);
}

bool vg_handle_contact(struct vg_request *rq)
{
    uint64_t id;
    if (vg_request_job(rq))
        return handle_answer(rq, true);
    if (!vg_contact_id_parse(vg_request_argument(rq), &id))
        return vg_reply_error(rq, 400, "bad_id", "a contact's id is 16 hexadecimal digits");
    if (!id)
        return vg_reply_error(rq, 404, "not_found", NO_CONTACT);
    struct vg_question *q = vg_question_new(vg_api_of(rq), 1, DETAIL_POINTS);
    if (q && !vg_question_hand(q, VG_HAND_SHOWN)) {
        vg_question_free(q);
        q = NULL;
    }
    if (q)
        q->asked[0].id = id;
    return vg_question_ask(rq, q);
}

/* ---- many trails ---- */

static void write_trails(struct vg_api *api, void *arg, struct vg_out *out)
{
    (void)api;
    const struct vg_question *q = arg;
    const struct vg_trail_point *points = q->points;
    bool first = true;
    vg_out_text(out, "{\"trails\":[");
    for (size_t i = 0; i < q->trails; i++) {
        const struct vg_question_item *a = &q->asked[i];
        if (!a->points)
            continue;
        vg_out_text(out, first ? "{\"mmsi\":" : ",\n{\"mmsi\":");
        first = false;
        vg_out_uint(out, a->vessel.mmsi);
        if (a->vessel.from_track) { /* others are known by their MMSI */
            vg_json_key(out, "contact");
            vg_json_contact_id(out, a->vessel.id);
        }
        write_points(out, "points", points, a->points, false);
        vg_out_char(out, '}');
        points += a->points;
    }
    vg_out_text(out, q->truncated ? "],\"truncated\":true}\n" : "],\"truncated\":false}\n");
}

/* The owner has answered: megabytes of JSON are made beside the streams. */
static bool answer_trails(struct vg_request *rq)
{
    bool replied = false;
    struct vg_question *q = vg_question_take(rq, &replied);
    if (!q)
        return replied;
    struct vg_answer answer = {
        .write = write_trails, .arg = q, .free_arg = vg_question_free, .type = "application/json"};
    for (size_t i = 0; i < q->trails; i++)
        answer.estimate += q->asked[i].points * POINT_BYTES;
    return vg_answer_make(rq, &answer);
}

/* The question for all vessels that fit, as far as the limit allows. NULL: no memory. */
static struct vg_question *trails_question(struct vg_api *s, const struct vg_filter *filter, uint64_t minutes)
{
    const struct vg_snapshot *snapshot = vg_snapshot_acquire(s->picture);
    uint64_t *id = malloc(TRAILS_VESSELS * sizeof *id);
    uint32_t count = 0;
    bool truncated = false;
    for (uint32_t slot = 0; id && slot < snapshot->chunks * VG_CHUNK_VESSELS && !truncated; slot++) {
        const struct vg_contact *v = vg_snapshot_vessel(snapshot, slot);
        if (!v || !vg_pos_valid(v->pos) || !vg_filter_match(filter, v, snapshot->clock_us))
            continue;
        truncated = count == TRAILS_VESSELS;
        if (!truncated)
            id[count++] = v->id;
    }
    vg_snapshot_release(snapshot);
    struct vg_question *q = id ? vg_question_new(s, count, TRAILS_POINTS) : NULL;
    for (uint32_t i = 0; q && i < count; i++)
        q->asked[i].id = id[i];
    free(id);
    if (!q)
        return NULL;
    q->truncated = truncated;
    q->back = true;
    q->since_us = (int64_t)minutes * VG_MINUTE_US;
    return q;
}

bool vg_handle_trails(struct vg_request *rq)
{
    char why[256];
    uint64_t minutes = 60;
    struct vg_filter filter;
    if (vg_request_job(rq))
        return vg_is_answer(rq) ? vg_answer_reply(rq) : answer_trails(rq);
    const char *text = vg_request_param(rq, "minutes");
    if (text && (vg_uint_parse(text, 1440, &minutes) || !minutes))
        return vg_reply_error(rq, 400, "bad_parameter", "minutes must be 1 to 1440");
    if (vg_filter_parse(vg_request_target(rq), &filter, why, sizeof why))
        return vg_reply_error(rq, 400, "bad_parameter", why);
    return vg_question_ask(rq, trails_question(vg_api_of(rq), &filter, minutes));
}
