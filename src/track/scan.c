/* A scan of one radar: its plots are brought to the ground, shared out among the tracks, and what is left begins new
 * ones. */
#include "track/scan.h"

#include <math.h>
#include <string.h>

#define DEGREE        (M_PI / 180)
#define GATE          18.0 /* squared distance in sigmas; a plot of the track is outside once in 8000 times */
#define COVER         1.05 /* plots are taken up to this share of the range */
#define OUTSIDE_PD    0.2  /* of what is in reach and not covered: over the horizon a tall ship is seen */
#define WHOLE         0.6  /* of a turn: a group that follows later than this is of a whole turn */
#define PARTS_TURNS   10   /* so long a radar whose turn came in parts is thought to turn on */
#define BEGIN_LEAST   0.02 /* a plot that is of no track with less than this begins none */
#define SURE          0.98 /* tracks that tell how well a radar finds */
#define AIRCRAFT_MPS  120.0
#define TRACKED_PRIOR 0.5  /* what a sensor tracks is there */
#define FASTEST_MPS   41.0 /* 80 kn: nothing afloat goes faster. What seems to is made of plots of several things … */
#define FASTEST_DOUBT 0.2  /* … and so much of its belief is left after each scan */
#define FIRST_SHARE   0.6  /* of a radar's very first plots at most so many are things … */
#define FIRST_DENSITY 4.5e-8 /* … and at most so many in a square metre: one in 22 km² */
#define KEPT_LEAST    0.02   /* who is kept by hand may come back */
#define COHORT_WEIGHT 4.0
#define COMES_S       2500.0 /* for each thing that is there another one comes after so long */

/* As far as a site's plots are taken. */
static double reach_of(const struct vg_site *told)
{
    return COVER * told->range_m + 5 * told->sigma_range_m;
}

/* ---- where the plots are ---- */

static struct vg_place place_of(const struct plot *p, const struct look *l, const struct frame *f)
{
    struct vg_place z = {.ee = p->ee, .en = p->en, .nn = p->nn};
    vg_frame_local(f, p->lat_deg, p->lon_deg, &z.e, &z.n);
    z.e -= l->u * p->lag_s;
    z.n -= l->v * p->lag_s;
    return z;
}

static void put_polar(struct plot *p, const struct meas *m, const struct vg_site *told, const double bias[2])
{
    const double range = fmax(m->range_m - bias[0], 1), bearing = m->bearing_deg - bias[1] / DEGREE;
    vg_site_place(m->lat_deg, m->lon_deg, range, bearing, &p->lat_deg, &p->lon_deg);
    const double sine = sin(bearing * DEGREE), cosine = cos(bearing * DEGREE);
    p->e = range * sine;
    p->n = range * cosine;
    /* North there is turned against north at the sensor. */
    const double turn = range * sine / 6378137 * tan(fmin(fmax(p->lat_deg, -85), 85) * DEGREE);
    p->range_m = range;
    p->sine = sine + cosine * turn;
    p->cosine = cosine - sine * turn;
    if (m->ee > 0) { /* it told the spread itself */
        p->ee = m->ee, p->en = m->en, p->nn = m->nn;
        return;
    }
    const double along = fmax(told->sigma_range_m * told->sigma_range_m, 1);
    const double sigma = range * told->sigma_bearing_deg * DEGREE, across = fmax(sigma * sigma, 1);
    p->ee = along * p->sine * p->sine + across * p->cosine * p->cosine;
    p->nn = along * p->cosine * p->cosine + across * p->sine * p->sine;
    p->en = (along - across) * p->sine * p->cosine;
}

static void put_plots(struct vg_tracker *tr, struct site *s, const struct meas *m, size_t count)
{
    struct scan_work *w = tr->work;
    const struct vg_site *told = &tr->sites->site[m[0].site];
    const struct frame frame = vg_frame_at(s->lat_deg, s->lon_deg);
    memcpy(w->bias, s->bias, sizeof w->bias);
    for (size_t j = 0; j < count; j++) {
        struct plot *p = &w->plot[j];
        *p = (struct plot){.usable = m[j].kind == MEAS_PLOT, .lag_s = seconds(m[j].time_us - m[0].time_us)};
        if (!p->usable)
            continue;
        if (m[j].polar) {
            put_polar(p, &m[j], told, w->bias);
        } else {
            p->lat_deg = m[j].lat_deg, p->lon_deg = m[j].lon_deg;
            p->ee = m[j].ee, p->en = m[j].en, p->nn = m[j].nn;
            vg_frame_local(&frame, p->lat_deg, p->lon_deg, &p->e, &p->n);
        }
        if (sqrt(p->e * p->e + p->n * p->n) > reach_of(told)) {
            p->usable = false;
            s->state.out_of_coverage++;
        }
    }
}

static uint32_t cell_of(double v, double reach_m)
{
    return (uint32_t)fmin(fmax((v / reach_m + 1) * (GRID_SIDE / 2), 0), GRID_SIDE - 1);
}

static void put_grid(struct scan_work *w, double reach_m, size_t count)
{
    for (size_t i = 0; i < GRID_SIDE * GRID_SIDE; i++)
        w->grid[i] = NONE;
    for (size_t j = count; j-- > 0;)
        if (w->plot[j].usable) {
            uint32_t *cell = &w->grid[cell_of(w->plot[j].n, reach_m) * GRID_SIDE + cell_of(w->plot[j].e, reach_m)];
            w->plot[j].next = *cell;
            *cell = (uint32_t)j;
        }
}

/* ---- which tracks it looks at ---- */

static void look_at(struct scan_work *w, struct track *t, uint32_t slot, int64_t time_us, double pd, bool covered)
{
    struct look *l = &w->look[w->looks++];
    struct vg_estimate e;
    *l = (struct look){.slot = slot, .none = 1, .pd = covered ? pd : fmin(pd, OUTSIDE_PD), .covered = covered};
    if (time_us < t->time_us) {
        l->back_s = seconds(t->time_us - time_us);
        vg_filter_shift(&t->filter, -l->back_s);
    } else {
        vg_trk_go(t, time_us);
    }
    if (time_us < t->existence_us) {
        l->unfaded_s = seconds(t->existence_us - time_us);
        vg_trk_unfade(t, l->unfaded_s);
    }
    vg_filter_estimate(&t->filter, &e);
    l->e = e.x[0], l->n = e.x[1], l->u = e.x[2], l->v = e.x[3];
    l->ee = e.p[VG_XX], l->en = e.p[VG_XY], l->nn = e.p[VG_YY];
}

/* True if the site sees the place. `e`, `n` are about where that is from it. */
static bool covers(const struct vg_site *told, const struct site *s, double e, double n, double lat, double lon)
{
    const double d = sqrt(e * e + n * n);
    if (d > told->range_m * 1.01)
        return false;
    if (isnan(told->height_m) && !told->sector_count && !told->blind_count && told->min_range_m <= 0 &&
        d < told->range_m * 0.99)
        return true;
    const struct vg_pos from = told->moving ? vg_pos_from_deg(s->lon_deg, s->lat_deg) : VG_POS_NONE;
    return vg_site_covers(told, from, lat, lon);
}

/*
 * All tracks that a plot of the site may be of. Where it takes plots and is not thought to see anything (over the
 * horizon of low things, in a blind arc), a plot is of the track that is there, too, and none says nothing.
 */
static void look_round(struct vg_tracker *tr, const struct site *s, const struct vg_site *told, int64_t time_us,
                       double pd)
{
    const double reach = reach_of(told);
    const struct frame frame = vg_frame_at(s->lat_deg, s->lon_deg);
    tr->work->looks = 0;
    for (uint32_t i = 0; i < tr->count; i++) {
        struct track *t = &tr->track[tr->live[i]];
        const double dlat = fabs(t->frame.lat_deg - s->lat_deg) * frame.metres_lat;
        double lat, lon, e, n;
        if (dlat > reach + 5000)
            continue;
        vg_frame_place(&t->frame, t->filter.x[0][0], t->filter.x[1][0], &lat, &lon);
        vg_frame_local(&frame, lat, lon, &e, &n);
        if (e * e + n * n <= reach * reach)
            look_at(tr->work, t, tr->live[i], time_us, pd, covers(told, s, e, n, lat, lon));
    }
}

/* ---- pairs ---- */

static void pair(struct vg_tracker *tr, struct look *l, struct track *t, uint32_t j, const struct meas *m)
{
    struct scan_work *w = tr->work;
    struct plot *p = &w->plot[j];
    if (w->edges == w->edges_max || l->count == TRACK_EDGES || (m->airborne && !t->airborne))
        return;
    struct edge *x = &w->edge[w->edges];
    x->place = place_of(p, l, &t->frame);
    const double ee = l->ee + p->ee, en = l->en + p->en, nn = l->nn + p->nn;
    const double de = x->place.e - l->e, dn = x->place.n - l->n;
    if (nn * de * de - 2 * en * de * dn + ee * dn * dn > GATE * (ee * nn - en * en))
        return;
    x->total = vg_filter_density(&t->filter, &x->place, x->density);
    if (!(x->total > 1e-30))
        return;
    x->look = (uint32_t)(l - w->look);
    x->plot = j;
    x->weight = t->seen * l->pd * x->total * vg_trk_label_factor(t, m, tr->sites->site[m->site].period_s) /
                (p->density * (1 - t->seen * l->pd));
    p->degree++;
    w->edges++;
    l->count++;
}

static void pair_up(struct vg_tracker *tr, const struct site *s, const struct vg_site *told, const struct meas *m)
{
    struct scan_work *w = tr->work;
    const struct frame frame = vg_frame_at(s->lat_deg, s->lon_deg);
    const double worst = told->range_m * told->sigma_bearing_deg * DEGREE;
    w->edges = 0;
    for (uint32_t k = 0; k < w->looks; k++) {
        struct look *l = &w->look[k];
        struct track *t = &tr->track[l->slot];
        double lat, lon, e, n;
        l->first = w->edges;
        vg_frame_place(&t->frame, l->e, l->n, &lat, &lon);
        vg_frame_local(&frame, lat, lon, &e, &n);
        const double far = sqrt(e * e + n * n), share = fmin(far / told->range_m + 0.05, 1),
                     near = fmax(worst * share, told->sigma_range_m);
        const double gate = sqrt(GATE * (l->ee + l->nn + near * near)) + 10 + 0.001 * far;
        const uint32_t x0 = cell_of(e - gate, told->range_m), x1 = cell_of(e + gate, told->range_m);
        const uint32_t y0 = cell_of(n - gate, told->range_m), y1 = cell_of(n + gate, told->range_m);
        for (uint32_t y = y0; y <= y1; y++)
            for (uint32_t x = x0; x <= x1; x++)
                for (uint32_t j = w->grid[y * GRID_SIDE + x]; j != NONE; j = w->plot[j].next)
                    pair(tr, l, t, j, &m[j]);
    }
}

/* ---- what is likely there and not tracked ---- */

/*
 * Those that began with the site's last scan tell how many of such plots are things: the share is fitted to how well
 * this scan goes on from them (expectation and maximisation), and they are weighed anew.
 */
static void judge_cohort(struct vg_tracker *tr, struct site *s, uint16_t site, double pd)
{
    struct scan_work *w = tr->work;
    double ratio = 1, before = 0;
    for (int round = 0; round < 6; round++) {
        double after = 0;
        before = 0;
        for (uint32_t k = 0; k < w->looks; k++) {
            const struct look *l = &w->look[k];
            const struct track *t = &tr->track[l->slot];
            if (!l->covered || t->site_scans || t->site[0] != site || t->hits != 1 || t->mmsi)
                continue;
            double like = 1 - pd;
            for (uint32_t i = l->first; i < l->first + l->count; i++)
                like += pd * w->edge[i].total / w->plot[w->edge[i].plot].false_density;
            const double odds = t->seen / (1 - t->seen);
            before += t->seen;
            after += ratio * odds * like / (1 + ratio * odds * like);
        }
        ratio = (COHORT_WEIGHT + after) / (COHORT_WEIGHT + before);
    }
    if (before <= 0)
        return;
    for (uint32_t k = 0; k < w->looks; k++) {
        const struct look *l = &w->look[k];
        struct track *t = &tr->track[l->slot];
        if (!l->covered || t->site_scans || t->site[0] != site || t->hits != 1 || t->mmsi)
            continue;
        const double odds = ratio * t->seen / (1 - t->seen), seen = odds / (1 + odds);
        for (uint32_t i = l->first; i < l->first + l->count; i++)
            w->edge[i].weight *= seen / (1 - seen * pd) * (1 - t->seen * pd) / t->seen;
        t->seen = seen;
    }
    s->unseen_density *= ratio;
}

/* ---- what the scan says ---- */

/* A track that goes faster than anything afloat, two deviations taken off. */
static bool is_too_fast(const struct track *t)
{
    struct vg_estimate e;
    if (t->airborne || t->mmsi || t->kept)
        return false;
    vg_filter_estimate(&t->filter, &e);
    const double speed = hypot(e.x[2], e.x[3]);
    return speed > FASTEST_MPS && speed - 2 * sqrt(fmax(e.p[VG_UU], e.p[VG_VV])) > FASTEST_MPS;
}

static void update_track(struct vg_tracker *tr, struct look *l, const struct meas *m, bool whole, uint16_t site)
{
    struct scan_work *w = tr->work;
    struct track *t = &tr->track[l->slot];
    const double pd = l->pd;
    if (!l->count && (!whole || !l->covered))
        return;
    struct vg_place place[TRACK_EDGES];
    double probability[TRACK_EDGES], density[TRACK_EDGES][VG_MODELS], total[TRACK_EDGES], found = 0;
    const struct edge *best = NULL;
    for (uint32_t i = 0; i < l->count; i++) {
        const struct edge *x = &w->edge[l->first + i];
        place[i] = x->place;
        memcpy(density[i], x->density, sizeof x->density);
        total[i] = x->total;
        found += probability[i] = x->probability;
        if (!best || x->probability > best->probability)
            best = x;
    }
    const double rest = l->none / (1 - t->seen * pd), missed = rest * t->seen * (1 - pd), hidden = rest * t->hidden;
    const double there = found + missed + hidden;
    if (t->seen > SURE && l->covered) { /* of a turn in parts those that it missed are counted at its end */
        tr->site[site].looks += whole ? 1 : found;
        tr->site[site].hits += found;
    }
    if (l->count && there > 1e-12) {
        for (uint32_t i = 0; i < l->count; i++)
            probability[i] /= there;
        vg_filter_update(&t->filter, place, probability, (const double(*)[VG_MODELS])density, total, l->count,
                         (missed + hidden) / there);
    }
    if (l->covered)
        vg_trk_fact_look(tr, t, site, pd, found, m[0].time_us);
    t->seen = fmin(found + missed, 1 - 1e-6);
    t->hidden = hidden;
    if (t->kept)
        t->seen = fmax(t->seen, KEPT_LEAST);
    t->looked |= UINT64_C(1) << site;
    if (best && best->probability > 0.5) {
        t->hits++;
        t->echoes++;
        if (t->hits >= 2)
            vg_filter_set_turns(&t->filter);
        if (t->hits > 2 && is_too_fast(t))
            t->seen *= FASTEST_DOUBT, t->hidden *= FASTEST_DOUBT;
        vg_trk_touch(t, &m[best->plot]);
        vg_trk_register(tr, &tr->site[site], t, &m[best->plot], &w->plot[best->plot]);
        tr->site[site].state.used++;
    } else {
        t->misses++;
    }
    if (t->site_scans < 255)
        t->site_scans++;
}

/* What the sensor tracks and says to be as fast is nothing afloat. */
static bool is_meant_fast(const struct meas *m)
{
    return m->tracked && !m->airborne && m->speed_mps > FASTEST_MPS;
}

static void begin_tracks(struct vg_tracker *tr, struct site *s, const struct meas *m, size_t count, double pd,
                         int64_t time_us)
{
    struct scan_work *w = tr->work;
    for (size_t j = 0; j < count; j++) {
        struct plot *p = &w->plot[j];
        w->weight[j] = 0;
        if (!p->usable)
            continue;
        const double prior =
            fmax(pd * s->unseen_density / p->density, m[j].tracked && !is_meant_fast(&m[j]) ? TRACKED_PRIOR : 0);
        const double seen = p->none * prior;
        w->weight[j] = p->none - seen;
        s->state.false_plots += p->none > 0.5;
        if (p->none < BEGIN_LEAST || is_meant_fast(&m[j]))
            continue;
        struct track *t = vg_trk_add(tr, &m[j]);
        if (!t)
            continue;
        const struct vg_place place = {0, 0, p->ee, p->en, p->nn};
        double speed[2] = {0, 0}, sigma = m[j].airborne ? AIRCRAFT_MPS : SPEED_SIGMA_MPS;
        if (m[j].tracked && !isnan(m[j].speed_mps) && !isnan(m[j].course_deg)) {
            speed[0] = m[j].speed_mps * sin(m[j].course_deg * DEGREE);
            speed[1] = m[j].speed_mps * cos(m[j].course_deg * DEGREE);
            sigma = fmin(sigma, 3 + 0.1 * m[j].speed_mps);
        }
        t->frame = vg_frame_at(p->lat_deg, p->lon_deg);
        t->time_us = t->existence_us = time_us + (int64_t)(p->lag_s * 1e6);
        vg_filter_begin(&t->filter, &place, speed, sigma);
        t->airborne = m[j].airborne;
        t->seen = seen;
        t->hits = 1;
        vg_trk_touch(t, &m[j]);
        vg_trk_begin(tr, t, t->time_us);
    }
}

static double found_of(const struct scan_work *w, uint32_t look)
{
    return 1 - w->look[look].none;
}

/* Two tracks of one thing share its plots, and neither loses belief: the younger goes into the older. */
static void merge_doubles(struct vg_tracker *tr, double pd, int64_t time_us)
{
    struct scan_work *w = tr->work;
    for (uint32_t i = 0; i < w->edges; i++) {
        const struct edge *x = &w->edge[i];
        if (w->plot[x->plot].degree < 2)
            continue;
        for (uint32_t k = x->next; k != NONE; k = w->edge[k].next) {
            struct track *a = &tr->track[w->look[x->look].slot], *b = &tr->track[w->look[w->edge[k].look].slot];
            if (a->mmsi && b->mmsi)
                vg_trk_fact_claims(tr, a, b, pd, found_of(w, x->look) + found_of(w, w->edge[k].look), time_us);
            if (a->hits < 2 || b->hits < 2 || (a->mmsi && b->mmsi) || existence(a) + existence(b) > 1.4 ||
                a->time_us != b->time_us)
                continue;
            struct vg_estimate p, q;
            double lat, lon, e, n;
            vg_filter_estimate(&a->filter, &p);
            vg_filter_estimate(&b->filter, &q);
            vg_frame_place(&b->frame, q.x[0], q.x[1], &lat, &lon);
            vg_frame_local(&a->frame, lat, lon, &e, &n);
            const double de = e - p.x[0], dn = n - p.x[1], du = q.x[2] - p.x[2], dv = q.x[3] - p.x[3];
            if (de * de + dn * dn > 4 * fmin(p.p[VG_XX] + p.p[VG_YY], q.p[VG_XX] + q.p[VG_YY]) ||
                du * du + dv * dv > 4 * (p.p[VG_UU] + p.p[VG_VV] + q.p[VG_UU] + q.p[VG_VV]))
                continue;
            struct track *keep = b->mmsi || (!a->mmsi && b->number < a->number) ? b : a, *drop = keep == a ? b : a;
            keep->seen = fmin(existence(a) + existence(b), 0.9999);
            keep->hidden = 0;
            drop->seen = drop->hidden = 0;
        }
    }
}

static double probability_of(const struct site *s, const struct vg_site *told)
{
    const double prior = 300;
    return fmin(fmax((prior * told->detection_probability + s->hits) / (prior + s->looks), 0.01), 0.999);
}

/* Those that the site did not find in all of a turn that has ended. */
static void end_turn(struct vg_tracker *tr, struct site *s, uint16_t site, double pd)
{
    struct scan_work *w = tr->work;
    const uint64_t bit = UINT64_C(1) << site;
    for (uint32_t k = 0; k < w->looks; k++) {
        struct track *t = &tr->track[w->look[k].slot];
        if (w->look[k].covered && !(t->looked & bit) && t->began_us < s->turn_us) {
            s->looks += t->seen > SURE;
            const double rest = 1 / (1 - t->seen * pd);
            t->seen *= (1 - pd) * rest;
            t->hidden *= rest;
            t->misses++;
            vg_trk_fact_look(tr, t, site, pd, 0, s->group_us);
        }
        t->looked &= ~bit;
    }
}

static void first_densities(struct vg_tracker *tr, struct site *s, const struct vg_site *told, size_t count, double pd)
{
    struct scan_work *w = tr->work;
    for (size_t j = 0; j < count; j++) {
        w->at[j][0] = w->plot[j].e, w->at[j][1] = w->plot[j].n;
        w->weight[j] = w->plot[j].usable;
    }
    struct site probe = *s;
    vg_trk_clutter_add(&probe, told->range_m, (const double(*)[2])w->at, w->weight, count);
    vg_trk_clutter_turn(&probe, told->range_m);
    s->false_density = probe.false_density;
    const double things = fmin(FIRST_SHARE * probe.false_density, FIRST_DENSITY);
    s->false_density -= things;
    s->unseen_density = things / pd;
}

/*
 * True if what begins at time_us is all of a turn. Of an antenna that gives its plots as it turns no group is, not even
 * the first one behind a sector in which it sees nothing.
 */
static bool is_whole(struct site *s, int64_t time_us, int64_t period_us)
{
    const int64_t apart_us = (int64_t)(WHOLE * (double)period_us);
    const bool begins = s->group_us == VG_TIME_NONE || time_us - s->group_us >= apart_us;
    if (s->newest_us != VG_TIME_NONE && time_us > s->newest_us && time_us - s->newest_us < apart_us)
        s->parts_us = time_us;
    if (s->newest_us == VG_TIME_NONE || time_us > s->newest_us)
        s->newest_us = time_us;
    s->group_us = time_us;
    return begins && (s->parts_us == VG_TIME_NONE || time_us - s->parts_us > PARTS_TURNS * period_us);
}

void vg_trk_scan(struct vg_tracker *tr, const struct meas *m, size_t count)
{
    if (!count)
        return;
    struct scan_work *w = tr->work;
    const uint16_t site = m[0].site;
    struct site *s = &tr->site[site];
    const struct vg_site *told = &tr->sites->site[site];
    if (isnan(s->lat_deg))
        return;
    const double pd = probability_of(s, told);
    const int64_t period_us = (int64_t)(told->period_s * 1e6);
    const int64_t time_us = m[0].time_us - (int64_t)llround(s->bias[2] * 1e6);
    const bool whole = is_whole(s, m[0].time_us, period_us);
    put_plots(tr, s, m, count);
    put_grid(w, told->range_m, count);
    if (s->scans <= 0)
        first_densities(tr, s, told, count, pd);
    for (size_t j = 0; j < count; j++) {
        struct plot *p = &w->plot[j];
        if (p->usable) {
            p->false_density = vg_trk_false_density(s, told->range_m, p->e, p->n);
            p->density = p->false_density + pd * s->unseen_density;
        }
        w->at[j][0] = p->e, w->at[j][1] = p->n;
    }
    look_round(tr, s, told, time_us, pd);
    pair_up(tr, s, told, m);
    if (whole)
        judge_cohort(tr, s, site, pd);
    vg_trk_associate(w, count);
    for (uint32_t k = 0; k < w->looks; k++)
        update_track(tr, &w->look[k], m, whole, site);
    double sure = 0;
    for (uint32_t k = 0; k < w->looks; k++) {
        struct track *t = &tr->track[w->look[k].slot];
        sure += t->id != 0;
        if (w->look[k].back_s > 0)
            vg_filter_shift(&t->filter, w->look[k].back_s);
        if (w->look[k].unfaded_s > 0)
            vg_trk_unfade(t, -w->look[k].unfaded_s);
        vg_trk_begin(tr, t, t->time_us);
    }
    merge_doubles(tr, pd, m[0].time_us);
    const bool round = whole || m[0].time_us - s->turn_us >= period_us;
    if (round && !whole)
        end_turn(tr, s, site, pd);
    vg_trk_forget_labels(tr, m, count);
    begin_tracks(tr, s, m, count, pd, time_us);
    vg_trk_clutter_add(s, told->range_m, (const double(*)[2])w->at, w->weight, count);
    if (round) {
        s->turn_us = m[0].time_us;
        vg_trk_clutter_turn(s, told->range_m);
        const double area = fmax(s->state.clutter_per_scan, 1) / fmax(s->false_density, 1e-12);
        s->unseen_density = (1 - pd) * s->unseen_density + fmax(sure, 1) / area * told->period_s / COMES_S;
    }
    s->state.detection_probability = pd;
    vg_trk_sweep(tr);
}
