/* vigia sim: a simulated sea as AIS sentences, on standard output or to TCP clients. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/time.h"
#include "cli/cli.h"
#include "cli/sim_tap.h"
#include "sim/sim.h"

static const char help[] = "usage: vigia sim [--scenario ecuador|load] [--vessels N] [--seed N] [--start TIME]\n"
                           "                 [--hours H | --forever] [--speed X|max] [--warm MINUTES]\n"
                           "                 [--damage PERCENT] [--truth FILE] [--places PATH]\n"
                           "                 [--listen ADDRESS:PORT]\n"
                           "\n"
                           "Plays a simulated sea and writes what shore stations and satellites would hear of it:\n"
                           "!AIVDM sentences with tag blocks (\\s:STATION,c:SECONDS*hh\\). The same options give the\n"
                           "same bytes. All ships, names and numbers are fictitious.\n"
                           "\n"
                           "  --scenario NAME    ecuador: a day off Ecuador and the Galapagos, with ports, fishing\n"
                           "                     fleets, lanes, patrols, a few things worth a question (default)\n"
                           "                     load: many ships on all seas, each heard every 10 s, types 5 and\n"
                           "                     24 every 6 minutes; made to be fast\n"
                           "  --vessels N        about how many ships (ecuador 820, at most 20000; load 50000, at\n"
                           "                     most 1000000)\n"
                           "  --seed N           another world (default 1)\n"
                           "  --start TIME       when it begins, UTC, as 2026-03-15T10:00 or seconds since 1970;\n"
                           "                     default: with --speed X the present less --warm, so that the\n"
                           "                     sentences are of now; otherwise 2026-03-15T10:00\n"
                           "  --hours H          how much to play (default 24); 0 plays nothing, for --places\n"
                           "  --forever          goes on day after day\n"
                           "  --speed X          times real time: 1 is live, 20 is a minute in three seconds;\n"
                           "                     max (default) is as fast as it goes\n"
                           "  --warm MINUTES     plays that much at full speed before pacing begins (default 0)\n"
                           "  --damage PERCENT   of the sentences: characters flipped, ends cut off, lines lost\n"
                           "                     (default 0)\n"
                           "  --statics-first    load: all names within the first minute\n"
                           "  --truth FILE       what is true of every vessel, once a minute, as JSON lines\n"
                           "  --places PATH      ports, lanes, fishing grounds, stations, zones as GeoJSON: all in\n"
                           "                     one file, or, if PATH is a folder, a file a layer\n"
                           "                     (approximate, not for navigation)\n"
                           "  --listen A:P       serves the stream to TCP clients instead of standard output, from\n"
                           "                     the first client on; a client that can't keep up is dropped\n"
                           "  -h, --help         this text\n"
                           "\n"
                           "examples:\n"
                           "  vigia sim --speed 20 --warm 60 | vigia watch stdin:\n"
                           "  vigia sim --hours 1 --truth truth.jsonl > day.nmea\n"
                           "  vigia sim --scenario load --vessels 100000 --hours 0.05 | vigia decode -q > /dev/null\n"
                           "\n"
                           "exit status: 0 all was written, or the reader went away; 1 output failed; 2 called\n"
                           "wrongly\n";

#define OUT_SIZE      (256 * 1024)
#define DEFAULT_START INT64_C(1773568800) /* 2026-03-15T10:00:00Z, five in the morning at Guayaquil */

struct job {
    struct vg_sim_options options;
    double hours, speed; /* speed 0: as fast as it goes */
    double warm_min;
    bool forever, has_start;
    const char *truth, *places, *listen;
    struct vg_tap *tap; /* NULL: standard output */
};

/* Everything of `bytes`, or an error. */
static enum vg_err write_all(int fd, const char *bytes, size_t len)
{
    while (len) {
        ssize_t n = write(fd, bytes, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno == EPIPE ? VG_EOF : VG_IO;
        bytes += n;
        len -= (size_t)n;
    }
    return VG_OK;
}

static enum vg_err to_file(void *arg, const void *bytes, size_t len)
{
    return write_all(*(int *)arg, bytes, len);
}

static enum vg_err to_reader(void *arg, const void *bytes, size_t len)
{
    struct job *job = arg;
    if (job->tap)
        return vg_tap_send(job->tap, bytes, len, job->speed == 0);
    return write_all(STDOUT_FILENO, bytes, len);
}

static int create(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        vg_cli_error("can't write %s: %s", path, strerror(errno));
    return fd;
}

static int write_layer(const char *path, const char *layer)
{
    int fd = create(path);
    if (fd < 0)
        return VG_EXIT_FAILED;
    char buf[8192];
    struct vg_out out = vg_out_stream(buf, sizeof buf, to_file, &fd);
    vg_sim_places_geojson(layer, &out);
    enum vg_err err = vg_out_flush(&out);
    if (close(fd) != 0 || err) {
        vg_cli_error("can't write %s", path);
        return VG_EXIT_FAILED;
    }
    return VG_EXIT_OK;
}

/* A file gets everything; a folder a file a layer, all but the zones hidden at first (see vigia watch --layers). */
static int write_places(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode))
        return write_layer(path, NULL);
    const char *layer;
    for (size_t i = 0; (layer = vg_sim_layer_name(i)); i++) {
        char file[4096];
        snprintf(file, sizeof file, "%s/%s%s.geojson", path, layer, strcmp(layer, "zones") == 0 ? "" : ".off");
        if (write_layer(file, layer))
            return VG_EXIT_FAILED;
    }
    return VG_EXIT_OK;
}

/* Sleeps until the played second is due; new TCP clients are let in meanwhile. */
static void pace(const struct job *job, int64_t begun_us, double paced_s)
{
    int64_t due_us = begun_us + (int64_t)(paced_s * 1e6 / job->speed);
    for (;;) {
        int64_t left_us = due_us - vg_clock_monotonic_us();
        if (job->tap)
            vg_tap_accept(job->tap, left_us > 0 ? (int)(left_us / 1000) + 1 : 0);
        if (left_us <= 0)
            return;
        if (!job->tap)
            nanosleep(&(struct timespec){left_us / 1000000, left_us % 1000000 * 1000}, NULL);
    }
}

static enum vg_err play(struct job *job, struct vg_sim *sim, struct vg_out *out, struct vg_out *truth)
{
    double warm_s = job->warm_min * 60, total_s = job->forever ? HUGE_VAL : job->hours * 3600;
    int64_t begun_us = 0;
    for (double s = 0; s < total_s && !out->err; s++) {
        if (job->speed > 0 && s >= warm_s) {
            if (begun_us == 0)
                begun_us = vg_clock_monotonic_us();
            vg_out_flush(out);
            pace(job, begun_us, s - warm_s);
        } else if (job->tap && fmod(s, 10) == 0) {
            vg_tap_accept(job->tap, 0);
        }
        if (truth && fmod(s, 60) == 0)
            for (size_t i = 0; i < vg_sim_count(sim); i++)
                vg_sim_truth_json(sim, i, truth);
        vg_sim_step(sim, out);
    }
    vg_out_flush(out);
    return out->err;
}

static int run(struct job *job)
{
    static char out_buf[OUT_SIZE], truth_buf[OUT_SIZE];
    int status = VG_EXIT_FAILED, truth_fd = -1;
    struct vg_sim *sim = NULL;
    if (job->places && write_places(job->places))
        return VG_EXIT_FAILED;
    if (job->hours == 0 && !job->forever)
        return VG_EXIT_OK;
    if (job->truth && (truth_fd = create(job->truth)) < 0)
        goto out;
    enum vg_err err = vg_sim_new(&job->options, &sim);
    if (err == VG_ARG) {
        status = vg_cli_usage("sim", "--vessels, --damage or --start is out of range");
        goto out;
    } else if (err) {
        vg_cli_error("%s", vg_err_text(err));
        goto out;
    }
    if (job->listen) {
        const char *why;
        if (vg_tap_open(job->listen, &job->tap, &why)) {
            vg_cli_error("can't listen on %s: %s", job->listen, why);
            goto out;
        }
        fprintf(stderr, "vigia: serving on TCP port %d, waiting for a client\n", vg_tap_port(job->tap));
        while (vg_tap_clients(job->tap) == 0)
            vg_tap_accept(job->tap, 1000);
    }
    struct vg_out out = vg_out_stream(out_buf, sizeof out_buf, to_reader, job);
    struct vg_out truth = vg_out_stream(truth_buf, sizeof truth_buf, to_file, &truth_fd);
    err = play(job, sim, &out, job->truth ? &truth : NULL);
    if (err && err != VG_EOF) { /* EOF: whoever read it has seen enough */
        vg_cli_error("writing failed: %s", strerror(errno));
        goto out;
    }
    if (job->truth && vg_out_flush(&truth)) {
        vg_cli_error("can't write %s", job->truth);
        goto out;
    }
    status = VG_EXIT_OK;
out:
    vg_tap_close(job->tap);
    vg_sim_free(sim);
    if (truth_fd >= 0)
        close(truth_fd);
    return status;
}

/* A whole number or decimal, nothing behind it, between low and high. */
static bool number(const char *text, double low, double high, double *ret)
{
    char *end;
    errno = 0;
    double value = strtod(text, &end);
    if (end == text || *end || errno || !(value >= low && value <= high))
        return false;
    *ret = value;
    return true;
}

static int wrong(const char *option, const char *text, const char *expected)
{
    return vg_cli_usage("sim", "%s '%s': expected %s", option, text, expected);
}

enum {
    OPT_SCENARIO = 256,
    OPT_VESSELS,
    OPT_SEED,
    OPT_START,
    OPT_HOURS,
    OPT_FOREVER,
    OPT_SPEED,
    OPT_WARM,
    OPT_DAMAGE,
    OPT_STATICS,
    OPT_TRUTH,
    OPT_PLACES,
    OPT_LISTEN
};

static const struct option options[] = {
    {"scenario", required_argument, NULL, OPT_SCENARIO},
    {"vessels", required_argument, NULL, OPT_VESSELS},
    {"seed", required_argument, NULL, OPT_SEED},
    {"start", required_argument, NULL, OPT_START},
    {"hours", required_argument, NULL, OPT_HOURS},
    {"forever", no_argument, NULL, OPT_FOREVER},
    {"speed", required_argument, NULL, OPT_SPEED},
    {"warm", required_argument, NULL, OPT_WARM},
    {"damage", required_argument, NULL, OPT_DAMAGE},
    {"statics-first", no_argument, NULL, OPT_STATICS},
    {"truth", required_argument, NULL, OPT_TRUTH},
    {"places", required_argument, NULL, OPT_PLACES},
    {"listen", required_argument, NULL, OPT_LISTEN},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

/* Takes one option; VG_EXIT_OK or the exit status of a wrong call. */
static int take(struct job *job, int option, const char *text)
{
    double n = 0;
    switch (option) {
    case OPT_SCENARIO:
        if (strcmp(text, "ecuador") && strcmp(text, "load"))
            return wrong("--scenario", text, "ecuador or load");
        job->options.scenario = text[0] == 'l' ? VG_SIM_LOAD : VG_SIM_ECUADOR;
        break;
    case OPT_VESSELS:
        if (!number(text, 1, VG_SIM_VESSELS_MAX, &n))
            return wrong("--vessels", text, "a number from 1 to 1000000");
        job->options.vessels = (uint32_t)n;
        break;
    case OPT_SEED:
        if (!number(text, 0, 9e15, &n))
            return wrong("--seed", text, "a number");
        job->options.seed = (uint64_t)n;
        break;
    case OPT_START:
        if (!vg_time_parse(text, strlen(text), &job->options.start_us))
            return wrong("--start", text, "a time like 2026-03-15T10:00 or seconds since 1970");
        job->has_start = true;
        break;
    case OPT_HOURS:
        if (!number(text, 0, 1e6, &job->hours))
            return wrong("--hours", text, "a number of hours");
        break;
    case OPT_FOREVER:
        job->forever = true;
        break;
    case OPT_SPEED:
        job->speed = 0;
        if (strcmp(text, "max") && !number(text, 1e-3, 1e6, &job->speed))
            return wrong("--speed", text, "a number above 0, or max");
        break;
    case OPT_WARM:
        if (!number(text, 0, 1e6, &job->warm_min))
            return wrong("--warm", text, "a number of minutes");
        break;
    case OPT_DAMAGE:
        if (!number(text, 0, 100, &n))
            return wrong("--damage", text, "a percentage");
        job->options.damage = n / 100;
        break;
    case OPT_STATICS:
        job->options.statics_first = true;
        break;
    case OPT_TRUTH:
        job->truth = text;
        break;
    case OPT_PLACES:
        job->places = text;
        break;
    case OPT_LISTEN:
        job->listen = text;
        break;
    default:
        break;
    }
    return VG_EXIT_OK;
}

int vg_cli_sim(int argc, char **argv)
{
    struct job job = {.options = {.seed = 1}, .hours = 24};
    int option;
    optind = 0; /* argv is ours from the start: GNU getopt begins anew */
    opterr = 0;
    while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
        if (option == 'h') {
            fputs(help, stdout);
            return VG_EXIT_OK;
        }
        if (option == '?')
            return vg_cli_usage("sim", "'%s': no such option, or its value is missing", argv[optind - 1]);
        int status = take(&job, option, optarg);
        if (status)
            return status;
    }
    if (optind < argc)
        return vg_cli_usage("sim", "unexpected argument '%s'", argv[optind]);
    if (!job.has_start) {
        job.options.start_us = DEFAULT_START * VG_SECOND_US;
        if (job.speed > 0)
            job.options.start_us = vg_clock_wall_us() - (int64_t)(job.warm_min * 60) * VG_SECOND_US;
    }
    signal(SIGPIPE, SIG_IGN);
    return run(&job);
}
