#include "quality/world_radar.h"

#include <stdio.h>
#include <stdlib.h>

#include "quality/table.h"
#include "sim/radar_out.h"

#define FEED "radars"

struct vg_world_radar {
    const struct vg_sim *sim;
    struct vg_sources *sources;
    struct vg_sites sites;
    struct vg_sim_radars *radars;
    struct vg_sim_radar_out *out;
    struct vg_intake *intake;
    struct vg_report_list *list; /* of the present step */
    bool begun;
    enum vg_err err;
    struct seen {
        uint32_t thing;
        struct vg_pos pos;
        int64_t time_us;
    } * seen; /* by time */
    size_t seens, seen_room;
};

/* A datagram, as a feed takes it. */
static void take_datagram(void *arg, const void *bytes, size_t len)
{
    struct vg_world_radar *r = arg;
    const struct vg_feed_bytes piece = {.at = bytes,
                                        .len = len,
                                        .received_us = vg_sim_now_us(r->sim),
                                        .begins = !r->begun,
                                        .datagram = true,
                                        .language = VG_FEED_LANGUAGE_ASTERIX};
    const size_t before = r->list->count;
    enum vg_err err = vg_intake_take(r->intake, &piece, VG_JOURNAL_OFFSET_NONE, r->list);
    r->begun = true;
    if (err)
        r->err = err;
    else
        vg_intake_name(r->intake, 0, r->list->report + before, r->list->count - before);
}

static void on_radar(void *arg, const struct vg_sim_radar_event *event)
{
    vg_sim_radar_out_take(((struct vg_world_radar *)arg)->out, event);
}

enum vg_err vg_world_radar_new(const struct vg_sites *sites, const struct vg_sim *sim, struct vg_sources *sources,
                               uint64_t seed, struct vg_world_radar **ret)
{
    struct vg_world_radar *r = calloc(1, sizeof *r);
    if (!r)
        return VG_NOMEM;
    r->sim = sim;
    r->sources = sources;
    r->sites = *sites;
    for (size_t i = 1; i <= r->sites.count; i++) {
        struct vg_site *s = &r->sites.site[i];
        snprintf(s->feed, sizeof s->feed, "%s", FEED);
        s->sac = 0;
        s->sic = (int16_t)i;
    }
    const struct vg_sim_radars_options options = {
        .sites = &r->sites, .sea_state = 2, .wind_from_deg = 215, .seed = seed};
    const struct vg_intake_options intake = {
        .sources = sources, .source = vg_source_feed(sources, FEED), .clock = VG_INTAKE_WALL, .sites = &r->sites};
    enum vg_err err = vg_sim_radars_new(&options, sim, &r->radars);
    if (!err)
        err = vg_sim_radar_out_new(VG_SIM_RADAR_ASTERIX, vg_sim_radars_sites(r->radars), 0, take_datagram, r, &r->out);
    if (!err)
        err = vg_intake_new(&intake, &r->intake);
    if (err) {
        vg_world_radar_free(r);
        return err == VG_NOT_FOUND ? VG_ARG : err;
    }
    *ret = r;
    return VG_OK;
}

void vg_world_radar_free(struct vg_world_radar *r)
{
    if (!r)
        return;
    vg_intake_free(r->intake);
    vg_sim_radar_out_free(r->out);
    vg_sim_radars_free(r->radars);
    free(r->seen);
    free(r);
}

const struct vg_sites *vg_world_radar_sites(const struct vg_world_radar *r)
{
    return &r->sites;
}

enum vg_err vg_world_radar_step(struct vg_world_radar *r, struct vg_report_list *list)
{
    r->list = list;
    vg_sim_radars_step(r->radars, on_radar, r);
    return r->err;
}

enum vg_err vg_world_radar_look(struct vg_world_radar *r)
{
    for (size_t i = 0; i < vg_sim_count(r->sim); i++) {
        struct vg_sim_truth t;
        void *seen = r->seen;
        vg_sim_truth(r->sim, i, &t);
        if (t.on_air || !t.afloat || !vg_sim_radars_could_see(r->radars, i))
            continue;
        enum vg_err err = vg_quality_grow(&seen, &r->seen_room, r->seens, sizeof *r->seen);
        r->seen = seen;
        if (err)
            return err;
        r->seen[r->seens++] = (struct seen){(uint32_t)i, vg_pos_from_deg(t.lon_deg, t.lat_deg), vg_sim_now_us(r->sim)};
    }
    return VG_OK;
}

int64_t vg_world_radar_seen_us(const struct vg_world_radar *r, size_t thing, int64_t from_us, int64_t to_us)
{
    int64_t looks = 0;
    for (size_t i = 0; i < r->seens; i++)
        looks += r->seen[i].thing == thing && r->seen[i].time_us >= from_us && r->seen[i].time_us < to_us;
    return looks * VG_WORLD_LOOK_S * VG_SECOND_US;
}

int32_t vg_world_radar_nearest(const struct vg_world_radar *r, struct vg_pos pos, int64_t time_us, double most_m)
{
    int32_t best = -1;
    for (size_t i = r->seens; i-- > 0 && r->seen[i].time_us > time_us - VG_WORLD_LOOK_S * VG_SECOND_US;) {
        const struct seen *s = &r->seen[i];
        const double m =
            s->time_us > time_us + VG_WORLD_LOOK_S * VG_SECOND_US ? most_m : vg_geo_distance_m(s->pos, pos);
        if (m >= most_m)
            continue;
        most_m = m;
        best = (int32_t)s->thing;
    }
    return best;
}
