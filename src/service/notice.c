#include "service/notice.h"

#include <stdio.h>

#include "base/plural.h"
#include "base/time.h"

/* The words of a flood: what was not told one by one, since when, and from whom most of it. */
static void tell_group(const struct vg_notice_distress_group *g, char ret[static VG_NOTICE_LINE])
{
    char since[VG_TIME_TEXT];
    vg_time_text(g->since_us, since);
    int n =
        snprintf(ret, VG_NOTICE_LINE,
                 "distress devices, not told one by one since %s: %llu active, %llu test, %llu ended; %u call%s now",
                 since, (unsigned long long)g->active, (unsigned long long)g->test, (unsigned long long)g->ended,
                 g->calling, vg_plural(g->calling, "s", ""));
    if (g->sources && n > 0 && n < VG_NOTICE_LINE)
        snprintf(ret + n, (size_t)(VG_NOTICE_LINE - n), "; most from %s (%llu)", g->source[0].source,
                 (unsigned long long)g->source[0].count);
}

void vg_notice_line(const struct vg_notice *e, char ret[static VG_NOTICE_LINE])
{
    const struct vg_notice_feed *f = &e->feed;
    const struct vg_notice_distress *d = &e->distress;
    char changes[48] = "";
    switch (e->kind) {
    case VG_NOTICE_FEED:
        if (f->changes > 1)
            snprintf(changes, sizeof changes, " (%u changes)", f->changes);
        snprintf(ret, VG_NOTICE_LINE, "feed %s: %s%s%s%s", f->name, vg_feed_state_key(f->state), *f->error ? ": " : "",
                 f->error, changes);
        break;
    case VG_NOTICE_DISTRESS:
        snprintf(ret, VG_NOTICE_LINE, "distress device %u (%s): %s", d->mmsi, vg_class_key(d->class),
                 vg_distress_change_key(d->change));
        break;
    case VG_NOTICE_DISTRESS_GROUP:
        tell_group(&e->group, ret);
        break;
    case VG_NOTICE_CLOCK:
        if (e->clock.jump_us)
            snprintf(ret, VG_NOTICE_LINE, "clock: the host's clock JUMPED by %+.3f s; what comes is dated by it",
                     (double)e->clock.jump_us / 1e6);
        else
            snprintf(ret, VG_NOTICE_LINE, "clock: the host's clock is %s",
                     e->clock.synchronised == VG_SYNC_YES  ? "synchronised"
                     : e->clock.synchronised == VG_SYNC_NO ? "NOT synchronised: times may be wrong"
                                                           : "not known to be synchronised");
        break;
    default:
        ret[0] = '\0';
    }
}
