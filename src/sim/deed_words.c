/* Deeds of one, by what it says: silence, numbers, names and places that are not so. Where no source is named the
 * numbers are assumed, and stated here. */
#include <stdio.h>

#include "place/coast.h"
#include "sim/deed.h"
#include "sim/watch.h"

#define ACTOR(i)      vg_deed_actor(world, d, i)
#define BACK_AGAIN    1500 /* seconds after which it is known whether the one that came back is heard */
#define HEARD_OFF     (20 * VG_MINUTE_US)
#define CHANGE_M      20000.0 /* from the shore */
#define CHANGE_LATE_H 9.0     /* then it is left */

/* Silent for 1.5 to 10 hours (evenly in the logarithm), sails on meanwhile and is heard again elsewhere. */
void vg_sim_play_switch_off(struct vg_sim_world *world, struct vg_sim_deed *d)
{
    static const char *const kinds[] = {"squid jigger", "tuna seiner", "product tanker", "fish carrier"};
    struct vg_sim_vessel *v;
    double kn = d->number[1];
    switch (d->phase) {
    case 0:
        vg_deed_cast(world, d, VG_DEED_PICK(d, kinds));
        d->number[0] = exp(vg_deed_draw(d, log(1.5), log(10)));
        d->number[1] = vg_deed_draw(d, 3, 9);
        break;
    case 1:
    case 2:
        if (!vg_deed_come(world, d, fmax(kn, 6)))
            break;
        v = ACTOR(0);
        vg_deed_begin(world, d);
        vg_deed_last(world, d, d->number[0]);
        vg_deed_say(d, "\"hours\":%.2f", d->number[0]);
        v->silent = true;
        d->phase = 2;
        vg_deed_next(world, d, 0);
        break;
    case 3:
        v = ACTOR(0);
        vg_deed_sail_on(world, d, v, kn);
        if (!vg_deed_is_due(world, d))
            break;
        v->silent = false;
        d->end_us = world->now_us;
        vg_deed_next(world, d, BACK_AGAIN);
        break;
    default:
        vg_deed_tell(world, d, vg_sim_watch_off_well(world, ACTOR(0)));
        vg_deed_over(world, d);
    }
}

/* Somebody far away, 30 to 250 nmi if there is room, uses the number at the same time, for 2 to 7 hours. */
void vg_sim_play_shared_identity(struct vg_sim_world *world, struct vg_sim_deed *d)
{
    static const char *const kinds[] = {"tuna seiner", "mother ship", "fibre boat", "general cargo"};
    struct vg_sim_vessel *one, *two;
    switch (d->phase) {
    case 0: {
        const char *kind = VG_DEED_PICK(d, kinds);
        one = vg_deed_cast(world, d, kind);
        two = vg_deed_cast(world, d, kind);
        if (!two)
            break;
        two->mmsi = one->mmsi;
        one->shares_mmsi = two->shares_mmsi = true;
        if (vg_rng_chance(&d->dice, 0.5))
            vg_sim_write(two->name, one->name);
        break;
    }
    case 1:
        vg_deed_approach(world, d, ACTOR(0), d->lon_deg, d->lat_deg, 8);
        if (!vg_deed_place_heard(world, d, 30, 250, &d->number[0], &d->number[1]) &&
            !vg_deed_place_near(world, d, 12, 30, &d->number[0], &d->number[1])) {
            vg_deed_over(world, d);
            break;
        }
        vg_deed_next(world, d, 600);
        break;
    case 2:
        vg_deed_approach(world, d, ACTOR(1), d->number[0], d->number[1], 8);
        vg_deed_begin(world, d);
        vg_deed_last(world, d, vg_deed_draw(d, 2, 7));
        vg_deed_say(d, "\"km\":%.0f", vg_deed_between_m(ACTOR(0), ACTOR(1)) / 1000);
        vg_deed_next(world, d, 0);
        break;
    default:
        for (size_t i = 0; i < 2; i++)
            vg_deed_sail_on(world, d, ACTOR(i), 8);
        if (!vg_deed_is_due(world, d))
            break;
        vg_deed_tell(world, d, true);
        vg_deed_away(ACTOR(1)); /* for good: its number goes on with the first */
        vg_deed_over(world, d);
    }
}

/* One hull takes another number at sea: the number alone, with the name, or everything but its size. */
void vg_sim_play_identity_change(struct vg_sim_world *world, struct vg_sim_deed *d)
{
    static const char *const kinds[] = {"tuna seiner", "product tanker", "fish carrier", "mother ship"};
    static const char *const variants[] = {"mmsi", "mmsi and name", "all"};
    struct vg_sim_vessel *v, was;
    switch (d->phase) {
    case 0:
        vg_deed_cast(world, d, VG_DEED_PICK(d, kinds));
        d->variant = (uint8_t)vg_rng_below(&d->dice, 3);
        break;
    case 1:
    case 2:
        if (!vg_deed_come(world, d, 8))
            break;
        v = ACTOR(0);
        was = *v;
        vg_deed_begin(world, d);
        d->end_us = d->begin_us;
        d->was_mmsi = v->mmsi;
        d->variant |= (uint8_t)(v->heard_us != VG_TIME_NONE && world->now_us - v->heard_us < HEARD_OFF ? 4 : 0);
        vg_sim_give_names(world, v);
        v->to_bow_m = was.to_bow_m;
        v->to_stern_m = was.to_stern_m;
        v->to_port_m = was.to_port_m;
        v->to_starboard_m = was.to_starboard_m;
        v->class = was.class;
        v->shiptype = was.shiptype;
        v->draught_dm = was.draught_dm;
        if ((d->variant & 3) == 0)
            vg_sim_write(v->name, was.name);
        if ((d->variant & 3) < 2) {
            v->imo = was.imo;
            vg_sim_write(v->callsign, was.callsign);
        }
        v->next_static_us = world->now_us + 20 * VG_SECOND_US;
        vg_deed_say(d, "\"changes\":\"%s\"", variants[d->variant & 3]);
        d->phase = 2;
        vg_deed_sail_on(world, d, v, 8);
        vg_deed_next(world, d, BACK_AGAIN);
        break;
    default:
        vg_deed_tell(world, d, d->variant & 4);
        vg_deed_over(world, d);
    }
}

/* ---- what can't be ---- */

void vg_sim_play_impossible_static(struct vg_sim_world *world, struct vg_sim_deed *d)
{
    static const char *const variants[] = {"length_0", "length_1000", "imo_check_digit", "type"};
    struct vg_sim_vessel *v;
    switch (d->phase) {
    case 0:
        d->variant = (uint8_t)vg_rng_below(&d->dice, 4);
        v = vg_deed_cast(world, d, VG_DEED_PICK(d, vg_deed_steel));
        if (!v)
            break;
        if (d->variant == 0) { /* as broad as before */
            v->to_bow_m = v->to_stern_m = 0;
        } else if (d->variant == 1) {
            v->to_bow_m = 500; /* 511 would be "511 m or more" */
            v->to_stern_m = 500;
        } else if (d->variant == 2) {
            v->imo = v->imo ? v->imo / 10 * 10 + (v->imo + 3) % 10 : 4123456;
        } else { /* a fishing boat of 333 m */
            v->shiptype = 30;
            v->to_bow_m = 270;
            v->to_stern_m = 63;
        }
        break;
    case 1:
    case 2:
        if (!vg_deed_come(world, d, 10))
            break;
        vg_deed_begin(world, d);
        vg_deed_say(d, "\"variant\":\"%s\"", variants[d->variant]);
        vg_deed_last(world, d, vg_deed_draw(d, 1, 4));
        d->phase = 2;
        vg_deed_next(world, d, 0);
        break;
    default:
        vg_deed_sail_on(world, d, ACTOR(0), 10);
        if (!vg_deed_is_due(world, d))
            break;
        vg_deed_tell(world, d, true);
        vg_deed_over(world, d);
    }
}

/* Another port, and another hour. */
static void type_another(struct vg_sim_world *world, struct vg_sim_deed *d, const char *const ports[], uint32_t count)
{
    struct vg_sim_vessel *v = ACTOR(0);
    const char *to = ports[(d->variant + 1 + vg_rng_below(&d->dice, count - 1)) % count];
    vg_deed_begin(world, d);
    d->end_us = d->begin_us;
    vg_deed_say(d, "\"from\":\"%s\",\"to\":\"%s\"", v->destination, to);
    vg_sim_write(v->destination, to);
    v->eta_us = world->now_us + vg_sim_hours(vg_deed_draw(d, 10, 90));
    v->next_static_us = world->now_us + 30 * VG_SECOND_US;
}

/* Its voyage has been known for some hours, and it is at sea. */
static bool is_known_at_sea(const struct vg_sim_world *world, const struct vg_sim_deed *d,
                            const struct vg_sim_vessel *v)
{
    return v->heard && (double)(world->now_us - v->heard_first_us) >= d->number[0] * VG_HOUR_US && v->sog_kn >= 6 &&
           vg_coast_distance_m(world->coast, v->lon_deg, v->lat_deg, CHANGE_M + 500) >= CHANGE_M;
}

/* Under way it types another port and another hour: at sea, 3.2 to 4.5 hours after it was heard first, for before that
 * nobody knows of a voyage that could change. */
void vg_sim_play_destination_change(struct vg_sim_world *world, struct vg_sim_deed *d)
{
    static const char *const ports[] = {"PA BLB", "CL SAI", "PE CLL", "CN SHA", "EC GYE", "MX ZLO", "CO BUN"};
    enum { PORTS = sizeof ports / sizeof *ports };
    struct vg_sim_vessel *v;
    switch (d->phase) {
    case 0:
        v = vg_deed_cast(world, d, VG_DEED_PICK(d, vg_deed_steel));
        d->variant = (uint8_t)vg_rng_below(&d->dice, PORTS);
        d->number[0] = vg_deed_draw(d, 3.2, 4.5);
        if (!v)
            break;
        vg_sim_write(v->destination, ports[d->variant]);
        v->eta_us = d->at_us + vg_sim_hours(40);
        break;
    case 1:
    case 2:
        if (!vg_deed_come(world, d, 10))
            break;
        d->phase = 2;
        vg_deed_last(world, d, CHANGE_LATE_H);
        vg_deed_next(world, d, 0);
        break;
    case 3:
        vg_deed_sail_on(world, d, ACTOR(0), 10);
        if (is_known_at_sea(world, d, ACTOR(0))) {
            type_another(world, d, ports, PORTS);
            vg_deed_next(world, d, 3600);
        } else if (vg_deed_is_due(world, d)) {
            vg_deed_over(world, d);
        }
        break;
    default:
        vg_deed_tell(world, d, true);
        vg_deed_over(world, d);
    }
}

/* One that stands on a watch list comes by, for 1 to 4 hours: listed by its IMO number, by call sign and name, or by
 * MMSI. Two of five must not be told: their entry has expired, or they only have the name of one that is listed. */
void vg_sim_play_watch_listed(struct vg_sim_world *world, struct vg_sim_deed *d)
{
    static const char *const variants[] = {"imo", "callsign", "mmsi", "expired", "name"};
    switch (d->phase) {
    case 0:
        d->variant = (uint8_t)vg_rng_below(&d->dice, VG_SIM_LISTED_WAYS);
        vg_deed_cast(world, d, VG_DEED_PICK(d, vg_deed_steel));
        break;
    case 1:
        vg_deed_approach(world, d, ACTOR(0), d->lon_deg, d->lat_deg, 10);
        vg_deed_begin(world, d);
        vg_deed_say(d, "\"by\":\"%s\"", variants[d->variant]);
        d->told = !vg_sim_is_listed(d); /* nothing is true of who only looks like it */
        vg_deed_next(world, d, 0);
        break;
    case 2:
        if (!vg_deed_is_there(world, d, ACTOR(0)))
            break;
        vg_deed_last(world, d, vg_deed_draw(d, 1, 4));
        vg_deed_next(world, d, 0);
        break;
    default:
        vg_deed_sail_on(world, d, ACTOR(0), 10);
        if (!vg_deed_is_due(world, d))
            break;
        if (!d->told)
            vg_deed_tell(world, d, true);
        vg_deed_over(world, d);
    }
}

/* A person overboard, a life raft, a beacon: 30 minutes to 4 hours adrift. */
void vg_sim_play_distress(struct vg_sim_world *world, struct vg_sim_deed *d)
{
    static const struct {
        const char *key, *text;
        uint32_t number;
        enum vg_class class;
    } devices[] = {{"sart", "SART ACTIVE", 970, VG_CLASS_SART},
                   {"mob", "MOB ACTIVE", 972, VG_CLASS_MOB},
                   {"epirb", "EPIRB ACTIVE", 974, VG_CLASS_EPIRB}};
    struct vg_sim_vessel *v;
    switch (d->phase) {
    case 0:
        d->variant = (uint8_t)vg_rng_below(&d->dice, 3);
        v = vg_deed_cast(world, d, "beacon");
        if (!v)
            break;
        v->class = (uint8_t)devices[d->variant].class;
        v->mmsi = devices[d->variant].number * UINT32_C(1000000) + v->mmsi % 1000000;
        v->status = 14;
        vg_sim_write(v->destination, devices[d->variant].text);
        break;
    case 1:
        v = ACTOR(0);
        vg_deed_enter(world, v, d->lon_deg, d->lat_deg);
        vg_deed_drift(v, vg_deed_draw(d, 0.3, 1.2), vg_deed_draw(d, 0, 360));
        v->activity = ACTIVITY_DISTRESS;
        v->status = 14;
        vg_deed_begin(world, d);
        vg_deed_say(d, "\"device\":\"%s\"", devices[d->variant].key);
        vg_deed_next(world, d, vg_deed_draw(d, 0.5, 4) * 3600);
        break;
    default:
        vg_deed_tell(world, d, true);
        vg_deed_away(ACTOR(0));
        d->over = true;
    }
}
