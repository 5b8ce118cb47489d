/* vigia <command>: finds the command's row and runs it. */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/version.h"
#include "cli/cli.h"
#include "cli/options.h"

static const struct vg_command commands[] = {
    {"decode", "AIS sentences to JSON lines or CSV", vg_cli_decode},
    {"watch", "the live picture: feeds in; page, streams and interface out", vg_cli_watch},
    {"ingest", "recordings (NMEA, CSV) into a data folder: journal and archive", vg_cli_ingest},
    {"history", "what the archive holds, as CSV, GeoJSON, GPX, KML or Parquet", vg_cli_history},
    {"events", "behaviours in what the archive holds: gaps, encounters, drifting, …", vg_cli_events},
    {"sim", "a simulated sea as AIS sentences: the demo, load, a truth to test with", vg_cli_sim},
    {"track", "what radars and vessels say, from files, as tracks: a row a contact and step", vg_cli_track},
    {"journal", "what was received, as it came: sentences back, gaps, keys", vg_cli_journal},
    {"config", "the service's settings: check the files, show what is in force", vg_cli_config},
    {"verify", "is this journal, or this bundle of evidence, what was signed?", vg_cli_verify},
    {"explain", "an alert or an event in the terminal: what, who, numbers, for and against", vg_cli_explain},
    {"case", "alerts with all that they rest on as one signed file to read and verify", vg_cli_case},
    {"evidence", "a bundle that proves what was received, offline, to anyone", vg_cli_evidence},
    {"quality", "labelled data and simulated worlds through what ships: scores", vg_cli_quality},
    {"repair", "a damaged data folder: mended out of its journal, what is lost named", vg_cli_repair},
};

#define COMMANDS (sizeof commands / sizeof *commands)

static void print_help(FILE *to)
{
    fputs("vigia - who is where at sea: AIS in, one picture out\n\n"
          "usage: vigia <command> [options] …\n"
          "       vigia <command> --help\n"
          "       vigia --version\n\n"
          "commands:\n",
          to);
    for (size_t i = 0; i < COMMANDS; i++)
        fprintf(to, "  %-10s %s\n", commands[i].name, commands[i].summary);
    fputs("\n"
          "exit status of every command:\n"
          "  0  done\n"
          "  1  failed: something could not be read or written, or is not what it should be\n"
          "  2  called wrongly: an option, a value or a configuration file\n"
          "A sentence on standard error says why.\n",
          to);
}

static int refuse_command(const char *name)
{
    const char *near = NULL;
    for (size_t i = 0; i < COMMANDS; i++)
        if (vg_word_is_near(name, commands[i].name) &&
            (!near || vg_word_distance(name, commands[i].name) < vg_word_distance(name, near)))
            near = commands[i].name;
    if (*name == '-')
        vg_cli_error("there is no option '%s' before a command; 'vigia --help' lists what there is", name);
    else if (near)
        vg_cli_error("there is no command '%s'; did you mean '%s'? 'vigia --help' lists them", name, near);
    else
        vg_cli_error("there is no command '%s'; 'vigia --help' lists them", name);
    return VG_EXIT_USAGE;
}

/* What a command said on standard output must have arrived; a reader that went away has had enough. */
static int finish(int status)
{
    struct pollfd p = {.fd = STDOUT_FILENO, .events = POLLOUT};
    errno = 0;
    bool arrived = fflush(stdout) == 0 && !ferror(stdout);
    if (arrived || status != VG_EXIT_OK) /* who failed has told why */
        return status;
    if (errno == EPIPE || (poll(&p, 1, 0) == 1 && p.revents & POLLERR))
        return status;
    vg_cli_error("standard output: %s", errno ? strerror(errno) : "not all of it could be written");
    return VG_EXIT_FAILED;
}

static int run(int argc, char **argv)
{
    if (argc < 2) {
        print_help(stderr);
        return VG_EXIT_USAGE;
    }
    const char *name = argv[1];
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || (strcmp(name, "help") == 0 && argc == 2)) {
        print_help(stdout);
        return VG_EXIT_OK;
    }
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
        printf("vigia %s\n", vg_version());
        return VG_EXIT_OK;
    }
    bool asks_help = strcmp(name, "help") == 0;
    char *ask[] = {asks_help ? argv[2] : argv[1], "--help", NULL};
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(ask[0], commands[i].name) == 0)
            return asks_help ? commands[i].run(2, ask) : commands[i].run(argc - 1, argv + 1);
    return refuse_command(ask[0]);
}

int main(int argc, char **argv)
{
    return finish(run(argc, argv));
}
