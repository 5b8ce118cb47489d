/* /api/v1/history/block, and the same form of a region's state: docs/formats/history.md. */
#include <math.h>
#include <stdlib.h>

#include "api/history.h"

#define MAGIC        "VGH1"
#define VERSION      1
#define HEADER_SIZE  64
#define VESSEL_SIZE  16
#define FLAG_FINAL   1
#define ROW_ACCURATE 1

enum vg_err vg_block_init(struct vg_block *b, int64_t base_us)
{
    *b = (struct vg_block){.base_us = base_us};
    return vg_sources_init(&b->sources);
}

void vg_block_free(struct vg_block *b)
{
    free(b->row);
    free(b->vessel);
    vg_sources_free(&b->sources);
}

/* Room for one more of `size` bytes; doubles. */
static bool room(void **rows, size_t used, size_t *cap, size_t size)
{
    if (used < *cap)
        return true;
    size_t more = *cap ? *cap * 2 : 256;
    void *grown = realloc(*rows, more * size);
    if (!grown)
        return false;
    *rows = grown;
    *cap = more;
    return true;
}

static uint16_t or_none(const struct vg_position *p, uint32_t bit, uint16_t value)
{
    return p->fields & bit ? value : UINT16_MAX;
}

enum vg_err vg_block_add(struct vg_block *b, const struct vg_position *p)
{
    if (b->rows == VG_HISTORY_BLOCK_ROWS)
        return VG_LIMIT;
    if (!room((void **)&b->row, b->rows, &b->row_cap, sizeof *b->row))
        return VG_NOMEM;
    if (!b->vessels || b->vessel[b->vessels - 1].mmsi != p->mmsi) {
        if (!room((void **)&b->vessel, b->vessels, &b->vessel_cap, sizeof *b->vessel))
            return VG_NOMEM;
        b->vessel[b->vessels++] = (struct vg_block_vessel){.mmsi = p->mmsi};
    }
    struct vg_block_vessel *v = &b->vessel[b->vessels - 1];
    v->rows++;
    v->class = (uint8_t)vg_history_class(p->mmsi, p->message);
    b->row[b->rows++] = (struct vg_block_row){
        .time_ms = (uint32_t)((p->time_us - b->base_us) / 1000),
        .lon_e4min = p->pos.lon_e4min,
        .lat_e4min = p->pos.lat_e4min,
        .sog_dkn = or_none(p, VG_FIELD_BIT(SOG), p->sog_dkn),
        .cog_ddeg = or_none(p, VG_FIELD_BIT(COG), p->cog_ddeg),
        .heading_deg = or_none(p, VG_FIELD_BIT(HEADING), p->heading_deg),
        .source = p->source,
        .turn_raw = p->fields & VG_FIELD_BIT(TURN) ? p->turn_raw : INT8_MIN,
        .status = p->fields & VG_FIELD_BIT(STATUS) ? p->status : UINT8_MAX,
        .message = p->message,
        .flags = p->accurate ? ROW_ACCURATE : 0,
    };
    return VG_OK;
}

/* ---- writing ---- */

static int32_t e4min(double deg)
{
    return (int32_t)lround(deg * VG_E4MIN_PER_DEGREE);
}

static void write_header(const struct vg_block *b, const struct vg_history_job *job, uint32_t sources, uint32_t names,
                         struct vg_out *out)
{
    uint8_t h[HEADER_SIZE] = MAGIC;
    const struct vg_box *box = &job->ask.filter.box;
    vg_put_u16(h + 4, VERSION);
    vg_put_u16(h + 6, HEADER_SIZE);
    vg_put_u64(h + 8, (uint64_t)b->base_us);
    vg_put_u32(h + 16, (uint32_t)((job->ask.to_us - b->base_us) / 1000));
    vg_put_u32(h + 20, job->ask.step_s);
    vg_put_u32(h + 24, (uint32_t)e4min(box->west_deg));
    vg_put_u32(h + 28, (uint32_t)e4min(box->south_deg));
    vg_put_u32(h + 32, (uint32_t)e4min(box->east_deg));
    vg_put_u32(h + 36, (uint32_t)e4min(box->north_deg));
    vg_put_u32(h + 40, (uint32_t)b->vessels);
    vg_put_u32(h + 44, (uint32_t)b->rows);
    vg_put_u32(h + 48, sources);
    vg_put_u32(h + 52, names);
    vg_put_u32(h + 56, job->final ? FLAG_FINAL : 0);
    vg_out_bytes(out, h, sizeof h);
}

static void write_vessels(const struct vg_block *b, struct vg_out *out)
{
    for (size_t i = 0; i < b->vessels; i++) {
        uint8_t v[VESSEL_SIZE] = {0};
        vg_put_u32(v, b->vessel[i].mmsi);
        vg_put_u32(v + 4, b->vessel[i].rows);
        v[8] = b->vessel[i].class;
        vg_out_bytes(out, v, sizeof v);
    }
}

enum column { TIME, LON, LAT, SOG, COG, HEADING, SOURCE, TURN, STATUS, MESSAGE, FLAGS, COLUMNS };

static uint32_t value_of(const struct vg_block_row *r, enum column column)
{
    switch (column) {
    case TIME:
        return r->time_ms;
    case LON:
        return (uint32_t)r->lon_e4min;
    case LAT:
        return (uint32_t)r->lat_e4min;
    case SOG:
        return r->sog_dkn;
    case COG:
        return r->cog_ddeg;
    case HEADING:
        return r->heading_deg;
    case SOURCE:
        return r->source;
    case TURN:
        return (uint8_t)r->turn_raw;
    case STATUS:
        return r->status;
    case MESSAGE:
        return r->message;
    default:
        return r->flags;
    }
}

/* The first three are differences to the vessel's row before: they are small, and so are packed well. */
static void write_column(const struct vg_block *b, enum column column, struct vg_out *out)
{
    uint8_t buf[4096 * 4], *to = buf;
    size_t width = column <= LAT ? 4 : column <= SOURCE ? 2 : 1, row = 0;
    for (size_t v = 0; v < b->vessels; v++) {
        uint32_t before = 0;
        for (uint32_t i = 0; i < b->vessel[v].rows; i++, row++) {
            uint32_t value = value_of(&b->row[row], column);
            if (width == 4)
                vg_put_u32(to, value - before);
            else if (width == 2)
                vg_put_u16(to, (uint16_t)value);
            else
                *to = (uint8_t)value;
            before = value;
            to += width;
            if (to == buf + sizeof buf) {
                vg_out_bytes(out, buf, sizeof buf);
                to = buf;
            }
        }
    }
    vg_out_bytes(out, buf, (size_t)(to - buf));
}

void vg_block_write(const struct vg_block *b, const struct vg_history_job *job, struct vg_out *out)
{
    uint32_t sources = b->sources.count, names = 0;
    for (uint32_t i = 0; i < sources; i++)
        names += 1 + (uint32_t)strlen(b->sources.rows[i].name);
    write_header(b, job, sources, names, out);
    write_vessels(b, out);
    for (int column = 0; column < COLUMNS; column++)
        write_column(b, (enum column)column, out);
    for (uint32_t i = 0; i < sources; i++) {
        size_t n = strlen(b->sources.rows[i].name);
        vg_out_char(out, (char)n);
        vg_out_bytes(out, b->sources.rows[i].name, n);
    }
}

/* ---- the question ---- */

struct gathering {
    struct vg_history_job *job;
    struct vg_block *block;
    uint32_t mmsi;
    int64_t last_us; /* of the row kept last */
};

static enum vg_err on_row(void *arg, const struct vg_position *row)
{
    struct gathering *g = arg;
    int64_t step_us = (int64_t)g->job->ask.step_s * VG_SECOND_US;
    enum vg_err err = vg_history_row(g->job);
    if (err || (row->mmsi == g->mmsi && step_us && row->time_us - g->last_us < step_us))
        return err;
    g->mmsi = row->mmsi;
    g->last_us = row->time_us;
    struct vg_position kept = *row;
    kept.source = vg_history_source(&g->block->sources, row->source_name);
    err = vg_block_add(g->block, &kept);
    if (err == VG_LIMIT)
        g->job->why = "more than 1500000 positions: ask for a smaller area, a shorter block or a larger step";
    return err;
}

static void on_damage(void *arg, const char *path, enum vg_err err)
{
    (void)path, (void)err;
    vg_history_damage(((struct gathering *)arg)->job);
}

enum vg_err vg_run_block(struct vg_history_job *job, struct vg_store *store)
{
    const struct vg_history_ask *a = &job->ask;
    struct vg_positions_query q = {.box = &a->filter.box, .from_us = a->from_us, .to_us = a->to_us};
    struct vg_block block;
    struct gathering g = {.job = job, .block = &block};
    if (vg_block_init(&block, a->from_us))
        return VG_NOMEM;
    enum vg_err err = vg_store_positions(store, &q, on_row, on_damage, &g, NULL);
    if (!err)
        vg_block_write(&block, job, &job->out);
    vg_block_free(&block);
    return err;
}
