/* vigia quality alone: everything that can be measured here, as the tables of docs/QUALITY.md. */
#ifndef VG_CLI_QUALITY_ALL_H
#define VG_CLI_QUALITY_ALL_H

#include <stdbool.h>

/* True if a call of `quality` is this one: no word follows, or "all", or an option that only this one has. */
bool vg_cli_quality_is_all(int argc, char **argv);
int vg_cli_quality_all(int argc, char **argv); /* the exit status */

#endif
