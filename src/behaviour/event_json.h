/*
 * An event as JSON, the one form of it: what `vigia events` prints a line, the API answers, and the alerts' file keeps.
 * docs/formats/alerts.md has the keys. Pure; any thread.
 */
#ifndef VG_BEHAVIOUR_EVENT_JSON_H
#define VG_BEHAVIOUR_EVENT_JSON_H

#include "base/err.h"
#include "base/out.h"
#include "behaviour/event.h"

#define VG_EVENT_JSON_MAX 8192 /* bytes, at most */
#define VG_EVENT_WORD     48   /* of a number's key or unit that was read, with the terminator; longer ones are cut */

/* The object, without a line end. */
void vg_event_json(struct vg_out *out, const struct vg_event *event);

/* Its `numbers` alone, an object. */
void vg_event_numbers_json(struct vg_out *out, const struct vg_event *event);

/* An event with room for the words of its numbers, which it points to: don't copy it. */
struct vg_event_read {
    struct vg_event event;
    char key[VG_EVENT_NUMBERS][VG_EVENT_WORD], unit[VG_EVENT_NUMBERS][VG_EVENT_WORD];
};

/* Reads what vg_event_json() wrote. VG_SYNTAX, *ret undefined: it is not such a text. VG_NOMEM. */
enum vg_err vg_event_read(const char *json, size_t len, struct vg_event_read *ret);

#endif
