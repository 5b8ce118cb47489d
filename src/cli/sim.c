/* vigia sim: a simulated sea as AIS sentences, on standard output or to TCP clients; radars that watch it. */
#include <errno.h>
#include <fcntl.h>
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
#include "cli/options.h"
#include "cli/sim_radars.h"
#include "cli/sim_script.h"
#include "cli/sim_tap.h"
#include "sim/sim.h"

static const char usage[] = "vigia sim [options]";
static const char about[] =
    "Plays a simulated sea and writes what shore stations and satellites would hear of it:\n"
    "!AIVDM sentences with tag blocks (\\s:STATION,c:SECONDS*hh\\). The same options give the\n"
    "same bytes. All ships, names and numbers are fictitious.\n"
    "\n"
    "With --radars, coastal radars at Manta, Salinas and Esmeraldas and the radar of the cutter\n"
    "\"Guardacostas 44\" watch it, too, and there are boats without AIS for them to see.";
static const char ending[] =
    "examples:\n"
    "  vigia sim --speed 20 --warm 60 | vigia watch stdin:\n"
    "  vigia sim --hours 1 --truth truth.jsonl > day.nmea\n"
    "  vigia sim --radars asterix=udp://239.255.77.1:8600?as=asterix --radars ttm:Salinas=tcp://127.0.0.1:10120 \\\n"
    "    --sensors-out sensors.yaml --speed 1 > /dev/null\n"
    "  vigia sim --hours 1 --radars csv=plots.csv --sensors-out sensors.yaml --truth-csv truth.csv > ais.nmea\n"
    "  vigia sim --scenario share/scenarios/ordinary-day.yaml --truth-events truth.jsonl > day.nmea\n"
    "  vigia sim --scenario load --vessels 100000 --hours 0.05 | vigia decode -q > /dev/null\n"
    "\n"
    "exit status: 0 all was written, or the reader went away; 1 output failed; 2 called\n"
    "wrongly\n";

#define OUT_SIZE      (256 * 1024)
#define DEFAULT_START INT64_C(1773568800) /* 2026-03-15T10:00:00Z, five in the morning at Guayaquil */

struct job {
    struct vg_sim_options options;
    const char *scenario_file;    /* NULL: scenario of options */
    struct vg_sim_script *script; /* of that file */
    bool said_hours, said_seed, said_damage;
    int64_t vessels, seed, start_us; /* vessels 0: the scenario's; start_us VG_TIME_NONE: not said */
    double hours, speed;             /* speed 0: as fast as it goes */
    double warm_min, damage_percent;
    bool forever, statics_first, dark;
    const char *truth, *truth_events, *places, *listen, *areas_out, *watch_list_out;
    struct vg_radar_job radars;
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

/* What `put` makes of `of`, as a file. */
static int write_as(const char *path, void (*put)(const void *of, struct vg_out *out), const void *of)
{
    int fd = create(path);
    if (fd < 0)
        return VG_EXIT_FAILED;
    char buf[8192];
    struct vg_out out = vg_out_stream(buf, sizeof buf, to_file, &fd);
    put(of, &out);
    enum vg_err err = vg_out_flush(&out);
    if (close(fd) != 0 || err) {
        vg_cli_error("can't write %s", path);
        return VG_EXIT_FAILED;
    }
    return VG_EXIT_OK;
}

static void put_layer(const void *layer, struct vg_out *out)
{
    vg_sim_places_geojson(layer, out);
}

static int write_layer(const char *path, const char *layer)
{
    return write_as(path, put_layer, layer);
}

static void put_areas(const void *script, struct vg_out *out)
{
    vg_sim_script_areas(script, out);
}

static void put_watch_list(const void *sim, struct vg_out *out)
{
    vg_sim_watch_list(sim, out);
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

static enum vg_err play(struct job *job, struct vg_sim *sim, struct vg_radar_play *radars, struct vg_out *out,
                        struct vg_out *truth)
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
        if (!(job->speed > 0 && s < warm_s)) /* radars are switched on when time begins to run: they say more than */
            vg_radar_play_step(radars);      /* a socket takes at full speed */
    }
    vg_out_flush(out);
    vg_sim_end(sim);
    vg_out_flush(out);
    return out->err;
}

/* Opens the tap and waits for its first client. False after a sentence. */
static bool wait_for_client(struct job *job)
{
    const char *why;
    if (vg_tap_open(job->listen, &job->tap, &why)) {
        vg_cli_error("can't listen on %s: %s", job->listen, why);
        return false;
    }
    fprintf(stderr, "vigia: serving on TCP port %d, waiting for a client\n", vg_tap_port(job->tap));
    while (vg_tap_clients(job->tap) == 0)
        vg_tap_accept(job->tap, 1000);
    return true;
}

/* Plays into standard output or the tap, and the truth into its file. */
static int write_all_of(struct job *job, struct vg_sim *sim, int truth_fd, int events_fd)
{
    static char out_buf[OUT_SIZE], truth_buf[OUT_SIZE], events_buf[OUT_SIZE];
    struct vg_out events = vg_out_stream(events_buf, sizeof events_buf, to_file, &events_fd);
    struct vg_out out = vg_out_stream(out_buf, sizeof out_buf, to_reader, job);
    struct vg_out truth = vg_out_stream(truth_buf, sizeof truth_buf, to_file, &truth_fd);
    struct vg_radar_play *radars = NULL;
    int status = vg_radar_play_open(&job->radars, sim, job->options.seed, &out, &radars);
    if (status != VG_EXIT_OK)
        return status;
    if (job->truth_events)
        vg_sim_tell_events(sim, &events);
    enum vg_err err = play(job, sim, radars, &out, job->truth ? &truth : NULL);
    status = vg_radar_play_close(radars);
    vg_out_flush(&out);
    if (status != VG_EXIT_OK)
        return status;
    if (err && err != VG_EOF) { /* EOF: whoever read it has seen enough */
        vg_cli_error("writing failed: %s", strerror(errno));
        return VG_EXIT_FAILED;
    }
    if (job->truth && vg_out_flush(&truth)) {
        vg_cli_error("can't write %s", job->truth);
        return VG_EXIT_FAILED;
    }
    if (job->truth_events && vg_out_flush(&events)) {
        vg_cli_error("can't write %s", job->truth_events);
        return VG_EXIT_FAILED;
    }
    const struct vg_sim_counters *c = vg_sim_counters(sim);
    if (c->deeds_left_out || c->pairs_left_out)
        fprintf(stderr, "vigia: %llu deeds had no room in this world, %llu meetings are not in its truth\n",
                (unsigned long long)c->deeds_left_out, (unsigned long long)c->pairs_left_out);
    return VG_EXIT_OK;
}

static int run(struct job *job)
{
    int status = VG_EXIT_FAILED, truth_fd = -1, events_fd = -1;
    struct vg_sim *sim = NULL;
    if (job->places && write_places(job->places))
        return VG_EXIT_FAILED;
    if (job->areas_out && write_as(job->areas_out, put_areas, job->script))
        return VG_EXIT_FAILED;
    int ready = vg_radar_job_ready(&job->radars);
    if (ready != VG_EXIT_OK || (job->hours == 0 && !job->forever && !job->watch_list_out))
        return ready;
    if (job->truth && (truth_fd = create(job->truth)) < 0)
        return VG_EXIT_FAILED;
    if (job->truth_events && (events_fd = create(job->truth_events)) < 0) {
        if (truth_fd >= 0)
            close(truth_fd);
        return VG_EXIT_FAILED;
    }
    enum vg_err err = vg_sim_new(&job->options, &sim);
    if (err == VG_ARG)
        status = vg_cli_usage("sim", "--vessels, --damage or --start is out of range");
    else if (err)
        vg_cli_error("%s", vg_err_text(err));
    else if (job->watch_list_out && write_as(job->watch_list_out, put_watch_list, sim))
        status = VG_EXIT_FAILED;
    else if (job->hours == 0 && !job->forever)
        status = VG_EXIT_OK;
    else if (!job->listen || wait_for_client(job))
        status = write_all_of(job, sim, truth_fd, events_fd);
    vg_tap_close(job->tap);
    vg_sim_free(sim);
    if (truth_fd >= 0)
        close(truth_fd);
    if (events_fd >= 0)
        close(events_fd);
    return status;
}

static bool read_speed(const char *text, void *target)
{
    struct job *job = target;
    const struct vg_option o = {.kind = VG_OPTION_NUMBER, .low = 1e-3, .high = 1e6};
    char why[VG_OPTION_WHY];
    if (strcmp(text, "max") == 0)
        job->speed = 0;
    return strcmp(text, "max") == 0 || vg_option_take(&o, text, &job->speed, why);
}

static bool read_scenario(const char *text, void *target)
{
    struct job *job = target;
    bool load = strcmp(text, "load") == 0, file = vg_sim_script_is_file(text);
    job->options.scenario = load ? VG_SIM_LOAD : VG_SIM_ECUADOR;
    job->scenario_file = file ? text : NULL;
    return load || file || strcmp(text, "ecuador") == 0;
}

static bool read_radars(const char *text, void *target)
{
    return vg_radar_job_read_output(&((struct job *)target)->radars, text);
}

static bool read_bias(const char *text, void *target)
{
    return vg_radar_job_read_bias(&((struct job *)target)->radars, text);
}

#define AT(member) offsetof(struct job, member)

static const struct vg_option options[] = {
    {.name = "scenario",
     .kind = VG_OPTION_READ,
     .read = read_scenario,
     .expected = "ecuador or load, or a file: NAME.yaml",
     .value = "ecuador|load|FILE.yaml",
     .initial = "ecuador",
     .help = "ecuador: a day off Ecuador and the Galapagos, with ports, fishing fleets, lanes, patrols, a few things "
             "worth a question\n"
             "load: many ships on all seas, each heard every 10 s, types 5 and 24 every 6 minutes; made to be fast\n"
             "FILE.yaml: a world described (docs/simulation.md): who is in it, who listens, what happens. It says "
             "start, hours and seed; options count more"},
    {.name = "vessels",
     .kind = VG_OPTION_WHOLE,
     .at = AT(vessels),
     .low = 1,
     .high = VG_SIM_VESSELS_MAX,
     .value = "N",
     .help = "about how many ships (ecuador 820, at most 20000; load 50000, at most 1000000)"},
    {.name = "seed",
     .kind = VG_OPTION_WHOLE,
     .at = AT(seed),
     .low = 0,
     .high = 9e15,
     .value = "N",
     .initial = "1",
     .help = "another world"},
    {.name = "start",
     .kind = VG_OPTION_TIME,
     .at = AT(start_us),
     .value = "TIME",
     .help = "when it begins: " VG_TIME_ASKED_FORMS "; without it, with --speed X the present less --warm, so that the "
             "sentences are of now; otherwise 2026-03-15T10:00"},
    {.name = "hours",
     .kind = VG_OPTION_NUMBER,
     .at = AT(hours),
     .low = 0,
     .high = 1e6,
     .value = "H",
     .initial = "24",
     .help = "how much to play; 0 plays nothing, for --places and --sensors-out"},
    {.name = "forever", .kind = VG_OPTION_FLAG, .at = AT(forever), .help = "goes on day after day"},
    {.name = "speed",
     .kind = VG_OPTION_READ,
     .read = read_speed,
     .expected = "max or a number from 0.001 to 1000000",
     .value = "X|max",
     .initial = "max",
     .help = "times real time: 1 is live, 20 is a minute in three seconds; max is as fast as it goes"},
    {.name = "warm",
     .kind = VG_OPTION_NUMBER,
     .at = AT(warm_min),
     .low = 0,
     .high = 1e6,
     .value = "MINUTES",
     .initial = "0",
     .help = "plays that much at full speed before pacing begins"},
    {.name = "damage",
     .kind = VG_OPTION_NUMBER,
     .at = AT(damage_percent),
     .low = 0,
     .high = 100,
     .value = "PERCENT",
     .initial = "0",
     .help = "of the sentences: characters flipped, ends cut off, lines lost"},
    {.name = "statics-first",
     .kind = VG_OPTION_FLAG,
     .at = AT(statics_first),
     .help = "load: all names within the first minute"},
    {.name = "truth",
     .kind = VG_OPTION_TEXT,
     .at = AT(truth),
     .low = 1,
     .value = "FILE",
     .help = "what is true of every vessel, once a minute, as JSON lines"},
    {.name = "truth-events",
     .kind = VG_OPTION_TEXT,
     .at = AT(truth_events),
     .low = 1,
     .value = "FILE",
     .help =
         "of a world described: what was done in it, deeds and ordinary life, an event a line when it has ended, as "
         "JSON lines (docs/simulation.md)"},
    {.name = "areas-out",
     .kind = VG_OPTION_TEXT,
     .at = AT(areas_out),
     .low = 1,
     .value = "FILE",
     .help = "of a world described: its areas and gates as GeoJSON, for vigia events --areas"},
    {.name = "watch-list-out",
     .kind = VG_OPTION_TEXT,
     .at = AT(watch_list_out),
     .low = 1,
     .value = "FILE",
     .help = "of a world described: those of its vessels that a watch list has (deed watch_listed), as CSV, for vigia "
             "events --watch-list"},
    {.name = "places",
     .kind = VG_OPTION_TEXT,
     .at = AT(places),
     .low = 1,
     .value = "PATH",
     .help = "ports, lanes, fishing grounds, stations, zones as GeoJSON: all in one file, or, if PATH is a folder, a "
             "file a layer (approximate, not for navigation)"},
    {.name = "listen",
     .kind = VG_OPTION_TEXT,
     .at = AT(listen),
     .low = 1,
     .value = "ADDRESS:PORT",
     .help = "serves the stream to TCP clients instead of standard output, from the first client on; a client that "
             "can't keep up is dropped"},
    {.name = "dark",
     .kind = VG_OPTION_FLAG,
     .at = AT(dark),
     .help =
         "also boats without AIS: fast ones that meet fishing boats, pangas, castaways; what others say stays as it "
         "is. Every option of radars has them"},
    {.name = "radars",
     .kind = VG_OPTION_READ,
     .read = read_radars,
     .expected = VG_RADARS_EXPECTED,
     .value = "FORMAT[:RADAR]=URL",
     .help = "what radars say, to the feed of this URL: udp:// is sent to, tcp:// is served, a file is written, - is "
             "standard output. May be said several times; without RADAR it is all of them\n"
             "ttm: the radar's own targets as NMEA; RADAR must be named, for sentences don't say whose they are\n"
             "asterix: plots, north and sectors, categories 048 and 034; asterix010: plots, category 010\n"
             "csv: plots for vigia track"},
    {.name = "sensors",
     .kind = VG_OPTION_TEXT,
     .at = AT(radars.sensors),
     .low = 1,
     .value = "FILE",
     .help = "other radars than the demo's, described in YAML (docs/formats/sensors.md)"},
    {.name = "sensors-out",
     .kind = VG_OPTION_TEXT,
     .at = AT(radars.sensors_out),
     .low = 1,
     .value = "FILE",
     .help = "the radars described, as a tracker is told of them (YAML); their errors are not told"},
    {.name = "radar-bias",
     .kind = VG_OPTION_READ,
     .read = read_bias,
     .expected = VG_RADAR_BIAS_EXPECTED,
     .value = "[RADAR:]METRES,DEGREES[,SECONDS]",
     .help = "how much too far and too far clockwise it measures, and how late its clock is"},
    {.name = "sea-state",
     .kind = VG_OPTION_WHOLE,
     .at = AT(radars.sea_state),
     .low = 0,
     .high = VG_SIM_SEA_STATE_MAX,
     .value = "N",
     .help = "0 calm, 2 smooth (the default), 4 moderate, 6 very rough: more false plots, small boats lost in them"},
    {.name = "wind-from",
     .kind = VG_OPTION_NUMBER,
     .at = AT(radars.wind_from_deg),
     .low = 0,
     .high = 360,
     .value = "DEGREES",
     .help = "most false plots come from upwind; 215 by default"},
    {.name = "truth-csv",
     .kind = VG_OPTION_TEXT,
     .at = AT(radars.truth_csv),
     .low = 1,
     .value = "FILE",
     .help = "what is true of all in the radars' coverage: time, id, kind, position, speed, course, MMSI"},
    {.name = "truth-every",
     .kind = VG_OPTION_WHOLE,
     .at = AT(radars.truth_every_s),
     .low = 1,
     .high = 24 * 3600,
     .value = "SECONDS",
     .help = "of --truth-csv; 10 by default"},
    {.name = "truth-plots",
     .kind = VG_OPTION_TEXT,
     .at = AT(radars.echoes_csv),
     .low = 1,
     .value = "FILE",
     .help = "each plot with what it came from: a vessel's id, the sea, noise, a side lobe"},
};

#define OPTIONS (sizeof options / sizeof *options)

/* What a scenario's file says counts less than an option. */
static void on_value(void *target, const struct vg_option *option, const char *text)
{
    struct job *job = target;
    (void)text;
    job->said_hours |= option->at == AT(hours);
    job->said_seed |= option->at == AT(seed);
    job->said_damage |= option->at == AT(damage_percent);
}

static const struct vg_form form = {"sim", usage, about, ending, options, OPTIONS, on_value};

/* VG_EXIT_OK, or a sentence was said. */
static int load_script(struct job *job)
{
    int status = VG_EXIT_OK;
    if (!job->scenario_file) {
        const char *needs = job->truth_events     ? "--truth-events"
                            : job->areas_out      ? "--areas-out"
                            : job->watch_list_out ? "--watch-list-out"
                                                  : NULL;
        return needs ? vg_cli_usage("sim", "%s needs a world described: --scenario FILE.yaml", needs) : VG_EXIT_OK;
    }
    if (job->vessels)
        return vg_cli_usage("sim", "%s says who is in the world: --vessels is not for it", job->scenario_file);
    struct vg_sim_script *s = job->script = vg_sim_script_load(job->scenario_file, &status);
    if (!s)
        return status;
    if (!job->said_hours && s->hours > 0)
        job->hours = s->hours;
    if (!job->said_seed && s->has_seed)
        job->seed = (int64_t)s->seed;
    if (!job->said_damage)
        job->damage_percent = s->damage * 100;
    if (job->start_us == VG_TIME_NONE && job->speed <= 0)
        job->start_us = s->start_us;
    if (*s->sensors && !job->radars.sensors)
        job->radars.sensors = s->sensors;
    return VG_EXIT_OK;
}

/* What the options say, as the simulator takes it. */
static void fill(struct job *job)
{
    job->options.script = job->script;
    job->options.hours = job->script ? job->hours : 0;
    job->options.vessels = (uint32_t)job->vessels;
    job->options.seed = (uint64_t)job->seed;
    job->options.damage = job->damage_percent / 100;
    job->options.statics_first = job->statics_first;
    job->options.dark = job->dark || vg_radar_job_wanted(&job->radars);
    if (job->start_us != VG_TIME_NONE)
        job->options.start_us = job->start_us;
    else if (job->speed > 0)
        job->options.start_us = vg_clock_wall_us() - (int64_t)(job->warm_min * 60) * VG_SECOND_US;
    else
        job->options.start_us = DEFAULT_START * VG_SECOND_US;
}

int vg_cli_sim(int argc, char **argv)
{
    struct job job = {.start_us = VG_TIME_NONE};
    int first;
    vg_radar_job_begin(&job.radars);
    vg_options_initial(options, OPTIONS, &job);
    int status = vg_options_read(&form, argc, argv, &job, &first);
    if (status >= 0)
        return status;
    if (first < argc)
        return vg_cli_usage("sim", "'%s' is one word too many", argv[first]);
    status = load_script(&job);
    if (status == VG_EXIT_OK) {
        fill(&job);
        signal(SIGPIPE, SIG_IGN);
        status = run(&job);
    }
    free(job.script);
    return status;
}
