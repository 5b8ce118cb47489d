/* The files that a command line names: themselves, or those in folders and below, sorted. */
#ifndef VG_CLI_INGEST_FILES_H
#define VG_CLI_INGEST_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vg_cli_file {
    char *path;         /* to open it; "-": standard input */
    char *name;         /* for people: the file's name, or its path below the folder that was named */
    uint64_t bytes;     /* on the disk; 0 if it can't be told */
    int64_t changed_us; /* when it was last written; now, for standard input */
};

struct vg_cli_files {
    struct vg_cli_file *file;
    size_t count, cap;
    uint64_t bytes;
};

/* False: out of memory, or too many, or a folder can't be read; told on standard error. A file that isn't there is
 * listed: opening it says why. Hidden files in folders are left out. */
bool vg_cli_files_list(struct vg_cli_files *files, char **paths, size_t count);
void vg_cli_files_free(struct vg_cli_files *files);

#endif
