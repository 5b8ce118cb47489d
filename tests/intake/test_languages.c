/* What radars send becomes reports beside AIS: sentences in any cut, ASTERIX by datagram and stream, with site and time
 * of measurement, live and by a journal that is read again. */
#include "journal/room.h"

#include "base/time.h"
#include "intake/journal_replay.h"
#include "sensor/asterix/asterix_write.h"

#define MIDNIGHT_US INT64_C(1764547200000000) /* 2025-12-01 */
#define SHIP        "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\r\n"
#define HALF_1      "!AIVDM,2,1,1,A,55?MbV02;H;s<HtKR20EHE:0@T4@Dn2222222216L961O5Gf0NSQEp6ClRp8,0*1C\r\n"
#define HALF_2      "!AIVDM,2,2,1,A,88888888880,2*25\r\n"

static struct vg_sites sites;

struct ear {
    struct vg_sources sources;
    struct vg_intake *intake;
    struct vg_report_list list;
};

static void open_intake(struct ear *e, const char *feed)
{
    *e = (struct ear){.intake = NULL};
    assert_int_equal(vg_sources_init(&e->sources), VG_OK);
    const struct vg_intake_options o = {
        .sources = &e->sources, .source = vg_source_feed(&e->sources, feed), .sites = &sites};
    assert_int_equal(vg_intake_new(&o, &e->intake), VG_OK);
}

static void close_intake(struct ear *e)
{
    vg_intake_free(e->intake);
    vg_report_list_free(&e->list);
    vg_sources_free(&e->sources);
}

static const struct vg_report *take(struct ear *e, struct vg_feed_bytes bytes, const void *at, size_t len,
                                    uint64_t offset)
{
    bytes.at = at;
    bytes.len = len;
    bytes.received_us = bytes.received_us ? bytes.received_us : MIDNIGHT_US;
    const size_t before = e->list.count;
    assert_int_equal(vg_intake_take(e->intake, &bytes, offset, &e->list), VG_OK);
    vg_intake_name(e->intake, bytes.stream, e->list.report + before, e->list.count - before);
    return e->list.report + before;
}

/* With the checksum of what stands between $ and the end. */
static const char *dollar(const char *body)
{
    static char text[4][200];
    static unsigned turns;
    char *to = text[turns++ % 4];
    unsigned sum = 0;
    for (const char *p = body; *p; p++)
        sum ^= (unsigned char)*p;
    snprintf(to, sizeof text[0], "$%s*%02X\r\n", body, sum);
    return to;
}

#define TTM(number, time) "RATTM," number ",4.29,155.9,T,0.3,74.7,T,1.07,-76.4,N,,T,," time ",M"

static size_t make_mixed(char *text, size_t size)
{
    static const char *const part[] = {SHIP,
                                       TTM("1", "235959.5"),
                                       HALF_1,
                                       "RARSD,0.00,0.0,5.18,82.1,,,,,,,6,N,N",
                                       HALF_2,
                                       "GPGGA,000000.00,0056.0,S,08043.2,W,1,08,1.0,5.0,M,10.0,M,,",
                                       TTM("2", ""),
                                       "# remark\n",
                                       "RATLB,3,ALFA",
                                       TTM("3", "000001"),
                                       SHIP,
                                       "GPZDA,000001.00,01,12,2025,00,00",
                                       TTM("4", "000001"),
                                       "RAXYZ,1,2",
                                       "RATTM,2,1,90,R,,,T,,,N,,T,,,A",
                                       SHIP};
    size_t len = 0;
    for (size_t i = 0; i < sizeof part / sizeof *part; i++)
        len += (size_t)snprintf(text + len, size - len, "%s",
                                *part[i] == '!' || *part[i] == '#' ? part[i] : dollar(part[i]));
    return len;
}

/* Field by field: padding says nothing. */
static void assert_same(const struct vg_report *a, const struct vg_report *b)
{
    assert_true(a->time_us == b->time_us && a->measured_us == b->measured_us && a->sensor == b->sensor);
    assert_true(a->journal_offset == b->journal_offset && a->mmsi == b->mmsi && a->track == b->track);
    assert_true(a->source == b->source && a->site == b->site && a->time_of_day_ms == b->time_of_day_ms);
    assert_true(a->measured == b->measured && a->fields == b->fields && a->sog_dkn == b->sog_dkn);
    assert_memory_equal(&a->polar, &b->polar, sizeof a->polar);
    if (a->sensor == VG_SENSOR_RADAR) {
        assert_true(a->radar.says == b->radar.says && a->radar.from.lat_e4min == b->radar.from.lat_e4min);
        assert_string_equal(a->radar.name, b->radar.name);
    }
}

static void radar_lines_come_in_order_however_they_are_cut(void **state)
{
    (void)state;
    char text[2000];
    const size_t len = make_mixed(text, sizeof text);
    struct ear whole;
    open_intake(&whole, "vts");
    take(&whole, (struct vg_feed_bytes){.len = 0}, text, len, 1 << 20);
    static const uint8_t sensors[] = {1, 2, 2, 1, 2, 2, 2, 1, 2, 1};
    assert_int_equal(whole.list.count, sizeof sensors);
    for (size_t i = 0; i < sizeof sensors; i++) {
        assert_int_equal(whole.list.report[i].sensor, sensors[i]);
        assert_true(i == 3 || !i || whole.list.report[i].journal_offset > whole.list.report[i - 1].journal_offset);
        assert_int_equal(whole.list.report[i].site, sensors[i] == VG_SENSOR_RADAR ? 2 : 0);
    }
    assert_string_equal(whole.list.report[6].radar.name, "ALFA");
    for (size_t piece = 1; piece < 200; piece += piece < 20 ? 1 : 17) {
        struct ear cut;
        open_intake(&cut, "vts");
        for (size_t at = 0; at < len; at += piece)
            take(&cut, (struct vg_feed_bytes){.len = 0}, text + at, at + piece < len ? piece : len - at,
                 (1 << 20) + at);
        assert_int_equal(cut.list.count, whole.list.count);
        for (size_t i = 0; i < cut.list.count; i++)
            assert_same(&cut.list.report[i], &whole.list.report[i]);
        struct vg_intake_counters a, b;
        vg_intake_counters(cut.intake, &a);
        vg_intake_counters(whole.intake, &b);
        assert_memory_equal(a.refusals.count, b.refusals.count, sizeof a.refusals.count);
        assert_true(a.messages == b.messages && a.lines == b.lines && a.sentences == b.sentences);
        close_intake(&cut);
    }
    struct vg_intake_counters c;
    vg_intake_counters(whole.intake, &c);
    assert_int_equal(c.messages, sizeof sensors);
    assert_int_equal(c.messages, vg_intake_messages(whole.intake));
    assert_int_equal(c.refusals.count[VG_REFUSAL_OTHER_SENTENCE], 1);
    assert_int_equal(c.refusals.count[VG_REFUSAL_NO_HEADING], 1);
    close_intake(&whole);
}

static void a_time_of_day_is_of_the_day_it_was_received(void **state)
{
    (void)state;
    struct ear e;
    open_intake(&e, "vts");
    struct vg_feed_bytes bytes = {.received_us = MIDNIGHT_US + 2 * VG_SECOND_US};
    const char *text = dollar(TTM("1", "235959"));
    const struct vg_report *r = take(&e, bytes, text, strlen(text), 0);
    assert_true(r->time_us == MIDNIGHT_US + 2 * VG_SECOND_US && r->measured_us == MIDNIGHT_US - VG_SECOND_US);
    bytes.received_us = MIDNIGHT_US - VG_SECOND_US; /* its clock is ahead */
    text = dollar(TTM("1", "000002"));
    r = take(&e, bytes, text, strlen(text), 0);
    assert_true(r->time_us == MIDNIGHT_US - VG_SECOND_US && r->measured_us == MIDNIGHT_US + 2 * VG_SECOND_US);
    r = take(&e, bytes, SHIP, strlen(SHIP), 0);
    assert_true(r->sensor == VG_SENSOR_AIS && r->measured_us == r->time_us && r->time_us == bytes.received_us);
    close_intake(&e);
}

static void a_silent_own_position_is_counted(void **state)
{
    (void)state;
    struct ear e;
    struct vg_intake_counters c;
    open_intake(&e, "vts");
    struct vg_feed_bytes bytes = {.received_us = MIDNIGHT_US};
    const char *text = dollar("GPGGA,000000.00,0056.0,S,08043.2,W,1,08,1.0,5.0,M,10.0,M,,");
    take(&e, bytes, text, strlen(text), 0);
    for (int s = 29; s <= 31; s++) {
        bytes.received_us = MIDNIGHT_US + s * VG_SECOND_US;
        text = dollar(TTM("1", ""));
        assert_int_equal(vg_pos_valid(take(&e, bytes, text, strlen(text), 0)->radar.from), s <= 30);
    }
    vg_intake_counters(e.intake, &c);
    assert_int_equal(c.refusals.count[VG_REFUSAL_OWN_POSITION], 1);
    close_intake(&e);
}

static void the_site_is_that_of_the_station_or_the_feed(void **state)
{
    (void)state;
    static const struct {
        const char *feed, *tag;
        uint16_t site;
    } row[] = {{"vts", "", 2}, {"vts", "\\s:x*31\\", 2}, {"vts", "\\s:hill*48\\", 3}, {"other", "", 0}};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        struct ear e;
        char text[200];
        open_intake(&e, row[i].feed);
        snprintf(text, sizeof text, "%s%s", row[i].tag, dollar(TTM("1", "")));
        assert_int_equal(take(&e, (struct vg_feed_bytes){.len = 0}, text, strlen(text), 0)->site, row[i].site);
        assert_int_equal(e.list.count, 1);
        close_intake(&e);
    }
}

/* IEC 61162-450: a datagram begins with its own header, and each sentence has a tag block. */
static void a_datagram_of_a_ship_s_network_is_read(void **state)
{
    (void)state;
    struct ear e;
    struct vg_intake_counters c;
    char text[300] = "UdPbC";
    size_t len = 6; /* with a zero behind it */
    open_intake(&e, "vts");
    for (int i = 0; i < 2; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "\\s:hill*48\\%s", dollar(TTM("1", "000000")));
    const struct vg_feed_bytes datagram = {.datagram = true};
    take(&e, datagram, text, len, 0);
    assert_int_equal(e.list.count, 2);
    assert_true(e.list.report[0].site == 3 && e.list.report[1].site == 3);
    vg_intake_counters(e.intake, &c);
    for (int i = 0; i < VG_REFUSAL_COUNT; i++)
        assert_int_equal(c.refusals.count[i], 0);
    close_intake(&e);
}

/* ---- ASTERIX ---- */

#define BLOCKS 12

/* Blocks of one plot each, numbered by their range; their lengths are all the same. */
/* `turn`: other plots each time, as of an antenna that goes round. */
static size_t make_turn(uint8_t *to, size_t size, uint8_t sic, size_t turn)
{
    size_t len = 0;
    for (int i = 0; i < BLOCKS; i++) {
        struct vg_asterix_writer w;
        struct vg_asterix_target t = VG_ASTERIX_TARGET_NONE;
        t.sac = 25;
        t.sic = sic;
        t.time_of_day_ms = 86399000;
        t.range_m = 1852 * (i + 1) + (double)(turn * 7919 % 30011);
        t.bearing_deg = (double)(90 + turn * 37 % 360) - (turn ? 90 : 0);
        vg_asterix_write_begin(&w, to + len, size - len);
        assert_int_equal(vg_asterix_write_048(&w, &t), VG_OK);
        len += w.len;
    }
    return len;
}

static size_t make_blocks(uint8_t *to, size_t size, uint8_t sic)
{
    return make_turn(to, size, sic, 0);
}

static const struct vg_feed_bytes asterix = {.language = VG_FEED_LANGUAGE_ASTERIX};

static void assert_plots(const struct ear *e, size_t first, uint64_t offset, size_t step, uint16_t site)
{
    for (size_t i = 0; i < BLOCKS; i++) {
        const struct vg_report *r = &e->list.report[first + i];
        assert_true(r->sensor == VG_SENSOR_RADAR && r->radar.says == VG_RADAR_PLOT);
        assert_int_equal(r->polar.range_m, 1852 * (i + 1));
        assert_int_equal(r->journal_offset, offset + i * step);
        assert_int_equal(r->site, site);
        assert_true(r->time_us == MIDNIGHT_US && r->measured_us == MIDNIGHT_US - VG_SECOND_US);
    }
}

static void asterix_comes_by_datagram_and_by_stream(void **state)
{
    (void)state;
    uint8_t bytes[2000];
    const size_t len = make_blocks(bytes, sizeof bytes - 2, 7), step = len / BLOCKS;
    struct ear e;
    struct vg_intake_counters c;
    open_intake(&e, "vts");
    bytes[len] = bytes[len + 1] = 0xFF; /* stray octets */
    struct vg_feed_bytes datagram = asterix;
    datagram.datagram = true;
    take(&e, datagram, bytes, len + 2, 5000);
    assert_int_equal(e.list.count, BLOCKS);
    assert_plots(&e, 0, 5000, step, 1);
    for (size_t piece = 1; piece <= len; piece += piece < 40 ? 1 : 100) {
        const size_t before = e.list.count;
        struct vg_feed_bytes stream = asterix;
        stream.begins = true;
        stream.stream = 3;
        for (size_t at = 0; at < len; at += piece, stream.begins = false)
            take(&e, stream, bytes + at, at + piece < len ? piece : len - at, 9000 + at);
        assert_int_equal(e.list.count, before + BLOCKS);
        assert_plots(&e, before, 9000, step, 1);
    }
    vg_intake_counters(e.intake, &c);
    assert_int_equal(c.refusals.count[VG_REFUSAL_ASTERIX_STRAY], 1);
    assert_int_equal(c.messages, e.list.count);
    assert_int_equal(c.lines, c.messages);
    close_intake(&e);
}

/* A block may be as long as its head says: what looks like one is waited for, up to VG_ASTERIX_CARRY octets. */
static void rubbish_is_counted_and_stops_nothing(void **state)
{
    (void)state;
    static const char *const rubbish[] = {"\x30\x01\x02", "GET / HTTP/1.1\r\n\r\n", SHIP, "\xFF\xFF\xFF\xFF\xFF"};
    uint8_t bytes[2000];
    const size_t len = make_blocks(bytes, sizeof bytes, 7), rounds = 2 * (1 << 16) / len;
    struct ear e;
    struct vg_intake_counters c;
    open_intake(&e, "vts");
    for (size_t i = 0; i < sizeof rubbish / sizeof *rubbish; i++) {
        take(&e, asterix, rubbish[i], strlen(rubbish[i]), 1000);
        for (size_t k = rounds; k-- > 0;) {
            make_turn(bytes, sizeof bytes, 7, k);
            take(&e, asterix, bytes, len, 5000);
        }
        if (e.list.count < (i + 1) * rounds * BLOCKS * 3 / 4) /* some go before it is in step again */
            fail_msg("%zu of %zu after rubbish %zu", e.list.count, (i + 1) * rounds * BLOCKS, i);
        assert_plots(&e, e.list.count - BLOCKS, 5000, len / BLOCKS, 1);
    }
    const struct vg_feed_bytes nmea = {.stream = 1};
    take(&e, nmea, bytes, len, 9000); /* and the other way */
    take(&e, nmea, "\n" SHIP, strlen(SHIP) + 1, 9000);
    assert_int_equal(e.list.report[e.list.count - 1].sensor, VG_SENSOR_AIS);
    vg_intake_counters(e.intake, &c);
    const uint64_t times = c.refusals.count[VG_REFUSAL_ASTERIX_RUBBISH]; /* one may look like a block for a while */
    assert_true(times >= 4 && times <= 8);
    assert_true(c.refusals.count[VG_REFUSAL_BINARY] >= 1);
    close_intake(&e);
}

static void a_feed_may_come_to_speak_another_language(void **state)
{
    (void)state;
    uint8_t bytes[2000];
    const size_t len = make_blocks(bytes, sizeof bytes, 9);
    struct ear e;
    struct vg_intake_counters c;
    open_intake(&e, "vts");
    take(&e, (struct vg_feed_bytes){.len = 0}, SHIP "!AIVDM,1,1", strlen(SHIP) + 10, 0); /* the rest never comes */
    take(&e, asterix, bytes, len, 5000);
    take(&e, (struct vg_feed_bytes){.len = 0}, SHIP, strlen(SHIP), 0);
    assert_int_equal(e.list.count, BLOCKS + 2);
    assert_plots(&e, 1, 5000, len / BLOCKS, 2); /* of no code: the site that takes any */
    vg_intake_counters(e.intake, &c);
    assert_int_equal(c.messages, BLOCKS + 2);
    assert_int_equal(c.refusals.count[VG_REFUSAL_TRUNCATED], 1);
    struct vg_feed_bytes later = {.language = VG_FEED_LANGUAGES};
    assert_int_equal(vg_intake_take(e.intake, &later, 0, &e.list), VG_ARG);
    close_intake(&e);
}

/* ---- the journal ---- */

static uint64_t put_entry(struct vg_journal *j, uint32_t stream, const void *bytes, size_t len, uint8_t flags)
{
    const struct vg_journal_entry e = {.source = 1,
                                       .name = "vts",
                                       .stream = stream,
                                       .flags = flags,
                                       .received_us = MIDNIGHT_US,
                                       .bytes = bytes,
                                       .len = len};
    const uint64_t offset = vg_journal_append(j, &e);
    assert_int_not_equal(offset, 0);
    return offset;
}

static void a_journal_knows_what_its_bytes_were(void **state)
{
    uint8_t bytes[2000];
    const size_t len = make_blocks(bytes, sizeof bytes, 7), half = len / BLOCKS / 2;
    const uint32_t blocks = vg_feed_stream(2, VG_FEED_LANGUAGE_ASTERIX);
    const char *journal = in(*state, "j"), *why;
    struct vg_journal *j = open_journal(journal, NULL);
    put_entry(j, vg_feed_stream(2, VG_FEED_LANGUAGE_NMEA), SHIP, strlen(SHIP), VG_RECORD_BEGINS);
    const uint64_t begin = put_entry(j, blocks, bytes, half, VG_RECORD_BEGINS);
    put_entry(j, vg_feed_stream(3, VG_FEED_LANGUAGE_NMEA), SHIP, strlen(SHIP), 0);
    put_entry(j, blocks, bytes + half, len - half, 0);
    put_entry(j, vg_feed_stream(2, (enum vg_feed_language)7), bytes, len, VG_RECORD_DATAGRAM); /* a later version's */
    put_entry(j, vg_feed_stream(64, VG_FEED_LANGUAGE_ASTERIX), bytes, len, VG_RECORD_DATAGRAM);
    assert_int_equal(vg_journal_close(j, NULL), VG_OK);
    for (unsigned threads = 0; threads <= 4; threads += 4) {
        struct vg_sources sources;
        struct vg_journal_replay *replay;
        struct vg_journal_replay_item item;
        size_t ships = 0, plots = 0, records = 0;
        assert_int_equal(vg_sources_init(&sources), VG_OK);
        const struct vg_journal_replay_options o = {
            .dir = journal, .sources = &sources, .sites = &sites, .threads = threads, .from_us = VG_TIME_NONE};
        assert_int_equal(vg_journal_replay_open(&o, &replay, &why), VG_OK);
        for (; vg_journal_replay_next(replay, &item) == VG_OK; records++)
            for (size_t i = 0; i < item.count; i++) {
                const struct vg_report *r = &item.reports[i];
                ships += r->sensor == VG_SENSOR_AIS;
                if (r->sensor != VG_SENSOR_RADAR)
                    continue;
                assert_int_equal(r->site, 1);
                assert_int_equal(r->polar.range_m, 1852 * ++plots);
                if (plots == 1) /* where the block begins, two entries before the one that ends it */
                    assert_int_equal(r->journal_offset, begin);
                assert_true(r->measured_us == MIDNIGHT_US - VG_SECOND_US);
            }
        assert_true(ships == 2 && plots == BLOCKS && records == 4);
        vg_journal_replay_close(replay);
        vg_sources_free(&sources);
    }
}

static void languages_and_recordings_have_streams_of_their_own(void **state)
{
    (void)state;
    for (uint32_t number = 0; number < VG_FEED_CONNECTIONS; number++)
        for (int k = 0; k < VG_FEED_LANGUAGES; k++) {
            const uint32_t stream = vg_feed_stream(number, (enum vg_feed_language)k);
            assert_true(stream < VG_RECORDING_STREAM && vg_feed_stream_number(stream) == number);
            assert_int_equal(vg_feed_stream_language(stream), k);
        }
    assert_int_equal(vg_feed_stream(5, VG_FEED_LANGUAGE_NMEA), 5); /* as before there were others */
}

int main(void)
{
    static const char yaml[] = "sensors:\n"
                               "- {name: a, feed: vts, sac: 25, sic: 7, moving: true, range_m: 1}\n"
                               "- {name: vts, moving: true, range_m: 1}\n"
                               "- {name: b, feed: vts/hill, moving: true, range_m: 1}\n";
    struct vg_site_error error;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(radar_lines_come_in_order_however_they_are_cut),
        cmocka_unit_test(a_time_of_day_is_of_the_day_it_was_received),
        cmocka_unit_test(a_silent_own_position_is_counted),
        cmocka_unit_test(the_site_is_that_of_the_station_or_the_feed),
        cmocka_unit_test(a_datagram_of_a_ship_s_network_is_read),
        cmocka_unit_test(asterix_comes_by_datagram_and_by_stream),
        cmocka_unit_test(rubbish_is_counted_and_stops_nothing),
        cmocka_unit_test(a_feed_may_come_to_speak_another_language),
        in_a_room(a_journal_knows_what_its_bytes_were),
        cmocka_unit_test(languages_and_recordings_have_streams_of_their_own),
    };
    if (vg_sites_read(yaml, strlen(yaml), &sites, &error))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
