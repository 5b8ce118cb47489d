/*
 * Bytes in, arrays of reports out: the fast way from a stream to what it says.
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
 * bytes, one thread for each batch; about 50 KiB, and more as stations are named (sensor/ais/stations.h).
 *
 * A report's `time_us` is its sentence's own (tag block, receiver's or logger's time) or VG_TIME_NONE; its `source` is
 * the number of the station that its tag block names, 0 if none; room intake makes both final. Its `journal_offset` is
 * where its first sentence stands: counted from the stream's begin, or from what was set.
 */
#ifndef VG_SENSOR_AIS_BATCH_H
#define VG_SENSOR_AIS_BATCH_H

#include "sensor/ais/receiver.h"

/* A line of 1 024 bytes says no more than this: AIS 41 messages, of 25 bytes for the shortest sentence with an
 * identity; others 67 targets of 15 (TTD). */
#define VG_BATCH_LINE_MAX 72

struct vg_batch; /* opaque */

/* `judge`: `suspect` of each report is vg_ais_suspect() of its message; else it is false, for that costs time. */
enum vg_err vg_batch_new(bool judge, struct vg_batch **ret_batch);
void vg_batch_free(struct vg_batch *batch); /* NULL is fine */

/*
 * Reads lines until the bytes end or fewer than VG_BATCH_LINE_MAX places of `ret` are free. Returns the number of
 * reports; *ret_taken bytes were used (all of them, or up to the end of a line), the rest must be given again. `cap` is
 * at least VG_BATCH_LINE_MAX. Fragments wait for each other by received_us; without one (VG_TIME_NONE) a line counts as
 * 10 ms.
 */
size_t vg_batch_push(struct vg_batch *batch, const void *bytes, size_t len, int64_t received_us, struct vg_report *ret,
                     size_t cap, size_t *ret_taken);

/* The end of a datagram: an unfinished line is a line. `cap` as above. */
size_t vg_batch_end_line(struct vg_batch *batch, struct vg_report *ret, size_t cap);

/* The end of the input: an unfinished line is a line, and nothing more comes for fragments that still wait. */
size_t vg_batch_end(struct vg_batch *batch, struct vg_report *ret, size_t cap);

/*
 * Sentences that are no AIS are read by somebody else: as vg_receiver_on_sentence(), and it writes at most `cap`
 * reports of the sentence to `ret`. Their journal offset and the number of their station are set here. NULL: nobody.
 */
typedef enum vg_refusal vg_batch_on_sentence(void *arg, const struct vg_sentence *sentence, int64_t now_us,
                                             struct vg_report *ret, size_t cap, size_t *ret_count);
void vg_batch_set_on_sentence(struct vg_batch *batch, vg_batch_on_sentence *on, void *arg);

/* As vg_receiver_restart(), vg_receiver_set_line_time(), vg_receiver_set_journal_offset(). */
void vg_batch_restart(struct vg_batch *batch);
void vg_batch_set_line_time(struct vg_batch *batch, int64_t time_us);
void vg_batch_set_journal_offset(struct vg_batch *batch, uint64_t journal_offset);

/* The station of a number that a report had as its `source`; "" for 0. Any thread that was handed the report. */
const char *vg_batch_station(const struct vg_batch *batch, uint16_t number);

/* Another one than before: the number has another name by now. */
uint32_t vg_batch_station_turn(const struct vg_batch *batch, uint16_t number);

const struct vg_receiver_counters *vg_batch_counters(const struct vg_batch *batch);
const struct vg_refusals *vg_batch_refusals(const struct vg_batch *batch);

#endif
