#include "service/notice.h"

#include <stdio.h>

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
    default:
        ret[0] = '\0';
    }
}
