/*
 * The table of tracks: one row is where a contact with a track was thought to be at a step of the clock, and how surely
 * (docs/formats/archive.md). Partitioned and sorted as positions are; steps are whole multiples of VG_TRACK_STEP_US
 * since 1970. Reports give none: whoever has a tracker makes them.
 */
#ifndef VG_ARCHIVE_TRACKS_H
#define VG_ARCHIVE_TRACKS_H

#include "archive/parquet.h"
#include "base/geo.h"
#include "base/time.h"

#define VG_TRACK_STEP_US (10 * VG_SECOND_US)

/* The greatest values that the columns hold. */
#define VG_TRACK_SIGMA_MOST_DM UINT32_C(99999999)
#define VG_TRACK_SOG_MOST_DKN  UINT16_C(65535)

/* Lists of words have so many bytes at most; a list that is longer is to be cut between two words. */
#define VG_TRACK_WORDS_MOST 255

/* One row. Texts given to vg_store_add_track() are copied; those of a row that is read are valid during the call. */
struct vg_track_point {
    int64_t time_us;         /* of the step */
    uint64_t journal_offset; /* of its newest measurement; 0: not kept */
    uint32_t mmsi;           /* bound to it; 0: none */
    struct vg_pos pos;
    uint64_t contact;            /* id of the contact that it was shown on */
    uint64_t track;              /* id of the track: never a sensor's number */
    uint32_t major_dm, minor_dm; /* one standard deviation, 0.1 m */
    uint16_t direction_deg;      /* of the major one, 0–179, true */
    uint16_t sog_dkn, cog_ddeg;
    uint16_t existence_permille;
    uint16_t length_m; /* 0: not measured */
    bool airborne;
    uint16_t source; /* 0 */
    uint8_t parts;
    struct vg_parquet_text sensors;     /* names with ", " between, "ais" first */
    struct vg_parquet_text facts;       /* words with blanks between; empty: none */
    struct vg_parquet_text source_name; /* empty */
};

/* Called for each row found, in the file's order. Anything but VG_OK ends the reading and is returned. */
typedef enum vg_err vg_tracks_on_row(void *arg, const struct vg_track_point *row);

#endif
