/* What the parts of the book share. Nobody else includes it. */
#ifndef VG_ALERT_INNER_H
#define VG_ALERT_INNER_H

#include "alert/book.h"
#include "base/time.h"

struct vg_alert_book {
    struct vg_db *db;
    struct vg_rules rules;
    char base[17]; /* of the rules that the book was opened with: their hash as hexadecimal digits */
    uint64_t events, events_kept;
    int64_t data_us;
    struct vg_alert_counters counters, before; /* before: of the transaction */
    vg_alert_on_change *on_change;
    void *arg;
    size_t changes;
    struct {
        uint64_t alert;
        const char *what; /* constant */
    } change[VG_ALERT_CHANGES];
};

/* ,"KEY":…, null for no text and no time. alert.c */
void vg_alert_put_text(struct vg_out *out, const char *key, const char *text);
void vg_alert_put_time(struct vg_out *out, const char *key, int64_t time_us);

/* A step of an alert: into its history, and to be told once it is on the disk. `by` NULL: of the data. */
enum vg_err vg_book_step(struct vg_alert_book *book, const struct vg_alert *alert, const char *what,
                         const struct vg_alert_by *by, const char *why, int64_t host_us);
enum vg_err vg_book_store(struct vg_alert_book *book, const struct vg_alert *alert); /* as it is now */

/* A transaction: counters and changes go with it. */
enum vg_err vg_book_begin(struct vg_alert_book *book);
enum vg_err vg_book_end(struct vg_alert_book *book, enum vg_err err); /* commits, or rolls back if err */

#define VG_ALERT_COLUMNS                                                                                               \
    "a.id, a.event, a.rule, a.role, a.kind, a.severity, a.state, a.exercise, a.opened_us, a.opened_host_us, "          \
    "a.changed_us, a.due_us, a.escalated_us, a.owner, a.reason, e.lon_e4min, e.lat_e4min, e.mmsi"
#define VG_ALERT_COLUMN_COUNT 18
void vg_book_alert_of(const struct vg_ask *ask, struct vg_alert *ret);

/* Data time of an escalation, if somebody is to look from `from_us` on. */
int64_t vg_book_due_us(const struct vg_alert_book *book, uint8_t severity, int64_t from_us);

enum vg_err vg_book_load_rules(struct vg_alert_book *book); /* what people made of those it was opened with */

#endif
