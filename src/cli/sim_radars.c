#include "cli/sim_radars.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/decimal.h"
#include "cli/cli.h"
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

static bool find_site(const struct vg_radar_job *job, const char *name, size_t len, uint16_t *ret_site)
{
    for (uint16_t i = 1; i <= job->sites.count; i++)
        if (strlen(job->sites.site[i].name) == len && strncasecmp(job->sites.site[i].name, name, len) == 0) {
            *ret_site = i;
            return true;
        }
    return false;
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
        (colon && !find_site(job, colon + 1, (size_t)(equals - colon) - 1, &w.site)) ||
        vg_feed_parse(equals + 1, &w.to, &why) || w.to.kind == VG_FEED_SERIAL)
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
    uint16_t site = 0;
    if (colon && !find_site(job, text, (size_t)(colon - text), &site))
        return false;
    if (read_numbers(colon ? colon + 1 : text, value, 3) < 2 || fabs(value[0]) > 1e5 || fabs(value[1]) > 180 ||
        fabs(value[2]) > 3600)
        return false;
    for (uint16_t i = 1; i <= job->sites.count; i++)
        if (site == 0 || site == i)
            job->options.flaw[i] = (struct vg_sim_flaw){value[0], value[1], value[2]};
    return true;
}

bool vg_radar_job_wanted(const struct vg_radar_job *job)
{
    return job->outputs || job->sensors_out || job->truth_csv || job->echoes_csv;
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

/*
 * What the tracker is told: a site has the name of the feed that brings it, and codes only where the language has some,
 * for else its reports would be somebody else's.
 */
static bool write_sensors(const struct vg_radar_job *job)
{
    static struct table t; /* too large for a stack */
    struct vg_sites told = job->sites;
    for (size_t i = 1; i <= told.count; i++) {
        struct vg_site *s = &told.site[i];
        s->sac = s->sic = VG_SITE_SAC_NONE;
        for (size_t k = 0; k < job->outputs; k++) {
            const struct vg_sim_wanted *w = &job->wanted[k];
            if ((w->site && w->site != i) || w->format == VG_SIM_RADAR_CSV)
                continue;
            memcpy(s->feed, w->to.name, sizeof s->feed);
            if (w->format != VG_SIM_RADAR_TTM) {
                s->sac = job->sites.site[i].sac;
                s->sic = job->sites.site[i].sic;
            }
        }
    }
    t = (struct table){0};
    if (!open_table(&t, job->sensors_out, NULL))
        return false;
    vg_sim_sensors_yaml(&told, &t.out);
    return close_table(&t);
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
    if (job->sensors_out && !write_sensors(job))
        return VG_EXIT_FAILED;
    struct vg_radar_play *p = calloc(1, sizeof *p);
    job->options.sites = &job->sites; /* the job may have moved since it was begun */
    job->options.seed = seed;
    job->options.sea_state = (int)job->sea_state;
    job->options.wind_from_deg = job->wind_from_deg;
    enum vg_err err = p ? vg_sim_radars_new(&job->options, sim, &p->radars) : VG_NOMEM;
    if (err) {
        free(p);
        if (err == VG_ARG)
            return vg_cli_usage("sim", "there are radars in the scenario ecuador only");
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
