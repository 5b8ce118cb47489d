#include "archive/detections.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "archive/parquet_encode.h"
#include "archive/positions.h"
#include "archive/table.h"

#define SAID(d, f) ((d)->fields >> VG_FIELD_##f & 1)

/* number, name, physical type, logical type, bits, precision, scale, optional, coding of a part that will be written
 * again; in the order of the file */
#define COLUMN_LIST(X)                                                                                                 \
    X(MMSI, "mmsi", INT32, UINT, 32, 0, 0, false, DELTA)                                                               \
    X(TIME, "time", INT64, TIME_US, 0, 0, 0, false, DELTA)                                                             \
    X(MEASURED, "measured", INT64, TIME_US, 0, 0, 0, true, DELTA)                                                      \
    X(SENSOR, "sensor", BYTES, STRING, 0, 0, 0, true, DICT)                                                            \
    X(SAYS, "says", BYTES, STRING, 0, 0, 0, false, DICT)                                                               \
    X(SENSOR_TRACK, "sensor_track", INT32, UINT, 32, 0, 0, true, DELTA)                                                \
    X(SAC, "sac", INT32, UINT, 8, 0, 0, true, DICT)                                                                    \
    X(SIC, "sic", INT32, UINT, 8, 0, 0, true, DICT)                                                                    \
    X(RANGE, "range_m", INT32, UINT, 32, 0, 0, true, DELTA)                                                            \
    X(BEARING, "bearing", INT32, DECIMAL, 0, 6, 3, true, DELTA)                                                        \
    X(LON, "lon", INT32, DECIMAL, 0, 9, 6, true, DELTA)                                                                \
    X(LAT, "lat", INT32, DECIMAL, 0, 9, 6, true, DELTA)                                                                \
    X(FROM_LON, "from_lon", INT32, DECIMAL, 0, 9, 6, true, DELTA)                                                      \
    X(FROM_LAT, "from_lat", INT32, DECIMAL, 0, 9, 6, true, DELTA)                                                      \
    X(MAJOR, "sigma_major_m", INT32, DECIMAL, 0, 5, 1, true, DICT)                                                     \
    X(MINOR, "sigma_minor_m", INT32, DECIMAL, 0, 5, 1, true, DICT)                                                     \
    X(DIRECTION, "orientation", INT32, UINT, 16, 0, 0, true, DICT)                                                     \
    X(SOG, "sog", INT32, DECIMAL, 0, 5, 1, true, DELTA)                                                                \
    X(COG, "cog", INT32, DECIMAL, 0, 4, 1, true, DELTA)                                                                \
    X(HEADING, "heading", INT32, UINT, 16, 0, 0, true, DELTA)                                                          \
    X(LENGTH, "length_m", INT32, UINT, 16, 0, 0, true, DELTA)                                                          \
    X(ALTITUDE, "altitude_ft", INT32, SIGNED, 32, 0, 0, true, DELTA)                                                   \
    X(ICAO, "icao", INT32, UINT, 32, 0, 0, true, DELTA)                                                                \
    X(MODE_3A, "mode_3a", BYTES, STRING, 0, 0, 0, true, DICT)                                                          \
    X(NAME, "name", BYTES, STRING, 0, 0, 0, true, DICT)                                                                \
    X(SIMULATED, "simulated", INT32, UINT, 8, 0, 0, true, DICT)                                                        \
    X(AIRBORNE, "airborne", INT32, UINT, 8, 0, 0, true, DICT)                                                          \
    X(SUSPECT, "suspect", INT32, UINT, 8, 0, 0, true, DICT)                                                            \
    X(SOURCE, "source", BYTES, STRING, 0, 0, 0, false, DICT)                                                           \
    X(PLACE, "place", INT64, UINT, 64, 0, 0, true, DELTA)                                                              \
    X(TIME_SOURCE, "time_source", BYTES, STRING, 0, 0, 0, true, DICT)

enum column {
#define X(id, name, type, logical, bits, precision, scale, optional, coding) COLUMN_##id,
    COLUMN_LIST(X)
#undef X
        COLUMN_COUNT
};

static const struct vg_parquet_column COLUMNS[] = {
#define X(id, name, type, logical, bits, precision, scale, optional, coding)                                           \
    {name, VG_PARQUET_##type, VG_PARQUET_##logical, bits, precision, scale, optional},
    COLUMN_LIST(X)
#undef X
};

static const uint8_t CODINGS[COLUMN_COUNT] = {
#define X(id, name, type, logical, bits, precision, scale, optional, coding) VG_CODE_##coding,
    COLUMN_LIST(X)
#undef X
};

static const struct vg_parquet_text WORDS[] = {
#define X(id, key) {key, sizeof key - 1},
    VG_RADAR_SAYS_LIST(X)
#undef X
};

static_assert(COLUMN_COUNT <= VG_TABLE_COLUMNS, "VG_TABLE_COLUMNS");
static_assert(offsetof(struct vg_detection, journal_offset) == offsetof(struct vg_table_key, journal_offset) &&
                  offsetof(struct vg_detection, mmsi) == offsetof(struct vg_table_key, mmsi),
              "a row begins with its key");

static bool is_detection(uint8_t says)
{
    return says == VG_RADAR_PLOT || says == VG_RADAR_TRACK || says == VG_RADAR_LOST;
}

const char *vg_detection_word(uint8_t says)
{
    return is_detection(says) ? WORDS[says].bytes : "";
}

/* What was measured of where it is. */
static void take_place(const struct vg_report *r, struct vg_detection *d)
{
    d->pos = VG_POS_NONE;
    d->range_m = d->bearing_mdeg = UINT32_MAX;
    if (r->measured == VG_MEASURED_POSITION && vg_pos_valid(r->pos))
        d->pos = r->pos;
    if (r->measured == VG_MEASURED_RANGE_BEARING)
        d->range_m = r->polar.range_m;
    if (r->measured == VG_MEASURED_RANGE_BEARING || r->measured == VG_MEASURED_BEARING)
        d->bearing_mdeg = r->polar.bearing_mdeg;
}

bool vg_detection_from_report(const struct vg_report *r, struct vg_detection *ret_detection)
{
    const uint32_t said = VG_FIELD_BIT(SOG) | VG_FIELD_BIT(COG) | VG_FIELD_BIT(HEADING);
    if (!vg_report_measures(r) || !is_detection(r->radar.says) || r->time_us == VG_TIME_NONE)
        return false;
    struct vg_detection d = {.time_us = r->time_us,
                             .journal_offset = r->journal_offset,
                             .mmsi = r->mmsi,
                             .fields = r->fields & said,
                             .measured_us = r->time_of_day_ms == VG_TIME_OF_DAY_NONE ? VG_TIME_NONE : r->measured_us,
                             .from = r->radar.from,
                             .sensor_track = r->track,
                             .icao = r->radar.icao,
                             .altitude_ft = r->radar.altitude_ft,
                             .sac = r->radar.sac,
                             .sic = r->radar.sic,
                             .mode_3a = r->radar.mode_3a,
                             .sog_dkn = r->sog_dkn,
                             .cog_ddeg = r->cog_ddeg,
                             .heading_deg = r->heading_deg,
                             .length_m = r->length_m,
                             .major_dm = r->ellipse.major_dm,
                             .minor_dm = r->ellipse.minor_dm,
                             .direction_deg = r->ellipse.direction_deg,
                             .source = r->source,
                             .says = r->radar.says,
                             .time_source = r->time_source,
                             .has_altitude = r->radar.has_altitude,
                             .simulated = r->radar.simulated,
                             .airborne = r->radar.airborne,
                             .suspect = r->suspect};
    take_place(r, &d);
    memcpy(d.name, r->radar.name, sizeof d.name);
    *ret_detection = d;
    return true;
}

static bool from_report(const struct vg_report *report, void *ret_row)
{
    return vg_detection_from_report(report, ret_row);
}

static void put_pos(struct vg_table_out *out, enum column lon, struct vg_pos pos)
{
    const bool given = vg_pos_valid(pos);
    vg_table_put_int(out, lon, given, given ? vg_e6deg_from_e4min(pos.lon_e4min) : 0);
    vg_table_put_int(out, lon + 1, given, given ? vg_e6deg_from_e4min(pos.lat_e4min) : 0);
}

static void put_code(struct vg_table_out *out, uint16_t code)
{
    char text[8];
    int len = snprintf(text, sizeof text, "%04o", code & 07777u);
    vg_table_put_text(out, COLUMN_MODE_3A, code != VG_MODE_3A_NONE, text, (size_t)len);
}

static void put(struct vg_table_out *out, const void *row)
{
    const struct vg_detection *d = row;
    const bool ellipse = d->major_dm || d->minor_dm;
    vg_table_put_int(out, COLUMN_MMSI, true, d->mmsi);
    vg_table_put_int(out, COLUMN_TIME, true, d->time_us);
    vg_table_put_int(out, COLUMN_MEASURED, d->measured_us != VG_TIME_NONE, d->measured_us);
    vg_table_put_text(out, COLUMN_SENSOR, d->sensor_name.len, d->sensor_name.bytes, d->sensor_name.len);
    vg_table_put_text(out, COLUMN_SAYS, true, WORDS[d->says].bytes, WORDS[d->says].len);
    vg_table_put_int(out, COLUMN_SENSOR_TRACK, d->sensor_track, d->sensor_track);
    vg_table_put_int(out, COLUMN_SAC, d->sac >= 0, d->sac);
    vg_table_put_int(out, COLUMN_SIC, d->sic >= 0, d->sic);
    vg_table_put_int(out, COLUMN_RANGE, d->range_m != UINT32_MAX, d->range_m);
    vg_table_put_int(out, COLUMN_BEARING, d->bearing_mdeg != UINT32_MAX, d->bearing_mdeg);
    put_pos(out, COLUMN_LON, d->pos);
    put_pos(out, COLUMN_FROM_LON, d->from);
    vg_table_put_int(out, COLUMN_MAJOR, ellipse, d->major_dm);
    vg_table_put_int(out, COLUMN_MINOR, ellipse, d->minor_dm);
    vg_table_put_int(out, COLUMN_DIRECTION, ellipse, d->direction_deg);
    vg_table_put_int(out, COLUMN_SOG, SAID(d, SOG), d->sog_dkn);
    vg_table_put_int(out, COLUMN_COG, SAID(d, COG), d->cog_ddeg);
    vg_table_put_int(out, COLUMN_HEADING, SAID(d, HEADING), d->heading_deg);
    vg_table_put_int(out, COLUMN_LENGTH, d->length_m, d->length_m);
    vg_table_put_int(out, COLUMN_ALTITUDE, d->has_altitude, d->altitude_ft);
    vg_table_put_int(out, COLUMN_ICAO, d->icao, d->icao);
    put_code(out, d->mode_3a);
    vg_table_put_text(out, COLUMN_NAME, d->name[0], d->name, strnlen(d->name, sizeof d->name));
    vg_table_put_int(out, COLUMN_SIMULATED, d->simulated, 1);
    vg_table_put_int(out, COLUMN_AIRBORNE, d->airborne, 1);
    vg_table_put_int(out, COLUMN_SUSPECT, d->suspect, 1);
    vg_table_put_text(out, COLUMN_SOURCE, true, d->source_name.bytes, d->source_name.len);
    vg_table_put_int(out, COLUMN_PLACE, d->journal_offset != 0, (int64_t)d->journal_offset);
    vg_table_put_time_source(out, COLUMN_TIME_SOURCE, d->time_source);
}

/* The value of a cell, or what stands for none. */
static int64_t take_int(const struct vg_scan *scan, enum column c, size_t i, int64_t none)
{
    return scan->pages[c].present[i] ? scan->pages[c].ints[i] : none;
}

/* The same of a value that was said, which is noted. */
static uint16_t take_said(const struct vg_scan *scan, enum column c, size_t i, enum vg_field field,
                          struct vg_detection *d)
{
    if (scan->pages[c].present[i])
        d->fields |= UINT32_C(1) << field;
    return (uint16_t)take_int(scan, c, i, 0);
}

static struct vg_pos take_pos(const struct vg_scan *scan, enum column lon, size_t i)
{
    if (!scan->pages[lon].present[i] || !scan->pages[lon + 1].present[i])
        return VG_POS_NONE;
    return (struct vg_pos){.lon_e4min = vg_e4min_from_e6deg((int32_t)scan->pages[lon].ints[i]),
                           .lat_e4min = vg_e4min_from_e6deg((int32_t)scan->pages[lon + 1].ints[i])};
}

static struct vg_parquet_text take_text(const struct vg_scan *scan, enum column c, size_t i)
{
    return scan->pages[c].present[i] ? scan->pages[c].texts[i] : (struct vg_parquet_text){"", 0};
}

/* A word of a later version is none that is known: the row stays one of NOTHING. */
static uint8_t take_says(const struct vg_scan *scan, size_t i)
{
    const struct vg_parquet_text word = take_text(scan, COLUMN_SAYS, i);
    for (uint8_t s = 0; s < VG_RADAR_SAYS_COUNT; s++)
        if (word.len == WORDS[s].len && !memcmp(word.bytes, WORDS[s].bytes, word.len))
            return s;
    return VG_RADAR_NOTHING;
}

static uint16_t take_code(const struct vg_scan *scan, size_t i)
{
    const struct vg_parquet_text text = take_text(scan, COLUMN_MODE_3A, i);
    uint16_t code = 0;
    for (uint32_t n = 0; n < text.len && n < 4; n++)
        code = (uint16_t)(code << 3 | (text.bytes[n] & 7));
    return text.len ? code : VG_MODE_3A_NONE;
}

static struct vg_detection take_row(const struct vg_scan *scan, size_t i)
{
    struct vg_detection d = {.mmsi = (uint32_t)scan->pages[COLUMN_MMSI].ints[i],
                             .time_us = scan->pages[COLUMN_TIME].ints[i],
                             .measured_us = take_int(scan, COLUMN_MEASURED, i, VG_TIME_NONE),
                             .journal_offset = (uint64_t)take_int(scan, COLUMN_PLACE, i, 0),
                             .pos = take_pos(scan, COLUMN_LON, i),
                             .from = take_pos(scan, COLUMN_FROM_LON, i),
                             .sensor_track = (uint32_t)take_int(scan, COLUMN_SENSOR_TRACK, i, 0),
                             .range_m = (uint32_t)take_int(scan, COLUMN_RANGE, i, UINT32_MAX),
                             .bearing_mdeg = (uint32_t)take_int(scan, COLUMN_BEARING, i, UINT32_MAX),
                             .icao = (uint32_t)take_int(scan, COLUMN_ICAO, i, 0),
                             .altitude_ft = (int32_t)take_int(scan, COLUMN_ALTITUDE, i, 0),
                             .sac = (int16_t)take_int(scan, COLUMN_SAC, i, -1),
                             .sic = (int16_t)take_int(scan, COLUMN_SIC, i, -1),
                             .mode_3a = take_code(scan, i),
                             .length_m = (uint16_t)take_int(scan, COLUMN_LENGTH, i, 0),
                             .major_dm = (uint16_t)take_int(scan, COLUMN_MAJOR, i, 0),
                             .minor_dm = (uint16_t)take_int(scan, COLUMN_MINOR, i, 0),
                             .direction_deg = (uint16_t)take_int(scan, COLUMN_DIRECTION, i, 0),
                             .says = take_says(scan, i),
                             .time_source = (uint8_t)vg_table_time_source(scan, COLUMN_TIME_SOURCE, i),
                             .has_altitude = scan->pages[COLUMN_ALTITUDE].present[i],
                             .simulated = take_int(scan, COLUMN_SIMULATED, i, 0) != 0,
                             .airborne = take_int(scan, COLUMN_AIRBORNE, i, 0) != 0,
                             .suspect = take_int(scan, COLUMN_SUSPECT, i, 0) != 0,
                             .source_name = scan->pages[COLUMN_SOURCE].texts[i],
                             .sensor_name = take_text(scan, COLUMN_SENSOR, i)};
    d.sog_dkn = take_said(scan, COLUMN_SOG, i, VG_FIELD_SOG, &d);
    d.cog_ddeg = take_said(scan, COLUMN_COG, i, VG_FIELD_COG, &d);
    d.heading_deg = take_said(scan, COLUMN_HEADING, i, VG_FIELD_HEADING, &d);
    vg_table_text(scan, COLUMN_NAME, i, d.name, sizeof d.name);
    return d;
}

static enum vg_err take(struct vg_scan *scan, size_t count, void *rows)
{
    struct vg_detection *out = rows;
    enum vg_err err = vg_scan_load_all(scan);
    for (size_t n = 0; n < count && !err; n++)
        out[n] = take_row(scan, scan->hits[n]);
    return err;
}

const struct vg_table vg_table_detections = {
    .name = "detections",
    .folder = "detections",
    .columns = COLUMNS,
    .count = COLUMN_COUNT,
    .row_size = sizeof(struct vg_detection),
    .source = offsetof(struct vg_detection, source),
    .source_name = offsetof(struct vg_detection, source_name),
    .message = VG_TABLE_MISSING,
    .place = COLUMN_PLACE,
    .parts = offsetof(struct vg_detection, parts),
    .sensor_name = offsetof(struct vg_detection, sensor_name),
    .codings = CODINGS,
    .from_report = from_report,
    .put = put,
    .take = take,
};
