#include "archive/positions.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/parquet_encode.h"
#include "archive/positions_inner.h"
#include "archive/table.h"

#define ROWS_MOST  ((size_t)1 << 28) /* of one writer */
#define SAID(p, f) ((p)->fields >> VG_FIELD_##f & 1)

static const struct vg_parquet_column COLUMNS[] = {
#define X(id, name, type, logical, bits, precision, scale, optional)                                                   \
    {name, VG_PARQUET_##type, VG_PARQUET_##logical, bits, precision, scale, optional},
    VG_POSITION_COLUMN_LIST(X)
#undef X
};

/* Good enough for a part that will be written again; packed differences are noise to zstd. */
static const uint8_t CODINGS[COLUMN_COUNT] = {
    [COLUMN_MMSI] = VG_CODE_DELTA,
    [COLUMN_TIME] = VG_CODE_DELTA | VG_CODE_RAW,
    [COLUMN_LON] = VG_CODE_DELTA | VG_CODE_RAW,
    [COLUMN_LAT] = VG_CODE_DELTA | VG_CODE_RAW,
    [COLUMN_SOG] = VG_CODE_DELTA | VG_CODE_RAW,
    [COLUMN_COG] = VG_CODE_DELTA | VG_CODE_RAW,
    [COLUMN_HEADING] = VG_CODE_DELTA | VG_CODE_RAW,
    [COLUMN_TURN] = VG_CODE_DICT,
    [COLUMN_STATUS] = VG_CODE_DICT,
    [COLUMN_MESSAGE] = VG_CODE_DICT,
    [COLUMN_ACCURATE] = VG_CODE_DICT,
    [COLUMN_SOURCE] = VG_CODE_DICT,
    [COLUMN_PLACE] = VG_CODE_DELTA | VG_CODE_RAW,
    [COLUMN_SUSPECT] = VG_CODE_DICT,
    [COLUMN_CLASS] = VG_CODE_DICT,
    [COLUMN_PARTS] = VG_CODE_DICT,
    [COLUMN_TIME_SOURCE] = VG_CODE_DICT,
};

static_assert(offsetof(struct vg_position, journal_offset) == offsetof(struct vg_table_key, journal_offset) &&
                  offsetof(struct vg_position, mmsi) == offsetof(struct vg_table_key, mmsi),
              "a row begins with its key");

struct vg_positions_writer {
    const struct vg_sources *sources;
    size_t count, most;
    struct vg_position rows[];
};

const struct vg_parquet_column *vg_positions_columns(size_t *ret_count)
{
    *ret_count = COLUMN_COUNT;
    return COLUMNS;
}

bool vg_position_from_report(const struct vg_report *r, struct vg_position *ret_position)
{
    const uint32_t said =
        VG_FIELD_BIT(SOG) | VG_FIELD_BIT(COG) | VG_FIELD_BIT(HEADING) | VG_FIELD_BIT(TURN) | VG_FIELD_BIT(STATUS);
    if (!vg_position_is_given(r))
        return false;
    *ret_position = (struct vg_position){.time_us = r->time_us,
                                         .journal_offset = r->journal_offset,
                                         .mmsi = r->mmsi,
                                         .fields = r->fields & said,
                                         .pos = r->pos,
                                         .sog_dkn = r->sog_dkn,
                                         .cog_ddeg = r->cog_ddeg,
                                         .heading_deg = r->heading_deg,
                                         .source = r->source,
                                         .turn_raw = r->turn_raw,
                                         .status = r->status,
                                         .message = r->message,
                                         .class = r->class,
                                         .accurate = r->accurate,
                                         .suspect = r->suspect,
                                         .time_source = r->time_source};
    return true;
}

static bool from_report(const struct vg_report *report, void *ret_row)
{
    return vg_position_from_report(report, ret_row);
}

static void to_report(const void *row, struct vg_report *report)
{
    const struct vg_position *p = row;
    report->fields |= p->fields | VG_FIELD_BIT(POS);
    report->measured = VG_MEASURED_POSITION;
    report->pos = p->pos;
    report->sog_dkn = p->sog_dkn;
    report->cog_ddeg = p->cog_ddeg;
    report->heading_deg = p->heading_deg;
    report->turn_raw = p->turn_raw;
    report->status = p->status;
    report->message = p->message;
    report->class = p->class;
    report->accurate = p->accurate;
    report->suspect |= p->suspect;
    report->time_source = p->time_source;
}

enum vg_err vg_positions_path(int64_t time_us, const char *name, char ret_path[static VG_POSITIONS_PATH])
{
    struct vg_civil c = vg_time_civil(time_us);
    size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");
    if (name[len] || !len)
        return VG_SYNTAX;
    if (c.year < 0 || c.year > 9999 || len > VG_POSITIONS_PATH - sizeof "day=2026-11-22/hour=07/part-.parquet")
        return VG_RANGE;
    snprintf(ret_path, VG_POSITIONS_PATH, "day=%04u-%02u-%02u/hour=%02u/part-%s.parquet", (unsigned)c.year % 10000u,
             c.month % 100u, c.day % 100u, c.hour % 100u, name);
    return VG_OK;
}

enum vg_err vg_positions_writer_new(size_t most, const struct vg_sources *sources,
                                    struct vg_positions_writer **ret_writer)
{
    if (!most || most > ROWS_MOST)
        return VG_ARG;
    struct vg_positions_writer *w = malloc(sizeof *w + most * sizeof w->rows[0]);
    if (!w)
        return VG_NOMEM;
    w->sources = sources;
    w->count = 0;
    w->most = most;
    *ret_writer = w;
    return VG_OK;
}

void vg_positions_writer_free(struct vg_positions_writer *w)
{
    free(w);
}

enum vg_err vg_positions_add(struct vg_positions_writer *w, const struct vg_position *p)
{
    if (!vg_pos_valid(p->pos) || p->time_us == VG_TIME_NONE || (SAID(p, COG) && p->cog_ddeg > VG_POSITION_COG_MAX))
        return VG_RANGE;
    if (w->count == w->most)
        return VG_LIMIT;
    w->rows[w->count++] = *p;
    return VG_OK;
}

size_t vg_positions_count(const struct vg_positions_writer *w)
{
    return w->count;
}

/* The cells of a row whose source_name is set. */
static void put(struct vg_table_out *out, const void *row)
{
    const struct vg_position *p = row;
    vg_table_put_int(out, COLUMN_MMSI, true, p->mmsi);
    vg_table_put_int(out, COLUMN_TIME, true, p->time_us);
    vg_table_put_int(out, COLUMN_LON, true, vg_e6deg_from_e4min(p->pos.lon_e4min));
    vg_table_put_int(out, COLUMN_LAT, true, vg_e6deg_from_e4min(p->pos.lat_e4min));
    vg_table_put_int(out, COLUMN_SOG, SAID(p, SOG), p->sog_dkn);
    vg_table_put_int(out, COLUMN_COG, SAID(p, COG), p->cog_ddeg);
    vg_table_put_int(out, COLUMN_HEADING, SAID(p, HEADING), p->heading_deg);
    vg_table_put_int(out, COLUMN_TURN, SAID(p, TURN), p->turn_raw);
    vg_table_put_int(out, COLUMN_STATUS, SAID(p, STATUS), p->status);
    vg_table_put_int(out, COLUMN_MESSAGE, true, p->message);
    vg_table_put_int(out, COLUMN_ACCURATE, true, p->accurate);
    vg_table_put_text(out, COLUMN_SOURCE, true, p->source_name.bytes, p->source_name.len);
    vg_table_put_int(out, COLUMN_PLACE, p->journal_offset != 0, (int64_t)p->journal_offset);
    vg_table_put_int(out, COLUMN_SUSPECT, p->suspect, 1);
    vg_table_put_class(out, COLUMN_CLASS, p->class != vg_message_class(p->message), p->class);
    vg_table_put_int(out, COLUMN_PARTS, p->parts, p->parts);
    vg_table_put_time_source(out, COLUMN_TIME_SOURCE, p->time_source);
}

enum vg_err vg_positions_commit(struct vg_positions_writer *w, const char *path, int level, uint64_t *ret_bytes,
                                uint64_t column_bytes[VG_PARQUET_COLUMNS])
{
    struct vg_parquet_options options = VG_PARQUET_OPTIONS_DEFAULT;
    struct vg_table_out *out = NULL;
    options.level = level;
    options.sorted = 2;
    options.page_rows = 0;
    options.rows = w->count;
    /* The same rows give the same file, whatever order they came in. */
    qsort(w->rows, w->count, sizeof w->rows[0], vg_table_order);
    enum vg_err err = vg_table_out_open(&vg_table_positions, path, &options, &out);
    if (err)
        return err;
    for (size_t i = 0; i < w->count && !err; i++) {
        struct vg_position row = w->rows[i];
        row.source_name = vg_table_source(w->sources, row.source);
        err = vg_table_out_row(out, &row);
    }
    if (err) {
        vg_table_out_abandon(out);
        return err;
    }
    err = vg_table_out_commit(out, ret_bytes, column_bytes);
    if (!err)
        w->count = 0;
    return err;
}

static int64_t optional(const struct vg_scan *s, enum column c, size_t i, enum vg_field field, struct vg_position *p)
{
    if (s->pages[c].present[i])
        p->fields |= UINT32_C(1) << field;
    return s->pages[c].ints[i];
}

static enum vg_err take(struct vg_scan *s, size_t count, void *rows)
{
    struct vg_position *out = rows;
    enum vg_err err = VG_OK;
    for (enum column c = COLUMN_MMSI; c < COLUMN_COUNT && !err; c++)
        err = vg_scan_load(s, c);
    for (size_t n = 0; n < count && !err; n++) {
        struct vg_position p = {0};
        size_t i = s->hits[n];
        p.mmsi = (uint32_t)s->pages[COLUMN_MMSI].ints[i];
        p.time_us = s->pages[COLUMN_TIME].ints[i];
        p.pos.lon_e4min = vg_e4min_from_e6deg((int32_t)s->pages[COLUMN_LON].ints[i]);
        p.pos.lat_e4min = vg_e4min_from_e6deg((int32_t)s->pages[COLUMN_LAT].ints[i]);
        p.sog_dkn = (uint16_t)optional(s, COLUMN_SOG, i, VG_FIELD_SOG, &p);
        p.cog_ddeg = (uint16_t)optional(s, COLUMN_COG, i, VG_FIELD_COG, &p);
        p.heading_deg = (uint16_t)optional(s, COLUMN_HEADING, i, VG_FIELD_HEADING, &p);
        p.turn_raw = (int8_t)optional(s, COLUMN_TURN, i, VG_FIELD_TURN, &p);
        p.status = (uint8_t)optional(s, COLUMN_STATUS, i, VG_FIELD_STATUS, &p);
        p.message = (uint8_t)s->pages[COLUMN_MESSAGE].ints[i];
        p.accurate = s->pages[COLUMN_ACCURATE].ints[i] != 0 && !vg_message_is_coarse(p.message); /* of old rows */
        p.source_name = s->pages[COLUMN_SOURCE].texts[i];
        p.journal_offset = (uint64_t)s->pages[COLUMN_PLACE].ints[i];
        p.suspect = s->pages[COLUMN_SUSPECT].present[i];
        p.parts = vg_table_parts(s, COLUMN_PARTS, i);
        p.time_source = (uint8_t)vg_table_time_source(s, COLUMN_TIME_SOURCE, i);
        p.class = (uint8_t)vg_table_class(s, COLUMN_CLASS, i, vg_message_class(p.message));
        out[n] = p;
    }
    return err;
}

const struct vg_table vg_table_positions = {
    .name = "positions",
    .folder = "positions",
    .columns = COLUMNS,
    .count = COLUMN_COUNT,
    .row_size = sizeof(struct vg_position),
    .source = offsetof(struct vg_position, source),
    .source_name = offsetof(struct vg_position, source_name),
    .message = COLUMN_MESSAGE,
    .row_message = offsetof(struct vg_position, message),
    .place = COLUMN_PLACE,
    .parts = offsetof(struct vg_position, parts),
    .located = true,
    .codings = CODINGS,
    .from_report = from_report,
    .to_report = to_report,
    .put = put,
    .take = take,
};
