/* Plays the scripts of stories.def. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "sim/world.h"

enum story_id {
#define STORY(key, ...) STORY_##key,
#define DARK(key, ...)  STORY_##key,
#include "sim/stories.def"
#undef STORY
#undef DARK
    STORY_COUNT
};
#define STORIES_HEARD STORY_FISH_A /* the stories before this are told in every world */

enum action {
    DO_AT,
    DO_SAIL,
    DO_SEEK,
    DO_BESIDE,
    DO_DRIFT,
    DO_AWAY,
    DO_SILENT,
    DO_SPEAK,
    DO_JUMP,
    DO_STEADY,
    DO_TEST,
    DO_ALARM
};

/* A BESIDE or SEEK step names its partner in place of a longitude. */
#define MEET_A STORY_MEET_A
#define FISH_A STORY_FISH_A
#define FISH_B STORY_FISH_B
static const struct step {
    uint8_t story, action;
    uint16_t minute;
    double lon_deg, lat_deg, kn;
} steps[] = {
#define STEP(story, minute, action, lon, lat, kn) {STORY_##story, DO_##action, minute, lon, lat, kn},
#include "sim/stories.def"
#undef STEP
};

static const struct {
    const char *name, *kind;
    uint32_t mmsi;
    const char *what;
    int cycle_min; /* it begins again after so many minutes */
    bool has_ais;
} stories[STORY_COUNT] = {
#define STORY(key, name, kind, mmsi, what)          {name, kind, mmsi, what, 24 * 60, true},
#define DARK(key, name, kind, cycle, has_ais, what) {name, kind, 0, what, cycle, has_ais},
#include "sim/stories.def"
#undef STORY
#undef DARK
};

static const struct {
    double lon_deg, lat_deg, radius_nm;
    int count;
} pangas[] = {
#define PANGAS(lon, lat, radius, count) {lon, lat, radius, count},
#include "sim/stories.def"
#undef PANGAS
};

#define STEPS (sizeof steps / sizeof *steps)

const char *vg_sim_story_key(int story)
{
    return story >= 0 && story < STORY_COUNT ? stories[story].what : "";
}

static struct vg_sim_vessel *person(struct vg_sim_world *world, int story)
{
    for (size_t i = 0; i < world->count; i++)
        if (world->vessels[i].story == story)
            return &world->vessels[i];
    return NULL;
}

static void wait_here(struct vg_sim_vessel *v, double kn)
{
    v->activity = vg_class_is_distress((enum vg_class)v->class) ? ACTIVITY_DISTRESS : ACTIVITY_DRIFTING;
    v->motion = MOTION_DRIFT;
    v->drift_kn = kn;
    v->drift_deg = 310;
}

static void send_alarm(struct vg_sim_vessel *v, bool test)
{
    v->silent = false;
    v->status = test ? 15 : 14;
    snprintf(v->destination, sizeof v->destination, "%s %s", v->class == VG_CLASS_MOB ? "MOB" : "SART",
             test ? "TEST" : "ACTIVE"); /* IEC 61097-14: the text of message 14 */
    v->activity = ACTIVITY_DISTRESS;
}

static void play(struct vg_sim_world *world, struct vg_sim_vessel *v, const struct step *s)
{
    struct vg_sim_vessel *partner;
    switch ((enum action)s->action) {
    case DO_AT:
        v->lon_deg = s->lon_deg;
        v->lat_deg = s->lat_deg;
        wait_here(v, 0);
        break;
    case DO_SAIL:
        v->cruise_kn = s->kn;
        if (s->kn <= 0) { /* fished out of the water and put back for tomorrow: it is silent meanwhile */
            v->lon_deg = s->lon_deg;
            v->lat_deg = s->lat_deg;
            wait_here(v, 0);
        } else {
            vg_sim_voyage_to_point(v, (struct vg_sim_point){s->lon_deg, s->lat_deg, false});
        }
        break;
    case DO_SEEK: /* where it is now */
        partner = person(world, (int)s->lon_deg);
        v->cruise_kn = s->kn;
        if (partner)
            vg_sim_voyage_to_point(v, (struct vg_sim_point){partner->lon_deg, partner->lat_deg, false});
        break;
    case DO_DRIFT:
        v->lon_deg = s->lon_deg;
        v->lat_deg = s->lat_deg;
        wait_here(v, s->kn);
        break;
    case DO_AWAY:
        v->lon_deg = s->lon_deg;
        v->lat_deg = s->lat_deg;
        v->activity = ACTIVITY_AWAY;
        v->motion = MOTION_NONE;
        v->sog_kn = v->water_kn = 0;
        break;
    case DO_BESIDE:
        partner = person(world, (int)s->lon_deg);
        v->beside = partner ? (int32_t)(partner - world->vessels) : -1;
        v->motion = partner ? MOTION_BESIDE : MOTION_DRIFT;
        v->activity = ACTIVITY_ALONGSIDE;
        break;
    case DO_SILENT:
        v->silent = true;
        break;
    case DO_SPEAK:
        v->silent = false;
        break;
    case DO_JUMP:
    case DO_STEADY:
        v->jumping = s->action == DO_JUMP;
        break;
    case DO_TEST:
        send_alarm(v, true);
        wait_here(v, 0);
        break;
    case DO_ALARM:
        send_alarm(v, false);
        wait_here(v, s->kn);
        break;
    }
}

/* The index of a story's n-th step; STEPS if it has no more. */
static size_t step_at(int story, unsigned n)
{
    for (size_t i = 0; i < STEPS; i++)
        if (steps[i].story == story && n-- == 0)
            return i;
    return STEPS;
}

void vg_sim_story_step(struct vg_sim_world *world, struct vg_sim_vessel *v)
{
    int64_t minute = (world->now_us - world->start_us) / VG_MINUTE_US % stories[v->story].cycle_min;
    if (minute == 0 && v->step > 1) /* a new day or cycle; AT is for the first only */
        v->step = 1;
    for (;;) {
        size_t i = step_at(v->story, v->step);
        if (i == STEPS || steps[i].minute > minute)
            return;
        v->step++;
        play(world, v, &steps[i]);
    }
}

void vg_sim_stories(struct vg_sim_world *world)
{
    for (int i = 0; i < STORIES_HEARD; i++) {
        struct vg_sim_vessel *v = vg_sim_add(world, vg_sim_kind(stories[i].kind));
        if (!v)
            return;
        v->program = PROGRAM_STORY;
        v->story = (int8_t)i;
        vg_sim_write(v->name, stories[i].name);
        if (stories[i].mmsi)
            v->mmsi = stories[i].mmsi;
        if (i == STORY_MOB)
            v->class = VG_CLASS_MOB;
        v->shares_mmsi = i == STORY_SHARE_A || i == STORY_SHARE_B;
        v->silent = vg_class_is_distress((enum vg_class)v->class);
        if (i == STORY_TENDER)
            v->imo = world->vessels[world->count - 3].mmsi; /* radio.c: its mother ship */
        vg_sim_story_step(world, v);
    }
}

static void add_pangas(struct vg_sim_world *world)
{
    for (size_t i = 0; i < sizeof pangas / sizeof *pangas; i++)
        for (int n = 0; n < pangas[i].count; n++) {
            struct vg_sim_vessel *v = vg_sim_add(world, vg_sim_kind("panga"));
            struct vg_sim_point at;
            if (!v)
                return;
            v->no_ais = true;
            v->mmsi = 0;
            v->name[0] = '\0';
            v->anchor_lon_deg = pangas[i].lon_deg;
            v->anchor_lat_deg = pangas[i].lat_deg;
            v->scope_m = pangas[i].radius_nm * VG_METRES_PER_NM;
            vg_sim_spot(&v->dice, v->anchor_lon_deg, v->anchor_lat_deg, pangas[i].radius_nm, &at);
            v->lon_deg = at.lon_deg;
            v->lat_deg = at.lat_deg;
            v->phase = (uint8_t)vg_rng_below(&v->dice, 2);
            vg_sim_fish_near(world, v);
        }
}

void vg_sim_dark(struct vg_sim_world *world)
{
    for (int i = STORIES_HEARD; i < STORY_COUNT; i++) {
        struct vg_sim_vessel *v = vg_sim_add(world, vg_sim_kind(stories[i].kind));
        if (!v)
            return;
        v->program = PROGRAM_STORY;
        v->story = (int8_t)i;
        vg_sim_write(v->name, stories[i].name);
        v->no_ais = !stories[i].has_ais;
        if (v->no_ais)
            v->mmsi = 0;
        vg_sim_story_step(world, v);
    }
    add_pangas(world);
}
