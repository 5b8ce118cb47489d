/*
 * The whole of an alert: what the book of alerts has of it, with what the journal says at its event's places. One home
 * for the interface, `vigia explain` and cases. Reads the disk, and never while it holds the book. Any thread.
 */
#ifndef VG_EVIDENCE_DETAIL_H
#define VG_EVIDENCE_DETAIL_H

#include "alert/desk.h"
#include "behaviour/event_json.h"
#include "evidence/proof.h"

/* Who has the book: a desk, or, if that is NULL, the book itself. Borrowed. */
struct vg_evidence_of {
    struct vg_alert_desk *desk;
    struct vg_alert_book *book;
    const char *journal_dir; /* NULL: there is no journal */
};

/* The object of GET /api/v1/alerts/ID (docs/formats/alerts.md). VG_NOT_FOUND, VG_NOMEM, errors of the book. */
enum vg_err vg_alert_detail(const struct vg_evidence_of *of, uint64_t alert, struct vg_out *out);

/* The object of GET /api/v1/events/ID with `evidence` and `reception` as an alert has them. As above. */
enum vg_err vg_event_detail(const struct vg_evidence_of *of, uint64_t event, struct vg_out *out);

/* The event of an alert. Its own numbers point into *ret: don't copy it. As above. */
enum vg_err vg_alert_event(const struct vg_evidence_of *of, uint64_t alert, struct vg_event_read *ret);

/* Calls `ask` with the book. */
enum vg_err vg_evidence_ask(const struct vg_evidence_of *of, vg_desk_ask *ask, void *arg);

#endif
