/*
 * Shared identity: fixes of one or several MMSIs, each with the segment that it belongs to (`expected`:
 * "MMSI-time of the segment's first fix"). A fix is right if it comes into that segment.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "behaviour/segment.h"
#include "quality/cases.h"

#define OPEN_MAX 1024 /* segments of one number at a time */

struct row {
    char number[VG_QUALITY_KEY];
    struct vg_segment_fix fix;
    size_t at;           /* in the file, from 0 */
    int64_t expected_us; /* VG_TIME_NONE: of another number, or nothing is expected */
    bool labelled, noise;
    int64_t found_us;
};

/* "338013000-2017-07-18T00:07:20.000000Z", also with a number behind it: "…Z-1". */
static bool read_expected(const char *text, const char *number, int64_t *ret_us)
{
    const size_t n = strlen(number);
    if (strncmp(text, number, n) != 0 || text[n] != '-')
        return false;
    const char *time = text + n + 1, *zone = strchr(time, 'Z');
    return vg_time_parse(time, zone ? (size_t)(zone - time) + 1 : strlen(time), ret_us);
}

static enum vg_err read_row(const struct vg_quality_cases *cases, size_t i, struct row *ret, char **ret_error)
{
    const json_t *o = json_array_get(cases->array, i), *number = json_object_get(o, "ssvid");
    struct row r = {.at = i, .expected_us = VG_TIME_NONE};
    if (!number)
        number = json_object_get(o, "mmsi");
    if (!vg_quality_key(number, r.number))
        return vg_quality_wrong(cases, i, ret_error, "expected a number \"ssvid\"");
    if (!vg_quality_time(json_object_get(o, "timestamp"), &r.fix.time_us))
        return vg_quality_wrong(cases, i, ret_error, "expected a time \"timestamp\"");
    if (!vg_quality_number(o, "lat", &r.fix.lat_deg) || !vg_quality_number(o, "lon", &r.fix.lon_deg) ||
        !vg_quality_number(o, "speed", &r.fix.speed_kn))
        return vg_quality_wrong(cases, i, ret_error, "expected numbers or null as \"lat\", \"lon\" and \"speed\"");
    const char *expected = json_string_value(json_object_get(o, "expected"));
    r.labelled = expected != NULL;
    if (expected)
        read_expected(expected, r.number, &r.expected_us);
    *ret = r;
    return VG_OK;
}

static int by_number_and_time(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    const int names = strcmp(x->number, y->number);
    if (names)
        return names;
    if (x->fix.time_us != y->fix.time_us)
        return x->fix.time_us < y->fix.time_us ? -1 : 1;
    return x->at < y->at ? -1 : 1;
}

static int by_place(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    return x->at < y->at ? -1 : 1;
}

/* Each number has segments of its own. Returns how many began. */
static uint64_t find_segments(struct row *rows, size_t count, struct vg_segment *room)
{
    uint64_t begun = 0;
    struct vg_segments s = {.open = room, .room = OPEN_MAX};
    for (size_t i = 0; i < count; i++) {
        if (i && strcmp(rows[i - 1].number, rows[i].number) != 0)
            s.count = 0;
        const struct vg_segment_found f = vg_segments_take(&s, &rows[i].fix);
        rows[i].found_us = f.id_us, rows[i].noise = f.noise;
        begun += f.begun;
    }
    return begun;
}

static void predict(struct vg_out *out, const struct row *rows, size_t count)
{
    vg_out_text(out, "row,segment,alone\n");
    for (size_t i = 0; i < count; i++) {
        char time[VG_TIME_TEXT];
        vg_time_text(rows[i].found_us, time);
        vg_out_printf(out, "%zu,", rows[i].at);
        vg_out_csv_string(out, rows[i].number, strlen(rows[i].number));
        vg_out_printf(out, "-%s,%d\n", time, rows[i].noise);
    }
}

static void score(const struct row *rows, size_t count, uint64_t begun, struct vg_quality_result *ret)
{
    uint64_t labelled = 0, right = 0, noise = 0;
    for (size_t i = 0; i < count; i++) {
        labelled += rows[i].labelled;
        right += rows[i].labelled && rows[i].expected_us == rows[i].found_us;
        noise += rows[i].noise;
    }
    vg_quality_count(ret, "fixes", count);
    vg_quality_count(ret, "labelled", labelled);
    vg_quality_count(ret, "right", right);
    vg_quality_count(ret, "wrong", labelled - right);
    vg_quality_count(ret, "segments", begun);
    vg_quality_count(ret, "alone", noise);
}

enum vg_err vg_quality_identity(const struct vg_quality_job *job, struct vg_quality_result *ret, char **ret_error)
{
    struct vg_quality_cases cases;
    enum vg_err err = vg_quality_cases_read(job, &cases, ret_error);
    if (err)
        return err;
    const size_t count = json_array_size(cases.array);
    struct row *rows = calloc(count + 1, sizeof *rows);
    struct vg_segment *room = calloc(OPEN_MAX, sizeof *room);
    if (!rows || !room)
        err = VG_NOMEM;
    for (size_t i = 0; i < count && !err; i++)
        err = read_row(&cases, i, &rows[i], ret_error);
    if (!err) {
        if (count)
            qsort(rows, count, sizeof *rows, by_number_and_time);
        const uint64_t begun = find_segments(rows, count, room);
        if (count)
            qsort(rows, count, sizeof *rows, by_place);
        if (job->predictions)
            predict(job->predictions, rows, count);
        score(rows, count, begun, ret);
    }
    free(rows);
    free(room);
    if (err == VG_NOMEM)
        vg_quality_no_memory(job->path, ret_error);
    vg_quality_cases_free(&cases);
    return err;
}
