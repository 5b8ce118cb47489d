/* /api/v1/sensors, and what a track is as JSON. */
#include <math.h>
#include <stdlib.h>

#include "api/inner.h"

#define OUTLINE_POINTS  512
#define SILENT_PERIODS  10 /* scans without a word: the sensor is silent */
#define SILENT_AT_LEAST (30 * VG_SECOND_US)

/* ---- the board ---- */

void vg_api_sensors(struct vg_api *s, const struct vg_sensor_board *sensors, size_t count,
                    const struct vg_tracker_counters *counters)
{
    struct vg_sensor_boards *boards = malloc(sizeof *boards + count * sizeof *sensors);
    if (!boards) /* the old board stays: its times show its age */
        return;
    atomic_init(&boards->refs, 1);
    boards->count = count;
    boards->counters = *counters;
    if (count)
        memcpy(boards->sensor, sensors, count * sizeof *sensors);
    pthread_mutex_lock(&s->lock);
    const struct vg_sensor_boards *old = s->sensors;
    s->sensors = boards;
    pthread_mutex_unlock(&s->lock);
    vg_sensors_release(old);
}

const struct vg_sensor_boards *vg_sensors_acquire(struct vg_api *s)
{
    pthread_mutex_lock(&s->lock);
    struct vg_sensor_boards *boards = s->sensors;
    if (boards)
        atomic_fetch_add_explicit(&boards->refs, 1, memory_order_relaxed);
    pthread_mutex_unlock(&s->lock);
    return boards;
}

void vg_sensors_release(const struct vg_sensor_boards *boards)
{
    struct vg_sensor_boards *b = (struct vg_sensor_boards *)boards; /* immutable but for the count */
    if (b && atomic_fetch_sub_explicit(&b->refs, 1, memory_order_acq_rel) == 1)
        free(b);
}

/* ---- a sensor ---- */

static void write_outline(struct vg_out *out, const struct vg_site *site)
{
    double point[OUTLINE_POINTS][2];
    size_t begin[VG_SITE_RINGS + 1], rings = 0;
    if (!site->moving)
        vg_site_outline(site, VG_POS_NONE, point, OUTLINE_POINTS, begin, &rings);
    vg_json_key(out, "outline");
    vg_out_char(out, '[');
    for (size_t r = 0; r < rings; r++) {
        vg_out_text(out, r ? ",[" : "[");
        for (size_t i = begin[r]; i < begin[r + 1]; i++)
            vg_out_printf(out, "%s[%.5f,%.5f]", i > begin[r] ? "," : "", point[i][0], point[i][1]);
        vg_out_char(out, ']');
    }
    vg_out_char(out, ']');
}

static const char *state_of(const struct vg_sensor_board *b, int64_t clock_us)
{
    const int64_t heard_us = b->state.heard_us;
    if (heard_us == VG_TIME_NONE || !heard_us)
        return "never";
    int64_t most_us = (int64_t)(b->site.period_s * SILENT_PERIODS * 1e6);
    if (most_us < SILENT_AT_LEAST)
        most_us = SILENT_AT_LEAST;
    return clock_us - heard_us > most_us ? "silent" : "live";
}

static void write_learnt(struct vg_out *out, const struct vg_site_state *s)
{
    vg_json_key(out, "learnt");
    if (isnan(s->detection_probability)) {
        vg_out_text(out, "null");
        return;
    }
    vg_out_printf(out, "{\"detection_probability\":%.3f", s->detection_probability);
    vg_json_real(out, "clutter_per_scan", s->clutter_per_scan, 1);
    vg_out_char(out, '}');
}

static void write_bias(struct vg_out *out, const struct vg_site_state *s)
{
    vg_json_key(out, "bias");
    if (!s->registered) {
        vg_out_text(out, "null");
        return;
    }
    vg_out_printf(out, "{\"range_m\":%.1f", s->bias_range_m);
    vg_json_real(out, "range_sigma_m", s->sigma_bias_range_m, 1);
    vg_json_real(out, "bearing_deg", s->bias_bearing_deg, 3);
    vg_json_real(out, "bearing_sigma_deg", s->sigma_bias_bearing_deg, 3);
    vg_json_real(out, "time_s", s->bias_time_s, 2);
    vg_json_real(out, "time_sigma_s", s->sigma_bias_time_s, 2);
    vg_json_number(out, "pairs", s->registered);
    vg_out_char(out, '}');
}

static void write_sensor(struct vg_out *out, const struct vg_sensor_board *b, size_t number, int64_t clock_us)
{
    const struct vg_site *site = &b->site;
    const struct vg_site_state *s = &b->state;
    vg_out_printf(out, "{\"id\":%zu,\"name\":", number);
    vg_json_text(out, site->name);
    vg_json_key(out, "kind");
    vg_json_text(out, vg_site_kind_key((enum vg_site_kind)site->kind));
    vg_json_key(out, "feed");
    vg_json_text(out, site->feed);
    vg_json_real(out, "lat", site->lat_deg, 6);
    vg_json_real(out, "lon", site->lon_deg, 6);
    vg_out_text(out, site->moving ? ",\"moving\":true" : ",\"moving\":false");
    vg_json_real(out, "height_m", site->height_m, 1);
    vg_json_real(out, "target_height_m", site->target_height_m, 1);
    vg_json_real(out, "range_m", site->range_m, 0);
    vg_json_real(out, "reach_m", vg_site_reach_m(site), 0);
    vg_json_real(out, "period_s", site->period_s, 2);
    vg_json_real(out, "sigma_range_m", site->sigma_range_m, 1);
    vg_json_real(out, "sigma_bearing_deg", site->sigma_bearing_deg, 3);
    vg_json_real(out, "detection_probability", site->detection_probability, 3);
    vg_json_key(out, "state");
    vg_json_text(out, state_of(b, clock_us));
    vg_json_time_or_null(out, "heard", s->heard_us ? s->heard_us : VG_TIME_NONE);
    vg_json_number(out, "plots", s->plots);
    vg_json_number(out, "tracks", b->tracks);
    vg_json_number(out, "false_plots", s->false_plots);
    vg_json_number(out, "late", s->late);
    vg_json_number(out, "clock_wrong", s->clock_wrong);
    vg_json_number(out, "refused", s->refused + s->out_of_coverage);
    write_learnt(out, s);
    write_bias(out, s);
    write_outline(out, site);
    vg_out_char(out, '}');
}

bool vg_handle_sensors(struct vg_request *rq)
{
    struct vg_api *api = vg_api_of(rq);
    struct vg_out out = vg_out_growing(VG_BODY_MAX);
    const struct vg_snapshot *snapshot = vg_snapshot_acquire(api->picture);
    const struct vg_sensor_boards *boards = vg_sensors_acquire(api);
    vg_out_text(&out, "{\"time\":");
    vg_out_json_time(&out, snapshot->clock_us);
    vg_out_text(&out, ",\"sensors\":[");
    for (size_t i = 0; boards && i < boards->count; i++) {
        if (i)
            vg_out_char(&out, ',');
        write_sensor(&out, &boards->sensor[i], i + 1, snapshot->clock_us);
    }
    vg_out_text(&out, "]}\n");
    vg_sensors_release(boards);
    vg_snapshot_release(snapshot);
    return vg_reply_text(rq, 200, "application/json", &out, NULL);
}

/* ---- a track ---- */

const char *vg_sensor_name(const struct vg_sensor_boards *sensors, unsigned number)
{
    if (number == 0)
        return "ais";
    return sensors && number <= sensors->count ? sensors->sensor[number - 1].site.name : "?";
}

static void write_seen_by(struct vg_out *out, const struct vg_sensor_boards *sensors, uint64_t seen_by)
{
    bool first = true;
    vg_json_key(out, "seen_by");
    vg_out_char(out, '[');
    for (uint64_t bits = seen_by; bits; bits &= bits - 1, first = false) {
        if (!first)
            vg_out_char(out, ',');
        vg_json_text(out, vg_sensor_name(sensors, (unsigned)__builtin_ctzll(bits)));
    }
    vg_out_char(out, ']');
}

const char *vg_seen_by_text(const struct vg_sensor_boards *sensors, const struct vg_track_row *row, char *to,
                            size_t size)
{
    struct vg_out out = vg_out_fixed(to, size);
    if (!row || !row->track.id || row->facts & VG_TRACK_OVER)
        return NULL;
    for (uint64_t bits = row->track.seen_by; bits; bits &= bits - 1) {
        vg_out_text(&out, out.len ? ", " : "");
        vg_out_text(&out, vg_sensor_name(sensors, (unsigned)__builtin_ctzll(bits)));
    }
    vg_out_char(&out, '\0');
    return out.err ? NULL : to;
}

static void write_sensor_tracks(struct vg_out *out, const struct vg_sensor_boards *sensors, const struct vg_track *t)
{
    bool first = true;
    vg_json_key(out, "sensor_tracks");
    vg_out_char(out, '[');
    for (size_t i = 0; i < sizeof t->sensor_track / sizeof *t->sensor_track; i++) {
        if (!t->sensor_track[i])
            continue;
        vg_out_text(out, first ? "{\"sensor\":" : ",{\"sensor\":");
        first = false;
        vg_json_text(out, vg_sensor_name(sensors, t->sensor_site[i]));
        vg_json_number(out, "track", t->sensor_track[i]);
        vg_out_char(out, '}');
    }
    vg_out_char(out, ']');
}

static void write_facts(struct vg_out *out, uint16_t facts)
{
    static const struct {
        uint16_t fact;
        const char *key;
    } rows[] = {{VG_TRACK_UNSEEN, "unseen"},
                {VG_TRACK_DARK, "dark"},
                {VG_TRACK_TWO_CLAIMS, "two-claims"},
                {VG_TRACK_TWO_ECHOES, "two-echoes"}};
    bool first = true;
    vg_json_key(out, "facts");
    vg_out_char(out, '[');
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!(facts & rows[i].fact))
            continue;
        if (!first)
            vg_out_char(out, ',');
        first = false;
        vg_json_text(out, rows[i].key);
    }
    vg_out_char(out, ']');
}

static int earlier(const void *a, const void *b)
{
    const struct vg_held_span *x = a, *y = b;
    if (x->from_s != y->from_s)
        return x->from_s < y->from_s ? -1 : 1;
    return x->sensor - y->sensor;
}

static void write_timeline(struct vg_out *out, const struct vg_sensor_boards *sensors, const struct vg_track_row *row)
{
    struct vg_held_span span[VG_HELD_SPANS];
    bool first = true;
    memcpy(span, row->held, sizeof span);
    qsort(span, VG_HELD_SPANS, sizeof *span, earlier);
    vg_json_key(out, "timeline");
    vg_out_char(out, '[');
    for (size_t i = 0; i < VG_HELD_SPANS; i++) {
        if (!span[i].to_s)
            continue;
        vg_out_text(out, first ? "{\"sensor\":" : ",{\"sensor\":");
        first = false;
        vg_json_text(out, vg_sensor_name(sensors, span[i].sensor));
        vg_json_time_or_null(out, "from", (int64_t)span[i].from_s * VG_SECOND_US);
        vg_json_time_or_null(out, "to", (int64_t)span[i].to_s * VG_SECOND_US);
        vg_out_char(out, '}');
    }
    vg_out_char(out, ']');
}

void vg_json_track(struct vg_out *out, const struct vg_sensor_boards *sensors, const struct vg_track_row *row)
{
    vg_json_key(out, "track");
    if (!row || !row->track.id || row->facts & VG_TRACK_OVER) {
        vg_out_text(out, "null");
        return;
    }
    const struct vg_track *t = &row->track;
    vg_out_printf(out, "{\"number\":%llu", (unsigned long long)t->number);
    vg_json_time_or_null(out, "time", t->time_us);
    vg_json_real(out, "lat", t->lat_deg, 6);
    vg_json_real(out, "lon", t->lon_deg, 6);
    vg_json_real(out, "existence", t->existence, 4);
    vg_json_real(out, "sigma_major_m", t->sigma_major_m, 1);
    vg_json_real(out, "sigma_minor_m", t->sigma_minor_m, 1);
    vg_json_real(out, "orientation_deg", t->orientation_deg, 1);
    vg_json_real(out, "speed_kn", t->speed_kn, 2);
    vg_json_real(out, "course_deg", t->course_deg, 1);
    vg_json_real(out, "sigma_speed_kn", t->sigma_speed_kn, 2);
    vg_json_real(out, "sigma_course_deg", t->sigma_course_deg, 1);
    vg_json_real(out, "length_m", t->length_m > 0 ? t->length_m : NAN, 0);
    vg_json_time_or_null(out, "began", t->began_us);
    vg_json_time_or_null(out, "seen", t->seen_us);
    write_seen_by(out, sensors, t->seen_by);
    write_sensor_tracks(out, sensors, t);
    vg_json_number_or_null(out, "mmsi", t->mmsi != 0, t->mmsi);
    vg_json_real(out, "log_ratio", t->mmsi ? t->log_ratio : NAN, 2);
    write_facts(out, row->facts);
    vg_out_text(out, t->kept ? ",\"kept\":true" : ",\"kept\":false");
    vg_out_text(out, t->airborne ? ",\"airborne\":true" : ",\"airborne\":false");
    vg_json_number_or_null(out, "altitude_ft", t->has_altitude, t->altitude_ft);
    vg_json_number_or_null(out, "journal_offset", t->journal_offset != 0, (int64_t)t->journal_offset);
    vg_json_number_or_null(out, "began_offset", t->began_offset != 0, (int64_t)t->began_offset);
    write_timeline(out, sensors, row);
    vg_out_char(out, '}');
}
