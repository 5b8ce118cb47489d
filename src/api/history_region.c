/* /api/v1/history/region, …/vessels, …/vessel: where everyone was at a moment, and who they were. */
#include <stdlib.h>

#include "api/history.h"
#include "export/csv.h"
#include "vessel/fields.h"

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
    struct vg_block block = {.base_us = job->ask.from_us - VG_HISTORY_MOST_US, .sources = &pasts->sources};
    enum vg_err err = VG_OK;
    for (size_t i = 0; i < pasts->count && !err; i++) {
        const struct vg_past *past = &pasts->row[i];
        const struct vg_contact *c = &past->contact;
        if (past->placed)
            err = vg_block_add(&block, c, (int64_t)c->prov[VG_FIELD_POS].time_ms * 1000, job->ask.from_us,
                               VG_BLOCK_POSITION, past->memory.arrival_us + vg_silence_us(vg_contact_silence(c)));
    }
    if (!err)
        vg_block_write(&block, job, &job->out);
    vg_block_free(&block);
    return err;
}

/* The members of VESSEL, and where the time of her position comes from; without one, of her newest report. */
static void write_members(struct vg_out *out, const struct vg_pasts *pasts, const struct vg_past *past, int64_t now_us)
{
    uint8_t from = vg_pos_valid(past->contact.pos) ? past->placed_from : past->time_source;
    vg_json_vessel_members(out, &pasts->sources, &past->contact, now_us);
    if (from)
        vg_out_printf(out, ",\"time_source\":\"%s\"", vg_time_source_key((enum vg_time_source)from));
}

static void write_text(struct vg_history_job *job, const struct vg_pasts *pasts)
{
    static const char *const heads[] = {"{\"vessels\":[", "{\"type\":\"FeatureCollection\",\"features\":["};
    struct vg_out *out = &job->out;
    enum vg_history_format format = job->ask.format;
    int64_t now_us = job->ask.from_us;
    uint64_t total = 0, count = 0;
    if (format == VG_HISTORY_CSV)
        vg_export_csv_contacts_head(out);
    else
        vg_out_text(out, heads[format]);
    for (size_t i = 0; i < pasts->count && !out->err; i++) {
        const struct vg_contact *v = &pasts->row[i].contact;
        if (!pasts->row[i].placed || !vg_filter_match(&job->ask.filter, v, now_us) || total++ >= job->ask.filter.limit)
            continue;
        if (count++ && format != VG_HISTORY_CSV)
            vg_out_bytes(out, ",\n", 2);
        if (format == VG_HISTORY_CSV) {
            vg_export_csv_contact(out, v, &pasts->sources, NULL, now_us);
            continue;
        }
        if (format == VG_HISTORY_GEOJSON)
            vg_json_feature_begin(out, v);
        else
            vg_out_char(out, '{');
        write_members(out, pasts, &pasts->row[i], now_us);
        vg_out_text(out, format == VG_HISTORY_GEOJSON ? "}}" : "}");
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
        err = vg_pasts_name(&pasts, job, store, VG_PASTS_WORDS, job->ask.to_us);
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

/* Without where she was: that is of a moment. */
static struct vg_contact without_motion(const struct vg_past *past)
{
    struct vg_contact v = past->contact;
    vg_contact_forget_fields(&v, ~vg_fields_lasting());
    v.held_pos = VG_POS_NONE;
    v.flags = 0;
    return v;
}

/* Those that are shown at the hour's beginning may have spoken before only. */
enum vg_err vg_run_vessels(struct vg_history_job *job, struct vg_store *store)
{
    const struct vg_history_ask *a = &job->ask;
    struct vg_pasts pasts;
    if (vg_pasts_init(&pasts))
        return VG_NOMEM;
    enum vg_err err = vg_pasts_between(&pasts, job, store, a->from_us, a->to_us);
    if (!err)
        err = vg_pasts_name(&pasts, job, store, VG_PASTS_WORDS, a->to_us);
    if (!err) {
        sort(&pasts);
        vg_out_text(&job->out, "{\"vessels\":[");
        for (size_t i = 0; i < pasts.count && !job->out.err; i++) {
            struct vg_contact v = without_motion(&pasts.row[i]);
            vg_out_text(&job->out, i ? ",\n" : "");
            vg_json_vessel(&job->out, &pasts.sources, &v, a->to_us);
        }
        vg_out_text(&job->out, "],\"from\":");
        vg_out_json_time(&job->out, a->from_us);
        vg_out_printf(&job->out, ",\"count\":%zu}\n", pasts.count);
    }
    vg_pasts_free(&pasts);
    return err;
}

/* ---- one vessel, field by field ---- */

struct one_vessel {
    struct vg_history_job *job;
    struct vg_pasts pasts;
    struct vg_past *past;
    int64_t trail_us; /* points since then */
    uint64_t reports;
    bool any;
};

static void write_point(struct one_vessel *p, const struct vg_report *r)
{
    struct vg_out *out = &p->job->out;
    vg_out_text(out, p->any ? ",[" : "[");
    p->any = true;
    vg_out_e4min_said(out, r->pos.lon_e4min, vg_message_is_coarse(r->message));
    vg_out_char(out, ',');
    vg_out_e4min_said(out, r->pos.lat_e4min, vg_message_is_coarse(r->message));
    vg_out_char(out, ',');
    vg_out_scaled(out, r->time_us / 1000, 3);
    for (int i = 0; i < 2; i++) {
        uint32_t bit = i ? VG_FIELD_BIT(COG) : VG_FIELD_BIT(SOG);
        vg_out_char(out, ',');
        if (r->fields & bit)
            vg_out_scaled(out, i ? r->cog_ddeg : r->sog_dkn, 1);
        else
            vg_out_text(out, "null");
    }
    vg_out_char(out, ']');
}

static enum vg_err on_report(void *arg, const struct vg_report *report)
{
    struct one_vessel *p = arg;
    struct vg_change change;
    vg_past_apply(p->past, report, &change);
    p->reports++;
    if ((change.verdict == VG_VERDICT_BELIEVED || change.verdict == VG_VERDICT_ADOPTED) &&
        report->time_us >= p->trail_us)
        write_point(p, report);
    return vg_history_row(p->job);
}

static void write_rest(struct one_vessel *p)
{
    struct vg_out *out = &p->job->out;
    const struct vg_contact *v = &p->past->contact;
    vg_out_text(out, "],\"trail_dropped\":0,\"reports\":");
    vg_out_uint(out, p->reports);
    vg_json_reported(out, &p->pasts.sources, v, p->job->ask.from_us);
    vg_json_held(out, v);
    vg_out_char(out, ',');
    write_members(out, &p->pasts, p->past, p->job->ask.from_us);
    vg_out_text(out, "}\n");
}

/* The trail is written as it is read, what it leads to behind it: the order of members means nothing in JSON. */
enum vg_err vg_run_vessel(struct vg_history_job *job, struct vg_store *store)
{
    const struct vg_history_ask *a = &job->ask;
    int64_t at_us = a->from_us;
    struct one_vessel p = {.job = job, .trail_us = at_us - (int64_t)a->step_s * VG_SECOND_US};
    struct vg_positions_query q = {.mmsi = a->mmsi, .from_us = at_us - VG_HISTORY_MOST_US, .to_us = at_us + 1};
    if (vg_pasts_init(&p.pasts))
        return VG_NOMEM;
    enum vg_err err = vg_pasts_take(&p.pasts, a->mmsi, &p.past);
    vg_out_text(&job->out, "{\"trail\":[");
    if (!err)
        err = vg_store_reports(store, VG_STORE_ALL, &q, &p.pasts.sources, on_report, vg_pasts_damage, &p);
    if (!err && !p.reports) {
        job->why = "nothing was heard of this vessel in the 24 hours before";
        err = VG_NOT_FOUND;
    }
    if (!err) {
        vg_past_tick(p.past, at_us);
        write_rest(&p);
    }
    vg_pasts_free(&p.pasts);
    return err;
}
