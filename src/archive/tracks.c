#include "archive/tracks.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "archive/parquet_encode.h"
#include "archive/table.h"

/* number, name, physical type, logical type, bits, precision, scale, optional, coding of a part that will be written
 * again; in the order of the file */
#define COLUMN_LIST(X)                                                                                                 \
    X(MMSI, "mmsi", INT32, UINT, 32, 0, 0, false, DELTA)                                                               \
    X(TIME, "time", INT64, TIME_US, 0, 0, 0, false, DELTA)                                                             \
    X(LON, "lon", INT32, DECIMAL, 0, 9, 6, false, DELTA)                                                               \
    X(LAT, "lat", INT32, DECIMAL, 0, 9, 6, false, DELTA)                                                               \
    X(SOG, "sog", INT32, DECIMAL, 0, 5, 1, false, DELTA)                                                               \
    X(COG, "cog", INT32, DECIMAL, 0, 4, 1, false, DELTA)                                                               \
    X(CONTACT, "contact", BYTES, STRING, 0, 0, 0, false, DICT)                                                         \
    X(TRACK, "track", BYTES, STRING, 0, 0, 0, false, DICT)                                                             \
    X(MAJOR, "sigma_major_m", INT32, DECIMAL, 0, 8, 1, false, DELTA)                                                   \
    X(MINOR, "sigma_minor_m", INT32, DECIMAL, 0, 8, 1, false, DELTA)                                                   \
    X(DIRECTION, "orientation", INT32, UINT, 16, 0, 0, false, DELTA)                                                   \
    X(EXISTENCE, "existence", INT32, DECIMAL, 0, 4, 3, false, DELTA)                                                   \
    X(SENSORS, "sensors", BYTES, STRING, 0, 0, 0, false, DICT)                                                         \
    X(FACTS, "facts", BYTES, STRING, 0, 0, 0, true, DICT)                                                              \
    X(LENGTH, "length_m", INT32, UINT, 16, 0, 0, true, DELTA)                                                          \
    X(AIRBORNE, "airborne", INT32, UINT, 8, 0, 0, true, DICT)                                                          \
    X(PLACE, "place", INT64, UINT, 64, 0, 0, true, DELTA)

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

static_assert(COLUMN_COUNT <= VG_TABLE_COLUMNS, "VG_TABLE_COLUMNS");
static_assert(offsetof(struct vg_track_point, journal_offset) == offsetof(struct vg_table_key, journal_offset) &&
                  offsetof(struct vg_track_point, mmsi) == offsetof(struct vg_table_key, mmsi),
              "a row begins with its key");

static void put_id(struct vg_table_out *out, enum column c, uint64_t id)
{
    char text[20];
    int len = snprintf(text, sizeof text, "%016" PRIx64, id);
    vg_table_put_text(out, c, true, text, (size_t)len);
}

static void put(struct vg_table_out *out, const void *row)
{
    const struct vg_track_point *p = row;
    vg_table_put_int(out, COLUMN_MMSI, true, p->mmsi);
    vg_table_put_int(out, COLUMN_TIME, true, p->time_us);
    vg_table_put_int(out, COLUMN_LON, true, vg_e6deg_from_e4min(p->pos.lon_e4min));
    vg_table_put_int(out, COLUMN_LAT, true, vg_e6deg_from_e4min(p->pos.lat_e4min));
    vg_table_put_int(out, COLUMN_SOG, true, p->sog_dkn);
    vg_table_put_int(out, COLUMN_COG, true, p->cog_ddeg);
    put_id(out, COLUMN_CONTACT, p->contact);
    put_id(out, COLUMN_TRACK, p->track);
    vg_table_put_int(out, COLUMN_MAJOR, true, p->major_dm);
    vg_table_put_int(out, COLUMN_MINOR, true, p->minor_dm);
    vg_table_put_int(out, COLUMN_DIRECTION, true, p->direction_deg);
    vg_table_put_int(out, COLUMN_EXISTENCE, true, p->existence_permille);
    vg_table_put_text(out, COLUMN_SENSORS, true, p->sensors.bytes, p->sensors.len);
    vg_table_put_text(out, COLUMN_FACTS, p->facts.len, p->facts.bytes, p->facts.len);
    vg_table_put_int(out, COLUMN_LENGTH, p->length_m, p->length_m);
    vg_table_put_int(out, COLUMN_AIRBORNE, p->airborne, 1);
    vg_table_put_int(out, COLUMN_PLACE, p->journal_offset != 0, (int64_t)p->journal_offset);
}

/* 0: it is none. */
static uint64_t take_id(const struct vg_scan *scan, enum column c, size_t i)
{
    const struct vg_parquet_text text = scan->pages[c].texts[i];
    uint64_t id = 0;
    for (uint32_t n = 0; n < text.len; n++) {
        const char ch = text.bytes[n];
        const int digit = ch >= '0' && ch <= '9' ? ch - '0' : ch >= 'a' && ch <= 'f' ? ch - 'a' + 10 : -1;
        if (digit < 0 || text.len != 16)
            return 0;
        id = id << 4 | (uint64_t)digit;
    }
    return id;
}

static int64_t take_int(const struct vg_scan *scan, enum column c, size_t i)
{
    return scan->pages[c].present[i] ? scan->pages[c].ints[i] : 0;
}

static struct vg_track_point take_row(const struct vg_scan *scan, size_t i)
{
    const struct vg_parquet_text none = {"", 0};
    return (struct vg_track_point){.mmsi = (uint32_t)take_int(scan, COLUMN_MMSI, i),
                                   .time_us = take_int(scan, COLUMN_TIME, i),
                                   .journal_offset = (uint64_t)take_int(scan, COLUMN_PLACE, i),
                                   .pos = {.lon_e4min = vg_e4min_from_e6deg((int32_t)take_int(scan, COLUMN_LON, i)),
                                           .lat_e4min = vg_e4min_from_e6deg((int32_t)take_int(scan, COLUMN_LAT, i))},
                                   .contact = take_id(scan, COLUMN_CONTACT, i),
                                   .track = take_id(scan, COLUMN_TRACK, i),
                                   .major_dm = (uint32_t)take_int(scan, COLUMN_MAJOR, i),
                                   .minor_dm = (uint32_t)take_int(scan, COLUMN_MINOR, i),
                                   .direction_deg = (uint16_t)take_int(scan, COLUMN_DIRECTION, i),
                                   .sog_dkn = (uint16_t)take_int(scan, COLUMN_SOG, i),
                                   .cog_ddeg = (uint16_t)take_int(scan, COLUMN_COG, i),
                                   .existence_permille = (uint16_t)take_int(scan, COLUMN_EXISTENCE, i),
                                   .length_m = (uint16_t)take_int(scan, COLUMN_LENGTH, i),
                                   .airborne = take_int(scan, COLUMN_AIRBORNE, i) != 0,
                                   .sensors = scan->pages[COLUMN_SENSORS].texts[i],
                                   .facts =
                                       scan->pages[COLUMN_FACTS].present[i] ? scan->pages[COLUMN_FACTS].texts[i] : none,
                                   .source_name = none};
}

static enum vg_err take(struct vg_scan *scan, size_t count, void *rows)
{
    struct vg_track_point *out = rows;
    enum vg_err err = vg_scan_load_all(scan);
    for (size_t n = 0; n < count && !err; n++)
        out[n] = take_row(scan, scan->hits[n]);
    return err;
}

const struct vg_table vg_table_tracks = {
    .name = "tracks",
    .folder = "tracks",
    .columns = COLUMNS,
    .count = COLUMN_COUNT,
    .row_size = sizeof(struct vg_track_point),
    .source = offsetof(struct vg_track_point, source),
    .source_name = offsetof(struct vg_track_point, source_name),
    .message = VG_TABLE_MISSING,
    .place = COLUMN_PLACE,
    .parts = offsetof(struct vg_track_point, parts),
    .located = true,
    .codings = CODINGS,
    .put = put,
    .take = take,
};
