/*
 * An antenna turns over the simulated sea. In each second it sweeps an arc; who lies in the arc is looked at once, at
 * the moment when the beam passes.
 */
#include "sim/radar.h"

#include <stdlib.h>
#include <strings.h>

#include "sim/coast.h"
#include "sim/radar_model.h"

#define TEXTURES    12                     /* the sea is patchy: so many sectors … */
#define TEXTURE_US  (20 * VG_SECOND_US)    /* … each for so long */
#define NOISE_PLOTS 1.0                    /* false plots a turn, anywhere in range */
#define STREAM      UINT64_C(0x5241444152) /* of the dice: no vessel has this number */

/* Side lobes: off the beam, and how much weaker, there and back. Only near ships of steel come through. */
#define LOBES 6
static const struct {
    double off_deg, weaker_db;
} lobes[LOBES] = {{4.5, 50}, {-4.5, 50}, {9, 54}, {-9, 54}, {17, 58}, {-17, 58}};
#define LOBE_CHANCE 0.12 /* of turns in which the lobe isn't taken away by the radar itself */

/* What comes back in a second: an echo, or the antenna's own mark at a sector's border. */
struct echo {
    int64_t true_us;
    double range_m, bearing_deg, power;
    int32_t thing;
    uint8_t kind;  /* enum vg_sim_echo */
    int8_t sector; /* −1: an echo */
    bool airborne, gone;
};

struct radar {
    struct vg_site site;
    struct vg_sim_flaw flaw;
    struct vg_sim_power power;
    int32_t carrier; /* the vessel that carries it; −1: ashore */
    uint64_t dice;
    int64_t period_us, offset_us;
    int64_t texture_us; /* the textures hold until then */
    double texture[TEXTURES];
    struct vg_sim_radar_counters counters;
};

struct vg_sim_radars {
    const struct vg_sim_world *world;
    struct vg_sites sites;
    struct vg_sim_sea sea;
    struct radar radar[VG_SITES_MAX + 1];
    size_t count; /* of echoes */
    struct echo echo[VG_SIM_ECHOES_MAX];
};

/* The arc of one second. */
struct sweep {
    int64_t now_us;
    double from_deg, wide_deg;
    double lon_deg, lat_deg; /* of the radar at its beginning */
};

const char *vg_sim_echo_key(enum vg_sim_echo echo)
{
    static const char *const keys[] = {
#define X(name, key) key,
        VG_SIM_ECHO_LIST(X)
#undef X
    };
    return keys[echo];
}

/* ---- made ---- */

static int32_t find_vessel(const struct vg_sim_world *world, const char *name)
{
    for (size_t i = 0; i < world->count; i++)
        if (strcasecmp(world->vessels[i].name, name) == 0)
            return (int32_t)i;
    return -1;
}

static enum vg_err make_radar(struct vg_sim_radars *rs, uint16_t i, const struct vg_sim_radars_options *o)
{
    struct radar *r = &rs->radar[i];
    r->site = rs->sites.site[i];
    r->flaw = o->flaw[i];
    r->power = vg_sim_power_of(&r->site);
    r->carrier = -1;
    if (r->site.kind != VG_SITE_RADAR || !(r->site.period_s >= 1 && r->site.period_s <= 3600) || !(r->site.range_m > 0))
        return VG_ARG;
    if (r->site.moving && (r->carrier = find_vessel(rs->world, r->site.name)) < 0)
        return VG_NOT_FOUND;
    if (!r->site.moving && !(fabs(r->site.lat_deg) <= 90 && fabs(r->site.lon_deg) <= 180))
        return VG_ARG;
    r->dice = vg_rng_split(o->seed ^ STREAM, i);
    r->period_us = (int64_t)llround(r->site.period_s * 1e6);
    r->offset_us = (int64_t)(vg_rng_unit(&r->dice) * (double)r->period_us);
    return VG_OK;
}

enum vg_err vg_sim_radars_new(const struct vg_sim_radars_options *options, const struct vg_sim *sim,
                              struct vg_sim_radars **ret_radars)
{
    const struct vg_sim_world *world = vg_sim_world_of(sim);
    if (!options->sites || !options->sites->count || world->count == 0 || options->sea_state < 0 ||
        options->sea_state > VG_SIM_SEA_STATE_MAX || !isfinite(options->wind_from_deg))
        return VG_ARG;
    struct vg_sim_radars *rs = calloc(1, sizeof *rs);
    if (!rs)
        return VG_NOMEM;
    rs->world = world;
    rs->sites = *options->sites;
    rs->sea = (struct vg_sim_sea){options->sea_state, options->wind_from_deg};
    for (uint16_t i = 1; i <= rs->sites.count; i++) {
        enum vg_err err = make_radar(rs, i, options);
        if (err) {
            free(rs);
            return err;
        }
    }
    *ret_radars = rs;
    return VG_OK;
}

void vg_sim_radars_free(struct vg_sim_radars *radars)
{
    free(radars);
}

const struct vg_sites *vg_sim_radars_sites(const struct vg_sim_radars *radars)
{
    return &radars->sites;
}

const struct vg_sim_radar_counters *vg_sim_radars_counters(const struct vg_sim_radars *radars, uint16_t site)
{
    return &radars->radar[site].counters;
}

/* ---- the sweep ---- */

/* When the beam passes a bearing in this second; false: not in this one. */
static bool beam_passes(const struct sweep *s, double bearing_deg, int64_t *ret_us)
{
    double share = vg_angle_360(bearing_deg - s->from_deg) / s->wide_deg;
    if (share >= 1)
        return false;
    *ret_us = s->now_us + (int64_t)(share * 1e6);
    return true;
}

static void at_time(const struct vg_sim_vessel *v, double seconds, double *ret_lon, double *ret_lat)
{
    *ret_lon = v->lon_deg;
    *ret_lat = v->lat_deg;
    vg_sphere_move(ret_lon, ret_lat, v->cog_deg, v->sog_kn * VG_MPS_PER_KNOT * seconds);
}

static void radar_at(const struct vg_sim_radars *rs, const struct radar *r, double seconds, double *ret_lon,
                     double *ret_lat)
{
    if (r->carrier >= 0) {
        at_time(&rs->world->vessels[r->carrier], seconds, ret_lon, ret_lat);
    } else {
        *ret_lon = r->site.lon_deg;
        *ret_lat = r->site.lat_deg;
    }
}

/* The rule of coverage is the site's; a target's height is its own. */
static bool covers_place(const struct radar *r, double own_lon, double own_lat, double height_m, double lon, double lat)
{
    struct vg_site site = r->site;
    site.target_height_m = height_m;
    return vg_site_covers(&site, vg_pos_from_deg(own_lon, own_lat), lat, lon);
}

static bool covers(const struct radar *r, const struct sweep *s, double height_m, double range_m, double bearing_deg)
{
    double lat, lon;
    vg_site_place(s->lat_deg, s->lon_deg, range_m, bearing_deg, &lat, &lon);
    return covers_place(r, s->lon_deg, s->lat_deg, height_m, lon, lat);
}

bool vg_sim_radars_could_see(const struct vg_sim_radars *radars, size_t thing)
{
    const struct vg_sim_vessel *v = &radars->world->vessels[thing];
    struct vg_sim_target target;
    if (!vg_sim_target_of(v, &target))
        return false;
    for (size_t i = 1; i <= radars->sites.count; i++) {
        const struct radar *r = &radars->radar[i];
        double lon, lat;
        radar_at(radars, r, 0, &lon, &lat);
        if ((int32_t)thing != r->carrier && covers_place(r, lon, lat, target.height_m, v->lon_deg, v->lat_deg))
            return true;
    }
    return false;
}

static void add_echo(struct vg_sim_radars *rs, struct radar *r, struct echo e)
{
    if (rs->count == VG_SIM_ECHOES_MAX) {
        r->counters.dropped++;
        return;
    }
    rs->echo[rs->count++] = e;
}

/* Land on the line of sight of a ship's radar, looked at every kilometre: what is thinner hides nobody for long. */
static bool is_hidden(const struct radar *r, double own_lon, double own_lat, double lon, double lat, double range_m)
{
    if (r->carrier < 0)
        return false; /* ashore, its sectors say what the land leaves open */
    int steps = (int)(range_m / 1000);
    for (int i = 1; i <= steps; i++) {
        double share = (double)i / (steps + 1);
        if (vg_sim_is_land(own_lon + (lon - own_lon) * share, own_lat + (lat - own_lat) * share))
            return true;
    }
    return false;
}

/*
 * One look at a vessel in the beam or, weaker, in a side lobe; `off_deg`: how far from it the antenna points.
 * `about_deg` is where it lies when the second begins.
 */
static void look_at(struct vg_sim_radars *rs, struct radar *r, const struct sweep *s, size_t thing,
                    const struct vg_sim_target *target, double about_deg, double off_deg, double weaker_db)
{
    const struct vg_sim_vessel *v = &rs->world->vessels[thing];
    double range_m, bearing_deg, lon, lat, own_lon, own_lat;
    int64_t at_us;
    if (!beam_passes(s, about_deg + off_deg, &at_us))
        return;
    double seconds = (double)(at_us - s->now_us) / 1e6;
    at_time(v, seconds, &lon, &lat);
    radar_at(rs, r, seconds, &own_lon, &own_lat);
    vg_site_measure(own_lat, own_lon, lat, lon, &range_m, &bearing_deg);
    bool lobe = off_deg != 0;
    if (!covers(r, s, target->height_m, range_m, bearing_deg) ||
        (lobe &&
         (!vg_rng_chance(&r->dice, LOBE_CHANCE) || !covers(r, s, target->height_m, range_m, bearing_deg + off_deg))) ||
        (!target->airborne && is_hidden(r, own_lon, own_lat, lon, lat, range_m)))
        return;
    double signal =
        vg_sim_signal(&r->site, &r->power, &rs->sea, target, bearing_deg - v->heading_deg, range_m, bearing_deg);
    if (lobe)
        signal *= pow(10, -weaker_db / 10);
    double power = vg_sim_detect(&r->dice, signal);
    r->counters.looked += !lobe;
    r->counters.missed += !lobe && power == 0;
    if (power > 0)
        add_echo(rs, r,
                 (struct echo){at_us, range_m, vg_angle_360(bearing_deg + off_deg), power, (int32_t)thing,
                               lobe ? VG_SIM_ECHO_SIDE_LOBE : VG_SIM_ECHO_TARGET, -1, target->airborne, false});
}

static void look_round(struct vg_sim_radars *rs, struct radar *r, const struct sweep *s)
{
    double far_deg = (r->site.range_m + 1000) / VG_SPHERE_M_PER_DEG;
    for (size_t i = 0; i < rs->world->count; i++) {
        const struct vg_sim_vessel *v = &rs->world->vessels[i];
        struct vg_sim_target target;
        double range_m, bearing_deg;
        if (fabs(v->lat_deg - s->lat_deg) > far_deg || fabs(v->lon_deg - s->lon_deg) > 2 * far_deg ||
            (int32_t)i == r->carrier || !vg_sim_target_of(v, &target))
            continue;
        vg_site_measure(s->lat_deg, s->lon_deg, v->lat_deg, v->lon_deg, &range_m, &bearing_deg);
        if (range_m > r->site.range_m + 1000)
            continue;
        look_at(rs, r, s, i, &target, bearing_deg, 0, 0);
        if (target.area_m2 >= 100) /* smaller ones are under the threshold at any distance */
            for (int l = 0; l < LOBES; l++)
                look_at(rs, r, s, i, &target, bearing_deg, lobes[l].off_deg, lobes[l].weaker_db);
    }
}

/* ---- what is false ---- */

/* The sea's texture: gamma distributed with shape 2 (K-distributed clutter), new for each patch now and then. */
static void weave(struct radar *r, int64_t now_us)
{
    if (now_us < r->texture_us)
        return;
    r->texture_us = now_us + TEXTURE_US;
    for (int i = 0; i < TEXTURES; i++)
        r->texture[i] = (vg_rng_exponential(&r->dice) + vg_rng_exponential(&r->dice)) / 2;
}

static void add_false(struct vg_sim_radars *rs, struct radar *r, const struct sweep *s, double range_m,
                      double bearing_deg, enum vg_sim_echo kind)
{
    int64_t at_us;
    if (!covers(r, s, 0, range_m, bearing_deg) || !beam_passes(s, bearing_deg, &at_us))
        return;
    double power = VG_SIM_THRESHOLD * (1 + vg_rng_exponential(&r->dice));
    add_echo(rs, r, (struct echo){at_us, range_m, bearing_deg, power, -1, (uint8_t)kind, -1, false, false});
}

static void see_sea(struct vg_sim_radars *rs, struct radar *r, const struct sweep *s)
{
    const double most = 4; /* of the texture: its mean is 1, and 4 is passed once in 300 */
    double reach_m = vg_sim_sea_reach_m(&r->site, &rs->sea);
    weave(r, s->now_us);
    uint32_t n = vg_rng_poisson(&r->dice, vg_sim_sea_plots(&rs->sea) * 1.6 * most * s->wide_deg / 360);
    for (uint32_t i = 0; i < n; i++) {
        double bearing_deg = vg_angle_360(s->from_deg + s->wide_deg * vg_rng_unit(&r->dice));
        double range_m = r->site.min_range_m + vg_sim_sea_scale_m(&rs->sea) * vg_rng_exponential(&r->dice);
        double weight = vg_sim_sea_upwind(&rs->sea, bearing_deg) *
                        fmin(r->texture[(size_t)(bearing_deg * TEXTURES / 360) % TEXTURES], most) / most;
        if (vg_rng_chance(&r->dice, weight) && range_m < reach_m)
            add_false(rs, r, s, range_m, bearing_deg, VG_SIM_ECHO_SEA);
    }
}

static void see_noise(struct vg_sim_radars *rs, struct radar *r, const struct sweep *s)
{
    uint32_t n = vg_rng_poisson(&r->dice, NOISE_PLOTS * s->wide_deg / 360);
    for (uint32_t i = 0; i < n; i++) {
        double bearing_deg = vg_angle_360(s->from_deg + s->wide_deg * vg_rng_unit(&r->dice));
        add_false(rs, r, s, r->site.range_m * sqrt(vg_rng_unit(&r->dice)), bearing_deg, VG_SIM_ECHO_NOISE);
    }
}

/* ---- from echoes to events ---- */

static void mark_sectors(struct vg_sim_radars *rs, struct radar *r, const struct sweep *s)
{
    for (int k = 0; k < VG_SIM_RADAR_SECTORS; k++) {
        int64_t at_us;
        double bearing_deg = 360.0 * k / VG_SIM_RADAR_SECTORS;
        if (!beam_passes(s, bearing_deg, &at_us))
            continue;
        add_echo(rs, r, (struct echo){at_us, 0, bearing_deg, 0, -1, VG_SIM_ECHO_NOISE, (int8_t)k, false, false});
        r->counters.turns += k == 0;
    }
}

static int by_time(const void *a, const void *b)
{
    const struct echo *x = a, *y = b;
    if (x->true_us != y->true_us)
        return x->true_us < y->true_us ? -1 : 1;
    if (x->sector != y->sector) /* the border first */
        return x->sector > y->sector ? -1 : 1;
    if (x->range_m != y->range_m)
        return x->range_m < y->range_m ? -1 : 1;
    return (x->thing > y->thing) - (x->thing < y->thing);
}

/* Echoes that the radar can't tell apart become one, where most of the power is. */
static void merge(struct vg_sim_radars *rs, const struct radar *r)
{
    for (size_t i = 0; i < rs->count; i++) {
        struct echo *e = &rs->echo[i];
        if (e->sector >= 0 || e->gone)
            continue;
        double strongest = e->power;
        for (size_t k = i + 1; k < rs->count; k++) {
            struct echo *o = &rs->echo[k];
            double apart_deg = vg_angle_180(o->bearing_deg - e->bearing_deg);
            if (o->sector >= 0 || o->gone)
                continue;
            if ((double)(o->true_us - e->true_us) * 360 > (double)r->period_us * r->power.beam_deg)
                break;
            if (fabs(apart_deg) > r->power.beam_deg / 2 || fabs(o->range_m - e->range_m) > r->power.cell_m)
                continue;
            double share = o->power / (e->power + o->power);
            e->range_m += (o->range_m - e->range_m) * share;
            e->bearing_deg = vg_angle_360(e->bearing_deg + apart_deg * share);
            if (e->thing >= 0 && o->thing >= 0)
                e->kind = VG_SIM_ECHO_MERGED;
            if (o->thing >= 0 && (e->thing < 0 || o->power > strongest)) {
                e->kind = e->thing < 0 ? o->kind : e->kind;
                e->thing = o->thing;
                e->airborne = o->airborne;
            }
            strongest = fmax(strongest, o->power);
            e->power += o->power;
            o->gone = true;
        }
    }
}

static void measure(struct radar *r, const struct echo *e, struct vg_sim_radar_event *event)
{
    struct vg_sim_plot *p = &event->plot;
    double range_m = e->range_m + r->flaw.range_m + r->site.sigma_range_m * vg_rng_normal(&r->dice);
    event->kind = VG_SIM_RADAR_PLOT;
    p->range_m = fmax(1, range_m);
    p->bearing_deg =
        vg_angle_360(e->bearing_deg + r->flaw.bearing_deg + r->site.sigma_bearing_deg * vg_rng_normal(&r->dice));
    p->above_db = 10 * log10(e->power / VG_SIM_THRESHOLD);
    p->true_us = e->true_us;
    p->thing = e->thing;
    p->echo = e->kind;
    p->airborne = e->airborne;
    r->counters.plots++;
    r->counters.of_sea += e->kind == VG_SIM_ECHO_SEA;
    r->counters.of_noise += e->kind == VG_SIM_ECHO_NOISE;
    r->counters.of_side_lobes += e->kind == VG_SIM_ECHO_SIDE_LOBE;
}

static void tell(struct vg_sim_radars *rs, uint16_t site, const struct sweep *s, vg_sim_on_radar *on_event, void *arg)
{
    struct radar *r = &rs->radar[site];
    double late_s = rs->sites.site[site].clock_offset_s + r->flaw.clock_s;
    for (size_t i = 0; i < rs->count; i++) {
        const struct echo *e = &rs->echo[i];
        if (e->gone)
            continue;
        struct vg_sim_radar_event event = {.kind = VG_SIM_RADAR_SECTOR,
                                           .sector = (uint8_t)(e->sector >= 0 ? e->sector : 0),
                                           .site = site,
                                           .time_us = e->true_us + (int64_t)llround(late_s * 1e6),
                                           .plot.thing = -1};
        radar_at(rs, r, (double)(e->true_us - s->now_us) / 1e6, &event.lon_deg, &event.lat_deg);
        if (r->carrier >= 0) {
            const struct vg_sim_vessel *v = &rs->world->vessels[r->carrier];
            event.speed_kn = v->sog_kn;
            event.course_deg = v->cog_deg;
            event.heading_deg = v->heading_deg;
        }
        if (e->sector < 0)
            measure(r, e, &event);
        on_event(arg, &event);
    }
}

void vg_sim_radars_step(struct vg_sim_radars *radars, vg_sim_on_radar *on_event, void *arg)
{
    for (uint16_t i = 1; i <= radars->sites.count; i++) {
        struct radar *r = &radars->radar[i];
        struct sweep s = {.now_us = radars->world->now_us - VG_SECOND_US};
        s.from_deg = (double)((s.now_us + r->offset_us) % r->period_us) * 360 / (double)r->period_us;
        s.wide_deg = 360e6 / (double)r->period_us;
        radar_at(radars, r, 0, &s.lon_deg, &s.lat_deg);
        radars->count = 0;
        mark_sectors(radars, r, &s);
        look_round(radars, r, &s);
        see_sea(radars, r, &s);
        see_noise(radars, r, &s);
        qsort(radars->echo, radars->count, sizeof *radars->echo, by_time);
        merge(radars, r);
        tell(radars, i, &s, on_event, arg);
    }
}
