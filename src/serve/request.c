/* What a handler may know of its request, and why it may get no answer. */
#include <stdio.h>

#include "serve/inner.h"

void *vg_request_context(const struct vg_request *rq)
{
    return rq->serve->app.context;
}

struct vg_serve *vg_request_serve(const struct vg_request *rq)
{
    return rq->serve;
}

const struct vg_route *vg_request_route(const struct vg_request *rq)
{
    return rq->route;
}

const struct vg_target *vg_request_target(const struct vg_request *rq)
{
    return &rq->target;
}

const char *vg_request_param(const struct vg_request *rq, const char *name)
{
    return vg_target_get(&rq->target, name);
}

const char *vg_request_argument(const struct vg_request *rq)
{
    return rq->argument;
}

bool vg_request_is_head(const struct vg_request *rq)
{
    return rq->head;
}

const char *vg_request_header(const struct vg_request *rq, const char *name)
{
    return MHD_lookup_connection_value(rq->connection, MHD_HEADER_KIND, name);
}

bool vg_request_has(const struct vg_request *rq, const char *etag)
{
    const char *list = vg_request_header(rq, MHD_HTTP_HEADER_IF_NONE_MATCH);
    return list && vg_etag_listed(list, etag);
}

bool vg_request_takes_gzip(const struct vg_request *rq)
{
    const char *list = vg_request_header(rq, MHD_HTTP_HEADER_ACCEPT_ENCODING);
    return list && vg_accepts_gzip(list);
}

void vg_refuse_request(struct vg_request *rq, unsigned code, const char *name, const char *why)
{
    rq->refusal.code = code;
    rq->refusal.name = name;
    snprintf(rq->refusal.why, sizeof rq->refusal.why, "%s", why);
}
