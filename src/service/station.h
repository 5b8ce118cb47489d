/*
 * A feed with what the service keeps for it: its receivers (one for each stream of bytes), its rates and counters.
 * Within service. One thread; asks nothing of other stations, so that a journal can be read again by several threads.
 */
#ifndef VG_SERVICE_STATION_H
#define VG_SERVICE_STATION_H

#include "base/source.h"
#include "feed/feed.h"
#include "sensor/ais/receiver.h"
#include "situation/status.h"

#define VG_RATE_SECONDS 60

struct vg_station;

/* A report with its time and place set. Its source is the one that stands behind the feed, `sender`, or the feed: "".
 */
typedef void vg_station_on_report(void *arg, const struct vg_report *report, const char *sender);

struct vg_station_rules {
    bool data_clock; /* the data's own times are the clock: believed as they are */
    vg_station_on_report *on_report;
    void *arg;
};

/* What has come through a feed so far. */
struct vg_station_counters {
    uint64_t bytes, reconnects, rejected, dropped; /* as in struct vg_feed_status */
    uint64_t lines, sentences, messages;
    struct vg_refusals refusals;
};

#define VG_JOURNAL_OFFSET_NONE                                                                                         \
    (UINT64_C(1) << 63)                      /* of bytes that the journal could not keep: their reports have offset 0 */
#define VG_JOURNAL_OFFSET_OF_FEED UINT64_MAX /* there is no journal: places count from the stream's beginning */

/* VG_NOMEM. The feed is opened by the caller and set with …_set_feed(). */
enum vg_err vg_station_new(const struct vg_feed_spec *spec, const struct vg_station_rules *rules,
                           struct vg_station **ret_station);
void vg_station_free(struct vg_station *station);

void vg_station_set_feed(struct vg_station *station, struct vg_feed *feed);
void vg_station_part(struct vg_station *station); /* before its feed is closed: what that counted stays */
struct vg_feed *vg_station_feed(const struct vg_station *station);
const struct vg_feed_spec *vg_station_spec(const struct vg_station *station);

/* Bytes from the feed; the first of them stands at `place` in the journal, or VG_PLACE_… */
void vg_station_take(struct vg_station *station, const struct vg_feed_bytes *bytes, uint64_t journal_offset);

void vg_station_counters_add(struct vg_station_counters *to, const struct vg_station_counters *more);
void vg_station_counters(const struct vg_station *station, struct vg_station_counters *ret);

/* Counters of an earlier life: they go on from there. */
void vg_station_carry(struct vg_station *station, const struct vg_station_counters *counters);

/* Once a second: closes the second's bucket of the rate. */
void vg_station_second(struct vg_station *station);

/* Fills all of *ret but `source` and `vessels`. */
void vg_station_board(const struct vg_station *station, struct vg_feed_board *ret);

#endif
