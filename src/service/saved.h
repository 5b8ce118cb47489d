/*
 * The state of the service in a file: the picture, its clock, the names of sources, what was counted, and the place in
 * the journal up to which all of it goes. For a quick start; the journal tells the same, more slowly. Within service.
 *
 * Written by a child process: fork() gives it the state as it is now, and the service goes on at once.
 */
#ifndef VG_SERVICE_SAVED_H
#define VG_SERVICE_SAVED_H

#include "picture/picture.h"
#include "service/picture_clock.h"
#include "service/station.h"

/* Counters of one feed. */
struct vg_saved_feed {
    char name[VG_FEED_NAME];
    struct vg_station_counters counters;
};

/* All that is saved. */
struct vg_state {
    uint64_t journal_offset; /* of the first byte that is not in it */
    struct vg_picture_clock clock;
    struct vg_sources *sources;
    struct vg_picture *picture;
    struct vg_saved_feed *feed;
    size_t feeds;
};

/* Writes and syncs a file. VG_IO, VG_NOMEM. */
enum vg_err vg_saved_write(const char *path, const struct vg_state *state);

/*
 * Reads it: `sources` empty and `picture` new, as they are given; `feed` is made (free() it). VG_NOT_FOUND;
 * VG_UNSUPPORTED: another build wrote it; VG_CORRUPT; VG_NOMEM. After an error sources and picture are to be made anew.
 */
enum vg_err vg_saved_read(const char *path, struct vg_state *state);

#endif
