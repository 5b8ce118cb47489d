#include "archive/positions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/atomic.h"
#include "archive/parquet_write.h"
#include "archive/positions_inner.h"
#include "base/out.h"

#define BATCH      4096              /* rows turned into columns at a time */
#define ROWS_MOST  ((size_t)1 << 28) /* of one writer */
#define SAID(p, f) ((p)->fields >> VG_FIELD_##f & 1)

static const struct vg_parquet_column COLUMNS[] = {
#define X(id, name, type, logical, bits, precision, scale, optional)                                                   \
    {name, VG_PARQUET_##type, VG_PARQUET_##logical, bits, precision, scale, optional},
    VG_POSITION_COLUMN_LIST(X)
#undef X
};

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
    if (!(r->fields & VG_FIELD_BIT(POS)) || r->time_us == VG_TIME_NONE || !vg_pos_valid(r->pos))
        return false;
    *ret_position = (struct vg_position){.time_us = r->time_us,
                                         .place = r->place,
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
                                         .accurate = r->accurate};
    return true;
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
    if (!vg_pos_valid(p->pos) || p->time_us == VG_TIME_NONE || (SAID(p, COG) && p->cog_ddeg > 9999))
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

/* By vessel, time, place: the same rows give the same file, whatever order they came in. */
static int by_vessel_and_time(const void *a, const void *b)
{
    const struct vg_position *x = a, *y = b;
    if (x->mmsi != y->mmsi)
        return x->mmsi < y->mmsi ? -1 : 1;
    if (x->time_us != y->time_us)
        return x->time_us < y->time_us ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

struct batch {
    int64_t ints[COLUMN_COUNT][BATCH];
    uint8_t present[COLUMN_COUNT][BATCH];
    struct vg_parquet_text sources[BATCH];
    char names[BATCH][VG_SOURCE_NAME]; /* those that had to be mended */
};

/* Stations name themselves, with any bytes; the column holds UTF-8. Bytes that aren't become '?'. */
static struct vg_parquet_text utf8_name(const char *name, char mended[static VG_SOURCE_NAME])
{
    size_t len = strnlen(name, VG_SOURCE_NAME), good = 0;
    while (good < len && vg_utf8_length((const uint8_t *)name + good, len - good))
        good += vg_utf8_length((const uint8_t *)name + good, len - good);
    if (good == len)
        return (struct vg_parquet_text){name, (uint32_t)len};
    memcpy(mended, name, len);
    for (size_t i = good; i < len;) {
        size_t n = vg_utf8_length((const uint8_t *)name + i, len - i);
        if (!n)
            mended[i] = '?';
        i += n ? n : 1;
    }
    return (struct vg_parquet_text){mended, (uint32_t)len};
}

static void cell(struct batch *b, enum column column, size_t i, bool present, int64_t value)
{
    b->ints[column][i] = present ? value : 0;
    b->present[column][i] = present;
}

static void fill(const struct vg_positions_writer *w, struct batch *b, size_t first, size_t count)
{
    memset(b->present, 1, sizeof b->present);
    for (size_t i = 0; i < count; i++) {
        const struct vg_position *p = &w->rows[first + i];
        const char *name = vg_source_get(w->sources, p->source)->name;
        cell(b, COLUMN_MMSI, i, true, p->mmsi);
        cell(b, COLUMN_TIME, i, true, p->time_us);
        cell(b, COLUMN_LON, i, true, vg_e6deg_from_e4min(p->pos.lon_e4min));
        cell(b, COLUMN_LAT, i, true, vg_e6deg_from_e4min(p->pos.lat_e4min));
        cell(b, COLUMN_SOG, i, SAID(p, SOG), p->sog_dkn);
        cell(b, COLUMN_COG, i, SAID(p, COG), p->cog_ddeg);
        cell(b, COLUMN_HEADING, i, SAID(p, HEADING), p->heading_deg);
        cell(b, COLUMN_TURN, i, SAID(p, TURN), p->turn_raw);
        cell(b, COLUMN_STATUS, i, SAID(p, STATUS), p->status);
        cell(b, COLUMN_MESSAGE, i, true, p->message);
        cell(b, COLUMN_ACCURATE, i, true, p->accurate);
        cell(b, COLUMN_PLACE, i, p->place != 0, (int64_t)p->place);
        b->sources[i] = utf8_name(name, b->names[i]);
    }
}

static enum vg_err write_rows(const struct vg_positions_writer *w, struct vg_parquet_writer *out)
{
    struct vg_parquet_cells cells[COLUMN_COUNT];
    struct batch *batch = malloc(sizeof *batch);
    enum vg_err err = batch ? VG_OK : VG_NOMEM;
    for (size_t c = 0; c < COLUMN_COUNT && batch; c++)
        cells[c] = (struct vg_parquet_cells){batch->ints[c], batch->sources, batch->present[c]};
    for (size_t first = 0; first < w->count && !err; first += BATCH) {
        size_t n = w->count - first < BATCH ? w->count - first : BATCH;
        fill(w, batch, first, n);
        err = vg_parquet_write(out, cells, n);
    }
    free(batch);
    return err ? err : vg_parquet_finish(out);
}

enum vg_err vg_positions_commit(struct vg_positions_writer *w, const char *path, int level, uint64_t *ret_bytes,
                                uint64_t column_bytes[VG_PARQUET_COLUMNS])
{
    struct vg_parquet_options options = VG_PARQUET_OPTIONS_DEFAULT;
    struct vg_parquet_writer *out = NULL;
    struct vg_atomic file;
    options.level = level;
    options.sorted = 2;
    qsort(w->rows, w->count, sizeof w->rows[0], by_vessel_and_time);
    enum vg_err err = vg_atomic_open(&file, path);
    if (err)
        return err;
    err = vg_parquet_writer_new(COLUMNS, COLUMN_COUNT, &options, vg_atomic_write, &file, &out);
    if (!err)
        err = write_rows(w, out);
    if (err)
        vg_atomic_abandon(&file);
    else
        err = vg_atomic_commit(&file);
    if (!err && ret_bytes)
        *ret_bytes = vg_parquet_written_bytes(out);
    for (size_t c = 0; c < COLUMN_COUNT && !err && column_bytes; c++)
        column_bytes[c] = vg_parquet_written_column_bytes(out, c);
    if (!err)
        w->count = 0;
    vg_parquet_writer_free(out);
    return err;
}
