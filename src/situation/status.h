/*
 * What the service tells about its feeds and its data folder: plain values, copied whole. The service fills them once a
 * second; whoever shows them (HTTP, metrics, events) reads copies. Pure, any thread.
 */
#ifndef VG_SITUATION_STATUS_H
#define VG_SITUATION_STATUS_H

#include <stdbool.h>
#include <stdint.h>

#include "feed/feed.h"
#include "nmea/nmea.h"
#include "situation/disk_space.h"
#include "situation/host_clock.h"

#define VG_STATUS_ERROR 160 /* bytes of a sentence that says what is wrong, with its terminator */

/* Something of the data folder that is lost or can't be read. */
#define VG_STORAGE_DAMAGES 16 /* that are told; more are counted */
struct vg_storage_damage {
    char what[16];               /* "archive", "journal", "state", "key", "ledger", "clock", "contents" */
    char path[128];              /* in the data folder */
    char error[VG_STATUS_ERROR]; /* a sentence */
};

/* One feed. */
struct vg_feed_board {
    struct vg_feed_spec spec;
    struct vg_feed_status status;
    char error[VG_STATUS_ERROR]; /* copy of status.error, "" if none; status.error is NULL here */
    uint16_t source;
    uint64_t lines, sentences, messages;
    uint64_t lost;       /* pieces of bytes whose reports are missing, for want of memory */
    uint64_t duplicates; /* messages that were heard before: left out */
    double rate;         /* messages a second over the last minute */
    uint32_t vessels;    /* whose position came from it last */
    struct vg_refusals refusals;
};

/* Numbers of the data folder: name, kind for Prometheus, its suffix there, text. */
#define VG_STORAGE_LIST(X)                                                                                             \
    X(entries, "counter", "_total", "Pieces of received bytes taken by the journal")                                   \
    X(bytes, "counter", "_total", "Bytes taken by the journal")                                                        \
    X(synced_bytes, "counter", "_total", "Bytes of them that are safely on the disk")                                  \
    X(frames, "gauge", "", "Frames of the journal on the disk, retired ones too")                                      \
    X(checkpoint, "gauge", "", "Frames that the last signed checkpoint covers")                                        \
    X(lost_entries, "counter", "_total", "Pieces that could not be kept: a full or failing disk")                      \
    X(lost_bytes, "counter", "_total", "Bytes that could not be kept")                                                 \
    X(gaps, "counter", "_total", "Gaps recorded in the journal")                                                       \
    X(failures, "counter", "_total", "Failed writes of the journal")                                                   \
    X(stored_bytes, "gauge", "", "Size of the journal on the disk")                                                    \
    X(segments, "gauge", "", "Segments of the journal")                                                                \
    X(retired_segments, "counter", "_total", "Segments that went by the rules of retention")                           \
    X(queued, "gauge", "", "Frames of the journal in memory")                                                          \
    X(queue, "gauge", "", "Frames of the journal that memory may hold")                                                \
    X(set_aside, "counter", "_total", "Journals that were not what they signed, set aside at the start")               \
    X(saves, "counter", "_total", "States saved for the next start")                                                   \
    X(save_failures, "counter", "_total", "States that could not be saved")                                            \
    X(positions, "counter", "_total", "Rows of positions taken by the archive")                                        \
    X(statics, "counter", "_total", "Rows of static reports taken by the archive")                                     \
    X(commits, "counter", "_total", "Commits of the archive")                                                          \
    X(compactions, "counter", "_total", "Hours of the archive that were made one part")                                \
    X(archive_bytes, "gauge", "", "Size of the archive's parts, looked at each minute")                                \
    X(archive_parts, "gauge", "", "Parts of the archive")                                                              \
    X(retired_hours, "counter", "_total", "Hours of the archive that went by the rules of retention")                  \
    X(retired_bytes, "counter", "_total", "Bytes of the archive that went by the rules of retention")                  \
    X(archive_refused, "counter", "_total", "Reports that no row of the archive can hold")                             \
    X(archive_failures, "counter", "_total", "Failed writes of the archive")                                           \
    X(damages, "gauge", "", "Files of the data folder that were found lost or damaged since the start")

/* The data folder. Zeros: nothing is kept. Times are UTC; VG_TIME_NONE: never. */
struct vg_storage_status {
    bool kept;
    bool archive_failing;
    char error[VG_STATUS_ERROR];                         /* of the journal's disk, while it fails */
    char archive_error[VG_STATUS_ERROR];                 /* while that fails */
    int64_t failing_us;                                  /* since when the journal's disk does */
    int64_t saved_us;                                    /* the state for the next start */
    int64_t archived_us;                                 /* everything received up to then is in the archive */
    struct vg_storage_damage damage[VG_STORAGE_DAMAGES]; /* the newest last */
    size_t damage_count;                                 /* of them; `damages` counts all */
    char repair[VG_STATUS_ERROR];                        /* the command that mends it */
    int64_t archive_from_us;     /* the archive's oldest hour; VG_TIME_NONE: none, or not looked at yet */
    int64_t retired_until_us;    /* what is older went by the rules of retention, since the start */
    struct vg_space_status disk; /* of the data folder */
#define X(name, kind, suffix, text) uint64_t name;
    VG_STORAGE_LIST(X)
#undef X
};

/* The journal's disk fails, or the archive can't be written. */
bool vg_storage_is_failing(const struct vg_storage_status *storage);

/*
 * True if people are to be told: it began or ceased to fail, fails for another reason, more is damaged, or the disk's
 * room turned.
 */
bool vg_storage_has_turned(const struct vg_storage_status *before, const struct vg_storage_status *now);

#endif
