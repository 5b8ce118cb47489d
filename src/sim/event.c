#include "sim/event.h"

#include "sim/deed.h"

/* A place that is a lie makes events of every kind that rests on places; they are none of the detector's faults. */
#define OF_PLACES                                                                                                      \
    "\"anomaly\",\"deviation\",\"shore\",\"area\",\"gate\",\"stop\",\"close_quarters\",\"drift\",\"fishing\","         \
    "\"loitering\",\"port_visit\",\"gap\",\"disabling\",\"voyage\""

/* What else may be said of it: by kind and deed, "" for any. The first row that fits. */
static const struct {
    const char *kind, *deed, *also, *neither;
} words[] = {
    {"gap", "", "\"disabling\"", ""},
    {"disabling", "", "", "\"gap\""},
    {"identity", "shared_identity", "\"spoofing\"", "\"unseen\",\"two_identities\"," OF_PLACES},
    {"identity", "identity_change", "", "\"gap\",\"disabling\",\"spoofing\""},
    {"spoofing", "", "", "\"identity\",\"unseen\",\"dark\",\"two_identities\"," OF_PLACES},
    {"encounter", "", "", "\"loitering\",\"drift\",\"anomaly\",\"stop\""},
    {"meeting", "", "", "\"stop\",\"anomaly\""},
    {"fishing", "", "", "\"loitering\",\"drift\",\"anomaly\",\"stop\""},
    {"stop", "", "", "\"anomaly\""},
    {"drift", "", "", "\"stop\",\"anomaly\""},
    {"loitering", "", "", "\"anomaly\",\"stop\""},
    {"deviation", "", "", "\"anomaly\""},
    {"close_quarters", "", "", "\"anomaly\""},
};

static void put_words(struct vg_out *out, const struct vg_sim_event *e)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i].kind, e->kind) != 0 || (*words[i].deed && strcmp(words[i].deed, e->deed) != 0))
            continue;
        if (*words[i].also)
            vg_out_printf(out, ",\"also\":[%s]", words[i].also);
        if (*words[i].neither)
            vg_out_printf(out, ",\"neither\":[%s]", words[i].neither);
        return;
    }
}

static const char *counts_key(const struct vg_sim_event *e)
{
    static const char *const keys[] = {"", "must", "may", "neither", "no"};
    return e->counts != VG_SIM_BY_HEARING ? keys[e->counts] : e->observable ? "must" : "neither";
}

void vg_sim_tell(struct vg_sim_world *world, const struct vg_sim_event *event)
{
    struct vg_out *out = world->events;
    const char *counts = counts_key(event);
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
    vg_out_printf(out, "],\"lon\":%.5f,\"lat\":%.5f,\"params\":{%s},\"counts\":\"%s\",\"observable\":%s",
                  event->lon_deg, event->lat_deg, event->params, counts,
                  strcmp(counts, "must") == 0 ? "true" : "false");
    put_words(out, event);
    vg_out_text(out, "}\n");
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
