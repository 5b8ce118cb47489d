/*
 * The sensors that were described when a data folder was used last: a file of the folder, `sensors.yaml`, so that
 * whoever makes its archive anew gives rows the same names. The description itself is the configuration's. One thread.
 */
#ifndef VG_INTAKE_DESCRIBED_H
#define VG_INTAKE_DESCRIBED_H

#include "base/err.h"
#include "site/site.h"

/* Writes them if they are others than those of the file. Without any (or NULL) nothing is done: what was described
 * before still holds for what came before. VG_IO, VG_NOMEM, VG_LIMIT. */
enum vg_err vg_described_save(const char *dir, const struct vg_sites *sites);

/* VG_OK, and none, if there is no file. VG_IO, VG_NOMEM; VG_CORRUPT: it is none. *ret is untouched then. */
enum vg_err vg_described_load(const char *dir, struct vg_sites *ret);

/* What loading would give, without loading it; VG_OK where there is no memory to look. */
enum vg_err vg_described_check(const char *dir);

#endif
