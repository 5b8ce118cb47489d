#include "cli/quality_all.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/quality_tables.h"
#include "cli/quality_worlds.h"
#include "quality/quality.h"

#define PAGE_MOST ((size_t)16 << 20)
#define BEGINS    "<!-- quality: written by `vigia quality`; edit elsewhere -->\n"
#define ENDS      "<!-- /quality -->\n"
#define ORDINARY  "share/scenarios/ordinary-day.yaml"

static const char usage[] = "vigia quality [all] [--out FILE] [--seeds N-M] [--labelled DIR]";
static const char about[] =
    "Measures everything: the models that ship on labelled files, where they are, and every behaviour\n"
    "and rule on simulated worlds, those of share/scenarios/quality.yaml and an ordinary day. Writes\n"
    "the tables of docs/QUALITY.md, in place of those that stand there between its marks.";
static const char ending[] = "Seeds 101 to 120 are for reporting: nothing is tuned on them. A world takes minutes.\n"
                             "\n"
                             "exit status: 0 written; 1 a file could not be read, or output failed; 2 called wrongly\n";

struct all {
    struct vg_worlds_job worlds;
    const char *out, *labelled;
    bool ordinary_off;
};

/* ---- labelled files ---- */

static const struct {
    const char *kind, *file, *standing; /* standing: what the score is worth */
} files[] = {
    {"gaps", "gaps_labelled.csv.gz", "fitted on this file"},
    {"fishing", "creel_fishing.csv.gz", "nothing fitted"},
    {"anomalies", "injected_anomalies_gulf.csv.gz", "fitted on this file"},
    {"encounters", "encounter_cases_gfw.json", "nothing fitted"},
    {"ports", "port_visit_cases_gfw.json", "nothing fitted"},
    {"identity", "shared_mmsi_338013000.json.gz", "nothing fitted"},
};

static void put_result(struct vg_out *out, const struct vg_quality_result *r)
{
    for (size_t i = 0; i < r->count; i++) {
        vg_out_printf(out, "%s%s ", i ? ", " : "", r->number[i].key);
        if (isnan(r->number[i].value))
            vg_out_text(out, "–");
        else
            vg_out_printf(out, r->number[i].whole ? "%.0f" : "%.3f", r->number[i].value);
    }
}

static void put_labelled(const struct all *all, struct vg_out *out)
{
    vg_out_text(out, "| labelled file | standing | scores |\n| --- | --- | --- |\n");
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[VG_IO_PATH], *error = NULL;
        struct vg_quality_result result = {0};
        enum vg_err err = VG_LIMIT;
        if (vg_io_path(path, "%s/%s", all->labelled, files[i].file) && access(path, R_OK) != 0) {
            vg_out_printf(out, "| `%s %s` | | the file is not here |\n", files[i].kind, files[i].file);
            continue;
        }
        for (size_t k = 0; k < vg_quality_kind_count; k++)
            if (strcmp(vg_quality_kinds[k].key, files[i].kind) == 0)
                err = vg_quality_kinds[k].run(&(struct vg_quality_job){.path = path}, &result, &error);
        vg_out_printf(out, "| `%s %s` | %s | ", files[i].kind, files[i].file, files[i].standing);
        if (err)
            vg_out_text(out, error ? error : vg_err_text(err));
        else
            put_result(out, &result);
        vg_out_text(out, " |\n");
        free(error);
    }
}

/* ---- worlds ---- */

static void put_seeds(struct vg_out *out, const struct vg_worlds_job *w)
{
    for (size_t i = 0; i < w->seeds; i++)
        vg_out_printf(out, "%s%llu", i ? ", " : "", (unsigned long long)w->seed[i]);
}

static bool put_worlds(struct vg_worlds_job *w, const char *title, struct vg_out *out)
{
    if (vg_worlds_load(w) != VG_EXIT_OK || !vg_worlds_play(w))
        return false;
    vg_out_printf(out, "\n### %s\n`", title);
    for (size_t i = 0; i < w->scenarios; i++)
        vg_out_printf(out, "%s%s", i ? "`, `" : "", w->scenario[i]);
    vg_out_text(out, "`, seeds ");
    put_seeds(out, w);
    vg_out_text(out, ". ");
    vg_quality_worlds_markdown(out, &w->scores);
    return true;
}

static bool put_all(struct all *all, struct vg_out *out)
{
    struct vg_worlds_job *ordinary = calloc(1, sizeof *ordinary);
    if (!ordinary) {
        vg_cli_error("%s", vg_err_text(VG_NOMEM));
        return false;
    }
    ordinary->threads = all->worlds.threads;
    ordinary->quiet = all->worlds.quiet;
    ordinary->hours = all->worlds.hours;
    ordinary->seed[ordinary->seeds++] = all->worlds.seed[0];
    vg_worlds_read_scenario(ORDINARY, ordinary);
    put_labelled(all, out);
    const bool good = put_worlds(&all->worlds, "Worlds of many deeds", out) &&
                      (all->ordinary_off || put_worlds(ordinary, "An ordinary day", out));
    vg_worlds_free(ordinary);
    free(ordinary);
    return good;
}

/* ---- the page ---- */

/* The whole file, with a zero behind it; NULL if there is none. */
static char *read_page(const char *path)
{
    FILE *file = fopen(path, "rbe");
    char *text = file ? calloc(1, PAGE_MOST) : NULL;
    if (text && fread(text, 1, PAGE_MOST - 1, file) == 0) {
        free(text);
        text = NULL;
    }
    if (file)
        fclose(file);
    return text;
}

/* The tables between the page's marks; a page without them, or none, becomes the tables alone. */
static bool write_page(const char *path, const char *tables)
{
    static struct vg_cli_output output;
    static char buf[1 << 16];
    char *page = strcmp(path, "-") == 0 ? NULL : read_page(path);
    char *begins = page ? strstr(page, BEGINS) : NULL, *ends = begins ? strstr(begins, ENDS) : NULL;
    if (page && !ends) {
        vg_cli_error("%s has no marks for the tables: %.40s…", path, BEGINS);
        free(page);
        return false;
    }
    bool good = vg_cli_output_open(&output, path);
    if (good) {
        struct vg_out out = vg_out_stream(buf, sizeof buf, vg_cli_output_write, &output);
        if (page)
            vg_out_bytes(&out, page, (size_t)(begins - page));
        vg_out_text(&out, BEGINS);
        vg_out_text(&out, tables);
        vg_out_text(&out, page ? ends : ENDS);
        const bool whole = vg_out_flush(&out) == VG_OK;
        good = vg_cli_output_close(&output, whole) || output.error == EPIPE;
    }
    free(page);
    return good;
}

/* ---- the command line ---- */

#define AT(member) offsetof(struct all, member)

static const struct vg_option options[] = {
    {.name = "out",
     .letter = 'o',
     .kind = VG_OPTION_TEXT,
     .at = AT(out),
     .low = 1,
     .value = "FILE",
     .initial = "docs/QUALITY.md",
     .help = "the page whose tables are written, or a new file; - is standard output"},
    {.name = "scenario",
     .kind = VG_OPTION_READ,
     .read = vg_worlds_read_scenario,
     .expected = "a file of a world described (docs/simulation.md), 16 at most",
     .value = "FILE",
     .help = "a world of many deeds, in place of share/scenarios/quality.yaml"},
    {.name = "seeds",
     .kind = VG_OPTION_READ,
     .read = vg_worlds_read_seeds,
     .expected = "numbers and spans of them with commas between, 256 at most: 101-104,107",
     .value = "N-M",
     .help = "of the worlds of many deeds, without it 101 to 104; the first one of the ordinary day, too"},
    {.name = "hours",
     .kind = VG_OPTION_NUMBER,
     .at = AT(worlds.hours),
     .low = 0.01,
     .high = 240,
     .value = "H",
     .help = "so long instead of what the scenarios say"},
    {.name = "no-ordinary", .kind = VG_OPTION_FLAG, .at = AT(ordinary_off), .help = "without the ordinary day"},
    {.name = "labelled",
     .kind = VG_OPTION_TEXT,
     .at = AT(labelled),
     .low = 1,
     .value = "DIR",
     .initial = "../shared/data/behaviour",
     .help = "where labelled files are; what isn't there is said to be missing"},
    {.name = "threads",
     .kind = VG_OPTION_WHOLE,
     .at = AT(worlds.threads),
     .low = 1,
     .high = 16,
     .value = "N",
     .initial = "2",
     .help = "so many worlds at the same time; the result is the same"},
    {.name = "quiet", .letter = 'q', .kind = VG_OPTION_FLAG, .at = AT(worlds.quiet), .help = "no progress bar"},
};

static const struct vg_form form = {"quality", usage, about, ending, options, sizeof options / sizeof *options, NULL};

/* Options that vigia quality KIND FILE has as well don't tell. */
bool vg_cli_quality_is_all(int argc, char **argv)
{
    if (argc < 2 || strcmp(argv[1], "all") == 0)
        return true;
    if (strncmp(argv[1], "--", 2) != 0)
        return false;
    char name[32];
    const size_t len = strcspn(argv[1] + 2, "=");
    if (len >= sizeof name)
        return false;
    memcpy(name, argv[1] + 2, len);
    name[len] = '\0';
    return vg_option_find(options, sizeof options / sizeof *options, name) != NULL;
}

int vg_cli_quality_all(int argc, char **argv)
{
    static struct all all;
    const int word = argc > 1 && strcmp(argv[1], "all") == 0;
    all = (struct all){0};
    vg_options_initial(options, sizeof options / sizeof *options, &all);
    int first, status = vg_options_read(&form, argc - word, argv + word, &all, &first);
    if (status >= 0)
        return status;
    if (first < argc - word)
        return vg_cli_usage("quality", "'%s' is one word too many", argv[word + first]);
    if (!all.worlds.seeds)
        vg_worlds_read_seeds("101-104", &all.worlds);
    signal(SIGPIPE, SIG_IGN); /* a reader that goes away is an error of write(), not a death */
    struct vg_out tables = vg_out_growing(PAGE_MOST);
    bool good = put_all(&all, &tables);
    vg_out_char(&tables, '\0');
    good = good && !tables.err && write_page(all.out, tables.buf);
    vg_out_free(&tables);
    vg_worlds_free(&all.worlds);
    return good ? VG_EXIT_OK : VG_EXIT_FAILED;
}
