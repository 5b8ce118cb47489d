/*
 * The threads of a journal replay: each turns the records of its own feeds in a batch into reports, in order. Within
 * intake.
 *
 * One batch at a time is in the pool, while the caller goes through the one before. Without further threads the caller
 * decodes in vg_decode_pool_send().
 */
#ifndef VG_INTAKE_DECODE_POOL_H
#define VG_INTAKE_DECODE_POOL_H

#include <limits.h>

#include "intake/intake.h"
#include "journal/frame.h"

#define VG_DECODE_NOBODY UINT_MAX /* a feed number: the record is passed on as it is */

struct vg_decode_record {
    uint64_t journal_offset;
    int64_t received_us;
    const uint8_t *bytes; /* in the batch's own; set when it is sent */
    size_t at, len;
    size_t name_len; /* of the source's name, which stands behind the bytes; 0: it was not kept */
    uint32_t stream;
    unsigned feed;               /* who decodes it: number % threads; VG_DECODE_NOBODY */
    uint8_t flags;               /* VG_RECORD_… */
    int64_t own_us;              /* after it is decoded: vg_intake_own_us() of its feed */
    struct vg_report_list *list; /* after vg_decode_pool_wait(): where its reports are … */
    size_t first, count;         /* … and which */
};

struct vg_decode_batch { /* begins with zeros */
    struct vg_decode_record *record;
    size_t count, room;
    uint8_t *at;
    size_t bytes, bytes_room;
    bool silent;                   /* before the begin: its reports are not given */
    struct vg_report_list *output; /* of each thread */
    bool *failed;                  /* it had no memory for some */
    unsigned outputs;
};

void vg_decode_batch_clear(struct vg_decode_batch *batch);
void vg_decode_batch_free(struct vg_decode_batch *batch);

/* Copies the record's bytes; its name too if nobody decodes it. False: no memory. */
bool vg_decode_batch_add(struct vg_decode_batch *batch, const struct vg_record *record, unsigned feed);

/* Adds the record's reports to the list. VG_NOMEM. In the thread of the record's feed. */
typedef enum vg_err vg_decode_function(void *arg, struct vg_decode_record *record, struct vg_report_list *list);

struct vg_decode_pool;

/* threads 0 or 1: no further ones; more than VG_DECODE_THREADS_MAX: so many. VG_NOMEM. */
#define VG_DECODE_THREADS_MAX 16
enum vg_err vg_decode_pool_new(unsigned threads, vg_decode_function *decode, void *arg,
                               struct vg_decode_pool **ret_pool);
void vg_decode_pool_free(struct vg_decode_pool *pool);           /* NULL is fine */
bool vg_decode_pool_is_apart(const struct vg_decode_pool *pool); /* it has threads of its own */

/* Hands a batch over; it is not to be touched until vg_decode_pool_wait(). */
void vg_decode_pool_send(struct vg_decode_pool *pool, struct vg_decode_batch *batch);

/* Until the batch is done. VG_NOMEM: reports are missing. */
enum vg_err vg_decode_pool_wait(struct vg_decode_pool *pool);

#endif
