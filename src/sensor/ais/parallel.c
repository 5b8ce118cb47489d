#include "sensor/ais/parallel.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/thread.h"
#include "sensor/ais/alone.h"

/* In and out of a block stay in a core's second cache. A sentence of 50 bytes becomes about 330 of JSON. */
#define BLOCK_SIZE   (32 * 1024)
#define OUT_FACTOR   12
#define OUT_MIN      (48 * 1024)
#define SPANS_MAX    2048
#define PARTS_MAX    128 /* of text, written in one go */
#define SERIAL_SIZE  (64 * 1024)
#define SLOTS(count) ((count) + 2)

enum slot_state { SLOT_FREE, SLOT_TAKEN, SLOT_READY };

/* Bytes that need the receiver, and what was done without it just before them. */
struct span {
    uint32_t begin, end; /* in the block */
    uint32_t out;        /* of the block's text, what comes before */
    uint32_t lines;      /* since the last span: each a sentence and a message */
    uint32_t bytes;
    int64_t clock_us; /* the last time they gave themselves */
};

struct slot {
    enum slot_state state;
    char *in, *out;
    size_t len;
    size_t begin, end;       /* whole lines; what is before ends an endless line, what is behind ends the log */
    uint64_t number, offset; /* of the line at `begin`, and of the byte there */
    size_t out_len, spans;
    struct span span[SPANS_MAX + 1]; /* the last one: the end of the block */
};

struct run {
    const struct vg_parallel *how;
    size_t block, out_size;
    /* reading: one thread at a time */
    char *carry; /* the begin of a line whose end comes with the next block */
    size_t carry_len;
    bool inside; /* of a line longer than a block */
    uint64_t number, offset;
    enum vg_err read_err;
    /* finishing: one thread at a time */
    struct vg_receiver *receiver;
    struct vg_out serial; /* what the receiver's messages say */
    char *serial_buf;
    size_t listed; /* bytes of `serial` that stand in `part` */
    struct iovec part[PARTS_MAX];
    int parts;
    /* under the lock */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    uint64_t next_read, next_finish; /* blocks begun and finished so far */
    bool reading, finishing, at_end;
    enum vg_err write_err;
    size_t slots;
    struct slot *slot;
};

/* ---- reading ---- */

static const char *last_line_end(const char *begin, const char *end)
{
    const char *lf = begin < end ? memrchr(begin, '\n', (size_t)(end - begin)) : NULL;
    return lf ? lf + 1 : begin;
}

static bool fill(struct run *run, struct slot *s)
{
    enum vg_err err = VG_OK;
    memcpy(s->in, run->carry, run->carry_len);
    s->len = run->carry_len;
    while (s->len < run->block && err == VG_OK) {
        size_t n = 0;
        err = run->how->read(run->how->arg, s->in + s->len, run->block - s->len, &n);
        s->len += err ? 0 : n;
    }
    run->read_err = err;
    return err == VG_OK;
}

/* Cuts what was read: [0, begin) goes on with a line that is longer than a block, [begin, end) are whole lines, and
 * what is behind is kept for the next block, or is the end of the log. */
static bool read_block(struct run *run, struct slot *s)
{
    bool more = fill(run, s);
    const char *in = s->in, *end = in + s->len;
    s->begin = 0;
    if (run->inside) {
        const char *lf = memchr(in, '\n', s->len);
        s->begin = lf ? (size_t)(lf + 1 - in) : s->len;
        run->inside = !lf;
        run->number += lf != NULL;
    }
    s->end = (size_t)(last_line_end(in + s->begin, end) - in);
    s->number = run->number;
    s->offset = run->offset + s->begin;
    run->number += vg_count_lines(in + s->begin, in + s->end);
    run->carry_len = 0;
    if (more && s->end == 0 && s->begin == 0) { /* no line end in the whole block */
        s->begin = s->end = s->len;
        run->inside = true;
    } else if (more) {
        run->carry_len = s->len - s->end;
        memcpy(run->carry, in + s->end, run->carry_len);
        s->len = s->end;
    }
    run->offset += s->len;
    return more;
}

/* ---- any thread ---- */

static void write_message(const struct run *run, const struct vg_ais *msg, const struct vg_payload *payload,
                          struct vg_out *out)
{
    if (run->how->csv) {
        vg_ais_csv(msg, payload, out);
    } else {
        vg_ais_json(msg, payload, out);
        vg_out_char(out, '\n');
    }
}

/* Closes the count of what stood alone, and opens or lengthens a span of what doesn't: [begin, end). */
static void add_span(struct slot *s, size_t begin, size_t end, size_t out, struct span *alone)
{
    struct span *last = s->spans ? &s->span[s->spans - 1] : NULL;
    if (last && !alone->lines && last->end == begin) {
        last->end = (uint32_t)end;
        return;
    }
    alone->begin = (uint32_t)begin;
    alone->end = (uint32_t)end;
    alone->out = (uint32_t)out;
    s->span[s->spans++] = *alone;
    *alone = (struct span){.clock_us = VG_TIME_NONE};
}

static size_t line_size(const char *p, const char *end)
{
    const char *lf = memchr(p, '\n', (size_t)(end - p));
    return (size_t)((lf ? lf + 1 : end) - p);
}

static void work(const struct run *run, struct slot *s, vg_line_reader *read)
{
    struct vg_ais msg;
    struct vg_payload payload;
    struct vg_out out = vg_out_fixed(s->out, run->out_size);
    struct vg_line_place at = {s->number, s->offset, VG_TIME_NONE};
    struct span alone = {.clock_us = VG_TIME_NONE};
    s->spans = 0;
    if (s->begin)
        add_span(s, 0, s->begin, 0, &alone);
    size_t pos = s->begin;
    while (pos < s->end && s->spans < SPANS_MAX) {
        size_t before = out.len, n = vg_ais_alone(read, s->in + pos, s->in + s->end, &at, &msg, &payload);
        if (n) {
            write_message(run, &msg, &payload, &out);
            if (out.err) { /* no more room: the receiver does the rest of this block */
                out.len = before;
                break;
            }
            alone.lines++;
            alone.bytes += (uint32_t)n;
            if (payload.time_us != VG_TIME_NONE)
                alone.clock_us = payload.time_us;
        } else {
            n = line_size(s->in + pos, s->in + s->end);
            add_span(s, pos, pos + n, before, &alone);
        }
        pos += n;
        at.number++;
        at.offset += n;
    }
    add_span(s, pos, s->len, out.len, &alone);
    s->out_len = out.len;
}

/* ---- finishing, in order ---- */

static void on_message(void *arg, const struct vg_ais *msg, const struct vg_payload *payload)
{
    struct run *run = arg;
    write_message(run, msg, payload, &run->serial);
}

static enum vg_err write_parts(struct run *run)
{
    enum vg_err err = run->parts ? run->how->write(run->how->arg, run->part, run->parts) : VG_OK;
    run->parts = 0;
    return err;
}

/* Text is not copied together: a block's own and the receiver's are written from where they stand. */
static void add_part(struct run *run, const char *text, size_t len)
{
    if (!len || run->serial.err)
        return;
    if (run->parts == PARTS_MAX)
        run->serial.err = write_parts(run);
    run->part[run->parts++] = (struct iovec){(void *)(uintptr_t)text, len};
}

static void list_serial(struct run *run)
{
    add_part(run, run->serial.buf + run->listed, run->serial.len - run->listed);
    run->listed = run->serial.len;
}

/* The receiver's buffer is full, or its text is due. */
static enum vg_err write_serial(void *arg, const void *bytes, size_t len)
{
    struct run *run = arg;
    add_part(run, (const char *)bytes + run->listed, len - run->listed);
    run->listed = 0;
    return run->serial.err ? run->serial.err : write_parts(run);
}

/* All that was said, before the block that holds some of it is given away. */
static enum vg_err write_all(struct run *run)
{
    if (vg_out_flush(&run->serial) == VG_OK)
        run->serial.err = write_parts(run);
    return run->serial.err;
}

/* What was read ahead in a block holds only while no other sentence (VSI, $PGHP …) may touch the next message. */
static enum vg_err finish(struct run *run, const struct slot *s)
{
    size_t out = 0, done = 0;
    for (size_t i = 0; i < s->spans && !run->serial.err; i++) {
        const struct span *span = &s->span[i];
        if (!vg_receiver_idle(run->receiver)) {
            vg_receiver_push(run->receiver, s->in + done, s->len - done, VG_TIME_NONE);
            break;
        }
        done = span->end;
        list_serial(run);
        add_part(run, s->out + out, span->out - out);
        out = span->out;
        vg_receiver_skip(
            run->receiver,
            &(struct vg_receiver_counters){
                .bytes = span->bytes, .lines = span->lines, .sentences = span->lines, .messages = span->lines},
            span->clock_us);
        vg_receiver_push(run->receiver, s->in + span->begin, span->end - span->begin, VG_TIME_NONE);
    }
    return write_all(run);
}

/* ---- taking turns ---- */

/* Blocks are finished before new ones are begun, so that memory stays bounded. True if something was done. */
static bool take_finish(struct run *run)
{
    struct slot *s = &run->slot[run->next_finish % run->slots];
    if (run->finishing || run->next_finish == run->next_read || s->state != SLOT_READY)
        return false;
    run->finishing = true;
    pthread_mutex_unlock(&run->lock);
    enum vg_err err = finish(run, s);
    pthread_mutex_lock(&run->lock);
    run->finishing = false;
    s->state = SLOT_FREE;
    run->next_finish++;
    run->write_err = err;
    pthread_cond_broadcast(&run->changed);
    return true;
}

static bool take_block(struct run *run, vg_line_reader *read)
{
    struct slot *s = &run->slot[run->next_read % run->slots];
    if (run->reading || run->at_end || s->state != SLOT_FREE)
        return false;
    run->reading = true;
    s->state = SLOT_TAKEN;
    pthread_mutex_unlock(&run->lock);
    bool more = read_block(run, s);
    pthread_mutex_lock(&run->lock);
    run->reading = false;
    run->at_end = !more;
    run->next_read++;
    pthread_cond_broadcast(&run->changed);
    pthread_mutex_unlock(&run->lock);
    work(run, s, read);
    pthread_mutex_lock(&run->lock);
    s->state = SLOT_READY;
    pthread_cond_broadcast(&run->changed);
    return true;
}

static void *thread(void *arg)
{
    struct run *run = arg;
    vg_line_reader *read = vg_line_reader_best();
    pthread_mutex_lock(&run->lock);
    while (!run->write_err && !(run->at_end && run->next_finish == run->next_read))
        if (!take_finish(run) && !take_block(run, read))
            pthread_cond_wait(&run->changed, &run->lock);
    pthread_mutex_unlock(&run->lock);
    return NULL;
}

/* ---- the whole ---- */

static bool make_slots(struct run *run)
{
    run->slot = calloc(run->slots, sizeof *run->slot);
    run->carry = malloc(run->block);
    run->serial_buf = malloc(SERIAL_SIZE);
    bool ok = run->slot && run->carry && run->serial_buf;
    for (size_t i = 0; ok && i < run->slots; i++) {
        run->slot[i].in = malloc(run->block);
        run->slot[i].out = malloc(run->out_size);
        ok = run->slot[i].in && run->slot[i].out;
    }
    return ok;
}

static void free_run(struct run *run)
{
    for (size_t i = 0; run->slot && i < run->slots; i++) {
        free(run->slot[i].in);
        free(run->slot[i].out);
    }
    free(run->slot);
    free(run->carry);
    free(run->serial_buf);
    vg_receiver_free(run->receiver);
    pthread_cond_destroy(&run->changed);
    pthread_mutex_destroy(&run->lock);
}

/* The caller is one of the threads; a thread that the system doesn't give is done without. */
static void run_threads(struct run *run)
{
    pthread_t other[VG_PARALLEL_THREADS_MAX];
    unsigned n = 0;
    while (n + 1 < run->how->threads && vg_thread_start(&other[n], thread, run) == 0)
        n++;
    thread(run);
    while (n)
        pthread_join(other[--n], NULL);
}

enum vg_err vg_parallel_decode(const struct vg_parallel *how, struct vg_parallel_result *ret)
{
    if (how->threads < 1 || how->threads > VG_PARALLEL_THREADS_MAX || (how->block && how->block < 64))
        return VG_ARG;
    struct run run = {
        .how = how, .block = how->block ? how->block : BLOCK_SIZE, .slots = SLOTS(how->threads), .number = 1};
    run.out_size = run.block * OUT_FACTOR < OUT_MIN ? OUT_MIN : run.block * OUT_FACTOR;
    pthread_mutex_init(&run.lock, NULL);
    pthread_cond_init(&run.changed, NULL);
    enum vg_err err = make_slots(&run) ? vg_receiver_new(on_message, &run, &run.receiver) : VG_NOMEM;
    if (err == VG_OK) {
        vg_receiver_wait_for_signal(run.receiver, true);
        run.serial = vg_out_stream(run.serial_buf, SERIAL_SIZE, write_serial, &run);
        run_threads(&run);
        if (!run.write_err) {
            vg_receiver_end(run.receiver);
            run.write_err = write_all(&run);
        }
        ret->counters = *vg_receiver_counters(run.receiver);
        ret->refusals = *vg_receiver_refusals(run.receiver);
        err = run.write_err ? run.write_err : run.read_err == VG_EOF ? VG_OK : run.read_err;
    }
    free_run(&run);
    return err;
}
