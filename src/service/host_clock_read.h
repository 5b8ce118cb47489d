/* The clocks of this host and what it says of them, for situation/host_clock.h. Within service. */
#ifndef VG_SERVICE_HOST_CLOCK_READ_H
#define VG_SERVICE_HOST_CLOCK_READ_H

#include "situation/host_clock.h"

/* Any thread. What the system refuses to say is not known. */
struct vg_host_clock_reading vg_host_clock_read(void);

#endif
