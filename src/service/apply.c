#include "service/apply.h"

void vg_apply_reports(struct vg_picture_clock *clock, struct vg_picture *picture, int64_t received_us,
                      const struct vg_report *reports, size_t count)
{
    vg_picture_clock_bytes(clock, picture, received_us);
    for (size_t i = 0; i < count; i++) {
        vg_picture_clock_report(clock, picture, reports[i].time_us);
        vg_picture_apply(picture, &reports[i]);
    }
}
