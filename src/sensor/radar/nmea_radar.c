#include "sensor/radar/nmea_radar.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text_plain.h"
#include "sensor/radar/stream_inner.h"

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
    memset(s->label, 0, sizeof s->label);
    s->labels = 0;
    s->bits.count = 0;
    s->ttd_next = 0;
}

uint64_t vg_radar_stream_reports(const struct vg_radar_stream *s)
{
    return s->reports;
}

/* ---- reports ---- */

static uint32_t read_track(struct vg_span s)
{
    int64_t v;
    return vg_radar_number(s, 1, 1, &v) && v > 0 && v <= TRACK_MAX ? (uint32_t)v : 0;
}

/* Where the radar is. OWN_POSITION: it said so once, and is silent. */
static enum vg_refusal set_from(const struct vg_radar_stream *s, struct vg_report *r)
{
    if (s->at_pos.now_us == VG_TIME_NONE)
        return VG_REFUSAL_NONE;
    if (!vg_radar_is_fresh(s, &s->at_pos))
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
        if (s->label[i].track == r->track && vg_radar_is_fresh(s, &s->label[i].at))
            memcpy(r->radar.name, s->label[i].name, sizeof r->radar.name);
}

/* Motion seen from own ship, its course from her heading, as motion over ground. False: hers is not known. */
static bool add_own(const struct vg_radar_stream *s, int64_t *speed_mkn, uint32_t *course_mdeg)
{
    const double turn = (*course_mdeg + s->heading_mdeg) * (M_PI / 180e3), speed = (double)*speed_mkn / OF_A_MILLI;
    const double east = speed * sin(turn) + s->east_kn, north = speed * cos(turn) + s->north_kn;
    if (!vg_radar_is_fresh(s, &s->at_heading) || !vg_radar_is_fresh(s, &s->at_motion))
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
    if (relative && !vg_radar_is_fresh(s, &s->at_heading))
        return VG_REFUSAL_NO_HEADING;
    r->measured = (uint8_t)(range_m < 0 ? VG_MEASURED_BEARING : VG_MEASURED_RANGE_BEARING);
    r->polar.range_m = range_m < 0 ? UINT32_MAX : (uint32_t)range_m;
    r->polar.bearing_mdeg = (bearing_mdeg + (relative ? s->heading_mdeg : 0)) % 360000;
    return VG_REFUSAL_NONE;
}

/* ---- targets ---- */

static enum vg_refusal take_ttm(struct vg_radar_stream *s, struct vg_report *r, size_t *ret_count)
{
    const int64_t mm = vg_radar_unit_mm(letter(s, VG_TTM_dist_unit));
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
    const bool seen = vg_radar_angle(s, VG_TTM_bearing, &bearing) && (near || !field(s, VG_TTM_distance).len);
    if (!seen && (says != VG_RADAR_LOST || !track))
        return VG_REFUSAL_FIELDS;
    vg_radar_begin(s, says, vg_radar_clock_of(s, VG_TTM_timestamp), r);
    r->track = track;
    enum vg_refusal refusal = VG_REFUSAL_NONE;
    if (seen)
        refusal = set_polar(s, r, near ? range_m : -1, bearing, letter(s, VG_TTM_brg_ref) == 'R');
    if (refusal)
        return refusal;
    if (vg_radar_number(field(s, VG_TTM_speed), mm, 1852, &speed) && vg_radar_angle(s, VG_TTM_cog, &course))
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
    vg_radar_begin(s, says, vg_radar_clock_of(s, VG_TLL_timestamp), r);
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
    vg_radar_note(s, &to->at);
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
    const bool lost = t->tracking == 2, seen = t->bearing_ddeg != UINT16_MAX && t->distance_cnm != UINT16_MAX;
    if (!seen && !(lost && t->number))
        return false;
    vg_radar_begin(s, lost ? VG_RADAR_LOST : t->tracking <= 1 ? VG_RADAR_PLOT : VG_RADAR_TRACK, VG_TIME_OF_DAY_NONE, r);
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
        vg_radar_begin(s, VG_RADAR_ALIVE, VG_TIME_OF_DAY_NONE, r);
        *ret_count = 1;
        return VG_REFUSAL_NONE;
    default:
        return vg_radar_take_own_ship(s, r, ret_count);
    }
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
