/* What the commands over a journal share. */
#ifndef VG_CLI_JOURNAL_DIR_H
#define VG_CLI_JOURNAL_DIR_H

#include <stdbool.h>
#include <stdint.h>

#include "journal/io.h"
#include "journal/note.h"
#include "place/area.h"
#include "site/site.h"

/* The journal's folder: DIR/journal, or DIR itself if that is one. False, after a message, if there is none. */
bool vg_cli_journal_dir(const char *data, char out[static VG_IO_PATH]);

/*
 * The archive's folder: DIR/archive where DIR is a data folder, else DIR itself; there need not be an archive yet.
 * False: the path is too long.
 */
bool vg_cli_archive_dir(const char *data, char out[static VG_IO_PATH]);

/* Opens the archive of a data folder; its folder in `dir`. False, told with what mends it: it can't be read, or there
 * is none. */
struct vg_store;
bool vg_cli_archive_open(const char *data, char dir[static VG_IO_PATH], struct vg_store **ret_store);

/* Tells on standard error what of a data folder is lost or damaged, with the command that mends it. True: something is.
 */
bool vg_cli_tell_damage(const char *data);

/* A public key as text, or a file of such lines. False after a message. */
bool vg_cli_keys(const char *given, struct vg_key ret_keys[static VG_KEYS_MAX], size_t *ret_count);

/* vigia journal replay. */
#define VG_CLI_REPLAY_THREADS 16
struct vg_cli_replay {
    const char *dir; /* of the journal */
    int64_t from_us; /* VG_TIME_NONE: all */
    unsigned threads;
    bool data_clock;
    const struct vg_sites *sites;           /* sensors described; NULL: none */
    struct vg_areas *areas;                 /* with rules; NULL: none */
    const struct vg_watch_list *watch_list; /* NULL: none */
};
int vg_cli_journal_replay(const struct vg_cli_replay *how);

#endif
