/* A kind of labelled data on a text, and what came out. */
#ifndef VG_TESTS_QUALITY_JOB_H
#define VG_TESTS_QUALITY_JOB_H

#include "../test.h"

#include <math.h>

#include "quality/quality.h"

#define SAID_MOST (16 << 20)

struct came {
    enum vg_err err;
    struct vg_quality_result result;
    char *error, *predictions;
};

typedef enum vg_err kind_run(const struct vg_quality_job *job, struct vg_quality_result *ret, char **ret_error);

static inline struct came run_job(kind_run *run, struct vg_quality_job job)
{
    struct came c = {0};
    struct vg_out out = vg_out_growing(SAID_MOST);
    job.predictions = &out;
    c.err = run(&job, &c.result, &c.error);
    vg_out_char(&out, '\0');
    assert_int_equal(out.err, VG_OK);
    c.predictions = out.buf;
    assert_true(!c.err == !c.error);
    return c;
}

static inline struct came run_text(kind_run *run, const char *text)
{
    return run_job(run, (struct vg_quality_job){.path = "some.csv", .bytes = text, .len = strlen(text)});
}

static inline void forget(struct came *c)
{
    free(c->error);
    free(c->predictions);
    memset(c, 0, sizeof *c);
}

/* NAN: it isn't among them. */
static inline double number(const struct came *c, const char *key)
{
    for (size_t i = 0; i < c->result.count; i++)
        if (strcmp(c->result.number[i].key, key) == 0)
            return c->result.number[i].value;
    return NAN;
}

static inline void assert_number(const struct came *c, const char *key, double value)
{
    const double is = number(c, key);
    if (!(fabs(is - value) < 1e-9))
        fail_msg("%s is %g, not %g", key, is, value);
}

/* The text fails with this sentence. */
static inline void assert_refused(kind_run *run, const char *text, const char *sentence)
{
    struct came c = run_text(run, text);
    assert_int_equal(c.err, VG_SYNTAX);
    assert_string_equal(c.error, sentence);
    assert_int_equal(c.result.count, 0);
    forget(&c);
}

#endif
