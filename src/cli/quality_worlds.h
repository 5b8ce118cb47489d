/* vigia quality worlds: simulated worlds with truth through the rooms that ship, scored. */
#ifndef VG_CLI_QUALITY_WORLDS_H
#define VG_CLI_QUALITY_WORLDS_H

/* argv[0] is "worlds". Returns the exit status. */
int vg_cli_quality_worlds(int argc, char **argv);

#endif
