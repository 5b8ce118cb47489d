/*
 * What radars say in NMEA sentences, as reports: tracked targets by range and bearing (TTM, TTD) or by place (TLL),
 * their labels (TLB), the radar's settings (RSD, OSD), and where the ship is that carries it (GGA, RMC, GLL, GNS; HDT,
 * THS, VTG, ZDA for what those leave open).
 *
 * A state belongs to one stream of sentences: own position, heading, motion and date, each with when it came, and the
 * targets' labels. What is older than VG_RADAR_SILENT_US is not used. One thread; nothing is allocated but the state.
 *
 * A report's time_us is the sentence's own time; without one, its time of day on the day that a GPS in the same stream
 * tells; else VG_TIME_NONE. `source`, `site` and `measured_us` are room intake's. Bearings that are relative to the
 * heading are turned to true ones, and motion relative to own ship to motion over ground.
 */
#ifndef VG_SENSOR_RADAR_NMEA_RADAR_H
#define VG_SENSOR_RADAR_NMEA_RADAR_H

#include "nmea/nmea.h"
#include "report/report.h"

#define VG_RADAR_SILENT_US  (30 * VG_SECOND_US)
#define VG_RADAR_LABELS     256 /* remembered; the oldest goes */
#define VG_RADAR_REPORT_MAX 72  /* of one sentence, and of one line: 15 characters of 1 024 for the shortest target */

struct vg_radar_stream; /* opaque; 14 KiB */

enum vg_err vg_radar_stream_new(struct vg_radar_stream **ret_stream);
void vg_radar_stream_free(struct vg_radar_stream *stream); /* NULL is fine */

/* The stream begins anew: nothing of before is known. */
void vg_radar_stream_restart(struct vg_radar_stream *stream);

/*
 * Reads a sentence with a right checksum, of a line that was received at now_us (never VG_TIME_NONE: without a clock
 * any that goes forward), and writes its reports, at most `cap`, which is at least VG_RADAR_REPORT_MAX; *ret_count of
 * them. NONE: it was read, and may say nothing. OTHER_SENTENCE: it is none of these. OWN_POSITION: it was read, but own
 * position has been silent for too long, and its reports are without it. FIELDS, NO_HEADING: it can't be used.
 */
enum vg_refusal vg_radar_stream_take(struct vg_radar_stream *stream, const struct vg_sentence *sentence, int64_t now_us,
                                     struct vg_report *ret, size_t cap, size_t *ret_count);

/* Reports given so far. */
uint64_t vg_radar_stream_reports(const struct vg_radar_stream *stream);

#endif
