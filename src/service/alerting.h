/*
 * Alerts within the service: what behaviours find goes to the desk (alert/desk.h), with what is known of who takes
 * part; what becomes of alerts goes to readers of notices and to a webhook. The loop's thread calls everything here but
 * what is marked; nothing in it waits for the disk or the network.
 */
#ifndef VG_SERVICE_ALERTING_H
#define VG_SERVICE_ALERTING_H

#include "alert/desk.h"
#include "api/api.h"
#include "situation/situation.h"

#define VG_ALERTING_PENDING 256 /* events of one piece of input before they go to the desk */

struct vg_alerting_options {
    const char *data_dir;         /* the file stands there, alerts.sqlite; NULL: in memory */
    const struct vg_rules *rules; /* NULL: those built in */
    const char *webhook;          /* URL; NULL: none */
    const char *title;            /* of the installation, for the webhook; NULL: "Vigía" */
    void (*log)(void *arg, const char *line);
    void *log_arg;
};

struct vg_alerting; /* opaque */

/* *ret_why is a sentence, valid until the next call. A file that is damaged is set aside, with a line in the log. */
enum vg_err vg_alerting_open(const struct vg_alerting_options *options, struct vg_alerting **ret, const char **ret_why);

/*
 * Whose picture tells who takes part in events from now on (NULL: nobody's), and by a feed's source, whether what it
 * tells is of an exercise. Both borrowed.
 */
void vg_alerting_watch(struct vg_alerting *alerting, struct vg_situation *situation, const bool *exercise);

/*
 * A vg_event_sink; `arg` is the alerting. Who takes part is looked up here: as believed at the very report that showed
 * it, so that a journal read again gives the same alerts, whatever came in one piece with it.
 */
void vg_alerting_event(void *arg, const struct vg_event *event);

/*
 * After a call of the situation: what it found goes to the desk. `journal_end`: behind the last byte that was received;
 * VG_JOURNAL_OFFSET_NONE or 0: nothing is kept.
 */
void vg_alerting_flush(struct vg_alerting *alerting, uint64_t journal_end, int64_t host_us);

/* While a journal is read again: the same, and waits where the desk's queue fills. No event is lost then. */
void vg_alerting_flush_waiting(struct vg_alerting *alerting, int64_t host_us);

/* Once a second: the clocks for the desk, and lines for the log. */
void vg_alerting_second(struct vg_alerting *alerting, int64_t data_us, int64_t host_us);

/* Fills in what the webhook counts. */
void vg_alerting_board(struct vg_alerting *alerting, struct vg_looking_board *board);

/* For vg_api_options. */
struct vg_alert_desk *vg_alerting_desk(struct vg_alerting *alerting);

/* From now on changes are told there; NULL: no more. */
void vg_alerting_tell(struct vg_alerting *alerting, struct vg_api *api);

/* Ends the desk's thread, before the server stops. */
void vg_alerting_stop(struct vg_alerting *alerting);
void vg_alerting_close(struct vg_alerting *alerting); /* NULL is fine */

#endif
