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

/* A report with the rows that were found of it. */
struct gathered {
    struct vg_report report;
    uint8_t parts; /* VG_PARTS_… */
    uint8_t have;  /* bits of the tables whose row is in it */
};

struct gathering {
    struct gathered *reports; /* of one MMSI in one hour */
    size_t count, room;
    size_t run;                   /* the first with the key of the newest */
    size_t open[VG_STORE_TABLES]; /* in the run: none before it waits for a row of this table */
    int64_t hour_us;
    bool all_placed;
    struct vg_sources *sources;
    struct known_source known[SOURCES_KNOWN];
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
    const struct vg_report *x = &((const struct gathered *)a)->report, *y = &((const struct gathered *)b)->report;
    if (x->journal_offset != y->journal_offset)
        return x->journal_offset < y->journal_offset ? -1 : 1;
    return x->time_us < y->time_us ? -1 : x->time_us > y->time_us;
}

/*
 * Gives the first `count`. They come by time. Where the journal was kept, it knows better: a line may have waited on
 * its way.
 */
static enum vg_err give(struct gathering *g, size_t count)
{
    bool ordered = true;
    enum vg_err err = VG_OK;
    for (size_t i = 1; i < count && ordered && g->all_placed; i++)
        ordered = g->reports[i - 1].report.journal_offset <= g->reports[i].report.journal_offset;
    if (!ordered)
        qsort(g->reports, count, sizeof *g->reports, by_place);
    for (size_t i = 0; i < count && !err; i++)
        err = g->on_report(g->arg, &g->reports[i].report);
    return err;
}

static enum vg_err flush(struct gathering *g)
{
    enum vg_err err = give(g, g->count);
    g->count = g->run = 0;
    return err;
}

/* What is full gives all but the reports that rows may still come for. */
static enum vg_err give_most(struct gathering *g)
{
    if (!g->run)
        return flush(g);
    enum vg_err err = give(g, g->run);
    memmove(g->reports, g->reports + g->run, (g->count - g->run) * sizeof *g->reports);
    g->count -= g->run;
    for (size_t t = 0; t < VG_STORE_TABLES; t++)
        g->open[t] -= g->run;
    g->run = 0;
    return err;
}

/* Room for one more. */
static enum vg_err make_room(struct gathering *g)
{
    enum vg_err err = g->count == REPORTS_MOST ? give_most(g) : VG_OK;
    if (err || g->count < g->room)
        return err;
    size_t room = g->room ? 2 * g->room : REPORTS_FIRST;
    struct gathered *more = realloc(g->reports, room * sizeof *more);
    if (!more)
        return VG_NOMEM;
    g->reports = more;
    g->room = room;
    return VG_OK;
}

/* ---- the rows of one report ---- */

static uint8_t bit_of(const struct vg_table *table)
{
    uint8_t t = 0;
    while (vg_store_table(t) != table)
        t++;
    return (uint8_t)(1u << t);
}

/* True if the report waits for a row of this table. One from before rows told their parts may. */
static bool waits(const struct gathered *of, uint8_t bit)
{
    return !(of->have & bit) && of->parts & (bit | VG_PARTS_UNKNOWN);
}

/* True if a row, as `part`, can be of the report. Of rows that don't tell, it is enough that they say other fields. */
static bool fits(const struct gathered *of, const struct gathered *part)
{
    return waits(of, part->have) && of->parts == part->parts && of->report.source == part->report.source &&
           of->report.message == part->report.message &&
           !(part->parts == VG_PARTS_UNKNOWN && of->report.fields & part->report.fields);
}

static bool has_key(const struct vg_report *r, const struct vg_report *other)
{
    return r->mmsi == other->mmsi && r->time_us == other->time_us && r->journal_offset == other->journal_offset;
}

/* The first report of the run that a row is part of, so that the order of rows is kept; NULL: it begins one. */
static struct gathered *find(struct gathering *g, size_t table, const struct gathered *part)
{
    if (!part->parts || g->run == g->count || !has_key(&g->reports[g->run].report, &part->report))
        return NULL;
    size_t i = g->open[table];
    while (i < g->count && !waits(&g->reports[i], part->have))
        i++;
    g->open[table] = i;
    while (i < g->count && !fits(&g->reports[i], part))
        i++;
    return i < g->count ? &g->reports[i] : NULL;
}

/* The report that was made behind the others is one of its own. */
static void begin(struct gathering *g)
{
    const struct vg_report *r = &g->reports[g->count].report;
    if (g->run == g->count || !has_key(&g->reports[g->run].report, r)) {
        g->run = g->count;
        for (size_t t = 0; t < VG_STORE_TABLES; t++)
            g->open[t] = g->count;
    }
    g->all_placed = (g->all_placed || !g->count) && r->journal_offset;
    g->count++;
}

static enum vg_err on_row(void *arg, const struct vg_table *table, const void *row)
{
    struct gathering *g = arg;
    const struct vg_table_key *key = row;
    struct vg_parquet_text name;
    int64_t hour_us = vg_store_hour_of(key->time_us);
    bool goes_on = g->count && g->reports[0].report.mmsi == key->mmsi && g->hour_us == hour_us;
    enum vg_err err = goes_on ? VG_OK : flush(g);
    if (!err)
        err = make_room(g);
    if (err)
        return err;
    g->hour_us = hour_us;
    struct gathered *part = &g->reports[g->count]; /* made in its place */
    struct vg_report *r = &part->report;
    part->parts = *((const uint8_t *)row + table->parts);
    part->have = bit_of(table);
    *r = (struct vg_report){.time_us = key->time_us,
                            .measured_us = key->time_us,
                            .time_of_day_ms = VG_TIME_OF_DAY_NONE,
                            .journal_offset = key->journal_offset,
                            .mmsi = key->mmsi};
    memcpy(&name, (const char *)row + table->source_name, sizeof name);
    r->pos = VG_POS_NONE;
    r->source = source_of(g, name);
    table->to_report(row, r);
    r->sensor = r->message ? VG_SENSOR_AIS : VG_SENSOR_TABLE;
    struct gathered *of = find(g, (size_t)__builtin_ctz(part->have), part);
    if (of) {
        table->to_report(row, &of->report);
        of->have |= part->have;
    } else {
        begin(g);
    }
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
    enum vg_err err = vg_store_ask(store, tables & VG_STORE_REPORTS, query, on_row, on_damage, &g, NULL);
    if (!err)
        err = flush(&g);
    free(g.reports);
    return err;
}
