#include "cli/track_input.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "cli/cli.h"
#include "feed/file_reader.h"
#include "nmea/nmea.h"
#include "sensor/ais/batch.h"

#define REPORTS   512
#define LINE_MAX_ 1024
#define TOLD      3 /* bad rows that are told in full */
#define CELLS     16

enum kind { PLOTS, SENTENCES };

/* Columns of a table of plots. */
#define COLUMNS(X) X(time) X(sensor) X(range_m) X(bearing_deg) X(lat) X(lon) X(sigma_m)
enum column {
#define X(name) COLUMN_##name,
    COLUMNS(X)
#undef X
        COLUMN_COUNT
};
static const char *const column_names[] = {
#define X(name) #name,
    COLUMNS(X)
#undef X
};

struct vg_track_input {
    const char *path;
    const struct vg_sites *sites;
    struct vg_file_reader *reader;
    struct vg_batch *batch;
    enum kind kind;
    int column[COLUMN_COUNT]; /* which cell holds it; −1: none */
    const char *at;           /* what is left of the reader's block */
    size_t left;
    char line[LINE_MAX_]; /* the begin of a line that goes on in the next block */
    size_t held;
    uint64_t lines, rows, refused, timeless;
    bool ended, failed, too_long;
    char last_sensor[VG_SITE_NAME];
    uint16_t last_site;
    struct vg_report report[REPORTS];
    size_t first, count;
};

static void refuse(struct vg_track_input *in, const char *why)
{
    if (in->refused++ < TOLD)
        vg_cli_print(stderr, "%s:%llu: %s\n", in->path, (unsigned long long)in->lines, why);
}

/* ---- a table of plots ---- */

static size_t split(char *line, char *cell[CELLS])
{
    size_t count = 0;
    for (char *p = line; count < CELLS; p++) {
        cell[count++] = p;
        p = strchr(p, ',');
        if (!p)
            break;
        *p = '\0';
    }
    return count;
}

static bool read_head(struct vg_track_input *in, char *line)
{
    char *cell[CELLS];
    const size_t count = split(line, cell);
    for (int c = 0; c < COLUMN_COUNT; c++) {
        in->column[c] = -1;
        for (size_t i = 0; i < count; i++)
            if (strcmp(cell[i], column_names[c]) == 0)
                in->column[c] = (int)i;
    }
    const int *at = in->column;
    return at[COLUMN_time] >= 0 && at[COLUMN_sensor] >= 0 &&
           ((at[COLUMN_range_m] >= 0 && at[COLUMN_bearing_deg] >= 0) || (at[COLUMN_lat] >= 0 && at[COLUMN_lon] >= 0));
}

static bool number(const char *text, double low, double high, double *ret)
{
    char *end;
    const double v = strtod(text, &end);
    if (end == text || *end || !(v >= low && v <= high))
        return false;
    *ret = v;
    return true;
}

static uint16_t site_of(struct vg_track_input *in, const char *name)
{
    if (!in->last_site || strcmp(name, in->last_sensor) != 0) {
        in->last_site = vg_sites_find(in->sites, name);
        snprintf(in->last_sensor, sizeof in->last_sensor, "%s", name);
    }
    return in->last_site;
}

static const char *polar(const char *range_text, const char *bearing_text, struct vg_report *r)
{
    double range, bearing;
    if (!number(range_text, 0, 4e6, &range))
        return "range_m: a number of metres from 0 to 4000000 was expected";
    if (!number(bearing_text, -360, 720, &bearing))
        return "bearing_deg: degrees clockwise from true north were expected";
    r->measured = VG_MEASURED_RANGE_BEARING;
    r->polar.range_m = (uint32_t)lround(range);
    r->polar.bearing_mdeg = (uint32_t)(lround((bearing + 720) * 1000) % 360000);
    return NULL;
}

static const char *place(const char *lat_text, const char *lon_text, const char *sigma_text, struct vg_report *r)
{
    double lat, lon, sigma = 0;
    if (!number(lat_text, -90, 90, &lat))
        return "lat: degrees from -90 to 90 were expected";
    if (!number(lon_text, -180, 180, &lon))
        return "lon: degrees from -180 to 180 were expected";
    if (sigma_text && *sigma_text && !number(sigma_text, 0, 1e5, &sigma))
        return "sigma_m: a number of metres from 0 to 100000 was expected";
    r->measured = VG_MEASURED_POSITION;
    r->pos = vg_pos_from_deg(lon, lat);
    r->ellipse.major_dm = r->ellipse.minor_dm = (uint16_t)fmin(sigma * 10 + 0.5, 65535);
    return NULL;
}

/* NULL, or what is wrong with the row. */
static const char *read_row(struct vg_track_input *in, char *line, struct vg_report *r)
{
    char *cell[CELLS];
    const size_t count = split(line, cell);
    const char *text[COLUMN_COUNT];
    for (int c = 0; c < COLUMN_COUNT; c++)
        text[c] = in->column[c] >= 0 && (size_t)in->column[c] < count ? cell[in->column[c]] : NULL;
    *r = (struct vg_report){
        .sensor = VG_SENSOR_RADAR,
        .radar = {.from = VG_POS_NONE, .says = VG_RADAR_PLOT, .sac = -1, .sic = -1, .mode_3a = VG_MODE_3A_NONE},
        .time_of_day_ms = VG_TIME_OF_DAY_NONE,
        .time_source = VG_TIME_SOURCE_LINE};
    if (!text[COLUMN_time] || !vg_time_parse(text[COLUMN_time], strlen(text[COLUMN_time]), &r->time_us))
        return "time: a time like 2026-03-01T12:00:00.000Z was expected";
    r->measured_us = r->time_us;
    if (!text[COLUMN_sensor] || !(r->site = site_of(in, text[COLUMN_sensor])))
        return "sensor: the file of sensors describes none of this name";
    if (text[COLUMN_range_m] && *text[COLUMN_range_m] && text[COLUMN_bearing_deg])
        return polar(text[COLUMN_range_m], text[COLUMN_bearing_deg], r);
    if (text[COLUMN_lat] && text[COLUMN_lon])
        return place(text[COLUMN_lat], text[COLUMN_lon], text[COLUMN_sigma_m], r);
    return "range_m and bearing_deg, or lat and lon, were expected";
}

static void take_line(struct vg_track_input *in, char *line)
{
    in->lines++;
    if (in->lines == 1 || !*line) /* the header was read when the file was opened */
        return;
    in->rows++;
    const char *why = read_row(in, line, &in->report[in->count]);
    if (why)
        refuse(in, why);
    else
        in->count++;
}

/* Lines of what is left, as long as there is place for reports. */
static void take_lines(struct vg_track_input *in)
{
    while (in->left && in->count < REPORTS) {
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

static void keep_timed(struct vg_track_input *in, size_t count)
{
    in->count = 0;
    for (size_t i = 0; i < count; i++) {
        struct vg_report *r = &in->report[i];
        in->rows++;
        if (r->time_us == VG_TIME_NONE) {
            in->timeless++;
            continue;
        }
        r->measured_us = r->time_us;
        in->report[in->count++] = *r;
    }
}

static void take_sentences(struct vg_track_input *in)
{
    size_t taken, count = vg_batch_push(in->batch, in->at, in->left, VG_TIME_NONE, in->report, REPORTS, &taken);
    in->at += taken;
    in->left -= taken;
    keep_timed(in, count);
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
        keep_timed(in, vg_batch_end(in->batch, in->report, REPORTS));
    } else if (in->held) {
        in->line[in->held] = '\0';
        take_line(in, in->line);
        in->held = 0;
    }
}

const struct vg_report *vg_track_input_peek(struct vg_track_input *in)
{
    while (in->first == in->count && !(in->ended && !in->left)) {
        in->first = in->count = 0;
        if (!in->left && !next_block(in)) {
            end(in);
            break;
        }
        if (in->kind == SENTENCES)
            take_sentences(in);
        else
            take_lines(in);
    }
    return in->first < in->count ? &in->report[in->first] : NULL;
}

void vg_track_input_drop(struct vg_track_input *in)
{
    in->first++;
}

/* The first block says what the file is. */
static bool recognise(struct vg_track_input *in)
{
    char head[LINE_MAX_];
    if (!next_block(in))
        return !in->failed;
    const char *end = memchr(in->at, '\n', in->left);
    const size_t n = end ? (size_t)(end - in->at) : in->left;
    if (n < sizeof head) {
        memcpy(head, in->at, n);
        head[n] = '\0';
        if (n && head[n - 1] == '\r')
            head[n - 1] = '\0';
        if (read_head(in, head)) {
            in->kind = PLOTS;
            return true;
        }
    }
    if (vg_nmea_has_sentence(in->at, in->left)) {
        in->kind = SENTENCES;
        return vg_batch_new(false, &in->batch) == VG_OK;
    }
    vg_cli_error("%s: neither plots (a first line with time,sensor,range_m,bearing_deg or time,sensor,lat,lon,sigma_m) "
                 "nor AIS sentences",
                 in->path);
    return false;
}

struct vg_track_input *vg_track_input_open(const char *path, const struct vg_sites *sites)
{
    const char *why;
    struct vg_track_input *in = calloc(1, sizeof *in);
    if (!in) {
        vg_cli_error("%s: %s", path, vg_err_text(VG_NOMEM));
        return NULL;
    }
    in->path = path;
    in->sites = sites;
    if (vg_file_reader_open(path, &in->reader, &why))
        vg_cli_error("%s", why);
    else if (recognise(in))
        return in;
    vg_track_input_close(in);
    return NULL;
}

void vg_track_input_close(struct vg_track_input *in)
{
    if (!in)
        return;
    vg_batch_free(in->batch);
    if (in->reader)
        vg_file_reader_close(in->reader);
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

void vg_track_input_summary(const struct vg_track_input *in)
{
    uint64_t refused = in->refused;
    if (in->kind == SENTENCES) {
        const struct vg_refusals *r = vg_batch_refusals(in->batch);
        for (int i = 1; i < VG_REFUSAL_COUNT; i++)
            refused += r->count[i];
    }
    vg_cli_print(stderr, "%s: %llu %s%s", in->path, (unsigned long long)in->rows,
                 in->kind == SENTENCES ? "message" : "row", vg_cli_plural(in->rows));
    if (refused)
        vg_cli_print(stderr, ", %llu refused", (unsigned long long)refused);
    if (in->timeless)
        vg_cli_print(stderr, ", %llu without a time passed over", (unsigned long long)in->timeless);
    vg_cli_print(stderr, "\n");
}
