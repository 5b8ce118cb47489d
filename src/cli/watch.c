/* vigia watch: the service, from the command line. */
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/time.h"
#include "cli/cli.h"
#include "service/service.h"

static const char help[] =
    "usage: vigia watch [options] FEED…\n"
    "\n"
    "Listens to feeds, keeps one picture of who is where, and serves it: the page, JSON,\n"
    "a binary stream, events and metrics. Runs until it gets SIGINT or SIGTERM.\n"
    "\n"
    "feeds (any number; each may carry ?name=TEXT and ?stall=SECONDS):\n"
    "  udp://ADDRESS:PORT                receive datagrams, e.g. udp://0.0.0.0:10110\n"
    "  tcp://HOST:PORT                   connect, and reconnect when the line is lost\n"
    "  tcp-listen://ADDRESS:PORT         let senders connect\n"
    "  serial:/dev/ttyUSB0?baud=38400    a receiver on a serial line\n"
    "  file:LOG  or just  LOG            replay a log (.gz and .zst too); ?speed=1 keeps\n"
    "                                    its own times, 10 is ten times as fast, max as fast\n"
    "                                    as it goes (the default for logs without times)\n"
    "  stdin:  or  -                     standard input\n"
    "\n"
    "options:\n"
    "  -l, --listen ADDRESS:PORT   where to serve (default 127.0.0.1:8080; port 0: any)\n"
    "      --trust-network         allow --listen on an address others can reach: there are\n"
    "                              no accounts yet, so everyone who reaches it sees all\n"
    "  -d, --data DIR              keep everything that is received in DIR: a signed journal of\n"
    "                              the bytes, an archive in Parquet, and what brings the picture\n"
    "                              back at the next start\n"
    "      --history DIR           the archive that the page looks back into (default: that of --data)\n"
    "      --keep-days N           the journal's oldest segments go after N days (default: never)\n"
    "      --keep-gib N            … or when the journal is larger than N GiB (default: no limit)\n"
    "      --web DIR               the page (default: where it was installed or built)\n"
    "      --layers DIR            *.geojson shown as layers of the map; NAME.off.geojson is\n"
    "                              offered but not shown at first\n"
    "      --title TEXT            the page's title\n"
    "      --view LON,LAT,ZOOM     where the page opens\n"
    "      --demo                  the page says that what it shows is simulated\n"
    "      --clock wall|data       the picture's time: this computer's, or that of the data\n"
    "                              (default: data if every feed is a file)\n"
    "      --speed N|max           for files that don't say\n"
    "      --stall SECONDS         silence after which a connected feed is called stalled, for\n"
    "                              feeds that don't say (default 60; 0: never)\n"
    "      --vessels N             most vessels followed (default 200000): past it the one\n"
    "                              unheard for longest goes\n"
    "      --trail-mib N           memory for all trails together (default 256)\n"
    "      --max-streams N         most live readers (default 256)\n"
    "      --tick MS               how often the picture is published (default 250)\n"
    "  -q, --quiet                 no log on standard error\n"
    "  -h, --help                  this text\n"
    "\n"
    "exit status: 0 stopped by a signal; 1 could not start (a port in use, a missing file);\n"
    "2 called wrongly\n";

enum {
    OPT_TRUST = 256,
    OPT_WEB,
    OPT_HISTORY,
    OPT_KEEP_DAYS,
    OPT_KEEP_GIB,
    OPT_LAYERS,
    OPT_TITLE,
    OPT_VIEW,
    OPT_DEMO,
    OPT_CLOCK,
    OPT_SPEED,
    OPT_STALL,
    OPT_VESSELS,
    OPT_TRAIL,
    OPT_STREAMS,
    OPT_TICK,
};

static const struct option options[] = {
    {"listen", required_argument, NULL, 'l'},
    {"trust-network", no_argument, NULL, OPT_TRUST},
    {"data", required_argument, NULL, 'd'},
    {"history", required_argument, NULL, OPT_HISTORY},
    {"keep-days", required_argument, NULL, OPT_KEEP_DAYS},
    {"keep-gib", required_argument, NULL, OPT_KEEP_GIB},
    {"web", required_argument, NULL, OPT_WEB},
    {"layers", required_argument, NULL, OPT_LAYERS},
    {"title", required_argument, NULL, OPT_TITLE},
    {"view", required_argument, NULL, OPT_VIEW},
    {"demo", no_argument, NULL, OPT_DEMO},
    {"clock", required_argument, NULL, OPT_CLOCK},
    {"speed", required_argument, NULL, OPT_SPEED},
    {"stall", required_argument, NULL, OPT_STALL},
    {"vessels", required_argument, NULL, OPT_VESSELS},
    {"trail-mib", required_argument, NULL, OPT_TRAIL},
    {"max-streams", required_argument, NULL, OPT_STREAMS},
    {"tick", required_argument, NULL, OPT_TICK},
    {"quiet", no_argument, NULL, 'q'},
    {"help", no_argument, NULL, 'h'},
    {0},
};

struct watch {
    struct vg_service_options service;
    struct vg_feed_spec feed[VG_FEED_MAX];
    bool trust_network, quiet;
    double speed; /* < 0: not given */
    double stall_s;
    char web[4096];
};

static bool parse_double(const char *text, double low, double high, double *ret)
{
    char *end;
    errno = 0;
    double v = strtod(text, &end);
    if (end == text || *end || errno || !(v >= low && v <= high))
        return false;
    *ret = v;
    return true;
}

static bool parse_whole(const char *text, double low, double high, double *ret)
{
    double v;
    if (!parse_double(text, low, high, &v) || v != floor(v))
        return false;
    *ret = v;
    return true;
}

static bool parse_view(const char *text, struct vg_serve_options *serve)
{
    char rest;
    int n = sscanf(text, "%lf,%lf,%lf%c", &serve->view_lon_deg, &serve->view_lat_deg, &serve->view_zoom, &rest);
    serve->view_given = n == 3 && fabs(serve->view_lon_deg) <= 180 && fabs(serve->view_lat_deg) <= 85 &&
                        serve->view_zoom >= 0 && serve->view_zoom <= 22;
    return serve->view_given;
}

/* One option into *w. NULL, or what its value should have been. */
static const char *take_option(struct watch *w, int option, const char *value)
{
    struct vg_serve_options *serve = &w->service.serve;
    double v;
    switch (option) {
    case 'l':
        serve->listen = value;
        return NULL;
    case 'q':
        w->quiet = true;
        return NULL;
    case OPT_TRUST:
        w->trust_network = true;
        return NULL;
    case 'd':
        w->service.data_dir = value;
        return *value ? NULL : "a folder";
    case OPT_KEEP_DAYS:
        if (!parse_double(value, 0.01, 36500, &v))
            return "days, from 0.01 to 36500";
        w->service.keep_us = (int64_t)(v * (double)VG_DAY_US);
        return NULL;
    case OPT_KEEP_GIB:
        if (!parse_double(value, 0.1, 1e6, &v))
            return "GiB, from 0.1 to 1000000";
        w->service.keep_bytes = (int64_t)(v * (1 << 30));
        return NULL;
    case OPT_WEB:
        serve->web_dir = value;
        return access(value, R_OK | X_OK) == 0 ? NULL : "a folder that can be read";
    case OPT_HISTORY:
        serve->archive_dir = value;
        return access(value, R_OK | X_OK) == 0 ? NULL : "a folder that can be read";
    case OPT_LAYERS:
        serve->layers_dir = value;
        return access(value, R_OK | X_OK) == 0 ? NULL : "a folder that can be read";
    case OPT_TITLE:
        serve->title = value;
        return NULL;
    case OPT_VIEW:
        return parse_view(value, serve) ? NULL : "LON,LAT,ZOOM in degrees, zoom 0 to 22";
    case OPT_DEMO:
        serve->demo = true;
        return NULL;
    case OPT_CLOCK:
        w->service.clock = strcmp(value, "data") == 0 ? VG_CLOCK_DATA : VG_CLOCK_WALL;
        return strcmp(value, "data") == 0 || strcmp(value, "wall") == 0 ? NULL : "wall or data";
    case OPT_SPEED:
        w->speed = 0;
        return strcmp(value, "max") == 0 || parse_double(value, 0.001, 1e6, &w->speed) ? NULL
                                                                                       : "a number above 0, or max";
    case OPT_STALL:
        return parse_double(value, 0, 1e6, &w->stall_s) ? NULL : "seconds, 0 or more";
    case OPT_VESSELS:
        if (!parse_whole(value, 1, 10e6, &v))
            return "a number from 1 to 10000000";
        w->service.limits.vessels = (uint32_t)v;
        return NULL;
    case OPT_TRAIL:
        if (!parse_whole(value, 1, 65536, &v))
            return "a number from 1 to 65536";
        w->service.limits.trail_bytes = (size_t)v << 20;
        return NULL;
    case OPT_STREAMS:
        if (!parse_whole(value, 1, 100000, &v))
            return "a number from 1 to 100000";
        serve->max_streams = (uint32_t)v;
        return NULL;
    case OPT_TICK:
        if (!parse_whole(value, 20, 10000, &v))
            return "milliseconds from 20 to 10000";
        serve->tick_ms = (uint16_t)v;
        return NULL;
    default:
        return "";
    }
}

static bool parse_feed(struct watch *w, const char *url)
{
    struct vg_feed_spec *spec = &w->feed[w->service.feed_count];
    const char *why;
    if (vg_feed_parse(url, spec, &why)) {
        vg_cli_usage("watch", "feed '%s': %s", url, why);
        return false;
    }
    if (!spec->speed_given && w->speed >= 0 && spec->kind == VG_FEED_FILE) {
        spec->speed = w->speed;
        spec->speed_given = true;
    }
    if (w->stall_s >= 0 && !strstr(url, "stall="))
        spec->stall_us = (int64_t)(w->stall_s * 1e6);
    for (size_t i = 0; i < w->service.feed_count; i++)
        if (strcmp(w->feed[i].name, spec->name) == 0) {
            vg_cli_usage("watch", "two feeds are called '%s': give one a ?name=", spec->name);
            return false;
        }
    w->service.feed_count++;
    return true;
}

/* 127.0.0.0/8, ::1 and localhost: nobody else reaches them. */
static bool is_loopback(const char *listen)
{
    return strncmp(listen, "127.", 4) == 0 || strncmp(listen, "[::1]", 5) == 0 ||
           strncmp(listen, "localhost:", 10) == 0;
}

/* The page as installed (…/bin/vigia, …/share/vigia/web) or as built in a checkout. */
static void find_web(struct watch *w)
{
    static const char *const places[] = {"/../share/vigia/web", "/../../web/dist"};
    char exe[2048];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
    if (n <= 0 || w->service.serve.web_dir)
        return;
    exe[n] = '\0';
    char *slash = strrchr(exe, '/');
    if (!slash)
        return;
    *slash = '\0';
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        char index[sizeof w->web + 16];
        snprintf(w->web, sizeof w->web, "%s%s", exe, places[i]);
        snprintf(index, sizeof index, "%s/index.html", w->web);
        if (access(index, R_OK) == 0) {
            w->service.serve.web_dir = w->web;
            return;
        }
    }
}

static void log_line(void *arg, const char *line)
{
    (void)arg;
    char time[VG_TIME_TEXT];
    vg_time_text(vg_clock_wall_us() / VG_SECOND_US * VG_SECOND_US, time);
    fprintf(stderr, "%s %s\n", time, line);
}

static int parse_arguments(struct watch *w, int argc, char **argv)
{
    opterr = 0;
    for (int c; (c = getopt_long(argc, argv, ":l:d:qh", options, NULL)) != -1;) {
        if (c == 'h') {
            fputs(help, stdout);
            return VG_EXIT_OK;
        }
        if (c == ':')
            return vg_cli_usage("watch", "option '%s' needs a value", argv[optind - 1]);
        if (c == '?')
            return vg_cli_usage("watch", "there is no option '%s'", argv[optind - 1]);
        const char *wanted = take_option(w, c, optarg);
        if (wanted)
            return vg_cli_usage("watch", "'%s' is not %s", optarg, wanted);
    }
    if (optind == argc)
        return vg_cli_usage("watch", "which feed?");
    if (argc - optind > VG_FEED_MAX)
        return vg_cli_usage("watch", "more than %d feeds", VG_FEED_MAX);
    for (int i = optind; i < argc; i++)
        if (!parse_feed(w, argv[i]))
            return VG_EXIT_USAGE;
    if (!w->service.data_dir && (w->service.keep_us || w->service.keep_bytes))
        return vg_cli_usage("watch",
                            "--keep-days and --keep-gib say how long the journal is kept: they need --data DIR");
    if (!is_loopback(w->service.serve.listen) && !w->trust_network)
        return vg_cli_usage("watch",
                            "%s can be reached by others, and there are no accounts yet: everyone who reaches it would "
                            "see all. Add --trust-network if that is meant",
                            w->service.serve.listen);
    return -1;
}

int vg_cli_watch(int argc, char **argv)
{
    static struct watch w;
    w = (struct watch){.speed = -1, .stall_s = -1};
    w.service.limits = VG_PICTURE_LIMITS_DEFAULT;
    w.service.feeds = w.feed;
    w.service.serve.listen = "127.0.0.1:8080";
    w.service.serve.max_streams = 256;
    w.service.serve.max_connections = 1024;
    int status = parse_arguments(&w, argc, argv);
    if (status >= 0)
        return status;
    if (w.service.serve.max_connections < w.service.serve.max_streams * 2)
        w.service.serve.max_connections = w.service.serve.max_streams * 2;
    find_web(&w);
    w.service.restore_threads = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
    w.service.log = w.quiet ? NULL : log_line;
    signal(SIGPIPE, SIG_IGN); /* a reader that goes away is an error of write(), not a death */
    const char *why;
    if (vg_service_run(&w.service, &why)) {
        vg_cli_error("%s", why);
        return VG_EXIT_FAILED;
    }
    return VG_EXIT_OK;
}
