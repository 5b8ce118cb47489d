/* /api/v1/history, …/track and …/export: what there is, and its rows as text. */
#include <stdlib.h>

#include "api/history.h"
#include "export/csv.h"

/* ---- what there is ---- */

struct newest {
    struct vg_history_job *job;
    int64_t time_us;
};

static enum vg_err on_newest(void *arg, const struct vg_position *row)
{
    struct newest *n = arg;
    if (row->time_us > n->time_us)
        n->time_us = row->time_us;
    return vg_history_row(n->job);
}

static void on_damage(void *arg, const char *path, enum vg_err err)
{
    (void)path, (void)err;
    vg_history_damage(*(struct vg_history_job **)arg);
}

static enum vg_err find_newest(struct newest *n, struct vg_store *store, const struct vg_store_hour *hour)
{
    struct vg_positions_query q = VG_POSITIONS_ALL;
    if (vg_history_newest(n->job->api, hour, &n->time_us))
        return VG_OK;
    q.from_us = hour->from_us;
    q.to_us = hour->from_us + VG_HOUR_US;
    enum vg_err err = vg_store_positions(store, &q, on_newest, on_damage, n, NULL);
    if (!err)
        vg_history_set_newest(n->job->api, hour, n->time_us);
    return err;
}

/* The hours are told as [unix seconds, bytes, rev]: a page that shows a year has 8 760 of them. */
static void write_hours(struct vg_out *out, const struct vg_store_hour *hours, size_t count)
{
    vg_out_text(out, ",\"hours\":[");
    for (size_t i = 0; i < count; i++)
        vg_out_printf(out, "%s[%lld,%llu,\"%llx.%x\"]", i ? "," : "", (long long)(hours[i].from_us / VG_SECOND_US),
                      (unsigned long long)hours[i].bytes, (unsigned long long)hours[i].bytes, hours[i].parts);
    vg_out_char(out, ']');
}

enum vg_err vg_run_summary(struct vg_history_job *job, struct vg_store *store)
{
    struct vg_out *out = &job->out;
    struct vg_store_hour *hours = NULL;
    size_t count = 0;
    struct newest newest = {job, VG_TIME_NONE};
    int64_t from_us = VG_TIME_NONE, to_us = VG_TIME_NONE, final_us = VG_TIME_NONE;
    enum vg_err err = store ? vg_history_hours(job, store, &hours, &count) : VG_OK;
    if (!err && count) {
        from_us = hours[0].from_us;
        to_us = hours[count - 1].from_us + VG_HOUR_US;
        final_us = hours[count - 1].from_us - VG_HISTORY_FINAL_US;
        err = find_newest(&newest, store, &hours[count - 1]);
    }
    if (!err) {
        vg_out_text(out, store ? "{\"archive\":true" : "{\"archive\":false");
        vg_json_time_or_null(out, "from", from_us);
        vg_json_time_or_null(out, "to", to_us);
        vg_json_time_or_null(out, "last", newest.time_us);
        vg_json_time_or_null(out, "final", final_us);
        write_hours(out, hours, count);
        vg_out_text(out, "}\n");
    }
    free(hours);
    return err;
}

/* ---- one row as text ---- */

/* The members behind the first. */
static void json_members(struct vg_out *out, const struct vg_position *p)
{
    vg_out_text(out, "\"time\":");
    vg_out_json_time(out, p->time_us);
    if (p->fields & VG_FIELD_BIT(SOG)) {
        vg_out_text(out, ",\"speed\":");
        vg_out_scaled(out, p->sog_dkn, 1);
    }
    if (p->fields & VG_FIELD_BIT(COG)) {
        vg_out_text(out, ",\"course\":");
        vg_out_scaled(out, p->cog_ddeg, 1);
    }
    if (p->fields & VG_FIELD_BIT(HEADING)) {
        vg_out_text(out, ",\"heading\":");
        vg_out_uint(out, p->heading_deg);
    }
    if (p->fields & VG_FIELD_BIT(TURN))
        vg_json_turn(out, p->turn_raw);
    if (p->fields & VG_FIELD_BIT(STATUS)) {
        vg_out_text(out, ",\"status\":");
        vg_out_uint(out, p->status);
    }
    vg_out_text(out, ",\"message\":");
    vg_out_uint(out, p->message);
    vg_out_text(out, p->accurate ? ",\"accurate\":true,\"source\":" : ",\"accurate\":false,\"source\":");
    vg_out_json_string(out, p->source_name.bytes, p->source_name.len);
    if (p->journal_offset) {
        vg_out_text(out, ",\"place\":");
        vg_out_uint(out, p->journal_offset);
    }
}

static void json_row(struct vg_out *out, const struct vg_position *p)
{
    vg_out_char(out, '{');
    vg_json_pos(out, p->pos);
    vg_out_char(out, ',');
    json_members(out, p);
    vg_out_char(out, '}');
}

static void feature_row(struct vg_out *out, const struct vg_position *p, const char *name)
{
    vg_out_text(out, "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[");
    vg_out_e4min_deg(out, p->pos.lon_e4min);
    vg_out_char(out, ',');
    vg_out_e4min_deg(out, p->pos.lat_e4min);
    vg_out_text(out, "]},\"properties\":{\"mmsi\":");
    vg_out_uint(out, p->mmsi);
    if (*name) {
        vg_out_text(out, ",\"name\":");
        vg_json_text(out, name);
    }
    vg_out_char(out, ',');
    json_members(out, p);
    vg_out_text(out, "}}");
}

/* ---- rows, thinned ---- */

#define NOBODY UINT32_MAX /* no row before; 0 is an MMSI that transponders send */

struct writing {
    struct vg_history_job *job;
    struct vg_pasts *names;
    const char *name; /* of the vessel of the row before */
    uint32_t mmsi;
    int64_t last_us;
    uint64_t count, most;
    const char *too_many;
};

static enum vg_err on_row(void *arg, const struct vg_position *row)
{
    struct writing *w = arg;
    struct vg_out *out = &w->job->out;
    int64_t step_us = (int64_t)w->job->ask.step_s * VG_SECOND_US;
    enum vg_err err = vg_history_row(w->job);
    if (err || (row->mmsi == w->mmsi && step_us && row->time_us - w->last_us < step_us))
        return err;
    if (row->mmsi != w->mmsi) {
        const struct vg_past *past = vg_pasts_find(w->names, row->mmsi);
        w->name = past ? past->contact.name : "";
    }
    w->mmsi = row->mmsi;
    w->last_us = row->time_us;
    if (w->count == w->most) {
        w->job->why = w->too_many;
        return VG_LIMIT;
    }
    enum vg_history_format format = w->job->ask.format;
    if (w->count++ && format != VG_HISTORY_CSV)
        vg_out_bytes(out, ",\n", 2);
    if (format == VG_HISTORY_CSV)
        vg_export_csv_position(out, row, w->name);
    else if (format == VG_HISTORY_GEOJSON)
        feature_row(out, row, w->name);
    else
        json_row(out, row);
    return out->err;
}

/* ---- one vessel's track ---- */

static void write_track_head(struct vg_history_job *job, const struct vg_pasts *pasts)
{
    struct vg_out *out = &job->out;
    if (job->ask.format == VG_HISTORY_CSV) {
        vg_export_csv_positions_head(out);
        return;
    }
    if (job->ask.format == VG_HISTORY_GEOJSON) {
        vg_out_text(out, "{\"type\":\"FeatureCollection\",\"features\":[");
        return;
    }
    vg_out_text(out, "{\"vessel\":");
    vg_json_vessel(out, &pasts->sources, &pasts->row[0].contact, job->ask.to_us);
    vg_out_text(out, ",\"from\":");
    vg_out_json_time(out, job->ask.from_us);
    vg_out_text(out, ",\"to\":");
    vg_out_json_time(out, job->ask.to_us);
    vg_out_text(out, ",\"points\":[");
}

enum vg_err vg_run_track(struct vg_history_job *job, struct vg_store *store)
{
    const struct vg_history_ask *a = &job->ask;
    struct vg_positions_query q = {.mmsi = a->mmsi, .from_us = a->from_us, .to_us = a->to_us};
    struct vg_pasts pasts;
    struct vg_past *past;
    struct writing w = {.job = job,
                        .names = &pasts,
                        .name = "",
                        .most = VG_HISTORY_TRACK_ROWS,
                        .too_many = "more than 300000 positions: ask for a shorter time or a larger step"};
    if (vg_pasts_init(&pasts))
        return VG_NOMEM;
    enum vg_err err = vg_pasts_take(&pasts, a->mmsi, &past);
    if (!err)
        err = vg_pasts_name(&pasts, job, store, VG_STORE_ALL, a->to_us);
    if (!err) {
        write_track_head(job, &pasts);
        err = vg_store_positions(store, &q, on_row, on_damage, &w, NULL);
    }
    if (!err && a->format == VG_HISTORY_GEOJSON)
        vg_out_text(&job->out, "]}\n");
    else if (!err && a->format == VG_HISTORY_JSON)
        vg_out_printf(&job->out, "],\"count\":%llu}\n", (unsigned long long)w.count);
    vg_pasts_free(&pasts);
    return err;
}

/* ---- export ---- */

/* The headers have long gone: what the answer lacks stands at its end. */
static void write_end(struct vg_history_job *job)
{
    if (job->unread)
        vg_out_printf(&job->out, "],\"unread_parts\":%llu}\n", (unsigned long long)job->unread);
    else
        vg_out_text(&job->out, "]}\n");
}

#define NAMES_BEFORE_US (6 * VG_HOUR_US)

/* Who said what, whoever it is; a full table keeps those it has. */
static enum vg_err on_name(void *arg, const struct vg_report *report)
{
    struct writing *w = arg;
    struct vg_past *past;
    enum vg_err err = vg_pasts_take(w->names, report->mmsi, &past);
    if (!err)
        vg_past_learn(past, report);
    return err == VG_NOMEM ? err : vg_history_row(w->job);
}

static enum vg_err learn_names(struct writing *w, struct vg_store *store, int64_t from_us, int64_t to_us)
{
    struct vg_positions_query q = {.mmsi = w->job->ask.mmsi, .from_us = from_us, .to_us = to_us};
    w->mmsi = NOBODY; /* the table may move: the name is looked up again */
    return vg_store_reports(store, 1u << VG_STORE_STATICS, &q, &w->names->sources, on_name, on_damage, w);
}

enum vg_err vg_run_export(struct vg_history_job *job, struct vg_store *store)
{
    const struct vg_history_ask *a = &job->ask;
    struct vg_pasts names;
    struct writing w = {.job = job,
                        .names = &names,
                        .name = "",
                        .most = VG_HISTORY_EXPORT_ROWS,
                        .too_many = "more than 50000000 positions: ask for a smaller area or a shorter time"};
    if (vg_pasts_init(&names))
        return VG_NOMEM;
    if (a->format == VG_HISTORY_CSV)
        vg_export_csv_positions_head(&job->out);
    else
        vg_out_text(&job->out, "{\"type\":\"FeatureCollection\",\"features\":[");
    enum vg_err err = learn_names(&w, store, a->from_us - NAMES_BEFORE_US, a->from_us);
    for (int64_t from_us = a->from_us, to_us; from_us < a->to_us && !err; from_us = to_us) {
        to_us = from_us - from_us % VG_HOUR_US + VG_HOUR_US;
        to_us = to_us < a->to_us ? to_us : a->to_us;
        struct vg_positions_query q = {
            .mmsi = a->mmsi, .box = a->filter.boxed ? &a->filter.box : NULL, .from_us = from_us, .to_us = to_us};
        err = learn_names(&w, store, from_us, to_us);
        if (!err)
            err = vg_store_positions(store, &q, on_row, on_damage, &w, NULL);
        if (!err)
            err = vg_history_check(job);
    }
    if (!err && a->format == VG_HISTORY_GEOJSON)
        write_end(job);
    vg_pasts_free(&names);
    return err;
}
