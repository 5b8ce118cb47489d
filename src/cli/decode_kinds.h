/*
 * What `vigia decode --as KIND` reads besides AIS: a row a kind. A kind takes bytes and writes one JSON object a
 * record; files, packed ones and captures, the progress bar and the summary are the same for all. One thread.
 */
#ifndef VG_CLI_DECODE_KINDS_H
#define VG_CLI_DECODE_KINDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/out.h"
#include "feed/file_reader.h"
#include "nmea/nmea.h"

/* For people; the table of decode_kinds.c has a row for each. */
#define VG_DECODE_KIND_NAMES "ais, nmea-radar, asterix"

/* What the options say to a kind. */
struct vg_decode_how {
    const char *editions; /* of --editions; NULL */
};

struct vg_decode_kind {
    const char *name;  /* of --as */
    const char *about; /* what it reads: part of a sentence */
    bool payloads;     /* bytes as they were sent, and a capture's payloads one by one; else lines of text */
    /* A file begins. Records go to `out`. */
    enum vg_err (*open)(struct vg_out *out, const struct vg_decode_how *how, void **ret_state);
    /* Its next bytes. `block` says of a capture's payload where it belongs; NULL for lines. */
    void (*take)(void *state, const void *bytes, size_t len, const struct vg_file_block *block);
    /* It has ended: what is left is decoded or counted. */
    void (*end)(void *state);
    /* One line of counts after the file's name, and one for each reason of refusal, to standard error. */
    void (*summary)(const void *state, const char *name, double seconds);
    void (*close)(void *state); /* NULL is fine */
    /* NULL: the options are fine; else what is wrong, for a wrong call. May be NULL itself. */
    const char *(*refuse)(const struct vg_decode_how *how);
};

/* The kind of that name; NULL: there is none, or it is AIS, which has its own way. */
const struct vg_decode_kind *vg_decode_kind_find(const char *name);

/* For --as: takes the name of a kind, AIS among them. */
bool vg_decode_kind_known(const char *name);

/* Reads the files ("-": standard input) to standard output. Returns the program's exit status. */
int vg_decode_kind_run(const struct vg_decode_kind *kind, const struct vg_decode_how *how, bool quiet, char **files,
                       int count);

/* What was refused, a line a reason with an example, to standard error. */
void vg_cli_refusals(const struct vg_refusals *refusals);

/* The kinds, one a file: src/cli/decode_<name>.c */
extern const struct vg_decode_kind vg_decode_asterix;
extern const struct vg_decode_kind vg_decode_nmea_radar;

#endif
