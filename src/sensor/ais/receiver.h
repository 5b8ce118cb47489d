/*
 * A receiver of AIS: the whole way from bytes in any pieces to decoded messages, with its counters.
 *
 * One for each stream of bytes (a file, a socket, a serial line): lines and fragments of different streams must not
 * mix. One thread. About 50 KiB.
 */
#ifndef VG_SENSOR_AIS_RECEIVER_H
#define VG_SENSOR_AIS_RECEIVER_H

#include "nmea/other.h"
#include "sensor/ais/ais.h"

struct vg_receiver; /* opaque */

struct vg_receiver_counters {
    uint64_t bytes, lines;
    uint64_t sentences; /* well-formed, of any kind */
    uint64_t messages;  /* AIS messages decoded */
    uint64_t others;    /* sentences of other kinds that are understood (nmea/other.h) */
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

/* All lines from here on have this time, whatever they say themselves; VG_TIME_NONE, as at first: they say it. */
void vg_receiver_set_line_time(struct vg_receiver *receiver, int64_t time_us);

/*
 * The next byte stands at `journal_offset`, not behind the last one: offsets of messages count from there. A line
 * in two pieces keeps the offset where it began.
 */
void vg_receiver_set_journal_offset(struct vg_receiver *receiver, uint64_t journal_offset);

/*
 * Whole lines that stood here were read elsewhere, by vg_ais_alone(): they are counted, and numbers and offsets go on
 * behind them. clock_us: the last time that such a line gave itself, or VG_TIME_NONE. Only between lines, and only
 * while the receiver is idle.
 */
void vg_receiver_skip(struct vg_receiver *receiver, const struct vg_receiver_counters *done, int64_t clock_us);

/* False while other sentences (VSI, ZDA, $PGHP) may touch the next message: then lines must come to the receiver. */
bool vg_receiver_idle(const struct vg_receiver *receiver);

/*
 * Messages wait for the VSI that tells how they were received: until the next sentence at most, and only in streams
 * that have such sentences. Off at first: who shows ships live doesn't want the last message to wait for the next one.
 */
void vg_receiver_wait_for_signal(struct vg_receiver *receiver, bool wait);

/* Sentences of other kinds that are understood, as they come; same `arg` as for messages. Valid during the call only.
 */
typedef void vg_on_other(void *arg, const struct vg_other *other, const struct vg_sentence *sentence, uint64_t line);
void vg_receiver_on_other(struct vg_receiver *receiver, vg_on_other *on);

/*
 * Sentences that are neither VDM nor VDO, base stations' (above) among them: whoever reads more of them is called with
 * each, and says NONE if it read one, OTHER_SENTENCE if it is none of its own, or why it can't be used. Same `arg`. The
 * sentence was received at now_us, and its line stands at `offset`. NULL, as at first: nobody.
 */
typedef enum vg_refusal vg_on_sentence(void *arg, const struct vg_sentence *sentence, int64_t now_us, uint64_t offset);
void vg_receiver_on_sentence(struct vg_receiver *receiver, vg_on_sentence *on);

/* A line that isn't finished is finished now (the end of a file or of a datagram). */
void vg_receiver_end_line(struct vg_receiver *receiver);

/* The end of the input: nothing more comes for the messages that still wait. */
void vg_receiver_end(struct vg_receiver *receiver);

/* The stream begins anew (a connection was lost): what was unfinished is dropped and counted. Counters go on. */
void vg_receiver_restart(struct vg_receiver *receiver);

const struct vg_receiver_counters *vg_receiver_counters(const struct vg_receiver *receiver);
const struct vg_refusals *vg_receiver_refusals(const struct vg_receiver *receiver);

#endif
