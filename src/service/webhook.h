/*
 * A webhook: texts posted to one URL, in their order, by a thread of its own. At most VG_WEBHOOK_QUEUE wait; what fails
 * is tried VG_WEBHOOK_TRIES times, with longer and longer pauses, then dropped. All of it is counted.
 */
#ifndef VG_SERVICE_WEBHOOK_H
#define VG_SERVICE_WEBHOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define VG_WEBHOOK_QUEUE    256
#define VG_WEBHOOK_TRIES    5
#define VG_WEBHOOK_PAUSE_MS 1000  /* after the first failure; then twice, four times … as long */
#define VG_WEBHOOK_WAIT_MS  10000 /* one try may take so long */

struct vg_webhook; /* opaque */

/* NULL, or why it can't be a webhook's URL: only http and https are. */
const char *vg_webhook_refuses(const char *url);

/* pause_ms 0: the default. VG_ARG (URL), VG_NOMEM, VG_LIMIT (no thread). */
enum vg_err vg_webhook_open(const char *url, unsigned pause_ms, struct vg_webhook **ret);
/* Ends; what waits gets no more time than the try at work, and is dropped. NULL is fine. */
void vg_webhook_close(struct vg_webhook *webhook);

/* Any thread. The text is JSON, copied. False: too many wait, counted. */
bool vg_webhook_post(struct vg_webhook *webhook, const char *json, size_t len);

struct vg_webhook_counts {
    uint64_t posted, retried, dropped, overflowed;
    uint32_t waiting;
    bool failing;
};
void vg_webhook_counts(struct vg_webhook *webhook, struct vg_webhook_counts *ret);

#endif
