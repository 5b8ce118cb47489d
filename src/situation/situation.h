/*
 * The situation: the picture with its clock and the names of its sources, as one object that the same input brings to
 * the same state, bit for bit: live, in a replay, in a test. Tracks are made beside the picture (room track) and shown
 * in it, and behaviours are found in what reports change (room behaviour).
 *
 *     vg_situation_new(&limits, data_clock, &situation);
 *     vg_situation_take(situation, received_us, reports, count);     // each piece of received bytes, in their order
 *     vg_situation_tick(situation, now_us);                          // live, between pieces: leaves no trace
 *     vg_situation_publish(situation);                               // readers of other threads see it
 *
 * One thread owns it and calls everything here; others read snapshots of the picture, and the sources. Asks no clock.
 * Memory is bounded by the limits.
 */
#ifndef VG_SITUATION_SITUATION_H
#define VG_SITUATION_SITUATION_H

#include "base/source.h"
#include "behaviour/behaviour.h"
#include "picture/picture.h"
#include "situation/hand.h"
#include "situation/notice.h"

struct vg_situation; /* opaque */

/*
 * `data_clock`: it lives by the newest time in the data (an old log ages at its own pace), else by the time at which
 * bytes were received. NULL limits: the picture's defaults; ahead_us 0: two minutes by the wall clock, a day by the
 * data's. VG_NOMEM, VG_ARG. Free with vg_situation_free() (NULL is fine).
 */
enum vg_err vg_situation_new(const struct vg_picture_limits *limits, bool data_clock,
                             struct vg_situation **ret_situation);
void vg_situation_free(struct vg_situation *situation);

/*
 * The sensors that measure: copied; NULL or none: nothing is tracked, as at first. Before the first report, and before
 * anything is loaded. VG_NOMEM: nothing is tracked.
 */
enum vg_err vg_situation_set_sites(struct vg_situation *situation, const struct vg_sites *sites);

/*
 * What behaviours are looked for, and who is told of them, in calls of take and tick; `on` must not call the situation.
 * NULL options: none are, as at first. Before the first report, and before anything is loaded. What the options refer
 * to is borrowed. VG_NOMEM: none are.
 */
enum vg_err vg_situation_set_behaviours(struct vg_situation *situation, const struct vg_behaviours_options *options,
                                        vg_event_sink *on, void *arg);

/* Other areas for the behaviours from now on, borrowed; NULL: none. */
void vg_situation_set_areas(struct vg_situation *situation, struct vg_areas *areas);

/* The data is over (a recording): behaviours that go on are told as they stand. */
void vg_situation_finish(struct vg_situation *situation);

/* NULL: none are looked for. */
const struct vg_behaviours *vg_situation_behaviours(const struct vg_situation *situation);

/* Who is told of events, in calls of take and tick. It must not call the situation. NULL: nobody. */
void vg_situation_set_on_event(struct vg_situation *situation, vg_notice_sink *on, void *arg);

/*
 * The name of the journal (journal/name.h) in which the reports' offsets are; "": none, as at first. Ids of contacts
 * that begin from now on are made of it. Not saved: the reader of a saved situation says it again.
 */
void vg_situation_set_journal(struct vg_situation *situation, const char *name);

/*
 * What a piece of received bytes brought: the clock goes on by the bytes, then each report is told to the clock and
 * applied, in this order. A report's source is one of vg_situation_sources(). A piece without reports is to be taken,
 * too. A piece's reports may come in several calls with the same received_us, with no tick between them.
 */
void vg_situation_take(struct vg_situation *situation, int64_t received_us, const struct vg_report *reports,
                       size_t count);

/*
 * What an operator does (situation/hand.h): the clock goes on to received_us, then it is done. The action gets its
 * number and time, and of START its contact; its journal_offset is the caller's. Errors as of vg_handling_do():
 * *ret_why is a constant sentence, nothing was done.
 */
enum vg_err vg_situation_hand(struct vg_situation *situation, int64_t received_us, struct vg_hand_action *action,
                              const char **ret_why);
/* The same of a line of the journal. What could not be done then can't be done now, and is left out. */
void vg_situation_hand_again(struct vg_situation *situation, int64_t received_us, uint64_t journal_offset,
                             const char *line, size_t len);
const struct vg_hand *vg_situation_hand_of(const struct vg_situation *situation);

/* The wall clock's time, from time to time. By the data's clock nothing happens. */
void vg_situation_tick(struct vg_situation *situation, int64_t now_us);

/* vg_picture_publish(). */
enum vg_err vg_situation_publish(struct vg_situation *situation);

/* The parts. Sources are added by the owner; the picture is for reading, its trails for the owner only. */
struct vg_sources *vg_situation_sources(struct vg_situation *situation);
struct vg_picture *vg_situation_picture(struct vg_situation *situation);
bool vg_situation_lives_by_data(const struct vg_situation *situation);

/* NULL: there are no sensors. What is known of them: vg_tracker_site(). */
const struct vg_tracker *vg_situation_tracker(const struct vg_situation *situation);
const struct vg_sites *vg_situation_sites(const struct vg_situation *situation);

/* The picture's time, a whole second; VG_TIME_NONE before any. */
int64_t vg_situation_time_us(const struct vg_situation *situation);

/* A number for the whole state, for comparing two runs (vg_picture_hash()): names of sources count, not their ids. */
uint64_t vg_situation_hash(const struct vg_situation *situation);

/* ---- saved and taken up again: situation/state_file.h is the file ---- */

struct vg_state_section;

/* The sections of a situation: clock, sources, what operators did, picture, tracks, behaviours. They read into one that
 * is new. */
#define VG_SITUATION_SECTIONS 6
void vg_situation_sections(struct vg_situation *situation, struct vg_state_section *ret); /* so many of them */

#endif
