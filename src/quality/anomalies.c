/*
 * Anomalies: tracks in, spans of fixes that don't fit out. Each injected event counts once, if a span overlaps it;
 * every other span is false. Hours are those of all tracks. Columns of labels are read for scores alone.
 */
#include <math.h>
#include <stdlib.h>

#include "behaviour/anomaly_model.h"
#include "quality/quality.h"
#include "quality/scores.h"
#include "quality/table.h"

#define SPEED_MOST 1e3
#define INDEX_MOST 1e9

struct fix {
    size_t track, place; /* place: of its row in the file, then in its track */
    struct vg_anomaly_fix fix;
    bool bad; /* its track has an injected event, */
    double first_bad, last_bad;
};

struct columns {
    int track, time, lat, lon, sog, cog;
    int bad, first, last; /* labels; −1: there are none */
};

struct anomalies {
    struct vg_quality_names tracks;
    struct fix *fix;
    size_t count, cap;
    struct vg_quality_tally tally;
    double hours;
    uint64_t spans;
};

static enum vg_err find_columns(const struct vg_quality_table *t, struct columns *c, char **ret_error)
{
    const struct {
        const char *name;
        int *at;
    } need[] = {{"track", &c->track}, {"unix_s", &c->time}, {"lat", &c->lat},
                {"lon", &c->lon},     {"sog_kn", &c->sog},  {"cog", &c->cog}};
    enum vg_err err = VG_OK;
    for (size_t i = 0; !err && i < sizeof need / sizeof *need; i++)
        err = vg_quality_table_column(t, need[i].name, need[i].at, ret_error);
    c->first = c->last = -1;
    c->bad = vg_quality_table_find(t, "track_anomalous");
    if (!err && c->bad >= 0)
        err = vg_quality_table_column(t, "first_bad", &c->first, ret_error);
    if (!err && c->bad >= 0)
        err = vg_quality_table_column(t, "last_bad", &c->last, ret_error);
    return err;
}

static enum vg_err read_labels(const struct vg_quality_table *t, const struct columns *c, struct fix *ret,
                               char **ret_error)
{
    double bad = 0;
    if (c->bad < 0)
        return VG_OK;
    enum vg_err err = vg_quality_table_number(t, c->bad, 0, 1, &bad, ret_error);
    if (!err)
        err = vg_quality_table_number(t, c->first, 0, INDEX_MOST, &ret->first_bad, ret_error);
    if (!err)
        err = vg_quality_table_number(t, c->last, 0, INDEX_MOST, &ret->last_bad, ret_error);
    ret->bad = bad > 0.5;
    return err;
}

static enum vg_err read_fix(const struct vg_quality_table *t, const struct columns *c, struct anomalies *a,
                            struct fix *ret, char **ret_error)
{
    enum vg_err err = vg_quality_table_number(t, c->lat, -90, 90, &ret->fix.lat_deg, ret_error);
    if (!err)
        err = vg_quality_table_number(t, c->lon, -360, 360, &ret->fix.lon_deg, ret_error);
    if (!err)
        err = vg_quality_table_maybe(t, c->sog, 0, SPEED_MOST, &ret->fix.sog_kn, ret_error);
    if (!err)
        err = vg_quality_table_maybe(t, c->cog, -720, 720, &ret->fix.cog_deg, ret_error);
    if (!err)
        err = vg_quality_table_time(t, c->time, &ret->fix.time_us, ret_error);
    if (!err)
        err = read_labels(t, c, ret, ret_error);
    if (!err)
        err = vg_quality_names_number(&a->tracks, vg_quality_table_cell(t, c->track), &ret->track);
    return err;
}

static enum vg_err read_all(struct vg_quality_table *t, const struct columns *c, struct anomalies *a, char **ret_error)
{
    enum vg_err err;
    while (!(err = vg_quality_table_next(t, ret_error))) {
        struct fix fix = {.place = a->count};
        void *all = a->fix;
        if ((err = read_fix(t, c, a, &fix, ret_error)) || (err = vg_quality_grow(&all, &a->cap, a->count, sizeof fix)))
            return err;
        a->fix = all;
        a->fix[a->count++] = fix;
    }
    return err == VG_EOF ? VG_OK : err;
}

static int by_place(const void *a, const void *b)
{
    const struct fix *x = a, *y = b;
    if (x->track != y->track)
        return x->track < y->track ? -1 : 1;
    return (x->place > y->place) - (x->place < y->place);
}

static int by_time(const void *a, const void *b)
{
    const struct fix *x = a, *y = b;
    if (x->track != y->track || x->fix.time_us == y->fix.time_us)
        return by_place(a, b);
    return x->fix.time_us < y->fix.time_us ? -1 : 1;
}

/* Track by track and by time; a fix keeps which row of its track it is. */
static void put_in_order(struct anomalies *a)
{
    size_t begin = 0;
    if (!a->count)
        return;
    qsort(a->fix, a->count, sizeof *a->fix, by_place);
    for (size_t i = 0; i < a->count; i++) {
        if (a->fix[i].track != a->fix[begin].track)
            begin = i;
        a->fix[i].place = i - begin;
    }
    qsort(a->fix, a->count, sizeof *a->fix, by_time);
}

static void put_span(struct vg_out *out, const char *track, const struct vg_anomaly_span *s)
{
    vg_out_csv_string(out, track, strlen(track));
    vg_out_char(out, ',');
    vg_out_uint(out, s->first);
    vg_out_char(out, ',');
    vg_out_uint(out, s->last);
    vg_out_char(out, ',');
    vg_out_text(out, vg_anomaly_kind_key(s->kind));
    vg_out_char(out, ',');
    vg_out_scaled(out, llround(s->confidence * 1e6), 6);
    vg_out_text(out, VG_CSV_END);
}

/* One track: what was found, and whether it is what was put in. */
struct found {
    struct anomalies *a;
    const struct fix *fix; /* the track's first */
    const size_t *index;   /* of each fix that was taken: which row of the track it is */
    struct vg_out *out;
    bool hit;
};

static void found_span(struct found *f, struct vg_anomaly_span *s)
{
    const size_t begin = f->index[s->first], end = f->index[s->last];
    s->first = begin < end ? begin : end;
    s->last = begin < end ? end : begin;
    const bool overlaps = f->fix->bad && (double)s->first <= f->fix->last_bad && (double)s->last >= f->fix->first_bad;
    f->a->spans++;
    f->a->tally.wrong += !overlaps || f->hit;
    f->hit = f->hit || overlaps;
    if (f->out)
        put_span(f->out, f->a->tracks.name[f->fix->track], s);
}

/* Of fixes at the same time the first one counts. */
static void judge_track(struct anomalies *a, const struct fix *fix, size_t count, size_t *index, struct vg_out *out)
{
    struct vg_anomaly model;
    struct vg_anomaly_span span;
    struct found f = {a, fix, index, out, false};
    vg_anomaly_begin(&model);
    for (size_t i = 0; i < count; i++) {
        const uint64_t before = model.taken;
        const bool ended = vg_anomaly_take(&model, &fix[i].fix, &span);
        if (model.taken > before)
            index[before] = fix[i].place;
        if (ended)
            found_span(&f, &span);
    }
    while (vg_anomaly_finish(&model, &span))
        found_span(&f, &span);
    a->hours += (double)(fix[count - 1].fix.time_us - fix[0].fix.time_us) / (double)VG_HOUR_US;
    a->tally.hits += f.hit;
    a->tally.missed += fix->bad && !f.hit;
}

static enum vg_err judge_all(struct anomalies *a, struct vg_out *out)
{
    size_t *index = malloc((a->count + 1) * sizeof *index);
    if (!index)
        return VG_NOMEM;
    if (out)
        vg_out_text(out, "track,first,last,kind,confidence" VG_CSV_END);
    put_in_order(a);
    for (size_t i = 0, end; i < a->count; i = end) {
        for (end = i; end < a->count && a->fix[end].track == a->fix[i].track; end++)
            ;
        judge_track(a, a->fix + i, end - i, index, out);
    }
    free(index);
    return VG_OK;
}

static void put_scores(const struct anomalies *a, bool labelled, struct vg_quality_result *ret)
{
    if (labelled) {
        vg_quality_put(ret, "f1", vg_quality_f(&a->tally, 1));
        vg_quality_put(ret, "precision", vg_quality_precision(&a->tally));
        vg_quality_put(ret, "recall", vg_quality_recall(&a->tally));
        vg_quality_put(ret, "false_per_100h", a->hours > 0 ? 100 * (double)a->tally.wrong / a->hours : NAN);
        vg_quality_count(ret, "events", a->tally.hits + a->tally.missed);
    }
    vg_quality_count(ret, "spans", a->spans);
    vg_quality_put(ret, "hours", a->hours);
    vg_quality_count(ret, "tracks", a->tracks.count);
    vg_quality_count(ret, "rows", a->count);
}

enum vg_err vg_quality_anomalies(const struct vg_quality_job *job, struct vg_quality_result *ret, char **ret_error)
{
    struct vg_quality_table *t;
    struct columns c;
    struct anomalies a = {0};
    enum vg_err err = vg_quality_table_open(job, &t, ret_error);
    if (err)
        return err;
    err = find_columns(t, &c, ret_error);
    if (!err)
        err = read_all(t, &c, &a, ret_error);
    if (!err)
        err = judge_all(&a, job->predictions);
    if (!err)
        put_scores(&a, c.bad >= 0, ret);
    free(a.fix);
    vg_quality_names_free(&a.tracks);
    vg_quality_table_close(t);
    return err;
}
