#include "service/flood_lines.h"

#include <stdio.h>

#include "base/plural.h"
#include "base/source.h"

bool vg_flood_line_full(struct vg_flood_lines *l, const struct vg_turned_away_sums *now, uint32_t vessels,
                        int64_t now_us, char ret[static VG_NOTICE_LINE])
{
    const uint64_t newcomers = now->newcomers - l->turned.newcomers;
    if (now->total == l->turned.total || !vg_rate_take(&l->full_lines, 1, now_us))
        return false;
    snprintf(
        ret, VG_NOTICE_LINE,
        "picture: the table of %u contacts is full: %llu turned away (%llu newcomer%s, %llu heard for long, %llu in "
        "distress)",
        vessels, (unsigned long long)(now->total - l->turned.total), (unsigned long long)newcomers,
        vg_plural(newcomers, "", "s"), (unsigned long long)(now->established - l->turned.established),
        (unsigned long long)(now->distress - l->turned.distress));
    l->turned = *now;
    return true;
}

/* How many since it was told last; 0: nothing is to be told now. */
static uint64_t more_since(uint64_t *told, uint64_t now, struct vg_rate_window *lines, int64_t now_us)
{
    const uint64_t more = now - *told;
    if (!more || !vg_rate_take(lines, 1, now_us))
        return 0;
    *told = now;
    return more;
}

bool vg_flood_line_unnamed(struct vg_flood_lines *l, uint64_t now, int64_t now_us, char ret[static VG_NOTICE_LINE])
{
    const uint64_t more = more_since(&l->unnamed, now, &l->name_lines, now_us);
    snprintf(ret, VG_NOTICE_LINE,
             "sources: the table of %d names is full: %llu message%s of new stations told under their feed's name",
             VG_SOURCE_MAX, (unsigned long long)more, vg_plural(more, "", "s"));
    return more;
}

bool vg_flood_line_forgotten(struct vg_flood_lines *l, uint64_t now, int64_t now_us, char ret[static VG_NOTICE_LINE])
{
    const uint64_t more = more_since(&l->forgotten, now, &l->again_lines, now_us);
    snprintf(ret, VG_NOTICE_LINE,
             "intake: more came in 15 minutes than is remembered: %llu transmission%s would not be known again",
             (unsigned long long)more, vg_plural(more, "", "s"));
    return more;
}
