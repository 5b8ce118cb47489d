/* /api/v1/history/region, …/vessels, …/vessel: where everyone was at a moment, and who they were. */
#include <stdlib.h>

#include "api/history.h"
#include "export/csv.h"
#include "report/mmsi.h"

/* ---- a region at a moment ---- */

static int by_mmsi(const void *a, const void *b)
{
    uint32_t x = ((const struct vg_past *)a)->mmsi, y = ((const struct vg_past *)b)->mmsi;
    return x < y ? -1 : x > y;
}

/* Sorts; vg_pasts_find() finds no more. */
static void sort(struct vg_pasts *pasts)
{
    if (pasts->count)
        qsort(pasts->row, pasts->count, sizeof *pasts->row, by_mmsi);
}

static enum vg_err write_binary(struct vg_history_job *job, struct vg_pasts *pasts)
{
    struct vg_block block;
    int64_t base_us = job->ask.from_us - VG_HISTORY_BACK_US;
    if (vg_block_init(&block, base_us))
        return VG_NOMEM;
    enum vg_err err = VG_OK;
    for (size_t i = 0; i < pasts->count && !err; i++) {
        const struct vg_past *past = &pasts->row[i];
        if (!past->placed)
            continue;
        struct vg_position at = past->at;
        at.source = vg_source_feed(&block.sources, vg_source_get(&pasts->sources, past->at.source)->name);
        err = vg_block_add(&block, &at);
    }
    if (!err)
        vg_block_write(&block, job, &job->out);
    vg_block_free(&block);
    return err;
}

static void write_text(struct vg_history_job *job, const struct vg_pasts *pasts)
{
    static const char *const heads[] = {"{\"vessels\":[", "{\"type\":\"FeatureCollection\",\"features\":["};
    struct vg_out *out = &job->out;
    enum vg_history_format format = job->ask.format;
    uint64_t total = 0, count = 0;
    if (format == VG_HISTORY_CSV)
        vg_export_csv_contacts_head(out);
    else
        vg_out_text(out, heads[format]);
    for (size_t i = 0; i < pasts->count && !out->err; i++) {
        struct vg_contact v;
        if (!pasts->row[i].placed)
            continue;
        vg_past_vessel(&pasts->row[i], &v);
        if (!vg_filter_match(&job->ask.filter, &v) || total++ >= job->ask.filter.limit)
            continue;
        if (count++ && format != VG_HISTORY_CSV)
            vg_out_bytes(out, ",\n", 2);
        if (format == VG_HISTORY_CSV)
            vg_export_csv_contact(out, &v, &pasts->sources);
        else if (format == VG_HISTORY_GEOJSON)
            vg_json_feature(out, &pasts->sources, &v);
        else
            vg_json_vessel(out, &pasts->sources, &v);
    }
    if (format == VG_HISTORY_CSV)
        return;
    vg_out_text(out, "],\"time\":");
    vg_out_json_time(out, job->ask.from_us);
    vg_out_printf(out, ",\"total\":%llu,\"count\":%llu}\n", (unsigned long long)total, (unsigned long long)count);
}

enum vg_err vg_run_region(struct vg_history_job *job, struct vg_store *store)
{
    struct vg_pasts pasts;
    bool binary = job->ask.format == VG_HISTORY_BINARY;
    if (vg_pasts_init(&pasts))
        return VG_NOMEM;
    enum vg_err err = vg_pasts_at(&pasts, job, store, job->ask.from_us);
    if (!err && !binary)
        err = vg_pasts_name(&pasts, job, store, job->ask.to_us);
    if (!err) {
        sort(&pasts);
        if (binary)
            err = write_binary(job, &pasts);
        else
            write_text(job, &pasts);
    }
    vg_pasts_free(&pasts);
    return err;
}

/* ---- who they were ---- */

struct roll {
    struct vg_history_job *job;
    struct vg_pasts *pasts;
    uint32_t mmsi;
};

static enum vg_err on_present(void *arg, const struct vg_position *row)
{
    struct roll *r = arg;
    struct vg_past *past;
    enum vg_err err = vg_history_row(r->job);
    if (err || row->mmsi == r->mmsi)
        return err;
    r->mmsi = row->mmsi;
    err = vg_pasts_take(r->pasts, row->mmsi, &past);
    if (err == VG_LIMIT)
        r->job->why = "more than 200000 vessels: ask for a smaller area";
    if (!err)
        past->at.message = row->message; /* tells the class */
    return err;
}

static void on_damage(void *arg, const char *path, enum vg_err err)
{
    (void)path, (void)err;
    vg_history_damage(*(struct vg_history_job **)arg);
}

/* Those that are shown at the hour's beginning may have spoken in the hour before only. */
enum vg_err vg_run_vessels(struct vg_history_job *job, struct vg_store *store)
{
    const struct vg_history_ask *a = &job->ask;
    struct vg_positions_query q = {
        .box = &a->filter.box, .from_us = a->from_us - VG_HISTORY_BACK_US, .to_us = a->to_us};
    struct vg_pasts pasts;
    if (vg_pasts_init(&pasts))
        return VG_NOMEM;
    struct roll roll = {.job = job, .pasts = &pasts};
    enum vg_err err = vg_store_positions(store, &q, on_present, on_damage, &roll, NULL);
    if (!err)
        err = vg_pasts_name(&pasts, job, store, a->to_us);
    if (!err) {
        sort(&pasts);
        vg_out_text(&job->out, "{\"vessels\":[");
        for (size_t i = 0; i < pasts.count && !job->out.err; i++) {
            struct vg_contact v;
            vg_past_vessel(&pasts.row[i], &v);
            vg_out_text(&job->out, i ? ",\n" : "");
            vg_json_vessel(&job->out, &pasts.sources, &v);
        }
        vg_out_text(&job->out, "],\"from\":");
        vg_out_json_time(&job->out, a->from_us);
        vg_out_printf(&job->out, ",\"count\":%zu}\n", pasts.count);
    }
    vg_pasts_free(&pasts);
    return err;
}

/* ---- one vessel, field by field ---- */

struct portrait {
    struct vg_history_job *job;
    struct vg_contact v;
    struct vg_sources sources;
    int64_t trail_us; /* points since then */
    bool any;
};

static struct vg_prov prov(struct portrait *p, int64_t time_us, struct vg_parquet_text source, uint8_t message,
                           uint64_t journal_offset)
{
    return vg_prov_of(time_us, vg_history_source(&p->sources, source), message, journal_offset);
}

static void write_point(struct portrait *p, const struct vg_position *row)
{
    struct vg_out *out = &p->job->out;
    vg_out_text(out, p->any ? ",[" : "[");
    p->any = true;
    vg_out_e4min_deg(out, row->pos.lon_e4min);
    vg_out_char(out, ',');
    vg_out_e4min_deg(out, row->pos.lat_e4min);
    vg_out_char(out, ',');
    vg_out_scaled(out, row->time_us / 1000, 3);
    for (int i = 0; i < 2; i++) {
        uint32_t bit = i ? VG_FIELD_BIT(COG) : VG_FIELD_BIT(SOG);
        vg_out_char(out, ',');
        if (row->fields & bit)
            vg_out_scaled(out, i ? row->cog_ddeg : row->sog_dkn, 1);
        else
            vg_out_text(out, "null");
    }
    vg_out_char(out, ']');
}

static enum vg_err on_move(void *arg, const struct vg_position *row)
{
    struct portrait *p = arg;
    struct vg_prov said = prov(p, row->time_us, row->source_name, row->message, row->journal_offset);
    struct vg_contact *v = &p->v;
    v->class = (uint8_t)vg_history_class(v->mmsi, row->message);
    v->pos = row->pos;
    v->heard_us = row->time_us;
    v->prov[VG_FIELD_POS] = said;
#define TAKE(FIELD, member)                                                                                            \
    if (row->fields & VG_FIELD_BIT(FIELD)) {                                                                           \
        v->member = row->member;                                                                                       \
        v->prov[VG_FIELD_##FIELD] = said;                                                                              \
    }
    TAKE(SOG, sog_dkn)
    TAKE(COG, cog_ddeg)
    TAKE(HEADING, heading_deg)
    TAKE(TURN, turn_raw)
    TAKE(STATUS, status)
#undef TAKE
    v->reports++;
    if (row->time_us >= p->trail_us)
        write_point(p, row);
    return vg_history_row(p->job);
}

static enum vg_err on_word(void *arg, const struct vg_static *row)
{
    struct portrait *p = arg;
    struct vg_contact *v = &p->v;
    struct vg_prov said = prov(p, row->time_us, row->source_name, row->message, row->journal_offset);
    struct vg_past past = {.mmsi = v->mmsi, .said = *row};
    struct vg_contact told;
    if (v->class == VG_CLASS_UNKNOWN)
        v->class = (uint8_t)vg_history_class(v->mmsi, row->message);
    vg_past_vessel(&past, &told);
#define TAKE(FIELD, copy)                                                                                              \
    if (row->fields & VG_FIELD_BIT(FIELD)) {                                                                           \
        copy;                                                                                                          \
        v->prov[VG_FIELD_##FIELD] = said;                                                                              \
    }
    TAKE(NAME, memcpy(v->name, told.name, sizeof v->name))
    TAKE(CALLSIGN, memcpy(v->callsign, told.callsign, sizeof v->callsign))
    TAKE(DESTINATION, memcpy(v->destination, told.destination, sizeof v->destination))
    TAKE(IMO, v->imo = told.imo)
    TAKE(SHIPTYPE, v->shiptype = told.shiptype)
    TAKE(DRAUGHT, v->draught_dm = told.draught_dm)
    TAKE(ETA, v->eta_month = told.eta_month; v->eta_day = told.eta_day; v->eta_hour = told.eta_hour;
         v->eta_minute = told.eta_minute)
    TAKE(DIMENSIONS, v->to_bow_m = told.to_bow_m; v->to_stern_m = told.to_stern_m; v->to_port_m = told.to_port_m;
         v->to_starboard_m = told.to_starboard_m)
#undef TAKE
    v->reports++;
    if (row->time_us > v->heard_us)
        v->heard_us = row->time_us;
    return vg_history_row(p->job);
}

/* The trail is written as it is read, what it leads to behind it: the order of members means nothing in JSON. */
enum vg_err vg_run_vessel(struct vg_history_job *job, struct vg_store *store)
{
    const struct vg_history_ask *a = &job->ask;
    int64_t at_us = a->from_us, back_us = (int64_t)a->step_s * VG_SECOND_US;
    struct portrait p = {.job = job, .trail_us = at_us - back_us, .v = {.mmsi = a->mmsi, .pos = VG_POS_NONE}};
    struct vg_positions_query q = {
        .mmsi = a->mmsi, .from_us = at_us - VG_HISTORY_NAMES_HOURS * VG_HOUR_US, .to_us = at_us + 1};
    if (vg_sources_init(&p.sources))
        return VG_NOMEM;
    const char *flag = vg_mmsi_country(a->mmsi);
    memcpy(p.v.flag, flag, *flag ? 2 : 0);
    vg_out_text(&job->out, "{\"trail\":[");
    enum vg_err err = vg_store_positions(store, &q, on_move, on_damage, &p, NULL);
    if (!err)
        err = vg_store_statics(store, &q, on_word, on_damage, &p);
    if (!err && !p.v.reports) {
        job->why = "nothing was heard of this vessel in the 24 hours before";
        err = VG_NOT_FOUND;
    }
    if (!err) {
        struct vg_out object = vg_out_growing(65536);
        vg_json_vessel(&object, &p.sources, &p.v);
        vg_out_text(&job->out, "],\"trail_dropped\":0,\"reports\":");
        vg_out_uint(&job->out, p.v.reports);
        vg_json_reported(&job->out, &p.sources, &p.v);
        vg_out_char(&job->out, ',');
        if (object.len > 1)
            vg_out_bytes(&job->out, object.buf + 1, object.len - 1); /* without its brace */
        err = object.err;
        vg_out_free(&object);
        vg_out_char(&job->out, '\n');
    }
    vg_sources_free(&p.sources);
    return err;
}
