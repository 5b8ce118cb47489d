/*
 * Who hears what. A shore station hears to the radio horizon, 2.5 nm · (√H + √h) with antenna heights in metres (IMO
 * resolution A.801(19), annex 3), almost surely in the inner part and less and less to a tenth beyond it. What no
 * station ashore can hear, satellites hear in passes, a little of it.
 */
#include <string.h>

#include "sim/watch.h"
#include "sim/world.h"

#define MASK_US VG_MINUTE_US
#define SCRATCH 1024

/* Four satellites on orbits of 97 minutes, each over the region for nine of them. */
#define SATELLITES         4
#define ORBIT_MIN          97
#define PASS_MIN           9
#define CHANCE_OF_POSITION 0.05 /* that one message of class A is heard in orbit */
#define SATELLITE_IDS                                                                                                  \
    {                                                                                                                  \
        "SAT1", "SAT2", "SAT3", "SAT4"                                                                                 \
    }

void vg_sim_listen(struct vg_sim_world *world)
{
    const struct vg_sim_script *s = world->script;
    world->ears = s && (s->receivers || s->is_box) ? s->receivers : vg_sim_station_count;
    for (size_t i = 0; i < world->ears; i++) {
        struct vg_sim_ear *e = &world->ear[i];
        if (s && s->receivers) {
            const struct vg_sim_receiver *r = &s->receiver[i];
            *e = (struct vg_sim_ear){r->name,
                                     r->at.lon_deg,
                                     r->at.lat_deg,
                                     r->height_m,
                                     r->range_nm,
                                     r->lost,
                                     r->collisions,
                                     (int64_t)(r->clock_s * 1e6),
                                     0,
                                     0,
                                     false};
        } else {
            const struct vg_sim_station *t = &vg_sim_stations[i];
            *e = (struct vg_sim_ear){.id = t->id,
                                     .lon_deg = t->lon_deg,
                                     .lat_deg = t->lat_deg,
                                     .antenna_m = t->antenna_m,
                                     .range_nm = HUGE_VAL};
        }
    }
}

void vg_sim_listen_step(struct vg_sim_world *world)
{
    const struct vg_sim_script *s = world->script;
    double since_s = (double)(world->now_us - world->start_us) / 1e6;
    for (size_t i = 0; i < s->receivers; i++) {
        world->ear[i].off = false;
        for (size_t k = 0; k < s->receiver[i].outages; k++)
            world->ear[i].off |= since_s >= s->receiver[i].outage[k].from_s && since_s < s->receiver[i].outage[k].to_s;
        if ((int64_t)since_s % 60 == 0) {
            world->ear[i].load = world->ear[i].counted;
            world->ear[i].counted = 0;
        }
    }
}

static void look_around(const struct vg_sim_world *world, struct vg_sim_vessel *v)
{
    v->mask_us = world->now_us + MASK_US;
    v->heard_ashore = false;
    if (vg_sim_is_in_hole(world, v)) {
        memset(v->hears, 0, sizeof v->hears);
        return;
    }
    for (size_t i = 0; i < world->ears; i++) {
        v->hears[i] = (uint8_t)(vg_sim_chance_at(&world->ear[i], v) * 255);
        v->heard_ashore |= v->hears[i] > 0;
    }
}

/* The satellite that is over the region: its name, and how much better than usual it hears; NULL: none. */
static const char *satellite_overhead(const struct vg_sim_world *world, int64_t now_us, double *ret_times)
{
    static const char *const names[] = SATELLITE_IDS;
    const struct vg_sim_script *s = world->script;
    int64_t minute = now_us / VG_MINUTE_US;
    *ret_times = 1;
    for (int i = 0; !(s && (s->passes || s->is_box)) && i < SATELLITES; i++)
        if ((minute + i * 26) % ORBIT_MIN < PASS_MIN)
            return names[i];
    for (size_t i = 0; s && i < s->passes; i++) {
        const struct vg_sim_pass *p = &s->pass[i];
        double since_s = (double)(now_us - world->start_us) / 1e6 - p->first_s;
        if (since_s < 0 || fmod(since_s, p->period_s) >= p->swath_s)
            continue;
        *ret_times = p->probability / CHANCE_OF_POSITION;
        return p->name;
    }
    return NULL;
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
        return CHANCE_OF_POSITION;
    }
}

/* Somebody heard a position: silences are counted from here. */
static void note_heard(struct vg_sim_world *world, struct vg_sim_vessel *v, uint8_t type)
{
    if (type == 5 || type == 24 || type == 14)
        return;
    if (!v->heard++)
        v->heard_first_us = world->now_us;
    if (v->heard_us != VG_TIME_NONE && world->now_us - v->heard_us >= VG_SIM_QUIET_US) {
        v->quiet_from_us = v->heard_us;
        v->quiet_to_us = world->now_us;
        vg_sim_watch_quiet(world, v);
    }
    v->heard_us = world->now_us;
}

/* In a storm of fragments one of a message's lines is missing, or they come in another order. */
static void tear(uint64_t *dice, char *text, size_t *len)
{
    char *second = memchr(text, '\n', *len), first[SCRATCH];
    if (!second || ++second == text + *len)
        return;
    size_t head = (size_t)(second - text), tail = *len - head;
    memcpy(first, text, head);
    switch (vg_rng_below(dice, 4)) {
    case 0:
        *len = head;
        break;
    case 1:
        memmove(text, second, tail);
        *len = tail;
        break;
    case 2:
        memmove(text, second, tail);
        memcpy(text + tail, first, head);
        break;
    default:
        break;
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
    if (v->torn)
        tear(&v->dice, text, &scratch.len);
    vg_sim_damage(&v->dice, world->options.damage, text, scratch.len, &world->counters, out);
    note_heard(world, v, msg->type);
}

void vg_sim_air(struct vg_sim_world *world, struct vg_sim_vessel *v, const struct vg_ais *msg, int64_t time_us,
                struct vg_out *out)
{
    double times;
    if (world->now_us >= v->mask_us)
        look_around(world, v);
    world->counters.sent++;
    char channel = v->flip ? 'B' : 'A';
    v->flip = !v->flip;
    for (unsigned i = 0; i < world->ears; i++) {
        struct vg_sim_ear *e = &world->ear[i];
        if (!v->hears[i] || vg_rng_below(&v->dice, 255) >= v->hears[i] || msg->type == 27)
            continue;
        e->counted++;
        if (!e->off)
            write_down(world, v, msg, i, e->id, channel, time_us + e->clock_us, out);
    }
    const char *satellite = v->heard_ashore ? NULL : satellite_overhead(world, time_us, &times);
    if (satellite && vg_rng_chance(&v->dice, chance_in_orbit(msg->type) * times))
        write_down(world, v, msg, VG_SIM_STATIONS_MAX, satellite, channel, time_us, out);
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
