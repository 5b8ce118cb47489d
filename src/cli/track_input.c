#include "cli/track_input.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/time.h"
#include "base/time_text.h"
#include "cli/cli.h"
#include "feed/file_reader.h"
#include "nmea/nmea.h"
#include "sensor/ais/batch.h"
#include "sensor/asterix/asterix.h"

#define REPORTS   512
#define LINE_MAX_ 1024
#define TOLD      3 /* bad rows that are told in full */
#define CELLS     16

enum kind { PLOTS, SENTENCES, ASTERIX };

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
    struct vg_asterix *asterix;
    struct vg_asterix_framer *framer[VG_FILE_STREAMS]; /* of those streams that have begun */
    int64_t about_us;                                  /* ASTERIX tells times of day: those nearest to this are meant */
    uint64_t strangers;                                /* records of sensors that are not described */
    char last_sensor[VG_SITE_NAME];
    uint16_t last_site;
    struct vg_report *report; /* `count` of them, of which `first` were dropped */
    size_t first, count, cap;
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

/* A time of day, on the day that brings it nearest to the time before. */
static int64_t time_near(int64_t about_us, uint32_t time_of_day_ms)
{
    const int64_t day_us = about_us - (about_us % VG_DAY_US + VG_DAY_US) % VG_DAY_US;
    int64_t time_us = day_us + (int64_t)time_of_day_ms * 1000;
    if (time_us - about_us > VG_DAY_US / 2)
        time_us -= VG_DAY_US;
    else if (about_us - time_us > VG_DAY_US / 2)
        time_us += VG_DAY_US;
    return time_us;
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
    r.time_us = r.measured_us = in->about_us = time_near(in->about_us, r.time_of_day_ms);
    r.site = site_by_codes(in->sites, r.radar.sac, r.radar.sic);
    if (r.sensor == VG_SENSOR_RADAR && !r.site) {
        in->strangers++;
        return;
    }
    if (in->count == in->cap) {
        const size_t cap = in->cap * 2;
        struct vg_report *more = realloc(in->report, cap * sizeof *more);
        if (!more) {
            in->refused++;
            return;
        }
        in->report = more;
        in->cap = cap;
    }
    in->report[in->count++] = r;
}

/* A block of the reader's at a time: what it has stands in `report`, which grows to that. */
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
        keep_timed(in, vg_batch_end(in->batch, in->report, REPORTS));
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
    while (in->first == in->count && !(in->ended && !in->left)) {
        in->first = in->count = 0;
        if (!in->left && !next_block(in)) {
            end(in);
            break;
        }
        if (in->kind == SENTENCES)
            take_sentences(in);
        else if (in->kind == ASTERIX)
            take_asterix(in);
        else
            take_lines(in);
    }
    return in->first < in->count ? &in->report[in->first] : NULL;
}

void vg_track_input_drop(struct vg_track_input *in)
{
    in->first++;
}

/* The first block of text says what the file is; false: it is no text that can be read here. */
static bool is_text(struct vg_track_input *in)
{
    char head[LINE_MAX_];
    const void *bytes;
    const char *why;
    const enum vg_err err = vg_file_reader_next(in->reader, &bytes, &in->left, &why);
    if (err) { /* an empty file says nothing, and that is no fault */
        in->left = 0;
        in->ended = err == VG_EOF;
        return in->ended;
    }
    in->at = bytes;
    const char *end_of_line = memchr(in->at, '\n', in->left);
    const size_t n = end_of_line ? (size_t)(end_of_line - in->at) : in->left;
    if (n < sizeof head) {
        memcpy(head, in->at, n);
        head[n && in->at[n - 1] == '\r' ? n - 1 : n] = '\0';
        if (read_head(in, head))
            return true;
    }
    in->kind = SENTENCES;
    return vg_nmea_has_sentence(in->at, in->left) && vg_batch_new(false, &in->batch) == VG_OK;
}

/* Read again as bytes; true if there is a record of ASTERIX in the first of them. */
static bool is_asterix(struct vg_track_input *in)
{
    const char *why;
    vg_file_reader_close(in->reader);
    in->reader = NULL;
    in->left = 0; /* it was the reader's */
    in->kind = ASTERIX;
    in->about_us = day_of(in->path);
    if (strcmp(in->path, "-") == 0 || vg_file_reader_open(in->path, &in->reader, &why) ||
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
        in->cap = REPORTS;
        in->report = calloc(REPORTS, sizeof *in->report);
    }
    if (!in || !in->report)
        vg_cli_error("%s: %s", path, vg_err_text(VG_NOMEM));
    else if (vg_file_reader_open(path, &in->reader, &why))
        vg_cli_error("%s", why);
    else if (is_text(in) || is_asterix(in))
        return in;
    else if (!in->failed)
        vg_cli_error("%s: neither plots (a first line with time,sensor,range_m,bearing_deg or "
                     "time,sensor,lat,lon,sigma_m) nor AIS sentences nor ASTERIX",
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
    vg_batch_free(in->batch);
    if (in->reader)
        vg_file_reader_close(in->reader);
    free(in->report);
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

void vg_track_input_summary(const struct vg_track_input *in)
{
    static const char *const nouns[] = {"row", "message", "record"};
    uint64_t refused = in->refused;
    if (in->kind == SENTENCES)
        refused += sum_of(vg_batch_refusals(in->batch));
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
    vg_cli_print(stderr, "\n");
}
