/* What simulated radars say: sentences with their checksums, ASTERIX that decodes to what was seen, tables. */
#include "sim/radar_util.h"

#include "sensor/asterix/asterix.h"
#include "sensor/radar/nmea_radar_write.h"
#include "sim/radar_arpa.h"
#include "sim/radar_csv.h"
#include "sim/radar_out.h"
#include "sim/sphere.h"

#define NM 1852.0

/* All that one output sent, and the bounds of its datagrams. */
struct heard {
    struct vg_out bytes;
    size_t begin[20000], count;
    struct vg_sim_radar_out *out;
};

static void hear(void *arg, const void *bytes, size_t len)
{
    struct heard *h = arg;
    assert_in_range(len, 1, VG_SIM_DATAGRAM);
    assert_true(h->count + 1 < sizeof h->begin / sizeof *h->begin);
    vg_out_bytes(&h->bytes, bytes, len);
    h->begin[++h->count] = h->bytes.len;
}

static void pass_on(void *arg, const struct vg_sim_radar_event *event)
{
    vg_sim_radar_out_take(((struct heard *)arg)->out, event);
}

/* Plays the demo's radars into an output of one format. */
static struct heard *play(struct watch *w, enum vg_sim_radar_format format, uint16_t site, uint32_t vessels,
                          int seconds)
{
    struct heard *h = calloc(1, sizeof *h);
    h->bytes = vg_out_growing(64u << 20);
    w->on_event = pass_on;
    w->arg = h;
    watch_begin(w, vessels);
    assert_int_equal(vg_sim_radar_out_new(format, vg_sim_radars_sites(w->radars), site, hear, h, &h->out), VG_OK);
    watch_seconds(w, seconds);
    vg_sim_radar_out_flush(h->out);
    return h;
}

static void forget_heard(struct heard *h)
{
    vg_sim_radar_out_free(h->out);
    vg_out_free(&h->bytes);
    free(h);
}

/* ---- NMEA ---- */

static void each_sentence_is_written_to_the_letter(void **state)
{
    (void)state;
    char buf[1000];
    struct vg_out out = vg_out_fixed(buf, sizeof buf);
    int64_t time_us = INT64_C(1772236799987654); /* 2026-02-27T23:59:59.987654Z */
    struct vg_ttm ttm = {7, VG_TTM_TRACKED, 1.5 * NM, 359.996, 12.34, 359.97, 0.25 * NM, -3.5, "TGT 7", time_us, false};
    vg_nmea_write_ttm(&out, "RA", &ttm);
    ttm = (struct vg_ttm){99, VG_TTM_LOST, 100, 0, NAN, NAN, NAN, NAN, "", time_us, true};
    vg_nmea_write_ttm(&out, "RA", &ttm);
    vg_nmea_write_rsd(&out, "RA", 6 * NM);
    vg_nmea_write_osd(&out, "RA", 180.5, 179.3, 2.6);
    vg_nmea_write_gga(&out, "GP", time_us, -0.9650001, -80.735, 12);
    vg_nmea_write_gga(&out, "GP", time_us, 0.99999999, 8.5, NAN);
    vg_nmea_write_zda(&out, "GP", time_us);
    vg_out_char(&out, '\0');
    assert_string_equal(buf, "$RATTM,07,1.500,0.00,T,12.3,0.0,T,0.25,-3.5,N,TGT 7,T,,235959.98,A*48\r\n"
                             "$RATTM,99,0.054,0.00,T,,,T,,,N,,L,,235959.98,M*22\r\n"
                             "$RARSD,,,,,,,,,,,6.0,N,N*52\r\n"
                             "$RAOSD,180.5,A,179.3,P,2.6,P,,,N*42\r\n"
                             "$GPGGA,235959.98,0057.9000,S,08044.1000,W,1,09,0.9,12.0,M,,M,,*4C\r\n"
                             "$GPGGA,235959.98,0100.0000,N,00830.0000,E,1,09,0.9,,M,,M,,*56\r\n"
                             "$GPZDA,235959.98,27,02,2026,00,00*67\r\n");
}

/* Tag block and sentence, each with its checksum; the text between, or NULL at the end. */
static char *next_sentence(char **at)
{
    char *line = *at, *end = strstr(line, "\r\n");
    unsigned told, sum[2] = {0};
    if (!*line)
        return NULL;
    assert_non_null(end);
    *end = '\0';
    *at = end + 2;
    assert_int_equal(line[0], '\\');
    for (int part = 0; part < 2; part++) {
        char *from = line + 1, *star = strchr(from, '*');
        assert_non_null(star);
        for (char *c = from; c < star; c++)
            sum[part] ^= (unsigned char)*c;
        assert_int_equal(sscanf(star + 1, "%2X", &told), 1);
        assert_int_equal(told, sum[part]);
        if (part == 0) {
            line = star + 4;
            assert_int_equal(line[-1], '\\');
            assert_int_equal(line[0], '$');
        } else {
            *star = '\0';
        }
    }
    return line;
}

struct told {
    unsigned number;
    double nm, bearing, kn, course;
    char status;
};

static bool read_ttm(const char *line, struct told *t)
{
    return sscanf(line, "$RATTM,%u,%lf,%lf,T,%lf,%lf,T,%*[^,],%*[^,],N,,%c", &t->number, &t->nm, &t->bearing, &t->kn,
                  &t->course, &t->status) == 6;
}

/* Of the targets told as tracked, most are where some vessel is, and move as it does; numbers are used again. */
static void an_arpa_tells_targets_that_are_there(void **state)
{
    (void)state;
    struct watch w;
    watch_make(&w);
    watch_only(&w, "Manta");
    struct heard *h = play(&w, VG_SIM_RADAR_TTM, 0, 60, 600);
    const struct vg_site *s = &w.sites.site[1];
    size_t tracked = 0, near = 0, lost = 0, again = 0, last_turn = 0, own = 0;
    bool gone[VG_TTM_NUMBER_MAX + 1] = {0};
    vg_out_char(&h->bytes, '\0');
    for (char *at = h->bytes.buf, *line; (line = next_sentence(&at));) {
        struct told t;
        own += strncmp(line, "$GPGGA", 6) == 0 || strncmp(line, "$GPZDA", 6) == 0 || strncmp(line, "$RARSD", 6) == 0;
        if (!read_ttm(line, &t))
            continue;
        assert_in_range(t.number, 1, VG_TTM_NUMBER_MAX);
        lost += t.status == VG_TTM_LOST;
        again += gone[t.number] && t.status == VG_TTM_ACQUIRING;
        gone[t.number] = t.status == VG_TTM_LOST;
        last_turn = strncmp(line, "$RATTM,01", 9) == 0 ? 0 : last_turn;
        tracked += t.status == VG_TTM_TRACKED;
    }
    if (!(tracked > 1000 && lost > 0 && again > 0 && own > 60))
        fail_msg("%zu tracked, %zu lost, %zu numbers used again, %zu of itself", tracked, lost, again, own);
    /* the targets of the last turn, against the truth of now */
    tracked = 0;
    struct vg_sim_arpa *arpa = NULL;
    assert_int_equal(vg_sim_arpa_new(s, &arpa), VG_OK);
    const struct vg_sim_radar_event *north = NULL;
    for (size_t i = 0; i < w.events; i++)
        if (vg_sim_arpa_take(arpa, &w.event[i]))
            north = &w.event[i];
    struct vg_ttm ttm;
    int32_t thing;
    size_t at = 0;
    while (vg_sim_arpa_next(arpa, north, &at, &ttm, &thing)) {
        struct vg_sim_truth t;
        double range_m, bearing_deg;
        if (ttm.status != VG_TTM_TRACKED || thing < 0)
            continue;
        tracked++;
        vg_sim_truth(w.sim, (size_t)thing, &t);
        vg_site_measure(s->lat_deg, s->lon_deg, t.lat_deg, t.lon_deg, &range_m, &bearing_deg);
        double cross = vg_angle_180(ttm.bearing_deg - bearing_deg) * VG_RAD * range_m;
        near += hypot(ttm.range_m - range_m, cross) < 400 && fabs(ttm.speed_kn - t.sog_kn) < 8;
    }
    if (!(tracked >= 15 && near * 10 >= tracked * 9))
        fail_msg("%zu of %zu tracked targets are near what they are of", near, tracked);
    vg_sim_arpa_free(arpa);
    forget_heard(h);
    watch_end(&w);
}

static void a_ship_s_radar_says_where_it_is_each_turn(void **state)
{
    (void)state;
    struct watch w;
    size_t gga = 0, osd = 0, turns;
    watch_make(&w);
    watch_only(&w, "Guardacostas 44");
    struct heard *h = play(&w, VG_SIM_RADAR_TTM, 0, 20, 100);
    vg_out_char(&h->bytes, '\0');
    for (char *at = h->bytes.buf, *line; (line = next_sentence(&at));) {
        gga += strncmp(line, "$GPGGA,", 7) == 0;
        osd += strncmp(line, "$RAOSD,", 7) == 0;
    }
    turns = vg_sim_radars_counters(w.radars, 1)->turns;
    assert_true(turns >= 39 && gga == turns && osd == turns);
    forget_heard(h);
    watch_end(&w);
}

/* One target comes, goes, and leaves its number to another. */
static void a_lost_target_s_number_goes_to_the_next(void **state)
{
    (void)state;
    struct vg_site site = {.kind = VG_SITE_RADAR, .sigma_range_m = 10, .sigma_bearing_deg = 0.1, .range_m = 40000};
    struct vg_sim_arpa *arpa = NULL;
    char told[300] = "";
    assert_int_equal(vg_sim_arpa_new(&site, &arpa), VG_OK);
    for (int turn = 0; turn < 30; turn++) {
        struct vg_sim_radar_event e = {.kind = VG_SIM_RADAR_PLOT, .site = 1, .time_us = START_US + turn * 3000000};
        e.plot.range_m = turn < 12 ? 9000 + 15 * turn : 20000 - 10 * turn;
        e.plot.bearing_deg = turn < 12 ? 40 : 300;
        e.plot.thing = turn < 12 ? 1 : 2;
        assert_false(vg_sim_arpa_take(arpa, &e));
        e.kind = VG_SIM_RADAR_SECTOR;
        e.time_us += 2000000;
        assert_true(vg_sim_arpa_take(arpa, &e));
        struct vg_ttm t;
        int32_t thing;
        size_t at = 0, n = strlen(told);
        while (vg_sim_arpa_next(arpa, &e, &at, &t, &thing))
            n += (size_t)snprintf(told + n, sizeof told - n, "%d%c", t.number, t.status);
        if (turn == 11) {
            at = 0;
            assert_true(vg_sim_arpa_next(arpa, &e, &at, &t, &thing));
            assert_true(fabs(t.speed_kn - 18000 / NM) < 1 && fabs(vg_angle_180(t.course_deg - 40)) < 5);
            assert_int_equal(thing, 1);
        }
        if (turn == 11 || turn == 13 || turn == 17)
            snprintf(told + strlen(told), sizeof told - strlen(told), " ");
    }
    /* acquiring, tracked; coasting while the second is acquired; lost; and the second goes on, with its own number */
    if (!strstr(told, "1Q1Q1T1T1T") || !strstr(told, "1L") || strstr(told, "2L"))
        fail_msg("%s", told);
    vg_sim_arpa_free(arpa);
}

/* ---- ASTERIX ---- */

struct decoded {
    struct vg_asterix *asterix;
    struct vg_report *report;
    size_t count;
};

static void on_record(void *arg, const struct vg_asterix_record *record)
{
    struct decoded *d = arg;
    assert_true(d->count < EVENTS_MAX);
    if (vg_asterix_report(d->asterix, record, &d->report[d->count]))
        d->count++;
}

static struct decoded decode(const struct heard *h)
{
    struct decoded *d = calloc(1, sizeof *d), ret;
    d->report = calloc(EVENTS_MAX, sizeof *d->report);
    assert_int_equal(vg_asterix_new(on_record, d, &d->asterix), VG_OK);
    for (size_t i = 0; i < h->count; i++) {
        size_t len = h->begin[i + 1] - h->begin[i];
        assert_int_equal(vg_asterix_datagram(d->asterix, h->bytes.buf + h->begin[i], len, h->begin[i], VG_TIME_NONE),
                         len);
    }
    vg_asterix_free(d->asterix);
    ret = *d;
    free(d);
    return ret;
}

/* Within half of the last bit of range and bearing, and a bit of time (1/128 s). */
static void expect_plot(const struct vg_report *r, const struct vg_sim_radar_event *e, const struct vg_site *site,
                        double range_bit_m)
{
    double bearing_deg = r->polar.bearing_mdeg / 1000.0, ms = (double)(e->time_us % VG_DAY_US) / 1000;
    assert_int_equal(r->measured, VG_MEASURED_RANGE_BEARING);
    assert_int_equal(r->radar.sac, site->sac);
    assert_int_equal(r->radar.sic, site->sic);
    if (fabs((double)r->polar.range_m - e->plot.range_m) > range_bit_m / 2 + 0.6 ||
        fabs(vg_angle_180(bearing_deg - e->plot.bearing_deg)) > 360.0 / 65536 / 2 + 0.0006 ||
        fabs((double)r->time_of_day_ms - ms) > 1000.0 / 128 + 1)
        fail_msg("%u m, %.3f°, %u ms for %.2f m, %.5f°, %.1f ms", r->polar.range_m, bearing_deg, r->time_of_day_ms,
                 e->plot.range_m, e->plot.bearing_deg, ms);
}

static void asterix_decodes_to_what_was_seen(void **state)
{
    (void)state;
    for (int format = VG_SIM_RADAR_ASTERIX; format <= VG_SIM_RADAR_ASTERIX010; format++)
        for (uint16_t site = 0; site <= 3; site += 3) { /* all together, and one by itself */
            struct watch w;
            size_t plots = 0, marks = 0, expected = 0;
            watch_make(&w);
            struct heard *h = play(&w, (enum vg_sim_radar_format)format, site, 20, 60);
            struct decoded d = decode(h);
            size_t next[VG_SITES_MAX + 1] = {0};
            for (size_t i = 0; i < d.count; i++) {
                const struct vg_report *r = &d.report[i];
                marks += r->radar.says == VG_RADAR_SCAN;
                if (r->radar.says != VG_RADAR_PLOT)
                    continue;
                uint16_t s = (uint16_t)r->radar.sic; /* the demo's codes are the sites' numbers */
                while (w.event[next[s]].site != s || w.event[next[s]].kind != VG_SIM_RADAR_PLOT)
                    next[s]++;
                expect_plot(r, &w.event[next[s]++], &w.sites.site[s], format == VG_SIM_RADAR_ASTERIX ? NM / 256 : 1);
                plots++;
            }
            for (size_t i = 0; i < w.events; i++)
                expected += w.event[i].kind == VG_SIM_RADAR_PLOT && (!site || site == w.event[i].site);
            assert_true(plots > 30);
            assert_int_equal(plots, expected);
            assert_true(format == VG_SIM_RADAR_ASTERIX ? marks > 300 : marks == 0);
            free(d.report);
            forget_heard(h);
            watch_end(&w);
        }
}

/* ---- tables ---- */

static size_t count_lines(const struct vg_out *out)
{
    size_t n = 0;
    for (size_t i = 0; i < out->len; i++)
        n += out->buf[i] == '\n';
    return n;
}

static void tables_have_a_row_for_each_plot_and_thing(void **state)
{
    (void)state;
    struct watch w;
    size_t plots = 0, could = 0;
    watch_make(&w);
    struct heard *h = play(&w, VG_SIM_RADAR_CSV, 0, 60, 40);
    struct vg_out echoes = vg_out_growing(4u << 20), truth = vg_out_growing(4u << 20);
    vg_sim_echoes_csv_head(&echoes);
    for (size_t i = 0; i < w.events; i++)
        if (w.event[i].kind == VG_SIM_RADAR_PLOT) {
            vg_sim_echoes_csv(&w.sites, &w.event[i], &echoes);
            plots++;
        }
    assert_true(plots > 100);
    assert_int_equal(count_lines(&h->bytes), plots + 1);
    assert_int_equal(count_lines(&echoes), plots + 1);
    assert_memory_equal(h->bytes.buf, "time,sensor,range_m,bearing_deg\r\n2026-03-15T10:00:00", 52);
    vg_sim_truth_csv_head(&truth);
    vg_sim_truth_csv(w.radars, w.sim, &truth);
    vg_out_char(&truth, '\0');
    assert_non_null(strstr(truth.buf, ",go-fast,"));
    assert_non_null(strstr(truth.buf, ",,false\r\n"));
    for (size_t i = 0; i < vg_sim_count(w.sim); i++)
        could += vg_sim_radars_could_see(w.radars, i);
    assert_int_equal(count_lines(&truth), could + 1);
    /* whoever gave a plot could be seen */
    for (size_t i = 0; i < w.events; i++)
        if (w.event[i].kind == VG_SIM_RADAR_PLOT && w.event[i].plot.thing >= 0)
            assert_true(vg_sim_radars_could_see(w.radars, (size_t)w.event[i].plot.thing));
    vg_out_free(&echoes);
    vg_out_free(&truth);
    forget_heard(h);
    watch_end(&w);
}

/* The demo's sites read back as they are. */
static void what_the_tracker_is_told_can_be_read(void **state)
{
    (void)state;
    struct vg_sites sites, back;
    struct vg_sim_radars_options options;
    struct vg_site_error why;
    struct vg_out out = vg_out_growing(1u << 20);
    vg_sim_radars_ecuador(&sites, &options);
    vg_sites_write(&sites, &out);
    if (vg_sites_read(out.buf, out.len, &back, &why))
        fail_msg("line %u: %s", why.line, why.text);
    assert_int_equal(back.count, 4);
    assert_true(vg_sites_hash(&back) == vg_sites_hash(&sites));
    vg_out_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_sentence_is_written_to_the_letter),
        cmocka_unit_test(an_arpa_tells_targets_that_are_there),
        cmocka_unit_test(a_ship_s_radar_says_where_it_is_each_turn),
        cmocka_unit_test(a_lost_target_s_number_goes_to_the_next),
        cmocka_unit_test(asterix_decodes_to_what_was_seen),
        cmocka_unit_test(tables_have_a_row_for_each_plot_and_thing),
        cmocka_unit_test(what_the_tracker_is_told_can_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
