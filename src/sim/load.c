/*
 * The scenario "load": ships on all the seas, each heard once every ten seconds by a station of its cell, built to be
 * cheaper to make than to take. A ship keeps its course until the next one-degree cell is not all sea, then turns.
 *
 * Messages 1 and 18 are made once as blanks; a report puts the few bits that differ (by the tables of sensor/ais) and
 * armours the whole. Static messages go the slow way: they are a fortieth of the stream.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/coast.h"
#include "sim/world.h"

#define REPORT_S   10
#define STATIC_S   360
#define LINE_SIZE  160
#define COURSES    64
#define CLASS_B_IN 5 /* every fifth ship has class B */

struct load_ship {
    int32_t lon_e4min, lat_e4min;
    int32_t step_lon, step_lat; /* in one report interval */
    uint32_t dice;
    uint16_t sog_dkn;
    uint8_t course; /* of COURSES */
};

/* Where a report's changing fields are. */
struct pen {
    struct vg_ais blank;
    uint16_t mmsi, speed, lon, lat, course, second, heading;
};

struct vg_sim_load {
    struct vg_sim_options options;
    int64_t start_us;
    uint64_t dice;
    uint32_t count;
    struct pen a, b;
    struct load_ship ships[];
};

static void put_bits(uint8_t *payload, unsigned start, unsigned width, uint32_t value)
{
    uint64_t window = 0, mask = ((UINT64_C(1) << width) - 1) << (64 - start % 8 - width);
    uint8_t *p = payload + start / 8;
    for (int i = 0; i < 8; i++)
        window = window << 8 | p[i];
    window = (window & ~mask) | ((uint64_t)value << (64 - start % 8 - width) & mask);
    for (int i = 7; i >= 0; i--, window >>= 8)
        p[i] = (uint8_t)window;
}

static struct pen make_pen(const char *layout)
{
    struct pen p;
    vg_ais_blank(layout, 0, &p.blank);
    p.mmsi = 8;
    p.speed = vg_ais_field(p.blank.layout, "speed")->start;
    p.lon = vg_ais_field(p.blank.layout, "lon")->start;
    p.lat = vg_ais_field(p.blank.layout, "lat")->start;
    p.course = vg_ais_field(p.blank.layout, "course")->start;
    p.second = vg_ais_field(p.blank.layout, "second")->start;
    p.heading = vg_ais_field(p.blank.layout, "heading")->start;
    return p;
}

/* MMSIs of their own: MID 201–770 in turn, 800000 + n. */
static uint32_t mmsi_of(uint32_t i)
{
    return (201 + i % 570) * UINT32_C(1000000) + 800000 + i / 570;
}

static void set_course(struct load_ship *s, uint8_t course)
{
    double angle = course * (2 * M_PI / COURSES), lat = s->lat_e4min / (double)VG_E4MIN_PER_DEGREE * VG_RAD;
    double e4min = s->sog_dkn / 10.0 * REPORT_S / 3600.0 * 10000.0; /* a knot is a minute of arc an hour */
    s->course = course;
    s->step_lat = (int32_t)lround(e4min * cos(angle));
    s->step_lon = (int32_t)lround(e4min * sin(angle) / cos(lat));
}

static bool at_sea(int32_t lon_e4min, int32_t lat_e4min)
{
    return vg_sim_open_sea(lon_e4min / (double)VG_E4MIN_PER_DEGREE, lat_e4min / (double)VG_E4MIN_PER_DEGREE);
}

static int32_t wrap(int32_t lon_e4min)
{
    return lon_e4min > 108000000 ? lon_e4min - 216000000 : lon_e4min < -108000000 ? lon_e4min + 216000000 : lon_e4min;
}

static int32_t cell(int32_t e4min)
{
    return e4min >= 0 ? e4min / VG_E4MIN_PER_DEGREE : -1 - (-1 - e4min) / VG_E4MIN_PER_DEGREE;
}

static void move(struct load_ship *s)
{
    int32_t lon = wrap(s->lon_e4min + s->step_lon), lat = s->lat_e4min + s->step_lat;
    bool same = cell(lon) == cell(s->lon_e4min) && cell(lat) == cell(s->lat_e4min);
    if (same || at_sea(lon, lat)) {
        s->lon_e4min = lon;
        s->lat_e4min = lat;
        return;
    }
    s->dice = s->dice * UINT32_C(1664525) + UINT32_C(1013904223); /* Numerical Recipes' LCG: a coin is enough here */
    set_course(s, (uint8_t)((s->course + COURSES / 4 + (s->dice >> 16) % (COURSES / 2)) % COURSES));
}

enum vg_err vg_sim_load_new(const struct vg_sim_options *options, struct vg_sim_load **ret_load)
{
    struct vg_sim_load *load = calloc(1, sizeof *load + options->vessels * sizeof *load->ships);
    if (!load)
        return VG_NOMEM;
    load->options = *options;
    load->start_us = options->start_us;
    load->dice = vg_rng_split(options->seed, 1);
    load->count = options->vessels;
    load->a = make_pen("1");
    load->b = make_pen("18");
    for (uint32_t i = 0; i < load->count; i++) {
        struct load_ship *s = &load->ships[i];
        do { /* even over the sphere */
            double lat = asin(vg_rng_range(&load->dice, -0.94, 0.966)) / VG_RAD;
            s->lat_e4min = (int32_t)(lat * VG_E4MIN_PER_DEGREE);
            s->lon_e4min = (int32_t)(vg_rng_range(&load->dice, -180, 180) * VG_E4MIN_PER_DEGREE);
        } while (!at_sea(s->lon_e4min, s->lat_e4min));
        s->dice = (uint32_t)vg_rng_next(&load->dice);
        s->sog_dkn = (uint16_t)(20 + vg_rng_below(&load->dice, 180));
        set_course(s, (uint8_t)vg_rng_below(&load->dice, COURSES));
    }
    *ret_load = load;
    return VG_OK;
}

void vg_sim_load_free(struct vg_sim_load *load)
{
    free(load);
}

static char armour(unsigned six)
{
    return (char)(six < 40 ? '0' + six : '`' + six - 40);
}

static char *put_checksum(char *from, char *to)
{
    static const char hex[] = "0123456789ABCDEF";
    uint8_t sum = 0;
    for (const char *p = from; p < to; p++)
        sum ^= (uint8_t)*p;
    *to++ = '*';
    *to++ = hex[sum >> 4];
    *to++ = hex[sum & 15];
    return to;
}

/* A tag block for ten-degree station `station`, the same for a whole second. */
static size_t tag_block(char *text, unsigned station, int64_t now_us)
{
    int n = snprintf(text, 48, "\\s:L%02u,c:%lld", station, (long long)(now_us / VG_SECOND_US));
    char *end = put_checksum(text + 1, text + n);
    *end++ = '\\';
    return (size_t)(end - text);
}

/* One sentence of 28 armour characters (168 bits): vg_ais_sentences() for the one case that counts here. */
static size_t put_sentence(char *line, const char *tag, size_t tag_len, const uint8_t *payload, char channel)
{
    static const char head[] = "!AIVDM,1,1,,";
    memcpy(line, tag, tag_len);
    char *p = line + tag_len, *from = p + 1;
    memcpy(p, head, sizeof head - 1);
    p += sizeof head - 1;
    *p++ = channel;
    *p++ = ',';
    for (unsigned i = 0; i < 21; i += 3) { /* three bytes are four characters */
        unsigned v = (unsigned)payload[i] << 16 | (unsigned)payload[i + 1] << 8 | payload[i + 2];
        *p++ = armour(v >> 18);
        *p++ = armour(v >> 12 & 63);
        *p++ = armour(v >> 6 & 63);
        *p++ = armour(v & 63);
    }
    memcpy(p, ",0", 2);
    p = put_checksum(from, p + 2);
    *p++ = '\r';
    *p++ = '\n';
    return (size_t)(p - line);
}

static unsigned station_of(const struct load_ship *s)
{
    return (unsigned)(s->lon_e4min / VG_E4MIN_PER_DEGREE + 180) / 20 % 18;
}

static void report(struct vg_sim_load *load, uint32_t i, unsigned second, const char *tag, size_t tag_len,
                   struct vg_sim_counters *counters, struct vg_out *out)
{
    struct load_ship *s = &load->ships[i];
    move(s);
    struct pen *p = i % CLASS_B_IN ? &load->a : &load->b;
    uint8_t *bits = p->blank.payload;
    unsigned course_ddeg = s->course * 3600u / COURSES;
    put_bits(bits, p->mmsi, 30, mmsi_of(i));
    put_bits(bits, p->speed, 10, s->sog_dkn);
    put_bits(bits, p->lon, 28, (uint32_t)s->lon_e4min);
    put_bits(bits, p->lat, 27, (uint32_t)s->lat_e4min);
    put_bits(bits, p->course, 12, course_ddeg);
    put_bits(bits, p->second, 6, second);
    put_bits(bits, p->heading, 9, i % CLASS_B_IN ? course_ddeg / 10 : 511);
    char line[LINE_SIZE];
    size_t n = put_sentence(line, tag, tag_len, bits, i & 1 ? 'B' : 'A');
    counters->sent++;
    vg_sim_damage(&load->dice, load->options.damage, line, n, counters, out);
}

static void say_statics(struct vg_sim_load *load, uint32_t i, int64_t now_us, struct vg_sim_counters *counters,
                        struct vg_out *out)
{
    char text[512], name[24], callsign[8], station[8];
    struct vg_out lines = vg_out_fixed(text, sizeof text);
    const char *layouts[] = {"5", NULL};
    const char *pair[] = {"24A", "24B"};
    bool b = i % CLASS_B_IN == 0;
    snprintf(name, sizeof name, "LOAD %06u", i);
    snprintf(callsign, sizeof callsign, "L%06u", i % 1000000);
    snprintf(station, sizeof station, "L%02u", station_of(&load->ships[i]));
    for (int k = 0; k < 2 && (b || layouts[k]); k++) {
        struct vg_ais m;
        vg_ais_blank(b ? pair[k] : layouts[k], mmsi_of(i), &m);
        vg_ais_set_text(&m, "shipname", name); /* keys that a layout lacks are left out */
        vg_ais_set_text(&m, "callsign", callsign);
        vg_ais_set_raw(&m, "shiptype", 70 + i % 20);
        vg_ais_set_raw(&m, "to_bow", 20 + i % 200);
        vg_ais_set_raw(&m, "to_stern", 10 + i % 40);
        vg_ais_set_raw(&m, "to_port", 5 + i % 15);
        vg_ais_set_raw(&m, "to_starboard", 5 + i % 15);
        vg_ais_set_text(&m, "destination", "SOMEWHERE");
        vg_ais_sentences(&m, "AI", i & 1 ? 'B' : 'A', i % 10, station, now_us, &lines);
        counters->sent++;
    }
    vg_sim_damage(&load->dice, load->options.damage, text, lines.len, counters, out);
}

void vg_sim_load_step(struct vg_sim_load *load, int64_t now_us, struct vg_sim_counters *counters, struct vg_out *out)
{
    int64_t second = now_us / VG_SECOND_US, since = (now_us - load->start_us) / VG_SECOND_US;
    char tag[18][48];
    size_t tag_len[18];
    for (unsigned i = 0; i < 18; i++)
        tag_len[i] = tag_block(tag[i], i, now_us);
    for (uint32_t i = (uint32_t)(since % REPORT_S); i < load->count; i += REPORT_S) {
        unsigned at = station_of(&load->ships[i]);
        report(load, i, (unsigned)(second % 60), tag[at], tag_len[at], counters, out);
    }
    uint32_t every = load->options.statics_first && since < 60 ? 60 : STATIC_S;
    for (uint32_t i = (uint32_t)(since % every); i < load->count; i += every)
        say_statics(load, i, now_us, counters, out);
}
