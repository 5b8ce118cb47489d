/* What the things of the world say, and when: ITU-R M.1371-5. */
#include "sim/world.h"

/* A minute has 2 250 slots (Annex 2, §3.1.1). */
#define SLOTS       2250
#define SLOT_OF(us) ((uint32_t)((us) % VG_MINUTE_US * SLOTS / VG_MINUTE_US))

#define STATIC_US     (6 * VG_MINUTE_US) /* Annex 1, §4.2.1 */
#define STORM_US      (8 * VG_SECOND_US) /* … of one whose set has gone mad */
#define LONG_RANGE_US (3 * VG_MINUTE_US) /* Annex 4, §3.2 */

int64_t vg_sim_interval_us(const struct vg_sim_vessel *v)
{
    double kn = v->sog_kn;
    /* "Changing course": 5° off the mean heading of the last 30 s (Annex 1, §4.2.1), which a steady turn lags by 15 s.
     */
    bool turning = fabs(v->turn_dps) * 15 > 5;
    switch ((enum vg_class)v->class) {
    case VG_CLASS_BASE:
    case VG_CLASS_SAR:
        return 10 * VG_SECOND_US;
    case VG_CLASS_ATON:
        return 3 * VG_MINUTE_US;
    case VG_CLASS_SHIP_A:
        break;
    default: /* class B "CS" */
        return kn > 2 ? 30 * VG_SECOND_US : 3 * VG_MINUTE_US;
    }
    if (v->status == 1 || v->status == 5 || v->status == 6)
        return kn > 3 ? 10 * VG_SECOND_US : 3 * VG_MINUTE_US;
    if (kn > 23)
        return 2 * VG_SECOND_US;
    if (kn > 14)
        return turning ? 2 * VG_SECOND_US : 6 * VG_SECOND_US;
    return turning ? 10 * VG_SECOND_US / 3 : 10 * VG_SECOND_US;
}

/* SOTDMA communication state (Annex 2, §3.3.7.2): sync, slot time-out, and what goes with that time-out. */
static uint32_t communication_state(struct vg_sim_vessel *v, int64_t time_us)
{
    v->timeout = v->timeout ? v->timeout - 1 : 7;
    struct vg_civil c = vg_time_civil(time_us);
    uint32_t sub = SLOT_OF(time_us);
    if (v->timeout == 1)
        sub = (uint32_t)c.hour << 9 | (uint32_t)c.minute << 2;
    else if (v->timeout == 0)
        sub = 0; /* the same slot again */
    else if (v->timeout % 2)
        sub = 5 + v->mmsi % 40; /* stations it receives */
    return (uint32_t)v->timeout << 14 | (sub & 0x3FFF);
}

/* What its receiver thinks: a few metres off, or far off for the one whose GNSS is not what it seems. */
static struct vg_pos fix(struct vg_sim_vessel *v)
{
    double lon = v->lies ? v->lie_lon_deg : v->lon_deg, lat = v->lies ? v->lie_lat_deg : v->lat_deg;
    vg_sphere_shift(&lon, &lat, 2.0 * vg_rng_bell(&v->dice), 2.0 * vg_rng_bell(&v->dice));
    if (v->jumping && vg_rng_chance(&v->dice, 0.12))
        vg_sphere_shift(&lon, &lat, -96000 + 3000 * vg_rng_bell(&v->dice), 74000 + 3000 * vg_rng_bell(&v->dice));
    return vg_pos_from_deg(lon, lat);
}

static int64_t in_range(double value, int64_t high)
{
    int64_t n = llround(value);
    return n < 0 ? 0 : n > high ? high : n;
}

static int64_t turn_raw(const struct vg_sim_vessel *v)
{
    if (v->kind->shiptype == 30 || v->to_bow_m + v->to_stern_m < 50) /* no rate-of-turn indicator aboard */
        return -128;
    double dpm = v->turn_dps * 60;
    int64_t raw = in_range(4.733 * sqrt(fabs(dpm)), 126);
    return dpm < 0 ? -raw : raw;
}

static void set_motion(struct vg_ais *m, struct vg_sim_vessel *v, int64_t time_us)
{
    vg_ais_set_pos(m, fix(v));
    double kn = fmax(0, (v->lies ? v->lie_kn : v->sog_kn) +
                            (v->activity == ACTIVITY_MOORED ? fabs(0.03 * vg_rng_bell(&v->dice)) : 0));
    vg_ais_set_raw(m, "speed", m->type == 9 || m->type == 27 ? in_range(kn, 62) : in_range(kn * 10, 1022));
    if (m->type == 9)
        vg_ais_set_raw(m, "speed", in_range(kn, 1022));
    double cog = vg_angle_360(v->lies ? v->lie_deg : v->cog_deg);
    vg_ais_set_raw(m, "course", m->type == 27 ? in_range(cog, 359) : in_range(cog * 10, 3600) % 3600);
    vg_ais_set_raw(m, "second", time_us / VG_SECOND_US % 60);
    vg_ais_set_raw(m, "accuracy", v->mmsi % 3 != 0);
    vg_ais_set_raw(m, "raim", v->mmsi % 5 == 0);
}

static void say_class_a(struct vg_sim_world *world, struct vg_sim_vessel *v, int64_t time_us, struct vg_out *out)
{
    struct vg_ais m;
    vg_ais_blank("1", v->mmsi, &m);
    vg_ais_set_raw(&m, "status", v->status);
    vg_ais_set_raw(&m, "turn", turn_raw(v));
    set_motion(&m, v, time_us);
    vg_ais_set_raw(&m, "heading", in_range(vg_angle_360(v->heading_deg), 360) % 360);
    vg_ais_set_raw(&m, "radio", communication_state(v, time_us));
    vg_sim_air(world, v, &m, time_us, out);
}

static void say_class_b(struct vg_sim_world *world, struct vg_sim_vessel *v, int64_t time_us, struct vg_out *out)
{
    struct vg_ais m;
    vg_ais_blank("18", v->mmsi, &m);
    set_motion(&m, v, time_us);
    if (v->kind->shiptype == 36)
        vg_ais_set_raw(&m, "heading", in_range(vg_angle_360(v->heading_deg), 360) % 360);
    vg_ais_set_raw(&m, "cs", 1);
    vg_ais_set_raw(&m, "dsc", 1);
    vg_ais_set_raw(&m, "band", 1);
    vg_ais_set_raw(&m, "msg22", 1);
    vg_ais_set_raw(&m, "radio", 0xE0006); /* carrier-sense units send this constant (Annex 7, §4.4.1.3.4) */
    vg_sim_air(world, v, &m, time_us, out);
}

static void say_aircraft(struct vg_sim_world *world, struct vg_sim_vessel *v, int64_t time_us, struct vg_out *out)
{
    struct vg_ais m;
    vg_ais_blank("9", v->mmsi, &m);
    vg_ais_set_raw(&m, "alt", v->altitude_m);
    set_motion(&m, v, time_us);
    vg_ais_set_raw(&m, "radio", communication_state(v, time_us));
    vg_sim_air(world, v, &m, time_us, out);
}

/* A row of 40 bits is more than set_raw() takes; put them one by one. */
static void set_timestamp(struct vg_ais *m, int64_t time_us)
{
    struct vg_civil c = vg_time_civil(time_us);
    uint64_t bits = (uint64_t)c.year << 26 | (uint64_t)c.month << 22 | (uint64_t)c.day << 17 | (uint64_t)c.hour << 12 |
                    (uint64_t)c.minute << 6 | c.second;
    unsigned start = vg_ais_field(m->layout, "timestamp")->start;
    for (unsigned i = 0; i < 40; i++) {
        unsigned at = start + i;
        uint8_t mask = (uint8_t)(0x80 >> at % 8);
        m->payload[at / 8] = (uint8_t)((m->payload[at / 8] & ~mask) | (bits >> (39 - i) & 1 ? mask : 0));
    }
}

static void say_station(struct vg_sim_world *world, struct vg_sim_vessel *v, int64_t time_us, struct vg_out *out)
{
    struct vg_ais m;
    vg_ais_blank("4", v->mmsi, &m);
    set_timestamp(&m, time_us);
    vg_ais_set_raw(&m, "accuracy", 1);
    vg_ais_set_pos(&m, vg_pos_from_deg(v->lon_deg, v->lat_deg));
    vg_ais_set_raw(&m, "epfd", 7); /* surveyed */
    vg_ais_set_raw(&m, "radio", communication_state(v, time_us));
    vg_sim_air(world, v, &m, time_us, out);
}

static void say_aid(struct vg_sim_world *world, struct vg_sim_vessel *v, int64_t time_us, struct vg_out *out)
{
    const struct vg_sim_aid *a = &vg_sim_aids[v->berth];
    struct vg_ais m;
    vg_ais_blank("21", v->mmsi, &m);
    vg_ais_set_raw(&m, "aid_type", a->type);
    vg_ais_set_text(&m, "name", a->name);
    vg_ais_set_raw(&m, "accuracy", a->is_virtual ? 0 : 1);
    vg_ais_set_pos(&m, vg_pos_from_deg(v->lon_deg, v->lat_deg));
    for (int i = 0; i < 4 && !a->is_virtual; i++)
        vg_ais_set_raw(&m, (const char *[]){"to_bow", "to_stern", "to_port", "to_starboard"}[i], 1);
    vg_ais_set_raw(&m, "epfd", a->type >= 20 && !a->is_virtual ? 1 : 7);
    vg_ais_set_raw(&m, "second", time_us / VG_SECOND_US % 60);
    vg_ais_set_raw(&m, "off_position", a->off_m > 0);
    vg_ais_set_raw(&m, "virtual_aid", a->is_virtual);
    vg_sim_air(world, v, &m, time_us, out);
}

/* A distress device: eight reports in each minute's burst; every fourth minute two of them are texts (Annex 9). */
static void say_beacon(struct vg_sim_world *world, struct vg_sim_vessel *v, int64_t time_us, struct vg_out *out)
{
    int64_t minute = time_us / VG_MINUTE_US;
    for (int i = 0; i < 8; i++) {
        struct vg_ais m;
        if (minute % 4 == 0 && (i == 4 || i == 5)) {
            vg_ais_blank("14", v->mmsi, &m);
            vg_ais_set_text(&m, "text", v->destination);
        } else {
            vg_ais_blank("1", v->mmsi, &m);
            set_motion(&m, v, time_us);
            vg_ais_set_raw(&m, "status", v->status);
            vg_ais_set_raw(&m, "radio", communication_state(v, time_us));
        }
        vg_sim_air(world, v, &m, time_us, out);
    }
}

static void set_size(struct vg_ais *m, const struct vg_sim_vessel *v)
{
    vg_ais_set_raw(m, "to_bow", v->to_bow_m);
    vg_ais_set_raw(m, "to_stern", v->to_stern_m);
    vg_ais_set_raw(m, "to_port", v->to_port_m);
    vg_ais_set_raw(m, "to_starboard", v->to_starboard_m);
}

static void say_static_a(struct vg_sim_world *world, struct vg_sim_vessel *v, int64_t time_us, struct vg_out *out)
{
    struct vg_ais m;
    vg_ais_blank("5", v->mmsi, &m);
    vg_ais_set_raw(&m, "ais_version", 2);
    vg_ais_set_raw(&m, "imo", v->imo);
    vg_ais_set_text(&m, "callsign", v->callsign);
    vg_ais_set_text(&m, "shipname", v->name);
    vg_ais_set_raw(&m, "shiptype", v->shiptype);
    set_size(&m, v);
    vg_ais_set_raw(&m, "epfd", 1);
    if (v->eta_us != VG_TIME_NONE) {
        struct vg_civil c = vg_time_civil(v->eta_us);
        vg_ais_set_raw(&m, "eta", (int64_t)c.month << 16 | (int64_t)c.day << 11 | (int64_t)c.hour << 6 | c.minute);
    }
    vg_ais_set_raw(&m, "draught", v->draught_dm);
    vg_ais_set_text(&m, "destination", v->destination);
    vg_sim_air(world, v, &m, time_us, out);
}

static void say_static_b(struct vg_sim_world *world, struct vg_sim_vessel *v, int64_t time_us, struct vg_out *out)
{
    struct vg_ais m;
    if (v->part_b) {
        vg_ais_blank(v->class == VG_CLASS_AUX ? "24M" : "24B", v->mmsi, &m);
        vg_ais_set_raw(&m, "shiptype", v->shiptype);
        vg_ais_set_text(&m, "vendorid", "VIG");
        vg_ais_set_raw(&m, "serial", v->mmsi % 100000);
        vg_ais_set_text(&m, "callsign", v->callsign);
        if (v->class == VG_CLASS_AUX)
            vg_ais_set_raw(&m, "mothership_mmsi", v->imo); /* a tender has no IMO number: its mother stands there */
        else
            set_size(&m, v);
    } else {
        vg_ais_blank("24A", v->mmsi, &m);
        vg_ais_set_text(&m, "shipname", v->name);
    }
    v->part_b = !v->part_b;
    vg_sim_air(world, v, &m, time_us, out);
}

static void say_long_range(struct vg_sim_world *world, struct vg_sim_vessel *v, int64_t time_us, struct vg_out *out)
{
    struct vg_ais m;
    vg_ais_blank("27", v->mmsi, &m);
    vg_ais_set_raw(&m, "status", v->status);
    set_motion(&m, v, time_us);
    vg_sim_air(world, v, &m, time_us, out);
}

static void say_position(struct vg_sim_world *world, struct vg_sim_vessel *v, int64_t time_us, struct vg_out *out)
{
    switch ((enum vg_class)v->class) {
    case VG_CLASS_SHIP_A:
        say_class_a(world, v, time_us, out);
        break;
    case VG_CLASS_SAR:
        say_aircraft(world, v, time_us, out);
        break;
    case VG_CLASS_BASE:
        say_station(world, v, time_us, out);
        break;
    case VG_CLASS_ATON:
        say_aid(world, v, time_us, out);
        break;
    case VG_CLASS_SART:
    case VG_CLASS_MOB:
    case VG_CLASS_EPIRB:
        say_beacon(world, v, time_us, out);
        break;
    default:
        say_class_b(world, v, time_us, out);
        break;
    }
}

void vg_sim_speak(struct vg_sim_world *world, struct vg_sim_vessel *v, struct vg_out *out)
{
    int64_t now_us = world->now_us, end_us = now_us + VG_SECOND_US;
    bool beacon = vg_class_is_distress((enum vg_class)v->class);
    bool ship_a = v->class == VG_CLASS_SHIP_A,
         says_static = ship_a || v->class == VG_CLASS_SHIP_B || v->class == VG_CLASS_AUX;
    if (v->silent || v->no_ais || v->activity == ACTIVITY_AWAY) { /* the timers run on, unheard */
        if (v->next_position_us < now_us)
            v->next_position_us = end_us;
        return;
    }
    int64_t every_us = beacon ? VG_MINUTE_US : vg_sim_interval_us(v);
    /* A faster rate begins at once, not after the long wait that was planned. */
    if (v->next_position_us > now_us + every_us)
        v->next_position_us = now_us + (int64_t)((double)every_us * vg_rng_unit(&v->dice));
    while (v->next_position_us < end_us) {
        int64_t time_us = v->next_position_us < now_us ? now_us : v->next_position_us;
        say_position(world, v, time_us, out);
        v->next_position_us = time_us + every_us;
    }
    if (says_static && v->next_static_us < end_us) {
        if (ship_a)
            say_static_a(world, v, now_us, out);
        else
            say_static_b(world, v, now_us, out);
        v->next_static_us =
            (v->next_static_us < now_us ? now_us : v->next_static_us) + (ship_a ? STATIC_US : STATIC_US / 2);
        if (v->torn)
            v->next_static_us = now_us + STORM_US;
    }
    if (ship_a && v->next_long_us < end_us) {
        if (!v->heard_ashore)
            say_long_range(world, v, now_us, out);
        v->next_long_us = (v->next_long_us < now_us ? now_us : v->next_long_us) + LONG_RANGE_US;
    }
}
