/* The settings of a command that takes those of the service: watch, and config show; and what watch makes of them. */
#ifndef VG_CLI_WATCH_H
#define VG_CLI_WATCH_H

#include "cli/config.h"
#include "cli/options.h"
#include "journal/io.h"
#include "service/service.h"

/*
 * Reads files and command line into *settings; FEEDs of the command line replace those of files. `form` has command,
 * usage, about and end; the rest is filled here. −1 to go on, else the exit status, after a sentence. Then, too, the
 * settings must be freed; their texts of the command line live as long as argv.
 */
int vg_cli_settings(struct vg_form *form, int argc, char **argv, struct vg_settings *settings);

/* What the service takes, and the room that it points into. */
struct vg_cli_service {
    struct vg_service_options service;
    struct vg_feed_spec feed[VG_FEED_MAX];
    char archive[VG_IO_PATH];
};

/*
 * Made of settings that fit together (vg_settings_check); texts are theirs. Left to the caller: log, threads, and the
 * page where none is said.
 */
void vg_cli_service_fill(struct vg_cli_service *to, const struct vg_settings *settings);

#endif
