/*
 * The scenario file of `vigia sim --scenario FILE.yaml`: reading it, and telling what is wrong. One thread.
 */
#ifndef VG_CLI_SIM_SCRIPT_H
#define VG_CLI_SIM_SCRIPT_H

#include "sim/script.h"

#define VG_SIM_SCRIPT_BYTES (1024 * 1024) /* of a file */

/* Whether a word of --scenario names a file: it ends in .yaml or .yml, or has a '/'. */
bool vg_sim_script_is_file(const char *word);

/*
 * Reads the file into memory of its own (free()); `sensors` in it becomes a path beside it. NULL: a sentence was said,
 * which names file and line, and *ret_status is an exit status of cli.h.
 */
struct vg_sim_script *vg_sim_script_load(const char *path, int *ret_status);

#endif
