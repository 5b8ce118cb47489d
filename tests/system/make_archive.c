/*
 * An archive of the simulated sea, for tests of the page: what `vigia sim | vigia watch --data DIR` would leave, in a
 * fraction of the time.
 *
 *     make_archive DIR START HOURS [VESSELS] [GAP]
 *
 * START is a time as 2024-11-20T00:00:00Z; VESSELS 0: the scenario's own number; GAP: that hour (0, 1, …) is left out.
 * Every fifth vessel, by her MMSI, comes as of an undated recording.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/store.h"
#include "base/time.h"
#include "sensor/ais/receiver.h"
#include "sim/sim.h"

struct maker {
    struct vg_store_writer *writer;
    struct vg_sources sources;
    uint16_t feed;
    int64_t now_us;
    bool heard; /* this hour is recorded */
    enum vg_err err;
};

static void on_message(void *arg, const struct vg_ais *msg, const struct vg_payload *payload)
{
    struct maker *m = arg;
    struct vg_report report;
    if (!m->heard || !vg_ais_report(msg, &report))
        return;
    report.time_us = payload->time_us != VG_TIME_NONE ? payload->time_us : m->now_us;
    report.journal_offset = payload->journal_offset;
    report.time_source = report.mmsi % 5 ? VG_TIME_SOURCE_RECEIVED : VG_TIME_SOURCE_FILE;
    size_t len = strlen(payload->station);
    report.source = len ? vg_source_station(&m->sources, m->feed, payload->station, len) : m->feed;
    enum vg_err err = vg_store_add(m->writer, &report);
    if (err == VG_LIMIT && !vg_store_commit(m->writer, payload->journal_offset + 1))
        err = vg_store_add(m->writer, &report);
    if (err && err != VG_RANGE)
        m->err = err;
}

static enum vg_err to_receiver(void *arg, const void *bytes, size_t len)
{
    vg_receiver_push(arg, bytes, len, VG_TIME_NONE);
    return VG_OK;
}

static int play(struct maker *m, const struct vg_sim_options *options, int hours, int gap)
{
    static char buf[1 << 16];
    struct vg_sim *sim = NULL;
    struct vg_receiver *receiver = NULL;
    enum vg_err err = vg_sim_new(options, &sim);
    if (!err)
        err = vg_receiver_new(on_message, m, &receiver);
    struct vg_out out = vg_out_stream(buf, sizeof buf, to_receiver, receiver);
    for (int s = 0; !err && s < hours * 3600; s++) {
        m->now_us = vg_sim_now_us(sim);
        m->heard = s / 3600 != gap;
        vg_sim_step(sim, &out);
        err = vg_out_flush(&out);
        if (!err && s % 3600 == 3599)
            err = vg_store_commit(m->writer, (uint64_t)s + 1);
        err = err ? err : m->err;
    }
    vg_receiver_free(receiver);
    vg_sim_free(sim);
    if (err)
        fprintf(stderr, "make_archive: %s\n", vg_err_text(err));
    return err ? 1 : 0;
}

int main(int argc, char **argv)
{
    struct maker m = {0};
    struct vg_sim_options options = {.scenario = VG_SIM_ECUADOR, .seed = 1};
    struct vg_store_rules rules = VG_STORE_RULES_DEFAULT;
    uint64_t mark;
    const char *why;
    if (argc < 4 || !vg_time_parse(argv[2], strlen(argv[2]), &options.start_us)) {
        fputs("usage: make_archive DIR START HOURS [VESSELS] [GAP]\n", stderr);
        return 2;
    }
    int hours = (int)strtol(argv[3], NULL, 10), gap = argc > 5 ? (int)strtol(argv[5], NULL, 10) : -1;
    options.vessels = argc > 4 ? (uint32_t)strtoul(argv[4], NULL, 10) : 0;
    if (vg_sources_init(&m.sources))
        return 1;
    m.feed = vg_source_feed(&m.sources, "sim");
    if (vg_store_open(argv[1], &rules, &m.sources, &m.writer, &mark, &why)) {
        fprintf(stderr, "make_archive: %s: %s\n", argv[1], why);
        return 1;
    }
    int status = play(&m, &options, hours, gap);
    const struct vg_store_counters *c = vg_store_counters(m.writer);
    printf("%llu positions, %llu static reports\n", (unsigned long long)c->rows[VG_STORE_POSITIONS],
           (unsigned long long)c->rows[VG_STORE_STATICS]);
    vg_store_close(m.writer);
    vg_sources_free(&m.sources);
    return status;
}
