/*
 * Fishing: a vessel's fixes in, fishing or not for each out. Two forms: trips without a speed (id, time, lon, lat,
 * behaviour), where it is that between the positions, and tables with one (vessel_id, time, speed in knots, fish.val).
 * Columns of labels are read for scores alone.
 */
#include <math.h>
#include <stdlib.h>

#include "base/geo.h"
#include "base/time.h"
#include "behaviour/fishing_model.h"
#include "quality/quality.h"
#include "quality/scores.h"
#include "quality/table.h"

#define LEG_MOST_US      VG_HOUR_US /* over a longer leg the speed of the nearer one says more */
#define SPEED_UNKNOWN_KN 102.25     /* AIS says 102.3 for "not available" */
#define SPEED_MOST       1e6

enum label { TRAVEL, FISHING, NOT_SAID };

struct fix {
    size_t vessel, row;
    int64_t time_us;
    struct vg_pos pos;
    double speed_kn; /* NAN: not said */
    enum label label;
    bool fishing;
};

struct columns {
    int vessel, time, lat, lon, speed;
    int behaviour, value; /* labels; −1: there is none */
};

struct fishing {
    struct vg_quality_names vessels;
    struct fix *fix;
    size_t count, cap;
};

static enum vg_err find_columns(const struct vg_quality_table *t, struct columns *c, char **ret_error)
{
    c->behaviour = vg_quality_table_find(t, "behaviour");
    c->value = vg_quality_table_find(t, "fish.val");
    c->speed = vg_quality_table_find(t, "speed");
    c->vessel = vg_quality_table_find(t, "vessel_id");
    enum vg_err err = c->vessel >= 0 ? VG_OK : vg_quality_table_column(t, "id", &c->vessel, ret_error);
    if (!err)
        err = vg_quality_table_column(t, "time", &c->time, ret_error);
    if (!err)
        err = vg_quality_table_column(t, "lat", &c->lat, ret_error);
    if (!err)
        err = vg_quality_table_column(t, "lon", &c->lon, ret_error);
    return err;
}

static enum vg_err read_label(const struct vg_quality_table *t, const struct columns *c, enum label *ret,
                              char **ret_error)
{
    const int column = c->value >= 0 ? c->value : c->behaviour;
    *ret = NOT_SAID;
    if (column < 0 || !vg_quality_table_cell(t, column).len || vg_quality_table_says(t, column, "NA"))
        return VG_OK;
    if (column == c->behaviour)
        *ret = vg_quality_table_says(t, column, "shooting") || vg_quality_table_says(t, column, "hauling") ? FISHING
                                                                                                           : TRAVEL;
    else if (vg_quality_table_says(t, column, "fish"))
        *ret = FISHING;
    else if (vg_quality_table_says(t, column, "travel"))
        *ret = TRAVEL;
    else
        return vg_quality_table_wrong(t, ret_error, "column 'fish.val': fish, travel or NA is expected");
    return VG_OK;
}

static enum vg_err read_fix(const struct vg_quality_table *t, const struct columns *c, struct fishing *f,
                            struct fix *ret, char **ret_error)
{
    double lat, lon, kn = NAN;
    enum vg_err err = vg_quality_table_maybe(t, c->lat, -90, 90, &lat, ret_error);
    if (!err)
        err = vg_quality_table_maybe(t, c->lon, -360, 360, &lon, ret_error);
    if (!err)
        err = vg_quality_table_maybe(t, c->speed, -SPEED_MOST, SPEED_MOST, &kn, ret_error);
    if (!err)
        err = vg_quality_table_time(t, c->time, &ret->time_us, ret_error);
    if (!err)
        err = read_label(t, c, &ret->label, ret_error);
    if (!err)
        err = vg_quality_names_number(&f->vessels, vg_quality_table_cell(t, c->vessel), &ret->vessel);
    if (err)
        return err;
    ret->pos = vg_pos_from_deg(lon, lat);
    ret->speed_kn = kn >= 0 && kn < SPEED_UNKNOWN_KN ? kn : NAN;
    return VG_OK;
}

static enum vg_err read_all(struct vg_quality_table *t, const struct columns *c, struct fishing *f, char **ret_error)
{
    enum vg_err err;
    while (!(err = vg_quality_table_next(t, ret_error))) {
        struct fix fix = {.row = f->count};
        void *all = f->fix;
        if ((err = read_fix(t, c, f, &fix, ret_error)) || (err = vg_quality_grow(&all, &f->cap, f->count, sizeof fix)))
            return err;
        f->fix = all;
        f->fix[f->count++] = fix;
    }
    return err == VG_EOF ? VG_OK : err;
}

static int by_vessel_and_time(const void *a, const void *b)
{
    const struct fix *x = a, *y = b;
    if (x->vessel != y->vessel)
        return x->vessel < y->vessel ? -1 : 1;
    if (x->time_us != y->time_us)
        return x->time_us < y->time_us ? -1 : 1;
    return x->row < y->row ? -1 : 1;
}

static int by_row(const void *a, const void *b)
{
    const struct fix *x = a, *y = b;
    return (x->row > y->row) - (x->row < y->row);
}

struct leg {
    double metres;
    int64_t us; /* 0: there is none */
};

static struct leg leg_of(const struct fix *a, const struct fix *b)
{
    const double metres = vg_geo_distance_m(a->pos, b->pos);
    return isnan(metres) ? (struct leg){0} : (struct leg){metres, b->time_us - a->time_us};
}

/* Over the legs before and behind fix i of a vessel's `count`, in their order. */
static double made_good_kn(const struct fix *fix, size_t count, size_t i)
{
    struct leg before = i ? leg_of(&fix[i - 1], &fix[i]) : (struct leg){0};
    struct leg behind = i + 1 < count ? leg_of(&fix[i], &fix[i + 1]) : (struct leg){0};
    if (before.us > LEG_MOST_US && behind.us > 0 && behind.us < before.us)
        before = (struct leg){0};
    if (behind.us > LEG_MOST_US && before.us > 0 && before.us < behind.us)
        behind = (struct leg){0};
    const double seconds = (double)(before.us + behind.us) / (double)VG_SECOND_US;
    return seconds > 0 ? (before.metres + behind.metres) / seconds / VG_MPS_PER_KNOT : NAN;
}

/* Words come in the order of the fixes, one each. */
static void judge_vessel(struct fix *fix, size_t count)
{
    struct vg_fishing f;
    struct vg_fishing_word word;
    size_t said = 0;
    vg_fishing_begin(&f);
    for (size_t i = 0; i < count; i++) {
        const double kn = isnan(fix[i].speed_kn) ? made_good_kn(fix, count, i) : fix[i].speed_kn;
        if (vg_fishing_take(&f, fix[i].time_us, kn, &word))
            fix[said++].fishing = word.fishing;
    }
    while (vg_fishing_finish(&f, &word))
        fix[said++].fishing = word.fishing;
}

static void judge_all(struct fishing *f)
{
    if (!f->count)
        return;
    qsort(f->fix, f->count, sizeof *f->fix, by_vessel_and_time);
    for (size_t i = 0, end; i < f->count; i = end) {
        for (end = i; end < f->count && f->fix[end].vessel == f->fix[i].vessel; end++)
            ;
        judge_vessel(f->fix + i, end - i);
    }
    qsort(f->fix, f->count, sizeof *f->fix, by_row);
}

static void put_predictions(const struct fishing *f, struct vg_out *out)
{
    vg_out_text(out, "row,fishing" VG_CSV_END);
    for (size_t i = 0; i < f->count; i++) {
        vg_out_uint(out, i);
        vg_out_text(out, f->fix[i].fishing ? ",1" VG_CSV_END : ",0" VG_CSV_END);
    }
}

static void put_scores(const struct fishing *f, const struct columns *c, struct vg_quality_result *ret)
{
    struct vg_quality_tally tally = {0};
    uint64_t scored = 0;
    for (size_t i = 0; i < f->count; i++)
        if (f->fix[i].label != NOT_SAID) {
            vg_quality_tally_add(&tally, f->fix[i].fishing, f->fix[i].label == FISHING);
            scored++;
        }
    if (c->behaviour >= 0 || c->value >= 0) {
        vg_quality_put(ret, "f1", vg_quality_f(&tally, 1));
        vg_quality_put(ret, "precision", vg_quality_precision(&tally));
        vg_quality_put(ret, "recall", vg_quality_recall(&tally));
        vg_quality_put(ret, "travel_rejected", vg_quality_rejected(&tally));
    }
    vg_quality_count(ret, "rows", f->count);
    vg_quality_count(ret, "scored", scored);
    vg_quality_count(ret, "vessels", f->vessels.count);
}

enum vg_err vg_quality_fishing(const struct vg_quality_job *job, struct vg_quality_result *ret, char **ret_error)
{
    struct vg_quality_table *t;
    struct columns c;
    struct fishing f = {0};
    enum vg_err err = vg_quality_table_open(job, &t, ret_error);
    if (err)
        return err;
    err = find_columns(t, &c, ret_error);
    if (!err)
        err = read_all(t, &c, &f, ret_error);
    if (!err) {
        judge_all(&f);
        put_scores(&f, &c, ret);
        if (job->predictions)
            put_predictions(&f, job->predictions);
    }
    free(f.fix);
    vg_quality_names_free(&f.vessels);
    vg_quality_table_close(t);
    return err;
}
