/*
 * The index of vessels in a file of positions: for each, how many rows it has and the box they lie in. Page bounds say
 * little about where, as a page holds many vessels; this says which rows a box can find at all.
 *
 * It stands in the file before the page index, where readers that don't know it don't look; the footer's key-value
 * metadata tells where (VG_VESSELS_KEY). It is a hint: absent, damaged or inconsistent, it is ignored. One thread each.
 */
#ifndef VG_ARCHIVE_VESSELS_H
#define VG_ARCHIVE_VESSELS_H

#include "archive/parquet_read.h"
#include "archive/parquet_write.h"
#include "base/geo.h"

#define VG_VESSELS_KEY "vigia.vessels"

/* Collects from rows that come sorted by vessel. */
struct vg_vessels_out {
    struct vg_vessel_box *boxes;
    size_t count, room;
    uint64_t rows;
    bool failed; /* no memory: there will be no index */
};

/* In units of 360/65536 degree from −180 and −90, rounded outward; both ends are inside. */
struct vg_vessel_box {
    uint32_t mmsi, rows;
    uint16_t west, south, east, north;
};

void vg_vessels_add(struct vg_vessels_out *out, uint32_t mmsi, int32_t lon_e6deg, int32_t lat_e6deg);
/* Hands the index to the writer, if there are enough rows for it to pay. VG_NOMEM. */
enum vg_err vg_vessels_attach(struct vg_vessels_out *out, struct vg_parquet_writer *writer);
void vg_vessels_out_free(struct vg_vessels_out *out);

/* Rows [first, end) of a file. */
struct vg_row_range {
    uint64_t first, end;
};

/* The index of a file: `count` boxes, in the order of the rows. */
struct vg_vessels {
    size_t count;
    struct vg_vessel_box boxes[];
};

/* NULL if there is none that can be used. The caller frees. */
struct vg_vessels *vg_vessels_read(const struct vg_parquet_file *file);
/* The same from the index's own bytes. */
struct vg_vessels *vg_vessels_parse(const void *bytes, size_t len, size_t count, uint64_t rows);

/* The rows that `box` may find, ascending; `spans` has room for vessels->count of them. Returns how many. */
size_t vg_vessels_find(const struct vg_vessels *vessels, const struct vg_box *box, struct vg_row_range *spans);

#endif
