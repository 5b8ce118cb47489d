#include "service/host_clock_read.h"

#include <sys/timex.h>
#include <time.h>

#include "base/time.h"

struct vg_host_clock_reading vg_host_clock_read(void)
{
    struct timex t = {.modes = 0}; /* asks only */
    struct timespec elapsed;
    struct vg_host_clock_reading r = {.wall_us = vg_clock_wall_us(), .error_us = -1};
    clock_gettime(CLOCK_BOOTTIME, &elapsed);
    r.elapsed_us = (int64_t)elapsed.tv_sec * VG_SECOND_US + elapsed.tv_nsec / 1000;
    int state = adjtimex(&t);
    if (state < 0)
        return r;
    r.synchronised = state == TIME_ERROR || t.status & STA_UNSYNC ? VG_SYNC_NO : VG_SYNC_YES;
    if (r.synchronised == VG_SYNC_YES)
        r.error_us = t.maxerror;
    return r;
}
