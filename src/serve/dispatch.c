/* From a request to its route: the checks before any handler, and what is wrong with a request. */
#include <stdio.h>

#include "serve/inner.h"

static const char *const method_names[VG_METHODS] = {
    [VG_METHOD_GET] = "GET", [VG_METHOD_POST] = "POST", [VG_METHOD_PUT] = "PUT", [VG_METHOD_DELETE] = "DELETE"};

const char *vg_method_name(enum vg_method method)
{
    return method_names[method];
}

/* ---- the route ---- */

/* True if the path fits the pattern; the segment that stands for its {…} goes to argument. */
static bool path_fits(const char *pattern, const char *path, char *argument, size_t argument_size)
{
    if (strcmp(pattern, VG_PATH_REST) == 0)
        return strncmp(path, "/api/", 5) != 0 && strcmp(path, "/api") != 0;
    const char *brace = strchr(pattern, '{'), *behind = brace ? strchr(brace, '}') : NULL;
    if (!behind)
        return strcmp(pattern, path) == 0;
    size_t n = (size_t)(brace - pattern);
    if (strncmp(pattern, path, n) != 0)
        return false;
    const size_t len = strcspn(path + n, "/");
    if (!len || len >= argument_size || strcmp(path + n + len, behind + 1) != 0)
        return false;
    snprintf(argument, argument_size, "%.*s", (int)len, path + n);
    return true;
}

static bool method_fits(const struct vg_route *route, const char *method)
{
    return strcmp(method_names[route->method], method) == 0 ||
           (route->method == VG_METHOD_GET && strcmp(method, MHD_HTTP_METHOD_HEAD) == 0);
}

static void allow(struct vg_request *rq, enum vg_method method)
{
    size_t n = strlen(rq->allow);
    snprintf(rq->allow + n, sizeof rq->allow - n, "%s%s", n ? ", " : "",
             method == VG_METHOD_GET ? "GET, HEAD" : method_names[method]);
}

/* The row for path and method; rq->allow has the methods of the path. */
static const struct vg_route *find_route(struct vg_request *rq, const char *method)
{
    const struct vg_route *found = NULL;
    const char *path = rq->target.path;
    for (const struct vg_route *route = rq->serve->app.routes; route->path && !found; route++) {
        if (strcmp(route->path, VG_PATH_REST) == 0 && *rq->allow)
            break; /* the path has a row of its own */
        if (!path_fits(route->path, path, rq->argument, sizeof rq->argument))
            continue;
        allow(rq, route->method);
        if (method_fits(route, method))
            found = route;
    }
    return found;
}

/* ---- parameters ---- */

static void say_params(struct vg_out *out, const struct vg_app *app, uint32_t params)
{
    vg_out_text(out, params ? "'; this address takes" : "'; this address takes none");
    for (unsigned k = 0; k < app->param_count; k++)
        if (params >> k & 1) {
            vg_out_char(out, ' ');
            vg_out_text(out, app->params[k].name);
        }
}

/* False, with a sentence, if a parameter is not one of the route's or comes twice. */
static bool params_fit(const struct vg_request *rq, const struct vg_route *route, char *why, size_t why_size)
{
    const struct vg_app *app = &rq->serve->app;
    uint32_t seen = 0;
    for (size_t i = 0; i < rq->target.params; i++) {
        const char *name = rq->target.param[i].name;
        unsigned id = 0;
        while (id < app->param_count && strcmp(app->params[id].name, name) != 0)
            id++;
        bool known = id < app->param_count && route->params >> id & 1;
        if (known && !(seen >> id & 1)) {
            seen |= 1u << id;
            continue;
        }
        struct vg_out out = vg_out_fixed(why, why_size - 1);
        vg_out_text(&out, known ? "given twice: '" : "unknown parameter '");
        vg_out_bytes(&out, name, strnlen(name, 64));
        say_params(&out, app, route->params);
        why[out.len] = '\0';
        return false;
    }
    return true;
}

/* ---- may it? ---- */

/* The one place where a request's right is looked at. There are no accounts yet: a row is open to all, or to nobody. */
static bool is_permitted(const struct vg_route *route)
{
    return route->permission == VG_PERMISSION_ANYONE;
}

/* ---- the way in ---- */

static void refuse_method(struct vg_request *rq)
{
    if (!*rq->allow)
        vg_refuse_request(rq, 404, "not_found", "no such interface; /api/v1/openapi.json lists what there is");
    else if (strcmp(rq->allow, "GET, HEAD") == 0)
        vg_refuse_request(rq, 405, "method_not_allowed", "only GET and HEAD: nothing can be changed here");
    else
        vg_refuse_request(rq, 405, "method_not_allowed", "this address has other methods: see the header Allow");
}

static void refuse_foreign(struct vg_request *rq)
{
    vg_count(&rq->serve->cross_site);
    vg_refuse_request(rq, 403, "cross_site", "a page of another site may not ask this server");
}

void vg_dispatch_begin(struct vg_request *rq, const char *method)
{
    rq->head = strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
    if (rq->of->over) {
        vg_count(&rq->serve->connections_over);
        rq->closes = true;
        vg_refuse_request(rq, 503, "too_many_connections",
                          "your address has as many connections as this server allows one (connections-per-address)");
        return;
    }
    if (!vg_request_names_us(rq))
        return;
    bool foreign = vg_request_is_foreign(rq);
    if (foreign && !vg_request_is_visit(rq)) {
        refuse_foreign(rq);
        return;
    }
    if (rq->target_err) {
        bool limit = rq->target_err == VG_LIMIT;
        vg_refuse_request(rq, limit ? 414 : 400, limit ? "too_long" : "bad_address", rq->target_why);
        return;
    }
    const struct vg_route *route = find_route(rq, method);
    if (!route) {
        refuse_method(rq);
        return;
    }
    rq->route = route;
    if (foreign && (strcmp(route->path, VG_PATH_REST) != 0 || route->method != VG_METHOD_GET)) {
        refuse_foreign(rq);
        return;
    }
    char why[512];
    if (!is_permitted(route))
        vg_refuse_request(rq, 403, "forbidden", "you may not do this");
    else if (strcmp(route->path, VG_PATH_REST) != 0 && !params_fit(rq, route, why, sizeof why)) /* files take any */
        vg_refuse_request(rq, 400, "bad_parameter", why);
    else if (route->body.schema)
        vg_body_begin(rq);
}

bool vg_dispatch(struct vg_request *rq)
{
    if (rq->gone)
        return false;
    if (!rq->handled && !rq->refusal.code && rq->route->body.schema)
        vg_body_end(rq);
    rq->handled = true; /* after a job it comes here again */
    if (rq->refusal.code)
        return vg_reply_error(rq, rq->refusal.code, rq->refusal.name, rq->refusal.why);
    return rq->route->handle(rq);
}
