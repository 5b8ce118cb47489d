/*
 * Encounters: cases with positions, parameters and the encounters that are expected, each pair twice. A found one is
 * right if pair, begin and end are. Names of vessels are texts.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "behaviour/encounter_find.h"
#include "quality/cases.h"

#define GAP_STEPS_MOST 10000 /* a gap is no way to lay a million points */

/* One that is expected or was found, by names. */
struct meeting {
    char vessel[VG_QUALITY_KEY], other[VG_QUALITY_KEY];
    int64_t begin_us, end_us;
    bool used;
};

struct tally {
    struct vg_quality_case_tally t; /* first */
    char (*keys)[VG_QUALITY_KEY];
    size_t key_count;
    struct meeting *expected;
    size_t expected_count;
    uint64_t positions;
};

static enum vg_err read_rule(struct tally *t, const json_t *case_, struct vg_encounter_rule *ret)
{
    const json_t *p = json_object_get(case_, "parameters");
    static const struct {
        const char *key;
        double usual;
    } keys[] = {{"resample_s", 600},
                {"max_gap_s", 3600},
                {"encounter_km", 0.5},
                {"min_minutes", 120},
                {"adjacency_km", INFINITY}};
    double v[5];
    for (int i = 0; i < 5; i++) {
        if (!vg_quality_number(p, keys[i].key, &v[i]) || v[i] < 0)
            return vg_quality_wrong(t->t.cases, t->t.number, t->t.ret_error, "parameters: %s: expected a number",
                                    keys[i].key);
        if (isnan(v[i]))
            v[i] = keys[i].usual;
    }
    if (!(v[0] >= 1 && v[0] <= VG_DAY_US / VG_SECOND_US && v[1] >= 1 && v[1] <= GAP_STEPS_MOST * v[0] && v[3] < 1e7))
        return vg_quality_wrong(t->t.cases, t->t.number, t->t.ret_error,
                                "parameters: expected resample_s from 1 second to a day, max_gap_s from 1 and at most "
                                "10000 times that, min_minutes");
    *ret = (struct vg_encounter_rule){.step_us = llround(v[0] * VG_SECOND_US),
                                      .max_gap_us = llround(v[1] * VG_SECOND_US),
                                      .near_m = fmin(v[2], v[4]) * 1000,
                                      .min_us = llround(v[3] * VG_MINUTE_US)};
    return VG_OK;
}

static enum vg_err read_position(struct tally *t, const json_t *p, size_t i, struct vg_encounter_fix *ret,
                                 char key[static VG_QUALITY_KEY])
{
    if (!vg_quality_time(json_object_get(p, "t"), &ret->time_us))
        return vg_quality_wrong(t->t.cases, t->t.number, t->t.ret_error, "positions: %zu: expected a time \"t\"",
                                i + 1);
    if (!vg_quality_key(json_object_get(p, "id"), key))
        return vg_quality_wrong(t->t.cases, t->t.number, t->t.ret_error, "positions: %zu: expected a name \"id\"",
                                i + 1);
    if (!vg_quality_number(p, "lat", &ret->lat_deg) || !vg_quality_number(p, "lon", &ret->lon_deg) ||
        fabs(ret->lat_deg) > 90 || fabs(ret->lon_deg) > 180)
        return vg_quality_wrong(t->t.cases, t->t.number, t->t.ret_error,
                                "positions: %zu: expected \"lat\" and \"lon\" in degrees, or null", i + 1);
    return VG_OK;
}

/* The positions that are places, with numbers in place of names; *ret_fixes is the caller's to free. */
static enum vg_err read_positions(struct tally *t, const json_t *list, struct vg_encounter_fix **ret_fixes,
                                  size_t *ret_count)
{
    const size_t n = json_array_size(list);
    struct vg_encounter_fix *fixes = calloc(n + 1, sizeof *fixes);
    char(*names)[VG_QUALITY_KEY] = calloc(n + 1, sizeof *names);
    t->keys = calloc(n + 1, sizeof *t->keys);
    enum vg_err err = fixes && names && t->keys ? VG_OK : VG_NOMEM;
    size_t count = 0;
    for (size_t i = 0; i < n && !err; i++) {
        err = read_position(t, json_array_get(list, i), i, &fixes[count], names[count]);
        if (!err && !isnan(fixes[count].lat_deg) && !isnan(fixes[count].lon_deg)) {
            memcpy(t->keys[count], names[count], sizeof *names);
            count++;
        }
    }
    if (!err) {
        t->positions += n;
        t->key_count = vg_quality_unique(t->keys, count);
        for (size_t i = 0; i < count; i++)
            fixes[i].vessel = (uint32_t)vg_quality_find((const char(*)[VG_QUALITY_KEY])t->keys, t->key_count, names[i]);
        *ret_fixes = fixes, *ret_count = count;
    } else {
        free(fixes);
    }
    free(names);
    return err;
}

static enum vg_err read_expected(struct tally *t, const json_t *list)
{
    const size_t n = json_array_size(list);
    t->expected = calloc(n + 1, sizeof *t->expected);
    if (!t->expected)
        return VG_NOMEM;
    for (size_t i = 0; i < n; i++) {
        const json_t *e = json_array_get(list, i);
        struct meeting *m = &t->expected[i];
        if (!vg_quality_key(json_object_get(e, "vessel_1_seg_id"), m->vessel) ||
            !vg_quality_key(json_object_get(e, "vessel_2_seg_id"), m->other) ||
            !vg_quality_time(json_object_get(e, "start_time"), &m->begin_us) ||
            !vg_quality_time(json_object_get(e, "end_time"), &m->end_us))
            return vg_quality_wrong(t->t.cases, t->t.number, t->t.ret_error,
                                    "expected: %zu: expected vessel_1_seg_id, vessel_2_seg_id, start_time and end_time",
                                    i + 1);
    }
    t->expected_count = n;
    t->t.wanted += n;
    return VG_OK;
}

static void take(void *arg, const struct vg_encounter *found)
{
    struct tally *t = arg;
    const char *vessel = t->keys[found->vessel], *other = t->keys[found->other];
    t->t.found++;
    if (t->t.job->predictions) {
        char begin[VG_TIME_TEXT], end[VG_TIME_TEXT];
        vg_time_text(found->begin_us, begin), vg_time_text(found->end_us, end);
        vg_out_printf(t->t.job->predictions, "%zu,", t->t.number);
        vg_out_csv_string(t->t.job->predictions, vessel, strlen(vessel)), vg_out_char(t->t.job->predictions, ',');
        vg_out_csv_string(t->t.job->predictions, other, strlen(other));
        vg_out_printf(t->t.job->predictions, ",%s,%s\n", begin, end);
    }
    for (size_t i = 0; i < t->expected_count; i++) {
        struct meeting *m = &t->expected[i];
        if (!m->used && m->begin_us == found->begin_us && m->end_us == found->end_us &&
            strcmp(m->vessel, vessel) == 0 && strcmp(m->other, other) == 0) {
            m->used = true;
            t->t.right++;
            return;
        }
    }
}

static enum vg_err run_case(void *tally, const json_t *case_)
{
    struct tally *t = tally;
    struct vg_encounter_rule rule;
    struct vg_encounter_fix *fixes = NULL;
    size_t count = 0;
    const json_t *positions = json_object_get(case_, "positions");
    enum vg_err err = json_is_array(positions) ? VG_OK
                                               : vg_quality_wrong(t->t.cases, t->t.number, t->t.ret_error,
                                                                  "expected an array \"positions\"");
    if (!err)
        err = read_rule(t, case_, &rule);
    if (!err)
        err = read_expected(t, json_object_get(case_, "expected"));
    if (!err)
        err = read_positions(t, positions, &fixes, &count);
    if (!err && (err = vg_encounter_find(&rule, fixes, count, take, t)) == VG_LIMIT)
        vg_quality_wrong(t->t.cases, t->t.number, t->t.ret_error, "expected fewer vessels, or a longer resample_s");
    free(fixes);
    free(t->keys);
    free(t->expected);
    t->keys = NULL, t->expected = NULL, t->expected_count = 0;
    return err;
}

static void count(const void *tally, struct vg_quality_result *ret)
{
    const struct tally *t = tally;
    vg_quality_count(ret, "positions", t->positions);
}

enum vg_err vg_quality_encounters(const struct vg_quality_job *job, struct vg_quality_result *ret, char **ret_error)
{
    static const struct vg_quality_case_kind kind = {"case,vessel,other,begin,end\n", run_case, count};
    struct tally t = {0};
    return vg_quality_cases_run(&kind, job, &t, ret, ret_error);
}
