/*
 * Files below a folder, and nothing else: the page and the layers.
 *
 * A path from the net is walked segment by segment, each opened relative to the one before and never through a symbolic
 * link (the folder itself may be one). Segments that begin with a dot, are empty or hold a backslash or a control
 * character do not exist. Any thread.
 */
#ifndef VG_SERVE_FILES_H
#define VG_SERVE_FILES_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/err.h"

/*
 * Opens the regular file `path` ("/assets/app.js") below `dir`. A path that ends in '/' is its index.html.
 * VG_NOT_FOUND: there is none, or it may not be had.
 */
enum vg_err vg_file_open(const char *dir, const char *path, int *ret_fd, struct stat *ret_stat);

/* By the name's ending; "application/octet-stream" if unknown. Never NULL. */
const char *vg_file_type(const char *path);

/* True if the name carries a hash of the content (app-3F7A2B1C.js, app.0123456789abcdef.css): it never changes. */
bool vg_file_is_hashed(const char *path);

#endif
