/*
 * The workers of a replay: threads that turn a batch of records into reports, each the records of its own feeds, in
 * order. Within service.
 *
 * One batch at a time is in their workers, while the caller goes through the one before. Without further threads the
 * caller decodes in vg_decode_pool_send().
 */
#ifndef VG_SERVICE_DECODE_POOL_H
#define VG_SERVICE_DECODE_POOL_H

#include "journal/frame.h"
#include "report/report.h"

#define VG_DECODE_SENDER 32 /* bytes of a name behind a feed, as in struct vg_payload */

/* What one worker found in a batch. */
struct vg_decode_output {
    struct vg_report *report;
    char (*sender)[VG_DECODE_SENDER];
    size_t count, room;
    bool no_memory;
};

struct vg_decode_record {
    uint64_t journal_offset;
    int64_t received_us;
    const uint8_t *bytes; /* in the batch's own; set when it is sent */
    size_t at, len;
    uint32_t stream;
    unsigned feed;
    uint8_t flags;                         /* VG_RECORD_… */
    const struct vg_decode_output *output; /* after vg_decode_pool_wait(): where its reports are … */
    size_t first, count;                   /* … and which */
};

struct vg_decode_batch { /* starts with zeros */
    struct vg_decode_record *record;
    size_t count, room;
    uint8_t *at;
    size_t bytes, bytes_room;
    bool silent; /* its reports are for nobody */
    struct vg_decode_output *output;
    unsigned outputs;
};

void vg_decode_batch_clear(struct vg_decode_batch *batch);
void vg_decode_batch_free(struct vg_decode_batch *batch);
bool vg_decode_batch_add(struct vg_decode_batch *batch, const struct vg_record *record,
                         unsigned feed); /* false: no memory */

/* From within a decode callback. */
void vg_decode_pool_found(struct vg_decode_output *output, const struct vg_report *report, const char *sender);

typedef void vg_decode_function(void *arg, const struct vg_decode_record *record, struct vg_decode_output *output);

struct vg_decode_pool;

/* threads 0 or 1: no further ones. */
enum vg_err vg_decode_pool_new(unsigned threads, vg_decode_function *decode, void *arg,
                               struct vg_decode_pool **ret_pool);
void vg_decode_pool_free(struct vg_decode_pool *pool);
bool vg_decode_pool_is_apart(const struct vg_decode_pool *pool); /* it has threads of its own */

/* Hands a batch over; it is not to be touched until vg_decode_pool_wait(). */
void vg_decode_pool_send(struct vg_decode_pool *pool, struct vg_decode_batch *batch);

/* Until the batch is done. VG_NOMEM: reports are missing. */
enum vg_err vg_decode_pool_wait(struct vg_decode_pool *pool);

#endif
