/*
 * The desk: the book of alerts with a thread of its own. Whoever finds events hands them over and goes on; nothing
 * waits for the disk but those who ask the book something.
 *
 * A disk that fails stops nothing: what it doesn't take waits, up to VG_DESK_QUEUE events, and is tried again with each
 * vg_alert_desk_advance(). Of more the newest are lost, and counted; told again (a replay), they are there. The book
 * asks no clock, nor does the desk.
 *
 * First the journal, then the book: an event waits until what it rests on is on the disk (vg_alert_desk_synced()), so
 * that no alert is left of bytes that a crash took away, whose places then belong to others.
 */
#ifndef VG_ALERT_DESK_H
#define VG_ALERT_DESK_H

#include "alert/book.h"

#define VG_DESK_QUEUE 4096 /* events that wait; some 5 MiB */
#define VG_DESK_BATCH 64   /* of one transaction */

struct vg_alert_desk; /* opaque */

/* Opens the book and starts the thread. on_change is called in it, or in that of who acts. Errors of the book. */
enum vg_err vg_alert_desk_open(const struct vg_alert_book_options *options, struct vg_alert_desk **ret_desk,
                               char why[static VG_DB_WHY]);

/* Takes what waits into the book, then ends the thread; the book may still be asked. */
void vg_alert_desk_stop(struct vg_alert_desk *desk);
void vg_alert_desk_close(struct vg_alert_desk *desk); /* stops it, too. NULL is fine */

/* Any thread. False: too many wait, and it was counted. */
bool vg_alert_desk_event(struct vg_alert_desk *desk, const struct vg_alert_told *told);

/* The journal has the bytes before this offset on the disk. UINT64_MAX, as at first: nothing waits for it. Any thread.
 */
void vg_alert_desk_synced(struct vg_alert_desk *desk, uint64_t journal_offset);

/* How many events were handed over so far; and whether so many are in the book, or the disk fails. Any thread. */
uint64_t vg_alert_desk_handed(struct vg_alert_desk *desk);
bool vg_alert_desk_has(struct vg_alert_desk *desk, uint64_t handed);

/*
 * Waits until no more than `most` events wait, or the disk fails: for who can wait, as when a journal is read again.
 * Another thread than the desk's.
 */
void vg_alert_desk_wait(struct vg_alert_desk *desk, uint32_t most);

/* The clocks now: of the data and of this machine. Any thread; only the newest counts. */
void vg_alert_desk_advance(struct vg_alert_desk *desk, int64_t data_us, int64_t host_us);

/* Calls `ask` with the book, which is its own as long. Waits for the thread's transaction: not for the loop. */
typedef enum vg_err vg_desk_ask(struct vg_alert_book *book, void *arg);
enum vg_err vg_alert_desk_ask(struct vg_alert_desk *desk, vg_desk_ask *ask, void *arg);

struct vg_desk_status {
    struct vg_alert_counters counters;
    uint32_t waiting;
    uint64_t lost;   /* events that found the queue full */
    uint64_t failed; /* transactions that the disk did not take */
    bool failing;
    char error[VG_DB_WHY]; /* why; "": it takes them */
};
void vg_alert_desk_status(struct vg_alert_desk *desk, struct vg_desk_status *ret);

#endif
