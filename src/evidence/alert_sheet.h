/*
 * An alert for people: what was observed, by whom, numbers against limits, what speaks for and against it, reception,
 * history, risk, sentences. Of its detail (evidence/detail.h), in a case's exhibit and in `vigia explain` the same.
 */
#ifndef VG_EVIDENCE_ALERT_SHEET_H
#define VG_EVIDENCE_ALERT_SHEET_H

#include <jansson.h>

#include "evidence/sheet.h"

/* `detail`: the object of GET /api/v1/alerts/ID, or of GET /api/v1/events/ID: then what belongs to alerts is left out.
 */
void vg_alert_sheet(struct vg_sheet *sheet, const json_t *detail);

/* Its title: what, who, when. Cut to fit, terminated. */
void vg_alert_sheet_title(enum vg_language language, const json_t *detail, char *to, size_t size);

#endif
