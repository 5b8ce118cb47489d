/*
 * A world with truth (room sim), played through the rooms that ship, in memory, and scored: the sentences that its
 * receivers hear are decoded and dated as a recording's are, and make the situation with its behaviours; events become
 * alerts by the rules that are built in. What was told is held against what was so (docs/QUALITY.md has the rule).
 *
 *     vg_world_play(&play, &run);               // a world; another thread may play another one
 *     vg_world_score(&run, &scores);            // may be called for several worlds: their scores add up
 *     vg_world_run_free(&run);
 *
 * Detectors get nothing but sentences and the scenario's areas. One thread for each world.
 */
#ifndef VG_QUALITY_WORLD_H
#define VG_QUALITY_WORLD_H

#include "alert/book.h"
#include "base/time.h"
#include "behaviour/events_kept.h"
#include "quality/scores.h"
#include "sim/script.h"

#define VG_WORLD_SLACK_US (30 * VG_MINUTE_US) /* event and truth overlap within this */
#define VG_WORLD_SHIPS    4
#define VG_WORLD_WAS      96
#define VG_WORLD_FACT_MAX ((size_t)256 << 20) /* bytes of truth of a world */
#define VG_WORLD_BINS     10

struct vg_sites;

struct vg_world_play {
    const struct vg_sim_script *script;
    uint64_t seed;
    double hours;                              /* 0: as the scenario says */
    const struct vg_sites *sites;              /* radars that watch; NULL: none */
    bool (*on_minute)(void *arg, double done); /* 0–1; false: no more. NULL: nobody asks */
    void *arg;
};

/* What a line of the truth means (sim/event.h). */
enum vg_world_counts {
    VG_WORLD_MUST,  /* found, or missed */
    VG_WORLD_MAY,   /* an event about it is right; nobody needs to find it */
    VG_WORLD_SPARE, /* an event about it is neither right nor wrong */
    VG_WORLD_NO     /* … is wrong */
};

/* What is so: a line of the truth. */
struct vg_world_fact {
    uint8_t kind;    /* enum vg_event_kind */
    uint8_t counts;  /* enum vg_world_counts */
    uint32_t kinds;  /* bits: an event of any of these is right about it */
    uint32_t spared; /* … is neither right nor wrong about it */
    char deed[32];   /* "life": nobody's deed */
    int64_t begin_us, end_us;
    uint32_t mmsi[VG_WORLD_SHIPS];
    uint8_t ships;
    size_t line_at, line_len; /* in the text of the truth */
    int32_t thing;            /* that only radars could see, by vg_sim_truth(); -1: none */
};

/* An alert that was opened. */
struct vg_world_alert {
    uint64_t event;
    char rule[VG_RULE_NAME];
    int64_t opened_us;
};

/* What is known of an event besides what it says; by the number of the event. */
struct vg_world_told {
    uint64_t id;
    int64_t first_us;          /* data time at which it was told first */
    int32_t thing;             /* without AIS that was nearest to where it is shown, within 2 km; -1: none */
    char was[2][VG_WORLD_WAS]; /* who its first two truly were, and what they did then */
};

struct vg_world_run {
    struct vg_events_kept kept; /* sorted by begin */
    struct vg_world_told *told; /* as they came */
    size_t told_count, told_room;
    struct vg_world_alert *alert;
    size_t alerts, alert_room;
    uint64_t held;       /* alerts that nobody was told of: their rule had told enough that hour */
    struct vg_out truth; /* lines of JSON */
    struct vg_world_fact *fact;
    size_t facts, fact_room;
    uint64_t reports, vessels, vessel_hours; /* hours of data time in which a position of a vessel was heard, summed */
    uint64_t left_out;                       /* deeds and meetings that the world had no room for */
    bool no_memory;
};

/* VG_ARG: the scenario can't be played; VG_NOMEM; VG_EOF: on_minute ended it. Free the run in any case. */
enum vg_err vg_world_play(const struct vg_world_play *play, struct vg_world_run *ret);
void vg_world_run_free(struct vg_world_run *run);

/* ---- the truth's text into facts: world_truth.c. VG_SYNTAX, VG_NOMEM ---- */
enum vg_err vg_world_facts(struct vg_world_run *run);

/* ---- scores: world_score.c ---- */

enum vg_world_verdict { VG_WORLD_FALSE, VG_WORLD_TRUE, VG_WORLD_AGAIN, VG_WORLD_NEITHER };
const char *vg_world_verdict_key(enum vg_world_verdict verdict);

/* What was said, and whether it was so. */
struct vg_world_said {
    uint64_t said, right, again, neither, wrong; /* right: first of a true one; again: another one of the same */
};

struct vg_world_kind {
    uint64_t observable, found, unobservable;
    struct vg_world_said event;
    double *delay_s; /* of those found, in any order */
    size_t delays, delay_room;
    struct {
        uint64_t count, right;
        double said; /* sum of confidences */
    } bin[VG_WORLD_BINS];
};

struct vg_world_deed {
    char deed[32];
    uint8_t kind;
    uint64_t observable, found;
};

struct vg_world_rule {
    char rule[VG_RULE_NAME];
    uint8_t kind;
    struct vg_world_said alert;
};

#define VG_WORLD_DEEDS 128
#define VG_WORLD_RULES 256

struct vg_world_scores {
    uint64_t worlds, reports, vessels, vessel_hours, held, left_out;
    struct vg_world_kind kind[VG_EVENT_KINDS];
    struct vg_world_deed deed[VG_WORLD_DEEDS];
    struct vg_world_rule rule[VG_WORLD_RULES];
    size_t deeds, rules;
    struct vg_world_said alert; /* of all rules */
    bool no_memory;
};

/* Adds a world. `lines`, if not NULL, gets its events, each with verdict, rules and who they truly were. */
enum vg_err vg_world_score(const struct vg_world_run *run, struct vg_world_scores *scores, struct vg_out *lines);
void vg_world_scores_free(struct vg_world_scores *scores);

double vg_world_precision(const struct vg_world_said *said);
double vg_world_recall(const struct vg_world_kind *kind);
double vg_world_f1(const struct vg_world_kind *kind);
double vg_world_delay_s(struct vg_world_kind *kind, double share); /* a quantile of the delays; NAN: none */
double vg_world_calibration(const struct vg_world_kind *kind);     /* expected calibration error; NAN: none */

#endif
