/*
 * The clock of a recording over any bytes. The first byte chooses what is told; the rest are lines. Every run must
 * advance, give a time that is possible or that was told, and the same one when the bytes are cut at another line.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "base/time_text.h"
#include "nmea/line_clock.h"
#include "nmea/line_end.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define DAY INT64_C(1732233600000000)

static struct vg_line_clock_rules rules_of(uint8_t choice)
{
    static const char *const patterns[] = {
        "", "DD/MM/YYYY hh:mm:ss", "MMM DD hh:mm:ss AP", "epoch_ms", "", "hh:mm:ss", "excel", "YY"};
    struct vg_line_clock_rules r = {.file_us = DAY, .latest_us = DAY + 365 * VG_DAY_US};
    memcpy(r.pattern, patterns[choice & 7], strlen(patterns[choice & 7]) + 1);
    r.day_us = choice & 8 ? DAY : 0;
    r.zone_minutes = choice & 16 ? -300 : 0;
    r.given_us = choice & 32 ? DAY + 1 : 0;
    r.undated = choice & 64;
    return r;
}

/* A number of all times, each as often as it has bytes. */
static uint64_t date_all(struct vg_line_clock c, const char *p, const char *end)
{
    uint64_t sum = 0;
    while (p < end) {
        int64_t us;
        enum vg_line_from from;
        size_t n = vg_line_clock_next(&c, p, end, &us, &from);
        if (!n || n > (size_t)(end - p) || from >= VG_LINE_FROM_COUNT)
            abort();
        if (us < VG_TIME_TEXT_EARLIEST_US || us > c.rules.latest_us)
            abort();
        for (size_t i = 0; i < n; i++)
            sum = sum * 31 + (uint64_t)us;
        p += n;
    }
    return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2 || size > 16384)
        return 0;
    struct vg_line_clock_rules rules = rules_of(data[0]);
    struct vg_line_clock clock;
    char why[512];
    const char *p = (const char *)data + 1, *end = (const char *)data + size;
    vg_line_clock_init(&clock, &rules);
    if (!vg_line_clock_learn(&clock, p, (size_t)(end - p), why, sizeof why) && !*why)
        abort();
    if (vg_lines_whole(p, (size_t)(end - p), data[0] & 8) > (size_t)(end - p))
        abort();
    date_all(clock, p, end);
    const char *first = vg_line_end(p, end);
    int64_t us, again_us;
    enum vg_line_from from, again;
    struct vg_line_clock one = clock, all = clock;
    vg_line_clock_next(&one, p, first, &us, &from);
    vg_line_clock_next(&all, p, end, &again_us, &again);
    if (us != again_us || from != again)
        abort();
    return 0;
}
