#include "sensor/radar/nmea_radar.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text_plain.h"
#include "base/time.h"
#include "sensor/radar/sentences.h"

#define SIMULATOR  'S'
#define RANGE_MAX  1000000  /* metres: what is farther is no echo */
#define SPEED_MAX  1000000  /* 0.001 kn */
#define TRACK_MAX  99999999 /* of a sensor's own numbers */
#define CENTURY    2000     /* of a date with two digits of the year */
#define OF_A_MILLI 1000

/* Something that the stream told, and when. */
struct told {
    int64_t now_us, own_us; /* by the clock of arrivals; the sentence's own time. VG_TIME_NONE: never; none */
};

struct label {
    uint32_t track; /* 0: none */
    char name[VG_NAME_SIZE];
};

struct vg_radar_stream {
    struct told at_pos, at_heading, at_motion, at_time;
    struct vg_pos pos;
    bool simulated;           /* … as it says */
    uint32_t heading_mdeg;    /* true */
    double east_kn, north_kn; /* over ground */
    int64_t utc_us;           /* the last whole date and time */
    struct label label[VG_RADAR_LABELS];
    uint32_t labels; /* given so far; the next one's place is the rest by VG_RADAR_LABELS */
    struct vg_ttd_bits bits;
    uint32_t ttd_next, ttd_total; /* the part that comes next; 0: none is awaited */
    char ttd_sequence;
    uint64_t reports;
    /* during a call */
    const struct vg_sentence *sentence;
    const struct vg_radar_fields *fields;
    int64_t now_us;
};

enum vg_err vg_radar_stream_new(struct vg_radar_stream **ret_stream)
{
    struct vg_radar_stream *s = calloc(1, sizeof *s);
    if (!s)
        return VG_NOMEM;
    vg_radar_stream_restart(s);
    *ret_stream = s;
    return VG_OK;
}

void vg_radar_stream_free(struct vg_radar_stream *s)
{
    free(s);
}

void vg_radar_stream_restart(struct vg_radar_stream *s)
{
    const struct told never = {VG_TIME_NONE, VG_TIME_NONE};
    s->at_pos = s->at_heading = s->at_motion = s->at_time = never;
    s->bits.count = 0;
    s->ttd_next = 0;
}

uint64_t vg_radar_stream_reports(const struct vg_radar_stream *s)
{
    return s->reports;
}

/* ---- what is known, and since when ---- */

static void note(const struct vg_radar_stream *s, struct told *ret)
{
    *ret = (struct told){s->now_us, s->sentence->time_us};
}

/* Times of the lines themselves are compared where both have one: a recording is read faster than it was heard. */
static bool is_fresh(const struct vg_radar_stream *s, const struct told *at)
{
    if (at->now_us == VG_TIME_NONE)
        return false;
    const bool own = at->own_us != VG_TIME_NONE && s->sentence->time_us != VG_TIME_NONE;
    const int64_t from_us = own ? at->own_us : at->now_us, to_us = own ? s->sentence->time_us : s->now_us;
    return to_us >= from_us ? to_us - from_us <= VG_RADAR_SILENT_US : from_us - to_us <= VG_RADAR_SILENT_US;
}

static struct vg_span field(const struct vg_radar_stream *s, unsigned i)
{
    return vg_radar_field(s->fields, i);
}

static char letter(const struct vg_radar_stream *s, unsigned i)
{
    return vg_radar_letter(s->fields, i);
}

/* An angle of 0 to 360 degrees in thousandths, 360 being 0. */
static bool read_angle(const struct vg_radar_stream *s, unsigned i, uint32_t *ret_mdeg)
{
    int64_t v;
    if (!vg_radar_number(field(s, i), OF_A_MILLI, 1, &v) || v < 0 || v > 360 * OF_A_MILLI)
        return false;
    *ret_mdeg = (uint32_t)(v % (360 * OF_A_MILLI));
    return true;
}

/* Metres of a kilometre, nautical mile or statute mile, by thousands; 0: there is no such unit. None is nautical. */
static int64_t unit_mm(char unit)
{
    return unit == 'K' ? 1000000 : unit == 'S' ? 1609344 : unit == 'N' || !unit ? 1852000 : 0;
}

/* ---- reports ---- */

static uint32_t read_track(struct vg_span s)
{
    int64_t v;
    return vg_radar_number(s, 1, 1, &v) && v > 0 && v <= TRACK_MAX ? (uint32_t)v : 0;
}

/* On the day that a GPS of this stream tells, if it tells one now. */
static void set_time(const struct vg_radar_stream *s, struct vg_report *r, uint32_t of_day_ms)
{
    r->time_of_day_ms = of_day_ms;
    if (r->time_us == VG_TIME_NONE && of_day_ms != VG_TIME_OF_DAY_NONE && is_fresh(s, &s->at_time)) {
        r->time_us = vg_measured_us(s->utc_us, of_day_ms);
        r->time_source = VG_TIME_SOURCE_LINE;
    }
}

static uint32_t clock_of(const struct vg_radar_stream *s, unsigned i)
{
    uint32_t ms;
    return vg_radar_clock(field(s, i), &ms) ? ms : VG_TIME_OF_DAY_NONE;
}

static void begin(const struct vg_radar_stream *s, enum vg_radar_says says, uint32_t of_day_ms, struct vg_report *r)
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

/* Where the radar is. OWN_POSITION: it said so once, and is silent. */
static enum vg_refusal set_from(const struct vg_radar_stream *s, struct vg_report *r)
{
    if (s->at_pos.now_us == VG_TIME_NONE)
        return VG_REFUSAL_NONE;
    if (!is_fresh(s, &s->at_pos))
        return VG_REFUSAL_OWN_POSITION;
    r->radar.from = s->pos;
    r->radar.simulated |= s->simulated;
    return VG_REFUSAL_NONE;
}

static void set_label(const struct vg_radar_stream *s, struct vg_report *r, struct vg_span name)
{
    if (name.len)
        vg_text_plain(r->radar.name, sizeof r->radar.name, name.at, name.len);
    for (uint32_t i = 0; !name.len && r->track && i < VG_RADAR_LABELS; i++)
        if (s->label[i].track == r->track)
            memcpy(r->radar.name, s->label[i].name, sizeof r->radar.name);
}

/* Motion seen from own ship, its course from her heading, as motion over ground. False: hers is not known. */
static bool add_own(const struct vg_radar_stream *s, int64_t *speed_mkn, uint32_t *course_mdeg)
{
    const double turn = (*course_mdeg + s->heading_mdeg) * (M_PI / 180e3), speed = (double)*speed_mkn / OF_A_MILLI;
    const double east = speed * sin(turn) + s->east_kn, north = speed * cos(turn) + s->north_kn;
    if (!is_fresh(s, &s->at_heading) || !is_fresh(s, &s->at_motion))
        return false;
    *speed_mkn = llround(hypot(east, north) * OF_A_MILLI);
    *course_mdeg = (uint32_t)((llround(atan2(east, north) * (180e3 / M_PI)) + 360000) % 360000);
    return true;
}

static void set_motion(const struct vg_radar_stream *s, struct vg_report *r, int64_t speed_mkn, uint32_t course_mdeg,
                       bool relative)
{
    if (speed_mkn < 0 || speed_mkn > SPEED_MAX || (relative && !add_own(s, &speed_mkn, &course_mdeg)))
        return;
    r->sog_dkn = (uint16_t)((speed_mkn + 50) / 100);
    r->cog_ddeg = (uint16_t)((course_mdeg + 50) / 100 % 3600);
    r->fields |= VG_FIELD_BIT(SOG) | VG_FIELD_BIT(COG);
}

/* L, Q, T; without a letter what has a number is a track. */
static enum vg_radar_says says_of(char status, uint32_t track)
{
    return status == 'L' ? VG_RADAR_LOST : status == 'Q' || (!status && !track) ? VG_RADAR_PLOT : VG_RADAR_TRACK;
}

/* A bearing to `measured`; relative ones need the heading. */
static enum vg_refusal set_polar(const struct vg_radar_stream *s, struct vg_report *r, int64_t range_m,
                                 uint32_t bearing_mdeg, bool relative)
{
    if (relative && !is_fresh(s, &s->at_heading))
        return VG_REFUSAL_NO_HEADING;
    r->measured = (uint8_t)(range_m < 0 ? VG_MEASURED_BEARING : VG_MEASURED_RANGE_BEARING);
    r->polar.range_m = range_m < 0 ? UINT32_MAX : (uint32_t)range_m;
    r->polar.bearing_mdeg = (bearing_mdeg + (relative ? s->heading_mdeg : 0)) % 360000;
    return VG_REFUSAL_NONE;
}

/* ---- targets ---- */

static enum vg_refusal take_ttm(struct vg_radar_stream *s, struct vg_report *r, size_t *ret_count)
{
    const int64_t mm = unit_mm(letter(s, VG_TTM_dist_unit));
    const uint32_t track = read_track(field(s, VG_TTM_target_number));
    const enum vg_radar_says says = says_of(letter(s, VG_TTM_status), track);
    int64_t range_m = -1, speed;
    uint32_t bearing, course;
    if (!mm)
        return VG_REFUSAL_FIELDS;
    if (letter(s, VG_TTM_acquisition) == 'R') /* another sensor's, told again */
        return VG_REFUSAL_NONE;
    const bool near =
        vg_radar_number(field(s, VG_TTM_distance), mm, OF_A_MILLI, &range_m) && range_m >= 0 && range_m <= RANGE_MAX;
    const bool seen = read_angle(s, VG_TTM_bearing, &bearing) && (near || !field(s, VG_TTM_distance).len);
    if (!seen && (says != VG_RADAR_LOST || !track))
        return VG_REFUSAL_FIELDS;
    begin(s, says, clock_of(s, VG_TTM_timestamp), r);
    r->track = track;
    enum vg_refusal refusal = VG_REFUSAL_NONE;
    if (seen)
        refusal = set_polar(s, r, near ? range_m : -1, bearing, letter(s, VG_TTM_brg_ref) == 'R');
    if (refusal)
        return refusal;
    if (vg_radar_number(field(s, VG_TTM_speed), mm, 1852, &speed) && read_angle(s, VG_TTM_cog, &course))
        set_motion(s, r, speed, course, letter(s, VG_TTM_cog_unit) == 'R');
    set_label(s, r, field(s, VG_TTM_name));
    *ret_count = 1;
    return set_from(s, r);
}

static enum vg_refusal take_tll(struct vg_radar_stream *s, struct vg_report *r, size_t *ret_count)
{
    const uint32_t track = read_track(field(s, VG_TLL_target_number));
    const enum vg_radar_says says = says_of(letter(s, VG_TLL_target_status), track);
    struct vg_pos pos = VG_POS_NONE;
    if (!vg_radar_place(s->fields, VG_TLL_lat, &pos) && (says != VG_RADAR_LOST || !track))
        return VG_REFUSAL_FIELDS;
    begin(s, says, clock_of(s, VG_TLL_timestamp), r);
    r->track = track;
    if (vg_pos_valid(pos)) {
        r->measured = VG_MEASURED_POSITION;
        r->pos = pos;
        r->fields |= VG_FIELD_BIT(POS);
    }
    set_label(s, r, field(s, VG_TLL_target_name));
    *ret_count = 1;
    return set_from(s, r);
}

static void keep_label(struct vg_radar_stream *s, uint32_t track, struct vg_span name)
{
    struct label *to = NULL;
    for (uint32_t i = 0; i < VG_RADAR_LABELS && !to; i++)
        if (s->label[i].track == track)
            to = &s->label[i];
    if (!to && !name.len)
        return;
    if (!to)
        to = &s->label[s->labels++ % VG_RADAR_LABELS];
    to->track = name.len ? track : 0;
    vg_text_plain(to->name, sizeof to->name, name.at, name.len);
}

/* A number with an empty label takes the label away. */
static void take_tlb(struct vg_radar_stream *s)
{
    for (unsigned i = 0; i + 1 < s->fields->count; i += 2) {
        const uint32_t track = read_track(field(s, i));
        if (track)
            keep_label(s, track, field(s, i + 1));
    }
}

static bool ttd_report(struct vg_radar_stream *s, const struct vg_ttd_target *t, struct vg_report *r,
                       enum vg_refusal *refusal)
{
    const bool lost = t->status == 2, seen = t->bearing_ddeg != UINT16_MAX && t->distance_cnm != UINT16_MAX;
    if (!seen && !(lost && t->number))
        return false;
    begin(s, lost ? VG_RADAR_LOST : t->status <= 1 ? VG_RADAR_PLOT : VG_RADAR_TRACK, VG_TIME_OF_DAY_NONE, r);
    r->track = t->number;
    r->radar.simulated = t->test;
    if (seen)
        set_polar(s, r, (t->distance_cnm * 1852 + 50) / 100, t->bearing_ddeg * 100u, false);
    /* Its course is true, also of relative motion, of which own motion is wanted for the rest. */
    if (t->speed_dkn != UINT16_MAX && t->course_ddeg != UINT16_MAX && !t->relative)
        set_motion(s, r, t->speed_dkn * 100, t->course_ddeg * 100u, false);
    set_label(s, r, (struct vg_span){"", 0});
    *refusal = set_from(s, r);
    return true;
}

static bool read_hex(struct vg_span s, uint32_t *ret)
{
    uint32_t v = 0;
    for (uint32_t i = 0; i < s.len; i++) {
        const char c = s.at[i];
        const int d = c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
        if (d < 0)
            return false;
        v = v * 16 + (uint32_t)d;
    }
    *ret = v;
    return s.len > 0 && s.len <= 2;
}

/* Targets may be cut between the parts of a message, which come one behind the other. */
static enum vg_refusal take_ttd(struct vg_radar_stream *s, struct vg_report *r, size_t cap, size_t *ret_count)
{
    const struct vg_span data = field(s, VG_TTD_data);
    enum vg_refusal refusal = VG_REFUSAL_NONE, from = VG_REFUSAL_NONE;
    struct vg_ttd_target target;
    uint32_t total, number;
    if (!read_hex(field(s, VG_TTD_total), &total) || !read_hex(field(s, VG_TTD_number), &number) || !number ||
        number > total)
        return VG_REFUSAL_FIELDS;
    if (number == 1) {
        s->bits.count = 0;
    } else if (s->ttd_next != number || s->ttd_total != total || s->ttd_sequence != letter(s, VG_TTD_sequence)) {
        s->ttd_next = 0;
        return VG_REFUSAL_FRAGMENT_LOST;
    }
    s->ttd_next = number == total ? 0 : number + 1;
    s->ttd_total = total;
    s->ttd_sequence = letter(s, VG_TTD_sequence);
    for (uint32_t i = 0; i < data.len && !refusal; i++) {
        const int got = vg_ttd_take(&s->bits, data.at[i], &target);
        if (got < 0)
            refusal = VG_REFUSAL_ARMOUR;
        else if (got && *ret_count < cap)
            *ret_count += ttd_report(s, &target, r + *ret_count, &from);
    }
    if (refusal || (number == total && s->bits.count)) {
        s->ttd_next = 0;
        return refusal ? refusal : VG_REFUSAL_TRUNCATED;
    }
    return from;
}

/* ---- own ship ---- */

static void keep_heading(struct vg_radar_stream *s, unsigned i)
{
    if (read_angle(s, i, &s->heading_mdeg))
        note(s, &s->at_heading);
}

/* Speed in thousandths of a knot × num / den. */
static void keep_motion(struct vg_radar_stream *s, unsigned speed, int64_t num, int64_t den, unsigned course)
{
    uint32_t course_mdeg;
    int64_t v;
    if (!vg_radar_number(field(s, speed), num, den, &v) || v < 0 || v > SPEED_MAX)
        return;
    if (!read_angle(s, course, &course_mdeg)) {
        if (v > 100) /* she moves, and nobody knows where to */
            return;
        course_mdeg = 0;
    }
    s->east_kn = (double)v / 1000 * sin(course_mdeg * (M_PI / 180e3));
    s->north_kn = (double)v / 1000 * cos(course_mdeg * (M_PI / 180e3));
    note(s, &s->at_motion);
}

static void keep_time(struct vg_radar_stream *s, uint32_t of_day_ms, int64_t year, int64_t month, int64_t day)
{
    if (of_day_ms == VG_TIME_OF_DAY_NONE || year < 1990 || year > 2099 || !vg_time_has_day(year, month, day))
        return;
    const struct vg_civil civil = {.year = (int32_t)year, .month = (uint8_t)month, .day = (uint8_t)day};
    s->utc_us = vg_time_from_civil(&civil) + (int64_t)of_day_ms * 1000;
    note(s, &s->at_time);
}

/* What is known of own motion and heading, in a report. */
static void set_own_motion(const struct vg_radar_stream *s, struct vg_report *r)
{
    if (is_fresh(s, &s->at_motion)) {
        const long course_ddeg = lround(atan2(s->east_kn, s->north_kn) * (1800 / M_PI));
        r->sog_dkn = (uint16_t)lround(hypot(s->east_kn, s->north_kn) * 10);
        r->cog_ddeg = (uint16_t)((course_ddeg + 3600) % 3600);
        r->fields |= VG_FIELD_BIT(SOG) | VG_FIELD_BIT(COG);
    }
    if (is_fresh(s, &s->at_heading)) {
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
    note(s, &s->at_pos);
    begin(s, VG_RADAR_OWN, clock_of(s, clock), r);
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
        keep_time(s, clock_of(s, VG_RMC_timestamp), CENTURY + v % 100, v / 100 % 100, v / 10000);
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
        keep_time(s, clock_of(s, VG_ZDA_timestamp), year, month, day);
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
    const int64_t mm = unit_mm(letter(s, VG_OSD_speed_unit));
    if (letter(s, VG_OSD_status) == 'A')
        keep_heading(s, VG_OSD_heading);
    if (mm && !is_fresh(s, &s->at_motion))
        keep_motion(s, VG_OSD_speed, mm, 1852, VG_OSD_course);
    begin(s, VG_RADAR_ALIVE, VG_TIME_OF_DAY_NONE, r);
    set_own_motion(s, r);
    *ret_count = 1;
}

static enum vg_refusal take(struct vg_radar_stream *s, struct vg_report *r, size_t cap, size_t *ret_count)
{
    switch (s->fields->kind) {
    case VG_RADAR_TTM_SENTENCE:
        return take_ttm(s, r, ret_count);
    case VG_RADAR_TLL_SENTENCE:
        return take_tll(s, r, ret_count);
    case VG_RADAR_TLB_SENTENCE:
        take_tlb(s);
        return VG_REFUSAL_NONE;
    case VG_RADAR_TTD_SENTENCE:
        return take_ttd(s, r, cap, ret_count);
    case VG_RADAR_RSD_SENTENCE:
        begin(s, VG_RADAR_ALIVE, VG_TIME_OF_DAY_NONE, r);
        *ret_count = 1;
        return VG_REFUSAL_NONE;
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
    case VG_RADAR_KINDS:
        break;
    }
    return VG_REFUSAL_OTHER_SENTENCE;
}

enum vg_refusal vg_radar_stream_take(struct vg_radar_stream *s, const struct vg_sentence *sentence, int64_t now_us,
                                     struct vg_report *ret, size_t cap, size_t *ret_count)
{
    struct vg_radar_fields fields;
    *ret_count = 0;
    enum vg_refusal refusal = vg_radar_split(sentence->text.at, sentence->text.len - 3, &fields); /* before *hh */
    if (refusal)
        return refusal;
    s->sentence = sentence;
    s->fields = &fields;
    s->now_us = now_us;
    refusal = take(s, ret, cap, ret_count);
    s->sentence = NULL;
    s->fields = NULL;
    s->reports += *ret_count;
    return refusal;
}
