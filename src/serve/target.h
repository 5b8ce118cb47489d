/*
 * What a client asked for: the request's target cut into a path and parameters, and the numbers in those.
 *
 * Pure functions over the caller's memory, any thread. Nothing here knows of sockets or of libmicrohttpd, so that all
 * of it can be fuzzed. Failures say why in a constant or caller-owned sentence that is fit to be shown to the client.
 */
#ifndef VG_SERVE_TARGET_H
#define VG_SERVE_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/geo.h"

#define VG_TARGET_MAX 4096 /* bytes of a request's target; longer ones get 414 */
#define VG_PARAMS_MAX 24   /* parameters in one query */

struct vg_param {
    const char *name, *value; /* decoded, terminated; no NUL inside */
};

/* A decoded target. `path` and the parameters point into `text`: don't copy the struct. */
struct vg_target {
    const char *path; /* begins with '/', decoded once */
    size_t params;
    struct vg_param param[VG_PARAMS_MAX];
    char text[VG_TARGET_MAX + VG_PARAMS_MAX + 2]; /* a name without '=' takes one byte more than it had */
};

/*
 * Reads "/path?name=value&…". Percent-escapes are decoded once, '+' is a space in the query. VG_LIMIT: too long or too
 * many parameters; VG_SYNTAX: a bad escape, an escaped NUL, or not beginning with '/'. *ret_why: a constant sentence.
 */
enum vg_err vg_target_parse(const char *raw, struct vg_target *ret, const char **ret_why);

/* The value of a parameter, or NULL if it was not given. */
const char *vg_target_get(const struct vg_target *target, const char *name);

/* A number for the path and parameters, as they were given; for ETags. `but` (may be NULL): not this parameter. */
uint64_t vg_target_hash(const struct vg_target *target, const char *but);

/* "W,S,E,N" in degrees. VG_SYNTAX: not four numbers; VG_RANGE: off the globe, or south above north. */
enum vg_err vg_box_parse(const char *text, struct vg_box *ret);

/* A finite decimal number, [+-]digits[.digits]. VG_SYNTAX. */
enum vg_err vg_number_parse(const char *text, double *ret);

/* A whole decimal number without sign, at most `max`. */
enum vg_err vg_uint_parse(const char *text, uint64_t max, uint64_t *ret);

#endif
