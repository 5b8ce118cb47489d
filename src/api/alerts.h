/* What the handlers of alerts and of events share: one kind of job that asks the book. Nobody else includes it. */
#ifndef VG_API_ALERTS_H
#define VG_API_ALERTS_H

#include "alert/desk.h"
#include "api/inner.h"
#include "evidence/detail.h"
#include "export/events_parquet.h"

struct vg_book_job {
    struct vg_alert_desk *desk;
    vg_desk_ask *ask; /* writes `out`; arg: the job. NULL: there is only `detail` */
    uint64_t detail;  /* not 0: then the whole of this alert is the answer (evidence/detail.h) */
    size_t estimate;  /* bytes of memory that the answer may take; 0: little */
    struct vg_api *api;
    struct vg_out out;
    const char *type;
    enum vg_err err;
    const char *why; /* of an action that was not done: a constant sentence */
    struct vg_rules_error rules_error;
    union {
        struct vg_alert_filter alerts;
        struct {
            struct vg_event_filter filter;
            int format;
            uint64_t count, last;
            struct vg_events_parquet *parquet;
        } events;
        uint64_t id;
        bool exercise;
        struct {
            uint64_t id;
            enum vg_alert_action_kind action;
        } act;
        struct {
            char rule[VG_RULE_NAME];
            bool enabled, check;
            const char *text; /* `owned`; NULL: a rule is turned on or off */
        } rules;
        struct {
            struct vg_alert_mute mute;
            int64_t undo, lasts_us;
        } silence;
        char to[VG_ALERT_WHO];
    } is;
    struct vg_alert_by by;
    char *owned; /* free()d with the job */
};

/* A job with the desk; NULL, answered, if there is none (no alerts here, no memory). */
struct vg_book_job *vg_book_job_new(struct vg_request *rq, vg_desk_ask *ask, bool *ret_replied);
bool vg_book_job_ask(struct vg_request *rq, struct vg_book_job *job); /* a handler's result */
bool vg_book_job_answer(struct vg_request *rq);                       /* … when it comes again */
void vg_book_job_free(void *job);

/*
 * Bits of a parameter's words with commas between, by `parse`. 0: not given. False: one is unknown, and `why` (of size
 * bytes) names it.
 */
bool vg_bits_of_param(const struct vg_request *rq, const char *name, bool (*parse)(const char *word, unsigned *ret),
                      uint32_t *ret, char *why, size_t size);

/* from and to, exercise: false, with a sentence, if wrong. *ret_timed: one was given. */
bool vg_span_of_params(const struct vg_request *rq, bool *ret_timed, int64_t *ret_from_us, int64_t *ret_to_us,
                       char *why, size_t size);
bool vg_exercise_of_param(const struct vg_request *rq, bool *ret, char *why, size_t size);

/* Why there is no evidence: 409 or 404. evidence.c */
bool vg_reply_proof_state(struct vg_request *rq, enum vg_proof_state state);

#define VG_TYPE_PARQUET "application/vnd.apache.parquet"
enum vg_err vg_parquet_to_out(void *out, const void *bytes, size_t len); /* a vg_out_sink */

bool vg_kind_word(const char *word, unsigned *ret);

#endif
