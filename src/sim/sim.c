#include "sim/sim.h"

#include <stdlib.h>
#include <string.h>

#include "place/coast.h"
#include "sim/deed.h"
#include "sim/watch.h"
#include "sim/world.h"

#define ECUADOR_MAX 20000 /* more than the berths and grounds could hold without nonsense */

struct vg_sim {
    struct vg_sim_world world;
    struct vg_sim_load *load; /* NULL: "ecuador" */
};

/* What a script needs besides; the world's, whatever comes of it. */
static enum vg_err begin_script(struct vg_sim_world *world)
{
    enum vg_err err = vg_coast_new(&world->coast);
    if (!err)
        err = vg_sim_script_fleet(world);
    if (!err)
        err = vg_sim_avoid_new(world);
    return err ? err : vg_sim_watch_new(world);
}

enum vg_err vg_sim_new(const struct vg_sim_options *options, struct vg_sim **ret_sim)
{
    struct vg_sim_options o = *options;
    bool load = !o.script && o.scenario == VG_SIM_LOAD;
    if (o.vessels == 0)
        o.vessels = load ? VG_SIM_VESSELS_LOAD : VG_SIM_VESSELS_ECUADOR;
    if (o.vessels > (load ? VG_SIM_VESSELS_MAX : ECUADOR_MAX) || !(o.damage >= 0 && o.damage <= 1) || o.start_us < 0)
        return VG_ARG;
    struct vg_sim *sim = calloc(1, sizeof *sim);
    if (!sim)
        return VG_NOMEM;
    o.start_us -= o.start_us % VG_SECOND_US;
    sim->world.options = o;
    sim->world.start_us = sim->world.now_us = o.start_us;
    sim->world.dice = vg_rng_split(o.seed, 0);
    sim->world.script = o.script;
    if (o.script && !(o.hours > 0))
        sim->world.options.hours = o.script->hours;
    vg_sim_listen(&sim->world);
    enum vg_err err = load       ? vg_sim_load_new(&o, &sim->load)
                      : o.script ? begin_script(&sim->world)
                                 : vg_sim_fleet(&sim->world);
    if (err) {
        vg_sim_free(sim);
        return err;
    }
    *ret_sim = sim;
    return VG_OK;
}

void vg_sim_free(struct vg_sim *sim)
{
    if (!sim)
        return;
    vg_sim_load_free(sim->load);
    vg_coast_free(sim->world.coast);
    vg_sim_watch_free(sim->world.watch);
    free(sim->world.deeds);
    free(sim->world.lookout);
    free(sim->world.vessels);
    free(sim);
}

static void step_vessel(struct vg_sim_world *world, struct vg_sim_vessel *v, struct vg_out *out)
{
    if (v->story >= 0)
        vg_sim_story_step(world, v);
    else if (v->until_us <= world->now_us)
        vg_sim_decide(world, v);
    if (vg_sim_move(world, v)) {
        if (v->story >= 0) { /* until the next step */
            v->motion = MOTION_DRIFT;
            v->activity = ACTIVITY_DRIFTING;
            v->drift_kn = 0.4;
            v->drift_deg = 310;
        } else {
            vg_sim_decide(world, v);
        }
    }
    vg_sim_speak(world, v, out);
}

void vg_sim_step(struct vg_sim *sim, struct vg_out *out)
{
    struct vg_sim_world *world = &sim->world;
    if (sim->load)
        vg_sim_load_step(sim->load, world->now_us, &world->counters, out);
    if (world->script) {
        vg_sim_listen_step(world);
        vg_sim_deeds_step(world);
        vg_sim_avoid(world);
    }
    for (size_t i = 0; i < world->count; i++)
        step_vessel(world, &world->vessels[i], out);
    if (world->watch)
        vg_sim_watch_step(world);
    world->now_us += VG_SECOND_US;
}

void vg_sim_tell_events(struct vg_sim *sim, struct vg_out *out)
{
    sim->world.events = out;
}

void vg_sim_end(struct vg_sim *sim)
{
    if (!sim->world.script)
        return;
    vg_sim_deeds_end(&sim->world);
    vg_sim_watch_end(&sim->world);
}

void vg_sim_watch_list(const struct vg_sim *sim, struct vg_out *out)
{
    vg_sim_deed_list(&sim->world, out);
}

const struct vg_sim_world *vg_sim_world_of(const struct vg_sim *sim)
{
    return &sim->world;
}

int64_t vg_sim_now_us(const struct vg_sim *sim)
{
    return sim->world.now_us;
}

const struct vg_sim_counters *vg_sim_counters(const struct vg_sim *sim)
{
    return &sim->world.counters;
}

size_t vg_sim_count(const struct vg_sim *sim)
{
    return sim->world.count;
}

void vg_sim_truth(const struct vg_sim *sim, size_t i, struct vg_sim_truth *ret_truth)
{
    static const char *const activities[] = {
#define X(name, text) [ACTIVITY_##name] = text,
        VG_SIM_ACTIVITY_LIST(X)
#undef X
    };
    const struct vg_sim_vessel *v = &sim->world.vessels[i];
    *ret_truth = (struct vg_sim_truth){
        .mmsi = v->mmsi,
        .class = (enum vg_class)v->class,
        .name = v->name,
        .kind = v->kind->key,
        .activity = activities[v->activity],
        .story = v->deed >= 0 ? vg_sim_deed_of(&sim->world, v) : vg_sim_story_key(v->story),
        .lon_deg = v->lon_deg,
        .lat_deg = v->lat_deg,
        .sog_kn = v->sog_kn,
        .cog_deg = v->cog_deg,
        .heading_deg = v->heading_deg,
        .on_air = !v->silent && !v->no_ais && v->activity != ACTIVITY_AWAY,
        .true_mmsi = !v->shares_mmsi,
        .has_ais = !v->no_ais,
        .afloat = v->class != VG_CLASS_SAR && v->class != VG_CLASS_BASE && v->class != VG_CLASS_ATON,
    };
}

static void put_text(struct vg_out *out, const char *key, const char *text)
{
    vg_out_printf(out, ",\"%s\":", key);
    vg_out_json_string(out, text, strlen(text));
}

void vg_sim_truth_json(const struct vg_sim *sim, size_t i, struct vg_out *out)
{
    struct vg_sim_truth t;
    vg_sim_truth(sim, i, &t);
    vg_out_text(out, "{\"time\":");
    vg_out_json_time(out, sim->world.now_us);
    vg_out_printf(out, ",\"id\":%zu,\"mmsi\":%u", i, t.mmsi);
    put_text(out, "class", vg_class_key(t.class));
    put_text(out, "name", t.name);
    put_text(out, "kind", t.kind);
    put_text(out, "activity", t.activity);
    if (*t.story)
        put_text(out, "story", t.story);
    if (!t.has_ais)
        vg_out_text(out, ",\"has_ais\":false");
    vg_out_printf(out,
                  ",\"lon\":%.6f,\"lat\":%.6f,\"sog_kn\":%.2f,\"cog_deg\":%.1f,\"heading_deg\":%.1f,\"on_air\":%s}\n",
                  t.lon_deg, t.lat_deg, t.sog_kn, t.cog_deg, t.heading_deg, t.on_air ? "true" : "false");
}
