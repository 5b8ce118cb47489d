/* vigia events: behaviours over what the archive holds. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/time.h"
#include "behaviour/event_json.h"
#include "behaviour/events_kept.h"
#include "cli/areas.h"
#include "cli/cli.h"
#include "cli/events_past.h"
#include "cli/journal_dir.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "export/events.h"
#include "export/events_parquet.h"

static const char usage[] = "vigia events --data DIR [options]";
static const char about[] =
    "Finds behaviours in what the archive of a data folder holds, and writes an event a line:\n"
    "gaps, encounters, loitering, port visits, drifting, shared identities and more, each with\n"
    "the numbers that decided it and the places in the journal that show it.";
static const char ending[] =
    "Everything from the archive's beginning to --to is looked at, for what is usual is learnt from\n"
    "all of it; what overlaps [--from, --to) is written. The same archive gives the same events with\n"
    "the same ids. An event is a question to a person: it says what was observed, and of nobody that\n"
    "he is guilty. What radars saw is not looked at. Kinds and keys: docs/formats/alerts.md.\n"
    "\n"
    "exit status: 0 done; 1 the archive can't be read or a part of it is damaged, or output failed;\n"
    "2 called wrongly\n";

enum form_of_events { JSONL, CSV, GEOJSON, PARQUET };

struct events {
    const char *data, *path, *areas_path, *watch_path;
    char dir[VG_IO_PATH];
    int64_t from_us, to_us;
    int form;
    uint32_t kinds; /* bits; 0: all */
    bool quiet;
    uint64_t damage;
    struct vg_areas *areas;
    struct vg_watch_list *watch_list;
    struct vg_events_kept kept;
    struct vg_cli_progress progress;
    struct vg_cli_output output;
    char buf[1 << 16];
};

static void on_damage(void *arg, const char *path, enum vg_err err)
{
    (void)arg; /* told at the end by what is missing */
    vg_cli_error("%s: %s; passed over", path, vg_err_text(err));
}

static bool on_hour(void *arg, double done)
{
    struct events *e = arg;
    vg_cli_progress_show(&e->progress, e->dir, done, false);
    return true;
}

static bool is_asked(const struct events *e, const struct vg_event *event)
{
    return event->state != VG_EVENT_WITHDRAWN && event->begin_us < e->to_us && event->end_us >= e->from_us &&
           (!e->kinds || e->kinds >> event->kind & 1);
}

static enum vg_err to_out(void *arg, const void *bytes, size_t len)
{
    struct vg_out *out = arg;
    for (const char *p = bytes; len;) { /* a stream takes 4 KiB at once */
        const size_t n = len < 4096 ? len : 4096;
        vg_out_bytes(out, p, n);
        p += n, len -= n;
    }
    return out->err;
}

static uint64_t write_parquet(struct events *e, struct vg_out *out)
{
    struct vg_events_parquet *file = NULL;
    uint64_t count = 0;
    enum vg_err err = vg_events_parquet_new(false, to_out, out, &file);
    for (size_t i = 0; i < e->kept.count && !err; i++)
        if (is_asked(e, &e->kept.event[i])) {
            err = vg_events_parquet_row(file, &e->kept.event[i], NULL);
            count++;
        }
    if (!err)
        err = vg_events_parquet_end(file);
    vg_events_parquet_free(file);
    vg_out_flush(out);
    if (err && !out->err)
        out->err = err;
    return count;
}

static uint64_t write_events(struct events *e, struct vg_out *out)
{
    uint64_t count = 0;
    if (e->form == PARQUET)
        return write_parquet(e, out);
    if (e->form == CSV)
        vg_export_csv_events_head(out);
    else if (e->form == GEOJSON)
        vg_export_geojson_events_begin(out);
    for (size_t i = 0; i < e->kept.count; i++) {
        const struct vg_event *event = &e->kept.event[i];
        if (!is_asked(e, event))
            continue;
        if (e->form == CSV) {
            vg_export_csv_event(out, event);
        } else if (e->form == GEOJSON) {
            vg_export_geojson_event(out, event, count == 0);
        } else {
            vg_event_json(out, event);
            vg_out_char(out, '\n');
        }
        count++;
    }
    if (e->form == GEOJSON)
        vg_export_geojson_events_end(out);
    vg_out_flush(out);
    return count;
}

static enum vg_err find(struct events *e, struct vg_store *store, uint64_t *ret_reports)
{
    const struct vg_behaviours_options options = {.areas = e->areas, .watch_list = e->watch_list};
    struct vg_events_past past = {
        .store = store, .options = &options, .to_us = e->to_us, .on_hour = on_hour, .on_damage = on_damage, .arg = e};
    e->progress.on = !e->quiet && isatty(STDERR_FILENO);
    enum vg_err err = vg_events_past_run(&past, vg_events_kept_take, &e->kept);
    vg_cli_progress_show(&e->progress, e->dir, 1, true);
    *ret_reports = past.reports;
    vg_events_kept_sort(&e->kept);
    return err ? err : e->kept.no_memory ? VG_NOMEM : VG_OK;
}

static int run(struct events *e)
{
    struct vg_store *store;
    uint64_t reports = 0, count = 0;
    if (!vg_cli_archive_open(e->data, e->dir, &store))
        return VG_EXIT_FAILED;
    if (!vg_cli_output_open(&e->output, e->path)) {
        vg_store_reader_close(store);
        return VG_EXIT_FAILED;
    }
    enum vg_err err = find(e, store, &reports);
    const uint64_t unread = vg_store_unread(store);
    vg_store_reader_close(store);
    struct vg_out out = vg_out_stream(e->buf, sizeof e->buf, vg_cli_output_write, &e->output);
    if (!err)
        count = write_events(e, &out);
    const bool good = vg_cli_output_close(&e->output, !err && !out.err), left = e->output.error == EPIPE;
    if (err)
        vg_cli_error("%s: %s", e->dir, vg_err_text(err));
    if (good && !e->quiet)
        fprintf(stderr, "%" PRIu64 " event%s in %" PRIu64 " report%s\n", count, vg_cli_plural(count), reports,
                vg_cli_plural(reports));
    if (unread)
        vg_cli_error("%" PRIu64
                     " part%s of the archive can't be read: events may be missing; 'vigia repair --data %s' tells "
                     "what is lost and mends the rest",
                     unread, vg_cli_plural(unread), e->data);
    return (good || left) && !err && !unread ? VG_EXIT_OK : VG_EXIT_FAILED;
}

/* ---- the command line ---- */

static bool read_kinds(const char *text, void *target)
{
    struct events *e = target;
    char word[32];
    for (;;) {
        const size_t n = strcspn(text, ",");
        enum vg_event_kind kind;
        if (n >= sizeof word)
            return false;
        memcpy(word, text, n);
        word[n] = '\0';
        if (!vg_event_kind_parse(word, &kind))
            return false;
        e->kinds |= UINT32_C(1) << kind;
        if (!text[n])
            return true;
        text += n + 1;
    }
}

#define AT(member) offsetof(struct events, member)

static const struct vg_option options[] = {
    VG_OPTION_DATA(AT(data), "where vigia keeps its data (DIR/archive), or the archive's own folder"),
    {.name = "from",
     .kind = VG_OPTION_TIME,
     .at = AT(from_us),
     .value = "T",
     .help = "that end at T or later: " VG_TIME_ASKED_FORMS},
    {.name = "to", .kind = VG_OPTION_END, .at = AT(to_us), .value = "T", .help = "by what was received before T"},
    {.name = "kind",
     .letter = 'k',
     .kind = VG_OPTION_READ,
     .read = read_kinds,
     .expected = "kinds of events with commas between: gap, encounter, loitering, port_visit, …",
     .value = "KINDS",
     .help = "these kinds only, with commas between"},
    {.name = "areas",
     .letter = 'a',
     .kind = VG_OPTION_TEXT,
     .at = AT(areas_path),
     .low = 1,
     .value = "FILE",
     .help = "areas and gates with their rules, GeoJSON: docs/formats/areas.md"},
    {.name = "watch-list",
     .letter = 'w',
     .kind = VG_OPTION_TEXT,
     .at = AT(watch_path),
     .low = 1,
     .value = "FILE",
     .help = "vessels to be told of, CSV: docs/formats/watchlist.md"},
    {.name = "format",
     .letter = 'f',
     .kind = VG_OPTION_CHOICE,
     .at = AT(form),
     .value = "jsonl|csv|geojson|parquet",
     .help = "an object a line (default), a table, a FeatureCollection, or a Parquet file"},
    {.name = "output",
     .letter = 'o',
     .kind = VG_OPTION_TEXT,
     .at = AT(path),
     .low = 1,
     .value = "FILE",
     .help = "a file, and only if all goes well; - or nothing: standard output"},
    {.name = "quiet", .letter = 'q', .kind = VG_OPTION_FLAG, .at = AT(quiet), .help = "no summary, no progress bar"},
};

static const struct vg_form form = {"events", usage, about, ending, options, sizeof options / sizeof *options, NULL};

int vg_cli_events(int argc, char **argv)
{
    static struct events e;
    int first;
    e.from_us = INT64_MIN, e.to_us = INT64_MAX;
    int status = vg_options_read(&form, argc, argv, &e, &first);
    if (status >= 0)
        return status;
    if (first < argc)
        return vg_cli_usage("events", "'%s' is one word too many", argv[first]);
    if (!e.data)
        return vg_cli_usage("events", "--data DIR is missing");
    if (e.from_us > e.to_us)
        return vg_cli_usage("events", VG_CLI_NO_SPAN);
    if (e.areas_path && !vg_cli_areas(e.areas_path, &e.areas))
        return VG_EXIT_USAGE;
    if (e.watch_path && !vg_cli_watch_list(e.watch_path, &e.watch_list))
        return VG_EXIT_USAGE;
    signal(SIGPIPE, SIG_IGN);
    status = run(&e);
    vg_events_kept_free(&e.kept);
    vg_areas_free(e.areas);
    vg_watch_list_free(e.watch_list);
    return status;
}
