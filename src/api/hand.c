/* /api/v1/hand: what operators did, and doing it. */
#include <stdlib.h>

#include "api/inner.h"

#define LISTED 500 /* actions in an answer */

void vg_json_hand(struct vg_out *out, const struct vg_hand_action *action, size_t count)
{
    vg_json_key(out, "hand");
    vg_out_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i)
            vg_out_char(out, ',');
        vg_hand_show(out, &action[i]);
    }
    vg_out_char(out, ']');
}

/* ---- the list ---- */

static bool answer_list(struct vg_request *rq)
{
    bool replied = false;
    struct vg_question *q = vg_question_take(rq, &replied);
    if (!q)
        return replied;
    struct vg_out out = vg_out_growing(VG_BODY_MAX);
    vg_out_text(&out, "{\"time\":");
    vg_out_json_time(&out, q->clock_us);
    vg_json_hand(&out, q->hand, q->hand_count);
    vg_out_text(&out, "}\n");
    vg_question_free(q);
    return vg_reply_text(rq, 200, "application/json", &out, NULL);
}

bool vg_handle_hand(struct vg_request *rq)
{
    uint64_t id = 0;
    const char *text = vg_request_param(rq, "contact");
    if (vg_request_job(rq))
        return answer_list(rq);
    if (text && !vg_contact_id_parse(text, &id))
        return vg_reply_error(rq, 400, "bad_id", "a contact's id is 16 hexadecimal digits");
    struct vg_question *q = vg_question_new(vg_api_of(rq), 1, 1);
    if (q && !vg_question_hand(q, LISTED)) {
        vg_question_free(q);
        q = NULL;
    }
    if (q)
        q->asked[0].id = id;
    return vg_question_ask(rq, q);
}

/* ---- an action ---- */

struct act {
    const struct vg_api_hand *hand;
    struct vg_hand_action action;
    enum vg_err err;
    const char *why;
};

/* In the owner's thread. */
static enum vg_err run(void *work, struct vg_job *job, void **worker)
{
    (void)job, (void)worker;
    struct act *a = work;
    a->why = "it was not done";
    a->err = a->hand->act(a->hand->arg, &a->action, &a->why);
    return VG_OK;
}

static const struct vg_job_kind kind = {.run = run, .free = free};

static bool answer_act(struct vg_request *rq)
{
    struct vg_job *job = vg_request_job(rq);
    if (vg_job_state(job) != VG_JOB_DONE || vg_job_err(job))
        return vg_reply_job_failed(rq, job);
    struct act *a = vg_job_take(rq);
    bool done;
    if (a->err) {
        static const struct {
            enum vg_err err;
            unsigned code;
            const char *name;
        } rows[] = {{VG_NOT_FOUND, 404, "not_found"}, {VG_LIMIT, 503, "limit"}, {VG_NOMEM, 503, "no_memory"}};
        unsigned code = 409;
        const char *name = "not_done";
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
            if (rows[i].err == a->err) {
                code = rows[i].code;
                name = rows[i].name;
            }
        done = vg_reply_error(rq, code, name, a->why);
    } else {
        struct vg_out out = vg_out_growing(VG_BODY_MAX);
        vg_hand_show(&out, &a->action);
        vg_out_char(&out, '\n');
        done = vg_reply_text(rq, 200, "application/json", &out, NULL);
    }
    free(a);
    return done;
}

bool vg_handle_act(struct vg_request *rq)
{
    struct vg_api *api = vg_api_of(rq);
    const char *why;
    if (vg_request_job(rq))
        return answer_act(rq);
    if (!api->options.hand || !api->options.hand->act)
        return vg_reply_error(rq, 403, "not_allowed",
                              "nothing may be done here: others reach this address, and there are no accounts yet "
                              "(--allow-actions)");
    struct act *a = calloc(1, sizeof *a);
    char *text = a ? json_dumps(vg_request_json(rq), JSON_COMPACT) : NULL;
    if (!text) {
        free(a);
        return vg_reply_no_memory(rq);
    }
    enum vg_err err = vg_hand_parse(text, strlen(text), &a->action, &why);
    free(text);
    if (err) {
        free(a);
        return vg_reply_error(rq, 400, "bad_action", why);
    }
    a->hand = api->options.hand;
    return vg_job_ask(rq, api->questions, &kind, a);
}
