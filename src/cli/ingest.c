/* vigia ingest: recordings into a data folder. */
#include <errno.h>
#include <getopt.h>
#include <malloc.h>
#include <signal.h>
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
#include "cli/journal_dir.h"
#include "ingest/ingest.h"
#include "sensor/table/layout.h"

static const char help[] =
    "usage: vigia ingest --data DIR [options] FILE|FOLDER|- …\n"
    "\n"
    "Takes recordings into a data folder: every byte into its journal (DIR/journal), positions\n"
    "and static reports into its archive (DIR/archive, Parquet), each row with the place of its\n"
    "sentence in the journal.\n"
    "\n"
    "  FILE                 AIS sentences, with tag blocks, with times in front or behind, or\n"
    "                       without; or a table (CSV) of a known layout: MarineCadastre, Danish\n"
    "                       Maritime Authority, or plain names. Plain, gzip or zstd\n"
    "  FOLDER               all files in it and below\n"
    "  -                    standard input\n"
    "\n"
    "  -d, --data DIR       where to; made if there is none\n"
    "  -l, --layout LAYOUT  tables are read by this layout file (YAML, see docs/formats/layout.md),\n"
    "                       or by a known one: noaa, dma, plain\n"
    "  -s, --source NAME    who heard it; else the file's name\n"
    "      --time T         when sentences were heard that have no time, where most have none;\n"
    "                       else the file's date\n"
    "  -j, --threads N      1, or reading, decoding, journal and archive side by side\n"
    "                       (default: 1 on one processor)\n"
    "      --level N        how hard the journal is compressed, -50 to 19 (default 1)\n"
    "      --archive-level N  the same for the archive, 1 to 22 (default: 1, and 6 when joined)\n"
    "      --compact        at the end, joins the parts of each hour of the archive: fewer, smaller\n"
    "                       files. May be asked for alone, without a FILE\n"
    "      --rows N         rows in memory between two commits of the archive (default 1048576)\n"
    "      --json           the summary as one JSON object on standard output\n"
    "  -q, --quiet          no progress, no summary; failures are told\n"
    "  -h, --help           this text\n"
    "\n"
    "A file that was taken before adds nothing, whatever it is called now; one that grew goes on.\n"
    "It may be interrupted or killed: call it again and it goes on where it was. Bad lines are\n"
    "counted by reason and stop nothing. Standard input is not recognised when it comes again.\n"
    "\n"
    "exit status: 0 all was taken; 1 a file could not be read, or the folder not be written, or it\n"
    "was interrupted; 2 called wrongly\n";

struct ingest_cli {
    const char *data, *layout, *source, *time;
    char *layout_text;
    int64_t time_us;
    unsigned threads;
    size_t rows;
    int level, archive_level;
    bool quiet, json, bar, compact;
    struct vg_cli_files files;
    int64_t begun_us, shown_us;
    uint64_t done_bytes; /* of files that are done, as they lie on the disk */
};

static volatile sig_atomic_t stop;

static void on_signal(int signal_number)
{
    (void)signal_number;
    stop = 1;
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
    double here = p->ended || p->share < 0 ? 0 : p->share * (double)c->files.file[p->job].bytes;
    double done = (double)c->done_bytes + here, all = (double)c->files.bytes;
    double share = all > 0 ? done / all : 0, seconds = (double)(now_us - c->begun_us) / 1e6;
    int filled = (int)(share * 30 + 0.5);
    filled = filled > 30 ? 30 : filled;
    fprintf(stderr, "\r\033[K[%.*s%*s] %5.1f %%  %.1f MB, %.1f MB/s", filled, bar, 30 - filled, "", share * 100,
            done / 1e6, seconds > 0 ? done / 1e6 / seconds : 0);
    if (share > 0.01 && share < 1 && seconds > 1)
        fprintf(stderr, ", %.0f s left", seconds * (1 - share) / share);
    fprintf(stderr, "  %.40s", c->files.file[p->job].name);
}

static void on_progress(void *arg, const struct vg_ingest_progress *p)
{
    struct ingest_cli *c = arg;
    const struct vg_cli_file *f = &c->files.file[p->job];
    if (p->ended)
        c->done_bytes += f->bytes;
    if (p->err && p->err != VG_EXISTS) {
        clear_bar(c);
        if (strstr(p->why, f->path))
            vg_cli_error("%s", p->why);
        else
            vg_cli_error("%s: %s", f->path, p->why);
    } else if (p->ended && !c->bar && !c->quiet) {
        fprintf(stderr, "%s: %s; %llu lines so far\n", f->path, p->err ? "taken before" : "taken",
                (unsigned long long)p->counts->lines);
    }
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
            fprintf(stderr, "  %10llu  %s\n              e.g. %s\n", (unsigned long long)n->refused[i],
                    vg_refusal_text((enum vg_refusal)i), n->example[i]);
    for (int i = 1; i < VG_CSV_REFUSAL_COUNT; i++)
        if (n->rows_refused[i])
            fprintf(stderr, "  %10llu  %s\n              e.g. %s\n", (unsigned long long)n->rows_refused[i],
                    vg_csv_refusal_text((enum vg_csv_refusal)i), n->row_example[i]);
}

static void print_summary(const struct vg_ingest_counts *n, double seconds)
{
    fprintf(stderr,
            "%llu files (%llu taken before, %llu not readable), %.1f MB, %llu lines, %llu messages in %.1f s\n"
            "  %10llu  positions into the archive\n  %10llu  static reports\n",
            (unsigned long long)(n->files + n->known + n->failed), (unsigned long long)n->known,
            (unsigned long long)n->failed, (double)n->bytes / 1e6, (unsigned long long)n->lines,
            (unsigned long long)n->messages, seconds, (unsigned long long)n->positions, (unsigned long long)n->statics);
    if (n->caught_up)
        fprintf(stderr, "  %10llu  reports of these from the journal: an earlier run was cut off\n",
                (unsigned long long)n->caught_up);
    print_refusals(n);
}

static void json_refusal(struct vg_out *out, bool *first, const char *key, uint64_t count, const char *example)
{
    if (!count)
        return;
    vg_out_printf(out, "%s\"%s\":{\"count\":%llu,\"example\":", *first ? "" : ",", key, (unsigned long long)count);
    vg_out_json_string(out, example, strlen(example));
    vg_out_char(out, '}');
    *first = false;
}

static void print_json(const struct vg_ingest_counts *n, double seconds)
{
    struct vg_out out = vg_out_growing(1 << 20);
    bool first = true;
    const struct {
        const char *key;
        uint64_t value;
    } numbers[] = {{"files", n->files},        {"known", n->known},         {"failed", n->failed},
                   {"bytes", n->bytes},        {"lines", n->lines},         {"sentences", n->sentences},
                   {"messages", n->messages},  {"positions", n->positions}, {"statics", n->statics},
                   {"caught_up", n->caught_up}};
    vg_out_char(&out, '{');
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        vg_out_printf(&out, "\"%s\":%llu,", numbers[i].key, (unsigned long long)numbers[i].value);
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
                                         .layout = c->layout_text,
                                         .time_us = c->time ? c->time_us : f->changed_us};
    }
    return jobs;
}

static int run(struct ingest_cli *c)
{
    struct vg_ingest_options o = {.threads = c->threads,
                                  .journal_level = c->level,
                                  .archive_level = c->archive_level ? c->archive_level : 6,
                                  .fresh_level = c->archive_level ? c->archive_level : 1,
                                  .most_rows = c->rows,
                                  .monotonic_us = vg_clock_monotonic_us,
                                  .dice = randombytes_buf,
                                  .stop = &stop,
                                  .on_progress = on_progress,
                                  .arg = c};
    struct vg_ingest *in;
    const char *why;
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
    enum vg_err err = vg_io_load(vg_io_posix(), c->layout, VG_LAYOUT_FILE, &c->layout_text, &len);
    if (err) {
        vg_cli_error("%s is neither a known layout (noaa, dma, plain) nor a layout file: %s", c->layout,
                     err == VG_LIMIT ? "more than 16 KiB" : vg_err_text(err));
        return VG_EXIT_FAILED;
    }
    err = vg_layout_read(c->layout_text, len, &layout, why, sizeof why);
    if (err)
        vg_cli_error("%s: %s", c->layout, why);
    return err ? VG_EXIT_FAILED : VG_EXIT_OK;
}

static bool parse_number(const char *text, long least, long most, long *ret)
{
    char *end;
    errno = 0;
    long n = strtol(text, &end, 10);
    if (!*text || *end || errno || n < least || n > most)
        return false;
    *ret = n;
    return true;
}

static int parse(struct ingest_cli *c, int argc, char **argv)
{
    static const struct option options[] = {{"data", required_argument, NULL, 'd'},
                                            {"layout", required_argument, NULL, 'l'},
                                            {"source", required_argument, NULL, 's'},
                                            {"time", required_argument, NULL, 't'},
                                            {"threads", required_argument, NULL, 'j'},
                                            {"level", required_argument, NULL, 'L'},
                                            {"archive-level", required_argument, NULL, 'A'},
                                            {"compact", no_argument, NULL, 'C'},
                                            {"rows", required_argument, NULL, 'R'},
                                            {"json", no_argument, NULL, 'J'},
                                            {"quiet", no_argument, NULL, 'q'},
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};
    long n;
    opterr = 0;
    for (int o; (o = getopt_long(argc, argv, ":d:l:s:j:qh", options, NULL)) != -1;) {
        switch (o) {
        case 'd':
            c->data = optarg;
            break;
        case 'l':
            c->layout = optarg;
            break;
        case 's':
            c->source = optarg;
            break;
        case 't':
            c->time = optarg;
            if (!vg_cli_time("ingest", "--time", optarg, &c->time_us))
                return VG_EXIT_USAGE;
            break;
        case 'j':
            if (!parse_number(optarg, 1, 64, &n))
                return vg_cli_usage("ingest", "--threads is a number from 1 to 64, not '%s'", optarg);
            c->threads = (unsigned)n;
            break;
        case 'L':
            if (!parse_number(optarg, -50, 19, &n) || n == 0)
                return vg_cli_usage("ingest", "--level is from -50 to 19, and not 0, not '%s'", optarg);
            c->level = (int)n;
            break;
        case 'A':
            if (!parse_number(optarg, 1, 22, &n))
                return vg_cli_usage("ingest", "--archive-level is from 1 to 22, not '%s'", optarg);
            c->archive_level = (int)n;
            break;
        case 'C':
            c->compact = true;
            break;
        case 'R':
            if (!parse_number(optarg, 65536, 1 << 28, &n))
                return vg_cli_usage("ingest", "--rows is from 65536 to 268435456, not '%s'", optarg);
            c->rows = (size_t)n;
            break;
        case 'J':
            c->json = true;
            break;
        case 'q':
            c->quiet = true;
            break;
        case 'h':
            fputs(help, stdout);
            return -1;
        case ':':
            return vg_cli_usage("ingest", "option '%s' needs a value", argv[optind - 1]);
        default:
            return vg_cli_usage("ingest", "there is no option '%s'", argv[optind - 1]);
        }
    }
    if (!c->data)
        return vg_cli_usage("ingest", "--data DIR is missing");
    if (optind == argc && !c->compact)
        return vg_cli_usage("ingest", "say what to take: files, folders, or - for standard input");
    return VG_EXIT_OK;
}

int vg_cli_ingest(int argc, char **argv)
{
    static struct ingest_cli c = {.level = 1};
    int status = parse(&c, argc, argv);
    if (status)
        return status < 0 ? VG_EXIT_OK : status;
    if (!c.threads)
        c.threads = sysconf(_SC_NPROCESSORS_ONLN) > 1 ? 4 : 1;
    if (sodium_init() < 0) {
        vg_cli_error("libsodium doesn't start");
        return VG_EXIT_FAILED;
    }
    /* What is freed is used again a moment later: giving it back to the system and taking it anew costs page faults. */
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    status = read_layout(&c);
    if (!status && !vg_cli_files_list(&c.files, argv + optind, (size_t)(argc - optind)))
        status = VG_EXIT_FAILED;
    if (!status) {
        struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
        sigaction(SIGINT, &action, NULL);
        sigaction(SIGTERM, &action, NULL);
        c.begun_us = vg_clock_monotonic_us();
        c.bar = !c.quiet && isatty(STDERR_FILENO);
        status = run(&c);
    }
    vg_cli_files_free(&c.files);
    free(c.layout_text);
    return status;
}
