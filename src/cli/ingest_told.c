#include "cli/ingest_told.h"

#include <string.h>

#include "base/time.h"
#include "base/time_pattern.h"
#include "base/time_text.h"
#include "cli/options.h"

bool vg_ingest_told_time(const char *text, struct vg_ledger_told *told)
{
    const struct vg_option o = {.kind = VG_OPTION_TIME};
    char why[VG_OPTION_WHY];
    int64_t given_us;
    if (strcmp(text, "file") == 0) {
        told->undated = true;
        return true;
    }
    if (vg_time_pattern_is(text)) {
        told->form = text;
        return true;
    }
    if (!vg_option_take(&o, text, &given_us, why) || !vg_time_text_is_within(given_us))
        return false;
    told->given_us = given_us;
    return true;
}

bool vg_ingest_told_date(const char *text, struct vg_ledger_told *told)
{
    int64_t day_us;
    if (!vg_time_by_pattern(strlen(text) == 4 ? "YYYY" : "YYYY-MM-DD", text, strlen(text), &day_us) ||
        !vg_time_text_is_within(day_us))
        return false;
    told->day_us = day_us;
    return true;
}

bool vg_ingest_told_zone(const char *text, struct vg_ledger_told *told)
{
    const char *p = text;
    int minutes;
    if (!vg_time_scan_zone(&p, text + strlen(text), &minutes) || *p)
        return false;
    told->zone_minutes = minutes;
    return true;
}
