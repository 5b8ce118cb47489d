/* How the service tells events in words: a line of its log. Within service. */
#ifndef VG_SERVICE_NOTICE_H
#define VG_SERVICE_NOTICE_H

#include "situation/notice.h"

#define VG_NOTICE_LINE 320

/* The event in words; "": the data folder tells of itself, with more of them. */
void vg_notice_line(const struct vg_notice *event, char ret[static VG_NOTICE_LINE]);

#endif
