/* Samples in Prometheus' text format, and the transport's own. */
#include "serve/metrics.h"

#include <inttypes.h>

#include "serve/inner.h"

void vg_metric_head(struct vg_out *out, const char *name, const char *type, const char *help)
{
    vg_out_printf(out, "# HELP vigia_%s %s\n# TYPE vigia_%s %s\n", name, help, name, type);
}

void vg_metric(struct vg_out *out, const char *name, const char *type, const char *help, uint64_t value)
{
    vg_metric_head(out, name, type, help);
    vg_out_printf(out, "vigia_%s %" PRIu64 "\n", name, value);
}

void vg_metric_label(struct vg_out *out, const char *text, size_t size)
{
    size_t len = strnlen(text, size);
    vg_out_char(out, '"');
    for (size_t i = 0, n; i < len; i += n) {
        char one[8];
        n = vg_utf8_length((const uint8_t *)text + i, len - i);
        n = n ? n : 1;
        if (text[i] == '"' || text[i] == '\\')
            vg_out_char(out, '\\');
        if (text[i] == '\n')
            vg_out_text(out, "\\n");
        else
            vg_out_bytes(out, one, vg_text_plain(one, sizeof one, text + i, n));
    }
    vg_out_char(out, '"');
}

static void answers(struct vg_serve *s, struct vg_out *out)
{
    static const char *const codes[] = {
#define X(code) #code,
        VG_CODE_LIST(X)
#undef X
            "other"};
    vg_metric_head(out, "http_requests_total", "counter", "Answers by route and status code.");
    for (unsigned route = 0; route < VG_ROUTES_MAX; route++)
        for (unsigned code = 0; code < VG_CODES; code++) {
            uint64_t n = atomic_load_explicit(&s->requests[route][code], memory_order_relaxed);
            if (n)
                vg_out_printf(out, "vigia_http_requests_total{route=\"%s\",code=\"%s\"} %" PRIu64 "\n",
                              route == VG_ROUTES_MAX - 1 ? "none" : s->app.routes[route].id, codes[code], n);
        }
}

void vg_serve_metrics(struct vg_serve *s, struct vg_out *out)
{
    const struct {
        const char *name, *help;
        uint64_t value;
    } rows[] = {
        {"http_busy_total", "Answers refused because too many bytes were being sent.", s->busy},
        {"http_no_memory_total", "Answers that failed for want of memory.", s->no_memory},
        {"http_bodies_too_large_total", "Requests whose body was larger than its address takes.", s->bodies_too_large},
        {"http_bodies_too_slow_total", "Requests whose body did not come in time.", s->bodies_too_slow},
        {"http_heads_too_slow_total", "Connections closed because no whole request came in time.", s->heads_too_slow},
        {"http_answers_too_slow_total", "Answers that were not taken in time.", s->answers_too_slow},
        {"http_gone_total", "Clients that had gone while they waited for an answer.", s->gone},
        {"http_foreign_hosts_total", "Requests answered 421: their Host is not one of ours.", s->foreign_hosts},
        {"http_cross_site_total", "Requests answered 403: a page of another site sent them.", s->cross_site},
        {"http_connections_over_total", "Requests answered 503: their address has too many connections.",
         s->connections_over},
        {"http_given_way_total", "Resting connections closed for new ones of their address.", s->given_way},
        {"http_connections_closed_total", "Connections closed unheard: their address has far too many.",
         s->connections_closed},
    };
    answers(s, out);
    vg_metric(out, "http_connections", "gauge", "Connections open.", s->connections);
    vg_metric(out, "http_body_bytes", "gauge", "Memory of answers that are being sent.", atomic_load(&s->bodies));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        vg_metric(out, rows[i].name, "counter", rows[i].help, rows[i].value);
}
