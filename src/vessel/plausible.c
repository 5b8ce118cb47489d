/*
 * Which positions to believe. A position that nothing of its class could have reached is held apart: kept, shown as
 * held, never drawn. Three ways it ends: the flag goes after a quiet time; the place is adopted, because later
 * positions keep agreeing with it while the believed place has fallen silent; or both places go on talking (two
 * transponders with one number), and it stays held.
 *
 * A log without times gives all its reports nearly the same time. Then time proves neither speed nor silence, and only
 * counts do: small steps pass by the buffer alone, and a long run of held positions with no believed one in between is
 * silence enough.
 */
#include <math.h>
#include <stdlib.h>

#include "vessel/inner.h"

/* The fastest that a class goes, knots, and how far a position may be off without saying anything. */
struct reach {
    double speed_kn, buffer_m;
};

#define BUFFER_M 1000.0 /* position error, type 27's grid of 185 m, and a report that waited half a minute at 60 kn */

static const struct reach reaches[VG_CLASS_COUNT] = {
    [VG_CLASS_UNKNOWN] = {80, BUFFER_M},     [VG_CLASS_SHIP_A] = {60, BUFFER_M}, /* the fastest ferries make 58 kn */
    [VG_CLASS_SHIP_B] = {80, BUFFER_M},                                          /* smugglers' and racing boats */
    [VG_CLASS_BASE] = {0, VG_METRES_PER_NM}, [VG_CLASS_ATON] = {0, VG_METRES_PER_NM}, /* a buoy adrift is adopted in the
                                                                                         new place, mile by mile */
    [VG_CLASS_SAR] = {600, BUFFER_M},        [VG_CLASS_SART] = {60, BUFFER_M}, /* may stand on a lifeboat, or hang under
                                                                                  a helicopter */
    [VG_CLASS_MOB] = {60, BUFFER_M},         [VG_CLASS_EPIRB] = {60, BUFFER_M},       [VG_CLASS_AUX] = {60, BUFFER_M},
    [VG_CLASS_HANDHELD] = {60, BUFFER_M},
};

#define CLOCK_SLACK_S 10.0 /* receivers' clocks and waiting times differ by seconds */
#define SAME_WORD_MS  10000
#define NEAR_E4MIN    2700 /* 500 m of latitude: two such steps stay within the buffer */

/* Proof for a held place: this many in a row that agree … */
#define RUN_ADOPTED 3
/* … while the believed place has been silent: two reports missed if it was hardly known itself, longer if it was. */
#define SILENCE_A_MOVING_MS    (60 * 1000)
#define SILENCE_MOVING_MS      (3 * 60 * 1000)
#define SILENCE_STILL_MS       (7 * 60 * 1000)
#define SILENCE_ESTABLISHED_MS (15 * 60 * 1000)
#define ESTABLISHED            5
/* … or, where times prove nothing (more than one a second), this many held in a row. */
#define HELD_SILENCE 10
#define TIMELESS_MS  1000
/* Each adoption doubles the proof for the next one, so that an identity that two share doesn't jump to and fro. */
#define MOVES_MAX          5
#define MOVES_FORGOTTEN_US (2 * VG_HOUR_US)

static bool reachable(const struct vg_contact *v, const struct vg_report *report, struct vg_pos from, int64_t from_ms,
                      int64_t to_ms)
{
    struct vg_pos to = report->pos;
    if (abs(from.lat_e4min - to.lat_e4min) <= NEAR_E4MIN && abs(from.lon_e4min - to.lon_e4min) <= NEAR_E4MIN)
        return true;
    const struct reach *reach = &reaches[v->class];
    double speed_kn = reach->speed_kn;
    if (v->class == VG_CLASS_SAR && report->fields & VG_FIELD_BIT(SOG))
        speed_kn = fmax(speed_kn, report->sog_dkn / 10.0 * 1.2);
    double seconds = fabs((double)(to_ms - from_ms)) / 1000 + CLOCK_SLACK_S;
    return vg_geo_distance_m(from, to) <= reach->buffer_m + speed_kn * VG_MPS_PER_KNOT * seconds;
}

/* ---- the same word from another receiver ---- */

static uint16_t said_or_none(const struct vg_report *report, uint32_t bit, uint16_t value)
{
    return report->fields & bit ? value : UINT16_MAX;
}

static struct vg_heard heard_of(const struct vg_report *report, int64_t time_ms)
{
    return (struct vg_heard){
        .pos = report->pos,
        .time_ms = (uint32_t)time_ms,
        .source = report->source,
        .sog_dkn = said_or_none(report, VG_FIELD_BIT(SOG), report->sog_dkn),
        .cog_ddeg = said_or_none(report, VG_FIELD_BIT(COG), report->cog_ddeg),
        .present = 1,
    };
}

static bool heard_before(const struct vg_memory *m, const struct vg_heard *word)
{
    for (int i = 0; i < VG_HEARD_KEPT; i++) {
        const struct vg_heard *h = &m->heard[i];
        int32_t apart_ms = (int32_t)(word->time_ms - h->time_ms);
        if (h->present && h->source != word->source && h->pos.lon_e4min == word->pos.lon_e4min &&
            h->pos.lat_e4min == word->pos.lat_e4min && h->sog_dkn == word->sog_dkn && h->cog_ddeg == word->cog_ddeg &&
            apart_ms >= -SAME_WORD_MS && apart_ms <= SAME_WORD_MS)
            return true;
    }
    return false;
}

/* ---- a source that lags ---- */

#define BEHIND_M          30.0 /* more than positions differ by when nothing moves */
#define BEHIND_DKN        30
#define SAME_COURSE_DDEG  450
#define HALF_CIRCLE_DDEG  1800
#define WHOLE_CIRCLE_DDEG 3600

/* The known position was said with a speed and a course, by a ship under way. */
static bool goes_on(const struct vg_contact *v)
{
    const struct vg_prov *pos = &v->prov[VG_FIELD_POS], *sog = &v->prov[VG_FIELD_SOG], *cog = &v->prov[VG_FIELD_COG];
    return sog->time_ms == pos->time_ms && sog->source == pos->source && cog->time_ms == pos->time_ms &&
           cog->source == pos->source && v->sog_dkn >= BEHIND_DKN && !pos->suspect &&
           !vg_message_is_coarse((uint8_t)pos->message);
}

/* The report says that the ship goes on the known course. */
static bool says_same_course(const struct vg_contact *v, const struct vg_report *report)
{
    const uint32_t needs = VG_FIELD_BIT(SOG) | VG_FIELD_BIT(COG);
    int apart_ddeg = abs(v->cog_ddeg - report->cog_ddeg);
    if (apart_ddeg > HALF_CIRCLE_DDEG)
        apart_ddeg = WHOLE_CIRCLE_DDEG - apart_ddeg;
    return (report->fields & needs) == needs && report->sog_dkn >= BEHIND_DKN && apart_ddeg <= SAME_COURSE_DDEG;
}

/* How far a place lies ahead of the known one, on the known course. */
static double ahead_m(const struct vg_contact *v, struct vg_pos to)
{
    double off_deg = vg_geo_bearing_deg(v->pos, to) - v->cog_ddeg / 10.0;
    return vg_geo_distance_m(v->pos, to) * cos(off_deg * (M_PI / 180));
}

/*
 * A ship that goes on doesn't lie behind the place where she was a moment ago: a report that says so is older, though
 * it came later. Only of another source, for one alone keeps the order; and only while the known position is fresh.
 */
static bool is_behind(const struct vg_contact *v, const struct vg_report *report, int64_t time_ms)
{
    const struct vg_prov *known = &v->prov[VG_FIELD_POS];
    return report->source != known->source && !vg_class_is_distress((enum vg_class)v->class) && goes_on(v) &&
           vg_field_age(VG_FIELD_POS, known, time_ms * 1000) == VG_AGE_FRESH && says_same_course(v, report) &&
           ahead_m(v, report->pos) < -BEHIND_M;
}

/* ---- held places ---- */

static void hold(struct vg_contact *v, struct vg_memory *m, const struct vg_report *report, const struct vg_moment *at,
                 int64_t time_ms)
{
    bool agrees = m->held_run && reachable(v, report, v->held_pos, v->held_us / 1000, time_ms);
    m->held_run = agrees && m->held_run < UINT8_MAX ? m->held_run + 1 : agrees ? UINT8_MAX : 1;
    if (m->held_silence < UINT16_MAX)
        m->held_silence++;
    m->held_arrival_us = at->elapsed_us;
    v->held_pos = report->pos;
    v->held_us = time_ms * 1000;
    v->flags |= VG_CONTACT_HELD;
    if (v->held_count < UINT32_MAX)
        v->held_count++;
}

void vg_belief_unhold(struct vg_contact *v, struct vg_memory *m)
{
    m->held_run = 0;
    m->held_silence = 0;
    v->flags &= (uint8_t)~VG_CONTACT_HELD;
    v->held_pos = VG_POS_NONE;
    v->held_us = 0;
}

static int64_t silence_proof_ms(const struct vg_contact *v, const struct vg_memory *m)
{
    if (vg_class_is_distress(v->class))
        return SILENCE_A_MOVING_MS; /* bursts each minute; searching the wrong place for a quarter of an hour costs
                                       lives */
    if (m->believed_run >= ESTABLISHED)
        return SILENCE_ESTABLISHED_MS;
    if (v->flags & VG_CONTACT_STILL)
        return SILENCE_STILL_MS;
    return v->class == VG_CLASS_SHIP_A ? SILENCE_A_MOVING_MS : SILENCE_MOVING_MS;
}

/* With this report held too: is it time to believe the held place? */
static bool proven(const struct vg_contact *v, struct vg_memory *m, const struct vg_moment *at, int64_t time_ms)
{
    if (at->elapsed_us - m->moved_arrival_us > MOVES_FORGOTTEN_US)
        m->moves = 0;
    int64_t silent_ms = time_ms - (int64_t)v->prov[VG_FIELD_POS].time_ms;
    if (!vg_prov_gives_way(&v->prov[VG_FIELD_POS], time_ms, at))
        return false;
    if (m->held_run >= RUN_ADOPTED && silent_ms >= silence_proof_ms(v, m) << m->moves)
        return true;
    return m->held_silence >= HELD_SILENCE << m->moves && silent_ms < m->held_silence * TIMELESS_MS;
}

static void note_move(struct vg_contact *v, struct vg_memory *m, const struct vg_moment *at)
{
    m->moves += m->moves < MOVES_MAX;
    m->moved_arrival_us = at->elapsed_us;
    m->believed_run = 0;
    vg_belief_unhold(v, m);
}

static void note_believed(struct vg_memory *m, const struct vg_heard *word)
{
    m->held_run = 0;
    m->held_silence = 0;
    m->believed_run += m->believed_run < UINT8_MAX;
    m->heard[m->heard_next] = *word;
    m->heard_next = (m->heard_next + 1) % VG_HEARD_KEPT;
}

enum vg_verdict vg_position_verdict(struct vg_contact *v, struct vg_memory *m, const struct vg_report *report,
                                    const struct vg_moment *at, int64_t time_ms)
{
    if (!(report->fields & VG_FIELD_BIT(POS)) || !vg_pos_valid(report->pos))
        return VG_VERDICT_NO_POSITION;
    struct vg_heard word = heard_of(report, time_ms);
    enum vg_verdict verdict = VG_VERDICT_BELIEVED;
    const struct vg_prov *known = &v->prov[VG_FIELD_POS];
    if (known->time_ms) {
        if (heard_before(m, &word)) {
            m->held_run = m->held_silence = 0; /* the believed place still speaks */
            return VG_VERDICT_DUPLICATE;
        }
        if (!reachable(v, report, v->pos, (int64_t)known->time_ms, time_ms)) {
            hold(v, m, report, at, time_ms);
            if (!proven(v, m, at, time_ms))
                return VG_VERDICT_HELD;
            note_move(v, m, at);
            verdict = VG_VERDICT_ADOPTED;
        } else if (!vg_prov_gives_way(known, time_ms, at)) {
            return VG_VERDICT_LATE;
        } else if (vg_word_is_worse(report, VG_FIELD_POS, known, time_ms)) {
            return VG_VERDICT_WORSE;
        } else if (is_behind(v, report, time_ms)) {
            return VG_VERDICT_BEHIND;
        }
    }
    note_believed(m, &word);
    return verdict;
}
