/* /api/v1/history, …/track and …/export: what there is, and its rows as text. */
#include <stdlib.h>

#include "api/history.h"
#include "export/csv.h"
#include "export/names.h"

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
    vg_history_damage(*(struct vg_history_job **)arg, path, err);
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

/* Rows with an absurd time can be asked for, but move neither end; how many hours have them is told. */
enum vg_err vg_run_summary(struct vg_history_job *job, struct vg_store *store)
{
    struct vg_out *out = &job->out;
    struct vg_store_hour *hours = NULL;
    size_t count = 0, first = 0;
    struct newest newest = {job, VG_TIME_NONE};
    enum vg_err err = store ? vg_history_hours(job, store, &hours, &count) : VG_OK;
    if (store && !err)
        job->unread = vg_history_unread(job);
    size_t possible = err ? 0 : vg_history_possible(hours, count, job->now_us, &first);
    const struct vg_store_hour *last = possible ? &hours[first + possible - 1] : NULL;
    if (last)
        err = find_newest(&newest, store, last);
    if (!err) {
        int64_t newest_us = newest.time_us < job->now_us ? newest.time_us : job->now_us;
        vg_out_text(out, store ? "{\"archive\":true" : "{\"archive\":false");
        vg_json_time_or_null(out, "from", last ? hours[first].from_us : VG_TIME_NONE);
        vg_json_time_or_null(out, "to", last ? last->from_us + VG_HOUR_US : VG_TIME_NONE);
        vg_json_time_or_null(out, "last", newest_us);
        vg_json_time_or_null(out, "final", vg_history_final(hours, count, job->now_us));
        write_hours(out, last ? &hours[first] : NULL, possible);
        if (possible < count)
            vg_out_printf(out, ",\"absurd_hours\":%zu", count - possible);
        vg_out_text(out, "}\n");
    }
    free(hours);
    return err;
}

/* ---- one row as text ---- */

/* The members behind the first. */
static void json_members(struct vg_out *out, const struct vg_position *p, const char *name)
{
    if (*name) {
        vg_out_text(out, "\"name\":");
        vg_json_text(out, name);
        vg_out_char(out, ',');
    }
    vg_out_text(out, "\"time\":");
    vg_out_json_time(out, p->time_us);
    if (p->time_source)
        vg_out_printf(out, ",\"time_source\":\"%s\"", vg_time_source_key((enum vg_time_source)p->time_source));
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
    vg_out_json_plain(out, p->source_name.bytes, p->source_name.len);
    if (p->journal_offset) {
        vg_out_text(out, ",\"place\":");
        vg_out_uint(out, p->journal_offset);
    }
}

static void json_row(struct vg_out *out, const struct vg_position *p, const char *name)
{
    vg_out_char(out, '{');
    vg_json_pos(out, p->pos, vg_message_is_coarse(p->message));
    vg_out_char(out, ',');
    json_members(out, p, name);
    vg_out_char(out, '}');
}

static void feature_row(struct vg_out *out, const struct vg_position *p, const char *name)
{
    vg_out_text(out, "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[");
    vg_out_e4min_said(out, p->pos.lon_e4min, vg_message_is_coarse(p->message));
    vg_out_char(out, ',');
    vg_out_e4min_said(out, p->pos.lat_e4min, vg_message_is_coarse(p->message));
    vg_out_text(out, "]},\"properties\":{\"mmsi\":");
    vg_out_uint(out, p->mmsi);
    vg_out_char(out, ',');
    json_members(out, p, name);
    vg_out_text(out, "}}");
}

/* ---- rows, thinned ---- */

#define NOBODY UINT32_MAX /* no row before; 0 is an MMSI that transponders send */

struct writing {
    struct vg_history_job *job;
    struct vg_pasts pasts; /* by whose rules a name counts */
    struct vg_names names; /* since when each was in force */
    uint32_t mmsi;         /* of the row before */
    int64_t last_us, hour_us;
    bool hourly; /* steps begin anew with each hour of the clock */
    uint64_t count, most;
    const char *too_many;
};

static enum vg_err on_row(void *arg, const struct vg_position *row)
{
    struct writing *w = arg;
    struct vg_out *out = &w->job->out;
    int64_t step_us = (int64_t)w->job->ask.step_s * VG_SECOND_US;
    int64_t hour_us = row->time_us / VG_HOUR_US;
    enum vg_err err = vg_history_row(w->job);
    if (w->hourly && hour_us != w->hour_us)
        w->mmsi = NOBODY;
    w->hour_us = hour_us;
    if (err || (row->mmsi == w->mmsi && step_us && row->time_us - w->last_us < step_us))
        return err;
    w->mmsi = row->mmsi;
    w->last_us = row->time_us;
    if (w->count == w->most) {
        w->job->why = w->too_many;
        return VG_LIMIT;
    }
    enum vg_history_format format = w->job->ask.format;
    const char *name = vg_names_at(&w->names, row->mmsi, row->time_us);
    if (w->count++ && format != VG_HISTORY_CSV)
        vg_out_bytes(out, ",\n", 2);
    if (format == VG_HISTORY_CSV)
        vg_export_csv_position(out, row, name);
    else if (format == VG_HISTORY_GEOJSON)
        feature_row(out, row, name);
    else
        json_row(out, row, name);
    return out->err;
}

/* ---- names ---- */

/* Who said what, whoever it is; a full table keeps those it has. */
static enum vg_err on_name(void *arg, const struct vg_report *report)
{
    struct writing *w = arg;
    struct vg_past *past;
    enum vg_err err = vg_pasts_take(&w->pasts, report->mmsi, &past);
    if (!err && vg_past_learn(past, report) & VG_FIELD_BIT(NAME))
        err = vg_names_add(&w->names, report->mmsi, report->time_us, report->time_source != VG_TIME_SOURCE_FILE,
                           past->contact.name);
    return err == VG_NOMEM ? err : vg_history_row(w->job);
}

/* All names of those that are asked for, before the first row: the one before the first name gets it, too. */
static enum vg_err learn_names(struct writing *w, struct vg_store *store)
{
    const struct vg_history_ask *a = &w->job->ask;
    struct vg_positions_query q = {
        .mmsi = a->mmsi, .from_us = a->from_us - VG_HISTORY_NAMES_HOURS * VG_HOUR_US, .to_us = a->to_us};
    return vg_store_reports(store, 1u << VG_STORE_STATICS, &q, &w->pasts.sources, on_name, on_damage, w);
}

static enum vg_err begin_writing(struct writing *w, struct vg_history_job *job)
{
    w->job = job;
    w->mmsi = NOBODY;
    vg_names_init(&w->names);
    return vg_pasts_init(&w->pasts);
}

static void end_writing(struct writing *w)
{
    vg_names_free(&w->names);
    vg_pasts_free(&w->pasts);
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

/* What the vessel was when the track ends stands at its head; the names of its rows are learned apart. */
static enum vg_err write_track(struct writing *w, struct vg_store *store)
{
    const struct vg_history_ask *a = &w->job->ask;
    struct vg_positions_query q = {.mmsi = a->mmsi, .from_us = a->from_us, .to_us = a->to_us};
    struct vg_pasts pasts;
    struct vg_past *past;
    if (vg_pasts_init(&pasts))
        return VG_NOMEM;
    enum vg_err err = vg_pasts_take(&pasts, a->mmsi, &past);
    if (!err)
        err = vg_pasts_name(&pasts, w->job, store, VG_STORE_ALL, a->to_us);
    if (!err)
        err = learn_names(w, store);
    if (!err) {
        write_track_head(w->job, &pasts);
        err = vg_store_positions(store, &q, on_row, on_damage, w, NULL);
    }
    vg_pasts_free(&pasts);
    return err;
}

enum vg_err vg_run_track(struct vg_history_job *job, struct vg_store *store)
{
    struct writing w = {.most = VG_HISTORY_TRACK_ROWS,
                        .too_many = "more than 300000 positions: ask for a shorter time or a larger step"};
    enum vg_err err = begin_writing(&w, job);
    if (!err)
        err = write_track(&w, store);
    if (!err && job->ask.format == VG_HISTORY_GEOJSON)
        vg_out_text(&job->out, "]}\n");
    else if (!err && job->ask.format == VG_HISTORY_JSON)
        vg_out_printf(&job->out, "],\"count\":%llu}\n", (unsigned long long)w.count);
    end_writing(&w);
    return err;
}

/* ---- export ---- */

/*
 * The headers go before the first row: what can't be read is looked for before, by the ends of all parts. A page that
 * turns out to be damaged later ends the answer in an error, unless nothing was sent.
 */
static enum vg_err look_ahead(struct vg_history_job *job, struct vg_store *store)
{
    const struct vg_history_ask *a = &job->ask;
    enum vg_err err = vg_store_check_span(store, 1u << VG_STORE_STATICS,
                                          a->from_us - VG_HISTORY_NAMES_HOURS * VG_HOUR_US, a->to_us, on_damage, &job);
    if (!err)
        err = vg_store_check_span(store, 1u << VG_STORE_POSITIONS, a->from_us, a->to_us, on_damage, &job);
    job->begun = true;
    return err;
}

static enum vg_err write_export(struct writing *w, struct vg_store *store)
{
    const struct vg_history_ask *a = &w->job->ask;
    struct vg_positions_query q = {
        .mmsi = a->mmsi, .box = a->filter.boxed ? &a->filter.box : NULL, .from_us = a->from_us, .to_us = a->to_us};
    enum vg_err err = learn_names(w, store);
    if (!err)
        err = vg_store_positions(store, &q, on_row, on_damage, w, NULL);
    return !err && w->job->broken ? VG_CORRUPT : err;
}

enum vg_err vg_run_export(struct vg_history_job *job, struct vg_store *store)
{
    struct writing w = {.hourly = true,
                        .most = VG_HISTORY_EXPORT_ROWS,
                        .too_many = "more than 50000000 positions: ask for a smaller area or a shorter time"};
    enum vg_err err = begin_writing(&w, job);
    if (!err)
        err = look_ahead(job, store);
    if (!err && job->ask.format == VG_HISTORY_CSV)
        vg_export_csv_positions_head(&job->out);
    else if (!err)
        vg_out_text(&job->out, "{\"type\":\"FeatureCollection\",\"features\":[");
    if (!err)
        err = write_export(&w, store);
    if (!err && job->ask.format == VG_HISTORY_GEOJSON)
        vg_out_text(&job->out, "]}\n");
    end_writing(&w);
    return err;
}
