#include "situation/notice.h"

#include <stdio.h>

#include "base/time.h"

const char *vg_notice_kind_key(enum vg_notice_kind kind)
{
    static const char *const keys[VG_NOTICE_KINDS] = {[VG_NOTICE_FEED] = "feed",
                                                      [VG_NOTICE_DISTRESS] = "distress",
                                                      [VG_NOTICE_STORAGE] = "storage",
                                                      [VG_NOTICE_CLOCK] = "clock",
                                                      [VG_NOTICE_DISTRESS_GROUP] = "distress_group",
                                                      [VG_NOTICE_TRACK] = "track",
                                                      [VG_NOTICE_ALERT] = "alert"};
    return keys[kind];
}

const char *vg_distress_change_key(enum vg_distress_change change)
{
    static const char *const keys[] = {[VG_DISTRESS_NONE] = "none",
                                       [VG_DISTRESS_ACTIVE] = "active",
                                       [VG_DISTRESS_TEST] = "test",
                                       [VG_DISTRESS_ENDED] = "ended"};
    return keys[change];
}

void vg_notice_of_feed(const char *name, const struct vg_feed_status *status, const char *error, struct vg_notice *ret)
{
    *ret = (struct vg_notice){.kind = VG_NOTICE_FEED, .time_us = status->since_us, .feed.state = status->state};
    const char *why = error ? error : status->error;
    snprintf(ret->feed.name, sizeof ret->feed.name, "%s", name);
    snprintf(ret->feed.error, sizeof ret->feed.error, "%s", why ? why : "");
}

uint16_t vg_notice_source_of(const struct vg_contact *c)
{
    return (uint16_t)(vg_contact_said(c, VG_FIELD_POS) ? c->prov[VG_FIELD_POS].source : c->claimed.source);
}

void vg_notice_of_distress(const struct vg_contact *c, enum vg_distress_change change, const struct vg_sources *sources,
                           struct vg_notice *ret)
{
    *ret = (struct vg_notice){.kind = VG_NOTICE_DISTRESS, .time_us = c->heard_us};
    struct vg_notice_distress *d = &ret->distress;
    d->contact = c->id;
    d->mmsi = c->mmsi;
    d->class = (enum vg_class)c->class;
    d->change = change;
    d->pos = c->pos;
    snprintf(d->source, sizeof d->source, "%s", vg_source_get(sources, vg_notice_source_of(c))->name);
    snprintf(d->text, sizeof d->text, "%s", c->text);
    snprintf(d->name, sizeof d->name, "%s", c->name);
}

bool vg_notice_of_contact(const struct vg_contact *c, const struct vg_sources *sources, struct vg_notice *ret)
{
    if (!(c->flags & (VG_CONTACT_DISTRESS | VG_CONTACT_DISTRESS_TEST)))
        return false;
    vg_notice_of_distress(c, c->flags & VG_CONTACT_DISTRESS ? VG_DISTRESS_ACTIVE : VG_DISTRESS_TEST, sources, ret);
    return true;
}

void vg_notice_of_track(const struct vg_track_event *h, const struct vg_sites *sites, struct vg_notice *ret)
{
    *ret = (struct vg_notice){.kind = VG_NOTICE_TRACK, .time_us = h->time_us};
    ret->track = (struct vg_notice_track){.what = h->kind,
                                          .ceased = h->ceased,
                                          .contact = h->track.id,
                                          .other = h->other_id,
                                          .mmsi = h->mmsi,
                                          .other_mmsi = h->other_mmsi,
                                          .pos = vg_pos_from_deg(h->track.lon_deg, h->track.lat_deg),
                                          .existence = h->track.existence,
                                          .log_ratio = h->log_ratio,
                                          .expected = h->expected,
                                          .had = h->had,
                                          .journal_offset = h->journal_offset};
    if (h->site && h->site <= sites->count)
        snprintf(ret->track.site, sizeof ret->track.site, "%s", sites->site[h->site].name);
}

void vg_notice_of_clock(const struct vg_host_clock_change *change, struct vg_notice *ret)
{
    *ret = (struct vg_notice){.kind = VG_NOTICE_CLOCK, .time_us = change->time_us, .clock = *change};
}

void vg_notice_of_storage(const struct vg_storage_status *s, struct vg_notice *ret)
{
    *ret = (struct vg_notice){.kind = VG_NOTICE_STORAGE, .time_us = VG_TIME_NONE};
    struct vg_notice_storage *e = &ret->storage;
    e->failing = vg_storage_is_failing(s);
    e->since_us = *s->error ? s->failing_us : VG_TIME_NONE;
    e->lost_entries = s->lost_entries;
    e->lost_bytes = s->lost_bytes;
    e->damages = s->damages;
    e->disk = s->disk;
    snprintf(e->error, sizeof e->error, "%s", s->error);
    snprintf(e->archive_error, sizeof e->archive_error, "%s", s->archive_failing ? s->archive_error : "");
}
