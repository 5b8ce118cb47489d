/* Logs of JSON objects: times, what is refused, lines, any cut of the bytes, and how a log is known. */
#include "sensor/json_read.h"

#include "sensor/ais/batch.h"

/* ---- times ---- */

#define SHIP        "{\"class\":\"AIS\",\"type\":1,\"mmsi\":224999719,\"lon\":-8.72,\"lat\":42.23}\n"
#define TPV(second) "{\"class\":\"TPV\",\"time\":\"2024-11-22T05:20:" second ".000Z\"}\n"

static void records_without_a_time_have_a_neighbours(void **state)
{
    (void)state;
    struct read *r = read_text(SHIP SHIP TPV("10") SHIP TPV("11") SHIP);
    static const int seconds[] = {10, 10, 10, 11};
    assert_int_equal(r->count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_true(r->report[i].time_us == at("2024-11-22T05:20:00Z") + seconds[i] * VG_SECOND_US);
        assert_int_equal(r->report[i].time_source, VG_TIME_SOURCE_NEIGHBOUR);
    }
    assert_int_equal(r->report[1].journal_offset, sizeof SHIP - 1);
    free(r);
}

static void a_log_without_any_time_gives_none(void **state)
{
    (void)state;
    char *text = repeated("", SHIP, 40, "");
    struct read *r = read_text(text);
    assert_int_equal(r->count, 40);
    for (size_t i = 0; i < 40; i++) {
        assert_true(r->report[i].time_us == VG_TIME_NONE);
        assert_int_equal(r->report[i].journal_offset, i * (sizeof SHIP - 1)); /* in their order */
    }
    free(r);
    free(text);
    text = repeated("", SHIP, 40, TPV("12") SHIP);
    r = read_text(text);
    free(text);
    assert_int_equal(r->count, 41);
    assert_true(r->report[0].time_us == VG_TIME_NONE && r->report[40].time_us == at("2024-11-22T05:20:12Z"));
    free(r);
}

static void a_loggers_time_in_front_is_the_lines(void **state)
{
    (void)state;
    struct vg_report r = only("2024-11-22T05:20:03Z " SHIP);
    assert_true(r.time_us == at("2024-11-22T05:20:03Z"));
    assert_int_equal(r.time_source, VG_TIME_SOURCE_LINE);
    r = only("1732252803.5: " SHIP);
    assert_true(r.time_us == at("2024-11-22T05:20:03.5Z"));
    r = only("ais/1 " PGN("129809", "\"User ID\":1,\"Name\":\"LA B\"")); /* a broker's topic; the record has its own */
    assert_true(r.time_us == at("2024-11-22T05:20:00.12Z"));
    struct read *strange = read_text("5 past ten " SHIP);
    assert_int_equal(strange->count, 0);
    assert_int_equal(strange->refusals.count[VG_CSV_REFUSAL_TIME], 1);
    free(strange);
}

static void a_time_that_is_not_understood_is_never_replaced(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{\"class\":\"AIS\",\"rxuxtime\":\"soon\",\"type\":1,\"mmsi\":224999719,\"lon\":-8.72,\"lat\":42.23}\n",
        "{\"class\":\"AIS\",\"rxuxtime\":12,\"type\":1,\"mmsi\":224999719,\"lon\":-8.72,\"lat\":42.23}\n",
        "{\"class\":\"AIS\",\"rxuxtime\":1e300,\"type\":1,\"mmsi\":224999719,\"lon\":-8.72,\"lat\":42.23}\n",
        "{\"class\":\"AIS\",\"rxuxtime\":{},\"type\":1,\"mmsi\":224999719,\"lon\":-8.72,\"lat\":42.23}\n",
        "{\"context\":\"" VESSEL
        "\",\"updates\":[{\"timestamp\":\"x\",\"values\":[{\"path\":\"name\",\"value\":\"A\"}]}]}\n",
        "{\"timestamp\":\"22:52:01.123\",\"pgn\":129809,\"fields\":{\"User ID\":1,\"Name\":\"LA B\"}}\n",
        "{\"MessageType\":\"PositionReport\",\"MetaData\":{\"time_utc\":\"?\"},\"Message\":{\"PositionReport\":{"
        "\"MessageID\":1,\"UserID\":1,\"Sog\":1}}}\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char text[1024];
        snprintf(text, sizeof text, "%s%s", TPV("10"), texts[i]);
        struct read *r = read_text(text);
        if (r->count || r->refusals.count[VG_CSV_REFUSAL_TIME] != 1)
            fail_msg("%s", texts[i]);
        free(r);
    }
}

static void a_time_out_of_bounds_is_no_time(void **state)
{
    (void)state;
    struct vg_json_log *l;
    struct vg_report report[CAP];
    size_t taken;
    static const char text[] =
        "{\"class\":\"TPV\",\"time\":\"2024-11-24T00:00:00Z\"}\n" SHIP "1732492800: " SHIP
        "{\"class\":\"AIS\",\"rxuxtime\":1732492800,\"type\":1,\"mmsi\":1,\"speed\":1}\n" TPV("10");
    assert_int_equal(vg_json_log_new(false, 1, &l), VG_OK);
    vg_json_log_bound(l, at("2024-11-23T12:00:00Z"));
    assert_int_equal(vg_json_log_push(l, text, sizeof text - 1, report, CAP, &taken), 1);
    assert_true(report[0].time_us == at("2024-11-22T05:20:10Z"));
    assert_int_equal(vg_json_log_refusals(l)->count[VG_CSV_REFUSAL_TIME], 2);
    vg_json_log_free(l);
}

static void a_line_cut_within_its_object_is_unfinished(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t unfinished;
    } cases[] = {{SHIP, 0},        {SHIP "{\"class\":\"A", 11},
                 {"{\"a\":1}", 0}, {"{\"a\":1},{\"b\"", 12},
                 {SHIP "]", 0},    {SHIP "rub", 0},
                 {"", 0},          {SHIP "{", 1},
                 {"{\"a\"", 4}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(vg_json_log_unfinished(cases[i].text, strlen(cases[i].text)), cases[i].unfinished);
}

/* ---- what is refused ---- */

static void what_is_wrong_is_counted_and_stops_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum vg_csv_refusal refusal;
        size_t reports; /* of the line, and then one more */
    } cases[] = {
        {"{\"class\":\"AIS\",\"type\":1,\"mm\n", VG_CSV_REFUSAL_JSON_SYNTAX, 0},
        {"no JSON at all\n", VG_CSV_REFUSAL_JSON_SYNTAX, 0},
        {"{\"a\":\"\xff\"}\n", VG_CSV_REFUSAL_JSON_SYNTAX, 0},
        {"{\"a\":\"b\\u0000c\"}\n", VG_CSV_REFUSAL_JSON_SYNTAX, 0},
        {"{\"a\":1}\n", VG_CSV_REFUSAL_JSON_KIND, 0},
        {"{}\n", VG_CSV_REFUSAL_JSON_KIND, 0},
        {"{\"class\":\"VERSION\"}\n", VG_CSV_REFUSAL_JSON_OTHER, 0},
        {"{\"class\":\"AIS\",\"type\":99,\"mmsi\":1}\n", VG_CSV_REFUSAL_JSON_OTHER, 0},
        {"{\"class\":\"AIS\",\"type\":1,\"mmsi\":0,\"speed\":1}\n", VG_CSV_REFUSAL_MMSI, 0},
        {"{\"class\":\"AIS\",\"type\":1,\"mmsi\":1073741824,\"speed\":1}\n", VG_CSV_REFUSAL_MMSI, 0},
        {"{\"class\":\"AIS\",\"type\":1,\"mmsi\":-5,\"speed\":1}\n", VG_CSV_REFUSAL_MMSI, 0},
        {"{\"class\":\"AIS\",\"type\":1,\"mmsi\":1.5,\"speed\":1}\n", VG_CSV_REFUSAL_MMSI, 0},
        {"{\"class\":\"AIS\",\"type\":1,\"speed\":1}\n", VG_CSV_REFUSAL_MMSI, 0},
        {"{\"class\":\"AIS\",\"type\":1,\"mmsi\":1}\n", VG_CSV_REFUSAL_EMPTY, 0},
        {"{\"class\":\"AIS\",\"type\":1,\"mmsi\":1,\"speed\":103}\n", VG_CSV_REFUSAL_VALUE, 0},
        {"{\"class\":\"AIS\",\"type\":1,\"mmsi\":1,\"speed\":-1,\"heading\":3}\n", VG_CSV_REFUSAL_VALUE, 1},
        {"{\"class\":\"AIS\",\"type\":1,\"mmsi\":1,\"course\":361,\"heading\":3}\n", VG_CSV_REFUSAL_VALUE, 1},
        {"{\"class\":\"AIS\",\"type\":1,\"mmsi\":1,\"speed\":1e300,\"heading\":3}\n", VG_CSV_REFUSAL_VALUE, 1},
        {"{\"class\":\"AIS\",\"type\":1,\"mmsi\":1,\"speed\":[],\"heading\":3}\n", VG_CSV_REFUSAL_VALUE, 1},
        {"{\"class\":\"AIS\",\"type\":1,\"mmsi\":1,\"speed\":\"slow\",\"heading\":3}\n", VG_CSV_REFUSAL_VALUE, 1},
        {"{\"class\":\"AIS\",\"type\":1,\"mmsi\":1,\"status\":16,\"heading\":3}\n", VG_CSV_REFUSAL_VALUE, 1},
        {"{\"class\":\"AIS\",\"type\":1,\"mmsi\":1,\"lon\":190,\"lat\":3,\"heading\":3}\n", VG_CSV_REFUSAL_POSITION, 1},
        {"{\"class\":\"AIS\",\"type\":1,\"mmsi\":1,\"lon\":\"east\",\"lat\":3,\"heading\":3}\n",
         VG_CSV_REFUSAL_POSITION, 1},
        {"{\"class\":\"AIS\",\"type\":5,\"mmsi\":1,\"shipname\":5,\"callsign\":\"A\"}\n", VG_CSV_REFUSAL_VALUE, 1},
        {"{\"class\":\"AIS\",\"type\":5,\"mmsi\":1,\"eta\":\"soon\",\"callsign\":\"A\"}\n", VG_CSV_REFUSAL_VALUE, 1},
        {"{\"class\":\"AIS\",\"type\":5,\"mmsi\":1,\"to_bow\":512,\"callsign\":\"A\"}\n", VG_CSV_REFUSAL_VALUE, 1},
        {PGN("129794", "\"User ID\":1,\"Type of ship\":\"Submarine\",\"Name\":\"A\"") "\n", VG_CSV_REFUSAL_VALUE, 1},
        {PGN("129794", "\"User ID\":1,\"Type of ship\":999,\"Name\":\"A\"") "\n", VG_CSV_REFUSAL_VALUE, 1},
        {DELTA(VESSEL, "{\"path\":\"navigation.state\",\"value\":\"flying\"},{\"path\":\"name\",\"value\":\"A\"}") "\n",
         VG_CSV_REFUSAL_VALUE, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[2048];
        snprintf(text, sizeof text, "%s%s", cases[i].text, SHIP);
        struct read *r = read_text(text);
        uint64_t all = 0;
        for (int k = 1; k < VG_CSV_REFUSAL_COUNT; k++)
            all += r->refusals.count[k];
        if (r->count != cases[i].reports + 1 || r->refusals.count[cases[i].refusal] != 1 || all != 1)
            fail_msg("%zu reports of %s", r->count, cases[i].text);
        assert_int_equal(r->counters.rows, 2);
        assert_memory_equal(r->refusals.example[cases[i].refusal], cases[i].text, 2);
        free(r);
    }
}

static void a_line_of_64_kib_is_the_longest(void **state)
{
    (void)state;
    for (int more = 0; more < 2; more++) {
        size_t len = VG_JSON_LINE + (size_t)more, end = sizeof SHIP - 1;
        char *text = malloc(len + sizeof SHIP);
        memset(text, ' ', len);
        memcpy(text, SHIP, end - 1);
        text[len - 1] = '\n';
        memcpy(text + len, SHIP, end);
        for (size_t piece = 1000; piece < 3 * len; piece *= 70) {
            struct read *r = read_pieces(text, len + end, piece, false);
            assert_int_equal(r->count, more ? 1 : 2);
            assert_int_equal(r->refusals.count[VG_CSV_REFUSAL_JSON_LONG], more);
            assert_int_equal(r->report[r->count - 1].journal_offset, len);
            free(r);
        }
        free(text);
    }
}

static void a_line_gives_sixteen_reports_at_most(void **state)
{
    (void)state;
    char ship[sizeof SHIP];
    snprintf(ship, sizeof ship, "%.*s,", (int)sizeof SHIP - 2, SHIP); /* a comma in place of the line's end */
    char *text = repeated("[", ship, 18, "]\n" SHIP);
    struct read *r = read_text(text);
    free(text);
    assert_int_equal(r->count, VG_JSON_RECORDS + 1);
    assert_int_equal(r->refusals.count[VG_CSV_REFUSAL_JSON_MANY], 2);
    free(r);
}

static void nested_brackets_end_somewhere(void **state)
{
    (void)state;
    char *text = malloc(60001);
    memset(text, '[', 60000);
    memcpy(text, "{\"class\":", 9);
    text[60000] = '\n';
    struct read *r = read_pieces(text, 60001, 60001, false);
    assert_int_equal(r->refusals.count[VG_CSV_REFUSAL_JSON_SYNTAX], 1);
    free(r);
    free(text);
}

/* ---- lines ---- */

static void arrays_blank_lines_and_marks_are_read(void **state)
{
    (void)state;
    struct read *r = read_text("\xEF\xBB\xBF[\r\n" SHIP "," SHIP "\r\n  \n]\n");
    assert_int_equal(r->count, 2);
    assert_int_equal(r->counters.rows, 2);
    free(r);
}

static void any_cut_gives_the_same(void **state)
{
    (void)state;
    static const char text[] = SHIP TPV("10")
        DELTA(VESSEL, "{\"path\":\"name\",\"value\":\"A\"}") "\nrubbish\n" SHIP PGN("129809",
                                                                                    "\"User ID\":1,\"Name\":\"LA B\"");
    struct read *whole = read_pieces(text, sizeof text - 1, sizeof text, false);
    assert_int_equal(whole->count, 4);
    for (size_t piece = 1; piece < sizeof text; piece++) {
        struct read *r = read_pieces(text, sizeof text - 1, piece, false);
        assert_memory_equal(r, whole, sizeof *r);
        free(r);
    }
    free(whole);
}

/* Reading that begins in the middle gives what reading from the begin gives, but for what came before its stretch. */
static void reading_may_begin_at_a_line_of_the_stretch_before(void **state)
{
    (void)state;
    struct vg_json_log *l;
    struct vg_report report[CAP];
    size_t taken, n, len = strlen(SHIP);
    assert_int_equal(vg_json_log_new(false, 1, &l), VG_OK);
    vg_json_log_resume(l, VG_CSV_SEGMENT - 2 * len);
    assert_int_equal(vg_json_log_push(l, TPV("10"), strlen(TPV("10")), report, CAP, &taken), 0);
    n = vg_json_log_push(l, SHIP, len, report, CAP, &taken);
    assert_int_equal(n, 1);
    assert_true(report[0].time_us != VG_TIME_NONE); /* of this stretch */
    assert_int_equal(report[0].journal_offset, VG_CSV_SEGMENT - 2 * len + strlen(TPV("10")));
    n = vg_json_log_push(l, SHIP SHIP, 2 * len, report, CAP, &taken);
    assert_int_equal(n, 1);
    assert_int_equal(vg_json_log_push(l, TPV("11"), strlen(TPV("11")), report, CAP, &taken), 1);
    assert_true(report[0].time_us == at("2024-11-22T05:20:11Z")); /* the next one knows nothing of it */
    vg_json_log_free(l);
}

static void a_file_is_known_by_its_first_lines(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum vg_json_head head;
    } cases[] = {
        {SHIP, VG_JSON_LOG},
        {"\xEF\xBB\xBF\n\n[\n" SHIP, VG_JSON_LOG},
        {"{\"class\":\"VERSION\"}\n", VG_JSON_LOG},
        {"1732252803.5: " SHIP, VG_JSON_LOG},
        {"# a remark\n" SHIP, VG_JSON_LOG},
        {STREAM("PositionReport", "\"MessageID\":1") "\n", VG_JSON_LOG},
        {DELTA("vessels.self", "") "\n", VG_JSON_LOG},
        {"{\"name\":\"signalk-server\",\"version\":\"2.0.0\",\"self\":\"vessels.urn:x\"}\n", VG_JSON_LOG},
        {PGN("127250", ""), VG_JSON_LOG},
        {"{\"version\":\"6.0.1\",\"units\":\"std\"}\n", VG_JSON_LOG},
        {"{\"version\":\"6.0.1\",\"units\":\"si\"}\n", VG_JSON_LOG_SI},
        {"{\"a\":1}\n" SHIP, VG_JSON_LOG},
        {"{\"class\":\"AIS\",\"nmea\":[\"!AIVDM,1,1,,A,13FTq:hP11OH5D0H:PT3Q2n00000,0*7B\"]}\n", VG_JSON_NONE},
        {"{\"a\":1}\n", VG_JSON_STRANGE},
        {"[{\"a\":1}]\n", VG_JSON_STRANGE},
        {"{\n  \"class\": \"AIS\",\n  \"mmsi\": 1\n}\n", VG_JSON_SPREAD},
        {"[1,2,3]\n", VG_JSON_SPREAD},
        {"!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\n", VG_JSON_NONE},
        {"mmsi,time,lon,lat\n1,2,3,4\n", VG_JSON_NONE},
        {"a,b\n1,{\"a\":1}\n", VG_JSON_NONE},
        {"", VG_JSON_NONE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (vg_json_log_head(cases[i].text, strlen(cases[i].text), true) != cases[i].head)
            fail_msg("%s", cases[i].text);
    assert_int_equal(vg_json_log_head(SHIP, sizeof SHIP - 2, false), VG_JSON_SPREAD); /* the line may go on */
}

/* ---- what the field has ---- */

static void the_trials_logs_are_read(void **state)
{
    (void)state;
    static const char *const names[] = {"gpsd-json-log.json", "aisstream-recording.jsonl", "signalk-delta.json",
                                        "canboat-129038.json"};
    if (!shared_dir()) {
        print_message("no ../shared/data/trials: skipped\n");
        skip();
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[512], text[4096];
        snprintf(path, sizeof path, "%s/data/trials/%s", shared_dir(), names[i]);
        FILE *f = fopen(path, "rb");
        if (!f)
            skip();
        size_t len = fread(text, 1, sizeof text, f);
        fclose(f);
        assert_int_equal(vg_json_log_head(text, len, true), VG_JSON_LOG);
        struct read *r = read_pieces(text, len, len, false);
        assert_int_equal(r->count, 1);
        check_place(&r->report[0], -8.72, 42.23);
        free(r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_without_a_time_have_a_neighbours),
        cmocka_unit_test(a_log_without_any_time_gives_none),
        cmocka_unit_test(a_loggers_time_in_front_is_the_lines),
        cmocka_unit_test(a_time_that_is_not_understood_is_never_replaced),
        cmocka_unit_test(a_time_out_of_bounds_is_no_time),
        cmocka_unit_test(a_line_cut_within_its_object_is_unfinished),
        cmocka_unit_test(what_is_wrong_is_counted_and_stops_nothing),
        cmocka_unit_test(a_line_of_64_kib_is_the_longest),
        cmocka_unit_test(a_line_gives_sixteen_reports_at_most),
        cmocka_unit_test(nested_brackets_end_somewhere),
        cmocka_unit_test(arrays_blank_lines_and_marks_are_read),
        cmocka_unit_test(any_cut_gives_the_same),
        cmocka_unit_test(reading_may_begin_at_a_line_of_the_stretch_before),
        cmocka_unit_test(a_file_is_known_by_its_first_lines),
        cmocka_unit_test(the_trials_logs_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
