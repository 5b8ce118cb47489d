/*
 * The names of those who tell us things: feeds, and the stations behind a feed (`s:` in its tag blocks).
 *
 * One thread adds; any thread may read, without a lock, what was added before. Source 0 is "unknown". Names of
 * stations come by radio: what is harmful in one (base/text_plain.h) becomes '?'. A full table gives the feed's own id
 * for a new station and counts that.
 *
 * Anybody may invent names, so a table that fills up ages (vg_sources_age()): the row of a station that nothing refers
 * to any more, and that was unheard for long, is given to another one. An id must never name the wrong station in an
 * answer. So a row goes by steps, ten minutes apart at least, and nothing may refer to it at any of them:
 *
 *     retired     as before; who reads an older picture finds the name that was meant
 *     blank       it has the feed's own name, which is true of whatever may refer to it yet; its old name is free
 *     free        it may be given to a new station
 *
 * What was unheard for so long that whatever referred to it has gone long ago is free at once. Feeds stay.
 */
#ifndef VG_BASE_SOURCE_H
#define VG_BASE_SOURCE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/time.h"

#define VG_SOURCE_MAX  4096 /* 12 bits: fits struct vg_prov */
#define VG_SOURCE_NAME 64   /* bytes with the terminator; longer names are cut */

#define VG_SOURCE_UNHEARD_US VG_HOUR_US          /* a station may go then … */
#define VG_SOURCE_LONG_US    (25 * VG_HOUR_US)   /* … and at once: an hour longer than any contact is silent */
#define VG_SOURCE_STEP_US    (10 * VG_MINUTE_US) /* between two steps, and two looks */
#define VG_SOURCE_STEPS_US   (VG_SOURCE_UNHEARD_US + 2 * VG_SOURCE_STEP_US) /* after all steps */
#define VG_SOURCE_FILLED     (VG_SOURCE_MAX - VG_SOURCE_MAX / 4)            /* with more in use it ages */

struct vg_source {
    char name[VG_SOURCE_NAME]; /* "Manta", or "Manta/r003669945" for a station */
    uint16_t feed;             /* id of the feed's own source */
};

enum vg_source_step { VG_SOURCE_USED, VG_SOURCE_RETIRED, VG_SOURCE_BLANK, VG_SOURCE_FREE };

/* What the adding thread knows of a row. Times are on one clock that never goes back: that of arrivals. */
struct vg_source_life {
    int64_t heard_us; /* a report of it came, or it was given its row; VG_TIME_NONE: not known, as of the next look */
    int64_t step_us;  /* when it took the step */
    uint8_t step;     /* enum vg_source_step */
};

struct vg_sources {
    _Atomic uint32_t count;
    _Atomic uint64_t overflowed; /* words of stations that found the table full */
    struct vg_source *rows;      /* 2 × VG_SOURCE_MAX of them: each has two, so that a reader of the one is at peace */
    _Atomic(const struct vg_source *) *row; /* which of the two holds */
    uint16_t *slots;                        /* hash table of ids, adding thread only, as what follows */
    struct vg_source_life *life;
    _Atomic uint32_t blank; /* rows that are blank or free: nobody's … */
    uint32_t free;          /* … and those that may be given */
    uint32_t renamed;       /* how often a row ceased to be somebody's */
    int64_t now_us, looked_us;
};

/* Allocates (≈ 700 KiB); vg_sources_free() frees. VG_NOMEM. */
enum vg_err vg_sources_init(struct vg_sources *sources);
void vg_sources_free(struct vg_sources *sources);

/* The id of a feed by its name, added if it is new. 0 if the table is full. Adding thread only. */
uint16_t vg_source_feed(struct vg_sources *sources, const char *name);

/*
 * The id of a station heard through a feed, added if it is new. Adding thread only. Whoever keeps it looks whether
 * vg_sources_renamed() is what it was then: else the id may be another station's by now.
 */
uint16_t vg_source_station(struct vg_sources *sources, uint16_t feed, const char *station, size_t len);

static inline uint32_t vg_sources_renamed(const struct vg_sources *s)
{
    return s->renamed;
}

/*
 * A row of an earlier run, given in the order of its ids: the id it got, the next one if the row is new. `feed`: that
 * of a feed's own row, or of one given before. `life`: as it was; NULL: not known. A row that
 * was nobody's stays so. Adding thread only.
 */
uint16_t vg_source_restore(struct vg_sources *sources, const char *name, uint16_t feed);
uint16_t vg_source_restore_life(struct vg_sources *sources, const char *name, uint16_t feed,
                                const struct vg_source_life *life);

/* Any thread; an id that was never given out reads as source 0. */
const struct vg_source *vg_source_get(const struct vg_sources *sources, uint16_t id);

/* ---- age; adding thread only ---- */

/* The clock of arrivals, then a report of a source. */
static inline void vg_sources_set_time(struct vg_sources *s, int64_t now_us)
{
    s->now_us = now_us;
}

static inline void vg_source_heard(struct vg_sources *s, uint16_t id)
{
    if (id < VG_SOURCE_MAX)
        s->life[id].heard_us = s->now_us;
}

/* True if it fills up and was not looked through for VG_SOURCE_STEP_US: vg_sources_age() is wanted. */
bool vg_sources_are_aging(const struct vg_sources *sources);

/*
 * Each station takes its step. `used`: ids that something refers to, by id. `long_us`: after so long unheard the row is
 * free at once: VG_SOURCE_LONG_US, or less where time goes by jumps, as in a log with gaps, and no step would come.
 */
void vg_sources_age(struct vg_sources *sources, const bool used[static VG_SOURCE_MAX], int64_t long_us);

/* True if fewer than VG_SOURCE_MAX − VG_SOURCE_FILLED rows can be given. */
bool vg_sources_fill_up(const struct vg_sources *sources);

/* All stations give their rows free: by who keeps no id of them any more. Names are asked for anew. */
void vg_sources_forget_stations(struct vg_sources *sources);

/* Rows that are somebody's, source 0 included. Any thread. */
uint32_t vg_sources_used(const struct vg_sources *sources);

#endif
