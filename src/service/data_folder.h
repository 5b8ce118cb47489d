/*
 * The data folder: what was received goes into its journal, the archive follows the journal, and the service's state is
 * saved now and then, so that the next start has the picture again. Within service; the loop's thread.
 *
 *     DIR/journal/     docs/formats/journal.md
 *     DIR/archive/     docs/formats/archive.md
 *     DIR/state        service/saved.h
 *     DIR/clock        intake/clock.h
 *
 * A failing disk never stops the picture: what can't be kept is counted, recorded as a gap, and shown.
 */
#ifndef VG_SERVICE_DATA_FOLDER_H
#define VG_SERVICE_DATA_FOLDER_H

#include "serve/serve.h"
#include "service/saved.h"

struct vg_data_folder_options {
    const char *dir;
    int64_t keep_us;    /* of the journal, by age; 0: all */
    int64_t keep_bytes; /* of the journal, by size; 0: all */
    bool data_clock;
    unsigned threads; /* that decode when the journal is read again */
    void (*log)(void *arg, const char *line);
    void *log_arg;
};

struct vg_data_folder; /* opaque */

/*
 * Opens the folder, making it (not those above) if it isn't there. A journal that is not what it signed is set aside,
 * with a line in the log, and a new one begun. VG_EXISTS: another process writes here. *ret_why is a sentence, valid
 * until the next call.
 */
enum vg_err vg_data_folder_open(const struct vg_data_folder_options *options, struct vg_data_folder **ret_keep,
                                const char **ret_why);

/*
 * Fills *state, whose sources are empty and whose picture is new, with what was last saved and with what the journal
 * has since then. Nothing saved, or nothing that fits: the journal's last half hour. Sources and picture may be
 * replaced (by ones of `limits`). VG_NOMEM. state->feed is free()d by the caller.
 */
enum vg_err vg_data_folder_restore(struct vg_data_folder *keep, const struct vg_picture_limits *limits,
                                   struct vg_state *state);

/* From now on the archive follows. VG_OK also if it can't: that is logged and shown. */
void vg_data_folder_follow(struct vg_data_folder *keep);

/* Keeps bytes of a feed (its name, its source's id). Their place, or VG_JOURNAL_OFFSET_NONE. */
uint64_t vg_data_folder_bytes(struct vg_data_folder *keep, const char *name, uint16_t source,
                              const struct vg_feed_bytes *bytes);

/* Once a second. If the state is due to be saved, `fill` is asked for it. */
typedef void vg_data_folder_fill(void *arg, struct vg_state *state);
void vg_data_folder_second(struct vg_data_folder *keep, vg_data_folder_fill *fill, void *arg);

void vg_data_folder_status(struct vg_data_folder *keep, struct vg_storage_status *ret);

/* Writes what is left, the state too, and ends. NULL is fine. */
void vg_data_folder_close(struct vg_data_folder *keep, vg_data_folder_fill *fill, void *arg);

#endif
