/*
 * Live equals playback: a simulated day goes into a picture and into an archive. At twenty moments that chance chose,
 * the archive's region shows the same contacts as the picture did, with the same class, flags and position.
 *
 * The day has the simulator's stories (two boats with one number, a ship whose positions jump, a distress device on
 * test, a man overboard), base stations, aids, and receivers in orbit, which hear long-range messages (type 27).
 */
#include <ftw.h>
#include <stdlib.h>

#include "api/house.h"
#include "archive/store.h"
#include "picture/snapshot.h"
#include "sensor/ais/receiver.h"
#include "sim/sim.h"
#include "vessel/rules.h"

#define MOMENTS  20
#define DAY_S    86400
#define VESSELS  60
#define BEGIN_US (INT64_C(1795132800) * VG_SECOND_US) /* 2026-11-20T00:00:00Z */
#define SHOWN    4000                                 /* contacts at a moment, at most */

struct shown {
    uint32_t mmsi;
    struct vg_pos pos;
    uint8_t class, flags;
};

struct moment {
    int64_t at_us;
    struct shown *shown;
    size_t count;
};

struct day {
    struct vg_store_writer *writer;
    struct vg_picture *picture;
    struct vg_sources sources;
    uint16_t feed;
    int64_t clock_us;
    struct moment moments[MOMENTS];
    size_t next; /* moment */
    uint64_t reports;
};

static int by_mmsi(const void *a, const void *b)
{
    const struct shown *x = a, *y = b;
    return x->mmsi < y->mmsi ? -1 : x->mmsi > y->mmsi;
}

/* What a reader of the picture sees. */
static void look(struct day *d, struct moment *m)
{
    vg_picture_advance(d->picture, m->at_us);
    assert_int_equal(vg_picture_publish(d->picture), VG_OK);
    const struct vg_snapshot *s = vg_snapshot_acquire(d->picture);
    m->shown = calloc(SHOWN, sizeof *m->shown);
    for (uint32_t slot = 0; slot < s->chunks * VG_CHUNK_VESSELS; slot++) {
        const struct vg_contact *c = vg_snapshot_vessel(s, slot);
        if (!c || !vg_pos_valid(c->pos))
            continue;
        assert_true(m->count < SHOWN);
        m->shown[m->count++] = (struct shown){c->mmsi, c->pos, c->class, c->flags};
    }
    vg_snapshot_release(s);
    qsort(m->shown, m->count, sizeof *m->shown, by_mmsi);
}

/* The data's own time is the clock; it never goes back. */
static void on_message(void *arg, const struct vg_ais *msg, const struct vg_payload *payload)
{
    struct day *d = arg;
    struct vg_report report;
    if (!vg_ais_report(msg, &report))
        return;
    size_t len = strlen(payload->station);
    report.time_us = payload->time_us;
    report.journal_offset = ++d->reports;
    report.source = len ? vg_source_station(&d->sources, d->feed, payload->station, len) : d->feed;
    if (report.time_us > d->clock_us)
        d->clock_us = report.time_us;
    while (d->next < MOMENTS && d->moments[d->next].at_us < d->clock_us) {
        look(d, &d->moments[d->next]);
        d->next++;
    }
    vg_picture_advance(d->picture, d->clock_us);
    vg_picture_apply(d->picture, &report, NULL);
    assert_int_equal(vg_store_add(d->writer, &report), VG_OK);
}

static enum vg_err to_receiver(void *arg, const void *bytes, size_t len)
{
    vg_receiver_push(arg, bytes, len, VG_TIME_NONE);
    return VG_OK;
}

static void play_day(struct day *d)
{
    static char buf[1 << 16];
    struct vg_sim_options options = {
        .scenario = VG_SIM_ECUADOR, .seed = 7, .vessels = VESSELS, .start_us = BEGIN_US, .damage = 0.002};
    struct vg_sim *sim = NULL;
    struct vg_receiver *receiver = NULL;
    assert_int_equal(vg_sim_new(&options, &sim), VG_OK);
    assert_int_equal(vg_receiver_new(on_message, d, &receiver), VG_OK);
    struct vg_out out = vg_out_stream(buf, sizeof buf, to_receiver, receiver);
    for (int s = 0; s < DAY_S; s++) {
        vg_sim_step(sim, &out);
        assert_int_equal(vg_out_flush(&out), VG_OK);
        if (s % 3600 == 3599)
            assert_int_equal(vg_store_commit(d->writer, d->reports), VG_OK);
    }
    vg_receiver_free(receiver);
    vg_sim_free(sim);
}

static int by_time(const void *a, const void *b)
{
    const struct moment *x = a, *y = b;
    return x->at_us < y->at_us ? -1 : x->at_us > y->at_us;
}

static void open_day(struct day *d, const char *folder)
{
    struct vg_store_rules rules = VG_STORE_RULES_DEFAULT;
    uint64_t mark, seed = 20;
    const char *why = "";
    assert_int_equal(vg_sources_init(&d->sources), VG_OK);
    d->feed = vg_source_feed(&d->sources, "sim");
    d->clock_us = VG_TIME_NONE;
    assert_int_equal(vg_picture_new(NULL, &d->picture), VG_OK);
    if (vg_store_open(folder, &rules, &d->sources, &d->writer, &mark, &why))
        fail_msg("%s", why);
    for (size_t i = 0; i < MOMENTS; i++)
        d->moments[i].at_us = BEGIN_US + (int64_t)random_below(&seed, DAY_S - 60) * VG_SECOND_US + 500000;
    qsort(d->moments, MOMENTS, sizeof *d->moments, by_time);
}

static uint32_t u32(const char *p)
{
    const uint8_t *b = (const uint8_t *)p;
    return b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

/* The region's rows of docs/formats/history.md: one a contact. */
static size_t ask_region(struct house *house, int64_t at_us, struct shown *shown)
{
    char target[200];
    snprintf(target, sizeof target, "/api/v1/history/region?bbox=-180,-90,180,90&format=binary&at=%lld.5",
             (long long)(at_us / VG_SECOND_US));
    struct http *h = http_get(house->address, target);
    assert_int_equal(h->status, 200);
    size_t vessels = u32(h->body + 40), rows = u32(h->body + 44);
    const char *column = h->body + 64 + 16 * vessels;
    assert_true(vessels == rows && rows < SHOWN);
    for (size_t i = 0; i < rows; i++)
        shown[i] =
            (struct shown){.mmsi = u32(h->body + 64 + 16 * i),
                           .pos = {(int32_t)u32(column + 4 * (rows + i)), (int32_t)u32(column + 4 * (2 * rows + i))},
                           .flags = (uint8_t)column[rows * 25 + i],
                           .class = (uint8_t)column[rows * 26 + i]};
    http_close(h);
    return rows;
}

/* What kinds the compared moments had: the test means nothing without them. */
struct kinds {
    size_t classes[VG_CLASS_COUNT], held, test, distress, still;
};

static void compare(const struct moment *m, const struct shown *past, size_t count, struct kinds *kinds, size_t *bad)
{
    size_t a = 0, b = 0;
    char time[VG_TIME_TEXT];
    vg_time_text(m->at_us, time);
    while (a < m->count || b < count) {
        const struct shown *x = a < m->count ? &m->shown[a] : NULL, *y = b < count ? &past[b] : NULL;
        if (x && y && x->mmsi == y->mmsi) {
            if (x->class != y->class || x->flags != y->flags || x->pos.lon_e4min != y->pos.lon_e4min ||
                x->pos.lat_e4min != y->pos.lat_e4min) {
                print_message(
                    "%s %u: live class %u flags %02x, past class %u flags %02x%s\n", time, x->mmsi, x->class, x->flags,
                    y->class, y->flags,
                    x->pos.lon_e4min != y->pos.lon_e4min || x->pos.lat_e4min != y->pos.lat_e4min ? ", elsewhere" : "");
                ++*bad;
            }
            kinds->classes[x->class]++;
            kinds->held += x->flags & VG_CONTACT_HELD ? 1 : 0;
            kinds->test += x->flags & VG_CONTACT_DISTRESS_TEST ? 1 : 0;
            kinds->distress += x->flags & VG_CONTACT_DISTRESS ? 1 : 0;
            kinds->still += x->flags & VG_CONTACT_STILL ? 1 : 0;
            a++;
            b++;
        } else if (!y || (x && x->mmsi < y->mmsi)) {
            print_message("%s %u: live only, class %u flags %02x\n", time, x->mmsi, x->class, x->flags);
            ++*bad;
            a++;
        } else {
            print_message("%s %u: past only, class %u flags %02x\n", time, y->mmsi, y->class, y->flags);
            ++*bad;
            b++;
        }
    }
}

static int drop(const char *path, const struct stat *st, int flag, struct FTW *at)
{
    (void)st, (void)flag, (void)at;
    return remove(path);
}

static void playback_shows_what_live_showed(void **state)
{
    (void)state;
    static struct day day;
    static struct shown past[SHOWN];
    char folder[] = "/tmp/vigia-day-XXXXXX";
    struct kinds kinds = {0};
    size_t bad = 0;
    assert_non_null(mkdtemp(folder));
    open_day(&day, folder);
    play_day(&day);
    vg_store_close(day.writer);
    assert_int_equal(day.next, MOMENTS);
    struct vg_serve_options options = house_options();
    options.archive_dir = folder;
    struct house *house = house_open(&options);
    for (size_t i = 0; i < MOMENTS; i++) {
        size_t count = ask_region(house, day.moments[i].at_us, past);
        compare(&day.moments[i], past, count, &kinds, &bad);
        free(day.moments[i].shown);
    }
    house_close(house);
    vg_picture_free(day.picture);
    vg_sources_free(&day.sources);
    nftw(folder, drop, 16, FTW_DEPTH | FTW_PHYS);
    assert_int_equal(bad, 0);
    assert_true(kinds.classes[VG_CLASS_SHIP_A] > 20 && kinds.classes[VG_CLASS_SHIP_B] > 20);
    assert_true(kinds.classes[VG_CLASS_BASE] > 5 && kinds.classes[VG_CLASS_ATON] > 5);
    assert_true(kinds.held > 0 && kinds.still > 20);
    assert_true(kinds.test + kinds.distress > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(playback_shows_what_live_showed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
