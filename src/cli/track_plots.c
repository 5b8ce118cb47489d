#include "cli/track_plots.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/row.h"
#include "base/time.h"
#include "base/time_text.h"

#define QUOTE '"'
#define CELL  64 /* bytes of a cell that is read, with its terminator */

static const char *const names[] = {
#define X(name) #name,
    VG_TRACK_PLOTS_COLUMNS(X)
#undef X
};

/* False: there is no such cell, or it is too long to be what is wanted. */
static bool cell_text(const struct vg_row *row, int i, char ret[static CELL])
{
    if (i < 0 || (size_t)i >= row->count || i >= VG_ROW_CELLS || row->cell[i].len >= CELL)
        return false;
    memcpy(ret, row->cell[i].at, row->cell[i].len);
    ret[row->cell[i].len] = '\0';
    return true;
}

static bool read_header(const char *line, size_t len, char delimiter, struct vg_track_plots *ret)
{
    struct vg_row row;
    char text[CELL];
    vg_row_split(line, len, delimiter, QUOTE, &row);
    ret->delimiter = delimiter;
    for (int c = 0; c < VG_TRACK_PLOTS_COLUMN_COUNT; c++) {
        ret->column[c] = -1;
        for (int i = 0; i < VG_ROW_CELLS && ret->column[c] < 0; i++)
            if (cell_text(&row, i, text) && strcasecmp(text, names[c]) == 0)
                ret->column[c] = i;
    }
    const int *at = ret->column;
    return at[VG_TRACK_PLOTS_time] >= 0 && at[VG_TRACK_PLOTS_sensor] >= 0 &&
           ((at[VG_TRACK_PLOTS_range_m] >= 0 && at[VG_TRACK_PLOTS_bearing_deg] >= 0) ||
            (at[VG_TRACK_PLOTS_lat] >= 0 && at[VG_TRACK_PLOTS_lon] >= 0));
}

bool vg_track_plots_head(const char *text, size_t len, struct vg_track_plots *ret)
{
    static const char delimiters[] = {',', ';', '\t'};
    ret->header_line = 0;
    while (len) {
        const char *end = memchr(text, '\n', len);
        const size_t n = end ? (size_t)(end - text) + 1 : len;
        const char *line = text;
        const size_t bare = vg_row_bare(&line, n);
        ret->header_line++;
        for (size_t i = 0; bare && !vg_row_is_remark(line, bare) && i < sizeof delimiters; i++)
            if (read_header(line, bare, delimiters[i], ret))
                return true;
        if (bare && !vg_row_is_remark(line, bare))
            return false;
        text += n;
        len -= n;
    }
    return false;
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
    if (*sigma_text && !number(sigma_text, 0, 1e5, &sigma))
        return "sigma_m: a number of metres from 0 to 100000 was expected";
    r->measured = VG_MEASURED_POSITION;
    r->pos = vg_pos_from_deg(lon, lat);
    r->ellipse.major_dm = r->ellipse.minor_dm = (uint16_t)fmin(sigma * 10 + 0.5, 65535);
    return NULL;
}

const char *vg_track_plots_row(const struct vg_track_plots *table, const struct vg_sites *sites, const char *line,
                               size_t len, struct vg_report *r)
{
    char text[VG_TRACK_PLOTS_COLUMN_COUNT][CELL];
    struct vg_row row;
    if (vg_row_split(line, len, table->delimiter, QUOTE, &row))
        return "its quotes are not those of a row";
    for (int c = 0; c < VG_TRACK_PLOTS_COLUMN_COUNT; c++)
        if (!cell_text(&row, table->column[c], text[c]))
            text[c][0] = '\0';
    *r = (struct vg_report){
        .sensor = VG_SENSOR_RADAR,
        .radar = {.from = VG_POS_NONE, .says = VG_RADAR_PLOT, .sac = -1, .sic = -1, .mode_3a = VG_MODE_3A_NONE},
        .time_of_day_ms = VG_TIME_OF_DAY_NONE,
        .time_source = VG_TIME_SOURCE_LINE};
    const char *time = text[VG_TRACK_PLOTS_time];
    if (!vg_time_parse(time, strlen(time), &r->time_us) && !vg_time_text_read(time, time + strlen(time), &r->time_us))
        return "time: a time like 2026-03-01T12:00:00.000Z was expected";
    r->measured_us = r->time_us;
    if (!(r->site = vg_sites_find(sites, text[VG_TRACK_PLOTS_sensor])))
        return "sensor: the file of sensors describes none of this name";
    if (*text[VG_TRACK_PLOTS_range_m] || *text[VG_TRACK_PLOTS_bearing_deg])
        return polar(text[VG_TRACK_PLOTS_range_m], text[VG_TRACK_PLOTS_bearing_deg], r);
    if (*text[VG_TRACK_PLOTS_lat] || *text[VG_TRACK_PLOTS_lon])
        return place(text[VG_TRACK_PLOTS_lat], text[VG_TRACK_PLOTS_lon], text[VG_TRACK_PLOTS_sigma_m], r);
    return "range_m and bearing_deg, or lat and lon, were expected";
}
