#include "archive/details.h"

#include <assert.h>
#include <string.h>

#include "archive/parquet_encode.h"
#include "archive/positions.h"
#include "archive/statics.h"
#include "archive/table.h"

#define SAID(d, f) ((d)->fields >> VG_FIELD_##f & 1)

/* number, name, physical type, logical type, bits, precision, scale, optional; in the order of the file */
#define COLUMN_LIST(X)                                                                                                 \
    X(MMSI, "mmsi", INT32, UINT, 32, 0, 0, false)                                                                      \
    X(TIME, "time", INT64, TIME_US, 0, 0, 0, false)                                                                    \
    X(SOG, "sog", INT32, DECIMAL, 0, 5, 1, true)                                                                       \
    X(COG, "cog", INT32, DECIMAL, 0, 4, 1, true)                                                                       \
    X(HEADING, "heading", INT32, UINT, 16, 0, 0, true)                                                                 \
    X(TURN, "turn", INT32, SIGNED, 8, 0, 0, true)                                                                      \
    X(STATUS, "status", INT32, UINT, 8, 0, 0, true)                                                                    \
    X(ALTITUDE, "altitude", INT32, SIGNED, 16, 0, 0, true)                                                             \
    X(AID_TYPE, "aid_type", INT32, UINT, 8, 0, 0, true)                                                                \
    X(AID_VIRTUAL, "aid_virtual", INT32, UINT, 8, 0, 0, true)                                                          \
    X(AID_OFF_POSITION, "aid_off_position", INT32, UINT, 8, 0, 0, true)                                                \
    X(TEXT, "text", BYTES, STRING, 0, 0, 0, true)                                                                      \
    X(PARENT, "mothership_mmsi", INT32, UINT, 32, 0, 0, true)                                                          \
    X(SUSPECT, "suspect", INT32, UINT, 8, 0, 0, true)                                                                  \
    X(CLASS, "class", BYTES, STRING, 0, 0, 0, true)                                                                    \
    X(MESSAGE, "type", INT32, UINT, 8, 0, 0, false)                                                                    \
    X(SOURCE, "source", BYTES, STRING, 0, 0, 0, false)                                                                 \
    X(PLACE, "place", INT64, UINT, 64, 0, 0, true)                                                                     \
    X(PARTS, "parts", INT32, UINT, 8, 0, 0, true)                                                                      \
    X(TIME_SOURCE, "time_source", BYTES, STRING, 0, 0, 0, true)

enum column {
#define X(id, name, type, logical, bits, precision, scale, optional) COLUMN_##id,
    COLUMN_LIST(X)
#undef X
        COLUMN_COUNT
};

static const struct vg_parquet_column COLUMNS[] = {
#define X(id, name, type, logical, bits, precision, scale, optional)                                                   \
    {name, VG_PARQUET_##type, VG_PARQUET_##logical, bits, precision, scale, optional},
    COLUMN_LIST(X)
#undef X
};

/* Good enough for a part that will be written again. */
static const uint8_t CODINGS[COLUMN_COUNT] = {
    [COLUMN_MMSI] = VG_CODE_DELTA,       [COLUMN_TIME] = VG_CODE_DELTA,       [COLUMN_SOG] = VG_CODE_DELTA,
    [COLUMN_COG] = VG_CODE_DELTA,        [COLUMN_HEADING] = VG_CODE_DELTA,    [COLUMN_TURN] = VG_CODE_DICT,
    [COLUMN_STATUS] = VG_CODE_DICT,      [COLUMN_ALTITUDE] = VG_CODE_DELTA,   [COLUMN_AID_TYPE] = VG_CODE_DICT,
    [COLUMN_AID_VIRTUAL] = VG_CODE_DICT, [COLUMN_TEXT] = VG_CODE_DICT,        [COLUMN_AID_OFF_POSITION] = VG_CODE_DICT,
    [COLUMN_PARENT] = VG_CODE_DELTA,     [COLUMN_SUSPECT] = VG_CODE_DICT,     [COLUMN_CLASS] = VG_CODE_DICT,
    [COLUMN_MESSAGE] = VG_CODE_DICT,     [COLUMN_SOURCE] = VG_CODE_DICT,      [COLUMN_PLACE] = VG_CODE_DELTA,
    [COLUMN_PARTS] = VG_CODE_DICT,       [COLUMN_TIME_SOURCE] = VG_CODE_DICT,
};

static_assert(COLUMN_COUNT <= VG_TABLE_COLUMNS, "VG_TABLE_COLUMNS");
static_assert(offsetof(struct vg_detail, journal_offset) == offsetof(struct vg_table_key, journal_offset) &&
                  offsetof(struct vg_detail, mmsi) == offsetof(struct vg_table_key, mmsi),
              "a row begins with its key");

#define MOTION                                                                                                         \
    (VG_FIELD_BIT(SOG) | VG_FIELD_BIT(COG) | VG_FIELD_BIT(HEADING) | VG_FIELD_BIT(TURN) | VG_FIELD_BIT(STATUS))
#define MORE                                                                                                           \
    (VG_FIELD_BIT(ALTITUDE) | VG_FIELD_BIT(AID_TYPE) | VG_FIELD_BIT(AID_FLAGS) | VG_FIELD_BIT(TEXT) |                  \
     VG_FIELD_BIT(PARENT))

bool vg_detail_from_report(const struct vg_report *r, struct vg_detail *ret_detail)
{
    bool placed = vg_position_is_given(r), named = vg_static_is_given(r);
    uint32_t said = r->fields & (placed ? MORE : MORE | MOTION);
    if (r->time_us == VG_TIME_NONE || vg_report_measures(r) || (!said && (placed || (named && !r->suspect))))
        return false;
    struct vg_detail d = {.time_us = r->time_us,
                          .journal_offset = r->journal_offset,
                          .mmsi = r->mmsi,
                          .fields = said,
                          .source = r->source,
                          .message = r->message,
                          .class = r->class,
                          .suspect = r->suspect,
                          .time_source = r->time_source};
    if (!placed) {
        d.sog_dkn = r->sog_dkn;
        d.cog_ddeg = r->cog_ddeg;
        d.heading_deg = r->heading_deg;
        d.turn_raw = r->turn_raw;
        d.status = r->status;
    }
    d.altitude_m = r->altitude_m;
    d.aid_type = r->aid_type;
    d.aid_virtual = r->aid_virtual;
    d.aid_off_position = r->aid_off_position;
    d.parent_mmsi = r->parent_mmsi;
    if (SAID(&d, TEXT))
        memcpy(d.text, r->text, sizeof d.text);
    *ret_detail = d;
    return true;
}

static bool from_report(const struct vg_report *report, void *ret_row)
{
    return vg_detail_from_report(report, ret_row);
}

static void to_report(const void *row, struct vg_report *r)
{
    const struct vg_detail *d = row;
    r->fields |= d->fields;
    r->message = d->message;
    r->class = d->class;
    r->suspect |= d->suspect;
    r->time_source = d->time_source;
    if (d->fields & MOTION) {
        r->sog_dkn = d->sog_dkn;
        r->cog_ddeg = d->cog_ddeg;
        r->heading_deg = d->heading_deg;
        r->turn_raw = d->turn_raw;
        r->status = d->status;
    }
    r->altitude_m = d->altitude_m;
    r->aid_type = d->aid_type;
    r->aid_virtual = d->aid_virtual;
    r->aid_off_position = d->aid_off_position;
    r->parent_mmsi = d->parent_mmsi;
    memcpy(r->text, d->text, sizeof r->text);
}

static void put(struct vg_table_out *out, const void *row)
{
    const struct vg_detail *d = row;
    vg_table_put_int(out, COLUMN_MMSI, true, d->mmsi);
    vg_table_put_int(out, COLUMN_TIME, true, d->time_us);
    vg_table_put_int(out, COLUMN_SOG, SAID(d, SOG), d->sog_dkn);
    vg_table_put_int(out, COLUMN_COG, SAID(d, COG), d->cog_ddeg);
    vg_table_put_int(out, COLUMN_HEADING, SAID(d, HEADING), d->heading_deg);
    vg_table_put_int(out, COLUMN_TURN, SAID(d, TURN), d->turn_raw);
    vg_table_put_int(out, COLUMN_STATUS, SAID(d, STATUS), d->status);
    vg_table_put_int(out, COLUMN_ALTITUDE, SAID(d, ALTITUDE), d->altitude_m);
    vg_table_put_int(out, COLUMN_AID_TYPE, SAID(d, AID_TYPE), d->aid_type);
    vg_table_put_int(out, COLUMN_AID_VIRTUAL, SAID(d, AID_FLAGS), d->aid_virtual);
    vg_table_put_int(out, COLUMN_AID_OFF_POSITION, SAID(d, AID_FLAGS), d->aid_off_position);
    vg_table_put_text(out, COLUMN_TEXT, SAID(d, TEXT), d->text, strnlen(d->text, sizeof d->text));
    vg_table_put_int(out, COLUMN_PARENT, SAID(d, PARENT), d->parent_mmsi);
    vg_table_put_int(out, COLUMN_SUSPECT, d->suspect, 1);
    vg_table_put_class(out, COLUMN_CLASS, d->class != vg_message_class(d->message), d->class);
    vg_table_put_int(out, COLUMN_MESSAGE, true, d->message);
    vg_table_put_text(out, COLUMN_SOURCE, true, d->source_name.bytes, d->source_name.len);
    vg_table_put_int(out, COLUMN_PLACE, d->journal_offset != 0, (int64_t)d->journal_offset);
    vg_table_put_int(out, COLUMN_PARTS, d->parts, d->parts);
    vg_table_put_time_source(out, COLUMN_TIME_SOURCE, d->time_source);
}

/* Takes a value that was said, and notes that it was. */
static int64_t take_int(const struct vg_scan *scan, enum column c, size_t i, enum vg_field field, struct vg_detail *d)
{
    if (scan->pages[c].present[i])
        d->fields |= UINT32_C(1) << field;
    return scan->pages[c].ints[i];
}

static struct vg_detail take_row(const struct vg_scan *scan, size_t i)
{
    struct vg_detail d = {.mmsi = (uint32_t)scan->pages[COLUMN_MMSI].ints[i],
                          .time_us = scan->pages[COLUMN_TIME].ints[i],
                          .journal_offset = (uint64_t)scan->pages[COLUMN_PLACE].ints[i],
                          .message = (uint8_t)scan->pages[COLUMN_MESSAGE].ints[i],
                          .suspect = scan->pages[COLUMN_SUSPECT].present[i],
                          .parts = vg_table_parts(scan, COLUMN_PARTS, i),
                          .time_source = (uint8_t)vg_table_time_source(scan, COLUMN_TIME_SOURCE, i),
                          .source_name = scan->pages[COLUMN_SOURCE].texts[i]};
    d.class = (uint8_t)vg_table_class(scan, COLUMN_CLASS, i, vg_message_class(d.message));
    d.sog_dkn = (uint16_t)take_int(scan, COLUMN_SOG, i, VG_FIELD_SOG, &d);
    d.cog_ddeg = (uint16_t)take_int(scan, COLUMN_COG, i, VG_FIELD_COG, &d);
    d.heading_deg = (uint16_t)take_int(scan, COLUMN_HEADING, i, VG_FIELD_HEADING, &d);
    d.turn_raw = (int8_t)take_int(scan, COLUMN_TURN, i, VG_FIELD_TURN, &d);
    d.status = (uint8_t)take_int(scan, COLUMN_STATUS, i, VG_FIELD_STATUS, &d);
    d.altitude_m = (int16_t)take_int(scan, COLUMN_ALTITUDE, i, VG_FIELD_ALTITUDE, &d);
    d.aid_type = (uint8_t)take_int(scan, COLUMN_AID_TYPE, i, VG_FIELD_AID_TYPE, &d);
    d.aid_virtual = take_int(scan, COLUMN_AID_VIRTUAL, i, VG_FIELD_AID_FLAGS, &d) != 0;
    d.aid_off_position = take_int(scan, COLUMN_AID_OFF_POSITION, i, VG_FIELD_AID_FLAGS, &d) != 0;
    d.parent_mmsi = (uint32_t)take_int(scan, COLUMN_PARENT, i, VG_FIELD_PARENT, &d);
    if (vg_table_text(scan, COLUMN_TEXT, i, d.text, sizeof d.text))
        d.fields |= VG_FIELD_BIT(TEXT);
    return d;
}

static enum vg_err take(struct vg_scan *scan, size_t count, void *rows)
{
    struct vg_detail *out = rows;
    enum vg_err err = vg_scan_load_all(scan);
    for (size_t n = 0; n < count && !err; n++)
        out[n] = take_row(scan, scan->hits[n]);
    return err;
}

const struct vg_table vg_table_details = {
    .name = "details",
    .folder = "details",
    .columns = COLUMNS,
    .count = COLUMN_COUNT,
    .row_size = sizeof(struct vg_detail),
    .source = offsetof(struct vg_detail, source),
    .source_name = offsetof(struct vg_detail, source_name),
    .message = COLUMN_MESSAGE,
    .row_message = offsetof(struct vg_detail, message),
    .place = COLUMN_PLACE,
    .parts = offsetof(struct vg_detail, parts),
    .codings = CODINGS,
    .from_report = from_report,
    .to_report = to_report,
    .put = put,
    .take = take,
};
