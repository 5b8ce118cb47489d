/* vigia journal: the received sentences back, and what the journal says of itself. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "base/time.h"
#include "cli/areas.h"
#include "cli/cli.h"
#include "cli/config.h"
#include "cli/journal_dir.h"
#include "cli/options.h"
#include "journal/bundle.h"
#include "journal/journal.h"
#include "journal/lines.h"
#include "journal/reader.h"
#include "journal/verify.h"

static const char usage[] = "vigia journal cat --data DIR [--from T] [--to T] [--source NAME] [--times] [--raw]\n"
                            "       vigia journal log --data DIR [--from T] [--to T]\n"
                            "       vigia journal replay --data DIR [--from T] [--threads N] [--clock wall|data]\n"
                            "                            [--sensors FILE] [--areas FILE] [--watch-list FILE]\n"
                            "       vigia journal rotate-key --data DIR";
static const char about[] =
    "The journal holds every byte that was received, with its source and time, before anything\n"
    "interpreted it.\n"
    "\n"
    "  cat          writes the received sentences to standard output, in the order they came.\n"
    "               Lines of different senders are never mixed\n"
    "  log          what the journal says of itself, one JSON object a line: when it was opened and\n"
    "               what a crash had torn, gaps with their counts, what was retired, checkpoints\n"
    "  replay       reads it all again and tells, as JSON, what picture that gives: vessels, counters,\n"
    "               and a hash that is the same on any number of threads. Recordings ('vigia ingest')\n"
    "               make no live picture: they are left out and counted\n"
    "  rotate-key   makes a new signing key; the checkpoint between is signed by both. Nothing may\n"
    "               be writing the journal, and 'vigia verify' must find it good. Hand the new line of key.pub to "
    "those who verify";
static const char ending[] =
    "Damage is told on standard error, and reading goes on behind it.\n"
    "\n"
    "exit status: 0 done; 1 the journal can't be read or is damaged, or output failed; 2 called\n"
    "wrongly\n";

#define OUT_SIZE (256 * 1024)

struct cat {
    char dir[VG_IO_PATH];
    const char *data, *source, *sensors, *areas, *watch_list;
    int64_t from_us, to_us, threads;
    int clock; /* of the option: 0 wall, 1 data */
    bool times, raw, log;
    bool plain; /* to a terminal, which would obey what somebody sent */
    uint64_t damage;
    struct vg_out out;
    char buf[OUT_SIZE];
};

static enum vg_err write_stdout(void *arg, const void *bytes, size_t len)
{
    (void)arg;
    return fwrite(bytes, 1, len, stdout) == len && fflush(stdout) == 0 ? VG_OK : VG_IO;
}

static void on_damage(void *arg, const struct vg_damage *d)
{
    struct cat *c = arg;
    if (d->tail) /* a writer at work */
        return;
    char repair[VG_IO_PATH + 64] = "";
    if (!c->damage++) /* once */
        snprintf(repair, sizeof repair, "; 'vigia repair --data %s' tells what is lost", c->data);
    vg_cli_error("segment %016llx at %lld: %s; reading goes on at %lld%s", (unsigned long long)d->segment,
                 (long long)d->at, d->what, (long long)d->until, repair);
}

static void on_line(void *arg, const struct vg_journal_line *line)
{
    struct cat *c = arg;
    if (c->times) {
        char time[VG_TIME_TEXT];
        vg_out_bytes(&c->out, time, vg_time_text(line->time_us, time));
        vg_out_char(&c->out, ' ');
    }
    if (c->plain)
        vg_out_plain(&c->out, line->bytes, line->len);
    else
        vg_out_bytes(&c->out, line->bytes, line->len);
    vg_out_char(&c->out, '\n');
}

static void log_numbers(struct vg_out *out, const struct vg_record *r)
{
    struct vg_gap g;
    struct vg_retired t;
    struct vg_opened o;
    struct vg_clock_note c;
    if (vg_record_gap(r, &g)) {
        vg_out_printf(out, ",\"why\":\"%s\",\"entries\":%llu,\"bytes\":%llu,\"from\":",
                      g.why == VG_GAP_QUEUE    ? "disk too slow, full or failing"
                      : g.why == VG_GAP_MEMORY ? "out of memory"
                                               : "entry too long",
                      (unsigned long long)g.records, (unsigned long long)g.bytes);
        vg_out_json_time(out, g.from_us);
        vg_out_text(out, ",\"to\":");
        vg_out_json_time(out, g.to_us);
    } else if (vg_record_retired(r, &t)) {
        vg_out_printf(out, ",\"why\":\"%s\",\"kept_from\":%llu,\"segments\":%llu,\"bytes\":%llu",
                      t.why == VG_RETIRED_SIZE ? "size" : "age", (unsigned long long)t.kept,
                      (unsigned long long)t.segments, (unsigned long long)t.bytes);
    } else if (vg_record_opened(r, &o)) {
        vg_out_printf(out, ",\"dropped_bytes\":%llu,\"dropped_frames\":%llu", (unsigned long long)o.dropped_bytes,
                      (unsigned long long)o.dropped_frames);
    } else if (vg_record_clock(r, &c)) {
        vg_out_printf(out, ",\"synchronised\":%s,\"jump_s\":",
                      c.state == VG_CLOCK_STATE_SYNCHRONISED ? "true"
                      : c.state == VG_CLOCK_STATE_FREE       ? "false"
                                                             : "null");
        if (c.jump_us)
            vg_out_printf(out, "%.3f", (double)c.jump_us / 1e6);
        else
            vg_out_text(out, "null");
    } else if (r->kind == VG_RECORD_CHECKPOINT) {
        vg_out_text(out, ",\"note\":");
        vg_out_json_string(out, r->bytes, r->len);
    }
}

static void put_log(struct cat *c, const struct vg_record *r)
{
    if (r->kind == VG_RECORD_DATA || r->kind == VG_RECORD_SOURCE)
        return;
    vg_out_printf(&c->out, "{\"frame\":%llu,\"kind\":\"%s\",\"time\":",
                  (unsigned long long)vg_journal_offset_frame(r->journal_offset), vg_record_key(r->kind));
    vg_out_json_time(&c->out, r->time_us);
    log_numbers(&c->out, r);
    vg_out_text(&c->out, "}\n");
}

static bool is_wanted(const struct cat *c, const struct vg_record *r)
{
    return r->kind == VG_RECORD_DATA && r->time_us >= c->from_us && r->time_us <= c->to_us &&
           (!c->source ||
            (r->name && strlen(c->source) == r->name_len && memcmp(c->source, r->name, r->name_len) == 0));
}

static enum vg_err cat_all(struct cat *c, struct vg_journal_reader *reader, struct vg_lines *lines)
{
    struct vg_record r;
    int64_t end_us = c->to_us < INT64_MAX - VG_TIME_SLACK_US ? c->to_us + VG_TIME_SLACK_US : INT64_MAX;
    enum vg_err err = vg_journal_reader_seek_time(reader, c->from_us);
    while (!err && !c->out.err && (err = vg_journal_reader_next(reader, &r)) == VG_OK) {
        if (vg_journal_reader_frame(reader, NULL, NULL)->first_us > end_us)
            break;
        if (c->log)
            put_log(c, &r);
        else if (is_wanted(c, &r) && c->raw)
            vg_out_bytes(&c->out, r.bytes, r.len);
        else if (is_wanted(c, &r))
            vg_lines_take(lines, &r);
    }
    return err == VG_EOF ? VG_OK : err;
}

static int run_cat(struct cat *c)
{
    struct vg_journal_reader *reader;
    struct vg_lines *lines;
    const char *why;
    if (vg_journal_reader_open(c->dir, NULL, on_damage, c, &reader, &why)) {
        vg_cli_error("%s: %s", c->dir, why);
        return VG_EXIT_FAILED;
    }
    c->plain = isatty(STDOUT_FILENO);
    enum vg_err err = vg_lines_new(on_line, c, &lines);
    if (!err) {
        err = cat_all(c, reader, lines);
        vg_lines_free(lines);
    }
    vg_out_flush(&c->out);
    vg_journal_reader_close(reader);
    if (err)
        vg_cli_error("%s: %s", c->dir, vg_err_text(err));
    if (c->out.err && errno != EPIPE)
        vg_cli_error("standard output: %s", strerror(errno));
    return err || c->damage || (c->out.err && errno != EPIPE) ? VG_EXIT_FAILED : VG_EXIT_OK;
}

/* Keeps the first finding. */
static void on_finding(void *arg, const struct vg_finding *finding)
{
    struct vg_finding *first = arg;
    if (finding->kind != VG_FOUND_NOTE && !*first->text)
        *first = *finding;
}

/* Of a new key, with the old one's signature. */
static enum vg_err sign_anew(struct vg_journal *journal)
{
    uint8_t seed[32];
    randombytes_buf(seed, sizeof seed);
    enum vg_err err = vg_journal_rotate_key(journal, seed);
    sodium_memzero(seed, sizeof seed);
    return err;
}

/* A new key that signed for a journal which isn't what the old one signed would make it look good. */
static int rotate_key(const char *dir)
{
    struct vg_journal_options o = VG_JOURNAL_OPTIONS_DEFAULT;
    struct vg_finding first = {.text = ""};
    const struct vg_verify_options how = {.on_finding = on_finding, .arg = &first};
    struct vg_verify_result verdict;
    struct vg_journal_report report;
    struct vg_journal *journal;
    const char *why;
    enum vg_err err = vg_verify_journal(dir, &how, &verdict);
    if (!err && verdict.findings) {
        vg_cli_error("the key stays, for the journal is bad: %s; 'vigia verify %s' tells all", first.text, dir);
        return VG_EXIT_FAILED;
    }
    if (vg_journal_open(dir, &o, &journal, &report, &why)) {
        vg_cli_error("%s", why);
        return VG_EXIT_FAILED;
    }
    if (!err)
        err = sign_anew(journal);
    vg_journal_close(journal, NULL);
    if (err)
        vg_cli_error("the key can't be rotated: %s", vg_err_text(err));
    else
        fprintf(stderr, "A new key signs from now on; it is the last line of %s/key.pub\n", dir);
    return err ? VG_EXIT_FAILED : VG_EXIT_OK;
}

#define AT(member) offsetof(struct cat, member)

static const struct vg_option options[] = {
    VG_OPTION_JOURNAL(AT(data)),
    VG_OPTION_FROM(AT(from_us)),
    VG_OPTION_TO(AT(to_us)),
    VG_OPTION_SOURCE(AT(source)),
    {.name = "times",
     .letter = 't',
     .kind = VG_OPTION_FLAG,
     .at = AT(times),
     .help = "each line's receive time in front of it: a log that 'vigia watch' replays at its own pace"},
    {.name = "threads",
     .kind = VG_OPTION_WHOLE,
     .at = AT(threads),
     .low = 1,
     .high = VG_CLI_REPLAY_THREADS,
     .value = "N",
     .initial = "1",
     .help = "that decode"},
    {.name = "clock",
     .kind = VG_OPTION_CHOICE,
     .at = AT(clock),
     .value = "wall|data",
     .initial = "wall",
     .help = "as it was with 'vigia watch'"},
    {.name = "sensors",
     .kind = VG_OPTION_TEXT,
     .at = AT(sensors),
     .value = "FILE",
     .help = "the sensors that 'vigia watch' had: tracks are made again"},
    {.name = "areas",
     .kind = VG_OPTION_TEXT,
     .at = AT(areas),
     .value = "FILE",
     .help = "the areas and gates that 'vigia watch' had: DIR/areas.geojson"},
    {.name = "watch-list",
     .kind = VG_OPTION_TEXT,
     .at = AT(watch_list),
     .value = "FILE",
     .help = "the watch list that 'vigia watch' had"},
    {.name = "raw",
     .kind = VG_OPTION_FLAG,
     .at = AT(raw),
     .help = "the bytes exactly as they came, not cut into lines"},
};

#define OPTIONS (sizeof options / sizeof *options)

static const struct vg_form form = {"journal", usage, about, ending, options, OPTIONS, NULL};

static int cat(struct cat *c)
{
    c->out = vg_out_stream(c->buf, sizeof c->buf, write_stdout, NULL);
    signal(SIGPIPE, SIG_IGN);
    return run_cat(c);
}

static int log_of(struct cat *c)
{
    c->log = true;
    return cat(c);
}

static int replay(struct cat *c)
{
    static struct vg_sites sites;
    if (c->sensors && !vg_cli_sensors(c->sensors, &sites))
        return VG_EXIT_FAILED;
    struct vg_areas *areas = NULL;
    if (c->areas && !vg_cli_areas(c->areas, &areas))
        return VG_EXIT_FAILED;
    struct vg_watch_list *watch_list = NULL;
    if (c->watch_list && !vg_cli_watch_list(c->watch_list, &watch_list)) {
        vg_areas_free(areas);
        return VG_EXIT_FAILED;
    }
    const struct vg_cli_replay again = {.dir = c->dir,
                                        .sites = &sites,
                                        .areas = areas,
                                        .watch_list = watch_list,
                                        .threads = (unsigned)c->threads,
                                        .data_clock = c->clock == 1,
                                        .from_us = c->from_us == INT64_MIN ? VG_TIME_NONE : c->from_us};
    const int status = vg_cli_journal_replay(&again);
    vg_areas_free(areas);
    vg_watch_list_free(watch_list);
    return status;
}

static int rotate(struct cat *c)
{
    return rotate_key(c->dir);
}

enum takes {
    FROM = 1,
    TO = 2,
    SOURCE = 4,
    TIMES = 8,
    RAW = 16,
    THREADS = 32,
    CLOCK = 64,
    SENSORS = 128,
    AREAS = 256,
    WATCH_LIST = 512
};

static const struct action {
    const char *name;
    int (*run)(struct cat *c);
    unsigned takes;
} actions[] = {{"cat", cat, FROM | TO | SOURCE | TIMES | RAW},
               {"log", log_of, FROM | TO},
               {"replay", replay, FROM | THREADS | CLOCK | SENSORS | AREAS | WATCH_LIST},
               {"rotate-key", rotate, 0}};

/* An option that would be left unheeded; NULL: none. */
static const char *misplaced(const struct cat *c, unsigned takes)
{
    const struct {
        bool given;
        enum takes bit;
        const char *name;
    } all[] = {{c->from_us != INT64_MIN, FROM, "from"},
               {c->to_us != INT64_MAX, TO, "to"},
               {c->source, SOURCE, "source"},
               {c->times, TIMES, "times"},
               {c->raw, RAW, "raw"},
               {c->threads != 1, THREADS, "threads"},
               {c->clock, CLOCK, "clock"},
               {c->sensors, SENSORS, "sensors"},
               {c->areas, AREAS, "areas"},
               {c->watch_list, WATCH_LIST, "watch-list"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i].given && !(takes & all[i].bit))
            return all[i].name;
    return NULL;
}

static const struct action *find_action(const char *name)
{
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if (strcmp(name, actions[i].name) == 0)
            return &actions[i];
    return NULL;
}

int vg_cli_journal(int argc, char **argv)
{
    static struct cat c = {.from_us = INT64_MIN, .to_us = INT64_MAX};
    int first;
    vg_options_initial(options, OPTIONS, &c);
    int status = vg_options_read(&form, argc, argv, &c, &first);
    if (status >= 0)
        return status;
    const struct action *action = find_action(first < argc ? argv[first] : "");
    if (!action && first < argc)
        return vg_cli_usage("journal", "there is no '%s': say cat, log, replay or rotate-key", argv[first]);
    if (!action)
        return vg_cli_usage("journal", "say what to do: cat, log, replay or rotate-key");
    if (first + 1 < argc)
        return vg_cli_usage("journal", "'%s' is one word too many", argv[first + 1]);
    const char *option = misplaced(&c, action->takes);
    if (option)
        return vg_cli_usage("journal", "--%s is not for '%s'", option, action->name);
    if (!c.data)
        return vg_cli_usage("journal", "--data DIR is missing");
    if (c.from_us > c.to_us)
        return vg_cli_usage("journal", VG_CLI_NO_SPAN);
    if (c.raw && c.times)
        return vg_cli_usage("journal", "--raw and --times exclude each other");
    return vg_cli_journal_dir(c.data, c.dir) ? action->run(&c) : VG_EXIT_FAILED;
}
