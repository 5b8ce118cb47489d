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

#include "picture/inner.h"

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
#define COARSE_MS     180000 /* type 27 doesn't replace a fine position younger than its own interval of 3 min */
#define NEAR_E4MIN    2700   /* 500 m of latitude: two such steps stay within the buffer */

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

static struct heard heard_of(const struct vg_report *report, int64_t time_ms)
{
    return (struct heard){
        .pos = report->pos,
        .time_ms = (uint32_t)time_ms,
        .source = report->source,
        .sog_dkn = said_or_none(report, VG_FIELD_BIT(SOG), report->sog_dkn),
        .cog_ddeg = said_or_none(report, VG_FIELD_BIT(COG), report->cog_ddeg),
        .present = 1,
    };
}

static bool heard_before(const struct slot_state *state, const struct heard *word)
{
    for (int i = 0; i < HEARD_KEPT; i++) {
        const struct heard *h = &state->heard[i];
        int32_t apart_ms = (int32_t)(word->time_ms - h->time_ms);
        if (h->present && h->source != word->source && h->pos.lon_e4min == word->pos.lon_e4min &&
            h->pos.lat_e4min == word->pos.lat_e4min && h->sog_dkn == word->sog_dkn && h->cog_ddeg == word->cog_ddeg &&
            apart_ms >= -SAME_WORD_MS && apart_ms <= SAME_WORD_MS)
            return true;
    }
    return false;
}

static bool coarse_copy(const struct vg_contact *v, const struct vg_report *report, int64_t time_ms)
{
    const struct vg_prov *known = &v->prov[VG_FIELD_POS];
    return report->message == 27 && known->message != 27 && time_ms - (int64_t)known->time_ms < COARSE_MS;
}

/* ---- held places ---- */

static void hold(struct vg_picture *p, uint32_t slot, struct vg_contact *v, const struct vg_report *report,
                 int64_t time_ms)
{
    struct slot_state *state = vg_pic_state(p, slot);
    bool agrees = state->held_run && reachable(v, report, v->held_pos, v->held_us / 1000, time_ms);
    state->held_run = agrees && state->held_run < UINT8_MAX ? state->held_run + 1 : agrees ? UINT8_MAX : 1;
    if (state->held_silence < UINT16_MAX)
        state->held_silence++;
    if (state->held)
        vg_pic_list_remove(p, &p->held, LINK_HELD, slot);
    vg_pic_list_add(p, &p->held, LINK_HELD, slot);
    state->held = true;
    state->held_arrival_us = p->elapsed_us;
    v->held_pos = report->pos;
    v->held_us = time_ms * 1000;
    v->flags |= VG_CONTACT_HELD;
    if (v->held_count < UINT32_MAX)
        v->held_count++;
    p->counters.held++;
}

void vg_pic_unhold(struct vg_picture *p, uint32_t slot, struct vg_contact *v)
{
    struct slot_state *state = vg_pic_state(p, slot);
    state->held_run = 0;
    state->held_silence = 0;
    if (!state->held)
        return;
    vg_pic_list_remove(p, &p->held, LINK_HELD, slot);
    state->held = false;
    v->flags &= (uint8_t)~VG_CONTACT_HELD;
    v->held_pos = VG_POS_NONE;
    v->held_us = 0;
}

static int64_t silence_proof_ms(const struct slot_state *state, const struct vg_contact *v)
{
    if (vg_class_is_distress(v->class))
        return SILENCE_A_MOVING_MS; /* bursts each minute; searching the wrong place for a quarter of an hour costs
                                       lives */
    if (state->believed_run >= ESTABLISHED)
        return SILENCE_ESTABLISHED_MS;
    if (v->flags & VG_CONTACT_STILL)
        return SILENCE_STILL_MS;
    return v->class == VG_CLASS_SHIP_A ? SILENCE_A_MOVING_MS : SILENCE_MOVING_MS;
}

/* With this report held too: is it time to believe the held place? */
static bool proven(const struct vg_picture *p, uint32_t slot, const struct vg_contact *v, int64_t time_ms)
{
    struct slot_state *state = vg_pic_state(p, slot);
    if (p->elapsed_us - state->moved_arrival_us > MOVES_FORGOTTEN_US)
        state->moves = 0;
    int64_t silent_ms = time_ms - (int64_t)v->prov[VG_FIELD_POS].time_ms;
    if (!vg_pic_newer(p, time_ms, v->prov[VG_FIELD_POS].time_ms))
        return false;
    if (state->held_run >= RUN_ADOPTED && silent_ms >= silence_proof_ms(state, v) << state->moves)
        return true;
    return state->held_silence >= HELD_SILENCE << state->moves && silent_ms < state->held_silence * TIMELESS_MS;
}

static void note_move(struct vg_picture *p, uint32_t slot, struct vg_contact *v)
{
    struct slot_state *state = vg_pic_state(p, slot);
    state->moves += state->moves < MOVES_MAX;
    state->moved_arrival_us = p->elapsed_us;
    state->believed_run = 0;
    vg_pic_unhold(p, slot, v);
    p->counters.moved++;
}

static void note_believed(struct vg_picture *p, uint32_t slot, const struct heard *word)
{
    struct slot_state *state = vg_pic_state(p, slot);
    state->held_run = 0;
    state->held_silence = 0;
    state->believed_run += state->believed_run < UINT8_MAX;
    state->heard[state->heard_next] = *word;
    state->heard_next = (state->heard_next + 1) % HEARD_KEPT;
    p->counters.positions++;
}

enum verdict vg_pic_gate(struct vg_picture *p, uint32_t slot, struct vg_contact *v, const struct vg_report *report,
                         int64_t time_ms)
{
    if (!(report->fields & VG_FIELD_BIT(POS)) || !vg_pos_valid(report->pos))
        return VERDICT_NO_POSITION;
    struct slot_state *state = vg_pic_state(p, slot);
    struct heard word = heard_of(report, time_ms);
    enum verdict verdict = VERDICT_BELIEVED;
    int64_t known_ms = (int64_t)v->prov[VG_FIELD_POS].time_ms;
    if (known_ms) {
        if (heard_before(state, &word)) {
            state->held_run = state->held_silence = 0; /* the believed place still speaks */
            p->counters.duplicate++;
            return VERDICT_DUPLICATE;
        }
        if (!reachable(v, report, v->pos, known_ms, time_ms)) {
            hold(p, slot, v, report, time_ms);
            if (!proven(p, slot, v, time_ms))
                return VERDICT_HELD;
            note_move(p, slot, v);
            verdict = VERDICT_ADOPTED;
        } else if (!vg_pic_newer(p, time_ms, (uint64_t)known_ms)) {
            return VERDICT_LATE;
        } else if (coarse_copy(v, report, time_ms)) {
            p->counters.duplicate++;
            return VERDICT_DUPLICATE;
        }
    }
    note_believed(p, slot, &word);
    return verdict;
}
