/*
 * A feed with what the service keeps for it: its receivers (one for each stream of bytes), its names, its rates. Within
 * service.
 */
#ifndef VG_SERVICE_STATION_H
#define VG_SERVICE_STATION_H

#include "base/source.h"
#include "feed/feed.h"
#include "sensor/ais/receiver.h"
#include "serve/serve.h"

#define VG_RATE_SECONDS 60

struct vg_station;

/* A report with its time, place and source set. */
typedef void vg_station_on_report(void *arg, const struct vg_report *report);

struct vg_station_rules {
    bool data_clock; /* the data's own times are the clock: believed as they are */
    struct vg_sources *sources;
    vg_station_on_report *on_report;
    void *arg;
};

/* VG_NOMEM. The feed is opened by the caller and set with …_set_feed(). */
enum vg_err vg_station_new(const struct vg_feed_spec *spec, const struct vg_station_rules *rules,
                           struct vg_station **ret_station);
void vg_station_free(struct vg_station *station);

void vg_station_set_feed(struct vg_station *station, struct vg_feed *feed);
struct vg_feed *vg_station_feed(const struct vg_station *station);
uint16_t vg_station_source(const struct vg_station *station);

/* Bytes from the feed. */
void vg_station_take(struct vg_station *station, const struct vg_feed_bytes *bytes);

/* Once a second: closes the second's bucket of the rate. */
void vg_station_second(struct vg_station *station);

/* Fills all of *ret but `vessels`. */
void vg_station_board(const struct vg_station *station, struct vg_feed_board *ret);

#endif
