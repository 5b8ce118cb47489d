/*
 * Who hears what. A shore station hears to the radio horizon, 2.5 nm · (√H + √h) with antenna heights in metres (IMO
 * resolution A.801(19), annex 3), almost surely in the inner part and less and less to a tenth beyond it. What no
 * station ashore can hear, satellites hear in passes, a little of it.
 */
#include <string.h>

#include "sim/world.h"

#define MASK_US VG_MINUTE_US
#define SCRATCH 1024

/* Four satellites on orbits of 97 minutes, each over the region for nine of them. */
#define SATELLITES 4
#define ORBIT_MIN  97
#define PASS_MIN   9
#define SATELLITE_IDS                                                                                                  \
    {                                                                                                                  \
        "SAT1", "SAT2", "SAT3", "SAT4"                                                                                 \
    }

static double antenna_m(const struct vg_sim_vessel *v)
{
    if (v->class == VG_CLASS_SAR || v->class == VG_CLASS_BASE)
        return v->altitude_m;
    if (vg_class_is_distress((enum vg_class)v->class))
        return 1;
    return fmax(3, fmin(40, 0.15 * (v->to_bow_m + v->to_stern_m)));
}

static void look_around(struct vg_sim_vessel *v, int64_t now_us)
{
    v->mask_us = now_us + MASK_US;
    v->heard_ashore = false;
    double best = v->class == VG_CLASS_SHIP_A ? 0.97 : v->class == VG_CLASS_SHIP_B ? 0.85 : 0.95; /* 12.5 W, 2 W */
    for (size_t i = 0; i < vg_sim_station_count; i++) {
        const struct vg_sim_station *s = &vg_sim_stations[i];
        double nm = vg_sphere_distance_m(v->lon_deg, v->lat_deg, s->lon_deg, s->lat_deg) / VG_METRES_PER_NM;
        double far_nm = 2.5 * (sqrt(s->antenna_m) + sqrt(antenna_m(v)));
        double p = best * fmin(1, fmax(0, (1.1 - nm / far_nm) / 0.35));
        v->hears[i] = (uint8_t)(p * 255);
        v->heard_ashore |= v->hears[i] > 0;
    }
}

static int satellite_overhead(int64_t now_us)
{
    int64_t minute = now_us / VG_MINUTE_US;
    for (int i = 0; i < SATELLITES; i++)
        if ((minute + i * 26) % ORBIT_MIN < PASS_MIN)
            return i;
    return -1;
}

/* Messages of 10-second reporters collide in a footprint of 5 000 km; the long-range message is made for this. */
static double chance_in_orbit(uint8_t type)
{
    switch (type) {
    case 27:
        return 0.55;
    case 5:
        return 0.25;
    case 24:
        return 0.06;
    case 18:
        return 0.02;
    default:
        return 0.05;
    }
}

static void write_down(struct vg_sim_world *world, struct vg_sim_vessel *v, const struct vg_ais *msg, unsigned receiver,
                       const char *id, char channel, int64_t time_us, struct vg_out *out)
{
    char text[SCRATCH];
    struct vg_out scratch = vg_out_fixed(text, sizeof text);
    uint8_t *sequence = &world->sequence[receiver];
    if (msg->bits > 360)
        *sequence = (uint8_t)((*sequence + 1) % 10);
    vg_ais_sentences(msg, "AI", channel, *sequence, id, time_us, &scratch);
    vg_sim_damage(&v->dice, world->options.damage, text, scratch.len, &world->counters, out);
}

void vg_sim_air(struct vg_sim_world *world, struct vg_sim_vessel *v, const struct vg_ais *msg, int64_t time_us,
                struct vg_out *out)
{
    static const char *const satellites[] = SATELLITE_IDS;
    if (world->now_us >= v->mask_us)
        look_around(v, world->now_us);
    world->counters.sent++;
    char channel = v->flip ? 'B' : 'A';
    v->flip = !v->flip;
    for (unsigned i = 0; i < vg_sim_station_count; i++)
        if (v->hears[i] && vg_rng_below(&v->dice, 255) < v->hears[i] && msg->type != 27)
            write_down(world, v, msg, i, vg_sim_stations[i].id, channel, time_us, out);
    int satellite = v->heard_ashore ? -1 : satellite_overhead(time_us);
    if (satellite >= 0 && vg_rng_chance(&v->dice, chance_in_orbit(msg->type)))
        write_down(world, v, msg, VG_SIM_STATIONS_MAX, satellites[satellite], channel, time_us, out);
}

/* One line, spoiled: a character flipped, the end missing, or all of it. */
static void spoil(uint64_t *dice, const char *line, size_t len, struct vg_out *out)
{
    char text[256];
    if (len < 4 || len > sizeof text)
        return;
    memcpy(text, line, len);
    size_t at = vg_rng_below(dice, (uint32_t)len - 2);
    switch (vg_rng_below(dice, 3)) {
    case 0:
        text[at] = (char)(text[at] ^ (1 << vg_rng_below(dice, 6)));
        if (text[at] == '\r' || text[at] == '\n' || text[at] == '\0')
            text[at] = '~';
        vg_out_bytes(out, text, len);
        break;
    case 1:
        vg_out_bytes(out, text, at);
        vg_out_text(out, "\r\n");
        break;
    default:
        break;
    }
}

void vg_sim_damage(uint64_t *dice, double damage, const char *text, size_t len, struct vg_sim_counters *counters,
                   struct vg_out *out)
{
    while (len) {
        const char *end = memchr(text, '\n', len);
        size_t n = end ? (size_t)(end - text) + 1 : len;
        counters->sentences++;
        if (damage > 0 && vg_rng_chance(dice, damage)) {
            counters->damaged++;
            spoil(dice, text, n, out);
        } else {
            vg_out_bytes(out, text, n);
        }
        text += n;
        len -= n;
    }
}
