/* Times in the forms that programs and people write. */
#include "base/time.h"
#include "base/time_scan.h"
#include "test.h"

static void whole_times_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text, *utc;
        size_t rest; /* characters behind it */
    } rows[] = {
        {"2024-11-22T05:20:00Z", "2024-11-22T05:20:00Z", 0},
        {"2024-11-22T05:20:00.123456789Z", "2024-11-22T05:20:00.123456Z", 0},
        {"2024-11-22T05:20Z", "2024-11-22T05:20:00Z", 0},
        {"2024-11-22 05:20:00", "2024-11-22T05:20:00Z", 0},
        {"2024-11-22 05:20:00,123 - INFO", "2024-11-22T05:20:00.123Z", 7},
        {"2024-11-22 05.20.00", "2024-11-22T05:20:00Z", 0},
        {"2024-11-22_05:20:00", "2024-11-22T05:20:00Z", 0},
        {"2024-11-22,05:20:00,224999730", "2024-11-22T05:20:00Z", 10},
        {"2024-11-22T05:20:50,500", "2024-11-22T05:20:50.500Z", 0},
        {"2024-11-22;05:20:00", "2024-11-22T05:20:00Z", 0},
        {"2024-1-2 5:20:00", "2024-01-02T05:20:00Z", 0},
        {"2024/11/22 05:20:00", "2024-11-22T05:20:00Z", 0},
        {"2024-11-22 07:20:00+02", "2024-11-22T05:20:00Z", 0},
        {"2024-11-22 07:20:00.50+02", "2024-11-22T05:20:00.500Z", 0},
        {"2024-11-22T00:20:00-0500", "2024-11-22T05:20:00Z", 0},
        {"2024-11-22T10:50:00+05:30", "2024-11-22T05:20:00Z", 0},
        {"2024-11-22 05:20:00 UTC", "2024-11-22T05:20:00Z", 0},
        {"2024-11-22 05:20:00 GMT", "2024-11-22T05:20:00Z", 0},
        {"2024-11-22 05:20:00 +0000 UTC", "2024-11-22T05:20:00Z", 0},
        {"2024-11-22 07:20:00 +0200 CEST", "2024-11-22T05:20:00Z", 5},
        {"2024-11-22 05:20:00 PM", "2024-11-22T17:20:00Z", 0},
        {"2024-11-22 12:20:00 am", "2024-11-22T00:20:00Z", 0},
        {"2024-11-22 05:20:00 -08.72", "2024-11-22T05:20:00Z", 7},
        {"2024-11-22 05:20:60", "2024-11-22T05:21:00Z", 0},
        {"20241122T052000Z", "2024-11-22T05:20:00Z", 0},
        {"20241122 052000", "2024-11-22T05:20:00Z", 0},
        {"20241122-05:20:00", "2024-11-22T05:20:00Z", 0},
        {"20241122052000", "2024-11-22T05:20:00Z", 0},
        {"20241122052000123", "2024-11-22T05:20:00.123Z", 0},
        {"202411220520", "2024-11-22T05:20:00Z", 0},
        {"1732252800", "2024-11-22T05:20:00Z", 0},
        {"1732252800.25", "2024-11-22T05:20:00.250Z", 0},
        {"1732252800484", "2024-11-22T05:20:00.484Z", 0},
        {"1732252800484123", "2024-11-22T05:20:00.484123Z", 0},
        {"1732252800484123456", "2024-11-22T05:20:00.484123Z", 0},
        {"631152000", "1990-01-01T00:00:00Z", 0},
        {"22 Nov 2024 05:20:00", "2024-11-22T05:20:00Z", 0},
        {"22-Nov-2024 05:20", "2024-11-22T05:20:00Z", 0},
        {"22/Nov/2024:05:20:00 +0000", "2024-11-22T05:20:00Z", 0},
        {"Nov 22 05:20:00 2024", "2024-11-22T05:20:00Z", 0},
        {"Nov 22 05:20:00 UTC 2024", "2024-11-22T05:20:00Z", 0},
        {"Nov 22, 2024 05:20:00 PM", "2024-11-22T17:20:00Z", 0},
        {"november 22 2024 05:20:00", "2024-11-22T05:20:00Z", 0},
        {"22 ago 2024 05:20:00", "2024-08-22T05:20:00Z", 0},
        {"2024-11-22_05-20-00", "2024-11-22T05:20:00Z", 0},
        {"2024-11-22-05-20-00.5", "2024-11-22T05:20:00.500Z", 0},
        {"20241122_05-20-00", "2024-11-22T05:20:00Z", 0},
        {"2024-11-22][05:20:00]", "2024-11-22T05:20:00Z", 1},
        {"2024-11-22] 05:20:00", "2024-11-22T05:20:00Z", 0},
        {"2024-11-21T24:00:00Z", "2024-11-22T00:00:00Z", 0},
        {"20241231240000", "2025-01-01T00:00:00Z", 0},
        {"2024-11-22 07:20:00 GMT+2", "2024-11-22T05:20:00Z", 0},
        {"2024-11-22 02:20:00 UTC-3", "2024-11-22T05:20:00Z", 0},
        {"2024-11-22T00:20:00\u221205:00", "2024-11-22T05:20:00Z", 0},
        {"Fri, 22 Nov 2024 05:20:00 GMT", "2024-11-22T05:20:00Z", 0},
        {"Friday 22 November 2024 05:20", "2024-11-22T05:20:00Z", 0},
        {"Fri Nov 22 05:20:00 2024", "2024-11-22T05:20:00Z", 0},
        {"Fri Nov 22 2024 07:20:00 GMT+0200", "2024-11-22T05:20:00Z", 0},
        {"Fri 2024-11-22 05:20:00 UTC", "2024-11-22T05:20:00Z", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *text = rows[i].text, *end = text + strlen(text);
        struct vg_time_found f = vg_time_scan(text, end, 9);
        struct vg_civil c = vg_time_civil(f.time_us);
        char told[64];
        snprintf(told, sizeof told, "%04d-%02d-%02dT%02d:%02d:%02d", c.year, c.month, c.day, c.hour, c.minute,
                 c.second);
        size_t n = strlen(told);
        if (c.us) {
            n += (size_t)snprintf(told + n, sizeof told - n, ".%06d", c.us);
            while (n > 23 && told[n - 1] == '0')
                told[--n] = '\0';
        }
        snprintf(told + n, sizeof told - n, "Z");
        if (f.kind != VG_TIME_KIND_WHOLE || strcmp(told, rows[i].utc) != 0 || (size_t)(end - f.end) != rows[i].rest)
            fail_msg("%s: kind %d, %s, %zu behind", text, f.kind, told, (size_t)(end - f.end));
    }
}

static void others_are_known_for_what_they_lack(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum vg_time_kind kind;
    } rows[] = {
        {"05:20:00", VG_TIME_KIND_OF_DAY},
        {"5:20:00.5", VG_TIME_KIND_OF_DAY},
        {"05:20:00 PM", VG_TIME_KIND_OF_DAY},
        {"05:20", VG_TIME_KIND_NONE}, /* too little */
        {"24:00:00", VG_TIME_KIND_NONE},
        {"2024-11-22 24:00:01", VG_TIME_KIND_NONE},
        {"2024-11-22 05-20", VG_TIME_KIND_NONE},
        {"Friday", VG_TIME_KIND_NONE},
        {"Sat, ", VG_TIME_KIND_NONE},
        {"Sat November", VG_TIME_KIND_NONE},
        {"Sun 22", VG_TIME_KIND_NONE},
        {"05:20:00:11", VG_TIME_KIND_NONE}, /* an address */
        {"Nov 22 05:20:00", VG_TIME_KIND_NO_YEAR},
        {"Feb 29 05:20:00", VG_TIME_KIND_NO_YEAR},
        {"Feb 30 05:20:00", VG_TIME_KIND_NONE},
        {"22/11/2024 05:20:00", VG_TIME_KIND_ORDER},
        {"03/04/24 05:20:00", VG_TIME_KIND_ORDER},
        {"22.11.2024 05:20:00", VG_TIME_KIND_ORDER},
        {"3-4-2024, 5:20", VG_TIME_KIND_ORDER},
        {"2024-11-22 05:20:00 CET", VG_TIME_KIND_ZONE},
        {"2024-11-22 05:20:00 Pst", VG_TIME_KIND_ZONE},
        {"2024-02-30 05:20:00", VG_TIME_KIND_NONE},
        {"2024-13-01 05:20:00", VG_TIME_KIND_NONE},
        {"2024-11-22 25:20:00", VG_TIME_KIND_NONE},
        {"2024-11-22", VG_TIME_KIND_NONE},
        {"20241122", VG_TIME_KIND_NONE},
        {"12345", VG_TIME_KIND_NONE},
        {"9999999999", VG_TIME_KIND_NONE},
        {"600000000", VG_TIME_KIND_NONE},
        {"99999999999999999999999999999999999999", VG_TIME_KIND_NONE},
        {"-1732252800", VG_TIME_KIND_NONE},
        {"192.0.2.7", VG_TIME_KIND_NONE},
        {"", VG_TIME_KIND_NONE},
        {"INFO", VG_TIME_KIND_NONE},
        {"Nov", VG_TIME_KIND_NONE},
        {"Novel 22 05:20:00", VG_TIME_KIND_NONE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *text = rows[i].text;
        struct vg_time_found f = vg_time_scan(text, text + strlen(text), 9);
        if (f.kind != rows[i].kind)
            fail_msg("%s: kind %d", text, f.kind);
        if (!f.kind)
            assert_ptr_equal(f.end, text);
    }
}

static void one_is_found_among_other_text(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t at; /* where it ends; 0: none is there */
    } rows[] = {
        {"<34>1 2024-11-22T05:20:00.003Z host", 30},
        {"mmsi 992191234 at 1732252800", 28},
        {"mmsi 992191234", 0},
        {"port TCP:192.0.2.7:10110", 0},
        {"00:11:22:33:44:55", 0},
        {"v1.2024-11-22 05:20:00", 0}, /* a date that isn't understood makes no time of day of what follows */
        {"0000-00-00 00:00:00", 0},
        {"2024-13-45T05:20:00Z", 0},
        {"2024.02.30, 05:20:00", 0},
        {"30-30/2024 05:20:00", 19},
        {"11-22 05:20:00", 14},
        {"1.2.3 05:20:00", 14},
        {"INFO:2024-11-22 05:20:00,123:root:", 28},
        {"INFO:05:20:00,123 root", 17},
        {"192.0.2.7:05:20:00", 0},
        {"aa:bb:cc:05:20:00", 0},
        {"x1732252800", 0},
        {"1732252800x", 0},
        {"a -1732252800", 0},
        {"a-1732252800", 12},
        {"[05:20:00]", 9},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *text = rows[i].text, *end = text + strlen(text);
        struct vg_time_found f = vg_time_find(text, end);
        if ((f.kind != VG_TIME_KIND_NONE) != (rows[i].at > 0) || (f.kind && (size_t)(f.end - text) != rows[i].at))
            fail_msg("%s: kind %d, ends at %zu", text, f.kind, (size_t)(f.end - text));
    }
}

/* Every prefix and every text with a byte changed is read without leaving it. */
static void nothing_behind_the_end_is_read(void **state)
{
    (void)state;
    static const char *const texts[] = {"2024-11-22T05:20:00.123+02:00", "22/Nov/2024:05:20:00 +0000 UTC",
                                        "Nov 22 05:20:00 UTC 2024", "1732252800484123456", "Nov 22, 2024 05:20:00 PM"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        for (size_t n = 0; n <= strlen(texts[i]); n++) {
            char *copy = malloc(n + 1); /* so that the sanitizer sees a byte too many */
            memcpy(copy, texts[i], n);
            copy = realloc(copy, n ? n : 1);
            struct vg_time_found f = vg_time_scan(copy, copy + n, 9);
            assert_true(f.end >= copy && f.end <= copy + n);
            vg_time_find(copy, copy + n);
            free(copy);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_times_are_read),
        cmocka_unit_test(others_are_known_for_what_they_lack),
        cmocka_unit_test(one_is_found_among_other_text),
        cmocka_unit_test(nothing_behind_the_end_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
