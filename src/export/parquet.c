/* The rows as one Parquet file: the archive's columns, the vessel's name, and where the time comes from. */
#include <stdlib.h>
#include <string.h>

#include "archive/parquet_write.h"
#include "export/inner.h"

#define BATCH      1024
#define TEXT       64
#define SAID(p, f) ((p)->fields >> VG_FIELD_##f & 1)

/* name, physical type, logical type, bits, precision, scale, whether the row has it, its value */
#define COLUMN_LIST(X)                                                                                                 \
    X("mmsi", INT32, UINT, 32, 0, 0, true, p->mmsi)                                                                    \
    X("time", INT64, TIME_US, 0, 0, 0, true, p->time_us)                                                               \
    X("lon", INT32, DECIMAL, 0, 9, 6, true, vg_e6deg_from_e4min(p->pos.lon_e4min))                                     \
    X("lat", INT32, DECIMAL, 0, 9, 6, true, vg_e6deg_from_e4min(p->pos.lat_e4min))                                     \
    X("sog", INT32, DECIMAL, 0, 5, 1, SAID(p, SOG), p->sog_dkn)                                                        \
    X("cog", INT32, DECIMAL, 0, 4, 1, SAID(p, COG), p->cog_ddeg)                                                       \
    X("heading", INT32, UINT, 16, 0, 0, SAID(p, HEADING), p->heading_deg)                                              \
    X("turn", INT32, SIGNED, 8, 0, 0, SAID(p, TURN), p->turn_raw)                                                      \
    X("status", INT32, UINT, 8, 0, 0, SAID(p, STATUS), p->status)                                                      \
    X("type", INT32, UINT, 8, 0, 0, true, p->message)                                                                  \
    X("accurate", INT32, UINT, 8, 0, 0, true, p->accurate)                                                             \
    X("place", INT64, UINT, 64, 0, 0, p->journal_offset != 0, (int64_t)p->journal_offset)

#define X(name, type, logical, bits, precision, scale, said, value) +1
enum { NUMBERS = COLUMN_LIST(X), SOURCE = NUMBERS, NAME, TIME_SOURCE, COLUMNS, TEXTS = COLUMNS - SOURCE };
#undef X

static const struct vg_parquet_column columns[COLUMNS] = {
#define X(name, type, logical, bits, precision, scale, said, value)                                                    \
    {name, VG_PARQUET_##type, VG_PARQUET_##logical, bits, precision, scale, true},
    COLUMN_LIST(X)
#undef X
        {"source", VG_PARQUET_BYTES, VG_PARQUET_STRING, 0, 0, 0, false},
    {"name", VG_PARQUET_BYTES, VG_PARQUET_STRING, 0, 0, 0, true},
    {"time_source", VG_PARQUET_BYTES, VG_PARQUET_STRING, 0, 0, 0, true},
};

struct vg_export_parquet {
    struct vg_parquet_writer *writer;
    size_t count;
    int64_t ints[NUMBERS][BATCH];
    uint8_t present[COLUMNS][BATCH];
    struct vg_parquet_text texts[TEXTS][BATCH];
    char text[TEXTS][BATCH][TEXT];
};

static enum vg_err to_out(void *arg, const void *bytes, size_t len)
{
    struct vg_export *e = arg;
    vg_out_bytes(&e->out, bytes, len);
    return e->out.err;
}

enum vg_err vg_export_parquet_begin(struct vg_export *e)
{
    struct vg_parquet_options options = VG_PARQUET_OPTIONS_DEFAULT;
    e->parquet = calloc(1, sizeof *e->parquet);
    return e->parquet ? vg_parquet_writer_new(columns, COLUMNS, &options, to_out, e, &e->parquet->writer) : VG_NOMEM;
}

static enum vg_err write_batch(struct vg_export_parquet *q)
{
    struct vg_parquet_cells cells[COLUMNS];
    for (size_t c = 0; c < NUMBERS; c++)
        cells[c] = (struct vg_parquet_cells){.ints = q->ints[c], .present = q->present[c]};
    for (size_t c = SOURCE; c < COLUMNS; c++)
        cells[c] = (struct vg_parquet_cells){.texts = q->texts[c - SOURCE], .present = q->present[c]};
    enum vg_err err = q->count ? vg_parquet_write(q->writer, cells, q->count) : VG_OK;
    q->count = 0;
    return err;
}

static void put_text(struct vg_export_parquet *q, size_t column, const char *text, size_t len)
{
    char *copy = q->text[column - SOURCE][q->count];
    len = vg_text_plain(copy, TEXT, text, len);
    q->texts[column - SOURCE][q->count] = (struct vg_parquet_text){copy, (uint32_t)len};
    q->present[column][q->count] = column == SOURCE || len > 0;
}

enum vg_err vg_export_parquet_row(struct vg_export *e, const struct vg_position *p)
{
    struct vg_export_parquet *q = e->parquet;
    const char *name = vg_names_at(e->names, p->mmsi, p->time_us);
    const char *from = p->time_source ? vg_time_source_key((enum vg_time_source)p->time_source) : "";
    size_t c = 0;
#define X(name, type, logical, bits, precision, scale, said, value)                                                    \
    q->present[c][q->count] = (said);                                                                                  \
    q->ints[c++][q->count] = (said) ? (int64_t)(value) : 0;
    COLUMN_LIST(X)
#undef X
    put_text(q, SOURCE, p->source_name.bytes, p->source_name.len);
    put_text(q, NAME, name, strlen(name));
    put_text(q, TIME_SOURCE, from, strlen(from));
    return ++q->count == BATCH ? write_batch(q) : VG_OK;
}

enum vg_err vg_export_parquet_end(struct vg_export *e)
{
    enum vg_err err = write_batch(e->parquet);
    return err ? err : vg_parquet_finish(e->parquet->writer);
}

void vg_export_parquet_free(struct vg_export *e)
{
    if (e->parquet)
        vg_parquet_writer_free(e->parquet->writer);
    free(e->parquet);
}
