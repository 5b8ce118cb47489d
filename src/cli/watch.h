/* The settings of a command that takes those of the service: watch, and config show. */
#ifndef VG_CLI_WATCH_H
#define VG_CLI_WATCH_H

#include "cli/config.h"
#include "cli/options.h"

/*
 * Reads files and command line into *settings; FEEDs of the command line replace those of files. `form` has command,
 * usage, about and end; the rest is filled here. −1 to go on, else the exit status, after a sentence. Then, too, the
 * settings must be freed; their texts of the command line live as long as argv.
 */
int vg_cli_settings(struct vg_form *form, int argc, char **argv, struct vg_settings *settings);

#endif
