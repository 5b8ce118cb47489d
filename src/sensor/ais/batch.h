/*
 * Bytes in, arrays of reports out: the fast way from a log to what it says.
 *
 *     while (len) {
 *         size_t taken, n = vg_batch_push(batch, bytes, len, VG_TIME_NONE, report, CAP, &taken);
 *         … report[0] to report[n − 1] …
 *         bytes += taken, len -= taken;
 *     }
 *     n = vg_batch_end(batch, report, CAP);
 *
 * The same reports, in the same order, and the same counters and refusals as a vg_receiver with vg_ais_report() gives
 * for the same bytes, cut in any pieces. No allocation after vg_batch_new(), no call back. One batch for each stream of
 * bytes, one thread for each batch; about 50 KiB.
 */
#ifndef VG_SENSOR_AIS_BATCH_H
#define VG_SENSOR_AIS_BATCH_H

#include "sensor/ais/receiver.h"

/* A line holds no more messages than this: 1 024 bytes, 25 for the shortest sentence with an identity. */
#define VG_BATCH_LINE_MAX 41

struct vg_batch; /* opaque */

/* `source` is written into each report. */
enum vg_err vg_batch_new(uint16_t source, struct vg_batch **ret_batch);
void vg_batch_free(struct vg_batch *batch);

/*
 * Reads lines until the bytes end or fewer than VG_BATCH_LINE_MAX places of `ret` are free. Returns the number of
 * reports; *ret_taken bytes were used (all of them, or up to the end of a line), the rest must be given again. `cap` is
 * at least VG_BATCH_LINE_MAX. A report's time is its sentence's own (tag block, logger's prefix) or received_us; its
 * place is the offset of its first sentence in the stream.
 */
size_t vg_batch_push(struct vg_batch *batch, const void *bytes, size_t len, int64_t received_us, struct vg_report *ret,
                     size_t cap, size_t *ret_taken);

/* The end of the input: an unfinished line is a line, and nothing more comes for fragments that still wait. */
size_t vg_batch_end(struct vg_batch *batch, struct vg_report *ret, size_t cap);

const struct vg_receiver_counters *vg_batch_counters(const struct vg_batch *batch);
const struct vg_refusals *vg_batch_refusals(const struct vg_batch *batch);

#endif
