/*
 * The command line: one row a command, one file a command. A command takes its own argv (argv[0] is its name) and
 * returns the program's exit code.
 */
#ifndef VG_CLI_CLI_H
#define VG_CLI_CLI_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/plural.h"

/* Exit codes, as in man pages: done; failed; called wrongly. */
enum { VG_EXIT_OK = 0, VG_EXIT_FAILED = 1, VG_EXIT_USAGE = 2 };

struct vg_command {
    const char *name;
    const char *summary; /* one line */
    int (*run)(int argc, char **argv);
};

int vg_cli_decode(int argc, char **argv);
int vg_cli_watch(int argc, char **argv);
int vg_cli_ingest(int argc, char **argv);
int vg_cli_history(int argc, char **argv);
int vg_cli_events(int argc, char **argv);
int vg_cli_sim(int argc, char **argv);
int vg_cli_track(int argc, char **argv);
int vg_cli_journal(int argc, char **argv);
int vg_cli_config(int argc, char **argv);
int vg_cli_verify(int argc, char **argv);
int vg_cli_evidence(int argc, char **argv);
int vg_cli_explain(int argc, char **argv);
int vg_cli_case(int argc, char **argv);
int vg_cli_repair(int argc, char **argv);
int vg_cli_quality(int argc, char **argv);

/* "vigia: " and the sentence to stderr, with a line end. */
/* printf for text with other people's words in it: what a terminal would obey becomes '?', but for line ends. */
void vg_cli_print(FILE *to, const char *format, ...) __attribute__((format(printf, 2, 3)));

void vg_cli_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same for a wrong call, with the way to help; returns VG_EXIT_USAGE. */
int vg_cli_usage(const char *command, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What of a wrong call is said by several commands. */
#define VG_CLI_NO_SPAN "--from is later than --to"

/* True, told, if the path of a file is that of a folder. */
bool vg_cli_is_folder(const char *path);

/* The end of a noun: "" for one, "s" for any other number. */
static inline const char *vg_cli_plural(uint64_t count)
{
    return vg_plural(count, "", "s");
}

#endif
