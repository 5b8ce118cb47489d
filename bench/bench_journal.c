/*
 * What the journal costs: share of one core at a rate of sentences, bytes on the disk for each.
 *
 *     cmake --preset release -DVIGIA_BENCH=ON && cmake --build --preset release --target bench_journal
 *     build/release/bench_journal DIR [sentences_a_second [seconds [FILE]]]
 *
 * FILE: sentences to send, one a line, again and again; without it they are made up, payloads as random as they can be
 * (which is the worst case for the compression). DIR is emptied of its journal first. Counted is the processor time of
 * the whole process, the loop that appends and sleeps included, between the first sentence and the last.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <sodium.h>

#include "base/time.h"
#include "journal/journal.h"

#define BATCH_A_SECOND 100

static char **lines;
static size_t line_count;

static void load_lines(const char *path)
{
    static char line[4096];
    FILE *f = path ? fopen(path, "r") : NULL;
    lines = calloc(200000, sizeof *lines);
    while (f && line_count < 200000 && fgets(line, sizeof line, f))
        lines[line_count++] = strdup(line);
    while (!f && line_count < 200000) {
        char payload[29] = "";
        for (int i = 0; i < 28; i++) {
            uint32_t six = randombytes_uniform(64);
            payload[i] = (char)(six < 40 ? six + 48 : six + 56);
        }
        snprintf(line, sizeof line, "!AIVDM,1,1,,%c,%s,0*%02X\r\n", randombytes_uniform(2) ? 'A' : 'B', payload,
                 randombytes_uniform(256));
        lines[line_count++] = strdup(line);
    }
    if (f)
        fclose(f);
}

static int64_t cpu_us(int who)
{
    struct rusage u;
    getrusage(who, &u);
    return (int64_t)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * VG_SECOND_US + u.ru_utime.tv_usec + u.ru_stime.tv_usec;
}

static void begin_anew(const char *dir)
{
    char command[1024];
    snprintf(command, sizeof command, "rm -rf '%s/journal' && mkdir -p '%s'", dir, dir);
    if (system(command))
        exit(1);
}

int main(int argc, char **argv)
{
    if (argc < 2 || sodium_init() < 0)
        return 2;
    unsigned rate = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 20000;
    unsigned seconds = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 30;
    struct vg_journal_options o = VG_JOURNAL_OPTIONS_DEFAULT;
    struct vg_journal_report report;
    struct vg_journal_status s;
    struct vg_journal *j;
    const char *why, *level = getenv("VIGIA_LEVEL");
    char dir[1024];
    load_lines(argc > 4 ? argv[4] : NULL);
    begin_anew(argv[1]);
    snprintf(dir, sizeof dir, "%s/journal", argv[1]);
    o.dice = randombytes_buf;
    o.monotonic_us = vg_clock_monotonic_us;
    o.rules.level = level ? (int)strtol(level, NULL, 10) : o.rules.level;
    if (vg_journal_open(dir, &o, &j, &report, &why)) {
        fprintf(stderr, "%s\n", why);
        return 1;
    }
    uint64_t n = 0, raw = 0;
    int64_t all_us = cpu_us(RUSAGE_SELF), own_us = cpu_us(RUSAGE_THREAD);
    int64_t begun_us = vg_clock_monotonic_us(), next_us = begun_us;
    for (unsigned tick = 0; tick < seconds * BATCH_A_SECOND; tick++) {
        int64_t now_us = vg_clock_wall_us();
        for (unsigned i = 0; i < rate / BATCH_A_SECOND; i++, n++) {
            const char *line = lines[n % line_count];
            struct vg_journal_entry e = {.source = (uint16_t)(1 + n % 4),
                                         .name = "station",
                                         .flags = VG_RECORD_DATAGRAM,
                                         .received_us = now_us + i,
                                         .bytes = line,
                                         .len = strlen(line)};
            vg_journal_append(j, &e);
            raw += e.len;
        }
        next_us += VG_SECOND_US / BATCH_A_SECOND;
        int64_t wait_us = next_us - vg_clock_monotonic_us();
        if (wait_us > 0)
            usleep((useconds_t)wait_us);
    }
    own_us = cpu_us(RUSAGE_THREAD) - own_us;
    int64_t wall_us = vg_clock_monotonic_us() - begun_us;
    all_us = cpu_us(RUSAGE_SELF) - all_us;
    vg_journal_status(j, &s);
    uint64_t lost = s.lost_entries;
    vg_journal_close(j, NULL);
    printf("%u sentences/s for %.1f s: %llu of %.1f bytes, %llu lost, %llu failures\n", rate, (double)wall_us / 1e6,
           (unsigned long long)n, (double)raw / (double)n, (unsigned long long)lost, (unsigned long long)s.failures);
    printf("one core  %6.2f %% (appending thread %.2f %%, its loop and sleeping included)\n",
           100.0 * (double)all_us / (double)wall_us, 100.0 * (double)own_us / (double)wall_us);
    printf("disk      %6.1f bytes a sentence, %.2f of the raw bytes (zstd level %d)\n",
           (double)s.stored_bytes / (double)s.synced_entries,
           (double)s.stored_bytes / (double)s.synced_entries / ((double)raw / (double)n), o.rules.level);
    return 0;
}
