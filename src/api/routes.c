/* The routes, one row each, and the way from a request to its row. */
#include <arpa/inet.h>
#include <stdio.h>
#include <strings.h>

#include "serve/inner.h"

#define P(name) (1u << VG_PARAM_##name)
#define JSON    "application/json"
#define BINARY  "application/octet-stream"
#define VESSEL_PARAMS                                                                                                  \
    (P(BBOX) | P(CLASS) | P(STATUS) | P(FLAG) | P(MIN_SPEED) | P(MAX_SPEED) | P(TYPE) | P(Q) | P(LIMIT) | P(FORMAT))

const struct vg_route vg_routes[] = {
    {"/api/v1/status", vg_handle_status, "status", "Version, clock, limits and what the page needs to begin", JSON,
     "Status", 0},
    {"/api/v1/vessels", vg_handle_vessels, "vessels", "All vessels that fit the filters", JSON, "Vessels",
     VESSEL_PARAMS},
    {"/api/v1/vessels/{mmsi}", vg_handle_vessel, "vessel",
     "One vessel: who said each field and when, its trail, positions held apart", JSON, "VesselDetail", 0},
    {"/api/v1/trails", vg_handle_trails, "trails", "The trails of the vessels now inside a box", JSON, "Trails",
     P(BBOX) | P(CLASS) | P(MINUTES)},
    {"/api/v1/feeds", vg_handle_feeds, "feeds", "Feeds with state, counts and what was refused; sources", JSON, "Feeds",
     0},
    {"/api/v1/storage", vg_handle_storage, "storage",
     "The data folder: journal, archive, and whether the disk takes it", JSON, "Storage", 0},
    {"/api/v1/stream", vg_handle_stream, "stream", "Live binary stream of the vessels (docs/formats/stream.md)",
     "application/octet-stream", NULL, P(BBOX) | P(CLASS) | P(VERSION)},
    {"/api/v1/events", vg_handle_events, "events",
     "Server-sent events: hello, feed, distress, storage. Last-Event-ID resumes", "text/event-stream", NULL, 0},
    {"/api/v1/layers", vg_handle_layers, "layers", "The chart layers of this installation", JSON, "Layers", 0},
    {"/api/v1/layers/{id}", vg_handle_layer, "layer", "One layer as GeoJSON", "application/geo+json", "GeoJSON", 0},
    {"/api/v1/history", vg_handle_history, "history", "What the archive has: span, hours, what is final", JSON,
     "History", 0},
    {"/api/v1/history/block", vg_handle_history, "historyBlock",
     "The positions of a region in a block of time, for playback (docs/formats/history.md)", BINARY, NULL,
     P(BBOX) | P(FROM) | P(SECONDS) | P(STEP) | P(REV)},
    {"/api/v1/history/region", vg_handle_history, "historyRegion", "The state of a region at one moment", JSON,
     "HistoryRegion", VESSEL_PARAMS | P(AT) | P(REV)},
    {"/api/v1/history/vessels", vg_handle_history, "historyVessels",
     "Who the vessels were that were in a region during an hour", JSON, "HistoryVessels", P(BBOX) | P(FROM) | P(REV)},
    {"/api/v1/history/vessel", vg_handle_history, "historyVessel",
     "One vessel at one moment: who had said each field and when, its trail", JSON, "VesselDetail",
     P(MMSI) | P(AT) | P(MINUTES)},
    {"/api/v1/history/track", vg_handle_history, "historyTrack", "One vessel's track", JSON, "HistoryTrack",
     P(MMSI) | P(FROM) | P(TO) | P(STEP) | P(FORMAT)},
    {"/api/v1/history/density", vg_handle_history, "historyDensity",
     "Minutes in which vessels were heard, counted on a grid", JSON, "HistoryDensity",
     P(BBOX) | P(FROM) | P(TO) | P(CELL) | P(MIN_SPEED) | P(FORMAT) | P(REV)},
    {"/api/v1/history/export", vg_handle_history, "historyExport", "The positions of a region and time, as a file",
     "text/csv", NULL, P(BBOX) | P(FROM) | P(TO) | P(MMSI) | P(STEP) | P(FORMAT)},
    {"/api/v1/openapi.json", vg_handle_openapi, "openapi", "This description", JSON, "OpenAPI", 0},
    {"/healthz", vg_handle_health, "healthz", "\"ok\", or 503 if the picture is no longer published", "text/plain",
     NULL, 0},
    {"/metrics", vg_handle_metrics, "metrics", "Counters for Prometheus", "text/plain; version=0.0.4", NULL, 0},
    {"/", vg_handle_page, "page", "The page and its files", "text/html", NULL, 0},
    {0},
};

_Static_assert(sizeof vg_routes / sizeof *vg_routes < VG_ROUTES_MAX, "the counters have a row for each route");

/* True if the path fits the pattern; what stands for {…} goes to argument. */
static bool path_fits(const char *pattern, const char *path, char *argument, size_t argument_size)
{
    const char *brace = strchr(pattern, '{');
    if (!brace)
        return strcmp(pattern, path) == 0;
    size_t n = (size_t)(brace - pattern);
    if (strncmp(pattern, path, n) != 0 || !path[n] || strchr(path + n, '/') || strlen(path + n) >= argument_size)
        return false;
    snprintf(argument, argument_size, "%s", path + n);
    return true;
}

static const struct vg_route *find_route(struct vg_request *rq)
{
    const struct vg_route *route = vg_routes;
    const char *path = rq->target.path;
    for (; route[1].path; route++)
        if (path_fits(route->path, path, rq->argument, sizeof rq->argument))
            return route;
    return strncmp(path, "/api/", 5) == 0 || strcmp(path, "/api") == 0 ? NULL : route; /* the rest is the page's */
}

/* ---- checks before any handler ---- */

/* The name in a Host header without its port. */
static void host_name(const char *host, char name[static 256])
{
    const char *end = *host == '[' ? strchr(host, ']') : strrchr(host, ':');
    const char *from = *host == '[' ? host + 1 : host;
    size_t n = end ? (size_t)(end - from) : strlen(from);
    snprintf(name, 256, "%.*s", (int)(n < 255 ? n : 255), from);
}

/*
 * A page of any site can make its own name mean 127.0.0.1 and then read what we serve as if it were its own (DNS
 * rebinding). Its requests still carry that name: on loopback, only names that nobody else can own are answered.
 */
static bool host_is_ours(const struct vg_serve *s, const char *host)
{
    char name[256];
    struct in6_addr any;
    if (!s->loopback || !host)
        return true;
    host_name(host, name);
    size_t n = strlen(name);
    if (strcasecmp(name, "localhost") == 0 || (n > 10 && strcasecmp(name + n - 10, ".localhost") == 0))
        return true; /* RFC 6761, 6.3 */
    return strcasecmp(name, s->listen_host) == 0 || inet_pton(AF_INET, name, &any) == 1 ||
           inet_pton(AF_INET6, name, &any) == 1;
}

static const char *const param_names[] = {
#define X(id, name, type, text) name,
    VG_PARAM_LIST(X)
#undef X
};

/* False, with a sentence, if a parameter is not one of the route's or comes twice. */
static bool params_fit(const struct vg_request *rq, char *why, size_t why_size)
{
    uint32_t seen = 0;
    for (size_t i = 0; i < rq->target.params; i++) {
        const char *name = rq->target.param[i].name;
        unsigned id = 0;
        while (id < VG_PARAM_COUNT && strcmp(param_names[id], name) != 0)
            id++;
        bool known = id < VG_PARAM_COUNT && rq->route->params >> id & 1;
        if (known && !(seen >> id & 1)) {
            seen |= 1u << id;
            continue;
        }
        struct vg_out out = vg_out_fixed(why, why_size - 1);
        vg_out_text(&out, known ? "given twice: '" : "unknown parameter '");
        vg_out_bytes(&out, name, strnlen(name, 64));
        vg_out_text(&out, rq->route->params ? "'; this address takes" : "'; this address takes none");
        for (unsigned k = 0; k < VG_PARAM_COUNT; k++)
            if (rq->route->params >> k & 1) {
                vg_out_char(&out, ' ');
                vg_out_text(&out, param_names[k]);
            }
        why[out.len] = '\0';
        return false;
    }
    return true;
}

enum MHD_Result vg_dispatch(struct vg_request *rq, const char *method)
{
    if (rq->route) /* resumed after a question */
        return rq->route->handle(rq);
    if (!host_is_ours(rq->serve, MHD_lookup_connection_value(rq->connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_HOST)))
        return vg_reply_error(rq, 421, "misdirected",
                              "this server listens on this machine only and answers to localhost or an IP address in "
                              "the Host header, not to other names");
    rq->head = strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
    if (!rq->head && strcmp(method, MHD_HTTP_METHOD_GET) != 0)
        return vg_reply_error(rq, 405, "method_not_allowed", "only GET and HEAD: nothing can be changed here");
    if (rq->target_err == VG_LIMIT)
        return vg_reply_error(rq, 414, "too_long", rq->target_why);
    if (rq->target_err)
        return vg_reply_error(rq, 400, "bad_address", rq->target_why);
    const struct vg_route *route = find_route(rq);
    if (!route)
        return vg_reply_error(rq, 404, "not_found", "no such interface; /api/v1/openapi.json lists what there is");
    rq->route = route;
    char why[512];
    if (route[1].path && !params_fit(rq, why, sizeof why)) /* the page's own files take any */
        return vg_reply_error(rq, 400, "bad_parameter", why);
    return route->handle(rq);
}
