/* vigia history: what the archive holds, in the forms that other programs read; and the evidence behind it. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/store.h"
#include "base/time.h"
#include "cli/cli.h"
#include "cli/history_lines.h"
#include "cli/journal_dir.h"
#include "cli/options.h"
#include "cli/output.h"
#include "export/export.h"
#include "export/sensed.h"
#include "report/mmsi.h"

static const char usage[] = "vigia history --data DIR [options]";
static const char about[] = "Writes positions out of the archive of a data folder.";
static const char ending[] =
    "Rows come hour by hour, within an hour by vessel and time; tracks by vessel and time. Lines\n"
    "that cross the antimeridian are cut there. Each row has the name that was in force at its\n"
    "time, and the first one that is known before that; a track goes on in another part where the\n"
    "name changes. The columns of CSV: docs/formats/csv.md; of --detections and --tracks:\n"
    "docs/formats/archive.md.\n"
    "\n"
    "exit status: 0 done; 1 the archive can't be read or a part of it is damaged, or output failed;\n"
    "2 called wrongly\n";

struct history {
    const char *data, *path;
    char dir[VG_IO_PATH], journal_dir[VG_IO_PATH];
    struct vg_positions_query query;
    struct vg_box box;
    enum vg_export_form form;
    bool points, sentences, detections, tracks, quiet;
    const char *sensor;
    bool told; /* what went wrong */
    struct vg_cli_output output;
    uint64_t damage, lines, missing, foreign;
    uint64_t segment; /* of the journal, that is damaged, + 1; 0: none was met */
    struct vg_names names;
    struct vg_export *export;
    struct vg_cli_lines *behind; /* of --sentences */
    struct vg_out out;           /* of sentences */
    char buf[1 << 16];
};

/* ---- reading ---- */

static void on_damage(void *arg, const char *path, enum vg_err err)
{
    struct history *h = arg;
    h->damage++;
    vg_cli_error("%s: %s; passed over", path, vg_err_text(err));
}

static enum vg_err on_static(void *arg, const struct vg_static *row)
{
    struct history *h = arg;
    bool dated = row->time_source != VG_TIME_SOURCE_FILE;
    return row->fields & VG_FIELD_BIT(NAME) ? vg_names_add(&h->names, row->mmsi, row->time_us, dated, row->name)
                                            : VG_OK;
}

static enum vg_err on_row(void *arg, const struct vg_position *row)
{
    struct history *h = arg;
    return vg_export_row(h->export, row);
}

static enum vg_err on_sentence(void *arg, const struct vg_position *row)
{
    struct history *h = arg;
    return vg_cli_lines_add(h->behind, row);
}

/* Names of any time: who is asked about may have told hers before. */
static enum vg_err read_names(struct history *h, struct vg_store *store)
{
    struct vg_positions_query all = VG_POSITIONS_ALL;
    all.mmsi = h->query.mmsi;
    return vg_store_statics(store, &all, on_static, on_damage, h);
}

static enum vg_err export_rows(struct history *h, struct vg_store *store)
{
    enum vg_err err = read_names(h, store);
    if (!err)
        err = vg_export_new(h->form, &h->names, vg_cli_output_write, &h->output, &h->export);
    if (!err)
        err = vg_store_positions(store, &h->query, on_row, on_damage, h, NULL);
    if (!err)
        err = vg_export_end(h->export);
    if (h->export)
        h->lines = vg_export_rows(h->export);
    vg_export_free(h->export);
    return err;
}

static void on_journal_damage(void *arg, const struct vg_damage *d)
{
    struct history *h = arg;
    if (!h->segment && !d->tail)
        h->segment = d->segment + 1;
}

static enum vg_err export_sentences(struct history *h, struct vg_store *store)
{
    struct vg_journal_reader *journal;
    const char *why;
    enum vg_err err = vg_journal_reader_open(h->journal_dir, NULL, on_journal_damage, h, &journal, &why);
    if (err) {
        vg_cli_error("%s: %s", h->journal_dir, why);
        h->told = true;
        return err;
    }
    h->out = vg_out_stream(h->buf, sizeof h->buf, vg_cli_output_write, &h->output);
    err = vg_cli_lines_new(journal, &h->out, isatty(h->output.fd), &h->behind);
    if (!err)
        err = vg_store_positions(store, &h->query, on_sentence, on_damage, h, NULL);
    if (!err)
        err = vg_cli_lines_end(h->behind);
    if (h->behind) {
        const struct vg_cli_lines_count told = vg_cli_lines_count(h->behind);
        h->lines = told.lines;
        h->missing = told.missing;
        h->foreign = told.foreign;
    }
    vg_cli_lines_free(h->behind);
    vg_journal_reader_close(journal);
    return err ? err : vg_out_flush(&h->out);
}

/* ---- what sensors saw, and what was made of it ---- */

static enum vg_err on_detection(void *arg, const struct vg_detection *row)
{
    struct history *h = arg;
    if (h->sensor && (row->sensor_name.len != strlen(h->sensor) ||
                      memcmp(row->sensor_name.bytes, h->sensor, row->sensor_name.len) != 0))
        return VG_OK;
    h->lines++;
    vg_export_detection(&h->out, row);
    return h->out.err;
}

static enum vg_err on_track(void *arg, const struct vg_track_point *row)
{
    struct history *h = arg;
    h->lines++;
    vg_export_track_point(&h->out, row);
    return h->out.err;
}

static enum vg_err export_sensed(struct history *h, struct vg_store *store)
{
    h->out = vg_out_stream(h->buf, sizeof h->buf, vg_cli_output_write, &h->output);
    if (h->detections)
        vg_export_detections_head(&h->out);
    else
        vg_export_tracks_head(&h->out);
    enum vg_err err = h->detections ? vg_store_detections(store, &h->query, on_detection, on_damage, h)
                                    : vg_store_tracks(store, &h->query, on_track, on_damage, h);
    return err ? err : vg_out_flush(&h->out);
}

static int run(struct history *h)
{
    struct vg_store *store;
    if (h->sentences && !vg_cli_journal_dir(h->data, h->journal_dir))
        return VG_EXIT_FAILED;
    if (!vg_cli_archive_open(h->data, h->dir, &store))
        return VG_EXIT_FAILED;
    if (!vg_cli_output_open(&h->output, h->path)) {
        vg_store_reader_close(store);
        return VG_EXIT_FAILED;
    }
    vg_names_init(&h->names);
    enum vg_err err = h->sentences                 ? export_sentences(h, store)
                      : h->detections || h->tracks ? export_sensed(h, store)
                                                   : export_rows(h, store);
    uint64_t unnamed = h->names.left_out;
    vg_names_free(&h->names);
    vg_store_reader_close(store);
    bool good = vg_cli_output_close(&h->output, !err), left = h->output.error == EPIPE;
    if (err && !h->output.error && !h->told)
        vg_cli_error("%s: %s", h->dir, vg_err_text(err));
    if (good && !h->quiet)
        fprintf(stderr, "%llu %s%s\n", (unsigned long long)h->lines,
                h->sentences    ? "line"
                : h->detections ? "detection"
                : h->tracks     ? "row"
                                : "position",
                vg_cli_plural(h->lines));
    if (unnamed)
        vg_cli_error("%llu name%s had no room: those vessels stand with the one before", (unsigned long long)unnamed,
                     vg_cli_plural(unnamed));
    if (h->missing && h->segment)
        vg_cli_error("%llu position%s whose sentence can't be shown: the journal is damaged (segment %016llx); 'vigia "
                     "repair --data %s' tells what is lost",
                     (unsigned long long)h->missing, vg_cli_plural(h->missing), (unsigned long long)h->segment - 1,
                     h->data);
    else if (h->missing)
        vg_cli_error("%llu position%s whose sentence is not in the journal any more", (unsigned long long)h->missing,
                     vg_cli_plural(h->missing));
    if (h->foreign)
        vg_cli_error("%llu position%s whose sentence is in a journal that was set aside: in this one another vessel's "
                     "stands at its place",
                     (unsigned long long)h->foreign, vg_cli_plural(h->foreign));
    if (h->damage)
        vg_cli_error(
            "%llu file%s of the archive can't be read: what was written is not whole; 'vigia repair --data %s' "
            "tells what is lost and mends the rest",
            (unsigned long long)h->damage, vg_cli_plural(h->damage), h->data);
    return (good || left) && !h->damage && !(h->missing && h->segment) ? VG_EXIT_OK : VG_EXIT_FAILED;
}

/* ---- the command line ---- */

static bool parse_box(const char *text, struct vg_box *box)
{
    double *side[] = {&box->west_deg, &box->south_deg, &box->east_deg, &box->north_deg};
    for (int i = 0; i < 4; i++) {
        char *end;
        *side[i] = strtod(text, &end);
        if (end == text || *end != (i < 3 ? ',' : '\0') || !(*side[i] >= -180 && *side[i] <= 180))
            return false;
        text = end + 1;
    }
    return box->south_deg >= -90 && box->north_deg <= 90 && box->south_deg <= box->north_deg;
}

static bool read_box(const char *text, void *target)
{
    struct history *h = target;
    h->query.box = &h->box;
    return parse_box(text, &h->box);
}

static bool read_vessel(const char *text, void *target)
{
    uint32_t mmsi;
    if (!vg_mmsi_parse(text, strlen(text), &mmsi) || !mmsi) /* 0 would mean all */
        return false;
    ((struct history *)target)->query.mmsi = mmsi;
    return true;
}

static bool read_format(const char *text, void *target)
{
    for (int i = 0; i < VG_EXPORT_FORMS; i++)
        if (i != VG_EXPORT_POINTS && strcmp(text, vg_export_key((enum vg_export_form)i)) == 0) {
            ((struct history *)target)->form = (enum vg_export_form)i;
            return true;
        }
    return false;
}

#define AT(member) offsetof(struct history, member)

static const struct vg_option options[] = {
    VG_OPTION_DATA(AT(data), "where vigia keeps its data (DIR/archive), or the archive's own folder"),
    {.name = "vessel",
     .letter = 'v',
     .kind = VG_OPTION_READ,
     .read = read_vessel,
     .expected = "an MMSI, from 1 to 1073741823",
     .value = "MMSI",
     .help = "of this vessel only"},
    {.name = "box",
     .letter = 'b',
     .kind = VG_OPTION_READ,
     .read = read_box,
     .expected = "west,south,east,north in degrees",
     .value = "W,S,E,N",
     .help = "within these degrees; W greater than E crosses the antimeridian"},
    {.name = "from",
     .kind = VG_OPTION_TIME,
     .at = AT(query.from_us),
     .value = "T",
     .help = "received at T or later: " VG_TIME_ASKED_FORMS},
    {.name = "to",
     .kind = VG_OPTION_END,
     .at = AT(query.to_us),
     .value = "T",
     .help = "received before T; a day alone: until its end"},
    {.name = "format",
     .letter = 'f',
     .kind = VG_OPTION_READ,
     .read = read_format,
     .expected = "csv, geojson, gpx, kml or parquet",
     .value = "FORMAT",
     .help = "csv: a row a position, every column, with its place in the journal (default)\n"
             "geojson: a line for each vessel, with `times`; with --points, a point for each position\n"
             "gpx: a track for each vessel\n"
             "kml: the same, to be played over time\n"
             "parquet: the rows, for DuckDB, pandas, Spark"},
    {.name = "points", .kind = VG_OPTION_FLAG, .at = AT(points), .help = "geojson: points instead of lines"},
    {.name = "sentences",
     .kind = VG_OPTION_FLAG,
     .at = AT(sentences),
     .help = "the received lines behind the positions, out of the journal, each with its receive time in front (of "
             "several fragments, the first)"},
    {.name = "detections",
     .kind = VG_OPTION_FLAG,
     .at = AT(detections),
     .help = "what radars and other sensors that measure said, instead of positions; CSV"},
    {.name = "sensor",
     .kind = VG_OPTION_TEXT,
     .at = AT(sensor),
     .low = 1,
     .value = "NAME",
     .help = "with --detections: of this sensor only"},
    {.name = "tracks",
     .kind = VG_OPTION_FLAG,
     .at = AT(tracks),
     .help = "where contacts with a track were thought to be, a row each ten seconds, instead of positions; CSV"},
    {.name = "output",
     .letter = 'o',
     .kind = VG_OPTION_TEXT,
     .at = AT(path),
     .low = 1,
     .value = "FILE",
     .help = "a file, and only if all goes well; a device or a pipe is written into; - or nothing: standard output"},
    {.name = "quiet", .letter = 'q', .kind = VG_OPTION_FLAG, .at = AT(quiet), .help = "no summary"},
};

static const struct vg_form form = {"history", usage, about, ending, options, sizeof options / sizeof *options, NULL};

int vg_cli_history(int argc, char **argv)
{
    static struct history h;
    int first;
    h.query = VG_POSITIONS_ALL;
    int status = vg_options_read(&form, argc, argv, &h, &first);
    if (status >= 0)
        return status;
    if (first < argc)
        return vg_cli_usage("history", "'%s' is one word too many", argv[first]);
    if (!h.data)
        return vg_cli_usage("history", "--data DIR is missing");
    if (h.query.from_us > h.query.to_us)
        return vg_cli_usage("history", VG_CLI_NO_SPAN);
    if (h.points && h.form != VG_EXPORT_GEOJSON)
        return vg_cli_usage("history", "--points is for --format geojson");
    if (h.detections + h.tracks + h.sentences > 1)
        return vg_cli_usage("history", "one of --detections, --tracks and --sentences");
    if ((h.detections || h.tracks) && h.form != VG_EXPORT_CSV)
        return vg_cli_usage("history", "--detections and --tracks are for --format csv");
    if (h.detections && (h.query.box || h.query.mmsi))
        return vg_cli_usage("history", "--detections goes by time and --sensor: a radar tells neither vessel nor, "
                                       "mostly, place");
    if (h.sensor && !h.detections)
        return vg_cli_usage("history", "--sensor is for --detections");
    if (h.points)
        h.form = VG_EXPORT_POINTS;
    signal(SIGPIPE, SIG_IGN);
    return run(&h);
}
