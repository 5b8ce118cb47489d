#include "situation/disk_space.h"

const char *vg_space_key(enum vg_space space)
{
    static const char *const keys[] = {
        [VG_SPACE_UNKNOWN] = "unknown", [VG_SPACE_OK] = "ok", [VG_SPACE_LOW] = "low", [VG_SPACE_CRITICAL] = "critical"};
    return keys[space];
}

uint64_t vg_space_reserve(uint64_t total_bytes)
{
    return total_bytes / 20 < VG_SPACE_CRITICAL_BYTES ? total_bytes / 20 : VG_SPACE_CRITICAL_BYTES;
}

bool vg_space_is_reserved(const struct vg_space_status *s)
{
    return s->space != VG_SPACE_UNKNOWN && s->free_bytes < vg_space_reserve(s->total_bytes);
}

/* At the growth from the oldest measurement to this one. */
static int64_t full_in(const struct vg_disk_space *d, int64_t now_us, uint64_t free_bytes)
{
    size_t oldest = d->count < VG_SPACE_SAMPLES ? 0 : d->next;
    if (!d->count || now_us - d->sample[oldest].at_us < VG_SPACE_LEAST_US || d->sample[oldest].free_bytes <= free_bytes)
        return VG_SPACE_UNKNOWN_S;
    double seconds = (double)(now_us - d->sample[oldest].at_us) / 1e6;
    double left = (double)free_bytes / ((double)(d->sample[oldest].free_bytes - free_bytes) / seconds);
    return left < 1e9 ? (int64_t)left : VG_SPACE_UNKNOWN_S; /* 30 years: it isn't filling */
}

/* Whether it is below limits; `times`: so much more keeps it where it is. */
static bool is_below(const struct vg_space_status *s, double share, uint64_t bytes, int64_t left_s, double times)
{
    double free_bytes = (double)s->free_bytes;
    return free_bytes < share * times * (double)s->total_bytes || free_bytes < times * (double)bytes ||
           (s->full_in_s != VG_SPACE_UNKNOWN_S && (double)s->full_in_s < times * (double)left_s);
}

static enum vg_space judge(const struct vg_space_status *s, enum vg_space before)
{
    double critical = before == VG_SPACE_CRITICAL ? VG_SPACE_BACK : 1, low = before >= VG_SPACE_LOW ? VG_SPACE_BACK : 1;
    if (is_below(s, VG_SPACE_CRITICAL_SHARE, vg_space_reserve(s->total_bytes), VG_SPACE_CRITICAL_S, critical))
        return VG_SPACE_CRITICAL;
    return is_below(s, VG_SPACE_LOW_SHARE, 0, VG_SPACE_LOW_S, low) ? VG_SPACE_LOW : VG_SPACE_OK;
}

bool vg_disk_space_take(struct vg_disk_space *d, int64_t monotonic_us, uint64_t free_bytes, uint64_t total_bytes)
{
    enum vg_space before = d->status.space;
    if (!total_bytes) {
        *d = (struct vg_disk_space){.status.full_in_s = VG_SPACE_UNKNOWN_S};
        return before != VG_SPACE_UNKNOWN;
    }
    d->status.free_bytes = free_bytes;
    d->status.total_bytes = total_bytes;
    d->status.full_in_s = full_in(d, monotonic_us, free_bytes);
    size_t last = (d->next + VG_SPACE_SAMPLES - 1) % VG_SPACE_SAMPLES;
    if (!d->count || monotonic_us - d->sample[last].at_us >= VG_SPACE_EACH_US) {
        d->sample[d->next].at_us = monotonic_us;
        d->sample[d->next].free_bytes = free_bytes;
        d->next = (d->next + 1) % VG_SPACE_SAMPLES;
        d->count += d->count < VG_SPACE_SAMPLES;
    }
    d->status.space = judge(&d->status, before);
    return d->status.space != before;
}
