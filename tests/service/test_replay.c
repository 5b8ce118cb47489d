/*
 * A journal read again gives the picture that was live: on any number of threads, from its beginning or from the middle
 * of a saved state, and whether the clock ticked in between or not.
 */
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/time_text.h"
#include "intake/journal_replay.h"
#include "journal/journal.h"
#include "service/saved.h"
#include "sim/sim.h"
#include "test.h"

#define START_US INT64_C(1773568800000000)
#define SHIPS    3 /* feeds of AIS … */
#define RADAR    3 /* … and of a radar */
#define FEEDS    4
#define SECONDS  180
#define QUIET_AT 70 /* behind that second nothing comes for so long */
#define QUIET_S  25

static const struct vg_feed_spec SPECS[FEEDS] = {{.kind = VG_FEED_TCP, .name = "Manta"},
                                                 {.kind = VG_FEED_UDP, .name = "Salinas"},
                                                 {.kind = VG_FEED_TCP, .name = "Baltra"},
                                                 {.kind = VG_FEED_UDP, .name = "radar"}};

/* It sees far: some of the simulated ships are in its reach. */
static const char sensors[] = "sensors: [{name: radar, kind: radar, position: {lat: 1.2, lon: 104.2}, range_m: 200000, "
                              "period_s: 3, sigma_range_m: 30, sigma_bearing_deg: 0.5, detection_probability: 0.9}]";
static struct vg_sites sites;

/* What the service is, without its loop. */
struct live {
    struct vg_situation *situation;
    struct vg_station *station[FEEDS];
    uint16_t source[FEEDS];
    struct vg_journal *journal;
    uint64_t end;
    uint64_t dice;
    uint64_t stray; /* reports whose place is none */
    uint64_t tracks, actions;
};

static uint32_t roll(struct live *l, uint32_t below)
{
    l->dice = l->dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(l->dice >> 33) % below;
}

static void fixed_dice(void *buf, size_t len)
{
    memset(buf, 7, len);
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st, (void)flag, (void)ftw;
    return remove(path);
}

static int make_room(void **state)
{
    char *dir = strdup(access("/dev/shm", W_OK) == 0 ? "/dev/shm/vigia-replay-XXXXXX" : "/tmp/vigia-replay-XXXXXX");
    *state = dir;
    return dir && mkdtemp(dir) ? 0 : -1;
}

static int clear_room(void **state)
{
    nftw(*state, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(*state);
    return 0;
}

static struct live *begin(const char *dir, bool data_clock)
{
    struct live *l = calloc(1, sizeof *l);
    struct vg_journal_options o = VG_JOURNAL_OPTIONS_DEFAULT;
    struct vg_journal_report report;
    const char *why;
    char journal[300];
    o.dice = fixed_dice;
    o.rules.frame_bytes = 8000; /* many frames */
    l->dice = 1;
    snprintf(journal, sizeof journal, "%s/journal", dir);
    assert_int_equal(vg_journal_open(journal, &o, &l->journal, &report, &why), VG_OK);
    struct vg_site_error error;
    assert_int_equal(vg_sites_read(sensors, strlen(sensors), &sites, &error), VG_OK);
    assert_int_equal(vg_situation_new(NULL, data_clock, &l->situation), VG_OK);
    assert_int_equal(vg_situation_set_sites(l->situation, &sites), VG_OK);
    for (unsigned i = FEEDS; i-- > 0;) { /* another order than that of the journal: names count, not numbers */
        l->source[i] = vg_source_feed(vg_situation_sources(l->situation), SPECS[i].name);
        const struct vg_intake_options options = {.sources = vg_situation_sources(l->situation),
                                                  .source = l->source[i],
                                                  .sites = &sites,
                                                  .clock = data_clock ? VG_INTAKE_DATA : VG_INTAKE_WALL};
        assert_int_equal(vg_station_new(&SPECS[i], &options, &l->station[i]), VG_OK);
    }
    return l;
}

static void take(struct live *l, unsigned feed, const char *at, size_t len, int64_t now_us, bool begins)
{
    bool datagram = SPECS[feed].kind == VG_FEED_UDP;
    const struct vg_feed_bytes bytes = {
        .at = at, .len = len, .received_us = now_us, .begins = begins, .datagram = datagram};
    const struct vg_journal_entry entry = {
        .source = l->source[feed],
        .name = SPECS[feed].name,
        .flags = (uint8_t)((begins ? VG_RECORD_BEGINS : 0) | (datagram ? VG_RECORD_DATAGRAM : 0)),
        .received_us = now_us,
        .bytes = at,
        .len = len};
    uint64_t journal_offset = vg_journal_append(l->journal, &entry);
    assert_true(journal_offset);
    l->end = journal_offset + len;
    const struct vg_report *reports;
    size_t count;
    assert_int_equal(vg_station_take(l->station[feed], &bytes, journal_offset, &reports, &count), VG_OK);
    for (size_t i = 0; i < count; i++)
        l->stray += reports[i].journal_offset == 0;
    vg_situation_take(l->situation, now_us, reports, count);
}

/* What a radar tells of five boats that say nothing, in a second. */
static void radar_second(struct live *l, int64_t now_us, int s)
{
    char time[VG_TIME_TEXT], lines[1024];
    size_t len = 0;
    vg_time_text(now_us, time); /* 2026-03-15T10:00:00… */
    for (int boat = s % 3; boat < 5; boat += 3) {
        char line[120];
        unsigned char sum = 0;
        snprintf(line, sizeof line, "RATTM,%02d,%.3f,%.2f,T,%.1f,%.1f,T,,,N,,T,,%.2s%.2s%.2s.00,A", boat + 1,
                 5.0 + boat + s * 0.004 * boat + roll(l, 30) / 1000.0, 40.0 * boat + s * 0.02 + roll(l, 100) / 100.0,
                 10.0, 40.0 * boat, time + 11, time + 14, time + 17);
        for (const char *c = line; *c; c++)
            sum ^= (unsigned char)*c;
        len += (size_t)snprintf(lines + len, sizeof lines - len, "$%s*%02X\r\n", line, sum);
    }
    take(l, RADAR, lines, len, now_us, s == 0);
}

/* An operator names the newest contact of a track, then keeps it, then takes the name back. */
static void operator_acts(struct live *l, int64_t now_us)
{
    static const char *const what[] = {"\"action\":\"name\",\"name\":\"Panga\"", "\"action\":\"keep\""};
    const struct vg_picture *p = vg_situation_picture(l->situation);
    uint64_t contact = 0;
    for (uint32_t slot = 0; slot < vg_picture_slots(p); slot++) {
        const struct vg_track_row *row = vg_picture_track_in(p, slot);
        if (row && !row->track.mmsi && row->track.id > contact)
            contact = row->track.id;
    }
    if (!contact)
        return;
    char line[400];
    snprintf(line, sizeof line, "{%s,\"contact\":\"%016llx\",\"who\":\"x\",\"why\":\"y\"}", what[l->actions % 2],
             (unsigned long long)contact);
    const struct vg_journal_entry entry = {.source = 77,
                                           .name = VG_HAND_SOURCE,
                                           .stream = VG_HAND_STREAM,
                                           .flags = VG_RECORD_DATAGRAM,
                                           .received_us = now_us,
                                           .bytes = line,
                                           .len = strlen(line)};
    const uint64_t journal_offset = vg_journal_append(l->journal, &entry);
    struct vg_hand_action action;
    const char *why;
    l->end = journal_offset + entry.len;
    assert_int_equal(vg_hand_parse(line, strlen(line), &action, &why), VG_OK);
    action.journal_offset = journal_offset;
    assert_int_equal(vg_situation_hand(l->situation, now_us, &action, &why), VG_OK);
    l->actions++;
}

/* One second of the world, heard by all three, in pieces of any size; a line is lost now and then. */
static void live_second(struct live *l, struct vg_sim *sim, int64_t now_us, bool ticks)
{
    struct vg_out out = vg_out_growing((size_t)1 << 20);
    vg_sim_step(sim, &out);
    for (size_t at = 0; at < out.len;) {
        size_t piece = 1 + roll(l, 900), len = out.len - at < piece ? out.len - at : piece;
        unsigned feed = roll(l, SHIPS);
        now_us += roll(l, 30000);
        take(l, feed, out.buf + at, len, now_us, roll(l, 40) == 0);
        at += len;
        if (ticks && roll(l, 3) == 0)
            vg_situation_tick(l->situation, now_us + 1000);
    }
    vg_out_free(&out);
    vg_journal_turn(l->journal, now_us, roll(l, 2));
}

/* `saved`: where the state is written after half of it; *ret_half: the place then. */
static struct live *live(const char *dir, bool data_clock, bool ticks, const char *saved)
{
    struct live *l = begin(dir, data_clock);
    struct vg_sim *sim;
    assert_int_equal(
        vg_sim_new(&(struct vg_sim_options){.scenario = VG_SIM_LOAD, .vessels = 400, .seed = 3, .start_us = START_US},
                   &sim),
        VG_OK);
    for (int s = 0; s < SECONDS; s++) {
        const int64_t now_us =
            START_US + s * VG_SECOND_US + (s > QUIET_AT ? QUIET_S * VG_SECOND_US : 0) + (s > 100 ? 2 * VG_HOUR_US : 0);
        for (int quiet = 1; ticks && s == QUIET_AT + 1 && quiet < QUIET_S; quiet++) /* nothing comes, tracks go on */
            vg_situation_tick(l->situation, now_us - (QUIET_S - quiet) * VG_SECOND_US);
        radar_second(l, now_us, s);
        live_second(l, sim, now_us, ticks);
        if (s % 20 == 19)
            operator_acts(l, now_us + VG_SECOND_US - 1);
        if (vg_picture_tracks(vg_situation_picture(l->situation)) > l->tracks)
            l->tracks = vg_picture_tracks(vg_situation_picture(l->situation));
        if (saved && s == SECONDS / 2) {
            const struct vg_saved state = {.journal_offset = l->end, .situation = l->situation};
            assert_int_equal(vg_saved_write(vg_io_posix(), saved, &state), VG_OK);
        }
    }
    vg_sim_free(sim);
    assert_int_equal(vg_journal_close(l->journal, NULL), VG_OK);
    assert_int_equal(l->stray, 0);
    assert_true(vg_picture_count(vg_situation_picture(l->situation)) > 100);
    assert_true(l->tracks >= 5 && l->actions > 3);
    return l;
}

static void end(struct live *l)
{
    for (unsigned i = 0; i < FEEDS; i++)
        vg_station_free(l->station[i]);
    vg_situation_free(l->situation);
    free(l);
}

/* Reads it all again, perhaps from a saved state on. */
static uint64_t replayed(const char *dir, bool data_clock, unsigned threads, const char *saved, const struct live *like)
{
    struct vg_journal_replay *replay;
    struct vg_journal_replay_item item;
    const char *why;
    char journal[300], refused[VG_STATE_WHY];
    struct vg_saved state = {0};
    if (saved)
        assert_int_equal(vg_saved_read(vg_io_posix(), saved, NULL, data_clock, &sites, &state, refused), VG_OK);
    else
        assert_int_equal(vg_situation_new(NULL, data_clock, &state.situation), VG_OK);
    if (!saved)
        assert_int_equal(vg_situation_set_sites(state.situation, &sites), VG_OK);
    snprintf(journal, sizeof journal, "%s/journal", dir);
    const struct vg_journal_replay_options options = {.dir = journal,
                                                      .sources = vg_situation_sources(state.situation),
                                                      .clock = data_clock ? VG_INTAKE_DATA : VG_INTAKE_WALL,
                                                      .threads = threads,
                                                      .sites = &sites,
                                                      .actions = true,
                                                      .from = state.journal_offset,
                                                      .from_us = VG_TIME_NONE};
    assert_int_equal(vg_journal_replay_open(&options, &replay, &why), VG_OK);
    uint64_t last = 0;
    enum vg_err err;
    while ((err = vg_journal_replay_next(replay, &item)) == VG_OK) {
        assert_true(item.journal_offset >= last);
        last = item.end;
        if (item.stream == VG_HAND_STREAM)
            vg_situation_hand_again(state.situation, item.received_us, item.journal_offset, item.bytes, item.len);
        else
            vg_situation_take(state.situation, item.received_us, item.reports, item.count);
    }
    assert_int_equal(err, VG_EOF);
    assert_int_equal(vg_journal_replay_damages(replay), 0);
    for (unsigned i = 0; !saved && i < FEEDS; i++) {
        struct vg_station_counters once;
        struct vg_intake_counters again;
        vg_station_counters(like->station[i], &once);
        assert_true(vg_journal_replay_counters(replay, SPECS[i].name, &again));
        assert_int_equal(once.messages, again.messages);
        assert_int_equal(once.lines, again.lines);
        assert_memory_equal(once.refusals.count, again.refusals.count, sizeof once.refusals.count);
    }
    assert_true(vg_picture_check(vg_situation_picture(state.situation)));
    uint64_t hash = vg_situation_hash(state.situation);
    vg_journal_replay_close(replay);
    vg_situation_free(state.situation);
    free(state.feed);
    return hash;
}

static void a_journal_gives_the_live_picture_on_any_number_of_threads(void **state)
{
    for (int data_clock = 0; data_clock < 2; data_clock++) {
        char dir[200];
        snprintf(dir, sizeof dir, "%s/%d", (char *)*state, data_clock);
        assert_int_equal(mkdir(dir, 0700), 0);
        struct live *l = live(dir, data_clock, false, NULL);
        uint64_t hash = vg_situation_hash(l->situation);
        for (unsigned threads = 1; threads <= 5; threads++)
            assert_true(replayed(dir, data_clock, threads, NULL, l) == hash);
        end(l);
    }
}

static void ticks_of_the_clock_leave_no_trace(void **state)
{
    struct live *l = live(*state, false, true, NULL);
    assert_true(replayed(*state, false, 1, NULL, l) == vg_situation_hash(l->situation));
    end(l);
}

static void a_saved_state_and_the_journal_behind_it_give_the_live_picture(void **state)
{
    char saved[300];
    snprintf(saved, sizeof saved, "%s/state", (char *)*state);
    struct live *l = live(*state, false, false, saved);
    uint64_t hash = vg_situation_hash(l->situation);
    for (unsigned threads = 1; threads <= 3; threads++)
        assert_true(replayed(*state, false, threads, saved, l) == hash);
    end(l);
}

/* Its number; 0: it was refused with a reason. */
static uint64_t hash_of_saved(const char *path)
{
    struct vg_saved read;
    char why[VG_STATE_WHY] = "";
    if (vg_saved_read(vg_io_posix(), path, NULL, false, &sites, &read, why)) {
        assert_true(*why);
        return 0;
    }
    uint64_t hash = vg_situation_hash(read.situation) ^ read.journal_offset;
    vg_situation_free(read.situation);
    free(read.feed);
    return hash;
}

/* Some bits of a compressed file mean nothing: then it is what it was. */
static void a_damaged_state_is_refused_or_the_same(void **state)
{
    char saved[300];
    int refused = 0;
    snprintf(saved, sizeof saved, "%s/state", (char *)*state);
    end(live(*state, false, false, saved));
    const uint64_t whole = hash_of_saved(saved);
    FILE *f = fopen(saved, "r+b");
    assert_non_null(f);
    fseek(f, 0, SEEK_END);
    long size = ftell(f);
    for (long at = 0; at < size; at += 1 + size / 60) {
        fseek(f, at, SEEK_SET);
        int was = fgetc(f);
        fseek(f, at, SEEK_SET);
        fputc(was ^ 0x10, f);
        fflush(f);
        uint64_t hash = hash_of_saved(saved);
        assert_true(hash == 0 || hash == whole);
        refused += hash == 0;
        fseek(f, at, SEEK_SET);
        fputc(was, f);
        fflush(f);
    }
    assert_true(refused > 50);
    fclose(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_journal_gives_the_live_picture_on_any_number_of_threads, make_room,
                                        clear_room),
        cmocka_unit_test_setup_teardown(ticks_of_the_clock_leave_no_trace, make_room, clear_room),
        cmocka_unit_test_setup_teardown(a_saved_state_and_the_journal_behind_it_give_the_live_picture, make_room,
                                        clear_room),
        cmocka_unit_test_setup_teardown(a_damaged_state_is_refused_or_the_same, make_room, clear_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
