/*
 * What decoding AIS costs, as multiples of a scan of the same bytes in the same run (bench/decode.sh builds and runs
 * it).
 *
 *     bench_decode FILE [ROUNDS]
 *
 * The file is read into memory once and given to each stage in pieces of 256 KiB. Stages take turns, ROUNDS times, so
 * that other work on the machine meets them all; the smallest CPU time of each counts.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "nmea/line.h"
#include "sensor/ais/batch.h"
#include "sensor/ais/layouts.h"

#define PIECE   (256 * 1024)
#define REPORTS 128
#define STAGES  16

struct input {
    char *bytes;
    size_t len;
    uint64_t lines;
};

static uint64_t sink; /* what was computed, so that it must be */

/* ---- the floor: plain C, as anyone would write it ---- */

static void floor_scan(const struct input *in)
{
    const char *p = in->bytes, *end = p + in->len, *lf;
    for (; p < end && (lf = memchr(p, '\n', (size_t)(end - p))); p = lf + 1) {
        uint8_t sum = 0;
        for (const char *c = p; c < lf; c++)
            sum ^= (uint8_t)*c;
        sink += sum;
    }
}

static int hex_value(char c)
{
    return c <= '9' ? c - '0' : c - 'A' + 10;
}

static void floor_compare(const struct input *in)
{
    const char *p = in->bytes, *end = p + in->len, *lf;
    for (; p < end && (lf = memchr(p, '\n', (size_t)(end - p))); p = lf + 1) {
        uint8_t sum = 0;
        const char *c = p + 1;
        while (c < lf && *c != '*')
            sum ^= (uint8_t)*c++;
        sink += lf - c > 2 && sum == hex_value(c[1]) * 16 + hex_value(c[2]);
    }
}

/* ---- ours ---- */

static void to_reports(const struct input *in)
{
    static struct vg_report report[REPORTS];
    struct vg_batch *batch;
    if (vg_batch_new(false, &batch))
        abort();
    for (size_t at = 0; at < in->len;) {
        size_t taken, len = in->len - at < PIECE ? in->len - at : PIECE;
        size_t n = vg_batch_push(batch, in->bytes + at, len, VG_TIME_NONE, report, REPORTS, &taken);
        sink += n ? report[n - 1].mmsi : 0;
        at += taken;
    }
    sink += vg_batch_end(batch, report, REPORTS);
    vg_batch_free(batch);
}

static void reports_plain(const struct input *in)
{
    to_reports(in);
}

static void lines_only(const struct input *in)
{
    static uint8_t bits[VG_LINE_BITS_SIZE];
    vg_line_reader *read = vg_line_reader_best();
    const char *p = in->bytes, *end = p + in->len;
    while (p < end) {
        struct vg_line line;
        size_t n = read(p, end, &line, bits);
        if (!n) {
            const char *lf = memchr(p, '\n', (size_t)(end - p));
            n = (size_t)((lf ? lf + 1 : end) - p);
        }
        sink += bits[0];
        p += n;
    }
}

struct writer {
    struct vg_out out;
    bool csv;
    char buf[PIECE];
};

static enum vg_err drop(void *arg, const void *bytes, size_t len)
{
    (void)arg;
    sink += len + *(const uint8_t *)bytes;
    return VG_OK;
}

static void on_message(void *arg, const struct vg_ais *msg, const struct vg_payload *payload)
{
    struct writer *w = arg;
    if (w->csv) {
        vg_ais_csv(msg, payload, &w->out);
    } else {
        vg_ais_json(msg, payload, &w->out);
        vg_out_char(&w->out, '\n');
    }
}

static void to_text(const struct input *in, bool csv)
{
    static struct writer w;
    struct vg_receiver *receiver;
    w.out = vg_out_stream(w.buf, sizeof w.buf, drop, NULL);
    w.csv = csv;
    if (vg_receiver_new(on_message, &w, &receiver))
        abort();
    for (size_t at = 0; at < in->len; at += PIECE)
        vg_receiver_push(receiver, in->bytes + at, in->len - at < PIECE ? in->len - at : PIECE, VG_TIME_NONE);
    vg_receiver_end(receiver);
    vg_out_flush(&w.out);
    vg_receiver_free(receiver);
}

static void to_json(const struct input *in)
{
    to_text(in, false);
}

static void to_csv(const struct input *in)
{
    to_text(in, true);
}

/* ---- measuring ---- */

static double cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct stage {
    const char *name;
    void (*run)(const struct input *in);
    int path; /* enum vg_line_path; −1: the best */
    double best;
};

static bool load(const char *path, struct input *ret)
{
    FILE *f = fopen(path, "rb");
    if (!f || fseek(f, 0, SEEK_END))
        return false;
    ret->len = (size_t)ftell(f);
    rewind(f);
    ret->bytes = malloc(ret->len + 1);
    bool ok = ret->bytes && fread(ret->bytes, 1, ret->len, f) == ret->len;
    fclose(f);
    ret->lines = 0;
    for (size_t i = 0; ok && i < ret->len; i++)
        ret->lines += ret->bytes[i] == '\n';
    return ok && ret->lines;
}

int main(int argc, char **argv)
{
    struct stage stages[STAGES] = {
        {"floor: memchr LF, XOR each line", floor_scan, -1, 1e9},
        {"floor, and compare the two digits", floor_compare, -1, 1e9},
        {"lines read, bits unpacked", lines_only, -1, 1e9},
        {"reports, all fields", to_reports, -1, 1e9},
        {"reports, AVX-512", to_reports, VG_LINE_AVX512, 1e9},
        {"reports, AVX2", to_reports, VG_LINE_AVX2, 1e9},
        {"reports, portable C", to_reports, VG_LINE_PORTABLE, 1e9},
        {"reports, plain path only", reports_plain, VG_LINE_PLAIN, 1e9},
        {"JSON", to_json, -1, 1e9},
        {"CSV", to_csv, -1, 1e9},
    };
    struct input in;
    int rounds = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 5;
    if (argc < 2 || !load(argv[1], &in)) {
        fprintf(stderr, "usage: bench_decode FILE [ROUNDS]\n");
        return 2;
    }
    enum vg_line_path best = VG_LINE_PORTABLE;
    for (int path = VG_LINE_PORTABLE; path < VG_LINE_PATHS; path++)
        if (vg_line_reader_of((enum vg_line_path)path))
            best = (enum vg_line_path)path;
    for (int round = 0; round < rounds; round++)
        for (struct stage *s = stages; s->name; s++) {
            if (!vg_line_use(s->path < 0 ? best : (enum vg_line_path)s->path))
                continue;
            double begun = cpu_seconds();
            s->run(&in);
            double took = cpu_seconds() - begun;
            s->best = took < s->best ? took : s->best;
        }
    printf("%llu sentences, %.1f bytes each; reader: %s\n", (unsigned long long)in.lines,
           (double)in.len / (double)in.lines, vg_line_path_key(best));
    for (struct stage *s = stages; s->name; s++)
        if (s->best < 1e9)
            printf("%-36s %8.1f ns  %6.2f\n", s->name, s->best / (double)in.lines * 1e9, s->best / stages[0].best);
    fprintf(stderr, "(%llu)\n", (unsigned long long)sink);
    free(in.bytes);
    return 0;
}
