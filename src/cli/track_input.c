#include "cli/track_input.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/time.h"
#include "base/time_text.h"
#include "cli/cli.h"
#include "cli/track_order.h"
#include "cli/track_plots.h"
#include "feed/file_reader.h"
#include "intake/intake.h"
#include "nmea/nmea.h"
#include "sensor/asterix/asterix.h"

#define REPORTS   512
#define LINE_MAX_ 1024
#define TOLD      3 /* bad rows that are told in full */

enum kind { PLOTS, SENTENCES, ASTERIX };

struct vg_track_input {
    const char *path;
    const struct vg_sites *sites;
    struct vg_file_reader *reader;
    enum kind kind;
    struct vg_track_plots plots;
    struct vg_sources sources;
    uint16_t source;          /* the file's */
    struct vg_intake *intake; /* of sentences */
    struct vg_asterix *asterix;
    struct vg_asterix_framer *framer[VG_FILE_STREAMS]; /* of those streams that have begun */
    const char *at;                                    /* what is left of the reader's block */
    size_t left;
    char line[LINE_MAX_]; /* the begin of a line that goes on in the next block */
    size_t held;
    uint64_t lines, rows, refused, timeless, late;
    uint64_t strangers; /* reports of sensors that are not described */
    bool ended, failed, too_long;
    int64_t about_us; /* radars tell times of day: those nearest to this are meant */
    int64_t dropped_us;
    struct vg_track_order order;
};

static void refuse(struct vg_track_input *in, const char *why)
{
    if (in->refused++ < TOLD)
        vg_cli_print(stderr, "%s:%llu: %s\n", in->path, (unsigned long long)in->lines, why);
}

/* What has its time and, of a radar, its sensor. */
static void keep(struct vg_track_input *in, const struct vg_report *r)
{
    if (r->sensor == VG_SENSOR_RADAR && !r->site) {
        in->strangers++;
        return;
    }
    in->late += in->dropped_us != VG_TIME_NONE && r->measured_us < in->dropped_us;
    vg_track_order_put(&in->order, r);
}

/* ---- a table of plots ---- */

static void take_line(struct vg_track_input *in, char *line)
{
    const size_t len = strlen(line);
    struct vg_track_plots again;
    struct vg_report report;
    in->lines++;
    if (in->lines <= in->plots.header_line || !len) /* the header was read when the file was opened */
        return;
    const char *why = vg_track_plots_row(&in->plots, in->sites, line, len, &report);
    if (why && vg_track_plots_head(line, len, &again)) { /* an archive's next file */
        again.header_line = in->lines;
        in->plots = again;
        return;
    }
    in->rows++;
    if (why)
        refuse(in, why);
    else
        keep(in, &report);
}

static void take_lines(struct vg_track_input *in)
{
    while (in->left) {
        const char *end = memchr(in->at, '\n', in->left);
        const size_t n = end ? (size_t)(end - in->at) : in->left;
        if (in->held + n >= LINE_MAX_)
            in->too_long = true;
        else
            memcpy(in->line + in->held, in->at, n);
        in->held += in->too_long ? 0 : n;
        in->at += end ? n + 1 : n;
        in->left -= end ? n + 1 : n;
        if (!end)
            return;
        in->line[in->held] = '\0';
        if (in->held && in->line[in->held - 1] == '\r')
            in->line[in->held - 1] = '\0';
        if (in->too_long) {
            in->lines++;
            refuse(in, "the line is longer than a row of plots");
        } else {
            take_line(in, in->line);
        }
        in->held = 0;
        in->too_long = false;
    }
}

/* ---- sentences ---- */

static const char *base_name(const struct vg_track_input *in)
{
    const char *slash = strrchr(in->path, '/');
    return slash ? slash + 1 : in->path;
}

/* The sensor of a feed of this name, else the sensor of this name. */
static uint16_t site_called(const struct vg_track_input *in, const char *name)
{
    const uint16_t site = vg_sites_of_feed(in->sites, name, VG_SITE_SAC_NONE, VG_SITE_SAC_NONE);
    return site ? site : vg_sites_find(in->sites, name);
}

/* The sensor of a radar's sentence that its feed doesn't tell: by the station, by the file, or the only one. */
static uint16_t site_by_name(const struct vg_track_input *in, const struct vg_report *r)
{
    const char *station = strchr(vg_source_get(&in->sources, r->source)->name, '/');
    uint16_t site = station ? site_called(in, station + 1) : 0;
    if (!site)
        site = site_called(in, base_name(in));
    if (!site)
        site = site_called(in, vg_source_get(&in->sources, in->source)->name);
    return site ? site : in->sites->count == 1;
}

/* A time of day alone is of the day of what was said before, or of the file's. */
static void take_report(struct vg_track_input *in, struct vg_report *r)
{
    in->rows++;
    if (r->time_us == VG_TIME_NONE && r->time_of_day_ms != VG_TIME_OF_DAY_NONE)
        r->time_us = vg_measured_us(in->about_us, r->time_of_day_ms);
    if (r->time_us == VG_TIME_NONE) {
        in->timeless++;
        return;
    }
    in->about_us = r->time_us;
    r->measured_us = vg_measured_us(r->time_us, r->time_of_day_ms);
    if (r->sensor == VG_SENSOR_RADAR && !r->site)
        r->site = site_by_name(in, r);
    r->suspect = false; /* who gives a file means its first words, too */
    keep(in, r);
}

static void take_sentences(struct vg_track_input *in, bool last)
{
    struct vg_report report[REPORTS];
    while (in->left || last) {
        size_t taken = 0;
        const size_t count = last ? vg_intake_end(in->intake, VG_TIME_NONE, VG_TIME_SOURCE_UNKNOWN, report, REPORTS)
                                  : vg_intake_push(in->intake, in->at, in->left, VG_TIME_NONE, VG_TIME_SOURCE_UNKNOWN,
                                                   report, REPORTS, &taken);
        vg_intake_name(in->intake, 0, report, count);
        for (size_t i = 0; i < count; i++)
            take_report(in, &report[i]);
        in->at += taken;
        in->left -= taken;
        last = false;
    }
}

/* The file's name without folders and endings: the feed that its sentences are of. */
static enum vg_err open_sentences(struct vg_track_input *in)
{
    char name[VG_SOURCE_NAME];
    const char *base = base_name(in);
    snprintf(name, sizeof name, "%.*s", (int)strcspn(base, "."), base);
    const enum vg_err err = vg_sources_init(&in->sources);
    if (err)
        return err;
    in->source = vg_source_feed(&in->sources, *name ? name : "file");
    const struct vg_intake_options how = {
        .sources = &in->sources, .source = in->source, .clock = VG_INTAKE_RECORDING, .sites = in->sites};
    return vg_intake_new(&how, &in->intake);
}

/* ---- ASTERIX ---- */

/* The sensor of these codes; where one radar alone is described and names none, that one. */
static uint16_t site_by_codes(const struct vg_sites *sites, int16_t sac, int16_t sic)
{
    uint16_t any = 0;
    for (uint16_t i = 1; i <= sites->count; i++) {
        const struct vg_site *s = &sites->site[i];
        if (s->sac == sac && s->sic == sic && sac != VG_SITE_SAC_NONE)
            return i;
        if (s->sac == VG_SITE_SAC_NONE)
            any = i;
    }
    return sites->count == 1 ? any : 0;
}

static void on_record(void *arg, const struct vg_asterix_record *record)
{
    struct vg_track_input *in = arg;
    struct vg_report r;
    in->rows++;
    if (!vg_asterix_report(in->asterix, record, &r))
        return;
    if (r.time_of_day_ms == VG_TIME_OF_DAY_NONE) {
        in->timeless++;
        return;
    }
    r.time_us = r.measured_us = in->about_us = vg_measured_us(in->about_us, r.time_of_day_ms);
    r.site = site_by_codes(in->sites, r.radar.sac, r.radar.sic);
    keep(in, &r);
}

static void take_asterix(struct vg_track_input *in)
{
    const struct vg_file_block *block = vg_file_reader_block(in->reader);
    struct vg_asterix_framer **framer = &in->framer[block->stream];
    if (block->time_us != VG_TIME_NONE)
        in->about_us = block->time_us;
    if (block->datagram)
        vg_asterix_datagram(in->asterix, in->at, in->left, vg_asterix_counters(in->asterix)->octets, block->time_us);
    else if (*framer || vg_asterix_framer_new(in->asterix, true, framer) == VG_OK) {
        if (block->fresh)
            vg_asterix_framer_end(*framer, block->time_us);
        if (vg_asterix_framer_push(*framer, in->at, in->left, block->time_us))
            in->refused++;
    }
    in->left = 0;
}

/* The day of a raw file: of its name, else of its last change. */
static int64_t day_of(const char *path)
{
    int64_t day_us;
    struct stat st;
    const char *name = strrchr(path, '/');
    if (vg_time_text_day_of_name(name ? name + 1 : path, &day_us))
        return day_us + VG_DAY_US / 2;
    return stat(path, &st) == 0 ? (int64_t)st.st_mtime * VG_SECOND_US : 0;
}

/* ---- all ---- */

static bool next_block(struct vg_track_input *in)
{
    const void *bytes;
    const char *why;
    const enum vg_err err = vg_file_reader_next(in->reader, &bytes, &in->left, &why);
    in->at = bytes;
    if (!err)
        return true;
    in->left = 0;
    in->ended = true;
    if (err != VG_EOF) {
        vg_cli_error("%s: %s", in->path, why);
        in->failed = true;
    }
    return false;
}

static void end(struct vg_track_input *in)
{
    if (in->kind == SENTENCES) {
        take_sentences(in, true);
    } else if (in->kind == ASTERIX) {
        for (int i = 0; i < VG_FILE_STREAMS; i++)
            if (in->framer[i])
                vg_asterix_framer_end(in->framer[i], VG_TIME_NONE);
    } else if (in->held) {
        in->line[in->held] = '\0';
        take_line(in, in->line);
        in->held = 0;
    }
}

const struct vg_report *vg_track_input_peek(struct vg_track_input *in)
{
    while (!in->ended && !vg_track_order_is_full(&in->order)) {
        if (!in->left && !next_block(in)) {
            end(in);
            break;
        }
        if (in->kind == SENTENCES)
            take_sentences(in, false);
        else if (in->kind == ASTERIX)
            take_asterix(in);
        else
            take_lines(in);
    }
    return vg_track_order_first(&in->order);
}

void vg_track_input_drop(struct vg_track_input *in)
{
    const struct vg_report *r = vg_track_order_first(&in->order);
    if (r && (in->dropped_us == VG_TIME_NONE || r->measured_us > in->dropped_us))
        in->dropped_us = r->measured_us;
    vg_track_order_drop(&in->order);
}

/* Bytes that no text has would be there in ASTERIX: a block's length begins with one. */
static bool looks_like_text(const char *p, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)p[i] < ' ' && !strchr("\t\r\n\f", p[i]))
            return false;
    return len > 0;
}

/* The first block of text says what the file is; false: it is no text that can be read here. */
static bool is_text(struct vg_track_input *in)
{
    const void *bytes;
    const char *why;
    const enum vg_err err = vg_file_reader_next(in->reader, &bytes, &in->left, &why);
    if (err) { /* an empty file says nothing, and that is no fault */
        in->left = 0;
        in->ended = err == VG_EOF;
        return in->ended;
    }
    in->at = bytes;
    if (vg_track_plots_head(in->at, in->left, &in->plots))
        return true;
    in->kind = SENTENCES;
    return vg_nmea_has_sentence(in->at, in->left) && open_sentences(in) == VG_OK;
}

/* Read again as bytes; true if there is a record of ASTERIX in the first of them. */
static bool is_asterix(struct vg_track_input *in)
{
    const char *why;
    const bool text = looks_like_text(in->at, in->left);
    vg_file_reader_close(in->reader);
    in->reader = NULL;
    in->left = 0; /* it was the reader's */
    in->kind = ASTERIX;
    if (text || strcmp(in->path, "-") == 0 || vg_file_reader_open(in->path, &in->reader, &why) ||
        vg_asterix_new(on_record, in, &in->asterix))
        return false;
    vg_file_reader_as_payloads(in->reader);
    return vg_track_input_peek(in) || (in->rows && !in->failed);
}

struct vg_track_input *vg_track_input_open(const char *path, const struct vg_sites *sites)
{
    const char *why;
    struct vg_track_input *in = calloc(1, sizeof *in);
    if (in) {
        in->path = path;
        in->sites = sites;
        in->dropped_us = VG_TIME_NONE;
        in->about_us = day_of(path);
    }
    if (!in)
        vg_cli_error("%s: %s", path, vg_err_text(VG_NOMEM));
    else if (vg_file_reader_open(path, &in->reader, &why))
        vg_cli_error("%s", why);
    else if (is_text(in) || is_asterix(in))
        return in;
    else if (!in->failed)
        vg_cli_error("%s: neither plots (a first line with time,sensor,range_m,bearing_deg or "
                     "time,sensor,lat,lon,sigma_m) nor sentences of AIS or a radar nor ASTERIX",
                     path);
    vg_track_input_close(in);
    return NULL;
}

void vg_track_input_close(struct vg_track_input *in)
{
    if (!in)
        return;
    for (int i = 0; i < VG_FILE_STREAMS; i++)
        vg_asterix_framer_free(in->framer[i]);
    vg_asterix_free(in->asterix);
    vg_intake_free(in->intake);
    vg_sources_free(&in->sources);
    if (in->reader)
        vg_file_reader_close(in->reader);
    vg_track_order_free(&in->order);
    free(in);
}

bool vg_track_input_failed(const struct vg_track_input *in)
{
    return in->failed;
}

double vg_track_input_progress(const struct vg_track_input *in)
{
    return vg_file_reader_progress(in->reader);
}

static uint64_t sum_of(const struct vg_refusals *r)
{
    uint64_t sum = 0;
    for (int i = 1; i < VG_REFUSAL_COUNT; i++)
        sum += r->count[i];
    return sum;
}

static uint64_t refused_sentences(const struct vg_intake *intake)
{
    struct vg_intake_counters c;
    vg_intake_counters(intake, &c);
    return sum_of(&c.refusals);
}

void vg_track_input_summary(const struct vg_track_input *in)
{
    static const char *const nouns[] = {"row", "message", "record"};
    uint64_t refused = in->refused + in->order.lost;
    if (in->intake)
        refused += refused_sentences(in->intake);
    else if (in->kind == ASTERIX)
        refused += sum_of(vg_asterix_refusals(in->asterix));
    vg_cli_print(stderr, "%s: %llu %s%s", in->path, (unsigned long long)in->rows, nouns[in->kind],
                 vg_cli_plural(in->rows));
    if (refused)
        vg_cli_print(stderr, ", %llu refused", (unsigned long long)refused);
    if (in->timeless)
        vg_cli_print(stderr, ", %llu without a time passed over", (unsigned long long)in->timeless);
    if (in->strangers)
        vg_cli_print(stderr, ", %llu of sensors that are not described passed over", (unsigned long long)in->strangers);
    if (in->late)
        vg_cli_print(stderr, ", %llu too far from the order of time", (unsigned long long)in->late);
    vg_cli_print(stderr, "\n");
}
