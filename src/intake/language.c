#include "intake/language.h"

#include <stdlib.h>

static const struct vg_language *const rows[VG_FEED_LANGUAGES] = {
    [VG_FEED_LANGUAGE_NMEA] = &vg_language_nmea,
};

const struct vg_language *vg_language_of(enum vg_feed_language language)
{
    const struct vg_language *row = (unsigned)language < VG_FEED_LANGUAGES ? rows[language] : NULL;
    return row ? row : &vg_language_nmea;
}

bool vg_report_list_room(struct vg_report_list *list, size_t more)
{
    if (list->room - list->count >= more)
        return true;
    size_t room = list->room ? list->room * 2 : 2 * VG_BATCH_LINE_MAX;
    while (room - list->count < more)
        room *= 2;
    struct vg_report *report = realloc(list->report, room * sizeof *report);
    if (!report)
        return false;
    list->report = report;
    list->room = room;
    return true;
}
