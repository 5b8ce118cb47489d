/*
 * YAML by libyaml's events, with the lines that errors name: for files that people write by hand. (It stands in the
 * lowest room that reads such files: base is part of libvigia-ais, which needs no libyaml.)
 *
 *     struct vg_yaml y;
 *     if (vg_yaml_begin(&y, text, len, on_wrong, arg))
 *         vg_yaml_top(&y, "settings (NAME: VALUE)", read_mapping, arg);
 *     vg_yaml_end(&y);
 *
 * Every problem is told by one call of on_wrong; the reader goes on behind it unless the call sets `stopped`. One
 * thread. Aliases and several documents are problems.
 */
#ifndef VG_SITE_YAML_EVENTS_H
#define VG_SITE_YAML_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <yaml.h>

#include "base/err.h"

#define VG_YAML_FOUND 80

/* Something is wrong in a line (0: in none), at a key (NULL: at none). `what` is a sentence, valid during the call. */
typedef void vg_yaml_on_wrong(void *arg, unsigned line, const char *key, const char *what);

struct vg_yaml {
    yaml_parser_t parser;
    yaml_event_t event; /* the present one */
    vg_yaml_on_wrong *on_wrong;
    void *arg;
    bool stopped;   /* nothing more is read: it is no YAML, or the caller wants no more */
    bool no_memory; /* that is why */
};

/* False: out of memory. `text` is borrowed until vg_yaml_end(), which is called in each case. */
bool vg_yaml_begin(struct vg_yaml *y, const char *text, size_t len, vg_yaml_on_wrong *on_wrong, void *arg);
void vg_yaml_end(struct vg_yaml *y);

/*
 * Goes through the text: calls `read` at the begin of its one mapping, to be left at the mapping's end. An empty text
 * has none, and that is fine. Else "expected EXPECTED, found …" is told.
 */
typedef void vg_yaml_read(void *arg, struct vg_yaml *y);
void vg_yaml_top(struct vg_yaml *y, const char *expected, vg_yaml_read *read, void *arg);

/* The next event; false at the end, and once it is stopped. */
bool vg_yaml_next(struct vg_yaml *y);

/* To the last event of the node that begins here. */
void vg_yaml_skip(struct vg_yaml *y);

unsigned vg_yaml_line(const struct vg_yaml *y);

static inline bool vg_yaml_is(const struct vg_yaml *y, yaml_event_type_t type)
{
    return y->event.type == type;
}

/* What stands here, for "found …". */
const char *vg_yaml_found(const struct vg_yaml *y, char text[static VG_YAML_FOUND]);

/* Tells. Returns false, for the caller to hand on. */
bool vg_yaml_wrong(struct vg_yaml *y, unsigned line, const char *key, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* "expected EXPECTED, found …" of what stands here. Returns false. */
bool vg_yaml_unexpected(struct vg_yaml *y, const char *key, const char *expected);

/* The text that stands here, valid until the next event; NULL, told, if it is none or has a zero byte. */
const char *vg_yaml_scalar(struct vg_yaml *y, const char *key, const char *expected);

/* A decimal number between bounds. VG_SYNTAX or VG_RANGE, told, *ret untouched, if it is anything else. */
enum vg_err vg_yaml_number(struct vg_yaml *y, const char *key, double low, double high, double *ret);

/* true or false. False, told, *ret untouched, if it is anything else. */
bool vg_yaml_flag(struct vg_yaml *y, const char *key, bool *ret);

#endif
