/* vigia watch: the service, from configuration files and the command line. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text_plain.h"
#include "base/time.h"
#include "cli/cli.h"
#include "cli/input.h"
#include "cli/watch.h"

static const char usage[] = "vigia watch [options] FEED…";

static const char about[] =
    "Listens to feeds, keeps one picture of who is where, and serves it: the page, JSON,\n"
    "a binary stream, events and metrics. Runs until it gets SIGINT or SIGTERM.\n"
    "\n"
    "feeds (any number; each may carry ?name=TEXT, ?stall=SECONDS, ?as=nmea|asterix and\n"
    "?exercise=true, of which nothing mixes with the real sea):\n"
    "  udp://ADDRESS:PORT                receive datagrams, e.g. udp://0.0.0.0:10110; a multicast\n"
    "                                    group is joined, with ?interface=ADDRESS by that network\n"
    "  tcp://HOST:PORT                   connect, and reconnect when the line is lost\n"
    "  tcp-listen://ADDRESS:PORT         let senders connect\n"
    "  serial:/dev/ttyUSB0?baud=38400    a receiver on a serial line\n"
    "  file:LOG  or just  LOG            replay a log (packed ones and captures too); ?speed=1 keeps\n"
    "                                    its own times, 10 is ten times as fast, max as fast\n"
    "                                    as it goes (the default for logs without times)\n"
    "  stdin:  or  -                     standard input\n"
    "\n"
    "Settings and feeds may also stand in " VG_CONFIG_FILE " and conf.d/*.yaml beside it; the command\n"
    "line wins over them (see 'vigia config --help' and docs/configuration.md).\n"
    "\n"
    "options:";

static const char ending[] = "exit status: 0 stopped by a signal; 1 could not start (a port in use, a missing file);\n"
                             "2 called wrongly, or a setting is wrong\n";

struct watch {
    struct vg_settings settings;
    struct vg_cli_service of;
    char web[4096];
};

/* ---- settings from everywhere ---- */

static void on_problem(void *arg, const char *sentence)
{
    (void)arg;
    vg_cli_error("%s", sentence);
}

static bool take_feeds(struct vg_settings *s, char **argv, int count)
{
    if (count > VG_FEED_MAX) {
        vg_cli_error("more than %d feeds", VG_FEED_MAX);
        return false;
    }
    if (count) {
        s->feed_count = (size_t)count;
        s->feeds_origin = (struct vg_origin){.file = "command line"};
    }
    for (int i = 0; i < count; i++) {
        s->feed[i] = argv[i];
        s->feed_origin[i] = s->feeds_origin;
    }
    return true;
}

/* The command line is read twice: for the files that it names, and again over them. */
int vg_cli_settings(struct vg_form *form, int argc, char **argv, struct vg_settings *s)
{
    int first;
    form->option = vg_settings_options(&form->count);
    form->on_value = vg_settings_on_value;
    vg_settings_init(s);
    int status = vg_options_read(form, argc, argv, s, &first);
    if (status >= 0)
        return status;
    const char *file = s->config ? s->config : VG_CONFIG_FILE;
    bool named = s->config, none = s->no_config;
    vg_settings_init(s);
    if (!none && !vg_config_load(s, file, named, on_problem, NULL))
        return VG_EXIT_USAGE;
    status = vg_options_read(form, argc, argv, s, &first);
    if (status >= 0)
        return status;
    if (!take_feeds(s, argv + first, argc - first) || !vg_settings_load_sensors(s, on_problem, NULL) ||
        !vg_settings_load_rules(s, on_problem, NULL) || !vg_settings_load_watch_list(s, on_problem, NULL) ||
        !vg_settings_check(s, on_problem, NULL))
        return VG_EXIT_USAGE;
    return -1;
}

/* ---- the page ---- */

/* The page as installed (…/bin/vigia, …/share/vigia/web) or as built in a checkout. */
static void find_web(struct watch *w)
{
    static const char *const places[] = {"/../share/vigia/web", "/../../web/dist"};
    char exe[2048];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
    if (n <= 0 || w->of.service.serve.web_dir)
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
            w->of.service.serve.web_dir = w->web;
            return;
        }
    }
}

static void log_line(void *arg, const char *line)
{
    (void)arg;
    char time[VG_TIME_TEXT], plain[1024]; /* one line, whatever a feed's error says */
    vg_time_text(vg_clock_wall_us() / VG_SECOND_US * VG_SECOND_US, time);
    vg_text_plain(plain, sizeof plain, line, strlen(line));
    fprintf(stderr, "%s %s\n", time, plain);
}

/* A feed that is a file without sentences would leave the chart empty. */
static bool are_sentences(const struct watch *w)
{
    for (size_t i = 0; i < w->of.service.feed_count; i++)
        if (w->of.feed[i].kind == VG_FEED_FILE && w->of.feed[i].language == VG_FEED_LANGUAGE_NMEA &&
            vg_cli_is_other_input(w->of.feed[i].path))
            return false;
    return true;
}

static int serve(struct watch *w)
{
    const char *why;
    w->of.service.restore_threads = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
    find_web(w);
    w->of.service.log = w->settings.quiet ? NULL : log_line;
    signal(SIGPIPE, SIG_IGN); /* a reader that goes away is an error of write(), not a death */
    if (!vg_service_run(&w->of.service, &why))
        return VG_EXIT_OK;
    vg_cli_error("%s", why);
    return VG_EXIT_FAILED;
}

int vg_cli_watch(int argc, char **argv)
{
    static struct watch w;
    struct vg_form form = {.command = "watch", .usage = usage, .about = about, .end = ending};
    int status = vg_cli_settings(&form, argc, argv, &w.settings);
    if (status < 0 && !w.settings.feed_count)
        status = vg_cli_usage("watch", "which feed?");
    if (status < 0) {
        vg_cli_service_fill(&w.of, &w.settings);
        status = are_sentences(&w) ? serve(&w) : VG_EXIT_FAILED;
    }
    vg_settings_free(&w.settings);
    return status;
}
