/*
 * Live equals playback: a simulated day goes into a picture and into an archive. At twenty moments that chance chose,
 * the archive's region shows the same contacts as the picture did, with the same class, flags and position, and so does
 * a block that is played until then.
 *
 * The day has the simulator's stories (two boats with one number, a ship whose positions jump, a distress device on
 * test, a man overboard), base stations, aids, and receivers in orbit, which hear long-range messages (type 27).
 */
#include <ftw.h>
#include <stdlib.h>

#include "archive/store.h"
#include "picture/snapshot.h"
#include "sensor/ais/receiver.h"
#include "server.h"
#include "sim/sim.h"
#include "vessel/rules.h"

#define MOMENTS  20
#define DAY_S    86400
#define VESSELS  60
#define BEGIN_US (INT64_C(1795132800) * VG_SECOND_US) /* 2026-11-20T00:00:00Z */
#define BLOCK_US (10 * VG_MINUTE_US)
#define SHOWN    4000 /* contacts at a moment, at most */

struct shown {
    uint32_t mmsi;
    struct vg_pos pos;
    int64_t until_us; /* played: it is shown until then, in whole minutes upwards */
    uint8_t class, flags, message;
    struct motion {
        uint16_t sog, cog, heading;
        uint8_t turn, status;
    } motion; /* what has not expired */
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

static uint16_t held(const struct vg_contact *c, enum vg_field field, int64_t at_us, unsigned value, unsigned none)
{
    return (uint16_t)(vg_contact_holds(c, field, at_us) ? value : none);
}

static struct motion motion_of(const struct vg_contact *c, int64_t at_us)
{
    return (struct motion){.sog = held(c, VG_FIELD_SOG, at_us, c->sog_dkn, UINT16_MAX),
                           .cog = held(c, VG_FIELD_COG, at_us, c->cog_ddeg, UINT16_MAX),
                           .heading = held(c, VG_FIELD_HEADING, at_us, c->heading_deg, UINT16_MAX),
                           .turn = (uint8_t)held(c, VG_FIELD_TURN, at_us, (uint8_t)c->turn_raw, 0x80),
                           .status = (uint8_t)held(c, VG_FIELD_STATUS, at_us, c->status, UINT8_MAX)};
}

static bool same_motion(const struct motion *a, const struct motion *b)
{
    return a->sog == b->sog && a->cog == b->cog && a->heading == b->heading && a->turn == b->turn &&
           a->status == b->status;
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
        m->shown[m->count++] = (struct shown){.mmsi = c->mmsi,
                                              .pos = c->pos,
                                              .class = c->class,
                                              .flags = vg_contact_shown_flags(c, m->at_us),
                                              .motion = motion_of(c, m->at_us)};
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

static uint16_t u16(const char *p)
{
    const uint8_t *b = (const uint8_t *)p;
    return (uint16_t)(b[0] | b[1] << 8);
}

static const struct shown *find(const struct shown *shown, size_t count, uint32_t mmsi)
{
    struct shown key = {.mmsi = mmsi};
    return count ? bsearch(&key, shown, count, sizeof key, by_mmsi) : NULL;
}

/* Takes the rows of docs/formats/history.md up to a moment: the last one of each contact holds. */
static size_t take_rows(const struct http *h, int64_t at_us, struct shown *shown, size_t count)
{
    int64_t base_us = (int64_t)(u32(h->body + 8) | (uint64_t)u32(h->body + 12) << 32);
    size_t vessels = u32(h->body + 40), rows = u32(h->body + 44), row = 0, known = count;
    const char *vessel = h->body + 64, *column = vessel + 16 * vessels;
    for (size_t v = 0; v < vessels; v++, vessel += 16) {
        struct shown last = {.mmsi = u32(vessel)};
        int64_t time_us = base_us;
        bool any = false;
        for (uint32_t i = 0; i < u32(vessel + 4); i++, row++) {
            time_us += (int64_t)(int32_t)u32(column + 4 * row) * 1000;
            if (time_us > at_us)
                continue;
            last.pos.lon_e4min += (int32_t)u32(column + 4 * (rows + row));
            last.pos.lat_e4min += (int32_t)u32(column + 4 * (2 * rows + row));
            last.until_us = time_us + u16(column + 20 * rows + 2 * row) * VG_MINUTE_US;
            last.motion = (struct motion){.sog = u16(column + 12 * rows + 2 * row),
                                          .cog = u16(column + 14 * rows + 2 * row),
                                          .heading = u16(column + 16 * rows + 2 * row),
                                          .turn = (uint8_t)column[rows * 22 + row],
                                          .status = (uint8_t)column[rows * 23 + row]};
            last.message = (uint8_t)column[rows * 24 + row];
            last.flags = (uint8_t)column[rows * 25 + row];
            last.class = (uint8_t)column[rows * 26 + row];
            any = true;
        }
        struct shown *old = (struct shown *)find(shown, known, last.mmsi);
        assert_true(count < SHOWN);
        if (any && old)
            *old = last;
        else if (any)
            shown[count++] = last;
    }
    qsort(shown, count, sizeof *shown, by_mmsi);
    return count;
}

static size_t ask(struct server *server, const char *question, int64_t at_us, struct shown *shown, size_t count)
{
    char target[200];
    snprintf(target, sizeof target, "/api/v1/history/%s&bbox=-180,-90,180,90", question);
    struct http *h = http_get(server->address, target);
    assert_int_equal(h->status, 200);
    assert_memory_equal(h->body, "VGH2", 4);
    count = take_rows(h, at_us, shown, count);
    http_close(h);
    return count;
}

static size_t ask_region(struct server *server, int64_t at_us, struct shown *shown)
{
    char question[100];
    snprintf(question, sizeof question, "region?format=binary&at=%lld.%03d", (long long)(at_us / VG_SECOND_US),
             (int)(at_us % VG_SECOND_US / 1000));
    return ask(server, question, at_us, shown, 0);
}

/* What a page shows that plays: the state when the block begins, and the block's rows until the moment. */
static size_t play(struct server *server, int64_t at_us, struct shown *shown)
{
    char question[100];
    int64_t from_us = at_us - at_us % BLOCK_US;
    size_t count = ask_region(server, from_us, shown), kept = 0;
    snprintf(question, sizeof question, "block?from=%lld&seconds=600", (long long)(from_us / VG_SECOND_US));
    count = ask(server, question, at_us, shown, count);
    for (size_t i = 0; i < count; i++)
        if (shown[i].until_us > at_us)
            shown[kept++] = shown[i];
    return kept;
}

/* What kinds the compared moments had: the test means nothing without them. */
struct kinds {
    size_t classes[VG_CLASS_COUNT], held, test, distress, still, far, unmoved;
};

static void compare(const struct moment *m, const struct shown *past, size_t count, struct kinds *kinds, size_t *bad)
{
    size_t a = 0, b = 0;
    char time[VG_TIME_TEXT];
    vg_time_text(m->at_us, time);
    while (a < m->count || b < count) {
        const struct shown *x = a < m->count ? &m->shown[a] : NULL, *y = b < count ? &past[b] : NULL;
        if (x && y && x->mmsi == y->mmsi) {
            if (x->class != y->class || x->flags != y->flags || !same_motion(&x->motion, &y->motion) ||
                x->pos.lon_e4min != y->pos.lon_e4min || x->pos.lat_e4min != y->pos.lat_e4min) {
                print_message("%s %u: live %u %u %u status %u, past %u %u %u status %u\n", time, x->mmsi, x->motion.sog,
                              x->motion.cog, x->motion.heading, x->motion.status, y->motion.sog, y->motion.cog,
                              y->motion.heading, y->motion.status);
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
            kinds->unmoved += y->message == 27 && x->motion.sog == UINT16_MAX;
            kinds->far += y->message == 27;
            kinds->still += x->flags & VG_CONTACT_STILL ? 1 : 0;
            a++;
            b++;
        } else if (!y || (x && x->mmsi < y->mmsi)) {
            print_message("%s %u: live only, class %u flags %02x\n", time, x->mmsi, x->class, x->flags);
            ++*bad;
            a++;
        } else if (y->until_us - m->at_us < VG_MINUTE_US && y->until_us) {
            b++; /* silence is told in whole minutes */
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
    struct vg_api_options options = server_options();
    options.archive_dir = folder;
    struct server *server = server_open(&options);
    for (size_t i = 0; i < MOMENTS; i++) {
        size_t count = ask_region(server, day.moments[i].at_us, past);
        compare(&day.moments[i], past, count, &kinds, &bad);
        count = play(server, day.moments[i].at_us, past);
        compare(&day.moments[i], past, count, &kinds, &bad);
        free(day.moments[i].shown);
    }
    server_close(server);
    vg_picture_free(day.picture);
    vg_sources_free(&day.sources);
    nftw(folder, drop, 16, FTW_DEPTH | FTW_PHYS);
    assert_int_equal(bad, 0);
    assert_true(kinds.classes[VG_CLASS_SHIP_A] > 20 && kinds.classes[VG_CLASS_SHIP_B] > 20);
    assert_true(kinds.classes[VG_CLASS_BASE] > 5 && kinds.classes[VG_CLASS_ATON] > 5);
    assert_true(kinds.far > 0 && kinds.held > 0 && kinds.still > 20 && kinds.unmoved > 0);
    assert_true(kinds.test + kinds.distress > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(playback_shows_what_live_showed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
