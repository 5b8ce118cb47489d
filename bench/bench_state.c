/*
 * What a saved state costs: seconds to write it and to have it back, megabytes on the disk.
 *
 *     ./build/release/bench_state [contacts [points a trail [file]]]
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/time.h"
#include "service/saved.h"

static uint64_t dice = 1;

static uint64_t roll(void)
{
    uint64_t z = dice += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

/* Ships under way at some 12 kn, on courses of their own that bend: each report is a point of the trail. */
static struct vg_report sail(uint32_t ship, uint32_t step, int64_t now_us)
{
    double course = ship % 360 + step * 4.0 + (double)(roll() % 3), lon = -170 + ship % 3400 * 0.1, lat = ship % 61;
    lon += 0.006 * step * sin(course * M_PI / 180);
    lat += 0.006 * step * cos(course * M_PI / 180);
    struct vg_report r = {.time_us = now_us,
                          .journal_offset = (uint64_t)step << 30 | ship << 4 | 1,
                          .mmsi = 201000000 + ship * 2791,
                          .fields = VG_FIELD_BIT(POS) | VG_FIELD_BIT(SOG) | VG_FIELD_BIT(COG) | VG_FIELD_BIT(NAME),
                          .source = (uint16_t)(ship % 5),
                          .sensor = VG_SENSOR_AIS,
                          .message = 1,
                          .class = VG_CLASS_SHIP_A,
                          .measured = VG_MEASURED_POSITION,
                          .pos = vg_pos_from_deg(lon, lat),
                          .sog_dkn = 120,
                          .cog_ddeg = (uint16_t)(course * 10) % 3600};
    snprintf(r.name, sizeof r.name, "SHIP %u", ship);
    return r;
}

static double seconds_since(int64_t us)
{
    return (double)(vg_clock_monotonic_us() - us) / 1e6;
}

int main(int argc, char **argv)
{
    uint32_t contacts = argc > 1 ? (uint32_t)strtol(argv[1], NULL, 10) : 200000;
    uint32_t points = argc > 2 ? (uint32_t)strtol(argv[2], NULL, 10) : 30;
    const char *path = argc > 3 ? argv[3] : "/dev/shm/vigia-bench-state", *said = "?";
    char why[VG_STATE_WHY];
    struct vg_saved saved = {0}, again = {0};
    struct stat st;
    if (vg_situation_new(NULL, true, &saved.situation))
        return 1;
    for (uint32_t step = 0; step < points; step++)
        for (uint32_t ship = 0; ship < contacts; ship++) {
            int64_t now_us = INT64_C(1773568800000000) + step * 2 * VG_MINUTE_US + ship;
            struct vg_report r = sail(ship, step, now_us);
            vg_situation_take(saved.situation, now_us, &r, 1);
        }
    int64_t began_us = vg_clock_monotonic_us();
    if (vg_saved_write(vg_io_posix(), path, &saved) || stat(path, &st))
        return 1;
    double wrote_s = seconds_since(began_us);
    began_us = vg_clock_monotonic_us();
    enum vg_err err = vg_saved_read(vg_io_posix(), path, NULL, true, NULL, &again, why);
    double read_s = seconds_since(began_us);
    said = err ? why : vg_situation_hash(again.situation) == vg_situation_hash(saved.situation) ? "equal" : "NOT EQUAL";
    printf("contacts %u of %u, points a trail %u: written in %.2f s (%.0f MB), back in %.2f s: %s\n",
           err ? 0 : vg_picture_count(vg_situation_picture(again.situation)), contacts, points, wrote_s,
           (double)st.st_size / 1e6, read_s, said);
    vg_situation_free(saved.situation);
    if (!err)
        vg_situation_free(again.situation);
    free(again.feed);
    remove(path);
    return err || said[0] != 'e';
}
