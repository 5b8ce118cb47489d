/* What vessels say of themselves: measurements with a name. A name and a track become one when the likelihoods say so.
 */
#include <math.h>
#include <string.h>

#include "track/inner.h"

#define DEGREE       (M_PI / 180)
#define SAID_SIGMA_M 10.0
#define SAID_POOR_M  30.0 /* without "better than 10 m" */
#define SPEED_SIGMA  0.15
#define COURSE_SIGMA 2.0   /* degrees */
#define COURSE_FLOOR 0.15  /* m/s, across */
#define STRANGERS    1e-10 /* vessels without a track that may begin to speak, in 1/m² */
#define SPEEDS       1e-3  /* … and how dense their speeds are, in (s/m)² */
#define BIND         2.3   /* ln of the ratio at which two become one: ten to one */
#define PART         -7.0
#define RATIO_MOST   20.0
#define NOT_SEEN     8.0  /* evidence that radar does not see who speaks (facts.c): four missed scans */
#define MISFIT       -6.0 /* one report that does not fit counts no more than this */
#define FIRST_SEEN   0.97 /* of who speaks: radar can see it */

/* East, north, along the course, across it: direction of each, value, variance. */
struct said {
    double e, n, variance, su, sv, speed, along, across;
    int values; /* 2, or 4 with a speed */
};

static struct said said_of(const struct meas *m, const struct frame *f)
{
    struct said s = {.values = 2};
    const double sigma = m->accurate ? SAID_SIGMA_M : SAID_POOR_M;
    vg_frame_local(f, m->lat_deg, m->lon_deg, &s.e, &s.n);
    s.variance = sigma * sigma + m->ee; /* a coarse position says so itself */
    if (isnan(m->speed_mps) || isnan(m->course_deg))
        return s;
    const double turn = COURSE_SIGMA * DEGREE * m->speed_mps;
    s.values = 4;
    s.speed = m->speed_mps;
    s.su = sin(m->course_deg * DEGREE), s.sv = cos(m->course_deg * DEGREE);
    s.along = SPEED_SIGMA * SPEED_SIGMA;
    s.across = turn * turn + COURSE_FLOOR * COURSE_FLOOR;
    return s;
}

static double take(struct vg_filter *f, const struct said *s)
{
    double log_density[VG_MODELS] = {0};
    vg_filter_take(f, (const double[]){1, 0, 0, 0}, s->e, s->variance, log_density);
    vg_filter_take(f, (const double[]){0, 1, 0, 0}, s->n, s->variance, log_density);
    if (s->values == 4) {
        vg_filter_take(f, (const double[]){0, 0, s->su, s->sv}, s->speed, s->along, log_density);
        vg_filter_take(f, (const double[]){0, 0, s->sv, -s->su}, 0, s->across, log_density);
    }
    return vg_filter_weigh(f, log_density);
}

/* As take(), of a track at the moment that was meant. */
static double take_at(struct track *t, const struct meas *m)
{
    const double back_s = m->time_us < t->time_us ? seconds(t->time_us - m->time_us) : 0;
    if (back_s > 0)
        vg_filter_shift(&t->filter, -back_s);
    else
        vg_trk_go(t, m->time_us);
    const struct said s = said_of(m, &t->frame);
    const double density = take(&t->filter, &s);
    if (back_s > 0)
        vg_filter_shift(&t->filter, back_s);
    vg_trk_recentre(t);
    return density;
}

/* What is expected where nobody was tracked. */
static double log_stranger(const struct meas *m)
{
    return log(STRANGERS) + (isnan(m->speed_mps) || isnan(m->course_deg) ? 0 : log(SPEEDS));
}

void vg_trk_touch(struct track *t, const struct meas *m)
{
    if (m->time_us > t->seen_us)
        t->seen_us = m->time_us;
    t->journal_offset = m->journal_offset;
    t->source = m->source;
    if (m->kind != MEAS_POSITION) {
        int i = 0;
        while (i < 3 && t->site[i] && t->site[i] != m->site)
            i++;
        for (; i > 0; i--) {
            t->site[i] = t->site[i - 1];
            t->site_us[i] = t->site_us[i - 1];
        }
        t->site[0] = m->site;
        t->site_us[0] = m->time_us;
    }
    if (m->sensor_track)
        vg_trk_label(t, m);
    if (m->length_m)
        t->length_m = t->length_m > 0 ? t->length_m + 0.2 * (m->length_m - t->length_m) : m->length_m;
    if (m->icao)
        t->icao = m->icao;
    if (m->mode_3a != VG_MODE_3A_NONE)
        t->mode_3a = m->mode_3a;
    if (m->has_altitude)
        t->has_altitude = true, t->altitude_ft = m->altitude_ft;
}

static void remember(struct track *t, const struct meas *m)
{
    if (t->said_us != VG_TIME_NONE && m->time_us > t->said_us) {
        const double pause = seconds(m->time_us - t->said_us);
        t->said_every_s = t->said_count < 2 ? pause : t->said_every_s + 0.2 * (pause - t->said_every_s);
    }
    if (t->said_us == VG_TIME_NONE || m->time_us >= t->said_us) {
        const bool speed = !isnan(m->speed_mps) && !isnan(m->course_deg);
        t->said_us = m->time_us;
        t->said_lat = m->lat_deg, t->said_lon = m->lon_deg;
        t->said_e = speed ? m->speed_mps * sin(m->course_deg * DEGREE) : NAN;
        t->said_n = speed ? m->speed_mps * cos(m->course_deg * DEGREE) : NAN;
    }
    t->said_source = m->source;
    t->said_count++;
    t->hits++;
    vg_trk_touch(t, m);
}

static void believe(struct vg_tracker *tr, struct track *t, const struct meas *m)
{
    vg_filter_set_turns(&t->filter);
    remember(t, m);
    const double hidden = t->hidden / fmax(existence(t), 1e-9);
    t->seen = (1 - hidden) * 0.9999, t->hidden = hidden * 0.9999;
    vg_trk_begin(tr, t, t->time_us);
}

static struct track *begin(struct vg_tracker *tr, const struct meas *m)
{
    struct track *t = vg_trk_add(tr, m);
    if (!t)
        return NULL;
    t->frame = vg_frame_at(m->lat_deg, m->lon_deg);
    const struct said s = said_of(m, &t->frame);
    const struct vg_place place = {0, 0, s.variance, 0, s.variance};
    vg_filter_begin(&t->filter, &place, (const double[]){0, 0}, SPEED_SIGMA_MPS * 1.5);
    double ignored[VG_MODELS] = {0};
    if (s.values == 4) {
        vg_filter_take(&t->filter, (const double[]){0, 0, s.su, s.sv}, s.speed, s.along, ignored);
        vg_filter_take(&t->filter, (const double[]){0, 0, s.sv, -s.su}, 0, s.across, ignored);
    }
    t->airborne = m->airborne;
    t->seen = FIRST_SEEN, t->hidden = 1 - FIRST_SEEN;
    vg_trk_set_mmsi(tr, t, m->mmsi);
    believe(tr, t, m);
    return t;
}

/* The track without a name that may be the one that speaks for the first time; its logarithm of the ratio against "it
 * is nobody that is tracked" and against all other tracks. */
static struct track *candidate(struct vg_tracker *tr, const struct meas *m, double *ret_ratio)
{
    struct track *best = NULL;
    double most = -INFINITY, others = 0;
    const struct frame here = vg_frame_at(m->lat_deg, m->lon_deg);
    for (uint32_t i = 0; i < tr->count; i++) {
        struct track *t = &tr->track[tr->live[i]];
        if (t->mmsi || t->parted_by_hand || t->airborne != m->airborne ||
            fabs(t->frame.lat_deg - m->lat_deg) * here.metres_lat > 8000)
            continue;
        double e, n;
        vg_frame_local(&here, t->frame.lat_deg, t->frame.lon_deg, &e, &n);
        if (fabs(e) > 8000)
            continue;
        struct track copy = *t;
        const double ratio = take_at(&copy, m) + log(fmax(existence(&copy), 1e-9)) - log_stranger(m);
        if (ratio > most) {
            others += best ? exp(most) : 0;
            most = ratio;
            best = t;
        } else {
            others += exp(ratio);
        }
    }
    *ret_ratio = most - log1p(others);
    return best;
}

static void bind(struct vg_tracker *tr, struct track *t, const struct meas *m, double ratio)
{
    take_at(t, m);
    vg_trk_set_mmsi(tr, t, m->mmsi);
    t->log_ratio = fmin(ratio, RATIO_MOST);
    t->said_us = VG_TIME_NONE;
    t->said_count = 0;
    t->echoes = t->misses = 0;
    believe(tr, t, m);
    tr->counters.bound++;
    vg_trk_fact_ends(tr, t, VG_TRACK_EVENT_DARK, t->time_us);
    vg_trk_event(tr, VG_TRACK_EVENT_BOUND, t, t->time_us,
                 &(struct vg_track_event){.log_ratio = ratio, .mmsi = m->mmsi, .journal_offset = m->journal_offset});
}

static void part(struct vg_tracker *tr, struct track *t, const struct meas *m)
{
    const uint32_t mmsi = t->mmsi;
    vg_trk_set_mmsi(tr, t, 0);
    tr->counters.parted++;
    vg_trk_event(
        tr, VG_TRACK_EVENT_PARTED, t, t->time_us,
        &(struct vg_track_event){.log_ratio = t->log_ratio, .mmsi = mmsi, .journal_offset = m->journal_offset});
    t->log_ratio = 0;
    t->said_us = VG_TIME_NONE;
    t->said_count = 0;
}

/* She says that she is elsewhere than her track. */
static bool stays(struct vg_tracker *tr, struct track *t, const struct meas *m, double ratio)
{
    double there;
    const struct track *other = candidate(tr, m, &there);
    if (other && there > BIND)
        vg_trk_fact_elsewhere(tr, t, other, m, there);
    t->log_ratio += fmax(ratio, MISFIT);
    if (t->log_ratio > PART)
        return true;
    part(tr, t, m);
    return false;
}

/*
 * She is not seen where radar should see her, and next to her is an echo without a name: the two became two while
 * little was known of the radar's bias, and share no plot since. Her name goes to the echo, and her own track goes.
 */
static bool moves_to_echo(struct vg_tracker *tr, struct track *t, const struct meas *m)
{
    double ratio;
    if (t->unseen < NOT_SEEN || t->bound_by_hand || t->kept)
        return false;
    struct track *echo = candidate(tr, m, &ratio);
    if (!echo || ratio < BIND)
        return false;
    const double every_s = t->said_every_s;
    const uint32_t count = t->said_count;
    vg_trk_set_mmsi(tr, t, 0);
    t->seen = t->hidden = 0;
    bind(tr, echo, m, ratio);
    echo->said_every_s = every_s;
    echo->said_count = count;
    return true;
}

void vg_trk_said(struct vg_tracker *tr, const struct meas *m)
{
    struct track *t = vg_trk_of_mmsi(tr, m->mmsi);
    vg_trk_fact_heard(tr, m);
    if (t) {
        struct track copy = *t;
        const double ratio = take_at(&copy, m) - log_stranger(m);
        if (ratio > 0 || t->bound_by_hand) {
            if (moves_to_echo(tr, t, m))
                return;
            *t = copy;
            t->log_ratio = fmin(t->log_ratio + fmin(ratio, 10), RATIO_MOST);
            believe(tr, t, m);
            return;
        }
        if (stays(tr, t, m, ratio))
            return;
    }
    double ratio;
    t = candidate(tr, m, &ratio);
    if (t && ratio > BIND)
        bind(tr, t, m, ratio);
    else if (!m->suspect) /* what may be noise begins nothing */
        begin(tr, m);
}
