/*
 * What the picture costs: ns for each report, ms for each publication, bytes for each vessel.
 *
 *     cmake --preset release -DVIGIA_BENCH=ON && cmake --build --preset release --target bench_picture
 *     build/release/bench_picture [vessels [reports_a_second [seconds]]]
 *
 * Ships under way at 12 kn that turn now and then, in random order: each report finds its vessel cold in memory.
 */
#include <malloc.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/time.h"
#include "picture/snapshot.h"

#define TICKS_A_SECOND 4

static uint64_t dice = 1;

static uint64_t roll(void)
{
    uint64_t z = dice += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

struct ship {
    double lon_deg, lat_deg, course_deg;
    int64_t time_us;
};

static struct vg_report sail(struct ship *s, uint32_t i, int64_t now_us)
{
    double metres = 12 * VG_MPS_PER_KNOT * (double)(now_us - s->time_us) / 1e6;
    if (roll() % 20 == 0)
        s->course_deg = fmod(s->course_deg + (double)(roll() % 60) + 330, 360);
    s->lat_deg += metres * cos(s->course_deg * M_PI / 180) / 111195;
    s->lon_deg += metres * sin(s->course_deg * M_PI / 180) / 111195;
    s->time_us = now_us;
    return (struct vg_report){
        .time_us = now_us,
        .mmsi = 201000000 + i * 2791,
        .fields = VG_FIELD_BIT(POS) | VG_FIELD_BIT(SOG) | VG_FIELD_BIT(COG) | VG_FIELD_BIT(HEADING) |
                  VG_FIELD_BIT(TURN) | VG_FIELD_BIT(STATUS),
        .source = 1 + i % 5,
        .sensor = VG_SENSOR_AIS,
        .message = 1,
        .class = VG_CLASS_SHIP_A,
        .pos = vg_pos_from_deg(s->lon_deg, s->lat_deg),
        .sog_dkn = 120,
        .cog_ddeg = (uint16_t)(s->course_deg * 10) % 3600,
        .heading_deg = (uint16_t)s->course_deg % 360,
    };
}

/* This thread's own time: other work on the machine doesn't count. */
static int64_t cpu_us(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
    return (int64_t)ts.tv_sec * VG_SECOND_US + ts.tv_nsec / 1000;
}

static double heap_mb(void)
{
    struct mallinfo2 m = mallinfo2();
    return (double)(m.uordblks + m.hblkhd) / 1e6;
}

int main(int argc, char **argv)
{
    uint32_t vessels = argc > 1 ? (uint32_t)strtol(argv[1], NULL, 10) : 50000;
    uint32_t rate = argc > 2 ? (uint32_t)strtol(argv[2], NULL, 10) : 5000;
    int seconds = argc > 3 ? (int)strtol(argv[3], NULL, 10) : 120;
    struct vg_picture_limits limits = VG_PICTURE_LIMITS_DEFAULT;
    limits.vessels = vessels > limits.vessels ? vessels : limits.vessels;
    struct vg_picture *p;
    struct ship *fleet = calloc(vessels, sizeof *fleet);
    struct vg_report *batch = calloc(rate / TICKS_A_SECOND + 1, sizeof *batch);
    if (!fleet || !batch || vg_picture_new(&limits, &p))
        return 1;
    int64_t now_us = INT64_C(1700000000000000);
    double before_mb = heap_mb();
    for (uint32_t i = 0; i < vessels; i++) {
        fleet[i] =
            (struct ship){(double)(roll() % 300) - 150, (double)(roll() % 120) - 60, (double)(roll() % 360), now_us};
        struct vg_report r = sail(&fleet[i], i, now_us);
        vg_picture_apply(p, &r, NULL);
    }
    vg_picture_publish(p);
    int64_t apply_us = 0, publish_us = 0, advance_us = 0, worst_us = 0;
    uint64_t reports = 0;
    for (int tick = 0; tick < seconds * TICKS_A_SECOND; tick++) {
        uint32_t n = rate / TICKS_A_SECOND;
        now_us += VG_SECOND_US / TICKS_A_SECOND;
        for (uint32_t k = 0; k < n; k++) {
            uint32_t i = (uint32_t)(roll() % vessels);
            batch[k] = sail(&fleet[i], i, now_us);
        }
        int64_t t0 = cpu_us();
        for (uint32_t k = 0; k < n; k++)
            vg_picture_apply(p, &batch[k], NULL);
        int64_t t1 = cpu_us();
        vg_picture_advance(p, now_us);
        int64_t t2 = cpu_us();
        vg_picture_publish(p);
        int64_t t3 = cpu_us();
        reports += n;
        apply_us += t1 - t0;
        advance_us += t2 - t1;
        publish_us += t3 - t2;
        worst_us = t3 - t2 > worst_us ? t3 - t2 : worst_us;
    }
    int ticks = seconds * TICKS_A_SECOND;
    const struct vg_picture_counters *c = vg_picture_counters(p);
    printf("%u vessels, %u reports/s, %d s of data: %u alive, %llu held\n", vessels, rate, seconds, vg_picture_count(p),
           (unsigned long long)c->held);
    printf("apply    %7.0f ns a report (copying for snapshots included)\n", 1e3 * (double)apply_us / (double)reports);
    printf("publish  %7.3f ms, worst %.3f ms\n", (double)publish_us / 1e3 / ticks, (double)worst_us / 1e3);
    printf("advance  %7.3f ms\n", (double)advance_us / 1e3 / ticks);
    printf("one core %7.2f %%\n", 100.0 * (double)(apply_us + publish_us + advance_us) / 1e6 / seconds);
    const struct vg_snapshot *s = vg_snapshot_acquire(p);
    int64_t t0 = cpu_us();
    uint32_t found = 0;
    for (uint32_t i = 0; i < 1000; i++)
        found += vg_snapshot_find(s, 201000000 + (uint32_t)(roll() % vessels) * 2791) != VG_SLOT_NONE;
    printf("find     %7.1f µs in a snapshot (%u of 1000 found)\n", (double)(cpu_us() - t0) / 1e3, found);
    vg_snapshot_release(s);
    printf("memory   %7.0f bytes a vessel, trails included; sizeof(struct vg_contact) %zu\n",
           (heap_mb() - before_mb) * 1e6 / vessels, sizeof(struct vg_contact));
    vg_picture_free(p);
    free(fleet);
    free(batch);
}
