/*
 * Events, and alerts made of them, as one Parquet file: a row each, the columns of CSV, and of an alert what rule and
 * people made of it. One thread. Memory: a row group.
 *
 *     vg_events_parquet_new(false, sink, arg, &file);
 *     vg_events_parquet_row(file, &event, NULL);   // as often as wanted
 *     err = vg_events_parquet_end(file);
 *     vg_events_parquet_free(file);
 */
#ifndef VG_EXPORT_EVENTS_PARQUET_H
#define VG_EXPORT_EVENTS_PARQUET_H

#include "base/err.h"
#include "base/out.h"
#include "behaviour/event.h"

/* Of an alert, besides its event. Texts are borrowed for the call; "": null. */
struct vg_alert_row {
    const char *id, *rule, *severity, *state, *role, *owner, *reason;
    int64_t opened_us, changed_us;
};

struct vg_events_parquet; /* opaque */

/* `alerts`: each row has an alert's columns in front. VG_NOMEM, the sink's error. */
enum vg_err vg_events_parquet_new(bool alerts, vg_out_sink *sink, void *arg, struct vg_events_parquet **ret);
enum vg_err vg_events_parquet_row(struct vg_events_parquet *file, const struct vg_event *event,
                                  const struct vg_alert_row *alert);
enum vg_err vg_events_parquet_end(struct vg_events_parquet *file);
void vg_events_parquet_free(struct vg_events_parquet *file); /* NULL is fine */

#endif
