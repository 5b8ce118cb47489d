/*
 * What the service saves for its next start: the situation, what its feeds have counted, and the journal offset
 * up to which all of it goes. The journal tells the same, more slowly. Within service.
 *
 * The file's form is situation/state_file.h's; the service adds the sections "journal" and "feeds". It is written by a
 * child process (service/saver.h).
 */
#ifndef VG_SERVICE_SAVED_H
#define VG_SERVICE_SAVED_H

#include "journal/note.h"
#include "service/station.h"
#include "situation/situation.h"
#include "situation/state_file.h"

/* What is saved of one feed. */
struct vg_saved_feed {
    char name[VG_FEED_NAME];
    struct vg_station_counters counters;
    int64_t own_us; /* vg_intake_own_us(): what a line without a time has by the data's clock */
};

struct vg_saved {
    uint64_t journal_offset;   /* of the first byte that is not in it */
    char journal[VG_KEY_NAME]; /* name of the journal's keys: another one's offsets mean other bytes; "": none */
    struct vg_situation *situation;
    struct vg_saved_feed *feed; /* free()d by whoever has it */
    size_t feeds;
};

/* vg_state_file_write(). */
enum vg_err vg_saved_write(const struct vg_io *io, const char *path, const struct vg_saved *saved);

/*
 * vg_state_file_read(): *ret with a new situation of `limits` and `sites` (may be NULL), to be freed, and its feeds.
 * VG_UNSUPPORTED, too, if it was saved under the other clock. After an error *ret is untouched.
 */
enum vg_err vg_saved_read(const struct vg_io *io, const char *path, const struct vg_picture_limits *limits,
                          bool data_clock, const struct vg_sites *sites, struct vg_saved *ret,
                          char why[static VG_STATE_WHY]);

/* Which behaviours a situation looks for, and who is told (vg_situation_set_behaviours()). */
struct vg_looking {
    const struct vg_behaviours_options *options; /* NULL: none are */
    vg_event_sink *on;
    void *arg;
};

/* The same with behaviours looked for; `looking` NULL: none are. */
enum vg_err vg_saved_read_looking(const struct vg_io *io, const char *path, const struct vg_picture_limits *limits,
                                  bool data_clock, const struct vg_sites *sites, const struct vg_looking *looking,
                                  struct vg_saved *ret, char why[static VG_STATE_WHY]);

/* A situation without anything in it, to be freed. */
enum vg_err vg_saved_new_situation(const struct vg_picture_limits *limits, bool data_clock,
                                   const struct vg_sites *sites, const struct vg_looking *looking,
                                   struct vg_situation **ret);

/* The sections of a service: the situation's, the journal's offset, the feeds. They read into `saved`. */
#define VG_SAVED_SECTIONS (VG_SITUATION_SECTIONS + 2)
void vg_saved_sections(struct vg_saved *saved, struct vg_state_section *ret); /* so many of them */

/* A feed; one that counted nothing and told no time if there is none yet. NULL: no memory. Valid until the next call.
 */
struct vg_saved_feed *vg_saved_feed(struct vg_saved *saved, const char *name);

#endif
