/* Gaps: reception in, the probability that she switched off out; five columns, and a label that nothing but scores see.
 */
#include <math.h>
#include <stdlib.h>

#include "behaviour/gap_model.h"
#include "quality/quality.h"
#include "quality/scores.h"
#include "quality/table.h"

#define MOST 1e9 /* positions */

struct columns {
    int day, before, after, long_before, long_after, label;
};

struct gaps {
    struct vg_quality_judged *judged;
    size_t rows, cap;
};

static enum vg_err find_columns(const struct vg_quality_table *t, struct columns *c, char **ret_error)
{
    const struct {
        const char *name;
        int *at;
    } need[] = {{"reception_positions_per_day_off", &c->day},
                {"positions_12h_before", &c->before},
                {"positions_12h_after", &c->after},
                {"positions_Xh_before", &c->long_before},
                {"positions_Xh_after", &c->long_after}};
    for (size_t i = 0; i < sizeof need / sizeof *need; i++) {
        const enum vg_err err = vg_quality_table_column(t, need[i].name, need[i].at, ret_error);
        if (err)
            return err;
    }
    c->label = vg_quality_table_find(t, "label");
    return VG_OK;
}

static enum vg_err judge_row(const struct vg_quality_table *t, const struct columns *c, struct vg_quality_judged *ret,
                             char **ret_error)
{
    struct vg_gap_reception r;
    double label = 0;
    enum vg_err err = vg_quality_table_number(t, c->day, 0, MOST, &r.positions_per_day, ret_error);
    if (!err)
        err = vg_quality_table_number(t, c->before, 0, MOST, &r.before_12h, ret_error);
    if (!err)
        err = vg_quality_table_number(t, c->after, 0, MOST, &r.after_12h, ret_error);
    if (!err)
        err = vg_quality_table_number(t, c->long_before, 0, MOST, &r.before_long, ret_error);
    if (!err)
        err = vg_quality_table_number(t, c->long_after, 0, MOST, &r.after_long, ret_error);
    if (!err && c->label >= 0)
        err = vg_quality_table_number(t, c->label, 0, 1, &label, ret_error);
    if (!err)
        *ret = (struct vg_quality_judged){vg_gap_model(&r), label > 0.5};
    return err;
}

static enum vg_err judge_all(struct vg_quality_table *t, const struct vg_quality_job *job, const struct columns *c,
                             struct gaps *gaps, char **ret_error)
{
    enum vg_err err;
    if (job->predictions)
        vg_out_text(job->predictions, "row,confidence" VG_CSV_END);
    while (!(err = vg_quality_table_next(t, ret_error))) {
        struct vg_quality_judged judged;
        void *all = gaps->judged;
        if ((err = judge_row(t, c, &judged, ret_error)) ||
            (err = vg_quality_grow(&all, &gaps->cap, gaps->rows, sizeof judged)))
            return err;
        gaps->judged = all;
        if (job->predictions) {
            vg_out_uint(job->predictions, gaps->rows);
            vg_out_char(job->predictions, ',');
            vg_out_scaled(job->predictions, llround(judged.probability * 1e6), 6);
            vg_out_text(job->predictions, VG_CSV_END);
        }
        gaps->judged[gaps->rows++] = judged;
    }
    return err == VG_EOF ? VG_OK : err;
}

static void put_scores(struct gaps *g, struct vg_quality_result *ret)
{
    struct vg_quality_tally tally = {0};
    for (size_t i = 0; i < g->rows; i++)
        vg_quality_tally_add(&tally, g->judged[i].probability >= VG_GAP_SWITCHED_OFF, g->judged[i].so);
    vg_quality_put(ret, "f05", vg_quality_f(&tally, 0.5));
    vg_quality_put(ret, "auc", vg_quality_auc(g->judged, g->rows));
    vg_quality_put(ret, "precision", vg_quality_precision(&tally));
    vg_quality_put(ret, "recall", vg_quality_recall(&tally));
    vg_quality_put(ret, "max_decile_error", vg_quality_decile_error(g->judged, g->rows));
    vg_quality_put(ret, "threshold", VG_GAP_SWITCHED_OFF);
    vg_quality_count(ret, "switched_off", tally.hits + tally.missed);
}

enum vg_err vg_quality_gaps(const struct vg_quality_job *job, struct vg_quality_result *ret, char **ret_error)
{
    struct vg_quality_table *t;
    struct columns c;
    struct gaps gaps = {0};
    enum vg_err err = vg_quality_table_open(job, &t, ret_error);
    if (err)
        return err;
    err = find_columns(t, &c, ret_error);
    if (!err)
        err = judge_all(t, job, &c, &gaps, ret_error);
    if (!err) {
        if (c.label >= 0)
            put_scores(&gaps, ret);
        vg_quality_count(ret, "rows", gaps.rows);
    }
    free(gaps.judged);
    vg_quality_table_close(t);
    return err;
}
