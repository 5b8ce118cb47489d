/*
 * The operator's hand: what a person does to contacts (begin one, name it, say what it is, put two together, take them
 * apart, drop it, correct its place, keep watching), with who, when and why. Each action is a line of JSON in the
 * journal, so that a replay does it again at the same place among the reports, and each can be undone by another one.
 *
 * Nothing here decides for a person: what is done is shown with its author. The terms are civil ones.
 */
#ifndef VG_SITUATION_HAND_H
#define VG_SITUATION_HAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/out.h"
#include "report/report.h"

/* Entries of the journal that are actions have this stream, and VG_HAND_SOURCE as the name of their source. */
#define VG_HAND_SOURCE "operator"

#define VG_HAND_MAX      4096 /* actions that are remembered; of more the oldest go: the journal has them */
#define VG_HAND_WHO_SIZE 64
#define VG_HAND_WHY_SIZE 200
#define VG_HAND_LINE     1024 /* bytes of an action as JSON, at most */

#define VG_HAND_LIST(X)                                                                                                \
    X(START, "start")       /* a contact begins at a place: `lat`, `lon`, perhaps speed and course */                  \
    X(NAME, "name")         /* `name`; "" takes it away */                                                             \
    X(CLASSIFY, "classify") /* `thing` */                                                                              \
    X(MERGE, "merge")       /* `other` is the same thing as `contact` */                                               \
    X(SPLIT, "split")       /* its track and its MMSI are two things */                                                \
    X(DROP, "drop")         /* it is nothing: not shown any more */                                                    \
    X(CORRECT, "correct")   /* it is at `lat`, `lon` */                                                                \
    X(KEEP, "keep")         /* its track doesn't end by itself */                                                      \
    X(RELEASE, "release")   /* … it may end again */                                                                 \
    X(UNDO, "undo")         /* of the action `undoes` */

enum vg_hand_kind {
#define X(name, key) VG_HAND_##name,
    VG_HAND_LIST(X)
#undef X
        VG_HAND_KINDS
};
const char *vg_hand_kind_key(enum vg_hand_kind kind);

/* What an operator may call a thing. Numbers are part of the stream format. */
#define VG_THING_LIST(X)                                                                                               \
    X(NONE, "none")                                                                                                    \
    X(SMALL_CRAFT, "small-craft")                                                                                      \
    X(FISHING, "fishing")                                                                                              \
    X(CARGO, "cargo")                                                                                                  \
    X(TANKER, "tanker")                                                                                                \
    X(PASSENGER, "passenger")                                                                                          \
    X(TUG, "tug")                                                                                                      \
    X(SAILING, "sailing")                                                                                              \
    X(PATROL, "patrol")                                                                                                \
    X(RESCUE, "rescue")                                                                                                \
    X(AID, "aid-to-navigation")                                                                                        \
    X(DEBRIS, "debris")                                                                                                \
    X(STRUCTURE, "fixed-structure")                                                                                    \
    X(AIRCRAFT, "aircraft")                                                                                            \
    X(OTHER, "other")

enum vg_thing {
#define X(name, key) VG_THING_##name,
    VG_THING_LIST(X)
#undef X
        VG_THINGS
};
const char *vg_thing_key(enum vg_thing thing);

struct vg_hand_action {
    uint64_t number;  /* its journal offset, or counted from 1 on where there is no journal; never given twice */
    int64_t time_us;  /* when it was done */
    uint64_t contact; /* ids; START: the one that began */
    uint64_t other;   /* of MERGE */
    uint64_t undoes;  /* of UNDO */
    uint64_t journal_offset;
    double lat_deg, lon_deg, speed_kn, course_deg; /* of START and CORRECT; speed NAN: not told */
    uint8_t kind;                                  /* enum vg_hand_kind */
    uint8_t thing;                                 /* enum vg_thing, of CLASSIFY */
    bool undone;
    char name[VG_NAME_SIZE];
    char who[VG_HAND_WHO_SIZE];
    char why[VG_HAND_WHY_SIZE];
    double lat_before_deg, lon_before_deg; /* of CORRECT: where it was thought to be */
};

/* ---- what they amount to ---- */

/* What holds of a contact by all actions that were not undone. */
struct vg_hand_mark {
    uint64_t contact;
    uint8_t thing;           /* enum vg_thing */
    bool kept;               /* its track doesn't end by itself */
    bool hidden;             /* it was dropped, or is another one's echo */
    char name[VG_NAME_SIZE]; /* "": none */
};

struct vg_hand; /* opaque; one thread */

enum vg_err vg_hand_new(struct vg_hand **ret_hand); /* VG_NOMEM */
void vg_hand_free(struct vg_hand *hand);            /* NULL is fine */

/* Takes an action that was done. VG_NOMEM: nothing changed. */
enum vg_err vg_hand_add(struct vg_hand *hand, const struct vg_hand_action *action);

/* The action of a number, or NULL. */
const struct vg_hand_action *vg_hand_find(const struct vg_hand *hand, uint64_t number);
void vg_hand_set_undone(struct vg_hand *hand, uint64_t number);

/* NULL: nothing was done to it. Valid until the next change. */
const struct vg_hand_mark *vg_hand_mark(const struct vg_hand *hand, uint64_t contact);

/* The newest actions, of a contact (0: of any), the newest first. Returns how many there are; at most `cap` are
 * written. */
size_t vg_hand_list(const struct vg_hand *hand, uint64_t contact, struct vg_hand_action *ret, size_t cap);
uint64_t vg_hand_forgotten(const struct vg_hand *hand); /* actions that had to go */
uint64_t vg_hand_next(const struct vg_hand *hand);      /* a number for an action that no journal has */

/* All of it, for the next start. VG_CORRUPT. */
void vg_hand_save(const struct vg_hand *hand, struct vg_out *out);
enum vg_err vg_hand_load(struct vg_hand *hand, const void *bytes, size_t len);

/* ---- JSON: the one home of its form (docs/formats/hand.md) ---- */

/* Reads what is asked of somebody: without number and time. VG_SYNTAX, VG_RANGE: *ret_why is a constant sentence. */
enum vg_err vg_hand_parse(const char *json, size_t len, struct vg_hand_action *ret, const char **ret_why);

/* What vg_hand_parse() reads, on one line, without its end. */
void vg_hand_write(struct vg_out *out, const struct vg_hand_action *action);

/* The same for people and programs: with number, time, whether it was undone. An object. */
void vg_hand_show(struct vg_out *out, const struct vg_hand_action *action);

#endif
