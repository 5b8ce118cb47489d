#include "sim/event.h"

#include "sim/deed.h"

void vg_sim_tell(struct vg_sim_world *world, const struct vg_sim_event *event)
{
    struct vg_out *out = world->events;
    if (!out)
        return;
    vg_out_printf(out, "{\"kind\":\"%s\",\"deed\":\"%s\",\"begin\":", event->kind, event->deed);
    vg_out_json_time(out, event->begin_us);
    vg_out_text(out, ",\"end\":");
    vg_out_json_time(out, event->end_us);
    vg_out_text(out, ",\"mmsi\":[");
    for (size_t i = 0, n = 0; i < VG_SIM_EVENT_SHIPS; i++)
        if (event->mmsi[i])
            vg_out_printf(out, "%s%u", n++ ? "," : "", event->mmsi[i]);
    vg_out_printf(out, "],\"lon\":%.5f,\"lat\":%.5f,\"params\":{%s},\"observable\":%s}\n", event->lon_deg,
                  event->lat_deg, event->params, event->observable ? "true" : "false");
}

struct vg_sim_hearing vg_sim_hearing_now(const struct vg_sim_world *world, const struct vg_sim_vessel *v)
{
    return (struct vg_sim_hearing){world->now_us, v->heard};
}

uint32_t vg_sim_heard_since(const struct vg_sim_vessel *v, const struct vg_sim_hearing *since)
{
    return v->heard - since->heard;
}

/* The last long silence, as far as it lies behind `since`, or the one that goes on. */
int64_t vg_sim_quiet_since_us(const struct vg_sim_world *world, const struct vg_sim_vessel *v,
                              const struct vg_sim_hearing *since)
{
    int64_t from_us = v->heard_us == VG_TIME_NONE || v->heard_us < since->from_us ? since->from_us : v->heard_us;
    int64_t now_us = world->now_us - from_us, before_us = 0;
    if (v->quiet_to_us != VG_TIME_NONE && v->quiet_to_us > since->from_us)
        before_us = v->quiet_to_us - (v->quiet_from_us > since->from_us ? v->quiet_from_us : since->from_us);
    return now_us > before_us ? now_us : before_us;
}

bool vg_sim_was_heard(const struct vg_sim_world *world, const struct vg_sim_vessel *v,
                      const struct vg_sim_hearing *since, int64_t silence_us)
{
    return vg_sim_heard_since(v, since) >= 2 && vg_sim_quiet_since_us(world, v, since) <= silence_us;
}

const char *vg_sim_deed_of(const struct vg_sim_world *world, const struct vg_sim_vessel *v)
{
    return v->deed < 0 ? "life" : vg_sim_deed_key(world->deeds[v->deed].id);
}
