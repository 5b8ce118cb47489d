/*
 * Port visits: cases with port events in any order and the visits that are expected of them. A found one is right if
 * vessel, begin, end, hours and confidence are. Ids are not compared.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "behaviour/port_visits.h"
#include "quality/cases.h"

#define HOURS_ALIKE 1e-6 /* 4 ms */

struct row {
    struct vg_port_event event;
    char vessel[VG_QUALITY_KEY], segment[VG_QUALITY_KEY];
};

struct visit {
    char vessel[VG_QUALITY_KEY];
    int64_t begin_us, end_us;
    double hours, confidence;
    bool used;
};

struct tally {
    struct vg_quality_case_tally t; /* first */
    struct row *rows;
    struct vg_port_event *events;
    struct visit *expected;
    size_t row_count, expected_count;
    const char *vessel; /* whose events are looked at */
    uint64_t all_events, unknown;
};

/* A vessel is called by ssvid and vessel_id together; either may be missing. */
static bool read_vessel(const json_t *o, char ret[static VG_QUALITY_KEY])
{
    char a[VG_QUALITY_KEY] = "", b[VG_QUALITY_KEY] = "";
    vg_quality_key(json_object_get(o, "ssvid"), a);
    vg_quality_key(json_object_get(o, "vessel_id"), b);
    if (strlen(a) + strlen(b) + 2 > VG_QUALITY_KEY)
        return false;
    size_t n = strlen(a);
    memcpy(ret, a, n);
    ret[n] = '/';
    memcpy(ret + n + 1, b, strlen(b) + 1);
    return true;
}

static enum vg_err read_event(struct tally *t, const json_t *o, size_t i, struct row *ret, bool *ret_known)
{
    enum vg_port_event_kind kind = VG_PORT_ENTRY;
    const char *key = json_string_value(json_object_get(o, "event_type"));
    struct row r = {0};
    if (!key || !vg_quality_time(json_object_get(o, "timestamp"), &r.event.time_us))
        return vg_quality_wrong(t->t.cases, t->t.number, t->t.ret_error,
                                "events: %zu: expected \"timestamp\" and \"event_type\"", i + 1);
    if (!vg_quality_number(o, "lat", &r.event.lat_deg) || !vg_quality_number(o, "lon", &r.event.lon_deg))
        return vg_quality_wrong(t->t.cases, t->t.number, t->t.ret_error, "events: %zu: expected \"lat\" and \"lon\"",
                                i + 1);
    if (!read_vessel(o, r.vessel))
        return vg_quality_wrong(t->t.cases, t->t.number, t->t.ret_error, "events: %zu: expected shorter names", i + 1);
    vg_quality_key(json_object_get(o, "seg_id"), r.segment);
    *ret_known = vg_port_event_parse(key, &kind);
    r.event.kind = kind;
    *ret = r;
    return VG_OK;
}

static enum vg_err read_events(struct tally *t, const json_t *list)
{
    const size_t n = json_array_size(list);
    t->rows = calloc(n + 1, sizeof *t->rows);
    t->events = calloc(n + 1, sizeof *t->events);
    char(*segments)[VG_QUALITY_KEY] = calloc(n + 1, sizeof *segments);
    enum vg_err err = t->rows && t->events && segments ? VG_OK : VG_NOMEM;
    t->row_count = 0;
    for (size_t i = 0; i < n && !err; i++) {
        bool known = false;
        err = read_event(t, json_array_get(list, i), i, &t->rows[t->row_count], &known);
        t->all_events++;
        if (!err && !known)
            t->unknown++; /* said to be skipped, as the definition has it */
        else if (!err)
            memcpy(segments[t->row_count], t->rows[t->row_count].segment, sizeof *segments), t->row_count++;
    }
    if (!err) {
        const size_t count = vg_quality_unique(segments, t->row_count);
        for (size_t i = 0; i < t->row_count; i++)
            t->rows[i].event.segment =
                (uint32_t)vg_quality_find((const char(*)[VG_QUALITY_KEY])segments, count, t->rows[i].segment);
    }
    free(segments);
    return err;
}

static enum vg_err read_expected(struct tally *t, const json_t *list)
{
    const size_t n = json_array_size(list);
    t->expected = calloc(n + 1, sizeof *t->expected);
    if (!t->expected)
        return VG_NOMEM;
    for (size_t i = 0; i < n; i++) {
        const json_t *o = json_array_get(list, i);
        struct visit *v = &t->expected[i];
        const json_t *confidence = json_object_get(o, "confidence");
        if (!read_vessel(o, v->vessel) || !vg_quality_time(json_object_get(o, "start_timestamp"), &v->begin_us) ||
            !vg_quality_time(json_object_get(o, "end_timestamp"), &v->end_us) || !json_is_number(confidence) ||
            !vg_quality_number(o, "duration_hrs", &v->hours))
            return vg_quality_wrong(t->t.cases, t->t.number, t->t.ret_error,
                                    "expected: %zu: expected start_timestamp, end_timestamp, confidence, duration_hrs",
                                    i + 1);
        v->confidence = json_number_value(confidence);
    }
    t->expected_count = n;
    t->t.wanted += n;
    return VG_OK;
}

static void take(void *arg, const struct vg_port_visit *found)
{
    struct tally *t = arg;
    const double hours = (double)(found->end_us - found->begin_us) / VG_HOUR_US;
    t->t.found++;
    if (t->t.job->predictions) {
        char begin[VG_TIME_TEXT], end[VG_TIME_TEXT];
        vg_time_text(found->begin_us, begin), vg_time_text(found->end_us, end);
        vg_out_printf(t->t.job->predictions, "%zu,", t->t.number);
        vg_out_csv_string(t->t.job->predictions, t->vessel, strlen(t->vessel));
        vg_out_printf(t->t.job->predictions, ",%s,%s,%d,%.6f\n", begin, end, found->confidence, hours);
    }
    for (size_t i = 0; i < t->expected_count; i++) {
        struct visit *v = &t->expected[i];
        if (!v->used && v->begin_us == found->begin_us && v->end_us == found->end_us &&
            v->confidence == found->confidence && !(fabs(v->hours - hours) > HOURS_ALIKE) &&
            strcmp(v->vessel, t->vessel) == 0) {
            v->used = true;
            t->t.right++;
            return;
        }
    }
}

static int by_vessel(const void *a, const void *b)
{
    return strcmp(((const struct row *)a)->vessel, ((const struct row *)b)->vessel);
}

static void run_vessels(struct tally *t)
{
    if (t->row_count)
        qsort(t->rows, t->row_count, sizeof *t->rows, by_vessel);
    for (size_t i = 0, n; i < t->row_count; i += n) {
        t->vessel = t->rows[i].vessel;
        for (n = 0; i + n < t->row_count && strcmp(t->rows[i + n].vessel, t->vessel) == 0; n++)
            t->events[n] = t->rows[i + n].event;
        vg_port_visits(t->events, n, take, t);
    }
}

static enum vg_err run_case(void *tally, const json_t *case_)
{
    struct tally *t = tally;
    const json_t *events = json_object_get(case_, "events");
    enum vg_err err = json_is_array(events)
                          ? VG_OK
                          : vg_quality_wrong(t->t.cases, t->t.number, t->t.ret_error, "expected an array \"events\"");
    if (!err)
        err = read_expected(t, json_object_get(case_, "expected"));
    if (!err)
        err = read_events(t, events);
    if (!err)
        run_vessels(t);
    free(t->rows);
    free(t->events);
    free(t->expected);
    t->rows = NULL, t->events = NULL, t->expected = NULL, t->expected_count = 0;
    return err;
}

static void count(const void *tally, struct vg_quality_result *ret)
{
    const struct tally *t = tally;
    vg_quality_count(ret, "events", t->all_events);
    vg_quality_count(ret, "unknown_events", t->unknown);
}

enum vg_err vg_quality_ports(const struct vg_quality_job *job, struct vg_quality_result *ret, char **ret_error)
{
    static const struct vg_quality_case_kind kind = {"case,vessel,begin,end,confidence,hours\n", run_case, count};
    struct tally t = {0};
    return vg_quality_cases_run(&kind, job, &t, ret, ret_error);
}
