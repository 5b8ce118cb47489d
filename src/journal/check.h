/*
 * Whether the segments of a journal are there, as far as their names, sizes and ends tell, and, if that is asked for,
 * whether each frame can be read. One thread for each call.
 */
#ifndef VG_JOURNAL_CHECK_H
#define VG_JOURNAL_CHECK_H

#include <stdatomic.h>

#include "journal/io.h"

/* A segment that is lost or damaged. */
struct vg_segment_damage {
    uint64_t from, to; /* the frames that are lost, or may be: from … to − 1 */
    char name[24];     /* of the file, `0000000000000100.vgj` */
    bool missing;      /* there is no such file */
    char text[128];    /* a sentence */
};

typedef void vg_on_segment_damage(void *arg, const struct vg_segment_damage *damage);

/*
 * Tells each segment that must be there, from the first that is kept to the last one, and isn't, or is emptied,
 * shortened, or has another end than its name and the next one's say; but for those that `lost` knows. The last one is
 * the writer's, which mends it. io NULL: vg_io_posix(). VG_NOT_FOUND: there is no journal; VG_IO, VG_NOMEM, VG_LIMIT.
 */
enum vg_err vg_journal_check(const char *dir, const struct vg_io *io, vg_on_segment_damage *on_damage, void *arg);

/* The same, and reads all frames: those that can't be read are told, too. VG_EOF: `stop` (may be NULL) became true. */
enum vg_err vg_journal_check_frames(const char *dir, const struct vg_io *io, const atomic_bool *stop,
                                    vg_on_segment_damage *on_damage, void *arg);

/*
 * `DIR/kept`: the number of the first frame that is kept, for segments before it are retired. VG_NOT_FOUND: not known.
 * Written before the segments go; if it can't be, it is removed, so that it never says too little.
 */
enum vg_err vg_journal_kept_load(const struct vg_io *io, const char *dir, uint64_t *ret_kept);
void vg_journal_kept_save(const struct vg_io *io, const char *dir, uint64_t kept);

/*
 * `DIR/lost`: frames that `vigia repair` found lost and told, lines "FROM TO", so that they are told once. Adds a
 * range; 0 or −errno.
 */
#define VG_JOURNAL_LOST_MAX 1024 /* ranges; more are told again and again */
bool vg_journal_lost_has(const struct vg_io *io, const char *dir, uint64_t frame); /* or the one before it */
int vg_journal_lost_add(const struct vg_io *io, const char *dir, uint64_t from, uint64_t to);

#endif
