/* /api/v1/areas: the areas and gates that behaviours know (docs/formats/areas.md), shown and replaced. */
#include <stdlib.h>

#include "api/inner.h"

#define NONE_TEXT "{\"type\":\"FeatureCollection\",\"features\":[]}\n"

/* ---- what there is ---- */

bool vg_handle_areas(struct vg_request *rq)
{
    struct vg_api *api = vg_api_of(rq);
    struct vg_out out = vg_out_growing(VG_BODY_MAX);
    pthread_mutex_lock(&api->lock);
    if (api->areas_text)
        vg_out_bytes(&out, api->areas_text, api->areas_len);
    else
        vg_out_text(&out, NONE_TEXT);
    pthread_mutex_unlock(&api->lock);
    return vg_reply_text(rq, 200, "application/geo+json", &out, NULL);
}

/* ---- others instead: read and kept beside the loop, then used by it ---- */

struct change {
    const struct vg_api_areas *hook;
    char *text;
    size_t len, count;
    struct vg_areas *areas; /* read, and not used yet */
    enum vg_err err;
    char *error; /* of the text: what is wrong, where */
};

static void free_change(void *arg)
{
    struct change *c = arg;
    vg_areas_free(c->areas);
    free(c->text);
    free(c->error);
    free(c);
}

static enum vg_err read_and_keep(void *arg, struct vg_job *job, void **worker)
{
    struct change *c = arg;
    (void)job, (void)worker;
    c->err = vg_areas_read(c->text, c->len, "areas", &c->areas, &c->error);
    c->count = vg_areas_count(c->areas);
    if (!c->err && c->hook->keep(c->hook->arg, c->text, c->len))
        c->err = VG_IO;
    return VG_OK;
}

/* In the owner's thread. */
static enum vg_err use(void *arg, struct vg_job *job, void **worker)
{
    struct change *c = arg;
    (void)job, (void)worker;
    c->hook->use(c->hook->arg, c->areas);
    c->areas = NULL;
    return VG_OK;
}

static const struct vg_job_kind reading = {.run = read_and_keep, .free = free_change};
static const struct vg_job_kind using = {.run = use, .free = free_change};

static bool answer_read(struct vg_request *rq)
{
    struct change *c = vg_job_take(rq);
    if (!c->err)
        return vg_job_ask(rq, vg_api_of(rq)->questions, &using, c);
    bool done = c->error ? vg_reply_error(rq, 400, "bad_areas", c->error)
                : c->err == VG_IO
                    ? vg_reply_error(rq, 503, "not_kept", "the disk does not take them: nothing is changed")
                    : vg_reply_no_memory(rq);
    free_change(c);
    return done;
}

static bool answer_used(struct vg_request *rq)
{
    struct vg_api *api = vg_api_of(rq);
    struct change *c = vg_job_take(rq);
    struct vg_out out = vg_out_growing(64);
    vg_out_printf(&out, "{\"areas\":%zu}\n", c->count);
    pthread_mutex_lock(&api->lock);
    char *before = api->areas_text;
    api->areas_text = c->text;
    api->areas_len = c->len;
    pthread_mutex_unlock(&api->lock);
    c->text = before;
    free_change(c);
    return vg_reply_text(rq, 200, "application/json", &out, NULL);
}

bool vg_handle_areas_change(struct vg_request *rq)
{
    struct vg_api *api = vg_api_of(rq);
    struct vg_job *job = vg_request_job(rq);
    if (job && (vg_job_state(job) != VG_JOB_DONE || vg_job_err(job)))
        return vg_reply_job_failed(rq, job);
    if (job)
        return vg_job_kind_of(job) == &reading ? answer_read(rq) : answer_used(rq);
    if (!api->options.may_act)
        return vg_reply_error(rq, 403, "not_allowed",
                              "nothing may be changed here: others reach this address, and there are no accounts yet "
                              "(--allow-actions)");
    if (!api->options.areas)
        return vg_reply_error(rq, 404, "no_areas", "this server looks for no events");
    if (api->options.areas->fixed)
        return vg_reply_error(rq, 409, "fixed", api->options.areas->fixed);
    struct change *c = calloc(1, sizeof *c);
    if (c)
        c->text = json_dumps(vg_request_json(rq), JSON_INDENT(1) | JSON_REAL_PRECISION(12));
    if (!c || !c->text) {
        free(c);
        return vg_reply_no_memory(rq);
    }
    c->len = strlen(c->text);
    c->hook = api->options.areas;
    return vg_job_ask(rq, api->book, &reading, c);
}
