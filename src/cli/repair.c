/* vigia repair: a damaged data folder, mended out of its journal. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "base/out.h"
#include "base/time.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "ingest/repair.h"

static const char usage[] = "vigia repair --data DIR [--dry-run] [--json]";
static const char about[] =
    "Mends a data folder: looks through every file of it, makes archive and state anew out of the\n"
    "journal where they are damaged, and names what is lost: which files, which hours and rows, which\n"
    "part of the journal. Damaged files are set aside into DIR/damaged-TIME and never deleted. The\n"
    "journal itself is evidence: what it lost stays lost, and 'vigia verify' says so for ever.\n"
    "\n"
    "The folder must not be in use. It may be interrupted at any moment and called again.";
static const char ending[] =
    "exit status: 0 nothing was wrong, or all is whole again; 1 something is lost (it was named), or it\n"
    "can't be mended now; 2 called wrongly\n";

static atomic_bool stop;

static void on_signal(int number)
{
    (void)number;
    stop = true;
}

struct show {
    const char *data;
    bool dry_run, json, progress;
};

static void clear_progress(const struct show *show)
{
    if (show->progress)
        fputs("\r\033[K", stderr);
}

static void on_line(void *arg, const struct vg_repair_line *l)
{
    static const char *const kinds[] = {"damage", "lost", "done", "note"};
    const struct show *show = arg;
    char text[2048];
    struct vg_out out = vg_out_fixed(text, sizeof text);
    clear_progress(show);
    if (!show->json) {
        printf("%-7s %-8s %s%s%s\n", kinds[l->kind], l->what, l->path, *l->path ? ": " : "", l->text);
        return;
    }
    vg_out_printf(&out, "{\"found\":\"%s\",\"what\":\"%s\",\"path\":", kinds[l->kind], l->what);
    vg_out_json_string(&out, l->path, strlen(l->path));
    vg_out_text(&out, ",\"text\":");
    vg_out_json_string(&out, l->text, strlen(l->text));
    vg_out_text(&out, "}\n");
    fwrite(text, 1, out.len, stdout);
}

static void on_progress(void *arg, const char *step)
{
    const struct show *show = arg;
    if (!show->progress)
        return;
    fprintf(stderr, "\r\033[Klooking: %s …", step);
    fflush(stderr);
}

static void print_verdict(const struct show *show, const struct vg_repair_result *r)
{
    const char *verdict = !r->damages ? "whole" : r->lost ? "lost" : show->dry_run ? "mendable" : "mended";
    clear_progress(show);
    if (show->json) {
        printf("{\"verdict\":\"%s\",\"damages\":%llu,\"lost\":%llu,\"reports\":%llu,\"aside\":", verdict,
               (unsigned long long)r->damages, (unsigned long long)r->lost, (unsigned long long)r->rows);
        printf(*r->aside ? "\"%s\",\"dry_run\":%s}\n" : "null%s,\"dry_run\":%s}\n", r->aside,
               show->dry_run ? "true" : "false");
        return;
    }
    if (!r->damages)
        printf("whole: nothing is wrong\n");
    else
        printf("%s: %llu damaged, %llu lost%s%s%s\n", verdict, (unsigned long long)r->damages,
               (unsigned long long)r->lost, *r->aside ? "; set aside in " : "", r->aside,
               show->dry_run ? "; nothing was changed" : "");
}

#define AT(member) offsetof(struct show, member)

static const struct vg_option options[] = {
    VG_OPTION_DATA(AT(data), "the data folder"),
    {.name = "dry-run",
     .letter = 'n',
     .kind = VG_OPTION_FLAG,
     .at = AT(dry_run),
     .help = "only look, and tell what is damaged and what would be lost"},
    {.name = "json",
     .letter = 'j',
     .kind = VG_OPTION_FLAG,
     .at = AT(json),
     .help = "findings and verdict as JSON lines"},
};

static const struct vg_form form = {"repair", usage, about, ending, options, sizeof options / sizeof *options, NULL};

int vg_cli_repair(int argc, char **argv)
{
    struct show show = {0};
    struct vg_repair_result result;
    const char *why;
    int first, status = vg_options_read(&form, argc, argv, &show, &first);
    if (status >= 0)
        return status;
    if (first < argc)
        return vg_cli_usage("repair", "'%s' is one word too many", argv[first]);
    if (!show.data)
        return vg_cli_usage("repair", "--data DIR is missing");
    if (sodium_init() < 0) {
        vg_cli_error("libsodium doesn't start");
        return VG_EXIT_FAILED;
    }
    show.progress = !show.json && isatty(STDERR_FILENO);
    signal(SIGINT, on_signal);
    signal(SIGTERM, on_signal);
    const struct vg_repair_options how = {.dry_run = show.dry_run,
                                          .now_us = vg_clock_wall_us(),
                                          .dice = randombytes_buf,
                                          .stop = &stop,
                                          .on_line = on_line,
                                          .on_progress = on_progress,
                                          .arg = &show};
    enum vg_err err = vg_repair(show.data, &how, &result, &why);
    if (err) {
        clear_progress(&show);
        vg_cli_error("%s: %s", show.data,
                     err == VG_EXISTS ? "the folder is in use: stop the service or the ingest first"
                     : err == VG_EOF  ? "interrupted; call it again to go on"
                                      : why);
        return VG_EXIT_FAILED;
    }
    print_verdict(&show, &result);
    return result.lost ? VG_EXIT_FAILED : VG_EXIT_OK;
}
