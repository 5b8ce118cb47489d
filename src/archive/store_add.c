/* Taking rows: of reports, one in each table that has something to say of it; and of tracks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/details.h"
#include "archive/store_inner.h"

#define ROWS_LEAST ((size_t)4096) /* room that is made first */

/* Room for more rows of a table that is full. */
static enum vg_err grow(struct vg_store_rows *rows, size_t size, size_t most)
{
    size_t more = rows->room ? 2 * rows->room : ROWS_LEAST;
    if (more > most)
        more = most;
    void *grown = realloc(rows->items, more * size);
    if (!grown)
        return VG_NOMEM;
    rows->items = grown;
    rows->room = more;
    vg_store_large_pages(grown, more * size); /* they are read in another order than they came */
    return VG_OK;
}

/* Whether the folder's name can hold the day, the years 0–9999. */
static bool has_day(int64_t time_us)
{
    return time_us >= INT64_C(-62167219200) * VG_SECOND_US && time_us < INT64_C(253402300800) * VG_SECOND_US;
}

/* … and the columns what is said. */
static bool fits(const struct vg_report *r)
{
    return has_day(r->time_us) && !(r->fields & VG_FIELD_BIT(COG) && r->cog_ddeg > VG_POSITION_COG_MAX);
}

/* A name as a row holds it. Most reports have the source of the one before. */
static struct vg_parquet_text source_name(struct vg_store_writer *w, uint16_t source)
{
    if (source != w->source || (const char *)w->source_name.bytes != vg_source_get(w->sources, source)->name)
        w->source_name = vg_table_source(w->sources, source);
    w->source = source;
    return w->source_name;
}

/* The row that comes next in a table's memory, where there is room for it. */
static char *next_row(const struct vg_store_writer *w, enum vg_store_table t)
{
    return (char *)w->rows[t].items + w->rows[t].count * vg_store_table(t)->row_size;
}

/* The text stays where it is until the writer is closed. */
static void name_sensor(const struct vg_store_writer *w, uint16_t site, char *ret_text)
{
    const char *name = site < VG_STORE_SENSORS ? w->sensor[site] : "";
    const struct vg_parquet_text text = {name, (uint32_t)strlen(name)};
    memcpy(ret_text, &text, sizeof text);
}

enum vg_err vg_store_name_sensor(struct vg_store_writer *w, uint16_t site, const char *name)
{
    if (!site || site >= VG_STORE_SENSORS)
        return VG_RANGE;
    snprintf(w->sensor[site], sizeof w->sensor[site], "%s", name);
    return VG_OK;
}

enum vg_err vg_store_add(struct vg_store_writer *w, const struct vg_report *report)
{
    unsigned bits = 0;
    size_t count = 0;
    if (report->again) {
        w->counters.again++;
        return VG_OK;
    }
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES; t++) { /* made in place, and counted when all are sure */
        const struct vg_table *table = vg_store_table(t);
        if (!table->from_report)
            continue;
        if (w->rows[t].count == w->rows[t].room && grow(&w->rows[t], table->row_size, w->rules.most_rows + 1))
            return VG_NOMEM;
        bool gives = table->from_report(report, next_row(w, t));
        bits |= (unsigned)gives << t;
        count += gives;
    }
    if (!fits(report)) {
        w->counters.refused += count;
        return VG_OK;
    }
    if (vg_store_waiting(w) + count > w->rules.most_rows)
        return VG_LIMIT;
    struct vg_parquet_text name = source_name(w, report->source);
    uint8_t parts = count > 1 ? (uint8_t)bits : VG_PARTS_ALONE;
    for (; bits; bits &= bits - 1) {
        enum vg_store_table t = (enum vg_store_table)__builtin_ctz(bits);
        memcpy(next_row(w, t) + vg_store_table(t)->source_name, &name, sizeof name);
        memcpy(next_row(w, t) + vg_store_table(t)->parts, &parts, sizeof parts);
        if (vg_store_table(t)->sensor_name)
            name_sensor(w, report->site, next_row(w, t) + vg_store_table(t)->sensor_name);
        w->rows[t].count++;
    }
    return VG_OK;
}

size_t vg_store_waiting(const struct vg_store_writer *w)
{
    size_t count = 0;
    for (enum vg_store_table t = 0; t < VG_STORE_TABLES; t++)
        count += w->rows[t].count;
    return count;
}

/* ---- rows of tracks ---- */

/* Texts of rows that wait: few, each many times. They are found by a hash, or the next free place behind it. */
struct vg_store_text {
    uint32_t len;
    char bytes[];
};

static size_t hash_of(struct vg_parquet_text text)
{
    uint32_t hash = 2166136261u;
    for (uint32_t i = 0; i < text.len; i++)
        hash = (hash ^ (uint8_t)text.bytes[i]) * 16777619u;
    return hash % VG_STORE_TEXTS;
}

/* NULL: it is not known yet, and *ret_slot is its place. */
static const struct vg_store_text *known_text(const struct vg_store_writer *w, struct vg_parquet_text text,
                                              size_t *ret_slot)
{
    size_t slot = hash_of(text);
    for (; w->texts[slot]; slot = (slot + 1) % VG_STORE_TEXTS)
        if (w->texts[slot]->len == text.len && !memcmp(w->texts[slot]->bytes, text.bytes, text.len))
            return w->texts[slot];
    *ret_slot = slot;
    return NULL;
}

static enum vg_err keep_text(struct vg_store_writer *w, struct vg_parquet_text *text)
{
    size_t slot;
    if (text->len > VG_TRACK_WORDS_MOST)
        return VG_RANGE;
    const struct vg_store_text *known = known_text(w, *text, &slot);
    if (!known) {
        if (w->text_count == VG_STORE_TEXTS / 2)
            return VG_LIMIT;
        struct vg_store_text *fresh = malloc(sizeof *fresh + text->len);
        if (!fresh)
            return VG_NOMEM;
        fresh->len = text->len;
        if (text->len)
            memcpy(fresh->bytes, text->bytes, text->len);
        w->texts[slot] = fresh;
        w->text_count++;
        known = fresh;
    }
    text->bytes = known->bytes;
    return VG_OK;
}

void vg_store_forget_texts(struct vg_store_writer *w)
{
    for (size_t i = 0; i < VG_STORE_TEXTS && w->text_count; i++) {
        free(w->texts[i]);
        w->texts[i] = NULL;
    }
    w->text_count = 0;
}

static bool track_fits(const struct vg_track_point *p)
{
    return has_day(p->time_us) && vg_pos_valid(p->pos) && p->cog_ddeg <= VG_POSITION_COG_MAX &&
           p->major_dm <= VG_TRACK_SIGMA_MOST_DM && p->minor_dm <= VG_TRACK_SIGMA_MOST_DM &&
           p->existence_permille <= 1000 && p->sensors.len <= VG_TRACK_WORDS_MOST &&
           p->facts.len <= VG_TRACK_WORDS_MOST;
}

enum vg_err vg_store_add_track(struct vg_store_writer *w, const struct vg_track_point *point)
{
    struct vg_store_rows *rows = &w->rows[VG_STORE_TRACKS];
    struct vg_track_point p = *point;
    if (!track_fits(&p)) {
        w->counters.refused++;
        return VG_OK;
    }
    if (vg_store_waiting(w) >= w->rules.most_rows)
        return VG_LIMIT;
    if (rows->count == rows->room && grow(rows, sizeof p, w->rules.most_rows + 1))
        return VG_NOMEM;
    enum vg_err err = keep_text(w, &p.sensors);
    if (!err)
        err = keep_text(w, &p.facts);
    if (err)
        return err;
    p.source = 0;
    p.source_name = (struct vg_parquet_text){"", 0};
    p.parts = VG_PARTS_ALONE;
    memcpy(next_row(w, VG_STORE_TRACKS), &p, sizeof p);
    rows->count++;
    return VG_OK;
}
