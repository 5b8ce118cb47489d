/* /api/v1/history/block, and the same form of a region's state: docs/formats/history.md. */
#include <math.h>
#include <stdlib.h>

#include "api/history.h"

#define MAGIC       "VGH2"
#define VERSION     2
#define HEADER_SIZE 64
#define VESSEL_SIZE 16
#define FLAG_FINAL  1
#define WATCHED     ((uint8_t)~VG_CONTACT_ACCURATE) /* a change of these is never left out; accuracy comes and goes */

void vg_block_free(struct vg_block *b)
{
    free(b->row);
    free(b->vessel);
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

static uint16_t or_none(const struct vg_contact *c, enum vg_field field, int64_t seen_us, uint16_t value)
{
    return vg_contact_holds(c, field, seen_us) ? value : UINT16_MAX;
}

static uint32_t ms_since(const struct vg_block *b, int64_t time_us)
{
    return (uint32_t)((time_us - b->base_us) / 1000);
}

/* Whole minutes from a row's time on, upwards. */
static uint16_t minutes_until(const struct vg_block *b, const struct vg_block_row *row, int64_t until_us)
{
    int64_t ms = (until_us - b->base_us) / 1000 - (int32_t)row->time_ms, minutes = (ms + 59999) / 60000;
    return (uint16_t)(ms <= 0 ? 0 : minutes > UINT16_MAX ? UINT16_MAX : minutes);
}

enum vg_err vg_block_add(struct vg_block *b, const struct vg_contact *c, int64_t time_us, int64_t seen_us,
                         enum vg_block_kind kind, int64_t until_us)
{
    if (b->rows == VG_HISTORY_BLOCK_ROWS)
        return VG_LIMIT;
    if (!room((void **)&b->row, b->rows, &b->row_cap, sizeof *b->row))
        return VG_NOMEM;
    if (!b->vessels || b->vessel[b->vessels - 1].mmsi != c->mmsi) {
        if (!room((void **)&b->vessel, b->vessels, &b->vessel_cap, sizeof *b->vessel))
            return VG_NOMEM;
        b->vessel[b->vessels++] = (struct vg_block_vessel){.mmsi = c->mmsi};
    }
    struct vg_block_vessel *v = &b->vessel[b->vessels - 1];
    struct vg_block_row *row = &b->row[b->rows++];
    v->rows++;
    v->class = c->class;
    *row = (struct vg_block_row){
        .time_ms = ms_since(b, time_us),
        .lon_e4min = c->pos.lon_e4min,
        .lat_e4min = c->pos.lat_e4min,
        .sog_dkn = or_none(c, VG_FIELD_SOG, seen_us, c->sog_dkn),
        .cog_ddeg = or_none(c, VG_FIELD_COG, seen_us, c->cog_ddeg),
        .heading_deg = or_none(c, VG_FIELD_HEADING, seen_us, c->heading_deg),
        .source = (uint16_t)c->prov[VG_FIELD_POS].source,
        .turn_raw = vg_contact_holds(c, VG_FIELD_TURN, seen_us) ? c->turn_raw : INT8_MIN,
        .status = vg_contact_holds(c, VG_FIELD_STATUS, seen_us) ? c->status : UINT8_MAX,
        .message = (uint8_t)c->prov[VG_FIELD_POS].message,
        .flags = vg_contact_shown_flags(c, seen_us),
        .class = c->class,
        .kind = (uint8_t)kind,
    };
    row->silence_min = minutes_until(b, row, until_us);
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

enum column { TIME, LON, LAT, SOG, COG, HEADING, SOURCE, SILENCE, TURN, STATUS, MESSAGE, FLAGS, CLASS, KIND, COLUMNS };

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
    case SILENCE:
        return r->silence_min;
    case TURN:
        return (uint8_t)r->turn_raw;
    case STATUS:
        return r->status;
    case MESSAGE:
        return r->message;
    case FLAGS:
        return r->flags;
    case CLASS:
        return r->class;
    default:
        return r->kind;
    }
}

/* The first three are differences to the vessel's row before: they are small, and so are packed well. */
static void write_column(const struct vg_block *b, enum column column, struct vg_out *out)
{
    uint8_t buf[4096 * 4], *to = buf;
    size_t width = column <= LAT ? 4 : column <= SILENCE ? 2 : 1, row = 0;
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
    uint32_t sources = b->sources->count, names = 0;
    for (uint32_t i = 0; i < sources; i++)
        names += 1 + (uint32_t)strlen(b->sources->rows[i].name);
    write_header(b, job, sources, names, out);
    write_vessels(b, out);
    for (int column = 0; column < COLUMNS; column++)
        write_column(b, (enum column)column, out);
    for (uint32_t i = 0; i < sources; i++) {
        size_t n = strlen(b->sources->rows[i].name);
        vg_out_char(out, (char)n);
        vg_out_bytes(out, b->sources->rows[i].name, n);
    }
}

/* ---- the question ---- */

#define NOBODY UINT32_MAX /* 0 is an MMSI: of a transponder that nobody set up */

struct gathering {
    struct vg_history_job *job;
    struct vg_block *block;
    struct vg_pasts *pasts;
    const uint32_t *mmsis; /* of all, ascending; lent */
    size_t count, silent;  /* the next that may say nothing */
    uint32_t mmsi;         /* of the report before; NOBODY: there is none */
    bool began;            /* she has a row in the block */
    bool inside;           /* the box, when the row before was made */
    uint8_t class, flags;
    uint32_t expired;        /* of the fields that a row has */
    enum vg_silence silence; /* with these, of the row before */
    int64_t last_us;         /* of the position kept last */
    int64_t aged_us;         /* what expired until then was told */
};

#define ROW_FIELDS                                                                                                     \
    (VG_FIELD_BIT(SOG) | VG_FIELD_BIT(COG) | VG_FIELD_BIT(HEADING) | VG_FIELD_BIT(TURN) | VG_FIELD_BIT(STATUS) |       \
     VG_FIELD_BIT(AID_FLAGS))

/* Of the fields that a row has, those that have expired; in *ret_next_us when the next field does. */
static uint32_t expired(const struct vg_past *past, int64_t at_us, int64_t *ret_next_us)
{
    return vg_contact_expired(&past->contact, ROW_FIELDS, at_us, ret_next_us);
}

static int64_t silent_until(const struct vg_past *past)
{
    return past->memory.arrival_us + vg_silence_us(vg_contact_silence(&past->contact));
}

static enum vg_err add_row(struct gathering *g, const struct vg_past *past, int64_t time_us, enum vg_block_kind kind)
{
    bool within = vg_box_contains(&g->job->ask.filter.box, past->contact.pos);
    int64_t until_us = within ? silent_until(past) : time_us; /* behind the border nobody is shown */
    enum vg_err err = vg_block_add(g->block, &past->contact, time_us, time_us, kind, until_us);
    if (err == VG_LIMIT)
        g->job->why = "more than 1500000 positions: ask for a smaller area, a shorter block or a larger step";
    g->began = true;
    g->inside = within;
    g->class = past->contact.class;
    g->flags = vg_contact_shown_flags(&past->contact, time_us) & WATCHED;
    g->expired = expired(past, time_us, &(int64_t){0});
    g->silence = vg_contact_silence(&past->contact);
    return err;
}

/* A report that makes no row: who is shown is shown for longer. */
static void lengthen(const struct gathering *g, const struct vg_past *past)
{
    struct vg_block_row *row = &g->block->row[g->block->rows - 1];
    uint16_t minutes = minutes_until(g->block, row, silent_until(past));
    if (minutes > row->silence_min)
        row->silence_min = minutes;
}

/* Until when a position is held apart; VG_TIME_NONE: none is. */
static int64_t held_until(const struct vg_past *past)
{
    return past->contact.flags & VG_CONTACT_HELD ? past->memory.held_arrival_us + VG_HELD_SHOWN_US : VG_TIME_NONE;
}

/* The moments when a held position is forgotten or a field expires are rows, if they come by now_us and she is shown
 * then. */
static enum vg_err pass_time(struct gathering *g, struct vg_past *past, int64_t now_us)
{
    enum vg_err err = VG_OK;
    while (g->inside && !err) {
        int64_t until_us, held_us = held_until(past);
        uint32_t before = expired(past, g->aged_us, &until_us);
        bool forgets = held_us != VG_TIME_NONE && held_us <= until_us;
        if (forgets)
            until_us = held_us;
        if (until_us > now_us || until_us < g->job->ask.from_us || !vg_past_is_there(past, until_us))
            break;
        vg_past_tick(past, until_us);
        g->aged_us = until_us;
        if (forgets || expired(past, until_us, &(int64_t){0}) != before)
            err = add_row(g, past, until_us, VG_BLOCK_STATE);
    }
    return err;
}

static enum vg_err leave(struct gathering *g)
{
    struct vg_past *past = g->mmsi == NOBODY ? NULL : vg_pasts_find(g->pasts, g->mmsi);
    g->mmsi = NOBODY;
    return past && g->began ? pass_time(g, past, g->job->ask.to_us - 1) : VG_OK;
}

static void enter(struct gathering *g, struct vg_past *past, int64_t from_us)
{
    g->mmsi = past->mmsi;
    g->began = false;
    g->aged_us = from_us;
    vg_past_tick(past, from_us);
    g->inside = vg_past_is_there(past, from_us) && vg_box_contains(&g->job->ask.filter.box, past->contact.pos);
}

/* True if the report makes a row; in *ret_kind, which. */
static bool makes_row(const struct gathering *g, const struct vg_past *past, const struct vg_change *change,
                      bool begins, int64_t time_us, enum vg_block_kind *ret_kind)
{
    int64_t step_us = (int64_t)g->job->ask.step_s * VG_SECOND_US;
    bool placed = change->verdict == VG_VERDICT_BELIEVED || change->verdict == VG_VERDICT_ADOPTED;
    bool leaves = !vg_box_contains(&g->job->ask.filter.box, past->contact.pos);
    *ret_kind = placed ? VG_BLOCK_POSITION : VG_BLOCK_STATE;
    if (!g->began || !g->inside || begins || leaves || past->contact.class != g->class ||
        (vg_contact_shown_flags(&past->contact, time_us) & WATCHED) != g->flags ||
        expired(past, time_us, &(int64_t){0}) != g->expired || vg_contact_silence(&past->contact) != g->silence)
        return true;
    return placed && !(step_us && time_us - g->last_us < step_us);
}

static enum vg_err take_report(struct gathering *g, struct vg_past *past, const struct vg_report *report)
{
    struct vg_change change;
    enum vg_block_kind kind;
    enum vg_err err = pass_time(g, past, report->time_us);
    bool begins = !err && vg_past_apply(past, report, &change);
    g->aged_us = past->clock_us;
    bool within = vg_box_contains(&g->job->ask.filter.box, past->contact.pos);
    if (err || !vg_pos_valid(past->contact.pos) || (!within && !g->inside))
        return err;
    if (!makes_row(g, past, &change, begins, past->clock_us, &kind)) {
        lengthen(g, past);
        return VG_OK;
    }
    if (kind == VG_BLOCK_POSITION)
        g->last_us = past->clock_us;
    return add_row(g, past, past->clock_us, kind);
}

/* Time passes for those, too, that say nothing in the block: the ones before `mmsi`, for rows are in that order. */
static enum vg_err pass_silent(struct gathering *g, uint32_t mmsi)
{
    enum vg_err err = VG_OK;
    for (; !err && g->silent < g->count && g->mmsis[g->silent] < mmsi; g->silent++) {
        struct vg_past *past = vg_pasts_find(g->pasts, g->mmsis[g->silent]);
        if (!past || past->clock_us == VG_TIME_NONE || past->clock_us >= g->job->ask.from_us)
            continue; /* she has been heard in it */
        enter(g, past, g->job->ask.from_us);
        err = pass_time(g, past, g->job->ask.to_us - 1);
    }
    return err;
}

static enum vg_err on_report(void *arg, const struct vg_report *report)
{
    struct gathering *g = arg;
    struct vg_past *past = vg_pasts_find(g->pasts, report->mmsi);
    enum vg_err err = vg_history_row(g->job);
    if (err || !past)
        return err;
    if (past->mmsi != g->mmsi) {
        err = leave(g);
        if (!err)
            err = pass_silent(g, past->mmsi);
        enter(g, past, g->job->ask.from_us);
    }
    return err ? err : take_report(g, past, report);
}

/* First what was before, so that the rules know each contact when the block begins. */
static enum vg_err gather(struct gathering *g, struct vg_store *store)
{
    const struct vg_history_ask *a = &g->job->ask;
    struct vg_positions_query q = {.from_us = a->from_us, .to_us = a->to_us};
    enum vg_err err = vg_pasts_before(g->pasts, g->job, store, a->from_us, a->to_us);
    uint32_t *mmsis = err ? NULL : vg_pasts_numbers(g->pasts, &q.mmsi_count);
    if (!err && !mmsis)
        err = VG_NOMEM;
    q.mmsis = g->mmsis = mmsis;
    g->count = q.mmsi_count;
    if (!err)
        err = vg_store_reports(store, VG_STORE_ALL, &q, &g->pasts->sources, on_report, vg_pasts_damage, g);
    if (!err)
        err = leave(g);
    if (!err)
        err = pass_silent(g, NOBODY);
    free(mmsis);
    return err;
}

enum vg_err vg_run_block(struct vg_history_job *job, struct vg_store *store)
{
    struct vg_pasts pasts;
    if (vg_pasts_init(&pasts))
        return VG_NOMEM;
    struct vg_block block = {.base_us = job->ask.from_us, .sources = &pasts.sources};
    struct gathering g = {.job = job, .block = &block, .pasts = &pasts, .mmsi = NOBODY};
    enum vg_err err = gather(&g, store);
    if (!err)
        vg_block_write(&block, job, &job->out);
    vg_block_free(&block);
    vg_pasts_free(&pasts);
    return err;
}
