/*
 * The order of work for reports: the clock of their bytes, then for each report its clock and the picture. The same for
 * bytes that come now and for a journal that is read again. Within service.
 */
#ifndef VG_SERVICE_APPLY_H
#define VG_SERVICE_APPLY_H

#include "service/picture_clock.h"

/* What bytes that were received at received_us brought; count may be 0. */
void vg_apply_reports(struct vg_picture_clock *clock, struct vg_picture *picture, int64_t received_us,
                      const struct vg_report *reports, size_t count);

#endif
