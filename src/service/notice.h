/* How the service tells events: as a line of its log, and to those who read /api/v1/events. Within service. */
#ifndef VG_SERVICE_NOTICE_H
#define VG_SERVICE_NOTICE_H

#include "serve/serve.h"
#include "situation/event.h"

#define VG_NOTICE_LINE 320

/* The event in words. */
void vg_notice_line(const struct vg_event *event, char ret[static VG_NOTICE_LINE]);

void vg_notice_send(struct vg_serve *serve, const struct vg_event *event);

#endif
