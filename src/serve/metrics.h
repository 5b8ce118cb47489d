/* Prometheus' text format 0.0.4: samples of ours, and those of the transport itself. Pure but for vg_serve_metrics().
 */
#ifndef VG_SERVE_METRICS_H
#define VG_SERVE_METRICS_H

#include "serve/http.h"

/* HELP and TYPE of vigia_NAME. */
void vg_metric_head(struct vg_out *out, const char *name, const char *type, const char *help);

/* A sample without labels, with its head. */
void vg_metric(struct vg_out *out, const char *name, const char *type, const char *help, uint64_t value);

/* A label's value in quotes: \ " and line ends escaped; what is not UTF-8, or a control character, replaced by '?'. */
void vg_metric_label(struct vg_out *out, const char *text, size_t size);

/* Answers by route and code, connections, bytes on their way. Any thread. */
void vg_serve_metrics(struct vg_serve *serve, struct vg_out *out);

#endif
