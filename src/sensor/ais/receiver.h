/*
 * A receiver of AIS: the whole way from bytes in any pieces to decoded messages, with its counters.
 *
 * One for each stream of bytes (a file, a socket, a serial line): lines and fragments of different streams must not
 * mix. One thread. About 50 KiB.
 */
#ifndef VG_SENSOR_AIS_RECEIVER_H
#define VG_SENSOR_AIS_RECEIVER_H

#include "sensor/ais/ais.h"

struct vg_receiver; /* opaque */

struct vg_receiver_counters {
    uint64_t bytes, lines;
    uint64_t sentences; /* well-formed, of any kind */
    uint64_t messages;  /* AIS messages decoded */
};

/* A decoded message. Both are valid during the call only. */
typedef void vg_on_message(void *arg, const struct vg_ais *msg, const struct vg_payload *payload);

enum vg_err vg_receiver_new(vg_on_message *on, void *arg, struct vg_receiver **ret_receiver);
void vg_receiver_free(struct vg_receiver *receiver);

/*
 * Takes bytes that arrived at received_us. Fragments wait for each other on that clock; without one (VG_TIME_NONE) a
 * line counts as 10 ms.
 */
void vg_receiver_push(struct vg_receiver *receiver, const void *bytes, size_t len, int64_t received_us);

/*
 * Whole lines that stood here were read elsewhere, by vg_ais_alone(): they are counted, and numbers and places go on
 * behind them. Only between lines.
 */
void vg_receiver_skip(struct vg_receiver *receiver, const struct vg_receiver_counters *done);

/* A line that isn't finished is finished now (the end of a file or of a datagram). */
void vg_receiver_end_line(struct vg_receiver *receiver);

/* The end of the input: nothing more comes for the messages that still wait. */
void vg_receiver_end(struct vg_receiver *receiver);

/* The stream begins anew (a connection was lost): what was unfinished is dropped and counted. Counters go on. */
void vg_receiver_restart(struct vg_receiver *receiver);

const struct vg_receiver_counters *vg_receiver_counters(const struct vg_receiver *receiver);
const struct vg_refusals *vg_receiver_refusals(const struct vg_receiver *receiver);

#endif
