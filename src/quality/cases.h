/*
 * Labelled cases in JSON: files of one array, of one object, or of an object a line, plain or gzip. Shared by the kinds
 * whose labels are JSON. One thread.
 */
#ifndef VG_QUALITY_CASES_H
#define VG_QUALITY_CASES_H

#include <jansson.h>

#include "quality/quality.h"

#define VG_QUALITY_JSON_MAX (256u << 20) /* bytes of a file, unpacked */
#define VG_QUALITY_KEY      64           /* bytes of what names a vessel, with the terminator */

struct vg_quality_cases {
    const char *path; /* the caller's */
    json_t *array;    /* of objects */
    size_t *line;     /* where each stands, if the file has an object a line; else NULL */
};

/* The job's file, or its bytes. VG_IO, VG_NOMEM, VG_LIMIT, VG_SYNTAX with *ret_error. Free with
 * vg_quality_cases_free(). */
enum vg_err vg_quality_cases_read(const struct vg_quality_job *job, struct vg_quality_cases *ret, char **ret_error);
void vg_quality_cases_free(struct vg_quality_cases *cases);

/*
 * The frame of a kind of cases: reads the file, writes the head of predictions, runs each case, and counts what came
 * out. `run` is called for each case with its number; *tally begins with the struct below.
 */
struct vg_quality_case_tally {
    const struct vg_quality_cases *cases;
    const struct vg_quality_job *job;
    size_t number; /* of the case, from 0 */
    char **ret_error;
    uint64_t wanted, found, right; /* expected; told; told as expected */
};
struct vg_quality_case_kind {
    const char *head; /* of predictions, with its line end */
    enum vg_err (*run)(void *tally, const json_t *case_);
    void (*count)(const void *tally, struct vg_quality_result *ret); /* what this kind counts besides */
};
enum vg_err vg_quality_cases_run(const struct vg_quality_case_kind *kind, const struct vg_quality_job *job, void *tally,
                                 struct vg_quality_result *ret, char **ret_error);

/* Says so, if nothing was said. Returns VG_NOMEM. */
enum vg_err vg_quality_no_memory(const char *path, char **ret_error);

/* Says what is wrong with a case (from 0) and what was expected, as printf does. Returns VG_SYNTAX. */
enum vg_err vg_quality_wrong(const struct vg_quality_cases *cases, size_t number, char **ret_error, const char *format,
                             ...) __attribute__((format(printf, 4, 5)));

/* A text as it is, a whole number in decimals; false, *ret untouched, for anything else and for what is too long. */
bool vg_quality_key(const json_t *value, char ret[static VG_QUALITY_KEY]);

/* ISO 8601 or seconds since 1970; false, *ret untouched, for anything else. */
bool vg_quality_time(const json_t *value, int64_t *ret_us);

/* A number; NAN for null and for no such member. False: it is something else. */
bool vg_quality_number(const json_t *object, const char *key, double *ret);

/* Which of the sorted, different texts it is. There must be one. */
size_t vg_quality_find(const char (*keys)[VG_QUALITY_KEY], size_t count, const char *key);
/* Sorts texts and leaves each once. Returns how many are left. */
size_t vg_quality_unique(char (*keys)[VG_QUALITY_KEY], size_t count);

#endif
