#include "sim/radar_arpa.h"

#include <stdlib.h>

#include "sim/sphere.h"

#define NUMBER_HITS 3   /* plots before it gets a number … */
#define SURE_HITS   5   /* … and before it is more than "acquiring" */
#define TENTATIVE   2   /* turns without a plot after which a target is dropped: unnumbered … */
#define PATIENCE    6   /* … and numbered */
#define FASTEST_MPS 26  /* 50 kn */
#define DROPPED_MPS 51  /* 100 kn: what seems to go faster is dropped; the standard asks for no more */
#define GATE        4   /* so many deviations */
#define STRAYS_MPS  4   /* what the gate allows for manoeuvres */
#define TURNS       3.5 /* so many deviations off, it is believed to manoeuvre */

struct target {
    bool used, lost;
    uint16_t number; /* 0: none yet */
    uint32_t hits, misses;
    double x, y, vx, vy; /* metres and metres a second, east and north of the reference */
    int64_t time_us;     /* of x and y */
    int32_t thing;
};

struct plot {
    double x, y, east, north; /* the unit vector from the radar to it */
    double along_m, across_m; /* one deviation each */
    int64_t time_us;
    int32_t thing;
    bool taken;
};

struct vg_sim_arpa {
    struct vg_site site;
    bool placed; /* the reference is set: where the radar was at its first event */
    double lat_deg, lon_deg;
    bool number_taken[VG_TTM_NUMBER_MAX + 1];
    size_t plots;
    struct plot plot[VG_SIM_ARPA_PLOTS];
    struct target target[VG_SIM_ARPA_TARGETS];
};

enum vg_err vg_sim_arpa_new(const struct vg_site *site, struct vg_sim_arpa **ret_arpa)
{
    struct vg_sim_arpa *a = calloc(1, sizeof *a);
    if (!a)
        return VG_NOMEM;
    a->site = *site;
    *ret_arpa = a;
    return VG_OK;
}

void vg_sim_arpa_free(struct vg_sim_arpa *arpa)
{
    free(arpa);
}

static void to_plane(const struct vg_sim_arpa *a, double lat_deg, double lon_deg, double *ret_x, double *ret_y)
{
    double range_m, bearing_deg;
    vg_site_measure(a->lat_deg, a->lon_deg, lat_deg, lon_deg, &range_m, &bearing_deg);
    *ret_x = range_m * sin(bearing_deg * VG_RAD);
    *ret_y = range_m * cos(bearing_deg * VG_RAD);
}

static void add_plot(struct vg_sim_arpa *a, const struct vg_sim_radar_event *e)
{
    double lat, lon;
    if (a->plots == VG_SIM_ARPA_PLOTS)
        return;
    struct plot *p = &a->plot[a->plots++];
    vg_site_place(e->lat_deg, e->lon_deg, e->plot.range_m, e->plot.bearing_deg, &lat, &lon);
    to_plane(a, lat, lon, &p->x, &p->y);
    p->east = sin(e->plot.bearing_deg * VG_RAD);
    p->north = cos(e->plot.bearing_deg * VG_RAD);
    p->along_m = fmax(1, a->site.sigma_range_m);
    p->across_m = fmax(1, e->plot.range_m * a->site.sigma_bearing_deg * VG_RAD);
    p->time_us = e->time_us;
    p->thing = e->plot.thing;
    p->taken = false;
}

/* The nearest plot in the gate, NULL if there is none. */
static struct plot *nearest(struct vg_sim_arpa *a, const struct target *t)
{
    struct plot *best = NULL;
    double best_far = 1;
    for (size_t i = 0; i < a->plots; i++) {
        struct plot *p = &a->plot[i];
        double dt = (double)(p->time_us - t->time_us) / 1e6;
        double strays_m = (t->hits < 2 ? FASTEST_MPS : STRAYS_MPS) * dt;
        double x = p->x - t->x - t->vx * dt, y = p->y - t->y - t->vy * dt;
        /* Errors are longer across than along: of ships at anchor side by side a round gate takes the neighbour's. */
        double far = hypot((x * p->east + y * p->north) / (strays_m + GATE * p->along_m),
                           (x * p->north - y * p->east) / (strays_m + GATE * p->across_m));
        if (!p->taken && dt > 0 && far < best_far) {
            best_far = far;
            best = p;
        }
    }
    return best;
}

/* Gains that begin as a straight line through all plots and end as a filter of some ten turns. */
static void update(struct target *t, struct plot *p)
{
    double dt = (double)(p->time_us - t->time_us) / 1e6, n = ++t->hits;
    double alpha = fmax(0.3, 2 * (2 * n - 1) / (n * (n + 1))), beta = fmax(0.05, 6 / (n * (n + 1)));
    double x = t->x + t->vx * dt, y = t->y + t->vy * dt;
    double along = (p->x - x) * p->east + (p->y - y) * p->north, across = (p->x - x) * p->north - (p->y - y) * p->east;
    if (hypot(along / p->along_m, across / p->across_m) > TURNS) { /* it manoeuvres: follow it */
        alpha = fmax(alpha, 0.7);
        beta = fmax(beta, 0.35);
    }
    beta = fmin(beta, 1);
    t->x = x + alpha * (p->x - x);
    t->y = y + alpha * (p->y - y);
    t->vx += beta * (p->x - x) / dt;
    t->vy += beta * (p->y - y) / dt;
    t->time_us = p->time_us;
    t->thing = p->thing;
    t->misses = 0;
    p->taken = true;
}

static void begin(struct vg_sim_arpa *a, const struct plot *p)
{
    for (size_t i = 0; i < VG_SIM_ARPA_TARGETS; i++)
        if (!a->target[i].used) {
            a->target[i] = (struct target){
                .used = true, .hits = 1, .x = p->x, .y = p->y, .time_us = p->time_us, .thing = p->thing};
            return;
        }
}

/* The lowest free number: a lost target's goes to the next. */
static uint16_t take_number(struct vg_sim_arpa *a)
{
    for (uint16_t n = 1; n <= VG_TTM_NUMBER_MAX; n++)
        if (!a->number_taken[n]) {
            a->number_taken[n] = true;
            return n;
        }
    return 0;
}

static void drop_lost(struct vg_sim_arpa *a)
{
    for (size_t i = 0; i < VG_SIM_ARPA_TARGETS; i++)
        if (a->target[i].used && a->target[i].lost) {
            a->number_taken[a->target[i].number] = false;
            a->target[i].used = false;
        }
}

static void turn_complete(struct vg_sim_arpa *a)
{
    drop_lost(a); /* they were told as lost after the last turn */
    for (int sure = 1; sure >= 0; sure--)
        for (size_t i = 0; i < VG_SIM_ARPA_TARGETS; i++) {
            struct target *t = &a->target[i];
            struct plot *p;
            if (!t->used || (t->number != 0) != sure)
                continue;
            if ((p = nearest(a, t)))
                update(t, p);
            else
                t->misses++;
            if (t->misses >= (t->number ? PATIENCE : TENTATIVE) || hypot(t->vx, t->vy) > DROPPED_MPS) {
                t->lost = t->number != 0;
                t->used = t->lost;
            }
        }
    for (size_t i = 0; i < VG_SIM_ARPA_TARGETS; i++) {
        struct target *t = &a->target[i];
        if (!t->used || t->number || t->hits < NUMBER_HITS)
            continue;
        if (hypot(t->vx, t->vy) > FASTEST_MPS || !(t->number = take_number(a)))
            t->used = false;
    }
    for (size_t i = 0; i < a->plots; i++)
        if (!a->plot[i].taken)
            begin(a, &a->plot[i]);
    a->plots = 0;
}

bool vg_sim_arpa_take(struct vg_sim_arpa *arpa, const struct vg_sim_radar_event *event)
{
    if (!arpa->placed) {
        arpa->placed = true;
        arpa->lat_deg = event->lat_deg;
        arpa->lon_deg = event->lon_deg;
    }
    if (event->kind == VG_SIM_RADAR_PLOT) {
        add_plot(arpa, event);
        return false;
    }
    if (event->sector == 0)
        turn_complete(arpa);
    return event->sector == 0;
}

/* Closest point of approach to a ship that keeps its course. */
static void approach(double x, double y, double vx, double vy, struct vg_ttm *ttm)
{
    double speed2 = vx * vx + vy * vy;
    double tcpa_s = speed2 > 0.01 ? -(x * vx + y * vy) / speed2 : 0;
    ttm->cpa_m = hypot(x + vx * tcpa_s, y + vy * tcpa_s);
    ttm->tcpa_min = fmax(-999, fmin(999, tcpa_s / 60));
}

bool vg_sim_arpa_next(struct vg_sim_arpa *arpa, const struct vg_sim_radar_event *now, size_t *at,
                      struct vg_ttm *ret_ttm, int32_t *ret_thing)
{
    while (*at < VG_SIM_ARPA_TARGETS) {
        const struct target *t = &arpa->target[(*at)++];
        if (!t->used || !t->number)
            continue;
        double lat, lon, range_m = hypot(t->x, t->y), dt = (double)(now->time_us - t->time_us) / 1e6;
        double own_x, own_y, own_mps = now->speed_kn * VG_MPS_PER_KNOT;
        *ret_ttm = (struct vg_ttm){.number = t->number,
                                   .status = t->lost               ? VG_TTM_LOST
                                             : t->hits < SURE_HITS ? VG_TTM_ACQUIRING
                                                                   : VG_TTM_TRACKED,
                                   .speed_kn = hypot(t->vx, t->vy) / VG_MPS_PER_KNOT,
                                   .course_deg = vg_angle_360(atan2(t->vx, t->vy) / VG_RAD),
                                   .name = "",
                                   .time_us = t->misses ? now->time_us : t->time_us};
        double ahead_s = t->misses ? dt : 0; /* without a plot in this turn it is reckoned on */
        double x = t->x + t->vx * ahead_s, y = t->y + t->vy * ahead_s;
        range_m = hypot(x, y);
        vg_site_place(arpa->lat_deg, arpa->lon_deg, range_m, atan2(x, y) / VG_RAD, &lat, &lon);
        vg_site_measure(now->lat_deg, now->lon_deg, lat, lon, &ret_ttm->range_m, &ret_ttm->bearing_deg);
        to_plane(arpa, now->lat_deg, now->lon_deg, &own_x, &own_y);
        approach(x - own_x, y - own_y, t->vx - own_mps * sin(now->course_deg * VG_RAD),
                 t->vy - own_mps * cos(now->course_deg * VG_RAD), ret_ttm);
        *ret_thing = t->thing;
        return true;
    }
    return false;
}
