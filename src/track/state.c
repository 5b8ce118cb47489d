/* What a track is thought to be: it goes on in time, and is told to others. */
#include <math.h>
#include <string.h>

#include "track/inner.h"

#define DEGREE       (M_PI / 180)
#define RECENTRE_M   2000.0 /* a frame is right to centimetres so far */
#define STAYS_S      2400.0 /* things go away after so long, on average … */
#define SILENT_S     30.0   /* … and sooner when no sensor has said anything of them for so long … */
#define SILENT_AIS   4.0    /* … or, of who speaks, for so many of the usual pauses; at least … */
#define SILENT_AIS_S 60.0
#define FADES_S      20.0
#define HIDES_S      60000.0 /* from being seen by radar to not, and back */
#define SHOWS_S      60.0

static double silent_after_s(const struct track *t)
{
    return t->mmsi ? fmax(SILENT_AIS_S, SILENT_AIS * t->said_every_s) : SILENT_S;
}

void vg_trk_fade(struct track *t, int64_t time_us)
{
    const double dt = seconds(time_us - t->existence_us);
    if (dt <= 0)
        return;
    const double silent = seconds(time_us - t->seen_us) - silent_after_s(t);
    double stays = exp(-dt / STAYS_S);
    if (silent > 0)
        stays *= exp(-fmin(silent, dt) / FADES_S);
    const double hides = 1 - exp(-dt / HIDES_S), shows = 1 - exp(-dt / SHOWS_S);
    const double seen = t->seen, hidden = t->hidden;
    t->seen = stays * (seen * (1 - hides) + hidden * shows);
    t->hidden = stays * (hidden * (1 - shows) + seen * hides);
    t->existence_us = time_us;
}

/* Who has gone since then was still there. Silence is left out: it is long ago or short. */
void vg_trk_unfade(struct track *t, double dt_s)
{
    const double there = existence(t), was = fmin(there * exp(dt_s / STAYS_S), fmax(there, 1 - 1e-9));
    if (there > 0) {
        t->seen *= was / there;
        t->hidden *= was / there;
    }
}

void vg_trk_recentre(struct track *t)
{
    double e = 0, n = 0;
    for (int m = 0; m < VG_MODELS; m++) {
        e += t->filter.weight[m] * t->filter.x[0][m];
        n += t->filter.weight[m] * t->filter.x[1][m];
    }
    if (fabs(e) < RECENTRE_M && fabs(n) < RECENTRE_M)
        return;
    double lat, lon;
    vg_frame_place(&t->frame, e, n, &lat, &lon);
    t->frame = vg_frame_at(fmin(fmax(lat, -89.9), 89.9), lon);
    vg_filter_offset(&t->filter, e, n);
}

void vg_trk_go(struct track *t, int64_t time_us)
{
    vg_trk_fade(t, time_us);
    if (time_us <= t->time_us)
        return;
    vg_filter_predict(&t->filter, seconds(time_us - t->time_us), motion_of(t));
    t->time_us = time_us;
    vg_trk_recentre(t);
}

static void fill_ellipse(const struct vg_estimate *e, struct vg_track *ret)
{
    const double ee = e->p[VG_XX], en = e->p[VG_XY], nn = e->p[VG_YY];
    const double half = (ee + nn) / 2, apart = hypot((ee - nn) / 2, en);
    ret->sigma_major_m = sqrt(fmax(half + apart, 0));
    ret->sigma_minor_m = sqrt(fmax(half - apart, 0));
    ret->orientation_deg = fmod(0.5 * atan2(2 * en, nn - ee) / DEGREE + 180, 180);
}

static void fill_speed(const struct vg_estimate *e, struct vg_track *ret)
{
    const double u = e->x[2], v = e->x[3], speed = hypot(u, v);
    const double su = speed > 0 ? u / speed : 0, sv = speed > 0 ? v / speed : 1;
    const double along = su * su * e->p[VG_UU] + 2 * su * sv * e->p[VG_UV] + sv * sv * e->p[VG_VV];
    const double across = sv * sv * e->p[VG_UU] - 2 * su * sv * e->p[VG_UV] + su * su * e->p[VG_VV];
    ret->speed_kn = speed / VG_MPS_PER_KNOT;
    ret->course_deg = fmod(atan2(u, v) / DEGREE + 360, 360);
    ret->sigma_speed_kn = sqrt(fmax(along, 0)) / VG_MPS_PER_KNOT;
    ret->sigma_course_deg = fmin(180, atan2(sqrt(fmax(across, 0)), speed) / DEGREE);
}

/* As of what has been used: that a fast radar's newest scans still wait is no silence of it. */
static uint64_t seen_by(const struct vg_tracker *tr, const struct track *t, int64_t at_us)
{
    at_us = tr->now_us != VG_TIME_NONE && tr->now_us < at_us ? tr->now_us : at_us;
    uint64_t mask =
        t->mmsi && t->said_us != VG_TIME_NONE && at_us - t->said_us <= (int64_t)(fmax(3 * t->said_every_s, 30) * 1e6);
    for (int i = 0; i < 4 && t->site[i]; i++)
        if (at_us - t->site_us[i] <= (int64_t)(3.2 * tr->sites->site[t->site[i]].period_s * 1e6))
            mask |= UINT64_C(1) << t->site[i];
    return mask;
}

void vg_trk_fill(const struct vg_tracker *tr, const struct track *t, int64_t at_us, struct vg_track *ret)
{
    static const struct vg_track empty;
    struct vg_filter filter = t->filter;
    struct vg_estimate e;
    if (at_us > t->time_us)
        vg_filter_predict(&filter, seconds(at_us - t->time_us), motion_of(t));
    else if (at_us < t->time_us)
        vg_filter_shift(&filter, seconds(at_us - t->time_us));
    vg_filter_estimate(&filter, &e);
    *ret = empty;
    ret->id = t->id, ret->number = t->number;
    ret->time_us = at_us, ret->seen_us = t->seen_us, ret->began_us = t->began_us;
    ret->journal_offset = t->journal_offset, ret->began_offset = t->first.journal_offset;
    vg_frame_place(&t->frame, e.x[0], e.x[1], &ret->lat_deg, &ret->lon_deg);
    fill_ellipse(&e, ret);
    fill_speed(&e, ret);
    ret->existence = fmin(existence(t), 1);
    ret->length_m = t->length_m;
    ret->seen_by = seen_by(tr, t, at_us);
    ret->mmsi = t->mmsi;
    ret->log_ratio = t->mmsi ? t->log_ratio : 0;
    memcpy(ret->sensor_track, t->label, sizeof t->label);
    memcpy(ret->sensor_site, t->label_site, sizeof t->label_site);
    memcpy(ret->sensor_us, t->label_us, sizeof t->label_us);
    ret->source = t->source;
    ret->airborne = t->airborne;
    ret->icao = t->icao, ret->mode_3a = t->mode_3a;
    ret->facts = t->told, ret->kept = t->kept;
    ret->has_altitude = t->has_altitude, ret->altitude_ft = t->altitude_ft;
}

void vg_trk_event(struct vg_tracker *tr, enum vg_track_event_kind kind, const struct track *t, int64_t time_us,
                  const struct vg_track_event *more)
{
    if (!tr->on_event || !t->id)
        return;
    struct vg_track_event event = more ? *more : (struct vg_track_event){0};
    event.kind = (uint8_t)kind;
    event.time_us = time_us;
    vg_trk_fill(tr, t, time_us > t->time_us ? time_us : t->time_us, &event.track);
    if (!event.mmsi)
        event.mmsi = t->mmsi;
    if (!event.journal_offset)
        event.journal_offset = t->journal_offset;
    tr->on_event(tr->on_event_arg, &event);
}
