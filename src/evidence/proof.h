/*
 * What stands at the places of an event in the journal: the sentences as they were received, and whether a bundle of
 * them can be made now (journal/bundle.h). Reads the disk: a place costs a frame, some milliseconds. Any thread.
 *
 *     vg_proofs_read(journal_dir, event.place, event.places, &proofs);
 *     vg_proofs_members(&out, &proofs);      // members of a detail's `evidence`
 *     vg_proofs_reception(&out, &proofs, &event);
 *     vg_proofs_free(&proofs);
 */
#ifndef VG_EVIDENCE_PROOF_H
#define VG_EVIDENCE_PROOF_H

#include "base/out.h"
#include "behaviour/event.h"
#include "journal/frame.h"

#define VG_PROOF_SENTENCE 2048 /* bytes of one that are shown; of a longer one the beginning */

/* Whether a bundle can be made, and why not. (name, key, sentence) */
#define VG_PROOF_STATE_LIST(X)                                                                                         \
    X(READY, "ready", "")                                                                                              \
    X(NO_JOURNAL, "no_journal", "nothing that is received is kept here: there is no journal (--data)")                 \
    X(NO_PLACES, "no_places", "the event names no places in the journal")                                              \
    X(NOT_SIGNED, "not_signed_yet",                                                                                    \
      "not signed yet: the next checkpoint covers it, within some 10 seconds while data comes")                        \
    X(NOT_KEPT, "not_kept", "the journal has what was received then no more: it was retired, or is damaged")

enum vg_proof_state {
#define X(name, key, text) VG_PROOF_##name,
    VG_PROOF_STATE_LIST(X)
#undef X
};
const char *vg_proof_state_key(enum vg_proof_state state);
const char *vg_proof_state_text(enum vg_proof_state state); /* a constant sentence; READY: "" */

struct vg_proof {
    uint64_t place;
    uint64_t rest; /* place of the record with its end, if its own cut it; 0: it is whole */
    bool found;
    bool text;       /* the sentence is one of text; else bytes, as of ASTERIX */
    int64_t time_us; /* when its record was received */
    int64_t own_us;  /* … and the time in its tag block; VG_TIME_NONE: none */
    struct vg_pos pos;
    char source[VG_FRAME_NAME_MAX + 1]; /* the feed, and behind "/" the station that its tag block names, if any */
    size_t len;
    uint8_t sentence[VG_PROOF_SENTENCE]; /* fragments of one message with LF between */
};

struct vg_proofs {
    enum vg_proof_state state;
    size_t count;
    struct vg_proof *proof; /* in the order of the places */
};

/* journal_dir NULL: there is none. VG_NOMEM alone; what can't be read is in the state, and not found. */
enum vg_err vg_proofs_read(const char *journal_dir, const uint64_t *places, size_t count, struct vg_proofs *ret);
void vg_proofs_free(struct vg_proofs *proofs);

/* The places that a bundle needs, those of ends among them. Into to[2 × count]; how many. */
size_t vg_proofs_places(const struct vg_proofs *proofs, uint64_t *to);

/* ,"bundle":true,"why":null,"sentences":[{"place":…,"time":…,"source":…,"sentence":…},…] */
void vg_proofs_members(struct vg_out *out, const struct vg_proofs *proofs);

/* ,"source":"Manta, Salinas","last_heard":… and the positions at both ends: what was heard, where and when. */
void vg_proofs_reception(struct vg_out *out, const struct vg_proofs *proofs, const struct vg_event *event);

#endif
