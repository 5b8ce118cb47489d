/* Rows of all tables as the reports that they were, in the order in which they arrived. */
#include <stdlib.h>
#include <string.h>

#include "archive/store_inner.h"

#define REPORTS_FIRST ((size_t)256)
#define REPORTS_MOST  ((size_t)1 << 16) /* of one MMSI and hour that are put in order together; 16 MiB */

struct gathering {
    struct vg_report *reports; /* of one MMSI in one hour */
    size_t count, room;
    int64_t hour_us;
    bool all_placed;
    struct vg_sources *sources;
    char name[VG_SOURCE_NAME]; /* of the row before, and its id */
    size_t name_len;
    uint16_t source;
    const struct vg_table *table; /* of the newest row */
    vg_store_on_report *on_report;
    vg_store_on_damage *on_damage;
    void *arg;
};

/* Ids are given in the order in which names are first met; most rows have the name of the row before. */
static uint16_t source_of(struct gathering *g, struct vg_parquet_text name)
{
    size_t len = name.len < sizeof g->name ? name.len : sizeof g->name - 1;
    if (len == g->name_len && g->source && !memcmp(name.bytes, g->name, len))
        return g->source;
    memcpy(g->name, name.bytes, len);
    g->name[len] = 0;
    g->name_len = len;
    g->source = len ? vg_source_feed(g->sources, g->name) : 0;
    return g->source;
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

static enum vg_err make_room(struct gathering *g)
{
    if (g->count == REPORTS_MOST)
        return flush(g);
    if (g->count < g->room)
        return VG_OK;
    size_t room = g->room ? 2 * g->room : REPORTS_FIRST;
    struct vg_report *more = realloc(g->reports, room * sizeof *more);
    if (!more)
        return VG_NOMEM;
    g->reports = more;
    g->room = room;
    return VG_OK;
}

/* True if the row is another part of the newest report: one report has at most one row in each table. */
static bool belongs(const struct gathering *g, const struct vg_table *table, const struct vg_table_key *key,
                    const struct vg_report *head)
{
    const struct vg_report *newest = g->count ? &g->reports[g->count - 1] : NULL;
    return newest && table != g->table && newest->mmsi == key->mmsi && newest->time_us == key->time_us &&
           newest->journal_offset == key->journal_offset && newest->source == head->source &&
           newest->message == head->message && !(newest->fields & head->fields);
}

static enum vg_err on_row(void *arg, const struct vg_table *table, const void *row)
{
    struct gathering *g = arg;
    const struct vg_table_key *key = row;
    struct vg_parquet_text name;
    struct vg_report r = {.time_us = key->time_us, .journal_offset = key->journal_offset, .mmsi = key->mmsi};
    int64_t hour_us = vg_store_hour_of(key->time_us);
    memcpy(&name, (const char *)row + table->source_name, sizeof name);
    r.pos = VG_POS_NONE;
    r.source = source_of(g, name);
    table->to_report(row, &r);
    r.sensor = r.message ? VG_SENSOR_AIS : VG_SENSOR_TABLE;
    if (belongs(g, table, key, &r)) {
        table->to_report(row, &g->reports[g->count - 1]);
        g->table = table;
        return VG_OK;
    }
    enum vg_err err = VG_OK;
    if (g->count && (g->reports[0].mmsi != key->mmsi || g->hour_us != hour_us))
        err = flush(g);
    if (!err)
        err = make_room(g);
    if (err)
        return err;
    g->all_placed = (g->all_placed || !g->count) && key->journal_offset;
    g->hour_us = hour_us;
    g->table = table;
    g->reports[g->count++] = r;
    return VG_OK;
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
