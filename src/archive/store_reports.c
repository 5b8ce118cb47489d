/* Rows of all tables as the reports that they were, in the order in which they arrived. */
#include <stdlib.h>
#include <string.h>

#include "archive/store_inner.h"

#define REPORTS_FIRST ((size_t)256)
#define REPORTS_MOST  ((size_t)1 << 16) /* of one MMSI and hour that are put in order together; 16 MiB */

#define SOURCES_KNOWN 64 /* a power of two */

/* A source's name that was met, and its id; 0: none yet. */
struct known_source {
    char name[VG_SOURCE_NAME];
    size_t len;
    uint16_t id;
};

struct gathering {
    struct vg_report *reports; /* of one MMSI in one hour */
    size_t count, room;
    int64_t hour_us;
    bool all_placed;
    struct vg_sources *sources;
    struct known_source known[SOURCES_KNOWN];
    const struct vg_table *table; /* of the newest row */
    vg_store_on_report *on_report;
    vg_store_on_damage *on_damage;
    void *arg;
};

/* Names of stations differ in a few characters of their ends, if in any. */
static size_t source_hash(const char *name, size_t len)
{
    size_t hash = len;
    for (size_t i = len > 8 ? len - 8 : 0; i < len; i++)
        hash = hash * 31 + (uint8_t)name[i];
    return (hash ^ hash >> 6) % SOURCES_KNOWN;
}

/* Ids are given in the order in which names are first met. There are few, and rows of one vessel take turns in them. */
static uint16_t source_of(struct gathering *g, struct vg_parquet_text name)
{
    size_t len = name.len < VG_SOURCE_NAME ? name.len : VG_SOURCE_NAME - 1;
    if (!len)
        return 0;
    struct known_source *known = &g->known[source_hash(name.bytes, len)];
    if (known->id && known->len == len && !memcmp(name.bytes, known->name, len))
        return known->id;
    memcpy(known->name, name.bytes, len);
    known->name[len] = 0;
    known->len = len;
    known->id = vg_source_feed(g->sources, known->name);
    return known->id;
}

static int by_place(const void *a, const void *b)
{
    const struct vg_report *x = a, *y = b;
    if (x->journal_offset != y->journal_offset)
        return x->journal_offset < y->journal_offset ? -1 : 1;
    return x->time_us < y->time_us ? -1 : x->time_us > y->time_us;
}

/* They come by time. Where the journal was kept, it knows better: a line may have waited on its way. */
static enum vg_err flush(struct gathering *g)
{
    bool ordered = true;
    enum vg_err err = VG_OK;
    for (size_t i = 1; i < g->count && ordered && g->all_placed; i++)
        ordered = g->reports[i - 1].journal_offset <= g->reports[i].journal_offset;
    if (!ordered)
        qsort(g->reports, g->count, sizeof *g->reports, by_place);
    for (size_t i = 0; i < g->count && !err; i++)
        err = g->on_report(g->arg, &g->reports[i]);
    g->count = 0;
    return err;
}

/* Room for one more than there are, REPORTS_MOST + 1 at most. */
static enum vg_err make_room(struct gathering *g)
{
    if (g->count < g->room)
        return VG_OK;
    size_t room = g->room ? 2 * g->room : REPORTS_FIRST;
    room = room > REPORTS_MOST ? REPORTS_MOST + 1 : room;
    struct vg_report *more = realloc(g->reports, room * sizeof *more);
    if (!more)
        return VG_NOMEM;
    g->reports = more;
    g->room = room;
    return VG_OK;
}

/* Counts the report that was made behind the others; too many are handed on before. */
static enum vg_err keep(struct gathering *g)
{
    if (g->count == REPORTS_MOST) {
        struct vg_report newest = g->reports[g->count];
        enum vg_err err = flush(g);
        if (err)
            return err;
        g->reports[0] = newest;
    }
    g->all_placed = (g->all_placed || !g->count) && g->reports[g->count].journal_offset;
    g->count++;
    return VG_OK;
}

/* True if the row, as the report `row`, is another part of the newest report: one report has at most one row in each
 * table. */
static bool belongs(const struct gathering *g, const struct vg_table *table, const struct vg_report *row)
{
    const struct vg_report *newest = g->count ? &g->reports[g->count - 1] : NULL;
    return newest && table != g->table && newest->mmsi == row->mmsi && newest->time_us == row->time_us &&
           newest->journal_offset == row->journal_offset && newest->source == row->source &&
           newest->message == row->message && !(newest->fields & row->fields);
}

static enum vg_err on_row(void *arg, const struct vg_table *table, const void *row)
{
    struct gathering *g = arg;
    const struct vg_table_key *key = row;
    struct vg_parquet_text name;
    int64_t hour_us = vg_store_hour_of(key->time_us);
    bool goes_on = g->count && g->reports[0].mmsi == key->mmsi && g->hour_us == hour_us;
    enum vg_err err = goes_on ? VG_OK : flush(g);
    if (!err)
        err = make_room(g);
    if (err)
        return err;
    struct vg_report *r = &g->reports[g->count]; /* made in its place */
    *r = (struct vg_report){.time_us = key->time_us, .journal_offset = key->journal_offset, .mmsi = key->mmsi};
    memcpy(&name, (const char *)row + table->source_name, sizeof name);
    r->pos = VG_POS_NONE;
    r->source = source_of(g, name);
    table->to_report(row, r);
    r->sensor = r->message ? VG_SENSOR_AIS : VG_SENSOR_TABLE;
    if (belongs(g, table, r)) {
        table->to_report(row, r - 1);
        g->table = table;
        return VG_OK;
    }
    g->hour_us = hour_us;
    g->table = table;
    return keep(g);
}

static void on_damage(void *arg, const char *path, enum vg_err err)
{
    struct gathering *g = arg;
    if (g->on_damage)
        g->on_damage(g->arg, path, err);
}

enum vg_err vg_store_reports(struct vg_store *store, unsigned tables, const struct vg_positions_query *query,
                             struct vg_sources *sources, vg_store_on_report *on_report, vg_store_on_damage *on_bad,
                             void *arg)
{
    struct gathering g = {.sources = sources, .on_report = on_report, .on_damage = on_bad, .arg = arg};
    if (query->box || query->senders_only)
        return VG_ARG;
    enum vg_err err = vg_store_ask(store, tables, query, on_row, on_damage, &g, NULL);
    if (!err)
        err = flush(&g);
    free(g.reports);
    return err;
}
