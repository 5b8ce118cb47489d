/*
 * The data folder: what was received goes into its journal, the archive follows the journal, and the service's state is
 * saved now and then, so that the next start has the picture again. Within service; the loop's thread.
 *
 *     DIR/journal/     docs/formats/journal.md
 *     DIR/archive/     docs/formats/archive.md
 *     DIR/state        situation/state_file.h
 *     DIR/clock        intake/clock.h
 *
 * What is lost or damaged doesn't stop the picture either: it is told, shown, and left for 'vigia repair'. A failing
 * disk never stops the picture: what can't be kept is counted, recorded as a gap, and shown.
 */
#ifndef VG_SERVICE_DATA_FOLDER_H
#define VG_SERVICE_DATA_FOLDER_H

#include "service/saved.h"
#include "site/site.h"
#include "situation/status.h"

struct vg_data_folder_options {
    const char *dir;
    const struct vg_io *io; /* of journal and state; NULL: vg_io_posix() */
    int64_t keep_us;        /* of journal and archive, by age; 0: all */
    int64_t keep_bytes;     /* of both together, by size; 0: all */
    int64_t commit_us;      /* how often the archive commits; 0: a minute */
    uint64_t whole_bytes;   /* of a journal that is read whole where there is no state; 0: 16 MiB */
    bool data_clock;
    const struct vg_sites *sites; /* the sensors that measure; borrowed; NULL: none */
    struct vg_looking looking;    /* behaviours; options NULL: none are looked for */
    unsigned threads;             /* that decode when the journal is read again */
    struct vg_sameness *sameness; /* of the feeds: remembers what the journal's end has. Borrowed; may be NULL */
    /* While the journal's end is read again, before it and after each record: what was found is to be told now. */
    void (*on_taken)(void *arg, struct vg_situation *situation); /* NULL: nobody asks */
    /* How much the situation has told so far, and whether so much is kept: a state that has told it is saved only then.
     * NULL: nobody keeps it. */
    uint64_t (*count_told)(void *arg);
    bool (*is_told_kept)(void *arg, uint64_t told);
    void *arg; /* of all three */
    void (*log)(void *arg, const char *line);
    void *log_arg;
};

struct vg_data_folder; /* opaque */

/*
 * Opens the folder, making it (not those above) if it isn't there. A journal that is not what it signed is set aside,
 * with a line in the log, and a new one begun. VG_EXISTS: another process writes here. *ret_why is a sentence, valid
 * until the next call.
 */
enum vg_err vg_data_folder_open(const struct vg_data_folder_options *options, struct vg_data_folder **ret_folder,
                                const char **ret_why);

/*
 * What was last saved, and what the journal has since then: a new situation of `limits` with the counters of feeds.
 * Nothing saved, or nothing that fits (the log says why): a small journal (whole_bytes) is read whole; of a larger one
 * contacts begin anew with its last half hour.
 * VG_NOMEM, VG_ARG (limits). ret->situation is to be freed, ret->feed is free()d, by the caller.
 */
enum vg_err vg_data_folder_restore(struct vg_data_folder *folder, const struct vg_picture_limits *limits,
                                   struct vg_saved *ret);

/* From now on the archive follows. VG_OK also if it can't: that is logged and shown. */
void vg_data_folder_follow(struct vg_data_folder *folder);

/* Keeps bytes of a feed (its name, its source's id). Their journal offset, or VG_JOURNAL_OFFSET_NONE. */
uint64_t vg_data_folder_bytes(struct vg_data_folder *folder, const char *name, uint16_t source,
                              const struct vg_feed_bytes *bytes);

/* Behind the last byte that was received, and behind the last that is on the disk (UINT64_MAX: the disk fails, and
 * nobody is to wait for it). */
uint64_t vg_data_folder_end(const struct vg_data_folder *folder);
uint64_t vg_data_folder_synced(struct vg_data_folder *folder);

/*
 * Once a second: looks after the disk and the state. If that is due to be saved, `fill` is asked for it: the situation,
 * and the feeds, which are free()d afterwards.
 */
typedef void vg_data_folder_fill(void *arg, struct vg_saved *saved);
void vg_data_folder_second(struct vg_data_folder *folder, vg_data_folder_fill *fill, void *arg);

/*
 * What a restart takes from elsewhere has changed, as areas have: the state is saved within a second or two, so that
 * the little of the journal that is read again behind it is looked at as it was.
 */
void vg_data_folder_hurry(struct vg_data_folder *folder);

/* Damage that others found while they read. Paths are those in the data folder. */
void vg_data_folder_damage(struct vg_data_folder *folder, const struct vg_storage_damage *damage);
/* The host's clock did something: recorded in the journal, and for a day after a jump nothing is too old. */
void vg_data_folder_clock(struct vg_data_folder *folder, const struct vg_host_clock_change *change);

/* There was an archive, and there is none. */
bool vg_data_folder_archive_is_lost(const struct vg_data_folder *folder);

void vg_data_folder_status(struct vg_data_folder *folder, struct vg_storage_status *ret);

/* Writes what is left, the state too, and ends. NULL is fine. */
void vg_data_folder_close(struct vg_data_folder *folder, vg_data_folder_fill *fill, void *arg);

#endif
