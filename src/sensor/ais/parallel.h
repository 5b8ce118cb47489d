/*
 * One log, several threads, the order kept: what comes out, counters and refusals included, is what one thread gives.
 *
 * The log is cut into blocks at line ends. Any thread reads and formats the messages of a block that stand alone
 * (sensor/ais/alone.h), and notes the lines that don't; blocks are then finished in their order, one thread at a time:
 * the noted lines go to the one vg_receiver of the log, and the text goes out. All threads do all kinds of work,
 * whichever is due. Memory: threads + 2 blocks of half a megabyte each.
 */
#ifndef VG_SENSOR_AIS_PARALLEL_H
#define VG_SENSOR_AIS_PARALLEL_H

#include <sys/uio.h>

#include "sensor/ais/receiver.h"

#define VG_PARALLEL_THREADS_MAX 16

struct vg_parallel {
    unsigned threads; /* 1 to VG_PARALLEL_THREADS_MAX, the caller's included */
    size_t block;     /* bytes, at least 64; 0: what is best */
    bool csv;         /* rows (without the header); else a JSON object a line */
    /*
     * The next bytes of the log: at most `cap`; VG_EOF at the end. Called by one thread at a time.
     */
    enum vg_err (*read)(void *arg, void *bytes, size_t cap, size_t *ret_len);
    /* Text, in order, in `count` parts. Called by one thread at a time, but perhaps while another one is in `read`. */
    enum vg_err (*write)(void *arg, const struct iovec *parts, int count);
    void *arg;
};

struct vg_parallel_result {
    struct vg_receiver_counters counters;
    struct vg_refusals refusals;
};

/*
 * Decodes a whole log. VG_OK; what `read` said instead of VG_EOF (all that came before was decoded); what `write` said
 * (it is not called again); VG_NOMEM, VG_ARG. *ret_result is written in any case but the last two.
 */
enum vg_err vg_parallel_decode(const struct vg_parallel *how, struct vg_parallel_result *ret_result);

#endif
