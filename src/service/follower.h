/*
 * Keeps the archive up with the journal: a thread of its own reads what is safely in the journal, decodes it, and
 * commits the rows with the journal offset up to which they go. So nothing that the archive says lacks its sentence, a
 * crash costs nothing but reading from the last commit on, and a full disk stops it without a row lost. Where sensors
 * are described it keeps a situation of its own, of whose tracks it writes rows (ingest/track_rows.h), and saves that
 * in the data folder's file `tracks`, so that the next start goes on with the same. Within service.
 */
#ifndef VG_SERVICE_FOLLOWER_H
#define VG_SERVICE_FOLLOWER_H

#include "archive/retire.h"
#include "archive/store.h"
#include "intake/journal_replay.h"
#include "journal/journal.h"
#include "site/site.h"

struct vg_follower_options {
    const char *dir;                       /* the data folder: its clock is saved there */
    const char *journal_dir, *archive_dir; /* copied */
    struct vg_journal *journal;            /* that is being written: only what it has synced is committed */
    uint64_t first, next; /* numbers of the journal's first frame and of the one to come: a mark that leads before or
                             behind belongs to another journal */
    bool data_clock;
    struct vg_store_rules rules;
    const struct vg_sites *sites; /* sensors described: detections have their names, and tracks are made; borrowed;
                                     NULL or none: there are no tracks, and they cost nothing */
    int64_t commit_us;            /* how often */
    int64_t stop_us; /* how long its end may take: what is left then is taken up by the next start; 0: no limit */
};

struct vg_follower_status {
    uint64_t mark;       /* committed up to this journal offset */
    int64_t archived_us; /* when the newest of the committed records was received; VG_TIME_NONE */
    struct vg_store_counters store;
    uint64_t damages;                    /* in the journal that was read */
    uint64_t damaged[VG_REPLAY_DAMAGED]; /* in these segments */
    size_t damaged_count;
    uint64_t steps; /* of vg_follower_retire() that are done */
    bool looked;    /* at how much there is */
    struct vg_store_extent extent;
    struct vg_store_retired retired; /* of all steps; until_us of the last one that let something go */
    uint64_t tracks_left_out;        /* rows of tracks that had no room (ingest/track_rows.h) */
    bool failing;
    char error[160]; /* the last one's sentence; "" if none */
};

struct vg_follower; /* opaque */

enum vg_err vg_follower_start(const struct vg_follower_options *options, struct vg_follower **ret_follower,
                              const char **ret_why);
void vg_follower_status(struct vg_follower *follower, struct vg_follower_status *ret);

/*
 * What is to go by the rules of retention, now: the follower's thread does it between two pieces of work, and looks at
 * how much there is, which status tells then. `now_us` is UTC.
 */
void vg_follower_retire(struct vg_follower *follower, const struct vg_store_retirement *plan, int64_t now_us);

/* The disk has little room left: nothing is made anew to make it smaller. */
void vg_follower_set_sparing(struct vg_follower *follower, bool sparing);

/* Before the journal is closed: no more is asked of it; all that it has on the disk then is safe. */
void vg_follower_journal_closes(struct vg_follower *follower);

/*
 * Archives what is left in the journal, within options.stop_us from vg_follower_journal_closes() on, and ends. False:
 * something is left for the next start. NULL is fine.
 */
bool vg_follower_stop(struct vg_follower *follower);

#endif
