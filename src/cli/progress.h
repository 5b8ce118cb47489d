/* The progress bar of a file on standard error. One thread. */
#ifndef VG_CLI_PROGRESS_H
#define VG_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct vg_cli_progress {
    bool on;          /* standard error is a terminal, and nobody asked for quiet */
    int64_t shown_us; /* when it was drawn last, by the monotonic clock */
};

/* `done`: 0–1; below 0: not known, nothing is drawn. `last`: the bar goes away. */
void vg_cli_progress_show(struct vg_cli_progress *progress, const char *path, double done, bool last);

#endif
