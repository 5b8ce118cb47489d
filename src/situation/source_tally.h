/*
 * How much came from whom: counts by the name of a source, in a table of bounded size. Anybody may invent names of
 * stations: once the table is full, what a further station says counts for its feed ("Manta" for "Manta/x").
 *
 * A plain value, zeros at first; one thread.
 */
#ifndef VG_SITUATION_SOURCE_TALLY_H
#define VG_SITUATION_SOURCE_TALLY_H

#include "situation/notice.h"

#define VG_TALLY_STATIONS 64                                /* names that are counted one by one */
#define VG_TALLY_ROWS     (VG_TALLY_STATIONS + VG_FEED_MAX) /* and the feeds of the others */

struct vg_source_tally {
    uint32_t rows;
    struct {
        char source[VG_SOURCE_NAME];
        uint64_t count;
    } row[VG_TALLY_ROWS];
};

void vg_source_tally_add(struct vg_source_tally *tally, const char *source, uint64_t count);

/* Fills the sources of the group: those with most, the largest first; of equal ones by name. */
void vg_source_tally_top(const struct vg_source_tally *tally, struct vg_notice_distress_group *group);

#endif
