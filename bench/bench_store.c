/*
 * The store of the archive: what writing costs, how large it is, how fast it answers. bench/history.sh runs it.
 *
 *     bench_store make DIR VESSELS HEARD [STEP_US]   a day of VESSELS in a sea of 25° × 20°; HEARD: share of what they
 * say bench_store ask DIR ROUNDS MMSI FROM_S TO_S [WEST SOUTH EAST NORTH]   MMSI 0: all bench_store rows DIR MMSI
 * FROM_S TO_S [WEST SOUTH EAST NORTH]         what was found, as CSV
 *
 * VIGIA_LEVEL in the environment: zstd's level of compaction; 0: none.
 * The ships steer, drift, stop and are heard at odd times by one of eight stations; times are whole STEP_US (1 000 000:
 * the seconds that receivers stamp; 1: a clock of ours). Same numbers, same bytes. Seconds are of this thread's
 * processor time, and of the wall clock where a question is answered.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "archive/store.h"

#define DAY_US   INT64_C(1795219200000000) /* 2026-11-21 */
#define STATIONS 8
#define RING     512 /* seconds ahead that a report may lie */

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double wall_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void check(enum vg_err err, const char *what)
{
    if (!err)
        return;
    fprintf(stderr, "%s: %s\n", what, vg_err_text(err));
    exit(1);
}

/* ---- a day at sea ---- */

struct ship {
    double lon, lat, course, speed, wanted; /* degrees, knots */
    uint32_t mmsi, next;                    /* next: in its second's list, + 1 */
    int32_t last_s;
    uint8_t class, status, station;
    bool heads, turns;
};

struct sea {
    uint64_t seed, journal_offset;
    struct ship *ships;
    uint32_t count, ring[RING];
    double heard; /* share of what is said */
    int64_t step_us;
    uint16_t stations[STATIONS];
};

static uint64_t dice(struct sea *sea)
{
    uint64_t z = sea->seed += UINT64_C(0x9e3779b97f4a7c15); /* splitmix64 */
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static double share(struct sea *sea)
{
    return (double)(dice(sea) >> 11) * 0x1p-53;
}

static void hear_next(struct sea *sea, uint32_t ship, int32_t now_s)
{
    /* A transponder speaks every ten seconds, or every three minutes in port; who hears it is a matter of chance. */
    int32_t rhythm = sea->ships[ship].wanted > 0 ? 10 : 180, wait = rhythm;
    while (wait < RING - rhythm && share(sea) > sea->heard)
        wait += rhythm;
    int32_t at = now_s + wait - (int32_t)(dice(sea) % 3);
    sea->ships[ship].next = sea->ring[at % RING];
    sea->ring[at % RING] = ship + 1;
}

static void launch(struct sea *sea)
{
    for (uint32_t i = 0; i < sea->count; i++) {
        struct ship *s = &sea->ships[i];
        bool moored = dice(sea) % 4 == 0;
        *s = (struct ship){.lon = -95 + 25 * share(sea), .lat = -10 + 20 * share(sea), .course = 360 * share(sea)};
        s->wanted = moored ? 0 : 4 + 14 * share(sea);
        s->speed = s->wanted;
        s->mmsi = (uint32_t)(200 + dice(sea) % 550) * 1000000 + (uint32_t)(i * 17 + dice(sea) % 17);
        s->class = dice(sea) % 3 ? 1 : 18;
        s->status = s->class == 18 ? 16 : moored ? 5 : dice(sea) % 8 ? 0 : 7;
        s->heads = s->class == 1 || dice(sea) % 3 == 0;
        s->turns = s->class == 1 && dice(sea) % 2;
        s->station = (uint8_t)(dice(sea) % STATIONS);
        hear_next(sea, i, (int32_t)(dice(sea) % 60));
    }
}

static void sail(struct sea *sea, struct ship *s, int32_t now_s)
{
    double hours = (now_s - s->last_s) / 3600.0, noise = share(sea) - 0.5;
    s->last_s = now_s;
    if (s->wanted > 0) {
        s->course = fmod(s->course + noise * 4 + (dice(sea) % 200 == 0 ? 120 * noise : 0) + 360, 360);
        s->speed = s->speed + 0.2 * (s->wanted - s->speed) + 0.4 * (share(sea) - 0.5);
        s->speed = s->speed < 0 ? 0 : s->speed;
    }
    double way = s->speed * hours / 60, angle = s->course * 3.14159265358979 / 180;
    s->lon += way * sin(angle) + (share(sea) - 0.5) * 4e-5;
    s->lat += way * cos(angle) + (share(sea) - 0.5) * 4e-5;
    if (s->lon < -95 || s->lon > -70 || s->lat < -10 || s->lat > 10)
        s->course = fmod(s->course + 180, 360);
}

static struct vg_report say(struct sea *sea, struct ship *s, int32_t now_s)
{
    bool moving = s->speed > 0;
    int rot = (int)(dice(sea) % 9) - 4;
    struct vg_report r = {
        .mmsi = s->mmsi, .message = s->class, .class = s->class == 1 ? VG_CLASS_SHIP_A : VG_CLASS_SHIP_B};
    r.time_us = DAY_US + now_s * VG_SECOND_US;
    if (sea->step_us < VG_SECOND_US)
        r.time_us += (int64_t)(dice(sea) % VG_SECOND_US) / sea->step_us * sea->step_us;
    r.journal_offset = sea->journal_offset += 48 + dice(sea) % 40;
    r.fields = VG_FIELD_BIT(POS) | VG_FIELD_BIT(SOG) | VG_FIELD_BIT(COG);
    r.pos = vg_pos_from_deg(s->lon, s->lat);
    r.sog_dkn = moving ? (uint16_t)(s->speed * 10) : dice(sea) % 4 == 0;
    r.cog_ddeg = (uint16_t)(moving ? s->course * 10 : (double)(dice(sea) % 3600));
    r.accurate = s->mmsi % 2;
    if (s->heads) {
        r.fields |= VG_FIELD_BIT(HEADING);
        r.heading_deg = (uint16_t)((unsigned)(s->course + (moving ? (double)(dice(sea) % 5) : 0)) % 360);
    }
    if (s->turns) {
        r.fields |= VG_FIELD_BIT(TURN);
        r.turn_raw = (int8_t)(moving && rot > -3 && rot < 3 ? rot : 0);
    }
    if (s->status < 16) {
        r.fields |= VG_FIELD_BIT(STATUS);
        r.status = s->status;
    }
    if (dice(sea) % 20 == 0)
        s->station = (uint8_t)(dice(sea) % STATIONS);
    r.source = sea->stations[s->station];
    return r;
}

/* ---- writing ---- */

struct making {
    struct vg_store_writer *writer;
    double add_s, commit_s, compact_s, compact_wall_s;
    uint64_t rows;
};

static void commit(struct making *m, uint64_t mark)
{
    double from = cpu_s();
    check(vg_store_commit(m->writer, mark), "commit");
    m->commit_s += cpu_s() - from;
}

/* Reports come in batches, so that the clock is not what is measured. */
static void flush(struct making *m, const struct vg_report *reports, size_t count)
{
    double from = cpu_s();
    for (size_t i = 0; i < count; i++) {
        enum vg_err err = vg_store_add(m->writer, &reports[i]);
        if (err == VG_LIMIT) {
            m->add_s += cpu_s() - from;
            commit(m, reports[i].journal_offset);
            from = cpu_s();
            err = vg_store_add(m->writer, &reports[i]);
        }
        check(err, "add");
    }
    m->add_s += cpu_s() - from;
    m->rows += count;
}

static void sail_a_day(struct making *m, struct sea *sea)
{
    static struct vg_report reports[4096];
    size_t count = 0;
    for (int32_t now = 0; now < 86400; now++) {
        uint32_t ship = sea->ring[now % RING];
        sea->ring[now % RING] = 0;
        while (ship) {
            struct ship *s = &sea->ships[ship - 1];
            uint32_t next = s->next;
            sail(sea, s, now);
            reports[count++] = say(sea, s, now);
            hear_next(sea, ship - 1, now);
            if (count == sizeof reports / sizeof *reports) {
                flush(m, reports, count);
                count = 0;
            }
            ship = next;
        }
    }
    flush(m, reports, count);
    commit(m, sea->journal_offset);
}

static uint64_t size_of(const char *dir, uint32_t *ret_parts)
{
    static struct vg_store_hour hours[48];
    struct vg_store *store;
    uint64_t bytes = 0;
    check(vg_store_reader_open(dir, &store), dir);
    size_t n = vg_store_hours(store, hours, 48);
    *ret_parts = 0;
    for (size_t i = 0; i < n && i < 48; i++) {
        bytes += hours[i].bytes;
        *ret_parts += hours[i].parts;
    }
    vg_store_reader_close(store);
    return bytes;
}

static void compact(struct making *m)
{
    bool more = true;
    const char *why;
    double from = cpu_s(), wall = wall_s();
    while (more) {
        check(vg_store_compact(m->writer, INT64_MAX, &more, &why), "compact");
        if (why[0])
            fprintf(stderr, "%s\n", why);
    }
    m->compact_s += cpu_s() - from;
    m->compact_wall_s += wall_s() - wall;
}

static int make(const char *dir, uint32_t vessels, double heard, int64_t step_us)
{
    struct vg_store_rules rules = VG_STORE_RULES_DEFAULT;
    struct vg_sources sources;
    struct sea sea = {.seed = 1, .count = vessels, .heard = heard, .step_us = step_us};
    struct making m = {0};
    uint64_t mark;
    uint32_t parts;
    const char *why, *level = getenv("VIGIA_LEVEL");
    bool fresh_only = level && !strcmp(level, "0");
    if (level && !fresh_only)
        rules.level = (int)strtol(level, NULL, 10);
    check(vg_sources_init(&sources), "sources");
    uint16_t feed = vg_source_feed(&sources, "sea");
    for (size_t i = 0; i < STATIONS; i++) {
        char name[16];
        int len = snprintf(name, sizeof name, "S%02zu", i);
        sea.stations[i] = vg_source_station(&sources, feed, name, (size_t)len);
    }
    enum vg_err err = vg_store_open(dir, &rules, &sources, &m.writer, &mark, &why);
    check(err, why);
    sea.ships = calloc(vessels, sizeof *sea.ships);
    if (!sea.ships)
        return 1;
    launch(&sea);
    sail_a_day(&m, &sea);
    uint64_t fresh = size_of(dir, &parts);
    printf("%" PRIu64 " positions of %" PRIu32 " vessels; %" PRIu32 " fresh parts, %.2f bytes a position\n", m.rows,
           vessels, parts, (double)fresh / (double)m.rows);
    printf("add %.1f ns a position, commit %.1f ns\n", m.add_s / (double)m.rows * 1e9,
           m.commit_s / (double)m.rows * 1e9);
    if (!fresh_only)
        compact(&m);
    uint64_t packed = size_of(dir, &parts);
    printf("compaction to level %d: %.1f ns a position (wall %.1f s); %" PRIu32 " parts, %.2f bytes a position\n",
           rules.level, m.compact_s / (double)m.rows * 1e9, m.compact_wall_s, parts, (double)packed / (double)m.rows);
    vg_store_close(m.writer);
    vg_sources_free(&sources);
    free(sea.ships);
    return 0;
}

/* ---- asking ---- */

struct answer {
    struct vg_position *rows;
    size_t count, room;
    char *names; /* the source names, 64 bytes each */
};

static enum vg_err keep(void *arg, const struct vg_position *p)
{
    struct answer *a = arg;
    if (a->count == a->room) {
        a->room = 2 * a->room + 4096;
        a->rows = realloc(a->rows, a->room * sizeof *a->rows);
        a->names = realloc(a->names, a->room * VG_SOURCE_NAME);
        if (!a->rows || !a->names)
            return VG_NOMEM;
    }
    size_t len = p->source_name.len < VG_SOURCE_NAME ? p->source_name.len : VG_SOURCE_NAME - 1;
    memcpy(a->names + a->count * VG_SOURCE_NAME, p->source_name.bytes, len);
    a->names[a->count * VG_SOURCE_NAME + len] = 0;
    a->rows[a->count++] = *p;
    return VG_OK;
}

static void optional(const struct vg_position *p, enum vg_field field, int value)
{
    if (p->fields >> field & 1)
        printf("%d,", value);
    else
        printf(",");
}

static void print_rows(const struct answer *a)
{
    for (size_t i = 0; i < a->count; i++) {
        const struct vg_position *p = &a->rows[i];
        printf("%" PRIu32 ",%" PRId64 ",%d,%d,", p->mmsi, p->time_us, vg_e6deg_from_e4min(p->pos.lon_e4min),
               vg_e6deg_from_e4min(p->pos.lat_e4min));
        optional(p, VG_FIELD_SOG, p->sog_dkn);
        optional(p, VG_FIELD_COG, p->cog_ddeg);
        optional(p, VG_FIELD_HEADING, p->heading_deg);
        optional(p, VG_FIELD_TURN, p->turn_raw);
        optional(p, VG_FIELD_STATUS, p->status);
        printf("%d,%d,%s,%" PRIu64 "\n", p->message, p->accurate, a->names + i * VG_SOURCE_NAME, p->journal_offset);
    }
}

static void on_damage(void *arg, const char *path, enum vg_err err)
{
    (void)arg;
    fprintf(stderr, "%s: %s\n", path, vg_err_text(err));
    exit(1);
}

static int ask(int argc, char **argv, int rounds)
{
    struct vg_box box;
    struct vg_store *store;
    struct vg_positions_query q = {.mmsi = (uint32_t)strtol(argv[1], NULL, 10),
                                   .from_us = strtol(argv[2], NULL, 10) * VG_SECOND_US,
                                   .to_us = strtol(argv[3], NULL, 10) * VG_SECOND_US};
    if (argc >= 8) {
        box =
            (struct vg_box){strtod(argv[4], NULL), strtod(argv[5], NULL), strtod(argv[6], NULL), strtod(argv[7], NULL)};
        q.box = &box;
    }
    struct answer a = {0};
    struct vg_positions_work work = {0};
    double first = 0, best = INFINITY, from = wall_s();
    check(vg_store_reader_open(argv[0], &store), argv[0]);
    for (int i = 0; i < (rounds ? rounds : 1); i++) {
        a.count = 0;
        work = (struct vg_positions_work){0};
        check(vg_store_positions(store, &q, keep, on_damage, &a, &work), "ask");
        double now = wall_s();
        if (i == 0)
            first = now - from;
        else
            best = now - from < best ? now - from : best;
        from = now;
    }
    if (rounds)
        printf("%.3f %.3f %zu rows, %" PRIu64 " of %" PRIu64 " pages, %" PRIu64 " rows looked at\n", first * 1e3,
               best * 1e3, a.count, work.pages - work.pages_skipped, work.pages, work.rows);
    else
        print_rows(&a);
    vg_store_reader_close(store);
    free(a.rows);
    free(a.names);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc >= 5 && !strcmp(argv[1], "make"))
        return make(argv[2], (uint32_t)strtol(argv[3], NULL, 10), strtod(argv[4], NULL),
                    argc > 5 ? strtol(argv[5], NULL, 10) : VG_SECOND_US);
    if (argc >= 7 && !strcmp(argv[1], "ask")) {
        int rounds = (int)strtol(argv[3], NULL, 10);
        argv[3] = argv[2];
        return ask(argc - 3, argv + 3, rounds > 1 ? rounds : 2);
    }
    if (argc >= 6 && !strcmp(argv[1], "rows"))
        return ask(argc - 2, argv + 2, 0);
    fprintf(stderr, "usage: bench_store make DIR VESSELS HEARD [STEP_US]\n"
                    "       bench_store ask DIR ROUNDS MMSI FROM_S TO_S [WEST SOUTH EAST NORTH]\n"
                    "       bench_store rows DIR MMSI FROM_S TO_S [WEST SOUTH EAST NORTH]\n");
    return 2;
}
