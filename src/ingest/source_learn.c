/* What a recording is, by its first bytes: sentences, a table, a log of JSON; and how it is dated. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time_text.h"
#include "ingest/source_inner.h"
#include "nmea/line_end.h"
#include "nmea/line_time.h"
#include "nmea/nmea.h"
#include "sensor/json/log.h"
#include "sensor/table/head.h"

int64_t vg_ingest_source_latest(int64_t begun_us)
{
    return begun_us ? begun_us + VG_TIME_AHEAD_US : VG_TIME_TEXT_LATEST_US - 1;
}

static void tell_layout(const struct vg_ledger_file *f, struct vg_layout *l)
{
    int64_t day_us = f->told.day_us;
    if (day_us || vg_time_text_day_of_name(f->name, &day_us))
        l->day_us = day_us;
    if (f->told.form)
        snprintf(l->time, sizeof l->time, "%s", f->told.form);
    if (f->told.zone_minutes)
        l->zone_minutes = f->told.zone_minutes;
}

enum vg_err vg_ingest_source_layout(const struct vg_ledger_file *f, struct vg_layout *ret_layout, bool *ret_table,
                                    char *why, size_t size)
{
    const struct vg_layout *known = f->layout ? vg_layout_find(f->layout) : NULL;
    enum vg_err err = VG_OK;
    *ret_table = f->layout != NULL;
    if (known)
        *ret_layout = *known;
    else if (f->layout)
        err = vg_layout_read(f->layout, strlen(f->layout), ret_layout, why, size);
    if (!err && f->layout)
        tell_layout(f, ret_layout);
    return err;
}

bool vg_ingest_looks_like_table(const char *p, size_t len)
{
    const char *lf = memchr(p, '\n', len);
    size_t line = lf ? (size_t)(lf - p) : len, marks = 0;
    for (size_t i = 0; i < line; i++) {
        marks += p[i] == ',' || p[i] == ';' || p[i] == '\t' || p[i] == '|';
        if ((uint8_t)p[i] < 0x20 && p[i] != '\t' && p[i] != '\r')
            return false;
    }
    return marks >= 2;
}

static enum vg_err wrong(struct vg_ingest_source *s, const char *path, const char *what, const char **ret_why)
{
    static _Thread_local char why[1024];
    snprintf(why, sizeof why, "%.200s: %.700s", path, what);
    (void)s;
    *ret_why = why;
    return VG_UNSUPPORTED;
}

static char *copy_text(const char *text, size_t len)
{
    char *copy = malloc(len + 1);
    if (copy) {
        memcpy(copy, text, len);
        copy[len] = '\0';
    }
    return copy;
}

/* The layout, and the header to go on with in the middle of the table. */
static enum vg_err learn_table(struct vg_ingest_source *s, const char *path, const char *layout, const char **ret_why)
{
    struct vg_layout l;
    const char *row;
    bool table;
    size_t len;
    struct vg_ledger_file named = s->file;
    named.layout = layout;
    enum vg_err err = vg_ingest_source_layout(&named, &l, &table, s->why, sizeof s->why);
    if (err) {
        wrong(s, path, s->why, ret_why);
        return err;
    }
    if (!vg_csv_header(&l, s->head, s->head_len, s->no_more, &row, &len))
        return wrong(s, path, "its first row hasn't the layout's columns", ret_why);
    err = vg_csv_check(&l, s->head, s->head_len, s->no_more, vg_ingest_source_latest(s->file.begun_us), s->why,
                       sizeof s->why);
    if (err)
        return err == VG_NOMEM ? err : wrong(s, path, s->why, ret_why);
    s->layout = copy_text(layout, strlen(layout));
    s->header = copy_text(row, l.headless ? 0 : len);
    s->file.layout = s->layout;
    s->file.header = s->header;
    return s->layout && s->header ? VG_OK : VG_NOMEM;
}

static bool is_sentence_whole(const char *p, const char *end)
{
    struct vg_line_look look;
    vg_line_look(p, (size_t)(end - p), NULL, &look);
    return look.what != VG_LINE_OTHER && !look.damaged;
}

/* A file that is in its head to the end must have one. */
static bool has_whole_sentence(const struct vg_ingest_source *s)
{
    const char *p = s->head, *end = s->head + s->head_len, *stop;
    for (; p < end; p = stop) {
        stop = vg_line_end(p, end);
        if (is_sentence_whole(p, stop))
            return true;
    }
    return !s->no_more && !s->head_err;
}

/* A file's own date may be as wrong as any. */
static int64_t date_of(const struct vg_ingest_source_plan *plan)
{
    bool possible = vg_time_text_is_within(plan->time_us) && plan->time_us <= plan->begun_us + VG_TIME_AHEAD_US;
    return possible || !plan->begun_us ? plan->time_us : plan->begun_us;
}

static void clock_rules(const struct vg_ingest_source_plan *plan, struct vg_line_clock_rules *r)
{
    const struct vg_ledger_told *t = &plan->told;
    *r = (struct vg_line_clock_rules){.day_us = t->day_us,
                                      .zone_minutes = t->zone_minutes,
                                      .given_us = t->given_us,
                                      .undated = t->undated,
                                      .file_us = date_of(plan),
                                      .latest_us = vg_ingest_source_latest(plan->begun_us)};
    if (t->form)
        snprintf(r->pattern, sizeof r->pattern, "%s", t->form);
    if (!r->day_us)
        vg_time_text_day_of_name(plan->name, &r->day_us);
}

/* How its lines are dated. */
static enum vg_err learn_sentences(struct vg_ingest_source *s, const struct vg_ingest_source_plan *plan,
                                   const char **ret_why)
{
    struct vg_line_clock_rules rules;
    const char *path = plan->shown ? plan->shown : plan->path;
    if (!has_whole_sentence(s))
        return wrong(s, path, "no line of it is a whole sentence or a row of a known table", ret_why);
    clock_rules(plan, &rules);
    vg_line_clock_init(&s->clock, &rules);
    if (!vg_line_clock_learn(&s->clock, s->head, s->head_len, s->why, sizeof s->why))
        return wrong(s, path, s->why, ret_why);
    return VG_OK;
}

static enum vg_err learn_log(struct vg_ingest_source *s, const struct vg_ingest_source_plan *plan, bool si)
{
    const char *name = si ? "json-si" : "json";
    s->layout = copy_text(name, strlen(name));
    s->file.layout = s->layout;
    s->file.time_us = plan->told.given_us ? plan->told.given_us : date_of(plan);
    return s->layout ? VG_OK : VG_NOMEM;
}

enum vg_err source_learn(struct vg_ingest_source *s, const struct vg_ingest_source_plan *plan, const char **ret_why)
{
    const struct vg_layout *known = vg_csv_known(s->head, s->head_len);
    const char *path = plan->shown ? plan->shown : plan->path;
    const char *layout = plan->layout ? plan->layout : known ? known->name : NULL;
    s->file.name = plan->name;
    s->file.time_us = plan->time_us;
    s->file.begun_us = plan->begun_us;
    s->file.told = plan->told;
    enum vg_json_head json = vg_json_log_head(s->head, s->head_len, s->no_more);
    if (json == VG_JSON_LOG || json == VG_JSON_LOG_SI)
        return learn_log(s, plan, json == VG_JSON_LOG_SI);
    if (layout)
        return learn_table(s, path, layout, ret_why);
    bool sentences = vg_nmea_has_sentence(s->head, s->head_len);
    if (json != VG_JSON_NONE && !sentences)
        return wrong(s, path,
                     json == VG_JSON_SPREAD ? "JSON whose objects are not on lines of their own; `jq -c .` writes it so"
                                            : "JSON of no known form; read are logs of gpsd, AIS-catcher, "
                                              "aisstream.io, Signal K and canboat",
                     ret_why);
    if (!sentences && vg_ingest_looks_like_table(s->head, s->head_len)) {
        vg_csv_explain(s->head, s->head_len, s->why, sizeof s->why);
        return wrong(s, path, s->why, ret_why);
    }
    return learn_sentences(s, plan, ret_why);
}

/* ---- how it ends ---- */

size_t source_unfinished(const struct vg_ingest_source *s, const char *bytes, size_t len)
{
    struct vg_layout layout;
    char why[256];
    bool table;
    if (!s->file.remembered || s->member || s->rows) /* nothing is added to these */
        return 0;
    if (!s->file.layout)
        return len - vg_lines_whole(bytes, len, s->offset > 0);
    if (vg_ingest_source_layout(&s->file, &layout, &table, why, sizeof why))
        return 0;
    return layout.json ? vg_json_log_unfinished(bytes, len)
                       : vg_csv_unfinished(&layout, s->file.header ? s->file.header : "", s->offset > 0, bytes, len);
}
