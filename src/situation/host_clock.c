#include "situation/host_clock.h"

bool vg_host_clock_look(struct vg_host_clock *c, const struct vg_host_clock_reading *r,
                        struct vg_host_clock_change *ret_change)
{
    int64_t ahead_us = r->wall_us - r->elapsed_us, by_us = c->looked ? ahead_us - c->ahead_us : 0;
    bool jumped = by_us > VG_HOST_CLOCK_JUMP_US || by_us < -VG_HOST_CLOCK_JUMP_US;
    bool turned = r->synchronised != c->synchronised, first = !c->looked;
    if (jumped) {
        c->jumps++;
        c->last_jump_us = r->wall_us;
        c->last_by_us = by_us;
        c->jumped_at_us = r->elapsed_us;
    }
    c->looked = true;
    c->ahead_us = ahead_us;
    c->synchronised = r->synchronised;
    c->error_us = r->error_us;
    if (!jumped && !turned)
        return false;
    *ret_change = (struct vg_host_clock_change){.time_us = r->wall_us,
                                                .jump_us = jumped ? by_us : 0,
                                                .synchronised = r->synchronised,
                                                .error_us = r->error_us,
                                                .first = first};
    return true;
}
