/* vigia journal replay: what picture a journal gives. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/journal_dir.h"
#include "intake/journal_replay.h"
#include "journal/name.h"
#include "situation/situation.h"

struct replaying {
    struct vg_situation *situation;
    struct vg_journal_replay *replay;
    struct vg_sameness *sameness;
    uint64_t records;    /* of feeds */
    uint64_t left_out;   /* of recordings … */
    uint64_t recordings; /* … of so many */
    uint8_t *met;        /* a bit for each number in the ledger */
};

#define RECORDINGS_MOST ((size_t)1 << VG_RECORDING_TIME_BITS)

static void note_recording(struct replaying *r, uint32_t stream)
{
    const uint32_t file = vg_recording_stream_file(stream);
    r->left_out++;
    if (file < RECORDINGS_MOST && !(r->met[file / 8] >> file % 8 & 1)) {
        r->met[file / 8] |= (uint8_t)(1 << file % 8);
        r->recordings++;
    }
}

static enum vg_err run(struct replaying *r, const struct vg_cli_replay *how, const char **ret_why)
{
    struct vg_journal_replay_item item;
    const struct vg_journal_replay_options options = {.dir = how->dir,
                                                      .sources = vg_situation_sources(r->situation),
                                                      .clock = how->data_clock ? VG_INTAKE_DATA : VG_INTAKE_WALL,
                                                      .recordings = true, /* to be counted */
                                                      .sites = how->sites,
                                                      .actions = true,
                                                      .sameness = r->sameness,
                                                      .threads = how->threads,
                                                      .from_us = how->from_us};
    enum vg_err err = vg_journal_replay_open(&options, &r->replay, ret_why);
    while (!err && (err = vg_journal_replay_next(r->replay, &item)) == VG_OK) {
        if (item.stream >= VG_RECORDING_STREAM) {
            note_recording(r, item.stream);
            continue;
        }
        if (item.stream == VG_HAND_STREAM)
            vg_situation_hand_again(r->situation, item.received_us, item.journal_offset, item.bytes, item.len);
        else
            vg_situation_take(r->situation, item.received_us, item.reports, item.count);
        r->records++;
    }
    if (err && err != VG_EOF && r->replay)
        *ret_why = vg_journal_replay_text(err);
    return err == VG_EOF ? VG_OK : err;
}

static void tell(const struct replaying *r, double seconds)
{
    const struct vg_picture *picture = vg_situation_picture(r->situation);
    const struct vg_picture_counters *c = vg_picture_counters(picture);
    printf("{\"records\":%" PRIu64 ",\"vessels\":%" PRIu32 ",\"tracks\":%" PRIu32 ",\"hash\":\"%016" PRIx64
           "\",\"damages\":%" PRIu64 ",\"seconds\":%.3f",
           r->records, vg_picture_count(picture), vg_picture_tracks(picture), vg_situation_hash(r->situation),
           vg_journal_replay_damages(r->replay), seconds);
#define X(name, text) printf(",\"" #name "\":%" PRIu64, c->name);
    VG_PICTURE_COUNTER_LIST(X)
#undef X
    printf(",\"recordings\":%" PRIu64 ",\"left_out\":%" PRIu64 "}\n", r->recordings, r->left_out);
}

int vg_cli_journal_replay(const struct vg_cli_replay *how)
{
    struct replaying r = {0};
    char name[VG_KEY_NAME];
    const char *why = "out of memory";
    int64_t began_us = vg_clock_monotonic_us();
    enum vg_err err = vg_situation_new(NULL, how->data_clock, &r.situation);
    if (!err)
        err = vg_situation_set_sites(r.situation, how->sites);
    const struct vg_behaviours_options behaviours = {.areas = how->areas, .watch_list = how->watch_list};
    if (!err)
        err = vg_situation_set_behaviours(r.situation, &behaviours, NULL, NULL);
    if (!err && vg_journal_name(NULL, how->dir, name) == VG_OK)
        vg_situation_set_journal(r.situation, name);
    r.met = calloc(RECORDINGS_MOST / 8, 1);
    if (!err && !r.met)
        err = VG_NOMEM;
    if (!err)
        err = vg_sameness_new(VG_SAMENESS_FEEDS, &r.sameness);
    if (!err)
        err = run(&r, how, &why);
    if (err)
        vg_cli_error("%s: %s", how->dir, why);
    else
        tell(&r, (double)(vg_clock_monotonic_us() - began_us) / 1e6);
    if (!err && r.left_out)
        vg_cli_error("%s: %" PRIu64 " recording%s (%" PRIu64 " %s) left out, for recordings make no live picture: "
                     "'vigia history' has what they say, 'vigia journal cat' their lines",
                     how->dir, r.recordings, vg_cli_plural(r.recordings), r.left_out,
                     vg_plural(r.left_out, "entry", "entries"));
    free(r.met);
    vg_journal_replay_close(r.replay);
    vg_situation_free(r.situation);
    vg_sameness_free(r.sameness);
    return err ? VG_EXIT_FAILED : VG_EXIT_OK;
}
