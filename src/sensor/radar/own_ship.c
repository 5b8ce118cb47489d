/* What a stream tells of the ship that carries the radar: position, heading, motion, date. */
#include <math.h>
#include <string.h>

#include "sensor/radar/stream_inner.h"

/* ---- what is known, and since when ---- */

/* Times of the lines themselves are compared where both have one: a recording is read faster than it was heard. */
bool vg_radar_is_fresh(const struct vg_radar_stream *s, const struct told *at)
{
    if (at->now_us == VG_TIME_NONE)
        return false;
    const bool own = at->own_us != VG_TIME_NONE && s->sentence->time_us != VG_TIME_NONE;
    const int64_t from_us = own ? at->own_us : at->now_us, to_us = own ? s->sentence->time_us : s->now_us;
    const uint64_t age_us =
        to_us >= from_us ? (uint64_t)to_us - (uint64_t)from_us : (uint64_t)from_us - (uint64_t)to_us;
    return age_us <= VG_RADAR_SILENT_US; /* a clock that was set back makes nothing young */
}

bool vg_radar_angle(const struct vg_radar_stream *s, unsigned i, uint32_t *ret_mdeg)
{
    int64_t v;
    if (!vg_radar_number(field(s, i), OF_A_MILLI, 1, &v) || v < 0 || v > 360 * OF_A_MILLI)
        return false;
    *ret_mdeg = (uint32_t)(v % (360 * OF_A_MILLI));
    return true;
}

int64_t vg_radar_unit_mm(char unit)
{
    return unit == 'K' ? 1000000 : unit == 'S' ? 1609344 : unit == 'N' || !unit ? 1852000 : 0;
}

/* ---- the begin of every report ---- */

/* On the day that a GPS of this stream tells, if it tells one now. */
static void set_time(const struct vg_radar_stream *s, struct vg_report *r, uint32_t of_day_ms)
{
    r->time_of_day_ms = of_day_ms;
    if (r->time_us == VG_TIME_NONE && of_day_ms != VG_TIME_OF_DAY_NONE && vg_radar_is_fresh(s, &s->at_time)) {
        r->time_us = vg_measured_us(s->utc_us, of_day_ms);
        r->time_source = VG_TIME_SOURCE_LINE;
    }
}

uint32_t vg_radar_clock_of(const struct vg_radar_stream *s, unsigned i)
{
    uint32_t ms;
    return vg_radar_clock(field(s, i), &ms) ? ms : VG_TIME_OF_DAY_NONE;
}

void vg_radar_begin(const struct vg_radar_stream *s, enum vg_radar_says says, uint32_t of_day_ms, struct vg_report *r)
{
    memset(r, 0, sizeof *r);
    r->sensor = VG_SENSOR_RADAR;
    r->time_us = s->sentence->time_us;
    if (r->time_us != VG_TIME_NONE)
        r->time_source = s->sentence->tagged ? VG_TIME_SOURCE_TAG : VG_TIME_SOURCE_LINE;
    r->pos = VG_POS_NONE;
    r->radar.says = (uint8_t)says;
    r->radar.from = VG_POS_NONE;
    r->radar.sac = r->radar.sic = -1;
    r->radar.mode_3a = VG_MODE_3A_NONE;
    set_time(s, r, of_day_ms);
}

/* ---- own ship ---- */

static void keep_heading(struct vg_radar_stream *s, unsigned i)
{
    if (vg_radar_angle(s, i, &s->heading_mdeg))
        vg_radar_note(s, &s->at_heading);
}

/* Speed in thousandths of a knot × num / den. */
static void keep_motion(struct vg_radar_stream *s, unsigned speed, int64_t num, int64_t den, unsigned course)
{
    uint32_t course_mdeg;
    int64_t v;
    if (!vg_radar_number(field(s, speed), num, den, &v) || v < 0 || v > SPEED_MAX)
        return;
    if (!vg_radar_angle(s, course, &course_mdeg)) {
        if (v > 100) /* she moves, and nobody knows where to */
            return;
        course_mdeg = 0;
    }
    s->east_kn = (double)v / 1000 * sin(course_mdeg * (M_PI / 180e3));
    s->north_kn = (double)v / 1000 * cos(course_mdeg * (M_PI / 180e3));
    vg_radar_note(s, &s->at_motion);
}

static void keep_time(struct vg_radar_stream *s, uint32_t of_day_ms, int64_t year, int64_t month, int64_t day)
{
    if (of_day_ms == VG_TIME_OF_DAY_NONE || year < 1990 || year > 2099 || !vg_time_has_day(year, month, day))
        return;
    const struct vg_civil civil = {.year = (int32_t)year, .month = (uint8_t)month, .day = (uint8_t)day};
    s->utc_us = vg_time_from_civil(&civil) + (int64_t)of_day_ms * 1000;
    vg_radar_note(s, &s->at_time);
}

/* What is known of own motion and heading, in a report. */
static void set_own_motion(const struct vg_radar_stream *s, struct vg_report *r)
{
    if (vg_radar_is_fresh(s, &s->at_motion)) {
        const long course_ddeg = lround(atan2(s->east_kn, s->north_kn) * (1800 / M_PI));
        r->sog_dkn = (uint16_t)lround(hypot(s->east_kn, s->north_kn) * 10);
        r->cog_ddeg = (uint16_t)((course_ddeg + 3600) % 3600);
        r->fields |= VG_FIELD_BIT(SOG) | VG_FIELD_BIT(COG);
    }
    if (vg_radar_is_fresh(s, &s->at_heading)) {
        r->heading_deg = (uint16_t)((s->heading_mdeg + 500) / 1000 % 360);
        r->fields |= VG_FIELD_BIT(HEADING);
    }
}

static enum vg_refusal take_own(struct vg_radar_stream *s, unsigned lat, unsigned clock, bool simulated,
                                struct vg_report *r, size_t *ret_count)
{
    struct vg_pos pos;
    if (!field(s, lat).len)
        return VG_REFUSAL_NONE;
    if (!vg_radar_place(s->fields, lat, &pos))
        return VG_REFUSAL_FIELDS;
    s->pos = pos;
    s->simulated = simulated;
    vg_radar_note(s, &s->at_pos);
    vg_radar_begin(s, VG_RADAR_OWN, vg_radar_clock_of(s, clock), r);
    r->radar.from = pos;
    r->radar.simulated = simulated;
    set_own_motion(s, r);
    *ret_count = 1;
    return VG_REFUSAL_NONE;
}

static enum vg_refusal take_rmc(struct vg_radar_stream *s, struct vg_report *r, size_t *ret_count)
{
    const struct vg_span date = field(s, VG_RMC_datestamp);
    const char mode = letter(s, VG_RMC_mode_indicator);
    int64_t v;
    if (letter(s, VG_RMC_status) != 'A' || mode == 'N')
        return VG_REFUSAL_NONE; /* it works, and doesn't know */
    if (date.len == 6 && vg_radar_number(date, 1, 1, &v) && v > 0)
        keep_time(s, vg_radar_clock_of(s, VG_RMC_timestamp), CENTURY + v % 100, v / 100 % 100, v / 10000);
    keep_motion(s, VG_RMC_spd_over_grnd, OF_A_MILLI, 1, VG_RMC_true_course);
    return take_own(s, VG_RMC_lat, VG_RMC_timestamp, mode == SIMULATOR, r, ret_count);
}

static enum vg_refusal take_gll(struct vg_radar_stream *s, struct vg_report *r, size_t *ret_count)
{
    const char mode = letter(s, VG_GLL_faa_mode);
    if (letter(s, VG_GLL_status) == 'V' || mode == 'N')
        return VG_REFUSAL_NONE;
    return take_own(s, VG_GLL_lat, VG_GLL_timestamp, mode == SIMULATOR, r, ret_count);
}

static enum vg_refusal take_gga(struct vg_radar_stream *s, struct vg_report *r, size_t *ret_count)
{
    const char quality = letter(s, VG_GGA_gps_qual);
    if (quality == '0' || !quality)
        return VG_REFUSAL_NONE;
    return take_own(s, VG_GGA_lat, VG_GGA_timestamp, quality == '8', r, ret_count);
}

/* A letter a system of satellites: none of them knows, or one is simulated. */
static enum vg_refusal take_gns(struct vg_radar_stream *s, struct vg_report *r, size_t *ret_count)
{
    const struct vg_span mode = field(s, VG_GNS_mode_indicator);
    bool knows = false, simulated = false;
    for (uint32_t i = 0; i < mode.len; i++) {
        knows |= mode.at[i] != 'N';
        simulated |= mode.at[i] == SIMULATOR;
    }
    return knows ? take_own(s, VG_GNS_lat, VG_GNS_timestamp, simulated, r, ret_count) : VG_REFUSAL_NONE;
}

static void take_zda(struct vg_radar_stream *s)
{
    int64_t day, month, year;
    if (vg_radar_number(field(s, VG_ZDA_day), 1, 1, &day) && vg_radar_number(field(s, VG_ZDA_month), 1, 1, &month) &&
        vg_radar_number(field(s, VG_ZDA_year), 1, 1, &year))
        keep_time(s, vg_radar_clock_of(s, VG_ZDA_timestamp), year, month, day);
}

static void take_ths(struct vg_radar_stream *s)
{
    if (letter(s, VG_THS_mode) != 'V')
        keep_heading(s, VG_THS_heading);
}

static void take_vtg(struct vg_radar_stream *s)
{
    if (letter(s, VG_VTG_faa_mode) != 'N')
        keep_motion(s, VG_VTG_spd_over_grnd_kts, OF_A_MILLI, 1, VG_VTG_true_track);
}

/* The radar's own idea of her: better than none. */
static void take_osd(struct vg_radar_stream *s, struct vg_report *r, size_t *ret_count)
{
    const int64_t mm = vg_radar_unit_mm(letter(s, VG_OSD_speed_unit));
    if (letter(s, VG_OSD_status) == 'A')
        keep_heading(s, VG_OSD_heading);
    if (mm && !vg_radar_is_fresh(s, &s->at_motion))
        keep_motion(s, VG_OSD_speed, mm, 1852, VG_OSD_course);
    vg_radar_begin(s, VG_RADAR_ALIVE, VG_TIME_OF_DAY_NONE, r);
    set_own_motion(s, r);
    *ret_count = 1;
}

enum vg_refusal vg_radar_take_own_ship(struct vg_radar_stream *s, struct vg_report *r, size_t *ret_count)
{
    switch (s->fields->kind) {
    case VG_RADAR_OSD_SENTENCE:
        take_osd(s, r, ret_count);
        return VG_REFUSAL_NONE;
    case VG_RADAR_GGA_SENTENCE:
        return take_gga(s, r, ret_count);
    case VG_RADAR_RMC_SENTENCE:
        return take_rmc(s, r, ret_count);
    case VG_RADAR_GLL_SENTENCE:
        return take_gll(s, r, ret_count);
    case VG_RADAR_GNS_SENTENCE:
        return take_gns(s, r, ret_count);
    case VG_RADAR_HDT_SENTENCE:
        keep_heading(s, VG_HDT_heading);
        return VG_REFUSAL_NONE;
    case VG_RADAR_THS_SENTENCE:
        take_ths(s);
        return VG_REFUSAL_NONE;
    case VG_RADAR_VTG_SENTENCE:
        take_vtg(s);
        return VG_REFUSAL_NONE;
    case VG_RADAR_ZDA_SENTENCE:
        take_zda(s);
        return VG_REFUSAL_NONE;
    default:
        return VG_REFUSAL_OTHER_SENTENCE;
    }
}
