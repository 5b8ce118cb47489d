/* What stands in front of a sentence: a logger's time, tag blocks. sentence.c reads it, also for line_time.c. Within
 * nmea. */
#ifndef VG_NMEA_SENTENCE_HEAD_H
#define VG_NMEA_SENTENCE_HEAD_H

#include "nmea/nmea.h"

struct vg_sentence_head {
    struct vg_sentence told; /* what the tag blocks say; the rest as in a sentence that says nothing */
    int64_t prefix_us;       /* the logger's time; VG_TIME_NONE */
    const char *start;       /* of the sentence, its ! or $; `end`: there is none */
    bool tags_damaged;
};

/* False: neither a sentence nor a tag block stands in [p, end). */
bool vg_sentence_head_read(const char *p, const char *end, struct vg_sentence_head *ret);

#endif
