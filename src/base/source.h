/*
 * The names of those who tell us things: feeds, and the stations behind a feed (`s:` in its tag blocks).
 *
 * An append-only table. One thread adds; any thread may read, without a lock, what was added before. Source 0 is
 * "unknown". Names of stations come by radio: what is harmful in one (base/text_plain.h) becomes '?'. A full table
 * gives the feed's own id for a new station and counts that.
 */
#ifndef VG_BASE_SOURCE_H
#define VG_BASE_SOURCE_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define VG_SOURCE_MAX  4096 /* 12 bits: fits struct vg_prov */
#define VG_SOURCE_NAME 64   /* bytes with the terminator; longer names are cut */

struct vg_source {
    char name[VG_SOURCE_NAME]; /* "Manta", or "Manta/r003669945" for a station */
    uint16_t feed;             /* id of the feed's own source */
};

struct vg_sources {
    _Atomic uint32_t count;
    _Atomic uint64_t overflowed; /* stations that found the table full */
    struct vg_source *rows;      /* VG_SOURCE_MAX of them */
    uint16_t *slots;             /* hash table of ids, adding thread only */
};

/* Allocates (≈ 300 KiB); vg_sources_free() frees. VG_NOMEM. */
enum vg_err vg_sources_init(struct vg_sources *sources);
void vg_sources_free(struct vg_sources *sources);

/* The id of a feed by its name, added if it is new. 0 if the table is full. Adding thread only. */
uint16_t vg_source_feed(struct vg_sources *sources, const char *name);

/* The id of a station heard through a feed, added if it is new. Adding thread only. */
uint16_t vg_source_station(struct vg_sources *sources, uint16_t feed, const char *station, size_t len);

/*
 * A row of an earlier run, given in the order of its ids: the id it got, the next one if the row is new. `feed`: that
 * of a feed's own row, or of one given before. Adding thread only.
 */
uint16_t vg_source_restore(struct vg_sources *sources, const char *name, uint16_t feed);

/* Any thread; an id that was never given out reads as source 0. */
const struct vg_source *vg_source_get(const struct vg_sources *sources, uint16_t id);

#endif
