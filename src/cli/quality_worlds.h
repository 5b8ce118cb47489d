/*
 * vigia quality worlds: simulated worlds with truth through the rooms that ship, scored; some at the same time. What is
 * wrong is told on standard error. One thread calls everything here.
 *
 *     struct vg_worlds_job job = {.threads = 2};       // and scenarios, seeds, hours
 *     vg_worlds_load(&job); vg_worlds_play(&job);      // job.scores
 *     vg_worlds_free(&job);
 */
#ifndef VG_CLI_QUALITY_WORLDS_H
#define VG_CLI_QUALITY_WORLDS_H

#include <pthread.h>
#include <stdatomic.h>

#include "cli/progress.h"
#include "quality/world.h"
#include "site/site.h"

#define VG_WORLDS_SCENARIOS 16
#define VG_WORLDS_SEEDS     256

struct vg_worlds_one;

struct vg_worlds_job {
    const char *scenario[VG_WORLDS_SCENARIOS];
    struct vg_sim_script *script[VG_WORLDS_SCENARIOS];
    struct vg_sites *sites[VG_WORLDS_SCENARIOS]; /* radars that watch; NULL: none */
    size_t scenarios;
    uint64_t seed[VG_WORLDS_SEEDS];
    size_t seeds;
    double hours;
    int64_t threads;
    bool json, quiet, radars_off;
    uint32_t kinds; /* bits; 0: all */
    const char *events, *truth;
    struct vg_worlds_one *world;
    size_t count, scored;
    atomic_size_t next;
    pthread_mutex_t lock; /* of what is scored */
    struct vg_world_scores scores;
    struct vg_out *events_out, *truth_out; /* NULL: nobody wants them */
    struct vg_cli_progress progress;
};

/* For options: "FILE"; "101-104,107". False: it is not of the form, or one too many. */
bool vg_worlds_read_scenario(const char *text, void *job);
bool vg_worlds_read_seeds(const char *text, void *job);

/* The scenarios and their radars; without one share/scenarios/quality.yaml. An exit status of cli.h. */
int vg_worlds_load(struct vg_worlds_job *job);
bool vg_worlds_play(struct vg_worlds_job *job); /* false: told */
void vg_worlds_free(struct vg_worlds_job *job);

/* The command; argv[0] is "worlds". Returns the exit status. */
int vg_cli_quality_worlds(int argc, char **argv);

#endif
