/*
 * What decoding ASTERIX costs, as multiples of a scan of the same bytes in the same run (bench/asterix.sh builds and
 * runs it).
 *
 *     bench_asterix FILE [ROUNDS]
 *
 * FILE has blocks end to end. It is read into memory once. Stages take turns, ROUNDS times, so that other work on the
 * machine meets them all; the smallest CPU time of each counts.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sensor/asterix/asterix.h"

#define PIECE (64 * 1024)
#define OUT   (256 * 1024)

struct input {
    uint8_t *bytes;
    size_t len;
};

struct heard {
    struct vg_asterix *asterix;
    uint64_t records, reports;
    struct vg_out out;
};

static volatile uint64_t sink; /* what was computed, so that it must be */
static char text[OUT];

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The floor: each octet once, and each block by its length. */
static uint64_t scan(const struct input *in)
{
    uint64_t blocks = 0;
    for (size_t at = 0; at + VG_ASTERIX_HEADER <= in->len;) {
        size_t len = (size_t)in->bytes[at + 1] << 8 | in->bytes[at + 2];
        if (len < VG_ASTERIX_HEADER || at + len > in->len)
            break;
        uint64_t sum = 0;
        for (size_t i = 0; i < len; i++)
            sum ^= in->bytes[at + i];
        sink += sum;
        at += len;
        blocks++;
    }
    return blocks;
}

static void on_walk(void *arg, const struct vg_asterix_record *record)
{
    struct heard *h = arg;
    h->records++;
    sink += record->len;
}

static void on_report(void *arg, const struct vg_asterix_record *record)
{
    struct heard *h = arg;
    struct vg_report report;
    h->records++;
    if (vg_asterix_report(h->asterix, record, &report)) {
        h->reports++;
        sink += report.polar.range_m;
    }
}

static void on_json(void *arg, const struct vg_asterix_record *record)
{
    struct heard *h = arg;
    h->records++;
    if (h->out.len > OUT / 2)
        h->out.len = 0;
    vg_asterix_json(record, &h->out);
    sink += h->out.len;
}

static struct heard decode(const struct input *in, vg_asterix_on_record *on)
{
    struct heard h = {.out = vg_out_fixed(text, sizeof text)};
    struct vg_asterix_framer *framer;
    if (vg_asterix_new(on, &h, &h.asterix) || vg_asterix_framer_new(h.asterix, false, &framer))
        abort();
    for (size_t at = 0; at < in->len; at += PIECE)
        vg_asterix_framer_push(framer, in->bytes + at, in->len - at < PIECE ? in->len - at : PIECE, VG_TIME_NONE);
    vg_asterix_framer_end(framer, VG_TIME_NONE);
    vg_asterix_framer_free(framer);
    vg_asterix_free(h.asterix);
    return h;
}

static struct input load(const char *path)
{
    struct input in = {0};
    FILE *f = fopen(path, "rb");
    if (!f || fseek(f, 0, SEEK_END)) {
        perror(path);
        exit(1);
    }
    in.len = (size_t)ftell(f);
    rewind(f);
    in.bytes = malloc(in.len + 1);
    if (!in.bytes || fread(in.bytes, 1, in.len, f) != in.len)
        exit(1);
    fclose(f);
    return in;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        vg_asterix_on_record *on;
    } stages[] = {{"walk", on_walk}, {"walk and report", on_report}, {"JSON", on_json}};
    if (argc < 2)
        return 2;
    struct input in = load(argv[1]);
    long rounds = argc > 2 ? strtol(argv[2], NULL, 10) : 7;
    double floor_s = 1e9, best_s[3] = {1e9, 1e9, 1e9};
    struct heard h = {0};
    for (long round = 0; round < rounds; round++) {
        double began_s = cpu_s();
        scan(&in);
        floor_s = cpu_s() - began_s < floor_s ? cpu_s() - began_s : floor_s;
        for (int i = 0; i < 3; i++) {
            began_s = cpu_s();
            struct heard now = decode(&in, stages[i].on);
            double s = cpu_s() - began_s;
            best_s[i] = s < best_s[i] ? s : best_s[i];
            h = now.reports ? now : h;
        }
    }
    printf("%llu records, %llu reports, %.1f octets a record\n", (unsigned long long)h.records,
           (unsigned long long)h.reports, (double)in.len / (double)h.records);
    printf("%-24s %8.1f ns\n", "floor: a scan", floor_s / (double)h.records * 1e9);
    for (int i = 0; i < 3; i++)
        printf("%-24s %8.1f ns  %6.2f × the floor  %6.2f million records/s\n", stages[i].name,
               best_s[i] / (double)h.records * 1e9, best_s[i] / floor_s, (double)h.records / best_s[i] / 1e6);
    free(in.bytes);
    return 0;
}
