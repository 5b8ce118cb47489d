/* Questions to the picture's owner, for what only it may read: trails. */
#include <stdlib.h>

#include "api/inner.h"

#define WAITING 32
#define WAIT_US (2 * VG_SECOND_US)

struct vg_question *vg_question_new(struct vg_api *api, size_t trails, size_t points)
{
    struct vg_question *q = calloc(1, sizeof *q);
    if (!q)
        return NULL;
    q->api = api;
    q->asked = calloc(trails ? trails : 1, sizeof *q->asked);
    q->points = malloc((points ? points : 1) * sizeof *q->points); /* pages cost nothing until they are written */
    q->trails = trails;
    q->points_max = points;
    if (q->asked && q->points)
        return q;
    vg_question_free(q);
    return NULL;
}

void vg_question_free(void *question)
{
    struct vg_question *q = question;
    free(q->asked);
    free(q->points);
    free(q->hand);
    free(q);
}

bool vg_question_hand(struct vg_question *q, size_t most)
{
    q->hand = malloc(most * sizeof *q->hand);
    q->hand_max = q->hand ? most : 0;
    return q->hand != NULL;
}

static void add_actions(struct vg_question *q, uint64_t id)
{
    const struct vg_api_hand *hand = q->api->options.hand;
    const size_t room = q->hand_max - q->hand_count, count = hand->list(hand->arg, id, q->hand + q->hand_count, room);
    q->hand_count += count < room ? count : room;
}

static int newer_first(const void *a, const void *b)
{
    const struct vg_hand_action *x = a, *y = b;
    return x->number < y->number ? 1 : x->number > y->number ? -1 : 0;
}

/* Of the contact, and of its track while that was a contact of its own: who is named before she speaks keeps it. */
static void list_actions(struct vg_question *q)
{
    if (!q->hand_max || !q->api->options.hand || !q->trails)
        return;
    const struct vg_question_item *a = &q->asked[0];
    const uint64_t track = a->track.facts & VG_TRACK_OVER ? 0 : a->track.track.id;
    add_actions(q, a->id);
    if (!a->id || !track || track == a->id)
        return;
    add_actions(q, track);
    qsort(q->hand, q->hand_count, sizeof *q->hand, newer_first);
}

/* In the owner's thread. */
static enum vg_err run(void *work, struct vg_job *job, void **worker)
{
    (void)job, (void)worker;
    struct vg_question *q = work;
    const struct vg_picture *picture = q->api->picture;
    const struct vg_snapshot *snapshot = vg_snapshot_acquire(q->api->picture);
    q->clock_us = snapshot->clock_us;
    vg_snapshot_release(snapshot);
    int64_t since_us = q->back ? q->clock_us - q->since_us : INT64_MIN;
    size_t used = 0;
    for (size_t i = 0; i < q->trails; i++) {
        struct vg_question_item *a = &q->asked[i];
        const struct vg_contact *v = a->id ? vg_picture_find_id(picture, a->id) : vg_picture_find(picture, a->mmsi);
        if (!v)
            continue;
        if (used == q->points_max) {
            q->truncated = true;
            break;
        }
        a->found = true;
        a->vessel = *v;
        const struct vg_track_row *row = vg_picture_track_in(picture, v->slot);
        if (row)
            a->track = *row;
        a->points =
            vg_picture_trail_in(picture, v->slot, since_us, q->points + used, q->points_max - used, &a->dropped);
        used += a->points;
    }
    list_actions(q);
    return VG_OK;
}

static const struct vg_job_kind kind = {.run = run, .free = vg_question_free};

enum vg_err vg_questions_start(struct vg_api *api, vg_api_wake *wake, void *wake_arg)
{
    struct vg_job_rules rules = {
        .busy = "too many questions wait: try again soon",
        .slow = "the picture did not answer in time: try again soon",
        .waiting = WAITING,
        .wait_us = WAIT_US,
        .wake = wake,
        .wake_arg = wake_arg,
    };
    return vg_job_queue_new(api->serve, &rules, &api->questions);
}

void vg_api_answer(struct vg_api *api)
{
    vg_job_queue_run(api->questions);
}

bool vg_question_ask(struct vg_request *rq, struct vg_question *q)
{
    return q ? vg_job_ask(rq, vg_api_of(rq)->questions, &kind, q) : vg_reply_no_memory(rq);
}

struct vg_question *vg_question_take(struct vg_request *rq, bool *ret_replied)
{
    struct vg_job *job = vg_request_job(rq);
    if (vg_job_state(job) == VG_JOB_DONE && !vg_job_err(job))
        return vg_job_take(rq);
    *ret_replied = vg_reply_job_failed(rq, job);
    return NULL;
}
