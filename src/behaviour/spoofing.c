/*
 * Spoofed position: what a transponder says of its place can't be.
 *
 * Jump: the positions go to a place that nothing of the vessel's class could reach and stay there until belief takes
 * them (vessel/belief.h: several that agree). It goes on until they come back or for 6 h. Not after a silence of a day,
 * in which a ship may be carried or her number given to another; not less than 3 nm; three fixes or more before it and
 * three there. Or they flicker: now here, now there, six changes within an hour, with the speed and course that she has
 * (identity.c). Circle: three full circles in a row to one side, each closing within a third of its radius of 100 m to
 * 10 km, at 2 kn or more, or two that close within a tenth: receivers of GPS that are deceived often show them. Places
 * on land: inland.c.
 *
 * Innocent: a GPS antenna at fault, a receiver with a wrong clock; circles: a race, a search, adjusting compasses,
 * seining. What makes it wrong: a number that two ships use (identity.c then withdraws the jump).
 */
#include <math.h>
#include <stdio.h>

#include "behaviour/identity.h"

#define ESTABLISHED      3 /* fixes here before, and there: one bad fix is nothing, the first one neither */
#define JUMP_MIN_NM      3.0
#define JUMP_FAR_NM      5.0
#define JUMP_GOES_ON_US  (6 * VG_HOUR_US)
#define AFTER_SILENCE_US VG_DAY_US
#define FLICKERS_REVISE  32
#define FLICKERS_OVER_US (2 * VG_HOUR_US)
#define BACK_SHARE       0.5 /* back: nearer to where she was than half the jump */
#define CIRCLES          3
#define TIGHT_CIRCLES    2
#define TIGHT            (1 / 10.0) /* of the radius: nobody steers so evenly */
#define CLOSES           (1 / 3.0)
#define RADIUS_MIN_M     100.0
#define RADIUS_MAX_M     10000.0
#define LEG_MIN_M        10.0
#define LEG_MAX_US       (2 * VG_MINUTE_US)
#define TURN_MAX_DEG     90.0
#define SLOW_KN          2.0
#define DEGREE           (M_PI / 180)

static void tell_jump(struct vg_behaviours *b, struct vessel *v, enum vg_event_state state)
{
    struct going *g = &v->identity.jump;
    const double nm = v->identity.jump_nm;
    struct vg_event e = vg_bhv_event(VG_EVENT_SPOOFING, v, NULL, g, v->last.pos);
    vg_event_number(&e, "jump", nm, JUMP_MIN_NM, "nm");
    if (v->identity.jump_h > 0) {
        vg_event_number(&e, "within", v->identity.jump_h * 60, NAN, "min");
        vg_event_number(&e, "speed_needed", nm / v->identity.jump_h, NAN, "kn");
    } else {
        vg_event_number(&e, "changes", v->identity.jumps, NAN, "");
        vg_event_number(&e, "fixes_there", v->identity.there.count, NAN, "");
    }
    e.confidence = nm >= JUMP_FAR_NM ? 0.92 : 0.8;
    snprintf(e.text, sizeof e.text, "positions jumped");
    vg_bhv_tell(b, &e, g, state, "jump");
}

static void end_jump(struct vg_behaviours *b, struct vessel *v)
{
    if (v->identity.jump.told)
        tell_jump(b, v, VG_EVENT_ENDED);
    v->identity.jump = (struct going){0};
}

/* Of a jump: 6 h. Of flickering: 2 h without another change. */
static bool is_jump_over(const struct vessel *v, int64_t now_us)
{
    return v->identity.jump_h > 0 ? now_us - v->identity.jump.begin_us > JUMP_GOES_ON_US
                                  : now_us - v->identity.jump.last_us > FLICKERS_OVER_US;
}

void vg_spoofing_withdraw(struct vg_behaviours *b, struct vessel *v)
{
    if (v->identity.jump.told)
        tell_jump(b, v, VG_EVENT_WITHDRAWN);
    v->identity.jump = (struct going){0};
}

void vg_spoofing_jumped(struct vg_behaviours *b, struct vessel *v, const struct elsewhere *there)
{
    const double nm = vg_geo_distance_m(v->before.pos, v->last.pos) / VG_METRES_PER_NM;
    const int64_t first_us = there->count ? there->first_us : v->last.time_us;
    if (b->options.kinds_off & UINT32_C(1) << VG_EVENT_SPOOFING)
        return;
    if (v->identity.jump.told) {
        const double left_nm = vg_geo_distance_m(v->last.pos, v->identity.jump_from) / VG_METRES_PER_NM;
        if (v->before.time_us > v->identity.jump.last_us)
            v->identity.jump.last_us = v->before.time_us; /* her last fix at the other place */
        v->identity.jump.last_offset = v->last.offset;
        if (left_nm < v->identity.jump_nm * BACK_SHARE)
            end_jump(b, v);
        else
            tell_jump(b, v, VG_EVENT_ONGOING); /* and on to a third place */
        return;
    }
    if (!(nm >= JUMP_MIN_NM) || v->fixes <= ESTABLISHED || there->count + 1 < ESTABLISHED ||
        first_us - v->before.time_us > AFTER_SILENCE_US || v->identity.shared.told)
        return;
    v->identity.jump = (struct going){
        .begin_us = first_us, .last_us = v->last.time_us, .first_offset = there->offset, .last_offset = v->last.offset};
    v->identity.jump_from = v->before.pos;
    v->identity.jump_nm = (float)nm;
    v->identity.jump_h =
        (float)(fabs((double)(first_us - v->before.time_us)) / VG_HOUR_US + 1e-4); /* 0 means flickering */
    tell_jump(b, v, VG_EVENT_ONGOING);
}

void vg_spoofing_flickers(struct vg_behaviours *b, struct vessel *v, int64_t begin_us, int64_t time_us, uint64_t offset)
{
    const struct elsewhere *there = &v->identity.there;
    struct going *g = &v->identity.jump;
    const double nm = vg_geo_distance_m(there->pos, v->last.pos) / VG_METRES_PER_NM;
    if (b->options.kinds_off & UINT32_C(1) << VG_EVENT_SPOOFING || !(nm >= JUMP_MIN_NM))
        return;
    const bool again = g->told && there->switches % FLICKERS_REVISE != 0;
    if (!g->told) {
        *g = (struct going){.begin_us = begin_us, .first_offset = there->offset};
        v->identity.jump_from = v->last.pos;
        v->identity.jump_nm = (float)nm;
        v->identity.jump_h = 0;
        v->identity.jumps = there->switches;
    }
    v->identity.jumps = there->switches > v->identity.jumps ? there->switches : v->identity.jumps;
    g->last_us = time_us, g->last_offset = offset;
    if (!again)
        tell_jump(b, v, VG_EVENT_ONGOING);
}

static void begin_circle(struct vessel *v, double course)
{
    v->circle.turned_deg = v->circle.length_m = 0;
    v->circle.course_deg = course;
    v->circle.mark = v->last.pos;
    v->circle.count = 0;
    vg_going_begin(&v->circle.going, &v->last);
}

static void tell_circle(struct vg_behaviours *b, struct vessel *v, enum vg_event_state state, double radius_m)
{
    struct going *g = &v->circle.going;
    struct vg_event e = vg_bhv_event(VG_EVENT_SPOOFING, v, NULL, g, v->last.pos);
    vg_event_number(&e, "circles", v->circle.count, CIRCLES, "");
    if (!isnan(radius_m))
        vg_event_number(&e, "radius", radius_m, RADIUS_MAX_M, "m");
    vg_event_number(&e, "duration", (double)(g->last_us - g->begin_us) / VG_MINUTE_US, NAN, "min");
    e.confidence = v->circle.tight ? 0.85 : 0.7;
    snprintf(e.text, sizeof e.text, "positions go in circles");
    vg_bhv_tell(b, &e, g, state, "circle");
}

static void drop_circle(struct vg_behaviours *b, struct vessel *v, double course)
{
    if (v->circle.going.told)
        tell_circle(b, v, VG_EVENT_ENDED, NAN);
    begin_circle(v, course);
}

/* A full circle more: does it close? */
static void close_circle(struct vg_behaviours *b, struct vessel *v, double course)
{
    const double radius_m = v->circle.length_m / (fabs(v->circle.turned_deg) * DEGREE);
    const double open_m = vg_geo_distance_m(v->circle.mark, v->last.pos);
    const double leg_m = vg_geo_distance_m(v->before.pos, v->last.pos); /* it closes within one */
    if (open_m > radius_m * CLOSES || radius_m < RADIUS_MIN_M || radius_m > RADIUS_MAX_M) {
        drop_circle(b, v, course);
        return;
    }
    v->circle.turned_deg = fmod(v->circle.turned_deg, 360);
    v->circle.length_m = fabs(v->circle.turned_deg) * DEGREE * radius_m;
    v->circle.mark = v->last.pos;
    v->circle.tight = (v->circle.tight || !v->circle.count) && open_m <= radius_m * TIGHT + leg_m;
    v->circle.count++;
    vg_going_on(&v->circle.going, &v->last);
    if (v->circle.count >= (v->circle.tight ? TIGHT_CIRCLES : CIRCLES))
        tell_circle(b, v, VG_EVENT_ONGOING, radius_m);
}

static void look(struct vg_behaviours *b, struct vessel *v, const struct vg_sighting *s)
{
    const struct fix *from = &v->before, *to = &v->last;
    if (v->identity.jump.told && is_jump_over(v, to->time_us))
        end_jump(b, v);
    if (s->verdict == VG_VERDICT_ADOPTED || from->time_us < 0 || !vg_is_ship(v) || (from->still && to->still))
        return;
    const int64_t took_us = to->time_us - from->time_us;
    if (took_us <= 0 || took_us > LEG_MAX_US) {
        drop_circle(b, v, v->circle.course_deg);
        return;
    }
    const double m = vg_geo_distance_m(from->pos, to->pos);
    if (m < LEG_MIN_M || m / ((double)took_us / VG_SECOND_US) < SLOW_KN * VG_MPS_PER_KNOT)
        return;
    const double course = vg_geo_bearing_deg(from->pos, to->pos);
    const double turn = remainder(course - v->circle.course_deg, 360);
    v->circle.course_deg = course;
    if (fabs(turn) > TURN_MAX_DEG || turn * v->circle.turned_deg < 0) {
        drop_circle(b, v, course);
        return;
    }
    v->circle.turned_deg += turn;
    v->circle.length_m += m;
    if (fabs(v->circle.turned_deg) >= 360)
        close_circle(b, v, course);
}

static void quiet(struct vg_behaviours *b, struct vessel *v, int64_t now_us)
{
    if (v->identity.jump.told && is_jump_over(v, now_us))
        end_jump(b, v);
}

static void finish(struct vg_behaviours *b, struct vessel *v)
{
    end_jump(b, v);
    if (v->circle.going.told)
        tell_circle(b, v, VG_EVENT_ENDED, NAN);
    v->circle.going = (struct going){0};
    v->circle.count = 0;
}

const struct method vg_method_spoofing = {.kind = VG_EVENT_SPOOFING, .fix = look, .quiet = quiet, .finish = finish};
