/*
 * Flows: answers without an end. Each reader is a connection that is suspended until there is news, so readers cost no
 * thread; the transport keeps no backlog, `fill` writes what this reader does not know yet.
 */
#ifndef VG_SERVE_FLOW_H
#define VG_SERVE_FLOW_H

#include <sys/types.h>

#include "serve/http.h"

struct vg_flows; /* opaque: the readers of one kind */

#define VG_FLOW_BLOCK 32768 /* `max` of a call is at least half of this */

struct vg_flow_kind {
    /*
     * Writes what the reader has not been told: returns the bytes; 0: nothing now, wake me by vg_flows_wake(); −1: the
     * connection is to be closed. quiet_us: since it was last given something. News that arrives while it runs is not
     * lost: it is called again.
     */
    ssize_t (*fill)(void *reader, int64_t quiet_us, void *buf, size_t max);
    void (*free)(void *reader);
    const char *full; /* sentence of the 503 past the limit */
    uint32_t most;    /* readers */
    bool only_newest; /* what lies in the kernel's buffer is old: it is kept small, and a vanished reader is dropped */
};

/* Before vg_serve_begin(). `kind` is copied. The server frees it when it stops. */
enum vg_err vg_flows_new(struct vg_serve *serve, const struct vg_flow_kind *kind, struct vg_flows **ret);

/* Answers with a flow; `reader` is taken over. Past the limit: 503. */
bool vg_reply_flow(struct vg_request *rq, struct vg_flows *flows, const char *type, void *reader);

/* There is news. Any thread. */
void vg_flows_wake(struct vg_flows *flows);

/* Calls `fill` of those who were given nothing for so long. Any thread. */
void vg_flows_wake_quiet(struct vg_flows *flows, int64_t quiet_us);

struct vg_flow_counts {
    uint32_t now;
    uint64_t begun, refused, dropped, bytes;
};
void vg_flow_counts(struct vg_flows *flows, struct vg_flow_counts *ret);

#endif
