/*
 * Where a command's -o leads: standard output (no path, or "-"), a file that is there only when it is whole, or what
 * stands there already and is no plain file: a device, a pipe, a link. That is written into, and stays what it is.
 *
 * One thread. What goes wrong is told on standard error.
 */
#ifndef VG_CLI_OUTPUT_H
#define VG_CLI_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "journal/io.h"

struct vg_cli_output {
    const char *path; /* lent; "standard output" */
    char partial[VG_IO_PATH];
    int fd, error; /* errno of what went wrong first; 0: nothing */
    bool stays;    /* no file takes its place */
};

/* False, told: it can't be written to. */
bool vg_cli_output_open(struct vg_cli_output *output, const char *path);

/* A vg_out_sink; `arg` is the struct. VG_IO. */
enum vg_err vg_cli_output_write(void *arg, const void *bytes, size_t len);

/* The file takes its place if `good`, else it is removed. False: not all is there; told, unless the reader went away
 * (error EPIPE). */
bool vg_cli_output_close(struct vg_cli_output *output, bool good);

#endif
