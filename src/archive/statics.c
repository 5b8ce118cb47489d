#include "archive/statics.h"

#include <assert.h>
#include <string.h>

#include "archive/parquet_encode.h"
#include "archive/table.h"
#include "base/time.h"

#define SAID(s, f) ((s)->fields >> VG_FIELD_##f & 1)

/* number, name, physical type, logical type, bits, precision, scale, optional; in the order of the file */
#define COLUMN_LIST(X)                                                                                                 \
    X(MMSI, "mmsi", INT32, UINT, 32, 0, 0, false)                                                                      \
    X(TIME, "time", INT64, TIME_US, 0, 0, 0, false)                                                                    \
    X(NAME, "name", BYTES, STRING, 0, 0, 0, true)                                                                      \
    X(CALLSIGN, "callsign", BYTES, STRING, 0, 0, 0, true)                                                              \
    X(IMO, "imo", INT32, UINT, 32, 0, 0, true)                                                                         \
    X(SHIPTYPE, "shiptype", INT32, UINT, 8, 0, 0, true)                                                                \
    X(BOW, "to_bow", INT32, UINT, 16, 0, 0, true)                                                                      \
    X(STERN, "to_stern", INT32, UINT, 16, 0, 0, true)                                                                  \
    X(PORT, "to_port", INT32, UINT, 8, 0, 0, true)                                                                     \
    X(STARBOARD, "to_starboard", INT32, UINT, 8, 0, 0, true)                                                           \
    X(DRAUGHT, "draught", INT32, DECIMAL, 0, 3, 1, true)                                                               \
    X(DESTINATION, "destination", BYTES, STRING, 0, 0, 0, true)                                                        \
    X(ETA_MONTH, "eta_month", INT32, UINT, 8, 0, 0, true)                                                              \
    X(ETA_DAY, "eta_day", INT32, UINT, 8, 0, 0, true)                                                                  \
    X(ETA_HOUR, "eta_hour", INT32, UINT, 8, 0, 0, true)                                                                \
    X(ETA_MINUTE, "eta_minute", INT32, UINT, 8, 0, 0, true)                                                            \
    X(CLASS, "class", BYTES, STRING, 0, 0, 0, false)                                                                   \
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
    [COLUMN_MMSI] = VG_CODE_DELTA,       [COLUMN_TIME] = VG_CODE_DELTA,    [COLUMN_NAME] = VG_CODE_DICT,
    [COLUMN_CALLSIGN] = VG_CODE_DICT,    [COLUMN_IMO] = VG_CODE_DELTA,     [COLUMN_SHIPTYPE] = VG_CODE_DICT,
    [COLUMN_BOW] = VG_CODE_DELTA,        [COLUMN_STERN] = VG_CODE_DELTA,   [COLUMN_PORT] = VG_CODE_DELTA,
    [COLUMN_STARBOARD] = VG_CODE_DELTA,  [COLUMN_DRAUGHT] = VG_CODE_DELTA, [COLUMN_DESTINATION] = VG_CODE_DICT,
    [COLUMN_ETA_MONTH] = VG_CODE_DELTA,  [COLUMN_ETA_DAY] = VG_CODE_DELTA, [COLUMN_ETA_HOUR] = VG_CODE_DELTA,
    [COLUMN_ETA_MINUTE] = VG_CODE_DELTA, [COLUMN_CLASS] = VG_CODE_DICT,    [COLUMN_MESSAGE] = VG_CODE_DICT,
    [COLUMN_SOURCE] = VG_CODE_DICT,      [COLUMN_PLACE] = VG_CODE_DELTA,   [COLUMN_PARTS] = VG_CODE_DICT,
    [COLUMN_TIME_SOURCE] = VG_CODE_DICT,
};

static_assert(COLUMN_COUNT <= VG_TABLE_COLUMNS, "VG_TABLE_COLUMNS");
static_assert(offsetof(struct vg_static, journal_offset) == offsetof(struct vg_table_key, journal_offset) &&
                  offsetof(struct vg_static, mmsi) == offsetof(struct vg_table_key, mmsi),
              "a row begins with its key");

bool vg_static_from_report(const struct vg_report *r, struct vg_static *ret_static)
{
    if (!vg_static_is_given(r))
        return false;
    struct vg_static s = {.time_us = r->time_us,
                          .journal_offset = r->journal_offset,
                          .mmsi = r->mmsi,
                          .fields = r->fields & VG_STATIC_FIELDS,
                          .source = r->source,
                          .message = r->message,
                          .class = r->class,
                          .time_source = r->time_source};
    if (SAID(&s, IMO))
        s.imo = r->imo;
    if (SAID(&s, SHIPTYPE))
        s.shiptype = r->shiptype;
    if (SAID(&s, DRAUGHT))
        s.draught_dm = r->draught_dm;
    if (SAID(&s, ETA)) {
        s.eta_month = r->eta_month;
        s.eta_day = r->eta_day;
        s.eta_hour = r->eta_hour;
        s.eta_minute = r->eta_minute;
    }
    if (SAID(&s, DIMENSIONS)) {
        s.to_bow_m = r->to_bow_m;
        s.to_stern_m = r->to_stern_m;
        s.to_port_m = r->to_port_m;
        s.to_starboard_m = r->to_starboard_m;
    }
    if (SAID(&s, NAME))
        memcpy(s.name, r->name, sizeof s.name);
    if (SAID(&s, CALLSIGN))
        memcpy(s.callsign, r->callsign, sizeof s.callsign);
    if (SAID(&s, DESTINATION))
        memcpy(s.destination, r->destination, sizeof s.destination);
    *ret_static = s;
    return true;
}

static bool from_report(const struct vg_report *report, void *ret_row)
{
    return vg_static_from_report(report, ret_row);
}

static void to_report(const void *row, struct vg_report *r)
{
    const struct vg_static *s = row;
    r->fields |= s->fields;
    r->message = s->message;
    r->class = s->class;
    r->time_source = s->time_source;
    r->imo = s->imo;
    r->shiptype = s->shiptype;
    r->draught_dm = s->draught_dm;
    r->eta_month = s->eta_month;
    r->eta_day = s->eta_day;
    r->eta_hour = s->eta_hour;
    r->eta_minute = s->eta_minute;
    r->to_bow_m = s->to_bow_m;
    r->to_stern_m = s->to_stern_m;
    r->to_port_m = s->to_port_m;
    r->to_starboard_m = s->to_starboard_m;
    memcpy(r->name, s->name, sizeof r->name);
    memcpy(r->callsign, s->callsign, sizeof r->callsign);
    memcpy(r->destination, s->destination, sizeof r->destination);
}

static void put(struct vg_table_out *out, const void *row)
{
    const struct vg_static *s = row;
    vg_table_put_int(out, COLUMN_MMSI, true, s->mmsi);
    vg_table_put_int(out, COLUMN_TIME, true, s->time_us);
    vg_table_put_text(out, COLUMN_NAME, SAID(s, NAME), s->name, strnlen(s->name, sizeof s->name));
    vg_table_put_text(out, COLUMN_CALLSIGN, SAID(s, CALLSIGN), s->callsign, strnlen(s->callsign, sizeof s->callsign));
    vg_table_put_int(out, COLUMN_IMO, SAID(s, IMO), s->imo);
    vg_table_put_int(out, COLUMN_SHIPTYPE, SAID(s, SHIPTYPE), s->shiptype);
    vg_table_put_int(out, COLUMN_BOW, SAID(s, DIMENSIONS), s->to_bow_m);
    vg_table_put_int(out, COLUMN_STERN, SAID(s, DIMENSIONS), s->to_stern_m);
    vg_table_put_int(out, COLUMN_PORT, SAID(s, DIMENSIONS), s->to_port_m);
    vg_table_put_int(out, COLUMN_STARBOARD, SAID(s, DIMENSIONS), s->to_starboard_m);
    vg_table_put_int(out, COLUMN_DRAUGHT, SAID(s, DRAUGHT), s->draught_dm);
    vg_table_put_text(out, COLUMN_DESTINATION, SAID(s, DESTINATION), s->destination,
                      strnlen(s->destination, sizeof s->destination));
    vg_table_put_int(out, COLUMN_ETA_MONTH, SAID(s, ETA), s->eta_month);
    vg_table_put_int(out, COLUMN_ETA_DAY, SAID(s, ETA), s->eta_day);
    vg_table_put_int(out, COLUMN_ETA_HOUR, SAID(s, ETA), s->eta_hour);
    vg_table_put_int(out, COLUMN_ETA_MINUTE, SAID(s, ETA), s->eta_minute);
    vg_table_put_class(out, COLUMN_CLASS, true, s->class);
    vg_table_put_int(out, COLUMN_MESSAGE, true, s->message);
    vg_table_put_text(out, COLUMN_SOURCE, true, s->source_name.bytes, s->source_name.len);
    vg_table_put_int(out, COLUMN_PLACE, s->journal_offset != 0, (int64_t)s->journal_offset);
    vg_table_put_int(out, COLUMN_PARTS, s->parts, s->parts);
    vg_table_put_time_source(out, COLUMN_TIME_SOURCE, s->time_source);
}

/* Takes a value that was said, and notes that it was. */
static int64_t take_int(const struct vg_scan *scan, enum column c, size_t i, enum vg_field field, struct vg_static *s)
{
    if (scan->pages[c].present[i])
        s->fields |= UINT32_C(1) << field;
    return scan->pages[c].ints[i];
}

static void take_text(const struct vg_scan *scan, enum column c, size_t i, enum vg_field field, struct vg_static *s,
                      char *to, size_t size)
{
    if (vg_table_text(scan, c, i, to, size))
        s->fields |= UINT32_C(1) << field;
}

static struct vg_static take_row(const struct vg_scan *scan, size_t i)
{
    struct vg_static s = {.mmsi = (uint32_t)scan->pages[COLUMN_MMSI].ints[i],
                          .time_us = scan->pages[COLUMN_TIME].ints[i],
                          .journal_offset = (uint64_t)scan->pages[COLUMN_PLACE].ints[i],
                          .parts = vg_table_parts(scan, COLUMN_PARTS, i),
                          .time_source = (uint8_t)vg_table_time_source(scan, COLUMN_TIME_SOURCE, i),
                          .message = (uint8_t)scan->pages[COLUMN_MESSAGE].ints[i],
                          .class = (uint8_t)vg_table_class(scan, COLUMN_CLASS, i, VG_CLASS_UNKNOWN),
                          .source_name = scan->pages[COLUMN_SOURCE].texts[i]};
    take_text(scan, COLUMN_NAME, i, VG_FIELD_NAME, &s, s.name, sizeof s.name);
    take_text(scan, COLUMN_CALLSIGN, i, VG_FIELD_CALLSIGN, &s, s.callsign, sizeof s.callsign);
    take_text(scan, COLUMN_DESTINATION, i, VG_FIELD_DESTINATION, &s, s.destination, sizeof s.destination);
    s.imo = (uint32_t)take_int(scan, COLUMN_IMO, i, VG_FIELD_IMO, &s);
    s.shiptype = (uint8_t)take_int(scan, COLUMN_SHIPTYPE, i, VG_FIELD_SHIPTYPE, &s);
    s.to_bow_m = (uint16_t)take_int(scan, COLUMN_BOW, i, VG_FIELD_DIMENSIONS, &s);
    s.to_stern_m = (uint16_t)take_int(scan, COLUMN_STERN, i, VG_FIELD_DIMENSIONS, &s);
    s.to_port_m = (uint8_t)take_int(scan, COLUMN_PORT, i, VG_FIELD_DIMENSIONS, &s);
    s.to_starboard_m = (uint8_t)take_int(scan, COLUMN_STARBOARD, i, VG_FIELD_DIMENSIONS, &s);
    s.draught_dm = (uint8_t)take_int(scan, COLUMN_DRAUGHT, i, VG_FIELD_DRAUGHT, &s);
    s.eta_month = (uint8_t)take_int(scan, COLUMN_ETA_MONTH, i, VG_FIELD_ETA, &s);
    s.eta_day = (uint8_t)take_int(scan, COLUMN_ETA_DAY, i, VG_FIELD_ETA, &s);
    s.eta_hour = (uint8_t)take_int(scan, COLUMN_ETA_HOUR, i, VG_FIELD_ETA, &s);
    s.eta_minute = (uint8_t)take_int(scan, COLUMN_ETA_MINUTE, i, VG_FIELD_ETA, &s);
    return s;
}

static enum vg_err take(struct vg_scan *scan, size_t count, void *rows)
{
    struct vg_static *out = rows;
    enum vg_err err = vg_scan_load_all(scan);
    for (size_t n = 0; n < count && !err; n++)
        out[n] = take_row(scan, scan->hits[n]);
    return err;
}

const struct vg_table vg_table_statics = {
    .name = "static reports",
    .folder = "static",
    .columns = COLUMNS,
    .count = COLUMN_COUNT,
    .row_size = sizeof(struct vg_static),
    .source = offsetof(struct vg_static, source),
    .source_name = offsetof(struct vg_static, source_name),
    .message = COLUMN_MESSAGE,
    .row_message = offsetof(struct vg_static, message),
    .place = COLUMN_PLACE,
    .parts = offsetof(struct vg_static, parts),
    .codings = CODINGS,
    .from_report = from_report,
    .to_report = to_report,
    .put = put,
    .take = take,
};
