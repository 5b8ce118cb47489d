/* A new word of a field beside the known one: which of them holds. Below belief.c and plausible.c, which both ask. */
#include "vessel/inner.h"

/* ---- newer and older ---- */

int64_t vg_prov_ms(int64_t time_us)
{
    int64_t ms = time_us / 1000;
    return ms < 1 ? 1 : ms > VG_PROV_TIME_MS_MAX ? VG_PROV_TIME_MS_MAX : ms;
}

bool vg_moment_is_known(const struct vg_moment *at)
{
    return at->clock_us != VG_TIME_NONE;
}

bool vg_prov_gives_way(const struct vg_prov *known, int64_t time_ms, const struct vg_moment *at)
{
    if (known->time_ms == 0 || time_ms >= (int64_t)known->time_ms)
        return true;
    return vg_moment_is_known(at) && (int64_t)known->time_ms > vg_prov_ms(at->clock_us + at->ahead_us);
}

/* ---- better and worse sources ---- */

enum quality { NOISE, COARSE, FINE };

static enum quality quality_of(bool suspect, uint8_t message)
{
    return suspect ? NOISE : vg_message_is_coarse(message) ? COARSE : FINE;
}

bool vg_word_is_worse(const struct vg_report *report, enum vg_field field, const struct vg_prov *known, int64_t time_ms)
{
    return known->time_ms &&
           quality_of(report->suspect, report->message) < quality_of(known->suspect, (uint8_t)known->message) &&
           vg_field_age(field, known, time_ms * 1000) == VG_AGE_FRESH;
}
