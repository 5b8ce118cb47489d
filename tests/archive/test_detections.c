/*
 * The table of detections: what sensors that measure said is in it and in no other, comes back as it was, after a
 * commit and after compaction; and the table of tracks. Older versions refuse an archive that has them.
 */
#include "archive/details.h"
#include "archive/store_folder.h"
#include "archive/store_inner.h"
#include "base/time.h"

#define HOUR0 INT64_C(1795330800000000) /* 2026-11-22T07:00Z */

static struct vg_sources sources;

static int init(void **state)
{
    (void)state;
    return vg_sources_init(&sources) || !vg_source_feed(&sources, "manta");
}

static int done(void **state)
{
    (void)state;
    vg_sources_free(&sources);
    return 0;
}

static struct vg_report measured(enum vg_radar_says says, int64_t time_us)
{
    struct vg_report r = {.time_us = time_us,
                          .measured_us = time_us,
                          .journal_offset = 100,
                          .time_of_day_ms = VG_TIME_OF_DAY_NONE,
                          .sensor = VG_SENSOR_RADAR,
                          .source = 1,
                          .time_source = VG_TIME_SOURCE_RECEIVED};
    r.pos = VG_POS_NONE;
    r.radar.says = (uint8_t)says;
    r.radar.from = VG_POS_NONE;
    r.radar.sac = r.radar.sic = -1;
    r.radar.mode_3a = VG_MODE_3A_NONE;
    return r;
}

/* All that a radar can say. */
static struct vg_report everything(void)
{
    struct vg_report r = measured(VG_RADAR_TRACK, HOUR0 + 5);
    r.track = 4000000000u;
    r.time_of_day_ms = 1000;
    r.measured_us = HOUR0 - 777;
    r.site = 2;
    r.measured = VG_MEASURED_RANGE_BEARING;
    r.polar.range_m = 123456;
    r.polar.bearing_mdeg = 359999;
    r.ellipse.major_dm = 65535;
    r.ellipse.minor_dm = 12;
    r.ellipse.direction_deg = 179;
    r.fields = VG_FIELD_BIT(SOG) | VG_FIELD_BIT(COG) | VG_FIELD_BIT(HEADING);
    r.sog_dkn = 1022;
    r.cog_ddeg = 3599;
    r.heading_deg = 359;
    r.length_m = 400;
    r.suspect = true;
    r.radar.from = (struct vg_pos){.lon_e4min = -48432000, .lat_e4min = -570001};
    r.radar.sac = 255;
    r.radar.sic = 0;
    r.radar.simulated = r.radar.airborne = r.radar.has_altitude = true;
    r.radar.mode_3a = 07700;
    r.radar.icao = 0xffffff;
    r.radar.altitude_ft = -1200;
    snprintf(r.radar.name, sizeof r.radar.name, "%s", "LANCHA Ñ");
    return r;
}

struct found {
    size_t count;
    struct vg_detection row[8];
    char sensor[8][VG_STORE_SENSOR_NAME], source[8][VG_SOURCE_NAME];
};

static enum vg_err keep(void *arg, const struct vg_detection *row)
{
    struct found *f = arg;
    assert_true(f->count < 8);
    snprintf(f->sensor[f->count], VG_STORE_SENSOR_NAME, "%.*s", (int)row->sensor_name.len, row->sensor_name.bytes);
    snprintf(f->source[f->count], VG_SOURCE_NAME, "%.*s", (int)row->source_name.len, row->source_name.bytes);
    f->row[f->count++] = *row;
    return VG_OK;
}

static struct found ask(const char *dir)
{
    struct vg_store *store;
    struct found f = {0};
    const struct vg_positions_query all = VG_POSITIONS_ALL;
    assert_int_equal(vg_store_reader_open(dir, &store), VG_OK);
    assert_int_equal(vg_store_detections(store, &all, keep, NULL, &f), VG_OK);
    vg_store_reader_close(store);
    return f;
}

static void assert_everything(const struct found *f, size_t i)
{
    struct vg_report r = everything();
    const struct vg_detection *d = &f->row[i];
    assert_int_equal(d->time_us, r.time_us);
    assert_int_equal(d->measured_us, r.measured_us);
    assert_int_equal(d->journal_offset, 100);
    assert_int_equal(d->mmsi, 0);
    assert_int_equal(d->fields, r.fields);
    assert_int_equal(d->says, VG_RADAR_TRACK);
    assert_int_equal(d->sensor_track, 4000000000u);
    assert_int_equal(d->range_m, 123456);
    assert_int_equal(d->bearing_mdeg, 359999);
    assert_false(vg_pos_valid(d->pos));
    assert_int_equal(d->from.lon_e4min, -48432000);
    assert_int_equal(d->from.lat_e4min, -570001);
    assert_int_equal(d->major_dm, 65535);
    assert_int_equal(d->minor_dm, 12);
    assert_int_equal(d->direction_deg, 179);
    assert_int_equal(d->sog_dkn, 1022);
    assert_int_equal(d->cog_ddeg, 3599);
    assert_int_equal(d->heading_deg, 359);
    assert_int_equal(d->length_m, 400);
    assert_int_equal(d->sac, 255);
    assert_int_equal(d->sic, 0);
    assert_int_equal(d->mode_3a, 07700);
    assert_int_equal(d->icao, 0xffffff);
    assert_true(d->has_altitude && d->simulated && d->airborne && d->suspect);
    assert_int_equal(d->altitude_ft, -1200);
    assert_string_equal(d->name, "LANCHA Ñ");
    assert_int_equal(d->time_source, VG_TIME_SOURCE_RECEIVED);
    assert_string_equal(f->sensor[i], "Salinas");
    assert_string_equal(f->source[i], "manta");
}

static void assert_little(const struct found *f, size_t i)
{
    const struct vg_detection *d = &f->row[i];
    assert_int_equal(d->measured_us, VG_TIME_NONE);
    assert_int_equal(d->says, VG_RADAR_LOST);
    assert_int_equal(d->sensor_track, 7);
    assert_int_equal(d->range_m, UINT32_MAX);
    assert_int_equal(d->bearing_mdeg, UINT32_MAX);
    assert_false(vg_pos_valid(d->pos) || vg_pos_valid(d->from));
    assert_int_equal(d->sac, -1);
    assert_int_equal(d->sic, -1);
    assert_int_equal(d->mode_3a, VG_MODE_3A_NONE);
    assert_false(d->has_altitude || d->simulated || d->airborne || d->suspect || d->fields || d->length_m);
    assert_string_equal(f->sensor[i], "");
}

static void compact_all(struct vg_store_writer *w)
{
    const char *why;
    for (bool more = true; more;)
        assert_int_equal(vg_store_compact(w, INT64_MAX, &more, &why), VG_OK);
}

static void all_that_was_said_comes_back_after_a_commit_and_after_compaction(void **state)
{
    struct vg_store_writer *w = open_store(*state, &sources, 1000);
    struct vg_report all = everything(), lost = measured(VG_RADAR_LOST, HOUR0 + 6),
                     seen = measured(VG_RADAR_PLOT, HOUR0 + 7);
    lost.track = 7;
    seen.measured = VG_MEASURED_POSITION;
    seen.fields = VG_FIELD_BIT(POS);
    seen.pos = (struct vg_pos){.lon_e4min = 1, .lat_e4min = -53999999};
    seen.sensor = VG_SENSOR_AIR;
    assert_int_equal(vg_store_name_sensor(w, 2, "Salinas"), VG_OK);
    assert_int_equal(vg_store_add(w, &all), VG_OK);
    assert_int_equal(vg_store_commit(w, 1), VG_OK);
    assert_int_equal(vg_store_add(w, &lost), VG_OK);
    assert_int_equal(vg_store_add(w, &seen), VG_OK);
    assert_int_equal(vg_store_commit(w, 2), VG_OK);
    for (int turn = 0; turn < 2; turn++) {
        struct found f = ask(*state);
        assert_int_equal(f.count, 3);
        assert_everything(&f, 0);
        assert_little(&f, 1);
        assert_int_equal(f.row[2].pos.lon_e4min, 1);
        assert_int_equal(f.row[2].pos.lat_e4min, -53999999);
        compact_all(w);
    }
    assert_string_equal(parts_of(*state, VG_STORE_DETECTIONS, HOUR0), "1-3");
    vg_store_close(w);
}

/* Where a report of AIS has its name and its texts, that of a radar has other things. */
static void a_radar_has_no_row_where_vessels_have_theirs(void **state)
{
    struct vg_store_writer *w = open_store(*state, &sources, 1000);
    for (int says = 0; says < VG_RADAR_SAYS_COUNT; says++)
        for (int sensor = VG_SENSOR_RADAR; sensor <= VG_SENSOR_AIR; sensor++) {
            struct vg_report r = measured((enum vg_radar_says)says, HOUR0);
            r.sensor = (uint8_t)sensor;
            r.fields = UINT32_MAX & ~VG_FIELD_BIT(COG);
            r.measured = VG_MEASURED_POSITION;
            r.pos = (struct vg_pos){0, 0};
            memset(&r.radar.icao, 0xff, sizeof r.radar - offsetof(struct vg_radar_part, icao));
            assert_int_equal(vg_store_add(w, &r), VG_OK);
        }
    assert_int_equal(vg_store_commit(w, 1), VG_OK);
    const struct vg_store_counters *c = vg_store_counters(w);
    assert_int_equal(c->rows[VG_STORE_POSITIONS] + c->rows[VG_STORE_STATICS] + c->rows[VG_STORE_DETAILS], 0);
    assert_int_equal(c->rows[VG_STORE_DETECTIONS], 2 * 3); /* plot, track, lost */
    vg_store_close(w);
}

static void what_was_heard_before_or_has_no_time_is_no_row(void **state)
{
    struct vg_store_writer *w = open_store(*state, &sources, 1000);
    struct vg_report r = measured(VG_RADAR_PLOT, HOUR0);
    r.again = true;
    assert_int_equal(vg_store_add(w, &r), VG_OK);
    r.again = false;
    r.time_us = VG_TIME_NONE;
    assert_int_equal(vg_store_add(w, &r), VG_OK);
    assert_int_equal(vg_store_waiting(w), 0);
    assert_int_equal(vg_store_name_sensor(w, 0, "x"), VG_RANGE);
    assert_int_equal(vg_store_name_sensor(w, VG_STORE_SENSORS, "x"), VG_RANGE);
    vg_store_close(w);
}

static enum vg_err count_report(void *arg, const struct vg_report *r)
{
    (void)r;
    ++*(size_t *)arg;
    return VG_OK;
}

/* What vessels say is put together from their tables; rows of the others are none of it. */
static void rows_of_other_tables_are_no_reports_of_vessels(void **state)
{
    struct vg_store_writer *w = open_store(*state, &sources, 1000);
    struct vg_report radar = everything(), ais = {.time_us = HOUR0, .mmsi = 5, .message = 1};
    struct vg_store *store;
    size_t count = 0;
    const struct vg_positions_query all = VG_POSITIONS_ALL;
    ais.fields = VG_FIELD_BIT(POS);
    assert_int_equal(vg_store_add(w, &radar), VG_OK);
    assert_int_equal(vg_store_add(w, &ais), VG_OK);
    assert_int_equal(vg_store_commit(w, 1), VG_OK);
    vg_store_close(w);
    assert_int_equal(vg_store_reader_open(*state, &store), VG_OK);
    assert_int_equal(vg_store_reports(store, VG_STORE_ALL, &all, &sources, count_report, NULL, &count), VG_OK);
    assert_int_equal(count, 1);
    vg_store_reader_close(store);
}

static void rows_of_a_place_are_taken_back(void **state)
{
    struct vg_store_writer *w = open_store(*state, &sources, 1000);
    struct vg_report one = everything(), other = everything();
    const struct vg_offset_range range = {100, 101};
    const char *why;
    other.journal_offset = 101;
    assert_int_equal(vg_store_add(w, &one), VG_OK);
    assert_int_equal(vg_store_add(w, &other), VG_OK);
    assert_int_equal(vg_store_commit(w, 1), VG_OK);
    assert_int_equal(vg_store_retract(w, &range, 1, &why), VG_OK);
    assert_int_equal(vg_store_commit(w, 2), VG_OK);
    assert_int_equal(vg_store_counters(w)->retracted[VG_STORE_DETECTIONS], 1);
    vg_store_close(w);
    struct found f = ask(*state);
    assert_int_equal(f.count, 1);
    assert_int_equal(f.row[0].journal_offset, 101);
}

/* ---- tracks ---- */

static struct vg_track_point point(int64_t time_us, const char *sensors, const char *facts)
{
    return (struct vg_track_point){.time_us = time_us,
                                   .journal_offset = 200,
                                   .mmsi = 735057548,
                                   .pos = {.lon_e4min = -48432001, .lat_e4min = -570001},
                                   .contact = UINT64_C(0x8000000000000001),
                                   .track = 0x1f,
                                   .major_dm = VG_TRACK_SIGMA_MOST_DM,
                                   .minor_dm = 5,
                                   .direction_deg = 179,
                                   .sog_dkn = VG_TRACK_SOG_MOST_DKN,
                                   .cog_ddeg = 3599,
                                   .existence_permille = 1000,
                                   .length_m = 12,
                                   .airborne = true,
                                   .sensors = {sensors, (uint32_t)strlen(sensors)},
                                   .facts = {facts, (uint32_t)strlen(facts)}};
}

struct seen_track {
    size_t count;
    char text[8][200];
};

static enum vg_err keep_track(void *arg, const struct vg_track_point *p)
{
    struct seen_track *s = arg;
    assert_true(s->count < 8);
    snprintf(s->text[s->count++], sizeof s->text[0],
             "%lld %llu %u %d %d %llx %llx %u %u %u %u %u %u %u %d [%.*s] [%.*s]", (long long)(p->time_us - HOUR0),
             (unsigned long long)p->journal_offset, p->mmsi, p->pos.lon_e4min, p->pos.lat_e4min,
             (unsigned long long)p->contact, (unsigned long long)p->track, p->major_dm, p->minor_dm, p->direction_deg,
             p->sog_dkn, p->cog_ddeg, p->existence_permille, p->length_m, p->airborne, (int)p->sensors.len,
             p->sensors.bytes, (int)p->facts.len, p->facts.bytes);
    return VG_OK;
}

static struct seen_track ask_tracks(const char *dir, const struct vg_box *box)
{
    struct vg_store *store;
    struct seen_track s = {0};
    struct vg_positions_query q = VG_POSITIONS_ALL;
    q.box = box;
    assert_int_equal(vg_store_reader_open(dir, &store), VG_OK);
    assert_int_equal(vg_store_tracks(store, &q, keep_track, NULL, &s), VG_OK);
    vg_store_reader_close(store);
    return s;
}

static void a_track_comes_back_as_it_was(void **state)
{
    struct vg_store_writer *w = open_store(*state, &sources, 1000);
    char sensors[32] = "ais, Manta";
    const struct vg_box here = {-81, -2, -80, 0}, there = {10, 10, 20, 20};
    struct vg_track_point p = point(HOUR0, sensors, ""), q = point(HOUR0 + 1, "Manta", "dark kept"),
                          off = point(HOUR0 + 2, "Manta", "");
    q.mmsi = q.length_m = 0;
    q.airborne = false;
    off.pos = VG_POS_NONE;
    assert_int_equal(vg_store_add_track(w, &p), VG_OK);
    assert_int_equal(vg_store_add_track(w, &q), VG_OK);
    assert_int_equal(vg_store_add_track(w, &off), VG_OK); /* refused */
    assert_int_equal(vg_store_counters(w)->refused, 1);
    memset(sensors, 'x', sizeof sensors); /* the caller's text may go */
    assert_int_equal(vg_store_commit(w, 1), VG_OK);
    for (int turn = 0; turn < 2; turn++) {
        struct seen_track s = ask_tracks(*state, NULL);
        assert_int_equal(s.count, 2);
        assert_string_equal(s.text[0],
                            "1 200 0 -48432001 -570001 8000000000000001 1f 99999999 5 179 65535 3599 1000 0 0 "
                            "[Manta] [dark kept]");
        assert_string_equal(s.text[1],
                            "0 200 735057548 -48432001 -570001 8000000000000001 1f 99999999 5 179 65535 3599 "
                            "1000 12 1 [ais, Manta] []");
        assert_int_equal(ask_tracks(*state, &here).count, 2);
        assert_int_equal(ask_tracks(*state, &there).count, 0);
        compact_all(w);
    }
    vg_store_close(w);
}

static void a_full_memory_takes_no_track(void **state)
{
    struct vg_store_writer *w = open_store(*state, &sources, VG_STORE_TABLES);
    struct vg_track_point p = point(HOUR0, "Manta", "");
    for (int i = 0; i < VG_STORE_TABLES; i++)
        assert_int_equal(vg_store_add_track(w, &p), VG_OK);
    assert_int_equal(vg_store_add_track(w, &p), VG_LIMIT);
    assert_int_equal(vg_store_commit(w, 1), VG_OK);
    assert_int_equal(vg_store_add_track(w, &p), VG_OK);
    vg_store_close(w);
}

/* Their number has a limit, too; a commit makes room. */
static void different_texts_have_a_limit(void **state)
{
    struct vg_store_writer *w = open_store(*state, &sources, 10000);
    char text[16];
    int i = 0;
    for (enum vg_err err = VG_OK; !err; i++) {
        snprintf(text, sizeof text, "s%d", i);
        struct vg_track_point p = point(HOUR0, text, "");
        err = vg_store_add_track(w, &p);
        assert_true(err == VG_OK || err == VG_LIMIT);
    }
    assert_int_equal(i, VG_STORE_TEXTS / 2); /* with the empty one */
    assert_int_equal(vg_store_commit(w, 1), VG_OK);
    struct vg_track_point p = point(HOUR0, "new", "");
    assert_int_equal(vg_store_add_track(w, &p), VG_OK);
    vg_store_close(w);
}

/* ---- the format ---- */

static int format_of(const char *dir)
{
    char path[VG_ATOMIC_PATH], text[64] = "";
    int format = 0;
    snprintf(path, sizeof path, "%s/state.json", dir);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(text, sizeof text, file));
    fclose(file);
    assert_int_equal(sscanf(text, "{\"format\": %d", &format), 1);
    return format;
}

static void the_format_is_4_from_the_first_detection_on(void **state)
{
    struct vg_store_writer *w = open_store(*state, &sources, 1000);
    struct vg_report ais = {.time_us = HOUR0, .mmsi = 5, .message = 1, .fields = VG_FIELD_BIT(POS)},
                     radar = everything();
    assert_int_equal(vg_store_add(w, &ais), VG_OK);
    assert_int_equal(vg_store_commit(w, 1), VG_OK);
    assert_int_equal(format_of(*state), 2);
    assert_int_equal(vg_store_add(w, &radar), VG_OK);
    assert_int_equal(vg_store_commit(w, 2), VG_OK);
    assert_int_equal(format_of(*state), 4);
    vg_store_close(w);
    w = open_store(*state, &sources, 1000); /* and stays, whatever comes */
    assert_int_equal(vg_store_add(w, &ais), VG_OK);
    assert_int_equal(vg_store_commit(w, 3), VG_OK);
    assert_int_equal(format_of(*state), 4);
    vg_store_close(w);
}

static void a_track_alone_makes_the_format_4(void **state)
{
    struct vg_store_writer *w = open_store(*state, &sources, 1000);
    struct vg_track_point p = point(HOUR0, "Manta", "");
    assert_int_equal(vg_store_add_track(w, &p), VG_OK);
    assert_int_equal(vg_store_commit(w, 1), VG_OK);
    assert_int_equal(format_of(*state), 4);
    vg_store_close(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(all_that_was_said_comes_back_after_a_commit_and_after_compaction),
        IN_FOLDER(a_radar_has_no_row_where_vessels_have_theirs),
        IN_FOLDER(what_was_heard_before_or_has_no_time_is_no_row),
        IN_FOLDER(rows_of_other_tables_are_no_reports_of_vessels),
        IN_FOLDER(rows_of_a_place_are_taken_back),
        IN_FOLDER(a_track_comes_back_as_it_was),
        IN_FOLDER(a_full_memory_takes_no_track),
        IN_FOLDER(different_texts_have_a_limit),
        IN_FOLDER(the_format_is_4_from_the_first_detection_on),
        IN_FOLDER(a_track_alone_makes_the_format_4),
    };
    return cmocka_run_group_tests(tests, init, done);
}
