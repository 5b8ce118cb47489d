/* vigia ingest: recordings into a data folder. */
#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "base/out.h"
#include "base/time.h"
#include "cli/cli.h"
#include "cli/ingest_files.h"
#include "cli/ingest_told.h"
#include "cli/journal_dir.h"
#include "cli/options.h"
#include "ingest/ingest.h"
#include "sensor/table/layout.h"

static const char usage[] = "vigia ingest --data DIR [options] FILE|FOLDER|- …";
static const char about[] =
    "Takes recordings into a data folder: every byte into its journal (DIR/journal), positions\n"
    "and static reports into its archive (DIR/archive, Parquet), each row with the place of its\n"
    "sentence in the journal.\n"
    "\n"
    "  FILE     AIS sentences, with tag blocks, with times in front or behind, or without; or a\n"
    "           table (CSV, Parquet) of a known layout: MarineCadastre, Danish Maritime Authority,\n"
    "           AISHub and others, or plain names; or a JSON log of gpsd, AIS-catcher,\n"
    "           aisstream.io, Signal K or canboat; or the UDP and TCP traffic of a capture (pcap,\n"
    "           pcapng). Plain, or packed with gzip, zstd, bzip2 or xz; Parquet by itself. UTF-16\n"
    "           is read, too. Members of a zip, tar or 7z archive are files of their own\n"
    "  FOLDER   all files in it and below\n"
    "  -        standard input";
static const char ending[] =
    "A file that was taken before adds nothing, whatever it is called now; one that grew goes on.\n"
    "With another layout or other times told it is taken anew, in the place of its rows of then.\n"
    "It may be interrupted or killed: call it again and it goes on where it was. Bad lines are\n"
    "counted by reason and stop nothing; times that can't be read stop a file until --time, --date\n"
    "or --zone tells them. Standard input is not recognised when it comes again.\n"
    "\n"
    "exit status: 0 all was taken; 1 a file could not be read, nothing in it fits, or the folder can't\n"
    "be written, or it was interrupted; 2 called wrongly\n";

struct ingest_cli {
    const char *data, *layout, *source;
    char *layout_text;
    struct vg_ledger_told told;
    int64_t threads, rows, level, archive_level; /* 0: not said */
    bool quiet, json, bar, compact, again;
    struct vg_cli_files files;
    int64_t begun_us, shown_us;
    size_t job;          /* the file that is being taken */
    uint64_t done_bytes; /* of those before it, as they lie on the disk */
};

static atomic_bool stop; /* lock-free: a handler may set it */

static void on_signal(int signal_number)
{
    (void)signal_number;
    stop = true;
}

/* ---- what is told ---- */

static void clear_bar(const struct ingest_cli *c)
{
    if (c->bar)
        fputs("\r\033[K", stderr);
}

static void show_bar(struct ingest_cli *c, const struct vg_ingest_progress *p, int64_t now_us)
{
    static const char bar[] = "##############################";
    double here = p->share < 0 ? 0 : p->share * (double)c->files.file[p->job].bytes;
    double done = (double)c->done_bytes + here, all = (double)c->files.bytes;
    double share = all > 0 ? done / all : 0, seconds = (double)(now_us - c->begun_us) / 1e6;
    int filled = (int)(share * 30 + 0.5);
    filled = filled > 30 ? 30 : filled;
    fprintf(stderr, "\r\033[K[%.*s%*s] %5.1f %%  %.1f MB, %.1f MB/s", filled, bar, 30 - filled, "", share * 100,
            done / 1e6, seconds > 0 ? done / 1e6 / seconds : 0);
    if (share > 0.01 && share < 1 && seconds > 1)
        vg_cli_print(stderr, ", %.0f s left", seconds * (1 - share) / share);
    vg_cli_print(stderr, "  %.40s", c->files.file[p->job].name);
}

static void tell_file(const struct ingest_cli *c, const struct vg_ingest_progress *p)
{
    const char *path = c->files.file[p->job].path, *name = p->member ? p->member : path;
    if (p->err && p->err != VG_EXISTS) {
        clear_bar(c);
        if (strstr(p->why, path) || strstr(p->why, name))
            vg_cli_error("%s", p->why);
        else
            vg_cli_error("%s: %s", name, p->why);
    } else if (p->ended && !c->bar && !c->quiet) {
        bool empty = p->err && !p->member && !c->files.file[p->job].bytes;
        vg_cli_print(stderr, "%s: %s; %llu line%s so far\n", name,
                     empty    ? "empty, nothing to take yet"
                     : p->err ? "taken before"
                              : "taken",
                     (unsigned long long)p->counts->lines, vg_cli_plural(p->counts->lines));
    }
    if (p->note && !c->quiet) {
        clear_bar(c);
        vg_cli_print(stderr, "%s: %s\n", name, p->note);
    }
}

static void on_progress(void *arg, const struct vg_ingest_progress *p)
{
    struct ingest_cli *c = arg;
    for (; c->job < p->job; c->job++)
        c->done_bytes += c->files.file[c->job].bytes;
    tell_file(c, p);
    int64_t now_us = vg_clock_monotonic_us();
    if (c->bar && now_us - c->shown_us >= VG_SECOND_US / 10) {
        c->shown_us = now_us;
        show_bar(c, p, now_us);
    }
}

static void print_refusals(const struct vg_ingest_counts *n)
{
    for (int i = 1; i < VG_REFUSAL_COUNT; i++)
        if (n->refused[i])
            vg_cli_print(stderr, "  %10llu  %s\n              e.g. %s\n", (unsigned long long)n->refused[i],
                         vg_refusal_text((enum vg_refusal)i), n->example[i]);
    for (int i = 1; i < VG_CSV_REFUSAL_COUNT; i++)
        if (n->rows_refused[i])
            vg_cli_print(stderr, "  %10llu  %s\n              e.g. %s\n", (unsigned long long)n->rows_refused[i],
                         vg_csv_refusal_text((enum vg_csv_refusal)i), n->row_example[i]);
}

/* How lines and rows were dated, where that isn't by themselves alone. */
static void print_dated(const struct vg_line_clock_counts *n)
{
    static const char *const texts[VG_LINE_FROM_COUNT] = {
        [VG_LINE_FROM_NEIGHBOUR] = "without a time, dated by a neighbour",
        [VG_LINE_FROM_GIVEN] = "without a time, dated as told",
        [VG_LINE_FROM_FILE] = "without a time: undated, filed at the file's date"};
    for (int i = 0; i < VG_LINE_FROM_COUNT; i++)
        if (texts[i] && n->lines[i])
            vg_cli_print(stderr, "  %10llu  line%s or row%s %s\n", (unsigned long long)n->lines[i],
                         vg_cli_plural(n->lines[i]), vg_cli_plural(n->lines[i]), texts[i]);
    if (n->out_of_bounds)
        vg_cli_print(stderr, "  %10llu  time%s before 1990 or in the future: not believed\n              e.g. %s\n",
                     (unsigned long long)n->out_of_bounds, vg_cli_plural(n->out_of_bounds), n->bounds_example);
    if (n->unread)
        vg_cli_print(stderr,
                     "  %10llu  line%s with text that may be a time in no form that is known; see --time\n"
                     "              e.g. %s\n",
                     (unsigned long long)n->unread, vg_cli_plural(n->unread), n->unread_example);
}

static void print_summary(const struct vg_ingest_counts *n, double seconds)
{
    uint64_t files = n->files + n->known + n->failed;
    vg_cli_print(stderr,
                 "%llu file%s (%llu taken before, %llu not readable), %.1f MB, %llu line%s, %llu message%s in %.1f s\n"
                 "  %10llu  position%s into the archive\n  %10llu  static report%s\n",
                 (unsigned long long)files, vg_cli_plural(files), (unsigned long long)n->known,
                 (unsigned long long)n->failed, (double)n->bytes / 1e6, (unsigned long long)n->lines,
                 vg_cli_plural(n->lines), (unsigned long long)n->messages, vg_cli_plural(n->messages), seconds,
                 (unsigned long long)n->positions, vg_cli_plural(n->positions), (unsigned long long)n->statics,
                 vg_cli_plural(n->statics));
    if (n->duplicates)
        vg_cli_print(stderr, "  %10llu  duplicate%s: the same transmission heard again, left out\n",
                     (unsigned long long)n->duplicates, vg_cli_plural(n->duplicates));
    if (n->passed_over)
        vg_cli_print(stderr, "  %10llu  member%s of archives passed over: links, hidden or empty\n",
                     (unsigned long long)n->passed_over, vg_cli_plural(n->passed_over));
    if (n->caught_up)
        vg_cli_print(stderr, "  %10llu  report%s of these from the journal: an earlier run was cut off\n",
                     (unsigned long long)n->caught_up, vg_cli_plural(n->caught_up));
    if (n->waiting)
        vg_cli_print(stderr, "  %10llu  file%s end%s in an unfinished line: it is taken when its rest is there\n",
                     (unsigned long long)n->waiting, vg_cli_plural(n->waiting), n->waiting == 1 ? "s" : "");
    print_dated(&n->dated);
    print_refusals(n);
}

static void json_refusal(struct vg_out *out, bool *first, const char *key, uint64_t count, const char *example)
{
    if (!count)
        return;
    vg_out_printf(out, "%s\"%s\":{\"count\":%llu,\"example\":", *first ? "" : ",", key, (unsigned long long)count);
    vg_out_json_plain(out, example, strlen(example));
    vg_out_char(out, '}');
    *first = false;
}

static void json_dated(struct vg_out *out, const struct vg_ingest_counts *n)
{
    static const char *const keys[VG_LINE_FROM_COUNT] = {"tag", "line", "neighbour", "given", "file"};
    vg_out_text(out, "\"time_source\":{");
    for (int i = 0; i < VG_LINE_FROM_COUNT; i++)
        vg_out_printf(out, "%s\"%s\":%llu", i ? "," : "", keys[i], (unsigned long long)n->dated.lines[i]);
    vg_out_printf(out, "},\"times_out_of_bounds\":%llu,\"times_unread\":%llu,\"unfinished\":%llu,",
                  (unsigned long long)n->dated.out_of_bounds, (unsigned long long)n->dated.unread,
                  (unsigned long long)n->waiting);
}

static void print_json(const struct vg_ingest_counts *n, double seconds)
{
    struct vg_out out = vg_out_growing(1 << 20);
    bool first = true;
    const struct {
        const char *key;
        uint64_t value;
    } numbers[] = {{"files", n->files},           {"known", n->known},
                   {"failed", n->failed},         {"bytes", n->bytes},
                   {"lines", n->lines},           {"sentences", n->sentences},
                   {"messages", n->messages},     {"positions", n->positions},
                   {"statics", n->statics},       {"passed_over", n->passed_over},
                   {"duplicates", n->duplicates}, {"caught_up", n->caught_up}};
    vg_out_char(&out, '{');
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        vg_out_printf(&out, "\"%s\":%llu,", numbers[i].key, (unsigned long long)numbers[i].value);
    json_dated(&out, n);
    vg_out_printf(&out, "\"seconds\":%.3f,\"refused\":{", seconds);
    for (int i = 1; i < VG_REFUSAL_COUNT; i++)
        json_refusal(&out, &first, vg_refusal_key((enum vg_refusal)i), n->refused[i], n->example[i]);
    for (int i = 1; i < VG_CSV_REFUSAL_COUNT; i++)
        json_refusal(&out, &first, vg_csv_refusal_key((enum vg_csv_refusal)i), n->rows_refused[i], n->row_example[i]);
    vg_out_text(&out, "}}");
    printf("%.*s\n", (int)out.len, out.buf);
    vg_out_free(&out);
}

/* ---- the run ---- */

static int tell_end(struct ingest_cli *c, struct vg_ingest *in, enum vg_err err)
{
    const struct vg_ingest_counts *n = vg_ingest_counts(in);
    double seconds = (double)(vg_clock_monotonic_us() - c->begun_us) / 1e6;
    clear_bar(c);
    if (err == VG_EOF)
        vg_cli_error("interrupted; call it again to go on");
    else if (err)
        vg_cli_error("%s", vg_ingest_why(in));
    if (!c->quiet && !c->json)
        print_summary(n, seconds);
    if (c->json)
        print_json(n, seconds);
    return err || n->failed ? VG_EXIT_FAILED : VG_EXIT_OK;
}

static struct vg_ingest_job *make_jobs(const struct ingest_cli *c)
{
    struct vg_ingest_job *jobs = calloc(c->files.count ? c->files.count : 1, sizeof *jobs);
    for (size_t i = 0; jobs && i < c->files.count; i++) {
        const struct vg_cli_file *f = &c->files.file[i];
        jobs[i] = (struct vg_ingest_job){.path = f->path,
                                         .name = c->source ? c->source : f->name,
                                         .name_given = c->source != NULL,
                                         .layout = c->layout_text,
                                         .time_us = f->changed_us,
                                         .told = c->told,
                                         .again = c->again};
    }
    return jobs;
}

static int run(struct ingest_cli *c)
{
    struct vg_ingest_options o = {.threads = (unsigned)c->threads,
                                  .journal_level = (int)c->level,
                                  .archive_level = c->archive_level ? (int)c->archive_level : 6,
                                  .fresh_level = c->archive_level ? (int)c->archive_level : 1,
                                  .most_rows = (size_t)c->rows,
                                  .begun_us = vg_clock_wall_us(),
                                  .monotonic_us = vg_clock_monotonic_us,
                                  .dice = randombytes_buf,
                                  .stop = &stop,
                                  .on_progress = on_progress,
                                  .arg = c};
    struct vg_ingest *in;
    const char *why;
    if (!c->quiet)
        vg_cli_tell_damage(c->data);
    struct vg_ingest_job *jobs = make_jobs(c);
    if (!jobs || vg_ingest_open(c->data, &o, &in, &why)) {
        vg_cli_error("%s", jobs ? why : "out of memory");
        free(jobs);
        return VG_EXIT_FAILED;
    }
    enum vg_err err = vg_ingest_run(in, jobs, c->files.count);
    if (!err && c->compact)
        err = vg_ingest_compact(in);
    int status = tell_end(c, in, err);
    free(jobs);
    if (vg_ingest_close(in)) {
        vg_cli_error("%s/journal: the last entries did not reach the disk; call it again", c->data);
        status = VG_EXIT_FAILED;
    }
    return status;
}

/* A known layout's name, or a file whose text is checked here, before anything is begun. */
static int read_layout(struct ingest_cli *c)
{
    struct vg_layout layout;
    char why[1024];
    size_t len = 0;
    if (!c->layout)
        return VG_EXIT_OK;
    if (vg_layout_find(c->layout)) {
        c->layout_text = strdup(c->layout);
        return c->layout_text ? VG_EXIT_OK : VG_EXIT_FAILED;
    }
    if (vg_cli_is_folder(c->layout))
        return VG_EXIT_FAILED;
    enum vg_err err = vg_io_load(vg_io_posix(), c->layout, VG_LAYOUT_FILE, &c->layout_text, &len);
    if (err) {
        vg_cli_error(
            "%s is neither a known layout (noaa, dma, plain; docs/formats/layout.md has all) nor a layout file: %s",
            c->layout, err == VG_LIMIT ? "more than 16 KiB" : vg_err_text(err));
        return VG_EXIT_FAILED;
    }
    err = vg_layout_read(c->layout_text, len, &layout, why, sizeof why);
    if (err)
        vg_cli_error("%s: %s", c->layout, why);
    return err ? VG_EXIT_FAILED : VG_EXIT_OK;
}

static bool read_level(const char *text, void *target)
{
    const struct vg_option o = {.kind = VG_OPTION_WHOLE, .low = -50, .high = 19};
    char why[VG_OPTION_WHY];
    int64_t level;
    if (!vg_option_take(&o, text, &level, why) || !level)
        return false;
    ((struct ingest_cli *)target)->level = level;
    return true;
}

static bool read_told_time(const char *text, void *target)
{
    return vg_ingest_told_time(text, &((struct ingest_cli *)target)->told);
}

static bool read_told_date(const char *text, void *target)
{
    return vg_ingest_told_date(text, &((struct ingest_cli *)target)->told);
}

static bool read_told_zone(const char *text, void *target)
{
    return vg_ingest_told_zone(text, &((struct ingest_cli *)target)->told);
}

#define AT(member) offsetof(struct ingest_cli, member)

static const struct vg_option options[] = {
    VG_OPTION_DATA(AT(data), "where to; made if there is none"),
    {.name = "layout",
     .letter = 'l',
     .kind = VG_OPTION_TEXT,
     .at = AT(layout),
     .low = 1,
     .value = "LAYOUT",
     .help = "tables are read by this layout file (YAML, see docs/formats/layout.md), or by a known one: noaa, dma, "
             "baltic, aishub, amsa, kystverket, brest, piraeus, gfw-track, suez, solent, plain"},
    {.name = "source",
     .letter = 's',
     .kind = VG_OPTION_TEXT,
     .at = AT(source),
     .low = 1,
     .value = "NAME",
     .help = "who heard it; else the file's name"},
    {.name = "time",
     .kind = VG_OPTION_READ,
     .read = read_told_time,
     .expected = "a form of times like 'DD/MM/YYYY hh:mm:ss' or epoch_ms, a time, or file",
     .value = "FORM|T|file",
     .help = "how times in the files are written: YYYY MM DD hh mm ss stand for numbers, MMM for Jan …, AP for AM or "
             "PM; epoch_s, epoch_ms, epoch_us, epoch_ns, excel. Or T: the time of lines that have none, where no line "
             "has any. Or file: the lines have no time, the file's date is theirs"},
    {.name = "date",
     .kind = VG_OPTION_READ,
     .read = read_told_date,
     .expected = "a day as YYYY-MM-DD, or a year as YYYY",
     .value = "DAY",
     .help = "the day, or year, of the first line, where times have none; else the one in the file's name"},
    {.name = "zone",
     .kind = VG_OPTION_READ,
     .read = read_told_zone,
     .expected = "a zone as +hh:mm, -hh:mm or Z",
     .value = "ZONE",
     .help = "of times that don't say theirs, east of UTC: -05:00 in Ecuador (without it: UTC)"},
    {.name = "again",
     .kind = VG_OPTION_FLAG,
     .at = AT(again),
     .help = "takes files though they were taken before; their rows of then leave the archive"},
    {.name = "threads",
     .letter = 'j',
     .kind = VG_OPTION_WHOLE,
     .at = AT(threads),
     .low = 1,
     .high = 64,
     .value = "N",
     .help = "1, or reading, decoding, journal and archive side by side (without it: 1 on one processor)"},
    {.name = "level",
     .kind = VG_OPTION_READ,
     .read = read_level,
     .expected = "from -50 to 19, and not 0",
     .value = "N",
     .initial = "1",
     .help = "how hard the journal is compressed, -50 to 19"},
    {.name = "archive-level",
     .kind = VG_OPTION_WHOLE,
     .at = AT(archive_level),
     .low = 1,
     .high = 22,
     .value = "N",
     .help = "the same for the archive, 1 to 22 (without it: 1, and 6 when joined)"},
    {.name = "compact",
     .kind = VG_OPTION_FLAG,
     .at = AT(compact),
     .help = "at the end, joins the parts of each hour of the archive: fewer, smaller files. May be asked for alone, "
             "without a FILE"},
    {.name = "rows",
     .kind = VG_OPTION_WHOLE,
     .at = AT(rows),
     .low = 65536,
     .high = 1 << 28,
     .value = "N",
     .help = "rows in memory between two commits of the archive (without it: 1048576)"},
    {.name = "json",
     .kind = VG_OPTION_FLAG,
     .at = AT(json),
     .help = "the summary as one JSON object on standard output"},
    {.name = "quiet",
     .letter = 'q',
     .kind = VG_OPTION_FLAG,
     .at = AT(quiet),
     .help = "no progress, no summary; failures are told"},
};

static const struct vg_form form = {"ingest", usage, about, ending, options, sizeof options / sizeof *options, NULL};

static int parse(struct ingest_cli *c, int argc, char **argv, int *ret_first)
{
    vg_options_initial(options, sizeof options / sizeof *options, c);
    int status = vg_options_read(&form, argc, argv, c, ret_first);
    if (status >= 0)
        return status;
    if (!c->data)
        return vg_cli_usage("ingest", "--data DIR is missing");
    if (*ret_first == argc && !c->compact)
        return vg_cli_usage("ingest", "say what to take: files, folders, or - for standard input");
    if (!c->threads)
        c->threads = sysconf(_SC_NPROCESSORS_ONLN) > 1 ? 4 : 1;
    return -1;
}

/* A first signal ends the run in good order, a second one at once. */
static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

int vg_cli_ingest(int argc, char **argv)
{
    static struct ingest_cli c;
    int first, status = parse(&c, argc, argv, &first);
    if (status >= 0)
        return status;
    if (sodium_init() < 0) {
        vg_cli_error("libsodium doesn't start");
        return VG_EXIT_FAILED;
    }
    /* What is freed is used again a moment later: giving it back to the system and taking it anew costs page faults. */
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    status = read_layout(&c);
    if (!status && !vg_cli_files_list(&c.files, argv + first, (size_t)(argc - first)))
        status = VG_EXIT_FAILED;
    if (!status) {
        catch_signals();
        c.begun_us = vg_clock_monotonic_us();
        c.bar = !c.quiet && isatty(STDERR_FILENO);
        status = run(&c);
    }
    vg_cli_files_free(&c.files);
    free(c.layout_text);
    return status;
}
