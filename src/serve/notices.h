/*
 * Server-sent events out of a ring of notices. The ring holds text; what it says is the application's.
 *
 * Each reader knows the number of the last notice it was given. A reader that the ring has overtaken, as every new one,
 * is told the state of things instead: hello (with how many notices it missed), what the ring still has, then the
 * state as it is.
 */
#ifndef VG_SERVE_NOTICES_H
#define VG_SERVE_NOTICES_H

#include "serve/flow.h"

#define VG_NOTICES        1024
#define VG_NOTICE_SIZE    1024 /* bytes of JSON */
#define VG_NOTICE_READERS 256
#define VG_NOTICE_BEAT_US (15 * INT64_C(1000000))

struct vg_notices; /* opaque */

struct vg_notice_rules {
    void (*hello)(void *context, struct vg_out *out); /* the members of hello's object, without the braces */
    void (*state)(void *context, struct vg_out *out); /* events, by vg_notice_begin() and vg_notice_end() */
    void *context;
    uint64_t first; /* the ids go on from here: more than any of an earlier run */
};

/* Before vg_serve_begin(). Free it after vg_serve_stop(). */
enum vg_err vg_notices_new(struct vg_serve *serve, const struct vg_notice_rules *rules, struct vg_notices **ret);
void vg_notices_free(struct vg_notices *notices);

/* `json` is an object's text without line ends; what is longer than VG_NOTICE_SIZE is refused and counted. Any thread.
 */
void vg_notice(struct vg_notices *notices, const char *event, const char *json, size_t len);

void vg_notice_begin(struct vg_out *out, const char *event);
void vg_notice_end(struct vg_out *out);

/* Says something to whoever heard nothing for 15 s. Call it a few times a second. */
void vg_notices_beat(struct vg_notices *notices);

/* Answers with the events. `type`: "text/event-stream". */
bool vg_reply_notices(struct vg_request *rq, struct vg_notices *notices);

struct vg_notice_counts {
    uint64_t told, refused, missed;
    struct vg_flow_counts readers;
};
void vg_notice_counts(struct vg_notices *notices, struct vg_notice_counts *ret);

#endif
