#include "service/notice.h"

#include <stdio.h>
#include <string.h>

#include "base/out.h"
#include "base/time.h"

void vg_notice_line(const struct vg_event *e, char ret[static VG_NOTICE_LINE])
{
    const struct vg_event_feed *f = &e->feed;
    const struct vg_event_distress *d = &e->distress;
    switch (e->kind) {
    case VG_EVENT_FEED:
        snprintf(ret, VG_NOTICE_LINE, "feed %s: %s%s%s", f->name, vg_feed_state_key(f->state), *f->error ? ": " : "",
                 f->error);
        break;
    case VG_EVENT_DISTRESS:
        snprintf(ret, VG_NOTICE_LINE, "distress device %u (%s): %s", d->mmsi, vg_class_key(d->class),
                 vg_distress_change_key(d->change));
        break;
    default: /* the data folder tells of itself, with more words */
        ret[0] = '\0';
    }
}

static void put_pair(struct vg_out *out, const char *key, const char *text)
{
    vg_out_printf(out, "%s\"%s\":", out->len > 1 ? "," : "", key);
    vg_out_json_string(out, text, strlen(text));
}

static void put_time(struct vg_out *out, const char *key, int64_t time_us)
{
    if (time_us == VG_TIME_NONE)
        return;
    vg_out_printf(out, ",\"%s\":", key);
    vg_out_json_time(out, time_us);
}

static void put_feed(struct vg_out *out, const struct vg_event *e)
{
    put_pair(out, "feed", e->feed.name);
    put_pair(out, "state", vg_feed_state_key(e->feed.state));
    if (*e->feed.error)
        put_pair(out, "error", e->feed.error);
    put_time(out, "time", e->time_us);
}

static void put_distress(struct vg_out *out, const struct vg_event *e)
{
    const struct vg_event_distress *d = &e->distress;
    vg_out_printf(out, "\"mmsi\":%u", d->mmsi);
    put_pair(out, "class", vg_class_key(d->class));
    put_pair(out, "state", vg_distress_change_key(d->change));
    if (vg_pos_valid(d->pos)) {
        vg_out_text(out, ",\"lon\":");
        vg_out_e4min_deg(out, d->pos.lon_e4min);
        vg_out_text(out, ",\"lat\":");
        vg_out_e4min_deg(out, d->pos.lat_e4min);
    }
    put_time(out, "time", e->time_us);
    put_pair(out, "source", d->source);
    if (*d->text)
        put_pair(out, "text", d->text);
    if (*d->name)
        put_pair(out, "name", d->name);
}

void vg_notice_send(struct vg_serve *serve, const struct vg_event *e)
{
    char buf[1024];
    struct vg_out out = vg_out_fixed(buf, sizeof buf);
    vg_out_char(&out, '{');
    if (e->kind == VG_EVENT_FEED)
        put_feed(&out, e);
    else if (e->kind == VG_EVENT_DISTRESS)
        put_distress(&out, e);
    else
        return; /* vg_serve_storage() tells it */
    vg_out_char(&out, '}');
    if (!out.err)
        vg_serve_notice(serve, vg_event_kind_key(e->kind), buf, out.len);
}
