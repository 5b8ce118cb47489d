/*
 * A feed with what the service keeps for it: its intake, and what is shown of it, rates and counters. Within service.
 * One thread.
 */
#ifndef VG_SERVICE_STATION_H
#define VG_SERVICE_STATION_H

#include "intake/intake.h"
#include "situation/status.h"

#define VG_RATE_SECONDS 60

struct vg_station;

/* What has come through a feed so far. */
struct vg_station_counters {
    uint64_t bytes, reconnects, rejected, dropped; /* as in struct vg_feed_status */
    uint64_t lines, sentences, messages, lost;     /* as in struct vg_intake_counters */
    uint64_t duplicates;                           /* */
    struct vg_refusals refusals;
};

/* VG_NOMEM. The feed is opened by the caller and set with …_set_feed(); `source` of the options is the feed's. */
enum vg_err vg_station_new(const struct vg_feed_spec *spec, const struct vg_intake_options *options,
                           struct vg_station **ret_station);
void vg_station_free(struct vg_station *station);

void vg_station_set_feed(struct vg_station *station, struct vg_feed *feed);
void vg_station_part(struct vg_station *station); /* before its feed is closed: what that counted stays */
struct vg_feed *vg_station_feed(const struct vg_station *station);
const struct vg_feed_spec *vg_station_spec(const struct vg_station *station);

/*
 * Bytes from the feed; the first of them stands at `journal_offset`, or VG_JOURNAL_OFFSET_NONE Their reports hold until
 * the next call. VG_NOMEM, VG_ARG: there are none, and the stream is lost until its next line.
 */
enum vg_err vg_station_take(struct vg_station *station, const struct vg_feed_bytes *bytes, uint64_t journal_offset,
                            const struct vg_report **ret_reports, size_t *ret_count);

void vg_station_counters_add(struct vg_station_counters *to, const struct vg_station_counters *more);
void vg_station_counters(const struct vg_station *station, struct vg_station_counters *ret);

/* Counters and vg_intake_own_us() of an earlier life: they go on from there. */
void vg_station_carry(struct vg_station *station, const struct vg_station_counters *counters, int64_t own_us);
int64_t vg_station_own_us(const struct vg_station *station);

/* Once a second: closes the second's bucket of the rate. */
void vg_station_second(struct vg_station *station);

/* Fills all of *ret but `source` and `vessels`. */
void vg_station_board(const struct vg_station *station, struct vg_feed_board *ret);

#endif
