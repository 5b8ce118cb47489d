/*
 * HTTP for whoever answers: routes, requests, replies. The transport knows nothing of vessels; the room api hands it a
 * table of routes and reads requests by the functions below.
 *
 * Threads. A handler runs in one of the transport's few threads, which also serve the streams: it must not read from
 * a disk, wait, or make an answer that takes more than some milliseconds. What takes longer is a job (serve/job.h);
 * what has no end is a flow (serve/flow.h). One thread at a time handles a request; it may be another one after a job.
 *
 * Every handler ends with a reply, a job or a flow: `return vg_reply_…(rq, …)`.
 */
#ifndef VG_SERVE_HTTP_H
#define VG_SERVE_HTTP_H

#include <jansson.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/out.h"
#include "serve/target.h"

#define VG_BODY_MAX     ((size_t)256 << 20)  /* one answer */
#define VG_GZIP_MIN     1024                 /* shorter answers are not packed */
#define VG_REQUEST_BODY ((uint32_t)64 << 10) /* of a request, where the route says no other limit */
#define VG_ROUTES_MAX   48

struct vg_serve;   /* opaque: the server */
struct vg_request; /* opaque: one request, until its answer is sent */

/* True: answered, or waiting for a job. False: out of memory, the connection is closed. */
typedef bool vg_handler(struct vg_request *rq);

/* ---- routes ---- */

enum vg_method {
    VG_METHOD_GET,
    VG_METHOD_POST,
    VG_METHOD_PUT,
    VG_METHOD_DELETE,
    VG_METHODS
}; /* GET answers HEAD, too */

/* Who may. A row without a permission is refused, so that a forgotten one opens nothing. */
enum vg_permission { VG_PERMISSION_NOBODY, VG_PERMISSION_ANYONE };

/* A parameter of the query. */
struct vg_param_row {
    const char *name, *type, *text; /* type and text: for OpenAPI */
};

#define VG_PATH_REST "/*"

struct vg_route {
    enum vg_method method;
    const char *path; /* one "{…}" stands for one segment; VG_PATH_REST for all that has no row and is not /api/… */
    enum vg_permission permission;
    uint32_t params; /* bits: which rows of the application's parameters it takes */
    struct {
        const char *schema; /* in components/schemas; NULL: the route takes no body */
        uint32_t most;      /* bytes; 0: VG_REQUEST_BODY */
    } body;
    vg_handler *handle;
    const char *id; /* operationId, and `route` in the metrics */
    const char *summary;
    const char *type;   /* of the 200 answer */
    const char *schema; /* of the answer; NULL: not JSON */
};

/* What is served. Constant while the server runs. */
struct vg_app {
    const struct vg_route *routes; /* ends with a row without a path; fewer than VG_ROUTES_MAX */
    const struct vg_param_row *params;
    size_t param_count; /* at most 32 */
    void *context;      /* for the handlers */
};

/* "GET", … */
const char *vg_method_name(enum vg_method method);

/* ---- the request ---- */

void *vg_request_context(const struct vg_request *rq);
struct vg_serve *vg_request_serve(const struct vg_request *rq);
const struct vg_route *vg_request_route(const struct vg_request *rq);
const struct vg_target *vg_request_target(const struct vg_request *rq);
const char *vg_request_param(const struct vg_request *rq, const char *name); /* NULL: not given */
const char *vg_request_argument(const struct vg_request *rq);                /* what stands for the path's {…} */
bool vg_request_is_head(const struct vg_request *rq);
const char *vg_request_header(const struct vg_request *rq, const char *name); /* NULL: not sent */

/* The body of a route that takes one: read whole, within its limit, and JSON. Borrowed; NULL for other routes. */
const json_t *vg_request_json(const struct vg_request *rq);

/* True if the client said that it has this version already. */
bool vg_request_has(const struct vg_request *rq, const char *etag);
bool vg_request_takes_gzip(const struct vg_request *rq);

/* ---- replies ---- */

/* Sends `body` (growing; taken over) as JSON or another text. `etag` NULL: none. Gzipped if asked for and at most 1
 * MiB: what may be longer is made and packed by a job. A body whose `err` is set becomes 503. */
bool vg_reply_text(struct vg_request *rq, unsigned code, const char *type, struct vg_out *body, const char *etag);
#define VG_GZIP_INLINE ((size_t)1 << 20)

/* Sends `body` (growing; taken over) as it is; `packed`: it is gzip. cache NULL: "no-cache". */
bool vg_reply_bytes(struct vg_request *rq, const char *type, struct vg_out *body, bool packed, const char *etag,
                    const char *cache);
/* Bytes that several answers send; their memory is counted once. Any thread. `body` is taken over; NULL: no memory. */
struct vg_shared;
struct vg_shared *vg_shared_new(struct vg_serve *serve, struct vg_out *body);
void vg_shared_hold(struct vg_shared *shared);
void vg_shared_let_go(struct vg_shared *shared); /* NULL is fine */
size_t vg_shared_len(const struct vg_shared *shared);

/* As vg_reply_bytes(), "no-cache"; the caller keeps its hold. */
bool vg_reply_shared(struct vg_request *rq, const char *type, struct vg_shared *shared, bool packed, const char *etag);

/* A header more, or two of the same number, for vg_reply_bytes() and vg_reply_job(), called after this. `name` is
 * constant. */
void vg_reply_number(struct vg_request *rq, const char *name, uint64_t value);
/* The answer of vg_reply_bytes() is saved as a file of this name: letters, digits, '-', '_' and '.' are kept of it. */
void vg_reply_saved_as(struct vg_request *rq, const char *filename);
bool vg_reply_unchanged(struct vg_request *rq, const char *etag, const char *cache); /* 304 */
bool vg_reply_head(struct vg_request *rq, const char *type); /* 200 without a body, for HEAD of what has no end */
bool vg_reply_error(struct vg_request *rq, unsigned code, const char *name, const char *message);
bool vg_reply_no_memory(struct vg_request *rq);

/* A file below a folder, and nothing outside it (serve/files.h). */
struct vg_reply_file {
    const char *dir, *path; /* path: "/assets/app.js" */
    const char *type;       /* Content-Type */
    const char *cache;      /* Cache-Control */
    bool packs;             /* "path.gz" is sent to those who take it, unless it is older than the file */
};

/* Sends the file. *ret_sent false: there is none, and nothing was sent. */
bool vg_reply_file(struct vg_request *rq, const struct vg_reply_file *file, bool *ret_sent);

/* Packs *body if that makes it smaller. Any thread; 20 ms for a MiB. */
bool vg_gzip(struct vg_out *body);
#define VG_GZIP_MAX ((size_t)64 << 20) /* what is longer goes unpacked */

/* For reckoning with lists in headers: true if gzip is accepted; if the list has the tag. Pure. */
bool vg_accepts_gzip(const char *accept_encoding);
bool vg_etag_listed(const char *if_none_match, const char *etag);

/* False: the asker's address has its share of that memory on its way already: 503. The handler's thread. */
bool vg_reply_has_share(struct vg_request *rq);

/* Reserves memory for an answer of about `bytes`; false: too much is being sent already. Return it. Any thread. */
bool vg_bodies_reserve(struct vg_serve *serve, size_t bytes);
void vg_bodies_return(struct vg_serve *serve, size_t bytes);

/* ---- small things that all share ---- */

static inline void vg_count(_Atomic uint64_t *counter)
{
    atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

static inline void vg_json_text(struct vg_out *out, const char *text)
{
    vg_out_json_plain(out, text, strlen(text));
}

#endif
