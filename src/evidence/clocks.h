/* Clocks of a case: what the journal knows of the host's, and how the sources' differ from it. Reads the disk. */
#ifndef VG_EVIDENCE_CLOCKS_H
#define VG_EVIDENCE_CLOCKS_H

#include "evidence/sheet.h"
#include "journal/frame.h"

#define VG_CLOCK_FRAMES 2048 /* that are looked at for the newest word on the host's clock before a place */

/* What the journal says of the host's clock before `place`, looking back VG_CLOCK_FRAMES frames. False: nothing. */
bool vg_clock_before(const char *journal_dir, uint64_t place, struct vg_clock_note *ret);

void vg_clock_fact(struct vg_sheet *sheet, const char *label, const struct vg_clock_note *note); /* NULL: not known */

/* How the times in tag blocks differ from those of receipt, source by source. */
#define VG_CLOCK_SOURCES 32 /* the others are left out, and said to be */
struct vg_source_clocks {
    size_t count;
    bool more;
    struct {
        char source[VG_FRAME_NAME_MAX + 1];
        unsigned sentences;
        double least_s, most_s; /* its time less that of receipt */
    } of[VG_CLOCK_SOURCES];
};
void vg_source_clock_take(struct vg_source_clocks *clocks, const char *source, int64_t own_us, int64_t received_us);
void vg_source_clocks_sheet(struct vg_sheet *sheet, const struct vg_source_clocks *clocks);

#endif
