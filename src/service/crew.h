/*
 * The hands of a replay: threads that turn a batch of records into reports, each the records of its own feeds, in
 * order. Within service.
 *
 * One batch at a time is in their hands, while the caller goes through the one before. Without further threads the
 * caller decodes in vg_crew_send().
 */
#ifndef VG_SERVICE_CREW_H
#define VG_SERVICE_CREW_H

#include "journal/frame.h"
#include "sensor/report.h"

#define VG_CREW_SENDER 32 /* bytes of a name behind a feed, as in struct vg_payload */

/* What one hand found in a batch. */
struct vg_crew_output {
    struct vg_report *report;
    char (*sender)[VG_CREW_SENDER];
    size_t count, room;
    bool no_memory;
};

struct vg_crew_record {
    uint64_t place;
    int64_t received_us;
    const uint8_t *bytes; /* in the batch's own; set when it is sent */
    size_t at, len;
    uint32_t stream;
    unsigned feed;
    uint8_t flags;                       /* VG_RECORD_… */
    const struct vg_crew_output *output; /* after vg_crew_wait(): where its reports are … */
    size_t first, count;                 /* … and which */
};

struct vg_crew_batch { /* starts with zeros */
    struct vg_crew_record *record;
    size_t count, room;
    uint8_t *at;
    size_t bytes, bytes_room;
    bool silent; /* its reports are for nobody */
    struct vg_crew_output *output;
    unsigned outputs;
};

void vg_crew_batch_clear(struct vg_crew_batch *batch);
void vg_crew_batch_free(struct vg_crew_batch *batch);
bool vg_crew_batch_add(struct vg_crew_batch *batch, const struct vg_record *record,
                       unsigned feed); /* false: no memory */

/* From within a decode callback. */
void vg_crew_found(struct vg_crew_output *output, const struct vg_report *report, const char *sender);

typedef void vg_crew_decode(void *arg, const struct vg_crew_record *record, struct vg_crew_output *output);

struct vg_crew;

/* threads 0 or 1: no further ones. */
enum vg_err vg_crew_new(unsigned threads, vg_crew_decode *decode, void *arg, struct vg_crew **ret_crew);
void vg_crew_free(struct vg_crew *crew);
bool vg_crew_is_apart(const struct vg_crew *crew); /* it has threads of its own */

/* Hands a batch over; it is not to be touched until vg_crew_wait(). */
void vg_crew_send(struct vg_crew *crew, struct vg_crew_batch *batch);

/* Until the batch is done. VG_NOMEM: reports are missing. */
enum vg_err vg_crew_wait(struct vg_crew *crew);

#endif
