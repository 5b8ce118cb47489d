#include "cli/sim_radars.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/decimal.h"
#include "cli/cli.h"
#include "cli/config.h"
#include "sim/radar_csv.h"

#define TRUTH_EVERY_S 10
#define TABLES        2
#define TABLE_BUFFER  65536

/* A file beside: written through a sender. */
struct table {
    const char *path;
    struct vg_sender *to;
    struct vg_out out;
    char buf[TABLE_BUFFER];
};

struct vg_radar_play {
    const struct vg_radar_job *job;
    const struct vg_sim *sim;
    struct vg_sim_radars *radars;
    struct vg_sender *sender[VG_SIM_OUTPUTS];
    struct vg_sim_radar_out *out[VG_SIM_OUTPUTS];
    struct table truth, echoes;
    int64_t steps;
};

void vg_radar_job_begin(struct vg_radar_job *job)
{
    *job = (struct vg_radar_job){.truth_every_s = TRUTH_EVERY_S};
    vg_sim_radars_ecuador(&job->sites, &job->options);
    job->sea_state = job->options.sea_state;
    job->wind_from_deg = job->options.wind_from_deg;
}

/* ---- options ---- */

/* A radar's name, as it stands between two marks of an option. False: it can't be one. */
static bool take_name(const char *from, const char *to, char ret[static VG_SITE_NAME])
{
    size_t len = (size_t)(to - from);
    if (len == 0 || len >= VG_SITE_NAME)
        return false;
    memcpy(ret, from, len);
    ret[len] = '\0';
    return true;
}

bool vg_radar_job_read_output(struct vg_radar_job *job, const char *text)
{
    const char *equals = strchr(text, '='), *colon = memchr(text, ':', equals ? (size_t)(equals - text) : 0), *why;
    struct vg_sim_wanted w = {.format = VG_SIM_RADAR_FORMATS};
    size_t len = (size_t)((colon ? colon : equals ? equals : text) - text);
    for (int f = 0; f < VG_SIM_RADAR_FORMATS; f++) {
        const char *key = vg_sim_radar_format_key((enum vg_sim_radar_format)f);
        if (strlen(key) == len && memcmp(key, text, len) == 0)
            w.format = (enum vg_sim_radar_format)f;
    }
    if (w.format == VG_SIM_RADAR_FORMATS || job->outputs == VG_SIM_OUTPUTS ||
        (colon && !take_name(colon + 1, equals, w.radar)) || vg_feed_parse(equals + 1, &w.to, &why) ||
        w.to.kind == VG_FEED_SERIAL)
        return false;
    if (w.to.kind == VG_FEED_STDIN && w.format != VG_SIM_RADAR_TTM)
        return false; /* only sentences may stand between sentences */
    job->wanted[job->outputs++] = w;
    return true;
}

/* Numbers with commas between; how many, 0 if it is something else. */
static size_t read_numbers(const char *text, double *ret, size_t most)
{
    size_t n = 0;
    for (;; text++) {
        size_t len = strcspn(text, ",");
        struct vg_decimal d;
        if (n == most || !vg_decimal_read(text, len, '.', &d))
            return 0;
        ret[n++] = strtod(text, NULL);
        text += len;
        if (!*text)
            return n;
    }
}

bool vg_radar_job_read_bias(struct vg_radar_job *job, const char *text)
{
    const char *colon = strchr(text, ':');
    double value[3] = {0};
    struct vg_sim_bias b = {.radar = ""};
    if (job->biases == VG_SIM_BIASES || (colon && !take_name(text, colon, b.radar)) ||
        read_numbers(colon ? colon + 1 : text, value, 3) < 2 || fabs(value[0]) > 1e5 || fabs(value[1]) > 180 ||
        fabs(value[2]) > 3600)
        return false;
    b.flaw = (struct vg_sim_flaw){value[0], value[1], value[2]};
    job->bias[job->biases++] = b;
    return true;
}

bool vg_radar_job_wanted(const struct vg_radar_job *job)
{
    return job->outputs || job->sensors_out || job->truth_csv || job->echoes_csv;
}

/* ---- which radars ---- */

static void on_problem(void *arg, const char *sentence)
{
    (void)arg;
    vg_cli_error("%s", sentence);
}

/* ASTERIX needs codes: who has none gets its number. */
static void number_sites(struct vg_sites *sites)
{
    for (size_t i = 1; i <= sites->count; i++)
        if (sites->site[i].sac == VG_SITE_SAC_NONE) {
            sites->site[i].sac = 0;
            sites->site[i].sic = (int16_t)i;
        }
}

/* 0: all. False, told: there is no such radar. */
static bool find_site(const struct vg_radar_job *job, const char *name, uint16_t *ret_site)
{
    char known[400] = "";
    size_t n = 0;
    *ret_site = 0;
    for (uint16_t i = 1; i <= job->sites.count && *name; i++) {
        if (strcasecmp(job->sites.site[i].name, name) == 0) {
            *ret_site = i;
            return true;
        }
        if (n < sizeof known)
            n += (size_t)snprintf(known + n, sizeof known - n, "%s%s", i > 1 ? ", " : "", job->sites.site[i].name);
    }
    if (*name)
        vg_cli_error("there is no radar '%s'; there are: %s", name, known);
    return !*name;
}

/* The radars and whom the options mean. False, told, if there is no such radar. */
static bool choose_sites(struct vg_radar_job *job)
{
    uint16_t site;
    if (job->sensors && !vg_config_sensors(job->sensors, &job->sites, on_problem, NULL))
        return false;
    number_sites(&job->sites);
    for (size_t i = 0; i < job->outputs; i++)
        if (!find_site(job, job->wanted[i].radar, &job->wanted[i].site))
            return false;
    for (size_t b = 0; b < job->biases; b++) {
        if (!find_site(job, job->bias[b].radar, &site))
            return false;
        for (uint16_t i = 1; i <= job->sites.count; i++)
            if (site == 0 || site == i)
                job->options.flaw[i] = job->bias[b].flaw;
    }
    return true;
}

/* ---- files beside ---- */

static enum vg_err to_sender(void *arg, const void *bytes, size_t len)
{
    vg_sender_send(arg, bytes, len);
    return VG_OK;
}

static bool open_table(struct table *t, const char *path, void (*head)(struct vg_out *out))
{
    struct vg_feed_spec spec = {.kind = VG_FEED_FILE};
    const char *why = "the name is too long";
    if (!path)
        return true;
    if (strlen(path) >= sizeof spec.path ||
        vg_sender_open((snprintf(spec.path, sizeof spec.path, "%s", path), &spec), NULL, &t->to, &why)) {
        vg_cli_error("can't write %s: %s", path, why);
        return false;
    }
    t->path = path;
    t->out = vg_out_stream(t->buf, sizeof t->buf, to_sender, t->to);
    if (head)
        head(&t->out);
    return true;
}

static bool close_table(struct table *t)
{
    if (!t->to)
        return true;
    vg_out_flush(&t->out);
    enum vg_err err = vg_sender_close(t->to);
    t->to = NULL;
    if (err)
        vg_cli_error("can't write %s", t->path);
    return !err;
}

/* Whether an output brings a radar. */
static bool brings(const struct vg_sim_wanted *w, size_t site)
{
    return w->site == 0 || w->site == site;
}

/* As the tracker is told of it: it has the name of the feed that brings it, and codes only where the language has some,
 * for else its reports would be somebody else's. False: nobody brings it. */
static bool as_told(const struct vg_radar_job *job, size_t site, struct vg_site *ret)
{
    bool brought = job->outputs == 0;
    *ret = job->sites.site[site];
    ret->sac = ret->sic = VG_SITE_SAC_NONE;
    for (size_t i = 0; i < job->outputs; i++) {
        const struct vg_sim_wanted *w = &job->wanted[i];
        if (!brings(w, site))
            continue;
        brought = true;
        if (w->format == VG_SIM_RADAR_CSV)
            continue; /* rows name the radar */
        memcpy(ret->feed, w->to.name, sizeof ret->feed);
        if (w->format != VG_SIM_RADAR_TTM) {
            ret->sac = job->sites.site[site].sac;
            ret->sic = job->sites.site[site].sic;
        }
    }
    return brought;
}

static bool write_sensors(const struct vg_radar_job *job)
{
    static struct table t; /* too large for a stack */
    struct vg_sites told = {.count = 0};
    for (size_t i = 1; i <= job->sites.count; i++)
        told.count += as_told(job, i, &told.site[told.count + 1]);
    t = (struct table){0};
    if (!open_table(&t, job->sensors_out, NULL))
        return false;
    vg_sites_write(&told, &t.out);
    return close_table(&t);
}

int vg_radar_job_ready(struct vg_radar_job *job)
{
    if (!vg_radar_job_wanted(job))
        return VG_EXIT_OK;
    if (!choose_sites(job))
        return VG_EXIT_USAGE;
    for (size_t i = 0; i < job->outputs; i++)
        if (job->wanted[i].format == VG_SIM_RADAR_TTM && job->wanted[i].site == 0 && job->sites.count > 1)
            return vg_cli_usage("sim", "sentences don't say whose they are: name one radar, --radars ttm:%s=%s",
                                job->sites.site[1].name, job->wanted[i].to.url);
    return !job->sensors_out || write_sensors(job) ? VG_EXIT_OK : VG_EXIT_FAILED;
}

/* ---- play ---- */

static void send_out(void *arg, const void *bytes, size_t len)
{
    vg_sender_send(arg, bytes, len);
}

static int open_outputs(struct vg_radar_play *p, struct vg_out *standard_out)
{
    for (size_t i = 0; i < p->job->outputs; i++) {
        const struct vg_sim_wanted *w = &p->job->wanted[i];
        const char *why;
        if (vg_sender_open(&w->to, standard_out, &p->sender[i], &why)) {
            vg_cli_error("radars can't be sent to %s: %s", w->to.url, why);
            return VG_EXIT_FAILED;
        }
        if (vg_sim_radar_out_new(w->format, vg_sim_radars_sites(p->radars), w->site, send_out, p->sender[i],
                                 &p->out[i])) {
            vg_cli_error("%s", vg_err_text(VG_NOMEM));
            return VG_EXIT_FAILED;
        }
    }
    return VG_EXIT_OK;
}

int vg_radar_play_open(struct vg_radar_job *job, const struct vg_sim *sim, uint64_t seed, struct vg_out *standard_out,
                       struct vg_radar_play **ret_play)
{
    if (!vg_radar_job_wanted(job))
        return VG_EXIT_OK;
    struct vg_radar_play *p = calloc(1, sizeof *p);
    job->options.sites = &job->sites; /* the job may have moved since it was begun */
    job->options.seed = seed;
    job->options.sea_state = (int)job->sea_state;
    job->options.wind_from_deg = job->wind_from_deg;
    enum vg_err err = p ? vg_sim_radars_new(&job->options, sim, &p->radars) : VG_NOMEM;
    if (err) {
        free(p);
        if (err == VG_ARG)
            return vg_cli_usage("sim", "radars need the scenario ecuador, a place and a turn of 1 to 3600 s");
        if (err == VG_NOT_FOUND)
            return vg_cli_usage("sim", "a radar that moves has the name of the vessel that carries it; one has not");
        vg_cli_error("%s", vg_err_text(err));
        return VG_EXIT_FAILED;
    }
    p->job = job;
    p->sim = sim;
    int status = open_outputs(p, standard_out);
    if (status == VG_EXIT_OK && (!open_table(&p->truth, job->truth_csv, vg_sim_truth_csv_head) ||
                                 !open_table(&p->echoes, job->echoes_csv, vg_sim_echoes_csv_head)))
        status = VG_EXIT_FAILED;
    if (status != VG_EXIT_OK) {
        vg_radar_play_close(p);
        return status;
    }
    *ret_play = p;
    return VG_EXIT_OK;
}

static void on_event(void *arg, const struct vg_sim_radar_event *event)
{
    struct vg_radar_play *p = arg;
    for (size_t i = 0; i < p->job->outputs; i++)
        vg_sim_radar_out_take(p->out[i], event);
    if (p->echoes.to && event->kind == VG_SIM_RADAR_PLOT)
        vg_sim_echoes_csv(vg_sim_radars_sites(p->radars), event, &p->echoes.out);
}

void vg_radar_play_step(struct vg_radar_play *play)
{
    if (!play)
        return;
    for (size_t i = 0; i < play->job->outputs; i++)
        vg_sender_accept(play->sender[i]);
    vg_sim_radars_step(play->radars, on_event, play);
    if (play->truth.to && play->steps % play->job->truth_every_s == 0)
        vg_sim_truth_csv(play->radars, play->sim, &play->truth.out);
    play->steps++;
}

int vg_radar_play_close(struct vg_radar_play *play)
{
    bool whole = true;
    if (!play)
        return VG_EXIT_OK;
    for (size_t i = 0; i < play->job->outputs; i++) {
        const char *url = play->job->wanted[i].to.url;
        if (play->out[i])
            vg_sim_radar_out_flush(play->out[i]);
        vg_sim_radar_out_free(play->out[i]);
        if (play->sender[i] && vg_sender_lost(play->sender[i]))
            fprintf(stderr, "vigia: %s: %llu pieces were not taken\n", url,
                    (unsigned long long)vg_sender_lost(play->sender[i]));
        if (vg_sender_close(play->sender[i])) {
            vg_cli_error("can't write %s", url);
            whole = false;
        }
    }
    whole = close_table(&play->truth) && whole;
    whole = close_table(&play->echoes) && whole;
    vg_sim_radars_free(play->radars);
    free(play);
    return whole ? VG_EXIT_OK : VG_EXIT_FAILED;
}
