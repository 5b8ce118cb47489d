/* /api/v1/history…: from parameters to a job for the job queue, and from the job's end to an answer. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/history.h"
#include "report/mmsi.h"

#define CACHE_FINAL  "public, max-age=31536000, immutable"
#define CACHE_LONG   "public, max-age=3600"
#define CACHE_SHORT  "public, max-age=5"
#define MINUTES_MOST 1440
#define STEP_MOST_S  3600
#define CELL_E4DEG   1e4
#define UNREADABLE   "the archive can't be read, or not all that is asked for: 'vigia repair' tells and mends"
#define TYPE_JSON    "application/json"
#define TYPE_GEOJSON "application/geo+json"
#define TYPE_CSV     "text/csv; charset=utf-8"
#define TYPE_BINARY  "application/octet-stream"
#define FORMAT(x)    (1u << VG_HISTORY_##x)

/* What a route needs to be told. */
enum need { NEED_MMSI = 1, NEED_BBOX = 2, NEED_SPAN = 4, NEED_AT = 8, NEED_BLOCK = 16, NEED_HOUR = 32, NEED_CELL = 64 };

static const struct kind {
    const char *id; /* of the route */
    vg_history_run *run;
    const char *filename;          /* without its ending; NULL: shown */
    enum vg_history_format format; /* if none is asked for */
    unsigned needs, formats;       /* bits of enum need, and of the formats that there are */
    bool streamed;
} kinds[] = {
    {"history", vg_run_summary, NULL, VG_HISTORY_JSON, 0, FORMAT(JSON), false},
    {"historyBlock", vg_run_block, NULL, VG_HISTORY_BINARY, NEED_BBOX | NEED_BLOCK, FORMAT(BINARY), false},
    {"historyRegion", vg_run_region, "vigia-region", VG_HISTORY_JSON, NEED_BBOX | NEED_AT,
     FORMAT(JSON) | FORMAT(GEOJSON) | FORMAT(CSV) | FORMAT(BINARY), false},
    {"historyVessels", vg_run_vessels, NULL, VG_HISTORY_JSON, NEED_BBOX | NEED_HOUR, FORMAT(JSON), false},
    {"historyVessel", vg_run_vessel, NULL, VG_HISTORY_JSON, NEED_MMSI | NEED_AT, FORMAT(JSON), false},
    {"historyTrack", vg_run_track, "vigia-track", VG_HISTORY_JSON, NEED_MMSI | NEED_SPAN,
     FORMAT(JSON) | FORMAT(GEOJSON) | FORMAT(CSV), false},
    {"historyDensity", vg_run_density, NULL, VG_HISTORY_JSON, NEED_BBOX | NEED_SPAN | NEED_CELL,
     FORMAT(JSON) | FORMAT(BINARY), false},
    {"historyExport", vg_run_export, "vigia-positions", VG_HISTORY_CSV, NEED_SPAN, FORMAT(CSV) | FORMAT(GEOJSON), true},
};

static const struct {
    const char *name, *type, *ending;
} formats[] = {
    [VG_HISTORY_JSON] = {"json", TYPE_JSON, "json"},
    [VG_HISTORY_GEOJSON] = {"geojson", TYPE_GEOJSON, "geojson"},
    [VG_HISTORY_CSV] = {"csv", TYPE_CSV, "csv"},
    [VG_HISTORY_BINARY] = {"binary", TYPE_BINARY, "bin"},
};

/* ---- parameters ---- */

struct reading {
    const struct vg_target *target;
    struct vg_history_ask *ask;
    int64_t now_us;
    char *why;
    size_t why_size;
};

static bool refuse(struct reading *r, const char *why)
{
    snprintf(r->why, r->why_size, "%s", why);
    return false;
}

#define ZONED 16 /* characters of YYYY-MM-DDThh:mm, which a zone stands behind */

/* A '+' that nobody escaped has become a blank on the way. */
static void mend_zone(char *text)
{
    char *blank = strrchr(text, ' ');
    if (blank && blank - text >= ZONED)
        *blank = '+';
}

/* `end`: of a day alone, its end. */
static bool read_time(struct reading *r, const char *name, bool end, int64_t *ret_us)
{
    const char *said = vg_target_get(r->target, name);
    char text[VG_TIME_TEXT];
    struct vg_time_asked t;
    size_t len = (size_t)snprintf(text, sizeof text, "%s", said ? said : "");
    mend_zone(text);
    if (len >= sizeof text || !vg_time_asked(text, len, r->now_us, &t)) {
        snprintf(r->why, r->why_size, "%s must be a time as " VG_TIME_ASKED_FORMS, name);
        return false;
    }
    *ret_us = end ? t.to_us : t.from_us;
    r->ask->relative |= t.relative;
    return true;
}

static bool read_span(struct reading *r)
{
    struct vg_history_ask *a = r->ask;
    if (!read_time(r, "from", false, &a->from_us) || !read_time(r, "to", true, &a->to_us))
        return false;
    if (a->from_us >= a->to_us || a->to_us - a->from_us > VG_HISTORY_SPAN_US)
        return refuse(r, "to must be after from, and at most 31 days after it");
    return true;
}

static bool read_block(struct reading *r)
{
    const char *text = vg_target_get(r->target, "seconds");
    uint64_t seconds = 0;
    if (!text || vg_uint_parse(text, 3600, &seconds) || (seconds != 600 && seconds != 3600))
        return refuse(r, "seconds must be 600 or 3600");
    if (!read_time(r, "from", false, &r->ask->from_us))
        return false;
    if (r->ask->from_us < 0 || r->ask->from_us % ((int64_t)seconds * VG_SECOND_US))
        return refuse(r, "from must be a multiple of the block's length");
    r->ask->to_us = r->ask->from_us + (int64_t)seconds * VG_SECOND_US;
    return true;
}

static bool read_hour(struct reading *r)
{
    if (!read_time(r, "from", false, &r->ask->from_us))
        return false;
    if (r->ask->from_us < 0 || r->ask->from_us % VG_HOUR_US)
        return refuse(r, "from must be the beginning of an hour");
    r->ask->to_us = r->ask->from_us + VG_HOUR_US;
    return true;
}

/* The moment itself counts: [at, at + 1 µs). `minutes`: how far back a trail goes. */
static bool read_at(struct reading *r)
{
    uint64_t minutes = 60;
    const char *text = vg_target_get(r->target, "minutes");
    if (!read_time(r, "at", false, &r->ask->from_us))
        return false;
    if (text && (vg_uint_parse(text, MINUTES_MOST, &minutes) || !minutes))
        return refuse(r, "minutes must be 1 to 1440");
    r->ask->to_us = r->ask->from_us + 1;
    r->ask->step_s = (uint32_t)minutes * 60; /* a question at a moment has no step: see vg_run_vessel() */
    return true;
}

static bool read_mmsi(struct reading *r, bool needed)
{
    const char *text = vg_target_get(r->target, "mmsi");
    uint32_t mmsi = 0;
    if (!text && !needed)
        return true;
    if (!text || !vg_mmsi_parse(text, strlen(text), &mmsi) || !mmsi) /* 0 would mean all */
        return refuse(r, "mmsi must be a number from 1 to 1073741823");
    r->ask->mmsi = mmsi;
    return true;
}

static bool read_step(struct reading *r)
{
    const char *text = vg_target_get(r->target, "step");
    uint64_t step = 0;
    if (text && vg_uint_parse(text, STEP_MOST_S, &step))
        return refuse(r, "step must be seconds, 0 to 3600");
    if (text)
        r->ask->step_s = (uint32_t)step;
    return true;
}

static bool read_cell(struct reading *r)
{
    static const uint32_t cells[] = {10000, 5000, 2500, 1000, 500, 250, 100, 50, 25, 10};
    const char *text = vg_target_get(r->target, "cell");
    double cell = 0;
    if (text && !vg_number_parse(text, &cell))
        for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
            if (fabs(cell * CELL_E4DEG - cells[i]) < 1e-6) {
                r->ask->cell_e4deg = cells[i];
                return true;
            }
    return refuse(r, "cell must be 1, 0.5, 0.25, 0.1, 0.05, 0.025, 0.01, 0.005, 0.0025 or 0.001 degrees");
}

static bool read_format(struct reading *r, const struct kind *kind)
{
    const char *text = vg_target_get(r->target, "format");
    r->ask->format = kind->format;
    for (unsigned f = 0; text && f < sizeof formats / sizeof *formats; f++)
        if (kind->formats >> f & 1 && strcmp(text, formats[f].name) == 0) {
            r->ask->format = (enum vg_history_format)f;
            return true;
        }
    if (!text)
        return true;
    size_t n = (size_t)snprintf(r->why, r->why_size, "format must be one of");
    for (unsigned f = 0; f < sizeof formats / sizeof *formats; f++)
        if (kind->formats >> f & 1 && n < r->why_size)
            n += (size_t)snprintf(r->why + n, r->why_size - n, " %s", formats[f].name);
    return false;
}

static bool read_question(struct reading *r, const struct kind *kind)
{
    unsigned needs = kind->needs;
    if (vg_filter_parse(r->target, &r->ask->filter, r->why, r->why_size))
        return false;
    if (needs & NEED_BBOX && !r->ask->filter.boxed)
        return refuse(r, "bbox is needed: four degrees W,S,E,N");
    if (needs & NEED_BLOCK || needs & NEED_HOUR)
        r->ask->filter.box = vg_history_snap(&r->ask->filter.box);
    return read_format(r, kind) && read_mmsi(r, needs & NEED_MMSI) && read_step(r) &&
           (!(needs & NEED_SPAN) || read_span(r)) && (!(needs & NEED_AT) || read_at(r)) &&
           (!(needs & NEED_BLOCK) || read_block(r)) && (!(needs & NEED_HOUR) || read_hour(r)) &&
           (!(needs & NEED_CELL) || read_cell(r));
}

/* ---- answers ---- */

static const char *cache_of(struct vg_request *rq, const struct vg_history_job *job)
{
    if (job->unread)
        return "no-store"; /* the part may be mended */
    if (job->summary)
        return "no-cache";
    if (!job->final)
        return CACHE_SHORT;
    return vg_request_param(rq, "rev") ? CACHE_FINAL : CACHE_LONG;
}

static bool answer_error(struct vg_request *rq, const struct vg_job *job)
{
    const struct vg_history_job *h = vg_job_work(job);
    switch (vg_job_err(job)) {
    case VG_LIMIT:
        return vg_reply_error(rq, 413, "too_much", h->why ? h->why : "this is too much: ask for less");
    case VG_NOT_FOUND:
        if (h->unread) /* it may be in a part that can't be read */
            return vg_reply_error(rq, 500, "unreadable", UNREADABLE);
        return vg_reply_error(rq, 404, "not_found", h->why ? h->why : "there is no archive yet");
    case VG_NOMEM:
    case VG_EOF:
        return vg_reply_job_failed(rq, job);
    case VG_CORRUPT:
        return vg_reply_error(rq, 500, "unreadable", UNREADABLE);
    default:
        return vg_reply_error(rq, 500, "unreadable", "the archive can't be read");
    }
}

static void tell_unread(struct vg_request *rq, uint64_t unread)
{
    if (unread)
        vg_reply_number(rq, "X-Vigia-Unread-Parts", unread);
}

static bool answer_stream(struct vg_request *rq, const struct vg_history_job *h)
{
    char disposition[80];
    tell_unread(rq, h->unread_ahead);
    snprintf(disposition, sizeof disposition, "attachment; filename=\"%s.%s\"", h->filename,
             formats[h->ask.format].ending);
    return vg_reply_job(rq, h->type, disposition);
}

static bool answer(struct vg_request *rq)
{
    struct vg_job *job = vg_request_job(rq);
    struct vg_history_job *h = vg_job_work(job);
    enum vg_job_state state = vg_job_state(job);
    if (h->streamed && (state == VG_JOB_SENDS || (state == VG_JOB_DONE && !vg_job_err(job))))
        return answer_stream(rq, h);
    if (state != VG_JOB_DONE)
        return vg_reply_job_failed(rq, job);
    if (vg_job_err(job))
        return answer_error(rq, job);
    const char *cache = cache_of(rq, h);
    if (h->unchanged)
        return vg_reply_unchanged(rq, h->etag, cache);
    struct vg_out body = h->out;
    h->out = (struct vg_out){0};
    tell_unread(rq, h->unread);
    return vg_reply_bytes(rq, h->type, &body, h->packed, h->unread ? NULL : h->etag, cache);
}

/* ---- the handler ---- */

static const struct kind *kind_of(const struct vg_request *rq)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].id, vg_request_route(rq)->id) == 0)
            return &kinds[i];
    return NULL;
}

static bool no_archive(struct vg_request *rq, const struct kind *kind)
{
    if (kind->run != vg_run_summary)
        return vg_reply_error(rq, 404, "no_history", "this server keeps no archive");
    struct vg_out out = vg_out_growing(256);
    vg_out_text(&out, "{\"archive\":false,\"from\":null,\"to\":null,\"last\":null,\"final\":null,\"hours\":[]}\n");
    return vg_reply_text(rq, 200, TYPE_JSON, &out, NULL);
}

static struct vg_history_job *new_job(const struct vg_request *rq, const struct kind *kind,
                                      const struct vg_history_ask *ask, int64_t now_us)
{
    struct vg_history_job *job = calloc(1, sizeof *job);
    if (!job)
        return NULL;
    job->api = vg_api_of(rq);
    job->ask = *ask;
    job->now_us = now_us;
    job->run = kind->run;
    job->summary = kind->run == vg_run_summary;
    job->type = formats[ask->format].type;
    job->filename = kind->filename;
    job->streamed = kind->streamed;
    job->takes_gzip = vg_request_takes_gzip(rq);
    job->hash = vg_target_hash(vg_request_target(rq), "rev");
    const char *has = vg_request_header(rq, "If-None-Match");
    snprintf(job->has, sizeof job->has, "%s", has && strlen(has) < sizeof job->has ? has : "");
    return job;
}

bool vg_handle_history(struct vg_request *rq)
{
    const struct kind *kind = kind_of(rq);
    if (vg_request_job(rq))
        return answer(rq);
    if (!kind || !vg_api_of(rq)->history)
        return kind ? no_archive(rq, kind) : vg_reply_error(rq, 404, "not_found", "no such question");
    char why[256] = "";
    struct vg_history_ask ask = {0};
    int64_t now_us = vg_api_of(rq)->options.wall_us();
    struct reading reading = {vg_request_target(rq), &ask, now_us, why, sizeof why};
    if (!read_question(&reading, kind))
        return vg_reply_error(rq, 400, "bad_parameter", why);
    if (vg_request_is_head(rq) && kind->streamed)
        return vg_reply_head(rq, formats[ask.format].type);
    struct vg_history_job *job = new_job(rq, kind, &ask, now_us);
    return job ? vg_history_ask(rq, job) : vg_reply_no_memory(rq);
}
