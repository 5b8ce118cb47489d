/* What a receiver sends twice, or a second feed brings minutes later, is in history once and at its own time. */
#include "command.h"

#include "base/out.h"
#include "base/time.h"
#include "sensor/ais/ais.h"

#define T0_US   INT64_C(1732252800000000)
#define REPORTS 30

/* A ship under way at ten-second steps, with the time and station of whoever heard her. */
static void hear(FILE *f, int64_t second, const char *station, int64_t lag)
{
    char line[200];
    struct vg_ais msg;
    struct vg_out out = vg_out_fixed(line, sizeof line);
    assert_int_equal(vg_ais_blank("1", 224123000, &msg), VG_OK);
    vg_ais_set(&msg, "speed", 17);
    vg_ais_set(&msg, "course", 90);
    vg_ais_set_pos(&msg, (struct vg_pos){-5000000 + (int32_t)second * 50, 22000000});
    vg_ais_set_raw(&msg, "second", second % 60);
    vg_ais_sentences(&msg, "AI", 'A', 0, station, T0_US + (second + lag) * VG_SECOND_US, &out);
    fwrite(line, 1, out.len, f);
}

static void count_in(const char *text, const char *key, long want)
{
    const char *at = strstr(text, key);
    assert_non_null(at);
    if (strtol(at + strlen(key), NULL, 10) != want)
        fail_msg("%.60s, not %ld", at, want);
}

/* Rows come by time, and the ship only goes east. */
static void history_is(int rows)
{
    struct said s = run(vg_cli_history, NULL, "history -d data --format csv");
    assert_int_equal(s.status, VG_EXIT_OK);
    double last = -180;
    int n = 0;
    for (const char *line = strchr(s.out, '\n') + 1; *line; line = strchr(line, '\n') + 1, n++) {
        const char *lon = strchr(strchr(line, ',') + 1, ',') + 1;
        double now = strtod(lon, NULL);
        assert_true(now > last);
        last = now;
    }
    assert_int_equal(n, rows);
    forget(&s);
}

static void ingested(const char *files, long duplicates, int rows)
{
    char line[100];
    snprintf(line, sizeof line, "ingest -d data --json %s", files);
    struct said s = run(vg_cli_ingest, NULL, line);
    assert_int_equal(s.status, VG_EXIT_OK);
    count_in(s.out, "\"duplicates\":", duplicates);
    count_in(s.out, "\"positions\":", rows);
    forget(&s);
    history_is(rows);
}

static void a_receiver_that_sends_each_sentence_again_is_taken_once(void **state)
{
    (void)state;
    FILE *f = fopen("a.nmea", "w");
    for (int64_t second = 0; second < 10 * REPORTS + 12; second++) {
        if (second % 10 == 0 && second < 10 * REPORTS)
            hear(f, second, "DIRECT", 0);
        if (second >= 12 && (second - 12) % 10 == 0)
            hear(f, second - 12, "DIRECT", 12);
    }
    fclose(f);
    ingested("a.nmea", REPORTS, REPORTS);
    struct said s = run(vg_cli_ingest, NULL, "ingest -d other a.nmea");
    assert_non_null(strstr(s.err, "          30  duplicates: the same transmission heard again, left out\n"));
    forget(&s);
}

static void a_feed_that_lags_is_taken_once(void **state)
{
    (void)state;
    FILE *f = fopen("a.nmea", "w");
    for (int64_t second = 0; second < 10 * REPORTS + 68; second++) {
        if (second % 10 == 0 && second < 10 * REPORTS)
            hear(f, second, "DIRECT", 0);
        if (second >= 68 && (second - 68) % 10 == 0)
            hear(f, second - 68, "INTERNET", 68);
    }
    fclose(f);
    ingested("a.nmea", REPORTS, REPORTS);
}

/* A log that grows, taken in two: what was heard before the seam is known behind it. */
static void the_seam_of_a_log_that_grows_forgets_nothing(void **state)
{
    (void)state;
    FILE *f = fopen("a.nmea", "w");
    for (int64_t second = 0; second < 10 * REPORTS; second += 10)
        hear(f, second, "DIRECT", 0);
    fclose(f);
    ingested("a.nmea", 0, REPORTS);
    f = fopen("a.nmea", "a");
    for (int64_t second = 0; second < 10 * REPORTS; second += 10)
        hear(f, second, "DIRECT", 68);
    fclose(f);
    struct said s = run(vg_cli_ingest, NULL, "ingest -d data --json a.nmea");
    assert_int_equal(s.status, VG_EXIT_OK);
    count_in(s.out, "\"duplicates\":", REPORTS);
    count_in(s.out, "\"positions\":", 0);
    forget(&s);
    history_is(REPORTS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(a_receiver_that_sends_each_sentence_again_is_taken_once),
        IN_A_FOLDER(a_feed_that_lags_is_taken_once),
        IN_A_FOLDER(the_seam_of_a_log_that_grows_forgets_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
