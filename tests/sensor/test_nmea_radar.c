/* What radars say in NMEA sentences: fields by name, and reports with own ship's position, heading, motion and date. */
#include "test.h"

#include <math.h>

#include "base/time.h"
#include "sensor/radar/nmea_radar.h"
#include "sensor/radar/sentences.h"

#define DAY_US INT64_C(1764460800000000) /* 2025-11-30 */

struct ear {
    struct vg_radar_stream *stream;
    struct vg_report report[VG_RADAR_REPORT_MAX];
    size_t count;
    enum vg_refusal refusal;
    int64_t now_us;
};

static int open_ear(void **state)
{
    struct ear *e = calloc(1, sizeof *e);
    *state = e;
    e->now_us = DAY_US;
    return vg_radar_stream_new(&e->stream) ? -1 : 0;
}

static int close_ear(void **state)
{
    struct ear *e = *state;
    vg_radar_stream_free(e->stream);
    free(e);
    return 0;
}

/* A sentence without its checksum, which is added, as it comes now. Returns its first report. */
static const struct vg_report *say(struct ear *e, const char *text)
{
    char line[VG_LINE_MAX];
    unsigned sum = 0;
    const char *body = *text == '\\' ? strchr(text + 1, '\\') + 1 : text;
    for (const char *p = body + 1; *p; p++)
        sum ^= (unsigned char)*p;
    snprintf(line, sizeof line, "%s*%02X", text, sum);
    struct vg_sentence s;
    size_t pos = 0;
    assert_true(vg_nmea_next(line, strlen(line), &pos, &s, &e->refusal));
    assert_int_equal(e->refusal, VG_REFUSAL_OTHER_SENTENCE);
    memset(e->report, 0xEE, sizeof e->report);
    e->refusal = vg_radar_stream_take(e->stream, &s, e->now_us, e->report, VG_RADAR_REPORT_MAX, &e->count);
    return e->report;
}

/* The only report of a sentence that is read. */
static const struct vg_report *said(struct ear *e, const char *text)
{
    const struct vg_report *r = say(e, text);
    if (e->refusal || e->count != 1)
        fail_msg("%s: %s, %zu reports", text, vg_refusal_key(e->refusal), e->count);
    assert_int_equal(r->sensor, VG_SENSOR_RADAR);
    assert_true(r->mmsi == 0 && r->source == 0 && r->site == 0 && r->radar.sac == -1 && r->radar.sic == -1);
    return r;
}

static void is_refused(struct ear *e, const char *text, enum vg_refusal refusal)
{
    say(e, text);
    if (e->refusal != refusal || e->count)
        fail_msg("%s: %s, %zu reports", text, vg_refusal_key(e->refusal), e->count);
}

static void is_silent(struct ear *e, const char *text)
{
    is_refused(e, text, VG_REFUSAL_NONE);
}

/* ---- targets ---- */

static void a_tracked_target_has_range_bearing_and_motion(void **state)
{
    struct ear *e = *state;
    const struct vg_report *r = said(e, "$RATTM,498,4.29,155.9,T,0.3,74.7,T,1.07,-76.4,N,,T,,074051,M");
    assert_int_equal(r->radar.says, VG_RADAR_TRACK);
    assert_int_equal(r->track, 498);
    assert_int_equal(r->measured, VG_MEASURED_RANGE_BEARING);
    assert_int_equal(r->polar.range_m, 7945);
    assert_int_equal(r->polar.bearing_mdeg, 155900);
    assert_int_equal(r->fields, VG_FIELD_BIT(SOG) | VG_FIELD_BIT(COG));
    assert_true(r->sog_dkn == 3 && r->cog_ddeg == 747);
    assert_int_equal(r->time_of_day_ms, ((7 * 60 + 40) * 60 + 51) * 1000);
    assert_true(r->time_us == VG_TIME_NONE && !vg_pos_valid(r->radar.from) && !*r->radar.name);
}

static void units_are_nautical_metric_or_statute(void **state)
{
    struct ear *e = *state;
    static const struct {
        const char *unit;
        uint32_t range_m;
        uint16_t sog_dkn;
    } row[] = {{"N", 18520, 200}, {"K", 10000, 108}, {"S", 16093, 174}, {"", 18520, 200}};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        char text[100];
        snprintf(text, sizeof text, "$RATTM,2,10.0,90.0,T,20.0,45.0,T,,,%s,,T,,123456,A", row[i].unit);
        const struct vg_report *r = said(e, text);
        assert_int_equal(r->polar.range_m, row[i].range_m);
        assert_int_equal(r->sog_dkn, row[i].sog_dkn);
    }
    is_refused(e, "$RATTM,2,10.0,90.0,T,20.0,45.0,T,,,M,,T,,123456,A", VG_REFUSAL_FIELDS);
}

static void the_status_says_what_it_is(void **state)
{
    struct ear *e = *state;
    assert_int_equal(said(e, "$RATTM,2,1,9,T,,,T,,,N,,Q,,,A")->radar.says, VG_RADAR_PLOT);
    assert_int_equal(said(e, "$RATTM,2,1,9,T,,,T,,,N,,L,,,A")->radar.says, VG_RADAR_LOST);
    assert_int_equal(said(e, "$RATTM,2,1,9,T,,,T,,,N,,,,,A")->radar.says, VG_RADAR_TRACK);
    assert_int_equal(said(e, "$RATTM,,1,9,T,,,T,,,N,,,,,A")->radar.says, VG_RADAR_PLOT); /* no number */
    const struct vg_report *r = said(e, "$RATTM,7,,,,,,,,,,,L");
    assert_true(r->radar.says == VG_RADAR_LOST && r->track == 7 && r->measured == VG_MEASURED_NOTHING);
    assert_int_equal(said(e, "$RATTM,2,,9,T,,,T,,,N,,T,,,A")->measured, VG_MEASURED_BEARING);
    assert_int_equal(e->report->polar.range_m, UINT32_MAX);
    assert_int_equal(said(e, "$RATTM,02,6.38,322.1,T,0.92,186.3,T,4.25,320.8,N,L,,M")->radar.says, VG_RADAR_TRACK);
    assert_string_equal(e->report->radar.name, "L"); /* an old edition's: what stands where the name is */
    is_silent(e, "$RATTM,2,1,9,T,,,T,,,N,,T,,,R");   /* told by another sensor */
    is_refused(e, "$RATTM,2,1,,T,,,T,,,N,,T,,,A", VG_REFUSAL_FIELDS);
    is_refused(e, "$RATTM,2,x,9,T,,,T,,,N,,T,,,A", VG_REFUSAL_FIELDS);
    is_refused(e, "$RATTM,2,-1,9,T,,,T,,,N,,T,,,A", VG_REFUSAL_FIELDS);
    is_refused(e, "$RATTM,2,1,361,T,,,T,,,N,,T,,,A", VG_REFUSAL_FIELDS);
    is_refused(e, "$RATTM,2,1,9,T", VG_REFUSAL_FIELDS);
    assert_int_equal(said(e, "$RATTM,2,1,360,T,,,T,,,N,,T,,,A")->polar.bearing_mdeg, 0);
}

static void relative_bearings_are_turned_by_the_heading(void **state)
{
    struct ear *e = *state;
    is_refused(e, "$RATTM,2,1,90,R,,,T,,,N,,T,,,A", VG_REFUSAL_NO_HEADING);
    is_silent(e, "$HEHDT,300.5,T");
    assert_int_equal(said(e, "$RATTM,2,1,90,R,,,T,,,N,,T,,,A")->polar.bearing_mdeg, 30500);
    assert_int_equal(said(e, "$RATTM,2,1,90,T,,,T,,,N,,T,,,A")->polar.bearing_mdeg, 90000);
    e->now_us += VG_RADAR_SILENT_US + 1;
    is_refused(e, "$RATTM,2,1,90,R,,,T,,,N,,T,,,A", VG_REFUSAL_NO_HEADING);
    is_silent(e, "$HETHS,10.0,A");
    assert_int_equal(said(e, "$RATTM,2,1,90,R,,,T,,,N,,T,,,A")->polar.bearing_mdeg, 100000);
    is_silent(e, "$HETHS,20.0,V");
    assert_int_equal(said(e, "$RATTM,2,1,90,R,,,T,,,N,,T,,,A")->polar.bearing_mdeg, 100000);
    said(e, "$RAOSD,30.0,A,30.0,P,10.0,P,,,N");
    assert_int_equal(said(e, "$RATTM,2,1,90,R,,,T,,,N,,T,,,A")->polar.bearing_mdeg, 120000);
}

static void own_speed_is_added_only_to_relative_motion(void **state)
{
    struct ear *e = *state;
    assert_int_equal(said(e, "$RATTM,2,1,9,T,10,180,R,,,N,,T,,,A")->fields, 0); /* own motion isn't known */
    is_silent(e, "$HEHDT,90.0,T");
    is_silent(e, "$GPVTG,90.0,T,,M,10.0,N,18.5,K,A");
    const struct vg_report *r = said(e, "$RATTM,2,1,9,T,10,180,R,,,N,,T,,,A"); /* comes as fast as she goes: it lies */
    assert_true(r->fields == (VG_FIELD_BIT(SOG) | VG_FIELD_BIT(COG)) && r->sog_dkn == 0);
    r = said(e, "$RATTM,2,1,9,T,10,90,R,,,N,,T,,,A"); /* to starboard, and with her */
    assert_true(r->sog_dkn == 141 && r->cog_ddeg == 1350);
    r = said(e, "$RATTM,2,1,9,T,10,90,T,,,N,,T,,,A");
    assert_true(r->sog_dkn == 100 && r->cog_ddeg == 900);
    is_silent(e, "$GPVTG,,T,,M,0.05,N,,K,A"); /* she lies, and has no course */
    r = said(e, "$RATTM,2,1,9,T,10,90,R,,,N,,T,,,A");
    assert_true(r->sog_dkn == 101 || r->sog_dkn == 100);
}

static void a_target_at_a_place_has_a_position(void **state)
{
    struct ear *e = *state;
    const struct vg_report *r = said(e, "$RATLL,1,3646.54266,N,00235.37778,W,test,020915,L,R");
    assert_true(r->radar.says == VG_RADAR_LOST && r->track == 1 && r->measured == VG_MEASURED_POSITION);
    assert_true(r->fields == VG_FIELD_BIT(POS));
    assert_int_equal(r->pos.lat_e4min, 36 * 600000 + 465427);
    assert_int_equal(r->pos.lon_e4min, -(2 * 600000 + 353778));
    assert_string_equal(r->radar.name, "test");
    assert_int_equal(r->time_of_day_ms, (2 * 3600 + 9 * 60 + 15) * 1000);
    r = said(e, "$RATLL,,3647.422,N,01432.592,E,,,,");
    assert_true(r->radar.says == VG_RADAR_PLOT && r->track == 0 && r->time_of_day_ms == VG_TIME_OF_DAY_NONE);
    is_refused(e, "$RATLL,1,9100.0,N,00235.37778,W,test,020915,T,R", VG_REFUSAL_FIELDS);
    is_refused(e, "$RATLL,1,3660.1,N,00235.37778,W,test,020915,T,R", VG_REFUSAL_FIELDS);
    is_refused(e, "$RATLL,1,3646.5,X,00235.37778,W,test,020915,T,R", VG_REFUSAL_FIELDS);
    is_refused(e, "$RATLL,1,-3646.5,N,00235.37778,W,test,020915,T,R", VG_REFUSAL_FIELDS);
    is_refused(e, "$RATLL,1,3646e1,N,00235.37778,W,test,020915,T,R", VG_REFUSAL_FIELDS);
}

static void labels_become_names(void **state)
{
    struct ear *e = *state;
    is_silent(e, "$RATLB,481,ALFA,470,,469,BRAVO");
    assert_string_equal(said(e, "$RATTM,481,1,9,T,,,T,,,N,,T,,,A")->radar.name, "ALFA");
    assert_string_equal(said(e, "$RATTM,481,1,9,T,,,T,,,N,own,T,,,A")->radar.name, "own");
    assert_string_equal(said(e, "$RATTM,470,1,9,T,,,T,,,N,,T,,,A")->radar.name, "");
    assert_string_equal(said(e, "$RATLL,469,3647.422,N,01432.592,E,,,,")->radar.name, "BRAVO");
    is_silent(e, "$RATLB,481,");
    assert_string_equal(said(e, "$RATTM,481,1,9,T,,,T,,,N,,T,,,A")->radar.name, "");
    for (int i = 1; i <= VG_RADAR_LABELS + 3; i++) { /* the oldest go */
        char text[40];
        snprintf(text, sizeof text, "$RATLB,%d,L%d", 1000 + i, i);
        is_silent(e, text);
    }
    assert_string_equal(said(e, "$RATTM,469,1,9,T,,,T,,,N,,T,,,A")->radar.name, "");
    assert_string_equal(said(e, "$RATTM,1259,1,9,T,,,T,,,N,,T,,,A")->radar.name, "L259");
    e->now_us += VG_RADAR_SILENT_US + 1; /* the number may be another target's by now */
    assert_string_equal(said(e, "$RATTM,1259,1,9,T,,,T,,,N,,T,,,A")->radar.name, "");
    is_silent(e, "$RATLB,1259,AGAIN");
    assert_string_equal(said(e, "$RATTM,1259,1,9,T,,,T,,,N,,T,,,A")->radar.name, "AGAIN");
    vg_radar_stream_restart(e->stream);
    assert_string_equal(said(e, "$RATTM,1259,1,9,T,,,T,,,N,,T,,,A")->radar.name, "");
}

/* ---- TTD ---- */

struct bits {
    char text[400];
    unsigned count, value;
    size_t len;
};

static void put_bits(struct bits *b, unsigned value, unsigned width)
{
    for (unsigned i = width; i-- > 0;) {
        b->value = b->value << 1 | (value >> i & 1);
        if (++b->count % 6 == 0) {
            b->text[b->len++] = (char)(b->value < 40 ? b->value + '0' : b->value + '8');
            b->value = 0;
        }
    }
}

static void put_ttd(struct bits *b, unsigned number, unsigned status, bool relative)
{
    put_bits(b, 0, 2), put_bits(b, number, 10), put_bits(b, 1555, 12), put_bits(b, 123, 12), put_bits(b, 3599, 12);
    put_bits(b, 4095, 12), put_bits(b, status, 3), put_bits(b, number == 9, 1), put_bits(b, 429, 14);
    put_bits(b, relative, 1), put_bits(b, 0, 1), put_bits(b, 0, 2), put_bits(b, 0, 8);
}

static void encapsulated_targets_come_out_of_their_armour(void **state)
{
    struct ear *e = *state;
    struct bits b = {.len = 0};
    char text[500];
    put_ttd(&b, 1023, 4, false), put_ttd(&b, 8, 2, false), put_ttd(&b, 9, 1, true);
    snprintf(text, sizeof text, "!RATTD,01,01,1,%s,0", b.text);
    say(e, text);
    assert_int_equal(e->refusal, VG_REFUSAL_NONE);
    assert_int_equal(e->count, 3);
    const struct vg_report *r = e->report;
    assert_true(r[0].track == 1023 && r[0].radar.says == VG_RADAR_TRACK && r[0].polar.range_m == 7945);
    assert_true(r[0].polar.bearing_mdeg == 155500 && r[0].sog_dkn == 123 && r[0].cog_ddeg == 3599);
    assert_true(r[1].track == 8 && r[1].radar.says == VG_RADAR_LOST);
    assert_true(r[2].track == 9 && r[2].radar.says == VG_RADAR_PLOT && r[2].radar.simulated && r[2].fields == 0);
    /* cut in the middle of a target */
    snprintf(text, sizeof text, "!RATTD,02,01,7,%.20s,0", b.text);
    say(e, text);
    assert_true(e->refusal == VG_REFUSAL_NONE && e->count == 1);
    snprintf(text, sizeof text, "!RATTD,02,02,7,%s,0", b.text + 20);
    say(e, text);
    assert_true(e->refusal == VG_REFUSAL_NONE && e->count == 2 && e->report[1].track == 9);
    is_refused(e, text, VG_REFUSAL_FRAGMENT_LOST);
    is_refused(e, "!RATTD,01,01,1,000,0", VG_REFUSAL_TRUNCATED);
    is_refused(e, "!RATTD,01,01,1,00x,0", VG_REFUSAL_ARMOUR);
    is_refused(e, "!RATTD,01,02,1,000,0", VG_REFUSAL_FIELDS);
    is_refused(e, "!RATTD,01,00,1,000,0", VG_REFUSAL_FIELDS);
    b = (struct bits){.len = 0};
    put_ttd(&b, 5, 3, false); /* a status that is reserved */
    snprintf(text, sizeof text, "!RATTD,01,01,1,%s,0", b.text);
    is_refused(e, text, VG_REFUSAL_ARMOUR);
}

static void a_line_full_of_targets_has_room(void **state)
{
    struct ear *e = *state;
    char text[VG_LINE_MAX];
    struct vg_ttd_target target;
    struct vg_ttd_bits bits = {.count = 0};
    size_t len = (size_t)snprintf(text, sizeof text, "!RATTD,1,1,1,");
    for (int i = 0; i < 67; i++) /* number 0, 0 nmi, 0 degrees */
        len += (size_t)snprintf(text + len, sizeof text - len, "000000000000000");
    snprintf(text + len, sizeof text - len, ",0");
    assert_true(strlen(text) + 3 <= VG_LINE_MAX);
    say(e, text);
    assert_int_equal(e->count, 67);
    for (int i = 0; i < 14; i++)
        assert_int_equal(vg_ttd_take(&bits, '0', &target), 0);
    assert_int_equal(vg_ttd_take(&bits, '0', &target), 1);
}

/* ---- own ship ---- */

#define GGA "$GPGGA,074050.00,0056.0000,S,08043.2000,W,1,08,1.0,5.0,M,10.0,M,,"

static void own_position_is_told_and_goes_with_what_is_seen(void **state)
{
    struct ear *e = *state;
    const struct vg_report *r = said(e, GGA);
    assert_true(r->radar.says == VG_RADAR_OWN && r->measured == VG_MEASURED_NOTHING && r->fields == 0);
    assert_int_equal(r->radar.from.lat_e4min, -560000);
    assert_int_equal(r->radar.from.lon_e4min, -(80 * 600000 + 432000));
    assert_int_equal(r->time_of_day_ms, ((7 * 60 + 40) * 60 + 50) * 1000);
    assert_int_equal(said(e, "$RATTM,2,1,9,T,,,T,,,N,,T,,,A")->radar.from.lat_e4min, -560000);
    is_silent(e, "$HEHDT,123.6,T");
    r = said(e, "$GPRMC,074051.00,A,0057.0000,S,08043.2000,W,12.3,045.6,301125,,,A");
    assert_true(r->sog_dkn == 123 && r->cog_ddeg == 456 && r->heading_deg == 124);
    assert_int_equal(r->fields, VG_FIELD_BIT(SOG) | VG_FIELD_BIT(COG) | VG_FIELD_BIT(HEADING));
    assert_int_equal(said(e, "$GPGLL,0058.0000,S,08043.2000,W,074052.00,A,A")->radar.from.lat_e4min, -580000);
    assert_int_equal(said(e, "$GNGNS,074053.00,0059.0000,S,08043.2000,W,NA,8,1.0,5,10,,")->radar.from.lat_e4min,
                     -590000);
    assert_true(said(e, "$GPGLL,0058.0000,S,08043.2000,W,074052.00,A,S")->radar.simulated);
    assert_true(said(e, "$RATTM,2,1,9,T,,,T,,,N,,T,,,A")->radar.simulated);
    /* what isn't valid says nothing */
    is_silent(e, "$GPGGA,074050.00,0000.0000,S,00000.0000,W,0,08,1.0,5.0,M,10.0,M,,");
    is_silent(e, "$GPRMC,074051.00,V,0000.0000,S,00000.0000,W,12.3,045.6,301125,,,N");
    is_silent(e, "$GPGLL,0000.0000,S,00000.0000,W,074052.00,V,N");
    is_silent(e, "$GNGNS,074053.00,0000.0000,S,00000.0000,W,NN,8,1.0,5,10,,");
    is_silent(e, "$GPGGA,,,,,,1,,,,,,,,");
    is_refused(e, "$GPGLL,9959.0000,S,08043.2000,W,074052.00,A,A", VG_REFUSAL_FIELDS);
    assert_int_equal(said(e, "$RATTM,2,1,9,T,,,T,,,N,,T,,,A")->radar.from.lat_e4min, -580000);
}

static void a_silent_position_is_not_used_and_told(void **state)
{
    struct ear *e = *state;
    said(e, GGA);
    e->now_us += VG_RADAR_SILENT_US;
    assert_true(vg_pos_valid(said(e, "$RATTM,2,1,9,T,,,T,,,N,,T,,,A")->radar.from));
    e->now_us++;
    say(e, "$RATTM,2,1,9,T,,,T,,,N,,T,,,A");
    assert_int_equal(e->refusal, VG_REFUSAL_OWN_POSITION);
    assert_int_equal(e->count, 1); /* used without it */
    assert_false(vg_pos_valid(e->report->radar.from));
    e->now_us -= 2 * VG_HOUR_US; /* a clock that was set back makes nothing young */
    say(e, "$RATTM,2,1,9,T,,,T,,,N,,T,,,A");
    assert_int_equal(e->refusal, VG_REFUSAL_OWN_POSITION);
    said(e, GGA);
    assert_true(vg_pos_valid(said(e, "$RATTM,2,1,9,T,,,T,,,N,,T,,,A")->radar.from));
    vg_radar_stream_restart(e->stream);
    assert_false(vg_pos_valid(said(e, "$RATTM,2,1,9,T,,,T,,,N,,T,,,A")->radar.from));
}

/* ---- times ---- */

#define OF_DAY(h, m, s) (((h)*3600 + (m)*60 + (s)) * VG_SECOND_US)

static void a_gps_gives_the_date_over_midnight(void **state)
{
    struct ear *e = *state;
    is_silent(e, "$GPZDA,235958.00,30,11,2025,00,00");
    const struct vg_report *r = said(e, "$RATTM,2,1,9,T,,,T,,,N,,T,,000001.50,A");
    assert_true(r->time_us == DAY_US + VG_DAY_US + VG_SECOND_US * 3 / 2);
    assert_int_equal(r->time_source, VG_TIME_SOURCE_LINE);
    said(e, "$GPRMC,000003.00,A,0057.0000,S,08043.2000,W,12.3,045.6,011225,,,A");
    r = said(e, "$RATTM,2,1,9,T,,,T,,,N,,T,,235959,A"); /* it took a while */
    assert_true(r->time_us == DAY_US + OF_DAY(23, 59, 59));
    assert_true(said(e, "$RATTM,2,1,9,T,,,T,,,N,,T,,,A")->time_us == VG_TIME_NONE);
    assert_true(said(e, "$RATTM,2,1,9,T,,,T,,,N,,T,,245959,A")->time_of_day_ms == VG_TIME_OF_DAY_NONE);
    e->now_us += VG_RADAR_SILENT_US + 1; /* silent: whoever received it knows the date */
    r = say(e, "$RATTM,2,1,9,T,,,T,,,N,,T,,235959,A");
    assert_true(e->refusal == VG_REFUSAL_OWN_POSITION && e->count == 1);
    assert_true(r->time_us == VG_TIME_NONE && r->time_of_day_ms == 86399000);
}

static void the_sentence_s_own_time_is_before_a_gps_s(void **state)
{
    struct ear *e = *state;
    is_silent(e, "$GPZDA,120000.00,30,11,2025,00,00");
    const struct vg_report *r = said(e, "\\c:1764500000*58\\$RATTM,2,1,9,T,,,T,,,N,,T,,120001,A");
    assert_true(r->time_us == INT64_C(1764500000000000) && r->time_source == VG_TIME_SOURCE_TAG);
    assert_int_equal(r->time_of_day_ms, 43201000);
    is_silent(e, "$GPZDA,120000.00,31,11,2025,00,00"); /* no such day: the date of before holds */
    is_silent(e, "$GPZDA,120000.00,30,13,2025,00,00");
    is_silent(e, "$GPZDA,120000.00,30,11,1925,00,00");
    assert_true(said(e, "$RATTM,2,1,9,T,,,T,,,N,,T,,120001,A")->time_us == DAY_US + OF_DAY(12, 0, 1));
}

static void settings_say_that_it_works(void **state)
{
    struct ear *e = *state;
    assert_int_equal(said(e, "$RARSD,0.00,0.0,5.18,82.1,,,,,,,6,N,N")->radar.says, VG_RADAR_ALIVE);
    const struct vg_report *r = said(e, "$RAOSD,35.1,A,36.0,P,10.2,P,15.3,0.1,N");
    assert_true(r->radar.says == VG_RADAR_ALIVE && r->heading_deg == 35 && r->sog_dkn == 102 && r->cog_ddeg == 360);
    assert_int_equal(r->fields, VG_FIELD_BIT(SOG) | VG_FIELD_BIT(COG) | VG_FIELD_BIT(HEADING));
    is_refused(e, "$RARSD,1,2,3", VG_REFUSAL_FIELDS);
    is_refused(e, "$RAXYZ,1,2,3", VG_REFUSAL_OTHER_SENTENCE);
    is_refused(e, "$PGHP,1,2025", VG_REFUSAL_OTHER_SENTENCE);
}

/* ---- JSON ---- */

static void is_json(const char *line, const char *want)
{
    char buf[2000];
    struct vg_out out = vg_out_fixed(buf, sizeof buf - 1);
    assert_int_equal(vg_radar_json(line, strlen(line), 7, &out), *want != '\0');
    buf[out.len] = '\0';
    assert_string_equal(buf, want);
}

static void sentences_come_out_by_name(void **state)
{
    (void)state;
    is_json("$HEHDT,300.5,T*29\r\n", "{\"line\":7,\"checksum_ok\":true,\"talker\":\"HE\",\"type\":\"HDT\",\"fields\":"
                                     "[\"300.5\",\"T\"],\"named\":{\"heading\":\"300.5\",\"hdg_true\":\"T\"}}");
    is_json("x \\s:a*00\\$HEHDT,300.5*24",
            "{\"line\":7,\"checksum_ok\":false,\"talker\":\"HE\",\"type\":\"HDT\",\"fields\":"
            "[\"300.5\"],\"named\":{\"heading\":\"300.5\"}}");
    is_json("$HEHDT,300.5,T \r", "{\"line\":7,\"checksum_ok\":false,\"talker\":\"HE\",\"type\":\"HDT\",\"fields\":"
                                 "[\"300.5\",\"T\"],\"named\":{\"heading\":\"300.5\",\"hdg_true\":\"T\"}}");
    is_json("$RATLB,1,a,2,*4F",
            "{\"line\":7,\"checksum_ok\":false,\"talker\":\"RA\",\"type\":\"TLB\",\"fields\":"
            "[\"1\",\"a\",\"2\",\"\"],\"named\":null,\"labels\":[{\"target_number\":\"1\",\"label\":\"a\"},"
            "{\"target_number\":\"2\",\"label\":\"\"}]}");
    is_json(
        "!RATTD,1,1,1,000000000000000,0*00",
        "{\"line\":7,\"checksum_ok\":false,\"talker\":\"RA\",\"type\":\"TTD\",\"fields\":[\"1\",\"1\",\"1\","
        "\"000000000000000\","
        "\"0\"],\"named\":null,\"targets\":[{\"target_number\":0,\"distance_nm\":0.0,\"bearing_deg\":0.0,\"speed_kn\":"
        "0.0,"
        "\"course_deg\":0.0,\"heading_deg\":0.0,\"status\":0,\"test\":false,\"relative\":false,\"through_water\":false,"
        "\"association\":0}]}");
    is_json("!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24", "");
    is_json("$RATT", "");
    is_json("", "");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_ear, close_ear)
    const struct CMUnitTest tests[] = {
        TEST(a_tracked_target_has_range_bearing_and_motion),
        TEST(units_are_nautical_metric_or_statute),
        TEST(the_status_says_what_it_is),
        TEST(relative_bearings_are_turned_by_the_heading),
        TEST(own_speed_is_added_only_to_relative_motion),
        TEST(a_target_at_a_place_has_a_position),
        TEST(labels_become_names),
        TEST(encapsulated_targets_come_out_of_their_armour),
        TEST(a_line_full_of_targets_has_room),
        TEST(own_position_is_told_and_goes_with_what_is_seen),
        TEST(a_silent_position_is_not_used_and_told),
        TEST(a_gps_gives_the_date_over_midnight),
        TEST(the_sentence_s_own_time_is_before_a_gps_s),
        TEST(settings_say_that_it_works),
        cmocka_unit_test(sentences_come_out_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
