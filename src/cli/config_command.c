/* vigia config: the service's settings, checked, shown, described. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/output.h"
#include "cli/watch.h"

static const char usage[] = "vigia config check [FILE]\n"
                            "       vigia config show [options of watch] [FEED…]\n"
                            "       vigia config docs";

static const char about[] =
    "The settings of 'vigia watch': defaults, then " VG_CONFIG_FILE ", then conf.d/*.yaml beside it in\n"
    "the order of their names, then the command line. Later words win.\n"
    "\n"
    "  check    reads FILE (else " VG_CONFIG_FILE ") and the conf.d beside it, and names what is wrong: file,\n"
    "           line, setting, what was expected and what was found. Files and folders that the settings\n"
    "           name must be here, as at the start of the service\n"
    "  show     the values in force, as a configuration file, each with where it was said\n"
    "  docs     docs/configuration.md: every setting\n"
    "\n"
    "options of show:";

static const char ending[] = "exit status: 0 nothing is wrong; 1 check found something, or output failed; 2 called "
                             "wrongly, or a\nsetting of show is wrong\n";

static void on_problem(void *arg, const char *sentence)
{
    unsigned *count = arg;
    ++*count;
    fprintf(stderr, "%s\n", sentence);
}

static int check(int argc, char **argv)
{
    struct vg_settings s;
    unsigned problems = 0;
    if (argc > 2)
        return vg_cli_usage("config", "'%s' is one word too many", argv[2]);
    if (argc == 2 && argv[1][0] == '-')
        return vg_cli_usage("config", "check has no option '%s'", argv[1]);
    vg_settings_init(&s);
    if (vg_config_load(&s, argc > 1 ? argv[1] : VG_CONFIG_FILE, true, on_problem, &problems)) {
        vg_settings_load_sensors(&s, on_problem, &problems);
        vg_settings_load_rules(&s, on_problem, &problems);
        vg_settings_check_areas(&s, on_problem, &problems);
        vg_settings_load_watch_list(&s, on_problem, &problems);
        vg_settings_check(&s, on_problem, &problems);
        vg_settings_check_paths(&s, on_problem, &problems);
    }
    if (!problems)
        printf("%u %s, %zu %s: nothing is wrong\n", s.files, vg_plural(s.files, "file", "files"), s.feed_count,
               vg_plural(s.feed_count, "feed", "feeds"));
    else
        fprintf(stderr, "%u %s\n", problems, vg_plural(problems, "problem", "problems"));
    vg_settings_free(&s);
    return problems ? VG_EXIT_FAILED : VG_EXIT_OK;
}

/* Writes what is left; a reader that has gone is no failure. */
static int end_output(struct vg_out *out, struct vg_cli_output *to)
{
    bool good = !vg_out_flush(out);
    return vg_cli_output_close(to, good) || to->error == EPIPE ? VG_EXIT_OK : VG_EXIT_FAILED;
}

static int show(int argc, char **argv)
{
    char buf[8192];
    struct vg_settings s;
    struct vg_cli_output to;
    struct vg_out out = vg_out_stream(buf, sizeof buf, vg_cli_output_write, &to);
    struct vg_form form = {.command = "config", .usage = usage, .about = about, .end = ending};
    int status = vg_cli_settings(&form, argc, argv, &s);
    if (status < 0) {
        vg_cli_output_open(&to, NULL);
        vg_settings_show(&s, &out);
        status = end_output(&out, &to);
    }
    vg_settings_free(&s);
    return status;
}

static int docs(void)
{
    char buf[8192];
    struct vg_cli_output to;
    vg_cli_output_open(&to, NULL);
    struct vg_out out = vg_out_stream(buf, sizeof buf, vg_cli_output_write, &to);
    vg_config_docs(&out);
    return end_output(&out, &to);
}

int vg_cli_config(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    if (strcmp(what, "check") == 0 && !(argc > 2 && (!strcmp(argv[2], "--help") || !strcmp(argv[2], "-h"))))
        return check(argc - 1, argv + 1);
    if (strcmp(what, "docs") == 0)
        return argc > 2 ? vg_cli_usage("config", "'%s' is one word too many", argv[2]) : docs();
    if (strcmp(what, "show") == 0)
        return show(argc - 1, argv + 1);
    if (strcmp(what, "--help") == 0 || strcmp(what, "-h") == 0 || strcmp(what, "check") == 0)
        return show(2, (char *[]){"config", "--help", NULL});
    if (*what)
        return vg_cli_usage("config", "there is no '%s': say check, show or docs", what);
    return vg_cli_usage("config", "say what to do: check, show or docs");
}
