/*
 * Detections and tracks by the follower: what a described radar says and what was made of it is in the archive; the
 * same rows come whatever interrupts it, and when the archive is made anew; without sensors there is nothing.
 */
#include <inttypes.h>
#include <time.h>

#include "base/time.h"
#include "ingest/ingest.h"
#include "room.h"
#include "service/follower.h"

#define SCAN_US  (3 * VG_SECOND_US)
#define BEGIN_US (NOON_US - NOON_US % VG_TRACK_STEP_US)

struct life {
    struct vg_journal *journal;
    struct vg_journal_report opened;
    struct vg_follower *follower;
    struct vg_follower_options options;
    char dir[300], journal_dir[300], archive_dir[300];
    uint64_t end;
};

static struct vg_sites sites;

static void dice(void *bytes, size_t len)
{
    memset(bytes, 7, len);
}

static int describe(void **state)
{
    static const char yaml[] = "sensors:\n"
                               "  - name: Manta radar\n"
                               "    feed: radar\n"
                               "    kind: radar\n"
                               "    position: {lat: -0.95, lon: -80.7}\n"
                               "    range_m: 40000\n"
                               "    period_s: 3\n"
                               "    sigma_range_m: 20\n"
                               "    sigma_bearing_deg: 0.3\n"
                               "    detection_probability: 0.9\n";
    struct vg_site_error error;
    (void)state;
    assert_int_equal(vg_sites_read(yaml, strlen(yaml), &sites, &error), VG_OK);
    return 0;
}

/* The journal has no thread: what is not flushed is not on the disk. */
static struct life *begin(void **state, const char *archive)
{
    const char *why;
    struct life *l = calloc(1, sizeof *l);
    struct vg_journal_options o = VG_JOURNAL_OPTIONS_DEFAULT;
    o.dice = dice;
    snprintf(l->dir, sizeof l->dir, "%s", (char *)*state);
    snprintf(l->journal_dir, sizeof l->journal_dir, "%s", room_path(state, "journal"));
    snprintf(l->archive_dir, sizeof l->archive_dir, "%s", room_path(state, archive));
    assert_int_equal(vg_journal_open(l->journal_dir, &o, &l->journal, &l->opened, &why), VG_OK);
    l->options = (struct vg_follower_options){.dir = l->dir,
                                              .journal_dir = l->journal_dir,
                                              .archive_dir = l->archive_dir,
                                              .journal = l->journal,
                                              .first = l->opened.first,
                                              .next = l->opened.next,
                                              .rules = VG_STORE_RULES_DEFAULT,
                                              .sites = &sites,
                                              .commit_us = 1};
    return l;
}

static void follow(struct life *l)
{
    const char *why = "";
    if (vg_follower_start(&l->options, &l->follower, &why))
        fail_msg("%s", why);
}

static void keep(struct life *l, const char *text, int64_t now_us)
{
    const struct vg_journal_entry entry = {
        .source = 1, .name = "radar", .received_us = now_us, .bytes = text, .len = strlen(text)};
    uint64_t offset = vg_journal_append(l->journal, &entry);
    assert_true(offset);
    l->end = offset + entry.len;
}

/* One scan of a radar that sees two ships, some seconds into the log. */
static void scan(struct life *l, int number)
{
    char text[400], body[2][120];
    size_t len = 0;
    for (int ship = 0; ship < 2; ship++) {
        snprintf(body[ship], sizeof body[ship], "RATTM,%02d,%.2f,%.1f,T,,,T,,,K,,T,,,A", ship + 1,
                 5 + 3 * ship + 0.006 * number, 270.0 + 20 * ship);
        unsigned sum = 0;
        for (const char *p = body[ship]; *p; p++)
            sum ^= (unsigned char)*p;
        len += (size_t)snprintf(text + len, sizeof text - len, "$%s*%02X\r\n", body[ship], sum);
    }
    keep(l, text, BEGIN_US + VG_SECOND_US + number * SCAN_US);
}

static void flush(struct life *l)
{
    assert_int_equal(vg_journal_turn(l->journal, vg_clock_monotonic_us(), true), VG_OK);
}

static struct vg_follower_status wait_for_mark(struct life *l)
{
    struct vg_follower_status s = {0};
    for (int i = 0; i < 3000 && s.mark != l->end; i++) {
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
        vg_follower_status(l->follower, &s);
    }
    if (s.mark != l->end)
        fail_msg("archived up to %llu, not %llu: %s", (unsigned long long)s.mark, (unsigned long long)l->end, s.error);
    return s;
}

static void end(struct life *l)
{
    vg_follower_journal_closes(l->follower);
    assert_int_equal(vg_journal_close(l->journal, NULL), VG_OK);
    assert_true(vg_follower_stop(l->follower));
    free(l);
}

/* ---- what is in the archive ---- */

static enum vg_err write_track(void *arg, const struct vg_track_point *p)
{
    vg_out_printf(arg,
                  "shown %" PRId64 " %u %d %d %u %u %016" PRIx64 " %016" PRIx64 " %u %u %u %u [%.*s] [%.*s] at %" PRIu64
                  "\n",
                  (p->time_us - BEGIN_US) / VG_SECOND_US, p->mmsi, p->pos.lon_e4min, p->pos.lat_e4min, p->sog_dkn,
                  p->cog_ddeg, p->contact, p->track, p->major_dm, p->minor_dm, p->direction_deg, p->existence_permille,
                  (int)p->sensors.len, p->sensors.bytes, (int)p->facts.len, p->facts.bytes, p->journal_offset);
    return VG_OK;
}

static enum vg_err write_detection(void *arg, const struct vg_detection *d)
{
    vg_out_printf(arg, "detection %" PRId64 " %s %u %u %u [%.*s] [%.*s] at %" PRIu64 "\n",
                  (d->time_us - BEGIN_US) / VG_SECOND_US, vg_detection_word(d->says), d->sensor_track, d->range_m,
                  d->bearing_mdeg, (int)d->sensor_name.len, d->sensor_name.bytes, (int)d->source_name.len,
                  d->source_name.bytes, d->journal_offset);
    return VG_OK;
}

/* All rows as one text. The caller frees. */
static char *rows_of(void **state, const char *archive)
{
    struct vg_store *store;
    struct vg_out out = vg_out_growing(1 << 24);
    const struct vg_positions_query all = VG_POSITIONS_ALL;
    assert_int_equal(vg_store_reader_open(room_path(state, archive), &store), VG_OK);
    assert_int_equal(vg_store_detections(store, &all, write_detection, NULL, &out), VG_OK);
    assert_int_equal(vg_store_tracks(store, &all, write_track, NULL, &out), VG_OK);
    vg_store_reader_close(store);
    char *text = strndup(out.buf ? out.buf : "", out.len);
    vg_out_free(&out);
    return text;
}

static size_t count(const char *text, const char *what)
{
    size_t n = 0;
    for (const char *p = text; (p = strstr(p, what)); p += strlen(what))
        n++;
    return n;
}

static void write_log(struct life *l, int from, int to)
{
    for (int i = from; i < to; i++)
        scan(l, i);
    flush(l);
}

static void what_a_radar_saw_and_what_was_made_of_it_is_archived(void **state)
{
    struct life *l = begin(state, "archive");
    write_log(l, 0, 60);
    follow(l);
    struct vg_follower_status s = wait_for_mark(l);
    assert_int_equal(s.tracks_left_out, 0);
    assert_int_equal(s.store.rows[VG_STORE_DETECTIONS], 120);
    end(l);
    char *rows = rows_of(state, "archive");
    assert_int_equal(count(rows, "[Manta radar] [radar]"), 120);
    assert_int_equal(count(rows, "detection 1 "), 2);
    /* Two ships, a row each 10 s of three minutes, but for the first scans. */
    if (count(rows, "shown ") < 2 * 14 || count(rows, "shown ") > 2 * 18)
        fail_msg("%zu rows of tracks:\n%s", count(rows, "shown "), rows);
    assert_int_equal(count(rows, "shown 100 "), 2);
    assert_int_equal(count(rows, "shown 101 "), 0);
    free(rows);
}

/* In three lives of the follower, one of which ends without saying anything, and in many commits. */
static void whatever_interrupts_it_the_rows_are_the_same(void **state)
{
    struct life *l = begin(state, "archive");
    write_log(l, 0, 60);
    follow(l);
    wait_for_mark(l);
    end(l);
    l = begin(state, "archive");
    write_log(l, 60, 61);
    follow(l);
    for (int i = 61; i < 80; i++) {
        scan(l, i);
        flush(l);
    }
    wait_for_mark(l);
    end(l);
    /* as a crash would: what was saved is older than the archive */
    l = begin(state, "archive");
    char saved[400], old[400];
    snprintf(saved, sizeof saved, "%s", room_path(state, "tracks"));
    snprintf(old, sizeof old, "%s", room_path(state, "tracks-old"));
    assert_int_equal(rename(saved, old), 0);
    write_log(l, 80, 100);
    follow(l);
    wait_for_mark(l);
    end(l);
    assert_int_equal(rename(old, saved), 0);
    l = begin(state, "archive");
    write_log(l, 100, 120);
    follow(l);
    wait_for_mark(l);
    end(l);
    char *rows = rows_of(state, "archive");
    /* and once more, in one go */
    unlink(saved);
    l = begin(state, "other");
    write_log(l, 0, 0);
    follow(l);
    scan(l, 120);
    flush(l);
    wait_for_mark(l);
    end(l);
    char *anew = rows_of(state, "other");
    assert_true(count(rows, "shown ") > 60);
    /* the last scan is in the one only */
    assert_int_equal(count(anew, "detection "), 242);
    assert_int_equal(count(rows, "detection "), 240);
    const char *a = strstr(rows, "shown "), *b = strstr(anew, "shown ");
    const char *last = strstr(b, "shown 360 ");
    assert_non_null(last);
    size_t common = (size_t)(last - b);
    if (strncmp(a, b, common) != 0 || strlen(a) != common)
        fail_msg("the rows differ:\n%s\n---\n%s", a, b);
    free(rows);
    free(anew);
}

static void without_sensors_there_are_neither_names_nor_tracks(void **state)
{
    struct life *l = begin(state, "archive");
    l->options.sites = NULL;
    write_log(l, 0, 30);
    follow(l);
    wait_for_mark(l);
    end(l);
    char *rows = rows_of(state, "archive");
    assert_int_equal(count(rows, "[] [radar]"), 60);
    assert_int_equal(count(rows, "shown "), 0);
    assert_int_not_equal(access(room_path(state, "tracks"), F_OK), 0);
    assert_int_not_equal(access(room_path(state, "sensors.yaml"), F_OK), 0);
    free(rows);
}

/* An archive that is lost comes out of the journal as it was. */
static void an_archive_that_is_made_anew_has_the_same_rows(void **state)
{
    const struct vg_ingest_options options = {.threads = 1, .journal_level = 1, .dice = dice};
    struct vg_ingest *ingest;
    const char *why = "";
    struct life *l = begin(state, "archive");
    write_log(l, 0, 60);
    follow(l);
    wait_for_mark(l);
    end(l);
    char *rows = rows_of(state, "archive"), aside[400];
    snprintf(aside, sizeof aside, "%s", room_path(state, "aside"));
    assert_int_equal(rename(room_path(state, "archive"), aside), 0);
    if (vg_ingest_open(*state, &options, &ingest, &why))
        fail_msg("%s", why);
    assert_int_equal(vg_ingest_close(ingest), VG_OK);
    char *anew = rows_of(state, "archive");
    assert_true(count(rows, "shown ") > 20);
    assert_string_equal(rows, anew);
    free(rows);
    free(anew);
}

#define IN_A_ROOM(test) cmocka_unit_test_setup_teardown(test, room_make, room_clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_ROOM(what_a_radar_saw_and_what_was_made_of_it_is_archived),
        IN_A_ROOM(whatever_interrupts_it_the_rows_are_the_same),
        IN_A_ROOM(without_sensors_there_are_neither_names_nor_tracks),
        IN_A_ROOM(an_archive_that_is_made_anew_has_the_same_rows),
    };
    return cmocka_run_group_tests(tests, describe, NULL);
}
