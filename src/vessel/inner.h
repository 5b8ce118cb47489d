/* What the files of this room share. Nobody else includes it. */
#ifndef VG_VESSEL_INNER_H
#define VG_VESSEL_INNER_H

#include "base/time.h"
#include "vessel/belief.h"
#include "vessel/rules.h"

/* ---- fields.c ---- */

/* Copies what a report says of a field. True if the value changed. */
bool vg_field_copy(struct vg_contact *contact, const struct vg_report *report, enum vg_field field);
bool vg_field_moves(enum vg_field field);     /* part of a position's report: shares its fate */
bool vg_field_is_static(enum vg_field field); /* shown by the stream's STATIC row */

/* ---- word.c ---- */

/* A time as a vg_prov has it: whole milliseconds, 1 … 2^44 − 1. */
int64_t vg_prov_ms(int64_t time_us);
bool vg_moment_is_known(const struct vg_moment *at); /* its clock is set */

/* True if a word of time_ms may replace a known one: it is newer, or the known one lies beyond what the clock allows.
 */
bool vg_prov_gives_way(const struct vg_prov *known, int64_t time_ms, const struct vg_moment *at);

/* True if the word comes from a worse source than the known one, and that is still fresh. */
bool vg_word_is_worse(const struct vg_report *report, enum vg_field field, const struct vg_prov *known,
                      int64_t time_ms);

/* ---- rules.c ---- */

/* What one status or text says: VG_CONTACT_DISTRESS, …_TEST, or 0. */
uint8_t vg_call_of_status(uint8_t status);
uint8_t vg_call_of_text(const char *text);

/* ---- call.c ---- */

/* After a report's fields were taken: does the device call, test, or neither? Sets the contact's flags. */
void vg_call_weigh(struct vg_contact *contact, struct vg_memory *memory, const struct vg_report *report,
                   const struct vg_moment *at, int64_t time_ms, const struct vg_change *change);

/* ---- plausible.c ---- */

/* Judges the report's position and keeps account of held ones; the contact's position is the caller's to set. */
enum vg_verdict vg_position_verdict(struct vg_contact *contact, struct vg_memory *memory,
                                    const struct vg_report *report, const struct vg_moment *at, int64_t time_ms);

#endif
