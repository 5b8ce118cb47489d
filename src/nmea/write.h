/*
 * What frames a sentence that is written: tag block and checksum. Used where sentences are made. One thread for each
 * `out`, which must hold the whole sentence (a stream may flush in between, and a checksum looks back).
 */
#ifndef VG_NMEA_WRITE_H
#define VG_NMEA_WRITE_H

#include "base/out.h"

/* *hh over what stands in `out` from `from` on. */
void vg_nmea_put_checksum(struct vg_out *out, size_t from);

/* \s:…,c:…*hh\ with the station (may be NULL) and the second of time_us (VG_TIME_NONE: none); nothing without both. */
void vg_nmea_put_tag_block(struct vg_out *out, const char *station, int64_t time_us);

#endif
