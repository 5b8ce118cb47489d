/* The transport alone, with routes that exist only in the test. */
#ifndef VG_TESTS_SERVE_TRANSPORT_H
#define VG_TESTS_SERVE_TRANSPORT_H

#include "base/time.h"
#include "http_client.h"
#include "serve/metrics.h"
#include "serve/serve.h"

/* Not begun yet: queues and flows may be added. */
static inline struct vg_serve *transport_new(const struct vg_route *routes, void *context, uint32_t body_s)
{
    struct vg_app app = {.routes = routes, .context = context};
    struct vg_serve_options options = {.listen = "127.0.0.1:0", .body_s = body_s, .loopback_unlimited = true};
    struct vg_serve *serve = NULL;
    const char *why = NULL;
    if (vg_serve_new(&options, &app, &serve, &why))
        fail_msg("%s", why);
    return serve;
}

static inline void transport_begin(struct vg_serve *serve)
{
    const char *why = NULL;
    if (vg_serve_begin(serve, &why))
        fail_msg("%s", why);
}

/* One of the transport's own numbers. */
static inline uint64_t transport_metric(struct vg_serve *serve, const char *name)
{
    char line[100];
    struct vg_out out = vg_out_growing(1 << 16);
    vg_serve_metrics(serve, &out);
    vg_out_char(&out, '\0');
    snprintf(line, sizeof line, "\nvigia_%s ", name);
    const char *at = strstr(out.buf, line);
    if (!at)
        fail_msg("no metric %s", name);
    uint64_t value = strtoull(at + strlen(line), NULL, 10);
    vg_out_free(&out);
    return value;
}

#endif
