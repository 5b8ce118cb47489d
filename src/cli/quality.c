/* vigia quality: labelled data through the models that ship, scores out. */
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/quality_all.h"
#include "cli/quality_worlds.h"
#include "quality/quality.h"

static const char usage[] = "vigia quality KIND FILE [--json] [--predictions OUT.csv]\n"
                            "       vigia quality worlds [--scenario FILE]… [--seeds N-M] [options]\n"
                            "       vigia quality [all] [--out FILE] [--seeds N-M] [--labelled DIR]";
static const char ending[] =
    "FILE is a table with a header, or cases in JSON, plain or gzip; columns may stand in any order.\n"
    "Labels are never looked at by a model; a table without them gives predictions and counts, and no\n"
    "scores.\n"
    "Nothing is fitted here: docs/QUALITY.md says what was fitted on what. Simulated worlds:\n"
    "vigia quality worlds --help. Everything at once, as the page's tables: vigia quality all --help.\n"
    "\n"
    "exit status: 0 scored; 1 the file could not be read, or output failed; 2 called wrongly\n";

#define OUT_SIZE   (64 * 1024)
#define ABOUT_SIZE 2048

struct job {
    bool json;
    const char *predictions;
    char buf[OUT_SIZE], said[OUT_SIZE];
};

static const struct vg_option options[] = {
    {.name = "json",
     .kind = VG_OPTION_FLAG,
     .at = offsetof(struct job, json),
     .help = "one object instead of a table; a score that has no meaning is null"},
    {.name = "predictions",
     .kind = VG_OPTION_TEXT,
     .at = offsetof(struct job, predictions),
     .low = 1,
     .value = "OUT.csv",
     .help = "what the model said, as CSV (\"-\": standard output, and no scores)"},
};

/* What the kinds are, out of their table. */
static const char *about_text(void)
{
    static char text[ABOUT_SIZE];
    struct vg_out out = vg_out_fixed(text, sizeof text - 1);
    vg_out_text(&out,
                "Scores a model that ships on labelled data.\n\n  KIND   what is asked, and a file of its form:\n");
    for (size_t i = 0; i < vg_quality_kind_count; i++)
        vg_out_printf(&out, "    %-11s %s\n", vg_quality_kinds[i].key, vg_quality_kinds[i].about);
    while (out.len && text[out.len - 1] == '\n')
        out.len--;
    text[out.len] = '\0';
    return text;
}

static const struct vg_quality_kind *find_kind(const char *key)
{
    for (size_t i = 0; i < vg_quality_kind_count; i++)
        if (strcmp(vg_quality_kinds[i].key, key) == 0)
            return &vg_quality_kinds[i];
    return NULL;
}

static int refuse_kind(const char *key)
{
    char all[256];
    struct vg_out out = vg_out_fixed(all, sizeof all - 1);
    for (size_t i = 0; i < vg_quality_kind_count; i++)
        vg_out_printf(&out, "%s%s", i ? ", " : "", vg_quality_kinds[i].key);
    all[out.len] = '\0';
    return vg_cli_usage("quality", "there is no kind '%s'; there are %s", key, all);
}

static void put_value(struct vg_out *out, double value, bool whole)
{
    if (isnan(value))
        vg_out_text(out, "null");
    else if (whole)
        vg_out_uint(out, (uint64_t)value);
    else
        vg_out_printf(out, "%.6f", value);
}

static void put_result(struct vg_out *out, const struct vg_quality_result *r, bool json)
{
    for (size_t i = 0; i < r->count; i++) {
        if (json)
            vg_out_printf(out, "%s\"%s\":", i ? "," : "{", r->number[i].key);
        else
            vg_out_printf(out, "%-18s", r->number[i].key);
        put_value(out, r->number[i].value, r->number[i].whole);
        if (!json)
            vg_out_char(out, '\n');
    }
    if (json)
        vg_out_text(out, r->count ? "}\n" : "{}\n");
}

/* Predictions are there only if all is well: a part of them would look like all. */
static bool run_kind(struct job *job, const struct vg_quality_kind *kind, const char *path,
                     struct vg_quality_result *ret)
{
    struct vg_cli_output output;
    struct vg_out out = {0};
    char *error = NULL;
    struct vg_quality_job what = {.path = path};
    if (job->predictions) {
        if (!vg_cli_output_open(&output, job->predictions))
            return false;
        out = vg_out_stream(job->buf, sizeof job->buf, vg_cli_output_write, &output);
        what.predictions = &out;
    }
    const enum vg_err err = kind->run(&what, ret, &error);
    if (err)
        vg_cli_error("%s", error ? error : vg_err_text(err));
    free(error);
    if (!job->predictions)
        return !err;
    const bool written = !err && vg_out_flush(&out) == VG_OK;
    return vg_cli_output_close(&output, written) && !err;
}

static bool put_scores(struct job *job, const struct vg_quality_result *result)
{
    struct vg_cli_output output;
    if (!vg_cli_output_open(&output, NULL))
        return false;
    struct vg_out out = vg_out_stream(job->said, sizeof job->said, vg_cli_output_write, &output);
    put_result(&out, result, job->json);
    return vg_cli_output_close(&output, vg_out_flush(&out) == VG_OK) || output.error == EPIPE;
}

int vg_cli_quality(int argc, char **argv)
{
    static struct job job;
    struct vg_form form = {.command = "quality",
                           .usage = usage,
                           .about = about_text(),
                           .end = ending,
                           .option = options,
                           .count = sizeof options / sizeof *options};
    struct vg_quality_result result = {0};
    if (argc > 1 && strcmp(argv[1], "worlds") == 0)
        return vg_cli_quality_worlds(argc - 1, argv + 1);
    if (vg_cli_quality_is_all(argc, argv))
        return vg_cli_quality_all(argc, argv);
    int first, status = vg_options_read(&form, argc, argv, &job, &first);
    if (status >= 0)
        return status;
    if (first == argc)
        return vg_cli_usage("quality", "no kind was given: which data is it?");
    const struct vg_quality_kind *kind = find_kind(argv[first]);
    if (!kind)
        return refuse_kind(argv[first]);
    if (argc - first != 2)
        return vg_cli_usage("quality", argc - first < 2 ? "no file was given" : "one file is scored at a time");
    if (vg_cli_is_folder(argv[first + 1]))
        return VG_EXIT_FAILED;
    signal(SIGPIPE, SIG_IGN); /* a reader that goes away is an error of write(), not a death */
    if (!run_kind(&job, kind, argv[first + 1], &result))
        return VG_EXIT_FAILED;
    if (job.predictions && strcmp(job.predictions, "-") == 0)
        return VG_EXIT_OK;
    return put_scores(&job, &result) ? VG_EXIT_OK : VG_EXIT_FAILED;
}
