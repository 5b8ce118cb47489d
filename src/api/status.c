/* /api/v1/feeds and /api/v1/status. */
#include <stdio.h>

#include "api/inner.h"

/* ---- /api/v1/feeds ---- */

static void write_refused(struct vg_out *out, const struct vg_refusals *r)
{
    bool first = true;
    vg_out_text(out, ",\"refused\":[");
    for (unsigned i = VG_REFUSAL_NONE + 1; i < VG_REFUSAL_COUNT; i++) {
        if (!r->count[i])
            continue;
        vg_out_text(out, first ? "{\"reason\":" : ",{\"reason\":");
        first = false;
        vg_json_text(out, vg_refusal_key((enum vg_refusal)i));
        vg_out_text(out, ",\"text\":");
        vg_json_text(out, vg_refusal_text((enum vg_refusal)i));
        vg_json_number(out, "count", r->count[i]);
        vg_out_text(out, ",\"example\":");
        vg_out_json_plain(out, r->example[i], strnlen(r->example[i], VG_EXAMPLE_SIZE));
        vg_json_time_or_null(out, "time", r->time_us[i]);
        vg_out_char(out, '}');
    }
    vg_out_char(out, ']');
}

static void write_feed(struct vg_out *out, const struct vg_feed_board *f)
{
    vg_out_text(out, "{\"name\":");
    vg_out_json_plain(out, f->spec.name, strnlen(f->spec.name, sizeof f->spec.name));
    vg_out_text(out, ",\"url\":");
    vg_out_json_plain(out, f->spec.url, strnlen(f->spec.url, sizeof f->spec.url));
    vg_out_text(out, ",\"language\":");
    vg_json_text(out, vg_feed_language_key(f->spec.language));
    vg_out_text(out, ",\"state\":");
    vg_json_text(out, vg_feed_state_key(f->status.state));
    vg_json_time_or_null(out, "since", f->status.since_us);
    vg_json_time_or_null(out, "last", f->status.last_us);
    vg_out_text(out, ",\"stall_s\":");
    vg_out_int(out, f->spec.stall_us / VG_SECOND_US);
    vg_json_number(out, "bytes", f->status.bytes);
    vg_json_number(out, "lines", f->lines);
    vg_json_number(out, "sentences", f->sentences);
    vg_json_number(out, "messages", f->messages);
    vg_json_number(out, "lost", f->lost);
    vg_json_number(out, "duplicates", f->duplicates);
    vg_out_printf(out, ",\"rate\":%.2f", f->rate >= 0 && f->rate < 1e9 ? f->rate : 0);
    vg_json_number(out, "vessels", f->vessels);
    vg_json_number(out, "reconnects", f->status.reconnects);
    vg_json_number(out, "rejected", f->status.rejected);
    vg_json_number(out, "connections", f->status.connections);
    vg_json_number(out, "refused_connections", f->status.rejected);
    vg_json_number(out, "given_way", f->status.given_way);
    vg_json_number(out, "dropped", f->status.dropped);
    vg_out_text(out, ",\"error\":");
    if (*f->error)
        vg_out_json_plain(out, f->error, strnlen(f->error, sizeof f->error));
    else
        vg_out_text(out, "null");
    write_refused(out, &f->refusals);
    if (f->status.progress >= 0 && (f->spec.kind == VG_FEED_FILE || f->spec.kind == VG_FEED_STDIN))
        vg_out_printf(out, ",\"progress\":%.4f}", f->status.progress);
    else
        vg_out_text(out, ",\"progress\":null}");
}

static void write_sources(struct vg_out *out, const struct vg_sources *sources)
{
    uint32_t count = atomic_load_explicit(&sources->count, memory_order_acquire);
    for (uint32_t id = 1; id < count; id++) {
        const struct vg_source *source = vg_source_get(sources, (uint16_t)id);
        vg_out_text(out, id > 1 ? ",{\"id\":" : "{\"id\":");
        vg_out_uint(out, id);
        vg_out_text(out, ",\"name\":");
        vg_json_text(out, source->name);
        vg_out_text(out, ",\"feed\":");
        vg_json_text(out, vg_source_get(sources, source->feed)->name);
        vg_out_char(out, '}');
    }
}

static int64_t picture_time_us(struct vg_api *s)
{
    const struct vg_snapshot *snapshot = vg_snapshot_acquire(s->picture);
    int64_t time_us = snapshot->clock_us;
    vg_snapshot_release(snapshot);
    return time_us;
}

bool vg_handle_feeds(struct vg_request *rq)
{
    const struct vg_board *board = vg_board_acquire(vg_api_of(rq));
    struct vg_out out = vg_out_growing((size_t)4 << 20);
    vg_out_text(&out, "{\"time\":");
    vg_out_json_time(&out, picture_time_us(vg_api_of(rq)));
    vg_out_text(&out, ",\"feeds\":[");
    for (size_t i = 0; i < board->count; i++) {
        if (i)
            vg_out_char(&out, ',');
        write_feed(&out, &board->feed[i]);
    }
    vg_board_release(board);
    vg_out_text(&out, "],\"sources\":[");
    write_sources(&out, vg_api_of(rq)->sources);
    vg_out_text(&out, "]}\n");
    return vg_reply_text(rq, 200, "application/json", &out, NULL);
}

/* ---- /api/v1/status ---- */

static void write_turned_away(struct vg_out *out, const struct vg_snapshot *snapshot)
{
    struct vg_turned_away_sums sums;
    vg_snapshot_turned_away(snapshot, &sums);
    vg_out_text(out, ",\"turned_away\":{\"total\":");
    vg_out_uint(out, sums.total);
    vg_json_number(out, "newcomers", sums.newcomers);
    vg_json_number(out, "established", sums.established);
    vg_json_number(out, "distress", sums.distress);
    vg_out_char(out, '}');
}

static void write_host_clock(struct vg_out *out, struct vg_api *api)
{
    struct vg_host_clock c;
    vg_host_clock_get(api, &c);
    vg_out_text(out, ",\"host_clock\":{\"jumps\":");
    vg_out_uint(out, c.jumps);
    vg_json_synchronised(out, c.synchronised);
    vg_json_number_or_null(out, "error_ms", c.looked && c.synchronised == VG_SYNC_YES && c.error_us >= 0,
                           c.error_us / 1000);
    vg_json_time_or_null(out, "last_jump", c.jumps ? c.last_jump_us : VG_TIME_NONE);
    vg_json_seconds_or_null(out, "last_jump_s", c.jumps != 0, c.last_by_us);
    vg_out_char(out, '}');
}

bool vg_handle_status(struct vg_request *rq)
{
    struct vg_api *s = vg_api_of(rq);
    const struct vg_api_options *o = &s->options;
    const struct vg_snapshot *snapshot = vg_snapshot_acquire(s->picture);
    struct vg_out out = vg_out_growing(16384);
    vg_out_text(&out, "{\"version\":\"" VG_VERSION "\",\"title\":");
    vg_json_text(&out, s->title);
    vg_out_printf(&out, ",\"demo\":%s,\"clock\":\"%s\",\"time\":", o->demo ? "true" : "false",
                  o->data_clock ? "data" : "wall");
    vg_out_json_time(&out, snapshot->clock_us);
    vg_out_printf(&out, ",\"epoch\":\"%016llx\"", (unsigned long long)o->epoch);
    vg_json_number(&out, "seq", snapshot->seq);
    vg_out_text(&out, ",\"started\":");
    vg_out_json_time(&out, o->started_us);
    vg_json_number(&out, "vessels", snapshot->vessels);
    write_turned_away(&out, snapshot);
    write_host_clock(&out, s);
    vg_out_printf(&out, ",\"limits\":{\"vessels\":%u,\"streams\":%u},\"view\":", o->max_vessels, o->max_streams);
    if (o->view_given)
        vg_out_printf(&out, "{\"lon\":%.6f,\"lat\":%.6f,\"zoom\":%.2f}", o->view_lon_deg, o->view_lat_deg,
                      o->view_zoom);
    else
        vg_out_text(&out, "null");
    vg_out_text(&out, ",\"stream\":\"/api/v1/stream\"}\n");
    vg_snapshot_release(snapshot);
    return vg_reply_text(rq, 200, "application/json", &out, NULL);
}
