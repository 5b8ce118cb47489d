/*
 * Was this transmission heard before? A receiver that sends each sentence again, or a second feed that lags by minutes,
 * brings what is known with a later time: a ship would go back to where she was. Here such a report is marked `again`;
 * the picture and the archive leave it out, and it is counted. The journal has its bytes all the same.
 *
 * A transmission is known by its bits (report->transmission). The same bits within VG_SAMENESS_US are the same
 * transmission where its sender could not have said them anew (docs/picture.md has the rules): a ship under way is
 * elsewhere by then, and one at rest says the same only whole minutes later. What another source heard within
 * VG_SAMENESS_RECEIVERS_US is no repetition but a second receiver. The time that counts is that of the first.
 *
 * What has no time of its own (an undated recording) is not judged. Memory: 2 or 8 MiB, all had at the begin; where so
 * many transmissions come within a quarter of an hour that they don't fit, the oldest are forgotten, and counted. The
 * marks depend on the reports of the last quarter of an hour and their order alone. One thread.
 */
#ifndef VG_INTAKE_SAMENESS_H
#define VG_INTAKE_SAMENESS_H

#include <stddef.h>

#include "base/err.h"
#include "base/time.h"
#include "report/report.h"

#define VG_SAMENESS_US           (15 * VG_MINUTE_US)
#define VG_SAMENESS_RECEIVERS_US (10 * VG_SECOND_US)

/* How many transmissions are remembered. */
#define VG_SAMENESS_FEEDS     ((size_t)1 << 20)
#define VG_SAMENESS_RECORDING ((size_t)1 << 18)

struct vg_sameness; /* opaque */

/* `most`: a power of two from 8 on. VG_NOMEM, VG_ARG. */
enum vg_err vg_sameness_new(size_t most, struct vg_sameness **ret_sameness);
void vg_sameness_free(struct vg_sameness *sameness); /* NULL is fine */

/* Marks reports, whose time and source are final, in the order of their coming. Returns how many were heard before. */
size_t vg_sameness_mark(struct vg_sameness *sameness, struct vg_report *reports, size_t count);

/* Transmissions that were forgotten within VG_SAMENESS_US, for want of room. */
uint64_t vg_sameness_forgotten(const struct vg_sameness *sameness);

#endif
