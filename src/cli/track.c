/* vigia track: what sensors measured in, tracks out. */
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/out.h"
#include "base/time.h"
#include "cli/cli.h"
#include "cli/config.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/track_input.h"
#include "track/track.h"

static const char usage[] = "vigia track --sensors FILE [options] FILE…";
static const char about[] =
    "Makes tracks of what radars measured and vessels said, and writes where each was at each\n"
    "step of time.\n"
    "\n"
    "  FILE   plots as CSV with a header: time,sensor,range_m,bearing_deg (bearing clockwise from\n"
    "         true north) or time,sensor,lat,lon,sigma_m; sentences of AIS and radars (TTM and\n"
    "         others) with the times of their lines; or ASTERIX, raw or captured (sensors are\n"
    "         known by sac and sic). A radar's sentences are of the sensor whose feed or name is\n"
    "         the file's, without its ending, or the station in their tag blocks. A time of day\n"
    "         alone is of the day that was told before, that of the file's name, or of its last\n"
    "         change. Packed files, too. Files are merged by time; rows needn't be in order.";
static const char ending[] =
    "A row stands for a contact that is there with a probability of at least 0.5:\n"
    "  time,contact,lat,lon,speed_kn,course_deg,sigma_major_m,sigma_minor_m,orientation_deg,\n"
    "  existence,mmsi,sensors\n"
    "Steps are whole multiples of --step since 1970. A row rests on all that is stamped up to its\n"
    "time, and on nothing later. Sigmas are one standard deviation; orientation is that of the major\n"
    "axis, clockwise from true north. mmsi is empty where none is bound to the contact; sensors are\n"
    "those that held it lately, with spaces between.\n"
    "\n"
    "Rows of the files that can't be read are counted and told on standard error; they stop nothing.\n"
    "\n"
    "exit status: 0 all was read; 1 a file could not be read, or output failed; 2 called wrongly\n";

#define OUT_SIZE   (256 * 1024)
#define FILES_MAX  64
#define TRACKS_MAX VG_TRACKS_MAX

struct job {
    const char *sensors;
    int64_t step_us;
    int format; /* of the option: 0 CSV, 1 JSON lines */
    bool quiet;
    struct vg_sites sites;
    struct vg_tracker *tracker;
    struct vg_track_input *input[FILES_MAX];
    int inputs;
    struct vg_track *track;
    struct vg_out out;
    struct vg_cli_output output;
    uint64_t rows, steps;
    struct vg_cli_progress progress;
    char buf[OUT_SIZE];
};

/* 3s, 500ms, 2m, 1h; a number alone is seconds. */
static bool read_step(const char *text, void *target)
{
    static const struct {
        const char *unit;
        double us;
    } units[] = {{"", 1e6}, {"ms", 1e3}, {"s", 1e6}, {"m", 6e7}, {"min", 6e7}, {"h", 3.6e9}};
    char *end;
    const double v = strtod(text, &end);
    if (end == text)
        return false;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(end, units[i].unit) == 0 && v * units[i].us >= 1e4 && v * units[i].us <= 8.64e10) {
            ((struct job *)target)->step_us = (int64_t)llround(v * units[i].us);
            return true;
        }
    return false;
}

#define AT(member) offsetof(struct job, member)

static const struct vg_option options[] = {
    {.name = "sensors",
     .letter = 's',
     .kind = VG_OPTION_TEXT,
     .at = AT(sensors),
     .low = 1,
     .value = "FILE",
     .help = "the sensors, described in YAML (docs/formats/sensors.md)"},
    {.name = "step",
     .kind = VG_OPTION_READ,
     .read = read_step,
     .expected = "a time from 10ms to 24h, like 3s, 500ms or 2m",
     .value = "TIME",
     .help = "from row to row of a contact (without it: 3s)"},
    {.name = "format",
     .letter = 'f',
     .kind = VG_OPTION_CHOICE,
     .at = AT(format),
     .value = "csv|jsonl",
     .initial = "csv",
     .help = "csv: a header, then the rows\njsonl: an object a row, with the same names"},
    {.name = "quiet", .letter = 'q', .kind = VG_OPTION_FLAG, .at = AT(quiet), .help = "no progress, no summary"},
};
static const struct vg_form form = {.command = "track",
                                    .usage = usage,
                                    .about = about,
                                    .end = ending,
                                    .option = options,
                                    .count = sizeof options / sizeof *options};

/* ---- rows ---- */

static void put_sensors(struct job *job, const struct vg_track *t)
{
    bool first = true;
    if (t->seen_by & 1) {
        vg_out_text(&job->out, "ais");
        first = false;
    }
    for (size_t i = 1; i <= job->sites.count; i++)
        if (t->seen_by >> i & 1) {
            if (!first)
                vg_out_char(&job->out, ' ');
            vg_out_plain(&job->out, job->sites.site[i].name, strlen(job->sites.site[i].name));
            first = false;
        }
}

/* The numbers of a row, in its order: name, value, decimals. */
#define NUMBERS(X)                                                                                                     \
    X(lat, t->lat_deg, 7)                                                                                              \
    X(lon, t->lon_deg, 7)                                                                                              \
    X(speed_kn, t->speed_kn, 2)                                                                                        \
    X(course_deg, t->course_deg, 1)                                                                                    \
    X(sigma_major_m, t->sigma_major_m, 1)                                                                              \
    X(sigma_minor_m, t->sigma_minor_m, 1)                                                                              \
    X(orientation_deg, t->orientation_deg, 1)                                                                          \
    X(existence, t->existence, 4)

static int64_t scaled(double v, unsigned decimals)
{
    static const double power[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7};
    return (int64_t)llround(v * power[decimals]);
}

static void put_csv(struct job *job, const struct vg_track *t, const char *time, const char *contact)
{
    struct vg_out *out = &job->out;
    vg_out_text(out, time);
    vg_out_char(out, ',');
    vg_out_text(out, contact);
#define X(name, value, decimals)                                                                                       \
    vg_out_char(out, ',');                                                                                             \
    vg_out_scaled(out, scaled(value, decimals), decimals);
    NUMBERS(X)
#undef X
    vg_out_char(out, ',');
    if (t->mmsi)
        vg_out_uint(out, t->mmsi);
    vg_out_char(out, ',');
    put_sensors(job, t);
    vg_out_text(out, VG_CSV_END);
}

static void put_json(struct job *job, const struct vg_track *t, const char *time, const char *contact)
{
    struct vg_out *out = &job->out;
    vg_out_printf(out, "{\"time\":\"%s\",\"contact\":\"%s\"", time, contact);
#define X(name, value, decimals)                                                                                       \
    vg_out_text(out, ",\"" #name "\":");                                                                               \
    vg_out_scaled(out, scaled(value, decimals), decimals);
    NUMBERS(X)
#undef X
    vg_out_text(out, ",\"mmsi\":");
    if (t->mmsi)
        vg_out_uint(out, t->mmsi);
    else
        vg_out_text(out, "null");
    vg_out_text(out, ",\"sensors\":[");
    bool first = true;
    for (size_t i = 0; i <= job->sites.count; i++)
        if (t->seen_by >> i & 1) {
            const char *name = i ? job->sites.site[i].name : "ais";
            if (!first)
                vg_out_char(out, ',');
            vg_out_json_plain(out, name, strlen(name));
            first = false;
        }
    vg_out_text(out, "]}\n");
}

static void put_step(struct job *job, int64_t time_us)
{
    char time[VG_TIME_TEXT], contact[VG_CONTACT_ID_TEXT];
    vg_time_text(time_us, time);
    vg_tracker_advance(job->tracker, time_us);
    const size_t count = vg_tracker_tracks(job->tracker, time_us, 0.5, job->track, TRACKS_MAX);
    for (size_t i = 0; i < count; i++) {
        vg_contact_id_text(job->track[i].id, contact);
        if (job->format)
            put_json(job, &job->track[i], time, contact);
        else
            put_csv(job, &job->track[i], time, contact);
    }
    job->rows += count;
    job->steps++;
}

/* ---- the files, merged by time ---- */

static struct vg_track_input *earliest(struct job *job)
{
    struct vg_track_input *best = NULL;
    const struct vg_report *first = NULL;
    for (int i = 0; i < job->inputs; i++) {
        const struct vg_report *r = vg_track_input_peek(job->input[i]);
        if (r && (!first || r->measured_us < first->measured_us)) {
            first = r;
            best = job->input[i];
        }
    }
    return best;
}

static int64_t step_from(int64_t time_us, int64_t step_us)
{
    const int64_t part = ((time_us % step_us) + step_us) % step_us;
    return part ? time_us - part + step_us : time_us;
}

static void run(struct job *job)
{
    int64_t next_us = VG_TIME_NONE, last_us = VG_TIME_NONE;
    struct vg_track_input *in;
    if (!job->format)
        vg_out_text(&job->out, "time,contact,lat,lon,speed_kn,course_deg,sigma_major_m,sigma_minor_m,orientation_deg,"
                               "existence,mmsi,sensors" VG_CSV_END);
    while (!job->out.err && (in = earliest(job))) {
        const struct vg_report *r = vg_track_input_peek(in);
        if (next_us == VG_TIME_NONE)
            next_us = step_from(r->measured_us, job->step_us);
        if (r->measured_us - next_us > VG_DAY_US) /* nothing lasts so long */
            next_us = step_from(r->measured_us - VG_HOUR_US, job->step_us);
        for (; r->measured_us > next_us; next_us += job->step_us) {
            put_step(job, next_us);
            vg_cli_progress_show(&job->progress, "tracking", vg_track_input_progress(in), false);
        }
        if (last_us == VG_TIME_NONE || r->measured_us > last_us)
            last_us = r->measured_us;
        vg_tracker_take(job->tracker, r, NULL);
        vg_track_input_drop(in);
    }
    for (; last_us != VG_TIME_NONE && next_us <= last_us; next_us += job->step_us)
        put_step(job, next_us);
    vg_cli_progress_show(&job->progress, "tracking", 1, true);
}

static bool open_all(struct job *job, char **path, int count)
{
    for (int i = 0; i < count; i++) {
        if (!(job->input[job->inputs] = vg_track_input_open(path[i], &job->sites)))
            return false;
        job->inputs++;
    }
    const struct vg_tracker_options how = {.sites = &job->sites, .everywhere = true};
    job->track = calloc(TRACKS_MAX, sizeof *job->track);
    if (job->track && vg_tracker_new(&how, &job->tracker) == VG_OK)
        return true;
    vg_cli_error("%s", vg_err_text(VG_NOMEM));
    return false;
}

static void summarise(const struct job *job)
{
    const struct vg_tracker_counters *c = vg_tracker_counters(job->tracker);
    for (int i = 0; i < job->inputs; i++)
        vg_track_input_summary(job->input[i]);
    vg_cli_print(stderr, "%llu step%s, %llu row%s, %llu contact%s\n", (unsigned long long)job->steps,
                 vg_cli_plural(job->steps), (unsigned long long)job->rows, vg_cli_plural(job->rows),
                 (unsigned long long)c->begun, vg_cli_plural(c->begun));
    for (uint16_t i = 1; i <= job->sites.count; i++) {
        struct vg_site_state s;
        vg_tracker_site(job->tracker, i, &s);
        vg_cli_print(
            stderr, "%s: %llu plots, %.1f false ones a scan; bias %.1f m (±%.1f), %.3f° (±%.3f), %.2f s (±%.2f)\n",
            job->sites.site[i].name, (unsigned long long)s.plots, s.clutter_per_scan, s.bias_range_m,
            s.sigma_bias_range_m, s.bias_bearing_deg, s.sigma_bias_bearing_deg, s.bias_time_s, s.sigma_bias_time_s);
    }
}

static int track_all(struct job *job, char **path, int count)
{
    int status = VG_EXIT_FAILED;
    if (open_all(job, path, count) && vg_cli_output_open(&job->output, NULL)) {
        job->out = vg_out_stream(job->buf, sizeof job->buf, vg_cli_output_write, &job->output);
        job->progress.on = !job->quiet && isatty(STDERR_FILENO);
        run(job);
        const bool written = vg_out_flush(&job->out) == VG_OK;
        status = vg_cli_output_close(&job->output, written) || job->output.error == EPIPE ? VG_EXIT_OK : VG_EXIT_FAILED;
        for (int i = 0; i < job->inputs; i++)
            if (vg_track_input_failed(job->input[i]))
                status = VG_EXIT_FAILED;
        if (!job->quiet)
            summarise(job);
    }
    for (int i = 0; i < job->inputs; i++)
        vg_track_input_close(job->input[i]);
    vg_tracker_free(job->tracker);
    free(job->track);
    return status;
}

int vg_cli_track(int argc, char **argv)
{
    static struct job job;
    job.step_us = 3 * VG_SECOND_US;
    int first, status = vg_options_read(&form, argc, argv, &job, &first);
    if (status >= 0)
        return status;
    if (!job.sensors)
        return vg_cli_usage("track", "--sensors is missing: the file that describes the sensors");
    if (first == argc)
        return vg_cli_usage("track", "no file was given");
    if (argc - first > FILES_MAX)
        return vg_cli_usage("track", "more than %d files", FILES_MAX);
    if (!vg_cli_sensors(job.sensors, &job.sites))
        return VG_EXIT_USAGE;
    signal(SIGPIPE, SIG_IGN); /* a reader that goes away is an error of write(), not a death */
    return track_all(&job, argv + first, argc - first);
}
