#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/time_text.h"
#include "track/inner.h"
#include "track/scan.h"

#define DEGREE (M_PI / 180)

#define OWN_SILENT_S 30.0 /* where a moving radar said that it is holds for so long, or for three scans */

#define TIME_LAST_US VG_TIME_TEXT_LATEST_US /* what says that it is later has no time */

/* Before anything is learnt: one standard deviation of a radar's biases. */
#define BIAS_RANGE_M     100.0
#define BIAS_BEARING_DEG 0.5
#define BIAS_TIME_S      1.5

static void begin_site(struct site *s, const struct vg_site *told)
{
    memset(s, 0, sizeof *s);
    s->lat_deg = told->lat_deg, s->lon_deg = told->lon_deg;
    s->own_us = s->group_us = s->newest_us = s->parts_us = s->bias_us = s->state.heard_us = VG_TIME_NONE;
    s->bias_cov[0] = BIAS_RANGE_M * BIAS_RANGE_M;
    s->bias_cov[3] = BIAS_BEARING_DEG * DEGREE * BIAS_BEARING_DEG * DEGREE;
    s->bias_cov[5] = BIAS_TIME_S * BIAS_TIME_S;
    s->state.detection_probability = NAN;
    s->state.sigma_bias_range_m = BIAS_RANGE_M;
    s->state.sigma_bias_bearing_deg = BIAS_BEARING_DEG;
    s->state.sigma_bias_time_s = BIAS_TIME_S;
}

void vg_trk_begin_sites(struct vg_tracker *tr)
{
    for (size_t i = 1; i <= tr->sites->count; i++)
        begin_site(&tr->site[i], &tr->sites->site[i]);
    for (size_t i = 0; i < HEARD_CELLS; i++)
        tr->heard_us[i] = VG_TIME_NONE;
    tr->now_us = tr->facts_us = VG_TIME_NONE;
}

static uint32_t limit(uint32_t tracks, uint32_t for_each, uint32_t most)
{
    const uint64_t wanted = (uint64_t)tracks * for_each + 256;
    return wanted < most ? (uint32_t)wanted : most;
}

/* With the default of tracks 96 MB, most of it touched only by who has so many. */
static enum vg_err allocate(struct vg_tracker *tr)
{
    struct scan_work *w = tr->work = calloc(1, sizeof *w);
    tr->queue_max = limit(tr->cap, 4, QUEUE_MAX);
    tr->queue = calloc(tr->queue_max, sizeof *tr->queue);
    tr->site = calloc(tr->sites->count + 1, sizeof *tr->site);
    if (!tr->queue || !tr->site || !w)
        return VG_NOMEM;
    w->plots_max = limit(tr->cap, 2, SCAN_PLOTS);
    w->edges_max = limit(tr->cap, 16, SCAN_EDGES);
    w->meas = calloc(w->plots_max, sizeof *w->meas);
    w->plot = calloc(w->plots_max, sizeof *w->plot);
    w->list = calloc(w->plots_max, sizeof *w->list);
    w->at = calloc(w->plots_max, sizeof *w->at);
    w->weight = calloc(w->plots_max, sizeof *w->weight);
    w->edge = calloc(w->edges_max, sizeof *w->edge);
    w->look = calloc(tr->cap, sizeof *w->look);
    if (!w->meas || !w->plot || !w->list || !w->at || !w->weight || !w->edge || !w->look)
        return VG_NOMEM;
    return vg_trk_table_new(tr);
}

enum vg_err vg_tracker_new(const struct vg_tracker_options *options, struct vg_tracker **ret)
{
    struct vg_tracker *tr = calloc(1, sizeof *tr);
    if (!tr)
        return VG_NOMEM;
    tr->sites = options->sites ? options->sites : &tr->none;
    tr->everywhere = options->everywhere;
    tr->cap = options->tracks ? options->tracks : VG_TRACKS_MAX;
    const enum vg_err err = allocate(tr);
    if (err) {
        vg_tracker_free(tr);
        return err;
    }
    vg_trk_begin_sites(tr);
    *ret = tr;
    return VG_OK;
}

void vg_tracker_free(struct vg_tracker *tr)
{
    if (!tr)
        return;
    if (tr->work) {
        free(tr->work->meas);
        free(tr->work->plot);
        free(tr->work->list);
        free(tr->work->at);
        free(tr->work->weight);
        free(tr->work->edge);
        free(tr->work->look);
    }
    free(tr->work);
    free(tr->queue);
    free(tr->site);
    free(tr->track);
    free(tr->live);
    free(tr->spare);
    vg_map_free(&tr->by_mmsi);
    vg_map_free(&tr->by_id);
    free(tr);
}

/* ---- what comes in ---- */

static void put_ellipse(const struct vg_report *r, const struct vg_site *told, struct meas *m)
{
    const double direction = r->ellipse.direction_deg * DEGREE, s = sin(direction), c = cos(direction);
    double along = r->ellipse.major_dm * 0.1, across = r->ellipse.minor_dm * 0.1;
    if (!r->ellipse.major_dm)
        along = across = told->sigma_range_m;
    along *= along, across = fmax(across * across, 1);
    m->ee = along * s * s + across * c * c;
    m->nn = along * c * c + across * s * s;
    m->en = (along - across) * s * c;
}

/* A radar that tells a place measured range and bearing all the same, with their biases and, unless it tells a spread,
 * their errors. */
static void put_place(const struct vg_report *r, const struct site *s, const struct vg_site *told, struct meas *m)
{
    m->polar = told->kind == VG_SITE_RADAR && !isnan(s->lat_deg) && !isnan(s->lon_deg);
    if (r->ellipse.major_dm || !m->polar)
        put_ellipse(r, told, m);
    if (!m->polar)
        return;
    vg_site_measure(s->lat_deg, s->lon_deg, m->lat_deg, m->lon_deg, &m->range_m, &m->bearing_deg);
    m->lat_deg = s->lat_deg, m->lon_deg = s->lon_deg;
}

/* Where a moving one is now: its report says it, or it said so lately. */
static bool is_placed(const struct vg_report *r, const struct site *s, const struct vg_site *told, int64_t time_us)
{
    return vg_pos_valid(r->radar.from) ||
           (s->own_us != VG_TIME_NONE && seconds(time_us - s->own_us) <= fmax(OWN_SILENT_S, 3 * told->period_s));
}

static bool can_be(int64_t measured_us, int64_t heard_us)
{
    return measured_us - heard_us <= VG_TRACK_AHEAD_US && heard_us - measured_us <= VG_TRACK_BEHIND_US;
}

/* Where a recording has no time of its own, what the sensor says is all there is: then the two are the same. */
static int64_t by_its_clock(struct vg_tracker *tr, const struct vg_report *r)
{
    if (!r->site || r->site > tr->sites->count)
        return r->measured_us;
    const int64_t offset_us = (int64_t)llround(tr->sites->site[r->site].clock_offset_s * 1e6);
    if (can_be(r->measured_us - offset_us, r->time_us) || can_be(r->measured_us, r->time_us))
        return r->measured_us - offset_us;
    tr->counters.clock_wrong++;
    tr->site[r->site].state.clock_wrong++;
    return r->time_us;
}

static bool take_radar(struct vg_tracker *tr, const struct vg_report *r, struct meas *m)
{
    if (!r->site || r->site > tr->sites->count) {
        tr->counters.no_site++;
        return false;
    }
    struct site *s = &tr->site[r->site];
    const struct vg_site *told = &tr->sites->site[r->site];
    if (s->state.heard_us == VG_TIME_NONE || m->time_us > s->state.heard_us)
        s->state.heard_us = m->time_us;
    if (vg_pos_valid(r->radar.from)) {
        s->lat_deg = vg_pos_lat_deg(r->radar.from), s->lon_deg = vg_pos_lon_deg(r->radar.from);
        if (r->radar.says != VG_RADAR_PLOT && r->radar.says != VG_RADAR_TRACK) /* those repeat what was said before */
            s->own_us = m->time_us;
    }
    m->site = r->site;
    if (r->radar.says == VG_RADAR_LOST) {
        m->kind = MEAS_LOST;
        m->sensor_track = r->track;
        return r->track != 0;
    }
    if (r->radar.says != VG_RADAR_PLOT && r->radar.says != VG_RADAR_TRACK) {
        m->kind = MEAS_SCAN;
        return r->radar.says == VG_RADAR_SCAN && r->polar.bearing_mdeg == 0;
    }
    tr->counters.plots++;
    s->state.plots++;
    m->tracked = r->radar.says == VG_RADAR_TRACK;
    m->sensor_track = r->track;
    m->kind = MEAS_PLOT;
    m->airborne = r->radar.airborne;
    m->icao = r->radar.icao;
    m->mode_3a = r->radar.mode_3a;
    m->has_altitude = r->radar.has_altitude, m->altitude_ft = r->radar.altitude_ft;
    m->length_m = r->length_m;
    if (r->measured == VG_MEASURED_POSITION && vg_pos_valid(r->pos)) {
        m->lat_deg = vg_pos_lat_deg(r->pos), m->lon_deg = vg_pos_lon_deg(r->pos);
        put_place(r, s, told, m);
        return true;
    }
    if (r->measured != VG_MEASURED_RANGE_BEARING && r->measured != VG_MEASURED_BEARING) {
        s->state.refused++;
        return false;
    }
    if (isnan(s->lat_deg) || isnan(s->lon_deg) || (told->moving && !is_placed(r, s, told, m->time_us))) {
        tr->counters.no_place++;
        return false;
    }
    m->lat_deg = s->lat_deg, m->lon_deg = s->lon_deg;
    m->bearing_deg = r->polar.bearing_mdeg * 1e-3;
    m->polar = true;
    if (r->measured == VG_MEASURED_BEARING || r->polar.range_m == UINT32_MAX)
        m->kind = MEAS_BEARING;
    else
        m->range_m = r->polar.range_m;
    return true;
}

/* True if some radar may see the place, or nearly so: who leaves the coverage is still heard a little farther. */
static bool is_watched(const struct vg_tracker *tr, double lat_deg, double lon_deg)
{
    for (size_t i = 1; i <= tr->sites->count; i++) {
        const struct site *s = &tr->site[i];
        const double reach = 1.1 * tr->sites->site[i].range_m, degrees = reach / 110000;
        if (isnan(s->lat_deg) || fabs(lat_deg - s->lat_deg) > degrees)
            continue;
        const double dlon = remainder(lon_deg - s->lon_deg, 360) * cos(s->lat_deg * DEGREE);
        if (dlon * dlon + (lat_deg - s->lat_deg) * (lat_deg - s->lat_deg) <= degrees * degrees)
            return true;
    }
    return false;
}

static bool take_position(struct vg_tracker *tr, const struct vg_report *r, struct meas *m)
{
    if (!r->mmsi || r->measured != VG_MEASURED_POSITION || !vg_pos_valid(r->pos) || r->again)
        return false;
    if (r->class == VG_CLASS_BASE || r->class == VG_CLASS_ATON) /* they stand ashore, or are not there at all */
        return false;
    m->kind = MEAS_POSITION;
    m->mmsi = r->mmsi;
    m->lat_deg = vg_pos_lat_deg(r->pos), m->lon_deg = vg_pos_lon_deg(r->pos);
    m->accurate = r->accurate;
    m->suspect = r->suspect;
    m->ee = r->sensor == VG_SENSOR_AIS && vg_message_is_coarse(r->message) ? 60.0 * 60 : 0;
    m->airborne = r->class == VG_CLASS_SAR && r->message == 9;
    if (!tr->everywhere && !is_watched(tr, m->lat_deg, m->lon_deg)) {
        tr->counters.elsewhere++;
        return false;
    }
    tr->counters.positions++;
    return true;
}

void vg_tracker_take(struct vg_tracker *tr, const struct vg_report *r, const struct vg_contact_origin *origin)
{
    struct meas m = {.time_us = r->measured_us,
                     .journal_offset = r->journal_offset,
                     .arrival = ++tr->arrivals,
                     .source = r->source,
                     .speed_mps = NAN,
                     .course_deg = NAN,
                     .mode_3a = VG_MODE_3A_NONE};
    if (m.time_us <= 0 || m.time_us > TIME_LAST_US) {
        tr->counters.no_time++;
        return;
    }
    if (origin)
        m.journal = origin->journal, m.received_us = origin->received_us;
    if (r->fields & VG_FIELD_BIT(SOG))
        m.speed_mps = r->sog_dkn * 0.1 * VG_MPS_PER_KNOT;
    if (r->fields & VG_FIELD_BIT(COG))
        m.course_deg = r->cog_ddeg * 0.1;
    if (r->sensor == VG_SENSOR_RADAR)
        m.time_us = by_its_clock(tr, r);
    if (r->sensor == VG_SENSOR_RADAR ? take_radar(tr, r, &m) : take_position(tr, r, &m))
        vg_trk_put(tr, &m);
}

void vg_tracker_advance(struct vg_tracker *tr, int64_t time_us)
{
    if (time_us <= 0 || time_us > TIME_LAST_US || (tr->now_us != VG_TIME_NONE && time_us < tr->now_us))
        return;
    vg_trk_use(tr, time_us);
    tr->now_us = time_us;
    for (uint32_t i = 0; i < tr->count; i++)
        vg_trk_fade(&tr->track[tr->live[i]], time_us);
    vg_trk_fact_dark(tr, time_us);
    vg_trk_sweep(tr);
}

/* ---- what comes out ---- */

size_t vg_tracker_tracks(const struct vg_tracker *tr, int64_t at_us, double at_least, struct vg_track *ret, size_t cap)
{
    size_t count = 0;
    for (uint32_t i = 0; i < tr->count; i++) {
        const struct track *t = &tr->track[tr->live[i]];
        if (!t->id || existence(t) < at_least)
            continue;
        if (count < cap)
            vg_trk_fill(tr, t, at_us, &ret[count]);
        count++;
    }
    return count;
}

bool vg_tracker_find(const struct vg_tracker *tr, uint64_t id, int64_t at_us, struct vg_track *ret)
{
    uint32_t slot;
    if (!vg_map_get(&tr->by_id, id, &slot))
        return false;
    vg_trk_fill(tr, &tr->track[slot], at_us, ret);
    return true;
}

void vg_tracker_set_on_event(struct vg_tracker *tr, vg_track_on_event *on, void *arg)
{
    tr->on_event = on;
    tr->on_event_arg = arg;
}

void vg_tracker_site(const struct vg_tracker *tr, uint16_t site, struct vg_site_state *ret)
{
    static const struct vg_site_state nobody = {.heard_us = VG_TIME_NONE, .detection_probability = NAN};
    *ret = site && site <= tr->sites->count ? tr->site[site].state : nobody;
}

const struct vg_tracker_counters *vg_tracker_counters(const struct vg_tracker *tr)
{
    return &tr->counters;
}
