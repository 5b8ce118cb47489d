/* An event as JSON: the one writer of it. The keys are those of docs/formats/http.md. */
#include "api/inner.h"

static void feed(struct vg_out *out, const struct vg_notice *event)
{
    vg_out_text(out, "{\"feed\":");
    vg_json_text(out, event->feed.name);
    vg_json_key(out, "state");
    vg_json_text(out, vg_feed_state_key(event->feed.state));
    if (event->time_us != VG_TIME_NONE)
        vg_json_time_or_null(out, "time", event->time_us);
    vg_json_text_or_null(out, "error", event->feed.error);
    if (event->feed.changes > 1)
        vg_json_number(out, "changes", event->feed.changes);
}

static void distress(struct vg_out *out, const struct vg_notice *event)
{
    const struct vg_notice_distress *d = &event->distress;
    vg_out_text(out, "{\"mmsi\":");
    vg_out_uint(out, d->mmsi);
    vg_json_key(out, "contact");
    vg_json_contact_id(out, d->contact);
    vg_json_key(out, "class");
    vg_json_text(out, vg_class_key(d->class));
    vg_json_key(out, "state");
    vg_json_text(out, vg_distress_change_key(d->change));
    if (vg_pos_valid(d->pos)) {
        vg_out_char(out, ',');
        vg_json_pos(out, d->pos, false);
    }
    vg_json_time_or_null(out, "time", event->time_us);
    vg_json_key(out, "source");
    vg_json_text(out, d->source);
    vg_json_text_or_null(out, "text", d->text);
    if (*d->name)
        vg_json_text_or_null(out, "name", d->name);
}

void vg_json_space(struct vg_out *out, const struct vg_space_status *disk)
{
    bool known = disk->space != VG_SPACE_UNKNOWN;
    vg_json_text_or_null(out, "space", known ? vg_space_key(disk->space) : "");
    vg_json_number_or_null(out, "free_bytes", known, (int64_t)disk->free_bytes);
    vg_json_number_or_null(out, "total_bytes", known, (int64_t)disk->total_bytes);
    vg_json_number_or_null(out, "full_in_s", known && disk->full_in_s != VG_SPACE_UNKNOWN_S, disk->full_in_s);
}

void vg_json_synchronised(struct vg_out *out, enum vg_synchronised synchronised)
{
    static const char *const words[] = {[VG_SYNC_UNKNOWN] = "null", [VG_SYNC_NO] = "false", [VG_SYNC_YES] = "true"};
    vg_json_key(out, "synchronised");
    vg_out_text(out, words[synchronised]);
}

static void storage(struct vg_out *out, const struct vg_notice *event)
{
    const struct vg_notice_storage *s = &event->storage;
    vg_out_text(out, s->failing ? "{\"state\":\"failing\"" : "{\"state\":\"ok\"");
    vg_json_text_or_null(out, "error", s->error);
    vg_json_text_or_null(out, "archive_error", s->archive_error);
    vg_json_time_or_null(out, "since", s->since_us);
    vg_json_number(out, "lost_entries", s->lost_entries);
    vg_json_number(out, "lost_bytes", s->lost_bytes);
    vg_json_number(out, "damages", s->damages);
    vg_json_space(out, &s->disk);
}

static void host_clock(struct vg_out *out, const struct vg_notice *event)
{
    vg_out_text(out, "{\"time\":");
    vg_out_json_time(out, event->time_us);
    vg_json_seconds_or_null(out, "jump_s", event->clock.jump_us != 0, event->clock.jump_us);
    vg_json_synchronised(out, event->clock.synchronised);
}

/* Names of stations may be long, and more so as JSON: those that a notice has no room for are left out. */
static void write_sources(struct vg_out *out, const struct vg_notice_distress_group *g, size_t begun)
{
    char text[VG_NOTICE_SIZE];
    for (uint32_t i = 0; i < g->sources; i++) {
        struct vg_out one = vg_out_fixed(text, sizeof text);
        vg_out_text(&one, i ? ",{\"source\":" : "{\"source\":");
        vg_json_text(&one, g->source[i].source);
        vg_json_number(&one, "count", g->source[i].count);
        vg_out_char(&one, '}');
        if (one.err || out->len - begun + one.len + sizeof "]}" > VG_NOTICE_SIZE)
            return;
        vg_out_bytes(out, text, one.len);
    }
}

static void distress_group(struct vg_out *out, const struct vg_notice *event)
{
    const struct vg_notice_distress_group *g = &event->group;
    const size_t begun = out->len;
    vg_out_text(out, "{\"time\":");
    vg_out_json_time(out, event->time_us);
    vg_json_time_or_null(out, "since", g->since_us);
    vg_json_number(out, "active", g->active);
    vg_json_number(out, "test", g->test);
    vg_json_number(out, "ended", g->ended);
    vg_json_number(out, "calling", g->calling);
    vg_json_key(out, "sources");
    vg_out_char(out, '[');
    write_sources(out, g, begun);
    vg_out_char(out, ']');
}

static void contact_or_null(struct vg_out *out, const char *key, uint64_t id)
{
    vg_json_key(out, key);
    if (id)
        vg_json_contact_id(out, id);
    else
        vg_out_text(out, "null");
}

static void track(struct vg_out *out, const struct vg_notice *event)
{
    const struct vg_notice_track *t = &event->track;
    vg_out_text(out, "{\"what\":");
    vg_json_text(out, vg_track_event_key((enum vg_track_event_kind)t->what));
    vg_json_text_or_null(out, "ceased",
                         t->what == VG_TRACK_EVENT_SEEN ? vg_track_event_key((enum vg_track_event_kind)t->ceased) : "");
    vg_json_time_or_null(out, "time", event->time_us);
    vg_json_key(out, "contact");
    vg_json_contact_id(out, t->contact);
    vg_json_number_or_null(out, "mmsi", t->mmsi != 0, t->mmsi);
    contact_or_null(out, "other_contact", t->other);
    vg_json_number_or_null(out, "other_mmsi", t->other_mmsi != 0, t->other_mmsi);
    vg_json_text_or_null(out, "sensor", t->site);
    if (vg_pos_valid(t->pos)) {
        vg_out_char(out, ',');
        vg_json_pos(out, t->pos, false);
    }
    vg_json_real(out, "existence", t->existence, 3);
    vg_json_real(out, "log_ratio", t->log_ratio, 2);
    vg_json_real(out, "expected", t->expected, 1);
    vg_json_real(out, "had", t->had, 1);
    vg_json_number_or_null(out, "journal_offset", t->journal_offset != 0, (int64_t)t->journal_offset);
}

static void alert(struct vg_out *out, const struct vg_notice *event)
{
    const struct vg_notice_alert *a = &event->alert;
    vg_out_text(out, "{\"id\":");
    vg_json_contact_id(out, a->id);
    vg_json_key(out, "event");
    vg_json_contact_id(out, a->event);
    vg_json_text_or_null(out, "what", a->what);
    vg_json_text_or_null(out, "state", a->state);
    vg_json_text_or_null(out, "severity", a->severity);
    vg_json_text_or_null(out, "kind", a->kind);
    vg_json_text_or_null(out, "rule", a->rule);
    vg_json_time_or_null(out, "time", event->time_us);
    vg_json_number_or_null(out, "mmsi", a->mmsi != 0, a->mmsi);
    if (vg_pos_valid(a->pos)) {
        vg_out_char(out, ',');
        vg_json_pos(out, a->pos, false);
    }
    vg_json_key(out, "exercise");
    vg_out_text(out, a->exercise ? "true" : "false");
}

void vg_json_notice(struct vg_out *out, const struct vg_notice *event)
{
    static void (*const write[VG_NOTICE_KINDS])(struct vg_out * out, const struct vg_notice *event) = {
        [VG_NOTICE_FEED] = feed,
        [VG_NOTICE_DISTRESS] = distress,
        [VG_NOTICE_STORAGE] = storage,
        [VG_NOTICE_CLOCK] = host_clock,
        [VG_NOTICE_DISTRESS_GROUP] = distress_group,
        [VG_NOTICE_TRACK] = track,
        [VG_NOTICE_ALERT] = alert};
    write[event->kind](out, event);
    vg_out_char(out, '}');
}
