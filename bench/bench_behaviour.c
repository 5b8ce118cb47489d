/*
 * What behaviours cost: sightings a second on one core, as a ratio to the scan floor of the same run (finding the
 * newlines of lines and XORing each, as bench_decode has it), and what a world day of 300 million reports would take.
 *
 * usage: bench_behaviour [vessels hours]   default: 20000 vessels, 2 hours
 *
 * The ships sail straight legs on all seas, one of five lies still, one of twenty is slow; each says its position every
 * ten seconds to three minutes as class A does, and its voyage every six minutes. Making the reports is not counted.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/time.h"
#include "behaviour/behaviour.h"

#define START_US (INT64_C(1772366400) * VG_SECOND_US)
#define LINE     50.6 /* bytes of a sentence in the mean of the recordings */
#define BATCH    4096

struct ship {
    struct vg_contact contact;
    double lon, lat, kn, course;
    int every_s, phase_s;
};

static uint64_t dice = 1;

static double uniform(double low, double high)
{
    dice = dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return low + (high - low) * (double)(dice >> 11) / 9007199254740992.0;
}

static double processor_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* ns a line: the practical floor of anything that reads sentences. */
static double scan_floor_ns(void)
{
    const size_t lines = 1000000, len = (size_t)(lines * LINE);
    char *text = malloc(len);
    unsigned sum = 0;
    if (!text)
        return NAN;
    for (size_t i = 0; i < len; i++)
        text[i] = i % 51 == 50 ? '\n' : (char)(48 + i * 7 % 40);
    const double begun_s = processor_s();
    for (const char *at = text, *end = text + len; at < end;) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        unsigned char x = 0;
        for (stop = stop ? stop : end; at < stop; at++)
            x ^= (unsigned char)*at;
        sum += x;
        at++;
    }
    const double ns = (processor_s() - begun_s) / lines * 1e9;
    free(text);
    return sum ? ns : ns + 1e-9;
}

static void launch(struct ship *s, uint32_t i)
{
    const double kind = uniform(0, 1);
    s->lon = uniform(-180, 180), s->lat = asin(uniform(-0.8, 0.9)) * 180 / M_PI;
    s->kn = kind < 0.2 ? 0 : kind < 0.25 ? uniform(0.5, 3) : uniform(6, 20);
    s->course = uniform(0, 360);
    s->every_s = kind < 0.2 ? 180 : s->kn > 14 ? 6 : 10;
    s->phase_s = (int)uniform(0, 180);
    struct vg_contact *c = &s->contact;
    c->id = i + 1, c->mmsi = 200000000 + i, c->class = VG_CLASS_SHIP_A;
    c->shiptype = i % 3 ? 70 : 30, c->status = kind < 0.2 ? 1 : 0;
    c->prov[VG_FIELD_SHIPTYPE] = vg_prov_of(START_US, 1, 5, 1);
}

static void say(struct ship *s, int64_t time_us, uint64_t offset, struct vg_report *r)
{
    const struct vg_pos pos = vg_pos_from_deg(s->lon, s->lat);
    *r = (struct vg_report){
        .time_us = time_us,
        .measured_us = time_us,
        .journal_offset = offset,
        .fields =
            VG_FIELD_BIT(POS) | VG_FIELD_BIT(SOG) | VG_FIELD_BIT(COG) | VG_FIELD_BIT(HEADING) | VG_FIELD_BIT(STATUS),
        .mmsi = s->contact.mmsi,
        .source = 1,
        .sensor = VG_SENSOR_AIS,
        .message = 1,
        .class = VG_CLASS_SHIP_A,
        .measured = VG_MEASURED_POSITION,
        .pos = pos,
        .sog_dkn = (uint16_t)(s->kn * 10),
        .cog_ddeg = (uint16_t)(s->course * 10),
        .heading_deg = (uint16_t)s->course,
    };
    r->status = s->contact.status;
    struct vg_contact *c = &s->contact;
    c->heard_us = time_us, c->pos = pos, c->sog_dkn = r->sog_dkn, c->cog_ddeg = r->cog_ddeg;
    const struct vg_prov said = vg_prov_of(time_us, 1, 1, offset);
    c->prov[VG_FIELD_POS] = c->prov[VG_FIELD_SOG] = c->prov[VG_FIELD_COG] = c->prov[VG_FIELD_STATUS] = said;
}

static void sail(struct ship *s)
{
    const double m = s->kn * VG_MPS_PER_KNOT * s->every_s / 111195, angle = s->course * M_PI / 180;
    s->lat += m * cos(angle);
    s->lon += m * sin(angle) / cos(s->lat * M_PI / 180);
    if (fabs(s->lat) > 70)
        s->course = fmod(540 - s->course, 360);
    s->lon = s->lon > 180 ? s->lon - 360 : s->lon < -180 ? s->lon + 360 : s->lon;
}

static uint64_t told;

static void hear(void *arg, const struct vg_event *event)
{
    (void)arg, (void)event;
    told++;
}

int main(int argc, char **argv)
{
    const uint32_t vessels = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 20000;
    const double hours = argc > 2 ? strtod(argv[2], NULL) : 2;
    struct ship *ship = calloc(vessels, sizeof *ship);
    struct vg_report *report = calloc(BATCH, sizeof *report);
    uint32_t *of = calloc(BATCH, sizeof *of);
    struct vg_behaviours *b = NULL;
    if (!ship || !report || !of || vg_behaviours_new(NULL, &b))
        return 1;
    vg_behaviours_set_on_event(b, hear, NULL);
    for (uint32_t i = 0; i < vessels; i++)
        launch(&ship[i], i);
    uint64_t reports = 0;
    double busy_s = 0;
    for (int t = 0; t < hours * 3600; t++) {
        const int64_t now_us = START_US + t * VG_SECOND_US;
        double begun_s = processor_s();
        vg_behaviours_advance(b, now_us);
        busy_s += processor_s() - begun_s;
        for (uint32_t i = 0, n = 0; i <= vessels; i++) {
            if (i < vessels && (t + ship[i].phase_s) % ship[i].every_s == 0) {
                sail(&ship[i]);
                say(&ship[i], now_us, ++reports * 60, &report[n]);
                of[n++] = i;
            }
            if (n < BATCH && i < vessels)
                continue;
            begun_s = processor_s();
            for (uint32_t k = 0; k < n; k++)
                vg_behaviours_take(b, &(struct vg_sighting){.report = &report[k],
                                                            .contact = &ship[of[k]].contact,
                                                            .verdict = VG_VERDICT_BELIEVED});
            busy_s += processor_s() - begun_s;
            n = 0;
        }
    }
    const double floor_ns = scan_floor_ns(), ns = busy_s / (double)reports * 1e9;
    printf("%u vessels, %.1f h: %.1f million reports in %.2f s: %.0f reports/s, %.0f ns each, %.1f x scan (%.1f ns)\n",
           vessels, hours, (double)reports / 1e6, busy_s, (double)reports / busy_s, ns, ns / floor_ns, floor_ns);
    printf("a world day of 300 million: %.1f minutes; %llu events told\n", ns * 300e6 / 1e9 / 60,
           (unsigned long long)told);
    vg_behaviours_free(b);
    free(ship), free(report), free(of);
    return 0;
}
