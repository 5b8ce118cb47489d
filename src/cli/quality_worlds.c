/* vigia quality worlds: its options, and the threads that play. */
#include "cli/quality_worlds.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/thread.h"
#include "cli/cli.h"
#include "cli/config.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/quality_tables.h"
#include "cli/sim_script.h"
#include "quality/world.h"

#define THREADS_MAX 16
#define OUT_SIZE    (64 * 1024)

static const char usage[] = "vigia quality worlds [--scenario FILE]… [--seeds 101-104] [options]";
static const char about[] =
    "Plays simulated worlds through what ships, in memory: what their receivers hear is decoded and\n"
    "dated, behaviours are looked for, events become alerts by the rules that are built in. Then\n"
    "what was told is held against what was so: of each kind how much of it was found, how much of\n"
    "what was told was so, how late, and whether the confidence means what it says.";
static const char ending[] =
    "An event is right if it is of the kind of something true, shares a number with it, and overlaps it\n"
    "in time within half an hour; something true counts once. What is true but could hardly be heard is\n"
    "neither found nor missed. Seeds 1 to 20 are for tuning, 101 to 120 for reporting (docs/QUALITY.md).\n"
    "A day of 1,500 vessels takes some minutes of one processor.\n"
    "\n"
    "exit status: 0 scored; 1 a file could not be read, or output failed; 2 called wrongly\n";

struct vg_worlds_one {
    const char *path;
    const struct vg_sim_script *script;
    const struct vg_sites *sites;
    uint64_t seed;
    struct vg_world_run run;
    enum vg_err err;
    bool done;
    _Atomic(double) part; /* that was played */
};

/* ---- playing ---- */

static bool on_minute(void *arg, double done)
{
    atomic_store((_Atomic(double) *)arg, done);
    return true;
}

/* The thread that was there first draws for all. */
static void show(struct vg_worlds_job *w, bool last)
{
    double sum = 0;
    for (size_t i = 0; i < w->count; i++)
        sum += atomic_load(&w->world[i].part);
    vg_cli_progress_show(&w->progress, "worlds", sum / (double)w->count, last);
}

static struct vg_worlds_job *drawn;

static bool on_minute_drawn(void *arg, double done)
{
    show(drawn, false);
    return on_minute(arg, done);
}

/* In the order of the worlds, whichever is ready first: the same call gives the same lines. */
static void score_those_done(struct vg_worlds_job *w)
{
    pthread_mutex_lock(&w->lock);
    for (; w->scored < w->count && w->world[w->scored].done; w->scored++) {
        struct vg_worlds_one *x = &w->world[w->scored];
        if (!x->err)
            x->err = vg_world_score(&x->run, &w->scores, w->events_out);
        if (!x->err && w->truth_out)
            vg_out_bytes(w->truth_out, x->run.truth.buf, x->run.truth.len);
        vg_world_run_free(&x->run);
    }
    pthread_mutex_unlock(&w->lock);
}

static void play(struct vg_worlds_job *w, bool draws)
{
    for (size_t i; (i = atomic_fetch_add(&w->next, 1)) < w->count;) {
        struct vg_worlds_one *x = &w->world[i];
        const struct vg_world_play play = {.script = x->script,
                                           .seed = x->seed,
                                           .hours = w->hours,
                                           .sites = x->sites,
                                           .on_minute = draws ? on_minute_drawn : on_minute,
                                           .arg = &x->part};
        x->err = vg_world_play(&play, &x->run);
        atomic_store(&x->part, 1);
        pthread_mutex_lock(&w->lock);
        x->done = true;
        pthread_mutex_unlock(&w->lock);
        score_those_done(w);
    }
}

static void *run_thread(void *arg)
{
    play(arg, false);
    return NULL;
}

static void play_all(struct vg_worlds_job *w)
{
    pthread_t thread[THREADS_MAX];
    size_t started = 0;
    drawn = w;
    w->progress.on = !w->quiet && isatty(STDERR_FILENO);
    while (started + 1 < (size_t)w->threads && started + 1 < w->count &&
           vg_thread_start(&thread[started], run_thread, w) == 0)
        started++;
    play(w, true);
    for (size_t i = 0; i < started; i++)
        pthread_join(thread[i], NULL);
    show(w, true);
}

static bool was_played(const struct vg_worlds_job *w)
{
    for (size_t i = 0; i < w->count; i++)
        if (w->world[i].err) {
            vg_cli_error("%s, seed %llu: %s", w->world[i].path, (unsigned long long)w->world[i].seed,
                         vg_err_text(w->world[i].err));
            return false;
        }
    return true;
}

static bool make_worlds(struct vg_worlds_job *w)
{
    const size_t seeds = w->seeds ? w->seeds : 1;
    w->count = w->scenarios * seeds;
    w->world = calloc(w->count, sizeof *w->world);
    if (!w->world) {
        vg_cli_error("%s", vg_err_text(VG_NOMEM));
        return false;
    }
    for (size_t i = 0; i < w->count; i++) {
        struct vg_worlds_one *x = &w->world[i];
        x->path = w->scenario[i / seeds];
        x->script = w->script[i / seeds];
        x->sites = w->radars_off ? NULL : w->sites[i / seeds];
        x->seed = w->seeds ? w->seed[i % seeds] : x->script->has_seed ? x->script->seed : 1;
    }
    return true;
}

/* ---- output ---- */

struct sheet { /* a file of lines */
    struct vg_cli_output output;
    struct vg_out out;
    bool open;
    char buf[OUT_SIZE];
};

static bool open_sheet(struct sheet *s, const char *path, bool wanted, struct vg_out **ret_out)
{
    if (!wanted)
        return true;
    s->open = vg_cli_output_open(&s->output, path);
    s->out = vg_out_stream(s->buf, sizeof s->buf, vg_cli_output_write, &s->output);
    *ret_out = &s->out;
    return s->open;
}

static bool close_sheet(struct sheet *s, bool good)
{
    if (!s->open)
        return true;
    const bool whole = vg_out_flush(&s->out) == VG_OK;
    return vg_cli_output_close(&s->output, good && whole) || (good && s->output.error == EPIPE);
}

bool vg_worlds_play(struct vg_worlds_job *w)
{
    if (pthread_mutex_init(&w->lock, NULL) || !make_worlds(w))
        return false;
    play_all(w);
    const bool good = was_played(w);
    free(w->world);
    w->world = NULL;
    pthread_mutex_destroy(&w->lock);
    return good;
}

static int run(struct vg_worlds_job *w)
{
    static struct sheet events, truth, scores;
    struct vg_out *out = NULL;
    bool good = open_sheet(&events, w->events, w->events != NULL, &w->events_out) &&
                open_sheet(&truth, w->truth, w->truth != NULL, &w->truth_out);
    good = good && vg_worlds_play(w);
    good = close_sheet(&events, good) && good;
    good = close_sheet(&truth, good) && good;
    if (good && open_sheet(&scores, NULL, true, &out)) {
        if (w->json)
            vg_quality_worlds_json(out, &w->scores, w->kinds);
        else
            vg_quality_worlds_table(out, &w->scores, w->kinds);
        good = close_sheet(&scores, true);
    }
    return good ? VG_EXIT_OK : VG_EXIT_FAILED;
}

/* ---- the command line ---- */

bool vg_worlds_read_scenario(const char *text, void *target)
{
    struct vg_worlds_job *w = target;
    if (!*text || w->scenarios == VG_WORLDS_SCENARIOS)
        return false;
    w->scenario[w->scenarios++] = text;
    return true;
}

/* 7 or 101-104. */
static bool read_span(const char *text, size_t len, struct vg_worlds_job *w)
{
    char copy[48], *end;
    if (!len || len >= sizeof copy)
        return false;
    memcpy(copy, text, len);
    copy[len] = '\0';
    if (strspn(copy, "0123456789-") != len || *copy == '-')
        return false;
    const uint64_t low = strtoull(copy, &end, 10);
    uint64_t high = low;
    if (*end == '-') {
        const char *from = end + 1;
        high = strtoull(from, &end, 10);
        if (end == from)
            return false;
    }
    if (*end || high < low || high > UINT64_C(1000000000000) || high - low >= VG_WORLDS_SEEDS - w->seeds)
        return false;
    for (uint64_t seed = low; seed <= high; seed++)
        w->seed[w->seeds++] = seed;
    return true;
}

bool vg_worlds_read_seeds(const char *text, void *target)
{
    for (;;) {
        const size_t len = strcspn(text, ",");
        if (!read_span(text, len, target))
            return false;
        if (!text[len])
            return true;
        text += len + 1;
    }
}

static bool read_kind(const char *text, void *target)
{
    enum vg_event_kind kind;
    if (!vg_event_kind_parse(text, &kind))
        return false;
    ((struct vg_worlds_job *)target)->kinds |= UINT32_C(1) << kind;
    return true;
}

#define AT(member) offsetof(struct vg_worlds_job, member)

static const struct vg_option options[] = {
    {.name = "scenario",
     .kind = VG_OPTION_READ,
     .read = vg_worlds_read_scenario,
     .expected = "a file of a world described (docs/simulation.md), 16 at most",
     .value = "FILE",
     .help = "a world described; may be said several times; without it share/scenarios/quality.yaml"},
    {.name = "seeds",
     .kind = VG_OPTION_READ,
     .read = vg_worlds_read_seeds,
     .expected = "numbers and spans of them with commas between, 256 at most: 101-104,107",
     .value = "N-M",
     .help = "each scenario with each of these seeds; without it with its own"},
    {.name = "hours",
     .kind = VG_OPTION_NUMBER,
     .at = AT(hours),
     .low = 0.01,
     .high = 240,
     .value = "H",
     .help = "so long instead of what the scenario says"},
    {.name = "threads",
     .kind = VG_OPTION_WHOLE,
     .at = AT(threads),
     .low = 1,
     .high = THREADS_MAX,
     .value = "N",
     .initial = "1",
     .help = "so many worlds at the same time; the result is the same"},
    {.name = "kind",
     .letter = 'k',
     .kind = VG_OPTION_READ,
     .read = read_kind,
     .expected = "a kind of events: gap, encounter, loitering, port_visit, …",
     .value = "KIND",
     .help = "tell of this kind only; may be said several times"},
    {.name = "no-radars",
     .kind = VG_OPTION_FLAG,
     .at = AT(radars_off),
     .help = "nobody watches by radar, whatever the scenario says: half the time"},
    {.name = "json", .kind = VG_OPTION_FLAG, .at = AT(json), .help = "one object instead of tables"},
    {.name = "events",
     .kind = VG_OPTION_TEXT,
     .at = AT(events),
     .low = 1,
     .value = "FILE",
     .help = "each event that was told, a line of JSON with its verdict, its alerts and who it truly was"},
    {.name = "truth",
     .kind = VG_OPTION_TEXT,
     .at = AT(truth),
     .low = 1,
     .value = "FILE",
     .help = "what was so, an event a line (docs/simulation.md)"},
    {.name = "quiet", .letter = 'q', .kind = VG_OPTION_FLAG, .at = AT(quiet), .help = "no progress bar"},
};

static const struct vg_form form = {
    "quality worlds", usage, about, ending, options, sizeof options / sizeof *options, NULL};

static void on_problem(void *arg, const char *sentence)
{
    (void)arg;
    vg_cli_error("%s", sentence);
}

/* The radars of a scenario, if it names some. */
static bool load_sites(const struct vg_sim_script *script, struct vg_sites **ret)
{
    if (!*script->sensors)
        return true;
    if (!(*ret = calloc(1, sizeof **ret))) {
        vg_cli_error("%s", vg_err_text(VG_NOMEM));
        return false;
    }
    return vg_config_sensors(script->sensors, *ret, on_problem, NULL);
}

int vg_worlds_load(struct vg_worlds_job *w)
{
    int status = VG_EXIT_OK;
    if (!w->scenarios)
        w->scenario[w->scenarios++] = "share/scenarios/quality.yaml";
    for (size_t i = 0; i < w->scenarios; i++)
        if (!(w->script[i] = vg_sim_script_load(w->scenario[i], &status)))
            return status;
    for (size_t i = 0; i < w->scenarios; i++)
        if (!load_sites(w->script[i], &w->sites[i]))
            return VG_EXIT_USAGE;
    return VG_EXIT_OK;
}

void vg_worlds_free(struct vg_worlds_job *w)
{
    for (size_t i = 0; i < w->scenarios; i++) {
        free(w->script[i]);
        free(w->sites[i]);
    }
    vg_world_scores_free(&w->scores);
}

int vg_cli_quality_worlds(int argc, char **argv)
{
    static struct vg_worlds_job w;
    w = (struct vg_worlds_job){0};
    vg_options_initial(options, sizeof options / sizeof *options, &w);
    int first, status = vg_options_read(&form, argc, argv, &w, &first);
    if (status >= 0)
        return status;
    if (first < argc)
        return vg_cli_usage("quality worlds", "'%s' is one word too many", argv[first]);
    signal(SIGPIPE, SIG_IGN); /* a reader that goes away is an error of write(), not a death */
    status = vg_worlds_load(&w);
    if (status == VG_EXIT_OK)
        status = run(&w);
    vg_worlds_free(&w);
    return status;
}
